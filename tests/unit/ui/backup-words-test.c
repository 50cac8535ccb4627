/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is said about originals that had been taken off the laptop. */

#include "hemo-backup-words.h"

#include "hemo-backup-manifest.h"

#include <glib/gstdio.h>
#include <string.h>

#define IMAGE "images/aa/aa000000-0000-4000-8000-00000000000%d.cms"

/* A backup of which two originals are on other media, and one is there. */
static void
write_list (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, HEMO_BACKUP_MANIFEST, NULL);
  g_autofree char *sha256 = g_strnfill (64, '0');
  g_autoptr (HemoBackupManifest) manifest = hemo_backup_manifest_new ();
  g_autoptr (GError) error = NULL;

  manifest->clinic = g_strdup ("aa000000-0000-4000-8000-000000000000");
  manifest->store = g_strdup ("bb000000-0000-4000-8000-000000000000");
  manifest->database = g_strdup ("hemogram-1.db");
  g_ptr_array_add (manifest->files, hemo_backup_file_new ("hemogram-1.db", 1, sha256));
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf (IMAGE, i);

      if (i == 0)
        g_ptr_array_add (manifest->files, hemo_backup_file_new (name, 1, sha256));
      g_ptr_array_add (manifest->elsewhere, hemo_backup_elsewhere_new (
                                                name, i == 2 ? "2026-02-28T10" : "2026-01-31T10"));
    }
  g_autoptr (GBytes) json = hemo_backup_manifest_to_json (manifest);
  g_file_set_contents (path, g_bytes_get_data (json, NULL), (gssize)g_bytes_get_size (json),
                       &error);
  g_assert_no_error (error);
}

/* Also where the backup ends with damage; not where it was not made. */
static void
test_lacking (void)
{
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, HEMO_BACKUP_MANIFEST, NULL);
  g_autoptr (GError) damaged
      = g_error_new_literal (HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT, "damaged");
  g_autoptr (GError) full = g_error_new_literal (HEMO_STORE_ERROR, HEMO_STORE_ERROR_FULL, "full");

  g_assert_null (hemo_backup_say_lacking (folder, NULL));
  write_list (folder);
  g_assert_null (hemo_backup_say_lacking (folder, full));
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *text = hemo_backup_say_lacking (folder, i == 0 ? NULL : damaged);

      g_assert_cmpstr (text, ==,
                       "2 originals that were taken off this laptop are not in this backup: keep "
                       "the older media (they had them on 2026-01-31, 2026-02-28).");
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_left_out (void)
{
  HemoRestored restored = { 0 };

  g_assert_null (hemo_backup_say_left_out (&restored));
  for (restored.left_out = 1; restored.left_out < 3; restored.left_out++)
    {
      g_autofree char *text = hemo_backup_say_left_out (&restored);

      g_assert_true (
          g_str_has_prefix (text, restored.left_out == 1 ? "1 original that" : "2 originals that"));
      g_assert_nonnull (strstr (text, "keep the medium"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backup-words/left-out", test_left_out);
  g_test_add_func ("/backup-words/lacking", test_lacking);
  return g_test_run ();
}

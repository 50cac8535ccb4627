/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backups of a clinic whose originals were taken off the laptop, lists that nobody can read, and
 * links. */

#include "files-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  Files files;
  char *target;
  HemoImage *image;
} Backups;

static void
set_up (Backups *self, gconstpointer data)
{
  files_set_up (&self->files, data);
  self->target = g_build_filename (self->files.base.root, "stick", NULL);
  self->image = files_add_image (&self->files, self->files.specimen, 1);
}

static void
tear_down (Backups *self, gconstpointer data)
{
  g_clear_pointer (&self->image, hemo_image_free);
  g_clear_pointer (&self->target, g_free);
  files_tear_down (&self->files, data);
}

/* Taken off this laptop, as the row says. */
static void
prune (Backups *self)
{
  g_autofree char *path = files_image_path (&self->files, self->image->uuid);
  files_run_sql (&self->files, "INSERT INTO pruned_image SELECT uuid, 's', "
                               "'2026-01-31T10:00:00+03:00', 'u', 1 FROM image");
  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* What the newest list says of the one original. */
static void
assert_listed (Backups *self, guint lacking, guint missing)
{
  g_autoptr (HemoBackupManifest) manifest = files_load_list (self->target, HEMO_BACKUP_MANIFEST);
  g_autofree char *days = NULL;
  g_assert_cmpuint (manifest->elsewhere->len, ==, 1);
  g_assert_cmpuint (manifest->missing->len, ==, missing);
  g_assert_cmpuint (hemo_backup_manifest_count_lacking (manifest, &days), ==, lacking);
  g_assert_cmpstr (days, ==, lacking > 0 ? "2026-01-31" : "");
}

/* What the medium had is said to be damaged on it, until it is there again. */
static void
assert_lost (Backups *self)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (files_back_up (&self->files, self->target, &error));
      g_assert_nonnull (strstr (error->message, "no longer whole on this medium"));
      g_assert_null (strstr (error->message, "here"));
      files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
      assert_listed (self, 1, 1);
    }
}

/* An original that was taken off is told where the medium lacks it; one that the medium had, or has
 * as something else, is damage on the medium. */
static void
test_pruned (Backups *self, gconstpointer data)
{
  const char *uuid = self->image->uuid;
  g_autofree char *first = g_strdup (self->target);
  g_autofree char *copy = g_strdup_printf ("%s/images/%.2s/%s.cms", first, uuid, uuid);
  g_autofree char *here = files_image_path (&self->files, uuid);
  g_autofree char *original = NULL;
  gsize size;
  files_back_up_well (&self->files, self->target);
  g_assert_true (g_file_get_contents (here, &original, &size, NULL));
  prune (self);
  files_back_up_well (&self->files, self->target);
  assert_listed (self, 0, 0);
  g_free (self->target);
  self->target = g_build_filename (self->files.base.root, "second", NULL);
  files_back_up_well (&self->files, self->target);
  assert_listed (self, 1, 0);
  g_assert_cmpint (store_count (files_store (&self->files),
                                "SELECT count(*) FROM audit WHERE what = 'backup' AND detail LIKE "
                                "'%, 1 elsewhere'"),
                   ==, 1);
  g_set_str (&self->target, first);
  files_flip (copy, 900);
  assert_lost (self);
  files_flip (copy, 900);
  files_back_up_well (&self->files, self->target);
  g_assert_cmpint (g_unlink (copy), ==, 0);
  assert_lost (self);
  g_assert_true (g_file_set_contents (here, original, (gssize)size, NULL));
  files_back_up_well (&self->files, self->target);
  assert_listed (self, 0, 0);
  g_assert_cmpint (
      store_count (files_store (&self->files), "SELECT count(*) FROM image WHERE damaged"), ==, 0);
}

/* Only originals can be elsewhere, each once. */
static void
test_names (void)
{
  static const struct
  {
    const char *names[3];
    gboolean good;
  } lists[] = {
    { { "images/aa/aa000000-0000-4000-8000-000000000000.cms",
        "images/ab/ab000000-0000-4000-8000-000000000000.cms" },
      TRUE },
    { { "images/aa/aa000000-0000-4000-8000-000000000000.cms",
        "images/aa/aa000000-0000-4000-8000-000000000000.cms" },
      FALSE },
    { { "hemogram-1.db" }, FALSE },
    { { "keys-1.json" }, FALSE },
    { { "reports/aa000000-0000-4000-8000-000000000000-1.cms" }, FALSE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *sha256 = g_strnfill (64, '0');
      g_autoptr (HemoBackupManifest) manifest = hemo_backup_manifest_new ();
      manifest->clinic = g_strdup ("aa000000-0000-4000-8000-000000000000");
      manifest->store = g_strdup ("bb000000-0000-4000-8000-000000000000");
      manifest->database = g_strdup ("hemogram-1.db");
      g_ptr_array_add (manifest->files, hemo_backup_file_new ("hemogram-1.db", 1, sha256));
      for (guint j = 0; lists[i].names[j] != NULL; j++)
        g_ptr_array_add (manifest->elsewhere,
                         hemo_backup_elsewhere_new (lists[i].names[j], "2026-01-31"));
      g_autoptr (GBytes) json = hemo_backup_manifest_to_json (manifest);
      g_autoptr (HemoBackupManifest) read = hemo_backup_manifest_parse (json, &error);
      g_assert_true ((read != NULL) == lists[i].good);
      if (!lists[i].good)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static guint
count_stores (Backups *self)
{
  guint stores = 0;
  const char *name;
  g_autoptr (GDir) dir = g_dir_open (self->target, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    stores += g_str_has_suffix (name, ".db");
  return stores;
}

/* A list that no reader takes is not called a backup, and takes no other one's place. */
static void
test_unreadable_list (Backups *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->target, HEMO_BACKUP_MANIFEST, NULL);
  g_autofree char *kept = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  files_back_up_well (&self->files, self->target);
  files_back_up_well (&self->files, self->target);
  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  g_assert_null (strchr (kept, '\n'));
  files_run_sql (&self->files,
                 "INSERT INTO image (uuid, specimen, field, media_type, width, height, "
                 "orientation, bytes, sha256, sealed_sha256, sealed_bytes, signature, captured_us, "
                 "captured_offset, captured_by_hand, version) SELECT 'no-uuid', specimen, 7, "
                 "media_type, width, height, orientation, bytes, sealed_sha256, sealed_sha256, "
                 "sealed_bytes, signature, captured_us, captured_offset, captured_by_hand, version "
                 "FROM image");
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (files_back_up (&self->files, self->target, &error));
      files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
      g_clear_pointer (&after, g_free);
      g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
      g_assert_cmpstr (after, ==, kept);
      g_assert_cmpuint (count_stores (self), ==, 2);
    }
}

/* What a damaged list named is kept; a damaged list does not take the place of a whole one. */
static void
test_damaged_lists (Backups *self, gconstpointer data)
{
  g_autofree char *newest = g_build_filename (self->target, HEMO_BACKUP_MANIFEST, NULL);
  g_autofree char *before = g_build_filename (self->target, HEMO_BACKUP_MANIFEST_BEFORE, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *named = NULL;
  for (guint i = 0; i < 2; i++)
    files_back_up_well (&self->files, self->target);
  g_autoptr (HemoBackupManifest) older
      = hemo_backup_manifest_load (self->target, HEMO_BACKUP_MANIFEST_BEFORE, &error);
  g_assert_no_error (error);
  named = g_build_filename (self->target, older->database, NULL);
  g_assert_true (g_file_set_contents (newest, "{", -1, NULL));
  files_back_up_well (&self->files, self->target);
  g_assert_true (g_file_test (named, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_stores (self), ==, 2);
  g_assert_true (g_file_set_contents (newest, "{", -1, NULL));
  g_assert_true (g_file_set_contents (before, "{", -1, NULL));
  files_back_up_well (&self->files, self->target);
  g_assert_cmpuint (count_stores (self), ==, 3);
}

/* A link on the stick leads back to the laptop: what lies there is no copy. */
static void
test_links (Backups *self, gconstpointer data)
{
  g_autofree char *own = files_image_path (&self->files, self->image->uuid);
  g_autofree char *named
      = g_strdup_printf ("images/%.2s/%s.cms", self->image->uuid, self->image->uuid);
  g_autofree char *copy = g_build_filename (self->target, named, NULL);
  g_autofree char *folder = g_path_get_dirname (copy);
  g_autofree char *images = g_path_get_dirname (folder);
  g_autofree char *own_folder = g_path_get_dirname (own);
  g_autofree char *own_images = g_path_get_dirname (own_folder);
  g_autofree char *reports = g_build_filename (self->target, "reports", NULL);
  const struct
  {
    const char *to;
    const char *link;
  } links[] = { { own_images, images }, { own_images, reports }, { own_folder, folder } };

  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *parent = g_path_get_dirname (links[i].link);

      g_assert_no_errno (g_mkdir_with_parents (parent, 0700));
      g_assert_no_errno (symlink (links[i].to, links[i].link));
      g_assert_false (files_back_up (&self->files, self->target, &error));
      files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
      g_assert_no_errno (g_unlink (links[i].link));
    }
  /* A file that is one is written anew. */
  g_assert_no_errno (g_mkdir_with_parents (folder, 0700));
  g_assert_no_errno (symlink (own, copy));
  files_back_up_well (&self->files, self->target);
  g_assert_false (g_file_test (copy, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_test (copy, G_FILE_TEST_IS_REGULAR));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/backup-pruned/there-and-not", Backups, NULL, set_up, test_pruned, tear_down);
  g_test_add_func ("/backup-pruned/names", test_names);
  g_test_add ("/backup-pruned/unreadable-list", Backups, NULL, set_up, test_unreadable_list,
              tear_down);
  g_test_add ("/backup-pruned/damaged-lists", Backups, NULL, set_up, test_damaged_lists, tear_down);
  g_test_add ("/backup-pruned/links", Backups, NULL, set_up, test_links, tear_down);
  return g_test_run ();
}

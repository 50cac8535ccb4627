/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Restores from backups that were damaged in every way: what comes back is whole, or nothing does;
 * an older one is never taken for the newest. */

#include "files-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
  Files files;
  char *target;
  char *restored;
  HemoImage *early;
  HemoImage *late;
  HemoBackupManifest *before;
  HemoBackupManifest *newest;
} Backups;

/* Two backups: the newest one has a picture more. */
static void
set_up (Backups *self, gconstpointer data)
{
  files_set_up (&self->files, data);
  self->target = g_build_filename (self->files.base.root, "stick", NULL);
  self->restored = g_build_filename (self->files.base.root, "restored", NULL);
  self->early = files_add_image (&self->files, self->files.specimen, 1);
  files_back_up_well (&self->files, self->target);
  self->late = files_add_image (&self->files, self->files.specimen, 2);
  g_usleep (2000);
  files_back_up_well (&self->files, self->target);
  self->newest = files_load_list (self->target, HEMO_BACKUP_MANIFEST);
  self->before = files_load_list (self->target, HEMO_BACKUP_MANIFEST_BEFORE);
}

static void
tear_down (Backups *self, gconstpointer data)
{
  g_clear_pointer (&self->early, hemo_image_free);
  g_clear_pointer (&self->late, hemo_image_free);
  g_clear_pointer (&self->newest, hemo_backup_manifest_free);
  g_clear_pointer (&self->before, hemo_backup_manifest_free);
  g_clear_pointer (&self->target, g_free);
  g_clear_pointer (&self->restored, g_free);
  files_tear_down (&self->files, data);
}

static HemoClinic *
restore (Backups *self, HemoRestored **restored, GError **error)
{
  g_autoptr (HemoSecret) right = secret (PASSPHRASE);
  return hemo_clinic_restore (self->target, self->restored, "amina", right, restored, NULL, NULL,
                              NULL, error);
}

typedef enum
{
  DAMAGE_FLIPPED,
  DAMAGE_CUT,
  DAMAGE_EMPTY,
  DAMAGE_GONE,
  DAMAGE_LONGER,
  DAMAGE_FOLDER,
  DAMAGES,
} Damage;

/* (transfer full): what was there */
static GBytes *
damage_file (const char *path, Damage damage)
{
  gsize size;
  g_autofree char *content = NULL;
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  GBytes *kept = g_bytes_new (content, size);
  g_autofree char *longer = g_malloc0 (size + 1);
  memcpy (longer, content, size);
  switch (damage)
    {
    case DAMAGE_FLIPPED:
      files_flip (path, (gssize)size / 2);
      break;
    case DAMAGE_CUT:
      g_assert_true (g_file_set_contents (path, content, (gssize)size / 2, NULL));
      break;
    case DAMAGE_EMPTY:
      g_assert_true (g_file_set_contents (path, "", 0, NULL));
      break;
    case DAMAGE_LONGER:
      g_assert_true (g_file_set_contents (path, longer, (gssize)size + 1, NULL));
      break;
    case DAMAGE_FOLDER:
    case DAMAGE_GONE:
    default:
      g_assert_no_errno (g_unlink (path));
      if (damage == DAMAGE_FOLDER)
        g_assert_no_errno (g_mkdir (path, 0700));
    }
  return kept;
}

static void
mend_file (const char *path, GBytes *content)
{
  g_rmdir (path);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (content, NULL),
                                      (gssize)g_bytes_get_size (content), NULL));
}

static void
assert_nothing_left (Backups *self)
{
  g_autofree char *part = g_strconcat (self->restored, ".restoring", NULL);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (self->restored, G_FILE_TEST_EXISTS));
}

/* What stands in a restored clinic can be read, every bit of it. */
static void
assert_whole (HemoClinic *clinic, guint images)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSession) session = sign_in (clinic, "amina", PASSPHRASE);
  g_autoptr (GPtrArray) findings = NULL;
  hemo_clinic_verify (clinic, session, &findings, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (findings->len, ==, 0);
  g_assert_cmpint (store_count (hemo_clinic_get_store (clinic), "SELECT count(*) FROM image"), ==,
                   images);
}

/* Each file of the newest backup, damaged in each way. */
static void
test_each_file (Backups *self, gconstpointer data)
{
  for (guint i = 0; i < self->newest->files->len; i++)
    for (int damage = 0; damage < DAMAGES; damage++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (HemoRestored) found = NULL;
        const HemoBackupFile *file = g_ptr_array_index (self->newest->files, i);
        g_autofree char *path = g_build_filename (self->target, file->name, NULL);
        g_autoptr (GBytes) kept = damage_file (path, (Damage)damage);
        gboolean is_key = g_str_has_prefix (file->name, "keys-");
        gboolean in_before = hemo_backup_manifest_find (self->before, file->name) != NULL;
        g_autoptr (HemoClinic) clinic = restore (self, &found, &error);
        if (is_key)
          {
            /* The other copy is enough, and the backup the newest. */
            g_assert_no_error (error);
            g_assert_null (found->damage);
            assert_whole (clinic, 2);
          }
        else if (in_before)
          {
            g_assert_null (clinic);
            g_assert_null (found);
            g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
            assert_nothing_left (self);
          }
        else
          {
            g_assert_no_error (error);
            g_assert_nonnull (found->damage);
            g_assert_cmpstr (found->made_at, ==, self->before->made_at);
            assert_whole (clinic, 1);
          }
        if (clinic != NULL)
          hemo_clinic_close (clinic);
        remove_tree (self->restored);
        mend_file (path, kept);
      }
}

static void
assert_restores (Backups *self, gint64 elsewhere)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoRestored) found = NULL;
  g_autoptr (HemoClinic) clinic = restore (self, &found, &error);
  g_assert_no_error (error);
  g_assert_null (found->damage);
  g_assert_cmpint (found->left_out, ==, elsewhere);
  assert_whole (clinic, 2);
  g_assert_cmpint (
      store_count (hemo_clinic_get_store (clinic), "SELECT count(*) FROM pruned_image"), ==,
      elsewhere);
  g_assert_cmpint (
      store_count (hemo_clinic_get_store (clinic), "SELECT count(*) FROM image WHERE damaged"), ==,
      0);
  hemo_clinic_close (clinic);
  remove_tree (self->restored);
}

/* An original that had been taken off the laptop comes along where its copy is whole; where it is
 * not, all else does, and it is elsewhere as it was. */
static void
test_pruned (Backups *self, gconstpointer data)
{
  g_autofree char *here = files_image_path (&self->files, self->early->uuid);
  g_autofree char *copy = g_strdup_printf ("%s/images/%.2s/%s.cms", self->target, self->early->uuid,
                                           self->early->uuid);
  files_run_sql (&self->files, "INSERT INTO pruned_image SELECT uuid, 's', '2026-01-31', 'u', 1 "
                               "FROM image ORDER BY id LIMIT 1");
  g_assert_no_errno (g_unlink (here));
  files_back_up_well (&self->files, self->target);
  assert_restores (self, 0);
  for (int damage = 0; damage < DAMAGES; damage++)
    {
      g_autoptr (GBytes) kept = damage_file (copy, (Damage)damage);
      assert_restores (self, 1);
      mend_file (copy, kept);
    }
}

/* All that came along is here again after one transaction, not after one for each. */
static void
test_pruned_at_once (Backups *self, gconstpointer data)
{
  const char *const uuids[] = { self->early->uuid, self->late->uuid };
  g_autoptr (GError) error = NULL;
  files_run_sql (&self->files, "INSERT INTO pruned_image SELECT uuid, 's', '2026-01-31', 'u', 1 "
                               "FROM image");
  for (guint i = 0; i < G_N_ELEMENTS (uuids); i++)
    {
      g_autofree char *here = files_image_path (&self->files, uuids[i]);
      g_assert_no_errno (g_unlink (here));
    }
  files_back_up_well (&self->files, self->target);
  g_autoptr (HemoClinic) clinic = restore (self, NULL, &error);
  g_assert_no_error (error);
  assert_whole (clinic, 2);
  HemoStore *store = hemo_clinic_get_store (clinic);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM pruned_image"), ==, 0);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit WHERE what = 'image.unpruned' "
                                       "AND detail LIKE '2 %'"),
                   ==, 1);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit WHERE what = 'image.unpruned'"),
                   ==, 1);
  hemo_clinic_close (clinic);
}

/* Both copies of the keys: without them nothing opens, whatever else is whole. */
static void
test_no_keys (Backups *self, gconstpointer data)
{
  for (int damage = 0; damage < DAMAGES; damage++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *one = g_build_filename (self->target, "keys-1.json", NULL);
      g_autofree char *two = g_build_filename (self->target, "keys-2.json", NULL);
      g_autoptr (GBytes) first = damage_file (one, (Damage)damage);
      g_autoptr (GBytes) second = damage_file (two, (Damage)damage);
      g_autoptr (HemoClinic) clinic = restore (self, NULL, &error);
      g_assert_null (clinic);
      g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
      g_assert_nonnull (strstr (error->message, "keys"));
      assert_nothing_left (self);
      mend_file (one, first);
      mend_file (two, second);
    }
}

/* The list itself, of one backup and of both. */
static void
test_lists (Backups *self, gconstpointer data)
{
  g_autofree char *newest = g_build_filename (self->target, HEMO_BACKUP_MANIFEST, NULL);
  g_autofree char *before = g_build_filename (self->target, HEMO_BACKUP_MANIFEST_BEFORE, NULL);
  for (int damage = 0; damage < DAMAGES; damage++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoRestored) found = NULL;
      /* A bit in the middle of the list may be in a name, a size or a hash: each is noticed. */
      g_autoptr (GBytes) first = damage_file (newest, (Damage)damage);
      g_autoptr (HemoClinic) older = restore (self, &found, &error);
      if (damage != DAMAGE_LONGER)
        {
          g_assert_no_error (error);
          g_assert_nonnull (found->damage);
          assert_whole (older, 1);
          hemo_clinic_close (older);
          remove_tree (self->restored);
          g_autoptr (GBytes) second = damage_file (before, (Damage)damage);
          g_autoptr (HemoClinic) none = restore (self, NULL, &error);
          g_assert_null (none);
          g_assert_nonnull (error);
          assert_nothing_left (self);
          mend_file (before, second);
        }
      else if (older != NULL)
        hemo_clinic_close (older);
      remove_tree (self->restored);
      mend_file (newest, first);
    }
}

/* A list that leads out of its folder, or names a file twice, is no list. */
static void
test_hostile_lists (Backups *self, gconstpointer data)
{
  static const char *const names[] = { "../../etc/passwd", "/etc/passwd", "images/../keys-1.json",
                                       "keys-1.json/x", "hemogram-1.db\\u0000x" };
  g_autofree char *newest = g_build_filename (self->target, HEMO_BACKUP_MANIFEST, NULL);
  g_autofree char *before = g_build_filename (self->target, HEMO_BACKUP_MANIFEST_BEFORE, NULL);
  g_autofree char *content = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (newest, &content, &size, NULL));
  g_assert_no_errno (g_unlink (before));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GString) text = g_string_new (content);
      g_string_replace (text, "keys-1.json", names[i], 1);
      g_assert_true (g_file_set_contents (newest, text->str, (gssize)text->len, NULL));
      g_autoptr (HemoClinic) clinic = restore (self, NULL, &error);
      g_assert_null (clinic);
      g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
      assert_nothing_left (self);
    }
}

typedef struct
{
  GCancellable *cancellable;
  gint64 at;
  gint64 total;
} Stop;

static void
stop_cb (gint64 done, gint64 total, gpointer data)
{
  Stop *stop = data;
  g_assert_cmpint (done, <=, total);
  stop->total = total;
  if (done >= stop->at)
    g_cancellable_cancel (stop->cancellable);
}

/* Stopped at any point nothing is left, and it can be done again. */
static void
test_cancelled (Backups *self, gconstpointer data)
{
  g_autoptr (HemoSecret) right = secret (PASSPHRASE);
  gint64 total = 0;
  for (int part = 0; part < 8; part++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoRestored) found = NULL;
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      Stop stop = { cancellable, part * total / 8, 0 };
      if (part == 0)
        stop.at = 1;
      g_autoptr (HemoClinic) clinic
          = hemo_clinic_restore (self->target, self->restored, "amina", right, &found, stop_cb,
                                 &stop, cancellable, &error);
      g_assert_null (clinic);
      g_assert_null (found);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      assert_nothing_left (self);
      total = stop.total;
    }
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoClinic) clinic = restore (self, NULL, &error);
  g_assert_no_error (error);
  assert_whole (clinic, 2);
  hemo_clinic_close (clinic);
}

/* Cancelling is never taken for damage that asks for the older backup. */
static void
test_cancelled_with_damage (Backups *self, gconstpointer data)
{
  g_autoptr (HemoSecret) right = secret (PASSPHRASE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *path = g_build_filename (self->target, self->newest->database, NULL);
  files_flip (path, 4096);
  g_cancellable_cancel (cancellable);
  g_autoptr (HemoClinic) clinic = hemo_clinic_restore (self->target, self->restored, "amina", right,
                                                       NULL, NULL, NULL, cancellable, &error);
  g_assert_null (clinic);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_nothing_left (self);
}

/* What an earlier try left half done is swept; what somebody has in the folder is not touched. */
static void
test_places (Backups *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *part = g_strconcat (self->restored, ".restoring", NULL);
  g_autofree char *left = g_build_filename (part, "images", NULL);
  g_autofree char *theirs = g_build_filename (self->restored, "letter.txt", NULL);
  g_autofree char *text = NULL;
  g_assert_cmpint (g_mkdir_with_parents (left, 0700), ==, 0);
  g_assert_no_errno (g_mkdir (self->restored, 0700));
  g_assert_true (g_file_set_contents (theirs, "dear all", -1, NULL));
  g_autoptr (HemoClinic) none = restore (self, NULL, &error);
  g_assert_null (none);
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_true (g_file_get_contents (theirs, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "dear all");
  g_assert_no_errno (g_unlink (theirs));
  /* An empty folder gives way. */
  g_autoptr (HemoClinic) clinic = restore (self, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  hemo_clinic_close (clinic);
  g_free (self->target);
  self->target = g_strdup ("/nowhere/at/all");
  g_autofree char *other = g_steal_pointer (&self->restored);
  self->restored = g_strconcat (other, "-2", NULL);
  g_autoptr (HemoClinic) nowhere = restore (self, NULL, &error);
  g_assert_null (nowhere);
  g_assert_nonnull (error);
  assert_nothing_left (self);
}

/* Restored twice from one stick: two installations that never give the same number. */
static void
test_twice (Backups *self, gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *first = g_strdup (self->restored);
  g_hash_table_add (seen, store_ask (files_store (&self->files),
                                     "SELECT value FROM meta WHERE key = 'installation'"));
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_free (self->restored);
      self->restored = g_strdup_printf ("%s-%d", first, i);
      g_autoptr (HemoClinic) clinic = restore (self, NULL, &error);
      g_assert_no_error (error);
      g_autoptr (HemoSession) session = sign_in (clinic, "amina", PASSPHRASE);
      HemoStore *store = hemo_clinic_get_store (clinic);
      g_assert_true (g_hash_table_add (
          seen, store_ask (store, "SELECT value FROM meta WHERE key = 'installation'")));
      g_assert_cmpint (store_count (store, "SELECT count(*) FROM clinic_key WHERE purpose = "
                                           "'installation' AND is_current"),
                       ==, 1);
      g_assert_cmpint (store_count (store, "SELECT count(*) FROM station"), ==, 2);
      hemo_clinic_close (clinic);
    }
}

/* A backup of a backup's restore goes on where the first one's change log ended. */
static void
test_goes_on (Backups *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 changes = store_count (files_store (&self->files), "SELECT max(seq) FROM change");
  clinic_close (&self->files.base);
  g_autoptr (HemoClinic) clinic = restore (self, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (HemoSession) session = sign_in (clinic, "amina", PASSPHRASE);
  HemoStore *store = hemo_clinic_get_store (clinic);
  g_assert_cmpint (store_count (store, "SELECT max(seq) FROM change"), >=, changes);
  /* The same clinic and the same store, so the same stick takes its backups on. */
  g_assert_true (hemo_clinic_backup (clinic, session, self->target, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_autoptr (HemoBackupManifest) after = files_load_list (self->target, HEMO_BACKUP_MANIFEST);
  g_assert_cmpstr (after->installation, !=, self->newest->installation);
  g_assert_cmpstr (after->clinic, ==, self->newest->clinic);
  hemo_clinic_close (clinic);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
#define ADD(name, function)                                                                        \
  g_test_add ("/restore/" name, Backups, NULL, set_up, function, tear_down)
  ADD ("each-file", test_each_file);
  ADD ("pruned", test_pruned);
  ADD ("pruned-at-once", test_pruned_at_once);
  ADD ("no-keys", test_no_keys);
  ADD ("lists", test_lists);
  ADD ("hostile-lists", test_hostile_lists);
  ADD ("cancelled", test_cancelled);
  ADD ("cancelled-with-damage", test_cancelled_with_damage);
  ADD ("places", test_places);
  ADD ("twice", test_twice);
  ADD ("goes-on", test_goes_on);
  return g_test_run ();
}

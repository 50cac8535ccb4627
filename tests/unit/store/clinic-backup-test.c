/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backup, restore and verify: with real folders, every kind of damage, and a bare machine. */

#include "files-fixture.h"

#include "hemo-maintenance-private.h"
#include "hemo-store-private.h"

#include <string.h>

typedef struct
{
  Files files;
  char *target;
  char *restored;
  HemoImage *image;
  HemoReport *report;
  HemoRestored *found;
} Backups;

static void
set_up (Backups *self, gconstpointer data)
{
  files_set_up (&self->files, data);
  self->target = g_build_filename (self->files.base.root, "stick", NULL);
  self->restored = g_build_filename (self->files.base.root, "restored", NULL);
  self->image = files_add_image (&self->files, self->files.specimen, 1);
  self->report = files_sign (&self->files, HEMO_REPORT_FINAL);
}

static void
tear_down (Backups *self, gconstpointer data)
{
  g_clear_pointer (&self->image, hemo_image_free);
  g_clear_pointer (&self->report, hemo_report_free);
  g_clear_pointer (&self->found, hemo_restored_free);
  g_clear_pointer (&self->target, g_free);
  g_clear_pointer (&self->restored, g_free);
  files_tear_down (&self->files, data);
}

static void
test_backup (Backups *self, gconstpointer data)
{
  HemoStore *store = files_store (&self->files);
  files_back_up_well (&self->files, self->target);
  g_autoptr (HemoBackupManifest) manifest = files_load_list (self->target, HEMO_BACKUP_MANIFEST);
  /* Store, two key files, a picture, a report. */
  g_assert_cmpuint (manifest->files->len, ==, 5);
  g_assert_cmpuint (manifest->missing->len, ==, 0);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM setting WHERE key = 'backup.at'"), ==,
                   1);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit WHERE what = 'backup'"), ==, 1);
  g_assert_cmpint (store_count (store, "SELECT value FROM setting WHERE key = 'backup.change'"), ==,
                   store_count (store, "SELECT max(seq) FROM change"));
  for (guint i = 0; i < manifest->files->len; i++)
    {
      const HemoBackupFile *file = g_ptr_array_index (manifest->files, i);
      g_autofree char *path = g_build_filename (self->target, file->name, NULL);
      g_autofree char *content = NULL;
      gsize size;
      g_assert_true (g_file_get_contents (path, &content, &size, NULL));
      g_assert_cmpuint (size, ==, file->bytes);
      g_autofree char *sha256
          = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *)content, size);
      g_assert_cmpstr (sha256, ==, file->sha256);
      g_assert_null (g_strstr_len (content, (gssize)size, "Wanjiru"));
    }
}

static void
test_incremental (Backups *self, gconstpointer data)
{
  GStatBuf before, after;
  g_autofree char *copy = g_strdup_printf ("%s/images/%.2s/%s.cms", self->target, self->image->uuid,
                                           self->image->uuid);
  files_back_up_well (&self->files, self->target);
  g_assert_no_errno (g_stat (copy, &before));
  g_autoptr (HemoImage) more = files_add_image (&self->files, self->files.specimen, 2);
  files_back_up_well (&self->files, self->target);
  g_assert_no_errno (g_stat (copy, &after));
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  g_autoptr (HemoBackupManifest) manifest = files_load_list (self->target, HEMO_BACKUP_MANIFEST);
  g_assert_cmpuint (manifest->files->len, ==, 6);
  /* One that rotted is written anew. */
  files_flip (copy, 1000);
  files_back_up_well (&self->files, self->target);
  g_assert_no_errno (g_stat (copy, &after));
  g_assert_cmpuint (before.st_ino, !=, after.st_ino);
  /* Two generations of the store, no more. */
  guint stores = 0;
  const char *name;
  g_autoptr (GDir) dir = g_dir_open (self->target, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    stores += g_str_has_suffix (name, ".db");
  g_assert_cmpuint (stores, ==, 2);
}

/* What is damaged here does not overwrite what is whole there, and is said once. */
static void
test_damaged_source (Backups *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) other = files_add_image (&self->files, self->files.specimen, 2);
  files_back_up_well (&self->files, self->target);
  g_autoptr (HemoImage) fresh = files_add_image (&self->files, self->files.specimen, 3);
  g_autofree char *kept = files_image_path (&self->files, other->uuid);
  g_autofree char *lost = files_image_path (&self->files, fresh->uuid);
  files_flip (kept, 1000);
  files_flip (lost, 1000);
  g_assert_false (files_back_up (&self->files, self->target, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
  g_autoptr (HemoBackupManifest) manifest = files_load_list (self->target, HEMO_BACKUP_MANIFEST);
  g_assert_cmpuint (manifest->missing->len, ==, 1);
  g_assert_cmpuint (manifest->files->len, ==, 6);
  files_back_up_well (&self->files, self->target);
}

static void
cancel_cb (gint64 done, gint64 total, gpointer data)
{
  g_cancellable_cancel (data);
}

/* Cut off in the middle it goes on, and the one before stays whole until it is done. */
static void
test_cut_off (Backups *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  files_back_up_well (&self->files, self->target);
  g_autoptr (HemoBackupManifest) before = files_load_list (self->target, HEMO_BACKUP_MANIFEST);
  g_autoptr (HemoImage) two = files_add_image (&self->files, self->files.specimen, 2);
  g_autoptr (HemoImage) three = files_add_image (&self->files, self->files.specimen, 3);
  g_assert_false (hemo_clinic_backup (self->files.base.clinic, self->files.base.session,
                                      self->target, cancel_cb, cancellable, cancellable, &error));
  files_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_autoptr (HemoBackupManifest) after = files_load_list (self->target, HEMO_BACKUP_MANIFEST);
  g_assert_cmpstr (before->database, ==, after->database);
  files_back_up_well (&self->files, self->target);
  g_autoptr (HemoBackupManifest) last = files_load_list (self->target, HEMO_BACKUP_MANIFEST);
  g_assert_cmpuint (last->files->len, ==, 7);
}

static void
test_bad_targets (Backups *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *good = g_steal_pointer (&self->target);
  self->target = g_build_filename (self->files.base.folder, "images", "backup", NULL);
  g_assert_false (files_back_up (&self->files, self->target, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_free (self->target);
  self->target = g_strdup ("/nowhere/at/all");
  g_assert_false (files_back_up (&self->files, self->target, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_free (self->target);
  self->target = g_steal_pointer (&good);
  /* Another clinic's. */
  g_autoptr (HemoBackupManifest) foreign = hemo_backup_manifest_new ();
  foreign->clinic = hemo_uuid_new ();
  foreign->store = hemo_uuid_new ();
  foreign->database = g_strdup ("hemogram-1.db");
  g_autofree char *sha256 = g_strnfill (64, 'a');
  g_ptr_array_add (foreign->files, hemo_backup_file_new ("hemogram-1.db", 1, sha256));
  g_autoptr (GBytes) json = hemo_backup_manifest_to_json (foreign);
  g_autofree char *path = g_build_filename (self->target, HEMO_BACKUP_MANIFEST, NULL);
  g_assert_no_errno (g_mkdir (self->target, 0700));
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (json, NULL),
                                      (gssize)g_bytes_get_size (json), NULL));
  g_assert_false (files_back_up (&self->files, self->target, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
}

static HemoClinic *
restore (Backups *self, const char *login, HemoSecret *secret, GError **error)
{
  return hemo_clinic_restore (self->target, self->restored, login, secret, &self->found, NULL, NULL,
                              NULL, error);
}

static void
check_restored (Backups *self, HemoClinic *clinic, HemoSession *session, const char *station)
{
  g_autoptr (GError) error = NULL;
  HemoStore *store = hemo_clinic_get_store (clinic);
  g_autoptr (GBytes) captured = files_picture (1, 800, 600);
  g_autoptr (GBytes) picture = hemo_clinic_open_image (clinic, session, self->image->uuid, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (picture, captured));
  g_autoptr (GBytes) pdf
      = hemo_clinic_open_report (clinic, session, self->files.specimen, 1, &error);
  g_assert_no_error (error);
  g_autofree char *sha256 = hemo_sha256 (pdf);
  g_assert_cmpstr (sha256, ==, self->report->pdf_sha256);
  /* Another installation with a station code of its own. */
  g_autofree char *now = store_ask (store, "SELECT value FROM meta WHERE key = 'station'");
  g_assert_cmpstr (now, !=, station);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit WHERE what = 'restore'"), ==, 1);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM clinic_key WHERE purpose = "
                                       "'installation'"),
                   ==, 2);
}

/* A bare machine: nothing but the stick and the recovery code. */
static void
test_restore_by_code (Backups *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) code = hemo_secret_ref (self->files.base.recovery_code);
  g_autoptr (HemoSecret) fresh = secret (OTHER_PASSPHRASE);
  g_autofree char *station
      = store_ask (files_store (&self->files), "SELECT value FROM meta WHERE key = 'station'");
  files_back_up_well (&self->files, self->target);
  clinic_close (&self->files.base);
  remove_tree (self->files.base.folder);
  g_autoptr (HemoClinic) clinic = restore (self, NULL, code, &error);
  g_assert_no_error (error);
  g_assert_true (hemo_clinic_recover (clinic, code, "amina", fresh, &error));
  g_assert_no_error (error);
  g_autoptr (HemoSession) session = sign_in (clinic, "amina", OTHER_PASSPHRASE);
  check_restored (self, clinic, session, station);
  hemo_clinic_close (clinic);
}

static void
test_restore_by_passphrase (Backups *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) right = secret (PASSPHRASE);
  g_autoptr (HemoSecret) wrong = secret (OTHER_PASSPHRASE);
  g_autofree char *station
      = store_ask (files_store (&self->files), "SELECT value FROM meta WHERE key = 'station'");
  g_autofree char *part = g_strconcat (self->restored, ".restoring", NULL);
  files_back_up_well (&self->files, self->target);
  g_assert_null (restore (self, "amina", wrong, &error));
  files_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (self->restored, G_FILE_TEST_EXISTS));
  g_autoptr (HemoClinic) clinic = restore (self, "amina", right, &error);
  g_assert_no_error (error);
  g_autoptr (HemoSession) session = sign_in (clinic, "amina", PASSPHRASE);
  check_restored (self, clinic, session, station);
  hemo_clinic_close (clinic);
  /* Never over something that is there. */
  g_assert_null (restore (self, "amina", right, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
}

/* What was restored is not the backup of @newest, and a person can be told so. */
static void
check_older (Backups *self, const char *newest)
{
  g_assert_nonnull (self->found);
  g_assert_cmpstr (self->found->made_at, <, newest);
  g_assert_nonnull (self->found->damage);
  g_assert_cmpuint (self->found->missing, ==, 0);
}

static char *
store_ask_signed_in (HemoClinic *clinic)
{
  g_autoptr (HemoSession) session = sign_in (clinic, "amina", PASSPHRASE);
  return store_ask (hemo_clinic_get_store (clinic),
                    "SELECT detail FROM audit WHERE what = 'restore'");
}

static void
test_restore_damaged (Backups *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) right = secret (PASSPHRASE);
  g_autofree char *copy = g_strdup_printf ("%s/images/%.2s/%s.cms", self->target, self->image->uuid,
                                           self->image->uuid);
  g_autofree char *first_keys = g_build_filename (self->target, "keys-1.json", NULL);
  g_assert_null (restore (self, "amina", right, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  files_back_up_well (&self->files, self->target);
  files_flip (copy, 100);
  g_assert_null (restore (self, "amina", right, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
  files_flip (copy, 100);
  /* The newest store rotted: the one before it serves. */
  files_back_up_well (&self->files, self->target);
  g_autoptr (HemoBackupManifest) manifest = files_load_list (self->target, HEMO_BACKUP_MANIFEST);
  g_autofree char *database = g_build_filename (self->target, manifest->database, NULL);
  files_flip (database, 5000);
  /* One key file is enough. */
  files_flip (first_keys, 100);
  g_autoptr (HemoClinic) clinic = restore (self, "amina", right, &error);
  g_assert_no_error (error);
  hemo_clinic_close (clinic);
  check_older (self, manifest->made_at);
  g_assert_nonnull (strstr (self->found->damage, "1 file is damaged"));
}

/* The newest list is gone, cut short, or names what is not there: the one before it, and said. */
static void
test_restore_older (Backups *self, gconstpointer data)
{
  g_autoptr (HemoSecret) right = secret (PASSPHRASE);
  g_autofree char *path = g_build_filename (self->target, HEMO_BACKUP_MANIFEST, NULL);
  g_autofree char *content = NULL;
  g_autofree char *first = NULL;
  gsize size;
  files_back_up_well (&self->files, self->target);
  g_autoptr (HemoBackupManifest) before = files_load_list (self->target, HEMO_BACKUP_MANIFEST);
  first = g_strdup (before->made_at);
  g_usleep (2000);
  files_back_up_well (&self->files, self->target);
  g_autoptr (HemoBackupManifest) newest = files_load_list (self->target, HEMO_BACKUP_MANIFEST);
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  for (int damage = 0; damage < 3; damage++)
    {
      g_autoptr (GError) error = NULL;
      if (damage == 0)
        g_assert_no_errno (g_unlink (path));
      else
        g_assert_true (
            g_file_set_contents (path, content, (gssize)(size / 2 * (gsize)(damage - 1)), NULL));
      g_autoptr (HemoClinic) clinic = restore (self, "amina", right, &error);
      g_assert_no_error (error);
      check_older (self, newest->made_at);
      g_assert_cmpstr (self->found->made_at, ==, first);
      g_autofree char *detail = store_ask_signed_in (clinic);
      g_assert_nonnull (strstr (detail, first));
      g_assert_nonnull (strstr (detail, "newest one is damaged"));
      hemo_clinic_close (clinic);
      remove_tree (self->restored);
      g_clear_pointer (&self->found, hemo_restored_free);
    }
}

/* A clinic that was restored from one stick does not write over what only the other one has. */
static void
test_newer_there (Backups *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) right = secret (PASSPHRASE);
  g_autofree char *other = g_build_filename (self->files.base.root, "other-stick", NULL);
  files_back_up_well (&self->files, self->target);
  g_autoptr (HemoImage) late = files_add_image (&self->files, self->files.specimen, 2);
  files_back_up_well (&self->files, other);
  g_autoptr (HemoBackupManifest) newer = files_load_list (other, HEMO_BACKUP_MANIFEST);
  g_autoptr (HemoClinic) clinic = restore (self, "amina", right, &error);
  g_assert_no_error (error);
  g_autoptr (HemoSession) session = sign_in (clinic, "amina", PASSPHRASE);
  for (int tries = 0; tries < 2; tries++)
    {
      g_assert_false (hemo_clinic_backup (clinic, session, other, NULL, NULL, NULL, &error));
      files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
    }
  g_autoptr (HemoBackupManifest) kept = files_load_list (other, HEMO_BACKUP_MANIFEST);
  g_assert_cmpstr (kept->database, ==, newer->database);
  g_assert_cmpstr (kept->made_at, ==, newer->made_at);
  g_assert_cmpint (store_count (hemo_clinic_get_store (clinic),
                                "SELECT count(*) FROM audit WHERE what = 'backup'"),
                   ==, 0);
  /* What it came from is its own. */
  g_assert_true (hemo_clinic_backup (clinic, session, self->target, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  hemo_clinic_close (clinic);
}

/* A whole backup says that it is the newest; what it never had is counted. */
static void
test_restore_tells (Backups *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) right = secret (PASSPHRASE);
  g_autofree char *path = files_image_path (&self->files, self->image->uuid);
  files_flip (path, 700);
  g_assert_false (files_back_up (&self->files, self->target, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
  g_autoptr (HemoBackupManifest) manifest = files_load_list (self->target, HEMO_BACKUP_MANIFEST);
  g_autoptr (HemoClinic) clinic = restore (self, "amina", right, &error);
  g_assert_no_error (error);
  hemo_clinic_close (clinic);
  g_assert_cmpstr (self->found->made_at, ==, manifest->made_at);
  g_assert_null (self->found->damage);
  g_assert_cmpuint (self->found->missing, ==, 1);
}

static GPtrArray *
verify (Backups *self)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *findings = NULL;
  hemo_clinic_verify (self->files.base.clinic, self->files.base.session, &findings, NULL, NULL,
                      NULL, &error);
  g_assert_no_error (error);
  return findings;
}

typedef struct
{
  Backups *backups;
  gint stop;
  guint rounds;
} Rotation;

static gpointer
rotate_thread (gpointer data)
{
  Rotation *self = data;
  while (g_atomic_int_get (&self->stop) == 0)
    {
      g_autoptr (GError) error = NULL;
      hemo_clinic_rotate_key (self->backups->files.base.clinic, self->backups->files.base.session,
                              &error);
      g_assert_no_error (error);
      self->rounds++;
    }
  return NULL;
}

static gboolean
grow_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn),
                          "CREATE TABLE ballast AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL "
                          "SELECT i + 1 FROM n WHERE i < 1000) SELECT randomblob (3000) FROM n",
                          error);
}

/* The store's key is changed again and again while backups and verifications run: each of them ends
 * well, and each backup opens with the keys that are in it. */
static void
test_rotation (Backups *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) right = secret (PASSPHRASE);
  Rotation rotation = { .backups = self };
  hemo_store_write (files_store (&self->files), NULL, grow_job, NULL, NULL, &error);
  g_assert_no_error (error);
  GThread *thread = g_thread_new ("rotation", rotate_thread, &rotation);
  for (int round = 0; round < 2; round++)
    {
      files_back_up_well (&self->files, self->target);
      g_autoptr (GPtrArray) findings = verify (self);
      g_assert_cmpuint (findings->len, ==, 0);
      g_autoptr (HemoClinic) clinic = restore (self, "amina", right, &error);
      g_assert_no_error (error);
      hemo_clinic_close (clinic);
      g_assert_null (self->found->damage);
      g_clear_pointer (&self->found, hemo_restored_free);
      remove_tree (self->restored);
    }
  g_atomic_int_set (&rotation.stop, 1);
  g_thread_join (thread);
  g_assert_cmpuint (rotation.rounds, >, 1);
}

static void
assert_finds (Backups *self, const char *code, const char *object)
{
  g_autoptr (GPtrArray) findings = verify (self);
  for (guint i = 0; i < findings->len; i++)
    {
      const HemoVerifyFinding *finding = g_ptr_array_index (findings, i);
      if (g_str_equal (finding->code, code)
          && (object == NULL || g_strcmp0 (finding->object, object) == 0))
        return;
      g_test_message ("%s %s: %s", finding->code, finding->object, finding->text);
    }
  g_error ("verify did not find '%s'", code);
}

static void
test_verify_well (Backups *self, gconstpointer data)
{
  g_autoptr (GPtrArray) findings = verify (self);
  g_assert_cmpuint (findings->len, ==, 0);
  g_assert_cmpint (
      store_count (files_store (&self->files), "SELECT count(*) FROM audit WHERE what = 'verify'"),
      ==, 1);
}

static void
test_verify_files (Backups *self, gconstpointer data)
{
  g_autofree char *path = files_image_path (&self->files, self->image->uuid);
  g_autofree char *report
      = g_strdup_printf ("%s/reports/%s-1.cms", self->files.base.folder, self->report->uuid);
  g_autofree char *unknown
      = files_image_path (&self->files, "aa000000-0000-4000-8000-000000000000");
  g_autofree char *keys = files_path (&self->files, "keys-2.json");
  files_flip (path, 700);
  assert_finds (self, "image-damaged", self->image->uuid);
  g_assert_no_errno (g_unlink (path));
  assert_finds (self, "image-missing", self->image->uuid);
  files_flip (report, 700);
  assert_finds (self, "report-damaged", self->report->uuid);
  g_assert_no_errno (g_unlink (report));
  assert_finds (self, "report-missing", self->report->uuid);
  g_assert_true (g_file_set_contents (unknown, "sealed", -1, NULL));
  assert_finds (self, "image-unknown", NULL);
  files_flip (keys, 50);
  assert_finds (self, "key-file", "keys-2.json");
}

/* A differential with a cell of a field that somebody took away past the program. */
static void
test_verify_count (Backups *self, gconstpointer data)
{
  g_autofree char *count = files_count_cell (&self->files, self->image);
  test_verify_well (self, data);
  files_run_sql (&self->files, "UPDATE image SET entered_in_error = 1");
  assert_finds (self, "count", count);
}

/* Marks that cannot be read are named by their picture. */
static void
test_verify_marks (Backups *self, gconstpointer data)
{
  g_autofree char *sql = g_strdup_printf (
      "INSERT INTO image_mark (image, marks, version) VALUES ('%s', '[]', 1)", self->image->uuid);

  files_run_sql (&self->files, sql);
  test_verify_well (self, data);
  files_run_sql (&self->files, "UPDATE image_mark SET marks = '[{\"kind\"'");
  assert_finds (self, "marks", self->image->uuid);
}

/* Who cannot be found is said, and found again. */
static void
test_verify_index (Backups *self, gconstpointer data)
{
  g_autoptr (GPtrArray) findings = NULL;
  const HemoVerifyFinding *finding;

  files_run_sql (&self->files, "DELETE FROM patient_search WHERE rowid = 1");
  findings = verify (self);
  g_assert_cmpuint (findings->len, ==, 1);
  finding = g_ptr_array_index (findings, 0);
  g_assert_cmpstr (finding->code, ==, "index");
  g_assert_nonnull (strstr (finding->text, "patients: 1)"));
  g_clear_pointer (&findings, g_ptr_array_unref);
  findings = verify (self);
  g_assert_cmpuint (findings->len, ==, 0);
}

static void
test_verify_audit (Backups *self, gconstpointer data)
{
  files_run_sql (&self->files, "DROP TRIGGER audit_is_final; UPDATE audit SET what = 'nothing' "
                               "WHERE seq = 5");
  assert_finds (self, "audit", "5");
}

static void
test_verify_page (Backups *self, gconstpointer data)
{
  gsize size;
  g_autofree char *path = files_path (&self->files, "hemogram.db");
  g_autofree char *content = NULL;
  clinic_reopen (&self->files.base);
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  /* The last page: far from what a sign-in reads. */
  files_flip (path, -2000);
  self->files.base.session = sign_in (self->files.base.clinic, "amina", PASSPHRASE);
  assert_finds (self, "page", NULL);
}

/* Roles: a pathologist backs nothing up, a technician restores nothing. */
static void
test_policy (Backups *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *findings = NULL;
  HemoClinic *clinic = self->files.base.clinic;
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);
  hemo_clinic_add_user (clinic, self->files.base.session, "peter", "Peter Test",
                        HEMO_ROLE_PATHOLOGIST, passphrase, &error);
  g_assert_no_error (error);
  hemo_clinic_add_user (clinic, self->files.base.session, "tabitha", "Tabitha Test",
                        HEMO_ROLE_TECHNICIAN, passphrase, &error);
  g_assert_no_error (error);
  g_autoptr (HemoSession) reader = sign_in (clinic, "peter", OTHER_PASSPHRASE);
  g_assert_false (hemo_clinic_backup (clinic, reader, self->target, NULL, NULL, NULL, &error));
  files_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_false (g_file_test (self->target, G_FILE_TEST_EXISTS));
  g_assert_false (hemo_clinic_verify (clinic, reader, &findings, NULL, NULL, NULL, &error));
  files_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_null (findings);
  files_back_up_well (&self->files, self->target);
  g_assert_null (restore (self, "tabitha", passphrase, &error));
  files_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_false (g_file_test (self->restored, G_FILE_TEST_EXISTS));
}

static void
test_manifest (void)
{
  static const char *const bad[]
      = { "",
          "{",
          "[]",
          "null",
          "{}",
          "{\"format\":\"hemogram-backup-1\"}",
          "{\"format\":\"hemogram-backup-1\",\"clinic\":\"x\",\"store\":\"y\"}" };
  static const char *const names[] = { "",
                                       "..",
                                       "/etc/passwd",
                                       "images/../x",
                                       "hemogram-.db",
                                       "hemogram-1.db.part",
                                       "images/aa/aa000000-0000-4000-8000-00000000000/.cms",
                                       "images/ab/aa000000-0000-4000-8000-000000000000.cms",
                                       "reports/aa000000-0000-4000-8000-000000000000-.cms",
                                       "reports/aa000000-0000-4000-8000-000000000000-1.cms/x",
                                       "keys-3.json" };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) json = g_bytes_new_static (bad[i], strlen (bad[i]));
      g_assert_null (hemo_backup_manifest_parse (json, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_false (hemo_backup_name_is_valid (names[i]));
  g_assert_true (hemo_backup_name_is_valid ("images/aa/aa000000-0000-4000-8000-000000000000.cms"));
  g_assert_true (hemo_backup_name_is_valid ("reports/aa000000-0000-4000-8000-000000000000-12.cms"));
  g_assert_true (hemo_backup_name_is_valid ("hemogram-7.db"));
}

static gpointer
rotate_once (gpointer data)
{
  Rotation *self = data;
  g_autoptr (GError) error = NULL;
  hemo_clinic_rotate_key (self->backups->files.base.clinic, self->backups->files.base.session,
                          &error);
  g_assert_no_error (error);
  g_atomic_int_set (&self->stop, 1);
  return NULL;
}

/* A connection beside the store's own goes on reading: the key is changed when it is closed. */
static void
test_rotation_waits (Backups *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Rotation rotation = { .backups = self };
  HemoStore *store = files_store (&self->files);
  guint version = hemo_store_get_key_version (store);
  g_autoptr (GRWLockReaderLocker) locker = hemo_maintenance_keep_key (store);
  g_autoptr (HemoDb) db = hemo_maintenance_open_database (store, &error);
  g_assert_no_error (error);
  GThread *thread = g_thread_new ("rotation", rotate_once, &rotation);
  for (int wait = 0; wait < 50 && g_atomic_int_get (&rotation.stop) == 0; wait++)
    g_usleep (10000);
  g_assert_true (hemo_maintenance_hold_moment (db, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (hemo_store_get_key_version (store), ==, version);
  g_clear_pointer (&db, hemo_db_close);
  g_clear_pointer (&locker, g_rw_lock_reader_locker_free);
  g_thread_join (thread);
  g_assert_cmpuint (hemo_store_get_key_version (store), ==, version + 1);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
#define ADD(path, function) g_test_add (path, Backups, NULL, set_up, function, tear_down)
  g_test_add_func ("/clinic-backup/manifest", test_manifest);
  ADD ("/clinic-backup/backup", test_backup);
  ADD ("/clinic-backup/incremental", test_incremental);
  ADD ("/clinic-backup/damaged-source", test_damaged_source);
  ADD ("/clinic-backup/cut-off", test_cut_off);
  ADD ("/clinic-backup/bad-targets", test_bad_targets);
  ADD ("/clinic-backup/restore-by-code", test_restore_by_code);
  ADD ("/clinic-backup/restore-by-passphrase", test_restore_by_passphrase);
  ADD ("/clinic-backup/restore-damaged", test_restore_damaged);
  ADD ("/clinic-backup/restore-older", test_restore_older);
  ADD ("/clinic-backup/newer-there", test_newer_there);
  ADD ("/clinic-backup/restore-tells", test_restore_tells);
  ADD ("/clinic-backup/rotation", test_rotation);
  ADD ("/clinic-backup/rotation-waits", test_rotation_waits);
  ADD ("/clinic-backup/verify-well", test_verify_well);
  ADD ("/clinic-backup/verify-files", test_verify_files);
  ADD ("/clinic-backup/verify-count", test_verify_count);
  ADD ("/clinic-backup/verify-marks", test_verify_marks);
  ADD ("/clinic-backup/verify-index", test_verify_index);
  ADD ("/clinic-backup/verify-audit", test_verify_audit);
  ADD ("/clinic-backup/verify-page", test_verify_page);
  ADD ("/clinic-backup/policy", test_policy);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Originals that leave this laptop: never one too many, and each comes back as it went. */

#include "prune-fixture.h"

#include "hemo-backup-manifest.h"

#include <unistd.h>

static gboolean
prune (Pruning *self, const char *backup, HemoPruneTally *tally, GError **error)
{
  const HemoPruneOptions options = { .backup = backup, .compare = pruning_compare };

  return hemo_sync_prune (self->sync.sync, pruning_user (self), &options, tally, NULL, error);
}

/* What a run says of the pictures; @reason %HEMO_PRUNE_MAY: they went. */
static void
assert_prunes (Pruning *self, guint may, HemoPruneReason reason, guint others)
{
  g_autoptr (GError) error = NULL;
  HemoPruneTally tally = { 0 };

  prune (self, self->stick, &tally, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tally.images[HEMO_PRUNE_MAY], ==, may);
  if (reason != HEMO_PRUNE_MAY)
    g_assert_cmpuint (tally.images[reason], ==, others);
}

static void
assert_verifies (Pruning *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = NULL;

  hemo_clinic_verify (pruning_clinic (self), pruning_user (self), &findings, NULL, NULL, NULL,
                      &error);
  g_assert_no_error (error);
  for (guint i = 0; i < findings->len; i++)
    {
      const HemoVerifyFinding *finding = g_ptr_array_index (findings, i);

      /* The signature's date was changed above, which verify does not look at. */
      g_test_message ("%s: %s", finding->code, finding->text);
      g_assert_false (g_str_has_prefix (finding->code, "image"));
      g_assert_cmpstr (finding->code, !=, "orphan");
    }
  g_assert_cmpint (pruning_count (self, "SELECT count(*) FROM image WHERE damaged"), ==, 0);
}

/* Only an administrator, for either. */
static void
test_roles (Pruning *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);
  g_autoptr (HemoSession) other = NULL;
  const HemoPruneOptions options = { .backup = self->stick, .compare = pruning_compare };
  HemoPruneTally tally = { 0 };

  hemo_clinic_add_user (pruning_clinic (self), pruning_user (self), "tess", "Tess Test",
                        HEMO_ROLE_TECHNICIAN, passphrase, &error);
  g_assert_no_error (error);
  other = sign_in (pruning_clinic (self), "tess", OTHER_PASSPHRASE);
  g_assert_false (hemo_sync_prune (self->sync.sync, other, &options, &tally, NULL, &error));
  files_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_false (hemo_store_write (files_store (&self->sync.files), other, pruning_retention_job,
                                    GINT_TO_POINTER (90), NULL, &error));
  files_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  pruning_assert_all_here (self);
}

/* As at the next start. */
static void
reopen (Pruning *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->sync.sync);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  clinic_reopen (&self->sync.files.base);
  self->sync.files.base.session = sign_in (pruning_clinic (self), "amina", PASSPHRASE);
  self->sync.sync = hemo_sync_new (pruning_clinic (self), &error);
  g_assert_no_error (error);
}

static void
assert_elsewhere (Pruning *self, guint i)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = hemo_clinic_open_image (pruning_clinic (self), pruning_user (self),
                                                     self->image[i]->uuid, &error);
  g_autoptr (GBytes) preview = NULL;

  g_assert_null (bytes);
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_ELSEWHERE);
  preview = hemo_clinic_open_preview (pruning_clinic (self), pruning_user (self),
                                      self->image[i]->uuid, &error);
  g_assert_no_error (error);
  g_assert_nonnull (preview);
  g_assert_false (pruning_is_here (self, i));
}

static void
assert_fetches (Pruning *self, guint i)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) fetched
      = hemo_sync_fetch_picture (self->sync.sync, pruning_user (self), self->image[i]->uuid, NULL,
                                 HEMO_LANE_ORIGINALS, NULL, &error);
  g_autoptr (GBytes) opened = NULL;

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (fetched, self->bytes[i]));
  opened = hemo_clinic_open_image (pruning_clinic (self), pruning_user (self), self->image[i]->uuid,
                                   &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (opened, self->bytes[i]));
  syncing_assert_original (&self->sync, self->image[i]->uuid);
}

/* They go, all that is around them stays well, and they come back byte for byte. */
static void
test_there_and_back (Pruning *self, gconstpointer data)
{
  g_autofree char *second = g_build_filename (self->root, "second", NULL);
  g_autofree char *name
      = g_strdup_printf ("images/%.2s/%s.cms", self->image[0]->uuid, self->image[0]->uuid);
  g_autoptr (HemoBackupManifest) manifest = NULL;
  HemoPruneTally tally = { 0 };

  assert_prunes (self, PICTURES, HEMO_PRUNE_MAY, 0);
  for (guint i = 0; i < PICTURES; i++)
    assert_elsewhere (self, i);
  g_assert_cmpint (pruning_count (self, "SELECT count(*) FROM audit WHERE what = 'image.prune'"),
                   ==, PICTURES);
  assert_verifies (self);
  /* On the stick that has them they stay a part of the backup; another one is made without. */
  pruning_back_up (self, self->stick);
  manifest = hemo_backup_manifest_load (self->stick, HEMO_BACKUP_MANIFEST, NULL);
  g_assert_nonnull (hemo_backup_manifest_find (manifest, name));
  pruning_back_up (self, second);
  assert_verifies (self);
  tally = pruning_look (self);
  g_assert_cmpuint (tally.images[HEMO_PRUNE_BEFORE], ==, PICTURES);
  reopen (self);
  assert_elsewhere (self, 0);
  assert_fetches (self, 0);
  g_assert_cmpint (pruning_count (self, "SELECT count(*) FROM pruned_image"), ==, PICTURES - 1);
  g_assert_cmpint (pruning_count (self, "SELECT count(*) FROM audit WHERE what = 'image.back'"), ==,
                   1);
  assert_verifies (self);
  assert_fetches (self, 1);
  pruning_assert_all_here (self);
}

/* From the stick where the server has it no more; and nothing but the very file. */
static void
test_from_stick (Pruning *self, gconstpointer data)
{
  const char *uuid = self->image[0]->uuid;
  g_autofree char *path = g_strdup_printf ("%s/images/%.2s/%s.cms", self->stick, uuid, uuid);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  assert_prunes (self, PICTURES, HEMO_PRUNE_MAY, 0);
  files_flip (path, 900);
  g_assert_null (hemo_clinic_bring_back_from (pruning_clinic (self), pruning_user (self), uuid,
                                              self->stick, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
  assert_elsewhere (self, 0);
  files_flip (path, 900);
  bytes = hemo_clinic_bring_back_from (pruning_clinic (self), pruning_user (self), uuid,
                                       self->stick, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, self->bytes[0]));
  /* What is here is not written over. */
  g_assert_null (hemo_clinic_bring_back_from (pruning_clinic (self), pruning_user (self), uuid,
                                              self->stick, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
}

/* One that turned here, or is gone without having been pruned, comes back as well. */
static void
test_damaged_comes_back (Pruning *self, gconstpointer data)
{
  g_autofree char *turned = files_image_path (&self->sync.files, self->image[0]->uuid);
  g_autofree char *gone = files_image_path (&self->sync.files, self->image[1]->uuid);
  g_autoptr (GError) error = NULL;
  gboolean lacks = FALSE;

  files_flip (turned, 900);
  g_assert_null (hemo_clinic_open_image (pruning_clinic (self), pruning_user (self),
                                         self->image[0]->uuid, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
  g_assert_cmpint (pruning_count (self, "SELECT count(*) FROM image WHERE damaged"), ==, 1);
  g_assert_cmpint (g_unlink (gone), ==, 0);
  for (guint i = 0; i < PICTURES; i++)
    assert_fetches (self, i);
  g_assert_cmpint (pruning_count (self, "SELECT count(*) FROM audit WHERE what = 'image.back'"), ==,
                   PICTURES);
  assert_verifies (self);
  g_assert_true (hemo_clinic_lacks_original (pruning_clinic (self), pruning_user (self),
                                             self->image[0]->uuid, &lacks, &error));
  g_assert_false (lacks);
}

/* The right file stays, also where it cannot be opened just now. */
static void
test_right_file_stays (Pruning *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  assert_prunes (self, PICTURES, HEMO_PRUNE_MAY, 0);
  pruning_run_sql (self, "UPDATE image SET signature = zeroblob (length (signature))");
  g_assert_null (hemo_clinic_bring_back_from (pruning_clinic (self), pruning_user (self),
                                              self->image[0]->uuid, self->stick, &error));
  g_assert_nonnull (error);
  g_assert_true (pruning_is_here (self, 0));
}

static char *
key_of (Pruning *self, guint i, const char *suffix)
{
  return g_strdup_printf ("b/c/images/%s.cms%s", self->image[i]->uuid, suffix);
}

static void
store_object (Pruning *self, const char *key, const char *bytes, gsize size)
{
  g_autoptr (GBytes) object = g_bytes_new (bytes, size);

  fake_s3_store (self->sync.s3, key, object);
}

/* The server says another size, other bytes of that size, or that it has none: it stays. */
static void
test_lies (Pruning *self, gconstpointer data)
{
  g_autofree char *key = key_of (self, 0, "");
  g_autofree char *other = NULL;
  gsize size = g_bytes_get_size (fake_s3_object (self->sync.s3, key));

  other = g_memdup2 (g_bytes_get_data (fake_s3_object (self->sync.s3, key), NULL), size);
  if (data != NULL && g_str_equal (data, "size"))
    store_object (self, key, other, size - 1);
  else if (data != NULL && g_str_equal (data, "bytes"))
    {
      other[size / 2] ^= 1;
      store_object (self, key, other, size);
    }
  else
    g_hash_table_remove (self->sync.s3->objects, key);
  assert_prunes (self, PICTURES - 1, HEMO_PRUNE_SERVER, 1);
  g_assert_true (pruning_is_here (self, 0));
  assert_elsewhere (self, 1);
  /* What was called received is not there: it waits again. */
  g_assert_cmpint (syncing_count (&self->sync, "lane = 2 AND state = 'waiting'"), ==, 1);
  if (data != NULL)
    return;
  syncing_run (&self->sync, 0);
  syncing_assert_original (&self->sync, self->image[0]->uuid);
  assert_prunes (self, 1, HEMO_PRUNE_BEFORE, 1);
}

static gboolean
answer_at (const HemoPruneQuestion *question,
           HemoPruneAnswer *answer,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  answer->there = TRUE;
  answer->now_us = *(gint64 *)data;
  return TRUE;
}

/* A server that nobody can believe what time it is: the clock here may be years ahead. */
static void
test_no_server_time (Pruning *self, gconstpointer data)
{
  const gint64 times[] = { 0, g_get_real_time () - 16 * G_TIME_SPAN_DAY, g_get_real_time () };
  const HemoPruneReason reasons[] = { HEMO_PRUNE_CLOCK, HEMO_PRUNE_YOUNG, HEMO_PRUNE_MAY };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoPruneTally tally = { 0 };
      const HemoPruneOptions options = { .backup = self->stick,
                                         .ask = answer_at,
                                         .ask_data = (gpointer)&times[i],
                                         .compare = pruning_compare };

      hemo_clinic_prune (pruning_clinic (self), pruning_user (self), &options, &tally, NULL,
                         &error);
      g_assert_no_error (error);
      g_assert_cmpuint (tally.images[reasons[i]], ==, PICTURES);
      if (reasons[i] != HEMO_PRUNE_MAY)
        pruning_assert_all_here (self);
    }
}

/* Nobody believes an original without its signature. */
static void
test_no_signature (Pruning *self, gconstpointer data)
{
  g_autofree char *gone = key_of (self, 0, ".sig");
  g_autofree char *other = key_of (self, 1, ".sig");

  g_hash_table_remove (self->sync.s3->objects, gone);
  store_object (self, other, "not what was signed", 19);
  assert_prunes (self, 0, HEMO_PRUNE_SERVER, PICTURES);
  pruning_assert_all_here (self);
}

/* Offline, or somebody else in the server's place: nothing goes. */
static void
test_offline (Pruning *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoPruneTally tally = { 0 };

  if (data != NULL)
    self->sync.s3->portal = TRUE;
  else
    {
      self->sync.s3->fail_status = 503;
      self->sync.s3->fail_code = "SlowDown";
      self->sync.s3->failures = 1000;
    }
  g_assert_false (prune (self, self->stick, &tally, &error));
  g_assert_cmpint (error->domain, ==, HEMO_REMOTE_ERROR);
  g_assert_cmpuint (tally.images[HEMO_PRUNE_MAY], ==, 0);
  pruning_assert_all_here (self);
  g_assert_cmpint (syncing_count (&self->sync, "state <> 'received'"), ==, 0);
}

/* A server that gives back something else: what was pruned stays so, and nothing is kept of it. */
static void
test_fetch_of_lies (Pruning *self, gconstpointer data)
{
  g_autofree char *key = key_of (self, 0, "");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  assert_prunes (self, PICTURES, HEMO_PRUNE_MAY, 0);
  store_object (self, key, "no picture", 10);
  bytes = hemo_sync_fetch_picture (self->sync.sync, pruning_user (self), self->image[0]->uuid, NULL,
                                   HEMO_LANE_ORIGINALS, NULL, &error);
  g_assert_null (bytes);
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
  assert_elsewhere (self, 0);
  assert_verifies (self);
}

static void
assert_backup_refused (Pruning *self, const char *folder, HemoStoreError code)
{
  g_autoptr (GError) error = NULL;
  HemoPruneTally tally = { 0 };

  g_assert_false (prune (self, folder, &tally, &error));
  g_assert_error (error, HEMO_STORE_ERROR, (int)code);
  pruning_assert_all_here (self);
}

/* A folder on the same disk, one without a backup, a backup without its keys, another clinic's. */
static void
test_no_backup (Pruning *self, gconstpointer data)
{
  g_autofree char *same = g_build_filename (self->sync.files.base.root, "same", NULL);
  g_autofree char *keys[] = { g_build_filename (self->stick, "keys-1.json", NULL), NULL };
  g_autofree char *manifest = g_build_filename (self->stick, HEMO_BACKUP_MANIFEST, NULL);
  g_autofree char *text = NULL;
  g_autofree char *other = g_uuid_string_random ();
  char *store;

  pruning_back_up (self, same);
  assert_backup_refused (self, same, HEMO_STORE_ERROR_STATE);
  assert_backup_refused (self, self->root, HEMO_STORE_ERROR_NOT_FOUND);
  assert_backup_refused (self, "/nowhere", HEMO_STORE_ERROR_STATE);
  files_flip (keys[0], 40);
  assert_backup_refused (self, self->stick, HEMO_STORE_ERROR_STATE);
  files_flip (keys[0], 40);
  g_assert_true (g_file_get_contents (manifest, &text, NULL, NULL));
  store = strstr (text, "\"store\":");
  memcpy (strchr (store + 8, '"') + 1, other, 36);
  g_assert_true (g_file_set_contents (manifest, text, -1, NULL));
  assert_backup_refused (self, self->stick, HEMO_STORE_ERROR_STATE);
}

static HemoDiskAnswer
say_same (const char *here, const char *there)
{
  return HEMO_DISK_SAME;
}

static HemoDiskAnswer
say_unknown (const char *here, const char *there)
{
  return HEMO_DISK_UNKNOWN;
}

/* Another file system of the same disk, or of nobody knows which, is no second copy. */
static void
test_no_other_disk (Pruning *self, gconstpointer data)
{
  static const HemoDiskCompare compares[] = { say_same, say_unknown };

  for (guint i = 0; i < G_N_ELEMENTS (compares); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoPruneTally tally = { 0 };
      const HemoPruneOptions options = { .backup = self->stick, .compare = compares[i] };

      g_assert_false (
          hemo_sync_prune (self->sync.sync, pruning_user (self), &options, &tally, NULL, &error));
      files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
      pruning_assert_all_here (self);
    }
}

/* A folder of originals that was moved to the stick, and is linked to there. */
static void
test_original_on_stick (Pruning *self, gconstpointer data)
{
  g_autofree char *path = files_image_path (&self->sync.files, self->image[0]->uuid);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *command = g_strdup_printf ("sh -c \"cp -r '%s' '%s/moved' && rm -r '%s'\"",
                                              folder, self->root, folder);
  g_autofree char *moved = g_build_filename (self->root, "moved", NULL);
  int status = 1, there = 0;

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (symlink (moved, folder), ==, 0);
  /* Others may have gone with it: a folder is named by two digits of a random UUID. */
  for (int i = 0; i < PICTURES; i++)
    there += strncmp (self->image[i]->uuid, self->image[0]->uuid, 2) == 0;
  assert_prunes (self, PICTURES - there, HEMO_PRUNE_BACKUP, there);
  g_assert_true (pruning_is_here (self, 0));
}

/* The copy on the stick is read, not believed. */
static void
test_bad_stick (Pruning *self, gconstpointer data)
{
  const char *uuid = self->image[0]->uuid;
  g_autofree char *path = g_strdup_printf ("%s/images/%.2s/%s.cms", self->stick, uuid, uuid);

  if (data == NULL)
    files_flip (path, 900);
  else
    g_assert_cmpint (g_unlink (path), ==, 0);
  if (data != NULL && g_str_equal (data, "link"))
    {
      g_autofree char *here = files_image_path (&self->sync.files, uuid);

      g_assert_cmpint (symlink (here, path), ==, 0);
    }
  assert_prunes (self, PICTURES - 1, HEMO_PRUNE_BACKUP, 1);
  g_assert_true (pruning_is_here (self, 0));
}

/* A bit that turned here: the two copies may be all that is left, and a person looks. */
static void
test_bad_file (Pruning *self, gconstpointer data)
{
  g_autofree char *path = files_image_path (&self->sync.files, self->image[0]->uuid);

  files_flip (path, 900);
  assert_prunes (self, PICTURES - 1, HEMO_PRUNE_DAMAGED, 1);
  g_assert_true (pruning_is_here (self, 0));
}

/* A picture that was taken after the backup. */
static void
test_newer (Pruning *self, gconstpointer data)
{
  g_autoptr (HemoImage) newer
      = files_add_image (&self->sync.files, self->sync.files.specimen, PICTURES + 1);

  syncing_run (&self->sync, 0);
  pruning_run_sql (self, "UPDATE case_state SET state = 5, touched = 0");
  assert_prunes (self, PICTURES, HEMO_PRUNE_BACKUP, 1);
}

/* What a cut leaves between row and file, in either direction: the file counts. */
static void
test_cut (Pruning *self, gconstpointer data)
{
  pruning_run_sql (self, "INSERT INTO pruned_image SELECT uuid, 's', 'b', 'u', 1 FROM image");
  assert_verifies (self);
  reopen (self);
  pruning_assert_all_here (self);
  g_assert_cmpint (pruning_count (self, "SELECT count(*) FROM audit WHERE what = 'image.unpruned'"),
                   ==, PICTURES);
  assert_verifies (self);
  assert_prunes (self, PICTURES, HEMO_PRUNE_MAY, 0);
}

/* What is here of one that was pruned, and is not what was sealed, does not count. */
static void
test_cut_with_other (Pruning *self, gconstpointer data)
{
  g_autofree char *path = files_image_path (&self->sync.files, self->image[0]->uuid);

  pruning_run_sql (self, "INSERT INTO pruned_image SELECT uuid, 's', 'b', 'u', 1 FROM image");
  files_flip (path, 900);
  reopen (self);
  g_assert_cmpint (pruning_count (self, "SELECT count(*) FROM pruned_image"), ==, 1);
  assert_fetches (self, 0);
  pruning_assert_all_here (self);
}

/* Another server takes the place: what is not here cannot be sent there, and says so. */
static void
test_another_server (Pruning *self, gconstpointer data)
{
  g_autofree char *reason = NULL;

  assert_prunes (self, 1 * PICTURES, HEMO_PRUNE_MAY, 0);
  pruning_run_sql (self, "UPDATE server SET identity = 'another' WHERE kind = 's3'");
  pruning_run_sql (self, "UPDATE queue SET state = 'waiting' WHERE lane = 2");
  g_clear_object (&self->sync.sync);
  self->sync.sync = hemo_sync_new (pruning_clinic (self), NULL);
  syncing_run (&self->sync, 1u << HEMO_LANE_ORIGINALS);
  g_assert_cmpint (syncing_count (&self->sync, "lane = 2 AND state = 'stuck'"), ==, PICTURES);
  reason = store_ask (files_store (&self->sync.files),
                      "SELECT reason FROM queue WHERE lane = 2 LIMIT 1");
  g_assert_nonnull (strstr (reason, "sync fetch"));
}

static gint64
missing (Pruning *self)
{
  g_autoptr (HemoSyncStatus) status = hemo_sync_make_status (self->sync.sync, NULL);

  return status->missing;
}

/* A day later. */
static void
run_later (Pruning *self)
{
  pruning_run_sql (self, "UPDATE meta SET value = '1' WHERE key LIKE 'sync.roster-looked.%'");
  syncing_run (&self->sync, 1u << HEMO_LANE_ORIGINALS);
}

/* Somebody empties the bucket: what only it had is said to be missing, waits for nothing, goes up
 * again where a backup gives it back, and is missed no more where somebody put it back. */
static void
test_emptied (Pruning *self, gconstpointer data)
{
  const char *uuid = self->image[0]->uuid;
  g_autofree char *key = g_strdup_printf ("b/c/images/%s.cms", self->image[1]->uuid);
  g_autofree char *beside = g_strconcat (key, ".sig", NULL);
  g_autoptr (GBytes) kept = g_bytes_ref (fake_s3_object (self->sync.s3, key));
  g_autoptr (GBytes) signature = g_bytes_ref (fake_s3_object (self->sync.s3, beside));
  g_autoptr (GBytes) back = NULL;
  g_autoptr (GError) error = NULL;

  assert_prunes (self, PICTURES, HEMO_PRUNE_MAY, 0);
  run_later (self);
  g_assert_cmpint (missing (self), ==, 0);
  g_hash_table_remove_all (self->sync.s3->objects);
  run_later (self);
  g_assert_cmpint (missing (self), ==, PICTURES);
  g_assert_cmpint (pruning_count (self, "SELECT count(*) FROM audit WHERE what = 'sync.lost' AND "
                                        "object_type = 'Media' AND detail = 'only on the server'"),
                   ==, PICTURES);
  g_assert_cmpint (syncing_count (&self->sync, "lane = 2 AND state <> 'received'"), ==, 0);
  back = hemo_clinic_bring_back_from (pruning_clinic (self), pruning_user (self), uuid, self->stick,
                                      &error);
  g_assert_no_error (error);
  g_assert_cmpint (missing (self), ==, PICTURES - 1);
  syncing_run (&self->sync, 1u << HEMO_LANE_ORIGINALS);
  syncing_assert_original (&self->sync, uuid);
  fake_s3_store (self->sync.s3, key, kept);
  run_later (self);
  g_assert_cmpint (missing (self), ==, PICTURES - 1);
  fake_s3_store (self->sync.s3, beside, signature);
  run_later (self);
  g_assert_cmpint (missing (self), ==, 0);
}

static gboolean
is_roster (gpointer key, gpointer value, gpointer data)
{
  return g_str_has_suffix (key, ".roster");
}

/* The bucket holds something else under the name, of the same size. */
static void
test_other_bytes (Pruning *self, gconstpointer data)
{
  g_autofree char *key = g_strdup_printf ("b/c/images/%s.cms", self->image[1]->uuid);
  gsize size = g_bytes_get_size (fake_s3_object (self->sync.s3, key));
  g_autoptr (GBytes) other = g_bytes_new_take (g_malloc0 (size), size);

  assert_prunes (self, PICTURES, HEMO_PRUNE_MAY, 0);
  fake_s3_store (self->sync.s3, key, other);
  g_hash_table_foreach_remove (self->sync.s3->objects, is_roster, NULL);
  run_later (self);
  g_assert_cmpint (missing (self), ==, 1);
}

/* One that is missing is asked for once more each day, after what is new was sent, and no other is
 * for its sake. */
static void
test_one_missing (Pruning *self, gconstpointer data)
{
  g_autofree char *lost = g_strdup_printf ("b/c/images/%s.cms", self->image[1]->uuid);
  g_autofree char *asks = g_strdup_printf ("HEAD /%s\n", lost);
  g_autofree char *whole = g_strdup_printf ("HEAD /b/c/images/%s.cms\n", self->image[0]->uuid);
  g_autoptr (HemoImage) image = NULL;
  g_autofree char *sends = NULL;
  const char *log;

  assert_prunes (self, PICTURES, HEMO_PRUNE_MAY, 0);
  g_hash_table_remove (self->sync.s3->objects, lost);
  g_hash_table_foreach_remove (self->sync.s3->objects, is_roster, NULL);
  run_later (self);
  g_assert_cmpint (missing (self), ==, 1);
  image = files_add_image (&self->sync.files, self->sync.files.specimen, PICTURES + 1);
  sends = g_strdup_printf ("PUT /b/c/images/%s.cms\n", image->uuid);
  g_string_truncate (self->sync.s3->server->log, 0);
  run_later (self);
  log = self->sync.s3->server->log->str;
  g_assert_nonnull (strstr (log, sends));
  g_assert_nonnull (strstr (strstr (log, sends), asks));
  g_assert_true (strstr (log, asks) > strstr (log, sends));
  g_assert_null (strstr (log, whole));
  g_assert_cmpint (missing (self), ==, 1);
}

/* While all are being asked for, a missing one is asked for among them. */
static void
test_all_asked (Pruning *self, gconstpointer data)
{
  g_autofree char *lost = g_strdup_printf ("b/c/images/%s.cms", self->image[0]->uuid);
  g_autofree char *unproven = g_strdup_printf (
      "UPDATE remote_object SET proven_us = NULL WHERE lane = 2 AND object = '%s'",
      self->image[1]->uuid);

  assert_prunes (self, PICTURES, HEMO_PRUNE_MAY, 0);
  g_hash_table_remove (self->sync.s3->objects, lost);
  pruning_run_sql (self, unproven);
  pruning_run_sql (self, "INSERT OR REPLACE INTO meta (key, value) SELECT 'sync.pruned-left.' || "
                         "identity, '-' FROM server WHERE kind = 's3'");
  run_later (self);
  g_assert_cmpint (missing (self), ==, 1);
  g_assert_cmpint (pruning_count (self, "SELECT count(*) FROM audit WHERE what = 'sync.found'"), ==,
                   1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, data, function)                                                                  \
  g_test_add ("/prune/" path, Pruning, data, pruning_set_up, function, pruning_tear_down)
  ADD ("roles", NULL, test_roles);
  ADD ("there-and-back", NULL, test_there_and_back);
  ADD ("from-stick", NULL, test_from_stick);
  ADD ("damaged-comes-back", NULL, test_damaged_comes_back);
  ADD ("right-file-stays", NULL, test_right_file_stays);
  ADD ("lies/size", "size", test_lies);
  ADD ("lies/bytes", "bytes", test_lies);
  ADD ("lies/gone", NULL, test_lies);
  ADD ("lies/no-signature", NULL, test_no_signature);
  ADD ("no-server-time", NULL, test_no_server_time);
  ADD ("offline", NULL, test_offline);
  ADD ("portal", "portal", test_offline);
  ADD ("fetch-of-lies", NULL, test_fetch_of_lies);
  ADD ("no-backup", NULL, test_no_backup);
  ADD ("no-other-disk", NULL, test_no_other_disk);
  ADD ("original-on-stick", NULL, test_original_on_stick);
  ADD ("bad-stick", NULL, test_bad_stick);
  ADD ("stick-without", "without", test_bad_stick);
  ADD ("stick-of-links", "link", test_bad_stick);
  ADD ("bad-file", NULL, test_bad_file);
  ADD ("newer", NULL, test_newer);
  ADD ("cut", NULL, test_cut);
  ADD ("cut-with-other", NULL, test_cut_with_other);
  ADD ("another-server", NULL, test_another_server);
  ADD ("emptied", NULL, test_emptied);
  ADD ("other-bytes", NULL, test_other_bytes);
  ADD ("one-missing", NULL, test_one_missing);
  ADD ("all-asked", NULL, test_all_asked);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a clinic's bucket keeps beside pictures: the clinic begins anew from it, and the audit log
 * is held against it; whatever else lies there. */

#include "sync-fixture.h"

#include "hemo-audit.h"
#include "hemo-clinic-rescue.h"
#include "hemo-rescue-sync.h"

#include <string.h>

#define PREVIEWS (1u << HEMO_LANE_PREVIEWS)

static HemoServerSettings *
dup_settings (Syncing *self, guint server)
{
  g_autoptr (GError) error = NULL;
  HemoServerSettings *settings
      = hemo_server_settings_parse (self->sync->servers[server]->settings, &error);

  g_assert_no_error (error);
  return settings;
}

/* (transfer full) */
static GPtrArray *
fetch (Syncing *self, GError **error)
{
  g_autoptr (HemoServerSettings) pictures = dup_settings (self, 1);
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoS3) s3
      = hemo_server_settings_open_s3 (pictures, "", self->sync->clocks[1], &failure);

  g_assert_no_error (failure);
  return hemo_rescue_fetch (s3, NULL, error);
}

static HemoClinic *
rebuild (Syncing *self, GPtrArray *texts, HemoSecret *code, GError **error)
{
  g_autofree char *folder = g_build_filename (self->files.base.root, "bare", NULL);
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);

  return hemo_clinic_rescue_open (folder, texts, code, "boss", "Boss", passphrase,
                                  self->sync->servers[1]->settings, error);
}

/* (transfer full): key of what this installation left */
static char *
dup_key (Syncing *self, const char *folder, const char *end)
{
  g_autofree char *installation
      = store_ask (files_store (&self->files), "SELECT value FROM meta WHERE key = 'installation'");

  return g_strconcat ("b/c/", folder, "/", installation, end, NULL);
}

static void
put (Syncing *self, const char *key, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  fake_s3_store (self->s3, key, bytes);
}

/* The laptop is gone: what the servers hold, and the code on paper, make the clinic again. */
static void
test_rebuild (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  g_autoptr (GBytes) captured = hemo_clinic_open_image (
      self->files.base.clinic, self->files.base.session, image->uuid, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoServerSettings) records = dup_settings (self, 0);
  g_autoptr (GPtrArray) texts = NULL;
  g_autoptr (HemoClinic) bare = NULL;
  g_autoptr (HemoSession) session = NULL;
  g_autoptr (HemoSync) sync = NULL;
  g_autoptr (GBytes) fetched = NULL;
  g_autofree char *accession = NULL;

  syncing_run (self, 0);
  texts = fetch (self, &error);
  g_assert_no_error (error);
  bare = rebuild (self, texts, self->files.base.recovery_code, &error);
  g_assert_no_error (error);
  session = sign_in (bare, "boss", OTHER_PASSPHRASE);
  /* The server for pictures came with it. */
  save_server (bare, session, HEMO_SERVER_FHIR, records);
  sync = hemo_sync_new (bare, &error);
  g_assert_no_error (error);
  g_assert_true (hemo_sync_run_once (sync, 0, NULL, NULL, &error));
  g_assert_no_error (error);
  accession = store_ask (hemo_clinic_get_store (bare), "SELECT accession FROM specimen");
  g_assert_cmpstr (accession, ==, self->files.accession);
  g_assert_cmpint (store_count (hemo_clinic_get_store (bare), "SELECT count(*) FROM patient"), ==,
                   1);
  fetched = hemo_sync_fetch_picture (sync, session, image->uuid, NULL, HEMO_LANE_ORIGINALS, NULL,
                                     &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (fetched, captured));
  g_clear_object (&sync);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  hemo_clinic_close (bare);
}

/* What else lies there, or does no more, stops nothing; without any there is nothing to begin
 * from, and that is said. */
static void
test_bucket (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) none = fetch (self, &error);
  g_autoptr (GPtrArray) damaged = NULL;
  g_autoptr (GPtrArray) texts = NULL;
  g_autoptr (HemoClinic) bare = NULL;
  g_autofree char *key = dup_key (self, "recovery", ".rescue");
  g_autoptr (GBytes) whole = NULL;

  g_assert_null (none);
  files_assert_error (error, HEMO_REMOTE_ERROR, (int)HEMO_REMOTE_ERROR_NOT_FOUND);
  syncing_run (self, PREVIEWS);
  whole = g_bytes_ref (fake_s3_object (self->s3, key));
  put (self, key, "hemogram-rescue-1\n");
  damaged = fetch (self, &error);
  g_assert_no_error (error);
  g_assert_null (rebuild (self, damaged, self->files.base.recovery_code, &error));
  files_assert_error (error, HEMO_VAULT_ERROR, (int)HEMO_VAULT_ERROR_DAMAGED);
  put (self, "b/c/recovery/0.rescue", "");
  put (self, "b/c/recovery/notes.txt", "not ours");
  fake_s3_store (self->s3, key, whole);
  texts = fetch (self, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (texts->len, ==, 2);
  bare = rebuild (self, texts, self->files.base.recovery_code, &error);
  g_assert_no_error (error);
  hemo_clinic_close (bare);
}

/* A server that is busy, or lets nobody in, is not one that keeps nothing. */
static void
test_away (Syncing *self, gconstpointer data)
{
  static const guint codes[] = { 403, 503 };
  static const HemoRemoteError errors[] = { HEMO_REMOTE_ERROR_DENIED, HEMO_REMOTE_ERROR_BUSY };

  syncing_run (self, PREVIEWS);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = NULL;

      self->s3->fail_method = "GET";
      self->s3->fail_status = codes[i];
      self->s3->failures = 1;
      g_assert_null (fetch (self, &error));
      g_assert_error (error, HEMO_REMOTE_ERROR, (int)errors[i]);
    }
}

/* That the clinic's new start cannot be left there is told, and holds no picture. */
static void
test_refused (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = dup_key (self, "recovery", ".rescue");
  g_autoptr (HemoSecret) code = NULL;
  g_autoptr (HemoImage) image = NULL;
  g_autofree char *preview = NULL;
  g_autoptr (GBytes) before = NULL;

  syncing_run (self, PREVIEWS);
  before = g_bytes_ref (fake_s3_object (self->s3, key));
  code = hemo_clinic_new_recovery_code (self->files.base.clinic, self->files.base.session, &error);
  g_assert_no_error (error);
  image = files_add_image (&self->files, self->files.specimen, 1);
  preview = g_strdup_printf ("b/c/previews/%s.cms", image->uuid);
  self->s3->fail_method = "PUT";
  self->s3->fail_status = 403;
  self->s3->failures = 1;
  syncing_run_fails (self, PREVIEWS, HEMO_REMOTE_ERROR_DENIED);
  g_assert_nonnull (fake_s3_object (self->s3, preview));
  g_assert_true (g_bytes_equal (before, fake_s3_object (self->s3, key)));
  syncing_run (self, PREVIEWS);
  g_assert_false (g_bytes_equal (before, fake_s3_object (self->s3, key)));
}

static void
wait_a_day (Syncing *self)
{
  files_run_sql (&self->files, "UPDATE meta SET value = '1' WHERE key LIKE 'sync.roster-looked.%'");
}

/* The bucket was emptied after all was received: that is seen within a day, and all goes there
 * again, pictures and what else lies beside them. One that may not be asked holds nothing up. */
static void
test_emptied (Syncing *self, gconstpointer data)
{
  g_autofree char *rescue = dup_key (self, "recovery", ".rescue");
  g_autofree char *roster = dup_key (self, "installations", ".roster");
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  g_autofree char *preview = g_strdup_printf ("b/c/previews/%s.cms", image->uuid);
  g_autoptr (HemoImage) other = NULL;
  guint puts;

  syncing_run (self, 0);
  syncing_assert_original (self, image->uuid);
  puts = self->s3->puts;
  wait_a_day (self);
  syncing_run (self, 0);
  g_assert_cmpuint (self->s3->puts, ==, puts);
  g_hash_table_remove_all (self->s3->objects);
  /* Asked for a moment ago. */
  syncing_run (self, 0);
  g_assert_cmpuint (self->s3->puts, ==, puts);
  wait_a_day (self);
  syncing_run (self, 0);
  syncing_assert_original (self, image->uuid);
  g_assert_nonnull (fake_s3_object (self->s3, preview));
  g_assert_nonnull (fake_s3_object (self->s3, rescue));
  g_assert_nonnull (fake_s3_object (self->s3, roster));
  g_assert_cmpint (syncing_count (self, "state <> 'received'"), ==, 0);
  other = files_add_image (&self->files, self->files.specimen, 2);
  wait_a_day (self);
  self->s3->fail_method = "HEAD";
  self->s3->fail_status = 403;
  self->s3->failures = 1;
  syncing_run (self, 0);
  g_assert_cmpuint (self->s3->failures, ==, 0);
  syncing_assert_original (self, other->uuid);
}

/* What stands between us and the bucket while it is asked whether it is the same. */
static const struct
{
  guint status;
  gboolean portal;
} unclear[] = { { 403, FALSE }, { 503, FALSE }, { 0, TRUE } };

/* Whoever signs in to the bucket is somebody else, and at first it does not say whether it has what
 * was told: that is no answer, and it is asked again. */
static void
test_unclear (Syncing *self, gconstpointer data)
{
  g_autofree char *roster = NULL;

  syncing_run (self, 0);
  roster = dup_key (self, "installations", ".roster");
  for (guint i = 0; i < G_N_ELEMENTS (unclear); i++)
    {
      g_hash_table_remove_all (self->s3->objects);
      files_run_sql (&self->files,
                     "UPDATE meta SET value = '0' WHERE key LIKE 'sync.roster-looked.%'");
      self->s3->portal = unclear[i].portal;
      self->s3->fail_method = "HEAD";
      self->s3->fail_status = unclear[i].status;
      self->s3->failures = !unclear[i].portal;
      hemo_sync_run_once (self->sync, PREVIEWS, NULL, NULL, NULL);
      g_assert_cmpuint (self->s3->failures, ==, 0);
      self->s3->portal = FALSE;
      g_assert_null (fake_s3_object (self->s3, roster));
      files_run_sql (&self->files, "UPDATE meta SET value = value + 3600000000 WHERE key LIKE "
                                   "'sync.roster-looked.%' AND value LIKE '-%'");
      syncing_run (self, PREVIEWS);
      g_assert_nonnull (fake_s3_object (self->s3, roster));
    }
}

/* Nor is it forgotten where something else is to be told by then. */
static void
test_told_anew (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  g_autofree char *preview = g_strdup_printf ("b/c/previews/%s.cms", image->uuid);

  syncing_run (self, 0);
  g_hash_table_remove_all (self->s3->objects);
  files_run_sql (&self->files, "UPDATE meta SET value = '0' WHERE key LIKE 'sync.roster-looked.%'");
  files_run_sql (&self->files, "UPDATE meta SET value = 'other' WHERE key LIKE 'sync.roster.%'");
  syncing_run (self, PREVIEWS);
  g_assert_nonnull (fake_s3_object (self->s3, preview));
}

/* A key that may only write is not asked each time. */
static void
test_unclear_waits (Syncing *self, gconstpointer data)
{
  syncing_run (self, 0);
  wait_a_day (self);
  self->s3->fail_method = "HEAD";
  self->s3->fail_status = 403;
  self->s3->failures = 2;
  syncing_run (self, PREVIEWS);
  syncing_run (self, PREVIEWS);
  g_assert_cmpuint (self->s3->failures, ==, 1);
}

/* The other lane of pictures is at it. */
static void
test_told_once (Syncing *self, gconstpointer data)
{
  g_autofree char *roster = dup_key (self, "installations", ".roster");

  self->sync->tells_whom = TRUE;
  syncing_run (self, PREVIEWS);
  g_assert_null (fake_s3_object (self->s3, roster));
  g_assert_true (self->sync->tells_whom);
  self->sync->tells_whom = FALSE;
  syncing_run (self, PREVIEWS);
  g_assert_nonnull (fake_s3_object (self->s3, roster));
  g_assert_false (self->sync->tells_whom);
}

static gboolean
sign_head_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_audit_sign_head (txn, error);
}

/* Each head leaves once, is never written over, and tells when the log was made anew. */
static void
test_heads (Syncing *self, gconstpointer data)
{
  HemoSession *session = self->files.base.session;
  g_autoptr (GError) error = NULL;
  guint checked = 0, puts;

  syncing_run (self, PREVIEWS);
  puts = self->s3->puts;
  syncing_run (self, 0);
  hemo_store_write (files_store (&self->files), session, sign_head_job, NULL, NULL, &error);
  g_assert_no_error (error);
  puts = self->s3->puts;
  syncing_run (self, PREVIEWS);
  g_assert_cmpuint (self->s3->puts, ==, puts + 1);
  g_assert_true (hemo_sync_check_heads (self->sync, session, &checked, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (checked, ==, 2);
  files_run_sql (&self->files,
                 "DROP TRIGGER IF EXISTS audit_is_final; UPDATE audit SET mac = zeroblob(32) "
                 "WHERE seq = (SELECT max(seq) FROM audit_head)");
  g_assert_false (hemo_sync_check_heads (self->sync, session, &checked, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
}

/* What the server put in the place of a head is none. */
static void
test_no_heads (Syncing *self, gconstpointer data)
{
  static const char *const texts[] = { "", "{}", "[", "{\"format\":\"hemogram-audit-head-1\"}" };
  g_autofree char *key = dup_key (self, "audit", "/999999999999.json");

  syncing_run (self, PREVIEWS);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      guint checked = 0;

      put (self, key, texts[i]);
      g_assert_false (
          hemo_sync_check_heads (self->sync, self->files.base.session, &checked, NULL, &error));
      g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/sync-rescue/" path, Syncing, NULL, syncing_set_up, test, syncing_tear_down)
  ADD ("rebuild", test_rebuild);
  ADD ("bucket", test_bucket);
  ADD ("away", test_away);
  ADD ("refused", test_refused);
  ADD ("emptied", test_emptied);
  ADD ("unclear", test_unclear);
  ADD ("unclear-waits", test_unclear_waits);
  ADD ("told-anew", test_told_anew);
  ADD ("told-once", test_told_once);
  ADD ("heads", test_heads);
  ADD ("no-heads", test_no_heads);
  return g_test_run ();
}

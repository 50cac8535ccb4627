/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Servers and what they have proven to hold; who may see and change it. */

#include "records-fixture.h"

#include "hemo-queue.h"
#include "hemo-remote-table.h"

typedef struct
{
  Records *records;
  HemoSession *sync;
} Remote;

static void
set_up (Remote *remote, gconstpointer data)
{
  remote->records = records_open ();
  remote->sync = hemo_session_new_for_sync ("99999999-9999-4999-8999-999999999999");
}

static void
tear_down (Remote *remote, gconstpointer data)
{
  hemo_session_unref (remote->sync);
  records_close (remote->records);
}

static HemoTxn *
begin_sync (Remote *remote)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn
      = hemo_txn_begin (remote->records->db, remote->sync, remote->records->audit_keys, &error);

  g_assert_no_error (error);
  return txn;
}

static void
save_server (Remote *remote, const char *kind, const char *settings, gboolean another)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (remote->records, HEMO_ROLE_ADMINISTRATOR);

  hemo_server_save (txn, kind, settings, another, &error);
  g_assert_no_error (error);
  records_commit (txn);
}

static HemoServerRow *
load_server (Remote *remote, const char *kind)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = begin_sync (remote);
  HemoServerRow *server = hemo_server_load (txn, kind, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return server;
}

static void
test_server (Remote *remote, gconstpointer data)
{
  g_autoptr (HemoServerRow) first = NULL;
  g_autoptr (HemoServerRow) edited = NULL;
  g_autoptr (HemoServerRow) another = NULL;

  g_assert_null (load_server (remote, HEMO_SERVER_FHIR));
  save_server (remote, HEMO_SERVER_FHIR, "{\"token\":\"s3cret\"}", FALSE);
  first = load_server (remote, HEMO_SERVER_FHIR);
  g_assert_cmpstr (first->settings, ==, "{\"token\":\"s3cret\"}");
  save_server (remote, HEMO_SERVER_FHIR, "{\"token\":\"newer\"}", FALSE);
  edited = load_server (remote, HEMO_SERVER_FHIR);
  g_assert_cmpstr (edited->identity, ==, first->identity);
  g_assert_cmpint (edited->version, ==, 2);
  save_server (remote, HEMO_SERVER_FHIR, "{}", TRUE);
  another = load_server (remote, HEMO_SERVER_FHIR);
  g_assert_cmpstr (another->identity, !=, first->identity);
  save_server (remote, HEMO_SERVER_FHIR, NULL, FALSE);
  g_assert_null (load_server (remote, HEMO_SERVER_FHIR));
  g_assert_cmpint (
      records_ask (remote->records, "SELECT count(*) FROM audit WHERE detail LIKE '%s3cret%'"), ==,
      0);
}

static void
test_server_is_for_administrators (Remote *remote, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean is_set = FALSE;
  HemoTxn *txn;

  save_server (remote, HEMO_SERVER_S3, "{}", FALSE);
  txn = records_begin (remote->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_server_is_set (txn, HEMO_SERVER_S3, &is_set, &error));
  g_assert_true (is_set);
  g_assert_null (hemo_server_load (txn, HEMO_SERVER_S3, &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_false (hemo_server_save (txn, HEMO_SERVER_S3, "{}", FALSE, &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  hemo_txn_end (txn);
  txn = begin_sync (remote);
  g_assert_false (hemo_server_save (txn, HEMO_SERVER_S3, "{}", FALSE, &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  hemo_txn_end (txn);
}

/* Another server has proven nothing: what the old one had waits for the new one. */
static void
test_another_server_gets_all (Remote *remote, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoPatient) patient = NULL;
  g_autoptr (GPtrArray) items = NULL;
  HemoTxn *txn = records_begin (remote->records, HEMO_ROLE_TECHNICIAN);

  patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  records_commit (txn);
  save_server (remote, HEMO_SERVER_FHIR, "{}", FALSE);
  txn = begin_sync (remote);
  items = hemo_queue_waiting (txn, HEMO_LANE_RESULTS, 9, &error);
  g_assert_cmpuint (items->len, ==, 1);
  g_assert_true (hemo_queue_received (txn, items->pdata[0], &error));
  g_assert_cmpint (hemo_queue_count (txn, HEMO_LANE_RESULTS, &error), ==, 0);
  records_commit (txn);
  save_server (remote, HEMO_SERVER_FHIR, "{\"name\":\"same\"}", FALSE);
  g_assert_cmpint (records_ask (remote->records, "SELECT count(*) FROM queue WHERE state = "
                                                 "'waiting'"),
                   ==, 0);
  save_server (remote, HEMO_SERVER_S3, "{}", TRUE);
  g_assert_cmpint (records_ask (remote->records, "SELECT count(*) FROM queue WHERE state = "
                                                 "'waiting'"),
                   ==, 0);
  save_server (remote, HEMO_SERVER_FHIR, "{}", TRUE);
  g_assert_cmpint (records_ask (remote->records, "SELECT count(*) FROM queue WHERE state = "
                                                 "'waiting'"),
                   ==, 1);
}

static void
test_resource (Remote *remote, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoRemoteResource sent = { "Patient", "p1", "3", "aa", "{}" };
  HemoRemoteResource newer = { "Patient", "p1", "4", NULL, "{\"a\":1}" };
  HemoRemoteResource other = { "Observation", "b", "1", "bb", NULL };
  g_autoptr (HemoRemoteResource) found = NULL;
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) next = NULL;
  HemoTxn *txn = begin_sync (remote);

  g_assert_null (hemo_remote_resource_load (txn, "v1", "Patient", "p1", &error));
  g_assert_no_error (error);
  g_assert_true (hemo_remote_resource_save (txn, "v1", &sent, &error));
  g_assert_true (hemo_remote_resource_save (txn, "v1", &newer, &error));
  g_assert_true (hemo_remote_resource_save (txn, "v1", &other, &error));
  found = hemo_remote_resource_load (txn, "v1", "Patient", "p1", &error);
  g_assert_cmpstr (found->version_id, ==, "4");
  g_assert_null (found->sha256);
  g_assert_cmpstr (found->base, ==, "{\"a\":1}");
  g_assert_null (hemo_remote_resource_load (txn, "v2", "Patient", "p1", &error));
  first = hemo_remote_resources_list (txn, "v1", NULL, NULL, 1, &error);
  g_assert_cmpuint (first->len, ==, 1);
  g_assert_cmpstr (((HemoRemoteResource *)first->pdata[0])->type, ==, "Observation");
  next = hemo_remote_resources_list (txn, "v1", "Observation", "b", 9, &error);
  g_assert_cmpuint (next->len, ==, 1);
  g_assert_cmpstr (((HemoRemoteResource *)next->pdata[0])->id, ==, "p1");
  records_commit (txn);
}

/* What the server lost waits again, once. */
static void
test_lost (Remote *remote, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoPatient) patient = NULL;
  g_autoptr (GPtrArray) items = NULL;
  HemoRemoteResource known = { .type = "Patient", .version_id = "1" };
  HemoTxn *txn = records_begin (remote->records, HEMO_ROLE_TECHNICIAN);

  patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  records_commit (txn);
  known.id = patient->uuid;
  txn = begin_sync (remote);
  items = hemo_queue_waiting (txn, HEMO_LANE_RESULTS, 9, &error);
  g_assert_true (hemo_queue_received (txn, items->pdata[0], &error));
  g_assert_true (hemo_remote_resource_save (txn, "v1", &known, &error));
  g_assert_true (hemo_remote_resource_lost (txn, "v1", "Patient", patient->uuid, &error));
  g_assert_no_error (error);
  g_assert_cmpint (hemo_queue_count (txn, HEMO_LANE_RESULTS, &error), ==, 1);
  g_assert_null (hemo_remote_resource_load (txn, "v1", "Patient", patient->uuid, &error));
  records_commit (txn);
}

static void
test_object (Remote *remote, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = g_bytes_new_static ("sealed", 6);
  g_autofree char *sha256 = g_strnfill (64, 'a');
  HemoRemoteObject object = { .object = "i1",
                              .lane = HEMO_LANE_PREVIEWS,
                              .key = "k/i1",
                              .sha256 = sha256,
                              .bytes = 6,
                              .sent = 2,
                              .progress = "{}",
                              .sealed = sealed };
  g_autoptr (HemoRemoteObject) begun = NULL;
  g_autoptr (HemoRemoteObject) proven = NULL;
  HemoTxn *txn = begin_sync (remote);

  g_assert_true (hemo_remote_object_save (txn, "v1", &object, &error));
  g_assert_no_error (error);
  begun = hemo_remote_object_load (txn, "v1", "i1", HEMO_LANE_PREVIEWS, &error);
  g_assert_true (g_bytes_equal (begun->sealed, sealed));
  g_assert_cmpint (begun->sent, ==, 2);
  g_assert_cmpint (begun->proven_us, ==, 0);
  g_assert_null (hemo_remote_object_load (txn, "v1", "i1", HEMO_LANE_ORIGINALS, &error));
  object.proven_us = 77;
  g_assert_true (hemo_remote_object_save (txn, "v1", &object, &error));
  proven = hemo_remote_object_load (txn, "v1", "i1", HEMO_LANE_PREVIEWS, &error);
  g_assert_null (proven->sealed);
  g_assert_null (proven->progress);
  g_assert_cmpint (proven->sent, ==, 6);
  g_assert_cmpint (proven->proven_us, ==, 77);
  records_commit (txn);
}

static void
test_notes (Remote *remote, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;
  HemoTxn *txn = begin_sync (remote);

  g_assert_null (hemo_sync_note_load (txn, "cursor", &error));
  g_assert_no_error (error);
  g_assert_true (hemo_sync_note_save (txn, "cursor", "2026-11-21T10:00:00Z", &error));
  found = hemo_sync_note_load (txn, "cursor", &error);
  g_assert_cmpstr (found, ==, "2026-11-21T10:00:00Z");
  records_commit (txn);
}

/* Nobody is signed in: what is a person's to do is refused. */
static void
test_sync_may_little (Remote *remote, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoPatient) patient = NULL;
  HemoTxn *txn = records_begin (remote->records, HEMO_ROLE_TECHNICIAN);

  patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  records_commit (txn);
  txn = begin_sync (remote);
  g_assert_false (hemo_patient_save (txn, patient, &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  hemo_txn_end (txn);
  for (int action = 0; action < HEMO_ACTIONS; action++)
    g_assert_cmpint (hemo_policy_allows_sync ((HemoAction)action), ==,
                     action == HEMO_ACTION_SYNC || action == HEMO_ACTION_SYNC_APPLY
                         || action == HEMO_ACTION_PATIENT_VIEW || action == HEMO_ACTION_CASE_VIEW
                         || action == HEMO_ACTION_IMAGE_VIEW);
}

/* It reads in order to send: nobody has looked at anything. */
static void
test_reading_is_no_view (Remote *remote, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoPatient) patient = NULL;
  g_autoptr (HemoPatient) found = NULL;
  HemoTxn *txn = records_begin (remote->records, HEMO_ROLE_TECHNICIAN);

  patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  records_commit (txn);
  txn = begin_sync (remote);
  found = hemo_patient_load (txn, patient->uuid, &error);
  g_assert_no_error (error);
  records_commit (txn);
  g_assert_cmpstr (found->family, ==, "Otieno");
  g_assert_cmpint (
      records_ask (remote->records, "SELECT count(*) FROM audit WHERE what = 'patient.view'"), ==,
      0);
}

/* What lies on the shelf was not received: of that nothing is in doubt. */
static void
test_doubt (Remote *remote, gconstpointer data)
{
  static const char *const states[] = { "received", "stuck", "waiting" };
  g_autofree char *sha256 = g_strnfill (64, 'a');

  records_run (
      remote->records,
      "INSERT INTO server (kind, identity, settings, version) VALUES ('s3', 'v1', '{}', 1)");
  records_run (remote->records,
               "INSERT INTO change (uuid, what, kind, object, version, at_us, offset_minutes) "
               "VALUES ('c1', 'image.add', 'Binary', 'i1', 1, 1, 0)");
  records_run (remote->records, "INSERT INTO queue (change, kind, object, lane) SELECT max (seq), "
                                "'Binary', 'i1', 2 FROM change");
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *sql = g_strdup_printf ("UPDATE queue SET state = '%s'", states[i]);
      HemoRemoteObject object = { .object = "i1",
                                  .lane = HEMO_LANE_ORIGINALS,
                                  .key = "images/i1.cms",
                                  .sha256 = sha256,
                                  .bytes = 6,
                                  .proven_us = 77 };
      g_autoptr (HemoRemoteObject) found = NULL;
      g_autoptr (HemoQueueItem) next = NULL, doubted = NULL;
      const char *const none[] = { NULL };
      HemoTxn *txn;

      records_run (remote->records, sql);
      txn = begin_sync (remote);
      g_assert_true (hemo_remote_object_save (txn, "v1", &object, &error));
      g_assert_true (hemo_remote_object_doubt (txn, "i1", HEMO_LANE_ORIGINALS, &error));
      found = hemo_remote_object_load (txn, "v1", "i1", HEMO_LANE_ORIGINALS, &error);
      g_assert_cmpint (found->proven_us, ==, i == 0 ? 0 : 77);
      /* It is asked for, and not sent before that. */
      doubted = hemo_queue_next_doubted (txn, "v1", &error);
      next = hemo_queue_next_picture (txn, HEMO_LANE_ORIGINALS, none, &error);
      g_assert_no_error (error);
      g_assert_cmpint (doubted != NULL, ==, i == 0);
      g_assert_cmpint (next != NULL, ==, i == 2);
      records_commit (txn);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Remote, NULL, set_up, test, tear_down)
  ADD ("/remote-table/server", test_server);
  ADD ("/remote-table/server-is-for-administrators", test_server_is_for_administrators);
  ADD ("/remote-table/another-server-gets-all", test_another_server_gets_all);
  ADD ("/remote-table/resource", test_resource);
  ADD ("/remote-table/lost", test_lost);
  ADD ("/remote-table/object", test_object);
  ADD ("/remote-table/doubt", test_doubt);
  ADD ("/remote-table/notes", test_notes);
  ADD ("/remote-table/sync-may-little", test_sync_may_little);
  ADD ("/remote-table/reading-is-no-view", test_reading_is_no_view);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The store's threads, jobs, and transactions: policy, audit, change log, queue. */

#include "store-fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
change_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_txn_require (txn, HEMO_ACTION_PATIENT_EDIT, "patient", data, error)
         && hemo_txn_log_change (txn, "patient.edit", "Patient", data, 1, HEMO_LANE_RESULTS, error);
}

static gboolean
write_change (ClinicFixture *fixture, const char *object, GError **error)
{
  return hemo_store_write (hemo_clinic_get_store (fixture->clinic), fixture->session, change_job,
                           (gpointer)object, NULL, error);
}

static void
test_change_and_queue (ClinicFixture *fixture, gconstpointer data)
{
  HemoStore *store = hemo_clinic_get_store (fixture->clinic);
  g_autoptr (GError) error = NULL;
  gint64 rows = store_count (store, "SELECT count(*) FROM audit");

  write_change (fixture, "p1", &error);
  g_assert_no_error (error);
  g_assert_cmpint (store_count (store,
                                "SELECT count(*) FROM change WHERE object = 'p1' AND "
                                "what = 'patient.edit' AND version = 1 AND actor IS NOT NULL"),
                   ==, 1);
  g_assert_cmpint (store_count (store,
                                "SELECT count(*) FROM queue JOIN change ON change.seq = change "
                                "WHERE queue.object = 'p1' AND lane = 0 AND state = 'waiting'"),
                   ==, 1);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit"), ==, rows + 1);
}

static gboolean
change_then_fail_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_assert_true (change_job (txn, data, result, error));
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE, "not today");
  return FALSE;
}

static void
test_failure_keeps_nothing (ClinicFixture *fixture, gconstpointer data)
{
  HemoStore *store = hemo_clinic_get_store (fixture->clinic);
  g_autoptr (GError) error = NULL;
  gint64 rows = store_count (store, "SELECT count(*) FROM audit");

  g_assert_false (
      hemo_store_write (store, fixture->session, change_then_fail_job, "p2", NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM change WHERE object = 'p2'"), ==, 0);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM queue WHERE object = 'p2'"), ==, 0);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit"), ==, rows);
}

/* A job that goes on after it was refused. */
static gboolean
stubborn_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_assert_false (hemo_txn_require (txn, HEMO_ACTION_KEY_MANAGE, "report", "r1", NULL));
  return hemo_txn_log_change (txn, "report.sign", "DiagnosticReport", "r1", 1, HEMO_LANE_RESULTS,
                              error);
}

static void
add_user (ClinicFixture *fixture, const char *login, HemoRole role)
{
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);
  g_autoptr (GError) error = NULL;

  hemo_clinic_add_user (fixture->clinic, fixture->session, login, "Somebody Else", role, passphrase,
                        &error);
  g_assert_no_error (error);
}

static void
test_refusals (ClinicFixture *fixture, gconstpointer data)
{
  HemoStore *store = hemo_clinic_get_store (fixture->clinic);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSession) technician = NULL;

  add_user (fixture, "bashir", HEMO_ROLE_TECHNICIAN);
  technician = sign_in (fixture->clinic, "bashir", OTHER_PASSPHRASE);
  g_assert_false (hemo_policy_allows (HEMO_ROLE_TECHNICIAN, HEMO_ACTION_KEY_MANAGE));
  g_assert_false (hemo_store_write (store, technician, stubborn_job, NULL, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_clear_error (&error);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM change WHERE object = 'r1'"), ==, 0);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit WHERE what = 'refused' AND "
                                       "object = 'r1' AND detail = 'key.manage'"),
                   ==, 1);
  /* A locked session, and none at all. */
  hemo_session_lock (fixture->session);
  g_assert_false (write_change (fixture, "p3", &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_clear_error (&error);
  hemo_session_unlock (fixture->session);
  g_assert_false (hemo_store_write (store, NULL, change_job, "p3", NULL, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_cmpint (
      store_count (store, "SELECT count(*) FROM audit WHERE what = 'refused' AND object = 'p3'"),
      ==, 2);
}

static gboolean
view_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_txn_require (txn, HEMO_ACTION_PATIENT_VIEW, "patient", data, error)
         && hemo_txn_audit (txn, "patient.view", "patient", data, NULL, error);
}

static gboolean
verify_refused_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_txn_require (txn, HEMO_ACTION_KEY_MANAGE, "store", "s9", error);
}

static gboolean
sneaky_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn), "DELETE FROM setting", error);
}

static void
test_reading_is_audited (ClinicFixture *fixture, gconstpointer data)
{
  HemoStore *store = hemo_clinic_get_store (fixture->clinic);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSession) technician = NULL;

  hemo_store_read (store, fixture->session, view_job, "p4", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (
      store_count (store,
                   "SELECT count(*) FROM audit WHERE what = 'patient.view' AND object = 'p4'"),
      ==, 1);
  add_user (fixture, "bashir", HEMO_ROLE_TECHNICIAN);
  technician = sign_in (fixture->clinic, "bashir", OTHER_PASSPHRASE);
  g_assert_false (hemo_store_read (store, technician, verify_refused_job, NULL, NULL, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_cmpint (
      store_count (store, "SELECT count(*) FROM audit WHERE what = 'refused' AND object = 's9'"),
      ==, 1);
  g_assert_false (hemo_store_read (store, fixture->session, sneaky_job, NULL, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_READ_ONLY);
}

static gboolean
nested_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoStore *store = data;
  g_autoptr (GError) inner = NULL;

  g_assert_false (hemo_store_write (store, NULL, view_job, "p5", NULL, &inner));
  g_assert_error (inner, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_clear_error (&inner);
  g_assert_false (hemo_store_read (store, NULL, view_job, "p5", NULL, &inner));
  g_assert_error (inner, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  return TRUE;
}

static void
test_jobs_do_not_wait_for_jobs (ClinicFixture *fixture, gconstpointer data)
{
  HemoStore *store = hemo_clinic_get_store (fixture->clinic);
  g_autoptr (GError) error = NULL;

  hemo_store_write (store, fixture->session, nested_job, store, NULL, &error);
  g_assert_no_error (error);
  hemo_store_read (store, fixture->session, nested_job, store, NULL, &error);
  g_assert_no_error (error);
}

static void
test_closed (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoStore) store = g_object_ref (hemo_clinic_get_store (fixture->clinic));
  g_autoptr (GError) error = NULL;

  hemo_store_close (store);
  hemo_store_close (store);
  g_assert_false (hemo_store_write (store, fixture->session, change_job, "p6", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (hemo_store_read (store, fixture->session, view_job, "p6", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

#define WRITERS 6
#define WRITES 15

static gpointer
write_many (gpointer data)
{
  ClinicFixture *fixture = data;

  for (int i = 0; i < WRITES; i++)
    {
      g_autoptr (GError) error = NULL;

      write_change (fixture, "p7", &error);
      g_assert_no_error (error);
      hemo_store_read (hemo_clinic_get_store (fixture->clinic), fixture->session, view_job, "p7",
                       NULL, &error);
      g_assert_no_error (error);
    }
  return NULL;
}

static gboolean
verify_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autofree char *reason = NULL;
  gint64 broken = -1;

  if (!hemo_audit_verify (txn, NULL, &broken, &reason, error))
    return FALSE;
  g_assert_cmpstr (reason, ==, NULL);
  g_assert_cmpint (broken, ==, 0);
  return TRUE;
}

static void
test_many_threads (ClinicFixture *fixture, gconstpointer data)
{
  HemoStore *store = hemo_clinic_get_store (fixture->clinic);
  g_autoptr (GError) error = NULL;
  GThread *threads[WRITERS];

  for (int i = 0; i < WRITERS; i++)
    threads[i] = g_thread_new ("writer", write_many, fixture);
  for (int i = 0; i < WRITERS; i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM change WHERE object = 'p7'"), ==,
                   WRITERS * WRITES);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit WHERE what = 'patient.view'"),
                   ==, WRITERS * WRITES);
  hemo_store_read (store, fixture->session, verify_job, NULL, NULL, &error);
  g_assert_no_error (error);
}

typedef struct
{
  GMainLoop *loop;
  int waiting;
  gboolean succeeded;
  char *result;
  GError *error;
} Answer;

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;
  gpointer out = NULL;

  answer->succeeded = hemo_store_finish (HEMO_STORE (source), result, &out, &answer->error);
  answer->result = out;
  if (--answer->waiting == 0)
    g_main_loop_quit (answer->loop);
}

static int freed;

static void
count_free (gpointer data)
{
  g_atomic_int_inc (&freed);
  g_free (data);
}

static gboolean
text_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = g_strconcat (data, "!", NULL);
  return hemo_txn_audit (txn, "text", NULL, data, NULL, error);
}

static gboolean
text_then_fail_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = g_strdup (data);
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND, "nothing there");
  return FALSE;
}

static Answer
wait_answer (Answer *answer)
{
  answer->waiting = 1;
  answer->loop = g_main_loop_new (NULL, FALSE);
  return *answer;
}

static void
test_async (ClinicFixture *fixture, gconstpointer data)
{
  HemoStore *store = hemo_clinic_get_store (fixture->clinic);
  Answer answer = { 0 };

  freed = 0;
  wait_answer (&answer);
  hemo_store_write_async (store, fixture->session, text_job, g_strdup ("one"), count_free, g_free,
                          NULL, answered_cb, &answer);
  g_main_loop_run (answer.loop);
  g_assert_no_error (answer.error);
  g_assert_cmpstr (answer.result, ==, "one!");
  g_clear_pointer (&answer.result, g_free);

  answer.waiting = 1;
  hemo_store_read_async (store, fixture->session, text_job, g_strdup ("two"), count_free, g_free,
                         NULL, answered_cb, &answer);
  g_main_loop_run (answer.loop);
  g_assert_no_error (answer.error);
  g_assert_cmpstr (answer.result, ==, "two!");
  g_clear_pointer (&answer.result, g_free);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit WHERE what = 'text'"), ==, 2);

  answer.waiting = 1;
  hemo_store_read_async (store, fixture->session, text_then_fail_job, g_strdup ("three"),
                         count_free, count_free, NULL, answered_cb, &answer);
  g_main_loop_run (answer.loop);
  g_assert_error (answer.error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_assert_null (answer.result);
  g_clear_error (&answer.error);
  g_assert_cmpint (g_atomic_int_get (&freed), ==, 4);
  g_main_loop_unref (answer.loop);
}

static void
test_cancelled_before_start (ClinicFixture *fixture, gconstpointer data)
{
  HemoStore *store = hemo_clinic_get_store (fixture->clinic);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Answer answer = { 0 };

  wait_answer (&answer);
  g_cancellable_cancel (cancellable);
  hemo_store_write_async (store, fixture->session, text_job, g_strdup ("never"), g_free, g_free,
                          cancellable, answered_cb, &answer);
  g_main_loop_run (answer.loop);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&answer.error);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit WHERE object = 'never'"), ==, 0);
  hemo_store_close (store);
  answer.waiting = 1;
  hemo_store_write_async (store, fixture->session, text_job, g_strdup ("late"), g_free, g_free,
                          NULL, answered_cb, &answer);
  g_main_loop_run (answer.loop);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&answer.error);
  g_main_loop_unref (answer.loop);
}

static gboolean
large_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn),
                          "INSERT INTO setting VALUES ('large', randomblob(3000000))", error)
         && change_job (txn, data, result, error);
}

/* The disk refuses bytes at the commit: the connection is thrown away, the change is not there, and
 * the next one is. */
static void
test_failing_disk (ClinicFixture *fixture, gconstpointer data)
{
  HemoStore *store = hemo_clinic_get_store (fixture->clinic);
  struct rlimit before, small;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 1000000;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  for (int i = 0; i < 2; i++)
    {
      g_assert_false (hemo_store_write (store, fixture->session, large_job, "big", NULL, &error));
      g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_IO);
      g_clear_error (&error);
    }
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM change WHERE object = 'big'"), ==, 0);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  write_change (fixture, "after", &error);
  g_assert_no_error (error);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM change WHERE object = 'after'"), ==,
                   1);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM setting WHERE key = 'large'"), ==, 0);
  hemo_store_read (store, fixture->session, verify_job, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_empty_store_is_a_lost_one (ClinicFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "hemogram.db", NULL);
  g_autoptr (HemoSecret) passphrase = secret (PASSPHRASE);
  g_autoptr (GError) error = NULL;

  clinic_reopen (fixture);
  g_assert_cmpint (truncate (path, 0), ==, 0);
  g_assert_null (hemo_clinic_sign_in (fixture->clinic, "amina", passphrase, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_null (hemo_clinic_sign_in (fixture->clinic, "amina", passphrase, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
remember (const char *folder, const char *name, const char *as)
{
  g_autofree char *from = g_build_filename (folder, name, NULL);
  g_autofree char *to = g_build_filename (folder, as, NULL);
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (from, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (to, bytes, (gssize)size, NULL));
}

/* With a log that a crash left (data), and without. */
static void
test_read_only_folder (ClinicFixture *fixture, gconstpointer data)
{
  HemoStore *store;
  g_autoptr (GError) error = NULL;
  static const char *const files[]
      = { "hemogram.db", "keys-1.json", "keys-2.json", "head", "lock", "hemogram.db-wal" };

  write_change (fixture, "p8", &error);
  g_assert_no_error (error);
  if (data != NULL)
    {
      remember (fixture->folder, "hemogram.db", "db");
      remember (fixture->folder, "hemogram.db-wal", "wal");
    }
  clinic_close (fixture);
  if (data != NULL)
    {
      remember (fixture->folder, "db", "hemogram.db");
      remember (fixture->folder, "wal", "hemogram.db-wal");
    }
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, files[i], NULL);
      g_chmod (path, 0444);
    }
  g_chmod (fixture->root, 0755);
  g_chmod (fixture->folder, 0555);
  /* Root may write anywhere: be somebody else for a while. */
  if (geteuid () == 0)
    g_assert_cmpint (seteuid (65534), ==, 0);
  fixture->clinic = hemo_clinic_open (fixture->folder, &error);
  g_assert_no_error (error);
  fixture->session = sign_in (fixture->clinic, "amina", PASSPHRASE);
  store = hemo_clinic_get_store (fixture->clinic);
  g_assert_true (hemo_store_is_read_only (store));
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM change WHERE object = 'p8'"), ==, 1);
  hemo_store_read (store, fixture->session, view_job, "p8", NULL, &error);
  g_assert_no_error (error);
  g_assert_false (write_change (fixture, "p9", &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_false (hemo_clinic_rotate_key (fixture->clinic, fixture->session, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_READ_ONLY);
  clinic_close (fixture);
  if (getuid () == 0)
    g_assert_cmpint (seteuid (0), ==, 0);
  g_chmod (fixture->folder, 0755);
}

/* A store put back is noticed, by nobody but an administrator accepted, and takes new numbers. */
static void
test_rolled_back (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoSecret) passphrase = secret (PASSPHRASE);
  g_autoptr (HemoSecret) other = secret (OTHER_PASSPHRASE);
  g_autofree char *installation = NULL, *station = NULL, *installation_after = NULL,
                  *station_after = NULL;
  g_autoptr (GError) error = NULL;
  HemoStore *store;

  add_user (fixture, "bashir", HEMO_ROLE_TECHNICIAN);
  store = hemo_clinic_get_store (fixture->clinic);
  installation = store_ask (store, "SELECT value FROM meta WHERE key = 'installation'");
  station = store_ask (store, "SELECT value FROM meta WHERE key = 'station'");
  clinic_close (fixture);
  remember (fixture->folder, "hemogram.db", "old");
  clinic_reopen (fixture);
  fixture->session = sign_in (fixture->clinic, "amina", PASSPHRASE);
  write_change (fixture, "lost", &error);
  g_assert_no_error (error);
  clinic_close (fixture);
  remember (fixture->folder, "old", "hemogram.db");
  clinic_reopen (fixture);
  for (int i = 0; i < 2; i++)
    {
      g_assert_null (hemo_clinic_sign_in (fixture->clinic, "amina", passphrase, &error));
      g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_ROLLED_BACK);
      g_clear_error (&error);
      g_assert_null (hemo_clinic_get_store (fixture->clinic));
      /* A technician cannot, and the store stays refused. */
      g_assert_null (hemo_clinic_accept_older (fixture->clinic, "bashir", other, &error));
      g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
      g_clear_error (&error);
    }
  fixture->session = hemo_clinic_accept_older (fixture->clinic, "amina", passphrase, &error);
  g_assert_no_error (error);
  store = hemo_clinic_get_store (fixture->clinic);
  installation_after = store_ask (store, "SELECT value FROM meta WHERE key = 'installation'");
  station_after = store_ask (store, "SELECT value FROM meta WHERE key = 'station'");
  g_assert_cmpstr (installation, !=, installation_after);
  g_assert_cmpstr (station, !=, station_after);
  g_assert_cmpint (
      store_count (store, "SELECT count(*) FROM audit WHERE what = 'store.accept-older'"), ==, 1);
  hemo_store_read (store, fixture->session, verify_job, NULL, NULL, &error);
  g_assert_no_error (error);
  clinic_reopen (fixture);
  fixture->session = sign_in (fixture->clinic, "amina", PASSPHRASE);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/store/" path, ClinicFixture, NULL, clinic_set_up, function, clinic_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("change-and-queue", test_change_and_queue);
  ADD ("failure-keeps-nothing", test_failure_keeps_nothing);
  ADD ("refusals", test_refusals);
  ADD ("reading-is-audited", test_reading_is_audited);
  ADD ("jobs-do-not-wait-for-jobs", test_jobs_do_not_wait_for_jobs);
  ADD ("closed", test_closed);
  ADD ("many-threads", test_many_threads);
  ADD ("async", test_async);
  ADD ("cancelled-before-start", test_cancelled_before_start);
  ADD ("failing-disk", test_failing_disk);
  ADD ("empty-store-is-a-lost-one", test_empty_store_is_a_lost_one);
  ADD ("read-only-folder/closed", test_read_only_folder);
  g_test_add ("/store/read-only-folder/after-a-crash", ClinicFixture, "", clinic_set_up,
              test_read_only_folder, clinic_tear_down);
  ADD ("rolled-back", test_rolled_back);
  return g_test_run ();
}

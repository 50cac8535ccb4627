/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The audit log: what somebody with the store's key changes behind it is found, and named. */

#include "store-fixture.h"

#include <string.h>

typedef struct
{
  gint64 broken;
  char *reason;
} Verdict;

static gboolean
verify_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Verdict *verdict = data;

  return hemo_audit_verify (txn, NULL, &verdict->broken, &verdict->reason, error);
}

static Verdict
verify (ClinicFixture *fixture)
{
  Verdict verdict = { .broken = -1 };
  g_autoptr (GError) error = NULL;

  hemo_store_read (hemo_clinic_get_store (fixture->clinic), fixture->session, verify_job, &verdict,
                   NULL, &error);
  g_assert_no_error (error);
  return verdict;
}

static gboolean
note_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_txn_audit (txn, "note", "thing", data, NULL, error);
}

static void
note (ClinicFixture *fixture, const char *object)
{
  g_autoptr (GError) error = NULL;

  hemo_store_write (hemo_clinic_get_store (fixture->clinic), fixture->session, note_job,
                    (gpointer)object, NULL, &error);
  g_assert_no_error (error);
}

static gint64
newest (ClinicFixture *fixture)
{
  return store_count (hemo_clinic_get_store (fixture->clinic), "SELECT max(seq) FROM audit");
}

/* Runs @sql on the closed store, as somebody who has its key could; 'head' is forgotten. */
static void
tamper (ClinicFixture *fixture, const char *sql)
{
  g_autoptr (HemoSession) session = hemo_session_ref (fixture->session);
  g_autofree char *head = g_build_filename (fixture->folder, "head", NULL);
  g_autoptr (GError) error = NULL;
  HemoDb *db;

  clinic_close (fixture);
  db = open_raw (fixture->folder, hemo_session_get_ring (session), 1);
  hemo_db_execute (
      db, "DROP TRIGGER audit_is_kept; DROP TRIGGER audit_is_final; PRAGMA foreign_keys = OFF;",
      &error);
  g_assert_no_error (error);
  hemo_db_execute (db, sql, &error);
  g_assert_no_error (error);
  hemo_db_close (db);
  g_unlink (head);
  clinic_reopen (fixture);
  fixture->session = sign_in (fixture->clinic, "amina", PASSPHRASE);
}

static void
assert_broken (ClinicFixture *fixture, gint64 row, const char *words)
{
  Verdict verdict = verify (fixture);

  g_assert_cmpint (verdict.broken, ==, row);
  g_assert_nonnull (strstr (verdict.reason, words));
  g_free (verdict.reason);
}

static void
test_whole (ClinicFixture *fixture, gconstpointer data)
{
  Verdict verdict;

  note (fixture, "a");
  note (fixture, "b");
  verdict = verify (fixture);
  g_assert_cmpint (verdict.broken, ==, 0);
  g_assert_cmpstr (verdict.reason, ==, NULL);
}

typedef struct
{
  const char *name;
  const char *sql;
  int offset;
  const char *words;
} Tampering;

/* Row 0 of offset is the one that note ("x") wrote. */
static const Tampering tamperings[] = {
  { "actor", "UPDATE audit SET actor = 'somebody' WHERE object = 'x'", 0, "MAC" },
  { "no-actor", "UPDATE audit SET actor = NULL WHERE object = 'x'", 0, "MAC" },
  { "what", "UPDATE audit SET what = 'nothing' WHERE object = 'x'", 0, "MAC" },
  { "object", "UPDATE audit SET object = 'y' WHERE object = 'x'", 0, "MAC" },
  { "moved-text", "UPDATE audit SET object_type = 'thingx', object = '' WHERE object = 'x'", 0,
    "MAC" },
  { "detail", "UPDATE audit SET detail = '' WHERE object = 'x'", 0, "MAC" },
  { "time", "UPDATE audit SET at_us = at_us - 1 WHERE object = 'x'", 0, "MAC" },
  { "by-hand", "UPDATE audit SET by_hand = 1 WHERE object = 'x'", 0, "MAC" },
  { "mac", "UPDATE audit SET mac = zeroblob(32) WHERE object = 'x'", 0, "MAC" },
  { "version", "UPDATE audit SET key_version = 9 WHERE object = 'x'", 0, "version" },
  { "removed", "DELETE FROM audit WHERE object = 'x'", 0, "missing" },
  { "swapped",
    "UPDATE audit SET seq = -1 WHERE object = 'x'; UPDATE audit SET seq = seq - 1 WHERE object = "
    "'z'; "
    "UPDATE audit SET seq = (SELECT seq + 1 FROM audit WHERE object = 'z') WHERE object = 'x'",
    0, "MAC" },
};

static void
test_tampered (ClinicFixture *fixture, gconstpointer data)
{
  const Tampering *tampering = data;
  gint64 row;

  note (fixture, "a");
  note (fixture, "x");
  row = newest (fixture);
  note (fixture, "z");
  tamper (fixture, tampering->sql);
  assert_broken (fixture, row + tampering->offset, tampering->words);
}

/* Without its last rows the chain is whole; the signature over one of them is what tells. */
static void
test_truncated (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sql = NULL;
  gint64 signed_row;

  note (fixture, "a");
  hemo_clinic_sign_out (fixture->clinic, fixture->session, &error);
  g_assert_no_error (error);
  signed_row = newest (fixture);
  sql = g_strdup_printf ("DELETE FROM audit WHERE seq >= %" G_GINT64_FORMAT, signed_row);
  tamper (fixture, sql);
  /* The sign-in after it has taken the number, and is not what was signed. */
  assert_broken (fixture, signed_row, "signed");
}

static void
test_forged_head (ClinicFixture *fixture, gconstpointer data)
{
  gint64 row = newest (fixture);
  g_autofree char *sql = NULL;

  sql = g_strdup_printf ("UPDATE audit_head SET seq = %" G_GINT64_FORMAT
                         ", mac = (SELECT mac FROM audit WHERE seq = %" G_GINT64_FORMAT ")",
                         row, row);
  tamper (fixture, sql);
  assert_broken (fixture, row, "signature");
}

static void
test_rows_are_kept (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoSession) session = hemo_session_ref (fixture->session);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoDb) db = NULL;

  clinic_close (fixture);
  db = open_raw (fixture->folder, hemo_session_get_ring (session), 1);
  g_assert_false (hemo_db_execute (db, "DELETE FROM audit", &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (hemo_db_execute (db, "UPDATE audit SET detail = 'x'", &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
}

static gboolean
export_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_audit_sign_head (txn, error) ? hemo_audit_export_head (txn, error) : NULL;
  return *result != NULL;
}

static gboolean
check_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_audit_check_head (txn, data, error);
}

static gboolean
check (ClinicFixture *fixture, const char *head, GError **error)
{
  return hemo_store_read (hemo_clinic_get_store (fixture->clinic), fixture->session, check_job,
                          (gpointer)head, NULL, error);
}

static void
test_exported_head (ClinicFixture *fixture, gconstpointer data)
{
  static const char *const wrong[] = { "",
                                       "{",
                                       "[]",
                                       "{}",
                                       "{\"format\":\"hemogram-audit-head-1\"}",
                                       "{\"format\":\"other\",\"row\":1}" };
  g_autofree char *sql = NULL, *large = NULL;
  g_autoptr (GError) error = NULL;
  gpointer head = NULL;

  note (fixture, "x");
  hemo_store_write (hemo_clinic_get_store (fixture->clinic), fixture->session, export_job, NULL,
                    &head, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (head, "\"row\""));
  note (fixture, "later");
  g_assert_true (check (fixture, head, &error));
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_false (check (fixture, wrong[i], &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
    }
  large = g_strnfill (1000000, '[');
  g_assert_false (check (fixture, large, &error));
  g_clear_error (&error);
  /* A log that was written anew from the start has other MACs. */
  tamper (fixture, "UPDATE audit SET mac = randomblob(32) WHERE object = 'x'");
  g_assert_false (check (fixture, head, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
  g_free (head);
}

static gboolean
list_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_audit_list (txn, *(gint64 *)data, 2, error);
  return *result != NULL;
}

static void
test_list (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) earlier = NULL;
  gpointer result = NULL;
  gint64 before = 0;
  HemoAuditRow *row;

  note (fixture, "one");
  note (fixture, "two");
  note (fixture, "three");
  hemo_store_read (hemo_clinic_get_store (fixture->clinic), fixture->session, list_job, &before,
                   &result, &error);
  g_assert_no_error (error);
  rows = result;
  g_assert_cmpint (rows->len, ==, 2);
  row = g_ptr_array_index (rows, 0);
  g_assert_cmpstr (row->object, ==, "three");
  g_assert_cmpstr (row->what, ==, "note");
  g_assert_cmpstr (row->actor, ==, hemo_session_get_user (fixture->session));
  row = g_ptr_array_index (rows, 1);
  before = row->sequence;
  hemo_store_read (hemo_clinic_get_store (fixture->clinic), fixture->session, list_job, &before,
                   &result, &error);
  earlier = result;
  row = g_ptr_array_index (earlier, 0);
  g_assert_cmpstr (row->object, ==, "one");
}

/* In a process whose clock is elsewhere: capture goes on, order is kept, one wrong day dates
 * nothing after it. */
static void
work_at (ClinicFixture *fixture, const char *time, const char *object)
{
  g_auto (GStrv) envp = g_get_environ ();

  clinic_close (fixture);
  envp = g_environ_setenv (envp, "LD_PRELOAD",
                           "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", TRUE);
  envp = g_environ_setenv (envp, "FAKETIME", time, TRUE);
  /* In a sanitized build the clock is loaded before the sanitizer, which minds. */
  envp = g_environ_setenv (envp, "ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", TRUE);
  envp = g_environ_setenv (envp, "FAKETIME_DONT_FAKE_MONOTONIC", "1", TRUE);
  envp = g_environ_setenv (envp, "HEMO_TEST_CLINIC", fixture->folder, TRUE);
  envp = g_environ_setenv (envp, "HEMO_TEST_OBJECT", object, TRUE);
  g_test_trap_subprocess_with_envp ("/audit/subprocess/work", (const char *const *)envp, 0,
                                    G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  clinic_reopen (fixture);
  fixture->session = sign_in (fixture->clinic, "amina", PASSPHRASE);
}

static void
test_work (void)
{
  ClinicFixture fixture = { .folder = g_strdup (g_getenv ("HEMO_TEST_CLINIC")) };

  if (fixture.folder == NULL)
    return;
  clinic_reopen (&fixture);
  fixture.session = sign_in (fixture.clinic, "amina", PASSPHRASE);
  note (&fixture, g_getenv ("HEMO_TEST_OBJECT"));
  clinic_close (&fixture);
  g_free (fixture.folder);
}

static gint64
time_of (ClinicFixture *fixture, const char *object)
{
  g_autofree char *sql = g_strdup_printf ("SELECT at_us FROM audit WHERE object = '%s'", object);

  return store_count (hemo_clinic_get_store (fixture->clinic), sql);
}

static void
test_clock (ClinicFixture *fixture, gconstpointer data)
{
  g_autofree char *order = NULL;
  Verdict verdict;

  if (!g_file_test ("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("no faketime here");
      return;
    }
  note (fixture, "now");
  work_at (fixture, "@1970-01-02 00:00:00", "past");
  work_at (fixture, "@2099-01-01 00:00:00", "future");
  note (fixture, "again");
  order = store_ask (hemo_clinic_get_store (fixture->clinic),
                     "SELECT group_concat(object, ' ') FROM (SELECT object FROM audit WHERE "
                     "what = 'note' ORDER BY seq)");
  g_assert_cmpstr (order, ==, "now past future again");
  g_assert_cmpint (time_of (fixture, "past"), <, 100 * G_TIME_SPAN_DAY);
  g_assert_cmpint (time_of (fixture, "future"), >, time_of (fixture, "again"));
  g_assert_cmpint (time_of (fixture, "again") - time_of (fixture, "now"), <, G_TIME_SPAN_HOUR);
  verdict = verify (fixture);
  g_assert_cmpint (verdict.broken, ==, 0);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/audit/" path, ClinicFixture, NULL, clinic_set_up, function, clinic_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("whole", test_whole);
  for (gsize i = 0; i < G_N_ELEMENTS (tamperings); i++)
    {
      g_autofree char *path = g_strconcat ("/audit/tampered/", tamperings[i].name, NULL);

      g_test_add (path, ClinicFixture, &tamperings[i], clinic_set_up, test_tampered,
                  clinic_tear_down);
    }
  ADD ("truncated", test_truncated);
  ADD ("forged-head", test_forged_head);
  ADD ("rows-are-kept", test_rows_are_kept);
  ADD ("exported-head", test_exported_head);
  ADD ("list", test_list);
  ADD ("clock", test_clock);
  g_test_add_func ("/audit/subprocess/work", test_work);
  return g_test_run ();
}

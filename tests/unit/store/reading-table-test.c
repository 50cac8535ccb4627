/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Readings: asked once, answered by another, kept whatever follows. */

#include "hemo-reading-table.h"

#include "finding-fixture.h"
#include "hemo-backup-record.h"

static HemoReading *
make (const char *specimen)
{
  HemoReading *reading = hemo_reading_new (specimen);

  reading->question = g_strdup ("Blasts in field 3? ब्लास्ट");
  reading->urgency = HEMO_URGENCY_URGENT;
  return reading;
}

static HemoReading *
ask (Bench *bench, const char *specimen)
{
  g_autoptr (GError) error = NULL;
  HemoReading *reading = make (specimen);
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  hemo_reading_ask (txn, reading, &error);
  g_assert_no_error (error);
  records_commit (txn);
  return reading;
}

static HemoReading *
find (Bench *bench, const char *uuid)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  HemoReading *reading = hemo_reading_find (txn, uuid, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return reading;
}

static void
answer (Bench *bench, HemoReading *reading, HemoConclusion conclusion, const char *text)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_PATHOLOGIST);

  reading->conclusion = conclusion;
  g_set_str (&reading->answer, text);
  hemo_reading_answer (txn, reading, &error);
  g_assert_no_error (error);
  records_commit (txn);
}

/* What @call says to @role, and that nothing of it is written. */
#define REFUSED(bench, role, call, domain, code)                                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    HemoTxn *step = records_begin ((bench)->records, role);                                        \
    GError *why = NULL;                                                                            \
    g_assert_false (call);                                                                         \
    records_assert_refused (why, domain, code);                                                    \
    hemo_txn_end (step);                                                                           \
  }                                                                                                \
  G_STMT_END

static void
test_kept (Bench *bench, gconstpointer data)
{
  g_autoptr (HemoReading) asked = ask (bench, bench->slide), stored = NULL, done = NULL;

  g_assert_cmpint (asked->version, ==, 1);
  records_reopen (bench->records);
  stored = find (bench, asked->uuid);
  /* It is the case that is read, not the slide. */
  g_assert_cmpstr (stored->specimen, ==, bench->tube);
  g_assert_cmpstr (stored->question, ==, "Blasts in field 3? ब्लास्ट");
  g_assert_cmpint (stored->urgency, ==, HEMO_URGENCY_URGENT);
  g_assert_cmpint (stored->state, ==, HEMO_READING_REQUESTED);
  g_assert_cmpstr (stored->asked_by, ==, RECORDS_TECHNICIAN);
  g_assert_nonnull (stored->asked_by_name);
  g_assert_true (hemo_reading_is_open (stored));
  answer (bench, stored, HEMO_CONCLUSION_DIFFERS, "Blasts.\nSend the patient on.");
  records_reopen (bench->records);
  done = find (bench, asked->uuid);
  g_assert_cmpint (done->state, ==, HEMO_READING_COMPLETED);
  g_assert_cmpint (done->conclusion, ==, HEMO_CONCLUSION_DIFFERS);
  g_assert_cmpstr (done->answer, ==, "Blasts.\nSend the patient on.");
  g_assert_cmpstr (done->reader, ==, RECORDS_PATHOLOGIST);
  g_assert_cmpint (done->version, ==, 2);
  g_assert_cmpint (done->version, ==, stored->version);
  g_assert_false (hemo_reading_is_open (done));
  /* Both are to be sent, before all else. */
  g_assert_cmpint (
      records_ask (bench->records, "SELECT count(*) FROM queue WHERE kind = 'Task' AND lane = 0"),
      ==, 2);
  g_assert_cmpint (
      records_ask (bench->records, "SELECT count(*) FROM audit WHERE what LIKE 'reading.%'"), ==,
      2);
}

static void
test_in_case (Bench *bench, gconstpointer data)
{
  g_autoptr (HemoReading) asked = ask (bench, bench->tube);
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_PATHOLOGIST);
  g_autoptr (HemoCase) whole = hemo_case_load (txn, bench->slide, &error);
  const HemoReading *reading;

  g_assert_no_error (error);
  g_assert_cmpuint (whole->readings->len, ==, 1);
  reading = g_ptr_array_index (whole->readings, 0);
  g_assert_cmpstr (reading->uuid, ==, asked->uuid);
  records_commit (txn);
}

static void
test_asked_once (Bench *bench, gconstpointer data)
{
  g_autoptr (HemoReading) first = ask (bench, bench->tube), second = make (bench->slide);
  g_autoptr (HemoReading) third = NULL, cancelled = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  REFUSED (bench, HEMO_ROLE_TECHNICIAN, hemo_reading_ask (step, second, &why), HEMO_STORE_ERROR,
           HEMO_STORE_ERROR_STATE);
  REFUSED (bench, HEMO_ROLE_TECHNICIAN, hemo_reading_cancel (step, first->uuid, " \n", &why),
           HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_reading_cancel (txn, first->uuid, "wrong case", &error));
  g_assert_no_error (error);
  records_commit (txn);
  cancelled = find (bench, first->uuid);
  g_assert_cmpint (cancelled->state, ==, HEMO_READING_CANCELLED);
  g_assert_cmpstr (cancelled->reason, ==, "wrong case");
  g_assert_null (cancelled->reader);
  REFUSED (bench, HEMO_ROLE_TECHNICIAN, hemo_reading_cancel (step, first->uuid, "again", &why),
           HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  third = ask (bench, bench->tube);
  g_assert_cmpint (third->version, ==, 1);
}

/* A pathologist who declines is named. */
static void
test_declined (Bench *bench, gconstpointer data)
{
  g_autoptr (HemoReading) asked = ask (bench, bench->tube), declined = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_PATHOLOGIST);

  g_assert_true (hemo_reading_cancel (txn, asked->uuid, "out of focus", NULL));
  records_commit (txn);
  declined = find (bench, asked->uuid);
  g_assert_cmpstr (declined->reader, ==, RECORDS_PATHOLOGIST);
}

static void
test_who (Bench *bench, gconstpointer data)
{
  g_autoptr (HemoReading) asked = ask (bench, bench->tube), own = make (bench->other);
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  asked->conclusion = HEMO_CONCLUSION_AGREES;
  asked->answer = g_strdup ("As counted.");
  for (int role = 0; role < HEMO_ROLES; role++)
    if (role != HEMO_ROLE_PATHOLOGIST)
      {
        REFUSED (bench, (HemoRole)role, hemo_reading_answer (step, asked, &why), HEMO_VAULT_ERROR,
                 HEMO_VAULT_ERROR_DENIED);
        REFUSED (bench, (HemoRole)role, hemo_reading_accept (step, asked, &why), HEMO_VAULT_ERROR,
                 HEMO_VAULT_ERROR_DENIED);
      }
  /* Who asked is no second pair of eyes. */
  txn = records_begin (bench->records, HEMO_ROLE_PATHOLOGIST);
  g_assert_true (hemo_reading_ask (txn, own, &error));
  records_commit (txn);
  own->conclusion = HEMO_CONCLUSION_AGREES;
  own->answer = g_strdup ("As I said.");
  REFUSED (bench, HEMO_ROLE_PATHOLOGIST, hemo_reading_answer (step, own, &why), HEMO_STORE_ERROR,
           HEMO_STORE_ERROR_STATE);
}

static void
test_bad (Bench *bench, gconstpointer data)
{
  g_autoptr (HemoReading) asked = ask (bench, bench->tube), bad = make (bench->other);
  g_autofree char *long_text = g_strnfill (HEMO_READING_ANSWER_MAX + 1, 'x');

  g_set_str (&bad->question, " ");
  REFUSED (bench, HEMO_ROLE_TECHNICIAN, hemo_reading_ask (step, bad, &why), HEMO_MODEL_ERROR,
           HEMO_MODEL_ERROR_INVALID);
  g_set_str (&bad->question, long_text);
  REFUSED (bench, HEMO_ROLE_TECHNICIAN, hemo_reading_ask (step, bad, &why), HEMO_MODEL_ERROR,
           HEMO_MODEL_ERROR_INVALID);
  g_set_str (&bad->question, "Well?");
  bad->urgency = (HemoUrgency)7;
  REFUSED (bench, HEMO_ROLE_TECHNICIAN, hemo_reading_ask (step, bad, &why), HEMO_MODEL_ERROR,
           HEMO_MODEL_ERROR_INVALID);
  bad->urgency = HEMO_URGENCY_STAT;
  g_set_str (&bad->specimen, "11111111-1111-4111-8111-000000000000");
  REFUSED (bench, HEMO_ROLE_TECHNICIAN, hemo_reading_ask (step, bad, &why), HEMO_STORE_ERROR,
           HEMO_STORE_ERROR_NOT_FOUND);
  asked->answer = g_strdup ("Said, and no conclusion.");
  REFUSED (bench, HEMO_ROLE_PATHOLOGIST, hemo_reading_answer (step, asked, &why), HEMO_MODEL_ERROR,
           HEMO_MODEL_ERROR_INVALID);
  asked->conclusion = HEMO_CONCLUSION_AGREES;
  g_set_str (&asked->answer, "\t");
  REFUSED (bench, HEMO_ROLE_PATHOLOGIST, hemo_reading_answer (step, asked, &why), HEMO_MODEL_ERROR,
           HEMO_MODEL_ERROR_INVALID);
  g_set_str (&asked->answer, long_text);
  REFUSED (bench, HEMO_ROLE_PATHOLOGIST, hemo_reading_answer (step, asked, &why), HEMO_MODEL_ERROR,
           HEMO_MODEL_ERROR_INVALID);
  asked->version = 9;
  g_set_str (&asked->answer, "As counted.");
  REFUSED (bench, HEMO_ROLE_PATHOLOGIST, hemo_reading_answer (step, asked, &why), HEMO_STORE_ERROR,
           HEMO_STORE_ERROR_CONFLICT);
}

/* Taken in hand, answered, and said anew: each stays in the history. */
static void
test_anew (Bench *bench, gconstpointer data)
{
  g_autoptr (HemoReading) asked = ask (bench, bench->tube), last = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_PATHOLOGIST);

  g_assert_true (hemo_reading_accept (txn, asked, &error));
  records_commit (txn);
  g_assert_cmpint (asked->state, ==, HEMO_READING_ACCEPTED);
  g_assert_cmpint (asked->version, ==, 2);
  answer (bench, asked, HEMO_CONCLUSION_AGREES, "As counted.");
  answer (bench, asked, HEMO_CONCLUSION_UNCLEAR, "On second thoughts: field 3 is blurred.");
  last = find (bench, asked->uuid);
  g_assert_cmpint (last->version, ==, 4);
  g_assert_cmpint (last->conclusion, ==, HEMO_CONCLUSION_UNCLEAR);
  g_assert_cmpint (records_ask (bench->records,
                                "SELECT count(*) FROM record_history WHERE kind = 'reading' AND "
                                "json_extract (content, '$.answer') = 'As counted.'"),
                   ==, 1);
  REFUSED (bench, HEMO_ROLE_TECHNICIAN, hemo_reading_cancel (step, asked->uuid, "late", &why),
           HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  REFUSED (bench, HEMO_ROLE_PATHOLOGIST, hemo_reading_accept (step, asked, &why), HEMO_STORE_ERROR,
           HEMO_STORE_ERROR_STATE);
}

static gint64
count_read (HemoTxn *txn)
{
  g_autoptr (GError) error = NULL;
  HemoSafetyTally tally = { 0 };

  g_assert_true (hemo_safety_tally (txn, &tally, &error));
  g_assert_no_error (error);
  return tally.read;
}

/* Of @tube; the number on the page of safety says as many cases as the worklist. */
static HemoReadingMark
mark_of (Bench *bench, const char *tube)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (GPtrArray) items = hemo_worklist_of_patient (txn, bench->patient, 10, &error);
  HemoReadingMark mark = HEMO_READING_MARK_NONE;
  gint64 n_read = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < items->len; i++)
    {
      const HemoWorkItem *item = g_ptr_array_index (items, i);

      if (g_strcmp0 (item->specimen, tube) == 0)
        mark = item->reading;
      if (item->reading == HEMO_READING_MARK_READ || item->reading == HEMO_READING_MARK_DIFFERS
          || item->reading == HEMO_READING_MARK_UNCLEAR)
        n_read++;
    }
  g_assert_cmpint (count_read (txn), ==, n_read);
  records_commit (txn);
  return mark;
}

static void
sign (Bench *bench, HemoReportStatus status)
{
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  records_sign (txn, bench->tube, status);
  records_commit (txn);
}

/* What the worklist says: never 'read' of a report that nobody read. */
static void
test_marks (Bench *bench, gconstpointer data)
{
  g_autoptr (HemoReading) first = NULL, second = NULL;

  sign (bench, HEMO_REPORT_FINAL);
  g_assert_cmpint (mark_of (bench, bench->tube), ==, HEMO_READING_MARK_NONE);
  first = ask (bench, bench->tube);
  g_assert_cmpint (first->report_version, ==, 1);
  g_assert_cmpint (mark_of (bench, bench->tube), ==, HEMO_READING_MARK_ASKED);
  g_assert_cmpint (mark_of (bench, bench->other), ==, HEMO_READING_MARK_NONE);
  answer (bench, first, HEMO_CONCLUSION_DIFFERS, "Blasts.");
  g_assert_cmpint (first->report_version, ==, 1);
  g_assert_cmpint (mark_of (bench, bench->tube), ==, HEMO_READING_MARK_DIFFERS);
  sign (bench, HEMO_REPORT_AMENDED);
  g_assert_cmpint (mark_of (bench, bench->tube), ==, HEMO_READING_MARK_NONE);
  second = ask (bench, bench->tube);
  answer (bench, second, HEMO_CONCLUSION_AGREES, "Now it is right.");
  g_assert_cmpint (mark_of (bench, bench->tube), ==, HEMO_READING_MARK_READ);
  answer (bench, second, HEMO_CONCLUSION_UNCLEAR, "Or not.");
  g_assert_cmpint (mark_of (bench, bench->tube), ==, HEMO_READING_MARK_UNCLEAR);
}

static GPtrArray *
list (Bench *bench, guint states)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_PATHOLOGIST);
  g_autoptr (GArray) rows = hemo_reading_rows (txn, states, &error);
  gint64 gone = 4711;
  GPtrArray *items;

  g_assert_no_error (error);
  g_array_append_val (rows, gone);
  items = hemo_reading_load_rows (txn, (const gint64 *)rows->data, rows->len, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (items->len + 1, ==, rows->len);
  records_commit (txn);
  return items;
}

static void
test_list (Bench *bench, gconstpointer data)
{
  g_autoptr (HemoReading) calm = ask (bench, bench->tube), stat = make (bench->other);
  g_autoptr (GPtrArray) waits = NULL, fewer = NULL, done = NULL, none = NULL;
  const HemoReadingItem *item;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  stat->urgency = HEMO_URGENCY_STAT;
  g_assert_true (hemo_reading_ask (txn, stat, NULL));
  records_commit (txn);
  waits = list (bench, HEMO_READING_OPEN);
  g_assert_cmpuint (waits->len, ==, 2);
  item = g_ptr_array_index (waits, 0);
  g_assert_cmpstr (item->reading->uuid, ==, stat->uuid);
  item = g_ptr_array_index (waits, 1);
  g_assert_cmpstr (item->reading->uuid, ==, calm->uuid);
  g_assert_nonnull (item->accession);
  g_assert_nonnull (item->name);
  g_assert_cmpint (item->birth.date.year, >, 0);
  answer (bench, stat, HEMO_CONCLUSION_AGREES, "As counted.");
  fewer = list (bench, HEMO_READING_OPEN);
  g_assert_cmpuint (fewer->len, ==, 1);
  done = list (bench, 1u << HEMO_READING_COMPLETED);
  g_assert_cmpuint (done->len, ==, 1);
  none = list (bench, 1u << HEMO_READING_CANCELLED);
  g_assert_cmpuint (none->len, ==, 0);
}

/* Whoever writes SQL by hand cannot do it either. */
static void
test_guards (Bench *bench, gconstpointer data)
{
  static const char *const forbidden[] = {
    "DELETE FROM reading",
    "UPDATE reading SET state = 'requested'",
    "UPDATE reading SET question = 'another'",
    "UPDATE reading SET answer = NULL",
    "UPDATE reading SET reason = 'none'",
  };
  g_autoptr (HemoReading) asked = ask (bench, bench->tube);

  answer (bench, asked, HEMO_CONCLUSION_AGREES, "As counted.");
  for (guint i = 0; i < G_N_ELEMENTS (forbidden); i++)
    g_assert_false (hemo_db_execute (bench->records->db, forbidden[i], NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (NULL);
#define ADD(path, function)                                                                        \
  g_test_add ("/reading/" path, Bench, NULL, bench_set_up, function, bench_tear_down)
  ADD ("kept", test_kept);
  ADD ("in-case", test_in_case);
  ADD ("asked-once", test_asked_once);
  ADD ("declined", test_declined);
  ADD ("who", test_who);
  ADD ("bad", test_bad);
  ADD ("anew", test_anew);
  ADD ("marks", test_marks);
  ADD ("list", test_list);
  ADD ("guards", test_guards);
  return g_test_run ();
}

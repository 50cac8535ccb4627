/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counting: every cell a row, undo that forgets nothing, going on after a cut. */

#include "records-fixture.h"

typedef struct
{
  Records *records;
  char *tube;
  char *slide;
} Bench;

static void
set_up (Bench *bench, gconstpointer data)
{
  HemoTxn *txn;
  g_autoptr (HemoPatient) patient = NULL;
  g_autoptr (HemoSpecimen) tube = NULL;
  g_autoptr (HemoSpecimen) slide = NULL;

  bench->records = records_open ();
  txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  tube = records_add_tube (txn, patient->uuid, HEMO_TEST_DIFFERENTIAL);
  slide = records_add_slide (txn, tube->uuid);
  records_commit (txn);
  bench->tube = g_strdup (tube->uuid);
  bench->slide = g_strdup (slide->uuid);
}

static void
tear_down (Bench *bench, gconstpointer data)
{
  g_free (bench->tube);
  g_free (bench->slide);
  records_close (bench->records);
}

static HemoCount *
start (HemoTxn *txn, const char *specimen)
{
  g_autoptr (GError) error = NULL;
  HemoCount *count = hemo_count_new (specimen, NULL, 100);

  hemo_count_start (txn, count, &error);
  g_assert_no_error (error);
  return count;
}

static void
test_undo (Bench *bench, gconstpointer data)
{
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoCount) count = start (txn, bench->slide);
  g_autoptr (HemoCount) loaded = NULL;
  g_autoptr (GError) error = NULL;
  HemoCellClass taken = HEMO_CELL_OTHER;
  gint64 sequence = 0;

  g_assert_false (hemo_count_undo (txn, count->uuid, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  for (int i = 0; i < 3; i++)
    g_assert_true (
        hemo_count_add_cell (txn, count->uuid, (HemoCellClass)i, NULL, &sequence, &error));
  g_assert_cmpint (sequence, ==, 3);
  g_assert_true (hemo_count_undo (txn, count->uuid, &taken, &error));
  g_assert_cmpint (taken, ==, 2);
  g_assert_true (hemo_count_undo (txn, count->uuid, &taken, &error));
  g_assert_cmpint (taken, ==, 1);
  g_assert_true (hemo_count_add_cell (txn, count->uuid, HEMO_CELL_BLAST, NULL, &sequence, &error));
  g_assert_cmpint (sequence, ==, 4);
  loaded = hemo_count_load_open (txn, bench->slide, RECORDS_TECHNICIAN, &error);
  g_assert_no_error (error);
  g_assert_cmpint (loaded->cells->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    {
      const HemoCountedCell *cell = g_ptr_array_index (loaded->cells, i);

      g_assert_cmpint (cell->sequence, ==, i + 1);
      g_assert_cmpint (cell->taken_back, ==, i == 1 || i == 2);
      g_assert_cmpstr (cell->by, ==, RECORDS_TECHNICIAN);
      g_assert_cmpint (cell->at.utc_us, !=, 0);
    }
  records_commit (txn);
}

/* The laptop goes off between two keys: the count goes on at the very cell. */
static void
test_goes_on (Bench *bench, gconstpointer data)
{
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoCount) count = start (txn, bench->slide);
  g_autoptr (HemoCount) loaded = NULL;
  g_autoptr (GError) error = NULL;
  gint64 sequence = 0;

  records_commit (txn);
  for (int i = 0; i < 37; i++)
    {
      txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
      g_assert_true (
          hemo_count_add_cell (txn, count->uuid, HEMO_CELL_LYMPHOCYTE, NULL, &sequence, &error));
      records_commit (txn);
    }
  txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_count_add_cell (txn, count->uuid, HEMO_CELL_BLAST, NULL, &sequence, &error));
  hemo_txn_end (txn);
  records_reopen (bench->records);
  txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  loaded = hemo_count_load_open (txn, bench->slide, RECORDS_TECHNICIAN, &error);
  g_assert_no_error (error);
  g_assert_cmpint (loaded->cells->len, ==, 37);
  g_assert_true (hemo_count_add_cell (txn, count->uuid, HEMO_CELL_BLAST, NULL, &sequence, &error));
  g_assert_cmpint (sequence, ==, 38);
  records_commit (txn);
}

static void
test_one_open (Bench *bench, gconstpointer data)
{
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoCount) count = start (txn, bench->slide);
  g_autoptr (HemoCount) again = hemo_count_new (bench->slide, NULL, 100);
  g_autoptr (HemoCount) foreign = hemo_count_new (bench->slide, RECORDS_PATHOLOGIST, 100);
  g_autoptr (HemoCount) second = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_count_start (txn, again, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_false (hemo_count_start (txn, foreign, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (txn);
  txn = records_begin (bench->records, HEMO_ROLE_PATHOLOGIST);
  second = start (txn, bench->slide);
  g_assert_cmpstr (second->reader, ==, RECORDS_PATHOLOGIST);
  /* The other reader's count is the other's. */
  g_assert_false (hemo_count_add_cell (txn, count->uuid, HEMO_CELL_BAND, NULL, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (hemo_count_undo (txn, count->uuid, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (txn);
}

static void
test_closed (Bench *bench, gconstpointer data)
{
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoCount) count = start (txn, bench->slide);
  g_autoptr (HemoCount) next = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_count_add_cell (txn, count->uuid, HEMO_CELL_BAND, NULL, NULL, &error));
  g_assert_true (hemo_count_close (txn, count->uuid, &error));
  g_assert_no_error (error);
  g_assert_null (hemo_count_load_open (txn, bench->slide, RECORDS_TECHNICIAN, &error));
  g_assert_no_error (error);
  g_assert_false (hemo_count_add_cell (txn, count->uuid, HEMO_CELL_BAND, NULL, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (hemo_count_undo (txn, count->uuid, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (hemo_count_set_target (txn, count->uuid, 200, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  next = start (txn, bench->slide);
  g_assert_cmpstr (next->uuid, !=, count->uuid);
  records_commit (txn);
}

static void
test_targets (Bench *bench, gconstpointer data)
{
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoCount) odd = hemo_count_new (bench->slide, NULL, 150);
  g_autoptr (HemoCount) count = NULL;
  g_autoptr (HemoCount) loaded = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_count_start (txn, odd, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  count = start (txn, bench->slide);
  g_assert_true (hemo_count_set_target (txn, count->uuid, 200, &error));
  g_assert_false (hemo_count_set_target (txn, count->uuid, 0, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  loaded = hemo_count_load_open (txn, bench->slide, RECORDS_TECHNICIAN, &error);
  g_assert_cmpint (loaded->target, ==, 200);
  g_assert_false (hemo_count_add_cell (txn, count->uuid, HEMO_CELL_CLASSES, NULL, NULL, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  records_commit (txn);
}

/* The frame that a cell was seen in is of the same tube. */
static void
test_image (Bench *bench, gconstpointer data)
{
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) other = records_add_patient (txn, "Brian", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, other->uuid, HEMO_TEST_CBC);
  g_autofree char *own = records_add_image (txn, bench->slide, 1);
  g_autofree char *of_tube = records_add_image (txn, bench->tube, 1);
  g_autofree char *foreign = records_add_image (txn, tube->uuid, 1);
  g_autofree char *none = hemo_uuid_new ();
  g_autoptr (HemoCount) count = start (txn, bench->slide);
  g_autoptr (HemoCount) loaded = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_count_add_cell (txn, count->uuid, HEMO_CELL_BAND, own, NULL, &error));
  g_assert_true (hemo_count_add_cell (txn, count->uuid, HEMO_CELL_BAND, of_tube, NULL, &error));
  g_assert_false (hemo_count_add_cell (txn, count->uuid, HEMO_CELL_BAND, foreign, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_assert_false (hemo_count_add_cell (txn, count->uuid, HEMO_CELL_BAND, none, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  loaded = hemo_count_load_open (txn, bench->slide, RECORDS_TECHNICIAN, &error);
  g_assert_cmpint (loaded->cells->len, ==, 2);
  g_assert_cmpstr (((HemoCountedCell *)g_ptr_array_index (loaded->cells, 0))->image, ==, own);
  records_commit (txn);
}

/* nRBC and smudge cells stand outside the denominator, in the worklist too. */
static void
test_denominator (Bench *bench, gconstpointer data)
{
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoCount) count = start (txn, bench->slide);
  g_autoptr (GError) error = NULL;
  int inside = 0;

  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    {
      g_assert_true (hemo_count_add_cell (txn, count->uuid, (HemoCellClass)i, NULL, NULL, &error));
      inside += hemo_cell_class_info ((HemoCellClass)i)->in_denominator ? 1 : 0;
    }
  records_commit (txn);
  g_assert_cmpint (records_ask (bench->records, "SELECT counted FROM case_state"), ==, inside);
  g_assert_cmpint (records_ask (bench->records, "SELECT target FROM case_state"), ==, 100);
}

static void
test_not_found (Bench *bench, gconstpointer data)
{
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_autofree char *none = hemo_uuid_new ();
  g_autoptr (HemoCount) count = hemo_count_new (none, NULL, 100);
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_count_start (txn, count, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_assert_false (hemo_count_add_cell (txn, none, HEMO_CELL_BAND, NULL, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_assert_null (hemo_count_load_open (txn, none, RECORDS_TECHNICIAN, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

/* Each key leaves its row in the change log and in the audit. */
static void
test_logged (Bench *bench, gconstpointer data)
{
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_autofree char *count = records_add_count (txn, bench->slide, HEMO_CELL_BAND, 5, TRUE);

  records_commit (txn);
  g_assert_cmpint (
      records_ask (bench->records, "SELECT count(*) FROM change WHERE what = 'count.cell'"), ==, 5);
  g_assert_cmpint (
      records_ask (bench->records, "SELECT count(*) FROM audit WHERE what = 'count.cell'"), ==, 5);
  g_assert_cmpint (
      records_ask (bench->records, "SELECT count(*) FROM queue WHERE kind = 'Observation'"), ==, 0);
}

static int
counts_of (HemoTxn *txn, const char *tube)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCase) data = hemo_case_load (txn, tube, &error);

  g_assert_no_error (error);
  return (int)data->counts->len;
}

/* A closed count goes on at its next cell; why is kept. */
static void
test_reopen (Bench *bench, gconstpointer data)
{
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_autofree char *count = records_add_count (txn, bench->tube, HEMO_CELL_BAND, 5, TRUE);
  g_autofree char *other = NULL;
  g_autoptr (GError) error = NULL;
  gint64 sequence = 0;

  g_assert_false (hemo_count_reopen (txn, count, " \t", &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_true (hemo_count_reopen (txn, count, "closed too early", &error));
  g_assert_no_error (error);
  g_assert_true (hemo_count_add_cell (txn, count, HEMO_CELL_BAND, NULL, &sequence, &error));
  g_assert_cmpint (sequence, ==, 6);
  g_assert_false (hemo_count_reopen (txn, count, "again", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_true (hemo_count_close (txn, count, &error));
  other = records_add_count (txn, bench->tube, HEMO_CELL_BAND, 1, FALSE);
  g_assert_false (hemo_count_reopen (txn, count, "two open", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  records_commit (txn);
  g_assert_cmpint (records_ask (bench->records, "SELECT count(*) FROM cell_count WHERE note = "
                                                "'closed too early'"),
                   ==, 1);
  g_assert_cmpint (
      records_ask (bench->records, "SELECT count(*) FROM audit WHERE what = 'count.reopen'"), ==,
      1);
  g_assert_cmpint (records_ask (bench->records, "SELECT count(*) FROM record_history WHERE kind = "
                                                "'count' AND content ->> 'closed' = 1"),
                   >=, 1);
}

/* What was entered in error counts nowhere, and none of its cells is lost. */
static void
test_discard (Bench *bench, gconstpointer data)
{
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_autofree char *wrong = records_add_count (txn, bench->tube, HEMO_CELL_BLAST, 7, FALSE);
  g_autofree char *right = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_count_discard (txn, wrong, "another patient's slide", &error));
  g_assert_no_error (error);
  /* It stands in the way of no other. */
  right = records_add_count (txn, bench->tube, HEMO_CELL_SEGMENTED, 3, FALSE);
  g_assert_cmpint (counts_of (txn, bench->tube), ==, 1);
  g_assert_false (hemo_count_add_cell (txn, wrong, HEMO_CELL_BAND, NULL, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (hemo_count_reopen (txn, wrong, "no", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (hemo_count_discard (txn, wrong, "twice", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (txn);
  g_assert_cmpint (records_ask (bench->records, "SELECT counted FROM case_state"), ==, 3);
  g_assert_cmpint (records_ask (bench->records, "SELECT target FROM case_state"), ==, 100);
  g_assert_cmpint (records_ask (bench->records, "SELECT count(*) FROM counted_cell"), ==, 10);
  g_assert_cmpint (
      records_ask (bench->records, "SELECT count(*) FROM audit WHERE what = 'count.error'"), ==, 1);
}

/* Others' work is left alone, but by who may amend it; a final report stays as it is. */
static void
test_whose_correction (Bench *bench, gconstpointer data)
{
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_autofree char *count = records_add_count (txn, bench->tube, HEMO_CELL_SEGMENTED, 100, TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCase) after = NULL;

  records_sign (txn, bench->tube, HEMO_REPORT_FINAL);
  records_commit (txn);
  txn = records_begin (bench->records, HEMO_ROLE_ADMINISTRATOR);
  g_assert_false (hemo_count_discard (txn, count, "not mine", &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  hemo_txn_end (txn);
  txn = records_begin (bench->records, HEMO_ROLE_PATHOLOGIST);
  g_assert_false (hemo_count_reopen (txn, count, "not mine", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_true (hemo_count_discard (txn, count, "smear cannot be read", &error));
  g_assert_no_error (error);
  after = hemo_case_load (txn, bench->tube, &error);
  g_assert_cmpint (after->counts->len, ==, 0);
  g_assert_cmpint (after->report->status, ==, HEMO_REPORT_DRAFT);
  g_assert_cmpint (((HemoReport *)after->reports->pdata[0])->lines->len, >, 0);
  records_commit (txn);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/count-table/" name, Bench, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("undo", test_undo);
  ADD ("goes-on", test_goes_on);
  ADD ("one-open", test_one_open);
  ADD ("closed", test_closed);
  ADD ("targets", test_targets);
  ADD ("image", test_image);
  ADD ("denominator", test_denominator);
  ADD ("reopen", test_reopen);
  ADD ("discard", test_discard);
  ADD ("whose-correction", test_whose_correction);
  ADD ("not-found", test_not_found);
  ADD ("logged", test_logged);
  return g_test_run ();
}

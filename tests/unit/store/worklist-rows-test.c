/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows of the worklist by their numbers, and where each case is kept. */

#include "hemo-backup-record.h"
#include "records-fixture.h"

/* What is listed by numbers is what hemo_worklist() gives, in its order. */
static void
test_rows (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (GPtrArray) whole = NULL;
  const gint64 nothing[] = { 4711, 0, -1 };

  for (int i = 0; i < 30; i++)
    {
      g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);
      g_autoptr (HemoOrder) order = hemo_order_load (txn, tube->order, &error);

      order->urgency = (HemoUrgency)(i % 3);
      g_assert_true (hemo_order_save (txn, order, &error));
      if (i % 5 == 0)
        g_assert_true (
            hemo_specimen_reject (txn, tube->uuid, HEMO_REJECTION_CLOTTED, NULL, &error));
    }
  for (guint states = 0; states < 1u << (HEMO_STATE_REJECTED + 1); states += 65)
    {
      g_autoptr (GPtrArray) items = hemo_worklist (txn, states, (HemoDate){ 0 }, 100, &error);
      g_autoptr (GArray) rows = hemo_worklist_rows (txn, states, (HemoDate){ 0 }, FALSE, &error);
      g_autoptr (GPtrArray) loaded
          = hemo_worklist_load (txn, (const gint64 *)rows->data, rows->len, &error);

      g_assert_no_error (error);
      g_assert_cmpint (rows->len, ==, items->len);
      g_assert_cmpint (loaded->len, ==, items->len);
      for (guint i = 0; i < items->len; i++)
        {
          const HemoWorkItem *a = g_ptr_array_index (items, i);
          const HemoWorkItem *b = g_ptr_array_index (loaded, i);

          g_assert_cmpstr (a->specimen, ==, b->specimen);
          g_assert_cmpint (b->row, ==, g_array_index (rows, gint64, i));
          g_assert_cmpint (b->safety, ==, HEMO_SAFETY_SAVED);
        }
    }
  whole = hemo_worklist_load (txn, nothing, G_N_ELEMENTS (nothing), &error);
  g_assert_no_error (error);
  g_assert_cmpint (whole->len, ==, 0);
  records_commit (txn);
}

static void
test_rows_newest (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  HemoDate today = hemo_date_of (hemo_txn_get_time (txn));
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (GArray) rows = NULL;
  g_autoptr (GArray) day = NULL;
  g_autoptr (GArray) other = NULL;

  for (int i = 0; i < 3; i++)
    {
      g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);

      g_assert_nonnull (tube);
    }
  rows = hemo_worklist_rows (txn, 0, (HemoDate){ 0 }, TRUE, &error);
  day = hemo_worklist_rows (txn, 0, today, FALSE, &error);
  other = hemo_worklist_rows (txn, 0, (HemoDate){ 1999, 1, 1 }, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (rows->len, ==, 3);
  g_assert_cmpint (g_array_index (rows, gint64, 0), >, g_array_index (rows, gint64, 1));
  g_assert_cmpint (g_array_index (rows, gint64, 1), >, g_array_index (rows, gint64, 2));
  g_assert_cmpint (day->len, ==, 3);
  g_assert_cmpint (other->len, ==, 0);
  records_commit (txn);
}

static HemoSafety
safety_of (HemoTxn *txn)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) rows = hemo_worklist_rows (txn, 0, (HemoDate){ 0 }, FALSE, &error);
  g_autoptr (GPtrArray) items
      = hemo_worklist_load (txn, (const gint64 *)rows->data, rows->len, &error);

  g_assert_no_error (error);
  return ((HemoWorkItem *)g_ptr_array_index (items, 0))->safety;
}

static void
set_backup (Records *records, gint64 at_us, const char *change)
{
  g_autofree char *sql = g_strdup_printf (
      "INSERT OR REPLACE INTO setting (key, value) VALUES ('backup.at', %" G_GINT64_FORMAT
      "), ('backup.change', (%s))",
      at_us, change);

  records_run (records, sql);
}

/* 'Backed up' only when all of the case is in it, under seven days ago. */
static void
test_safety (void)
{
  g_autoptr (Records) records = records_open ();
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_DIFFERENTIAL);
  gint64 now = hemo_txn_get_time (txn).utc_us;
  const struct
  {
    gint64 at_us;
    const char *change;
    HemoSafety expected;
  } backups[] = {
    { now, "SELECT max(seq) FROM change", HEMO_SAFETY_BACKED_UP },
    { now - 6 * G_TIME_SPAN_DAY, "SELECT max(seq) FROM change", HEMO_SAFETY_BACKED_UP },
    { now - 7 * G_TIME_SPAN_DAY, "SELECT max(seq) FROM change", HEMO_SAFETY_SAVED },
    { now + G_TIME_SPAN_HOUR, "SELECT max(seq) FROM change", HEMO_SAFETY_SAVED },
    { now, "SELECT max(seq) - 1 FROM change", HEMO_SAFETY_SAVED },
  };
  g_autofree char *count = NULL;

  records_commit (txn);
  for (guint i = 0; i < G_N_ELEMENTS (backups); i++)
    {
      set_backup (records, backups[i].at_us, backups[i].change);
      txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
      g_assert_cmpint (safety_of (txn), ==, backups[i].expected);
      hemo_txn_end (txn);
    }
  txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  count = records_add_count (txn, tube->uuid, HEMO_CELL_BAND, 10, FALSE);
  records_commit (txn);
  set_backup (records, now, "SELECT max(seq) FROM change");
  txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_assert_cmpint (safety_of (txn), ==, HEMO_SAFETY_SAVED);
  g_assert_true (hemo_count_close (txn, count, NULL));
  records_commit (txn);
  set_backup (records, now, "SELECT max(seq) FROM change");
  txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_assert_cmpint (safety_of (txn), ==, HEMO_SAFETY_BACKED_UP);
  hemo_txn_end (txn);
}

static gint64
count_received (HemoTxn *txn)
{
  g_autoptr (GError) error = NULL;
  HemoSafetyTally tally = { 0 };

  g_assert_true (hemo_safety_tally (txn, &tally, &error));
  g_assert_no_error (error);
  return tally.received;
}

static void
expect_received (Records *records, const char *sql, gboolean expected)
{
  HemoTxn *txn;

  if (sql != NULL)
    records_run (records, sql);
  txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_assert_cmpint (safety_of (txn), ==, expected ? HEMO_SAFETY_RECEIVED : HEMO_SAFETY_SAVED);
  g_assert_cmpint (count_received (txn), ==, expected ? 1 : 0);
  hemo_txn_end (txn);
}

/* 'Received' only when nothing of the case waits, whatever pictures do, and the number on the page
 * says the same. */
static void
test_received (void)
{
  g_autoptr (Records) records = records_open ();
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_DIFFERENTIAL);
  g_autofree char *count = NULL;
  static const char *const kinds[] = { "Patient", "ServiceRequest", "Specimen" };

  records_commit (txn);
  expect_received (records, NULL, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *wait
          = g_strdup_printf ("UPDATE queue SET state = 'waiting' WHERE kind = '%s'", kinds[i]);
      g_autofree char *shelve
          = g_strdup_printf ("UPDATE queue SET state = 'stuck' WHERE kind = '%s'", kinds[i]);

      expect_received (records, "UPDATE queue SET state = 'received'", TRUE);
      expect_received (records, wait, FALSE);
      expect_received (records, shelve, FALSE);
    }
  expect_received (records, "UPDATE queue SET state = 'received'", TRUE);
  expect_received (records,
                   "INSERT INTO queue (change, kind, object, lane) SELECT change, kind, object, 2 "
                   "FROM queue WHERE kind = 'Specimen'",
                   TRUE);
  txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  count = records_add_count (txn, tube->uuid, HEMO_CELL_BAND, 10, FALSE);
  records_commit (txn);
  expect_received (records, "UPDATE queue SET state = 'received'", FALSE);
  txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_count_close (txn, count, NULL));
  records_commit (txn);
  expect_received (records, NULL, FALSE);
  /* The count leaves with the case. */
  txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_specimen_reject (txn, tube->uuid, HEMO_REJECTION_CLOTTED, NULL, NULL));
  records_commit (txn);
  expect_received (records, NULL, FALSE);
  expect_received (records, "UPDATE queue SET state = 'received'", TRUE);
  expect_received (records, "DELETE FROM queue", FALSE);
}

static void
set_result (Records *records, const char *tube, const char *analyte, double value)
{
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);

  records_add_result (txn, tube, analyte, value);
  records_commit (txn);
}

/* A value that is typed leaves with the report that is signed over it, and not before. */
static void
test_received_signed (void)
{
  g_autoptr (Records) records = records_open ();
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);

  records_commit (txn);
  expect_received (records, "UPDATE queue SET state = 'received'", TRUE);
  set_result (records, tube->uuid, "hb", 120);
  expect_received (records, "UPDATE queue SET state = 'received'", FALSE);
  txn = records_begin (records, HEMO_ROLE_PATHOLOGIST);
  records_sign (txn, tube->uuid, HEMO_REPORT_FINAL);
  records_commit (txn);
  expect_received (records, "UPDATE queue SET state = 'received'", TRUE);
  set_result (records, tube->uuid, "wbc", 12);
  expect_received (records, "UPDATE queue SET state = 'received'", FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worklist-rows/rows", test_rows);
  g_test_add_func ("/worklist-rows/newest", test_rows_newest);
  g_test_add_func ("/worklist-rows/safety", test_safety);
  g_test_add_func ("/worklist-rows/received", test_received);
  g_test_add_func ("/worklist-rows/received-signed", test_received_signed);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders and specimens: numbers that are never given twice, slides, rejection. */

#include "records-fixture.h"

static HemoSpecimen *
make_tube (HemoTxn *txn, const char *patient, const char *accession)
{
  g_autoptr (HemoOrder) order = records_add_order (txn, patient, HEMO_TEST_CBC);
  HemoSpecimen *tube = hemo_specimen_new ();

  tube->order = g_strdup (order->uuid);
  tube->accession = g_strdup (accession);
  return tube;
}

static void
test_accept (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = make_tube (txn, patient->uuid, NULL);
  g_autoptr (HemoSpecimen) found = NULL;
  g_autofree char *spelled = NULL;

  tube->collected_at
      = (HemoTime){ .utc_us = 1790000000000000, .offset_minutes = 180, .by_hand = TRUE };
  g_assert_true (hemo_specimen_accept (txn, tube, &error));
  g_assert_no_error (error);
  g_assert_cmpint (tube->version, ==, 1);
  g_assert_cmpstr (tube->patient, ==, patient->uuid);
  g_assert_true (hemo_accession_is_plausible (tube->accession));
  g_assert_cmpint (tube->received_at.utc_us, !=, 0);
  g_assert_false (hemo_specimen_accept (txn, tube, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  spelled = g_ascii_strdown (tube->accession, -1);
  found = hemo_specimen_find (txn, spelled, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->uuid, ==, tube->uuid);
  g_assert_cmpint (found->collected_at.utc_us, ==, tube->collected_at.utc_us);
  g_assert_true (found->collected_at.by_hand);
  g_assert_null (hemo_specimen_find (txn, "nothing", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_assert_null (hemo_specimen_find (txn, "", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_assert_null (hemo_specimen_find (txn, "\xff", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  records_commit (txn);
}

static void
test_numbers_are_unique (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);

  records_commit (txn);
  for (int i = 0; i < 40; i++)
    {
      g_autoptr (HemoSpecimen) tube = NULL;

      /* Two laptops, and some that are rolled back. */
      records_set_station (records, i % 2 == 0 ? "A1" : "B2");
      txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
      tube = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);
      g_assert_true (g_hash_table_add (seen, hemo_accession_normalize (tube->accession)));
      records_commit (txn);
      if (i == 20)
        records_reopen (records);
    }
  g_assert_cmpint (records_ask (records, "SELECT min (last) FROM accession_counter"), ==, 20);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM accession_counter"), ==, 2);
}

static void
test_counter_only_grows (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);

  records_commit (txn);
  g_assert_false (hemo_db_execute (records->db, "UPDATE accession_counter SET last = 1", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
}

static void
test_number_by_hand (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoDate day = { 2026, 11, 21 };
  g_autofree char *number
      = hemo_accession_format (HEMO_ACCESSION_PATTERN_DEFAULT, "C3", day, 7, &error);
  g_autofree char *wrong = g_strdup (number);
  g_autofree char *slide = g_strconcat (number, "/1", NULL);
  g_autofree char *bare = g_ascii_strdown (number, -1);
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) first = make_tube (txn, patient->uuid, number);
  g_autoptr (HemoSpecimen) twice = make_tube (txn, patient->uuid, bare);
  g_autoptr (HemoSpecimen) typed_wrong = NULL;
  g_autoptr (HemoSpecimen) as_slide = make_tube (txn, patient->uuid, slide);

  wrong[5] = wrong[5] == '1' ? '2' : '1';
  typed_wrong = make_tube (txn, patient->uuid, wrong);
  g_assert_true (hemo_specimen_accept (txn, first, &error));
  g_assert_no_error (error);
  g_assert_false (hemo_specimen_accept (txn, twice, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_false (hemo_specimen_accept (txn, typed_wrong, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_false (hemo_specimen_accept (txn, as_slide, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_cmpint (typed_wrong->version, ==, 0);
  g_assert_null (typed_wrong->patient);
  records_commit (txn);
}

/* A number given by hand ahead of the counter is skipped when the counter comes to it. */
static void
test_skips_taken (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  HemoDate today = hemo_date_of (hemo_txn_get_time (txn));
  g_autofree char *ahead
      = hemo_accession_format (HEMO_ACCESSION_PATTERN_DEFAULT, "A1", today, 2, &error);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) by_hand = make_tube (txn, patient->uuid, ahead);
  g_autoptr (HemoSpecimen) first = NULL;
  g_autoptr (HemoSpecimen) second = NULL;

  g_assert_true (hemo_specimen_accept (txn, by_hand, &error));
  first = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);
  second = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);
  g_assert_nonnull (strstr (first->accession, "00001"));
  g_assert_nonnull (strstr (second->accession, "00003"));
  records_commit (txn);
}

static void
test_slides (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);
  g_autoptr (HemoSpecimen) one = records_add_slide (txn, tube->uuid);
  g_autoptr (HemoSpecimen) two = records_add_slide (txn, tube->uuid);
  g_autoptr (HemoSpecimen) nested = hemo_specimen_new ();
  g_autoptr (HemoSpecimen) orphan = hemo_specimen_new ();
  g_autofree char *expected = g_strconcat (tube->accession, "/2", NULL);
  g_autoptr (HemoSpecimen) found = NULL;

  g_assert_cmpstr (two->accession, ==, expected);
  g_assert_cmpstr (two->patient, ==, patient->uuid);
  g_assert_cmpstr (two->order, ==, tube->order);
  found = hemo_specimen_find (txn, two->accession, &error);
  g_assert_cmpstr (found->uuid, ==, two->uuid);
  nested->parent = g_strdup (one->uuid);
  g_assert_false (hemo_specimen_accept (txn, nested, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  orphan->parent = hemo_uuid_new ();
  g_assert_false (hemo_specimen_accept (txn, orphan, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  records_commit (txn);
}

static void
test_save (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);
  g_autoptr (HemoSpecimen) stale = hemo_specimen_copy (tube);
  g_autoptr (HemoSpecimen) found = NULL;

  tube->type = HEMO_SPECIMEN_CAPILLARY;
  tube->collected_at = (HemoTime){ .utc_us = 1790000000000000, .offset_minutes = -60 };
  tube->rejection = HEMO_REJECTION_CLOTTED;
  g_assert_true (hemo_specimen_save (txn, tube, &error));
  g_assert_no_error (error);
  g_assert_cmpint (tube->version, ==, 2);
  g_assert_false (hemo_specimen_save (txn, stale, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  found = hemo_specimen_find (txn, tube->uuid, &error);
  g_assert_cmpint (found->type, ==, HEMO_SPECIMEN_CAPILLARY);
  g_assert_cmpint (found->collected_at.offset_minutes, ==, -60);
  g_assert_cmpint (found->rejection, ==, HEMO_REJECTION_NONE);
  records_commit (txn);
  g_assert_cmpint (
      records_ask (records, "SELECT count(*) FROM record_history WHERE kind = 'specimen'"), ==, 1);
}

static void
test_reject (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_DIFFERENTIAL);
  g_autoptr (HemoSpecimen) slide = records_add_slide (txn, tube->uuid);
  g_autoptr (HemoSpecimen) found = NULL;
  g_autoptr (HemoSpecimen) late = hemo_specimen_new ();
  g_autoptr (HemoCount) count = hemo_count_new (slide->uuid, NULL, 100);
  g_autoptr (HemoResult) result = hemo_result_new (tube->uuid, "hb", 120, "HemoCue");

  g_assert_false (hemo_specimen_reject (txn, tube->uuid, HEMO_REJECTION_NONE, NULL, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_true (
      hemo_specimen_reject (txn, tube->uuid, HEMO_REJECTION_CLOTTED, "needle clot", &error));
  g_assert_no_error (error);
  found = hemo_specimen_find (txn, tube->uuid, &error);
  g_assert_cmpint (found->rejection, ==, HEMO_REJECTION_CLOTTED);
  g_assert_cmpstr (found->rejection_note, ==, "needle clot");
  g_assert_false (hemo_specimen_reject (txn, tube->uuid, HEMO_REJECTION_OTHER, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (hemo_count_start (txn, count, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (hemo_result_save (txn, result, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  late->parent = g_strdup (tube->uuid);
  g_assert_false (hemo_specimen_accept (txn, late, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (txn);
}

static void
test_reject_signed (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);

  records_add_result (txn, tube->uuid, "hb", 120);
  records_sign (txn, tube->uuid, HEMO_REPORT_FINAL);
  g_assert_false (hemo_specimen_reject (txn, tube->uuid, HEMO_REJECTION_CLOTTED, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  /* Nor after something new was found, or the report could not be corrected any more. */
  records_add_result (txn, tube->uuid, "wbc", 7);
  g_assert_false (hemo_specimen_reject (txn, tube->uuid, HEMO_REJECTION_CLOTTED, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (txn);
}

static void
test_order (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoPatient) other = records_add_patient (txn, "Brian", "Otieno", 1990);
  g_autoptr (HemoOrder) order = records_add_order (txn, patient->uuid, HEMO_TEST_CBC);
  g_autoptr (HemoOrder) empty = hemo_order_new (patient->uuid);
  g_autoptr (HemoOrder) loaded = NULL;
  g_autoptr (HemoSpecimen) tube = hemo_specimen_new ();

  order->urgency = HEMO_URGENCY_STAT;
  order->pregnancy = HEMO_PREGNANCY_TRIMESTER_2;
  order->tests = HEMO_TEST_MALARIA | HEMO_TEST_DIFFERENTIAL;
  order->requester = g_strdup ("Dr Achieng");
  order->clinical_note = g_strdup ("fever\nfour days");
  g_assert_true (hemo_order_save (txn, order, &error));
  g_assert_no_error (error);
  loaded = hemo_order_load (txn, order->uuid, &error);
  g_assert_cmpint (loaded->version, ==, 2);
  g_assert_cmpint (loaded->urgency, ==, HEMO_URGENCY_STAT);
  g_assert_cmpint (loaded->pregnancy, ==, HEMO_PREGNANCY_TRIMESTER_2);
  g_assert_cmpint (loaded->tests, ==, order->tests);
  g_assert_cmpstr (loaded->clinical_note, ==, "fever\nfour days");
  g_assert_cmpint (loaded->ordered_at.utc_us, ==, order->ordered_at.utc_us);
  g_free (loaded->patient);
  loaded->patient = g_strdup (other->uuid);
  g_assert_false (hemo_order_save (txn, loaded, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (hemo_order_save (txn, empty, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  order->revoked = TRUE;
  g_assert_true (hemo_order_save (txn, order, &error));
  tube->order = g_strdup (order->uuid);
  g_assert_false (hemo_specimen_accept (txn, tube, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (txn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/specimen-table/accept", test_accept);
  g_test_add_func ("/specimen-table/numbers-are-unique", test_numbers_are_unique);
  g_test_add_func ("/specimen-table/counter-only-grows", test_counter_only_grows);
  g_test_add_func ("/specimen-table/number-by-hand", test_number_by_hand);
  g_test_add_func ("/specimen-table/skips-taken", test_skips_taken);
  g_test_add_func ("/specimen-table/slides", test_slides);
  g_test_add_func ("/specimen-table/save", test_save);
  g_test_add_func ("/specimen-table/reject", test_reject);
  g_test_add_func ("/specimen-table/reject-signed", test_reject_signed);
  g_test_add_func ("/specimen-table/order", test_order);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Patients: saved, loaded, changed by two at once, refused. */

#include "records-fixture.h"

static HemoPatient *
make_patient (void)
{
  HemoPatient *patient = hemo_patient_new ();

  patient->given = g_strdup ("Amina Wanjirũ");
  patient->family = g_strdup ("Otieno");
  patient->sex = HEMO_SEX_FEMALE;
  patient->birth = (HemoBirth){ .date = { 1991, 4, 12 }, .estimated = TRUE };
  patient->phone = g_strdup ("+254 712 345 678");
  patient->village = g_strdup ("Kisumu Ndogo");
  g_ptr_array_add (patient->identifiers, hemo_identifier_new ("national-id", "23-456.789"));
  g_ptr_array_add (patient->identifiers, hemo_identifier_new ("clinic", "K 0042"));
  return patient;
}

static void
assert_same (const HemoPatient *a, const HemoPatient *b)
{
  g_assert_cmpstr (a->uuid, ==, b->uuid);
  g_assert_cmpstr (a->given, ==, b->given);
  g_assert_cmpstr (a->family, ==, b->family);
  g_assert_cmpint (a->sex, ==, b->sex);
  g_assert_cmpint (a->birth.date.year, ==, b->birth.date.year);
  g_assert_cmpint (a->birth.date.month, ==, b->birth.date.month);
  g_assert_cmpint (a->birth.date.day, ==, b->birth.date.day);
  g_assert_cmpint (a->birth.estimated, ==, b->birth.estimated);
  g_assert_cmpstr (a->phone, ==, b->phone);
  g_assert_cmpstr (a->village, ==, b->village);
  g_assert_cmpint (a->active, ==, b->active);
  g_assert_cmpstr (a->merged_into, ==, b->merged_into);
  g_assert_cmpint (a->version, ==, b->version);
  g_assert_cmpint (a->identifiers->len, ==, b->identifiers->len);
  for (guint i = 0; i < a->identifiers->len; i++)
    {
      const HemoIdentifier *x = g_ptr_array_index (a->identifiers, i);
      const HemoIdentifier *y = g_ptr_array_index (b->identifiers, i);

      g_assert_cmpstr (x->issuer, ==, y->issuer);
      g_assert_cmpstr (x->value, ==, y->value);
    }
}

static void
test_round_trip (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (HemoPatient) patient = make_patient ();
  g_autoptr (HemoPatient) loaded = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_patient_save (txn, patient, &error));
  g_assert_no_error (error);
  g_assert_cmpint (patient->version, ==, 1);
  records_commit (txn);
  records_reopen (records);
  txn = records_begin (records, HEMO_ROLE_PATHOLOGIST);
  loaded = hemo_patient_load (txn, patient->uuid, &error);
  g_assert_no_error (error);
  assert_same (loaded, patient);
  records_commit (txn);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM audit WHERE what = 'patient.view'"),
                   ==, 1);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM queue WHERE kind = 'Patient'"), ==,
                   1);
}

static void
test_one_name_only (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (HemoPatient) loaded = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Suharto", NULL, 0);

  loaded = hemo_patient_load (txn, patient->uuid, &error);
  g_assert_no_error (error);
  g_assert_null (loaded->family);
  g_assert_cmpint (loaded->birth.date.year, ==, 0);
  records_commit (txn);
}

static void
test_conflict (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (HemoPatient) patient = make_patient ();
  g_autoptr (HemoPatient) other = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);

  hemo_patient_save (txn, patient, &error);
  g_assert_no_error (error);
  other = hemo_patient_copy (patient);
  g_free (patient->village);
  patient->village = g_strdup ("Kibera");
  g_assert_true (hemo_patient_save (txn, patient, &error));
  g_assert_cmpint (patient->version, ==, 2);
  g_free (other->village);
  other->village = g_strdup ("Mombasa");
  g_assert_false (hemo_patient_save (txn, other, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_cmpint (other->version, ==, 1);
  other->version = 0;
  g_assert_false (hemo_patient_save (txn, other, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  records_commit (txn);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM patient WHERE village = 'Kibera'"),
                   ==, 1);
}

/* What a record said before is never lost. */
static void
test_history (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (HemoPatient) patient = make_patient ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);

  hemo_patient_save (txn, patient, &error);
  g_ptr_array_set_size (patient->identifiers, 1);
  g_free (patient->phone);
  patient->phone = NULL;
  g_assert_true (hemo_patient_save (txn, patient, &error));
  g_assert_no_error (error);
  records_commit (txn);
  g_assert_cmpint (
      records_ask (records,
                   "SELECT count(*) FROM record_history WHERE kind = 'patient' AND version = 1 "
                   "AND content ->> 'phone' = '+254 712 345 678' "
                   "AND json_array_length (content, '$.identifiers') = 2"),
      ==, 1);
}

static void
test_refused_values (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (HemoPatient) patient = hemo_patient_new ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);

  g_assert_false (hemo_patient_save (txn, patient, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  patient->given = g_strdup ("X\nY\001");
  g_assert_false (hemo_patient_save (txn, patient, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_free (patient->given);
  patient->given = g_strdup ("Amina");
  g_free (patient->uuid);
  patient->uuid = g_strdup ("no uuid");
  g_assert_false (hemo_patient_save (txn, patient, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_null (hemo_patient_load (txn, "no uuid", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  patient->version = 3;
  g_free (patient->uuid);
  patient->uuid = hemo_uuid_new ();
  g_assert_false (hemo_patient_save (txn, patient, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  records_commit (txn);
}

/* Nothing of a change that was not committed is left, in no table. */
static void
test_rollback (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (HemoPatient) patient = make_patient ();
  g_autoptr (GError) error = NULL;
  gint64 audits = records_ask (records, "SELECT count(*) FROM audit");
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_patient_save (txn, patient, &error));
  hemo_txn_end (txn);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM patient"), ==, 0);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM patient_search_docsize"), ==, 0);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM patient_block"), ==, 0);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM change WHERE kind = 'Patient'"), ==,
                   0);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM audit"), ==, audits);
}

static void
test_entered_in_error (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GPtrArray) hits = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Ghost", "Entry", 1990);
  g_autoptr (HemoOrder) order = NULL;

  patient->active = FALSE;
  g_assert_true (hemo_patient_save (txn, patient, &error));
  hits = hemo_search (txn, "ghost", 10, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hits->len, ==, 0);
  order = hemo_order_new (patient->uuid);
  order->tests = HEMO_TEST_CBC;
  g_assert_false (hemo_order_save (txn, order, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (txn);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM patient"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/patient-table/round-trip", test_round_trip);
  g_test_add_func ("/patient-table/one-name-only", test_one_name_only);
  g_test_add_func ("/patient-table/conflict", test_conflict);
  g_test_add_func ("/patient-table/history", test_history);
  g_test_add_func ("/patient-table/refused-values", test_refused_values);
  g_test_add_func ("/patient-table/rollback", test_rollback);
  g_test_add_func ("/patient-table/entered-in-error", test_entered_in_error);
  return g_test_run ();
}

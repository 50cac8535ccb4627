/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signed results over time, earlier versions, merged records. */

#include "records-fixture.h"

static void
test_results (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoPatient) other = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) first = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);
  g_autoptr (HemoSpecimen) second = records_add_tube (txn, other->uuid, HEMO_TEST_CBC);
  g_autoptr (HemoSpecimen) draft = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autofree char *survivor = NULL;

  records_add_result (txn, first->uuid, "hb", 120);
  records_sign (txn, first->uuid, HEMO_REPORT_FINAL);
  records_add_result (txn, second->uuid, "hb", 90);
  records_sign (txn, second->uuid, HEMO_REPORT_FINAL);
  records_add_result (txn, draft->uuid, "hb", 70);
  lines = hemo_patient_results (txn, patient->uuid, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpint (lines->len, ==, 1);
  g_assert_cmpfloat (((HemoLine *)lines->pdata[0])->value, ==, 120);
  g_assert_true (hemo_patient_merge (txn, patient->uuid, other->uuid, &survivor, &error));
  all = hemo_patient_results (txn, survivor, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpint (all->len, ==, 2);
  g_assert_cmpfloat (((HemoLine *)all->pdata[0])->value, ==, 90);
  g_clear_pointer (&all, g_ptr_array_unref);
  all = hemo_patient_results (txn, survivor, 1, &error);
  g_assert_cmpint (all->len, ==, 1);
  records_commit (txn);
  g_assert_cmpint (
      records_ask (records, "SELECT count(*) FROM audit WHERE what = 'patient.results'"), ==, 3);
}

static void
test_versions (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (GPtrArray) versions = NULL;
  const HemoPatientVersion *version;

  g_ptr_array_add (patient->identifiers, hemo_identifier_new ("clinic", "أ-1"));
  g_set_str (&patient->family, "Odhiambo");
  g_assert_true (hemo_patient_save (txn, patient, &error));
  g_ptr_array_set_size (patient->identifiers, 0);
  patient->birth.estimated = TRUE;
  g_assert_true (hemo_patient_save (txn, patient, &error));
  versions = hemo_patient_versions (txn, patient->uuid, &error);
  g_assert_no_error (error);
  g_assert_cmpint (versions->len, ==, 3);
  version = versions->pdata[0];
  g_assert_cmpint (version->patient->version, ==, 3);
  g_assert_true (version->patient->birth.estimated);
  g_assert_cmpint (version->patient->identifiers->len, ==, 0);
  version = versions->pdata[1];
  g_assert_cmpint (version->patient->version, ==, 2);
  g_assert_cmpstr (version->patient->family, ==, "Odhiambo");
  g_assert_cmpint (version->patient->identifiers->len, ==, 1);
  g_assert_cmpstr (((HemoIdentifier *)version->patient->identifiers->pdata[0])->value, ==, "أ-1");
  version = versions->pdata[2];
  g_assert_cmpint (version->patient->version, ==, 1);
  g_assert_cmpstr (version->patient->family, ==, "Otieno");
  g_assert_cmpint (version->patient->birth.date.year, ==, 1990);
  g_assert_cmpint (version->at.utc_us, >, 0);
  g_assert_nonnull (version->by);
  records_commit (txn);
}

static void
test_damaged_version (void)
{
  static const char *const damages[] = { "'nothing'", "'[]'", "'{\"sex\":7}'", "'{}'" };

  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autoptr (Records) records = records_open ();
      g_autoptr (GError) error = NULL;
      HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
      g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
      g_autoptr (GPtrArray) versions = NULL;
      g_autofree char *sql = g_strdup_printf ("UPDATE record_history SET content = %s", damages[i]);

      g_set_str (&patient->family, "Odhiambo");
      g_assert_true (hemo_patient_save (txn, patient, &error));
      records_commit (txn);
      records_run (records, sql);
      txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
      versions = hemo_patient_versions (txn, patient->uuid, &error);
      g_assert_null (versions);
      g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
      hemo_txn_end (txn);
    }
}

static void
test_merged (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) a = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoPatient) b = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (GPtrArray) merged = NULL;
  g_autofree char *survivor = NULL;

  merged = hemo_patient_merged (txn, a->uuid, &error);
  g_assert_no_error (error);
  g_assert_cmpint (merged->len, ==, 0);
  g_clear_pointer (&merged, g_ptr_array_unref);
  g_assert_true (hemo_patient_merge (txn, a->uuid, b->uuid, &survivor, &error));
  merged = hemo_patient_merged (txn, survivor, &error);
  g_assert_cmpint (merged->len, ==, 1);
  g_assert_cmpstr (((HemoPatient *)merged->pdata[0])->uuid, !=, survivor);
  g_assert_true (hemo_patient_unmerge (txn, ((HemoPatient *)merged->pdata[0])->uuid, &error));
  g_clear_pointer (&merged, g_ptr_array_unref);
  merged = hemo_patient_merged (txn, survivor, &error);
  g_assert_cmpint (merged->len, ==, 0);
  g_assert_null (hemo_patient_versions (txn, "99999999-9999-4999-8999-999999999999", &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  records_commit (txn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/patient-history/results", test_results);
  g_test_add_func ("/patient-history/versions", test_versions);
  g_test_add_func ("/patient-history/damaged-version", test_damaged_version);
  g_test_add_func ("/patient-history/merged", test_merged);
  return g_test_run ();
}

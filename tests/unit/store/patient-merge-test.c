/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Merging without loss and back, duplicates, and circles that cannot come to be. */

#include "records-fixture.h"

static void
add_identifier (HemoTxn *txn, HemoPatient *patient, const char *issuer, const char *value)
{
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (patient->identifiers, hemo_identifier_new (issuer, value));
  hemo_patient_save (txn, patient, &error);
  g_assert_no_error (error);
}

static HemoPatient *
load (HemoTxn *txn, const char *uuid)
{
  g_autoptr (GError) error = NULL;
  HemoPatient *patient = hemo_patient_load (txn, uuid, &error);

  g_assert_no_error (error);
  return patient;
}

static void
test_merge_and_back (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  g_autofree char *survivor = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) a = records_add_patient (txn, "Jon", "Mwangi", 1990);
  g_autoptr (HemoPatient) b = records_add_patient (txn, "John", "Mwangi", 1991);
  g_autoptr (HemoPatient) winner = NULL;
  g_autoptr (HemoPatient) loser = NULL;
  g_autoptr (HemoPatient) parted = NULL;
  const HemoPatient *keeps;
  const HemoPatient *goes;

  add_identifier (txn, a, "national-id", "111");
  add_identifier (txn, a, "clinic", "same");
  add_identifier (txn, b, "national-id", "222");
  add_identifier (txn, b, "clinic", "same");
  keeps = hemo_patient_survivor (a, b);
  goes = keeps == a ? b : a;
  g_assert_true (hemo_patient_merge (txn, goes->uuid, keeps->uuid, &survivor, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (survivor, ==, keeps->uuid);
  winner = load (txn, keeps->uuid);
  loser = load (txn, goes->uuid);
  g_assert_cmpint (winner->identifiers->len, ==, 3);
  g_assert_true (winner->active);
  g_assert_false (loser->active);
  g_assert_cmpstr (loser->merged_into, ==, winner->uuid);
  g_assert_cmpint (loser->identifiers->len, ==, 2);

  /* What was changed after the merge is kept when it is taken back. */
  g_free (winner->village);
  winner->village = g_strdup ("Kisumu");
  add_identifier (txn, winner, "insurance", "333");
  g_assert_true (hemo_patient_unmerge (txn, goes->uuid, &error));
  g_assert_no_error (error);
  parted = load (txn, goes->uuid);
  g_assert_true (parted->active);
  g_assert_null (parted->merged_into);
  g_assert_cmpstr (parted->given, ==, goes->given);
  g_assert_cmpint (parted->identifiers->len, ==, 2);
  g_clear_pointer (&winner, hemo_patient_free);
  winner = load (txn, keeps->uuid);
  g_assert_cmpint (winner->identifiers->len, ==, 3);
  g_assert_cmpstr (winner->village, ==, "Kisumu");
  for (guint i = 0; i < 2; i++)
    g_assert_cmpstr (((HemoIdentifier *)g_ptr_array_index (winner->identifiers, i))->value, ==,
                     ((HemoIdentifier *)g_ptr_array_index (keeps->identifiers, i))->value);
  records_commit (txn);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM patient_merge"), ==, 1);
  g_assert_cmpint (
      records_ask (records, "SELECT count(*) FROM patient_merge WHERE undone_at_us IS NULL"), ==,
      0);
}

static void
test_again_after_back (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) a = records_add_patient (txn, "Jon", "Mwangi", 1990);
  g_autoptr (HemoPatient) b = records_add_patient (txn, "John", "Mwangi", 1991);
  const char *goes = hemo_patient_survivor (a, b) == a ? b->uuid : a->uuid;

  for (int i = 0; i < 3; i++)
    {
      g_assert_true (hemo_patient_merge (txn, a->uuid, b->uuid, NULL, &error));
      g_assert_true (hemo_patient_unmerge (txn, goes, &error));
    }
  g_assert_no_error (error);
  g_assert_false (hemo_patient_unmerge (txn, goes, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (txn);
}

static void
test_no_circles (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoPatient *patients[3];
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autofree char *survivor = NULL;
  g_autofree char *last = NULL;
  g_autofree char *found = NULL;
  const char *goes;

  for (int i = 0; i < 3; i++)
    patients[i] = records_add_patient (txn, "Jon", "Mwangi", 1990 + i);
  g_assert_true (hemo_patient_merge (txn, patients[0]->uuid, patients[1]->uuid, &survivor, &error));
  goes = g_str_equal (survivor, patients[0]->uuid) ? patients[1]->uuid : patients[0]->uuid;
  g_assert_false (hemo_patient_merge (txn, goes, survivor, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (hemo_patient_merge (txn, goes, patients[2]->uuid, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (hemo_patient_merge (txn, survivor, survivor, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_true (hemo_patient_merge (txn, survivor, patients[2]->uuid, &last, &error));
  found = hemo_patient_dup_survivor (txn, goes, &error);
  g_assert_cmpstr (found, ==, last);
  if (!g_str_equal (last, survivor))
    {
      /* Inside a chain the outer merge has to be taken back first. */
      g_assert_false (hemo_patient_unmerge (txn, goes, &error));
      records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
    }
  records_commit (txn);
  for (int i = 0; i < 3; i++)
    hemo_patient_free (patients[i]);
}

static void
test_merged_is_closed (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoPatient) merged = NULL;
  g_autoptr (HemoOrder) order = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) a = records_add_patient (txn, "Jon", "Mwangi", 1990);
  g_autoptr (HemoPatient) b = records_add_patient (txn, "John", "Mwangi", 1991);
  const char *goes = hemo_patient_survivor (a, b) == a ? b->uuid : a->uuid;

  g_assert_true (hemo_patient_merge (txn, a->uuid, b->uuid, NULL, &error));
  merged = load (txn, goes);
  g_assert_false (hemo_patient_save (txn, merged, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_clear_pointer (&merged->merged_into, g_free);
  merged->active = TRUE;
  g_assert_false (hemo_patient_save (txn, merged, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  order = hemo_order_new (goes);
  order->tests = HEMO_TEST_CBC;
  g_assert_false (hemo_order_save (txn, order, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (txn);
}

/* References keep their subject; the case shows who the person is known as. */
static void
test_specimens_stay (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  g_autofree char *survivor = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) a = records_add_patient (txn, "Jon", "Mwangi", 1990);
  g_autoptr (HemoPatient) b = records_add_patient (txn, "John", "Mwangi", 1991);
  g_autoptr (HemoSpecimen) tube_a = records_add_tube (txn, a->uuid, HEMO_TEST_CBC);
  g_autoptr (HemoSpecimen) tube_b = records_add_tube (txn, b->uuid, HEMO_TEST_CBC);
  g_autoptr (HemoCase) data = NULL;
  g_autoptr (GPtrArray) cases = NULL;
  const HemoSpecimen *goes;

  g_assert_true (hemo_patient_merge (txn, a->uuid, b->uuid, &survivor, &error));
  goes = g_str_equal (survivor, a->uuid) ? tube_b : tube_a;
  data = hemo_case_load (txn, goes->uuid, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (data->specimen->patient, ==, goes->patient);
  g_assert_cmpstr (data->order->patient, ==, goes->patient);
  g_assert_cmpstr (data->patient->uuid, ==, survivor);
  cases = hemo_worklist_of_patient (txn, survivor, 10, &error);
  g_assert_cmpint (cases->len, ==, 2);
  records_commit (txn);
}

static void
rename_patient (HemoTxn *txn, const char *uuid, const char *given, int year)
{
  g_autoptr (HemoPatient) patient = load (txn, uuid);
  g_autoptr (GError) error = NULL;

  g_set_str (&patient->given, given);
  patient->birth.date = (HemoDate){ (gint16)year, 0, 0 };
  g_assert_true (hemo_patient_save (txn, patient, &error));
  g_assert_no_error (error);
}

/* A name that is put right after a merge, or after two of them, stands wherever the report has it:
 * nobody looks for the tube of a person of another name and age. */
static void
test_name_after_merge (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) a = records_add_patient (txn, "Jon", "Mwangi", 1990);
  g_autoptr (HemoPatient) b = records_add_patient (txn, "Jon", "Mwangi", 1990);
  g_autoptr (HemoPatient) c = records_add_patient (txn, "Jon", "Mwangi", 1990);
  const char *uuids[] = { a->uuid, b->uuid, c->uuid };

  for (guint i = 0; i < G_N_ELEMENTS (uuids); i++)
    {
      g_autoptr (HemoSpecimen) tube = records_add_tube (txn, uuids[i], HEMO_TEST_CBC);
    }
  for (guint i = 1; i < G_N_ELEMENTS (uuids); i++)
    {
      g_autofree char *survivor = NULL;
      g_autoptr (GPtrArray) items = NULL;
      g_autoptr (GPtrArray) cases = NULL;
      const char *name = i == 1 ? "Joan Mwangi" : "Joanna Mwangi";

      g_assert_true (hemo_patient_merge (txn, uuids[i - 1], uuids[i], &survivor, &error));
      g_assert_no_error (error);
      rename_patient (txn, survivor, i == 1 ? "Joan" : "Joanna", 1980 + (int)i);
      cases = hemo_worklist_of_patient (txn, survivor, 10, &error);
      items = hemo_worklist (txn, 0, (HemoDate){ 0 }, 10, &error);
      g_assert_cmpuint (cases->len, ==, i + 1);
      g_assert_cmpuint (items->len, ==, 3);
      for (guint k = 0; k <= i; k++)
        {
          const HemoWorkItem *item = g_ptr_array_index (items, k);

          g_assert_cmpstr (item->name, ==, name);
          g_assert_cmpstr (item->patient, ==, survivor);
          g_assert_cmpint (item->birth.date.year, ==, 1980 + (int)i);
          g_assert_cmpstr (((HemoWorkItem *)g_ptr_array_index (cases, k))->name, ==, name);
        }
      uuids[i] = g_intern_string (survivor);
    }
  records_commit (txn);
}

static guint
count_duplicates (HemoTxn *txn, const HemoPatient *patient)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = hemo_patient_find_duplicates (txn, patient, 10, &error);

  g_assert_no_error (error);
  return found->len;
}

static HemoPatient *
stranger (const char *given, const char *family, int year)
{
  HemoPatient *patient = hemo_patient_new ();

  patient->given = g_strdup (given);
  patient->family = g_strdup (family);
  patient->birth.date.year = (gint16)year;
  return patient;
}

static void
test_duplicates (void)
{
  static const struct
  {
    const char *given;
    const char *family;
    int year;
    guint found;
  } rows[] = {
    { "Mohammed", "Abdullahi", 1988, 1 }, { "Muhammad", "Abdulahi", 1988, 1 },
    { "Abdullahi", "Mohammed", 1988, 1 }, { "Mohammed", "Abdullahi", 1990, 1 },
    { "Mohammed", "Abdullahi", 2015, 0 }, { "Grace", "Wambui", 1988, 0 },
    { "Mohammed", "Kariuki", 1988, 0 },
  };
  g_autoptr (Records) records = records_open ();
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) known = records_add_patient (txn, "Mohammed", "Abdullahi", 1988);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HemoPatient) patient = stranger (rows[i].given, rows[i].family, rows[i].year);

      if (count_duplicates (txn, patient) != rows[i].found)
        g_error ("row %" G_GSIZE_FORMAT " finds another number", i);
    }
  g_assert_cmpint (count_duplicates (txn, known), ==, 0);
  records_commit (txn);
}

static void
test_duplicates_by_number (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) known = records_add_patient (txn, "Mohammed", "Abdullahi", 1988);
  g_autoptr (HemoPatient) patient = stranger ("Someone", "Else", 2001);

  add_identifier (txn, known, "national-id", "NG-123/45");
  g_ptr_array_add (patient->identifiers, hemo_identifier_new ("national-id", "NG-123/45"));
  found = hemo_patient_find_duplicates (txn, patient, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpint (found->len, ==, 1);
  g_assert_cmpfloat (((HemoDuplicate *)g_ptr_array_index (found, 0))->likeness->score, ==, 1);
  g_clear_pointer (&found, g_ptr_array_unref);
  found = hemo_patient_find_duplicates (txn, patient, 0, &error);
  g_assert_cmpint (found->len, ==, 0);
  records_commit (txn);
}

static void
test_duplicates_in_scripts (void)
{
  g_autoptr (Records) records = records_open ();
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) hindi = records_add_patient (txn, "सुनीता", "देवी", 1975);
  g_autoptr (HemoPatient) arabic = records_add_patient (txn, "أحمد", "القاضي", 1970);
  g_autoptr (HemoPatient) hindi_again = stranger ("सुनिता", "देवी", 1976);
  g_autoptr (HemoPatient) arabic_again = stranger ("احمد", "القاضى", 1970);

  g_assert_cmpint (count_duplicates (txn, hindi_again), ==, 1);
  g_assert_cmpint (count_duplicates (txn, arabic_again), ==, 1);
  records_commit (txn);
}

/* A merged record still warns, by its survivor, once. */
static void
test_duplicates_of_merged (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *survivor = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) a = records_add_patient (txn, "Mohammed", "Abdullahi", 1988);
  g_autoptr (HemoPatient) b = records_add_patient (txn, "Mohamed", "Abdulahi", 1988);
  g_autoptr (HemoPatient) patient = stranger ("Mohammed", "Abdullahi", 1988);
  g_autoptr (HemoPatient) unknown_year = stranger ("Mohammed", "Abdullahi", 0);

  g_assert_cmpint (count_duplicates (txn, patient), ==, 2);
  g_assert_true (hemo_patient_merge (txn, a->uuid, b->uuid, &survivor, &error));
  found = hemo_patient_find_duplicates (txn, patient, 10, &error);
  g_assert_cmpint (found->len, ==, 1);
  g_assert_cmpstr (((HemoDuplicate *)g_ptr_array_index (found, 0))->patient->uuid, ==, survivor);
  count_duplicates (txn, unknown_year);
  records_commit (txn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/patient-merge/merge-and-back", test_merge_and_back);
  g_test_add_func ("/patient-merge/again-after-back", test_again_after_back);
  g_test_add_func ("/patient-merge/no-circles", test_no_circles);
  g_test_add_func ("/patient-merge/merged-is-closed", test_merged_is_closed);
  g_test_add_func ("/patient-merge/specimens-stay", test_specimens_stay);
  g_test_add_func ("/patient-merge/name", test_name_after_merge);
  g_test_add_func ("/duplicates/names", test_duplicates);
  g_test_add_func ("/duplicates/numbers", test_duplicates_by_number);
  g_test_add_func ("/duplicates/scripts", test_duplicates_in_scripts);
  g_test_add_func ("/duplicates/merged", test_duplicates_of_merged);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drafts of forms: kept over a cut, each its user's own, never sent; and lists of patients. */

#include "records-fixture.h"

static void
assert_draft (Records *records, HemoRole role, const char *form, const char *expected)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, role);
  g_autofree char *content = hemo_draft_load (txn, form, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (content, ==, expected);
  hemo_txn_end (txn);
}

static void
save (Records *records, HemoRole role, const char *form, const char *content)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, role);

  g_assert_true (hemo_draft_save (txn, form, content, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

static void
test_kept (void)
{
  g_autoptr (Records) records = records_open ();
  gint64 queued = records_ask (records, "SELECT count(*) FROM queue");
  gint64 changes = records_ask (records, "SELECT count(*) FROM change");

  assert_draft (records, HEMO_ROLE_TECHNICIAN, "patient", NULL);
  save (records, HEMO_ROLE_TECHNICIAN, "patient", "{\"given\":\"\xd8\xa3\xd9\x85\"}");
  save (records, HEMO_ROLE_TECHNICIAN, "patient", "{\"given\":\"Amina\"}");
  save (records, HEMO_ROLE_PATHOLOGIST, "patient", "{}");
  save (records, HEMO_ROLE_TECHNICIAN, "specimen x", "{\"note\":1}");
  records_reopen (records);
  assert_draft (records, HEMO_ROLE_TECHNICIAN, "patient", "{\"given\":\"Amina\"}");
  assert_draft (records, HEMO_ROLE_PATHOLOGIST, "patient", "{}");
  assert_draft (records, HEMO_ROLE_ADMINISTRATOR, "patient", NULL);
  save (records, HEMO_ROLE_TECHNICIAN, "patient", NULL);
  save (records, HEMO_ROLE_TECHNICIAN, "patient", NULL);
  assert_draft (records, HEMO_ROLE_TECHNICIAN, "patient", NULL);
  assert_draft (records, HEMO_ROLE_TECHNICIAN, "specimen x", "{\"note\":1}");
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM queue"), ==, queued);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM change"), ==, changes);
}

static void
test_refused (void)
{
  g_autoptr (Records) records = records_open ();
  g_autofree char *large = g_strnfill (HEMO_DRAFT_LIMIT + 1, 'x');
  g_autofree char *name = g_strnfill (101, 'x');
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  const struct
  {
    const char *form;
    const char *content;
  } bad[] = { { "patient", large }, { "patient", "\xff" }, { "", "{}" }, { name, "{}" } };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (hemo_draft_save (txn, bad[i].form, bad[i].content, &error));
      g_assert_nonnull (error);
    }
  large[HEMO_DRAFT_LIMIT] = '\0';
  g_assert_true (hemo_draft_save (txn, "patient", large, NULL));
  records_commit (txn);
}

static void
test_patients (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) first = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoPatient) second = records_add_patient (txn, "Neema", "Mushi", 1970);
  g_autoptr (HemoPatient) third = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, second->uuid, HEMO_TEST_CBC);
  g_autoptr (GArray) rows = hemo_patient_rows (txn, &error);
  g_autoptr (GPtrArray) hits = NULL;
  g_autofree char *survivor = NULL;
  const HemoSearchHit *hit;

  g_assert_no_error (error);
  g_assert_cmpint (rows->len, ==, 3);
  hits = hemo_patient_load_rows (txn, (const gint64 *)rows->data, rows->len, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hits->len, ==, 3);
  hit = g_ptr_array_index (hits, 0);
  g_assert_cmpstr (hit->uuid, ==, third->uuid);
  hit = g_ptr_array_index (hits, 1);
  g_assert_cmpstr (hit->name, ==, "Neema Mushi");
  g_assert_cmpstr (hit->accession, ==, tube->accession);
  g_assert_cmpint (hit->row, ==, g_array_index (rows, gint64, 1));
  g_assert_true (hemo_patient_merge (txn, first->uuid, third->uuid, &survivor, &error));
  g_clear_pointer (&rows, g_array_unref);
  rows = hemo_patient_rows (txn, &error);
  g_assert_cmpint (rows->len, ==, 2);
  records_commit (txn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/drafts/kept", test_kept);
  g_test_add_func ("/drafts/refused", test_refused);
  g_test_add_func ("/drafts/patients", test_patients);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Search in several scripts, by numbers in any spelling, and across merges. */

#include "records-fixture.h"

static guint
count_hits (HemoTxn *txn, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = hemo_search (txn, text, 50, &error);

  g_assert_no_error (error);
  return hits->len;
}

static void
assert_finds (HemoTxn *txn, const char *text, const char *uuid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = hemo_search (txn, text, 50, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < hits->len; i++)
    if (g_strcmp0 (((HemoSearchHit *)g_ptr_array_index (hits, i))->uuid, uuid) == 0)
      return;
  g_error ("'%s' does not find the patient", text);
}

static void
test_latin (void)
{
  g_autoptr (Records) records = records_open ();
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) zoe = records_add_patient (txn, "Zoë Maria", "Nguyễn-Đặng", 1990);
  g_autoptr (HemoPatient) brien = records_add_patient (txn, "Conor", "O'Brien", 1985);

  assert_finds (txn, "z", zoe->uuid);
  assert_finds (txn, "zoe", zoe->uuid);
  assert_finds (txn, "ZOË", zoe->uuid);
  assert_finds (txn, "nguyen", zoe->uuid);
  assert_finds (txn, "mar zo", zoe->uuid);
  assert_finds (txn, "nguyen zoe maria", zoe->uuid);
  assert_finds (txn, "obrien", brien->uuid);
  assert_finds (txn, "o'brien", brien->uuid);
  assert_finds (txn, "O’Bri", brien->uuid);
  g_assert_cmpint (count_hits (txn, "zoe conor"), ==, 0);
  g_assert_cmpint (count_hits (txn, "oe"), ==, 0);
  g_assert_cmpint (count_hits (txn, "zoex"), ==, 0);
  records_commit (txn);
}

static void
test_hindi (void)
{
  g_autoptr (Records) records = records_open ();
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) sunita = records_add_patient (txn, "सुनीता", "देवी", 1975);
  g_autoptr (HemoPatient) sanjay = records_add_patient (txn, "संजय", "शर्मा", 1980);

  assert_finds (txn, "स", sunita->uuid);
  assert_finds (txn, "स", sanjay->uuid);
  assert_finds (txn, "सु", sunita->uuid);
  assert_finds (txn, "सुनी", sunita->uuid);
  assert_finds (txn, "सुनीता दे", sunita->uuid);
  assert_finds (txn, "शर्मा", sanjay->uuid);
  g_assert_cmpint (count_hits (txn, "सु"), ==, 1);
  /* A consonant inside a word begins no word. */
  g_assert_cmpint (count_hits (txn, "न"), ==, 0);
  records_commit (txn);
}

static void
test_arabic (void)
{
  g_autoptr (Records) records = records_open ();
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) ahmad = records_add_patient (txn, "أَحْمَد", "القاضي", 1970);
  g_autoptr (HemoPatient) fatima = records_add_patient (txn, "فاطمة", "الزهراء", 1999);

  assert_finds (txn, "ا", ahmad->uuid);
  assert_finds (txn, "احمد", ahmad->uuid);
  assert_finds (txn, "أحمد", ahmad->uuid);
  assert_finds (txn, "احمد القا", ahmad->uuid);
  assert_finds (txn, "فاطمه", fatima->uuid);
  assert_finds (txn, "فـاطمة", fatima->uuid);
  g_assert_cmpint (count_hits (txn, "فاطمة احمد"), ==, 0);
  records_commit (txn);
}

static void
test_identifiers (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (HemoPatient) patient = hemo_patient_new ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);

  patient->given = g_strdup ("Amina");
  patient->phone = g_strdup ("+254 712 345 678");
  g_ptr_array_add (patient->identifiers, hemo_identifier_new ("national-id", "NG-123/45.678"));
  hemo_patient_save (txn, patient, &error);
  g_assert_no_error (error);
  assert_finds (txn, "NG-123/45.678", patient->uuid);
  assert_finds (txn, "ng12345678", patient->uuid);
  assert_finds (txn, "ng12345", patient->uuid);
  assert_finds (txn, "45.6", patient->uuid);
  assert_finds (txn, "0712345678", patient->uuid);
  assert_finds (txn, "0712 345 678", patient->uuid);
  assert_finds (txn, "+254712345678", patient->uuid);
  assert_finds (txn, "254 712 345678", patient->uuid);
  assert_finds (txn, "712345", patient->uuid);
  assert_finds (txn, "amina 0712", patient->uuid);
  assert_finds (txn, "٠٧١٢٣٤٥٦٧٨", patient->uuid);
  g_assert_cmpint (count_hits (txn, "0713"), ==, 0);
  g_assert_cmpint (count_hits (txn, "999999 888888"), ==, 0);
  records_commit (txn);
}

/* '26A1-00418-7': by its pieces, without hyphens, with and without zeros. */
static void
test_accession (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GPtrArray) hits = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) first = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);
  g_autoptr (HemoSpecimen) second = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);
  g_autoptr (HemoSpecimen) slide = records_add_slide (txn, first->uuid);
  g_auto (GStrv) pieces = g_strsplit (first->accession, "-", -1);
  g_autofree char *joined = g_strjoinv ("", pieces);
  g_autofree char *lower = g_ascii_strdown (first->accession, -1);
  g_autofree char *begun = g_strndup (joined, strlen (joined) - 2);

  assert_finds (txn, first->accession, patient->uuid);
  assert_finds (txn, joined, patient->uuid);
  assert_finds (txn, lower, patient->uuid);
  assert_finds (txn, begun, patient->uuid);
  assert_finds (txn, pieces[0], patient->uuid);
  assert_finds (txn, pieces[1], patient->uuid);
  assert_finds (txn, "00001", patient->uuid);
  assert_finds (txn, "1", patient->uuid);
  assert_finds (txn, "amina 00001", patient->uuid);
  g_assert_cmpint (count_hits (txn, "00003"), ==, 0);
  hits = hemo_search (txn, "00001", 10, &error);
  g_assert_cmpstr (((HemoSearchHit *)g_ptr_array_index (hits, 0))->accession, ==, first->accession);
  g_clear_pointer (&hits, g_ptr_array_unref);
  hits = hemo_search (txn, "amina", 10, &error);
  g_assert_cmpstr (((HemoSearchHit *)g_ptr_array_index (hits, 0))->accession, ==,
                   second->accession);
  g_clear_pointer (&hits, g_ptr_array_unref);
  hits = hemo_search (txn, slide->accession, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hits->len, ==, 1);
  records_commit (txn);
}

static void
test_order_and_limit (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GPtrArray) hits = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);

  for (int i = 0; i < 30; i++)
    {
      g_autofree char *family = g_strdup_printf ("Family%d", i);
      g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", family, 1990);
    }
  hits = hemo_search (txn, "ami", 10, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hits->len, ==, 10);
  for (guint i = 0; i < hits->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("Amina Family%u", 29 - i);

      g_assert_cmpstr (((HemoSearchHit *)g_ptr_array_index (hits, i))->name, ==, name);
    }
  g_assert_cmpint (count_hits (txn, "amina family2"), ==, 11);
  records_commit (txn);
}

/* Whatever is typed is looked for as words; nothing of it is a query of its own. */
static void
test_odd_input (void)
{
  static const char *const texts[] = { "",
                                       " ",
                                       "\t\n\n",
                                       "\"",
                                       "a\"b",
                                       "*",
                                       "a*",
                                       "NEAR(a b)",
                                       "a OR b",
                                       "a AND",
                                       "NOT",
                                       "(",
                                       ")",
                                       "words:a",
                                       "-a",
                                       "^a",
                                       "%",
                                       "_",
                                       "'; DROP TABLE patient; --",
                                       "\xe2\x80\x8d",
                                       "😀",
                                       "a + b",
                                       "{a b}:c",
                                       "AND",
                                       "a b c d e f g h i j k l m n o p q r s t u v w x y z" };
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  g_autofree char *longest = g_strnfill (100000, 'a');
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Andrea", "Not", 1990);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    count_hits (txn, texts[i]);
  g_assert_cmpint (count_hits (txn, longest), ==, 0);
  g_assert_cmpint (count_hits (txn, ""), ==, 0);
  assert_finds (txn, "AND", patient->uuid);
  assert_finds (txn, "NOT", patient->uuid);
  g_assert_null (hemo_search (txn, "\xff\xfe", 10, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  records_commit (txn);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM patient"), ==, 1);
}

static void
test_follows_changes (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Jon", "Mwangi", 1990);

  g_free (patient->given);
  patient->given = g_strdup ("Peter");
  hemo_patient_save (txn, patient, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count_hits (txn, "jon"), ==, 0);
  assert_finds (txn, "peter mwangi", patient->uuid);
  records_commit (txn);
}

static void
test_merged (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  g_autofree char *survivor = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) first = records_add_patient (txn, "Jon", "Mwangi", 1990);
  g_autoptr (HemoPatient) second = records_add_patient (txn, "John", "Mwangy", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, first->uuid, HEMO_TEST_CBC);
  const char *merged;

  g_assert_true (hemo_patient_merge (txn, first->uuid, second->uuid, &survivor, &error));
  merged = g_str_equal (survivor, first->uuid) ? second->uuid : first->uuid;
  g_assert_cmpint (count_hits (txn, "mwang"), ==, 1);
  assert_finds (txn, "jon", survivor);
  assert_finds (txn, "john", survivor);
  assert_finds (txn, "jon mwangy", survivor);
  assert_finds (txn, tube->accession, survivor);
  g_assert_true (hemo_patient_unmerge (txn, merged, &error));
  g_assert_cmpint (count_hits (txn, "mwang"), ==, 2);
  g_assert_cmpint (count_hits (txn, "jon mwangy"), ==, 0);
  assert_finds (txn, tube->accession, first->uuid);
  records_commit (txn);
}

static void
test_check_and_rebuild (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  gint64 wrong = -1;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);
  g_autoptr (HemoPatient) first = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoPatient) second = records_add_patient (txn, "Brian", "Otieno", 1990);

  g_assert_true (hemo_search_check (txn, &wrong, &error));
  g_assert_cmpint (wrong, ==, 0);
  records_commit (txn);
  records_run (records, "DELETE FROM patient_search WHERE rowid = 1");
  records_run (records, "INSERT INTO patient_search (rowid, words) VALUES (99, 'nobody')");
  txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);
  g_assert_true (hemo_search_check (txn, &wrong, &error));
  g_assert_cmpint (wrong, ==, 2);
  g_assert_true (hemo_search_rebuild (txn, &error));
  g_assert_no_error (error);
  g_assert_true (hemo_search_check (txn, &wrong, &error));
  g_assert_cmpint (wrong, ==, 0);
  assert_finds (txn, "amina", first->uuid);
  assert_finds (txn, "brian", second->uuid);
  records_commit (txn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search/latin", test_latin);
  g_test_add_func ("/search/hindi", test_hindi);
  g_test_add_func ("/search/arabic", test_arabic);
  g_test_add_func ("/search/identifiers", test_identifiers);
  g_test_add_func ("/search/accession", test_accession);
  g_test_add_func ("/search/order-and-limit", test_order_and_limit);
  g_test_add_func ("/search/odd-input", test_odd_input);
  g_test_add_func ("/search/follows-changes", test_follows_changes);
  g_test_add_func ("/search/merged", test_merged);
  g_test_add_func ("/search/check-and-rebuild", test_check_and_rebuild);
  return g_test_run ();
}

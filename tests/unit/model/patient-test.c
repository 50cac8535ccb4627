/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Patients: what is refused, and who is likely the same person. */

#include "hemo-image.h"
#include "hemo-patient.h"

#include <string.h>

static const HemoDate today = { 2026, 11, 21 };

static HemoPatient *
new_patient (const char *given, const char *family, HemoSex sex, int year)
{
  HemoPatient *self = hemo_patient_new ();

  self->given = g_strdup (given);
  self->family = g_strdup (family);
  self->sex = sex;
  self->birth.date.year = (gint16)year;
  return self;
}

static double
score (const HemoPatient *a, const HemoPatient *b)
{
  g_autoptr (HemoLikeness) ab = hemo_patient_compare (a, b);
  g_autoptr (HemoLikeness) ba = hemo_patient_compare (b, a);

  g_assert_cmpfloat_with_epsilon (ab->score, ba->score, 1e-9);
  return ab->score;
}

static void
check_score (const char *given, const char *family, HemoSex sex, int year, gboolean likely)
{
  g_autoptr (HemoPatient) a = new_patient ("Amina", "Odhiambo", HEMO_SEX_FEMALE, 1992);
  g_autoptr (HemoPatient) b = new_patient (given, family, sex, year);

  g_assert_cmpint (score (a, b) >= HEMO_LIKENESS_LIKELY, ==, likely);
  g_assert_cmpfloat (score (a, b), <, 1);
}

static void
test_likeness (void)
{
  check_score ("Amina", "Odhiambo", HEMO_SEX_FEMALE, 1992, TRUE);
  check_score ("AMÍNA", "Odhiambo", HEMO_SEX_FEMALE, 1990, TRUE);
  check_score ("Odhiambo", "Amina", HEMO_SEX_FEMALE, 1992, TRUE);
  check_score ("Amena", "Odiambo", HEMO_SEX_FEMALE, 1993, TRUE);
  check_score ("Amina", "Odhiambo", HEMO_SEX_UNKNOWN, 0, TRUE);
  check_score ("Amina", "Odhiambo", HEMO_SEX_FEMALE, 1960, FALSE);
  check_score ("Amina", "Odhiambo", HEMO_SEX_MALE, 1960, FALSE);
  check_score ("Brenda", "Odhiambo", HEMO_SEX_FEMALE, 1992, FALSE);
  check_score ("Joseph", "Kamau", HEMO_SEX_MALE, 1992, FALSE);
}

static void
test_identifier (void)
{
  g_autoptr (HemoPatient) a = new_patient ("Amina", NULL, HEMO_SEX_FEMALE, 1992);
  g_autoptr (HemoPatient) b = new_patient ("Joseph", "Kamau", HEMO_SEX_MALE, 1960);
  g_autoptr (HemoLikeness) likeness = NULL;

  g_ptr_array_add (a->identifiers, hemo_identifier_new ("national-id", "AB 123-4"));
  g_ptr_array_add (b->identifiers, hemo_identifier_new ("clinic", "ab 1234"));
  g_assert_cmpfloat (score (a, b), <, HEMO_LIKENESS_LIKELY);
  g_ptr_array_add (b->identifiers, hemo_identifier_new ("National-ID", "ab 1234"));
  likeness = hemo_patient_compare (a, b);
  g_assert_cmpfloat (likeness->score, ==, 1);
  g_assert_true (g_strv_contains ((const char *const *)likeness->agrees, "identifier"));
  g_assert_true (g_strv_contains ((const char *const *)likeness->differs, "sex"));
  g_assert_true (g_strv_contains ((const char *const *)likeness->differs, "birth"));
}

static void
test_phone (void)
{
  g_autoptr (HemoPatient) a = new_patient ("Amina", "Odhiambo", HEMO_SEX_FEMALE, 1992);
  g_autoptr (HemoPatient) b = new_patient ("Amina", "Odhiambo", HEMO_SEX_FEMALE, 1992);
  g_autoptr (HemoLikeness) likeness = NULL;

  a->phone = g_strdup ("+254 712 345 678");
  b->phone = g_strdup ("0712345678");
  likeness = hemo_patient_compare (a, b);
  g_assert_true (g_strv_contains ((const char *const *)likeness->agrees, "phone"));
}

static void
check_invalid (HemoPatient *patient, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_patient_validate (patient, today, &error));
  g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, says));
}

static void
set (char **field, const char *text)
{
  g_free (*field);
  *field = g_strdup (text);
}

static void
test_validate (void)
{
  g_autoptr (HemoPatient) p = new_patient ("Amina", NULL, HEMO_SEX_FEMALE, 1992);
  g_autofree char *exact = g_strnfill (200, 'a');
  g_autofree char *longer = g_strnfill (201, 'a');

  g_assert_true (hemo_patient_validate (p, today, NULL));
  set (&p->given, exact);
  g_assert_true (hemo_patient_validate (p, today, NULL));
  set (&p->given, longer);
  check_invalid (p, "200");
  set (&p->given, " . ");
  check_invalid (p, "needs a family name");
  set (&p->given, "A\nB");
  check_invalid (p, "control");
  set (&p->given, "A\xff");
  check_invalid (p, "readable");
  set (&p->given, "प्रिया");
  p->birth.date.year = 2027;
  check_invalid (p, "future");
  p->birth.date.year = 1895;
  check_invalid (p, "130");
  p->birth.date = (HemoDate){ 2023, 2, 29 };
  check_invalid (p, "no such date");
  p->birth.date = (HemoDate){ 0 };
  p->sex = (HemoSex)9;
  check_invalid (p, "sex");
  p->sex = HEMO_SEX_OTHER;
  g_ptr_array_add (p->identifiers, hemo_identifier_new ("clinic", "1"));
  g_ptr_array_add (p->identifiers, hemo_identifier_new ("national", "1"));
  g_assert_true (hemo_patient_validate (p, today, NULL));
  g_ptr_array_add (p->identifiers, hemo_identifier_new ("clinic", "1"));
  check_invalid (p, "twice");
  g_ptr_array_set_size (p->identifiers, 2);
  g_ptr_array_add (p->identifiers, hemo_identifier_new ("clinic", NULL));
  check_invalid (p, "issuer");
}

static void
test_survivor (void)
{
  for (int i = 0; i < 200; i++)
    {
      g_autoptr (HemoPatient) a = hemo_patient_new ();
      g_autoptr (HemoPatient) b = hemo_patient_new ();
      const HemoPatient *survivor = hemo_patient_survivor (a, b);

      g_assert_true (survivor == hemo_patient_survivor (b, a));
      g_assert_cmpint (strcmp (survivor->uuid, a->uuid), <=, 0);
      g_assert_cmpint (strcmp (survivor->uuid, b->uuid), <=, 0);
    }
}

static void
test_copies (void)
{
  g_autoptr (HemoPatient) a = new_patient ("Amina", "Odhiambo", HEMO_SEX_FEMALE, 1992);
  g_autoptr (HemoPatient) copy = NULL;
  g_autoptr (HemoImage) image = hemo_image_new ("s");
  g_autoptr (HemoImage) image_copy = NULL;
  g_autofree char *name = NULL;

  g_ptr_array_add (a->identifiers, hemo_identifier_new ("clinic", "1"));
  copy = hemo_patient_copy (a);
  g_clear_pointer (&a, hemo_patient_free);
  name = hemo_patient_display_name (copy);
  g_assert_cmpstr (name, ==, "Amina Odhiambo");
  g_assert_cmpstr (((HemoIdentifier *)copy->identifiers->pdata[0])->value, ==, "1");
  g_assert_true (copy->active);
  image->note = g_strdup ("note");
  image_copy = hemo_image_copy (image);
  g_assert_cmpstr (image_copy->note, ==, "note");
  g_assert_cmpint (image_copy->orientation, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/patient/likeness", test_likeness);
  g_test_add_func ("/model/patient/identifier", test_identifier);
  g_test_add_func ("/model/patient/phone", test_phone);
  g_test_add_func ("/model/patient/validate", test_validate);
  g_test_add_func ("/model/patient/survivor", test_survivor);
  g_test_add_func ("/model/patient/copies", test_copies);
  return g_test_run ();
}

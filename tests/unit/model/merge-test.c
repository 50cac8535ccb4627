/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two sides of a record merged: what each may keep, whatever they changed. */

#include "hemo-merge.h"

#include <string.h>

#define ROUNDS 3000

static HemoPatient *
make_patient (const char *family, const char *phone, const char *village)
{
  HemoPatient *patient = hemo_patient_new ();

  g_set_str (&patient->uuid, "6f1c0d3e-0000-4000-8000-000000000001");
  patient->family = g_strdup (family);
  patient->phone = g_strdup (phone);
  patient->village = g_strdup (village);
  return patient;
}

static void
add_identifier (HemoPatient *patient, const char *value)
{
  g_ptr_array_add (patient->identifiers, hemo_identifier_new ("clinic", value));
}

static gboolean
has_identifier (const HemoPatient *patient, const char *value)
{
  for (guint i = 0; i < patient->identifiers->len; i++)
    if (strcmp (((HemoIdentifier *)patient->identifiers->pdata[i])->value, value) == 0)
      return TRUE;
  return FALSE;
}

static void
test_different_fields (void)
{
  g_autoptr (HemoPatient) base = make_patient ("Otieno", "0700", "Kisumu");
  g_autoptr (HemoPatient) ours = make_patient ("Otieno", "0711", "Kisumu");
  g_autoptr (HemoPatient) theirs = make_patient ("Otieno", "0700", "Siaya");
  g_autoptr (HemoPatient) merged = NULL;
  guint conflicts = HEMO_FIELDS_ALL;

  merged = hemo_patient_merge_fields (base, ours, theirs, &conflicts);
  g_assert_cmpuint (conflicts, ==, 0);
  g_assert_cmpstr (merged->phone, ==, "0711");
  g_assert_cmpstr (merged->village, ==, "Siaya");
}

/* Neither wins, and only the name of the field is told. */
static void
test_same_field (void)
{
  g_autoptr (HemoPatient) base = make_patient ("Otieno", "0700", "Kisumu");
  g_autoptr (HemoPatient) ours = make_patient ("Otieno", "0711", NULL);
  g_autoptr (HemoPatient) theirs = make_patient ("Odhiambo", "0722", NULL);
  g_autoptr (HemoPatient) merged = NULL;
  g_autofree char *text = NULL;
  guint conflicts = 0;

  merged = hemo_patient_merge_fields (base, ours, theirs, &conflicts);
  g_assert_cmpuint (conflicts, ==, HEMO_FIELD_PHONE);
  g_assert_cmpstr (merged->phone, ==, "0711");
  g_assert_cmpstr (merged->family, ==, "Odhiambo");
  g_assert_null (merged->village);
  text = hemo_fields_to_text (conflicts | HEMO_FIELD_NAME);
  g_assert_cmpstr (text, ==, "name, phone");
}

static void
test_identifiers (void)
{
  g_autoptr (HemoPatient) base = make_patient ("Otieno", NULL, NULL);
  g_autoptr (HemoPatient) ours = make_patient ("Otieno", NULL, NULL);
  g_autoptr (HemoPatient) theirs = make_patient ("Otieno", NULL, NULL);
  g_autoptr (HemoPatient) merged = NULL;
  guint conflicts = 0;

  add_identifier (base, "1");
  add_identifier (base, "2");
  add_identifier (ours, "2");
  add_identifier (ours, "3");
  add_identifier (theirs, "1");
  add_identifier (theirs, "2");
  add_identifier (theirs, "4");
  merged = hemo_patient_merge_fields (base, ours, theirs, &conflicts);
  g_assert_cmpuint (conflicts, ==, 0);
  g_assert_cmpuint (merged->identifiers->len, ==, 3);
  g_assert_false (has_identifier (merged, "1"));
  g_assert_true (has_identifier (merged, "3"));
  g_assert_true (has_identifier (merged, "4"));
}

/* Sixteen is what a record holds: more is for a person, and nothing is thrown out meanwhile. */
static void
test_too_many_identifiers (void)
{
  g_autoptr (HemoPatient) ours = make_patient ("Otieno", NULL, NULL);
  g_autoptr (HemoPatient) theirs = make_patient ("Otieno", NULL, NULL);
  g_autoptr (HemoPatient) merged = NULL;
  guint conflicts = 0;

  for (int i = 0; i < 9; i++)
    {
      g_autofree char *a = g_strdup_printf ("a%d", i);
      g_autofree char *b = g_strdup_printf ("b%d", i);

      add_identifier (ours, a);
      add_identifier (theirs, b);
    }
  merged = hemo_patient_merge_fields (NULL, ours, theirs, &conflicts);
  g_assert_cmpuint (conflicts, ==, HEMO_FIELD_IDENTIFIERS);
  g_assert_cmpuint (hemo_patient_differing (merged, ours), ==, 0);
}

/* Nobody knows what was before: what only one says is taken, nothing is taken away. */
static void
test_without_base (void)
{
  g_autoptr (HemoPatient) ours = make_patient ("Otieno", "0711", NULL);
  g_autoptr (HemoPatient) theirs = make_patient ("Otieno", NULL, "Siaya");
  g_autoptr (HemoPatient) merged = NULL;
  guint conflicts = 0;

  theirs->sex = HEMO_SEX_FEMALE;
  theirs->birth.date.year = 1990;
  ours->birth.date.year = 1991;
  merged = hemo_patient_merge_fields (NULL, ours, theirs, &conflicts);
  g_assert_cmpuint (conflicts, ==, HEMO_FIELD_BIRTH);
  g_assert_cmpstr (merged->phone, ==, "0711");
  g_assert_cmpstr (merged->village, ==, "Siaya");
  g_assert_cmpint (merged->sex, ==, HEMO_SEX_FEMALE);
  g_assert_cmpint (merged->birth.date.year, ==, 1991);
}

static void
test_order_tests (void)
{
  g_autoptr (HemoOrder) base = hemo_order_new ("p");
  g_autoptr (HemoOrder) ours = NULL;
  g_autoptr (HemoOrder) theirs = NULL;
  g_autoptr (HemoOrder) merged = NULL;
  guint conflicts = 0;

  base->tests = HEMO_TEST_CBC | HEMO_TEST_MALARIA;
  ours = hemo_order_copy (base);
  theirs = hemo_order_copy (base);
  ours->tests = HEMO_TEST_MALARIA;
  theirs->tests |= HEMO_TEST_PLATELETS;
  theirs->revoked = TRUE;
  merged = hemo_order_merge_fields (base, ours, theirs, &conflicts);
  g_assert_cmpuint (conflicts, ==, 0);
  g_assert_cmpuint (merged->tests, ==, HEMO_TEST_MALARIA | HEMO_TEST_PLATELETS);
  g_assert_true (merged->revoked);
  /* Both took out what the other left: no order asks for nothing. */
  g_clear_pointer (&merged, hemo_order_free);
  theirs->tests = HEMO_TEST_CBC;
  merged = hemo_order_merge_fields (base, ours, theirs, &conflicts);
  g_assert_cmpuint (conflicts, ==, HEMO_FIELD_TESTS);
  g_assert_cmpuint (merged->tests, ==, HEMO_TEST_MALARIA);
}

/* Properties, over random records of few values so that they often agree. */

static char *
any_text (GRand *rand)
{
  static const char *const texts[] = { NULL, "a", "b", "ç ж अ" };

  return g_strdup (texts[g_rand_int_range (rand, 0, 4)]);
}

static HemoPatient *
any_patient (GRand *rand)
{
  g_autofree char *family = any_text (rand);
  g_autofree char *phone = any_text (rand);
  g_autofree char *village = any_text (rand);
  HemoPatient *patient = make_patient (family, phone, village);

  patient->given = any_text (rand);
  patient->sex = (HemoSex)g_rand_int_range (rand, 0, 4);
  patient->birth.date.year = g_rand_int_range (rand, 0, 3) * 1000;
  patient->birth.estimated = g_rand_boolean (rand);
  patient->active = g_rand_int_range (rand, 0, 4) > 0;
  for (int i = 0; i < 4; i++)
    {
      g_autofree char *value = g_strdup_printf ("%d", i);

      if (g_rand_boolean (rand))
        add_identifier (patient, value);
    }
  return patient;
}

static HemoOrder *
any_order (GRand *rand)
{
  HemoOrder *order = hemo_order_new ("p");

  order->requester = any_text (rand);
  order->clinical_note = any_text (rand);
  order->urgency = (HemoUrgency)g_rand_int_range (rand, 0, 3);
  order->tests = (HemoTests)g_rand_int_range (rand, 1, 32);
  order->pregnancy = (HemoPregnancy)g_rand_int_range (rand, 0, 5);
  order->ordered_at.utc_us = g_rand_int_range (rand, 0, 3) * 5000;
  order->revoked = g_rand_boolean (rand);
  return order;
}

/* A field is as one of the sides has it, and what only one side changed is that side's. */
static void
check_fields (
    guint base_ours, guint base_theirs, guint from_ours, guint from_theirs, guint conflicts)
{
  guint sets = HEMO_FIELD_IDENTIFIERS | HEMO_FIELD_TESTS;

  g_assert_cmpuint (from_ours & from_theirs & ~sets, ==, 0);
  g_assert_cmpuint (from_ours & ~base_theirs & ~sets, ==, 0);
  g_assert_cmpuint (from_theirs & ~base_ours & ~sets, ==, 0);
  g_assert_cmpuint (conflicts & from_ours, ==, 0);
  g_assert_cmpuint (conflicts & ~(base_ours & base_theirs) & ~sets, ==, 0);
}

static void
check_identifiers (const HemoPatient *base,
                   const HemoPatient *ours,
                   const HemoPatient *theirs,
                   const HemoPatient *merged)
{
  for (int i = 0; i < 4; i++)
    {
      g_autofree char *value = g_strdup_printf ("%d", i);
      gboolean a = has_identifier (ours, value);
      gboolean b = has_identifier (theirs, value);
      gboolean before = base != NULL && has_identifier (base, value);

      g_assert_cmpint (has_identifier (merged, value), ==, before ? a && b : a || b);
    }
}

static void
test_patient_properties (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261121);

  for (int round = 0; round < ROUNDS; round++)
    {
      g_autoptr (HemoPatient) base = any_patient (rand);
      g_autoptr (HemoPatient) ours = any_patient (rand);
      g_autoptr (HemoPatient) theirs = any_patient (rand);
      const HemoPatient *before = round % 3 == 0 ? NULL : base;
      guint conflicts = 0, other = 0, again = 0;
      g_autoptr (HemoPatient) one = hemo_patient_merge_fields (before, ours, theirs, &conflicts);
      g_autoptr (HemoPatient) two = hemo_patient_merge_fields (before, theirs, ours, &other);
      g_autoptr (HemoPatient) same = hemo_patient_merge_fields (before, ours, ours, &again);
      g_autoptr (HemoPatient) later = NULL;

      /* The sides may be exchanged, but for what is disputed. */
      g_assert_cmpuint (conflicts, ==, other);
      g_assert_cmpuint (hemo_patient_differing (one, two) & ~conflicts, ==, 0);
      /* With itself nothing happens; what was merged once is merged. */
      g_assert_cmpuint (again, ==, 0);
      g_assert_cmpuint (hemo_patient_differing (same, ours), ==, 0);
      later = hemo_patient_merge_fields (theirs, one, theirs, &again);
      g_assert_cmpuint (again, ==, 0);
      g_assert_cmpuint (hemo_patient_differing (later, one), ==, 0);
      check_identifiers (before, ours, theirs, one);
      if (before != NULL)
        check_fields (hemo_patient_differing (base, ours), hemo_patient_differing (base, theirs),
                      hemo_patient_differing (one, ours),
                      hemo_patient_differing (one, theirs) & ~conflicts, conflicts);
    }
}

static void
test_order_properties (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261122);

  for (int round = 0; round < ROUNDS; round++)
    {
      g_autoptr (HemoOrder) base = any_order (rand);
      g_autoptr (HemoOrder) ours = any_order (rand);
      g_autoptr (HemoOrder) theirs = any_order (rand);
      const HemoOrder *before = round % 3 == 0 ? NULL : base;
      guint conflicts = 0, other = 0, again = 0;
      g_autoptr (HemoOrder) one = hemo_order_merge_fields (before, ours, theirs, &conflicts);
      g_autoptr (HemoOrder) two = hemo_order_merge_fields (before, theirs, ours, &other);
      g_autoptr (HemoOrder) same = hemo_order_merge_fields (before, ours, ours, &again);

      g_assert_cmpuint (conflicts, ==, other);
      g_assert_cmpuint (hemo_order_differing (one, two) & ~conflicts, ==, 0);
      g_assert_cmpuint (again, ==, 0);
      g_assert_cmpuint (hemo_order_differing (same, ours), ==, 0);
      g_assert_cmpuint (one->tests, !=, 0);
      if (before != NULL)
        check_fields (hemo_order_differing (base, ours), hemo_order_differing (base, theirs),
                      hemo_order_differing (one, ours),
                      hemo_order_differing (one, theirs) & ~conflicts, conflicts);
    }
}

/* What is copied is equal, and nothing else moves. */
static void
test_copy (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (int round = 0; round < ROUNDS; round++)
    {
      g_autoptr (HemoPatient) from = any_patient (rand);
      g_autoptr (HemoPatient) to = any_patient (rand);
      g_autoptr (HemoPatient) before = hemo_patient_copy (to);
      g_autoptr (HemoOrder) order = any_order (rand);
      g_autoptr (HemoOrder) onto = any_order (rand);
      g_autoptr (HemoOrder) was = hemo_order_copy (onto);
      guint fields = g_rand_int_range (rand, 0, HEMO_FIELDS_ALL + 1);

      hemo_patient_copy_fields (to, from, fields);
      g_assert_cmpuint (hemo_patient_differing (to, from) & fields, ==, 0);
      g_assert_cmpuint (hemo_patient_differing (to, before) & ~fields, ==, 0);
      hemo_order_copy_fields (onto, order, fields);
      g_assert_cmpuint (hemo_order_differing (onto, order) & fields, ==, 0);
      g_assert_cmpuint (hemo_order_differing (onto, was) & ~fields, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/merge/different-fields", test_different_fields);
  g_test_add_func ("/merge/same-field", test_same_field);
  g_test_add_func ("/merge/identifiers", test_identifiers);
  g_test_add_func ("/merge/too-many-identifiers", test_too_many_identifiers);
  g_test_add_func ("/merge/without-base", test_without_base);
  g_test_add_func ("/merge/order-tests", test_order_tests);
  g_test_add_func ("/merge/patient-properties", test_patient_properties);
  g_test_add_func ("/merge/order-properties", test_order_properties);
  g_test_add_func ("/merge/copy", test_copy);
  return g_test_run ();
}

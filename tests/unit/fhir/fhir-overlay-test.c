/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Our fields laid over a resource of others: it says what we say, and keeps what only they know. */

#include "hemo-fhir-overlay.h"

#include "hemo-fhir-patient.h"
#include "hemo-fhir-specimen.h"

#include <string.h>

#define ID "6f1c0d3e-0000-4000-8000-000000000001"
#define ROUNDS 2000

static json_object *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  json_object *json = hemo_fhir_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return json;
}

static char *
any_text (GRand *rand)
{
  static const char *const texts[] = { NULL, "a", "b", "ç ж अ" };

  return g_strdup (texts[g_rand_int_range (rand, 0, 4)]);
}

static HemoPatient *
any_patient (GRand *rand)
{
  HemoPatient *patient = hemo_patient_new ();

  g_set_str (&patient->uuid, ID);
  patient->family = g_strdup (g_rand_boolean (rand) ? "Otieno" : "Njeri");
  patient->given = any_text (rand);
  patient->phone = any_text (rand);
  patient->village = any_text (rand);
  patient->sex = (HemoSex)g_rand_int_range (rand, 0, 4);
  patient->birth.date.year = g_rand_boolean (rand) ? 1990 : 0;
  patient->version = g_rand_int_range (rand, 1, 4);
  for (int i = 0; i < 4; i++)
    {
      g_autofree char *value = g_strdup_printf ("%d", i);

      if (g_rand_boolean (rand))
        g_ptr_array_add (patient->identifiers, hemo_identifier_new ("clinic", value));
    }
  if (g_rand_int_range (rand, 0, 4) == 0)
    {
      patient->active = FALSE;
      if (g_rand_boolean (rand))
        patient->merged_into = g_strdup ("6f1c0d3e-0000-4000-8000-000000000002");
    }
  return patient;
}

/* What only another program writes. */
static void
add_foreign (json_object *json)
{
  json_object *telecom = NULL;

  json_object_object_add (json, "maritalStatus", json_tokener_parse ("{\"text\":\"M\"}"));
  json_object_object_add (json, "photo", json_tokener_parse ("[{\"url\":\"p\"}]"));
  if (json_object_object_get_ex (json, "telecom", &telecom))
    json_object_array_add (telecom,
                           json_tokener_parse ("{\"system\":\"email\",\"value\":\"e@x\"}"));
}

static void
test_patients (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261121);

  for (int round = 0; round < ROUNDS; round++)
    {
      g_autoptr (HemoPatient) there = any_patient (rand);
      g_autoptr (HemoPatient) here = any_patient (rand);
      g_autoptr (json_object) theirs = hemo_fhir_patient_to_json (there);
      g_autoptr (json_object) ours = hemo_fhir_patient_to_json (here);
      g_autoptr (json_object) laid = NULL;
      g_autoptr (json_object) again = NULL;
      g_autoptr (HemoPatient) read = NULL;
      g_autoptr (GError) error = NULL;
      json_object *value;

      add_foreign (theirs);
      laid = hemo_fhir_overlay (theirs, ours);
      read = hemo_fhir_patient_from_json (laid, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (hemo_patient_differing (read, here), ==, 0);
      g_assert_cmpint (read->active, ==, here->active);
      g_assert_cmpstr (read->merged_into, ==, here->merged_into);
      g_assert_cmpint (read->version, ==, here->version);
      g_assert_true (json_object_object_get_ex (laid, "maritalStatus", &value));
      g_assert_true (json_object_object_get_ex (laid, "photo", &value));
      g_assert_cmpint (there->phone != NULL, ==,
                       strstr (json_object_to_json_string (laid), "e@x") != NULL);
      /* Once is enough. */
      again = hemo_fhir_overlay (laid, ours);
      g_assert_cmpint (json_object_equal (again, laid), ==, 1);
    }
}

static HemoOrder *
any_order (GRand *rand)
{
  HemoOrder *order = hemo_order_new ("6f1c0d3e-0000-4000-8000-000000000003");

  g_set_str (&order->uuid, ID);
  order->requester = any_text (rand);
  order->clinical_note = any_text (rand);
  order->urgency = (HemoUrgency)g_rand_int_range (rand, 0, 3);
  order->tests = (HemoTests)g_rand_int_range (rand, 1, 32);
  order->pregnancy = (HemoPregnancy)g_rand_int_range (rand, 0, 5);
  order->ordered_at.utc_us = g_rand_int_range (rand, 1, 3) * G_TIME_SPAN_DAY;
  order->revoked = g_rand_boolean (rand);
  order->version = 1;
  return order;
}

static void
test_orders (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261122);

  for (int round = 0; round < ROUNDS; round++)
    {
      g_autoptr (HemoOrder) there = any_order (rand);
      g_autoptr (HemoOrder) here = any_order (rand);
      g_autoptr (json_object) theirs = hemo_fhir_order_to_json (there);
      g_autoptr (json_object) ours = hemo_fhir_order_to_json (here);
      g_autoptr (json_object) laid = NULL;
      g_autoptr (HemoOrder) read = NULL;
      g_autoptr (GError) error = NULL;
      json_object *value;

      json_object_object_add (theirs, "bodySite", json_tokener_parse ("[{\"text\":\"arm\"}]"));
      laid = hemo_fhir_overlay (theirs, ours);
      read = hemo_fhir_order_from_json (laid, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (hemo_order_differing (read, here), ==, 0);
      g_assert_true (json_object_object_get_ex (laid, "bodySite", &value));
    }
}

/* Other words for the same are left as they are, and so is a text for people. */
static void
test_same_in_other_words (void)
{
  g_autoptr (json_object) theirs
      = parse ("{\"resourceType\":\"Patient\",\"id\":\"" ID "\",\"meta\":{\"versionId\":\"3\","
               "\"profile\":[\"p\"]},\"text\":{\"status\":\"generated\"},\"active\":true,"
               "\"name\":[{\"text\":\"Otieno\",\"family\":\"Otieno\",\"suffix\":[\"Jr\"]}]}");
  g_autoptr (HemoPatient) same = hemo_fhir_patient_from_json (theirs, NULL);
  g_autoptr (json_object) ours = hemo_fhir_patient_to_json (same);
  g_autoptr (json_object) laid = hemo_fhir_overlay (theirs, ours);
  const char *text = json_object_to_json_string_ext (laid, JSON_C_TO_STRING_PLAIN);

  g_assert_nonnull (strstr (text, "suffix"));
  g_assert_nonnull (strstr (text, "generated"));
  g_assert_nonnull (strstr (text, "profile"));
  g_assert_null (strstr (text, "versionId"));
  g_set_str (&same->family, "Njeri");
  json_object_put (g_steal_pointer (&ours));
  ours = hemo_fhir_patient_to_json (same);
  json_object_put (g_steal_pointer (&laid));
  laid = hemo_fhir_overlay (theirs, ours);
  text = json_object_to_json_string_ext (laid, JSON_C_TO_STRING_PLAIN);
  g_assert_null (strstr (text, "generated"));
  g_assert_nonnull (strstr (text, "suffix"));
  g_assert_null (strstr (text, "Otieno"));
}

/* What cannot be read is not mixed with ours. */
static void
test_not_mixed (void)
{
  static const char *const others[] = {
    "{\"resourceType\":\"Patient\",\"id\":\"6f1c0d3e-0000-4000-8000-000000000009\"}",
    "{\"resourceType\":\"ServiceRequest\",\"id\":\"" ID "\"}",
    "{\"resourceType\":\"Patient\",\"id\":\"" ID "\",\"gender\":7}",
    "{\"resourceType\":\"Patient\",\"id\":\"" ID "\",\"implicitRules\":\"http://x\"}",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (HemoPatient) here = any_patient (rand);
  g_autoptr (json_object) ours = hemo_fhir_patient_to_json (here);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (json_object) theirs = parse (others[i]);
      g_autoptr (json_object) laid = hemo_fhir_overlay (theirs, ours);

      g_assert_cmpint (json_object_equal (laid, ours), ==, 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir-overlay/patients", test_patients);
  g_test_add_func ("/fhir-overlay/orders", test_orders);
  g_test_add_func ("/fhir-overlay/same-in-other-words", test_same_in_other_words);
  g_test_add_func ("/fhir-overlay/not-mixed", test_not_mixed);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Resources as the servers of others send them: what may be understood is, what would have to be
 * guessed is refused, and nothing is taken for something else. */

#include "fhir-edit.h"

#include "hemo-fhir-admin.h"
#include "hemo-fhir-media.h"
#include "hemo-fhir-message.h"
#include "hemo-fhir-overlay.h"
#include "hemo-fhir-patient.h"
#include "hemo-fhir-specimen.h"

#include <math.h>
#include <string.h>

#define ID "5a3e0000-0000-4000-8000-0000000000"
#define HEAD(type) "{\"resourceType\":\"" type "\",\"id\":\"" ID "77\""

static json_object *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  json_object *json = hemo_fhir_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return json;
}

static HemoPatient *
read_patient (const char *more, GError **error)
{
  g_autofree char *text = g_strconcat (HEAD ("Patient"), more, "}", NULL);
  g_autoptr (json_object) json = parse (text);

  return hemo_fhir_patient_from_json (json, error);
}

/* Names as others write them, and what we call the patient. */
static void
test_names (void)
{
  static const struct
  {
    const char *json, *family, *given;
  } names[] = {
    { "", NULL, NULL },
    { ",\"name\":[]", NULL, NULL },
    { ",\"name\":[{\"text\":\"Amina Otieno\"}]", NULL, "Amina Otieno" },
    { ",\"name\":[{\"family\":\"Otieno\",\"text\":\"x\"}]", "Otieno", NULL },
    { ",\"name\":[{\"given\":[\"Amina\",\"Wanjiru\",\"N.\"]}]", NULL, "Amina Wanjiru N." },
    { ",\"name\":[{\"use\":\"nickname\",\"given\":[\"Mina\"]},{\"use\":\"official\",\"given\":["
      "\"Amina\"]}]",
      NULL, "Amina" },
    { ",\"name\":[{\"use\":\"old\",\"family\":\"X\"},{\"use\":\"maiden\",\"family\":\"Y\"}]", NULL,
      NULL },
    { ",\"name\":[{\"family\":\"أمينة\",\"given\":[\"नेहा\"]}]", "أمينة", "नेहा" },
    { ",\"name\":[{\"prefix\":[\"Dr\"],\"family\":\"Otieno\",\"suffix\":[\"Jr\"],\"period\":{"
      "\"start\":\"1990\"}}]",
      "Otieno", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoPatient) patient = read_patient (names[i].json, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (patient->family, ==, names[i].family);
      g_assert_cmpstr (patient->given, ==, names[i].given);
    }
}

static void
test_patient_parts (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoPatient) patient = read_patient (
      ",\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"o\",\"name\":\"X\"}],"
      "\"text\":{\"status\":\"generated\",\"div\":\"<div>x</div>\"},"
      "\"extension\":[{\"url\":\"http://example.org/caste\",\"valueString\":\"x\"}],"
      "\"identifier\":[{\"value\":\"\\u0967\\u0968\"},{\"system\":\"urn:oid:1.2\",\"value\":\"7\"},"
      "{\"system\":\"urn:oid:1.3\"},{\"use\":\"old\",\"type\":{\"text\":\"MRN\"},\"system\":"
      "\"https://h.example/mrn\",\"value\":\"A/9\",\"assigner\":{\"display\":\"H\"}}],"
      "\"telecom\":[{\"system\":\"email\",\"value\":\"a@b.c\"},{\"system\":\"phone\",\"use\":"
      "\"old\",\"value\":\"1\"},{\"system\":\"sms\",\"value\":\"2\"},{\"system\":\"phone\","
      "\"value\":\"3\"}],"
      "\"address\":[{\"text\":\"Kibera, Nairobi\",\"country\":\"KE\"},{\"city\":\"Mombasa\"}],"
      "\"deceasedBoolean\":true,\"multipleBirthInteger\":2,\"gender\":\"other\","
      "\"communication\":[{\"language\":{\"text\":\"sw\"}}],\"birthDate\":\"1991-04\"",
      &error);

  g_assert_no_error (error);
  g_assert_cmpuint (patient->identifiers->len, ==, 3);
  const HemoIdentifier *bare = g_ptr_array_index (patient->identifiers, 0);
  const HemoIdentifier *last = g_ptr_array_index (patient->identifiers, 2);
  g_assert_cmpstr (bare->issuer, ==, "unknown");
  g_assert_cmpstr (last->issuer, ==, "https://h.example/mrn");
  g_assert_cmpstr (last->value, ==, "A/9");
  g_assert_cmpstr (patient->phone, ==, "2");
  g_assert_cmpstr (patient->village, ==, "Kibera, Nairobi");
  g_assert_cmpint (patient->sex, ==, HEMO_SEX_OTHER);
  g_assert_cmpint (patient->birth.date.year, ==, 1991);
  g_assert_cmpint (patient->birth.date.month, ==, 4);
  g_assert_cmpint (patient->birth.date.day, ==, 0);
  g_assert_true (patient->active);
  g_assert_cmpint (patient->version, ==, 0);
}

typedef struct
{
  const char *more;
  HemoFhirError code;
} Refusal;

static void
test_patient_refused (void)
{
  static const Refusal refusals[] = {
    { ",\"modifierExtension\":[{\"url\":\"http://x/not\",\"valueBoolean\":true}]",
      HEMO_FHIR_ERROR_UNSUPPORTED },
    { ",\"implicitRules\":\"http://x/rules\"", HEMO_FHIR_ERROR_UNSUPPORTED },
    { ",\"gender\":\"f\"", HEMO_FHIR_ERROR_INVALID },
    { ",\"gender\":7", HEMO_FHIR_ERROR_INVALID },
    { ",\"birthDate\":\"1991-02-30\"", HEMO_FHIR_ERROR_INVALID },
    { ",\"birthDate\":\"4 April 1991\"", HEMO_FHIR_ERROR_INVALID },
    { ",\"birthDate\":19910404", HEMO_FHIR_ERROR_INVALID },
    { ",\"active\":\"true\"", HEMO_FHIR_ERROR_INVALID },
    { ",\"name\":{\"family\":\"X\"}", HEMO_FHIR_ERROR_INVALID },
    { ",\"name\":[\"X\"]", HEMO_FHIR_ERROR_INVALID },
    { ",\"name\":[{\"given\":\"X\"}]", HEMO_FHIR_ERROR_INVALID },
    { ",\"name\":[{\"given\":[7]}]", HEMO_FHIR_ERROR_INVALID },
    { ",\"identifier\":[{\"value\":12}]", HEMO_FHIR_ERROR_INVALID },
    { ",\"link\":[{\"type\":\"replaced-by\",\"other\":{\"reference\":\"Patient/" ID "77\"}}]",
      HEMO_FHIR_ERROR_INVALID },
    { ",\"link\":[{\"type\":\"replaced-by\",\"other\":{\"reference\":\"Patient/12\"}}]",
      HEMO_FHIR_ERROR_UNSUPPORTED },
    { ",\"link\":[{\"type\":\"replaced-by\",\"other\":{\"reference\":\"Group/" ID "78\"}}]",
      HEMO_FHIR_ERROR_INVALID },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoPatient) patient = read_patient (refusals[i].more, &error);

      if (patient != NULL || error->domain != HEMO_FHIR_ERROR
          || error->code != (int)refusals[i].code)
        g_error ("%s: %s", refusals[i].more, error != NULL ? error->message : "is taken");
      /* The element is named, what stands in it is not. */
      g_assert_nonnull (strstr (error->message, "Patient"));
      g_assert_null (strstr (error->message, "1991"));
    }
}

static HemoOrder *
read_order (const char *more, GError **error)
{
  g_autofree char *text
      = g_strconcat (HEAD ("ServiceRequest"), ",\"subject\":{\"reference\":\"Patient/" ID "02\"}",
                     more, "}", NULL);
  g_autoptr (json_object) json = parse (text);

  return hemo_fhir_order_from_json (json, error);
}

#define LOINC(code) "{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"" code "\"}]}"
#define ORDER(status, more) ",\"status\":\"" status "\",\"intent\":\"order\"" more

static void
test_orders (void)
{
  static const struct
  {
    const char *json;
    HemoTests tests;
    HemoUrgency urgency;
    gboolean revoked;
  } orders[] = {
    { ORDER ("active", ",\"code\":" LOINC ("57782-5")), HEMO_TEST_CBC | HEMO_TEST_DIFFERENTIAL,
      HEMO_URGENCY_ROUTINE, FALSE },
    { ORDER ("active", ",\"priority\":\"asap\",\"code\":" LOINC ("32700-7")), HEMO_TEST_MALARIA,
      HEMO_URGENCY_STAT, FALSE },
    { ORDER ("on-hold", ",\"priority\":\"urgent\",\"code\":" LOINC ("58410-2")), HEMO_TEST_CBC,
      HEMO_URGENCY_URGENT, FALSE },
    { ORDER ("entered-in-error", ",\"code\":" LOINC ("24318-8")), HEMO_TEST_DIFFERENTIAL,
      HEMO_URGENCY_ROUTINE, TRUE },
    /* A test of others beside one that is known. */
    { ORDER ("active", ",\"code\":" LOINC ("2345-7") ",\"orderDetail\":[" LOINC (
                           "34994-4") "," LOINC ("49497-1") "]"),
      HEMO_TEST_MORPHOLOGY | HEMO_TEST_PLATELETS, HEMO_URGENCY_ROUTINE, FALSE },
    /* Codes of other systems beside ours say nothing. */
    { ORDER ("completed",
             ",\"code\":{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"1\"},"
             "{\"system\":\"http://loinc.org\",\"code\":\"51587-4\"}],\"text\":\"malaria\"}"),
      HEMO_TEST_MALARIA, HEMO_URGENCY_ROUTINE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoOrder) order = read_order (orders[i].json, &error);

      g_assert_no_error (error);
      g_assert_cmpint (order->tests, ==, orders[i].tests);
      g_assert_cmpint (order->urgency, ==, orders[i].urgency);
      g_assert_cmpint (order->revoked, ==, orders[i].revoked);
    }
}

/* What nobody here tests for is not lost: it stands in the note, once, and is no change of ours. */
static void
test_orders_beside (void)
{
  static const struct
  {
    const char *more;
    const char *note;
  } orders[] = {
    { "", "+ 2345-7" },
    { ",\"reasonCode\":[{\"text\":\"Fever\"}]", "Fever; + 2345-7" },
    { ",\"reasonCode\":[{\"text\":\"Fever; + 2345-7, and pale\"}]", "Fever; + 2345-7, and pale" },
    { ",\"orderDetail\":[{\"text\":\"Reticulocytes\"},{\"coding\":[{\"display\":\"Iron\",\"code\":"
      "\"1\"}]}," LOINC ("51587-4") "]",
      "+ 2345-7, Reticulocytes, Iron" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autofree char *more
          = g_strconcat (ORDER ("active", ",\"code\":{\"coding\":[{\"system\":"
                                          "\"http://loinc.org\",\"code\":\"2345-7\"}]}"),
                         strstr (orders[i].more, "orderDetail") != NULL
                             ? ""
                             : ",\"orderDetail\":[" LOINC ("58410-2") "]",
                         orders[i].more, NULL);
      g_autofree char *text
          = g_strconcat (HEAD ("ServiceRequest"),
                         ",\"subject\":{\"reference\":\"Patient/" ID "02\"}", more, "}", NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoOrder) order = read_order (more, &error);
      g_autoptr (json_object) theirs = parse (text);
      g_autoptr (json_object) ours = NULL, laid = NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (order->clinical_note, ==, orders[i].note);
      ours = hemo_fhir_order_to_json (order);
      laid = hemo_fhir_overlay (theirs, ours);
      g_assert_true (json_object_equal (json_object_object_get (laid, "reasonCode"),
                                        json_object_object_get (theirs, "reasonCode")));
      g_assert_true (json_object_equal (json_object_object_get (laid, "code"),
                                        json_object_object_get (theirs, "code")));
    }
}

/* However much others write, the order comes in. */
static void
test_orders_long (void)
{
  g_autofree char *long_text = g_strnfill (2500, 'x');
  g_autofree char *long_note = g_strnfill (1900, 'n');
  g_autofree char *more = g_strconcat (
      ORDER ("active", ",\"code\":" LOINC ("58410-2")), ",\"reasonCode\":[{\"text\":\"", long_note,
      "\"}],\"orderDetail\":[{\"text\":\"", long_text, "\"},{\"text\":7}]", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoOrder) order = read_order (more, &error);

  g_assert_no_error (error);
  g_assert_cmpint (g_utf8_strlen (order->clinical_note, -1), ==, 2000);
  g_assert_true (g_str_has_prefix (order->clinical_note, long_note));
  g_assert_true (g_str_has_suffix (order->clinical_note, "x…"));
}

/* Our tests are changed: what else was asked for stays, there and in what is read of it. */
static void
test_orders_changed (void)
{
  static const char *const orders[]
      = { ",\"code\":" LOINC ("58410-2") ",\"orderDetail\":[{\"text\":\"Glu\\tcose\"}]",
          ",\"code\":{\"text\":\"Glu\\tcose\"},\"orderDetail\":[" LOINC ("58410-2") "]" };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autofree char *more = g_strconcat (ORDER ("active", ""), orders[i], NULL);
      g_autofree char *text
          = g_strconcat (HEAD ("ServiceRequest"),
                         ",\"subject\":{\"reference\":\"Patient/" ID "02\"}", more, "}", NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoOrder) order = read_order (more, &error);
      g_autoptr (HemoOrder) back = NULL;
      g_autoptr (json_object) theirs = parse (text);
      g_autoptr (json_object) ours = NULL, laid = NULL;

      g_assert_no_error (error);
      g_assert_cmpint (order->tests, ==, HEMO_TEST_CBC);
      g_assert_cmpstr (order->clinical_note, ==, "+ Glu cose");
      order->tests = HEMO_TEST_MALARIA;
      ours = hemo_fhir_order_to_json (order);
      laid = hemo_fhir_overlay (theirs, ours);
      g_assert_nonnull (strstr (json_object_to_json_string (laid), "cose"));
      back = hemo_fhir_order_from_json (laid, &error);
      g_assert_no_error (error);
      g_assert_cmpint (back->tests, ==, HEMO_TEST_MALARIA);
      g_assert_cmpstr (back->clinical_note, ==, "+ Glu cose");
    }
}

static void
test_orders_refused (void)
{
  static const Refusal refusals[] = {
    { ORDER ("active", ""), HEMO_FHIR_ERROR_UNSUPPORTED },
    { ORDER ("active", ",\"code\":" LOINC ("2345-7")), HEMO_FHIR_ERROR_UNSUPPORTED },
    { ORDER ("active", ",\"code\":{\"text\":\"blood smear\"}"), HEMO_FHIR_ERROR_UNSUPPORTED },
    { ORDER ("draft", ",\"code\":" LOINC ("58410-2")), HEMO_FHIR_ERROR_UNSUPPORTED },
    { ORDER ("nonsense", ",\"code\":" LOINC ("58410-2")), HEMO_FHIR_ERROR_UNSUPPORTED },
    { ",\"status\":\"active\",\"intent\":\"proposal\",\"code\":" LOINC ("58410-2"),
      HEMO_FHIR_ERROR_UNSUPPORTED },
    { ORDER ("active", ",\"doNotPerform\":true,\"code\":" LOINC ("58410-2")),
      HEMO_FHIR_ERROR_UNSUPPORTED },
    { ORDER ("active", ",\"priority\":\"now\",\"code\":" LOINC ("58410-2")),
      HEMO_FHIR_ERROR_INVALID },
    { ORDER ("active", ",\"authoredOn\":\"yesterday\",\"code\":" LOINC ("58410-2")),
      HEMO_FHIR_ERROR_INVALID },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoOrder) order = read_order (refusals[i].more, &error);

      if (order != NULL || error->domain != HEMO_FHIR_ERROR || error->code != (int)refusals[i].code)
        g_error ("%s: %s", refusals[i].more, error != NULL ? error->message : "is taken");
    }
}

static HemoLine *
read_line (const char *more, GError **error)
{
  g_autofree char *text = g_strconcat (
      HEAD ("Observation"),
      ",\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":\"https://hemogram.org/fhir/"
      "CodeSystem/section\",\"code\":\"cbc\"}]}],\"code\":",
      LOINC ("718-7"), more, "}", NULL);
  g_autoptr (json_object) json = parse (text);

  return hemo_fhir_observation_from_json (json, error);
}

#define QUANTITY(value, unit)                                                                      \
  ",\"valueQuantity\":{\"value\":" value                                                           \
  ",\"system\":\"http://unitsofmeasure.org\",\"code\":\"" unit "\"}"

/* A number of another lab keeps its own unit and digits. */
static void
test_quantities (void)
{
  static const struct
  {
    const char *json;
    double value;
    int decimals;
    const char *ucum;
  } values[] = {
    { QUANTITY ("118", "g/L"), 118, 0, "g/L" },
    { QUANTITY ("11.80", "g/dL"), 11.8, 2, "g/dL" },
    { QUANTITY ("7.3", "mmol/L"), 7.3, 1, "mmol/L" },
    { QUANTITY ("0.001", "g/L"), 0.001, 3, "g/L" },
    { QUANTITY ("-1.5", "g/L"), -1.5, 1, "g/L" },
    { ",\"valueQuantity\":{\"value\":5}", 5, 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoLine *line = read_line (values[i].json, &error);

      g_assert_no_error (error);
      g_assert_cmpfloat (line->value, ==, values[i].value);
      g_assert_cmpint (line->decimals, ==, values[i].decimals);
      g_assert_cmpstr (line->ucum, ==, values[i].ucum);
      hemo_line_free (line);
    }
}

static void
test_lines_refused (void)
{
  static const Refusal refusals[] = {
    { ",\"valueQuantity\":{\"comparator\":\"<\",\"value\":5}", HEMO_FHIR_ERROR_UNSUPPORTED },
    { ",\"valueQuantity\":{\"value\":5,\"unit\":\"gm/dl\"}", HEMO_FHIR_ERROR_UNSUPPORTED },
    { ",\"valueQuantity\":{\"value\":5,\"system\":\"http://x\",\"code\":\"g/L\"}",
      HEMO_FHIR_ERROR_UNSUPPORTED },
    { ",\"valueQuantity\":{\"value\":\"5\"}", HEMO_FHIR_ERROR_INVALID },
    { ",\"valueQuantity\":{\"system\":\"http://unitsofmeasure.org\",\"code\":\"g/L\"}",
      HEMO_FHIR_ERROR_INVALID },
    { ",\"valueQuantity\":{\"value\":1e400}", HEMO_FHIR_ERROR_INVALID },
    { ",\"valueRange\":{\"low\":{\"value\":1}}", HEMO_FHIR_ERROR_UNSUPPORTED },
    { ",\"valueInteger\":5", HEMO_FHIR_ERROR_UNSUPPORTED },
    { ",\"valueRatio\":{}", HEMO_FHIR_ERROR_UNSUPPORTED },
    { ",\"valueString\":\"5\"" QUANTITY ("5", "g/L"), HEMO_FHIR_ERROR_INVALID },
    { ",\"component\":[{\"valueString\":\"x\"}]", HEMO_FHIR_ERROR_UNSUPPORTED },
    { ",\"valueCodeableConcept\":" LOINC ("LA6576-8"), HEMO_FHIR_ERROR_UNSUPPORTED },
    { QUANTITY ("118", "g/L") ",\"referenceRange\":[{\"low\":{\"value\":11.5,\"system\":"
                              "\"http://unitsofmeasure.org\",\"code\":\"g/dL\"}}]",
      HEMO_FHIR_ERROR_UNSUPPORTED },
    { QUANTITY ("118", "g/L") ",\"interpretation\":[{\"coding\":[{\"system\":\"http://terminology."
                              "hl7.org/CodeSystem/v3-ObservationInterpretation\",\"code\":\"zz\"}]"
                              "}]",
      HEMO_FHIR_ERROR_INVALID },
    { QUANTITY ("118", "g/L") ",\"modifierExtension\":[{\"url\":\"http://x/wrong\"}]",
      HEMO_FHIR_ERROR_UNSUPPORTED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoLine *line = read_line (refusals[i].more, &error);

      if (line != NULL || error->domain != HEMO_FHIR_ERROR || error->code != (int)refusals[i].code)
        g_error ("%s: %s", refusals[i].more, error != NULL ? error->message : "is taken");
    }
}

/* Of several flags the critical one is not lost; of several ranges none is guessed. */
static void
test_several (void)
{
#define FLAG(code)                                                                                 \
  "{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/"                              \
  "v3-ObservationInterpretation\""                                                                 \
  ",\"code\":\"" code "\"}]}"
#define RANGE(low) "{\"low\":{\"value\":" low "}}"
  g_autoptr (GError) error = NULL;
  HemoLine *flags = read_line (
      QUANTITY ("118", "g/L") ",\"interpretation\":[" FLAG ("L") "," FLAG ("LL") "," FLAG ("N") "]",
      &error);
  HemoLine *one
      = read_line (QUANTITY ("118", "g/L") ",\"referenceRange\":[" RANGE ("115") "]", &error);
  HemoLine *two = read_line (
      QUANTITY ("118", "g/L") ",\"referenceRange\":[" RANGE ("115") "," RANGE ("130") "]", &error);

  g_assert_no_error (error);
  g_assert_cmpint (flags->flag, ==, HEMO_FLAG_CRITICAL_LOW);
  g_assert_cmpfloat (one->reference_low, ==, 115);
  g_assert_true (isnan (one->reference_high));
  g_assert_true (isnan (two->reference_low));
  hemo_line_free (flags);
  hemo_line_free (one);
  hemo_line_free (two);
}

/* A kind of specimen of HL7's table, and why it was refused. */
static void
test_specimens (void)
{
  static const struct
  {
    const char *json;
    gboolean read;
    HemoRejection rejection;
  } specimens[] = {
    { ",\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0487\","
      "\"code\":\"BLDV\"}]}",
      TRUE, HEMO_REJECTION_NONE },
    { ",\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0487\","
      "\"code\":\"BLDV\"}]},\"status\":\"unsatisfactory\"",
      TRUE, HEMO_REJECTION_OTHER },
    { ",\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0487\","
      "\"code\":\"BLDV\"}]},\"status\":\"unsatisfactory\",\"condition\":[{\"coding\":[{\"system\":"
      "\"http://terminology.hl7.org/CodeSystem/v2-0493\",\"code\":\"CLOT\"}]}]",
      TRUE, HEMO_REJECTION_CLOTTED },
    /* Clotted, and yet available: the status says that it is used. */
    { ",\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0487\","
      "\"code\":\"BLDV\"}]},\"status\":\"available\",\"condition\":[{\"coding\":[{\"system\":"
      "\"http://terminology.hl7.org/CodeSystem/v2-0493\",\"code\":\"CLOT\"}]}]",
      TRUE, HEMO_REJECTION_NONE },
    { ",\"type\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0487\","
      "\"code\":\"UR\"}]}",
      FALSE, HEMO_REJECTION_NONE },
    { ",\"type\":{\"text\":\"blood\"}", FALSE, HEMO_REJECTION_NONE },
    { "", FALSE, HEMO_REJECTION_NONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (specimens); i++)
    {
      g_autofree char *text = g_strconcat (HEAD ("Specimen"), specimens[i].json, "}", NULL);
      g_autoptr (json_object) json = parse (text);
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoSpecimen) specimen = hemo_fhir_specimen_from_json (json, &error);

      g_assert_true ((specimen != NULL) == specimens[i].read);
      if (specimen != NULL)
        g_assert_cmpint (specimen->rejection, ==, specimens[i].rejection);
      else
        g_assert_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_UNSUPPORTED);
    }
}

/* Each resource of ours with what a server adds to it: read as before. */
static void
test_server_additions (void)
{
  static const int all[] = { 1, 2, 3, 4, 5, 11, 50, 60, 80, 81, 100 };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (json_object) resource = edit_resource_new (all[i]);
      g_autoptr (GError) error = NULL;

      edit_at (resource, "meta",
               "{\"versionId\":\"7\",\"lastUpdated\":\"2026-01-01T00:00:00Z\",\"source\":\"#x\","
               "\"profile\":[\"http://x/p\"],\"tag\":[{\"code\":\"t\"}]}");
      edit_at (resource, "text", "{\"status\":\"generated\",\"div\":\"<div/>\"}");
      edit_at (resource, "contained", "[{\"resourceType\":\"Basic\",\"id\":\"b\"}]");
      edit_at (resource, "language", "\"sw\"");
      edit_at (resource, "somethingNew", "[{\"deep\":[[[{}]]]}]");
      if (!edit_read (resource, &error))
        g_error ("resource %d: %s", all[i], error->message);
    }
}

/* Each resource with its own or its id's type wrong: never read as what it is not. */
static void
test_types (void)
{
  static const int all[] = { 1, 2, 3, 4, 11, 50, 60, 80, 81, 100 };
  static const char *const ids[]
      = { "\"\"",   "\"../x\"", "\"5A3E0000-0000-4000-8000-00000000000\"",
          "7",      "null",     "\"5a3e0000000040008000000000000002\"",
          "[\"x\"]" };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    for (guint j = 0; j < G_N_ELEMENTS (ids); j++)
      {
        g_autoptr (json_object) resource = edit_resource_new (all[i]);
        g_autoptr (GError) error = NULL;

        edit_at (resource, "id", ids[j]);
        if (edit_read (resource, &error))
          g_error ("resource %d may have the id %s", all[i], ids[j]);
        g_assert_nonnull (error);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/foreign/names", test_names);
  g_test_add_func ("/fhir/foreign/patient-parts", test_patient_parts);
  g_test_add_func ("/fhir/foreign/patient-refused", test_patient_refused);
  g_test_add_func ("/fhir/foreign/orders", test_orders);
  g_test_add_func ("/fhir/foreign/orders-beside", test_orders_beside);
  g_test_add_func ("/fhir/foreign/orders-long", test_orders_long);
  g_test_add_func ("/fhir/foreign/orders-changed", test_orders_changed);
  g_test_add_func ("/fhir/foreign/orders-refused", test_orders_refused);
  g_test_add_func ("/fhir/foreign/quantities", test_quantities);
  g_test_add_func ("/fhir/foreign/lines-refused", test_lines_refused);
  g_test_add_func ("/fhir/foreign/several", test_several);
  g_test_add_func ("/fhir/foreign/specimens", test_specimens);
  g_test_add_func ("/fhir/foreign/server-additions", test_server_additions);
  g_test_add_func ("/fhir/foreign/types", test_types);
  return g_test_run ();
}

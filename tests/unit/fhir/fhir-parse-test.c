/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is refused of outside FHIR, and that an error names the element and nothing in it. */

#include "hemo-fhir-admin.h"
#include "hemo-fhir-bundle.h"
#include "hemo-fhir-patient.h"
#include "hemo-fhir-reference.h"
#include "hemo-fhir-specimen.h"

#include <string.h>

#define HEAD "{\"resourceType\":\"Patient\",\"id\":\"5a3e0000-0000-4000-8000-000000000001\""

static const struct
{
  const char *json;
  int code;
  const char *path;
} refused[] = {
  { "", HEMO_FHIR_ERROR_SYNTAX, "empty" },
  { "null", HEMO_FHIR_ERROR_SYNTAX, "not valid JSON" },
  { "[]", HEMO_FHIR_ERROR_INVALID, "no resource" },
  { HEAD, HEMO_FHIR_ERROR_SYNTAX, "ends too early" },
  { HEAD "} x", HEMO_FHIR_ERROR_SYNTAX, "not valid JSON" },
  { HEAD ",\"birthDate\":\"SECRET\"}", HEMO_FHIR_ERROR_INVALID, "Patient.birthDate" },
  { HEAD ",\"birthDate\":1980}", HEMO_FHIR_ERROR_INVALID, "Patient.birthDate" },
  { HEAD ",\"birthDate\":\"2021-02-30\"}", HEMO_FHIR_ERROR_INVALID, "Patient.birthDate" },
  { HEAD ",\"gender\":\"SECRET\"}", HEMO_FHIR_ERROR_INVALID, "Patient.gender" },
  { HEAD ",\"gender\":\"\"}", HEMO_FHIR_ERROR_INVALID, "Patient.gender" },
  { HEAD ",\"active\":\"SECRET\"}", HEMO_FHIR_ERROR_INVALID, "Patient.active" },
  { HEAD ",\"name\":[{\"family\":7}]}", HEMO_FHIR_ERROR_INVALID, "Patient.name[0].family" },
  { HEAD ",\"name\":[{\"family\":\"a\\u0000b\"}]}", HEMO_FHIR_ERROR_INVALID, "family" },
  { HEAD ",\"name\":[null]}", HEMO_FHIR_ERROR_INVALID, "Patient.name[0]" },
  { HEAD ",\"telecom\":[{\"x\":[{\"modifierExtension\":[]}]}]}", HEMO_FHIR_ERROR_UNSUPPORTED,
    "Patient.modifierExtension" },
  { HEAD ",\"implicitRules\":\"http://x\"}", HEMO_FHIR_ERROR_UNSUPPORTED, "implicitRules" },
  { HEAD ",\"link\":[{\"type\":\"replaced-by\",\"other\":{\"reference\":\"Patient/..\"}}]}",
    HEMO_FHIR_ERROR_UNSUPPORTED, "Patient.link[0].other.reference" },
  { "{\"resourceType\":\"Patient\"}", HEMO_FHIR_ERROR_INVALID, "Patient.id" },
  { "{\"resourceType\":\"Patient\",\"id\":\"..\"}", HEMO_FHIR_ERROR_UNSUPPORTED, "Patient.id" },
  { "{\"resourceType\":\"Group\",\"id\":\"x\"}", HEMO_FHIR_ERROR_INVALID, "resourceType" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (json_object) json
          = hemo_fhir_parse (refused[i].json, strlen (refused[i].json), &error);
      g_autoptr (HemoPatient) patient
          = json != NULL ? hemo_fhir_patient_from_json (json, &error) : NULL;

      g_test_message ("%s", refused[i].json);
      g_assert_null (patient);
      g_assert_error (error, HEMO_FHIR_ERROR, refused[i].code);
      g_assert_nonnull (strstr (error->message, refused[i].path));
      g_assert_null (strstr (error->message, "SECRET"));
    }
}

static void
test_limits (void)
{
  g_autofree char *deep = g_strnfill (200, '[');
  g_autofree char *huge = g_strnfill (HEMO_FHIR_MAX_BYTES + 1, '1');
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_fhir_parse (deep, strlen (deep), &error));
  g_assert_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_SYNTAX);
  g_clear_error (&error);
  g_assert_null (hemo_fhir_parse (huge, strlen (huge), &error));
  g_assert_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_SYNTAX);
  g_clear_error (&error);
  g_assert_null (hemo_fhir_parse ("{\"a\":\"\xff\"}", 9, &error));
  g_assert_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_SYNTAX);
}

/* A small answer that is packed well and takes gigabytes when it is read. */
static void
test_crowded (void)
{
  g_autoptr (GString) text = g_string_new ("{\"resourceType\":\"Bundle\",\"entry\":[");
  g_autoptr (GString) words = g_string_new ("{\"resourceType\":\"Basic\",\"text\":\"");
  g_autoptr (json_object) json = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < HEMO_FHIR_MAX_PARTS; i++)
    g_string_append (text, "{},");
  g_string_append (text, "{}]}");
  g_assert_null (hemo_fhir_parse (text->str, text->len, &error));
  g_assert_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_SYNTAX);
  g_clear_error (&error);
  for (guint i = 0; i < HEMO_FHIR_MAX_PARTS; i++)
    g_string_append (words, "{[");
  g_string_append (words, "\"}");
  json = hemo_fhir_parse (words->str, words->len, &error);
  g_assert_no_error (error);
}

static void
test_unknown_ignored (void)
{
  const char text[]
      = HEAD ",\"photo\":[{\"title\":3}],\"name\":[{\"use\":\"old\",\"family\":\"A\"},"
             "{\"family\":\"B\"}]}\n";
  g_autoptr (json_object) json = hemo_fhir_parse (text, sizeof text - 1, NULL);
  g_autoptr (HemoPatient) patient = hemo_fhir_patient_from_json (json, NULL);

  g_assert_nonnull (patient);
  g_assert_cmpstr (patient->family, ==, "B");
}

static void
test_issuers (void)
{
  const char *const issuers[]
      = { "clinic",           "national id/ü",    "urn:oid:1.2.3",
          "urn:oid:bad",      "https://x.org/id", "https://hemogram.org/fhir/issuer/a",
          "urn:uuid:nothing", "http://a b",       NULL };

  for (guint i = 0; issuers[i] != NULL; i++)
    {
      g_autofree char *system = hemo_fhir_issuer_to_system (issuers[i]);
      g_autofree char *back = hemo_fhir_issuer_from_system (system);

      g_assert_true (g_uri_is_valid (system, G_URI_FLAGS_NONE, NULL));
      g_assert_cmpstr (back, ==, issuers[i]);
    }
}

/* Vector of RFC 9562, appendix A.4. */
static void
test_derived_uuid (void)
{
  g_autofree char *uuid
      = hemo_fhir_derive_uuid ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com");

  g_assert_cmpstr (uuid, ==, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  g_assert_null (hemo_fhir_derive_uuid ("x", "y"));
}

/* One rule for all who follow references. */
static void
test_references (void)
{
  static const struct
  {
    const char *reference;
    const char *name;
  } known[] = {
    { "Patient/17", "Patient/17" },
    { "https://x.org/fhir/Patient/17", "Patient/17" },
    { "Patient/17/_history/2", "Patient/17" },
    { "https://x.org/fhir/Patient/17/_history/2", "Patient/17" },
    { "Patient/_history/2", "_history/2" },
    { "Specimen/17/Patient/18", "Patient/18" },
    { "Patient/1 7", NULL },
    { "urn:uuid:5a3e0000-0000-4000-8000-000000000001", NULL },
    { "#contained", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autofree char *name = hemo_fhir_reference_name (known[i].reference);

      g_assert_cmpstr (name, ==, known[i].name);
    }
}

static void
test_references_within (void)
{
  const char text[] = "{\"resourceType\":\"Media\",\"id\":\"a\",\"subject\":{\"reference\":"
                      "\"Patient/1\"},\"basedOn\":[{\"reference\":\"Specimen/2\"},{\"reference\":"
                      "\"x/Specimen/3/_history/1\"},{\"reference\":\"SpecimenDefinition/4\"},"
                      "{\"reference\":7},{\"reference\":{\"reference\":\"Specimen/5\"}}]}";
  g_autoptr (json_object) json = hemo_fhir_parse (text, sizeof text - 1, NULL);
  g_autoptr (GPtrArray) all = hemo_fhir_references (json, NULL, 64);
  g_autoptr (GPtrArray) some = hemo_fhir_references (json, "Specimen", 2);

  g_assert_cmpuint (all->len, ==, 5);
  g_assert_cmpstr (all->pdata[0], ==, "Patient/1");
  g_assert_cmpuint (some->len, ==, 2);
  g_assert_cmpstr (some->pdata[0], ==, "Specimen/2");
  g_assert_cmpstr (some->pdata[1], ==, "Specimen/3");
}

/* A server may write out what was relative. */
static void
test_provenance_target (void)
{
  static const char *const targets[]
      = { "Patient/5a3e0000-0000-4000-8000-000000000001",
          "https://x.org/fhir/Patient/5a3e0000-0000-4000-8000-000000000001/_history/2" };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autofree char *text = g_strdup_printf (
          "{\"resourceType\":\"Provenance\",\"id\":\"5a3e0000-0000-4000-8000-000000000002\","
          "\"target\":[{\"reference\":\"%s\"}],\"recorded\":\"2026-11-21T10:00:00Z\",\"agent\":[{"
          "\"who\":{\"reference\":"
          "\"Device/5a3e0000-0000-4000-8000-000000000003\"}}]}",
          targets[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (json_object) json = hemo_fhir_parse (text, strlen (text), NULL);
      g_autoptr (HemoFhirProvenance) provenance = hemo_fhir_provenance_from_json (json, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (provenance->target_type, ==, "Patient");
      g_assert_cmpstr (provenance->target, ==, "5a3e0000-0000-4000-8000-000000000001");
    }
}

/* Words of others that are like the mark are none. */
static void
test_marked (void)
{
#define MARK "https://hemogram.org/fhir/StructureDefinition/record-version"
  static const struct
  {
    const char *json;
    gboolean marked;
  } known[] = {
    { HEAD ",\"extension\":[{\"url\":\"http://x\"},{\"url\":\"" MARK "\",\"valueInteger\":1}]}",
      TRUE },
    { HEAD ",\"name\":[{\"extension\":[{\"url\":\"" MARK "\"}]}]}", FALSE },
    { HEAD ",\"name\":[{\"text\":\"" MARK "\"}]}", FALSE },
    { HEAD ",\"extension\":[\"" MARK "\"]}", FALSE },
    { HEAD ",\"extension\":{\"url\":\"" MARK "\"}}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (json_object) json = hemo_fhir_parse (known[i].json, strlen (known[i].json), NULL);

      g_assert_cmpint (hemo_fhir_is_marked (json), ==, known[i].marked);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/parse/refused", test_refused);
  g_test_add_func ("/fhir/parse/limits", test_limits);
  g_test_add_func ("/fhir/parse/crowded", test_crowded);
  g_test_add_func ("/fhir/parse/unknown-ignored", test_unknown_ignored);
  g_test_add_func ("/fhir/parse/issuers", test_issuers);
  g_test_add_func ("/fhir/parse/derived-uuid", test_derived_uuid);
  g_test_add_func ("/fhir/parse/references", test_references);
  g_test_add_func ("/fhir/parse/references-within", test_references_within);
  g_test_add_func ("/fhir/parse/provenance-target", test_provenance_target);
  g_test_add_func ("/fhir/parse/marked", test_marked);
  return g_test_run ();
}

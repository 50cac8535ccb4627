/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Records of others, wrong at one place each: refused with the place named, nothing of what stands
 * there told, and nothing guessed. */

#include "fhir-edit.h"

#include <string.h>

#define OK (-1)
#define BAD HEMO_FHIR_ERROR_INVALID
#define NO HEMO_FHIR_ERROR_UNSUPPORTED

#define OWN(system, code)                                                                          \
  "{\"coding\":[{\"system\":\"https://hemogram.org/fhir/CodeSystem/" system "\",\"code\":\"" code  \
  "\"}]}"
#define SNOMED "{\"system\":\"http://snomed.info/sct\",\"code\":\"10828004\""
#define UCUM "\"system\":\"http://unitsofmeasure.org\""

enum
{
  CLINIC = 1,
  PATIENT = 2,
  ORDER = 3,
  TUBE = 4,
  SLIDE = 5,
  IMAGE = 11,
  CALL = 50,
  REPORT = 60,
  TASK = 80,
  CHANGE = 81,
  WBC = 100,
  HB = 101,
  SEG = 102,
  ANISO = 104,
  SPECIES = 109,
  DENSITY = 110,
};

typedef struct
{
  int resource;
  const char *path;
  const char *json; /* NULL removes */
  int code;
  const char *where; /* in the error; NULL is the path itself */
} Damage;

static const Damage every[] = {
  { PATIENT, "id", NULL, BAD, NULL },
  { PATIENT, "id", "\"7\"", NO, NULL },
  { PATIENT, "id", "\"5A3E0000-0000-4000-8000-000000000002\"", NO, NULL },
  { PATIENT, "id", "\"5a3e0000-0000-4000-8000-000000000002/..\"", NO, NULL },
  { PATIENT, "id", "7", BAD, NULL },
  { PATIENT, "implicitRules", "\"http://SECRET\"", NO, NULL },
  { PATIENT, "modifierExtension", "[{\"url\":\"http://SECRET\"}]", NO, NULL },
  { WBC, "code.coding[0].modifierExtension", "[]", NO, "Observation.modifierExtension" },
  { REPORT, "presentedForm[0].modifierExtension", "[]", NO, "DiagnosticReport.modifierExtension" },
  { PATIENT, "photo", "[{\"title\":7}]", OK, NULL },
  { PATIENT, "extension[0].valueDecimal", "\"SECRET\"", BAD, "Patient.extension[0].value" },
  { PATIENT, "extension[0].valueDecimal", "-1", BAD, "Patient.extension[0].value" },
  { PATIENT, "extension[0].valueDecimal", "9223372036854775807", BAD,
    "Patient.extension[0].value" },
};

static const Damage patients[] = {
  { PATIENT, "identifier", "{}", BAD, NULL },
  { PATIENT, "identifier[0]", "\"SECRET\"", BAD, NULL },
  { PATIENT, "identifier[0].value", "12", BAD, NULL },
  { PATIENT, "identifier[0].value", NULL, OK, NULL },
  { PATIENT, "identifier[0].system", NULL, OK, NULL },
  { PATIENT, "active", "\"true\"", BAD, NULL },
  { PATIENT, "name[0].given", "\"SECRET\"", BAD, NULL },
  { PATIENT, "name[0].given[0]", "7", BAD, NULL },
  { PATIENT, "name[0].given[0]", "\"\"", BAD, NULL },
  { PATIENT, "name[0].given[0]", "\"a\\u0000SECRET\"", BAD, NULL },
  { PATIENT, "name[0].use", "7", BAD, NULL },
  { PATIENT, "gender", "\"Female\"", BAD, NULL },
  { PATIENT, "gender", NULL, OK, NULL },
  { PATIENT, "birthDate", "\"91\"", BAD, NULL },
  { PATIENT, "birthDate", "\"1991-00\"", BAD, NULL },
  { PATIENT, "birthDate", "\"1991-02-29\"", BAD, NULL },
  { PATIENT, "birthDate", "\"1991-01-01T00:00:00Z\"", BAD, NULL },
  { PATIENT, "birthDate", "\"1992-02-29\"", OK, NULL },
  { PATIENT, "_birthDate.extension[0].valueBoolean", "1", BAD, NULL },
  { PATIENT, "_birthDate", "[]", BAD, NULL },
  { PATIENT, "telecom[0].value", "{}", BAD, NULL },
  { PATIENT, "address[0].city", "[]", BAD, NULL },
  { PATIENT, "link",
    "[{\"type\":\"replaced-by\",\"other\":{\"reference\":"
    "\"Patient/5a3e0000-0000-4000-8000-000000000002\"}}]",
    BAD, NULL },
  { PATIENT, "link",
    "[{\"type\":\"replaced-by\",\"other\":{\"reference\":"
    "\"Group/5a3e0000-0000-4000-8000-000000000009\"}}]",
    BAD, "Patient.link[0].other.reference" },
};

static const Damage orders[] = {
  { ORDER, "status", NULL, BAD, NULL },
  { ORDER, "status", "\"draft\"", NO, NULL },
  { ORDER, "status", "\"SECRET\"", NO, NULL },
  { ORDER, "status", "\"on-hold\"", OK, NULL },
  { ORDER, "intent", NULL, BAD, NULL },
  { ORDER, "intent", "\"proposal\"", NO, NULL },
  { ORDER, "intent", "\"original-order\"", OK, NULL },
  { ORDER, "doNotPerform", "true", NO, NULL },
  { ORDER, "doNotPerform", "false", OK, NULL },
  { ORDER, "doNotPerform", "\"true\"", BAD, NULL },
  { ORDER, "priority", "\"soon\"", BAD, NULL },
  { ORDER, "priority", "\"asap\"", OK, NULL },
  { ORDER, "code", OWN ("test", "SECRET"), OK, NULL }, /* its details are known */
  { ORDER, "orderDetail[0]", "{\"coding\":7}", BAD, "ServiceRequest.orderDetail[0].coding" },
  { ORDER, "subject", NULL, BAD, NULL },
  { ORDER, "subject.reference", "\"Patient/SECRET\"", NO, NULL },
  { ORDER, "subject.reference", "\"#p\"", BAD, NULL },
  { ORDER, "authoredOn", "\"yesterday\"", BAD, NULL },
  { ORDER, "authoredOn", "\"2026-03-04T25:00:00Z\"", BAD, NULL },
  { ORDER, "authoredOn", "\"2026\"", OK, NULL },
  { ORDER, "extension[1].valueCode", "\"SECRET\"", BAD, "ServiceRequest.extension(pregnancy)" },
  { ORDER, "requester", "[]", BAD, NULL },
};

static const Damage specimens[] = {
  { TUBE, "status", NULL, OK, NULL },
  { TUBE, "status", "\"entered-in-error\"", NO, NULL },
  { TUBE, "status", "\"SECRET\"", NO, NULL },
  { TUBE, "status", "7", BAD, NULL },
  { TUBE, "type", NULL, NO, NULL },
  { TUBE, "type", OWN ("specimen-type", "SECRET"), BAD, NULL },
  { TUBE, "type", "{\"coding\":[" SNOMED "}]}", NO, NULL },
  { TUBE, "type",
    "{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0487\","
    "\"code\":\"BLDV\"}]}",
    OK, NULL },
  { TUBE, "accessionIdentifier", "\"SECRET\"", BAD, NULL },
  { TUBE, "receivedTime", "0", BAD, NULL },
  { TUBE, "_receivedTime.extension[0].valueBoolean", "\"SECRET\"", BAD, NULL },
  { TUBE, "collection.collectedDateTime", "\"2026-13-01\"", BAD, NULL },
  { SLIDE, "parent[0].reference", "\"Specimen/5a3e0000-0000-4000-8000-000000000005\"", BAD,
    "Specimen.parent" },
  { SLIDE, "parent[0]", "null", BAD, NULL },
  { SLIDE, "processing[0].procedure", OWN ("stain", "SECRET"), BAD, NULL },
  { SLIDE, "processing[0].procedure", "{\"text\":\"other\"}", OK, NULL },
  { SLIDE, "condition", "[" OWN ("rejection", "SECRET") "]", BAD, "Specimen.condition[0]" },
};

static const Damage images[] = {
  { IMAGE, "status", NULL, BAD, NULL },
  { IMAGE, "status", "\"in-progress\"", NO, NULL },
  { IMAGE, "status", "\"not-done\"", NO, NULL },
  { IMAGE, "status", "\"entered-in-error\"", OK, NULL },
  { IMAGE, "content", NULL, BAD, NULL },
  { IMAGE, "content", "[]", BAD, NULL },
  { IMAGE, "content.size", "-1", BAD, NULL },
  { IMAGE, "content.size", "1.5", BAD, NULL },
  { IMAGE, "content.size", "4294967296", BAD, NULL },
  { IMAGE, "content.contentType", "true", BAD, NULL },
  { IMAGE, "height", "0", BAD, NULL },
  { IMAGE, "height", "65536", BAD, NULL },
  { IMAGE, "width", "\"9\"", BAD, NULL },
  { IMAGE, "createdDateTime", "\"2026-03-04T10:00\"", BAD, NULL },
  { IMAGE, "operator.reference", "\"Patient/5a3e0000-0000-4000-8000-000000000002\"", BAD, NULL },
  { IMAGE, "operator.reference",
    "\"http://x.org/Practitioner/5a3e0000-0000-4000-8000-000000000002"
    "/_history/3\"",
    OK, NULL },
  { IMAGE, "subject.reference", "\"Patient/\"", NO, NULL },
  { IMAGE, "note", "[{\"text\":\"\"}]", BAD, "Media.note[0].text" },
};

static const Damage lines[] = {
  { WBC, "status", NULL, BAD, NULL },
  { WBC, "status", "\"registered\"", NO, NULL },
  { WBC, "status", "\"unknown\"", NO, NULL },
  { WBC, "status", "\"SECRET\"", NO, NULL },
  { WBC, "category", NULL, NO, NULL },
  { WBC, "category[1]", OWN ("section", "SECRET"), BAD, NULL },
  { WBC, "code", NULL, BAD, NULL },
  { WBC, "code", "{}", BAD, NULL },
  { WBC, "code", "\"SECRET\"", BAD, NULL },
  { WBC, "code.coding[0].code", "6690", BAD, NULL },
  { WBC, "valueQuantity", "12.4", BAD, NULL },
  { WBC, "valueQuantity.value", "\"12.4\"", BAD, NULL },
  { WBC, "valueQuantity.value", "1e999", BAD, NULL },
  { WBC, "valueQuantity.value", NULL, BAD, NULL },
  { WBC, "valueQuantity.comparator", "\"<\"", NO, NULL },
  { WBC, "valueQuantity.system", NULL, NO, NULL },
  { WBC, "valueQuantity.system", "\"http://SECRET\"", NO, "Observation.valueQuantity.system" },
  { WBC, "valueQuantity.code", NULL, NO, "Observation.valueQuantity.system" },
  { WBC, "valueQuantity", "{\"value\":12400,\"unit\":\"/mm3\"}", NO,
    "Observation.valueQuantity.system" },
  { WBC, "valueQuantity", "{\"value\":2}", NO, "Observation.referenceRange[0].low.code" },
  { SEG, "valueQuantity", NULL, OK, NULL },
  { HB, "referenceRange[0].low.code", "\"g/dL\"", NO, NULL },
  { HB, "referenceRange[0].low.comparator", "\">\"", NO, NULL },
  { HB, "referenceRange[0].low.value", "null", BAD, NULL },
  { WBC, "valueString", "\"SECRET\"", BAD, "Observation.value[x]" },
  { WBC, "valueInteger", "7", NO, "Observation.value[x]" },
  { WBC, "valueRatio", "{}", NO, "Observation.value[x]" },
  { WBC, "component", "[]", NO, "Observation.value[x]" },
  { ANISO, "valueCodeableConcept", "{}", NO, NULL },
  { ANISO, "valueCodeableConcept", "{\"coding\":[" SNOMED "}]}", NO, NULL },
  { ANISO, "valueCodeableConcept", "{\"coding\":[" SNOMED ",\"display\":\"2+\"}]}", OK, NULL },
  { SPECIES, "valueString", "\"\"", BAD, NULL },
  { SPECIES, "valueString", NULL, OK, NULL },
  { HB, "interpretation", "{}", BAD, NULL },
  { HB, "interpretation[0].coding[0].code", "\"SECRET\"", BAD, "Observation.interpretation[0]" },
  { HB, "interpretation[0].coding[0].code", "\"N\"", OK, NULL },
  { HB, "effectiveDateTime", "\"now\"", BAD, NULL },
  { DENSITY, "note", "[{\"text\":7}]", BAD, "Observation.note[0].text" },
};

static const Damage reports[] = {
  { REPORT, "status", NULL, BAD, NULL },
  { REPORT, "status", "\"draft\"", BAD, NULL },
  { REPORT, "status", "\"registered\"", BAD, NULL },
  { REPORT, "status", "\"unknown\"", BAD, NULL },
  { REPORT, "status", "\"partial\"", OK, NULL },
  { REPORT, "status", "\"appended\"", OK, NULL },
  { REPORT, "issued", "\"2026-03-04T10:00:00\"", BAD, NULL },
  { REPORT, "specimen", "{}", BAD, NULL },
  { REPORT, "specimen[0].reference", "\"Specimen/SECRET\"", NO, NULL },
  { REPORT, "subject.reference", "\"Device/5a3e0000-0000-4000-8000-000000000002\"", BAD, NULL },
  { REPORT, "conclusion", "[]", BAD, NULL },
  { REPORT, "media[0]", "[]", BAD, NULL },
  { REPORT, "media[0].link", "\"SECRET\"", BAD, NULL },
  { REPORT, "media[0].link.reference", "\"Media/..\"", NO, NULL },
  { REPORT, "presentedForm", "{}", BAD, NULL },
  { REPORT, "presentedForm[0].extension[0].valueString", "7", BAD, NULL },
  { REPORT, "resultsInterpreter[0].display", "\"\"", BAD, NULL },
  { REPORT, "extension[0].valueDecimal", "2147483648", BAD, "DiagnosticReport.extension[0]" },
};

static const Damage messages[] = {
  { TASK, "status", NULL, NO, NULL },
  { TASK, "status", "\"failed\"", NO, NULL },
  { TASK, "intent", NULL, BAD, NULL },
  { TASK, "intent", "\"proposal\"", NO, NULL },
  { TASK, "code", NULL, NO, NULL },
  { TASK, "code", OWN ("task", "SECRET"), NO, NULL },
  { TASK, "focus", NULL, BAD, NULL },
  { TASK, "focus.reference", "\"Media/5a3e0000-0000-4000-8000-000000000011\"", BAD, NULL },
  { TASK, "priority", "\"SECRET\"", BAD, NULL },
  { TASK, "priority", "\"asap\"", OK, NULL },
  { TASK, "owner.reference", "7", BAD, NULL },
  { TASK, "authoredOn", "\"SECRET\"", BAD, NULL },
  { TASK, "reasonCode", "[]", BAD, NULL },
  { TASK, "requester.display", "7", BAD, NULL },
  { TASK, "statusReason.text", "\"\"", BAD, NULL },
  { TASK, "extension[0].valueDecimal", "-1", BAD, "Task.extension[0]" },
  { TASK, "status", "\"completed\"", BAD, "Task.output" },
  { TASK, "status", "\"rejected\"", OK, NULL },
  { TASK, "status", "\"in-progress\"", OK, NULL },
  { CALL, "status", NULL, BAD, NULL },
  { CALL, "status", "\"not-done\"", OK, NULL },
  { CALL, "status", "\"preparation\"", NO, NULL },
  { CALL, "status", "\"entered-in-error\"", NO, NULL },
  { CALL, "sent", "\"SECRET\"", BAD, NULL },
  { CALL, "recipient[0].display", "7", BAD, NULL },
  { CALL, "extension[1].valueBoolean", "\"yes\"", BAD, NULL },
  { CALL, "payload[0].contentString", "{}", BAD, NULL },
  { CHANGE, "target", NULL, NO, NULL },
  { CHANGE, "target[0].reference", "\"SECRET\"", NO, "Provenance.target" },
  { CHANGE, "target[0].reference", "\"Patient/SECRET\"", NO, NULL },
  { CHANGE, "recorded", NULL, BAD, "Provenance: " },
  { CHANGE, "agent", NULL, BAD, "Provenance: " },
  { CHANGE, "agent[0].who.reference", "\"Group/5a3e0000-0000-4000-8000-000000000011\"", BAD,
    "Provenance: " },
  { CLINIC, "name", "7", BAD, NULL },
  { CLINIC, "telecom[0].value", "\"\"", BAD, NULL },
};

static const struct
{
  const char *name;
  const Damage *rows;
  guint n;
} tables[] = {
  { "/fhir/damage/every", every, G_N_ELEMENTS (every) },
  { "/fhir/damage/patient", patients, G_N_ELEMENTS (patients) },
  { "/fhir/damage/order", orders, G_N_ELEMENTS (orders) },
  { "/fhir/damage/specimen", specimens, G_N_ELEMENTS (specimens) },
  { "/fhir/damage/media", images, G_N_ELEMENTS (images) },
  { "/fhir/damage/observation", lines, G_N_ELEMENTS (lines) },
  { "/fhir/damage/report", reports, G_N_ELEMENTS (reports) },
  { "/fhir/damage/messages", messages, G_N_ELEMENTS (messages) },
};

static void
check (const Damage *row)
{
  g_autoptr (json_object) json = edit_resource_new (row->resource);
  g_autoptr (GError) error = NULL;
  g_autofree char *where = g_strdup_printf (
      "%s%s%s", row->where != NULL ? "" : hemo_fhir_get_type (json), row->where != NULL ? "" : ".",
      row->where != NULL ? row->where : row->path);
  gboolean read;

  g_test_message ("%d %s = %s", row->resource, row->path, row->json);
  g_assert_true (edit_read (json, NULL));
  edit_at (json, row->path, row->json);
  read = edit_read (json, &error);
  if (row->code == OK)
    {
      g_assert_no_error (error);
      g_assert_true (read);
      return;
    }
  g_assert_false (read);
  g_assert_error (error, HEMO_FHIR_ERROR, row->code);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, where));
  g_assert_null (strstr (error->message, "SECRET"));
}

static void
test_table (gconstpointer data)
{
  guint t = GPOINTER_TO_UINT (data);

  for (guint i = 0; i < tables[t].n; i++)
    check (&tables[t].rows[i]);
}

static const char *const wrong[]
    = { "null", "true", "-7", "1e400", "\"\"", "\"SECRET\"", "[]", "{}", "[[]]", "[{}]", "[null]" };

static void
check_wrong (json_object *resource, const char *path)
{
  for (guint i = 0; i <= G_N_ELEMENTS (wrong); i++)
    {
      const char *json = i < G_N_ELEMENTS (wrong) ? wrong[i] : NULL;
      g_autoptr (json_object) damaged = NULL;
      g_autoptr (GError) error = NULL;

      if (json == NULL && g_str_has_suffix (path, "]"))
        continue;
      g_assert_cmpint (json_object_deep_copy (resource, &damaged, NULL), ==, 0);
      edit_at (damaged, path, json);
      g_assert_true (edit_read (damaged, &error) == (error == NULL));
      g_assert_true (error == NULL || strstr (error->message, "SECRET") == NULL);
      g_assert_true (error == NULL || error->domain == HEMO_FHIR_ERROR);
    }
}

/* Every element at every depth, replaced by every kind of value. */
static void
walk (json_object *resource, json_object *node, const char *path)
{
  if (*path != '\0' && !g_str_equal (path, "resourceType"))
    check_wrong (resource, path);
  if (json_object_is_type (node, json_type_object))
    {
      json_object_object_foreach (node, key, child)
      {
        g_autofree char *next = g_strconcat (path, *path != '\0' ? "." : "", key, NULL);

        walk (resource, child, next);
      }
    }
  else if (json_object_is_type (node, json_type_array))
    for (size_t i = 0; i < json_object_array_length (node); i++)
      {
        g_autofree char *next = g_strdup_printf ("%s[%zu]", path, i);

        walk (resource, json_object_array_get_idx (node, i), next);
      }
}

static void
test_everywhere (gconstpointer data)
{
  g_autoptr (json_object) json = edit_resource_new (GPOINTER_TO_INT (data));

  walk (json, json, "");
}

int
main (int argc, char **argv)
{
  const int all[] = { CLINIC, PATIENT, ORDER, SLIDE, IMAGE, CALL, REPORT, TASK, CHANGE, WBC, SEG };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    g_test_add_data_func (tables[i].name, GUINT_TO_POINTER (i), test_table);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *name = g_strdup_printf ("/fhir/damage/everywhere/%d", all[i]);

      g_test_add_data_func (name, GINT_TO_POINTER (all[i]), test_everywhere);
    }
  return g_test_run ();
}

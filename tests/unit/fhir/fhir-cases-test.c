/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What happens to cases: merges, rejections, amendments, malaria, names of all scripts, and Bundles
 * whose parts do not belong together. */

#include "fhir-edit.h"
#include "hemo-fhir-specimen.h"

#include "sample-case.h"

#include <string.h>

#define ID(n) "5a3e0000-0000-4000-8000-000000000" #n
#define REF(type, n) "{\"reference\":\"" type "/" ID (n) "\"}"
#define MEMBERS(n) "[" REF ("Observation", n) "]"
#define TUBE(id, patient, more)                                                                    \
  "{\"resourceType\":\"Specimen\",\"id\":\"" ID (                                                  \
      id) "\",\"type\":{\"coding\":[{\"system\":"                                                  \
          "\"https://hemogram.org/fhir/CodeSystem/specimen-type\",\"code\":\"thin-film\"}]},"      \
          "\"subject\":" REF ("Patient", patient) more "}"

static GPtrArray *
read_text (const char *text, GError **error)
{
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_parse (text, strlen (text), error);

  return bundle != NULL ? hemo_fhir_bundle_to_cases (bundle, error) : NULL;
}

/* The case after the way to a Bundle and back; takes @data. */
static HemoCase *
travel (HemoCase *data)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_case_free);
  g_autoptr (GPtrArray) back = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (cases, data);
  text = hemo_fhir_bundle_for_cases (cases, HEMO_FHIR_BUNDLE_COLLECTION, NULL, &error);
  g_assert_no_error (error);
  back = read_text (text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->len, ==, 1);
  return g_ptr_array_steal_index (back, 0);
}

/* The tube's record keeps who it was taken from; the case names the survivor. */
static void
test_merged (void)
{
  HemoCase *data = sample_case_new ();
  g_autofree char *survivor = g_strdup (data->patient->uuid);
  g_autofree char *other = hemo_uuid_new ();
  g_autoptr (HemoCase) back = NULL;

  g_set_str (&data->specimen->patient, other);
  g_set_str (&data->order->patient, other);
  for (guint i = 0; i < data->slides->len; i++)
    g_set_str (&((HemoSpecimen *)g_ptr_array_index (data->slides, i))->patient, other);
  back = travel (data);
  g_assert_cmpstr (back->patient->uuid, ==, survivor);
  g_assert_cmpstr (back->specimen->patient, ==, survivor);
  g_assert_cmpstr (back->order->patient, ==, survivor);
  g_assert_cmpuint (back->slides->len, ==, 2);
}

static void
test_rejected (void)
{
  g_autoptr (HemoCase) back = travel (sample_case_new_rejected ());
  g_autoptr (HemoCase) again = travel (sample_case_new_rejected ());

  g_assert_cmpint (back->report->status, ==, HEMO_REPORT_CANCELLED);
  g_assert_nonnull (strstr (back->report->comment, "clotted"));
  g_assert_nonnull (strstr (back->report->comment, "asked for another"));
  g_assert_cmpuint (back->report->lines->len, ==, 0);
  g_assert_cmpstr (back->specimen->rejection_note, ==, "asked for another");
  g_assert_cmpstr (back->report->uuid, ==, again->report->uuid);
}

/* Of several versions the newest leaves, with the id that all have. */
static void
test_amended (void)
{
  HemoCase *data = sample_case_new ();
  HemoReport *newest = hemo_report_copy (data->report);
  g_autofree char *uuid = g_strdup (newest->uuid);
  g_autofree char *replaced = g_strdup (data->report->pdf_sha256);
  g_autoptr (HemoCase) back = NULL;

  newest->version = 3;
  newest->status = HEMO_REPORT_AMENDED;
  g_set_str (&newest->replaces_sha256, replaced);
  g_set_str (&newest->reason, "A species was added");
  g_ptr_array_add (data->reports, newest);
  back = travel (data);
  g_assert_cmpuint (back->reports->len, ==, 1);
  g_assert_cmpint (back->report->version, ==, 3);
  g_assert_cmpint (back->report->status, ==, HEMO_REPORT_AMENDED);
  g_assert_cmpstr (back->report->uuid, ==, uuid);
  g_assert_cmpstr (back->report->replaces_sha256, ==, replaced);
  g_assert_cmpstr (back->report->reason, ==, "A species was added");
}

static const char *
status_in (HemoFhirBundle *bundle, const char *uuid)
{
  for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
    {
      json_object *json = hemo_fhir_bundle_get (bundle, i);

      if (g_strcmp0 (hemo_fhir_get_id (json), uuid) == 0)
        return json_object_get_string (json_object_object_get (json, "status"));
    }
  return NULL;
}

/* A value that the newest version has no more is taken back wherever somebody asks for it alone. */
static void
test_dropped (void)
{
  HemoCase *data = sample_case_new ();
  HemoReport *newest = hemo_report_copy (data->report);
  const HemoLine *kept = g_ptr_array_index (newest->lines, 1);
  const HemoLine *last = g_ptr_array_index (newest->lines, newest->lines->len - 1);
  g_autofree char *dropped = g_strdup (last->uuid);
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_COLLECTION);
  g_autoptr (GError) error = NULL;

  newest->version++;
  newest->status = HEMO_REPORT_CORRECTED;
  newest->cells_found = 0;
  g_ptr_array_add (newest->found, g_strdup ("1.2;0123456789ab;Asha"));
  g_ptr_array_set_size (newest->lines, (int)newest->lines->len - 1);
  g_ptr_array_add (data->reports, newest);
  g_assert_true (hemo_fhir_bundle_add_case (bundle, data, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (status_in (bundle, dropped), ==, "entered-in-error");
  g_assert_cmpstr (status_in (bundle, kept->uuid), ==, "corrected");
  /* Counted by key: what was found on fields is no word about the differential. */
  for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
    g_assert_null (strstr (json_object_to_json_string (hemo_fhir_bundle_get (bundle, i)),
                           "Cells found by Hemogram"));
  hemo_case_free (data);
}

static gboolean
is_readers_answer (json_object *observation)
{
  return strstr (json_object_to_json_string (observation), "\"reading-answer\"") != NULL;
}

/* A report that was withdrawn takes its values back with it; what a reader answered stays said. */
static void
test_cancelled (void)
{
  HemoCase *data = sample_case_new ();
  HemoReport *newest = hemo_report_copy (data->report);
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_COLLECTION);
  g_autoptr (GError) error = NULL;
  guint withdrawn = 0, answers = 0;

  newest->version++;
  newest->status = HEMO_REPORT_CANCELLED;
  data->specimen->rejection = HEMO_REJECTION_CLOTTED;
  g_ptr_array_add (data->reports, newest);
  g_assert_true (hemo_fhir_bundle_add_case (bundle, data, NULL, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
    {
      json_object *json = hemo_fhir_bundle_get (bundle, i);
      const char *type = hemo_fhir_get_type (json);

      if (!g_str_equal (type, "Observation") && !g_str_equal (type, "DiagnosticReport"))
        continue;
      if (is_readers_answer (json))
        {
          g_assert_cmpstr (json_object_get_string (json_object_object_get (json, "status")), ==,
                           "final");
          answers++;
          continue;
        }
      g_assert_cmpstr (json_object_get_string (json_object_object_get (json, "status")), ==,
                       "cancelled");
      withdrawn++;
    }
  g_assert_cmpuint (withdrawn, >, newest->lines->len);
  g_assert_cmpuint (answers, ==, 1);
  hemo_case_free (data);
}

/* What a report was signed without is said to who receives it. */
static void
test_missing (void)
{
  HemoCase *data = sample_case_new ();
  HemoReport *report = g_ptr_array_index (data->reports, data->reports->len - 1);
  g_autoptr (HemoCase) back = NULL;

  g_ptr_array_add (report->missing, g_strdup ("The differential has 40 of 100 cells"));
  g_ptr_array_add (report->missing, g_strdup ("Platelets: no value has been entered"));
  back = travel (data);
  g_assert_cmpuint (back->report->missing->len, ==, 2);
  g_assert_cmpstr (back->report->missing->pdata[1], ==, "Platelets: no value has been entered");
}

/* The differential's panel says it in words, the report so that it can be printed again. */
static void
test_found (void)
{
  HemoCase *data = sample_case_new ();
  HemoReport *report = g_ptr_array_index (data->reports, data->reports->len - 1);
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_COLLECTION);
  g_autoptr (HemoCase) back = NULL;
  g_autoptr (GError) error = NULL;
  guint notes = 0, ways = 0;

  g_ptr_array_add (report->found, g_strdup ("1.2;0123456789ab;Asha Kioko"));
  g_ptr_array_add (report->found, g_strdup ("no such form"));
  report->cells_found = 40;
  report->cells_by_key = 60;
  g_assert_true (hemo_fhir_bundle_add_case (bundle, data, NULL, &error));
  for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
    {
      const char *text = json_object_to_json_string (hemo_fhir_bundle_get (bundle, i));

      ways += strstr (text, "Cells counted on captured fields: 40; by key: 60.") != NULL;
      notes += strstr (text, "Cells found by Hemogram 1.2, weights 0123456789ab; confirmed by Asha "
                             "Kioko.")
               != NULL;
    }
  g_assert_cmpuint (notes, ==, 1);
  g_assert_cmpuint (ways, ==, 1);
  back = travel (data);
  g_assert_cmpuint (back->report->found->len, ==, 2);
  g_assert_cmpstr (back->report->found->pdata[0], ==, "1.2;0123456789ab;Asha Kioko");
  g_assert_cmpint (back->report->cells_found, ==, 40);
  g_assert_cmpint (back->report->cells_by_key, ==, 60);
}

/* What was signed says when the blood was taken as it was known then. */
static void
test_time_signed (void)
{
  HemoCase *data = sample_case_new ();
  HemoReport *report = g_ptr_array_index (data->reports, data->reports->len - 1);
  g_autoptr (HemoCase) back = NULL;
  HemoTime received = data->specimen->received_at, taken = received;

  taken.utc_us -= 3 * G_TIME_SPAN_HOUR;
  report->taken_at = taken;
  data->specimen->collected_at = received;
  back = travel (data);
  g_assert_cmpint (back->report->taken_at.utc_us, ==, taken.utc_us);
  g_assert_cmpint (back->specimen->collected_at.utc_us, ==, received.utc_us);
}

static const HemoLine *
find_line (const HemoCase *data, const char *label)
{
  for (guint i = 0; i < data->report->lines->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (data->report->lines, i);

      if (g_str_equal (line->label, label))
        return line;
    }
  g_assert_not_reached ();
}

static void
test_malaria (void)
{
  g_autoptr (HemoCase) back = travel (sample_case_new ());
  const HemoSpecimen *thin = g_ptr_array_index (back->slides, 0);
  const HemoSpecimen *thick = g_ptr_array_index (back->slides, 1);
  const HemoLine *density = find_line (back, "Parasite density");

  g_assert_cmpint (thin->type, ==, HEMO_SPECIMEN_THIN_FILM);
  g_assert_cmpint (thick->type, ==, HEMO_SPECIMEN_THICK_FILM);
  g_assert_cmpint (thick->stain, ==, HEMO_STAIN_GIEMSA);
  g_assert_cmpstr (find_line (back, "Malaria parasites")->text, ==, "positive");
  g_assert_cmpstr (find_line (back, "Species")->text, ==, "Plasmodium falciparum");
  g_assert_cmpfloat (density->value, ==, 2480);
  g_assert_cmpstr (density->ucum, ==, "/uL");
  g_assert_null (density->loinc);
  g_assert_cmpstr (density->local_code, ==, "malaria-density");
}

static void
test_scripts (void)
{
  static const char *const names[]
      = { "नेहा कुमारी",       "مُحَمَّد", "José", "Jose\xcc\x81", "O'Brien \"x\" \\", "𞤀𞤣𞤤𞤢𞤥",
          "‏عائشة‎" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      HemoCase *data = sample_case_new ();
      g_autoptr (HemoCase) back = NULL;

      g_set_str (&data->patient->family, names[i]);
      g_set_str (&data->patient->given, names[i]);
      g_set_str (&data->patient->village, names[i]);
      g_set_str (&data->report->comment, names[i]);
      g_set_str (&((HemoReport *)g_ptr_array_index (data->reports, 0))->comment, names[i]);
      back = travel (data);
      g_assert_cmpstr (back->patient->family, ==, names[i]);
      g_assert_cmpstr (back->patient->given, ==, names[i]);
      g_assert_cmpstr (back->patient->village, ==, names[i]);
      g_assert_cmpstr (back->report->comment, ==, names[i]);
    }
}

static void
test_births (void)
{
  static const HemoBirth births[] = { { { 1991, 0, 0 }, TRUE },
                                      { { 1991, 0, 0 }, FALSE },
                                      { { 2026, 3, 0 }, TRUE },
                                      { { 1900, 1, 1 }, FALSE },
                                      { { 0, 0, 0 }, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (births); i++)
    {
      HemoCase *data = sample_case_new ();
      g_autoptr (HemoCase) back = NULL;

      data->patient->birth = births[i];
      back = travel (data);
      g_assert_cmpint (back->patient->birth.date.year, ==, births[i].date.year);
      g_assert_cmpint (back->patient->birth.date.month, ==, births[i].date.month);
      g_assert_cmpint (back->patient->birth.date.day, ==, births[i].date.day);
      g_assert_cmpint (back->patient->birth.estimated, ==, births[i].estimated);
    }
}

typedef struct
{
  const char *id; /* of the resource; NULL is its type's first */
  const char *type;
  const char *path;
  const char *json;
  int code;
  const char *where;
} Misfit;

static const Misfit misfits[] = {
  { NULL, "DiagnosticReport", "result[0].reference", "\"Observation/" ID (999) "\"",
    HEMO_FHIR_ERROR_NOT_FOUND, "DiagnosticReport.result[0].reference" },
  { NULL, "DiagnosticReport", "result", "{}", HEMO_FHIR_ERROR_INVALID, "DiagnosticReport.result" },
  { NULL, "DiagnosticReport", "specimen", NULL, HEMO_FHIR_ERROR_NOT_FOUND,
    "DiagnosticReport.specimen" },
  { NULL, "DiagnosticReport", "specimen[0].reference", "\"Specimen/" ID (999) "\"",
    HEMO_FHIR_ERROR_NOT_FOUND, "DiagnosticReport.specimen" },
  { NULL, "DiagnosticReport", "subject.reference", "\"Patient/" ID (999) "\"",
    HEMO_FHIR_ERROR_INVALID, "DiagnosticReport.subject" },
  { ID (101), "Observation", "subject.reference", "\"Patient/" ID (999) "\"",
    HEMO_FHIR_ERROR_INVALID, "Observation.subject" },
  { ID (101), "Observation", "status", "\"entered-in-error\"", HEMO_FHIR_ERROR_UNSUPPORTED,
    "Observation.status" },
  { ID (101), "Observation", "status", "\"cancelled\"", HEMO_FHIR_ERROR_UNSUPPORTED,
    "Observation.status" },
  { ID (101), "Observation", "hasMember", MEMBERS (101), HEMO_FHIR_ERROR_UNSUPPORTED,
    "Observation.value[x]" },
  { ID (104), "Observation", "hasMember", "7", HEMO_FHIR_ERROR_UNSUPPORTED,
    "Observation.value[x]" },
  { ID (011), "Media", "extension[9].valueReference.reference", "\"Specimen/" ID (999) "\"",
    HEMO_FHIR_ERROR_NOT_FOUND, "Media.extension(specimen)" },
  { NULL, "Communication", "extension[2].valueReference.reference", "\"Specimen/" ID (999) "\"",
    HEMO_FHIR_ERROR_NOT_FOUND, "Communication.extension(specimen)" },
  { ID (005), "Specimen", "subject.reference", "\"Patient/" ID (999) "\"", HEMO_FHIR_ERROR_INVALID,
    "Specimen.subject" },
  { ID (004), "Specimen", "parent", "[" REF ("Specimen", 005) "]", HEMO_FHIR_ERROR_INVALID,
    "Specimen.parent" },
  { ID (004), "Specimen", "subject", NULL, HEMO_FHIR_ERROR_NOT_FOUND, "Specimen.subject" },
};

static json_object *
find_resource (HemoFhirBundle *bundle, const Misfit *row)
{
  if (row->id != NULL)
    return hemo_fhir_bundle_lookup (row->type, row->id, bundle);
  for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
    if (g_str_equal (hemo_fhir_get_type (hemo_fhir_bundle_get (bundle, i)), row->type))
      return hemo_fhir_bundle_get (bundle, i);
  return NULL;
}

static void
test_misfits (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (misfits); i++)
    {
      const Misfit *row = &misfits[i];
      g_autoptr (HemoFhirBundle) bundle = edit_bundle_new ();
      g_autoptr (GPtrArray) cases = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s %s %s", row->type, row->path, row->json);
      edit_at (find_resource (bundle, row), row->path, row->json);
      cases = hemo_fhir_bundle_to_cases (bundle, &error);
      g_assert_null (cases);
      g_assert_error (error, HEMO_FHIR_ERROR, row->code);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, row->where));
    }
}

#define PANEL_OF(id, members)                                                                      \
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"" ID (id) "\",\"status\":\"final\","   \
                                                                      "\"hasMember\":" members     \
                                                                      "}}"
#define REPORT_OF(members)                                                                         \
  "{\"resource\":{\"resourceType\":\"DiagnosticReport\",\"id\":\"" ID (                            \
      900) "\",\"status\":"                                                                        \
           "\"final\",\"result\":" members "}}"
#define BUNDLE(entries)                                                                            \
  "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[" entries "]}"

/* Circles of panels, and panels that name panels a thousand times each, end soon. */
static void
test_circles (void)
{
  static const char *const circles[] = {
    BUNDLE (REPORT_OF (MEMBERS (901)) "," PANEL_OF (901, MEMBERS (901))),
    BUNDLE (REPORT_OF (MEMBERS (901)) "," PANEL_OF (901, MEMBERS (902)) "," PANEL_OF (
        902, MEMBERS (901))),
  };
  g_autoptr (GString) many = g_string_new ("[" REF ("Observation", 902));
  g_autoptr (GString) last = g_string_new (NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (circles); i++)
    {
      g_assert_null (read_text (circles[i], &error));
      g_assert_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_UNSUPPORTED);
      g_clear_error (&error);
    }
  for (int i = 0; i < 2000; i++)
    g_string_append (many, "," REF ("Observation", 902));
  g_string_append_c (many, ']');
  g_string_assign (last, many->str);
  g_string_replace (last, ID (902), ID (903), 0);
  text = g_strdup_printf (
      BUNDLE (REPORT_OF (MEMBERS (901)) "," PANEL_OF (901, "%s") "," PANEL_OF (902, "%s") "%s"),
      many->str, last->str, "," PANEL_OF (903, "[]"));
  g_assert_null (read_text (text, &error));
  g_assert_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "too many"));
}

/* A result that two panels name is one result. */
static void
test_named_twice (void)
{
  g_autoptr (HemoFhirBundle) bundle = edit_bundle_new ();
  g_autoptr (HemoCase) sample = sample_case_new ();
  const Misfit report = { NULL, "DiagnosticReport", NULL, NULL, 0, NULL };
  g_autoptr (GPtrArray) cases = NULL;
  const HemoCase *data;

  edit_at (find_resource (bundle, &report), "result[1]", REF ("Observation", 101));
  edit_at (find_resource (bundle, &report), "result[2]", REF ("Observation", 101));
  cases = hemo_fhir_bundle_to_cases (bundle, NULL);
  g_assert_nonnull (cases);
  data = g_ptr_array_index (cases, 0);
  g_assert_cmpuint (data->report->lines->len, <, sample->report->lines->len);
  for (guint i = 0; i < data->report->lines->len; i++)
    for (guint k = 0; k < i; k++)
      g_assert_cmpstr (((HemoLine *)g_ptr_array_index (data->report->lines, i))->uuid, !=,
                       ((HemoLine *)g_ptr_array_index (data->report->lines, k))->uuid);
}

/* A slide of a slide stays with its tube, wherever it stands. */
static void
test_generations (void)
{
  static const char text[] = BUNDLE ("{\"resource\":" TUBE (
      803, 800,
      ",\"parent\":[" REF (
          "Specimen", 802) "]") "},"
                                "{\"resource\":" TUBE (
                                    802, 800,
                                    ",\"parent\":[" REF (
                                        "Specimen",
                                        801) "]") "},"
                                                  "{\"resource\":" TUBE (
                                                      801, 800,
                                                      "") "},"
                                                          "{\"response\":{\"status\":\"200\"}},"
                                                          "{\"resource\":{\"resourceType\":"
                                                          "\"Patient\",\"id\":\"" ID (800) "\"}}");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) cases = read_text (text, &error);
  const HemoCase *data;

  g_assert_no_error (error);
  g_assert_cmpuint (cases->len, ==, 1);
  data = g_ptr_array_index (cases, 0);
  g_assert_cmpstr (data->specimen->uuid, ==, ID (801));
  g_assert_cmpuint (data->slides->len, ==, 2);
}

/* Many parts are taken in a time that grows with their number only. */
static void
test_many (void)
{
  g_autoptr (GString) text = g_string_new (
      "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{"
      "\"resourceType\":\"Patient\",\"id\":\"" ID (800) "\"}}");
  g_autoptr (GPtrArray) cases = NULL;
  g_autofree char *filler = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 20000; i++)
    {
      g_autofree char *tube = g_strdup (TUBE (801, 800, ""));
      char number[5];

      g_snprintf (number, sizeof number, "%04x", i);
      memcpy (strstr (tube, ID (801)) + strlen ("5a3e"), number, 4);
      g_string_append_printf (text, ",{\"resource\":%s}", tube);
    }
  g_string_append (text, "]}");
  cases = read_text (text->str, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cases->len, ==, 20000);
  filler = g_strnfill (17 * 1024 * 1024, ' ');
  g_string_append (text, filler);
  g_string_append (text, "x");
  g_assert_null (read_text (text->str, &error));
  g_assert_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_SYNTAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/cases/merged", test_merged);
  g_test_add_func ("/fhir/cases/rejected", test_rejected);
  g_test_add_func ("/fhir/cases/amended", test_amended);
  g_test_add_func ("/fhir/cases/cancelled", test_cancelled);
  g_test_add_func ("/fhir/cases/dropped", test_dropped);
  g_test_add_func ("/fhir/cases/missing", test_missing);
  g_test_add_func ("/fhir/cases/found", test_found);
  g_test_add_func ("/fhir/cases/time-signed", test_time_signed);
  g_test_add_func ("/fhir/cases/malaria", test_malaria);
  g_test_add_func ("/fhir/cases/scripts", test_scripts);
  g_test_add_func ("/fhir/cases/births", test_births);
  g_test_add_func ("/fhir/cases/misfits", test_misfits);
  g_test_add_func ("/fhir/cases/circles", test_circles);
  g_test_add_func ("/fhir/cases/named-twice", test_named_twice);
  g_test_add_func ("/fhir/cases/generations", test_generations);
  g_test_add_func ("/fhir/cases/many", test_many);
  return g_test_run ();
}

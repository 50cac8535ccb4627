/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every value of every set that travels: sections, analytes, cells, findings, flags, statuses,
 * specimens, stains, rejections, tests. What is read is what was written, to the last digit. */

#include "hemo-fhir-media.h"
#include "hemo-fhir-patient.h"
#include "hemo-fhir-report.h"
#include "hemo-fhir-specimen.h"

#include "sample-case.h"

#include <math.h>
#include <string.h>

static json_object *
travel (json_object *json)
{
  g_autofree char *text = hemo_fhir_to_text (json, FALSE);
  g_autoptr (GError) error = NULL;
  json_object *back = hemo_fhir_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return back;
}

/* NAN is the same as NAN. */
static void
assert_number (double a, double b)
{
  if (isnan (a) || isnan (b))
    g_assert_true (isnan (a) && isnan (b));
  else
    g_assert_cmpfloat (a, ==, b);
}

static HemoFhirReportContext
context_of (const HemoCase *data)
{
  const HemoReport *report = g_ptr_array_index (data->reports, 0);

  return (HemoFhirReportContext){ .report = report,
                                  .patient = data->patient->uuid,
                                  .order = data->order->uuid,
                                  .collected_at = data->specimen->collected_at,
                                  .clinic = data->clinic->uuid };
}

static void
check_line (const HemoCase *data, const HemoLine *line)
{
  HemoFhirReportContext context = context_of (data);
  g_autoptr (json_object) json = hemo_fhir_observation_to_json (line, &context);
  g_autoptr (json_object) read = travel (json);
  g_autoptr (GError) error = NULL;
  HemoLine *back = hemo_fhir_observation_from_json (read, &error);
  g_autoptr (json_object) again = NULL;
  g_autofree char *first = hemo_fhir_to_text (json, FALSE);
  g_autofree char *second = NULL;

  g_assert_no_error (error);
  again = hemo_fhir_observation_to_json (back, &context);
  second = hemo_fhir_to_text (again, FALSE);
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (back->uuid, ==, line->uuid);
  g_assert_cmpint (back->section, ==, line->section);
  g_assert_cmpstr (back->analyte, ==, line->analyte);
  g_assert_cmpstr (back->label, ==, line->label);
  g_assert_cmpstr (back->loinc, ==, line->loinc);
  g_assert_cmpstr (back->local_code, ==, line->local_code);
  assert_number (back->value, line->value);
  g_assert_cmpstr (back->ucum, ==, line->ucum);
  g_assert_cmpstr (back->text, ==, g_strcmp0 (line->text, " ") == 0 ? NULL : line->text);
  assert_number (back->reference_low, line->reference_low);
  assert_number (back->reference_high, line->reference_high);
  assert_number (back->interval_low, line->interval_low);
  assert_number (back->interval_high, line->interval_high);
  assert_number (back->previous, line->previous);
  g_assert_cmpint (back->flag, ==, line->flag);
  g_assert_cmpint (back->delta, ==, line->delta);
  g_assert_cmpstr (back->note, ==, line->note);
  g_assert_cmpint (back->at.utc_us, ==, line->at.utc_us);
  g_assert_cmpint (back->at.offset_minutes, ==, line->at.offset_minutes);
  hemo_line_free (back);
}

static HemoLine *
make_line (HemoSection section, const char *label, const char *loinc)
{
  HemoLine *line = hemo_line_new (section, label);

  g_set_str (&line->uuid, "5a3e0000-0000-4000-8000-000000000199");
  g_set_str (&line->loinc, loinc);
  line->value = line->previous = NAN;
  line->interval_low = line->interval_high = NAN;
  line->reference_low = line->reference_high = NAN;
  line->at = (HemoTime){ G_GINT64_CONSTANT (1772611200000000), -210, FALSE };
  return line;
}

/* Each analyte at both ends of what is possible, with its unit and digits. */
static void
test_analytes (void)
{
  g_autoptr (HemoCase) data = sample_case_new ();

  for (const HemoAnalyteInfo *info = hemo_analyte_infos (); info->code != NULL; info++)
    for (int end = 0; end < 2; end++)
      {
        HemoLine *line = make_line (HEMO_SECTION_CBC, info->label, info->loinc);
        double scale = pow (10, info->decimals);

        g_set_str (&line->analyte, info->code);
        g_set_str (&line->ucum, info->ucum);
        line->decimals = info->decimals;
        line->value = round ((end == 0 ? info->minimum : info->maximum) * scale) / scale;
        line->reference_low = 0.25;
        line->reference_high = 1e6;
        check_line (data, line);
        hemo_line_free (line);
      }
}

static void
test_cells (void)
{
  g_autoptr (HemoCase) data = sample_case_new ();

  for (int cell = 0; cell < HEMO_CELL_CLASSES; cell++)
    {
      const HemoCellClassInfo *info = hemo_cell_class_info ((HemoCellClass)cell);
      HemoLine *line = make_line (HEMO_SECTION_DIFFERENTIAL, info->label, info->percent_loinc);

      g_set_str (&line->local_code, info->percent_loinc == NULL ? info->code : NULL);
      g_set_str (&line->analyte, info->percent_analyte);
      g_set_str (&line->ucum, info->in_denominator ? "%" : "/100{WBCs}");
      line->value = cell;
      line->interval_low = 0.1;
      line->interval_high = cell + 3.7;
      check_line (data, line);
      hemo_line_free (line);
    }
}

/* Words of the closed set, words of people, and words in three scripts beside a number. */
static void
test_words (void)
{
  static const char *const words[]
      = { "0",      "1+",     "2+",    "3+",    "seen",   "not seen", "negative", "positive",
          "normal", "Normal", "a few", "طبيعي", "सामान्य", "<5",       " " };
  g_autoptr (HemoCase) data = sample_case_new ();

  for (const HemoFindingInfo *info = hemo_finding_infos (); info->code != NULL; info++)
    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
      {
        HemoLine *line = make_line ((HemoSection)(HEMO_SECTION_MORPHOLOGY_RBC + (int)info->group),
                                    info->label, info->loinc);

        g_set_str (&line->analyte, info->code);
        g_set_str (&line->text, words[i]);
        check_line (data, line);
        line->value = 3;
        g_set_str (&line->ucum, "1");
        check_line (data, line);
        hemo_line_free (line);
      }
}

static void
test_flags (void)
{
  g_autoptr (HemoCase) data = sample_case_new ();

  for (int flag = HEMO_FLAG_NONE; flag <= HEMO_FLAG_CRITICAL_ABNORMAL; flag++)
    for (int delta = 0; delta < 2; delta++)
      {
        HemoLine *line = make_line (HEMO_SECTION_CBC, "Haemoglobin", "718-7");

        line->value = 68;
        g_set_str (&line->ucum, "g/L");
        line->flag = (HemoFlag)flag;
        line->delta = delta != 0;
        line->previous = delta ? 118.5 : NAN;
        line->previous_at = (HemoTime){ delta ? G_TIME_SPAN_DAY : 0, 60, FALSE };
        check_line (data, line);
        hemo_line_free (line);
      }
}

/* Only one limit, and limits of a value that is none. */
static void
test_limits (void)
{
  g_autoptr (HemoCase) data = sample_case_new ();

  for (int which = 0; which < 4; which++)
    {
      HemoLine *line = make_line (HEMO_SECTION_CBC, "Platelets", "777-3");

      line->value = which == 3 ? NAN : 150;
      g_set_str (&line->text, which == 3 ? "clumped" : NULL);
      g_set_str (&line->ucum, "10*9/L");
      line->reference_low = which == 1 ? NAN : 150;
      line->reference_high = which == 2 ? NAN : 400;
      check_line (data, line);
      hemo_line_free (line);
    }
}

static json_object *
lookup_none (const char *type, const char *id, gpointer data)
{
  return NULL;
}

/* Each status that may leave, and none that may not. */
static void
test_statuses (void)
{
  for (int status = HEMO_REPORT_DRAFT; status <= HEMO_REPORT_CANCELLED; status++)
    {
      g_autoptr (HemoCase) data = sample_case_new ();
      HemoReport *report = g_ptr_array_index (data->reports, 0);
      HemoFhirReportContext context = context_of (data);
      g_autoptr (GError) error = NULL;
      g_autoptr (json_object) json = NULL;
      g_autoptr (HemoReport) back = NULL;

      report->status = (HemoReportStatus)status;
      json = hemo_fhir_report_to_json (&context, NULL, NULL, &error);
      if (status == HEMO_REPORT_DRAFT)
        {
          g_assert_null (json);
          g_assert_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_INVALID);
          continue;
        }
      g_assert_no_error (error);
      back = hemo_fhir_report_from_json (json, lookup_none, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (back->status, ==, status);
      g_assert_cmpint (back->version, ==, report->version);
      g_assert_cmpstr (back->uuid, ==, report->uuid);
      g_assert_cmpstr (back->comment, ==, report->comment);
      g_assert_cmpstr (back->reason, ==, report->reason);
      g_assert_cmpstr (back->language, ==, report->language);
      g_assert_cmpstr (back->signer_name, ==, report->signer_name);
      g_assert_cmpstr (back->signer_role, ==, report->signer_role);
      g_assert_cmpstr (back->signed_by, ==, report->signed_by);
      g_assert_cmpstr (back->pdf_sha256, ==, report->pdf_sha256);
      g_assert_cmpstr (back->replaces_sha256, ==, report->replaces_sha256);
      g_assert_cmpint (back->signed_at.utc_us, ==, report->signed_at.utc_us);
      g_assert_cmpuint (back->images->len, ==, 1);
    }
}

static void
test_specimens (void)
{
  for (int type = HEMO_SPECIMEN_VENOUS_EDTA; type <= HEMO_SPECIMEN_THICK_FILM; type++)
    for (int rejection = HEMO_REJECTION_NONE; rejection <= HEMO_REJECTION_OTHER; rejection++)
      {
        g_autoptr (HemoCase) data = sample_case_new_rejected ();
        g_autoptr (GError) error = NULL;
        g_autoptr (json_object) json = NULL;
        g_autoptr (json_object) read = NULL;
        g_autoptr (HemoSpecimen) back = NULL;

        data->specimen->type = (HemoSpecimenType)type;
        data->specimen->rejection = (HemoRejection)rejection;
        json = hemo_fhir_specimen_to_json (data->specimen);
        read = travel (json);
        back = hemo_fhir_specimen_from_json (read, &error);
        g_assert_no_error (error);
        g_assert_cmpint (back->type, ==, type);
        g_assert_cmpint (back->rejection, ==, rejection);
        g_assert_cmpstr (back->rejection_note, ==, "asked for another");
        g_assert_cmpstr (back->accession, ==, data->specimen->accession);
      }
}

static void
test_stains (void)
{
  for (int stain = 0; hemo_stain_to_code ((HemoStain)stain) != NULL; stain++)
    {
      g_autoptr (HemoCase) data = sample_case_new_rejected ();
      g_autoptr (json_object) json = NULL;
      g_autoptr (HemoSpecimen) back = NULL;

      data->specimen->stain = (HemoStain)stain;
      json = hemo_fhir_specimen_to_json (data->specimen);
      back = hemo_fhir_specimen_from_json (json, NULL);
      g_assert_cmpint (back->stain, ==, stain);
    }
}

static void
test_orders (void)
{
  for (int tests = 0; tests < 32; tests++)
    {
      g_autoptr (HemoCase) data = sample_case_new ();
      g_autoptr (json_object) json = NULL;
      g_autoptr (json_object) read = NULL;
      g_autoptr (HemoOrder) back = NULL;
      g_autoptr (GError) error = NULL;

      data->order->tests = (HemoTests)tests;
      data->order->urgency = (HemoUrgency)(tests % 3);
      data->order->pregnancy = (HemoPregnancy)(tests % 5);
      data->order->revoked = tests % 2 != 0;
      if (tests % 7 == 0)
        g_clear_pointer (&data->order->clinical_note, g_free);
      if (tests % 5 == 0)
        g_clear_pointer (&data->order->requester, g_free);
      json = hemo_fhir_order_to_json (data->order);
      read = travel (json);
      back = hemo_fhir_order_from_json (read, &error);
      g_assert_no_error (error);
      g_assert_cmpint (back->tests, ==, tests);
      g_assert_cmpint (back->urgency, ==, data->order->urgency);
      g_assert_cmpint (back->pregnancy, ==, data->order->pregnancy);
      g_assert_cmpint (back->revoked, ==, data->order->revoked);
      g_assert_cmpstr (back->clinical_note, ==, data->order->clinical_note);
      g_assert_cmpstr (back->requester, ==, data->order->requester);
    }
}

/* What a server says of a patient, to the field where that is mended. */
static void
test_patient_fields (void)
{
  g_assert_cmpuint (hemo_fhir_find_patient_field ("no such day (Patient.birthDate)"), ==,
                    HEMO_FIELD_BIRTH);
  g_assert_cmpuint (hemo_fhir_find_patient_field ("HAPI-1821: Patient.telecom[0].value"), ==,
                    HEMO_FIELD_PHONE);
  g_assert_cmpuint (hemo_fhir_find_patient_field ("Patient.identifier is required"), ==,
                    HEMO_FIELD_IDENTIFIERS);
  g_assert_cmpuint (hemo_fhir_find_patient_field ("Patient.name: too long"), ==, HEMO_FIELD_NAME);
  g_assert_cmpuint (hemo_fhir_find_patient_field ("Bundle.entry[3]: no"), ==, 0);
  g_assert_cmpuint (hemo_fhir_find_patient_field (NULL), ==, 0);
}

/* Orientation and numbers of a picture at their limits, and what was not measured. */
static void
test_pictures (void)
{
  for (int orientation = 1; orientation <= 8; orientation++)
    {
      g_autoptr (HemoCase) data = sample_case_new ();
      HemoImage *image = g_ptr_array_index (data->images, 0);
      g_autoptr (json_object) json = NULL;
      g_autoptr (json_object) read = NULL;
      g_autoptr (HemoImage) back = NULL;
      g_autoptr (GError) error = NULL;

      image->orientation = orientation;
      image->focus = orientation == 1 ? -1 : orientation / 8.0;
      image->micrometres_per_pixel = orientation == 2 ? 0 : 0.0645;
      if (orientation == 3)
        g_clear_pointer (&image->warnings, g_free);
      if (orientation == 4)
        g_clear_pointer (&image->objective, g_free);
      image->field = orientation == 5 ? G_MAXINT : orientation;
      json = hemo_fhir_media_to_json (image, data->patient->uuid, "urn:x");
      read = travel (json);
      back = hemo_fhir_media_from_json (read, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (back->orientation, ==, orientation);
      g_assert_cmpint (back->field, ==, image->field);
      g_assert_cmpfloat (back->micrometres_per_pixel, ==, image->micrometres_per_pixel);
      g_assert_cmpstr (back->objective, ==, image->objective);
      if (image->focus < 0)
        g_assert_cmpfloat (back->focus, <, 0);
      else
        g_assert_cmpfloat (back->focus, ==, image->focus);
      g_assert_cmpint (back->width, ==, 2592);
      g_assert_cmpint (back->bytes, ==, 1234567);
      g_assert_cmpint (back->captured_at.utc_us, ==, image->captured_at.utc_us);
    }
}

/* Whether the table of codes that we use has @code with this meaning and, if not NULL, unit. */
static void
check_code (const char *table, const char *code, const char *meaning, const char *unit)
{
  g_autofree char *begin = g_strdup_printf ("\n%s,", code);
  const char *row = strstr (table, begin);
  g_autofree char *line = row != NULL ? g_strndup (row + 1, strcspn (row + 1, "\n")) : NULL;
  g_auto (GStrv) cells = line != NULL ? g_strsplit (line, ",", -1) : NULL;
  g_auto (GStrv) meanings = line != NULL ? g_strsplit (cells[1], "|", -1) : NULL;
  g_auto (GStrv) units = line != NULL ? g_strsplit (cells[2], "|", -1) : NULL;

  if (line == NULL || !g_strv_contains ((const char *const *)meanings, meaning)
      || (unit != NULL && !g_strv_contains ((const char *const *)units, unit)))
    g_error ("%s is not in loinc.csv as '%s' in %s", code, meaning, unit);
}

/* The codes of analytes, cells and findings are those of the table that the peers' tests hold our
 * Bundles against, with the same words and units. */
static void
test_codes (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "..", "peers", "fhir-validator",
                                                 "loinc.csv", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *table = NULL;

  g_file_get_contents (path, &table, NULL, &error);
  g_assert_no_error (error);
  for (const HemoAnalyteInfo *info = hemo_analyte_infos (); info->code != NULL; info++)
    check_code (table, info->loinc, info->label, info->ucum);
  for (const HemoFindingInfo *info = hemo_finding_infos (); info->code != NULL; info++)
    check_code (table, info->loinc, info->label, NULL);
  for (int cell = 0; cell < HEMO_CELL_CLASSES; cell++)
    {
      const HemoCellClassInfo *info = hemo_cell_class_info ((HemoCellClass)cell);

      if (info->percent_loinc != NULL)
        check_code (table, info->percent_loinc, info->label,
                    info->in_denominator ? "%" : "/100{WBCs}");
      if (info->absolute_loinc != NULL)
        check_code (table, info->absolute_loinc, info->absolute_label, "10*9/L");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/values/analytes", test_analytes);
  g_test_add_func ("/fhir/values/cells", test_cells);
  g_test_add_func ("/fhir/values/words", test_words);
  g_test_add_func ("/fhir/values/flags", test_flags);
  g_test_add_func ("/fhir/values/limits", test_limits);
  g_test_add_func ("/fhir/values/statuses", test_statuses);
  g_test_add_func ("/fhir/values/specimens", test_specimens);
  g_test_add_func ("/fhir/values/stains", test_stains);
  g_test_add_func ("/fhir/values/orders", test_orders);
  g_test_add_func ("/fhir/values/patient-fields", test_patient_fields);
  g_test_add_func ("/fhir/values/pictures", test_pictures);
  g_test_add_func ("/fhir/values/codes", test_codes);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An invented case that uses everything which has a place in FHIR. */

#include "sample-case.h"

#include <math.h>

#define USER "0a1b2c3d-0000-4000-8000-000000000001"
#define READER "0a1b2c3d-0000-4000-8000-000000000003"
#define INSTALLATION "0a1b2c3d-0000-4000-8000-000000000002"

/* 2026-03-04 08:00:00 UTC and @minutes, in Nairobi. */
static HemoTime
at (int minutes)
{
  return (HemoTime){ G_GINT64_CONSTANT (1772611200000000) + minutes * G_TIME_SPAN_MINUTE, 180,
                     FALSE };
}

static void
set_uuid (char **uuid, int n)
{
  g_free (*uuid);
  *uuid = g_strdup_printf ("5a3e0000-0000-4000-8000-%012d", n);
}

static void
add_clinic (HemoCase *data)
{
  data->clinic = hemo_clinic_info_new ("Clinic of the Hill");
  set_uuid (&data->clinic->uuid, 1);
  g_set_str (&data->clinic->address, "P.O. Box 7, Hilltop");
  g_set_str (&data->clinic->phone, "+254 700 000007");
  g_set_str (&data->clinic->installation, INSTALLATION);
}

static void
add_patient (HemoCase *data)
{
  HemoPatient *patient = data->patient = hemo_patient_new ();

  set_uuid (&patient->uuid, 2);
  patient->family = g_strdup ("Wanjirũ");
  patient->given = g_strdup ("Amina नेहा");
  patient->sex = HEMO_SEX_FEMALE;
  patient->birth = (HemoBirth){ { 1991, 0, 0 }, TRUE };
  g_ptr_array_add (patient->identifiers, hemo_identifier_new ("national id", "12/345-X"));
  g_ptr_array_add (patient->identifiers, hemo_identifier_new ("urn:oid:1.2.36.146", "998"));
  patient->phone = g_strdup ("+254 711 111111");
  patient->village = g_strdup ("Mto wa Mbu");
  patient->version = 3;
}

static void
add_order (HemoCase *data)
{
  HemoOrder *order = data->order = hemo_order_new (data->patient->uuid);

  set_uuid (&order->uuid, 3);
  order->requester = g_strdup ("Dr. Otieno, ward 2");
  order->clinical_note = g_strdup ("Fever for 3 days; \"pale\"\nno travel");
  order->urgency = HEMO_URGENCY_URGENT;
  order->tests = HEMO_TEST_DIFFERENTIAL | HEMO_TEST_MORPHOLOGY | HEMO_TEST_PLATELETS
                 | HEMO_TEST_MALARIA | HEMO_TEST_CBC;
  order->pregnancy = HEMO_PREGNANCY_TRIMESTER_2;
  order->ordered_at = at (0);
  order->version = 1;
}

static HemoSpecimen *
specimen_new (const HemoCase *data, int n, HemoSpecimenType type, const char *accession)
{
  HemoSpecimen *specimen = hemo_specimen_new ();

  set_uuid (&specimen->uuid, n);
  g_set_str (&specimen->patient, data->patient->uuid);
  g_set_str (&specimen->order, data->order != NULL ? data->order->uuid : NULL);
  g_set_str (&specimen->accession, accession);
  specimen->type = type;
  specimen->collected_at = at (5);
  specimen->received_at = at (20);
  specimen->received_at.by_hand = TRUE;
  specimen->version = 1;
  return specimen;
}

static void
add_specimens (HemoCase *data)
{
  const char *const accessions[] = { "26A1-00001-K/1", "26A1-00001-K/2" };

  data->specimen = specimen_new (data, 4, HEMO_SPECIMEN_VENOUS_EDTA, "26A1-00001-K");
  for (int i = 0; i < 2; i++)
    {
      HemoSpecimen *slide = specimen_new (
          data, 5 + i, i == 0 ? HEMO_SPECIMEN_THIN_FILM : HEMO_SPECIMEN_THICK_FILM, accessions[i]);

      g_set_str (&slide->parent, data->specimen->uuid);
      slide->stain = i == 0 ? HEMO_STAIN_MAY_GRUNWALD_GIEMSA : HEMO_STAIN_GIEMSA;
      g_ptr_array_add (data->slides, slide);
    }
}

/* One of each kind; what has no note, what has one. */
static void
add_marks (HemoImage *image)
{
  image->marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
  for (HemoMarkKind kind = 0; kind < HEMO_MARK_KINDS; kind++)
    {
      HemoMark *mark = hemo_mark_new (kind, 10.25, 20 + kind, 300.5, 1900);

      set_uuid (&mark->uuid, 60 + (int)kind);
      g_set_str (&mark->by, USER);
      g_set_str (&mark->note, kind == HEMO_MARK_TEXT ? "Ring form?\nLook again." : NULL);
      mark->at = at (40);
      g_ptr_array_add (image->marks, mark);
    }
}

static void
add_image (HemoCase *data, int n)
{
  const HemoSpecimen *slide = g_ptr_array_index (data->slides, 0);
  HemoImage *image = hemo_image_new (slide->uuid);

  set_uuid (&image->uuid, 10 + n);
  image->field = n;
  g_set_str (&image->media_type, "image/jpeg");
  image->width = 2592;
  image->height = 1944;
  image->orientation = 6;
  image->bytes = 1234567;
  image->sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, image->uuid, -1);
  image->sealed_sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, image->sha256, -1);
  image->sealed_bytes = G_GINT64_CONSTANT (5000000000);
  g_set_str (&image->objective, "x100 oil");
  image->micrometres_per_pixel = 0.0645;
  image->focus = 0.73;
  g_set_str (&image->warnings, "blur,dark");
  image->kept_anyway = TRUE;
  g_set_str (&image->captured_by, USER);
  g_set_str (&image->captured_on, INSTALLATION);
  image->captured_at = at (30 + n);
  image->in_report = n == 1;
  image->entered_in_error = n == 2;
  g_set_str (&image->note, "edge of the film");
  image->version = 2;
  if (n == 1)
    add_marks (image);
  g_ptr_array_add (data->images, image);
}

static HemoLine *
add_line (HemoReport *report, HemoSection section, const char *label, const char *loinc)
{
  HemoLine *line = hemo_line_new (section, label);

  set_uuid (&line->uuid, 100 + (int)report->lines->len);
  g_set_str (&line->loinc, loinc);
  line->value = line->previous = NAN;
  line->interval_low = line->interval_high = NAN;
  line->reference_low = line->reference_high = NAN;
  line->at = at (40);
  g_ptr_array_add (report->lines, line);
  return line;
}

static void
set_value (HemoLine *line, const char *analyte, double value, int decimals, const char *ucum)
{
  g_set_str (&line->analyte, analyte);
  line->value = value;
  line->decimals = decimals;
  g_set_str (&line->ucum, ucum);
}

static void
add_numbers (HemoReport *report)
{
  HemoLine *line = add_line (report, HEMO_SECTION_CBC, "Leukocytes", "6690-2");

  set_value (line, "wbc", 12.4, 1, "10*9/L");
  line->reference_low = 3.2;
  line->reference_high = 11.9;
  line->flag = HEMO_FLAG_HIGH;
  line->previous = 6.1;
  line->previous_at = at (-1440);
  line->delta = TRUE;
  g_set_str (&line->note, "read from: analyser 7");
  line = add_line (report, HEMO_SECTION_CBC, "Haemoglobin", "718-7");
  set_value (line, "hb", 68, 0, "g/L");
  line->flag = HEMO_FLAG_CRITICAL_LOW;
  line->reference_low = 105;
  line = add_line (report, HEMO_SECTION_DIFFERENTIAL, "Segmented neutrophils", "769-0");
  set_value (line, "seg%", 48, 0, "%");
  line->interval_low = 38.5;
  line->interval_high = 57.7;
  line = add_line (report, HEMO_SECTION_DIFFERENTIAL, "Nucleated red cells", "18309-5");
  set_value (line, "nrbc%", 2, 0, "/100{WBCs}");
}

static void
add_findings (HemoReport *report)
{
  HemoLine *line = add_line (report, HEMO_SECTION_MORPHOLOGY_RBC, "Anisocytosis", "702-1");

  g_set_str (&line->text, "2+");
  line->flag = HEMO_FLAG_ABNORMAL;
  line = add_line (report, HEMO_SECTION_MORPHOLOGY_WBC, "Auer rods", "11281-3");
  g_set_str (&line->text, "seen");
  line->flag = HEMO_FLAG_CRITICAL_ABNORMAL;
  line = add_line (report, HEMO_SECTION_MORPHOLOGY_PLT, "Platelet morphology", "11125-2");
  g_set_str (&line->text, "normal");
  line = add_line (report, HEMO_SECTION_PLATELETS, "Platelets, estimated", "49497-1");
  set_value (line, NULL, 214, 0, "10*9/L");
  g_set_str (&line->text, "adequate");
  line = add_line (report, HEMO_SECTION_MALARIA, "Malaria parasites", "51587-4");
  g_set_str (&line->text, "positive");
  line = add_line (report, HEMO_SECTION_MALARIA, "Species", "32206-5");
  g_set_str (&line->text, "Plasmodium falciparum");
  line = add_line (report, HEMO_SECTION_MALARIA, "Parasite density", NULL);
  g_set_str (&line->local_code, "malaria-density");
  set_value (line, NULL, 2480, 0, "/uL");
  line = add_line (report, HEMO_SECTION_CELLS, "Mean diameter of red cells", NULL);
  g_set_str (&line->local_code, "red-cell-diameter");
  set_value (line, NULL, 7.2, 1, "um");
  line = add_line (report, HEMO_SECTION_CELLS, "Mean area of a red cell", NULL);
  g_set_str (&line->local_code, "red-cell-area");
  set_value (line, NULL, 41, 0, "um2");
  line = add_line (report, HEMO_SECTION_CELLS, "Red cells for each white cell", NULL);
  g_set_str (&line->local_code, "red-per-white");
  set_value (line, NULL, 640, 0, "1");
  line->interval_low = 410;
  line->interval_high = 1010;
}

GBytes *
sample_pdf_new (void)
{
  const char text[] = "%PDF-1.7 a sample that no reader opens\n";

  return g_bytes_new (text, sizeof text - 1);
}

static void
add_call (HemoCase *data, HemoReport *report)
{
  HemoCriticalCall *call = hemo_critical_call_new (data->specimen->uuid);

  set_uuid (&call->uuid, 50);
  g_set_str (&call->analytes, "Haemoglobin, Auer rods");
  g_set_str (&call->told, "Nurse Achieng, ward 2");
  call->read_back = TRUE;
  g_set_str (&call->by, USER);
  call->at = at (55);
  call->version = 1;
  g_ptr_array_add (report->calls, call);
  g_ptr_array_add (data->calls, hemo_critical_call_copy (call));
}

static void
add_report (HemoCase *data)
{
  HemoReport *report = hemo_report_new (data->specimen->uuid);
  const HemoImage *image = g_ptr_array_index (data->images, 0);
  g_autoptr (GBytes) pdf = sample_pdf_new ();

  set_uuid (&report->uuid, 60);
  report->version = 2;
  report->status = HEMO_REPORT_CORRECTED;
  g_set_str (&report->language, "fr");
  add_numbers (report);
  add_findings (report);
  g_set_str (&report->comment, "Hypochromic anaemia & malaria.\nSee the field.");
  g_ptr_array_add (report->images, g_strdup (image->uuid));
  add_call (data, report);
  g_set_str (&report->signed_by, USER);
  g_set_str (&report->signer_name, "J. Mwangi");
  g_set_str (&report->signer_role, "technician");
  report->taken_at = hemo_specimen_taken_at (data->specimen);
  report->signed_at = at (60);
  g_free (report->pdf_sha256);
  report->pdf_sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, pdf);
  g_free (report->replaces_sha256);
  report->replaces_sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "old", -1);
  g_set_str (&report->reason, "Haemoglobin was mistyped");
  g_set_str (&report->program_version, "0.1.0");
  g_ptr_array_add (data->reports, report);
  data->report = hemo_report_copy (report);
}

static HemoReading *
add_reading (HemoCase *data, int n, HemoReadingState state)
{
  HemoReading *reading = hemo_reading_new (data->specimen->uuid);

  set_uuid (&reading->uuid, n);
  reading->state = state;
  reading->urgency = HEMO_URGENCY_URGENT;
  g_set_str (&reading->question, "Auer rods in field 1? \"ब्लास्ट\"");
  g_set_str (&reading->asked_by, USER);
  g_set_str (&reading->asked_by_name, "J. Mwangi");
  reading->asked_at = at (65);
  reading->changed_at = at (65 + n);
  reading->version = 2;
  g_ptr_array_add (data->readings, reading);
  return reading;
}

static void
add_readings (HemoCase *data)
{
  HemoReading *reading = add_reading (data, 90, HEMO_READING_CANCELLED);

  g_set_str (&reading->reason, "asked about the wrong field");
  reading = add_reading (data, 91, HEMO_READING_COMPLETED);
  g_set_str (&reading->reader, READER);
  g_set_str (&reading->reader_name, "Dr. Wambui");
  reading->report_version = 2;
  reading->conclusion = HEMO_CONCLUSION_DIFFERS;
  g_set_str (&reading->answer, "Toxic granules, no Auer rods.\nRepeat the film.");
}

HemoCase *
sample_case_new (void)
{
  HemoCase *data = hemo_case_new ();

  add_clinic (data);
  add_patient (data);
  add_order (data);
  add_specimens (data);
  add_image (data, 1);
  add_image (data, 2);
  add_report (data);
  add_readings (data);
  return data;
}

HemoCase *
sample_case_new_rejected (void)
{
  HemoCase *data = hemo_case_new ();

  add_clinic (data);
  data->patient = hemo_patient_new ();
  set_uuid (&data->patient->uuid, 70);
  g_set_str (&data->patient->given, "Baraka");
  data->specimen = specimen_new (data, 71, HEMO_SPECIMEN_CAPILLARY, "26A1-00002-J");
  data->specimen->rejection = HEMO_REJECTION_CLOTTED;
  g_set_str (&data->specimen->rejection_note, "asked for another");
  data->report = hemo_report_new (data->specimen->uuid);
  return data;
}

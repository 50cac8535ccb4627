/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The invented case, and calls of command-line tools. */

#include "report-tools.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

HemoTime
make_time (const char *iso)
{
  HemoTime time = { 0 };
  g_autoptr (GDateTime) parsed = g_date_time_new_from_iso8601 (iso, NULL);

  g_assert_nonnull (parsed);
  time.utc_us = g_date_time_to_unix (parsed) * G_USEC_PER_SEC;
  time.offset_minutes = (gint16)(g_date_time_get_utc_offset (parsed) / G_TIME_SPAN_MINUTE);
  return time;
}

void
set_text (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

void
set_patient (HemoCase *data, const char *given, const char *family)
{
  set_text (&data->patient->given, given);
  set_text (&data->patient->family, family);
}

HemoLine *
make_line (HemoSection section, const char *label, double value, int decimals, const char *ucum)
{
  HemoLine *line = hemo_line_new (section, label);

  line->value = value;
  line->decimals = decimals;
  line->ucum = g_strdup (ucum);
  line->at = make_time ("2026-11-21T09:40:00+03:00");
  return line;
}

static HemoLine *
add_value (HemoReport *report,
           HemoSection section,
           const char *label,
           double value,
           int decimals,
           const char *ucum,
           double low,
           double high,
           HemoFlag flag)
{
  HemoLine *line = make_line (section, label, value, decimals, ucum);

  line->reference_low = low;
  line->reference_high = high;
  line->flag = flag;
  g_ptr_array_add (report->lines, line);
  return line;
}

static void
add_words (
    HemoReport *report, HemoSection section, const char *label, const char *text, HemoFlag flag)
{
  HemoLine *line = make_line (section, label, NAN, 0, NULL);

  line->text = g_strdup (text);
  line->flag = flag;
  g_ptr_array_add (report->lines, line);
}

static void
add_percent (
    HemoReport *report, const char *label, int percent, double low, double high, HemoFlag flag)
{
  /* Wilson's interval of a count of 100. */
  double p = percent / 100.0, z = 1.96, n = 100, middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  double half = z * sqrt (p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  HemoLine *line
      = add_value (report, HEMO_SECTION_DIFFERENTIAL, label, percent, 0, "%", low, high, flag);

  line->interval_low = 100 * MAX (middle - half, 0);
  line->interval_high = 100 * MIN (middle + half, 1);
}

static void
fill_blood_count (HemoReport *report)
{
  HemoLine *line;

  line = add_value (report, HEMO_SECTION_CBC, "White cells", 14.2, 1, "10*9/L", 3.2, 11.9,
                    HEMO_FLAG_HIGH);
  line->note = g_strdup ("Sysmex XN-330");
  line->loinc = g_strdup ("6690-2");
  line->analyte = g_strdup ("wbc");
  line->previous = 9.1;
  line->previous_at = make_time ("2026-11-19T08:00:00+03:00");
  line->delta = TRUE;
  line = add_value (report, HEMO_SECTION_CBC, "Haemoglobin", 64, 0, "g/L", 120, NAN,
                    HEMO_FLAG_CRITICAL_LOW);
  line->previous = 71;
  line->previous_at = make_time ("2026-11-19T08:00:00+03:00");
  add_value (report, HEMO_SECTION_CBC, "Platelets", 212, 0, "10*9/L", 145, 614, HEMO_FLAG_NONE);
  add_value (report, HEMO_SECTION_CBC, "Mean cell volume", 71.4, 1, "fL", 80, 100, HEMO_FLAG_LOW);
}

static void
fill_differential (HemoReport *report)
{
  HemoLine *line;

  add_percent (report, "Segmented neutrophils", 71, 40, 70, HEMO_FLAG_HIGH);
  add_percent (report, "Band neutrophils", 6, 0, 5, HEMO_FLAG_HIGH);
  add_percent (report, "Lymphocytes", 15, 20, 45, HEMO_FLAG_LOW);
  add_percent (report, "Monocytes", 5, 2, 10, HEMO_FLAG_NONE);
  add_percent (report, "Eosinophils", 2, 0, 6, HEMO_FLAG_NONE);
  add_percent (report, "Basophils", 0, 0, 2, HEMO_FLAG_NONE);
  add_percent (report, "Blasts", 1, NAN, NAN, HEMO_FLAG_CRITICAL_ABNORMAL);
  line = add_value (report, HEMO_SECTION_DIFFERENTIAL, "Nucleated red cells", 3, 0, "/100{WBCs}",
                    NAN, 0, HEMO_FLAG_HIGH);
  line->interval_low = 0.6;
  line->interval_high = 8.8;
  add_value (report, HEMO_SECTION_DIFFERENTIAL, "Neutrophils (absolute)", 10.93, 2, "10*9/L", 1.04,
             6.22, HEMO_FLAG_HIGH);
}

static void
fill_smear (HemoReport *report)
{
  HemoLine *line;

  add_words (report, HEMO_SECTION_MORPHOLOGY_RBC, "Anisocytosis", "2+", HEMO_FLAG_ABNORMAL);
  add_words (report, HEMO_SECTION_MORPHOLOGY_RBC, "Sickle cells", "1+", HEMO_FLAG_ABNORMAL);
  add_words (report, HEMO_SECTION_MORPHOLOGY_PLT, "Platelet morphology", "normal", HEMO_FLAG_NONE);
  add_words (report, HEMO_SECTION_MALARIA, "Malaria parasites", "seen", HEMO_FLAG_ABNORMAL);
  add_words (report, HEMO_SECTION_MALARIA, "Species", "Plasmodium falciparum", HEMO_FLAG_ABNORMAL);
  line = add_value (report, HEMO_SECTION_MALARIA, "Parasite density", 12400, 0, "/uL", NAN, NAN,
                    HEMO_FLAG_NONE);
  line->note = g_strdup ("assumed WBC 8.0");
  line->local_code = g_strdup ("malaria-density");
}

static HemoCriticalCall *
make_call (void)
{
  HemoCriticalCall *call = hemo_critical_call_new ("5c0de5a1-0000-4000-8000-000000000003");

  call->analytes = g_strdup ("Haemoglobin, Blasts");
  call->told = g_strdup ("Dr Njeri Wafula, ward 2, by telephone");
  call->by_name = g_strdup ("Joseph Mwangi");
  call->read_back = TRUE;
  call->at = make_time ("2026-11-21T10:02:00+03:00");
  return call;
}

static void
fill_report (HemoReport *report)
{
  set_text (&report->uuid, "5c0de5a1-0000-4000-8000-0000000000aa");
  set_text (&report->language, "en");
  set_text (&report->comment,
            "Microcytic anaemia with sickle cells and a left shift. One blast in a hundred cells: "
            "please send a second sample in two days.");
  set_text (&report->signed_by, "5c0de5a1-0000-4000-8000-0000000000bb");
  set_text (&report->signer_name, "Wanjiru Kamau");
  set_text (&report->signer_role, "pathologist");
  set_text (&report->program_version, "0.1.0");
  report->version = 1;
  report->status = HEMO_REPORT_FINAL;
  report->signed_at = make_time ("2026-11-21T10:15:00+03:00");
  fill_blood_count (report);
  fill_differential (report);
  fill_smear (report);
  g_ptr_array_add (report->calls, make_call ());
}

static void
fill_specimen (HemoCase *data)
{
  set_text (&data->specimen->uuid, "5c0de5a1-0000-4000-8000-000000000003");
  set_text (&data->specimen->accession, "26K7-00012-4");
  data->specimen->type = HEMO_SPECIMEN_VENOUS_EDTA;
  data->specimen->stain = HEMO_STAIN_GIEMSA;
  data->specimen->collected_at = make_time ("2026-11-21T08:30:00+03:00");
  data->specimen->received_at = make_time ("2026-11-21T08:55:00+03:00");
  set_text (&data->order->requester, "Dr Achieng Oloo, outpatients");
  set_text (&data->order->clinical_note, "Fever for three days, pale. Known sickle cell trait.");
  data->order->urgency = HEMO_URGENCY_URGENT;
  data->order->pregnancy = HEMO_PREGNANCY_TRIMESTER_2;
}

static void
add_image (HemoCase *data, const char *uuid, int field)
{
  HemoImage *image = hemo_image_new (data->specimen->uuid);

  set_text (&image->uuid, uuid);
  image->field = field;
  set_text (&image->objective, "x100 oil");
  g_ptr_array_add (data->images, image);
}

HemoCase *
make_case (void)
{
  HemoCase *data = hemo_case_new ();

  data->clinic = hemo_clinic_info_new ("Mto Health Centre");
  set_text (&data->clinic->address, "Lake Road 4, Kisumu County");
  set_text (&data->clinic->phone, "+254 700 000 000");
  data->patient = hemo_patient_new ();
  set_text (&data->patient->uuid, "5c0de5a1-0000-4000-8000-000000000001");
  set_patient (data, "Amina", "Odhiambo");
  data->patient->sex = HEMO_SEX_FEMALE;
  data->patient->birth = (HemoBirth){ .date = { 1992, 0, 0 }, .estimated = TRUE };
  set_text (&data->patient->village, "Nyamasaria");
  g_ptr_array_add (data->patient->identifiers, hemo_identifier_new ("national-id", "27164403"));
  data->order = hemo_order_new (data->patient->uuid);
  data->specimen = hemo_specimen_new ();
  fill_specimen (data);
  add_image (data, "5c0de5a1-0000-4000-8000-0000000000e1", 3);
  add_image (data, "5c0de5a1-0000-4000-8000-0000000000e2", 7);
  data->report = hemo_report_new (data->specimen->uuid);
  fill_report (data->report);
  return data;
}

static void
paint_row (guint8 *row, int y, int width)
{
  for (int x = 0; x < width; x++)
    {
      int dx = x % 90 - 45, dy = y % 84 - 42;
      gboolean cell = dx * dx + dy * dy < 34 * 34;
      gboolean pale = dx * dx + dy * dy < 14 * 14;

      row[3 * x] = cell ? (pale ? 236 : 214) : 244;
      row[3 * x + 1] = cell ? (pale ? 190 : 140) : 240;
      row[3 * x + 2] = cell ? (pale ? 192 : 150) : 236;
    }
}

GBytes *
make_jpeg (int width, int height)
{
  struct jpeg_compress_struct info;
  struct jpeg_error_mgr manager;
  unsigned char *buffer = NULL;
  unsigned long size = 0;
  g_autofree guint8 *row = g_malloc ((gsize)width * 3);
  GBytes *jpeg;

  info.err = jpeg_std_error (&manager);
  jpeg_create_compress (&info);
  jpeg_mem_dest (&info, &buffer, &size);
  info.image_width = (JDIMENSION)width;
  info.image_height = (JDIMENSION)height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults (&info);
  jpeg_start_compress (&info, TRUE);
  for (int y = 0; y < height; y++)
    {
      paint_row (row, y, width);
      jpeg_write_scanlines (&info, &row, 1);
    }
  jpeg_finish_compress (&info);
  jpeg_destroy_compress (&info);
  jpeg = g_bytes_new (buffer, size);
  free (buffer);
  return jpeg;
}

char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("hemo-report-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

void
remove_folder (char *path)
{
  const char *argv[] = { "rm", "-rf", "--one-file-system", path, NULL };

  g_free (run_tool (argv));
  g_free (path);
}

char *
write_file (const char *folder, const char *name, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (folder, name, NULL);

  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes),
                       &error);
  g_assert_no_error (error);
  return path;
}

char *
run_tool (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *complaint = NULL;
  char *output = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &complaint,
                &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("%s failed: %s%s", argv[0], output, complaint);
  return output;
}

int
run_status (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  return status;
}

/* Without the isolates, which are no text, and with single spaces. */
static char *
squeeze (const char *text)
{
  GString *squeezed = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (g_unichar_isspace (character))
        {
          if (squeezed->len > 0 && squeezed->str[squeezed->len - 1] != ' ')
            g_string_append_c (squeezed, ' ');
        }
      else if (character < 0x2066 || character > 0x2069)
        g_string_append_unichar (squeezed, character);
    }
  return g_string_free (squeezed, FALSE);
}

char *
text_of_pdf (GBytes *pdf)
{
  char *folder = make_folder ();
  g_autofree char *path = write_file (folder, "report.pdf", pdf);
  const char *argv[] = { "pdftotext", "-layout", path, "-", NULL };
  g_autofree char *text = run_tool (argv);

  remove_folder (folder);
  return squeeze (text);
}

void
check_contains (const char *where, const char *text, const char *part, gboolean expected)
{
  if ((strstr (text, part) != NULL) != expected)
    g_error ("%s: '%s' is %s:\n%s", where, part, expected ? "missing" : "there", text);
}

/* To look at the pages: HEMO_REPORT_KEEP=folder. */
static void
keep (GBytes *pdf, const char *name)
{
  if (g_getenv ("HEMO_REPORT_KEEP") != NULL)
    g_free (write_file (g_getenv ("HEMO_REPORT_KEEP"), name, pdf));
}

GBytes *
render_report (HemoCase *data, GPtrArray *pictures, const char *name)
{
  g_autoptr (GError) error = NULL;
  GBytes *pdf = hemo_report_render_pdf (data->report, data, pictures, &error);

  g_assert_no_error (error);
  keep (pdf, name);
  return pdf;
}

char *
render_report_text (HemoCase *data, const char *name)
{
  g_autoptr (GBytes) pdf = render_report (data, NULL, name);

  return text_of_pdf (pdf);
}

GPtrArray *
make_pictures (void)
{
  GPtrArray *pictures = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_report_picture_free);
  g_autoptr (GBytes) jpeg = make_jpeg (800, 600);

  g_ptr_array_add (pictures, hemo_report_picture_new (IMAGE_1, jpeg, "sickle cell", 0.1));
  g_ptr_array_add (pictures, hemo_report_picture_new (IMAGE_2, jpeg, NULL, 0));
  return pictures;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The report's PDF: what it says, that it is whole, and that it is always the same. */

#include "hemo-report-pdf.h"

#include "report-tools.h"

#include <cairo.h>
#include <gio/gio.h>
#include <locale.h>
#include <string.h>

/* Path of this program: it renders in another process too. */
static const char *program;

static void
test_text (void)
{
  static const char *const parts[] = {
    "Mto Health Centre",
    "Lake Road 4, Kisumu County",
    "+254 700 000 000",
    "FINAL",
    "Amina Odhiambo",
    "Age at collection about 34 years",
    "Sex female",
    "27164403 (national-id)",
    "Pregnancy 2nd trimester",
    "26K7-00012-4",
    "2026-11-21 08:30",
    "2026-11-21 08:55",
    "Venous blood, EDTA",
    "Dr Achieng Oloo",
    "Known sickle cell trait",
    "14.2",
    "3.2 – 11.9",
    "H High",
    "9.1 (2026-11-19)",
    "Δ +56 % changed",
    "LL Critical low",
    "≥ 120",
    "AA Critical",
    "Nucleated red cells",
    "0.6 – 8.8",
    "/100 WBC",
    "×10⁹/L",
    "0.0 – 3.7",
    "2+",
    "Plasmodium falciparum",
    "assumed WBC 8.0",
    "left shift",
    "Dr Njeri Wafula",
    "Called by",
    "Joseph Mwangi",
    "Read back: yes.",
    "Wanjiru Kamau, pathologist",
    "2026-11-21 10:15",
    "version 1",
    "Page 1 of 2",
    "Page 2 of 2",
    "Field 3 · x100 oil",
    "Field 7 · x100 oil",
    "20 µm",
    "Hemogram 0.1.0",
    "Urgency urgent",
  };
  g_autoptr (HemoCase) data = make_case ();
  g_autoptr (GPtrArray) pictures = make_pictures ();
  g_autoptr (GBytes) pdf = render_report (data, pictures, "final.pdf");
  g_autofree char *text = text_of_pdf (pdf);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    assert_contains (text, parts[i]);
  assert_lacks (text, "DRAFT");
  assert_lacks (text, "entered by hand");
  assert_lacks (text, "no shape");
}

/* Whole for qpdf; every font in the file; no name of the patient in the file's description. */
static void
test_file (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autoptr (GPtrArray) pictures = make_pictures ();
  g_autoptr (GBytes) pdf = NULL;
  char *folder = make_folder ();
  g_autofree char *path = NULL;
  g_autofree char *fonts = NULL;
  g_autofree char *info = NULL;
  g_auto (GStrv) lines = NULL;

  set_patient (data, "Amina أمينة", "अमीना");
  pdf = render_report (data, pictures, "file.pdf");
  path = write_file (folder, "report.pdf", pdf);
  g_free (run_tool ((const char *[]){ "qpdf", "--check", path, NULL }));
  fonts = run_tool ((const char *[]){ "pdffonts", path, NULL });
  lines = g_strsplit (g_strchomp (fonts), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), >=, 5);
  for (guint i = 2; lines[i] != NULL; i++)
    {
      g_assert_nonnull (strstr (lines[i], "NotoSans"));
      g_assert_nonnull (strstr (lines[i], " yes yes "));
    }
  assert_contains (fonts, "NotoSansArabic");
  assert_contains (fonts, "NotoSansDevanagari");
  info = run_tool ((const char *[]){ "pdfinfo", "-isodates", path, NULL });
  assert_contains (info, "2026-11-21T10:15:00+03");
  assert_contains (info, "Report 26K7-00012-4");
  assert_contains (info, "A4");
  assert_lacks (info, "Amina");
  remove_folder (folder);
}

static char *
render_elsewhere (const char *zone, const char *locale)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autofree char *zone_set = g_strdup_printf ("TZ=%s", zone);
  g_autofree char *locale_set = g_strdup_printf ("LC_ALL=%s", locale);
  g_autofree char *language_set = g_strdup_printf ("LANGUAGE=%s", locale);
  const char *argv[] = { "env", zone_set, locale_set, language_set, program, "--render", NULL };
  g_autofree char *hash = run_tool (argv);

  return g_strdup (g_strchomp (hash));
}

static void
test_same_bytes (void)
{
  g_autofree char *here = render_elsewhere ("Africa/Nairobi", "C.UTF-8");
  g_autofree char *there = render_elsewhere ("America/Lima", "C");
  g_autofree char *third = NULL;

  /* A date of today in the file would differ by now. */
  g_usleep (1100 * 1000);
  third = render_elsewhere ("Asia/Kathmandu", "ar");
  g_assert_cmpint (strlen (here), ==, 64);
  g_assert_cmpstr (here, ==, there);
  g_assert_cmpstr (here, ==, third);
}

static void
test_statuses (void)
{
  static const struct
  {
    HemoReportStatus status;
    const char *word;
    const char *notice;
  } cases[] = {
    { HEMO_REPORT_PRELIMINARY, "PRELIMINARY", "a final report follows" },
    { HEMO_REPORT_AMENDED, "AMENDED", "Replaces the report of 2026-11-21 10:15 (version 1)." },
    { HEMO_REPORT_CORRECTED, "CORRECTED", "Reason: wrong WBC typed" },
    { HEMO_REPORT_ENTERED_IN_ERROR, "WITHDRAWN", "before. Reason: wrong WBC typed" },
    { HEMO_REPORT_CANCELLED, "CANCELLED", "The specimen was rejected: clotted. to the rim" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HemoCase) data = make_case ();
      g_autofree char *text = NULL;

      g_ptr_array_add (data->reports, hemo_report_copy (data->report));
      data->report->status = cases[i].status;
      data->report->version = 2;
      set_text (&data->report->reason, "wrong WBC typed");
      if (cases[i].status == HEMO_REPORT_CANCELLED)
        {
          data->specimen->rejection = HEMO_REJECTION_CLOTTED;
          set_text (&data->specimen->rejection_note, "to the rim");
        }
      text = render_report_text (data, cases[i].word);
      assert_contains (text, cases[i].word);
      assert_contains (text, cases[i].notice);
      assert_lacks (text, "FINAL");
    }
}

static void
test_draft (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autofree char *text = NULL;
  HemoReport *report = data->report;

  report->status = HEMO_REPORT_DRAFT;
  report->version = 0;
  g_clear_pointer (&report->signed_by, g_free);
  g_clear_pointer (&report->signer_name, g_free);
  report->signed_at = (HemoTime){ 0 };
  text = render_report_text (data, "draft.pdf");
  assert_contains (text, "DRAFT");
  assert_contains (text, "not signed");
  assert_contains (text, "nobody has signed this report");
  assert_lacks (text, "Wanjiru");
}

static void
test_by_hand (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autofree char *text = NULL;

  data->report->signed_at.by_hand = TRUE;
  data->specimen->collected_at = (HemoTime){ 0 };
  text = render_report_text (data, "by-hand.pdf");
  assert_contains (text, "2026-11-21 10:15 (entered by hand)");
  assert_contains (text, "Collected not known");
  assert_contains (text, "Age at receipt about 34 years");
}

/* As little as there can be, and what must not break the page. */
static void
test_odd (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autofree char *text = NULL;
  static const guint8 bad_logo[]
      = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff 12345678";

  g_ptr_array_set_size (data->report->lines, 0);
  g_ptr_array_set_size (data->report->calls, 0);
  g_ptr_array_set_size (data->patient->identifiers, 0);
  g_clear_pointer (&data->report->comment, g_free);
  g_clear_pointer (&data->order, hemo_order_free);
  data->patient->birth = (HemoBirth){ 0 };
  data->clinic->logo = g_bytes_new_static (bad_logo, sizeof bad_logo);
  set_patient (data, "Tab\there", "new\nline \xff \xf0\x93\x80\x80");
  text = render_report_text (data, "odd.pdf");
  assert_contains (text, "Tab here new");
  assert_contains (text, "Age at collection not known");
  assert_contains (text, "Page 1 of 1");
  /* A hieroglyph has no shape in the fonts: said, not passed over. */
  if (strstr (text, "no shape") == NULL)
    g_test_message ("the fonts here know hieroglyphs");
}

static void
test_logo (void)
{
  g_autoptr (HemoCase) data = make_case ();
  cairo_surface_t *logo = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 120, 90);
  cairo_t *cr = cairo_create (logo);
  char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "logo.png", NULL);
  g_autofree char *list = NULL;
  g_autofree char *contents = NULL;
  g_autoptr (GBytes) pdf = NULL;
  gsize size;

  cairo_set_source_rgb (cr, 0.8, 0.2, 0.2);
  cairo_arc (cr, 60, 45, 40, 0, 7);
  cairo_fill (cr);
  cairo_surface_write_to_png (logo, path);
  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  data->clinic->logo = g_bytes_new (contents, size);
  pdf = render_report (data, NULL, "logo.pdf");
  g_free (write_file (folder, "report.pdf", pdf));
  g_free (path);
  path = g_build_filename (folder, "report.pdf", NULL);
  list = run_tool ((const char *[]){ "pdfimages", "-list", path, NULL });
  assert_contains (list, "120    90");
  cairo_destroy (cr);
  cairo_surface_destroy (logo);
  remove_folder (folder);
}

/* The JPEG goes into the file as it is, not decoded and packed anew. */
static void
test_picture_bytes (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autoptr (GPtrArray) pictures = make_pictures ();
  g_autoptr (GBytes) pdf = render_report (data, pictures, "pictures.pdf");
  const HemoReportPicture *picture = pictures->pdata[0];
  gboolean found = FALSE;
  gsize size, jpeg_size;
  const char *bytes = g_bytes_get_data (pdf, &size);
  const void *jpeg = g_bytes_get_data (picture->bytes, &jpeg_size);

  for (gsize at = 0; !found && at + jpeg_size <= size; at++)
    found = memcmp (bytes + at, jpeg, jpeg_size) == 0;
  g_assert_true (found);
}

/* EXIF that somebody left in a picture does not get into the PDF. */
static void
test_metadata (void)
{
  static const char exif[] = "\xff\xe1\x00\x1d"
                             "Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0SECRETP";
  g_autoptr (HemoCase) data = make_case ();
  g_autoptr (GPtrArray) pictures = make_pictures ();
  g_autoptr (GBytes) jpeg = make_jpeg (320, 240);
  g_autoptr (GByteArray) marked = g_byte_array_new ();
  g_autoptr (GBytes) pdf = NULL;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (jpeg, &size);

  g_byte_array_append (marked, bytes, 2);
  g_byte_array_append (marked, (const guint8 *)exif, sizeof exif - 1);
  g_byte_array_append (marked, bytes + 2, (guint)size - 2);
  g_autoptr (GBytes) with_exif = g_bytes_new (marked->data, marked->len);
  g_ptr_array_set_size (pictures, 0);
  g_ptr_array_add (pictures, hemo_report_picture_new (IMAGE_1, with_exif, NULL, 0));
  pdf = render_report (data, pictures, "metadata.pdf");
  bytes = g_bytes_get_data (pdf, &size);
  for (gsize at = 0; at + 7 <= size; at++)
    g_assert_cmpint (memcmp (bytes + at, "SECRETP", 7), !=, 0);
}

static void
test_damaged_picture (void)
{
  static const char *const damaged[] = { "", "\xff\xd8\xff", "GIF89a", "\x89PNG\r\n\x1a\n" };

  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_autoptr (HemoCase) data = make_case ();
      g_autoptr (GPtrArray) pictures = make_pictures ();
      g_autoptr (GBytes) bytes = g_bytes_new (damaged[i], strlen (damaged[i]));
      g_autoptr (GError) error = NULL;

      g_ptr_array_add (pictures, hemo_report_picture_new (IMAGE_1, bytes, NULL, 0));
      g_assert_null (hemo_report_render_pdf (data->report, data, pictures, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static gpointer
render_in_thread (gpointer data)
{
  g_autoptr (HemoCase) own = make_case ();
  g_autoptr (GBytes) pdf = render_report (own, NULL, "thread.pdf");

  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, pdf);
}

static void
test_threads (void)
{
  GThread *threads[4];
  g_autofree char *first = render_in_thread (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("render", render_in_thread, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autofree char *hash = g_thread_join (threads[i]);

      g_assert_cmpstr (hash, ==, first);
    }
}

static int
print_hash (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autoptr (GPtrArray) pictures = make_pictures ();
  g_autoptr (GBytes) pdf = NULL;
  g_autofree char *hash = NULL;

  setlocale (LC_ALL, "");
  pdf = render_report (data, pictures, "elsewhere.pdf");
  hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, pdf);
  g_print ("%s\n", hash);
  return 0;
}

/* What the report lacks stands in a frame at its top; a cancelled one has no results at all. */
static void
test_missing_and_cancelled (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autoptr (GBytes) lacking = NULL;
  g_autoptr (GBytes) cancelled = NULL;
  g_autofree char *text = NULL;

  g_ptr_array_add (data->report->missing, g_strdup ("The differential has 40 of 100 cells"));
  g_ptr_array_add (data->report->missing, g_strdup ("Platelets: no value has been entered"));
  lacking = render_report (data, NULL, NULL);
  text = text_of_pdf (lacking);
  assert_contains (text, "Not in this report, though it was asked for: The differential has 40 of "
                         "100 cells. Platelets: no value has been entered.");
  g_clear_pointer (&text, g_free);
  data->report->status = HEMO_REPORT_CANCELLED;
  data->specimen->rejection = HEMO_REJECTION_CLOTTED;
  cancelled = render_report (data, NULL, NULL);
  text = text_of_pdf (cancelled);
  assert_contains (text, "CANCELLED");
  assert_contains (text, "Do not use the results");
  assert_contains (text, "Dr Njeri Wafula");
  assert_lacks (text, "14.2");
  assert_lacks (text, "Plasmodium");
  assert_lacks (text, "Not in this report");
}

/* By what counted cells were found, and who looked at them; nothing where no program had a part. */
static void
test_found (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autoptr (GBytes) without = render_report (data, NULL, NULL);
  g_autoptr (GBytes) with = NULL;
  g_autofree char *text = text_of_pdf (without);

  assert_lacks (text, "Cells found by");
  g_clear_pointer (&text, g_free);
  g_ptr_array_add (data->report->found, g_strdup ("1.2;0123456789ab;Asha Kioko"));
  g_ptr_array_add (data->report->found, g_strdup ("1.2;classical 1;Musa Kioko"));
  g_ptr_array_add (data->report->found, g_strdup ("no such form"));
  with = render_report (data, NULL, NULL);
  text = text_of_pdf (with);
  assert_contains (text, "Cells found by Hemogram 1.2, weights 0123456789ab; confirmed by Asha "
                         "Kioko.");
  assert_contains (text, "Cells found by Hemogram 1.2 by brightness, without the trained detector "
                         "(method classical 1);");
}

int
main (int argc, char **argv)
{
  program = argv[0];
  if (argc > 1 && strcmp (argv[1], "--render") == 0)
    return print_hash ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report-pdf/text", test_text);
  g_test_add_func ("/report-pdf/file", test_file);
  g_test_add_func ("/report-pdf/same-bytes", test_same_bytes);
  g_test_add_func ("/report-pdf/statuses", test_statuses);
  g_test_add_func ("/report-pdf/draft", test_draft);
  g_test_add_func ("/report-pdf/by-hand", test_by_hand);
  g_test_add_func ("/report-pdf/odd", test_odd);
  g_test_add_func ("/report-pdf/logo", test_logo);
  g_test_add_func ("/report-pdf/picture-bytes", test_picture_bytes);
  g_test_add_func ("/report-pdf/metadata", test_metadata);
  g_test_add_func ("/report-pdf/damaged-picture", test_damaged_picture);
  g_test_add_func ("/report-pdf/threads", test_threads);
  g_test_add_func ("/report-pdf/missing-and-cancelled", test_missing_and_cancelled);
  g_test_add_func ("/report-pdf/found", test_found);
  return g_test_run ();
}

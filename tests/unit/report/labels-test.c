/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Labels: a scanner reads them, they are as large as they should be. */

#include "hemo-labels.h"

#include "report-tools.h"

#include <string.h>

static GPtrArray *
make_labels (int count)
{
  GPtrArray *labels = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_label_free);

  for (int i = 0; i < count; i++)
    {
      g_autofree char *accession = g_strdup_printf ("26K7-%05d-4", i + 1);

      g_ptr_array_add (
          labels, hemo_label_new (accession, "Amina Odhiambo", "~34y F", "2026-11-21", "EDTA"));
    }
  return labels;
}

static GBytes *
render (GPtrArray *labels, HemoLabelSize size, int first)
{
  g_autoptr (GError) error = NULL;
  GBytes *pdf = hemo_labels_render_pdf (labels, size, first, &error);

  g_assert_no_error (error);
  return pdf;
}

/* What a scanner reads from page @page, printed with @dpi. */
static char *
scan (GBytes *pdf, const char *dpi, const char *name)
{
  char *folder = make_folder ();
  g_autofree char *path = write_file (folder, "labels.pdf", pdf);
  g_autofree char *picture = g_build_filename (folder, "page", NULL);
  g_autofree char *png = g_strconcat (picture, ".png", NULL);
  char *read;

  if (g_getenv ("HEMO_REPORT_KEEP") != NULL)
    g_free (write_file (g_getenv ("HEMO_REPORT_KEEP"), name, pdf));
  g_free (run_tool (
      (const char *[]){ "pdftoppm", "-r", dpi, "-png", "-singlefile", path, picture, NULL }));
  read = run_tool ((const char *[]){ "zbarimg", "-q", png, NULL });
  remove_folder (folder);
  return read;
}

static void
test_read_back (void)
{
  for (int size = 0; size < HEMO_LABEL_SIZES; size++)
    {
      g_autoptr (GPtrArray) labels = make_labels (1);
      g_autoptr (GBytes) pdf = render (labels, (HemoLabelSize)size, 0);
      g_autofree char *read = scan (pdf, "300", hemo_label_size_to_code ((HemoLabelSize)size));

      assert_contains (read, "CODE-128:26K7-00001-4");
      assert_contains (read, "QR-Code:26K7-00001-4");
    }
}

/* The longest that there can be is still read, by a good printer. */
static void
test_long (void)
{
  g_autoptr (GPtrArray) labels = make_labels (0);
  g_autoptr (GBytes) pdf = NULL;
  g_autofree char *read = NULL;
  g_autofree char *text = NULL;
  g_autofree char *name = g_strnfill (200, 'W');

  g_ptr_array_add (
      labels, hemo_label_new ("ABCDEFGHJKMNPQRSTVWXYZabcdefgh0123456789", name, name, name, name));
  pdf = render (labels, HEMO_LABEL_50X25, 0);
  text = text_of_pdf (pdf);
  assert_contains (text, "ABCDEFGHJKMNPQRSTVWXYZabcdefgh0123456789");
  read = scan (pdf, "600", "long-label.pdf");
  assert_contains (read, "QR-Code:ABCDEFGHJKMNPQRSTVWXYZabcdefgh0123456789");
  assert_contains (read, "CODE-128:ABCDEFGHJKMNPQRSTVWXYZabcdefgh0123456789");
}

static void
test_text (void)
{
  g_autoptr (GPtrArray) labels = make_labels (1);
  g_autoptr (GBytes) pdf = render (labels, HEMO_LABEL_50X25, 0);
  g_autofree char *text = text_of_pdf (pdf);

  assert_contains (text, "26K7-00001-4");
  assert_contains (text, "Amina Odhiambo");
  assert_contains (text, "~34y F");
  assert_contains (text, "2026-11-21");
}

static void
assert_pages (GBytes *pdf, const char *pages, const char *size)
{
  char *folder = make_folder ();
  g_autofree char *path = write_file (folder, "labels.pdf", pdf);
  g_autofree char *info = run_tool ((const char *[]){ "pdfinfo", path, NULL });
  g_auto (GStrv) words = g_strsplit_set (strstr (info, "Pages:"), " \n", -1);

  for (guint i = 1; words[i] != NULL; i++)
    if (*words[i] != '\0')
      {
        g_assert_cmpstr (words[i], ==, pages);
        break;
      }
  assert_contains (info, size);
  g_free (run_tool ((const char *[]){ "qpdf", "--check", path, NULL }));
  remove_folder (folder);
}

static void
test_pages (void)
{
  g_autoptr (GPtrArray) labels = make_labels (25);
  g_autoptr (GBytes) single = render (labels, HEMO_LABEL_40X20, 0);
  g_autoptr (GBytes) sheet = render (labels, HEMO_LABEL_SHEET_3X8, 0);
  g_autoptr (GBytes) started = render (labels, HEMO_LABEL_SHEET_3X8, 23);

  assert_pages (single, "25", "113.386 x 56.6929 pts");
  assert_pages (sheet, "2", "(A4)");
  assert_pages (started, "2", "(A4)");
}

static void
test_all_on_a_sheet (void)
{
  g_autoptr (GPtrArray) labels = make_labels (24);
  g_autoptr (GBytes) pdf = render (labels, HEMO_LABEL_SHEET_3X8, 0);
  g_autofree char *read = scan (pdf, "300", "sheet.pdf");

  for (int i = 1; i <= 24; i++)
    {
      g_autofree char *expected = g_strdup_printf ("CODE-128:26K7-%05d-4", i);

      assert_contains (read, expected);
    }
}

static void
test_same_bytes (void)
{
  g_autoptr (GPtrArray) labels = make_labels (3);
  g_autoptr (GBytes) one = render (labels, HEMO_LABEL_50X25, 0);
  g_autoptr (GBytes) two = NULL;

  g_usleep (1100 * 1000);
  two = render (labels, HEMO_LABEL_50X25, 0);
  g_assert_true (g_bytes_equal (one, two));
}

static void
test_refused (void)
{
  static const char *const accessions[] = { "", "with space", "é", "\n", NULL };
  g_autoptr (GPtrArray) none = make_labels (0);
  g_autoptr (GPtrArray) one = make_labels (1);
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_labels_render_pdf (none, HEMO_LABEL_50X25, 0, &error));
  g_assert_error (error, HEMO_LABELS_ERROR, HEMO_LABELS_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (hemo_labels_render_pdf (one, HEMO_LABEL_SHEET_3X8, 24, &error));
  g_assert_error (error, HEMO_LABELS_ERROR, HEMO_LABELS_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (hemo_labels_render_pdf (one, HEMO_LABEL_50X25, 1, &error));
  g_assert_error (error, HEMO_LABELS_ERROR, HEMO_LABELS_ERROR_INVALID);
  for (guint i = 0; i < G_N_ELEMENTS (accessions); i++)
    {
      g_autoptr (GPtrArray) labels = make_labels (1);

      g_clear_error (&error);
      g_ptr_array_add (labels, hemo_label_new (accessions[i], "Amina", NULL, NULL, NULL));
      g_assert_null (hemo_labels_render_pdf (labels, HEMO_LABEL_50X25, 0, &error));
      g_assert_error (error, HEMO_LABELS_ERROR, HEMO_LABELS_ERROR_INVALID);
    }
}

static void
test_codes (void)
{
  HemoLabelSize size = HEMO_LABEL_40X20;

  g_assert_false (hemo_label_size_from_code ("a3", &size, NULL));
  g_assert_cmpint (size, ==, HEMO_LABEL_40X20);
  g_assert_true (hemo_label_size_from_code ("a4-3x8", &size, NULL));
  g_assert_cmpint (size, ==, HEMO_LABEL_SHEET_3X8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/labels/read-back", test_read_back);
  g_test_add_func ("/labels/long", test_long);
  g_test_add_func ("/labels/text", test_text);
  g_test_add_func ("/labels/pages", test_pages);
  g_test_add_func ("/labels/all-on-a-sheet", test_all_on_a_sheet);
  g_test_add_func ("/labels/same-bytes", test_same_bytes);
  g_test_add_func ("/labels/refused", test_refused);
  g_test_add_func ("/labels/codes", test_codes);
  return g_test_run ();
}

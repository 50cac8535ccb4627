/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The report's pages: other scripts, other paper, and more words than they have room for. */

#include "hemo-catalog.h"

#include "report-tools.h"

#include <glib/gstdio.h>
#include <libintl.h>
#include <math.h>
#include <string.h>

/* Left edge in points of the first @word on the first page. */
static double
find_word (GBytes *pdf, const char *word)
{
  char *folder = make_folder ();
  g_autofree char *path = write_file (folder, "report.pdf", pdf);
  g_autofree char *boxes = run_tool ((const char *[]){ "pdftotext", "-bbox", path, "-", NULL });
  g_autofree char *end = g_strdup_printf (">%s</word>", word);
  const char *found = strstr (boxes, end);
  const char *begin = found;

  g_assert_nonnull (found);
  while (strncmp (begin, "xMin=\"", 6) != 0)
    begin--;
  remove_folder (folder);
  return g_ascii_strtod (begin + 6, NULL);
}

/* Where bindtextdomain() points, as the program does at its start. */
static char *
bind_catalogue (const char *language, const char *po)
{
  char *folder = make_folder ();
  g_autofree char *messages = g_build_filename (folder, language, "LC_MESSAGES", NULL);
  g_autofree char *mo = g_build_filename (messages, GETTEXT_PACKAGE ".mo", NULL);

  g_assert_cmpint (g_mkdir_with_parents (messages, 0700), ==, 0);
  g_free (run_tool ((const char *[]){ "msgfmt", "-c", "-o", mo, po, NULL }));
  bindtextdomain (GETTEXT_PACKAGE, folder);
  return folder;
}

static void
test_arabic (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autoptr (GBytes) latin = render_report (data, NULL, "latin.pdf");
  g_autoptr (GBytes) arabic = NULL;
  g_autoptr (GPtrArray) pictures = make_pictures ();
  g_autofree char *text = NULL;
  g_autofree char *po = g_test_build_filename (G_TEST_DIST, "ar.po", NULL);
  char *folder = bind_catalogue ("ar", po);

  HemoLine *line = make_line (HEMO_SECTION_MALARIA, "Thin film", NAN, 0, NULL);

  line->text = g_strdup ("none seen in 40 fields");
  g_ptr_array_add (data->report->lines, line);
  set_text (&data->report->language, "ar_EG");
  set_patient (data, "أمينة", "السيد");
  set_text (&data->clinic->name, "مركز النهر الصحي");
  arabic = render_report (data, pictures, "arabic.pdf");
  text = text_of_pdf (arabic);
  assert_contains (text, "أمينة السيد");
  assert_contains (text, "نهائي");
  assert_contains (text, "تعداد الدم");
  assert_contains (text, "أنثى");
  /* A range must never be turned round. */
  assert_contains (text, "3.2 – 11.9");
  assert_contains (text, "2026-11-21 08:30");
  /* Put together by the model, translated part by part. */
  assert_contains (text, "صفر");
  assert_contains (text, "2+");
  assert_lacks (text, " +2 ");
  /* The page is mirrored: results stand left of the names of the tests. */
  g_assert_cmpfloat (find_word (latin, "14.2"), <, 300);
  g_assert_cmpfloat (find_word (arabic, "14.2"), >, 300);
  g_assert_cmpfloat (find_word (latin, "26K7-00012-4"), >, 298);
  g_assert_cmpfloat (find_word (arabic, "26K7-00012-4"), <, 298);
  /* Who signed, and then as what: at the right edge the name ends, also where it is Latin. */
  g_assert_cmpfloat (find_word (arabic, "Kamau"), >, 510);
  bindtextdomain (GETTEXT_PACKAGE, "/nonexistent");
  remove_folder (folder);
}

static void
test_hindi (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autofree char *text = NULL;

  set_text (&data->report->language, "hi");
  set_patient (data, "अमीना", "शर्मा");
  set_text (&data->report->comment, "रक्त की जाँच");
  text = render_report_text (data, "hindi.pdf");
  assert_contains (text, "अमीना शर्मा");
  assert_contains (text, "रक्त की जाँच");
  /* No catalogue: English, not nothing. */
  assert_contains (text, "Blood count");
}

/* Words that reach over the right margin or below the foot. */
static void
check_inside (GBytes *pdf, double width, double height)
{
  char *folder = make_folder ();
  g_autofree char *path = write_file (folder, "report.pdf", pdf);
  g_autofree char *boxes = run_tool ((const char *[]){ "pdftotext", "-bbox", path, "-", NULL });
  g_autoptr (GRegex) word
      = g_regex_new ("<word xMin=\"([-0-9.]+)\" yMin=\"([-0-9.]+)\" xMax=\"([-0-9.]+)\" "
                     "yMax=\"([-0-9.]+)\">",
                     0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  int n_words = 0;

  for (g_regex_match (word, boxes, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *left = g_match_info_fetch (match, 1);
      g_autofree char *right = g_match_info_fetch (match, 3);
      g_autofree char *lower = g_match_info_fetch (match, 4);

      g_assert_cmpfloat (g_ascii_strtod (left, NULL), >, 36);
      g_assert_cmpfloat (g_ascii_strtod (right, NULL), <, width - 36);
      g_assert_cmpfloat (g_ascii_strtod (lower, NULL), <, height - 12);
      n_words++;
    }
  g_assert_cmpint (n_words, >, 100);
  remove_folder (folder);
}

static void
make_long (HemoCase *data)
{
  g_autofree char *long_name = g_strnfill (190, 'W');
  GString *comment = g_string_new (NULL);

  set_patient (data, "Amina Wilhelmina Nyambura Achieng Atieno Auma Adhiambo Akinyi", long_name);
  for (int i = 0; i < 40; i++)
    {
      g_autofree char *label
          = g_strdup_printf ("Finding %d with a long name that goes on and on", i);
      HemoLine *line = make_line (HEMO_SECTION_MORPHOLOGY_WBC, label, NAN, 0, NULL);

      line->text = g_strdup (i % 2 == 0 ? "3+"
                                        : "a description in many words, which has to wrap "
                                          "into the next line and then the one after");
      line->flag = HEMO_FLAG_CRITICAL_ABNORMAL;
      g_ptr_array_add (data->report->lines, line);
    }
  for (int i = 0; i < 60; i++)
    g_string_append_printf (comment, "Remark %d: the smear was read twice by two readers. ", i);
  set_text (&data->report->comment, comment->str);
  set_text (&data->clinic->name,
            "The Most Reverend Archbishop's Memorial Mission Hospital and School");
  set_text (&data->order->requester, long_name);
  g_string_free (comment, TRUE);
}

static void
test_long (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autoptr (GPtrArray) pictures = make_pictures ();
  g_autoptr (GBytes) pdf = NULL;
  g_autofree char *text = NULL;

  make_long (data);
  pdf = render_report (data, pictures, "long.pdf");
  text = text_of_pdf (pdf);
  assert_contains (text, "Page 4 of ");
  assert_contains (text, "Finding 39 with");
  assert_contains (text, "Remark 59:");
  assert_contains (text, "continued");
  check_inside (pdf, 595.3, 841.9);
}

/* Words without an end, wherever people may type them, run over pages and none of them is lost. */
static void
test_endless (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autoptr (GBytes) pdf = NULL;
  g_autofree char *text = NULL;
  g_autofree char *digits = g_strnfill (190, '8');
  GString *words = g_string_new (NULL);
  HemoLine *line = make_line (HEMO_SECTION_MORPHOLOGY_RBC, "Endless", NAN, 0, NULL);
  HemoLine *comment = make_line (HEMO_SECTION_MORPHOLOGY_PLT, "Comment on the smear", NAN, 0, NULL);

  for (int i = 0; i < 900; i++)
    g_string_append_printf (words, "word%d ", i);
  line->text = g_strdup (words->str);
  comment->loinc = g_strdup ("58445-8");
  comment->text = g_strdup ("the reader's own words");
  g_ptr_array_add (data->report->lines, line);
  g_ptr_array_add (data->report->lines, comment);
  for (int i = 0; i < 15; i++)
    {
      g_autofree char *value = g_strdup_printf ("%d-%s", i, digits);

      g_ptr_array_add (data->patient->identifiers, hemo_identifier_new (digits, value));
    }
  set_text (&data->order->requester, words->str);
  set_text (&data->report->reason, words->str);
  data->report->status = HEMO_REPORT_AMENDED;
  pdf = render_report (data, NULL, "endless.pdf");
  text = text_of_pdf (pdf);
  check_inside (pdf, 595.3, 841.9);
  for (int i = 0, n = 0; i < 900; i += 50, n = 0)
    {
      g_autofree char *word = g_strdup_printf ("word%d ", i);

      for (const char *at = text; (at = strstr (at, word)) != NULL; at++)
        n++;
      g_assert_cmpint (n, ==, 3);
    }
  assert_contains (text, "14-888");
  assert_contains (text, "the reader's own words");
  assert_lacks (text, "Comment on the smear");
  g_string_free (words, TRUE);
}

static void
test_letter (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autoptr (GBytes) pdf = NULL;
  char *folder = make_folder ();
  g_autofree char *path = NULL;
  g_autofree char *info = NULL;

  set_text (&data->report->language, "es_MX");
  pdf = render_report (data, NULL, "letter.pdf");
  path = write_file (folder, "report.pdf", pdf);
  info = run_tool ((const char *[]){ "pdfinfo", path, NULL });
  assert_contains (info, "612 x 792 pts (letter)");
  check_inside (pdf, 612, 792);
  remove_folder (folder);
}

/* With the words that the program ships: all of them are there, every letter has a shape, and none
 * stands beside the page. */
static void
check_language (const char *language)
{
  g_autofree char *name = g_strdup_printf ("%s.po", language);
  g_autofree char *po = g_test_build_filename (G_TEST_DIST, "..", "..", "..", "po", name, NULL);
  g_autoptr (HemoCase) data = make_case ();
  g_autoptr (GPtrArray) pictures = make_pictures ();
  g_autoptr (HemoCatalog) catalog = NULL;
  g_autoptr (GBytes) pdf = NULL;
  g_autofree char *text = NULL;
  g_autofree char *file = g_strdup_printf ("%s.pdf", language);
  char *folder = bind_catalogue (language, po);
  HemoLine *line = make_line (HEMO_SECTION_MALARIA, "Reading of a thin film", NAN, 0, NULL);

  line->text = g_strdup ("positive, 0.2 infected of 1000 red cells");
  g_ptr_array_add (data->report->lines, line);

  g_test_message ("%s", language);
  catalog = hemo_catalog_new (language);
  set_text (&data->report->language, language);
  pdf = render_report (data, pictures, file);
  text = text_of_pdf (pdf);
  assert_lacks (text, "no shape");
  assert_lacks (text, hemo_catalog_get (catalog, "Some letters have no shape in the fonts here"));
  assert_lacks (text, "Blood smear report");
  assert_lacks (text, "Signed electronically");
  assert_lacks (text, "Reference");
  assert_lacks (text, "Eosinophils");
  assert_lacks (text, "infected of");
  assert_contains (text, "0.2");
  /* Among the calls as well. */
  assert_lacks (text, "Haemoglobin");
  assert_contains (text, "3.2 – 11.9");
  assert_contains (text, "Amina Odhiambo");
  check_inside (pdf, 595.3, 841.9);
  bindtextdomain (GETTEXT_PACKAGE, "/nonexistent");
  remove_folder (folder);
}

static void
test_languages (void)
{
  static const char *const languages[] = { "ar", "es", "fr", "hi", "pt", "sw" };

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    check_language (languages[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report-pdf-layout/arabic", test_arabic);
  g_test_add_func ("/report-pdf-layout/hindi", test_hindi);
  g_test_add_func ("/report-pdf-layout/languages", test_languages);
  g_test_add_func ("/report-pdf-layout/long", test_long);
  g_test_add_func ("/report-pdf-layout/endless", test_endless);
  g_test_add_func ("/report-pdf-layout/letter", test_letter);
  return g_test_run ();
}

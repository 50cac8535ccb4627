/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Catalogues of translations: found, read, refused when damaged. */

#include "hemo-catalog.h"
#include "hemo-list-words.h"
#include "hemo-number-words.h"

#include "report-tools.h"

#include <glib/gstdio.h>
#include <libintl.h>
#include <string.h>

static GBytes *
compile (const char *order)
{
  char *folder = make_folder ();
  g_autofree char *mo = g_build_filename (folder, "x.mo", NULL);
  g_autofree char *po = g_test_build_filename (G_TEST_DIST, "ar.po", NULL);
  g_autofree char *endianness = g_strconcat ("--endianness=", order, NULL);
  g_autofree char *contents = NULL;
  gsize size;

  g_free (run_tool ((const char *[]){ "msgfmt", endianness, "-o", mo, po, NULL }));
  g_assert_true (g_file_get_contents (mo, &contents, &size, NULL));
  remove_folder (folder);
  return g_bytes_new (contents, size);
}

static void
test_read (void)
{
  static const char *const orders[] = { "little", "big" };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autoptr (GBytes) mo = compile (orders[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoCatalog) catalog = hemo_catalog_new_from_bytes (mo, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (hemo_catalog_get (catalog, "FINAL"), ==, "نهائي");
      g_assert_cmpstr (hemo_catalog_get (catalog, "Unknown"), ==, "Unknown");
      g_assert_cmpstr (hemo_list_separator_of (catalog), ==, "، ");
      /* The heading of a catalogue is no translation of the empty text. */
      g_assert_cmpstr (hemo_catalog_get (catalog, ""), ==, "");
    }
}

/* Every cut and every changed byte of the tables: refused or read, never out of bounds. */
static void
test_damaged (void)
{
  g_autoptr (GBytes) mo = compile ("little");
  gsize size;
  const guint8 *data = g_bytes_get_data (mo, &size);
  int n_refused = 0;

  for (gsize cut = 0; cut < size; cut += 7)
    {
      /* Copied, so that a sanitizer sees the end. */
      g_autoptr (GBytes) part = g_bytes_new (data, cut);

      g_assert_null (hemo_catalog_new_from_bytes (part, NULL));
    }
  for (gsize at = 0; at < MIN (size, 400); at++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);
      g_autoptr (GBytes) changed = NULL;
      g_autoptr (HemoCatalog) catalog = NULL;
      g_autoptr (GError) error = NULL;

      copy[at] ^= 0x80;
      changed = g_bytes_new (copy, size);
      catalog = hemo_catalog_new_from_bytes (changed, &error);
      if (catalog != NULL)
        {
          g_assert_nonnull (hemo_catalog_get (catalog, "FINAL"));
          continue;
        }
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      n_refused++;
    }
  g_assert_cmpint (n_refused, >, 50);
}

static void
test_find (void)
{
  g_autoptr (GBytes) mo = compile ("little");
  char *folder = make_folder ();
  g_autofree char *messages = g_build_filename (folder, "ar", "LC_MESSAGES", NULL);
  static const char *const found[] = { "ar", "ar_EG", "ar_EG.UTF-8" };
  static const char *const missing[] = { "fr", "en", "", "../ar", "ar/../ar", NULL };
  g_auto (GStrv) list = NULL;

  g_assert_cmpint (g_mkdir_with_parents (messages, 0700), ==, 0);
  g_free (write_file (messages, GETTEXT_PACKAGE ".mo", mo));
  bindtextdomain (GETTEXT_PACKAGE, folder);
  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    {
      g_autoptr (HemoCatalog) catalog = hemo_catalog_new (found[i]);

      g_assert_cmpstr (hemo_catalog_get (catalog, "FINAL"), ==, "نهائي");
    }
  for (guint i = 0; i < G_N_ELEMENTS (missing); i++)
    {
      g_autoptr (HemoCatalog) catalog = hemo_catalog_new (missing[i]);

      g_assert_cmpstr (hemo_catalog_get (catalog, "FINAL"), ==, "FINAL");
      g_assert_cmpstr (hemo_list_separator_of (catalog), ==, ", ");
    }
  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    g_assert_true (hemo_catalog_is_there (found[i]));
  g_assert_true (hemo_catalog_is_there ("en"));
  g_assert_true (hemo_catalog_is_there ("en_KE"));
  g_assert_false (hemo_catalog_is_there ("fr"));
  g_assert_false (hemo_catalog_is_there ("../ar"));
  g_assert_false (hemo_catalog_is_there (""));
  g_assert_false (hemo_catalog_is_there (NULL));
  list = hemo_catalog_list ();
  g_assert_cmpstrv (list, ((const char *const[]){ "ar", "en", NULL }));
  remove_folder (folder);
  g_strfreev (list);
  list = hemo_catalog_list ();
  g_assert_cmpstrv (list, ((const char *const[]){ "en", NULL }));
}

static void
test_language (void)
{
  g_assert_true (hemo_language_is_rtl ("ar"));
  g_assert_true (hemo_language_is_rtl ("fa_IR.UTF-8"));
  g_assert_false (hemo_language_is_rtl ("arn"));
  g_assert_false (hemo_language_is_rtl ("fr"));
  g_assert_false (hemo_language_is_rtl (NULL));
  g_assert_true (hemo_language_is_letter ("en_US"));
  g_assert_true (hemo_language_is_letter ("es_MX.UTF-8"));
  g_assert_false (hemo_language_is_letter ("en"));
  g_assert_false (hemo_language_is_letter ("en_KE"));
  g_assert_false (hemo_language_is_letter (NULL));
}

/* As a language that says the second number first. */
static const char *
translate (const char *text, gpointer data)
{
  static const char *const known[][2] = {
    { "none seen in %d fields", "aucun dans %d champs" },
    { "The differential has %d of %d cells", "De %2$d cellules %1$d" },
    { "mean of 2 readings", "moyenne de deux" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (text, known[i][0]))
      return known[i][1];
  return text;
}

static void
assert_words (const char *text, const char *expected)
{
  g_autofree char *words = hemo_number_words_translate (text, translate, NULL);

  g_assert_cmpstr (words, ==, expected);
}

static void
test_numbers (void)
{
  assert_words ("none seen in 50 fields", "aucun dans 50 champs");
  assert_words ("The differential has 40 of 100 cells", "De 100 cellules 40");
  assert_words ("mean of 2 readings", "moyenne de deux");
  assert_words ("none seen in 0.5 fields", "aucun dans 0.5 champs");
  assert_words ("none seen in 50", "none seen in 50");
  assert_words ("", "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalog/read", test_read);
  g_test_add_func ("/catalog/damaged", test_damaged);
  g_test_add_func ("/catalog/find", test_find);
  g_test_add_func ("/catalog/language", test_language);
  g_test_add_func ("/catalog/numbers", test_numbers);
  return g_test_run ();
}

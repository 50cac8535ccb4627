/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a library says is told in the language of the window, with the values that
 * stand in it and what a server said behind it. */

#include "hemo-failure.h"

#include "../store/store-fixture.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

/* In the order of their bytes, as a catalogue has them; \1 stands before what is a plural. */
static const char *const catalogue[][2] = {
  { "", "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n" },
  { "%s %s", "%s, %s" },
  { "%s must be from %g to %g %s", "%1$s: %4$s von %2$g bis %3$g" },
  { "A file could not be read", "Eine Datei wurde nicht gelesen" },
  { "A file could not be written: %s.", "Eine Datei wurde nicht geschrieben: %s." },
  { "At least 50 %% of the disk are free: %s", "50 %% sind frei: %s" },
  { "Haemoglobin", "Hämoglobin" },
  { "Make room and try again.", "Schaffen Sie Platz." },
  { "No objective is called '%s'.", "Kein Objektiv heißt '%s'." },
  { "Signing in: %s", "Anmeldung: %s" },
  { "The backup has %u file too many: %s\1The backup has %u files too many: %s",
    "%u Datei zu viel: %s\1%u Dateien zu viel: %s" },
  { "The backup was not made.", "Nichts wurde gesichert." },
  { "The server does not let this clinic do this.", "Der Server erlaubt das nicht." },
  { "The server is not reached.", "Der Server wird nicht erreicht." },
  { "This server speaks FHIR (4.0) well.", "Dieser Server spricht FHIR (4.0) gut." },
  { "failure\4%s: %s", "%s – %s" },
};

#define ENTRIES G_N_ELEMENTS (catalogue)
#define TABLES 28

static void
add_number (GByteArray *out, gsize number)
{
  guint32 little = GUINT32_TO_LE ((guint32)number);

  g_byte_array_append (out, (const guint8 *)&little, sizeof little);
}

/* A .mo as gettext reads it: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html */
static void
write_catalogue (const char *path)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GByteArray) texts = g_byte_array_new ();
  const gsize head[]
      = { 0x950412de, 0, ENTRIES, TABLES, TABLES + 8 * ENTRIES, 0, TABLES + 16 * ENTRIES };

  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    add_number (out, head[i]);
  for (guint which = 0; which < 2; which++)
    for (guint i = 0; i < ENTRIES; i++)
      {
        const char *text = catalogue[i][which];

        add_number (out, strlen (text));
        add_number (out, TABLES + 16 * ENTRIES + texts->len);
        g_byte_array_append (texts, (const guint8 *)text, (guint)strlen (text) + 1);
      }
  for (guint i = 0; i < texts->len; i++)
    texts->data[i] = texts->data[i] == 1 ? 0 : texts->data[i];
  g_byte_array_append (out, texts->data, texts->len);
  g_assert_true (g_file_set_contents (path, (const char *)out->data, out->len, NULL));
}

/* In the locale of C nothing is translated, and a bare machine has no other. */
static void
make_locale (const char *root)
{
  g_autofree char *path = g_build_filename (root, "de_DE.UTF-8", NULL);
  const char *const words[]
      = { "localedef", "-i", "de_DE", "-f", "UTF-8", "--no-archive", path, NULL };
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                &error);
  g_assert_no_error (error);
}

static void
check (const char *english, const char *said)
{
  g_autofree char *text = hemo_failure_say (english);

  g_assert_cmpstr (text, ==, said);
}

static void
test_say (void)
{
  check ("The server is not reached.", "Der Server wird nicht erreicht.");
  check ("The server does not let this clinic do this. (status 403)",
         "Der Server erlaubt das nicht. (status 403)");
  check ("The server does not let this clinic do this. (status 403: no (really) no)",
         "Der Server erlaubt das nicht. (status 403: no (really) no)");
  check ("This server speaks FHIR (4.0) well.", "Dieser Server spricht FHIR (4.0) gut.");
  check ("This server speaks FHIR (4.0) well. (status 200)",
         "Dieser Server spricht FHIR (4.0) gut. (status 200)");
  check ("Signing in: The server is not reached.", "Anmeldung: Der Server wird nicht erreicht.");
  check ("Signing in: The server does not let this clinic do this. (status 401)",
         "Anmeldung: Der Server erlaubt das nicht. (status 401)");
}

/* Values stay, or are said as well; people's own words, in quotes, never. */
static void
test_values (void)
{
  check ("Haemoglobin must be from 20 to 26.5 g/L", "Hämoglobin: g/L von 20 bis 26.5");
  check ("No objective is called 'Haemoglobin'.", "Kein Objektiv heißt 'Haemoglobin'.");
  check ("At least 50 % of the disk are free: sda", "50 % sind frei: sda");
  check ("The backup has 1 file too many: a", "1 Datei zu viel: a");
  check ("The backup has 12 files too many: a", "12 Dateien zu viel: a");
  check ("Signing in: No objective is called 'x'.", "Anmeldung: Kein Objektiv heißt 'x'.");
}

static void
test_sentences (void)
{
  check ("The backup was not made. A file could not be written: No space left on device. Make "
         "room and try again.",
         "Nichts wurde gesichert. Eine Datei wurde nicht geschrieben: No space left on device. "
         "Schaffen Sie Platz.");
  check (
      "The backup was not made. A file could not be read: Input/output error. Make room and try "
      "again.",
      "Nichts wurde gesichert. Eine Datei wurde nicht gelesen – Input/output error. Schaffen Sie "
      "Platz.");
  check ("The backup was not made. Only God knows why.",
         "Nichts wurde gesichert. Only God knows why.");
}

/* Stays as it is; never the head of the catalogue. */
static void
test_untold (void)
{
  static const char *const texts[]
      = { "",           " (",      "(",       "No such code in this server", "No such code (here)",
          "Signing in", "%s (%s)", "one two", "\xff\xfe The backup",         "20 to 26" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    check (texts[i], texts[i]);
}

int
main (int argc, char **argv)
{
  g_autofree char *root = g_dir_make_tmp (NULL, NULL);
  g_autofree char *folder = g_build_filename (root, "de", "LC_MESSAGES", NULL);
  g_autofree char *path = g_build_filename (folder, GETTEXT_PACKAGE ".mo", NULL);
  int failed;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  write_catalogue (path);
  make_locale (root);
  g_setenv ("LANGUAGE", "de", TRUE);
  g_setenv ("LOCPATH", root, TRUE);
  g_setenv ("LC_ALL", "de_DE.UTF-8", TRUE);
  g_assert_nonnull (setlocale (LC_ALL, ""));
  bindtextdomain (GETTEXT_PACKAGE, root);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/failure/say", test_say);
  g_test_add_func ("/failure/values", test_values);
  g_test_add_func ("/failure/sentences", test_sentences);
  g_test_add_func ("/failure/untold", test_untold);
  failed = g_test_run ();
  remove_tree (root);
  return failed;
}

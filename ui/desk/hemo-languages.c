/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Languages by their catalogues. */

#include "hemo-languages.h"

#include "hemo-catalog.h"
#include "hemo-settings.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>
#include <locale.h>
#include <string.h>

/* Where each is spoken: of the first one that is installed the numbers are taken. */
static const struct
{
  const char *code;
  const char *name;
  const char *countries[6];
} languages[] = {
  { "en", "English", { "GB", "US", "KE", "NG", "IN" } },
  { "fr", "Français", { "FR", "CD", "SN", "CM" } },
  { "es", "Español", { "ES", "CO", "PE", "GT" } },
  { "pt", "Português", { "PT", "MZ", "AO", "BR" } },
  { "sw", "Kiswahili", { "KE", "TZ" } },
  { "hi", "हिन्दी", { "IN" } },
  { "ar", "العربية", { "EG", "SD", "YE", "MA", "SA" } },
};

/* That the program speaks because it was chosen, or because the computer asks for it and has no
 * locale of it; NULL where the computer's locale says all. */
static const char *spoken;

static gboolean
is_installed (const char *code)
{
  g_autofree char *path = g_build_filename (hemo_catalog_get_folder (), code, "LC_MESSAGES",
                                            GETTEXT_PACKAGE ".mo", NULL);

  return g_str_equal (code, "en") || g_file_test (path, G_FILE_TEST_EXISTS);
}

GListModel *
hemo_languages_get_names (void)
{
  GtkStringList *names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, C_ ("language", "As the computer"));
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    if (is_installed (languages[i].code))
      gtk_string_list_append (names, languages[i].name);
  return G_LIST_MODEL (names);
}

guint
hemo_languages_get_chosen (GSettings *settings)
{
  g_autofree char *code = g_settings_get_string (settings, "language");
  guint index = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      if (!is_installed (languages[i].code))
        continue;
      index++;
      if (g_str_equal (languages[i].code, code))
        return index;
    }
  return 0;
}

void
hemo_languages_choose (GSettings *settings, guint index)
{
  const char *code = "";

  for (gsize i = 0; i < G_N_ELEMENTS (languages) && index > 0; i++)
    if (is_installed (languages[i].code) && --index == 0)
      code = languages[i].code;
  g_settings_set_string (settings, "language", code);
}

static const char *
find_code (const char *language)
{
  g_autofree char *code = g_strndup (language, strcspn (language, "_.@"));

  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (languages[i].code, code) && is_installed (languages[i].code))
      return languages[i].code;
  return NULL;
}

/* The first that the environment names and that there is. */
static const char *
find_wanted (void)
{
  const char *const *names = g_get_language_names ();
  const char *code = NULL;

  for (gsize i = 0; code == NULL && names[i] != NULL; i++)
    code = find_code (names[i]);
  return code;
}

static gboolean
take_locale (const char *locale)
{
  return setlocale (LC_MESSAGES, locale) != NULL && setlocale (LC_NUMERIC, locale) != NULL;
}

static gboolean
take_country (const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    for (gsize k = 0; g_str_equal (languages[i].code, code) && languages[i].countries[k] != NULL;
         k++)
      {
        g_autofree char *locale = g_strdup_printf ("%s_%s.UTF-8", code, languages[i].countries[k]);

        if (take_locale (locale))
          return TRUE;
      }
  return FALSE;
}

/* gettext looks at LANGUAGE in every locale but 'C' and 'C.something', whatever language the locale
 * itself is of. Where no other is installed, glibc finds that of C.UTF-8 under the name of a
 * country that there is not ('XX' is nobody's), and gettext does not know it for C. */
static void
take_any (void)
{
  static const char *const any[] = { "en_US.UTF-8", "en_GB.UTF-8", "C_XX.UTF-8" };
  const char *now = setlocale (LC_MESSAGES, NULL);
  gboolean taken = now != NULL && *now != 'C' && !g_str_equal (now, "POSIX");

  for (gsize i = 0; !taken && i < G_N_ELEMENTS (any); i++)
    taken = setlocale (LC_MESSAGES, any[i]) != NULL;
  setlocale (LC_NUMERIC, "C");
}

static void
speak (const char *code)
{
  const char *now = setlocale (LC_MESSAGES, NULL);

  spoken = code;
  g_setenv ("LANGUAGE", code, TRUE);
  /* Of the country as well: the computer's own is the best. */
  if (now != NULL && find_code (now) == code)
    return;
  if (!take_country (code))
    take_any ();
}

void
hemo_languages_apply (void)
{
  g_autoptr (GSettings) settings = hemo_settings_new ();
  g_autofree char *chosen = g_settings_get_string (settings, "language");
  const gboolean there = setlocale (LC_ALL, "") != NULL;
  const char *code;

  if (!g_get_charset (NULL))
    setlocale (LC_CTYPE, "C.UTF-8");
  hemo_catalog_bind ();
  code = *chosen != '\0' ? find_code (chosen) : there ? NULL : find_wanted ();
  if (code != NULL)
    speak (code);
  /* It would begin anew with what the computer says. */
  gtk_disable_setlocale ();
}

void
hemo_languages_turn (void)
{
  if (spoken != NULL)
    gtk_widget_set_default_direction (hemo_language_is_rtl (spoken) ? GTK_TEXT_DIR_RTL
                                                                    : GTK_TEXT_DIR_LTR);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Languages by their catalogues. */

#include "hemo-languages.h"

#include "hemo-catalog.h"
#include "hemo-settings.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

static const struct
{
  const char *code;
  const char *name;
} languages[] = {
  { "en", "English" },   { "fr", "Français" }, { "es", "Español" }, { "pt", "Português" },
  { "sw", "Kiswahili" }, { "hi", "हिन्दी" },    { "ar", "العربية" },
};

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

void
hemo_languages_apply (void)
{
  g_autoptr (GSettings) settings = hemo_settings_new ();
  g_autofree char *code = g_settings_get_string (settings, "language");

  if (*code != '\0')
    g_setenv ("LANGUAGE", code, TRUE);
}

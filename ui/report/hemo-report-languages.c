/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What there is a catalogue for, and what a report says already. */

#include "hemo-report-languages.h"

#include "hemo-catalog.h"

#include <string.h>

/* In their own words, so that each is found by who reads it; never translated. */
static const char *const names[][2] = {
  { "am", "አማርኛ" },       { "ar", "العربية" },
  { "bn", "বাংলা" },      { "de", "Deutsch" },
  { "en", "English" },    { "es", "Español" },
  { "fa", "فارسی" },      { "fr", "Français" },
  { "ha", "Hausa" },      { "hi", "हिन्दी" },
  { "id", "Indonesia" },  { "it", "Italiano" },
  { "km", "ខ្មែរ" },       { "lo", "ລາວ" },
  { "my", "မြန်မာ" },      { "ne", "नेपाली" },
  { "nl", "Nederlands" }, { "ps", "پښتو" },
  { "pt", "Português" },  { "pt_BR", "Português (Brasil)" },
  { "ru", "Русский" },    { "rw", "Kinyarwanda" },
  { "so", "Soomaali" },   { "sw", "Kiswahili" },
  { "th", "ไทย" },        { "tr", "Türkçe" },
  { "uk", "Українська" }, { "ur", "اردو" },
  { "vi", "Tiếng Việt" }, { "zh_CN", "简体中文" },
};

const char *
hemo_report_language_name (const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i][0], code) == 0)
      return names[i][1];
  return code;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
add (GPtrArray *list, const char *code)
{
  if (*code != '\0' && !g_ptr_array_find_with_equal_func (list, code, g_str_equal, NULL))
    g_ptr_array_add (list, g_strdup (code));
}

GStrv
hemo_report_languages_list (const char *const *more)
{
  GPtrArray *list = g_ptr_array_new ();
  g_auto (GStrv) catalogs = hemo_catalog_list ();

  for (gsize i = 0; catalogs[i] != NULL; i++)
    add (list, catalogs[i]);
  for (gsize i = 0; more != NULL && more[i] != NULL; i++)
    add (list, more[i]);
  g_ptr_array_sort (list, compare);
  g_ptr_array_add (list, NULL);
  return (GStrv)g_ptr_array_free (list, FALSE);
}

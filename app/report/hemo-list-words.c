/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Not each script has the comma of Latin. */

#include "hemo-list-words.h"

#include <glib/gi18n.h>

#define ENGLISH ", "
/* As a catalogue keeps it: the context stands before it. */
#define KEPT "between items of a list\004" ENGLISH

const char *
hemo_list_separator (void)
{
  return C_ ("between items of a list", ", ");
}

const char *
hemo_list_separator_of (const HemoCatalog *catalog)
{
  const char *found = hemo_catalog_get (catalog, KEPT);

  return g_str_equal (found, KEPT) ? ENGLISH : found;
}

char *
hemo_list_say (char **items)
{
  return g_strjoinv (hemo_list_separator (), items);
}

char *
hemo_list_say_text (const char *text)
{
  g_auto (GStrv) items = g_strsplit (text, ENGLISH, -1);

  return hemo_list_say (items);
}

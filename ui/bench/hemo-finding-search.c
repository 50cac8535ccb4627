/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings by the first letters of their names: marks and case do not matter. */

#include "hemo-finding-search.h"

#include "hemo-memory.h"

#include <glib/gi18n.h>
#include <string.h>

/* 'Döhle' is found by 'do': decomposed, without the marks. */
static char *
fold (const char *text)
{
  g_autofree char *apart = hemo_utf8_normalize (text, G_NORMALIZE_ALL);
  g_autofree char *lower = apart != NULL ? g_utf8_casefold (apart, -1) : g_strdup ("");
  GString *bare = g_string_new (NULL);

  for (const char *p = lower; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_ismark (g_utf8_get_char (p)))
      g_string_append_unichar (bare, g_utf8_get_char (p));
  return g_string_free_and_steal (bare);
}

/* 1: the name begins with it, 2: a later word does, 0: neither. */
static int
match (const char *label, const char *letters)
{
  g_autofree char *name = fold (label);

  if (g_str_has_prefix (name, letters))
    return 1;
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isalnum (g_utf8_get_char (p))
        && g_str_has_prefix (g_utf8_next_char (p), letters))
      return 2;
  return 0;
}

GPtrArray *
hemo_finding_search (const char *letters)
{
  g_autofree char *wanted = fold (letters);
  GPtrArray *found = g_ptr_array_new ();

  for (int rank = 1; *wanted != '\0' && rank <= 2; rank++)
    for (const HemoFindingInfo *info = hemo_finding_infos (); info->code != NULL; info++)
      if (match (_ (info->label), wanted) == rank)
        g_ptr_array_add (found, (gpointer)info);
  return found;
}

const char *
hemo_finding_group_name (int group)
{
  switch (group)
    {
    case HEMO_MORPHOLOGY_RBC:
      return _ ("Red Cells");
    case HEMO_MORPHOLOGY_WBC:
      return _ ("White Cells");
    default:
      return _ ("Platelets");
    }
}

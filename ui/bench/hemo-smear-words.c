/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The low-power check as a sentence of the comment on the smear. */

#include "hemo-smear-words.h"

#include <glib/gi18n.h>
#include <string.h>

const char *
hemo_smear_check_text (HemoSmearCheck check)
{
  switch (check)
    {
    case HEMO_SMEAR_ACCEPTABLE:
      return _ ("Spread and stain are acceptable.");
    case HEMO_SMEAR_POOR_SPREAD:
      return _ ("The smear is poorly spread.");
    case HEMO_SMEAR_POOR_STAIN:
      return _ ("The smear is poorly stained.");
    default:
      return NULL;
    }
}

HemoSmearCheck
hemo_smear_check_find (const char *comment)
{
  for (int i = HEMO_SMEAR_ACCEPTABLE; comment != NULL && i < HEMO_SMEAR_CHECKS; i++)
    if (g_str_has_prefix (comment, hemo_smear_check_text ((HemoSmearCheck)i)))
      return (HemoSmearCheck)i;
  return HEMO_SMEAR_UNCHECKED;
}

char *
hemo_smear_check_replace (const char *comment, HemoSmearCheck check)
{
  HemoSmearCheck old = hemo_smear_check_find (comment);
  const char *rest = comment != NULL ? comment : "";
  const char *text = hemo_smear_check_text (check);

  if (old != HEMO_SMEAR_UNCHECKED)
    rest += strlen (hemo_smear_check_text (old));
  while (*rest == ' ')
    rest++;
  if (text == NULL)
    return *rest != '\0' ? g_strdup (rest) : NULL;
  return *rest != '\0' ? g_strdup_printf ("%s %s", text, rest) : g_strdup (text);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lines of a resource without those that only a program can follow. */

#include "hemo-others-words.h"

#include "hemo-fhir-lines.h"
#include "hemo-settle-words.h"

#include <glib/gi18n.h>
#include <string.h>

static HemoTime
when (const HemoIncoming *incoming)
{
  return (HemoTime){ .utc_us = incoming->received_us };
}

char *
hemo_others_say (const HemoIncoming *incoming, char **title)
{
  g_autoptr (json_object) json
      = hemo_fhir_parse (incoming->resource, strlen (incoming->resource), NULL);
  g_autoptr (GPtrArray) lines = json != NULL ? hemo_fhir_compare_lines (NULL, json) : NULL;
  g_autofree char *who = hemo_settle_who (incoming->author, when (incoming));
  GString *text = g_string_new (NULL);
  const char *code = NULL;
  gboolean more = FALSE;

  for (guint i = 0; lines != NULL && i < lines->len; i++)
    {
      const HemoFhirLine *line = g_ptr_array_index (lines, i);

      more = more || strcmp (line->name, HEMO_FHIR_LINES_MORE) == 0;
      if (code == NULL && strcmp (line->name, "code") == 0)
        code = line->theirs;
      /* Where it points to is no news in its own case. */
      else if (line->theirs != NULL && !line->points)
        {
          /* Translators: name of a fact, and what it is */
          g_string_append_printf (text, _ ("%s: %s"), hemo_settle_element (line->name),
                                  line->theirs);
          g_string_append_c (text, '\n');
        }
    }
  if (more)
    g_string_append_printf (text, "%s\n", _ ("The record is longer than what is shown."));
  g_string_append (text, who);
  *title = code != NULL ? g_strdup_printf (_ ("%s: %s"), hemo_settle_kind (incoming->type), code)
                        : g_strdup (hemo_settle_kind (incoming->type));
  return g_string_free (text, FALSE);
}

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

/* @code: (inout) (nullable): what the resource is about, which is said here where it is known */
static void
say_lines (GString *text, json_object *json, char **code)
{
  g_autoptr (GPtrArray) lines = hemo_fhir_compare_lines (NULL, json);
  gboolean more = FALSE;

  for (guint i = 0; i < lines->len; i++)
    {
      const HemoFhirLine *line = g_ptr_array_index (lines, i);

      more = more || strcmp (line->name, HEMO_FHIR_LINES_MORE) == 0;
      if (*code == NULL && strcmp (line->name, "code") == 0)
        *code = g_strdup (line->theirs);
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
}

/* Results that have no record of their own, as small programs send them. */
static void
say_contained (GString *text, json_object *json, char **code)
{
  json_object *contained = NULL;

  if (!json_object_object_get_ex (json, "contained", &contained)
      || !json_object_is_type (contained, json_type_array))
    return;
  for (size_t i = 0; i < json_object_array_length (contained); i++)
    {
      json_object *one = json_object_array_get_idx (contained, i);

      if (g_strcmp0 (hemo_fhir_get_type (one), "Observation") == 0)
        say_lines (text, one, code);
    }
}

char *
hemo_others_say (const HemoIncoming *incoming, char **title)
{
  g_autoptr (json_object) json
      = hemo_fhir_parse (incoming->resource, strlen (incoming->resource), NULL);
  g_autofree char *who = hemo_settle_who (incoming->author, when (incoming));
  g_autofree char *code = NULL;
  GString *text = g_string_new (NULL);

  if (json != NULL)
    {
      say_lines (text, json, &code);
      say_contained (text, json, &code);
    }
  g_string_append (text, who);
  *title = code != NULL ? g_strdup_printf (_ ("%s: %s"), hemo_settle_kind (incoming->type), code)
                        : g_strdup (hemo_settle_kind (incoming->type));
  return g_string_free (text, FALSE);
}

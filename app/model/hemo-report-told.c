/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a critical value rests on, and whether a call has told it as it is now. */

#include "hemo-report-fill-private.h"

#include "hemo-codes-private.h"
#include "hemo-malaria-readings.h"
#include "hemo-report-status.h"

static void
append_result (GString *text, const HemoCase *data, const char *analyte)
{
  const HemoResult *result = analyte != NULL ? hemo_fill_find_result (data, analyte) : NULL;

  if (result != NULL)
    g_string_append_printf (text, " %s %" G_GINT64_FORMAT, result->uuid, result->version);
}

/* The cells that stand and the last one that was counted: closing a count changes nothing. */
static void
append_counts (GString *text, const HemoCase *data)
{
  for (guint i = 0; i < data->counts->len; i++)
    {
      const HemoCount *count = data->counts->pdata[i];
      gint64 last = 0;
      guint standing = 0;

      for (guint j = 0; j < count->cells->len; j++)
        {
          const HemoCountedCell *cell = count->cells->pdata[j];

          standing += cell->taken_back ? 0 : 1;
          last = cell->taken_back ? last : cell->sequence;
        }
      g_string_append_printf (text, " %s %u %" G_GINT64_FORMAT, count->uuid, standing, last);
    }
}

static void
append_platelets (GString *text, const HemoCase *data)
{
  const HemoPlatelets *platelets = data->platelets;

  if (platelets != NULL)
    g_string_append_printf (text, " %s %d %d %d", platelets->uuid, platelets->total,
                            platelets->fields, platelets->factor);
}

static gboolean
is_found_before (const GPtrArray *films, guint index)
{
  for (guint i = 0; i < index; i++)
    if (hemo_malaria_is_positive (films->pdata[i])
        && g_strcmp0 (((HemoMalaria *)films->pdata[i])->reader,
                      ((HemoMalaria *)films->pdata[index])->reader)
               == 0)
      return TRUE;
  return FALSE;
}

/* Who found parasites: their number goes on to be counted after the call. */
static void
append_films (GString *text, const HemoCase *data)
{
  g_autoptr (HemoMalariaReadings) readings = hemo_malaria_readings_new (data);

  for (guint i = 0; i < readings->all->len; i++)
    {
      const HemoMalaria *film = readings->all->pdata[i];

      if (hemo_malaria_is_positive (film) && !is_found_before (readings->all, i))
        g_string_append_printf (text, " %s", film->reader != NULL ? film->reader : "");
    }
}

static char *
describe_basis (const HemoFill *self, const HemoLine *line)
{
  g_autofree char *value = hemo_line_value_text (line);
  g_autoptr (GString) text = g_string_new (value);

  switch (line->section)
    {
    case HEMO_SECTION_CBC:
      append_result (text, self->data, line->analyte);
      if (line->local_code != NULL)
        append_counts (text, self->data);
      break;
    case HEMO_SECTION_DIFFERENTIAL:
      append_counts (text, self->data);
      if (g_strcmp0 (line->ucum, "10*9/L") == 0)
        append_result (text, self->data, "wbc");
      break;
    case HEMO_SECTION_PLATELETS:
      append_platelets (text, self->data);
      break;
    case HEMO_SECTION_MALARIA:
      append_films (text, self->data);
      break;
    default:
      break;
    }
  return hemo_uuid_from_name (line->uuid, text->str);
}

void
hemo_fill_bases (HemoFill *self)
{
  for (guint i = 0; i < self->report->lines->len; i++)
    {
      HemoLine *line = self->report->lines->pdata[i];

      g_clear_pointer (&line->basis, g_free);
      if (hemo_flag_is_critical (line->flag))
        line->basis = describe_basis (self, line);
    }
}

/* 'cbc/hb', 'differential/blast%', 'malaria/51587-4' */
static char *
name_line (const HemoLine *line)
{
  const char *code = line->local_code != NULL ? line->local_code
                     : line->analyte != NULL  ? line->analyte
                                              : line->loinc;

  return g_strdup_printf ("%s/%s", hemo_section_to_code (line->section), code != NULL ? code : "");
}

static gboolean
is_named (const HemoLine *line, const char *name)
{
  return g_strcmp0 (line->label, name) == 0 || g_strcmp0 (line->analyte, name) == 0
         || g_strcmp0 (line->local_code, name) == 0 || g_strcmp0 (line->loinc, name) == 0;
}

char *
hemo_report_told_lines (const HemoReport *self, const char *analytes)
{
  g_auto (GStrv) names = g_strsplit (analytes != NULL ? analytes : "", ", ", -1);
  GString *told = g_string_new (NULL);

  for (guint i = 0; i < self->lines->len; i++)
    {
      const HemoLine *line = self->lines->pdata[i];
      gboolean named = FALSE;

      for (guint j = 0; names[j] != NULL; j++)
        named = named || is_named (line, names[j]);
      if (named && line->basis != NULL)
        {
          g_autofree char *name = name_line (line);

          g_string_append_printf (told, "%s%s=%s", told->len > 0 ? ";" : "", name, line->basis);
        }
    }
  return g_string_free (told, FALSE);
}

/* A call from before it was noted what it told: by its words, and nothing that is newer. */
static gboolean
was_told_by_name (const HemoCriticalCall *call, const HemoLine *line)
{
  g_auto (GStrv) told = NULL;

  if (call->analytes == NULL || (call->at.utc_us != 0 && line->at.utc_us > call->at.utc_us))
    return FALSE;
  told = g_strsplit (call->analytes, ", ", -1);
  return line->label != NULL && g_strv_contains ((const char *const *)told, line->label);
}

/* Whether it was about the value as it is now. */
static gboolean
is_about (const HemoCriticalCall *call, const HemoLine *line)
{
  g_autofree char *name = NULL;
  g_autofree char *wanted = NULL;
  g_auto (GStrv) told = NULL;

  /* A report that was signed before lines had a basis is judged as it was then. */
  if (call->told_lines == NULL || line->basis == NULL)
    return was_told_by_name (call, line);
  name = name_line (line);
  wanted = g_strdup_printf ("%s=%s", name, line->basis);
  told = g_strsplit (call->told_lines, ";", -1);
  return g_strv_contains ((const char *const *)told, wanted);
}

static gboolean
was_told_by (const HemoCriticalCall *call, const HemoLine *line)
{
  return call->read_back && !call->not_reached && is_about (call, line);
}

gboolean
hemo_report_is_withdrawn (const HemoReport *self)
{
  return self->status == HEMO_REPORT_ENTERED_IN_ERROR || self->status == HEMO_REPORT_CANCELLED;
}

gboolean
hemo_case_results_are_void (const HemoCase *data)
{
  return data->reports->len > 0
         && hemo_report_is_withdrawn (data->reports->pdata[data->reports->len - 1]);
}

static gboolean
was_tried (const HemoReport *self, const HemoLine *line)
{
  for (guint i = 0; i < self->calls->len; i++)
    {
      const HemoCriticalCall *call = self->calls->pdata[i];

      if (call->not_reached && is_about (call, line))
        return TRUE;
    }
  return FALSE;
}

gboolean
hemo_report_line_needs_call (const HemoReport *self, const HemoLine *line)
{
  if (!hemo_flag_is_critical (line->flag) || hemo_report_is_withdrawn (self))
    return FALSE;
  for (guint i = 0; i < self->calls->len; i++)
    if (was_told_by (self->calls->pdata[i], line))
      return FALSE;
  return TRUE;
}

gboolean
hemo_report_needs_call (const HemoReport *self)
{
  for (guint i = 0; i < self->lines->len; i++)
    if (hemo_report_line_needs_call (self, self->lines->pdata[i]))
      return TRUE;
  return FALSE;
}

gboolean
hemo_report_needs_attempt (const HemoReport *self)
{
  for (guint i = 0; i < self->lines->len; i++)
    if (hemo_report_line_needs_call (self, self->lines->pdata[i])
        && !was_tried (self, self->lines->pdata[i]))
      return TRUE;
  return FALSE;
}

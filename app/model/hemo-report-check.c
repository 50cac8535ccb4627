/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a report still lacks before it is signed. */

#include "hemo-case.h"

#include "hemo-report-fill-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

static HemoDifferential
sum_counts (const HemoCase *data)
{
  HemoDifferential sum = { 0 };

  for (guint i = 0; i < data->counts->len; i++)
    hemo_differential_add (&sum, data->counts->pdata[i]);
  return sum;
}

/* Each count has to reach its own target. */
static void
list_missing_cells (const HemoCase *data, GStrvBuilder *missing)
{
  if (data->counts->len == 0)
    g_strv_builder_add (missing, _ ("The differential has not been counted"));
  for (guint i = 0; i < data->counts->len; i++)
    {
      const HemoCount *count = data->counts->pdata[i];
      HemoDifferential counted = { 0 };

      hemo_differential_add (&counted, count);
      if (counted.denominator < count->target)
        g_strv_builder_take (missing, g_strdup_printf (_ ("The differential has %d of %d cells"),
                                                       counted.denominator, count->target));
    }
}

static void
list_missing_morphology (const HemoCase *data, GStrvBuilder *missing)
{
  static const char *const texts[HEMO_MORPHOLOGY_GROUPS]
      = { N_ ("The red cells have not been judged"), N_ ("The white cells have not been judged"),
          N_ ("The platelets have not been judged") };

  for (int group = 0; group < HEMO_MORPHOLOGY_GROUPS; group++)
    {
      gboolean examined = FALSE;

      for (guint i = 0; i < data->morphologies->len; i++)
        examined = examined || ((HemoMorphology *)data->morphologies->pdata[i])->examined[group];
      if (!examined)
        g_strv_builder_add (missing, _ (texts[group]));
    }
}

static void
list_missing_malaria (const HemoReport *self, const HemoCase *data, GStrvBuilder *missing)
{
  gboolean stated = FALSE;

  for (guint i = 0; i < data->malarias->len; i++)
    {
      const HemoMalaria *film = data->malarias->pdata[i];
      int done = film->thick ? film->wbc : film->rbc;

      if (film->parasites > 0 && !hemo_malaria_is_complete (film))
        g_strv_builder_take (
            missing, g_strdup_printf (film->thick ? _ ("The thick film has %d of %d white cells")
                                                  : _ ("The thin film has %d of %d red cells"),
                                      done, hemo_malaria_target (film)));
    }
  for (guint i = 0; i < self->lines->len; i++)
    {
      const HemoLine *line = self->lines->pdata[i];

      if (line->section != HEMO_SECTION_MALARIA || g_strcmp0 (line->loinc, "51587-4") != 0)
        continue;
      stated = TRUE;
      if (line->flag == HEMO_FLAG_NONE && g_strcmp0 (line->text, "negative") != 0)
        g_strv_builder_take (
            missing, g_strdup_printf (_ ("Fewer than %d fields of a thick film are clear of "
                                         "parasites: this is not yet negative"),
                                      HEMO_MALARIA_CLEAR_FIELDS));
    }
  if (!stated)
    g_strv_builder_add (missing, _ ("Nobody has looked for malaria parasites"));
}

static void
list_missing_values (const HemoCase *data, GStrvBuilder *missing)
{
  static const char *const analytes[] = { "wbc", "hb", "plt" };

  for (gsize i = 0; i < G_N_ELEMENTS (analytes); i++)
    if (hemo_fill_find_result (data, analytes[i]) == NULL)
      g_strv_builder_take (missing, g_strdup_printf (_ ("%s: no value has been entered"),
                                                     _ (hemo_analyte_info (analytes[i])->label)));
}

GStrv
hemo_report_missing (const HemoReport *self, const HemoCase *data)
{
  g_autoptr (GStrvBuilder) missing = g_strv_builder_new ();
  HemoTests tests = data->order != NULL ? data->order->tests : 0;

  if (tests & HEMO_TEST_DIFFERENTIAL)
    list_missing_cells (data, missing);
  if (tests & HEMO_TEST_MORPHOLOGY)
    list_missing_morphology (data, missing);
  if (tests & HEMO_TEST_PLATELETS
      && (data->platelets == NULL || !isfinite (hemo_platelets_estimate (data->platelets))))
    g_strv_builder_add (missing, _ ("The platelets have not been estimated"));
  if (tests & HEMO_TEST_MALARIA)
    list_missing_malaria (self, data, missing);
  if (tests & HEMO_TEST_CBC)
    list_missing_values (data, missing);
  return g_strv_builder_end (missing);
}

/* Whether a call that was read back told @line. A value that was measured after the call was not
 * told, whatever its name. */
static gboolean
was_told (const HemoReport *self, const HemoLine *line)
{
  for (guint i = 0; i < self->calls->len; i++)
    {
      const HemoCriticalCall *call = self->calls->pdata[i];
      g_auto (GStrv) told = NULL;

      if (!call->read_back || call->analytes == NULL)
        continue;
      if (line->section == HEMO_SECTION_CBC && call->at.utc_us != 0
          && line->at.utc_us > call->at.utc_us)
        continue;
      told = g_strsplit (call->analytes, ", ", -1);
      if (g_strv_contains ((const char *const *)told, line->label))
        return TRUE;
    }
  return FALSE;
}

gboolean
hemo_report_needs_call (const HemoReport *self)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const HemoLine *line = self->lines->pdata[i];

      if (hemo_flag_is_critical (line->flag) && !was_told (self, line))
        return TRUE;
    }
  return FALSE;
}

/* What the differential states of @analyte. */
static const HemoLine *
find_line (const HemoReport *self, const char *analyte)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const HemoLine *line = self->lines->pdata[i];

      if (line->section == HEMO_SECTION_DIFFERENTIAL && g_strcmp0 (line->analyte, analyte) == 0)
        return line;
    }
  return NULL;
}

/* Whether a flagged absolute count could, by its interval, lie inside its limits. */
static gboolean
is_doubtful (const HemoReport *self, const char *analyte)
{
  const HemoLine *line = analyte != NULL ? find_line (self, analyte) : NULL;

  if (line == NULL)
    return FALSE;
  return line->value < line->reference_low
             ? line->interval_high >= line->reference_low
             : line->value > line->reference_high && line->interval_low <= line->reference_high;
}

gboolean
hemo_report_wants_more_cells (const HemoReport *self,
                              const HemoCase *data,
                              HemoCellClass *cell_class)
{
  HemoDifferential sum = sum_counts (data);

  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    {
      const HemoCellClassInfo *info = hemo_cell_class_info ((HemoCellClass)i);
      const char *percent = info->percent_analyte;
      /* The limits of neutrophils are those of segmented and band together. */
      const char *absolute = i == HEMO_CELL_SEGMENTED ? "neut" : info->analyte;
      const HemoLine *line = percent != NULL ? find_line (self, percent) : NULL;

      if ((line == NULL
           || !hemo_differential_wants_more (&sum, (HemoCellClass)i, line->reference_low,
                                             line->reference_high))
          && !is_doubtful (self, absolute))
        continue;
      if (cell_class != NULL)
        *cell_class = (HemoCellClass)i;
      return TRUE;
    }
  return FALSE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lines of morphology and of the platelet estimate. */

#include "hemo-report-fill-private.h"

#include "hemo-interval-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define COMMENT_LOINC "58445-8"
#define ESTIMATE_LOINC "49497-1"
#define ADEQUACY_LOINC "9317-9"
#define CLUMPS "platelet-clumps"

static const HemoSection sections[HEMO_MORPHOLOGY_GROUPS]
    = { HEMO_SECTION_MORPHOLOGY_RBC, HEMO_SECTION_MORPHOLOGY_WBC, HEMO_SECTION_MORPHOLOGY_PLT };

/* Who looked last decides: a pathologist's reading follows the technician's. */
static const HemoMorphology *
find_last_reading (const HemoCase *data, HemoMorphologyGroup group)
{
  const HemoMorphology *last = NULL;

  for (guint i = 0; i < data->morphologies->len; i++)
    {
      const HemoMorphology *reading = data->morphologies->pdata[i];

      if (reading->examined[group] && (last == NULL || reading->at.utc_us >= last->at.utc_us))
        last = reading;
    }
  return last;
}

gboolean
hemo_fill_has_clumps (const HemoCase *data)
{
  const HemoMorphology *reading = find_last_reading (data, HEMO_MORPHOLOGY_PLT);

  return (data->platelets != NULL && data->platelets->clumps)
         || (reading != NULL && hemo_morphology_get_grade (reading, CLUMPS) > 0);
}

static void
add_finding (HemoFill *self, const HemoFindingInfo *info, int grade, HemoTime at)
{
  HemoLine *line
      = hemo_fill_add (self, sections[info->group], info->code, info->label, info->loinc);

  line->analyte = g_strdup (info->code);
  line->text = info->graded ? g_strdup_printf ("%d+", grade) : g_strdup (N_ ("seen"));
  line->flag = HEMO_FLAG_ABNORMAL;
  line->at = at;
}

static void
add_normal (HemoFill *self, HemoMorphologyGroup group, HemoTime at)
{
  HemoLine *line
      = hemo_fill_add (self, sections[group], "overall", hemo_section_label (sections[group]),
                       hemo_morphology_overall_loinc (group));

  line->text = g_strdup (N_ ("normal"));
  line->at = at;
}

/* Clumps that were seen while platelets were counted are a finding as well. */
static gboolean
has_counted_clumps (const HemoFill *self, HemoMorphologyGroup group)
{
  return group == HEMO_MORPHOLOGY_PLT && self->data->platelets != NULL
         && self->data->platelets->clumps;
}

static void
add_group (HemoFill *self, HemoMorphologyGroup group)
{
  const HemoMorphology *reading = find_last_reading (self->data, group);
  gboolean clumps = has_counted_clumps (self, group);
  int found = 0;

  for (const HemoFindingInfo *info = hemo_finding_infos (); info->code != NULL; info++)
    {
      int grade = reading != NULL ? hemo_morphology_get_grade (reading, info->code) : 0;
      gboolean counted = clumps && strcmp (info->code, CLUMPS) == 0;

      if (info->group != group || (grade == 0 && !counted))
        continue;
      add_finding (self, info, grade, grade != 0 ? reading->at : self->data->platelets->at);
      found++;
    }
  if (reading != NULL && found == 0)
    add_normal (self, group, reading->at);
}

/* The comments of all readers, each under its own name within the report. */
static void
add_comments (HemoFill *self)
{
  for (guint i = 0; i < self->data->morphologies->len; i++)
    {
      const HemoMorphology *reading = self->data->morphologies->pdata[i];
      g_autofree char *code = g_strdup_printf ("comment/%s", reading->uuid);
      HemoLine *line;

      if (reading->comment == NULL || *reading->comment == '\0')
        continue;
      line = hemo_fill_add (self, HEMO_SECTION_MORPHOLOGY_PLT, code, N_ ("Comment on the smear"),
                            COMMENT_LOINC);
      line->text = g_strdup (reading->comment);
      line->at = reading->at;
    }
}

void
hemo_fill_morphology (HemoFill *self)
{
  for (int group = 0; group < HEMO_MORPHOLOGY_GROUPS; group++)
    add_group (self, (HemoMorphologyGroup)group);
  add_comments (self);
}

/* What the estimate means in words; NULL when there are no limits to hold it against. */
static const char *
judge_adequacy (const HemoLine *estimate, gboolean clumps)
{
  switch (estimate->flag)
    {
    case HEMO_FLAG_LOW:
    case HEMO_FLAG_CRITICAL_LOW:
      return clumps ? N_ ("cannot be judged because of clumps") : N_ ("decreased");
    case HEMO_FLAG_HIGH:
    case HEMO_FLAG_CRITICAL_HIGH:
      return N_ ("increased");
    default:
      return isfinite (estimate->reference_low) ? N_ ("adequate") : NULL;
    }
}

static void
add_adequacy (HemoFill *self, const HemoLine *estimate, gboolean clumps)
{
  const char *text = judge_adequacy (estimate, clumps);
  HemoFlag flag = estimate->flag;
  HemoTime at = estimate->at;
  HemoLine *line;

  if (text == NULL)
    return;
  line = hemo_fill_add (self, HEMO_SECTION_PLATELETS, "adequacy", N_ ("Platelet adequacy"),
                        ADEQUACY_LOINC);
  line->text = g_strdup (text);
  line->flag = flag == HEMO_FLAG_NONE ? HEMO_FLAG_NONE : HEMO_FLAG_ABNORMAL;
  line->at = at;
}

void
hemo_fill_platelets (HemoFill *self)
{
  const HemoPlatelets *platelets = self->data->platelets;
  double value = platelets != NULL ? hemo_platelets_estimate (platelets) : NAN;
  gboolean clumps = hemo_fill_has_clumps (self->data);
  double scale;
  HemoLine *line;

  if (!isfinite (value))
    return;
  line = hemo_fill_add (self, HEMO_SECTION_PLATELETS, "estimate", N_ ("Platelets (estimate)"),
                        ESTIMATE_LOINC);
  line->at = platelets->at;
  hemo_fill_value (self, line, value, 0, "10*9/L", "plt");
  scale = platelets->factor / 1000.0 / platelets->fields;
  hemo_interval_garwood (platelets->total, &line->interval_low, &line->interval_high);
  line->interval_low *= scale;
  line->interval_high *= scale;
  if (clumps)
    hemo_fill_note (line, HEMO_NOTE_CLUMPS);
  add_adequacy (self, line, clumps);
}

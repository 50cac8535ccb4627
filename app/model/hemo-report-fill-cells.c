/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The differential's lines: percentages, absolutes, nRBC. */

#include "hemo-report-fill-private.h"

#include "hemo-interval-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define CELLS_ENOUGH 100
/* Neutrophils [#/volume] in Blood by Manual count. */
#define NEUTROPHILS_LOINC "753-4"

/* When the last cell that stands was counted. */
static HemoTime
last_counted (const HemoCase *data)
{
  HemoTime last = { 0 };

  for (guint i = 0; i < data->counts->len; i++)
    {
      const HemoCount *count = data->counts->pdata[i];

      for (guint j = 0; j < count->cells->len; j++)
        {
          const HemoCountedCell *cell = count->cells->pdata[j];

          if (!cell->taken_back && cell->at.utc_us > last.utc_us)
            last = cell->at;
        }
    }
  return last;
}

/* The five that every differential states; the others only when they were seen. */
static gboolean
is_stated (const HemoDifferential *differential, HemoCellClass cell_class)
{
  switch (cell_class)
    {
    case HEMO_CELL_SEGMENTED:
    case HEMO_CELL_LYMPHOCYTE:
    case HEMO_CELL_MONOCYTE:
    case HEMO_CELL_EOSINOPHIL:
    case HEMO_CELL_BASOPHIL:
      return TRUE;
    default:
      return differential->tally[cell_class] > 0;
    }
}

/* Cells that no blood has when all is well. Blasts are always to be told. */
static HemoFlag
judge_class (HemoCellClass cell_class)
{
  switch (cell_class)
    {
    case HEMO_CELL_BLAST:
      return HEMO_FLAG_CRITICAL_ABNORMAL;
    case HEMO_CELL_METAMYELOCYTE:
    case HEMO_CELL_MYELOCYTE:
    case HEMO_CELL_PROMYELOCYTE:
    case HEMO_CELL_IMMATURE:
    case HEMO_CELL_ABNORMAL_LYMPHOCYTE:
    case HEMO_CELL_PROLYMPHOCYTE:
    case HEMO_CELL_PLASMA:
      return HEMO_FLAG_ABNORMAL;
    default:
      return HEMO_FLAG_NONE;
    }
}

static void
add_percent (HemoFill *self, HemoCellClass cell_class, HemoTime at)
{
  const HemoCellClassInfo *info = hemo_cell_class_info (cell_class);
  const HemoDifferential *differential = &self->differential;
  HemoLine *line = hemo_fill_add (self, HEMO_SECTION_DIFFERENTIAL, info->code, info->label,
                                  info->percent_loinc);

  line->at = at;
  /* A tenth of a percent means something from 200 cells on. */
  hemo_fill_value (self, line, hemo_differential_percent (differential, cell_class),
                   differential->denominator > CELLS_ENOUGH ? 1 : 0,
                   info->in_denominator ? "%" : "/100{WBCs}", info->percent_analyte);
  hemo_differential_interval (differential, cell_class, &line->interval_low, &line->interval_high);
  if (judge_class (cell_class) != HEMO_FLAG_NONE && !hemo_flag_is_critical (line->flag))
    line->flag = judge_class (cell_class);
  if (differential->denominator < CELLS_ENOUGH)
    hemo_fill_note (line, HEMO_NOTE_FEW_CELLS);
}

/* An absolute from @tally cells of the denominator. */
static void
add_absolute (HemoFill *self,
              const char *code,
              const char *label,
              const char *loinc,
              const char *analyte,
              int tally,
              HemoTime at)
{
  HemoLine *line = hemo_fill_add (self, HEMO_SECTION_DIFFERENTIAL, code, label, loinc);
  int total = self->differential.denominator;

  line->at = at;
  hemo_fill_value (self, line, self->wbc * tally / total, 2, "10*9/L", analyte);
  hemo_interval_wilson (tally, total, &line->interval_low, &line->interval_high);
  line->interval_low *= self->wbc;
  line->interval_high *= self->wbc;
  if (self->wbc_corrected)
    hemo_fill_note (line, HEMO_NOTE_CORRECTED_WBC);
  if (total < CELLS_ENOUGH)
    hemo_fill_note (line, HEMO_NOTE_FEW_CELLS);
}

static void
add_class_absolute (HemoFill *self, HemoCellClass cell_class, HemoTime at)
{
  const HemoCellClassInfo *info = hemo_cell_class_info (cell_class);
  g_autofree char *code = g_strconcat (info->code, "-absolute", NULL);

  add_absolute (self, code, info->absolute_label, info->absolute_loinc, info->analyte,
                self->differential.tally[cell_class], at);
}

/* Neutrophils as the limits mean them: segmented and band together. */
static void
add_neutrophils (HemoFill *self, HemoTime at)
{
  const HemoAnalyteInfo *info = hemo_analyte_info ("neut");
  const int *tally = self->differential.tally;

  add_absolute (self, info->code, info->label, NEUTROPHILS_LOINC, info->code,
                tally[HEMO_CELL_SEGMENTED] + tally[HEMO_CELL_BAND], at);
}

void
hemo_fill_differential (HemoFill *self)
{
  HemoTime at = last_counted (self->data);

  if (self->differential.denominator <= 0)
    return;
  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    if (is_stated (&self->differential, (HemoCellClass)i))
      add_percent (self, (HemoCellClass)i, at);
  if (!isfinite (self->wbc))
    return;
  add_neutrophils (self, at);
  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    if (is_stated (&self->differential, (HemoCellClass)i)
        && hemo_cell_class_info ((HemoCellClass)i)->in_denominator)
      add_class_absolute (self, (HemoCellClass)i, at);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sum of one or more counts: percentages with their intervals, absolutes. */

#include "hemo-differential.h"

#include "hemo-interval-private.h"

#include <math.h>

/* Above this many nRBC per 100 WBC the white count of an analyser is corrected. */
#define NRBC_CORRECTED_ABOVE 5

void
hemo_differential_add (HemoDifferential *self, const HemoCount *count)
{
  for (guint i = 0; i < count->cells->len; i++)
    {
      const HemoCountedCell *cell = count->cells->pdata[i];
      const HemoCellClassInfo *info = hemo_cell_class_info (cell->cell_class);

      if (cell->taken_back || info == NULL)
        continue;
      self->tally[cell->cell_class]++;
      self->denominator += info->in_denominator ? 1 : 0;
    }
}

double
hemo_differential_percent (const HemoDifferential *self, HemoCellClass cell_class)
{
  if (self->denominator <= 0 || cell_class >= HEMO_CELL_CLASSES)
    return NAN;
  return 100.0 * self->tally[cell_class] / self->denominator;
}

void
hemo_differential_interval (const HemoDifferential *self,
                            HemoCellClass cell_class,
                            double *low,
                            double *high)
{
  const HemoCellClassInfo *info = hemo_cell_class_info (cell_class);

  if (self->denominator <= 0 || info == NULL)
    {
      *low = *high = NAN;
      return;
    }
  if (info->in_denominator)
    {
      hemo_interval_wilson (self->tally[cell_class], self->denominator, low, high);
      *low *= 100;
      *high *= 100;
      return;
    }
  hemo_interval_garwood (self->tally[cell_class], low, high);
  *low *= 100.0 / self->denominator;
  *high *= 100.0 / self->denominator;
}

double
hemo_differential_corrected_wbc (const HemoDifferential *self, double wbc, gboolean uncorrected)
{
  double nrbc = hemo_differential_percent (self, HEMO_CELL_NRBC);

  if (!uncorrected || !(nrbc > NRBC_CORRECTED_ABOVE))
    return wbc;
  return wbc * 100 / (100 + nrbc);
}

double
hemo_differential_absolute (const HemoDifferential *self, HemoCellClass cell_class, double wbc)
{
  return hemo_differential_percent (self, cell_class) * wbc / 100;
}

gboolean
hemo_differential_wants_more (const HemoDifferential *self,
                              HemoCellClass cell_class,
                              double low,
                              double high)
{
  double percent = hemo_differential_percent (self, cell_class);
  double from, to;

  hemo_differential_interval (self, cell_class, &from, &to);
  if (isnan (percent))
    return FALSE;
  if (isfinite (low) && percent < low)
    return to >= low;
  if (isfinite (high) && percent > high)
    return from <= high;
  return FALSE;
}

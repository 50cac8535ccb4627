/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the red cells of some fields come to. */

#include "hemo-field-cells.h"

#include "hemo-interval-private.h"

#include <math.h>

/* Micrometres of a bin. */
#define BIN 0.5
/* Share of a cell's own size within which an edge has cut it, or may have. */
#define CUT 0.05

void
hemo_cell_stats_init (HemoCellStats *self)
{
  *self = (HemoCellStats){ .mean = NAN, .spread = NAN, .area = NAN };
}

static gboolean
is_whole (const HemoFieldCells *cells, const HemoFoundCell *cell)
{
  const double across = CUT * cell->width, down = CUT * cell->height;

  return cell->x > across && cell->y > down && cell->x + cell->width < cells->width - across
         && cell->y + cell->height < cells->height - down;
}

static void
measure (HemoCellStats *self, double diameter)
{
  const double area = G_PI / 4 * diameter * diameter;
  const double before = self->measured > 0 ? self->mean : 0;
  const int bin = (int)(diameter / BIN);

  self->measured++;
  self->mean = before + (diameter - before) / self->measured;
  self->squares += (diameter - before) * (diameter - self->mean);
  self->area = self->measured > 1 ? self->area + (area - self->area) / self->measured : area;
  if (self->measured > 1)
    self->spread = sqrt (self->squares / (self->measured - 1));
  self->histogram[CLAMP (bin, 0, HEMO_CELL_BINS - 1)]++;
}

void
hemo_cell_stats_add (HemoCellStats *self, const HemoFieldCells *cells)
{
  const double scale = cells->micrometres_per_pixel;

  self->fields++;
  for (int kind = 0; kind < HEMO_N_CELL_KINDS; kind++)
    self->counts[kind] += hemo_field_cells_count (cells, (HemoCellKind)kind);
  for (guint i = 0; scale > 0 && i < cells->cells->len; i++)
    {
      const HemoFoundCell *cell = cells->cells->pdata[i];

      if (cell->kind == HEMO_CELL_RED && hemo_field_cells_stands (cells, cell)
          && is_whole (cells, cell))
        measure (self, scale * sqrt (cell->width * cell->height));
    }
}

gboolean
hemo_cell_stats_ratio (
    const HemoCellStats *self, HemoCellKind kind, double *ratio, double *low, double *high)
{
  const int red = self->counts[HEMO_CELL_RED], other = self->counts[kind];
  double share_low, share_high;

  if (red + other == 0)
    return FALSE;
  hemo_interval_wilson (other, red + other, &share_low, &share_high);
  *ratio = other > 0 ? (double)red / other : INFINITY;
  *low = (1 - share_high) / share_high;
  *high = share_low > 0 ? (1 - share_low) / share_low : INFINITY;
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The classical method: what is stained, cut where it is narrow. */

#include "hemo-detect-private.h"

#include <math.h>
#include <string.h>

/* The square roots of optical densities, so that few dark nuclei do not outweigh many pale cells,
 * are counted in this many steps up to that of DENSITY_MOST. */
#define STEPS 256
#define DENSITY_MOST 1.6
/* Below this, what stands out is noise. */
#define DENSITY_LEAST 0.035
/* Steps from a pixel to its neighbour and to the one across (G. Borgefors, 'Distance
 * transformations in digital images', 1986). */
#define STRAIGHT 3
#define ACROSS 4

/* What became of a pixel: nothing, or the number of its cell from 1. */
typedef struct
{
  int width;
  int height;
  float *density[3];
  guint8 *covered;
  guint16 *distance;
  gint32 *cell;
} Plane;

typedef struct
{
  int x0;
  int y0;
  int x1;
  int y1;
  int area;
  int peak;
  double density[3];
  gint32 parent;
} Region;

static void
plane_init (Plane *self, const HemoPixels *pixels)
{
  const gsize n = (gsize)pixels->width * pixels->height;

  self->width = pixels->width;
  self->height = pixels->height;
  for (int c = 0; c < 3; c++)
    self->density[c] = g_new (float, n);
  self->covered = g_new0 (guint8, n);
  self->distance = g_new0 (guint16, n);
  self->cell = g_new0 (gint32, n);
}

static void
plane_clear (Plane *self)
{
  for (int c = 0; c < 3; c++)
    g_free (self->density[c]);
  g_free (self->covered);
  g_free (self->distance);
  g_free (self->cell);
}

/* Steps of the table of logarithms for what comes through, from 0 to 1.5. */
#define THROUGH_STEPS 1536

static gboolean
measure_density (Plane *self, const HemoField *field)
{
  g_autoptr (HemoMap) map = hemo_map_new (self->width, self->height, 3);
  float table[THROUGH_STEPS + 1];

  if (map == NULL)
    return FALSE;
  for (int i = 0; i <= THROUGH_STEPS; i++)
    table[i] = -logf (MAX (1.5f * (float)i / THROUGH_STEPS, 0.02f));
  hemo_light_even_out (&field->light, field->pixels, 0, 0, 1, 1, map);
  for (int y = 0; y < self->height; y++)
    {
      const float *row = hemo_map_at (map, 0, y);

      for (int x = 0; x < self->width; x++)
        for (int c = 0; c < 3; c++)
          self->density[c][(gsize)y * self->width + x]
              = table[(int)((row[3 * x + c] + 1) * (THROUGH_STEPS / 1.5f) + 0.5f)];
    }
  return TRUE;
}

/* The step, at most @end, that parts what is counted below @end into two kinds with the least
 * spread within each; @share is what that takes off the spread, of 1. */
static int
part (const gint64 counts[STEPS], int end, double *share)
{
  double n = 0, sum = 0, squares = 0, below = 0, sum_below = 0, best = 0;
  int first = 0, last = 0;

  for (int i = 0; i < end; i++)
    {
      n += (double)counts[i];
      sum += (double)i * (double)counts[i];
      squares += (double)i * i * (double)counts[i];
    }
  for (int i = 0; i < end - 1; i++)
    {
      double apart, between;

      below += (double)counts[i];
      sum_below += (double)i * (double)counts[i];
      if (below <= 0 || below >= n)
        continue;
      apart = sum_below / below - (sum - sum_below) / (n - below);
      between = below * (n - below) * apart * apart;
      if (between > best)
        {
          best = between;
          first = i + 1;
        }
      /* The middle of steps that part alike. */
      if (between >= best * (1 - 1e-9))
        last = i + 1;
    }
  *share = n > 0 && squares * n > sum * sum ? best / n / (squares - sum * sum / n) : 0;
  return (first + last) / 2;
}

/* Where nuclei outweigh pale cells, the threshold lies between those; what is below it falls into
 * two kinds again, which mere noise does not (that gives a share of 0.64). */
static double
find_threshold (const Plane *self)
{
  const gsize n = (gsize)self->width * self->height;
  gint64 counts[STEPS] = { 0 };
  double share;
  int threshold, lower;

  for (gsize i = 0; i < n; i++)
    counts[(int)CLAMP (sqrtf (MAX (self->density[1][i], 0) / (float)DENSITY_MOST) * STEPS, 0,
                       STEPS - 1)]++;
  threshold = part (counts, STEPS, &share);
  lower = part (counts, threshold, &share);
  if (share > 0.8 && pow ((double)lower / STEPS, 2) * DENSITY_MOST > DENSITY_LEAST)
    threshold = lower;
  return MAX (pow ((double)threshold / STEPS, 2) * DENSITY_MOST, DENSITY_LEAST);
}

/* Gathers in @found what hangs together of the pixels that are not covered, beginning at @start.
 * Returns whether it ends before the edge of the field everywhere. */
static gboolean
gather_gap (const Plane *self, gsize start, guint8 *seen, GArray *found)
{
  gboolean closed = TRUE;

  g_array_set_size (found, 0);
  g_array_append_val (found, start);
  seen[start] = 1;
  for (guint i = 0; i < found->len; i++)
    {
      const gsize at = g_array_index (found, gsize, i);
      const int x = (int)(at % (gsize)self->width), y = (int)(at / (gsize)self->width);
      const gsize next[4] = { at - 1, at + 1, at - self->width, at + self->width };
      const gboolean inside[4] = { x > 0, x < self->width - 1, y > 0, y < self->height - 1 };

      for (int k = 0; k < 4; k++)
        {
          closed = closed && inside[k];
          if (!inside[k] || seen[next[k]] || self->covered[next[k]])
            continue;
          seen[next[k]] = 1;
          g_array_append_val (found, next[k]);
        }
    }
  return closed;
}

/* Pale middles of red cells are part of them; gaps between cells, which are larger, are not. */
static void
fill_holes (Plane *self, gsize most)
{
  const gsize n = (gsize)self->width * self->height;
  g_autofree guint8 *seen = g_new0 (guint8, n);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (gsize i = 0; i < n; i++)
    {
      if (seen[i] || self->covered[i])
        continue;
      if (!gather_gap (self, i, seen, found) || found->len > most)
        continue;
      for (guint k = 0; k < found->len; k++)
        self->covered[g_array_index (found, gsize, k)] = 1;
    }
}

static inline int
distance_at (const Plane *self, int x, int y)
{
  /* Beyond the edge it goes on as at the edge. */
  x = CLAMP (x, 0, self->width - 1);
  y = CLAMP (y, 0, self->height - 1);
  return self->distance[(gsize)y * self->width + x];
}

/* How far each pixel is from what is not covered: down from the upper left, then back. */
static void
measure_distance (Plane *self)
{
  const int far = 60000;

  for (gsize i = 0; i < (gsize)self->width * self->height; i++)
    self->distance[i] = self->covered[i] ? (guint16)far : 0;
  for (int pass = 0; pass < 2; pass++)
    {
      const int way = pass == 0 ? -1 : 1;

      for (int j = 0; j < self->height; j++)
        for (int i = 0; i < self->width; i++)
          {
            const int y = pass == 0 ? j : self->height - 1 - j;
            const int x = pass == 0 ? i : self->width - 1 - i;
            guint16 *here = &self->distance[(gsize)y * self->width + x];
            int least = *here;

            if (least == 0)
              continue;
            least = MIN (least, distance_at (self, x + way, y) + STRAIGHT);
            least = MIN (least, distance_at (self, x, y + way) + STRAIGHT);
            least = MIN (least, distance_at (self, x - 1, y + way) + ACROSS);
            least = MIN (least, distance_at (self, x + 1, y + way) + ACROSS);
            *here = (guint16)MIN (least, far);
          }
    }
}

static gint32
find_root (GArray *regions, gint32 number)
{
  while (g_array_index (regions, Region, number).parent != number)
    number = g_array_index (regions, Region, number).parent;
  return number;
}

/* The places of all covered pixels, the deepest first. (transfer full) */
static gsize *
sort_by_distance (const Plane *self, gsize *n_sorted)
{
  const gsize n = (gsize)self->width * self->height;
  g_autofree gsize *starts = g_new0 (gsize, 65537);
  gsize *sorted, all = 0;

  for (gsize i = 0; i < n; i++)
    starts[self->distance[i]]++;
  for (int d = 65535; d > 0; d--)
    {
      const gsize here = starts[d];

      starts[d] = all;
      all += here;
    }
  sorted = g_new (gsize, MAX (all, 1));
  for (gsize i = 0; i < n; i++)
    if (self->distance[i] > 0)
      sorted[starts[self->distance[i]]++] = i;
  *n_sorted = all;
  return sorted;
}

/* Where two cells meet they stay two when each rises by @rise above the pass between them. */
static void
join_neighbour (Plane *self, GArray *regions, gsize at, gsize next, int rise)
{
  gint32 mine, other;
  Region *a, *b;

  if (self->cell[next] == 0)
    return;
  other = find_root (regions, self->cell[next]);
  if (self->cell[at] == 0)
    {
      self->cell[at] = other;
      return;
    }
  mine = find_root (regions, self->cell[at]);
  if (mine == other)
    return;
  a = &g_array_index (regions, Region, mine);
  b = &g_array_index (regions, Region, other);
  if (MIN (a->peak, b->peak) - self->distance[at] >= rise)
    return;
  if (a->peak < b->peak)
    a->parent = other;
  else
    b->parent = mine;
}

/* Watershed by flooding from the deepest (L. Vincent and P. Soille, IEEE Trans. PAMI 13, 1991),
 * with passes that are hardly lower than what they part left out. (transfer full) */
static GArray *
cut_cells (Plane *self, int rise)
{
  GArray *regions = g_array_new (FALSE, TRUE, sizeof (Region));
  gsize n;
  g_autofree gsize *sorted = sort_by_distance (self, &n);

  g_array_set_size (regions, 1);
  for (gsize i = 0; i < n; i++)
    {
      const gsize at = sorted[i];
      const int x = (int)(at % (gsize)self->width), y = (int)(at / (gsize)self->width);

      for (int j = MAX (y - 1, 0); j <= MIN (y + 1, self->height - 1); j++)
        for (int k = MAX (x - 1, 0); k <= MIN (x + 1, self->width - 1); k++)
          join_neighbour (self, regions, at, (gsize)j * self->width + k, rise);
      if (self->cell[at] == 0)
        {
          const Region region = { .peak = self->distance[at], .parent = (gint32)regions->len };

          self->cell[at] = region.parent;
          g_array_append_val (regions, region);
        }
    }
  return regions;
}

static void
measure_regions (const Plane *self, GArray *regions)
{
  for (int y = 0; y < self->height; y++)
    for (int x = 0; x < self->width; x++)
      {
        const gsize at = (gsize)y * self->width + x;
        Region *region;

        if (self->cell[at] == 0)
          continue;
        region = &g_array_index (regions, Region, find_root (regions, self->cell[at]));
        if (region->area++ == 0)
          {
            region->x0 = region->x1 = x;
            region->y0 = region->y1 = y;
          }
        region->x0 = MIN (region->x0, x);
        region->y0 = MIN (region->y0, y);
        region->x1 = MAX (region->x1, x);
        region->y1 = MAX (region->y1, y);
        for (int c = 0; c < 3; c++)
          region->density[c] += self->density[c][at];
      }
}

/* Nuclei hold red light back, and more than what is stained does on the whole: @red. */
static void
add_mark (GArray *marks, const Region *region, const HemoPixels *field, double red_cell, double red)
{
  const double whole = G_PI / 4 * red_cell * red_cell, size = region->area / whole;
  const gboolean blue = region->density[0] > 0.6 * region->density[1]
                        && region->density[0] > 1.3 * red * region->area;
  const gboolean cut = region->x0 == 0 || region->y0 == 0 || region->x1 == field->width - 1
                       || region->y1 == field->height - 1;
  HemoCellMark mark = { .x0 = (float)region->x0,
                        .y0 = (float)region->y0,
                        .x1 = (float)region->x1 + 1,
                        .y1 = (float)region->y1 + 1,
                        .confidence = 0.5f };

  if (size < 0.03 || (size < 0.3 && !blue && !cut))
    return;
  if (size < 0.3)
    mark.kind = blue ? HEMO_CELL_PLATELET : HEMO_CELL_RED;
  else
    mark.kind = blue && size > 0.9 ? HEMO_CELL_WHITE : HEMO_CELL_RED;
  g_array_append_val (marks, mark);
}

static int
compare_peaks (gconstpointer a, gconstpointer b)
{
  return ((const Region *)a)->peak - ((const Region *)b)->peak;
}

/* Twice the widest circle that fits into it, in the middle of all that is stained by area: that of
 * a red cell, as most of it is. */
static double
measure_red_cell (GArray *regions)
{
  g_autoptr (GArray) sorted = g_array_new (FALSE, FALSE, sizeof (Region));
  gint64 all = 0, passed = 0;

  for (guint i = 1; i < regions->len; i++)
    {
      const Region *region = &g_array_index (regions, Region, i);

      if (region->parent != (gint32)i || region->area < 20)
        continue;
      all += region->area;
      g_array_append_val (sorted, *region);
    }
  g_array_sort (sorted, compare_peaks);
  for (guint i = 0; i < sorted->len; i++)
    {
      const Region *region = &g_array_index (sorted, Region, i);

      passed += region->area;
      if (passed * 2 >= all)
        return 2.0 * region->peak / STRAIGHT;
    }
  return 0;
}

/* Returns the mean density in red. */
static double
measure_cover (const Plane *self, HemoClassic *classic)
{
  const gsize n = (gsize)self->width * self->height;
  gsize covered = 0;
  double density = 0, red = 0;

  for (gsize i = 0; i < n; i++)
    if (self->covered[i])
      {
        covered++;
        density += self->density[1][i];
        red += self->density[0][i];
      }
  classic->coverage = (double)covered / (double)n;
  classic->density = covered > 0 ? density / (double)covered : 0;
  return covered > 0 ? red / (double)covered : 0;
}

void
hemo_classic_run (const HemoField *field, double red_cell, HemoClassic *classic)
{
  const gsize n = (gsize)field->pixels->width * field->pixels->height;
  const double across = red_cell > 0 ? red_cell : HEMO_FIELD_RED_CELL;
  g_autoptr (GArray) regions = NULL;
  double threshold, red;
  Plane plane;

  *classic = (HemoClassic){ .marks = g_array_new (FALSE, FALSE, sizeof (HemoCellMark)) };
  plane_init (&plane, field->pixels);
  if (measure_density (&plane, field))
    {
      threshold = find_threshold (&plane);
      for (gsize i = 0; i < n; i++)
        plane.covered[i] = plane.density[1][i] > threshold;
      fill_holes (&plane, (gsize)(0.35 * across * across));
      red = measure_cover (&plane, classic);
      measure_distance (&plane);
      regions = cut_cells (&plane, MAX (2, (int)(across * 0.035 * STRAIGHT)));
      measure_regions (&plane, regions);
      classic->red_cell = measure_red_cell (regions);
      for (guint i = 1; red_cell > 0 && i < regions->len; i++)
        if (g_array_index (regions, Region, i).parent == (gint32)i)
          add_mark (classic->marks, &g_array_index (regions, Region, i), field->pixels, red_cell,
                    red);
    }
  classic->covered = g_steal_pointer (&plane.covered);
  plane_clear (&plane);
}

void
hemo_classic_clear (HemoClassic *self)
{
  g_clear_pointer (&self->marks, g_array_unref);
  g_clear_pointer (&self->covered, g_free);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How large the cells are in a picture whose scale nobody said. */

#include "hemo-detect-private.h"

#include <math.h>

/* Longest side on which the classical method looks for the size of the cells. */
#define LOOK_SIDE 512
/* Side of the middle that the network looks at for one guess, in pixels of the small field. */
#define TRY_SIDE 352
/* Pixels of the small field that the network gives to a whole red cell that is 28 across. */
#define SEEN_RED_CELL 28.5
#define CELLS_NEEDED 3
#define SURE 0.45

gboolean
hemo_field_prepare (const HemoPixels *pixels, double red_cell, HemoField *field, GError **error)
{
  const double factor = HEMO_FIELD_RED_CELL / red_cell;
  const int width = MAX (1, (int)(pixels->width * factor + 0.5));
  const int height = MAX (1, (int)(pixels->height * factor + 0.5));

  field->pixels = hemo_field_resample (pixels, width, height, error);
  if (field->pixels == NULL)
    return FALSE;
  hemo_light_measure (field->pixels, &field->light);
  return TRUE;
}

void
hemo_field_clear (HemoField *self)
{
  g_clear_pointer (&self->pixels, hemo_pixels_free);
}

/* The middle of @pixels with red cells made HEMO_FIELD_RED_CELL across, without a copy of what it
 * is made from. */
static HemoPixels *
see_middle (const HemoPixels *pixels, double red_cell)
{
  const double factor = HEMO_FIELD_RED_CELL / red_cell;
  const int side = (int)(TRY_SIDE / factor) + 1;
  const int width = MIN (side, pixels->width), height = MIN (side, pixels->height);
  const int left = (pixels->width - width) / 2, top = (pixels->height - height) / 2;
  const int to_width = MAX (1, (int)(width * MIN (factor, 1) + 0.5));
  const int to_height = MAX (1, (int)(height * MIN (factor, 1) + 0.5));
  g_autoptr (HemoShrinker) shrinker = hemo_shrinker_new (width, height, to_width, to_height, NULL);
  g_autoptr (HemoPixels) part = NULL;

  if (shrinker == NULL)
    return NULL;
  for (int y = 0; y < height; y++)
    hemo_shrinker_push (shrinker, hemo_pixels_row (pixels, top + y) + 3 * (gsize)left);
  part = hemo_shrinker_finish (g_steal_pointer (&shrinker));
  if (factor <= 1)
    return g_steal_pointer (&part);
  return hemo_field_resample (part, (int)(width * factor + 0.5), (int)(height * factor + 0.5),
                              NULL);
}

/**
 * Guess:
 * @score: how much of what is seen is explained by cells that are sure and of the right size
 * @size: of the red cells found, in the small field; 0 when there are too few
 */
typedef struct
{
  double red_cell;
  double score;
  double size;
} Guess;

static int
compare_sizes (gconstpointer a, gconstpointer b)
{
  const float x = *(const float *)a, y = *(const float *)b;

  return (x > y) - (x < y);
}

/* Cells at the edge are not whole: they tell no size. */
static void
weigh_marks (GArray *marks, const HemoPixels *field, Guess *guess)
{
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (float));
  const float right = (float)field->width - 1.5f, bottom = (float)field->height - 1.5f;

  for (guint i = 0; i < marks->len; i++)
    {
      const HemoCellMark *mark = &g_array_index (marks, HemoCellMark, i);
      const float area = (mark->x1 - mark->x0) * (mark->y1 - mark->y0), size = sqrtf (area);

      if (mark->kind == HEMO_CELL_PLATELET)
        continue;
      guess->score += area * (mark->confidence - 0.25f);
      if (mark->kind == HEMO_CELL_RED && mark->x0 > 1.5f && mark->y0 > 1.5f && mark->x1 < right
          && mark->y1 < bottom)
        g_array_append_val (sizes, size);
    }
  guess->score /= (double)field->width * field->height;
  if (sizes->len < CELLS_NEEDED)
    return;
  g_array_sort (sizes, compare_sizes);
  guess->size = g_array_index (sizes, float, sizes->len / 2);
}

/* FALSE when there is no memory. */
static gboolean
try_guess (const HemoNetwork *network, HemoSimd simd, const HemoPixels *pixels, Guess *guess)
{
  const double least[HEMO_N_CELL_KINDS] = { SURE, SURE, 0.99 };
  g_auto (HemoField) field = { .pixels = see_middle (pixels, guess->red_cell) };
  g_autoptr (GArray) marks = NULL;

  guess->score = guess->size = 0;
  if (field.pixels == NULL)
    return FALSE;
  hemo_light_measure (field.pixels, &field.light);
  marks = hemo_marks_find (network, simd, &field, least);
  if (marks == NULL)
    return FALSE;
  weigh_marks (marks, field.pixels, guess);
  return TRUE;
}

/* What the widest circles in what is stained say. */
static double
estimate_classically (const HemoPixels *pixels)
{
  const double factor = MIN (1, (double)LOOK_SIDE / MAX (pixels->width, pixels->height));
  g_auto (HemoField) field = { 0 };
  g_auto (HemoClassic) classic = { 0 };

  if (!hemo_field_prepare (pixels, HEMO_FIELD_RED_CELL / factor, &field, NULL))
    return 0;
  hemo_classic_run (&field, 0, &classic);
  return classic.red_cell / factor;
}

static gboolean
is_possible (const HemoPixels *pixels, double red_cell)
{
  return red_cell >= HEMO_DETECT_RED_CELL_LEAST && red_cell <= HEMO_DETECT_RED_CELL_MOST
         && red_cell <= MAX (pixels->width, pixels->height);
}

/* Keeps the better one. */
static gboolean
try_better (const HemoNetwork *network,
            HemoSimd simd,
            const HemoPixels *pixels,
            double red_cell,
            Guess *best)
{
  Guess guess = { .red_cell = red_cell };

  if (!is_possible (pixels, red_cell))
    return TRUE;
  if (!try_guess (network, simd, pixels, &guess))
    return FALSE;
  if (guess.size > 0 && guess.score > best->score)
    *best = guess;
  return TRUE;
}

double
hemo_scale_estimate (const HemoNetwork *network, HemoSimd simd, const HemoPixels *pixels)
{
  const double classical = estimate_classically (pixels);
  Guess best = { 0 };

  if (network == NULL)
    return is_possible (pixels, classical) ? classical : 0;
  for (double factor = 0.7; factor < 1.5; factor *= 1.41)
    if (!try_better (network, simd, pixels, classical * factor, &best))
      return -1;
  /* The classical size may be that of clumps, or of specks: sizes that cameras give, then. */
  if (best.score < 0.1)
    for (double red_cell = 20; red_cell < 260; red_cell *= 1.4)
      if (!try_better (network, simd, pixels, red_cell, &best))
        return -1;
  for (int round = 0; round < 2 && best.size > 0; round++)
    {
      const double ratio = best.size / SEEN_RED_CELL;

      if (fabs (ratio - 1) < 0.04)
        break;
      best.score *= 0.8;
      if (!try_better (network, simd, pixels, best.red_cell * CLAMP (ratio, 0.6, 1.6), &best))
        return -1;
    }
  return best.size > 0 ? best.red_cell : 0;
}

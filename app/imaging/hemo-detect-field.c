/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The light of a field, taken out of it. */

#include "hemo-detect-field-private.h"

#include <math.h>
#include <string.h>

#define TILE 14
#define DEGREE 4
#define EXPECTILE 0.95
#define ROUNDS 12
#define RIDGE 1e-3
/* What lies so near to the light, in its logarithm, is taken for empty. */
#define EMPTY 0.1
#define LEAST_EMPTY 16

typedef struct
{
  double terms[HEMO_LIGHT_TERMS];
  double light[3];
  double weight;
} Tile;

/* Two neighbours and how much the second weighs, for each of @wanted places in @size. */
static void
find_neighbours (int size, int wanted, int *low, float *share)
{
  for (int i = 0; i < wanted; i++)
    {
      const double at = CLAMP ((i + 0.5) * size / wanted - 0.5, 0.0, size - 1.0);

      low[i] = MIN ((int)at, size - 1);
      share[i] = (float)(at - low[i]);
    }
}

static HemoPixels *
enlarge (const HemoPixels *pixels, int width, int height, GError **error)
{
  HemoPixels *to = hemo_pixels_new (width, height, error);
  g_autofree int *low = NULL, *low_row = NULL;
  g_autofree float *share = NULL, *share_row = NULL;

  if (to == NULL)
    return NULL;
  low = g_new (int, width);
  low_row = g_new (int, height);
  share = g_new (float, width);
  share_row = g_new (float, height);
  find_neighbours (pixels->width, width, low, share);
  find_neighbours (pixels->height, height, low_row, share_row);
  for (int y = 0; y < height; y++)
    {
      const guint8 *above = hemo_pixels_row (pixels, low_row[y]);
      const guint8 *below = hemo_pixels_row (pixels, MIN (low_row[y] + 1, pixels->height - 1));
      guint8 *row = hemo_pixels_row (to, y);

      for (int x = 0; x < width; x++)
        for (int c = 0; c < 3; c++)
          {
            const int a = 3 * low[x] + c, b = 3 * MIN (low[x] + 1, pixels->width - 1) + c;
            const float up = above[a] + share[x] * (float)(above[b] - above[a]);
            const float down = below[a] + share[x] * (float)(below[b] - below[a]);

            row[3 * x + c] = (guint8)(up + share_row[y] * (down - up) + 0.5f);
          }
    }
  return to;
}

HemoPixels *
hemo_field_resample (const HemoPixels *pixels, int width, int height, GError **error)
{
  const int less_width = MIN (width, pixels->width), less_height = MIN (height, pixels->height);
  g_autoptr (HemoPixels) less = hemo_pixels_shrink (pixels, less_width, less_height, error);

  if (less == NULL || (less_width == width && less_height == height))
    return g_steal_pointer (&less);
  return enlarge (less, width, height, error);
}

/* Products of powers of @u and @v, each from -1 to 1. */
static void
fill_terms (double u, double v, double *terms)
{
  double power_u = 1;

  for (int i = 0; i <= DEGREE; i++, power_u *= u)
    {
      double power_v = power_u;

      for (int j = 0; j <= DEGREE - i; j++, power_v *= v)
        *terms++ = power_v;
    }
}

/* The mean of those pixels of the tile that are not below its 60th hundredth of green. */
static void
measure_tile (const HemoPixels *pixels, int x0, int y0, int x1, int y1, Tile *tile)
{
  guint counts[256] = { 0 }, passed = 0, n = 0;
  const guint rank = (guint)((x1 - x0) * (y1 - y0)) * 6 / 10;
  guint64 sums[3] = { 0 };
  int least = 0;

  for (int y = y0; y < y1; y++)
    for (int x = x0; x < x1; x++)
      counts[hemo_pixels_row (pixels, y)[3 * x + 1]]++;
  while (passed + counts[least] <= rank)
    passed += counts[least++];
  for (int y = y0; y < y1; y++)
    for (int x = x0; x < x1; x++)
      {
        const guint8 *p = hemo_pixels_row (pixels, y) + 3 * x;

        if (p[1] < least)
          continue;
        n++;
        for (int c = 0; c < 3; c++)
          sums[c] += p[c];
      }
  fill_terms ((x0 + x1) / (double)pixels->width - 1, (y0 + y1) / (double)pixels->height - 1,
              tile->terms);
  for (int c = 0; c < 3; c++)
    tile->light[c] = log ((double)sums[c] / n + 1);
  tile->weight = 1;
}

static GArray *
measure_tiles (const HemoPixels *pixels)
{
  const int columns = MAX (1, (int)(pixels->width / (double)TILE + 0.5));
  const int rows = MAX (1, (int)(pixels->height / (double)TILE + 0.5));
  GArray *tiles = g_array_sized_new (FALSE, FALSE, sizeof (Tile), (guint)(columns * rows));

  for (int j = 0; j < rows; j++)
    for (int i = 0; i < columns; i++)
      {
        Tile tile;

        measure_tile (pixels, (int)((gint64)i * pixels->width / columns),
                      (int)((gint64)j * pixels->height / rows),
                      (int)((gint64)(i + 1) * pixels->width / columns),
                      (int)((gint64)(j + 1) * pixels->height / rows), &tile);
        g_array_append_val (tiles, tile);
      }
  return tiles;
}

/* Gauss with the largest first; what is asked for stands at the right and becomes the answer. The
 * ridge keeps it from having none. */
static void
solve (double matrix[HEMO_LIGHT_TERMS][HEMO_LIGHT_TERMS + 3])
{
  for (int k = 0; k < HEMO_LIGHT_TERMS; k++)
    {
      int best = k;

      for (int i = k + 1; i < HEMO_LIGHT_TERMS; i++)
        if (fabs (matrix[i][k]) > fabs (matrix[best][k]))
          best = i;
      for (int j = 0; j < HEMO_LIGHT_TERMS + 3; j++)
        {
          const double swapped = matrix[k][j];

          matrix[k][j] = matrix[best][j];
          matrix[best][j] = swapped;
        }
      for (int i = 0; i < HEMO_LIGHT_TERMS; i++)
        {
          const double factor = i != k ? matrix[i][k] / matrix[k][k] : 0;

          for (int j = k; factor != 0 && j < HEMO_LIGHT_TERMS + 3; j++)
            matrix[i][j] -= factor * matrix[k][j];
        }
    }
  for (int i = 0; i < HEMO_LIGHT_TERMS; i++)
    for (int j = HEMO_LIGHT_TERMS; j < HEMO_LIGHT_TERMS + 3; j++)
      matrix[i][j] /= matrix[i][i];
}

/* The ridge holds back each term by its degree. */
static void
add_ridge (double matrix[HEMO_LIGHT_TERMS][HEMO_LIGHT_TERMS + 3], guint n, double mean_weight)
{
  int term = 0;

  for (int i = 0; i <= DEGREE; i++)
    for (int j = 0; j <= DEGREE - i; j++, term++)
      matrix[term][term] += mean_weight * (i + j == 0 ? 1e-9 : RIDGE * n * (i + j));
}

static void
fit (GArray *tiles, HemoLight *light)
{
  double matrix[HEMO_LIGHT_TERMS][HEMO_LIGHT_TERMS + 3] = { 0 };
  double weights = 0;

  for (guint n = 0; n < tiles->len; n++)
    {
      const Tile *tile = &g_array_index (tiles, Tile, n);

      weights += tile->weight;
      for (int i = 0; i < HEMO_LIGHT_TERMS; i++)
        {
          const double weighted = tile->weight * tile->terms[i];

          for (int j = 0; j < HEMO_LIGHT_TERMS; j++)
            matrix[i][j] += weighted * tile->terms[j];
          for (int c = 0; c < 3; c++)
            matrix[i][HEMO_LIGHT_TERMS + c] += weighted * tile->light[c];
        }
    }
  add_ridge (matrix, tiles->len, weights / tiles->len);
  solve (matrix);
  for (int i = 0; i < HEMO_LIGHT_TERMS; i++)
    memcpy (light->terms[i], matrix[i] + HEMO_LIGHT_TERMS, sizeof light->terms[i]);
}

/* Cells are darker than what is between them: what lies above the fit weighs nineteen times as
 * much (asymmetric least squares: W. Newey and J. Powell, Econometrica 55, 1987), and what is far
 * off does not weigh more for that. */
static void
weigh (GArray *tiles, const HemoLight *light)
{
  for (guint n = 0; n < tiles->len; n++)
    {
      Tile *tile = &g_array_index (tiles, Tile, n);
      double left = tile->light[1];

      for (int i = 0; i < HEMO_LIGHT_TERMS; i++)
        left -= tile->terms[i] * light->terms[i][1];
      tile->weight = left > 0 ? EXPECTILE : 1 - EXPECTILE;
      tile->weight *= MIN (1, 0.3 / MAX (fabs (left), 1e-9));
    }
}

/* Coefficients of powers of x along the row at @v. */
static void
fold_row (const HemoLight *self, double v, double row[3][DEGREE + 1])
{
  int term = 0;

  memset (row, 0, sizeof (double) * 3 * (DEGREE + 1));
  for (int i = 0; i <= DEGREE; i++)
    {
      double power = 1;

      for (int j = 0; j <= DEGREE - i; j++, term++, power *= v)
        for (int c = 0; c < 3; c++)
          row[c][i] += self->terms[term][c] * power;
    }
}

static double
light_in_row (const double row[DEGREE + 1], double u)
{
  const double value = row[0] + u * (row[1] + u * (row[2] + u * (row[3] + u * row[4])));

  return CLAMP (exp (value) - 1, 4.0, 400.0);
}

/* Light in steps of 255 changes slowly: it is worked out at every eighth pixel. */
#define APART 8

/* Of the whole row, one over the light of each pixel for the three channels. */
static void
fill_row (const HemoLight *self, double x0, double step, double v, int width, float *inverse)
{
  double row[3][DEGREE + 1];

  fold_row (self, v, row);
  for (int c = 0; c < 3; c++)
    {
      double left = light_in_row (row[c], 2 * (x0 + 0.5 * step) - 1);

      for (int x = 0; x < width; x += APART)
        {
          /* Never beyond the edge, where the polynomial means nothing. */
          const int end = MIN (x + APART, width - 1);
          const double right = light_in_row (row[c], 2 * (x0 + (end + 0.5) * step) - 1);

          for (int i = x; i < MIN (x + APART, width); i++)
            inverse[3 * i + c] = (float)(1 / (left + (right - left) * (i - x) / MAX (end - x, 1)));
          left = right;
        }
    }
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  const float x = *(const float *)a, y = *(const float *)b;

  return (x > y) - (x < y);
}

/* What of each channel comes through where green nearly does, of about 6,000 pixels, evenly spread.
 */
static void
gather_empty (const HemoPixels *pixels, const HemoLight *light, GArray *found[3])
{
  const int every = (int)ceil (sqrt ((double)pixels->width * pixels->height / 6000));
  const float low = expf (-(float)EMPTY), high = expf ((float)EMPTY);
  g_autofree float *inverse = g_new (float, 3 * (gsize)pixels->width);

  for (int y = every / 2; y < pixels->height; y += every)
    {
      const guint8 *row = hemo_pixels_row (pixels, y);

      fill_row (light, 0, 1.0 / pixels->width, (2 * y + 1.0) / pixels->height - 1, pixels->width,
                inverse);
      for (int x = every / 2; x < pixels->width; x += every)
        {
          const float green = (float)row[3 * x + 1] * inverse[3 * x + 1];

          for (int c = 0; c < 3 && green > low && green < high; c++)
            {
              const float through = (float)row[3 * x + c] * inverse[3 * x + c];

              g_array_append_val (found[c], through);
            }
        }
    }
}

/* The middle of what is nearly empty becomes what lets all light through. */
static void
find_level (const HemoPixels *pixels, HemoLight *light)
{
  GArray *found[3];

  for (int c = 0; c < 3; c++)
    {
      found[c] = g_array_new (FALSE, FALSE, sizeof (float));
      light->level[c] = 1;
    }
  gather_empty (pixels, light, found);
  for (int c = 0; c < 3; c++)
    {
      const guint n = found[c]->len;

      g_array_sort (found[c], compare_floats);
      if (n >= LEAST_EMPTY)
        light->level[c] = (g_array_index (found[c], float, n / 2)
                           + g_array_index (found[c], float, (n - 1) / 2))
                          / 2;
      light->level[c] = MAX (light->level[c], 0.05);
      g_array_unref (found[c]);
    }
}

void
hemo_light_measure (const HemoPixels *pixels, HemoLight *light)
{
  g_autoptr (GArray) tiles = measure_tiles (pixels);

  for (int round = 0; round < ROUNDS; round++)
    {
      fit (tiles, light);
      weigh (tiles, light);
    }
  find_level (pixels, light);
}

void
hemo_light_at (const HemoLight *self, double x, double y, double channels[3])
{
  double row[3][DEGREE + 1];

  fold_row (self, 2 * y - 1, row);
  for (int c = 0; c < 3; c++)
    channels[c] = light_in_row (row[c], 2 * x - 1) * self->level[c];
}

void
hemo_light_even_out (const HemoLight *self,
                     const HemoPixels *pixels,
                     double x,
                     double y,
                     double width,
                     double height,
                     HemoMap *to)
{
  g_autofree float *inverse = g_new (float, 3 * (gsize)pixels->width);
  const float level[3]
      = { (float)(1 / self->level[0]), (float)(1 / self->level[1]), (float)(1 / self->level[2]) };

  for (int j = 0; j < pixels->height; j++)
    {
      const guint8 *row = hemo_pixels_row (pixels, j);
      float *out = hemo_map_at (to, 0, j);

      fill_row (self, x, width / pixels->width, 2 * (y + (j + 0.5) * height / pixels->height) - 1,
                pixels->width, inverse);
      for (int i = 0; i < pixels->width; i++)
        for (int c = 0; c < 3; c++)
          {
            const float through = (float)row[3 * i + c] * inverse[3 * i + c] * level[c];

            out[3 * i + c] = CLAMP (through - 1, -1.0f, 0.5f);
          }
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a white cell is stained like those that the types were learnt from. */

#include "hemo-detect-stain-private.h"

#include <math.h>
#include <stdlib.h>

/* The densest part of what is looked at is the nucleus. */
#define NUCLEUS 0.3
/* Below this share of light nothing is measured. */
#define DARKEST 0.02
#define LIGHTEST 1.2

/* Of 341 cells that the types were learnt from (weights version 4): the middle of what
 * hemo_stain_measure() gives, the inverse of its covariance, and the squared distance (P. C.
 * Mahalanobis, 1936) within which 95 of 100 of them lie. */
static const double middle[HEMO_STAIN_VALUES] = { 0.4037, 1.0022, 0.1408 };
static const double inverse[HEMO_STAIN_VALUES][HEMO_STAIN_VALUES] = {
  { 114.413, -16.735, 9.797 },
  { -16.735, 11.257, 7.413 },
  { 9.797, 7.413, 155.427 },
};
#define KNOWN_WITHIN 10.04

static int
compare (gconstpointer a, gconstpointer b)
{
  const float one = *(const float *)a, other = *(const float *)b;

  return (one > other) - (one < other);
}

static double
density (const float *place, int channel)
{
  return -log (CLAMP ((double)place[channel] + 1, DARKEST, LIGHTEST));
}

/* The density in green from which it is nucleus; NAN when the box is empty. */
static double
find_nucleus (const HemoMap *cell, int left, int top, int right, int bottom)
{
  g_autofree float *green = NULL;
  const int n = MAX (right - left, 0) * MAX (bottom - top, 0);
  int k = 0;

  if (n == 0)
    return NAN;
  green = g_new (float, n);
  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++)
      green[k++] = (float)density (hemo_map_at (cell, x, y), 1);
  qsort (green, (gsize)n, sizeof *green, compare);
  return green[(int)((1 - NUCLEUS) * n)];
}

gboolean
hemo_stain_measure (const HemoMap *cell,
                    double width,
                    double height,
                    double values[HEMO_STAIN_VALUES])
{
  const int left = MAX ((int)((cell->width - width) / 2), 0);
  const int top = MAX ((int)((cell->height - height) / 2), 0);
  const int right = cell->width - left, bottom = cell->height - top;
  const double bound = find_nucleus (cell, left, top, right, bottom);
  double sum[3] = { 0 };
  int n = 0;

  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++)
      {
        const float *place = hemo_map_at (cell, x, y);

        if ((float)density (place, 1) < (float)bound)
          continue;
        for (int channel = 0; channel < 3; channel++)
          sum[channel] += density (place, channel);
        n++;
      }
  if (n == 0 || sum[1] <= 0)
    return FALSE;
  values[0] = sum[1] / n;
  values[1] = sum[0] / sum[1];
  values[2] = sum[2] / sum[1];
  return TRUE;
}

gboolean
hemo_stain_is_known (const double values[HEMO_STAIN_VALUES])
{
  double distance = 0;

  for (int i = 0; i < HEMO_STAIN_VALUES; i++)
    for (int k = 0; k < HEMO_STAIN_VALUES; k++)
      distance += (values[i] - middle[i]) * inverse[i][k] * (values[k] - middle[k]);
  return distance <= KNOWN_WITHIN;
}

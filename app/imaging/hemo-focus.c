/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Focus: how wide the edges of a field are. */

#include "hemo-quality-private.h"

#include <math.h>
#include <string.h>

/* Passes of a box that together are nearly a Gaussian, and the variance of each plane made so:
 * passes * ((2 * radius + 1)^2 - 1) / 12. */
#define BOX_PASSES 3
#define FINE_RADIUS 1
#define FINE_VARIANCE 2.0
#define COARSE_RADIUS 3
#define COARSE_VARIANCE 12.0
/* Steps of a plane for one of the picture: 255 of them fit into 16 bits. */
#define PLANE_STEP 256
/* Left out at each side, where the boxes reach over the border. */
#define MARGIN 9
/* The share of places with the steepest slopes that count as edges. */
#define EDGE_SHARE 0.05
/* Slopes of two neighbours apart, as steep as they can be. */
#define SLOPES (2 * 256)
/* Edges cannot be told from each other when they are wider than this. */
#define WIDEST 12.0
/* Focus is a half at this blur, and HEMO_QUALITY_FOCUS_NEEDED at 0.40. Fields of five microscopes
 * have 0.12 to 0.40 where a person finds them sharp, and 0.55 (0.32 to 0.78) when they are blurred
 * with a sigma of 5 pixels. */
#define HALF_AT 0.362

/* Brightness in PLANE_STEP. */
typedef struct
{
  int width;
  int height;
  guint16 *data;
} Plane;

static void
clear_plane (Plane *self)
{
  g_clear_pointer (&self->data, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plane, clear_plane)

static void
fill_plane (Plane *self, const HemoPixels *pixels)
{
  const gsize n = (gsize)pixels->width * (gsize)pixels->height;
  const guint8 *p = pixels->data;

  self->width = pixels->width;
  self->height = pixels->height;
  self->data = g_new (guint16, n);
  /* Green: the stains absorb most there, and a sensor has most of its pixels for it. */
  for (gsize i = 0; i < n; i++, p += 3)
    self->data[i] = (guint16)((p[0] + 2 * p[1] + p[2]) * (PLANE_STEP / 4));
}

static void
copy_plane (Plane *self, const Plane *from)
{
  *self = *from;
  self->data = g_memdup2 (from->data, sizeof (guint16) * (gsize)from->width * from->height);
}

static void
box_row (const guint16 *from, guint16 *to, int width, int radius)
{
  const int taps = 2 * radius + 1;
  guint32 sum = from[0] * (guint32)radius;

  for (int x = 0; x < radius; x++)
    sum += from[MIN (x, width - 1)];
  for (int x = 0; x < width; x++)
    {
      sum += from[MIN (x + radius, width - 1)];
      to[x] = (guint16)(sum / taps);
      sum -= from[MAX (x - radius, 0)];
    }
}

/* Along the columns, all at once. */
static void
box_columns (const Plane *from, guint16 *to, guint32 *sums, int radius)
{
  const int width = from->width, height = from->height, taps = 2 * radius + 1;

  memset (sums, 0, sizeof (guint32) * width);
  for (int y = -radius; y < radius; y++)
    for (int x = 0; x < width; x++)
      sums[x] += from->data[(gsize)CLAMP (y, 0, height - 1) * width + x];
  for (int y = 0; y < height; y++)
    {
      const guint16 *enters = from->data + (gsize)MIN (y + radius, height - 1) * width;
      const guint16 *leaves = from->data + (gsize)MAX (y - radius, 0) * width;
      guint16 *row = to + (gsize)y * width;
      for (int x = 0; x < width; x++)
        {
          sums[x] += enters[x];
          row[x] = (guint16)(sums[x] / taps);
          sums[x] -= leaves[x];
        }
    }
}

static void
blur_plane (Plane *self, int radius)
{
  const gsize width = (gsize)self->width;
  g_autofree guint16 *other = g_new (guint16, width * self->height);
  g_autofree guint32 *sums = g_new (guint32, width);

  for (int pass = 0; pass < BOX_PASSES; pass++)
    {
      box_columns (self, other, sums, radius);
      for (int y = 0; y < self->height; y++)
        box_row (other + y * width, self->data + y * width, self->width, radius);
    }
}

typedef struct
{
  float x;
  float y;
} Slope;

static inline Slope
find_slope (const Plane *self, gsize at)
{
  const guint16 *p = self->data + at;

  return (Slope){ (float)(p[1] - p[-1]), (float)(p[self->width] - p[-self->width]) };
}

static inline float
steepness (Slope slope)
{
  return sqrtf (slope.x * slope.x + slope.y * slope.y);
}

/* @steep: of each place, 0 in the margin. Returns what EDGE_SHARE of the places reach; @mean of
 * all. */
static float
measure_slopes (const Plane *plane, float *steep, double *mean)
{
  const int width = plane->width, height = plane->height;
  const int n = (width - 2 * MARGIN) * (height - 2 * MARGIN);
  g_autofree int *histogram = g_new0 (int, SLOPES *PLANE_STEP / 16);
  double sum = 0;
  int level = SLOPES * PLANE_STEP / 16, reached = 0;

  for (int y = MARGIN; y < height - MARGIN; y++)
    for (int x = MARGIN; x < width - MARGIN; x++)
      {
        const gsize at = (gsize)y * width + x;
        steep[at] = steepness (find_slope (plane, at));
        sum += steep[at];
        histogram[(int)(steep[at] / 16)]++;
      }
  *mean = sum / n;
  while (level > 0 && reached < EDGE_SHARE * n)
    reached += histogram[--level];
  return (float)level * 16;
}

/* How steep the edges, found in the coarse plane, are in the fine one against the coarse: along
 * the slope of the coarse, where noise adds as often as it takes away. 0 without edges. */
static double
compare_edges (const Plane *fine, const Plane *coarse, const float *steep, float least)
{
  const int width = fine->width, height = fine->height;
  double along = 0, sum = 0;

  for (int y = MARGIN; y < height - MARGIN; y++)
    for (int x = MARGIN; x < width - MARGIN; x++)
      {
        const gsize at = (gsize)y * width + x;
        Slope slope, sharp;
        gssize ahead;
        if (steep[at] < least || steep[at] <= 0)
          continue;
        slope = find_slope (coarse, at);
        ahead = lrintf (slope.y / steep[at]) * width + lrintf (slope.x / steep[at]);
        if (steep[at] < steep[(gssize)at + ahead] || steep[at] < steep[(gssize)at - ahead])
          continue;
        sharp = find_slope (fine, at);
        along += (sharp.x * slope.x + sharp.y * slope.y) / steep[at];
        sum += steep[at];
      }
  return sum > 0 ? along / sum : 0;
}

/* Sum of the squares of how far each place in a part of the field is from the part's mean. */
static double
sum_variation (const Plane *plane, int left, int right, int top, int bottom)
{
  const double n = (double)(right - left) * (bottom - top);
  guint64 sum = 0, squares = 0;

  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++)
      {
        const guint32 value = plane->data[(gsize)y * plane->width + x];
        sum += value;
        squares += value * value;
      }
  return (double)squares - (double)sum * (double)sum / n;
}

/* Standard deviation within each of nine parts, so that uneven light counts little. */
static double
measure_contrast (const Plane *plane)
{
  const int width = plane->width, height = plane->height;
  double sum = 0;

  for (int part = 0; part < 9; part++)
    sum += sum_variation (plane, part % 3 * width / 3, (part % 3 + 1) * width / 3,
                          part / 3 * height / 3, (part / 3 + 1) * height / 3);
  return sqrt (MAX (0.0, sum / ((double)width * height)));
}

/* Of a step blurred by a Gaussian, whose steepness is as 1 / sqrt (sigma^2 + variance of plane). */
static double
find_sigma (double ratio)
{
  const double square = ratio * ratio;

  if (square * (1 + WIDEST * WIDEST) <= COARSE_VARIANCE + WIDEST * WIDEST)
    return WIDEST;
  return MIN (WIDEST, sqrt (MAX (0.0, COARSE_VARIANCE - square * FINE_VARIANCE) / (square - 1)));
}

double
hemo_focus_measure (const HemoPixels *pixels)
{
  g_auto (Plane) fine = { 0 };
  g_auto (Plane) coarse = { 0 };
  g_autofree float *steep = NULL;
  double mean = 0, ratio, cell, blur;
  float least;

  if (pixels->width <= 2 * MARGIN + 2 || pixels->height <= 2 * MARGIN + 2)
    return 0;
  fill_plane (&fine, pixels);
  copy_plane (&coarse, &fine);
  blur_plane (&fine, FINE_RADIUS);
  blur_plane (&coarse, COARSE_RADIUS);
  steep = g_new0 (float, (gsize)fine.width *fine.height);
  least = measure_slopes (&coarse, steep, &mean);
  ratio = compare_edges (&fine, &coarse, steep, least);
  if (!(ratio > 0))
    return 0;
  /* Of discs on a plain ground, variation is circumference and contrast area: 4 times their
   * quotient is about the diameter. Slopes are of neighbours two apart. */
  cell = MAX (1.0, 4 * measure_contrast (&coarse) / (mean / 2));
  blur = find_sigma (ratio) / sqrt (cell);
  return 1 / (1 + (blur / HALF_AT) * (blur / HALF_AT));
}

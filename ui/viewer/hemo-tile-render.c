/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Decoded pixels into the very pixels of the screen. */

#include "hemo-tile-render.h"

#include <math.h>
#include <string.h>

/* Weights add up to 1 << BITS. */
#define BITS 12
/* Of a picture shown yet smaller some pixels are left out. */
#define RADIUS_MAX 30
#define TAPS_MAX (2 * RADIUS_MAX + 1)

/* For each pixel that is wanted the first one it is made of and the weights from there on. */
typedef struct
{
  int n;
  int taps;
  int *first;
  gint16 *weights;
} Axis;

void
hemo_tile_look_shade (HemoTileLook *self, double brightness, double contrast)
{
  /* From a quarter to four times as steep about the middle. */
  const double slope = exp2 (2 * contrast);

  for (int i = 0; i < 256; i++)
    {
      const double value = (i - 127.5) * slope + 127.5 + brightness * 127.5;

      self->shades[i] = (guint8)CLAMP (lround (value), 0, 255);
    }
}

static gboolean
is_swapped (const HemoTileLook *self)
{
  return self->orientation >= 5;
}

HemoPart
hemo_tile_look_to_stored (const HemoTileLook *self, HemoPart part)
{
  const int o = self->orientation;
  const gboolean mirror = o == 2 || o == 3 || o == 6 || o == 7;
  const gboolean flip = o == 3 || o == 4 || o == 7 || o == 8;
  const int u = mirror ? self->width - part.x - part.width : part.x;
  const int v = flip ? self->height - part.y - part.height : part.y;

  if (is_swapped (self))
    return (HemoPart){ v, u, part.height, part.width };
  return (HemoPart){ u, v, part.width, part.height };
}

static int
stored_width (const HemoTileLook *self)
{
  return is_swapped (self) ? self->height : self->width;
}

static int
stored_height (const HemoTileLook *self)
{
  return is_swapped (self) ? self->width : self->height;
}

/* First and last source pixel of a span. */
static void
reach (int begin, int length, int from, int to, int *first, int *last)
{
  const double ratio = (double)from / to, radius = CLAMP (ratio, 1, RADIUS_MAX);

  *first = CLAMP ((int)floor ((begin + 0.5) * ratio - 0.5 - radius), 0, from - 1);
  *last = CLAMP ((int)ceil ((begin + length - 0.5) * ratio - 0.5 + radius), 0, from - 1);
}

HemoPart
hemo_tile_look_needs (const HemoTileLook *self, HemoPart part, int width, int height)
{
  const HemoPart stored = hemo_tile_look_to_stored (self, part);
  int x0, x1, y0, y1;

  reach (stored.x, stored.width, width, stored_width (self), &x0, &x1);
  reach (stored.y, stored.height, height, stored_height (self), &y0, &y1);
  return (HemoPart){ x0, y0, x1 - x0 + 1, y1 - y0 + 1 };
}

/* @offset: where the source pixels at hand begin. Beyond the picture's edge its last pixel is
 * repeated, where it is read. */
static void
axis_init (Axis *self, int begin, int length, int from, int to, int offset)
{
  const double ratio = (double)from / to, radius = CLAMP (ratio, 1, RADIUS_MAX);

  self->n = length;
  self->taps = (int)ceil (2 * radius) + 1;
  self->first = g_new (int, (gsize)length);
  self->weights = g_new0 (gint16, (gsize)length * (gsize)self->taps);
  for (int i = 0; i < length; i++)
    {
      const double centre = (begin + i + 0.5) * ratio - 0.5;
      const int first = (int)floor (centre - radius) + 1;
      gint16 *weights = self->weights + (gsize)i * (gsize)self->taps;
      double sum = 0, raw[TAPS_MAX];
      int rest = 1 << BITS, heaviest = 0;

      for (int k = 0; k < self->taps; k++)
        {
          raw[k] = fmax (0, 1 - fabs (first + k - centre) / radius);
          sum += raw[k];
        }
      for (int k = 0; k < self->taps; k++)
        {
          weights[k] = (gint16)lround (raw[k] / sum * (1 << BITS));
          rest -= weights[k];
          heaviest = raw[k] > raw[heaviest] ? k : heaviest;
        }
      weights[heaviest] = (gint16)(weights[heaviest] + rest);
      self->first[i] = first - offset;
    }
}

static void
axis_clear (Axis *self)
{
  g_free (self->first);
  g_free (self->weights);
}

/* One row of the source to the wanted columns. */
static void
resample_row (const Axis *across, const guint8 *from, int have, guint8 *to)
{
  for (int i = 0; i < across->n; i++)
    {
      const gint16 *weights = across->weights + (gsize)i * (gsize)across->taps;
      const int first = across->first[i];
      int red = 1 << (BITS - 1), green = red, blue = red;

      for (int k = 0; k < across->taps; k++)
        {
          const int w = weights[k];
          const guint8 *p;

          if (w == 0)
            continue;
          p = from + (gsize)CLAMP (first + k, 0, have - 1) * 3;
          red += w * p[0];
          green += w * p[1];
          blue += w * p[2];
        }
      to[3 * i] = (guint8)(red >> BITS);
      to[3 * i + 1] = (guint8)(green >> BITS);
      to[3 * i + 2] = (guint8)(blue >> BITS);
    }
}

static void
resample_column (
    const Axis *down, int i, const guint8 *rows, int have, gsize stride, gint32 *sums, guint8 *to)
{
  const gint16 *weights = down->weights + (gsize)i * (gsize)down->taps;

  for (gsize x = 0; x < stride; x++)
    sums[x] = 1 << (BITS - 1);
  for (int k = 0; k < down->taps; k++)
    {
      const guint8 *row = rows + (gsize)CLAMP (down->first[i] + k, 0, have - 1) * stride;
      const gint32 w = weights[k];

      for (gsize x = 0; w != 0 && x < stride; x++)
        sums[x] += w * row[x];
    }
  for (gsize x = 0; x < stride; x++)
    to[x] = (guint8)(sums[x] >> BITS);
}

static HemoPixels *
resample (const HemoPixels *pixels, const Axis *across, const Axis *down)
{
  const gsize stride = (gsize)across->n * 3;
  g_autofree guint8 *rows = g_try_malloc_n ((gsize)pixels->height, stride);
  g_autofree gint32 *sums = g_try_new (gint32, stride);
  g_autoptr (HemoPixels) to = hemo_pixels_new (across->n, down->n, NULL);

  if (rows == NULL || sums == NULL || to == NULL)
    return NULL;
  for (int y = 0; y < pixels->height; y++)
    resample_row (across, hemo_pixels_row (pixels, y), pixels->width, rows + (gsize)y * stride);
  for (int y = 0; y < down->n; y++)
    resample_column (down, y, rows, pixels->height, stride, sums, hemo_pixels_row (to, y));
  return g_steal_pointer (&to);
}

/* A view of @needed within @pixels would have to know a stride: it is copied, a tile is small. */
static HemoPixels *
cut (const HemoPixels *pixels, HemoPart where, HemoPart needed)
{
  HemoPixels *to = hemo_pixels_new (needed.width, needed.height, NULL);

  for (int y = 0; to != NULL && y < needed.height; y++)
    {
      const int row = CLAMP (needed.y + y - where.y, 0, pixels->height - 1);
      const int column = CLAMP (needed.x - where.x, 0, pixels->width - 1);
      const int n = MIN (needed.width, pixels->width - column);

      memcpy (hemo_pixels_row (to, y), hemo_pixels_row (pixels, row) + (gsize)column * 3,
              (gsize)n * 3);
    }
  return to;
}

static GdkTexture *
to_texture (const HemoTileLook *self, const HemoPixels *pixels)
{
  const gsize n = (gsize)pixels->width * (gsize)pixels->height;
  guint32 *words = g_try_new (guint32, n);
  g_autoptr (GBytes) bytes = NULL;
  const guint8 *from = pixels->data;

  if (words == NULL)
    return NULL;
  for (gsize i = 0; i < n; i++, from += 3)
    words[i] = 0xff000000u | (guint32)self->shades[from[0]] << 16
               | (guint32)self->shades[from[1]] << 8 | self->shades[from[2]];
  bytes = g_bytes_new_take (words, n * 4);
  /* What cairo draws without converting. */
  return gdk_memory_texture_new (pixels->width, pixels->height, GDK_MEMORY_DEFAULT, bytes,
                                 (gsize)pixels->width * 4);
}

/* Of @width by @height what @part shows, as stored, in the screen's pixels. */
static HemoPixels *
make_stored (const HemoTileLook *self,
             const HemoPixels *pixels,
             HemoPart where,
             int width,
             int height,
             HemoPart part)
{
  const HemoPart stored = hemo_tile_look_to_stored (self, part);
  const HemoPart needed = hemo_tile_look_needs (self, part, width, height);
  g_autoptr (HemoPixels) source = NULL;
  HemoPixels *tile;
  Axis across, down;

  /* Pixel for pixel, there is nothing to reckon. */
  if (width == stored_width (self) && height == stored_height (self))
    return cut (pixels, where, stored);
  source = cut (pixels, where, needed);
  if (source == NULL)
    return NULL;
  axis_init (&across, stored.x, stored.width, width, stored_width (self), needed.x);
  axis_init (&down, stored.y, stored.height, height, stored_height (self), needed.y);
  tile = resample (source, &across, &down);
  axis_clear (&across);
  axis_clear (&down);
  return tile;
}

GdkTexture *
hemo_tile_render (const HemoTileLook *self,
                  const HemoPixels *pixels,
                  HemoPart where,
                  int width,
                  int height,
                  HemoPart part)
{
  g_autoptr (HemoPixels) tile = make_stored (self, pixels, where, width, height, part);

  if (tile != NULL)
    tile = hemo_pixels_orient (g_steal_pointer (&tile), self->orientation, NULL);
  return tile != NULL ? to_texture (self, tile) : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Decoded pixels: made, made smaller by area average, turned. */

#include "hemo-pixels.h"

#include "hemo-picture.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_QUARK (hemo - imaging - error - quark, hemo_imaging_error)

/* Sums of rows: @across is one row, each channel scaled to 16 bits; @down is the sum of such rows
 * by weight. The weights of one target row add up to from_height, at most 16384, so 32 bits hold
 * it. */
struct _HemoShrinker
{
  int from_width;
  int from_height;
  int next_row;
  int target_row;
  guint32 *across;
  guint32 *down;
  HemoPixels *target;
};

HemoPixels *
hemo_pixels_new (int width, int height, GError **error)
{
  g_autofree HemoPixels *self = NULL;

  if (width < 1 || height < 1 || width > HEMO_PICTURE_SIDE_LIMIT || height > HEMO_PICTURE_SIDE_LIMIT
      || (gint64)width * height > HEMO_PICTURE_PIXEL_LIMIT)
    {
      g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_TOO_LARGE,
                   N_ ("A picture of %d by %d pixels cannot be handled"), width, height);
      return NULL;
    }
  self = g_new0 (HemoPixels, 1);
  self->width = width;
  self->height = height;
  self->data = g_try_malloc0_n ((gsize)width * 3, (gsize)height);
  if (self->data == NULL)
    {
      g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_FAILED,
                   N_ ("Not enough memory for a picture of %d by %d pixels"), width, height);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
hemo_pixels_free (HemoPixels *self)
{
  if (self == NULL)
    return;
  g_free (self->data);
  g_free (self);
}

HemoShrinker *
hemo_shrinker_new (int from_width, int from_height, int width, int height, GError **error)
{
  g_autoptr (HemoShrinker) self = g_new0 (HemoShrinker, 1);

  if (from_width < width || from_height < height || from_width > HEMO_PICTURE_SIDE_LIMIT
      || from_height > HEMO_PICTURE_SIDE_LIMIT)
    {
      g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID,
                   "A picture of %d by %d pixels cannot be shrunk to %d by %d", from_width,
                   from_height, width, height);
      return NULL;
    }
  self->target = hemo_pixels_new (width, height, error);
  if (self->target == NULL)
    return NULL;
  self->from_width = from_width;
  self->from_height = from_height;
  self->across = g_new0 (guint32, (gsize)width * 3);
  self->down = g_new0 (guint32, (gsize)width * 3);
  return g_steal_pointer (&self);
}

/* Source pixel i covers width units from i * width; target pixel j covers from_width units. */
static void
sum_across (HemoShrinker *self, const guint8 *row)
{
  const guint32 width = (guint32)self->target->width, from = (guint32)self->from_width;
  guint32 room = from, *sum = self->across;

  memset (sum, 0, sizeof (guint32) * 3 * width);
  for (guint32 i = 0; i < from; i++, row += 3)
    {
      const guint32 first = MIN (width, room);
      for (int c = 0; c < 3; c++)
        sum[c] += row[c] * first;
      room -= first;
      if (room > 0)
        continue;
      sum += 3;
      room = from;
      if (first < width)
        {
          for (int c = 0; c < 3; c++)
            sum[c] += row[c] * (width - first);
          room -= width - first;
        }
    }
}

static void
scale_across (HemoShrinker *self, const guint8 *row)
{
  const guint32 n = (guint32)self->target->width * 3, from = (guint32)self->from_width;
  /* 257 / from in 32 bits of fraction: 255 * from becomes 65535. */
  const guint64 factor = (G_GUINT64_CONSTANT (257) << 32) / from;

  if (self->target->width == self->from_width)
    {
      for (guint32 i = 0; i < n; i++)
        self->across[i] = row[i] * 257u;
      return;
    }
  sum_across (self, row);
  for (guint32 i = 0; i < n; i++)
    self->across[i] = (guint32)((self->across[i] * factor + (1u << 31)) >> 32);
}

static void
add_down (HemoShrinker *self, guint32 weight)
{
  const guint32 n = (guint32)self->target->width * 3;

  for (guint32 i = 0; i < n; i++)
    self->down[i] += self->across[i] * weight;
}

static void
finish_row (HemoShrinker *self)
{
  const guint32 n = (guint32)self->target->width * 3;
  const guint64 divisor = (guint64)self->from_height * 257;
  const guint64 factor = (G_GUINT64_CONSTANT (1) << 40) / divisor;
  guint8 *row = hemo_pixels_row (self->target, self->target_row++);

  for (guint32 i = 0; i < n; i++)
    row[i] = (guint8)MIN (255u, (self->down[i] * factor + (G_GUINT64_CONSTANT (1) << 39)) >> 40);
  memset (self->down, 0, sizeof (guint32) * n);
}

void
hemo_shrinker_push (HemoShrinker *self, const guint8 *row)
{
  const gint64 height = self->target->height, from = self->from_height;
  const gint64 begin = self->next_row * height, end = begin + height;
  const gint64 border = (self->target_row + 1) * from;

  if (self->next_row >= self->from_height)
    return;
  self->next_row++;
  if (height == from && self->target->width == self->from_width)
    {
      memcpy (hemo_pixels_row (self->target, self->target_row++), row, (gsize)self->from_width * 3);
      return;
    }
  scale_across (self, row);
  add_down (self, (guint32)(MIN (end, border) - begin));
  if (end < border)
    return;
  finish_row (self);
  if (end > border)
    add_down (self, (guint32)(end - border));
}

HemoPixels *
hemo_shrinker_finish (HemoShrinker *self)
{
  HemoPixels *target = g_steal_pointer (&self->target);

  hemo_shrinker_free (self);
  return target;
}

void
hemo_shrinker_free (HemoShrinker *self)
{
  if (self == NULL)
    return;
  g_free (self->across);
  g_free (self->down);
  hemo_pixels_free (self->target);
  g_free (self);
}

HemoPixels *
hemo_pixels_shrink (const HemoPixels *self, int width, int height, GError **error)
{
  g_autoptr (HemoShrinker) shrinker
      = hemo_shrinker_new (self->width, self->height, width, height, error);

  if (shrinker == NULL)
    return NULL;
  for (int y = 0; y < self->height; y++)
    hemo_shrinker_push (shrinker, hemo_pixels_row (self, y));
  return hemo_shrinker_finish (g_steal_pointer (&shrinker));
}

HemoPixels *
hemo_pixels_orient (HemoPixels *self, int orientation, GError **error)
{
  g_autoptr (HemoPixels) from = self;
  g_autoptr (HemoPixels) to = NULL;
  /* Of the eight ways, those from 5 exchange the axes; then the picture is mirrored. */
  const gboolean swap = orientation >= 5;
  const gboolean mirror
      = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  const gboolean flip
      = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;

  if (orientation <= 1 || orientation > 8)
    return g_steal_pointer (&from);
  to = hemo_pixels_new (swap ? from->height : from->width, swap ? from->width : from->height,
                        error);
  if (to == NULL)
    return NULL;
  for (int y = 0; y < to->height; y++)
    {
      guint8 *row = hemo_pixels_row (to, y);
      const int v = flip ? to->height - 1 - y : y;
      for (int x = 0; x < to->width; x++)
        {
          const int u = mirror ? to->width - 1 - x : x;
          const guint8 *pixel = hemo_pixels_row (from, swap ? u : v) + (gsize)(swap ? v : u) * 3;
          memcpy (row + (gsize)x * 3, pixel, 3);
        }
    }
  return g_steal_pointer (&to);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A coarse map of how much light is missing where. */

#include "hemo-flat-field.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define COLUMNS HEMO_FLAT_FIELD_COLUMNS
#define ROWS HEMO_FLAT_FIELD_ROWS
/* Gains are kept and applied in 1/4096. */
#define ONE 4096
#define MAGIC "HFF1"
/* With more parts than this in which something lies it is no blank; a grain of dust is smaller than
 * a tenth of a part. */
#define MAX_BUSY_PARTS 5
/* Of the brightest part; more than noise, and than the lamp does within one part. */
#define BUSY_SPREAD 0.12
#define MIN_LIGHT 40
#define MAX_LIGHT 252

typedef guint16 GainMap[3][ROWS][COLUMNS];

struct _HemoFlatField
{
  gatomicrefcount references;
  double unevenness;
  GainMap gains;
};

HemoFlatField *
hemo_flat_field_ref (HemoFlatField *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
hemo_flat_field_unref (HemoFlatField *self)
{
  if (g_atomic_ref_count_dec (&self->references))
    g_free (self);
}

static gboolean
say_no_blank (GError **error, const char *why)
{
  g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID,
               _ ("The light was not evened out: %s"), why);
  return FALSE;
}

static int
compare_bytes (gconstpointer a, gconstpointer b)
{
  return *(const guint8 *)a - *(const guint8 *)b;
}

/* Median of one part, so that a grain of dust does not count; @spread is large when more than that
 * lies in it. */
static double
find_level (const HemoPixels *blank, int channel, int column, int row, int *spread)
{
  const int left = column * blank->width / COLUMNS, right = (column + 1) * blank->width / COLUMNS;
  const int top = row * blank->height / ROWS, bottom = (row + 1) * blank->height / ROWS;
  const gsize n = (gsize)(right - left) * (gsize)(bottom - top);
  g_autofree guint8 *values = g_malloc (n);
  gsize at = 0;

  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++)
      values[at++] = hemo_pixels_row (blank, y)[3 * x + channel];
  qsort (values, n, 1, compare_bytes);
  *spread = values[n - 1 - n / 10] - values[n / 10];
  return (values[n / 2] + values[(n - 1) / 2]) / 2.0;
}

/* Beyond the edge light goes on to change as it did before it. */
static double
look_up (double level[ROWS][COLUMNS], int y, int x)
{
  const int row = CLAMP (y, 0, ROWS - 1), column = CLAMP (x, 0, COLUMNS - 1);

  return 2 * level[row][column] - level[2 * row - y][2 * column - x];
}

/* What noise and the borders between parts leave: 1 2 1 in both directions. */
static void
smooth (double level[ROWS][COLUMNS])
{
  double copy[ROWS][COLUMNS];

  memcpy (copy, level, sizeof copy);
  for (int y = 0; y < ROWS; y++)
    for (int x = 0; x < COLUMNS; x++)
      {
        double sum = 0;
        for (int v = -1; v <= 1; v++)
          for (int u = -1; u <= 1; u++)
            sum += look_up (copy, y + v, x + u) * (2 - abs (u)) * (2 - abs (v));
        level[y][x] = MAX (1, sum / 16);
      }
}

/* Everything is brought up to the brightest part: nothing that was not burnt out becomes so by
 * more than noise, and white stays white. */
static gboolean
fill_channel (HemoFlatField *self, const HemoPixels *blank, int channel, GError **error)
{
  double level[ROWS][COLUMNS], most = 0, least = 255;
  int spread[ROWS][COLUMNS], busy = 0;

  for (int y = 0; y < ROWS; y++)
    for (int x = 0; x < COLUMNS; x++)
      level[y][x] = find_level (blank, channel, x, y, &spread[y][x]);
  smooth (level);
  for (int y = 0; y < ROWS; y++)
    for (int x = 0; x < COLUMNS; x++)
      {
        most = MAX (most, level[y][x]);
        least = MIN (least, level[y][x]);
      }
  for (int y = 0; y < ROWS; y++)
    for (int x = 0; x < COLUMNS; x++)
      busy += spread[y][x] > BUSY_SPREAD * most + 2;
  if (most < MIN_LIGHT)
    return say_no_blank (error, _ ("the field is too dark. Turn up the lamp."));
  if (busy > MAX_BUSY_PARTS)
    return say_no_blank (error,
                         _ ("there are cells in the field. Move to an empty part of the slide."));
  if (most > MAX_LIGHT)
    return say_no_blank (error, _ ("the field is burnt out. Turn down the lamp or the exposure."));
  if (most > least * HEMO_FLAT_FIELD_MAX_GAIN)
    return say_no_blank (error, _ ("a corner gets hardly any light. Centre the condenser."));
  for (int y = 0; y < ROWS; y++)
    for (int x = 0; x < COLUMNS; x++)
      self->gains[channel][y][x] = (guint16)lround (most / level[y][x] * ONE);
  self->unevenness = MAX (self->unevenness, 1 - least / most);
  return TRUE;
}

HemoFlatField *
hemo_flat_field_new (const HemoPixels *blank, GError **error)
{
  g_autoptr (HemoFlatField) self = g_new0 (HemoFlatField, 1);

  g_atomic_ref_count_init (&self->references);
  if (blank->width < 64 || blank->height < 64)
    {
      say_no_blank (error, _ ("the picture is too small."));
      return NULL;
    }
  for (int channel = 0; channel < 3; channel++)
    if (!fill_channel (self, blank, channel, error))
      return NULL;
  return g_steal_pointer (&self);
}

double
hemo_flat_field_get_unevenness (HemoFlatField *self)
{
  return self->unevenness;
}

/* Between the middles of the parts, and on from the outermost. In 1/256 of a part. */
static int
find_place (int at, int size, int parts, int *fraction)
{
  const int place = (int)(((gint64)2 * at + 1) * parts * 128 / size) - 128;
  const int whole = CLAMP (place >> 8, 0, parts - 2);

  *fraction = place - whole * 256;
  return whole;
}

/* The gains of one row of pixels, between the two rows of the map that are next to it. */
static void
fill_row (const HemoFlatField *self, int y, int height, gint32 row[3][COLUMNS])
{
  int fraction;
  const int at = find_place (y, height, ROWS, &fraction);

  for (int c = 0; c < 3; c++)
    for (int x = 0; x < COLUMNS; x++)
      row[c][x]
          = (self->gains[c][at][x] * (256 - fraction) + self->gains[c][at + 1][x] * fraction + 128)
            / 256;
}

void
hemo_flat_field_apply (HemoFlatField *self,
                       guint8 *data,
                       int width,
                       int height,
                       gsize stride,
                       int n_channels,
                       gboolean blue_first)
{
  g_autofree gint16 *places = g_new (gint16, 2 * (gsize)width);

  for (int x = 0; x < width; x++)
    {
      int fraction;
      places[2 * x] = (gint16)find_place (x, width, COLUMNS, &fraction);
      places[2 * x + 1] = (gint16)fraction;
    }
  for (int y = 0; y < height; y++)
    {
      gint32 row[3][COLUMNS];
      guint8 *pixel = data + (gsize)y * stride;
      fill_row (self, y, height, row);
      for (int x = 0; x < width; x++, pixel += n_channels)
        for (int c = 0; c < 3; c++)
          {
            const gint32 *gain = row[blue_first ? 2 - c : c] + places[2 * x];
            const gint32 here = gain[0] * 256 + (gain[1] - gain[0]) * places[2 * x + 1];
            const gint32 value = (pixel[c] * (here >> 4) + (1 << 15)) >> 16;
            pixel[c] = (guint8)CLAMP (value, 0, 255);
          }
    }
}

GBytes *
hemo_flat_field_to_bytes (HemoFlatField *self)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *)MAGIC, 4);
  for (int c = 0; c < 3; c++)
    for (int y = 0; y < ROWS; y++)
      for (int x = 0; x < COLUMNS; x++)
        {
          const guint16 gain = GUINT16_TO_LE (self->gains[c][y][x]);
          g_byte_array_append (bytes, (const guint8 *)&gain, 2);
        }
  return g_byte_array_free_to_bytes (bytes);
}

HemoFlatField *
hemo_flat_field_new_from_bytes (GBytes *bytes, GError **error)
{
  g_autoptr (HemoFlatField) self = g_new0 (HemoFlatField, 1);
  gsize size;
  const guint8 *at = g_bytes_get_data (bytes, &size);
  guint16 *gain = &self->gains[0][0][0];
  int most = ONE;

  g_atomic_ref_count_init (&self->references);
  for (gsize i = 0; size == 4 + sizeof (GainMap) && i < 3 * ROWS * COLUMNS; i++)
    {
      gain[i] = (guint16)(at[4 + 2 * i] | at[5 + 2 * i] << 8);
      most = MAX (most, gain[i]);
      /* Below one by the rounding of what was smoothed at most. */
      if (gain[i] < ONE || gain[i] > HEMO_FLAT_FIELD_MAX_GAIN * ONE + 1)
        size = 0;
    }
  if (size != 4 + sizeof (GainMap) || memcmp (at, MAGIC, 4) != 0)
    {
      g_set_error_literal (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED,
                           _ ("What was kept of the blank field is damaged. Capture it again."));
      return NULL;
    }
  self->unevenness = 1 - (double)ONE / most;
  return g_steal_pointer (&self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A part of a large picture: libjpeg decodes at a half, quarter or eighth, skips rows and columns.
 */

#include "hemo-picture-part.h"

#include "hemo-jpeg-reader-private.h"
#include "hemo-picture-private.h"

#include <string.h>

#define ROWS_BETWEEN_LOOKS 16

typedef struct
{
  HemoJpegReader base;
  HemoPixels *pixels;
  guint8 *row;
  GCancellable *cancellable;
} Reader;

void
hemo_picture_shrunk_size (const HemoPictureInfo *info, int shrink, int *width, int *height)
{
  *width = (info->width + shrink - 1) / shrink;
  *height = (info->height + shrink - 1) / shrink;
}

gboolean
hemo_picture_has_parts (const HemoPictureInfo *info)
{
  return !info->progressive && strcmp (info->media_type, "image/jpeg") == 0;
}

static gboolean
is_within (const HemoPictureInfo *info, int shrink, const HemoPart *part)
{
  int width, height;

  if (shrink != 1 && shrink != 2 && shrink != 4 && shrink != 8)
    return FALSE;
  hemo_picture_shrunk_size (info, shrink, &width, &height);
  return part->x >= 0 && part->y >= 0 && part->width >= 1 && part->height >= 1
         && part->width <= width - part->x && part->height <= height - part->y;
}

static void
look (Reader *self, int row)
{
  if (row % ROWS_BETWEEN_LOOKS == 0
      && g_cancellable_set_error_if_cancelled (self->cancellable, &self->base.error))
    longjmp (self->base.way_out, 1);
}

/* Rows of the columns from @first on, as many as the codec gives. */
static void
read_rows (Reader *self, const HemoPart *part, int first)
{
  struct jpeg_decompress_struct *codec = &self->base.codec;
  const gboolean cmyk = codec->out_color_space == JCS_CMYK;
  const gsize out = codec->output_width;
  JSAMPROW row;

  self->row = g_malloc (out * 7);
  row = self->row;
  /* Skipping some rows takes as long as reading them: looked at in between. */
  for (int y = 0; y < part->y; y += ROWS_BETWEEN_LOOKS)
    {
      look (self, 0);
      jpeg_skip_scanlines (codec, (JDIMENSION)MIN (ROWS_BETWEEN_LOOKS, part->y - y));
    }
  for (int y = 0; y < part->height; y++)
    {
      look (self, y);
      jpeg_read_scanlines (codec, &row, 1);
      if (cmyk)
        hemo_jpeg_convert_cmyk (row, row + 4 * out, codec->output_width, codec->saw_Adobe_marker);
      memcpy (hemo_pixels_row (self->pixels, y),
              (cmyk ? row + 4 * out : row) + (gsize)(part->x - first) * 3, (gsize)part->width * 3);
    }
}

static gboolean
run_reader (
    Reader *self, GBytes *bytes, const HemoPictureInfo *info, int shrink, const HemoPart *part)
{
  struct jpeg_decompress_struct *codec = &self->base.codec;
  JDIMENSION first, width;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (setjmp (self->base.way_out) != 0)
    return FALSE;
  if (!hemo_jpeg_reader_begin (&self->base, data, size, info))
    return FALSE;
  codec->scale_num = 8 / (unsigned)shrink;
  codec->scale_denom = 8;
  codec->do_fancy_upsampling = shrink == 1;
  codec->do_block_smoothing = FALSE;
  jpeg_start_decompress (codec);
  /* One more on each side: upsampling looks at the neighbours. */
  first = (JDIMENSION)MAX (0, part->x - 1);
  width = MIN ((JDIMENSION)(part->x + part->width + 1), codec->output_width) - first;
  if (first > 0 || width < codec->output_width)
    jpeg_crop_scanline (codec, &first, &width);
  self->pixels = hemo_pixels_new (part->width, part->height, &self->base.error);
  if (self->pixels == NULL)
    return FALSE;
  read_rows (self, part, (int)first);
  return TRUE;
}

static HemoPixels *
decode_jpeg (GBytes *bytes,
             const HemoPictureInfo *info,
             int shrink,
             const HemoPart *part,
             GCancellable *cancellable,
             GError **error)
{
  Reader self = { .cancellable = cancellable };
  HemoPixels *pixels = NULL;

  if (hemo_jpeg_reader_open (&self.base) && run_reader (&self, bytes, info, shrink, part))
    pixels = g_steal_pointer (&self.pixels);
  hemo_jpeg_reader_close (&self.base, error);
  hemo_pixels_free (self.pixels);
  g_free (self.row);
  return pixels;
}

/* By way of the whole, which may be a pixel smaller than the part says: its edge is repeated. */
static HemoPixels *
cut_whole (GBytes *bytes,
           const HemoPictureInfo *info,
           int shrink,
           const HemoPart *part,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (HemoPixels) whole = NULL;
  g_autoptr (HemoPixels) pixels = NULL;
  int width, height;

  hemo_picture_shrunk_size (info, shrink, &width, &height);
  whole = hemo_picture_decode (bytes, MAX (width, height), FALSE, error);
  if (whole == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (part->width == whole->width && part->height == whole->height)
    return g_steal_pointer (&whole);
  pixels = hemo_pixels_new (part->width, part->height, error);
  for (int y = 0; pixels != NULL && y < part->height; y++)
    {
      const guint8 *from = hemo_pixels_row (whole, MIN (part->y + y, whole->height - 1));
      guint8 *to = hemo_pixels_row (pixels, y);

      for (int x = 0; x < part->width; x++)
        memcpy (to + (gsize)x * 3, from + (gsize)MIN (part->x + x, whole->width - 1) * 3, 3);
    }
  return g_steal_pointer (&pixels);
}

HemoPixels *
hemo_picture_decode_part (GBytes *bytes,
                          const HemoPictureInfo *info,
                          int shrink,
                          const HemoPart *part,
                          GCancellable *cancellable,
                          GError **error)
{
  if (!is_within (info, shrink, part))
    {
      g_set_error_literal (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID,
                           "This part is not within the picture");
      return NULL;
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (hemo_picture_has_parts (info))
    return decode_jpeg (bytes, info, shrink, part, cancellable, error);
  return cut_whole (bytes, info, shrink, part, cancellable, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures from outside, of whichever kind. */

#include "hemo-picture.h"

#include "hemo-picture-private.h"

#include <glib/gi18n.h>
#include <libexif/exif-data.h>
#include <string.h>

#define STRIP_QUALITY 95

gboolean
hemo_picture_say_damaged (GError **error, const char *what)
{
  g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED,
               N_ ("The picture is damaged: %s. Capture or copy it again."), what);
  return FALSE;
}

gboolean
hemo_picture_say_unsupported (GError **error, const char *what)
{
  g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_UNSUPPORTED,
               N_ ("%s. Save it as an ordinary JPEG or PNG and bring it in again."), what);
  return FALSE;
}

gboolean
hemo_picture_check_size (guint64 width, guint64 height, GError **error)
{
  if (width == 0 || height == 0)
    return hemo_picture_say_damaged (error, N_ ("it says that it has no width or no height"));
  if (width <= HEMO_PICTURE_SIDE_LIMIT && height <= HEMO_PICTURE_SIDE_LIMIT
      && width * height <= HEMO_PICTURE_PIXEL_LIMIT)
    return TRUE;
  g_set_error (
      error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_TOO_LARGE,
      N_ ("The picture says it has %u by %u pixels; at most %d a side and %d million in all "
          "are taken. Set the camera to a smaller size."),
      (guint)MIN (width, G_MAXUINT), (guint)MIN (height, G_MAXUINT), HEMO_PICTURE_SIDE_LIMIT,
      HEMO_PICTURE_PIXEL_LIMIT / 1000000);
  return FALSE;
}

gboolean
hemo_picture_check_memory (guint64 needed, const char *kind, GError **error)
{
  if (needed <= HEMO_PICTURE_MEMORY_LIMIT)
    return TRUE;
  g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_TOO_LARGE,
               N_ ("This %s needs %u MB of memory to be opened; at most %d are given. "
                   "Save it in the baseline form, line by line, or smaller."),
               kind, (guint)MIN (needed / 1000000, G_MAXUINT),
               (int)(HEMO_PICTURE_MEMORY_LIMIT / 1000000));
  return FALSE;
}

void
hemo_picture_fit (int *width, int *height, int max_side)
{
  const int longest = MAX (*width, *height);

  if (max_side <= 0 || longest <= max_side)
    return;
  *width = MAX (1, (int)(((gint64)*width * max_side + longest / 2) / longest));
  *height = MAX (1, (int)(((gint64)*height * max_side + longest / 2) / longest));
}

/* @tiff follows the 'Exif' mark. */
void
hemo_picture_read_exif (const guint8 *tiff, gsize size, HemoPictureInfo *info)
{
  g_autofree guint8 *marked = NULL;
  ExifData *exif;
  ExifEntry *entry;

  info->has_metadata = TRUE;
  info->has_exif = TRUE;
  if (size > 65535)
    return;
  marked = g_malloc (size + 6);
  memcpy (marked, "Exif\0", 6);
  if (size > 0)
    memcpy (marked + 6, tiff, size);
  exif = exif_data_new_from_data (marked, (unsigned int)size + 6);
  if (exif == NULL)
    return;
  entry = exif_content_get_entry (exif->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry != NULL && entry->format == EXIF_FORMAT_SHORT && entry->size >= 2)
    {
      const int value = exif_get_short (entry->data, exif_data_get_byte_order (exif));
      if (value >= 1 && value <= 8)
        info->orientation = value;
    }
  info->has_gps |= exif->ifd[EXIF_IFD_GPS]->count > 0;
  exif_data_unref (exif);
}

gboolean
hemo_picture_probe (GBytes *bytes, HemoPictureInfo *info, GError **error)
{
  static const guint8 png_mark[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  HemoPictureInfo found = { .orientation = 1 };
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (size == 0)
    return hemo_picture_say_damaged (error, N_ ("the file is empty"));
  if (size > HEMO_PICTURE_BYTES_LIMIT)
    {
      g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_TOO_LARGE,
                   N_ ("The picture's file has %u MB; at most %d are taken. Set the camera to a "
                       "smaller size."),
                   (guint)(size / 1000000), (int)(HEMO_PICTURE_BYTES_LIMIT / 1000000));
      return FALSE;
    }
  if (size >= 2 && data[0] == 0xff && data[1] == 0xd8)
    {
      if (!hemo_jpeg_probe (data, size, &found, error))
        return FALSE;
    }
  else if (size >= 8 && memcmp (data, png_mark, 8) == 0)
    {
      if (!hemo_png_probe (data, size, &found, error))
        return FALSE;
    }
  else if (data[0] == 0xff ? size == 1 : size < 8 && memcmp (data, png_mark, size) == 0)
    return hemo_picture_say_damaged (error, N_ ("the file ends too early"));
  else
    return hemo_picture_say_unsupported (error,
                                         N_ ("The file is neither a JPEG nor a PNG picture"));
  if (info != NULL)
    *info = found;
  return TRUE;
}

static HemoPixels *
decode_probed (
    GBytes *bytes, const HemoPictureInfo *info, int max_side, gboolean upright, GError **error)
{
  g_autoptr (HemoPixels) pixels = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (strcmp (info->media_type, "image/png") == 0)
    pixels = hemo_png_decode (data, size, info, max_side, error);
  else
    pixels = hemo_jpeg_decode (data, size, info, max_side, error);
  if (pixels == NULL || !upright)
    return g_steal_pointer (&pixels);
  return hemo_pixels_orient (g_steal_pointer (&pixels), info->orientation, error);
}

HemoPixels *
hemo_picture_decode (GBytes *bytes, int max_side, gboolean upright, GError **error)
{
  HemoPictureInfo info;

  if (!hemo_picture_probe (bytes, &info, error))
    return NULL;
  return decode_probed (bytes, &info, max_side, upright, error);
}

GBytes *
hemo_picture_thumbnail (GBytes *bytes, int side, int quality, GError **error)
{
  g_autoptr (HemoPixels) pixels = NULL;

  if (side < 1 || side > 4096)
    {
      g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID,
                   "A preview has 1 to 4096 pixels a side, not %d", side);
      return NULL;
    }
  pixels = hemo_picture_decode (bytes, side, TRUE, error);
  if (pixels == NULL)
    return NULL;
  return hemo_pixels_to_jpeg (pixels, quality, error);
}

GBytes *
hemo_picture_strip (GBytes *bytes, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) stripped = NULL;
  g_autoptr (HemoPixels) pixels = NULL;
  HemoPictureInfo info;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gboolean png;

  if (!hemo_picture_probe (bytes, &info, error))
    return NULL;
  png = strcmp (info.media_type, "image/png") == 0;
  if (!png)
    stripped = hemo_jpeg_strip (data, size, &info, &problem);
  else if (info.orientation == 1)
    return hemo_png_strip (data, size);
  if (stripped != NULL)
    return g_steal_pointer (&stripped);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  pixels = decode_probed (bytes, &info, 0, TRUE, error);
  if (pixels == NULL)
    return NULL;
  return png ? hemo_pixels_to_png (pixels, error)
             : hemo_pixels_to_jpeg (pixels, STRIP_QUALITY, error);
}

guint64
hemo_picture_difference_hash (const HemoPixels *pixels)
{
  g_autoptr (HemoPixels) small = NULL;
  guint64 hash = 0;
  int grey[9];

  if (pixels->width >= 9 && pixels->height >= 8)
    small = hemo_pixels_shrink (pixels, 9, 8, NULL);
  if (small == NULL)
    return 0;
  for (int y = 0; y < 8; y++)
    {
      const guint8 *row = hemo_pixels_row (small, y);
      for (int x = 0; x < 9; x++)
        grey[x] = 299 * row[3 * x] + 587 * row[3 * x + 1] + 114 * row[3 * x + 2];
      for (int x = 0; x < 8; x++)
        hash = hash << 1 | (grey[x] < grey[x + 1]);
    }
  return hash;
}

int
hemo_picture_hash_distance (guint64 a, guint64 b)
{
  return __builtin_popcountll (a ^ b);
}

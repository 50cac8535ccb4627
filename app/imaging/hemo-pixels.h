/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Decoded pixels, 8 bit RGB. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HEMO_IMAGING_ERROR (hemo_imaging_error_quark ())

/**
 * HemoImagingError:
 * @HEMO_IMAGING_ERROR_UNSUPPORTED: not a JPEG or PNG, or a kind of it that we do not take
 * @HEMO_IMAGING_ERROR_TOO_LARGE: beyond the limits of hemo-picture.h
 * @HEMO_IMAGING_ERROR_DAMAGED: empty, cut off or corrupt
 * @HEMO_IMAGING_ERROR_INVALID: a value passed is out of its range (calibration)
 * @HEMO_IMAGING_ERROR_FAILED: no memory, or the codec failed
 */
typedef enum
{
  HEMO_IMAGING_ERROR_UNSUPPORTED,
  HEMO_IMAGING_ERROR_TOO_LARGE,
  HEMO_IMAGING_ERROR_DAMAGED,
  HEMO_IMAGING_ERROR_INVALID,
  HEMO_IMAGING_ERROR_FAILED,
} HemoImagingError;

GQuark hemo_imaging_error_quark (void);

/* Rows follow each other without a gap: 3 * width bytes each, red first. */
typedef struct
{
  int width;
  int height;
  guint8 *data;
} HemoPixels;

/* Black. Fails with %HEMO_IMAGING_ERROR_TOO_LARGE when a side is below 1 or beyond
 * HEMO_PICTURE_SIDE_LIMIT or the whole beyond HEMO_PICTURE_PIXEL_LIMIT, and with _FAILED when there
 * is no memory. (transfer full) */
HemoPixels *hemo_pixels_new (int width, int height, GError **error);
void hemo_pixels_free (HemoPixels *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoPixels, hemo_pixels_free)

/* @y from 0; (transfer none) */
static inline guint8 *
hemo_pixels_row (const HemoPixels *self, int y)
{
  return self->data + (gsize)y * (gsize)self->width * 3;
}

/* Area average to @width by @height, neither larger than it is. (transfer full) */
HemoPixels *hemo_pixels_shrink (const HemoPixels *self, int width, int height, GError **error);

/* Turned as EXIF's @orientation, 1 to 8, asks to be shown. Consumes @self. (transfer full) */
HemoPixels *hemo_pixels_orient (HemoPixels *self, int orientation, GError **error);

/* Baseline JPEG, 4:2:0 below quality 90 and 4:4:4 from there, optimised Huffman tables, no
 * metadata.
 * @quality 1 to 100. (transfer full) */
GBytes *hemo_pixels_to_jpeg (const HemoPixels *self, int quality, GError **error);
/* RGB PNG without metadata. (transfer full) */
GBytes *hemo_pixels_to_png (const HemoPixels *self, GError **error);

/* Makes an area average of rows that come one after the other. */
typedef struct _HemoShrinker HemoShrinker;

HemoShrinker *
hemo_shrinker_new (int from_width, int from_height, int width, int height, GError **error);
/* Takes the next row of 3 * from_width bytes. */
void hemo_shrinker_push (HemoShrinker *self, const guint8 *row);
/* After the last row. Frees @self. (transfer full) */
HemoPixels *hemo_shrinker_finish (HemoShrinker *self);
void hemo_shrinker_free (HemoShrinker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoShrinker, hemo_shrinker_free)

G_END_DECLS

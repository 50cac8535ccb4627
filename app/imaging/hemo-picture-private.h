/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of hemo-picture share: one set of functions for each kind of file. */

#pragma once

#include "hemo-picture.h"

G_BEGIN_DECLS

void hemo_picture_read_exif (const guint8 *tiff, gsize size, HemoPictureInfo *info);

gboolean hemo_jpeg_probe (const guint8 *data, gsize size, HemoPictureInfo *info, GError **error);
HemoPixels *hemo_jpeg_decode (
    const guint8 *data, gsize size, const HemoPictureInfo *info, int max_side, GError **error);
/* Without loss; NULL without an error when the pixels have to be encoded again. */
GBytes *
hemo_jpeg_strip (const guint8 *data, gsize size, const HemoPictureInfo *info, GError **error);

gboolean hemo_png_probe (const guint8 *data, gsize size, HemoPictureInfo *info, GError **error);
HemoPixels *hemo_png_decode (
    const guint8 *data, gsize size, const HemoPictureInfo *info, int max_side, GError **error);
GBytes *hemo_png_strip (const guint8 *data, gsize size);

/* Sides against the limits; 0 is damaged. */
gboolean hemo_picture_check_size (guint64 width, guint64 height, GError **error);
/* Working memory against HEMO_PICTURE_MEMORY_LIMIT. */
gboolean hemo_picture_check_memory (guint64 needed, const char *kind, GError **error);
/* @width and @height shrunk in proportion so that the longer is @max_side (0: as they are). */
void hemo_picture_fit (int *width, int *height, int max_side);

/* Sets DAMAGED with @what happened and what to do; returns FALSE. */
gboolean hemo_picture_say_damaged (GError **error, const char *what);
gboolean hemo_picture_say_unsupported (GError **error, const char *what);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A part of a large picture at the size in which it is looked at. */

#pragma once

#include "hemo-picture.h"

G_BEGIN_DECLS

/* Pixels of the picture as stored, shrunk; from the top left. */
typedef struct
{
  int x;
  int y;
  int width;
  int height;
} HemoPart;

/* Sides of the picture at 1/@shrink, 1, 2, 4 or 8: rounded up. */
void hemo_picture_shrunk_size (const HemoPictureInfo *info, int shrink, int *width, int *height);

/* Whether a part costs little more than what it covers: a baseline JPEG. Of other kinds the whole
 * is decoded each time, so that it is better kept. */
gboolean hemo_picture_has_parts (const HemoPictureInfo *info);

/**
 * hemo_picture_decode_part:
 * @info: what hemo_picture_probe() found
 * @shrink: 1, 2, 4 or 8
 * @part: within hemo_picture_shrunk_size()
 * @cancellable: (nullable): looked at every few rows
 *
 * As stored, not turned. Rows below the part are not read, so that damage there is not found.
 * Fails as hemo_picture_decode() and with %G_IO_ERROR_CANCELLED. (transfer full)
 */
HemoPixels *hemo_picture_decode_part (GBytes *bytes,
                                      const HemoPictureInfo *info,
                                      int shrink,
                                      const HemoPart *part,
                                      GCancellable *cancellable,
                                      GError **error);

G_END_DECLS

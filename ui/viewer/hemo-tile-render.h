/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Decoded pixels into the very pixels of the screen: resampled, turned, lightened. */

#pragma once

#include "hemo-picture-part.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

/**
 * HemoTileLook:
 * @orientation: 1 to 8, EXIF's with the person's turns
 * @width: of the whole picture as shown, in device pixels
 * @shades: what each of the 256 values becomes
 */
typedef struct
{
  int orientation;
  int width;
  int height;
  guint8 shades[256];
} HemoTileLook;

/* @brightness and @contrast: -1 to 1; 0 leaves the picture as it is. */
void hemo_tile_look_shade (HemoTileLook *self, double brightness, double contrast);

/* Where @part of the picture as shown lies in the picture as stored at the same zoom. */
HemoPart hemo_tile_look_to_stored (const HemoTileLook *self, HemoPart part);

/* What is needed of a level of @width by @height (as stored) to show @part. */
HemoPart hemo_tile_look_needs (const HemoTileLook *self, HemoPart part, int width, int height);

/**
 * hemo_tile_render:
 * @pixels: @where of a level of @width by @height
 * @part: of the picture as shown; what it needs lies in @where
 *
 * By a triangle filter as wide as a pixel of the coarser of both, so that nothing flickers.
 * (transfer full), NULL without memory.
 */
GdkTexture *hemo_tile_render (const HemoTileLook *self,
                              const HemoPixels *pixels,
                              HemoPart where,
                              int width,
                              int height,
                              HemoPart part);

G_END_DECLS

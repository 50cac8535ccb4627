/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One picture's tiles, decoded and drawn on worker threads: what is wished for last is made first,
 * what nobody wishes for any more is not made. */

#pragma once

#include "hemo-tile-render.h"

G_BEGIN_DECLS

/* Device pixels a side. */
#define HEMO_TILE_SIDE 256

/* Which tile: column and row of the picture as shown. */
typedef struct
{
  int column;
  int row;
} HemoTilePlace;

/**
 * HemoTileWish:
 * @generation: comes back with each tile
 * @look: how the picture is shown
 * @zoom: device pixels for a pixel of the picture
 * @view: what is seen of the picture as shown; not empty
 * @tiles: (element-type HemoTilePlace): the most urgent first
 */
typedef struct
{
  guint generation;
  HemoTileLook look;
  double zoom;
  HemoPart view;
  GArray *tiles;
} HemoTileWish;

void hemo_tile_wish_free (HemoTileWish *self);

typedef struct _HemoTileLoader HemoTileLoader;

/**
 * HemoTileEvents:
 * @opened: the size upright; the whole picture follows by @whole
 * @failed: in words for people
 * @whole: the whole picture, coarse, in the look of @generation (0 before any wish)
 * @tile: (texture transfer none)
 * @complete: all that was wished for in @generation is there
 *
 * Called on the thread that made the loader, never after hemo_tile_loader_close().
 */
typedef struct
{
  void (*opened) (gpointer data, const HemoPictureInfo *info);
  void (*failed) (gpointer data, const GError *error);
  void (*whole) (gpointer data, guint generation, const HemoTileLook *look, GdkTexture *texture);
  void (*tile) (gpointer data, guint generation, HemoTilePlace place, GdkTexture *texture);
  void (*complete) (gpointer data, guint generation);
} HemoTileEvents;

/**
 * hemo_tile_loader_new:
 * @bytes: JPEG or PNG
 * @side: device pixels of the view's longer side: the first decoding is at least as fine, where it
 *   costs no more
 * @events: static
 *
 * Begins at once. End it with hemo_tile_loader_close().
 */
HemoTileLoader *
hemo_tile_loader_new (GBytes *bytes, int side, const HemoTileEvents *events, gpointer data);

/* Takes the place of the wish before. (transfer full) */
void hemo_tile_loader_wish (HemoTileLoader *self, HemoTileWish *wish);

/* Cancels; the threads let go by themselves. */
void hemo_tile_loader_close (HemoTileLoader *self);

/* Where the tile stands in the picture as shown; empty when there is none. */
HemoPart hemo_tile_part (const HemoTileLook *look, HemoTilePlace place);

/* The coarsest of 1, 2, 4, 8 that shows all that can be seen at @zoom. */
int hemo_tile_shrink (double zoom);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of hemo-image-view share. */

#pragma once

#include "hemo-image-view.h"

#include "hemo-tile-loader.h"
#include "hemo-view-geometry.h"

G_BEGIN_DECLS

struct _HemoImageView
{
  GtkWidget parent_instance;

  GtkWidget *status;
  GtkWidget *spinner;
  GtkWidget *note_popover;
  GtkWidget *note_entry;
  char *label;
  char *error;
  double micrometres_per_pixel;
  gboolean show_scale_bar;

  /* The picture. */
  HemoTileLoader *loader;
  HemoViewGeometry geometry;
  HemoPictureInfo info;
  gboolean opened;
  gboolean shown;
  guint patience;
  guint resized;
  double brightness;
  double contrast;

  /* Textures: of the whole (@whole_turn: as it was turned), the present tiles, and those of before
   * until these are all there. */
  GdkTexture *whole;
  int whole_orientation;
  HemoTileLook look;
  guint generation;
  GHashTable *tiles;
  GHashTable *stale;
  HemoTileLook stale_look;

  /* What dragging does. */
  HemoViewTool tool;
  gboolean can_mark;
  gboolean show_marks;
  gboolean drawing;
  gboolean crosshair;
  double cross_x;
  double cross_y;
  HemoMark *draft;
  HemoMark *measured;
  GPtrArray *marks;
  GPtrArray *undo;
  int chosen_mark;
  double drag_x;
  double drag_y;
  double pointer_x;
  double pointer_y;
  double pinch_zoom;

  HemoImageOverlay overlay;
  gpointer overlay_data;
  GDestroyNotify overlay_destroy;
};

/* hemo-image-view.c */
void hemo_image_view_place_changed (HemoImageView *self);
void hemo_image_view_zoom_at (HemoImageView *self, double zoom, double x, double y);
void hemo_image_view_announce (HemoImageView *self, const char *text);

/* hemo-image-view-tiles.c */
void hemo_image_view_open (HemoImageView *self, GBytes *bytes);
void hemo_image_view_close (HemoImageView *self);
void hemo_image_view_wish (HemoImageView *self);
void hemo_image_view_snapshot_picture (HemoImageView *self, GtkSnapshot *snapshot);

/* hemo-image-view-input.c */
void hemo_image_view_init_input (HemoImageView *self);
void hemo_image_view_class_init_input (GtkWidgetClass *klass);

/* hemo-image-view-marks.c */
void hemo_image_view_init_marks (HemoImageView *self);
void hemo_image_view_clear_marks (HemoImageView *self);
/* A line, a mark or a note from one place to another, in widget coordinates. */
void hemo_image_view_draw_begin (HemoImageView *self, double x, double y);
void hemo_image_view_draw_move (HemoImageView *self, double x, double y);
void hemo_image_view_draw_end (HemoImageView *self);
void hemo_image_view_draw_cancel (HemoImageView *self);
/* Chooses the mark under the pointer; FALSE when there is none. */
gboolean hemo_image_view_choose_mark (HemoImageView *self, double x, double y);
void hemo_image_view_step_mark (HemoImageView *self, int by);
void hemo_image_view_delete_mark (HemoImageView *self);
void hemo_image_view_undo_mark (HemoImageView *self);
void hemo_image_view_edit_note (HemoImageView *self);

/* hemo-image-view-draw.c */
void hemo_image_view_snapshot_marks (HemoImageView *self, GtkSnapshot *snapshot);
void hemo_image_view_snapshot_scale (HemoImageView *self, GtkSnapshot *snapshot);

G_END_DECLS

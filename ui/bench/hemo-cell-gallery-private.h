/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the gallery share. */

#pragma once

#include "hemo-cell-gallery.h"

#include "hemo-field-cells-table.h"
#include "hemo-tally-keys.h"

G_BEGIN_DECLS

/**
 * HemoGalleryCell:
 * @field: number of the field, for people
 * @sequence: in the count; 0 while it is not counted
 * @elsewhere: whether it is in another count of the case
 * @by_key: whether cells were counted by key while its field was seen
 * @busy: whether it is being counted or taken back
 * @tile: in the section of its class
 */
typedef struct
{
  char *image;
  int field;
  int number;
  double x;
  double y;
  double width;
  double height;
  int cell_class;
  int suggested;
  double probability;
  gint64 sequence;
  gboolean elsewhere;
  gboolean by_key;
  gboolean busy;
  GtkFlowBoxChild *tile;
  GtkPicture *picture;
  GtkLabel *label;
  GtkImage *check;
} HemoGalleryCell;

struct _HemoCellGallery
{
  AdwBin parent_instance;

  GtkButton *back_button;
  GtkLabel *progress;
  GtkLabel *hint;
  GtkStack *stack;
  GtkBox *sections;

  HemoBenchCase *bench_case;
  GSettings *settings;
  HemoTallyKeys keys;
  int layout;
  /* Changes with each opening: an answer to an earlier one is not taken. */
  guint opening;
  /* (element-type HemoGalleryCell): in the order in which they were read. */
  GPtrArray *cells;
  /* The last one is that of cells without a class. */
  GtkWidget *boxes[HEMO_CELL_CLASSES + 1];
  GtkLabel *headings[HEMO_CELL_CLASSES + 1];
  GtkFlowBox *flows[HEMO_CELL_CLASSES + 1];
  /* UUID of the open count, or NULL: then the first cell begins one. */
  char *count;
  /* Who counts said that these cells are other ones than those counted by key. */
  gboolean both_ways;
  /* Whether there are cells of which the program guesses what they are. */
  gboolean guesses;
  int fields_waiting;
  guint writes;
};

/* hemo-cell-gallery-load.c */
void hemo_gallery_cell_free (gpointer cell);
void hemo_cell_gallery_load (HemoCellGallery *self);

/* hemo-cell-gallery-write.c */
void hemo_cell_gallery_move (HemoCellGallery *self, HemoGalleryCell *cell, int cell_class);
/* Takes the mark of @cell back on its field, or brings it back; FALSE with the reason on the screen
 * when it is counted. */
gboolean hemo_cell_gallery_take_out (HemoCellGallery *self, HemoGalleryCell *cell);
void hemo_cell_gallery_bring_back (HemoCellGallery *self, const HemoGalleryCell *cell);
void hemo_cell_gallery_count (HemoCellGallery *self, HemoGalleryCell *cell);
HemoGalleryCell *hemo_cell_gallery_find (HemoCellGallery *self, const char *image, int number);
/* Takes the one that was counted last back. */
void hemo_cell_gallery_take_back (HemoCellGallery *self);

/* hemo-cell-gallery-ways.c */
/* Whether @cell may be counted as well as what was counted by key: says why not, or asks. */
gboolean hemo_cell_gallery_may_count (HemoCellGallery *self, const HemoGalleryCell *cell);

/* hemo-cell-gallery.c */
void hemo_cell_gallery_count_and_go_on (HemoCellGallery *self, HemoGalleryCell *cell);
void hemo_cell_gallery_take_cells (HemoCellGallery *self, GPtrArray *cells);
void hemo_cell_gallery_show_cell (HemoCellGallery *self, HemoGalleryCell *cell);
void hemo_cell_gallery_show (HemoCellGallery *self);

G_END_DECLS

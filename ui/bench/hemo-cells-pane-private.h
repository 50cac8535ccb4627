/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the cells' pane share. */

#pragma once

#include "hemo-cells-pane.h"

#include "hemo-cell-histogram.h"
#include "hemo-field-cells-table.h"
#include "hemo-saver.h"

G_BEGIN_DECLS

struct _HemoCellsPane
{
  AdwBin parent_instance;

  GtkBox *searching;
  GtkButton *cancel_button;
  GtkButton *look_button;
  GtkButton *again_button;
  GtkButton *bright_button;
  GtkBox *warnings;
  GtkLabel *accepted_heading;
  GtkLabel *field_red;
  GtkLabel *field_white;
  GtkLabel *field_platelets;
  GtkLabel *all_red;
  GtkLabel *all_white;
  GtkLabel *all_platelets;
  GtkLabel *state;
  GtkButton *accept_button;
  GtkButton *gallery_button;
  GtkCheckButton *marks_check;
  GtkScale *sure;
  GtkLabel *sure_reason;
  GtkLabel *chosen_label;
  GtkButton *back_button;
  GtkButton *kind_button;
  GtkButton *add_button;
  GtkLabel *summary;
  HemoCellHistogram *histogram;

  HemoBenchCase *bench_case;
  HemoImageView *view;
  gboolean active;
  gboolean setting;

  /* The field: UUID, NULL for none, and its calibration. */
  char *image;
  double micrometres_per_pixel;
  /* The picture that came last, and of which field it is: it may be there before its row. */
  GBytes *bytes;
  char *bytes_of;
  /* In words, why it cannot be looked at; or NULL. */
  char *failure;
  /* What was found or kept; NULL while it is not known. */
  HemoFieldCells *cells;
  /* Whether the store has answered. */
  gboolean asked;
  GCancellable *looking;
  HemoSaver *saver;
  /* Of the field before, until it is written: what is read earlier would be older. */
  HemoSaver *leaving;
  gboolean gallery_wanted;
  /* A person has read the warnings of this field, and accepts it all the same. */
  gboolean warned;
  /* Another one with each change: what was offered to be undone before is not any more. */
  guint stamp;
  /* What is offered to be undone just now, or NULL. */
  gpointer offered;
  /* Number of the mark that keys act on; 0 for none. */
  int chosen;
  /* (element-type HemoFieldCells): of all fields of the case as they are kept, or NULL. */
  GPtrArray *fields;
};

/* hemo-cells-pane-find.c */
/* Asks the store, then the detector, as far as it was not done. */
void hemo_cells_pane_find (HemoCellsPane *self);
/* Looks where nothing is known yet. */
void hemo_cells_pane_look (HemoCellsPane *self);
/* Looks, whatever is known; @classical: by brightness, not with the trained detector. */
void hemo_cells_pane_start (HemoCellsPane *self, gboolean classical);
/* Whether the specimen is of a kind that the detector knows. */
gboolean hemo_cells_pane_may_look (HemoCellsPane *self);
/* A person changed something: it is written, and is not accepted any more unless @accept. */
void hemo_cells_pane_changed (HemoCellsPane *self, gboolean accept);
/* Takes @cells (transfer full) in place of those that are shown; written as
 * hemo_cells_pane_changed() does it, unless nothing of the field was kept so far. */
void hemo_cells_pane_put (HemoCellsPane *self, HemoFieldCells *cells, gboolean accept);
void hemo_cells_pane_load_fields (HemoCellsPane *self);

/* hemo-cells-pane-again.c */
/* A field that was accepted is not any more, unless a closed count holds its cells. */
void hemo_cells_pane_take_acceptance_back (HemoCellsPane *self);
/* Before a person changes a mark: the cells as they are where they are accepted, else NULL.
 * (transfer full) */
HemoFieldCells *hemo_cells_pane_begin_edit (HemoCellsPane *self);
/* A mark was changed; @before (transfer full) is what hemo_cells_pane_begin_edit() gave: that an
 * acceptance goes with it is said, and can be undone. */
void hemo_cells_pane_end_edit (HemoCellsPane *self, HemoFieldCells *before);
/* Whether there is a picture to look at, and nobody looks. */
gboolean hemo_cells_pane_can_look (HemoCellsPane *self);
/* Once more, after it was stopped or failed, or what it goes by has changed: asks where a person
 * has said something of the field. */
void hemo_cells_pane_look_again (HemoCellsPane *self);
/* Whether the trained detector fails here, or is outside of what it knows. */
gboolean hemo_cells_pane_may_look_classical (HemoCellsPane *self);
/* With the classical method, after a person was told what it is. */
void hemo_cells_pane_ask_classical (HemoCellsPane *self);
/* What was found this time (transfer full): what a person said stays. */
void hemo_cells_pane_replace (HemoCellsPane *self, HemoFieldCells *cells);

/* hemo-cells-pane.c */
/* As soon as all is written. */
void hemo_cells_pane_ask_gallery (HemoCellsPane *self);

/* hemo-cells-pane-marks.c */
void hemo_cells_pane_draw (HemoImageView *view, GtkSnapshot *snapshot, gpointer pane);
/* The next (1) or the one before (-1), as one reads. */
void hemo_cells_pane_step (HemoCellsPane *self, int way);
/* The nearest to the chosen one in a direction. */
void hemo_cells_pane_go (HemoCellsPane *self, int dx, int dy);
void hemo_cells_pane_choose_at (HemoCellsPane *self, double x, double y);
HemoFoundCell *hemo_cells_pane_get_chosen (HemoCellsPane *self);
/* A red cell of the usual size at a place of the picture. */
void hemo_cells_pane_add_at (HemoCellsPane *self, double x, double y);

/* hemo-cells-pane-show.c */
void hemo_cells_pane_show (HemoCellsPane *self);
/* 'Lym 93 %'; 'Red cell?' of a field where the detector is outside of what it knows (transfer full)
 */
char *hemo_cells_pane_describe (HemoCellsPane *self, const HemoFoundCell *cell);
/* Whether what the program marked there is no more than a hint that nobody confirmed yet. */
gboolean hemo_cells_pane_is_unsure (HemoCellsPane *self, const HemoFoundCell *cell);
/* The warnings of the field that make its marks unsure, in sentences; NULL for none. (transfer
 * full) */
char *hemo_cells_pane_tell_outside (HemoCellsPane *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the fields page share. */

#pragma once

#include "hemo-fields-page.h"

#include "hemo-bench.h"
#include "hemo-camera-view.h"
#include "hemo-capture.h"
#include "hemo-cell-gallery.h"
#include "hemo-cells-pane.h"
#include "hemo-field-texture.h"
#include "hemo-files.h"
#include "hemo-filmstrip.h"
#include "hemo-image-pair.h"
#include "hemo-image-tools.h"
#include "hemo-mark-table.h"
#include "hemo-objective-table.h"
#include "hemo-smear-check.h"

G_BEGIN_DECLS

struct _HemoFieldsPage
{
  HemoBenchPage parent_instance;

  GtkStack *modes;
  GtkStack *live;
  AdwStatusPage *no_camera;
  HemoCameraView *view;
  GtkButton *shoot_button;
  GtkButton *discard_button;
  AdwComboRow *objective;
  AdwActionRow *focus_row;
  GtkLevelBar *focus_bar;
  AdwActionRow *light_row;
  GtkButton *light_button;
  GtkButton *light_forget;
  AdwComboRow *device;
  AdwComboRow *mode;
  AdwPreferencesGroup *controls;
  GtkBox *checks;
  GtkToggleButton *watch_button;
  GtkLabel *watched;
  GtkBox *progress;
  GtkLabel *progress_label;
  GtkButton *cancel_button;
  GtkButton *retry_button;
  AdwSpinner *spinner;
  HemoFilmstrip *film;
  GtkButton *viewer_close;
  GtkLabel *viewer_title;
  HemoImageTools *tools;
  GtkButton *viewer_discard;
  GtkToggleButton *cells_button;
  GtkToggleButton *pair_button;
  HemoImagePair *pair;
  HemoCellsPane *cells;
  HemoCellGallery *gallery;

  HemoCapture *capture;
  GPtrArray *control_rows;
  /* Of the marks on the first picture, as the store holds them; -1 before they were read. */
  gint64 marks_version;
  gboolean saving_marks;
  struct _Marks *next_marks;
  GtkWidget *check_buttons[HEMO_SMEAR_CHECKS];
  /* (element-type HemoObjective), or NULL before they were read. */
  GPtrArray *objectives;
  /* UUIDs that the two views show. */
  char *shown[2];
  gboolean loading;
  gboolean gallery_stale;
  /* A field was discarded here: who wants it back is to be told when it is too late. */
  gboolean discarded;
};

/* hemo-fields-page-camera.c */
void hemo_fields_page_follow_camera (HemoFieldsPage *self);

/* hemo-fields-page-discard.c */
/* Asks first what becomes of cells that were counted on it. */
void hemo_fields_page_discard (HemoFieldsPage *self, HemoFilmItem *item);
/* The last that was discarded, if it can be. */
void hemo_fields_page_bring_back (HemoFieldsPage *self);
/* The store discarded a counted field, and @cells with it. */
void hemo_fields_page_say_discarded (HemoFieldsPage *self, int cells);

/* hemo-fields-page-viewer.c */
void hemo_fields_page_show_viewer (HemoFieldsPage *self);
void hemo_fields_page_close_viewer (HemoFieldsPage *self);
gboolean hemo_fields_page_is_viewing (HemoFieldsPage *self);
gboolean hemo_fields_page_viewer_key (HemoFieldsPage *self,
                                      guint keyval,
                                      guint keycode,
                                      GdkModifierType state);
void hemo_fields_page_show_cells (HemoFieldsPage *self);
void hemo_fields_page_open_gallery (HemoFieldsPage *self);
void hemo_fields_page_close_gallery (HemoFieldsPage *self);
void hemo_fields_page_refresh_gallery (HemoFieldsPage *self);
gboolean hemo_fields_page_is_in_gallery (HemoFieldsPage *self);
/* A field that was captured a moment ago is in the case now. */
void hemo_fields_page_follow_cells (HemoFieldsPage *self);
void hemo_fields_page_save_marks (HemoFieldsPage *self);

G_END_DECLS

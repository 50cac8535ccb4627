/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the count page share. */

#pragma once

#include "hemo-count-page.h"

#include "hemo-count-ring.h"
#include "hemo-field-pane.h"
#include "hemo-reading-list.h"
#include "hemo-tally-keys.h"
#include "hemo-tally-row.h"
#include "hemo-tally.h"

G_BEGIN_DECLS

#define HEMO_COUNT_LAST 10

struct _HemoCountPage
{
  HemoBenchPage parent_instance;

  AdwBanner *banner;
  AdwBanner *ways;
  HemoFieldPane *field;
  GtkBox *main_rows;
  AdwWrapBox *side_rows;
  GtkBox *outside_rows;
  GtkRevealer *rare_revealer;
  AdwWrapBox *rare_rows;
  GtkToggleButton *rare_button;
  GtkBox *last;
  GtkLabel *saving;
  GtkButton *back_button;
  HemoCountRing *ring;
  AdwToggleGroup *target;
  GtkLabel *status;
  GtkButton *more_button;
  GtkButton *close_button;
  GtkButton *reopen_button;
  HemoReadingList *readers;
  GtkLabel *together;
  GtkLabel *wbc;
  GtkButton *wbc_button;
  GtkLabel *absolutes;

  GSettings *settings;
  HemoTallyKeys keys;
  HemoTally *tally;
  HemoTallyRow *rows[HEMO_CELL_CLASSES];
  GtkWidget *last_caps[HEMO_COUNT_LAST];
  /* (element-type HemoRange), or NULL before they were read. */
  GPtrArray *ranges;
  /* UUIDs of counts that were discarded here: what was read before may still have them. */
  GHashTable *discarded;
  int layout;
  guint hold_source;

  /* The count of who is signed in: its UUID is made before the count is. */
  char *count;
  gboolean started;
  gboolean closed;
  /* To be closed once the cells that were pressed are stored. */
  gboolean closing;
  /* A discarded field was on its way when it was to be closed: the cells shown may be with those of
   * that field. */
  gboolean field_going;
  gboolean rejected;
  /* Who counts said that the cells by key are other ones than the fields' marks; the store has it;
   * it is on its way there. */
  gboolean both_ways;
  gboolean both_ways_stored;
  gboolean both_ways_writing;
  /* What is counted now is not what a field shows whose marks were counted. */
  gboolean elsewhere;
  int count_target;
  /* Version that the store has after all that was written. */
  gint64 version;
  gboolean changing_target;
  /* The store refused the first key that was not saved, rather than that it could not be written.
   */
  gboolean refused;
  /* Changes of the count as a whole that are on their way. */
  guint changes;
  gboolean reached;
};

/* hemo-count-page-show.c */
const char *hemo_count_page_class_name (HemoCellClass cell_class);
void hemo_count_page_make_rows (HemoCountPage *self);
void hemo_count_page_show_keys (HemoCountPage *self);
/* Where the count stands, for who listens: after each key. */
void hemo_count_page_tell (HemoCountPage *self);
/* Numbers, bars, last ten, ring: after each key. */
void hemo_count_page_show_tally (HemoCountPage *self);
/* What comes from the case: ranges, values, readers. */
void hemo_count_page_show_case (HemoCountPage *self);
void hemo_count_page_show_failure (HemoCountPage *self, const GError *error);
/* What can be done about keys that were not saved. */
void hemo_count_page_show_retry (HemoCountPage *self);
const HemoCase *hemo_count_page_get_case (HemoCountPage *self);

/* hemo-count-page-ways.c */
/* Says what is in the differential by marks on fields already, and whether keys wait for an answer.
 */
void hemo_count_page_show_ways (HemoCountPage *self);
gboolean hemo_count_page_asks (HemoCountPage *self);
void hemo_count_page_answer (HemoCountPage *self);
/* UUID of the picture that a cell counted now is seen in, or NULL. (transfer full) */
char *hemo_count_page_dup_image (HemoCountPage *self);

/* hemo-count-page-write.c */
/* Takes over what the store says, unless something is on its way. */
void hemo_count_page_sync (HemoCountPage *self);
/* Whether keys were refused for their picture, which was discarded or is of a rejected slide: they
 * can never be saved. */
gboolean hemo_count_page_is_barred (HemoCountPage *self);
/* Writes the next step when one is ready. */
void hemo_count_page_write_next (HemoCountPage *self);
void hemo_count_page_set_target (HemoCountPage *self, int target);
void hemo_count_page_close_count (HemoCountPage *self);
/* Goes on to the next page when the count could be closed. */
void hemo_count_page_finish (HemoCountPage *self);
void hemo_count_page_reopen (HemoCountPage *self, const char *reason);
/* A count was discarded: one's own begins anew. */
void hemo_count_page_corrected (HemoCountPage *self, const char *uuid);
void hemo_count_page_load_ranges (HemoCountPage *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A count while it is made: what is stored, what is on its way, and what could not be stored.
 *
 * A key shows at once and waits HEMO_TALLY_HOLD_MS before it is written, so that the burst of a
 * barcode scanner is known as such and leaves no cell; then one step after the other is written,
 * each when the one before it is durable. The first that fails stops the rest: they are no longer
 * shown as counted and can be tried again, in order.
 *
 * Speed alone makes no scan, as fingers that roll over the keys are as fast: a burst is taken for
 * one only when keys that count nothing, such as digits or Enter, come in the same breath. Even
 * then what it would have counted is kept, to be counted after all. */

#pragma once

#include "hemo-differential.h"

G_BEGIN_DECLS

/* Keys with less than this between them are one burst. */
#define HEMO_TALLY_BURST_MS 60
/* A scan has this many gaps as short as this in one burst; rolling fingers may have them too. */
#define HEMO_TALLY_FAST_MS 20
#define HEMO_TALLY_FAST_GAPS 3
#define HEMO_TALLY_HOLD_MS 100

typedef enum
{
  HEMO_TALLY_ADD,
  HEMO_TALLY_TAKE_BACK,
} HemoTallyKind;

/**
 * HemoTallyStep:
 * @image: frame that the cell was seen in, or NULL
 * @burst: which run of fast keys it belongs to
 */
typedef struct
{
  HemoTallyKind kind;
  HemoCellClass cell_class;
  char *image;
  guint burst;
} HemoTallyStep;

/**
 * HemoTallyCell:
 * @stored: whether it is durable
 * @going: which taking back is to remove it, 0 for none
 */
typedef struct
{
  HemoCellClass cell_class;
  gboolean stored;
  guint going;
} HemoTallyCell;

typedef struct _HemoTally HemoTally;

HemoTally *hemo_tally_new (void);
void hemo_tally_free (HemoTally *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoTally, hemo_tally_free)

/* What the store holds. @count: (nullable). Refused (FALSE) while something is on its way: what was
 * read is then older than what is shown. */
gboolean hemo_tally_load (HemoTally *self, const HemoCount *count);

/* A key at @time_ms (the event's own clock, which may wrap). FALSE: not counted, because what is
 * unsaved comes first or because it is part of a scan (then hemo_tally_get_n_dropped() has it); for
 * taking back also when there is nothing. */
gboolean
hemo_tally_add (HemoTally *self, HemoCellClass cell_class, const char *image, guint32 time_ms);
gboolean hemo_tally_take_back (HemoTally *self, guint32 time_ms);
/* Any other key: it belongs to a burst as well. */
void hemo_tally_note_key (HemoTally *self, guint32 time_ms);
/* Whether the burst that is going on is taken for a scan and counts nothing. */
gboolean hemo_tally_in_scan (const HemoTally *self);
/* Cells that the last scan would have been, until they are counted after all or another scan comes.
 */
guint hemo_tally_get_n_dropped (const HemoTally *self);
/* Counts them: it was no scan. FALSE when what is unsaved comes first. */
gboolean hemo_tally_count_dropped (HemoTally *self);

/* Says that no key came for HEMO_TALLY_HOLD_MS: what is held may be written. */
void hemo_tally_release (HemoTally *self);
/* The same without beginning it. */
const HemoTallyStep *hemo_tally_peek_write (const HemoTally *self);
/* The next step to write, NULL when there is none or one is under way. It is under way from then
 * on. (transfer none): until hemo_tally_settle() */
const HemoTallyStep *hemo_tally_begin_write (HemoTally *self);
/* What became of it. */
void hemo_tally_settle (HemoTally *self, gboolean stored);

/* Steps that could not be stored, and those after them. */
guint hemo_tally_get_n_unsaved (const HemoTally *self);
/* The first of them; NULL when there is none. */
const HemoTallyStep *hemo_tally_peek_unsaved (HemoTally *self);
/* Counts them once more, in order, or forgets them. */
void hemo_tally_retry (HemoTally *self);
void hemo_tally_forget_unsaved (HemoTally *self);

/* Whether all that is shown is durable. */
gboolean hemo_tally_is_settled (const HemoTally *self);
guint hemo_tally_get_n_pending (const HemoTally *self);

/* All that is shown as counted; pending ones are in it. */
void hemo_tally_sum (const HemoTally *self, HemoDifferential *sum);
/* The last @n cells that stand, oldest first. (transfer full) (element-type HemoTallyCell) */
GArray *hemo_tally_last (const HemoTally *self, guint n);
guint hemo_tally_get_n_cells (const HemoTally *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A count while it is made: the cells that are shown, and the steps that wait to be stored. */

#include "hemo-tally.h"

struct _HemoTally
{
  /* HemoTallyCell, in the order of counting; those stored come first. */
  GArray *cells;
  /* HemoTallyStep: the first @n_ready may be written, the rest is held. */
  GQueue steps;
  guint n_ready;
  gboolean writing;
  GQueue unsaved;
  /* HemoTallyStep: cells that were taken for a scan. */
  GQueue dropped;
  guint last_going;
  guint burst;
  guint fast_gaps;
  guint32 last_key;
  gboolean had_key;
  /* Whether the last key counts nothing, and whether one did so in the midst of fast ones. */
  gboolean last_foreign;
  gboolean foreign;
  gboolean scan;
};

static void
step_free (HemoTallyStep *step)
{
  g_free (step->image);
  g_free (step);
}

static HemoTallyStep *
step_new (HemoTallyKind kind, HemoCellClass cell_class, const char *image)
{
  HemoTallyStep *step = g_new0 (HemoTallyStep, 1);

  step->kind = kind;
  step->cell_class = cell_class;
  step->image = g_strdup (image);
  return step;
}

HemoTally *
hemo_tally_new (void)
{
  HemoTally *self = g_new0 (HemoTally, 1);

  self->cells = g_array_new (FALSE, TRUE, sizeof (HemoTallyCell));
  g_queue_init (&self->steps);
  g_queue_init (&self->unsaved);
  g_queue_init (&self->dropped);
  return self;
}

void
hemo_tally_free (HemoTally *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->cells);
  g_queue_clear_full (&self->steps, (GDestroyNotify)step_free);
  g_queue_clear_full (&self->unsaved, (GDestroyNotify)step_free);
  g_queue_clear_full (&self->dropped, (GDestroyNotify)step_free);
  g_free (self);
}

gboolean
hemo_tally_load (HemoTally *self, const HemoCount *count)
{
  if (!hemo_tally_is_settled (self))
    return FALSE;
  g_array_set_size (self->cells, 0);
  for (guint i = 0; count != NULL && i < count->cells->len; i++)
    {
      const HemoCountedCell *cell = g_ptr_array_index (count->cells, i);
      HemoTallyCell shown = { .cell_class = cell->cell_class, .stored = TRUE };

      if (!cell->taken_back)
        g_array_append_val (self->cells, shown);
    }
  return TRUE;
}

/* The last cell that stands, or NULL. */
static HemoTallyCell *
find_last (const HemoTally *self)
{
  for (guint i = self->cells->len; i > 0; i--)
    {
      HemoTallyCell *cell = &g_array_index (self->cells, HemoTallyCell, i - 1);

      if (!cell->going)
        return cell;
    }
  return NULL;
}

static void
show_step (HemoTally *self, const HemoTallyStep *step)
{
  HemoTallyCell cell = { .cell_class = step->cell_class };
  HemoTallyCell *last;

  if (step->kind == HEMO_TALLY_ADD)
    {
      g_array_append_val (self->cells, cell);
      return;
    }
  last = find_last (self);
  if (last != NULL)
    last->going = ++self->last_going;
}

/* What the newest or the oldest step of taking back is about; NULL if there is none. */
static HemoTallyCell *
find_going (const HemoTally *self, gboolean newest)
{
  HemoTallyCell *found = NULL;

  for (guint i = 0; i < self->cells->len; i++)
    {
      HemoTallyCell *cell = &g_array_index (self->cells, HemoTallyCell, i);

      if (cell->going != 0
          && (found == NULL || (newest ? cell->going > found->going : cell->going < found->going)))
        found = cell;
    }
  return found;
}

/* Undoes show_step() of the newest step. */
static void
hide_step (HemoTally *self, const HemoTallyStep *step)
{
  HemoTallyCell *cell;

  if (step->kind == HEMO_TALLY_ADD)
    {
      g_array_set_size (self->cells, self->cells->len - 1);
      return;
    }
  cell = find_going (self, TRUE);
  if (cell != NULL)
    cell->going = 0;
}

/* It was a scan: what it counted is set aside, what it took back stands again. */
static void
drop_burst (HemoTally *self)
{
  HemoTallyStep *step;

  g_queue_clear_full (&self->dropped, (GDestroyNotify)step_free);
  while (g_queue_get_length (&self->steps) > self->n_ready)
    {
      step = g_queue_peek_tail (&self->steps);
      if (step->burst != self->burst)
        break;
      hide_step (self, step);
      g_queue_pop_tail (&self->steps);
      if (step->kind == HEMO_TALLY_ADD)
        g_queue_push_head (&self->dropped, step);
      else
        step_free (step);
    }
}

static void
start_burst (HemoTally *self)
{
  /* What came before was a hand's. */
  hemo_tally_release (self);
  self->burst++;
  self->fast_gaps = 0;
  self->foreign = FALSE;
  self->scan = FALSE;
}

/* @foreign: whether the key counts nothing. */
static void
follow_burst (HemoTally *self, gboolean foreign, guint32 time_ms)
{
  guint32 gap = time_ms - self->last_key;

  if (!self->had_key || gap >= HEMO_TALLY_BURST_MS)
    start_burst (self);
  else if (gap < HEMO_TALLY_FAST_MS)
    {
      self->fast_gaps++;
      self->foreign = self->foreign || foreign || self->last_foreign;
    }
  if (!self->scan && self->foreign && self->fast_gaps >= HEMO_TALLY_FAST_GAPS)
    {
      self->scan = TRUE;
      drop_burst (self);
    }
  self->had_key = TRUE;
  self->last_key = time_ms;
  self->last_foreign = foreign;
}

void
hemo_tally_note_key (HemoTally *self, guint32 time_ms)
{
  follow_burst (self, TRUE, time_ms);
}

gboolean
hemo_tally_in_scan (const HemoTally *self)
{
  return self->scan;
}

guint
hemo_tally_get_n_dropped (const HemoTally *self)
{
  return self->dropped.length;
}

/* Whether a key may count now. */
static gboolean
take_key (HemoTally *self, guint32 time_ms)
{
  follow_burst (self, FALSE, time_ms);
  return !self->scan && g_queue_is_empty (&self->unsaved);
}

static void
push_step (HemoTally *self, HemoTallyStep *step)
{
  step->burst = self->burst;
  g_queue_push_tail (&self->steps, step);
  show_step (self, step);
}

gboolean
hemo_tally_add (HemoTally *self, HemoCellClass cell_class, const char *image, guint32 time_ms)
{
  if (take_key (self, time_ms))
    {
      push_step (self, step_new (HEMO_TALLY_ADD, cell_class, image));
      return TRUE;
    }
  if (self->scan)
    g_queue_push_tail (&self->dropped, step_new (HEMO_TALLY_ADD, cell_class, image));
  return FALSE;
}

gboolean
hemo_tally_count_dropped (HemoTally *self)
{
  HemoTallyStep *step;

  if (!g_queue_is_empty (&self->unsaved))
    return FALSE;
  while ((step = g_queue_pop_head (&self->dropped)) != NULL)
    push_step (self, step);
  hemo_tally_release (self);
  return TRUE;
}

gboolean
hemo_tally_take_back (HemoTally *self, guint32 time_ms)
{
  const HemoTallyCell *last;

  if (!take_key (self, time_ms))
    return FALSE;
  last = find_last (self);
  if (last == NULL)
    return FALSE;
  push_step (self, step_new (HEMO_TALLY_TAKE_BACK, last->cell_class, NULL));
  return TRUE;
}

void
hemo_tally_release (HemoTally *self)
{
  self->n_ready = g_queue_get_length (&self->steps);
}

const HemoTallyStep *
hemo_tally_peek_write (const HemoTally *self)
{
  return self->writing || self->n_ready == 0 ? NULL : self->steps.head->data;
}

const HemoTallyStep *
hemo_tally_begin_write (HemoTally *self)
{
  const HemoTallyStep *step = hemo_tally_peek_write (self);

  self->writing = self->writing || step != NULL;
  return step;
}

/* Steps are in order: the oldest that adds is about the first cell that is not stored. */
static void
settle_added (HemoTally *self)
{
  for (guint i = 0; i < self->cells->len; i++)
    {
      HemoTallyCell *cell = &g_array_index (self->cells, HemoTallyCell, i);

      if (cell->stored)
        continue;
      cell->stored = TRUE;
      return;
    }
}

static void
settle_taken_back (HemoTally *self)
{
  HemoTallyCell *cell = find_going (self, FALSE);

  if (cell != NULL)
    g_array_remove_index (self->cells,
                          (guint)(cell - (HemoTallyCell *)(gpointer)self->cells->data));
}

void
hemo_tally_settle (HemoTally *self, gboolean stored)
{
  HemoTallyStep *step;

  g_return_if_fail (self->writing);
  self->writing = FALSE;
  if (!stored)
    {
      while ((step = g_queue_pop_tail (&self->steps)) != NULL)
        {
          hide_step (self, step);
          g_queue_push_head (&self->unsaved, step);
        }
      self->n_ready = 0;
      return;
    }
  step = g_queue_pop_head (&self->steps);
  self->n_ready--;
  if (step->kind == HEMO_TALLY_ADD)
    settle_added (self);
  else
    settle_taken_back (self);
  step_free (step);
}

guint
hemo_tally_get_n_unsaved (const HemoTally *self)
{
  return self->unsaved.length;
}

const HemoTallyStep *
hemo_tally_peek_unsaved (HemoTally *self)
{
  return g_queue_peek_head (&self->unsaved);
}

void
hemo_tally_retry (HemoTally *self)
{
  HemoTallyStep *step;

  while ((step = g_queue_pop_head (&self->unsaved)) != NULL)
    push_step (self, step);
  hemo_tally_release (self);
}

void
hemo_tally_forget_unsaved (HemoTally *self)
{
  g_queue_clear_full (&self->unsaved, (GDestroyNotify)step_free);
}

gboolean
hemo_tally_is_settled (const HemoTally *self)
{
  return self->steps.length == 0;
}

guint
hemo_tally_get_n_pending (const HemoTally *self)
{
  return self->steps.length;
}

void
hemo_tally_sum (const HemoTally *self, HemoDifferential *sum)
{
  for (guint i = 0; i < self->cells->len; i++)
    {
      const HemoTallyCell *cell = &g_array_index (self->cells, HemoTallyCell, i);

      if (cell->going)
        continue;
      sum->tally[cell->cell_class]++;
      if (hemo_cell_class_info (cell->cell_class)->in_denominator)
        sum->denominator++;
    }
}

guint
hemo_tally_get_n_cells (const HemoTally *self)
{
  guint n = 0;

  for (guint i = 0; i < self->cells->len; i++)
    n += g_array_index (self->cells, HemoTallyCell, i).going ? 0 : 1;
  return n;
}

GArray *
hemo_tally_last (const HemoTally *self, guint n)
{
  GArray *last = g_array_sized_new (FALSE, TRUE, sizeof (HemoTallyCell), n);

  for (guint i = self->cells->len; i > 0 && last->len < n; i--)
    {
      const HemoTallyCell *cell = &g_array_index (self->cells, HemoTallyCell, i - 1);

      if (!cell->going)
        g_array_prepend_val (last, *cell);
    }
  return last;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a count gets into the store: one step after the other, each durable before it counts as
 * stored. */

#include "hemo-count-page-private.h"

#include "hemo-capture.h"
#include "hemo-place.h"
#include "hemo-records.h"

#include <glib/gi18n.h>

/**
 * Write:
 * @count: UUID
 * @start: whether the count is to be made first
 * @both_ways: whether hemo_count_set_both_ways() is to be said first
 */
typedef struct
{
  HemoTallyStep step;
  char *image;
  char *count;
  char *specimen;
  char *reader;
  char *reason;
  int target;
  gboolean start;
  gboolean both_ways;
} Write;

static void
write_free (gpointer data)
{
  Write *self = data;

  g_free (self->image);
  g_free (self->count);
  g_free (self->specimen);
  g_free (self->reader);
  g_free (self->reason);
  g_free (self);
}

static Write *
write_new (HemoCountPage *self)
{
  HemoBenchCase *bench_case = hemo_bench_page_get_case (HEMO_BENCH_PAGE (self));
  HemoSession *session = hemo_desk_get_session (hemo_bench_case_get_desk (bench_case));
  Write *write = g_new0 (Write, 1);

  write->count = g_strdup (self->count);
  write->specimen = g_strdup (hemo_bench_case_get_specimen (bench_case));
  write->reader = g_strdup (session != NULL ? hemo_session_get_user (session) : NULL);
  write->target = self->count_target;
  write->start = !self->started;
  return write;
}

static gboolean
start (HemoTxn *txn, const Write *write, GError **error)
{
  g_autoptr (HemoCount) count = hemo_count_new (write->specimen, write->reader, write->target);

  g_set_str (&count->uuid, write->count);
  return hemo_count_start (txn, count, error);
}

/* What is taken back has to be what the screen said. */
static gboolean
take_back (HemoTxn *txn, const Write *write, GError **error)
{
  HemoCellClass taken;

  if (!hemo_count_undo (txn, write->count, &taken, error))
    return FALSE;
  if (taken == write->step.cell_class)
    return TRUE;
  g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
               _ ("The last stored cell is another one than was shown. Nothing was taken back."));
  return FALSE;
}

static gboolean
step_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Write *write = data;

  if (write->start && !start (txn, write, error))
    return FALSE;
  if (write->both_ways && !hemo_count_set_both_ways (txn, write->count, error))
    return FALSE;
  if (write->step.kind == HEMO_TALLY_TAKE_BACK)
    return take_back (txn, write, error);
  return hemo_count_add_cell (txn, write->count, write->step.cell_class, write->image, NULL, error);
}

static gboolean
is_rejected (const HemoCase *data, const char *specimen)
{
  for (guint i = 0; i < data->slides->len; i++)
    {
      const HemoSpecimen *slide = g_ptr_array_index (data->slides, i);

      if (g_strcmp0 (slide->uuid, specimen) == 0)
        return slide->rejection != HEMO_REJECTION_NONE;
    }
  return FALSE;
}

gboolean
hemo_count_page_is_barred (HemoCountPage *self)
{
  const HemoCase *data = hemo_count_page_get_case (self);
  const HemoTallyStep *step = hemo_tally_peek_unsaved (self->tally);

  if (!self->refused || data == NULL || step == NULL || step->image == NULL)
    return FALSE;
  for (guint i = 0; i < data->images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (data->images, i);

      if (g_strcmp0 (image->uuid, step->image) == 0)
        return is_rejected (data, image->specimen);
    }
  return TRUE;
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCountPage) self = data;
  g_autoptr (GError) error = NULL;
  gboolean stored = hemo_desk_finish (HEMO_DESK (source), result, NULL, &error);

  hemo_tally_settle (self->tally, stored);
  if (stored)
    {
      self->version += (self->started ? 1 : 2) + (self->both_ways_writing ? 1 : 0);
      self->started = TRUE;
      self->both_ways_stored = self->both_ways_stored || self->both_ways_writing;
    }
  self->both_ways_writing = FALSE;
  if (self->ring == NULL)
    {
      /* The page is gone; what was pressed is written all the same. */
      hemo_count_page_write_next (self);
      return;
    }
  if (!stored)
    {
      self->closing = FALSE;
      self->refused = g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
      hemo_count_page_show_failure (self, error);
    }
  hemo_count_page_show_tally (self);
  hemo_count_page_write_next (self);
  if (self->closing && gtk_widget_get_mapped (GTK_WIDGET (self)))
    hemo_count_page_finish (self);
}

void
hemo_count_page_write_next (HemoCountPage *self)
{
  HemoCapture *capture
      = hemo_bench_case_get_capture (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
  const HemoTallyStep *step = hemo_tally_peek_write (self->tally);
  Write *write;

  /* A cell names its frame, so that has to be there first; 'changed' comes back here. */
  if (step == NULL || hemo_capture_is_saving (capture, step->image))
    return;
  hemo_tally_begin_write (self->tally);
  write = write_new (self);
  write->step = *step;
  write->both_ways = self->both_ways_writing = self->both_ways && !self->both_ways_stored;
  /* Without its frame a cell still counts. */
  write->image = hemo_capture_has_failed (capture, step->image) ? NULL : g_strdup (step->image);
  hemo_desk_write_async (hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self)), step_job, write,
                         write_free, NULL, NULL, written_cb, g_object_ref (self));
}

static gboolean
target_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Write *write = data;

  return hemo_count_set_target (txn, write->count, write->target, error);
}

static gboolean
reopen_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Write *write = data;

  return hemo_count_reopen (txn, write->count, write->reason, error);
}

static gboolean
close_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_count_close (txn, ((const Write *)data)->count, error);
}

/* The case is read again after each; only what failed is told here. */
static void
changed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCountPage) self = data;
  g_autoptr (GError) error = NULL;

  self->changes--;
  if (hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    {
      self->version++;
      return;
    }
  if (self->ring == NULL)
    return;
  hemo_place_show_error (GTK_WIDGET (self), _ ("The Count Was Not Changed"), error);
  hemo_bench_case_reload (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
}

static void
change (HemoCountPage *self, HemoStoreJob job, const char *reason)
{
  Write *write = write_new (self);

  write->reason = g_strdup (reason);
  self->changes++;
  hemo_desk_write_async (hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self)), job, write, write_free,
                         NULL, NULL, changed_cb, g_object_ref (self));
}

void
hemo_count_page_set_target (HemoCountPage *self, int target)
{
  if (self->count_target == target)
    return;
  self->count_target = target;
  if (self->started)
    change (self, target_job, NULL);
}

void
hemo_count_page_close_count (HemoCountPage *self)
{
  if (!self->started || self->closed || !hemo_tally_is_settled (self->tally))
    return;
  self->closed = TRUE;
  change (self, close_job, NULL);
}

void
hemo_count_page_reopen (HemoCountPage *self, const char *reason)
{
  if (self->closed)
    change (self, reopen_job, reason);
}

/* The open one of who is signed in, else the last that was closed. */
static const HemoCount *
find_mine (HemoCountPage *self, const HemoCase *data)
{
  HemoSession *session = hemo_desk_get_session (hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self)));
  const char *me = session != NULL ? hemo_session_get_user (session) : NULL;
  const HemoCount *mine = NULL;

  for (guint i = 0; i < data->counts->len; i++)
    {
      const HemoCount *count = g_ptr_array_index (data->counts, i);

      if (g_strcmp0 (count->reader, me) != 0
          || g_hash_table_contains (self->discarded, count->uuid))
        continue;
      if (mine == NULL || mine->closed)
        mine = count;
    }
  return mine;
}

void
hemo_count_page_sync (HemoCountPage *self)
{
  const HemoCase *data = hemo_count_page_get_case (self);
  const HemoCount *mine = find_mine (self, data);
  HemoCapture *capture
      = hemo_bench_case_get_capture (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));

  self->rejected = data->specimen->rejection != HEMO_REJECTION_NONE;
  /* What was read before the last write was durable is older than what is shown. */
  if (!hemo_tally_is_settled (self->tally) || hemo_tally_get_n_unsaved (self->tally) > 0
      || (mine == NULL && self->started)
      || (mine != NULL && g_strcmp0 (mine->uuid, self->count) == 0
          && mine->version < self->version))
    return;
  hemo_tally_load (self->tally, mine);
  if (!hemo_capture_is_changing (capture))
    self->field_going = FALSE;
  self->started = mine != NULL;
  self->closed = mine != NULL && mine->closed;
  if (mine == NULL)
    return;
  self->both_ways_stored = mine->both_ways;
  self->both_ways = self->both_ways || mine->both_ways;
  g_set_str (&self->count, mine->uuid);
  self->count_target = mine->target;
  self->version = mine->version;
}

void
hemo_count_page_corrected (HemoCountPage *self, const char *uuid)
{
  g_hash_table_add (self->discarded, g_strdup (uuid));
  if (g_strcmp0 (uuid, self->count) != 0)
    return;
  hemo_tally_forget_unsaved (self->tally);
  hemo_tally_load (self->tally, NULL);
  g_free (self->count);
  self->count = hemo_uuid_new ();
  self->started = FALSE;
  self->closed = FALSE;
  self->both_ways = self->both_ways_stored = self->elsewhere = FALSE;
  self->version = 0;
  if (self->ring != NULL)
    hemo_count_page_show_case (self);
}

static gboolean
ranges_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_ranges_load (txn, error);
  return *result != NULL;
}

/* Without them there are no bands; the report has its own. */
static void
ranges_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCountPage) self = data;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, NULL))
    return;
  g_clear_pointer (&self->ranges, g_ptr_array_unref);
  self->ranges = out;
  if (self->ring != NULL && hemo_count_page_get_case (self) != NULL)
    hemo_count_page_show_case (self);
}

void
hemo_count_page_load_ranges (HemoCountPage *self)
{
  hemo_desk_read_async (hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self)), ranges_job, NULL, NULL,
                        (GDestroyNotify)g_ptr_array_unref, NULL, ranges_cb, g_object_ref (self));
}

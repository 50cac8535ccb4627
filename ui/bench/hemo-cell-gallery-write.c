/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person says of a white cell goes into the store, one cell at a time. */

#include "hemo-cell-gallery-private.h"

#include "hemo-count-table.h"
#include "hemo-place.h"

#include <glib/gi18n.h>

/* Cells of a count that is begun here; the count's own page can ask for more. */
#define TARGET 100

/**
 * Write:
 * @count: UUID, or NULL: it is looked for, and begun where there is none
 * @both_ways: whether hemo_count_set_both_ways() is to be said first
 * @moves: to another class, out or back; it is counted or not as it was
 */
typedef struct
{
  HemoCellGallery *gallery;
  guint opening;
  char *tube;
  char *reader;
  char *count;
  char *image;
  int number;
  int cell_class;
  gint64 sequence;
  gboolean moves;
  gboolean both_ways;
} Write;

static void
write_free (gpointer data)
{
  Write *self = data;

  g_free (self->tube);
  g_free (self->reader);
  g_free (self->count);
  g_free (self->image);
  g_free (self);
}

/* NULL when nobody is signed in. */
static Write *
write_new (HemoCellGallery *self, const HemoGalleryCell *cell)
{
  HemoSession *session = hemo_desk_get_session (hemo_bench_case_get_desk (self->bench_case));
  Write *write;

  if (session == NULL)
    return NULL;
  write = g_new0 (Write, 1);
  write->opening = self->opening;
  write->tube = g_strdup (hemo_bench_case_get_specimen (self->bench_case));
  write->reader = g_strdup (hemo_session_get_user (session));
  write->count = g_strdup (self->count);
  write->image = g_strdup (cell->image);
  write->number = cell->number;
  write->cell_class = cell->cell_class;
  write->sequence = cell->sequence;
  write->both_ways = self->both_ways;
  return write;
}

static Write *
write_copy (const Write *self)
{
  Write *copy = g_memdup2 (self, sizeof *self);

  copy->tube = g_strdup (self->tube);
  copy->reader = g_strdup (self->reader);
  copy->count = g_strdup (self->count);
  copy->image = g_strdup (self->image);
  return copy;
}

/* Of a field that is accepted still. (transfer none): of @field */
static HemoFoundCell *
load_cell (HemoTxn *txn, const Write *write, HemoFieldCells **field, GError **error)
{
  HemoFoundCell *cell;

  if (!hemo_field_cells_load (txn, write->image, field, error))
    return NULL;
  cell = *field != NULL ? hemo_field_cells_find (*field, write->number) : NULL;
  if (cell != NULL && (*field)->accepted_by != NULL)
    return cell;
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
                       _ ("The field was changed meanwhile. Look at it and accept it again."));
  return NULL;
}

/* The person has looked at it: the field stays accepted, by who is signed in. */
static gboolean
move_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Write *write = data;
  g_autoptr (HemoFieldCells) field = NULL;
  HemoFoundCell *cell = load_cell (txn, write, &field, error);

  if (cell == NULL)
    return FALSE;
  hemo_found_cell_set_class (cell, write->cell_class);
  *result = write_copy (write);
  return hemo_field_cells_save (txn, field, TRUE, error);
}

static gboolean
mark_back (HemoTxn *txn, const Write *write, gboolean taken_back, gpointer *result, GError **error)
{
  g_autoptr (HemoFieldCells) field = NULL;
  HemoFoundCell *cell = load_cell (txn, write, &field, error);

  if (cell == NULL)
    return FALSE;
  hemo_found_cell_take_back (cell, taken_back);
  *result = write_copy (write);
  return hemo_field_cells_save (txn, field, TRUE, error);
}

static gboolean
out_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return mark_back (txn, data, TRUE, result, error);
}

static gboolean
in_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return mark_back (txn, data, FALSE, result, error);
}

static gboolean
find_count (HemoTxn *txn, const Write *write, char **uuid, GError **error)
{
  g_autoptr (HemoCount) count = NULL;
  g_autoptr (GError) local_error = NULL;

  if (write->count != NULL)
    {
      *uuid = g_strdup (write->count);
      return TRUE;
    }
  count = hemo_count_load_open (txn, write->tube, write->reader, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (count == NULL)
    {
      count = hemo_count_new (write->tube, write->reader, TARGET);
      if (!hemo_count_start (txn, count, error))
        return FALSE;
    }
  *uuid = g_strdup (count->uuid);
  return TRUE;
}

static gboolean
count_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Write *write = data;
  g_autofree char *count = NULL;
  gint64 sequence = 0;
  Write *done;

  if (!find_count (txn, write, &count, error)
      || (write->both_ways && !hemo_count_set_both_ways (txn, count, error))
      || !hemo_count_add_found_cell (txn, count, write->image, write->number,
                                     (HemoCellClass)write->cell_class, &sequence, error))
    return FALSE;
  done = write_copy (write);
  g_set_str (&done->count, count);
  done->sequence = sequence;
  *result = done;
  return TRUE;
}

/* Only the last cell of a count is taken back: it has to be this one. */
static gboolean
back_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Write *write = data;
  g_autoptr (HemoCount) count = hemo_count_load_open (txn, write->tube, write->reader, error);
  const HemoCountedCell *last = NULL;

  for (guint i = 0; count != NULL && i < count->cells->len; i++)
    if (!((HemoCountedCell *)count->cells->pdata[i])->taken_back)
      last = count->cells->pdata[i];
  if (last == NULL || last->sequence != write->sequence)
    {
      if (error != NULL && *error == NULL)
        g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
                             _ ("Another cell was counted after this one. Take that back first."));
      return FALSE;
    }
  if (!hemo_count_undo (txn, count->uuid, NULL, error))
    return FALSE;
  *result = write_copy (write);
  ((Write *)*result)->sequence = 0;
  return TRUE;
}

HemoGalleryCell *
hemo_cell_gallery_find (HemoCellGallery *self, const char *image, int number)
{
  for (guint i = 0; self->cells != NULL && i < self->cells->len; i++)
    {
      HemoGalleryCell *cell = g_ptr_array_index (self->cells, i);

      if (cell->number == number && g_strcmp0 (cell->image, image) == 0)
        return cell;
    }
  return NULL;
}

static void
settle (HemoCellGallery *self, const Write *done)
{
  HemoGalleryCell *cell = done->opening == self->opening
                              ? hemo_cell_gallery_find (self, done->image, done->number)
                              : NULL;

  if (done->count != NULL)
    g_set_str (&self->count, done->count);
  if (cell == NULL || done->moves)
    return;
  cell->sequence = done->sequence;
  cell->busy = FALSE;
  hemo_cell_gallery_show_cell (self, cell);
  hemo_cell_gallery_show (self);
}

/* What was not written is not shown as if it were: all is read again. */
static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCellGallery) self = data;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;
  const gboolean stored = hemo_desk_finish (HEMO_DESK (source), result, &out, &error);
  Write *done = out;

  self->writes--;
  if (self->stack != NULL && stored)
    settle (self, done);
  else if (self->stack != NULL)
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Cell Was Not Saved"), error);
      if (self->bench_case != NULL)
        hemo_cell_gallery_load (self);
    }
  g_clear_pointer (&done, write_free);
}

static void
send (HemoCellGallery *self, HemoStoreJob job, const HemoGalleryCell *cell)
{
  Write *write = write_new (self, cell);

  if (write == NULL)
    return;
  write->moves = job == move_job || job == out_job || job == in_job;
  self->writes++;
  hemo_desk_write_async (hemo_bench_case_get_desk (self->bench_case), job, write, write_free,
                         write_free, NULL, written_cb, g_object_ref (self));
}

/* A count that was closed is opened again on its own page, with a reason. */
static gboolean
may_count (HemoCellGallery *self)
{
  const HemoCase *data = hemo_bench_case_get (self->bench_case);
  HemoSession *session = hemo_desk_get_session (hemo_bench_case_get_desk (self->bench_case));
  gboolean closed = FALSE;

  if (self->count != NULL)
    return TRUE;
  for (guint i = 0; data != NULL && session != NULL && i < data->counts->len; i++)
    {
      const HemoCount *count = g_ptr_array_index (data->counts, i);

      if (g_strcmp0 (count->reader, hemo_session_get_user (session)) == 0)
        closed = count->closed;
    }
  if (closed)
    hemo_place_toast (GTK_WIDGET (self), _ ("The count is closed. Reopen it to go on."));
  return !closed;
}

/* What is counted stays what it was counted as. */
static gboolean
may_change (HemoCellGallery *self, const HemoGalleryCell *cell)
{
  if (cell->elsewhere)
    hemo_place_toast (GTK_WIDGET (self), _ ("The cell is in another count of this specimen."));
  else if (cell->busy || cell->sequence > 0)
    hemo_place_toast (GTK_WIDGET (self), _ ("The cell is counted. Backspace takes it back."));
  else
    return TRUE;
  return FALSE;
}

gboolean
hemo_cell_gallery_take_out (HemoCellGallery *self, HemoGalleryCell *cell)
{
  if (!may_change (self, cell))
    return FALSE;
  send (self, out_job, cell);
  return TRUE;
}

void
hemo_cell_gallery_bring_back (HemoCellGallery *self, const HemoGalleryCell *cell)
{
  send (self, in_job, cell);
}

void
hemo_cell_gallery_move (HemoCellGallery *self, HemoGalleryCell *cell, int cell_class)
{
  if (!may_change (self, cell) || cell->cell_class == cell_class)
    return;
  cell->cell_class = cell_class;
  send (self, move_job, cell);
}

void
hemo_cell_gallery_count (HemoCellGallery *self, HemoGalleryCell *cell)
{
  if (cell->busy || cell->sequence > 0 || cell->cell_class == HEMO_CELL_CLASS_NONE
      || !may_count (self))
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  if (cell->elsewhere)
    {
      hemo_place_toast (GTK_WIDGET (self), _ ("The cell is in another count of this specimen."));
      return;
    }
  if (!hemo_cell_gallery_may_count (self, cell))
    return;
  cell->busy = TRUE;
  send (self, count_job, cell);
}

void
hemo_cell_gallery_take_back (HemoCellGallery *self)
{
  HemoGalleryCell *last = NULL;

  for (guint i = 0; self->cells != NULL && i < self->cells->len; i++)
    {
      HemoGalleryCell *cell = g_ptr_array_index (self->cells, i);

      if (cell->sequence > 0 && (last == NULL || cell->sequence > last->sequence))
        last = cell;
    }
  if (last == NULL || last->busy || self->writes > 0)
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  last->busy = TRUE;
  send (self, back_job, last);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the cells of a field come from, and how they are kept: the store, else the detector on a
 * thread of its own; every change is written at once. */

#include "hemo-cells-pane-private.h"

#include "hemo-detect.h"
#include "hemo-picture.h"
#include "hemo-place.h"

#include <glib/gi18n.h>

static HemoDesk *
get_desk (HemoCellsPane *self)
{
  return hemo_bench_case_get_desk (self->bench_case);
}

static gpointer
copy_cells (gconstpointer record)
{
  return hemo_field_cells_copy (record);
}

static gboolean
save_cells (HemoTxn *txn, gpointer record, GError **error)
{
  HemoFieldCells *cells = record;

  return hemo_field_cells_save (txn, cells, cells->accepted_by != NULL, error);
}

static gint64 *
version_of_cells (gpointer record)
{
  return &((HemoFieldCells *)record)->version;
}

static const HemoSaverKind saver_kind
    = { copy_cells, (GDestroyNotify)hemo_field_cells_free, save_cells, version_of_cells };

/* The field before is written: what waited for that goes on. */
static void
leave (HemoCellsPane *self, const GError *error)
{
  g_clear_pointer (&self->leaving, hemo_saver_free);
  if (error != NULL)
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Cells Were Not Saved"), error);
  if (self->active)
    hemo_cells_pane_load_fields (self);
  hemo_cells_pane_find (self);
}

/* What the store refused is not shown as kept: its own is read again. */
static void
saved_cb (gpointer data, const GError *error)
{
  HemoCellsPane *self = data;

  if (self->leaving != NULL && !hemo_saver_is_writing (self->leaving))
    {
      leave (self, error);
      return;
    }
  if (error == NULL)
    {
      if (self->gallery_wanted)
        hemo_cells_pane_ask_gallery (self);
      return;
    }
  self->gallery_wanted = FALSE;
  hemo_place_show_error (GTK_WIDGET (self), _ ("The Cells Were Not Saved"), error);
  g_clear_pointer (&self->saver, hemo_saver_free);
  g_clear_pointer (&self->cells, hemo_field_cells_free);
  self->asked = FALSE;
  self->chosen = 0;
  hemo_cells_pane_find (self);
  hemo_cells_pane_load_fields (self);
}

/* The case's list has this field's cells as they are now. */
static void
put_field (HemoCellsPane *self)
{
  HemoFieldCells *copy = hemo_field_cells_copy (self->cells);

  if (self->fields == NULL)
    self->fields = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_field_cells_free);
  for (guint i = 0; i < self->fields->len; i++)
    {
      HemoFieldCells *field = g_ptr_array_index (self->fields, i);

      if (g_strcmp0 (field->image, copy->image) != 0)
        continue;
      hemo_field_cells_free (field);
      self->fields->pdata[i] = copy;
      return;
    }
  g_ptr_array_add (self->fields, copy);
}

static gboolean
is_white (const HemoFieldCells *field, int number)
{
  const HemoFoundCell *cell = field != NULL ? hemo_field_cells_find (field, number) : NULL;

  return cell != NULL && cell->kind == HEMO_CELL_WHITE && hemo_field_cells_stands (field, cell);
}

/* As it was before this change. */
static const HemoFieldCells *
find_before (HemoCellsPane *self)
{
  for (guint i = 0; self->fields != NULL && i < self->fields->len; i++)
    {
      const HemoFieldCells *field = g_ptr_array_index (self->fields, i);

      if (g_strcmp0 (field->image, self->image) == 0)
        return field;
    }
  return NULL;
}

/* Counted cells of @count whose marks stood, and do not any more. */
static int
count_leaving (HemoCellsPane *self, const HemoCount *count, const HemoFieldCells *before)
{
  int n = 0;

  for (guint i = 0; i < count->cells->len; i++)
    {
      const HemoCountedCell *cell = g_ptr_array_index (count->cells, i);

      if (!cell->taken_back && cell->found && g_strcmp0 (cell->image, self->image) == 0
          && is_white (before, cell->number) && !is_white (self->cells, cell->number))
        n++;
    }
  return n;
}

/* The store does it with the mark; of a count that is closed or another reader's it refuses both,
 * and says why. */
static void
tell_leaving (HemoCellsPane *self)
{
  const HemoCase *data = hemo_bench_case_get (self->bench_case);
  HemoSession *session = hemo_desk_get_session (get_desk (self));
  const HemoFieldCells *before = find_before (self);
  g_autofree char *text = NULL;
  int n = 0;

  for (guint i = 0; data != NULL && session != NULL && i < data->counts->len; i++)
    {
      const HemoCount *count = g_ptr_array_index (data->counts, i);

      if (!count->closed && g_strcmp0 (count->reader, hemo_session_get_user (session)) == 0)
        n += count_leaving (self, count, before);
    }
  if (n == 0)
    return;
  text = g_strdup_printf (ngettext ("%d counted cell is taken out of the count with its mark",
                                    "%d counted cells are taken out of the count with their marks",
                                    (gulong)n),
                          n);
  hemo_place_toast (GTK_WIDGET (self), text);
}

void
hemo_cells_pane_changed (HemoCellsPane *self, gboolean accept)
{
  HemoSession *session = hemo_desk_get_session (get_desk (self));

  if (self->cells == NULL || session == NULL)
    return;
  /* It would be too late for it. */
  if (self->offered != NULL)
    hemo_place_forget_undo (GTK_WIDGET (self));
  self->stamp++;
  g_set_str (&self->cells->accepted_by, accept ? hemo_session_get_user (session) : NULL);
  g_set_str (&self->cells->accepted_name, accept ? hemo_session_get_name (session) : NULL);
  self->cells->accepted_at = accept ? hemo_time_now () : (HemoTime){ 0 };
  if (self->saver == NULL)
    {
      self->saver = hemo_saver_new (get_desk (self), &saver_kind, saved_cb, self);
      hemo_saver_set_version (self->saver, self->cells->version);
    }
  hemo_saver_save (self->saver, self->cells);
  tell_leaving (self);
  put_field (self);
  hemo_cells_pane_show (self);
}

static void
take_cells (HemoCellsPane *self, HemoFieldCells *cells)
{
  g_clear_pointer (&self->cells, hemo_field_cells_free);
  self->cells = cells;
  self->stamp++;
  self->chosen = 0;
  hemo_cells_pane_show (self);
}

void
hemo_cells_pane_put (HemoCellsPane *self, HemoFieldCells *cells, gboolean accept)
{
  take_cells (self, cells);
  if (self->saver != NULL || cells->version > 0)
    hemo_cells_pane_changed (self, accept);
}

typedef struct
{
  GBytes *bytes;
  char *image;
  double micrometres_per_pixel;
  gboolean classical;
} Look;

static void
look_free (gpointer data)
{
  Look *self = data;

  g_bytes_unref (self->bytes);
  g_free (self->image);
  g_free (self);
}

/* One of each for all threads; the weights do not change while the program runs. */
static const HemoDetector *
get_detector (gboolean classical, GError **error)
{
  static GMutex mutex;
  static HemoDetector *detectors[2];
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  HemoDetector **detector = &detectors[classical ? 1 : 0];

  if (*detector == NULL)
    *detector = classical ? hemo_detector_new_classical () : hemo_detector_new (NULL, error);
  return *detector;
}

static gboolean
look_work (HemoClinic *clinic,
           HemoSession *session,
           gpointer data,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  const Look *look = data;
  const HemoDetector *detector = get_detector (look->classical, error);
  g_autoptr (HemoPixels) pixels = NULL;
  g_autoptr (HemoDetection) detection = NULL;

  if (detector == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  pixels = hemo_picture_decode (look->bytes, 0, TRUE, error);
  if (pixels == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  detection = hemo_detector_run (detector, pixels, look->micrometres_per_pixel, error);
  if (detection == NULL)
    return FALSE;
  *result
      = hemo_detection_to_field_cells (detection, detector, look->image, pixels->width,
                                       pixels->height, look->micrometres_per_pixel, HEMO_VERSION);
  return TRUE;
}

/**
 * Looking:
 * @again: whether cells of the field were known when it began
 */
typedef struct
{
  HemoCellsPane *pane;
  GCancellable *cancellable;
  gboolean again;
} Looking;

static void
looking_free (Looking *self)
{
  g_object_unref (self->pane);
  g_object_unref (self->cancellable);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Looking, looking_free)

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Looking) looking = data;
  HemoCellsPane *self = looking->pane;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoFieldCells) cells = NULL;
  gpointer out = NULL;
  const gboolean done = hemo_desk_finish (HEMO_DESK (source), result, &out, &error);

  cells = out;
  /* It was stopped, or something else is looked at by now. */
  if (self->state == NULL || self->looking != looking->cancellable)
    return;
  g_clear_object (&self->looking);
  if (!done)
    g_set_str (&self->failure, error->message);
  /* Those that were known are read anew meanwhile. */
  if (!done || looking->again != (self->cells != NULL))
    hemo_cells_pane_show (self);
  else if (looking->again)
    hemo_cells_pane_replace (self, g_steal_pointer (&cells));
  else
    take_cells (self, g_steal_pointer (&cells));
}

/* The detector would mark cells there as well, and as what it knows. */
gboolean
hemo_cells_pane_may_look (HemoCellsPane *self)
{
  const HemoCase *data = hemo_bench_case_get (self->bench_case);

  return data == NULL || hemo_detect_is_for (data->specimen->type);
}

void
hemo_cells_pane_look (HemoCellsPane *self)
{
  if (hemo_cells_pane_can_look (self) && self->cells == NULL && self->asked)
    hemo_cells_pane_start (self, FALSE);
}

void
hemo_cells_pane_start (HemoCellsPane *self, gboolean classical)
{
  Look *look = g_new0 (Look, 1);
  Looking *looking = g_new0 (Looking, 1);

  g_clear_pointer (&self->failure, g_free);
  look->bytes = g_bytes_ref (self->bytes);
  look->image = g_strdup (self->image);
  look->classical = classical;
  look->micrometres_per_pixel = self->micrometres_per_pixel;
  self->looking = g_cancellable_new ();
  looking->pane = g_object_ref (self);
  looking->cancellable = g_object_ref (self->looking);
  looking->again = self->cells != NULL;
  hemo_desk_run_async (get_desk (self), look_work, look, look_free,
                       (GDestroyNotify)hemo_field_cells_free, self->looking, looked_cb, looking);
  hemo_cells_pane_show (self);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoFieldCells *cells = NULL;

  if (!hemo_field_cells_load (txn, data, &cells, error))
    return FALSE;
  *result = cells;
  return TRUE;
}

typedef struct
{
  HemoCellsPane *pane;
  char *image;
} Asking;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Asking *asking = data;
  g_autoptr (HemoCellsPane) self = asking->pane;
  g_autofree char *image = asking->image;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoFieldCells) cells = NULL;
  gpointer out = NULL;
  const gboolean done = hemo_desk_finish (HEMO_DESK (source), result, &out, &error);

  cells = out;
  if (self->state == NULL || g_strcmp0 (image, self->image) != 0 || self->cells != NULL)
    return;
  /* What somebody confirmed may be there: nothing is found over it. */
  if (!done)
    {
      g_set_str (&self->failure, error->message);
      hemo_cells_pane_show (self);
      return;
    }
  self->asked = TRUE;
  if (cells != NULL)
    take_cells (self, g_steal_pointer (&cells));
  else
    hemo_cells_pane_look (self);
}

void
hemo_cells_pane_find (HemoCellsPane *self)
{
  Asking *asking;

  if (!self->active || self->image == NULL || self->cells != NULL || self->leaving != NULL)
    return;
  if (self->asked)
    {
      hemo_cells_pane_look (self);
      return;
    }
  g_clear_pointer (&self->failure, g_free);
  asking = g_new0 (Asking, 1);
  asking->pane = g_object_ref (self);
  asking->image = g_strdup (self->image);
  hemo_desk_read_async (get_desk (self), load_job, g_strdup (self->image), g_free,
                        (GDestroyNotify)hemo_field_cells_free, NULL, loaded_cb, asking);
}

static gboolean
fields_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_field_cells_load_case (txn, data, error);
  return *result != NULL;
}

static void
fields_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCellsPane) self = data;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, NULL))
    return;
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  self->fields = out;
  /* What is on its way is newer than what was read. */
  if (self->saver != NULL && self->cells != NULL)
    put_field (self);
  if (self->state != NULL)
    hemo_cells_pane_show (self);
}

void
hemo_cells_pane_load_fields (HemoCellsPane *self)
{
  const char *tube = hemo_bench_case_get_specimen (self->bench_case);

  if (tube != NULL)
    hemo_desk_read_async (get_desk (self), fields_job, g_strdup (tube), g_free,
                          (GDestroyNotify)g_ptr_array_unref, NULL, fields_cb, g_object_ref (self));
}

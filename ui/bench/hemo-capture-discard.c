/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fields that are discarded, had back, or ticked for the report. */

#include "hemo-capture-private.h"

#include "hemo-keeping.h"

#include <glib/gi18n.h>

typedef struct
{
  HemoCapture *capture;
  char *uuid;
  HemoFieldTally told;
  gboolean keep_by_key;
} Discard;

static void
discard_free (Discard *self)
{
  g_object_unref (self->capture);
  g_free (self->uuid);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Discard, discard_free)

static gboolean
is_counted (const HemoFieldTally *told)
{
  return told->by_key + told->found > 0;
}

static gboolean
discard_work (HemoClinic *clinic,
              HemoSession *session,
              gpointer data,
              gpointer *result,
              GCancellable *cancellable,
              GError **error)
{
  const Discard *discard = data;

  return hemo_clinic_discard_field (clinic, session, discard->uuid, &discard->told,
                                    discard->keep_by_key, error);
}

static void
say_discarded (const Discard *discard)
{
  const HemoFieldTally *told = &discard->told;

  if (is_counted (told))
    g_signal_emit_by_name (discard->capture, "discarded",
                           told->found + (discard->keep_by_key ? 0 : told->by_key));
}

static void
discarded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Discard) discard = data;
  g_autoptr (GError) error = NULL;
  HemoCapture *self = discard->capture;

  self->changes--;
  if (hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    {
      hemo_desk_touch (self->desk);
      say_discarded (discard);
      return;
    }
  g_hash_table_remove (self->gone, discard->uuid);
  g_hash_table_add (self->kept_fields, g_strdup (discard->uuid));
  hemo_capture_tell (self, error->message, FALSE);
  if (self->bench_case != NULL)
    hemo_bench_case_reload (self->bench_case);
}

/* Writes what was discarded. */
void
hemo_capture_flush_discard (HemoCapture *self)
{
  g_autoptr (HemoFilmItem) item = g_steal_pointer (&self->discarded);
  Discard *discard;

  g_clear_handle_id (&self->discard_source, g_source_remove);
  if (item == NULL)
    return;
  discard = g_new0 (Discard, 1);
  discard->capture = g_object_ref (self);
  discard->uuid = g_strdup (hemo_film_item_get_uuid (item));
  discard->told = self->told;
  discard->keep_by_key = self->keep_by_key;
  g_hash_table_add (self->gone, g_strdup (discard->uuid));
  self->changes++;
  hemo_desk_keep_async (self->desk, discard_work, discard, NULL, discarded_cb, discard);
}

static gboolean
discard_later_cb (gpointer data)
{
  HemoCapture *self = data;

  self->discard_source = 0;
  hemo_capture_flush_discard (self);
  return G_SOURCE_REMOVE;
}

HemoFilmItem *
hemo_capture_dup_last (HemoCapture *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->film));

  return n > 0 ? g_list_model_get_item (G_LIST_MODEL (self->film), n - 1) : NULL;
}

gboolean
hemo_capture_discard (HemoCapture *self,
                      HemoFilmItem *item,
                      const HemoFieldTally *told,
                      gboolean keep_by_key)
{
  int index = hemo_capture_find_item (self, hemo_film_item_get_uuid (item));
  g_autoptr (HemoFilmItem) gone = NULL;

  if (index < 0)
    return FALSE;
  gone = g_object_ref (item);
  if (hemo_capture_forget_failed (self, gone))
    return FALSE;
  if (hemo_capture_is_saving (self, hemo_film_item_get_uuid (gone)))
    {
      hemo_capture_tell (self, _ ("The field is still being saved."), FALSE);
      return FALSE;
    }
  hemo_capture_flush_discard (self);
  index = hemo_capture_find_item (self, hemo_film_item_get_uuid (gone));
  if (index < 0)
    return FALSE;
  self->discarded = g_steal_pointer (&gone);
  self->discarded_at = (guint)index;
  self->told = *told;
  self->keep_by_key = keep_by_key;
  g_hash_table_remove (self->kept_fields, hemo_film_item_get_uuid (item));
  g_list_store_remove (self->film, (guint)index);
  if (is_counted (told))
    hemo_capture_flush_discard (self);
  else
    self->discard_source
        = g_timeout_add_seconds (HEMO_CAPTURE_UNDO_SECONDS, discard_later_cb, self);
  return TRUE;
}

gboolean
hemo_capture_bring_back (HemoCapture *self)
{
  g_autoptr (HemoFilmItem) item = g_steal_pointer (&self->discarded);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->film));

  g_clear_handle_id (&self->discard_source, g_source_remove);
  if (item == NULL)
    return FALSE;
  g_list_store_insert (self->film, MIN (self->discarded_at, n), item);
  return TRUE;
}

typedef struct
{
  char *uuid;
  gboolean in_report;
} Tick;

static void
tick_free (gpointer data)
{
  g_free (((Tick *)data)->uuid);
  g_free (data);
}

static gboolean
tick_work (HemoClinic *clinic,
           HemoSession *session,
           gpointer data,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  Tick *tick = data;

  return hemo_clinic_set_image_in_report (clinic, session, tick->uuid, tick->in_report, error);
}

static void
ticked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCapture) self = data;
  g_autoptr (GError) error = NULL;

  self->changes--;
  if (hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    {
      hemo_desk_touch (self->desk);
      return;
    }
  hemo_capture_tell (self, error->message, FALSE);
  /* Who waits for it goes on. */
  if (self->bench_case != NULL)
    hemo_bench_case_reload (self->bench_case);
}

void
hemo_capture_toggle_report (HemoCapture *self, HemoFilmItem *item)
{
  Tick *tick;

  if (hemo_capture_is_saving (self, hemo_film_item_get_uuid (item)))
    return;
  tick = g_new0 (Tick, 1);
  tick->uuid = g_strdup (hemo_film_item_get_uuid (item));
  tick->in_report = !hemo_film_item_get_in_report (item);
  self->changes++;
  hemo_desk_keep_async (self->desk, tick_work, tick, tick_free, ticked_cb, g_object_ref (self));
}

gboolean
hemo_capture_settle (HemoCapture *self)
{
  hemo_capture_flush_discard (self);
  return self->changes == 0;
}

gboolean
hemo_capture_is_changing (HemoCapture *self)
{
  return self->changes > 0 || g_hash_table_size (self->gone) > 0;
}

gboolean
hemo_capture_is_refused (HemoCapture *self)
{
  return g_hash_table_size (self->kept_fields) > 0;
}

gboolean
hemo_capture_was_refused (HemoCapture *self)
{
  const gboolean refused = hemo_capture_is_refused (self);

  g_hash_table_remove_all (self->kept_fields);
  return refused;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The film: what the store has, what is on its way, and what is marked on each. */

#include "hemo-capture-private.h"

#include <glib/gi18n.h>

/* NULL when the case is gone or was not read yet. */
static const HemoCase *
get_case (HemoCapture *self)
{
  return self->bench_case != NULL ? hemo_bench_case_get (self->bench_case) : NULL;
}

void
hemo_capture_mark_item (HemoFilmItem *item, guint warnings, gboolean measured, const char *problem)
{
  HemoChipState focus = HEMO_CHIP_NEUTRAL;
  HemoChipState stain = HEMO_CHIP_NEUTRAL;

  if (measured)
    {
      focus = warnings & (1u << HEMO_WARNING_BLURRED) ? HEMO_CHIP_WARNING : HEMO_CHIP_GOOD;
      stain = warnings & STAIN ? HEMO_CHIP_WARNING : HEMO_CHIP_GOOD;
    }
  hemo_film_item_set_marks (item, focus, stain, problem);
}

/* What is wrong with a stored field, in words; NULL when nothing is. */
static char *
describe_warnings (guint warnings)
{
  GString *text = NULL;

  for (int i = 0; i < HEMO_N_WARNINGS; i++)
    if (warnings & (1u << i))
      {
        if (text == NULL)
          text = g_string_new (NULL);
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "",
                                _ (hemo_warning_get_advice ((HemoWarning)i)));
      }
  return text != NULL ? g_string_free_and_steal (text) : NULL;
}

void
hemo_capture_mark_stored (HemoFilmItem *item, const HemoImage *image)
{
  g_autofree char *problem = NULL;
  guint warnings = 0;

  hemo_quality_parse_codes (image->warnings, &warnings, NULL);
  problem = describe_warnings (warnings);
  hemo_capture_mark_item (item, warnings, image->focus >= 0, problem);
  hemo_film_item_set_in_report (item, image->in_report);
}

/* Index in the film, or -1. */
int
hemo_capture_find_item (HemoCapture *self, const char *uuid)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->film)); i++)
    {
      g_autoptr (HemoFilmItem) item = g_list_model_get_item (G_LIST_MODEL (self->film), i);

      if (g_strcmp0 (hemo_film_item_get_uuid (item), uuid) == 0)
        return (int)i;
    }
  return -1;
}

void
hemo_capture_drop_item (HemoCapture *self, HemoFilmItem *item)
{
  int index = item != NULL ? hemo_capture_find_item (self, hemo_film_item_get_uuid (item)) : -1;

  if (index >= 0)
    g_list_store_remove (self->film, (guint)index);
}

static gboolean
is_field (HemoCapture *self, const HemoImage *image)
{
  return g_strcmp0 (image->note, HEMO_CAPTURE_FRAME_NOTE) != 0
         && !g_hash_table_contains (self->gone, image->uuid)
         && (self->discarded == NULL
             || g_strcmp0 (hemo_film_item_get_uuid (self->discarded), image->uuid) != 0);
}

static gboolean
is_missing (gpointer uuid, gpointer value, gpointer data)
{
  const HemoCase *read = data;

  for (guint i = 0; i < read->images->len; i++)
    if (g_strcmp0 (((HemoImage *)g_ptr_array_index (read->images, i))->uuid, uuid) == 0)
      return FALSE;
  return TRUE;
}

/* Forgets what the store has no more, but not what is on its way to it. */
static void
drop_lost (HemoCapture *self, const HemoCase *data)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->film)); i > 0; i--)
    {
      g_autoptr (HemoFilmItem) item = g_list_model_get_item (G_LIST_MODEL (self->film), i - 1);
      const char *uuid = hemo_film_item_get_uuid (item);
      gboolean known = hemo_capture_is_saving (self, uuid)
                       || g_object_get_data (G_OBJECT (item), "new") != NULL;

      for (guint j = 0; !known && j < data->images->len; j++)
        known = g_strcmp0 (((HemoImage *)g_ptr_array_index (data->images, j))->uuid, uuid) == 0;
      if (!known)
        g_list_store_remove (self->film, i - 1);
    }
}

void
hemo_capture_number_film (HemoCapture *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->film)); i++)
    {
      g_autoptr (HemoFilmItem) item = g_list_model_get_item (G_LIST_MODEL (self->film), i);

      if (hemo_film_item_get_number (item) != (int)i + 1)
        g_object_set (item, "number", (int)i + 1, NULL);
    }
}

void
hemo_capture_update (HemoCapture *self)
{
  const HemoCase *data = get_case (self);
  int number = 0;

  /* While one is being written the case may be older than a field that was just captured. */
  if (self->changes == 0)
    g_hash_table_foreach_remove (self->gone, is_missing, (gpointer)data);
  drop_lost (self, data);
  for (guint i = 0; i < data->images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (data->images, i);
      g_autoptr (HemoFilmItem) item = NULL;
      int index;

      if (!is_field (self, image))
        continue;
      number++;
      index = hemo_capture_find_item (self, image->uuid);
      if (index >= 0)
        item = g_list_model_get_item (G_LIST_MODEL (self->film), (guint)index);
      else
        {
          item = hemo_film_item_new (image->uuid, number);
          g_list_store_append (self->film, item);
        }
      g_object_set_data (G_OBJECT (item), "new", NULL);
      hemo_capture_mark_stored (item, image);
    }
  hemo_capture_take_left (self);
  /* The bench was seen before its case was read. */
  if (self->active && self->folder == NULL)
    hemo_capture_watch (self);
}

typedef struct
{
  HemoFilmItem *item;
  GBytes *bytes;
} Thumbnail;

static void
thumbnail_free (gpointer data)
{
  Thumbnail *self = data;

  g_object_unref (self->item);
  g_bytes_unref (self->bytes);
  g_free (self);
}

static gboolean
thumbnail_work (HemoClinic *clinic,
                HemoSession *session,
                gpointer data,
                gpointer *result,
                GCancellable *cancellable,
                GError **error)
{
  Thumbnail *thumbnail = data;
  HemoPixels *pixels = hemo_picture_decode (thumbnail->bytes, THUMBNAIL_SIDE, TRUE, error);

  if (pixels == NULL)
    return FALSE;
  *result = hemo_field_texture_new (pixels);
  return TRUE;
}

static void
thumbnail_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFilmItem) item = data;
  g_autoptr (GdkTexture) texture = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, NULL))
    return;
  texture = out;
  hemo_film_item_set_paintable (item, GDK_PAINTABLE (texture));
}

void
hemo_capture_show_thumbnail (HemoCapture *self, HemoCaptureJob *job)
{
  Thumbnail *thumbnail;

  if (job->bytes == NULL || job->item == NULL)
    return;
  thumbnail = g_new0 (Thumbnail, 1);
  thumbnail->item = g_object_ref (job->item);
  thumbnail->bytes = g_bytes_ref (job->bytes);
  hemo_desk_run_async (self->desk, thumbnail_work, thumbnail, thumbnail_free, g_object_unref, NULL,
                       thumbnail_cb, g_object_ref (job->item));
}

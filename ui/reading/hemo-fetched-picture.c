/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fetches on a thread of its own, with a connection of its own: no lane waits for it. */

#include "hemo-fetched-picture.h"

#include "hemo-field-texture.h"
#include "hemo-picture.h"
#include "hemo-sync.h"

/* Longest side in pixels. */
#define SMALL 512

void
hemo_fetched_picture_free (HemoFetchedPicture *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->small);
  g_free (self);
}

typedef struct
{
  char *image;
  char *specimen;
  HemoLane lane;
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *self = data;

  g_free (self->image);
  g_free (self->specimen);
  g_free (self);
}

static gboolean
fetch_work (HemoClinic *clinic,
            HemoSession *session,
            gpointer data,
            gpointer *result,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (HemoSync) sync = hemo_sync_new (clinic, error);
  g_autoptr (HemoFetchedPicture) self = g_new0 (HemoFetchedPicture, 1);
  const Fetch *fetch = data;
  HemoPixels *pixels;

  if (sync == NULL)
    return FALSE;
  self->bytes = hemo_sync_fetch_picture (sync, session, fetch->image, fetch->specimen, fetch->lane,
                                         cancellable, error);
  pixels = self->bytes != NULL ? hemo_picture_decode (self->bytes, SMALL, TRUE, error) : NULL;
  if (pixels == NULL)
    return FALSE;
  self->small = hemo_field_texture_new (pixels);
  *result = g_steal_pointer (&self);
  return TRUE;
}

void
hemo_fetched_picture_load_async (HemoDesk *desk,
                                 const HemoImage *image,
                                 HemoLane lane,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->image = g_strdup (image->uuid);
  fetch->specimen = g_strdup (image->specimen);
  fetch->lane = lane;
  hemo_desk_run_async (desk, fetch_work, fetch, fetch_free,
                       (GDestroyNotify)hemo_fetched_picture_free, cancellable, callback, user_data);
}

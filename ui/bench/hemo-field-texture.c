/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opens a sealed field and decodes it, on a thread of its own. */

#include "hemo-field-texture.h"

#include "hemo-files.h"
#include "hemo-picture.h"
#include "hemo-texture.h"

typedef struct
{
  char *uuid;
  int max_side;
} Request;

static void
request_free (gpointer data)
{
  Request *self = data;

  g_free (self->uuid);
  g_free (self);
}

GdkTexture *
hemo_field_texture_new (HemoPixels *pixels)
{
  gsize stride = (gsize)pixels->width * 3;
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (
      pixels->data, stride * (gsize)pixels->height, (GDestroyNotify)hemo_pixels_free, pixels);

  return hemo_texture_prepare (
      gdk_memory_texture_new (pixels->width, pixels->height, GDK_MEMORY_R8G8B8, bytes, stride));
}

static gboolean
load_work (HemoClinic *clinic,
           HemoSession *session,
           gpointer data,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  Request *request = data;
  g_autoptr (GBytes) bytes = NULL;
  HemoPixels *pixels;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  bytes = request->max_side == 0 ? hemo_clinic_open_preview (clinic, session, request->uuid, error)
                                 : hemo_clinic_open_image (clinic, session, request->uuid, error);
  pixels = bytes != NULL ? hemo_picture_decode (bytes, request->max_side, TRUE, error) : NULL;
  if (pixels == NULL)
    return FALSE;
  *result = hemo_field_texture_new (pixels);
  return TRUE;
}

void
hemo_field_texture_load_async (HemoDesk *desk,
                               const char *uuid,
                               int max_side,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  Request *request = g_new0 (Request, 1);

  request->uuid = g_strdup (uuid);
  request->max_side = max_side;
  hemo_desk_run_async (desk, load_work, request, request_free, g_object_unref, cancellable,
                       callback, user_data);
}

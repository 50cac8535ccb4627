/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures from files, from the clipboard and from other programs. */

#include "hemo-capture-private.h"

#include "hemo-failure.h"

#include <glib/gi18n.h>

/* Somebody chose it: it is marked, not refused. */
static void
push_chosen (HemoCapture *self, HemoCaptureJob *job)
{
  job->image->kept_anyway = TRUE;
  hemo_capture_queue_push (self->queue, job);
}

void
hemo_capture_take_bytes (HemoCapture *self, GBytes *bytes)
{
  if (hemo_capture_has_case (self))
    push_chosen (self, hemo_capture_new_job (self, bytes, TRUE));
}

void
hemo_capture_open_files (HemoCapture *self, GListModel *files)
{
  for (guint i = 0; hemo_capture_has_case (self) && i < g_list_model_get_n_items (files); i++)
    {
      HemoCaptureJob *job = hemo_capture_new_job (self, NULL, TRUE);

      job->file = g_list_model_get_item (files, i);
      push_chosen (self, job);
    }
}

static void
take_texture (HemoCapture *self, GdkTexture *texture)
{
  HemoCaptureJob *job;

  if (!hemo_capture_has_case (self))
    return;
  job = hemo_capture_new_job (self, NULL, TRUE);
  job->texture = g_object_ref (texture);
  hemo_film_item_set_paintable (job->item, GDK_PAINTABLE (texture));
  push_chosen (self, job);
}

static void
texture_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCapture) self = data;
  g_autoptr (GdkTexture) texture
      = gdk_clipboard_read_texture_finish (GDK_CLIPBOARD (source), result, NULL);

  if (texture != NULL)
    take_texture (self, texture);
  else
    hemo_capture_tell (self, _ ("There is no picture in the clipboard."), FALSE);
}

static void
paste_thread (GTask *task, gpointer source, gpointer stream, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = hemo_picture_read_all (stream, cancellable, &error);

  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
pasted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HemoCapture *self = HEMO_CAPTURE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *text = error != NULL ? hemo_failure_say (error->message) : NULL;

  if (bytes != NULL)
    hemo_capture_take_bytes (self, bytes);
  else
    hemo_capture_tell (self, text, FALSE);
}

/* As it came; who gave it may be slow, and main does not wait. Read in a thread, as GDK's stream
 * under X11 never answers an asynchronous read that waits when a picture of more than 256 KiB ends.
 */
static void
picture_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCapture) self = data;
  GInputStream *stream = gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, NULL, NULL);
  g_autoptr (GTask) task = NULL;

  if (stream == NULL)
    {
      gdk_clipboard_read_texture_async (GDK_CLIPBOARD (source), NULL, texture_cb,
                                        g_steal_pointer (&self));
      return;
    }
  task = g_task_new (self, NULL, pasted_cb, NULL);
  g_task_set_task_data (task, stream, g_object_unref);
  g_task_run_in_thread (task, paste_thread);
}

static void
files_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  /* Without loss first: who offers both has made one from the other. */
  static const char *types[] = { "image/png", "image/jpeg", NULL };
  g_autoptr (HemoCapture) self = data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);

  if (value != NULL && g_value_get_boxed (value) != NULL)
    hemo_capture_take_list (self, g_value_get_boxed (value));
  else
    gdk_clipboard_read_async (GDK_CLIPBOARD (source), types, G_PRIORITY_DEFAULT, NULL, picture_cb,
                              g_steal_pointer (&self));
}

void
hemo_capture_take_list (HemoCapture *self, GSList *list)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  for (GSList *l = list; l != NULL; l = l->next)
    g_list_store_append (files, l->data);
  hemo_capture_open_files (self, G_LIST_MODEL (files));
}

void
hemo_capture_paste (HemoCapture *self, GdkClipboard *clipboard)
{
  gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, files_cb,
                                  g_object_ref (self));
}

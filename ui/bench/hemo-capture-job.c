/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Read off main, never more than a picture may have, and only while the disk has room. */

#include "hemo-capture-job.h"

#include "hemo-computer.h"
#include "hemo-picture.h"

#define PIECE ((gsize)1024 * 1024)

HemoCaptureJob *
hemo_capture_job_new (const char *specimen, const char *user, const char *directory)
{
  HemoCaptureJob *self = g_new0 (HemoCaptureJob, 1);

  self->image = hemo_image_new (specimen);
  self->image->captured_at = hemo_time_now ();
  self->image->focus = -1;
  self->user = g_strdup (user);
  self->directory = g_strdup (directory);
  return self;
}

void
hemo_capture_job_free (HemoCaptureJob *self)
{
  if (self == NULL)
    return;
  hemo_image_free (self->image);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->file);
  g_clear_object (&self->texture);
  g_clear_object (&self->item);
  g_free (self->user);
  g_free (self->directory);
  g_free (self->problem);
  g_free (self);
}

GBytes *
hemo_picture_read_all (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) read = g_byte_array_new ();
  g_autofree guint8 *piece = g_malloc (PIECE);
  gsize n = 1;

  while (n > 0 && read->len <= HEMO_PICTURE_BYTES_LIMIT)
    {
      if (!g_input_stream_read_all (stream, piece, PIECE, &n, cancellable, error))
        return NULL;
      g_byte_array_append (read, piece, (guint)n);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&read));
}

static GBytes *
read_file (GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);

  return stream != NULL ? hemo_picture_read_all (G_INPUT_STREAM (stream), cancellable, error)
                        : NULL;
}

gboolean
hemo_capture_job_read (HemoCaptureJob *self, GCancellable *cancellable, GError **error)
{
  if (self->bytes == NULL)
    self->bytes = self->texture != NULL ? gdk_texture_save_to_png_bytes (self->texture)
                                        : read_file (self->file, cancellable, error);
  if (self->bytes == NULL)
    return FALSE;
  self->no_room
      = !hemo_computer_check_room (self->directory, g_bytes_get_size (self->bytes), error);
  return !self->no_room;
}

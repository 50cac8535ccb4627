/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Captures: the next whole frame, decoded to its end before anybody gets it; and the blank field.
 */

#include "hemo-camera-private.h"

#include "hemo-picture.h"

#include <glib/gi18n.h>
#include <string.h>

/* Frames of the blank field that are averaged, and the side that they are decoded to. */
#define BLANK_FRAMES 8
#define BLANK_SIDE 640

G_DEFINE_QUARK (hemo - camera - error - quark, hemo_camera_error)

G_DEFINE_BOXED_TYPE (HemoShot, hemo_shot, hemo_shot_copy, hemo_shot_free)

HemoShot *
hemo_shot_copy (const HemoShot *self)
{
  HemoShot *copy = g_memdup2 (self, sizeof *self);

  g_bytes_ref (copy->bytes);
  return copy;
}

void
hemo_shot_free (HemoShot *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

/* Of the outer task. */
typedef struct
{
  gint64 begun;
  gint64 deadline;
  guint wanted;
  GPtrArray *frames;
  gboolean working;
  gboolean saw_broken;
} Capture;

static void
capture_free (Capture *self)
{
  g_clear_pointer (&self->frames, g_ptr_array_unref);
  g_free (self);
}

/* What the thread needs. */
typedef struct
{
  GPtrArray *frames;
  HemoFlatField *flat;
  double focus_needed;
} Work;

static void
work_free (Work *self)
{
  g_clear_pointer (&self->frames, g_ptr_array_unref);
  g_clear_pointer (&self->flat, hemo_flat_field_unref);
  g_free (self);
}

/* Ends the wait of @task, which the list held. */
static GTask *
take_task (HemoCamera *self, GTask *task)
{
  g_ptr_array_remove (self->captures, task);
  return task;
}

static void
fail (HemoCamera *self, GTask *held)
{
  g_autoptr (GTask) task = take_task (self, held);
  const Capture *capture = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (capture->saw_broken)
    g_task_return_new_error (task, HEMO_CAMERA_ERROR, HEMO_CAMERA_ERROR_BROKEN, "%s",
                             _ ("Nothing was captured: the camera sends broken pictures. Check its "
                                "cable and capture again."));
  else
    g_task_return_new_error (task, HEMO_CAMERA_ERROR, HEMO_CAMERA_ERROR_NO_PICTURE,
                             /* Translators: %s is a sentence about the camera, or empty. */
                             _ ("Nothing was captured: no picture came from the camera. %s"),
                             self->message != NULL ? self->message : "");
}

/* Those that wait for a frame, held: who is told of one may ask for the next at once. (transfer
 * full) */
static GPtrArray *
list_waiting (HemoCamera *self)
{
  GPtrArray *waiting = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->captures->len; i++)
    {
      GTask *task = self->captures->pdata[i];
      const Capture *capture = g_task_get_task_data (task);
      if (!capture->working)
        g_ptr_array_add (waiting, g_object_ref (task));
    }
  return waiting;
}

void
hemo_camera_fail_captures (HemoCamera *self)
{
  g_autoptr (GPtrArray) waiting = list_waiting (self);

  for (guint i = 0; i < waiting->len; i++)
    if (g_ptr_array_find (self->captures, waiting->pdata[i], NULL))
      fail (self, waiting->pdata[i]);
}

void
hemo_camera_check_captures (HemoCamera *self, gint64 now)
{
  g_autoptr (GPtrArray) waiting = list_waiting (self);

  for (guint i = 0; i < waiting->len; i++)
    {
      GTask *task = waiting->pdata[i];
      const Capture *capture = g_task_get_task_data (task);
      if (!g_ptr_array_find (self->captures, task, NULL))
        continue;
      if (now > capture->deadline || g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        fail (self, task);
    }
}

static void
capture_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Work *work = data;
  GError *error = NULL;
  HemoShot *shot
      = hemo_frame_capture (work->frames->pdata[0], work->flat, work->focus_needed, &error);

  if (shot != NULL)
    g_task_return_pointer (task, shot, (GDestroyNotify)hemo_shot_free);
  else
    g_task_return_error (task, error);
}

static void
add_pixels (guint32 *sums, const HemoPixels *pixels)
{
  const gsize n = (gsize)pixels->width * 3 * (gsize)pixels->height;

  for (gsize i = 0; i < n; i++)
    sums[i] += pixels->data[i];
}

/* (transfer full) */
static HemoPixels *
average_frames (GPtrArray *frames, GError **error)
{
  g_autoptr (HemoPixels) pixels = NULL;
  g_autofree guint32 *sums = NULL;
  gsize n = 0;

  for (guint i = 0; i < frames->len; i++)
    {
      g_autoptr (HemoPixels) next = hemo_frame_decode (frames->pdata[i], BLANK_SIDE, error);
      if (next == NULL)
        return NULL;
      n = (gsize)next->width * 3 * (gsize)next->height;
      if (pixels != NULL && (pixels->width != next->width || pixels->height != next->height))
        continue;
      if (sums == NULL)
        sums = g_new0 (guint32, n);
      add_pixels (sums, next);
      hemo_pixels_free (pixels);
      pixels = g_steal_pointer (&next);
    }
  for (gsize i = 0; i < n; i++)
    pixels->data[i] = (guint8)((sums[i] + frames->len / 2) / frames->len);
  return g_steal_pointer (&pixels);
}

static void
blank_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Work *work = data;
  GError *error = NULL;
  g_autoptr (HemoPixels) blank = average_frames (work->frames, &error);
  HemoFlatField *flat = blank != NULL ? hemo_flat_field_new (blank, &error) : NULL;

  if (flat != NULL)
    g_task_return_pointer (task, flat, (GDestroyNotify)hemo_flat_field_unref);
  else
    g_task_return_error (task, error);
}

/* A frame that is broken inside is passed over for the next, as long as there is time. */
static void
try_next (HemoCamera *self, GTask *task)
{
  Capture *capture = g_task_get_task_data (task);

  capture->working = FALSE;
  capture->saw_broken = TRUE;
  g_ptr_array_set_size (capture->frames, 0);
  if (self->flow != NULL && g_get_monotonic_time () < capture->deadline)
    hemo_flow_ask_frames (self->flow, capture->wanted);
  else
    fail (self, task);
}

static void
worked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) waiting = data;
  HemoCamera *self = g_task_get_source_object (waiting);
  const Capture *capture = g_task_get_task_data (waiting);
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  gpointer made = g_task_propagate_pointer (G_TASK (result), &error);

  if (made == NULL && g_error_matches (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED))
    {
      try_next (self, waiting);
      return;
    }
  task = take_task (self, waiting);
  if (made == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (capture->wanted == 1)
    g_task_return_pointer (task, made, (GDestroyNotify)hemo_shot_free);
  else
    {
      hemo_camera_set_flat_field (self, made);
      hemo_flat_field_unref (made);
      g_task_return_boolean (task, TRUE);
    }
}

/* The thread holds nothing of main's: were its reference to the camera the last, the camera would
 * be taken apart there. */
static void
work_on (HemoCamera *self, GTask *task)
{
  Capture *capture = g_task_get_task_data (task);
  g_autoptr (GTask) inner = g_task_new (NULL, NULL, worked_cb, g_object_ref (task));
  Work *work = g_new0 (Work, 1);

  capture->working = TRUE;
  work->frames = g_ptr_array_ref (capture->frames);
  work->flat = self->flat != NULL ? hemo_flat_field_ref (self->flat) : NULL;
  work->focus_needed = self->focus_needed;
  g_task_set_source_tag (inner, work_on);
  g_task_set_task_data (inner, work, (GDestroyNotify)work_free);
  g_task_run_in_thread (inner, capture->wanted == 1 ? capture_thread : blank_thread);
}

static void
give_to (HemoCamera *self, GTask *task, GPtrArray *frames)
{
  Capture *capture = g_task_get_task_data (task);

  for (guint i = 0; i < frames->len && capture->frames->len < capture->wanted; i++)
    {
      HemoFrame *frame = frames->pdata[i];
      /* Asked for by an earlier capture and on its way when this one began. */
      if (frame->arrived >= capture->begun)
        g_ptr_array_add (capture->frames, hemo_frame_ref (frame));
    }
  if (capture->frames->len == capture->wanted)
    work_on (self, task);
  else
    hemo_flow_ask_frames (self->flow, capture->wanted - capture->frames->len);
}

void
hemo_camera_give_frames (HemoCamera *self, GPtrArray *frames)
{
  for (guint i = 0; i < self->captures->len && self->flow != NULL; i++)
    {
      const Capture *capture = g_task_get_task_data (self->captures->pdata[i]);
      if (!capture->working)
        give_to (self, self->captures->pdata[i], frames);
    }
}

static gint64
find_deadline (HemoCamera *self, guint wanted)
{
  const double rate = self->mode != NULL ? hemo_camera_mode_get_rate (self->mode) : 0;
  const double seconds
      = MAX (HEMO_CAMERA_STALL, rate > 0 ? (wanted + 1.5) / rate : HEMO_CAMERA_STALL * wanted / 2);

  return (gint64)(seconds * G_USEC_PER_SEC);
}

static void
capture (HemoCamera *self,
         guint wanted,
         GCancellable *cancellable,
         GAsyncReadyCallback callback,
         gpointer user_data,
         gpointer tag)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Capture *data = g_new0 (Capture, 1);

  data->begun = g_get_monotonic_time ();
  data->deadline = data->begun + find_deadline (self, wanted);
  data->wanted = wanted;
  data->frames = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_frame_unref);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, data, (GDestroyNotify)capture_free);
  /* What is cancelled while it is decoded is not kept. */
  g_task_set_check_cancellable (task, TRUE);
  g_ptr_array_add (self->captures, task);
  if (self->flow != NULL
      && (self->state == HEMO_CAMERA_LIVE || self->state == HEMO_CAMERA_STARTING))
    hemo_flow_ask_frames (self->flow, wanted);
  else
    fail (self, task);
}

void
hemo_camera_capture_async (HemoCamera *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (HEMO_IS_CAMERA (self));

  capture (self, 1, cancellable, callback, user_data, hemo_camera_capture_async);
}

HemoShot *
hemo_camera_capture_finish (HemoCamera *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
hemo_camera_capture_blank_async (HemoCamera *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (HEMO_IS_CAMERA (self));

  capture (self, BLANK_FRAMES, cancellable, callback, user_data, hemo_camera_capture_blank_async);
}

gboolean
hemo_camera_capture_blank_finish (HemoCamera *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

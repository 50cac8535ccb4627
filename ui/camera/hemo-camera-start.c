/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A change of state cannot be called off from the thread that waits for it: it has a thread of its
 * own, and who asked for it looks on.
 *
 * This is what pipewiresrc needs. When PipeWire is faster than the thread that starts the source,
 * the source takes its own start for one of before, waits half a minute for another one, and holds
 * the camera's buffers meanwhile, so that nobody else gets pictures either; a camera that another
 * program makes may not come out of that again. So it is given a head start, too. */

#include "hemo-camera-start-private.h"

#include <gst/base/gstbasesrc.h>

/* So often it is looked at. */
#define TICK (G_USEC_PER_SEC / 10)
/* Before PipeWire is asked for a format. */
#define HEAD_START (G_USEC_PER_SEC / 10)

typedef struct
{
  gatomicrefcount references;
  GstElement *pipeline;
  GMutex lock;
  GCond over;
  /* Under the lock. */
  gboolean done;
  GstStateChangeReturn result;
} Change;

static void
change_unref (Change *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  gst_object_unref (self->pipeline);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->over);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Change, change_unref)

static gpointer
change_thread (gpointer data)
{
  g_autoptr (Change) self = data;
  const GstStateChangeReturn result = gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->result = result;
  self->done = TRUE;
  g_cond_signal (&self->over);
  return NULL;
}

/* (transfer full) */
static Change *
change_new (GstElement *pipeline)
{
  Change *self = g_new0 (Change, 1);

  g_atomic_ref_count_init (&self->references);
  self->pipeline = gst_object_ref (pipeline);
  g_mutex_init (&self->lock);
  g_cond_init (&self->over);
  g_atomic_ref_count_inc (&self->references);
  g_thread_unref (g_thread_new ("hemo-camera-start", change_thread, self));
  return self;
}

/* Whether it is over, at the latest after a tick. */
static gboolean
wait_for_change (Change *self)
{
  const gint64 until = g_get_monotonic_time () + TICK;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (!self->done && g_cond_wait_until (&self->over, &self->lock, until))
    ;
  return self->done;
}

/* A source that is not open yet may not know what to let go of. */
static gboolean
can_let_go (GstElement *source)
{
  gboolean open;

  GST_OBJECT_LOCK (source);
  open = GST_STATE (source) >= GST_STATE_READY;
  GST_OBJECT_UNLOCK (source);
  return open && GST_IS_BASE_SRC (source);
}

/* Its own function, because gst_element_send_event() waits for the very change that hangs. */
static void
let_go (GstElement *source)
{
  if (can_let_go (source))
    GST_ELEMENT_GET_CLASS (source)->send_event (source, gst_event_new_flush_start ());
}

/* On the source's own thread. */
static GstPadProbeReturn
query_cb (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  if (GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info)) != GST_QUERY_CAPS)
    return GST_PAD_PROBE_OK;
  g_usleep (HEAD_START);
  return GST_PAD_PROBE_REMOVE;
}

static void
give_head_start (GstElement *source)
{
  g_autoptr (GstPad) pad = NULL;

  if (!g_str_has_prefix (G_OBJECT_TYPE_NAME (source), "GstPipeWire"))
    return;
  pad = gst_element_get_static_pad (source, "src");
  if (pad != NULL)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, query_cb, NULL, NULL);
}

static gboolean
has_format (GstElement *source)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");

  return pad != NULL && gst_pad_has_current_caps (pad);
}

HemoStart
hemo_start_pipeline (GstElement *pipeline,
                     GstElement *source,
                     gint64 patience,
                     gboolean (*is_stopping) (gpointer),
                     gpointer data)
{
  g_autoptr (Change) change = NULL;
  HemoStart end = HEMO_START_DONE;
  gint64 agreed = 0;

  give_head_start (source);
  change = change_new (pipeline);
  while (!wait_for_change (change))
    {
      if (agreed == 0 && has_format (source))
        agreed = g_get_monotonic_time ();
      if (end == HEMO_START_DONE && is_stopping (data))
        end = HEMO_START_STOPPED;
      else if (end == HEMO_START_DONE && agreed > 0 && g_get_monotonic_time () - agreed >= patience)
        end = HEMO_START_HUNG;
      if (end != HEMO_START_DONE)
        let_go (source);
    }
  if (end == HEMO_START_DONE && change->result == GST_STATE_CHANGE_FAILURE)
    end = HEMO_START_FAILED;
  return end;
}

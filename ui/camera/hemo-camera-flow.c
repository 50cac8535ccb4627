/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A pipeline: source ! caps ! appsink. What is decoded is decoded here, newest first, and no more
 * than is asked for. */

#include "hemo-camera-flow-private.h"

#include "hemo-camera-start-private.h"
#include "hemo-picture.h"

#include <glib/gi18n.h>
#include <gst/app/gstappsink.h>

/* The eye follows no more than this. */
#define SHOW_EVERY (G_USEC_PER_SEC / 32)
#define MEASURE_EVERY (G_USEC_PER_SEC / 5)
/* Measuring takes at most one part in four of a processor, whatever it is. */
#define MEASURE_PAUSE 3
/* So often the bus and the wish to stop are looked at when no frame comes. */
#define TICK (G_USEC_PER_SEC / 10)
/* From the agreement on a format to the first picture it takes milliseconds; longer with each try,
 * for a computer that has much else to do. */
#define START_PATIENCE G_USEC_PER_SEC

struct _HemoFlow
{
  gatomicrefcount references;
  HemoCameraSource *source;

  /* Of the flow's thread. */
  GstElement *pipeline;
  /* In it. */
  GstElement *element;
  HemoFramePainter *painter;
  gint64 next_show;
  gint64 next_measure;

  GMutex lock;
  GCond woken;
  /* Under the lock. */
  gboolean stopping;
  HemoFrame *newest;
  HemoFrame *before;
  gint64 last_frame;
  gint64 steady_since;
  gint64 same_since;
  guint64 n_frames;
  guint64 n_broken;
  guint asked;
  HemoFlowWish wish;
  HemoFlowEvents events;
  GMainContext *context;
  GSource *idle;
  HemoFlowNotify notify;
  gpointer data;
};

void
hemo_flow_events_clear (HemoFlowEvents *events)
{
  g_clear_error (&events->error);
  g_clear_object (&events->texture);
  g_clear_pointer (&events->captured, g_ptr_array_unref);
  g_clear_pointer (&events->sharp, hemo_shot_free);
  *events = (HemoFlowEvents){ 0 };
}

static HemoFlow *
flow_ref (HemoFlow *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
hemo_flow_unref (HemoFlow *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  hemo_camera_source_free (self->source);
  g_clear_pointer (&self->newest, hemo_frame_unref);
  g_clear_pointer (&self->before, hemo_frame_unref);
  g_clear_pointer (&self->wish.flat, hemo_flat_field_unref);
  hemo_flow_events_clear (&self->events);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->woken);
  g_free (self);
}

static gboolean
notify_cb (gpointer data)
{
  HemoFlow *self = data;
  HemoFlowNotify notify;

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->idle, g_source_unref);
  notify = self->notify;
  g_mutex_unlock (&self->lock);
  /* Set and cleared on this very thread. */
  if (notify != NULL)
    notify (self, self->data);
  return G_SOURCE_REMOVE;
}

/* With the lock. */
static void
tell (HemoFlow *self)
{
  if (self->idle != NULL || self->notify == NULL)
    return;
  self->idle = g_idle_source_new ();
  g_source_set_priority (self->idle, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->idle, notify_cb, flow_ref (self), (GDestroyNotify)hemo_flow_unref);
  g_source_attach (self->idle, self->context);
}

static void
report_error (HemoFlow *self, GError *error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->events.error == NULL)
    self->events.error = error;
  else
    g_error_free (error);
  tell (self);
}

/* With the lock. */
static void
take_frame (HemoFlow *self, HemoFrame *frame)
{
  const gboolean same = self->before != NULL && hemo_frame_equals (self->before, frame);

  self->n_frames++;
  if (frame->arrived - self->last_frame > HEMO_CAMERA_STALL * G_USEC_PER_SEC)
    self->steady_since = frame->arrived;
  self->last_frame = frame->arrived;
  if (!same)
    self->same_since = 0;
  else if (self->same_since == 0)
    self->same_since = self->before->arrived;
  g_clear_pointer (&self->before, hemo_frame_unref);
  g_clear_pointer (&self->newest, hemo_frame_unref);
  self->before = hemo_frame_ref (frame);
  self->newest = hemo_frame_ref (frame);
  if (self->asked == 0)
    return;
  self->asked--;
  if (self->events.captured == NULL)
    self->events.captured = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_frame_unref);
  g_ptr_array_add (self->events.captured, hemo_frame_ref (frame));
  tell (self);
}

/* On the pipeline's own thread. */
static GstFlowReturn
sample_cb (GstAppSink *sink, gpointer data)
{
  HemoFlow *self = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  g_autoptr (HemoFrame) frame = sample != NULL ? hemo_frame_new (sample, NULL) : NULL;
  g_autoptr (GMutexLocker) locker = NULL;

  if (sample == NULL)
    return GST_FLOW_EOS;
  locker = g_mutex_locker_new (&self->lock);
  if (frame != NULL)
    take_frame (self, frame);
  else
    self->n_broken++;
  g_cond_signal (&self->woken);
  return GST_FLOW_OK;
}

/* Only what ends the pictures is kept for read_bus(). */
static GstBusSyncReply
message_cb (GstBus *bus, GstMessage *message, gpointer data)
{
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR
      && GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS)
    {
      /* Who drops it owns it. */
      gst_message_unref (message);
      return GST_BUS_DROP;
    }
  return GST_BUS_PASS;
}

/* A flow that is only held by its own thread lives until the thread has ended: the callbacks borrow
 * it. */
static GstElement *
make_sink (HemoFlow *self)
{
  GstElement *sink = gst_element_factory_make ("appsink", NULL);
  GstAppSinkCallbacks callbacks = { .new_sample = sample_cb };

  if (sink == NULL)
    return NULL;
  g_object_set (sink, "sync", FALSE, "max-buffers", 1, "drop", TRUE, "enable-last-sample", FALSE,
                NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, self, NULL);
  return sink;
}

static GstElement *
make_filter (HemoFlow *self)
{
  GstElement *filter = gst_element_factory_make ("capsfilter", NULL);
  g_autoptr (GstCaps) caps = NULL;

  if (filter == NULL)
    return NULL;
  if (self->source->caps != NULL)
    caps = gst_caps_ref (self->source->caps);
  else
    caps = gst_caps_from_string ("image/jpeg; video/x-raw");
  g_object_set (filter, "caps", caps, NULL);
  return filter;
}

static gboolean
build (HemoFlow *self, GError **error)
{
  GstElement *source = NULL, *filter, *own, *sink;
  g_autoptr (GstBus) bus = NULL;

  if (!gst_init_check (NULL, NULL, error))
    return FALSE;
  source = hemo_camera_source_make_element (self->source, error);
  if (source == NULL)
    return FALSE;
  filter = make_filter (self);
  /* Without it some drivers hand out empty buffers: they would have to fill ours. */
  own = gst_element_factory_make ("identity", NULL);
  sink = make_sink (self);
  self->pipeline = gst_pipeline_new (NULL);
  if (filter == NULL || own == NULL || sink == NULL)
    {
      g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
                           _ ("GStreamer's base plugins are not installed"));
      g_clear_pointer (&source, gst_object_unref);
      g_clear_pointer (&filter, gst_object_unref);
      g_clear_pointer (&own, gst_object_unref);
      g_clear_pointer (&sink, gst_object_unref);
      return FALSE;
    }
  g_object_set (own, "drop-allocation", TRUE, "silent", TRUE, NULL);
  gst_bin_add_many (GST_BIN (self->pipeline), source, filter, own, sink, NULL);
  self->element = source;
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, message_cb, NULL, NULL);
  if (gst_element_link_many (source, filter, own, sink, NULL))
    return TRUE;
  g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
                       _ ("it gives no pictures that can be read"));
  return FALSE;
}

static gboolean
is_due (gint64 *next, gint64 now, gint64 every)
{
  if (now < *next)
    return FALSE;
  /* In step with the clock unless it fell behind. */
  *next = MAX (*next + every, now);
  return TRUE;
}

static void
show_frame (HemoFlow *self, HemoFrame *frame, const HemoFlowWish *wish)
{
  g_autoptr (GdkTexture) texture = hemo_frame_painter_paint (self->painter, frame, wish->width,
                                                             wish->height, wish->flat, NULL);

  if (texture == NULL)
    return;
  g_mutex_lock (&self->lock);
  g_clear_object (&self->events.texture);
  self->events.texture = g_steal_pointer (&texture);
  self->events.width = frame->width;
  self->events.height = frame->height;
  tell (self);
  g_mutex_unlock (&self->lock);
}

/* What is kept shows the field as it was, without the flat field. */
static HemoShot *
make_sharp (HemoFrame *frame, const HemoPixels *pixels, const HemoQuality *quality, gboolean flat)
{
  g_autoptr (HemoShot) shot = g_new0 (HemoShot, 1);
  g_autoptr (HemoPixels) small = NULL;
  const double scale
      = MIN (1.0, (double)HEMO_CAMERA_SHARP_SIDE / MAX (pixels->width, pixels->height));

  small = hemo_pixels_shrink (pixels, MAX (1, (int)(pixels->width * scale + 0.5)),
                              MAX (1, (int)(pixels->height * scale + 0.5)), NULL);
  if (small == NULL)
    return NULL;
  shot->bytes = hemo_pixels_to_jpeg (small, HEMO_CAMERA_SHARP_QUALITY, NULL);
  if (shot->bytes == NULL)
    return NULL;
  shot->width = small->width;
  shot->height = small->height;
  shot->quality = *quality;
  shot->flat_field = flat;
  shot->hash = hemo_picture_difference_hash (pixels);
  shot->taken = frame->arrived;
  return g_steal_pointer (&shot);
}

static HemoPixels *
copy_flat (const HemoPixels *pixels, HemoFlatField *flat)
{
  HemoPixels *copy = hemo_pixels_new (pixels->width, pixels->height, NULL);

  if (copy == NULL)
    return NULL;
  memcpy (copy->data, pixels->data, (gsize)pixels->width * 3 * (gsize)pixels->height);
  hemo_flat_field_apply (flat, copy->data, copy->width, copy->height, (gsize)copy->width * 3, 3,
                         FALSE);
  return copy;
}

static void
measure_frame (HemoFlow *self, HemoFrame *frame, const HemoFlowWish *wish)
{
  g_autoptr (HemoPixels) pixels = hemo_frame_decode (frame, HEMO_QUALITY_SIDE, NULL);
  g_autoptr (HemoPixels) even = NULL;
  HemoQuality quality = { 0 };
  HemoShot *sharp = NULL;
  gboolean known;

  if (pixels == NULL)
    return;
  if (wish->flat != NULL)
    even = copy_flat (pixels, wish->flat);
  known = hemo_quality_measure (even != NULL ? even : pixels, wish->focus_needed, &quality, NULL)
          && (quality.warnings & 1u << HEMO_WARNING_NOTHING_TO_SEE) == 0;
  if (wish->keep_sharp && known && quality.focus >= wish->focus_needed)
    sharp = make_sharp (frame, pixels, &quality, even != NULL);
  g_mutex_lock (&self->lock);
  self->events.has_focus = TRUE;
  self->events.focus = known ? quality.focus : -1;
  if (sharp != NULL)
    {
      g_clear_pointer (&self->events.sharp, hemo_shot_free);
      self->events.sharp = sharp;
    }
  tell (self);
  g_mutex_unlock (&self->lock);
}

static void
process (HemoFlow *self, HemoFrame *frame, const HemoFlowWish *wish)
{
  const gint64 now = g_get_monotonic_time ();

  if (wish->width > 0 && wish->height > 0 && is_due (&self->next_show, now, SHOW_EVERY))
    show_frame (self, frame, wish);
  if ((wish->measure || wish->keep_sharp) && is_due (&self->next_measure, now, MEASURE_EVERY))
    {
      const gint64 begun = g_get_monotonic_time ();
      measure_frame (self, frame, wish);
      self->next_measure
          = MAX (self->next_measure,
                 g_get_monotonic_time () + MEASURE_PAUSE * (g_get_monotonic_time () - begun));
    }
}

/* FALSE when it is to end. @frame and the wish's flat field are given away. */
static gboolean
wait_for_work (HemoFlow *self, HemoFrame **frame, HemoFlowWish *wish)
{
  const gint64 until = g_get_monotonic_time () + TICK;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (!self->stopping && self->newest == NULL
         && g_cond_wait_until (&self->woken, &self->lock, until))
    ;
  *frame = g_steal_pointer (&self->newest);
  *wish = self->wish;
  if (wish->flat != NULL)
    hemo_flat_field_ref (wish->flat);
  return !self->stopping;
}

/* TRUE when the pipeline gives no more. */
static gboolean
read_bus (HemoFlow *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  GstMessage *message;
  gboolean over = FALSE;

  while ((message = gst_bus_pop (bus)) != NULL)
    {
      GError *error = NULL;
      if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
        gst_message_parse_error (message, &error, NULL);
      else
        error = g_error_new_literal (GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED,
                                     _ ("the camera ended its pictures"));
      report_error (self, error);
      over = TRUE;
      gst_message_unref (message);
    }
  return over;
}

static void
follow (HemoFlow *self)
{
  gboolean over = FALSE;

  while (!over)
    {
      g_autoptr (HemoFrame) frame = NULL;
      HemoFlowWish wish;

      over = !wait_for_work (self, &frame, &wish);
      if (!over && frame != NULL)
        process (self, frame, &wish);
      g_clear_pointer (&wish.flat, hemo_flat_field_unref);
      over = over || read_bus (self);
    }
}

static gboolean
is_stopping (gpointer data)
{
  HemoFlow *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->stopping;
}

/* TRUE when it hung as it started, and another pipeline is to be tried at once. */
static gboolean
run (HemoFlow *self, gint64 patience)
{
  switch (hemo_start_pipeline (self->pipeline, self->element, patience, is_stopping, self))
    {
    case HEMO_START_DONE:
      follow (self);
      return FALSE;
    case HEMO_START_FAILED:
      if (!read_bus (self))
        report_error (self, g_error_new_literal (GST_CORE_ERROR, GST_CORE_ERROR_STATE_CHANGE,
                                                 _ ("it did not start")));
      return FALSE;
    case HEMO_START_HUNG:
      return !is_stopping (self);
    case HEMO_START_STOPPED:
    default:
      return FALSE;
    }
}

static void
tear_down (HemoFlow *self)
{
  g_autoptr (GstBus) bus = NULL;

  self->element = NULL;
  if (self->pipeline == NULL)
    return;
  bus = gst_element_get_bus (self->pipeline);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  gst_clear_object (&self->pipeline);
}

static gpointer
run_thread (gpointer data)
{
  HemoFlow *self = data;
  gint64 patience = START_PATIENCE;
  gboolean again = TRUE;

  self->painter = hemo_frame_painter_new ();
  for (; again; patience *= 2)
    {
      GError *error = NULL;

      again = build (self, &error) && run (self, patience);
      if (error != NULL)
        report_error (self, error);
      tear_down (self);
    }
  g_clear_pointer (&self->painter, hemo_frame_painter_free);
  g_mutex_lock (&self->lock);
  self->events.ended = TRUE;
  tell (self);
  g_mutex_unlock (&self->lock);
  hemo_flow_unref (self);
  return NULL;
}

HemoFlow *
hemo_flow_new (HemoCameraSource *source, HemoFlowNotify notify, gpointer data)
{
  HemoFlow *self = g_new0 (HemoFlow, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->lock);
  g_cond_init (&self->woken);
  self->source = source;
  self->notify = notify;
  self->data = data;
  self->context = g_main_context_ref_thread_default ();
  g_thread_unref (g_thread_new ("hemo-camera", run_thread, flow_ref (self)));
  return self;
}

void
hemo_flow_set_wish (HemoFlow *self, const HemoFlowWish *wish)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  HemoFlatField *old = self->wish.flat;

  self->wish = *wish;
  if (wish->flat != NULL)
    hemo_flat_field_ref (wish->flat);
  g_clear_pointer (&old, hemo_flat_field_unref);
}

void
hemo_flow_ask_frames (HemoFlow *self, guint n)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->asked = MAX (self->asked, n);
}

void
hemo_flow_stop (HemoFlow *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->stopping = TRUE;
  g_cond_signal (&self->woken);
}

void
hemo_flow_detach (HemoFlow *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->notify = NULL;
}

void
hemo_flow_take_events (HemoFlow *self, HemoFlowEvents *events)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  *events = self->events;
  self->events = (HemoFlowEvents){ 0 };
}

gint64
hemo_flow_get_last_frame (HemoFlow *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->last_frame;
}

gint64
hemo_flow_get_steady_since (HemoFlow *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->steady_since;
}

gint64
hemo_flow_get_same_since (HemoFlow *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->same_since;
}

guint64
hemo_flow_get_n_frames (HemoFlow *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_frames;
}

guint64
hemo_flow_get_n_broken (HemoFlow *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_broken;
}

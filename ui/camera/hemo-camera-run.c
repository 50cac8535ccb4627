/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the camera does by itself: opens, watches, closes and opens again. */

#include "hemo-camera-private.h"

#include <glib/gi18n.h>

/* A camera over USB 2 may take this long for its first picture. */
#define START_LIMIT (6 * G_USEC_PER_SEC)
/* A driver that does not end in this time is left to itself. */
#define CLOSE_LIMIT (4 * G_USEC_PER_SEC)
/* What is plugged in again is let alone for so long: who gives it may still be starting. */
#define SETTLE (G_USEC_PER_SEC / 2)
#define STEADY (G_USEC_PER_SEC / 2)
#define FIRST_PAUSE G_USEC_PER_SEC
#define LONGEST_PAUSE (30 * G_USEC_PER_SEC)
#define STALL_LIMIT ((gint64)(HEMO_CAMERA_STALL * G_USEC_PER_SEC))

static gboolean
is_wanted (HemoCamera *self)
{
  return self->started || g_hash_table_size (self->viewers) > 0;
}

static void
set_state (HemoCamera *self, HemoCameraState state, const char *message)
{
  const gboolean changed = state != self->state;

  g_object_freeze_notify (G_OBJECT (self));
  self->state = state;
  if (g_set_str (&self->message, message))
    g_object_notify (G_OBJECT (self), "message");
  if (changed)
    g_object_notify (G_OBJECT (self), "state");
  g_object_thaw_notify (G_OBJECT (self));
  if (changed && state != HEMO_CAMERA_LIVE && state != HEMO_CAMERA_STARTING)
    hemo_camera_fail_captures (self);
}

static void
set_focus (HemoCamera *self, double focus)
{
  if (focus == self->focus)
    return;
  self->focus = focus;
  g_object_notify (G_OBJECT (self), "focus");
}

static void
set_still (HemoCamera *self, gboolean still)
{
  if (still == self->still)
    return;
  self->still = still;
  g_object_notify (G_OBJECT (self), "still");
}

/* What is old is not shown as if it were now, and counts for nothing. */
static void
forget_picture (HemoCamera *self)
{
  g_clear_pointer (&self->sharp, hemo_shot_free);
  set_focus (self, -1);
  set_still (self, FALSE);
}

void
hemo_camera_tell_wish (HemoCamera *self)
{
  HemoFlowWish wish
      = { .keep_sharp = self->keep_sharp, .focus_needed = self->focus_needed, .flat = self->flat };
  GHashTableIter iter;
  gpointer size;

  if (self->flow == NULL)
    return;
  g_hash_table_iter_init (&iter, self->viewers);
  while (g_hash_table_iter_next (&iter, NULL, &size))
    {
      wish.width = MAX (wish.width, ((HemoCameraSize *)size)->width);
      wish.height = MAX (wish.height, ((HemoCameraSize *)size)->height);
      wish.measure = TRUE;
    }
  hemo_flow_set_wish (self->flow, &wish);
}

static gint64
find_stall_limit (HemoCamera *self)
{
  const double rate = self->mode != NULL ? hemo_camera_mode_get_rate (self->mode) : 0;

  return rate > 0 && rate < 1 ? (gint64)(2.5 / rate * G_USEC_PER_SEC) : STALL_LIMIT;
}

static void
plan_retry (HemoCamera *self, gint64 now)
{
  const gint64 pause = FIRST_PAUSE << MIN (self->attempts, 5u);

  if (self->retry_at == 0)
    self->retry_at = now + MIN (pause, LONGEST_PAUSE);
}

static void
set_failed (HemoCamera *self, const GError *error)
{
  g_autofree char *message = NULL;

  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY))
    message = g_strdup (_ ("Another program is using the camera. Close it there, and the picture "
                           "comes by itself."));
  else if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED))
    message = g_strdup (_ ("Hemogram may not use the camera. Ask whoever looks after this computer "
                           "to allow it."));
  else
    /* Translators: %s is what the system says, in its own words. */
    message = g_strdup_printf (_ ("The camera does not work. Check its cable; it is tried again "
                                  "by itself. (%s)"),
                               error->message);
  set_state (self, HEMO_CAMERA_FAILED, message);
}

static void
set_stalled (HemoCamera *self)
{
  const char *message;

  if (self->flow != NULL && hemo_flow_get_n_broken (self->flow) > self->broken_before)
    message = _ ("The camera sends broken pictures. Check its cable; it is started again by "
                 "itself.");
  else if (self->had_picture)
    message = _ ("The camera has stopped: this picture is old. It is started again by itself.");
  else
    message = _ ("The camera sends no picture. Check its cable; it is started again by itself.");
  set_state (self, HEMO_CAMERA_STALLED, message);
  forget_picture (self);
}

static void
count_frames (HemoCamera *self, HemoFlow *flow)
{
  self->n_frames += hemo_flow_get_n_frames (flow);
  self->n_broken += hemo_flow_get_n_broken (flow);
}

void
hemo_camera_close (HemoCamera *self)
{
  if (self->flow == NULL)
    return;
  count_frames (self, self->flow);
  hemo_flow_stop (self->flow);
  if (self->closing != NULL)
    {
      hemo_flow_detach (self->closing);
      hemo_flow_unref (self->closing);
    }
  self->closing = g_steal_pointer (&self->flow);
  self->closing_since = g_get_monotonic_time ();
}

void
hemo_camera_drop_closing (HemoCamera *self)
{
  hemo_flow_detach (self->closing);
  g_clear_pointer (&self->closing, hemo_flow_unref);
}

static void
take_events (HemoCamera *self, HemoFlowEvents *events)
{
  if (events->texture != NULL)
    hemo_camera_picture_show (self->picture, events->texture, events->width, events->height);
  if (events->has_focus && self->state == HEMO_CAMERA_LIVE)
    set_focus (self, events->focus);
  if (events->sharp != NULL && self->keep_sharp)
    {
      g_clear_pointer (&self->sharp, hemo_shot_free);
      self->sharp = g_steal_pointer (&events->sharp);
    }
  if (events->captured != NULL)
    hemo_camera_give_frames (self, events->captured);
}

static void
flow_cb (HemoFlow *flow, gpointer data)
{
  g_autoptr (HemoCamera) self = g_object_ref (data);
  g_auto (HemoFlowEvents) events = { 0 };

  hemo_flow_take_events (flow, &events);
  if (flow == self->closing)
    {
      if (events.ended)
        hemo_camera_drop_closing (self);
      hemo_camera_update (self);
      return;
    }
  if (flow != self->flow)
    return;
  take_events (self, &events);
  if (events.error != NULL)
    {
      if (self->device != NULL && hemo_camera_device_get_present (self->device))
        set_failed (self, events.error);
      forget_picture (self);
      plan_retry (self, g_get_monotonic_time ());
      hemo_camera_close (self);
      if (events.ended)
        hemo_camera_drop_closing (self);
    }
  hemo_camera_update (self);
}

static void
open_flow (HemoCamera *self, gint64 now)
{
  if (self->mode == NULL)
    g_set_object (&self->mode, hemo_camera_device_get_best_mode (self->device));
  self->flow = hemo_flow_new (hemo_camera_source_new (self->device, self->mode), flow_cb, self);
  self->opened_at = now;
  self->retry_at = 0;
  self->broken_before = 0;
  hemo_camera_tell_wish (self);
  if (self->captures->len > 0)
    hemo_flow_ask_frames (self->flow, 1);
  if (self->state != HEMO_CAMERA_STALLED && self->state != HEMO_CAMERA_FAILED)
    set_state (self, HEMO_CAMERA_STARTING, _ ("The camera is starting."));
}

/* A driver that is opened again may first hand out what it still had from before: after a fault
 * pictures count as live when they have come for a while. */
static gboolean
is_steady (HemoCamera *self, gint64 last)
{
  const gboolean recovering
      = self->state == HEMO_CAMERA_STALLED || self->state == HEMO_CAMERA_FAILED;

  return !recovering || find_stall_limit (self) > STALL_LIMIT
         || last - hemo_flow_get_steady_since (self->flow) >= STEADY;
}

/* Whether frames come, and what follows from it. */
static void
watch_flow (HemoCamera *self, gint64 now)
{
  const gint64 last = hemo_flow_get_last_frame (self->flow);
  const gint64 same = hemo_flow_get_same_since (self->flow);
  const gint64 limit = last > 0 ? find_stall_limit (self) : START_LIMIT;

  if (now - MAX (last, self->opened_at) < limit)
    {
      if (last == 0 || !is_steady (self, last))
        return;
      self->had_picture = TRUE;
      self->attempts = 0;
      self->retry_at = 0;
      self->broken_before = hemo_flow_get_n_broken (self->flow);
      set_state (self, HEMO_CAMERA_LIVE, NULL);
      set_still (self, same > 0 && last - same >= STALL_LIMIT);
      return;
    }
  plan_retry (self, now);
  set_stalled (self);
  if (now >= self->retry_at)
    hemo_camera_close (self);
}

/* Whether what had gone is back long enough. */
static gboolean
is_settled (HemoCamera *self, gint64 now)
{
  if (self->state != HEMO_CAMERA_GONE)
    return TRUE;
  if (self->back_at == 0)
    self->back_at = now;
  return now - self->back_at >= SETTLE;
}

static void
update_running (HemoCamera *self, gint64 now)
{
  if (!is_settled (self, now))
    return;
  if (self->flow != NULL)
    watch_flow (self, now);
  else if (self->closing == NULL && (self->retry_at == 0 || now >= self->retry_at))
    {
      if (self->retry_at != 0)
        self->attempts++;
      open_flow (self, now);
    }
}

void
hemo_camera_rest (HemoCamera *self, HemoCameraState state, const char *message)
{
  hemo_camera_close (self);
  self->retry_at = 0;
  self->back_at = 0;
  self->attempts = 0;
  set_state (self, state, message);
  forget_picture (self);
}

static gboolean
tick_cb (gpointer data)
{
  hemo_camera_update (data);
  return G_SOURCE_CONTINUE;
}

static void
keep_ticking (HemoCamera *self)
{
  const gboolean needed = is_wanted (self) || self->closing != NULL || self->captures->len > 0;

  if (needed && self->tick == 0)
    self->tick = g_timeout_add (HEMO_CAMERA_TICK, tick_cb, self);
  else if (!needed)
    g_clear_handle_id (&self->tick, g_source_remove);
}

static const char *
say_none (HemoCamera *self)
{
  if (self->followed != NULL && hemo_cameras_get_message (self->followed) != NULL)
    return hemo_cameras_get_message (self->followed);
  if (self->wanted != NULL && !self->chosen)
    return _ ("The microscope’s camera is not connected. Plug it in, or choose another one.");
  return _ ("No camera is connected. Plug in the microscope’s camera.");
}

void
hemo_camera_update (HemoCamera *self)
{
  const gint64 now = g_get_monotonic_time ();

  g_object_ref (self);
  if (self->closing != NULL && now - self->closing_since > CLOSE_LIMIT)
    hemo_camera_drop_closing (self);
  if (!is_wanted (self))
    hemo_camera_rest (self, HEMO_CAMERA_OFF, NULL);
  else if (self->device == NULL)
    hemo_camera_rest (self, HEMO_CAMERA_NONE, say_none (self));
  else if (!hemo_camera_device_get_present (self->device))
    hemo_camera_rest (
        self, HEMO_CAMERA_GONE,
        _ ("The camera is unplugged. Plug it in again, and the picture comes by itself."));
  else
    update_running (self, now);
  hemo_camera_check_captures (self, now);
  keep_ticking (self);
  g_object_unref (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One pipeline from its opening to its end, with a thread of its own: a driver that hangs while it
 * is opened, read or closed holds up nothing else. */

#pragma once

#include "hemo-camera-device-private.h"
#include "hemo-camera-frame-private.h"

G_BEGIN_DECLS

typedef struct _HemoFlow HemoFlow;

/**
 * HemoFlowEvents:
 *
 * What happened since it was last asked; all is given away with it.
 *
 * @ended: the thread is over and the device let go
 * @error: (nullable): why it will give no more pictures
 * @texture: (nullable): newest picture for the screen
 * @width: of the frame that @texture shows
 * @height: of the frame that @texture shows
 * @captured: (element-type HemoFrame): frames that were asked for
 * @has_focus: whether @focus was measured
 * @focus: -1 when there was nothing to measure
 * @sharp: (nullable): newest sharp frame
 */
typedef struct
{
  gboolean ended;
  GError *error;
  GdkTexture *texture;
  int width;
  int height;
  GPtrArray *captured;
  gboolean has_focus;
  double focus;
  HemoShot *sharp;
} HemoFlowEvents;

void hemo_flow_events_clear (HemoFlowEvents *events);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoFlowEvents, hemo_flow_events_clear)

/* Called on main when there are events. */
typedef void (*HemoFlowNotify) (HemoFlow *flow, gpointer data);

/**
 * HemoFlowWish:
 *
 * What main wants of each frame; taken over as a whole.
 *
 * @width: device pixels that the picture is shown in; 0: it is not seen
 * @height: the same
 * @measure: whether the focus is wanted
 * @keep_sharp: whether the newest sharp frame is wanted
 * @focus_needed: see hemo_quality_measure()
 * @flat: (nullable)
 */
typedef struct
{
  int width;
  int height;
  gboolean measure;
  gboolean keep_sharp;
  double focus_needed;
  HemoFlatField *flat;
} HemoFlowWish;

/* Takes @source and starts. @notify is called on the thread-default context of the caller, until
 * hemo_flow_detach(). (transfer full) */
HemoFlow *hemo_flow_new (HemoCameraSource *source, HemoFlowNotify notify, gpointer data);
void hemo_flow_unref (HemoFlow *self);

void hemo_flow_set_wish (HemoFlow *self, const HemoFlowWish *wish);
/* The next @n whole frames come as events. */
void hemo_flow_ask_frames (HemoFlow *self, guint n);
/* Asks it to end; "ended" is the last event. */
void hemo_flow_stop (HemoFlow *self);
/* No event is told any more. */
void hemo_flow_detach (HemoFlow *self);

void hemo_flow_take_events (HemoFlow *self, HemoFlowEvents *events);
/* When the last whole frame came, on the monotonic clock; 0 for none yet. */
gint64 hemo_flow_get_last_frame (HemoFlow *self);
/* When the first frame came after which there was no pause as long as a stall. */
gint64 hemo_flow_get_steady_since (HemoFlow *self);
/* Since when all frames were the same to the last bit; 0 when the last two differ. */
gint64 hemo_flow_get_same_since (HemoFlow *self);
guint64 hemo_flow_get_n_frames (HemoFlow *self);
guint64 hemo_flow_get_n_broken (HemoFlow *self);

G_END_DECLS

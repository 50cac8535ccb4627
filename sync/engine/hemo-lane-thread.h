/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One lane at work: a thread that does what there is to do, waits when it cannot, and never gives
 * up. */

#pragma once

#include "hemo-remote.h"

G_BEGIN_DECLS

/**
 * HemoLaneActivity:
 * @HEMO_LANE_IDLE: nothing waits
 * @HEMO_LANE_WORKING: at it
 * @HEMO_LANE_WAITING: the last try failed, the next is at a known time
 * @HEMO_LANE_STOPPED: a person is needed (%HEMO_REMOTE_ERROR_DENIED, %HEMO_REMOTE_ERROR_REFUSED)
 * @HEMO_LANE_PAUSED: on somebody's wish, or outside the hours
 */
typedef enum
{
  HEMO_LANE_IDLE,
  HEMO_LANE_WORKING,
  HEMO_LANE_WAITING,
  HEMO_LANE_STOPPED,
  HEMO_LANE_PAUSED,
} HemoLaneActivity;

/**
 * HemoLaneState:
 * @next_at: of the next try, g_get_monotonic_time(); 0 when there is none
 * @began_at: of the last try, g_get_monotonic_time(); 0 before the first
 * @is_told: the other side itself said when to try again
 * @failure: what went wrong last, or NULL
 * @succeeded: how often the work ended well
 */
typedef struct
{
  HemoLaneActivity activity;
  gint64 next_at;
  gint64 began_at;
  gboolean is_told;
  GError *failure;
  guint succeeded;
} HemoLaneState;

void hemo_lane_state_clear (HemoLaneState *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoLaneState, hemo_lane_state_clear)

/**
 * HemoLaneWork:
 * @retry_at: (out): g_get_monotonic_time() before which the other side wants no further try, 0
 *
 * Does all that there is to do.
 */
typedef gboolean (*HemoLaneWork) (gpointer data,
                                  gint64 *retry_at,
                                  GCancellable *cancellable,
                                  GError **error);

typedef struct _HemoLaneThread HemoLaneThread;

/**
 * hemo_lane_thread_new:
 * @poll: microseconds after which it looks again though nobody woke it, 0 for never
 * @first: of the waits after a failure, in microseconds; 0 for that of HemoBackoff
 * @changed: called on the lane's thread after each change of its state, or NULL
 *
 * Starts at once. (transfer full)
 */
HemoLaneThread *hemo_lane_thread_new (const char *name,
                                      HemoLaneWork work,
                                      gint64 poll,
                                      gint64 first,
                                      void (*changed) (gpointer data),
                                      gpointer data);

/* Cancels what is under way and waits for its end. */
void hemo_lane_thread_free (HemoLaneThread *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoLaneThread, hemo_lane_thread_free)

/* There is something to do. Does not shorten a wait after a failure. From any thread. */
void hemo_lane_thread_wake (HemoLaneThread *self);
/* Try now, whatever the lane waits for: a person asked, or what it missed is there. From any
 * thread. */
void hemo_lane_thread_retry (HemoLaneThread *self);
/* Try now, as another network came or the computer woke; but for a lane that the other side itself
 * told when to come again, or that waits for a person; hemo_lane_thread_note_local() apart. From
 * any thread. */
void hemo_lane_thread_renew (HemoLaneThread *self);
/* Somebody else watches for what the lane waits for: a wait after a failure does not end before
 * @until, g_get_monotonic_time(), but by hemo_lane_thread_retry() or hemo_lane_thread_renew().
 * From any thread. */
void hemo_lane_thread_hold (HemoLaneThread *self, gint64 until);
/* The work brought something over, though it may fail yet: the waits begin small again. From any
 * thread. */
void hemo_lane_thread_note_progress (HemoLaneThread *self);
/* What the work under way ends with may be of this network, not of the other side: the hours or the
 * connection forbid it, or the answer may be that of a page to sign in. hemo_lane_thread_renew()
 * lets it try again then. From any thread. */
void hemo_lane_thread_note_local (HemoLaneThread *self);
/* Pausing cancels what is under way; it goes on where it was. */
void hemo_lane_thread_set_paused (HemoLaneThread *self, gboolean paused);
/* (out) */
void hemo_lane_thread_get_state (HemoLaneThread *self, HemoLaneState *state);

G_END_DECLS

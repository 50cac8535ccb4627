/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A lane that fails, is paused, asked to try again and ended, and never gives up by itself. */

#include "hemo-lane-thread.h"

typedef struct
{
  GMutex mutex;
  GCond cond;
  guint runs;
  int code;
  gint64 retry_after;
  gboolean block;
  gboolean progresses;
  HemoLaneThread *lane;
} Fixture;

static gboolean
work (gpointer data, gint64 *retry_at, GCancellable *cancellable, GError **error)
{
  Fixture *self = data;
  gboolean failed;

  if (self->progresses)
    hemo_lane_thread_note_progress (self->lane);
  g_mutex_lock (&self->mutex);
  self->runs++;
  g_cond_broadcast (&self->cond);
  failed = self->code >= 0;
  if (failed)
    g_set_error_literal (error, HEMO_REMOTE_ERROR, self->code, "so it is");
  if (self->retry_after > 0)
    *retry_at = g_get_monotonic_time () + self->retry_after;
  g_mutex_unlock (&self->mutex);
  while (self->block && !g_cancellable_is_cancelled (cancellable))
    g_usleep (1000);
  if (self->block)
    {
      g_clear_error (error);
      return !g_cancellable_set_error_if_cancelled (cancellable, error);
    }
  return !failed;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->code = -1;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->lane, hemo_lane_thread_free);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
}

static void
start (Fixture *self, gint64 poll)
{
  self->lane = hemo_lane_thread_new ("lane", work, poll, 2000, NULL, self);
}

static void
wait_runs (Fixture *self, guint runs)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&self->mutex);
  while (self->runs < runs)
    g_assert_true (g_cond_wait_until (&self->cond, &self->mutex, end));
  g_mutex_unlock (&self->mutex);
}

/* Until the lane is in @activity. */
static void
wait_activity (Fixture *self, HemoLaneActivity activity)
{
  for (int i = 0; i < 20000; i++)
    {
      g_auto (HemoLaneState) state = { 0 };

      hemo_lane_thread_get_state (self->lane, &state);
      if (state.activity == activity)
        return;
      g_usleep (1000);
    }
  g_assert_not_reached ();
}

static guint
count_runs (Fixture *self)
{
  guint runs;

  g_mutex_lock (&self->mutex);
  runs = self->runs;
  g_mutex_unlock (&self->mutex);
  return runs;
}

static void
set_code (Fixture *self, int code)
{
  g_mutex_lock (&self->mutex);
  self->code = code;
  g_mutex_unlock (&self->mutex);
}

static void
test_works_when_woken (Fixture *self, gconstpointer data)
{
  start (self, 0);
  wait_runs (self, 1);
  wait_activity (self, HEMO_LANE_IDLE);
  g_usleep (50000);
  g_assert_cmpuint (count_runs (self), ==, 1);
  hemo_lane_thread_wake (self->lane);
  wait_runs (self, 2);
}

static void
test_polls (Fixture *self, gconstpointer data)
{
  start (self, 3000);
  wait_runs (self, 4);
}

/* Offline is tried for ever; the words of the last failure are told, and gone after a success. */
static void
test_tries_again (Fixture *self, gconstpointer data)
{
  g_auto (HemoLaneState) state = { 0 };
  g_auto (HemoLaneState) after = { 0 };

  set_code (self, HEMO_REMOTE_ERROR_OFFLINE);
  start (self, 0);
  wait_runs (self, 4);
  wait_activity (self, HEMO_LANE_WAITING);
  hemo_lane_thread_get_state (self->lane, &state);
  g_assert_error (state.failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
  set_code (self, -1);
  hemo_lane_thread_retry (self->lane);
  wait_activity (self, HEMO_LANE_IDLE);
  hemo_lane_thread_get_state (self->lane, &after);
  g_assert_no_error (after.failure);
  g_assert_cmpuint (after.succeeded, ==, 1);
}

/* What breaks off each time but brings something over waits no longer each time; forty tries that
 * brought nothing would take minutes. */
static void
test_progress (Fixture *self, gconstpointer data)
{
  self->block = TRUE;
  start (self, 0);
  wait_runs (self, 1);
  self->progresses = TRUE;
  set_code (self, HEMO_REMOTE_ERROR_BUSY);
  hemo_lane_thread_set_paused (self->lane, TRUE);
  wait_activity (self, HEMO_LANE_PAUSED);
  self->block = FALSE;
  hemo_lane_thread_set_paused (self->lane, FALSE);
  wait_runs (self, 40);
}

/* A link that is away is looked for at short intervals first. */
static void
test_soon (Fixture *self, gconstpointer data)
{
  gint64 began = g_get_monotonic_time ();

  set_code (self, HEMO_REMOTE_ERROR_OFFLINE);
  start (self, 0);
  wait_runs (self, 12);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 5 * G_TIME_SPAN_SECOND);
}

/* A wish of the server's is honoured, though there is something new; a person may ask at once. */
static void
test_retry_after (Fixture *self, gconstpointer data)
{
  g_auto (HemoLaneState) state = { 0 };
  gint64 began = g_get_monotonic_time ();

  set_code (self, HEMO_REMOTE_ERROR_BUSY);
  self->retry_after = 3600 * G_TIME_SPAN_SECOND;
  start (self, 0);
  wait_runs (self, 1);
  wait_activity (self, HEMO_LANE_WAITING);
  hemo_lane_thread_wake (self->lane);
  g_usleep (50000);
  g_assert_cmpuint (count_runs (self), ==, 1);
  hemo_lane_thread_get_state (self->lane, &state);
  g_assert_true (state.is_told);
  g_assert_cmpint (state.began_at, >=, began);
  g_assert_cmpint (state.began_at, <=, state.next_at - self->retry_after);
  hemo_lane_thread_retry (self->lane);
  wait_runs (self, 2);
}

/* Another network hurries nobody whom the server told when to come again, nor who asks a person. */
static void
test_renew (Fixture *self, gconstpointer data)
{
  set_code (self, HEMO_REMOTE_ERROR_BUSY);
  self->retry_after = 3600 * G_TIME_SPAN_SECOND;
  start (self, 0);
  wait_runs (self, 1);
  wait_activity (self, HEMO_LANE_WAITING);
  hemo_lane_thread_renew (self->lane);
  g_usleep (50000);
  g_assert_cmpuint (count_runs (self), ==, 1);
  set_code (self, HEMO_REMOTE_ERROR_DENIED);
  hemo_lane_thread_retry (self->lane);
  wait_activity (self, HEMO_LANE_STOPPED);
  hemo_lane_thread_renew (self->lane);
  g_usleep (50000);
  g_assert_cmpuint (count_runs (self), ==, 2);
  self->retry_after = 0;
  set_code (self, HEMO_REMOTE_ERROR_OFFLINE);
  hemo_lane_thread_retry (self->lane);
  wait_runs (self, 3);
  wait_activity (self, HEMO_LANE_WAITING);
  hemo_lane_thread_hold (self->lane, g_get_monotonic_time () + G_TIME_SPAN_DAY);
  hemo_lane_thread_renew (self->lane);
  wait_runs (self, 4);
}

/* Somebody else watches: the lane waits for a word, and for a person. */
static void
test_hold (Fixture *self, gconstpointer data)
{
  g_auto (HemoLaneState) state = { 0 };
  gint64 until = g_get_monotonic_time () + G_TIME_SPAN_DAY;

  set_code (self, HEMO_REMOTE_ERROR_OFFLINE);
  start (self, G_TIME_SPAN_DAY);
  wait_runs (self, 1);
  wait_activity (self, HEMO_LANE_WAITING);
  hemo_lane_thread_hold (self->lane, until);
  hemo_lane_thread_hold (self->lane, 0);
  hemo_lane_thread_get_state (self->lane, &state);
  g_assert_cmpint (state.next_at, >=, until);
  hemo_lane_thread_retry (self->lane);
  wait_runs (self, 2);
  set_code (self, -1);
  hemo_lane_thread_retry (self->lane);
  wait_activity (self, HEMO_LANE_IDLE);
  hemo_lane_thread_hold (self->lane, until);
  hemo_lane_thread_wake (self->lane);
  wait_runs (self, 4);
}

/* Who is not let in stops and asks: no loop. */
static void
test_denied (Fixture *self, gconstpointer data)
{
  set_code (self, HEMO_REMOTE_ERROR_DENIED);
  start (self, 2000);
  wait_activity (self, HEMO_LANE_STOPPED);
  hemo_lane_thread_wake (self->lane);
  g_usleep (50000);
  g_assert_cmpuint (count_runs (self), ==, 1);
  set_code (self, -1);
  hemo_lane_thread_retry (self->lane);
  wait_activity (self, HEMO_LANE_IDLE);
}

static void
test_pause (Fixture *self, gconstpointer data)
{
  self->block = TRUE;
  start (self, 0);
  wait_activity (self, HEMO_LANE_WORKING);
  hemo_lane_thread_set_paused (self->lane, TRUE);
  wait_activity (self, HEMO_LANE_PAUSED);
  hemo_lane_thread_wake (self->lane);
  g_usleep (50000);
  g_assert_cmpuint (count_runs (self), ==, 1);
  self->block = FALSE;
  hemo_lane_thread_set_paused (self->lane, FALSE);
  wait_runs (self, 2);
  wait_activity (self, HEMO_LANE_IDLE);
}

/* Ends at once, whatever is under way. */
static void
test_end (Fixture *self, gconstpointer data)
{
  gint64 began = g_get_monotonic_time ();

  self->block = TRUE;
  start (self, 0);
  wait_activity (self, HEMO_LANE_WORKING);
  g_clear_pointer (&self->lane, hemo_lane_thread_free);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_TIME_SPAN_SECOND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/lane-thread/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("works-when-woken", test_works_when_woken);
  ADD ("polls", test_polls);
  ADD ("tries-again", test_tries_again);
  ADD ("progress", test_progress);
  ADD ("soon", test_soon);
  ADD ("retry-after", test_retry_after);
  ADD ("renew", test_renew);
  ADD ("hold", test_hold);
  ADD ("denied", test_denied);
  ADD ("pause", test_pause);
  ADD ("end", test_end);
  return g_test_run ();
}

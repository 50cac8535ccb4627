/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The loop of one lane: work, wait, try again. */

#include "hemo-lane-thread.h"

#include "hemo-backoff.h"

/* A link that comes and goes is looked for often for a while: so many tries, so far apart at most.
 * A try that meets nobody takes seconds by itself. */
#define SOON_TRIES 12
#define SOON_US (4 * G_TIME_SPAN_SECOND)

struct _HemoLaneThread
{
  GThread *thread;
  HemoLaneWork work;
  void (*changed) (gpointer data);
  gpointer data;
  gint64 poll;
  double scale;

  /* Under mutex. */
  GMutex mutex;
  GCond cond;
  gboolean ending;
  gboolean paused;
  gboolean woken;
  gboolean retry;
  gboolean renewed;
  gboolean local;
  GCancellable *cancellable;
  HemoLaneState state;
  HemoBackoff backoff;
  /* Something arrived since the work began. */
  gboolean progressed;
  guint offline;
};

void
hemo_lane_state_clear (HemoLaneState *self)
{
  g_clear_error (&self->failure);
}

static void
tell (HemoLaneThread *self)
{
  g_mutex_unlock (&self->mutex);
  if (self->changed != NULL)
    self->changed (self->data);
  g_mutex_lock (&self->mutex);
}

/* Trying again by itself changes nothing: the sign-in or the set-up has to be put right. */
static gboolean
needs_person (const GError *error)
{
  return g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
}

/* Until the next try. */
static gint64
choose_wait (HemoLaneThread *self, const GError *failure, gint64 retry_at, gint64 now)
{
  gint64 wait;

  if (self->progressed)
    {
      hemo_backoff_reset (&self->backoff);
      self->offline = 0;
    }
  wait = hemo_backoff_next (&self->backoff, MAX (retry_at - now, 0), g_random_double ());
  if (retry_at > now)
    return wait;
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE)
      && self->offline < SOON_TRIES)
    {
      self->offline++;
      wait = MIN (wait, SOON_US);
    }
  return (gint64)((double)wait * self->scale);
}

/* Takes @failure, NULL for a success. */
static void
note_end (HemoLaneThread *self, GError *failure, gint64 retry_at)
{
  gint64 now = g_get_monotonic_time ();

  g_clear_error (&self->state.failure);
  self->state.next_at = 0;
  self->state.is_told = retry_at > now && !self->local;
  if (failure == NULL)
    {
      hemo_backoff_reset (&self->backoff);
      self->offline = 0;
      self->retry = FALSE;
      self->state.activity = HEMO_LANE_IDLE;
      self->state.succeeded++;
      return;
    }
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (failure);
      self->state.activity = self->paused ? HEMO_LANE_PAUSED : HEMO_LANE_IDLE;
      self->woken = TRUE;
      return;
    }
  self->state.failure = failure;
  if (needs_person (failure))
    {
      self->state.activity = HEMO_LANE_STOPPED;
      return;
    }
  self->state.activity = HEMO_LANE_WAITING;
  self->state.next_at = now + choose_wait (self, failure, retry_at, now);
}

static void
do_work (HemoLaneThread *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GError *failure = NULL;
  gint64 retry_at = 0;

  self->woken = FALSE;
  self->retry = FALSE;
  self->renewed = FALSE;
  self->local = FALSE;
  self->progressed = FALSE;
  g_set_object (&self->cancellable, cancellable);
  self->state.activity = HEMO_LANE_WORKING;
  self->state.next_at = 0;
  self->state.began_at = g_get_monotonic_time ();
  tell (self);
  g_mutex_unlock (&self->mutex);
  if (!self->work (self->data, &retry_at, cancellable, &failure) && failure == NULL)
    g_set_error_literal (&failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
                         "The lane failed without a reason.");
  g_mutex_lock (&self->mutex);
  g_clear_object (&self->cancellable);
  note_end (self, failure, retry_at);
  tell (self);
}

/* What the server itself said, and what a person has to put right, no other network changes. */
static gboolean
is_bound (const HemoLaneThread *self)
{
  return (self->state.activity == HEMO_LANE_STOPPED && !self->local)
         || (self->state.activity == HEMO_LANE_WAITING && self->state.is_told);
}

/* Whether there is something to do now; else until when to sleep, 0 for until woken. */
static gboolean
is_due (HemoLaneThread *self, gint64 *until)
{
  gint64 now = g_get_monotonic_time ();

  *until = 0;
  if (self->paused)
    return FALSE;
  if (self->retry || (self->renewed && !is_bound (self)))
    {
      hemo_backoff_reset (&self->backoff);
      return TRUE;
    }
  switch (self->state.activity)
    {
    case HEMO_LANE_WAITING:
      *until = self->state.next_at;
      return now >= self->state.next_at;
    case HEMO_LANE_STOPPED:
      return FALSE;
    case HEMO_LANE_IDLE:
    case HEMO_LANE_WORKING:
    case HEMO_LANE_PAUSED:
    default:
      *until = self->state.next_at;
      return self->woken || (self->state.next_at != 0 && now >= self->state.next_at);
    }
}

static gpointer
run (gpointer data)
{
  HemoLaneThread *self = data;
  gint64 until;

  g_mutex_lock (&self->mutex);
  while (!self->ending)
    {
      if (is_due (self, &until))
        {
          do_work (self);
          if (self->state.activity == HEMO_LANE_IDLE && self->poll > 0)
            self->state.next_at = g_get_monotonic_time () + self->poll;
          continue;
        }
      if (until != 0)
        g_cond_wait_until (&self->cond, &self->mutex, until);
      else
        g_cond_wait (&self->cond, &self->mutex);
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

HemoLaneThread *
hemo_lane_thread_new (const char *name,
                      HemoLaneWork work,
                      gint64 poll,
                      gint64 first,
                      void (*changed) (gpointer data),
                      gpointer data)
{
  HemoLaneThread *self = g_new0 (HemoLaneThread, 1);

  self->work = work;
  self->poll = poll;
  self->scale = first > 0 ? (double)first / (double)HEMO_BACKOFF_FIRST_US : 1;
  self->changed = changed;
  self->data = data;
  self->woken = TRUE;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->thread = g_thread_new (name, run, self);
  return self;
}

void
hemo_lane_thread_free (HemoLaneThread *self)
{
  g_mutex_lock (&self->mutex);
  self->ending = TRUE;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  hemo_lane_state_clear (&self->state);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

void
hemo_lane_thread_wake (HemoLaneThread *self)
{
  g_mutex_lock (&self->mutex);
  self->woken = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

void
hemo_lane_thread_note_progress (HemoLaneThread *self)
{
  g_mutex_lock (&self->mutex);
  self->progressed = TRUE;
  g_mutex_unlock (&self->mutex);
}

void
hemo_lane_thread_note_local (HemoLaneThread *self)
{
  g_mutex_lock (&self->mutex);
  self->local = TRUE;
  g_mutex_unlock (&self->mutex);
}

void
hemo_lane_thread_retry (HemoLaneThread *self)
{
  g_mutex_lock (&self->mutex);
  /* What is under way may hang in a network that is gone: if it fails, it is tried at once. */
  self->retry = TRUE;
  self->woken = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

void
hemo_lane_thread_renew (HemoLaneThread *self)
{
  g_mutex_lock (&self->mutex);
  /* Also if what is under way fails, as in hemo_lane_thread_retry(). */
  self->renewed = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

void
hemo_lane_thread_hold (HemoLaneThread *self, gint64 until)
{
  g_mutex_lock (&self->mutex);
  if (self->state.activity == HEMO_LANE_WAITING)
    self->state.next_at = MAX (self->state.next_at, until);
  g_mutex_unlock (&self->mutex);
}

void
hemo_lane_thread_set_paused (HemoLaneThread *self, gboolean paused)
{
  g_mutex_lock (&self->mutex);
  self->paused = paused;
  self->woken = TRUE;
  if (paused && self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  else if (paused)
    self->state.activity = HEMO_LANE_PAUSED;
  else if (self->state.activity == HEMO_LANE_PAUSED)
    self->state.activity = HEMO_LANE_IDLE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  if (self->changed != NULL)
    self->changed (self->data);
}

void
hemo_lane_thread_get_state (HemoLaneThread *self, HemoLaneState *state)
{
  g_mutex_lock (&self->mutex);
  *state = self->state;
  state->failure = self->state.failure != NULL ? g_error_copy (self->state.failure) : NULL;
  g_mutex_unlock (&self->mutex);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server's time, anchored to a clock that people cannot set. */

#include "hemo-server-clock.h"

#include "hemo-clock.h"

#include <time.h>

struct _HemoServerClock
{
  gatomicrefcount refs;
  GMutex mutex;
  const HemoServerClockSource *source;
  gpointer source_data;
  gint64 proven;
  gboolean known;
  /* The server's time less the running clock's. */
  gint64 anchor;
};

static gint64
system_time (gpointer data)
{
  return g_get_real_time ();
}

/* CLOCK_MONOTONIC stands still while the lid is closed. */
static gint64
running_time (gpointer data)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static const HemoServerClockSource computer = { system_time, running_time };

HemoServerClock *
hemo_server_clock_new (gint64 proven)
{
  HemoServerClock *self = g_new0 (HemoServerClock, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->mutex);
  self->source = &computer;
  self->proven = MAX (proven, 0);
  return self;
}

HemoServerClock *
hemo_server_clock_ref (HemoServerClock *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
hemo_server_clock_unref (HemoServerClock *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
hemo_server_clock_set_source (HemoServerClock *self,
                              const HemoServerClockSource *source,
                              gpointer data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->source = source;
  self->source_data = data;
}

static gint64
now_locked (HemoServerClock *self)
{
  if (!self->known)
    return self->source->system (self->source_data);
  return self->anchor + self->source->running (self->source_data);
}

void
hemo_server_clock_observe (HemoServerClock *self, gint64 date)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (date <= 0)
    return;
  self->anchor = date - self->source->running (self->source_data);
  self->known = TRUE;
  self->proven = MAX (self->proven, date);
}

gint64
hemo_server_clock_now (HemoServerClock *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return now_locked (self);
}

gint64
hemo_server_clock_offset (HemoServerClock *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->known ? now_locked (self) - self->source->system (self->source_data) : 0;
}

gboolean
hemo_server_clock_is_known (HemoServerClock *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->known;
}

gint64
hemo_server_clock_certificate_time (HemoServerClock *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  gint64 latest = MAX (self->source->system (self->source_data), hemo_clock_build_time ());

  return MAX (latest, MAX (self->proven, now_locked (self)));
}

gint64
hemo_server_clock_proven (HemoServerClock *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->proven;
}

gboolean
hemo_server_clock_system_is_plausible (HemoServerClock *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return hemo_clock_is_plausible (self->source->system (self->source_data), self->proven);
}

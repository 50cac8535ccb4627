/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What time it is for a server, as its own answers say: this computer's clock may be years off. */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* All times are UTC microseconds since 1970 unless said otherwise. May be used from any thread. */
typedef struct _HemoServerClock HemoServerClock;

/**
 * hemo_server_clock_new:
 * @proven: the last time that the server was proven to have said in an earlier run, 0 for none
 *
 * (transfer full)
 */
HemoServerClock *hemo_server_clock_new (gint64 proven);
HemoServerClock *hemo_server_clock_ref (HemoServerClock *self);
void hemo_server_clock_unref (HemoServerClock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoServerClock, hemo_server_clock_unref)

/* Two clocks: the one people set, and one that only runs on, also while the computer sleeps. */
typedef struct
{
  gint64 (*system) (gpointer data);
  gint64 (*running) (gpointer data);
} HemoServerClockSource;

/* Takes the time from @source, which must outlive @self. For tests. */
void hemo_server_clock_set_source (HemoServerClock *self,
                                   const HemoServerClockSource *source,
                                   gpointer data);

/**
 * hemo_server_clock_observe:
 * @date: of the server's Date header
 *
 * Only for an answer over verified TLS or from this very computer: anybody else could have written
 * it. From then on the server's time runs by a clock that nobody sets.
 */
void hemo_server_clock_observe (HemoServerClock *self, gint64 date);

/* The server's time; the system's as long as no server has said one. */
gint64 hemo_server_clock_now (HemoServerClock *self);

/* How far the server is ahead of this computer's clock, in microseconds; 0 as long as unknown. */
gint64 hemo_server_clock_offset (HemoServerClock *self);

/* Whether a server has said its time in this run. */
gboolean hemo_server_clock_is_known (HemoServerClock *self);

/* The latest of this computer's clock, the time this program was built and what was proven by the
 * server: certificates are checked against it. */
gint64 hemo_server_clock_certificate_time (HemoServerClock *self);

/* The latest that the server has proven to have said, to be kept for the next run; 0 for none. */
gint64 hemo_server_clock_proven (HemoServerClock *self);

/* Whether the system's clock itself can be right. */
gboolean hemo_server_clock_system_is_plausible (HemoServerClock *self);

G_END_DECLS

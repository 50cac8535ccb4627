/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Brings what waits in one lane to a remote, in order. */

#pragma once

#include "hemo-remote.h"
#include "hemo-store.h"

G_BEGIN_DECLS

/**
 * hemo_drain_lane:
 * @session: in whose name the queue is marked
 * @sent: (out) (optional): how many the remote has proven to hold, of those sent now
 *
 * Takes the oldest item, notes that it is begun, sends it, marks it received; then the next. One
 * that was begun before is asked for first, so that a cut between the answer and the mark sends
 * nothing twice. What the remote refuses goes to the shelf and the lane goes on; any other failure
 * ends the run and loses nothing. Blocks: on the thread of the sync.
 */
gboolean hemo_drain_lane (HemoStore *store,
                          HemoSession *session,
                          HemoLane lane,
                          HemoRemote *remote,
                          guint *sent,
                          GCancellable *cancellable,
                          GError **error);

G_END_DECLS

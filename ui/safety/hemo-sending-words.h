/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The state of the sync in words. */

#pragma once

#include "hemo-sync.h"

G_BEGIN_DECLS

/* What a lane does, what waits and how long it takes, and what went wrong last: a line each. @now:
 * g_get_monotonic_time() (transfer full) */
char *hemo_sending_describe_lane (const HemoSyncStatus *status, HemoLane lane, gint64 now);
/* The name of an icon that says the same at a glance. */
const char *hemo_sending_lane_icon (const HemoSyncLane *lane);
/* 'about 40 min at this speed' (transfer full) */
char *hemo_sending_describe_rest (double seconds);
/* When a server was last reached, how many of its records concern nobody here, and how many
 * pictures only it had and has no more: a line each. (transfer full) */
char *hemo_sending_describe_reached (const HemoSyncStatus *status);

G_END_DECLS

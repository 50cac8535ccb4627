/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long to wait before trying again. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HemoBackoff:
 * @failures: in a row
 */
typedef struct
{
  guint failures;
} HemoBackoff;

/* First and longest wait. */
#define HEMO_BACKOFF_FIRST_US (1 * G_TIME_SPAN_SECOND)
#define HEMO_BACKOFF_LONGEST_US (15 * G_TIME_SPAN_MINUTE)

void hemo_backoff_reset (HemoBackoff *self);

/**
 * hemo_backoff_next:
 * @retry_after_us: what the other side asked for, 0 for nothing
 * @random: 0 to 1
 *
 * Counts a failure and gives the wait in microseconds: anything up to the doubled cap (full jitter,
 * so that the laptops of a programme that lost its server do not come back all at once), never less
 * than @retry_after_us. For a monotonic clock. It never gives up.
 */
gint64 hemo_backoff_next (HemoBackoff *self, gint64 retry_after_us, double random);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Exponential back-off with full jitter. */

#include "hemo-backoff.h"

void
hemo_backoff_reset (HemoBackoff *self)
{
  self->failures = 0;
}

gint64
hemo_backoff_next (HemoBackoff *self, gint64 retry_after_us, double random)
{
  gint64 cap = HEMO_BACKOFF_FIRST_US;

  for (guint i = 0; i < self->failures && cap < HEMO_BACKOFF_LONGEST_US; i++)
    cap *= 2;
  cap = MIN (cap, HEMO_BACKOFF_LONGEST_US);
  if (self->failures < G_MAXUINT)
    self->failures++;
  return MAX ((gint64)((double)cap * CLAMP (random, 0.0, 1.0)), retry_after_us);
}

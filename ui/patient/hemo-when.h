/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A moment as it is told at the counter: '9:40', 'yesterday 17:00' as '20.11. 17:00', or nothing,
 * which is the present moment. */

#pragma once

#include "hemo-time.h"

G_BEGIN_DECLS

/**
 * hemo_when_parse:
 * @text: 'H:MM' (the last time that it was that time), or a date in the local order with or without
 *   year before it; an ISO date; the digits and signs of any script
 * @now: in the place's offset, which the result has as well
 * @day_first: whether 3/4 is the third of April
 *
 * Refuses what lies after @now, more than 30 days before, or is no time; the message is for people
 * and in English.
 */
gboolean
hemo_when_parse (const char *text, HemoTime now, gboolean day_first, HemoTime *out, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Dates and times as they are typed. */

#pragma once

#include "hemo-time.h"

G_BEGIN_DECLS

/* '14:05', '14.05', '1405', in digits of any script: the last moment up to @now when the clock
 * showed that. FALSE when it is no time. */
gboolean hemo_clock_text_parse_past (const char *text, HemoTime now, HemoTime *out);

/* A day as hemo_date_parse() reads it and a time at this place, entered by hand. The error is for
 * people, and in English. */
gboolean hemo_clock_text_parse (
    const char *date, const char *time, gboolean day_first, HemoTime *out, GError **error);

/* '14:05' of today, or a day with its time after it, at this place. Refuses what has not come yet,
 * a minute for its seconds aside; the error is for people, and in English. */
gboolean hemo_clock_text_parse_moment (
    const char *text, HemoTime now, gboolean day_first, HemoTime *out, GError **error);

G_END_DECLS

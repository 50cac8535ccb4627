/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Dates and times as they are typed. */

#pragma once

#include "hemo-time.h"

G_BEGIN_DECLS

/* '14:05', '14.05', '1405', in digits of any script: the last moment up to @now when the clock
 * showed that. FALSE when it is no time. */
gboolean hemo_clock_text_parse_past (const char *text, HemoTime now, HemoTime *out);

/* A date ('2026-11-21') and a time at this place, entered by hand. FALSE when there is no such
 * moment. */
gboolean hemo_clock_text_parse (const char *date, const char *time, HemoTime *out);

G_END_DECLS

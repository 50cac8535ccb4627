/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Readings in words for people. */

#pragma once

#include "hemo-reading.h"

G_BEGIN_DECLS

/* 'Waits', 'In hand', 'Agrees with the report' … (transfer none) */
const char *hemo_reading_state_words (const HemoReading *reading);

/* 'J. Mwangi, 21 Nov 2026, 14:05'; a name that is not known is left out. (transfer full) */
char *hemo_reading_who (const char *name, HemoTime at);

/* 'In hand of J. Mwangi since 21 Nov 2026, 14:05', of one that is. (transfer full) */
char *hemo_reading_in_hand (const HemoReading *reading);

G_END_DECLS

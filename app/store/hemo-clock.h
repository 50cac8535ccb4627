/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether the clock of this computer can be right: its battery is often dead, and a report's time
 * is part of what is signed. */

#pragma once

#include "hemo-txn.h"

G_BEGIN_DECLS

/* After this many years from the build a clock is taken for wrong, not for a program that nobody
 * renewed. */
#define HEMO_CLOCK_YEARS 15

/* When this program was built: no clock that is earlier can be right. UTC microseconds. */
gint64 hemo_clock_build_time (void);

/**
 * hemo_clock_is_plausible:
 * @now: UTC microseconds
 * @newest: of the newest record known, 0 if there is none
 *
 * Not before the build, not more than a day before the newest record, and not more than
 * %HEMO_CLOCK_YEARS after the build.
 */
gboolean hemo_clock_is_plausible (gint64 now, gint64 newest);

/* Under this name sync keeps the latest time that a server was proven to have said. */
#define HEMO_CLOCK_NOTE_PROVEN "proven-time"

/* Time of the newest audit row whose own time could be right, or the latest that a server was
 * proven to have said: one morning in 2099 must not make every later clock wrong. 0 if there is
 * none. */
gboolean hemo_clock_newest_record (HemoTxn *txn, gint64 *newest, GError **error);

/**
 * hemo_clock_signing_time:
 * @by_hand: what a person entered, or utc_us 0
 * @out: (out): @now, or @by_hand marked as such
 *
 * What a signature carries. %HEMO_STORE_ERROR_STATE when the clock cannot be right and nothing was
 * entered, when the entered time cannot be right either, and when one is entered although the
 * clock is right.
 */
gboolean hemo_clock_signing_time (
    HemoTxn *txn, HemoTime now, HemoTime by_hand, HemoTime *out, GError **error);

/* What hemo_clock_newest_record() gave when @directory was last open, for while its store is
 * closed; 0 when nothing was kept or what is there cannot be. It lies beside the store unprotected:
 * for what is shown, and nothing else. */
gint64 hemo_clock_read_mark (const char *directory);
gboolean hemo_clock_keep_mark (const char *directory, gint64 newest, GError **error);

G_END_DECLS

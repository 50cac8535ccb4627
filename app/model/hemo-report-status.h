/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the status of a report means for whoever reads it. */

#pragma once

#include "hemo-case.h"

G_BEGIN_DECLS

/* Whether it was taken back: entered in error, or cancelled since the specimen was rejected. Nobody
 * may use its results then, though it still holds them. */
gboolean hemo_report_is_withdrawn (const HemoReport *self);

/* Whether the newest signed report of the case was taken back so, whatever changed since. */
gboolean hemo_case_results_are_void (const HemoCase *data);

/* Whether @now, filled from the case, says no other result than @last, which was signed, lacks
 * nothing that was not missing then, and has all of its pictures: then what was begun since can be
 * discarded. */
gboolean
hemo_report_is_unchanged (const HemoReport *now, const HemoReport *last, const HemoCase *data);

/* Whether both, filled from the same case, have the same limits and flags, as they may not when the
 * patient's sex or birth is another. */
gboolean hemo_report_is_judged_alike (const HemoReport *a, const HemoReport *b);

/* Tests of which @self has a result. */
HemoTests hemo_report_tests (const HemoReport *self);

/* Tests whose results the newest signed report says, unless it was taken back: they stay asked for.
 */
HemoTests hemo_case_tests_signed (const HemoCase *data);

/* Tests of which anything was entered, signed or not. */
HemoTests hemo_case_tests_begun (const HemoCase *data);

/* Whether what was asked for can still be changed: not of a specimen that was rejected, nor after
 * the report was taken back. */
gboolean hemo_case_may_edit_order (const HemoCase *data);

G_END_DECLS

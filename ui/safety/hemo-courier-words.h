/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the courier did, in sentences. */

#pragma once

#include "hemo-courier.h"

G_BEGIN_DECLS

/* One sentence that says the most. (transfer full) */
char *hemo_courier_say_outcome (const HemoCourierSummary *summary, gboolean writes);
/* Whether that sentence tells of something that was done, as it may be before a failure. */
gboolean hemo_courier_did_something (const HemoCourierSummary *summary, gboolean writes);
/* The same in a few words, which may be of what @failed. (transfer none) */
const char *
hemo_courier_say_end (const HemoCourierSummary *summary, gboolean writes, gboolean failed);
/* Everything else that a person should know, by weight. (transfer full) */
GStrv hemo_courier_say_rest (const HemoCourierSummary *summary);
/* Whether there is something on the stick that should not be there. */
gboolean hemo_courier_is_suspicious (const HemoCourierSummary *summary);

G_END_DECLS

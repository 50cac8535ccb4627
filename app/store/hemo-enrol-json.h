/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writing the two JSON texts of an enrolment. */

#pragma once

#include "hemo-clinic-enrol.h"

G_BEGIN_DECLS

/* What is no key. (transfer full) */
char *hemo_enrolment_write (const HemoClinicSeed *seed, gint64 made_us, gint64 expires_us);
/* The file. @parts: (element-type GBytes) (transfer full) */
GBytes *hemo_enrolment_format (const HemoKdf *kdf, GPtrArray *parts);

G_END_DECLS

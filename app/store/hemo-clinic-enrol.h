/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file that enrols another laptop, taken apart: for the clinic and the fuzzer. */

#pragma once

#include "hemo-clinic-private.h"

G_BEGIN_DECLS

/* Largest file of an enrolment. */
#define HEMO_ENROLMENT_LIMIT (4 * 1024 * 1024)

/* The outside: Argon2id's parameters and the wrapped parts. (transfer full) (element-type GBytes)
 */
GPtrArray *hemo_enrolment_parse (GBytes *file, HemoKdf *kdf, GError **error);

/* The inside that is no key: fills @seed but for its private keys. @made_us and @expires_us: (out)
 */
gboolean hemo_enrolment_read (const char *text,
                              gsize length,
                              HemoClinicSeed *seed,
                              gint64 *made_us,
                              gint64 *expires_us,
                              GError **error);

G_END_DECLS

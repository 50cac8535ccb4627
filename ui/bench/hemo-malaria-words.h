/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What malaria films come to, in words. */

#pragma once

#include "hemo-malaria-readings.h"

G_BEGIN_DECLS

/* Density or infected cells of @film so far; NULL when there is none yet. @note: (out): with which
 * white cells, or NULL. (transfer full) */
char *hemo_malaria_words_density (const HemoCase *data, const HemoMalaria *film, char **note);

/* What was counted on @film, its density and species, a line each. (transfer full) */
char *hemo_malaria_words_film (const HemoCase *data, const HemoMalaria *film);

/* Whether readings contradict each other, and who settled it; NULL when they agree. (transfer full)
 */
char *hemo_malaria_words_verdict (const HemoCase *data, const HemoMalariaReadings *readings);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which of a patient's results make a curve, and which of them one together. */

#pragma once

#include "hemo-case.h"

G_BEGIN_DECLS

/* Name of the curve that @line is a point of: an estimate from the smear is no counted value,
 * though both are judged by the same limits. (transfer none) */
const char *hemo_trends_name (const HemoLine *line);

/**
 * hemo_trends_take:
 * @results: (element-type HemoLine): as hemo_patient_results() gives them
 *
 * Whether the one at @index is a number of a known analyte. White cells that were corrected for
 * nucleated red ones stand for those before them, which count cells that are none.
 */
gboolean hemo_trends_take (const GPtrArray *results, guint index);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The case that lies on the bench, as it was last read from the store. */

#pragma once

#include "hemo-desk.h"

G_BEGIN_DECLS

/* hemo-capture.h */
struct _HemoCapture;

#define HEMO_TYPE_BENCH_CASE (hemo_bench_case_get_type ())
G_DECLARE_FINAL_TYPE (HemoBenchCase, hemo_bench_case, HEMO, BENCH_CASE, GObject)

/* @specimen: UUID or accession number. Signals: 'updated' when it was read (again); 'failed'
 * (GError) when it could not be. */
HemoBenchCase *hemo_bench_case_new (HemoDesk *desk, const char *specimen);

HemoDesk *hemo_bench_case_get_desk (HemoBenchCase *self);
/* All that is known, with the report's draft filled in; NULL before the first 'updated'. Never
 * changed in place: valid until the next 'updated'. (transfer none) */
const HemoCase *hemo_bench_case_get (HemoBenchCase *self);
/* UUID of the tube; NULL before the first 'updated'. */
const char *hemo_bench_case_get_specimen (HemoBenchCase *self);

/* Camera, film and what is being saved: one for all pages. (transfer none) */
struct _HemoCapture *hemo_bench_case_get_capture (HemoBenchCase *self);

/* Reads again; calls before the answer are answered by one reading after it. The first reading is
 * asked for in the same way. Audited as one view for each bench. */
void hemo_bench_case_reload (HemoBenchCase *self);
/* Whether a reading is to come that was asked for before this. */
gboolean hemo_bench_case_is_reading (HemoBenchCase *self);

G_END_DECLS

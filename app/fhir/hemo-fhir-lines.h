/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a resource says, as lines that a person can read and compare. */

#pragma once

#include "hemo-fhir.h"

G_BEGIN_DECLS

/* More are left out, the last line says so by the name %HEMO_FHIR_LINES_MORE. */
#define HEMO_FHIR_LINES_MAX 200
#define HEMO_FHIR_LINES_MORE "…"

/**
 * HemoFhirLine: one element
 * @name: as FHIR calls it, without a type behind: 'status', 'value', 'collection.collected'
 * @ours, @theirs: what each says, or NULL where it says nothing
 * @points: whether that only names another record, or where a file lies and of which kind it is
 */
typedef struct
{
  char *name;
  char *ours;
  char *theirs;
  gboolean points;
} HemoFhirLine;

void hemo_fhir_line_free (HemoFhirLine *self);

/**
 * hemo_fhir_compare_lines:
 * @ours, @theirs: resources of one type, or NULL
 *
 * Codes are said by their text, quantities with their unit, references by their display, files by
 * their SHA-256. Left out is what no person reads: id, meta, narrative, extensions, and whose it is
 * unless they say another. Several elements of one name are
 * compared in their order. (transfer full) (element-type HemoFhirLine)
 */
GPtrArray *hemo_fhir_compare_lines (json_object *ours, json_object *theirs);

G_END_DECLS

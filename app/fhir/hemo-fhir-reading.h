/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HemoReading as R4's Task, and its answer as the Observation that Task.output names. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-reading.h"

G_BEGIN_DECLS

/* @patient, @order: UUIDs, or NULL (transfer full) */
json_object *
hemo_fhir_reading_to_json (const HemoReading *reading, const char *patient, const char *order);

/* The answer; its id is derived from the reading's, so that one who answers anew replaces it. NULL
 * when there is none. (transfer full) */
json_object *hemo_fhir_reading_answer_to_json (const HemoReading *reading,
                                               const char *patient,
                                               const char *order);

/* Whether a Task asks for the reading of a smear: other Tasks are not for this program. */
gboolean hemo_fhir_is_reading (json_object *task);

/**
 * hemo_fhir_reading_from_json:
 * @lookup: (nullable): finds the answer's Observation
 *
 * A Task that is 'in-progress' is accepted, one that is 'rejected' cancelled. One that is completed
 * without an answer is refused, and an answer about another specimen too. (transfer full)
 */
HemoReading *hemo_fhir_reading_from_json (json_object *task,
                                          HemoFhirLookup lookup,
                                          gpointer data,
                                          GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What people tell each other: a critical call as R4's Communication. */

#pragma once

#include "hemo-case.h"
#include "hemo-fhir.h"

G_BEGIN_DECLS

/* @patient, @report: UUIDs, or NULL; without a report the call is about its specimen. (transfer
 * full)
 */
json_object *
hemo_fhir_call_to_json (const HemoCriticalCall *call, const char *patient, const char *report);
HemoCriticalCall *hemo_fhir_call_from_json (json_object *json, GError **error);

G_END_DECLS

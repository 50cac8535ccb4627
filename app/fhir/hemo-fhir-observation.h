/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HemoLine as R4's Observation, and the panels that hold them together. */

#pragma once

#include "hemo-case.h"
#include "hemo-fhir.h"

G_BEGIN_DECLS

/**
 * HemoFhirReportContext:
 * @report: the signed report; its status, signer and time are those of its Observations
 * @patient: UUID
 * @order: UUID, or NULL
 * @collected_at: when the blood was taken, as the report was signed with it; if unknown, when it
 *   was received
 * @device: UUID of the installation, or NULL
 * @clinic: UUID of the organisation, or NULL
 *
 * What a report's resources refer to; all borrowed.
 */
typedef struct
{
  const HemoReport *report;
  const char *patient;
  const char *order;
  HemoTime collected_at;
  const char *device;
  const char *clinic;
} HemoFhirReportContext;

/**
 * hemo_fhir_observation_to_json:
 *
 * The value is written as it is printed, with the line's decimals; the 95 % interval, the value
 * before and the delta are extensions. Codes: LOINC, our own for the analyte and where LOINC has
 * none, and the label. (transfer full)
 */
json_object *
hemo_fhir_observation_to_json (const HemoLine *line, const HemoFhirReportContext *context);

/* (transfer full) */
HemoLine *hemo_fhir_observation_from_json (json_object *json, GError **error);

/**
 * hemo_fhir_panels_to_json:
 * @results: (out) (transfer full) (element-type utf8): ids of what DiagnosticReport.result names
 *
 * Panels with hasMember: CBC 58410-2, differential 24318-8, morphology 34994-4 of RBC 58408-6, WBC
 * 58407-8 and platelets 58406-0; a section that LOINC has no panel for stands by itself. Ids are
 * derived from the report's. (transfer full) (element-type json_object)
 */
GPtrArray *hemo_fhir_panels_to_json (const HemoFhirReportContext *context, GPtrArray **results);

G_END_DECLS

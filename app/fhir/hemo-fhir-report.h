/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HemoReport as R4's DiagnosticReport. */

#pragma once

#include "hemo-fhir-observation.h"

G_BEGIN_DECLS

/**
 * HemoFhirPdf:
 * @bytes: the PDF as it was stored at signing, or NULL: then its SHA-256 alone is told
 * @url: where it is, or NULL
 * @embed: whether its bytes go into the resource
 */
typedef struct
{
  GBytes *bytes;
  const char *url;
  gboolean embed;
} HemoFhirPdf;

/**
 * hemo_fhir_report_to_json:
 * @results: (element-type utf8): from hemo_fhir_panels_to_json()
 * @pdf: or NULL
 *
 * Category LAB, code 11502-2. The PDF's SHA-1, which Attachment.hash asks for, and our SHA-256 in
 * an extension. Fails for a draft, which must not leave, and for a PDF whose SHA-256 is not the one
 * that was signed. (transfer full)
 */
json_object *hemo_fhir_report_to_json (const HemoFhirReportContext *context,
                                       const GPtrArray *results,
                                       const HemoFhirPdf *pdf,
                                       GError **error);

/**
 * hemo_fhir_cancelled_report_new:
 *
 * The report of a rejected specimen that nothing was signed for: 'cancelled', with the reason.
 * (transfer full)
 */
HemoReport *hemo_fhir_cancelled_report_new (const HemoSpecimen *specimen);

/**
 * hemo_fhir_report_from_json:
 * @lookup: finds the Observations; NULL to read the report without its lines
 *
 * Lines stand in the order of result and hasMember. An Observation that is not found is
 * %HEMO_FHIR_ERROR_NOT_FOUND: a report is read whole or not at all. (transfer full)
 */
HemoReport *hemo_fhir_report_from_json (json_object *json,
                                        HemoFhirLookup lookup,
                                        gpointer data,
                                        GError **error);

G_END_DECLS

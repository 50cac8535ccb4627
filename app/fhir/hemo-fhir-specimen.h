/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HemoOrder as R4's ServiceRequest, HemoSpecimen as Specimen. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-specimen.h"

G_BEGIN_DECLS

/* What was asked for stands in orderDetail, by LOINC (clinical.md) and by our own code. (transfer
 * full) */
json_object *hemo_fhir_order_to_json (const HemoOrder *order);

/* Also understands orders of others by LOINC in code or orderDetail; one that asks for nothing that
 * is known is %HEMO_FHIR_ERROR_UNSUPPORTED. (transfer full) */
HemoOrder *hemo_fhir_order_from_json (json_object *json, GError **error);

/* The same, also of one that asks for nothing but other tests: it has none then, and their words in
 * its note. (transfer full) */
HemoOrder *hemo_fhir_order_from_json_any (json_object *json, GError **error);

/* Whether @concept (nullable), a code or orderDetail, asks for something that is none of our tests.
 * Such words are in the note of the order that is read. */
gboolean hemo_fhir_test_is_foreign (json_object *concept);
/* Whether the ServiceRequest @json can be read, and asks for nothing but such tests. */
gboolean hemo_fhir_order_is_of_other_tests (json_object *json);

/* A slide has its tube as parent; a rejected one is 'unsatisfactory', with its condition. (transfer
 * full) */
json_object *hemo_fhir_specimen_to_json (const HemoSpecimen *specimen);
HemoSpecimen *hemo_fhir_specimen_from_json (json_object *json, GError **error);

G_END_DECLS

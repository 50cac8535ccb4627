/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HemoPatient as R4's Patient. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-merge.h"

G_BEGIN_DECLS

/* An identifier's issuer becomes its system: a URI as it is, anything else below %HEMO_FHIR_ISSUER.
 * A birth known in part stays so; an estimated one says so in an extension; a merged record is
 * linked 'replaced-by'. (transfer full) */
json_object *hemo_fhir_patient_to_json (const HemoPatient *patient);

/* A name without family and given, only text, is taken as given. (transfer full) */
HemoPatient *hemo_fhir_patient_from_json (json_object *json, GError **error);

/* The element of a Patient that a server's words name ('Patient.birthDate: …'), as the field that
 * it is here (HemoField); 0 where they name none. */
guint hemo_fhir_find_patient_field (const char *words);

/* (transfer full) */
char *hemo_fhir_issuer_to_system (const char *issuer);
char *hemo_fhir_issuer_from_system (const char *system);

G_END_DECLS

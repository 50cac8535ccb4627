/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who and what stands behind a result: the clinic, people and their roles, this installation, and
 * where each change came from. */

#pragma once

#include "hemo-case.h"
#include "hemo-fhir.h"

G_BEGIN_DECLS

/* The letterhead as Organization; nothing secret or internal of it. (transfer full) */
json_object *hemo_fhir_organization_to_json (const HemoClinicInfo *clinic);
/* What the letterhead needs; all else is as hemo_clinic_info_new() makes it. (transfer full) */
HemoClinicInfo *hemo_fhir_organization_from_json (json_object *json, GError **error);

/* @name: NULL when only the id is known. (transfer full) */
json_object *hemo_fhir_practitioner_to_json (const char *uuid, const char *name);
/* @uuid, @name: (out) (transfer full): @name is NULL when there is none */
gboolean
hemo_fhir_practitioner_from_json (json_object *json, char **uuid, char **name, GError **error);

/* @role: 'technician', 'pathologist', 'administrator'. The id is derived from @practitioner's.
 * (transfer full) */
json_object *hemo_fhir_practitioner_role_to_json (const char *practitioner,
                                                  const char *clinic,
                                                  const char *role);

/* The program on one computer. @clinic: UUID or NULL, @version: of the program or NULL (transfer
 * full) */
json_object *
hemo_fhir_device_to_json (const char *installation, const char *clinic, const char *version);

/**
 * HemoFhirProvenance:
 * @uuid: of the change-log row
 * @target_type: 'Patient' …
 * @target: UUID
 * @agent: UUID of the user, or NULL for the program itself
 * @installation: UUID, or NULL
 * @created: whether it is the first version of its target
 *
 * That a change was made, by whom and where. A server that has the id has the change.
 */
typedef struct
{
  char *uuid;
  char *target_type;
  char *target;
  char *agent;
  char *installation;
  gboolean created;
  HemoTime recorded;
} HemoFhirProvenance;

HemoFhirProvenance *hemo_fhir_provenance_new (void);
void hemo_fhir_provenance_free (HemoFhirProvenance *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoFhirProvenance, hemo_fhir_provenance_free)

/* One of agent and installation is needed, R4 knows no Provenance without. (transfer full) */
json_object *hemo_fhir_provenance_to_json (const HemoFhirProvenance *self, GError **error);
HemoFhirProvenance *hemo_fhir_provenance_from_json (json_object *json, GError **error);

G_END_DECLS

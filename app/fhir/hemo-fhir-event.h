/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of the audit log others have to know: R4's AuditEvent, as IHE's Basic Audit Log Patterns use
 * it. Who could not sign in, what was refused, which signed reports were opened and what left the
 * clinic, who may do what, and which keys and servers are trusted. Sign-ins and views in the course
 * of the work, hundreds a day, stay in the log: a poor link carries results. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-time.h"

G_BEGIN_DECLS

/**
 * HemoFhirEvent: a row of the audit log
 * @what: as hemo_txn_audit() has it
 * @actor: UUID of the user, or NULL for the program itself
 * @actor_known: whether the server has the Practitioner, so that a reference to it holds
 * @installation: UUID, of a Device that the server has
 * @object_type: as hemo_txn_audit() has it; or NULL
 * @object: UUID, or NULL
 * @object_known: as of @actor_known
 * @detail: codes and numbers, or NULL
 */
typedef struct
{
  const char *uuid;
  const char *what;
  HemoTime at;
  const char *actor;
  gboolean actor_known;
  const char *installation;
  const char *object_type;
  const char *object;
  gboolean object_known;
  const char *detail;
} HemoFhirEvent;

/* What is told to others, between blanks. */
const char *hemo_fhir_event_kinds (void);

/* FHIR type of what the log calls @object_type; NULL for what is no resource. */
const char *hemo_fhir_event_type (const char *object_type);

/* Without patient data beyond references; NULL for what is not told. (transfer full) */
json_object *hemo_fhir_event_to_json (const HemoFhirEvent *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What people ask and tell each other: a reading as R4's Task, a critical call as Communication. */

#pragma once

#include "hemo-case.h"
#include "hemo-fhir.h"

G_BEGIN_DECLS

/* TaskStatus of R4, as far as a reading goes through it. */
typedef enum
{
  HEMO_FHIR_TASK_REQUESTED,
  HEMO_FHIR_TASK_ACCEPTED,
  HEMO_FHIR_TASK_IN_PROGRESS,
  HEMO_FHIR_TASK_COMPLETED,
  HEMO_FHIR_TASK_REJECTED,
  HEMO_FHIR_TASK_CANCELLED,
} HemoFhirTaskStatus;

/**
 * HemoFhirTask:
 * @specimen: UUID of what is to be read
 * @patient: UUID, or NULL
 * @order: UUID of the order that it belongs to, or NULL
 * @requester: UUID of who asks, or NULL
 * @owner: UUID of who reads, or NULL
 * @reason: why, in words, or NULL
 *
 * Asks a pathologist to read a smear.
 */
typedef struct
{
  char *uuid;
  char *specimen;
  char *patient;
  char *order;
  char *requester;
  char *owner;
  char *reason;
  HemoFhirTaskStatus status;
  HemoUrgency urgency;
  HemoTime asked_at;
  HemoTime changed_at;
} HemoFhirTask;

HemoFhirTask *hemo_fhir_task_new (const char *specimen);
void hemo_fhir_task_free (HemoFhirTask *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoFhirTask, hemo_fhir_task_free)

/* (transfer full) */
json_object *hemo_fhir_task_to_json (const HemoFhirTask *self);
HemoFhirTask *hemo_fhir_task_from_json (json_object *json, GError **error);

/* @patient, @report: UUIDs, or NULL (transfer full) */
json_object *
hemo_fhir_call_to_json (const HemoCriticalCall *call, const char *patient, const char *report);
HemoCriticalCall *hemo_fhir_call_from_json (json_object *json, GError **error);

G_END_DECLS

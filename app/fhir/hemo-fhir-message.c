/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps requests to read a smear and critical calls to R4 and back. */

#include "hemo-fhir-message.h"

#include "hemo-fhir-read-private.h"
#include "hemo-fhir-write-private.h"

static const char *const task_codes[] = {
  [HEMO_FHIR_TASK_REQUESTED] = "requested",     [HEMO_FHIR_TASK_ACCEPTED] = "accepted",
  [HEMO_FHIR_TASK_IN_PROGRESS] = "in-progress", [HEMO_FHIR_TASK_COMPLETED] = "completed",
  [HEMO_FHIR_TASK_REJECTED] = "rejected",       [HEMO_FHIR_TASK_CANCELLED] = "cancelled",
};

HemoFhirTask *
hemo_fhir_task_new (const char *specimen)
{
  HemoFhirTask *self = g_new0 (HemoFhirTask, 1);

  self->uuid = hemo_uuid_new ();
  self->specimen = g_strdup (specimen);
  return self;
}

void
hemo_fhir_task_free (HemoFhirTask *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->specimen);
  g_free (self->patient);
  g_free (self->order);
  g_free (self->requester);
  g_free (self->owner);
  g_free (self->reason);
  g_free (self);
}

json_object *
hemo_fhir_task_to_json (const HemoFhirTask *self)
{
  json_object *json = hemo_fhir_resource_new ("Task", self->uuid);

  hemo_fhir_append (json, "basedOn", hemo_fhir_reference_new ("ServiceRequest", self->order, NULL));
  hemo_fhir_set_string (json, "status", task_codes[self->status]);
  hemo_fhir_set_string (json, "intent", "order");
  hemo_fhir_set_string (json, "priority", hemo_urgency_to_code (self->urgency));
  hemo_fhir_set (json, "code",
                 hemo_fhir_own_concept_new ("task", "reading", "Reading of a blood smear"));
  hemo_fhir_set (json, "focus", hemo_fhir_reference_new ("Specimen", self->specimen, NULL));
  hemo_fhir_set (json, "for", hemo_fhir_reference_new ("Patient", self->patient, NULL));
  hemo_fhir_set_time (json, "authoredOn", self->asked_at);
  hemo_fhir_set_time (json, "lastModified", self->changed_at);
  hemo_fhir_set (json, "requester",
                 hemo_fhir_reference_new ("Practitioner", self->requester, NULL));
  hemo_fhir_set (json, "owner", hemo_fhir_reference_new ("Practitioner", self->owner, NULL));
  if (self->reason != NULL)
    hemo_fhir_set (json, "reasonCode", hemo_fhir_concept_new (NULL, NULL, self->reason));
  return json;
}

static gboolean
read_task_status (const HemoFhirNode *node, HemoFhirTask *self, GError **error)
{
  g_autofree char *status = NULL, *priority = NULL;

  if (!hemo_fhir_read_string (node, "status", &status, error)
      || !hemo_fhir_read_string (node, "priority", &priority, error))
    return FALSE;
  if (g_strcmp0 (priority, "asap") == 0)
    self->urgency = HEMO_URGENCY_STAT;
  else if (priority != NULL && !hemo_urgency_from_code (priority, &self->urgency, NULL))
    return hemo_fhir_fail (node, "priority", HEMO_FHIR_ERROR_INVALID, "not a known code", error);
  for (guint i = 0; i < G_N_ELEMENTS (task_codes); i++)
    if (g_strcmp0 (status, task_codes[i]) == 0)
      {
        self->status = (HemoFhirTaskStatus)i;
        return TRUE;
      }
  return hemo_fhir_fail (node, "status", HEMO_FHIR_ERROR_UNSUPPORTED,
                         "not one that a reading can have", error);
}

HemoFhirTask *
hemo_fhir_task_from_json (json_object *json, GError **error)
{
  g_autoptr (HemoFhirTask) self = hemo_fhir_task_new (NULL);
  static const char *const intents[] = { "order", "original-order", "filler-order", NULL };
  HemoFhirNode node, code, reason;
  const char *what;

  if (!hemo_fhir_open (&node, json, "Task", &self->uuid, error)
      || !hemo_fhir_get (&node, "code", json_type_object, &code, error)
      || !hemo_fhir_find_own_code (&code, "task", &what, error))
    return NULL;
  if (g_strcmp0 (what, "reading") != 0)
    {
      hemo_fhir_fail (&node, "code", HEMO_FHIR_ERROR_UNSUPPORTED, "no reading of a smear", error);
      return NULL;
    }
  if (!read_task_status (&node, self, error)
      || !hemo_fhir_read_status (&node, "intent", intents, NULL, error)
      || !hemo_fhir_read_first_reference (&node, "basedOn", "ServiceRequest", &self->order, error)
      || !hemo_fhir_read_reference (&node, "focus", "Specimen", &self->specimen, error)
      || !hemo_fhir_read_reference (&node, "for", "Patient", &self->patient, error)
      || !hemo_fhir_read_time (&node, "authoredOn", &self->asked_at, error)
      || !hemo_fhir_read_time (&node, "lastModified", &self->changed_at, error)
      || !hemo_fhir_read_reference (&node, "requester", "Practitioner", &self->requester, error)
      || !hemo_fhir_read_reference (&node, "owner", "Practitioner", &self->owner, error)
      || !hemo_fhir_get (&node, "reasonCode", json_type_object, &reason, error)
      || !hemo_fhir_read_string (&reason, "text", &self->reason, error))
    return NULL;
  if (self->specimen == NULL)
    {
      hemo_fhir_fail (&node, "focus", HEMO_FHIR_ERROR_INVALID, "missing", error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

json_object *
hemo_fhir_call_to_json (const HemoCriticalCall *call, const char *patient, const char *report)
{
  json_object *json = hemo_fhir_resource_new ("Communication", call->uuid);
  json_object *payload;

  hemo_fhir_extend_int64 (json, "record-version", call->version);
  hemo_fhir_extend_boolean (json, "read-back", call->read_back);
  if (call->specimen != NULL)
    hemo_fhir_set (hemo_fhir_extend (json, "specimen"), "valueReference",
                   hemo_fhir_reference_new ("Specimen", call->specimen, NULL));
  hemo_fhir_set_string (json, "status", "completed");
  hemo_fhir_append (
      json, "category",
      hemo_fhir_concept_new (HEMO_FHIR_TERMINOLOGY "communication-category", "alert", NULL));
  hemo_fhir_set (json, "subject", hemo_fhir_reference_new ("Patient", patient, NULL));
  hemo_fhir_append (json, "about", hemo_fhir_reference_new ("DiagnosticReport", report, NULL));
  hemo_fhir_set_time (json, "sent", call->at);
  hemo_fhir_append (json, "recipient", hemo_fhir_reference_new (NULL, NULL, call->told));
  hemo_fhir_set (json, "sender", hemo_fhir_reference_new ("Practitioner", call->by, NULL));
  if (call->analytes != NULL)
    {
      payload = json_object_new_object ();
      hemo_fhir_set_string (payload, "contentString", call->analytes);
      hemo_fhir_append (json, "payload", payload);
    }
  return json;
}

HemoCriticalCall *
hemo_fhir_call_from_json (json_object *json, GError **error)
{
  /* One that is planned or went wrong told nobody. */
  static const char *const known[] = { "completed", NULL };
  HemoCriticalCall *call = hemo_critical_call_new (NULL);
  HemoFhirNode node, array, extension, recipients, recipient, payloads, payload;

  call->at = (HemoTime){ 0 };
  if (hemo_fhir_open (&node, json, "Communication", &call->uuid, error)
      && hemo_fhir_read_status (&node, "status", known, NULL, error)
      && hemo_fhir_read_extension_int64 (&node, "record-version", 0, G_MAXINT64 - 1, &call->version,
                                         error)
      && hemo_fhir_read_extension_boolean (&node, "read-back", &call->read_back, error)
      && hemo_fhir_find_extension (&node, "specimen", &array, &extension, error)
      && hemo_fhir_read_reference (&extension, "valueReference", "Specimen", &call->specimen, error)
      && hemo_fhir_read_time (&node, "sent", &call->at, error)
      && hemo_fhir_get_first (&node, "recipient", json_type_object, &recipients, &recipient, error)
      && hemo_fhir_read_string (&recipient, "display", &call->told, error)
      && hemo_fhir_read_reference (&node, "sender", "Practitioner", &call->by, error)
      && hemo_fhir_get_first (&node, "payload", json_type_object, &payloads, &payload, error)
      && hemo_fhir_read_string (&payload, "contentString", &call->analytes, error))
    return call;
  hemo_critical_call_free (call);
  return NULL;
}

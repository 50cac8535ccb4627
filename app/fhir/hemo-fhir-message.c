/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps critical calls to R4 and back. */

#include "hemo-fhir-message.h"

#include "hemo-fhir-read-private.h"
#include "hemo-fhir-write-private.h"

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
  hemo_fhir_set_string (json, "status", call->not_reached ? "not-done" : "completed");
  hemo_fhir_append (
      json, "category",
      hemo_fhir_concept_new (HEMO_FHIR_TERMINOLOGY "communication-category", "alert", NULL));
  hemo_fhir_set (json, "subject", hemo_fhir_reference_new ("Patient", patient, NULL));
  if (report != NULL)
    hemo_fhir_append (json, "about", hemo_fhir_reference_new ("DiagnosticReport", report, NULL));
  else if (call->specimen != NULL)
    hemo_fhir_append (json, "about", hemo_fhir_reference_new ("Specimen", call->specimen, NULL));
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
  /* One that is planned or was entered in error says nothing. */
  static const char *const known[] = { "completed", "not-done", NULL };
  const char *status = NULL;
  HemoCriticalCall *call = hemo_critical_call_new (NULL);
  HemoFhirNode node, array, extension, recipients, recipient, payloads, payload;

  call->at = (HemoTime){ 0 };
  if (hemo_fhir_open (&node, json, "Communication", &call->uuid, error)
      && hemo_fhir_read_status (&node, "status", known, &status, error)
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
    {
      call->not_reached = g_str_equal (status, "not-done");
      return call;
    }
  hemo_critical_call_free (call);
  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps rows of the audit log to R4's AuditEvent. */

#include "hemo-fhir-event.h"

#include "hemo-fhir-write-private.h"

#include <string.h>

#define DICOM "http://dicom.nema.org/resources/ontology/DCM"

/* Codes of DICOM PS3.16, CID 400 and 401, which R4's value sets take. */
#define AUDIT_LOG_USED "110101"
#define EXPORT "110106"
#define PATIENT_RECORD "110110"
#define SECURITY_ALERT "110113"
#define USER_AUTHENTICATION "110114"
#define LOGIN "110122"
#define EMERGENCY_OVERRIDE "110127"
#define SECURITY_CONFIGURATION "110129"
#define RESTRICTED_FUNCTION "110132"
#define SECURITY_ROLES "110136"
#define USER_SECURITY_ATTRIBUTES "110137"

/* Of AuditEvent.outcome: done, or refused to a person. */
#define DONE "0"
#define REFUSED "4"

static const struct
{
  const char *what;
  const char *type;
  const char *subtype;
  const char *action;
  const char *outcome;
} events[] = {
  { "sign-in.failed", USER_AUTHENTICATION, LOGIN, "E", REFUSED },
  { "pin.failed", USER_AUTHENTICATION, LOGIN, "E", REFUSED },
  { "refused", SECURITY_ALERT, RESTRICTED_FUNCTION, "E", REFUSED },
  { "report.view", PATIENT_RECORD, NULL, "R", DONE },
  { "export.start", EXPORT, NULL, "R", DONE },
  { "backup", EXPORT, NULL, "R", DONE },
  { "audit.view", AUDIT_LOG_USED, NULL, "R", DONE },
  { "user.recover", SECURITY_ALERT, EMERGENCY_OVERRIDE, "E", DONE },
  { "key.recovery", SECURITY_ALERT, SECURITY_CONFIGURATION, "U", DONE },
  { "key.rotate", SECURITY_ALERT, SECURITY_CONFIGURATION, "U", DONE },
  { "certificate.add", SECURITY_ALERT, SECURITY_CONFIGURATION, "C", DONE },
  { "programme.accept", SECURITY_ALERT, SECURITY_CONFIGURATION, "U", DONE },
  { "enrolment.export", SECURITY_ALERT, SECURITY_CONFIGURATION, "C", DONE },
  { "clinic.enrol", SECURITY_ALERT, SECURITY_CONFIGURATION, "C", DONE },
  { "server.edit", SECURITY_ALERT, SECURITY_CONFIGURATION, "U", DONE },
  { "server.remove", SECURITY_ALERT, SECURITY_CONFIGURATION, "D", DONE },
  { "user.add", SECURITY_ALERT, USER_SECURITY_ATTRIBUTES, "C", DONE },
  { "user.disable", SECURITY_ALERT, USER_SECURITY_ATTRIBUTES, "U", DONE },
  { "user.role", SECURITY_ALERT, SECURITY_ROLES, "U", DONE },
};

static const struct
{
  const char *name;
  const char *type;
} types[] = {
  { "user", "Practitioner" },
  { "specimen", "Specimen" },
  { "image", "Media" },
  { "installation", "Device" },
  { "Patient", "Patient" },
  { "ServiceRequest", "ServiceRequest" },
  { "Specimen", "Specimen" },
  { "Media", "Media" },
  { "Observation", "Observation" },
  { "DiagnosticReport", "DiagnosticReport" },
  { "Task", "Task" },
};

const char *
hemo_fhir_event_kinds (void)
{
  static gsize kinds = 0;

  if (g_once_init_enter (&kinds))
    {
      GString *text = g_string_new (" ");

      for (guint i = 0; i < G_N_ELEMENTS (events); i++)
        g_string_append_printf (text, "%s ", events[i].what);
      g_once_init_leave (&kinds, (gsize)g_string_free_and_steal (text));
    }
  return (const char *)kinds;
}

const char *
hemo_fhir_event_type (const char *object_type)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_strcmp0 (object_type, types[i].name) == 0)
      return types[i].type;
  return NULL;
}

static json_object *
coding_new (const char *system, const char *code)
{
  json_object *coding = json_object_new_object ();

  hemo_fhir_set_string (coding, "system", system);
  hemo_fhir_set_string (coding, "code", code);
  return coding;
}

/* A reference that holds, or else the UUID alone: a server may refuse what leads nowhere. */
static json_object *
refer (const char *type, const char *uuid, gboolean known)
{
  json_object *reference, *identifier;
  g_autofree char *urn = NULL;

  if (known)
    return hemo_fhir_reference_new (type, uuid, NULL);
  urn = g_strconcat ("urn:uuid:", uuid, NULL);
  identifier = json_object_new_object ();
  hemo_fhir_set_string (identifier, "system", "urn:ietf:rfc:3986");
  hemo_fhir_set_string (identifier, "value", urn);
  reference = json_object_new_object ();
  hemo_fhir_set_string (reference, "type", type);
  hemo_fhir_set (reference, "identifier", identifier);
  return reference;
}

static void
write_agent (json_object *json, const HemoFhirEvent *self)
{
  json_object *agent = json_object_new_object ();

  hemo_fhir_set (agent, "who",
                 self->actor != NULL ? refer ("Practitioner", self->actor, self->actor_known)
                                     : refer ("Device", self->installation, TRUE));
  hemo_fhir_set_boolean (agent, "requestor", TRUE);
  hemo_fhir_append (json, "agent", agent);
}

/* @what is our own word, which is finer than the codes. */
static void
write_entity (json_object *json, const HemoFhirEvent *self)
{
  const char *type = hemo_fhir_event_type (self->object_type);
  json_object *entity = json_object_new_object ();

  if (type != NULL && self->object != NULL)
    hemo_fhir_set (entity, "what", refer (type, self->object, self->object_known));
  if (self->detail != NULL)
    {
      json_object *detail = json_object_new_object ();

      hemo_fhir_set_string (detail, "type", "detail");
      hemo_fhir_set_string (detail, "valueString", self->detail);
      hemo_fhir_append (entity, "detail", detail);
    }
  if (json_object_object_length (entity) > 0)
    hemo_fhir_append (json, "entity", entity);
  else
    json_object_put (entity);
}

json_object *
hemo_fhir_event_to_json (const HemoFhirEvent *self)
{
  json_object *json, *source;
  guint i = 0;

  while (i < G_N_ELEMENTS (events) && strcmp (events[i].what, self->what) != 0)
    i++;
  if (i == G_N_ELEMENTS (events))
    return NULL;
  json = hemo_fhir_resource_new ("AuditEvent", self->uuid);
  hemo_fhir_set (json, "type", coding_new (DICOM, events[i].type));
  if (events[i].subtype != NULL)
    hemo_fhir_append (json, "subtype", coding_new (DICOM, events[i].subtype));
  hemo_fhir_append (json, "subtype", coding_new (HEMO_FHIR_CODES "audit", self->what));
  hemo_fhir_set_string (json, "action", events[i].action);
  hemo_fhir_set_time (json, "recorded", self->at);
  hemo_fhir_set_string (json, "outcome", events[i].outcome);
  write_agent (json, self);
  source = json_object_new_object ();
  hemo_fhir_set (source, "observer", refer ("Device", self->installation, TRUE));
  hemo_fhir_set (json, "source", source);
  write_entity (json, self);
  return json;
}

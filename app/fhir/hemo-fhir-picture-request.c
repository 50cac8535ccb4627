/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps a picture that is asked for to R4 and back. */

#include "hemo-fhir-picture-request.h"

#include "hemo-fhir-overlay.h"
#include "hemo-fhir-read-private.h"
#include "hemo-fhir-write-private.h"

/* How such a Task of ours is called. */
#define TASK_PICTURE "picture"

/* The first of a state is what is written. */
static const struct
{
  const char *code;
  HemoPictureRequestState state;
} statuses[] = {
  { "requested", HEMO_PICTURE_ASKED },     { "received", HEMO_PICTURE_ASKED },
  { "accepted", HEMO_PICTURE_ASKED },      { "ready", HEMO_PICTURE_ASKED },
  { "in-progress", HEMO_PICTURE_ASKED },   { "completed", HEMO_PICTURE_SENT },
  { "rejected", HEMO_PICTURE_REFUSED },    { "failed", HEMO_PICTURE_REFUSED },
  { "cancelled", HEMO_PICTURE_WITHDRAWN }, { "entered-in-error", HEMO_PICTURE_WITHDRAWN },
};

static const char *
status_of (HemoPictureRequestState state)
{
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].state == state)
      return statuses[i].code;
  return NULL;
}

static gboolean
read_status (const HemoFhirNode *node, HemoPictureRequestState *state, GError **error)
{
  g_autofree char *status = NULL;

  if (!hemo_fhir_read_string (node, "status", &status, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (g_strcmp0 (status, statuses[i].code) == 0)
      {
        *state = statuses[i].state;
        return TRUE;
      }
  return hemo_fhir_fail (node, "status", HEMO_FHIR_ERROR_UNSUPPORTED,
                         "not one that asks for a picture", error);
}

static void
write_state (json_object *json, const HemoPictureRequest *request)
{
  /* R4: nothing was changed before it was there, whatever the clock said. */
  HemoTime changed = request->changed_at.utc_us < request->asked_at.utc_us ? request->asked_at
                                                                           : request->changed_at;

  hemo_fhir_set_string (json, "status", status_of (request->state));
  if (request->reason != NULL)
    hemo_fhir_set (json, "statusReason", hemo_fhir_concept_new (NULL, NULL, request->reason));
  else
    json_object_object_del (json, "statusReason");
  hemo_fhir_set_time (json, "lastModified", changed);
}

/* As it came, and in the state that it has here. */
static json_object *
restate (json_object *theirs, const HemoPictureRequest *request)
{
  json_object *json = hemo_fhir_strip_meta (theirs);
  const HemoFhirNode node = { .name = "Task", .index = -1, .json = json };
  HemoPictureRequestState state = request->state;

  if (!read_status (&node, &state, NULL) || state != request->state)
    {
      /* What no value of its own has any more. */
      json_object_object_del (json, "_status");
      json_object_object_del (json, "_lastModified");
      write_state (json, request);
    }
  return json;
}

json_object *
hemo_fhir_picture_request_to_json (const HemoPictureRequest *request,
                                   const char *patient,
                                   json_object *theirs)
{
  json_object *json;

  if (theirs != NULL)
    return restate (theirs, request);
  json = hemo_fhir_resource_new ("Task", request->uuid);
  hemo_fhir_extend_int64 (json, "record-version", request->version);
  hemo_fhir_set_string (json, "intent", "order");
  hemo_fhir_set (json, "code",
                 hemo_fhir_own_concept_new ("task", TASK_PICTURE,
                                            "Picture that is to be sent before the others"));
  hemo_fhir_set (json, "focus", hemo_fhir_reference_new ("Media", request->image, NULL));
  hemo_fhir_set (json, "for", hemo_fhir_reference_new ("Patient", patient, NULL));
  hemo_fhir_set_time (json, "authoredOn", request->asked_at);
  hemo_fhir_set (
      json, "requester",
      hemo_fhir_reference_new ("Practitioner", request->asked_by, request->asked_by_name));
  write_state (json, request);
  return json;
}

gboolean
hemo_fhir_is_picture_request (json_object *task)
{
  HemoFhirNode node = { .name = "Task", .index = -1, .json = task };
  HemoFhirNode code;
  g_autofree char *image = NULL;
  const char *what = NULL;

  return hemo_fhir_read_reference (&node, "focus", "Media", &image, NULL) && image != NULL
         && hemo_fhir_get (&node, "code", json_type_object, &code, NULL)
         && hemo_fhir_find_own_code (&code, "task", &what, NULL)
         && (code.json == NULL || g_strcmp0 (what, TASK_PICTURE) == 0);
}

/* A person elsewhere, an organisation or a name alone: none of it is needed. */
static void
read_requester (const HemoFhirNode *node, HemoPictureRequest *self)
{
  HemoFhirNode requester;

  if (!hemo_fhir_get (node, "requester", json_type_object, &requester, NULL))
    return;
  hemo_fhir_read_reference_item (&requester, "Practitioner", &self->asked_by, NULL);
  hemo_fhir_read_string (&requester, "display", &self->asked_by_name, NULL);
}

static gboolean
read_rest (const HemoFhirNode *node, HemoPictureRequest *self, GError **error)
{
  HemoFhirNode concept;

  read_requester (node, self);
  return hemo_fhir_read_time (node, "authoredOn", &self->asked_at, error)
         && hemo_fhir_read_time (node, "lastModified", &self->changed_at, error)
         && hemo_fhir_get (node, "statusReason", json_type_object, &concept, error)
         && hemo_fhir_read_string (&concept, "text", &self->reason, error);
}

HemoPictureRequest *
hemo_fhir_picture_request_from_json (json_object *task, GError **error)
{
  static const char *const intents[]
      = { "order", "original-order", "reflex-order", "filler-order", "instance-order", NULL };
  g_autoptr (HemoPictureRequest) self = hemo_picture_request_new ();
  HemoFhirNode node;

  if (!hemo_fhir_open (&node, task, "Task", &self->uuid, error))
    return NULL;
  if (!hemo_fhir_is_picture_request (task))
    {
      hemo_fhir_fail (&node, "focus", HEMO_FHIR_ERROR_UNSUPPORTED, "no picture", error);
      return NULL;
    }
  if (!read_status (&node, &self->state, error)
      || !hemo_fhir_read_status (&node, "intent", intents, NULL, error)
      || !hemo_fhir_read_reference (&node, "focus", "Media", &self->image, error)
      || !read_rest (&node, self, error))
    return NULL;
  if (self->state != HEMO_PICTURE_REFUSED)
    g_clear_pointer (&self->reason, g_free);
  return g_steal_pointer (&self);
}

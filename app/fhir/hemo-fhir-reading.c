/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps what a pathologist is asked and answers to R4 and back. */

#include "hemo-fhir-reading.h"

#include "hemo-fhir-read-private.h"
#include "hemo-fhir-write-private.h"

/* How a Task of ours is called, and what its output is. */
#define TASK_READING "reading"
#define OUTPUT_ANSWER "answer"
#define ANSWER_CODE "reading-answer"

static char *
answer_uuid (const HemoReading *reading)
{
  return hemo_fhir_derive_uuid (reading->uuid, "answer");
}

static gboolean
is_answered (const HemoReading *reading)
{
  return reading->state == HEMO_READING_COMPLETED && reading->answer != NULL;
}

/* Text alone. */
static json_object *
words_new (const char *text)
{
  return text != NULL ? hemo_fhir_concept_new (NULL, NULL, text) : NULL;
}

static void
write_output (json_object *json, const HemoReading *reading)
{
  g_autofree char *uuid = answer_uuid (reading);
  json_object *output;

  if (!is_answered (reading))
    return;
  output = json_object_new_object ();
  hemo_fhir_set (output, "type",
                 hemo_fhir_own_concept_new ("task-output", OUTPUT_ANSWER, "Answer"));
  hemo_fhir_set (output, "valueReference", hemo_fhir_reference_new ("Observation", uuid, NULL));
  hemo_fhir_append (json, "output", output);
}

json_object *
hemo_fhir_reading_to_json (const HemoReading *reading, const char *patient, const char *order)
{
  json_object *json = hemo_fhir_resource_new ("Task", reading->uuid);
  /* R4: nothing was changed before it was there, whatever the clock said. */
  HemoTime changed = reading->changed_at.utc_us < reading->asked_at.utc_us ? reading->asked_at
                                                                           : reading->changed_at;

  hemo_fhir_extend_int64 (json, "record-version", reading->version);
  hemo_fhir_extend_int64 (json, "report-version", reading->report_version);
  hemo_fhir_append (json, "basedOn", hemo_fhir_reference_new ("ServiceRequest", order, NULL));
  hemo_fhir_set_string (json, "status", hemo_reading_state_to_code (reading->state));
  hemo_fhir_set (json, "statusReason", words_new (reading->reason));
  hemo_fhir_set_string (json, "intent", "order");
  hemo_fhir_set_string (json, "priority", hemo_urgency_to_code (reading->urgency));
  hemo_fhir_set (json, "code",
                 hemo_fhir_own_concept_new ("task", TASK_READING, "Reading of a blood smear"));
  hemo_fhir_set (json, "focus", hemo_fhir_reference_new ("Specimen", reading->specimen, NULL));
  hemo_fhir_set (json, "for", hemo_fhir_reference_new ("Patient", patient, NULL));
  hemo_fhir_set_time (json, "authoredOn", reading->asked_at);
  hemo_fhir_set_time (json, "lastModified", changed);
  hemo_fhir_set (
      json, "requester",
      hemo_fhir_reference_new ("Practitioner", reading->asked_by, reading->asked_by_name));
  hemo_fhir_set (json, "owner",
                 hemo_fhir_reference_new ("Practitioner", reading->reader, reading->reader_name));
  hemo_fhir_set (json, "reasonCode", words_new (reading->question));
  write_output (json, reading);
  return json;
}

static const char *
conclusion_label (HemoConclusion conclusion)
{
  static const char *const labels[HEMO_CONCLUSIONS] = {
    [HEMO_CONCLUSION_AGREES] = "Agrees with the report",
    [HEMO_CONCLUSION_DIFFERS] = "Differs from the report",
    [HEMO_CONCLUSION_UNCLEAR] = "Cannot be told from what was sent",
  };

  return labels[conclusion];
}

/* The conclusion as the value and the words as a note; words alone are the value. */
static void
write_value (json_object *json, const HemoReading *reading)
{
  json_object *note;

  if (reading->conclusion == HEMO_CONCLUSION_NONE)
    {
      hemo_fhir_set_string (json, "valueString", reading->answer);
      return;
    }
  hemo_fhir_set (json, "valueCodeableConcept",
                 hemo_fhir_own_concept_new ("reading-conclusion",
                                            hemo_conclusion_to_code (reading->conclusion),
                                            conclusion_label (reading->conclusion)));
  note = json_object_new_object ();
  hemo_fhir_set_string (note, "text", reading->answer);
  hemo_fhir_append (json, "note", note);
}

json_object *
hemo_fhir_reading_answer_to_json (const HemoReading *reading,
                                  const char *patient,
                                  const char *order)
{
  g_autofree char *uuid = answer_uuid (reading);
  json_object *json;

  if (!is_answered (reading))
    return NULL;
  json = hemo_fhir_resource_new ("Observation", uuid);
  hemo_fhir_append (json, "basedOn", hemo_fhir_reference_new ("ServiceRequest", order, NULL));
  hemo_fhir_set_string (json, "status", "final");
  hemo_fhir_append (
      json, "category",
      hemo_fhir_concept_new (HEMO_FHIR_TERMINOLOGY "observation-category", "laboratory", NULL));
  hemo_fhir_set (json, "code",
                 hemo_fhir_own_concept_new ("observation", ANSWER_CODE,
                                            "Reading of a blood smear by a pathologist"));
  hemo_fhir_set (json, "subject", hemo_fhir_reference_new ("Patient", patient, NULL));
  hemo_fhir_set_time (json, "effectiveDateTime", reading->changed_at);
  hemo_fhir_set_time (json, "issued", reading->changed_at);
  hemo_fhir_append (
      json, "performer",
      hemo_fhir_reference_new ("Practitioner", reading->reader, reading->reader_name));
  write_value (json, reading);
  hemo_fhir_set (json, "specimen", hemo_fhir_reference_new ("Specimen", reading->specimen, NULL));
  return json;
}

gboolean
hemo_fhir_is_reading (json_object *task)
{
  HemoFhirNode node = { .name = "Task", .index = -1, .json = task };
  HemoFhirNode code;
  const char *what = NULL;

  return hemo_fhir_get (&node, "code", json_type_object, &code, NULL)
         && hemo_fhir_find_own_code (&code, "task", &what, NULL)
         && g_strcmp0 (what, TASK_READING) == 0;
}

static gboolean
read_status (const HemoFhirNode *node, HemoReading *self, GError **error)
{
  static const struct
  {
    const char *code;
    HemoReadingState state;
  } known[] = {
    { "requested", HEMO_READING_REQUESTED },  { "accepted", HEMO_READING_ACCEPTED },
    { "in-progress", HEMO_READING_ACCEPTED }, { "completed", HEMO_READING_COMPLETED },
    { "cancelled", HEMO_READING_CANCELLED },  { "rejected", HEMO_READING_CANCELLED },
  };
  g_autofree char *status = NULL;

  if (!hemo_fhir_read_string (node, "status", &status, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_strcmp0 (status, known[i].code) == 0)
      {
        self->state = known[i].state;
        return TRUE;
      }
  return hemo_fhir_fail (node, "status", HEMO_FHIR_ERROR_UNSUPPORTED,
                         "not one that a reading can have", error);
}

static gboolean
read_priority (const HemoFhirNode *node, HemoReading *self, GError **error)
{
  g_autofree char *priority = NULL;

  if (!hemo_fhir_read_string (node, "priority", &priority, error))
    return FALSE;
  if (g_strcmp0 (priority, "asap") == 0)
    self->urgency = HEMO_URGENCY_STAT;
  else if (priority != NULL && !hemo_urgency_from_code (priority, &self->urgency, NULL))
    return hemo_fhir_fail (node, "priority", HEMO_FHIR_ERROR_INVALID, "not a known code", error);
  return TRUE;
}

static gboolean
read_words (const HemoFhirNode *node, const char *key, char **out, GError **error)
{
  HemoFhirNode concept;

  return hemo_fhir_get (node, key, json_type_object, &concept, error)
         && hemo_fhir_read_string (&concept, "text", out, error);
}

/* Whom another program calls by an id of its own is the same person for this Task each time. */
static gboolean
read_person (const HemoFhirNode *node,
             const char *key,
             const HemoReading *self,
             char **uuid,
             char **name,
             GError **error)
{
  HemoFhirNode reference;
  g_autofree char *id = NULL;
  g_autofree char *space = NULL;

  if (!hemo_fhir_get (node, key, json_type_object, &reference, error)
      || !hemo_fhir_read_reference_id (node, key, "Practitioner", &id, error)
      || !hemo_fhir_read_string (&reference, "display", name, error))
    return FALSE;
  if (id == NULL)
    return TRUE;
  space = g_strconcat ("Practitioner/", id, NULL);
  g_free (*uuid);
  *uuid
      = hemo_uuid_is_valid (id) ? g_steal_pointer (&id) : hemo_fhir_derive_uuid (self->uuid, space);
  return TRUE;
}

static gboolean
read_request (const HemoFhirNode *node, HemoReading *self, GError **error)
{
  static const char *const intents[] = { "order", "original-order", "filler-order", NULL };
  gint64 report_version = 0;

  if (!read_status (node, self, error) || !read_priority (node, self, error)
      || !hemo_fhir_read_status (node, "intent", intents, NULL, error)
      || !hemo_fhir_read_reference (node, "focus", "Specimen", &self->specimen, error)
      || !hemo_fhir_read_time (node, "authoredOn", &self->asked_at, error)
      || !hemo_fhir_read_time (node, "lastModified", &self->changed_at, error)
      || !read_person (node, "requester", self, &self->asked_by, &self->asked_by_name, error)
      || !read_person (node, "owner", self, &self->reader, &self->reader_name, error)
      || !read_words (node, "reasonCode", &self->question, error)
      || !read_words (node, "statusReason", &self->reason, error)
      || !hemo_fhir_read_extension_int64 (node, "record-version", 0, G_MAXINT64 - 1, &self->version,
                                          error)
      || !hemo_fhir_read_extension_int64 (node, "report-version", 0, G_MAXINT, &report_version,
                                          error))
    return FALSE;
  self->report_version = (int)report_version;
  return self->specimen != NULL
         || hemo_fhir_fail (node, "focus", HEMO_FHIR_ERROR_INVALID, "missing", error);
}

static gboolean
read_conclusion (const HemoFhirNode *concept, HemoReading *self, GError **error)
{
  const char *code = NULL;

  if (!hemo_fhir_find_own_code (concept, "reading-conclusion", &code, error))
    return FALSE;
  return code == NULL || hemo_conclusion_from_code (code, &self->conclusion, NULL)
         || hemo_fhir_fail (concept, NULL, HEMO_FHIR_ERROR_INVALID, "not a known code", error);
}

/* The words: a note, or the value itself. */
static gboolean
read_answer (const HemoFhirNode *node, HemoReading *self, GError **error)
{
  static const char *const known[] = { "final", "amended", "corrected", NULL };
  g_autofree char *specimen = NULL;
  HemoFhirNode concept, notes, note;

  if (!hemo_fhir_read_status (node, "status", known, NULL, error)
      || !hemo_fhir_read_reference (node, "specimen", "Specimen", &specimen, error)
      || !hemo_fhir_get (node, "valueCodeableConcept", json_type_object, &concept, error)
      || !read_conclusion (&concept, self, error)
      || !hemo_fhir_get_first (node, "note", json_type_object, &notes, &note, error)
      || !hemo_fhir_read_string (&note, "text", &self->answer, error)
      || (self->answer == NULL
          && !hemo_fhir_read_string (node, "valueString", &self->answer, error))
      || (self->answer == NULL && !hemo_fhir_read_string (&concept, "text", &self->answer, error)))
    return FALSE;
  return specimen == NULL || g_strcmp0 (specimen, self->specimen) == 0
         || hemo_fhir_fail (node, "specimen", HEMO_FHIR_ERROR_INVALID,
                            "another one than that of the Task", error);
}

/* @output: one of Task.output */
static gboolean
read_output (const HemoFhirNode *output,
             HemoReading *self,
             HemoFhirLookup lookup,
             gpointer data,
             GError **error)
{
  HemoFhirNode observation = { .name = "Observation", .index = -1 };
  HemoFhirNode reference;
  g_autofree char *id = NULL;

  if (!hemo_fhir_get (output, "valueReference", json_type_object, &reference, error))
    return FALSE;
  if (reference.json == NULL)
    return hemo_fhir_read_string (output, "valueString", &self->answer, error);
  if (!hemo_fhir_read_reference_id (output, "valueReference", "Observation", &id, error))
    return FALSE;
  observation.json = lookup != NULL && id != NULL ? lookup ("Observation", id, data) : NULL;
  if (observation.json == NULL)
    return hemo_fhir_fail (output, "valueReference", HEMO_FHIR_ERROR_NOT_FOUND,
                           "the Observation is not there", error);
  return hemo_fhir_open_any (&observation, observation.json, "Observation", error)
         && read_answer (&observation, self, error);
}

static gboolean
read_outputs (const HemoFhirNode *node,
              HemoReading *self,
              HemoFhirLookup lookup,
              gpointer data,
              GError **error)
{
  HemoFhirNode array, output;

  if (self->state != HEMO_READING_COMPLETED)
    return TRUE;
  if (!hemo_fhir_get (node, "output", json_type_array, &array, error))
    return FALSE;
  for (guint i = 0; self->answer == NULL && i < hemo_fhir_count (&array); i++)
    if (!hemo_fhir_get_item (&array, i, json_type_object, &output, error)
        || !read_output (&output, self, lookup, data, error))
      return FALSE;
  return self->answer != NULL
         || hemo_fhir_fail (node, "output", HEMO_FHIR_ERROR_INVALID,
                            "completed, and there is no answer", error);
}

HemoReading *
hemo_fhir_reading_from_json (json_object *task,
                             HemoFhirLookup lookup,
                             gpointer data,
                             GError **error)
{
  g_autoptr (HemoReading) self = hemo_reading_new (NULL);
  HemoFhirNode node;

  if (!hemo_fhir_open (&node, task, "Task", &self->uuid, error))
    return NULL;
  if (!hemo_fhir_is_reading (task))
    {
      hemo_fhir_fail (&node, "code", HEMO_FHIR_ERROR_UNSUPPORTED, "no reading of a smear", error);
      return NULL;
    }
  if (!read_request (&node, self, error) || !read_outputs (&node, self, lookup, data, error))
    return NULL;
  return g_steal_pointer (&self);
}

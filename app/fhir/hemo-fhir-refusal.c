/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps orders that are not carried out to R4 and back. */

#include "hemo-fhir-refusal.h"

#include "hemo-fhir-overlay.h"
#include "hemo-fhir-read-private.h"
#include "hemo-fhir-reference.h"
#include "hemo-fhir-write-private.h"

#include <string.h>

/* How such a Task of ours is called. */
#define TASK_ORDER "order"
#define TASK_CODES "http://hl7.org/fhir/CodeSystem/task-code"
#define TASK_FULFILL "fulfill"
#define SIGNED "refused-by"

/* Words of the clinic's language follow behind these. */
static const char *const labels[HEMO_REFUSAL_REASONS] = {
  [HEMO_REFUSAL_NO_REAGENT] = "No reagent",
  [HEMO_REFUSAL_NOT_DONE] = "Test not done here",
  [HEMO_REFUSAL_NOT_IN_TIME] = "Sample not received in time",
};

static HemoFhirNode
node_of (json_object *task)
{
  return (HemoFhirNode){ .name = "Task", .index = -1, .json = task };
}

char *
hemo_fhir_task_dup_order (json_object *task)
{
  const HemoFhirNode node = node_of (task);
  HemoFhirNode code;
  const char *own = NULL;
  char *order = NULL;

  if (!hemo_fhir_get (&node, "code", json_type_object, &code, NULL)
      || !hemo_fhir_find_own_code (&code, "task", &own, NULL)
      || (own != NULL && strcmp (own, TASK_ORDER) != 0))
    return NULL;
  if (json_object_object_get (task, "focus") != NULL)
    hemo_fhir_read_reference (&node, "focus", "ServiceRequest", &order, NULL);
  else
    hemo_fhir_read_first_reference (&node, "basedOn", "ServiceRequest", &order, NULL);
  return order;
}

static gboolean
has_status (json_object *task, const char *const *statuses)
{
  const HemoFhirNode node = node_of (task);
  g_autofree char *status = NULL;

  return hemo_fhir_read_string (&node, "status", &status, NULL) && status != NULL
         && g_strv_contains (statuses, status);
}

gboolean
hemo_fhir_task_is_open (json_object *task)
{
  static const char *const open[]
      = { "requested", "received", "accepted", "ready", "in-progress", "on-hold", NULL };

  return has_status (task, open);
}

/* A day alone says nothing of before and after. */
static gint64
read_instant (const HemoFhirNode *node, const char *key)
{
  g_autofree char *text = NULL;
  HemoTime time = { 0 };

  return hemo_fhir_read_string (node, key, &text, NULL) && text != NULL
                 && strchr (text, 'T') != NULL && hemo_fhir_read_time (node, key, &time, NULL)
             ? time.utc_us
             : 0;
}

gint64
hemo_fhir_task_asked_us (json_object *task)
{
  const HemoFhirNode node = node_of (task);
  gint64 said = MAX (read_instant (&node, "authoredOn"), read_instant (&node, "lastModified"));
  HemoFhirNode meta;

  if (said != 0)
    return said;
  return hemo_fhir_get (&node, "meta", json_type_object, &meta, NULL) && meta.json != NULL
             ? read_instant (&meta, "lastUpdated")
             : 0;
}

static gboolean
names (json_object *json, const char *uuid)
{
  return json != NULL
         && strstr (json_object_to_json_string_ext (json, JSON_C_TO_STRING_PLAIN), uuid) != NULL;
}

/* Whether the order names @owner to do it, and nobody else: of several each may be another
 * laboratory. */
static gboolean
is_performer (json_object *order, const char *owner)
{
  json_object *list = order != NULL ? json_object_object_get (order, "performer") : NULL;
  json_object *reference = NULL;

  return owner != NULL && json_object_is_type (list, json_type_array)
         && json_object_array_length (list) == 1
         && json_object_object_get_ex (json_object_array_get_idx (list, 0), "reference", &reference)
         && g_strcmp0 (json_object_get_string (reference), owner) == 0;
}

/* A Task that nobody owns may ask for anything that an order is the reason of, as to fetch the
 * patient: it is one to carry the order out where it says so, or is about nothing but that. */
static gboolean
asks_for_order (json_object *task)
{
  const HemoFhirNode node = node_of (task);
  HemoFhirNode code;
  const char *asked = NULL;

  return json_object_object_get (task, "focus") != NULL
         || (hemo_fhir_get (&node, "code", json_type_object, &code, NULL)
             && hemo_fhir_find_code (&code, TASK_CODES, &asked, NULL)
             && g_strcmp0 (asked, TASK_FULFILL) == 0);
}

/* Under one of the names @ours; a UUID is also found in what is no reference to a resource. */
static gboolean
is_ours (json_object *owner, const char *reference, const char *const *ours)
{
  g_autofree char *name = reference != NULL ? hemo_fhir_reference_name (reference) : NULL;

  if (name != NULL && g_strv_contains (ours, name))
    return TRUE;
  for (guint i = 0; ours[i] != NULL; i++)
    {
      const char *id = strchr (ours[i], '/') + 1;

      if (hemo_uuid_is_valid (id) && names (owner, id))
        return TRUE;
    }
  return FALSE;
}

gboolean
hemo_fhir_task_is_for (json_object *task, json_object *order, const char *const *ours)
{
  json_object *owner = json_object_object_get (task, "owner");
  json_object *reference = NULL;
  const char *whom;

  if (owner == NULL)
    return asks_for_order (task);
  json_object_object_get_ex (owner, "reference", &reference);
  whom = json_object_is_type (reference, json_type_string) ? json_object_get_string (reference)
                                                           : NULL;
  return is_ours (owner, whom, ours) || is_performer (order, whom);
}

/* '(label): (words)', of which either may be missing. (transfer full) */
static char *
say (const HemoRefusal *refusal)
{
  const char *label = labels[refusal->reason];

  if (label == NULL || refusal->words == NULL)
    return g_strdup (label != NULL ? label : refusal->words);
  return g_strconcat (label, ": ", refusal->words, NULL);
}

/* Who refused, where the Task is another's by its owner: whose laptops know it by that. */
static void
sign (json_object *json, const char *clinic)
{
  const HemoFhirNode node = node_of (json);
  HemoFhirNode list, before;

  if (!json_object_is_type (json_object_object_get (json, "extension"), json_type_array))
    json_object_object_del (json, "extension");
  if (hemo_fhir_find_extension (&node, SIGNED, &list, &before, NULL) && before.json != NULL)
    json_object_array_del_idx (list.json, (size_t)before.index, 1);
  if (!names (json_object_object_get (json, "owner"), clinic))
    hemo_fhir_set (hemo_fhir_extend (json, SIGNED), "valueReference",
                   hemo_fhir_reference_new ("Organization", clinic, NULL));
}

static gboolean
is_signed (json_object *json, const char *clinic)
{
  const HemoFhirNode node = node_of (json);
  HemoFhirNode list, extension;

  return names (json_object_object_get (json, "owner"), clinic)
         || (hemo_fhir_find_extension (&node, SIGNED, &list, &extension, NULL)
             && names (extension.json, clinic));
}

static void
write_state (json_object *json, const HemoRefusal *refusal, const char *clinic)
{
  g_autofree char *text = say (refusal);

  hemo_fhir_set_string (json, "status", "rejected");
  hemo_fhir_set (
      json, "statusReason",
      hemo_fhir_own_concept_new ("refusal", hemo_refusal_reason_to_code (refusal->reason), text));
  hemo_fhir_set_time (json, "lastModified", refusal->at);
  if (json_object_object_get (json, "owner") == NULL)
    hemo_fhir_set (json, "owner", hemo_fhir_reference_new ("Organization", clinic, NULL));
  sign (json, clinic);
}

/* As it came, and rejected. */
static json_object *
restate (json_object *theirs, const HemoRefusal *refusal, const char *clinic)
{
  json_object *json = hemo_fhir_strip_meta (theirs);

  if (!hemo_fhir_task_is_open (theirs))
    return json;
  /* What no value of its own has any more. */
  json_object_object_del (json, "_status");
  json_object_object_del (json, "_lastModified");
  json_object_object_del (json, "statusReason");
  write_state (json, refusal, clinic);
  return json;
}

json_object *
hemo_fhir_refusal_to_json (const HemoRefusal *refusal,
                           const char *task,
                           json_object *theirs,
                           const char *clinic)
{
  json_object *json, *code;

  if (theirs != NULL)
    return restate (theirs, refusal, clinic);
  json = hemo_fhir_resource_new ("Task", task);
  hemo_fhir_extend_int64 (json, "record-version", refusal->version);
  /* R4: what the side that carries out makes of an order. */
  hemo_fhir_set_string (json, "intent", "filler-order");
  code = hemo_fhir_own_concept_new ("task", TASK_ORDER, "Carry out the order");
  hemo_fhir_concept_add (code, TASK_CODES, TASK_FULFILL);
  hemo_fhir_set (json, "code", code);
  hemo_fhir_set (json, "focus", hemo_fhir_reference_new ("ServiceRequest", refusal->order, NULL));
  hemo_fhir_set (json, "for", hemo_fhir_reference_new ("Patient", refusal->patient, NULL));
  hemo_fhir_set_time (json, "authoredOn", refusal->at);
  write_state (json, refusal, clinic);
  return json;
}

/* Words behind the label, or words alone. */
static void
take_words (HemoRefusal *self, const char *text)
{
  const char *label = labels[self->reason];

  if (label != NULL && text != NULL && g_str_has_prefix (text, label))
    {
      text += strlen (label);
      text = g_str_has_prefix (text, ": ") ? text + 2 : NULL;
    }
  self->words = g_strdup (text);
  if (label == NULL && self->words == NULL)
    self->words = g_strdup ("-");
}

static gboolean
read_reason (const HemoFhirNode *node, HemoRefusal *self, GError **error)
{
  HemoFhirNode reason;
  g_autofree char *text = NULL;
  const char *code = NULL;

  if (!hemo_fhir_get (node, "statusReason", json_type_object, &reason, error)
      || !hemo_fhir_find_own_code (&reason, "refusal", &code, error)
      || !hemo_fhir_read_string (&reason, "text", &text, error))
    return FALSE;
  if (code == NULL || !hemo_refusal_reason_from_code (code, &self->reason, NULL))
    return hemo_fhir_fail (node, "statusReason", HEMO_FHIR_ERROR_UNSUPPORTED,
                           "not of this program's", error);
  take_words (self, text);
  return TRUE;
}

HemoRefusal *
hemo_fhir_refusal_from_json (json_object *task, const char *clinic, GError **error)
{
  static const char *const rejected[] = { "rejected", NULL };
  const HemoFhirNode node = node_of (task);
  g_autoptr (HemoRefusal) self = g_new0 (HemoRefusal, 1);

  self->order = hemo_fhir_task_dup_order (task);
  if (self->order == NULL || !has_status (task, rejected) || !is_signed (task, clinic))
    {
      hemo_fhir_fail (&node, "status", HEMO_FHIR_ERROR_UNSUPPORTED, "not refused by this clinic",
                      error);
      return NULL;
    }
  if (!read_reason (&node, self, error))
    return NULL;
  /* Of a laptop whose clock cannot be right it is a refusal all the same. */
  hemo_fhir_read_time (&node, "lastModified", &self->at, NULL);
  return g_steal_pointer (&self);
}

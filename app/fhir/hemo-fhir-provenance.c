/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps changes of the change log to R4's Provenance and back. */

#include "hemo-fhir-admin.h"
#include "hemo-fhir-read-private.h"
#include "hemo-fhir-reference.h"
#include "hemo-fhir-write-private.h"

#include <string.h>

#define DATA_OPERATION HEMO_FHIR_TERMINOLOGY "v3-DataOperation"

HemoFhirProvenance *
hemo_fhir_provenance_new (void)
{
  return g_new0 (HemoFhirProvenance, 1);
}

void
hemo_fhir_provenance_free (HemoFhirProvenance *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->target_type);
  g_free (self->target);
  g_free (self->agent);
  g_free (self->installation);
  g_free (self);
}

static void
write_agent (json_object *json, const char *kind, const char *type, const char *uuid)
{
  json_object *agent;

  if (uuid == NULL)
    return;
  agent = json_object_new_object ();
  hemo_fhir_set (
      agent, "type",
      hemo_fhir_concept_new (HEMO_FHIR_TERMINOLOGY "provenance-participant-type", kind, NULL));
  hemo_fhir_set (agent, "who", hemo_fhir_reference_new (type, uuid, NULL));
  hemo_fhir_append (json, "agent", agent);
}

json_object *
hemo_fhir_provenance_to_json (const HemoFhirProvenance *self, GError **error)
{
  json_object *json;

  if (self->agent == NULL && self->installation == NULL)
    {
      g_set_error_literal (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_INVALID,
                           "Provenance.agent: missing");
      return NULL;
    }
  json = hemo_fhir_resource_new ("Provenance", self->uuid);
  hemo_fhir_append (json, "target",
                    hemo_fhir_reference_new (self->target_type, self->target, NULL));
  hemo_fhir_set_time (json, "recorded", self->recorded);
  hemo_fhir_set (json, "activity",
                 hemo_fhir_concept_new (DATA_OPERATION, self->created ? "CREATE" : "UPDATE", NULL));
  write_agent (json, "author", "Practitioner", self->agent);
  write_agent (json, "assembler", "Device", self->installation);
  return json;
}

static gboolean
read_target (const HemoFhirNode *node, HemoFhirProvenance *self, GError **error)
{
  HemoFhirNode array, item;
  g_autofree char *reference = NULL;
  g_autofree char *id = NULL;

  if (!hemo_fhir_get_first (node, "target", json_type_object, &array, &item, error)
      || !hemo_fhir_read_string (&item, "reference", &reference, error))
    return FALSE;
  if (reference == NULL || !hemo_fhir_reference_split (reference, &self->target_type, &id)
      || self->target_type == NULL)
    return hemo_fhir_fail (node, "target", HEMO_FHIR_ERROR_UNSUPPORTED, "no literal reference",
                           error);
  return hemo_fhir_read_reference_item (&item, self->target_type, &self->target, error);
}

static gboolean
read_agents (const HemoFhirNode *node, HemoFhirProvenance *self, GError **error)
{
  HemoFhirNode array, item, who;

  if (!hemo_fhir_get (node, "agent", json_type_array, &array, error))
    return FALSE;
  for (guint i = 0; i < hemo_fhir_count (&array); i++)
    {
      g_autofree char *reference = NULL;

      if (!hemo_fhir_get_item (&array, i, json_type_object, &item, error)
          || !hemo_fhir_get (&item, "who", json_type_object, &who, error)
          || !hemo_fhir_read_string (&who, "reference", &reference, error))
        return FALSE;
      if (reference != NULL && g_str_has_prefix (reference, "Practitioner/")
          && !hemo_fhir_read_reference_item (&who, "Practitioner", &self->agent, error))
        return FALSE;
      if (reference != NULL && g_str_has_prefix (reference, "Device/")
          && !hemo_fhir_read_reference_item (&who, "Device", &self->installation, error))
        return FALSE;
    }
  return TRUE;
}

HemoFhirProvenance *
hemo_fhir_provenance_from_json (json_object *json, GError **error)
{
  g_autoptr (HemoFhirProvenance) self = hemo_fhir_provenance_new ();
  HemoFhirNode node, activity;
  const char *code;

  if (!hemo_fhir_open (&node, json, "Provenance", &self->uuid, error)
      || !read_target (&node, self, error) || !read_agents (&node, self, error)
      || !hemo_fhir_read_time (&node, "recorded", &self->recorded, error)
      || !hemo_fhir_get (&node, "activity", json_type_object, &activity, error)
      || !hemo_fhir_find_code (&activity, DATA_OPERATION, &code, error))
    return NULL;
  if (self->target == NULL || (self->agent == NULL && self->installation == NULL)
      || self->recorded.utc_us == 0)
    {
      hemo_fhir_fail (&node, NULL, HEMO_FHIR_ERROR_INVALID,
                      "lacks its target, its agent or its time", error);
      return NULL;
    }
  self->created = g_strcmp0 (code, "CREATE") == 0;
  return g_steal_pointer (&self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps the clinic, its people and its computers to R4. */

#include "hemo-fhir-admin.h"

#include "hemo-fhir-read-private.h"
#include "hemo-fhir-write-private.h"

json_object *
hemo_fhir_organization_to_json (const HemoClinicInfo *clinic)
{
  json_object *json = hemo_fhir_resource_new ("Organization", clinic->uuid);

  hemo_fhir_set_boolean (json, "active", TRUE);
  hemo_fhir_append (
      json, "type",
      hemo_fhir_concept_new (HEMO_FHIR_TERMINOLOGY "organization-type", "prov", NULL));
  hemo_fhir_set_string (json, "name", clinic->name);
  if (clinic->phone != NULL)
    {
      json_object *telecom = json_object_new_object ();

      hemo_fhir_set_string (telecom, "system", "phone");
      hemo_fhir_set_string (telecom, "value", clinic->phone);
      hemo_fhir_append (json, "telecom", telecom);
    }
  if (clinic->address != NULL)
    {
      json_object *address = json_object_new_object ();

      hemo_fhir_set_string (address, "text", clinic->address);
      hemo_fhir_append (json, "address", address);
    }
  return json;
}

HemoClinicInfo *
hemo_fhir_organization_from_json (json_object *json, GError **error)
{
  g_autoptr (HemoClinicInfo) clinic = hemo_clinic_info_new (NULL);
  HemoFhirNode node, telecoms, telecom, addresses, address;

  if (!hemo_fhir_open (&node, json, "Organization", &clinic->uuid, error)
      || !hemo_fhir_read_string (&node, "name", &clinic->name, error)
      || !hemo_fhir_get_first (&node, "telecom", json_type_object, &telecoms, &telecom, error)
      || !hemo_fhir_read_string (&telecom, "value", &clinic->phone, error)
      || !hemo_fhir_get_first (&node, "address", json_type_object, &addresses, &address, error)
      || !hemo_fhir_read_string (&address, "text", &clinic->address, error))
    return NULL;
  return g_steal_pointer (&clinic);
}

json_object *
hemo_fhir_practitioner_to_json (const char *uuid, const char *name)
{
  json_object *json = hemo_fhir_resource_new ("Practitioner", uuid);

  hemo_fhir_set_boolean (json, "active", TRUE);
  if (name != NULL)
    {
      json_object *human = json_object_new_object ();

      hemo_fhir_set_string (human, "text", name);
      hemo_fhir_append (json, "name", human);
    }
  return json;
}

gboolean
hemo_fhir_practitioner_from_json (json_object *json, char **uuid, char **name, GError **error)
{
  g_autofree char *id = NULL, *text = NULL;
  HemoFhirNode node, names, human;

  if (!hemo_fhir_open (&node, json, "Practitioner", &id, error)
      || !hemo_fhir_get_first (&node, "name", json_type_object, &names, &human, error)
      || !hemo_fhir_read_string (&human, "text", &text, error))
    return FALSE;
  *uuid = g_steal_pointer (&id);
  *name = g_steal_pointer (&text);
  return TRUE;
}

json_object *
hemo_fhir_practitioner_role_to_json (const char *practitioner, const char *clinic, const char *role)
{
  g_autofree char *key = g_strconcat ("role:", role, NULL);
  g_autofree char *uuid = hemo_fhir_derive_uuid (practitioner, key);
  json_object *json = hemo_fhir_resource_new ("PractitionerRole", uuid);

  hemo_fhir_set_boolean (json, "active", TRUE);
  hemo_fhir_set (json, "practitioner",
                 hemo_fhir_reference_new ("Practitioner", practitioner, NULL));
  hemo_fhir_set (json, "organization", hemo_fhir_reference_new ("Organization", clinic, NULL));
  hemo_fhir_append (json, "code", hemo_fhir_own_concept_new ("role", role, role));
  return json;
}

json_object *
hemo_fhir_device_to_json (const char *installation, const char *clinic, const char *version)
{
  json_object *json = hemo_fhir_resource_new ("Device", installation);
  json_object *name = json_object_new_object ();

  hemo_fhir_set_string (json, "status", "active");
  hemo_fhir_set_string (name, "name", "Hemogram");
  hemo_fhir_set_string (name, "type", "user-friendly-name");
  hemo_fhir_append (json, "deviceName", name);
  hemo_fhir_set (json, "type",
                 hemo_fhir_concept_new (NULL, NULL, "Blood smear laboratory program"));
  if (version != NULL)
    {
      json_object *item = json_object_new_object ();

      hemo_fhir_set_string (item, "value", version);
      hemo_fhir_append (json, "version", item);
    }
  hemo_fhir_set (json, "owner", hemo_fhir_reference_new ("Organization", clinic, NULL));
  return json;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps patients to R4's Patient and back. */

#include "hemo-fhir-patient.h"

#include "hemo-fhir-read-private.h"
#include "hemo-fhir-write-private.h"

#include <string.h>

#define DATA_ABSENT_REASON "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

/* Whether others would understand it as a system: an absolute URI, and not one of our making. */
static gboolean
is_system (const char *issuer)
{
  if (g_str_has_prefix (issuer, HEMO_FHIR_ISSUER))
    return FALSE;
  if (g_str_has_prefix (issuer, "urn:oid:"))
    return g_regex_match_simple ("^urn:oid:[0-2](\\.(0|[1-9][0-9]*))+$", issuer, 0, 0);
  if (g_str_has_prefix (issuer, "urn:uuid:"))
    return hemo_uuid_is_valid (issuer + strlen ("urn:uuid:"));
  if (!g_str_has_prefix (issuer, "http://") && !g_str_has_prefix (issuer, "https://"))
    return FALSE;
  return g_uri_is_valid (issuer, G_URI_FLAGS_NONE, NULL);
}

char *
hemo_fhir_issuer_to_system (const char *issuer)
{
  g_autofree char *escaped = NULL;

  if (is_system (issuer))
    return g_strdup (issuer);
  escaped = g_uri_escape_string (issuer, NULL, FALSE);
  return g_strconcat (HEMO_FHIR_ISSUER, escaped, NULL);
}

char *
hemo_fhir_issuer_from_system (const char *system)
{
  char *issuer = NULL;

  if (g_str_has_prefix (system, HEMO_FHIR_ISSUER))
    issuer = g_uri_unescape_string (system + strlen (HEMO_FHIR_ISSUER), NULL);
  if (issuer != NULL && (*issuer == '\0' || !g_utf8_validate (issuer, -1, NULL)))
    g_clear_pointer (&issuer, g_free);
  return issuer != NULL ? issuer : g_strdup (system);
}

static void
write_identifiers (json_object *json, const GPtrArray *identifiers)
{
  for (guint i = 0; identifiers != NULL && i < identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (identifiers, i);
      g_autofree char *system = hemo_fhir_issuer_to_system (identifier->issuer);
      json_object *item = json_object_new_object ();

      hemo_fhir_set_string (item, "system", system);
      hemo_fhir_set_string (item, "value", identifier->value);
      hemo_fhir_append (json, "identifier", item);
    }
}

static void
write_name (json_object *json, const HemoPatient *patient)
{
  g_autofree char *text = hemo_patient_display_name (patient);
  g_auto (GStrv) given = g_strsplit (patient->given != NULL ? patient->given : "", " ", -1);
  json_object *name = json_object_new_object ();

  hemo_fhir_set_string (name, "text", text);
  hemo_fhir_set_string (name, "family", patient->family);
  for (guint i = 0; given[i] != NULL; i++)
    hemo_fhir_append_string (name, "given", given[i]);
  if (json_object_object_length (name) > 0)
    hemo_fhir_append (json, "name", name);
  else
    json_object_put (name);
}

static void
write_birth (json_object *json, const HemoBirth *birth)
{
  g_autofree char *date = hemo_date_to_iso (birth->date);

  hemo_fhir_set_string (json, "birthDate", date);
  if (date == NULL)
    {
      json_object *absent = json_object_new_object ();

      hemo_fhir_set_string (absent, "url", DATA_ABSENT_REASON);
      hemo_fhir_set_string (absent, "valueCode", "unknown");
      hemo_fhir_append (hemo_fhir_primitive (json, "birthDate"), "extension", absent);
    }
  if (birth->estimated)
    hemo_fhir_extend_boolean (hemo_fhir_primitive (json, "birthDate"), "birth-estimated", TRUE);
}

static void
write_contact (json_object *json, const HemoPatient *patient)
{
  if (patient->phone != NULL)
    {
      json_object *telecom = json_object_new_object ();

      hemo_fhir_set_string (telecom, "system", "phone");
      hemo_fhir_set_string (telecom, "value", patient->phone);
      hemo_fhir_append (json, "telecom", telecom);
    }
  if (patient->village != NULL)
    {
      json_object *address = json_object_new_object ();

      hemo_fhir_set_string (address, "city", patient->village);
      hemo_fhir_append (json, "address", address);
    }
}

guint
hemo_fhir_find_patient_field (const char *words)
{
  static const struct
  {
    const char *element;
    HemoField field;
  } elements[] = {
    { "birthDate", HEMO_FIELD_BIRTH },   { "gender", HEMO_FIELD_SEX },
    { "telecom", HEMO_FIELD_PHONE },     { "ContactPoint", HEMO_FIELD_PHONE },
    { "address", HEMO_FIELD_VILLAGE },   { "identifier", HEMO_FIELD_IDENTIFIERS },
    { "Patient.name", HEMO_FIELD_NAME }, { "HumanName", HEMO_FIELD_NAME },
    { "family", HEMO_FIELD_NAME },       { "given", HEMO_FIELD_NAME },
  };

  for (guint i = 0; words != NULL && i < G_N_ELEMENTS (elements); i++)
    if (strstr (words, elements[i].element) != NULL)
      return elements[i].field;
  return 0;
}

json_object *
hemo_fhir_patient_to_json (const HemoPatient *patient)
{
  json_object *json = hemo_fhir_resource_new ("Patient", patient->uuid);

  hemo_fhir_extend_int64 (json, "record-version", patient->version);
  write_identifiers (json, patient->identifiers);
  hemo_fhir_set_boolean (json, "active", patient->active);
  write_name (json, patient);
  hemo_fhir_set_string (json, "gender", hemo_sex_to_code (patient->sex));
  write_birth (json, &patient->birth);
  write_contact (json, patient);
  if (patient->merged_into != NULL)
    {
      json_object *link = json_object_new_object ();

      hemo_fhir_set (link, "other",
                     hemo_fhir_reference_new ("Patient", patient->merged_into, NULL));
      hemo_fhir_set_string (link, "type", "replaced-by");
      hemo_fhir_append (json, "link", link);
    }
  return json;
}

static gboolean
read_identifiers (const HemoFhirNode *node, HemoPatient *patient, GError **error)
{
  HemoFhirNode array, item;

  if (!hemo_fhir_get (node, "identifier", json_type_array, &array, error))
    return FALSE;
  for (guint i = 0; i < hemo_fhir_count (&array); i++)
    {
      g_autofree char *system = NULL, *value = NULL, *issuer = NULL;

      if (!hemo_fhir_get_item (&array, i, json_type_object, &item, error)
          || !hemo_fhir_read_string (&item, "system", &system, error)
          || !hemo_fhir_read_string (&item, "value", &value, error))
        return FALSE;
      if (value == NULL)
        continue;
      issuer = system != NULL ? hemo_fhir_issuer_from_system (system) : g_strdup ("unknown");
      g_ptr_array_add (patient->identifiers, hemo_identifier_new (issuer, value));
    }
  return TRUE;
}

static gboolean
read_given (const HemoFhirNode *name, HemoPatient *patient, GError **error)
{
  g_autoptr (GString) given = g_string_new (NULL);
  HemoFhirNode array, item;

  if (!hemo_fhir_get (name, "given", json_type_array, &array, error))
    return FALSE;
  for (guint i = 0; i < hemo_fhir_count (&array); i++)
    {
      const char *text;

      if (!hemo_fhir_get_item (&array, i, json_type_string, &item, error))
        return FALSE;
      text = hemo_fhir_peek_text (&item, error);
      if (text == NULL)
        return FALSE;
      g_string_append_printf (given, "%s%s", given->len > 0 ? " " : "", text);
    }
  if (given->len > 0)
    {
      g_free (patient->given);
      patient->given = g_string_free (g_steal_pointer (&given), FALSE);
    }
  return TRUE;
}

/* The official name, or else the first that is not an old one. */
static gboolean
choose_name (const HemoFhirNode *names, HemoFhirNode *chosen, GError **error)
{
  HemoFhirNode item;

  for (guint i = 0; i < hemo_fhir_count (names); i++)
    {
      g_autofree char *use = NULL;

      if (!hemo_fhir_get_item (names, i, json_type_object, &item, error)
          || !hemo_fhir_read_string (&item, "use", &use, error))
        return FALSE;
      if (g_strcmp0 (use, "official") == 0
          || (chosen->json == NULL && g_strcmp0 (use, "old") != 0
              && g_strcmp0 (use, "maiden") != 0))
        *chosen = item;
    }
  return TRUE;
}

static gboolean
read_name (const HemoFhirNode *node, HemoPatient *patient, GError **error)
{
  HemoFhirNode names, name = { .parent = &names, .name = "", .index = 0 };

  if (!hemo_fhir_get (node, "name", json_type_array, &names, error)
      || !choose_name (&names, &name, error)
      || !hemo_fhir_read_string (&name, "family", &patient->family, error)
      || !read_given (&name, patient, error))
    return FALSE;
  if (patient->family == NULL && patient->given == NULL)
    return hemo_fhir_read_string (&name, "text", &patient->given, error);
  return TRUE;
}

static gboolean
read_birth (const HemoFhirNode *node, HemoBirth *birth, GError **error)
{
  g_autofree char *text = NULL;
  HemoFhirNode sibling;
  char name[64];

  if (!hemo_fhir_read_string (node, "birthDate", &text, error))
    return FALSE;
  if (text != NULL
      && (!hemo_date_from_iso (text, &birth->date, NULL) || !hemo_date_is_valid (birth->date)))
    return hemo_fhir_fail (node, "birthDate", HEMO_FHIR_ERROR_INVALID,
                           "not a date that can be (YYYY, YYYY-MM or YYYY-MM-DD)", error);
  return hemo_fhir_get_primitive (node, "birthDate", name, &sibling, error)
         && hemo_fhir_read_extension_boolean (&sibling, "birth-estimated", &birth->estimated,
                                              error);
}

static gboolean
read_phone (const HemoFhirNode *node, HemoPatient *patient, GError **error)
{
  HemoFhirNode array, item;

  if (!hemo_fhir_get (node, "telecom", json_type_array, &array, error))
    return FALSE;
  for (guint i = 0; i < hemo_fhir_count (&array) && patient->phone == NULL; i++)
    {
      g_autofree char *system = NULL, *use = NULL;

      if (!hemo_fhir_get_item (&array, i, json_type_object, &item, error)
          || !hemo_fhir_read_string (&item, "system", &system, error)
          || !hemo_fhir_read_string (&item, "use", &use, error))
        return FALSE;
      /* Whoever calls a critical result must not call an old number. */
      if (g_strcmp0 (use, "old") != 0
          && (g_strcmp0 (system, "phone") == 0 || g_strcmp0 (system, "sms") == 0)
          && !hemo_fhir_read_string (&item, "value", &patient->phone, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_village (const HemoFhirNode *node, HemoPatient *patient, GError **error)
{
  HemoFhirNode array, address;

  if (!hemo_fhir_get_first (node, "address", json_type_object, &array, &address, error)
      || !hemo_fhir_read_string (&address, "city", &patient->village, error))
    return FALSE;
  return patient->village != NULL
         || hemo_fhir_read_string (&address, "text", &patient->village, error);
}

static gboolean
read_links (const HemoFhirNode *node, HemoPatient *patient, GError **error)
{
  HemoFhirNode array, item;

  if (!hemo_fhir_get (node, "link", json_type_array, &array, error))
    return FALSE;
  for (guint i = 0; i < hemo_fhir_count (&array); i++)
    {
      g_autofree char *type = NULL;

      if (!hemo_fhir_get_item (&array, i, json_type_object, &item, error)
          || !hemo_fhir_read_string (&item, "type", &type, error))
        return FALSE;
      if (g_strcmp0 (type, "replaced-by") == 0
          && !hemo_fhir_read_reference (&item, "other", "Patient", &patient->merged_into, error))
        return FALSE;
    }
  if (g_strcmp0 (patient->merged_into, patient->uuid) == 0)
    return hemo_fhir_fail (node, "link", HEMO_FHIR_ERROR_INVALID, "replaced by itself", error);
  return TRUE;
}

static gboolean
read_sex (const HemoFhirNode *node, HemoPatient *patient, GError **error)
{
  g_autofree char *gender = NULL;

  if (!hemo_fhir_read_string (node, "gender", &gender, error))
    return FALSE;
  if (gender != NULL && !hemo_sex_from_code (gender, &patient->sex, NULL))
    return hemo_fhir_fail (node, "gender", HEMO_FHIR_ERROR_INVALID, "not a known code", error);
  return TRUE;
}

HemoPatient *
hemo_fhir_patient_from_json (json_object *json, GError **error)
{
  g_autoptr (HemoPatient) patient = hemo_patient_new ();
  HemoFhirNode node;

  if (!hemo_fhir_open (&node, json, "Patient", &patient->uuid, error)
      || !hemo_fhir_read_extension_int64 (&node, "record-version", 0, G_MAXINT64 - 1,
                                          &patient->version, error)
      || !read_identifiers (&node, patient, error)
      || !hemo_fhir_read_boolean (&node, "active", &patient->active, error)
      || !read_name (&node, patient, error) || !read_sex (&node, patient, error)
      || !read_birth (&node, &patient->birth, error) || !read_phone (&node, patient, error)
      || !read_village (&node, patient, error) || !read_links (&node, patient, error))
    return NULL;
  return g_steal_pointer (&patient);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lays our fields over a resource of others. */

#include "hemo-fhir-overlay.h"

#include "hemo-fhir-patient.h"
#include "hemo-fhir-specimen.h"
#include "hemo-json.h"

#include <stdlib.h>
#include <string.h>

/* Whether an item of an array is one that ours take the place of. */
typedef gboolean (*IsOurs) (json_object *item, gpointer data);

static json_object *
get (json_object *object, const char *key, json_type type)
{
  json_object *value;

  return object != NULL && json_object_object_get_ex (object, key, &value)
                 && json_object_is_type (value, type)
             ? value
             : NULL;
}

static const char *
get_text (json_object *object, const char *key)
{
  return json_object_get_string (get (object, key, json_type_string));
}

static json_object *
copy_of (json_object *json)
{
  json_object *copy = NULL;

  if (json_object_deep_copy (json, &copy, NULL) != 0)
    g_error ("out of memory");
  return copy;
}

json_object *
hemo_fhir_strip_meta (json_object *resource)
{
  json_object *copy = copy_of (resource);
  json_object *meta = get (copy, "meta", json_type_object);

  if (meta == NULL)
    return copy;
  json_object_object_del (meta, "versionId");
  json_object_object_del (meta, "lastUpdated");
  json_object_object_del (meta, "source");
  if (json_object_object_length (meta) == 0)
    json_object_object_del (copy, "meta");
  return copy;
}

static gboolean
is_number (json_object *json)
{
  return json_object_is_type (json, json_type_int) || json_object_is_type (json, json_type_double);
}

/* A number that we write is a double, and one that a server writes an integer where it is one. */
static gboolean
is_equal (json_object *a, json_object *b)
{
  if (is_number (a) && is_number (b))
    {
      double x = json_object_get_double (a), y = json_object_get_double (b);

      return !(x < y) && !(x > y);
    }
  if (json_object_is_type (a, json_type_array) && json_object_is_type (b, json_type_array))
    {
      size_t count = json_object_array_length (a);
      gboolean same = count == json_object_array_length (b);

      for (size_t i = 0; same && i < count; i++)
        same = is_equal (json_object_array_get_idx (a, i), json_object_array_get_idx (b, i));
      return same;
    }
  if (!json_object_is_type (a, json_type_object) || !json_object_is_type (b, json_type_object))
    return json_object_equal (a, b) == 1;
  if (json_object_object_length (a) != json_object_object_length (b))
    return FALSE;
  json_object_object_foreach (a, key, value)
  {
    json_object *other = NULL;

    if (!json_object_object_get_ex (b, key, &other) || !is_equal (value, other))
      return FALSE;
  }
  return TRUE;
}

gboolean
hemo_fhir_is_same (json_object *a, json_object *b)
{
  g_autoptr (json_object) one = hemo_fhir_strip_meta (a);
  g_autoptr (json_object) other = hemo_fhir_strip_meta (b);

  return one != NULL && other != NULL && is_equal (one, other);
}

static int
compare_keys (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void append_value (GString *out, json_object *value);

static void
append_object (GString *out, json_object *object)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();

  json_object_object_foreach (object, key, value)
  {
    if (value != NULL)
      g_ptr_array_add (keys, key);
  }
  if (keys->len > 0)
    qsort (keys->pdata, keys->len, sizeof (gpointer), compare_keys);
  g_string_append_c (out, '{');
  for (guint i = 0; i < keys->len; i++)
    {
      g_string_append (out, keys->pdata[i]);
      g_string_append_c (out, '\0');
      append_value (out, json_object_object_get (object, keys->pdata[i]));
    }
  g_string_append_c (out, '}');
}

static void
append_value (GString *out, json_object *value)
{
  if (json_object_is_type (value, json_type_object))
    append_object (out, value);
  else if (json_object_is_type (value, json_type_array))
    {
      g_string_append_c (out, '[');
      for (size_t i = 0; i < json_object_array_length (value); i++)
        append_value (out, json_object_array_get_idx (value, i));
      g_string_append_c (out, ']');
    }
  else if (is_number (value))
    {
      char text[G_ASCII_DTOSTR_BUF_SIZE];

      /* Of 0 there is only one. */
      g_string_append (out,
                       g_ascii_dtostr (text, sizeof text, json_object_get_double (value) + 0.0));
      g_string_append_c (out, '\0');
    }
  else
    {
      g_string_append (out, json_object_to_json_string_ext (value, JSON_C_TO_STRING_PLAIN));
      g_string_append_c (out, '\0');
    }
}

char *
hemo_fhir_content_hash (json_object *resource)
{
  g_autoptr (json_object) plain = hemo_fhir_strip_meta (resource);
  g_autoptr (GString) text = g_string_new (NULL);

  append_value (text, plain);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)text->str, text->len);
}

/* The element as @ours has it, or none, with what stands beside a primitive. */
static void
put (json_object *to, json_object *ours, const char *key)
{
  g_autofree char *sibling = g_strconcat ("_", key, NULL);
  const char *const keys[] = { key, sibling };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      json_object *value = NULL;

      json_object_object_del (to, keys[i]);
      if (json_object_object_get_ex (ours, keys[i], &value))
        hemo_json_add_any (to, keys[i], copy_of (value));
    }
}

/* Items of @key that are not ours stay, in front of those of @ours. */
static void
put_items (json_object *to, json_object *ours, const char *key, IsOurs is_ours, gpointer data)
{
  json_object *result = json_object_new_array ();
  json_object *before = get (to, key, json_type_array);
  json_object *after = get (ours, key, json_type_array);

  for (size_t i = 0; before != NULL && i < json_object_array_length (before); i++)
    {
      json_object *item = json_object_array_get_idx (before, i);

      if (!is_ours (item, data))
        hemo_json_append_any (result, json_object_get (item));
    }
  for (size_t i = 0; after != NULL && i < json_object_array_length (after); i++)
    if (is_ours (json_object_array_get_idx (after, i), data))
      hemo_json_append_any (result, copy_of (json_object_array_get_idx (after, i)));
  json_object_object_del (to, key);
  if (json_object_array_length (result) > 0)
    hemo_json_add_any (to, key, result);
  else
    json_object_put (result);
}

static gboolean
is_extension (json_object *item, gpointer name)
{
  const char *url = get_text (item, "url");

  return url != NULL && g_str_has_prefix (url, HEMO_FHIR_EXTENSION)
         && strcmp (url + strlen (HEMO_FHIR_EXTENSION), name) == 0;
}

/* The name that is read, as hemo_fhir_patient_from_json() chooses it. */
static gboolean
is_chosen_name (json_object *item, gpointer data)
{
  return item == data;
}

static json_object *
choose_name (json_object *patient)
{
  json_object *names = get (patient, "name", json_type_array);
  json_object *chosen = NULL;

  for (size_t i = 0; names != NULL && i < json_object_array_length (names); i++)
    {
      json_object *item = json_object_array_get_idx (names, i);
      const char *use = get_text (item, "use");

      if (g_strcmp0 (use, "official") == 0
          || (chosen == NULL && g_strcmp0 (use, "old") != 0 && g_strcmp0 (use, "maiden") != 0))
        chosen = item;
    }
  return chosen;
}

/* Title and use stay with the name that they came with. */
static void
put_name (json_object *to, json_object *ours)
{
  json_object *chosen = choose_name (to);
  json_object *name = choose_name (ours);

  if (chosen == NULL)
    {
      put_items (to, ours, "name", is_chosen_name, name);
      return;
    }
  put (chosen, name, "text");
  put (chosen, name, "family");
  put (chosen, name, "given");
  if (json_object_object_length (chosen) == 0)
    put_items (to, ours, "name", is_chosen_name, chosen);
}

/* The number that is called. */
static gboolean
is_phone (json_object *item, gpointer data)
{
  const char *system = get_text (item, "system");

  return g_strcmp0 (get_text (item, "use"), "old") != 0
         && (g_strcmp0 (system, "phone") == 0 || g_strcmp0 (system, "sms") == 0)
         && (data == NULL || g_strcmp0 (get_text (item, "value"), data) == 0);
}

static void
put_phone (json_object *to, json_object *ours, const HemoPatient *theirs)
{
  json_object *before = get (to, "telecom", json_type_array);
  json_object *after = get (ours, "telecom", json_type_array);
  json_object *value = get (after != NULL ? json_object_array_get_idx (after, 0) : NULL, "value",
                            json_type_string);

  for (size_t i = 0; before != NULL && i < json_object_array_length (before); i++)
    {
      json_object *item = json_object_array_get_idx (before, i);

      if (!is_phone (item, theirs->phone) || theirs->phone == NULL)
        continue;
      if (value != NULL)
        hemo_json_add_any (item, "value", copy_of (value));
      else
        json_object_array_del_idx (before, i, 1);
      if (json_object_array_length (before) == 0)
        json_object_object_del (to, "telecom");
      return;
    }
  if (value == NULL)
    return;
  if (before == NULL)
    put (to, ours, "telecom");
  else
    hemo_json_append_any (before, copy_of (json_object_array_get_idx (after, 0)));
}

static void
put_village (json_object *to, json_object *ours)
{
  json_object *before = get (to, "address", json_type_array);
  json_object *after = get (ours, "address", json_type_array);
  json_object *first = before != NULL ? json_object_array_get_idx (before, 0) : NULL;

  if (!json_object_is_type (first, json_type_object))
    {
      put (to, ours, "address");
      return;
    }
  /* Words for the whole address would contradict its parts. */
  json_object_object_del (first, "text");
  put (first, after != NULL ? json_object_array_get_idx (after, 0) : NULL, "city");
  if (json_object_object_length (first) > 0)
    return;
  json_object_array_del_idx (before, 0, 1);
  if (json_object_array_length (before) == 0)
    json_object_object_del (to, "address");
}

/* Whether @item is an identifier that can be read, and is not in @data, a record. */
static gboolean
is_removed (json_object *item, gpointer data)
{
  const HemoPatient *ours = data;
  const char *system = get_text (item, "system");
  const char *value = get_text (item, "value");
  g_autofree char *issuer
      = system != NULL ? hemo_fhir_issuer_from_system (system) : g_strdup ("unknown");

  for (guint i = 0; i < ours->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (ours->identifiers, i);

      if (strcmp (identifier->issuer, issuer) == 0 && g_strcmp0 (identifier->value, value) == 0)
        return FALSE;
    }
  return value != NULL;
}

/* A period or a type that stands with an identifier stays. */
static void
put_identifiers (json_object *to, json_object *ours, HemoPatient *own, HemoPatient *theirs)
{
  json_object *after = get (ours, "identifier", json_type_array);
  json_object *result;

  put_items (to, NULL, "identifier", is_removed, own);
  result = get (to, "identifier", json_type_array);
  for (size_t i = 0; after != NULL && i < json_object_array_length (after); i++)
    {
      json_object *item = json_object_array_get_idx (after, i);

      if (!is_removed (item, theirs))
        continue;
      if (result == NULL)
        hemo_json_add_any (to, "identifier", result = json_object_new_array ());
      hemo_json_append_any (result, copy_of (item));
    }
}

static gboolean
is_replaced_by (json_object *item, gpointer data)
{
  return g_strcmp0 (get_text (item, "type"), "replaced-by") == 0;
}

static gboolean
overlay_patient (json_object *to, json_object *theirs_json, json_object *ours)
{
  g_autoptr (HemoPatient) theirs = hemo_fhir_patient_from_json (theirs_json, NULL);
  g_autoptr (HemoPatient) own = hemo_fhir_patient_from_json (ours, NULL);
  guint fields;

  if (theirs == NULL || own == NULL)
    return FALSE;
  fields = hemo_patient_differing (theirs, own);
  if ((fields & HEMO_FIELD_NAME) != 0)
    put_name (to, ours);
  if ((fields & HEMO_FIELD_SEX) != 0)
    put (to, ours, "gender");
  if ((fields & HEMO_FIELD_BIRTH) != 0)
    put (to, ours, "birthDate");
  if ((fields & HEMO_FIELD_PHONE) != 0)
    put_phone (to, ours, theirs);
  if ((fields & HEMO_FIELD_VILLAGE) != 0)
    put_village (to, ours);
  if ((fields & HEMO_FIELD_IDENTIFIERS) != 0)
    put_identifiers (to, ours, own, theirs);
  if (theirs->active != own->active || g_strcmp0 (theirs->merged_into, own->merged_into) != 0)
    {
      put (to, ours, "active");
      put_items (to, ours, "link", is_replaced_by, NULL);
    }
  if (fields != 0)
    json_object_object_del (to, "text");
  return TRUE;
}

static void
put_clinical_note (json_object *to, json_object *ours)
{
  put (to, ours, "reasonCode");
  /* Where there is no reason the note is what was read. */
  if (get (ours, "reasonCode", json_type_array) == NULL)
    json_object_object_del (to, "note");
}

static gboolean
is_own_test (json_object *item, gpointer data)
{
  return !hemo_fhir_test_is_foreign (item);
}

/* What else they ask for stays asked for. */
static void
put_tests (json_object *to, json_object *ours)
{
  if (!hemo_fhir_test_is_foreign (get (to, "code", json_type_object)))
    put (to, ours, "code");
  put_items (to, ours, "orderDetail", is_own_test, NULL);
}

static gboolean
overlay_order (json_object *to, json_object *theirs_json, json_object *ours)
{
  g_autoptr (HemoOrder) theirs = hemo_fhir_order_from_json_any (theirs_json, NULL);
  g_autoptr (HemoOrder) own = hemo_fhir_order_from_json (ours, NULL);
  guint fields;

  if (theirs == NULL || own == NULL)
    return FALSE;
  fields = hemo_order_differing (theirs, own);
  if ((fields & HEMO_FIELD_REVOKED) != 0)
    put (to, ours, "status");
  if ((fields & HEMO_FIELD_URGENCY) != 0)
    put (to, ours, "priority");
  if ((fields & HEMO_FIELD_TESTS) != 0)
    put_tests (to, ours);
  if ((fields & HEMO_FIELD_PREGNANCY) != 0)
    put_items (to, ours, "extension", is_extension, (gpointer) "pregnancy");
  if ((fields & HEMO_FIELD_PATIENT) != 0)
    put (to, ours, "subject");
  if ((fields & HEMO_FIELD_ORDERED) != 0)
    put (to, ours, "authoredOn");
  if ((fields & HEMO_FIELD_REQUESTER) != 0)
    put (to, ours, "requester");
  if ((fields & HEMO_FIELD_CLINICAL_NOTE) != 0)
    put_clinical_note (to, ours);
  if (fields != 0)
    json_object_object_del (to, "text");
  return TRUE;
}

json_object *
hemo_fhir_overlay (json_object *theirs, json_object *ours)
{
  g_autoptr (json_object) to = hemo_fhir_strip_meta (theirs);
  const char *type = hemo_fhir_get_type (ours);
  gboolean read = FALSE;

  if (g_strcmp0 (type, hemo_fhir_get_type (theirs)) != 0
      || g_strcmp0 (hemo_fhir_get_id (theirs), hemo_fhir_get_id (ours)) != 0)
    return json_object_get (ours);
  if (strcmp (type, "Patient") == 0)
    read = overlay_patient (to, theirs, ours);
  else if (strcmp (type, "ServiceRequest") == 0)
    read = overlay_order (to, theirs, ours);
  if (!read)
    return json_object_get (ours);
  put_items (to, ours, "extension", is_extension, (gpointer) "record-version");
  return g_steal_pointer (&to);
}

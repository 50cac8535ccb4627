/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Holds resources as a Bundle, writes it and reads it. */

#include "hemo-fhir-bundle.h"

#include "hemo-fhir-bundle-private.h"
#include "hemo-fhir-read-private.h"
#include "hemo-fhir-write-private.h"
#include "hemo-json.h"

#include <string.h>

typedef struct
{
  json_object *resource;
  char *if_match;
} Entry;

struct _HemoFhirBundle
{
  HemoFhirBundleType type;
  GPtrArray *entries;
  GHashTable *by_name;
};

static void
entry_free (Entry *entry)
{
  json_object_put (entry->resource);
  g_free (entry->if_match);
  g_free (entry);
}

HemoFhirBundle *
hemo_fhir_bundle_new (HemoFhirBundleType type)
{
  HemoFhirBundle *self = g_new0 (HemoFhirBundle, 1);

  self->type = type;
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify)entry_free);
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
hemo_fhir_bundle_free (HemoFhirBundle *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

static char *
name_of (json_object *resource)
{
  return g_strdup_printf ("%s/%s", hemo_fhir_get_type (resource), hemo_fhir_get_id (resource));
}

void
hemo_fhir_bundle_add (HemoFhirBundle *self, json_object *resource, const char *if_match)
{
  g_autofree char *name = NULL;
  Entry *entry;

  if (resource == NULL)
    return;
  name = name_of (resource);
  if (hemo_fhir_get_id (resource) != NULL && g_hash_table_contains (self->by_name, name))
    {
      json_object_put (resource);
      return;
    }
  entry = g_new0 (Entry, 1);
  entry->resource = resource;
  entry->if_match = g_strdup (if_match);
  g_ptr_array_add (self->entries, entry);
  if (hemo_fhir_get_id (resource) != NULL)
    g_hash_table_insert (self->by_name, g_steal_pointer (&name), entry);
}

void
hemo_fhir_bundle_cut (HemoFhirBundle *self, guint length)
{
  while (self->entries->len > length)
    {
      Entry *last = g_ptr_array_index (self->entries, self->entries->len - 1);
      g_autofree char *name = name_of (last->resource);

      g_hash_table_remove (self->by_name, name);
      g_ptr_array_set_size (self->entries, (int)self->entries->len - 1);
    }
}

guint
hemo_fhir_bundle_count (HemoFhirBundle *self)
{
  return self->entries->len;
}

json_object *
hemo_fhir_bundle_get (HemoFhirBundle *self, guint i)
{
  Entry *entry = i < self->entries->len ? g_ptr_array_index (self->entries, i) : NULL;

  return entry != NULL ? entry->resource : NULL;
}

json_object *
hemo_fhir_bundle_lookup (const char *type, const char *id, gpointer data)
{
  HemoFhirBundle *self = data;
  g_autofree char *name = g_strdup_printf ("%s/%s", type, id);
  Entry *entry = g_hash_table_lookup (self->by_name, name);

  return entry != NULL ? entry->resource : NULL;
}

static json_object *copy_value (HemoFhirBundle *self, json_object *value, gboolean absolute);

/* 'urn:uuid:…' for a reference into the Bundle itself, else as it is. */
static json_object *
copy_reference (HemoFhirBundle *self, json_object *value)
{
  const char *text = json_object_get_string (value);
  const char *slash = strchr (text, '/');
  g_autofree char *urn = NULL;

  if (slash == NULL || !g_hash_table_contains (self->by_name, text))
    return json_object_get (value);
  urn = g_strconcat ("urn:uuid:", slash + 1, NULL);
  return json_object_new_string (urn);
}

static json_object *
copy_object (HemoFhirBundle *self, json_object *value, gboolean absolute)
{
  json_object *copy = json_object_new_object ();

  json_object_object_foreach (value, key, child)
  {
    gboolean reference = absolute && g_str_equal (key, "reference")
                         && json_object_is_type (child, json_type_string);

    hemo_json_add_any (
        copy, key, reference ? copy_reference (self, child) : copy_value (self, child, absolute));
  }
  return copy;
}

/* A copy that shares what cannot change. */
static json_object *
copy_value (HemoFhirBundle *self, json_object *value, gboolean absolute)
{
  json_object *copy;

  if (json_object_is_type (value, json_type_object))
    return copy_object (self, value, absolute);
  if (!json_object_is_type (value, json_type_array))
    return json_object_get (value);
  copy = json_object_new_array ();
  for (size_t i = 0; i < json_object_array_length (value); i++)
    hemo_json_append_any (copy, copy_value (self, json_object_array_get_idx (value, i), absolute));
  return copy;
}

static json_object *
entry_to_json (HemoFhirBundle *self, const Entry *entry)
{
  json_object *json = json_object_new_object ();
  g_autofree char *url = g_strconcat ("urn:uuid:", hemo_fhir_get_id (entry->resource), NULL);
  gboolean collection = self->type == HEMO_FHIR_BUNDLE_COLLECTION;

  hemo_fhir_set_string (json, "fullUrl", url);
  hemo_fhir_set (json, "resource", copy_value (self, entry->resource, collection));
  if (!collection)
    {
      g_autofree char *name = name_of (entry->resource);
      json_object *request = json_object_new_object ();

      hemo_fhir_set_string (request, "method", "PUT");
      hemo_fhir_set_string (request, "url", name);
      hemo_fhir_set_string (request, "ifMatch", entry->if_match);
      hemo_fhir_set (json, "request", request);
    }
  return json;
}

char *
hemo_fhir_bundle_to_text (HemoFhirBundle *self, HemoTime timestamp, gboolean pretty)
{
  g_autoptr (json_object) json = hemo_fhir_resource_new ("Bundle", NULL);

  hemo_fhir_set_string (json, "type",
                        self->type == HEMO_FHIR_BUNDLE_COLLECTION ? "collection" : "transaction");
  hemo_fhir_set_time (json, "timestamp", timestamp);
  for (guint i = 0; i < self->entries->len; i++)
    hemo_fhir_append (json, "entry", entry_to_json (self, g_ptr_array_index (self->entries, i)));
  return hemo_fhir_to_text (json, pretty);
}

static gboolean
read_entry (const HemoFhirNode *array, guint i, HemoFhirBundle *self, GError **error)
{
  HemoFhirNode entry, resource;

  if (!hemo_fhir_get_item (array, i, json_type_object, &entry, error)
      || !hemo_fhir_get (&entry, "resource", json_type_object, &resource, error))
    return FALSE;
  if (json_object_object_get_ex (entry.json, "modifierExtension", NULL))
    return hemo_fhir_fail (&entry, "modifierExtension", HEMO_FHIR_ERROR_UNSUPPORTED,
                           "an extension that changes the meaning and is not known", error);
  if (resource.json == NULL)
    return TRUE;
  if (hemo_fhir_get_type (resource.json) == NULL)
    return hemo_fhir_fail (&resource, "resourceType", HEMO_FHIR_ERROR_INVALID, "missing", error);
  hemo_fhir_bundle_add (self, json_object_get (resource.json), NULL);
  return TRUE;
}

HemoFhirBundle *
hemo_fhir_bundle_parse (const char *json, gsize length, GError **error)
{
  g_autoptr (json_object) parsed = hemo_fhir_parse (json, length, error);
  g_autoptr (HemoFhirBundle) self = NULL;
  g_autofree char *type = NULL;
  HemoFhirNode node = { .name = "Bundle", .index = -1, .json = parsed };
  HemoFhirNode array;

  if (parsed == NULL)
    return NULL;
  if (!g_str_equal (hemo_fhir_get_type (parsed), "Bundle"))
    {
      hemo_fhir_fail (&node, "resourceType", HEMO_FHIR_ERROR_INVALID, "another type", error);
      return NULL;
    }
  if (json_object_object_get_ex (parsed, "implicitRules", NULL))
    {
      hemo_fhir_fail (&node, "implicitRules", HEMO_FHIR_ERROR_UNSUPPORTED,
                      "rules that this program does not know", error);
      return NULL;
    }
  if (!hemo_fhir_read_string (&node, "type", &type, error)
      || !hemo_fhir_get (&node, "entry", json_type_array, &array, error))
    return NULL;
  self = hemo_fhir_bundle_new (g_strcmp0 (type, "transaction") == 0 ? HEMO_FHIR_BUNDLE_TRANSACTION
                                                                    : HEMO_FHIR_BUNDLE_COLLECTION);
  for (guint i = 0; i < hemo_fhir_count (&array); i++)
    if (!read_entry (&array, i, self, error))
      return NULL;
  return g_steal_pointer (&self);
}

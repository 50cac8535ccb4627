/* SPDX-License-Identifier: GPL-3.0-or-later */

/* References, read everywhere by the same rule. */

#include "hemo-fhir-reference.h"

#include <string.h>

#define URN "urn:uuid:"

gboolean
hemo_fhir_reference_split (const char *reference, char **type, char **id)
{
  g_auto (GStrv) parts = NULL;
  guint n;

  if (g_str_has_prefix (reference, URN))
    {
      *type = NULL;
      *id = g_strdup (reference + strlen (URN));
      return TRUE;
    }
  parts = g_strsplit (reference, "/", -1);
  n = g_strv_length (parts);
  if (n >= 4 && strcmp (parts[n - 2], "_history") == 0)
    n -= 2;
  if (n < 2)
    return FALSE;
  *type = g_strdup (parts[n - 2]);
  *id = g_strdup (parts[n - 1]);
  return TRUE;
}

char *
hemo_fhir_reference_name (const char *reference)
{
  g_autofree char *type = NULL;
  g_autofree char *id = NULL;

  return hemo_fhir_reference_split (reference, &type, &id) && type != NULL
                 && hemo_fhir_id_is_valid (id)
             ? g_strdup_printf ("%s/%s", type, id)
             : NULL;
}

static gboolean
is_of_type (const char *name, const char *type)
{
  return type == NULL || (g_str_has_prefix (name, type) && name[strlen (type)] == '/');
}

/* Depth is bounded by the parser. */
static void
collect (json_object *json, const char *type, guint most, GPtrArray *names)
{
  if (json_object_is_type (json, json_type_array))
    for (size_t i = 0; i < json_object_array_length (json); i++)
      collect (json_object_array_get_idx (json, i), type, most, names);
  if (!json_object_is_type (json, json_type_object))
    return;
  json_object_object_foreach (json, key, value)
  {
    g_autofree char *name = NULL;

    if (strcmp (key, "reference") != 0 || !json_object_is_type (value, json_type_string))
      {
        collect (value, type, most, names);
        continue;
      }
    name = hemo_fhir_reference_name (json_object_get_string (value));
    if (name != NULL && is_of_type (name, type) && names->len < most)
      g_ptr_array_add (names, g_steal_pointer (&name));
  }
}

GPtrArray *
hemo_fhir_references (json_object *json, const char *type, guint most)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  collect (json, type, most, names);
  return names;
}

gboolean
hemo_fhir_is_marked (json_object *resource)
{
  json_object *extensions = NULL;
  json_object *url = NULL;

  if (!json_object_object_get_ex (resource, "extension", &extensions)
      || !json_object_is_type (extensions, json_type_array))
    return FALSE;
  for (size_t i = 0; i < json_object_array_length (extensions); i++)
    if (json_object_object_get_ex (json_object_array_get_idx (extensions, i), "url", &url)
        && g_strcmp0 (json_object_get_string (url), HEMO_FHIR_EXTENSION "record-version") == 0)
      return TRUE;
  return FALSE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads elements of FHIR's resources, and says by their path what is wrong with one. */

#include "hemo-fhir-read-private.h"

#include "hemo-fhir-reference.h"

#include <math.h>
#include <string.h>

static void
append_path (GString *path, const HemoFhirNode *node)
{
  if (node->parent != NULL && node->parent->name != NULL)
    append_path (path, node->parent);
  if (node->index >= 0)
    g_string_append_printf (path, "[%d]", node->index);
  else
    g_string_append_printf (path, "%s%s", path->len > 0 ? "." : "", node->name);
}

gboolean
hemo_fhir_fail (const HemoFhirNode *node,
                const char *key,
                HemoFhirError code,
                const char *problem,
                GError **error)
{
  g_autoptr (GString) path = g_string_new (NULL);

  append_path (path, node);
  if (key != NULL)
    g_string_append_printf (path, ".%s", key);
  g_set_error (error, HEMO_FHIR_ERROR, code, "%s: %s", path->str, problem);
  return FALSE;
}

/* Depth is bounded by the parser. */
static gboolean
has_key_within (json_object *json, const char *key)
{
  if (json_object_is_type (json, json_type_array))
    {
      for (size_t i = 0; i < json_object_array_length (json); i++)
        if (has_key_within (json_object_array_get_idx (json, i), key))
          return TRUE;
    }
  else if (json_object_is_type (json, json_type_object))
    {
      json_object_object_foreach (json, name, value)
      {
        if (g_str_equal (name, key) || has_key_within (value, key))
          return TRUE;
      }
    }
  return FALSE;
}

static gboolean
check_meaning (const HemoFhirNode *node, GError **error)
{
  if (json_object_object_get_ex (node->json, "implicitRules", NULL))
    return hemo_fhir_fail (node, "implicitRules", HEMO_FHIR_ERROR_UNSUPPORTED,
                           "rules that this program does not know", error);
  if (has_key_within (node->json, "modifierExtension"))
    return hemo_fhir_fail (node, "modifierExtension", HEMO_FHIR_ERROR_UNSUPPORTED,
                           "an extension that changes the meaning and is not known", error);
  return TRUE;
}

gboolean
hemo_fhir_open_any (HemoFhirNode *node, json_object *json, const char *type, GError **error)
{
  *node = (HemoFhirNode){ .name = type, .index = -1, .json = json };
  if (g_strcmp0 (hemo_fhir_get_type (json), type) != 0)
    return hemo_fhir_fail (node, "resourceType", HEMO_FHIR_ERROR_INVALID, "another type", error);
  if (!check_meaning (node, error))
    return FALSE;
  return hemo_fhir_get_id (json) != NULL
         || hemo_fhir_fail (node, "id", HEMO_FHIR_ERROR_INVALID, "missing", error);
}

gboolean
hemo_fhir_open (
    HemoFhirNode *node, json_object *json, const char *type, char **uuid, GError **error)
{
  const char *id = hemo_fhir_get_id (json);

  if (!hemo_fhir_open_any (node, json, type, error))
    return FALSE;
  if (!hemo_uuid_is_valid (id))
    return hemo_fhir_fail (node, "id", HEMO_FHIR_ERROR_UNSUPPORTED, "not a UUID in lower case",
                           error);
  if (uuid != NULL)
    {
      g_free (*uuid);
      *uuid = g_strdup (id);
    }
  return TRUE;
}

static gboolean
check_type (HemoFhirNode *child, json_type type, GError **error)
{
  static const char *const names[] = {
    [json_type_boolean] = "not true or false", [json_type_double] = "not a number",
    [json_type_int] = "not a whole number",    [json_type_object] = "not an object",
    [json_type_array] = "not an array",        [json_type_string] = "not text",
  };
  json_type found = json_object_get_type (child->json);

  if (found == type || (type == json_type_double && found == json_type_int))
    return TRUE;
  return hemo_fhir_fail (child, NULL, HEMO_FHIR_ERROR_INVALID, names[type], error);
}

gboolean
hemo_fhir_get (
    const HemoFhirNode *node, const char *key, json_type type, HemoFhirNode *child, GError **error)
{
  *child = (HemoFhirNode){ .parent = node, .name = key, .index = -1 };
  if (node->json == NULL || !json_object_object_get_ex (node->json, key, &child->json))
    return TRUE;
  return check_type (child, type, error);
}

gboolean
hemo_fhir_get_item (
    const HemoFhirNode *node, guint i, json_type type, HemoFhirNode *child, GError **error)
{
  *child = (HemoFhirNode){ .parent = node, .name = "", .index = (int)i };
  child->json = json_object_array_get_idx (node->json, i);
  return check_type (child, type, error);
}

guint
hemo_fhir_count (const HemoFhirNode *array)
{
  return array->json != NULL ? (guint)json_object_array_length (array->json) : 0;
}

gboolean
hemo_fhir_get_first (const HemoFhirNode *node,
                     const char *key,
                     json_type type,
                     HemoFhirNode *array,
                     HemoFhirNode *child,
                     GError **error)
{
  *child = (HemoFhirNode){ .parent = array, .name = "", .index = 0 };
  if (!hemo_fhir_get (node, key, json_type_array, array, error))
    return FALSE;
  return hemo_fhir_count (array) == 0 || hemo_fhir_get_item (array, 0, type, child, error);
}

const char *
hemo_fhir_peek_text (const HemoFhirNode *child, GError **error)
{
  const char *text = json_object_get_string (child->json);
  size_t length = (size_t)json_object_get_string_len (child->json);

  if (length == 0)
    hemo_fhir_fail (child, NULL, HEMO_FHIR_ERROR_INVALID, "empty", error);
  else if (strlen (text) != length || !g_utf8_validate_len (text, length, NULL))
    hemo_fhir_fail (child, NULL, HEMO_FHIR_ERROR_INVALID, "characters that text must not have",
                    error);
  else
    return text;
  return NULL;
}

/* @text: (out): borrowed, NULL when there is none */
static gboolean
peek_string (const HemoFhirNode *node, const char *key, const char **text, GError **error)
{
  HemoFhirNode child;

  *text = NULL;
  if (!hemo_fhir_get (node, key, json_type_string, &child, error))
    return FALSE;
  if (child.json == NULL)
    return TRUE;
  *text = hemo_fhir_peek_text (&child, error);
  return *text != NULL;
}

gboolean
hemo_fhir_read_string (const HemoFhirNode *node, const char *key, char **out, GError **error)
{
  const char *text;

  if (!peek_string (node, key, &text, error))
    return FALSE;
  if (text != NULL)
    {
      g_free (*out);
      *out = g_strdup (text);
    }
  return TRUE;
}

gboolean
hemo_fhir_read_status (const HemoFhirNode *node,
                       const char *key,
                       const char *const *known,
                       const char **status,
                       GError **error)
{
  const char *text;

  if (!peek_string (node, key, &text, error))
    return FALSE;
  if (text == NULL)
    return hemo_fhir_fail (node, key, HEMO_FHIR_ERROR_INVALID, "missing", error);
  for (guint i = 0; known[i] != NULL; i++)
    if (g_str_equal (text, known[i]))
      {
        if (status != NULL)
          *status = known[i];
        return TRUE;
      }
  return hemo_fhir_fail (node, key, HEMO_FHIR_ERROR_UNSUPPORTED,
                         "not one that can be read without changing what it says", error);
}

gboolean
hemo_fhir_read_boolean (const HemoFhirNode *node, const char *key, gboolean *out, GError **error)
{
  HemoFhirNode child;

  if (!hemo_fhir_get (node, key, json_type_boolean, &child, error))
    return FALSE;
  if (child.json != NULL)
    *out = json_object_get_boolean (child.json);
  return TRUE;
}

/* json-c reads a whole number beyond 64 bits as the nearest that fits: those ends are no numbers.
 */
static gboolean
is_saturated (json_object *json)
{
  gint64 value = json_object_get_int64 (json);

  return value == G_MAXINT64 || value == G_MININT64;
}

gboolean
hemo_fhir_read_int64 (const HemoFhirNode *node,
                      const char *key,
                      gint64 minimum,
                      gint64 maximum,
                      gint64 *out,
                      GError **error)
{
  HemoFhirNode child;
  gint64 value;

  if (!hemo_fhir_get (node, key, json_type_int, &child, error))
    return FALSE;
  if (child.json == NULL)
    return TRUE;
  value = json_object_get_int64 (child.json);
  if (value < minimum || value > maximum || is_saturated (child.json))
    return hemo_fhir_fail (&child, NULL, HEMO_FHIR_ERROR_INVALID, "out of its range", error);
  *out = value;
  return TRUE;
}

gboolean
hemo_fhir_read_int (
    const HemoFhirNode *node, const char *key, int minimum, int maximum, int *out, GError **error)
{
  gint64 value = *out;

  if (!hemo_fhir_read_int64 (node, key, minimum, maximum, &value, error))
    return FALSE;
  *out = (int)value;
  return TRUE;
}

/* Of '12.50' two; of '1.5e1' none. */
static int
count_decimals (const char *text)
{
  const char *point = strchr (text, '.');
  const char *exponent = strpbrk (text, "eE");
  gint64 digits = 0;

  if (point != NULL)
    digits = (gint64)strspn (point + 1, "0123456789");
  if (exponent != NULL)
    digits -= g_ascii_strtoll (exponent + 1, NULL, 10);
  return (int)CLAMP (digits, 0, 15);
}

gboolean
hemo_fhir_read_decimal (
    const HemoFhirNode *node, const char *key, double *out, int *decimals, GError **error)
{
  HemoFhirNode child;
  const char *text;
  double value;

  if (!hemo_fhir_get (node, key, json_type_double, &child, error))
    return FALSE;
  if (child.json == NULL)
    return TRUE;
  text = json_object_get_string (child.json);
  value = g_ascii_strtod (text, NULL);
  if (!isfinite (value)
      || (json_object_is_type (child.json, json_type_int) && is_saturated (child.json)))
    return hemo_fhir_fail (&child, NULL, HEMO_FHIR_ERROR_INVALID, "out of its range", error);
  *out = value;
  if (decimals != NULL)
    *decimals = count_decimals (text);
  return TRUE;
}

static gboolean
time_from_text (const char *text, HemoTime *out, gboolean *known)
{
  HemoDate date;
  g_autofree char *day = NULL;

  *known = TRUE;
  if (strchr (text, 'T') != NULL)
    return hemo_time_from_iso (text, out, NULL);
  if (!hemo_date_from_iso (text, &date, NULL))
    return FALSE;
  *known = date.day != 0;
  day = g_strconcat (text, "T00:00:00Z", NULL);
  return !*known || hemo_time_from_iso (day, out, NULL);
}

gboolean
hemo_fhir_read_time (const HemoFhirNode *node, const char *key, HemoTime *out, GError **error)
{
  HemoTime value = { 0 };
  HemoFhirNode sibling;
  char name[64];
  const char *text;
  gboolean known;

  if (!peek_string (node, key, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (!time_from_text (text, &value, &known))
    return hemo_fhir_fail (node, key, HEMO_FHIR_ERROR_INVALID, "not a date and time", error);
  if (!hemo_fhir_get_primitive (node, key, name, &sibling, error)
      || !hemo_fhir_read_extension_boolean (&sibling, "entered-by-hand", &value.by_hand, error))
    return FALSE;
  if (known)
    *out = value;
  return TRUE;
}

/* The id that a literal reference to @type ends in, or NULL. */
static char *
id_of_reference (const char *reference, const char *type)
{
  g_autofree char *named = NULL;
  g_autofree char *id = NULL;

  if (!hemo_fhir_reference_split (reference, &named, &id)
      || (named != NULL && !g_str_equal (named, type)))
    return NULL;
  return g_steal_pointer (&id);
}

/* @id: (out) (transfer full): NULL for a display or an identifier alone */
static gboolean
read_id (const HemoFhirNode *child, const char *type, char **id, GError **error)
{
  const char *text;

  *id = NULL;
  if (!peek_string (child, "reference", &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  *id = id_of_reference (text, type);
  return *id != NULL
         || hemo_fhir_fail (child, "reference", HEMO_FHIR_ERROR_INVALID,
                            "a reference to another type", error);
}

gboolean
hemo_fhir_read_reference_id (
    const HemoFhirNode *node, const char *key, const char *type, char **out, GError **error)
{
  HemoFhirNode child;
  g_autofree char *id = NULL;

  if (!hemo_fhir_get (node, key, json_type_object, &child, error)
      || !read_id (&child, type, &id, error))
    return FALSE;
  if (id == NULL)
    return TRUE;
  if (!hemo_fhir_id_is_valid (id))
    return hemo_fhir_fail (&child, "reference", HEMO_FHIR_ERROR_INVALID, "not an id", error);
  g_free (*out);
  *out = g_steal_pointer (&id);
  return TRUE;
}

gboolean
hemo_fhir_read_reference_item (const HemoFhirNode *child,
                               const char *type,
                               char **out,
                               GError **error)
{
  g_autofree char *uuid = NULL;

  if (!read_id (child, type, &uuid, error))
    return FALSE;
  if (uuid == NULL)
    return TRUE;
  if (!hemo_uuid_is_valid (uuid))
    return hemo_fhir_fail (child, "reference", HEMO_FHIR_ERROR_UNSUPPORTED,
                           "does not end in a UUID in lower case", error);
  g_free (*out);
  *out = g_steal_pointer (&uuid);
  return TRUE;
}

gboolean
hemo_fhir_read_reference (
    const HemoFhirNode *node, const char *key, const char *type, char **out, GError **error)
{
  HemoFhirNode child;

  return hemo_fhir_get (node, key, json_type_object, &child, error)
         && hemo_fhir_read_reference_item (&child, type, out, error);
}

gboolean
hemo_fhir_read_first_reference (
    const HemoFhirNode *node, const char *key, const char *type, char **out, GError **error)
{
  HemoFhirNode array, child;

  return hemo_fhir_get_first (node, key, json_type_object, &array, &child, error)
         && hemo_fhir_read_reference_item (&child, type, out, error);
}

gboolean
hemo_fhir_find_code (const HemoFhirNode *concept,
                     const char *system,
                     const char **code,
                     GError **error)
{
  HemoFhirNode array, coding;

  *code = NULL;
  if (!hemo_fhir_get (concept, "coding", json_type_array, &array, error))
    return FALSE;
  for (guint i = 0; i < hemo_fhir_count (&array); i++)
    {
      const char *found = NULL;

      if (!hemo_fhir_get_item (&array, i, json_type_object, &coding, error)
          || !peek_string (&coding, "system", &found, error))
        return FALSE;
      if (g_strcmp0 (found, system) == 0)
        return peek_string (&coding, "code", code, error);
    }
  return TRUE;
}

gboolean
hemo_fhir_find_own_code (const HemoFhirNode *concept,
                         const char *name,
                         const char **code,
                         GError **error)
{
  g_autofree char *system = g_strconcat (HEMO_FHIR_CODES, name, NULL);

  return hemo_fhir_find_code (concept, system, code, error);
}

gboolean
hemo_fhir_find_extension (const HemoFhirNode *node,
                          const char *name,
                          HemoFhirNode *array,
                          HemoFhirNode *child,
                          GError **error)
{
  const gsize base = strlen (HEMO_FHIR_EXTENSION);

  if (!hemo_fhir_get (node, "extension", json_type_array, array, error))
    return FALSE;
  for (guint i = 0; i < hemo_fhir_count (array); i++)
    {
      const char *url = NULL;

      if (!hemo_fhir_get_item (array, i, json_type_object, child, error)
          || !peek_string (child, "url", &url, error))
        return FALSE;
      if (url != NULL && g_str_has_prefix (url, HEMO_FHIR_EXTENSION)
          && g_str_equal (url + base, name))
        return TRUE;
    }
  *child = (HemoFhirNode){ .parent = array, .name = "", .index = 0 };
  return TRUE;
}

gboolean
hemo_fhir_read_extension_string (const HemoFhirNode *node,
                                 const char *name,
                                 char **out,
                                 GError **error)
{
  HemoFhirNode array, child;

  return hemo_fhir_find_extension (node, name, &array, &child, error)
         && hemo_fhir_read_string (&child, "valueString", out, error)
         && hemo_fhir_read_string (&child, "valueCode", out, error);
}

gboolean
hemo_fhir_read_extension_boolean (const HemoFhirNode *node,
                                  const char *name,
                                  gboolean *out,
                                  GError **error)
{
  HemoFhirNode array, child;

  return hemo_fhir_find_extension (node, name, &array, &child, error)
         && hemo_fhir_read_boolean (&child, "valueBoolean", out, error);
}

gboolean
hemo_fhir_read_extension_decimal (const HemoFhirNode *node,
                                  const char *name,
                                  double *out,
                                  GError **error)
{
  HemoFhirNode array, child;

  return hemo_fhir_find_extension (node, name, &array, &child, error)
         && hemo_fhir_read_decimal (&child, "valueDecimal", out, NULL, error);
}

gboolean
hemo_fhir_read_extension_int64 (const HemoFhirNode *node,
                                const char *name,
                                gint64 minimum,
                                gint64 maximum,
                                gint64 *out,
                                GError **error)
{
  HemoFhirNode array, child;

  return hemo_fhir_find_extension (node, name, &array, &child, error)
         && hemo_fhir_read_int64 (&child, "valueDecimal", minimum, maximum, out, error);
}

gboolean
hemo_fhir_get_primitive (
    const HemoFhirNode *node, const char *key, char name[64], HemoFhirNode *child, GError **error)
{
  g_snprintf (name, 64, "_%s", key);
  return hemo_fhir_get (node, name, json_type_object, child, error);
}

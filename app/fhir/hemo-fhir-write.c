/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes the elements that FHIR's resources are made of. */

#include "hemo-fhir-write-private.h"

#include "hemo-json.h"

#include <math.h>
#include <string.h>

/* R4, datatypes: string is [ \r\n\t\S]+ */
static char *
clean_text (const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c) && c != '\t' && c != '\n' && c != '\r')
        c = 0xfffd;
      g_string_append_unichar (text, c);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
is_blank (const char *value)
{
  for (const char *p = value; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

/* NULL for what R4 has no string for. */
static json_object *
string_new (const char *value)
{
  g_autofree char *text = value != NULL ? clean_text (value) : NULL;

  return text == NULL || is_blank (text) ? NULL : hemo_json_made (json_object_new_string (text));
}

json_object *
hemo_fhir_resource_new (const char *type, const char *uuid)
{
  json_object *resource = json_object_new_object ();

  hemo_fhir_set_string (resource, "resourceType", type);
  hemo_fhir_set_string (resource, "id", uuid);
  return resource;
}

void
hemo_fhir_set (json_object *object, const char *key, json_object *child)
{
  if (child != NULL)
    hemo_json_add (object, key, child);
}

void
hemo_fhir_set_string (json_object *object, const char *key, const char *value)
{
  hemo_fhir_set (object, key, string_new (value));
}

void
hemo_fhir_set_boolean (json_object *object, const char *key, gboolean value)
{
  hemo_json_add (object, key, json_object_new_boolean (value));
}

void
hemo_fhir_set_integer (json_object *object, const char *key, gint64 value)
{
  hemo_json_add (object, key, json_object_new_int64 (value));
}

/* The shortest of the forms that give the same number back. */
static void
format_exact (char *buffer, int size, double value)
{
  for (int digits = 15; digits <= 17; digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      g_ascii_formatd (buffer, size, format, value);
      if (g_ascii_strtod (buffer, NULL) == value)
        return;
    }
}

void
hemo_fhir_set_decimal (json_object *object, const char *key, double value, int decimals)
{
  /* Room for the longest double in full. */
  char buffer[400];
  char format[8];

  if (!isfinite (value))
    return;
  if (value == 0)
    value = 0; /* no '-0' */
  if (decimals < 0)
    format_exact (buffer, sizeof buffer, value);
  else
    {
      g_snprintf (format, sizeof format, "%%.%df", MIN (decimals, 15));
      g_ascii_formatd (buffer, sizeof buffer, format, value);
    }
  /* What is written, not what it was rounded from: a server that gives it back has the same. */
  hemo_json_add (object, key, json_object_new_double_s (g_ascii_strtod (buffer, NULL), buffer));
}

json_object *
hemo_fhir_primitive (json_object *object, const char *key)
{
  g_autofree char *sibling = g_strconcat ("_", key, NULL);
  json_object *child = NULL;

  if (!json_object_object_get_ex (object, sibling, &child))
    {
      child = json_object_new_object ();
      hemo_json_add (object, sibling, child);
    }
  return child;
}

void
hemo_fhir_set_time (json_object *object, const char *key, HemoTime time)
{
  g_autofree char *text = hemo_time_to_iso (time);

  hemo_fhir_set_string (object, key, text);
  if (text != NULL && time.by_hand)
    hemo_fhir_extend_boolean (hemo_fhir_primitive (object, key), "entered-by-hand", TRUE);
}

void
hemo_fhir_append (json_object *object, const char *key, json_object *child)
{
  json_object *array = NULL;

  if (child == NULL)
    return;
  if (!json_object_object_get_ex (object, key, &array))
    {
      array = json_object_new_array ();
      hemo_json_add (object, key, array);
    }
  hemo_json_append (array, child);
}

void
hemo_fhir_append_string (json_object *object, const char *key, const char *value)
{
  hemo_fhir_append (object, key, string_new (value));
}

json_object *
hemo_fhir_reference_new (const char *type, const char *uuid, const char *display)
{
  g_autoptr (json_object) reference = json_object_new_object ();

  if (uuid != NULL)
    {
      g_autofree char *text = g_strconcat (type, "/", uuid, NULL);

      hemo_fhir_set_string (reference, "reference", text);
    }
  hemo_fhir_set_string (reference, "display", display);
  return json_object_object_length (reference) > 0 ? g_steal_pointer (&reference) : NULL;
}

void
hemo_fhir_concept_add (json_object *concept, const char *system, const char *code)
{
  json_object *coding;

  if (code == NULL || *code == '\0')
    return;
  coding = json_object_new_object ();
  hemo_fhir_set_string (coding, "system", system);
  hemo_fhir_set_string (coding, "code", code);
  hemo_fhir_append (concept, "coding", coding);
}

json_object *
hemo_fhir_concept_new (const char *system, const char *code, const char *text)
{
  json_object *concept = json_object_new_object ();

  hemo_fhir_concept_add (concept, system, code);
  hemo_fhir_set_string (concept, "text", text);
  return concept;
}

json_object *
hemo_fhir_own_concept_new (const char *system, const char *code, const char *text)
{
  g_autofree char *uri = g_strconcat (HEMO_FHIR_CODES, system, NULL);

  return hemo_fhir_concept_new (uri, code, text);
}

json_object *
hemo_fhir_quantity_new (double value, int decimals, const char *ucum)
{
  json_object *quantity;

  if (!isfinite (value))
    return NULL;
  quantity = json_object_new_object ();
  hemo_fhir_set_decimal (quantity, "value", value, decimals);
  if (ucum != NULL && *ucum != '\0')
    {
      hemo_fhir_set_string (quantity, "unit", ucum);
      hemo_fhir_set_string (quantity, "system", HEMO_FHIR_UCUM);
      hemo_fhir_set_string (quantity, "code", ucum);
    }
  return quantity;
}

json_object *
hemo_fhir_extend (json_object *object, const char *name)
{
  g_autofree char *url = g_strconcat (HEMO_FHIR_EXTENSION, name, NULL);
  json_object *extension = json_object_new_object ();

  hemo_fhir_set_string (extension, "url", url);
  hemo_fhir_append (object, "extension", extension);
  return extension;
}

void
hemo_fhir_extend_string (json_object *object, const char *name, const char *value)
{
  json_object *text = string_new (value);

  if (text != NULL)
    hemo_fhir_set (hemo_fhir_extend (object, name), "valueString", text);
}

void
hemo_fhir_extend_code (json_object *object, const char *name, const char *value)
{
  json_object *text = string_new (value);

  if (text != NULL)
    hemo_fhir_set (hemo_fhir_extend (object, name), "valueCode", text);
}

void
hemo_fhir_extend_boolean (json_object *object, const char *name, gboolean value)
{
  hemo_fhir_set_boolean (hemo_fhir_extend (object, name), "valueBoolean", value);
}

void
hemo_fhir_extend_decimal (json_object *object, const char *name, double value)
{
  if (isfinite (value))
    hemo_fhir_set_decimal (hemo_fhir_extend (object, name), "valueDecimal", value, -1);
}

void
hemo_fhir_extend_int64 (json_object *object, const char *name, gint64 value)
{
  hemo_fhir_set_integer (hemo_fhir_extend (object, name), "valueDecimal", value);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads and writes FHIR's JSON within fixed limits. */

#include "hemo-fhir.h"

#include "hemo-json.h"

#include "hemo-time.h"

#include <string.h>

/* R4, datatype id. */
#define ID_MAX 64

G_DEFINE_QUARK (hemo - fhir - error - quark, hemo_fhir_error)

static gboolean
check_text (const char *json, gsize length, GError **error)
{
  const char *problem = NULL;

  if (length > HEMO_FHIR_MAX_BYTES)
    problem = "The FHIR document is larger than 16 MiB";
  else if (length == 0)
    problem = "The FHIR document is empty";
  else if (!g_utf8_validate_len (json, length, NULL)) /* also refuses NUL */
    problem = "The FHIR document is not UTF-8 text";
  else if (hemo_json_is_crowded (json, length, HEMO_FHIR_MAX_PARTS))
    problem = "The FHIR document has more parts than this program reads";
  if (problem != NULL)
    g_set_error_literal (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_SYNTAX, problem);
  return problem == NULL;
}

/* json-c 0.18 in its strict mode takes every byte above 0x7f for a control character where char is
 * signed, so such characters are given to it as \u escapes. One behind a lone backslash, which is
 * no JSON, stays as it is, and is refused. */
static GString *
escape_text (const char *json, gsize length)
{
  GString *text = g_string_sized_new (length + length / 8);
  gboolean escaped = FALSE;

  for (const char *p = json; p < json + length; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c < 0x80 || escaped)
        g_string_append_unichar (text, c);
      else if (c < 0x10000)
        g_string_append_printf (text, "\\u%04x", c);
      else
        g_string_append_printf (text, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                                0xdc00 + ((c - 0x10000) & 0x3ff));
      escaped = c == '\\' && !escaped;
    }
  return text;
}

static json_object *
tokenize (const char *json, gsize length, GError **error)
{
  struct json_tokener *tokener = json_tokener_new_ex (HEMO_FHIR_MAX_DEPTH);
  json_object *object;
  enum json_tokener_error failure;

  if (tokener == NULL)
    g_error ("Out of memory");
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT);
  object = json_tokener_parse_ex (tokener, json, (int)length);
  failure = json_tokener_get_error (tokener);
  if (failure == json_tokener_error_memory)
    g_error ("Out of memory");
  if (failure != json_tokener_success)
    {
      /* json-c gives the place and the kind, never the text. */
      g_set_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_SYNTAX,
                   "The FHIR document is not valid JSON near byte %" G_GSIZE_FORMAT ": %s",
                   json_tokener_get_parse_end (tokener),
                   failure == json_tokener_continue ? "it ends too early"
                                                    : json_tokener_error_desc (failure));
      g_clear_pointer (&object, json_object_put);
    }
  json_tokener_free (tokener);
  return object;
}

json_object *
hemo_fhir_parse (const char *json, gsize length, GError **error)
{
  g_autoptr (json_object) object = NULL;
  g_autoptr (GString) escaped = NULL;

  /* White space after the value would be 'unexpected' to json-c. */
  while (length > 0 && strchr (" \t\r\n", json[length - 1]) != NULL && json[length - 1] != '\0')
    length--;
  if (!check_text (json, length, error))
    return NULL;
  escaped = escape_text (json, length);
  object = tokenize (escaped->str, escaped->len, error);
  if (object == NULL)
    {
      /* The text 'null' is a value to json-c, and no object. */
      if (error != NULL && *error == NULL)
        g_set_error_literal (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_INVALID,
                             "The FHIR document is no resource");
      return NULL;
    }
  if (hemo_fhir_get_type (object) == NULL)
    {
      g_set_error_literal (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_INVALID,
                           "The FHIR document is no resource: it has no resourceType");
      return NULL;
    }
  return g_steal_pointer (&object);
}

char *
hemo_fhir_to_text (json_object *resource, gboolean pretty)
{
  int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

  flags |= pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED : JSON_C_TO_STRING_PLAIN;
  return hemo_json_to_text (resource, flags);
}

static const char *
get_text (json_object *resource, const char *key)
{
  json_object *value = NULL;

  if (resource == NULL || !json_object_is_type (resource, json_type_object)
      || !json_object_object_get_ex (resource, key, &value)
      || !json_object_is_type (value, json_type_string) || json_object_get_string_len (value) == 0)
    return NULL;
  return json_object_get_string (value);
}

const char *
hemo_fhir_get_type (json_object *resource)
{
  return get_text (resource, "resourceType");
}

const char *
hemo_fhir_get_id (json_object *resource)
{
  return get_text (resource, "id");
}

static void
uuid_to_bytes (const char *uuid, guint8 *bytes)
{
  int i = 0;

  for (const char *p = uuid; *p != '\0'; p++)
    if (*p != '-')
      {
        bytes[i / 2] = (guint8)(bytes[i / 2] << 4 | g_ascii_xdigit_value (*p));
        i++;
      }
}

gboolean
hemo_fhir_id_is_valid (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '.')
      return FALSE;
  return length > 0 && length <= ID_MAX;
}

char *
hemo_fhir_derive_uuid (const char *namespace_uuid, const char *name)
{
  g_autoptr (GChecksum) sha1 = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 bytes[16] = { 0 };
  guint8 digest[20];
  gsize length = sizeof digest;

  if (namespace_uuid == NULL || !hemo_uuid_is_valid (namespace_uuid))
    return NULL;
  uuid_to_bytes (namespace_uuid, bytes);
  g_checksum_update (sha1, bytes, sizeof bytes);
  g_checksum_update (sha1, (const guint8 *)name, (gssize)strlen (name));
  g_checksum_get_digest (sha1, digest, &length);
  digest[6] = (guint8)((digest[6] & 0x0f) | 0x50);
  digest[8] = (guint8)((digest[8] & 0x3f) | 0x80);
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          digest[0], digest[1], digest[2], digest[3], digest[4], digest[5],
                          digest[6], digest[7], digest[8], digest[9], digest[10], digest[11],
                          digest[12], digest[13], digest[14], digest[15]);
}

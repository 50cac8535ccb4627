/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Members of JSON objects, each with its limit. */

#include "hemo-courier-json.h"

#include "hemo-json.h"
#include "hemo-object-manifest.h"
#include "hemo-remote.h"
#include "hemo-time.h"

#include <glib/gi18n.h>
#include <string.h>

#define TYPE_MOST 64
#define SHA256_HEX 64
#define UUID_TEXT 36

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_tokener, json_tokener_free)

/* json-c 0.18 in its strict mode takes every byte above 0x7f for a control character where char is
 * signed. What is written here has none, so that none is read. */
static gboolean
is_ascii (const char *text, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if ((guchar)text[i] >= 0x80 || text[i] == '\0')
      return FALSE;
  return TRUE;
}

static json_object *
parse (GBytes *bytes, int depth)
{
  gsize size = 0;
  const char *text = g_bytes_get_data (bytes, &size);
  json_object *object;

  if (!is_ascii (text, size))
    return NULL;
  object = hemo_json_read (text, size, depth, JSON_TOKENER_STRICT);
  if (json_object_is_type (object, json_type_object))
    return object;
  json_object_put (object);
  return NULL;
}

json_object *
hemo_courier_json_parse (GBytes *bytes, const char *format, int depth, gsize most, GError **error)
{
  gsize size = g_bytes_get_size (bytes);
  g_autoptr (json_object) object = size > 0 && size <= most ? parse (bytes, depth) : NULL;

  if (object != NULL
      && g_strcmp0 (hemo_courier_json_text (object, "format", strlen (format)), format) == 0)
    return g_steal_pointer (&object);
  g_set_error_literal (
      error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED,
      N_ ("A file on the stick is not as it was written, or a newer version of this "
          "program wrote it. Nothing of it was used."));
  return NULL;
}

GBytes *
hemo_courier_json_to_bytes (json_object *object)
{
  g_autofree char *text
      = hemo_json_to_text (object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  gsize length = strlen (text);
  GString *out = g_string_sized_new (length + length / 8);

  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c < 0x80)
        g_string_append_c (out, (char)c);
      else if (c < 0x10000)
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_printf (out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                                0xdc00 + ((c - 0x10000) & 0x3ff));
    }
  return g_string_free_to_bytes (out);
}

const char *
hemo_courier_json_text (json_object *object, const char *name, gsize most)
{
  json_object *value = NULL;
  gsize length;

  if (!json_object_object_get_ex (object, name, &value)
      || !json_object_is_type (value, json_type_string))
    return NULL;
  length = (gsize)json_object_get_string_len (value);
  return length <= most && strlen (json_object_get_string (value)) == length
             ? json_object_get_string (value)
             : NULL;
}

char *
hemo_courier_json_uuid (json_object *object, const char *name)
{
  const char *text = hemo_courier_json_text (object, name, UUID_TEXT);

  return text != NULL && hemo_uuid_is_valid (text) ? g_strdup (text) : NULL;
}

char *
hemo_courier_json_sha256 (json_object *object, const char *name)
{
  const char *text = hemo_courier_json_text (object, name, SHA256_HEX);

  return text != NULL && hemo_object_is_sha256 (text) ? g_strdup (text) : NULL;
}

gboolean
hemo_courier_json_number (json_object *object, const char *name, gint64 *number)
{
  json_object *value = NULL;

  if (!json_object_object_get_ex (object, name, &value)
      || !json_object_is_type (value, json_type_int) || json_object_get_int64 (value) < 0)
    return FALSE;
  *number = json_object_get_int64 (value);
  return TRUE;
}

json_object *
hemo_courier_json_array (json_object *object, const char *name, gsize most)
{
  json_object *value = NULL;

  if (!json_object_object_get_ex (object, name, &value)
      || !json_object_is_type (value, json_type_array) || json_object_array_length (value) > most)
    return NULL;
  for (gsize i = 0; i < json_object_array_length (value); i++)
    if (!json_object_is_type (json_object_array_get_idx (value, i), json_type_object))
      return NULL;
  return value;
}

json_object *
hemo_courier_json_resource (json_object *object, const char *name)
{
  json_object *value = NULL;
  const char *id;

  if (!json_object_object_get_ex (object, name, &value)
      || !json_object_is_type (value, json_type_object))
    return NULL;
  id = hemo_fhir_get_id (value);
  return hemo_fhir_id_is_valid (id) && hemo_courier_is_type (hemo_fhir_get_type (value)) ? value
                                                                                         : NULL;
}

gboolean
hemo_courier_is_type (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length == 0 || length > TYPE_MOST)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalpha (text[i]))
      return FALSE;
  return TRUE;
}

void
hemo_courier_json_add (json_object *object, const char *name, const char *text)
{
  if (text != NULL)
    hemo_json_add (object, name, json_object_new_string (text));
}

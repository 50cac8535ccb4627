/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads JSON by json-c, held to what its text may be. */

#include "hemo-token-json.h"

#include "hemo-json.h"

#include <string.h>

#define DEPTH_MAX 16
#define LENGTH_MAX (1024 * 1024)

json_object *
hemo_token_json_parse (const char *text, gsize length)
{
  g_autoptr (json_object) object = NULL;

  if (length == 0 || length > LENGTH_MAX || !g_utf8_validate (text, (gssize)length, NULL))
    return NULL;
  object = hemo_json_read (text, length, DEPTH_MAX, JSON_TOKENER_STRICT);
  return json_object_is_type (object, json_type_object) ? g_steal_pointer (&object) : NULL;
}

const char *
hemo_token_json_text (json_object *object, const char *name)
{
  json_object *value;
  const char *text;

  if (object == NULL || !json_object_object_get_ex (object, name, &value)
      || !json_object_is_type (value, json_type_string))
    return NULL;
  text = json_object_get_string (value);
  return strlen (text) == (gsize)json_object_get_string_len (value) ? text : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading and writing of JSON. */

#include "hemo-json.h"

#include "hemo-codes-private.h"
#include "hemo-memory.h"

#include <string.h>

/* What is written for this program has longer ones, and of few bytes nothing is to be feared. */
#define PARTS_FREE 10000
#define BYTES_A_PART 24

json_object *
hemo_json_parse (const char *json, gsize length, int depth, const char *what, GError **error)
{
  json_tokener *tokener = json_tokener_new_ex (depth);
  json_object *value;

  if (tokener == NULL)
    return hemo_refuse_for_memory (error), NULL;
  value = json_tokener_parse_ex (tokener, json, (int)length);
  if (json_tokener_get_error (tokener) == json_tokener_error_memory)
    hemo_refuse_for_memory (error);
  else if (value == NULL || json_tokener_get_parse_end (tokener) != length)
    hemo_refuse (error, "%s damaged: it is not one piece of JSON", what);
  else
    {
      json_tokener_free (tokener);
      return value;
    }
  json_object_put (value);
  json_tokener_free (tokener);
  return NULL;
}

/* @more: (out): whether there are more than @most objects and arrays. FALSE where that cannot be
 * said: json-c also takes texts in single quotes, and comments, which are no JSON and may hold any
 * quotes. */
static gboolean
count_parts (const char *json, gsize length, gsize most, gboolean *more)
{
  gboolean in_text = FALSE, plain = TRUE;
  gsize count = 0;

  for (gsize i = 0; i < length && count <= most; i++)
    if (json[i] == '"')
      in_text = !in_text;
    else if (in_text)
      i += json[i] == '\\';
    else
      {
        plain = plain && json[i] != '\'' && json[i] != '/';
        count += json[i] == '{' || json[i] == '[';
      }
  *more = count > most;
  return plain;
}

gboolean
hemo_json_is_crowded (const char *json, gsize length, gsize most)
{
  gboolean more = FALSE;

  count_parts (json, length, most, &more);
  return more;
}

static json_object *
read_any (const char *json, gsize length, int depth, int flags)
{
  json_tokener *tokener;
  json_object *value;
  gboolean good;

  /* A NUL is none of these, and strchr() finds the one behind them. */
  while (length > 0 && json[length - 1] != '\0' && strchr (" \t\r\n", json[length - 1]) != NULL)
    length--;
  if (length == 0 || length > G_MAXINT)
    return NULL;
  tokener = json_tokener_new_ex (depth);
  hemo_require_memory (tokener != NULL);
  json_tokener_set_flags (tokener, flags);
  value = json_tokener_parse_ex (tokener, json, (int)length);
  hemo_require_memory (json_tokener_get_error (tokener) != json_tokener_error_memory);
  good = json_tokener_get_error (tokener) == json_tokener_success
         && json_tokener_get_parse_end (tokener) == length;
  json_tokener_free (tokener);
  if (good)
    return value;
  json_object_put (value);
  return NULL;
}

json_object *
hemo_json_read (const char *json, gsize length, int depth, int flags)
{
  gboolean crowded = FALSE;

  if (!count_parts (json, length, PARTS_FREE + length / BYTES_A_PART, &crowded) || crowded)
    return NULL;
  return read_any (json, length, depth, flags);
}

json_object *
hemo_json_read_stored (const char *json)
{
  return read_any (json, strlen (json), JSON_TOKENER_DEFAULT_DEPTH, 0);
}

const char *
hemo_json_get_text (json_object *object, const char *key, gsize limit)
{
  json_object *member;
  const char *text;

  if (!json_object_object_get_ex (object, key, &member)
      || !json_object_is_type (member, json_type_string))
    return NULL;
  text = json_object_get_string (member);
  return strlen (text) <= limit && strlen (text) == (gsize)json_object_get_string_len (member)
             ? text
             : NULL;
}

char *
hemo_json_dup_text (json_object *object, const char *key)
{
  return g_strdup (hemo_json_get_text (object, key, G_MAXSIZE));
}

json_object *
hemo_json_made (json_object *value)
{
  hemo_require_memory (value != NULL);
  return value;
}

void
hemo_json_add_any (json_object *object, const char *key, json_object *value)
{
  hemo_require_memory (json_object_object_add (object, key, value) == 0);
}

void
hemo_json_append_any (json_object *array, json_object *value)
{
  hemo_require_memory (json_object_array_add (array, value) == 0);
}

void
hemo_json_add (json_object *object, const char *key, json_object *value)
{
  hemo_json_add_any (object, key, hemo_json_made (value));
}

void
hemo_json_append (json_object *array, json_object *value)
{
  hemo_json_append_any (array, hemo_json_made (value));
}

char *
hemo_json_to_text (json_object *value, int flags)
{
  char *text = g_strdup (json_object_to_json_string_ext (value, flags));

  /* The second time it has the room that it made the first time: nothing is left out by then. */
  hemo_require_memory (text != NULL
                       && g_strcmp0 (json_object_to_json_string_ext (value, flags), text) == 0);
  return text;
}

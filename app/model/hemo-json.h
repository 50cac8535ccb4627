/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading of JSON that may be damaged, or made by somebody else; writing of JSON that is whole. */

#pragma once

#include <glib.h>
#include <json-c/json.h>

G_BEGIN_DECLS

/**
 * hemo_json_parse:
 * @json: @length bytes, at least one
 * @depth: levels that are read at most
 * @what: begins the sentence that says what is damaged
 *
 * One value and nothing after it.
 *
 * Returns: (transfer full): or NULL with %HEMO_MODEL_ERROR_INVALID or %HEMO_MODEL_ERROR_NO_MEMORY
 */
json_object *
hemo_json_parse (const char *json, gsize length, int depth, const char *what, GError **error);

/* Whether @json has more than @most objects and arrays. json-c takes up to 750 bytes for one that
 * is three in the text, so that what was small would fill the memory of a laptop. Only for what is
 * read strictly: json-c else takes what cannot be counted. */
gboolean hemo_json_is_crowded (const char *json, gsize length, gsize most);

/**
 * hemo_json_read:
 * @json: @length bytes; none of them is looked at where @length is 0
 * @depth: levels that are read at most
 * @flags: JSON_TOKENER_…
 *
 * One value, with nothing after it but white space, without comments or single quotes, and not
 * crowded: in many bytes one object or array for each 24 of them. Ends the program for want of
 * memory, as GLib does: what is whole would be called damaged.
 *
 * Returns: (transfer full) (nullable): NULL when it is something else, or JSON's null
 */
json_object *hemo_json_read (const char *json, gsize length, int depth, int flags);
/* The same of what the store holds, a text of JSON, however crowded. */
json_object *hemo_json_read_stored (const char *json);

/* NULL when there is none, or it is no string, longer than @limit bytes, or holds a NUL, which
 * would cut it. (transfer none): of @object */
const char *hemo_json_get_text (json_object *object, const char *key, gsize limit);
/* The same of any length. (transfer full) */
char *hemo_json_dup_text (json_object *object, const char *key);

/* json-c leaves out, without a word, what it gets no memory for. These end the program then, as
 * GLib does. @value: (transfer full): what json_object_new_… gave */
void hemo_json_add (json_object *object, const char *key, json_object *value);
void hemo_json_append (json_object *array, json_object *value);
/* Where @value may be JSON's null, which is NULL. */
void hemo_json_add_any (json_object *object, const char *key, json_object *value);
void hemo_json_append_any (json_object *array, json_object *value);
/* @value, which json_object_new_… gave. (transfer full) */
json_object *hemo_json_made (json_object *value);
/* @flags: JSON_C_TO_STRING_… (transfer full) */
char *hemo_json_to_text (json_object *value, int flags);

G_END_DECLS

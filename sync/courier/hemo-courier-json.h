/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading JSON that comes from a stick: sizes and depths are checked before anything is made of it.
 */

#pragma once

#include <gio/gio.h>
#include <json-c/json.h>

#include "hemo-fhir.h"

G_BEGIN_DECLS

/**
 * hemo_courier_json_parse:
 * @format: what its member 'format' has to say
 * @depth: of nesting at most
 * @most: bytes at most
 *
 * Strict JSON, one object and nothing behind it. %HEMO_REMOTE_ERROR_DAMAGED. (transfer full)
 */
json_object *
hemo_courier_json_parse (GBytes *bytes, const char *format, int depth, gsize most, GError **error);

/* Compact, ASCII, and the same bytes for the same object, whose texts are UTF-8. (transfer full) */
GBytes *hemo_courier_json_to_bytes (json_object *object);

/* NULL for what is not there, no text, longer than @most bytes, or holds a NUL. (transfer none) */
const char *hemo_courier_json_text (json_object *object, const char *name, gsize most);
/* NULL for what is no UUID. (transfer full) */
char *hemo_courier_json_uuid (json_object *object, const char *name);
/* NULL for what is no SHA-256 in lower-case hexadecimal. (transfer full) */
char *hemo_courier_json_sha256 (json_object *object, const char *name);
/* A whole number from 0 on. */
gboolean hemo_courier_json_number (json_object *object, const char *name, gint64 *number);
/* An array of objects, at most @most of them; NULL for what is none. (transfer none) */
json_object *hemo_courier_json_array (json_object *object, const char *name, gsize most);
/* A resource with a type and an id as R4 allows it. (transfer none) */
json_object *hemo_courier_json_resource (json_object *object, const char *name);

/* Whether it may be the name of a resource's type: letters, not too many. */
gboolean hemo_courier_is_type (const char *text);

void hemo_courier_json_add (json_object *object, const char *name, const char *text);

G_END_DECLS

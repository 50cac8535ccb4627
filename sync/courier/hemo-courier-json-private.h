/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What letters and replies have in common as JSON. */

#pragma once

#include "hemo-courier-json.h"
#include "hemo-courier-letter.h"

G_BEGIN_DECLS

/* A resource, in a row, in a list. */
#define HEMO_COURIER_DEPTH_MOST (HEMO_FHIR_MAX_DEPTH + 4)

json_object *hemo_courier_cursors_to_json (const GPtrArray *cursors);
gboolean hemo_courier_cursors_read (json_object *object, const char *name, GPtrArray *cursors);
json_object *hemo_courier_names_to_json (const GPtrArray *names);
gboolean hemo_courier_names_read (json_object *object, const char *name, GPtrArray *names);
json_object *hemo_courier_records_to_json (const GPtrArray *records);
gboolean hemo_courier_records_read (json_object *object, const char *name, GPtrArray *records);

/* That something is not as it was written. Always FALSE. */
gboolean hemo_courier_json_fail (GError **error);

G_END_DECLS

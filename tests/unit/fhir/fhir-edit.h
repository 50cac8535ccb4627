/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Resources of the sample, made wrong at one place. */

#pragma once

#include "hemo-fhir-bundle.h"

G_BEGIN_DECLS

/* The sample case as a transaction, to be edited: everything in it is a copy. (transfer full) */
HemoFhirBundle *edit_bundle_new (void);

/* The resource that sample-case.c gives the number @n; also a Task (n = 80) and a
 * Provenance (n = 81), which are in no case. (transfer full) */
json_object *edit_resource_new (int n);

/* Puts @json, or nothing when NULL, at @path: 'a.b[0].c'. The way there must exist. */
void edit_at (json_object *resource, const char *path, const char *json);

/* Reads it by the reader of its type, and forgets what was read. */
gboolean edit_read (json_object *resource, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marks on a picture as Annotations, see hemo_fhir_media_to_json(). */

#pragma once

#include "hemo-fhir-read-private.h"
#include "hemo-mark.h"

G_BEGIN_DECLS

/* Appends each of @marks, which may be NULL, to 'note'. A text that says nothing, which R4 has no
 * Annotation for, is left out. */
void hemo_fhir_append_marks (json_object *json, GPtrArray *marks);

/* @note: (inout): replaced by the text of the first Annotation that is no mark; @marks: (inout):
 * replaced where there are any. At most %HEMO_MARKS_MAX marks are taken. */
gboolean
hemo_fhir_read_notes (const HemoFhirNode *node, char **note, GPtrArray **marks, GError **error);

G_END_DECLS

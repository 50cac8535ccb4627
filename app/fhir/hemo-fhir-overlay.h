/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writing our fields into a resource that others write too: what this program does not understand
 * stays as they left it. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-merge.h"

G_BEGIN_DECLS

/**
 * hemo_fhir_overlay:
 * @theirs: a Patient or a ServiceRequest as the server has it
 * @ours: the same as this program writes it
 *
 * @theirs with the fields of @ours in which they differ, so that a second telephone, a photograph
 * or an older name is not lost when a village is corrected. What @theirs says in other words than
 * ours but means the same stays in its words. A text for people that was generated from other
 * values goes. @ours as it is when @theirs cannot be read, or is of a type that has one writer.
 * (transfer full)
 */
json_object *hemo_fhir_overlay (json_object *theirs, json_object *ours);

/* The resource without what the server says of its own: version and time of it. (transfer full) */
json_object *hemo_fhir_strip_meta (json_object *resource);

/* Whether both say the same, but for what a server says of its own; 118 is 118.0. */
gboolean hemo_fhir_is_same (json_object *a, json_object *b);

/* SHA-256 of what hemo_fhir_is_same() compares, whatever the order of its members. (transfer full)
 */
char *hemo_fhir_content_hash (json_object *resource);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What records of R4 refer to, and who wrote one. */

#pragma once

#include "hemo-fhir.h"

G_BEGIN_DECLS

/**
 * hemo_fhir_reference_split:
 * @reference: 'Type/id', '…/Type/id', either with '/_history/version' behind, or 'urn:uuid:id'
 * @type: (out) (transfer full): NULL for the last, which does not say
 * @id: (out) (transfer full): not looked at
 *
 * FALSE for anything else, which leaves both untouched.
 */
gboolean hemo_fhir_reference_split (const char *reference, char **type, char **id);

/* 'Type/id' of one that says its type, and whose id R4 allows; else NULL. (transfer full) */
char *hemo_fhir_reference_name (const char *reference);

/* The names of all that @json refers to, however deep, in their order and each as often as it is
 * there; at most @most. @type: (nullable): only of this type. (transfer full) (element-type utf8)
 */
GPtrArray *hemo_fhir_references (json_object *json, const char *type, guint most);

/* Whether a Hemogram wrote @resource, which each marks with the version of its record. */
gboolean hemo_fhir_is_marked (json_object *resource);

G_END_DECLS

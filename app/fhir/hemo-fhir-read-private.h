/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How elements of FHIR are read, for the mappings of this folder only.
 *
 * Readers leave what is missing at its default and fail on what is there and wrong; unknown
 * elements are ignored. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-time.h"

G_BEGIN_DECLS

typedef struct _HemoFhirNode HemoFhirNode;

/**
 * HemoFhirNode:
 * @parent: NULL for a resource
 * @name: of the element; borrowed
 * @index: place in an array, or -1
 * @json: borrowed; NULL when the element is not there
 *
 * An element and the way to it, for errors. Lives on the stack.
 */
struct _HemoFhirNode
{
  const HemoFhirNode *parent;
  const char *name;
  int index;
  json_object *json;
};

/* Fails with 'Path.key: @problem'; @key may be NULL. Always FALSE. */
gboolean hemo_fhir_fail (const HemoFhirNode *node,
                         const char *key,
                         HemoFhirError code,
                         const char *problem,
                         GError **error);

/**
 * hemo_fhir_open:
 * @type: that it must be of
 * @uuid: (inout): replaced by its id
 *
 * Begins to read a resource: refuses another type, an id that is no UUID and anything that would
 * change the meaning of what we read (modifierExtension at any depth, implicitRules).
 */
gboolean hemo_fhir_open (
    HemoFhirNode *node, json_object *json, const char *type, char **uuid, GError **error);

/* The same of what others wrote, whatever its id. */
gboolean
hemo_fhir_open_any (HemoFhirNode *node, json_object *json, const char *type, GError **error);

/* @child gets the element @key; its json is NULL if there is none. Fails on another type. */
gboolean hemo_fhir_get (
    const HemoFhirNode *node, const char *key, json_type type, HemoFhirNode *child, GError **error);
/* The same for an item of the array @node. */
gboolean hemo_fhir_get_item (
    const HemoFhirNode *node, guint i, json_type type, HemoFhirNode *child, GError **error);
guint hemo_fhir_count (const HemoFhirNode *array);
/* The first item of the array @key, whose node @array keeps. */
gboolean hemo_fhir_get_first (const HemoFhirNode *node,
                              const char *key,
                              json_type type,
                              HemoFhirNode *array,
                              HemoFhirNode *child,
                              GError **error);

/* Refuses a status that is missing (INVALID) or not in @known, a NULL-terminated list: a modifier
 * element may turn the rest into its contrary, so no status is passed over. @status: (out)
 * (optional) (transfer none): of the list */
gboolean hemo_fhir_read_status (const HemoFhirNode *node,
                                const char *key,
                                const char *const *known,
                                const char **status,
                                GError **error);

/* Text of a string that is there; NULL with @error set when it is empty or holds NUL. (transfer
 * none) */
const char *hemo_fhir_peek_text (const HemoFhirNode *node, GError **error);

/* Text of an element; empty text is an error, as in R4. @out is replaced. */
gboolean
hemo_fhir_read_string (const HemoFhirNode *node, const char *key, char **out, GError **error);
gboolean
hemo_fhir_read_boolean (const HemoFhirNode *node, const char *key, gboolean *out, GError **error);
gboolean hemo_fhir_read_int64 (const HemoFhirNode *node,
                               const char *key,
                               gint64 minimum,
                               gint64 maximum,
                               gint64 *out,
                               GError **error);
gboolean hemo_fhir_read_int (
    const HemoFhirNode *node, const char *key, int minimum, int maximum, int *out, GError **error);
/* @decimals: (out) (optional): digits after the point, as written */
gboolean hemo_fhir_read_decimal (
    const HemoFhirNode *node, const char *key, double *out, int *decimals, GError **error);
/* instant or dateTime. A date alone is taken as the start of that day in UTC; a year or a month
 * alone says too little and leaves @out as it was. */
gboolean
hemo_fhir_read_time (const HemoFhirNode *node, const char *key, HemoTime *out, GError **error);
/* The UUID out of 'Type/UUID', '…/Type/UUID' (with or without '/_history/N') or 'urn:uuid:UUID'. */
gboolean hemo_fhir_read_reference (
    const HemoFhirNode *node, const char *key, const char *type, char **out, GError **error);
/* The id of what others wrote, a UUID or not, out of the same. */
gboolean hemo_fhir_read_reference_id (
    const HemoFhirNode *node, const char *key, const char *type, char **out, GError **error);
/* The UUID of a Reference itself. */
gboolean hemo_fhir_read_reference_item (const HemoFhirNode *child,
                                        const char *type,
                                        char **out,
                                        GError **error);
/* The same for the first item of an array. */
gboolean hemo_fhir_read_first_reference (
    const HemoFhirNode *node, const char *key, const char *type, char **out, GError **error);

/* Looks for a coding of @system in the CodeableConcept @concept (whose json may be NULL); @code:
 * (out) (transfer none), NULL when there is none. */
gboolean hemo_fhir_find_code (const HemoFhirNode *concept,
                              const char *system,
                              const char **code,
                              GError **error);
/* The same for a code system of our own. */
gboolean hemo_fhir_find_own_code (const HemoFhirNode *concept,
                                  const char *name,
                                  const char **code,
                                  GError **error);

/* Extensions of our own. @child->json is NULL if there is none. */
gboolean hemo_fhir_find_extension (const HemoFhirNode *node,
                                   const char *name,
                                   HemoFhirNode *array,
                                   HemoFhirNode *child,
                                   GError **error);
gboolean hemo_fhir_read_extension_string (const HemoFhirNode *node,
                                          const char *name,
                                          char **out,
                                          GError **error);
gboolean hemo_fhir_read_extension_boolean (const HemoFhirNode *node,
                                           const char *name,
                                           gboolean *out,
                                           GError **error);
gboolean hemo_fhir_read_extension_decimal (const HemoFhirNode *node,
                                           const char *name,
                                           double *out,
                                           GError **error);
gboolean hemo_fhir_read_extension_int64 (const HemoFhirNode *node,
                                         const char *name,
                                         gint64 minimum,
                                         gint64 maximum,
                                         gint64 *out,
                                         GError **error);

/* The primitive @key's '_key' object; its json is NULL if there is none. @name: buffer for its name
 */
gboolean hemo_fhir_get_primitive (
    const HemoFhirNode *node, const char *key, char name[64], HemoFhirNode *child, GError **error);

G_END_DECLS

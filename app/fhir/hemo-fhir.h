/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HL7 FHIR R4 (4.0.1) as this program speaks it: errors, systems, reading and writing of JSON.
 *
 * Every mapping is a pair, hemo_fhir_THING_to_json() and hemo_fhir_THING_from_json(). Ids are our
 * UUIDs, references are relative ('Patient/UUID'); keys are always written in the same order.
 * Errors name the element ('Patient.birthDate'), never what stands in it. */

#pragma once

#include <gio/gio.h>
#include <json-c/json.h>

G_BEGIN_DECLS

#define HEMO_FHIR_ERROR (hemo_fhir_error_quark ())

/**
 * HemoFhirError:
 * @HEMO_FHIR_ERROR_SYNTAX: no JSON, no UTF-8, too large or too deep
 * @HEMO_FHIR_ERROR_INVALID: an element is missing, of the wrong type or out of its value set
 * @HEMO_FHIR_ERROR_UNSUPPORTED: valid R4 that this program must not guess about: a modifier
 *   extension, implicit rules, an id that is no UUID, a test that it does not know
 * @HEMO_FHIR_ERROR_NOT_FOUND: something referred to is not there
 */
typedef enum
{
  HEMO_FHIR_ERROR_SYNTAX,
  HEMO_FHIR_ERROR_INVALID,
  HEMO_FHIR_ERROR_UNSUPPORTED,
  HEMO_FHIR_ERROR_NOT_FOUND,
} HemoFhirError;

GQuark hemo_fhir_error_quark (void);

/* More is refused before anything is parsed. */
#define HEMO_FHIR_MAX_BYTES (16 * 1024 * 1024)
#define HEMO_FHIR_MAX_DEPTH 64
/* Objects and arrays: json-c takes up to 750 bytes for one, however short it is in the text. */
#define HEMO_FHIR_MAX_PARTS 250000

/* Our own names. */
#define HEMO_FHIR_BASE "https://hemogram.org/fhir/"
#define HEMO_FHIR_EXTENSION HEMO_FHIR_BASE "StructureDefinition/"
#define HEMO_FHIR_CODES HEMO_FHIR_BASE "CodeSystem/"
#define HEMO_FHIR_ISSUER HEMO_FHIR_BASE "issuer/"
#define HEMO_FHIR_ACCESSION HEMO_FHIR_BASE "accession"

#define HEMO_FHIR_LOINC "http://loinc.org"
#define HEMO_FHIR_UCUM "http://unitsofmeasure.org"
#define HEMO_FHIR_TERMINOLOGY "http://terminology.hl7.org/CodeSystem/"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)

/**
 * hemo_fhir_parse:
 * @json: UTF-8, need not end with a NUL
 * @length: in bytes
 *
 * Reads one resource of any type: strict JSON, at most %HEMO_FHIR_MAX_BYTES,
 * %HEMO_FHIR_MAX_DEPTH levels and %HEMO_FHIR_MAX_PARTS, with a resourceType. (transfer full)
 */
json_object *hemo_fhir_parse (const char *json, gsize length, GError **error);

/* As text; @pretty for people. The same object always gives the same bytes. (transfer full) */
char *hemo_fhir_to_text (json_object *resource, gboolean pretty);

/* NULL if it is no resource, or has no id. (transfer none) */
const char *hemo_fhir_get_type (json_object *resource);
const char *hemo_fhir_get_id (json_object *resource);

/* Whether it is an id that R4 allows ([A-Za-z0-9.-], 64 at most): this program's are UUIDs, and a
 * server's own mostly numbers. */
gboolean hemo_fhir_id_is_valid (const char *text);

/**
 * hemo_fhir_derive_uuid:
 * @namespace_uuid: UUID of what it is derived from
 * @name: what it is for ('panel:differential')
 *
 * The name-based UUID (version 5, RFC 9562 section 5.5): the same each time, so that resources
 * which the model has no record of keep their ids. (transfer full), NULL if @namespace_uuid is no
 * UUID.
 */
char *hemo_fhir_derive_uuid (const char *namespace_uuid, const char *name);

/**
 * HemoFhirLookup:
 *
 * Finds a resource by type and id, or returns NULL. (transfer none)
 */
typedef json_object *(*HemoFhirLookup) (const char *type, const char *id, gpointer data);

G_END_DECLS

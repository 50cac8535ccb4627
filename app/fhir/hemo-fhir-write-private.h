/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How elements of FHIR are written, for the mappings of this folder only. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-time.h"

G_BEGIN_DECLS

/* A resource of @type with the id @uuid. (transfer full) */
json_object *hemo_fhir_resource_new (const char *type, const char *uuid);

/* Setters write nothing for NULL, for empty or blank text and for NAN: R4 knows no empty elements.
 * Control characters, which R4 forbids, become U+FFFD. */
void hemo_fhir_set_string (json_object *object, const char *key, const char *value);
void hemo_fhir_set_boolean (json_object *object, const char *key, gboolean value);
void hemo_fhir_set_integer (json_object *object, const char *key, gint64 value);

/* @decimals: digits after the point, kept as written since R4's decimals carry their precision;
 * negative for as many as the number needs. */
void hemo_fhir_set_decimal (json_object *object, const char *key, double value, int decimals);

/* A dateTime or instant with milliseconds; 'entered by hand' goes into an extension of it. */
void hemo_fhir_set_time (json_object *object, const char *key, HemoTime time);

/* @child is taken; NULL is ignored. */
void hemo_fhir_set (json_object *object, const char *key, json_object *child);
/* Appends to the array @key, which is made when it is missing. @child is taken. */
void hemo_fhir_append (json_object *object, const char *key, json_object *child);
void hemo_fhir_append_string (json_object *object, const char *key, const char *value);

/* 'Type/uuid'; NULL if @uuid and @display are. (transfer full) */
json_object *hemo_fhir_reference_new (const char *type, const char *uuid, const char *display);

/* A CodeableConcept; @text may be NULL. (transfer full) */
json_object *hemo_fhir_concept_new (const char *system, const char *code, const char *text);
void hemo_fhir_concept_add (json_object *concept, const char *system, const char *code);

/* A Quantity; without @ucum it has neither unit nor system. (transfer full) */
json_object *hemo_fhir_quantity_new (double value, int decimals, const char *ucum);

/* A concept of one of our own code systems. (transfer full) */
json_object *hemo_fhir_own_concept_new (const char *system, const char *code, const char *text);

/* Extensions of our own: @name stands below %HEMO_FHIR_EXTENSION. Nothing is added for NULL, NAN.
 */
json_object *hemo_fhir_extend (json_object *object, const char *name);
void hemo_fhir_extend_string (json_object *object, const char *name, const char *value);
void hemo_fhir_extend_code (json_object *object, const char *name, const char *value);
void hemo_fhir_extend_boolean (json_object *object, const char *name, gboolean value);
void hemo_fhir_extend_decimal (json_object *object, const char *name, double value);
/* As a decimal, since R4's integers end at 2^31 - 1. */
void hemo_fhir_extend_int64 (json_object *object, const char *name, gint64 value);

/* The primitive @key's sibling '_key', to hold its extensions. (transfer none) */
json_object *hemo_fhir_primitive (json_object *object, const char *key);

G_END_DECLS

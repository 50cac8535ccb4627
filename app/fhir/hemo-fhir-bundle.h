/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole cases as an R4 Bundle, and back. */

#pragma once

#include "hemo-fhir-report.h"
#include "hemo-image.h"

G_BEGIN_DECLS

/**
 * HemoFhirBundleType:
 * @HEMO_FHIR_BUNDLE_COLLECTION: a file for people and programs; references inside are 'urn:uuid:…',
 *   as the entries' fullUrl are
 * @HEMO_FHIR_BUNDLE_TRANSACTION: for a server; each entry is a PUT of Type/UUID, and references are
 *   'Type/UUID', which hold whether or not their target is in the same Bundle
 */
typedef enum
{
  HEMO_FHIR_BUNDLE_COLLECTION,
  HEMO_FHIR_BUNDLE_TRANSACTION,
} HemoFhirBundleType;

/**
 * HemoFhirBundleOptions:
 * @timestamp: when it is made, or all 0
 * @pretty: for people
 * @embed_pdf: whether PDFs go into the Bundle
 * @user_name: name of a user, or NULL; (transfer none)
 * @image_url: where a picture is, or NULL; (transfer full)
 * @report_pdf: the PDF of a signed report, or NULL; (transfer full)
 * @report_url: where that PDF is, or NULL; (transfer full)
 * @data: for the four
 *
 * All of it may be 0 and NULL.
 */
typedef struct
{
  HemoTime timestamp;
  gboolean pretty;
  gboolean embed_pdf;
  const char *(*user_name) (const char *uuid, gpointer data);
  char *(*image_url) (const HemoImage *image, gpointer data);
  GBytes *(*report_pdf) (const HemoReport *report, gpointer data);
  char *(*report_url) (const HemoReport *report, gpointer data);
  gpointer data;
} HemoFhirBundleOptions;

/**
 * HemoFhirBundle:
 *
 * A Bundle being written, or one that was read.
 */
typedef struct _HemoFhirBundle HemoFhirBundle;

HemoFhirBundle *hemo_fhir_bundle_new (HemoFhirBundleType type);
void hemo_fhir_bundle_free (HemoFhirBundle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoFhirBundle, hemo_fhir_bundle_free)

/**
 * hemo_fhir_bundle_add:
 * @resource: (transfer full): with resourceType and id; one that is there already is dropped
 * @if_match: version that the server must have for a transaction's PUT, or NULL
 */
void hemo_fhir_bundle_add (HemoFhirBundle *self, json_object *resource, const char *if_match);

/**
 * hemo_fhir_bundle_add_case:
 *
 * Adds the clinic, the people and computers behind the case, its patient, order, tube and slides,
 * every image, what a pathologist was asked and answered, and of signed reports the newest with its
 * Observations and critical calls. Nothing
 * of a draft is added. A rejected specimen without a report gets one that is cancelled. On failure
 * the Bundle is as it was.
 */
gboolean hemo_fhir_bundle_add_case (HemoFhirBundle *self,
                                    const HemoCase *data,
                                    const HemoFhirBundleOptions *options,
                                    GError **error);

guint hemo_fhir_bundle_count (HemoFhirBundle *self);
/* (transfer none) */
json_object *hemo_fhir_bundle_get (HemoFhirBundle *self, guint i);
/* A #HemoFhirLookup; @data is the Bundle. */
json_object *hemo_fhir_bundle_lookup (const char *type, const char *id, gpointer data);

/* (transfer full) */
char *hemo_fhir_bundle_to_text (HemoFhirBundle *self, HemoTime timestamp, gboolean pretty);

/* @cases: (element-type HemoCase). All of the above at once; @options may be NULL. (transfer full)
 */
char *hemo_fhir_bundle_for_cases (GPtrArray *cases,
                                  HemoFhirBundleType type,
                                  const HemoFhirBundleOptions *options,
                                  GError **error);

/**
 * hemo_fhir_bundle_parse:
 *
 * Any type of Bundle. Entries without a resource (answers to a transaction) are left out; what is
 * in a resource is only looked at when it is mapped, so that one bad entry spoils no other.
 */
HemoFhirBundle *hemo_fhir_bundle_parse (const char *json, gsize length, GError **error);

/**
 * hemo_fhir_bundle_to_cases:
 *
 * The cases that a Bundle holds, one for each tube, with patient, order, slides, images, reports
 * and calls. Counts and typed values stay in the clinic that made them: a report carries their
 * lines. (transfer full) (element-type HemoCase)
 */
GPtrArray *hemo_fhir_bundle_to_cases (HemoFhirBundle *self, GError **error);

G_END_DECLS

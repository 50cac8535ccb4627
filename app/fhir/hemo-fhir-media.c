/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps captured fields to R4's Media and back. */

#include "hemo-fhir-media.h"

#include "hemo-fhir-marks-private.h"
#include "hemo-fhir-read-private.h"
#include "hemo-fhir-write-private.h"

#define MAX_PIXELS 65535

static void
write_capture (json_object *json, const HemoImage *image)
{
  hemo_fhir_extend_int64 (json, "record-version", image->version);
  hemo_fhir_extend_int64 (json, "field", image->field);
  hemo_fhir_extend_int64 (json, "orientation", image->orientation);
  hemo_fhir_extend_string (json, "objective", image->objective);
  if (image->micrometres_per_pixel > 0)
    hemo_fhir_extend_decimal (json, "micrometres-per-pixel", image->micrometres_per_pixel);
  if (image->focus >= 0)
    hemo_fhir_extend_decimal (json, "focus", image->focus);
  hemo_fhir_extend_string (json, "warnings", image->warnings);
  if (image->kept_anyway)
    hemo_fhir_extend_boolean (json, "kept-anyway", TRUE);
  if (image->in_report)
    hemo_fhir_extend_boolean (json, "in-report", TRUE);
  /* R4's Media has no element for it. */
  if (image->specimen != NULL)
    hemo_fhir_set (hemo_fhir_extend (json, "specimen"), "valueReference",
                   hemo_fhir_reference_new ("Specimen", image->specimen, NULL));
}

static json_object *
content_to_json (const HemoImage *image, const char *url)
{
  json_object *content = json_object_new_object ();

  hemo_fhir_extend_string (content, "sha256", image->sha256);
  hemo_fhir_extend_string (content, "sealed-sha256", image->sealed_sha256);
  if (image->sealed_bytes > 0)
    hemo_fhir_extend_int64 (content, "sealed-bytes", image->sealed_bytes);
  hemo_fhir_set_string (content, "contentType", image->media_type);
  hemo_fhir_set_string (content, "url", url);
  if (image->bytes > 0 && image->bytes <= G_MAXINT32) /* unsignedInt */
    hemo_fhir_set_integer (content, "size", image->bytes);
  hemo_fhir_set_time (content, "creation", image->captured_at);
  return content;
}

json_object *
hemo_fhir_media_to_json (const HemoImage *image, const char *patient, const char *url)
{
  json_object *json = hemo_fhir_resource_new ("Media", image->uuid);

  write_capture (json, image);
  hemo_fhir_set_string (json, "status", image->entered_in_error ? "entered-in-error" : "completed");
  hemo_fhir_set (json, "type",
                 hemo_fhir_concept_new (HEMO_FHIR_TERMINOLOGY "media-type", "image", NULL));
  hemo_fhir_set (json, "subject", hemo_fhir_reference_new ("Patient", patient, NULL));
  hemo_fhir_set_time (json, "createdDateTime", image->captured_at);
  hemo_fhir_set (json, "operator",
                 hemo_fhir_reference_new ("Practitioner", image->captured_by, NULL));
  hemo_fhir_set (json, "device", hemo_fhir_reference_new ("Device", image->captured_on, NULL));
  if (image->height > 0)
    hemo_fhir_set_integer (json, "height", image->height);
  if (image->width > 0)
    hemo_fhir_set_integer (json, "width", image->width);
  hemo_fhir_set (json, "content", content_to_json (image, url));
  if (image->note != NULL)
    {
      json_object *note = json_object_new_object ();

      hemo_fhir_set_string (note, "text", image->note);
      hemo_fhir_append (json, "note", note);
    }
  hemo_fhir_append_marks (json, image->marks);
  return json;
}

static gboolean
read_capture (const HemoFhirNode *node, HemoImage *image, GError **error)
{
  gint64 field = image->field, orientation = 1;

  if (!hemo_fhir_read_extension_int64 (node, "record-version", 0, G_MAXINT64 - 1, &image->version,
                                       error)
      || !hemo_fhir_read_extension_int64 (node, "field", 0, G_MAXINT32, &field, error)
      || !hemo_fhir_read_extension_int64 (node, "orientation", 1, 8, &orientation, error)
      || !hemo_fhir_read_extension_string (node, "objective", &image->objective, error)
      || !hemo_fhir_read_extension_decimal (node, "micrometres-per-pixel",
                                            &image->micrometres_per_pixel, error)
      || !hemo_fhir_read_extension_decimal (node, "focus", &image->focus, error)
      || !hemo_fhir_read_extension_string (node, "warnings", &image->warnings, error)
      || !hemo_fhir_read_extension_boolean (node, "kept-anyway", &image->kept_anyway, error)
      || !hemo_fhir_read_extension_boolean (node, "in-report", &image->in_report, error))
    return FALSE;
  image->field = (int)field;
  image->orientation = (int)orientation;
  return TRUE;
}

static gboolean
read_content (const HemoFhirNode *node, HemoImage *image, GError **error)
{
  HemoFhirNode content;

  if (!hemo_fhir_get (node, "content", json_type_object, &content, error))
    return FALSE;
  if (content.json == NULL)
    return hemo_fhir_fail (node, "content", HEMO_FHIR_ERROR_INVALID, "missing", error);
  return hemo_fhir_read_extension_string (&content, "sha256", &image->sha256, error)
         && hemo_fhir_read_extension_string (&content, "sealed-sha256", &image->sealed_sha256,
                                             error)
         && hemo_fhir_read_extension_int64 (&content, "sealed-bytes", 0, G_MAXINT64 - 1,
                                            &image->sealed_bytes, error)
         && hemo_fhir_read_string (&content, "contentType", &image->media_type, error)
         && hemo_fhir_read_int64 (&content, "size", 0, G_MAXINT32, &image->bytes, error);
}

static gboolean
read_specimen (const HemoFhirNode *node, HemoImage *image, GError **error)
{
  HemoFhirNode array, child;

  return hemo_fhir_find_extension (node, "specimen", &array, &child, error)
         && hemo_fhir_read_reference (&child, "valueReference", "Specimen", &image->specimen,
                                      error);
}

static gboolean
read_rest (const HemoFhirNode *node, HemoImage *image, GError **error)
{
  static const char *const known[] = { "completed", "entered-in-error", NULL };
  const char *status = NULL;

  if (!hemo_fhir_read_status (node, "status", known, &status, error)
      || !hemo_fhir_read_time (node, "createdDateTime", &image->captured_at, error)
      || !hemo_fhir_read_reference (node, "operator", "Practitioner", &image->captured_by, error)
      || !hemo_fhir_read_reference (node, "device", "Device", &image->captured_on, error)
      || !hemo_fhir_read_int (node, "height", 1, MAX_PIXELS, &image->height, error)
      || !hemo_fhir_read_int (node, "width", 1, MAX_PIXELS, &image->width, error)
      || !hemo_fhir_read_notes (node, &image->note, &image->marks, error))
    return FALSE;
  image->entered_in_error = g_strcmp0 (status, "entered-in-error") == 0;
  return TRUE;
}

HemoImage *
hemo_fhir_media_from_json (json_object *json, char **patient, GError **error)
{
  g_autoptr (HemoImage) image = hemo_image_new (NULL);
  g_autofree char *subject = NULL;
  HemoFhirNode node;

  image->captured_at = (HemoTime){ 0 };
  image->focus = -1;
  if (!hemo_fhir_open (&node, json, "Media", &image->uuid, error)
      || !read_capture (&node, image, error) || !read_content (&node, image, error)
      || !read_specimen (&node, image, error) || !read_rest (&node, image, error)
      || !hemo_fhir_read_reference (&node, "subject", "Patient", &subject, error))
    return NULL;
  if (patient != NULL)
    *patient = g_steal_pointer (&subject);
  return g_steal_pointer (&image);
}

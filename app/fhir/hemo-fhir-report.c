/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps signed reports to R4's DiagnosticReport and back. */

#include "hemo-fhir-report.h"

#include "hemo-fhir-read-private.h"
#include "hemo-fhir-write-private.h"

/* Panels within panels; ours are two. */
#define MAX_NESTING 4
#define MAX_LINES 4096
#define MISSING_MAX 100
/* Panels and lines that are looked at: a result may be named many times. */
#define MAX_VISITS 16384

/* 'fr', 'fr_FR' as R4's language tag, or NULL. */
static char *
locale_to_tag (const char *locale)
{
  char *tag;

  if (locale == NULL || !g_regex_match_simple ("^[a-z]{2,3}(_[A-Z]{2})?$", locale, 0, 0))
    return NULL;
  tag = g_strdup (locale);
  return g_strdelimit (tag, "_", '-');
}

static char *
base64_of_digest (GChecksumType type, GBytes *bytes)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (type);
  guint8 digest[64];
  gsize length = sizeof digest;

  g_checksum_update (checksum, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes));
  g_checksum_get_digest (checksum, digest, &length);
  return g_base64_encode (digest, length);
}

static void
write_pdf_bytes (json_object *form, const HemoFhirPdf *pdf)
{
  gsize size = 0;
  gconstpointer data = g_bytes_get_data (pdf->bytes, &size);
  g_autofree char *hash = base64_of_digest (G_CHECKSUM_SHA1, pdf->bytes);
  g_autofree char *base64 = pdf->embed ? g_base64_encode (data, size) : NULL;

  hemo_fhir_set_string (form, "data", base64);
  if (size <= G_MAXINT32)
    hemo_fhir_set_integer (form, "size", (gint64)size);
  hemo_fhir_set_string (form, "hash", hash);
}

static json_object *
form_to_json (const HemoReport *report, const HemoFhirPdf *pdf)
{
  json_object *form = json_object_new_object ();
  g_autofree char *language = locale_to_tag (report->language);
  g_autofree char *title = g_strdup_printf ("Report, version %d", report->version);

  hemo_fhir_extend_string (form, "sha256", report->pdf_sha256);
  hemo_fhir_set_string (form, "contentType", "application/pdf");
  hemo_fhir_set_string (form, "language", language);
  if (pdf != NULL)
    hemo_fhir_set_string (form, "url", pdf->url);
  if (pdf != NULL && pdf->bytes != NULL)
    write_pdf_bytes (form, pdf);
  hemo_fhir_set_string (form, "title", title);
  hemo_fhir_set_time (form, "creation", report->signed_at);
  return form;
}

static gboolean
check_pdf (const HemoReport *report, const HemoFhirPdf *pdf, GError **error)
{
  g_autofree char *sha256 = NULL;

  if (pdf == NULL || pdf->bytes == NULL)
    return TRUE;
  sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, pdf->bytes);
  if (g_strcmp0 (sha256, report->pdf_sha256) == 0)
    return TRUE;
  g_set_error_literal (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_INVALID,
                       "DiagnosticReport.presentedForm: the PDF is not the one that was signed");
  return FALSE;
}

/* One in each line; a reader of the report has to see what is not in it. */
static void
write_list (json_object *json, const char *name, GPtrArray *items)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", (char *)items->pdata[i]);
  if (text->len > 0)
    hemo_fhir_extend_string (json, name, text->str);
}

static void
write_version (json_object *json, const HemoReport *report)
{
  hemo_fhir_extend_int64 (json, "report-version", report->version);
  hemo_fhir_extend_string (json, "report-language", report->language);
  hemo_fhir_extend_string (json, "signer-role", report->signer_role);
  hemo_fhir_extend_string (json, "replaces-sha256", report->replaces_sha256);
  hemo_fhir_extend_string (json, "amendment-reason", report->reason);
  write_list (json, "missing", report->missing);
  write_list (json, "cells-found-by", report->found);
  if (report->cells_found > 0)
    {
      hemo_fhir_extend_int64 (json, "cells-found", report->cells_found);
      hemo_fhir_extend_int64 (json, "cells-by-key", report->cells_by_key);
    }
  hemo_fhir_extend_string (json, "program-version", report->program_version);
}

static void
write_subject (json_object *json, const HemoFhirReportContext *context)
{
  const HemoReport *report = context->report;

  hemo_fhir_append (json, "category",
                    hemo_fhir_concept_new (HEMO_FHIR_TERMINOLOGY "v2-0074", "LAB", NULL));
  hemo_fhir_set (json, "code",
                 hemo_fhir_concept_new (HEMO_FHIR_LOINC, "11502-2", "Laboratory report"));
  hemo_fhir_set (json, "subject", hemo_fhir_reference_new ("Patient", context->patient, NULL));
  hemo_fhir_set_time (json, "effectiveDateTime", context->collected_at);
  hemo_fhir_set_time (json, "issued", report->signed_at);
  hemo_fhir_append (json, "performer",
                    hemo_fhir_reference_new ("Organization", context->clinic, NULL));
  if (report->signed_by != NULL)
    hemo_fhir_append (
        json, "resultsInterpreter",
        hemo_fhir_reference_new ("Practitioner", report->signed_by, report->signer_name));
  hemo_fhir_append (json, "specimen", hemo_fhir_reference_new ("Specimen", report->specimen, NULL));
}

static void
write_media (json_object *json, const GPtrArray *images)
{
  for (guint i = 0; images != NULL && i < images->len; i++)
    {
      json_object *media = json_object_new_object ();

      hemo_fhir_set (media, "link",
                     hemo_fhir_reference_new ("Media", g_ptr_array_index (images, i), NULL));
      hemo_fhir_append (json, "media", media);
    }
}

json_object *
hemo_fhir_report_to_json (const HemoFhirReportContext *context,
                          const GPtrArray *results,
                          const HemoFhirPdf *pdf,
                          GError **error)
{
  const HemoReport *report = context->report;
  json_object *json;

  if (report->status == HEMO_REPORT_DRAFT)
    {
      g_set_error_literal (
          error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_INVALID,
          "DiagnosticReport.status: a draft stays on this computer; sign it first");
      return NULL;
    }
  if (!check_pdf (report, pdf, error))
    return NULL;
  json = hemo_fhir_resource_new ("DiagnosticReport", report->uuid);
  write_version (json, report);
  hemo_fhir_append (json, "basedOn",
                    hemo_fhir_reference_new ("ServiceRequest", context->order, NULL));
  hemo_fhir_set_string (json, "status", hemo_report_status_to_code (report->status));
  write_subject (json, context);
  for (guint i = 0; results != NULL && i < results->len; i++)
    hemo_fhir_append (
        json, "result",
        hemo_fhir_reference_new ("Observation", g_ptr_array_index (results, i), NULL));
  write_media (json, report->images);
  hemo_fhir_set_string (json, "conclusion", report->comment);
  if (report->pdf_sha256 != NULL)
    hemo_fhir_append (json, "presentedForm", form_to_json (report, pdf));
  return json;
}

HemoReport *
hemo_fhir_cancelled_report_new (const HemoSpecimen *specimen)
{
  HemoReport *report = hemo_report_new (specimen->uuid);
  char *uuid = hemo_fhir_derive_uuid (specimen->uuid, "cancelled");

  if (uuid != NULL)
    {
      g_free (report->uuid);
      report->uuid = uuid;
    }
  report->status = HEMO_REPORT_CANCELLED;
  g_free (report->comment);
  report->comment
      = g_strdup_printf ("Specimen rejected: %s%s%s", hemo_rejection_to_code (specimen->rejection),
                         specimen->rejection_note != NULL ? ". " : "",
                         specimen->rejection_note != NULL ? specimen->rejection_note : "");
  return report;
}

typedef struct
{
  HemoReport *report;
  HemoFhirLookup lookup;
  gpointer data;
  char *subject;
  GHashTable *seen;
  guint visits;
} Reading;

static void
reading_clear (Reading *self)
{
  g_clear_pointer (&self->subject, g_free);
  g_clear_pointer (&self->seen, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

static gboolean read_results (
    const HemoFhirNode *node, const char *key, Reading *reading, int depth, GError **error);

/* A withdrawn value must not stand in a report that is valid, nor another patient's in this one. */
static gboolean
check_observation (const HemoFhirNode *node, const Reading *reading, GError **error)
{
  HemoReportStatus status = reading->report->status;
  const char *withdrawn[] = { "cancelled", "entered-in-error" };
  g_autofree char *found = NULL, *subject = NULL;

  if (!hemo_fhir_read_string (node, "status", &found, error)
      || !hemo_fhir_read_reference (node, "subject", "Patient", &subject, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (withdrawn); i++)
    if (g_strcmp0 (found, withdrawn[i]) == 0 && status != HEMO_REPORT_CANCELLED
        && status != HEMO_REPORT_ENTERED_IN_ERROR)
      return hemo_fhir_fail (node, "status", HEMO_FHIR_ERROR_UNSUPPORTED,
                             "withdrawn, and named by a report that is not", error);
  return subject == NULL || reading->subject == NULL || g_str_equal (subject, reading->subject)
         || hemo_fhir_fail (node, "subject", HEMO_FHIR_ERROR_INVALID,
                            "another patient than the report's", error);
}

/* A panel only gathers; a value of its own would be lost. */
static gboolean
check_panel (const HemoFhirNode *node, GError **error)
{
  json_object_object_foreach (node->json, key, value)
  {
    (void)value;
    if (g_str_has_prefix (key, "value") || g_str_equal (key, "component"))
      return hemo_fhir_fail (node, "value[x]", HEMO_FHIR_ERROR_UNSUPPORTED,
                             "a panel with a value of its own", error);
  }
  return TRUE;
}

static gboolean
add_line (json_object *json, Reading *reading, GError **error)
{
  HemoLine *line = hemo_fhir_observation_from_json (json, error);

  if (line == NULL)
    return FALSE;
  g_ptr_array_add (reading->report->lines, line);
  return TRUE;
}

static gboolean
read_result (const HemoFhirNode *item, Reading *reading, int depth, GError **error)
{
  g_autofree char *uuid = NULL;
  HemoFhirNode observation = { .name = "Observation", .index = -1 };
  json_object *members = NULL;

  if (!hemo_fhir_read_reference_item (item, "Observation", &uuid, error))
    return FALSE;
  observation.json = uuid != NULL ? reading->lookup ("Observation", uuid, reading->data) : NULL;
  if (observation.json == NULL)
    return hemo_fhir_fail (item, "reference", HEMO_FHIR_ERROR_NOT_FOUND,
                           "the Observation is not there", error);
  if (!check_observation (&observation, reading, error))
    return FALSE;
  if (!json_object_object_get_ex (observation.json, "hasMember", &members))
    return !g_hash_table_add (reading->seen, g_steal_pointer (&uuid))
           || add_line (observation.json, reading, error);
  return hemo_fhir_open (&observation, observation.json, "Observation", NULL, error)
         && check_panel (&observation, error)
         && read_results (&observation, "hasMember", reading, depth + 1, error);
}

static gboolean
read_results (
    const HemoFhirNode *node, const char *key, Reading *reading, int depth, GError **error)
{
  HemoFhirNode array, item;

  if (!hemo_fhir_get (node, key, json_type_array, &array, error))
    return FALSE;
  if (depth > MAX_NESTING)
    return hemo_fhir_fail (node, key, HEMO_FHIR_ERROR_UNSUPPORTED, "nested too deeply", error);
  for (guint i = 0; i < hemo_fhir_count (&array); i++)
    {
      if (reading->report->lines->len >= MAX_LINES || reading->visits++ >= MAX_VISITS)
        return hemo_fhir_fail (node, key, HEMO_FHIR_ERROR_UNSUPPORTED, "too many results", error);
      if (!hemo_fhir_get_item (&array, i, json_type_object, &item, error)
          || !read_result (&item, reading, depth, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_status (const HemoFhirNode *node, HemoReport *report, GError **error)
{
  g_autofree char *status = NULL;

  if (!hemo_fhir_read_string (node, "status", &status, error))
    return FALSE;
  if (g_strcmp0 (status, "partial") == 0)
    report->status = HEMO_REPORT_PRELIMINARY;
  else if (g_strcmp0 (status, "appended") == 0)
    report->status = HEMO_REPORT_AMENDED;
  else if (status == NULL || g_str_equal (status, "draft")
           || !hemo_report_status_from_code (status, &report->status, NULL))
    return hemo_fhir_fail (node, "status", HEMO_FHIR_ERROR_INVALID,
                           "missing, or not one that a report can have here", error);
  return TRUE;
}

static gboolean
read_list (const HemoFhirNode *node, const char *name, GPtrArray *items, GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!hemo_fhir_read_extension_string (node, name, &text, error))
    return FALSE;
  lines = g_strsplit (text != NULL ? text : "", "\n", MISSING_MAX);
  for (guint i = 0; lines[i] != NULL; i++)
    g_ptr_array_add (items, g_strdup (lines[i]));
  return TRUE;
}

static gboolean
read_version (const HemoFhirNode *node, HemoReport *report, GError **error)
{
  gint64 version = report->version, found = 0, by_key = 0;

  if (!hemo_fhir_read_extension_int64 (node, "report-version", 0, G_MAXINT32, &version, error)
      || !hemo_fhir_read_extension_string (node, "report-language", &report->language, error)
      || !hemo_fhir_read_extension_string (node, "signer-role", &report->signer_role, error)
      || !hemo_fhir_read_extension_string (node, "replaces-sha256", &report->replaces_sha256, error)
      || !hemo_fhir_read_extension_string (node, "amendment-reason", &report->reason, error)
      || !read_list (node, "missing", report->missing, error)
      || !read_list (node, "cells-found-by", report->found, error)
      || !hemo_fhir_read_extension_int64 (node, "cells-found", 0, G_MAXINT32, &found, error)
      || !hemo_fhir_read_extension_int64 (node, "cells-by-key", 0, G_MAXINT32, &by_key, error)
      || !hemo_fhir_read_extension_string (node, "program-version", &report->program_version,
                                           error))
    return FALSE;
  report->version = (int)version;
  report->cells_found = (int)found;
  report->cells_by_key = (int)by_key;
  return TRUE;
}

static gboolean
read_signature (const HemoFhirNode *node, HemoReport *report, GError **error)
{
  HemoFhirNode array, interpreter, forms, form;

  return hemo_fhir_read_time (node, "effectiveDateTime", &report->taken_at, error)
         && hemo_fhir_read_time (node, "issued", &report->signed_at, error)
         && hemo_fhir_read_first_reference (node, "resultsInterpreter", "Practitioner",
                                            &report->signed_by, error)
         && hemo_fhir_get_first (node, "resultsInterpreter", json_type_object, &array, &interpreter,
                                 error)
         && hemo_fhir_read_string (&interpreter, "display", &report->signer_name, error)
         && hemo_fhir_get_first (node, "presentedForm", json_type_object, &forms, &form, error)
         && hemo_fhir_read_extension_string (&form, "sha256", &report->pdf_sha256, error);
}

static gboolean
read_media (const HemoFhirNode *node, HemoReport *report, GError **error)
{
  HemoFhirNode array, item;

  if (!hemo_fhir_get (node, "media", json_type_array, &array, error))
    return FALSE;
  for (guint i = 0; i < hemo_fhir_count (&array); i++)
    {
      char *uuid = NULL;

      if (!hemo_fhir_get_item (&array, i, json_type_object, &item, error)
          || !hemo_fhir_read_reference (&item, "link", "Media", &uuid, error))
        return FALSE;
      if (uuid != NULL)
        g_ptr_array_add (report->images, uuid);
    }
  return TRUE;
}

HemoReport *
hemo_fhir_report_from_json (json_object *json, HemoFhirLookup lookup, gpointer data, GError **error)
{
  g_autoptr (HemoReport) report = hemo_report_new (NULL);
  g_auto (Reading) reading
      = { report, lookup, data, NULL, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
          0 };
  HemoFhirNode node;

  report->signed_at = (HemoTime){ 0 };
  if (!hemo_fhir_open (&node, json, "DiagnosticReport", &report->uuid, error)
      || !read_status (&node, report, error) || !read_version (&node, report, error)
      || !read_signature (&node, report, error)
      || !hemo_fhir_read_first_reference (&node, "specimen", "Specimen", &report->specimen, error)
      || !hemo_fhir_read_string (&node, "conclusion", &report->comment, error)
      || !hemo_fhir_read_reference (&node, "subject", "Patient", &reading.subject, error)
      || !read_media (&node, report, error)
      || (lookup != NULL && !read_results (&node, "result", &reading, 0, error)))
    return NULL;
  return g_steal_pointer (&report);
}

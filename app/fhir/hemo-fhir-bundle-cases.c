/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts whole cases into a Bundle and finds them in one. */

#include "hemo-fhir-admin.h"
#include "hemo-fhir-bundle-private.h"
#include "hemo-fhir-media.h"
#include "hemo-fhir-message.h"
#include "hemo-fhir-patient.h"
#include "hemo-fhir-read-private.h"
#include "hemo-fhir-reading.h"
#include "hemo-fhir-specimen.h"
#include "hemo-fhir-write-private.h"

/* A slide of a slide of a tube; more is a circle. */
#define MAX_PARENTS 8

static const char *
clinic_of (const HemoCase *data)
{
  return data->clinic != NULL ? data->clinic->uuid : NULL;
}

static void
add_person (HemoFhirBundle *self,
            const char *uuid,
            const char *name,
            const HemoFhirBundleOptions *options)
{
  if (uuid == NULL)
    return;
  if (name == NULL && options->user_name != NULL)
    name = options->user_name (uuid, options->data);
  hemo_fhir_bundle_add (self, hemo_fhir_practitioner_to_json (uuid, name), NULL);
}

static void
add_device (HemoFhirBundle *self, const HemoCase *data, const char *uuid)
{
  gboolean ours = data->clinic != NULL && g_strcmp0 (uuid, data->clinic->installation) == 0;

  if (uuid != NULL && *uuid != '\0')
    hemo_fhir_bundle_add (
        self, hemo_fhir_device_to_json (uuid, clinic_of (data), ours ? HEMO_VERSION : NULL), NULL);
}

/* After a merge the tube's record names who it was taken from, the case who that is known as now:
 * only the latter is in the Bundle, so all of it is of that one. */
static void
add_of_patient (HemoFhirBundle *self, const HemoCase *data, json_object *json)
{
  hemo_fhir_set (json, "subject", hemo_fhir_reference_new ("Patient", data->patient->uuid, NULL));
  hemo_fhir_bundle_add (self, json, NULL);
}

static void
add_specimens (HemoFhirBundle *self, const HemoCase *data)
{
  if (data->clinic != NULL)
    hemo_fhir_bundle_add (self, hemo_fhir_organization_to_json (data->clinic), NULL);
  if (data->clinic != NULL)
    add_device (self, data, data->clinic->installation);
  hemo_fhir_bundle_add (self, hemo_fhir_patient_to_json (data->patient), NULL);
  if (data->order != NULL)
    add_of_patient (self, data, hemo_fhir_order_to_json (data->order));
  add_of_patient (self, data, hemo_fhir_specimen_to_json (data->specimen));
  for (guint i = 0; i < data->slides->len; i++)
    add_of_patient (self, data, hemo_fhir_specimen_to_json (g_ptr_array_index (data->slides, i)));
}

static void
add_images (HemoFhirBundle *self, const HemoCase *data, const HemoFhirBundleOptions *options)
{
  for (guint i = 0; i < data->images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (data->images, i);
      g_autofree char *url
          = options->image_url != NULL ? options->image_url (image, options->data) : NULL;

      add_person (self, image->captured_by, NULL, options);
      for (guint k = 0; image->marks != NULL && k < image->marks->len; k++)
        add_person (self, ((const HemoMark *)g_ptr_array_index (image->marks, k))->by, NULL,
                    options);
      add_device (self, data, image->captured_on);
      hemo_fhir_bundle_add (self, hemo_fhir_media_to_json (image, data->patient->uuid, url), NULL);
    }
}

/* The newest report that was signed, or the one that a rejection makes. */
static HemoReport *
dup_report (const HemoCase *data)
{
  if (data->reports->len > 0)
    return hemo_report_copy (g_ptr_array_index (data->reports, data->reports->len - 1));
  if (data->specimen->rejection != HEMO_REJECTION_NONE)
    return hemo_fhir_cancelled_report_new (data->specimen);
  return NULL;
}

static gboolean
add_results (HemoFhirBundle *self,
             const HemoFhirReportContext *context,
             const HemoFhirBundleOptions *options,
             GError **error)
{
  const HemoReport *report = context->report;
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GPtrArray) panels = hemo_fhir_panels_to_json (context, &results);
  g_autoptr (GBytes) bytes
      = options->report_pdf != NULL ? options->report_pdf (report, options->data) : NULL;
  g_autofree char *url
      = options->report_url != NULL ? options->report_url (report, options->data) : NULL;
  HemoFhirPdf pdf = { bytes, url, options->embed_pdf };
  json_object *json;

  for (guint i = 0; i < report->lines->len; i++)
    hemo_fhir_bundle_add (
        self, hemo_fhir_observation_to_json (g_ptr_array_index (report->lines, i), context), NULL);
  for (guint i = 0; i < panels->len; i++)
    hemo_fhir_bundle_add (self, json_object_get (g_ptr_array_index (panels, i)), NULL);
  json = hemo_fhir_report_to_json (context, results, &pdf, error);
  hemo_fhir_bundle_add (self, json, NULL);
  return json != NULL;
}

/* What goes out with @self already, or was taken back: by UUID. */
static void
add_once (HemoFhirBundle *self, GHashTable *seen, json_object *json)
{
  if (g_hash_table_add (seen, g_strdup (hemo_fhir_get_id (json))))
    hemo_fhir_bundle_add (self, json, NULL);
  else
    json_object_put (json);
}

/* As it was signed, whatever was found out since. */
static HemoTime
get_taken_at (const HemoReport *report, const HemoCase *data)
{
  return report->taken_at.utc_us != 0 ? report->taken_at : hemo_specimen_taken_at (data->specimen);
}

/* A value that an earlier version had and this one has no more would stay 'final' for whoever asks
 * for Observations, and so would a panel of which nothing is left. */
static void
add_dropped (HemoFhirBundle *self, const HemoCase *data, const HemoFhirReportContext *context)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (data->reports->len < 2)
    return;
  for (guint i = 0; i < hemo_fhir_bundle_count (self); i++)
    g_hash_table_add (seen, g_strdup (hemo_fhir_get_id (hemo_fhir_bundle_get (self, i))));
  for (guint n = data->reports->len - 1; n-- > 0;)
    {
      g_autoptr (HemoReport) earlier = hemo_report_copy (g_ptr_array_index (data->reports, n));
      g_autoptr (GPtrArray) results = NULL, panels = NULL;
      HemoFhirReportContext taken_back = *context;

      earlier->status = HEMO_REPORT_ENTERED_IN_ERROR;
      taken_back.report = earlier;
      taken_back.collected_at = get_taken_at (earlier, data);
      for (guint i = 0; i < earlier->lines->len; i++)
        add_once (
            self, seen,
            hemo_fhir_observation_to_json (g_ptr_array_index (earlier->lines, i), &taken_back));
      panels = hemo_fhir_panels_to_json (&taken_back, &results);
      for (guint i = 0; i < panels->len; i++)
        add_once (self, seen, json_object_get (g_ptr_array_index (panels, i)));
    }
}

/* @report: UUID of the one that goes with them, or NULL */
static void
add_calls (HemoFhirBundle *self,
           const HemoCase *data,
           const GPtrArray *calls,
           const char *report,
           const HemoFhirBundleOptions *options)
{
  for (guint i = 0; i < calls->len; i++)
    {
      const HemoCriticalCall *call = g_ptr_array_index (calls, i);

      add_person (self, call->by, NULL, options);
      hemo_fhir_bundle_add (self, hemo_fhir_call_to_json (call, data->patient->uuid, report), NULL);
    }
}

static void
add_readings (HemoFhirBundle *self, const HemoCase *data, const HemoFhirBundleOptions *options)
{
  const char *patient = data->patient->uuid;
  const char *order = data->order != NULL ? data->order->uuid : NULL;

  for (guint i = 0; i < data->readings->len; i++)
    {
      const HemoReading *reading = g_ptr_array_index (data->readings, i);

      add_person (self, reading->asked_by, reading->asked_by_name, options);
      add_person (self, reading->reader, reading->reader_name, options);
      hemo_fhir_bundle_add (self, hemo_fhir_reading_to_json (reading, patient, order), NULL);
      hemo_fhir_bundle_add (self, hemo_fhir_reading_answer_to_json (reading, patient, order), NULL);
    }
}

static gboolean
add_report (HemoFhirBundle *self,
            const HemoCase *data,
            const HemoFhirBundleOptions *options,
            GError **error)
{
  g_autoptr (HemoReport) report = dup_report (data);
  HemoFhirReportContext context = {
    .report = report,
    .patient = data->patient->uuid,
    .order = data->order != NULL ? data->order->uuid : NULL,
    .device = data->clinic != NULL ? data->clinic->installation : NULL,
    .clinic = clinic_of (data),
  };

  if (report == NULL)
    {
      /* Who was told does not wait for a signature. */
      add_calls (self, data, data->calls, NULL, options);
      return TRUE;
    }
  add_person (self, report->signed_by, report->signer_name, options);
  if (report->signed_by != NULL && report->signer_role != NULL)
    hemo_fhir_bundle_add (self,
                          hemo_fhir_practitioner_role_to_json (report->signed_by, context.clinic,
                                                               report->signer_role),
                          NULL);
  context.collected_at = get_taken_at (report, data);
  if (!add_results (self, &context, options, error))
    return FALSE;
  add_dropped (self, data, &context);
  /* Those since the signature as well; what it was signed with may be older. */
  add_calls (self, data, data->calls, report->uuid, options);
  add_calls (self, data, report->calls, report->uuid, options);
  return TRUE;
}

gboolean
hemo_fhir_bundle_add_case (HemoFhirBundle *self,
                           const HemoCase *data,
                           const HemoFhirBundleOptions *options,
                           GError **error)
{
  const HemoFhirBundleOptions none = { 0 };
  guint length = hemo_fhir_bundle_count (self);

  if (data->patient == NULL || data->specimen == NULL)
    {
      g_set_error_literal (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_INVALID,
                           "Bundle.entry: the case lacks its patient or its specimen");
      return FALSE;
    }
  /* The signer's name first, so that no nameless entry takes its place. */
  add_specimens (self, data);
  if (!add_report (self, data, options != NULL ? options : &none, error))
    {
      hemo_fhir_bundle_cut (self, length);
      return FALSE;
    }
  add_readings (self, data, options != NULL ? options : &none);
  add_images (self, data, options != NULL ? options : &none);
  return TRUE;
}

char *
hemo_fhir_bundle_for_cases (GPtrArray *cases,
                            HemoFhirBundleType type,
                            const HemoFhirBundleOptions *options,
                            GError **error)
{
  g_autoptr (HemoFhirBundle) self = hemo_fhir_bundle_new (type);
  HemoTime timestamp = options != NULL ? options->timestamp : (HemoTime){ 0 };

  for (guint i = 0; i < cases->len; i++)
    if (!hemo_fhir_bundle_add_case (self, g_ptr_array_index (cases, i), options, error))
      return NULL;
  return hemo_fhir_bundle_to_text (self, timestamp, options != NULL && options->pretty);
}

/* Everything of a Bundle, mapped once. */
typedef struct
{
  GPtrArray *specimens;
  GPtrArray *images;
  GPtrArray *reports;
  GPtrArray *calls;
  GPtrArray *readings;
  HemoClinicInfo *clinic;
} Contents;

static void
contents_clear (Contents *self)
{
  g_clear_pointer (&self->specimens, g_ptr_array_unref);
  g_clear_pointer (&self->images, g_ptr_array_unref);
  g_clear_pointer (&self->reports, g_ptr_array_unref);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->readings, g_ptr_array_unref);
  g_clear_pointer (&self->clinic, hemo_clinic_info_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Contents, contents_clear)

static gboolean
keep (GPtrArray *array, gpointer item)
{
  if (item != NULL)
    g_ptr_array_add (array, item);
  return item != NULL;
}

/* What says @key of one patient on the specimen of another is read by nobody. */
static gboolean
check_patient (const HemoFhirNode *node,
               const char *key,
               const char *specimen,
               HemoFhirBundle *bundle,
               GError **error)
{
  HemoFhirNode tube = { .name = "Specimen", .index = -1 };
  g_autofree char *subject = NULL, *other = NULL;

  if (specimen != NULL)
    tube.json = hemo_fhir_bundle_lookup ("Specimen", specimen, bundle);
  if (!hemo_fhir_read_reference (node, key, "Patient", &subject, error)
      || !hemo_fhir_read_reference (&tube, "subject", "Patient", &other, error))
    return FALSE;
  return subject == NULL || other == NULL || g_str_equal (subject, other)
         || hemo_fhir_fail (node, key, HEMO_FHIR_ERROR_INVALID,
                            "another patient than that of its Specimen", error);
}

static gboolean
check_subject (json_object *json, HemoFhirBundle *bundle, GError **error)
{
  HemoFhirNode node = { .name = "DiagnosticReport", .index = -1, .json = json };
  g_autofree char *specimen = NULL;

  return hemo_fhir_read_first_reference (&node, "specimen", "Specimen", &specimen, error)
         && check_patient (&node, "subject", specimen, bundle, error);
}

static gboolean
map_task (Contents *self, HemoFhirBundle *bundle, json_object *json, GError **error)
{
  HemoFhirNode node = { .name = "Task", .index = -1, .json = json };
  g_autofree char *specimen = NULL;

  if (!hemo_fhir_is_reading (json))
    return TRUE;
  return hemo_fhir_read_reference (&node, "focus", "Specimen", &specimen, error)
         && check_patient (&node, "for", specimen, bundle, error)
         && keep (self->readings,
                  hemo_fhir_reading_from_json (json, hemo_fhir_bundle_lookup, bundle, error));
}

static gboolean
map_resource (Contents *self, HemoFhirBundle *bundle, json_object *json, GError **error)
{
  const char *type = hemo_fhir_get_type (json);

  if (g_str_equal (type, "Specimen"))
    return keep (self->specimens, hemo_fhir_specimen_from_json (json, error));
  if (g_str_equal (type, "Media"))
    return keep (self->images, hemo_fhir_media_from_json (json, NULL, error));
  if (g_str_equal (type, "DiagnosticReport"))
    return check_subject (json, bundle, error)
           && keep (self->reports,
                    hemo_fhir_report_from_json (json, hemo_fhir_bundle_lookup, bundle, error));
  if (g_str_equal (type, "Communication"))
    return keep (self->calls, hemo_fhir_call_from_json (json, error));
  if (g_str_equal (type, "Task"))
    return map_task (self, bundle, json, error);
  if (g_str_equal (type, "Organization") && self->clinic == NULL)
    {
      self->clinic = hemo_fhir_organization_from_json (json, error);
      return self->clinic != NULL;
    }
  return TRUE;
}

static gboolean
fill_people (HemoCase *data, HemoFhirBundle *bundle, GError **error)
{
  const HemoSpecimen *specimen = data->specimen;
  json_object *patient = NULL, *order = NULL;

  if (specimen->patient != NULL)
    patient = hemo_fhir_bundle_lookup ("Patient", specimen->patient, bundle);
  if (specimen->order != NULL)
    order = hemo_fhir_bundle_lookup ("ServiceRequest", specimen->order, bundle);
  if (patient == NULL)
    {
      g_set_error_literal (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_NOT_FOUND,
                           "Specimen.subject: the Patient is not in the Bundle");
      return FALSE;
    }
  data->patient = hemo_fhir_patient_from_json (patient, error);
  if (data->patient == NULL)
    return FALSE;
  if (order == NULL)
    return TRUE;
  data->order = hemo_fhir_order_from_json (order, error);
  return data->order != NULL;
}

/* Everything that hangs on a specimen finds its case by that specimen; what finds none would be
 * lost, so the whole Bundle is refused. */
static HemoCase *
find_case (GHashTable *by_specimen, const char *specimen, const char *path, GError **error)
{
  HemoCase *data = specimen != NULL ? g_hash_table_lookup (by_specimen, specimen) : NULL;

  if (data == NULL)
    g_set_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_NOT_FOUND,
                 "%s: the Specimen is not in the Bundle", path);
  return data;
}

/* The specimen that @specimen was made from, as far as the Bundle knows; NULL for a circle. */
static const HemoSpecimen *
find_root (GHashTable *specimens, const HemoSpecimen *specimen)
{
  for (int depth = 0; depth < MAX_PARENTS; depth++)
    {
      const HemoSpecimen *parent
          = specimen->parent != NULL ? g_hash_table_lookup (specimens, specimen->parent) : NULL;

      if (parent == NULL)
        return specimen;
      specimen = parent;
    }
  return NULL;
}

static HemoCase *
case_of (const HemoSpecimen *specimen,
         const Contents *contents,
         HemoFhirBundle *bundle,
         GError **error)
{
  g_autoptr (HemoCase) data = hemo_case_new ();

  g_clear_pointer (&data->specimen, hemo_specimen_free);
  data->specimen = hemo_specimen_copy (specimen);
  if (!fill_people (data, bundle, error))
    return NULL;
  if (contents->clinic != NULL)
    data->clinic = hemo_clinic_info_copy (contents->clinic);
  return g_steal_pointer (&data);
}

/* One case for each tube, and the slides with it; @by_specimen gets both. */
static gboolean
make_cases (GPtrArray *cases,
            GHashTable *by_specimen,
            const Contents *contents,
            HemoFhirBundle *bundle,
            GError **error)
{
  g_autoptr (GHashTable) specimens = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < contents->specimens->len; i++)
    {
      HemoSpecimen *specimen = g_ptr_array_index (contents->specimens, i);

      g_hash_table_insert (specimens, specimen->uuid, specimen);
    }
  for (guint i = 0; i < contents->specimens->len; i++)
    {
      HemoSpecimen *specimen = g_ptr_array_index (contents->specimens, i);

      if (find_root (specimens, specimen) != specimen)
        continue;
      if (!keep (cases, case_of (specimen, contents, bundle, error)))
        return FALSE;
      g_hash_table_insert (by_specimen, specimen->uuid, g_ptr_array_index (cases, cases->len - 1));
    }
  for (guint i = 0; i < contents->specimens->len; i++)
    {
      HemoSpecimen *slide = g_ptr_array_index (contents->specimens, i);
      const HemoSpecimen *root = find_root (specimens, slide);
      HemoCase *data;

      if (root == NULL)
        {
          g_set_error_literal (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_INVALID,
                               "Specimen.parent: too many, or a circle");
          return FALSE;
        }
      if (root == slide)
        continue;
      data = g_hash_table_lookup (by_specimen, root->uuid);
      if (g_strcmp0 (slide->patient, root->patient) != 0)
        {
          g_set_error_literal (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_INVALID,
                               "Specimen.subject: another patient than that of its parent");
          return FALSE;
        }
      g_ptr_array_add (data->slides, hemo_specimen_copy (slide));
      g_hash_table_insert (by_specimen, slide->uuid, data);
    }
  return TRUE;
}

static gboolean
fill_records (GHashTable *by_specimen, const Contents *contents, GError **error)
{
  for (guint i = 0; i < contents->images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (contents->images, i);
      HemoCase *data = find_case (by_specimen, image->specimen, "Media.extension(specimen)", error);

      if (data == NULL)
        return FALSE;
      g_ptr_array_add (data->images, hemo_image_copy (image));
    }
  for (guint i = 0; i < contents->calls->len; i++)
    {
      const HemoCriticalCall *call = g_ptr_array_index (contents->calls, i);
      HemoCase *data
          = find_case (by_specimen, call->specimen, "Communication.extension(specimen)", error);

      if (data == NULL)
        return FALSE;
      g_ptr_array_add (data->calls, hemo_critical_call_copy (call));
    }
  for (guint i = 0; i < contents->readings->len; i++)
    {
      const HemoReading *reading = g_ptr_array_index (contents->readings, i);
      HemoCase *data = find_case (by_specimen, reading->specimen, "Task.focus", error);

      if (data == NULL)
        return FALSE;
      g_ptr_array_add (data->readings, hemo_reading_copy (reading));
    }
  return TRUE;
}

static gboolean
fill_reports (GHashTable *by_specimen, const Contents *contents, GError **error)
{
  for (guint i = 0; i < contents->reports->len; i++)
    {
      HemoReport *report = g_ptr_array_index (contents->reports, i);
      HemoCase *data
          = find_case (by_specimen, report->specimen, "DiagnosticReport.specimen", error);

      if (data == NULL)
        return FALSE;
      report = hemo_report_copy (report);
      for (guint k = 0; k < data->calls->len; k++)
        g_ptr_array_add (report->calls,
                         hemo_critical_call_copy (g_ptr_array_index (data->calls, k)));
      g_ptr_array_add (data->reports, report);
      g_clear_pointer (&data->report, hemo_report_free);
      data->report = hemo_report_copy (report);
    }
  return TRUE;
}

GPtrArray *
hemo_fhir_bundle_to_cases (HemoFhirBundle *self, GError **error)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_case_free);
  g_autoptr (GHashTable) by_specimen = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (Contents) contents = {
    g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_specimen_free),
    g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_image_free),
    g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_report_free),
    g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_critical_call_free),
    g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_reading_free),
    NULL,
  };

  for (guint i = 0; i < hemo_fhir_bundle_count (self); i++)
    if (!map_resource (&contents, self, hemo_fhir_bundle_get (self, i), error))
      return NULL;
  if (!make_cases (cases, by_specimen, &contents, self, error)
      || !fill_records (by_specimen, &contents, error)
      || !fill_reports (by_specimen, &contents, error))
    return NULL;
  return g_steal_pointer (&cases);
}

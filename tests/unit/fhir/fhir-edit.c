/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Takes resources of the sample and makes them wrong at one place. */

#include "fhir-edit.h"

#include "hemo-fhir-admin.h"
#include "hemo-fhir-media.h"
#include "hemo-fhir-message.h"
#include "hemo-fhir-patient.h"
#include "hemo-fhir-reading.h"
#include "hemo-fhir-specimen.h"

#include "sample-case.h"

#include <string.h>

#define UUID(n) "5a3e0000-0000-4000-8000-0000000000" #n

HemoFhirBundle *
edit_bundle_new (void)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_case_free);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  HemoFhirBundle *bundle;

  g_ptr_array_add (cases, sample_case_new ());
  text = hemo_fhir_bundle_for_cases (cases, HEMO_FHIR_BUNDLE_TRANSACTION, NULL, &error);
  g_assert_no_error (error);
  bundle = hemo_fhir_bundle_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  return bundle;
}

static json_object *
task_new (void)
{
  g_autoptr (HemoReading) task = hemo_reading_new (UUID (04));

  g_set_str (&task->uuid, UUID (80));
  task->state = HEMO_READING_CANCELLED;
  task->asked_by = g_strdup (UUID (90));
  task->asked_by_name = g_strdup ("SECRET");
  task->reader = g_strdup (UUID (91));
  task->question = g_strdup ("SECRET");
  task->reason = g_strdup ("SECRET");
  task->version = 2;
  task->asked_at = task->changed_at = (HemoTime){ G_TIME_SPAN_DAY, 0, FALSE };
  return hemo_fhir_reading_to_json (task, UUID (02), UUID (03));
}

static json_object *
provenance_new (void)
{
  g_autoptr (HemoFhirProvenance) change = hemo_fhir_provenance_new ();

  change->uuid = g_strdup (UUID (81));
  change->target_type = g_strdup ("Patient");
  change->target = g_strdup (UUID (02));
  change->agent = g_strdup (UUID (90));
  change->recorded = (HemoTime){ G_TIME_SPAN_DAY, 0, FALSE };
  return hemo_fhir_provenance_to_json (change, NULL);
}

json_object *
edit_resource_new (int n)
{
  g_autoptr (HemoFhirBundle) bundle = edit_bundle_new ();
  g_autofree char *id = g_strdup_printf ("5a3e0000-0000-4000-8000-%012d", n);

  if (n == 80)
    return task_new ();
  if (n == 81)
    return provenance_new ();
  for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
    {
      json_object *json = hemo_fhir_bundle_get (bundle, i);

      if (g_str_equal (hemo_fhir_get_id (json), id))
        return json_object_get (json);
    }
  g_assert_not_reached ();
}

/* The step of a path that begins at @path: a key, or an index in brackets. */
static const char *
take_step (const char *path, char **key, int *index)
{
  char *end;

  if (*path == '[')
    {
      *index = (int)g_ascii_strtoll (path + 1, &end, 10);
      *key = NULL;
      return end[1] == '.' ? end + 2 : end + 1;
    }
  *index = -1;
  *key = g_strndup (path, strcspn (path, ".["));
  path += strlen (*key);
  return *path == '.' ? path + 1 : path;
}

static void
put (json_object *parent, const char *key, int index, const char *json)
{
  json_object *value = NULL;

  if (json != NULL)
    {
      g_autofree char *wrapped = g_strdup_printf ("{\"resourceType\":\"x\",\"v\":%s}", json);
      g_autoptr (GError) error = NULL;
      g_autoptr (json_object) holder = hemo_fhir_parse (wrapped, strlen (wrapped), &error);

      g_assert_no_error (error);
      json_object_object_get_ex (holder, "v", &value);
      json_object_get (value);
    }
  if (key == NULL)
    json_object_array_put_idx (parent, (size_t)index, value);
  else if (json == NULL)
    json_object_object_del (parent, key);
  else
    json_object_object_add (parent, key, value);
}

void
edit_at (json_object *resource, const char *path, const char *json)
{
  json_object *parent = resource;

  while (TRUE)
    {
      g_autofree char *key = NULL;
      int index;

      path = take_step (path, &key, &index);
      if (*path == '\0')
        {
          put (parent, key, index, json);
          return;
        }
      if (key == NULL)
        parent = json_object_array_get_idx (parent, (size_t)index);
      else
        g_assert_true (json_object_object_get_ex (parent, key, &parent));
      g_assert_nonnull (parent);
    }
}

/* Frees what a reader returned; whether there was something. */
#define READ(type, call, free_it)                                                                  \
  if (g_str_equal (name, type))                                                                    \
    {                                                                                              \
      gpointer read = call;                                                                        \
      gboolean found = read != NULL;                                                               \
      if (found)                                                                                   \
        free_it (read);                                                                            \
      return found;                                                                                \
    }

gboolean
edit_read (json_object *resource, GError **error)
{
  /* A copy: a row may have changed the type itself. */
  g_autofree char *name
      = g_strdup (json_object_get_string (json_object_object_get (resource, "resourceType")));

  READ ("Patient", hemo_fhir_patient_from_json (resource, error), hemo_patient_free)
  READ ("ServiceRequest", hemo_fhir_order_from_json (resource, error), hemo_order_free)
  READ ("Specimen", hemo_fhir_specimen_from_json (resource, error), hemo_specimen_free)
  READ ("Media", hemo_fhir_media_from_json (resource, NULL, error), hemo_image_free)
  READ ("Observation", hemo_fhir_observation_from_json (resource, error), hemo_line_free)
  READ ("DiagnosticReport", hemo_fhir_report_from_json (resource, NULL, NULL, error),
        hemo_report_free)
  READ ("Communication", hemo_fhir_call_from_json (resource, error), hemo_critical_call_free)
  READ ("Organization", hemo_fhir_organization_from_json (resource, error), hemo_clinic_info_free)
  READ ("Task", hemo_fhir_reading_from_json (resource, NULL, NULL, error), hemo_reading_free)
  READ ("Provenance", hemo_fhir_provenance_from_json (resource, error), hemo_fhir_provenance_free)
  g_assert_not_reached ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bundles of others: what was read as cases can be written again, and read again as the same. */

#include "hemo-fhir-admin.h"
#include "hemo-fhir-bundle.h"
#include "hemo-fhir-picture-request.h"
#include "hemo-fhir-reading.h"
#include "hemo-fhir-refusal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A failure has its error, and only a failure has one. */
static void
check (gboolean failed, GError **error)
{
  if (failed != (*error != NULL))
    abort ();
  g_clear_error (error);
}

/* What is answered says what was answered. */
static void
read_refusal (json_object *json)
{
  const char *clinic = "11111111-1111-4111-8111-111111111111";
  const char *const ours[] = { "Organization/11111111-1111-4111-8111-111111111111", NULL };
  HemoRefusal refusal = { .reason = HEMO_REFUSAL_NOT_DONE, .at = { .utc_us = 1 } };
  g_autofree char *order = hemo_fhir_task_dup_order (json);
  g_autoptr (json_object) answer = NULL;
  g_autoptr (HemoRefusal) read = NULL;

  if (order == NULL || !hemo_fhir_task_is_open (json) || !hemo_fhir_task_is_for (json, json, ours)
      || json_object_object_get (json, "owner") != NULL)
    return;
  answer = hemo_fhir_refusal_to_json (&refusal, "1", json, clinic);
  read = hemo_fhir_refusal_from_json (answer, clinic, NULL);
  if (read == NULL || read->reason != refusal.reason)
    abort ();
}

/* What is in no case. */
static void
read_alone (json_object *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoReading) reading = hemo_fhir_reading_from_json (json, NULL, NULL, &error);
  g_autoptr (HemoPictureRequest) picture = NULL;
  g_autoptr (HemoFhirProvenance) provenance = NULL;
  g_autofree char *uuid = NULL, *name = NULL;

  check (reading == NULL, &error);
  picture = hemo_fhir_picture_request_from_json (json, &error);
  check (picture == NULL, &error);
  /* It is answered in its own words. */
  if (picture != NULL)
    {
      g_autoptr (json_object) answer = NULL;

      picture->state = HEMO_PICTURE_SENT;
      answer = hemo_fhir_picture_request_to_json (picture, NULL, json);
      if (!hemo_fhir_is_picture_request (answer))
        abort ();
    }
  read_refusal (json);
  provenance = hemo_fhir_provenance_from_json (json, &error);
  check (provenance == NULL, &error);
  check (!hemo_fhir_practitioner_from_json (json, &uuid, &name, &error), &error);
}

static GPtrArray *
read_cases (const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_parse (text, length, &error);
  GPtrArray *cases;

  check (bundle == NULL, &error);
  if (bundle == NULL)
    return NULL;
  for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
    read_alone (hemo_fhir_bundle_get (bundle, i));
  cases = hemo_fhir_bundle_to_cases (bundle, &error);
  check (cases == NULL, &error);
  return cases;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GPtrArray) cases = read_cases ((const char *)data, size);
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *text = NULL;

  if (cases == NULL)
    return 0;
  text = hemo_fhir_bundle_for_cases (cases, HEMO_FHIR_BUNDLE_TRANSACTION, NULL, NULL);
  if (text == NULL || cases->len == 0)
    return 0;
  again = read_cases (text, strlen (text));
  if (again == NULL || again->len != cases->len)
    abort ();
  return 0;
}

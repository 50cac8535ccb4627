/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole cases to a Bundle and back. */

#include "hemo-fhir-bundle.h"
#include "hemo-fhir-overlay.h"

#include "sample-case.h"

#include <string.h>

static char *
write_cases (HemoFhirBundleType type, const HemoFhirBundleOptions *options)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_case_free);
  g_autoptr (GError) error = NULL;
  char *text;

  g_ptr_array_add (cases, sample_case_new ());
  g_ptr_array_add (cases, sample_case_new_rejected ());
  text = hemo_fhir_bundle_for_cases (cases, type, options, &error);
  g_assert_no_error (error);
  return text;
}

static GPtrArray *
read_cases (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_parse (text, strlen (text), &error);
  GPtrArray *cases;

  g_assert_no_error (error);
  cases = hemo_fhir_bundle_to_cases (bundle, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cases->len, ==, 2);
  return cases;
}

static void
test_round_trip (gconstpointer data)
{
  g_autofree char *text = write_cases ((HemoFhirBundleType)GPOINTER_TO_INT (data), NULL);
  g_autoptr (GPtrArray) cases = read_cases (text);
  g_autoptr (HemoCase) sample = sample_case_new ();
  HemoCase *back = g_ptr_array_index (cases, 0);
  HemoCase *rejected = g_ptr_array_index (cases, 1);
  g_autofree char *wanted = hemo_report_to_json (sample->report);
  g_autofree char *found = NULL;

  g_assert_nonnull (back->report);
  found = hemo_report_to_json (back->report);
  /* Every field of the report and its lines, in the model's own form. */
  g_assert_cmpstr (found, ==, wanted);
  g_assert_cmpuint (back->slides->len, ==, 2);
  g_assert_cmpuint (back->images->len, ==, 2);
  g_assert_cmpuint (back->calls->len, ==, 1);
  g_assert_cmpstr (back->clinic->name, ==, sample->clinic->name);
  g_assert_cmpstr (back->order->uuid, ==, sample->order->uuid);
  g_assert_cmpint (rejected->report->status, ==, HEMO_REPORT_CANCELLED);
  g_assert_cmpint (rejected->specimen->rejection, ==, HEMO_REJECTION_CLOTTED);
}

static void
test_same_bytes (void)
{
  g_autofree char *a = write_cases (HEMO_FHIR_BUNDLE_COLLECTION, NULL);
  g_autofree char *b = write_cases (HEMO_FHIR_BUNDLE_COLLECTION, NULL);

  g_assert_cmpstr (a, ==, b);
}

static void
test_types (void)
{
  g_autofree char *collection = write_cases (HEMO_FHIR_BUNDLE_COLLECTION, NULL);
  g_autofree char *transaction = write_cases (HEMO_FHIR_BUNDLE_TRANSACTION, NULL);

  g_assert_null (strstr (collection, "\"request\":{\"method\""));
  g_assert_null (strstr (collection, "\"reference\":\"Patient/"));
  g_assert_nonnull (strstr (collection, "\"reference\":\"urn:uuid:"));
  g_assert_nonnull (strstr (transaction, "\"method\":\"PUT\",\"url\":\"Patient/"));
  g_assert_null (strstr (transaction, "\"reference\":\"urn:uuid:"));
}

static GBytes *
other_pdf (const HemoReport *report, gpointer data)
{
  return g_bytes_new_static ("other", 5);
}

static void
test_wrong_pdf (void)
{
  const HemoFhirBundleOptions options = { .report_pdf = other_pdf };
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_COLLECTION);
  g_autoptr (HemoCase) sample = sample_case_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_fhir_bundle_add_case (bundle, sample, &options, &error));
  g_assert_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_INVALID);
  g_assert_cmpuint (hemo_fhir_bundle_count (bundle), ==, 0);
}

/* Nothing unsigned leaves. */
static void
test_draft_stays (void)
{
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_COLLECTION);
  g_autoptr (HemoCase) sample = sample_case_new ();

  g_ptr_array_set_size (sample->reports, 0);
  g_ptr_array_set_size (sample->readings, 0);
  sample->report->status = HEMO_REPORT_DRAFT;
  g_assert_true (hemo_fhir_bundle_add_case (bundle, sample, NULL, NULL));
  for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
    {
      const char *type = hemo_fhir_get_type (hemo_fhir_bundle_get (bundle, i));

      g_assert_cmpstr (type, !=, "DiagnosticReport");
      g_assert_cmpstr (type, !=, "Observation");
    }
}

/* A server that gives back what it got has nothing of anybody else, rounded values included. */
static void
test_read_back_is_same (void)
{
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_TRANSACTION);
  g_autoptr (HemoCase) sample = sample_case_new ();
  const GPtrArray *lines = ((const HemoReport *)g_ptr_array_index (sample->reports, 0))->lines;

  for (guint i = 0; i < lines->len; i++)
    {
      HemoLine *line = g_ptr_array_index (lines, i);

      line->value += 1 / 3.0;
      line->interval_low += 1 / 3.0;
      line->interval_high += 1 / 3.0;
    }
  g_assert_true (hemo_fhir_bundle_add_case (bundle, sample, NULL, NULL));
  g_assert_cmpuint (hemo_fhir_bundle_count (bundle), >, 0);
  for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
    {
      json_object *sent = hemo_fhir_bundle_get (bundle, i);
      g_autofree char *text = hemo_fhir_to_text (sent, FALSE);
      g_autoptr (json_object) back = hemo_fhir_parse (text, strlen (text), NULL);
      g_autofree char *wanted = hemo_fhir_content_hash (sent);
      g_autofree char *found = hemo_fhir_content_hash (back);

      g_assert_true (hemo_fhir_is_same (sent, back));
      g_assert_cmpstr (found, ==, wanted);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/fhir/bundle/round-trip/collection",
                        GINT_TO_POINTER (HEMO_FHIR_BUNDLE_COLLECTION), test_round_trip);
  g_test_add_data_func ("/fhir/bundle/round-trip/transaction",
                        GINT_TO_POINTER (HEMO_FHIR_BUNDLE_TRANSACTION), test_round_trip);
  g_test_add_func ("/fhir/bundle/same-bytes", test_same_bytes);
  g_test_add_func ("/fhir/bundle/types", test_types);
  g_test_add_func ("/fhir/bundle/read-back-is-same", test_read_back_is_same);
  g_test_add_func ("/fhir/bundle/wrong-pdf", test_wrong_pdf);
  g_test_add_func ("/fhir/bundle/draft-stays", test_draft_stays);
  return g_test_run ();
}

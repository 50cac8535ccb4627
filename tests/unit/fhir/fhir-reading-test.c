/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a pathologist is asked and answers, as R4 and back; answers of other programs. */

#include "hemo-fhir-bundle.h"
#include "hemo-fhir-reading.h"

#include "sample-case.h"

#include <string.h>

#define TUBE "5a3e0000-0000-4000-8000-000000000004"

static void
assert_same (const HemoReading *a, const HemoReading *b)
{
  g_assert_cmpstr (a->uuid, ==, b->uuid);
  g_assert_cmpstr (a->specimen, ==, b->specimen);
  g_assert_cmpint (a->state, ==, b->state);
  g_assert_cmpint (a->urgency, ==, b->urgency);
  g_assert_cmpstr (a->question, ==, b->question);
  g_assert_cmpstr (a->asked_by, ==, b->asked_by);
  g_assert_cmpstr (a->asked_by_name, ==, b->asked_by_name);
  g_assert_cmpint (a->asked_at.utc_us, ==, b->asked_at.utc_us);
  g_assert_cmpint (a->asked_at.offset_minutes, ==, b->asked_at.offset_minutes);
  g_assert_cmpstr (a->reader, ==, b->reader);
  g_assert_cmpstr (a->reader_name, ==, b->reader_name);
  g_assert_cmpint (a->report_version, ==, b->report_version);
  g_assert_cmpint (a->conclusion, ==, b->conclusion);
  g_assert_cmpstr (a->answer, ==, b->answer);
  g_assert_cmpstr (a->reason, ==, b->reason);
  g_assert_cmpint (a->changed_at.utc_us, ==, b->changed_at.utc_us);
  g_assert_cmpint (a->version, ==, b->version);
}

static HemoFhirBundle *
bundle_of (HemoCase *data)
{
  g_autoptr (HemoFhirBundle) made = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_COLLECTION);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  HemoFhirBundle *bundle;

  hemo_fhir_bundle_add_case (made, data, NULL, &error);
  g_assert_no_error (error);
  text = hemo_fhir_bundle_to_text (made, (HemoTime){ 0 }, FALSE);
  bundle = hemo_fhir_bundle_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  return bundle;
}

/* Every state and conclusion, through a whole Bundle. */
static void
test_travel (void)
{
  for (int state = HEMO_READING_REQUESTED; state <= HEMO_READING_CANCELLED; state++)
    for (int conclusion = HEMO_CONCLUSION_NONE; conclusion < HEMO_CONCLUSIONS; conclusion++)
      {
        g_autoptr (HemoCase) data = sample_case_new ();
        HemoReading *reading = g_ptr_array_index (data->readings, 1);
        g_autoptr (HemoFhirBundle) bundle = NULL;
        g_autoptr (GPtrArray) cases = NULL;
        g_autoptr (GError) error = NULL;
        const HemoCase *back;

        reading->state = (HemoReadingState)state;
        reading->conclusion = (HemoConclusion)conclusion;
        if (state != HEMO_READING_COMPLETED)
          {
            reading->conclusion = HEMO_CONCLUSION_NONE;
            g_set_str (&reading->answer, NULL);
          }
        bundle = bundle_of (data);
        cases = hemo_fhir_bundle_to_cases (bundle, &error);
        g_assert_no_error (error);
        back = g_ptr_array_index (cases, 0);
        g_assert_cmpuint (back->readings->len, ==, 2);
        for (guint i = 0; i < 2; i++)
          assert_same (g_ptr_array_index (back->readings, i),
                       g_ptr_array_index (data->readings, i));
      }
}

/* The answer hangs on the Task, and names who gave it and about what. */
static void
test_output (void)
{
  g_autoptr (HemoCase) data = sample_case_new ();
  const HemoReading *reading = g_ptr_array_index (data->readings, 1);
  g_autoptr (json_object) task = hemo_fhir_reading_to_json (reading, "p", "o");
  g_autoptr (json_object) answer = hemo_fhir_reading_answer_to_json (reading, "p", "o");
  g_autofree char *asked = hemo_fhir_to_text (task, FALSE);
  g_autofree char *said = hemo_fhir_to_text (answer, FALSE);
  g_autofree char *id = g_strconcat ("\"Observation/", hemo_fhir_get_id (answer), "\"", NULL);

  g_assert_nonnull (strstr (asked, id));
  g_assert_nonnull (strstr (said, "\"Practitioner/0a1b2c3d-0000-4000-8000-000000000003\""));
  g_assert_nonnull (strstr (said, "\"Specimen/" TUBE "\""));
  g_assert_nonnull (strstr (said, "\"differs\""));
  g_assert_null (
      hemo_fhir_reading_answer_to_json (g_ptr_array_index (data->readings, 0), "p", "o"));
}

/* A clock that was set back makes no Task that was changed before it was asked. */
static void
test_clock (void)
{
  g_autoptr (HemoReading) reading = hemo_reading_new (TUBE), back = NULL;
  g_autoptr (json_object) task = NULL;

  reading->asked_at = (HemoTime){ 2 * G_TIME_SPAN_DAY, 180, FALSE };
  reading->changed_at = (HemoTime){ G_TIME_SPAN_DAY, 180, FALSE };
  task = hemo_fhir_reading_to_json (reading, NULL, NULL);
  back = hemo_fhir_reading_from_json (task, NULL, NULL, NULL);
  g_assert_cmpint (back->changed_at.utc_us, ==, reading->asked_at.utc_us);
}

#define OBSERVATION "0b000000-0000-4000-8000-000000000001"

static json_object *
find_answer (const char *type, const char *id, gpointer data)
{
  g_assert_cmpstr (type, ==, "Observation");
  return g_str_equal (id, OBSERVATION) ? data : NULL;
}

#define TASK(rest)                                                                                 \
  "{\"resourceType\":\"Task\",\"id\":\"0a000000-0000-4000-8000-000000000001\",\"status\":"         \
  "\"completed\",\"intent\":\"order\",\"code\":{\"coding\":[{\"system\":"                          \
  "\"https://hemogram.org/fhir/CodeSystem/task\",\"code\":\"reading\"}]},\"focus\":{"              \
  "\"reference\":\"Specimen/" TUBE "\"}" rest "}"
#define OUTPUT ",\"output\":[{\"valueReference\":{\"reference\":\"Observation/" OBSERVATION "\"}}]"
#define ANSWER(rest) "{\"resourceType\":\"Observation\",\"id\":\"" OBSERVATION "\"" rest "}"

/* NULL @answer: what is refused, and with which code. */
static const struct
{
  const char *task;
  const char *observation;
  const char *answer;
  HemoConclusion conclusion;
  int code;
} foreign[] = {
  { TASK (OUTPUT), ANSWER (",\"status\":\"final\",\"valueString\":\"Blasts.\""), "Blasts.",
    HEMO_CONCLUSION_NONE, 0 },
  { TASK (OUTPUT),
    ANSWER (",\"status\":\"amended\",\"valueCodeableConcept\":{\"text\":\"No blasts\"}"),
    "No blasts", HEMO_CONCLUSION_NONE, 0 },
  { TASK (",\"output\":[{\"valueString\":\"As counted.\"}]"), NULL, "As counted.",
    HEMO_CONCLUSION_NONE, 0 },
  { TASK (""), NULL, NULL, 0, HEMO_FHIR_ERROR_INVALID },
  { TASK (OUTPUT), NULL, NULL, 0, HEMO_FHIR_ERROR_NOT_FOUND },
  { TASK (OUTPUT), ANSWER (",\"status\":\"final\""), NULL, 0, HEMO_FHIR_ERROR_INVALID },
  /* One that was withdrawn, or is not finished, answers nothing. */
  { TASK (OUTPUT), ANSWER (",\"status\":\"entered-in-error\",\"valueString\":\"Blasts.\""), NULL, 0,
    HEMO_FHIR_ERROR_UNSUPPORTED },
  { TASK (OUTPUT), ANSWER (",\"status\":\"preliminary\",\"valueString\":\"Blasts.\""), NULL, 0,
    HEMO_FHIR_ERROR_UNSUPPORTED },
  /* Of another specimen. */
  { TASK (OUTPUT),
    ANSWER (",\"status\":\"final\",\"valueString\":\"Blasts.\",\"specimen\":{\"reference\":"
            "\"Specimen/5a3e0000-0000-4000-8000-000000000005\"}"),
    NULL, 0, HEMO_FHIR_ERROR_INVALID },
  { TASK (OUTPUT),
    ANSWER (",\"status\":\"final\",\"note\":[{\"text\":\"x\"}],\"valueCodeableConcept\":{"
            "\"coding\":[{\"system\":\"https://hemogram.org/fhir/CodeSystem/reading-conclusion\","
            "\"code\":\"perhaps\"}]}"),
    NULL, 0, HEMO_FHIR_ERROR_INVALID },
};

static void
test_foreign (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (json_object) task
          = hemo_fhir_parse (foreign[i].task, strlen (foreign[i].task), &error);
      g_autoptr (json_object) observation = NULL;
      g_autoptr (HemoReading) reading = NULL;

      g_assert_no_error (error);
      if (foreign[i].observation != NULL)
        observation
            = hemo_fhir_parse (foreign[i].observation, strlen (foreign[i].observation), &error);
      g_assert_no_error (error);
      reading = hemo_fhir_reading_from_json (task, find_answer, observation, &error);
      if (foreign[i].answer == NULL)
        {
          g_assert_null (reading);
          g_assert_error (error, HEMO_FHIR_ERROR, foreign[i].code);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (reading->answer, ==, foreign[i].answer);
      g_assert_cmpint (reading->conclusion, ==, foreign[i].conclusion);
    }
}

static json_object *
find_task (HemoFhirBundle *bundle)
{
  return hemo_fhir_bundle_lookup ("Task", "5a3e0000-0000-4000-8000-000000000091", bundle);
}

/* Another patient's, and Tasks that ask for something else. */
static void
test_bundle (void)
{
  g_autoptr (HemoCase) data = sample_case_new ();
  g_autoptr (HemoFhirBundle) bundle = bundle_of (data);
  g_autoptr (GPtrArray) cases = NULL;
  g_autoptr (GError) error = NULL;
  json_object *task = find_task (bundle);
  json_object *patient = NULL;

  g_assert_true (json_object_object_get_ex (task, "for", &patient));
  json_object_object_add (patient, "reference",
                          json_object_new_string ("Patient/5a3e0000-0000-4000-8000-000000000070"));
  g_assert_null (hemo_fhir_bundle_to_cases (bundle, &error));
  g_assert_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_INVALID);
  g_clear_error (&error);
  json_object_object_del (task, "code");
  cases = hemo_fhir_bundle_to_cases (bundle, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (((HemoCase *)g_ptr_array_index (cases, 0))->readings->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/reading/travel", test_travel);
  g_test_add_func ("/fhir/reading/output", test_output);
  g_test_add_func ("/fhir/reading/clock", test_clock);
  g_test_add_func ("/fhir/reading/foreign", test_foreign);
  g_test_add_func ("/fhir/reading/bundle", test_bundle);
  return g_test_run ();
}

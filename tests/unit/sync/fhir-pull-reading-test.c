/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A reading that is asked for here and answered elsewhere. */

#include "hemo-reading-table.h"
#include "laptops.h"

#define READER "33333333-3333-4333-8333-333333333333"
#define ANSWER "44444444-4444-4444-8444-444444444444"

typedef struct
{
  const char *tube;
  HemoReading *reading;
} Ask;

static gboolean
ask_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Ask *ask = data;

  ask->reading = hemo_reading_new (ask->tube);
  ask->reading->question = g_strdup ("Blasts in field 3?");
  return hemo_reading_ask (txn, ask->reading, error);
}

/* Asked on A and known on both. (transfer full) */
static HemoReading *
ask (Laptops *self)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (HemoSpecimen) tube = laptop_add_case (&self->a, patient->uuid);
  Ask asked = { .tube = tube->uuid };

  laptop_write (&self->a, ask_job, &asked);
  laptops_settle (self);
  g_assert_cmpint (laptop_queued (&self->a), ==, 0);
  return asked.reading;
}

static gboolean
find_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_reading_find (txn, data, error);
  return *result != NULL;
}

static HemoReading *
find (Laptop *laptop, const char *uuid)
{
  g_autoptr (GError) error = NULL;
  gpointer reading = NULL;

  hemo_store_read (laptop->store, laptop->user, find_job, (gpointer)uuid, &reading, &error);
  g_assert_no_error (error);
  return reading;
}

/* Another program completes the Task, with an Observation as its output. */
static void
answer (Laptops *self, const HemoReading *reading, const char *status, const char *words)
{
  g_autoptr (json_object) task = fake_fhir_read (self->fake, "Task", reading->uuid);
  g_autoptr (json_object) copy = NULL;
  g_autofree char *observation = g_strdup_printf (
      "{\"resourceType\":\"Observation\",\"id\":\"" ANSWER "\",\"status\":\"final\",\"code\":{"
      "\"text\":\"reading\"},\"specimen\":{\"reference\":\"Specimen/%s\"},\"valueString\":\"%s\"}",
      reading->specimen, words);

  fake_fhir_write (self->fake, observation);
  json_object_deep_copy (task, &copy, NULL);
  json_object_object_add (copy, "status", json_object_new_string (status));
  json_object_object_add (copy, "owner",
                          json_tokener_parse ("{\"reference\":\"Practitioner/" READER "\","
                                              "\"display\":\"Dr Achieng\"}"));
  json_object_object_add (copy, "output",
                          json_tokener_parse ("[{\"type\":{\"text\":\"answer\"},"
                                              "\"valueReference\":{\"reference\":"
                                              "\"Observation/" ANSWER "\"}}]"));
  fake_fhir_write (self->fake, json_object_to_json_string (copy));
}

/* Asked here, known there. */
static void
test_asked (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoReading) reading = ask (self);
  g_autoptr (HemoReading) there = find (&self->b, reading->uuid);

  g_assert_cmpint (there->state, ==, HEMO_READING_REQUESTED);
  g_assert_cmpstr (there->question, ==, "Blasts in field 3?");
  g_assert_cmpstr (there->asked_by_name, ==, "Amina Test");
  g_assert_cmpint (laptop_queued (&self->b), ==, 0);
}

static gboolean
accept_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoReading) reading = hemo_reading_find (txn, data, error);

  return reading != NULL && hemo_reading_accept (txn, reading, error);
}

static gboolean
role_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn), "UPDATE user SET role = 'pathologist'", error);
}

/* Taken in hand there, by a pathologist of the clinic or by another program: it is seen here. */
static void
test_in_hand (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoReading) reading = ask (self);
  g_autoptr (HemoReading) here = NULL, after = NULL;
  g_autoptr (json_object) task = NULL;

  laptop_write (&self->b, role_job, NULL);
  laptop_write (&self->b, accept_job, reading->uuid);
  laptops_settle (self);
  task = fake_fhir_read (self->fake, "Task", reading->uuid);
  g_assert_cmpstr (json_object_get_string (json_object_object_get (task, "status")), ==,
                   "accepted");
  here = find (&self->a, reading->uuid);
  g_assert_cmpint (here->state, ==, HEMO_READING_ACCEPTED);
  g_assert_cmpstr (here->reader_name, ==, "Dora Test");
  g_assert_cmpint (laptop_queued (&self->a), ==, 0);
  answer (self, reading, "in-progress", "");
  laptop_pull (&self->a);
  after = find (&self->a, reading->uuid);
  g_assert_cmpint (after->state, ==, HEMO_READING_ACCEPTED);
  g_assert_cmpstr (after->reader_name, ==, "Dr Achieng");
}

static void
test_answered (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoReading) reading = ask (self);
  g_autoptr (HemoReading) here = NULL;
  g_autoptr (HemoReading) again = NULL;
  g_autoptr (json_object) task = NULL;
  guint changes;

  answer (self, reading, "completed", "No blasts seen");
  g_assert_cmpuint (laptop_pull (&self->a).waiting, ==, 0);
  here = find (&self->a, reading->uuid);
  g_assert_cmpint (here->state, ==, HEMO_READING_COMPLETED);
  g_assert_cmpstr (here->answer, ==, "No blasts seen");
  g_assert_cmpstr (here->reader_name, ==, "Dr Achieng");
  /* Nothing of it goes back; both know it. */
  changes = self->fake->changes->len;
  g_assert_cmpuint (laptop_push (&self->a), ==, 0);
  laptops_settle (self);
  g_assert_cmpuint (self->fake->changes->len, ==, changes);
  g_clear_pointer (&here, hemo_reading_free);
  here = find (&self->b, reading->uuid);
  g_assert_cmpint (here->state, ==, HEMO_READING_COMPLETED);
  /* Said anew, by the same person. */
  answer (self, reading, "completed", "Two blasts");
  task = fake_fhir_read (self->fake, "Task", reading->uuid);
  json_object_object_add (task, "lastModified", json_object_new_string ("2031-01-01T00:00:00Z"));
  fake_fhir_write (self->fake, json_object_to_json_string (task));
  laptop_pull (&self->a);
  again = find (&self->a, reading->uuid);
  g_assert_cmpstr (again->answer, ==, "Two blasts");
}

static gboolean
about_second_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn), "UPDATE reading SET report_version = 2", error);

  return statement != NULL && hemo_statement_run (statement, error);
}

/* Another program knows nothing of which report was there: it is the one that was asked about. */
static void
test_answered_about (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoReading) reading = ask (self);
  g_autoptr (HemoReading) here = NULL;
  g_autoptr (json_object) task = NULL;

  laptop_write (&self->a, about_second_job, NULL);
  answer (self, reading, "completed", "No blasts seen");
  task = fake_fhir_read (self->fake, "Task", reading->uuid);
  json_object_object_del (task, "extension");
  fake_fhir_write (self->fake, json_object_to_json_string (task));
  laptop_pull (&self->a);
  here = find (&self->a, reading->uuid);
  g_assert_cmpint (here->state, ==, HEMO_READING_COMPLETED);
  g_assert_cmpint (here->report_version, ==, 2);
}

static gboolean
cancel_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_reading_cancel (txn, data, "The patient has left", error);
}

/* Taken back here and answered there: a person looks, and the answer is there to be read. */
static void
test_cancelled_and_answered (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoReading) reading = ask (self);
  g_autoptr (HemoReading) here = NULL;
  g_autoptr (GPtrArray) waiting = NULL;

  laptop_write (&self->a, cancel_job, reading->uuid);
  answer (self, reading, "completed", "No blasts seen");
  laptop_pull (&self->a);
  waiting = laptop_waiting (&self->a);
  g_assert_cmpuint (waiting->len, ==, 1);
  g_assert_cmpstr (((HemoIncoming *)waiting->pdata[0])->reason, ==,
                   "It was cancelled here, and answered there.");
  here = find (&self->a, reading->uuid);
  g_assert_cmpint (here->state, ==, HEMO_READING_CANCELLED);
  g_assert_cmpuint (laptop_push (&self->a), ==, 0);
}

/* Completed without an answer says nothing: a person is told, it is not read. */
static void
test_without_answer (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoReading) reading = ask (self);
  g_autoptr (json_object) task = fake_fhir_read (self->fake, "Task", reading->uuid);
  g_autoptr (json_object) copy = NULL;
  g_autoptr (HemoReading) here = NULL;

  json_object_deep_copy (task, &copy, NULL);
  json_object_object_add (copy, "status", json_object_new_string ("completed"));
  fake_fhir_write (self->fake, json_object_to_json_string (copy));
  g_assert_cmpuint (laptop_pull (&self->a).waiting, ==, 1);
  here = find (&self->a, reading->uuid);
  g_assert_cmpint (here->state, ==, HEMO_READING_REQUESTED);
}

/* A server makes another thing of it: what is here stays, and a person is told. */
static void
test_made_another (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoReading) reading = ask (self);
  g_autoptr (HemoReading) here = NULL;
  g_autoptr (GPtrArray) waiting = NULL;
  g_autofree char *requests = NULL;
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Task\",\"id\":\"%s\",\"status\":\"requested\",\"intent\":\"order\","
      "\"focus\":{\"reference\":\"Media/" ANSWER "\"}}",
      reading->uuid);

  fake_fhir_write (self->fake, text);
  g_assert_cmpuint (laptop_pull (&self->a).waiting, ==, 1);
  waiting = laptop_waiting (&self->a);
  g_assert_cmpstr (((HemoIncoming *)waiting->pdata[0])->reason, ==,
                   "It is about another specimen there.");
  requests = laptop_ask (&self->a, "SELECT count(*) FROM picture_request");
  g_assert_cmpstr (requests, ==, "0");
  here = find (&self->a, reading->uuid);
  g_assert_cmpint (here->state, ==, HEMO_READING_REQUESTED);
}

/* Another program POSTs, and the server gives the answer and who read it ids of its own; a patient
 * of the server's has the same. */
static void
test_ids_of_the_server (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoReading) reading = ask (self);
  g_autoptr (HemoReading) here = NULL, again = NULL;
  g_autoptr (json_object) task = fake_fhir_read (self->fake, "Task", reading->uuid);
  g_autofree char *observation = g_strdup_printf (
      "{\"resourceType\":\"Observation\",\"id\":\"1004\",\"status\":\"final\",\"code\":{"
      "\"text\":\"reading\"},\"specimen\":{\"reference\":\"Specimen/%s\"},\"valueString\":"
      "\"No blasts\"}",
      reading->specimen);
  g_autofree char *media = g_strdup_printf (
      "{\"resourceType\":\"Media\",\"id\":\"1004\",\"status\":\"completed\",\"partOf\":[{"
      "\"reference\":\"Specimen/%s\"}]}",
      reading->specimen);
  g_autoptr (json_object) copy = NULL;
  g_autofree char *kept = NULL, *swept = NULL;

  fake_fhir_write (self->fake, observation);
  fake_fhir_write (self->fake, media);
  fake_fhir_write (self->fake, "{\"resourceType\":\"Patient\",\"id\":\"1004\"}");
  json_object_deep_copy (task, &copy, NULL);
  json_object_object_add (copy, "status", json_object_new_string ("completed"));
  json_object_object_add (copy, "owner",
                          json_tokener_parse ("{\"reference\":\"Practitioner/1003\","
                                              "\"display\":\"Dr Achieng\"}"));
  json_object_object_add (copy, "output",
                          json_tokener_parse ("[{\"type\":{\"text\":\"answer\"},"
                                              "\"valueReference\":{\"reference\":"
                                              "\"Observation/1004\"}}]"));
  fake_fhir_write (self->fake, json_object_to_json_string (copy));
  laptop_pull (&self->a);
  here = find (&self->a, reading->uuid);
  g_assert_cmpint (here->state, ==, HEMO_READING_COMPLETED);
  g_assert_cmpstr (here->answer, ==, "No blasts");
  g_assert_cmpstr (here->reader_name, ==, "Dr Achieng");
  kept
      = laptop_ask (&self->a, "SELECT group_concat(type || ' ' || state, ', ') FROM (SELECT * FROM "
                              "incoming WHERE id = '1004' ORDER BY type)");
  g_assert_cmpstr (kept, ==, "Media kept, Observation kept");
  /* By the nightly look as well, where the pull missed them. */
  laptop_sweep (&self->b);
  again = find (&self->b, reading->uuid);
  g_assert_cmpstr (again->answer, ==, "No blasts");
  swept = laptop_ask (&self->b, "SELECT count(*) FROM incoming WHERE id = '1004'");
  g_assert_cmpstr (swept, ==, "2");
}

#define ADD(path, function)                                                                        \
  g_test_add ("/fhir-pull-reading/" path, Laptops, NULL, laptops_set_up, function,                 \
              laptops_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("asked", test_asked);
  ADD ("in-hand", test_in_hand);
  ADD ("answered", test_answered);
  ADD ("answered-about", test_answered_about);
  ADD ("cancelled-and-answered", test_cancelled_and_answered);
  ADD ("without-answer", test_without_answer);
  ADD ("made-another", test_made_another);
  ADD ("ids-of-the-server", test_ids_of_the_server);
  return g_test_run ();
}

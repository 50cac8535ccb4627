/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A stick goes out with what waits and comes back with what became of it. */

#include "courier-fixture.h"

#include "hemo-mark-table.h"
#include "hemo-reading-table.h"
#include "hemo-sync-apply.h"

#include <string.h>

#define READER "33333333-3333-4333-8333-333333333333"
/* As a server gives it. */
#define ANSWER "1004"

static void
test_there_and_back (Couriers *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = couriers_add_image (self, 1);

  couriers_write (self);
  g_assert_cmpuint (self->sum.written[HEMO_LANE_RESULTS], >=, 1);
  g_assert_cmpuint (self->sum.written[HEMO_LANE_PREVIEWS], ==, 1);
  g_assert_cmpuint (self->sum.written[HEMO_LANE_ORIGINALS], ==, 1);
  /* Writing proves nothing. */
  g_assert_cmpint (couriers_queued (self, "state = 'received'"), ==, 0);
  couriers_forward (self);
  g_assert_cmpuint (self->sum.damaged + self->sum.strange, ==, 0);
  g_assert_cmpuint (self->sum.conflicts + self->sum.older + self->sum.refused, ==, 0);
  g_assert_cmpuint (self->sum.forwarded[HEMO_LANE_RESULTS], >=, 1);
  g_assert_cmpuint (self->sum.forwarded[HEMO_LANE_PREVIEWS], ==, 1);
  g_assert_cmpuint (self->sum.forwarded[HEMO_LANE_ORIGINALS], ==, 1);
  g_assert_cmpint (couriers_queued (self, "state = 'received'"), ==, 0);
  couriers_take (self);
  g_assert_cmpuint (self->sum.received, >, 0);
  g_assert_cmpuint (self->sum.damaged + self->sum.strange + self->sum.elsewhere, ==, 0);
  couriers_assert_there (self);
  /* The stick is free again, and nothing goes twice. */
  g_assert_cmpuint (couriers_count (self, ".letter"), ==, 0);
  couriers_write (self);
  g_assert_cmpuint (self->sum.carried[HEMO_LANE_RESULTS], ==, 0);
  g_assert_cmpuint (couriers_count (self, ".cms"), ==, 0);
}

/* What is on the stick tells nobody anything. */
static void
assert_sealed (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autofree char *bytes = NULL;
  gsize size = 0;
  const char *name;

  if (dir == NULL)
    {
      g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
      g_assert_null (g_strstr_len (bytes, (gssize)size, "Wanjiru"));
      g_assert_null (g_strstr_len (bytes, (gssize)size, "Njeri"));
      return;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      assert_sealed (below);
    }
}

static void
test_sealed (Couriers *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = couriers_add_image (self, 1);

  couriers_write (self);
  assert_sealed (self->stick);
  couriers_forward (self);
  assert_sealed (self->stick);
}

/* What did not change is not written again; what changed takes its place. */
static void
test_written_again (Couriers *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = couriers_add_image (self, 1);
  guint letters;

  couriers_write (self);
  letters = couriers_count (self, ".letter");
  couriers_write (self);
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    g_assert_cmpuint (self->sum.written[i], ==, 0);
  g_assert_cmpuint (self->sum.unanswered, ==, letters - 1);
  g_assert_cmpuint (couriers_count (self, ".letter"), ==, letters);
  g_autoptr (HemoReport) report = files_sign (&self->files, HEMO_REPORT_PRELIMINARY);
  couriers_write (self);
  g_assert_cmpuint (self->sum.written[HEMO_LANE_RESULTS], ==, 1);
  g_assert_cmpuint (self->sum.bytes, ==, 0);
  g_assert_cmpuint (couriers_count (self, ".letter"), ==, letters);
  couriers_forward (self);
  couriers_take (self);
  couriers_assert_there (self);
}

/* Two sticks, one out while the other is written: the later one goes over the earlier, in whatever
 * order they arrive, and nobody is asked about his own change. */
static void
two_sticks (Couriers *self, gboolean later_first)
{
  g_autofree char *first = g_strdup (self->stick);
  g_autofree char *second = g_build_filename (self->files.base.root, "stick-2", NULL);
  const char *order[] = { later_first ? second : first, later_first ? first : second };
  g_autoptr (json_object) report = NULL;

  g_assert_no_errno (g_mkdir (second, 0700));
  g_autoptr (HemoReport) draft = files_sign (&self->files, HEMO_REPORT_PRELIMINARY);
  couriers_write (self);
  g_autoptr (HemoReport) final = files_sign (&self->files, HEMO_REPORT_FINAL);
  g_set_str (&self->stick, second);
  couriers_write (self);
  for (guint turn = 0; turn < 2; turn++)
    {
      g_set_str (&self->stick, order[turn]);
      couriers_forward (self);
      g_assert_cmpuint (self->sum.conflicts, ==, 0);
      g_assert_cmpuint (self->sum.older, ==, later_first && turn == 1);
    }
  for (guint turn = 0; turn < 2; turn++)
    {
      g_set_str (&self->stick, order[turn]);
      couriers_take (self);
    }
  report = fake_fhir_read (self->fhir, "DiagnosticReport", final->uuid);
  g_assert_cmpstr (json_object_get_string (json_object_object_get (report, "status")), ==, "final");
  g_assert_cmpint (couriers_queued (self, "lane = 0 AND state = 'waiting'"), ==, 0);
  g_assert_cmpint (store_count (couriers_store (self), "SELECT count(*) FROM incoming"), ==, 0);
  /* What is known of the server is what it has: the next change goes through. */
  g_autoptr (HemoImage) image = couriers_add_image (self, 1);
  couriers_round (self);
  g_assert_cmpuint (self->sum.conflicts, ==, 0);
  g_assert_cmpint (couriers_queued (self, "lane = 0 AND state = 'waiting'"), ==, 0);
}

static void
test_two_sticks (Couriers *self, gconstpointer data)
{
  two_sticks (self, FALSE);
}

static void
test_two_sticks_crossed (Couriers *self, gconstpointer data)
{
  two_sticks (self, TRUE);
}

static gboolean
forget_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn), "DELETE FROM remote_resource", error);
}

static void
forget_at_b (Couriers *self)
{
  g_autoptr (GError) error = NULL;

  hemo_store_write (hemo_clinic_get_store (self->b), NULL, forget_job, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* A stick was brought to one computer and lost on the way back; the next goes to another one, which
 * knows nothing of it: what is on the server is nobody else's. */
static void
test_reply_lost (Couriers *self, gconstpointer data)
{
  g_autofree char *second = g_build_filename (self->files.base.root, "stick-2", NULL);
  g_autoptr (json_object) report = NULL;

  g_assert_no_errno (g_mkdir (second, 0700));
  g_autoptr (HemoReport) draft = files_sign (&self->files, HEMO_REPORT_PRELIMINARY);
  couriers_write (self);
  couriers_forward (self);
  forget_at_b (self);
  g_autoptr (HemoReport) final = files_sign (&self->files, HEMO_REPORT_FINAL);
  g_set_str (&self->stick, second);
  couriers_round (self);
  g_assert_cmpuint (self->sum.conflicts, >, 0);
  g_assert_cmpuint (self->sum.taken, ==, 0);
  couriers_round (self);
  g_assert_cmpuint (self->sum.conflicts, ==, 0);
  report = fake_fhir_read (self->fhir, "DiagnosticReport", final->uuid);
  g_assert_cmpstr (json_object_get_string (json_object_object_get (report, "status")), ==, "final");
  g_assert_cmpint (couriers_queued (self, "lane = 0 AND state = 'waiting'"), ==, 0);
  g_assert_cmpint (store_count (couriers_store (self), "SELECT count(*) FROM incoming"), ==, 0);
}

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

/* Another program completes the Task, with an Observation as its output. */
static void
answer (Couriers *self, const HemoReading *reading)
{
  g_autoptr (json_object) task = fake_fhir_read (self->fhir, "Task", reading->uuid);
  g_autoptr (json_object) copy = NULL;
  g_autofree char *observation = g_strdup_printf (
      "{\"resourceType\":\"Observation\",\"id\":\"" ANSWER "\",\"status\":\"final\",\"code\":{"
      "\"text\":\"reading\"},\"specimen\":{\"reference\":\"Specimen/%s\"},"
      "\"valueString\":\"No blasts\"}",
      reading->specimen);

  g_assert_nonnull (task);
  fake_fhir_write (self->fhir, observation);
  json_object_deep_copy (task, &copy, NULL);
  json_object_object_add (copy, "status", json_object_new_string ("completed"));
  json_object_object_add (copy, "owner",
                          json_tokener_parse ("{\"reference\":\"Practitioner/" READER "\","
                                              "\"display\":\"Dr Achieng\"}"));
  json_object_object_add (copy, "output",
                          json_tokener_parse ("[{\"type\":{\"text\":\"answer\"},"
                                              "\"valueReference\":{\"reference\":"
                                              "\"Observation/" ANSWER "\"}}]"));
  fake_fhir_write (self->fhir, json_object_to_json_string (copy));
}

/* A question goes out on the stick, and its answer comes back on it. */
static void
test_answer_comes_back (Couriers *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Ask ask = { .tube = self->files.specimen };
  g_autofree char *state = NULL;
  g_autofree char *sql = NULL;

  hemo_store_write (couriers_store (self), self->files.base.session, ask_job, &ask, NULL, &error);
  g_assert_no_error (error);
  couriers_write (self);
  couriers_forward (self);
  answer (self, ask.reading);
  /* Read again before it goes home: what came since comes as well. */
  couriers_forward (self);
  g_assert_cmpuint (self->sum.answers, >=, 1);
  g_assert_cmpuint (self->sum.forwarded[HEMO_LANE_RESULTS], ==, 0);
  couriers_take (self);
  g_assert_cmpuint (self->sum.taken, >=, 2);
  sql = g_strdup_printf ("SELECT state FROM reading WHERE uuid = '%s'", ask.reading->uuid);
  state = store_ask (couriers_store (self), sql);
  g_assert_cmpstr (state, ==, "completed");
  /* The same once more is known. */
  couriers_round (self);
  g_assert_cmpuint (self->sum.taken, ==, 0);
  g_assert_cmpuint (self->sum.conflicts, ==, 0);
  hemo_reading_free (ask.reading);
}

static char *
patient_of (Couriers *self)
{
  return store_ask (couriers_store (self), "SELECT uuid FROM patient");
}

static gboolean
phone_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoPatient) patient = hemo_patient_load (txn, data, error);

  if (patient == NULL)
    return FALSE;
  g_set_str (&patient->phone, "0712 345678");
  return hemo_patient_save (txn, patient, error);
}

/* Somebody else changed the patient meanwhile: what does not overlap is merged, and both go on. */
static void
test_conflict (Couriers *self, gconstpointer data)
{
  g_autofree char *uuid = patient_of (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (json_object) theirs = NULL;
  g_autoptr (json_object) copy = NULL;
  g_autoptr (json_object) now = NULL;
  g_autofree char *name = NULL;
  const char *text;

  couriers_round (self);
  theirs = fake_fhir_read (self->fhir, "Patient", uuid);
  json_object_deep_copy (theirs, &copy, NULL);
  json_object_object_add (copy, "gender", json_object_new_string ("male"));
  hemo_store_write (couriers_store (self), self->files.base.session, phone_job, uuid, NULL, &error);
  g_assert_no_error (error);
  couriers_write (self);
  fake_fhir_write (self->fhir, json_object_to_json_string (copy));
  couriers_forward (self);
  g_assert_cmpuint (self->sum.conflicts, ==, 1);
  couriers_take (self);
  g_assert_cmpuint (self->sum.conflicts, ==, 1);
  g_assert_cmpuint (self->sum.received, ==, 0);
  g_assert_cmpint (couriers_queued (self, "lane = 0 AND state = 'waiting'"), >, 0);
  name = store_ask (couriers_store (self), "SELECT sex FROM patient");
  g_assert_cmpstr (name, ==, "male");
  couriers_round (self);
  g_assert_cmpint (couriers_queued (self, "lane = 0 AND state = 'waiting'"), ==, 0);
  now = fake_fhir_read (self->fhir, "Patient", uuid);
  text = json_object_to_json_string (now);
  g_assert_nonnull (strstr (text, "\"male\""));
  g_assert_nonnull (strstr (text, "0712 345678"));
}

/* What the server refuses goes to the shelf with its words. */
static void
test_refused (Couriers *self, gconstpointer data)
{
  g_autofree char *refused = g_strconcat ("Specimen/", self->files.specimen, NULL);

  self->fhir->refused = refused;
  couriers_write (self);
  couriers_forward (self);
  g_assert_cmpuint (self->sum.refused, ==, 1);
  couriers_take (self);
  g_assert_cmpuint (self->sum.refused, >, 0);
  g_assert_cmpint (couriers_queued (self, "state = 'stuck' AND reason IS NOT NULL"), ==,
                   (gint64)self->sum.refused);
  g_assert_cmpint (couriers_queued (self, "state = 'received' AND kind = 'Specimen'"), ==, 0);
}

/* Somebody deleted a record there: a stick does not bring it back to life. */
static void
test_deleted (Couriers *self, gconstpointer data)
{
  g_autoptr (HemoReport) draft = files_sign (&self->files, HEMO_REPORT_PRELIMINARY);
  couriers_round (self);
  fake_fhir_delete (self->fhir, "DiagnosticReport", draft->uuid);
  g_autoptr (HemoReport) report = files_sign (&self->files, HEMO_REPORT_FINAL);
  couriers_write (self);
  couriers_forward (self);
  g_assert_cmpuint (self->sum.refused, ==, 1);
  couriers_take (self);
  g_assert_cmpint (couriers_queued (self, "state = 'stuck' AND reason LIKE 'Somebody deleted%'"), >,
                   0);
  g_assert_null (fake_fhir_read (self->fhir, "DiagnosticReport", report->uuid));
}

/* A computer without servers takes in what is for it, and says what waits. */
static void
test_no_server (Couriers *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  couriers_round (self);
  g_assert_true (couriers_run_on (self, self->b, self->b_user, self->stick, TRUE, &error));
  g_assert_no_error (error);
  couriers_write (self);
  g_assert_false (couriers_run_on (self, self->files.base.clinic, self->files.base.session,
                                   self->stick, FALSE, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_assert_cmpuint (self->sum.forwarded[HEMO_LANE_RESULTS], ==, 0);
}

/* Nobody reached: nothing is replied, nothing lost, and the next time it goes. */
static void
test_offline (Couriers *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) image = couriers_add_image (self, 1);

  couriers_write (self);
  self->fhir->portal = TRUE;
  g_assert_false (couriers_try_forward (self, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
  /* The bucket was there. */
  g_assert_cmpuint (self->sum.forwarded[HEMO_LANE_ORIGINALS], ==, 1);
  couriers_take (self);
  g_assert_cmpint (couriers_queued (self, "lane = 0 AND state = 'received'"), ==, 0);
  g_assert_cmpint (couriers_queued (self, "lane = 2 AND state = 'received'"), ==, 1);
  self->fhir->portal = FALSE;
  couriers_round (self);
  couriers_assert_there (self);
}

/* The answer of the server is lost: the next time it is seen that all is there. */
static void
test_lost_answer (Couriers *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint letters;

  couriers_write (self);
  letters = self->sum.written[HEMO_LANE_RESULTS];
  self->fhir->lose_answers = 1;
  g_assert_false (couriers_try_forward (self, &error));
  couriers_forward (self);
  g_assert_cmpuint (self->fhir->transactions, ==, letters);
  couriers_take (self);
  couriers_assert_there (self);
}

/* Sent by another way while the stick was out: the reply says what is known. */
static void
test_online_meanwhile (Couriers *self, gconstpointer data)
{
  couriers_write (self);
  couriers_forward (self);
  files_run_sql (&self->files, "UPDATE queue SET state = 'received' WHERE state = 'waiting'");
  couriers_take (self);
  g_assert_cmpuint (self->sum.received, ==, 0);
  g_assert_cmpuint (self->sum.known, >, 0);
}

static gboolean
draw_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
  gint64 version = 0;

  g_ptr_array_add (marks, hemo_mark_new (HEMO_MARK_ARROW, 10, 20, 30, 40));
  return hemo_marks_save (txn, data, marks, &version, error);
}

static gboolean
change_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_txn_log_change (txn, "image.change", "Media", data, 2, HEMO_LANE_RESULTS, error);
}

/* A picture whose list of marks is damaged here keeps its record from the stick, which must not
 * look as if all were on it. */
static void
test_left (Couriers *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = couriers_add_image (self, 1);
  g_autoptr (GError) error = NULL;

  hemo_store_write (couriers_store (self), self->files.base.session, draw_job, image->uuid, NULL,
                    &error);
  g_assert_no_error (error);
  couriers_round (self);
  g_assert_cmpuint (self->sum.left, ==, 0);
  files_run_sql (&self->files, "UPDATE image_mark SET marks = '[{\"kind\"'");
  hemo_store_write (couriers_store (self), self->files.base.session, change_job, image->uuid, NULL,
                    &error);
  g_assert_no_error (error);
  couriers_write (self);
  g_assert_cmpuint (self->sum.left, ==, 1);
  g_assert_cmpint (couriers_queued (self, "lane = 0 AND state = 'waiting'"), ==, 1);
}

#define UUID(digit) digit digit digit digit digit digit digit digit "-1111-4111-8111-111111111111"

static void
write_patient (Couriers *self, const char *id, gboolean marked)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",%s\"name\":[{\"family\":\"Njeri\"}]}", id,
      marked ? "\"extension\":[{\"url\":\"" HEMO_FHIR_EXTENSION
               "record-version\",\"valueDecimal\":1}],"
             : "");

  fake_fhir_write (self->fhir, text);
}

/* @more: of the resource */
static void
write_order (Couriers *self, const char *id, const char *patient, const char *more)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"ServiceRequest\",\"id\":\"%s\",\"status\":\"active\",\"intent\":"
      "\"order\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":"
      "\"58410-2\"}]},\"subject\":{\"reference\":\"Patient/%s\"}%s}",
      id, patient, more);

  fake_fhir_write (self->fhir, text);
}

static void
write_strangers (Couriers *self)
{
  /* Of another program, of another clinic's Hemogram, and what another laboratory is to do or did.
   */
  write_patient (self, UUID ("a"), FALSE);
  write_patient (self, UUID ("b"), TRUE);
  fake_fhir_write (self->fhir,
                   "{\"resourceType\":\"Device\",\"id\":\"" UUID (
                       "c") "\",\"owner\":{\"reference\":\"Organization/" UUID ("d") "\"}}");
  fake_fhir_write (
      self->fhir,
      "{\"resourceType\":\"Provenance\",\"id\":\"" UUID (
          "e") "\",\"target\":[{\"reference\":\"Patient/" UUID ("b") "\"}],"
                                                                     "\"recorded\":\"2026-01-02T03:"
                                                                     "04:05Z\",\"activity\":{"
                                                                     "\"coding\":[{\"system\":"
                                                                     "\"http://terminology.hl7.org/"
                                                                     "CodeSystem/"
                                                                     "v3-DataOperation\",\"code\":"
                                                                     "\"CREATE\"}]},"
                                                                     "\"agent\":[{\"type\":{"
                                                                     "\"coding\":[{\"code\":"
                                                                     "\"assembler\"}]},\"who\":{"
                                                                     "\"reference\":"
                                                                     "\"Device/" UUID (
                                                                         "c") "\"}}]}");
  fake_fhir_write (self->fhir, "{\"resourceType\":\"Organization\",\"id\":\"county\","
                               "\"name\":\"County Referral Hospital\"}");
  write_order (self, UUID ("2"), UUID ("a"),
               ",\"performer\":[{\"reference\":\"Organization/county\"}]");
  fake_fhir_write (self->fhir,
                   "{\"resourceType\":\"Observation\",\"id\":\"" UUID (
                       "3") "\",\"status\":\"final\",\"code\":{\"text\":\"Hb\"},\"specimen\":{"
                            "\"reference\":\"Specimen/" UUID ("4") "\"}}");
}

/* What a forwarding computer brings from a server that others use as well: strangers' records are
 * left and counted, as they are by who asks the server; an order for this laboratory is taken, with
 * its patient who is nobody's until then. In doubt a record is taken. */
static void
test_strangers (Couriers *self, gconstpointer data)
{
  g_autofree char *patients = NULL, *orders = NULL, *kept = NULL;

  couriers_round (self);
  write_strangers (self);
  write_patient (self, UUID ("5"), FALSE);
  write_order (self, UUID ("6"), UUID ("5"), "");
  write_patient (self, UUID ("7"), TRUE);
  couriers_round (self);
  patients = store_ask (couriers_store (self), "SELECT group_concat(substr(uuid, 1, 1), '') FROM "
                                               "(SELECT uuid FROM patient WHERE family = 'Njeri' "
                                               "ORDER BY uuid)");
  g_assert_cmpstr (patients, ==, "57");
  orders = store_ask (couriers_store (self),
                      "SELECT count(*) FROM lab_order WHERE uuid = '" UUID ("6") "'");
  g_assert_cmpstr (orders, ==, "1");
  kept = store_ask (couriers_store (self),
                    "SELECT count(*) FROM incoming WHERE id IN ('" UUID ("a") "', '" UUID (
                        "b") "', '" UUID ("2") "', '" UUID ("3") "')");
  g_assert_cmpstr (kept, ==, "0");
  g_assert_cmpuint (self->sum.strangers, ==, 4);
  g_assert_cmpuint (self->sum.taken, ==, 3);
}

/* What the clinic is called there is known from then on, also of what was not on this stick. */
static void
test_other_name (Couriers *self, gconstpointer data)
{
  g_autofree char *name
      = store_ask (couriers_store (self), "SELECT value FROM setting WHERE key = 'clinic.name'");
  g_autofree char *site
      = g_strdup_printf ("{\"resourceType\":\"Organization\",\"id\":\"17\",\"name\":\"%s\"}", name);
  g_autofree char *known = NULL;

  couriers_round (self);
  fake_fhir_write (self->fhir, site);
  write_patient (self, UUID ("5"), FALSE);
  write_order (self, UUID ("6"), UUID ("5"),
               ",\"performer\":[{\"reference\":\"Organization/17\"}]");
  couriers_round (self);
  known = store_ask (couriers_store (self), "SELECT value FROM meta WHERE key LIKE 'sync.names.%'");
  g_assert_cmpstr (known, ==, "Organization/17");
}

#define ADD(name, test)                                                                            \
  g_test_add ("/courier/" name, Couriers, NULL, couriers_set_up, test, couriers_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("there-and-back", test_there_and_back);
  ADD ("sealed", test_sealed);
  ADD ("written-again", test_written_again);
  ADD ("two-sticks", test_two_sticks);
  ADD ("two-sticks-crossed", test_two_sticks_crossed);
  ADD ("reply-lost", test_reply_lost);
  ADD ("answer-comes-back", test_answer_comes_back);
  ADD ("conflict", test_conflict);
  ADD ("refused", test_refused);
  ADD ("deleted", test_deleted);
  ADD ("other-name", test_other_name);
  ADD ("no-server", test_no_server);
  ADD ("offline", test_offline);
  ADD ("lost-answer", test_lost_answer);
  ADD ("online-meanwhile", test_online_meanwhile);
  ADD ("left", test_left);
  ADD ("strangers", test_strangers);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The results lane of a clinic against a FHIR server that refuses, lies, and loses its answers:
 * nothing counts as received that is not there, and nothing is there twice. */

#include "hemo-remote-table.h"
#include "hemo-sync-dispute.h"
#include "push-fixture.h"

static void
test_case (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };
  g_autoptr (json_object) specimen = NULL;

  pushing_make_case (self, &made);
  g_assert_cmpint (pushing_count (self, "waiting"), ==, 3);
  g_assert_cmpuint (pushing_run (self), ==, 3);
  g_assert_cmpint (pushing_count (self, "received"), ==, 3);
  specimen = fake_fhir_read (self->fake, "Specimen", made.tube->uuid);
  g_assert_nonnull (specimen);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Patient"), ==, 1);
  g_assert_cmpuint (fake_fhir_count (self->fake, "ServiceRequest"), ==, 1);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Provenance"), ==, 3);
  g_assert_cmpuint (pushing_run (self), ==, 0);
  g_assert_cmpuint (self->fake->transactions, ==, 1);
}

/* What its Provenance names goes with it, for servers that look up references. */
static void
test_patient (Pushing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoPatient) patient = hemo_patient_new ();

  patient->family = g_strdup ("Otieno");
  hemo_store_write (self->store, self->base.session, pushing_edit_job, patient, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pushing_run (self), ==, 1);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Provenance"), ==, 1);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Device"), ==, 1);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Organization"), ==, 1);
}

/* Only what changed goes again, at the version that the server is known to have. */
static void
test_edit (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };
  g_autoptr (json_object) patient = NULL;
  g_autoptr (json_object) specimen = NULL;

  pushing_make_case (self, &made);
  pushing_run (self);
  pushing_edit_village (self, made.patient, "Kisumu");
  g_assert_cmpuint (pushing_run (self), ==, 1);
  patient = fake_fhir_read (self->fake, "Patient", made.patient->uuid);
  specimen = fake_fhir_read (self->fake, "Specimen", made.tube->uuid);
  g_assert_cmpstr (hemo_fhir_get_version (patient), ==, "2");
  g_assert_cmpstr (hemo_fhir_get_version (specimen), ==, "1");
}

/* Stored, and the answer lost: it is asked for, and not sent again. */
static void
test_lost_answer (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };
  g_autoptr (json_object) patient = NULL;

  pushing_make_case (self, &made);
  self->fake->lose_answers = 1;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  g_assert_cmpint (pushing_count (self, "received"), ==, 0);
  g_assert_cmpuint (pushing_run (self), ==, 3);
  g_assert_cmpint (pushing_count (self, "received"), ==, 3);
  g_assert_cmpuint (self->fake->transactions, ==, 1);
  /* And it is known which version that made. */
  pushing_edit_village (self, made.patient, "Kisumu");
  g_assert_cmpuint (pushing_run (self), ==, 1);
  patient = fake_fhir_read (self->fake, "Patient", made.patient->uuid);
  g_assert_cmpstr (hemo_fhir_get_version (patient), ==, "2");
}

/* The answer was lost and the record changed since: the older change is found, the newer sent. */
static void
test_lost_answer_then_edit (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };
  g_autoptr (json_object) patient = NULL;
  json_object *address;

  pushing_make_case (self, &made);
  self->fake->lose_answers = 1;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  pushing_edit_village (self, made.patient, "Kisumu");
  pushing_run (self);
  g_assert_cmpint (pushing_count (self, "received"), ==, 4);
  patient = fake_fhir_read (self->fake, "Patient", made.patient->uuid);
  g_assert_true (json_object_object_get_ex (patient, "address", &address));
  g_assert_nonnull (strstr (json_object_to_json_string (address), "Kisumu"));
}

/* One case is refused: it goes to the shelf with the server's words, the other is received. */
static void
test_refused (Pushing *self, gconstpointer data)
{
  g_auto (Made) bad = { 0 };
  g_auto (Made) good = { 0 };
  g_autofree char *name = NULL;
  g_autoptr (json_object) arrived = NULL;

  pushing_make_case (self, &bad);
  pushing_make_case (self, &good);
  self->fake->refused = name = g_strconcat ("Specimen/", bad.tube->uuid, NULL);
  pushing_run (self);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 2);
  g_assert_cmpint (pushing_count (self, "received"), ==, 4);
  arrived = fake_fhir_read (self->fake, "Specimen", good.tube->uuid);
  g_assert_nonnull (arrived);
  g_assert_cmpint (store_count (self->store, "SELECT count(*) FROM queue WHERE state = 'stuck' AND "
                                             "reason LIKE '%no such code%'"),
                   ==, 2);
}

/* None of these is received, whatever was answered; afterwards all of it is, once. */
static void
test_lies (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };

  pushing_make_case (self, &made);
  self->fake->portal = TRUE;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  self->fake->portal = FALSE;
  self->fake->status = 503;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_BUSY);
  self->fake->status = 403;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_DENIED);
  self->fake->status = 0;
  self->fake->wrong_id = TRUE;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_PROTOCOL);
  g_assert_cmpint (pushing_count (self, "received"), ==, 0);
  self->fake->wrong_id = FALSE;
  pushing_run (self);
  g_assert_cmpint (pushing_count (self, "received"), ==, 3);
  g_assert_cmpuint (self->fake->transactions, ==, 1);
}

/* Somebody else wrote meanwhile: nothing of theirs is overwritten. */
static void
test_conflict (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };
  g_autofree char *theirs = NULL;
  g_autoptr (json_object) patient = NULL;

  pushing_make_case (self, &made);
  pushing_run (self);
  theirs = g_strdup_printf ("{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":"
                            "\"Another\"}]}",
                            made.patient->uuid);
  fake_fhir_write (self->fake, theirs);
  pushing_edit_village (self, made.patient, "Kisumu");
  self->push.conflict = pushing_note_conflict;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_CONFLICT);
  g_assert_cmpuint (self->conflicts, ==, 1);
  patient = fake_fhir_read (self->fake, "Patient", made.patient->uuid);
  g_assert_cmpstr (hemo_fhir_get_version (patient), ==, "2");
  /* Without anybody who settles it, it goes to the shelf. */
  self->push.conflict = NULL;
  pushing_run (self);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 1);
}

/* What stands on the server more than once goes to the shelf for a person, and is no conflict of
 * versions; the other case is received. */
static void
test_multiple (Pushing *self, gconstpointer data)
{
  g_auto (Made) bad = { 0 };
  g_auto (Made) good = { 0 };
  g_autofree char *name = NULL;
  g_autoptr (json_object) tube = NULL;

  pushing_make_case (self, &bad);
  pushing_make_case (self, &good);
  self->fake->multiple = name = g_strconcat ("Specimen/", bad.tube->uuid, NULL);
  self->push.conflict = pushing_note_conflict;
  pushing_run (self);
  g_assert_cmpuint (self->conflicts, ==, 0);
  g_assert_cmpint (pushing_count (self, "waiting"), ==, 0);
  g_assert_cmpint (pushing_count (self, "stuck"), >, 0);
  tube = fake_fhir_read (self->fake, "Specimen", good.tube->uuid);
  g_assert_nonnull (tube);
}

/* Of a case whose tubes may not be read nothing is written; a patient alone goes. */
static void
test_barred (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };
  g_autoptr (HemoPatient) alone = hemo_patient_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (json_object) patient = NULL;

  pushing_make_case (self, &made);
  alone->family = g_strdup ("Ap");
  hemo_store_write (self->store, self->base.session, pushing_edit_job, alone, NULL, &error);
  g_assert_no_error (error);
  self->fake->unread = "Specimen";
  pushing_run (self);
  patient = fake_fhir_read (self->fake, "Patient", alone->uuid);
  g_assert_nonnull (patient);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Specimen"), ==, 0);
  g_assert_cmpint (pushing_count (self, "waiting"), ==, 0);
  g_assert_cmpint (pushing_count (self, "stuck"), >, 0);
}

/* Whatever the server says of one record with a word of its own that no other try would change,
 * that record's case lies on the shelf with it, and the other is received. */
static void
test_odd (Pushing *self, gconstpointer data)
{
  static const guint odd[] = { 404, 405, 410, 418, 451 };

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_auto (Made) bad = { 0 }, good = { 0 };
      g_autofree char *name = NULL, *sql = NULL;
      g_autoptr (json_object) tube = NULL;

      pushing_make_case (self, &bad);
      pushing_make_case (self, &good);
      name = g_strconcat ("Specimen/", bad.tube->uuid, NULL);
      self->fake->refused = data == NULL ? name : NULL;
      self->fake->refused_status = odd[i];
      /* A 404 or a 410 of a record is that it is not there. */
      self->fake->unread = data != NULL && odd[i] != 404 && odd[i] != 410 ? name : NULL;
      self->fake->unread_status = odd[i];
      self->fake->unasked = self->fake->unread != NULL ? "Specimen" : NULL;
      pushing_run (self);
      tube = fake_fhir_read (self->fake, "Specimen", good.tube->uuid);
      g_assert_nonnull (tube);
      g_assert_cmpint (pushing_count (self, "waiting"), ==, 0);
      sql = g_strdup_printf ("SELECT count(*) FROM queue WHERE state = 'stuck' AND object = '%s' "
                             "AND reason LIKE '%%status %u%%'",
                             bad.tube->uuid, odd[i]);
      g_assert_cmpint (store_count (self->store, sql), ==,
                       self->fake->refused != NULL || self->fake->unread != NULL ? 1 : 0);
    }
}

/* One that says so of everything has another fault than in a record: all of it waits. */
static void
test_odd_everywhere (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };

  pushing_make_case (self, &made);
  self->fake->unread = "";
  self->fake->unread_status = 418;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_REFUSED);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 0);
  /* As of another address, of transactions as well. */
  self->fake->unread = NULL;
  self->fake->status = 404;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_NOT_FOUND);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 0);
}

/* Who may read nothing is not let in: all stays in the queue. */
static void
test_nothing_read (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };

  pushing_make_case (self, &made);
  self->fake->unread = "";
  pushing_run_fails (self, HEMO_REMOTE_ERROR_DENIED);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 0);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Patient"), ==, 0);
}

/* A Provenance that may not be read: what was lost is found by what it says itself. */
static void
test_unread_provenance (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };

  pushing_make_case (self, &made);
  self->fake->unread = "Provenance";
  self->fake->lose_answers = 1;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  pushing_run (self);
  g_assert_cmpint (pushing_count (self, "waiting"), ==, 0);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 0);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Specimen"), ==, 1);
}

/* Once, then no more. */
static gboolean
go_on_once (gpointer data, GError **error)
{
  guint *asked = data;

  if (++*asked == 1)
    return TRUE;
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_BUSY, "The hours are over.");
  return FALSE;
}

/* What is to end ends between two transactions. */
static void
test_go_on (Pushing *self, gconstpointer data)
{
  guint asked = 0;

  for (int i = 0; i < 3; i++)
    {
      g_auto (Made) made = { 0 };

      pushing_make_case (self, &made);
    }
  self->push.bytes_max = 1;
  self->push.go_on = go_on_once;
  self->push.data = &asked;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_BUSY);
  g_assert_cmpuint (self->fake->transactions, ==, 1);
  g_assert_cmpint (pushing_count (self, "waiting"), >, 0);
}

/* As many cases as fit, no more than a server takes; none is split. */
static void
test_many (Pushing *self, gconstpointer data)
{
  for (int i = 0; i < 60; i++)
    {
      g_auto (Made) made = { 0 };

      pushing_make_case (self, &made);
    }
  g_assert_cmpuint (pushing_run (self), ==, 180);
  g_assert_cmpint (pushing_count (self, "received"), ==, 180);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Specimen"), ==, 60);
  g_assert_cmpuint (self->fake->largest, <=, HEMO_FHIR_PUSH_ENTRIES);
  g_assert_cmpuint (self->fake->transactions, <=, 10);
  /* A look for each kind of record and group of cases, not for each record. */
  g_assert_cmpuint (self->fake->pages, <=, 3 * 10);
  g_assert_cmpuint (self->fake->reads, ==, 0);
}

/* Of what was begun the server has every change, but not all as it is here now: the rest goes, and
 * nothing holds the lane. */
static void
test_lost_part (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };
  g_autoptr (json_object) order = NULL;

  pushing_make_case (self, &made);
  self->fake->lose_answers = 1;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  fake_fhir_lose (self->fake, "ServiceRequest", made.order->uuid);
  g_assert_cmpuint (pushing_run (self), ==, 3);
  order = fake_fhir_read (self->fake, "ServiceRequest", made.order->uuid);
  g_assert_nonnull (order);
  g_assert_cmpint (pushing_count (self, "received"), ==, 3);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 0);
}

static gboolean
ask_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoReading) reading = hemo_reading_new (data);

  reading->question = g_strdup ("Do you agree?");
  return hemo_reading_ask (txn, reading, error);
}

/* A question goes with its case, and holds nothing up. */
static void
test_reading (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };
  g_autoptr (GError) error = NULL;

  pushing_make_case (self, &made);
  pushing_run (self);
  hemo_store_write (self->store, self->base.session, ask_job, made.tube->uuid, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pushing_count (self, "waiting"), ==, 1);
  g_assert_cmpuint (pushing_run (self), ==, 1);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 0);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Task"), ==, 1);
}

static gboolean
call_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoCriticalCall *call = hemo_critical_call_new (data);
  gboolean done;

  call->told = g_strdup ("Dr Otieno");
  call->analytes = g_strdup ("hb");
  call->read_back = TRUE;
  done = hemo_critical_call_save (txn, call, error);
  hemo_critical_call_free (call);
  return done;
}

/* Who was told of a critical value arrives, though no report is signed yet. */
static void
test_call (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };
  g_autoptr (GError) error = NULL;

  pushing_make_case (self, &made);
  pushing_run (self);
  hemo_store_write (self->store, self->base.session, call_job, made.tube->uuid, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pushing_run (self), ==, 1);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Communication"), ==, 1);
}

/* Nor does it wait for an amendment where one is signed. */
static void
test_call_after_signing (Pushing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  pushing_run (self);
  hemo_store_write (self->store, self->base.session, call_job, self->signed_case.specimen, NULL,
                    &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pushing_run (self), ==, 1);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Communication"), ==, 1);
}

/* A change of a draft, which nothing sends. */
static gboolean
draft_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoCase) found = hemo_case_load (txn, data, error);

  g_assert_nonnull (found);
  g_assert_true (hemo_report_save_draft (txn, found->report, error));
  return hemo_txn_log_change (txn, "test.strange", "DiagnosticReport", found->report->uuid, 1,
                              HEMO_LANE_RESULTS, error);
}

/* What should have gone and is not among what goes is never received; its case is. */
static void
test_left_out (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };
  g_autoptr (GError) error = NULL;

  pushing_make_case (self, &made);
  hemo_store_write (self->store, self->base.session, draft_job, made.tube->uuid, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pushing_run (self), ==, 3);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 1);
  g_assert_cmpint (pushing_count (self, "received"), ==, 3);
}

static gboolean
strange_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autofree char *uuid = hemo_uuid_new ();

  return hemo_txn_log_change (txn, "test.strange", "Basic", uuid, 1, HEMO_LANE_RESULTS, error);
}

/* What cannot be made into records waits on the shelf; the cases behind it go. */
static void
test_strange (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };
  g_autoptr (GError) error = NULL;

  hemo_store_write (self->store, self->base.session, strange_job, NULL, NULL, &error);
  g_assert_no_error (error);
  pushing_make_case (self, &made);
  g_assert_cmpuint (pushing_run (self), ==, 3);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 1);
  g_assert_cmpint (pushing_count (self, "received"), ==, 3);
}

static gboolean
second_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Made *made = data;

  made->order = hemo_order_new (made->patient->uuid);
  made->order->tests = HEMO_TEST_DIFFERENTIAL;
  if (!hemo_order_save (txn, made->order, error))
    return FALSE;
  made->tube = hemo_specimen_new ();
  made->tube->order = g_strdup (made->order->uuid);
  return hemo_specimen_accept (txn, made->tube, error);
}

/* Two cases of a patient that was edited, each in a transaction of its own: what the first brings
 * is no conflict for the second. */
static void
test_shared (Pushing *self, gconstpointer data)
{
  g_auto (Made) first = { 0 }, second = { 0 }, third = { 0 };
  g_autoptr (GError) error = NULL;

  pushing_make_case (self, &first);
  pushing_run (self);
  pushing_edit_village (self, first.patient, "Lakeside");
  second.patient = hemo_patient_copy (first.patient);
  third.patient = hemo_patient_copy (first.patient);
  hemo_store_write (self->store, self->base.session, second_job, &second, NULL, &error);
  g_assert_no_error (error);
  hemo_store_write (self->store, self->base.session, second_job, &third, NULL, &error);
  g_assert_no_error (error);
  self->push.bytes_max = 1;
  self->push.conflict = NULL;
  pushing_run (self);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 0);
  g_assert_cmpint (pushing_count (self, "waiting"), ==, 0);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Specimen"), ==, 3);
}

/* Somebody else wrote @data. */
static gboolean
take_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoSyncIncoming incoming = { .server = "v1", .resource = data, .author = "Dora Test" };
  g_auto (HemoSyncResult) out = { 0 };

  g_assert_true (hemo_sync_apply (txn, &incoming, &out, error));
  g_assert_cmpint (out.outcome, ==, HEMO_SYNC_WAITING);
  return TRUE;
}

/* As the window shows it, and decides. */
static gboolean
keep_ours_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoSyncDispute) dispute = hemo_sync_dispute_load (txn, 1, error);

  g_assert_nonnull (dispute);
  g_assert_true (dispute->here);
  g_assert_cmpstr (dispute->accession, ==, data);
  return hemo_sync_keep_ours (txn, 1, dispute->seen, error) && hemo_incoming_hold (txn, 1, error);
}

/* On a slow machine the time would be over by itself. */
static gboolean
prolong_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn),
                          "UPDATE incoming SET settled_us = settled_us + 40000000", error);
}

static gboolean
release_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn), "UPDATE incoming SET settled_us = 1", error);
}

static void
write_as (Pushing *self, HemoSession *session, HemoStoreJob job, gpointer data)
{
  g_autoptr (GError) error = NULL;

  hemo_store_write (self->store, session, job, data, NULL, &error);
  g_assert_no_error (error);
}

/* A value of a signed report was changed there, and ours stands: it goes, though not before the
 * decision is final, and never lies on the shelf for it. */
static void
test_decided (Pushing *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (json_object) theirs = NULL;
  g_autoptr (json_object) ours = NULL;
  json_object *status;

  pushing_run (self);
  hemo_store_read (self->store, self->sync, pushing_panel_job, NULL, (gpointer *)&id, NULL);
  theirs = fake_fhir_read (self->fake, "Observation", id);
  json_object_object_add (theirs, "status", json_object_new_string ("entered-in-error"));
  fake_fhir_write (self->fake, json_object_to_json_string (theirs));
  g_clear_pointer (&theirs, json_object_put);
  theirs = fake_fhir_read (self->fake, "Observation", id);
  write_as (self, self->sync, take_job, theirs);
  write_as (self, self->base.session, keep_ours_job, self->signed_case.accession);
  write_as (self, self->sync, prolong_job, NULL);
  g_assert_cmpint (pushing_count (self, "waiting"), ==, 1);
  g_assert_cmpuint (pushing_run (self), ==, 0);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 0);
  g_assert_cmpint (pushing_count (self, "waiting"), ==, 1);
  write_as (self, self->sync, release_job, NULL);
  g_assert_cmpuint (pushing_run (self), ==, 1);
  ours = fake_fhir_read (self->fake, "Observation", id);
  g_assert_true (json_object_object_get_ex (ours, "status", &status));
  g_assert_cmpstr (json_object_get_string (status), ==, "final");
  g_assert_cmpint (pushing_count (self, "waiting"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/fhir-push/" path, Pushing, NULL, pushing_set_up, test, pushing_tear_down)
  ADD ("case", test_case);
  ADD ("patient", test_patient);
  ADD ("edit", test_edit);
  ADD ("lost-answer", test_lost_answer);
  ADD ("lost-answer-then-edit", test_lost_answer_then_edit);
  ADD ("refused", test_refused);
  ADD ("lies", test_lies);
  ADD ("conflict", test_conflict);
  ADD ("multiple", test_multiple);
  ADD ("barred", test_barred);
  ADD ("odd", test_odd);
  ADD ("odd-everywhere", test_odd_everywhere);
  g_test_add ("/fhir-push/odd-to-read", Pushing, "read", pushing_set_up, test_odd,
              pushing_tear_down);
  ADD ("nothing-read", test_nothing_read);
  ADD ("unread-provenance", test_unread_provenance);
  ADD ("go-on", test_go_on);
  ADD ("many", test_many);
  ADD ("lost-part", test_lost_part);
  ADD ("reading", test_reading);
  ADD ("call", test_call);
  ADD ("left-out", test_left_out);
  ADD ("strange", test_strange);
  ADD ("shared", test_shared);
  g_test_add ("/fhir-push/call-after-signing", Pushing, NULL, pushing_set_up_signed,
              test_call_after_signing, pushing_tear_down_signed);
  g_test_add ("/fhir-push/decided", Pushing, NULL, pushing_set_up_signed, test_decided,
              pushing_tear_down_signed);
  return g_test_run ();
}

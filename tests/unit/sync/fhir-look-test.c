/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the server has of a case though nobody here knows a version of it: nothing goes over what
 * was never seen, and nothing is written twice. */

#include "hemo-fhir-pull.h"
#include "hemo-sync-apply.h"
#include "push-fixture.h"

/* Somebody else's Patient under the id of @made. */
static void
write_another (Pushing *self, const Made *made)
{
  g_autofree char *theirs
      = g_strdup_printf ("{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":"
                         "\"Another\"}]}",
                         made->patient->uuid);

  fake_fhir_write (self->fake, theirs);
}

static void
assert_version (Pushing *self, const char *type, const char *id, const char *version)
{
  g_autoptr (json_object) there = fake_fhir_read (self->fake, type, id);

  g_assert_nonnull (there);
  g_assert_cmpstr (hemo_fhir_get_version (there), ==, version);
}

/* The answer was lost, and somebody else wrote before it was asked for: theirs stays. */
static void
test_lost_answer_then_theirs (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };

  pushing_make_case (self, &made);
  self->fake->lose_answers = 1;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  write_another (self, &made);
  self->push.conflict = pushing_note_conflict;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_CONFLICT);
  g_assert_cmpuint (self->conflicts, ==, 1);
  self->push.conflict = NULL;
  pushing_run (self);
  assert_version (self, "Patient", made.patient->uuid, "2");
  g_assert_cmpint (pushing_count (self, "received"), ==, 0);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 3);
}

/* Nor does it matter that the server keeps for a while what a search found. */
static void
test_kept_search (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };

  self->fake->keeps = TRUE;
  pushing_make_case (self, &made);
  self->fake->lose_answers = 1;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  write_another (self, &made);
  pushing_edit_village (self, made.patient, "Kisumu");
  self->push.conflict = pushing_note_conflict;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_CONFLICT);
  g_assert_cmpuint (self->conflicts, ==, 1);
  assert_version (self, "Patient", made.patient->uuid, "2");
}

/* A restored store knows nothing of what it sent since, and never began to: what others made of
 * that stays. */
static void
test_never_begun (Pushing *self, gconstpointer data)
{
  g_auto (Made) made = { 0 };

  pushing_make_case (self, &made);
  write_another (self, &made);
  self->push.conflict = pushing_note_conflict;
  pushing_run_fails (self, HEMO_REMOTE_ERROR_CONFLICT);
  g_assert_cmpuint (self->conflicts, ==, 1);
  g_assert_cmpuint (self->fake->transactions, ==, 0);
  assert_version (self, "Patient", made.patient->uuid, "1");
}

/* As hemo_server_save() does for another server. */
static gboolean
again_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn),
                          "UPDATE queue SET state = 'waiting', attempts = 0 WHERE lane = 0", error);
}

/* The same server under another name, as after its address was typed in another way. */
static void
forget_server (Pushing *self)
{
  g_autoptr (GError) error = NULL;

  self->push.options.server = "v2";
  hemo_store_write (self->store, self->sync, again_job, NULL, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
apply_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoSyncIncoming incoming
      = { .server = "v2", .resource = data, .author = "Dora Test", .certain = TRUE };
  g_auto (HemoSyncResult) out = { 0 };

  return hemo_sync_apply (txn, &incoming, &out, error);
}

static gboolean
settle_conflict (json_object *theirs, gpointer data, GError **error)
{
  Pushing *self = data;

  self->conflicts++;
  return hemo_store_write (self->store, self->sync, apply_job, theirs, NULL, error);
}

/* What is there as it is here is not written again. */
static void
test_same_server (Pushing *self, gconstpointer data)
{
  g_autofree char *id = NULL;

  pushing_run (self);
  hemo_store_read (self->store, self->sync, pushing_panel_job, NULL, (gpointer *)&id, NULL);
  forget_server (self);
  self->push.conflict = settle_conflict;
  pushing_run (self);
  g_assert_cmpuint (self->conflicts, ==, 0);
  g_assert_cmpint (pushing_count (self, "waiting"), ==, 0);
  g_assert_cmpint (pushing_count (self, "stuck"), ==, 0);
  assert_version (self, "Observation", id, "1");
  assert_version (self, "Specimen", self->signed_case.specimen, "1");
}

static gboolean
seen_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  json_object *theirs = data;
  g_autofree char *text = hemo_fhir_to_text (theirs, FALSE);
  const HemoIncoming incoming = { .type = (char *)"Observation",
                                  .id = (char *)hemo_fhir_get_id (theirs),
                                  .version_id = (char *)hemo_fhir_get_version (theirs),
                                  .resource = text,
                                  .state = HEMO_INCOMING_KEPT };

  return hemo_incoming_add (txn, "v2", &incoming, NULL, error);
}

/* A report that was corrected there is never put back, and a person is asked; also where that was
 * seen (@data) before this laptop reported anything. */
static void
test_corrected_there (Pushing *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (json_object) theirs = NULL;
  g_autoptr (GError) error = NULL;

  pushing_run (self);
  hemo_store_read (self->store, self->sync, pushing_panel_job, NULL, (gpointer *)&id, NULL);
  theirs = fake_fhir_read (self->fake, "Observation", id);
  json_object_object_add (theirs, "status", json_object_new_string ("corrected"));
  fake_fhir_write (self->fake, json_object_to_json_string (theirs));
  forget_server (self);
  if (data != NULL)
    {
      g_autoptr (json_object) newest = fake_fhir_read (self->fake, "Observation", id);

      hemo_store_write (self->store, self->sync, seen_job, newest, NULL, &error);
      g_assert_no_error (error);
    }
  self->push.conflict = settle_conflict;
  pushing_run (self);
  g_assert_cmpuint (self->conflicts, ==, 1);
  assert_version (self, "Observation", id, "2");
  g_assert_cmpint (pushing_count (self, "stuck"), >, 0);
  g_assert_cmpint (store_count (self->store, "SELECT count(*) FROM queue WHERE kind = "
                                             "'DiagnosticReport' AND state != 'stuck'"),
                   ==, 0);
  g_assert_cmpint (
      store_count (self->store, "SELECT count(*) FROM incoming WHERE state = 'waiting'"), ==, 1);
}

static void
sweep (Pushing *self, guint lost)
{
  const HemoFhirPull pull = {
    .store = self->store, .session = self->sync, .server = self->push.server, .identity = "v1"
  };
  g_autoptr (GError) error = NULL;
  HemoFhirPulled pulled = { 0 };

  hemo_fhir_pull_sweep (&pull, &pulled, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pulled.lost, ==, lost);
}

/* A value that the server lost goes again, though no change is of it alone. */
static void
test_lost_value (Pushing *self, gconstpointer data)
{
  g_autofree char *id = NULL;

  pushing_run (self);
  hemo_store_read (self->store, self->sync, pushing_panel_job, NULL, (gpointer *)&id, NULL);
  fake_fhir_lose (self->fake, "Observation", id);
  sweep (self, 1);
  g_assert_cmpint (pushing_count (self, "waiting"), ==, 1);
  pushing_run (self);
  assert_version (self, "Observation", id, "1");
  sweep (self, 0);
}

static gboolean
advance_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn),
                          "UPDATE remote_resource SET version_id = '7' WHERE type = 'Observation'",
                          error);
}

/* So does one of which the server has an older version than it had. */
static void
test_older_value (Pushing *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  pushing_run (self);
  hemo_store_read (self->store, self->sync, pushing_panel_job, NULL, (gpointer *)&id, NULL);
  hemo_store_write (self->store, self->sync, advance_job, NULL, NULL, &error);
  g_assert_no_error (error);
  sweep (self, 0);
  g_assert_cmpint (pushing_count (self, "waiting"), ==, 1);
  pushing_run (self);
  assert_version (self, "Observation", id, "2");
}

static gboolean
change_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT id FROM remote_resource WHERE type = 'Provenance'", error);

  g_assert_true (hemo_statement_step (statement, error));
  *result = hemo_statement_dup_text (statement, 0);
  return TRUE;
}

/* Who changed what is sent again with the change that it tells of. */
static void
test_lost_provenance (Pushing *self, gconstpointer data)
{
  g_autofree char *id = NULL;

  pushing_run (self);
  hemo_store_read (self->store, self->sync, change_job, NULL, (gpointer *)&id, NULL);
  fake_fhir_lose (self->fake, "Provenance", id);
  sweep (self, 1);
  g_assert_cmpint (pushing_count (self, "waiting"), ==, 1);
  pushing_run (self);
  assert_version (self, "Provenance", id, "1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, kind, test)                                                                      \
  g_test_add ("/fhir-look/" path, Pushing, NULL, pushing_set_up##kind, test,                       \
              pushing_tear_down##kind)
  ADD ("lost-answer-then-theirs", , test_lost_answer_then_theirs);
  ADD ("kept-search", , test_kept_search);
  ADD ("never-begun", , test_never_begun);
  ADD ("same-server", _signed, test_same_server);
  ADD ("corrected-there", _signed, test_corrected_there);
  g_test_add ("/fhir-look/corrected-there-and-seen", Pushing, "seen", pushing_set_up_signed,
              test_corrected_there, pushing_tear_down_signed);
  ADD ("lost-value", _signed, test_lost_value);
  ADD ("older-value", _signed, test_older_value);
  ADD ("lost-provenance", _signed, test_lost_provenance);
  return g_test_run ();
}

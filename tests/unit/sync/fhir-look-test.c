/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the server has of a case though nobody here knows a version of it: nothing goes over what
 * was never seen, and nothing is written twice. */

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
  const HemoSyncIncoming incoming = { .server = "v2", .resource = data, .author = "Dora Test" };
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

/* A report that was corrected there is never put back, and a person is asked. */
static void
test_corrected_there (Pushing *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (json_object) theirs = NULL;

  pushing_run (self);
  hemo_store_read (self->store, self->sync, pushing_panel_job, NULL, (gpointer *)&id, NULL);
  theirs = fake_fhir_read (self->fake, "Observation", id);
  json_object_object_add (theirs, "status", json_object_new_string ("corrected"));
  fake_fhir_write (self->fake, json_object_to_json_string (theirs));
  forget_server (self);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, kind, test)                                                                      \
  g_test_add ("/fhir-look/" path, Pushing, NULL, pushing_set_up##kind, test,                       \
              pushing_tear_down##kind)
  ADD ("lost-answer-then-theirs", , test_lost_answer_then_theirs);
  ADD ("never-begun", , test_never_begun);
  ADD ("same-server", _signed, test_same_server);
  ADD ("corrected-there", _signed, test_corrected_there);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of the audit log a server is told: once, in order, and what is left where it refuses. */

#include "hemo-fhir-event.h"
#include "hemo-fhir-events.h"

#include "push-fixture.h"

#include <string.h>

static gboolean
try_tell (Pushing *self, guint *told, GError **error)
{
  const HemoFhirEvents events = { .store = self->store,
                                  .session = self->sync,
                                  .server = self->push.server,
                                  .identity = self->push.options.server };

  return hemo_fhir_events_run (&events, told, NULL, error);
}

static guint
tell (Pushing *self)
{
  g_autoptr (GError) error = NULL;
  guint told = 0;

  try_tell (self, &told, &error);
  g_assert_no_error (error);
  return told;
}

static void
check (Pushing *self)
{
  const HemoFhirEvents events = { .store = self->store,
                                  .session = self->sync,
                                  .server = self->push.server,
                                  .identity = self->push.options.server };
  g_autoptr (GError) error = NULL;

  hemo_fhir_events_check (&events, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
note_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const char *const *row = data;

  return hemo_txn_audit (txn, row[0], row[1], row[2], row[3], error);
}

static void
note (Pushing *self, const char *what, const char *type, const char *object, const char *detail)
{
  const char *row[] = { what, type, object, detail };
  g_autoptr (GError) error = NULL;

  hemo_store_write (self->store, self->base.session, note_job, row, NULL, &error);
  g_assert_no_error (error);
}

/* With a server that knows this laptop and one patient, and has all events so far. (transfer full)
 */
static HemoPatient *
begin (Pushing *self)
{
  g_auto (Made) made = { 0 };

  pushing_make_case (self, &made);
  note (self, "sign-in.failed", "user", hemo_session_get_user (self->base.session), NULL);
  g_assert_cmpuint (tell (self), ==, 0);
  g_assert_cmpuint (pushing_run (self), >, 0);
  g_assert_cmpuint (tell (self), ==, 1);
  return g_steal_pointer (&made.patient);
}

/* Of the server's, that of our own word @what; there is one. (transfer full) */
static char *
text_of (Pushing *self, const char *what)
{
  g_autofree char *code = g_strdup_printf ("\"%s\"", what);
  char *found = NULL;
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->fake->resources);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const char *text = json_object_to_json_string_ext (
          value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

      if (!g_str_has_prefix (key, "AuditEvent/") || strstr (text, code) == NULL)
        continue;
      g_assert_null (found);
      found = g_strdup (text);
    }
  g_assert_nonnull (found);
  return found;
}

/* Not before the server has the laptop that they come from; then each once. */
static void
test_told (Pushing *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = begin (self);
  guint before = fake_fhir_count (self->fake, "AuditEvent");
  g_autofree char *text = NULL, *known = NULL;

  g_assert_cmpuint (tell (self), ==, 0);
  note (self, "patient.view", "Patient", patient->uuid, NULL);
  note (self, "refused", "Patient", patient->uuid, "report.sign");
  note (self, "export.start", "specimen", "11111111-1111-4111-8111-111111111111", "csv");
  g_assert_cmpuint (tell (self), ==, 2);
  g_assert_cmpuint (fake_fhir_count (self->fake, "AuditEvent"), ==, before + 2);
  text = text_of (self, "refused");
  known = g_strdup_printf ("\"reference\":\"Patient/%s\"", patient->uuid);
  g_assert_nonnull (strstr (text, known));
  g_assert_nonnull (strstr (text, "\"outcome\":\"4\""));
  g_assert_nonnull (strstr (text, "report.sign"));
  g_assert_null (strstr (text, patient->family));
  g_free (text);
  /* What the server does not have is only named. */
  text = text_of (self, "export.start");
  g_assert_nonnull (strstr (text, "urn:uuid:11111111-1111-4111-8111-111111111111"));
  g_assert_null (strstr (text, "Specimen/11111111"));
}

/* An answer that is lost costs one more telling, and makes no second one. */
static void
test_lost (Pushing *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = begin (self);
  guint before = fake_fhir_count (self->fake, "AuditEvent"), told = 0;
  g_autoptr (GError) error = NULL;

  note (self, "refused", "Patient", patient->uuid, "report.sign");
  self->fake->lose_answers = 1;
  g_assert_false (try_tell (self, &told, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
  g_assert_cmpuint (tell (self), ==, 1);
  g_assert_cmpuint (fake_fhir_count (self->fake, "AuditEvent"), ==, before + 1);
}

/* In steps, so that what is urgent never waits long. */
static void
test_steps (Pushing *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = begin (self);

  for (guint i = 0; i < HEMO_FHIR_EVENTS_MAX + 3; i++)
    note (self, "refused", "Patient", patient->uuid, "report.sign");
  g_assert_cmpuint (tell (self), ==, HEMO_FHIR_EVENTS_MAX);
  g_assert_cmpuint (tell (self), ==, 3);
  g_assert_cmpuint (tell (self), ==, 0);
  g_assert_cmpuint (self->fake->largest, <=, HEMO_FHIR_EVENTS_MAX);
}

static gboolean
next_day_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn),
                          "UPDATE meta SET value = value - 86400000000 WHERE key LIKE "
                          "'%events.%.refused'",
                          error);
}

/* A server that takes none of them gets its results, and is asked again another day. */
static void
test_refused (Pushing *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = begin (self);
  g_autoptr (GError) error = NULL;
  guint requests;

  note (self, "refused", "Patient", patient->uuid, "report.sign");
  self->fake->status = 422;
  g_assert_cmpuint (tell (self), ==, 0);
  self->fake->status = 0;
  requests = self->fake->requests;
  g_assert_cmpuint (tell (self), ==, 0);
  g_assert_cmpuint (self->fake->requests, ==, requests);
  hemo_store_write (self->store, self->base.session, next_day_job, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tell (self), ==, 1);
}

static void
lose_events (Pushing *self)
{
  GHashTableIter iter;
  gpointer key;

  g_mutex_lock (&self->fake->mutex);
  g_hash_table_iter_init (&iter, self->fake->resources);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (g_str_has_prefix (key, "AuditEvent/"))
      g_hash_table_iter_remove (&iter);
  g_mutex_unlock (&self->fake->mutex);
}

/* One that was put back to an old backup is told again; one that shows them to nobody is not told
 * all of them each night. */
static void
test_restored (Pushing *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = begin (self);
  guint before = fake_fhir_count (self->fake, "AuditEvent");

  check (self);
  g_assert_cmpuint (tell (self), ==, 0);
  lose_events (self);
  check (self);
  g_assert_cmpuint (tell (self), ==, before);
  g_assert_cmpuint (fake_fhir_count (self->fake, "AuditEvent"), ==, before);
  /* Once more, but only after they were seen there in between. */
  lose_events (self);
  check (self);
  g_assert_cmpuint (tell (self), ==, 0);
  note (self, "refused", "Patient", patient->uuid, "report.sign");
  g_assert_cmpuint (tell (self), ==, 1);
  check (self);
  lose_events (self);
  check (self);
  g_assert_cmpuint (tell (self), ==, before + 1);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
#define ADD(path, function)                                                                        \
  g_test_add ("/fhir-events/" path, Pushing, NULL, pushing_set_up, function, pushing_tear_down)
  ADD ("told", test_told);
  ADD ("lost", test_lost);
  ADD ("steps", test_steps);
  ADD ("refused", test_refused);
  ADD ("restored", test_restored);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A clinic, its cases and the server that they are pushed to. */

#include "push-fixture.h"

static void
set_up_push (Pushing *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSignIn) nobody = hemo_sign_in_none_new ();
  g_autoptr (HemoHttp) http = NULL;
  g_autofree char *base = NULL;
  HemoHttpOptions options = { 0 };

  self->store = hemo_clinic_get_store (self->base.clinic);
  self->sync = hemo_clinic_new_sync_session (self->base.clinic, &error);
  g_assert_no_error (error);
  self->fake = fake_fhir_new ();
  options.base = base = g_strconcat (self->fake->server->base, "/fhir", NULL);
  http = hemo_http_new (&options, &error);
  g_assert_no_error (error);
  self->push = (HemoFhirPush){ .store = self->store,
                               .session = self->sync,
                               .server = hemo_fhir_server_new (http, nobody),
                               .options = { .server = "v1" },
                               .data = self };
}

void
pushing_set_up (Pushing *self, gconstpointer data)
{
  clinic_set_up (&self->base, NULL);
  set_up_push (self);
}

void
pushing_set_up_signed (Pushing *self, gconstpointer data)
{
  g_autoptr (HemoReport) report = NULL;

  files_set_up (&self->signed_case, NULL);
  report = files_sign (&self->signed_case, HEMO_REPORT_FINAL);
  self->base = self->signed_case.base;
  set_up_push (self);
}

static void
tear_down_push (Pushing *self)
{
  g_object_unref (self->push.server);
  hemo_session_unref (self->sync);
  fake_fhir_free (self->fake);
}

void
pushing_tear_down (Pushing *self, gconstpointer data)
{
  tear_down_push (self);
  clinic_tear_down (&self->base, NULL);
}

void
pushing_tear_down_signed (Pushing *self, gconstpointer data)
{
  tear_down_push (self);
  files_tear_down (&self->signed_case, NULL);
}

void
made_clear (Made *made)
{
  g_clear_pointer (&made->patient, hemo_patient_free);
  g_clear_pointer (&made->order, hemo_order_free);
  g_clear_pointer (&made->tube, hemo_specimen_free);
}

static gboolean
make_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Made *made = data;

  made->patient = hemo_patient_new ();
  made->patient->given = g_strdup ("Amina");
  made->patient->family = g_strdup ("Otieno");
  if (!hemo_patient_save (txn, made->patient, error))
    return FALSE;
  made->order = hemo_order_new (made->patient->uuid);
  made->order->tests = HEMO_TEST_DIFFERENTIAL;
  if (!hemo_order_save (txn, made->order, error))
    return FALSE;
  made->tube = hemo_specimen_new ();
  made->tube->order = g_strdup (made->order->uuid);
  return hemo_specimen_accept (txn, made->tube, error);
}

void
pushing_make_case (Pushing *self, Made *made)
{
  g_autoptr (GError) error = NULL;

  hemo_store_write (self->store, self->base.session, make_job, made, NULL, &error);
  g_assert_no_error (error);
}

gboolean
pushing_edit_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_patient_save (txn, data, error);
}

void
pushing_edit_village (Pushing *self, HemoPatient *patient, const char *village)
{
  g_autoptr (GError) error = NULL;

  g_free (patient->village);
  patient->village = g_strdup (village);
  hemo_store_write (self->store, self->base.session, pushing_edit_job, patient, NULL, &error);
  g_assert_no_error (error);
}

gint64
pushing_count (Pushing *self, const char *state)
{
  g_autofree char *sql
      = g_strdup_printf ("SELECT count(*) FROM queue WHERE lane = 0 AND state = '%s'", state);

  return store_count (self->store, sql);
}

guint
pushing_run (Pushing *self)
{
  g_autoptr (GError) error = NULL;
  guint sent = 0;

  hemo_fhir_push_run (&self->push, &sent, NULL, &error);
  g_assert_no_error (error);
  return sent;
}

void
pushing_run_fails (Pushing *self, HemoRemoteError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_fhir_push_run (&self->push, NULL, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, (int)code);
}

gboolean
pushing_note_conflict (json_object *theirs, gpointer data, GError **error)
{
  Pushing *self = data;

  self->conflicts++;
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT, "seen");
  return FALSE;
}

gboolean
pushing_panel_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT id FROM remote_resource WHERE type = 'Observation' AND id NOT IN (SELECT uuid FROM "
      "result)",
      error);

  g_assert_true (hemo_statement_step (statement, error));
  *result = hemo_statement_dup_text (statement, 0);
  return TRUE;
}

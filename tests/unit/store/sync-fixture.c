/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Takes versions into a store, and looks at what became of them. */

#include "sync-fixture.h"

void
syncing_set_up (Syncing *self, gconstpointer data)
{
  self->records = records_open ();
  self->session = hemo_session_new_for_sync (SYNCING_STATION);
}

void
syncing_tear_down (Syncing *self, gconstpointer data)
{
  hemo_sync_result_clear (&self->result);
  hemo_session_unref (self->session);
  records_close (self->records);
}

json_object *
syncing_stamp (json_object *resource, const char *version)
{
  json_object *meta = json_object_new_object ();

  json_object_object_add (meta, "versionId", json_object_new_string (version));
  json_object_object_add (resource, "meta", meta);
  return resource;
}

HemoSyncOutcome
syncing_take (Syncing *self, json_object *resource)
{
  g_autoptr (json_object) owned = resource;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn
      = hemo_txn_begin (self->records->db, self->session, self->records->audit_keys, &error);
  const HemoSyncIncoming incoming = {
    .server = SYNCING_SERVER,
    .resource = resource,
    .author = "Dora Test",
    .certain = self->certain,
    .last = self->last,
  };

  g_assert_no_error (error);
  hemo_sync_apply (txn, &incoming, &self->result, &error);
  g_assert_no_error (error);
  records_commit (txn);
  return self->result.outcome;
}

HemoSyncOutcome
syncing_take_text (Syncing *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  json_object *resource = hemo_fhir_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return syncing_take (self, resource);
}

static char *
ask (Syncing *self, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (self->records->db, sql, &error);
  gboolean row;

  g_assert_no_error (error);
  row = hemo_statement_step (statement, &error);
  g_assert_no_error (error);
  return row ? g_strdup (hemo_statement_get_text (statement, 0)) : NULL;
}

char *
syncing_ask (Syncing *self, const char *format, ...)
{
  g_autofree char *sql = NULL;
  va_list list;

  va_start (list, format);
  sql = g_strdup_vprintf (format, list);
  va_end (list);
  return ask (self, sql);
}

gint64
syncing_count (Syncing *self, const char *format, ...)
{
  g_autofree char *sql = NULL;
  va_list list;

  va_start (list, format);
  sql = g_strdup_vprintf (format, list);
  va_end (list);
  return records_ask (self->records, sql);
}

gint64
syncing_queued (Syncing *self, const char *id)
{
  return syncing_count (self,
                        "SELECT count(*) FROM queue WHERE state = 'waiting' AND object = '%s'", id);
}

void
syncing_sent (Syncing *self)
{
  records_run (self->records, "UPDATE queue SET state = 'received', ended_us = 1");
}

gint64
syncing_waiting (Syncing *self, const char *id, const char *reason)
{
  g_autofree char *why
      = syncing_ask (self, "SELECT reason FROM incoming WHERE state = 'waiting' AND id = '%s'", id);
  gint64 all = syncing_count (
      self, "SELECT count(*) FROM incoming WHERE state = 'waiting' AND id = '%s'", id);

  g_assert_cmpint (all, <=, 1);
  g_assert_cmpstr (why, ==, reason);
  return all == 0 ? 0
                  : syncing_count (
                        self, "SELECT seq FROM incoming WHERE state = 'waiting' AND id = '%s'", id);
}

HemoPatient *
syncing_add_patient (Syncing *self, const char *given, const char *family)
{
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  HemoPatient *patient = records_add_patient (txn, given, family, 1990);

  records_commit (txn);
  return patient;
}

HemoPatient *
syncing_load_patient (Syncing *self, const char *uuid)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  HemoPatient *patient = hemo_patient_load (txn, uuid, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return patient;
}

void
syncing_save_patient (Syncing *self, HemoPatient *patient)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  hemo_patient_save (txn, patient, &error);
  g_assert_no_error (error);
  records_commit (txn);
}

HemoSpecimen *
syncing_add_case (Syncing *self, const char *patient)
{
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  HemoSpecimen *tube = records_add_tube (txn, patient, HEMO_TEST_DIFFERENTIAL);

  records_commit (txn);
  return tube;
}

HemoOrder *
syncing_load_order (Syncing *self, const char *uuid)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  HemoOrder *order = hemo_order_load (txn, uuid, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return order;
}

HemoSpecimen *
syncing_load_specimen (Syncing *self, const char *uuid)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  HemoSpecimen *specimen = hemo_specimen_find (txn, uuid, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return specimen;
}

void
syncing_case_set_up (SyncingCase *self, gconstpointer data)
{
  syncing_set_up (&self->base, NULL);
  self->patient = syncing_add_patient (&self->base, "Amina", "Otieno");
  self->tube = syncing_add_case (&self->base, self->patient->uuid);
  syncing_sent (&self->base);
}

void
syncing_case_set_up_known (SyncingCase *self, gconstpointer data)
{
  syncing_case_set_up (self, data);
  syncing_take (&self->base, syncing_stamp (hemo_fhir_patient_to_json (self->patient), "1"));
}

void
syncing_case_tear_down (SyncingCase *self, gconstpointer data)
{
  hemo_specimen_free (self->tube);
  hemo_patient_free (self->patient);
  syncing_tear_down (&self->base, NULL);
}

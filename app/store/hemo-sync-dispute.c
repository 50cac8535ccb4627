/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts two versions side by side. */

#include "hemo-sync-dispute.h"

#include "hemo-clinic-info.h"
#include "hemo-fhir-lines.h"
#include "hemo-fhir-patient.h"
#include "hemo-fhir-specimen.h"
#include "hemo-patient-table.h"
#include "hemo-queue.h"
#include "hemo-sync-apply-private.h"

#include <string.h>

void
hemo_sync_dispute_free (HemoSyncDispute *self)
{
  g_clear_pointer (&self->incoming, hemo_incoming_free);
  g_free (self->accession);
  g_free (self->name);
  g_clear_pointer (&self->our_patient, hemo_patient_free);
  g_clear_pointer (&self->their_patient, hemo_patient_free);
  g_clear_pointer (&self->our_order, hemo_order_free);
  g_clear_pointer (&self->their_order, hemo_order_free);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_free (self->our_author);
  g_free (self->seen);
  g_free (self->refusal);
  g_free (self);
}

HemoAction
hemo_sync_dispute_action (const HemoSyncDispute *self)
{
  return hemo_sync_settle_action (self->incoming->type);
}

/* 2026-11-21T10:00:00.000Z */
static HemoTime
time_there (const HemoIncoming *incoming, json_object *theirs)
{
  HemoTime time = { .utc_us = incoming->received_us };
  json_object *meta, *updated;
  g_autoptr (GDateTime) parsed = NULL;

  if (json_object_object_get_ex (theirs, "meta", &meta)
      && json_object_object_get_ex (meta, "lastUpdated", &updated)
      && json_object_is_type (updated, json_type_string))
    parsed = g_date_time_new_from_iso8601 (json_object_get_string (updated), NULL);
  if (parsed != NULL)
    time.utc_us = g_date_time_to_unix (parsed) * G_USEC_PER_SEC;
  return time;
}

static gboolean
find_name (HemoTxn *txn, const char *patient, char **name, GError **error)
{
  g_autofree char *survivor = hemo_patient_dup_survivor (txn, patient, error);
  g_autoptr (HemoPatient) record
      = survivor != NULL ? hemo_patient_fetch (txn, survivor, NULL, error) : NULL;

  if (record == NULL)
    return FALSE;
  *name = hemo_patient_display_name (record);
  return TRUE;
}

/* One that is not here. (transfer full) (nullable) */
static HemoOrder *
read_order (const HemoIncoming *incoming)
{
  g_autoptr (json_object) json = hemo_sync_parse (incoming->resource);

  return json != NULL ? hemo_fhir_order_from_json_any (json, NULL) : NULL;
}

/* Whose it is; that it is not here is no failure. */
static gboolean
name_patient (HemoTxn *txn, HemoSyncDispute *self, GError **error)
{
  const char *type = self->incoming->type;
  g_autoptr (HemoOrder) order = NULL;
  g_autoptr (HemoSpecimen) specimen = NULL;
  g_autoptr (GError) failure = NULL;
  const char *patient = NULL;

  if (strcmp (type, "Patient") == 0)
    patient = self->incoming->id;
  else if (self->accession != NULL)
    {
      specimen = hemo_specimen_fetch (txn, self->accession, &failure);
      patient = specimen != NULL ? specimen->patient : NULL;
    }
  else if (strcmp (type, "ServiceRequest") == 0)
    {
      order = hemo_order_fetch (txn, self->incoming->id, &failure);
      if (order == NULL)
        order = read_order (self->incoming);
      patient = order != NULL ? order->patient : NULL;
    }
  if (patient != NULL)
    {
      g_clear_error (&failure);
      find_name (txn, patient, &self->name, &failure);
    }
  if (failure == NULL || g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Takes @incoming; NULL on failure. */
static HemoSyncDispute *
describe (HemoTxn *txn, HemoIncoming *incoming, GError **error)
{
  g_autoptr (HemoSyncDispute) self = g_new0 (HemoSyncDispute, 1);
  g_autoptr (json_object) theirs = hemo_sync_parse (incoming->resource);
  g_autofree char *tube = NULL;
  g_autoptr (GError) failure = NULL;

  self->incoming = incoming;
  self->deleted = hemo_sync_is_deleted (incoming);
  self->their_time = time_there (incoming, theirs);
  if (!hemo_sync_find_case (txn, incoming, &tube, error))
    return NULL;
  if (tube != NULL)
    self->accession = hemo_queue_find_accession (txn, "Specimen", tube, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  return name_patient (txn, self, error) ? g_steal_pointer (&self) : NULL;
}

GPtrArray *
hemo_sync_disputes (HemoTxn *txn, int limit, GError **error)
{
  g_autoptr (GPtrArray) waiting = hemo_incoming_waiting (txn, limit, error);
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_sync_dispute_free);

  if (waiting == NULL)
    return NULL;
  while (waiting->len > 0)
    {
      HemoSyncDispute *dispute = describe (txn, g_ptr_array_steal_index (waiting, 0), error);

      if (dispute == NULL)
        return NULL;
      g_ptr_array_add (list, dispute);
    }
  return g_steal_pointer (&list);
}

static gboolean
compare_patient (HemoTxn *txn, HemoSyncDispute *self, json_object *theirs, GError **error)
{
  self->our_patient = hemo_patient_fetch (txn, self->incoming->id, NULL, error);
  if (self->our_patient == NULL)
    return FALSE;
  self->their_patient = self->deleted ? NULL : hemo_fhir_patient_from_json (theirs, NULL);
  if (self->their_patient != NULL)
    self->differing = hemo_patient_differing (self->our_patient, self->their_patient);
  return hemo_txn_audit (txn, "patient.view", "Patient", self->incoming->id, NULL, error);
}

static gboolean
compare_order (HemoTxn *txn, HemoSyncDispute *self, json_object *theirs, GError **error)
{
  g_autoptr (GError) failure = NULL;

  self->our_order = hemo_order_fetch (txn, self->incoming->id, error);
  if (self->our_order == NULL)
    return FALSE;
  if (!self->deleted)
    self->their_order = hemo_sync_read_order (txn, theirs, self->our_order, &failure);
  if (failure != NULL && failure->domain != HEMO_FHIR_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (self->their_order != NULL)
    self->differing = hemo_order_differing (self->our_order, self->their_order);
  return hemo_txn_audit (txn, "order.view", "ServiceRequest", self->incoming->id, NULL, error);
}

/* What is here of a case is seen with all of it. */
static gboolean
note_view (HemoTxn *txn, const HemoIncoming *incoming, GError **error)
{
  g_autofree char *tube = NULL;

  return hemo_sync_find_case (txn, incoming, &tube, error)
         && hemo_txn_audit (txn, "case.view", "Specimen", tube, NULL, error);
}

/* @ours: (out) (transfer full): NULL where it is not here */
static gboolean
compare (
    HemoTxn *txn, HemoSyncDispute *self, json_object *theirs, json_object **ours, GError **error)
{
  const char *type = self->incoming->type;

  if (!hemo_sync_find_ours (txn, self->incoming, ours, error))
    return FALSE;
  if (*ours == NULL)
    return TRUE;
  if (strcmp (type, "Patient") == 0)
    return compare_patient (txn, self, theirs, error);
  if (strcmp (type, "ServiceRequest") == 0)
    return compare_order (txn, self, theirs, error);
  return note_view (txn, self->incoming, error);
}

/* With whom theirs became one is said by a name, as nobody knows a UUID. */
static gboolean
name_links (HemoTxn *txn, HemoSyncDispute *self, GError **error)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      HemoFhirLine *line = g_ptr_array_index (self->lines, i);
      g_autoptr (HemoPatient) other = NULL;
      g_autoptr (GError) failure = NULL;
      g_autofree char *name = NULL;
      g_autofree char *age = NULL;

      if (strcmp (line->name, "link.other") != 0 || line->theirs == NULL
          || !g_str_has_prefix (line->theirs, "Patient/"))
        continue;
      other = hemo_patient_fetch (txn, line->theirs + strlen ("Patient/"), NULL, &failure);
      if (other == NULL && !g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      if (other == NULL)
        continue;
      name = hemo_patient_display_name (other);
      age = hemo_birth_age_text (&other->birth, hemo_date_of (hemo_txn_get_time (txn)));
      g_free (line->theirs);
      line->theirs = g_strdup_printf ("%s, %s", name, age);
    }
  return TRUE;
}

/* Who wrote last what is here. */
static gboolean
find_author (HemoTxn *txn, HemoSyncDispute *self, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT at_us, offset_minutes, actor FROM change WHERE object = ?1 AND what NOT LIKE "
      "'sync.%' ORDER BY seq DESC LIMIT 1",
      self->incoming->id, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  self->our_time.utc_us = hemo_statement_get_int (statement, 0);
  self->our_time.offset_minutes = (gint16)hemo_statement_get_int (statement, 1);
  if (!hemo_statement_is_null (statement, 2))
    self->our_author = hemo_user_name (txn, hemo_statement_get_text (statement, 2));
  return TRUE;
}

HemoSyncDispute *
hemo_sync_dispute_load (HemoTxn *txn, gint64 sequence, GError **error)
{
  HemoIncoming *incoming = hemo_incoming_load (txn, sequence, error);
  g_autoptr (HemoSyncDispute) self = NULL;
  g_autoptr (json_object) theirs = NULL;
  g_autoptr (json_object) ours = NULL;

  if (incoming == NULL)
    return NULL;
  self = describe (txn, incoming, error);
  if (self == NULL
      || !hemo_txn_require (txn, HEMO_ACTION_PATIENT_VIEW, self->incoming->type, self->incoming->id,
                            error))
    return NULL;
  theirs = hemo_sync_parse (self->incoming->resource);
  if (!compare (txn, self, theirs, &ours, error) || !find_author (txn, self, error))
    return NULL;
  self->here = ours != NULL;
  self->seen = hemo_sync_stamp (ours);
  if (!hemo_sync_find_refusal (txn, incoming, &self->refusal, error))
    return NULL;
  self->rejectable = hemo_sync_helps_rejection (txn, incoming);
  self->other_tests
      = incoming->state == HEMO_INCOMING_WAITING && hemo_sync_is_of_other_tests (txn, incoming);
  self->lines = hemo_fhir_compare_lines (ours, self->deleted ? NULL : theirs);
  return name_links (txn, self, error) ? g_steal_pointer (&self) : NULL;
}

gboolean
hemo_sync_dispute_follow (HemoTxn *txn, gint64 *sequence, GError **error)
{
  g_autoptr (HemoIncoming) shown = hemo_incoming_load (txn, *sequence, error);
  g_autoptr (GPtrArray) versions = NULL;

  if (shown == NULL)
    return FALSE;
  if (shown->state != HEMO_INCOMING_KEPT)
    return TRUE;
  versions = hemo_incoming_of (txn, shown->id, error);
  for (guint i = 0; versions != NULL && i < versions->len; i++)
    {
      const HemoIncoming *other = g_ptr_array_index (versions, i);

      if (other->state == HEMO_INCOMING_WAITING && strcmp (other->server, shown->server) == 0)
        *sequence = other->sequence;
    }
  return versions != NULL;
}

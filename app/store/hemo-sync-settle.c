/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A person decides between two versions of a record. */

#include "hemo-sync-apply-private.h"

#include "hemo-fhir-media.h"
#include "hemo-fhir-patient.h"
#include "hemo-fhir-specimen.h"
#include "hemo-mark-table.h"
#include "hemo-patient-table.h"
#include "hemo-queue.h"
#include "hemo-specimen-table.h"

#include <glib/gi18n.h>
#include <string.h>

HemoIncoming *
hemo_sync_load_waiting (HemoTxn *txn, gint64 sequence, GError **error)
{
  g_autoptr (HemoIncoming) incoming = hemo_incoming_load (txn, sequence, error);

  if (incoming == NULL || incoming->state == HEMO_INCOMING_WAITING)
    return g_steal_pointer (&incoming);
  hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT,
                    incoming->state == HEMO_INCOMING_KEPT
                        ? N_ ("A newer version of this came meanwhile. Look at that one in the "
                              "list.")
                        : N_ ("This was decided before. Look at the record again."));
  return NULL;
}

gboolean
hemo_sync_settle (HemoTxn *txn,
                  const HemoIncoming *incoming,
                  HemoIncomingState state,
                  GError **error)
{
  return hemo_incoming_settle (txn, incoming->sequence, state, error)
         && hemo_queue_retry (txn, 0, NULL, error);
}

/* The server has @theirs; what is here is @ours, which is sent where it differs. */
static gboolean
remember (
    HemoTxn *txn, const HemoIncoming *incoming, json_object *ours, gboolean same, GError **error)
{
  g_autoptr (json_object) theirs = hemo_sync_parse (incoming->resource);
  gboolean merged
      = strcmp (incoming->type, "Patient") == 0 || strcmp (incoming->type, "ServiceRequest") == 0;

  return hemo_sync_remember (txn, incoming->server, theirs, merged ? theirs : NULL,
                             same ? ours : NULL, error);
}

/* What a person decided upon is what is here still. */
static gboolean
check_current (gint64 seen, gint64 here, GError **error)
{
  return seen == here || hemo_sync_fail_changed (error);
}

/* Writes @fields of @from, which may be theirs or what a person made of both; with @link also that
 * it was merged into another record. */
static gboolean
write_patient (HemoTxn *txn,
               const HemoIncoming *incoming,
               const HemoPatient *from,
               guint fields,
               gboolean link,
               GError **error)
{
  g_autoptr (json_object) json = hemo_sync_parse (incoming->resource);
  g_autoptr (HemoPatient) theirs = hemo_fhir_patient_from_json (json, error);
  g_autoptr (HemoPatient) local = NULL;
  g_autoptr (json_object) ours = NULL;
  guint rest;

  if (theirs == NULL)
    return FALSE;
  if (!hemo_txn_require (txn, HEMO_ACTION_PATIENT_EDIT, "Patient", incoming->id, error))
    return FALSE;
  local = hemo_patient_fetch (txn, incoming->id, NULL, error);
  if (local == NULL)
    return FALSE;
  if (from != NULL && !check_current (from->version, local->version, error))
    return FALSE;
  hemo_patient_copy_fields (local, from != NULL ? from : theirs, fields);
  rest = hemo_patient_differing (local, theirs);
  if (!hemo_patient_save (txn, local, error))
    return FALSE;
  if (link && theirs->merged_into != NULL
      && !hemo_patient_merge (txn, local->uuid, theirs->merged_into, NULL, error))
    return FALSE;
  ours = hemo_fhir_patient_to_json (local);
  return remember (txn, incoming, ours, rest == 0 && theirs->merged_into == NULL, error);
}

/* An order stays with its patient, whoever says what. */
static gboolean
write_order (
    HemoTxn *txn, const HemoIncoming *incoming, const HemoOrder *from, guint fields, GError **error)
{
  g_autoptr (json_object) json = hemo_sync_parse (incoming->resource);
  g_autoptr (HemoOrder) local = hemo_order_fetch (txn, incoming->id, error);
  g_autoptr (HemoOrder) theirs
      = local != NULL ? hemo_sync_read_order (txn, json, local, error) : NULL;
  g_autoptr (json_object) ours = NULL;

  if (theirs == NULL)
    return FALSE;
  if (from != NULL && !check_current (from->version, local->version, error))
    return FALSE;
  hemo_order_copy_fields (local, from != NULL ? from : theirs, fields & ~(guint)HEMO_FIELD_PATIENT);
  if (!hemo_order_save (txn, local, error))
    return FALSE;
  ours = hemo_fhir_order_to_json (local);
  return remember (txn, incoming, ours, hemo_order_differing (local, theirs) == 0, error);
}

static gboolean
take_specimen (HemoTxn *txn, const HemoIncoming *incoming, GError **error)
{
  g_autoptr (json_object) json = hemo_sync_parse (incoming->resource);
  g_autoptr (HemoSpecimen) theirs = hemo_fhir_specimen_from_json (json, error);
  g_autoptr (HemoSpecimen) local = NULL;
  g_autoptr (json_object) ours = NULL;

  if (theirs == NULL)
    return FALSE;
  local = hemo_specimen_fetch (txn, incoming->id, error);
  if (local == NULL || !hemo_sync_know_patient (txn, &theirs->patient, local->patient, error))
    return FALSE;
  theirs->version = local->version;
  if (!hemo_specimen_save (txn, theirs, error))
    return FALSE;
  if (local->rejection == HEMO_REJECTION_NONE && theirs->rejection != HEMO_REJECTION_NONE
      && !hemo_specimen_reject (txn, local->uuid, theirs->rejection, theirs->rejection_note, error))
    return FALSE;
  hemo_specimen_free (local);
  local = hemo_specimen_fetch (txn, incoming->id, error);
  if (local == NULL)
    return FALSE;
  ours = hemo_fhir_specimen_to_json (local);
  return remember (txn, incoming, ours, TRUE, error);
}

/* Here stands what was signed here; there stands theirs, and is not overwritten. */
static gboolean
leave_theirs (HemoTxn *txn, const HemoIncoming *incoming, GError **error)
{
  g_autoptr (HemoRemoteResource) known = NULL;
  g_autoptr (GError) failure = NULL;

  known = hemo_remote_resource_load (txn, incoming->server, incoming->type, incoming->id, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (known == NULL)
    return TRUE;
  g_free (known->version_id);
  known->version_id = g_strdup (incoming->version_id);
  return hemo_remote_resource_save (txn, incoming->server, known, error);
}

/* Of a picture that is here: its pixels and its record stay, what others drew on it comes. */
static gboolean
take_marks (HemoTxn *txn, const HemoIncoming *incoming, GError **error)
{
  g_autoptr (json_object) json = hemo_sync_parse (incoming->resource);
  g_autoptr (HemoImage) theirs = hemo_fhir_media_from_json (json, NULL, NULL);
  g_autoptr (GError) failure = NULL;

  /* Who discards a picture says nothing of its marks, nor who writes no Media of this program's. */
  if (theirs == NULL || theirs->entered_in_error
      || hemo_marks_take (txn, incoming->id, theirs->marks, &failure)
      || g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
take (HemoTxn *txn, const HemoIncoming *incoming, GError **error)
{
  if (strcmp (incoming->type, "Patient") == 0)
    return write_patient (txn, incoming, NULL, HEMO_FIELDS_ALL, TRUE, error);
  if (strcmp (incoming->type, "ServiceRequest") == 0)
    return write_order (txn, incoming, NULL, HEMO_FIELDS_ALL, error);
  if (strcmp (incoming->type, "Specimen") == 0)
    return take_specimen (txn, incoming, error);
  if (strcmp (incoming->type, "Media") == 0 && !take_marks (txn, incoming, error))
    return FALSE;
  return leave_theirs (txn, incoming, error);
}

/* Whether who is signed in may decide, and decides of what was seen. */
static gboolean
check_decision (HemoTxn *txn, const HemoIncoming *incoming, const char *seen, GError **error)
{
  return hemo_txn_require (txn, hemo_sync_settle_action (incoming->type), incoming->type,
                           incoming->id, error)
         && hemo_sync_check_seen (txn, incoming, seen, error);
}

gboolean
hemo_sync_take_theirs (HemoTxn *txn, gint64 sequence, const char *seen, GError **error)
{
  g_autoptr (HemoIncoming) incoming = hemo_sync_load_waiting (txn, sequence, error);

  return incoming != NULL && check_decision (txn, incoming, seen, error)
         && hemo_sync_check_theirs (txn, incoming, error) && take (txn, incoming, error)
         && hemo_sync_settle (txn, incoming, HEMO_INCOMING_APPLIED, error);
}

/* Whether it is of @type, or, NULL, of any type that is merged field by field. */
static gboolean
check_merged (const HemoIncoming *incoming, const char *type, GError **error)
{
  if (!hemo_sync_is_deleted (incoming)
      && (type != NULL ? strcmp (incoming->type, type) == 0
                       : strcmp (incoming->type, "Patient") == 0
                             || strcmp (incoming->type, "ServiceRequest") == 0))
    return TRUE;
  return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                           N_ ("Only patients and orders are merged field by field."));
}

gboolean
hemo_sync_take_fields (
    HemoTxn *txn, gint64 sequence, guint fields, const char *seen, GError **error)
{
  g_autoptr (HemoIncoming) incoming = hemo_sync_load_waiting (txn, sequence, error);
  gboolean done;

  if (incoming == NULL || !check_merged (incoming, NULL, error)
      || !check_decision (txn, incoming, seen, error))
    return FALSE;
  fields &= ~(guint)HEMO_FIELD_PATIENT;
  done = strcmp (incoming->type, "Patient") == 0
             ? write_patient (txn, incoming, NULL, fields, FALSE, error)
             : write_order (txn, incoming, NULL, fields, error);
  return done && hemo_sync_settle (txn, incoming, HEMO_INCOMING_MERGED, error);
}

gboolean
hemo_sync_decide_patient (HemoTxn *txn, gint64 sequence, const HemoPatient *decided, GError **error)
{
  g_autoptr (HemoIncoming) incoming = hemo_sync_load_waiting (txn, sequence, error);

  return incoming != NULL && check_merged (incoming, "Patient", error)
         && write_patient (txn, incoming, decided, HEMO_FIELDS_ALL, FALSE, error)
         && hemo_sync_settle (txn, incoming, HEMO_INCOMING_MERGED, error);
}

gboolean
hemo_sync_decide_order (HemoTxn *txn, gint64 sequence, const HemoOrder *decided, GError **error)
{
  g_autoptr (HemoIncoming) incoming = hemo_sync_load_waiting (txn, sequence, error);

  return incoming != NULL && check_merged (incoming, "ServiceRequest", error)
         && write_order (txn, incoming, decided, HEMO_FIELDS_ALL, error)
         && hemo_sync_settle (txn, incoming, HEMO_INCOMING_MERGED, error);
}

HemoAction
hemo_sync_settle_action (const char *type)
{
  if (strcmp (type, "Patient") == 0)
    return HEMO_ACTION_PATIENT_EDIT;
  if (strcmp (type, "ServiceRequest") == 0 || strcmp (type, "Specimen") == 0)
    return HEMO_ACTION_SPECIMEN_EDIT;
  return HEMO_ACTION_REPORT_AMEND;
}

/* What is here goes over their version, where there is anything here. */
static gboolean
send_ours (HemoTxn *txn, const HemoIncoming *incoming, GError **error)
{
  g_autoptr (HemoRemoteResource) known = NULL;
  g_autoptr (GError) failure = NULL;

  if (hemo_sync_is_deleted (incoming))
    return hemo_remote_resource_lost (txn, incoming->server, incoming->type, incoming->id, error)
           && hemo_sync_queue_ours (txn, incoming, error);
  known = hemo_remote_resource_load (txn, incoming->server, incoming->type, incoming->id, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (known == NULL)
    return TRUE;
  return remember (txn, incoming, NULL, FALSE, error)
         && hemo_sync_queue_ours (txn, incoming, error);
}

gboolean
hemo_sync_keep_ours (HemoTxn *txn, gint64 sequence, const char *seen, GError **error)
{
  g_autoptr (HemoIncoming) incoming = hemo_sync_load_waiting (txn, sequence, error);

  return incoming != NULL && check_decision (txn, incoming, seen, error)
         && send_ours (txn, incoming, error)
         && hemo_sync_settle (txn, incoming, HEMO_INCOMING_OURS, error);
}

gboolean
hemo_sync_differing (HemoTxn *txn, gint64 sequence, guint *fields, GError **error)
{
  g_autoptr (HemoIncoming) incoming = hemo_incoming_load (txn, sequence, error);
  g_autoptr (json_object) json = NULL;

  if (incoming == NULL
      || !hemo_txn_require (txn, HEMO_ACTION_PATIENT_VIEW, incoming->type, incoming->id, error))
    return FALSE;
  json = hemo_sync_parse (incoming->resource);
  *fields = 0;
  if (hemo_sync_is_deleted (incoming))
    return TRUE;
  if (strcmp (incoming->type, "Patient") == 0)
    {
      g_autoptr (HemoPatient) theirs = hemo_fhir_patient_from_json (json, error);
      g_autoptr (HemoPatient) local
          = theirs != NULL ? hemo_patient_fetch (txn, incoming->id, NULL, error) : NULL;

      if (local == NULL)
        return FALSE;
      *fields = hemo_patient_differing (local, theirs);
    }
  else if (strcmp (incoming->type, "ServiceRequest") == 0)
    {
      g_autoptr (HemoOrder) local = hemo_order_fetch (txn, incoming->id, error);
      g_autoptr (HemoOrder) theirs
          = local != NULL ? hemo_sync_read_order (txn, json, local, error) : NULL;

      if (theirs == NULL)
        return FALSE;
      *fields = hemo_order_differing (local, theirs);
    }
  return TRUE;
}

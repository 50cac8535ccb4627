/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a version of others meets here: what it is held against, and whether it could be taken. */

#include "hemo-sync-apply-private.h"

#include "hemo-case-load.h"
#include "hemo-fhir-bundle.h"
#include "hemo-fhir-patient.h"
#include "hemo-fhir-specimen.h"
#include "hemo-patient-table.h"

#include <glib/gi18n.h>
#include <string.h>

gboolean
hemo_sync_is_deleted (const HemoIncoming *incoming)
{
  return g_str_has_suffix (incoming->version_id, HEMO_SYNC_DELETED);
}

/* NULL without @error where it is not here. (transfer full) */
static char *
find_survivor (HemoTxn *txn, const char *patient, GError **error)
{
  g_autoptr (GError) failure = NULL;
  char *survivor = hemo_patient_dup_survivor (txn, patient, &failure);

  if (survivor == NULL && !g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&failure));
  return survivor;
}

gboolean
hemo_sync_know_patient (HemoTxn *txn, char **theirs, const char *ours, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *there = NULL, *here = NULL;

  if (*theirs == NULL || ours == NULL || g_str_equal (*theirs, ours))
    return TRUE;
  there = find_survivor (txn, *theirs, &failure);
  here = failure == NULL ? find_survivor (txn, ours, &failure) : NULL;
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (there != NULL && g_strcmp0 (there, here) == 0)
    g_set_str (theirs, ours);
  return TRUE;
}

/* What of the case would be sent under this id. */
static gboolean
find_in_case (HemoTxn *txn, const HemoIncoming *incoming, json_object **ours, GError **error)
{
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_TRANSACTION);
  g_autofree char *tube = NULL;
  g_autoptr (HemoCase) data = NULL;

  if (!hemo_sync_find_case (txn, incoming, &tube, error))
    return FALSE;
  if (tube == NULL)
    return TRUE;
  data = hemo_case_reload (txn, tube, error);
  if (data == NULL || !hemo_fhir_bundle_add_case (bundle, data, NULL, error))
    return FALSE;
  *ours = json_object_get (hemo_fhir_bundle_lookup (incoming->type, incoming->id, bundle));
  return TRUE;
}

static gboolean
find (HemoTxn *txn, const HemoIncoming *incoming, json_object **ours, GError **error)
{
  g_autoptr (HemoPatient) patient = NULL;
  g_autoptr (HemoOrder) order = NULL;

  if (strcmp (incoming->type, "Patient") == 0)
    {
      patient = hemo_patient_fetch (txn, incoming->id, NULL, error);
      *ours = patient != NULL ? hemo_fhir_patient_to_json (patient) : NULL;
      return patient != NULL;
    }
  if (strcmp (incoming->type, "ServiceRequest") == 0)
    {
      order = hemo_order_fetch (txn, incoming->id, error);
      *ours = order != NULL ? hemo_fhir_order_to_json (order) : NULL;
      return order != NULL;
    }
  return find_in_case (txn, incoming, ours, error);
}

gboolean
hemo_sync_find_ours (HemoTxn *txn, const HemoIncoming *incoming, json_object **ours, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (find (txn, incoming, ours, &failure)
      || g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

char *
hemo_sync_stamp (json_object *ours)
{
  g_autofree char *text = ours != NULL ? hemo_fhir_to_text (ours, FALSE) : g_strdup ("");

  return hemo_sync_hash (text);
}

gboolean
hemo_sync_check_seen (HemoTxn *txn, const HemoIncoming *incoming, const char *seen, GError **error)
{
  g_autoptr (json_object) ours = NULL;
  g_autofree char *stamp = NULL;

  if (seen == NULL)
    return TRUE;
  if (!hemo_sync_find_ours (txn, incoming, &ours, error))
    return FALSE;
  stamp = hemo_sync_stamp (ours);
  return strcmp (seen, stamp) == 0 || hemo_sync_fail_changed (error);
}

gboolean
hemo_sync_fail_changed (GError **error)
{
  return hemo_record_fail (
      error, HEMO_STORE_ERROR_CONFLICT,
      N_ ("The record was changed here meanwhile. Look at both versions again."));
}

/* Whether theirs can be taken */

static gboolean
check_patient (HemoTxn *txn, const HemoIncoming *incoming, json_object *json, GError **error)
{
  g_autoptr (HemoPatient) theirs = hemo_fhir_patient_from_json (json, error);
  g_autoptr (HemoPatient) local = NULL;

  if (theirs == NULL)
    return FALSE;
  local = hemo_patient_fetch (txn, incoming->id, NULL, error);
  if (local == NULL)
    return FALSE;
  if (local->merged_into != NULL)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("This record was merged into another. Change that one, or take "
                                 "the merge back first."));
  if (theirs->merged_into != NULL
      && !hemo_patient_check_join (txn, local->uuid, theirs->merged_into, error))
    return FALSE;
  hemo_patient_copy_fields (local, theirs, HEMO_FIELDS_ALL);
  return hemo_patient_check (txn, local, error);
}

/* Whoever else it is for there: what was found of the order's blood belongs to who gave it. */
static gboolean
check_order (HemoTxn *txn, const HemoIncoming *incoming, json_object *json, GError **error)
{
  g_autoptr (HemoOrder) local = hemo_order_fetch (txn, incoming->id, error);
  g_autoptr (HemoOrder) theirs
      = local != NULL ? hemo_sync_read_order (txn, json, local, error) : NULL;

  if (theirs == NULL)
    return FALSE;
  if (g_strcmp0 (local->patient, theirs->patient) != 0)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("An order stays with its patient. If theirs is right, keep ours, "
                                 "say so in the comment of the report, and ask anew for the other "
                                 "patient."));
  return hemo_order_check (theirs, error);
}

static gboolean
is_another (const HemoSpecimen *local, const HemoSpecimen *theirs)
{
  return g_strcmp0 (local->uuid, theirs->uuid) != 0
         || g_strcmp0 (local->patient, theirs->patient) != 0
         || g_strcmp0 (local->order, theirs->order) != 0
         || g_strcmp0 (local->parent, theirs->parent) != 0
         || g_strcmp0 (local->accession, theirs->accession) != 0;
}

/* What is to be done where theirs are right depends on how far it is. */
static gboolean
refuse_another (HemoTxn *txn, const HemoSpecimen *local, GError **error)
{
  g_autoptr (GError) failure = NULL;
  const char *why = N_ ("Number, patient, order and tube of a specimen stay as they are. If theirs "
                        "are right, reject this one and accept it anew.");

  if (!hemo_specimen_check_rejectable (txn, local, &failure))
    {
      if (!g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      why = local->rejection != HEMO_REJECTION_NONE
                ? N_ ("Number, patient, order and tube of a specimen stay as they are. It was "
                      "rejected here, so keep ours.")
                : N_ ("Number, patient, order and tube of a specimen stay as they are. Its report "
                      "is signed: if theirs are right, amend that and accept the specimen anew.");
    }
  return hemo_record_fail (error, HEMO_STORE_ERROR_STATE, why);
}

static gboolean
load_specimens (HemoTxn *txn,
                const HemoIncoming *incoming,
                HemoSpecimen **theirs,
                HemoSpecimen **local,
                GError **error)
{
  g_autoptr (json_object) json = hemo_sync_parse (incoming->resource);

  *theirs = hemo_fhir_specimen_from_json (json, error);
  *local = *theirs != NULL ? hemo_specimen_fetch (txn, incoming->id, error) : NULL;
  return *local != NULL
         && hemo_sync_know_patient (txn, &(*theirs)->patient, (*local)->patient, error);
}

/* Number, order and patient of a specimen are never another, and a rejection is for good. */
static gboolean
check_specimen (HemoTxn *txn, const HemoIncoming *incoming, GError **error)
{
  g_autoptr (HemoSpecimen) theirs = NULL;
  g_autoptr (HemoSpecimen) local = NULL;

  if (!load_specimens (txn, incoming, &theirs, &local, error))
    return FALSE;
  if (is_another (local, theirs))
    return refuse_another (txn, local, error);
  if (!hemo_specimen_check (theirs, error))
    return FALSE;
  if (local->rejection == theirs->rejection
      && g_strcmp0 (local->rejection_note, theirs->rejection_note) == 0)
    return TRUE;
  if (local->rejection != HEMO_REJECTION_NONE)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("A specimen that was rejected here stays so, with its reason."));
  return hemo_specimen_check_rejectable (txn, local, error);
}

gboolean
hemo_sync_helps_rejection (HemoTxn *txn, const HemoIncoming *incoming)
{
  g_autoptr (HemoSpecimen) theirs = NULL;
  g_autoptr (HemoSpecimen) local = NULL;

  return strcmp (incoming->type, "Specimen") == 0 && !hemo_sync_is_deleted (incoming)
         && load_specimens (txn, incoming, &theirs, &local, NULL) && is_another (local, theirs)
         && hemo_specimen_check_rejectable (txn, local, NULL);
}

gboolean
hemo_sync_is_to_be_sent (
    HemoTxn *txn, const char *id, const char *tube, gboolean *is, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT 1 FROM queue WHERE lane = 0 AND state IN ('waiting', 'stuck') AND (object = ?1 OR "
      "object IN (SELECT uuid FROM report WHERE specimen IN (SELECT uuid FROM specimen WHERE uuid "
      "= ?2 OR parent = ?2)))",
      id, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, tube);
  return hemo_statement_next (statement, is, error);
}

/* Here stands what was signed here; there stands theirs, and is not overwritten: not by what was
 * signed here since, which has to go, either. */
static gboolean
check_result (HemoTxn *txn, const HemoIncoming *incoming, GError **error)
{
  g_autofree char *tube = NULL;
  gboolean newer = FALSE;

  if (!hemo_sync_find_case (txn, incoming, &tube, error)
      || !hemo_sync_is_to_be_sent (txn, incoming->id, tube, &newer, error))
    return FALSE;
  return !newer
         || hemo_record_fail (
             error, HEMO_STORE_ERROR_STATE,
             N_ ("What was written here since waits to be sent, and would go over theirs. Keep "
                 "ours, and amend it if theirs is right."));
}

static gboolean
check (HemoTxn *txn, const HemoIncoming *incoming, GError **error)
{
  g_autoptr (json_object) json = hemo_sync_parse (incoming->resource);

  if (hemo_sync_is_deleted (incoming))
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("Nothing is deleted here. Mark the record as entered in error if "
                                 "it is one."));
  if (strcmp (incoming->type, "Patient") == 0)
    return check_patient (txn, incoming, json, error);
  if (strcmp (incoming->type, "ServiceRequest") == 0)
    return check_order (txn, incoming, json, error);
  if (strcmp (incoming->type, "Specimen") == 0)
    return check_specimen (txn, incoming, error);
  return check_result (txn, incoming, error);
}

/* What never came in, because of its number or of what it refers to, cannot be taken either. */
gboolean
hemo_sync_check_theirs (HemoTxn *txn, const HemoIncoming *incoming, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (check (txn, incoming, &failure))
    return TRUE;
  if (g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("This record is not here, and the reason that it waits for has to "
                                 "be put right where it was written."));
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
hemo_sync_find_refusal (HemoTxn *txn, const HemoIncoming *incoming, char **why, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (hemo_sync_check_theirs (txn, incoming, &failure))
    return TRUE;
  if (failure->domain != HEMO_FHIR_ERROR && failure->domain != HEMO_MODEL_ERROR
      && !g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *why = g_strdup (failure->message);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Patients and orders of others: created, or merged field by field. */

#include "hemo-sync-apply-private.h"

#include "hemo-fhir-patient.h"
#include "hemo-fhir-specimen.h"
#include "hemo-patient-table.h"
#include "hemo-refusal-private.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * Merge: what came of two versions of one record
 * @changed: fields that are to be written here
 * @sends: fields that the server lacks and that nobody disputes
 * @conflicts: fields that a person decides
 * @link: whether it was merged into another record, or taken apart, by this version
 */
typedef struct
{
  guint changed;
  guint sends;
  guint conflicts;
  gboolean link;
} Merge;

/* NULL without @error when it is not here. */
static HemoPatient *
find_patient (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (GError) failure = NULL;
  HemoPatient *patient = hemo_patient_fetch (txn, uuid, NULL, &failure);

  if (patient == NULL && !g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&failure));
  return patient;
}

static HemoOrder *
find_order (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (GError) failure = NULL;
  HemoOrder *order = hemo_order_fetch (txn, uuid, &failure);

  if (order == NULL && !g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&failure));
  return order;
}

/* What both agree on from now on: theirs, but for what is disputed the base as it was. NULL where
 * there was none. (transfer full) */
static json_object *
next_base (HemoSyncContext *self, json_object *disputed)
{
  if (disputed == NULL)
    return NULL;
  return hemo_fhir_overlay (self->incoming->resource, disputed);
}

/* Says what became of the version. @ours: what is here now, as it is sent; @base: for what is
 * disputed, or NULL */
static gboolean
finish (HemoSyncContext *self,
        const Merge *merge,
        json_object *ours,
        json_object *disputed,
        GError **error)
{
  json_object *theirs = self->incoming->resource;
  g_autoptr (json_object) base
      = merge->conflicts != 0 ? next_base (self, disputed) : json_object_get (theirs);
  gboolean same = merge->sends == 0 && merge->conflicts == 0;
  g_autofree char *fields = NULL;
  g_autofree char *reason = NULL;

  if (!hemo_sync_remember (self->txn, self->incoming->server, theirs, base, same ? ours : NULL,
                           error))
    return FALSE;
  if (merge->conflicts != 0)
    {
      fields = hemo_fields_to_text (merge->conflicts);
      reason = g_strdup_printf (N_ ("Both sides changed: %s."), fields);
      return hemo_sync_keep (self, HEMO_INCOMING_WAITING, reason, NULL, error);
    }
  if (merge->changed != 0 || merge->link)
    return hemo_sync_keep (self, HEMO_INCOMING_MERGED, NULL, NULL, error);
  self->out->outcome = HEMO_SYNC_SAME;
  return hemo_incoming_supersede (self->txn, self->incoming->server, self->id, error);
}

/* Patients */

/* The records become one here as they did there; the fixed rule says which stands. @joined: (out)
 */
static gboolean
join (HemoSyncContext *self, const char *uuid, const char *other, gboolean *joined, GError **error)
{
  g_autofree char *a = hemo_patient_dup_survivor (self->txn, uuid, error);
  g_autofree char *b = a != NULL ? hemo_patient_dup_survivor (self->txn, other, error) : NULL;

  if (b == NULL)
    return FALSE;
  *joined = g_strcmp0 (a, b) != 0;
  return !*joined || hemo_patient_join (self->txn, a, b, "sync.merge", NULL, error);
}

/* The link is merged as a field is: who changed it since the base. @link: (out): whether it was
 * written; @sends: (out): whether the server has another one than is here. */
static gboolean
merge_link (HemoSyncContext *self,
            const HemoPatient *base,
            const HemoPatient *local,
            const HemoPatient *theirs,
            gboolean *link,
            GError **error)
{
  if (theirs->merged_into != NULL)
    return join (self, local->uuid, theirs->merged_into, link, error);
  if (local->merged_into == NULL || base == NULL || base->merged_into == NULL)
    return TRUE;
  *link = TRUE;
  return hemo_patient_part (self->txn, local->uuid, "sync.merge", error);
}

static gboolean
create_patient (HemoSyncContext *self, const HemoPatient *theirs, GError **error)
{
  g_autoptr (HemoPatient) record = hemo_patient_copy (theirs);
  g_autoptr (HemoPatient) made = NULL;
  g_autoptr (json_object) ours = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean joined = FALSE;

  record->version = 0;
  g_clear_pointer (&record->merged_into, g_free);
  record->active = theirs->active || theirs->merged_into != NULL;
  if (!hemo_patient_check (self->txn, record, &failure))
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  if (!hemo_patient_put (self->txn, record, "sync.apply", HEMO_LANE_NONE, error))
    return FALSE;
  if (theirs->merged_into != NULL
      && !join (self, record->uuid, theirs->merged_into, &joined, &failure))
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  made = hemo_patient_fetch (self->txn, record->uuid, NULL, error);
  if (made == NULL)
    return FALSE;
  ours = hemo_fhir_patient_to_json (made);
  return hemo_sync_remember (self->txn, self->incoming->server, self->incoming->resource,
                             self->incoming->resource, ours, error)
         && hemo_sync_keep (self, HEMO_INCOMING_APPLIED, NULL, NULL, error);
}

/* Whether the server has to be told of another link than it has: none for one, or the other way
 * round. Two links that lead to one survivor tell the same. */
static gboolean
link_differs (const HemoPatient *local, const HemoPatient *theirs)
{
  return (local->merged_into == NULL) != (theirs->merged_into == NULL);
}

static gboolean
write_patient (HemoSyncContext *self,
               HemoPatient *local,
               const HemoPatient *merged,
               const Merge *merge,
               GError **error)
{
  if (merge->changed == 0)
    return merge->sends == 0
           || hemo_remote_resource_queue (self->txn, "Patient", local->uuid, error);
  hemo_patient_copy_fields (local, merged, merge->changed);
  return hemo_patient_put (self->txn, local, "sync.merge",
                           merge->sends != 0 ? HEMO_LANE_RESULTS : HEMO_LANE_NONE, error);
}

/* @local is written; its link was merged before. */
static gboolean
merge_patient (HemoSyncContext *self,
               const HemoPatient *base,
               HemoPatient *local,
               const HemoPatient *theirs,
               gboolean link,
               GError **error)
{
  g_autoptr (json_object) sent = hemo_fhir_patient_to_json (local);
  g_autoptr (HemoPatient) ours = hemo_fhir_patient_from_json (sent, error);
  g_autoptr (HemoPatient) merged = NULL;
  g_autoptr (HemoPatient) checked = hemo_patient_copy (local);
  g_autoptr (HemoPatient) disputed = hemo_patient_copy (theirs);
  g_autoptr (json_object) after = NULL;
  g_autoptr (json_object) before = NULL;
  g_autoptr (GError) failure = NULL;
  Merge merge = { .link = link };

  if (ours == NULL)
    return FALSE;
  merged = hemo_patient_merge_fields (base, ours, theirs, &merge.conflicts);
  merge.changed = hemo_patient_differing (ours, merged);
  merge.sends = hemo_patient_differing (merged, theirs) & ~merge.conflicts;
  if (link_differs (local, theirs))
    merge.sends |= HEMO_FIELD_ACTIVE;
  hemo_patient_copy_fields (checked, merged, merge.changed);
  if (!hemo_patient_check (self->txn, checked, &failure))
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  if (!write_patient (self, local, merged, &merge, error))
    return FALSE;
  after = hemo_fhir_patient_to_json (local);
  if (base != NULL && merge.conflicts != 0)
    {
      hemo_patient_copy_fields (disputed, base, merge.conflicts);
      before = hemo_fhir_patient_to_json (disputed);
    }
  return finish (self, &merge, after, before, error);
}

gboolean
hemo_sync_apply_patient (HemoSyncContext *self, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoPatient) theirs = hemo_fhir_patient_from_json (self->incoming->resource, &failure);
  g_autoptr (HemoPatient) local = NULL;
  g_autoptr (HemoPatient) base = NULL;
  g_autoptr (json_object) json = hemo_sync_parse (self->known != NULL ? self->known->base : NULL);
  gboolean here = TRUE;
  gboolean link = FALSE;

  if (theirs == NULL)
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  if (theirs->merged_into != NULL
      && !hemo_sync_need (self, "Patient", theirs->merged_into, &here, error))
    return FALSE;
  if (!here && self->incoming->last)
    return hemo_sync_keep (self, HEMO_INCOMING_WAITING,
                           N_ ("It was merged into a record that is not on the server."), NULL,
                           error);
  if (!here)
    return TRUE;
  local = find_patient (self->txn, self->id, &failure);
  if (failure != NULL)
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  if (local == NULL)
    return create_patient (self, theirs, error);
  base = json != NULL ? hemo_fhir_patient_from_json (json, NULL) : NULL;
  if (!merge_link (self, base, local, theirs, &link, &failure))
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  hemo_patient_free (local);
  local = hemo_patient_fetch (self->txn, self->id, NULL, error);
  return local != NULL && merge_patient (self, base, local, theirs, link, error);
}

/* Orders */

static gboolean
create_order (HemoSyncContext *self, const HemoOrder *theirs, GError **error)
{
  g_autoptr (HemoOrder) record = hemo_order_copy (theirs);
  g_autoptr (json_object) ours = NULL;
  g_autoptr (GError) failure = NULL;

  record->version = 0;
  if (!hemo_order_check (record, &failure))
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  if (!hemo_order_put (self->txn, record, "sync.apply", HEMO_LANE_NONE, error)
      || !hemo_refusal_end (self->txn, record->uuid, error))
    return FALSE;
  ours = hemo_fhir_order_to_json (record);
  return hemo_sync_remember (self->txn, self->incoming->server, self->incoming->resource,
                             self->incoming->resource, ours, error)
         && hemo_sync_keep (self, HEMO_INCOMING_APPLIED, NULL, NULL, error);
}

/* An order stays with its patient, whoever says what. */
static void
keep_patient (HemoOrder *merged, const HemoOrder *ours, const HemoOrder *theirs, guint *conflicts)
{
  if (g_strcmp0 (ours->patient, theirs->patient) == 0)
    return;
  hemo_order_copy_fields (merged, ours, HEMO_FIELD_PATIENT);
  *conflicts |= HEMO_FIELD_PATIENT;
}

static gboolean
write_order (HemoSyncContext *self,
             HemoOrder *local,
             const HemoOrder *merged,
             const Merge *merge,
             GError **error)
{
  if (merge->changed == 0)
    return merge->sends == 0
           || hemo_remote_resource_queue (self->txn, "ServiceRequest", local->uuid, error);
  hemo_order_copy_fields (local, merged, merge->changed);
  return hemo_order_put (self->txn, local, "sync.merge",
                         merge->sends != 0 ? HEMO_LANE_RESULTS : HEMO_LANE_NONE, error);
}

static gboolean
merge_order (HemoSyncContext *self,
             const HemoOrder *base,
             HemoOrder *local,
             const HemoOrder *theirs,
             GError **error)
{
  g_autoptr (json_object) sent = hemo_fhir_order_to_json (local);
  g_autoptr (HemoOrder) ours = hemo_fhir_order_from_json (sent, error);
  g_autoptr (HemoOrder) merged = NULL;
  g_autoptr (HemoOrder) checked = hemo_order_copy (local);
  g_autoptr (HemoOrder) disputed = hemo_order_copy (theirs);
  g_autoptr (json_object) after = NULL;
  g_autoptr (json_object) before = NULL;
  g_autoptr (GError) failure = NULL;
  Merge merge = { 0 };

  if (ours == NULL)
    return FALSE;
  merged = hemo_order_merge_fields (base, ours, theirs, &merge.conflicts);
  keep_patient (merged, ours, theirs, &merge.conflicts);
  merge.changed = hemo_order_differing (ours, merged);
  merge.sends = hemo_order_differing (merged, theirs) & ~merge.conflicts;
  hemo_order_copy_fields (checked, merged, merge.changed);
  if (!hemo_order_check (checked, &failure))
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  if (!write_order (self, local, merged, &merge, error))
    return FALSE;
  after = hemo_fhir_order_to_json (local);
  if (base != NULL && merge.conflicts != 0)
    {
      hemo_order_copy_fields (disputed, base, merge.conflicts);
      before = hemo_fhir_order_to_json (disputed);
    }
  return finish (self, &merge, after, before, error);
}

static gboolean
apply_order (HemoSyncContext *self, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoOrder) theirs = hemo_fhir_order_from_json_any (self->incoming->resource, &failure);
  g_autoptr (HemoOrder) local = NULL;
  g_autoptr (HemoOrder) base = NULL;
  g_autoptr (HemoOrder) readable = NULL;
  g_autoptr (json_object) json = hemo_sync_parse (self->known != NULL ? self->known->base : NULL);
  gboolean here = FALSE;

  if (theirs == NULL)
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  local = find_order (self->txn, self->id, &failure);
  if (failure != NULL)
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  if (local != NULL)
    {
      hemo_order_free (theirs);
      theirs = hemo_sync_read_order (self->txn, self->incoming->resource, local, error);
      if (theirs == NULL)
        return FALSE;
      base = json != NULL ? hemo_fhir_order_from_json_any (json, NULL) : NULL;
      return merge_order (self, base, local, theirs, error);
    }
  if (!hemo_sync_need (self, "Patient", theirs->patient, &here, error))
    return FALSE;
  if (!here && self->incoming->last)
    return hemo_sync_keep (self, HEMO_INCOMING_WAITING, N_ ("Its patient is not on the server."),
                           NULL, error);
  if (!here)
    return TRUE;
  /* Of nothing but tests that are not done here: a person decides, who knows the patient then. */
  readable = hemo_fhir_order_from_json (self->incoming->resource, &failure);
  return readable != NULL ? create_order (self, theirs, error)
                          : hemo_sync_refuse (self, g_steal_pointer (&failure), error);
}

gboolean
hemo_sync_apply_order (HemoSyncContext *self, GError **error)
{
  return apply_order (self, error)
         && hemo_sync_settle_expected (self->txn, self->incoming->resource, error);
}

/* Specimens */

static HemoSpecimen *
find_specimen (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (GError) failure = NULL;
  HemoSpecimen *specimen = hemo_specimen_fetch (txn, uuid, &failure);

  if (specimen == NULL && !g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&failure));
  return specimen;
}

/* What it hangs on has to be here before it. @here: (out) */
static gboolean
need_of_specimen (HemoSyncContext *self, const HemoSpecimen *theirs, gboolean *here, GError **error)
{
  *here = TRUE;
  return hemo_sync_need (self, "Patient", theirs->patient, here, error)
         && (!*here || hemo_sync_need (self, "ServiceRequest", theirs->order, here, error))
         && (!*here || theirs->parent == NULL
             || hemo_sync_need (self, "Specimen", theirs->parent, here, error));
}

/* @reason: (out): why a specimen cannot be what it says, or NULL: its blood would count for another
 * patient than the one who was asked for. What it refers to is here. */
static gboolean
judge_references (HemoSyncContext *self, HemoSpecimen *theirs, const char **reason, GError **error)
{
  g_autoptr (HemoOrder) order = hemo_order_fetch (self->txn, theirs->order, error);
  g_autoptr (HemoSpecimen) tube = NULL;

  if (order == NULL || !hemo_sync_know_patient (self->txn, &theirs->patient, order->patient, error))
    return FALSE;
  if (g_strcmp0 (order->patient, theirs->patient) != 0)
    *reason = N_ ("Its order is for another patient.");
  if (theirs->parent == NULL)
    return TRUE;
  tube = hemo_specimen_fetch (self->txn, theirs->parent, error);
  if (tube == NULL)
    return FALSE;
  if (tube->parent != NULL || g_strcmp0 (tube->order, theirs->order) != 0)
    *reason = N_ ("Its tube is a slide, or of another order.");
  return TRUE;
}

static gboolean
create_specimen (HemoSyncContext *self, HemoSpecimen *theirs, GError **error)
{
  g_autofree char *number = hemo_accession_normalize (theirs->accession);
  g_autoptr (json_object) ours = NULL;
  g_autoptr (GError) failure = NULL;
  const char *reason = NULL;
  gboolean taken = FALSE;

  if (!hemo_specimen_check (theirs, &failure))
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  if (!judge_references (self, theirs, &reason, error)
      || !hemo_accession_is_taken (self->txn, number, &taken, error))
    return FALSE;
  if (taken)
    reason = N_ ("Another specimen has this accession number here.");
  if (reason != NULL)
    return hemo_sync_keep (self, HEMO_INCOMING_WAITING, reason, NULL, error);
  theirs->version = 0;
  if (!hemo_specimen_put (self->txn, theirs, "sync.apply", HEMO_LANE_NONE, error))
    return FALSE;
  ours = hemo_fhir_specimen_to_json (theirs);
  return hemo_sync_remember (self->txn, self->incoming->server, self->incoming->resource, NULL,
                             ours, error)
         && hemo_sync_keep (self, HEMO_INCOMING_APPLIED, NULL, NULL, error);
}

/* Whether both say the same of the specimen, whatever version each counts. */
static gboolean
says_the_same (HemoSpecimen *ours, HemoSpecimen *theirs)
{
  gint64 counted = theirs->version;
  g_autoptr (json_object) one = hemo_fhir_specimen_to_json (ours);
  g_autoptr (json_object) other = NULL;
  g_autofree char *a = hemo_fhir_to_text (one, FALSE);
  g_autofree char *b = NULL;

  theirs->version = ours->version;
  other = hemo_fhir_specimen_to_json (theirs);
  theirs->version = counted;
  b = hemo_fhir_to_text (other, FALSE);
  return g_str_equal (a, b);
}

/* Whether it is another than was sent, under whichever record of the patient that was. */
static gboolean
was_changed_here (HemoSyncContext *self,
                  const HemoSpecimen *local,
                  gboolean *changed,
                  GError **error)
{
  g_autofree char *standing = hemo_patient_dup_survivor (self->txn, local->patient, error);
  g_autoptr (GPtrArray) family
      = standing != NULL ? hemo_patient_family (self->txn, standing, error) : NULL;
  g_autoptr (HemoSpecimen) sent = hemo_specimen_copy (local);

  if (family == NULL)
    return FALSE;
  *changed = TRUE;
  for (guint i = 0; self->known != NULL && *changed && i < family->len; i++)
    {
      g_autoptr (json_object) json = NULL;
      g_autofree char *text = NULL;
      g_autofree char *sha256 = NULL;

      g_set_str (&sent->patient, g_ptr_array_index (family, i));
      json = hemo_fhir_specimen_to_json (sent);
      text = hemo_fhir_to_text (json, FALSE);
      sha256 = hemo_sync_hash (text);
      *changed = g_strcmp0 (self->known->sha256, sha256) != 0;
    }
  return TRUE;
}

/* @reason: (out): why theirs cannot be taken over what is here, or NULL */
static gboolean
judge_specimen (HemoSyncContext *self,
                const HemoSpecimen *local,
                const HemoSpecimen *theirs,
                const char **reason,
                GError **error)
{
  gboolean changed = FALSE;

  if (g_strcmp0 (local->patient, theirs->patient) != 0
      || g_strcmp0 (local->order, theirs->order) != 0
      || g_strcmp0 (local->parent, theirs->parent) != 0
      || g_strcmp0 (local->accession, theirs->accession) != 0)
    {
      *reason = N_ ("Its number, patient or order is another one there.");
      return TRUE;
    }
  if (!was_changed_here (self, local, &changed, error))
    return FALSE;
  *reason = changed ? N_ ("The specimen was changed here and there.") : NULL;
  return TRUE;
}

static gboolean
check_signed (HemoSyncContext *self,
              const HemoSpecimen *local,
              const HemoSpecimen *theirs,
              const char **reason,
              GError **error)
{
  gboolean final = FALSE;

  if (local->rejection == theirs->rejection)
    return TRUE;
  if (!hemo_record_has_final_report (self->txn, local->parent != NULL ? local->parent : local->uuid,
                                     &final, error))
    return FALSE;
  if (final)
    *reason = N_ ("It was rejected there, and its report is signed here.");
  return TRUE;
}

static gboolean
take_specimen (HemoSyncContext *self, HemoSpecimen *local, HemoSpecimen *theirs, GError **error)
{
  const char *reason = NULL;
  g_autoptr (json_object) ours = NULL;
  g_autoptr (GError) failure = NULL;

  if (!hemo_sync_know_patient (self->txn, &theirs->patient, local->patient, error)
      || !judge_specimen (self, local, theirs, &reason, error))
    return FALSE;
  if (!hemo_specimen_check (theirs, &failure))
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  if (says_the_same (local, theirs))
    {
      ours = hemo_fhir_specimen_to_json (local);
      self->out->outcome = HEMO_SYNC_SAME;
      return hemo_sync_remember (self->txn, self->incoming->server, self->incoming->resource, NULL,
                                 ours, error)
             && hemo_incoming_supersede (self->txn, self->incoming->server, self->id, error);
    }
  if (reason == NULL && !check_signed (self, local, theirs, &reason, error))
    return FALSE;
  if (reason != NULL)
    return hemo_sync_keep (self, HEMO_INCOMING_WAITING, reason, NULL, error);
  theirs->version = local->version;
  if (!hemo_specimen_put (self->txn, theirs, "sync.apply", HEMO_LANE_NONE, error))
    return FALSE;
  ours = hemo_fhir_specimen_to_json (theirs);
  return hemo_sync_remember (self->txn, self->incoming->server, self->incoming->resource, NULL,
                             ours, error)
         && hemo_sync_keep (self, HEMO_INCOMING_APPLIED, NULL, NULL, error);
}

gboolean
hemo_sync_apply_specimen (HemoSyncContext *self, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoSpecimen) theirs
      = hemo_fhir_specimen_from_json (self->incoming->resource, &failure);
  g_autoptr (HemoSpecimen) local = NULL;
  gboolean here = FALSE;

  if (theirs == NULL)
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  local = find_specimen (self->txn, self->id, &failure);
  if (failure != NULL)
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  if (local != NULL)
    return take_specimen (self, local, theirs, error);
  if (theirs->patient == NULL || theirs->order == NULL || theirs->accession == NULL)
    return hemo_sync_keep (self, HEMO_INCOMING_WAITING,
                           N_ ("A specimen of another program, without an order or a number."),
                           NULL, error);
  if (!need_of_specimen (self, theirs, &here, error))
    return FALSE;
  if (!here && self->incoming->last)
    return hemo_sync_keep (self, HEMO_INCOMING_WAITING,
                           N_ ("Its patient or order is not on the server."), NULL, error);
  return !here || create_specimen (self, theirs, error);
}

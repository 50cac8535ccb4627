/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was before a decision, what was after it, and the way back. */

#include "hemo-sync-undo.h"

#include "hemo-patient-table.h"
#include "hemo-records-private.h"
#include "hemo-remote-table.h"
#include "hemo-specimen-table.h"

#include <glib/gi18n.h>
#include <string.h>

/* One moment; the records are those that are here, or NULL. */
typedef struct
{
  HemoIncoming *incoming;
  HemoRemoteResource *known;
  HemoPatient *patient;
  HemoOrder *order;
  HemoSpecimen *specimen;
} Moment;

struct _HemoSyncUndo
{
  gint64 sequence;
  Moment before;
  Moment after;
};

static void
moment_clear (Moment *self)
{
  g_clear_pointer (&self->incoming, hemo_incoming_free);
  g_clear_pointer (&self->known, hemo_remote_resource_free);
  g_clear_pointer (&self->patient, hemo_patient_free);
  g_clear_pointer (&self->order, hemo_order_free);
  g_clear_pointer (&self->specimen, hemo_specimen_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Moment, moment_clear)

void
hemo_sync_undo_free (HemoSyncUndo *self)
{
  moment_clear (&self->before);
  moment_clear (&self->after);
  g_free (self);
}

/* That it is not here is no failure. */
static gboolean
load_record (Moment *self, HemoTxn *txn, GError **error)
{
  const char *type = self->incoming->type;
  const char *id = self->incoming->id;
  g_autoptr (GError) failure = NULL;

  if (strcmp (type, "Patient") == 0)
    self->patient = hemo_patient_fetch (txn, id, NULL, &failure);
  else if (strcmp (type, "ServiceRequest") == 0)
    self->order = hemo_order_fetch (txn, id, &failure);
  else if (strcmp (type, "Specimen") == 0)
    self->specimen = hemo_specimen_fetch (txn, id, &failure);
  if (failure == NULL || g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
moment_load (Moment *self, HemoTxn *txn, gint64 sequence, GError **error)
{
  g_autoptr (GError) failure = NULL;

  self->incoming = hemo_incoming_load (txn, sequence, error);
  if (self->incoming == NULL)
    return FALSE;
  self->known = hemo_remote_resource_load (txn, self->incoming->server, self->incoming->type,
                                           self->incoming->id, &failure);
  if (failure == NULL)
    return load_record (self, txn, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

HemoSyncUndo *
hemo_sync_undo_new (HemoTxn *txn, gint64 sequence, GError **error)
{
  g_autoptr (HemoSyncUndo) self = g_new0 (HemoSyncUndo, 1);

  self->sequence = sequence;
  return moment_load (&self->before, txn, sequence, error) ? g_steal_pointer (&self) : NULL;
}

gboolean
hemo_sync_undo_seal (HemoSyncUndo *self, HemoTxn *txn, GError **error)
{
  const Moment *a = &self->before;
  const Moment *b = &self->after;

  moment_clear (&self->after);
  if (!moment_load (&self->after, txn, self->sequence, error))
    return FALSE;
  return (a->known != NULL) == (b->known != NULL) && (a->patient != NULL) == (b->patient != NULL)
         && (a->patient == NULL
             || g_strcmp0 (a->patient->merged_into, b->patient->merged_into) == 0)
         && (a->specimen == NULL
             || (b->specimen != NULL && a->specimen->rejection == b->specimen->rejection));
}

static gint64
version_of (const Moment *self)
{
  if (self->patient != NULL)
    return self->patient->version;
  if (self->order != NULL)
    return self->order->version;
  return self->specimen != NULL ? self->specimen->version : 0;
}

static gboolean
knows_the_same (const HemoRemoteResource *a, const HemoRemoteResource *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strcmp0 (a->version_id, b->version_id) == 0 && g_strcmp0 (a->sha256, b->sha256) == 0
         && g_strcmp0 (a->base, b->base) == 0;
}

/* Whether all is as the decision left it. */
static gboolean
check_unchanged (HemoSyncUndo *self, HemoTxn *txn, GError **error)
{
  g_auto (Moment) now = { 0 };

  if (!moment_load (&now, txn, self->sequence, error))
    return FALSE;
  if (now.incoming->state == self->after.incoming->state
      && version_of (&now) == version_of (&self->after)
      && knows_the_same (now.known, self->after.known))
    return TRUE;
  return hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT,
                           N_ ("What was decided was sent or changed since, and stands. Edit the "
                               "record itself if it is wrong."));
}

/* The record says again what it said, as a new version of it. */
static gboolean
write_back (HemoSyncUndo *self, HemoTxn *txn, GError **error)
{
  const Moment *before = &self->before;

  if (version_of (before) == version_of (&self->after))
    return TRUE;
  if (before->patient != NULL)
    {
      g_autoptr (HemoPatient) patient = hemo_patient_copy (before->patient);

      patient->version = self->after.patient->version;
      return hemo_patient_save (txn, patient, error);
    }
  if (before->order != NULL)
    {
      g_autoptr (HemoOrder) order = hemo_order_copy (before->order);

      order->version = self->after.order->version;
      return hemo_order_save (txn, order, error);
    }
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_copy (before->specimen);

  specimen->version = self->after.specimen->version;
  return hemo_specimen_save (txn, specimen, error);
}

gboolean
hemo_sync_undo_run (HemoSyncUndo *self, HemoTxn *txn, GError **error)
{
  const Moment *before = &self->before;

  return check_unchanged (self, txn, error) && write_back (self, txn, error)
         && hemo_incoming_reopen (txn, self->sequence, error)
         && (before->known == NULL
             || hemo_remote_resource_save (txn, before->incoming->server, before->known, error));
}

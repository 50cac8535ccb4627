/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tasks about orders: who asks again for what was refused here, and what another laptop of the
 * clinic refused. */

#include "hemo-sync-apply-private.h"

#include "hemo-expected-table.h"
#include "hemo-fhir-refusal.h"
#include "hemo-refusal-private.h"
#include "hemo-sync-scope.h"

#include <string.h>

/* The version is known, whatever it says: what goes next goes over it. Nothing goes over one that
 * is closed. */
static gboolean
keep (HemoSyncContext *self, GError **error)
{
  json_object *theirs = self->incoming->resource;
  g_autoptr (json_object) ours
      = hemo_fhir_task_is_open (theirs) ? NULL : hemo_fhir_strip_meta (theirs);

  return hemo_sync_remember (self->txn, self->incoming->server, theirs, NULL, ours, error)
         && hemo_sync_keep (self, HEMO_INCOMING_KEPT, NULL, NULL, error);
}

/* The order as it came last. (transfer full) (nullable) */
static json_object *
find_order (HemoTxn *txn, const char *order)
{
  g_autoptr (GPtrArray) versions = hemo_incoming_of (txn, order, NULL);

  for (guint i = versions != NULL ? versions->len : 0; i > 0; i--)
    {
      const HemoIncoming *version = versions->pdata[i - 1];

      if (strcmp (version->type, "ServiceRequest") == 0 && !hemo_sync_is_deleted (version))
        return hemo_sync_parse (version->resource);
    }
  return NULL;
}

/* Who was told and waits still asks again, and so does a new Task. One that was written before the
 * order was refused, and was not here then, is answered like the others. */
static gboolean
answer_open (HemoSyncContext *self, HemoRefusal *refusal, HemoRefusalTold told, GError **error)
{
  gboolean since = hemo_refusal_asks_again (refusal, self->incoming->resource);

  if (told == HEMO_REFUSAL_TOLD || (told != HEMO_REFUSAL_QUEUED && since))
    return hemo_refusal_end (self->txn, refusal->order, error);
  return told != HEMO_REFUSAL_UNLISTED
         || hemo_refusal_tell (self->txn, refusal, self->id, HEMO_LANE_RESULTS, error);
}

/* Nothing goes over what is closed. */
static gboolean
answer_closed (HemoSyncContext *self, const char *clinic, HemoRefusalTold told, GError **error)
{
  g_autoptr (HemoRefusal) theirs
      = hemo_fhir_refusal_from_json (self->incoming->resource, clinic, NULL);

  return told == HEMO_REFUSAL_TOLD
         || hemo_refusal_close_task (self->txn, self->id, theirs != NULL, error);
}

static gboolean
answer (HemoSyncContext *self, HemoRefusal *refusal, const char *clinic, GError **error)
{
  g_auto (GStrv) ours = hemo_sync_names_load (self->txn, self->incoming->server, error);
  g_autoptr (json_object) order = find_order (self->txn, refusal->order);
  HemoRefusalTold told = HEMO_REFUSAL_UNLISTED;
  gboolean open = hemo_fhir_task_is_open (self->incoming->resource);
  gboolean waits;

  if (ours == NULL || !hemo_refusal_find_task (self->txn, refusal->order, self->id, &told, error))
    return FALSE;
  waits
      = open && hemo_fhir_task_is_for (self->incoming->resource, order, (const char *const *)ours);
  if (!waits && told == HEMO_REFUSAL_UNLISTED)
    return hemo_sync_apply_result (self, error);
  return keep (self, error)
         && (open ? !waits || answer_open (self, refusal, told, error)
                  : answer_closed (self, clinic, told, error));
}

/* The name of who refused, where it is told and no computer's. */
static void
name_author (HemoSyncContext *self, HemoRefusal *theirs)
{
  const char *author = self->incoming->author;

  if (author != NULL && strchr (author, '/') == NULL
      && hemo_record_check_text (author, HEMO_REFUSAL_NAME_MAX, "name", NULL))
    g_set_str (&theirs->refused_by_name, author);
}

static gboolean
take (HemoSyncContext *self, const HemoRefusal *before, HemoRefusal *theirs, GError **error)
{
  g_autoptr (json_object) came = NULL;
  g_autoptr (HemoOrder) order = hemo_refusal_find_order (self->txn, theirs->order, &came, error);

  if (order == NULL)
    return FALSE;
  g_set_str (&theirs->patient, before != NULL ? before->patient : order->patient);
  theirs->version = before != NULL ? before->version : 0;
  if (!hemo_record_check_text (theirs->words, HEMO_REFUSAL_WORDS_MAX, "reason", NULL))
    g_set_str (&theirs->words, theirs->reason == HEMO_REFUSAL_OTHER ? "-" : NULL);
  if (theirs->at.utc_us == 0)
    theirs->at = hemo_txn_get_time (self->txn);
  name_author (self, theirs);
  return keep (self, error) && hemo_refusal_put (self->txn, theirs, error)
         && hemo_refusal_tell (self->txn, theirs, self->id, HEMO_LANE_NONE, error);
}

/* @is: (out): whether somebody asked again since: the refusal is the one that was withdrawn here,
 * by its time, or another Task is newer */
static gboolean
is_over (HemoSyncContext *self,
         const HemoRefusal *before,
         const HemoRefusal *theirs,
         gboolean *is,
         GError **error)
{
  *is = FALSE;
  if (theirs->at.utc_us == 0)
    return TRUE;
  *is = before != NULL && theirs->at.utc_us / 1000 == before->at.utc_us / 1000;
  return *is || hemo_refusal_is_over (self->txn, theirs, self->id, is, error);
}

gboolean
hemo_sync_apply_refusal (HemoSyncContext *self, gboolean *done, GError **error)
{
  g_autofree char *order = hemo_fhir_task_dup_order (self->incoming->resource);
  g_autofree char *clinic = hemo_txn_dup_meta (self->txn, "clinic", error);
  g_autoptr (HemoRefusal) refusal = NULL;
  g_autoptr (HemoRefusal) theirs = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean is = FALSE, over = FALSE;

  *done = FALSE;
  if (clinic == NULL)
    return FALSE;
  if (order == NULL)
    return TRUE;
  refusal = hemo_refusal_fetch (self->txn, order, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (refusal != NULL && !refusal->withdrawn)
    {
      *done = TRUE;
      return answer (self, refusal, clinic, error);
    }
  theirs = hemo_fhir_refusal_from_json (self->incoming->resource, clinic, NULL);
  if (theirs == NULL)
    return TRUE;
  if (!is_over (self, refusal, theirs, &over, error)
      || (!over && !hemo_expected_is (self->txn, order, &is, error))
      || (!over && !is && !hemo_refusal_settle_waiting (self->txn, order, &is, error)))
    return FALSE;
  *done = is;
  return !is || take (self, refusal, theirs, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Versions of others into the store, by the rules by which they would come from a server. They were
 * days on the way: that one is older than what is known says nothing of the server. */

#include "hemo-courier-private.h"

#include "hemo-fhir-overlay.h"
#include "hemo-remote-memory.h"
#include "hemo-sync-apply.h"

#include <string.h>

/* Of one transaction. */
#define TOGETHER 50
/* A slide refers to a tube, that to an order, that to a patient, and that to who took its place. */
#define ROUNDS_MOST 12

/**
 * Batch: some of @records
 */
typedef struct
{
  HemoCourierRun *run;
  const GPtrArray *records;
  guint first;
  guint count;
  gboolean last;
  HemoSyncResult results[TOGETHER];
} Batch;

static void
batch_clear (Batch *self)
{
  for (guint i = 0; i < TOGETHER; i++)
    hemo_sync_result_clear (&self->results[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

void
hemo_courier_apply_init (HemoCourierApply *self, HemoCourierRun *run)
{
  self->run = run;
  self->lacking = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_record_free);
  self->wants = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_name_free);
}

void
hemo_courier_apply_clear (HemoCourierApply *self)
{
  g_clear_pointer (&self->lacking, g_ptr_array_unref);
  g_clear_pointer (&self->wants, g_ptr_array_unref);
}

static HemoSyncIncoming
incoming_of (const Batch *self, guint i)
{
  const HemoCourierRecord *record = g_ptr_array_index (self->records, self->first + i);

  return (HemoSyncIncoming){ .server = self->run->places[0].identity,
                             .resource = record->resource,
                             .author = record->author,
                             .last = self->last };
}

/* This computer wrote it, and the reply was lost: from now on the server is known to have it. */
static gboolean
remember_own (HemoTxn *txn, const HemoSyncIncoming *incoming, GError **error)
{
  const char *type = hemo_fhir_get_type (incoming->resource);
  const char *id = hemo_fhir_get_id (incoming->resource);
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoRemoteResource) known
      = hemo_remote_resource_load (txn, incoming->server, type, id, &failure);
  g_autoptr (json_object) plain = hemo_fhir_strip_meta (incoming->resource);
  g_autofree char *base = NULL;
  HemoRemoteResource resource
      = { .type = (char *)type,
          .id = (char *)id,
          .version_id = (char *)hemo_fhir_get_version (incoming->resource) };

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (known != NULL && known->version_id != NULL
      && !hemo_courier_is_newer (resource.version_id, known->version_id))
    return TRUE;
  resource.base = base = hemo_sync_dup_base (plain);
  return hemo_remote_resource_save (txn, incoming->server, &resource, error);
}

static gboolean
apply_one (HemoTxn *txn, const HemoSyncIncoming *incoming, HemoSyncResult *result, GError **error)
{
  gboolean is_own = FALSE;

  if (hemo_fhir_get_version (incoming->resource) == NULL)
    {
      result->outcome = HEMO_SYNC_FOREIGN;
      return TRUE;
    }
  if (!hemo_remote_memory_has (txn, incoming->server, incoming->resource, &is_own, error))
    return FALSE;
  if (!is_own)
    return hemo_sync_apply (txn, incoming, result, error);
  result->outcome = HEMO_SYNC_SAME;
  return remember_own (txn, incoming, error);
}

static gboolean
apply_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Batch *self = data;

  for (guint i = 0; i < self->count; i++)
    {
      const HemoSyncIncoming incoming = incoming_of (self, i);

      if (!apply_one (txn, &incoming, &self->results[i], error))
        return FALSE;
    }
  return TRUE;
}

/* What the store's rules refuse is kept for a person, so that it holds up nothing behind it. */
static gboolean
refuse_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Batch *self = data;
  const HemoSyncIncoming incoming = incoming_of (self, 0);

  return hemo_sync_apply_refused (txn, &incoming, &self->results[0], error);
}

static gboolean
is_rule (const GError *error)
{
  return error->domain == HEMO_FHIR_ERROR || error->domain == HEMO_MODEL_ERROR
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
}

/* Adds what lacks something to @lacking. */
static void
count (Batch *self, GPtrArray *lacking, GPtrArray *wants)
{
  HemoCourierSummary *summary = self->run->summary;

  for (guint i = 0; i < self->count; i++)
    {
      const HemoCourierRecord *record = g_ptr_array_index (self->records, self->first + i);
      const HemoSyncResult *result = &self->results[i];

      if (result->outcome == HEMO_SYNC_LACKS)
        {
          g_ptr_array_add (lacking, hemo_courier_record_new (record->author, record->resource));
          g_ptr_array_add (wants, hemo_courier_name_new (result->lacks_type, result->lacks_id));
        }
      else if (result->outcome == HEMO_SYNC_APPLIED || result->outcome == HEMO_SYNC_MERGED
               || result->outcome == HEMO_SYNC_WAITING || result->outcome == HEMO_SYNC_KEPT)
        {
          summary->taken++;
          summary->waiting += result->outcome == HEMO_SYNC_WAITING;
        }
    }
}

static gboolean
apply_alone (const Batch *all, guint i, GPtrArray *lacking, GPtrArray *wants, GError **error)
{
  g_auto (Batch) one = {
    .run = all->run, .records = all->records, .first = all->first + i, .count = 1, .last = all->last
  };
  g_autoptr (GError) failure = NULL;

  if (!hemo_courier_job_write (all->run, apply_job, &one, &failure))
    {
      if (!is_rule (failure))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      if (!hemo_courier_job_write (all->run, refuse_job, &one, error))
        return FALSE;
    }
  count (&one, lacking, wants);
  return TRUE;
}

static gboolean
apply_batch (Batch *self, GPtrArray *lacking, GPtrArray *wants, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (hemo_courier_job_write (self->run, apply_job, self, &failure))
    {
      count (self, lacking, wants);
      return TRUE;
    }
  if (!is_rule (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  for (guint i = 0; i < self->count; i++)
    if (!apply_alone (self, i, lacking, wants, error))
      return FALSE;
  return TRUE;
}

static gboolean
apply_all (HemoCourierRun *run,
           const GPtrArray *records,
           gboolean last,
           GPtrArray *lacking,
           GPtrArray *wants,
           GError **error)
{
  for (guint first = 0; first < records->len; first += TOGETHER)
    {
      g_auto (Batch) batch = { .run = run,
                               .records = records,
                               .first = first,
                               .count = MIN (TOGETHER, records->len - first),
                               .last = last };

      if (g_cancellable_set_error_if_cancelled (run->cancellable, error)
          || !apply_batch (&batch, lacking, wants, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
hemo_courier_apply_add (HemoCourierApply *self, const GPtrArray *records, GError **error)
{
  g_autoptr (GPtrArray) wants
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_name_free);

  return apply_all (self->run, records, FALSE, self->lacking, wants, error);
}

static gboolean
has_name (const GPtrArray *names, const HemoCourierName *name)
{
  for (guint i = 0; i < names->len; i++)
    {
      const HemoCourierName *one = g_ptr_array_index (names, i);

      if (strcmp (one->id, name->id) == 0 && strcmp (one->type, name->type) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
want (HemoCourierApply *self, const HemoCourierName *name)
{
  if (!has_name (self->wants, name))
    g_ptr_array_add (self->wants, hemo_courier_name_new (name->type, name->id));
}

/* What still lacks something: taken without it where no server has that, else asked for with it.
 * @wants: what each of @self->lacking lacks */
static gboolean
settle_rest (HemoCourierApply *self,
             const GPtrArray *wants,
             const GPtrArray *missing,
             GError **error)
{
  g_autoptr (GPtrArray) without = g_ptr_array_new ();
  g_autoptr (GPtrArray) lacking
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_record_free);
  g_autoptr (GPtrArray) ignored
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_name_free);

  for (guint i = 0; i < self->lacking->len; i++)
    {
      HemoCourierRecord *record = g_ptr_array_index (self->lacking, i);
      const HemoCourierName own = { .type = (char *)hemo_fhir_get_type (record->resource),
                                    .id = (char *)hemo_fhir_get_id (record->resource) };

      if (has_name (missing, g_ptr_array_index (wants, i)))
        g_ptr_array_add (without, record);
      else
        {
          want (self, g_ptr_array_index (wants, i));
          want (self, &own);
        }
    }
  return apply_all (self->run, without, TRUE, lacking, ignored, error);
}

gboolean
hemo_courier_apply_end (HemoCourierApply *self, const GPtrArray *missing, GError **error)
{
  g_autoptr (GPtrArray) wants = NULL;
  guint before = G_MAXUINT;

  for (guint round = 0; round < ROUNDS_MOST && self->lacking->len > 0
                        && (wants == NULL || self->lacking->len < before);
       round++)
    {
      g_autoptr (GPtrArray) records = g_steal_pointer (&self->lacking);

      before = records->len;
      self->lacking = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_record_free);
      g_clear_pointer (&wants, g_ptr_array_unref);
      wants = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_name_free);
      if (!apply_all (self->run, records, FALSE, self->lacking, wants, error))
        return FALSE;
    }
  return self->lacking->len == 0 || settle_rest (self, wants, missing, error);
}

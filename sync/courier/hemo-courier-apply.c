/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Versions of others into the store, by the rules by which they would come from a server. They were
 * days on the way: that one is older than what is known says nothing of the server. */

#include "hemo-courier-private.h"

#include "hemo-fhir-overlay.h"
#include "hemo-remote-memory.h"
#include "hemo-sync-apply.h"
#include "hemo-sync-scope.h"

#include <string.h>

/* Of one transaction. */
#define TOGETHER 50
/* A slide refers to a tube, that to an order, that to a patient, and that to who took its place. */
#define ROUNDS_MOST 12

/**
 * Batch: some of @records
 * @judges: whether strangers' are left
 * @aside: which of them are
 */
typedef struct
{
  HemoCourierApply *apply;
  HemoCourierRun *run;
  const GPtrArray *records;
  guint first;
  guint count;
  gboolean last;
  gboolean judges;
  gboolean aside[TOGETHER];
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
  self->aside = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_record_free);
  self->origins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
hemo_courier_apply_clear (HemoCourierApply *self)
{
  g_clear_pointer (&self->lacking, g_ptr_array_unref);
  g_clear_pointer (&self->wants, g_ptr_array_unref);
  g_clear_pointer (&self->aside, g_ptr_array_unref);
  g_clear_pointer (&self->origins, g_hash_table_unref);
  g_clear_pointer (&self->clinic, g_free);
  g_clear_pointer (&self->installation, g_free);
}

static gboolean
load_names_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoCourierApply *self = data;

  self->clinic = hemo_txn_dup_meta (txn, "clinic", error);
  if (self->clinic != NULL)
    self->installation = hemo_txn_dup_meta (txn, "installation", error);
  return self->installation != NULL;
}

gboolean
hemo_courier_apply_judge (HemoCourierApply *self, const GPtrArray *asked, GError **error)
{
  self->judges = TRUE;
  self->asked = asked;
  return hemo_courier_job_read (self->run, load_names_job, self, NULL, error);
}

static gboolean
has_name (const GPtrArray *names, const char *type, const char *id)
{
  for (guint i = 0; i < names->len; i++)
    {
      const HemoCourierName *one = g_ptr_array_index (names, i);

      if (strcmp (one->id, id) == 0 && strcmp (one->type, type) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Of what the stick does not tell nobody can be asked. */
static HemoSyncOrigin
find_origin (const char *name, gpointer data)
{
  const HemoCourierApply *self = data;
  HemoSyncOrigin origin = GPOINTER_TO_INT (g_hash_table_lookup (self->origins, name));

  return origin != HEMO_SYNC_ORIGIN_UNKNOWN ? origin : HEMO_SYNC_ORIGIN_UNTOLD;
}

/* @concerns: (out): whether the clinic, or what is here by now */
static gboolean
judge (
    HemoTxn *txn, HemoCourierApply *self, json_object *resource, gboolean *concerns, GError **error)
{
  const HemoSyncScope scope = { .server = self->run->places[0].identity,
                                .clinic = self->clinic,
                                .installation = self->installation,
                                .find_origin = find_origin,
                                .data = self };
  g_autoptr (GPtrArray) nobody = g_ptr_array_new_with_free_func (g_free);
  HemoSyncConcern concern = HEMO_SYNC_CONCERN_SOME;

  if (!has_name (self->asked, hemo_fhir_get_type (resource), hemo_fhir_get_id (resource))
      && !hemo_sync_scope_judge (txn, &scope, resource, &concern, nobody, error))
    return FALSE;
  *concerns = concern != HEMO_SYNC_CONCERN_NONE;
  return TRUE;
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

/* @aside: (out): whether it was left */
static gboolean
apply_one (HemoTxn *txn,
           const Batch *self,
           const HemoSyncIncoming *incoming,
           HemoSyncResult *result,
           gboolean *aside,
           GError **error)
{
  gboolean is_own = FALSE;
  gboolean concerns = TRUE;

  *aside = FALSE;

  if (hemo_fhir_get_version (incoming->resource) == NULL)
    {
      result->outcome = HEMO_SYNC_FOREIGN;
      return TRUE;
    }
  if (!hemo_remote_memory_has (txn, incoming->server, incoming->resource, &is_own, error))
    return FALSE;
  if (!is_own && self->judges && !judge (txn, self->apply, incoming->resource, &concerns, error))
    return FALSE;
  *aside = !concerns;
  if (!is_own)
    return *aside || hemo_sync_apply (txn, incoming, result, error);
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

      if (!apply_one (txn, self, &incoming, &self->results[i], &self->aside[i], error))
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

      if (self->aside[i])
        g_ptr_array_add (self->apply->aside,
                         hemo_courier_record_new (record->author, record->resource));
      else if (result->outcome == HEMO_SYNC_LACKS)
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
  g_auto (Batch) one = { .apply = all->apply,
                         .run = all->run,
                         .records = all->records,
                         .first = all->first + i,
                         .count = 1,
                         .last = all->last,
                         .judges = all->judges };
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
apply_all (HemoCourierApply *self,
           const GPtrArray *records,
           gboolean last,
           gboolean judges,
           GPtrArray *lacking,
           GPtrArray *wants,
           GError **error)
{
  for (guint first = 0; first < records->len; first += TOGETHER)
    {
      g_auto (Batch) batch = { .apply = self,
                               .run = self->run,
                               .records = records,
                               .first = first,
                               .count = MIN (TOGETHER, records->len - first),
                               .last = last,
                               .judges = judges };

      if (g_cancellable_set_error_if_cancelled (self->run->cancellable, error)
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

  return apply_all (self, records, FALSE, self->judges, self->lacking, wants, error);
}

static void
want (HemoCourierApply *self, const HemoCourierName *name)
{
  if (!has_name (self->wants, name->type, name->id))
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

      const HemoCourierName *lacks = g_ptr_array_index (wants, i);

      if (has_name (missing, lacks->type, lacks->id))
        g_ptr_array_add (without, record);
      else
        {
          want (self, lacks);
          want (self, &own);
        }
    }
  return apply_all (self, without, TRUE, FALSE, lacking, ignored, error);
}

/* Out of what was left what something of @wants refers to. (transfer full) */
static GPtrArray *
take_wanted (HemoCourierApply *self, const GPtrArray *wants)
{
  GPtrArray *wanted = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_record_free);

  for (guint i = self->aside->len; i-- > 0;)
    {
      json_object *resource = ((const HemoCourierRecord *)self->aside->pdata[i])->resource;

      if (has_name (wants, hemo_fhir_get_type (resource), hemo_fhir_get_id (resource)))
        g_ptr_array_add (wanted, g_ptr_array_steal_index (self->aside, i));
    }
  return wanted;
}

/* What lacked something, then what it lacked where that was left, then whatever else concerns
 * somebody by now. @wants: what each of @self->lacking lacks */
static gboolean
try_again (HemoCourierApply *self, GPtrArray *wants, GError **error)
{
  g_autoptr (GPtrArray) records = g_steal_pointer (&self->lacking);
  g_autoptr (GPtrArray) wanted = NULL;
  g_autoptr (GPtrArray) aside = NULL;

  self->lacking = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_record_free);
  if (!apply_all (self, records, FALSE, FALSE, self->lacking, wants, error))
    return FALSE;
  wanted = take_wanted (self, wants);
  aside = g_steal_pointer (&self->aside);
  self->aside = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_record_free);
  return apply_all (self, wanted, FALSE, FALSE, self->lacking, wants, error)
         && apply_all (self, aside, FALSE, TRUE, self->lacking, wants, error);
}

gboolean
hemo_courier_apply_end (HemoCourierApply *self, const GPtrArray *missing, GError **error)
{
  g_autoptr (GPtrArray) wants = NULL;
  guint lacking = G_MAXUINT;
  guint aside = G_MAXUINT;

  for (guint round = 0; round < ROUNDS_MOST && self->lacking->len + self->aside->len > 0
                        && (self->lacking->len < lacking || self->aside->len < aside);
       round++)
    {
      lacking = self->lacking->len;
      aside = self->aside->len;
      g_clear_pointer (&wants, g_ptr_array_unref);
      wants = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_name_free);
      if (!try_again (self, wants, error))
        return FALSE;
    }
  self->run->summary->strangers += self->aside->len;
  return self->lacking->len == 0 || settle_rest (self, wants, missing, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The results lane: parcels into transactions, and what the server answers into the store. */

#include "hemo-fhir-push.h"

#include "hemo-fhir-admin.h"
#include "hemo-fhir-look.h"
#include "hemo-remote-memory.h"
#include "hemo-remote-table.h"
#include "hemo-sync-apply.h"

#include <glib/gi18n.h>
#include <string.h>

/* Groups that are looked at together. */
#define GROUPS 16
/* Others may write as fast as we do. */
#define CONFLICTS_MAX 5

#define BARRED                                                                                     \
  N_ ("The server does not let this clinic read what it may have of this, so nothing is written "  \
      "over it.")
#define DISPUTED                                                                                   \
  N_ ("Somebody else changed this report on the server. Decide which one stands first.")
#define UNMARKED                                                                                   \
  N_ ("The marks of this picture are damaged on this laptop: its record is not sent, and those "   \
      "that "                                                                                      \
      "the server has stay.")

/**
 * Run:
 * @absent: (element-type utf8): 'Type/id' that the server does not have, as asked in this turn
 * @told: (element-type utf8): 'Type/id/version' of others that a conflict was made of in this run
 */
typedef struct
{
  const HemoFhirPush *push;
  GCancellable *cancellable;
  guint received;
  GHashTable *absent;
  GHashTable *told;
} Run;

typedef struct
{
  Run *run;
  GPtrArray *parcels;
  GPtrArray *stored;
  const HemoFhirParcel *parcel;
  const char *reason;
  guint first;
} Job;

static gboolean
write_job (Run *run, HemoStoreJob job, Job *data, GError **error)
{
  return hemo_store_write (run->push->store, run->push->session, job, data, NULL, error);
}

/* What cannot be made into records must not hold what can: it goes to the shelf. That the store
 * cannot be read is another matter. */
static HemoFhirParcel *
load_parcel (HemoTxn *txn,
             const HemoQueueGroup *group,
             const HemoFhirParcelOptions *options,
             GError **error)
{
  g_autoptr (GError) failure = NULL;
  HemoFhirParcel *parcel = hemo_fhir_parcel_load (txn, group, options, &failure);

  if (parcel != NULL)
    return parcel;
  if (failure->domain == HEMO_STORE_ERROR
      && !g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE)
      && !g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  return hemo_fhir_parcel_new_failed (group, failure->message);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Job *job = data;
  g_autoptr (GPtrArray) groups = hemo_queue_groups (txn, GROUPS, error);
  g_autoptr (GPtrArray) parcels
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_fhir_parcel_free);

  if (groups == NULL)
    return FALSE;
  for (guint i = 0; i < groups->len; i++)
    {
      HemoFhirParcel *parcel
          = load_parcel (txn, g_ptr_array_index (groups, i), &job->run->push->options, error);

      if (parcel == NULL)
        return FALSE;
      g_ptr_array_add (parcels, parcel);
    }
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  *result = g_steal_pointer (&parcels);
  return TRUE;
}

static gboolean
begin_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Job *job = data;

  for (guint i = 0; i < job->parcels->len; i++)
    {
      const HemoFhirParcel *parcel = g_ptr_array_index (job->parcels, i);

      for (guint k = 0; k < parcel->items->len; k++)
        {
          const HemoQueueItem *item = g_ptr_array_index (parcel->items, k);

          if (!hemo_queue_begin (txn, item->sequence, error))
            return FALSE;
        }
    }
  return TRUE;
}

static const HemoFhirPart *
find_part (const GPtrArray *parcels, const HemoFhirStored *stored)
{
  for (guint i = 0; i < parcels->len; i++)
    {
      const HemoFhirParcel *parcel = g_ptr_array_index (parcels, i);

      for (guint k = 0; k < parcel->parts->len; k++)
        {
          const HemoFhirPart *part = g_ptr_array_index (parcel->parts, k);

          if (strcmp (hemo_fhir_get_id (part->resource), stored->id) == 0
              && strcmp (hemo_fhir_get_type (part->resource), stored->type) == 0)
            return part;
        }
    }
  return NULL;
}

static gboolean
save_stored (HemoTxn *txn, const Job *job, GError **error)
{
  for (guint i = 0; i < job->stored->len; i++)
    {
      const HemoFhirStored *stored = g_ptr_array_index (job->stored, i);
      const HemoFhirPart *part = find_part (job->parcels, stored);
      g_autofree char *base = NULL;
      HemoRemoteResource resource = { .type = stored->type, .id = stored->id };

      if (part == NULL)
        continue;
      resource.version_id = stored->version_id;
      resource.sha256 = part->sha256;
      resource.base = base = hemo_sync_dup_base (part->resource);
      if (!hemo_remote_resource_save (txn, job->run->push->options.server, &resource, error)
          || !hemo_remote_memory_forget (txn, job->run->push->options.server, part->resource,
                                         error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
stored_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return save_stored (txn, data, error);
}

static gboolean
end_item (HemoTxn *txn, const HemoFhirParcel *parcel, const HemoQueueItem *item, GError **error)
{
  g_autofree char *reason = NULL;

  if (!g_ptr_array_find (parcel->unsent, item, NULL))
    return hemo_queue_received (txn, item, error);
  if (strcmp (item->kind, "Media") == 0)
    return hemo_queue_shelve (txn, item, UNMARKED, error);
  reason = g_strdup_printf ("A change of a %s cannot be sent: it belongs to no case.", item->kind);
  return hemo_queue_shelve (txn, item, reason, error);
}

/* What was proven and that it was received: both or neither. */
static gboolean
received_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Job *job = data;

  if (!save_stored (txn, job, error))
    return FALSE;
  for (guint i = 0; i < job->parcels->len; i++)
    {
      const HemoFhirParcel *parcel = g_ptr_array_index (job->parcels, i);

      for (guint k = 0; k < parcel->items->len; k++)
        if (!end_item (txn, parcel, g_ptr_array_index (parcel->items, k), error))
          return FALSE;
    }
  return TRUE;
}

static gboolean
shelve_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Job *job = data;

  for (guint i = 0; i < job->parcel->items->len; i++)
    if (!hemo_queue_shelve (txn, g_ptr_array_index (job->parcel->items, i), job->reason, error))
      return FALSE;
  return TRUE;
}

static guint
count_items (const GPtrArray *parcels)
{
  guint count = 0;

  for (guint i = 0; i < parcels->len; i++)
    {
      const HemoFhirParcel *parcel = g_ptr_array_index (parcels, i);

      count += parcel->items->len - parcel->unsent->len;
    }
  return count;
}

static gboolean
mark_received (Run *run, GPtrArray *parcels, GPtrArray *stored, GError **error)
{
  Job job = { .run = run, .parcels = parcels, .stored = stored };

  if (!write_job (run, received_job, &job, error))
    return FALSE;
  run->received += count_items (parcels);
  if (run->push->received != NULL)
    run->push->received (count_items (parcels), run->push->data);
  return TRUE;
}

static gboolean
note_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Job *job = data;

  for (guint i = 0; i < job->parcels->len; i++)
    if (!hemo_fhir_look_note (txn, job->run->push->options.server,
                              g_ptr_array_index (job->parcels, i), job->first,
                              HEMO_FHIR_PUSH_ENTRIES, error))
      return FALSE;
  return TRUE;
}

/* The whole of the parcels in one transaction. (transfer full), NULL with @error */
static GPtrArray *
send (Run *run, GPtrArray *parcels, guint first, GError **error)
{
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_TRANSACTION);
  Job job = { .run = run, .parcels = parcels, .first = first };

  for (guint i = 0; i < parcels->len; i++)
    hemo_fhir_parcel_add (g_ptr_array_index (parcels, i), first, HEMO_FHIR_PUSH_ENTRIES, bundle);
  if (hemo_fhir_bundle_count (bundle) == 0)
    return g_ptr_array_new ();
  if (!write_job (run, note_job, &job, error))
    return NULL;
  return hemo_fhir_server_transaction (run->push->server, bundle, run->cancellable, error);
}

/* A case that is larger than a transaction may be: all but the last part is written down as stored,
 * and the last makes it received. */
static gboolean
send_in_turn (Run *run, GPtrArray *parcels, GPtrArray **last, GError **error)
{
  const HemoFhirParcel *parcel = g_ptr_array_index (parcels, 0);
  guint first = 0;

  for (; parcel->parts->len - first > HEMO_FHIR_PUSH_ENTRIES; first += HEMO_FHIR_PUSH_ENTRIES)
    {
      g_autoptr (GPtrArray) stored = send (run, parcels, first, error);
      Job job = { .run = run, .parcels = parcels, .stored = stored };

      if (stored == NULL || !write_job (run, stored_job, &job, error))
        return FALSE;
    }
  *last = send (run, parcels, first, error);
  return *last != NULL;
}

/* Of a parcel that was begun before: whether all of it arrived and only the answer was lost.
 * @partly: that some did, which is written down: it is to be loaded again, and has less then */
static gboolean
ask_before (Run *run, HemoFhirParcel *parcel, gboolean *arrived, gboolean *partly, GError **error)
{
  g_autoptr (GPtrArray) parcels = g_ptr_array_new ();
  g_autoptr (GPtrArray) stored = NULL;
  Job job = { .run = run, .parcels = parcels };
  gboolean has = FALSE;

  *arrived = *partly = FALSE;
  if (!hemo_fhir_look_changes (run->push->server, parcel, &has, run->cancellable, error))
    return FALSE;
  if (!has)
    return TRUE;
  stored = hemo_fhir_look_back (run->push->server, parcel, run->cancellable, error);
  if (stored == NULL)
    return FALSE;
  g_ptr_array_add (parcels, parcel);
  job.stored = stored;
  *arrived = stored->len == parcel->parts->len;
  *partly = !*arrived && stored->len > 0;
  if (*partly)
    return write_job (run, stored_job, &job, error);
  return !*arrived || mark_received (run, parcels, stored, error);
}

static void
put_json (gpointer json)
{
  json_object_put (json);
}

static gboolean
shelve (Run *run, const HemoFhirParcel *parcel, const char *reason, GError **error)
{
  Job job = { .run = run, .parcel = parcel, .reason = reason };

  return write_job (run, shelve_job, &job, error);
}

/* Shows whoever settles conflicts each version of the server's that is not the one we knew. @found:
 * (out): how many there were */
static gboolean
show_conflicts (Run *run, const HemoFhirParcel *parcel, guint *found, GError **error)
{
  *found = 0;
  for (guint i = 0; i < parcel->parts->len; i++)
    {
      const HemoFhirPart *part = g_ptr_array_index (parcel->parts, i);
      g_autoptr (GError) failure = NULL;
      g_autoptr (json_object) theirs = NULL;
      g_autofree char *version = NULL;

      if (strcmp (hemo_fhir_get_type (part->resource), "Provenance") == 0)
        continue;
      theirs
          = hemo_fhir_server_read (run->push->server, hemo_fhir_get_type (part->resource),
                                   hemo_fhir_get_id (part->resource), run->cancellable, &failure);
      if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND)
          || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED)
          || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED))
        continue;
      if (theirs == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      version = g_strdup_printf ("W/\"%s\"", hemo_fhir_get_version (theirs));
      if (g_strcmp0 (version, part->if_match) == 0)
        continue;
      ++*found;
      if (run->push->conflict != NULL && !run->push->conflict (theirs, run->push->data, error))
        return FALSE;
    }
  return TRUE;
}

/* Loads the parcel of the same group again: what settled the conflict changed it. */
static gboolean
reload_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Job *job = data;
  g_autoptr (GPtrArray) groups = hemo_queue_groups (txn, GROUPS, error);

  if (groups == NULL)
    return FALSE;
  for (guint i = 0; i < groups->len; i++)
    {
      const HemoQueueGroup *group = g_ptr_array_index (groups, i);

      if (strcmp (group->type, job->parcel->type) != 0
          || strcmp (group->uuid, job->parcel->uuid) != 0)
        continue;
      *result = load_parcel (txn, group, &job->run->push->options, error);
      hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_fhir_parcel_free);
      return *result != NULL;
    }
  *result = NULL;
  return TRUE;
}

/* A conflict was made of this version and it stands against ours still: a person has to look. */
static gboolean
shelve_holders (Run *run, const GPtrArray *parcels, json_object *theirs, GError **error)
{
  HemoFhirStored same
      = { .type = (char *)hemo_fhir_get_type (theirs), .id = (char *)hemo_fhir_get_id (theirs) };

  for (guint i = 0; i < parcels->len; i++)
    {
      g_autoptr (GPtrArray) one = g_ptr_array_new ();

      g_ptr_array_add (one, g_ptr_array_index (parcels, i));
      if (find_part (one, &same) != NULL
          && !shelve (run, g_ptr_array_index (parcels, i), DISPUTED, error))
        return FALSE;
    }
  return TRUE;
}

/* Nothing goes over what was never seen. @changed: (out): whether the server had any of it: the
 * parcels are to be loaded again */
static gboolean
look_first (Run *run, const GPtrArray *parcels, gboolean *changed, GError **error)
{
  const HemoFhirPush *push = run->push;
  g_autoptr (GPtrArray) differing = g_ptr_array_new_with_free_func (put_json);
  g_autoptr (GPtrArray) barred = g_ptr_array_new ();
  const HemoFhirLook look = { .store = push->store,
                              .session = push->session,
                              .server = push->server,
                              .identity = push->options.server,
                              .parcels = parcels,
                              .absent = run->absent,
                              .differing = differing,
                              .barred = barred };
  guint found = 0;

  if (!hemo_fhir_look_run (&look, &found, run->cancellable, error))
    return FALSE;
  *changed = found > 0 || barred->len > 0;
  for (guint i = 0; i < barred->len; i++)
    {
      const HemoFhirParcel *parcel = g_ptr_array_index (barred, i);

      if (!shelve (run, parcel, parcel->failure != NULL ? parcel->failure : BARRED, error))
        return FALSE;
    }
  for (guint i = 0; i < differing->len; i++)
    {
      json_object *theirs = g_ptr_array_index (differing, i);
      gboolean is_news = g_hash_table_add (
          run->told, g_strdup_printf ("%s/%s/%s", hemo_fhir_get_type (theirs),
                                      hemo_fhir_get_id (theirs), hemo_fhir_get_version (theirs)));

      if (!(push->conflict != NULL && is_news ? push->conflict (theirs, push->data, error)
                                              : shelve_holders (run, parcels, theirs, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean send_alone (Run *run, HemoFhirParcel *parcel, guint conflicts, GError **error);

static gboolean shelve_disputed (Run *run, const HemoFhirParcel *parcel, GError **error);

/* As it is now: what was sent or settled since it was loaded changes what the server has of it. */
static gboolean
send_again (Run *run, const HemoFhirParcel *parcel, guint conflicts, GError **error)
{
  g_autoptr (HemoFhirParcel) again = NULL;
  Job job = { .run = run, .parcel = parcel };

  if (!hemo_store_read (run->push->store, run->push->session, reload_job, &job, (gpointer *)&again,
                        error))
    return FALSE;
  if (again != NULL && again->disputed)
    return shelve_disputed (run, again, error);
  return again == NULL || again->held || send_alone (run, again, conflicts, error);
}

/* The server holds another version of something than we knew: ours after all, or somebody else's.
 */
static gboolean
settle (Run *run, HemoFhirParcel *parcel, guint conflicts, const GError *refusal, GError **error)
{
  gboolean arrived = FALSE, partly = FALSE;
  guint found = 0;

  for (guint i = 0; i < parcel->items->len; i++)
    ((HemoQueueItem *)g_ptr_array_index (parcel->items, i))->attempts++;
  if (!ask_before (run, parcel, &arrived, &partly, error))
    return FALSE;
  if (arrived)
    return TRUE;
  if (partly && conflicts < CONFLICTS_MAX)
    return send_again (run, parcel, conflicts + 1, error);
  if (run->push->conflict == NULL || conflicts >= CONFLICTS_MAX)
    return shelve (run, parcel, refusal->message, error);
  if (!show_conflicts (run, parcel, &found, error))
    return FALSE;
  if (found == 0)
    return shelve (run, parcel, refusal->message, error);
  return send_again (run, parcel, conflicts + 1, error);
}

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_TOO_LARGE);
}

static gboolean
send_alone (Run *run, HemoFhirParcel *parcel, guint conflicts, GError **error)
{
  g_autoptr (GPtrArray) parcels = g_ptr_array_new ();
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean changed = FALSE;

  if (parcel->failure != NULL)
    return shelve (run, parcel, parcel->failure, error);
  g_ptr_array_add (parcels, parcel);
  if (!look_first (run, parcels, &changed, error))
    return FALSE;
  if (changed)
    return conflicts < CONFLICTS_MAX ? send_again (run, parcel, conflicts + 1, error)
                                     : shelve (run, parcel, DISPUTED, error);
  if (send_in_turn (run, parcels, &stored, &failure))
    return mark_received (run, parcels, stored, error);
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT))
    return settle (run, parcel, conflicts, failure, error);
  if (is_refusal (failure))
    return shelve (run, parcel, failure->message, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Together where they fit and the server takes them, else one by one. */
static gboolean
send_batch (Run *run, GPtrArray *parcels, GError **error)
{
  Job job = { .run = run, .parcels = parcels };
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) failure = NULL;

  if (!write_job (run, begin_job, &job, error))
    return FALSE;
  if (parcels->len == 1)
    return send_alone (run, g_ptr_array_index (parcels, 0), 0, error);
  stored = send (run, parcels, 0, &failure);
  if (stored != NULL)
    return mark_received (run, parcels, stored, error);
  if (!is_refusal (failure)
      && !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  for (guint i = 0; i < parcels->len; i++)
    if (!send_again (run, g_ptr_array_index (parcels, i), 0, error))
      return FALSE;
  return TRUE;
}

static gboolean
shares_part (const HemoFhirParcel *a, const GPtrArray *batch)
{
  for (guint i = 0; i < a->parts->len; i++)
    {
      json_object *resource = ((const HemoFhirPart *)g_ptr_array_index (a->parts, i))->resource;
      HemoFhirStored same = { .type = (char *)hemo_fhir_get_type (resource),
                              .id = (char *)hemo_fhir_get_id (resource) };

      if (find_part (batch, &same) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* Whether a parcel from @next on holds something that was sent with @batch: it knows an older
 * version of that, and the server would refuse it. */
static gboolean
is_stale (const GPtrArray *parcels, guint next, const GPtrArray *batch)
{
  for (guint i = next; i < parcels->len; i++)
    if (shares_part (g_ptr_array_index (parcels, i), batch))
      return TRUE;
  return FALSE;
}

/* The next ones of @parcels that fit into one transaction, one at least. */
static GPtrArray *
take_batch (const HemoFhirPush *self, GPtrArray *parcels, guint *next)
{
  gsize bytes_max = self->bytes_max != 0 ? self->bytes_max : HEMO_FHIR_PUSH_BYTES;
  GPtrArray *batch = g_ptr_array_new ();
  gsize bytes = 0;
  guint entries = 0;

  for (; *next < parcels->len; ++*next)
    {
      HemoFhirParcel *parcel = g_ptr_array_index (parcels, *next);

      if (batch->len > 0
          && (parcel->failure != NULL || entries + parcel->parts->len > HEMO_FHIR_PUSH_ENTRIES
              || bytes + parcel->bytes > bytes_max))
        break;
      bytes += parcel->bytes;
      entries += parcel->parts->len;
      g_ptr_array_add (batch, parcel);
      if (parcel->failure != NULL)
        {
          ++*next;
          break;
        }
    }
  return batch;
}

/* Nothing of a report that somebody else changed goes, or counts as received. */
static gboolean
shelve_disputed (Run *run, const HemoFhirParcel *parcel, GError **error)
{
  return shelve (run, parcel, DISPUTED, error);
}

/* Leaves out what turns out to have arrived before, and what cannot go yet. @more: (out): whether
 * there was anything else than what will be the same in the next turn */
static GPtrArray *
drop_arrived (Run *run, GPtrArray *parcels, gboolean *more, GError **error)
{
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();

  *more = FALSE;
  for (guint i = 0; i < parcels->len; i++)
    {
      HemoFhirParcel *parcel = g_ptr_array_index (parcels, i);
      gboolean arrived = parcel->disputed, partly = FALSE;

      if (parcel->held && !parcel->disputed)
        continue;
      *more = TRUE;
      if (!(parcel->disputed ? shelve_disputed (run, parcel, error)
                             : ask_before (run, parcel, &arrived, &partly, error)))
        return NULL;
      if (!arrived && !partly)
        g_ptr_array_add (rest, g_ptr_array_index (parcels, i));
    }
  return g_steal_pointer (&rest);
}

static gboolean
send_some (Run *run, gboolean *more, GError **error)
{
  g_autoptr (GPtrArray) parcels = NULL;
  g_autoptr (GPtrArray) rest = NULL;
  Job job = { .run = run };
  gboolean changed = FALSE;
  guint next = 0;

  if (!hemo_store_read (run->push->store, run->push->session, load_job, &job, (gpointer *)&parcels,
                        error))
    return FALSE;
  g_hash_table_remove_all (run->absent);
  rest = drop_arrived (run, parcels, more, error);
  if (rest == NULL || !look_first (run, rest, &changed, error))
    return FALSE;
  while (!changed && next < rest->len)
    {
      g_autoptr (GPtrArray) batch = NULL;

      if (g_cancellable_set_error_if_cancelled (run->cancellable, error)
          || (run->push->go_on != NULL && !run->push->go_on (run->push->data, error)))
        return FALSE;
      batch = take_batch (run->push, rest, &next);
      if (!send_batch (run, batch, error))
        return FALSE;
      if (is_stale (rest, next, batch))
        break;
    }
  return TRUE;
}

gboolean
hemo_fhir_push_run (const HemoFhirPush *self,
                    guint *sent,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GHashTable) absent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Run run = { .push = self, .cancellable = cancellable, .absent = absent, .told = told };
  gboolean more = TRUE;
  gboolean done = TRUE;

  while (done && more)
    done = send_some (&run, &more, error);
  if (sent != NULL)
    *sent = run.received;
  return done;
}

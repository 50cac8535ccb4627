/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What came back on the stick: believed when it is about a letter of this very computer, as this
 * computer wrote it, and about the servers of this clinic. */

#include "hemo-courier-private.h"

#include "hemo-outgoing.h"
#include "hemo-remote-memory.h"
#include "hemo-sync-apply.h"
#include "hemo-sync-scope.h"

#include <glib/gi18n.h>
#include <string.h>

/* Pages of answers in one go. */
#define PAGES_MOST 9999

/**
 * Take: a reply, and the letter that it is about
 */
typedef struct
{
  HemoCourierRun *run;
  const HemoCourierLetter *letter;
  const HemoCourierReply *reply;
  HemoCourierPlace *place;
} Take;

/* Where what the letter tells of is meant to be. */
static HemoCourierPlace *
place_of (HemoCourierRun *run, const HemoCourierLetter *letter)
{
  return &run->places[letter->matter == HEMO_COURIER_OBJECT ? 1 : 0];
}

static gboolean
is_meant (const HemoCourierPlace *place, const char *address)
{
  return place->address == NULL || strcmp (place->address, address) == 0;
}

/* From now on only what tells of this server counts. */
static gboolean
note_place (HemoTxn *txn, const HemoCourierPlace *place, const char *address, GError **error)
{
  return place->address != NULL || hemo_sync_note_save (txn, place->note, address, error);
}

static const HemoFhirStored *
find_stored (const GPtrArray *stored, const HemoFhirPart *part)
{
  const char *type = hemo_fhir_get_type (part->resource);
  const char *id = hemo_fhir_get_id (part->resource);

  for (guint i = 0; i < stored->len; i++)
    {
      const HemoFhirStored *one = g_ptr_array_index (stored, i);

      if (strcmp (one->id, id) == 0 && strcmp (one->type, type) == 0)
        return one;
    }
  return NULL;
}

/* Whether it proves all of the letter: a version of each record, the hash of the picture. */
static gboolean
is_proof (const Take *self)
{
  if (self->letter->matter == HEMO_COURIER_OBJECT)
    return g_strcmp0 (self->reply->sha256, self->letter->sha256) == 0;
  for (guint i = 0; i < self->letter->parts->len; i++)
    if (find_stored (self->reply->stored, g_ptr_array_index (self->letter->parts, i)) == NULL)
      return FALSE;
  return TRUE;
}

/* Whether the version that the reply tells of is the newest that is known. Something newer may have
 * come by another way while the stick was on its own. */
static gboolean
is_news (const HemoRemoteResource *known, const HemoFhirPart *part, const char *version)
{
  g_autofree char *match = NULL;

  if (known == NULL || known->version_id == NULL)
    return part->if_match == NULL;
  match = g_strdup_printf ("W/\"%s\"", known->version_id);
  return g_strcmp0 (match, part->if_match) == 0
         || hemo_courier_is_newer (version, known->version_id);
}

static gboolean
save_part (HemoTxn *txn,
           const Take *self,
           const HemoFhirPart *part,
           const HemoFhirStored *stored,
           GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoRemoteResource) known
      = hemo_remote_resource_load (txn, self->place->identity, stored->type, stored->id, &failure);
  g_autofree char *base = NULL;
  HemoRemoteResource resource = {
    .type = stored->type, .id = stored->id, .version_id = stored->version_id, .sha256 = part->sha256
  };

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (!hemo_remote_memory_forget (txn, self->place->identity, part->resource, error))
    return FALSE;
  if (!is_news (known, part, stored->version_id))
    return TRUE;
  resource.base = base = hemo_sync_dup_base (part->resource);
  return hemo_remote_resource_save (txn, self->place->identity, &resource, error);
}

/* Versions that are there now, each with what this computer wrote. */
static gboolean
save_stored (HemoTxn *txn, const Take *self, GError **error)
{
  for (guint i = 0; i < self->letter->parts->len; i++)
    {
      const HemoFhirPart *part = g_ptr_array_index (self->letter->parts, i);
      const HemoFhirStored *stored = find_stored (self->reply->stored, part);

      if (stored != NULL && !save_part (txn, self, part, stored, error))
        return FALSE;
    }
  return TRUE;
}

/* @differs: (out): whether other bytes are on their way there since */
static gboolean
save_object (HemoTxn *txn, const Take *self, gboolean *differs, GError **error)
{
  g_autoptr (GError) failure = NULL;
  const HemoCourierLetter *letter = self->letter;
  g_autoptr (HemoRemoteObject) known = hemo_remote_object_load (
      txn, self->place->identity, letter->object, letter->lane, &failure);
  const HemoRemoteObject object = { .object = letter->object,
                                    .lane = letter->lane,
                                    .key = letter->key,
                                    .sha256 = letter->sha256,
                                    .bytes = letter->bytes,
                                    .proven_us = hemo_txn_get_time (txn).utc_us };

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *differs = known != NULL && strcmp (known->sha256, letter->sha256) != 0;
  if (*differs || (known != NULL && known->proven_us != 0))
    return TRUE;
  return hemo_remote_object_save (txn, self->place->identity, &object, error);
}

/* Does @mark with each item that waits still; counts those that do not. */
static gboolean
mark_items (
    HemoTxn *txn,
    const Take *self,
    gboolean (*mark) (HemoTxn *txn, const HemoQueueItem *item, const Take *self, GError **error),
    guint *marked,
    GError **error)
{
  for (guint i = 0; i < self->letter->items->len; i++)
    {
      const HemoQueueItem *item = g_ptr_array_index (self->letter->items, i);
      gboolean waits = FALSE;

      if (!hemo_queue_is_waiting (txn, item, &waits, error)
          || (waits && !mark (txn, item, self, error)))
        return FALSE;
      *marked += waits;
    }
  return TRUE;
}

static gboolean
mark_received (HemoTxn *txn, const HemoQueueItem *item, const Take *self, GError **error)
{
  return hemo_queue_received (txn, item, error);
}

static gboolean
mark_refused (HemoTxn *txn, const HemoQueueItem *item, const Take *self, GError **error)
{
  const char *reason = self->reply->reason;

  return hemo_queue_shelve (txn, item, reason != NULL ? reason : N_ ("The server refused it."),
                            error);
}

/* What was proven and that it was received: both or neither. @result: how many items, + 1 */
static gboolean
received_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Take *self = data;
  gboolean differs = FALSE;
  guint marked = 0;

  if (!note_place (txn, self->place, self->reply->place, error)
      || !(self->letter->matter == HEMO_COURIER_OBJECT ? save_object (txn, self, &differs, error)
                                                       : save_stored (txn, self, error))
      || (!differs && !mark_items (txn, self, mark_received, &marked, error)))
    return FALSE;
  *result = GUINT_TO_POINTER (marked);
  return TRUE;
}

/* Nothing is received of it; versions that did get there are known all the same. */
static gboolean
refused_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Take *self = data;
  guint marked = 0;

  if (!note_place (txn, self->place, self->reply->place, error) || !save_stored (txn, self, error)
      || !mark_items (txn, self, mark_refused, &marked, error))
    return FALSE;
  *result = GUINT_TO_POINTER (marked);
  return TRUE;
}

static gboolean
stored_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Take *self = data;

  return note_place (txn, self->place, self->reply->place, error) && save_stored (txn, self, error);
}

static gboolean
write_counting (Take *self, HemoStoreJob job, guint *marked, GError **error)
{
  gpointer count = NULL;

  if (!hemo_store_write (self->run->store, self->run->sync, job, self, &count, error))
    return FALSE;
  *marked += GPOINTER_TO_UINT (count);
  self->run->summary->known += self->letter->items->len - GPOINTER_TO_UINT (count);
  return TRUE;
}

static gboolean
take_conflict (Take *self, GError **error)
{
  g_auto (HemoCourierApply) apply = { 0 };
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  self->run->summary->conflicts += self->reply->theirs->len;
  hemo_courier_apply_init (&apply, self->run);
  return hemo_courier_job_write (self->run, stored_job, self, error)
         && hemo_courier_apply_add (&apply, self->reply->theirs, error)
         && hemo_courier_apply_end (&apply, none, error);
}

static gboolean
take_received (Take *self, GError **error)
{
  if (!write_counting (self, received_job, &self->run->summary->received, error))
    return FALSE;
  if (self->letter->matter == HEMO_COURIER_OBJECT)
    hemo_outgoing_forget (self->run->store, self->letter->sha256);
  return TRUE;
}

static gboolean
take_outcome (Take *self, GError **error)
{
  HemoCourierSummary *summary = self->run->summary;

  switch (self->reply->outcome)
    {
    case HEMO_COURIER_RECEIVED:
      return take_received (self, error);
    case HEMO_COURIER_CONFLICT:
      return take_conflict (self, error);
    case HEMO_COURIER_REFUSED:
      return write_counting (self, refused_job, &summary->refused, error);
    case HEMO_COURIER_OLDER:
      summary->older++;
      return TRUE;
    case HEMO_COURIER_SPOILED:
    case HEMO_COURIER_OUTCOMES:
    default:
      summary->spoiled++;
      return TRUE;
    }
}

/* What a reply or answers say of the letter has to be said of the very file that is there. */
static gboolean
is_about (GBytes *letter_file, const char *letter_sha256)
{
  g_autofree char *sha256 = hemo_sha256 (letter_file);

  return strcmp (sha256, letter_sha256) == 0;
}

/* The letter behind @entry as this computer wrote it; NULL without @error when it cannot be used.
 * (transfer full) */
static HemoCourierLetter *
load_letter (HemoCourierRun *run,
             const HemoCourierFolder *folder,
             const HemoCourierEntry *entry,
             GBytes **file,
             GError **error)
{
  g_autoptr (GBytes) content = hemo_courier_open_file (
      run, folder, entry->name, HEMO_COURIER_LETTER, run->keys->installation, file, error);
  HemoCourierLetter *letter = content != NULL ? hemo_courier_letter_parse (content, NULL) : NULL;

  if (letter != NULL && strcmp (letter->id, entry->id) == 0)
    return letter;
  if (content != NULL)
    run->summary->damaged++;
  hemo_courier_letter_free (letter);
  g_clear_pointer (file, g_bytes_unref);
  return NULL;
}

/* @done: (out): whether nothing more is to be had of the letter */
static gboolean
take_reply (HemoCourierRun *run,
            const HemoCourierFolder *folder,
            const HemoCourierEntry *entry,
            gboolean *done,
            GError **error)
{
  g_autofree char *name = g_strconcat (entry->id, ".reply", NULL);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (HemoCourierLetter) letter = load_letter (run, folder, entry, &file, &failure);
  g_autoptr (HemoCourierReply) reply = NULL;
  Take take = { .run = run, .letter = letter };

  if (letter != NULL)
    content = hemo_courier_open_file (run, folder, name, HEMO_COURIER_REPLY, NULL, NULL, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  reply = content != NULL ? hemo_courier_reply_parse (content, NULL) : NULL;
  if (reply == NULL || strcmp (reply->letter, letter->id) != 0
      || !is_about (file, reply->letter_sha256))
    {
      run->summary->damaged += content != NULL;
      return TRUE;
    }
  take.reply = reply;
  take.place = place_of (run, letter);
  if (!is_meant (take.place, reply->place))
    {
      run->summary->elsewhere++;
      return TRUE;
    }
  if (reply->outcome == HEMO_COURIER_RECEIVED && !is_proof (&take))
    {
      run->summary->damaged++;
      return TRUE;
    }
  if (!take_outcome (&take, error))
    return FALSE;
  if (take.place->address == NULL)
    take.place->address = g_strdup (reply->place);
  *done = TRUE;
  return TRUE;
}

/* Answers */

typedef struct
{
  HemoCourierRun *run;
  const HemoCourierAnswers *last;
  const GPtrArray *wants;
} Finish;

/* Others' versions are known up to there, unless more is known by another way. */
static gboolean
save_cursor (HemoTxn *txn, const Finish *self, const HemoCourierCursor *cursor, GError **error)
{
  g_autofree char *note
      = g_strdup_printf ("pull.%s.%s", self->run->places[0].identity, cursor->type);
  g_autofree char *text = hemo_sync_note_load (txn, note, NULL);
  g_autofree char *next = g_strdup_printf ("%" G_GINT64_FORMAT, cursor->at);
  const HemoCourierCursor *since = hemo_courier_cursor_find (self->last->since, cursor->type);
  gint64 known = text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;

  /* Between what is known and what was asked for there would be a gap. */
  if (since == NULL || since->at > known || cursor->at <= known)
    return TRUE;
  return hemo_sync_note_save (txn, note, next, error);
}

static gboolean
is_asked (const char *type)
{
  return g_strv_contains (hemo_courier_types, type);
}

static gboolean
finish_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Finish *self = data;
  g_autoptr (GString) wants = g_string_new (NULL);

  if (!note_place (txn, &self->run->places[0], self->last->place, error))
    return FALSE;
  for (guint i = 0; i < self->wants->len && i < HEMO_COURIER_WANTS_MOST; i++)
    {
      const HemoCourierName *name = g_ptr_array_index (self->wants, i);

      g_string_append_printf (wants, "%s%s/%s", i > 0 ? "\n" : "", name->type, name->id);
    }
  for (guint i = 0; i < self->last->cursors->len; i++)
    {
      const HemoCourierCursor *cursor = g_ptr_array_index (self->last->cursors, i);

      if (is_asked (cursor->type) && !save_cursor (txn, self, cursor, error))
        return FALSE;
    }
  return hemo_sync_note_save (txn, HEMO_COURIER_WANTS_NOTE, wants->str, error);
}

/* One page; NULL without @error when it is not there or cannot be used. (transfer full) */
static HemoCourierAnswers *
load_page (HemoCourierRun *run,
           const HemoCourierFolder *folder,
           const char *id,
           gint64 page,
           GBytes *letter_file,
           GError **error)
{
  g_autofree char *name = hemo_courier_answers_name (id, page);
  g_autoptr (GBytes) content = NULL;
  g_autoptr (HemoCourierAnswers) answers = NULL;

  if (!hemo_courier_folder_has (folder, name))
    return NULL;
  content = hemo_courier_open_file (run, folder, name, HEMO_COURIER_ANSWERS, NULL, NULL, error);
  if (content == NULL)
    return NULL;
  answers = hemo_courier_answers_parse (content, NULL);
  if (answers == NULL || strcmp (answers->letter, id) != 0 || answers->page != page
      || !is_about (letter_file, answers->letter_sha256))
    {
      run->summary->damaged++;
      return NULL;
    }
  if (is_meant (&run->places[0], answers->place))
    return g_steal_pointer (&answers);
  run->summary->elsewhere++;
  return NULL;
}

/* What this clinic is called there, for who asks it by that to do something. */
static gboolean
names_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoCourierApply *apply = data;
  GHashTableIter iter;
  gpointer name, origin;

  g_hash_table_iter_init (&iter, apply->origins);
  while (g_hash_table_iter_next (&iter, &name, &origin))
    if (GPOINTER_TO_INT (origin) == HEMO_SYNC_ORIGIN_OURS
        && g_str_has_prefix (name, "Organization/")
        && !hemo_sync_names_add (txn, apply->run->places[0].identity, name, error))
      return FALSE;
  return TRUE;
}

/* A later page knows no less. */
static void
note_origins (HemoCourierApply *apply, const HemoCourierAnswers *answers)
{
  GHashTableIter iter;
  gpointer name, origin;

  g_hash_table_iter_init (&iter, answers->origins);
  while (g_hash_table_iter_next (&iter, &name, &origin))
    g_hash_table_replace (apply->origins, g_strdup (name), origin);
}

/* In their order, as far as they are there. @done: (out): whether all of them were */
static gboolean
take_answers (HemoCourierRun *run,
              const HemoCourierFolder *folder,
              const HemoCourierEntry *entry,
              gboolean *done,
              GError **error)
{
  g_auto (HemoCourierApply) apply = { 0 };
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (HemoCourierLetter) letter = load_letter (run, folder, entry, &file, &failure);
  g_autoptr (HemoCourierAnswers) last = NULL;
  g_autofree char *set = NULL;
  Finish finish = { .run = run };

  hemo_courier_apply_init (&apply, run);
  if (letter != NULL && !hemo_courier_apply_judge (&apply, letter->wants, error))
    return FALSE;
  for (gint64 page = 1; letter != NULL && page <= PAGES_MOST && last == NULL; page++)
    {
      g_autoptr (HemoCourierAnswers) answers
          = load_page (run, folder, entry->id, page, file, &failure);

      if (answers == NULL || (set != NULL && strcmp (set, answers->run) != 0))
        break;
      g_set_str (&set, answers->run);
      note_origins (&apply, answers);
      if (!hemo_courier_job_write (run, names_job, &apply, error)
          || !hemo_courier_apply_add (&apply, answers->records, error))
        return FALSE;
      if (answers->is_last)
        last = g_steal_pointer (&answers);
    }
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (last == NULL)
    return TRUE;
  if (!hemo_courier_apply_end (&apply, last->missing, error))
    return FALSE;
  finish.last = last;
  finish.wants = apply.wants;
  *done = hemo_courier_job_write (run, finish_job, &finish, error);
  return *done;
}

static gboolean
has_reply (const HemoCourierFolder *folder, const HemoCourierEntry *entry)
{
  g_autofree char *reply = g_strconcat (entry->id, ".reply", NULL);
  g_autofree char *answers = hemo_courier_answers_name (entry->id, 1);

  return hemo_courier_folder_has (folder, entry->rank == HEMO_LANE_NONE ? answers : reply);
}

/* All replies before any answers: what this computer wrote must not come back as somebody else's.
 */
static gboolean
take_entry (HemoCourierRun *self,
            const HemoCourierFolder *folder,
            const HemoCourierEntry *entry,
            GError **error)
{
  gboolean done = FALSE;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (!has_reply (folder, entry))
    {
      self->summary->unanswered += entry->rank != HEMO_LANE_NONE;
      return TRUE;
    }
  if (!(entry->rank == HEMO_LANE_NONE ? take_answers (self, folder, entry, &done, error)
                                      : take_reply (self, folder, entry, &done, error)))
    return FALSE;
  /* What was taken in is in the store; the stick may be full or write-protected. */
  if (done)
    hemo_courier_folder_remove (folder, entry, NULL);
  return TRUE;
}

gboolean
hemo_courier_take (HemoCourierRun *self, const HemoCourierFolder *folder, GError **error)
{
  g_autoptr (GPtrArray) entries = hemo_courier_folder_letters (folder, error);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    if (!take_entry (self, folder, g_ptr_array_index (entries, i), error))
      return FALSE;
  return entries != NULL;
}

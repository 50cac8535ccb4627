/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the queue onto the stick. A letter comes to be when its last file is renamed; what was
 * written before a cut is found again by its name, which follows from what is in it. */

#include "hemo-courier-private.h"

#include "hemo-durable.h"
#include "hemo-outgoing.h"
#include "hemo-remote-memory.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* More go when these came back. */
#define GROUPS_MOST 2000
#define OBJECTS_MOST 20000
#define NUMBER_NOTE "courier.number"

/**
 * Pack:
 * @there: id to HemoCourierEntry, of letters that were on the stick before
 * @current: ids of letters that are on it now and tell of what waits
 */
typedef struct
{
  HemoCourierRun *run;
  const HemoCourierFolder *folder;
  GHashTable *there;
  GHashTable *current;
} Pack;

typedef struct
{
  Pack *pack;
  const HemoQueueGroup *group;
  HemoFhirParcel *parcel;
  HemoCourierLetter *letter;
  HemoLane lane;
} Job;

/* The letter's id: the same for the same content, and told by nothing that somebody could guess,
 * as every change has a random UUID. */
static char *
derive_id (const HemoCourierRun *run, const HemoCourierLetter *letter)
{
  g_autoptr (GBytes) json = hemo_courier_letter_to_json (letter);
  g_autofree char *sha256 = hemo_sha256 (json);
  g_autofree char *name = g_strconcat ("courier:", sha256, NULL);

  return hemo_fhir_derive_uuid (run->keys->installation, name);
}

/* Each item as begun, so that it is asked for before it is sent by another way, what is in it, and
 * a number of its own: all or nothing. */
static gboolean
begin_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Job *job = data;
  HemoCourierLetter *letter = job->letter;
  const char *identity = job->pack->run->places[0].identity;
  g_autofree char *last = hemo_sync_note_load (txn, NUMBER_NOTE, NULL);
  g_autofree char *next = NULL;

  letter->number = (last != NULL ? g_ascii_strtoll (last, NULL, 10) : 0) + 1;
  next = g_strdup_printf ("%" G_GINT64_FORMAT, letter->number);
  for (guint i = 0; i < letter->items->len; i++)
    if (!hemo_queue_begin (txn, ((const HemoQueueItem *)letter->items->pdata[i])->sequence, error))
      return FALSE;
  for (guint i = 0; i < letter->parts->len; i++)
    if (!hemo_remote_memory_note (txn, identity,
                                  ((const HemoFhirPart *)letter->parts->pdata[i])->resource, error))
      return FALSE;
  return hemo_sync_note_save (txn, NUMBER_NOTE, next, error);
}

static guint
rank_of (const HemoCourierLetter *letter)
{
  return letter->matter == HEMO_COURIER_ASK ? HEMO_LANE_NONE : letter->lane;
}

/* Read from the medium: it was carried about since, and may hold something else. */
static gboolean
is_beside (const Pack *self, const char *id, const char *ending, const char *sha256)
{
  g_autofree char *name = g_strconcat (id, ending, NULL);
  g_autofree char *path = hemo_courier_folder_path (self->folder, name);
  g_autofree char *there
      = hemo_courier_folder_has (self->folder, name)
            ? hemo_durable_hash (path, TRUE, NULL, NULL, NULL, self->run->cancellable, NULL)
            : NULL;

  return g_strcmp0 (there, sha256) == 0;
}

/* Whether the letter @id is on the stick already, can be read, and has all that it tells of. */
static gboolean
is_there (Pack *self, const HemoCourierLetter *letter, const char *id)
{
  const HemoCourierEntry *entry = g_hash_table_lookup (self->there, id);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GBytes) content = NULL;

  if (entry == NULL
      || (letter->matter == HEMO_COURIER_OBJECT
          && (!is_beside (self, id, ".cms", letter->sha256)
              || !is_beside (self, id, ".sig", letter->signature_sha256))))
    return FALSE;
  file = hemo_courier_folder_read (self->folder, entry->name, NULL);
  content = file != NULL ? hemo_courier_open (self->run->keys, HEMO_COURIER_LETTER,
                                              self->run->keys->installation, file, NULL, NULL)
                         : NULL;
  return content != NULL;
}

/* What is there under this id and cannot be read, or lacks its picture. */
static void
drop_useless (const Pack *self, const char *id)
{
  const HemoCourierEntry *entry = g_hash_table_lookup (self->there, id);
  g_autofree char *path
      = entry != NULL ? hemo_courier_folder_path (self->folder, entry->name) : NULL;

  if (path != NULL)
    g_unlink (path);
}

/* Gives it a number and writes it, unless it is there. @prepare: puts what lies beside it on the
 * stick first, or NULL. FALSE without @error for what does not wait any more. */
static gboolean
put_letter (Pack *self,
            HemoCourierLetter *letter,
            gboolean (*prepare) (Pack *self, const char *id, gpointer data, GError **error),
            gpointer data,
            GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) json = NULL;
  g_autofree char *name = NULL;
  Job job = { .pack = self, .letter = letter };

  letter->id = derive_id (self->run, letter);
  if (!is_there (self, letter, letter->id))
    {
      /* What was not read to its end is not known to be useless. */
      if (g_cancellable_set_error_if_cancelled (self->run->cancellable, error))
        return FALSE;
      drop_useless (self, letter->id);
      if (prepare != NULL && !prepare (self, letter->id, data, error))
        return FALSE;
      if (!hemo_courier_job_write (self->run, begin_job, &job, &failure))
        {
          if (!g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT))
            g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      json = hemo_courier_letter_to_json (letter);
      name = hemo_courier_entry_name (rank_of (letter), letter->number, letter->id);
      if (!hemo_courier_write_file (self->run, self->folder, name, HEMO_COURIER_LETTER, json,
                                    error))
        return FALSE;
      if (letter->matter != HEMO_COURIER_ASK)
        self->run->summary->written[letter->lane]++;
    }
  if (letter->matter != HEMO_COURIER_ASK)
    self->run->summary->carried[letter->lane]++;
  g_hash_table_add (self->current, g_strdup (letter->id));
  return TRUE;
}

/* Results */

static gboolean
groups_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_queue_groups (txn, GROUPS_MOST, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

static char *
image_url (const HemoImage *image, gpointer data)
{
  const char *base = data;

  return base != NULL ? g_strdup_printf ("%simages/%s.cms", base, image->uuid) : NULL;
}

static gboolean
parcel_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Job *job = data;
  HemoCourierRun *run = job->pack->run;
  g_autofree char *base = hemo_courier_picture_base (run);
  const HemoFhirParcelOptions options
      = { .server = run->places[0].identity, .image_url = image_url, .data = base };

  job->parcel = hemo_fhir_parcel_load (txn, job->group, &options, error);
  return job->parcel != NULL;
}

/* What cannot be made into records is for the shelf of the lane that sends, not for a stick. */
static gboolean
is_of_the_group (const GError *error)
{
  return error->domain != HEMO_STORE_ERROR
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
}

static HemoCourierLetter *
letter_of_parcel (const HemoFhirParcel *parcel)
{
  HemoCourierLetter *letter = hemo_courier_letter_new (HEMO_COURIER_RECORDS);

  /* What is not in the letter is not received with it. */
  for (guint i = 0; i < parcel->items->len; i++)
    if (!g_ptr_array_find (parcel->unsent, parcel->items->pdata[i], NULL))
      g_ptr_array_add (letter->items, hemo_queue_item_copy (parcel->items->pdata[i]));
  for (guint i = 0; i < parcel->parts->len; i++)
    {
      const HemoFhirPart *part = g_ptr_array_index (parcel->parts, i);
      HemoFhirPart *copy = g_new0 (HemoFhirPart, 1);

      copy->resource = json_object_get (part->resource);
      copy->sha256 = g_strdup (part->sha256);
      copy->if_match = g_strdup (part->if_match);
      g_ptr_array_add (letter->parts, copy);
    }
  return letter;
}

static gboolean
pack_group (Pack *self, const HemoQueueGroup *group, GError **error)
{
  Job job = { .pack = self, .group = group };
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoFhirParcel) parcel = NULL;
  g_autoptr (HemoCourierLetter) letter = NULL;

  if (!hemo_courier_job_read (self->run, parcel_job, &job, NULL, &failure))
    {
      self->run->summary->left++;
      if (is_of_the_group (failure))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  parcel = job.parcel;
  self->run->summary->left += parcel->disputed || parcel->held || parcel->unsent->len > 0;
  if (parcel->disputed || parcel->held || parcel->parts->len == 0)
    return TRUE;
  letter = letter_of_parcel (parcel);
  if (put_letter (self, letter, NULL, NULL, &failure) || failure == NULL)
    return TRUE;
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_TOO_LARGE))
    {
      self->run->summary->left++;
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
pack_records (Pack *self, GError **error)
{
  g_autoptr (GPtrArray) groups = NULL;

  if (!hemo_courier_job_read (self->run, groups_job, NULL, (gpointer *)&groups, error))
    return FALSE;
  for (guint i = 0; i < groups->len; i++)
    if (!pack_group (self, g_ptr_array_index (groups, i), error))
      return FALSE;
  if (groups->len >= GROUPS_MOST)
    self->run->summary->more = groups->len;
  return TRUE;
}

/* Pictures */

static gboolean
items_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Job *job = data;

  *result = hemo_queue_waiting (txn, job->lane, OBJECTS_MOST, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

/* Received but for the mark: a change of the record does not change the picture. */
static gboolean
received_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_queue_received (txn, data, error);
}

/**
 * Picture: on its way, and the letter that tells of it
 */
typedef struct
{
  HemoOutgoing *outgoing;
  const HemoCourierLetter *letter;
} Picture;

static gboolean
put_file (Pack *self,
          const char *from,
          const char *id,
          const char *ending,
          guint64 size,
          const char *sha256,
          GError **error)
{
  g_autofree char *name = g_strconcat (id, ending, NULL);
  gboolean copied = FALSE;

  if (g_cancellable_set_error_if_cancelled (self->run->cancellable, error)
      || !hemo_courier_folder_copy (self->folder, from, name, size, sha256, &copied,
                                    self->run->cancellable, error))
    return FALSE;
  if (copied)
    {
      self->run->summary->bytes += size;
      hemo_courier_step (self->run);
    }
  return TRUE;
}

static gboolean
put_picture (Pack *self, const char *id, gpointer data, GError **error)
{
  const Picture *picture = data;
  const HemoRemoteObject *object = picture->outgoing->object;
  HemoStore *store = hemo_clinic_get_store (self->run->courier->clinic);
  const char *signature = hemo_outgoing_write_signature (picture->outgoing, store, error);

  return signature != NULL
         && put_file (self, picture->outgoing->path, id, ".cms", (guint64)object->bytes,
                      object->sha256, error)
         && put_file (self, signature, id, ".sig",
                      (guint64)g_bytes_get_size (picture->outgoing->signature),
                      picture->letter->signature_sha256, error);
}

/* @items: (element-type HemoQueueItem): of one picture. (transfer full) */
static HemoCourierLetter *
letter_of_picture (const HemoOutgoing *outgoing, const GPtrArray *items)
{
  g_autoptr (HemoCourierLetter) letter = hemo_courier_letter_new (HEMO_COURIER_OBJECT);

  letter->lane = outgoing->object->lane;
  letter->object = g_strdup (outgoing->object->object);
  letter->key = g_strdup (outgoing->object->key);
  letter->sha256 = g_strdup (outgoing->object->sha256);
  letter->bytes = outgoing->object->bytes;
  letter->signature_sha256 = hemo_sha256 (outgoing->signature);
  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (letter->items, hemo_queue_item_copy (items->pdata[i]));
  return g_steal_pointer (&letter);
}

static gboolean
mark_received (Pack *self, const GPtrArray *items, GError **error)
{
  for (guint i = 0; i < items->len; i++)
    if (!hemo_courier_job_write (self->run, received_job, items->pdata[i], error))
      return FALSE;
  self->run->summary->received += items->len;
  return TRUE;
}

/* Damaged, missing or pruned here: that holds up nothing. */
static gboolean
is_of_the_picture (const GError *error)
{
  return g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_ELSEWHERE);
}

static gboolean
send_picture (Pack *self, const GPtrArray *items, GError **error)
{
  const HemoQueueItem *first = g_ptr_array_index (items, 0);
  g_autoptr (HemoOutgoing) outgoing = hemo_clinic_open_outgoing (
      self->run->courier->clinic, self->run->sync, self->run->places[1].identity, first->object,
      first->lane, error);
  g_autoptr (HemoCourierLetter) letter = NULL;
  g_autoptr (GError) failure = NULL;
  Picture picture = { .outgoing = outgoing };

  if (outgoing == NULL)
    return FALSE;
  if (outgoing->object->proven_us != 0)
    return mark_received (self, items, error);
  letter = letter_of_picture (outgoing, items);
  picture.letter = letter;
  if (put_letter (self, letter, put_picture, &picture, &failure) || failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
pack_picture (Pack *self, const GPtrArray *items, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (send_picture (self, items, &failure))
    return TRUE;
  if (is_of_the_picture (failure))
    {
      self->run->summary->left++;
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Items of one picture together, in the order of the first of them. (transfer full) (element-type
 * GPtrArray) */
static GPtrArray *
by_picture (const GPtrArray *items)
{
  GPtrArray *pictures = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < items->len; i++)
    {
      HemoQueueItem *item = g_ptr_array_index (items, i);
      GPtrArray *picture = g_hash_table_lookup (known, item->object);

      if (picture == NULL)
        {
          picture = g_ptr_array_new ();
          g_ptr_array_add (pictures, picture);
          g_hash_table_insert (known, item->object, picture);
        }
      g_ptr_array_add (picture, item);
    }
  return pictures;
}

static gboolean
pack_pictures (Pack *self, HemoLane lane, GError **error)
{
  Job job = { .pack = self, .lane = lane };
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) pictures = NULL;

  if (!hemo_courier_job_read (self->run, items_job, &job, (gpointer *)&items, error))
    return FALSE;
  pictures = by_picture (items);
  for (guint i = 0; i < pictures->len; i++)
    if (!pack_picture (self, g_ptr_array_index (pictures, i), error))
      return FALSE;
  if (items->len >= OBJECTS_MOST)
    self->run->summary->more += pictures->len;
  return TRUE;
}

/* What is asked for */

static gboolean
read_wants (HemoTxn *txn, HemoCourierLetter *letter, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = hemo_sync_note_load (txn, HEMO_COURIER_WANTS_NOTE, &failure);
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", HEMO_COURIER_WANTS_MOST) : NULL;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      g_auto (GStrv) name = g_strsplit (lines[i], "/", 2);

      if (g_strv_length (name) == 2)
        g_ptr_array_add (letter->wants, hemo_courier_name_new (name[0], name[1]));
    }
  return TRUE;
}

static gboolean
cursors_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Job *job = data;

  for (guint i = 0; hemo_courier_types[i] != NULL; i++)
    {
      HemoCourierCursor *cursor = g_new0 (HemoCourierCursor, 1);
      g_autofree char *note = g_strdup_printf ("pull.%s.%s", job->pack->run->places[0].identity,
                                               hemo_courier_types[i]);
      g_autofree char *text = hemo_sync_note_load (txn, note, NULL);

      cursor->type = g_strdup (hemo_courier_types[i]);
      cursor->at = text != NULL ? MAX (g_ascii_strtoll (text, NULL, 10), 0) : 0;
      g_ptr_array_add (job->letter->cursors, cursor);
    }
  return read_wants (txn, job->letter, error);
}

static gboolean
pack_ask (Pack *self, GError **error)
{
  g_autoptr (HemoCourierLetter) letter = hemo_courier_letter_new (HEMO_COURIER_ASK);
  Job job = { .pack = self, .letter = letter };

  return hemo_courier_job_read (self->run, cursors_job, &job, NULL, error)
         && put_letter (self, letter, NULL, NULL, error);
}

/* Letters that tell of what does not wait any more, or not as it was. */
static gboolean
prune (Pack *self, GError **error)
{
  GHashTableIter iter;
  gpointer id, entry;

  g_hash_table_iter_init (&iter, self->there);
  while (g_hash_table_iter_next (&iter, &id, &entry))
    if (!g_hash_table_contains (self->current, id)
        && !hemo_courier_folder_remove (self->folder, entry, error))
      return FALSE;
  hemo_courier_folder_sweep (self->folder);
  return TRUE;
}

static gboolean
pack_all (Pack *self, GError **error)
{
  if (!pack_records (self, error) || !pack_ask (self, error)
      || !pack_pictures (self, HEMO_LANE_PREVIEWS, error)
      || !pack_pictures (self, HEMO_LANE_ORIGINALS, error))
    return FALSE;
  /* Of what did not go for its number it is not known whether it waits. */
  return self->run->summary->more > 0 || prune (self, error);
}

gboolean
hemo_courier_pack (HemoCourierRun *self, const HemoCourierFolder *folder, GError **error)
{
  g_autoptr (GPtrArray) entries = hemo_courier_folder_letters (folder, error);
  g_autoptr (GHashTable) there = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) current = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Pack pack = { .run = self, .folder = folder, .there = there, .current = current };

  if (entries == NULL)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    {
      HemoCourierEntry *entry = g_ptr_array_index (entries, i);

      g_hash_table_insert (there, entry->id, entry);
    }
  return pack_all (&pack, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks the clinic's object store for the originals that only it has. */

#include "hemo-picture-left.h"

#include "hemo-object-reader.h"
#include "hemo-prune.h"
#include "hemo-remote-table.h"

/* Of one turn of the lane; the rest is asked in the next ones. */
#define TURN 200
/* Before the first UUID. */
#define FIRST "-"

/* note: after which it goes on; "" where nothing is to be asked. */
typedef struct
{
  const char *server;
  char *note;
  char *after;
  GPtrArray *list;
  const HemoPrunedObject *object;
  gboolean there;
} Left;

static void
left_clear (Left *self)
{
  g_free (self->note);
  g_free (self->after);
  g_clear_pointer (&self->list, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Left, left_clear)

static char *
note_name (const char *server)
{
  return g_strconcat ("pruned-left.", server, NULL);
}

gboolean
hemo_picture_left_doubt (HemoTxn *txn, const char *server, GError **error)
{
  g_autofree char *note = note_name (server);

  return hemo_sync_note_save (txn, note, FIRST, error);
}

gboolean
hemo_picture_left_doubt_missing (HemoTxn *txn, const char *server, GError **error)
{
  gint64 missing = 0;

  return hemo_pruned_count_missing (txn, &missing, error)
         && (missing == 0 || hemo_picture_left_doubt (txn, server, error));
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Left *self = data;
  g_autoptr (GError) failure = NULL;

  self->after = hemo_sync_note_load (txn, self->note, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (self->after == NULL || *self->after == '\0')
    return TRUE;
  self->list = hemo_pruned_list (txn, self->server, self->after, TURN, error);
  return self->list != NULL;
}

static gboolean
note_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Left *self = data;

  return hemo_pruned_note_there (txn, self->server, self->object->image, self->there, error)
         && hemo_sync_note_save (txn, self->note, self->object->image, error);
}

static gboolean
end_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Left *self = data;

  return hemo_sync_note_save (txn, self->note, "", error);
}

/* By its size: to read all of it back would cost the link more than it is worth here. */
static gboolean
find (Left *self, HemoS3 *s3, GCancellable *cancellable, GError **error)
{
  const HemoS3Proof proof
      = { .size = (guint64)self->object->bytes, .sha256 = self->object->sealed_sha256 };
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoS3Object) head = hemo_s3_head (s3, self->object->key, cancellable, &failure);

  if (head != NULL)
    {
      self->there = head->size == proof.size;
      return TRUE;
    }
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    return hemo_object_find (s3, self->object->key, &proof, &self->there, cancellable, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
hemo_picture_left_look (HemoStore *store,
                        HemoSession *session,
                        HemoS3 *s3,
                        const char *server,
                        GCancellable *cancellable,
                        GError **error)
{
  g_auto (Left) self = { .server = server, .note = note_name (server) };

  if (!hemo_store_read (store, session, load_job, &self, NULL, error))
    return FALSE;
  if (self.list == NULL)
    return TRUE;
  for (guint i = 0; i < self.list->len; i++)
    {
      self.object = g_ptr_array_index (self.list, i);
      self.there = FALSE;
      if (!find (&self, s3, cancellable, error)
          || !hemo_store_write (store, session, note_job, &self, NULL, error))
        return FALSE;
    }
  return self.list->len == TURN || hemo_store_write (store, session, end_job, &self, NULL, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks the clinic's object store for the originals that only it has. */

#include "hemo-picture-left.h"

#include "hemo-doubt-ask.h"
#include "hemo-doubt-table.h"
#include "hemo-prune.h"
#include "hemo-remote-table.h"

/* Of one turn of the lane; the rest is asked in the next ones. */
#define TURN 200
/* Before the first UUID. */
#define FIRST "-"
/* Before that, where only what was not found before is asked for. */
#define MISSING '?'

/* note: after which it goes on; "" where nothing is to be asked. */
typedef struct
{
  HemoStore *store;
  const char *server;
  char *note;
  gboolean missing;
  GPtrArray *list;
  const char *image;
  HemoDoubt *doubt;
  gboolean there;
} Left;

static void
left_clear (Left *self)
{
  g_free (self->note);
  g_clear_pointer (&self->list, g_ptr_array_unref);
  g_clear_pointer (&self->doubt, hemo_doubt_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Left, left_clear)

static char *
note_name (const char *server)
{
  return g_strconcat ("pruned-left.", server, NULL);
}

/* @text: (out): NULL and "" for nothing */
static gboolean
load_note (HemoTxn *txn, const char *note, char **text, GError **error)
{
  g_autoptr (GError) failure = NULL;

  *text = hemo_sync_note_load (txn, note, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* @after: UUID, or FIRST */
static gboolean
save_note (HemoTxn *txn, const char *note, gboolean missing, const char *after, GError **error)
{
  g_autofree char *text = missing ? g_strdup_printf ("%c%s", MISSING, after) : g_strdup (after);

  return hemo_sync_note_save (txn, note, text, error);
}

gboolean
hemo_picture_left_doubt (HemoTxn *txn, const char *server, GError **error)
{
  g_autofree char *note = note_name (server);

  return save_note (txn, note, FALSE, FIRST, error);
}

gboolean
hemo_picture_left_doubt_missing (HemoTxn *txn, const char *server, GError **error)
{
  g_autofree char *note = note_name (server);
  g_autofree char *text = NULL;
  gint64 missing = 0;

  if (!hemo_pruned_count_missing (txn, &missing, error) || !load_note (txn, note, &text, error))
    return FALSE;
  /* All are being asked for. */
  if (text != NULL && *text != '\0' && *text != MISSING)
    return TRUE;
  return missing == 0 || save_note (txn, note, TRUE, FIRST, error);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Left *self = data;
  g_autofree char *text = NULL;

  if (!load_note (txn, self->note, &text, error))
    return FALSE;
  if (text == NULL || *text == '\0')
    return TRUE;
  self->missing = *text == MISSING;
  self->list
      = hemo_pruned_list (txn, self->server, self->missing, text + self->missing, TURN, error);
  return self->list != NULL;
}

static gboolean
doubt_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Left *self = data;
  g_autoptr (GError) failure = NULL;

  g_clear_pointer (&self->doubt, hemo_doubt_free);
  self->doubt = hemo_doubt_load (txn, self->store, self->server, self->image, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
note_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Left *self = data;

  return hemo_pruned_note_there (txn, self->server, self->image, self->there, error)
         && save_note (txn, self->note, self->missing, self->image, error);
}

static gboolean
end_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Left *self = data;

  return hemo_sync_note_save (txn, self->note, "", error);
}

/* That it cannot be asked says nothing of them, and holds up nothing. */
static gboolean
stops (const GError *error)
{
  return error->domain != HEMO_REMOTE_ERROR
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
}

static gboolean
look_for (Left *self, HemoSession *session, HemoS3 *s3, GCancellable *cancellable, GError **error)
{
  self->there = FALSE;
  if (!hemo_store_read (self->store, session, doubt_job, self, NULL, error))
    return FALSE;
  return (self->doubt == NULL
          || hemo_doubt_find (self->doubt, s3, TRUE, NULL, &self->there, cancellable, error))
         && hemo_store_write (self->store, session, note_job, self, NULL, error);
}

gboolean
hemo_picture_left_look (const HemoObjectPush *push, GCancellable *cancellable, GError **error)
{
  HemoStore *store = hemo_clinic_get_store (push->clinic);
  g_auto (Left) self = { .store = store, .server = push->server, .note = note_name (push->server) };

  if (push->lane != HEMO_LANE_ORIGINALS)
    return TRUE;
  if (!hemo_store_read (store, push->session, load_job, &self, NULL, error))
    return FALSE;
  if (self.list == NULL)
    return TRUE;
  for (guint i = 0; i < self.list->len; i++)
    {
      g_autoptr (GError) failure = NULL;

      if (push->give_way != NULL && push->give_way (push->data))
        return TRUE;
      self.image = g_ptr_array_index (self.list, i);
      if (look_for (&self, push->session, push->s3[0], cancellable, &failure))
        continue;
      if (!stops (failure))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return self.list->len == TURN
         || hemo_store_write (store, push->session, end_job, &self, NULL, error);
}

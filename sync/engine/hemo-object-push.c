/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A lane of files: from the queue through HemoObjectUpload to 'received'. */

#include "hemo-object-push.h"

#include "hemo-cms.h"
#include "hemo-durable.h"
#include "hemo-outgoing.h"

#include <glib/gi18n.h>

/* So often a picture is sent that arrives as something else. */
#define SPOILT_MOST 3
/* How soon a hand that waits for its turn sees that it is to end. */
#define TURN_US (200 * G_TIME_SPAN_MILLISECOND)

/* What each hand holds: UUID of a picture, or NULL; whether one of them has its turn on the link,
 * or lost it; whether a picture was spoilt each time and nothing arrived since; whether a hand
 * failed, so that no other begins anything. */
typedef struct
{
  GMutex mutex;
  GCond cond;
  char *held[HEMO_OBJECT_PUSH_HANDS];
  gboolean taken;
  gboolean lost;
  gboolean spoilt;
  gboolean failed;
} Table;

/* done: what was proven and is not noted yet, with what is to be noted of it. */
typedef struct
{
  const HemoObjectPush *push;
  Table *table;
  guint index;
  GCancellable *cancellable;
  HemoQueueItem *done;
  HemoRemoteObject *proof;
  guint received;
  GError *error;
} Hand;

/* item: as it was before it was begun, or NULL; rows: NULL with what speaks against sending it. */
typedef struct
{
  HemoQueueItem *item;
  HemoOutgoingRows *rows;
  GError *failure;
  guint received;
} Taken;

typedef struct
{
  const HemoObjectPush *push;
  Table *table;
  HemoS3 *s3;
  HemoLink *link;
  HemoQueueItem *item;
  HemoOutgoing *outgoing;
  const char *reason;
  guint64 kept;
} Work;

typedef struct
{
  Hand *hand;
  gboolean takes;
} Turn;

static void
taken_free (Taken *self)
{
  g_clear_pointer (&self->item, hemo_queue_item_free);
  g_clear_pointer (&self->rows, hemo_outgoing_rows_free);
  g_clear_error (&self->failure);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Taken, taken_free)

/* This file cannot be read here, as on a disk that fails: the others can still be sent. */
static gboolean
is_unreadable (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

/* What no further try would change. */
static gboolean
is_for_the_shelf (const GError *error)
{
  return is_unreadable (error)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_ELSEWHERE)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_TOO_LARGE)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT);
}

/* That it is proven and that it is received: both or neither. */
static gboolean
note_received (HemoTxn *txn, Hand *hand, guint *received, GError **error)
{
  hand->proof->proven_us = hemo_txn_get_time (txn).utc_us;
  return hemo_remote_object_save (txn, hand->push->server, hand->proof, error)
         && hemo_queue_received_picture (txn, hand->done, received, error);
}

/* The first that no hand holds, and that it is begun: from then on it is asked for what is there
 * under its name. */
static gboolean
take_next (HemoTxn *txn, const Hand *hand, Taken *taken, GError **error)
{
  const HemoObjectPush *push = hand->push;
  const char *held[HEMO_OBJECT_PUSH_HANDS + 1] = { NULL };
  guint count = 0;
  g_autoptr (GError) failure = NULL;

  for (guint i = 0; i < HEMO_OBJECT_PUSH_HANDS; i++)
    if (hand->table->held[i] != NULL)
      held[count++] = hand->table->held[i];
  taken->item = hemo_queue_next_picture (txn, push->lane, held, &failure);
  if (taken->item != NULL)
    taken->rows = hemo_outgoing_load (txn, hemo_clinic_get_store (push->clinic), push->server,
                                      taken->item->object, push->lane, &failure);
  if (is_for_the_shelf (failure))
    taken->failure = g_steal_pointer (&failure);
  if (failure == NULL)
    return taken->item == NULL || hemo_queue_begin (txn, taken->item->sequence, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* One transaction between two pictures, on the writer's thread, which has at hand what it wrote
 * last: a reader's connection would have to decrypt it again. */
static gboolean
turn_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Turn *turn = data;
  g_autoptr (Taken) taken = g_new0 (Taken, 1);

  hemo_txn_set_result_free (txn, (GDestroyNotify)taken_free);
  if (turn->hand->done != NULL && !note_received (txn, turn->hand, &taken->received, error))
    return FALSE;
  if (turn->takes && !take_next (txn, turn->hand, taken, error))
    return FALSE;
  *result = g_steal_pointer (&taken);
  return TRUE;
}

/* Lets go what was held, notes it where it was proven, and takes the next if it is to. The mutex is
 * held meanwhile: what another hand lets go after that is not seen as waiting from before. NULL
 * with the error of the hand. (transfer full) */
static Taken *
turn (Hand *self, gboolean takes)
{
  Table *table = self->table;
  Turn turn = { self, takes };
  g_autoptr (GError) failure = NULL;
  Taken *taken = NULL;

  g_mutex_lock (&table->mutex);
  g_clear_pointer (&table->held[self->index], g_free);
  if ((takes || self->done != NULL)
      && hemo_store_write (hemo_clinic_get_store (self->push->clinic), self->push->session,
                           turn_job, &turn, (gpointer *)&taken, &failure))
    {
      table->held[self->index] = taken->item != NULL ? g_strdup (taken->item->object) : NULL;
      if (self->proof != NULL)
        hemo_outgoing_forget (hemo_clinic_get_store (self->push->clinic), self->proof);
    }
  g_mutex_unlock (&table->mutex);
  g_clear_pointer (&self->done, hemo_queue_item_free);
  g_clear_pointer (&self->proof, hemo_remote_object_free);
  self->received += taken != NULL ? taken->received : 0;
  if (self->error == NULL)
    self->error = g_steal_pointer (&failure);
  return taken;
}

static gboolean
keep_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Work *work = data;

  return hemo_remote_object_save (txn, work->push->server, work->outgoing->object, error);
}

static gboolean
shelve_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Work *work = data;

  return hemo_queue_shelve (txn, work->item, work->reason, error);
}

static gboolean
write_job (Work *work, HemoStoreJob job, GError **error)
{
  return hemo_store_write (hemo_clinic_get_store (work->push->clinic), work->push->session, job,
                           work, NULL, error);
}

static gboolean
gives_way (const HemoObjectPush *push)
{
  return push->give_way != NULL && push->give_way (push->data);
}

/* That nothing is under way any more is written with 'received'. */
static gboolean
keep (const char *state, gpointer data, GError **error)
{
  Work *work = data;
  HemoRemoteObject *object = work->outgoing->object;

  if (state == NULL)
    return TRUE;
  g_free (object->progress);
  object->progress = g_strdup (state);
  object->sent = (gint64)work->kept;
  if (!write_job (work, keep_job, error))
    return FALSE;
  if (!gives_way (work->push))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING, N_ ("Something else goes first."));
  return FALSE;
}

static void
progress (guint64 bytes, gpointer data)
{
  Work *work = data;

  work->kept = bytes;
  if (work->push->progress != NULL)
    work->push->progress (work->item->object, bytes, (guint64)work->outgoing->object->bytes,
                          work->push->data);
}

static gboolean
take_turn (gpointer data, GCancellable *cancellable, GError **error)
{
  Table *table = ((Work *)data)->table;
  gboolean lost, cancelled;

  g_mutex_lock (&table->mutex);
  while (table->taken && !table->lost && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait_until (&table->cond, &table->mutex, g_get_monotonic_time () + TURN_US);
  cancelled = g_cancellable_set_error_if_cancelled (cancellable, error);
  lost = table->lost && !cancelled;
  if (!lost && !cancelled)
    table->taken = TRUE;
  g_mutex_unlock (&table->mutex);
  if (lost)
    g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE,
                         N_ ("Nothing moves on the connection any more; it is tried again."));
  return !lost && !cancelled;
}

static void
end_turn (gboolean lost, gpointer data)
{
  Table *table = ((Work *)data)->table;

  g_mutex_lock (&table->mutex);
  table->taken = FALSE;
  table->lost = table->lost || lost;
  g_cond_broadcast (&table->cond);
  g_mutex_unlock (&table->mutex);
}

/* Nothing is kept of so small a file. */
static gboolean
keep_nothing (const char *state, gpointer data, GError **error)
{
  return TRUE;
}

/* The signature first: a picture that is there can be believed by whoever finds it. */
static gboolean
send_signature (Work *work, GCancellable *cancellable, GError **error)
{
  const HemoOutgoing *outgoing = work->outgoing;
  g_autofree char *key = g_strconcat (outgoing->object->key, ".sig", NULL);
  g_autofree char *sha256 = hemo_sha256 (outgoing->signature);
  const HemoObjectTask task = { .s3 = work->s3,
                                .link = work->link,
                                .key = key,
                                .bytes = outgoing->signature,
                                .size = g_bytes_get_size (outgoing->signature),
                                .sha256 = sha256,
                                .ours = outgoing->ours,
                                .begun = work->item->attempts > 0,
                                .noted = TRUE,
                                .keep = keep_nothing };

  return hemo_object_upload (&task, NULL, cancellable, error);
}

static gboolean
send_object (Work *work, GCancellable *cancellable, GError **error)
{
  const HemoOutgoing *outgoing = work->outgoing;
  HemoObjectTask task = { .s3 = work->s3,
                          .link = work->link,
                          .key = outgoing->object->key,
                          .path = outgoing->path,
                          .size = (guint64)outgoing->object->bytes,
                          .sha256 = outgoing->object->sha256,
                          .state = outgoing->object->progress,
                          .ours = outgoing->ours,
                          .begun = work->item->attempts > 0,
                          .noted = TRUE,
                          .keep = keep,
                          .take_turn = take_turn,
                          .end_turn = end_turn,
                          .progress = progress,
                          .tidies = TRUE,
                          .data = work };
  g_autofree char *state = g_strdup (outgoing->object->progress);

  /* keep() replaces what the object holds. */
  task.state = state;
  return hemo_object_upload (&task, NULL, cancellable, error);
}

static gboolean
is_spoilt (const GError *error)
{
  return g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_SPOILT);
}

/* Whether the picture goes to the shelf, as it was spoilt each time. Where the one before it was as
 * well, it is not the picture, and all that waits would follow. */
static gboolean
note_spoilt (Work *work, gboolean spoilt)
{
  Table *table = work->table;
  gboolean alone;

  g_mutex_lock (&table->mutex);
  alone = spoilt && !table->spoilt;
  table->spoilt = spoilt;
  g_mutex_unlock (&table->mutex);
  return alone;
}

/* What was begun had its signature there, proven. To ask for it again after every break would cost
 * a way there and back each time: it is asked for when the rest is there. */
static gboolean
send_once (Work *work, GCancellable *cancellable, GError **error)
{
  gboolean begun = work->outgoing->object->progress != NULL;

  return (begun || send_signature (work, cancellable, error))
         && send_object (work, cancellable, error)
         && (!begun || send_signature (work, cancellable, error));
}

/* Once more where it arrived as something else. */
static gboolean
send_often (Work *work, GCancellable *cancellable, GError **error)
{
  for (guint tries = 1;; tries++)
    {
      g_autoptr (GError) failure = NULL;

      if (send_once (work, cancellable, &failure))
        return TRUE;
      if (!is_spoilt (failure) || tries >= SPOILT_MOST || gives_way (work->push))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      work->item->attempts++;
    }
}

static gboolean
send (Work *work, HemoOutgoingRows *rows, GCancellable *cancellable, GError **error)
{
  const HemoObjectPush *push = work->push;

  work->outgoing = hemo_clinic_open_loaded (push->clinic, push->session, rows, error);
  if (work->outgoing == NULL)
    return FALSE;
  progress ((guint64)work->outgoing->object->sent, work);
  /* One that is proven already was received but for the mark. */
  return work->outgoing->object->proven_us != 0 || send_often (work, cancellable, error);
}

/* What was proven is noted with the next turn; FALSE when this hand is to end. */
static gboolean
send_item (Hand *self, Work *work, Taken *taken, GError **error)
{
  g_autoptr (GError) failure = g_steal_pointer (&taken->failure);

  if (failure == NULL && send (work, taken->rows, self->cancellable, &failure))
    {
      note_spoilt (work, FALSE);
      self->done = g_steal_pointer (&taken->item);
      self->proof = g_steal_pointer (&work->outgoing->object);
      return TRUE;
    }
  if (!is_for_the_shelf (failure) && !(is_spoilt (failure) && note_spoilt (work, TRUE)))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  work->reason = failure->message;
  return write_job (work, shelve_job, error);
}

static void
note_failed (Table *table)
{
  g_mutex_lock (&table->mutex);
  table->failed = TRUE;
  g_mutex_unlock (&table->mutex);
}

static gboolean
has_failed (Table *table)
{
  gboolean failed;

  g_mutex_lock (&table->mutex);
  failed = table->failed;
  g_mutex_unlock (&table->mutex);
  return failed;
}

/* FALSE when this hand has nothing more to do, which may be a failure. */
static gboolean
send_next (Hand *self, Taken *taken)
{
  g_autoptr (GError) failure = NULL;
  Work work = { .push = self->push,
                .table = self->table,
                .s3 = self->push->s3[self->index],
                .link = &self->push->links[self->index],
                .item = taken->item };
  gboolean done = send_item (self, &work, taken, &failure);

  /* Before the picture is let go: the other hand may take it for another change of it, and makes
   * copies of the same names. */
  g_clear_pointer (&work.outgoing, hemo_outgoing_free);
  if (!done && !g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_PENDING))
    {
      note_failed (self->table);
      self->error = g_steal_pointer (&failure);
    }
  return done;
}

static gpointer
work_on (gpointer data)
{
  Hand *self = data;
  gboolean goes_on = TRUE;

  while (goes_on)
    {
      gboolean takes = !g_cancellable_set_error_if_cancelled (self->cancellable, &self->error)
                       && !has_failed (self->table) && !gives_way (self->push);
      g_autoptr (Taken) taken = turn (self, takes);

      goes_on = taken != NULL && taken->item != NULL && send_next (self, taken);
    }
  turn (self, FALSE);
  return NULL;
}

gboolean
hemo_object_push_run (const HemoObjectPush *self,
                      guint *sent,
                      GCancellable *cancellable,
                      GError **error)
{
  Table table = { 0 };
  Hand first = { .push = self, .table = &table, .index = 0, .cancellable = cancellable };
  Hand second = { .push = self, .table = &table, .index = 1, .cancellable = cancellable };
  GThread *thread = NULL;

  g_mutex_init (&table.mutex);
  g_cond_init (&table.cond);
  if (self->s3[1] != NULL)
    thread = g_thread_new ("hemo-hand", work_on, &second);
  work_on (&first);
  if (thread != NULL)
    g_thread_join (thread);
  g_mutex_clear (&table.mutex);
  g_cond_clear (&table.cond);
  if (sent != NULL)
    *sent = first.received + second.received;
  if (first.error == NULL)
    first.error = g_steal_pointer (&second.error);
  g_clear_error (&second.error);
  if (first.error == NULL)
    return TRUE;
  g_propagate_error (error, first.error);
  return FALSE;
}

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
/* On a good link the disk would take longer to write each picture down than the link to send it:
 * so many are begun, and then noted, at a time, as long as they all go within this. After a cut
 * each of them is asked for, and none is sent again. */
#define BATCH_MOST 8
#define BATCH_US (250 * G_TIME_SPAN_MILLISECOND)

/* What each hand holds: UUIDs of pictures, or NULL; whether one of them has its turn on the link,
 * or lost it; whether a picture was spoilt each time and nothing arrived since; whether a hand
 * failed, so that no other begins anything. */
typedef struct
{
  GMutex mutex;
  GCond cond;
  GPtrArray *held[HEMO_OBJECT_PUSH_HANDS];
  gboolean taken;
  gboolean lost;
  gboolean spoilt;
  gboolean failed;
} Table;

/* batch: (element-type Taken), those that were begun last; most: how many of them at a time. */
typedef struct
{
  const HemoObjectPush *push;
  Table *table;
  guint index;
  GCancellable *cancellable;
  GPtrArray *batch;
  guint most;
  guint received;
  GError *error;
} Hand;

/* item: as it was before it was begun; rows: NULL with what speaks against sending it; proof: once
 * it is proven, what is to be noted of it. */
typedef struct
{
  HemoQueueItem *item;
  HemoOutgoingRows *rows;
  GError *failure;
  HemoRemoteObject *proof;
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

/* received: changes that were noted as that. */
typedef struct
{
  Hand *hand;
  gboolean takes;
  guint received;
} Turn;

static void
taken_free (Taken *self)
{
  g_clear_pointer (&self->item, hemo_queue_item_free);
  g_clear_pointer (&self->rows, hemo_outgoing_rows_free);
  g_clear_error (&self->failure);
  g_clear_pointer (&self->proof, hemo_remote_object_free);
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
note_received (HemoTxn *txn, Turn *turn, Taken *taken, GError **error)
{
  guint count = 0;

  taken->proof->proven_us = hemo_txn_get_time (txn).utc_us;
  if (!hemo_remote_object_save (txn, turn->hand->push->server, taken->proof, error)
      || !hemo_queue_received_picture (txn, taken->item, &count, error))
    return FALSE;
  turn->received += count;
  return TRUE;
}

static void
add_names (GPtrArray *names, const GPtrArray *others)
{
  for (guint i = 0; others != NULL && i < others->len; i++)
    g_ptr_array_add (names, others->pdata[i]);
}

/* (transfer container): (element-type utf8), ends with NULL */
static GPtrArray *
list_held (const Hand *hand, const GPtrArray *batch)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < HEMO_OBJECT_PUSH_HANDS; i++)
    add_names (names, hand->table->held[i]);
  for (guint i = 0; i < batch->len; i++)
    g_ptr_array_add (names, ((const Taken *)batch->pdata[i])->item->object);
  g_ptr_array_add (names, NULL);
  return names;
}

/* The first that no hand holds, and that it is begun: from then on it is asked for what is there
 * under its name. Its item is NULL when there is none. */
static gboolean
take_next (HemoTxn *txn, const Hand *hand, const GPtrArray *batch, Taken *taken, GError **error)
{
  const HemoObjectPush *push = hand->push;
  g_autoptr (GPtrArray) held = list_held (hand, batch);
  g_autoptr (GError) failure = NULL;

  taken->item
      = hemo_queue_next_picture (txn, push->lane, (const char *const *)held->pdata, &failure);
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

/* After one that cannot be sent no more are taken. */
static GPtrArray *
take_batch (HemoTxn *txn, const Turn *turn, GError **error)
{
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify)taken_free);
  gboolean more = turn->takes;

  while (more && batch->len < turn->hand->most)
    {
      g_autoptr (Taken) taken = g_new0 (Taken, 1);

      if (!take_next (txn, turn->hand, batch, taken, error))
        return NULL;
      more = taken->item != NULL && taken->failure == NULL;
      if (taken->item != NULL)
        g_ptr_array_add (batch, g_steal_pointer (&taken));
    }
  return g_steal_pointer (&batch);
}

/* One transaction between what was sent and what is sent next, on the writer's thread, which has at
 * hand what it wrote last: a reader's connection would have to decrypt it again. */
static gboolean
turn_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Turn *turn = data;
  const GPtrArray *before = turn->hand->batch;

  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  turn->received = 0;
  for (guint i = 0; before != NULL && i < before->len; i++)
    {
      Taken *taken = before->pdata[i];

      if (taken->proof != NULL && !note_received (txn, turn, taken, error))
        return FALSE;
    }
  *result = take_batch (txn, turn, error);
  return *result != NULL;
}

static void
forget_proven (const HemoObjectPush *push, const GPtrArray *batch)
{
  for (guint i = 0; batch != NULL && i < batch->len; i++)
    {
      const Taken *taken = batch->pdata[i];

      if (taken->proof != NULL)
        hemo_outgoing_forget (hemo_clinic_get_store (push->clinic), taken->proof->sha256);
    }
}

/* (transfer full) (element-type utf8) */
static GPtrArray *
dup_names (const GPtrArray *batch)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < batch->len; i++)
    g_ptr_array_add (names, g_strdup (((const Taken *)batch->pdata[i])->item->object));
  return names;
}

/* Lets go what was held, notes what of it was proven, and takes the next if it is to. The mutex is
 * held meanwhile: what another hand lets go after that is not seen as waiting from before. FALSE
 * when there is nothing to send, which may be an error of the hand. */
static gboolean
turn (Hand *self, gboolean takes)
{
  HemoStore *store = hemo_clinic_get_store (self->push->clinic);
  Table *table = self->table;
  Turn turn = { .hand = self, .takes = takes };
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) next = NULL;

  g_mutex_lock (&table->mutex);
  g_clear_pointer (&table->held[self->index], g_ptr_array_unref);
  if ((takes || self->batch != NULL)
      && hemo_store_write (store, self->push->session, turn_job, &turn, (gpointer *)&next,
                           &failure))
    {
      table->held[self->index] = dup_names (next);
      forget_proven (self->push, self->batch);
      self->received += turn.received;
    }
  g_mutex_unlock (&table->mutex);
  g_clear_pointer (&self->batch, g_ptr_array_unref);
  self->batch = g_steal_pointer (&next);
  if (self->error == NULL)
    self->error = g_steal_pointer (&failure);
  return self->batch != NULL && self->batch->len > 0;
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
                          .md5 = outgoing->md5,
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

/* What was proven is noted with the next turn; FALSE when the hand is to end. */
static gboolean
send_item (Work *work, Taken *taken, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) failure = g_steal_pointer (&taken->failure);

  if (failure == NULL && send (work, taken->rows, cancellable, &failure))
    {
      note_spoilt (work, FALSE);
      taken->proof = g_steal_pointer (&work->outgoing->object);
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
  gboolean done = send_item (&work, taken, self->cancellable, &failure);

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

static gboolean
may_begin (const Hand *self)
{
  return !g_cancellable_is_cancelled (self->cancellable) && !has_failed (self->table)
         && !gives_way (self->push);
}

/* FALSE as of send_next(). What is left of the batch when it takes too long, or may not go on, is
 * taken again, if at all. */
static gboolean
send_batch (Hand *self)
{
  gint64 began = g_get_monotonic_time (), spent = 0;
  guint count = 0;

  while (count < self->batch->len && spent < BATCH_US && (count == 0 || may_begin (self)))
    {
      if (!send_next (self, self->batch->pdata[count++]))
        return FALSE;
      spent = g_get_monotonic_time () - began;
    }
  if (spent > BATCH_US)
    self->most = MAX (self->most / 2, 1);
  else if (count == self->most && 2 * spent < BATCH_US)
    self->most = MIN (self->most * 2, BATCH_MOST);
  return TRUE;
}

static gpointer
work_on (gpointer data)
{
  Hand *self = data;

  self->most = 1;
  while (turn (self, may_begin (self)) && send_batch (self))
    ;
  turn (self, FALSE);
  g_clear_pointer (&self->batch, g_ptr_array_unref);
  if (self->error == NULL)
    g_cancellable_set_error_if_cancelled (self->cancellable, &self->error);
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

  if (self->lane == HEMO_LANE_PREVIEWS
      && !hemo_outgoing_tidy (hemo_clinic_get_store (self->clinic), self->session, error))
    return FALSE;
  g_mutex_init (&table.mutex);
  g_cond_init (&table.cond);
  if (self->s3[1] != NULL)
    thread = g_thread_new ("hemo-hand", work_on, &second);
  work_on (&first);
  if (thread != NULL)
    g_thread_join (thread);
  for (guint i = 0; i < HEMO_OBJECT_PUSH_HANDS; i++)
    g_clear_pointer (&table.held[i], g_ptr_array_unref);
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

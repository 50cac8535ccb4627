/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The queue: its rows are made by hemo_txn_log_change() and marked here. */

#include "hemo-queue.h"

HemoQueueItem *
hemo_queue_item_copy (const HemoQueueItem *self)
{
  HemoQueueItem *copy = g_memdup2 (self, sizeof *self);

  copy->change = g_strdup (self->change);
  copy->kind = g_strdup (self->kind);
  copy->object = g_strdup (self->object);
  return copy;
}

void
hemo_queue_item_free (HemoQueueItem *self)
{
  g_free (self->change);
  g_free (self->kind);
  g_free (self->object);
  g_free (self);
}

GPtrArray *
hemo_queue_waiting (HemoTxn *txn, HemoLane lane, int limit, GError **error)
{
  g_autoptr (GPtrArray) items
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_queue_item_free);
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT queue.seq, change.uuid, queue.kind, queue.object, change.version, queue.attempts "
      "FROM queue JOIN change ON change.seq = queue.change "
      "WHERE queue.state = 'waiting' AND queue.lane = ?1 ORDER BY queue.seq LIMIT ?2",
      error);

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, lane);
  hemo_statement_bind_int (statement, 2, limit);
  while (hemo_statement_step (statement, &failure))
    {
      HemoQueueItem *item = g_new0 (HemoQueueItem, 1);

      item->sequence = hemo_statement_get_int (statement, 0);
      item->lane = lane;
      item->change = hemo_statement_dup_text (statement, 1);
      item->kind = hemo_statement_dup_text (statement, 2);
      item->object = hemo_statement_dup_text (statement, 3);
      item->version = hemo_statement_get_int (statement, 4);
      item->attempts = (int)hemo_statement_get_int (statement, 5);
      g_ptr_array_add (items, item);
    }
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  return g_steal_pointer (&items);
}

gint64
hemo_queue_count (HemoTxn *txn, HemoLane lane, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT count(*) FROM queue WHERE state = 'waiting' AND lane = ?1", error);

  if (statement == NULL)
    return -1;
  hemo_statement_bind_int (statement, 1, lane);
  if (!hemo_statement_step (statement, error))
    return -1;
  return hemo_statement_get_int (statement, 0);
}

/* Runs an UPDATE of the one waiting row @sequence, bound as ?1; @reason as ?2. */
static gboolean
update (HemoTxn *txn, const char *sql, gint64 sequence, const char *reason, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (hemo_txn_get_db (txn), sql, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, sequence);
  if (reason != NULL)
    hemo_statement_bind_text (statement, 2, reason);
  if (!hemo_statement_run (statement, error))
    return FALSE;
  if (hemo_db_get_changes (hemo_txn_get_db (txn)) == 1)
    return TRUE;
  g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
               "This item of the queue does not wait any more.");
  return FALSE;
}

gboolean
hemo_queue_begin (HemoTxn *txn, gint64 sequence, GError **error)
{
  return update (txn,
                 "UPDATE queue SET attempts = attempts + 1 WHERE seq = ?1 AND state = 'waiting'",
                 sequence, NULL, error);
}

gboolean
hemo_queue_received (HemoTxn *txn, const HemoQueueItem *item, GError **error)
{
  return update (txn,
                 "UPDATE queue SET state = 'received', reason = NULL WHERE seq = ?1 AND state = "
                 "'waiting'",
                 item->sequence, NULL, error)
         && hemo_txn_audit (txn, "queue.received", item->kind, item->object, NULL, error);
}

gboolean
hemo_queue_shelve (HemoTxn *txn, const HemoQueueItem *item, const char *reason, GError **error)
{
  return update (
             txn,
             "UPDATE queue SET state = 'stuck', reason = ?2 WHERE seq = ?1 AND state = 'waiting'",
             item->sequence, reason, error)
         && hemo_txn_audit (txn, "queue.shelved", item->kind, item->object, NULL, error);
}

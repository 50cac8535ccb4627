/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One lane of the queue, from the oldest item on. */

#include "hemo-drain.h"

/* Items taken from the queue at a time. */
#define BATCH 64

typedef struct
{
  HemoLane lane;
  const HemoQueueItem *item;
  const char *reason;
} Request;

static gboolean
waiting_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_queue_waiting (txn, ((Request *)data)->lane, BATCH, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

static gboolean
begin_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_queue_begin (txn, ((Request *)data)->item->sequence, error);
}

static gboolean
received_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_queue_received (txn, ((Request *)data)->item, error);
}

static gboolean
shelve_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Request *request = data;

  return hemo_queue_shelve (txn, request->item, request->reason, error);
}

/* Sends @item unless the remote has it from before. */
static gboolean
push_once (HemoRemote *remote, const HemoQueueItem *item, GCancellable *cancellable, GError **error)
{
  gboolean there = FALSE;

  if (item->attempts > 0 && !hemo_remote_has (remote, item, &there, cancellable, error))
    return FALSE;
  return there || hemo_remote_push (remote, item, cancellable, error);
}

static gboolean
send_item (HemoStore *store,
           HemoSession *session,
           HemoRemote *remote,
           Request *request,
           gboolean *proven,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GError) refusal = NULL;

  if (!hemo_store_write (store, session, begin_job, request, NULL, error))
    return FALSE;
  if (push_once (remote, request->item, cancellable, &refusal))
    {
      *proven = TRUE;
      return hemo_store_write (store, session, received_job, request, NULL, error);
    }
  if (!g_error_matches (refusal, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED))
    {
      g_propagate_error (error, g_steal_pointer (&refusal));
      return FALSE;
    }
  request->reason = refusal->message;
  return hemo_store_write (store, session, shelve_job, request, NULL, error);
}

gboolean
hemo_drain_lane (HemoStore *store,
                 HemoSession *session,
                 HemoLane lane,
                 HemoRemote *remote,
                 guint *sent,
                 GCancellable *cancellable,
                 GError **error)
{
  Request request = { .lane = lane };
  guint proven_items = 0;
  gboolean more = TRUE;

  while (more)
    {
      g_autoptr (GPtrArray) items = NULL;

      if (!hemo_store_read (store, session, waiting_job, &request, (gpointer *)&items, error))
        return FALSE;
      more = items->len == BATCH;
      for (guint i = 0; i < items->len; i++)
        {
          gboolean proven = FALSE;

          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
          request.item = g_ptr_array_index (items, i);
          if (!send_item (store, session, remote, &request, &proven, cancellable, error))
            return FALSE;
          proven_items += proven ? 1 : 0;
        }
    }
  if (sent != NULL)
    *sent = proven_items;
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What waits to leave this laptop, as the change log queued it. */

#pragma once

#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoQueueItem:
 * @sequence: its place in the queue, never given twice
 * @change: UUID of the change, the id of its Provenance on a server
 * @kind: FHIR type of the object
 * @object: UUID
 * @version: of the record after the change
 * @attempts: how often it was begun to be sent
 */
typedef struct
{
  gint64 sequence;
  HemoLane lane;
  char *change;
  char *kind;
  char *object;
  gint64 version;
  int attempts;
} HemoQueueItem;

HemoQueueItem *hemo_queue_item_copy (const HemoQueueItem *self);
void hemo_queue_item_free (HemoQueueItem *self);

/* The oldest that wait in @lane, at most @limit. (transfer full) (element-type HemoQueueItem) */
GPtrArray *hemo_queue_waiting (HemoTxn *txn, HemoLane lane, int limit, GError **error);

/* How many wait in @lane; negative on failure. */
gint64 hemo_queue_count (HemoTxn *txn, HemoLane lane, GError **error);

/* Before it is sent, in a transaction of its own: after a cut it is then known that the other side
 * may have it already. */
gboolean hemo_queue_begin (HemoTxn *txn, gint64 sequence, GError **error);

/* The other side has proven that it has it. Audited. */
gboolean hemo_queue_received (HemoTxn *txn, const HemoQueueItem *item, GError **error);

/* The other side refuses it for good: it waits on the shelf with the @reason, and the queue goes
 * on. */
gboolean
hemo_queue_shelve (HemoTxn *txn, const HemoQueueItem *item, const char *reason, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What waits to leave this laptop, as the change log queued it.
 *
 * Reading asks for nothing but a session; what marks or moves an item asks the policy for 'sync'
 * where a person does it. */

#pragma once

#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoRank: what goes first in its lane
 * @HEMO_RANK_REPORT: an image that is in a report
 * @HEMO_RANK_CRITICAL: of a STAT case, or of one with a critical value
 * @HEMO_RANK_CONSULTATION: of a case that somebody is asked to read
 * @HEMO_RANK_ASKED: an image that a reader asks for, see hemo_picture_request_ask()
 *
 * Within a rank results go oldest first, previews and originals newest first. The schema gives a
 * rank when a change is queued, and raises it with what happens to its case since.
 */
typedef enum
{
  HEMO_RANK_NORMAL,
  HEMO_RANK_REPORT,
  HEMO_RANK_CRITICAL,
  HEMO_RANK_CONSULTATION,
  HEMO_RANK_ASKED,
} HemoRank;

/**
 * HemoQueueItem:
 * @sequence: its place in the queue, never given twice
 * @change: UUID of the change, the id of its Provenance on a server
 * @kind: FHIR type of the object
 * @object: UUID
 * @version: of the record after the change
 * @attempts: how often it was begun to be sent
 * @reason: why it is on the shelf, or NULL
 */
typedef struct
{
  gint64 sequence;
  HemoLane lane;
  HemoRank rank;
  char *change;
  char *kind;
  char *object;
  gint64 version;
  int attempts;
  char *reason;
} HemoQueueItem;

HemoQueueItem *hemo_queue_item_copy (const HemoQueueItem *self);
void hemo_queue_item_free (HemoQueueItem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoQueueItem, hemo_queue_item_free)

/**
 * HemoChange: a row of the change log
 * @actor: UUID of who made it, or NULL
 */
typedef struct
{
  char *what;
  char *actor;
  HemoTime at;
} HemoChange;

void hemo_change_free (HemoChange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoChange, hemo_change_free)

/* @uuid: of the change; %HEMO_STORE_ERROR_NOT_FOUND. (transfer full) */
HemoChange *hemo_change_load (HemoTxn *txn, const char *uuid, GError **error);

/* The first that wait in @lane, at most @limit; a record that somebody else changed too and a
 * person has to look at is left out.  (transfer full) (element-type HemoQueueItem) */
GPtrArray *hemo_queue_waiting (HemoTxn *txn, HemoLane lane, int limit, GError **error);

/* The first picture that waits in @lane of previews or originals and is none of the UUIDs in @held,
 * nor in doubt; NULL without @error when there is none. (transfer full) */
HemoQueueItem *
hemo_queue_next_picture (HemoTxn *txn, HemoLane lane, const char *const *held, GError **error);

/* The first original that waits for @server to be asked whether it has it still; see
 * hemo_remote_object_doubt(). (transfer full) */
HemoQueueItem *hemo_queue_next_doubted (HemoTxn *txn, const char *server, GError **error);

/* How many wait in @lane; negative on failure. */
gint64 hemo_queue_count (HemoTxn *txn, HemoLane lane, GError **error);

/* Those on the shelf, oldest first, at most @limit. (transfer full) (element-type HemoQueueItem) */
GPtrArray *hemo_queue_shelf (HemoTxn *txn, int limit, GError **error);

/* Before it is sent, in a transaction of its own: after a cut it is then known that the other side
 * may have it already. */
gboolean hemo_queue_begin (HemoTxn *txn, gint64 sequence, GError **error);

/* The other side has proven that it has it; readers who asked for an original are told. Audited. */
gboolean hemo_queue_received (HemoTxn *txn, const HemoQueueItem *item, GError **error);

/* The same for all that waits of the picture that @item is of, in its lane. @count: (out): items */
gboolean
hemo_queue_received_picture (HemoTxn *txn, const HemoQueueItem *item, guint *count, GError **error);

/* The other side refuses it for good: it waits on the shelf with the @reason, and the queue goes
 * on. */
gboolean
hemo_queue_shelve (HemoTxn *txn, const HemoQueueItem *item, const char *reason, GError **error);

/* From the shelf to the queue again, at its old place; @sequence 0: all of them. @moved: (out)
 * (optional). Audited. */
gboolean hemo_queue_retry (HemoTxn *txn, gint64 sequence, int *moved, GError **error);

/* @patient was changed: what of that record, of its orders and cases lies on the shelf waits again,
 * as that may be what it was refused for. For whoever may change a patient; audited. */
gboolean hemo_queue_mended (HemoTxn *txn, const char *patient, GError **error);

/* Whether the item of this sequence is of this change and waits still. */
gboolean
hemo_queue_is_waiting (HemoTxn *txn, const HemoQueueItem *item, gboolean *waits, GError **error);

/**
 * HemoQueueGroup: what is sent together
 * @type: 'Specimen' for all of a case, 'ServiceRequest' for an order without a specimen, else the
 *   kind of the one record
 * @uuid: of the tube, the order or the record
 * @items: (element-type HemoQueueItem): that are received when the group is
 */
typedef struct
{
  char *type;
  char *uuid;
  GPtrArray *items;
} HemoQueueGroup;

void hemo_queue_group_free (HemoQueueGroup *self);

/* The first results that wait, by case: at most @limit groups, each with all of its items that
 * wait. (transfer full) (element-type HemoQueueGroup) */
GPtrArray *hemo_queue_groups (HemoTxn *txn, int limit, GError **error);

/* The case that @object of @kind is a part of; @type and @uuid as of a group. (out) (transfer full)
 */
gboolean hemo_queue_find_group (
    HemoTxn *txn, const char *kind, const char *object, char **type, char **uuid, GError **error);

/* The accession number of the case that @object of @kind is a part of; NULL without @error when it
 * is of none. For what lies on the shelf; not audited. (transfer full) */
char *
hemo_queue_find_accession (HemoTxn *txn, const char *kind, const char *object, GError **error);

/**
 * HemoLaneTally:
 * @waiting: items
 * @stuck: on the shelf
 * @bytes: that wait, where a lane is of files
 * @sent: of those bytes, proven piece by piece
 */
typedef struct
{
  gint64 waiting;
  gint64 stuck;
  gint64 bytes;
  gint64 sent;
} HemoLaneTally;

gboolean hemo_queue_tally (HemoTxn *txn, HemoLane lane, HemoLaneTally *out, GError **error);

G_END_DECLS

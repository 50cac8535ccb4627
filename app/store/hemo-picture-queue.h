/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that wait to leave, one by one, and how far each is. */

#pragma once

#include "hemo-queue.h"

G_BEGIN_DECLS

/**
 * HemoWaitingPicture:
 * @accession: of the specimen or slide that it was taken of
 * @field: its number there
 * @bytes: sealed; of a preview what it has unsealed
 * @sent: of those, proven piece by piece
 * @asked: a reader asks for it
 * @reason: why it lies on the shelf, or NULL
 */
typedef struct
{
  HemoLane lane;
  char *image;
  char *accession;
  int field;
  gint64 bytes;
  gint64 sent;
  gboolean asked;
  char *reason;
} HemoWaitingPicture;

void hemo_waiting_picture_free (HemoWaitingPicture *self);

/* In the order in which they go, those that were begun first; at most @limit, with those on the
 * shelf at the end. Not audited. (transfer full) (element-type HemoWaitingPicture) */
GPtrArray *hemo_picture_queue_list (HemoTxn *txn, int limit, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The queue's pictures beside what the server has of each. */

#include "hemo-picture-queue.h"

#include "hemo-records-private.h"

void
hemo_waiting_picture_free (HemoWaitingPicture *self)
{
  g_free (self->image);
  g_free (self->accession);
  g_free (self->reason);
  g_free (self);
}

static HemoWaitingPicture *
picture_from_row (HemoStatement *statement)
{
  HemoWaitingPicture *self = g_new0 (HemoWaitingPicture, 1);

  self->lane = (HemoLane)hemo_statement_get_int (statement, 0);
  self->image = hemo_statement_dup_text (statement, 1);
  self->accession = hemo_statement_dup_text (statement, 2);
  self->field = (int)hemo_statement_get_int (statement, 3);
  self->bytes = hemo_statement_get_int (statement, 4);
  self->sent = MIN (hemo_statement_get_int (statement, 5), self->bytes);
  self->reason = hemo_statement_dup_text (statement, 6);
  self->asked = hemo_statement_get_int (statement, 7) == HEMO_RANK_ASKED;
  return self;
}

GPtrArray *
hemo_picture_queue_list (HemoTxn *txn, int limit, GError **error)
{
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_waiting_picture_free);
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT queue.lane, queue.object, specimen.accession, image.field, "
      "CASE queue.lane WHEN 2 THEN image.sealed_bytes ELSE coalesce (length (jpeg), 0) END, "
      "coalesce ((SELECT max (sent) FROM remote_object WHERE object = queue.object AND lane = "
      "queue.lane AND proven_us IS NULL), 0) AS sent, queue.reason, queue.rank "
      "FROM queue JOIN image ON image.uuid = queue.object "
      "JOIN specimen ON specimen.uuid = image.specimen "
      "LEFT JOIN image_preview ON image_preview.image = queue.object "
      "WHERE queue.lane IN (1, 2) AND queue.state IN ('waiting', 'stuck') "
      "ORDER BY queue.state DESC, sent > 0 DESC, queue.lane, queue.rank DESC, queue.seq DESC "
      "LIMIT ?1",
      error);
  gboolean row = TRUE;

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, limit);
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return NULL;
      if (row)
        g_ptr_array_add (list, picture_from_row (statement));
    }
  return g_steal_pointer (&list);
}

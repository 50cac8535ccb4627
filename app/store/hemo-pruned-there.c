/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Originals that only the object store has, and whether it still does: what it was found not to
 * have counts as unproven, though nothing of it can be sent from here. */

#include "hemo-prune-private.h"

#include "hemo-records-private.h"

GPtrArray *
hemo_pruned_list (HemoTxn *txn,
                  const char *server,
                  gboolean missing,
                  const char *after,
                  int limit,
                  GError **error)
{
  gboolean row = TRUE;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT image FROM pruned_image JOIN remote_object ON object = image "
      "AND lane = 2 AND remote_object.server = pruned_image.server WHERE pruned_image.server = ?1 "
      "AND image > ?2 AND (?4 = 0 OR proven_us IS NULL) ORDER BY image LIMIT ?3",
      server, error);

  if (statement == NULL || !hemo_txn_require (txn, HEMO_ACTION_SYNC, "Endpoint", server, error))
    return NULL;
  hemo_statement_bind_text (statement, 2, after);
  hemo_statement_bind_int (statement, 3, limit);
  hemo_statement_bind_int (statement, 4, missing);
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return NULL;
      if (row)
        g_ptr_array_add (list, hemo_statement_dup_text (statement, 0));
    }
  return g_steal_pointer (&list);
}

gboolean
hemo_pruned_note_there (
    HemoTxn *txn, const char *server, const char *image, gboolean there, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "Media", image, error))
    return FALSE;
  statement = hemo_record_select (
      txn,
      there
          ? "UPDATE remote_object SET proven_us = ?3, sent = bytes WHERE object = ?1 AND lane = 2 "
            "AND server = ?2 AND proven_us IS NULL"
          : "UPDATE remote_object SET proven_us = NULL, sent = 0 WHERE object = ?1 AND lane = 2 "
            "AND server = ?2 AND proven_us IS NOT NULL",
      image, error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, server);
  if (there)
    hemo_statement_bind_int (statement, 3, hemo_txn_get_time (txn).utc_us);
  if (!hemo_statement_run (statement, error))
    return FALSE;
  return hemo_db_get_changes (hemo_txn_get_db (txn)) == 0
         || hemo_txn_audit (txn, there ? "sync.found" : "sync.lost", "Media", image,
                            "only on the server", error);
}

gboolean
hemo_pruned_count_missing (HemoTxn *txn, gint64 *count, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT count(*) FROM remote_object INDEXED BY remote_object_open "
      "JOIN pruned_image ON image = object AND pruned_image.server = remote_object.server "
      "WHERE proven_us IS NULL AND lane = 2",
      error);

  if (statement == NULL || !hemo_statement_step (statement, error))
    return FALSE;
  *count = hemo_statement_get_int (statement, 0);
  return TRUE;
}

gboolean
hemo_pruned_send_again (HemoTxn *txn, const char *image, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "UPDATE queue SET state = 'waiting', attempts = max (attempts, 1), ended_us = NULL WHERE "
      "seq = (SELECT max (seq) FROM queue WHERE object = ?1 AND lane = 2) AND state = 'received' "
      "AND EXISTS (SELECT 1 FROM remote_object WHERE object = ?1 AND lane = 2 AND proven_us IS "
      "NULL)",
      image, error);

  return statement != NULL && hemo_statement_run (statement, error);
}

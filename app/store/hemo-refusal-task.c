/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The Tasks that tell of a refused order. */

#include "hemo-refusal-private.h"

#include "hemo-fhir-refusal.h"
#include "hemo-sync-apply-private.h"
#include "hemo-sync-scope.h"

#include <string.h>

gboolean
hemo_refusal_tell (
    HemoTxn *txn, const HemoRefusal *refusal, const char *task, HemoLane lane, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "INSERT OR IGNORE INTO refusal_task (task, lab_order) VALUES (?1, ?2)", task, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, refusal->order);
  return hemo_statement_run (statement, error)
         && hemo_txn_log_change (txn, "order.refuse", "Task", task, refusal->version, lane, error);
}

/* Newest versions of Tasks that name @order. (transfer full) (element-type HemoIncoming) */
static GPtrArray *
find_tasks (HemoTxn *txn, const char *order, GError **error)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_incoming_free);
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "SELECT max(seq) FROM incoming WHERE type = 'Task' AND server IN "
                            "(SELECT DISTINCT server FROM incoming) GROUP BY server, id "
                            "HAVING max(instr(resource, ?1)) > 0",
                            order, error);
  gboolean row = TRUE;

  while (statement != NULL && row)
    {
      HemoIncoming *task = NULL;

      if (!hemo_statement_next (statement, &row, error))
        return NULL;
      if (row
          && (task = hemo_incoming_load (txn, hemo_statement_get_int (statement, 0), error))
                 == NULL)
        return NULL;
      if (task != NULL)
        g_ptr_array_add (tasks, task);
    }
  return statement != NULL ? g_steal_pointer (&tasks) : NULL;
}

/* @is: (out): whether @incoming, whose JSON is @task, asks this clinic for the order @uuid */
static gboolean
judge (HemoTxn *txn,
       const HemoIncoming *incoming,
       const char *uuid,
       json_object *task,
       json_object *came,
       gboolean *is,
       GError **error)
{
  g_auto (GStrv) ours = hemo_sync_names_load (txn, incoming->server, error);
  g_autofree char *order = task != NULL ? hemo_fhir_task_dup_order (task) : NULL;

  if (ours == NULL)
    return FALSE;
  *is = g_strcmp0 (order, uuid) == 0 && hemo_fhir_task_is_open (task)
        && hemo_fhir_task_is_for (task, came, (const char *const *)ours);
  return TRUE;
}

/* @is: (out): whether @incoming asks this clinic for the order; then it is known which version of
 * it is answered */
static gboolean
take_task (HemoTxn *txn,
           const HemoIncoming *incoming,
           const HemoRefusal *refusal,
           json_object *came,
           gboolean *is,
           GError **error)
{
  g_autoptr (json_object) task = hemo_sync_parse (incoming->resource);

  if (!judge (txn, incoming, refusal->order, task, came, is, error))
    return FALSE;
  return !*is
         || (hemo_sync_remember (txn, incoming->server, task, NULL, NULL, error)
             && hemo_refusal_tell (txn, refusal, incoming->id, HEMO_LANE_RESULTS, error));
}

/* Some servers keep no fractions of a second; a Task that says no time may be a new one, and is not
 * refused unseen. */
gboolean
hemo_refusal_asks_again (const HemoRefusal *refusal, json_object *task)
{
  gint64 asked = hemo_fhir_task_asked_us (task);

  return asked == 0 || asked / G_USEC_PER_SEC >= refusal->at.utc_us / G_USEC_PER_SEC;
}

gboolean
hemo_refusal_is_over (
    HemoTxn *txn, const HemoRefusal *refusal, const char *but, gboolean *is, GError **error)
{
  g_autoptr (json_object) came = NULL;
  g_autoptr (HemoOrder) order = hemo_refusal_find_order (txn, refusal->order, &came, NULL);
  g_autoptr (GPtrArray) tasks = find_tasks (txn, refusal->order, error);

  *is = FALSE;
  for (guint i = 0; tasks != NULL && i < tasks->len && !*is; i++)
    {
      const HemoIncoming *incoming = tasks->pdata[i];
      g_autoptr (json_object) task = hemo_sync_parse (incoming->resource);

      if (strcmp (incoming->id, but) == 0)
        continue;
      if (!judge (txn, incoming, refusal->order, task, came, is, error))
        return FALSE;
      *is = *is && hemo_refusal_asks_again (refusal, task);
    }
  return tasks != NULL;
}

gboolean
hemo_refusal_tell_all (HemoTxn *txn, const HemoRefusal *refusal, json_object *came, GError **error)
{
  g_autofree char *own = hemo_record_derive_uuid (refusal->order, "refusal");
  g_autoptr (GPtrArray) tasks = find_tasks (txn, refusal->order, error);
  gboolean any = FALSE;

  for (guint i = 0; tasks != NULL && i < tasks->len; i++)
    {
      gboolean is = FALSE;

      if (!take_task (txn, tasks->pdata[i], refusal, came, &is, error))
        return FALSE;
      any = any || is;
    }
  return tasks != NULL && (any || hemo_refusal_tell (txn, refusal, own, HEMO_LANE_RESULTS, error));
}

gboolean
hemo_refusal_count_tasks (HemoTxn *txn, const char *order, HemoRefusalTasks *out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT count(*), count(CASE WHEN state = 'waiting' AND attempts = 0 THEN 1 END), "
      "count(CASE WHEN coalesce(state, 'received') IN ('received', 'sent') THEN 1 END), "
      "count(CASE WHEN state = 'stuck' THEN 1 END) FROM refusal_task "
      "LEFT JOIN queue ON seq = (SELECT max(seq) FROM queue WHERE object = task AND lane = 0) "
      "WHERE lab_order = ?1",
      order, error);

  if (statement == NULL || !hemo_statement_step (statement, error))
    return FALSE;
  out->count = (int)hemo_statement_get_int (statement, 0);
  out->fresh = (int)hemo_statement_get_int (statement, 1);
  out->told = (int)hemo_statement_get_int (statement, 2);
  out->shelved = (int)hemo_statement_get_int (statement, 3);
  return TRUE;
}

gboolean
hemo_refusal_close_task (HemoTxn *txn, const char *task, gboolean tells, GError **error)
{
  g_autoptr (HemoStatement) queued = hemo_record_select (
      txn, "DELETE FROM queue WHERE lane = 0 AND kind = 'Task' AND object = ?1", task, error);
  g_autoptr (HemoStatement) listed
      = hemo_record_select (txn, "DELETE FROM refusal_task WHERE task = ?1", task, error);

  return queued != NULL && listed != NULL && hemo_statement_run (queued, error)
         && (tells || hemo_statement_run (listed, error));
}

/* Of a server that was before this one only what it had stored is known. */
gboolean
hemo_refusal_find_task (
    HemoTxn *txn, const char *order, const char *task, HemoRefusalTold *out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT CASE WHEN coalesce(state, 'received') IN ('received', 'sent') THEN ?3 "
      "WHEN EXISTS (SELECT 1 FROM remote_resource WHERE type = 'Task' AND id = task "
      "AND version_id IS NOT NULL AND sha256 IS NOT NULL AND seen_us >= at_us) THEN ?4 ELSE ?5 END "
      "FROM refusal_task JOIN order_refusal USING (lab_order) "
      "LEFT JOIN queue ON seq = (SELECT max(seq) FROM queue WHERE object = task AND lane = 0) "
      "WHERE lab_order = ?1 AND task = ?2",
      order, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, task);
  hemo_statement_bind_int (statement, 3, HEMO_REFUSAL_TOLD);
  hemo_statement_bind_int (statement, 4, HEMO_REFUSAL_TOLD_BEFORE);
  hemo_statement_bind_int (statement, 5, HEMO_REFUSAL_QUEUED);
  if (!hemo_statement_next (statement, &row, error))
    return FALSE;
  *out = row ? (HemoRefusalTold)hemo_statement_get_int (statement, 0) : HEMO_REFUSAL_UNLISTED;
  return TRUE;
}

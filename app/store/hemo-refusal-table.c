/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Refused orders: one row for each, and one for each Task that tells of it. */

#include "hemo-refusal-private.h"

#include "hemo-expected-table.h"
#include "hemo-fhir-specimen.h"
#include "hemo-patient-table.h"
#include "hemo-sync-apply-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define COLUMNS                                                                                    \
  "order_refusal.lab_order, patient, withdrawn, reason, words, refused_by, refused_by_name, "      \
  "at_us, at_offset, at_by_hand, version, order_refusal.id FROM order_refusal "

void
hemo_refused_free (HemoRefused *self)
{
  if (self == NULL)
    return;
  hemo_refusal_free (self->refusal);
  hemo_order_free (self->order);
  g_free (self->name);
  g_free (self);
}

static HemoRefusal *
refusal_from_row (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoRefusal) self = g_new0 (HemoRefusal, 1);

  if (!hemo_refusal_reason_from_code (hemo_statement_get_text (statement, 3), &self->reason, error))
    return NULL;
  self->order = hemo_statement_dup_text (statement, 0);
  self->patient = hemo_statement_dup_text (statement, 1);
  self->withdrawn = hemo_statement_get_int (statement, 2) != 0;
  self->words = hemo_statement_dup_text (statement, 4);
  self->refused_by = hemo_statement_dup_text (statement, 5);
  self->refused_by_name = hemo_statement_dup_text (statement, 6);
  self->at = hemo_statement_get_time (statement, 7);
  self->version = hemo_statement_get_int (statement, 10);
  return g_steal_pointer (&self);
}

/* Takes @statement. NULL without @error where there is no row. */
static HemoRefusal *
find_one (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoStatement) owned = statement;
  gboolean row = FALSE;

  if (owned == NULL || !hemo_statement_next (owned, &row, error) || !row)
    return NULL;
  return refusal_from_row (owned, error);
}

HemoRefusal *
hemo_refusal_fetch (HemoTxn *txn, const char *order, GError **error)
{
  return find_one (hemo_record_select (txn, "SELECT " COLUMNS "WHERE lab_order = ?1", order, error),
                   error);
}

HemoRefusal *
hemo_refusal_of_task (HemoTxn *txn, const char *task, GError **error)
{
  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "Task", task, error))
    return NULL;
  return find_one (hemo_record_select (txn,
                                       "SELECT " COLUMNS
                                       "JOIN refusal_task ON refusal_task.lab_order = "
                                       "order_refusal.lab_order WHERE task = ?1 AND withdrawn = 0",
                                       task, error),
                   error);
}

/* Writing */

/* An order for other tests is no record, and waits for a decision where it came in, unless a newer
 * version does. */
static gboolean
wait_again (HemoTxn *txn, const char *order, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT seq FROM incoming WHERE id = ?1 AND type = 'ServiceRequest' AND settled_by IS NOT "
      "NULL AND NOT EXISTS (SELECT 1 FROM lab_order WHERE uuid = ?1) ORDER BY seq DESC LIMIT 1",
      order, error);
  g_autoptr (HemoStatement) newer
      = hemo_record_select (txn,
                            "SELECT 1 FROM incoming WHERE id = ?1 AND type = 'ServiceRequest' AND "
                            "state = 'waiting' LIMIT 1",
                            order, error);
  gboolean row = FALSE, waits = FALSE;

  if (statement == NULL || newer == NULL || !hemo_statement_next (statement, &row, error)
      || !hemo_statement_next (newer, &waits, error))
    return FALSE;
  if (!row)
    return hemo_expected_wait (txn, order, error);
  return waits || hemo_incoming_reopen (txn, hemo_statement_get_int (statement, 0), error);
}

/* Nothing of it is sent any more, nor lies on the shelf, also where another server takes the place
 * of the one that has it. What is refused anew is told by itself. */
static gboolean
forget_tasks (HemoTxn *txn, const char *order, GError **error)
{
  g_autoptr (HemoStatement) queued
      = hemo_record_select (txn,
                            "DELETE FROM queue WHERE lane = 0 AND kind = 'Task' "
                            "AND object IN (SELECT task FROM refusal_task WHERE lab_order = ?1)",
                            order, error);
  g_autoptr (HemoStatement) tasks
      = hemo_record_select (txn, "DELETE FROM refusal_task WHERE lab_order = ?1", order, error);

  return queued != NULL && tasks != NULL && hemo_statement_run (queued, error)
         && hemo_statement_run (tasks, error);
}

gboolean
hemo_refusal_put (HemoTxn *txn, HemoRefusal *refusal, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO order_refusal (lab_order, patient, withdrawn, reason, words, refused_by, "
      "refused_by_name, at_us, at_offset, at_by_hand, version) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
      "ON CONFLICT (lab_order) DO UPDATE SET withdrawn = ?3, reason = ?4, words = ?5, "
      "refused_by = ?6, refused_by_name = ?7, at_us = ?8, at_offset = ?9, at_by_hand = ?10, "
      "held_us = 0, version = ?11",
      refusal->order, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, refusal->patient);
  hemo_statement_bind_int (statement, 3, refusal->withdrawn ? 1 : 0);
  hemo_statement_bind_text (statement, 4, hemo_refusal_reason_to_code (refusal->reason));
  hemo_statement_bind_text (statement, 5, refusal->words);
  hemo_statement_bind_text (statement, 6, refusal->refused_by);
  hemo_statement_bind_text (statement, 7, refusal->refused_by_name);
  hemo_statement_bind_time (statement, 8, refusal->at);
  hemo_statement_bind_int (statement, 11, ++refusal->version);
  return hemo_statement_run (statement, error)
         && (refusal->withdrawn ? forget_tasks (txn, refusal->order, error)
                                      && wait_again (txn, refusal->order, error)
                                : hemo_expected_drop (txn, refusal->order, error));
}

gboolean
hemo_refusal_end (HemoTxn *txn, const char *order, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoRefusal) refusal = hemo_refusal_fetch (txn, order, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (refusal == NULL || refusal->withdrawn)
    return TRUE;
  refusal->withdrawn = TRUE;
  return hemo_refusal_put (txn, refusal, error)
         && hemo_txn_audit (txn, "order.asked-again", "ServiceRequest", order, NULL, error);
}

HemoOrder *
hemo_refusal_find_order (HemoTxn *txn, const char *uuid, json_object **came, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoOrder) order = hemo_order_fetch (txn, uuid, &failure);
  g_autoptr (GPtrArray) versions = NULL;

  if (order == NULL && !g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  versions = hemo_incoming_of (txn, uuid, error);
  if (versions == NULL)
    return NULL;
  for (guint i = versions->len; i > 0 && (*came == NULL || order == NULL); i--)
    {
      const HemoIncoming *version = versions->pdata[i - 1];
      g_autoptr (json_object) json = NULL;

      if (strcmp (version->type, "ServiceRequest") != 0 || hemo_sync_is_deleted (version))
        continue;
      json = hemo_sync_parse (version->resource);
      if (*came == NULL)
        *came = json_object_get (json);
      if (order == NULL && json != NULL)
        order = hemo_fhir_order_from_json_any (json, NULL);
    }
  if (order == NULL)
    hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such order."));
  return g_steal_pointer (&order);
}

gboolean
hemo_refusal_settle_waiting (HemoTxn *txn, const char *order, gboolean *waits, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "SELECT seq FROM incoming WHERE id = ?1 AND type = 'ServiceRequest' "
                            "AND state = 'waiting' ORDER BY seq DESC LIMIT 1",
                            order, error);
  g_autoptr (HemoIncoming) incoming = NULL;
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  incoming = hemo_incoming_load (txn, hemo_statement_get_int (statement, 0), error);
  if (incoming == NULL)
    return FALSE;
  *waits = hemo_sync_is_of_other_tests (txn, incoming);
  return !*waits || hemo_sync_settle (txn, incoming, HEMO_INCOMING_OURS, error);
}

static gboolean
check_refusable (HemoTxn *txn, const HemoOrder *order, GError **error)
{
  gboolean waits = FALSE;

  if (order->revoked)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("Who ordered has taken the order back: nobody waits for it."));
  if (!hemo_expected_is (txn, order->uuid, &waits, error)
      || (!waits && !hemo_refusal_settle_waiting (txn, order->uuid, &waits, error)))
    return FALSE;
  return waits
         || hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                              N_ ("This order does not wait for a specimen: it cannot be refused. "
                                  "A specimen that is of no use is rejected."));
}

/* (transfer full) */
static HemoRefusal *
make (HemoTxn *txn,
      const HemoOrder *order,
      HemoRefusalReason reason,
      const char *words,
      GError **error)
{
  g_autoptr (HemoRefusal) self = NULL;
  g_autoptr (GError) failure = NULL;
  HemoSession *session = hemo_txn_get_session (txn);
  g_autofree char *text = g_strstrip (g_strdup (words != NULL ? words : ""));

  self = hemo_refusal_fetch (txn, order->uuid, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  if (self == NULL)
    self = g_new0 (HemoRefusal, 1);
  g_set_str (&self->order, order->uuid);
  g_set_str (&self->patient, order->patient);
  self->withdrawn = FALSE;
  self->reason = reason;
  g_set_str (&self->words, *text != '\0' ? text : NULL);
  g_set_str (&self->refused_by, hemo_record_actor (txn));
  g_set_str (&self->refused_by_name, session != NULL ? hemo_session_get_name (session) : NULL);
  self->at = hemo_txn_get_time (txn);
  return hemo_refusal_check (self, error)
                 && hemo_record_check_text (self->words, HEMO_REFUSAL_WORDS_MAX, N_ ("reason"),
                                            error)
             ? g_steal_pointer (&self)
             : NULL;
}

gboolean
hemo_order_refuse (
    HemoTxn *txn, const char *uuid, HemoRefusalReason reason, const char *words, GError **error)
{
  g_autoptr (json_object) came = NULL;
  g_autoptr (HemoOrder) order = NULL;
  g_autoptr (HemoRefusal) refusal = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SPECIMEN_EDIT, "ServiceRequest", uuid, error))
    return FALSE;
  order = hemo_refusal_find_order (txn, uuid, &came, error);
  refusal = order != NULL ? make (txn, order, reason, words, error) : NULL;
  return refusal != NULL && check_refusable (txn, order, error)
         && hemo_refusal_put (txn, refusal, error)
         && hemo_refusal_tell_all (txn, refusal, came, error)
         && hemo_txn_audit (txn, "order.refuse", "ServiceRequest", uuid,
                            hemo_refusal_reason_to_code (reason), error);
}

gboolean
hemo_refusal_hold (HemoTxn *txn, const char *order, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "UPDATE order_refusal SET held_us = CAST (unixepoch ('subsec') * "
                            "1000000 AS INTEGER) + ?2 WHERE lab_order = ?1 AND withdrawn = 0",
                            order, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, HEMO_INCOMING_HOLD_US);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_refusal_take_back (HemoTxn *txn, const char *order, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoRefusal) refusal = NULL;
  HemoRefusalTasks tasks = { 0 };

  if (!hemo_txn_require (txn, HEMO_ACTION_SPECIMEN_EDIT, "ServiceRequest", order, error))
    return FALSE;
  refusal = hemo_refusal_fetch (txn, order, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (refusal == NULL || refusal->withdrawn)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE, N_ ("This order is not refused."));
  if (!hemo_refusal_count_tasks (txn, order, &tasks, error))
    return FALSE;
  if (tasks.fresh != tasks.count)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("The refusal may have been sent already, and stands. Where the "
                                 "test can be done after all, accept the specimen for a new "
                                 "order."));
  refusal->withdrawn = TRUE;
  return hemo_refusal_put (txn, refusal, error)
         && hemo_txn_audit (txn, "order.take-back", "ServiceRequest", order, NULL, error);
}

/* Lists */

GArray *
hemo_refused_rows (HemoTxn *txn, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = TRUE;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "ServiceRequest", NULL, error))
    return NULL;
  statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT id FROM order_refusal WHERE withdrawn = 0 ORDER BY at_us DESC, id DESC", error);
  while (statement != NULL && row)
    {
      gint64 id;

      if (!hemo_statement_next (statement, &row, error))
        return NULL;
      id = row ? hemo_statement_get_int (statement, 0) : 0;
      if (row)
        g_array_append_val (rows, id);
    }
  return statement != NULL ? g_steal_pointer (&rows) : NULL;
}

/* What is left of one that cannot be read: the others are told all the same. */
static HemoOrder *
stand_in (const HemoRefusal *refusal)
{
  HemoOrder *order = hemo_order_new (refusal->patient);

  g_set_str (&order->uuid, refusal->order);
  return order;
}

/* Takes @refusal. */
static HemoRefused *
describe (HemoTxn *txn, gint64 row, HemoRefusal *refusal, GError **error)
{
  g_autoptr (HemoRefused) self = g_new0 (HemoRefused, 1);
  g_autoptr (json_object) came = NULL;
  g_autofree char *survivor = NULL;
  g_autoptr (HemoPatient) patient = NULL;
  HemoRefusalTasks tasks = { 0 };

  self->row = row;
  self->refusal = refusal;
  self->order = hemo_refusal_find_order (txn, refusal->order, &came, NULL);
  if (self->order == NULL)
    self->order = stand_in (refusal);
  survivor = hemo_patient_dup_survivor (txn, refusal->patient, error);
  patient = survivor != NULL ? hemo_patient_fetch (txn, survivor, NULL, error) : NULL;
  if (patient == NULL || !hemo_refusal_count_tasks (txn, refusal->order, &tasks, error))
    return NULL;
  self->name = hemo_patient_display_name (patient);
  self->sex = patient->sex;
  self->birth = patient->birth;
  self->revocable = tasks.fresh == tasks.count;
  self->told = tasks.count > 0 && tasks.told == tasks.count;
  self->shelved = tasks.shelved > 0;
  self->closed = tasks.count == 0;
  return g_steal_pointer (&self);
}

GPtrArray *
hemo_refused_load (HemoTxn *txn, const gint64 *rows, guint n_rows, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_refused_free);

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "ServiceRequest", NULL, error))
    return NULL;
  for (guint i = 0; i < n_rows; i++)
    {
      g_autoptr (GError) failure = NULL;
      HemoStatement *statement = hemo_db_prepare (
          hemo_txn_get_db (txn), "SELECT " COLUMNS "WHERE id = ?1 AND withdrawn = 0", &failure);
      HemoRefusal *refusal = NULL;
      HemoRefused *item = NULL;

      if (statement != NULL)
        {
          hemo_statement_bind_int (statement, 1, rows[i]);
          refusal = find_one (statement, &failure);
        }
      if (refusal != NULL)
        item = describe (txn, rows[i], refusal, &failure);
      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
      if (item != NULL)
        g_ptr_array_add (items, item);
    }
  return g_steal_pointer (&items);
}

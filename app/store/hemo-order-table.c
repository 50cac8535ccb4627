/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders: what was asked for. */

#include "hemo-specimen-table.h"

#include "hemo-records-private.h"

#include <glib/gi18n.h>

#define REQUESTER_MAX 200
#define NOTE_MAX 2000
/* Cases whose results are awaited though they are signed: of a busy clinic two days, of a small one
 * a month. */
#define LAST_CASES "120"

static HemoOrder *
order_from_row (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoOrder) self = hemo_order_new (hemo_statement_get_text (statement, 1));

  if (!hemo_urgency_from_code (hemo_statement_get_text (statement, 4), &self->urgency, error)
      || !hemo_tests_from_codes (hemo_statement_get_text (statement, 5), &self->tests, error)
      || !hemo_pregnancy_from_code (hemo_statement_get_text (statement, 6), &self->pregnancy,
                                    error))
    return NULL;
  g_free (self->uuid);
  self->uuid = hemo_statement_dup_text (statement, 0);
  self->requester = hemo_statement_dup_text (statement, 2);
  self->clinical_note = hemo_statement_dup_text (statement, 3);
  self->ordered_at = hemo_statement_get_time (statement, 7);
  self->revoked = hemo_statement_get_int (statement, 10) != 0;
  self->version = hemo_statement_get_int (statement, 11);
  return g_steal_pointer (&self);
}

#define ORDER_COLUMNS                                                                              \
  "uuid, patient, requester, clinical_note, urgency, tests, pregnancy, ordered_us, "               \
  "ordered_offset, ordered_by_hand, revoked, version"

HemoOrder *
hemo_order_fetch (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT " ORDER_COLUMNS " FROM lab_order WHERE uuid = ?1", uuid, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return NULL;
  if (row)
    return order_from_row (statement, error);
  hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such order."));
  return NULL;
}

HemoOrder *
hemo_order_load (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (HemoOrder) order = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "ServiceRequest", uuid, error))
    return NULL;
  order = hemo_order_fetch (txn, uuid, error);
  if (order == NULL
      || !hemo_txn_audit (txn, "order.view", "ServiceRequest", order->uuid, NULL, error))
    return NULL;
  return g_steal_pointer (&order);
}

/* A new order is for a record that stands; a known one stays with its patient. */
static gboolean
check_patient (HemoTxn *txn, const HemoOrder *order, GError **error)
{
  g_autoptr (HemoPatient) patient = NULL;
  g_autoptr (HemoOrder) stored = NULL;

  if (order->version > 0)
    {
      stored = hemo_order_fetch (txn, order->uuid, error);
      if (stored == NULL || g_strcmp0 (stored->patient, order->patient) == 0)
        return stored != NULL;
      return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                               N_ ("An order stays with the patient it was made for."));
    }
  patient = hemo_patient_fetch (txn, order->patient, NULL, error);
  if (patient == NULL || patient->active)
    return patient != NULL;
  return hemo_record_fail (
      error, HEMO_STORE_ERROR_STATE,
      N_ ("This patient's record was merged or entered in error. Order for the "
          "record that took its place."));
}

gboolean
hemo_order_check (const HemoOrder *order, GError **error)
{
  if (order->tests == 0)
    return hemo_record_refuse (error, N_ ("An order asks for at least one test."));
  if (hemo_urgency_to_code (order->urgency) == NULL
      || hemo_pregnancy_to_code (order->pregnancy) == NULL)
    return hemo_record_refuse (error, "The order's urgency or pregnancy is none that is known.");
  return hemo_record_check_text (order->requester, REQUESTER_MAX, N_ ("requester"), error)
         && hemo_record_check_text (order->clinical_note, NOTE_MAX, N_ ("clinical note"), error);
}

static gboolean
write_order (HemoTxn *txn, const HemoOrder *order, GError **error)
{
  g_autofree char *tests = hemo_tests_to_codes (order->tests);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO lab_order (uuid, patient, requester, clinical_note, urgency, tests, pregnancy, "
      "ordered_us, ordered_offset, ordered_by_hand, revoked, version) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
      "ON CONFLICT (uuid) DO UPDATE SET requester = ?3, clinical_note = ?4, urgency = ?5, "
      "tests = ?6, pregnancy = ?7, ordered_us = ?8, ordered_offset = ?9, ordered_by_hand = ?10, "
      "revoked = ?11, version = ?12",
      order->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, order->patient);
  hemo_statement_bind_text (statement, 3, order->requester);
  hemo_statement_bind_text (statement, 4, order->clinical_note);
  hemo_statement_bind_text (statement, 5, hemo_urgency_to_code (order->urgency));
  hemo_statement_bind_text (statement, 6, tests);
  hemo_statement_bind_text (statement, 7, hemo_pregnancy_to_code (order->pregnancy));
  hemo_statement_bind_time (statement, 8, order->ordered_at);
  hemo_statement_bind_int (statement, 11, order->revoked ? 1 : 0);
  hemo_statement_bind_int (statement, 12, order->version + 1);
  return hemo_statement_run (statement, error);
}

/* Urgency and what was asked for decide where the order's cases stand. */
static gboolean
update_cases (HemoTxn *txn, const HemoOrder *order, GError **error)
{
  g_autoptr (GPtrArray) tubes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "UPDATE case_state SET urgency = ?2 WHERE specimen IN "
                            "(SELECT id FROM specimen WHERE lab_order = ?1) "
                            "RETURNING (SELECT uuid FROM specimen WHERE id = case_state.specimen)",
                            order->uuid, error);
  gboolean row = TRUE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, order->urgency);
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return FALSE;
      if (row)
        g_ptr_array_add (tubes, hemo_statement_dup_text (statement, 0));
    }
  for (guint i = 0; i < tubes->len; i++)
    if (!hemo_case_state_refresh (txn, g_ptr_array_index (tubes, i), error))
      return FALSE;
  return TRUE;
}

gboolean
hemo_order_put (HemoTxn *txn, HemoOrder *order, const char *what, HemoLane lane, GError **error)
{
  gboolean is_new = order->version == 0;

  if (!write_order (txn, order, error)
      || !hemo_txn_log_change (txn, what, "ServiceRequest", order->uuid, order->version + 1, lane,
                               error)
      || (!is_new && !update_cases (txn, order, error)))
    return FALSE;
  order->version++;
  return TRUE;
}

gboolean
hemo_order_save (HemoTxn *txn, HemoOrder *order, GError **error)
{
  gboolean is_new = order->version == 0;

  if (!hemo_txn_require (txn, HEMO_ACTION_SPECIMEN_EDIT, "ServiceRequest", order->uuid, error)
      || !hemo_order_check (order, error)
      || !hemo_record_check_version (txn, "lab_order", order->uuid, order->version, error)
      || !check_patient (txn, order, error))
    return FALSE;
  if (order->ordered_at.utc_us == 0)
    order->ordered_at = hemo_txn_get_time (txn);
  return hemo_order_put (txn, order, is_new ? "order.create" : "order.edit", HEMO_LANE_RESULTS,
                         error);
}

GStrv
hemo_orders_awaited (HemoTxn *txn, int limit, GError **error)
{
  g_autoptr (GStrvBuilder) orders = g_strv_builder_new ();
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = TRUE;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "ServiceRequest", NULL, error))
    return NULL;
  statement = hemo_db_prepare (hemo_txn_get_db (txn),
                               "SELECT uuid FROM lab_order WHERE uuid IN ("
                               "SELECT lab_order FROM specimen WHERE id IN (SELECT specimen FROM "
                               "case_state WHERE state < ?2 "
                               "UNION SELECT specimen FROM (SELECT specimen FROM case_state ORDER "
                               "BY specimen DESC LIMIT " LAST_CASES
                               ")) UNION SELECT lab_order FROM expected_order) AND revoked = 0 "
                               "ORDER BY id DESC LIMIT ?1",
                               error);
  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, limit);
  hemo_statement_bind_int (statement, 2, HEMO_STATE_SIGNED);
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return NULL;
      if (row)
        g_strv_builder_add (orders, hemo_statement_get_text (statement, 0));
    }
  return g_strv_builder_end (orders);
}

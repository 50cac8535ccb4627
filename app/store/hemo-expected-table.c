/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders whose specimen has not come. */

#include "hemo-expected-table.h"

#include "hemo-fhir-reference.h"
#include "hemo-patient-table.h"
#include "hemo-records-private.h"
#include "hemo-refusal-private.h"
#include "hemo-specimen-table.h"

#include <glib/gi18n.h>
#include <string.h>

void
hemo_expected_free (HemoExpected *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->order, hemo_order_free);
  g_free (self->name);
  g_free (self);
}

/* Whoever takes in specimens sees what is to come. */
static gboolean
require (HemoTxn *txn, GError **error)
{
  return hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "ServiceRequest", NULL, error);
}

/* CROSS: the few that are expected come first, or all orders would be looked at. */
#define ORDER "ORDER BY urgency = 'stat' DESC, urgency = 'urgent' DESC, ordered_us, id"

/* Slides of a tube that was rejected are of no use either. */
#define HAS_TUBE                                                                                   \
  "EXISTS (SELECT 1 FROM specimen WHERE specimen.lab_order = lab_order.uuid AND parent IS NULL "   \
  "AND rejection = 'none') "

/* Of @statement the first column. */
static GArray *
collect (HemoStatement *statement, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean row = TRUE;

  while (row)
    {
      gint64 id;

      if (!hemo_statement_next (statement, &row, error))
        return NULL;
      id = row ? hemo_statement_get_int (statement, 0) : 0;
      if (row)
        g_array_append_val (rows, id);
    }
  return g_steal_pointer (&rows);
}

GArray *
hemo_expected_rows (HemoTxn *txn, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;

  if (!require (txn, error))
    return NULL;
  statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT id FROM expected_order CROSS JOIN lab_order ON uuid = lab_order "
                         "WHERE revoked = 0 " ORDER,
                         error);
  return statement != NULL ? collect (statement, error) : NULL;
}

/* Takes @order. */
static HemoExpected *
describe (HemoTxn *txn, gint64 row, HemoOrder *order, GError **error)
{
  g_autoptr (HemoExpected) self = g_new0 (HemoExpected, 1);
  g_autofree char *survivor = NULL;
  g_autoptr (HemoPatient) patient = NULL;

  self->row = row;
  self->order = order;
  survivor = hemo_patient_dup_survivor (txn, order->patient, error);
  patient = survivor != NULL ? hemo_patient_fetch (txn, survivor, NULL, error) : NULL;
  if (patient == NULL)
    return NULL;
  self->name = hemo_patient_display_name (patient);
  self->sex = patient->sex;
  self->birth = patient->birth;
  return g_steal_pointer (&self);
}

/* NULL without @error where it is expected no more. */
static HemoExpected *
load_row (HemoTxn *txn, gint64 number, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT uuid FROM lab_order JOIN expected_order ON lab_order = uuid "
                         "WHERE id = ?1 AND revoked = 0",
                         error);
  HemoOrder *order;
  gboolean row = FALSE;

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, number);
  if (!hemo_statement_next (statement, &row, error) || !row)
    return NULL;
  order = hemo_order_fetch (txn, hemo_statement_get_text (statement, 0), error);
  return order != NULL ? describe (txn, number, order, error) : NULL;
}

GPtrArray *
hemo_expected_load (HemoTxn *txn, const gint64 *rows, guint n_rows, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_expected_free);

  if (!require (txn, error))
    return NULL;
  for (guint i = 0; i < n_rows; i++)
    {
      g_autoptr (GError) failure = NULL;
      HemoExpected *item = load_row (txn, rows[i], &failure);

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

GPtrArray *
hemo_expected_of_patient (HemoTxn *txn, const char *patient, GError **error)
{
  g_autofree char *survivor = NULL;
  g_autoptr (HemoStatement) statement = NULL;
  g_autoptr (GArray) rows = NULL;

  if (!require (txn, error))
    return NULL;
  survivor = hemo_patient_dup_survivor (txn, patient, error);
  if (survivor == NULL)
    return NULL;
  statement = hemo_record_select (
      txn,
      "WITH RECURSIVE family (uuid, depth) AS (VALUES (?1, 0) UNION "
      "SELECT patient.uuid, depth + 1 FROM family JOIN patient ON patient.merged_into = "
      "family.uuid WHERE depth < 64) SELECT id FROM lab_order JOIN expected_order ON lab_order = "
      "lab_order.uuid WHERE patient IN (SELECT uuid FROM family) AND revoked = 0 " ORDER,
      survivor, error);
  rows = statement != NULL ? collect (statement, error) : NULL;
  return rows != NULL ? hemo_expected_load (txn, (const gint64 *)rows->data, rows->len, error)
                      : NULL;
}

/* @same: (out): whether both are records of one person, as merges here say */
static gboolean
is_same_person (HemoTxn *txn, const char *a, const char *b, gboolean *same, GError **error)
{
  g_autofree char *one = hemo_patient_dup_survivor (txn, a, error);
  g_autofree char *other = one != NULL ? hemo_patient_dup_survivor (txn, b, error) : NULL;

  *same = g_strcmp0 (one, other) == 0;
  return other != NULL;
}

gboolean
hemo_expected_count (HemoTxn *txn, int *count, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;

  if (!require (txn, error))
    return FALSE;
  statement = hemo_db_prepare (hemo_txn_get_db (txn),
                               "SELECT count(*) FROM expected_order CROSS JOIN lab_order ON uuid = "
                               "lab_order WHERE revoked = 0",
                               error);
  if (statement == NULL || !hemo_statement_step (statement, error))
    return FALSE;
  *count = (int)hemo_statement_get_int (statement, 0);
  return TRUE;
}

/* @why: (out): why the order takes no specimen, or NULL */
static gboolean
judge (HemoTxn *txn, const HemoOrder *order, const char *patient, const char **why, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT 1 FROM lab_order WHERE uuid = ?1 AND NOT " HAS_TUBE, order->uuid, error);
  g_autoptr (HemoStatement) refusal = hemo_record_select (
      txn, "SELECT 1 FROM lab_order WHERE uuid = ?1 AND " HEMO_ORDER_IS_REFUSED, order->uuid,
      error);
  gboolean expected = FALSE;
  gboolean same = FALSE;
  gboolean refused = FALSE;

  if (statement == NULL || refusal == NULL || !hemo_statement_next (statement, &expected, error)
      || !hemo_statement_next (refusal, &refused, error)
      || !is_same_person (txn, order->patient, patient, &same, error))
    return FALSE;
  if (!same)
    *why = N_ ("Its order is for another patient.");
  else if (refused)
    *why = N_ ("The order was refused here. Take the refusal back, or accept the specimen for a "
               "new order.");
  else if (order->revoked)
    *why
        = N_ ("The order was taken back. Ask who ordered, or accept the specimen for a new order.");
  else if (!expected)
    *why = N_ ("A specimen was accepted for this order already. Look at that case, or accept this "
               "one for a new order.");
  return TRUE;
}

gboolean
hemo_expected_accept (
    HemoTxn *txn, const char *order, const char *patient, HemoSpecimen *specimen, GError **error)
{
  g_autoptr (HemoOrder) ordered = hemo_order_load (txn, order, error);
  const char *why = NULL;

  if (ordered == NULL || !judge (txn, ordered, patient, &why, error))
    return FALSE;
  if (why != NULL)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE, why);
  g_set_str (&specimen->order, ordered->uuid);
  return hemo_specimen_accept (txn, specimen, error);
}

gboolean
hemo_expected_came (HemoTxn *txn, const char *order, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "DELETE FROM expected_order WHERE lab_order IN "
                            "(SELECT uuid FROM lab_order WHERE uuid = ?1 AND " HAS_TUBE ")",
                            order, error);

  return statement != NULL && hemo_statement_run (statement, error);
}

gboolean
hemo_expected_again (HemoTxn *txn, const char *order, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT OR IGNORE INTO expected_order (lab_order) SELECT uuid FROM lab_order "
      "WHERE uuid = ?1 AND NOT " HAS_TUBE "AND NOT " HEMO_ORDER_IS_REFUSED
      "AND EXISTS (SELECT 1 FROM change "
      "WHERE change.object = lab_order.uuid AND change.version = 1 "
      "AND change.what = 'sync.apply')",
      order, error);

  return statement != NULL && hemo_statement_run (statement, error);
}

gboolean
hemo_expected_wait (HemoTxn *txn, const char *order, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "INSERT OR IGNORE INTO expected_order (lab_order) SELECT uuid FROM "
                            "lab_order WHERE uuid = ?1 AND NOT " HAS_TUBE,
                            order, error);

  return statement != NULL && hemo_statement_run (statement, error);
}

gboolean
hemo_expected_is (HemoTxn *txn, const char *order, gboolean *is, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT 1 FROM expected_order WHERE lab_order = ?1", order, error);

  return statement != NULL && hemo_statement_next (statement, is, error);
}

/* @foreign: (out): whether another program ordered, as the first version says that came */
static gboolean
is_foreign (HemoTxn *txn, const char *order, gboolean *foreign, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "SELECT resource FROM incoming WHERE id = ?1 AND type = "
                            "'ServiceRequest' ORDER BY seq LIMIT 1",
                            order, error);
  g_autoptr (json_object) first = NULL;
  const char *text;
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  text = row ? hemo_statement_get_text (statement, 0) : NULL;
  first = text != NULL ? hemo_fhir_parse (text, strlen (text), NULL) : NULL;
  *foreign = first != NULL && !hemo_fhir_is_marked (first);
  return TRUE;
}

gboolean
hemo_expected_stay (HemoTxn *txn, const char *order, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;
  gboolean foreign = FALSE;

  if (!is_foreign (txn, order, &foreign, error))
    return FALSE;
  if (!foreign)
    return TRUE;
  statement = hemo_record_select (
      txn,
      "INSERT OR IGNORE INTO expected_order (lab_order) SELECT uuid FROM lab_order "
      "WHERE uuid = ?1 AND NOT " HAS_TUBE "AND NOT " HEMO_ORDER_IS_REFUSED,
      order, error);
  return statement != NULL && hemo_statement_run (statement, error);
}

gboolean
hemo_expected_drop (HemoTxn *txn, const char *order, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "DELETE FROM expected_order WHERE lab_order = ?1", order, error);

  return statement != NULL && hemo_statement_run (statement, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where each case stands, judged anew in the transaction of whatever moves it. */

#include "hemo-records-private.h"

#include <glib/gi18n.h>

gboolean
hemo_case_state_insert (HemoTxn *txn, const HemoSpecimen *tube, HemoUrgency urgency, GError **error)
{
  HemoDate date = hemo_date_of (tube->received_at);
  g_autofree char *day = hemo_date_to_iso (date);
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "INSERT INTO case_state (specimen, state, urgency, received_day) "
                            "SELECT id, 0, ?2, ?3 FROM specimen WHERE uuid = ?1",
                            tube->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, urgency);
  hemo_statement_bind_text (statement, 3, day != NULL ? day : "");
  return hemo_statement_run (statement, error);
}

/* @touched: (out) (optional): whether anything changed since the last signature */
static gboolean
get_state (HemoTxn *txn, const char *tube, HemoState *state, gboolean *touched, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "SELECT state, touched FROM case_state WHERE specimen = "
                            "(SELECT id FROM specimen WHERE uuid = ?1)",
                            tube, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    return hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such case."));
  *state = (HemoState)hemo_statement_get_int (statement, 0);
  if (touched != NULL)
    *touched = hemo_statement_get_int (statement, 1) != 0;
  return TRUE;
}

gboolean
hemo_case_state_get (HemoTxn *txn, const char *tube, HemoState *state, GError **error)
{
  return get_state (txn, tube, state, NULL, error);
}

static gboolean
put_state (HemoTxn *txn, const HemoCase *data, HemoState state, GError **error)
{
  HemoDate date = hemo_date_of (data->specimen->received_at);
  g_autofree char *day = hemo_date_to_iso (date);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "UPDATE case_state SET state = ?2, received_day = ?3, touched = 1 WHERE specimen = "
      "(SELECT id FROM specimen WHERE uuid = ?1)",
      data->specimen->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, state);
  hemo_statement_bind_text (statement, 3, day != NULL ? day : "");
  return hemo_statement_run (statement, error);
}

static gboolean
put_numbers (HemoTxn *txn, const char *tube, int counted, int target, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "UPDATE case_state SET counted = ?2, target = ?3, touched = 1 WHERE specimen = "
      "(SELECT id FROM specimen WHERE uuid = ?1)",
      tube, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, counted);
  hemo_statement_bind_int (statement, 3, target);
  return hemo_statement_run (statement, error);
}

static gboolean
put_unchanged (HemoTxn *txn, const char *tube, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "UPDATE case_state SET touched = 0 WHERE specimen = "
                            "(SELECT id FROM specimen WHERE uuid = ?1)",
                            tube, error);

  return statement != NULL && hemo_statement_run (statement, error);
}

/* An open count below its target says nothing yet: of the first three cells one may be anything. */
static void
drop_unfinished_counts (HemoCase *data)
{
  for (guint i = data->counts->len; i > 0; i--)
    {
      const HemoCount *count = g_ptr_array_index (data->counts, i - 1);
      HemoDifferential sum = { 0 };

      hemo_differential_add (&sum, count);
      if (!count->closed && sum.denominator < count->target)
        g_ptr_array_remove_index (data->counts, i - 1);
    }
}

static gboolean
is_preliminary (const HemoCase *data)
{
  const HemoReport *last
      = data->reports->len > 0 ? g_ptr_array_index (data->reports, data->reports->len - 1) : NULL;

  return last != NULL && last->status == HEMO_REPORT_PRELIMINARY;
}

static gboolean
is_begun (const HemoCase *data)
{
  return data->counts->len > 0 || data->morphologies->len > 0 || data->platelets != NULL
         || data->malarias->len > 0;
}

static HemoState
judge (HemoCase *data, GPtrArray *ranges)
{
  g_autoptr (HemoReport) report = NULL;
  g_auto (GStrv) missing = NULL;
  gboolean begun = is_begun (data);

  if (data->specimen->rejection != HEMO_REJECTION_NONE)
    return HEMO_STATE_REJECTED;
  if (hemo_case_is_withdrawn (data))
    return HEMO_STATE_SIGNED;
  report = hemo_report_copy (data->report);
  hemo_report_fill (report, data, ranges);
  missing = hemo_report_missing (report, data);
  drop_unfinished_counts (data);
  hemo_report_fill (report, data, ranges);
  if (hemo_report_needs_call (report))
    return HEMO_STATE_CRITICAL;
  if (is_preliminary (data))
    return HEMO_STATE_PRELIMINARY;
  if (g_strv_length (missing) == 0)
    return HEMO_STATE_TO_SIGN;
  return begun ? HEMO_STATE_COUNTING : HEMO_STATE_WAITING;
}

gboolean
hemo_case_state_refresh (HemoTxn *txn, const char *tube, GError **error)
{
  g_autoptr (HemoCase) data = NULL;
  g_autoptr (GPtrArray) ranges = NULL;
  int counted = 0;
  int target = 0;

  if (!hemo_count_sum (txn, tube, &counted, &target, error)
      || !put_numbers (txn, tube, counted, target, error))
    return FALSE;
  data = hemo_case_fetch (txn, tube, error);
  ranges = data != NULL ? hemo_ranges_fetch (txn, error) : NULL;
  /* No signature comes after a withdrawal: nothing waits for one. */
  return ranges != NULL && put_state (txn, data, judge (data, ranges), error)
         && (!hemo_case_is_withdrawn (data) || put_unchanged (txn, data->specimen->uuid, error));
}

gboolean
hemo_case_state_refresh_count (HemoTxn *txn,
                               const char *tube,
                               const HemoCount *count,
                               GError **error)
{
  HemoState state = HEMO_STATE_WAITING;
  int counted = 0;
  int target = 0;

  if (!hemo_count_sum (txn, tube, &counted, &target, error)
      || !get_state (txn, tube, &state, NULL, error))
    return FALSE;
  /* Below the target the count is left out of the judgement, so it moves nothing. */
  if (counted < target && counted > 0 && target == count->target
      && (state == HEMO_STATE_COUNTING || state == HEMO_STATE_PRELIMINARY))
    return put_numbers (txn, tube, counted, target, error);
  return hemo_case_state_refresh (txn, tube, error);
}

gboolean
hemo_case_state_refresh_image (HemoTxn *txn, const char *image, GError **error)
{
  g_autofree char *tube = NULL;
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT coalesce(specimen.parent, specimen.uuid) FROM image "
                         "JOIN specimen ON specimen.uuid = image.specimen WHERE image.uuid = ?1",
                         error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, image);
  if (!hemo_statement_step (statement, error))
    return FALSE;
  tube = hemo_statement_dup_text (statement, 0);
  return hemo_case_state_refresh (txn, tube, error);
}

/* Where a case stands of which nothing changed since it was signed. */
static gboolean
put_signed_state (HemoTxn *txn, const HemoCase *data, GError **error)
{
  HemoState state = data->specimen->rejection != HEMO_REJECTION_NONE ? HEMO_STATE_REJECTED
                    : hemo_report_needs_call (data->report)          ? HEMO_STATE_CRITICAL
                    : is_preliminary (data)                          ? HEMO_STATE_PRELIMINARY
                                                                     : HEMO_STATE_SIGNED;
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "UPDATE case_state SET state = ?2 WHERE specimen = "
                            "(SELECT id FROM specimen WHERE uuid = ?1)",
                            data->specimen->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, state);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_case_state_refresh_call (HemoTxn *txn, const char *tube, GError **error)
{
  g_autoptr (HemoCase) data = NULL;
  HemoState state = HEMO_STATE_WAITING;
  gboolean touched = FALSE;

  if (!get_state (txn, tube, &state, &touched, error))
    return FALSE;
  if (touched)
    return hemo_case_state_refresh (txn, tube, error);
  data = hemo_case_fetch (txn, tube, error);
  if (data == NULL)
    return FALSE;
  return data->reports->len > 0 ? put_signed_state (txn, data, error)
                                : hemo_case_state_refresh (txn, tube, error);
}

gboolean
hemo_case_state_forget_changes (HemoTxn *txn, const char *tube, GError **error)
{
  return put_unchanged (txn, tube, error) && hemo_case_state_refresh_call (txn, tube, error);
}

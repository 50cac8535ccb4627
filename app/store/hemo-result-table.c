/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Values typed from an analyser, and calls that told a critical value. */

#include "hemo-clock.h"
#include "hemo-finding-private.h"

#include <glib/gi18n.h>

#define ANALYTES_MAX 1000
#define TOLD_MAX 200

static gboolean
write_result (HemoTxn *txn, const HemoResult *self, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO result (uuid, specimen, analyte, value, uncorrected, source, measured_us, "
      "measured_offset, measured_by_hand, entered_by, entered_us, entered_offset, "
      "entered_by_hand, entered_in_error, version) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
      "ON CONFLICT (uuid) DO UPDATE SET value = ?4, uncorrected = ?5, source = ?6, "
      "measured_us = ?7, measured_offset = ?8, measured_by_hand = ?9, entered_by = ?10, "
      "entered_us = ?11, entered_offset = ?12, entered_by_hand = ?13, entered_in_error = ?14, "
      "version = ?15",
      self->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, self->specimen);
  hemo_statement_bind_text (statement, 3, self->analyte);
  hemo_statement_bind_double (statement, 4, self->value);
  hemo_statement_bind_int (statement, 5, self->uncorrected ? 1 : 0);
  hemo_statement_bind_text (statement, 6, self->source);
  hemo_statement_bind_time (statement, 7, self->measured_at);
  hemo_statement_bind_text (statement, 10, self->entered_by);
  hemo_statement_bind_time (statement, 11, self->entered_at);
  hemo_statement_bind_int (statement, 14, self->entered_in_error ? 1 : 0);
  hemo_statement_bind_int (statement, 15, self->version + 1);
  return hemo_statement_run (statement, error);
}

/* A value that was of another analyte would change its meaning unseen. */
static gboolean
check_analyte (HemoTxn *txn, const HemoResult *result, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT 1 FROM result WHERE uuid = ?1 AND analyte <> ?2", result->uuid, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, result->analyte);
  if (!hemo_statement_next (statement, &row, error))
    return FALSE;
  return !row
         || hemo_record_fail (
             error, HEMO_STORE_ERROR_STATE,
             N_ ("A value stays with its analyte: mark this one as an error and enter "
                 "another."));
}

/* A value from the future would stand before every later one for good. Clocks of analysers differ a
 * little; a clock of ours that cannot be right says nothing. */
static gboolean
check_measured_at (HemoTxn *txn, const HemoResult *result, GError **error)
{
  gint64 now = hemo_txn_get_time (txn).utc_us, newest;

  if (!hemo_clock_newest_record (txn, &newest, error))
    return FALSE;
  if (result->measured_at.utc_us <= now + 5 * G_TIME_SPAN_MINUTE
      || !hemo_clock_is_plausible (now, newest))
    return TRUE;
  g_set_error_literal (
      error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID,
      N_ ("The time of measuring lies in the future: check the date that was typed."));
  return FALSE;
}

gboolean
hemo_result_save (HemoTxn *txn, HemoResult *result, GError **error)
{
  HemoRecordPlace place = { HEMO_ACTION_RESULT_EDIT, "Observation",  "result", result->uuid,
                            result->specimen,        result->version };
  g_autofree char *tube = hemo_record_place_check (txn, &place, NULL, error);

  if (tube == NULL || !hemo_result_validate (result, error) || !check_analyte (txn, result, error)
      || !check_measured_at (txn, result, error))
    return FALSE;
  g_free (result->entered_by);
  result->entered_by = g_strdup (hemo_record_actor (txn));
  result->entered_at = hemo_txn_get_time (txn);
  if (result->measured_at.utc_us == 0)
    result->measured_at = result->entered_at;
  if (!write_result (txn, result, error)
      || !hemo_record_place_log (txn, &place, tube,
                                 result->entered_in_error ? "result.error" : "result.save",
                                 HEMO_LANE_NONE, error))
    return FALSE;
  result->version++;
  return TRUE;
}

HemoResult *
hemo_result_from_row (HemoStatement *statement)
{
  HemoResult *self = hemo_result_new (
      hemo_statement_get_text (statement, 1), hemo_statement_get_text (statement, 2),
      hemo_statement_get_double (statement, 3), hemo_statement_get_text (statement, 5));

  g_free (self->uuid);
  self->uuid = hemo_statement_dup_text (statement, 0);
  self->uncorrected = hemo_statement_get_int (statement, 4) != 0;
  self->measured_at = hemo_statement_get_time (statement, 6);
  g_free (self->entered_by);
  self->entered_by = hemo_statement_dup_text (statement, 9);
  self->entered_at = hemo_statement_get_time (statement, 10);
  self->entered_in_error = hemo_statement_get_int (statement, 13) != 0;
  self->version = hemo_statement_get_int (statement, 14);
  return self;
}

static gboolean
write_call (HemoTxn *txn, const HemoCriticalCall *self, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO critical_call (uuid, specimen, analytes, told, read_back, called_by, at_us, "
      "at_offset, at_by_hand, version, told_lines, not_reached) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
      "ON CONFLICT (uuid) DO UPDATE SET analytes = ?3, told = ?4, read_back = ?5, called_by = ?6, "
      "at_us = ?7, at_offset = ?8, at_by_hand = ?9, version = ?10, told_lines = ?11, "
      "not_reached = ?12",
      self->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, self->specimen);
  hemo_statement_bind_text (statement, 3, self->analytes);
  hemo_statement_bind_text (statement, 4, self->told);
  hemo_statement_bind_int (statement, 5, self->read_back ? 1 : 0);
  hemo_statement_bind_text (statement, 6, self->by);
  hemo_statement_bind_time (statement, 7, self->at);
  hemo_statement_bind_int (statement, 10, self->version + 1);
  hemo_statement_bind_text (statement, 11, self->told_lines);
  hemo_statement_bind_int (statement, 12, self->not_reached ? 1 : 0);
  return hemo_statement_run (statement, error);
}

/* The values that a call tells are those of the moment when it was noted: who adds later that it
 * was read back, or mends a name, tells nothing new. @known: (out): whether it was noted before */
static gboolean
fetch_told_lines (HemoTxn *txn, HemoCriticalCall *call, gboolean *known, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT told_lines FROM critical_call WHERE uuid = ?1 AND analytes = ?2", call->uuid,
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, call->analytes);
  if (!hemo_statement_next (statement, known, error))
    return FALSE;
  if (*known)
    {
      g_free (call->told_lines);
      call->told_lines = hemo_statement_dup_text (statement, 0);
    }
  return TRUE;
}

static gboolean
note_told_lines (HemoTxn *txn, HemoCriticalCall *call, const char *tube, GError **error)
{
  g_autoptr (HemoCase) data = NULL;
  g_autoptr (HemoReport) report = NULL;
  g_autoptr (GPtrArray) ranges = NULL;
  gboolean known = FALSE;

  if (!fetch_told_lines (txn, call, &known, error) || known)
    return known;
  data = hemo_case_fetch (txn, tube, error);
  ranges = data != NULL ? hemo_ranges_fetch (txn, error) : NULL;
  if (ranges == NULL)
    return FALSE;
  report = hemo_report_copy (data->report);
  hemo_report_fill (report, data, ranges);
  g_free (call->told_lines);
  call->told_lines = hemo_report_told_lines (report, call->analytes);
  return TRUE;
}

static gboolean
is_blank (const char *text)
{
  g_autofree char *copy = g_strdup (text != NULL ? text : "");

  return *g_strstrip (copy) == '\0';
}

gboolean
hemo_critical_call_save (HemoTxn *txn, HemoCriticalCall *call, GError **error)
{
  HemoRecordPlace place = { HEMO_ACTION_CRITICAL_CALL,
                            "Communication",
                            "critical_call",
                            call->uuid,
                            call->specimen,
                            call->version };
  g_autofree char *tube = hemo_record_place_check (txn, &place, NULL, error);

  if (tube == NULL
      || !hemo_record_check_text (call->told, TOLD_MAX, N_ ("name of who was told"), error)
      || !hemo_record_check_text (call->analytes, ANALYTES_MAX, N_ ("list of values"), error))
    return FALSE;
  if (is_blank (call->told) || is_blank (call->analytes))
    return hemo_record_refuse (error, N_ ("A call says who was told, and of which values."));
  if (call->not_reached && call->read_back)
    return hemo_record_refuse (error, N_ ("Who was not reached has read nothing back."));
  g_free (call->by);
  call->by = g_strdup (hemo_record_actor (txn));
  if (call->at.utc_us == 0)
    call->at = hemo_txn_get_time (txn);
  if (!note_told_lines (txn, call, tube, error) || !write_call (txn, call, error)
      || !hemo_case_state_refresh_call (txn, tube, error)
      || !hemo_txn_log_change (txn, call->not_reached ? "critical.attempt" : "critical.call",
                               place.kind, place.uuid, place.version + 1, HEMO_LANE_RESULTS, error))
    return FALSE;
  call->version++;
  return TRUE;
}

HemoCriticalCall *
hemo_critical_call_from_row (HemoStatement *statement)
{
  HemoCriticalCall *self = hemo_critical_call_new (hemo_statement_get_text (statement, 1));

  g_free (self->uuid);
  self->uuid = hemo_statement_dup_text (statement, 0);
  self->analytes = hemo_statement_dup_text (statement, 2);
  self->told = hemo_statement_dup_text (statement, 3);
  self->read_back = hemo_statement_get_int (statement, 4) != 0;
  self->by = hemo_statement_dup_text (statement, 5);
  self->at = hemo_statement_get_time (statement, 6);
  self->version = hemo_statement_get_int (statement, 9);
  self->by_name = hemo_statement_dup_text (statement, 10);
  self->told_lines = hemo_statement_dup_text (statement, 11);
  self->not_reached = hemo_statement_get_int (statement, 12) != 0;
  return self;
}

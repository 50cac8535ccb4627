/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Readings: asked for, taken in hand, answered or cancelled. */

#include "hemo-reading-table.h"

#include "hemo-incoming-table.h"
#include "hemo-records-private.h"
#include "hemo-sync-apply-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define READING_COLUMNS                                                                            \
  "reading.uuid, reading.specimen, reading.state, reading.urgency, question, asked_by, "           \
  "asked_by_name, asked_us, asked_offset, asked_by_hand, reader, reader_name, report_version, "    \
  "conclusion, answer, reason, changed_us, changed_offset, changed_by_hand, reading.version"
/* How many these are. */
#define READING_WIDTH 20

static HemoReading *
reading_from_row (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoReading) self = hemo_reading_new (hemo_statement_get_text (statement, 1));

  if (!hemo_reading_state_from_code (hemo_statement_get_text (statement, 2), &self->state, error)
      || !hemo_conclusion_from_code (hemo_statement_get_text (statement, 13), &self->conclusion,
                                     error))
    return NULL;
  g_free (self->uuid);
  self->uuid = hemo_statement_dup_text (statement, 0);
  self->urgency = (HemoUrgency)hemo_statement_get_int (statement, 3);
  self->question = hemo_statement_dup_text (statement, 4);
  self->asked_by = hemo_statement_dup_text (statement, 5);
  self->asked_by_name = hemo_statement_dup_text (statement, 6);
  self->asked_at = hemo_statement_get_time (statement, 7);
  self->reader = hemo_statement_dup_text (statement, 10);
  self->reader_name = hemo_statement_dup_text (statement, 11);
  self->report_version = (int)hemo_statement_get_int (statement, 12);
  self->answer = hemo_statement_dup_text (statement, 14);
  self->reason = hemo_statement_dup_text (statement, 15);
  self->changed_at = hemo_statement_get_time (statement, 16);
  self->version = hemo_statement_get_int (statement, 19);
  return g_steal_pointer (&self);
}

HemoReading *
hemo_reading_fetch (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT " READING_COLUMNS " FROM reading WHERE uuid = ?1", uuid, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return NULL;
  if (row)
    return reading_from_row (statement, error);
  hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such reading."));
  return NULL;
}

HemoReading *
hemo_reading_find (HemoTxn *txn, const char *uuid, GError **error)
{
  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "Task", uuid, error))
    return NULL;
  return hemo_reading_fetch (txn, uuid, error);
}

gboolean
hemo_case_fetch_readings (HemoTxn *txn, HemoCase *data, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT " READING_COLUMNS " FROM reading WHERE specimen = ?1 ORDER BY id",
      data->specimen->uuid, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_next (statement, &row, error))
    {
      HemoReading *reading;

      if (!row)
        return TRUE;
      reading = reading_from_row (statement, error);
      if (reading == NULL)
        return FALSE;
      g_ptr_array_add (data->readings, reading);
    }
  return FALSE;
}

static const char *
actor_name (HemoTxn *txn)
{
  HemoSession *session = hemo_txn_get_session (txn);

  return session != NULL ? hemo_session_get_name (session) : NULL;
}

static gboolean
check_open (HemoTxn *txn, const char *tube, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT 1 FROM reading WHERE specimen = ?1 AND state IN ('requested', 'accepted')", tube,
      error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  return !row
         || hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                              N_ ("This case waits for a pathologist already. Cancel that question "
                                  "first to ask another."));
}

static gboolean
check_written (const char *text, glong limit, const char *what, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text != NULL ? text : ""));

  if (*stripped == '\0')
    {
      g_set_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID,
                   N_ ("The %s has to be written."), what);
      return FALSE;
    }
  return hemo_record_check_text (text, limit, what, error);
}

static gboolean
insert (HemoTxn *txn, const HemoReading *reading, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO reading (uuid, specimen, state, urgency, question, asked_by, asked_by_name, "
      "asked_us, asked_offset, asked_by_hand, changed_us, changed_offset, changed_by_hand, "
      "report_version, version) "
      "VALUES (?1, ?2, 'requested', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?7, ?8, ?9, ?10, 1)",
      reading->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, reading->specimen);
  hemo_statement_bind_int (statement, 3, reading->urgency);
  hemo_statement_bind_text (statement, 4, reading->question);
  hemo_statement_bind_text (statement, 5, reading->asked_by);
  hemo_statement_bind_text (statement, 6, reading->asked_by_name);
  hemo_statement_bind_time (statement, 7, reading->asked_at);
  hemo_statement_bind_int (statement, 10, reading->report_version);
  return hemo_statement_run (statement, error);
}

static gboolean
newest_report (HemoTxn *txn, const char *tube, int *out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT coalesce (max (report_version.version), 0) FROM report_version "
      "JOIN report ON report.uuid = report_version.report WHERE report.specimen = ?1",
      tube, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  *out = row ? (int)hemo_statement_get_int (statement, 0) : 0;
  return TRUE;
}

/* @any: (out): whether a report of the case was signed here, and @withdrawn whether the newest of
 * them withdraws it */
static gboolean
find_signed (HemoTxn *txn, const char *tube, gboolean *any, gboolean *withdrawn, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT report_version.status IN ('entered-in-error', 'cancelled') FROM report_version "
      "JOIN report ON report.uuid = report_version.report WHERE report.specimen = ?1 "
      "ORDER BY report_version.version DESC LIMIT 1",
      tube, error);

  if (statement == NULL || !hemo_statement_next (statement, any, error))
    return FALSE;
  *withdrawn = *any && hemo_statement_get_int (statement, 0) != 0;
  return TRUE;
}

static gboolean
is_taken_back (const HemoIncoming *incoming)
{
  static const char *const back[] = { "entered-in-error", "cancelled", NULL };
  g_autoptr (json_object) resource = hemo_sync_parse (incoming->resource);
  json_object *status = NULL;

  return resource != NULL && json_object_object_get_ex (resource, "status", &status)
         && json_object_is_type (status, json_type_string)
         && g_strv_contains (back, json_object_get_string (status));
}

/* Whether the report was signed here: what the server has of that says no more than is here. */
static gboolean
is_ours (HemoTxn *txn, const char *report, gboolean *ours, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT 1 FROM report WHERE uuid = ?1", report, error);

  return statement != NULL && hemo_statement_next (statement, ours, error);
}

/* Who reads is often at another laptop than who reported. @any: (out): whether others reported the
 * case, and @stands whether one of that was not withdrawn */
static gboolean
find_reported (HemoTxn *txn, const char *tube, gboolean *any, gboolean *stands, GError **error)
{
  g_autoptr (GPtrArray) newest = hemo_incoming_of_case (txn, tube, error);

  for (guint i = 0; newest != NULL && i < newest->len; i++)
    {
      const HemoIncoming *incoming = g_ptr_array_index (newest, i);
      gboolean ours = FALSE;

      if (strcmp (incoming->type, "DiagnosticReport") != 0)
        continue;
      if (!is_ours (txn, incoming->id, &ours, error))
        return FALSE;
      *any = *any || !ours;
      *stands = *stands || (!ours && !is_taken_back (incoming));
    }
  return newest != NULL;
}

gboolean
hemo_reading_is_withdrawn (HemoTxn *txn, const char *tube, gboolean *withdrawn, GError **error)
{
  gboolean any = FALSE, others = FALSE, stands = FALSE;

  if (!find_signed (txn, tube, &any, withdrawn, error))
    return FALSE;
  if (any && !*withdrawn)
    return TRUE;
  /* A report that was withdrawn here hides none of another laptop. */
  if (!find_reported (txn, tube, &others, &stands, error))
    return FALSE;
  *withdrawn = (any || others) && !stands;
  return TRUE;
}

/* Nobody may use what was withdrawn, and what is said of it comes to nothing. */
static gboolean
check_stands (HemoTxn *txn, const char *tube, GError **error)
{
  gboolean withdrawn = FALSE;

  if (!hemo_reading_is_withdrawn (txn, tube, &withdrawn, error))
    return FALSE;
  return !withdrawn
         || hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                              N_ ("The report of this case was withdrawn: there is nothing to read "
                                  "any more. A question that is open can be declined or "
                                  "cancelled."));
}

gboolean
hemo_reading_ask (HemoTxn *txn, HemoReading *reading, GError **error)
{
  g_autofree char *tube = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_READING_ASK, "Task", reading->uuid, error)
      || !check_written (reading->question, HEMO_READING_QUESTION_MAX, N_ ("question"), error)
      || !hemo_record_check_version (txn, "reading", reading->uuid, 0, error))
    return FALSE;
  if (hemo_urgency_to_code (reading->urgency) == NULL)
    return hemo_record_refuse (error, "The reading's urgency is none that is known.");
  tube = hemo_specimen_dup_usable_tube (txn, reading->specimen, error);
  if (tube == NULL || !check_stands (txn, tube, error) || !check_open (txn, tube, error)
      || !newest_report (txn, tube, &reading->report_version, error))
    return FALSE;
  g_set_str (&reading->specimen, tube);
  g_set_str (&reading->asked_by, hemo_record_actor (txn));
  g_set_str (&reading->asked_by_name, actor_name (txn));
  reading->asked_at = reading->changed_at = hemo_txn_get_time (txn);
  reading->state = HEMO_READING_REQUESTED;
  if (!insert (txn, reading, error)
      || !hemo_txn_log_change (txn, "reading.ask", "Task", reading->uuid, 1, HEMO_LANE_RESULTS,
                               error))
    return FALSE;
  reading->version = 1;
  return TRUE;
}

static gboolean
update (HemoTxn *txn, const HemoReading *reading, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "UPDATE reading SET state = ?2, reader = ?3, reader_name = ?4, report_version = ?5, "
      "conclusion = ?6, answer = ?7, reason = ?8, changed_us = ?9, changed_offset = ?10, "
      "changed_by_hand = ?11, version = version + 1 WHERE uuid = ?1",
      reading->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, hemo_reading_state_to_code (reading->state));
  hemo_statement_bind_text (statement, 3, reading->reader);
  hemo_statement_bind_text (statement, 4, reading->reader_name);
  hemo_statement_bind_int (statement, 5, reading->report_version);
  hemo_statement_bind_text (statement, 6, hemo_conclusion_to_code (reading->conclusion));
  hemo_statement_bind_text (statement, 7, reading->answer);
  hemo_statement_bind_text (statement, 8, reading->reason);
  hemo_statement_bind_time (statement, 9, reading->changed_at);
  return hemo_statement_run (statement, error);
}

/* @reading comes into @state through who is signed in. */
static gboolean
move (HemoTxn *txn, HemoReading *reading, HemoReadingState state, const char *what, GError **error)
{
  reading->state = state;
  reading->changed_at = hemo_txn_get_time (txn);
  if (!update (txn, reading, error)
      || !hemo_txn_log_change (txn, what, "Task", reading->uuid, reading->version + 1,
                               HEMO_LANE_RESULTS, error))
    return FALSE;
  reading->version++;
  return TRUE;
}

static void
take (HemoTxn *txn, HemoReading *reading)
{
  g_set_str (&reading->reader, hemo_record_actor (txn));
  g_set_str (&reading->reader_name, actor_name (txn));
}

/* As it is stored, where it is still the one that was read. */
static HemoReading *
fetch_unchanged (HemoTxn *txn, const HemoReading *reading, GError **error)
{
  if (!hemo_record_check_version (txn, "reading", reading->uuid, MAX (reading->version, 1), error))
    return NULL;
  return hemo_reading_fetch (txn, reading->uuid, error);
}

static gboolean
check_waits (const HemoReading *stored, GError **error)
{
  if (stored->state == HEMO_READING_CANCELLED)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("This reading was cancelled: nobody waits for an answer."));
  return stored->state != HEMO_READING_COMPLETED
         || hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                              N_ ("This reading is answered already."));
}

/* A second pair of eyes is another person's. */
static gboolean
check_reader (HemoTxn *txn, const HemoReading *stored, GError **error)
{
  return g_strcmp0 (stored->asked_by, hemo_record_actor (txn)) != 0
         || hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                              N_ ("You asked for this reading yourself: another pathologist has to "
                                  "answer."));
}

gboolean
hemo_reading_accept (HemoTxn *txn, HemoReading *reading, GError **error)
{
  g_autoptr (HemoReading) stored = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_READING_ANSWER, "Task", reading->uuid, error))
    return FALSE;
  stored = fetch_unchanged (txn, reading, error);
  if (stored == NULL || !check_waits (stored, error) || !check_reader (txn, stored, error)
      || !check_stands (txn, stored->specimen, error))
    return FALSE;
  take (txn, stored);
  if (!move (txn, stored, HEMO_READING_ACCEPTED, "reading.accept", error))
    return FALSE;
  take (txn, reading);
  reading->state = stored->state;
  reading->changed_at = stored->changed_at;
  reading->version = stored->version;
  return TRUE;
}

/* What is answered is waited for, or the same person's own answer is said anew. */
static gboolean
check_answer (HemoTxn *txn, const HemoReading *stored, const HemoReading *reading, GError **error)
{
  gboolean own = stored->state == HEMO_READING_COMPLETED
                 && g_strcmp0 (stored->reader, hemo_record_actor (txn)) == 0;

  if ((!own && !check_waits (stored, error)) || !check_reader (txn, stored, error)
      || !check_stands (txn, stored->specimen, error))
    return FALSE;
  if (reading->conclusion == HEMO_CONCLUSION_NONE
      || hemo_conclusion_to_code (reading->conclusion) == NULL)
    return hemo_record_refuse (error,
                               N_ ("Say whether you agree with the report, see something else, "
                                   "or cannot tell."));
  return check_written (reading->answer, HEMO_READING_ANSWER_MAX, N_ ("answer"), error);
}

gboolean
hemo_reading_answer (HemoTxn *txn, HemoReading *reading, GError **error)
{
  g_autoptr (HemoReading) stored = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_READING_ANSWER, "Task", reading->uuid, error))
    return FALSE;
  stored = fetch_unchanged (txn, reading, error);
  if (stored == NULL || !check_answer (txn, stored, reading, error)
      || !newest_report (txn, stored->specimen, &stored->report_version, error))
    return FALSE;
  take (txn, stored);
  stored->conclusion = reading->conclusion;
  g_set_str (&stored->answer, reading->answer);
  if (!move (txn, stored, HEMO_READING_COMPLETED, "reading.answer", error))
    return FALSE;
  take (txn, reading);
  reading->report_version = stored->report_version;
  reading->state = stored->state;
  reading->changed_at = stored->changed_at;
  reading->version = stored->version;
  return TRUE;
}

gboolean
hemo_reading_cancel (HemoTxn *txn, const char *uuid, const char *reason, GError **error)
{
  g_autoptr (HemoReading) stored = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_READING_ASK, "Task", uuid, error)
      || !hemo_record_check_reason (reason, error))
    return FALSE;
  stored = hemo_reading_fetch (txn, uuid, error);
  if (stored == NULL || !check_waits (stored, error))
    return FALSE;
  /* A pathologist declines; anybody else takes the question back. */
  if (hemo_session_get_role (hemo_txn_get_session (txn)) == HEMO_ROLE_PATHOLOGIST
      && g_strcmp0 (stored->asked_by, hemo_record_actor (txn)) != 0)
    take (txn, stored);
  g_set_str (&stored->reason, reason);
  return move (txn, stored, HEMO_READING_CANCELLED, "reading.cancel", error);
}

gboolean
hemo_reading_put (
    HemoTxn *txn, HemoReading *reading, const char *what, HemoLane lane, GError **error)
{
  gboolean is_new = reading->version == 0;

  if (is_new && !insert (txn, reading, error))
    return FALSE;
  reading->version += is_new;
  if (!is_new || reading->state != HEMO_READING_REQUESTED)
    {
      if (!update (txn, reading, error))
        return FALSE;
      reading->version++;
    }
  return hemo_txn_log_change (txn, what, "Task", reading->uuid, reading->version, lane, error);
}

/* The list */

void
hemo_reading_item_free (HemoReadingItem *self)
{
  if (self == NULL)
    return;
  hemo_reading_free (self->reading);
  g_free (self->accession);
  g_free (self->name);
  g_free (self);
}

static const char rows_sql[]
    = "SELECT id FROM reading WHERE (?1 & (CASE state WHEN 'requested' THEN 1 WHEN 'accepted' "
      "THEN 2 WHEN 'completed' THEN 4 ELSE 8 END)) <> 0 ORDER BY ";

GArray *
hemo_reading_rows (HemoTxn *txn, guint states, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *sql = g_strconcat (
      rows_sql, (states & HEMO_READING_OPEN) != 0 ? "urgency DESC, id" : "changed_us DESC, id DESC",
      NULL);
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = TRUE;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, NULL, NULL, error))
    return NULL;
  statement = hemo_db_prepare (hemo_txn_get_db (txn), sql, error);
  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, states);
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

static HemoReadingItem *
item_from_row (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoPatient) patient = hemo_patient_new ();
  HemoReading *reading = NULL;
  HemoReadingItem *item;
  HemoSex sex;
  HemoTests tests;

  if (!hemo_sex_from_code (hemo_statement_get_text (statement, READING_WIDTH + 3), &sex, error)
      || !hemo_tests_from_codes (hemo_statement_get_text (statement, READING_WIDTH + 8), &tests,
                                 error))
    return NULL;
  reading = reading_from_row (statement, error);
  if (reading == NULL)
    return NULL;
  patient->family = hemo_statement_dup_text (statement, READING_WIDTH + 1);
  patient->given = hemo_statement_dup_text (statement, READING_WIDTH + 2);
  item = g_new0 (HemoReadingItem, 1);
  item->reading = reading;
  item->accession = hemo_statement_dup_text (statement, READING_WIDTH);
  item->name = hemo_patient_display_name (patient);
  item->sex = sex;
  item->birth = hemo_statement_get_birth (statement, READING_WIDTH + 4);
  item->tests = tests;
  item->images = (int)hemo_statement_get_int (statement, READING_WIDTH + 9);
  item->row = hemo_statement_get_int (statement, READING_WIDTH + 10);
  return item;
}

static const char item_sql[]
    = "SELECT " READING_COLUMNS ", specimen.accession, patient.family, patient.given, "
      "patient.sex, birth_year, birth_month, birth_day, birth_estimated, lab_order.tests, "
      "case_state.images, reading.id FROM reading "
      "JOIN specimen ON specimen.uuid = reading.specimen "
      "JOIN case_state ON case_state.specimen = specimen.id "
      "JOIN lab_order ON lab_order.uuid = specimen.lab_order " HEMO_JOIN_STANDING_PATIENT
      "WHERE reading.id = ?1";

GPtrArray *
hemo_reading_load_rows (HemoTxn *txn, const gint64 *rows, guint n_rows, GError **error)
{
  g_autoptr (GPtrArray) items
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_reading_item_free);

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, NULL, NULL, error))
    return NULL;
  for (guint i = 0; i < n_rows; i++)
    {
      g_autoptr (HemoStatement) statement
          = hemo_db_prepare (hemo_txn_get_db (txn), item_sql, error);
      HemoReadingItem *item;
      gboolean row = FALSE;

      if (statement == NULL)
        return NULL;
      hemo_statement_bind_int (statement, 1, rows[i]);
      if (!hemo_statement_next (statement, &row, error))
        return NULL;
      if (!row)
        continue;
      item = item_from_row (statement, error);
      if (item == NULL)
        return NULL;
      g_ptr_array_add (items, item);
      if (!hemo_reading_is_withdrawn (txn, item->reading->specimen, &item->withdrawn, error))
        return NULL;
    }
  return g_steal_pointer (&items);
}

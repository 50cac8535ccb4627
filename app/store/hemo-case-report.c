/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reports of a case: the signed ones, the draft, and the values of earlier ones. */

#include "hemo-case-load.h"

#include "hemo-records-private.h"
#include "hemo-report-status.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define COMMENT_MAX 4000
/* Reports that are looked through for earlier values. */
#define PREVIOUS_MAX 10

static HemoReport *
signed_from_row (HemoStatement *statement, GError **error)
{
  const char *content = hemo_statement_get_text (statement, 0);
  HemoReport *report = hemo_report_from_json (content, strlen (content), error);

  if (report == NULL)
    return NULL;
  g_free (report->pdf_sha256);
  report->pdf_sha256 = hemo_statement_dup_text (statement, 1);
  return report;
}

static gboolean
fetch_signed (HemoTxn *txn, HemoCase *data, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT content, pdf_sha256 FROM report_version WHERE report = "
      "(SELECT uuid FROM report WHERE specimen = ?1) ORDER BY report_version.version",
      data->specimen->uuid, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_next (statement, &row, error))
    {
      HemoReport *report;

      if (!row)
        return TRUE;
      report = signed_from_row (statement, error);
      if (report == NULL)
        return FALSE;
      g_ptr_array_add (data->reports, report);
    }
  return FALSE;
}

/* @uuid: (out): of the case's report; @draft: (out): JSON, NULL when there is none */
static gboolean
fetch_draft (
    HemoTxn *txn, const char *tube, char **uuid, char **draft, gboolean *touched, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT report.uuid, draft, touched FROM specimen "
      "JOIN case_state ON case_state.specimen = specimen.id "
      "LEFT JOIN report ON report.specimen = specimen.uuid WHERE specimen.uuid = ?1",
      tube, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    return hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such case."));
  *uuid = hemo_statement_dup_text (statement, 0);
  *draft = hemo_statement_dup_text (statement, 1);
  *touched = hemo_statement_get_int (statement, 2) != 0;
  return TRUE;
}

static HemoReport *
begin_draft (const HemoCase *data,
             const char *uuid,
             const HemoReport *last,
             const char *json,
             GError **error)
{
  g_autoptr (HemoReport) draft = NULL;

  if (json != NULL)
    return hemo_report_from_json (json, strlen (json), error);
  draft = hemo_report_new (data->specimen->uuid);
  g_free (draft->uuid);
  /* The same at each loading, also before there is a row. */
  draft->uuid
      = uuid != NULL ? g_strdup (uuid) : hemo_record_derive_uuid (data->specimen->uuid, "report");
  if (data->clinic->language != NULL)
    g_set_str (&draft->language, data->clinic->language);
  if (last != NULL)
    {
      draft->comment = g_strdup (last->comment);
      /* Who reads the report reads its amendment. */
      g_set_str (&draft->language, last->language);
    }
  return g_steal_pointer (&draft);
}

static gboolean
is_printed (const HemoCase *data, const char *uuid)
{
  for (guint i = 0; i < data->images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (data->images, i);

      if (image->in_report && g_strcmp0 (image->uuid, uuid) == 0)
        return TRUE;
    }
  return FALSE;
}

/* What is printed is said by each image; the draft says in which order. */
static void
choose_images (HemoReport *draft, const HemoCase *data)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < draft->images->len; i++)
    if (is_printed (data, g_ptr_array_index (draft->images, i)))
      g_ptr_array_add (chosen, g_strdup (g_ptr_array_index (draft->images, i)));
  for (guint i = 0; i < data->images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (data->images, i);

      if (image->in_report
          && !g_ptr_array_find_with_equal_func (chosen, image->uuid, g_str_equal, NULL))
        g_ptr_array_add (chosen, g_strdup (image->uuid));
    }
  g_ptr_array_unref (draft->images);
  draft->images = g_steal_pointer (&chosen);
}

static void
take_calls (HemoReport *draft, const HemoCase *data)
{
  g_ptr_array_set_size (draft->calls, 0);
  for (guint i = 0; i < data->calls->len; i++)
    g_ptr_array_add (draft->calls, hemo_critical_call_copy (g_ptr_array_index (data->calls, i)));
}

gboolean
hemo_case_fetch_reports (HemoTxn *txn, HemoCase *data, GError **error)
{
  g_autofree char *uuid = NULL;
  g_autofree char *json = NULL;
  g_autoptr (HemoReport) draft = NULL;
  const HemoReport *last;
  gboolean touched = FALSE;

  if (!fetch_signed (txn, data, error)
      || !fetch_draft (txn, data->specimen->uuid, &uuid, &json, &touched, error))
    return FALSE;
  last = data->reports->len > 0 ? g_ptr_array_index (data->reports, data->reports->len - 1) : NULL;
  /* A rejected specimen gets no other report, so what was signed is what there is. */
  if (last != NULL
      && ((json == NULL && !touched) || hemo_case_is_withdrawn (data)
          || data->specimen->rejection != HEMO_REJECTION_NONE))
    {
      data->report = hemo_report_copy (last);
      take_calls (data->report, data);
      return TRUE;
    }
  draft = begin_draft (data, uuid, last, json, error);
  if (draft == NULL)
    return FALSE;
  choose_images (draft, data);
  take_calls (draft, data);
  data->report = g_steal_pointer (&draft);
  return TRUE;
}

static void
add_lines (HemoCase *data, const HemoReport *report)
{
  if (report->status == HEMO_REPORT_ENTERED_IN_ERROR || report->status == HEMO_REPORT_CANCELLED)
    return;
  for (guint i = 0; i < report->lines->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (report->lines, i);

      if (isfinite (line->value) || line->text != NULL)
        g_ptr_array_add (data->previous, hemo_line_copy (line));
    }
}

/* Specimens taken before this one, by the order of acceptance, under any record of the person. */
static const char previous_sql[]
    = "WITH RECURSIVE family (uuid, depth) AS (VALUES (?1, 0) UNION "
      "SELECT patient.uuid, depth + 1 FROM family JOIN patient ON patient.merged_into = "
      "family.uuid "
      "WHERE depth < 64) "
      "SELECT content, pdf_sha256 FROM specimen JOIN report ON report.specimen = specimen.uuid "
      "JOIN report_version ON report_version.report = report.uuid "
      "WHERE specimen.patient IN (SELECT uuid FROM family) "
      "AND specimen.id < (SELECT id FROM specimen WHERE uuid = ?2) "
      "AND report_version.version = (SELECT max (v.version) FROM report_version AS v "
      "WHERE v.report = report.uuid) ORDER BY specimen.id DESC LIMIT ?3";

gboolean
hemo_case_fetch_previous (HemoTxn *txn, HemoCase *data, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, previous_sql, data->patient->uuid, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, data->specimen->uuid);
  hemo_statement_bind_int (statement, 3, PREVIOUS_MAX);
  while (hemo_statement_next (statement, &row, error))
    {
      g_autoptr (HemoReport) report = NULL;

      if (!row)
        return TRUE;
      report = signed_from_row (statement, error);
      if (report == NULL)
        return FALSE;
      add_lines (data, report);
    }
  return FALSE;
}

static gboolean
write_draft (
    HemoTxn *txn, const HemoReport *report, const char *tube, gint64 *version, GError **error)
{
  g_autofree char *json = hemo_report_to_json (report);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO report (uuid, specimen, draft, draft_by, draft_us, version) "
      "VALUES (?1, ?2, ?3, ?4, ?5, 1) ON CONFLICT (uuid) DO UPDATE SET draft = ?3, draft_by = ?4, "
      "draft_us = ?5, version = version + 1 WHERE specimen = ?2 RETURNING version",
      report->uuid, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, tube);
  hemo_statement_bind_text (statement, 3, json);
  hemo_statement_bind_text (statement, 4, hemo_record_actor (txn));
  hemo_statement_bind_int (statement, 5, hemo_txn_get_time (txn).utc_us);
  if (!hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    return hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT,
                             N_ ("This report is that of another specimen."));
  *version = hemo_statement_get_int (statement, 0);
  return TRUE;
}

/* Each image says itself whether it is printed. */
static gboolean
mark_images (HemoTxn *txn, const HemoCase *data, const HemoReport *report, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "UPDATE image SET in_report = ?2, version = version + 1 WHERE uuid = ?1 AND in_report <> ?2",
      error);

  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < data->images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (data->images, i);
      gboolean printed
          = g_ptr_array_find_with_equal_func (report->images, image->uuid, g_str_equal, NULL);

      if (printed == image->in_report)
        continue;
      hemo_statement_bind_text (statement, 1, image->uuid);
      hemo_statement_bind_int (statement, 2, printed ? 1 : 0);
      if (!hemo_statement_run (statement, error)
          || !hemo_txn_log_change (txn, "image.in-report", "Media", image->uuid, image->version + 1,
                                   HEMO_LANE_NONE, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_draft (const HemoReport *report, const HemoCase *data, GError **error)
{
  if (report->status != HEMO_REPORT_DRAFT)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("Only a draft is saved; a signed report is never changed."));
  if (data->specimen->rejection != HEMO_REJECTION_NONE)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("The specimen was rejected: it gets no report."));
  if (hemo_case_is_withdrawn (data))
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("The report was withdrawn: it gets no other version."));
  if (g_strcmp0 (report->uuid, data->report->uuid) != 0)
    return hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT,
                             N_ ("This case has another report already."));
  return hemo_record_check_text (report->comment, COMMENT_MAX, N_ ("comment"), error);
}

static gboolean
same_images (const GPtrArray *a, const GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!g_str_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

/* Whether the case stands as it was signed and would go on doing so: a draft of it would only say
 * that something is to be signed anew. */
static gboolean
is_as_signed (const HemoReport *report, const HemoCase *data)
{
  const HemoReport *last = data->report;

  return last->status != HEMO_REPORT_DRAFT && g_strcmp0 (report->comment, last->comment) == 0
         && g_strcmp0 (report->language, last->language) == 0
         && same_images (report->images, last->images);
}

gboolean
hemo_report_save_draft (HemoTxn *txn, const HemoReport *report, GError **error)
{
  g_autoptr (HemoCase) data = NULL;
  gint64 version = 0;

  if (!hemo_txn_require (txn, HEMO_ACTION_REPORT_PRELIMINARY, "DiagnosticReport", report->uuid,
                         error))
    return FALSE;
  data = hemo_case_fetch (txn, report->specimen, error);
  if (data == NULL || !check_draft (report, data, error))
    return FALSE;
  if (is_as_signed (report, data))
    return TRUE;
  if (!write_draft (txn, report, data->specimen->uuid, &version, error)
      || !mark_images (txn, data, report, error)
      || !hemo_case_state_refresh (txn, data->specimen->uuid, error))
    return FALSE;
  return hemo_txn_log_change (txn, "report.draft", "DiagnosticReport", report->uuid, version,
                              HEMO_LANE_NONE, error);
}

/* Whether the order, the tube or the patient was edited after the last signature: the paper says of
 * them what it said then. What is only sent once more is as it was. */
static gboolean
ask_edited (HemoTxn *txn, const HemoCase *data, gboolean *edited, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT 1 FROM change WHERE object IN (?1, ?2, ?3, ?4) "
                         "AND what <> 'sync.again' AND seq > ("
                         "SELECT coalesce (max (seq), 0) FROM change WHERE object = ?5 "
                         "AND what = 'report.sign') LIMIT 1",
                         error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, data->specimen->uuid);
  hemo_statement_bind_text (statement, 2, data->order->uuid);
  hemo_statement_bind_text (statement, 3, data->specimen->patient);
  hemo_statement_bind_text (statement, 4, data->patient->uuid);
  hemo_statement_bind_text (statement, 5, data->report->uuid);
  return hemo_statement_next (statement, edited, error);
}

static gboolean
check_discard (HemoTxn *txn, const HemoCase *data, const HemoReport *last, GError **error)
{
  g_autoptr (HemoReport) now = NULL;
  g_autoptr (GPtrArray) ranges = NULL;
  gboolean edited = FALSE;

  if (last == NULL || data->report->status != HEMO_REPORT_DRAFT)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("No signed report of this specimen is being amended."));
  if (!ask_edited (txn, data, &edited, error))
    return FALSE;
  if (edited)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("The order, the specimen or the patient's data were changed since "
                                 "the report was signed: sign it anew."));
  ranges = hemo_ranges_fetch (txn, error);
  if (ranges == NULL)
    return FALSE;
  now = hemo_report_copy (last);
  hemo_report_fill (now, data, ranges);
  return hemo_report_is_unchanged (now, last, data)
         || hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                              N_ ("Results, tests or pictures were changed since the report was "
                                  "signed, so it no longer says what the record says. Take those "
                                  "changes back where they were made, or sign the report anew."));
}

/* What is signed is all there is again. */
static gboolean
drop_draft (HemoTxn *txn, const char *tube, gint64 *version, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "UPDATE report SET draft = NULL, draft_by = NULL, draft_us = NULL, version = version + 1 "
      "WHERE specimen = ?1 RETURNING version",
      tube, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  *version = row ? hemo_statement_get_int (statement, 0) : 0;
  return hemo_case_state_forget_changes (txn, tube, error);
}

gboolean
hemo_report_discard_draft (HemoTxn *txn, const char *specimen, GError **error)
{
  g_autoptr (HemoCase) data = NULL;
  const HemoReport *last;
  gint64 version = 0;

  if (!hemo_txn_require (txn, HEMO_ACTION_REPORT_PRELIMINARY, "Specimen", specimen, error))
    return FALSE;
  data = hemo_case_fetch (txn, specimen, error);
  if (data == NULL)
    return FALSE;
  last = data->reports->len > 0 ? g_ptr_array_index (data->reports, data->reports->len - 1) : NULL;
  return check_discard (txn, data, last, error) && mark_images (txn, data, last, error)
         && drop_draft (txn, data->specimen->uuid, &version, error)
         && hemo_txn_log_change (txn, "report.discard-draft", "DiagnosticReport", last->uuid,
                                 version, HEMO_LANE_NONE, error);
}

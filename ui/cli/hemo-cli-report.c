/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: the report, its signature, paper, labels and the stick. */

#include "hemo-cli.h"

#include "hemo-files.h"
#include "hemo-records.h"

#include <glib/gi18n.h>
#include <math.h>

static json_object *
line_to_json (const HemoLine *line)
{
  json_object *row = json_object_new_object ();
  g_autofree char *value = hemo_line_value_text (line);

  hemo_cli_add_text (row, "section", hemo_section_to_code (line->section));
  hemo_cli_add_text (row, "result", _ (line->label));
  hemo_cli_add_text (row, "value", value);
  hemo_cli_add_text (row, "unit", line->ucum);
  hemo_cli_add_number (row, "interval_low", line->interval_low, MAX (line->decimals, 1));
  hemo_cli_add_number (row, "interval_high", line->interval_high, MAX (line->decimals, 1));
  hemo_cli_add_number (row, "reference_low", line->reference_low,
                       hemo_decimals_of (line->reference_low, line->decimals));
  hemo_cli_add_number (row, "reference_high", line->reference_high,
                       hemo_decimals_of (line->reference_high, line->decimals));
  hemo_cli_add_text (row, "flag", hemo_flag_to_code (line->flag));
  hemo_cli_add_text (row, "note", line->note);
  hemo_cli_add_text (row, "loinc", line->loinc);
  return row;
}

/* By what counted cells were found, and who confirmed them. */
static json_object *
found_to_json (GPtrArray *found)
{
  json_object *rows = json_object_new_array ();

  for (guint i = 0; i < found->len; i++)
    {
      g_auto (GStrv) parts = hemo_found_by_split (found->pdata[i]);
      json_object *row = json_object_new_object ();

      json_object_array_add (rows, row);
      hemo_cli_add_text (row, "program", parts != NULL ? parts[0] : NULL);
      hemo_cli_add_text (row, "weights", parts != NULL ? parts[1] : NULL);
      hemo_cli_add_text (row, "confirmed_by", parts != NULL ? parts[2] : NULL);
    }
  return rows;
}

static json_object *
report_to_json (const HemoReport *report)
{
  json_object *object = json_object_new_object ();
  json_object *rows = json_object_new_array ();
  json_object *missing = json_object_new_array ();

  hemo_cli_add_text (object, "uuid", report->uuid);
  hemo_cli_add_int (object, "version", report->version);
  hemo_cli_add_text (object, "status", hemo_report_status_to_code (report->status));
  hemo_cli_add_text (object, "signed_by", report->signer_name);
  hemo_cli_add_time (object, "signed_at", report->signed_at);
  hemo_cli_add_text (object, "reason", report->reason);
  hemo_cli_add_text (object, "pdf_sha256", report->pdf_sha256);
  hemo_cli_add_bool (object, "needs_call", hemo_report_needs_call (report));
  hemo_cli_add_text (object, "comment", report->comment);
  hemo_cli_add_text (object, "language", report->language);
  for (guint i = 0; i < report->missing->len; i++)
    json_object_array_add (missing, json_object_new_string (report->missing->pdata[i]));
  json_object_object_add (object, "missing", missing);
  if (report->found->len > 0)
    json_object_object_add (object, "found", found_to_json (report->found));
  if (report->cells_found > 0)
    {
      hemo_cli_add_int (object, "cells_on_fields", report->cells_found);
      hemo_cli_add_int (object, "cells_by_key", report->cells_by_key);
    }
  for (guint i = 0; i < report->lines->len; i++)
    json_object_array_add (rows, line_to_json (g_ptr_array_index (report->lines, i)));
  json_object_object_add (object, "results", rows);
  return object;
}

static gboolean
show (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoCase) data = NULL;
  g_auto (GStrv) missing = NULL;
  HemoCellClass doubtful;
  json_object *object, *names;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_load_case (self, argv[1], &data, error))
    return FALSE;
  object = report_to_json (data->report);
  missing = hemo_report_missing (data->report, data);
  names = json_object_new_array ();
  for (guint i = 0; missing[i] != NULL; i++)
    json_object_array_add (names, json_object_new_string (missing[i]));
  /* Of a signed report: what it was signed without. */
  if (data->report->status == HEMO_REPORT_DRAFT)
    json_object_object_add (object, "missing", names);
  else
    json_object_put (names);
  hemo_cli_add_bool (object, "needs_cancel", hemo_case_needs_cancel (data));
  /* With 100 more cells what is flagged may turn out to be inside its limits. */
  if (hemo_report_wants_more_cells (data->report, data, &doubtful))
    hemo_cli_add_text (object, "count_100_more_for", hemo_cell_class_info (doubtful)->code);
  hemo_cli_print (self, object, NULL);
  return TRUE;
}

static gboolean
draft_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_report_save_draft (txn, data, error);
}

static gboolean
comment (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoCase) data = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 2, 2, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_load_case (self, argv[1], &data, error))
    return FALSE;
  g_set_str (&data->report->comment, argv[2]);
  return hemo_cli_write (self, draft_job, data->report, NULL, error);
}

/* What is missing, which is said before it is accepted. */
static gboolean
list_missing (HemoCli *self, const char *specimen, GStrv *missing, GError **error)
{
  g_autoptr (HemoCase) data = NULL;

  if (!hemo_cli_load_case (self, specimen, &data, error))
    return FALSE;
  *missing = hemo_report_missing (data->report, data);
  for (guint i = 0; (*missing)[i] != NULL; i++)
    hemo_cli_say (self, _ ("Missing: %s."), (*missing)[i]);
  return TRUE;
}

/* @words: that have to be given; @by_hand: (out): the time that was given, or none */
static gboolean
begin_taking_back (
    HemoCli *self, int *argc, char ***argv, int words, HemoTime *by_hand, GError **error)
{
  g_autofree char *at = NULL;
  const GOptionEntry entries[] = {
    { "at", 0, 0, G_OPTION_ARG_STRING, &at, NULL, NULL },
    { NULL },
  };

  if (!hemo_cli_parse (entries, argc, argv, words, words, error)
      || (at != NULL && !hemo_time_from_iso (at, by_hand, error)))
    return FALSE;
  by_hand->by_hand = at != NULL;
  return hemo_cli_sign_in (self, error);
}

static gboolean
cancel (HemoCli *self, int argc, char **argv, GError **error)
{
  HemoTime by_hand = { 0 };
  g_autoptr (HemoReport) report = NULL;

  if (!begin_taking_back (self, &argc, &argv, 1, &by_hand, error))
    return FALSE;
  report = hemo_clinic_cancel_report (self->clinic, self->session, argv[1], by_hand, error);
  if (report == NULL)
    return FALSE;
  hemo_cli_print (self, report_to_json (report), NULL);
  return TRUE;
}

static gboolean
withdraw (HemoCli *self, int argc, char **argv, GError **error)
{
  HemoTime by_hand = { 0 };
  g_autoptr (HemoReport) report = NULL;

  if (!begin_taking_back (self, &argc, &argv, 2, &by_hand, error))
    return FALSE;
  report
      = hemo_clinic_withdraw_report (self->clinic, self->session, argv[1], argv[2], by_hand, error);
  if (report == NULL)
    return FALSE;
  hemo_cli_print (self, report_to_json (report), NULL);
  return TRUE;
}

static gboolean
sign (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *status_code = NULL, *reason = NULL, *at = NULL, *language = NULL;
  gboolean with_missing = FALSE;
  g_auto (GStrv) missing = NULL;
  HemoSigningRequest request = { .status = HEMO_REPORT_FINAL };
  const GOptionEntry entries[] = {
    { "status", 0, 0, G_OPTION_ARG_STRING, &status_code, NULL, NULL },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL },
    { "at", 0, 0, G_OPTION_ARG_STRING, &at, NULL, NULL },
    { "with-missing", 0, 0, G_OPTION_ARG_NONE, &with_missing, NULL, NULL },
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoReport) report = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error)
      || (status_code != NULL
          && !hemo_report_status_from_code (status_code, &request.status, error))
      || (at != NULL && !hemo_time_from_iso (at, &request.by_hand, error))
      || !hemo_cli_sign_in (self, error)
      || (with_missing && !list_missing (self, argv[1], &missing, error)))
    return FALSE;
  request.reason = reason;
  request.by_hand.by_hand = at != NULL;
  request.accepted = (const char *const *)missing;
  request.language = language;
  if (request.status == HEMO_REPORT_CANCELLED || request.status == HEMO_REPORT_ENTERED_IN_ERROR)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("A report is withdrawn with 'report withdraw' or 'report cancel'."));
      return FALSE;
    }
  report = hemo_clinic_sign_report_as (self->clinic, self->session, argv[1], &request, error);
  if (report == NULL)
    return FALSE;
  hemo_cli_print (self, report_to_json (report), NULL);
  return TRUE;
}

static gboolean
print (HemoCli *self, int argc, char **argv, GError **error)
{
  int version = 0;
  gboolean force = FALSE;
  const GOptionEntry entries[] = {
    { "version", 0, 0, G_OPTION_ARG_INT, &version, NULL, NULL },
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, NULL, NULL },
    { NULL },
  };
  g_autoptr (GBytes) pdf = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 2, 2, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  pdf = hemo_clinic_open_report (self->clinic, self->session, argv[1], version, error);
  return pdf != NULL && hemo_cli_write_file (argv[2], pdf, force, error);
}

static gboolean
phrases_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_phrases_load (txn, error);
  return *result != NULL;
}

static gboolean
phrase_add_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_phrase_add (txn, data, (char **)result, error);
}

static gboolean
phrase_remove_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_phrase_remove (txn, data, error);
}

static gboolean
phrase_list (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) phrases = NULL;
  json_object *rows;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_read (self, phrases_job, NULL, (gpointer *)&phrases, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < phrases->len; i++)
    {
      const HemoPhrase *phrase = g_ptr_array_index (phrases, i);
      json_object *row = json_object_new_object ();

      hemo_cli_add_text (row, "text", phrase->shipped ? _ (phrase->text) : phrase->text);
      hemo_cli_add_bool (row, "shipped", phrase->shipped);
      hemo_cli_add_text (row, "uuid", phrase->uuid);
      json_object_array_add (rows, row);
    }
  hemo_cli_print (self, rows, _ ("There is no phrase."));
  return TRUE;
}

static gboolean
phrase_add (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *uuid = NULL;
  json_object *object;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_write (self, phrase_add_job, argv[1], (gpointer *)&uuid, error))
    return FALSE;
  object = json_object_new_object ();
  hemo_cli_add_text (object, "uuid", uuid);
  hemo_cli_print (self, object, NULL);
  return TRUE;
}

static gboolean
phrase_remove (HemoCli *self, int argc, char **argv, GError **error)
{
  return hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) && hemo_cli_sign_in (self, error)
         && hemo_cli_write (self, phrase_remove_job, argv[1], NULL, error);
}

const HemoCliCommand hemo_cli_report_commands[] = {
  { "report show", "SPECIMEN", N_ ("The report as it stands, and what is missing"), show },
  { "report comment", "SPECIMEN TEXT", N_ ("Set the draft's comment"), comment },
  { "report sign",
    "SPECIMEN [--status preliminary|final|amended|corrected] [--reason R] [--at TIME] "
    "[--with-missing] [--language L]",
    N_ ("Sign it; what is signed is never changed"), sign },
  { "report cancel", "SPECIMEN [--at TIME]",
    N_ ("Withdraw the preliminary report of a rejected specimen"), cancel },
  { "report withdraw", "SPECIMEN REASON [--at TIME]",
    N_ ("Withdraw a signed report: nobody may use it any more"), withdraw },
  { "report print", "SPECIMEN FILE [--version N] [--force]", N_ ("The PDF as it was signed"),
    print },
  { "phrase list", "", N_ ("Sentences that are offered for comments"), phrase_list },
  { "phrase add", "TEXT", N_ ("Offer a sentence of the site's own"), phrase_add },
  { "phrase remove", "PHRASE-UUID", N_ ("Offer a sentence no more"), phrase_remove },
  { NULL },
};

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
  hemo_cli_add_number (row, "interval_low", line->interval_low, 1);
  hemo_cli_add_number (row, "interval_high", line->interval_high, 1);
  hemo_cli_add_number (row, "reference_low", line->reference_low, line->decimals);
  hemo_cli_add_number (row, "reference_high", line->reference_high, line->decimals);
  hemo_cli_add_text (row, "flag", hemo_flag_to_code (line->flag));
  hemo_cli_add_text (row, "note", line->note);
  hemo_cli_add_text (row, "loinc", line->loinc);
  return row;
}

static json_object *
report_to_json (const HemoReport *report)
{
  json_object *object = json_object_new_object ();
  json_object *rows = json_object_new_array ();

  hemo_cli_add_text (object, "uuid", report->uuid);
  hemo_cli_add_int (object, "version", report->version);
  hemo_cli_add_text (object, "status", hemo_report_status_to_code (report->status));
  hemo_cli_add_text (object, "signed_by", report->signer_name);
  hemo_cli_add_time (object, "signed_at", report->signed_at);
  hemo_cli_add_text (object, "reason", report->reason);
  hemo_cli_add_text (object, "pdf_sha256", report->pdf_sha256);
  hemo_cli_add_bool (object, "needs_call", hemo_report_needs_call (report));
  hemo_cli_add_text (object, "comment", report->comment);
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
  json_object_object_add (object, "missing", names);
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

static gboolean
sign (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *status_code = NULL, *reason = NULL, *at = NULL;
  HemoReportStatus status = HEMO_REPORT_FINAL;
  HemoTime by_hand = { 0 };
  const GOptionEntry entries[] = {
    { "status", 0, 0, G_OPTION_ARG_STRING, &status_code, NULL, NULL },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL },
    { "at", 0, 0, G_OPTION_ARG_STRING, &at, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoReport) report = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error)
      || (status_code != NULL && !hemo_report_status_from_code (status_code, &status, error))
      || (at != NULL && !hemo_time_from_iso (at, &by_hand, error))
      || !hemo_cli_sign_in (self, error))
    return FALSE;
  by_hand.by_hand = at != NULL;
  report = hemo_clinic_sign_report (self->clinic, self->session, argv[1], status, reason, by_hand,
                                    error);
  if (report == NULL)
    return FALSE;
  hemo_cli_print (self, report_to_json (report), NULL);
  return TRUE;
}

static gboolean
print (HemoCli *self, int argc, char **argv, GError **error)
{
  int version = 0;
  const GOptionEntry entries[] = {
    { "version", 0, 0, G_OPTION_ARG_INT, &version, NULL, NULL },
    { NULL },
  };
  g_autoptr (GBytes) pdf = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 2, 2, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  pdf = hemo_clinic_open_report (self->clinic, self->session, argv[1], version, error);
  return pdf != NULL && hemo_cli_write_new_file (argv[2], pdf, error);
}

const HemoCliCommand hemo_cli_report_commands[] = {
  { "report show", "SPECIMEN", N_ ("The report as it stands, and what is missing"), show },
  { "report comment", "SPECIMEN TEXT", N_ ("Set the draft's comment"), comment },
  { "report sign",
    "SPECIMEN [--status preliminary|final|amended|corrected] [--reason R] [--at TIME]",
    N_ ("Sign it; what is signed is never changed"), sign },
  { "report print", "SPECIMEN FILE [--version N]", N_ ("The PDF as it was signed"), print },
  { NULL },
};

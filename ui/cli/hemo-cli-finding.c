/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: morphology, platelets, malaria, typed values, critical calls, reference ranges. */

#include "hemo-cli.h"

#include "hemo-malaria-readings.h"
#include "hemo-records.h"

#include <glib/gi18n.h>
#include <string.h>

typedef gboolean (*Save) (HemoTxn *txn, gpointer record, GError **error);

/* A record that is saved for a specimen given by UUID or number. */
typedef struct
{
  const char *specimen;
  char **record_specimen;
  gpointer record;
  Save save;
} Request;

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Request *request = data;
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_find (txn, request->specimen, error);

  if (specimen == NULL)
    return FALSE;
  g_set_str (request->record_specimen, specimen->uuid);
  return request->save (txn, request->record, error);
}

static gboolean
save (HemoCli *self,
      const char *specimen,
      char **record_specimen,
      gpointer record,
      Save save_record,
      GError **error)
{
  Request request = { specimen, record_specimen, record, save_record };

  return hemo_cli_write (self, save_job, &request, NULL, error);
}

static gboolean
grade (HemoMorphology *morphology, const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);
  guint64 value = 3;

  if (hemo_finding_info (parts[0]) == NULL)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("There is no finding '%s'; 'hemogram-cli findings' lists them."), parts[0]);
      return FALSE;
    }
  if (parts[1] != NULL && !g_ascii_string_to_unsigned (parts[1], 10, 0, 3, &value, error))
    return FALSE;
  return hemo_morphology_grade (morphology, parts[0], (int)value, error);
}

/* What this reader graded before stays, unless it is graded anew. */
static gboolean
start_from_last (HemoCli *self, HemoMorphology *record, const char *specimen, GError **error)
{
  g_autoptr (HemoCase) data = NULL;

  if (!hemo_cli_load_case (self, specimen, &data, error))
    return FALSE;
  for (guint i = 0; i < data->morphologies->len; i++)
    {
      const HemoMorphology *last = g_ptr_array_index (data->morphologies, i);
      GHashTableIter iter;
      gpointer code, grade;

      if (g_strcmp0 (last->reader, record->reader) != 0)
        continue;
      memcpy (record->examined, last->examined, sizeof record->examined);
      g_hash_table_iter_init (&iter, last->findings);
      while (g_hash_table_iter_next (&iter, &code, &grade))
        if (!hemo_morphology_grade (record, code, GPOINTER_TO_INT (grade), error))
          return FALSE;
    }
  return TRUE;
}

static gboolean
grade_all (HemoMorphology *record, char **words, GError **error)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (!grade (record, words[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
morphology (HemoCli *self, int argc, char **argv, GError **error)
{
  gboolean normal = FALSE;
  g_autofree char *comment = NULL;
  const GOptionEntry entries[] = {
    { "all-normal", 0, 0, G_OPTION_ARG_NONE, &normal, NULL, NULL },
    { "comment", 0, 0, G_OPTION_ARG_STRING, &comment, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoMorphology) record = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 1, -1, error))
    return FALSE;
  if (!normal && argc == 2)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("Say --all-normal, or findings as NAME:GRADE."));
      return FALSE;
    }
  record = hemo_morphology_new (argv[1], NULL);
  record->at = hemo_time_now ();
  g_set_str (&record->comment, comment);
  /* A wrong word is told before anybody is asked for a passphrase. */
  if (!grade_all (record, argv + 2, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  g_set_str (&record->reader, hemo_session_get_user (self->session));
  hemo_morphology_all_normal (record);
  if (!normal)
    {
      memset (record->examined, 0, sizeof record->examined);
      if (!start_from_last (self, record, argv[1], error))
        return FALSE;
    }
  if (!grade_all (record, argv + 2, error))
    return FALSE;
  return save (self, argv[1], &record->specimen, record, (Save)hemo_morphology_save, error);
}

static gboolean
list_findings (HemoCli *self, int argc, char **argv, GError **error)
{
  static const char *const groups[] = { "rbc", "wbc", "plt" };
  json_object *rows;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error))
    return FALSE;
  rows = json_object_new_array ();
  for (const HemoFindingInfo *info = hemo_finding_infos (); info->code != NULL; info++)
    {
      json_object *row = json_object_new_object ();

      hemo_cli_add_text (row, "group", groups[info->group]);
      hemo_cli_add_text (row, "name", info->code);
      hemo_cli_add_text (row, "label", _ (info->label));
      hemo_cli_add_text (row, "loinc", info->loinc);
      json_object_array_add (rows, row);
    }
  hemo_cli_print (self, rows, NULL);
  return TRUE;
}

static gboolean
platelets (HemoCli *self, int argc, char **argv, GError **error)
{
  int fields = 10;
  guint64 total;
  gboolean clumps = FALSE;
  const GOptionEntry entries[] = {
    { "fields", 0, 0, G_OPTION_ARG_INT, &fields, NULL, NULL },
    { "clumps", 0, 0, G_OPTION_ARG_NONE, &clumps, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoPlatelets) record = NULL;
  g_autoptr (HemoClinicInfo) info = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 2, 2, error)
      || !g_ascii_string_to_unsigned (argv[2], 10, 0, 100000, &total, error)
      || !hemo_cli_sign_in (self, error) || !hemo_cli_load_info (self, &info, error))
    return FALSE;
  record = hemo_platelets_new (argv[1], hemo_session_get_user (self->session));
  record->total = (int)total;
  record->fields = fields;
  record->clumps = clumps;
  record->factor = info->platelet_factor;
  record->at = hemo_time_now ();
  return save (self, argv[1], &record->specimen, record, (Save)hemo_platelets_save, error);
}

static gboolean
malaria (HemoCli *self, int argc, char **argv, GError **error)
{
  gboolean thin = FALSE;
  int parasites = 0, wbc = 0, rbc = 0, fields = 0;
  g_autofree char *species = NULL, *stages = NULL;
  HemoPlasmodium seen = 0;
  HemoStage ages = 0;
  const GOptionEntry entries[] = {
    { "thin", 0, 0, G_OPTION_ARG_NONE, &thin, NULL, NULL },
    { "parasites", 0, 0, G_OPTION_ARG_INT, &parasites, NULL, NULL },
    { "wbc", 0, 0, G_OPTION_ARG_INT, &wbc, NULL, NULL },
    { "rbc", 0, 0, G_OPTION_ARG_INT, &rbc, NULL, NULL },
    { "fields", 0, 0, G_OPTION_ARG_INT, &fields, NULL, NULL },
    { "species", 0, 0, G_OPTION_ARG_STRING, &species, NULL, NULL },
    { "stages", 0, 0, G_OPTION_ARG_STRING, &stages, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoMalaria) record = NULL;
  json_object *object;

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error)
      || (species != NULL && !hemo_plasmodium_from_codes (species, &seen, error))
      || (stages != NULL && !hemo_stage_from_codes (stages, &ages, error))
      || !hemo_cli_sign_in (self, error))
    return FALSE;
  record = hemo_malaria_new (argv[1], hemo_session_get_user (self->session), !thin);
  record->species = seen;
  record->stages = ages;
  record->parasites = parasites;
  record->wbc = wbc;
  record->rbc = rbc;
  record->fields = fields;
  record->at = hemo_time_now ();
  record->closed = hemo_malaria_is_finished (record);
  if (!save (self, argv[1], &record->specimen, record, (Save)hemo_malaria_save, error))
    return FALSE;
  object = json_object_new_object ();
  hemo_cli_add_int (object, "target", hemo_malaria_target (record));
  hemo_cli_add_bool (object, "complete", hemo_malaria_is_complete (record));
  hemo_cli_add_text (object, "uuid", record->uuid);
  hemo_cli_print (self, object, NULL);
  return TRUE;
}

static gboolean
malaria_discard (HemoCli *self, int argc, char **argv, GError **error)
{
  return hemo_cli_correct (self, argc, argv, hemo_malaria_discard, error);
}

static gboolean
malaria_decide (HemoCli *self, int argc, char **argv, GError **error)
{
  return hemo_cli_correct (self, argc, argv, hemo_malaria_decide, error);
}

static json_object *
film_to_json (const HemoMalaria *film, const HemoMalariaReadings *readings)
{
  json_object *row = json_object_new_object ();
  g_autofree char *species = hemo_plasmodium_to_codes (film->species);
  g_autofree char *stages = hemo_stage_to_codes (film->stages);

  hemo_cli_add_text (row, "film", film->thick ? "thick" : "thin");
  hemo_cli_add_int (row, "parasites", film->parasites);
  hemo_cli_add_int (row, film->thick ? "wbc" : "rbc", film->thick ? film->wbc : film->rbc);
  hemo_cli_add_int (row, "fields", film->fields);
  hemo_cli_add_text (row, "species", species);
  hemo_cli_add_text (row, "stages", stages);
  hemo_cli_add_text (row, "reader", film->reader_name);
  hemo_cli_add_time (row, "at", film->at);
  hemo_cli_add_bool (row, "stands", hemo_malaria_readings_stands (readings, film));
  hemo_cli_add_text (row, "uuid", film->uuid);
  return row;
}

static gboolean
malaria_list (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoCase) data = NULL;
  g_autoptr (HemoMalariaReadings) readings = NULL;
  json_object *rows;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_load_case (self, argv[1], &data, error))
    return FALSE;
  readings = hemo_malaria_readings_new (data);
  rows = json_object_new_array ();
  for (guint i = 0; i < data->malarias->len; i++)
    json_object_array_add (rows, film_to_json (data->malarias->pdata[i], readings));
  hemo_cli_print (self, rows, _ ("No malaria film has been read."));
  return TRUE;
}

static gboolean
check_analyte (const char *code, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  if (hemo_analyte_info (code) != NULL)
    return TRUE;
  for (const HemoAnalyteInfo *info = hemo_analyte_infos (); info->code != NULL; info++)
    g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", info->code);
  g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
               _ ("There is no value '%s'. Known are: %s."), code, known->str);
  return FALSE;
}

static gboolean
result_add (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *source = NULL, *at = NULL;
  gboolean uncorrected = FALSE;
  double value;
  const GOptionEntry entries[] = {
    { "source", 0, 0, G_OPTION_ARG_STRING, &source, NULL, NULL },
    { "at", 0, 0, G_OPTION_ARG_STRING, &at, NULL, NULL },
    { "uncorrected", 0, 0, G_OPTION_ARG_NONE, &uncorrected, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoResult) record = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 3, 3, error) || !check_analyte (argv[2], error)
      || !hemo_value_parse_unit (argv[2], argv[3], &value, error))
    return FALSE;
  record = hemo_result_new (argv[1], argv[2], value, source != NULL ? source : "");
  record->uncorrected = uncorrected;
  record->entered_at = record->measured_at = hemo_time_now ();
  if ((at != NULL && !hemo_time_from_iso (at, &record->measured_at, error))
      || !hemo_result_validate (record, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  g_set_str (&record->entered_by, hemo_session_get_user (self->session));
  return save (self, argv[1], &record->specimen, record, (Save)hemo_result_save, error);
}

static const HemoLine *
find_line (const HemoReport *report, const char *name)
{
  g_autofree char *wanted = g_utf8_casefold (name, -1);

  for (guint i = 0; i < report->lines->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (report->lines, i);
      g_autofree char *label = g_utf8_casefold (line->label, -1);

      if (strcmp (label, wanted) == 0 || g_strcmp0 (line->analyte, name) == 0)
        return line;
    }
  return NULL;
}

/* The critical results of @report, as the call log names them. (transfer full) */
static char *
critical_labels (const HemoReport *report)
{
  GString *labels = g_string_new (NULL);

  for (guint i = 0; i < report->lines->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (report->lines, i);

      if (hemo_flag_is_critical (line->flag))
        g_string_append_printf (labels, "%s%s", labels->len > 0 ? ", " : "", line->label);
    }
  return g_string_free (labels, FALSE);
}

/* @names with the labels of the report's lines; a wrong one would tell nothing. (transfer full) */
static char *
find_labels (const HemoReport *report, const char *names, GError **error)
{
  g_auto (GStrv) words = g_strsplit (names, ",", -1);
  g_autoptr (GString) labels = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      const HemoLine *line = find_line (report, g_strstrip (words[i]));

      if (line == NULL)
        {
          g_autofree char *critical = critical_labels (report);

          g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                       _ ("There is no result '%s' in the report. Critical are: %s."), words[i],
                       *critical != '\0' ? critical : _ ("none"));
          return NULL;
        }
      g_string_append_printf (labels, "%s%s", labels->len > 0 ? ", " : "", line->label);
    }
  return g_string_free (g_steal_pointer (&labels), FALSE);
}

static gboolean
result_list (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoCase) data = NULL;
  json_object *rows;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_load_case (self, argv[1], &data, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < data->results->len; i++)
    {
      const HemoResult *result = g_ptr_array_index (data->results, i);
      const HemoAnalyteInfo *info = hemo_analyte_info (result->analyte);
      json_object *row = json_object_new_object ();

      hemo_cli_add_text (row, "analyte", result->analyte);
      hemo_cli_add_number (row, "value", result->value, hemo_result_decimals (result));
      hemo_cli_add_text (row, "unit", info->ucum);
      hemo_cli_add_text (row, "source", result->source);
      hemo_cli_add_time (row, "measured", result->measured_at);
      hemo_cli_add_text (row, "uuid", result->uuid);
      json_object_array_add (rows, row);
    }
  hemo_cli_print (self, rows, _ ("No value has been typed in."));
  return TRUE;
}

/* A mistyped value is never removed: it is marked as entered in error and counts no more. */
static gboolean
result_retract (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoCase) data = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 2, 2, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_load_case (self, argv[1], &data, error))
    return FALSE;
  for (guint i = 0; i < data->results->len; i++)
    {
      HemoResult *result = g_ptr_array_index (data->results, i);

      if (strcmp (result->uuid, argv[2]) != 0)
        continue;
      result->entered_in_error = TRUE;
      return save (self, argv[1], &result->specimen, result, (Save)hemo_result_save, error);
    }
  g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
               _ ("This specimen has no such value; 'hemogram-cli result list' shows them."));
  return FALSE;
}

static gboolean
call (HemoCli *self, int argc, char **argv, GError **error)
{
  gboolean read_back = FALSE, not_reached = FALSE;
  const GOptionEntry entries[] = {
    { "read-back", 0, 0, G_OPTION_ARG_NONE, &read_back, NULL, NULL },
    { "not-reached", 0, 0, G_OPTION_ARG_NONE, &not_reached, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoCase) data = NULL;
  g_autofree char *labels = NULL;
  HemoCriticalCall *record;
  gboolean saved;

  if (!hemo_cli_parse (entries, &argc, &argv, 3, 3, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_load_case (self, argv[1], &data, error))
    return FALSE;
  labels = find_labels (data->report, argv[2], error);
  if (labels == NULL)
    return FALSE;
  record = hemo_critical_call_new (argv[1]);
  g_set_str (&record->analytes, labels);
  g_set_str (&record->told, argv[3]);
  g_set_str (&record->by, hemo_session_get_user (self->session));
  record->read_back = read_back;
  record->not_reached = not_reached;
  record->at = hemo_time_now ();
  saved = save (self, argv[1], &record->specimen, record, (Save)hemo_critical_call_save, error);
  hemo_critical_call_free (record);
  return saved;
}

static gboolean
ranges_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_ranges_load (txn, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

static gboolean
replace_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_ranges_replace (txn, data, error);
}

/* The CSV as an object of text alone: with it a script can do what a spreadsheet does. */
static json_object *
csv_to_json (const char *csv)
{
  json_object *object = json_object_new_object ();

  hemo_cli_add_text (object, "csv", csv);
  return object;
}

static gboolean
ranges_show (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) ranges = NULL;
  g_autofree char *csv = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_read (self, ranges_job, NULL, (gpointer *)&ranges, error))
    return FALSE;
  csv = hemo_ranges_to_csv (ranges);
  if (self->json)
    hemo_cli_print (self, csv_to_json (csv), NULL);
  else
    g_print ("%s", csv);
  return TRUE;
}

static gboolean
ranges_set (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GPtrArray) ranges = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error))
    return FALSE;
  file = hemo_cli_read_file (argv[1], 1024 * 1024, error);
  if (file == NULL)
    return FALSE;
  ranges = hemo_ranges_parse (g_bytes_get_data (file, NULL), g_bytes_get_size (file), error);
  if (ranges == NULL || !hemo_cli_sign_in (self, error)
      || !hemo_cli_write (self, replace_job, ranges, NULL, error))
    return FALSE;
  hemo_cli_say (self, ngettext ("%u range is in use.", "%u ranges are in use.", ranges->len),
                ranges->len);
  return TRUE;
}

const HemoCliCommand hemo_cli_finding_commands[] = {
  { "morphology", "SPECIMEN --all-normal | NAME:GRADE… [--comment C]",
    N_ ("Grade what is not normal, 0 to 3"), morphology },
  { "findings", "", N_ ("Names of the findings"), list_findings },
  { "platelets", "SPECIMEN TOTAL [--fields 10] [--clumps]", N_ ("Platelets seen over the fields"),
    platelets },
  { "malaria list", "SPECIMEN", N_ ("The readings of malaria films, and which of them stand"),
    malaria_list },
  { "malaria decide", "READING --reason R",
    N_ ("Say which of readings that disagree stands, and why"), malaria_decide },
  { "malaria discard", "READING --reason R", N_ ("Mark a reading as entered in error"),
    malaria_discard },
  { "malaria",
    "SPECIMEN [--thin] [--parasites N] [--wbc N] [--rbc N] [--fields N] [--species S] [--stages S]",
    N_ ("A malaria film"), malaria },
  { "result list", "SPECIMEN", N_ ("The values that were typed in"), result_list },
  { "result retract", "SPECIMEN VALUE-UUID", N_ ("Mark a mistyped value as entered in error"),
    result_retract },
  { "result", "SPECIMEN ANALYTE VALUE --source S [--at TIME] [--uncorrected]",
    N_ ("Type a value in"), result_add },
  { "call", "SPECIMEN RESULTS WHO [--read-back | --not-reached]",
    N_ ("Log that a critical result was told"), call },
  { "ranges show", "", N_ ("The reference ranges as CSV"), ranges_show },
  { "ranges set", "FILE", N_ ("Take reference ranges from a CSV file"), ranges_set },
  { NULL },
};

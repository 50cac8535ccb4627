/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Report lines as comma-separated values. */

#include "hemo-report-csv.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

static const char heading[]
    = "\xEF\xBB\xBF"
      "report,version,status,accession,patient,family,given,identifiers,sex,birth,birth_estimated,"
      "age,specimen_type,collected,received,requester,section,test,analyte,loinc,local_code,value,"
      "unit,text,interval_low,interval_high,reference_low,reference_high,flag,previous,previous_at,"
      "delta,note,observed,signed_by,signed_role,signed_at,time_by_hand\r\n";

static void
append_quoted (GString *row, const char *text)
{
  gboolean quote = strpbrk (text, ",\"\r\n") != NULL || *text == ' '
                   || (*text != '\0' && text[strlen (text) - 1] == ' ');

  if (!quote)
    {
      g_string_append (row, text);
      return;
    }
  g_string_append_c (row, '"');
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '"')
        g_string_append_c (row, '"');
      g_string_append_c (row, *c);
    }
  g_string_append_c (row, '"');
}

/* What a spreadsheet program may take for a formula by its first character; those for East Asian
 * input read the wide forms as well. */
static gboolean
looks_like_formula (const char *text)
{
  static const gunichar first[]
      = { '=', '+', '-', '@', '\t', '\r', '\n', 0xff1d, 0xff0b, 0xff0d, 0xff20 };
  gunichar c = g_utf8_get_char (text);

  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    if (c == first[i])
      return TRUE;
  return FALSE;
}

/* Programs of languages with a decimal comma begin a cell behind a semicolon, and to them quotes in
 * its midst are none: a row ends at a line's end. */
static gboolean
begins_cell (const char *text, const char *at)
{
  return at == text || (strchr (";\r\n", at[-1]) != NULL && strchr ("\t\r\n", *at) == NULL);
}

static void
append_cell (GString *row, const char *text)
{
  g_autoptr (GString) harmless = g_string_new (NULL);

  if (row->len > 0)
    g_string_append_c (row, ',');
  if (text == NULL || *text == '\0')
    return;
  for (const char *at = text; *at != '\0'; at++)
    {
      if (begins_cell (text, at) && looks_like_formula (at))
        g_string_append_c (harmless, '\'');
      g_string_append_c (harmless, *at);
    }
  append_quoted (row, harmless->str);
}

/* Digits only, so nothing to neutralise: '-1.0' stays a number. */
static void
append_number (GString *row, double value, int decimals)
{
  char format[8];
  char text[G_ASCII_DTOSTR_BUF_SIZE + 16];

  g_string_append_c (row, ',');
  if (!isfinite (value))
    return;
  g_snprintf (format, sizeof format, "%%.%df", CLAMP (decimals, 0, 9));
  g_string_append (row, g_ascii_formatd (text, sizeof text, format, value));
}

static void
append_time (GString *row, HemoTime time)
{
  g_autofree char *iso = time.utc_us != 0 ? hemo_time_to_iso (time) : NULL;

  append_cell (row, iso);
}

static void
append_yes_no (GString *row, gboolean yes)
{
  append_cell (row, yes ? "yes" : "no");
}

static char *
join_identifiers (const HemoPatient *patient)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; patient->identifiers != NULL && i < patient->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = patient->identifiers->pdata[i];

      g_string_append_printf (text, "%s%s:%s", i > 0 ? "; " : "", identifier->issuer,
                              identifier->value);
    }
  return g_string_free (text, FALSE);
}

/* What came from a server is to the millisecond. */
static gboolean
is_same_time (HemoTime a, HemoTime b)
{
  return a.utc_us / 1000 == b.utc_us / 1000;
}

/* When the blood was taken, as the report was signed with it; unset where only the receipt was
 * known. */
static HemoTime
time_collected (const HemoCase *data)
{
  HemoTime collected = data->specimen->collected_at, taken = data->report->taken_at;

  if (taken.utc_us == 0 || is_same_time (taken, collected))
    return collected;
  return is_same_time (taken, data->specimen->received_at) ? (HemoTime){ 0 } : taken;
}

static void
append_patient (GString *row, const HemoCase *data)
{
  const HemoPatient *patient = data->patient;
  HemoTime collected = time_collected (data);
  HemoTime taken = collected.utc_us != 0 ? collected : data->specimen->received_at;
  g_autofree char *identifiers = join_identifiers (patient);
  g_autofree char *birth = hemo_date_to_iso (patient->birth.date);
  g_autofree char *age
      = taken.utc_us != 0 ? hemo_birth_age_text (&patient->birth, hemo_date_of (taken)) : NULL;

  append_cell (row, patient->uuid);
  append_cell (row, patient->family);
  append_cell (row, patient->given);
  append_cell (row, identifiers);
  append_cell (row, hemo_sex_to_code (patient->sex));
  append_cell (row, birth);
  append_yes_no (row, patient->birth.estimated);
  append_cell (row, age);
}

static void
append_specimen (GString *row, const HemoCase *data)
{
  append_cell (row, hemo_specimen_type_to_code (data->specimen->type));
  append_time (row, time_collected (data));
  append_time (row, data->specimen->received_at);
  append_cell (row, data->order != NULL ? data->order->requester : NULL);
}

/* A limit may have more decimals than the value: '0.04' of a value with one. */
static void
append_limit (GString *row, double value, int decimals)
{
  append_number (row, value, hemo_decimals_of (value, decimals));
}

static void
append_result (GString *row, const HemoLine *line)
{
  append_cell (row, hemo_section_to_code (line->section));
  append_cell (row, line->label);
  append_cell (row, line->analyte);
  append_cell (row, line->loinc);
  append_cell (row, line->local_code);
  append_number (row, line->value, line->decimals);
  append_cell (row, line->ucum);
  append_cell (row, line->text);
  append_number (row, line->interval_low, MAX (line->decimals, 1));
  append_number (row, line->interval_high, MAX (line->decimals, 1));
  append_limit (row, line->reference_low, line->decimals);
  append_limit (row, line->reference_high, line->decimals);
  append_cell (row, hemo_flag_to_code (line->flag));
  append_limit (row, line->previous, line->decimals);
  append_time (row, isfinite (line->previous) ? line->previous_at : (HemoTime){ 0 });
  append_yes_no (row, line->delta);
  append_cell (row, line->note);
  append_time (row, line->at);
}

static void
append_signature (GString *row, const HemoReport *report)
{
  append_cell (row, report->signer_name);
  append_cell (row, report->signer_role);
  append_time (row, report->signed_at);
  append_yes_no (row, report->signed_at.by_hand);
}

static void
append_row (GString *csv, const HemoCase *data, const HemoLine *line)
{
  const HemoReport *report = data->report;
  g_autoptr (GString) row = g_string_new (NULL);

  append_cell (row, report->uuid);
  append_number (row, report->version, 0);
  append_cell (row, hemo_report_status_to_code (report->status));
  append_cell (row, data->specimen->accession);
  append_patient (row, data);
  append_specimen (row, data);
  append_result (row, line);
  append_signature (row, report);
  g_string_append (csv, row->str);
  g_string_append (csv, "\r\n");
}

GBytes *
hemo_report_to_csv (GPtrArray *cases)
{
  GString *csv = g_string_new (heading);

  for (guint i = 0; i < cases->len; i++)
    {
      const HemoCase *data = cases->pdata[i];

      if (data->report == NULL || data->patient == NULL || data->specimen == NULL)
        continue;
      for (guint j = 0; j < data->report->lines->len; j++)
        append_row (csv, data, data->report->lines->pdata[j]);
    }
  return g_string_free_to_bytes (csv);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sets of reference ranges as CSV, shipped and edited in spreadsheets. */

#include "hemo-result.h"

#include "hemo-codes-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define CSV_MAX (1024 * 1024)
#define RANGES_MAX 10000
#define CELL_MAX 1000
#define COLUMNS 11

static const char *const columns[COLUMNS + 1]
    = { "analyte", "sex",          "pregnancy",     "age_from",      "age_to", "low",
        "high",    "critical_low", "critical_high", "delta_percent", "source", NULL };

/* Where reading stands. @line counts from 1. */
typedef struct
{
  const char *p;
  int line;
  char separator;
} Reader;

static gboolean
at_cell_end (const Reader *reader)
{
  return *reader->p == '\0' || *reader->p == '\r' || *reader->p == '\n'
         || *reader->p == reader->separator;
}

/* What stands between quotes, of which two mean one; FALSE when the last is missing. */
static gboolean
read_quoted (Reader *reader, GString *cell)
{
  for (reader->p++; *reader->p != '\0'; reader->p++)
    {
      if (*reader->p == '"' && *++reader->p != '"')
        return TRUE;
      reader->line += *reader->p == '\n' ? 1 : 0;
      g_string_append_c (cell, *reader->p);
    }
  return FALSE;
}

/* One cell; the separator or line end stays. NULL if it is malformed. */
static char *
read_cell (Reader *reader)
{
  g_autoptr (GString) cell = g_string_new (NULL);

  if (*reader->p == '"')
    {
      if (!read_quoted (reader, cell))
        return NULL;
    }
  else
    for (; !at_cell_end (reader) && *reader->p != '"'; reader->p++)
      g_string_append_c (cell, *reader->p);
  if (!at_cell_end (reader) || cell->len > CELL_MAX)
    return NULL;
  return g_string_free (g_steal_pointer (&cell), FALSE);
}

/* The cells of one line, and the line end. */
static GStrv
read_row (Reader *reader, GError **error)
{
  g_autoptr (GStrvBuilder) row = g_strv_builder_new ();
  int line = reader->line;
  int cells = 0;

  for (;;)
    {
      g_autofree char *cell = read_cell (reader);

      if (cell == NULL || ++cells > COLUMNS)
        {
          hemo_refuse (error, N_ ("Line %d: a cell is malformed or there are more than %d of them"),
                       line, COLUMNS);
          return NULL;
        }
      g_strv_builder_add (row, g_strstrip (cell));
      if (*reader->p != reader->separator)
        break;
      reader->p++;
    }
  if (*reader->p == '\r')
    reader->p++;
  if (*reader->p == '\n')
    reader->p++;
  reader->line++;
  return g_strv_builder_end (row);
}

/* '6m', '5y', '0d'; empty is @empty. */
static gboolean
parse_age (const char *text, int empty, int *out, char *unit, GError **error)
{
  g_autofree char *ascii = hemo_ascii_digits (text);
  char *end = NULL;
  guint64 number;

  if (*text == '\0')
    {
      *out = empty;
      return TRUE;
    }
  number = g_ascii_isdigit (*ascii) ? g_ascii_strtoull (ascii, &end, 10) : 0;
  if (end == NULL || number > 60000 || strlen (end) != 1 || strchr ("ymd", *end) == NULL)
    return hemo_refuse (error, N_ ("an age must be like 6m, 5y or 0d"));
  *out = hemo_range_age_days ((int)number, *end);
  *unit = *end;
  return TRUE;
}

static gboolean
parse_limit (const char *text, double *out, GError **error)
{
  if (*text == '\0')
    {
      *out = NAN;
      return TRUE;
    }
  return hemo_value_parse (text, out, error);
}

/* A limit that is itself not critical is written '<0.5' or '>30'. */
static gboolean
parse_critical (const char *text, char sign, double *out, gboolean *exclusive, GError **error)
{
  *exclusive = *text == sign;
  if (*exclusive && text[1] == '\0')
    return hemo_refuse (error, N_ ("a limit is missing after '%c'"), sign);
  return parse_limit (*exclusive ? text + 1 : text, out, error);
}

static gboolean
fill_range (HemoRange *range, char **row, GError **error)
{
  g_free (range->analyte);
  range->analyte = g_strdup (row[0]);
  g_free (range->source);
  range->source = g_strdup (row[10]);
  if (*row[1] != '\0' && !hemo_sex_from_code (row[1], &range->sex, error))
    return FALSE;
  if (*row[2] != '\0' && !hemo_pregnancy_from_code (row[2], &range->pregnancy, error))
    return FALSE;
  return parse_age (row[3], 0, &range->age_from_days, &range->age_from_unit, error)
         && parse_age (row[4], G_MAXINT, &range->age_to_days, &range->age_to_unit, error)
         && parse_limit (row[5], &range->low, error) && parse_limit (row[6], &range->high, error)
         && parse_critical (row[7], '<', &range->critical_low, &range->critical_low_exclusive,
                            error)
         && parse_critical (row[8], '>', &range->critical_high, &range->critical_high_exclusive,
                            error)
         && parse_limit (row[9], &range->delta_percent, error)
         && hemo_range_validate (range, error);
}

/* Two lines for the same people would leave to chance which one is used. */
static gboolean
is_repeated (GPtrArray *ranges, const HemoRange *range)
{
  for (guint i = 0; i < ranges->len; i++)
    {
      const HemoRange *other = ranges->pdata[i];

      if (strcmp (other->analyte, range->analyte) == 0 && other->sex == range->sex
          && other->pregnancy == range->pregnancy && other->age_from_days < range->age_to_days
          && range->age_from_days < other->age_to_days
          && other->age_to_days - other->age_from_days == range->age_to_days - range->age_from_days)
        return TRUE;
    }
  return FALSE;
}

static gboolean
read_heading (Reader *reader, GError **error)
{
  gsize length = strcspn (reader->p, "\r\n");
  g_auto (GStrv) row = NULL;

  /* Spreadsheets of many languages write ';' because ',' is their decimal mark. */
  reader->separator = memchr (reader->p, ';', length) != NULL ? ';' : ',';
  row = read_row (reader, error);
  if (row == NULL)
    return FALSE;
  for (int i = 0; i < COLUMNS; i++)
    if (row[i] == NULL || g_ascii_strcasecmp (row[i], columns[i]) != 0)
      return hemo_refuse (error, N_ ("Line 1: column %d must be '%s'"), i + 1, columns[i]);
  return TRUE;
}

static gboolean
read_range (Reader *reader, GPtrArray *ranges, GError **error)
{
  g_autoptr (HemoRange) range = hemo_range_new (NULL);
  int line = reader->line;
  g_autoptr (GError) why = NULL;
  g_auto (GStrv) row = read_row (reader, error);

  if (row == NULL)
    return FALSE;
  /* A spreadsheet leaves empty lines behind. */
  if (g_strv_length (row) == 1 && *row[0] == '\0')
    return TRUE;
  if (g_strv_length (row) != COLUMNS)
    return hemo_refuse (error, N_ ("Line %d: there must be %d columns"), line, COLUMNS);
  if (!fill_range (range, row, &why))
    return hemo_refuse (error, N_ ("Line %d: %s"), line, why->message);
  if (ranges->len >= RANGES_MAX)
    return hemo_refuse (error, N_ ("Line %d: there are more than %d ranges"), line, RANGES_MAX);
  if (is_repeated (ranges, range))
    return hemo_refuse (error, N_ ("Line %d: an earlier line is for the same people"), line);
  g_ptr_array_add (ranges, g_steal_pointer (&range));
  return TRUE;
}

GPtrArray *
hemo_ranges_parse (const char *csv, gsize length, GError **error)
{
  g_autoptr (GPtrArray) ranges = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_range_free);
  g_autofree char *text = NULL;
  Reader reader = { NULL, 1, ',' };

  if (csv == NULL || length > CSV_MAX)
    {
      hemo_refuse (error, N_ ("A file of ranges has at most 1 MiB"));
      return NULL;
    }
  if (!g_utf8_validate_len (csv, length, NULL))
    {
      hemo_refuse (error, N_ ("The file is not text in UTF-8; save it as CSV with that encoding"));
      return NULL;
    }
  text = g_strndup (csv, length);
  reader.p = g_str_has_prefix (text, "\xEF\xBB\xBF") ? text + 3 : text;
  if (!read_heading (&reader, error))
    return NULL;
  while (*reader.p != '\0')
    if (!read_range (&reader, ranges, error))
      return NULL;
  return g_steal_pointer (&ranges);
}

/* In the unit that it was given in. */
static void
append_age (GString *csv, int days, char unit)
{
  int number = hemo_range_age_number (days, &unit);

  if (days != G_MAXINT)
    g_string_append_printf (csv, "%d%c", number, unit);
}

/* As hemo_value_parse() takes it: no exponent, and never three decimals that could be thousands. */
static void
append_number (GString *csv, const char *sign, double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE + 320];
  char format[8];
  int decimals = 0;

  g_string_append_c (csv, ',');
  if (!isfinite (value))
    return;
  do
    {
      g_snprintf (format, sizeof format, "%%.%df", decimals);
      g_ascii_formatd (number, sizeof number, format, value);
    }
  while ((g_ascii_strtod (number, NULL) != value || (decimals == 3 && value >= 1))
         && ++decimals < 15);
  g_string_append_printf (csv, "%s%s", sign, number);
}

static void
append_quoted (GString *csv, const char *text)
{
  if (strpbrk (text, ",;\"\r\n") == NULL)
    {
      g_string_append (csv, text);
      return;
    }
  g_string_append_c (csv, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (csv, '"');
      g_string_append_c (csv, *p);
    }
  g_string_append_c (csv, '"');
}

char *
hemo_ranges_to_csv (GPtrArray *ranges)
{
  g_autofree char *heading = g_strjoinv (",", (char **)columns);
  GString *csv = g_string_new (heading);

  g_string_append_c (csv, '\n');
  for (guint i = 0; i < ranges->len; i++)
    {
      const HemoRange *range = ranges->pdata[i];

      g_string_append_printf (csv, "%s,%s,%s,", range->analyte,
                              range->sex == HEMO_SEX_UNKNOWN ? "" : hemo_sex_to_code (range->sex),
                              range->pregnancy == HEMO_PREGNANCY_UNKNOWN
                                  ? ""
                                  : hemo_pregnancy_to_code (range->pregnancy));
      append_age (csv, range->age_from_days, range->age_from_unit);
      g_string_append_c (csv, ',');
      append_age (csv, range->age_to_days, range->age_to_unit);
      append_number (csv, "", range->low);
      append_number (csv, "", range->high);
      append_number (csv, range->critical_low_exclusive ? "<" : "", range->critical_low);
      append_number (csv, range->critical_high_exclusive ? ">" : "", range->critical_high);
      append_number (csv, "", range->delta_percent);
      g_string_append_c (csv, ',');
      append_quoted (csv, range->source);
      g_string_append_c (csv, '\n');
    }
  return g_string_free (csv, FALSE);
}

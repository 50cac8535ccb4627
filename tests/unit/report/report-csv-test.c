/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows of a spreadsheet: columns, quoting, numbers, formulas made harmless. */

#include "hemo-report-csv.h"

#include "report-tools.h"

#include <gio/gio.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#define COLUMNS 38

static char *
to_csv (HemoCase *data, ...)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  va_list more;

  va_start (more, data);
  for (; data != NULL; data = va_arg (more, HemoCase *))
    g_ptr_array_add (cases, data);
  va_end (more);
  bytes = hemo_report_to_csv (cases);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* A reader of RFC 4180: rows of cells. */
static GPtrArray *
parse (const char *csv)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  GPtrArray *row = g_ptr_array_new_with_free_func (g_free);
  GString *cell = g_string_new (NULL);
  gboolean quoted = FALSE;

  g_assert_true (g_str_has_prefix (csv, "\xEF\xBB\xBF"));
  for (const char *c = csv + 3; *c != '\0'; c++)
    {
      if (quoted && *c == '"' && c[1] == '"')
        g_string_append_c (cell, *c++);
      else if (*c == '"')
        quoted = !quoted;
      else if (!quoted && (*c == ',' || *c == '\r'))
        {
          g_ptr_array_add (row, g_strdup (cell->str));
          g_string_truncate (cell, 0);
          if (*c == ',')
            continue;
          g_assert_cmpint (*++c, ==, '\n');
          g_ptr_array_add (rows, row);
          row = g_ptr_array_new_with_free_func (g_free);
        }
      else
        g_string_append_c (cell, *c);
    }
  g_assert_cmpuint (cell->len, ==, 0);
  g_string_free (cell, TRUE);
  g_ptr_array_unref (row);
  return rows;
}

static const char *
cell_of (GPtrArray *rows, guint row, const char *column)
{
  GPtrArray *heading = rows->pdata[0];

  for (guint i = 0; i < heading->len; i++)
    if (strcmp (heading->pdata[i], column) == 0)
      return ((GPtrArray *)rows->pdata[row])->pdata[i];
  g_error ("no column %s", column);
}

#define assert_cell(rows, row, column, expected)                                                   \
  g_assert_cmpstr (cell_of ((rows), (row), (column)), ==, (expected))

static void
test_columns (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autofree char *csv = to_csv (data, NULL);
  g_autoptr (GPtrArray) rows = parse (csv);

  g_assert_cmpuint (rows->len, ==, 1 + data->report->lines->len);
  for (guint i = 0; i < rows->len; i++)
    g_assert_cmpuint (((GPtrArray *)rows->pdata[i])->len, ==, COLUMNS);
  assert_cell (rows, 1, "report", "5c0de5a1-0000-4000-8000-0000000000aa");
  assert_cell (rows, 1, "version", "1");
  assert_cell (rows, 1, "status", "final");
  assert_cell (rows, 1, "accession", "26K7-00012-4");
  assert_cell (rows, 1, "family", "Odhiambo");
  assert_cell (rows, 1, "identifiers", "national-id:27164403");
  assert_cell (rows, 1, "birth", "1992");
  assert_cell (rows, 1, "birth_estimated", "yes");
  assert_cell (rows, 1, "age", "~34y");
  assert_cell (rows, 1, "section", "cbc");
  assert_cell (rows, 1, "loinc", "6690-2");
  assert_cell (rows, 1, "value", "14.2");
  assert_cell (rows, 1, "unit", "10*9/L");
  assert_cell (rows, 1, "reference_low", "3.2");
  assert_cell (rows, 1, "flag", "H");
  assert_cell (rows, 1, "previous", "9.1");
  assert_cell (rows, 1, "delta", "yes");
  assert_cell (rows, 1, "interval_low", "");
  assert_cell (rows, 2, "flag", "LL");
  assert_cell (rows, 2, "reference_high", "");
  assert_cell (rows, 5, "interval_low", "61.5");
  assert_cell (rows, 14, "value", "");
  assert_cell (rows, 14, "text", "2+");
  assert_cell (rows, 1, "signed_by", "Wanjiru Kamau");
  assert_cell (rows, 1, "time_by_hand", "no");
  g_assert_nonnull (strstr (cell_of (rows, 1, "signed_at"), "2026-11-21T10:15:00"));
}

/* As it was signed, whatever was found out since. */
static void
test_collected (void)
{
  g_autoptr (HemoCase) data = make_case ();
  HemoTime *collected = &data->specimen->collected_at;
  g_autofree char *signed_at = NULL, *before = NULL, *received = NULL;
  g_autoptr (GPtrArray) rows = NULL, older = NULL, unknown = NULL;

  data->report->taken_at = *collected;
  collected->utc_us += G_TIME_SPAN_DAY * 400;
  signed_at = to_csv (data, NULL);
  rows = parse (signed_at);
  assert_cell (rows, 1, "age", "~34y");
  g_assert_true (g_str_has_prefix (cell_of (rows, 1, "collected"), "2026-11-"));
  /* Reports from before it was noted. */
  data->report->taken_at = (HemoTime){ 0 };
  before = to_csv (data, NULL);
  older = parse (before);
  g_assert_true (g_str_has_prefix (cell_of (older, 1, "collected"), "2027-12-"));
  /* Nobody knew it then. */
  data->report->taken_at = data->specimen->received_at;
  received = to_csv (data, NULL);
  unknown = parse (received);
  assert_cell (unknown, 1, "collected", "");
}

static void
test_several (void)
{
  g_autoptr (HemoCase) one = make_case ();
  g_autoptr (HemoCase) none = make_case ();
  g_autoptr (HemoCase) two = make_case ();
  g_autofree char *csv = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  g_clear_pointer (&none->report, hemo_report_free);
  set_patient (two, "أمينة", "अमीना");
  csv = to_csv (one, none, two, NULL);
  rows = parse (csv);
  g_assert_cmpuint (rows->len, ==, 1 + 2 * one->report->lines->len);
  assert_cell (rows, rows->len - 1, "given", "أمينة");
  assert_cell (rows, rows->len - 1, "family", "अमीना");
}

static void
test_quoting (void)
{
  g_autoptr (HemoCase) data = make_case ();
  g_autofree char *csv = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  HemoLine *line = data->report->lines->pdata[0];

  set_patient (data, " O\"Hara, ", "two\r\nlines");
  g_free (line->note);
  line->note = g_strdup ("");
  csv = to_csv (data, NULL);
  g_assert_nonnull (strstr (csv, ",\"two\r\nlines\",\" O\"\"Hara, \","));
  rows = parse (csv);
  assert_cell (rows, 1, "given", " O\"Hara, ");
  assert_cell (rows, 1, "family", "two\r\nlines");
  assert_cell (rows, 1, "note", "");
}

static void
test_formulas (void)
{
  static const char *const formulas[]
      = { "=1+1", "+1",  "-1",  "@SUM(A1)", "\t=1", "\r1",
          "\n1",  "＝1", "＋1", "－1",      "＠x",  "=HYPERLINK(\"http://x\",\"y\")" };

  for (guint i = 0; i < G_N_ELEMENTS (formulas); i++)
    {
      g_autoptr (HemoCase) data = make_case ();
      g_autofree char *csv = NULL;
      g_autofree char *expected = g_strconcat ("'", formulas[i], NULL);
      g_autoptr (GPtrArray) rows = NULL;

      set_patient (data, formulas[i], "Odhiambo");
      csv = to_csv (data, NULL);
      rows = parse (csv);
      assert_cell (rows, 1, "given", expected);
      assert_cell (rows, 1, "family", "Odhiambo");
    }
}

/* Where the comma is the decimal mark, programs begin a cell behind a semicolon, and a row behind a
 * line's end, as the quotes do not stand at its beginning for them. */
static void
test_formulas_behind (void)
{
  static const struct
  {
    const char *text;
    const char *cell;
  } texts[] = { { "a;=cmd|' /C calc'!A0;b", "a;'=cmd|' /C calc'!A0;b" },
                { "a;;+1;-1", "a;;'+1;'-1" },
                { "a\n=1\r@x", "a\n'=1\r'@x" },
                { "=1;=2", "'=1;'=2" },
                { "a;＝1", "a;'＝1" },
                { "Hb 9; -2 since May; a-b; 1=1", "Hb 9; -2 since May; a-b; 1=1" } };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (HemoCase) data = make_case ();
      g_autofree char *csv = NULL;
      g_autoptr (GPtrArray) rows = NULL;

      set_patient (data, texts[i].text, "Odhiambo");
      csv = to_csv (data, NULL);
      rows = parse (csv);
      assert_cell (rows, 1, "given", texts[i].cell);
    }
}

/* Wherever people may type, or another's record may bring it in. */
static void
test_formulas_everywhere (void)
{
  static const char *const columns[]
      = { "family", "given", "requester", "analyte", "test", "text", "unit", "note", "signed_by" };
  const char formula[] = "=cmd|' /C calc'!A0";
  g_autoptr (HemoCase) data = make_case ();
  g_autofree char *csv = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  HemoLine *line = data->report->lines->pdata[0];
  char **const fields[] = { &data->patient->family,
                            &data->patient->given,
                            &data->order->requester,
                            &line->analyte,
                            &line->label,
                            &line->text,
                            &line->ucum,
                            &line->note,
                            &data->report->signer_name };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    g_set_str (fields[i], formula);
  g_ptr_array_add (data->patient->identifiers, hemo_identifier_new ("=x", formula));
  csv = to_csv (data, NULL);
  rows = parse (csv);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    assert_cell (rows, 1, columns[i], "'=cmd|' /C calc'!A0");
  for (guint row = 1; row < rows->len; row++)
    for (guint i = 0; i < COLUMNS; i++)
      g_assert_cmpint (*(char *)((GPtrArray *)rows->pdata[row])->pdata[i], !=, '=');
}

/* A number is never turned into text, and has a point in every locale. */
static void
test_numbers (void)
{
  g_autoptr (HemoCase) data = make_case ();
  HemoLine *line = data->report->lines->pdata[0];
  g_autofree char *csv = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  line->value = -1.5;
  line->reference_low = 0.045;
  line->reference_high = INFINITY;
  line->previous = NAN;
  setlocale (LC_NUMERIC, "de_DE.UTF-8");
  csv = to_csv (data, NULL);
  setlocale (LC_NUMERIC, "C");
  rows = parse (csv);
  assert_cell (rows, 1, "value", "-1.5");
  assert_cell (rows, 1, "reference_low", "0.045");
  assert_cell (rows, 1, "reference_high", "");
  assert_cell (rows, 1, "previous", "");
  assert_cell (rows, 1, "previous_at", "");
  /* An earlier value with more decimals than this one keeps them. */
  line->previous = 0.75;
  g_free (csv);
  csv = to_csv (data, NULL);
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = parse (csv);
  assert_cell (rows, 1, "previous", "0.75");
}

/* A line of each section and flag, with text that spreadsheets stumble over: nothing is lost,
 * joined or moved to another column. */
static void
test_sections (void)
{
  static const char *const texts[]
      = { "plain", "a,b", "a;b", "\"quoted\"", "two\nlines", "أحمد", "tab\tin it", "'apostrophe" };
  g_autoptr (HemoCase) data = make_case ();
  g_autofree char *csv = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  guint row = 1;

  g_ptr_array_set_size (data->report->lines, 0);
  for (int section = 0; section < HEMO_SECTIONS; section++)
    for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
      {
        HemoLine *line = make_line ((HemoSection)section, texts[i], NAN, 0, NULL);

        line->text = g_strdup (texts[i]);
        line->note = g_strdup (texts[i]);
        line->flag = (HemoFlag)(i % (HEMO_FLAG_CRITICAL_ABNORMAL + 1));
        g_ptr_array_add (data->report->lines, line);
      }
  csv = to_csv (data, NULL);
  rows = parse (csv);
  g_assert_cmpuint (rows->len, ==, 1 + HEMO_SECTIONS * G_N_ELEMENTS (texts));
  for (int section = 0; section < HEMO_SECTIONS; section++)
    for (gsize i = 0; i < G_N_ELEMENTS (texts); i++, row++)
      {
        g_assert_cmpuint (((GPtrArray *)rows->pdata[row])->len, ==, COLUMNS);
        assert_cell (rows, row, "section", hemo_section_to_code ((HemoSection)section));
        assert_cell (rows, row, "test", texts[i]);
        assert_cell (rows, row, "text", texts[i]);
        assert_cell (rows, row, "note", texts[i]);
        assert_cell (rows, row, "value", "");
        assert_cell (rows, row, "flag",
                     hemo_flag_to_code ((HemoFlag)(i % (HEMO_FLAG_CRITICAL_ABNORMAL + 1))));
      }
}

static void
test_none (void)
{
  g_autofree char *csv = to_csv (NULL, NULL);
  g_autoptr (GPtrArray) rows = parse (csv);

  g_assert_cmpuint (rows->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report-csv/columns", test_columns);
  g_test_add_func ("/report-csv/collected", test_collected);
  g_test_add_func ("/report-csv/several", test_several);
  g_test_add_func ("/report-csv/quoting", test_quoting);
  g_test_add_func ("/report-csv/formulas", test_formulas);
  g_test_add_func ("/report-csv/formulas-behind", test_formulas_behind);
  g_test_add_func ("/report-csv/formulas-everywhere", test_formulas_everywhere);
  g_test_add_func ("/report-csv/numbers", test_numbers);
  g_test_add_func ("/report-csv/sections", test_sections);
  g_test_add_func ("/report-csv/none", test_none);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Typed values, reference ranges, flags, delta, and the shipped set. */

#include "hemo-result.h"

#include <math.h>
#include <string.h>

#define HEADING                                                                                    \
  "analyte,sex,pregnancy,age_from,age_to,low,high,critical_low,critical_high,delta_percent,"       \
  "source\n"

static GPtrArray *
load_shipped (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *csv = NULL;
  gsize length;
  GPtrArray *ranges;

  g_assert_true (g_file_get_contents (HEMO_TEST_RANGES, &csv, &length, &error));
  ranges = hemo_ranges_parse (csv, length, &error);
  g_assert_no_error (error);
  return ranges;
}

static void
test_values (void)
{
  static const struct
  {
    const char *text;
    double value;
  } good[] = {
    { "7.2", 7.2 },     { "7,2", 7.2 },     { " 145 ", 145 }, { "0", 0 },
    { "0.123", 0.123 }, { "0,125", 0.125 }, { "٧٫٢", 7.2 },   { "٧,٢", 7.2 },
    { "१२.५", 12.5 },   { "۱۲", 12 },       { "1234", 1234 }, { "12.3456", 12.3456 },
  };
  const char *bad[] = { "",
                        " ",
                        ".",
                        "5.",
                        ".5",
                        "1,234.5",
                        "7.2.1",
                        "1.234,5",
                        "1,234",
                        "1.234",
                        "12,345",
                        "-1",
                        "+1",
                        "1e3",
                        "0x10",
                        "inf",
                        "nan",
                        "7 2",
                        "7.2 g/L",
                        "1٢",
                        "<5",
                        "1'000",
                        "1\xC2\xA0"
                        "000",
                        "\xff",
                        "9999999999999",
                        "١٬٢٣٤",
                        "½" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      double value = -1;

      g_assert_true (hemo_value_parse (good[i].text, &value, NULL));
      g_assert_cmpfloat (value, ==, good[i].value);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      double value = 42;

      g_assert_false (hemo_value_parse (bad[i], &value, &error));
      g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
      g_assert_cmpfloat (value, ==, 42);
    }
  g_assert_false (hemo_value_parse (NULL, NULL, NULL));
}

static void
check_unit (const char *analyte, const char *text, double expected)
{
  g_autoptr (GError) error = NULL;
  double value = -1;

  g_assert_true (hemo_value_parse_unit (analyte, text, &value, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (value, expected, 1e-9);
}

static void
test_units (void)
{
  double value = 42;

  check_unit ("hb", "125", 125);
  check_unit ("hb", "12,5 g/dL", 125);
  check_unit ("hb", "125 g/L", 125);
  check_unit ("hb", "7.76 mmol/L", 125.04464);
  check_unit ("wbc", "7200 /uL", 7.2);
  check_unit ("wbc", "7.2 10*9/L", 7.2);
  check_unit ("plt", "250 10^9/L", 250);
  check_unit ("hct", "0.42 L/L", 42);
  g_assert_false (hemo_value_parse_unit ("hb", "12.5 mg", &value, NULL));
  g_assert_false (hemo_value_parse_unit ("rdw", "0.14 L/L", &value, NULL));
  g_assert_false (hemo_value_parse_unit ("nope", "1", &value, NULL));
  g_assert_false (hemo_value_parse_unit ("hb", "", &value, NULL));
  g_assert_false (hemo_value_parse_unit ("hb", NULL, &value, NULL));
  g_assert_cmpfloat (value, ==, 42);
}

static void
check_result (
    const char *analyte, double value, const char *source, gboolean uncorrected, const char *says)
{
  g_autoptr (HemoResult) result = hemo_result_new ("s", analyte, value, source);
  g_autoptr (HemoResult) copy = NULL;
  g_autoptr (GError) error = NULL;

  result->uncorrected = uncorrected;
  copy = hemo_result_copy (result);
  g_assert_cmpint (hemo_result_validate (copy, &error), ==, says == NULL);
  if (says == NULL)
    return;
  g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_results (void)
{
  check_result ("wbc", 7.2, "Sysmex XN-330", TRUE, NULL);
  check_result ("hb", 125, "HemoCue", FALSE, NULL);
  check_result ("hb", 12.5, "HemoCue", FALSE, "g/L");
  check_result ("hb", 300, "HemoCue", FALSE, "from 20 to 260 g/L");
  check_result ("hb", NAN, "HemoCue", FALSE, "Haemoglobin");
  check_result ("hb", INFINITY, "HemoCue", FALSE, "Haemoglobin");
  check_result ("hb", 125, "  ", FALSE, "where");
  check_result ("hb", 125, NULL, FALSE, "where");
  check_result ("hb", 125, "HemoCue", TRUE, "uncorrected");
  check_result ("nope", 1, "x", FALSE, "analyte");
}

static void
test_analytes (void)
{
  for (const HemoAnalyteInfo *info = hemo_analyte_infos (); info->code != NULL; info++)
    {
      g_assert_true (hemo_analyte_info (info->code) == info);
      g_assert_cmpfloat (info->minimum, <, info->maximum);
      g_assert_nonnull (info->loinc);
      g_assert_nonnull (info->ucum);
    }
  g_assert_null (hemo_analyte_info (NULL));
  g_assert_cmpstr (hemo_analyte_info ("hb")->ucum, ==, "g/L");
}

static int
years (double n)
{
  return (int)(n * 365.25);
}

static void
check_hb (GPtrArray *ranges, HemoSex sex, HemoPregnancy pregnancy, int age, double low)
{
  const HemoRange *range = hemo_ranges_find (ranges, "hb", sex, pregnancy, age);

  g_assert_nonnull (range);
  g_assert_cmpfloat (range->critical_low, ==, 70);
  if (isnan (low))
    g_assert_true (isnan (range->low));
  else
    g_assert_cmpfloat (range->low, ==, low);
}

/* WHO 2024, by age, sex and trimester. */
static void
test_shipped (void)
{
  g_autoptr (GPtrArray) ranges = load_shipped ();

  check_hb (ranges, HEMO_SEX_FEMALE, HEMO_PREGNANCY_UNKNOWN, 100, NAN);
  check_hb (ranges, HEMO_SEX_FEMALE, HEMO_PREGNANCY_UNKNOWN, 200, 105);
  check_hb (ranges, HEMO_SEX_MALE, HEMO_PREGNANCY_UNKNOWN, years (3), 110);
  check_hb (ranges, HEMO_SEX_MALE, HEMO_PREGNANCY_UNKNOWN, years (5), 115);
  check_hb (ranges, HEMO_SEX_MALE, HEMO_PREGNANCY_UNKNOWN, years (12), 120);
  check_hb (ranges, HEMO_SEX_FEMALE, HEMO_PREGNANCY_NO, years (34), 120);
  check_hb (ranges, HEMO_SEX_MALE, HEMO_PREGNANCY_UNKNOWN, years (34), 130);
  check_hb (ranges, HEMO_SEX_FEMALE, HEMO_PREGNANCY_TRIMESTER_1, years (20), 110);
  check_hb (ranges, HEMO_SEX_FEMALE, HEMO_PREGNANCY_TRIMESTER_2, years (20), 105);
  check_hb (ranges, HEMO_SEX_FEMALE, HEMO_PREGNANCY_TRIMESTER_3, -1, 110);
  check_hb (ranges, HEMO_SEX_MALE, HEMO_PREGNANCY_TRIMESTER_2, years (20), 130);
  check_hb (ranges, HEMO_SEX_UNKNOWN, HEMO_PREGNANCY_UNKNOWN, years (34), NAN);
  check_hb (ranges, HEMO_SEX_MALE, HEMO_PREGNANCY_UNKNOWN, -1, NAN);
  g_assert_cmpfloat (hemo_ranges_find (ranges, "wbc", HEMO_SEX_MALE, 0, years (30))->high, ==,
                     11.9);
  g_assert_true (isnan (hemo_ranges_find (ranges, "wbc", HEMO_SEX_MALE, 0, years (3))->high));
  for (guint i = 0; i < ranges->len; i++)
    g_assert_nonnull (strstr (((HemoRange *)ranges->pdata[i])->source, "example"));
  g_assert_null (hemo_ranges_find (ranges, "nope", HEMO_SEX_MALE, 0, 1));
  g_assert_null (hemo_ranges_find (NULL, "hb", HEMO_SEX_MALE, 0, 1));
}

static void
check_flag (GPtrArray *ranges, const char *analyte, double value, int decimals, HemoFlag flag)
{
  const HemoRange *range
      = hemo_ranges_find (ranges, analyte, HEMO_SEX_MALE, HEMO_PREGNANCY_UNKNOWN, years (40));

  g_assert_cmpint (hemo_range_flag (range, value, decimals), ==, flag);
}

static void
test_flags (void)
{
  g_autoptr (GPtrArray) ranges = load_shipped ();

  check_flag (ranges, "hb", 70, 0, HEMO_FLAG_CRITICAL_LOW);
  check_flag (ranges, "hb", 71, 0, HEMO_FLAG_LOW);
  check_flag (ranges, "hb", 70.4, 0, HEMO_FLAG_CRITICAL_LOW);
  check_flag (ranges, "hb", 130, 0, HEMO_FLAG_NONE);
  check_flag (ranges, "hb", 200, 0, HEMO_FLAG_NONE);
  check_flag (ranges, "wbc", 2, 1, HEMO_FLAG_CRITICAL_LOW);
  check_flag (ranges, "wbc", 2.1, 1, HEMO_FLAG_LOW);
  check_flag (ranges, "wbc", 3.2, 1, HEMO_FLAG_NONE);
  check_flag (ranges, "wbc", 11.9, 1, HEMO_FLAG_NONE);
  check_flag (ranges, "wbc", 12, 1, HEMO_FLAG_HIGH);
  check_flag (ranges, "wbc", 30, 1, HEMO_FLAG_HIGH);
  check_flag (ranges, "wbc", 30.1, 1, HEMO_FLAG_CRITICAL_HIGH);
  check_flag (ranges, "neut", 0.5, 2, HEMO_FLAG_LOW);
  check_flag (ranges, "neut", 0.49, 2, HEMO_FLAG_CRITICAL_LOW);
  check_flag (ranges, "plt", 20, 0, HEMO_FLAG_CRITICAL_LOW);
  check_flag (ranges, "plt", 1000, 0, HEMO_FLAG_HIGH);
  check_flag (ranges, "plt", 1001, 0, HEMO_FLAG_CRITICAL_HIGH);
  check_flag (ranges, "plt", NAN, 0, HEMO_FLAG_NONE);
  g_assert_cmpint (hemo_range_flag (NULL, 5, 0), ==, HEMO_FLAG_NONE);
  for (int i = HEMO_FLAG_NONE; i <= HEMO_FLAG_CRITICAL_ABNORMAL; i++)
    {
      HemoFlag again = HEMO_FLAG_NONE;
      const char *code = hemo_flag_to_code ((HemoFlag)i);

      g_assert_true (hemo_flag_from_code (code, &again, NULL));
      g_assert_cmpint (again, ==, i);
      g_assert_cmpint (hemo_flag_is_critical ((HemoFlag)i), ==, strlen (code) == 2);
    }
  g_assert_false (hemo_flag_from_code ("X", NULL, NULL));
}

static void
test_delta (void)
{
  g_autoptr (HemoRange) range = hemo_range_new ("hb");
  HemoTime now = { 1795259106123456, 0, FALSE };
  HemoTime edge = { now.utc_us - HEMO_DELTA_WINDOW_US, 0, FALSE };
  HemoTime old = { edge.utc_us - 1, 0, FALSE };
  HemoTime later = { now.utc_us + 1, 0, FALSE };
  double percent = 42;

  g_assert_false (hemo_range_delta (range, 80, now, 120, edge, NULL));
  range->delta_percent = 20;
  g_assert_true (hemo_range_delta (range, 80, now, 120, edge, &percent));
  g_assert_cmpfloat_with_epsilon (percent, -33.3333, 0.001);
  g_assert_false (hemo_range_delta (range, 96, now, 120, edge, &percent));
  g_assert_cmpfloat_with_epsilon (percent, -20, 1e-9);
  g_assert_false (hemo_range_delta (range, 80, now, 120, old, NULL));
  g_assert_false (hemo_range_delta (range, 80, now, 120, later, NULL));
  g_assert_false (hemo_range_delta (range, 80, now, 120, (HemoTime){ 0 }, NULL));
  g_assert_false (hemo_range_delta (range, 80, now, NAN, edge, NULL));
  g_assert_false (hemo_range_delta (NULL, 80, now, 120, edge, NULL));
  g_assert_true (hemo_range_delta (range, 5, now, 0, edge, NULL));
  g_assert_false (hemo_range_delta (range, 0, now, 0, edge, NULL));
}

static void
test_round_trip (void)
{
  g_autoptr (GPtrArray) ranges = load_shipped ();
  g_autofree char *csv = hemo_ranges_to_csv (ranges);
  g_autoptr (GPtrArray) again = hemo_ranges_parse (csv, strlen (csv), NULL);
  g_autofree char *third = NULL;

  g_assert_nonnull (again);
  g_assert_cmpuint (again->len, ==, ranges->len);
  third = hemo_ranges_to_csv (again);
  g_assert_cmpstr (third, ==, csv);
  g_assert_nonnull (strstr (csv, "hb,,,6m,24m,105,,70,,20,"));
  g_assert_nonnull (strstr (csv, "neut,,,0d,,,,<0.5,,60,"));
}

static void
test_numbers_return (void)
{
  const char *csv = HEADING "hb,,,,,1.2340,333333333320,0.0000001,,0.125,x\n";
  g_autoptr (GPtrArray) ranges = hemo_ranges_parse (csv, strlen (csv), NULL);
  g_autofree char *again = hemo_ranges_to_csv (ranges);

  g_assert_nonnull (strstr (again, ",1.2340,333333333320,0.0000001,,0.125,x"));
}

static void
test_ages_return (void)
{
  for (int days = 1; days < 45000; days += 13)
    {
      g_autoptr (GPtrArray) ranges
          = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_range_free);
      g_autoptr (GPtrArray) again = NULL;
      g_autofree char *csv = NULL;
      HemoRange *range = hemo_range_new ("hb");

      range->age_to_days = days;
      g_free (range->source);
      range->source = g_strdup ("a \"quoted\"; source,\nof two lines");
      g_ptr_array_add (ranges, range);
      csv = hemo_ranges_to_csv (ranges);
      again = hemo_ranges_parse (csv, strlen (csv), NULL);
      g_assert_nonnull (again);
      g_assert_cmpint (((HemoRange *)again->pdata[0])->age_to_days, ==, days);
      g_assert_cmpstr (((HemoRange *)again->pdata[0])->source, ==, range->source);
    }
}

static void
test_spreadsheets (void)
{
  const char *french = "\xEF\xBB\xBF"
                       "analyte;sex;pregnancy;age_from;age_to;low;high;critical_low;critical_high;"
                       "delta_percent;source\r\nneut;;;;;1,04;6,22;<0,5;>30;;Mali\r\n\r\n";
  g_autoptr (GPtrArray) ranges = hemo_ranges_parse (french, strlen (french), NULL);
  const HemoRange *range;

  g_assert_nonnull (ranges);
  g_assert_cmpuint (ranges->len, ==, 1);
  range = ranges->pdata[0];
  g_assert_cmpfloat (range->low, ==, 1.04);
  g_assert_true (range->critical_low_exclusive && range->critical_high_exclusive);
  g_assert_cmpint (range->age_to_days, ==, G_MAXINT);
}

static void
check_refused (const char *rows, const char *says)
{
  g_autofree char *csv = g_strconcat (HEADING, rows, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_ranges_parse (csv, strlen (csv), &error));
  g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_csv_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *huge = g_strnfill (1024 * 1024 + 1, 'a');

  check_refused ("hb,,,,,1,2,,,\n", "Line 2");
  check_refused ("hb,,,,,1,2,,,,x,y\n", "Line 2");
  check_refused ("hb,,,,,1,2,,,,x\nhb,,,,,1,2,,,,x\n", "Line 3: an earlier line");
  check_refused ("nope,,,,,1,2,,,,x\n", "Line 2: There is no such analyte");
  check_refused ("hb,,,,,2,1,,,,x\n", "lower limit");
  check_refused ("hb,,,,,1,1,,,,x\n", "lower limit");
  check_refused ("hb,,,,,5,9,6,,,x\n", "critical");
  check_refused ("hb,,,,,5,9,,8,,x\n", "critical");
  check_refused ("hb,,,,,5,,,4,,x\n", "critical");
  check_refused ("hb,,,,,1,2,,,0,x\n", "above 0");
  check_refused ("hb,,,,,1,2,,,,\n", "where the limits come from");
  check_refused ("hb,man,,,,1,2,,,,x\n", "sex");
  check_refused ("hb,,4,,,1,2,,,,x\n", "pregnancy");
  check_refused ("hb,male,2,,,1,2,,,,x\n", "males");
  check_refused ("hb,,,5y,5y,1,2,,,,x\n", "age");
  check_refused ("hb,,,5,6y,1,2,,,,x\n", "age");
  check_refused ("hb,,,99999999999999999999y,,1,2,,,,x\n", "age");
  check_refused ("hb,,,,,1,2,<,,,x\n", "'<'");
  check_refused ("hb,,,,,-1,2,,,,x\n", "digits");
  check_refused ("hb,,,,,\"1,2,,,,x\n", "Line 2");
  check_refused ("hb,,,,,1\"2\",3,,,,x\n", "Line 2");
  check_refused ("hb,,,,,\"1\"2,3,,,,x\n", "Line 2");
  g_assert_null (hemo_ranges_parse ("", 0, &error));
  g_assert_nonnull (strstr (error->message, "Line 1"));
  g_assert_null (hemo_ranges_parse (huge, 1024 * 1024 + 1, NULL));
  g_assert_null (hemo_ranges_parse ("a\0b", 3, NULL));
  g_assert_null (hemo_ranges_parse ("\xff", 1, NULL));
  g_assert_null (hemo_ranges_parse (NULL, 0, NULL));
}

static HemoRange *
add_range (GPtrArray *ranges, HemoSex sex, HemoPregnancy pregnancy, int from, int to, double low)
{
  HemoRange *range = hemo_range_new ("hb");

  range->sex = sex;
  range->pregnancy = pregnancy;
  range->age_from_days = from;
  range->age_to_days = to;
  range->low = low;
  g_ptr_array_add (ranges, range);
  return range;
}

/* Whatever the order of the lines, pregnancy goes before sex before the narrowest age. */
static void
test_choice (void)
{
  g_autoptr (GPtrArray) ranges = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_range_free);

  add_range (ranges, HEMO_SEX_UNKNOWN, HEMO_PREGNANCY_TRIMESTER_2, 0, G_MAXINT, 4);
  add_range (ranges, HEMO_SEX_FEMALE, HEMO_PREGNANCY_UNKNOWN, 0, G_MAXINT, 3);
  add_range (ranges, HEMO_SEX_UNKNOWN, HEMO_PREGNANCY_UNKNOWN, 100, 200, 2);
  add_range (ranges, HEMO_SEX_UNKNOWN, HEMO_PREGNANCY_UNKNOWN, 0, G_MAXINT, 1);
  for (int turn = 0; turn < 4; turn++)
    {
      g_ptr_array_add (ranges, g_ptr_array_steal_index (ranges, 0));
      g_assert_cmpfloat (
          hemo_ranges_find (ranges, "hb", HEMO_SEX_FEMALE, HEMO_PREGNANCY_TRIMESTER_2, 150)->low,
          ==, 4);
      g_assert_cmpfloat (
          hemo_ranges_find (ranges, "hb", HEMO_SEX_FEMALE, HEMO_PREGNANCY_NO, 150)->low, ==, 3);
      g_assert_cmpfloat (
          hemo_ranges_find (ranges, "hb", HEMO_SEX_MALE, HEMO_PREGNANCY_UNKNOWN, 150)->low, ==, 2);
      g_assert_cmpfloat (
          hemo_ranges_find (ranges, "hb", HEMO_SEX_MALE, HEMO_PREGNANCY_UNKNOWN, 200)->low, ==, 1);
      g_assert_cmpfloat (
          hemo_ranges_find (ranges, "hb", HEMO_SEX_MALE, HEMO_PREGNANCY_UNKNOWN, 99)->low, ==, 1);
      g_assert_cmpfloat (
          hemo_ranges_find (ranges, "hb", HEMO_SEX_OTHER, HEMO_PREGNANCY_UNKNOWN, -1)->low, ==, 1);
    }
}

/* What is shown is what was typed, and the limit that was judged by. */
static void
test_decimals (void)
{
  static const struct
  {
    const char *analyte;
    double value;
    int decimals;
  } typed[] = { { "wbc", 7, 1 },  { "wbc", 7.2, 1 },        { "wbc", 0.75, 2 }, { "wbc", 2.004, 2 },
                { "hb", 124, 0 }, { "hb", 124.5, 1 },       { "rbc", 4.85, 2 }, { "plt", 150, 0 },
                { "neut", 0, 2 }, { "hb", 8.1 * 16.114, 1 } };

  for (gsize i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      g_autoptr (HemoResult) result
          = hemo_result_new ("s", typed[i].analyte, typed[i].value, "Analyser");

      g_test_message ("%s %g", typed[i].analyte, typed[i].value);
      g_assert_cmpint (hemo_result_decimals (result), ==, typed[i].decimals);
    }
  g_assert_cmpint (hemo_decimals_of (5, 0), ==, 0);
  g_assert_cmpint (hemo_decimals_of (5.5, 0), ==, 1);
  g_assert_cmpint (hemo_decimals_of (1.04, 2), ==, 2);
  g_assert_cmpint (hemo_decimals_of (0.125, 1), ==, 3);
  g_assert_cmpint (hemo_decimals_of (1 / 3.0, 0), ==, 3);
  g_assert_cmpint (hemo_decimals_of (NAN, 1), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/value/parse", test_values);
  g_test_add_func ("/model/value/units", test_units);
  g_test_add_func ("/model/result/validate", test_results);
  g_test_add_func ("/model/result/analytes", test_analytes);
  g_test_add_func ("/model/range/shipped", test_shipped);
  g_test_add_func ("/model/range/flags", test_flags);
  g_test_add_func ("/model/range/delta", test_delta);
  g_test_add_func ("/model/range/round-trip", test_round_trip);
  g_test_add_func ("/model/range/numbers-return", test_numbers_return);
  g_test_add_func ("/model/range/ages-return", test_ages_return);
  g_test_add_func ("/model/range/spreadsheets", test_spreadsheets);
  g_test_add_func ("/model/range/csv-refused", test_csv_refused);
  g_test_add_func ("/model/range/choice", test_choice);
  g_test_add_func ("/model/range/decimals", test_decimals);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every edge at which a limit, a critical value or the delta check changes its verdict. */

#include "hemo-case.h"

#include <math.h>
#include <string.h>

#define NOW G_GINT64_CONSTANT (1795259106123456)
#define SPECIMEN "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"

static const HemoTime now = { NOW, 180, FALSE };

static GPtrArray *
load_ranges (void)
{
  g_autofree char *csv = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *ranges;
  gsize length;

  g_assert_true (g_file_get_contents (HEMO_TEST_RANGES, &csv, &length, NULL));
  ranges = hemo_ranges_parse (csv, length, &error);
  g_assert_no_error (error);
  return ranges;
}

static void
check_number (double actual, double expected)
{
  if (isnan (expected))
    g_assert_true (isnan (actual));
  else
    g_assert_cmpfloat (actual, ==, expected);
}

/* WHO 2024 and the example set: at the first day of each span and on the day before it. */
static void
test_ages_in_days (void)
{
  static const struct
  {
    const char *analyte;
    HemoSex sex;
    int from;
    double low_before, low_from;
    double high_before, high_from;
  } edges[] = {
    { "hb", HEMO_SEX_FEMALE, 182, NAN, 105, NAN, NAN },
    { "hb", HEMO_SEX_MALE, 182, NAN, 105, NAN, NAN },
    { "hb", HEMO_SEX_UNKNOWN, 182, NAN, 105, NAN, NAN },
    { "hb", HEMO_SEX_FEMALE, 730, 105, 110, NAN, NAN },
    { "hb", HEMO_SEX_OTHER, 730, 105, 110, NAN, NAN },
    { "hb", HEMO_SEX_MALE, 1826, 110, 115, NAN, NAN },
    { "hb", HEMO_SEX_FEMALE, 4383, 115, 120, NAN, NAN },
    { "hb", HEMO_SEX_FEMALE, 5478, 120, 120, NAN, NAN },
    { "hb", HEMO_SEX_MALE, 5478, 120, 130, NAN, NAN },
    { "hb", HEMO_SEX_OTHER, 5478, 120, NAN, NAN, NAN },
    { "hb", HEMO_SEX_UNKNOWN, 5478, 120, NAN, NAN, NAN },
    { "wbc", HEMO_SEX_FEMALE, 6574, NAN, 3.2, NAN, 11.9 },
    { "neut", HEMO_SEX_MALE, 6574, NAN, 1.04, NAN, 6.22 },
    { "plt", HEMO_SEX_UNKNOWN, 6574, NAN, 145, NAN, 614 },
  };
  g_autoptr (GPtrArray) ranges = load_ranges ();

  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    for (int after = 0; after <= 1; after++)
      {
        const HemoRange *range
            = hemo_ranges_find (ranges, edges[i].analyte, edges[i].sex, HEMO_PREGNANCY_UNKNOWN,
                                edges[i].from - 1 + after);

        g_assert_nonnull (range);
        check_number (range->low, after ? edges[i].low_from : edges[i].low_before);
        check_number (range->high, after ? edges[i].high_from : edges[i].high_before);
      }
}

static int
age_on (HemoDate born, int year, int month, int day)
{
  HemoBirth birth = { born, FALSE };

  return hemo_birth_age_days (&birth, (HemoDate){ (gint16)year, (guint8)month, (guint8)day });
}

/* By the calendar: on the day before the birthday as younger, on the birthday as older, of every
 * birth and through every leap year; who was born on 29 February is older on 1 March. */
static void
test_calendar (void)
{
  static const struct
  {
    int months;
    double younger, older;
  } birthdays[] = {
    { 6, NAN, 105 }, { 24, 105, 110 }, { 60, 110, 115 }, { 144, 115, 120 }, { 180, 120, 130 }
  };
  g_autoptr (GPtrArray) ranges = load_ranges ();
  GDate born;

  g_date_set_dmy (&born, 1, G_DATE_JANUARY, 2012);
  for (int day = 0; day < 4 * 366; day++, g_date_add_days (&born, 1))
    for (gsize i = 0; i < G_N_ELEMENTS (birthdays); i++)
      {
        HemoBirth birth = { { (gint16)g_date_get_year (&born), (guint8)g_date_get_month (&born),
                              (guint8)g_date_get_day (&born) },
                            FALSE };
        int months = birth.date.year * 12 + birth.date.month - 1 + birthdays[i].months;
        GDate turns;
        HemoAge before, after;

        g_date_set_dmy (&turns, 1, (GDateMonth)(months % 12 + 1), (GDateYear)(months / 12));
        g_date_add_days (&turns, birth.date.day - 1u);
        /* Past the end of a short month: the first of the next. */
        if (g_date_get_month (&turns) != (GDateMonth)(months % 12 + 1))
          g_date_set_day (&turns, 1);
        g_assert_true (hemo_birth_age (&birth,
                                       (HemoDate){ (gint16)g_date_get_year (&turns),
                                                   (guint8)g_date_get_month (&turns),
                                                   (guint8)g_date_get_day (&turns) },
                                       &after));
        g_date_subtract_days (&turns, 1);
        g_assert_true (hemo_birth_age (&birth,
                                       (HemoDate){ (gint16)g_date_get_year (&turns),
                                                   (guint8)g_date_get_month (&turns),
                                                   (guint8)g_date_get_day (&turns) },
                                       &before));
        g_assert_cmpint (after.months, ==, birthdays[i].months);
        g_assert_cmpint (before.months, ==, birthdays[i].months - 1);
        check_number (hemo_ranges_find_for_age (ranges, "hb", HEMO_SEX_MALE, 0, &before)->low,
                      birthdays[i].younger);
        check_number (hemo_ranges_find_for_age (ranges, "hb", HEMO_SEX_MALE, 0, &after)->low,
                      birthdays[i].older);
      }
}

/* Spans in days, and those of sets from before a span had a unit. */
static void
test_spans (void)
{
  static const struct
  {
    int from;
    char unit;
    HemoAge age;
    gboolean fits;
  } cases[] = {
    { 28, 'd', { 0, 0, 27 }, FALSE },     { 28, 'd', { 0, 0, 28 }, TRUE },
    { 30, 'd', { 0, 1, 29 }, FALSE },     { 30, 'm', { 0, 1, 29 }, TRUE },
    { 30, 'm', { 0, 0, 30 }, FALSE },     { 1826, 'd', { 5, 60, 1825 }, FALSE },
    { 1826, 'y', { 5, 60, 1825 }, TRUE }, { 1826, 0, { 4, 59, 1826 }, FALSE },
    { 1826, 0, { 5, 60, 1826 }, TRUE },   { 1827, 0, { 5, 60, 1826 }, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) ranges
          = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_range_free);
      HemoRange *range = hemo_range_new ("hb");

      range->age_from_days = cases[i].from;
      range->age_from_unit = cases[i].unit;
      g_ptr_array_add (ranges, range);
      g_assert_cmpint (hemo_ranges_find_for_age (ranges, "hb", HEMO_SEX_MALE, 0, &cases[i].age)
                           != NULL,
                       ==, cases[i].fits);
      g_assert_null (hemo_ranges_find_for_age (ranges, "hb", HEMO_SEX_MALE, 0, NULL));
    }
}

/* On the birthday itself nobody is judged as younger, whatever the leap years between; two days
 * before, nobody as older. */
static void
test_birthdays (void)
{
  static const struct
  {
    int years;
    double younger, older;
  } birthdays[] = { { 2, 105, 110 }, { 5, 110, 115 }, { 12, 115, 120 }, { 15, 120, 130 } };
  g_autoptr (GPtrArray) ranges = load_ranges ();

  for (gsize i = 0; i < G_N_ELEMENTS (birthdays); i++)
    for (int year = 2000; year < 2030; year++)
      for (int month = 1; month <= 12; month++)
        {
          HemoDate born = { (gint16)year, (guint8)month, 15 };
          int turned = year + birthdays[i].years;
          int age = age_on (born, turned, month, 15);

          check_number (hemo_ranges_find (ranges, "hb", HEMO_SEX_MALE, 0, age)->low,
                        birthdays[i].older);
          check_number (
              hemo_ranges_find (ranges, "hb", HEMO_SEX_MALE, 0, age_on (born, turned, month, 13))
                  ->low,
              birthdays[i].younger);
        }
}

/* Every analyte that has limits keeps its critical ones at every age, sex and pregnancy: a special
 * range must not switch an alarm off. */
static void
test_criticals_everywhere (void)
{
  static const struct
  {
    const char *analyte;
    double low, high;
    gboolean low_exclusive, high_exclusive;
    double delta;
  } expected[] = {
    { "hb", 70, NAN, FALSE, FALSE, 20 },
    { "wbc", 2, 30, FALSE, TRUE, 50 },
    { "neut", 0.5, NAN, TRUE, FALSE, 60 },
    { "plt", 20, 1000, FALSE, TRUE, 50 },
  };
  static const int ages[] = { -1,   0,    1,    181,  182,  729,  730,   1825,  1826,
                              4382, 4383, 5477, 5478, 6573, 6574, 20000, 47482, 60000 };
  g_autoptr (GPtrArray) ranges = load_ranges ();

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    for (int sex = HEMO_SEX_UNKNOWN; sex <= HEMO_SEX_OTHER; sex++)
      for (int pregnancy = 0; pregnancy <= HEMO_PREGNANCY_TRIMESTER_3; pregnancy++)
        for (gsize j = 0; j < G_N_ELEMENTS (ages); j++)
          {
            const HemoRange *range = hemo_ranges_find (ranges, expected[i].analyte, (HemoSex)sex,
                                                       (HemoPregnancy)pregnancy, ages[j]);

            g_assert_nonnull (range);
            check_number (range->critical_low, expected[i].low);
            check_number (range->critical_high, expected[i].high);
            check_number (range->delta_percent, expected[i].delta);
            if (isfinite (range->critical_low))
              g_assert_cmpint (range->critical_low_exclusive, ==, expected[i].low_exclusive);
            if (isfinite (range->critical_high))
              g_assert_cmpint (range->critical_high_exclusive, ==, expected[i].high_exclusive);
          }
}

static void
test_pregnancy (void)
{
  static const struct
  {
    HemoSex sex;
    HemoPregnancy pregnancy;
    double low;
  } cases[] = {
    { HEMO_SEX_FEMALE, HEMO_PREGNANCY_UNKNOWN, 120 },
    { HEMO_SEX_FEMALE, HEMO_PREGNANCY_NO, 120 },
    { HEMO_SEX_FEMALE, HEMO_PREGNANCY_TRIMESTER_1, 110 },
    { HEMO_SEX_FEMALE, HEMO_PREGNANCY_TRIMESTER_2, 105 },
    { HEMO_SEX_FEMALE, HEMO_PREGNANCY_TRIMESTER_3, 110 },
    { HEMO_SEX_UNKNOWN, HEMO_PREGNANCY_TRIMESTER_2, 105 },
    { HEMO_SEX_OTHER, HEMO_PREGNANCY_TRIMESTER_2, 105 },
    { HEMO_SEX_MALE, HEMO_PREGNANCY_TRIMESTER_1, 130 },
    { HEMO_SEX_MALE, HEMO_PREGNANCY_TRIMESTER_2, 130 },
    { HEMO_SEX_MALE, HEMO_PREGNANCY_TRIMESTER_3, 130 },
    { HEMO_SEX_MALE, HEMO_PREGNANCY_NO, 130 },
  };
  g_autoptr (GPtrArray) ranges = load_ranges ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (int age = 5478; age < 40000; age += 1111)
      check_number (hemo_ranges_find (ranges, "hb", cases[i].sex, cases[i].pregnancy, age)->low,
                    cases[i].low);
}

/* The order of the rows must not matter: a spreadsheet sorts them as it likes. */
static void
test_order_of_rows (void)
{
  g_autoptr (GPtrArray) ranges = load_ranges ();
  g_autoptr (GPtrArray) turned = g_ptr_array_new ();

  for (guint i = ranges->len; i > 0; i--)
    g_ptr_array_add (turned, ranges->pdata[i - 1]);
  for (int sex = 0; sex <= HEMO_SEX_OTHER; sex++)
    for (int pregnancy = 0; pregnancy <= HEMO_PREGNANCY_TRIMESTER_3; pregnancy++)
      for (int age = -1; age < 8000; age += 7)
        for (const HemoAnalyteInfo *info = hemo_analyte_infos (); info->code != NULL; info++)
          g_assert_true (
              hemo_ranges_find (ranges, info->code, (HemoSex)sex, (HemoPregnancy)pregnancy, age)
              == hemo_ranges_find (turned, info->code, (HemoSex)sex, (HemoPregnancy)pregnancy,
                                   age));
}

/* What is read on the paper decides, so a value and its flag can never contradict each other. */
static void
test_flags_as_printed (void)
{
  static const struct
  {
    const char *analyte;
    double value;
    int decimals;
    HemoFlag flag;
  } cases[] = {
    { "hb", 0, 0, HEMO_FLAG_CRITICAL_LOW },
    { "hb", 69.6, 0, HEMO_FLAG_CRITICAL_LOW },
    { "hb", 70.0, 1, HEMO_FLAG_CRITICAL_LOW },
    { "hb", 70.04, 1, HEMO_FLAG_CRITICAL_LOW },
    { "hb", 70.06, 1, HEMO_FLAG_LOW },
    { "hb", 70.1, 1, HEMO_FLAG_LOW },
    { "hb", 70.49, 0, HEMO_FLAG_CRITICAL_LOW },
    { "hb", 70.51, 0, HEMO_FLAG_LOW },
    { "hb", 129.4, 0, HEMO_FLAG_LOW },
    { "hb", 129.6, 0, HEMO_FLAG_NONE },
    { "hb", 129.9, 1, HEMO_FLAG_LOW },
    { "wbc", 0, 1, HEMO_FLAG_CRITICAL_LOW },
    { "wbc", 1.9, 1, HEMO_FLAG_CRITICAL_LOW },
    { "wbc", 2.04, 1, HEMO_FLAG_CRITICAL_LOW },
    { "wbc", 2.04, 2, HEMO_FLAG_LOW },
    { "wbc", 2.06, 1, HEMO_FLAG_LOW },
    { "wbc", 3.14, 1, HEMO_FLAG_LOW },
    { "wbc", 3.16, 1, HEMO_FLAG_NONE },
    { "wbc", 11.94, 1, HEMO_FLAG_NONE },
    { "wbc", 11.96, 1, HEMO_FLAG_HIGH },
    { "wbc", 30.04, 1, HEMO_FLAG_HIGH },
    { "wbc", 30.04, 2, HEMO_FLAG_CRITICAL_HIGH },
    { "wbc", 30.06, 1, HEMO_FLAG_CRITICAL_HIGH },
    { "wbc", 999, 1, HEMO_FLAG_CRITICAL_HIGH },
    { "neut", 0, 2, HEMO_FLAG_CRITICAL_LOW },
    { "neut", 0.494, 2, HEMO_FLAG_CRITICAL_LOW },
    { "neut", 0.496, 2, HEMO_FLAG_LOW },
    { "neut", 1.03, 2, HEMO_FLAG_LOW },
    { "neut", 1.04, 2, HEMO_FLAG_NONE },
    { "neut", 6.22, 2, HEMO_FLAG_NONE },
    { "neut", 6.226, 2, HEMO_FLAG_HIGH },
    { "neut", 80, 2, HEMO_FLAG_HIGH },
    { "plt", 20.4, 0, HEMO_FLAG_CRITICAL_LOW },
    { "plt", 20.6, 0, HEMO_FLAG_LOW },
    { "plt", 144.4, 0, HEMO_FLAG_LOW },
    { "plt", 144.6, 0, HEMO_FLAG_NONE },
    { "plt", 614, 0, HEMO_FLAG_NONE },
    { "plt", 615, 0, HEMO_FLAG_HIGH },
    { "plt", 1000.4, 0, HEMO_FLAG_HIGH },
    { "plt", 1000.6, 0, HEMO_FLAG_CRITICAL_HIGH },
    { "blast%", 0, 0, HEMO_FLAG_NONE },
    { "blast%", 0.3, 1, HEMO_FLAG_CRITICAL_ABNORMAL },
    { "blast%", NAN, 0, HEMO_FLAG_NONE },
    { "wbc", INFINITY, 1, HEMO_FLAG_NONE },
    { "wbc", NAN, 1, HEMO_FLAG_NONE },
  };
  g_autoptr (GPtrArray) ranges = load_ranges ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const HemoRange *range = hemo_ranges_find (ranges, cases[i].analyte, HEMO_SEX_MALE, 0, 15000);
      HemoFlag flag
          = hemo_analyte_flag (cases[i].analyte, range, cases[i].value, cases[i].decimals);

      if (flag != cases[i].flag)
        g_error ("%s of %g with %d decimals: '%s' instead of '%s'", cases[i].analyte,
                 cases[i].value, cases[i].decimals, hemo_flag_to_code (flag),
                 hemo_flag_to_code (cases[i].flag));
    }
}

/* A value that only has a reference limit is never critical, and the reverse. */
static void
test_single_limits (void)
{
  g_autoptr (HemoRange) range = hemo_range_new ("hb");

  g_assert_cmpint (hemo_range_flag (range, 0, 0), ==, HEMO_FLAG_NONE);
  g_assert_cmpint (hemo_range_flag (range, 1e9, 0), ==, HEMO_FLAG_NONE);
  range->low = 10;
  g_assert_cmpint (hemo_range_flag (range, 9, 0), ==, HEMO_FLAG_LOW);
  g_assert_cmpint (hemo_range_flag (range, 10, 0), ==, HEMO_FLAG_NONE);
  range->high = 20;
  g_assert_cmpint (hemo_range_flag (range, 20, 0), ==, HEMO_FLAG_NONE);
  g_assert_cmpint (hemo_range_flag (range, 21, 0), ==, HEMO_FLAG_HIGH);
  range->critical_low = 10;
  g_assert_cmpint (hemo_range_flag (range, 10, 0), ==, HEMO_FLAG_CRITICAL_LOW);
  range->critical_low_exclusive = TRUE;
  g_assert_cmpint (hemo_range_flag (range, 10, 0), ==, HEMO_FLAG_NONE);
  g_assert_cmpint (hemo_range_flag (range, 9, 0), ==, HEMO_FLAG_CRITICAL_LOW);
  range->critical_high = 20;
  g_assert_cmpint (hemo_range_flag (range, 20, 0), ==, HEMO_FLAG_CRITICAL_HIGH);
  range->critical_high_exclusive = TRUE;
  g_assert_cmpint (hemo_range_flag (range, 20, 0), ==, HEMO_FLAG_NONE);
  g_assert_cmpint (hemo_range_flag (range, 21, 0), ==, HEMO_FLAG_CRITICAL_HIGH);
}

static void
test_delta_window (void)
{
  static const struct
  {
    gint64 elapsed;
    gboolean flagged;
  } edges[] = {
    { 0, TRUE },
    { 1, TRUE },
    { 72 * G_TIME_SPAN_HOUR - 1, TRUE },
    { 72 * G_TIME_SPAN_HOUR, TRUE },
    { 72 * G_TIME_SPAN_HOUR + 1, FALSE },
    { 365 * G_TIME_SPAN_DAY, FALSE },
    { -1, FALSE },
    { -G_TIME_SPAN_DAY, FALSE },
  };
  g_autoptr (HemoRange) range = hemo_range_new ("hb");

  range->delta_percent = 20;
  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    {
      HemoTime before = { NOW - edges[i].elapsed, -300, TRUE };

      g_assert_cmpint (hemo_range_delta (range, 50, now, 100, before, NULL), ==, edges[i].flagged);
    }
}

/* A change of just the limit is not more than the limit, in whatever binary fractions. */
static void
test_delta_limit (void)
{
  static const struct
  {
    double limit, previous, value;
    gboolean flagged;
  } cases[] = {
    { 20, 100, 120, FALSE },    { 20, 100, 80, FALSE },     { 20, 3.0, 3.6, FALSE },
    { 20, 0.3, 0.36, FALSE },   { 50, 7.2, 10.8, FALSE },   { 50, 7.2, 3.6, FALSE },
    { 50, 0.6, 0.9, FALSE },    { 5, 80.2, 84.21, FALSE },  { 60, 1.1, 1.76, FALSE },
    { 20, 100, 120.1, TRUE },   { 20, 100, 79.9, TRUE },    { 20, 3.0, 3.61, TRUE },
    { 50, 7.2, 10.9, TRUE },    { 50, 7.2, 3.5, TRUE },     { 5, 80, 84.1, TRUE },
    { 20, 0, 0, FALSE },        { 20, 0, 0.1, TRUE },       { 20, 100, 0, TRUE },
    { 20, 100, NAN, FALSE },    { 20, NAN, 100, FALSE },    { NAN, 100, 10, FALSE },
    { 20, INFINITY, 1, FALSE }, { 20, 1, INFINITY, FALSE },
  };
  HemoTime before = { NOW - G_TIME_SPAN_HOUR, 180, FALSE };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HemoRange) range = hemo_range_new ("wbc");

      range->delta_percent = cases[i].limit;
      if (hemo_range_delta (range, cases[i].value, now, cases[i].previous, before, NULL)
          != cases[i].flagged)
        g_error ("%g after %g with %g %%", cases[i].value, cases[i].previous, cases[i].limit);
    }
}

/* No typed value can be told as changed by a hair's breadth that the paper does not show. */
static void
test_delta_every_step (void)
{
  g_autoptr (HemoRange) range = hemo_range_new ("wbc");
  HemoTime before = { NOW - G_TIME_SPAN_HOUR, 180, FALSE };

  range->delta_percent = 50;
  for (int tenths = 2; tenths < 2000; tenths += 2)
    {
      double previous = tenths / 10.0;
      int up = tenths + tenths / 2;
      int down = tenths - tenths / 2;

      g_assert_false (hemo_range_delta (range, up / 10.0, now, previous, before, NULL));
      g_assert_false (hemo_range_delta (range, down / 10.0, now, previous, before, NULL));
      g_assert_true (hemo_range_delta (range, (up + 1) / 10.0, now, previous, before, NULL));
      g_assert_true (hemo_range_delta (range, (down - 1) / 10.0, now, previous, before, NULL));
    }
}

static void
test_delta_percent_given (void)
{
  g_autoptr (HemoRange) range = hemo_range_new ("hb");
  HemoTime before = { NOW - G_TIME_SPAN_HOUR, 180, FALSE };
  double percent = 42;

  range->delta_percent = 20;
  g_assert_true (hemo_range_delta (range, 3, now, 0, before, &percent));
  g_assert_true (isinf (percent) && percent > 0);
  percent = 42;
  g_assert_false (hemo_range_delta (range, NAN, now, 100, before, &percent));
  g_assert_cmpfloat (percent, ==, 42);
  g_assert_true (hemo_range_delta (range, 130, now, 100, before, &percent));
  g_assert_cmpfloat_with_epsilon (percent, 30, 1e-9);
  g_assert_false (hemo_range_delta (range, 130, (HemoTime){ 0 }, 100, before, &percent));
}

static HemoCase *
new_case (HemoSex sex, HemoDate born, HemoPregnancy pregnancy)
{
  HemoCase *data = hemo_case_new ();

  data->patient = hemo_patient_new ();
  data->patient->sex = sex;
  data->patient->birth.date = born;
  data->order = hemo_order_new (data->patient->uuid);
  data->order->pregnancy = pregnancy;
  data->specimen = hemo_specimen_new ();
  data->specimen->collected_at = now;
  return data;
}

static const HemoLine *
fill_one (HemoReport *report, HemoCase *data, const char *analyte, double value)
{
  g_autoptr (GPtrArray) ranges = load_ranges ();
  HemoResult *result = hemo_result_new (SPECIMEN, analyte, value, "Analyser");

  result->measured_at = now;
  g_ptr_array_set_size (data->results, 0);
  g_ptr_array_add (data->results, result);
  hemo_report_fill (report, data, ranges);
  g_assert_cmpuint (report->lines->len, ==, 1);
  return report->lines->pdata[0];
}

/* From the birth to the flag on the report. The blood was taken on 2026-11-21. */
static void
test_report_flags (void)
{
  static const struct
  {
    HemoSex sex;
    HemoDate born;
    HemoPregnancy pregnancy;
    double hb;
    const char *text;
    HemoFlag flag;
    double low;
  } cases[] = {
    { HEMO_SEX_FEMALE, { 2026, 11, 21 }, 0, 100, "100", HEMO_FLAG_NONE, NAN },
    { HEMO_SEX_FEMALE, { 2026, 11, 21 }, 0, 70, "70", HEMO_FLAG_CRITICAL_LOW, NAN },
    { HEMO_SEX_MALE, { 2026, 5, 21 }, 0, 104, "104", HEMO_FLAG_LOW, 105 },
    { HEMO_SEX_MALE, { 2026, 5, 21 }, 0, 105, "105", HEMO_FLAG_NONE, 105 },
    { HEMO_SEX_MALE, { 2024, 11, 21 }, 0, 109, "109", HEMO_FLAG_LOW, 110 },
    { HEMO_SEX_MALE, { 2024, 11, 22 }, 0, 109, "109", HEMO_FLAG_NONE, 105 },
    { HEMO_SEX_MALE, { 2021, 11, 21 }, 0, 114, "114", HEMO_FLAG_LOW, 115 },
    { HEMO_SEX_MALE, { 2021, 11, 22 }, 0, 114, "114", HEMO_FLAG_NONE, 110 },
    { HEMO_SEX_MALE, { 2014, 11, 21 }, 0, 119, "119", HEMO_FLAG_LOW, 120 },
    { HEMO_SEX_MALE, { 2011, 11, 21 }, 0, 129, "129", HEMO_FLAG_LOW, 130 },
    { HEMO_SEX_MALE, { 2011, 11, 23 }, 0, 129, "129", HEMO_FLAG_NONE, 120 },
    { HEMO_SEX_FEMALE, { 2011, 11, 21 }, 0, 129, "129", HEMO_FLAG_NONE, 120 },
    { HEMO_SEX_FEMALE, { 1996, 0, 0 }, HEMO_PREGNANCY_TRIMESTER_1, 109, "109", HEMO_FLAG_LOW, 110 },
    { HEMO_SEX_FEMALE,
      { 1996, 0, 0 },
      HEMO_PREGNANCY_TRIMESTER_2,
      105,
      "105",
      HEMO_FLAG_NONE,
      105 },
    { HEMO_SEX_FEMALE,
      { 1996, 0, 0 },
      HEMO_PREGNANCY_TRIMESTER_3,
      110,
      "110",
      HEMO_FLAG_NONE,
      110 },
    { HEMO_SEX_FEMALE, { 0 }, HEMO_PREGNANCY_TRIMESTER_3, 109, "109", HEMO_FLAG_LOW, 110 },
    { HEMO_SEX_MALE, { 0 }, 0, 71, "71", HEMO_FLAG_NONE, NAN },
    { HEMO_SEX_MALE, { 0 }, 0, 70, "70", HEMO_FLAG_CRITICAL_LOW, NAN },
    { HEMO_SEX_MALE, { 1990, 1, 1 }, 0, 70.4, "70.4", HEMO_FLAG_LOW, 130 },
    { HEMO_SEX_MALE, { 1990, 1, 1 }, 0, 129.5, "129.5", HEMO_FLAG_LOW, 130 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HemoCase) data = new_case (cases[i].sex, cases[i].born, cases[i].pregnancy);
      g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);
      const HemoLine *line = fill_one (report, data, "hb", cases[i].hb);
      g_autofree char *text = hemo_line_value_text (line);

      g_assert_cmpstr (text, ==, cases[i].text);
      if (line->flag != cases[i].flag)
        g_error ("case %d: flag '%s'", (int)i, hemo_flag_to_code (line->flag));
      check_number (line->reference_low, cases[i].low);
      g_assert_cmpint (hemo_report_needs_call (report), ==,
                       cases[i].flag == HEMO_FLAG_CRITICAL_LOW);
    }
}

/* The age is that of the day on which the blood was taken, else came. */
static void
test_age_at_collection (void)
{
  g_autoptr (HemoCase) data = new_case (HEMO_SEX_MALE, (HemoDate){ 2011, 11, 21 }, 0);
  g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);

  check_number (fill_one (report, data, "hb", 125)->reference_low, 130);
  data->specimen->collected_at.utc_us -= 30 * G_TIME_SPAN_DAY;
  data->specimen->received_at = now;
  check_number (fill_one (report, data, "hb", 125)->reference_low, 120);
  data->specimen->collected_at.utc_us = 0;
  check_number (fill_one (report, data, "hb", 125)->reference_low, 130);
}

static HemoLine *
old_value (double value, gint64 elapsed)
{
  HemoLine *line = hemo_line_new (HEMO_SECTION_CBC, "White cells");

  line->loinc = g_strdup ("6690-2");
  line->ucum = g_strdup ("10*9/L");
  line->value = value;
  line->at = (HemoTime){ NOW - elapsed, 180, FALSE };
  line->decimals = 1;
  return line;
}

/* On the report: which earlier value is compared, and up to when. */
static void
test_report_delta (void)
{
  static const struct
  {
    double previous;
    gint64 elapsed;
    double value;
    gboolean delta;
  } cases[] = {
    { 4, 72 * G_TIME_SPAN_HOUR, 6.1, TRUE }, { 4, 72 * G_TIME_SPAN_HOUR + 1, 6.1, FALSE },
    { 4, G_TIME_SPAN_HOUR, 6, FALSE },       { 7.2, G_TIME_SPAN_HOUR, 10.8, FALSE },
    { 0, G_TIME_SPAN_HOUR, 5, TRUE },        { 0, G_TIME_SPAN_HOUR, 0, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HemoCase) data = new_case (HEMO_SEX_MALE, (HemoDate){ 1990, 1, 1 }, 0);
      g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);
      const HemoLine *line;

      /* An older one, and one of another unit, must not be taken. */
      g_ptr_array_add (data->previous, old_value (99, cases[i].elapsed + G_TIME_SPAN_DAY));
      g_ptr_array_add (data->previous, old_value (cases[i].previous, cases[i].elapsed));
      g_ptr_array_add (data->previous, old_value (77, 1));
      g_free (((HemoLine *)data->previous->pdata[2])->ucum);
      ((HemoLine *)data->previous->pdata[2])->ucum = g_strdup ("/uL");
      g_ptr_array_add (data->previous, old_value (88, -G_TIME_SPAN_HOUR));
      line = fill_one (report, data, "wbc", cases[i].value);
      g_assert_cmpfloat (line->previous, ==, cases[i].previous);
      g_assert_cmpint (line->previous_at.utc_us, ==, NOW - cases[i].elapsed);
      g_assert_cmpint (line->delta, ==, cases[i].delta);
    }
}

/* The newest value counts, by when it was measured, else by when it was typed. */
static void
test_newest_value (void)
{
  g_autoptr (HemoCase) data = new_case (HEMO_SEX_MALE, (HemoDate){ 1990, 1, 1 }, 0);
  g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);
  HemoResult *second = hemo_result_new (SPECIMEN, "hb", 64, "HemoCue");
  const HemoLine *line = fill_one (report, data, "hb", 140);

  g_assert_cmpfloat (line->value, ==, 140);
  second->entered_at = (HemoTime){ NOW + G_TIME_SPAN_HOUR, 180, FALSE };
  g_ptr_array_add (data->results, second);
  hemo_report_fill (report, data, NULL);
  g_assert_cmpuint (report->lines->len, ==, 1);
  line = report->lines->pdata[0];
  g_assert_cmpfloat (line->value, ==, 64);
  g_assert_cmpint (line->at.utc_us, ==, NOW + G_TIME_SPAN_HOUR);
  g_assert_cmpstr (line->note, ==, "HemoCue");
  second->entered_in_error = TRUE;
  hemo_report_fill (report, data, NULL);
  g_assert_cmpfloat (((HemoLine *)report->lines->pdata[0])->value, ==, 140);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/limits/ages-in-days", test_ages_in_days);
  g_test_add_func ("/model/limits/birthdays", test_birthdays);
  g_test_add_func ("/model/limits/criticals-everywhere", test_criticals_everywhere);
  g_test_add_func ("/model/limits/pregnancy", test_pregnancy);
  g_test_add_func ("/model/limits/order-of-rows", test_order_of_rows);
  g_test_add_func ("/model/limits/flags-as-printed", test_flags_as_printed);
  g_test_add_func ("/model/limits/single", test_single_limits);
  g_test_add_func ("/model/limits/delta-window", test_delta_window);
  g_test_add_func ("/model/limits/delta-limit", test_delta_limit);
  g_test_add_func ("/model/limits/delta-every-step", test_delta_every_step);
  g_test_add_func ("/model/limits/delta-percent", test_delta_percent_given);
  g_test_add_func ("/model/limits/report-flags", test_report_flags);
  g_test_add_func ("/model/limits/age-at-collection", test_age_at_collection);
  g_test_add_func ("/model/limits/report-delta", test_report_delta);
  g_test_add_func ("/model/limits/newest-value", test_newest_value);
  g_test_add_func ("/model/limits/calendar", test_calendar);
  g_test_add_func ("/model/limits/spans", test_spans);
  return g_test_run ();
}

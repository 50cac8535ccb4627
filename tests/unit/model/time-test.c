/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Instants, dates, births, ages and UUIDs. */

#include "hemo-time.h"

#include <string.h>

static const HemoDate today = { 2026, 11, 21 };

static void
check_iso (const char *text, const char *again)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *iso = NULL;
  HemoTime time = { 0 };

  g_assert_true (hemo_time_from_iso (text, &time, &error));
  g_assert_no_error (error);
  iso = hemo_time_to_iso (time);
  g_assert_cmpstr (iso, ==, again);
}

static void
test_iso (void)
{
  check_iso ("2026-11-21T14:05:06.123+03:00", "2026-11-21T14:05:06.123+03:00");
  check_iso ("2026-11-21t14:05:06z", "2026-11-21T14:05:06.000Z");
  check_iso ("2026-11-21T14:05:06.1234567-04:30", "2026-11-21T14:05:06.123-04:30");
  check_iso ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z");
  check_iso ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z");
  check_iso ("2024-02-29T00:00:00+14:00", "2024-02-29T00:00:00.000+14:00");
}

static void
test_iso_exact (void)
{
  HemoTime time = { 0 };

  g_assert_true (hemo_time_from_iso ("2026-11-21T14:05:06.123456+03:00", &time, NULL));
  g_assert_cmpint (time.utc_us, ==, 1795259106123456);
  g_assert_cmpint (time.offset_minutes, ==, 180);
  g_assert_false (time.by_hand);
}

static void
test_iso_refused (void)
{
  const char *bad[] = { "",
                        "2026-11-21",
                        "2026-11-21T14:05:06",
                        "2026-11-21 14:05:06Z",
                        "2026-02-30T00:00:00Z",
                        "2026-11-21T24:00:00Z",
                        "2026-11-21T14:60:00Z",
                        "2026-11-21T14:05:61Z",
                        "2026-11-21T14:05:06+24:00",
                        "2026-11-21T14:05:06+03:60",
                        "2026-11-21T14:05:06.Z",
                        "2026-11-21T14:05:06Z ",
                        "2026-11-21T14:05:06+0300",
                        "+026-11-21T14:05:06Z",
                        "1970-01-01T00:00:00Z",
                        "0000-01-01T00:00:00Z" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoTime time = { 42, 7, TRUE };

      g_assert_false (hemo_time_from_iso (bad[i], &time, &error));
      g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
      g_assert_cmpint (time.utc_us, ==, 42);
    }
  g_assert_false (hemo_time_from_iso (NULL, NULL, NULL));
}

static void
test_now (void)
{
  HemoTime now = hemo_time_now ();
  g_autofree char *text = hemo_time_to_text ((HemoTime){ 1795259106123456, 180, FALSE });
  g_autofree char *unknown = hemo_time_to_text ((HemoTime){ 0 });
  HemoDate date = hemo_date_of ((HemoTime){ 1795302000000000, 180, FALSE });

  g_assert_cmpint (ABS (now.utc_us - g_get_real_time ()), <, G_USEC_PER_SEC);
  /* The tests run in Nairobi. */
  g_assert_cmpint (now.offset_minutes, ==, 180);
  g_assert_cmpstr (text, ==, "2026-11-21 14:05");
  g_assert_cmpstr (unknown, ==, "?");
  g_assert_null (hemo_time_to_iso ((HemoTime){ 0 }));
  /* 23:00 in UTC is tomorrow there. */
  g_assert_cmpint (date.day, ==, 22);
  g_assert_cmpint (hemo_date_of ((HemoTime){ 0 }).year, ==, 0);
  g_assert_cmpint (hemo_date_of ((HemoTime){ G_MAXINT64, 60, FALSE }).year, ==, 0);
}

static void
test_dates (void)
{
  const char *good[] = { "1850", "2026", "2026-11", "2026-11-21", "2024-02-29", "2000-02-29" };
  const char *bad[] = { "",           "26",          "1849",       "2026-13",    "2026-00",
                        "2026-1",     "2026-11-31",  "2026-11-00", "2023-02-29", "1900-02-29",
                        "2026/11/21", "2026-11-21 ", "20261121" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      HemoDate date;
      g_autofree char *iso = NULL;

      g_assert_true (hemo_date_from_iso (good[i], &date, NULL));
      iso = hemo_date_to_iso (date);
      g_assert_cmpstr (iso, ==, good[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoDate date = { 1, 2, 3 };

      g_assert_false (hemo_date_from_iso (bad[i], &date, &error));
      g_assert_nonnull (error);
      g_assert_cmpint (date.year, ==, 1);
    }
  g_assert_null (hemo_date_to_iso ((HemoDate){ 0 }));
  g_assert_false (hemo_date_is_valid ((HemoDate){ 2026, 0, 5 }));
}

static void
test_typed (void)
{
  static const struct
  {
    const char *text;
    gboolean day_first;
    const char *iso;
  } days[] = {
    { "12/03/2026", TRUE, "2026-03-12" },
    { "12/03/2026", FALSE, "2026-12-03" },
    { "12.03.2026", TRUE, "2026-03-12" },
    { " 2. 3. 2026 ", TRUE, "2026-03-02" },
    { "12-3-2026", TRUE, "2026-03-12" },
    { "12 3 2026", TRUE, "2026-03-12" },
    { "2026-03-12", TRUE, "2026-03-12" },
    { "2026-03-12", FALSE, "2026-03-12" },
    { "2026/3/12", FALSE, "2026-03-12" },
    { "١٢/٠٣/٢٠٢٦", TRUE, "2026-03-12" },
    { "١٢\u200f/٠٣\u200f/٢٠٢٦", TRUE, "2026-03-12" },
    { "١٢؍٠٣؍٢٠٢٦", TRUE, "2026-03-12" },
    { "१२/०३/२०२६", TRUE, "2026-03-12" },
    { "29/02/2024", TRUE, "2024-02-29" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoDate date = { 0 };
      g_autofree char *iso = NULL;
      g_autofree char *typed = NULL;
      HemoDate again = { 0 };

      g_test_message ("'%s'", days[i].text);
      g_assert_true (hemo_date_parse (days[i].text, days[i].day_first, &date, &error));
      g_assert_no_error (error);
      iso = hemo_date_to_iso (date);
      g_assert_cmpstr (iso, ==, days[i].iso);
      typed = hemo_date_to_typed (date, days[i].day_first);
      g_assert_true (hemo_date_parse (typed, days[i].day_first, &again, NULL));
      g_assert_true (again.year == date.year && again.month == date.month && again.day == date.day);
    }
}

/* What is wrong is said, and no day is guessed. */
static void
test_typed_refused (void)
{
  static const struct
  {
    const char *text;
    gboolean day_first;
    const char *why;
  } days[] = {
    { "12/03/26", TRUE, "*four digits*" },
    { "12/03/026", TRUE, "*four digits*" },
    { "260312", TRUE, "*day, month and year*" },
    { "13/03/2026", FALSE, "There is no month 13. The month comes first*" },
    { "03/13/2026", TRUE, "There is no month 13. The day comes first*" },
    { "2026-13-03", TRUE, "There is no month 13*" },
    { "31/02/2026", TRUE, "There is no such date*" },
    { "29/02/2026", TRUE, "There is no such date*" },
    { "00/02/2026", TRUE, "There is no such date*" },
    { "02/00/2026", TRUE, "There is no such date*" },
    { "01/02/1849", TRUE, "There is no such date*" },
    { "12/03", TRUE, "*day, month and year*" },
    { "12/03", FALSE, "*month, day and year*" },
    { "12/03-2026", TRUE, "*day, month and year*" },
    { "12//03/2026", TRUE, "*day, month and year*" },
    { "12/03/2026/1", TRUE, "*day, month and year*" },
    { "12/03/20261", TRUE, "*day, month and year*" },
    { "/12/03/2026", TRUE, "*day, month and year*" },
    { "12/03/2026/", TRUE, "*day, month and year*" },
    { "12 March 2026", TRUE, "*day, month and year*" },
    { "", TRUE, "*day, month and year*" },
    { "\xff", TRUE, "*day, month and year*" },
    { NULL, TRUE, "*day, month and year*" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoDate date = { 7, 0, 0 };

      g_assert_false (hemo_date_parse (days[i].text, days[i].day_first, &date, &error));
      g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
      if (!g_pattern_match_simple (days[i].why, error->message))
        g_error ("'%s': %s", days[i].text, error->message);
      g_assert_cmpint (date.year, ==, 7);
    }
  g_assert_null (hemo_date_to_typed ((HemoDate){ 2026, 3, 0 }, TRUE));
}

/* As glibc 2.41 writes dates where the window's languages are spoken, and where the month is first.
 */
static void
test_order_of_locale (void)
{
  static const char *const day_first[]
      = { "%d/%m/%Y", "%d.%m.%Y", "%A %d %B %Y", "%d %b, %Y", "%-d/%-m/%Y", "%e/%m/%Y", "" };
  static const char *const month_first[] = { "%m/%d/%Y", "%D", "%m/%d/%y", "%b %d %Y" };

  for (gsize i = 0; i < G_N_ELEMENTS (day_first); i++)
    g_assert_true (hemo_date_format_day_first (day_first[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (month_first); i++)
    g_assert_false (hemo_date_format_day_first (month_first[i]));
}

static void
check_birth (const char *text, gboolean day_first, const char *iso, gboolean estimated)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *date = NULL;
  HemoBirth birth = { 0 };

  g_assert_true (hemo_birth_parse (text, today, day_first, &birth, &error));
  g_assert_no_error (error);
  date = hemo_date_to_iso (birth.date);
  g_assert_cmpstr (date, ==, iso);
  g_assert_cmpint (birth.estimated, ==, estimated);
}

static void
test_birth (void)
{
  check_birth ("34y", TRUE, "1992", TRUE);
  check_birth (" 34 Y ", TRUE, "1992", TRUE);
  check_birth ("8m", TRUE, "2026-03", TRUE);
  check_birth ("12d", TRUE, "2026-11-09", TRUE);
  check_birth ("2w", TRUE, "2026-11-07", TRUE);
  check_birth ("1y6m", TRUE, "2025-05", TRUE);
  check_birth ("0d", TRUE, "2026-11-21", TRUE);
  check_birth ("1992", TRUE, "1992", FALSE);
  check_birth ("1992-03", TRUE, "1992-03", FALSE);
  check_birth ("1992-03-04", TRUE, "1992-03-04", FALSE);
  check_birth ("03/04/2020", TRUE, "2020-04-03", FALSE);
  check_birth ("03/04/2020", FALSE, "2020-03-04", FALSE);
  check_birth ("3.4.2020", TRUE, "2020-04-03", FALSE);
  check_birth ("31-12-1999", TRUE, "1999-12-31", FALSE);
  check_birth ("٣٤y", TRUE, "1992", TRUE);
  check_birth ("१९९२", TRUE, "1992", FALSE);
}

static void
test_birth_refused (void)
{
  const char *bad[]
      = { "",           "34",       "y",           "34x",        "6m1y",       "1y1y",
          "131y",       "999999y",  "9999999999y", "2027",       "2026-12",    "2026-11-22",
          "22/11/2026", "03/04/20", "31/02/2020",  "13/13/2020", "3/4.2020",   "1895-11-20",
          "1850",       "-5y",      "1y-6m",       "12/2020",    "2020/13/03", "03/04/2020x",
          "\xff",       "34y\n5" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoBirth birth = { { 7, 0, 0 }, FALSE };

      g_assert_false (hemo_birth_parse (bad[i], today, TRUE, &birth, &error));
      g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
      g_assert_cmpint (birth.date.year, ==, 7);
    }
  g_assert_false (hemo_birth_parse ("34y", (HemoDate){ 0 }, TRUE, NULL, NULL));
}

/* As '5y', '8m' or '12d'. */
static HemoAge
tell_age (int number, char unit, HemoDate now)
{
  g_autofree char *told = g_strdup_printf ("%d%c", number, unit);
  HemoBirth birth;
  HemoAge age;

  g_assert_true (hemo_birth_parse (told, now, TRUE, &birth, NULL));
  g_assert_true (hemo_birth_age (&birth, now, &age));
  return age;
}

/* Whatever the day of the year, an age that was told comes back: on the first of July, and in the
 * middle of a month, as well. */
static void
test_age_returns (void)
{
  GDate day;

  g_date_set_dmy (&day, 1, G_DATE_JANUARY, 2024);
  for (int i = 0; i < 4 * 366; i++, g_date_add_days (&day, 1))
    {
      HemoDate now = { (gint16)g_date_get_year (&day), (guint8)g_date_get_month (&day),
                       (guint8)g_date_get_day (&day) };

      for (int years = 0; years <= 129; years += years < 20 ? 1 : 7)
        g_assert_cmpint (tell_age (years, 'y', now).years, ==, years);
      for (int months = 0; months <= 36; months++)
        g_assert_cmpint (tell_age (months, 'm', now).months, ==, months);
      for (int days = 0; days < 28; days++)
        g_assert_cmpint (tell_age (days, 'd', now).days, ==, days);
    }
}

static void
check_age (HemoDate date, gboolean estimated, int days, const char *text)
{
  HemoBirth birth = { date, estimated };
  g_autofree char *age = hemo_birth_age_text (&birth, today);

  g_assert_cmpint (hemo_birth_age_days (&birth, today), ==, days);
  g_assert_cmpstr (age, ==, text);
}

static void
test_age (void)
{
  check_age ((HemoDate){ 0 }, FALSE, -1, "?");
  check_age ((HemoDate){ 2026, 11, 21 }, FALSE, 0, "0d");
  check_age ((HemoDate){ 2026, 11, 9 }, FALSE, 12, "12d");
  check_age ((HemoDate){ 2026, 10, 22 }, FALSE, 30, "30d");
  check_age ((HemoDate){ 2026, 10, 21 }, FALSE, 31, "1m");
  check_age ((HemoDate){ 2024, 11, 22 }, FALSE, 729, "23m");
  check_age ((HemoDate){ 2024, 11, 21 }, FALSE, 730, "2y");
  check_age ((HemoDate){ 1992, 11, 22 }, FALSE, 12417, "33y");
  check_age ((HemoDate){ 1992, 11, 21 }, TRUE, 12418, "~34y");
  /* Of a year only its middle, and never a day that has not come. */
  check_age ((HemoDate){ 1992, 0, 0 }, FALSE, 12561, "~34y");
  check_age ((HemoDate){ 2026, 0, 0 }, FALSE, 162, "~5m");
  check_age ((HemoDate){ 2026, 11, 0 }, TRUE, 10, "~10d");
  check_age ((HemoDate){ 2026, 11, 22 }, FALSE, -1, "?");
}

static void
test_uuid (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 2000; i++)
    {
      char *uuid = hemo_uuid_new ();

      g_assert_true (hemo_uuid_is_valid (uuid));
      g_assert_cmpint (uuid[14], ==, '4');
      g_assert_true (g_hash_table_add (seen, uuid));
    }
  g_assert_false (hemo_uuid_is_valid (NULL));
  g_assert_false (hemo_uuid_is_valid (""));
  g_assert_false (hemo_uuid_is_valid ("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"));
  g_assert_false (hemo_uuid_is_valid ("f81d4fae-7dec-11d0-a765-00a0c91e6bf"));
  g_assert_false (hemo_uuid_is_valid ("f81d4fae-7dec-11d0-a765-00a0c91e6bf66"));
  g_assert_false (hemo_uuid_is_valid ("f81d4fae+7dec-11d0-a765-00a0c91e6bf6"));
  g_assert_true (hemo_uuid_is_valid ("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
}

static void
test_births (void)
{
  static const struct
  {
    const char *text;
    gboolean day_first;
    const char *iso;
  } births[] = {
    { "29/02/2024", TRUE, "2024-02-29" },
    { "02/29/2024", FALSE, "2024-02-29" },
    { "29/02/2023", TRUE, NULL },
    { "29/02/1900", TRUE, NULL },
    { "13/01/2020", FALSE, NULL },
    { "01/13/2020", TRUE, NULL },
    { "01/13/2020", FALSE, "2020-01-13" },
    { "٠٣/٠٤/٢٠٢٠", TRUE, "2020-04-03" },
    { "۰۳/۰۴/۲۰۲۰", FALSE, "2020-03-04" },
    { "٢٠٢٠-٠٤-٠٣", TRUE, "2020-04-03" },
    { "21/11/2026", TRUE, "2026-11-21" },
    { "22/11/2026", TRUE, NULL },
    { "00/01/2020", TRUE, NULL },
    { "01/00/2020", TRUE, NULL },
    { "1896-11-21", TRUE, "1896-11-21" },
    { "1896-11-20", TRUE, NULL },
    { "52w", TRUE, "2025-11-22" },
    { "y", TRUE, NULL },
    { "NaN", TRUE, NULL },
    { "0x10y", TRUE, NULL },
    { "1e3d", TRUE, NULL },
    { "１２d", TRUE, "2026-11-09" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (births); i++)
    {
      HemoBirth birth = { 0 };
      g_autofree char *iso = NULL;

      if (hemo_birth_parse (births[i].text, today, births[i].day_first, &birth, NULL))
        iso = hemo_date_to_iso (birth.date);
      g_assert_cmpstr (iso, ==, births[i].iso);
    }
}

static void
test_age_texts (void)
{
  static const struct
  {
    HemoDate born, day;
    const char *text;
  } ages[] = {
    { { 2026, 10, 24 }, { 2026, 11, 21 }, "28d" },  { { 2026, 10, 25 }, { 2026, 11, 21 }, "27d" },
    { { 2024, 2, 29 }, { 2026, 2, 28 }, "23m" },    { { 2024, 2, 29 }, { 2026, 3, 1 }, "2y" },
    { { 2024, 2, 29 }, { 2028, 2, 29 }, "4y" },     { { 2026, 1, 31 }, { 2026, 2, 28 }, "28d" },
    { { 2026, 1, 31 }, { 2026, 3, 1 }, "1m" },      { { 1926, 11, 21 }, { 2026, 11, 20 }, "99y" },
    { { 1926, 11, 21 }, { 2026, 11, 21 }, "100y" }, { { 2026, 12, 31 }, { 2027, 1, 1 }, "1d" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ages); i++)
    {
      HemoBirth birth = { ages[i].born, FALSE };
      g_autofree char *text = hemo_birth_age_text (&birth, ages[i].day);

      g_assert_cmpstr (text, ==, ages[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/time/iso", test_iso);
  g_test_add_func ("/model/time/iso-exact", test_iso_exact);
  g_test_add_func ("/model/time/iso-refused", test_iso_refused);
  g_test_add_func ("/model/time/now", test_now);
  g_test_add_func ("/model/time/dates", test_dates);
  g_test_add_func ("/model/time/typed", test_typed);
  g_test_add_func ("/model/time/typed-refused", test_typed_refused);
  g_test_add_func ("/model/time/order-of-locale", test_order_of_locale);
  g_test_add_func ("/model/time/birth", test_birth);
  g_test_add_func ("/model/time/birth-refused", test_birth_refused);
  g_test_add_func ("/model/time/age-returns", test_age_returns);
  g_test_add_func ("/model/time/age", test_age);
  g_test_add_func ("/model/time/births", test_births);
  g_test_add_func ("/model/time/age-texts", test_age_texts);
  g_test_add_func ("/model/time/uuid", test_uuid);
  return g_test_run ();
}

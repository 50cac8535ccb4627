/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Moments as they are told. */

#include "hemo-when.h"

/* 2026-01-02T08:30 at +03:00, a Friday early in the year. */
static HemoTime
morning (void)
{
  g_autoptr (GDateTime) time = g_date_time_new_utc (2026, 1, 2, 5, 30, 0);

  return (HemoTime){ g_date_time_to_unix_usec (time), 180, FALSE };
}

static void
test_read (void)
{
  static const struct
  {
    const char *text;
    gboolean day_first;
    const char *expected;
  } cases[] = {
    { "8:30", TRUE, "2026-01-02T08:30:00.000+03:00" },
    { "07:05", FALSE, "2026-01-02T07:05:00.000+03:00" },
    { "17:00", TRUE, "2026-01-01T17:00:00.000+03:00" },
    { "1/1 9:40", TRUE, "2026-01-01T09:40:00.000+03:00" },
    { "31.12. 23:59", TRUE, "2025-12-31T23:59:00.000+03:00" },
    { "12/31 23:59", FALSE, "2025-12-31T23:59:00.000+03:00" },
    { "31/12/2025 6:00", TRUE, "2025-12-31T06:00:00.000+03:00" },
    { "12/31/2025 6:00", FALSE, "2025-12-31T06:00:00.000+03:00" },
    { "31.12.2025. 6:00", TRUE, "2025-12-31T06:00:00.000+03:00" },
    { "٣١/١٢/٢٠٢٥، ٦:٠٠", TRUE, "2025-12-31T06:00:00.000+03:00" },
    { "2025-12-31 06:00", FALSE, "2025-12-31T06:00:00.000+03:00" },
    { "2025-12-31", TRUE, "2025-12-31T00:00:00.000+03:00" },
    { "٧:٠٥", TRUE, "2026-01-02T07:05:00.000+03:00" },
    { "  7:05  ", TRUE, "2026-01-02T07:05:00.000+03:00" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;
      HemoTime time = { 0 };

      g_assert_true (
          hemo_when_parse (cases[i].text, morning (), cases[i].day_first, &time, &error));
      g_assert_no_error (error);
      text = hemo_time_to_iso (time);
      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_refused (void)
{
  static const char *const texts[] = { "",
                                       "now",
                                       "25:00",
                                       "7:60",
                                       "7",
                                       "7:05:9",
                                       "3/1/2026 9:00",
                                       "30/2 9:00",
                                       "1/11/2025 9:00",
                                       "99999:1",
                                       "1 2 3 4 5 6",
                                       "-",
                                       "7:05pm",
                                       "13/13 7:00",
                                       "31/12/25 6:00",
                                       "12/31/2025 6:00",
                                       "999999999999999999:00",
                                       ":",
                                       "1/1/1 1/1 7:00" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoTime time = { 4711, 5, TRUE };

      if (hemo_when_parse (texts[i], morning (), TRUE, &time, &error))
        g_error ("'%s' was read", texts[i]);
      g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
      g_assert_cmpint (time.utc_us, ==, 4711);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/when/read", test_read);
  g_test_add_func ("/when/refused", test_refused);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The wait grows to its longest, spreads over all of it, honours what the server asks. */

#include "hemo-backoff.h"

static void
test_growth (void)
{
  HemoBackoff backoff = { 0 };
  gint64 last = 0;

  for (int i = 0; i < 60; i++)
    {
      gint64 wait = hemo_backoff_next (&backoff, 0, 1.0);

      g_assert_cmpint (wait, >=, last);
      g_assert_cmpint (wait, <=, HEMO_BACKOFF_LONGEST_US);
      last = wait;
    }
  g_assert_cmpint (last, ==, HEMO_BACKOFF_LONGEST_US);
  hemo_backoff_reset (&backoff);
  g_assert_cmpint (hemo_backoff_next (&backoff, 0, 1.0), ==, HEMO_BACKOFF_FIRST_US);
}

static void
test_jitter (void)
{
  HemoBackoff backoff = { .failures = 5 };

  g_assert_cmpint (hemo_backoff_next (&backoff, 0, 0.0), ==, 0);
  backoff.failures = 5;
  g_assert_cmpint (hemo_backoff_next (&backoff, 0, 0.5), ==, 16 * HEMO_BACKOFF_FIRST_US);
}

static void
test_retry_after (void)
{
  HemoBackoff backoff = { 0 };

  g_assert_cmpint (hemo_backoff_next (&backoff, 90 * G_TIME_SPAN_SECOND, 0.1), ==,
                   90 * G_TIME_SPAN_SECOND);
}

static void
test_never_gives_up (void)
{
  HemoBackoff backoff = { .failures = G_MAXUINT };

  g_assert_cmpint (hemo_backoff_next (&backoff, 0, 1.0), ==, HEMO_BACKOFF_LONGEST_US);
  g_assert_cmpuint (backoff.failures, ==, G_MAXUINT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backoff/growth", test_growth);
  g_test_add_func ("/backoff/jitter", test_jitter);
  g_test_add_func ("/backoff/retry-after", test_retry_after);
  g_test_add_func ("/backoff/never-gives-up", test_never_gives_up);
  return g_test_run ();
}

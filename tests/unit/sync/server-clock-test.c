/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server's time goes on by itself, whatever people do to the computer's clock. */

#include "hemo-server-clock.h"

#include "hemo-clock.h"

typedef struct
{
  gint64 system;
  gint64 running;
} Times;

static gint64
system_of (gpointer data)
{
  return ((Times *)data)->system;
}

static gint64
running_of (gpointer data)
{
  return ((Times *)data)->running;
}

static const HemoServerClockSource source = { system_of, running_of };

static HemoServerClock *
clock_of (Times *times, gint64 proven)
{
  HemoServerClock *clock = hemo_server_clock_new (proven);

  hemo_server_clock_set_source (clock, &source, times);
  return clock;
}

static void
test_unknown (void)
{
  gint64 built = hemo_clock_build_time ();
  Times times = { .system = 12 * G_USEC_PER_SEC };
  g_autoptr (HemoServerClock) clock = clock_of (&times, 0);

  g_assert_false (hemo_server_clock_is_known (clock));
  g_assert_cmpint (hemo_server_clock_now (clock), ==, times.system);
  g_assert_cmpint (hemo_server_clock_offset (clock), ==, 0);
  g_assert_cmpint (hemo_server_clock_proven (clock), ==, 0);
  g_assert_cmpint (hemo_server_clock_certificate_time (clock), ==, built);
  g_assert_false (hemo_server_clock_system_is_plausible (clock));
  hemo_server_clock_observe (clock, 0);
  hemo_server_clock_observe (clock, -5);
  g_assert_false (hemo_server_clock_is_known (clock));
}

static void
test_jump (void)
{
  gint64 built = hemo_clock_build_time ();
  gint64 said = built + 40 * G_TIME_SPAN_DAY;
  Times times = { .system = built + G_TIME_SPAN_HOUR, .running = 7 * G_TIME_SPAN_MINUTE };
  g_autoptr (HemoServerClock) clock = clock_of (&times, 0);

  hemo_server_clock_observe (clock, said);
  g_assert_true (hemo_server_clock_is_known (clock));
  times.running += 5 * G_TIME_SPAN_SECOND;
  g_assert_cmpint (hemo_server_clock_now (clock), ==, said + 5 * G_TIME_SPAN_SECOND);
  times.system = 0;
  g_assert_cmpint (hemo_server_clock_now (clock), ==, said + 5 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (hemo_server_clock_offset (clock), ==, said + 5 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (hemo_server_clock_certificate_time (clock), ==, said + 5 * G_TIME_SPAN_SECOND);
}

/* What was proven once stays so for certificates, also when the server's clock is set back. */
static void
test_proven (void)
{
  gint64 built = hemo_clock_build_time ();
  gint64 proven = built + 90 * G_TIME_SPAN_DAY;
  Times times = { .system = built + G_TIME_SPAN_DAY };
  g_autoptr (HemoServerClock) clock = clock_of (&times, proven);
  g_autoptr (HemoServerClock) again = hemo_server_clock_ref (clock);

  g_assert_cmpint (hemo_server_clock_certificate_time (again), ==, proven);
  hemo_server_clock_observe (clock, built);
  g_assert_cmpint (hemo_server_clock_proven (clock), ==, proven);
  g_assert_cmpint (hemo_server_clock_certificate_time (clock), ==, proven);
  hemo_server_clock_observe (clock, proven + 1);
  g_assert_cmpint (hemo_server_clock_proven (clock), ==, proven + 1);
  times.system = proven + G_TIME_SPAN_DAY;
  g_assert_cmpint (hemo_server_clock_certificate_time (clock), ==, times.system);
  g_assert_true (hemo_server_clock_system_is_plausible (clock));
}

static void
test_computer (void)
{
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  gint64 now = g_get_real_time (), said = now + G_TIME_SPAN_HOUR;

  g_assert_cmpint (hemo_server_clock_now (clock) - now, <, G_TIME_SPAN_MINUTE);
  hemo_server_clock_observe (clock, said);
  g_usleep (2000);
  g_assert_cmpint (hemo_server_clock_now (clock), >, said + 1000);
  g_assert_cmpint (hemo_server_clock_now (clock), <, said + G_TIME_SPAN_MINUTE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-clock/unknown", test_unknown);
  g_test_add_func ("/server-clock/jump", test_jump);
  g_test_add_func ("/server-clock/proven", test_proven);
  g_test_add_func ("/server-clock/computer", test_computer);
  return g_test_run ();
}

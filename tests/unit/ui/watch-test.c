/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What kept main, by the name of its source and by what it took of the processor. */

#include "hemo-watch.h"

#include <time.h>

static gint64
get_work (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* 60 ms of the processor, whatever else the machine does. */
static gboolean
work_cb (gpointer data)
{
  const gint64 end = get_work () + 60000;

  while (get_work () < end)
    ;
  return G_SOURCE_REMOVE;
}

/* A signal may end a sleep before its time. */
static gboolean
sleep_cb (gpointer data)
{
  const gint64 end = g_get_monotonic_time () + 60000;

  while (g_get_monotonic_time () < end)
    g_usleep (1000);
  return G_SOURCE_REMOVE;
}

static gboolean
end_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
run (GSourceFunc function, const char *name)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_source_set_name_by_id (g_idle_add (function, NULL), name);
  g_timeout_add (500, end_cb, loop);
  g_main_loop_run (loop);
}

static void
test_names (void)
{
  if (g_test_subprocess ())
    {
      hemo_watch_start ();
      run (work_cb, "the hard one");
      run (sleep_cb, "the long one");
      hemo_watch_print (1);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("longest turn of main: * ms, * on the processor, in the *\n"
                             "hardest turn of main: * ms, * on the processor, in the hard one\n");
}

static void
test_end (void)
{
  if (g_test_subprocess ())
    {
      hemo_watch_start ();
      run (work_cb, "before");
      hemo_watch_end ();
      run (sleep_cb, "after");
      hemo_watch_print (2);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*hardest turn of main: * in before\n  look 1, before\n*");
  g_test_trap_assert_stderr_unmatched ("*after*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watch/names", test_names);
  g_test_add_func ("/watch/end", test_end);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was freed goes back to the system. */

#include "hemo-trim.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCKS 256
/* Below what the C library maps by itself, which would go back without us. */
#define BLOCK (64 * 1024)
#define PATIENCE_US (20 * G_USEC_PER_SEC)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_OWN_HEAP TRUE
#else
#define HAS_OWN_HEAP FALSE
#endif

static gsize
get_resident (void)
{
  g_autofree char *text = NULL;
  unsigned long pages = 0;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%*u %lu", &pages), ==, 1);
  return pages * (gsize)sysconf (_SC_PAGESIZE);
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
test_freed (void)
{
  const gint64 end = g_get_monotonic_time () + PATIENCE_US;
  void *blocks[BLOCKS];
  void *last;
  gsize before;
  guint tick;

  if (HAS_OWN_HEAP)
    {
      g_test_skip ("the sanitizer has a heap of its own");
      return;
    }
  tick = g_timeout_add (50, tick_cb, NULL);
  for (int i = 0; i < BLOCKS; i++)
    {
      blocks[i] = g_malloc (BLOCK);
      memset (blocks[i], 1, BLOCK);
    }
  /* As long as anything lies behind them, they stay. */
  last = g_malloc (BLOCK);
  for (int i = 0; i < BLOCKS; i++)
    g_free (blocks[i]);
  before = get_resident ();
  hemo_trim_soon ();
  hemo_trim_soon ();
  while (get_resident () + BLOCKS / 2 * BLOCK > before && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (get_resident () + BLOCKS / 2 * BLOCK, <=, before);
  g_source_remove (tick);
  g_free (last);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trim/freed", test_freed);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The state of the sync, as a person reads it. */

#include "hemo-sending-words.h"

#include "hemo-format.h"

#include <string.h>

/* The window's own needs a window's language. */
char *
hemo_format_time (HemoTime time)
{
  return g_strdup ("then");
}

static void
check_reached (const HemoSyncStatus *status, const char *words, gboolean says)
{
  g_autofree char *text = hemo_sending_describe_reached (status);

  g_assert_cmpint (strstr (text, words) != NULL, ==, says);
}

/* A line for what is others', and one for what is lost, each alone and both. */
static void
test_reached (void)
{
  HemoSyncStatus status = { 0 };

  check_reached (&status, "Never", TRUE);
  check_reached (&status, "\n", FALSE);
  status.missing = 2;
  check_reached (&status, "originals of 2 pictures are only on the server", TRUE);
  status.reached_us = 1700000000 * G_TIME_SPAN_SECOND;
  status.missing = 1;
  check_reached (&status, "original of 1 picture is only on the server", TRUE);
  check_reached (&status, "Never", FALSE);
  status.strange = 3;
  check_reached (&status, "3 records there concern nobody here", TRUE);
  check_reached (&status, "original of 1 picture is only on the server", TRUE);
  status.missing = 0;
  check_reached (&status, "only on the server", FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sending-words/reached", test_reached);
  return g_test_run ();
}

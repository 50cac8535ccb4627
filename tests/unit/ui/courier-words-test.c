/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the courier did, as a person reads it. */

#include "hemo-courier-words.h"

#include <string.h>

static void
check_outcome (const HemoCourierSummary *summary, gboolean writes, const char *words)
{
  g_autofree char *text = hemo_courier_say_outcome (summary, writes);

  g_assert_nonnull (strstr (text, words));
}

static void
test_outcome (void)
{
  HemoCourierSummary summary = { 0 };

  check_outcome (&summary, TRUE, "Nothing waits");
  check_outcome (&summary, FALSE, "nothing new for this computer");
  summary.carried[HEMO_LANE_RESULTS] = 3;
  check_outcome (&summary, TRUE, "All that waits is on the stick already");
  summary.left = 1;
  check_outcome (&summary, TRUE, "What can go now is on the stick already");
  summary.left = 0;
  summary.more = 1;
  check_outcome (&summary, TRUE, "What can go now is on the stick already");
  g_assert_false (hemo_courier_did_something (&summary, TRUE));
  summary.written[HEMO_LANE_RESULTS] = 1;
  check_outcome (&summary, TRUE, "1 case or picture was written");
  summary.written[HEMO_LANE_ORIGINALS] = 4;
  check_outcome (&summary, TRUE, "5 cases and pictures were written");
  g_assert_true (hemo_courier_did_something (&summary, TRUE));
  g_assert_false (hemo_courier_did_something (&summary, FALSE));
  summary.refused = 1;
  check_outcome (&summary, FALSE, "taken in");
  summary.replied = 1;
  check_outcome (&summary, FALSE, "carry it back");
  g_assert_true (hemo_courier_did_something (&summary, FALSE));
  summary.replied = 0;
  summary.received = 1;
  check_outcome (&summary, FALSE, "taken in");
  summary.forwarded[HEMO_LANE_PREVIEWS] = 2;
  check_outcome (&summary, FALSE, "2 cases and pictures of other computers");
}

/* One sentence for each thing that happened, and none for what did not. */
static void
test_rest (void)
{
  HemoCourierSummary summary = { 0 };
  g_auto (GStrv) none = hemo_courier_say_rest (&summary);
  g_auto (GStrv) some = NULL;
  g_auto (GStrv) all = NULL;

  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_false (hemo_courier_is_suspicious (&summary));
  summary.received = 2;
  summary.strange = 1;
  summary.damaged = 1;
  some = hemo_courier_say_rest (&summary);
  g_assert_cmpuint (g_strv_length (some), ==, 2);
  /* What is wrong comes first. */
  g_assert_true (g_str_has_prefix (some[0], "2 files on the stick were changed"));
  g_assert_true (g_str_has_prefix (some[1], "2 items were received"));
  g_assert_true (hemo_courier_is_suspicious (&summary));
  summary = (HemoCourierSummary){ .left = 1,
                                  .more = 1,
                                  .received = 1,
                                  .known = 1,
                                  .refused = 1,
                                  .conflicts = 1,
                                  .older = 1,
                                  .spoiled = 1,
                                  .elsewhere = 1,
                                  .unanswered = 1,
                                  .taken = 1,
                                  .waiting = 1,
                                  .damaged = 1,
                                  .clinics = 1 };
  all = hemo_courier_say_rest (&summary);
  g_assert_cmpuint (g_strv_length (all), ==, 14);
  for (guint i = 0; all[i] != NULL; i++)
    g_assert_cmpint (all[i][strlen (all[i]) - 1], ==, '.');
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/courier-words/outcome", test_outcome);
  g_test_add_func ("/courier-words/rest", test_rest);
  return g_test_run ();
}

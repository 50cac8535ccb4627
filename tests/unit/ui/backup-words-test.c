/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is said about originals that had been taken off the laptop. */

#include "hemo-backup-words.h"

#include <string.h>

static void
test_left_out (void)
{
  HemoRestored restored = { 0 };

  g_assert_null (hemo_backup_say_left_out (&restored));
  for (restored.left_out = 1; restored.left_out < 3; restored.left_out++)
    {
      g_autofree char *text = hemo_backup_say_left_out (&restored);

      g_assert_true (
          g_str_has_prefix (text, restored.left_out == 1 ? "1 original that" : "2 originals that"));
      g_assert_nonnull (strstr (text, "keep the medium"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backup-words/left-out", test_left_out);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sounds: a device that fails is left in peace, and tried again. */

#include "hemo-sounds.h"

#include <glib/gstdio.h>

#define SECOND G_USEC_PER_SEC

static char *folder;
static char *heard;

static void
wait_for_quiet (void)
{
  for (int i = 0; i < 1000 && hemo_sound_is_playing (); i++)
    g_usleep (10000);
  g_assert_false (hemo_sound_is_playing ());
}

static gboolean
was_heard (void)
{
  g_autofree char *bytes = NULL;
  gsize size = 0;

  return g_file_get_contents (heard, &bytes, &size, NULL) && size > 1000;
}

static void
test_tries_again (void)
{
  /* There is no such folder: the device cannot be opened. */
  g_assert_true (hemo_sound_play_at (HEMO_SOUND_KEY, 100 * SECOND));
  wait_for_quiet ();
  g_assert_false (was_heard ());
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_false (hemo_sound_play_at (HEMO_SOUND_KEY, 101 * SECOND));
  g_assert_false (hemo_sound_play_at (HEMO_SOUND_CHIME, 129 * SECOND));
  g_assert_false (was_heard ());
  g_assert_true (hemo_sound_play_at (HEMO_SOUND_KEY, 131 * SECOND));
  wait_for_quiet ();
  g_assert_true (was_heard ());
}

static void
test_goes_on (void)
{
  g_assert_true (hemo_sound_play_at (HEMO_SOUND_BACK, 132 * SECOND));
  wait_for_quiet ();
  g_assert_true (hemo_sound_play_at (HEMO_SOUND_CHIME, 132 * SECOND));
  wait_for_quiet ();
  g_assert_true (was_heard ());
}

static void
test_fails_again (void)
{
  g_assert_cmpint (g_remove (heard), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_true (hemo_sound_play_at (HEMO_SOUND_KEY, 140 * SECOND));
  wait_for_quiet ();
  g_assert_false (hemo_sound_play_at (HEMO_SOUND_KEY, 169 * SECOND));
  g_assert_true (hemo_sound_play_at (HEMO_SOUND_KEY, 170 * SECOND));
  wait_for_quiet ();
}

int
main (int argc, char **argv)
{
  g_autofree char *parent = g_dir_make_tmp ("hemogram-sounds-XXXXXX", NULL);
  g_autofree char *sink = NULL;
  int failures;

  g_test_init (&argc, &argv, NULL);
  folder = g_build_filename (parent, "device", NULL);
  heard = g_build_filename (folder, "heard", NULL);
  sink = g_strdup_printf ("filesink location=%s", heard);
  g_setenv ("HEMOGRAM_TEST_SOUND_SINK", sink, TRUE);
  g_test_add_func ("/sounds/a-failed-device-is-tried-again", test_tries_again);
  g_test_add_func ("/sounds/one-after-the-other", test_goes_on);
  g_test_add_func ("/sounds/fails-again", test_fails_again);
  failures = g_test_run ();
  g_rmdir (folder);
  g_rmdir (parent);
  g_free (folder);
  g_free (heard);
  return failures;
}

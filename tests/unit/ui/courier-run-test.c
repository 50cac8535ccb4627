/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a courier came to is kept until somebody has seen it, and the stick is let go whoever looks.
 */

#include "files-fixture.h"

#include "hemo-courier-run.h"

#include <glib/gstdio.h>

typedef struct
{
  Files files;
  HemoDesk *desk;
  char *folder;
} Running;

static void
set_up (Running *self, gconstpointer data)
{
  HemoSession *session;

  files_set_up (&self->files, data);
  session = self->files.base.session;
  self->desk = hemo_desk_new (self->files.base.folder);
  hemo_desk_adopt (self->desk, g_object_ref (self->files.base.clinic));
  hemo_desk_take_session (self->desk, hemo_session_ref (session));
  self->folder = files_path (&self->files, "a-stick");
  g_assert_cmpint (g_mkdir (self->folder, 0700), ==, 0);
}

/* The desk goes, whatever it keeps; the thread that worked may let go of it a moment later. */
static void
tear_down (Running *self, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (g_main_context_iteration (NULL, FALSE)
         || (G_OBJECT (self->desk)->ref_count > 1 && g_get_monotonic_time () < end))
    g_thread_yield ();
  g_clear_pointer (&self->files.base.session, hemo_session_unref);
  g_clear_object (&self->files.base.clinic);
  g_assert_finalize_object (self->desk);
  g_free (self->folder);
  files_tear_down (&self->files, data);
}

static void
count_cb (guint *ended)
{
  (*ended)++;
}

/* To its end; nobody looks. */
static HemoCourierRun *
run (Running *self, const char *path, HemoStick *stick, gboolean writes)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  guint ended = 0;
  HemoCourierRun *courier
      = hemo_courier_run_start (self->desk, path, stick, writes, "The stick is at work");

  g_signal_connect_swapped (courier, "ended", G_CALLBACK (count_cb), &ended);
  g_assert_cmpint (hemo_courier_run_get_stage (courier), ==, HEMO_COURIER_RUNNING);
  g_assert_nonnull (hemo_desk_get_busy (self->desk));
  /* To look at it while it runs is not to see its end. */
  hemo_courier_run_see (courier, self->desk);
  g_assert_true (hemo_courier_run_find (self->desk) == courier);
  while (ended == 0 && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (ended, ==, 1);
  g_assert_cmpint (hemo_courier_run_get_stage (courier), ==, HEMO_COURIER_ENDED);
  g_assert_null (hemo_desk_get_busy (self->desk));
  g_signal_handlers_disconnect_by_data (courier, &ended);
  return courier;
}

static void
test_kept (Running *self, gconstpointer data)
{
  HemoCourierRun *courier = run (self, self->folder, NULL, TRUE);
  g_autoptr (HemoCourierRun) held = g_object_ref (courier);
  g_autofree char *words = hemo_courier_run_say_end (courier);

  g_assert_no_error (hemo_courier_run_get_error (courier));
  g_assert_cmpstr (words, ==, "The stick was written");
  g_assert_cmpuint (hemo_courier_run_get_summary (courier)->carried[HEMO_LANE_RESULTS], >, 0);
  g_assert_true (hemo_courier_run_find (self->desk) == courier);
  g_assert_false (hemo_courier_run_is_seen (courier));
  hemo_courier_run_see (courier, self->desk);
  g_assert_null (hemo_courier_run_find (self->desk));
  g_assert_true (hemo_courier_run_is_seen (courier));
}

static void
test_failed (Running *self, gconstpointer data)
{
  g_autofree char *missing = files_path (&self->files, "pulled-out");
  g_autoptr (HemoStick) stick = hemo_stick_new ("BLUE", missing, NULL);
  HemoCourierRun *courier = run (self, missing, stick, TRUE);
  g_autofree char *words = hemo_courier_run_say_end (courier);
  gboolean good = FALSE;

  g_assert_nonnull (hemo_courier_run_get_error (courier));
  g_assert_cmpstr (words, ==, "Not all was written to the stick");
  g_assert_null (hemo_courier_run_say_stick (courier, &good));
  /* Nobody sees it before the desk goes. */
  g_assert_true (hemo_courier_run_find (self->desk) == courier);
}

static void
test_released (Running *self, gconstpointer data)
{
  g_autoptr (HemoStick) stick = hemo_stick_new ("BLUE", self->folder, NULL);
  HemoCourierRun *courier = run (self, self->folder, stick, FALSE);
  g_autofree char *words = hemo_courier_run_say_end (courier);
  g_autofree char *said = NULL;
  gboolean good = FALSE;

  g_assert_true (hemo_stick_is_flushed (stick));
  said = hemo_courier_run_say_stick (courier, &good);
  g_assert_true (good);
  g_assert_cmpstr (said, ==, "Safe to Remove: BLUE");
  g_assert_cmpstr (words, ==, said);
}

/* Somebody else writes to the same stick: it is not let go under their hands. */
static void
test_in_use (Running *self, gconstpointer data)
{
  g_autoptr (HemoStick) stick = hemo_stick_new ("BLUE", self->folder, NULL);
  g_autoptr (HemoStick) theirs = hemo_stick_new ("BLUE", self->folder, NULL);
  g_autofree char *held = NULL;
  g_autofree char *free_again = NULL;
  gboolean good = FALSE;

  hemo_stick_use (theirs);
  held = hemo_courier_run_say_stick (run (self, self->folder, stick, TRUE), &good);
  g_assert_true (good);
  g_assert_cmpstr (held, ==, "Eject the stick in the file manager before it is pulled out.");
  hemo_stick_unuse (theirs);
  free_again = hemo_courier_run_say_stick (run (self, self->folder, stick, TRUE), &good);
  g_assert_cmpstr (free_again, ==, "Safe to Remove: BLUE");
}

/* Another begins: what was before it is over. */
static void
test_next (Running *self, gconstpointer data)
{
  g_autoptr (HemoCourierRun) first = g_object_ref (run (self, self->folder, NULL, TRUE));
  HemoCourierRun *second = run (self, self->folder, NULL, FALSE);

  g_assert_true (hemo_courier_run_find (self->desk) == second);
  hemo_courier_run_see (first, self->desk);
  g_assert_true (hemo_courier_run_find (self->desk) == second);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/courier-run/" path, Running, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("kept", test_kept);
  ADD ("failed", test_failed);
  ADD ("released", test_released);
  ADD ("in-use", test_in_use);
  ADD ("next", test_next);
  return g_test_run ();
}

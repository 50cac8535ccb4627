/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Growing delays under every trick with clocks, files and restarts. */

#include "hemo-attempts-private.h"

#include <glib/gstdio.h>
#include <string.h>

#define BOOT_A "11111111-2222-4333-8444-00000000000a"
#define BOOT_B "11111111-2222-4333-8444-00000000000b"

static HemoInstant now;

static HemoInstant
read_test_clock (void)
{
  return now;
}

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("hemogram-attempts-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "attempts", NULL);
  now = (HemoInstant){ 1795000000 * (gint64)G_USEC_PER_SEC, 180, 5000 * (gint64)G_USEC_PER_SEC,
                       BOOT_A };
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->path);
}

static HemoAttempts *
load (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  HemoAttempts *attempts = hemo_attempts_load_with_clock (self->path, read_test_clock, &error);

  g_assert_no_error (error);
  return attempts;
}

static void
pass (gint64 seconds)
{
  now.wall_us += seconds * G_USEC_PER_SEC;
  now.boot_us += seconds * G_USEC_PER_SEC;
}

/* Each by a process of its own, as it would be after a kill. */
static void
fail_times (Fixture *self, const char *login, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HemoAttempts) attempts = load (self);
      g_autoptr (GError) error = NULL;

      g_assert_true (hemo_attempts_add (attempts, login, &error));
      g_assert_no_error (error);
    }
}

static guint
delay_of (Fixture *self, const char *login)
{
  g_autoptr (HemoAttempts) attempts = load (self);

  return hemo_attempts_delay (attempts, login);
}

static void
test_growing (Fixture *self, gconstpointer data)
{
  static const guint expected[] = { 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900 };

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_assert_cmpuint (delay_of (self, "asha"), ==, expected[i]);
      fail_times (self, "asha", 1);
    }
  g_assert_cmpuint (delay_of (self, "omar"), ==, 0);
  g_assert_cmpuint (delay_of (self, "ASHA"), ==, 900);
}

static void
test_waiting (Fixture *self, gconstpointer data)
{
  fail_times (self, "asha", 5);
  g_assert_cmpuint (delay_of (self, "asha"), ==, 8);
  pass (3);
  g_assert_cmpuint (delay_of (self, "asha"), ==, 5);
  now.boot_us += G_USEC_PER_SEC / 2;
  g_assert_cmpuint (delay_of (self, "asha"), ==, 5);
  pass (5);
  g_assert_cmpuint (delay_of (self, "asha"), ==, 0);
}

static void
test_clock_set (Fixture *self, gconstpointer data)
{
  gint64 wall = now.wall_us;

  fail_times (self, "asha", 5);
  now.wall_us = wall + 400 * (gint64)G_TIME_SPAN_DAY;
  g_assert_cmpuint (delay_of (self, "asha"), ==, 8);
  now.wall_us = wall - 400 * (gint64)G_TIME_SPAN_DAY;
  g_assert_cmpuint (delay_of (self, "asha"), ==, 8);
  now.wall_us = G_MININT64;
  g_assert_cmpuint (delay_of (self, "asha"), ==, 8);
  now.boot_us += 8 * G_USEC_PER_SEC;
  g_assert_cmpuint (delay_of (self, "asha"), ==, 0);
}

/* After a restart the wall clock counts; set back, the time since the start. */
static void
test_restart (Fixture *self, gconstpointer data)
{
  fail_times (self, "asha", 5);
  g_strlcpy (now.boot_id, BOOT_B, sizeof now.boot_id);
  now.boot_us = 1 * G_USEC_PER_SEC;
  now.wall_us += 3 * G_USEC_PER_SEC;
  g_assert_cmpuint (delay_of (self, "asha"), ==, 5);
  now.wall_us = 0;
  g_assert_cmpuint (delay_of (self, "asha"), ==, 7);
  now.boot_us = 8 * G_USEC_PER_SEC;
  g_assert_cmpuint (delay_of (self, "asha"), ==, 0);
}

static void
test_no_boot_id (Fixture *self, gconstpointer data)
{
  now.boot_id[0] = '\0';
  fail_times (self, "asha", 5);
  now.wall_us -= 100 * G_USEC_PER_SEC;
  now.boot_us += 100 * G_USEC_PER_SEC;
  g_assert_cmpuint (delay_of (self, "asha"), ==, 8);
  now.wall_us += 108 * G_USEC_PER_SEC;
  g_assert_cmpuint (delay_of (self, "asha"), ==, 0);
}

static void
test_take (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoAttempts) attempts = NULL;
  g_auto (GStrv) listed = NULL;
  g_auto (GStrv) taken = NULL;
  g_auto (GStrv) again = NULL;

  fail_times (self, "asha", 2);
  pass (60);
  fail_times (self, "omar", 4);
  attempts = load (self);
  listed = hemo_attempts_list (attempts, "asha");
  taken = hemo_attempts_take (attempts, "Asha", NULL);
  g_assert_cmpstrv (listed, taken);
  g_assert_cmpuint (g_strv_length (taken), ==, 2);
  g_assert_cmpstr (taken[0], ==, "2026-11-18T14:06:40.000+03:00");
  again = hemo_attempts_take (attempts, "asha", NULL);
  g_assert_cmpuint (g_strv_length (again), ==, 0);
  g_assert_cmpuint (delay_of (self, "omar"), ==, 4);
  g_assert_cmpuint (delay_of (self, "asha"), ==, 0);
}

/* Whatever was damaged: everybody waits as after five failures, from the first reading on. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  g_autofree char *text = NULL;
  gsize size = 0;

  fail_times (self, "asha", 1);
  g_assert_true (g_file_get_contents (self->path, &text, &size, NULL));
  for (gsize at = 0; at < 180; at++)
    {
      g_autofree char *copy = g_memdup2 (text, size);

      copy[at] ^= 1;
      g_assert_true (g_file_set_contents (self->path, copy, (gssize)size, NULL));
      g_assert_cmpuint (delay_of (self, "omar"), ==, 8);
      pass (3);
      g_assert_cmpuint (delay_of (self, "omar"), ==, 5);
      g_assert_true (g_file_set_contents (self->path, text, (gssize)at, NULL));
      g_assert_cmpuint (delay_of (self, "asha"), ==, 8);
    }
  fail_times (self, "asha", 1);
  g_assert_cmpuint (delay_of (self, "asha"), ==, 16);
  g_autoptr (HemoAttempts) attempts = load (self);
  g_auto (GStrv) taken = hemo_attempts_take (attempts, "asha", NULL);
  g_assert_cmpuint (g_strv_length (taken), ==, 6);
  g_assert_cmpuint (delay_of (self, "omar"), ==, 0);
}

/* What was typed, a passphrase in the wrong field for one, is not in the file. */
static void
test_nothing_typed (Fixture *self, gconstpointer data)
{
  g_autofree char *text = NULL;

  fail_times (self, "three green lamps", 2);
  g_assert_true (g_file_get_contents (self->path, &text, NULL, NULL));
  g_assert_null (strstr (text, "green"));
}

/* Whoever fills the file loses his own failures first, never those that delay somebody else. */
static void
test_many (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoAttempts) attempts = NULL;

  fail_times (self, "asha", 6);
  attempts = load (self);
  for (guint i = 0; i < 1100; i++)
    g_assert_true (hemo_attempts_add (attempts, "omar", NULL));
  g_assert_cmpuint (delay_of (self, "asha"), ==, 16);
  g_assert_cmpuint (delay_of (self, "omar"), ==, 900);
}

static void
test_unwritable (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "missing", "attempts", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoAttempts) attempts = hemo_attempts_load (path, &error);

  g_assert_no_error (error);
  g_assert_false (hemo_attempts_add (attempts, "asha", &error));
  g_assert_nonnull (error);
}

/* The machine's own clock. */
static void
test_own_clock (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoAttempts) attempts = hemo_attempts_load (self->path, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < 7; i++)
    g_assert_true (hemo_attempts_add (attempts, "asha", &error));
  g_assert_cmpuint (hemo_attempts_delay (attempts, "asha"), >=, 30);
  g_assert_cmpuint (hemo_attempts_delay (attempts, "asha"), <=, 32);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/attempts/growing", test_growing);
  ADD ("/attempts/waiting", test_waiting);
  ADD ("/attempts/clock-set", test_clock_set);
  ADD ("/attempts/restart", test_restart);
  ADD ("/attempts/no-boot-id", test_no_boot_id);
  ADD ("/attempts/take", test_take);
  ADD ("/attempts/damaged", test_damaged);
  ADD ("/attempts/nothing-typed", test_nothing_typed);
  ADD ("/attempts/many", test_many);
  ADD ("/attempts/unwritable", test_unwritable);
  ADD ("/attempts/own-clock", test_own_clock);
  return g_test_run ();
}

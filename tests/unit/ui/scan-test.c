/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A scanner against fingers, by their timings. */

#include "hemo-scan.h"

#include <string.h>

#define MS ((gint64)1000)

typedef struct
{
  HemoScan *scan;
  gint64 now;
  GString *passed;
  GString *held;
  char *scanned;
} Fixture;

static void
set_up (Fixture *self, gconstpointer prefix)
{
  self->scan = hemo_scan_new (prefix);
  self->now = 1000 * MS;
  self->passed = g_string_new (NULL);
  self->held = g_string_new (NULL);
}

static void
tear_down (Fixture *self, gconstpointer prefix)
{
  hemo_scan_free (self->scan);
  g_string_free (self->passed, TRUE);
  g_string_free (self->held, TRUE);
  g_free (self->scanned);
}

/* What the window does with a verdict. */
static void
obey (Fixture *self, HemoScanVerdict verdict, char c)
{
  if (verdict & HEMO_SCAN_RELEASE)
    {
      g_string_append (self->passed, self->held->str);
      g_string_truncate (self->held, 0);
    }
  if (verdict & HEMO_SCAN_DONE)
    {
      g_assert_null (self->scanned);
      self->scanned = g_strdup (hemo_scan_get_text (self->scan));
      g_string_truncate (self->held, 0);
      return;
    }
  if (c != 0)
    g_string_append_c (verdict & HEMO_SCAN_HOLD ? self->held : self->passed, c);
}

static void
wait (Fixture *self, gint64 us)
{
  gint64 patience = hemo_scan_get_patience (self->scan);

  self->now += us;
  if (patience > 0 && us > patience)
    obey (self, hemo_scan_expire (self->scan), 0);
}

/* Each key after a pause; '\n' and '\t' end, '<' is any other key. */
static void
type (Fixture *self, const char *keys, gint64 pause_us)
{
  for (const char *p = keys; *p != '\0'; p++)
    {
      HemoScanKey key = *p == '\n' || *p == '\t' ? HEMO_SCAN_KEY_END
                        : *p == '<'              ? HEMO_SCAN_KEY_OTHER
                                                 : HEMO_SCAN_KEY_CHARACTER;
      gboolean character = key == HEMO_SCAN_KEY_CHARACTER;

      wait (self, pause_us);
      obey (self,
            hemo_scan_key (self->scan, self->now, key, character ? *p : 0, character ? *p : 0), *p);
    }
}

#define assert_passed(self, expected) g_assert_cmpstr ((self)->passed->str, ==, expected)

static void
test_scanner (Fixture *self, gconstpointer prefix)
{
  type (self, "266E-00003-K\n", 8 * MS);
  g_assert_cmpstr (self->scanned, ==, "266E-00003-K");
  wait (self, 1000 * MS);
  assert_passed (self, "");
  g_clear_pointer (&self->scanned, g_free);
  type (self, "266E00003K/1\t", 34 * MS);
  g_assert_cmpstr (self->scanned, ==, "266E00003K/1");
  assert_passed (self, "");
}

/* Every key arrives, in its order, none lost or twice. */
static void
test_fingers (Fixture *self, gconstpointer prefix)
{
  type (self, "qqwqe26e00003k\n", 60 * MS);
  wait (self, 100 * MS);
  assert_passed (self, "qqwqe26e00003k\n");
  g_assert_null (self->scanned);
}

static void
test_held_shortly (Fixture *self, gconstpointer prefix)
{
  type (self, "q", 100 * MS);
  assert_passed (self, "");
  g_assert_cmpint (hemo_scan_get_patience (self->scan), ==, HEMO_SCAN_GAP_US);
  wait (self, HEMO_SCAN_GAP_US + 1);
  assert_passed (self, "q");
  g_assert_cmpint (hemo_scan_get_patience (self->scan), ==, 0);
}

/* Rolled keys are fast, but few, and words have no digits. */
static void
test_rolls (Fixture *self, gconstpointer prefix)
{
  type (self, "the", 20 * MS);
  type (self, " ", 90 * MS);
  type (self, "odhiambo\n", 12 * MS);
  type (self, "1234\n", 12 * MS);
  wait (self, 100 * MS);
  assert_passed (self, "the odhiambo\n1234\n");
  g_assert_null (self->scanned);
}

/* The timer is late because main was: the times of the keys decide. */
static void
test_late_timer (Fixture *self, gconstpointer prefix)
{
  HemoScanVerdict verdict;

  type (self, "5", 100 * MS);
  verdict = hemo_scan_key (self->scan, self->now + 60 * MS, HEMO_SCAN_KEY_CHARACTER, '6', '6');
  g_assert_cmpint (verdict, ==, HEMO_SCAN_RELEASE | HEMO_SCAN_HOLD);
  verdict = hemo_scan_key (self->scan, self->now + 200 * MS, HEMO_SCAN_KEY_END, 0, 0);
  g_assert_cmpint (verdict, ==, HEMO_SCAN_RELEASE);
}

/* A digit with a pause before the terminator is somebody who typed a number. */
static void
test_slow_end (Fixture *self, gconstpointer prefix)
{
  type (self, "26600003", 10 * MS);
  type (self, "\n", 40 * MS);
  assert_passed (self, "26600003\n");
  g_assert_null (self->scanned);
}

static void
test_other_key (Fixture *self, gconstpointer prefix)
{
  type (self, "26600<3\n", 10 * MS);
  wait (self, 100 * MS);
  assert_passed (self, "26600<3\n");
  g_assert_null (self->scanned);
}

static void
test_clock_set_back (Fixture *self, gconstpointer prefix)
{
  type (self, "26600", 10 * MS);
  self->now -= 500 * MS;
  type (self, "003\n", 10 * MS);
  wait (self, 100 * MS);
  assert_passed (self, "26600003\n");
}

static void
test_flood (Fixture *self, gconstpointer prefix)
{
  g_autofree char *many = g_strnfill (500, '7');

  type (self, many, 5 * MS);
  g_assert_cmpuint (self->held->len, <=, HEMO_SCAN_MAX);
  type (self, "\n", 5 * MS);
  wait (self, 100 * MS);
  g_assert_cmpuint (self->passed->len, ==, 501);
  g_assert_null (self->scanned);
  /* And the next scan is one again. */
  type (self, "266E-00003-K\n", 8 * MS);
  g_assert_cmpstr (self->scanned, ==, "266E-00003-K");
}

static void
test_prefix (Fixture *self, gconstpointer prefix)
{
  type (self, "~7\n", 90 * MS);
  g_assert_cmpstr (self->scanned, ==, "7");
  g_clear_pointer (&self->scanned, g_free);
  type (self, "~\n", 20 * MS);
  assert_passed (self, "~\n");
  type (self, "266E-00003-K\n", 8 * MS);
  g_assert_cmpstr (self->scanned, ==, "266E-00003-K");
}

/* Under another layout the keys say other characters, and the keyboard is the scanner's all the
 * same. */
static void
test_layout (Fixture *self, gconstpointer prefix)
{
  static const char plain[] = "266E00003K";
  static const gunichar typed[] = { 0xe9, '-', '-', 'E', 0xe0, 0xe0, 0xe0, 0xe0, '"', 'K' };
  HemoScanVerdict verdict = HEMO_SCAN_PASS;

  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    verdict = hemo_scan_key (self->scan, self->now += 5 * MS, HEMO_SCAN_KEY_CHARACTER, typed[i],
                             plain[i]);
  g_assert_cmpint (verdict, ==, HEMO_SCAN_HOLD);
  verdict = hemo_scan_key (self->scan, self->now += 5 * MS, HEMO_SCAN_KEY_END, 0, 0);
  g_assert_cmpint (verdict, ==, HEMO_SCAN_DONE);
  g_assert_cmpstr (hemo_scan_get_plain (self->scan), ==, plain);
  g_assert_cmpstr (hemo_scan_get_text (self->scan), ==, "é--Eàààà\"K");
}

/* Whatever comes when: what was typed is passed or scanned, never lost and never out of order. */
static void
test_random (Fixture *self, gconstpointer prefix)
{
  static const char keys[] = "qwe0123456789-K\n\t<";
  g_autoptr (GRand) random = g_rand_new_with_seed (20260101);
  g_autoptr (GString) all = g_string_new (NULL);

  for (int i = 0; i < 20000; i++)
    {
      char key[2] = { keys[g_rand_int_range (random, 0, sizeof keys - 1)], '\0' };
      g_autofree char *held = g_strdup (self->held->str);

      type (self, key, g_rand_int_range (random, 0, 80) * MS);
      g_string_append (all, key);
      if (self->scanned == NULL)
        continue;
      g_assert_cmpstr (self->scanned, ==, held);
      g_string_truncate (all, all->len - strlen (held) - 1);
      g_clear_pointer (&self->scanned, g_free);
    }
  wait (self, 1000 * MS);
  g_assert_cmpstr (self->passed->str, ==, all->str);
}

#define ADD(name, prefix)                                                                          \
  g_test_add ("/scan/" #name, Fixture, prefix, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (scanner, NULL);
  ADD (fingers, NULL);
  ADD (held_shortly, NULL);
  ADD (rolls, NULL);
  ADD (late_timer, NULL);
  ADD (slow_end, NULL);
  ADD (other_key, NULL);
  ADD (clock_set_back, NULL);
  ADD (flood, NULL);
  ADD (prefix, "~");
  ADD (layout, NULL);
  ADD (random, NULL);
  return g_test_run ();
}

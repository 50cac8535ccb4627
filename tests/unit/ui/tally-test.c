/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A count while it is made: what is shown, what is written, what a scan or a full disk leaves. */

#include "hemo-tally.h"

/* A hand's distance between two keys. */
#define SLOW 120
#define FAST 5

static int
shown (HemoTally *tally, HemoCellClass cell_class)
{
  HemoDifferential sum = { 0 };

  hemo_tally_sum (tally, &sum);
  return sum.tally[cell_class];
}

static void
write_all (HemoTally *tally)
{
  hemo_tally_release (tally);
  while (hemo_tally_begin_write (tally) != NULL)
    hemo_tally_settle (tally, TRUE);
}

static void
test_shows_at_once (void)
{
  g_autoptr (HemoTally) tally = hemo_tally_new ();
  g_autoptr (GArray) last = NULL;

  g_assert_true (hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, 1000));
  g_assert_cmpint (shown (tally, HEMO_CELL_SEGMENTED), ==, 1);
  g_assert_false (hemo_tally_is_settled (tally));
  last = hemo_tally_last (tally, 10);
  g_assert_false (g_array_index (last, HemoTallyCell, 0).stored);
  g_assert_null (hemo_tally_begin_write (tally));
  write_all (tally);
  g_assert_true (hemo_tally_is_settled (tally));
  g_array_unref (g_steal_pointer (&last));
  last = hemo_tally_last (tally, 10);
  g_assert_true (g_array_index (last, HemoTallyCell, 0).stored);
}

static void
test_next_key_releases (void)
{
  g_autoptr (HemoTally) tally = hemo_tally_new ();
  const HemoTallyStep *step;

  hemo_tally_add (tally, HEMO_CELL_SEGMENTED, "image", 1000);
  hemo_tally_add (tally, HEMO_CELL_MONOCYTE, NULL, 1000 + SLOW);
  step = hemo_tally_begin_write (tally);
  g_assert_nonnull (step);
  g_assert_cmpint (step->cell_class, ==, HEMO_CELL_SEGMENTED);
  g_assert_cmpstr (step->image, ==, "image");
  /* One at a time. */
  g_assert_null (hemo_tally_begin_write (tally));
  hemo_tally_settle (tally, TRUE);
  g_assert_null (hemo_tally_begin_write (tally));
}

static void
test_scan_leaves_nothing (void)
{
  g_autoptr (HemoTally) tally = hemo_tally_new ();
  guint32 at = 1000;

  hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, at);
  at += SLOW;
  /* '26QWER…': digits, then letters that are keys. */
  hemo_tally_note_key (tally, at);
  hemo_tally_note_key (tally, at += FAST);
  hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, at += FAST);
  hemo_tally_add (tally, HEMO_CELL_LYMPHOCYTE, NULL, at += FAST);
  hemo_tally_add (tally, HEMO_CELL_MONOCYTE, NULL, at += FAST);
  g_assert_false (hemo_tally_take_back (tally, at += FAST));
  g_assert_true (hemo_tally_in_scan (tally));
  write_all (tally);
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 1);
  g_assert_true (hemo_tally_add (tally, HEMO_CELL_BASOPHIL, NULL, at + SLOW));
  g_assert_cmpint (shown (tally, HEMO_CELL_BASOPHIL), ==, 1);
}

/* Letters that are keys, and Enter in the same breath. */
static void
test_scan_of_letters (void)
{
  g_autoptr (HemoTally) tally = hemo_tally_new ();
  guint32 at = 1000;

  hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, at);
  at += SLOW;
  for (int i = 0; i < 4; i++)
    hemo_tally_add (tally, HEMO_CELL_MONOCYTE, NULL, at += FAST);
  g_assert_false (hemo_tally_in_scan (tally));
  hemo_tally_note_key (tally, at += FAST);
  g_assert_true (hemo_tally_in_scan (tally));
  write_all (tally);
  g_assert_cmpint (shown (tally, HEMO_CELL_MONOCYTE), ==, 0);
  g_assert_cmpint (shown (tally, HEMO_CELL_SEGMENTED), ==, 1);
  g_assert_cmpuint (hemo_tally_get_n_dropped (tally), ==, 4);
}

/* What was taken for a scan is counted when it was none: in its order, with its frames, before and
 * after the keys that made it one; a key between was counted already. */
static void
test_dropped_counts_after_all (void)
{
  static const HemoCellClass order[]
      = { HEMO_CELL_BASOPHIL, HEMO_CELL_SEGMENTED, HEMO_CELL_LYMPHOCYTE, HEMO_CELL_MONOCYTE };
  g_autoptr (HemoTally) tally = hemo_tally_new ();
  guint32 at = 1000;

  hemo_tally_note_key (tally, at);
  hemo_tally_add (tally, HEMO_CELL_SEGMENTED, "frame", at += FAST);
  hemo_tally_add (tally, HEMO_CELL_LYMPHOCYTE, NULL, at += FAST);
  g_assert_false (hemo_tally_add (tally, HEMO_CELL_MONOCYTE, NULL, at += FAST));
  g_assert_cmpuint (hemo_tally_get_n_dropped (tally), ==, 3);
  g_assert_true (hemo_tally_add (tally, HEMO_CELL_BASOPHIL, NULL, at += SLOW));
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 1);
  g_assert_true (hemo_tally_count_dropped (tally));
  g_assert_cmpuint (hemo_tally_get_n_dropped (tally), ==, 0);
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 4);
  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      const HemoTallyStep *step = hemo_tally_begin_write (tally);

      g_assert_cmpint (step->cell_class, ==, order[i]);
      g_assert_cmpstr (step->image, ==, i == 1 ? "frame" : NULL);
      hemo_tally_settle (tally, TRUE);
    }
  g_assert_true (hemo_tally_count_dropped (tally));
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 4);
}

/* After all what could not be saved, and not twice. */
static void
test_dropped_waits_for_unsaved (void)
{
  g_autoptr (HemoTally) tally = hemo_tally_new ();
  guint32 at = 1000;

  hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, at);
  hemo_tally_release (tally);
  hemo_tally_begin_write (tally);
  at += SLOW;
  hemo_tally_note_key (tally, at);
  for (int i = 0; i < 3; i++)
    hemo_tally_add (tally, HEMO_CELL_MONOCYTE, NULL, at += FAST);
  hemo_tally_settle (tally, FALSE);
  g_assert_false (hemo_tally_count_dropped (tally));
  g_assert_cmpuint (hemo_tally_get_n_dropped (tally), ==, 3);
  hemo_tally_retry (tally);
  g_assert_true (hemo_tally_count_dropped (tally));
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 4);
}

/* No hand is too fast: tally keys alone are never a scan, and neither are they with Enter or a
 * digit that comes at a hand's pace. */
static void
test_hands_lose_nothing (void)
{
  g_autoptr (HemoTally) tally = hemo_tally_new ();
  guint32 at = 1000;
  guint n = 0;

  for (int gap = 0; gap < 60; gap++)
    {
      at += SLOW;
      for (int i = 0; i < 12; i++, n++)
        g_assert_true (hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, at += (guint32)gap));
      hemo_tally_note_key (tally, at += 25);
    }
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, n);
  g_assert_cmpuint (hemo_tally_get_n_dropped (tally), ==, 0);
}

static void
test_roll_of_fingers_counts (void)
{
  g_autoptr (HemoTally) tally = hemo_tally_new ();

  for (guint32 i = 0; i < 3; i++)
    g_assert_true (hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, 1000 + i * FAST));
  for (guint32 i = 0; i < 30; i++)
    g_assert_true (hemo_tally_add (tally, HEMO_CELL_LYMPHOCYTE, NULL, 2000 + i * 30));
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 33);
}

/* A computer that is busy makes gaps in a scan. */
static void
test_scan_with_gaps (void)
{
  static const guint32 gaps[] = { SLOW, 5, 5, 45, 5, 50, 5, 5 };
  g_autoptr (HemoTally) tally = hemo_tally_new ();
  guint32 at = 1000;

  for (gsize i = 0; i < G_N_ELEMENTS (gaps); i++)
    if (i == 2)
      hemo_tally_note_key (tally, at += gaps[i]);
    else
      hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, at += gaps[i]);
  write_all (tally);
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 0);
  g_assert_cmpuint (hemo_tally_get_n_dropped (tally), ==, G_N_ELEMENTS (gaps) - 1);
}

static void
test_clock_wraps (void)
{
  g_autoptr (HemoTally) tally = hemo_tally_new ();

  hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, G_MAXUINT32 - 1);
  g_assert_true (hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, SLOW));
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 2);
}

static void
test_takes_back (void)
{
  g_autoptr (HemoTally) tally = hemo_tally_new ();
  guint32 at = 1000;

  g_assert_false (hemo_tally_take_back (tally, at));
  hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, at += SLOW);
  hemo_tally_add (tally, HEMO_CELL_LYMPHOCYTE, NULL, at += SLOW);
  write_all (tally);
  hemo_tally_add (tally, HEMO_CELL_MONOCYTE, NULL, at += SLOW);
  g_assert_true (hemo_tally_take_back (tally, at += SLOW));
  g_assert_true (hemo_tally_take_back (tally, at += SLOW));
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 1);
  hemo_tally_add (tally, HEMO_CELL_BASOPHIL, NULL, at += SLOW);
  write_all (tally);
  g_assert_cmpint (shown (tally, HEMO_CELL_SEGMENTED), ==, 1);
  g_assert_cmpint (shown (tally, HEMO_CELL_LYMPHOCYTE), ==, 0);
  g_assert_cmpint (shown (tally, HEMO_CELL_MONOCYTE), ==, 0);
  g_assert_cmpint (shown (tally, HEMO_CELL_BASOPHIL), ==, 1);
}

/* What failed and all after it is not shown as counted; tried again it is, in order. */
static void
test_failure_stops (void)
{
  g_autoptr (HemoTally) tally = hemo_tally_new ();
  guint32 at = 1000;
  static const HemoCellClass order[]
      = { HEMO_CELL_MONOCYTE, HEMO_CELL_MONOCYTE, HEMO_CELL_BASOPHIL };

  hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, at += SLOW);
  write_all (tally);
  hemo_tally_add (tally, HEMO_CELL_MONOCYTE, NULL, at += SLOW);
  hemo_tally_take_back (tally, at += SLOW);
  hemo_tally_add (tally, HEMO_CELL_BASOPHIL, NULL, at += SLOW);
  hemo_tally_release (tally);
  g_assert_nonnull (hemo_tally_begin_write (tally));
  hemo_tally_settle (tally, FALSE);
  g_assert_cmpuint (hemo_tally_get_n_unsaved (tally), ==, 3);
  g_assert_cmpint (hemo_tally_peek_unsaved (tally)->cell_class, ==, HEMO_CELL_MONOCYTE);
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 1);
  g_assert_false (hemo_tally_add (tally, HEMO_CELL_BASOPHIL, NULL, at += SLOW));
  hemo_tally_retry (tally);
  g_assert_cmpuint (hemo_tally_get_n_unsaved (tally), ==, 0);
  g_assert_null (hemo_tally_peek_unsaved (tally));
  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      const HemoTallyStep *step = hemo_tally_begin_write (tally);

      g_assert_cmpint (step->cell_class, ==, order[i]);
      hemo_tally_settle (tally, TRUE);
    }
  g_assert_cmpint (shown (tally, HEMO_CELL_SEGMENTED), ==, 1);
  g_assert_cmpint (shown (tally, HEMO_CELL_MONOCYTE), ==, 0);
  g_assert_cmpint (shown (tally, HEMO_CELL_BASOPHIL), ==, 1);
}

static void
test_failed_undo_stands_again (void)
{
  g_autoptr (HemoTally) tally = hemo_tally_new ();

  hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, 1000);
  write_all (tally);
  hemo_tally_take_back (tally, 1000 + SLOW);
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 0);
  hemo_tally_release (tally);
  hemo_tally_begin_write (tally);
  hemo_tally_settle (tally, FALSE);
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 1);
  hemo_tally_forget_unsaved (tally);
  g_assert_true (hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, 1000 + 3 * SLOW));
}

static void
test_loads (void)
{
  g_autoptr (HemoTally) tally = hemo_tally_new ();
  HemoCount *count = hemo_count_new ("specimen", "reader", 100);

  for (int i = 0; i < 57; i++)
    {
      HemoCountedCell *cell = g_new0 (HemoCountedCell, 1);

      cell->cell_class = i % 2 == 0 ? HEMO_CELL_SEGMENTED : HEMO_CELL_NRBC;
      cell->taken_back = i == 4;
      g_ptr_array_add (count->cells, cell);
    }
  g_assert_true (hemo_tally_load (tally, count));
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 56);
  g_assert_cmpint (shown (tally, HEMO_CELL_SEGMENTED), ==, 28);
  hemo_tally_add (tally, HEMO_CELL_SEGMENTED, NULL, 1000);
  g_assert_false (hemo_tally_load (tally, NULL));
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 57);
  write_all (tally);
  g_assert_true (hemo_tally_load (tally, NULL));
  g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, 0);
  hemo_count_free (count);
}

/* Steps in any order: what is shown is what the store holds after all is written. */
static void
test_any_order (void)
{
  GRand *rand = g_rand_new_with_seed (57);

  for (int round = 0; round < 300; round++)
    {
      g_autoptr (HemoTally) tally = hemo_tally_new ();
      g_autoptr (GArray) stored = g_array_new (FALSE, FALSE, sizeof (HemoCellClass));
      guint32 at = 1000;

      for (int i = 0; i < 60; i++)
        {
          const HemoTallyStep *step;

          if (g_rand_int_range (rand, 0, 3) == 0)
            hemo_tally_take_back (tally, at += SLOW);
          else
            hemo_tally_add (tally, (HemoCellClass)g_rand_int_range (rand, 0, HEMO_CELL_CLASSES),
                            NULL, at += SLOW);
          if (g_rand_int_range (rand, 0, 4) == 0)
            hemo_tally_retry (tally);
          step = g_rand_boolean (rand) ? hemo_tally_begin_write (tally) : NULL;
          if (step == NULL)
            continue;
          if (g_rand_int_range (rand, 0, 8) == 0)
            {
              hemo_tally_settle (tally, FALSE);
              continue;
            }
          if (step->kind == HEMO_TALLY_ADD)
            g_array_append_val (stored, step->cell_class);
          else
            {
              g_assert_cmpint (g_array_index (stored, HemoCellClass, stored->len - 1), ==,
                               step->cell_class);
              g_array_set_size (stored, stored->len - 1);
            }
          hemo_tally_settle (tally, TRUE);
        }
      hemo_tally_forget_unsaved (tally);
      hemo_tally_release (tally);
      for (const HemoTallyStep *step; (step = hemo_tally_begin_write (tally)) != NULL;)
        {
          if (step->kind == HEMO_TALLY_ADD)
            g_array_append_val (stored, step->cell_class);
          else
            g_array_set_size (stored, stored->len - 1);
          hemo_tally_settle (tally, TRUE);
        }
      g_assert_cmpuint (hemo_tally_get_n_cells (tally), ==, stored->len);
      for (guint i = 0; i < stored->len; i++)
        {
          g_autoptr (GArray) shown_cells = hemo_tally_last (tally, stored->len);

          g_assert_cmpint (g_array_index (shown_cells, HemoTallyCell, i).cell_class, ==,
                           g_array_index (stored, HemoCellClass, i));
        }
    }
  g_rand_free (rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tally/shows-at-once", test_shows_at_once);
  g_test_add_func ("/tally/next-key-releases", test_next_key_releases);
  g_test_add_func ("/tally/scan-leaves-nothing", test_scan_leaves_nothing);
  g_test_add_func ("/tally/scan-of-letters", test_scan_of_letters);
  g_test_add_func ("/tally/dropped-counts-after-all", test_dropped_counts_after_all);
  g_test_add_func ("/tally/dropped-waits", test_dropped_waits_for_unsaved);
  g_test_add_func ("/tally/hands-lose-nothing", test_hands_lose_nothing);
  g_test_add_func ("/tally/roll-counts", test_roll_of_fingers_counts);
  g_test_add_func ("/tally/scan-with-gaps", test_scan_with_gaps);
  g_test_add_func ("/tally/clock-wraps", test_clock_wraps);
  g_test_add_func ("/tally/takes-back", test_takes_back);
  g_test_add_func ("/tally/failure-stops", test_failure_stops);
  g_test_add_func ("/tally/failed-undo", test_failed_undo_stands_again);
  g_test_add_func ("/tally/loads", test_loads);
  g_test_add_func ("/tally/any-order", test_any_order);
  return g_test_run ();
}

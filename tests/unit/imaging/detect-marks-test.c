/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marks are thinned to one a cell, and a field looked at in parts gives what it gives as a whole.
 */

#include "hemo-detect-private.h"
#include "smear-tools.h"

#include <string.h>

static HemoCellMark
mark (HemoCellKind kind, float x, float y, float side, float confidence)
{
  return (HemoCellMark){ kind, x, y, x + side, y + side, confidence };
}

static GArray *
make_marks (const HemoCellMark *marks, guint n)
{
  GArray *array = g_array_new (FALSE, FALSE, sizeof (HemoCellMark));

  g_array_append_vals (array, marks, n);
  return array;
}

static void
test_overlap (void)
{
  const HemoCellMark a = mark (HEMO_CELL_RED, 0, 0, 10, 1), b = mark (HEMO_CELL_RED, 5, 0, 10, 1);
  const HemoCellMark far = mark (HEMO_CELL_RED, 10, 10, 10, 1),
                     none = mark (HEMO_CELL_RED, 3, 3, 0, 1);
  const HemoCellMark inside = mark (HEMO_CELL_RED, 2, 2, 5, 1);

  g_assert_cmpfloat_with_epsilon (hemo_mark_overlap (&a, &a), 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (hemo_mark_overlap (&a, &b), 50.0 / 150, 1e-6);
  g_assert_cmpfloat_with_epsilon (hemo_mark_overlap (&b, &a), 50.0 / 150, 1e-6);
  g_assert_cmpfloat (hemo_mark_overlap (&a, &far), ==, 0);
  g_assert_cmpfloat (hemo_mark_overlap (&a, &none), ==, 0);
  g_assert_cmpfloat (hemo_mark_overlap (&none, &none), ==, 0);
  g_assert_cmpfloat_with_epsilon (hemo_mark_overlap (&a, &inside), 0.25, 1e-6);
}

static void
test_thin (void)
{
  const HemoCellMark given[] = {
    mark (HEMO_CELL_RED, 0, 0, 28, 0.6f),     mark (HEMO_CELL_RED, 2, 1, 28, 0.9f),
    mark (HEMO_CELL_WHITE, 1, 1, 28, 0.5f),   mark (HEMO_CELL_RED, 60, 0, 28, 0.4f),
    mark (HEMO_CELL_PLATELET, 9, 9, 8, 0.7f), mark (HEMO_CELL_PLATELET, 11, 9, 8, 0.8f),
  };
  g_autoptr (GArray) marks = make_marks (given, G_N_ELEMENTS (given));

  hemo_marks_thin (marks);
  g_assert_cmpuint (marks->len, ==, 4);
  g_assert_cmpfloat (g_array_index (marks, HemoCellMark, 0).confidence, ==, 0.9f);
  g_assert_cmpfloat (g_array_index (marks, HemoCellMark, 1).confidence, ==, 0.4f);
  g_assert_cmpint (g_array_index (marks, HemoCellMark, 2).kind, ==, HEMO_CELL_WHITE);
  g_assert_cmpfloat (g_array_index (marks, HemoCellMark, 3).confidence, ==, 0.8f);
}

/* Two red cells of which one lies half over the other stay two. */
static void
test_thin_keeps_neighbours (void)
{
  const HemoCellMark given[]
      = { mark (HEMO_CELL_RED, 0, 0, 28, 0.9f), mark (HEMO_CELL_RED, 12, 0, 28, 0.8f),
          mark (HEMO_CELL_RED, 24, 4, 28, 0.7f) };
  g_autoptr (GArray) marks = make_marks (given, G_N_ELEMENTS (given));

  hemo_marks_thin (marks);
  g_assert_cmpuint (marks->len, ==, 3);
}

/* In whatever order they come, the same is kept in the same order. */
static void
test_thin_order (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (HemoCellMark));
  g_autoptr (GArray) first = NULL;

  for (int i = 0; i < 300; i++)
    {
      const HemoCellMark one = mark ((HemoCellKind)(i % 3), (float)g_rand_int_range (rand, 0, 200),
                                     (float)g_rand_int_range (rand, 0, 200), 28,
                                     (float)g_rand_int_range (rand, 1, 9) / 10);
      g_array_append_val (all, one);
    }
  for (int round = 0; round < 4; round++)
    {
      g_autoptr (GArray) marks = g_array_copy (all);

      for (guint i = marks->len - 1; i > 0; i--)
        {
          const guint other = (guint)g_rand_int_range (rand, 0, (gint32)i + 1);
          const HemoCellMark kept = g_array_index (marks, HemoCellMark, i);

          g_array_index (marks, HemoCellMark, i) = g_array_index (marks, HemoCellMark, other);
          g_array_index (marks, HemoCellMark, other) = kept;
        }
      hemo_marks_thin (marks);
      if (first == NULL)
        first = g_array_copy (marks);
      g_assert_cmpmem (first->data, first->len * sizeof (HemoCellMark), marks->data,
                       marks->len * sizeof (HemoCellMark));
    }
}

static void
test_thin_nothing (void)
{
  g_autoptr (GArray) marks = make_marks (NULL, 0);

  hemo_marks_thin (marks);
  g_assert_cmpuint (marks->len, ==, 0);
}

static HemoNetwork *
open_network (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (hemo_network_weights, hemo_network_weights_size);

  return hemo_network_new (bytes, NULL);
}

/* A wide field is looked at in three parts; the same cells come twice as far apart as the parts
 * are wide, so that each is found in another place of a part. */
static void
test_parts (void)
{
  static const double least[] = { 0.4, 0.4, 0.4 };
  g_autoptr (HemoNetwork) network = open_network ();
  g_autoptr (GArray) cells = NULL, marks = NULL;
  g_auto (HemoField) field = { 0 };
  HemoSmear smear;
  int red = 0, found = 0;

  hemo_smear_init (&smear, 21);
  smear.width = 1500;
  smear.height = 200;
  smear.red_cell = HEMO_FIELD_RED_CELL;
  smear.crowding = 0.2;
  smear.white_cells = 4;
  smear.platelets = 0;
  field.pixels = smear_to_pixels (&smear);
  cairo_surface_destroy (hemo_smear_draw (&smear, &cells));
  hemo_light_measure (field.pixels, &field.light);
  marks = hemo_marks_find (network, HEMO_SIMD_BEST, &field, least);
  g_assert_nonnull (marks);
  for (guint i = 0; i < cells->len; i++)
    {
      const HemoSmearCell *cell = &g_array_index (cells, HemoSmearCell, i);
      const HemoCellMark truth = { HEMO_CELL_RED,     (float)cell->xmin, (float)cell->ymin,
                                   (float)cell->xmax, (float)cell->ymax, 1 };
      gboolean met = FALSE;

      /* Around the seams at 640 and 1280. */
      if (cell->kind != HEMO_SMEAR_RBC
          || (abs (cell->xmin - 640) > 60 && abs (cell->xmin - 1280) > 60))
        continue;
      red++;
      for (guint k = 0; k < marks->len && !met; k++)
        met = hemo_mark_overlap (&truth, &g_array_index (marks, HemoCellMark, k)) > 0.5f;
      found += met;
    }
  g_test_message ("%d of %d at the seams", found, red);
  g_assert_cmpint (red, >, 5);
  g_assert_cmpint (found * 10, >=, red * 9);
  /* And none of them twice. */
  for (guint i = 0; i < marks->len; i++)
    for (guint k = 0; k < i; k++)
      g_assert_true (g_array_index (marks, HemoCellMark, i).kind
                         != g_array_index (marks, HemoCellMark, k).kind
                     || hemo_mark_overlap (&g_array_index (marks, HemoCellMark, i),
                                           &g_array_index (marks, HemoCellMark, k))
                            < 0.56f);
}

/* Marks stay within the field, and none is below what was asked for. */
static void
test_bounds (void)
{
  static const double least[] = { 0.02, 0.02, 0.02 };
  g_autoptr (HemoNetwork) network = open_network ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (6);
  g_autoptr (GArray) marks = NULL;
  g_auto (HemoField) field = { .pixels = hemo_pixels_new (173, 91, NULL) };

  for (int i = 0; i < 3 * 173 * 91; i++)
    field.pixels->data[i] = (guint8)g_rand_int_range (rand, 100, 256);
  hemo_light_measure (field.pixels, &field.light);
  marks = hemo_marks_find (network, HEMO_SIMD_BEST, &field, least);
  for (guint i = 0; i < marks->len; i++)
    {
      const HemoCellMark *one = &g_array_index (marks, HemoCellMark, i);

      g_assert_true (one->x0 >= 0 && one->y0 >= 0 && one->x1 <= 173 && one->y1 <= 91);
      g_assert_true (one->x1 > one->x0 && one->y1 > one->y0);
      g_assert_true (one->confidence >= 0.0199f && one->confidence <= 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/marks/overlap", test_overlap);
  g_test_add_func ("/marks/thin", test_thin);
  g_test_add_func ("/marks/thin-keeps-neighbours", test_thin_keeps_neighbours);
  g_test_add_func ("/marks/thin-order", test_thin_order);
  g_test_add_func ("/marks/thin-nothing", test_thin_nothing);
  g_test_add_func ("/marks/parts", test_parts);
  g_test_add_func ("/marks/bounds", test_bounds);
  return g_test_run ();
}

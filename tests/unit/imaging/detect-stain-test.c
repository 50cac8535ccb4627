/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a nucleus is stained: measured on drawn ones, and held against what the types know. */

#include "hemo-detect-stain-private.h"

#include <math.h>

#define SIDE 96

/* A nucleus of 20 by 20 places in the middle of an empty field, with these densities. */
static HemoMap *
draw (double red, double green, double blue)
{
  HemoMap *map = hemo_map_new (SIDE, SIDE, 3);
  const double densities[3] = { red, green, blue };

  for (int y = SIDE / 2 - 10; y < SIDE / 2 + 10; y++)
    for (int x = SIDE / 2 - 10; x < SIDE / 2 + 10; x++)
      for (int channel = 0; channel < 3; channel++)
        hemo_map_at (map, x, y)[channel] = (float)(exp (-densities[channel]) - 1);
  return map;
}

static void
test_measured (void)
{
  g_autoptr (HemoMap) map = draw (0.5, 1.0, 0.25);
  double values[HEMO_STAIN_VALUES];

  g_assert_true (hemo_stain_measure (map, 30, 30, values));
  g_assert_cmpfloat_with_epsilon (values[0], 1.0, 1e-3);
  g_assert_cmpfloat_with_epsilon (values[1], 0.5, 1e-3);
  g_assert_cmpfloat_with_epsilon (values[2], 0.25, 1e-3);
}

/* Boxes that are larger than the map, that are empty, and cells that are none. */
static void
test_limits (void)
{
  g_autoptr (HemoMap) map = draw (0.5, 1.0, 0.25), empty = draw (0, 0, 0);
  double values[HEMO_STAIN_VALUES] = { 7, 7, 7 };

  g_assert_false (hemo_stain_measure (empty, 30, 30, values));
  g_assert_false (hemo_stain_measure (map, 0, 0, values));
  g_assert_false (hemo_stain_measure (map, -5, 30, values));
  g_assert_cmpfloat (values[0], ==, 7);
  g_assert_true (hemo_stain_measure (map, 1e6, 1e6, values));
  g_assert_true (isfinite (values[0]) && isfinite (values[1]) && isfinite (values[2]));
}

/* The middle of what the types were learnt from is known; the middles of two other microscopes,
 * where most of what was said was wrong, are not. */
static void
test_known (void)
{
  const double learnt[] = { 0.37, 0.93, 0.14 }, other[] = { 0.62, 0.51, -0.10 },
               third[] = { 1.67, 0.56, 0.22 }, none[] = { NAN, 1, 0 };

  g_assert_true (hemo_stain_is_known (learnt));
  g_assert_false (hemo_stain_is_known (other));
  g_assert_false (hemo_stain_is_known (third));
  g_assert_false (hemo_stain_is_known (none));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/detect-stain/measured", test_measured);
  g_test_add_func ("/detect-stain/limits", test_limits);
  g_test_add_func ("/detect-stain/known", test_known);
  return g_test_run ();
}

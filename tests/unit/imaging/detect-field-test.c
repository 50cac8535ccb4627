/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The light of a field is found under the cells and taken out, whatever it is. */

#include "hemo-detect-private.h"
#include "smear-tools.h"

#include <math.h>
#include <string.h>

static HemoPixels *
make_plain (int width, int height, guint8 red, guint8 green, guint8 blue)
{
  HemoPixels *pixels = hemo_pixels_new (width, height, NULL);

  for (gsize i = 0; i < (gsize)width * height; i++)
    {
      pixels->data[3 * i] = red;
      pixels->data[3 * i + 1] = green;
      pixels->data[3 * i + 2] = blue;
    }
  return pixels;
}

static HemoPixels *
draw (guint32 seed, double crowding)
{
  HemoSmear smear;

  hemo_smear_init (&smear, seed);
  smear.width = 336;
  smear.height = 252;
  smear.red_cell = HEMO_FIELD_RED_CELL;
  smear.white_cells = 2;
  smear.platelets = 5;
  smear.crowding = crowding;
  smear.shading = 0;
  smear.noise = 1;
  return smear_to_pixels (&smear);
}

/* As a lamp out of its middle and a camera of poor colours would. */
static void
shade (HemoPixels *pixels, double strength)
{
  for (int y = 0; y < pixels->height; y++)
    for (int x = 0; x < pixels->width; x++)
      {
        const double u = 2.0 * x / pixels->width - 1.2, v = 2.0 * y / pixels->height - 0.9;
        const double fall = exp (-strength * (u * u + 0.7 * v * v));
        const double gains[3]
            = { 0.9 * fall * (1 + 0.2 * strength * u), 0.75 * fall, 0.8 * fall * (1 - 0.15 * v) };
        guint8 *p = hemo_pixels_row (pixels, y) + 3 * x;

        for (int c = 0; c < 3; c++)
          p[c] = (guint8)CLAMP (p[c] * gains[c] + 0.5, 0, 255);
      }
}

static HemoMap *
even_out (const HemoPixels *pixels, HemoLight *light)
{
  HemoMap *map = hemo_map_new (pixels->width, pixels->height, 3);

  hemo_light_measure (pixels, light);
  hemo_light_even_out (light, pixels, 0, 0, 1, 1, map);
  return map;
}

static double
compare (const HemoMap *a, const HemoMap *b)
{
  double sum = 0;

  for (int y = 0; y < a->height; y++)
    for (int x = 0; x < a->width; x++)
      for (int c = 0; c < 3; c++)
        sum += fabs (hemo_map_at (a, x, y)[c] - hemo_map_at (b, x, y)[c]);
  return sum / (3.0 * a->width * a->height);
}

static void
test_plain (void)
{
  g_autoptr (HemoPixels) pixels = make_plain (100, 60, 200, 150, 90);
  HemoLight light;
  g_autoptr (HemoMap) map = even_out (pixels, &light);
  double channels[3];

  hemo_light_at (&light, 0.3, 0.8, channels);
  g_assert_cmpfloat_with_epsilon (channels[0], 200, 1.5);
  g_assert_cmpfloat_with_epsilon (channels[1], 150, 1.5);
  g_assert_cmpfloat_with_epsilon (channels[2], 90, 1.5);
  for (int x = 0; x < 100; x++)
    for (int c = 0; c < 3; c++)
      g_assert_cmpfloat_with_epsilon (hemo_map_at (map, x, 30)[c], 0, 0.01);
}

/* The same cells in even and in uneven light look the same afterwards, crowded or not. */
static void
test_shading (void)
{
  static const double crowdings[] = { 0.1, 0.35, 0.5 };

  for (gsize i = 0; i < G_N_ELEMENTS (crowdings); i++)
    for (double strength = 0.2; strength < 0.8; strength += 0.25)
      {
        g_autoptr (HemoPixels) even = draw (7, crowdings[i]), uneven = draw (7, crowdings[i]);
        HemoLight light;
        g_autoptr (HemoMap) a = even_out (even, &light), b = NULL;
        double without = 0;
        g_autoptr (HemoMap) nothing = hemo_map_new (a->width, a->height, 3);

        shade (uneven, strength);
        b = even_out (uneven, &light);
        without = compare (a, nothing);
        g_test_message ("crowding %.2f, shading %.2f: off by %.4f of %.4f", crowdings[i], strength,
                        compare (a, b), without);
        g_assert_cmpfloat (compare (a, b), <, 0.035);
      }
}

/* Between the cells nothing is in the way: most pixels of a sparse field are near 0. */
static void
test_empty_parts (void)
{
  g_autoptr (HemoPixels) pixels = draw (3, 0.15);
  HemoLight light;
  g_autoptr (HemoMap) map = NULL;
  int near = 0, all = pixels->width * pixels->height;

  shade (pixels, 0.5);
  map = even_out (pixels, &light);
  for (int y = 0; y < map->height; y++)
    for (int x = 0; x < map->width; x++)
      near += fabsf (hemo_map_at (map, x, y)[1]) < 0.06f;
  g_assert_cmpint (near * 10, >, all * 6);
}

/* A part of the field is evened out by the light of the whole. */
static void
test_parts (void)
{
  g_autoptr (HemoPixels) pixels = draw (5, 0.3), part = hemo_pixels_new (80, 60, NULL);
  HemoLight light;
  g_autoptr (HemoMap) whole = NULL, map = hemo_map_new (80, 60, 3);
  const double width = pixels->width, height = pixels->height;

  shade (pixels, 0.5);
  whole = even_out (pixels, &light);
  for (int y = 0; y < 60; y++)
    memcpy (hemo_pixels_row (part, y), hemo_pixels_row (pixels, 100 + y) + 3 * 120, 240);
  hemo_light_even_out (&light, part, 120 / width, 100 / height, 80 / width, 60 / height, map);
  for (int y = 0; y < 60; y++)
    for (int x = 0; x < 80; x++)
      for (int c = 0; c < 3; c++)
        g_assert_cmpfloat_with_epsilon (hemo_map_at (map, x, y)[c],
                                        hemo_map_at (whole, 120 + x, 100 + y)[c], 0.01);
}

/* Black, white, one pixel, one line: numbers within their bounds. */
static void
test_extremes (void)
{
  static const struct
  {
    int width;
    int height;
    guint8 value;
  } cases[] = { { 1, 1, 0 },   { 1, 1, 255 },   { 200, 1, 90 },  { 1, 200, 90 },
                { 64, 64, 0 }, { 64, 64, 255 }, { 13, 15, 128 }, { 16000, 2, 3 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HemoPixels) pixels = make_plain (cases[i].width, cases[i].height, cases[i].value,
                                                  cases[i].value, cases[i].value);
      HemoLight light;
      g_autoptr (HemoMap) map = even_out (pixels, &light);

      for (int x = 0; x < pixels->width; x++)
        for (int c = 0; c < 3; c++)
          {
            const float value = hemo_map_at (map, x, pixels->height - 1)[c];

            g_assert_true (value >= -1 && value <= 0.5f);
          }
    }
}

/* Pixels at random: nothing breaks, nothing leaves its bounds. */
static void
test_noise (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  g_autoptr (HemoPixels) pixels = hemo_pixels_new (150, 110, NULL);
  HemoLight light;
  g_autoptr (HemoMap) map = NULL;

  for (int i = 0; i < 3 * 150 * 110; i++)
    pixels->data[i] = (guint8)g_rand_int_range (rand, 0, 256);
  map = even_out (pixels, &light);
  for (int y = 0; y < 110; y++)
    for (int x = 0; x < 150; x++)
      for (int c = 0; c < 3; c++)
        g_assert_true (isfinite (hemo_map_at (map, x, y)[c]));
}

static void
test_resample (void)
{
  g_autoptr (HemoPixels) pixels = draw (2, 0.3);
  g_autoptr (HemoPixels) same = hemo_field_resample (pixels, 336, 252, NULL);
  g_autoptr (HemoPixels) half = hemo_field_resample (pixels, 168, 126, NULL);
  g_autoptr (HemoPixels) back = hemo_field_resample (half, 336, 252, NULL);
  g_autoptr (HemoPixels) mixed = hemo_field_resample (pixels, 400, 100, NULL);
  double off = 0;

  g_assert_cmpmem (pixels->data, 3 * 336 * 252, same->data, 3 * 336 * 252);
  g_assert_cmpint (mixed->width, ==, 400);
  g_assert_cmpint (mixed->height, ==, 100);
  for (int i = 0; i < 3 * 336 * 252; i++)
    off += abs (pixels->data[i] - back->data[i]);
  /* Two by two became one and four again: only edges changed. */
  g_assert_cmpfloat (off / (3 * 336 * 252), <, 4);
}

/* Enlarging stays between the neighbours and keeps where things are. */
static void
test_enlarge (void)
{
  g_autoptr (HemoPixels) pixels = hemo_pixels_new (4, 1, NULL);
  g_autoptr (HemoPixels) large = NULL;
  static const guint8 greens[] = { 0, 100, 200, 40 };

  for (int x = 0; x < 4; x++)
    pixels->data[3 * x + 1] = greens[x];
  large = hemo_field_resample (pixels, 8, 2, NULL);
  for (int y = 0; y < 2; y++)
    {
      const guint8 *row = hemo_pixels_row (large, y);

      g_assert_cmpint (row[1], ==, 0);
      g_assert_cmpint (row[3 + 1], ==, 25);
      g_assert_cmpint (row[6 + 1], ==, 75);
      g_assert_cmpint (row[21 + 1], ==, 40);
      g_assert_cmpint (row[21], ==, 0);
    }
}

static void
test_prepare (void)
{
  g_autoptr (HemoPixels) pixels = make_plain (640, 480, 200, 200, 200);
  g_auto (HemoField) field = { 0 }, small = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_field_prepare (pixels, 56, &field, &error));
  g_assert_cmpint (field.pixels->width, ==, 320);
  g_assert_cmpint (field.pixels->height, ==, 240);
  /* However large a red cell is said to be, something is left. */
  g_assert_true (hemo_field_prepare (pixels, 1e6, &small, &error));
  g_assert_cmpint (small.pixels->width, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/field/plain", test_plain);
  g_test_add_func ("/field/shading", test_shading);
  g_test_add_func ("/field/empty-parts", test_empty_parts);
  g_test_add_func ("/field/parts", test_parts);
  g_test_add_func ("/field/extremes", test_extremes);
  g_test_add_func ("/field/noise", test_noise);
  g_test_add_func ("/field/resample", test_resample);
  g_test_add_func ("/field/enlarge", test_enlarge);
  g_test_add_func ("/field/prepare", test_prepare);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A layer of a network gives the same on every kind of processor as by its definition. */

#include "hemo-conv-private.h"

#include <math.h>
#include <string.h>

static const HemoSimd kinds[] = { HEMO_SIMD_PLAIN, HEMO_SIMD_SSE2, HEMO_SIMD_AVX2, HEMO_SIMD_BEST };

typedef struct
{
  HemoConv conv;
  float *bias;
  float *weights;
} Layer;

static float
draw_value (GRand *rand)
{
  return (float)g_rand_double_range (rand, -1, 1);
}

static Layer *
make_layer (GRand *rand, int taken, int made, int size, int step)
{
  Layer *layer = g_new0 (Layer, 1);
  const gsize n = (gsize)taken * made * size * size;

  layer->bias = g_new (float, made);
  layer->weights = g_new (float, n);
  for (int i = 0; i < made; i++)
    layer->bias[i] = draw_value (rand);
  for (gsize i = 0; i < n; i++)
    layer->weights[i] = draw_value (rand);
  layer->conv = (HemoConv){ taken, made, size, step, layer->weights, layer->bias };
  return layer;
}

static void
layer_free (Layer *layer)
{
  g_free (layer->bias);
  g_free (layer->weights);
  g_free (layer);
}

static HemoMap *
make_map (GRand *rand, int width, int height, int channels)
{
  HemoMap *map = hemo_map_new (width, height, channels);

  g_assert_nonnull (map);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int k = 0; k < channels; k++)
        hemo_map_at (map, x, y)[k] = draw_value (rand);
  return map;
}

/* By the definition, in double. */
static double
define (const Layer *layer,
        const HemoMap *from,
        const HemoMap *added,
        gboolean positive,
        int x,
        int y,
        int made)
{
  const HemoConv *conv = &layer->conv;
  const int block = made / HEMO_CONV_BLOCK, within = made % HEMO_CONV_BLOCK;
  double sum = layer->bias[made];

  for (int row = 0; row < conv->size; row++)
    for (int column = 0; column < conv->size; column++)
      for (int taken = 0; taken < conv->taken; taken++)
        {
          const int from_x = x * conv->step + column - conv->size / 2;
          const int from_y = y * conv->step + row - conv->size / 2;
          const gsize at
              = ((((gsize)block * conv->size + row) * conv->size + column) * conv->taken + taken)
                    * HEMO_CONV_BLOCK
                + within;

          if (from_x < 0 || from_y < 0 || from_x >= from->width || from_y >= from->height)
            continue;
          sum += (double)layer->weights[at] * hemo_map_at (from, from_x, from_y)[taken];
        }
  if (added != NULL)
    sum += hemo_map_at (added, x, y)[made];
  return positive && sum < 0 ? 0 : sum;
}

static void
check_layer (GRand *rand,
             int taken,
             int made,
             int size,
             int step,
             int width,
             int height,
             gboolean adds,
             gboolean positive)
{
  Layer *layer = make_layer (rand, taken, made, size, step);
  g_autoptr (HemoMap) from = make_map (rand, width, height, taken);
  const int to_width = (width + step - 1) / step, to_height = (height + step - 1) / step;
  g_autoptr (HemoMap) added = adds ? make_map (rand, to_width, to_height, made) : NULL;

  for (gsize kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    {
      g_autoptr (HemoMap) to = hemo_map_new (to_width, to_height, made);

      hemo_conv_run (&layer->conv, hemo_simd_choose (kinds[kind]), from, added, positive, to);
      for (int y = 0; y < to_height; y++)
        for (int x = 0; x < to_width; x++)
          for (int k = 0; k < made; k++)
            g_assert_cmpfloat_with_epsilon (hemo_map_at (to, x, y)[k],
                                            define (layer, from, added, positive, x, y, k), 1e-4);
    }
  layer_free (layer);
}

/* Widths around the number of cells that are made together, so that the rest of a row is met. */
static void
test_widths (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (int width = 1; width <= 14; width++)
    check_layer (rand, 3, 16, 3, 1, width, 3, FALSE, FALSE);
  for (int width = 1; width <= 14; width++)
    check_layer (rand, 16, 16, 3, 2, width, 5, FALSE, TRUE);
}

static void
test_shapes (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);

  check_layer (rand, 3, 16, 3, 2, 16, 16, FALSE, TRUE);
  check_layer (rand, 16, 32, 3, 2, 9, 7, FALSE, TRUE);
  check_layer (rand, 48, 64, 3, 2, 6, 6, FALSE, TRUE);
  check_layer (rand, 64, 48, 1, 1, 7, 5, FALSE, FALSE);
  check_layer (rand, 32, 16, 1, 1, 1, 1, FALSE, FALSE);
  check_layer (rand, 1, 16, 3, 1, 1, 1, FALSE, FALSE);
}

static void
test_added (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  check_layer (rand, 32, 32, 3, 1, 13, 4, TRUE, TRUE);
  check_layer (rand, 32, 32, 3, 1, 13, 4, TRUE, FALSE);
  check_layer (rand, 48, 48, 3, 1, 3, 9, TRUE, TRUE);
}

/* What is around a map stays nothing, whatever is made of it: the next layer relies on that. */
static void
test_frame (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  Layer *layer = make_layer (rand, 16, 16, 3, 1);
  g_autoptr (HemoMap) from = make_map (rand, 8, 5, 16);

  for (gsize kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    {
      g_autoptr (HemoMap) to = hemo_map_new (8, 5, 16);

      hemo_conv_run (&layer->conv, hemo_simd_choose (kinds[kind]), from, NULL, FALSE, to);
      for (int x = -1; x <= 8; x++)
        for (int k = 0; k < 16; k++)
          {
            g_assert_cmpfloat (hemo_map_at (to, x, -1)[k], ==, 0);
            g_assert_cmpfloat (hemo_map_at (to, x, 5)[k], ==, 0);
          }
      for (int y = 0; y < 5; y++)
        for (int k = 0; k < 16; k++)
          {
            g_assert_cmpfloat (hemo_map_at (to, -1, y)[k], ==, 0);
            g_assert_cmpfloat (hemo_map_at (to, 8, y)[k], ==, 0);
          }
    }
  layer_free (layer);
}

/* Below 0 becomes 0 and nothing else changes; of a value that is no number nothing is made up. */
static void
test_positive (void)
{
  const float weights[16] = { 1, -1, 2, -2 }, bias[16] = { 0 };
  const HemoConv conv = { 1, 16, 1, 1, weights, bias };
  g_autoptr (HemoMap) from = hemo_map_new (7, 1, 1);

  for (int x = 0; x < 7; x++)
    *hemo_map_at (from, x, 0) = (float)(x - 3);
  for (gsize kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    {
      g_autoptr (HemoMap) to = hemo_map_new (7, 1, 16);

      hemo_conv_run (&conv, hemo_simd_choose (kinds[kind]), from, NULL, TRUE, to);
      for (int x = 0; x < 7; x++)
        {
          g_assert_cmpfloat (hemo_map_at (to, x, 0)[0], ==, MAX (x - 3, 0));
          g_assert_cmpfloat (hemo_map_at (to, x, 0)[1], ==, MAX (3 - x, 0));
          g_assert_cmpfloat (hemo_map_at (to, x, 0)[3], ==, MAX (2 * (3 - x), 0));
        }
    }
}

static void
test_choose (void)
{
  g_assert_cmpint (hemo_simd_choose (HEMO_SIMD_PLAIN), ==, HEMO_SIMD_PLAIN);
  for (gsize kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    g_assert_cmpint (hemo_simd_choose (kinds[kind]), !=, HEMO_SIMD_BEST);
#ifdef __x86_64__
  /* Every such processor has it. */
  g_assert_cmpint (hemo_simd_choose (HEMO_SIMD_SSE2), ==, HEMO_SIMD_SSE2);
  g_assert_cmpint (hemo_simd_choose (HEMO_SIMD_BEST), >=, HEMO_SIMD_SSE2);
#endif
}

static void
test_maps (void)
{
  g_autoptr (HemoMap) map = hemo_map_new (3, 2, 4);

  g_assert_cmpuint (hemo_map_stride (map), ==, 20);
  g_assert_true (hemo_map_at (map, 0, 0) == map->data + 24);
  g_assert_true (hemo_map_at (map, -1, -1) == map->data);
  g_assert_true (hemo_map_at (map, 3, 2) + 4 == map->data + 80);
  for (int i = 0; i < 80; i++)
    g_assert_cmpfloat (map->data[i], ==, 0);
  /* More than there is memory: no map rather than an end. */
  g_assert_null (hemo_map_new (1 << 30, 1 << 30, 64));
  hemo_map_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/conv/maps", test_maps);
  g_test_add_func ("/conv/choose", test_choose);
  g_test_add_func ("/conv/widths", test_widths);
  g_test_add_func ("/conv/shapes", test_shapes);
  g_test_add_func ("/conv/added", test_added);
  g_test_add_func ("/conv/frame", test_frame);
  g_test_add_func ("/conv/positive", test_positive);
  return g_test_run ();
}

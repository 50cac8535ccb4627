/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A layer of a network, row by row, with what this processor has. */

#include "hemo-conv-private.h"

HemoMap *
hemo_map_new (int width, int height, int channels)
{
  HemoMap *self = g_new0 (HemoMap, 1);

  self->width = width;
  self->height = height;
  self->channels = channels;
  self->data = g_try_new0 (float, (gsize)(height + 2) * hemo_map_stride (self));
  if (self->data == NULL)
    g_clear_pointer (&self, g_free);
  return self;
}

void
hemo_map_free (HemoMap *self)
{
  if (self == NULL)
    return;
  g_free (self->data);
  g_free (self);
}

HemoSimd
hemo_simd_choose (HemoSimd wanted)
{
#ifdef __x86_64__
  const gboolean avx2 = __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma");

  if (wanted == HEMO_SIMD_BEST)
    wanted = HEMO_SIMD_AVX2;
  if (wanted == HEMO_SIMD_AVX2 && !avx2)
    wanted = HEMO_SIMD_SSE2;
  return wanted;
#else
  return HEMO_SIMD_PLAIN;
#endif
}

/* Beside each other lie the columns of one row of the kernel, with the channels of each. */
static void
sum_cell (const HemoConvJob *job, int x, int y, int block, float *sums)
{
  const HemoConv *conv = job->conv;
  const int reach = conv->size / 2, run = conv->size * conv->taken;
  const float *weights = conv->weights + (gsize)block * conv->size * run * HEMO_CONV_BLOCK;

  for (int row = 0; row < conv->size; row++)
    {
      const float *values
          = hemo_map_at (job->from, x * conv->step - reach, y * conv->step + row - reach);

      for (int i = 0; i < run; i++, weights += HEMO_CONV_BLOCK)
        for (int k = 0; k < HEMO_CONV_BLOCK; k++)
          sums[k] += values[i] * weights[k];
    }
}

void
hemo_conv_row_plain (const HemoConvJob *job, int y, int block)
{
  for (int x = 0; x < job->to->width; x++)
    {
      float sums[HEMO_CONV_BLOCK];
      float *to = hemo_map_at (job->to, x, y) + block * HEMO_CONV_BLOCK;
      const float *added
          = job->added != NULL ? hemo_map_at (job->added, x, y) + block * HEMO_CONV_BLOCK : NULL;

      for (int k = 0; k < HEMO_CONV_BLOCK; k++)
        sums[k] = job->conv->bias[block * HEMO_CONV_BLOCK + k] + (added != NULL ? added[k] : 0);
      sum_cell (job, x, y, block, sums);
      for (int k = 0; k < HEMO_CONV_BLOCK; k++)
        to[k] = job->positive && sums[k] < 0 ? 0 : sums[k];
    }
}

static HemoConvRow
choose_row (HemoSimd simd)
{
#ifdef __x86_64__
  if (simd == HEMO_SIMD_AVX2)
    return hemo_conv_row_avx2;
  if (simd == HEMO_SIMD_SSE2)
    return hemo_conv_row_sse2;
#endif
  return hemo_conv_row_plain;
}

void
hemo_conv_run (const HemoConv *conv,
               HemoSimd simd,
               const HemoMap *from,
               const HemoMap *added,
               gboolean positive,
               HemoMap *to)
{
  const HemoConvRow run = choose_row (simd);
  const HemoConvJob job = { conv, from, added, to, positive };

  /* The weights of a block stay in the nearest memory for a row. */
  for (int y = 0; y < to->height; y++)
    for (int block = 0; block < conv->made / HEMO_CONV_BLOCK; block++)
      run (&job, y, block);
}

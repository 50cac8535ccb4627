/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row of a layer for one kind of processor. Included once by each of them, with LANES (values
 * that it takes at a time), CELLS (neighbours made together, so that sums and weights fill its
 * registers), TARGET and ROW (the name) defined. */

#include "hemo-conv-private.h"

#define PARTS (HEMO_CONV_BLOCK / LANES)

typedef float Lanes __attribute__ ((vector_size (LANES * sizeof (float))));
typedef float Unaligned
    __attribute__ ((vector_size (LANES * sizeof (float)), aligned (sizeof (float)), may_alias));
typedef gint32 Bits __attribute__ ((vector_size (LANES * sizeof (gint32))));

/* Loops over sums are unrolled, else those lie in memory and are stored at each step. */
#ifdef __clang__
#define UNROLLED _Pragma ("unroll")
#else
#define UNROLLED _Pragma ("GCC unroll 16")
#endif

/* @n is known where this is put in, so that the sums lie in registers. */
static inline __attribute__ ((always_inline, target (TARGET))) void
make_cells (const HemoConvJob *job, int x, int y, int block, const int n)
{
  const HemoConv *conv = job->conv;
  const int reach = conv->size / 2, run = conv->size * conv->taken;
  const gsize apart = (gsize)conv->step * conv->taken;
  const float *weights = conv->weights + (gsize)block * conv->size * run * HEMO_CONV_BLOCK;
  const float *bias = conv->bias + block * HEMO_CONV_BLOCK;
  Lanes sums[CELLS][PARTS];

  UNROLLED
  for (int cell = 0; cell < n; cell++)
    UNROLLED
  for (int part = 0; part < PARTS; part++)
    sums[cell][part] = *(const Unaligned *)(bias + part * LANES);
  for (int row = 0; row < conv->size; row++)
    {
      const float *values
          = hemo_map_at (job->from, x * conv->step - reach, y * conv->step + row - reach);

      for (int i = 0; i < run; i++, weights += HEMO_CONV_BLOCK)
        {
          Lanes factors[PARTS];

          UNROLLED
          for (int part = 0; part < PARTS; part++)
            factors[part] = *(const Unaligned *)(weights + part * LANES);
          UNROLLED
          for (int cell = 0; cell < n; cell++)
            UNROLLED
          for (int part = 0; part < PARTS; part++)
            sums[cell][part] += values[i + cell * apart] * factors[part];
        }
    }
  UNROLLED
  for (int cell = 0; cell < n; cell++)
    UNROLLED
  for (int part = 0; part < PARTS; part++)
    {
      const int channel = block * HEMO_CONV_BLOCK + part * LANES;
      Lanes sum = sums[cell][part];

      if (job->added != NULL)
        sum += *(const Unaligned *)(hemo_map_at (job->added, x + cell, y) + channel);
      if (job->positive)
        sum = (Lanes)((Bits)sum & (Bits)(sum > 0));
      *(Unaligned *)(hemo_map_at (job->to, x + cell, y) + channel) = sum;
    }
}

__attribute__ ((target (TARGET))) void
ROW (const HemoConvJob *job, int y, int block)
{
  const int width = job->to->width;

  for (int x = 0; x + CELLS <= width; x += CELLS)
    make_cells (job, x, y, block, CELLS);
  /* The rest of the row together with some that are made already, which gives the same again. */
  if (width >= CELLS && width % CELLS != 0)
    make_cells (job, width - CELLS, y, block, CELLS);
  for (int x = 0; width < CELLS && x < width; x++)
    make_cells (job, x, y, block, 1);
}

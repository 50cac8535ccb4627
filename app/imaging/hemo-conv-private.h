/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One layer of a network: a convolution of maps whose channels lie beside each other, for each kind
 * of processor. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Channels that a layer makes come in blocks of so many. */
#define HEMO_CONV_BLOCK 16

/**
 * HemoSimd:
 * @HEMO_SIMD_BEST: the best that this processor has
 * @HEMO_SIMD_PLAIN: C as the compiler takes it
 * @HEMO_SIMD_SSE2: four at a time
 * @HEMO_SIMD_AVX2: eight at a time, multiplied and added at once
 */
typedef enum
{
  HEMO_SIMD_BEST,
  HEMO_SIMD_PLAIN,
  HEMO_SIMD_SSE2,
  HEMO_SIMD_AVX2,
} HemoSimd;

/**
 * HemoMap:
 * @data: rows of (@width + 2) * @channels values with one row above and one below: a frame of one
 * cell, which stays 0, so that no place needs to be asked whether it is inside
 */
typedef struct
{
  int width;
  int height;
  int channels;
  float *data;
} HemoMap;

/* All 0; NULL when there is no memory. Free with hemo_map_free(). */
HemoMap *hemo_map_new (int width, int height, int channels);
void hemo_map_free (HemoMap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoMap, hemo_map_free)

static inline gsize
hemo_map_stride (const HemoMap *self)
{
  return (gsize)(self->width + 2) * (gsize)self->channels;
}

/* Of the cell @x, @y, from 0; -1 and the width are the frame. */
static inline float *
hemo_map_at (const HemoMap *self, int x, int y)
{
  return self->data + (gsize)(y + 1) * hemo_map_stride (self)
         + (gsize)(x + 1) * (gsize)self->channels;
}

/**
 * HemoConv:
 * @size: 1 or 3
 * @step: 1 or 2
 * @weights: for each block of channels made, each row and column of the kernel and each channel
 * taken, HEMO_CONV_BLOCK values
 * @bias: a value a channel made
 */
typedef struct
{
  int taken;
  int made;
  int size;
  int step;
  const float *weights;
  const float *bias;
} HemoConv;

/* The best that runs here, or @wanted where it does, else what is nearest below it. */
HemoSimd hemo_simd_choose (HemoSimd wanted);

/**
 * hemo_conv_run:
 * @simd: what hemo_simd_choose() said
 * @from: @conv->taken channels
 * @added: (nullable): of the size of @to; added before @positive
 * @positive: what is below 0 becomes 0
 * @to: @conv->made channels; 1 / @conv->step of the size of @from, rounded up
 */
void hemo_conv_run (const HemoConv *conv,
                    HemoSimd simd,
                    const HemoMap *from,
                    const HemoMap *added,
                    gboolean positive,
                    HemoMap *to);

/* What a kind of processor has to give: @n cells of one row of @to from @x, one block of channels.
 */
typedef struct
{
  const HemoConv *conv;
  const HemoMap *from;
  const HemoMap *added;
  HemoMap *to;
  gboolean positive;
} HemoConvJob;

typedef void (*HemoConvRow) (const HemoConvJob *job, int y, int block);

void hemo_conv_row_plain (const HemoConvJob *job, int y, int block);
#ifdef __x86_64__
void hemo_conv_row_sse2 (const HemoConvJob *job, int y, int block);
void hemo_conv_row_avx2 (const HemoConvJob *job, int y, int block);
#endif

G_END_DECLS

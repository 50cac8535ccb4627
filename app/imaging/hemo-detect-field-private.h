/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A field as the networks see it: red cells of one size, and of each pixel how much of the light
 * it lets through. resources/detector/smear.py does the same step by step for the training. */

#pragma once

#include "hemo-conv-private.h"
#include "hemo-pixels.h"

G_BEGIN_DECLS

/* Pixels that a red cell has across when the detector sees it, and micrometres that it is taken to
 * have: dried on the slide 6.2 to 8.2, middle 7.5 (Dacie and Lewis, Practical Haematology). */
#define HEMO_FIELD_RED_CELL 28.0
#define HEMO_FIELD_RED_CELL_MICROMETRES 7.5

/* Terms of a polynomial of the fourth degree in two variables. */
#define HEMO_LIGHT_TERMS 15

/**
 * HemoLight:
 *
 * The light between the cells: a polynomial of the place for the logarithm of each channel, fitted
 * to the upper envelope of what is seen, and what that is off from the middle of the empty pixels.
 */
typedef struct
{
  double terms[HEMO_LIGHT_TERMS][3];
  double level[3];
} HemoLight;

/* Area average where it becomes smaller, between neighbours where larger. (transfer full) */
HemoPixels *hemo_field_resample (const HemoPixels *pixels, int width, int height, GError **error);

/* Measures the light of @pixels, where red cells are about HEMO_FIELD_RED_CELL across. */
void hemo_light_measure (const HemoPixels *pixels, HemoLight *light);

/* Of the channels at a place from 0 to 1 across and down the field, in steps of 255. */
void hemo_light_at (const HemoLight *self, double x, double y, double channels[3]);

/**
 * hemo_light_even_out:
 * @pixels: a part of the field, or another resolution of it
 * @x: where in the field it begins, from 0 to 1, and so on
 * @to: (out): at least of the size of @pixels, 3 channels; from -1 (nothing comes through) over 0
 * (nothing is in the way) to 0.5
 */
void hemo_light_even_out (const HemoLight *self,
                          const HemoPixels *pixels,
                          double x,
                          double y,
                          double width,
                          double height,
                          HemoMap *to);

G_END_DECLS

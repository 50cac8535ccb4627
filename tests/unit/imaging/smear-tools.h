/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fields for the tests of pictures: drawn, and those of the shared data where there are any. */

#pragma once

#include "hemo-pixels.h"
#include "hemo-smear-art.h"

G_BEGIN_DECLS

/* (transfer full) */
HemoPixels *smear_to_pixels (const HemoSmear *smear);

/* Red, green and blue each as @gain * x + @offset. */
void change_light (HemoPixels *pixels, const double gain[3], const double offset[3]);

/* The same with three boxes over it that are nearly a Gaussian of @sigma pixels. */
void blur_pixels (HemoPixels *pixels, double sigma);

/* Paths of the pictures in @set of the shared data, every @step of them, none when the data is not
 * there. (transfer full) */
GPtrArray *list_real (const char *set, guint step);

/* Decoded to @max_side; aborts when it cannot be. (transfer full) */
HemoPixels *open_real (const char *path, int max_side);

G_END_DECLS

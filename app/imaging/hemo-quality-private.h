/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of hemo-quality share. */

#pragma once

#include "hemo-pixels.h"

G_BEGIN_DECLS

/* As HemoQuality.focus; 0 of a picture too small or too even to tell. */
double hemo_focus_measure (const HemoPixels *pixels);

G_END_DECLS

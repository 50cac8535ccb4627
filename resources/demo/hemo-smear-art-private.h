/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shared by the files that draw smears. */

#pragma once

#include "hemo-smear-art.h"

/* Where a cell lies; pixels. */
typedef struct
{
  HemoSmearKind kind;
  double x;
  double y;
  double radius;
  double angle;
} HemoSmearSpot;

void hemo_smear_draw_cell (cairo_t *cr, const HemoSmearSpot *spot, GRand *rand);

/* Blur, shading and noise, in this order, as light meets them. */
void hemo_smear_apply_optics (cairo_surface_t *surface, const HemoSmear *smear, GRand *rand);

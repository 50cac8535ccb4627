/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the nucleus of a white cell is stained. */

#pragma once

#include "hemo-conv-private.h"

G_BEGIN_DECLS

#define HEMO_STAIN_VALUES 3

/**
 * hemo_stain_measure:
 * @cell: a white cell in the middle, light evened out: the share of light less 1
 * @width: of its box, in places of @cell
 * @values: (out): mean optical density in green of the densest three tenths of the box; that in
 * red, and that in blue, in parts of it
 *
 * FALSE when nothing is stained.
 */
gboolean hemo_stain_measure (const HemoMap *cell,
                             double width,
                             double height,
                             double values[HEMO_STAIN_VALUES]);

/* Whether the types of cells that are stained so were learnt. */
gboolean hemo_stain_is_known (const double values[HEMO_STAIN_VALUES]);

G_END_DECLS

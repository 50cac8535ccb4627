/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The trained networks: one that finds cells, one that says what a white cell is. */

#pragma once

#include "hemo-conv-private.h"
#include "hemo-pixels.h"

G_BEGIN_DECLS

/* Kinds of cells that are found, and types of white cells that are told apart. */
#define HEMO_NETWORK_KINDS 3
#define HEMO_NETWORK_TYPES 6
/* Pixels that one value of the map of the detector stands for, a side. */
#define HEMO_NETWORK_STRIDE 4
/* Sides of what it takes are whole multiples of this. */
#define HEMO_NETWORK_GRAIN 16
/* Beyond so many pixels, what is there does not change what is found: a multiple of the grain. */
#define HEMO_NETWORK_REACH 96
/* Side of the picture of one white cell that is told apart, and pixels that a red cell has across
 * in it. */
#define HEMO_NETWORK_TYPE_SIDE 96
#define HEMO_NETWORK_TYPE_RED_CELL 40.0

typedef struct _HemoNetwork HemoNetwork;

/**
 * hemo_network_new:
 * @bytes: a file that resources/detector/export.py wrote
 *
 * Little-endian: 'HEMOCELL', format 1, version, number of layers, the shares from which each kind
 * is shown (3), the temperature of the types; of each layer four sizes, then its values; SHA-256 of
 * all before. Fails with %HEMO_IMAGING_ERROR_DAMAGED when the hash or a size does not fit, and with
 * _UNSUPPORTED when it is of another format. (transfer full)
 */
HemoNetwork *hemo_network_new (GBytes *bytes, GError **error);
void hemo_network_free (HemoNetwork *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoNetwork, hemo_network_free)

guint hemo_network_get_version (const HemoNetwork *self);
/* The first 12 hexadecimal digits of the hash of its weights. (transfer none) */
const char *hemo_network_get_hash (const HemoNetwork *self);
/* The confidence from which cells of @kind are shown. */
double hemo_network_get_threshold (const HemoNetwork *self, int kind);

/**
 * hemo_network_find:
 * @field: 3 channels, sides of whole multiples of HEMO_NETWORK_GRAIN, evened out
 *
 * A map of 1 / HEMO_NETWORK_STRIDE of the size: for each kind the logit of a cell's middle being
 * here; then for each kind how far right and down of the middle of this place, in places, and the
 * logarithms of width and height in red cells. NULL when there is no memory. (transfer full)
 */
HemoMap *hemo_network_find (const HemoNetwork *self, HemoSimd simd, const HemoMap *field);

/* Probabilities, together 1, of the types of the white cell in the middle of @cell, of
 * HEMO_NETWORK_TYPE_SIDE a side. FALSE when there is no memory. */
gboolean hemo_network_tell_type (const HemoNetwork *self,
                                 HemoSimd simd,
                                 const HemoMap *cell,
                                 double types[HEMO_NETWORK_TYPES]);

/* The weights that the program was built with. */
extern const guint8 hemo_network_weights[];
extern const gsize hemo_network_weights_size;

G_END_DECLS

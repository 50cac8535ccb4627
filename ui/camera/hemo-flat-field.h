/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Uneven light taken out of what is shown and measured, by a picture of an empty field.
 *
 * Where it is applied: to the live view, to what the focus meter and the stain gate measure. Where
 * not: to captured pictures and the frames kept with counted cells, whose bytes are the camera's
 * own and stay as they came. So what is stored is evidence, and what is judged is the smear and not
 * the lamp. */

#pragma once

#include "hemo-pixels.h"

G_BEGIN_DECLS

/* The map is this fine: light changes slowly over a field, dust on the slide does not belong in it.
 */
#define HEMO_FLAT_FIELD_COLUMNS 32
#define HEMO_FLAT_FIELD_ROWS 24
/* A corner darker than a third of the brightest part has no light to bring up. */
#define HEMO_FLAT_FIELD_MAX_GAIN 3.0

/* Immutable and counted; may be used on any thread. */
typedef struct _HemoFlatField HemoFlatField;

/**
 * hemo_flat_field_new:
 * @blank: an empty field, of any size from 64 pixels a side, not corrected
 *
 * Fails with %HEMO_IMAGING_ERROR_INVALID and says what to do when there are cells in it, when it is
 * too dark or burnt out, and when a corner gets less than a third of the light. (transfer full)
 */
HemoFlatField *hemo_flat_field_new (const HemoPixels *blank, GError **error);
HemoFlatField *hemo_flat_field_ref (HemoFlatField *self);
void hemo_flat_field_unref (HemoFlatField *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoFlatField, hemo_flat_field_unref)

/* How much darker the darkest part of the blank was than its brightest, 0 to 1. */
double hemo_flat_field_get_unevenness (HemoFlatField *self);

/* Rows of @width pixels of @stride bytes each, @n_channels bytes a pixel: the first three are
 * changed; @blue_first when they are blue, green, red. */
void hemo_flat_field_apply (HemoFlatField *self,
                            guint8 *data,
                            int width,
                            int height,
                            gsize stride,
                            int n_channels,
                            gboolean blue_first);

/* For the settings; the same on every machine. (transfer full) */
GBytes *hemo_flat_field_to_bytes (HemoFlatField *self);
/* Fails with %HEMO_IMAGING_ERROR_DAMAGED when it is nothing that hemo_flat_field_to_bytes() wrote.
 * (transfer full) */
HemoFlatField *hemo_flat_field_new_from_bytes (GBytes *bytes, GError **error);

G_END_DECLS

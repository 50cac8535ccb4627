/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two fields side by side. */

#pragma once

#include "hemo-image-view.h"

G_BEGIN_DECLS

#define HEMO_TYPE_IMAGE_PAIR (hemo_image_pair_get_type ())
G_DECLARE_FINAL_TYPE (HemoImagePair, hemo_image_pair, HEMO, IMAGE_PAIR, GtkWidget)

/* Properties: 'linked' (TRUE at first: one follows the other in zoom, place and turn; L exchanges
 * it), 'second-shown' (FALSE: only the first view, over the whole width). Tab goes from one to the
 * other. */
GtkWidget *hemo_image_pair_new (void);
/* 0 the first, 1 the second. (transfer none) */
HemoImageView *hemo_image_pair_get_view (HemoImagePair *self, int which);
void hemo_image_pair_set_linked (HemoImagePair *self, gboolean linked);
gboolean hemo_image_pair_get_linked (HemoImagePair *self);

G_END_DECLS

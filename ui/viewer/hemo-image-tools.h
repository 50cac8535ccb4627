/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The viewer's buttons for who has a mouse: zoom, turn, light, measure, marks. */

#pragma once

#include "hemo-image-view.h"

G_BEGIN_DECLS

#define HEMO_TYPE_IMAGE_TOOLS (hemo_image_tools_get_type ())
G_DECLARE_FINAL_TYPE (HemoImageTools, hemo_image_tools, HEMO, IMAGE_TOOLS, GtkWidget)

/* Property: 'view'. */
GtkWidget *hemo_image_tools_new (HemoImageView *view);
void hemo_image_tools_set_view (HemoImageTools *self, HemoImageView *view);

G_END_DECLS

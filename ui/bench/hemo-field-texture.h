/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A stored field as something that can be shown, opened and decoded off main. */

#pragma once

#include "hemo-desk.h"
#include "hemo-pixels.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * hemo_field_texture_load_async:
 * @uuid: of the image
 * @max_side: longest side in pixels; 0 for the small preview
 *
 * @callback gets the desk as its source; hemo_desk_finish() gives a #GdkTexture (transfer full).
 */
void hemo_field_texture_load_async (HemoDesk *desk,
                                    const char *uuid,
                                    int max_side,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

/* Of decoded pixels, upright; consumes them. On another thread than main. (transfer full) */
GdkTexture *hemo_field_texture_new (HemoPixels *pixels);

G_END_DECLS

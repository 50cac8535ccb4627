/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures in the form in which they are drawn. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The same picture in cairo's own form: of any other GTK makes a copy each time that it is drawn,
 * on main. On another thread than main. NULL stays NULL. @texture: (transfer full) (nullable)
 * Returns: (transfer full) (nullable) */
GdkTexture *hemo_texture_prepare (GdkTexture *texture);

G_END_DECLS

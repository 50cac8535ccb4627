/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands on a key. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The letter on the key @keycode in the keyboard's @layout (0: the first), upper case; a name where
 * it has none; '' for 0. (transfer full) */
char *hemo_key_cap (GdkDisplay *display, guint keycode, int layout);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys that stand for a command, on whatever layout. */

#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/**
 * hemo_key_letter:
 * @keyval: what the layout makes of the key
 * @keycode: number of the key, as X11 and GDK count them (evdev's and 8)
 *
 * @keyval itself where it is a Latin letter, a digit or no character at all; where the layout has
 * another script, what a Latin (US) keyboard has at that place, in lower case. A key of such a
 * layout that no Latin keyboard has stays as it is.
 */
guint hemo_key_letter (guint keyval, guint keycode);

G_END_DECLS

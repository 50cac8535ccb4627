/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Want of memory. GLib ends the program; libraries that give nothing instead would have it taken
 * for 'there is none', and a name or a result would be missing without a word. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Ends the program, as GLib does, unless @got. */
void hemo_require_memory (gboolean got);

/* g_utf8_normalize(), which gives NULL for want of memory too. NULL only if @text, which may not be
 * NULL, is not UTF-8. (transfer full) */
char *hemo_utf8_normalize (const char *text, GNormalizeMode mode);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* For how long nobody touched the window, and that it is locked then. */

#pragma once

#include "hemo-desk.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* Whether @event says that somebody is there. */
gboolean hemo_window_idle_is_input (GdkEvent *event);

/* Microseconds of a clock that nobody sets and that goes on while the computer sleeps. */
gint64 hemo_window_idle_now (void);

/* Locks what is open when @minutes have gone by since @last_input, of that clock; 0: never. Whether
 * it did. */
gboolean hemo_window_idle_lock (HemoDesk *desk, gint64 last_input, guint minutes);

G_END_DECLS

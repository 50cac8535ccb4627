/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long main was kept from its work and by what, and how the window is drawn on this machine. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Measures from now on each turn of the default main context, from the moment that poll() came back
 * to the next poll(); in a long one a timer looks at what runs. On main, once. */
void hemo_watch_start (void);
/* The window closes: nobody waits for what is put away now. */
void hemo_watch_end (void);
/* On the standard error: the turn that lasted longest, whoever had the processor; then the @n that
 * took most of the processor, which a machine that is busy with other work does not change. Each
 * with the source that ran in it; where @n is more than one, also with what the timer saw, for
 * addr2line. */
void hemo_watch_print (guint n);

/* Before GTK starts: without a graphics card that draws by itself, cairo draws and GL stays off,
 * which takes a quarter of the memory. What the environment says goes first. TRUE: the processor
 * draws. */
gboolean hemo_watch_choose_renderer (void);

G_END_DECLS

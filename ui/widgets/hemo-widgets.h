/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a program calls once before it shows one of these widgets. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Registers the types for templates and gives @display their style. May be called again. */
void hemo_widgets_init (GdkDisplay *display);

/* The tooltip, where it is another: GTK asks the X server where the pointer is each time that one
 * is set, and main waits for the answer. */
void hemo_widgets_set_tooltip (GtkWidget *widget, const char *text);
/* The same for what is clicked on quickly: the tooltip lets clicks through to what it lies over. */
void hemo_widgets_set_light_tooltip (GtkWidget *widget, const char *text);

G_END_DECLS

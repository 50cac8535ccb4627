/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Buttons that are alike in every row of a list. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @name: what is read out in place of the button's own words, which say nothing of the row and
 * would go before a name. */
void hemo_button_name (GtkWidget *button, const char *name);

G_END_DECLS

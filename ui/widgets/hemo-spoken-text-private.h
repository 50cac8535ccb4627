/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a screen reader is told of a widget whose text is held by another one inside it. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For G_IMPLEMENT_INTERFACE (GTK_TYPE_ACCESSIBLE_TEXT) of a widget that is a GtkEditable with a
 * GtkText as its delegate: contents, caret and places of letters are the delegate's. */
void hemo_spoken_text_init (GtkAccessibleTextInterface *iface);
/* Once the delegate is there: what is typed, taken away and chosen is told from now on. */
void hemo_spoken_text_follow (GtkEditable *self);

G_END_DECLS

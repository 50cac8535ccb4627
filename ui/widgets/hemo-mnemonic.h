/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Alt and a letter in scripts other than Latin. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * hemo_mnemonic_hear:
 * @widget: a window, or a dialog in one
 *
 * From now on Alt and the underlined letter of a label in @widget activate what the label stands
 * for, in each script; in a menu that is open the letter alone does as well. GTK (4.18) keeps a
 * label's mnemonic as a character and compares it with the key's keyval, which is the same for the
 * letters of Latin-1 alone; what it finds itself is left to it.
 */
void hemo_mnemonic_hear (GtkWidget *widget);

G_END_DECLS

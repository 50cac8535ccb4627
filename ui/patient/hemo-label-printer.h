/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Labels to paper or into a file. */

#pragma once

#include "hemo-desk.h"
#include "hemo-labels.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The size of this computer's labels, and what it is chosen with. */
HemoLabelSize hemo_label_size_get (void);
void hemo_label_size_bind (GtkDropDown *choice);

/* Asks for the printer, and prints the labels of @specimens (UUIDs, ended by NULL). What goes wrong
 * is said on @parent, a widget in the window. Nothing is written to a file on the way. */
void hemo_label_printer_print (GtkWidget *parent,
                               HemoDesk *desk,
                               const char *const *specimens,
                               HemoLabelSize size);

/* Asks where, and writes them as PDF. @name: of the file that is proposed */
void hemo_label_printer_save (GtkWidget *parent,
                              HemoDesk *desk,
                              const char *const *specimens,
                              HemoLabelSize size,
                              const char *name);

G_END_DECLS

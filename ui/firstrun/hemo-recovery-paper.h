/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sheet of paper with a recovery code. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks for the printer; @groups: of the code. What a print dialog writes into a file is on the
 * person who chooses that. */
void hemo_recovery_paper_print (GtkWidget *widget, const char *clinic, const char *const *groups);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A signed report goes to paper: the stored bytes, never a new drawing. */

#pragma once

#include "hemo-desk.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * hemo_report_print:
 * @widget: in whose window it asks
 * @version: 0: the newest
 *
 * Opens the stored PDF off main, asks for the printer (the last one is chosen), and says when it
 * was sent. Without a printer it says so and offers to save the PDF.
 */
void hemo_report_print (
    GtkWidget *widget, HemoDesk *desk, const char *specimen, const char *accession, int version);

G_END_DECLS

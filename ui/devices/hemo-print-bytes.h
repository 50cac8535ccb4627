/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A PDF goes to the printer from memory. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * hemo_print_bytes_async:
 * @setup: (nullable): NULL: asks for the printer
 * @cancellable: (nullable): closes the dialog that asks
 *
 * Never through a stream: GTK waits on main for what it has not got of it yet, and who fills it may
 * need main.
 */
void hemo_print_bytes_async (GtkPrintDialog *dialog,
                             GtkWindow *parent,
                             GtkPrintSetup *setup,
                             GBytes *pdf,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data);
/* Whether the print system took it. */
gboolean hemo_print_bytes_finish (GtkPrintDialog *dialog, GAsyncResult *result, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Choosers of files and printers: the desktop may show them in a window of its own, which outlives
 * a lock of the screen. They close with it, and what is chosen there afterwards is not taken. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  HEMO_CHOOSE_FILE,
  HEMO_CHOOSE_FILES,
  HEMO_CHOOSE_FOLDER,
  /* Where a file is to be written. */
  HEMO_CHOOSE_PLACE,
} HemoChoose;

/* Over the window of @widget. @callback gets @dialog as its source. */
void hemo_chooser_ask_async (GtkFileDialog *dialog,
                             HemoChoose what,
                             GtkWidget *widget,
                             GAsyncReadyCallback callback,
                             gpointer data);
/* A GFile; a GListModel of them for HEMO_CHOOSE_FILES. NULL with G_IO_ERROR_CANCELLED after a lock,
 * with one of GTK_DIALOG_ERROR when nothing was chosen. (transfer full) */
gpointer hemo_chooser_ask_finish (GtkFileDialog *dialog, GAsyncResult *result, GError **error);

/* Cancelled at the next hemo_chooser_close_all(), for dialogs of printers. (transfer none) */
GCancellable *hemo_chooser_get_cancellable (GtkWidget *widget);
/* The screen of @window is locked, or it goes. */
void hemo_chooser_close_all (GtkWindow *window);

G_END_DECLS

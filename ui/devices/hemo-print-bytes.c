/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gives GTK a file that is never empty and never on a disk. */

#include "hemo-print-bytes.h"

#include "hemo-memory-file.h"

#include <unistd.h>

static void
close_fd (gpointer fd)
{
  close (GPOINTER_TO_INT (fd));
}

static void
printed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (gtk_print_dialog_print_file_finish (GTK_PRINT_DIALOG (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
hemo_print_bytes_async (GtkPrintDialog *dialog,
                        GtkWindow *parent,
                        GtkPrintSetup *setup,
                        GBytes *pdf,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  GTask *task = g_task_new (dialog, cancellable, callback, data);
  GError *error = NULL;
  int fd = hemo_memory_file_open (pdf, &error);
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  g_task_set_source_tag (task, hemo_print_bytes_async);
  if (fd < 0)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  g_task_set_task_data (task, GINT_TO_POINTER (fd), close_fd);
  path = g_strdup_printf ("/proc/self/fd/%d", fd);
  file = g_file_new_for_path (path);
  gtk_print_dialog_print_file (dialog, parent, setup, file, cancellable, printed_cb, task);
}

gboolean
hemo_print_bytes_finish (GtkPrintDialog *dialog, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, dialog), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

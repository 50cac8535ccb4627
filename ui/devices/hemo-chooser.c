/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All choosers of a window have one cancellable, until it is locked. */

#include "hemo-chooser.h"

#define KEY "hemo-chooser"

GCancellable *
hemo_chooser_get_cancellable (GtkWidget *widget)
{
  GObject *window = G_OBJECT (gtk_widget_get_root (widget));
  GCancellable *cancellable = window != NULL ? g_object_get_data (window, KEY) : NULL;

  if (cancellable != NULL || window == NULL)
    return cancellable;
  cancellable = g_cancellable_new ();
  g_object_set_data_full (window, KEY, cancellable, g_object_unref);
  return cancellable;
}

void
hemo_chooser_close_all (GtkWindow *window)
{
  g_autoptr (GCancellable) cancellable = g_object_steal_data (G_OBJECT (window), KEY);

  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
}

static gpointer
finish (GtkFileDialog *dialog, HemoChoose what, GAsyncResult *result, GError **error)
{
  switch (what)
    {
    case HEMO_CHOOSE_FILES:
      return gtk_file_dialog_open_multiple_finish (dialog, result, error);
    case HEMO_CHOOSE_FOLDER:
      return gtk_file_dialog_select_folder_finish (dialog, result, error);
    case HEMO_CHOOSE_PLACE:
      return gtk_file_dialog_save_finish (dialog, result, error);
    default:
      return gtk_file_dialog_open_finish (dialog, result, error);
    }
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  gpointer chosen
      = finish (GTK_FILE_DIALOG (source), (HemoChoose)GPOINTER_TO_INT (g_task_get_task_data (task)),
                result, &error);

  if (chosen != NULL)
    g_task_return_pointer (task, chosen, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
hemo_chooser_ask_async (GtkFileDialog *dialog,
                        HemoChoose what,
                        GtkWidget *widget,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));
  GCancellable *cancellable = hemo_chooser_get_cancellable (widget);
  GTask *task = g_task_new (dialog, cancellable, callback, data);

  g_task_set_source_tag (task, hemo_chooser_ask_async);
  g_task_set_task_data (task, GINT_TO_POINTER (what), NULL);
  if (what == HEMO_CHOOSE_FILES)
    gtk_file_dialog_open_multiple (dialog, window, cancellable, answered_cb, task);
  else if (what == HEMO_CHOOSE_FOLDER)
    gtk_file_dialog_select_folder (dialog, window, cancellable, answered_cb, task);
  else if (what == HEMO_CHOOSE_PLACE)
    gtk_file_dialog_save (dialog, window, cancellable, answered_cb, task);
  else
    gtk_file_dialog_open (dialog, window, cancellable, answered_cb, task);
}

gpointer
hemo_chooser_ask_finish (GtkFileDialog *dialog, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, dialog), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

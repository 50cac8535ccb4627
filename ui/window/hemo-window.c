/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The main window: tells which clinic lies in the folder and who may sign in there. */

#include "hemo-window.h"

#include "hemo-key-file.h"

#include <glib/gi18n.h>

struct _HemoWindow
{
  AdwApplicationWindow parent_instance;

  AdwStatusPage *status;
  AdwPreferencesGroup *people;
};

G_DEFINE_FINAL_TYPE (HemoWindow, hemo_window, ADW_TYPE_APPLICATION_WINDOW)

static void
load_thread (GTask *task, gpointer source, gpointer directory, GCancellable *cancellable)
{
  GError *error = NULL;
  HemoKeyFile *file = hemo_key_file_load (directory, FALSE, &error);

  if (file != NULL)
    g_task_return_pointer (task, file, (GDestroyNotify)hemo_key_file_free);
  else
    g_task_return_error (task, error);
}

static const char *
role_label (const char *role)
{
  if (g_str_equal (role, "administrator"))
    return _ ("Administrator");
  if (g_str_equal (role, "pathologist"))
    return _ ("Pathologist");
  return _ ("Technician");
}

static void
show_people (HemoWindow *self, GPtrArray *users)
{
  for (guint i = 0; i < users->len; i++)
    {
      const HemoKeyUser *user = g_ptr_array_index (users, i);
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), user->name);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), role_label (user->role));
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), adw_avatar_new (32, user->name, TRUE));
      adw_preferences_group_add (self->people, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->people), users->len > 0);
}

static void
show_status (HemoWindow *self, const char *icon, const char *title, const char *description)
{
  adw_status_page_set_icon_name (self->status, icon);
  adw_status_page_set_title (self->status, title);
  adw_status_page_set_description (self->status, description);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HemoWindow *self = HEMO_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoKeyFile) file = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    show_status (self, "list-add-symbolic", _ ("No Clinic Here Yet"),
                 _ ("Set one up with “hemogram-cli init”."));
  else if (file == NULL)
    {
      /* A description is markup, a title is not. */
      g_autofree char *message = g_markup_escape_text (error->message, -1);

      show_status (self, "dialog-warning-symbolic", _ ("The Clinic Cannot Be Opened"), message);
    }
  else
    {
      show_status (self, "system-lock-screen-symbolic", hemo_key_file_get_clinic_name (file),
                   _ ("The records are encrypted and locked. Work on them with “hemogram-cli”."));
      show_people (self, hemo_key_file_get_users (file));
    }
}

void
hemo_window_show_clinic (HemoWindow *self, const char *directory)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HEMO_IS_WINDOW (self));

  task = g_task_new (self, NULL, loaded_cb, NULL);
  g_task_set_source_tag (task, hemo_window_show_clinic);
  g_task_set_task_data (task, g_strdup (directory), g_free);
  g_task_run_in_thread (task, load_thread);
}

static void
hemo_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), HEMO_TYPE_WINDOW);
  G_OBJECT_CLASS (hemo_window_parent_class)->dispose (object);
}

static void
hemo_window_class_init (HemoWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/window/hemo-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, status);
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, people);
}

static void
hemo_window_init (HemoWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

HemoWindow *
hemo_window_new (AdwApplication *application)
{
  return g_object_new (HEMO_TYPE_WINDOW, "application", application, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The camera portal over plain D-Bus. */

#include "hemo-camera-portal-private.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>

#define NAME "org.freedesktop.portal.Desktop"
#define PATH "/org/freedesktop/portal/desktop"
#define CAMERA "org.freedesktop.portal.Camera"
#define REQUEST "org.freedesktop.portal.Request"

/* Of the task. */
typedef struct
{
  GDBusConnection *bus;
  guint subscription;
  gboolean answered;
} Asking;

static void
stop_listening (Asking *self)
{
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
}

static void
asking_free (Asking *self)
{
  stop_listening (self);
  g_clear_object (&self->bus);
  g_free (self);
}

gboolean
hemo_camera_portal_is_needed (void)
{
  return g_getenv (HEMO_CAMERA_PORTAL_VARIABLE) != NULL
         || g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}

/* Once, whoever comes first. */
static void
give_up (GTask *task, GError *error)
{
  Asking *asking = g_task_get_task_data (task);

  if (asking->answered)
    {
      g_error_free (error);
      return;
    }
  asking->answered = TRUE;
  stop_listening (asking);
  g_dbus_error_strip_remote_error (error);
  g_task_return_error (task, error);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) answer = NULL;
  GError *error = NULL;
  gint32 at;
  int fd = -1;

  answer = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds,
                                                            result, &error);
  if (answer != NULL)
    {
      g_variant_get (answer, "(h)", &at);
      fd = fds != NULL ? g_unix_fd_list_get (fds, at, &error) : -1;
    }
  if (fd >= 0)
    g_task_return_int (task, fd);
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                                     _ ("the portal gave no connection"));
}

static void
response_cb (GDBusConnection *bus,
             const char *sender,
             const char *path,
             const char *interface,
             const char *signal,
             GVariant *parameters,
             gpointer data)
{
  GTask *task = data;
  Asking *asking = g_task_get_task_data (task);
  guint32 response = 2;

  if (asking->answered)
    return;
  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    g_variant_get_child (parameters, 0, "u", &response);
  if (response != 0)
    {
      give_up (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                                          _ ("Hemogram was not allowed to use the camera. Allow it "
                                             "in the system’s settings, under Privacy.")));
      return;
    }
  asking->answered = TRUE;
  g_dbus_connection_call_with_unix_fd_list (
      bus, NAME, PATH, CAMERA, "OpenPipeWireRemote", g_variant_new ("(a{sv})", NULL),
      G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, g_task_get_cancellable (task),
      opened_cb, g_object_ref (task));
  stop_listening (asking);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GVariant) answer = NULL;
  GError *error = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  /* Else the answer comes as a signal. */
  if (answer == NULL)
    give_up (task, error);
}

/* Where the answer will come, known before it is asked so that it cannot be missed. (transfer full)
 */
static char *
make_request_path (GDBusConnection *bus, const char *token)
{
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (bus) + 1);

  return g_strdup_printf ("%s/request/%s/%s", PATH, g_strdelimit (sender, ".", '_'), token);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Asking *asking = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *token = g_strdup_printf ("hemogram%u", g_random_int ());
  g_autofree char *path = NULL;
  GVariantBuilder options;

  asking->bus = g_bus_get_finish (result, &error);
  if (asking->bus == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  path = make_request_path (asking->bus, token);
  asking->subscription = g_dbus_connection_signal_subscribe (
      asking->bus, NAME, REQUEST, "Response", path, NULL, G_DBUS_SIGNAL_FLAGS_NONE, response_cb,
      g_object_ref (task), g_object_unref);
  g_variant_builder_init (&options, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  g_dbus_connection_call (asking->bus, NAME, PATH, CAMERA, "AccessCamera",
                          g_variant_new ("(a{sv})", &options), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, g_task_get_cancellable (task), asked_cb,
                          g_object_ref (task));
}

void
hemo_camera_portal_open_async (GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, hemo_camera_portal_open_async);
  g_task_set_task_data (task, g_new0 (Asking, 1), (GDestroyNotify)asking_free);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, connected_cb, task);
}

int
hemo_camera_portal_open_finish (GAsyncResult *result, GError **error)
{
  return (int)g_task_propagate_int (G_TASK (result), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* org.freedesktop.portal.Background over plain D-Bus. */

#include "hemo-background.h"

#include <glib/gi18n.h>

#define NAME "org.freedesktop.portal.Desktop"
#define PATH "/org/freedesktop/portal/desktop"
#define BACKGROUND "org.freedesktop.portal.Background"
#define REQUEST "org.freedesktop.portal.Request"

/* Of the task. */
typedef struct
{
  char *reason;
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
asking_free (gpointer data)
{
  Asking *self = data;

  stop_listening (self);
  g_clear_object (&self->bus);
  g_free (self->reason);
  g_free (self);
}

/* Once, whoever comes first. */
static void
answer (GTask *task, gboolean allowed)
{
  Asking *asking = g_task_get_task_data (task);

  if (asking->answered)
    return;
  asking->answered = TRUE;
  if (allowed)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error_literal (
        task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
        _ ("Hemogram was not allowed to go on without a window. Allow it in the system’s settings, "
           "under Apps."));
  stop_listening (asking);
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
  g_autoptr (GTask) task = g_object_ref (data);
  g_autoptr (GVariant) results = NULL;
  guint32 response = 2;
  gboolean background = FALSE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    {
      g_variant_get (parameters, "(u@a{sv})", &response, &results);
      g_variant_lookup (results, "background", "b", &background);
    }
  answer (task, response == 0 && background);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GVariant) handle = NULL;

  handle = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  /* Else the answer comes as a signal. */
  if (handle == NULL)
    answer (task, TRUE);
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
  g_autofree char *token = g_strdup_printf ("hemogram%u", g_random_int ());
  g_autofree char *path = NULL;
  GVariantBuilder options;

  asking->bus = g_bus_get_finish (result, NULL);
  if (asking->bus == NULL)
    {
      answer (task, TRUE);
      return;
    }
  path = make_request_path (asking->bus, token);
  asking->subscription = g_dbus_connection_signal_subscribe (
      asking->bus, NAME, REQUEST, "Response", path, NULL, G_DBUS_SIGNAL_FLAGS_NONE, response_cb,
      g_object_ref (task), g_object_unref);
  g_variant_builder_init (&options, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  g_variant_builder_add (&options, "{sv}", "reason", g_variant_new_string (asking->reason));
  g_dbus_connection_call (asking->bus, NAME, PATH, BACKGROUND, "RequestBackground",
                          g_variant_new ("(sa{sv})", "", &options), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, g_task_get_cancellable (task), asked_cb,
                          g_object_ref (task));
}

void
hemo_background_ask_async (const char *reason,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Asking *asking = g_new0 (Asking, 1);

  g_task_set_source_tag (task, hemo_background_ask_async);
  asking->reason = g_strdup (reason);
  g_task_set_task_data (task, asking, asking_free);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, connected_cb, task);
}

gboolean
hemo_background_ask_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

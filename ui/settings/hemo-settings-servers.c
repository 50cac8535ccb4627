/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The servers of the clinic: which are set up, and the way to each. */

#include "hemo-settings-page.h"

#include "hemo-remote-table.h"

#include <glib/gi18n.h>

#define N_SERVERS 2

struct _HemoSettingsServers
{
  HemoSettingsPage parent_instance;

  AdwActionRow *rows[N_SERVERS];
};

#define HEMO_TYPE_SETTINGS_SERVERS (hemo_settings_servers_get_type ())
G_DECLARE_FINAL_TYPE (
    HemoSettingsServers, hemo_settings_servers, HEMO, SETTINGS_SERVERS, HemoSettingsPage)
G_DEFINE_FINAL_TYPE (HemoSettingsServers, hemo_settings_servers, HEMO_TYPE_SETTINGS_PAGE)

static const struct
{
  const char *kind;
  const char *title;
  const char *about;
  GType (*get_type) (void);
} servers[N_SERVERS] = {
  { HEMO_SERVER_FHIR, N_ ("Records Server"),
    N_ ("Patients, orders, results and reports, by FHIR R4"), hemo_settings_records_get_type },
  { HEMO_SERVER_S3, N_ ("Pictures Server"), N_ ("Sealed pictures, in a bucket that speaks S3"),
    hemo_settings_pictures_get_type },
};

static gboolean
set_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  gboolean is_set[N_SERVERS] = { FALSE };
  guint bits = 0;

  for (guint i = 0; i < N_SERVERS; i++)
    {
      if (!hemo_server_is_set (txn, servers[i].kind, &is_set[i], error))
        return FALSE;
      bits |= is_set[i] ? 1u << i : 0;
    }
  *result = GUINT_TO_POINTER (bits);
  return TRUE;
}

static void
set_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsServers) self = data;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, NULL)
      || gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  for (guint i = 0; i < N_SERVERS; i++)
    {
      gboolean is_set = (GPOINTER_TO_UINT (out) & (1u << i)) != 0;
      g_autofree char *text = g_strdup_printf ("%s\n%s", _ (servers[i].about),
                                               is_set ? _ ("Set up") : _ ("Not set up"));

      adw_action_row_set_subtitle (self->rows[i], text);
    }
}

static void
load (HemoSettingsServers *self)
{
  hemo_desk_read_async (hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self)), set_job, NULL,
                        NULL, NULL, NULL, set_cb, g_object_ref (self));
}

static void
activated_cb (AdwActionRow *row, gpointer data)
{
  HemoSettingsServers *self = data;
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "server"));
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);

  adw_navigation_view_push (
      ADW_NAVIGATION_VIEW (view),
      ADW_NAVIGATION_PAGE (hemo_settings_page_new (
          servers[index].get_type (), hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self)),
          _ (servers[index].title))));
}

static void
hemo_settings_servers_build (HemoSettingsPage *page, AdwPreferencesPage *content)
{
  HemoSettingsServers *self = HEMO_SETTINGS_SERVERS (page);
  AdwPreferencesGroup *group = hemo_settings_add_group (
      content, NULL,
      _ ("Where the clinic's work is sent whenever there is a connection. Everything works without "
         "a server: what waits stays here and goes into each backup."));

  for (guint i = 0; i < N_SERVERS; i++)
    {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (servers[i].title));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ (servers[i].about));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("go-next-symbolic"));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_object_set_data (G_OBJECT (row), "server", GUINT_TO_POINTER (i));
      g_signal_connect (row, "activated", G_CALLBACK (activated_cb), self);
      adw_preferences_group_add (group, row);
      self->rows[i] = ADW_ACTION_ROW (row);
    }
  g_signal_connect_object (hemo_settings_page_get_desk (page), "changed", G_CALLBACK (load), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "showing", G_CALLBACK (load), NULL);
}

static void
hemo_settings_servers_class_init (HemoSettingsServersClass *klass)
{
  HEMO_SETTINGS_PAGE_CLASS (klass)->build = hemo_settings_servers_build;
}

static void
hemo_settings_servers_init (HemoSettingsServers *self)
{
}

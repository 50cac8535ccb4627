/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The application: its options, its actions and its window. */

#include "hemo-application.h"

#include "hemo-window.h"

#include <glib/gi18n.h>

struct _HemoApplication
{
  AdwApplication parent_instance;

  char *directory;
};

G_DEFINE_FINAL_TYPE (HemoApplication, hemo_application, ADW_TYPE_APPLICATION)

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  g_application_quit (G_APPLICATION (application));
}

static void
hemo_application_activate (GApplication *application)
{
  HemoApplication *self = HEMO_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    {
      window = GTK_WINDOW (hemo_window_new (ADW_APPLICATION (application)));
      hemo_window_show_clinic (HEMO_WINDOW (window), self->directory);
    }
  gtk_window_present (window);
}

static int
hemo_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  HemoApplication *self = HEMO_APPLICATION (application);
  g_autofree char *directory = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("hemogram %s\n", HEMO_VERSION);
      return 0;
    }
  if (g_variant_dict_lookup (options, "clinic", "^ay", &directory))
    g_set_str (&self->directory, directory);
  return -1;
}

static void
hemo_application_finalize (GObject *object)
{
  HemoApplication *self = HEMO_APPLICATION (object);

  g_clear_pointer (&self->directory, g_free);
  G_OBJECT_CLASS (hemo_application_parent_class)->finalize (object);
}

static void
hemo_application_class_init (HemoApplicationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_application_finalize;
  G_APPLICATION_CLASS (klass)->activate = hemo_application_activate;
  G_APPLICATION_CLASS (klass)->handle_local_options = hemo_application_handle_local_options;
}

static void
hemo_application_init (HemoApplication *self)
{
  static const GActionEntry actions[] = { { .name = "quit", .activate = quit_cb } };
  static const char *const quit_keys[] = { "<Control>q", NULL };
  const GOptionEntry options[] = {
    { "clinic", 'c', 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Folder of the clinic"), N_ ("DIR") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL },
    { NULL },
  };

  self->directory = g_build_filename (g_get_user_data_dir (), "hemogram", "clinic", NULL);
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", quit_keys);
}

HemoApplication *
hemo_application_new (void)
{
  return g_object_new (HEMO_TYPE_APPLICATION, "application-id", HEMO_APPLICATION_ID, NULL);
}

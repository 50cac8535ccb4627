/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The application: its options, its actions and its window. */

#include "hemo-application.h"

#include "hemo-languages.h"
#include "hemo-place.h"
#include "hemo-settings.h"
#include "hemo-trim.h"
#include "hemo-widgets.h"
#include "hemo-window-news.h"
#include "hemo-window-show.h"

#include <glib/gi18n.h>

/* Milliseconds. */
#define LONGEST_FAREWELL 3000

struct _HemoApplication
{
  AdwApplication parent_instance;

  char *directory;
  GSettings *settings;
  gboolean processor_draws;
  gboolean begins_again;

  /* That of the window, while anybody holds it. */
  HemoDesk *desk;
};

G_DEFINE_FINAL_TYPE (HemoApplication, hemo_application, ADW_TYPE_APPLICATION)

/* The window signs out and waits for long work, so it is asked to close. */
static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GtkWindow *window = gtk_application_get_active_window (application);

  if (window != NULL)
    hemo_window_quit (HEMO_WINDOW (window));
  else
    g_application_quit (G_APPLICATION (application));
}

static gboolean
leave_cb (gpointer application)
{
  g_action_group_activate_action (application, "quit", NULL);
  return G_SOURCE_REMOVE;
}

/* Whoever asks for it goes with the window, so it first comes to its end. */
static void
begin_again_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  HemoApplication *self = HEMO_APPLICATION (application);

  self->begins_again = TRUE;
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, leave_cb, g_object_ref (self), g_object_unref);
}

/* From a notification. */
static void
show_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  g_application_activate (G_APPLICATION (application));
}

/* From a notification that tells of a case, perhaps of a run before this one. Whoever is on the
 * session's bus can send this: no more comes of it than a case that is looked at by who may. */
static void
open_case_cb (GSimpleAction *action, GVariant *specimen, gpointer application)
{
  const char *uuid = g_variant_get_string (specimen, NULL);
  GtkWindow *window;

  g_application_activate (G_APPLICATION (application));
  window = gtk_application_get_active_window (application);
  if (window != NULL && hemo_uuid_is_valid (uuid))
    hemo_window_news_want (HEMO_WINDOW (window), uuid);
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  AdwDialog *dialog = adw_about_dialog_new ();

  g_object_set (dialog, "application-name", _ ("Hemogram"), "application-icon", HEMO_APPLICATION_ID,
                "version", HEMO_VERSION, "license-type", GTK_LICENSE_GPL_3_0, "comments",
                _ ("Blood smears in a clinic: register, capture, count, sign, carry away. What it "
                   "prints is a count made by a person; it makes no diagnosis and is no certified "
                   "medical device."),
                NULL);
  hemo_place_let_over_door (dialog);
  adw_dialog_present (dialog, GTK_WIDGET (gtk_application_get_active_window (application)));
}

static void
apply_style (HemoApplication *self)
{
  g_autofree char *style = g_settings_get_string (self->settings, "style");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      g_str_equal (style, "light")  ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                      : g_str_equal (style, "dark") ? ADW_COLOR_SCHEME_FORCE_DARK
                                                                    : ADW_COLOR_SCHEME_DEFAULT);
}

/* What the desktop has switched off stays off. */
static void
apply_bell (HemoApplication *self)
{
  if (g_settings_get_boolean (self->settings, "error-bell"))
    gtk_settings_reset_property (gtk_settings_get_default (), "gtk-error-bell");
  else
    g_object_set (gtk_settings_get_default (), "gtk-error-bell", FALSE, NULL);
}

static gboolean
refuse_debugging (GtkWindow *window, gboolean toggle)
{
  return FALSE;
}

/* GTK's inspector, which its keys open in every window unless somebody switched them off, shows and
 * changes all that a window holds: also what lies behind the door. Whoever starts the program can
 * still ask for it by GTK_DEBUG. Windows take this over from their class, so it is the first. */
static void
refuse_inspector (void)
{
  GtkWindowClass *klass = g_type_class_ref (GTK_TYPE_WINDOW);

  klass->enable_debugging = refuse_debugging;
}

/* GTK reads its own style, a third of all style there is, before libadwaita puts it aside for
 * another: while GTK makes its settings it hears of that empty one already. Who asks for a style
 * gets it. The variable is the last one set, so that taking it out moves no other from its place.
 */
static void
start_without_style (void)
{
  if (g_getenv ("GTK_THEME") != NULL)
    return;
  g_setenv ("GTK_THEME", "Adwaita-empty", TRUE);
  gtk_init ();
  gtk_settings_get_default ();
  g_unsetenv ("GTK_THEME");
}

static void
hemo_application_startup (GApplication *application)
{
  HemoApplication *self = HEMO_APPLICATION (application);

  start_without_style ();
  G_APPLICATION_CLASS (hemo_application_parent_class)->startup (application);
  refuse_inspector ();
  hemo_languages_turn ();
  hemo_widgets_init (gdk_display_get_default ());
  /* Fading and sliding draw the whole window again for each frame: as GNOME does, without a
   * graphics card what is new stands there at once. */
  if (self->processor_draws)
    g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  self->settings = hemo_settings_new ();
  g_signal_connect_object (self->settings, "changed::style", G_CALLBACK (apply_style), self,
                           G_CONNECT_SWAPPED);
  apply_style (self);
  g_signal_connect_object (self->settings, "changed::error-bell", G_CALLBACK (apply_bell), self,
                           G_CONNECT_SWAPPED);
  apply_bell (self);
}

/* The window shows itself with its door, which is there at once; a page that says 'wait' before it
 * would only be laid out and drawn for nothing. */
static void
hemo_application_activate (GApplication *application)
{
  HemoApplication *self = HEMO_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window != NULL)
    {
      gtk_window_present (window);
      return;
    }
  window = GTK_WINDOW (hemo_window_new (ADW_APPLICATION (application), self->directory));
  g_set_weak_pointer (&self->desk, hemo_window_get_desk (HEMO_WINDOW (window)));
  g_signal_connect (self->desk, "notify::session-state", G_CALLBACK (hemo_trim_soon), NULL);
  hemo_window_show_later (HEMO_WINDOW (window));
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

static gboolean
over_cb (gpointer over)
{
  *(gboolean *)over = TRUE;
  return G_SOURCE_REMOVE;
}

/* What screens asked for before the window went holds the desk until it is answered, and the desk
 * closes the clinic: it is waited for, but not for long. */
static void
hemo_application_shutdown (GApplication *application)
{
  HemoApplication *self = HEMO_APPLICATION (application);
  gboolean over = FALSE;
  guint source = g_timeout_add (LONGEST_FAREWELL, over_cb, &over);

  while (self->desk != NULL && !over)
    g_main_context_iteration (NULL, TRUE);
  if (!over)
    g_source_remove (source);
  G_APPLICATION_CLASS (hemo_application_parent_class)->shutdown (application);
}

static void
hemo_application_finalize (GObject *object)
{
  HemoApplication *self = HEMO_APPLICATION (object);

  g_clear_weak_pointer (&self->desk);
  g_clear_pointer (&self->directory, g_free);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hemo_application_parent_class)->finalize (object);
}

static void
hemo_application_class_init (HemoApplicationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_application_finalize;
  G_APPLICATION_CLASS (klass)->startup = hemo_application_startup;
  G_APPLICATION_CLASS (klass)->activate = hemo_application_activate;
  G_APPLICATION_CLASS (klass)->shutdown = hemo_application_shutdown;
  G_APPLICATION_CLASS (klass)->handle_local_options = hemo_application_handle_local_options;
}

static void
hemo_application_init (HemoApplication *self)
{
  static const GActionEntry actions[] = {
    { .name = "quit", .activate = quit_cb },
    { .name = "begin-again", .activate = begin_again_cb },
    { .name = "about", .activate = about_cb },
    { .name = "show", .activate = show_cb },
    { .name = "open-case", .activate = open_case_cb, .parameter_type = "s" },
  };
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
hemo_application_new (gboolean processor_draws)
{
  HemoApplication *self
      = g_object_new (HEMO_TYPE_APPLICATION, "application-id", HEMO_APPLICATION_ID,
                      "resource-base-path", "/org/hemogram/Hemogram", NULL);

  self->processor_draws = processor_draws;
  return self;
}

gboolean
hemo_application_begins_again (HemoApplication *self)
{
  return self->begins_again;
}

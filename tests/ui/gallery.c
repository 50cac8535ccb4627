/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shows every widget with invented data, to look at them and to drive them by keys. Not installed.
 *
 *   gallery [--page NAME] [--dark] [--rtl] [--scale PERCENT] [--picture FILE] */

#include "gallery.h"

#include <locale.h>
#include <stdlib.h>

static char *page_name;
static char *picture_path;
static gboolean dark;
static gboolean rtl;
static int scale = 100;

static const GalleryPage pages[] = {
  { "tally", "Tally", gallery_tally_page },       { "trend", "Trend", gallery_trend_page },
  { "entries", "Entries", gallery_entries_page }, { "film", "Film", gallery_film_page },
  { "viewer", "Viewer", gallery_viewer_page },    { "pair", "Pair", gallery_pair_page },
};

GtkWidget *
gallery_say (const char *name)
{
  GtkWidget *label = gtk_label_new (NULL);

  /* What the driver of the keys reads. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, name,
                                  -1);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "dimmed");
  return label;
}

/* A page is made when it is first shown: some draw for a while. */
static void
shown_cb (GtkStack *stack, GParamSpec *pspec, gpointer unused)
{
  const char *name = gtk_stack_get_visible_child_name (stack);
  GtkWidget *page = gtk_stack_get_visible_child (stack);

  if (page == NULL || adw_bin_get_child (ADW_BIN (page)) != NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (g_str_equal (pages[i].name, name))
      adw_bin_set_child (ADW_BIN (page), pages[i].make (picture_path));
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  g_application_quit (G_APPLICATION (application));
}

static void
activate_cb (GtkApplication *application)
{
  static const GActionEntry actions[] = { { .name = "quit", .activate = quit_cb } };
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *stack = gtk_stack_new ();
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *switcher = g_object_new (GTK_TYPE_STACK_SWITCHER, "stack", stack, NULL);

  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, 1, application);
  gtk_application_set_accels_for_action (application, "app.quit",
                                         (const char *[]){ "<Control>q", NULL });
  hemo_widgets_init (gtk_widget_get_display (window));
  gtk_icon_theme_add_resource_path (
      gtk_icon_theme_get_for_display (gtk_widget_get_display (window)),
      "/org/hemogram/Hemogram/icons");
  if (dark)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        ADW_COLOR_SCHEME_FORCE_DARK);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 96 * 1024 * scale / 100, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    gtk_stack_add_titled (GTK_STACK (stack), adw_bin_new (), pages[i].name, pages[i].title);
  g_signal_connect (stack, "notify::visible-child", G_CALLBACK (shown_cb), NULL);
  if (page_name != NULL)
    gtk_stack_set_visible_child_name (GTK_STACK (stack), page_name);
  shown_cb (GTK_STACK (stack), NULL, NULL);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), switcher);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), bar);
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), stack);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 1366, 768);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  const GOptionEntry options[] = {
    { "page", 0, 0, G_OPTION_ARG_STRING, &page_name, "Page to begin with", "NAME" },
    { "dark", 0, 0, G_OPTION_ARG_NONE, &dark, "Dark colours", NULL },
    { "rtl", 0, 0, G_OPTION_ARG_NONE, &rtl, "Right to left", NULL },
    { "scale", 0, 0, G_OPTION_ARG_INT, &scale, "Text size in percent", "PERCENT" },
    { "picture", 0, 0, G_OPTION_ARG_FILENAME, &picture_path, "Picture to show", "FILE" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (AdwApplication) application = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  adw_init ();
  if (rtl)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  application = adw_application_new ("org.hemogram.Hemogram.Gallery", G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), NULL);
  return g_application_run (G_APPLICATION (application), 0, NULL);
}

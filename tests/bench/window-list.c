/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The least that a window with a list can be: what the program's window is held against. With
 * HEMOGRAM_WATCH it says at its end how long its own turns of main were. */

#include "hemo-watch.h"

#include <adwaita.h>
#include <glib-unix.h>
#include <stdlib.h>

#define COLUMNS 6

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static GtkWidget *
list_new (guint rows)
{
  GtkStringList *strings = gtk_string_list_new (NULL);
  GtkWidget *list = gtk_column_view_new (
      GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (strings))));

  for (guint i = 0; i < rows; i++)
    gtk_string_list_take (strings, g_strdup_printf ("Row %u of the list", i + 1));
  for (int i = 0; i < COLUMNS; i++)
    {
      g_autofree char *title = g_strdup_printf ("Column %d", i + 1);
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (title, factory);

      g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
      gtk_column_view_column_set_expand (column, TRUE);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (list), column);
    }
  return list;
}

static void
activate_cb (GApplication *application, gpointer rows)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (application));
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller),
                                 list_new (GPOINTER_TO_UINT (rows)));
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), scroller);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 1366, 740);
  gtk_window_present (GTK_WINDOW (window));
}

static gboolean
end_cb (gpointer application)
{
  g_application_quit (application);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  const char *watched = g_getenv ("HEMOGRAM_WATCH");
  g_autoptr (AdwApplication) application
      = adw_application_new ("org.hemogram.Hemogram.BenchList", G_APPLICATION_NON_UNIQUE);
  const guint rows = argc > 1 ? (guint)strtoul (argv[1], NULL, 10) : 0;

  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), GUINT_TO_POINTER (rows));
  if (watched == NULL)
    return g_application_run (G_APPLICATION (application), 1, argv);
  hemo_watch_start ();
  g_unix_signal_add (SIGTERM, end_cb, application);
  g_application_run (G_APPLICATION (application), 1, argv);
  hemo_watch_print ((guint)g_ascii_strtoull (watched, NULL, 10));
  return 0;
}

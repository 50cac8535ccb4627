/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Another program that has pictures: files to be dragged, files or a picture in the clipboard.
 *
 * picture-source drag|files|picture|text FILE…: a small window at the screen's lower right; says
 * 'ready' once it is shown and has what it was asked for; lives until it is ended. */

#include <gtk/gtk.h>
#include <stdio.h>

static const char *what;
static char **names;

static GdkContentProvider *
offer_files (void)
{
  GSList *files = NULL;
  GdkFileList *list;
  GdkContentProvider *provider;

  for (char **name = names; *name != NULL; name++)
    files = g_slist_append (files, g_file_new_for_path (*name));
  list = gdk_file_list_new_from_list (files);
  provider = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, list);
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  g_slist_free_full (files, g_object_unref);
  return provider;
}

static GdkContentProvider *
offer_picture (void)
{
  g_autofree char *contents = NULL;
  gsize length = 0;
  g_autoptr (GBytes) bytes = NULL;

  if (!g_file_get_contents (names[0], &contents, &length, NULL))
    return NULL;
  bytes = g_bytes_new_take (g_steal_pointer (&contents), length);
  return gdk_content_provider_new_for_bytes (
      g_str_has_suffix (names[0], ".png") ? "image/png" : "image/jpeg", bytes);
}

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, gpointer data)
{
  return offer_files ();
}

static gboolean
ready_cb (gpointer window)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (window);
  g_autoptr (GdkContentProvider) content = NULL;

  if (g_str_equal (what, "text"))
    gdk_clipboard_set_text (clipboard, "no picture");
  else if (!g_str_equal (what, "drag"))
    {
      content = g_str_equal (what, "files") ? offer_files () : offer_picture ();
      gdk_clipboard_set_content (clipboard, content);
    }
  puts ("ready");
  fflush (stdout);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  GtkWidget *window;
  GtkDragSource *drag = gtk_drag_source_new ();

  if (argc < 3)
    return 2;
  what = argv[1];
  names = argv + 2;
  gtk_init ();
  window = gtk_window_new ();
  gtk_window_set_title (GTK_WINDOW (window), "picture-source");
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 120, 80);
  g_signal_connect (drag, "prepare", G_CALLBACK (prepare_cb), NULL);
  gtk_widget_add_controller (window, GTK_EVENT_CONTROLLER (drag));
  gtk_window_present (GTK_WINDOW (window));
  g_timeout_add (500, ready_cb, window);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

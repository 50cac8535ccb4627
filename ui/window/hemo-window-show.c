/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When a new window is seen first. */

#include "hemo-window-show.h"

/* Milliseconds. */
#define LONGEST_UNSEEN 250

static gboolean
show_cb (gpointer data)
{
  GtkWindow *window = data;

  /* One that was closed in the meantime has no application. */
  if (gtk_window_get_application (window) != NULL && !gtk_widget_get_realized (data))
    gtk_window_present (window);
  return G_SOURCE_REMOVE;
}

void
hemo_window_show_later (HemoWindow *self)
{
  g_timeout_add_full (G_PRIORITY_DEFAULT, LONGEST_UNSEEN, show_cb, g_object_ref (self),
                      g_object_unref);
}

/* A turn of its own: what is laid out for the first time is work enough for one. */
void
hemo_window_show_ready (HemoWindow *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, show_cb, g_object_ref (self), g_object_unref);
}

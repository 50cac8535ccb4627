/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks for the label whose letter was pressed, as GTK would. */

#include "hemo-mnemonic.h"

#define HEARD "hemo-mnemonic-heard"

static gboolean
press (GtkWidget *widget, guint letter)
{
  /* What lies beneath a dialog cannot be focused. */
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_is_sensitive (widget)
      || !gtk_widget_get_can_focus (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && gtk_label_get_mnemonic_keyval (GTK_LABEL (widget)) == letter
      && gtk_widget_mnemonic_activate (widget, FALSE))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (press (child, letter))
      return TRUE;
  return FALSE;
}

static gboolean
pressed_cb (GtkEventControllerKey *controller,
            guint keyval,
            guint keycode,
            GdkModifierType state,
            gpointer data)
{
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));
  const guint letter = g_unichar_tolower (gdk_keyval_to_unicode (keyval));

  /* Some letters lie on the level of Shift. */
  const GdkModifierType held = state & gtk_accelerator_get_default_mod_mask () & ~GDK_SHIFT_MASK;

  return held == GDK_ALT_MASK && letter != 0 && letter != gdk_keyval_to_lower (keyval)
         && press (widget, letter);
}

/* The letters of a menu that is open: without Alt, or with it. */
static gboolean
pressed_in_menu_cb (GtkEventControllerKey *controller,
                    guint keyval,
                    guint keycode,
                    GdkModifierType state,
                    gpointer data)
{
  GtkWidget *menu = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));
  const guint letter = g_unichar_tolower (gdk_keyval_to_unicode (keyval));
  const GdkModifierType held = state & gtk_accelerator_get_default_mod_mask () & ~GDK_SHIFT_MASK;

  return (held == 0 || held == GDK_ALT_MASK) && letter != 0
         && letter != gdk_keyval_to_lower (keyval) && press (menu, letter);
}

/* A menu is a surface of its own, whose keys the window does not hear. */
static void
focus_cb (GtkWindow *window)
{
  GtkWidget *focus = gtk_window_get_focus (window);
  GtkWidget *menu = focus != NULL ? gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER_MENU) : NULL;
  GtkEventController *keys;

  if (menu == NULL || g_object_get_data (G_OBJECT (menu), HEARD) != NULL)
    return;
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (pressed_in_menu_cb), NULL);
  gtk_widget_add_controller (menu, keys);
  g_object_set_data (G_OBJECT (menu), HEARD, keys);
}

void
hemo_mnemonic_hear (GtkWidget *widget)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (pressed_cb), NULL);
  gtk_widget_add_controller (widget, keys);
  if (GTK_IS_WINDOW (widget))
    g_signal_connect (widget, "notify::focus-widget", G_CALLBACK (focus_cb), NULL);
}

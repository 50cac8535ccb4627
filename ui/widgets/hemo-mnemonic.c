/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks for the label whose letter was pressed, as GTK would. */

#include "hemo-mnemonic.h"

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

void
hemo_mnemonic_hear (GtkWidget *widget)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (pressed_cb), NULL);
  gtk_widget_add_controller (widget, keys);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which key counts which cell, and what is heard. */

#include "hemo-settings-page.h"

#include "hemo-key-caps.h"
#include "hemo-settings.h"
#include "hemo-tally-keys.h"

#include <glib/gi18n.h>

struct _HemoSettingsCounting
{
  HemoSettingsPage parent_instance;

  GSettings *settings;
  HemoTallyKeys keys;
  GtkLabel *caps[HEMO_CELL_CLASSES];
  /* The class whose key is being asked for; HEMO_CELL_CLASSES for none. */
  HemoCellClass asking;
};

#define HEMO_TYPE_SETTINGS_COUNTING (hemo_settings_counting_get_type ())
G_DECLARE_FINAL_TYPE (
    HemoSettingsCounting, hemo_settings_counting, HEMO, SETTINGS_COUNTING, HemoSettingsPage)
G_DEFINE_FINAL_TYPE (HemoSettingsCounting, hemo_settings_counting, HEMO_TYPE_SETTINGS_PAGE)

static void
show_keys (HemoSettingsCounting *self)
{
  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    {
      g_autofree char *cap
          = hemo_key_cap (gtk_widget_get_display (GTK_WIDGET (self)), self->keys.codes[i], 0);

      gtk_label_set_text (self->caps[i], (int)self->asking == i ? _ ("Press a key…") : cap);
    }
}

static void
save_keys (HemoSettingsCounting *self)
{
  g_settings_set_value (self->settings, "tally-keys", hemo_tally_keys_to_variant (&self->keys));
  show_keys (self);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        gpointer data)
{
  HemoSettingsCounting *self = data;
  HemoCellClass asking = self->asking;

  if (asking == HEMO_CELL_CLASSES)
    return GDK_EVENT_PROPAGATE;
  self->asking = HEMO_CELL_CLASSES;
  /* Only keys that write a letter, figure or sign; the others have their work on the bench. */
  if (keyval != GDK_KEY_Escape && keyval != GDK_KEY_space && gdk_keyval_to_unicode (keyval) > 32)
    hemo_tally_keys_set (&self->keys, asking, keycode);
  save_keys (self);
  return GDK_EVENT_STOP;
}

static void
ask_cb (AdwActionRow *row, gpointer data)
{
  HemoSettingsCounting *self = data;

  self->asking = (HemoCellClass)GPOINTER_TO_INT (g_object_get_data (G_OBJECT (row), "class"));
  show_keys (self);
}

static void
reset_cb (HemoSettingsCounting *self)
{
  hemo_tally_keys_init (&self->keys, NULL);
  save_keys (self);
}

static void
add_class (HemoSettingsCounting *self, AdwPreferencesGroup *group, HemoCellClass cell_class)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *cap = gtk_label_new (NULL);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 _ (hemo_cell_class_info (cell_class)->label));
  gtk_widget_add_css_class (cap, "monospace");
  gtk_widget_add_css_class (cap, "heading");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), cap);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data (G_OBJECT (row), "class", GINT_TO_POINTER ((int)cell_class));
  g_signal_connect (row, "activated", G_CALLBACK (ask_cb), self);
  adw_preferences_group_add (group, row);
  self->caps[cell_class] = GTK_LABEL (cap);
}

static void
hemo_settings_counting_build (HemoSettingsPage *page, AdwPreferencesPage *content)
{
  HemoSettingsCounting *self = HEMO_SETTINGS_COUNTING (page);
  AdwPreferencesGroup *group = hemo_settings_add_group (content, _ ("Sounds"), NULL);
  AdwSwitchRow *row;
  g_autoptr (GVariant) custom = NULL;
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->settings = hemo_settings_new ();
  custom = g_settings_get_value (self->settings, "tally-keys");
  hemo_tally_keys_init (&self->keys, custom);
  row = hemo_settings_add_switch (group, _ ("A sound for each _cell"), NULL, FALSE);
  g_settings_bind (self->settings, "count-sounds", row, "active", G_SETTINGS_BIND_DEFAULT);
  row = hemo_settings_add_switch (group, _ ("A chime at the _target"), NULL, FALSE);
  g_settings_bind (self->settings, "chime", row, "active", G_SETTINGS_BIND_DEFAULT);
  row = hemo_settings_add_switch (group, _ ("A sound for a key that does _nothing"), NULL, TRUE);
  g_settings_bind (self->settings, "error-bell", row, "active", G_SETTINGS_BIND_DEFAULT);
  group = hemo_settings_add_group (content, _ ("Keys"),
                                   _ ("By where the key lies, so that they stay with every layout. "
                                      "Choose a cell, then press its "
                                      "key; a cell that had it gets the other's."));
  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    add_class (self, group, (HemoCellClass)i);
  group = hemo_settings_add_group (content, NULL, NULL);
  hemo_settings_add_button (group, _ ("_Usual Keys"), NULL, G_CALLBACK (reset_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  show_keys (self);
}

static void
hemo_settings_counting_finalize (GObject *object)
{
  g_clear_object (&HEMO_SETTINGS_COUNTING (object)->settings);
  G_OBJECT_CLASS (hemo_settings_counting_parent_class)->finalize (object);
}

static void
hemo_settings_counting_class_init (HemoSettingsCountingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_settings_counting_finalize;
  HEMO_SETTINGS_PAGE_CLASS (klass)->build = hemo_settings_counting_build;
}

static void
hemo_settings_counting_init (HemoSettingsCounting *self)
{
  self->asking = HEMO_CELL_CLASSES;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the pages of the settings share. */

#include "hemo-settings-page.h"

typedef struct
{
  HemoDesk *desk;
} HemoSettingsPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HemoSettingsPage, hemo_settings_page, ADW_TYPE_NAVIGATION_PAGE)

HemoDesk *
hemo_settings_page_get_desk (HemoSettingsPage *self)
{
  HemoSettingsPagePrivate *priv = hemo_settings_page_get_instance_private (self);

  return priv->desk;
}

static void
hemo_settings_page_finalize (GObject *object)
{
  HemoSettingsPagePrivate *priv
      = hemo_settings_page_get_instance_private (HEMO_SETTINGS_PAGE (object));

  g_clear_object (&priv->desk);
  G_OBJECT_CLASS (hemo_settings_page_parent_class)->finalize (object);
}

static void
hemo_settings_page_class_init (HemoSettingsPageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_settings_page_finalize;
}

static void
hemo_settings_page_init (HemoSettingsPage *self)
{
}

HemoSettingsPage *
hemo_settings_page_new (GType type, HemoDesk *desk, const char *title)
{
  HemoSettingsPage *self = g_object_new (type, "title", title, NULL);
  HemoSettingsPagePrivate *priv = hemo_settings_page_get_instance_private (self);
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *page = adw_preferences_page_new ();

  priv->desk = g_object_ref (desk);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (self), view);
  HEMO_SETTINGS_PAGE_GET_CLASS (self)->build (self, ADW_PREFERENCES_PAGE (page));
  return self;
}

AdwPreferencesGroup *
hemo_settings_add_group (AdwPreferencesPage *page, const char *title, const char *description)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  if (title != NULL)
    adw_preferences_group_set_title (group, title);
  if (description != NULL)
    adw_preferences_group_set_description (group, description);
  adw_preferences_page_add (page, group);
  return group;
}

static void
add_row (AdwPreferencesGroup *group, gpointer row, const char *title)
{
  adw_preferences_row_set_use_underline (row, TRUE);
  adw_preferences_row_set_title (row, title);
  adw_preferences_group_add (group, row);
}

AdwEntryRow *
hemo_settings_add_entry (AdwPreferencesGroup *group, const char *title, const char *text)
{
  GtkWidget *row = adw_entry_row_new ();

  add_row (group, row, title);
  if (text != NULL)
    gtk_editable_set_text (GTK_EDITABLE (row), text);
  return ADW_ENTRY_ROW (row);
}

AdwPasswordEntryRow *
hemo_settings_add_secret (AdwPreferencesGroup *group, const char *title)
{
  GtkWidget *row = adw_password_entry_row_new ();

  add_row (group, row, title);
  return ADW_PASSWORD_ENTRY_ROW (row);
}

AdwSwitchRow *
hemo_settings_add_switch (AdwPreferencesGroup *group,
                          const char *title,
                          const char *subtitle,
                          gboolean active)
{
  GtkWidget *row = adw_switch_row_new ();

  add_row (group, row, title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_switch_row_set_active (ADW_SWITCH_ROW (row), active);
  return ADW_SWITCH_ROW (row);
}

AdwComboRow *
hemo_settings_add_choice (AdwPreferencesGroup *group,
                          const char *title,
                          const char *const *choices,
                          guint selected)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) model = gtk_string_list_new (choices);

  add_row (group, row, title);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), selected);
  return ADW_COMBO_ROW (row);
}

AdwButtonRow *
hemo_settings_add_button (AdwPreferencesGroup *group,
                          const char *title,
                          const char *style,
                          GCallback callback,
                          gpointer data)
{
  GtkWidget *row = adw_button_row_new ();

  add_row (group, row, title);
  if (style != NULL)
    gtk_widget_add_css_class (row, style);
  g_signal_connect_swapped (row, "activated", callback, data);
  return ADW_BUTTON_ROW (row);
}

gboolean
hemo_settings_page_answer (HemoSettingsPage *self,
                           GAsyncResult *result,
                           const char *heading,
                           const char *done)
{
  g_autoptr (GError) error = NULL;

  if (!hemo_desk_finish (hemo_settings_page_get_desk (self), result, NULL, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), heading, error);
      return FALSE;
    }
  if (done != NULL)
    hemo_place_toast (GTK_WIDGET (self), done);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of the pages of the settings. */

#include "hemo-settings-view.h"

#include "hemo-settings-page.h"

#include <glib/gi18n.h>

struct _HemoSettingsView
{
  HemoPlace parent_instance;

  AdwNavigationView *view;
  AdwPreferencesGroup *clinic;
  AdwPreferencesGroup *computer;
};

G_DEFINE_FINAL_TYPE (HemoSettingsView, hemo_settings_view, HEMO_TYPE_PLACE)

/* @needs: who may not, does not see it; HEMO_ACTIONS: for all */
static const struct
{
  const char *title;
  const char *subtitle;
  const char *icon;
  gboolean of_clinic;
  HemoAction needs;
  GType (*get_type) (void);
} pages[] = {
  { N_ ("Clinic and Letterhead"), N_ ("What stands at the head of reports; specimen numbers"),
    "go-home-symbolic", TRUE, HEMO_ACTION_SETTINGS_EDIT, hemo_settings_clinic_get_type },
  { N_ ("People"), N_ ("Who may sign in, and do what"), "system-users-symbolic", TRUE,
    HEMO_ACTION_USER_MANAGE, hemo_settings_people_get_type },
  { N_ ("Reference Ranges"), N_ ("Limits and critical values by age, sex and pregnancy"),
    "view-continuous-symbolic", TRUE, HEMO_ACTION_CASE_VIEW, hemo_settings_ranges_get_type },
  { N_ ("Servers"), N_ ("Where results and pictures are sent"), "network-server-symbolic", TRUE,
    HEMO_ACTION_SETTINGS_EDIT, hemo_settings_servers_get_type },
  { N_ ("Counting"), N_ ("Which key counts which cell; sounds"), "input-keyboard-symbolic", FALSE,
    HEMO_ACTIONS, hemo_settings_counting_get_type },
  { N_ ("Microscope"), N_ ("Objectives and how large a pixel is"), "camera-photo-symbolic", FALSE,
    HEMO_ACTION_IMAGE_ADD, hemo_settings_microscope_get_type },
  { N_ ("Security"), N_ ("Passphrase, PIN, locking; keys of the clinic"), "channel-secure-symbolic",
    FALSE, HEMO_ACTIONS, hemo_settings_security_get_type },
  { N_ ("Language and Look"), N_ ("Language of the window, light or dark"),
    "preferences-desktop-appearance-symbolic", FALSE, HEMO_ACTIONS, hemo_settings_look_get_type },
};

static void
open_page (HemoSettingsView *self, guint index)
{
  adw_navigation_view_push (self->view,
                            ADW_NAVIGATION_PAGE (hemo_settings_page_new (
                                pages[index].get_type (), hemo_place_get_desk (HEMO_PLACE (self)),
                                _ (pages[index].title))));
}

static void
activated_cb (AdwActionRow *row, gpointer data)
{
  open_page (data, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "page")));
}

void
hemo_settings_view_open_servers (HemoSettingsView *self)
{
  HemoDesk *desk = hemo_place_get_desk (HEMO_PLACE (self));

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (pages[i].get_type == hemo_settings_servers_get_type && hemo_desk_may (desk, pages[i].needs))
      open_page (self, i);
}

static void
add_page (HemoSettingsView *self, guint index)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (pages[index].title));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ (pages[index].subtitle));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name (pages[index].icon));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data (G_OBJECT (row), "page", GUINT_TO_POINTER (index));
  g_signal_connect (row, "activated", G_CALLBACK (activated_cb), self);
  adw_preferences_group_add (pages[index].of_clinic ? self->clinic : self->computer, row);
}

static void
hemo_settings_view_constructed (GObject *object)
{
  HemoSettingsView *self = HEMO_SETTINGS_VIEW (object);
  HemoDesk *desk = hemo_place_get_desk (HEMO_PLACE (self));

  G_OBJECT_CLASS (hemo_settings_view_parent_class)->constructed (object);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (pages[i].needs == HEMO_ACTIONS || hemo_desk_may (desk, pages[i].needs))
      add_page (self, i);
}

static void
hemo_settings_view_dispose (GObject *object)
{
  /* The view is bound and the page's child as well. */
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), HEMO_TYPE_SETTINGS_VIEW);
  G_OBJECT_CLASS (hemo_settings_view_parent_class)->dispose (object);
}

static void
hemo_settings_view_class_init (HemoSettingsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->constructed = hemo_settings_view_constructed;
  G_OBJECT_CLASS (klass)->dispose = hemo_settings_view_dispose;
  HEMO_PLACE_CLASS (klass)->help = "settings";
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/settings/hemo-settings-view.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoSettingsView, view);
  gtk_widget_class_bind_template_child (widget_class, HemoSettingsView, clinic);
  gtk_widget_class_bind_template_child (widget_class, HemoSettingsView, computer);
}

static void
hemo_settings_view_init (HemoSettingsView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

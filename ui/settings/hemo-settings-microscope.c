/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Objectives and their scales. */

#include "hemo-settings-page.h"

#include "hemo-calibrate-page.h"
#include "hemo-format.h"
#include "hemo-objective-table.h"

#include <glib/gi18n.h>

struct _HemoSettingsMicroscope
{
  HemoSettingsPage parent_instance;

  AdwPreferencesPage *page;
  AdwPreferencesGroup *objectives;
};

#define HEMO_TYPE_SETTINGS_MICROSCOPE (hemo_settings_microscope_get_type ())
G_DECLARE_FINAL_TYPE (
    HemoSettingsMicroscope, hemo_settings_microscope, HEMO, SETTINGS_MICROSCOPE, HemoSettingsPage)
G_DEFINE_FINAL_TYPE (HemoSettingsMicroscope, hemo_settings_microscope, HEMO_TYPE_SETTINGS_PAGE)

static void load_objectives (HemoSettingsMicroscope *self);

static AdwNavigationView *
find_view (HemoSettingsMicroscope *self)
{
  return ADW_NAVIGATION_VIEW (
      gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW));
}

/* Another page may be seen by now. */
static void
calibrated_cb (HemoSettingsMicroscope *self, AdwNavigationPage *page)
{
  AdwNavigationView *view = find_view (self);

  load_objectives (self);
  if (view != NULL && adw_navigation_view_get_visible_page (view) == page)
    adw_navigation_view_pop (view);
}

static void
calibrate_cb (AdwActionRow *row, gpointer data)
{
  HemoSettingsMicroscope *self = data;
  AdwNavigationPage *page
      = hemo_calibrate_page_new (hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self)),
                                 gtk_widget_get_name (GTK_WIDGET (row)));

  g_signal_connect_object (page, "calibrated", G_CALLBACK (calibrated_cb), self, G_CONNECT_SWAPPED);
  adw_navigation_view_push (find_view (self), page);
}

static void
add_objective (HemoSettingsMicroscope *self, const HemoObjective *objective)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *day = hemo_format_date (hemo_date_of (objective->calibrated_at));
  g_autofree char *scale = NULL;

  if (objective->calibration.micrometres_per_pixel > 0)
    /* Translators: micrometres for each pixel, size of the picture, date of the calibration */
    scale = g_strdup_printf (_ ("%.4f µm for each pixel of %d × %d, calibrated %s"),
                             objective->calibration.micrometres_per_pixel,
                             objective->calibration.width, objective->calibration.height, day);
  else
    scale = g_strdup (_ ("Not calibrated: lengths are shown in pixels"));
  gtk_widget_set_name (row, objective->name);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), objective->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), scale);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_object (row, "activated", G_CALLBACK (calibrate_cb), self, 0);
  adw_preferences_group_add (self->objectives, row);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_objectives_load (txn, error);
  return *result != NULL;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsMicroscope) self = data;
  g_autoptr (GPtrArray) objectives = NULL;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;
  GtkRoot *root;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Objectives Cannot Be Read"), error);
      return;
    }
  objectives = out;
  if (self->objectives != NULL)
    adw_preferences_page_remove (self->page, self->objectives);
  self->objectives = hemo_settings_add_group (
      self->page, _ ("Objectives"),
      _ ("Calibrate each with your camera, and again when the camera or its mount changes."));
  for (guint i = 0; i < objectives->len; i++)
    add_objective (self, g_ptr_array_index (objectives, i));
  /* Nothing on the page could have the focus before. */
  root = gtk_widget_get_root (GTK_WIDGET (self));
  if (root != NULL && GTK_IS_SCROLLED_WINDOW (gtk_root_get_focus (root)))
    gtk_widget_child_focus (GTK_WIDGET (self->objectives), GTK_DIR_TAB_FORWARD);
}

static void
load_objectives (HemoSettingsMicroscope *self)
{
  hemo_desk_read_async (hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self)), load_job, NULL,
                        NULL, (GDestroyNotify)g_ptr_array_unref, NULL, loaded_cb,
                        g_object_ref (self));
}

static void
hemo_settings_microscope_build (HemoSettingsPage *page, AdwPreferencesPage *content)
{
  HemoSettingsMicroscope *self = HEMO_SETTINGS_MICROSCOPE (page);

  self->page = content;
  load_objectives (self);
}

static void
hemo_settings_microscope_class_init (HemoSettingsMicroscopeClass *klass)
{
  HEMO_SETTINGS_PAGE_CLASS (klass)->build = hemo_settings_microscope_build;
}

static void
hemo_settings_microscope_init (HemoSettingsMicroscope *self)
{
}

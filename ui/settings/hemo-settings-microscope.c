/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Objectives, and calibrating one: a line drawn along a stage micrometer. */

#include "hemo-settings-page.h"

#include "hemo-format.h"
#include "hemo-image-view.h"
#include "hemo-number-entry.h"
#include "hemo-objective-table.h"

#include <glib/gi18n.h>

struct _HemoSettingsMicroscope
{
  HemoSettingsPage parent_instance;

  AdwPreferencesPage *page;
  AdwPreferencesGroup *objectives;
  /* The page on which one objective is calibrated, while it is open. */
  AdwNavigationPage *sheet;
  HemoImageView *view;
  HemoNumberEntry *length;
  GtkLabel *verdict;
  GtkWidget *accept;
  char *name;
  double pixels;
  HemoCalibration line;
};

#define HEMO_TYPE_SETTINGS_MICROSCOPE (hemo_settings_microscope_get_type ())
G_DECLARE_FINAL_TYPE (
    HemoSettingsMicroscope, hemo_settings_microscope, HEMO, SETTINGS_MICROSCOPE, HemoSettingsPage)
G_DEFINE_FINAL_TYPE (HemoSettingsMicroscope, hemo_settings_microscope, HEMO_TYPE_SETTINGS_PAGE)

static void load_objectives (HemoSettingsMicroscope *self);

typedef struct
{
  char *name;
  HemoCalibration line;
} Calibrate;

static void
calibrate_free (gpointer data)
{
  g_free (((Calibrate *)data)->name);
  g_free (data);
}

static gboolean
calibrate_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Calibrate *calibrate = data;

  return hemo_objective_calibrate (txn, calibrate->name, &calibrate->line, error);
}

static AdwNavigationView *
find_view (HemoSettingsMicroscope *self)
{
  return ADW_NAVIGATION_VIEW (
      gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW));
}

static void
calibrated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsMicroscope) self = data;

  if (!hemo_settings_page_answer (HEMO_SETTINGS_PAGE (self), result,
                                  _ ("The Calibration Was Not Saved"),
                                  _ ("Saved. Pictures from now on are measured with it.")))
    return;
  load_objectives (self);
  if (find_view (self) != NULL)
    adw_navigation_view_pop_to_page (find_view (self), ADW_NAVIGATION_PAGE (self));
}

static void
accept_cb (HemoSettingsMicroscope *self)
{
  Calibrate *calibrate = g_new (Calibrate, 1);

  *calibrate = (Calibrate){ g_strdup (self->name), self->line };
  hemo_desk_write_async (hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self)), calibrate_job,
                         calibrate, calibrate_free, NULL, NULL, calibrated_cb, g_object_ref (self));
}

/* What the line and its length come to, or what is missing. */
static void
judge (HemoSettingsMicroscope *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  double micrometres = 0;
  int width, height;
  gboolean good = FALSE;

  hemo_image_view_get_size (self->view, &width, &height);
  if (self->pixels <= 0)
    text
        = g_strdup (_ ("Draw a line along the scale of the stage micrometer, as long as it goes."));
  else if (!hemo_number_entry_get_value (self->length, &micrometres))
    text = g_strdup_printf (_ ("The line is %.0f pixels long. How many micrometres is it?"),
                            self->pixels);
  else if (hemo_calibration_measure (self->pixels, micrometres, 1, width, height, &self->line,
                                     &error))
    {
      /* Translators: micrometres for each pixel, and their standard uncertainty */
      text = g_strdup_printf (_ ("%.4f µm for each pixel, ± %.4f"),
                              self->line.micrometres_per_pixel, self->line.uncertainty);
      good = TRUE;
    }
  else
    text = g_strdup (error->message);
  gtk_label_set_text (self->verdict, text);
  gtk_widget_set_sensitive (self->accept, good);
}

static void
measured_cb (HemoImageView *view, double pixels, gpointer data)
{
  HemoSettingsMicroscope *self = data;

  self->pixels = pixels;
  judge (self);
}

static void
picture_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsMicroscope) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (source), result, NULL, &error);

  if (error != NULL)
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Picture Cannot Be Read"), error);
  if (bytes == NULL || self->sheet == NULL)
    return;
  hemo_image_view_set_bytes (self->view, bytes);
  g_object_set (self->view, "tool", HEMO_VIEW_MEASURE, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
picture_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsMicroscope) self = data;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL)
    g_file_load_bytes_async (file, NULL, picture_loaded_cb, g_object_ref (self));
}

static void
open_picture_cb (HemoSettingsMicroscope *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Picture of a Stage Micrometer"));
  gtk_file_dialog_open (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL,
                        picture_chosen_cb, g_object_ref (self));
}

static GtkWidget *
sheet_bar (HemoSettingsMicroscope *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *open = gtk_button_new_with_mnemonic (_ ("_Open a Picture…"));
  GtkWidget *label = gtk_label_new_with_mnemonic (_ ("_Length in µm"));

  self->length = HEMO_NUMBER_ENTRY (hemo_number_entry_new ());
  hemo_number_entry_set_range (self->length, 0.1, 100000);
  self->verdict = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->verdict, TRUE);
  gtk_label_set_xalign (self->verdict, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (self->verdict), TRUE);
  self->accept = gtk_button_new_with_mnemonic (_ ("_Save"));
  gtk_widget_add_css_class (self->accept, "suggested-action");
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), GTK_WIDGET (self->length));
  g_signal_connect_object (open, "clicked", G_CALLBACK (open_picture_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->length, "notify::value", G_CALLBACK (judge), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->accept, "clicked", G_CALLBACK (accept_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (bar), open);
  gtk_box_append (GTK_BOX (bar), GTK_WIDGET (self->verdict));
  gtk_box_append (GTK_BOX (bar), label);
  gtk_box_append (GTK_BOX (bar), GTK_WIDGET (self->length));
  gtk_box_append (GTK_BOX (bar), self->accept);
  gtk_widget_add_css_class (bar, "toolbar");
  return bar;
}

static void
sheet_gone_cb (gpointer data, GObject *sheet)
{
  HemoSettingsMicroscope *self = data;

  self->sheet = NULL;
  self->view = NULL;
}

static void
calibrate_cb (AdwActionRow *row, gpointer data)
{
  HemoSettingsMicroscope *self = data;
  GtkWidget *toolbar = adw_toolbar_view_new ();
  g_autofree char *title = NULL;

  g_set_str (&self->name, gtk_widget_get_name (GTK_WIDGET (row)));
  self->pixels = 0;
  self->view = HEMO_IMAGE_VIEW (hemo_image_view_new ());
  g_object_set (self->view, "label", _ ("Stage micrometer"), NULL);
  gtk_widget_set_vexpand (GTK_WIDGET (self->view), TRUE);
  g_signal_connect_object (self->view, "measured", G_CALLBACK (measured_cb), self, 0);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar), adw_header_bar_new ());
  adw_toolbar_view_add_bottom_bar (ADW_TOOLBAR_VIEW (toolbar), sheet_bar (self));
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar), GTK_WIDGET (self->view));
  /* Translators: the argument is an objective, such as 'x100 oil' */
  title = g_strdup_printf (_ ("Calibrate %s"), self->name);
  self->sheet = adw_navigation_page_new (toolbar, title);
  g_object_weak_ref (G_OBJECT (self->sheet), sheet_gone_cb, self);
  judge (self);
  adw_navigation_view_push (find_view (self), self->sheet);
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
hemo_settings_microscope_dispose (GObject *object)
{
  HemoSettingsMicroscope *self = HEMO_SETTINGS_MICROSCOPE (object);

  if (self->sheet != NULL)
    g_object_weak_unref (G_OBJECT (self->sheet), sheet_gone_cb, self);
  self->sheet = NULL;
  g_clear_pointer (&self->name, g_free);
  G_OBJECT_CLASS (hemo_settings_microscope_parent_class)->dispose (object);
}

static void
hemo_settings_microscope_class_init (HemoSettingsMicroscopeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_settings_microscope_dispose;
  HEMO_SETTINGS_PAGE_CLASS (klass)->build = hemo_settings_microscope_build;
}

static void
hemo_settings_microscope_init (HemoSettingsMicroscope *self)
{
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Clinic and letterhead. */

#include "hemo-settings-page.h"

#include "hemo-chooser.h"
#include "hemo-clinic-info.h"
#include "hemo-failure.h"
#include "hemo-report-languages.h"
#include "hemo-specimen.h"

#include <glib/gi18n.h>
#include <string.h>

#define LOGO_LIMIT (1024 * 1024)

struct _HemoSettingsClinic
{
  HemoSettingsPage parent_instance;

  AdwEntryRow *name;
  AdwEntryRow *address;
  AdwEntryRow *phone;
  AdwActionRow *logo_row;
  AdwComboRow *language;
  /* The codes of what @language offers. */
  GStrv languages;
  AdwSwitchRow *endemic;
  AdwSwitchRow *day_first;
  AdwSpinRow *platelet_factor;
  AdwEntryRow *pattern;
  GBytes *logo;
};

#define HEMO_TYPE_SETTINGS_CLINIC (hemo_settings_clinic_get_type ())
G_DECLARE_FINAL_TYPE (
    HemoSettingsClinic, hemo_settings_clinic, HEMO, SETTINGS_CLINIC, HemoSettingsPage)
G_DEFINE_FINAL_TYPE (HemoSettingsClinic, hemo_settings_clinic, HEMO_TYPE_SETTINGS_PAGE)

static void
take_text (char **field, gpointer row)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (row)));

  g_set_str (field, *text != '\0' ? text : NULL);
}

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  if (!hemo_clinic_info_save (txn, data, error))
    return FALSE;
  *result = hemo_clinic_info_load (txn, error);
  return *result != NULL;
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsClinic) self = data;
  g_autoptr (GError) error = NULL;
  gpointer info = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &info, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Settings Were Not Saved"), error);
      return;
    }
  hemo_desk_take_info (HEMO_DESK (source), info);
  hemo_place_toast (GTK_WIDGET (self),
                    _ ("Saved. Reports that were signed keep their letterhead."));
}

static void
save_cb (HemoSettingsClinic *self)
{
  HemoDesk *desk = hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self));
  HemoClinicInfo *info = hemo_clinic_info_copy (hemo_desk_get_info (desk));

  take_text (&info->name, self->name);
  take_text (&info->address, self->address);
  take_text (&info->phone, self->phone);
  g_set_str (&info->language, self->languages[adw_combo_row_get_selected (self->language)]);
  take_text (&info->accession_pattern, self->pattern);
  info->endemic_malaria = adw_switch_row_get_active (self->endemic);
  info->day_first = adw_switch_row_get_active (self->day_first);
  info->platelet_factor = (int)adw_spin_row_get_value (self->platelet_factor);
  g_clear_pointer (&info->logo, g_bytes_unref);
  info->logo = self->logo != NULL ? g_bytes_ref (self->logo) : NULL;
  hemo_desk_write_async (desk, save_job, info, (GDestroyNotify)hemo_clinic_info_free,
                         (GDestroyNotify)hemo_clinic_info_free, NULL, saved_cb,
                         g_object_ref (self));
}

/* The number that a specimen would get, or what is wrong with the pattern. */
static void
pattern_cb (HemoSettingsClinic *self)
{
  const HemoClinicInfo *info
      = hemo_desk_get_info (hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self)));
  const char *pattern = gtk_editable_get_text (GTK_EDITABLE (self->pattern));
  g_autoptr (GError) error = NULL;
  g_autofree char *example = NULL;
  g_autofree char *title = NULL;

  if (hemo_accession_pattern_check (pattern, &error))
    example = hemo_accession_format (pattern, info->station, hemo_date_of (hemo_time_now ()), 418,
                                     &error);
  if (example != NULL)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->pattern), "error");
      /* Translators: the argument is a specimen number made by the pattern */
      title = g_strdup_printf (_ ("Pattern of specimen numbers, such as %s"), example);
    }
  else
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->pattern), "error");
      title = hemo_failure_say (error->message);
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->pattern), title);
}

static void
show_logo (HemoSettingsClinic *self)
{
  adw_action_row_set_subtitle (self->logo_row, self->logo != NULL ? _ ("A picture is set")
                                                                  : _ ("None; PNG, at most 1 MiB"));
}

/* What the paper can draw. */
static gboolean
is_png (GBytes *bytes)
{
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return size >= sizeof signature && memcmp (data, signature, sizeof signature) == 0;
}

static void
logo_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsClinic) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (source), result, NULL, &error);
  g_autoptr (GdkTexture) texture = NULL;

  if (bytes != NULL && g_bytes_get_size (bytes) > LOGO_LIMIT)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _ ("The picture is larger than 1 MiB. Make it smaller and try again."));
  else if (bytes != NULL)
    texture = gdk_texture_new_from_bytes (bytes, &error);
  if (texture != NULL && !is_png (bytes))
    {
      g_bytes_unref (bytes);
      bytes = gdk_texture_save_to_png_bytes (texture);
      if (g_bytes_get_size (bytes) > LOGO_LIMIT)
        g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                             _ ("As a PNG the picture is larger than 1 MiB. Make it smaller and "
                                "try again."));
    }
  if (error != NULL)
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Logo Cannot Be Used"), error);
  if (texture == NULL || error != NULL)
    return;
  g_clear_pointer (&self->logo, g_bytes_unref);
  self->logo = g_steal_pointer (&bytes);
  show_logo (self);
}

static void
logo_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsClinic) self = data;
  g_autoptr (GFile) file = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL)
    g_file_load_bytes_async (file, NULL, logo_loaded_cb, g_object_ref (self));
}

static void
choose_logo_cb (HemoSettingsClinic *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_add_mime_type (filter, "image/png");
  gtk_file_filter_add_mime_type (filter, "image/jpeg");
  gtk_file_dialog_set_title (dialog, _ ("Logo of the Clinic"));
  gtk_file_dialog_set_default_filter (dialog, filter);
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_FILE, GTK_WIDGET (self), logo_chosen_cb,
                          g_object_ref (self));
}

static void
remove_logo_cb (HemoSettingsClinic *self)
{
  g_clear_pointer (&self->logo, g_bytes_unref);
  show_logo (self);
}

static void
add_logo_row (HemoSettingsClinic *self, AdwPreferencesGroup *group)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *choose = gtk_button_new_with_mnemonic (_ ("_Choose…"));
  GtkWidget *remove = gtk_button_new_with_mnemonic (_ ("_Remove"));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Logo"));
  gtk_widget_set_valign (choose, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), choose);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), remove);
  g_signal_connect_swapped (choose, "clicked", G_CALLBACK (choose_logo_cb), self);
  g_signal_connect_swapped (remove, "clicked", G_CALLBACK (remove_logo_cb), self);
  adw_preferences_group_add (group, row);
  self->logo_row = ADW_ACTION_ROW (row);
  show_logo (self);
}

/* By their own names; each report can be printed in another one. */
static void
add_language_row (HemoSettingsClinic *self, AdwPreferencesGroup *group, const char *chosen)
{
  const char *const more[] = { chosen, NULL };
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  guint selected = 0;

  self->languages = hemo_report_languages_list (more);
  for (guint i = 0; self->languages[i] != NULL; i++)
    {
      if (g_str_equal (self->languages[i], chosen))
        selected = i;
      g_ptr_array_add (names, (gpointer)hemo_report_language_name (self->languages[i]));
    }
  g_ptr_array_add (names, NULL);
  self->language = hemo_settings_add_choice (group, _ ("_Language of reports"),
                                             (const char *const *)names->pdata, selected);
}

static void
hemo_settings_clinic_build (HemoSettingsPage *page, AdwPreferencesPage *content)
{
  HemoSettingsClinic *self = HEMO_SETTINGS_CLINIC (page);
  const HemoClinicInfo *info = hemo_desk_get_info (hemo_settings_page_get_desk (page));
  AdwPreferencesGroup *group = hemo_settings_add_group (content, _ ("Letterhead"), NULL);

  self->logo = info->logo != NULL ? g_bytes_ref (info->logo) : NULL;
  self->name = hemo_settings_add_entry (group, _ ("_Name of the clinic"), info->name);
  self->address = hemo_settings_add_entry (group, _ ("_Address"), info->address);
  self->phone = hemo_settings_add_entry (group, _ ("_Telephone"), info->phone);
  add_logo_row (self, group);
  group = hemo_settings_add_group (content, _ ("Reports"), NULL);
  add_language_row (self, group, info->language != NULL ? info->language : "en");
  self->day_first = hemo_settings_add_switch (group, _ ("_Dates begin with the day"),
                                              _ ("How 03/04/2020 is understood when it is typed"),
                                              info->day_first);
  self->endemic = hemo_settings_add_switch (
      group, _ ("Malaria is _common here"),
      _ ("Parasites are then reported, but are not by themselves an alarm"), info->endemic_malaria);
  self->platelet_factor = ADW_SPIN_ROW (adw_spin_row_new_with_range (1000, 50000, 500));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->platelet_factor),
                                 _ ("Platelets in a microlitre for one in a ×100 field"));
  adw_spin_row_set_value (self->platelet_factor, info->platelet_factor);
  adw_preferences_group_add (group, GTK_WIDGET (self->platelet_factor));
  group = hemo_settings_add_group (
      content, _ ("Specimen Numbers"),
      _ ("{YY} year, {station} this laptop, {nnnnn} the counter, {check} the check letter. Numbers "
         "that were given stay as they are."));
  self->pattern = hemo_settings_add_entry (group, "", info->accession_pattern);
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (self->pattern), FALSE);
  g_signal_connect_object (self->pattern, "changed", G_CALLBACK (pattern_cb), self,
                           G_CONNECT_SWAPPED);
  pattern_cb (self);
  group = hemo_settings_add_group (content, NULL, NULL);
  hemo_settings_add_button (group, _ ("_Save"), "suggested-action", G_CALLBACK (save_cb), self);
}

static void
hemo_settings_clinic_finalize (GObject *object)
{
  g_clear_pointer (&HEMO_SETTINGS_CLINIC (object)->logo, g_bytes_unref);
  g_clear_pointer (&HEMO_SETTINGS_CLINIC (object)->languages, g_strfreev);
  G_OBJECT_CLASS (hemo_settings_clinic_parent_class)->finalize (object);
}

static void
hemo_settings_clinic_class_init (HemoSettingsClinicClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_settings_clinic_finalize;
  HEMO_SETTINGS_PAGE_CLASS (klass)->build = hemo_settings_clinic_build;
}

static void
hemo_settings_clinic_init (HemoSettingsClinic *self)
{
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reference ranges and critical values: a table, one range in a dialog, the set as a file. */

#include "hemo-settings-page.h"

#include "hemo-chooser.h"
#include "hemo-failure.h"
#include "hemo-format.h"
#include "hemo-number-entry.h"
#include "hemo-range-table.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define FILE_LIMIT (1024 * 1024)

struct _HemoSettingsRanges
{
  HemoSettingsPage parent_instance;

  AdwPreferencesPage *page;
  AdwPreferencesGroup *analytes;
  GPtrArray *ranges;
  /* The page of one analyte while it is open, and its code (the model's own). */
  AdwPreferencesPage *sheet;
  AdwPreferencesGroup *sheet_group;
  const char *code;
  gboolean may_edit;
};

#define HEMO_TYPE_SETTINGS_RANGES (hemo_settings_ranges_get_type ())
G_DECLARE_FINAL_TYPE (
    HemoSettingsRanges, hemo_settings_ranges, HEMO, SETTINGS_RANGES, HemoSettingsPage)
G_DEFINE_FINAL_TYPE (HemoSettingsRanges, hemo_settings_ranges, HEMO_TYPE_SETTINGS_PAGE)

static void load_ranges (HemoSettingsRanges *self);

/* (transfer full) */
static char *
number_text (double value)
{
  return isnan (value) ? g_strdup ("–") : g_strdup_printf ("%g", value);
}

/* '5 years', '6 months', '10 days' (transfer full) */
static char *
age_text (int days, char unit)
{
  int number = hemo_range_age_number (days, &unit);

  if (unit == 'y')
    return g_strdup_printf (ngettext ("%d year", "%d years", (gulong)number), number);
  if (unit == 'm')
    return g_strdup_printf (ngettext ("%d month", "%d months", (gulong)number), number);
  return g_strdup_printf (ngettext ("%d day", "%d days", (gulong)number), number);
}

/* Whom it is for, in words. (transfer full) */
static char *
whom_text (const HemoRange *range)
{
  const char *sex = range->sex == HEMO_SEX_UNKNOWN ? _ ("Everybody") : hemo_format_sex (range->sex);
  g_autofree char *from = age_text (range->age_from_days, range->age_from_unit);
  g_autofree char *to
      = range->age_to_days < G_MAXINT ? age_text (range->age_to_days, range->age_to_unit) : NULL;

  if (range->pregnancy >= HEMO_PREGNANCY_TRIMESTER_1)
    return g_strdup_printf (_ ("%s, pregnant, trimester %d"), sex,
                            range->pregnancy - HEMO_PREGNANCY_TRIMESTER_1 + 1);
  /* Translators: sex, then the ages that the range is for */
  if (to != NULL && range->age_from_days > 0)
    return g_strdup_printf (_ ("%s, from %s to under %s"), sex, from, to);
  if (to != NULL)
    return g_strdup_printf (_ ("%s, under %s"), sex, to);
  if (range->age_from_days > 0)
    return g_strdup_printf (_ ("%s, from %s"), sex, from);
  return g_strdup (sex);
}

/* (transfer full) */
static char *
pair_text (double low, double high)
{
  g_autofree char *from = number_text (low);
  g_autofree char *to = number_text (high);

  if (isnan (low) && isnan (high))
    return NULL;
  if (isnan (low))
    return g_strdup_printf (_ ("up to %s"), to);
  if (isnan (high))
    return g_strdup_printf (_ ("from %s"), from);
  return g_strdup_printf (_ ("%s to %s"), from, to);
}

/* (transfer full) */
static char *
limits_text (const HemoRange *range)
{
  g_autofree char *limits = pair_text (range->low, range->high);
  g_autofree char *low = number_text (range->critical_low);
  g_autofree char *high = number_text (range->critical_high);
  g_autofree char *critical = NULL;

  if (!isnan (range->critical_low) && !isnan (range->critical_high))
    critical = g_strdup_printf (_ ("critical at %s and less, %s and more"), low, high);
  else if (!isnan (range->critical_low))
    critical = g_strdup_printf (_ ("critical at %s and less"), low);
  else if (!isnan (range->critical_high))
    critical = g_strdup_printf (_ ("critical at %s and more"), high);
  if (limits == NULL || critical == NULL)
    return g_strdup (limits != NULL ? limits : critical != NULL ? critical : "");
  /* Translators: reference limits; critical limits */
  return g_strdup_printf (_ ("%s; %s"), limits, critical);
}

static gboolean
replace_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_ranges_replace (txn, data, error);
}

static void
replaced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsRanges) self = data;

  hemo_settings_page_answer (HEMO_SETTINGS_PAGE (self), result, _ ("The Ranges Were Not Changed"),
                             _ ("Saved. Reports that were signed keep theirs."));
  load_ranges (self);
}

/* @ranges: (transfer full) */
static void
replace (HemoSettingsRanges *self, GPtrArray *ranges)
{
  hemo_desk_write_async (hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self)), replace_job,
                         ranges, (GDestroyNotify)g_ptr_array_unref, NULL, NULL, replaced_cb,
                         g_object_ref (self));
}

static GPtrArray *
copy_ranges (GPtrArray *ranges)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_range_free);

  for (guint i = 0; i < ranges->len; i++)
    g_ptr_array_add (copy, hemo_range_copy (g_ptr_array_index (ranges, i)));
  return copy;
}

/* The dialog in which one range is edited. */
typedef struct
{
  HemoSettingsRanges *self;
  guint index;
  HemoNumberEntry *fields[4];
  AdwEntryRow *source;
} Edit;

static void
edit_free (gpointer data, GClosure *closure)
{
  g_object_unref (((Edit *)data)->self);
  g_free (data);
}

/* Empty is none; what cannot be read is refused. */
static gboolean
read_field (HemoNumberEntry *entry, double *value)
{
  *value = NAN;
  return *gtk_editable_get_text (GTK_EDITABLE (entry)) == '\0'
         || hemo_number_entry_get_value (entry, value);
}

static void
present_edit (HemoSettingsRanges *self, guint index, const Edit *before, const char *refusal);

static void
edited_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  Edit *edit = data;
  g_autoptr (GPtrArray) ranges = NULL;
  g_autoptr (GError) error = NULL;
  HemoRange *range;

  if (!g_str_equal (response, "save") || edit->index >= edit->self->ranges->len)
    return;
  ranges = copy_ranges (edit->self->ranges);
  range = g_ptr_array_index (ranges, edit->index);
  if (!read_field (edit->fields[0], &range->low) || !read_field (edit->fields[1], &range->high)
      || !read_field (edit->fields[2], &range->critical_low)
      || !read_field (edit->fields[3], &range->critical_high))
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                 _ ("One of the limits is not a number. Nothing was changed."));
  g_set_str (&range->source, gtk_editable_get_text (GTK_EDITABLE (edit->source)));
  if (error == NULL && hemo_range_validate (range, &error))
    replace (edit->self, g_steal_pointer (&ranges));
  else
    {
      g_autofree char *refusal = hemo_failure_say (error->message);

      present_edit (edit->self, edit->index, edit, refusal);
    }
}

static HemoNumberEntry *
add_limit (GtkGrid *grid, int row, const char *title, double value)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (title);
  GtkWidget *entry = hemo_number_entry_new ();

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), entry);
  hemo_number_entry_set_value (HEMO_NUMBER_ENTRY (entry), value);
  gtk_grid_attach (grid, label, 0, row, 1, 1);
  gtk_grid_attach (grid, entry, 1, row, 1, 1);
  return HEMO_NUMBER_ENTRY (entry);
}

/* What was typed in the dialog before, which was refused. */
static void
fill_again (Edit *edit, const Edit *before)
{
  for (gsize i = 0; i < G_N_ELEMENTS (edit->fields); i++)
    gtk_editable_set_text (GTK_EDITABLE (edit->fields[i]),
                           gtk_editable_get_text (GTK_EDITABLE (before->fields[i])));
  gtk_editable_set_text (GTK_EDITABLE (edit->source),
                         gtk_editable_get_text (GTK_EDITABLE (before->source)));
}

/* @before, @refusal: (nullable): the dialog whose text was refused, and why */
static void
present_edit (HemoSettingsRanges *self, guint index, const Edit *before, const char *refusal)
{
  Edit *edit = g_new0 (Edit, 1);
  const HemoRange *range;
  GtkGrid *grid = GTK_GRID (gtk_grid_new ());
  GtkWidget *list = gtk_list_box_new ();
  AdwDialog *dialog;
  g_autofree char *whom = NULL;
  g_autofree char *text = NULL;

  edit->self = g_object_ref (self);
  edit->index = index;
  range = g_ptr_array_index (self->ranges, edit->index);
  whom = whom_text (range);
  text = refusal != NULL ? g_strdup_printf ("%s\n\n%s", whom, refusal) : g_strdup (whom);
  dialog = adw_alert_dialog_new (_ (hemo_analyte_info (range->analyte)->label), text);
  gtk_grid_set_row_spacing (grid, 6);
  gtk_grid_set_column_spacing (grid, 12);
  edit->fields[0] = add_limit (grid, 0, _ ("_Lower limit"), range->low);
  edit->fields[1] = add_limit (grid, 1, _ ("_Upper limit"), range->high);
  edit->fields[2] = add_limit (grid, 2, _ ("Critical at or _below"), range->critical_low);
  edit->fields[3] = add_limit (grid, 3, _ ("Critical at or _above"), range->critical_high);
  edit->source = ADW_ENTRY_ROW (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (edit->source),
                                 _ ("Where the limits come from"));
  gtk_editable_set_text (GTK_EDITABLE (edit->source), range->source);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (edit->source));
  gtk_grid_attach (grid, list, 0, 4, 2, 1);
  if (before != NULL)
    fill_again (edit, before);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), GTK_WIDGET (grid));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "save",
                                  _ ("_Save"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "save",
                                            ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (edited_cb), edit, edit_free, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
edit_cb (AdwActionRow *row, gpointer data)
{
  present_edit (data, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "range")), NULL, NULL);
}

static void
add_range (HemoSettingsRanges *self, AdwPreferencesGroup *group, guint index)
{
  const HemoRange *range = g_ptr_array_index (self->ranges, index);
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *whom = whom_text (range);
  g_autofree char *limits = limits_text (range);
  GtkWidget *label = gtk_label_new (limits);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), whom);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), range->source);
  gtk_widget_add_css_class (label, "numeric");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  adw_preferences_group_add (group, row);
  if (!self->may_edit)
    return;
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data (G_OBJECT (row), "range", GUINT_TO_POINTER (index));
  g_signal_connect_object (row, "activated", G_CALLBACK (edit_cb), self, 0);
}

/* The ranges of the analyte whose page is open. */
static void
show_sheet (HemoSettingsRanges *self)
{
  const HemoAnalyteInfo *info = hemo_analyte_info (self->code);

  if (self->sheet == NULL)
    return;
  if (self->sheet_group != NULL)
    adw_preferences_page_remove (self->sheet, self->sheet_group);
  self->sheet_group = hemo_settings_add_group (self->sheet, NULL, hemo_ucum_to_text (info->ucum));
  for (guint i = 0; i < self->ranges->len; i++)
    if (g_str_equal (((HemoRange *)g_ptr_array_index (self->ranges, i))->analyte, self->code))
      add_range (self, self->sheet_group, i);
}

static void
sheet_gone_cb (gpointer data, GObject *sheet)
{
  HemoSettingsRanges *self = data;

  self->sheet = NULL;
  self->sheet_group = NULL;
}

static void
open_cb (AdwActionRow *row, gpointer data)
{
  HemoSettingsRanges *self = data;
  GtkWidget *toolbar = adw_toolbar_view_new ();
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);

  self->code = g_object_get_data (G_OBJECT (row), "analyte");
  self->sheet = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  g_object_weak_ref (G_OBJECT (self->sheet), sheet_gone_cb, self);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar), GTK_WIDGET (self->sheet));
  show_sheet (self);
  adw_navigation_view_push (
      ADW_NAVIGATION_VIEW (view),
      adw_navigation_page_new (toolbar, _ (hemo_analyte_info (self->code)->label)));
}

static guint
count_ranges (HemoSettingsRanges *self, const char *code)
{
  guint count = 0;

  for (guint i = 0; i < self->ranges->len; i++)
    if (g_str_equal (((HemoRange *)g_ptr_array_index (self->ranges, i))->analyte, code))
      count++;
  return count;
}

static void
add_analyte (HemoSettingsRanges *self, const HemoAnalyteInfo *info, guint count)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *subtitle = g_strdup_printf (ngettext ("%u range", "%u ranges", count), count);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (info->label));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data (G_OBJECT (row), "analyte", (gpointer)info->code);
  g_signal_connect_object (row, "activated", G_CALLBACK (open_cb), self, 0);
  adw_preferences_group_add (self->analytes, row);
}

/* Analyte by analyte, in the order of the model; each has a page of its own. */
static void
show_ranges (HemoSettingsRanges *self)
{
  if (self->analytes != NULL)
    adw_preferences_page_remove (self->page, self->analytes);
  self->analytes = hemo_settings_add_group (self->page, NULL, NULL);
  for (const HemoAnalyteInfo *info = hemo_analyte_infos (); info->code != NULL; info++)
    {
      guint count = count_ranges (self, info->code);

      if (count > 0)
        add_analyte (self, info, count);
    }
  show_sheet (self);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsRanges) self = data;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    hemo_place_toast (GTK_WIDGET (self), _ ("The set is written"));
  else
    hemo_place_show_error (GTK_WIDGET (self), _ ("The File Cannot Be Written"), error);
}

static void
save_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsRanges) self = data;
  g_autoptr (GFile) file = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, NULL);
  g_autoptr (GBytes) bytes = NULL;
  char *csv;

  if (file == NULL)
    return;
  csv = hemo_ranges_to_csv (self->ranges);
  bytes = g_bytes_new_take (csv, strlen (csv));
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL, saved_cb,
                                       g_object_ref (self));
}

static void
export_cb (HemoSettingsRanges *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_initial_name (dialog, "ranges.csv");
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_PLACE, GTK_WIDGET (self), save_chosen_cb,
                          g_object_ref (self));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsRanges) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (source), result, NULL, &error);
  GPtrArray *ranges = NULL;

  if (bytes != NULL && g_bytes_get_size (bytes) <= FILE_LIMIT)
    ranges = hemo_ranges_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  else if (bytes != NULL)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _ ("The file is larger than 1 MiB: it is no table of ranges."));
  if (ranges != NULL)
    replace (self, ranges);
  else
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Ranges Were Not Changed"), error);
}

static void
open_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsRanges) self = data;
  g_autoptr (GFile) file = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL)
    g_file_load_bytes_async (file, NULL, read_cb, g_object_ref (self));
}

static void
import_cb (HemoSettingsRanges *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Table of Ranges (CSV)"));
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_FILE, GTK_WIDGET (self), open_chosen_cb,
                          g_object_ref (self));
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_ranges_load (txn, error);
  return *result != NULL;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsRanges) self = data;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Ranges Cannot Be Read"), error);
      return;
    }
  g_clear_pointer (&self->ranges, g_ptr_array_unref);
  self->ranges = out;
  show_ranges (self);
}

static void
load_ranges (HemoSettingsRanges *self)
{
  hemo_desk_read_async (hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self)), load_job, NULL,
                        NULL, (GDestroyNotify)g_ptr_array_unref, NULL, loaded_cb,
                        g_object_ref (self));
}

static void
hemo_settings_ranges_build (HemoSettingsPage *page, AdwPreferencesPage *content)
{
  HemoSettingsRanges *self = HEMO_SETTINGS_RANGES (page);
  AdwPreferencesGroup *group = hemo_settings_add_group (
      content, NULL,
      _ ("The set that comes with the program is an example: check it, and put your laboratory's "
         "own in its place. A whole set can be edited in a spreadsheet program."));

  self->page = content;
  self->may_edit = hemo_desk_may (hemo_settings_page_get_desk (page), HEMO_ACTION_RANGE_EDIT);
  hemo_settings_add_button (group, _ ("_Write the Set to a File…"), NULL, G_CALLBACK (export_cb),
                            self);
  if (self->may_edit)
    hemo_settings_add_button (group, _ ("_Take a Set from a File…"), NULL, G_CALLBACK (import_cb),
                              self);
  load_ranges (self);
}

static void
hemo_settings_ranges_finalize (GObject *object)
{
  HemoSettingsRanges *self = HEMO_SETTINGS_RANGES (object);

  if (self->sheet != NULL)
    g_object_weak_unref (G_OBJECT (self->sheet), sheet_gone_cb, self);
  g_clear_pointer (&self->ranges, g_ptr_array_unref);
  G_OBJECT_CLASS (hemo_settings_ranges_parent_class)->finalize (object);
}

static void
hemo_settings_ranges_class_init (HemoSettingsRangesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_settings_ranges_finalize;
  HEMO_SETTINGS_PAGE_CLASS (klass)->build = hemo_settings_ranges_build;
}

static void
hemo_settings_ranges_init (HemoSettingsRanges *self)
{
}

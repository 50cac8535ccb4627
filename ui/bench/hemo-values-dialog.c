/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Types values of the blood count in: units shown, what cannot be refused, what is rare asked back.
 */

#include "hemo-values-dialog.h"

#include "hemo-clock-text.h"
#include "hemo-date-entry.h"
#include "hemo-draft-keeper.h"
#include "hemo-draft-table.h"
#include "hemo-failure.h"
#include "hemo-format.h"
#include "hemo-json.h"
#include "hemo-number-entry.h"
#include "hemo-place.h"
#include "hemo-records.h"
#include "hemo-settings.h"

#include <glib/gi18n.h>
#include <math.h>

/* In the order of most analysers' slips; the computed ones are not typed. */
static const char *const analytes[]
    = { "wbc", "rbc", "hb", "hct", "mcv", "mch", "mchc", "rdw", "plt", "mpv", "retic", "esr" };
#define N_ANALYTES G_N_ELEMENTS (analytes)

struct _HemoValuesDialog
{
  AdwDialog parent_instance;

  GtkButton *cancel_button;
  GtkButton *save_button;
  AdwBanner *banner;
  GtkGrid *grid;
  AdwSwitchRow *uncorrected;
  AdwEntryRow *measured_where;
  AdwEntryRow *measured_at;
  GtkLabel *measured_note;

  HemoBenchCase *bench_case;
  GSettings *settings;
  GPtrArray *ranges;
  HemoNumberEntry *entries[N_ANALYTES];
  GtkLabel *stored[N_ANALYTES];
  GtkWidget *retract[N_ANALYTES];
  /* Unusual values that were asked back and are kept. */
  double confirmed[N_ANALYTES];
  gboolean saving;
  /* What is typed outlives a lock, a crash and the power. */
  HemoDraftKeeper *keeper;
  gboolean filling;
  /* Whoever closes the dialog has seen what they throw away. */
  gboolean touched;
};

G_DEFINE_FINAL_TYPE (HemoValuesDialog, hemo_values_dialog, ADW_TYPE_DIALOG)

static const HemoResult *
find_stored (const HemoCase *data, const char *analyte)
{
  const HemoResult *newest = NULL;

  for (guint i = 0; i < data->results->len; i++)
    {
      const HemoResult *result = g_ptr_array_index (data->results, i);

      if (g_strcmp0 (result->analyte, analyte) == 0 && !result->entered_in_error
          && (newest == NULL || result->measured_at.utc_us >= newest->measured_at.utc_us))
        newest = result;
    }
  return newest;
}

static void
show_stored (HemoValuesDialog *self)
{
  const HemoCase *data = hemo_bench_case_get (self->bench_case);

  for (gsize i = 0; i < N_ANALYTES; i++)
    {
      const HemoResult *result = find_stored (data, analytes[i]);
      g_autofree char *at = result != NULL ? hemo_format_time (result->measured_at) : NULL;
      g_autofree char *text = NULL;

      gtk_widget_set_visible (self->retract[i], result != NULL);
      if (result != NULL)
        /* Translators: a stored value, where it was measured and when */
        text = g_strdup_printf (_ ("%.*f, %s, %s"), hemo_result_decimals (result), result->value,
                                result->source, at);
      gtk_label_set_text (self->stored[i], text != NULL ? text : "");
    }
}

static void
complain (HemoValuesDialog *self, const char *text)
{
  adw_banner_set_title (self->banner, text);
  adw_banner_set_revealed (self->banner, TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

/* '14:05' today, or with its day; nothing typed is now. */
static gboolean
read_time (HemoValuesDialog *self, HemoTime *out, GError **error)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->measured_at));
  HemoDesk *desk = hemo_bench_case_get_desk (self->bench_case);
  HemoTime now = hemo_time_now ();

  if (text[strspn (text, " ")] != '\0')
    return hemo_clock_text_parse_moment (text, now, hemo_desk_is_day_first (desk), out, error);
  *out = now;
  return TRUE;
}

/* What was understood, the month as a word; what is wrong is said by 'Save'. */
static void
show_time (HemoValuesDialog *self)
{
  HemoDesk *desk = hemo_bench_case_get_desk (self->bench_case);
  HemoTime time;
  g_autofree char *text = NULL;

  if (read_time (self, &time, NULL))
    text = hemo_format_time (time);
  gtk_label_set_text (self->measured_note,
                      text != NULL ? text : hemo_date_entry_hint (hemo_desk_is_day_first (desk)));
}

/* (transfer full) */
static char *
name_draft (const char *specimen)
{
  return g_strconcat ("values:", specimen, NULL);
}

/* With its day, so that a draft that is taken up tomorrow still means today. */
static char *
dup_measured_at (HemoValuesDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->measured_at));
  HemoTime time;

  return *text != '\0' && read_time (self, &time, NULL) ? hemo_time_to_text (time)
                                                        : g_strdup (text);
}

static gboolean
is_empty (HemoValuesDialog *self)
{
  for (gsize i = 0; i < N_ANALYTES; i++)
    if (!hemo_checked_entry_is_empty (HEMO_CHECKED_ENTRY (self->entries[i])))
      return FALSE;
  return TRUE;
}

static char *
to_draft (HemoValuesDialog *self)
{
  json_object *draft = hemo_json_made (json_object_new_object ());
  g_autofree char *at = dup_measured_at (self);
  char *text;

  for (gsize i = 0; i < N_ANALYTES; i++)
    hemo_json_add (draft, analytes[i],
                   json_object_new_string (
                       hemo_checked_entry_get_text (HEMO_CHECKED_ENTRY (self->entries[i]))));
  hemo_json_add (
      draft, "uncorrected",
      json_object_new_string (adw_switch_row_get_active (self->uncorrected) ? "yes" : "no"));
  hemo_json_add (
      draft, "where",
      json_object_new_string (gtk_editable_get_text (GTK_EDITABLE (self->measured_where))));
  hemo_json_add (draft, "at", json_object_new_string (at));
  text = hemo_json_to_text (draft, JSON_C_TO_STRING_PLAIN);
  json_object_put (draft);
  return text;
}

static void
edited_cb (HemoValuesDialog *self)
{
  if (self->filling || self->keeper == NULL)
    return;
  self->touched = TRUE;
  if (is_empty (self))
    hemo_draft_keeper_forget (self->keeper);
  else
    hemo_draft_keeper_keep (self->keeper, to_draft (self));
}

static const char *
get_text (json_object *draft, const char *key)
{
  const char *text = hemo_json_get_text (draft, key, 1000);

  return text != NULL ? text : "";
}

/* Nothing that was typed meanwhile is overwritten. */
static void
draft_found_cb (HemoValuesDialog *self, const char *content)
{
  json_object *draft = hemo_json_parse (content, strlen (content), 2, "draft", NULL);

  if (draft != NULL && is_empty (self))
    {
      self->touched = self->filling = TRUE;
      for (gsize i = 0; i < N_ANALYTES; i++)
        hemo_checked_entry_set_text (HEMO_CHECKED_ENTRY (self->entries[i]),
                                     get_text (draft, analytes[i]));
      adw_switch_row_set_active (self->uncorrected,
                                 g_str_equal (get_text (draft, "uncorrected"), "yes"));
      gtk_editable_set_text (GTK_EDITABLE (self->measured_where), get_text (draft, "where"));
      gtk_editable_set_text (GTK_EDITABLE (self->measured_at), get_text (draft, "at"));
      self->filling = FALSE;
      complain (self, _ ("This was typed before and not saved. It is here again."));
    }
  json_object_put (draft);
}

static void
draft_failed_cb (HemoValuesDialog *self, const GError *error)
{
  g_autofree char *text = g_strdup_printf (
      _ ("What you type is not kept if the power fails now: %s"), error->message);

  complain (self, text);
}

static void
keep_drafts (HemoValuesDialog *self)
{
  g_autofree char *form = name_draft (hemo_bench_case_get_specimen (self->bench_case));

  self->keeper = hemo_draft_keeper_new (hemo_bench_case_get_desk (self->bench_case), form);
  g_signal_connect_object (self->keeper, "found", G_CALLBACK (draft_found_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keeper, "failed", G_CALLBACK (draft_failed_cb), self,
                           G_CONNECT_SWAPPED);
  for (gsize i = 0; i < N_ANALYTES; i++)
    g_signal_connect_swapped (self->entries[i], "notify::text", G_CALLBACK (edited_cb), self);
  g_signal_connect_swapped (self->uncorrected, "notify::active", G_CALLBACK (edited_cb), self);
  g_signal_connect_swapped (self->measured_where, "changed", G_CALLBACK (edited_cb), self);
  g_signal_connect_swapped (self->measured_at, "changed", G_CALLBACK (edited_cb), self);
}

/* By whoever is there: a lock closes the dialog without asking, and forgets nothing. */
static void
close_cb (HemoValuesDialog *self)
{
  if (self->touched)
    hemo_draft_keeper_forget (self->keeper);
  adw_dialog_force_close (ADW_DIALOG (self));
}

static const HemoRange *
find_range (HemoValuesDialog *self, const HemoCase *data, const char *analyte)
{
  HemoTime taken = hemo_specimen_taken_at (data->specimen);
  HemoAge age;
  gboolean known = hemo_birth_age (&data->patient->birth, hemo_date_of (taken), &age);

  if (self->ranges == NULL)
    return NULL;
  return hemo_ranges_find_for_age (self->ranges, analyte, data->patient->sex,
                                   data->order->pregnancy, known ? &age : NULL);
}

/* The newest; of white cells that were corrected for nucleated red cells the corrected ones, which
 * stand behind the others. */
static const HemoLine *
find_previous (const HemoCase *data, const char *analyte)
{
  const HemoLine *newest = NULL;

  for (guint i = 0; i < data->previous->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (data->previous, i);

      if (line->section != HEMO_SECTION_CBC || g_strcmp0 (line->analyte, analyte) != 0)
        continue;
      if (newest == NULL || (line->local_code != NULL && line->at.utc_us == newest->at.utc_us))
        newest = line;
    }
  return newest;
}

/* Why @value is to be looked at again, in words; NULL when it is not unusual. */
static char *
judge (HemoValuesDialog *self, const HemoResult *result)
{
  const HemoCase *data = hemo_bench_case_get (self->bench_case);
  const HemoAnalyteInfo *info = hemo_analyte_info (result->analyte);
  const HemoRange *range = find_range (self, data, result->analyte);
  const HemoLine *previous = find_previous (data, result->analyte);
  /* As the report will print and judge it. */
  const int decimals = hemo_result_decimals (result);
  HemoFlag flag = hemo_analyte_flag (result->analyte, range, result->value, decimals);
  const char *unit = hemo_ucum_to_text (info->ucum);

  if (hemo_flag_is_critical (flag))
    return g_strdup_printf (_ ("%s %.*f %s is critical. If it is right, press Enter once more."),
                            _ (info->label), decimals, result->value, unit);
  if (previous != NULL
      && hemo_range_delta (range, result->value, result->measured_at, previous->value, previous->at,
                           NULL))
    return g_strdup_printf (
        _ ("%s %.*f %s: it was %.*f shortly before. If it is right, press Enter once more."),
        _ (info->label), decimals, result->value, unit, previous->decimals, previous->value);
  return NULL;
}

static HemoResult *
read_value (HemoValuesDialog *self, gsize index, HemoTime at, GError **error)
{
  const char *where = gtk_editable_get_text (GTK_EDITABLE (self->measured_where));
  g_autoptr (HemoResult) result = NULL;
  double value = NAN;

  if (!hemo_number_entry_get_value (self->entries[index], &value))
    {
      const char *message
          = hemo_checked_entry_get_message (HEMO_CHECKED_ENTRY (self->entries[index]));

      g_set_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID, "%s: %s",
                   _ (hemo_analyte_info (analytes[index])->label), message != NULL ? message : "");
      return NULL;
    }
  result = hemo_result_new (hemo_bench_case_get_specimen (self->bench_case), analytes[index], value,
                            where);
  result->measured_at = at;
  result->uncorrected
      = g_str_equal (analytes[index], "wbc") && adw_switch_row_get_active (self->uncorrected);
  if (!hemo_result_validate (result, error))
    return NULL;
  return g_steal_pointer (&result);
}

/* What was typed is no draft any more once it is saved, however this ends. */
static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  GPtrArray *results = data;
  const HemoResult *first = g_ptr_array_index (results, 0);
  g_autofree char *form = name_draft (first->specimen);

  for (guint i = 0; i < results->len; i++)
    if (!hemo_result_save (txn, g_ptr_array_index (results, i), error))
      return FALSE;
  return hemo_draft_save (txn, form, NULL, error);
}

static gboolean
retract_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_result_save (txn, data, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoValuesDialog) self = data;
  g_autoptr (GError) error = NULL;

  self->saving = FALSE;
  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    {
      g_autofree char *text = g_strdup_printf (_ ("Nothing was saved: %s"), error->message);

      complain (self, text);
      return;
    }
  close_cb (self);
}

/* NULL when something is wrong: it was said. */
static GPtrArray *
read_values (HemoValuesDialog *self)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_result_free);
  g_autoptr (GError) error = NULL;
  HemoTime at = { 0 };

  if (!read_time (self, &at, &error))
    {
      g_autofree char *words = hemo_failure_say (error->message);

      complain (self, words);
      gtk_widget_grab_focus (GTK_WIDGET (self->measured_at));
      return NULL;
    }
  for (gsize i = 0; i < N_ANALYTES; i++)
    {
      HemoResult *result;
      g_autofree char *unusual = NULL;

      if (hemo_checked_entry_is_empty (HEMO_CHECKED_ENTRY (self->entries[i])))
        continue;
      result = read_value (self, i, at, &error);
      if (result == NULL)
        {
          gboolean nowhere = *gtk_editable_get_text (GTK_EDITABLE (self->measured_where)) == '\0';

          complain (self, error->message);
          gtk_widget_grab_focus (nowhere ? GTK_WIDGET (self->measured_where)
                                         : GTK_WIDGET (self->entries[i]));
          return NULL;
        }
      g_ptr_array_add (results, result);
      unusual = self->confirmed[i] == result->value ? NULL : judge (self, result);
      self->confirmed[i] = result->value;
      if (unusual == NULL)
        continue;
      complain (self, unusual);
      gtk_widget_grab_focus (GTK_WIDGET (self->entries[i]));
      return NULL;
    }
  return g_steal_pointer (&results);
}

static void
save (HemoValuesDialog *self)
{
  GPtrArray *results;

  if (self->saving)
    return;
  adw_banner_set_revealed (self->banner, FALSE);
  results = read_values (self);
  if (results == NULL)
    return;
  if (results->len == 0)
    {
      g_ptr_array_unref (results);
      close_cb (self);
      return;
    }
  g_settings_set_string (self->settings, "value-source",
                         gtk_editable_get_text (GTK_EDITABLE (self->measured_where)));
  self->saving = TRUE;
  hemo_desk_write_async (hemo_bench_case_get_desk (self->bench_case), save_job, results,
                         (GDestroyNotify)g_ptr_array_unref, NULL, NULL, saved_cb,
                         g_object_ref (self));
}

static void
retracted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoValuesDialog) self = data;
  g_autoptr (GError) error = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    complain (self, error->message);
  hemo_bench_case_reload (self->bench_case);
}

static void
retract_cb (GtkButton *button, gpointer data)
{
  HemoValuesDialog *self = data;
  gsize index = GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (button), "index"));
  const HemoResult *stored = find_stored (hemo_bench_case_get (self->bench_case), analytes[index]);
  HemoResult *wrong;

  if (stored == NULL)
    return;
  wrong = hemo_result_copy (stored);
  wrong->entered_in_error = TRUE;
  hemo_desk_write_async (hemo_bench_case_get_desk (self->bench_case), retract_job, wrong,
                         (GDestroyNotify)hemo_result_free, NULL, NULL, retracted_cb,
                         g_object_ref (self));
}

static void
make_row (HemoValuesDialog *self, gsize index)
{
  const HemoAnalyteInfo *info = hemo_analyte_info (analytes[index]);
  GtkWidget *label = gtk_label_new (_ (info->label));
  GtkWidget *entry = hemo_number_entry_new_for_analyte (analytes[index]);
  GtkWidget *stored = gtk_label_new ("");
  GtkWidget *retract = gtk_button_new_from_icon_name ("edit-delete-symbolic");

  self->entries[index] = HEMO_NUMBER_ENTRY (entry);
  self->stored[index] = GTK_LABEL (stored);
  self->retract[index] = retract;
  self->confirmed[index] = NAN;
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (stored), 0);
  gtk_label_set_wrap (GTK_LABEL (stored), TRUE);
  gtk_widget_set_hexpand (stored, TRUE);
  gtk_widget_add_css_class (stored, "dimmed");
  gtk_widget_add_css_class (retract, "flat");
  gtk_widget_set_valign (retract, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (retract, _ ("Take Back: It Was Entered in Error"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (retract), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Take back: it was entered in error"), -1);
  g_object_set_data (G_OBJECT (retract), "index", GSIZE_TO_POINTER (index));
  g_signal_connect (retract, "clicked", G_CALLBACK (retract_cb), self);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (save), self);
  gtk_grid_attach (self->grid, label, 0, (int)index, 1, 1);
  gtk_grid_attach (self->grid, entry, 1, (int)index, 1, 1);
  gtk_grid_attach (self->grid, stored, 2, (int)index, 1, 1);
  gtk_grid_attach (self->grid, retract, 3, (int)index, 1, 1);
}

static gboolean
ranges_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_ranges_load (txn, error);
  return *result != NULL;
}

static void
ranges_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoValuesDialog) self = data;
  gpointer out = NULL;

  if (hemo_desk_finish (HEMO_DESK (source), result, &out, NULL))
    self->ranges = out;
}

static void
hemo_values_dialog_dispose (GObject *object)
{
  HemoValuesDialog *self = HEMO_VALUES_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_VALUES_DIALOG);
  g_clear_object (&self->bench_case);
  g_clear_object (&self->settings);
  if (self->keeper != NULL)
    hemo_draft_keeper_flush (self->keeper);
  g_clear_object (&self->keeper);
  g_clear_pointer (&self->ranges, g_ptr_array_unref);
  G_OBJECT_CLASS (hemo_values_dialog_parent_class)->dispose (object);
}

static void
hemo_values_dialog_class_init (HemoValuesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_values_dialog_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/bench/hemo-values-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoValuesDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, HemoValuesDialog, save_button);
  gtk_widget_class_bind_template_child (widget_class, HemoValuesDialog, banner);
  gtk_widget_class_bind_template_child (widget_class, HemoValuesDialog, grid);
  gtk_widget_class_bind_template_child (widget_class, HemoValuesDialog, uncorrected);
  gtk_widget_class_bind_template_child (widget_class, HemoValuesDialog, measured_where);
  gtk_widget_class_bind_template_child (widget_class, HemoValuesDialog, measured_at);
  gtk_widget_class_bind_template_child (widget_class, HemoValuesDialog, measured_note);
}

static void
hemo_values_dialog_init (HemoValuesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = hemo_settings_new ();
  for (gsize i = 0; i < N_ANALYTES; i++)
    make_row (self, i);
  g_signal_connect_swapped (self->cancel_button, "clicked", G_CALLBACK (adw_dialog_close), self);
  g_signal_connect_swapped (self->save_button, "clicked", G_CALLBACK (save), self);
  g_signal_connect_swapped (self->measured_where, "entry-activated", G_CALLBACK (save), self);
  g_signal_connect_swapped (self->measured_at, "entry-activated", G_CALLBACK (save), self);
  adw_dialog_set_focus (ADW_DIALOG (self), GTK_WIDGET (self->entries[0]));
  adw_dialog_set_can_close (ADW_DIALOG (self), FALSE);
  g_signal_connect (self, "close-attempt", G_CALLBACK (close_cb), NULL);
}

HemoValuesDialog *
hemo_values_dialog_new (HemoBenchCase *bench_case)
{
  HemoValuesDialog *self = g_object_new (HEMO_TYPE_VALUES_DIALOG, NULL);
  g_autofree char *source = g_settings_get_string (self->settings, "value-source");
  GDateTime *now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M");

  g_date_time_unref (now);
  self->bench_case = g_object_ref (bench_case);
  g_signal_connect_swapped (self->measured_at, "changed", G_CALLBACK (show_time), self);
  /* What an analyser is called here is typed once. */
  gtk_editable_set_text (GTK_EDITABLE (self->measured_where), source);
  gtk_editable_set_text (GTK_EDITABLE (self->measured_at), time);
  show_stored (self);
  keep_drafts (self);
  g_signal_connect_object (bench_case, "updated", G_CALLBACK (show_stored), self,
                           G_CONNECT_SWAPPED);
  hemo_desk_read_async (hemo_bench_case_get_desk (bench_case), ranges_job, NULL, NULL,
                        (GDestroyNotify)g_ptr_array_unref, NULL, ranges_cb, g_object_ref (self));
  return self;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The patient page. */

#include "hemo-patient-page.h"

#include "hemo-case-chip.h"
#include "hemo-format.h"
#include "hemo-merge-dialog.h"
#include "hemo-patient-form.h"
#include "hemo-patient-history.h"
#include "hemo-patient-table.h"
#include "hemo-range-table.h"
#include "hemo-trend-chart.h"
#include "hemo-trends.h"
#include "hemo-worklist.h"

#include <glib/gi18n.h>
#include <math.h>

#define CASES 100
#define RESULTS 60
#define CHART_HEIGHT 210

struct _HemoPatientPage
{
  HemoPlace parent_instance;

  AdwBanner *banner;
  GtkButton *new_specimen;
  GtkLabel *name;
  AdwPreferencesGroup *facts;
  AdwPreferencesGroup *merged_group;
  AdwPreferencesGroup *versions_group;
  AdwPreferencesGroup *cases_group;
  GtkLabel *trends_title;
  GtkLabel *trends_empty;
  GtkFlowBox *trends;

  char *uuid;
  HemoPatient *patient;
  /* Rows of the groups, to take away when they are made anew. */
  GPtrArray *rows;
};

G_DEFINE_FINAL_TYPE (HemoPatientPage, hemo_patient_page, HEMO_TYPE_PLACE)

/* All that the page shows, as one reading of the store. */
typedef struct
{
  HemoPatient *patient;
  GPtrArray *cases;
  GPtrArray *results;
  GPtrArray *versions;
  GPtrArray *merged;
  GPtrArray *ranges;
} Page;

static void
page_free (gpointer data)
{
  Page *self = data;

  g_clear_pointer (&self->patient, hemo_patient_free);
  g_clear_pointer (&self->cases, g_ptr_array_unref);
  g_clear_pointer (&self->results, g_ptr_array_unref);
  g_clear_pointer (&self->versions, g_ptr_array_unref);
  g_clear_pointer (&self->merged, g_ptr_array_unref);
  g_clear_pointer (&self->ranges, g_ptr_array_unref);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, page_free)

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autofree char *uuid = hemo_patient_dup_survivor (txn, data, error);
  g_autoptr (Page) page = g_new0 (Page, 1);

  if (uuid == NULL)
    return FALSE;
  page->patient = hemo_patient_load (txn, uuid, error);
  if (page->patient == NULL)
    return FALSE;
  page->cases = hemo_worklist_of_patient (txn, uuid, CASES, error);
  if (page->cases == NULL)
    return FALSE;
  page->results = hemo_patient_results (txn, uuid, RESULTS, error);
  if (page->results == NULL)
    return FALSE;
  page->versions = hemo_patient_versions (txn, uuid, error);
  if (page->versions == NULL)
    return FALSE;
  page->merged = hemo_patient_merged (txn, uuid, error);
  if (page->merged == NULL)
    return FALSE;
  page->ranges = hemo_ranges_load (txn, error);
  if (page->ranges == NULL)
    return FALSE;
  *result = g_steal_pointer (&page);
  return TRUE;
}

typedef struct
{
  AdwPreferencesGroup *group;
  GtkWidget *row;
} Row;

static void
add_row (HemoPatientPage *self, AdwPreferencesGroup *group, GtkWidget *row)
{
  Row *entry = g_new0 (Row, 1);

  entry->group = group;
  entry->row = row;
  g_ptr_array_add (self->rows, entry);
  adw_preferences_group_add (group, row);
}

static void
clear (HemoPatientPage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *entry = g_ptr_array_index (self->rows, i);

      adw_preferences_group_remove (entry->group, entry->row);
    }
  g_ptr_array_set_size (self->rows, 0);
  gtk_flow_box_remove_all (self->trends);
}

static GtkWidget *
plain_row (const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  return row;
}

static void
add_fact (HemoPatientPage *self, const char *title, const char *value)
{
  GtkWidget *row;

  if (value == NULL || value[0] == '\0')
    return;
  row = plain_row (title, value);
  gtk_widget_add_css_class (row, "property");
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  add_row (self, self->facts, row);
}

static void
show_facts (HemoPatientPage *self, const HemoPatient *patient)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *name = hemo_patient_display_name (patient);
  g_autofree char *date = hemo_format_date (patient->birth.date);
  g_autofree char *age = hemo_birth_age_text (&patient->birth, today);
  /* Translators: date of birth, and the age today */
  g_autofree char *born = g_strdup_printf (_ ("%s (%s)"), date, age);

  gtk_label_set_text (self->name, name);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), name);
  add_fact (self, _ ("Sex"), hemo_format_sex (patient->sex));
  add_fact (self, _ ("Born"),
            patient->birth.date.year != 0 ? born : C_ ("date of birth", "Unknown"));
  for (guint i = 0; i < patient->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (patient->identifiers, i);

      add_fact (self, hemo_patient_form_issuer_label (identifier->issuer), identifier->value);
    }
  if (patient->phone != NULL)
    {
      g_autofree char *phone = hemo_format_number (patient->phone);

      add_fact (self, _ ("Telephone"), phone);
    }
  add_fact (self, _ ("Village or quarter"), patient->village);
}

/* Cases */

static void
case_cb (GtkWidget *row, gpointer self)
{
  gtk_widget_activate_action (self, "win.open-case", "s", gtk_widget_get_name (row));
}

static void
show_cases (HemoPatientPage *self, GPtrArray *cases)
{
  for (guint i = 0; i < cases->len; i++)
    {
      const HemoWorkItem *item = g_ptr_array_index (cases, i);
      g_autofree char *received = hemo_format_time (item->waiting_since);
      g_autofree char *tests = hemo_format_tests (item->tests);
      g_autofree char *facts = g_strdup_printf (_ ("%s · %s"), received, tests);
      GtkWidget *row = plain_row (item->accession, facts);
      GtkWidget *chip = hemo_case_chip_new ();

      hemo_case_chip_show_item (HEMO_CHIP (chip), item);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), chip);
      gtk_widget_set_name (row, item->specimen);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_signal_connect_object (row, "activated", G_CALLBACK (case_cb), self, 0);
      add_row (self, self->cases_group, row);
    }
  adw_preferences_group_set_description (
      self->cases_group, cases->len > 0 ? NULL : _ ("No specimen of this patient came yet."));
}

/* Results over time */

static const HemoRange *
find_range (const Page *page, const char *analyte)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  HemoAge age;
  gboolean known = hemo_birth_age (&page->patient->birth, today, &age);

  return hemo_ranges_find_for_age (page->ranges, analyte, page->patient->sex,
                                   HEMO_PREGNANCY_UNKNOWN, known ? &age : NULL);
}

static void
add_chart (HemoPatientPage *self, const Page *page, const HemoLine *line, GListStore *points)
{
  GtkWidget *chart = hemo_trend_chart_new (G_LIST_MODEL (points));
  GtkWidget *card = adw_bin_new ();

  hemo_trend_chart_set_analyte (HEMO_TREND_CHART (chart), line->analyte);
  if (line->section == HEMO_SECTION_PLATELETS)
    g_object_set (chart, "title", _ (line->label), NULL);
  hemo_trend_chart_set_range (HEMO_TREND_CHART (chart), find_range (page, line->analyte));
  gtk_widget_set_size_request (chart, -1, CHART_HEIGHT);
  gtk_widget_set_margin_start (chart, 12);
  gtk_widget_set_margin_end (chart, 12);
  gtk_widget_set_margin_top (chart, 9);
  gtk_widget_set_margin_bottom (chart, 9);
  adw_bin_set_child (ADW_BIN (card), chart);
  gtk_widget_add_css_class (card, "card");
  gtk_flow_box_append (self->trends, card);
}

/* The chart takes the focus, not the cell around it. */
static void
unfocus_cells (GtkFlowBox *box)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (box));

  for (; child != NULL; child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_focusable (child, FALSE);
}

static void
show_trends (HemoPatientPage *self, const Page *page)
{
  g_autoptr (GHashTable) stores
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();

  for (guint i = 0; i < page->results->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (page->results, i);
      /* As it was printed: 33.333 is 33 on the paper. */
      g_autofree char *printed = hemo_line_value_text (line);
      g_autoptr (HemoTrendPoint) point = NULL;
      GListStore *store;

      if (!hemo_trends_take (page->results, i))
        continue;
      store = g_hash_table_lookup (stores, hemo_trends_name (line));
      if (store == NULL)
        {
          store = g_list_store_new (HEMO_TYPE_TREND_POINT);
          g_hash_table_insert (stores, (gpointer)hemo_trends_name (line), store);
          g_ptr_array_add (order, (gpointer)line);
        }
      point
          = hemo_trend_point_new (line->at, g_ascii_strtod (printed, NULL), line->flag, line->note);
      g_list_store_append (store, point);
    }
  for (guint i = 0; i < order->len; i++)
    add_chart (self, page, g_ptr_array_index (order, i),
               g_hash_table_lookup (stores, hemo_trends_name (g_ptr_array_index (order, i))));
  unfocus_cells (self->trends);
  gtk_widget_set_visible (GTK_WIDGET (self->trends_empty), order->len == 0);
}

/* Earlier versions */

static char *
version_text (const HemoPatient *patient)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *name = hemo_patient_display_name (patient);
  g_autofree char *age = hemo_format_sex_age (patient->sex, &patient->birth, today);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, _ ("\u2068%s\u2069  %s"), name, age);
  for (guint i = 0; i < patient->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (patient->identifiers, i);

      g_string_append_c (text, '\n');
      g_string_append_printf (text, _ ("%s: %s"),
                              hemo_patient_form_issuer_label (identifier->issuer),
                              identifier->value);
    }
  if (patient->phone != NULL)
    g_string_append_printf (text, "\n\u2066%s\u2069", patient->phone);
  if (patient->village != NULL)
    g_string_append_printf (text, "\n%s", patient->village);
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static void
show_versions (HemoPatientPage *self, GPtrArray *versions)
{
  GtkWidget *expander;
  g_autofree char *count = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->versions_group), versions->len > 1);
  if (versions->len < 2)
    return;
  count = g_strdup_printf (ngettext ("Changed %u time", "Changed %u times", versions->len - 1),
                           versions->len - 1);
  expander = adw_expander_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), count);
  for (guint i = 1; i < versions->len; i++)
    {
      const HemoPatientVersion *version = g_ptr_array_index (versions, i);
      g_autofree char *when = hemo_format_time (version->at);
      g_autofree char *title
          /* Translators: when a version of a record was written, and by whom */
          = version->by != NULL ? g_strdup_printf (_ ("%s by %s"), when, version->by)
                                : g_strdup (when);
      g_autofree char *text = version_text (version->patient);

      adw_expander_row_add_row (ADW_EXPANDER_ROW (expander), plain_row (title, text));
    }
  add_row (self, self->versions_group, expander);
}

/* Merging */

static gboolean
unmerge_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_patient_unmerge (txn, data, error);
}

static void
unmerged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoPatientPage) self = data;
  g_autoptr (GError) error = NULL;

  if (self->banner == NULL)
    return;
  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Merge Was Not Taken Back"), error);
  else
    hemo_place_toast (GTK_WIDGET (self), _ ("The records are two again."));
}

static void
unmerge (HemoPatientPage *self, const char *merged)
{
  hemo_desk_write_async (hemo_place_get_desk (HEMO_PLACE (self)), unmerge_job, g_strdup (merged),
                         g_free, NULL, NULL, unmerged_cb, g_object_ref (self));
}

static void
unmerge_cb (GtkButton *button, gpointer self)
{
  unmerge (self, gtk_widget_get_name (GTK_WIDGET (button)));
}

static void
show_merged (HemoPatientPage *self, GPtrArray *merged)
{
  gtk_widget_set_visible (GTK_WIDGET (self->merged_group), merged->len > 0);
  for (guint i = 0; i < merged->len; i++)
    {
      const HemoPatient *patient = g_ptr_array_index (merged, i);
      g_autofree char *name = hemo_patient_display_name (patient);
      g_autofree char *text = version_text (patient);
      GtkWidget *row = plain_row (name, text);
      GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Take Back"));

      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_widget_set_name (button, patient->uuid);
      gtk_widget_set_tooltip_text (button, _ ("Make these two records again"));
      g_signal_connect_object (button, "clicked", G_CALLBACK (unmerge_cb), self, 0);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
      add_row (self, self->merged_group, row);
    }
}

typedef struct
{
  GWeakRef page;
  char *merged;
} Merged;

static void
merged_free (gpointer data)
{
  Merged *self = data;

  g_weak_ref_clear (&self->page);
  g_free (self->merged);
  g_free (self);
}

static void
undo_merge (gpointer data)
{
  Merged *state = data;
  g_autoptr (HemoPatientPage) self = g_weak_ref_get (&state->page);

  if (self != NULL)
    unmerge (self, state->merged);
}

static void
merged_cb (HemoMergeDialog *dialog, const char *survivor, const char *merged, gpointer data)
{
  HemoPatientPage *self = data;
  Merged *state = g_new0 (Merged, 1);

  g_weak_ref_init (&state->page, self);
  state->merged = g_strdup (merged);
  g_set_str (&self->uuid, survivor);
  hemo_place_toast_undo (GTK_WIDGET (self), _ ("The two records are one."), undo_merge, state,
                         merged_free);
}

static void
merge_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HemoPatientPage *self = HEMO_PATIENT_PAGE (widget);
  HemoMergeDialog *dialog;

  if (self->patient == NULL)
    return;
  dialog = hemo_merge_dialog_new (hemo_place_get_desk (HEMO_PLACE (self)), self->patient);
  g_signal_connect_object (dialog, "merged", G_CALLBACK (merged_cb), self, 0);
  adw_dialog_present (ADW_DIALOG (dialog), widget);
}

static void
edit_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "win.edit-patient", "s", HEMO_PATIENT_PAGE (widget)->uuid);
}

static void
new_specimen_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "win.new-specimen", "s", HEMO_PATIENT_PAGE (widget)->uuid);
}

static void
show_page (HemoPatientPage *self, Page *page)
{
  gboolean first = self->patient == NULL;

  clear (self);
  g_clear_pointer (&self->patient, hemo_patient_free);
  self->patient = hemo_patient_copy (page->patient);
  g_set_str (&self->uuid, page->patient->uuid);
  adw_banner_set_revealed (self->banner, FALSE);
  show_facts (self, page->patient);
  show_cases (self, page->cases);
  show_trends (self, page);
  show_versions (self, page->versions);
  show_merged (self, page->merged);
  if (first)
    gtk_widget_grab_focus (GTK_WIDGET (self->new_specimen));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoPatientPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Page) page = NULL;
  gpointer out = NULL;

  if (hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    page = out;
  if (self->banner == NULL)
    return;
  if (page != NULL)
    show_page (self, page);
  else
    {
      adw_banner_set_title (self->banner, error->message);
      adw_banner_set_revealed (self->banner, TRUE);
    }
}

static void
hemo_patient_page_refresh (HemoPlace *place)
{
  HemoPatientPage *self = HEMO_PATIENT_PAGE (place);

  hemo_desk_read_async (hemo_place_get_desk (place), load_job, g_strdup (self->uuid), g_free,
                        page_free, NULL, loaded_cb, g_object_ref (self));
}

static void
hemo_patient_page_dispose (GObject *object)
{
  HemoPatientPage *self = HEMO_PATIENT_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_PATIENT_PAGE);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->patient, hemo_patient_free);
  g_clear_pointer (&self->uuid, g_free);
  G_OBJECT_CLASS (hemo_patient_page_parent_class)->dispose (object);
}

static void
hemo_patient_page_class_init (HemoPatientPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_patient_page_dispose;
  HEMO_PLACE_CLASS (klass)->refresh = hemo_patient_page_refresh;
  HEMO_PLACE_CLASS (klass)->help = "patients";
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/patient/hemo-patient-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoPatientPage, banner);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientPage, new_specimen);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientPage, name);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientPage, facts);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientPage, merged_group);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientPage, versions_group);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientPage, cases_group);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientPage, trends_title);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientPage, trends_empty);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientPage, trends);
  gtk_widget_class_install_action (widget_class, "patient.edit", NULL, edit_cb);
  gtk_widget_class_install_action (widget_class, "patient.new-specimen", NULL, new_specimen_cb);
  gtk_widget_class_install_action (widget_class, "patient.merge", NULL, merge_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "patient.edit", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_m, GDK_CONTROL_MASK, "patient.merge",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK,
                                       "patient.new-specimen", NULL);
}

static void
hemo_patient_page_init (HemoPatientPage *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

HemoPatientPage *
hemo_patient_page_new (HemoDesk *desk, const char *patient)
{
  HemoPatientPage *self = g_object_new (HEMO_TYPE_PATIENT_PAGE, "desk", desk, NULL);
  GtkWidget *widget = GTK_WIDGET (self);

  self->uuid = g_strdup (patient);
  gtk_widget_action_set_enabled (widget, "patient.edit",
                                 hemo_desk_may (desk, HEMO_ACTION_PATIENT_EDIT));
  gtk_widget_action_set_enabled (widget, "patient.merge",
                                 hemo_desk_may (desk, HEMO_ACTION_PATIENT_MERGE));
  gtk_widget_action_set_enabled (widget, "patient.new-specimen",
                                 hemo_desk_may (desk, HEMO_ACTION_SPECIMEN_EDIT));
  return self;
}

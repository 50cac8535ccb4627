/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of patients. */

#include "hemo-patients-view.h"

#include "hemo-format.h"
#include "hemo-paged-columns.h"
#include "hemo-paged-model.h"
#include "hemo-search.h"

#include <glib/gi18n.h>

/* More hits than this nobody reads: they type on. */
#define FOUND_MAX 500

struct _HemoPatientsView
{
  HemoPlace parent_instance;

  GtkSearchEntry *entry;
  GtkStack *stack;
  AdwStatusPage *empty_page;
  AdwStatusPage *failed_page;
  GtkColumnView *list;

  HemoPagedModel *model;
  GtkSingleSelection *selection;
  gint64 selected_row;
};

G_DEFINE_FINAL_TYPE (HemoPatientsView, hemo_patients_view, HEMO_TYPE_PLACE)

static gboolean
search_rows (HemoTxn *txn, const char *text, gpointer *result, GError **error)
{
  g_autoptr (GPtrArray) hits = hemo_search (txn, text, FOUND_MAX, error);
  GArray *rows;

  if (hits == NULL)
    return FALSE;
  rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < hits->len; i++)
    g_array_append_val (rows, ((HemoSearchHit *)g_ptr_array_index (hits, i))->row);
  *result = rows;
  return TRUE;
}

static gboolean
list_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const char *text = g_variant_get_string (data, NULL);

  if (text[0] != '\0')
    return search_rows (txn, text, result, error);
  *result = hemo_patient_rows (txn, error);
  return *result != NULL;
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  GArray *rows = data;

  *result = hemo_patient_load_rows (txn, (const gint64 *)rows->data, rows->len, error);
  return *result != NULL;
}

static gint64
get_row (gconstpointer data)
{
  return ((const HemoSearchHit *)data)->row;
}

static const HemoPagedSource source = {
  .list = list_job,
  .load = load_job,
  .get_row = get_row,
  .free = (GDestroyNotify)hemo_search_hit_free,
};

static void
show_name (GtkWidget *label, gconstpointer data)
{
  hemo_paged_label_show (label, ((const HemoSearchHit *)data)->name);
}

static void
show_age (GtkWidget *label, gconstpointer data)
{
  const HemoSearchHit *hit = data;
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *age = hemo_format_sex_age (hit->sex, &hit->birth, today);

  gtk_label_set_text (GTK_LABEL (label), age);
}

static void
show_identifier (GtkWidget *label, gconstpointer data)
{
  hemo_paged_label_show (label, ((const HemoSearchHit *)data)->identifier);
}

static void
show_accession (GtkWidget *label, gconstpointer data)
{
  hemo_paged_label_show (label, ((const HemoSearchHit *)data)->accession);
}

/* Figures of one width, but cut where a number is longer than any should be. */
static GtkWidget *
make_identifier (void)
{
  GtkWidget *label = hemo_paged_label_new ();

  gtk_widget_add_css_class (label, "numeric");
  return label;
}

static const HemoPagedColumn columns[] = {
  { N_ ("Name"), NULL, hemo_paged_label_new, show_name, TRUE },
  { N_ ("Sex and Age"), NULL, hemo_paged_number_new, show_age, FALSE },
  { N_ ("Identifier"), NULL, make_identifier, show_identifier, TRUE },
  { N_ ("Newest Specimen"), NULL, make_identifier, show_accession, TRUE },
};

static const char *
typed (HemoPatientsView *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

static void
apply_filter (HemoPatientsView *self)
{
  gboolean all = typed (self)[0] == '\0';

  if (self->model == NULL)
    return;
  adw_status_page_set_title (self->empty_page, all ? _ ("No Patients Yet") : _ ("Nobody Found"));
  adw_status_page_set_description (self->empty_page,
                                   all ? _ ("Who is registered comes here.")
                                       : _ ("No name, number or telephone begins like this."));
  hemo_paged_model_set_filter (self->model, g_variant_new_string (typed (self)));
}

static void
listed_cb (HemoPatientsView *self)
{
  guint count = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  guint position = hemo_paged_model_find (self->model, self->selected_row);

  gtk_stack_set_visible_child_name (self->stack, count > 0 ? "list" : "empty");
  if (count > 0)
    gtk_single_selection_set_selected (self->selection, position != (guint)-1 ? position : 0);
}

static void
selected_cb (HemoPatientsView *self)
{
  HemoPagedItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL)
    self->selected_row = hemo_paged_item_get_row (item);
}

static void
failed_cb (HemoPatientsView *self, const GError *error)
{
  g_autofree char *message = g_markup_escape_text (error->message, -1);

  adw_status_page_set_description (self->failed_page, message);
  gtk_stack_set_visible_child_name (self->stack, "failed");
}

static void
open_position (HemoPatientsView *self, guint position)
{
  g_autoptr (HemoPagedItem) item = NULL;
  const HemoSearchHit *hit;

  if (self->model == NULL || position == GTK_INVALID_LIST_POSITION)
    return;
  item = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  hit = item != NULL ? hemo_paged_item_get_data (item) : NULL;
  if (hit != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-patient", "s", hit->uuid);
}

static void
activate_cb (HemoPatientsView *self, guint position)
{
  open_position (self, position);
}

static void
entry_activate_cb (HemoPatientsView *self)
{
  if (self->model != NULL && hemo_paged_model_is_listed (self->model))
    open_position (self, gtk_single_selection_get_selected (self->selection));
}

/* Down from the entry goes into the list; typing in the list goes on in the entry. */
static gboolean
entry_key_cb (GtkEventControllerKey *controller,
              guint keyval,
              guint keycode,
              GdkModifierType state,
              gpointer data)
{
  HemoPatientsView *self = data;
  guint position = gtk_single_selection_get_selected (self->selection);

  if (keyval != GDK_KEY_Down || position == GTK_INVALID_LIST_POSITION)
    return GDK_EVENT_PROPAGATE;
  gtk_column_view_scroll_to (self->list, position, NULL, GTK_LIST_SCROLL_FOCUS, NULL);
  return GDK_EVENT_STOP;
}

static void
stop_cb (HemoPatientsView *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

static void
hemo_patients_view_refresh (HemoPlace *place)
{
  HemoPatientsView *self = HEMO_PATIENTS_VIEW (place);

  if (self->model == NULL)
    {
      self->model = hemo_paged_model_new (hemo_place_get_desk (place), &source);
      g_signal_connect_object (self->model, "listed", G_CALLBACK (listed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->model, "failed", G_CALLBACK (failed_cb), self,
                               G_CONNECT_SWAPPED);
      gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->model));
    }
  apply_filter (self);
}

static void
shown_cb (HemoPatientsView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
hemo_patients_view_dispose (GObject *object)
{
  HemoPatientsView *self = HEMO_PATIENTS_VIEW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_PATIENTS_VIEW);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (hemo_patients_view_parent_class)->dispose (object);
}

static void
hemo_patients_view_class_init (HemoPatientsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_patients_view_dispose;
  HEMO_PLACE_CLASS (klass)->refresh = hemo_patients_view_refresh;
  HEMO_PLACE_CLASS (klass)->help = "patients";
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/patient/hemo-patients-view.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoPatientsView, entry);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientsView, stack);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientsView, empty_page);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientsView, failed_page);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientsView, list);
}

static void
hemo_patients_view_init (HemoPatientsView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->selected_row = -1;
  hemo_paged_columns_add (self->list, columns, G_N_ELEMENTS (columns));
  self->selection = gtk_single_selection_new (NULL);
  gtk_column_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (entry_key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
  gtk_search_entry_set_key_capture_widget (self->entry, GTK_WIDGET (self->list));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->entry, "search-changed", G_CALLBACK (apply_filter), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (entry_activate_cb), self);
  g_signal_connect_swapped (self->entry, "stop-search", G_CALLBACK (stop_cb), self);
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect (self, "shown", G_CALLBACK (shown_cb), NULL);
}

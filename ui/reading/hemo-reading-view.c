/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of readings. */

#include "hemo-reading-view.h"

#include "hemo-case-chip.h"
#include "hemo-format.h"
#include "hemo-paged-columns.h"
#include "hemo-reading-table.h"
#include "hemo-reading-words.h"

#include <glib/gi18n.h>

struct _HemoReadingView
{
  HemoPlace parent_instance;

  AdwToggleGroup *filters;
  GtkStack *stack;
  AdwStatusPage *empty_page;
  AdwStatusPage *failed_page;
  GtkColumnView *list;

  HemoPagedModel *model;
  GtkSingleSelection *selection;
  gint64 selected_row;
  gboolean focus_list;
};

G_DEFINE_FINAL_TYPE (HemoReadingView, hemo_reading_view, HEMO_TYPE_PLACE)

typedef struct
{
  const char *name;
  const char *title;
  guint states;
  const char *empty_title;
  const char *empty_text;
} Filter;

static const Filter all_filters[] = {
  { "waiting", NC_ ("reading", "Waiting"), HEMO_READING_OPEN, N_ ("Nothing Waits to Be Read"),
    N_ ("A case comes here when somebody sends it from its signed report.") },
  { "answered", NC_ ("reading", "Answered"), 1u << HEMO_READING_COMPLETED,
    N_ ("Nothing Was Answered Yet"), N_ ("A reading comes here when it was answered.") },
  { "cancelled", NC_ ("reading", "Cancelled"), 1u << HEMO_READING_CANCELLED,
    N_ ("Nothing Was Cancelled"),
    N_ ("A question that was taken back or declined comes here, with the reason.") },
};

static gboolean
list_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_reading_rows (txn, g_variant_get_uint32 (data), error);
  return *result != NULL;
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  GArray *rows = data;

  *result = hemo_reading_load_rows (txn, (const gint64 *)rows->data, rows->len, error);
  return *result != NULL;
}

static gint64
get_row (gconstpointer data)
{
  return ((const HemoReadingItem *)data)->row;
}

static const HemoPagedSource source = {
  .list = list_job,
  .load = load_job,
  .get_row = get_row,
  .free = (GDestroyNotify)hemo_reading_item_free,
};

/* The columns */

static void
show_specimen (GtkWidget *widget, gconstpointer data)
{
  gtk_label_set_text (GTK_LABEL (widget), ((const HemoReadingItem *)data)->accession);
}

static void
show_patient (GtkWidget *widget, gconstpointer data)
{
  const HemoReadingItem *item = data;

  hemo_paged_person_show (widget, item->name, item->sex, &item->birth);
}

static void
show_question (GtkWidget *widget, gconstpointer data)
{
  hemo_paged_label_show (widget, ((const HemoReadingItem *)data)->reading->question);
}

static void
show_urgency (GtkWidget *widget, gconstpointer data)
{
  hemo_case_chip_show_urgency (HEMO_CHIP (widget),
                               ((const HemoReadingItem *)data)->reading->urgency);
}

static void
show_asked (GtkWidget *widget, gconstpointer data)
{
  const HemoReading *reading = ((const HemoReadingItem *)data)->reading;
  g_autofree char *since = hemo_format_since (reading->asked_at, hemo_time_now ());
  g_autofree char *who = hemo_reading_who (reading->asked_by_name, reading->asked_at);

  gtk_label_set_text (GTK_LABEL (widget), since);
  gtk_widget_set_tooltip_text (widget, who);
}

static void
show_state (GtkWidget *widget, gconstpointer data)
{
  const HemoReadingItem *item = data;
  const HemoReading *reading = item->reading;
  const char *words = item->withdrawn && hemo_reading_is_open (reading)
                          ? C_ ("reading", "Report withdrawn")
                          : hemo_reading_state_words (reading);
  g_autofree char *text = reading->reader_name != NULL
                              /* Translators: state of a reading, and who has it */
                              ? g_strdup_printf (_ ("%s · %s"), words, reading->reader_name)
                              : g_strdup (words);

  hemo_paged_label_show (widget, text);
}

static const HemoPagedColumn columns[] = {
  { N_ ("Specimen"), NULL, hemo_paged_number_new, show_specimen, FALSE },
  { N_ ("Patient"), NULL, hemo_paged_person_new, show_patient, TRUE },
  { N_ ("Question"), NULL, hemo_paged_label_new, show_question, TRUE },
  { N_ ("Urgency"), NULL, hemo_case_chip_new_whole, show_urgency, FALSE },
  { NC_ ("reading", "State"), "reading", hemo_paged_label_new, show_state, TRUE },
  { NC_ ("reading", "Asked"), "reading", hemo_paged_number_new, show_asked, FALSE },
};

static void
apply_filter (HemoReadingView *self)
{
  guint i = MIN (adw_toggle_group_get_active (self->filters), G_N_ELEMENTS (all_filters) - 1);

  adw_status_page_set_title (self->empty_page, _ (all_filters[i].empty_title));
  adw_status_page_set_description (self->empty_page, _ (all_filters[i].empty_text));
  if (self->model != NULL)
    hemo_paged_model_set_filter (self->model, g_variant_new_uint32 (all_filters[i].states));
}

static gboolean
focus_list_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  HemoReadingView *self = HEMO_READING_VIEW (widget);
  guint position = gtk_single_selection_get_selected (self->selection);

  if (position != GTK_INVALID_LIST_POSITION)
    {
      gtk_column_view_scroll_to (self->list, position, NULL, GTK_LIST_SCROLL_FOCUS, NULL);
      gtk_widget_grab_focus (GTK_WIDGET (self->list));
    }
  return G_SOURCE_REMOVE;
}

/* With the rows the focus would leave the list, and no key would be heard. */
static void
focus_filters (HemoReadingView *self)
{
  if (self->focus_list)
    gtk_widget_child_focus (GTK_WIDGET (self->filters), GTK_DIR_TAB_FORWARD);
  self->focus_list = FALSE;
}

static void
listed_cb (HemoReadingView *self)
{
  guint count = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  guint position = hemo_paged_model_find (self->model, self->selected_row);

  gtk_stack_set_visible_child_name (self->stack, count > 0 ? "list" : "empty");
  if (count == 0)
    {
      focus_filters (self);
      return;
    }
  gtk_single_selection_set_selected (self->selection, position != (guint)-1 ? position : 0);
  if (self->focus_list)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), focus_list_cb, NULL, NULL);
  self->focus_list = FALSE;
}

static void
selected_cb (HemoReadingView *self)
{
  HemoPagedItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL)
    self->selected_row = hemo_paged_item_get_row (item);
}

static void
failed_cb (HemoReadingView *self, const GError *error)
{
  g_autofree char *message = g_markup_escape_text (error->message, -1);

  adw_status_page_set_description (self->failed_page, message);
  gtk_stack_set_visible_child_name (self->stack, "failed");
  focus_filters (self);
}

static void
activate_cb (HemoReadingView *self, guint position)
{
  g_autoptr (HemoPagedItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  const HemoReadingItem *said = item != NULL ? hemo_paged_item_get_data (item) : NULL;

  if (said != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-reading", "s", said->reading->uuid);
}

static void
filter_cb (HemoReadingView *self)
{
  apply_filter (self);
}

/* Alt+1 to Alt+3: the tabs. */
static gboolean
tab_cb (GtkWidget *widget, GVariant *number, gpointer data)
{
  HemoReadingView *self = HEMO_READING_VIEW (widget);

  self->focus_list = TRUE;
  adw_toggle_group_set_active (self->filters, g_variant_get_uint32 (number));
  return TRUE;
}

static void
hemo_reading_view_refresh (HemoPlace *place)
{
  HemoReadingView *self = HEMO_READING_VIEW (place);

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
hemo_reading_view_map (GtkWidget *widget)
{
  HEMO_READING_VIEW (widget)->focus_list = TRUE;
  GTK_WIDGET_CLASS (hemo_reading_view_parent_class)->map (widget);
}

static void
hemo_reading_view_dispose (GObject *object)
{
  HemoReadingView *self = HEMO_READING_VIEW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_READING_VIEW);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (hemo_reading_view_parent_class)->dispose (object);
}

static void
hemo_reading_view_class_init (HemoReadingViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_reading_view_dispose;
  widget_class->map = hemo_reading_view_map;
  HEMO_PLACE_CLASS (klass)->refresh = hemo_reading_view_refresh;
  HEMO_PLACE_CLASS (klass)->help = "reading";
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/reading/hemo-reading-view.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoReadingView, filters);
  gtk_widget_class_bind_template_child (widget_class, HemoReadingView, stack);
  gtk_widget_class_bind_template_child (widget_class, HemoReadingView, empty_page);
  gtk_widget_class_bind_template_child (widget_class, HemoReadingView, failed_page);
  gtk_widget_class_bind_template_child (widget_class, HemoReadingView, list);
  for (guint i = 0; i < G_N_ELEMENTS (all_filters); i++)
    gtk_widget_class_add_binding (widget_class, GDK_KEY_1 + i, GDK_ALT_MASK, tab_cb, "u", i);
}

static void
hemo_reading_view_init (HemoReadingView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->selected_row = -1;
  for (guint i = 0; i < G_N_ELEMENTS (all_filters); i++)
    {
      AdwToggle *toggle = adw_toggle_new ();
      g_autofree char *tooltip = g_strdup_printf (_ ("Alt+%u"), i + 1);

      adw_toggle_set_name (toggle, all_filters[i].name);
      adw_toggle_set_label (toggle, g_dpgettext2 (NULL, "reading", all_filters[i].title));
      adw_toggle_set_tooltip (toggle, tooltip);
      adw_toggle_group_add (self->filters, toggle);
    }
  adw_toggle_group_set_active (self->filters, 0);
  hemo_paged_columns_add (self->list, columns, G_N_ELEMENTS (columns));
  self->selection = gtk_single_selection_new (NULL);
  gtk_column_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->filters, "notify::active", G_CALLBACK (filter_cb), self);
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (activate_cb), self);
}

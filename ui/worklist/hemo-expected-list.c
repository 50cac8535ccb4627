/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hemo-expected-list.h"

#include "hemo-case-chip.h"
#include "hemo-expected-table.h"
#include "hemo-format.h"
#include "hemo-paged-columns.h"
#include "hemo-paged-model.h"
#include "hemo-refuse-dialog.h"

#include <glib/gi18n.h>

struct _HemoExpectedList
{
  AdwBin parent_instance;

  GtkColumnView *list;
  HemoPagedModel *model;
  GtkSingleSelection *selection;
  gboolean focus;
};

G_DEFINE_FINAL_TYPE (HemoExpectedList, hemo_expected_list, ADW_TYPE_BIN)

enum
{
  LISTED,
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
list_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_expected_rows (txn, error);
  return *result != NULL;
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  GArray *rows = data;

  *result = hemo_expected_load (txn, (const gint64 *)rows->data, rows->len, error);
  return *result != NULL;
}

static gint64
get_row (gconstpointer data)
{
  return ((const HemoExpected *)data)->row;
}

static const HemoPagedSource source = {
  .list = list_job,
  .load = load_job,
  .get_row = get_row,
  .free = (GDestroyNotify)hemo_expected_free,
};

/* The columns */

static void
show_patient (GtkWidget *widget, gconstpointer data)
{
  const HemoExpected *item = data;

  hemo_paged_person_show (widget, item->name, item->sex, &item->birth);
}

static void
show_asked (GtkWidget *widget, gconstpointer data)
{
  g_autofree char *tests = hemo_format_tests (((const HemoExpected *)data)->order->tests);

  hemo_paged_label_show (widget, tests);
}

static void
show_requester (GtkWidget *widget, gconstpointer data)
{
  hemo_paged_label_show (widget, ((const HemoExpected *)data)->order->requester);
}

static void
show_urgency (GtkWidget *widget, gconstpointer data)
{
  hemo_case_chip_show_urgency (HEMO_CHIP (widget), ((const HemoExpected *)data)->order->urgency);
}

static void
show_since (GtkWidget *widget, gconstpointer data)
{
  const HemoOrder *order = ((const HemoExpected *)data)->order;
  g_autofree char *since = order->ordered_at.utc_us != 0
                               ? hemo_format_since (order->ordered_at, hemo_time_now ())
                               : g_strdup ("");

  gtk_label_set_text (GTK_LABEL (widget), since);
}

static const HemoPagedColumn columns[] = {
  { N_ ("Patient"), NULL, hemo_paged_person_new, show_patient, TRUE },
  { N_ ("Asked"), NULL, hemo_paged_label_new, show_asked, TRUE },
  { N_ ("Asked by"), NULL, hemo_paged_label_new, show_requester, TRUE },
  { N_ ("Urgency"), NULL, hemo_case_chip_new_whole, show_urgency, FALSE },
  { N_ ("Waits"), NULL, hemo_paged_number_new, show_since, FALSE },
};

/* (transfer full) */
static char *
describe (gconstpointer data)
{
  const HemoExpected *item = data;
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *age = hemo_format_sex_age (item->sex, &item->birth, today);
  g_autofree char *tests = hemo_format_tests (item->order->tests);

  /* Translators: an order as a screen reader reads it: name, sex and age, tests, urgency */
  return g_strdup_printf (_ ("%s, %s, %s, %s"), item->name, age, tests,
                          hemo_format_urgency (item->order->urgency));
}

static void
activate_cb (HemoExpectedList *self, guint position)
{
  g_autoptr (HemoPagedItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  const HemoExpected *said = item != NULL ? hemo_paged_item_get_data (item) : NULL;

  if (said != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.accept-order", "(ss)", said->order->patient,
                                said->order->uuid);
}

static gboolean
focus_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  HemoExpectedList *self = HEMO_EXPECTED_LIST (widget);
  guint position = gtk_single_selection_get_selected (self->selection);

  if (position != GTK_INVALID_LIST_POSITION)
    {
      gtk_column_view_scroll_to (self->list, position, NULL, GTK_LIST_SCROLL_FOCUS, NULL);
      gtk_widget_grab_focus (GTK_WIDGET (self->list));
    }
  return G_SOURCE_REMOVE;
}

static void
listed_cb (HemoExpectedList *self)
{
  /* Once the rows are there. */
  if (self->focus && hemo_expected_list_count (self) > 0)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), focus_cb, NULL, NULL);
  self->focus = FALSE;
  g_signal_emit (self, signals[LISTED], 0);
}

static void
failed_cb (HemoExpectedList *self, const GError *error)
{
  g_signal_emit (self, signals[FAILED], 0, error);
}

void
hemo_expected_list_refresh (HemoExpectedList *self, HemoDesk *desk, gboolean focus)
{
  self->focus = focus;
  if (self->model == NULL)
    {
      self->model = hemo_paged_model_new (desk, &source);
      g_signal_connect_object (self->model, "listed", G_CALLBACK (listed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->model, "failed", G_CALLBACK (failed_cb), self,
                               G_CONNECT_SWAPPED);
      gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->model));
    }
  hemo_paged_model_set_filter (self->model, g_variant_new_boolean (TRUE));
}

void
hemo_expected_list_refuse (HemoExpectedList *self, GtkWidget *parent, HemoDesk *desk)
{
  HemoPagedItem *item = gtk_single_selection_get_selected_item (self->selection);
  const HemoExpected *said = item != NULL ? hemo_paged_item_get_data (item) : NULL;
  g_autofree char *tests = said != NULL ? hemo_format_tests (said->order->tests) : NULL;
  g_autofree char *whose = said != NULL ? g_strdup_printf (_ ("%s: %s"), said->name, tests) : NULL;

  if (said != NULL)
    hemo_refuse_dialog_ask (parent, desk, said->order->uuid, whose, NULL);
}

guint
hemo_expected_list_count (HemoExpectedList *self)
{
  return self->model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->model)) : 0;
}

static void
hemo_expected_list_dispose (GObject *object)
{
  HemoExpectedList *self = HEMO_EXPECTED_LIST (object);

  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (hemo_expected_list_parent_class)->dispose (object);
}

static void
hemo_expected_list_class_init (HemoExpectedListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_expected_list_dispose;
  signals[LISTED] = g_signal_new ("listed", HEMO_TYPE_EXPECTED_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", HEMO_TYPE_EXPECTED_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hemo_expected_list_init (HemoExpectedList *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->selection = gtk_single_selection_new (NULL);
  self->list = GTK_COLUMN_VIEW (
      gtk_column_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection))));
  gtk_column_view_set_show_row_separators (self->list, TRUE);
  gtk_column_view_set_tab_behavior (self->list, GTK_LIST_TAB_ITEM);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "data-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Orders that wait for their specimen"), -1);
  hemo_paged_columns_add (self->list, columns, G_N_ELEMENTS (columns));
  hemo_paged_columns_read_rows (self->list, describe);
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (activate_cb), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->list));
  adw_bin_set_child (ADW_BIN (self), scrolled);
}

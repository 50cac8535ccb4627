/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of cases by what is to be done with them, and the chosen one at a glance. */

#include "hemo-worklist-view.h"

#include "hemo-case-chip.h"
#include "hemo-case-glance.h"
#include "hemo-expected-list.h"
#include "hemo-expected-table.h"
#include "hemo-format.h"
#include "hemo-paged-columns.h"
#include "hemo-paged-model.h"
#include "hemo-refused-dialog.h"

#include <glib/gi18n.h>

/* How often the times that cases wait are shown anew. */
#define TICK_SECONDS 30

struct _HemoWorklistView
{
  HemoPlace parent_instance;

  AdwToggleGroup *filters;
  GtkStack *stack;
  AdwStatusPage *empty_page;
  AdwStatusPage *failed_page;
  GtkColumnView *list;
  HemoExpectedList *expected;
  GtkWidget *order_bar;
  AdwBanner *untold;
  HemoCaseGlance *glance;
  AdwBreakpoint *narrow;

  HemoPagedModel *model;
  GtkSingleSelection *selection;
  /* The case that is chosen, also while the list is read again. */
  gint64 selected_row;
  HemoPagedItem *selected;
  guint tick_source;
  gboolean focus_list;
  /* Of the columns that can be done without: how many are hidden for want of room, and the width at
   * which that was so. */
  gboolean is_narrow;
  int n_hidden;
  double room;
  guint fit_source;
};

G_DEFINE_FINAL_TYPE (HemoWorklistView, hemo_worklist_view, HEMO_TYPE_PLACE)

#define STATE(name) (1u << HEMO_STATE_##name)

/* What the tabs show. @tally: whether the number of cases stands in the tab; @orders: those that
 * wait for their specimen, not cases */
typedef struct
{
  const char *name;
  const char *title;
  guint states;
  gboolean tally;
  gboolean today;
  gboolean newest_first;
  gboolean orders;
  const char *empty_title;
  const char *empty_text;
} Filter;

static const Filter all_filters[] = {
  { "waiting", NC_ ("worklist", "Waiting"), STATE (WAITING) | STATE (COUNTING), TRUE, FALSE, FALSE,
    FALSE, N_ ("Nothing Waits"), N_ ("A specimen that is accepted comes here.") },
  { "to-sign", NC_ ("worklist", "To Sign"), STATE (TO_SIGN) | STATE (PRELIMINARY), TRUE, FALSE,
    FALSE, FALSE, N_ ("Nothing to Sign"),
    N_ ("A case comes here when all that was asked for is done.") },
  { "critical", NC_ ("worklist", "Critical"), STATE (CRITICAL), TRUE, FALSE, FALSE, FALSE,
    N_ ("Nothing Critical"),
    N_ ("A case with a critical value stays here until somebody was told and read it back.") },
  { "today", NC_ ("worklist", "Today"), 0, FALSE, TRUE, FALSE, FALSE, N_ ("Nothing Received Today"),
    N_ ("All that was accepted today comes here, done or not.") },
  { "all", NC_ ("worklist", "All"), 0, FALSE, FALSE, TRUE, FALSE, N_ ("No Cases Yet"),
    N_ ("Register a patient and accept a specimen: it comes here.") },
  { "expected", NC_ ("worklist", "Expected"), 0, TRUE, FALSE, FALSE, TRUE,
    N_ ("No Specimen Is Expected"),
    N_ ("An order that another program sent comes here until its specimen is accepted.") },
};

static const Filter *
current_filter (HemoWorklistView *self)
{
  guint i = adw_toggle_group_get_active (self->filters);

  return &all_filters[MIN (i, G_N_ELEMENTS (all_filters) - 1)];
}

/* states, year, month, day, newest first */
#define FILTER_TYPE "(uiiib)"

static gboolean
list_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  guint states;
  int year;
  int month;
  int day;
  gboolean newest_first;

  g_variant_get (data, FILTER_TYPE, &states, &year, &month, &day, &newest_first);
  *result = hemo_worklist_rows (txn, states, (HemoDate){ (gint16)year, (guint8)month, (guint8)day },
                                newest_first, error);
  return *result != NULL;
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  GArray *rows = data;

  *result = hemo_worklist_load (txn, (const gint64 *)rows->data, rows->len, error);
  return *result != NULL;
}

static gint64
get_row (gconstpointer data)
{
  return ((const HemoWorkItem *)data)->row;
}

static const HemoPagedSource source = {
  .list = list_job,
  .load = load_job,
  .get_row = get_row,
  .free = (GDestroyNotify)hemo_work_item_free,
};

static void
show_selected (HemoWorklistView *self)
{
  hemo_case_glance_show (self->glance,
                         self->selected != NULL ? hemo_paged_item_get_data (self->selected) : NULL);
}

static void
set_selected (HemoWorklistView *self, HemoPagedItem *item)
{
  if (self->selected == item)
    return;
  if (self->selected != NULL)
    g_signal_handlers_disconnect_by_func (self->selected, show_selected, self);
  g_set_object (&self->selected, item);
  if (item != NULL)
    {
      self->selected_row = hemo_paged_item_get_row (item);
      g_signal_connect_object (item, "changed", G_CALLBACK (show_selected), self,
                               G_CONNECT_SWAPPED);
    }
  show_selected (self);
}

static void
apply_filter (HemoWorklistView *self)
{
  const Filter *filter = current_filter (self);
  HemoDate day = filter->today ? hemo_date_of (hemo_time_now ()) : (HemoDate){ 0 };

  adw_status_page_set_title (self->empty_page, _ (filter->empty_title));
  adw_status_page_set_description (self->empty_page, _ (filter->empty_text));
  gtk_widget_set_visible (self->order_bar, filter->orders);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "worklist.refuse-order", FALSE);
  if (filter->orders)
    {
      set_selected (self, NULL);
      hemo_expected_list_refresh (self->expected, hemo_place_get_desk (HEMO_PLACE (self)),
                                  self->focus_list);
    }
  else if (self->model != NULL)
    hemo_paged_model_set_filter (self->model, g_variant_new (FILTER_TYPE, filter->states,
                                                             (int)day.year, (int)day.month,
                                                             (int)day.day, filter->newest_first));
}

/* The columns */

static void
show_specimen (GtkWidget *widget, gconstpointer data)
{
  gtk_label_set_text (GTK_LABEL (widget), ((const HemoWorkItem *)data)->accession);
}

static void
show_patient (GtkWidget *widget, gconstpointer data)
{
  const HemoWorkItem *item = data;

  hemo_paged_person_show (widget, item->name, item->sex, &item->birth);
}

static void
show_asked (GtkWidget *widget, gconstpointer data)
{
  g_autofree char *tests = hemo_format_tests (((const HemoWorkItem *)data)->tests);

  hemo_paged_label_show (widget, tests);
}

static void
show_urgency (GtkWidget *widget, gconstpointer data)
{
  hemo_case_chip_show_urgency (HEMO_CHIP (widget), ((const HemoWorkItem *)data)->urgency);
}

/* Never at the cost of the name: what is asked stands whole beside the list. */
static GtkWidget *
make_asked (void)
{
  GtkWidget *label = hemo_paged_label_new ();

  gtk_label_set_max_width_chars (GTK_LABEL (label), 14);
  return label;
}

static void
show_state (GtkWidget *widget, gconstpointer data)
{
  hemo_case_chip_show_item (HEMO_CHIP (widget), data);
}

static void
show_safety (GtkWidget *widget, gconstpointer data)
{
  hemo_case_chip_show_safety (HEMO_CHIP (widget), ((const HemoWorkItem *)data)->safety);
}

static void
show_wait (GtkWidget *widget, gconstpointer data)
{
  const HemoWorkItem *item = data;
  gboolean done = item->state == HEMO_STATE_SIGNED || item->state == HEMO_STATE_REJECTED;
  g_autofree char *since
      = done ? g_strdup ("") : hemo_format_since (item->waiting_since, hemo_time_now ());

  gtk_label_set_text (GTK_LABEL (widget), since);
}

static const HemoPagedColumn columns[] = {
  { N_ ("Specimen"), NULL, hemo_paged_number_new, show_specimen, FALSE },
  { N_ ("Patient"), NULL, hemo_paged_person_new, show_patient, TRUE },
  { N_ ("Asked"), NULL, make_asked, show_asked, TRUE },
  { N_ ("Urgency"), NULL, hemo_case_chip_new_whole, show_urgency, FALSE },
  { NC_ ("case", "State"), "case", hemo_case_chip_new_whole, show_state, FALSE },
  { N_ ("Safety"), NULL, hemo_case_chip_new_whole, show_safety, FALSE },
  { N_ ("Waits"), NULL, hemo_paged_number_new, show_wait, FALSE },
};

/* Where there is no room, names come before what the case itself says as well. */
static void
show_wide_columns (HemoWorklistView *self)
{
  GListModel *views = gtk_column_view_get_columns (self->list);

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) view = g_list_model_get_item (views, i);

      if (columns[i].show == show_asked)
        gtk_column_view_column_set_visible (view, !self->is_narrow && self->n_hidden < 1);
      else if (columns[i].show == show_safety)
        gtk_column_view_column_set_visible (view, !self->is_narrow && self->n_hidden < 2);
    }
}

static gboolean
is_dragged (HemoWorklistView *self)
{
  GListModel *views = gtk_column_view_get_columns (self->list);

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) view = g_list_model_get_item (views, i);

      if (gtk_column_view_column_get_fixed_width (view) >= 0)
        return TRUE;
    }
  return FALSE;
}

/* Words are longer in some languages. Who made a column wider by hand wants it so. */
static gboolean
fit (gpointer data)
{
  HemoWorklistView *self = data;
  GtkAdjustment *across = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->list));
  const double width = gtk_adjustment_get_page_size (across);
  const gboolean over = gtk_adjustment_get_upper (across) - width > 1;
  const gboolean grown = self->n_hidden > 0 && width > self->room + 1;

  self->fit_source = 0;
  if (is_dragged (self) || self->is_narrow || (!grown && (!over || self->n_hidden == 2)))
    return G_SOURCE_REMOVE;
  self->n_hidden = grown ? 0 : self->n_hidden + 1;
  self->room = width;
  show_wide_columns (self);
  return G_SOURCE_REMOVE;
}

/* While sizes are given no column may come or go. */
static void
across_cb (HemoWorklistView *self)
{
  if (self->fit_source == 0 && self->list != NULL)
    self->fit_source = g_idle_add (fit, self);
}

static void
watch_across (HemoWorklistView *self)
{
  GtkAdjustment *across = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->list));

  if (across != NULL)
    g_signal_connect_object (across, "changed", G_CALLBACK (across_cb), self, G_CONNECT_SWAPPED);
}

static void
narrow_cb (HemoWorklistView *self)
{
  self->is_narrow = TRUE;
  show_wide_columns (self);
}

static void
wide_cb (HemoWorklistView *self)
{
  self->is_narrow = FALSE;
  show_wide_columns (self);
}

/* (transfer full) */
static char *
describe (gconstpointer data)
{
  const HemoWorkItem *item = data;
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *age = hemo_format_sex_age (item->sex, &item->birth, today);
  g_autofree char *tests = hemo_format_tests (item->tests);

  /* Translators: a case as a screen reader reads it: number, name, sex and age, tests, urgency,
   * state */
  return g_strdup_printf (_ ("%s, %s, %s, %s, %s, %s"), item->accession, item->name, age, tests,
                          hemo_format_urgency (item->urgency), hemo_case_chip_get_words (item));
}

/* While the list is read again the old choice stands. */
static void
selected_cb (HemoWorklistView *self)
{
  HemoPagedItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL && !current_filter (self)->orders)
    set_selected (self, item);
}

static gboolean
focus_list_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  HemoWorklistView *self = HEMO_WORKLIST_VIEW (widget);
  guint position = gtk_single_selection_get_selected (self->selection);

  if (position != GTK_INVALID_LIST_POSITION)
    {
      gtk_column_view_scroll_to (self->list, position, NULL, GTK_LIST_SCROLL_FOCUS, NULL);
      gtk_widget_grab_focus (GTK_WIDGET (self->list));
    }
  return G_SOURCE_REMOVE;
}

/* With the rows the focus would leave the list, and Alt and a number mean another place. */
static void
focus_filters (HemoWorklistView *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self->filters), GTK_DIR_TAB_FORWARD);
}

static void
expected_cb (HemoWorklistView *self)
{
  guint count = hemo_expected_list_count (self->expected);
  gboolean focused = gtk_widget_get_focus_child (GTK_WIDGET (self->stack)) != NULL;

  if (!current_filter (self)->orders)
    return;
  gtk_stack_set_visible_child_name (self->stack, count > 0 ? "expected" : "empty");
  gtk_widget_action_set_enabled (
      GTK_WIDGET (self), "worklist.refuse-order",
      count > 0
          && hemo_desk_may (hemo_place_get_desk (HEMO_PLACE (self)), HEMO_ACTION_SPECIMEN_EDIT));
  if (count == 0 && (self->focus_list || focused))
    focus_filters (self);
  self->focus_list = FALSE;
}

/* The case that was chosen stays chosen; where it left the list, what came to its place is. */
static void
listed_cb (HemoWorklistView *self)
{
  guint count = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  guint position = hemo_paged_model_find (self->model, self->selected_row);

  if (current_filter (self)->orders)
    return;
  gtk_stack_set_visible_child_name (self->stack, count > 0 ? "list" : "empty");
  if (count == 0)
    {
      set_selected (self, NULL);
      if (self->focus_list)
        focus_filters (self);
      self->focus_list = FALSE;
      return;
    }
  if (position == (guint)-1)
    position = MIN (gtk_single_selection_get_selected (self->selection), count - 1);
  gtk_single_selection_set_selected (self->selection, position);
  selected_cb (self);
  /* Once the rows are there. */
  if (self->focus_list)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), focus_list_cb, NULL, NULL);
  self->focus_list = FALSE;
}

static void
failed_cb (HemoWorklistView *self, const GError *error, gpointer list)
{
  g_autofree char *message = g_markup_escape_text (error->message, -1);

  /* Of the list that is not seen. */
  if (current_filter (self)->orders != HEMO_IS_EXPECTED_LIST (list))
    return;
  adw_status_page_set_description (self->failed_page, message);
  gtk_stack_set_visible_child_name (self->stack, "failed");
}

/* Behind those of the states. */
enum
{
  UNTOLD = HEMO_STATE_REJECTED + 1,
  EXPECTED,
  N_COUNTS,
};

static gboolean
tally_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autofree int *counts = g_new0 (int, N_COUNTS);

  if (!hemo_worklist_tally (txn, counts, error)
      || !hemo_worklist_count_untold (txn, &counts[UNTOLD], error)
      || !hemo_expected_count (txn, &counts[EXPECTED], error))
    return FALSE;
  *result = g_steal_pointer (&counts);
  return TRUE;
}

static void
show_tally (HemoWorklistView *self, const int *counts)
{
  for (guint i = 0; i < G_N_ELEMENTS (all_filters); i++)
    {
      const Filter *filter = &all_filters[i];
      AdwToggle *toggle = adw_toggle_group_get_toggle (self->filters, i);
      const char *title = g_dpgettext2 (NULL, "worklist", filter->title);
      g_autofree char *label = NULL;
      int count = filter->orders ? counts[EXPECTED] : 0;

      for (int state = 0; state <= HEMO_STATE_REJECTED; state++)
        count += (filter->states & (1u << state)) != 0 ? counts[state] : 0;
      /* Translators: title of a tab and how many cases are in it */
      label = filter->tally ? g_strdup_printf (_ ("%s  %d"), title, count) : g_strdup (title);
      adw_toggle_set_label (toggle, label);
    }
}

/* For as long as it is so: nobody may think that it was told because it was signed. */
static void
show_untold (HemoWorklistView *self, int count)
{
  g_autofree char *title = g_strdup_printf (
      ngettext ("%d case is signed with a critical value that nobody has been told. Call again.",
                "%d cases are signed with critical values that nobody has been told. Call again.",
                (gulong)count),
      count);

  adw_banner_set_title (self->untold, count > 0 ? title : "");
  adw_banner_set_revealed (self->untold, count > 0);
}

static void
untold_cb (HemoWorklistView *self)
{
  self->focus_list = TRUE;
  adw_toggle_group_set_active_name (self->filters, "critical");
}

static void
tallied_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoWorklistView) self = data;
  g_autofree int *counts = NULL;
  gpointer out = NULL;

  /* What goes wrong here goes wrong for the list as well, and is said there. */
  if (!hemo_desk_finish (HEMO_DESK (desk), result, &out, NULL))
    return;
  counts = out;
  if (self->filters == NULL)
    return;
  show_tally (self, counts);
  show_untold (self, counts[UNTOLD]);
}

static gboolean
tick_cb (gpointer data)
{
  hemo_paged_model_show_again (HEMO_WORKLIST_VIEW (data)->model);
  return G_SOURCE_CONTINUE;
}

static void
make_model (HemoWorklistView *self, HemoDesk *desk)
{
  self->model = hemo_paged_model_new (desk, &source);
  g_signal_connect_object (self->model, "listed", G_CALLBACK (listed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->model));
  hemo_case_glance_set_desk (self->glance, desk);
}

static void
hemo_worklist_view_refresh (HemoPlace *place)
{
  HemoWorklistView *self = HEMO_WORKLIST_VIEW (place);
  HemoDesk *desk = hemo_place_get_desk (place);

  if (self->model == NULL)
    make_model (self, desk);
  apply_filter (self);
  hemo_desk_read_async (desk, tally_job, NULL, NULL, g_free, NULL, tallied_cb, g_object_ref (self));
}

static void
filter_cb (HemoWorklistView *self)
{
  apply_filter (self);
}

static void
activate_cb (HemoWorklistView *self, guint position)
{
  g_autoptr (HemoPagedItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  const HemoWorkItem *said = item != NULL ? hemo_paged_item_get_data (item) : NULL;

  if (said != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-case", "s", said->specimen);
}

/* Alt and a number: the tabs. */
static gboolean
tab_cb (GtkWidget *widget, GVariant *number, gpointer data)
{
  HemoWorklistView *self = HEMO_WORKLIST_VIEW (widget);

  self->focus_list = TRUE;
  if (adw_toggle_group_get_active (self->filters) == g_variant_get_uint32 (number))
    apply_filter (self);
  else
    adw_toggle_group_set_active (self->filters, g_variant_get_uint32 (number));
  return TRUE;
}

static void
edit_order_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  hemo_case_glance_edit_order (HEMO_WORKLIST_VIEW (widget)->glance);
}

static void
refuse_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  hemo_expected_list_refuse (HEMO_WORKLIST_VIEW (widget)->expected, widget,
                             hemo_place_get_desk (HEMO_PLACE (widget)));
}

static void
refused_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  hemo_refused_dialog_show (widget, hemo_place_get_desk (HEMO_PLACE (widget)));
}

static void
hemo_worklist_view_map (GtkWidget *widget)
{
  HemoWorklistView *self = HEMO_WORKLIST_VIEW (widget);

  self->focus_list = TRUE;
  GTK_WIDGET_CLASS (hemo_worklist_view_parent_class)->map (widget);
  if (self->tick_source == 0)
    self->tick_source = g_timeout_add_seconds (TICK_SECONDS, tick_cb, self);
}

static void
hemo_worklist_view_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&HEMO_WORKLIST_VIEW (widget)->tick_source, g_source_remove);
  GTK_WIDGET_CLASS (hemo_worklist_view_parent_class)->unmap (widget);
}

static void
hemo_worklist_view_dispose (GObject *object)
{
  HemoWorklistView *self = HEMO_WORKLIST_VIEW (object);

  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_handle_id (&self->fit_source, g_source_remove);
  if (self->selected != NULL)
    g_signal_handlers_disconnect_by_func (self->selected, show_selected, self);
  g_clear_object (&self->selected);
  gtk_widget_dispose_template (GTK_WIDGET (object), HEMO_TYPE_WORKLIST_VIEW);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (hemo_worklist_view_parent_class)->dispose (object);
}

static void
hemo_worklist_view_class_init (HemoWorklistViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_worklist_view_dispose;
  widget_class->map = hemo_worklist_view_map;
  widget_class->unmap = hemo_worklist_view_unmap;
  HEMO_PLACE_CLASS (klass)->refresh = hemo_worklist_view_refresh;
  HEMO_PLACE_CLASS (klass)->help = "worklist";
  g_type_ensure (HEMO_TYPE_CASE_GLANCE);
  g_type_ensure (HEMO_TYPE_EXPECTED_LIST);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/worklist/hemo-worklist-view.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoWorklistView, filters);
  gtk_widget_class_bind_template_child (widget_class, HemoWorklistView, stack);
  gtk_widget_class_bind_template_child (widget_class, HemoWorklistView, empty_page);
  gtk_widget_class_bind_template_child (widget_class, HemoWorklistView, failed_page);
  gtk_widget_class_bind_template_child (widget_class, HemoWorklistView, list);
  gtk_widget_class_bind_template_child (widget_class, HemoWorklistView, expected);
  gtk_widget_class_bind_template_child (widget_class, HemoWorklistView, order_bar);
  gtk_widget_class_bind_template_child (widget_class, HemoWorklistView, untold);
  gtk_widget_class_bind_template_child (widget_class, HemoWorklistView, glance);
  gtk_widget_class_bind_template_child (widget_class, HemoWorklistView, narrow);
  gtk_widget_class_install_action (widget_class, "worklist.edit-order", NULL, edit_order_cb);
  gtk_widget_class_install_action (widget_class, "worklist.refuse-order", NULL, refuse_cb);
  gtk_widget_class_install_action (widget_class, "worklist.refused-orders", NULL, refused_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "worklist.refuse-order",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d, GDK_CONTROL_MASK,
                                       "worklist.edit-order", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (all_filters); i++)
    gtk_widget_class_add_binding (widget_class, GDK_KEY_1 + i, GDK_ALT_MASK, tab_cb, "u", i);
}

static void
hemo_worklist_view_init (HemoWorklistView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->selected_row = -1;
  for (guint i = 0; i < G_N_ELEMENTS (all_filters); i++)
    {
      AdwToggle *toggle = adw_toggle_new ();
      g_autofree char *tooltip = g_strdup_printf (_ ("Alt+%u"), i + 1);

      adw_toggle_set_name (toggle, all_filters[i].name);
      adw_toggle_set_label (toggle, g_dpgettext2 (NULL, "worklist", all_filters[i].title));
      adw_toggle_set_tooltip (toggle, tooltip);
      adw_toggle_group_add (self->filters, toggle);
    }
  adw_toggle_group_set_active (self->filters, 0);
  hemo_paged_columns_add (self->list, columns, G_N_ELEMENTS (columns));
  hemo_paged_columns_read_rows (self->list, describe);
  self->selection = gtk_single_selection_new (NULL);
  gtk_column_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->narrow, "apply", G_CALLBACK (narrow_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->narrow, "unapply", G_CALLBACK (wide_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->untold, "button-clicked", G_CALLBACK (untold_cb), self);
  g_signal_connect_swapped (self->filters, "notify::active", G_CALLBACK (filter_cb), self);
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect_swapped (self->expected, "listed", G_CALLBACK (expected_cb), self);
  g_signal_connect_swapped (self->expected, "failed", G_CALLBACK (failed_cb), self);
  watch_across (self);
}

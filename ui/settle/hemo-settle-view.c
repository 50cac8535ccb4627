/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list, the oldest first; each opens on a page of its own. */

#include "hemo-settle-view.h"

#include "hemo-settle-page-private.h"
#include "hemo-settle-words.h"

#include <glib/gi18n.h>

/* More than this is one thing that is wrong, not so many. */
#define SHOWN_MAX 200
/* Until GTK has looked for a new focus by itself. */
#define FOCUS_MS 100

struct _HemoSettleView
{
  HemoPlace parent_instance;

  GtkStack *stack;
  GtkListBox *list;
  GtkLabel *more;
  GtkWidget *back;
  gboolean loaded;
};

G_DEFINE_FINAL_TYPE (HemoSettleView, hemo_settle_view, HEMO_TYPE_PLACE)

GtkBox *
hemo_settle_make_content (GtkWidget **out)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);

  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 24);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 860);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  *out = scrolled;
  return GTK_BOX (box);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_sync_disputes (txn, SHOWN_MAX + 1, error);
  return *result != NULL;
}

static GtkWidget *
make_row (const HemoSyncDispute *dispute)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = hemo_settle_title (dispute);
  g_autofree char *reason = hemo_settle_reason (dispute);
  g_autofree char *who = hemo_settle_who (dispute->incoming->author, dispute->their_time);
  g_autofree char *both = g_strdup_printf ("%s\n%s", reason, who);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), both);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("dialog-question-symbolic"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "sequence",
                          g_memdup2 (&dispute->incoming->sequence, sizeof (gint64)), g_free);
  return row;
}

/* The focus goes astray with the last row, into the toast, and keys with it. */
static gboolean
focus_cb (gpointer data)
{
  HemoSettleView *self = data;

  if (self->list != NULL && gtk_widget_get_mapped (self->back))
    gtk_widget_grab_focus (self->back);
  return G_SOURCE_REMOVE;
}

/* Whoever decides goes on with the next. */
static void
show_list (HemoSettleView *self, GPtrArray *disputes)
{
  GtkListBoxRow *focused = GTK_LIST_BOX_ROW (gtk_widget_get_focus_child (GTK_WIDGET (self->list)));
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  /* Whoever is at the button that goes back stays there; a page that went left it nowhere. */
  gboolean elsewhere = focus != NULL && focused == NULL && self->loaded
                       && gtk_widget_is_ancestor (focus, GTK_WIDGET (self));
  int index = focused != NULL ? gtk_list_box_row_get_index (focused) : 0;
  guint shown = MIN (disputes->len, SHOWN_MAX);
  GtkListBoxRow *row;

  gtk_list_box_remove_all (self->list);
  for (guint i = 0; i < shown; i++)
    gtk_list_box_append (self->list, make_row (g_ptr_array_index (disputes, i)));
  gtk_widget_set_visible (GTK_WIDGET (self->more), disputes->len > SHOWN_MAX);
  gtk_stack_set_visible_child_name (self->stack, shown > 0 ? "list" : "empty");
  row = gtk_list_box_get_row_at_index (self->list, MIN (index, (int)shown - 1));
  if (row != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)) && !elsewhere)
    gtk_widget_grab_focus (GTK_WIDGET (row));
  else if (row == NULL && !elsewhere)
    g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, FOCUS_MS, focus_cb, g_object_ref (self),
                        g_object_unref);
  self->loaded = TRUE;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettleView) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) disputes = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The List Cannot Be Read"), error);
      return;
    }
  disputes = out;
  if (self->list != NULL)
    show_list (self, disputes);
}

static void
hemo_settle_view_refresh (HemoPlace *place)
{
  hemo_desk_read_async (hemo_place_get_desk (place), load_job, NULL, NULL,
                        (GDestroyNotify)g_ptr_array_unref, NULL, loaded_cb, g_object_ref (place));
}

static void
activated_cb (HemoSettleView *self, GtkListBoxRow *row)
{
  gint64 *sequence = g_object_get_data (G_OBJECT (row), "sequence");
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);

  if (view != NULL)
    adw_navigation_view_push (ADW_NAVIGATION_VIEW (view),
                              ADW_NAVIGATION_PAGE (hemo_settle_page_new (
                                  hemo_place_get_desk (HEMO_PLACE (self)), *sequence)));
}

static void
hemo_settle_view_dispose (GObject *object)
{
  HEMO_SETTLE_VIEW (object)->list = NULL;
  G_OBJECT_CLASS (hemo_settle_view_parent_class)->dispose (object);
}

static void
hemo_settle_view_class_init (HemoSettleViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_settle_view_dispose;
  HEMO_PLACE_CLASS (klass)->refresh = hemo_settle_view_refresh;
  HEMO_PLACE_CLASS (klass)->help = "settle";
}

static GtkWidget *
make_list (HemoSettleView *self)
{
  GtkWidget *scrolled;
  GtkBox *content = hemo_settle_make_content (&scrolled);
  GtkWidget *about = gtk_label_new (
      _ ("Somebody else changed the same on the server, and the program does not choose between "
         "people. Until it is decided, what is here is used here and not sent."));

  gtk_label_set_wrap (GTK_LABEL (about), TRUE);
  gtk_label_set_xalign (GTK_LABEL (about), 0);
  gtk_widget_add_css_class (about, "dimmed");
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Waits for a person"), -1);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (activated_cb), self);
  self->more = GTK_LABEL (gtk_label_new (_ ("More wait; they come when these are decided.")));
  gtk_box_append (content, about);
  gtk_box_append (content, GTK_WIDGET (self->list));
  gtk_box_append (content, GTK_WIDGET (self->more));
  return scrolled;
}

static GtkWidget *
make_empty (HemoSettleView *self)
{
  GtkWidget *status = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), "object-select-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (status), _ ("Nothing Waits to Be Decided"));
  adw_status_page_set_description (
      ADW_STATUS_PAGE (status),
      _ ("When two people change the same record on two computers, both versions are shown here."));
  self->back = gtk_button_new_with_mnemonic (_ ("_Back"));
  gtk_widget_add_css_class (self->back, "pill");
  gtk_widget_set_halign (self->back, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->back), "win.back");
  adw_status_page_set_child (ADW_STATUS_PAGE (status), self->back);
  return status;
}

static void
hemo_settle_view_init (HemoSettleView *self)
{
  GtkWidget *view = adw_toolbar_view_new ();

  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (self->stack, make_list (self), "list");
  gtk_stack_add_named (self->stack, make_empty (self), "empty");
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), GTK_WIDGET (self->stack));
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (self), view);
}

HemoSettleView *
hemo_settle_view_new (HemoDesk *desk)
{
  return g_object_new (HEMO_TYPE_SETTLE_VIEW, "desk", desk, "title", _ ("Waits for a Person"),
                       NULL);
}

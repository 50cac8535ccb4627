/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The newest rows of the audit log; older ones come as one scrolls. */

#include "hemo-audit-view.h"

#include "hemo-audit.h"
#include "hemo-clinic-info.h"
#include "hemo-failure.h"
#include "hemo-format.h"

#include <glib/gi18n.h>

/* More than the tallest screen shows, as older ones come at the lower edge; GTK makes, lays out and
 * takes down a widget for every row up to 200, which main had to wait for. */
#define PAGE_ROWS 100

/* A row as it is shown. */
#define HEMO_TYPE_AUDIT_ITEM (hemo_audit_item_get_type ())
G_DECLARE_FINAL_TYPE (HemoAuditItem, hemo_audit_item, HEMO, AUDIT_ITEM, GObject)

enum
{
  COLUMN_NUMBER,
  COLUMN_TIME,
  COLUMN_WHO,
  COLUMN_WHAT,
  COLUMN_OBJECT,
  COLUMN_DETAIL,
  N_COLUMNS,
};

struct _HemoAuditItem
{
  GObject parent_instance;

  gint64 sequence;
  char *texts[N_COLUMNS];
};

G_DEFINE_FINAL_TYPE (HemoAuditItem, hemo_audit_item, G_TYPE_OBJECT)

struct _HemoAuditView
{
  HemoPlace parent_instance;

  GtkButton *verify;
  AdwBanner *banner;
  GtkScrolledWindow *scrolled;
  GtkColumnView *table;

  GListStore *rows;
  gboolean loading;
  gboolean complete;
};

G_DEFINE_FINAL_TYPE (HemoAuditView, hemo_audit_view, HEMO_TYPE_PLACE)

static void
hemo_audit_item_finalize (GObject *object)
{
  HemoAuditItem *self = HEMO_AUDIT_ITEM (object);

  for (int i = 0; i < N_COLUMNS; i++)
    g_free (self->texts[i]);
  G_OBJECT_CLASS (hemo_audit_item_parent_class)->finalize (object);
}

static void
hemo_audit_item_class_init (HemoAuditItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_audit_item_finalize;
}

static void
hemo_audit_item_init (HemoAuditItem *self)
{
}

static HemoAuditItem *
item_new (HemoTxn *txn, const HemoAuditRow *row)
{
  HemoAuditItem *self = g_object_new (HEMO_TYPE_AUDIT_ITEM, NULL);
  char *name = row->actor != NULL ? hemo_user_name (txn, row->actor) : NULL;

  self->sequence = row->sequence;
  self->texts[COLUMN_NUMBER] = g_strdup_printf ("%" G_GINT64_FORMAT, row->sequence);
  self->texts[COLUMN_TIME] = hemo_format_time (row->at);
  self->texts[COLUMN_WHO] = name != NULL ? name : g_strdup (_ ("The program"));
  self->texts[COLUMN_WHAT] = g_strdup (row->what);
  self->texts[COLUMN_OBJECT]
      = row->object != NULL ? g_strdup_printf ("%s %s", row->object_type, row->object) : NULL;
  self->texts[COLUMN_DETAIL] = g_strdup (row->detail);
  return self;
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GPtrArray) rows = hemo_audit_list (txn, *(gint64 *)data, PAGE_ROWS, error);
  GPtrArray *items;

  if (rows == NULL)
    return FALSE;
  items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (items, item_new (txn, g_ptr_array_index (rows, i)));
  *result = items;
  return TRUE;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoAuditView) self = data;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  self->loading = FALSE;
  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Audit Log Cannot Be Read"), error);
      return;
    }
  items = out;
  self->complete = items->len < PAGE_ROWS;
  g_list_store_splice (self->rows, g_list_model_get_n_items (G_LIST_MODEL (self->rows)), 0,
                       items->pdata, items->len);
}

static void
load_more (HemoAuditView *self)
{
  guint n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  gint64 *before = g_new0 (gint64, 1);

  if (n_rows > 0)
    {
      g_autoptr (HemoAuditItem) last
          = g_list_model_get_item (G_LIST_MODEL (self->rows), n_rows - 1);

      *before = last->sequence;
    }
  self->loading = TRUE;
  hemo_desk_read_async (hemo_place_get_desk (HEMO_PLACE (self)), load_job, before, g_free,
                        (GDestroyNotify)g_ptr_array_unref, NULL, loaded_cb, g_object_ref (self));
}

static void
edge_cb (HemoAuditView *self, GtkPositionType edge)
{
  if (edge == GTK_POS_BOTTOM && !self->loading && !self->complete)
    load_more (self);
}

typedef struct
{
  gint64 first_broken;
  char *reason;
} Verdict;

static void
verdict_free (gpointer data)
{
  g_free (((Verdict *)data)->reason);
  g_free (data);
}

static gboolean
verify_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Verdict *verdict;

  if (!hemo_txn_require (txn, HEMO_ACTION_AUDIT_VIEW, NULL, NULL, error))
    return FALSE;
  verdict = g_new0 (Verdict, 1);
  if (hemo_audit_verify (txn, NULL, &verdict->first_broken, &verdict->reason, error))
    {
      *result = verdict;
      return TRUE;
    }
  verdict_free (verdict);
  return FALSE;
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoAuditView) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *title = NULL;
  g_autofree char *row = NULL;
  g_autofree char *reason = NULL;
  gpointer out = NULL;
  Verdict *verdict;

  gtk_widget_set_sensitive (GTK_WIDGET (self->verify), TRUE);
  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Audit Log Could Not Be Verified"), error);
      return;
    }
  verdict = out;
  if (verdict->first_broken == 0)
    title = g_strdup (_ ("The log is whole: every row and every signed head fits."));
  else
    {
      /* A format of the platform's own could not be translated. */
      row = g_strdup_printf ("%" G_GINT64_FORMAT, verdict->first_broken);
      reason = hemo_failure_say (verdict->reason);
      title = g_strdup_printf (_ ("The log is broken from row %s on: %s"), row, reason);
    }
  adw_banner_set_title (self->banner, title);
  adw_banner_set_revealed (self->banner, TRUE);
  verdict_free (verdict);
}

static void
verify_cb (HemoAuditView *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->verify), FALSE);
  hemo_desk_read_async (hemo_place_get_desk (HEMO_PLACE (self)), verify_job, NULL, NULL,
                        verdict_free, NULL, verified_cb, g_object_ref (self));
}

/* What was shown would change under the eye: it stays until one comes back to the place. */
static void
hemo_audit_view_refresh (HemoPlace *place)
{
  HemoAuditView *self = HEMO_AUDIT_VIEW (place);

  if (g_list_model_get_n_items (G_LIST_MODEL (self->rows)) == 0 && !self->loading)
    load_more (self);
}

static void
hemo_audit_view_unmap (GtkWidget *widget)
{
  g_list_store_remove_all (HEMO_AUDIT_VIEW (widget)->rows);
  GTK_WIDGET_CLASS (hemo_audit_view_parent_class)->unmap (widget);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), GPOINTER_TO_INT (column) == COLUMN_NUMBER ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  HemoAuditItem *row = gtk_list_item_get_item (item);
  const char *text = row->texts[GPOINTER_TO_INT (column)];

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text != NULL ? text : "");
}

static void
add_column (HemoAuditView *self, const char *title, int index, gboolean expand)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GINT_TO_POINTER (index));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GINT_TO_POINTER (index));
  column = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_expand (column, expand);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_append_column (self->table, column);
}

static void
hemo_audit_view_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), HEMO_TYPE_AUDIT_VIEW);
  g_clear_object (&HEMO_AUDIT_VIEW (object)->rows);
  G_OBJECT_CLASS (hemo_audit_view_parent_class)->dispose (object);
}

static void
hemo_audit_view_class_init (HemoAuditViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_audit_view_dispose;
  widget_class->unmap = hemo_audit_view_unmap;
  HEMO_PLACE_CLASS (klass)->refresh = hemo_audit_view_refresh;
  HEMO_PLACE_CLASS (klass)->help = "audit";
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/audit/hemo-audit-view.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoAuditView, verify);
  gtk_widget_class_bind_template_child (widget_class, HemoAuditView, banner);
  gtk_widget_class_bind_template_child (widget_class, HemoAuditView, scrolled);
  gtk_widget_class_bind_template_child (widget_class, HemoAuditView, table);
}

static void
hemo_audit_view_init (HemoAuditView *self)
{
  GtkSelectionModel *selection;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_list_store_new (HEMO_TYPE_AUDIT_ITEM);
  selection
      = GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->rows))));
  gtk_column_view_set_model (self->table, selection);
  g_object_unref (selection);
  add_column (self, _ ("Row"), COLUMN_NUMBER, FALSE);
  add_column (self, _ ("When"), COLUMN_TIME, FALSE);
  add_column (self, _ ("Who"), COLUMN_WHO, FALSE);
  add_column (self, _ ("What"), COLUMN_WHAT, FALSE);
  add_column (self, _ ("On What"), COLUMN_OBJECT, TRUE);
  add_column (self, _ ("Detail"), COLUMN_DETAIL, TRUE);
  g_signal_connect_swapped (self->verify, "clicked", G_CALLBACK (verify_cb), self);
  g_signal_connect_swapped (self->scrolled, "edge-reached", G_CALLBACK (edge_cb), self);
}

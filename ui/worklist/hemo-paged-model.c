/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers of rows in one array; objects live as long as somebody holds them, and are filled in
 * batches. */

#include "hemo-paged-model.h"

/* Rows asked for in one job: a screen has fewer. */
#define BATCH 128

struct _HemoPagedItem
{
  GObject parent_instance;

  gint64 row;
  gpointer data;
  GDestroyNotify free;
  gboolean asked;
};

G_DEFINE_FINAL_TYPE (HemoPagedItem, hemo_paged_item, G_TYPE_OBJECT)

struct _HemoPagedModel
{
  GObject parent_instance;

  HemoDesk *desk;
  const HemoPagedSource *source;
  GVariant *filter;
  GArray *rows;
  /* Number of a row to its object, which is not held. */
  GHashTable *items;
  GArray *wanted;
  guint wanted_source;
  GCancellable *cancellable;
  guint listing;
  gboolean again;
  gboolean listed;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HemoPagedModel,
                               hemo_paged_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  ITEM_CHANGED,
  LISTED,
  FAILED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

gint64
hemo_paged_item_get_row (HemoPagedItem *self)
{
  return self->row;
}

gconstpointer
hemo_paged_item_get_data (HemoPagedItem *self)
{
  return self->data;
}

static void
item_take (HemoPagedItem *self, gpointer data)
{
  if (self->data != NULL)
    self->free (self->data);
  self->data = data;
  self->asked = FALSE;
  g_signal_emit (self, signals[ITEM_CHANGED], 0);
}

static void
hemo_paged_item_finalize (GObject *object)
{
  HemoPagedItem *self = HEMO_PAGED_ITEM (object);

  if (self->data != NULL)
    self->free (self->data);
  G_OBJECT_CLASS (hemo_paged_item_parent_class)->finalize (object);
}

static void
hemo_paged_item_class_init (HemoPagedItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_paged_item_finalize;
  signals[ITEM_CHANGED] = g_signal_new ("changed", HEMO_TYPE_PAGED_ITEM, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
}

static void
hemo_paged_item_init (HemoPagedItem *self)
{
}

/* What came of a batch, whose rows are kept for those that say nothing. */
static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HemoPagedModel *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_signal_emit (self, signals[FAILED], 0, error);
      g_object_unref (self);
      return;
    }
  found = out;
  for (guint i = 0; i < found->len; i++)
    {
      gpointer said = g_ptr_array_index (found, i);
      gint64 row = self->source->get_row (said);
      HemoPagedItem *item = g_hash_table_lookup (self->items, &row);

      if (item == NULL)
        continue;
      g_object_ref (item);
      item_take (item, said);
      /* Owned by the item now. */
      g_ptr_array_index (found, i) = NULL;
      g_object_unref (item);
    }
  /* The free function takes NULL, as all of the store do. */
  g_object_unref (self);
}

static void
load_rows (HemoPagedModel *self, GArray *rows)
{
  hemo_desk_read_async (self->desk, self->source->load, rows, (GDestroyNotify)g_array_unref,
                        (GDestroyNotify)g_ptr_array_unref, self->cancellable, loaded_cb,
                        g_object_ref (self));
}

static gboolean
load_wanted_cb (gpointer data)
{
  HemoPagedModel *self = data;
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (gint64));

  self->wanted_source = 0;
  for (guint i = 0; i < self->wanted->len; i++)
    {
      gint64 row = g_array_index (self->wanted, gint64, i);

      /* Scrolled past meanwhile. */
      if (g_hash_table_lookup (self->items, &row) == NULL)
        continue;
      g_array_append_val (rows, row);
      if (rows->len == BATCH)
        {
          load_rows (self, rows);
          rows = g_array_new (FALSE, FALSE, sizeof (gint64));
        }
    }
  g_array_set_size (self->wanted, 0);
  if (rows->len > 0)
    load_rows (self, rows);
  else
    g_array_unref (rows);
  return G_SOURCE_REMOVE;
}

static void
want (HemoPagedModel *self, HemoPagedItem *item)
{
  if (item->asked)
    return;
  item->asked = TRUE;
  g_array_append_val (self->wanted, item->row);
  if (self->wanted_source == 0)
    self->wanted_source = g_idle_add (load_wanted_cb, self);
}

static void
item_gone_cb (gpointer data, GObject *where)
{
  gint64 row = ((HemoPagedItem *)where)->row;

  g_hash_table_remove (HEMO_PAGED_MODEL (data)->items, &row);
}

static HemoPagedItem *
make_item (HemoPagedModel *self, gint64 row)
{
  HemoPagedItem *item = g_object_new (HEMO_TYPE_PAGED_ITEM, NULL);

  item->row = row;
  item->free = self->source->free;
  g_hash_table_insert (self->items, &item->row, item);
  g_object_weak_ref (G_OBJECT (item), item_gone_cb, self);
  want (self, item);
  return item;
}

static gpointer
get_item (GListModel *model, guint position)
{
  HemoPagedModel *self = HEMO_PAGED_MODEL (model);
  HemoPagedItem *item;
  gint64 row;

  if (position >= self->rows->len)
    return NULL;
  row = g_array_index (self->rows, gint64, position);
  item = g_hash_table_lookup (self->items, &row);
  return item != NULL ? g_object_ref (item) : make_item (self, row);
}

static guint
get_n_items (GListModel *model)
{
  return HEMO_PAGED_MODEL (model)->rows->len;
}

static GType
get_item_type (GListModel *model)
{
  return HEMO_TYPE_PAGED_ITEM;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item = get_item;
  iface->get_n_items = get_n_items;
  iface->get_item_type = get_item_type;
}

#define ROW(array, i) g_array_index ((array), gint64, (i))

/* Only what lies between what begins and what ends alike has changed. */
static void
take_rows (HemoPagedModel *self, GArray *rows)
{
  g_autoptr (GArray) before = self->rows;
  guint shorter = MIN (before->len, rows->len);
  guint head = 0;
  guint tail = 0;

  while (head < shorter && ROW (before, head) == ROW (rows, head))
    head++;
  while (tail < shorter - head
         && ROW (before, before->len - 1 - tail) == ROW (rows, rows->len - 1 - tail))
    tail++;
  self->rows = rows;
  if (before->len != rows->len || head < rows->len)
    g_list_model_items_changed (G_LIST_MODEL (self), head, before->len - head - tail,
                                rows->len - head - tail);
}

static void
want_all (HemoPagedModel *self)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      /* What is on its way may be older than this. */
      HEMO_PAGED_ITEM (item)->asked = FALSE;
      want (self, item);
    }
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoPagedModel) self = data;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;
  gboolean done = hemo_desk_finish (HEMO_DESK (source), result, &out, &error);

  self->listing--;
  if (self->listing == 0 && self->again)
    {
      /* Asked again meanwhile: this answer is stale. */
      g_clear_pointer ((GArray **)&out, g_array_unref);
      hemo_paged_model_reload (self);
      return;
    }
  if (!done)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_signal_emit (self, signals[FAILED], 0, error);
      return;
    }
  want_all (self);
  take_rows (self, out);
  self->listed = TRUE;
  g_signal_emit (self, signals[LISTED], 0);
}

void
hemo_paged_model_reload (HemoPagedModel *self)
{
  if (self->filter == NULL)
    return;
  self->again = self->listing > 0;
  if (self->again)
    return;
  self->listing++;
  hemo_desk_read_async (self->desk, self->source->list, g_variant_ref (self->filter),
                        (GDestroyNotify)g_variant_unref, (GDestroyNotify)g_array_unref,
                        self->cancellable, listed_cb, g_object_ref (self));
}

void
hemo_paged_model_set_filter (HemoPagedModel *self, GVariant *filter)
{
  g_variant_ref_sink (filter);
  g_clear_pointer (&self->filter, g_variant_unref);
  self->filter = filter;
  self->listed = FALSE;
  hemo_paged_model_reload (self);
}

gboolean
hemo_paged_model_is_listed (HemoPagedModel *self)
{
  return self->listed;
}

void
hemo_paged_model_show_again (HemoPagedModel *self)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    g_ptr_array_add (items, g_object_ref (item));
  for (guint i = 0; i < items->len; i++)
    g_signal_emit (g_ptr_array_index (items, i), signals[ITEM_CHANGED], 0);
}

guint
hemo_paged_model_find (HemoPagedModel *self, gint64 row)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (ROW (self->rows, i) == row)
      return i;
  return (guint)-1;
}

gint64
hemo_paged_model_get_row (HemoPagedModel *self, guint position)
{
  return position < self->rows->len ? ROW (self->rows, position) : -1;
}

static void
hemo_paged_model_dispose (GObject *object)
{
  HemoPagedModel *self = HEMO_PAGED_MODEL (object);
  GHashTableIter iter;
  gpointer item;

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->wanted_source, g_source_remove);
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      g_object_weak_unref (item, item_gone_cb, self);
      g_hash_table_iter_remove (&iter);
    }
  G_OBJECT_CLASS (hemo_paged_model_parent_class)->dispose (object);
}

static void
hemo_paged_model_finalize (GObject *object)
{
  HemoPagedModel *self = HEMO_PAGED_MODEL (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->items, g_hash_table_unref);
  g_clear_pointer (&self->wanted, g_array_unref);
  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_pointer (&self->filter, g_variant_unref);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hemo_paged_model_parent_class)->finalize (object);
}

static void
hemo_paged_model_class_init (HemoPagedModelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_paged_model_dispose;
  G_OBJECT_CLASS (klass)->finalize = hemo_paged_model_finalize;
  signals[LISTED] = g_signal_new ("listed", HEMO_TYPE_PAGED_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", HEMO_TYPE_PAGED_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hemo_paged_model_init (HemoPagedModel *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->wanted = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->items = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->cancellable = g_cancellable_new ();
}

HemoPagedModel *
hemo_paged_model_new (HemoDesk *desk, const HemoPagedSource *source)
{
  HemoPagedModel *self = g_object_new (HEMO_TYPE_PAGED_MODEL, NULL);

  self->desk = g_object_ref (desk);
  self->source = source;
  return self;
}

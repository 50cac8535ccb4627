/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows of what came, the newest first. */

#include "hemo-others-group.h"

#include "hemo-incoming-table.h"
#include "hemo-others-words.h"

#include <glib/gi18n.h>

struct _HemoOthersGroup
{
  AdwBin parent_instance;

  AdwPreferencesGroup *group;
  GPtrArray *rows;
  HemoDesk *desk;
  char *tube;
  GCancellable *cancellable;
  gulong mapped;
  gboolean unread;
};

G_DEFINE_FINAL_TYPE (HemoOthersGroup, hemo_others_group, ADW_TYPE_BIN)

/* What came for one case. */
typedef struct
{
  GPtrArray *all;
  gboolean unread;
} Came;

static void
came_free (gpointer data)
{
  Came *self = data;

  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_free (self);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_auto (GStrv) unread = hemo_incoming_unread (txn, error);
  g_autoptr (GPtrArray) all = unread != NULL ? hemo_incoming_of_case (txn, data, error) : NULL;
  Came *came;

  if (all == NULL)
    return FALSE;
  came = g_new0 (Came, 1);
  came->all = g_steal_pointer (&all);
  came->unread = g_strv_contains ((const char *const *)unread, data);
  *result = came;
  return TRUE;
}

static gboolean
read_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_incoming_mark_read (txn, data, NULL, error);
}

/* That it stays news is no failure that a person can do anything about. */
static void
marked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  hemo_desk_finish (HEMO_DESK (source), result, NULL, NULL);
}

/* Once the page is seen. */
static void
mark_read (HemoOthersGroup *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  if (!self->unread || parent == NULL || !gtk_widget_get_mapped (parent))
    return;
  self->unread = FALSE;
  hemo_desk_write_async (self->desk, read_job, g_strdup (self->tube), g_free, NULL, NULL, marked_cb,
                         NULL);
}

static void
add_row (HemoOthersGroup *self, const HemoIncoming *incoming)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = NULL;
  g_autofree char *text = hemo_others_say (incoming, &title);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
}

/* Answers to our questions stand with them; here is what nobody asked for. */
static gboolean
is_shown (const HemoIncoming *incoming)
{
  return incoming->state == HEMO_INCOMING_KEPT || incoming->state == HEMO_INCOMING_WAITING;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoOthersGroup) self = data;
  gpointer out = NULL;
  Came *came;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, NULL))
    return;
  came = out;
  if (self->rows != NULL && gtk_widget_get_parent (GTK_WIDGET (self)) != NULL)
    {
      for (guint i = 0; i < self->rows->len; i++)
        adw_preferences_group_remove (self->group, g_ptr_array_index (self->rows, i));
      g_ptr_array_set_size (self->rows, 0);
      for (guint i = came->all->len; i > 0; i--)
        if (is_shown (g_ptr_array_index (came->all, i - 1)))
          add_row (self, g_ptr_array_index (came->all, i - 1));
      gtk_widget_set_visible (GTK_WIDGET (self), self->rows->len > 0);
      self->unread = came->unread;
      mark_read (self);
    }
  came_free (came);
}

void
hemo_others_group_show (HemoOthersGroup *self, HemoDesk *desk, const HemoCase *data)
{
  const HemoSpecimen *specimen = data->specimen;

  g_set_object (&self->desk, desk);
  if (self->mapped == 0)
    self->mapped = g_signal_connect_object (gtk_widget_get_parent (GTK_WIDGET (self)), "map",
                                            G_CALLBACK (mark_read), self,
                                            G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_set_str (&self->tube, specimen->parent != NULL ? specimen->parent : specimen->uuid);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  hemo_desk_read_async (desk, load_job, g_strdup (self->tube), g_free, came_free, self->cancellable,
                        loaded_cb, g_object_ref (self));
}

static void
hemo_others_group_dispose (GObject *object)
{
  HemoOthersGroup *self = HEMO_OTHERS_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->tube, g_free);
  G_OBJECT_CLASS (hemo_others_group_parent_class)->dispose (object);
}

static void
hemo_others_group_class_init (HemoOthersGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_others_group_dispose;
}

static void
hemo_others_group_init (HemoOthersGroup *self)
{
  self->rows = g_ptr_array_new ();
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->group, _ ("From Others"));
  adw_preferences_group_set_description (
      self->group, _ ("As it came from the server; nobody of this clinic signed it."));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

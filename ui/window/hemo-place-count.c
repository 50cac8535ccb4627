/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hemo-place-count.h"

#include "hemo-reading-table.h"
#include "hemo-worklist.h"

#include <glib/gi18n.h>

typedef struct
{
  HemoDesk *desk;
  HemoStoreJob count;
  gboolean under_way;
  /* Something was written since it was begun. */
  gboolean again;
} Count;

static void
count_free (gpointer data)
{
  Count *self = data;

  g_object_unref (self->desk);
  g_free (self);
}

/* By the index of states: few wait, however many there are. */
static gboolean
count_cases (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GArray) rows = hemo_worklist_rows (
      txn, 1u << HEMO_STATE_WAITING | 1u << HEMO_STATE_COUNTING, (HemoDate){ 0 }, FALSE, error);

  if (rows == NULL)
    return FALSE;
  *result = GINT_TO_POINTER ((int)rows->len);
  return TRUE;
}

static gboolean
count_readings (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GArray) rows = hemo_reading_rows (txn, HEMO_READING_OPEN, error);

  if (rows == NULL)
    return FALSE;
  *result = GINT_TO_POINTER ((int)rows->len);
  return TRUE;
}

static void update (GtkWidget *label);

static void
counted_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) label = data;
  Count *self = g_object_get_data (G_OBJECT (label), "count");
  gpointer out = NULL;

  self->under_way = FALSE;
  /* What goes wrong here goes wrong for the place as well, and is said there. */
  if (hemo_desk_finish (HEMO_DESK (desk), result, &out, NULL))
    {
      g_autofree char *number = g_strdup_printf ("%d", GPOINTER_TO_INT (out));
      g_autofree char *spoken = g_strdup_printf (
          ngettext ("%d waits", "%d wait", (gulong)GPOINTER_TO_INT (out)), GPOINTER_TO_INT (out));

      gtk_label_set_text (GTK_LABEL (label), number);
      gtk_widget_set_tooltip_text (label, spoken);
      gtk_widget_set_visible (label, GPOINTER_TO_INT (out) > 0);
    }
  if (self->again)
    update (label);
}

static void
update (GtkWidget *label)
{
  Count *self = g_object_get_data (G_OBJECT (label), "count");

  self->again = self->under_way;
  if (self->under_way || hemo_desk_get_session_state (self->desk) != HEMO_SESSION_OPEN)
    return;
  self->under_way = TRUE;
  hemo_desk_read_async (self->desk, self->count, NULL, NULL, NULL, NULL, counted_cb,
                        g_object_ref (label));
}

GtkWidget *
hemo_place_count_new (HemoDesk *desk, const char *place)
{
  GtkWidget *label = NULL;
  Count *self = NULL;

  if (!g_str_equal (place, "worklist") && !g_str_equal (place, "reading"))
    return NULL;
  label = gtk_label_new (NULL);
  self = g_new0 (Count, 1);
  self->desk = g_object_ref (desk);
  self->count = g_str_equal (place, "worklist") ? count_cases : count_readings;
  g_object_set_data_full (G_OBJECT (label), "count", self, count_free);
  gtk_widget_set_visible (label, FALSE);
  gtk_widget_set_halign (label, GTK_ALIGN_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "dimmed");
  gtk_widget_add_css_class (label, "numeric");
  g_signal_connect_object (desk, "changed", G_CALLBACK (update), label, G_CONNECT_SWAPPED);
  /* What was written while it was locked is counted when it is unlocked. */
  g_signal_connect_object (desk, "notify::session-state", G_CALLBACK (update), label,
                           G_CONNECT_SWAPPED);
  update (label);
  return label;
}

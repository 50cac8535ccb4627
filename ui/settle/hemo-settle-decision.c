/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Decides, and takes back. */

#include "hemo-settle-decision.h"

#include "hemo-place.h"
#include "hemo-specimen-table.h"

#include <glib/gi18n.h>

void
hemo_decision_free (gpointer data)
{
  HemoDecision *self = data;

  g_clear_pointer (&self->patient, hemo_patient_free);
  g_clear_pointer (&self->order, hemo_order_free);
  g_free (self->seen);
  g_free (self->specimen);
  g_free (self->note);
  g_free (self);
}

/* What was rejected is what is here, and is sent. */
static gboolean
keep_ours (HemoTxn *txn, const HemoDecision *self, GError **error)
{
  return hemo_sync_keep_ours (txn, self->sequence, self->seen, error)
         && (self->specimen == NULL
             || hemo_specimen_reject (txn, self->specimen, self->rejection, self->note, error));
}

static gboolean
decide (HemoTxn *txn, const HemoDecision *self, GError **error)
{
  if (self->ours)
    return keep_ours (txn, self, error);
  if (self->tests != 0)
    return hemo_sync_take_order (txn, self->sequence, self->tests, self->seen, error);
  if (self->patient != NULL)
    return hemo_sync_decide_patient (txn, self->sequence, self->patient, error);
  if (self->order != NULL)
    return hemo_sync_decide_order (txn, self->sequence, self->order, error);
  return hemo_sync_take_theirs (txn, self->sequence, self->seen, error);
}

gboolean
hemo_decision_write (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoDecision *self = data;
  g_autoptr (HemoSyncUndo) undo = hemo_sync_undo_new (txn, self->sequence, error);
  g_autoptr (GError) failure = NULL;

  if (undo == NULL || !decide (txn, self, error))
    return FALSE;
  if (hemo_sync_undo_seal (undo, txn, &failure)
      && hemo_incoming_hold (txn, self->sequence, &failure))
    *result = g_steal_pointer (&undo);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* The way back while the toast is seen. */
typedef struct
{
  GWeakRef widget;
  HemoDesk *desk;
  HemoSyncUndo *undo;
} Back;

static void
back_free (gpointer data)
{
  Back *self = data;

  g_weak_ref_clear (&self->widget);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->undo, hemo_sync_undo_free);
  g_free (self);
}

static gboolean
undo_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_sync_undo_run (data, txn, error);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) widget = data;
  g_autoptr (GError) error = NULL;

  if (widget == NULL)
    hemo_desk_finish (HEMO_DESK (source), result, NULL, NULL);
  else if (hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    hemo_place_toast (widget, _ ("It waits again."));
  else
    hemo_place_show_error (widget, _ ("The Decision Stands"), error);
}

static void
undo_cb (gpointer data)
{
  Back *back = data;

  if (back->undo != NULL)
    hemo_desk_write_async (back->desk, undo_job, g_steal_pointer (&back->undo),
                           (GDestroyNotify)hemo_sync_undo_free, NULL, NULL, undone_cb,
                           g_weak_ref_get (&back->widget));
}

void
hemo_decision_toast (GtkWidget *widget, HemoDesk *desk, HemoSyncUndo *undo)
{
  GtkWidget *toasts = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);
  Back *back;

  if (undo == NULL || toasts == NULL)
    {
      g_clear_pointer (&undo, hemo_sync_undo_free);
      hemo_place_toast (widget, _ ("Decided. Both versions stay in the record's history."));
      return;
    }
  /* It may go then. */
  hemo_sender_wake_later (hemo_desk_get_sender (desk), (guint)(HEMO_INCOMING_HOLD_US / 1000 + 500));
  back = g_new0 (Back, 1);
  /* The page is gone by then. */
  g_weak_ref_init (&back->widget, adw_toast_overlay_get_child (ADW_TOAST_OVERLAY (toasts)));
  back->desk = g_object_ref (desk);
  back->undo = undo;
  hemo_place_toast_undo (widget, _ ("Decided. Both versions stay in the record's history."),
                         undo_cb, back, back_free);
}

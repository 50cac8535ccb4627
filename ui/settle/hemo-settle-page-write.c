/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes what was decided of the versions that are shown, and of no others. */

#include "hemo-settle-page-private.h"

#include "hemo-refuse-dialog.h"
#include "hemo-rejection-dialog.h"
#include "hemo-settle-decision.h"
#include "hemo-settle-words.h"

#include <glib/gi18n.h>

static gboolean
is_gone (HemoSettlePage *self)
{
  return self->content == NULL || gtk_widget_get_root (GTK_WIDGET (self)) == NULL;
}

/* Where something else stands by now, that is shown, and it is asked again. */
static void
refused (HemoSettlePage *self, const GError *error)
{
  if (!is_gone (self) && g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT))
    {
      hemo_settle_page_ask_again (self);
      return;
    }
  hemo_place_show_error (GTK_WIDGET (self), _ ("Nothing Was Decided"), error);
  hemo_settle_page_check (self);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettlePage) self = data;
  g_autoptr (GError) error = NULL;
  gpointer undo = NULL;

  self->writing = FALSE;
  if (!hemo_desk_finish (HEMO_DESK (source), result, &undo, &error))
    {
      refused (self, error);
      return;
    }
  if (is_gone (self))
    {
      g_clear_pointer ((HemoSyncUndo **)&undo, hemo_sync_undo_free);
      return;
    }
  hemo_decision_toast (GTK_WIDGET (self), HEMO_DESK (source), undo);
  hemo_place_leave (HEMO_PLACE (self), NULL, NULL);
}

/* Takes @decision. */
static void
write_decision (HemoSettlePage *self, HemoDecision *decision)
{
  self->writing = TRUE;
  hemo_settle_page_check (self);
  hemo_desk_write_async (hemo_place_get_desk (HEMO_PLACE (self)), hemo_decision_write, decision,
                         hemo_decision_free, (GDestroyNotify)hemo_sync_undo_free, NULL, written_cb,
                         g_object_ref (self));
}

/* NULL while another is being written. */
static HemoDecision *
begin_decision (HemoSettlePage *self, gboolean ours)
{
  HemoDecision *decision;

  if (self->writing || self->dispute == NULL)
    return NULL;
  decision = g_new0 (HemoDecision, 1);
  decision->sequence = self->sequence;
  decision->seen = g_strdup (self->dispute->seen);
  decision->ours = ours;
  return decision;
}

void
hemo_settle_page_keep_ours (HemoSettlePage *self)
{
  HemoDecision *decision = begin_decision (self, TRUE);

  if (decision != NULL)
    write_decision (self, decision);
}

void
hemo_settle_page_take_theirs (HemoSettlePage *self)
{
  HemoDecision *decision = begin_decision (self, FALSE);

  if (decision != NULL)
    write_decision (self, decision);
}

void
hemo_settle_page_decide (HemoSettlePage *self)
{
  HemoDecision *decision = begin_decision (self, FALSE);

  if (decision == NULL)
    return;
  if (hemo_settle_page_read (self, &decision->patient, &decision->order))
    write_decision (self, decision);
  else
    hemo_decision_free (decision);
}

void
hemo_settle_page_take_order (HemoSettlePage *self)
{
  HemoDecision *decision = begin_decision (self, FALSE);

  if (decision == NULL)
    return;
  decision->tests = hemo_settle_page_get_tests (self);
  write_decision (self, decision);
}

/* What is here is kept as what it was: not to be used. */
static void
rejected_cb (HemoRejection reason, const char *note, gpointer data)
{
  HemoSettlePage *self = data;
  HemoDecision *decision = is_gone (self) ? NULL : begin_decision (self, TRUE);

  if (decision == NULL)
    return;
  decision->specimen = g_strdup (self->dispute->incoming->id);
  decision->rejection = reason;
  decision->note = g_strdup (note);
  write_decision (self, decision);
}

void
hemo_settle_page_reject (HemoSettlePage *self)
{
  hemo_rejection_dialog_ask (GTK_WIDGET (self), rejected_cb, G_OBJECT (self));
}

static void
leave_cb (GtkWidget *page)
{
  hemo_place_leave (HEMO_PLACE (page), NULL, NULL);
}

void
hemo_settle_page_refuse (HemoSettlePage *self)
{
  g_autofree char *whose = NULL;

  if (self->writing || self->dispute == NULL)
    return;
  whose = hemo_settle_title (self->dispute);
  hemo_refuse_dialog_ask (GTK_WIDGET (self), hemo_place_get_desk (HEMO_PLACE (self)),
                          self->dispute->incoming->id, whose, leave_cb);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person decided of a version of others, written in one transaction, and its way back. */

#pragma once

#include "hemo-desk.h"
#include "hemo-sync-undo.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HemoDecision:
 * @seen: HemoSyncDispute.seen of what the person looked at
 * @ours: what is here stands; else theirs, or what @patient or @order say
 * @tests: that are done for an order that asks for others; else 0
 * @specimen: UUID of what is rejected besides, for @rejection and @note; or NULL
 */
typedef struct
{
  gint64 sequence;
  char *seen;
  gboolean ours;
  HemoTests tests;
  char *specimen;
  HemoRejection rejection;
  char *note;
  HemoPatient *patient;
  HemoOrder *order;
} HemoDecision;

void hemo_decision_free (gpointer self);

/* A HemoStoreJob; @data is a HemoDecision, the result a HemoSyncUndo or NULL where it cannot be
 * taken back. %HEMO_STORE_ERROR_CONFLICT when something else stands there by now. */
gboolean hemo_decision_write (HemoTxn *txn, gpointer data, gpointer *result, GError **error);

/* Says in @widget's window what was done, with an undo where there is one. @undo: (transfer full)
 * (nullable) */
void hemo_decision_toast (GtkWidget *widget, HemoDesk *desk, HemoSyncUndo *undo);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sync of the open clinic, for a window that never waits for it. */

#pragma once

#include "hemo-clinic.h"
#include "hemo-sync.h"

G_BEGIN_DECLS

#define HEMO_TYPE_SENDER (hemo_sender_get_type ())
G_DECLARE_FINAL_TYPE (HemoSender, hemo_sender, HEMO, SENDER, GObject)

/**
 * HemoSender:
 *
 * Signals: 'changed': the status did; at most five times a second. 'received': less waits or other
 * things are on the shelf, so what is shown of cases may be old. All functions are for main and
 * return at once, save hemo_sender_end().
 */
HemoSender *hemo_sender_new (void);

/* Somebody signed in: starts unless it runs already or no server is set up. */
void hemo_sender_begin (HemoSender *self, HemoClinic *clinic);
/* The servers were changed: ends it, and starts with what is set up now. */
void hemo_sender_restart (HemoSender *self, HemoClinic *clinic);
/* Until it stands still; before the store is closed. Nothing is lost. */
void hemo_sender_end_async (HemoSender *self, GAsyncReadyCallback callback, gpointer data);
/* The same, and waits for it. */
void hemo_sender_end (HemoSender *self);

/* Something was queued. */
void hemo_sender_wake (HemoSender *self);
/* The same after @ms, for what was held until then. */
void hemo_sender_wake_later (HemoSender *self, guint ms);
/* A person wants it tried now. */
void hemo_sender_send_now (HemoSender *self);
/* Kept over a restart of the program. @callback gets the sender as its source; FALSE of the finish:
 * it goes on as before. */
void hemo_sender_set_paused_async (HemoSender *self,
                                   gboolean paused,
                                   GAsyncReadyCallback callback,
                                   gpointer data);
gboolean hemo_sender_finish (HemoSender *self, GAsyncResult *result, GError **error);

/* NULL while no server is set up, or before the first is known. (transfer full) */
HemoSyncStatus *hemo_sender_get_status (HemoSender *self);
/* Why it could not be started, in words, or NULL. (transfer none) */
const char *hemo_sender_get_failure (HemoSender *self);

G_END_DECLS

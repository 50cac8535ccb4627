/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Taking back what a person decided of a version of others, as long as nothing was built on it. */

#pragma once

#include "hemo-sync-apply.h"

G_BEGIN_DECLS

/* How a decision is taken back; belongs to no thread. */
typedef struct _HemoSyncUndo HemoSyncUndo;

void hemo_sync_undo_free (HemoSyncUndo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoSyncUndo, hemo_sync_undo_free)

/* In the transaction of the decision, before it. (transfer full) */
HemoSyncUndo *hemo_sync_undo_new (HemoTxn *txn, gint64 sequence, GError **error);
/* In the same transaction, after it. FALSE without @error: it cannot be taken back, as a rejected
 * specimen, merged records and what a server lost cannot. */
gboolean hemo_sync_undo_seal (HemoSyncUndo *self, HemoTxn *txn, GError **error);
/* The version waits again, and the record says what it said. %HEMO_STORE_ERROR_CONFLICT when it was
 * sent or changed since: then it is edited as any record. Audited. */
gboolean hemo_sync_undo_run (HemoSyncUndo *self, HemoTxn *txn, GError **error);

G_END_DECLS

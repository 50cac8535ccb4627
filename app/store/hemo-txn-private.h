/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the store's threads need of a transaction beyond its users. */

#pragma once

#include "hemo-audit.h"

G_BEGIN_DECLS

/* Whether it can change anything. */
gboolean hemo_txn_is_writer (HemoTxn *self);

/* The newest audit row as this transaction leaves it; sequence 0 when there is none. */
gint64 hemo_txn_get_sequence (HemoTxn *self);
/* (transfer none), NULL when there is none */
GBytes *hemo_txn_get_mac (HemoTxn *self);
/* Whether this transaction wrote audit rows. */
gboolean hemo_txn_has_audited (HemoTxn *self);
GDestroyNotify hemo_txn_get_result_free (HemoTxn *self);

/* Audit rows that a reading transaction could not write itself; the refusals of any transaction.
 * (transfer full) (element-type HemoAuditRow), NULL when there are none */
GPtrArray *hemo_txn_take_pending (HemoTxn *self);
/* Writes them, with the moment of this transaction. */
gboolean hemo_txn_append_rows (HemoTxn *self, GPtrArray *rows, GError **error);

/* MAC of a row over all of its fields and the MAC of the row before it (NULL for the first). */
GBytes *hemo_audit_row_mac (const HemoAuditRow *row,
                            guint key_version,
                            GBytes *previous,
                            HemoSecret *audit_key,
                            GError **error);

/* @bad: (out): row that the first wrong signed head names, untouched when all are right; @reason:
 * (out) (transfer full): in words. FALSE only when it could not look. */
gboolean hemo_audit_check_heads (HemoTxn *txn, gint64 *bad, char **reason, GError **error);

G_END_DECLS

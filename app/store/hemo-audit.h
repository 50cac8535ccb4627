/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The audit log: rows chained by MAC, heads signed by people. */

#pragma once

#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoAuditRow:
 * @actor: UUID of the user, or NULL for the program itself
 * @mac: of the row, lower-case hexadecimal, as hemo_audit_since() gives it; else NULL
 */
typedef struct
{
  gint64 sequence;
  HemoTime at;
  char *actor;
  char *what;
  char *object_type;
  char *object;
  char *detail;
  char *mac;
} HemoAuditRow;

void hemo_audit_row_free (HemoAuditRow *self);

/* Newest first, at most @limit before row @before (0: the end); needs audit.view.
 * (transfer full) (element-type HemoAuditRow) */
GPtrArray *hemo_audit_list (HemoTxn *txn, gint64 before, int limit, GError **error);

/**
 * hemo_audit_since:
 * @kinds: what is asked for, each between blanks
 * @after: number of a row, 0 for the beginning
 * @last: (out): of the last row that was looked at: where to go on
 *
 * Oldest first, at most @limit, of a few thousand rows; for the sync, and not audited. (transfer
 * full) (element-type HemoAuditRow)
 */
GPtrArray *hemo_audit_since (
    HemoTxn *txn, const char *kinds, gint64 after, int limit, gint64 *last, GError **error);

/**
 * hemo_audit_verify:
 * @audit_keys: (element-type HemoSecret) (nullable): MAC key of each version of the store key;
 * NULL: those of the transaction
 * @first_broken: (out): number of the first row that is missing, changed or out of order; 0: none
 * @reason: (out) (transfer full): in words, when one is broken
 *
 * Recomputes the whole chain and compares every signed head. FALSE with @error only when it could
 * not look.
 */
gboolean hemo_audit_verify (
    HemoTxn *txn, GPtrArray *audit_keys, gint64 *first_broken, char **reason, GError **error);

/* Signs the newest row's MAC with the session's signing key. */
gboolean hemo_audit_sign_head (HemoTxn *txn, GError **error);

/* Head as it leaves with a backup or a sync: JSON with sequence, MAC, signature, certificate.
 * (transfer full) */
char *hemo_audit_export_head (HemoTxn *txn, GError **error);
/* Whether the log still holds the row that an exported head names, unchanged. */
gboolean hemo_audit_check_head (HemoTxn *txn, const char *head_json, GError **error);

G_END_DECLS

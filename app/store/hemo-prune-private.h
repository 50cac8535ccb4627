/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What pruning shares with what opens, sends, backs up and verifies originals. */

#pragma once

#include "hemo-prune.h"

G_BEGIN_DECLS

/**
 * HemoPruneItem: one original, and why it stays
 * @server: identity of the object store, and
 * @key: under which it is there; both NULL where it is not known to have it
 */
typedef struct
{
  char *image;
  char *server;
  char *key;
  char *sealed_sha256;
  GBytes *signature;
  gint64 bytes;
  HemoPruneReason reason;
} HemoPruneItem;

void hemo_prune_item_free (HemoPruneItem *self);

/**
 * hemo_prune_judge:
 * @image: UUID; NULL: all of them, oldest first
 * @server_now: what time it is for a server, UTC microseconds; 0: not known. The earlier of the two
 *   clocks counts
 *
 * By what the store knows. Needs image.prune. (transfer full) (element-type HemoPruneItem)
 */
GPtrArray *hemo_prune_judge (HemoTxn *txn, const char *image, gint64 server_now, GError **error);

/* @backup: (out) (nullable): when the backup was made that counted as @image was pruned; NULL: it
 * was not. (transfer full) */
gboolean hemo_pruned_load (HemoTxn *txn, const char *image, char **backup, GError **error);

/* That @item goes: to be committed before its file does. Audited. @backup: when it was made */
gboolean
hemo_pruned_add (HemoTxn *txn, const HemoPruneItem *item, const char *backup, GError **error);
/* Its file is there again, or still; audited as @what. Nothing where it was not pruned. */
gboolean hemo_pruned_remove (HemoTxn *txn, const char *image, const char *what, GError **error);

/* It is here again: where the server was found not to have it, it waits to be sent. */
gboolean hemo_pruned_send_again (HemoTxn *txn, const char *image, GError **error);

/* The file of @image is here with this hash although it was pruned: when that is its own, it
 * counts. */
gboolean
hemo_pruned_settle (HemoTxn *txn, const char *image, const char *sealed_sha256, GError **error);

/* The same of all that a backup brought and that were just proven: @came is names of sealed files
 * to their hashes. One audit row for all of them. */
gboolean hemo_pruned_settle_all (HemoTxn *txn, GHashTable *came, GError **error);

/* Names of the sealed files that are elsewhere to the UUIDs of their images. (transfer full) */
GHashTable *hemo_pruned_names (HemoTxn *txn, GError **error);

/* Where @error says that the file of @image is missing, and that was pruned, says so instead, with
 * %HEMO_STORE_ERROR_ELSEWHERE. @error: (inout) */
void hemo_pruned_explain (HemoStore *store, const char *image, GError **error);

G_END_DECLS

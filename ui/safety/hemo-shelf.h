/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What lies on the shelf, by case: one case that is refused leaves several records there, for one
 * reason. */

#pragma once

#include "hemo-queue.h"

G_BEGIN_DECLS

/**
 * HemoShelfItem:
 * @accession: of the case, or NULL
 * @patient: UUID of whose record it is alone, without a case; or NULL
 * @reason: in the server's words or the sync's, or NULL
 * @kinds: (element-type utf8): types of FHIR, each once; names of files' lanes
 * @sequences: (element-type gint64): in the queue
 */
typedef struct
{
  char *accession;
  char *patient;
  char *reason;
  GPtrArray *kinds;
  GArray *sequences;
} HemoShelfItem;

/**
 * HemoShelf:
 * @items: (element-type HemoShelfItem)
 * @disputes: versions of others that wait for a person
 */
typedef struct
{
  GPtrArray *items;
  gint64 disputes;
} HemoShelf;

void hemo_shelf_free (HemoShelf *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoShelf, hemo_shelf_free)

/* HemoStoreJobs. The result is a HemoShelf; @data of the second a GArray of gint64, empty for all.
 */
gboolean hemo_shelf_load (HemoTxn *txn, gpointer data, gpointer *result, GError **error);
gboolean hemo_shelf_retry (HemoTxn *txn, gpointer data, gpointer *result, GError **error);

/* The case, or what it is; and which of its records, with the reason. (transfer full) */
char *hemo_shelf_item_title (const HemoShelfItem *item);
char *hemo_shelf_item_text (const HemoShelfItem *item);

G_END_DECLS

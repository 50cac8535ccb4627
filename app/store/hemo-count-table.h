/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Differential counts, cell by cell. */

#pragma once

#include "hemo-differential.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/* Each call is durable when its transaction is, so a count goes on after a cut at the very cell. */

/* Inserts @count, without cells. %HEMO_STORE_ERROR_CONFLICT when the reader has an open one on the
 * specimen; %HEMO_STORE_ERROR_STATE when the specimen was rejected. */
gboolean hemo_count_start (HemoTxn *txn, HemoCount *count, GError **error);

/* The open count of @reader on @specimen, with all its cells; NULL without @error if there is none.
 */
HemoCount *
hemo_count_load_open (HemoTxn *txn, const char *specimen, const char *reader, GError **error);

/* @image: of the same tube or its slides, or NULL. @sequence: (out) (optional) */
gboolean hemo_count_add_cell (HemoTxn *txn,
                              const char *count,
                              HemoCellClass cell_class,
                              const char *image,
                              gint64 *sequence,
                              GError **error);

/* Takes the last cell that stands back; %HEMO_STORE_ERROR_NOT_FOUND when none does.
 * @cell_class: (out) (optional). */
gboolean
hemo_count_undo (HemoTxn *txn, const char *count, HemoCellClass *cell_class, GError **error);

/* 100, 200 or 400 */
gboolean hemo_count_set_target (HemoTxn *txn, const char *count, int target, GError **error);

/* Ends counting; a closed count takes no more cells. */
gboolean hemo_count_close (HemoTxn *txn, const char *count, GError **error);

G_END_DECLS

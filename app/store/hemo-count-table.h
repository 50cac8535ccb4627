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

/**
 * hemo_count_add_cell:
 * @image: of the same tube or its slides, or NULL
 * @sequence: (out) (optional)
 *
 * A cell that was counted by key. A field's white cells come into the differential by one way only:
 * %HEMO_STORE_ERROR_STATE where marks on @image were counted, by whomever, and where any were and
 * the reader has not said hemo_count_set_both_ways(). The same where @image was discarded, or is of
 * a slide that was rejected.
 */
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

/* What of the differential was counted on the field @image, in all counts of its case, also of
 * slides that were rejected. @out: all 0 for nothing. Who may look at cases. */
gboolean
hemo_count_tell_field (HemoTxn *txn, const char *image, HemoFieldTally *out, GError **error);

/* 100, 200 or 400 */
gboolean hemo_count_set_target (HemoTxn *txn, const char *count, int target, GError **error);

/* Its reader was told that cells counted by key and marks on fields are both in the differential,
 * and says that they are other ones. Holds for this count. */
gboolean hemo_count_set_both_ways (HemoTxn *txn, const char *count, GError **error);

/* Ends counting; a closed count takes no more cells. */
gboolean hemo_count_close (HemoTxn *txn, const char *count, GError **error);

/**
 * hemo_count_reopen:
 * @reason: in words, not empty
 *
 * Lets its reader go on with a closed count. Once the case's report is final this is the beginning
 * of an amendment and the policy is asked for one; the signed report stays as it is.
 * %HEMO_STORE_ERROR_CONFLICT when the reader has another one open on the specimen.
 */
gboolean hemo_count_reopen (HemoTxn *txn, const char *count, const char *reason, GError **error);

/* Takes a count out of the report as entered in error; it stays in the record. Its reader may, and
 * who may amend what others reported; once the report is final, as a part of an amendment. */
gboolean hemo_count_discard (HemoTxn *txn, const char *count, const char *reason, GError **error);

G_END_DECLS

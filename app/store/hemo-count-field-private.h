/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counted cells follow the field that they were seen on, in the transaction that changes it.
 *
 * The rule: a cell stands in a count as long as what it was counted on stands. A count is changed
 * by its reader alone and while it is open, so what would change another one is refused, and
 * nothing is done at all. What was signed stays as it was signed; the next report counts what
 * stands then. Platelets, malaria films and values name no field: they are told as totals, and
 * are their reader's to correct. */

#pragma once

#include "hemo-field-cells.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * hemo_count_follow_marks:
 * @before: the cells of a field as they are stored, or NULL for none
 * @after: as they are about to be
 *
 * A cell whose mark was taken back, is no white cell or of another class now, or is gone leaves the
 * count. One whose mark is as it was again comes back, if its count is open and nothing was counted
 * in its place; else it has to be counted anew. %HEMO_STORE_ERROR_STATE when a cell would leave a
 * count that is closed or another reader's.
 */
gboolean hemo_count_follow_marks (HemoTxn *txn,
                                  const HemoFieldCells *before,
                                  const HemoFieldCells *after,
                                  GError **error);

/**
 * hemo_count_follow_discard:
 * @image: UUID of the field
 * @told: what the person was told is counted on it; @closed and @others do not matter
 * @keep_by_key: whether the cells counted by key were seen at the microscope, and not on it: they
 *   stay, without a field
 *
 * All other cells leave their count. %HEMO_STORE_ERROR_STATE when one would leave a count that is
 * closed or another reader's, and when cells are counted on it and none were told;
 * %HEMO_STORE_ERROR_CONFLICT when others than those told are. Cells that stay in another reader's
 * count are asked of the policy as its correction is.
 */
gboolean hemo_count_follow_discard (HemoTxn *txn,
                                    const char *image,
                                    const HemoFieldTally *told,
                                    gboolean keep_by_key,
                                    GError **error);

/**
 * HemoLostCells: cells of a count that stand though what they were counted on does not
 * @image: UUID of a field that some of them were counted on, that is discarded or of a rejected
 *   slide, and of which nobody said yet what becomes of them; NULL: there is none
 */
typedef struct
{
  int n;
  char *image;
} HemoLostCells;

/* What a person can do about them. (transfer full) */
char *hemo_lost_cells_advise (const HemoLostCells *self);

/* Counts with cells that stand on a discarded field or as marks that are no white cells: what no
 * step of this program does. @tube: of the counts that its report is made from, and with the cells
 * seen on slides that were rejected since; NULL: of all but those of rejected specimens. Does not
 * ask the policy. (transfer full) (element-type utf8 HemoLostCells): by the UUIDs of the counts */
GHashTable *hemo_count_find_lost (HemoTxn *txn, const char *tube, GError **error);

/* Refuses a differential with such cells: %HEMO_STORE_ERROR_STATE. */
gboolean hemo_count_check_fields (HemoTxn *txn, const char *tube, GError **error);

/* As stored; @out: (out) (transfer full): NULL when there are none. Does not ask the policy. */
gboolean
hemo_field_cells_fetch (HemoTxn *txn, const char *image, HemoFieldCells **out, GError **error);
/* Those that a person accepted, of a tube and its slides that were not rejected, by field. Does not
 * ask the policy. A list that is damaged is left out: it must not take the whole case with it.
 * @out: (element-type HemoFieldCells) */
gboolean
hemo_field_cells_fetch_accepted (HemoTxn *txn, const char *tube, GPtrArray *out, GError **error);

G_END_DECLS

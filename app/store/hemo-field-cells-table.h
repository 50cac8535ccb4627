/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cells found on fields, what a person made of them, and those that went into a count. */

#pragma once

#include "hemo-field-cells.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/* @out: (out) (transfer full): NULL when none were kept. Who may look at pictures.
 * %HEMO_STORE_ERROR_NOT_FOUND when there is no such picture. */
gboolean
hemo_field_cells_load (HemoTxn *txn, const char *image, HemoFieldCells **out, GError **error);

/* Of all fields of a tube and its slides that are not discarded, by field; only what was kept.
 * (transfer full) (element-type HemoFieldCells) */
GPtrArray *hemo_field_cells_load_case (HemoTxn *txn, const char *tube, GError **error);

/**
 * hemo_field_cells_save:
 * @self: with the version that was loaded, 0 for one that is new; its version, who changed what and
 *   who accepted are set
 * @accept: whether who is signed in confirms all of it as it stands; else nobody has
 *
 * Who may count. What was there before stays in the record's history. Who changed a cell is not the
 * caller's to say: a cell that differs from the one kept is of who is signed in. Refuses what does
 * not fit the picture, a discarded picture, and with %HEMO_STORE_ERROR_CONFLICT when somebody else
 * saved meanwhile. A mark that was counted and is no white cell of that class any more takes its
 * cell out of the count, and brings it back when it is again: only its reader may, and while the
 * count is open, else %HEMO_STORE_ERROR_STATE. A signed report stays as it was signed.
 */
gboolean
hemo_field_cells_save (HemoTxn *txn, HemoFieldCells *self, gboolean accept, GError **error);

/**
 * hemo_count_add_found_cell:
 * @number: of the cell on @image
 * @cell_class: what the person says that it is; it need not be the one suggested
 * @sequence: (out) (optional)
 *
 * As hemo_count_add_cell(). %HEMO_STORE_ERROR_STATE when nobody has accepted the field, when the
 * cell is no white cell that stands or is in a count of the case already, when cells were counted
 * by key while @image was seen, and when any were and the reader has not said
 * hemo_count_set_both_ways().
 */
gboolean hemo_count_add_found_cell (HemoTxn *txn,
                                    const char *count,
                                    const char *image,
                                    int number,
                                    HemoCellClass cell_class,
                                    gint64 *sequence,
                                    GError **error);

/* Cells of the case's counts that were found on a field and not taken back: 'image/number', each
 * with its sequence in @count, 0 where it is in another one. @tube: or a slide of it; @count: or
 * NULL. (transfer full) (element-type utf8 gint64) */
GHashTable *
hemo_count_load_found (HemoTxn *txn, const char *tube, const char *count, GError **error);

G_END_DECLS

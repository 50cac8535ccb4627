/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Beside a field that is looked at: the cells found on it, for a person to take back, change, add
 * to and accept, and what the accepted fields come to. */

#pragma once

#include "hemo-bench-case.h"
#include "hemo-image-view.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_CELLS_PANE (hemo_cells_pane_get_type ())
G_DECLARE_FINAL_TYPE (HemoCellsPane, hemo_cells_pane, HEMO, CELLS_PANE, AdwBin)

/* Signal 'gallery': the white cells of the accepted fields are wanted. */

/* Draws over @view and takes clicks on it. */
void hemo_cells_pane_set_up (HemoCellsPane *self, HemoBenchCase *bench_case, HemoImageView *view);
/* Whether the pane is seen: only then are cells looked for and drawn. */
void hemo_cells_pane_set_active (HemoCellsPane *self, gboolean active);
/* The field that @view shows, or NULL for none. What was changed on the one before is written. */
void hemo_cells_pane_set_field (HemoCellsPane *self, const HemoImage *image);
/* Its picture, as soon as it is there, also before the field is known; NULL when it cannot be had.
 */
void hemo_cells_pane_set_bytes (HemoCellsPane *self, const char *image, GBytes *bytes);
/* A key while it is active; TRUE when it was used. */
gboolean
hemo_cells_pane_key (HemoCellsPane *self, guint keyval, guint keycode, GdkModifierType state);
/* Undoes what the pane offers to undo; FALSE when it offers nothing. */
gboolean hemo_cells_pane_undo (HemoCellsPane *self);
/* Whether a key does the same again and again while it is held down: none that changes a mark. */
gboolean hemo_cells_pane_may_repeat (guint keyval, guint keycode);
/* Whether all that was changed is in the store. */
gboolean hemo_cells_pane_is_settled (HemoCellsPane *self);

G_END_DECLS

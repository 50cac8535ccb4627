/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One class of cells while they are counted: its key, its name, the count in large type, percent
 * with interval, and a bar against the reference range. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HEMO_TYPE_TALLY_ROW (hemo_tally_row_get_type ())
G_DECLARE_FINAL_TYPE (HemoTallyRow, hemo_tally_row, HEMO, TALLY_ROW, GtkWidget)

/* Properties: 'key' (what stands on the key), 'title' (short name of the class), 'long-title' (its
 * full name, spoken and as tooltip), 'count', 'scale' (percent at the bar's end, 100 at first: give
 * all rows of a list the same), 'compact' (without interval and bar), 'outside' (counted per 100
 * white cells and no part of them), 'decimals' (of the percentage: 1 for more than a hundred cells,
 * as the report has it).
 *
 * Signal 'tallied' (gboolean back): a press of the mouse, a touch, or Enter, asks to count one;
 * with Shift held or by the second button, to take one back. The row does not count by itself. */
GtkWidget *hemo_tally_row_new (const char *key, const char *title);

/* @percent, @low and @high in percent, NAN for none (nothing counted yet). */
void
hemo_tally_row_set_tally (HemoTallyRow *self, int count, double percent, double low, double high);
/* Reference limits of the percentage, NAN where there is none. */
void hemo_tally_row_set_range (HemoTallyRow *self, double low, double high);
/* Shows for a moment that this class was just counted. */
void hemo_tally_row_pulse (HemoTallyRow *self);

G_END_DECLS

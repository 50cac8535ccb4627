/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bar of a tally row: percent, its interval as a whisker, the reference range as a band. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HEMO_TYPE_TALLY_BAR (hemo_tally_bar_get_type ())
G_DECLARE_FINAL_TYPE (HemoTallyBar, hemo_tally_bar, HEMO, TALLY_BAR, GtkWidget)

void hemo_tally_bar_set_value (HemoTallyBar *self, double percent, double low, double high);
void hemo_tally_bar_set_range (HemoTallyBar *self, double low, double high);
void hemo_tally_bar_set_scale (HemoTallyBar *self, double scale);
double hemo_tally_bar_get_scale (HemoTallyBar *self);

/* Where @percent stands on a bar of @width pixels whose end is @scale percent: 0 to @width, from
 * the right when @rtl. */
float hemo_tally_bar_place (double percent, double scale, float width, gboolean rtl);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How many red cells have which diameter, as bars. */

#pragma once

#include "hemo-field-cells.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HEMO_TYPE_CELL_HISTOGRAM (hemo_cell_histogram_get_type ())
G_DECLARE_FINAL_TYPE (HemoCellHistogram, hemo_cell_histogram, HEMO, CELL_HISTOGRAM, GtkWidget)

GtkWidget *hemo_cell_histogram_new (void);
void hemo_cell_histogram_set_stats (HemoCellHistogram *self, const HemoCellStats *stats);

G_END_DECLS

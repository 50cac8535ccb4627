/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a trend is drawn. */

#pragma once

#include "hemo-tints-private.h"
#include "hemo-trend-plot-private.h"

G_BEGIN_DECLS

/**
 * HemoTrendPaper:
 * @points: sorted by time
 * @selected: index or -1
 */
typedef struct
{
  GtkWidget *widget;
  GtkSnapshot *snapshot;
  const HemoTints *tints;
  const HemoTrendPlot *plot;
  GListModel *points;
  const HemoRange *range;
  int decimals;
  int selected;
} HemoTrendPaper;

/* Room that values at the side and dates below need. */
void hemo_trend_draw_room (const HemoTrendPaper *self, float *side, float *below);
void hemo_trend_draw (const HemoTrendPaper *self);

G_END_DECLS

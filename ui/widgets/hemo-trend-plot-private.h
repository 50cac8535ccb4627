/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a trend's points stand on the paper: no GTK widget, so that it can be tested by itself. */

#pragma once

#include "hemo-trend-point.h"

#include <gio/gio.h>
#include <graphene.h>

G_BEGIN_DECLS

/**
 * HemoTrendPlot:
 * @area: where the curve may be
 * @first_us: time at its start
 * @last_us: time at its end
 * @bottom: value at its lower edge
 * @top: value at its upper edge
 * @rtl: whether time runs to the left
 */
typedef struct
{
  graphene_rect_t area;
  gint64 first_us;
  gint64 last_us;
  double bottom;
  double top;
  gboolean rtl;
} HemoTrendPlot;

/**
 * hemo_trend_plot_init:
 * @points: (element-type HemoTrendPoint): in the order of time
 * @low: limits that are to be seen, NAN where there is none
 *
 * Values and limits fit with a tenth of air; below 0 only when a value is.
 */
void hemo_trend_plot_init (HemoTrendPlot *self,
                           GListModel *points,
                           double low,
                           double high,
                           graphene_rect_t area,
                           gboolean rtl);

float hemo_trend_plot_x (const HemoTrendPlot *self, gint64 at_us);
/* Kept within the area. */
float hemo_trend_plot_y (const HemoTrendPlot *self, double value);

/* Index of the point nearest to @x; -1 when there is none. */
int hemo_trend_plot_find (const HemoTrendPlot *self, GListModel *points, float x);

/* The largest of 1, 2, 5 times a power of ten that gives at least @wanted lines; > 0. */
double hemo_trend_plot_step (const HemoTrendPlot *self, int wanted);

/* (transfer full): sorted by time, so that points may be given in any order. */
GListModel *hemo_trend_sort (GListModel *points);

G_END_DECLS

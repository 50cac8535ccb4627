/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The values of one analyte over time as a curve against its reference range. */

#pragma once

#include "hemo-trend-point.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HEMO_TYPE_TREND_CHART (hemo_trend_chart_get_type ())
G_DECLARE_FINAL_TYPE (HemoTrendChart, hemo_trend_chart, HEMO, TREND_CHART, GtkWidget)

/* Properties: 'model' (GListModel of HemoTrendPoint in any order), 'title', 'unit', 'decimals',
 * 'selected' (HemoTrendPoint or NULL). Left and Right, Home and End, the pointer and the wheel step
 * through the points; each is written above the curve and spoken.
 *
 * Signal 'opened' (HemoTrendPoint): Enter or a double click on a point. */
GtkWidget *hemo_trend_chart_new (GListModel *points);

/* Title, unit and decimals of an analyte of hemo_analyte_info(). */
void hemo_trend_chart_set_analyte (HemoTrendChart *self, const char *code);
void hemo_trend_chart_set_model (HemoTrendChart *self, GListModel *points);
/* Limits of the range; NULL for none. Copied. */
void hemo_trend_chart_set_range (HemoTrendChart *self, const HemoRange *range);
HemoTrendPoint *hemo_trend_chart_get_selected (HemoTrendChart *self);
void hemo_trend_chart_select (HemoTrendChart *self, HemoTrendPoint *point);

/* '12 October 2026: 7.2 ×10⁹/L, high'. (transfer full) */
char *hemo_trend_chart_describe (HemoTrendChart *self, HemoTrendPoint *point);

G_END_DECLS

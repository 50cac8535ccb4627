/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A trend as small as a word: the curve, the band, the last value's point. */

#pragma once

#include "hemo-trend-point.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HEMO_TYPE_SPARK (hemo_spark_get_type ())
G_DECLARE_FINAL_TYPE (HemoSpark, hemo_spark, HEMO, SPARK, GtkWidget)

/* Properties: 'model' (GListModel of HemoTrendPoint in any order), 'label' (the analyte, spoken).
 */
GtkWidget *hemo_spark_new (GListModel *points);
void hemo_spark_set_model (HemoSpark *self, GListModel *points);
/* Reference limits, NAN where there is none. */
void hemo_spark_set_range (HemoSpark *self, double low, double high);

G_END_DECLS

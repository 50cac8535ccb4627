/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One value of one analyte at one time. */

#pragma once

#include "hemo-result.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define HEMO_TYPE_TREND_POINT (hemo_trend_point_get_type ())
G_DECLARE_FINAL_TYPE (HemoTrendPoint, hemo_trend_point, HEMO, TREND_POINT, GObject)

/* @note: said beside the value ('corrected', the specimen's number), or NULL. Cannot change. */
HemoTrendPoint *hemo_trend_point_new (HemoTime at, double value, HemoFlag flag, const char *note);

HemoTime hemo_trend_point_get_time (HemoTrendPoint *self);
double hemo_trend_point_get_value (HemoTrendPoint *self);
HemoFlag hemo_trend_point_get_flag (HemoTrendPoint *self);
const char *hemo_trend_point_get_note (HemoTrendPoint *self);

G_END_DECLS

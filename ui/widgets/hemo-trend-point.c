/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One value of one analyte at one time. */

#include "hemo-trend-point.h"

struct _HemoTrendPoint
{
  GObject parent_instance;

  HemoTime at;
  double value;
  HemoFlag flag;
  char *note;
};

G_DEFINE_FINAL_TYPE (HemoTrendPoint, hemo_trend_point, G_TYPE_OBJECT)

static void
hemo_trend_point_finalize (GObject *object)
{
  g_free (HEMO_TREND_POINT (object)->note);
  G_OBJECT_CLASS (hemo_trend_point_parent_class)->finalize (object);
}

static void
hemo_trend_point_class_init (HemoTrendPointClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_trend_point_finalize;
}

static void
hemo_trend_point_init (HemoTrendPoint *self)
{
}

HemoTrendPoint *
hemo_trend_point_new (HemoTime at, double value, HemoFlag flag, const char *note)
{
  HemoTrendPoint *self = g_object_new (HEMO_TYPE_TREND_POINT, NULL);

  self->at = at;
  self->value = value;
  self->flag = flag;
  self->note = g_strdup (note);
  return self;
}

HemoTime
hemo_trend_point_get_time (HemoTrendPoint *self)
{
  g_return_val_if_fail (HEMO_IS_TREND_POINT (self), (HemoTime){ 0 });
  return self->at;
}

double
hemo_trend_point_get_value (HemoTrendPoint *self)
{
  g_return_val_if_fail (HEMO_IS_TREND_POINT (self), 0);
  return self->value;
}

HemoFlag
hemo_trend_point_get_flag (HemoTrendPoint *self)
{
  g_return_val_if_fail (HEMO_IS_TREND_POINT (self), HEMO_FLAG_NONE);
  return self->flag;
}

const char *
hemo_trend_point_get_note (HemoTrendPoint *self)
{
  g_return_val_if_fail (HEMO_IS_TREND_POINT (self), NULL);
  return self->note;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a trend's points stand on the paper. */

#include "hemo-trend-plot-private.h"

#include <math.h>

static void
reach (double *bottom, double *top, double value)
{
  if (isnan (value))
    return;
  *bottom = fmin (*bottom, value);
  *top = fmax (*top, value);
}

void
hemo_trend_plot_init (HemoTrendPlot *self,
                      GListModel *points,
                      double low,
                      double high,
                      graphene_rect_t area,
                      gboolean rtl)
{
  const guint n = points != NULL ? g_list_model_get_n_items (points) : 0;
  double bottom = INFINITY, top = -INFINITY, air;

  *self = (HemoTrendPlot){ .area = area, .rtl = rtl };
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HemoTrendPoint) point = g_list_model_get_item (points, i);
      const gint64 at = hemo_trend_point_get_time (point).utc_us;

      reach (&bottom, &top, hemo_trend_point_get_value (point));
      self->first_us = i == 0 ? at : MIN (self->first_us, at);
      self->last_us = i == 0 ? at : MAX (self->last_us, at);
    }
  reach (&bottom, &top, low);
  reach (&bottom, &top, high);
  if (bottom > top)
    bottom = 0, top = 1;
  air = top > bottom ? (top - bottom) / 10 : fmax (fabs (top) / 10, 0.5);
  self->bottom = bottom >= 0 ? fmax (0, bottom - air) : bottom - air;
  self->top = top + air;
}

float
hemo_trend_plot_x (const HemoTrendPlot *self, gint64 at_us)
{
  const gint64 span = self->last_us - self->first_us;
  /* A single time stands in the middle. */
  const double share = span > 0 ? (double)(at_us - self->first_us) / (double)span : 0.5;

  return self->area.origin.x + (float)(self->rtl ? 1 - share : share) * self->area.size.width;
}

float
hemo_trend_plot_y (const HemoTrendPlot *self, double value)
{
  const double share = CLAMP ((value - self->bottom) / (self->top - self->bottom), 0, 1);

  return self->area.origin.y + (float)(1 - share) * self->area.size.height;
}

int
hemo_trend_plot_find (const HemoTrendPlot *self, GListModel *points, float x)
{
  const guint n = points != NULL ? g_list_model_get_n_items (points) : 0;
  float nearest = INFINITY;
  int found = -1;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HemoTrendPoint) point = g_list_model_get_item (points, i);
      const float away
          = fabsf (hemo_trend_plot_x (self, hemo_trend_point_get_time (point).utc_us) - x);

      /* Of several at one time the last. */
      if (away <= nearest)
        {
          nearest = away;
          found = (int)i;
        }
    }
  return found;
}

double
hemo_trend_plot_step (const HemoTrendPlot *self, int wanted)
{
  const double span = self->top - self->bottom;
  double step = pow (10, ceil (log10 (span)));
  static const double shrinks[] = { 2, 2.5, 2 };

  for (int i = 0; i < 30 && span / step < wanted; i++)
    step /= shrinks[i % 3];
  return step;
}

static int
compare_times (gconstpointer a, gconstpointer b, gpointer data)
{
  const gint64 first = hemo_trend_point_get_time ((HemoTrendPoint *)a).utc_us;
  const gint64 second = hemo_trend_point_get_time ((HemoTrendPoint *)b).utc_us;

  return first < second ? -1 : first > second;
}

GListModel *
hemo_trend_sort (GListModel *points)
{
  GListStore *sorted = g_list_store_new (HEMO_TYPE_TREND_POINT);
  const guint n = points != NULL ? g_list_model_get_n_items (points) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HemoTrendPoint) point = g_list_model_get_item (points, i);

      if (isfinite (hemo_trend_point_get_value (point)))
        g_list_store_append (sorted, point);
    }
  g_list_store_sort (sorted, compare_times, NULL);
  return G_LIST_MODEL (sorted);
}

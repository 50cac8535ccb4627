/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a trend's points stand; where a tally's bar ends. */

#include "hemo-trend-plot-private.h"

#include "hemo-tally-bar-private.h"

#include <math.h>

static GListModel *
make (const double *values, const int *days, int n)
{
  g_autoptr (GListStore) store = g_list_store_new (HEMO_TYPE_TREND_POINT);

  for (int i = 0; i < n; i++)
    {
      const HemoTime at
          = { G_GINT64_CONSTANT (1700000000000000) + days[i] * G_TIME_SPAN_DAY, 0, FALSE };
      g_autoptr (HemoTrendPoint) point = hemo_trend_point_new (at, values[i], HEMO_FLAG_NONE, NULL);

      g_list_store_append (store, point);
    }
  return hemo_trend_sort (G_LIST_MODEL (store));
}

static float
x_of (const HemoTrendPlot *plot, int day)
{
  return hemo_trend_plot_x (plot, G_GINT64_CONSTANT (1700000000000000) + day * G_TIME_SPAN_DAY);
}

static void
test_place (void)
{
  g_autoptr (GListModel) points = make ((const double[]){ 9, 3, 6 }, (const int[]){ 30, 0, 10 }, 3);
  HemoTrendPlot plot;

  hemo_trend_plot_init (&plot, points, 4, 10, GRAPHENE_RECT_INIT (50, 20, 300, 100), FALSE);
  g_assert_cmpfloat_with_epsilon (plot.bottom, 2.3, 1e-9);
  g_assert_cmpfloat_with_epsilon (plot.top, 10.7, 1e-9);
  g_assert_cmpfloat_with_epsilon (x_of (&plot, 0), 50, 0.01);
  g_assert_cmpfloat_with_epsilon (x_of (&plot, 10), 150, 0.01);
  g_assert_cmpfloat_with_epsilon (x_of (&plot, 30), 350, 0.01);
  g_assert_cmpfloat (hemo_trend_plot_y (&plot, 9), <, hemo_trend_plot_y (&plot, 3));
  g_assert_cmpfloat_with_epsilon (hemo_trend_plot_y (&plot, 1000), 20, 0.01);
  g_assert_cmpfloat_with_epsilon (hemo_trend_plot_y (&plot, -1000), 120, 0.01);
  g_assert_cmpint (hemo_trend_plot_find (&plot, points, 60), ==, 0);
  g_assert_cmpint (hemo_trend_plot_find (&plot, points, 160), ==, 1);
  g_assert_cmpint (hemo_trend_plot_find (&plot, points, 9999), ==, 2);
  /* From right to left time runs to the left. */
  hemo_trend_plot_init (&plot, points, 4, 10, GRAPHENE_RECT_INIT (50, 20, 300, 100), TRUE);
  g_assert_cmpfloat_with_epsilon (x_of (&plot, 0), 350, 0.01);
  g_assert_cmpint (hemo_trend_plot_find (&plot, points, 60), ==, 2);
}

static void
test_few (void)
{
  g_autoptr (GListModel) none = make (NULL, NULL, 0);
  g_autoptr (GListModel) one = make ((const double[]){ 5 }, (const int[]){ 3 }, 1);
  g_autoptr (GListModel) same = make ((const double[]){ 5, 5 }, (const int[]){ 3, 3 }, 2);
  HemoTrendPlot plot;

  hemo_trend_plot_init (&plot, none, NAN, NAN, GRAPHENE_RECT_INIT (0, 0, 10, 10), FALSE);
  g_assert_cmpfloat (plot.top, >, plot.bottom);
  g_assert_cmpint (hemo_trend_plot_find (&plot, none, 5), ==, -1);
  g_assert_cmpfloat (hemo_trend_plot_step (&plot, 4), >, 0);
  hemo_trend_plot_init (&plot, one, NAN, NAN, GRAPHENE_RECT_INIT (0, 0, 10, 10), FALSE);
  g_assert_cmpfloat_with_epsilon (x_of (&plot, 3), 5, 0.01);
  g_assert_cmpfloat (plot.top, >, 5);
  g_assert_cmpfloat (plot.bottom, <, 5);
  /* Of two at one time the last is found. */
  hemo_trend_plot_init (&plot, same, NAN, NAN, GRAPHENE_RECT_INIT (0, 0, 10, 10), FALSE);
  g_assert_cmpint (hemo_trend_plot_find (&plot, same, 5), ==, 1);
}

/* Not a number and without end are no points; below 0 only what is. */
static void
test_odd (void)
{
  g_autoptr (GListModel) points
      = make ((const double[]){ NAN, 0.2, INFINITY }, (const int[]){ 1, 2, 3 }, 3);
  g_autoptr (GListModel) below = make ((const double[]){ -4, 3 }, (const int[]){ 1, 2 }, 2);
  HemoTrendPlot plot;

  g_assert_cmpuint (g_list_model_get_n_items (points), ==, 1);
  hemo_trend_plot_init (&plot, points, NAN, 1, GRAPHENE_RECT_INIT (0, 0, 10, 10), FALSE);
  g_assert_cmpfloat (plot.bottom, >=, 0);
  hemo_trend_plot_init (&plot, below, NAN, NAN, GRAPHENE_RECT_INIT (0, 0, 10, 10), FALSE);
  g_assert_cmpfloat (plot.bottom, <, -4);
}

/* 1, 2 or 5 times a power of ten, and neither few lines nor a fence. */
static void
test_step (void)
{
  HemoTrendPlot plot = { 0 };

  for (double span = 0.001; span < 1e5; span *= 1.31)
    {
      double step, lead;

      plot.top = span;
      step = hemo_trend_plot_step (&plot, 4);
      lead = step / pow (10, floor (log10 (step) + 1e-9));
      g_assert_cmpfloat (span / step, >=, 4);
      g_assert_cmpfloat (span / step, <=, 10.001);
      g_assert_true (fabs (lead - 1) < 1e-6 || fabs (lead - 2) < 1e-6 || fabs (lead - 5) < 1e-6);
    }
}

static void
test_bar (void)
{
  g_assert_cmpfloat_with_epsilon (hemo_tally_bar_place (50, 100, 200, FALSE), 100, 0.01);
  g_assert_cmpfloat_with_epsilon (hemo_tally_bar_place (50, 80, 200, FALSE), 125, 0.01);
  g_assert_cmpfloat_with_epsilon (hemo_tally_bar_place (120, 80, 200, FALSE), 200, 0.01);
  g_assert_cmpfloat_with_epsilon (hemo_tally_bar_place (-5, 80, 200, FALSE), 0, 0.01);
  g_assert_cmpfloat_with_epsilon (hemo_tally_bar_place (NAN, 80, 200, FALSE), 0, 0.01);
  g_assert_cmpfloat_with_epsilon (hemo_tally_bar_place (25, 100, 200, TRUE), 150, 0.01);
  g_assert_cmpfloat_with_epsilon (hemo_tally_bar_place (25, 0, 200, FALSE), 0, 0.01);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trend-plot/place", test_place);
  g_test_add_func ("/trend-plot/few", test_few);
  g_test_add_func ("/trend-plot/odd", test_odd);
  g_test_add_func ("/trend-plot/step", test_step);
  g_test_add_func ("/trend-plot/tally-bar", test_bar);
  return g_test_run ();
}

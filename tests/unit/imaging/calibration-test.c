/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scales from lines, and lines from which none may come. */

#include "hemo-calibration.h"

#include <math.h>

static HemoCalibration
draw_line (double pixels, double micrometres, double end)
{
  HemoCalibration line = { 0 };
  g_autoptr (GError) error = NULL;

  hemo_calibration_measure (pixels, micrometres, end, 1280, 960, &line, &error);
  g_assert_no_error (error);
  return line;
}

static void
test_measure (void)
{
  const HemoCalibration line = draw_line (1000, 100, 1);

  g_assert_cmpfloat_with_epsilon (line.micrometres_per_pixel, 0.1, 1e-12);
  /* Two ends of one pixel each: sqrt (2) of 1000. */
  g_assert_cmpfloat_with_epsilon (line.uncertainty, 0.1 * sqrt (2) / 1000, 1e-12);
  g_assert_cmpint (line.width, ==, 1280);
  g_assert_cmpint (line.height, ==, 960);
  g_assert_cmpfloat (line.line_pixels, ==, 1000);
  g_assert_cmpfloat (line.line_micrometres, ==, 100);
  /* A line half as long is twice as uncertain. */
  g_assert_cmpfloat_with_epsilon (draw_line (500, 50, 1).uncertainty, 2 * line.uncertainty, 1e-12);
}

static void
test_measure_limits (void)
{
  static const struct
  {
    double pixels, micrometres, end;
    int width, height;
    gboolean taken;
  } lines[] = {
    { 50, 5, 1, 1280, 960, TRUE },
    { 49.99, 5, 1, 1280, 960, FALSE },
    { 1600, 160, 1, 1280, 960, TRUE },
    { 1602, 160, 1, 1280, 960, FALSE },
    { -200, 20, 1, 1280, 960, FALSE },
    { NAN, 20, 1, 1280, 960, FALSE },
    { INFINITY, 20, 1, 1280, 960, FALSE },
    { 200, 0, 1, 1280, 960, FALSE },
    { 200, -20, 1, 1280, 960, FALSE },
    { 200, NAN, 1, 1280, 960, FALSE },
    { 200, INFINITY, 1, 1280, 960, FALSE },
    { 200, 20, -1, 1280, 960, FALSE },
    { 200, 20, NAN, 1280, 960, FALSE },
    { 200, 20, 51, 1280, 960, FALSE },
    { 200, 20, 0, 1280, 960, TRUE },
    { 200, 20, 1, 0, 960, FALSE },
    { 200, 20, 1, 1280, -1, FALSE },
    /* 0.005 and 20 micrometres a pixel are the ends of what a microscope has. */
    { 200, 1.0, 1, 1280, 960, TRUE },
    { 200, 0.9, 1, 1280, 960, FALSE },
    { 200, 4000, 1, 1280, 960, TRUE },
    { 200, 4100, 1, 1280, 960, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoCalibration found = { .width = -7 };
      const gboolean taken
          = hemo_calibration_measure (lines[i].pixels, lines[i].micrometres, lines[i].end,
                                      lines[i].width, lines[i].height, &found, &error);
      g_test_message ("line %u", (guint)i);
      g_assert_cmpint (taken, ==, lines[i].taken);
      if (taken)
        continue;
      g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID);
      g_assert_cmpint (found.width, ==, -7);
    }
}

static void
test_scale (void)
{
  const HemoCalibration line = draw_line (1000, 100, 1);
  double scale = 0, uncertainty = 0;

  g_assert_true (hemo_calibration_scale (&line, 1280, 960, &scale, &uncertainty, NULL));
  g_assert_cmpfloat_with_epsilon (scale, 0.1, 1e-12);
  g_assert_cmpfloat_with_epsilon (uncertainty, line.uncertainty, 1e-12);
  g_assert_true (hemo_calibration_scale (&line, 640, 480, &scale, &uncertainty, NULL));
  g_assert_cmpfloat_with_epsilon (scale, 0.2, 1e-12);
  g_assert_cmpfloat_with_epsilon (uncertainty, 2 * line.uncertainty, 1e-12);
  g_assert_true (hemo_calibration_scale (&line, 2560, 1920, &scale, NULL, NULL));
  g_assert_cmpfloat_with_epsilon (scale, 0.05, 1e-12);
  /* Turned on its side, and rounded by a pixel. */
  g_assert_true (hemo_calibration_scale (&line, 960, 1280, &scale, NULL, NULL));
  g_assert_cmpfloat_with_epsilon (scale, 0.1, 1e-12);
  g_assert_true (hemo_calibration_scale (&line, 320, 241, NULL, NULL, NULL));
}

static void
test_scale_refused (void)
{
  const HemoCalibration line = draw_line (1000, 100, 1), empty = { 0 };
  const int sizes[][2] = { { 1280, 720 },   { 960, 960 }, { 1280, 0 }, { 0, 0 },
                           { -1280, -960 }, { 320, 244 }, { 4, 3 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;
      double scale = -7, uncertainty = -7;
      g_assert_false (
          hemo_calibration_scale (&line, sizes[i][0], sizes[i][1], &scale, &uncertainty, &error));
      g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID);
      g_assert_true (scale == -7 && uncertainty == -7);
    }
  g_assert_false (hemo_calibration_scale (&empty, 1280, 960, NULL, NULL, NULL));
}

static void
test_average (void)
{
  const HemoCalibration lines[]
      = { draw_line (1000, 100, 1), draw_line (1000, 100.4, 1), draw_line (1000, 99.8, 1) };
  HemoCalibration mean = { 0 };

  g_assert_true (hemo_calibration_average (lines, 3, &mean, NULL));
  g_assert_cmpfloat_with_epsilon (mean.micrometres_per_pixel, 0.10007, 1e-4);
  g_assert_cmpfloat_with_epsilon (mean.uncertainty, lines[0].uncertainty / sqrt (3), 1e-6);
  g_assert_cmpint (mean.width, ==, 1280);
  g_assert_true (hemo_calibration_average (lines, 1, &mean, NULL));
  g_assert_cmpfloat_with_epsilon (mean.micrometres_per_pixel, 0.1, 1e-12);
}

/* The long line weighs a hundred times the one of a tenth of its length. */
static void
test_average_weights (void)
{
  const HemoCalibration lines[] = { draw_line (1000, 100, 1), draw_line (100, 10.15, 1) };
  const HemoCalibration exact[] = { draw_line (1000, 100, 0), draw_line (1000, 100, 0) };
  HemoCalibration mean = { 0 };

  g_assert_true (hemo_calibration_average (lines, 2, &mean, NULL));
  g_assert_cmpfloat_with_epsilon (mean.micrometres_per_pixel, 0.1 + 0.0015 / 104.0, 1e-6);
  /* No uncertainty at all must not become a division by zero. */
  g_assert_true (hemo_calibration_average (exact, 2, &mean, NULL));
  g_assert_true (isfinite (mean.micrometres_per_pixel) && isfinite (mean.uncertainty));
  g_assert_cmpfloat_with_epsilon (mean.micrometres_per_pixel, 0.1, 1e-12);
}

static void
test_average_refused (void)
{
  HemoCalibration lines[] = { draw_line (1000, 100, 1), draw_line (1000, 105, 1) };
  HemoCalibration mean = { .width = -7 };
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_calibration_average (lines, 2, &mean, &error));
  g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (hemo_calibration_average (lines, 0, &mean, &error));
  g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID);
  g_clear_error (&error);
  lines[1] = lines[0];
  lines[1].width = 640;
  g_assert_false (hemo_calibration_average (lines, 2, &mean, &error));
  g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID);
  g_assert_cmpint (mean.width, ==, -7);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/calibration/measure", test_measure);
  g_test_add_func ("/calibration/measure-limits", test_measure_limits);
  g_test_add_func ("/calibration/scale", test_scale);
  g_test_add_func ("/calibration/scale-refused", test_scale_refused);
  g_test_add_func ("/calibration/average", test_average);
  g_test_add_func ("/calibration/average-weights", test_average_weights);
  g_test_add_func ("/calibration/average-refused", test_average_refused);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How large a pixel is, from lines along a stage micrometer. */

#include "hemo-calibration.h"

#include <glib/gi18n.h>
#include <math.h>

#define PROPORTION_TOLERANCE 0.01
#define AGREEMENT_TOLERANCE 0.02

G_GNUC_PRINTF (2, 3)
static gboolean
say_invalid (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID, message);
  return FALSE;
}

static gboolean
check_line (double pixels, double micrometres, double end, int width, int height, GError **error)
{
  if (width < 1 || height < 1)
    return say_invalid (error, N_ ("The picture on which the line was drawn has no size"));
  /* Written so that what is not a number is refused as well. */
  if (!(pixels >= HEMO_CALIBRATION_MIN_PIXELS))
    return say_invalid (error, N_ ("The line is too short: draw at least %.0f pixels"),
                        HEMO_CALIBRATION_MIN_PIXELS);
  if (!(pixels <= hypot (width, height) + 1))
    return say_invalid (error, N_ ("The line is longer than the picture"));
  if (!(micrometres > 0 && isfinite (micrometres)))
    return say_invalid (error, N_ ("Say how many micrometres the line is long"));
  if (!(end >= 0 && end <= pixels / 4))
    return say_invalid (error, N_ ("The uncertainty of the line's ends is too large"));
  return TRUE;
}

static gboolean
check_scale (double scale, GError **error)
{
  if (scale >= HEMO_CALIBRATION_MIN_SCALE && scale <= HEMO_CALIBRATION_MAX_SCALE)
    return TRUE;
  return say_invalid (
      error, N_ ("%.4g micrometres a pixel cannot be: check the line and its length"), scale);
}

gboolean
hemo_calibration_measure (double line_pixels,
                          double line_micrometres,
                          double end_uncertainty,
                          int width,
                          int height,
                          HemoCalibration *calibration,
                          GError **error)
{
  const double scale = line_micrometres / line_pixels;

  if (!check_line (line_pixels, line_micrometres, end_uncertainty, width, height, error)
      || !check_scale (scale, error))
    return FALSE;
  *calibration = (HemoCalibration){
    .line_pixels = line_pixels,
    .line_micrometres = line_micrometres,
    .line_uncertainty = end_uncertainty,
    .width = width,
    .height = height,
    .micrometres_per_pixel = scale,
    .uncertainty = scale * sqrt (2) * end_uncertainty / line_pixels,
  };
  return TRUE;
}

gboolean
hemo_calibration_scale (const HemoCalibration *self,
                        int width,
                        int height,
                        double *micrometres_per_pixel,
                        double *uncertainty,
                        GError **error)
{
  const gboolean turned = (width > height) != (self->width > self->height) && width != height;
  const double across = (double)(turned ? self->height : self->width) / width;
  const double down = (double)(turned ? self->width : self->height) / height;

  if (width < 1 || height < 1 || self->width < 1 || self->height < 1)
    return say_invalid (error, "A picture without a size cannot be measured");
  if (fabs (across / down - 1) > PROPORTION_TOLERANCE)
    return say_invalid (
        error,
        N_ ("The picture has %d by %d pixels and the calibration %d by %d: it is a part of "
            "the field or from another camera. Calibrate for it."),
        width, height, self->width, self->height);
  if (!check_scale (self->micrometres_per_pixel * (across + down) / 2, error))
    return FALSE;
  if (micrometres_per_pixel != NULL)
    *micrometres_per_pixel = self->micrometres_per_pixel * (across + down) / 2;
  if (uncertainty != NULL)
    *uncertainty = self->uncertainty * (across + down) / 2;
  return TRUE;
}

/* A line without an uncertainty counts as drawn exactly to a thousandth of a pixel. */
static double
variance (const HemoCalibration *line)
{
  const double least = line->micrometres_per_pixel * 0.001 / line->line_pixels;
  const double value = MAX (line->uncertainty, least);

  return value * value;
}

static gboolean
check_agreement (const HemoCalibration *lines, gsize n_lines, double mean, GError **error)
{
  for (gsize i = 0; i < n_lines; i++)
    {
      const double off = fabs (lines[i].micrometres_per_pixel - mean);
      if (lines[i].width != lines[0].width || lines[i].height != lines[0].height)
        return say_invalid (error, "The lines were drawn on pictures of different size");
      if (off > MAX (3 * sqrt (variance (&lines[i])), AGREEMENT_TOLERANCE * mean))
        return say_invalid (error,
                            "The lines do not agree: line %u gives %.4g micrometres a pixel, "
                            "together %.4g. Draw it again.",
                            (guint)i + 1, lines[i].micrometres_per_pixel, mean);
    }
  return TRUE;
}

gboolean
hemo_calibration_average (const HemoCalibration *lines,
                          gsize n_lines,
                          HemoCalibration *calibration,
                          GError **error)
{
  double weights = 0, sum = 0, pixels = 0, micrometres = 0;

  if (n_lines == 0)
    return say_invalid (error, "Draw at least one line");
  for (gsize i = 0; i < n_lines; i++)
    {
      const double weight = 1 / variance (&lines[i]);
      weights += weight;
      sum += weight * lines[i].micrometres_per_pixel;
      pixels += lines[i].line_pixels;
      micrometres += lines[i].line_micrometres;
    }
  if (!check_agreement (lines, n_lines, sum / weights, error))
    return FALSE;
  *calibration = lines[0];
  calibration->line_pixels = pixels;
  calibration->line_micrometres = micrometres;
  calibration->micrometres_per_pixel = sum / weights;
  calibration->uncertainty = sqrt (1 / weights);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How large a pixel is in the specimen, for one objective on one camera: a line drawn along a stage
 * micrometer. */

#pragma once

#include "hemo-pixels.h"

G_BEGIN_DECLS

/* A line shorter than this cannot be drawn exactly enough. */
#define HEMO_CALIBRATION_MIN_PIXELS 50.0
/* Micrometres per pixel that a light microscope with a camera can have: x100 oil with a fine
 * sensor, x2 with a coarse one. */
#define HEMO_CALIBRATION_MIN_SCALE 0.005
#define HEMO_CALIBRATION_MAX_SCALE 20.0

/**
 * HemoCalibration:
 * @line_pixels: length of the line drawn
 * @line_micrometres: what it is on the stage micrometer
 * @line_uncertainty: standard uncertainty of each of its ends, in pixels
 * @width: pixels of the picture on which it was drawn
 * @height: pixels of the picture on which it was drawn
 * @micrometres_per_pixel: in a picture of @width by @height
 * @uncertainty: standard uncertainty of @micrometres_per_pixel
 */
typedef struct
{
  double line_pixels;
  double line_micrometres;
  double line_uncertainty;
  int width;
  int height;
  double micrometres_per_pixel;
  double uncertainty;
} HemoCalibration;

/**
 * hemo_calibration_measure:
 * @end_uncertainty: of each end of the line, in pixels; 1 when a person drew it
 *
 * Uncertainty: both ends in quadrature, relative to the length (GUM, JCGM 100:2008, 5.1.2).
 * Fails with %HEMO_IMAGING_ERROR_INVALID when the line is too short, longer than the picture's
 * diagonal, or gives a scale that no microscope has.
 */
gboolean hemo_calibration_measure (double line_pixels,
                                   double line_micrometres,
                                   double end_uncertainty,
                                   int width,
                                   int height,
                                   HemoCalibration *calibration,
                                   GError **error);

/* Micrometres per pixel in a picture of @width by @height from the same camera: another resolution
 * of the same field, sides in the same proportion to within 1 % (a picture turned by 90 degrees is
 * taken). Fails with %HEMO_IMAGING_ERROR_INVALID when it is a cut-out or another camera. */
gboolean hemo_calibration_scale (const HemoCalibration *self,
                                 int width,
                                 int height,
                                 double *micrometres_per_pixel,
                                 double *uncertainty,
                                 GError **error);

/* Of a mean of several lines drawn: weighted by the inverse of the variance; all must be of one
 * size of picture and agree to within three times their uncertainty or 2 %, whichever is more. */
gboolean hemo_calibration_average (const HemoCalibration *lines,
                                   gsize n_lines,
                                   HemoCalibration *calibration,
                                   GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a picture stands in a widget: zoom, place and turn as plain numbers, so that they can be
 * tested without a display.
 *
 * Image coordinates are pixels of the picture upright (EXIF applied) and not turned by the person;
 * widget coordinates are logical pixels; the frame is in device pixels. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HEMO_VIEW_ZOOM_MAX 16.0
#define HEMO_VIEW_ZOOM_MIN (1.0 / 64)
/* A small picture is not enlarged beyond this to fit. */
#define HEMO_VIEW_FIT_MAX 4.0

/**
 * HemoViewGeometry:
 * @width: of the picture upright, 0 while there is none
 * @turns: quarter turns clockwise, 0 to 3
 * @zoom: device pixels for a pixel of the picture
 * @fit: whether the zoom follows the widget's size
 * @x: what stands in the middle of the widget, in turned pixels
 * @scale: device pixels for a logical one
 */
typedef struct
{
  int width;
  int height;
  int turns;
  double zoom;
  gboolean fit;
  double x;
  double y;
  int view_width;
  int view_height;
  double scale;
} HemoViewGeometry;

/* The whole picture in device pixels: where its corner stands and how large it is. */
typedef struct
{
  int x;
  int y;
  int width;
  int height;
} HemoViewFrame;

void hemo_view_geometry_init (HemoViewGeometry *self);
/* A new picture: fitted; turns are kept at 0. */
void hemo_view_geometry_set_picture (HemoViewGeometry *self, int width, int height);
void hemo_view_geometry_set_view (HemoViewGeometry *self, int width, int height, double scale);

double hemo_view_geometry_fit_zoom (const HemoViewGeometry *self);
void hemo_view_geometry_fit (HemoViewGeometry *self);
/* What is at @x, @y of the widget stays there. */
void hemo_view_geometry_zoom_at (HemoViewGeometry *self, double zoom, double x, double y);
/* The next of the steps 1, 1.4, 2, 2.8 … above (1) or below (-1). */
double hemo_view_geometry_next_zoom (const HemoViewGeometry *self, int direction);
/* By logical pixels of the widget; FALSE when nothing moved. */
gboolean hemo_view_geometry_pan (HemoViewGeometry *self, double dx, double dy);
/* Clockwise, the middle stays. */
void hemo_view_geometry_turn (HemoViewGeometry *self, int by);

void hemo_view_geometry_frame (const HemoViewGeometry *self, HemoViewFrame *frame);
void hemo_view_geometry_to_widget (
    const HemoViewGeometry *self, double x, double y, double *wx, double *wy);
void hemo_view_geometry_to_image (
    const HemoViewGeometry *self, double wx, double wy, double *x, double *y);

/* The middle as a share of the picture's sides, 0 to 1: the same in a picture of another size. */
void hemo_view_geometry_get_place (const HemoViewGeometry *self, double *x, double *y);
void hemo_view_geometry_set_place (HemoViewGeometry *self, double x, double y);

/* EXIF's orientation 1 to 8, then turned clockwise by quarters. */
int hemo_view_orientation_turn (int orientation, int turns);

/**
 * hemo_view_scale_bar:
 * @micrometres_per_pixel: of the device
 * @longest: device pixels that it may take
 * @micrometres: 1, 2 or 5 times a power of ten
 *
 * Its length in device pixels; 0 when not calibrated.
 */
double hemo_view_scale_bar (double micrometres_per_pixel, double longest, double *micrometres);

/* '12.4 µm', '1.25 mm', or '312 px' when @micrometres_per_pixel is 0. (transfer full) */
char *hemo_view_length_text (double pixels, double micrometres_per_pixel);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a picture stands in a widget. */

#include "hemo-view-geometry.h"

#include <glib/gi18n.h>
#include <math.h>

void
hemo_view_geometry_init (HemoViewGeometry *self)
{
  *self = (HemoViewGeometry){ .zoom = 1, .fit = TRUE, .scale = 1 };
}

static double
turned_width (const HemoViewGeometry *self)
{
  return self->turns % 2 == 0 ? self->width : self->height;
}

static double
turned_height (const HemoViewGeometry *self)
{
  return self->turns % 2 == 0 ? self->height : self->width;
}

double
hemo_view_geometry_fit_zoom (const HemoViewGeometry *self)
{
  double zoom;

  if (self->width == 0 || self->view_width <= 0 || self->view_height <= 0)
    return 1;
  zoom = fmin (self->view_width * self->scale / turned_width (self),
               self->view_height * self->scale / turned_height (self));
  return CLAMP (zoom, HEMO_VIEW_ZOOM_MIN, HEMO_VIEW_FIT_MAX);
}

/* The picture's edges stay outside the widget's, or it stands in the middle. */
static double
hold (double middle, double side, double shown)
{
  return shown >= side ? side / 2 : CLAMP (middle, shown / 2, side - shown / 2);
}

static void
settle (HemoViewGeometry *self)
{
  if (self->fit)
    self->zoom = hemo_view_geometry_fit_zoom (self);
  self->x = hold (self->x, turned_width (self), self->view_width * self->scale / self->zoom);
  self->y = hold (self->y, turned_height (self), self->view_height * self->scale / self->zoom);
}

void
hemo_view_geometry_set_picture (HemoViewGeometry *self, int width, int height)
{
  self->width = width;
  self->height = height;
  self->turns = 0;
  self->fit = TRUE;
  settle (self);
}

void
hemo_view_geometry_set_view (HemoViewGeometry *self, int width, int height, double scale)
{
  /* The same pixels of the picture stay of one size on a screen of another density. */
  if (!self->fit && scale != self->scale)
    self->zoom *= scale / self->scale;
  self->view_width = width;
  self->view_height = height;
  self->scale = scale;
  settle (self);
}

void
hemo_view_geometry_fit (HemoViewGeometry *self)
{
  self->fit = TRUE;
  settle (self);
}

void
hemo_view_geometry_zoom_at (HemoViewGeometry *self, double zoom, double x, double y)
{
  const double dx = (x - self->view_width / 2.0) * self->scale;
  const double dy = (y - self->view_height / 2.0) * self->scale;
  const double least = fmin (HEMO_VIEW_ZOOM_MIN, hemo_view_geometry_fit_zoom (self));
  const double to = CLAMP (zoom, fmax (least, HEMO_VIEW_ZOOM_MIN), HEMO_VIEW_ZOOM_MAX);

  self->x += dx / self->zoom - dx / to;
  self->y += dy / self->zoom - dy / to;
  self->zoom = to;
  self->fit = FALSE;
  settle (self);
}

double
hemo_view_geometry_next_zoom (const HemoViewGeometry *self, int direction)
{
  /* A little beyond the nearest step, so that a zoom near one does not stay. */
  const double step = log (self->zoom) / log (G_SQRT2);
  const double next = direction > 0 ? floor (step + 0.1) + 1 : ceil (step - 0.1) - 1;

  return CLAMP (pow (G_SQRT2, next), HEMO_VIEW_ZOOM_MIN, HEMO_VIEW_ZOOM_MAX);
}

gboolean
hemo_view_geometry_pan (HemoViewGeometry *self, double dx, double dy)
{
  const double x = self->x, y = self->y;

  self->x -= dx * self->scale / self->zoom;
  self->y -= dy * self->scale / self->zoom;
  settle (self);
  return self->x != x || self->y != y;
}

static void
to_turned (const HemoViewGeometry *self, double x, double y, double *tx, double *ty)
{
  switch (self->turns)
    {
    case 1:
      *tx = self->height - y;
      *ty = x;
      break;
    case 2:
      *tx = self->width - x;
      *ty = self->height - y;
      break;
    case 3:
      *tx = y;
      *ty = self->width - x;
      break;
    default:
      *tx = x;
      *ty = y;
    }
}

static void
from_turned (const HemoViewGeometry *self, double tx, double ty, double *x, double *y)
{
  switch (self->turns)
    {
    case 1:
      *x = ty;
      *y = self->height - tx;
      break;
    case 2:
      *x = self->width - tx;
      *y = self->height - ty;
      break;
    case 3:
      *x = self->width - ty;
      *y = tx;
      break;
    default:
      *x = tx;
      *y = ty;
    }
}

void
hemo_view_geometry_turn (HemoViewGeometry *self, int by)
{
  double x, y;

  from_turned (self, self->x, self->y, &x, &y);
  self->turns = (((self->turns + by) % 4) + 4) % 4;
  to_turned (self, x, y, &self->x, &self->y);
  settle (self);
}

void
hemo_view_geometry_frame (const HemoViewGeometry *self, HemoViewFrame *frame)
{
  frame->width = MAX (1, (int)lround (turned_width (self) * self->zoom));
  frame->height = MAX (1, (int)lround (turned_height (self) * self->zoom));
  frame->x = (int)lround (self->view_width * self->scale / 2 - self->x * self->zoom);
  frame->y = (int)lround (self->view_height * self->scale / 2 - self->y * self->zoom);
}

void
hemo_view_geometry_to_widget (
    const HemoViewGeometry *self, double x, double y, double *wx, double *wy)
{
  HemoViewFrame frame;
  double tx, ty;

  hemo_view_geometry_frame (self, &frame);
  to_turned (self, x, y, &tx, &ty);
  *wx = (frame.x + tx / fmax (1, turned_width (self)) * frame.width) / self->scale;
  *wy = (frame.y + ty / fmax (1, turned_height (self)) * frame.height) / self->scale;
}

void
hemo_view_geometry_to_image (
    const HemoViewGeometry *self, double wx, double wy, double *x, double *y)
{
  HemoViewFrame frame;

  hemo_view_geometry_frame (self, &frame);
  from_turned (self, (wx * self->scale - frame.x) * turned_width (self) / frame.width,
               (wy * self->scale - frame.y) * turned_height (self) / frame.height, x, y);
}

void
hemo_view_geometry_get_place (const HemoViewGeometry *self, double *x, double *y)
{
  *x = self->width == 0 ? 0.5 : self->x / turned_width (self);
  *y = self->width == 0 ? 0.5 : self->y / turned_height (self);
}

void
hemo_view_geometry_set_place (HemoViewGeometry *self, double x, double y)
{
  self->x = x * turned_width (self);
  self->y = y * turned_height (self);
  settle (self);
}

/* An orientation as it is applied: axes exchanged, then mirrored across, then flipped down. A
 * quarter turn exchanges the axes and makes what was flipped mirrored the other way. */
int
hemo_view_orientation_turn (int orientation, int turns)
{
  static const int numbers[2][2][2] = { { { 1, 4 }, { 2, 3 } }, { { 5, 8 }, { 6, 7 } } };
  int swap = orientation >= 5;
  int mirror = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  int flip = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;

  for (int i = 0; i < ((turns % 4) + 4) % 4; i++)
    {
      const int flipped = flip;

      swap = !swap;
      flip = mirror;
      mirror = !flipped;
    }
  return numbers[swap][mirror][flip];
}

double
hemo_view_scale_bar (double micrometres_per_pixel, double longest, double *micrometres)
{
  static const double parts[] = { 5, 2, 1 };
  double power;

  if (!(micrometres_per_pixel > 0) || !(longest > 0) || !isfinite (micrometres_per_pixel))
    return 0;
  power = pow (10, floor (log10 (micrometres_per_pixel * longest)));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i] * power <= micrometres_per_pixel * longest * (1 + 1e-9))
      {
        *micrometres = parts[i] * power;
        return *micrometres / micrometres_per_pixel;
      }
  return 0;
}

char *
hemo_view_length_text (double pixels, double micrometres_per_pixel)
{
  const double length = pixels * micrometres_per_pixel;

  if (!(micrometres_per_pixel > 0))
    /* Translators: a length in pixels of the picture. */
    return g_strdup_printf (_ ("%.0f px"), pixels);
  if (length >= 1000)
    return g_strdup_printf ("%.2f mm", length / 1000);
  return g_strdup_printf (length < 100 ? "%.1f µm" : "%.0f µm", length);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a picture stands: fitting, zooming about a point, panning, turning, lengths. */

#include "hemo-view-geometry.h"

#include <math.h>

static HemoViewGeometry
make (int width, int height, int view_width, int view_height)
{
  HemoViewGeometry g;

  hemo_view_geometry_init (&g);
  hemo_view_geometry_set_view (&g, view_width, view_height, 1);
  hemo_view_geometry_set_picture (&g, width, height);
  return g;
}

static void
assert_near (double a, double b, double within)
{
  g_assert_cmpfloat_with_epsilon (a, b, within);
}

static void
test_fit (void)
{
  HemoViewGeometry g = make (5472, 3648, 1000, 600);
  HemoViewFrame frame;

  assert_near (g.zoom, 600.0 / 3648, 1e-9);
  hemo_view_geometry_frame (&g, &frame);
  g_assert_cmpint (frame.width, ==, 900);
  g_assert_cmpint (frame.height, ==, 600);
  g_assert_cmpint (frame.x, ==, 50);
  g_assert_cmpint (frame.y, ==, 0);
  /* It follows the widget's size … */
  hemo_view_geometry_set_view (&g, 500, 600, 1);
  assert_near (g.zoom, 500.0 / 5472, 1e-9);
  /* … until somebody zooms. */
  hemo_view_geometry_zoom_at (&g, 1, 250, 300);
  hemo_view_geometry_set_view (&g, 800, 600, 1);
  assert_near (g.zoom, 1, 1e-9);
  /* A tiny one is not blown up without end. */
  g = make (10, 10, 1000, 600);
  assert_near (g.zoom, HEMO_VIEW_FIT_MAX, 1e-9);
}

/* No picture, no size: nothing that is not a number. */
static void
test_nothing (void)
{
  HemoViewGeometry g;
  HemoViewFrame frame;
  double x, y;

  hemo_view_geometry_init (&g);
  hemo_view_geometry_zoom_at (&g, 2, 5, 5);
  hemo_view_geometry_pan (&g, 5, 5);
  hemo_view_geometry_turn (&g, 1);
  hemo_view_geometry_frame (&g, &frame);
  hemo_view_geometry_to_image (&g, 3, 3, &x, &y);
  g_assert_true (isfinite (x) && isfinite (y) && isfinite (g.zoom));
  hemo_view_geometry_get_place (&g, &x, &y);
  assert_near (x, 0.5, 1e-9);
}

static void
test_zoom_at (void)
{
  HemoViewGeometry g = make (5472, 3648, 1000, 600);
  double x, y, again_x, again_y;

  hemo_view_geometry_to_image (&g, 700, 200, &x, &y);
  for (int i = 0; i < 6; i++)
    {
      hemo_view_geometry_zoom_at (&g, g.zoom * 1.3, 700, 200);
      hemo_view_geometry_to_image (&g, 700, 200, &again_x, &again_y);
      /* To a pixel of the screen. */
      assert_near (again_x, x, 1.5 / g.zoom);
      assert_near (again_y, y, 1.5 / g.zoom);
    }
  hemo_view_geometry_zoom_at (&g, 1e9, 0, 0);
  assert_near (g.zoom, HEMO_VIEW_ZOOM_MAX, 1e-9);
  hemo_view_geometry_zoom_at (&g, 1e-9, 0, 0);
  assert_near (g.zoom, HEMO_VIEW_ZOOM_MIN, 1e-9);
}

static void
test_steps (void)
{
  HemoViewGeometry g = make (5472, 3648, 1000, 600);
  const double start = g.zoom;

  for (int i = 0; i < 40; i++)
    {
      const double next = hemo_view_geometry_next_zoom (&g, 1);

      g_assert_true (next > g.zoom || next == HEMO_VIEW_ZOOM_MAX);
      hemo_view_geometry_zoom_at (&g, next, 500, 300);
    }
  assert_near (g.zoom, HEMO_VIEW_ZOOM_MAX, 1e-6);
  for (int i = 0; i < 40; i++)
    hemo_view_geometry_zoom_at (&g, hemo_view_geometry_next_zoom (&g, -1), 500, 300);
  g_assert_cmpfloat (g.zoom, <, start);
  /* 1 and 2 are among the steps, also from a hair beside them. */
  g.zoom = 0.999;
  assert_near (hemo_view_geometry_next_zoom (&g, 1), G_SQRT2, 1e-9);
  g.zoom = 1.2;
  assert_near (hemo_view_geometry_next_zoom (&g, -1), 1, 1e-9);
}

static void
test_pan (void)
{
  HemoViewGeometry g = make (2000, 1500, 1000, 600);
  HemoViewFrame frame;

  /* Nothing to pan while all is seen. */
  g_assert_false (hemo_view_geometry_pan (&g, 50, 50));
  hemo_view_geometry_zoom_at (&g, 1, 500, 300);
  g_assert_true (hemo_view_geometry_pan (&g, 100, 0));
  hemo_view_geometry_frame (&g, &frame);
  g_assert_cmpint (frame.x, ==, -400);
  /* Never beyond the edges. */
  hemo_view_geometry_pan (&g, 1e6, 1e6);
  hemo_view_geometry_frame (&g, &frame);
  g_assert_cmpint (frame.x, ==, 0);
  g_assert_cmpint (frame.y, ==, 0);
  hemo_view_geometry_pan (&g, -1e6, -1e6);
  hemo_view_geometry_frame (&g, &frame);
  g_assert_cmpint (frame.x, ==, -1000);
  g_assert_cmpint (frame.y, ==, -900);
  g_assert_false (hemo_view_geometry_pan (&g, -1, -1));
}

/* From the widget to the picture and back, however it is turned. */
static void
test_turn (void)
{
  HemoViewGeometry g = make (4000, 1000, 800, 600);
  double x, y, wx, wy;

  for (int turns = 0; turns < 4; turns++)
    {
      g_assert_cmpint (g.turns, ==, turns);
      hemo_view_geometry_to_widget (&g, 1234, 567, &wx, &wy);
      hemo_view_geometry_to_image (&g, wx, wy, &x, &y);
      assert_near (x, 1234, 1e-6);
      assert_near (y, 567, 1e-6);
      hemo_view_geometry_turn (&g, 1);
    }
  /* Clockwise: what was at the top left comes to the top right. */
  g = make (400, 100, 800, 600);
  hemo_view_geometry_turn (&g, 1);
  hemo_view_geometry_to_widget (&g, 0, 0, &wx, &wy);
  g_assert_cmpfloat (wx, >, 400);
  g_assert_cmpfloat (wy, <, 300);
  hemo_view_geometry_turn (&g, -2);
  g_assert_cmpint (g.turns, ==, 3);
  /* The middle stays. */
  g = make (4000, 3000, 800, 600);
  hemo_view_geometry_zoom_at (&g, 1, 0, 0);
  hemo_view_geometry_pan (&g, -300, -200);
  hemo_view_geometry_to_image (&g, 400, 300, &x, &y);
  hemo_view_geometry_turn (&g, 1);
  hemo_view_geometry_to_image (&g, 400, 300, &wx, &wy);
  assert_near (wx, x, 1);
  assert_near (wy, y, 1);
}

static void
test_place (void)
{
  HemoViewGeometry a = make (4000, 3000, 800, 600), b = make (2000, 1500, 800, 600);
  double x, y, again_x, again_y;

  hemo_view_geometry_zoom_at (&a, 1, 700, 100);
  hemo_view_geometry_get_place (&a, &x, &y);
  hemo_view_geometry_zoom_at (&b, 1, 0, 0);
  hemo_view_geometry_set_place (&b, x, y);
  hemo_view_geometry_get_place (&b, &again_x, &again_y);
  assert_near (again_x, x, 1e-9);
  assert_near (again_y, y, 1e-9);
}

/* A quarter turn of each orientation, four of which are none; 6 is a quarter turn clockwise. */
static void
test_orientation (void)
{
  static const int turned[] = { 0, 6, 7, 8, 5, 2, 3, 4, 1 };

  for (int o = 1; o <= 8; o++)
    {
      g_assert_cmpint (hemo_view_orientation_turn (o, 0), ==, o);
      g_assert_cmpint (hemo_view_orientation_turn (o, 1), ==, turned[o]);
      g_assert_cmpint (hemo_view_orientation_turn (o, 4), ==, o);
      g_assert_cmpint (hemo_view_orientation_turn (hemo_view_orientation_turn (o, 1), -1), ==, o);
    }
}

static void
test_scale_bar (void)
{
  double micrometres = 0, length;

  length = hemo_view_scale_bar (0.083, 220, &micrometres);
  assert_near (micrometres, 10, 1e-9);
  assert_near (length, 10 / 0.083, 1e-9);
  length = hemo_view_scale_bar (0.1, 200, &micrometres);
  assert_near (micrometres, 20, 1e-9);
  assert_near (length, 200, 1e-6);
  /* Any scale and room: a length that fits and is not less than a fifth of it. */
  for (double scale = 1e-4; scale < 1e3; scale *= 1.37)
    {
      length = hemo_view_scale_bar (scale, 180, &micrometres);
      g_assert_cmpfloat (length, <=, 180.001);
      g_assert_cmpfloat (length, >=, 180 / 2.6);
      assert_near (length * scale, micrometres, micrometres * 1e-9);
    }
  g_assert_cmpfloat (hemo_view_scale_bar (0, 200, &micrometres), ==, 0);
  g_assert_cmpfloat (hemo_view_scale_bar (NAN, 200, &micrometres), ==, 0);
  g_assert_cmpfloat (hemo_view_scale_bar (INFINITY, 200, &micrometres), ==, 0);
  g_assert_cmpfloat (hemo_view_scale_bar (1, 0, &micrometres), ==, 0);
}

static void
test_length (void)
{
  static const struct
  {
    double pixels;
    double scale;
    const char *text;
  } cases[] = {
    { 312.4, 0, "312 px" },   { 150, 0.0828, "12.4 µm" }, { 5000, 0.25, "1.25 mm" },
    { 5000, 0.05, "250 µm" }, { 0, 0.05, "0.0 µm" },      { 100, NAN, "100 px" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = hemo_view_length_text (cases[i].pixels, cases[i].scale);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* On a screen of another density the frame is in its pixels, the widget in logical ones. */
static void
test_density (void)
{
  HemoViewGeometry g = make (2000, 1500, 1000, 600);
  HemoViewFrame frame;
  double x, y;

  hemo_view_geometry_set_view (&g, 1000, 600, 2);
  hemo_view_geometry_frame (&g, &frame);
  g_assert_cmpint (frame.height, ==, 1200);
  hemo_view_geometry_to_image (&g, 500, 300, &x, &y);
  assert_near (x, 1000, 1e-6);
  assert_near (y, 750, 1e-6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/view-geometry/fit", test_fit);
  g_test_add_func ("/view-geometry/nothing", test_nothing);
  g_test_add_func ("/view-geometry/zoom-at", test_zoom_at);
  g_test_add_func ("/view-geometry/steps", test_steps);
  g_test_add_func ("/view-geometry/pan", test_pan);
  g_test_add_func ("/view-geometry/turn", test_turn);
  g_test_add_func ("/view-geometry/place", test_place);
  g_test_add_func ("/view-geometry/orientation", test_orientation);
  g_test_add_func ("/view-geometry/scale-bar", test_scale_bar);
  g_test_add_func ("/view-geometry/length", test_length);
  g_test_add_func ("/view-geometry/density", test_density);
  return g_test_run ();
}

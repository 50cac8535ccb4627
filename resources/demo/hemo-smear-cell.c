/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each kind of cell as Giemsa stains it. Drawn in a space where the cell's radius is 1. */

#include "hemo-smear-art-private.h"

#include <math.h>

typedef struct
{
  double red;
  double green;
  double blue;
} Colour;

static const Colour nucleus = { 0.36, 0.20, 0.52 };
static const Colour nucleus_dark = { 0.27, 0.13, 0.43 };

static void
set_colour (cairo_t *cr, Colour colour, double alpha)
{
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, alpha);
}

/* A disc whose outline wavers by @waver of its radius. */
static void
blob (cairo_t *cr, GRand *rand, double x, double y, double radius, double waver)
{
  double phase = g_rand_double_range (rand, 0, 2 * G_PI),
         second = g_rand_double_range (rand, 0, 2 * G_PI);

  cairo_new_sub_path (cr);
  for (int i = 0; i < 48; i++)
    {
      double angle = i * 2 * G_PI / 48;
      double r
          = radius * (1 + waver * (0.6 * sin (3 * angle + phase) + 0.4 * sin (5 * angle + second)));

      cairo_line_to (cr, x + r * cos (angle), y + r * sin (angle));
    }
  cairo_close_path (cr);
}

static void
granules (cairo_t *cr, GRand *rand, int count, double size, Colour colour, double alpha)
{
  set_colour (cr, colour, alpha);
  for (int i = 0; i < count; i++)
    {
      double angle = g_rand_double_range (rand, 0, 2 * G_PI);
      double distance = 0.9 * sqrt (g_rand_double (rand));

      cairo_new_path (cr);
      cairo_arc (cr, distance * cos (angle), distance * sin (angle),
                 size * g_rand_double_range (rand, 0.7, 1.3), 0, 2 * G_PI);
      cairo_fill (cr);
    }
}

static void
draw_red_cell (cairo_t *cr, GRand *rand)
{
  cairo_pattern_t *shade = cairo_pattern_create_radial (0, 0, 0.05, 0, 0, 1);

  cairo_pattern_add_color_stop_rgba (shade, 0.0, 0.93, 0.80, 0.78, 0.75);
  cairo_pattern_add_color_stop_rgba (shade, 0.35, 0.90, 0.73, 0.71, 0.85);
  cairo_pattern_add_color_stop_rgba (shade, 0.72, 0.83, 0.58, 0.57, 0.95);
  cairo_pattern_add_color_stop_rgba (shade, 0.94, 0.80, 0.54, 0.54, 0.95);
  cairo_pattern_add_color_stop_rgba (shade, 1.0, 0.86, 0.66, 0.65, 0.85);
  /* Where two lie over each other more light is lost. */
  cairo_set_operator (cr, CAIRO_OPERATOR_MULTIPLY);
  cairo_scale (cr, 1, g_rand_double_range (rand, 0.92, 1.0));
  blob (cr, rand, 0, 0, 0.98, 0.018);
  cairo_set_source (cr, shade);
  cairo_fill (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_OVER);
  cairo_pattern_destroy (shade);
}

static void
draw_cytoplasm (cairo_t *cr, GRand *rand, Colour colour)
{
  blob (cr, rand, 0, 0, 0.97, 0.03);
  set_colour (cr, colour, 0.95);
  cairo_fill_preserve (cr);
  set_colour (cr, (Colour){ colour.red - 0.12, colour.green - 0.14, colour.blue - 0.08 }, 0.6);
  cairo_set_line_width (cr, 0.035);
  cairo_stroke (cr);
}

/* @count lobes on an arc, joined by bridges. */
static void
draw_lobes (cairo_t *cr, GRand *rand, int count, double size)
{
  double start = g_rand_double_range (rand, 0, 2 * G_PI), last_x = 0, last_y = 0;

  for (int i = 0; i < count; i++)
    {
      double angle = start + i * 4.2 / count;
      double x = 0.48 * cos (angle), y = 0.48 * sin (angle);

      set_colour (cr, nucleus, 1);
      if (i > 0)
        {
          cairo_move_to (cr, last_x, last_y);
          cairo_line_to (cr, x, y);
          cairo_set_line_width (cr, 0.14);
          cairo_stroke (cr);
        }
      blob (cr, rand, x, y, size * g_rand_double_range (rand, 0.9, 1.1), 0.10);
      cairo_fill (cr);
      set_colour (cr, nucleus_dark, 0.5);
      blob (cr, rand, x + 0.05, y - 0.04, size * 0.5, 0.2);
      cairo_fill (cr);
      last_x = x;
      last_y = y;
    }
}

static void
draw_round_nucleus (cairo_t *cr, GRand *rand, double radius)
{
  blob (cr, rand, 0.06, 0.03, radius, 0.04);
  set_colour (cr, nucleus, 1);
  cairo_fill (cr);
  for (int i = 0; i < 9; i++)
    {
      double angle = g_rand_double_range (rand, 0, 2 * G_PI),
             distance = radius * 0.65 * g_rand_double (rand);

      set_colour (cr, nucleus_dark, 0.45);
      blob (cr, rand, distance * cos (angle), distance * sin (angle), radius * 0.24, 0.2);
      cairo_fill (cr);
    }
}

static void
draw_monocyte (cairo_t *cr, GRand *rand)
{
  draw_cytoplasm (cr, rand, (Colour){ 0.70, 0.72, 0.82 });
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, 0.62);
  set_colour (cr, (Colour){ 0.47, 0.34, 0.62 }, 1);
  cairo_new_path (cr);
  cairo_arc (cr, 0.08, 0.05, 0.40, 0.5, 4.3);
  cairo_stroke (cr);
  granules (cr, rand, 60, 0.025, nucleus, 0.25);
  for (int i = 0; i < 5; i++)
    {
      double angle = g_rand_double_range (rand, 0, 2 * G_PI);

      set_colour (cr, (Colour){ 0.88, 0.88, 0.93 }, 0.8);
      blob (cr, rand, 0.72 * cos (angle), 0.72 * sin (angle), 0.06, 0.1);
      cairo_fill (cr);
    }
}

static void
draw_white_cell (cairo_t *cr, HemoSmearKind kind, GRand *rand)
{
  switch (kind)
    {
    case HEMO_SMEAR_NEUTROPHIL:
      draw_cytoplasm (cr, rand, (Colour){ 0.91, 0.80, 0.84 });
      granules (cr, rand, 150, 0.018, (Colour){ 0.72, 0.52, 0.66 }, 0.5);
      draw_lobes (cr, rand, g_rand_int_range (rand, 3, 5), 0.30);
      break;
    case HEMO_SMEAR_EOSINOPHIL:
      draw_cytoplasm (cr, rand, (Colour){ 0.93, 0.72, 0.68 });
      granules (cr, rand, 240, 0.058, (Colour){ 0.88, 0.42, 0.34 }, 0.85);
      draw_lobes (cr, rand, 2, 0.38);
      break;
    case HEMO_SMEAR_BASOPHIL:
      draw_cytoplasm (cr, rand, (Colour){ 0.80, 0.72, 0.84 });
      draw_lobes (cr, rand, 2, 0.42);
      granules (cr, rand, 110, 0.065, (Colour){ 0.20, 0.10, 0.34 }, 0.9);
      break;
    case HEMO_SMEAR_LYMPHOCYTE:
      draw_cytoplasm (cr, rand, (Colour){ 0.62, 0.70, 0.88 });
      draw_round_nucleus (cr, rand, 0.80);
      break;
    default:
      draw_monocyte (cr, rand);
      break;
    }
}

static void
draw_parasite (cairo_t *cr, HemoSmearKind kind, GRand *rand)
{
  const Colour blue = { 0.38, 0.38, 0.66 }, chromatin = { 0.55, 0.10, 0.30 };

  if (kind == HEMO_SMEAR_GAMETOCYTE)
    {
      cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
      cairo_set_line_width (cr, 0.34);
      set_colour (cr, blue, 0.9);
      cairo_new_path (cr);
      cairo_arc (cr, 0, 0.75, 0.95, -2.35, -0.8);
      cairo_stroke (cr);
      granules (cr, rand, 12, 0.05, chromatin, 0.4);
      return;
    }
  cairo_translate (cr, 0.25, -0.2);
  if (kind == HEMO_SMEAR_RING)
    {
      set_colour (cr, blue, 0.95);
      cairo_set_line_width (cr, 0.07);
      cairo_new_path (cr);
      cairo_arc (cr, 0, 0, 0.22, 0, 2 * G_PI);
      cairo_stroke (cr);
    }
  else
    {
      set_colour (cr, blue, 0.75);
      blob (cr, rand, 0, 0, 0.42, 0.22);
      cairo_fill (cr);
    }
  set_colour (cr, chromatin, 1);
  blob (cr, rand, 0.2, -0.08, 0.10, 0.1);
  cairo_fill (cr);
}

static void
draw_platelet (cairo_t *cr, GRand *rand)
{
  blob (cr, rand, 0, 0, 0.95, 0.12);
  set_colour (cr, (Colour){ 0.76, 0.66, 0.82 }, 0.9);
  cairo_fill (cr);
  granules (cr, rand, 16, 0.14, (Colour){ 0.52, 0.32, 0.62 }, 0.6);
}

void
hemo_smear_draw_cell (cairo_t *cr, const HemoSmearSpot *spot, GRand *rand)
{
  cairo_save (cr);
  cairo_translate (cr, spot->x, spot->y);
  cairo_rotate (cr, spot->angle);
  cairo_scale (cr, spot->radius, spot->radius);
  if (spot->kind == HEMO_SMEAR_PLATELET)
    draw_platelet (cr, rand);
  else if (spot->kind >= HEMO_SMEAR_NEUTROPHIL && spot->kind <= HEMO_SMEAR_MONOCYTE)
    draw_white_cell (cr, spot->kind, rand);
  else
    {
      draw_red_cell (cr, rand);
      if (spot->kind != HEMO_SMEAR_RBC)
        draw_parasite (cr, spot->kind, rand);
    }
  cairo_restore (cr);
}

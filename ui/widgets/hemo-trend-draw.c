/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a trend is drawn: band, limits, lines with their values, the curve, its points, the dates. */

#include "hemo-trend-draw-private.h"

#include "hemo-day-text.h"

#include <glib/gi18n.h>
#include <math.h>

#define GAP 8
#define RADIUS 4.5f
#define LINES 4

static PangoLayout *
make_text (const HemoTrendPaper *self, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (self->widget, text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (0.85));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  return layout;
}

/* @along: 0 begins at @x, 0.5 is centred on it, 1 ends there. */
static void
put_text (
    const HemoTrendPaper *self, const char *text, float x, float y, float along, GdkRGBA colour)
{
  g_autoptr (PangoLayout) layout = make_text (self, text);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_snapshot_save (self->snapshot);
  gtk_snapshot_translate (self->snapshot, &GRAPHENE_POINT_INIT (roundf (x - along * (float)width),
                                                                roundf (y - (float)height / 2)));
  gtk_snapshot_append_layout (self->snapshot, layout, &colour);
  gtk_snapshot_restore (self->snapshot);
}

static char *
format_value (const HemoTrendPaper *self, double value)
{
  return g_strdup_printf ("%.*f", self->decimals, value);
}

/* Year where it differs, so that it is not read as a day of this year. */
static char *
format_day (HemoTime at)
{
  const HemoDate date = hemo_date_of (at);
  g_autoptr (GDateTime) day = g_date_time_new_utc (date.year, date.month, date.day, 0, 0, 0);

  /* Translators: a day under a curve as hemo_day_text() writes it: '3 Mar 2020'. */
  return hemo_day_text (day, _ ("%-d %b %Y"));
}

void
hemo_trend_draw_room (const HemoTrendPaper *self, float *side, float *below)
{
  g_autofree char *top = format_value (self, self->plot->top);
  g_autofree char *bottom = format_value (self, self->plot->bottom);
  g_autoptr (PangoLayout) high = make_text (self, top);
  g_autoptr (PangoLayout) low = make_text (self, bottom);
  int a, b, height;

  pango_layout_get_pixel_size (high, &a, &height);
  pango_layout_get_pixel_size (low, &b, NULL);
  *side = (float)MAX (a, b) + GAP;
  *below = (float)height + GAP;
}

static void
draw_line (const HemoTrendPaper *self, float y, GdkRGBA colour)
{
  const graphene_rect_t *area = &self->plot->area;

  gtk_snapshot_append_color (self->snapshot, &colour,
                             &GRAPHENE_RECT_INIT (area->origin.x, roundf (y), area->size.width, 1));
}

static void
draw_band (const HemoTrendPaper *self)
{
  const graphene_rect_t *area = &self->plot->area;
  const double low = self->range->low, high = self->range->high;
  const GdkRGBA good = hemo_tints_get (self->tints, HEMO_TINT_GOOD);
  const GdkRGBA band = hemo_tints_fade (good, 0.16f), edge = hemo_tints_fade (good, 0.55f);
  const float top = isnan (high) ? area->origin.y : hemo_trend_plot_y (self->plot, high);
  const float bottom
      = isnan (low) ? area->origin.y + area->size.height : hemo_trend_plot_y (self->plot, low);

  if (isnan (low) && isnan (high))
    return;
  gtk_snapshot_append_color (
      self->snapshot, &band,
      &GRAPHENE_RECT_INIT (area->origin.x, top, area->size.width, MAX (1, bottom - top)));
  if (!isnan (high))
    draw_line (self, top, edge);
  if (!isnan (low))
    draw_line (self, bottom, edge);
}

/* Dashed, and only where they are in sight: a far limit would press the curve flat. */
static void
draw_critical (const HemoTrendPaper *self, double limit)
{
  const graphene_rect_t *area = &self->plot->area;
  const GdkRGBA colour = hemo_tints_get (self->tints, HEMO_TINT_CRITICAL);
  GskPathBuilder *builder;
  g_autoptr (GskPath) path = NULL;
  GskStroke *stroke;
  float y;

  if (isnan (limit) || limit < self->plot->bottom || limit > self->plot->top)
    return;
  y = roundf (hemo_trend_plot_y (self->plot, limit)) + 0.5f;
  builder = gsk_path_builder_new ();
  gsk_path_builder_move_to (builder, area->origin.x, y);
  gsk_path_builder_line_to (builder, area->origin.x + area->size.width, y);
  path = gsk_path_builder_free_to_path (builder);
  stroke = gsk_stroke_new (1);
  gsk_stroke_set_dash (stroke, (const float[]){ 5, 4 }, 2);
  gtk_snapshot_append_stroke (self->snapshot, path, stroke, &colour);
  gsk_stroke_free (stroke);
}

static void
draw_scale (const HemoTrendPaper *self)
{
  const HemoTrendPlot *plot = self->plot;
  const double step = hemo_trend_plot_step (plot, LINES);
  const GdkRGBA faint = hemo_tints_text (self->widget, 0.1f);
  const GdkRGBA dim = hemo_tints_text (self->widget, 0.65f);
  const float left = plot->area.origin.x, right = left + plot->area.size.width;

  for (double value = ceil (plot->bottom / step) * step; value <= plot->top; value += step)
    {
      g_autofree char *text = NULL;
      const int decimals = step < 1 ? (int)ceil (-log10 (step) - 1e-9) : 0;
      const float y = hemo_trend_plot_y (plot, value);

      text = g_strdup_printf ("%.*f", decimals, value);
      draw_line (self, y, faint);
      if (plot->rtl)
        put_text (self, text, right + GAP, y, 0, dim);
      else
        put_text (self, text, left - GAP, y, 1, dim);
    }
}

static float
text_width (const HemoTrendPaper *self, const char *text)
{
  g_autoptr (PangoLayout) layout = make_text (self, text);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return (float)width;
}

/* As many dates as stand beside each other; the last is never left out. */
static void
draw_dates (const HemoTrendPaper *self, float y)
{
  const int n = (int)g_list_model_get_n_items (self->points);
  const GdkRGBA dim = hemo_tints_text (self->widget, 0.65f);
  const float left = self->plot->area.origin.x, right = left + self->plot->area.size.width;
  float free_from = -INFINITY, free_to = INFINITY;

  for (int k = 0; k < n; k++)
    {
      /* The newest first, then from the oldest on. */
      const int i = k == 0 ? n - 1 : k - 1;
      g_autoptr (HemoTrendPoint) point = g_list_model_get_item (self->points, (guint)i);
      g_autofree char *text = format_day (hemo_trend_point_get_time (point));
      const float x = hemo_trend_plot_x (self->plot, hemo_trend_point_get_time (point).utc_us);
      const float width = text_width (self, text);
      const float centre = CLAMP (x, left + width / 2, MAX (left + width / 2, right - width / 2));
      const float begin = centre - width / 2 - GAP, end = centre + width / 2 + GAP;

      if (k > 0
          && !(self->plot->rtl ? begin >= free_from && end <= free_to
                               : begin >= free_from && end <= free_to))
        continue;
      put_text (self, text, centre, y, 0.5f, dim);
      if (k == 0 && self->plot->rtl)
        free_from = end;
      else if (k == 0)
        free_to = begin;
      else if (self->plot->rtl)
        free_to = begin;
      else
        free_from = end;
    }
}

static graphene_point_t
place (const HemoTrendPaper *self, HemoTrendPoint *point)
{
  return GRAPHENE_POINT_INIT (
      hemo_trend_plot_x (self->plot, hemo_trend_point_get_time (point).utc_us),
      hemo_trend_plot_y (self->plot, hemo_trend_point_get_value (point)));
}

static void
draw_curve (const HemoTrendPaper *self)
{
  const guint n = g_list_model_get_n_items (self->points);
  const GdkRGBA ink = hemo_tints_text (self->widget, 0.7f);
  GskPathBuilder *builder = gsk_path_builder_new ();
  GskStroke *stroke = gsk_stroke_new (2);
  g_autoptr (GskPath) path = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HemoTrendPoint) point = g_list_model_get_item (self->points, i);
      const graphene_point_t at = place (self, point);

      if (i == 0)
        gsk_path_builder_move_to (builder, at.x, at.y);
      else
        gsk_path_builder_line_to (builder, at.x, at.y);
    }
  path = gsk_path_builder_free_to_path (builder);
  gsk_stroke_set_line_join (stroke, GSK_LINE_JOIN_ROUND);
  gtk_snapshot_append_stroke (self->snapshot, path, stroke, &ink);
  gsk_stroke_free (stroke);
}

/* A triangle points to where a value is out of range, so that colour never speaks alone. */
static GskPath *
make_mark (graphene_point_t at, HemoFlag flag, float radius)
{
  GskPathBuilder *builder = gsk_path_builder_new ();
  const gboolean high = flag == HEMO_FLAG_HIGH || flag == HEMO_FLAG_CRITICAL_HIGH;
  const gboolean low = flag == HEMO_FLAG_LOW || flag == HEMO_FLAG_CRITICAL_LOW;
  const float up = high ? -1.35f * radius : 1.35f * radius;

  if (!high && !low)
    {
      gsk_path_builder_add_circle (builder, &at, radius);
      return gsk_path_builder_free_to_path (builder);
    }
  gsk_path_builder_move_to (builder, at.x, at.y + up);
  gsk_path_builder_line_to (builder, at.x + 1.3f * radius, at.y - 0.75f * up);
  gsk_path_builder_line_to (builder, at.x - 1.3f * radius, at.y - 0.75f * up);
  gsk_path_builder_close (builder);
  return gsk_path_builder_free_to_path (builder);
}

static void
draw_point (const HemoTrendPaper *self, HemoTrendPoint *point, gboolean selected)
{
  const HemoFlag flag = hemo_trend_point_get_flag (point);
  const HemoTint tint = hemo_flag_is_critical (flag) ? HEMO_TINT_CRITICAL
                        : flag != HEMO_FLAG_NONE     ? HEMO_TINT_WARNING
                                                     : HEMO_TINT_ACCENT;
  const graphene_point_t at = place (self, point);
  const GdkRGBA colour = hemo_tints_get (self->tints, tint);
  g_autoptr (GskPath) mark = make_mark (at, flag, selected ? RADIUS * 1.4f : RADIUS);

  gtk_snapshot_append_fill (self->snapshot, mark, GSK_FILL_RULE_WINDING, &colour);
  if (selected || hemo_flag_is_critical (flag))
    {
      const GdkRGBA ink = hemo_tints_text (self->widget, selected ? 1 : 0.7f);
      g_autoptr (GskPath) ring = make_mark (at, HEMO_FLAG_NONE, RADIUS * (selected ? 2.2f : 1.9f));
      GskStroke *stroke = gsk_stroke_new (1.5f);

      gtk_snapshot_append_stroke (self->snapshot, ring, stroke, &ink);
      gsk_stroke_free (stroke);
    }
}

static void
draw_points (const HemoTrendPaper *self)
{
  const int n = (int)g_list_model_get_n_items (self->points);
  const graphene_rect_t *area = &self->plot->area;

  for (int i = 0; i < n; i++)
    {
      g_autoptr (HemoTrendPoint) point = g_list_model_get_item (self->points, (guint)i);

      if (i == self->selected)
        {
          const GdkRGBA faint = hemo_tints_text (self->widget, 0.25f);

          gtk_snapshot_append_color (self->snapshot, &faint,
                                     &GRAPHENE_RECT_INIT (roundf (place (self, point).x),
                                                          area->origin.y, 1, area->size.height));
        }
      draw_point (self, point, i == self->selected);
    }
}

void
hemo_trend_draw (const HemoTrendPaper *self)
{
  const graphene_rect_t *area = &self->plot->area;
  float side, below;

  hemo_trend_draw_room (self, &side, &below);
  if (self->range != NULL)
    draw_band (self);
  draw_scale (self);
  if (self->range != NULL)
    {
      draw_critical (self, self->range->critical_low);
      draw_critical (self, self->range->critical_high);
    }
  draw_dates (self, area->origin.y + area->size.height + GAP + (below - GAP) / 2);
  draw_curve (self);
  draw_points (self);
}

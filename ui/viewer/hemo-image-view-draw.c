/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marks, the measured line, the cross-hair and the scale bar over a picture.
 *
 * Their colours are those of a microscope's print, dark ink with a light edge or the reverse, not
 * the theme's: what lies below is the same picture in light and dark. */

#include "hemo-image-view-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define LINE 2.0f
#define EDGE 12
#define HEAD 14.0

static const GdkRGBA light = { 1, 1, 1, 1 };
static const GdkRGBA dark = { 0, 0, 0, 0.75f };
static const GdkRGBA ink = { 0.02f, 0.35f, 0.85f, 1 };
static const GdkRGBA chosen_ink = { 0.85f, 0.25f, 0, 1 };

static void
stroke (GtkSnapshot *snapshot, GskPath *path, float width, const GdkRGBA *colour)
{
  GskStroke *line = gsk_stroke_new (width);

  gsk_stroke_set_line_cap (line, GSK_LINE_CAP_ROUND);
  gsk_stroke_set_line_join (line, GSK_LINE_JOIN_ROUND);
  gtk_snapshot_append_stroke (snapshot, path, line, colour);
  gsk_stroke_free (line);
}

/* A light edge, so that it is seen on whatever was stained. */
static void
stroke_edged (GtkSnapshot *snapshot, GskPath *path, const GdkRGBA *colour)
{
  stroke (snapshot, path, LINE + 3, &light);
  stroke (snapshot, path, LINE, colour);
}

static void
draw_text (HemoImageView *self, GtkSnapshot *snapshot, const char *text, double x, double y)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  graphene_rect_t box;
  GskRoundedRect round;
  int width, height;

  pango_layout_set_width (layout, 320 * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_get_pixel_size (layout, &width, &height);
  /* From right to left a line would begin at the far edge. */
  pango_layout_set_width (layout, width * PANGO_SCALE);
  /* Kept within the view, where it can be read. */
  x = CLAMP (x, 0, MAX (0, self->geometry.view_width - width - 12));
  y = CLAMP (y, 0, MAX (0, self->geometry.view_height - height - 6));
  box = GRAPHENE_RECT_INIT ((float)floor (x), (float)floor (y), (float)width + 12,
                            (float)height + 6);
  gsk_rounded_rect_init_from_rect (&round, &box, 6);
  gtk_snapshot_push_rounded_clip (snapshot, &round);
  gtk_snapshot_append_color (snapshot, &dark, &box);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (box.origin.x + 6, box.origin.y + 3));
  gtk_snapshot_append_layout (snapshot, layout, &light);
  gtk_snapshot_restore (snapshot);
}

static void
add_arrow (GskPathBuilder *builder, double x1, double y1, double x2, double y2)
{
  const double angle = atan2 (y2 - y1, x2 - x1);

  gsk_path_builder_move_to (builder, (float)x1, (float)y1);
  gsk_path_builder_line_to (builder, (float)x2, (float)y2);
  for (int side = -1; side <= 1; side += 2)
    {
      const double wing = angle + G_PI + side * 0.45;

      gsk_path_builder_move_to (builder, (float)x2, (float)y2);
      gsk_path_builder_line_to (builder, (float)(x2 + HEAD * cos (wing)),
                                (float)(y2 + HEAD * sin (wing)));
    }
}

/* A bar with a stroke across each end. */
static void
add_line (GskPathBuilder *builder, double x1, double y1, double x2, double y2)
{
  const double angle = atan2 (y2 - y1, x2 - x1) + G_PI_2;
  const double dx = 5 * cos (angle), dy = 5 * sin (angle);

  gsk_path_builder_move_to (builder, (float)(x1 - dx), (float)(y1 - dy));
  gsk_path_builder_line_to (builder, (float)(x1 + dx), (float)(y1 + dy));
  gsk_path_builder_move_to (builder, (float)x1, (float)y1);
  gsk_path_builder_line_to (builder, (float)x2, (float)y2);
  gsk_path_builder_move_to (builder, (float)(x2 - dx), (float)(y2 - dy));
  gsk_path_builder_line_to (builder, (float)(x2 + dx), (float)(y2 + dy));
}

static GskPath *
make_path (const HemoMark *mark, double x1, double y1, double x2, double y2)
{
  GskPathBuilder *builder = gsk_path_builder_new ();
  const graphene_rect_t box = GRAPHENE_RECT_INIT ((float)fmin (x1, x2), (float)fmin (y1, y2),
                                                  (float)fabs (x2 - x1), (float)fabs (y2 - y1));

  switch (mark->kind)
    {
    case HEMO_MARK_ARROW:
      add_arrow (builder, x1, y1, x2, y2);
      break;
    case HEMO_MARK_CIRCLE:
      gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT ((float)x1, (float)y1),
                                   (float)fmax (1, hypot (x2 - x1, y2 - y1)));
      break;
    case HEMO_MARK_RECTANGLE:
      gsk_path_builder_add_rect (builder, &box);
      break;
    case HEMO_MARK_TEXT:
      gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT ((float)x1, (float)y1), 3);
      break;
    case HEMO_MARK_LINE:
    case HEMO_MARK_KINDS:
    default:
      add_line (builder, x1, y1, x2, y2);
    }
  return gsk_path_builder_free_to_path (builder);
}

static void
draw_mark (HemoImageView *self, GtkSnapshot *snapshot, const HemoMark *mark, gboolean chosen)
{
  double x1, y1, x2, y2;
  g_autoptr (GskPath) path = NULL;

  hemo_view_geometry_to_widget (&self->geometry, mark->x1, mark->y1, &x1, &y1);
  hemo_view_geometry_to_widget (&self->geometry, mark->x2, mark->y2, &x2, &y2);
  path = make_path (mark, x1, y1, x2, y2);
  if (chosen)
    stroke (snapshot, path, LINE + 7, &dark);
  stroke_edged (snapshot, path, chosen ? &chosen_ink : &ink);
  if (mark->note == NULL)
    return;
  if (mark->kind == HEMO_MARK_RECTANGLE)
    draw_text (self, snapshot, mark->note, fmin (x1, x2), fmax (y1, y2) + 6);
  else if (mark->kind == HEMO_MARK_CIRCLE)
    draw_text (self, snapshot, mark->note, x1, y1 + hypot (x2 - x1, y2 - y1) + 6);
  else
    draw_text (self, snapshot, mark->note, x1 + 6, y1 + 6);
}

static void
draw_measure (HemoImageView *self, GtkSnapshot *snapshot, const HemoMark *line)
{
  g_autofree char *length
      = hemo_view_length_text (hemo_mark_length (line), self->micrometres_per_pixel);
  g_autofree char *text = NULL;
  double x1, y1, x2, y2;

  draw_mark (self, snapshot, line, FALSE);
  if (self->micrometres_per_pixel > 0)
    text = g_strdup (length);
  else
    /* Translators: beside a measured line; %s is '312 px'. */
    text = g_strdup_printf (_ ("%s (not calibrated)"), length);
  hemo_view_geometry_to_widget (&self->geometry, line->x1, line->y1, &x1, &y1);
  hemo_view_geometry_to_widget (&self->geometry, line->x2, line->y2, &x2, &y2);
  draw_text (self, snapshot, text, fmax (x1, x2) + (self->crosshair ? 26 : 10), (y1 + y2) / 2 - 12);
}

static void
draw_crosshair (HemoImageView *self, GtkSnapshot *snapshot)
{
  const float x = (float)self->cross_x, y = (float)self->cross_y;
  GskPathBuilder *builder = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;

  for (int side = -1; side <= 1; side += 2)
    {
      gsk_path_builder_move_to (builder, x + 4 * (float)side, y);
      gsk_path_builder_line_to (builder, x + 16 * (float)side, y);
      gsk_path_builder_move_to (builder, x, y + 4 * (float)side);
      gsk_path_builder_line_to (builder, x, y + 16 * (float)side);
    }
  path = gsk_path_builder_free_to_path (builder);
  stroke_edged (snapshot, path, &chosen_ink);
}

void
hemo_image_view_snapshot_marks (HemoImageView *self, GtkSnapshot *snapshot)
{
  for (guint i = 0; self->show_marks && i < self->marks->len; i++)
    draw_mark (self, snapshot, g_ptr_array_index (self->marks, i), (int)i == self->chosen_mark);
  if (self->draft != NULL && self->draft->kind == HEMO_MARK_LINE)
    draw_measure (self, snapshot, self->draft);
  else if (self->draft != NULL)
    draw_mark (self, snapshot, self->draft, TRUE);
  if (self->measured != NULL)
    draw_measure (self, snapshot, self->measured);
  if (self->crosshair && self->tool != HEMO_VIEW_PAN)
    draw_crosshair (self, snapshot);
}

/* '50 µm', '0.5 µm', '2 mm' */
static char *
name_length (double micrometres)
{
  if (micrometres >= 1000)
    return g_strdup_printf ("%.0f mm", micrometres / 1000);
  return g_strdup_printf (micrometres >= 1 ? "%.0f µm" : "%.1f µm", micrometres);
}

void
hemo_image_view_snapshot_scale (HemoImageView *self, GtkSnapshot *snapshot)
{
  const HemoViewGeometry *g = &self->geometry;
  const gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  double micrometres = 0;
  const double length
      = hemo_view_scale_bar (self->micrometres_per_pixel / g->zoom,
                             fmin (220, g->view_width / 4.0) * g->scale, &micrometres)
        / g->scale;
  g_autoptr (PangoLayout) layout = NULL;
  g_autofree char *text = NULL;
  int width, height;
  float box_width, x, y;
  GskRoundedRect round;

  if (!self->show_scale_bar || !(length >= 1))
    return;
  text = name_length (micrometres);
  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  pango_layout_get_pixel_size (layout, &width, &height);
  box_width = (float)fmax (length, width) + 16;
  x = rtl ? (float)g->view_width - box_width - EDGE : EDGE;
  y = (float)(g->view_height - height - 16 - EDGE);
  gsk_rounded_rect_init_from_rect (&round,
                                   &GRAPHENE_RECT_INIT (x, y, box_width, (float)height + 16), 6);
  gtk_snapshot_push_rounded_clip (snapshot, &round);
  gtk_snapshot_append_color (snapshot, &dark, &round.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_color (snapshot, &light,
                             &GRAPHENE_RECT_INIT (roundf (x + (box_width - (float)length) / 2),
                                                  y + (float)height + 6, (float)length, 4));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT (roundf (x + (box_width - (float)width) / 2), y + 2));
  gtk_snapshot_append_layout (snapshot, layout, &light);
  gtk_snapshot_restore (snapshot);
}

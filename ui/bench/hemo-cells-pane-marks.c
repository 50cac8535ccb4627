/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The marks of the cells over the picture, and the one that keys act on.
 *
 * The kinds differ in shape as well as in colour: a ring for a red cell, a thick rounded box with
 * its class for a white one, a small square for a platelet. */

#include "hemo-cells-pane-private.h"

#include <math.h>

#define LEAST 3.0
/* Pixels around a chosen mark. */
#define MARGIN 4.0f

static const GdkRGBA light = { 1, 1, 1, 0.9f };
static const GdkRGBA dark = { 0, 0, 0, 0.75f };
static const GdkRGBA inks[HEMO_N_CELL_KINDS]
    = { { 0.02f, 0.35f, 0.85f, 1 }, { 0.8f, 0.1f, 0.5f, 1 }, { 0, 0.4f, 0.2f, 1 } };
static const GdkRGBA chosen_ink = { 0.85f, 0.25f, 0, 1 };
static const GdkRGBA gone_ink = { 0.3f, 0.3f, 0.3f, 0.8f };

static gboolean
is_seen (HemoCellsPane *self, const HemoFoundCell *cell)
{
  return cell->change == HEMO_FOUND_TAKEN_BACK || hemo_field_cells_stands (self->cells, cell);
}

static graphene_rect_t
place (HemoImageView *view, const HemoFoundCell *cell)
{
  double x1, y1, x2, y2;
  graphene_rect_t box;

  hemo_image_view_to_widget (view, cell->x, cell->y, &x1, &y1);
  hemo_image_view_to_widget (view, cell->x + cell->width, cell->y + cell->height, &x2, &y2);
  box = GRAPHENE_RECT_INIT ((float)MIN (x1, x2), (float)MIN (y1, y2),
                            (float)MAX (fabs (x2 - x1), LEAST), (float)MAX (fabs (y2 - y1), LEAST));
  return box;
}

static void
draw_border (GtkSnapshot *snapshot,
             const graphene_rect_t *box,
             float radius,
             float width,
             const GdkRGBA *ink)
{
  const float widths[] = { width, width, width, width };
  const GdkRGBA colours[] = { *ink, *ink, *ink, *ink };
  GskRoundedRect round;

  gsk_rounded_rect_init_from_rect (&round, box, radius);
  gtk_snapshot_append_border (snapshot, &round, widths, colours);
}

/* What is no more than a hint has a broken line. */
static void
draw_dashed (GtkSnapshot *snapshot,
             const graphene_rect_t *box,
             float radius,
             float width,
             const GdkRGBA *ink)
{
  static const float dashes[] = { 5, 4 };
  GskPathBuilder *builder = gsk_path_builder_new ();
  GskStroke *stroke = gsk_stroke_new (width);
  GskRoundedRect round;
  GskPath *path;

  gsk_rounded_rect_init_from_rect (&round, box, radius);
  gsk_path_builder_add_rounded_rect (builder, &round);
  path = gsk_path_builder_free_to_path (builder);
  gsk_stroke_set_dash (stroke, dashes, G_N_ELEMENTS (dashes));
  gtk_snapshot_append_stroke (snapshot, path, stroke, ink);
  gsk_stroke_free (stroke);
  gsk_path_unref (path);
}

static void
draw_unsure (GtkSnapshot *snapshot,
             const graphene_rect_t *box,
             HemoCellKind kind,
             const GdkRGBA *ink)
{
  const float half = MIN (box->size.width, box->size.height) / 2;
  const float radius = kind == HEMO_CELL_RED ? half : kind == HEMO_CELL_WHITE ? half / 3 : 0;
  const float width = kind == HEMO_CELL_WHITE ? 3 : 1.5f;

  /* The pictures that are meant here are often dark. */
  draw_dashed (snapshot, box, radius, width + 2, &light);
  draw_dashed (snapshot, box, radius, width, ink);
}

/* A light edge, so that it is seen on whatever was stained. */
static void
draw_edged (GtkSnapshot *snapshot,
            const graphene_rect_t *box,
            float radius,
            float width,
            const GdkRGBA *ink)
{
  graphene_rect_t outer = GRAPHENE_RECT_INIT (box->origin.x - 1, box->origin.y - 1,
                                              box->size.width + 2, box->size.height + 2);

  draw_border (snapshot, &outer, radius + 1, width + 2, &light);
  draw_border (snapshot, box, radius, width, ink);
}

static void
draw_name (HemoCellsPane *self,
           GtkSnapshot *snapshot,
           const graphene_rect_t *box,
           const HemoFoundCell *cell)
{
  g_autofree char *text = hemo_cells_pane_describe (self, cell);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->view), text);
  graphene_rect_t ground;
  GskRoundedRect round;
  int width, height;
  float most;

  pango_layout_get_pixel_size (layout, &width, &height);
  most = fmaxf (0, (float)(gtk_widget_get_width (GTK_WIDGET (self->view)) - width - 8));
  ground = GRAPHENE_RECT_INIT (floorf (CLAMP (box->origin.x, 0, most)),
                               fmaxf (0, floorf (box->origin.y) - (float)height - 6),
                               (float)width + 8, (float)height + 2);
  gsk_rounded_rect_init_from_rect (&round, &ground, 4);
  gtk_snapshot_push_rounded_clip (snapshot, &round);
  gtk_snapshot_append_color (snapshot, &dark, &ground);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT (ground.origin.x + 4, ground.origin.y + 1));
  gtk_snapshot_append_layout (snapshot, layout, &light);
  gtk_snapshot_restore (snapshot);
}

/* One that was taken back is crossed out. */
static void
draw_cross (GtkSnapshot *snapshot, const graphene_rect_t *box)
{
  GskPathBuilder *builder = gsk_path_builder_new ();
  const float x = box->origin.x, y = box->origin.y;
  GskStroke *stroke = gsk_stroke_new (1.5f);
  GskPath *path;

  gsk_path_builder_move_to (builder, x, y);
  gsk_path_builder_line_to (builder, x + box->size.width, y + box->size.height);
  gsk_path_builder_move_to (builder, x + box->size.width, y);
  gsk_path_builder_line_to (builder, x, y + box->size.height);
  path = gsk_path_builder_free_to_path (builder);
  gtk_snapshot_append_stroke (snapshot, path, stroke, &gone_ink);
  gsk_stroke_free (stroke);
  gsk_path_unref (path);
}

static void
draw_cell (HemoCellsPane *self, GtkSnapshot *snapshot, const HemoFoundCell *cell)
{
  const graphene_rect_t box = place (self->view, cell);
  const float half = MIN (box.size.width, box.size.height) / 2;
  GdkRGBA ink = inks[cell->kind];

  /* It is the next field's. */
  if (cell->at_far_edge)
    ink.alpha = 0.4f;
  if (cell->change == HEMO_FOUND_TAKEN_BACK)
    draw_cross (snapshot, &box);
  else if (hemo_cells_pane_is_unsure (self, cell))
    draw_unsure (snapshot, &box, cell->kind, &ink);
  else if (cell->kind == HEMO_CELL_RED)
    draw_border (snapshot, &box, half, 1.5f, &ink);
  else if (cell->kind == HEMO_CELL_WHITE)
    draw_edged (snapshot, &box, half / 3, 3, &ink);
  else
    draw_edged (snapshot, &box, 0, 1.5f, &ink);
  if (cell->number == self->chosen)
    {
      graphene_rect_t around
          = GRAPHENE_RECT_INIT (box.origin.x - MARGIN, box.origin.y - MARGIN,
                                box.size.width + 2 * MARGIN, box.size.height + 2 * MARGIN);

      draw_edged (snapshot, &around, 4, 3, &chosen_ink);
    }
  if (cell->kind == HEMO_CELL_WHITE || cell->number == self->chosen)
    draw_name (self, snapshot, &box, cell);
}

void
hemo_cells_pane_draw (HemoImageView *view, GtkSnapshot *snapshot, gpointer data)
{
  HemoCellsPane *self = data;

  if (!self->active || self->cells == NULL || !gtk_check_button_get_active (self->marks_check))
    return;
  for (guint i = 0; i < self->cells->cells->len; i++)
    if (is_seen (self, self->cells->cells->pdata[i]))
      draw_cell (self, snapshot, self->cells->cells->pdata[i]);
}

HemoFoundCell *
hemo_cells_pane_get_chosen (HemoCellsPane *self)
{
  return self->cells != NULL && self->chosen > 0 ? hemo_field_cells_find (self->cells, self->chosen)
                                                 : NULL;
}

static double
middle_x (const HemoFoundCell *cell)
{
  return cell->x + cell->width / 2;
}

static double
middle_y (const HemoFoundCell *cell)
{
  return cell->y + cell->height / 2;
}

/* Brought into sight where the view shows only a part. */
static void
choose (HemoCellsPane *self, const HemoFoundCell *cell)
{
  double x, y;

  self->chosen = cell != NULL ? cell->number : 0;
  if (cell != NULL)
    {
      g_autofree char *text = hemo_cells_pane_describe (self, cell);

      gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
      hemo_image_view_to_widget (self->view, middle_x (cell), middle_y (cell), &x, &y);
      if (x < 0 || y < 0 || x > gtk_widget_get_width (GTK_WIDGET (self->view))
          || y > gtk_widget_get_height (GTK_WIDGET (self->view)))
        {
          double zoom = hemo_image_view_get_zoom (self->view);

          hemo_image_view_set_place (self->view, middle_x (cell) / self->cells->width,
                                     middle_y (cell) / self->cells->height, zoom, FALSE);
        }
    }
  hemo_cells_pane_show (self);
}

/* White cells and platelets come before the many red ones; among a kind as one reads. */
static int
compare_cells (gconstpointer a, gconstpointer b)
{
  static const int ranks[HEMO_N_CELL_KINDS] = { 2, 0, 1 };
  const HemoFoundCell *one = *(HemoFoundCell *const *)a, *other = *(HemoFoundCell *const *)b;

  if (one->kind != other->kind)
    return ranks[one->kind] - ranks[other->kind];
  if (one->y != other->y)
    return one->y < other->y ? -1 : 1;
  return one->x < other->x ? -1 : one->x > other->x;
}

static GPtrArray *
list_seen (HemoCellsPane *self)
{
  GPtrArray *seen = g_ptr_array_new ();

  for (guint i = 0; i < self->cells->cells->len; i++)
    if (is_seen (self, self->cells->cells->pdata[i]))
      g_ptr_array_add (seen, self->cells->cells->pdata[i]);
  g_ptr_array_sort (seen, compare_cells);
  return seen;
}

void
hemo_cells_pane_step (HemoCellsPane *self, int way)
{
  g_autoptr (GPtrArray) seen = NULL;
  guint index = 0;

  if (self->cells == NULL)
    return;
  seen = list_seen (self);
  if (seen->len == 0)
    return;
  if (g_ptr_array_find (seen, hemo_cells_pane_get_chosen (self), &index))
    index = (index + seen->len + (guint)way) % seen->len;
  else
    index = way > 0 ? 0 : seen->len - 1;
  choose (self, seen->pdata[index]);
}

void
hemo_cells_pane_go (HemoCellsPane *self, int dx, int dy)
{
  const HemoFoundCell *from = hemo_cells_pane_get_chosen (self), *best = NULL;
  double least = G_MAXDOUBLE;

  for (guint i = 0; from != NULL && i < self->cells->cells->len; i++)
    {
      const HemoFoundCell *cell = self->cells->cells->pdata[i];
      const double x = middle_x (cell) - middle_x (from), y = middle_y (cell) - middle_y (from);
      const double along = dx * x + dy * y, aside = fabs (dx * y) + fabs (dy * x);

      if (along <= aside / 2 || !is_seen (self, cell) || along + 2 * aside >= least)
        continue;
      least = along + 2 * aside;
      best = cell;
    }
  if (best != NULL)
    choose (self, best);
}

void
hemo_cells_pane_choose_at (HemoCellsPane *self, double x, double y)
{
  const HemoFoundCell *best = NULL;

  for (guint i = 0; self->cells != NULL && i < self->cells->cells->len; i++)
    {
      const HemoFoundCell *cell = self->cells->cells->pdata[i];

      if (x < cell->x || y < cell->y || x > cell->x + cell->width || y > cell->y + cell->height
          || !is_seen (self, cell))
        continue;
      if (best == NULL || cell->width * cell->height < best->width * best->height)
        best = cell;
    }
  choose (self, best);
}

/* As most red cells of the field are; else a twelfth of its height. */
static double
usual_side (HemoCellsPane *self)
{
  double sum = 0;
  int n = 0;

  for (guint i = 0; i < self->cells->cells->len; i++)
    {
      const HemoFoundCell *cell = self->cells->cells->pdata[i];

      if (cell->kind != HEMO_CELL_RED || cell->at_far_edge)
        continue;
      sum += (cell->width + cell->height) / 2;
      n++;
    }
  return n > 0 ? sum / n : self->cells->height / 12.0;
}

void
hemo_cells_pane_add_at (HemoCellsPane *self, double x, double y)
{
  HemoFieldCells *before;
  HemoFoundCell *cell;
  double side;

  if (self->cells == NULL || self->cells->cells->len >= HEMO_FIELD_CELLS_MAX || x < 0 || y < 0
      || x >= self->cells->width || y >= self->cells->height)
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  before = hemo_cells_pane_begin_edit (self);
  side = usual_side (self);
  cell = hemo_field_cells_add (self->cells, HEMO_CELL_RED, x - side / 2, y - side / 2, side, side);
  self->chosen = cell->number;
  hemo_cells_pane_end_edit (self, before);
}

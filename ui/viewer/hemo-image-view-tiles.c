/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The picture of a HemoImageView: what is asked of the loader and how it is drawn. */

#include "hemo-image-view-private.h"

#include "hemo-failure.h"

#include <math.h>
#include <string.h>

/* Nobody sees a spinner that is gone at once. */
#define PATIENCE_MS 300
/* Tiles beyond each edge that are made before they are seen. */
#define RING 1

static gint64 *
make_key (HemoTilePlace place)
{
  gint64 *key = g_new (gint64, 1);

  *key = (gint64)place.column << 32 | (guint32)place.row;
  return key;
}

static GHashTable *
new_tiles (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
}

static GdkTexture *
find_tile (GHashTable *tiles, HemoTilePlace place)
{
  const gint64 key = (gint64)place.column << 32 | (guint32)place.row;

  return g_hash_table_lookup (tiles, &key);
}

/* First and last column and row that are seen, widened by @ring. */
typedef struct
{
  int first_column;
  int last_column;
  int first_row;
  int last_row;
} Span;

static int
tile_at (int pixel)
{
  return pixel >= 0 ? pixel / HEMO_TILE_SIDE : -1;
}

static Span
get_span (HemoImageView *self, const HemoViewFrame *frame, int ring)
{
  const HemoViewGeometry *g = &self->geometry;
  const int right = (int)ceil (g->view_width * g->scale),
            bottom = (int)ceil (g->view_height * g->scale);
  const int columns = (frame->width - 1) / HEMO_TILE_SIDE,
            rows = (frame->height - 1) / HEMO_TILE_SIDE;
  Span span
      = { MAX (0, tile_at (-frame->x) - ring), MIN (columns, tile_at (right - 1 - frame->x) + ring),
          MAX (0, tile_at (-frame->y) - ring), MIN (rows, tile_at (bottom - 1 - frame->y) + ring) };

  return span;
}

static gboolean
is_within (const Span *span, HemoTilePlace place)
{
  return place.column >= span->first_column && place.column <= span->last_column
         && place.row >= span->first_row && place.row <= span->last_row;
}

static gboolean
is_far (gpointer key, gpointer value, gpointer span)
{
  const gint64 place = *(gint64 *)key;

  return !is_within (span, (HemoTilePlace){ (int)(place >> 32), (int)(guint32)place });
}

/* From the middle outwards, what is seen first. */
static int
compare_places (gconstpointer a, gconstpointer b, gpointer data)
{
  const Span *span = data;
  const HemoTilePlace *p = a, *q = b;
  const int column = span->first_column + span->last_column;
  const int row = span->first_row + span->last_row;
  const gboolean seen_p = is_within (span, *p), seen_q = is_within (span, *q);
  const int away_p = ABS (2 * p->column - column) + ABS (2 * p->row - row);
  const int away_q = ABS (2 * q->column - column) + ABS (2 * q->row - row);

  if (seen_p != seen_q)
    return seen_p ? -1 : 1;
  return away_p - away_q;
}

static GArray *
list_missing (HemoImageView *self, const Span *wide, Span *seen)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (HemoTilePlace));

  for (int row = wide->first_row; row <= wide->last_row; row++)
    for (int column = wide->first_column; column <= wide->last_column; column++)
      {
        const HemoTilePlace place = { column, row };

        if (find_tile (self->tiles, place) == NULL)
          g_array_append_val (places, place);
      }
  g_array_sort_with_data (places, compare_places, seen);
  return places;
}

/* The tiles at hand are of another zoom, turn or light: kept until the new ones are there. */
static void
renew_look (HemoImageView *self, const HemoViewFrame *frame)
{
  HemoTileLook look = { 0 };

  look.orientation = hemo_view_orientation_turn (self->info.orientation, self->geometry.turns);
  look.width = frame->width;
  look.height = frame->height;
  hemo_tile_look_shade (&look, self->brightness, self->contrast);
  if (memcmp (&look, &self->look, sizeof look) == 0)
    return;
  if (look.orientation != self->look.orientation)
    g_hash_table_remove_all (self->stale);
  else if (g_hash_table_size (self->tiles) > 0)
    {
      GHashTable *tiles = self->stale;

      g_hash_table_remove_all (tiles);
      self->stale = self->tiles;
      self->stale_look = self->look;
      self->tiles = tiles;
    }
  g_hash_table_remove_all (self->tiles);
  self->look = look;
  self->generation++;
}

void
hemo_image_view_wish (HemoImageView *self)
{
  HemoViewFrame frame;
  HemoTileWish *wish;
  Span seen, wide;
  GArray *missing;

  if (self->loader == NULL || !self->opened || self->geometry.view_width <= 0
      || self->geometry.view_height <= 0)
    return;
  hemo_view_geometry_frame (&self->geometry, &frame);
  renew_look (self, &frame);
  seen = get_span (self, &frame, 0);
  wide = get_span (self, &frame, RING);
  g_hash_table_foreach_remove (self->tiles, is_far, &wide);
  missing = list_missing (self, &wide, &seen);
  if (missing->len == 0)
    {
      g_array_unref (missing);
      g_hash_table_remove_all (self->stale);
      return;
    }
  wish = g_new0 (HemoTileWish, 1);
  wish->generation = self->generation;
  wish->look = self->look;
  wish->zoom = self->geometry.zoom;
  wish->tiles = missing;
  wish->view.x = CLAMP (-frame.x, 0, frame.width - 1);
  wish->view.y = CLAMP (-frame.y, 0, frame.height - 1);
  wish->view.width = CLAMP ((int)(self->geometry.view_width * self->geometry.scale), 1,
                            frame.width - wish->view.x);
  wish->view.height = CLAMP ((int)(self->geometry.view_height * self->geometry.scale), 1,
                             frame.height - wish->view.y);
  hemo_tile_loader_wish (self->loader, wish);
}

static void
stop_waiting (HemoImageView *self)
{
  g_clear_handle_id (&self->patience, g_source_remove);
  gtk_widget_set_visible (self->spinner, FALSE);
}

static void
opened_cb (gpointer data, const HemoPictureInfo *info)
{
  HemoImageView *self = data;
  const gboolean swap = info->orientation >= 5;

  self->info = *info;
  self->opened = TRUE;
  /* What is there is a preview, which is upright. */
  self->whole_orientation = info->orientation;
  hemo_view_geometry_set_picture (&self->geometry, swap ? info->height : info->width,
                                  swap ? info->width : info->height);
  g_signal_emit_by_name (self, "opened");
  hemo_image_view_place_changed (self);
}

static void
failed_cb (gpointer data, const GError *error)
{
  HemoImageView *self = data;
  g_autofree char *text = hemo_failure_say (error->message);

  stop_waiting (self);
  hemo_image_view_close (self);
  hemo_image_view_set_error (self, text);
  g_signal_emit_by_name (self, "failed", text);
}

static void
whole_cb (gpointer data, guint generation, const HemoTileLook *look, GdkTexture *texture)
{
  HemoImageView *self = data;

  g_set_object (&self->whole, texture);
  self->whole_orientation = look->orientation;
  stop_waiting (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->shown)
    return;
  self->shown = TRUE;
  g_signal_emit_by_name (self, "shown");
}

static void
tile_cb (gpointer data, guint generation, HemoTilePlace place, GdkTexture *texture)
{
  HemoImageView *self = data;

  if (generation != self->generation)
    return;
  g_hash_table_replace (self->tiles, make_key (place), g_object_ref (texture));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
complete_cb (gpointer data, guint generation)
{
  HemoImageView *self = data;

  if (generation == self->generation)
    g_hash_table_remove_all (self->stale);
}

static gboolean
patience_cb (gpointer data)
{
  HemoImageView *self = data;

  self->patience = 0;
  gtk_widget_set_visible (self->spinner, TRUE);
  return G_SOURCE_REMOVE;
}

void
hemo_image_view_open (HemoImageView *self, GBytes *bytes)
{
  static const HemoTileEvents events = { opened_cb, failed_cb, whole_cb, tile_cb, complete_cb };
  const HemoViewGeometry *g = &self->geometry;
  const int side = (int)(MAX (g->view_width, g->view_height) * g->scale);

  if (self->tiles == NULL)
    {
      self->tiles = new_tiles ();
      self->stale = new_tiles ();
    }
  self->loader = hemo_tile_loader_new (bytes, CLAMP (side, 512, 2048), &events, self);
  self->patience = g_timeout_add (PATIENCE_MS, patience_cb, self);
}

void
hemo_image_view_close (HemoImageView *self)
{
  g_clear_handle_id (&self->patience, g_source_remove);
  g_clear_pointer (&self->loader, hemo_tile_loader_close);
  g_clear_object (&self->whole);
  if (self->tiles != NULL)
    {
      g_hash_table_remove_all (self->tiles);
      g_hash_table_remove_all (self->stale);
    }
  self->look = (HemoTileLook){ 0 };
  self->opened = FALSE;
  self->shown = FALSE;
  self->generation++;
}

/* Device pixels of the picture as shown to logical pixels of the widget. */
static graphene_rect_t
to_rect (HemoImageView *self, const HemoViewFrame *frame, HemoPart part)
{
  const float scale = (float)self->geometry.scale;

  return GRAPHENE_RECT_INIT ((float)(frame->x + part.x) / scale, (float)(frame->y + part.y) / scale,
                             (float)part.width / scale, (float)part.height / scale);
}

static gboolean
has_all_seen (HemoImageView *self, const HemoViewFrame *frame)
{
  const Span seen = get_span (self, frame, 0);

  for (int row = seen.first_row; row <= seen.last_row; row++)
    for (int column = seen.first_column; column <= seen.last_column; column++)
      if (find_tile (self->tiles, (HemoTilePlace){ column, row }) == NULL)
        return FALSE;
  return TRUE;
}

/* The coarse picture, turned here until the loader has turned it. */
static void
snapshot_whole (HemoImageView *self, GtkSnapshot *snapshot, const HemoViewFrame *frame)
{
  const int orientation = hemo_view_orientation_turn (self->opened ? self->info.orientation : 1,
                                                      self->geometry.turns);
  graphene_rect_t rect = to_rect (self, frame, (HemoPart){ 0, 0, frame->width, frame->height });
  int turns = 0;

  if (self->whole == NULL)
    return;
  while (turns < 3 && hemo_view_orientation_turn (self->whole_orientation, turns) != orientation)
    turns++;
  gtk_snapshot_save (snapshot);
  if (turns != 0)
    {
      const float x = rect.origin.x + rect.size.width / 2, y = rect.origin.y + rect.size.height / 2;
      const float width = turns % 2 == 0 ? rect.size.width : rect.size.height;
      const float height = turns % 2 == 0 ? rect.size.height : rect.size.width;

      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
      gtk_snapshot_rotate (snapshot, 90 * (float)turns);
      rect = GRAPHENE_RECT_INIT (-width / 2, -height / 2, width, height);
    }
  gtk_snapshot_append_scaled_texture (snapshot, self->whole, GSK_SCALING_FILTER_LINEAR, &rect);
  gtk_snapshot_restore (snapshot);
}

/* Tiles of another zoom, stretched. */
static void
snapshot_stale (HemoImageView *self, GtkSnapshot *snapshot, const HemoViewFrame *frame)
{
  const graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float)self->geometry.view_width,
                                                     (float)self->geometry.view_height);
  const double sx = (double)frame->width / MAX (1, self->stale_look.width);
  const double sy = (double)frame->height / MAX (1, self->stale_look.height);
  const float scale = (float)self->geometry.scale;
  GHashTableIter iter;
  gpointer key, texture;

  g_hash_table_iter_init (&iter, self->stale);
  while (g_hash_table_iter_next (&iter, &key, &texture))
    {
      const gint64 number = *(gint64 *)key;
      const HemoTilePlace place = { (int)(number >> 32), (int)(guint32)number };
      const HemoPart part = hemo_tile_part (&self->stale_look, place);
      const graphene_rect_t rect = GRAPHENE_RECT_INIT (
          (float)(frame->x + part.x * sx) / scale, (float)(frame->y + part.y * sy) / scale,
          (float)(part.width * sx) / scale, (float)(part.height * sy) / scale);

      if (graphene_rect_intersection (&rect, &bounds, NULL))
        gtk_snapshot_append_scaled_texture (snapshot, texture, GSK_SCALING_FILTER_NEAREST, &rect);
    }
}

static void
snapshot_tiles (HemoImageView *self, GtkSnapshot *snapshot, const HemoViewFrame *frame)
{
  const Span seen = get_span (self, frame, 0);

  for (int row = seen.first_row; row <= seen.last_row; row++)
    for (int column = seen.first_column; column <= seen.last_column; column++)
      {
        const HemoTilePlace place = { column, row };
        GdkTexture *texture = find_tile (self->tiles, place);
        const graphene_rect_t rect = to_rect (self, frame, hemo_tile_part (&self->look, place));

        if (texture != NULL)
          gtk_snapshot_append_texture (snapshot, texture, &rect);
      }
}

void
hemo_image_view_snapshot_picture (HemoImageView *self, GtkSnapshot *snapshot)
{
  HemoViewFrame frame;

  if (self->geometry.width == 0 || self->tiles == NULL)
    return;
  hemo_view_geometry_frame (&self->geometry, &frame);
  if (!self->opened || !has_all_seen (self, &frame))
    {
      snapshot_whole (self, snapshot, &frame);
      snapshot_stale (self, snapshot, &frame);
    }
  snapshot_tiles (self, snapshot, &frame);
}

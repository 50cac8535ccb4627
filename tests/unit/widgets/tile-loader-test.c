/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The loader: opens, makes what is wished for last, ends without a word, says what is damaged. */

#include "hemo-tile-loader.h"

#include "hemo-smear-art.h"

#include <string.h>

typedef struct
{
  HemoPictureInfo info;
  int opened;
  int failed;
  int whole;
  int tiles;
  guint complete;
  guint wished;
  int late;
  char *message;
  GHashTable *places;
} Seen;

static void
opened_cb (gpointer data, const HemoPictureInfo *info)
{
  Seen *seen = data;

  seen->opened++;
  seen->info = *info;
}

static void
failed_cb (gpointer data, const GError *error)
{
  Seen *seen = data;

  seen->failed++;
  g_set_str (&seen->message, error->message);
}

static void
whole_cb (gpointer data, guint generation, const HemoTileLook *look, GdkTexture *texture)
{
  Seen *seen = data;

  seen->whole++;
  g_assert_cmpint (gdk_texture_get_width (texture), ==, look->width);
}

static void
tile_cb (gpointer data, guint generation, HemoTilePlace place, GdkTexture *texture)
{
  Seen *seen = data;

  if (generation != seen->wished)
    seen->late++;
  seen->tiles++;
  g_hash_table_add (seen->places, GINT_TO_POINTER (place.row * 1000 + place.column + 1));
}

static void
complete_cb (gpointer data, guint generation)
{
  ((Seen *)data)->complete = generation;
}

static const HemoTileEvents events = { opened_cb, failed_cb, whole_cb, tile_cb, complete_cb };

static GBytes *
draw (int width, int height)
{
  HemoSmear smear;
  GArray *cells;
  cairo_surface_t *surface;
  GBytes *bytes;

  hemo_smear_init (&smear, 11);
  smear.width = width;
  smear.height = height;
  surface = hemo_smear_draw (&smear, &cells);
  bytes = hemo_smear_to_jpeg (surface, 85);
  cairo_surface_destroy (surface);
  g_array_unref (cells);
  return bytes;
}

static gboolean
give_up_cb (gpointer data)
{
  g_error ("nothing came for 20 seconds");
  return G_SOURCE_REMOVE;
}

#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint give_up = g_timeout_add_seconds (20, give_up_cb, NULL);                                  \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (give_up);                                                                     \
  }                                                                                                \
  G_STMT_END

/* All tiles of a square of the picture as shown at @zoom, from @first on. */
static HemoTileWish *
make_wish (Seen *seen, double zoom, int first, int count)
{
  HemoTileWish *wish = g_new0 (HemoTileWish, 1);

  wish->generation = ++seen->wished;
  wish->zoom = zoom;
  wish->look.orientation = seen->info.orientation;
  wish->look.width = (int)(seen->info.width * zoom);
  wish->look.height = (int)(seen->info.height * zoom);
  hemo_tile_look_shade (&wish->look, 0, 0);
  wish->view = (HemoPart){ first * HEMO_TILE_SIDE, 0, HEMO_TILE_SIDE, HEMO_TILE_SIDE };
  wish->tiles = g_array_new (FALSE, FALSE, sizeof (HemoTilePlace));
  for (int row = 0; row < count; row++)
    for (int column = first; column < first + count; column++)
      {
        const HemoTilePlace place = { column, row };
        g_array_append_val (wish->tiles, place);
      }
  return wish;
}

static void
seen_init (Seen *seen)
{
  *seen = (Seen){ .places = g_hash_table_new (NULL, NULL) };
}

static void
seen_clear (Seen *seen)
{
  g_hash_table_unref (seen->places);
  g_free (seen->message);
}

static void
test_tiles (void)
{
  g_autoptr (GBytes) bytes = draw (2560, 1920);
  HemoTileLoader *loader;
  Seen seen;

  seen_init (&seen);
  loader = hemo_tile_loader_new (bytes, 600, &events, &seen);
  WAIT_FOR (seen.whole > 0);
  g_assert_cmpint (seen.opened, ==, 1);
  g_assert_cmpint (seen.info.width, ==, 2560);
  for (int i = 0; i < 4; i++)
    {
      static const double zooms[] = { 0.25, 0.5, 1, 2 };

      g_hash_table_remove_all (seen.places);
      hemo_tile_loader_wish (loader, make_wish (&seen, zooms[i], 0, 2));
      WAIT_FOR (seen.complete == seen.wished);
      g_assert_cmpint (g_hash_table_size (seen.places), ==, 4);
    }
  g_assert_cmpint (seen.failed, ==, 0);
  g_assert_cmpint (seen.late, ==, 0);
  hemo_tile_loader_close (loader);
  seen_clear (&seen);
}

/* Wishes that come faster than they are granted: the last is, and a tile that is not there is none.
 */
static void
test_last_wish (void)
{
  g_autoptr (GBytes) bytes = draw (2560, 1920);
  HemoTileLoader *loader;
  Seen seen;

  seen_init (&seen);
  loader = hemo_tile_loader_new (bytes, 600, &events, &seen);
  WAIT_FOR (seen.opened > 0);
  for (int i = 0; i < 60; i++)
    {
      hemo_tile_loader_wish (loader, make_wish (&seen, i % 2 == 0 ? 1 : 0.5, i % 5, 3));
      g_main_context_iteration (NULL, FALSE);
    }
  g_hash_table_remove_all (seen.places);
  hemo_tile_loader_wish (loader, make_wish (&seen, 1, 8, 4));
  WAIT_FOR (seen.complete == seen.wished);
  /* Columns 8 and 9 of 10 there are. */
  g_assert_cmpint (g_hash_table_size (seen.places), >=, 8);
  hemo_tile_loader_close (loader);
  seen_clear (&seen);
}

/* Closed while it works: not a word more. */
static void
test_close (void)
{
  g_autoptr (GBytes) bytes = draw (1280, 960);

  for (int i = 0; i < 30; i++)
    {
      Seen seen;
      HemoTileLoader *loader;

      seen_init (&seen);
      loader = hemo_tile_loader_new (bytes, 2000, &events, &seen);
      for (int k = 0; k < i; k++)
        {
          g_usleep (300);
          g_main_context_iteration (NULL, FALSE);
        }
      if (seen.opened > 0)
        hemo_tile_loader_wish (loader, make_wish (&seen, 1, 0, 3));
      hemo_tile_loader_close (loader);
      seen_clear (&seen);
      memset (&seen, 0xaa, sizeof seen);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}

static void
test_damaged (void)
{
  g_autoptr (GBytes) good = draw (1280, 960);
  gsize size;
  const guint8 *data = g_bytes_get_data (good, &size);
  const gsize sizes[] = { 0, 1, 100, size / 2 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (data, sizes[i]);
      HemoTileLoader *loader;
      Seen seen;

      seen_init (&seen);
      loader = hemo_tile_loader_new (bytes, 600, &events, &seen);
      WAIT_FOR (seen.failed > 0);
      g_assert_nonnull (strstr (seen.message, "damaged"));
      g_assert_cmpint (seen.whole, ==, 0);
      /* What is wished for all the same is passed over. */
      seen.info.width = seen.info.height = 100;
      hemo_tile_loader_wish (loader, make_wish (&seen, 1, 0, 1));
      hemo_tile_loader_close (loader);
      seen_clear (&seen);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* PNG has no parts: kept whole, the tiles are the same. */
static void
test_png (void)
{
  g_autoptr (GBytes) jpeg = draw (900, 700);
  g_autoptr (HemoPixels) pixels = hemo_picture_decode (jpeg, 0, FALSE, NULL);
  g_autoptr (GBytes) png = hemo_pixels_to_png (pixels, NULL);
  HemoTileLoader *loader;
  Seen seen;

  seen_init (&seen);
  loader = hemo_tile_loader_new (png, 300, &events, &seen);
  WAIT_FOR (seen.opened > 0);
  hemo_tile_loader_wish (loader, make_wish (&seen, 1, 0, 3));
  WAIT_FOR (seen.complete == seen.wished);
  g_assert_cmpint (g_hash_table_size (seen.places), ==, 9);
  hemo_tile_loader_close (loader);
  seen_clear (&seen);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tile-loader/tiles", test_tiles);
  g_test_add_func ("/tile-loader/last-wish", test_last_wish);
  g_test_add_func ("/tile-loader/close", test_close);
  g_test_add_func ("/tile-loader/damaged", test_damaged);
  g_test_add_func ("/tile-loader/png", test_png);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tiles: exact at 1:1, seamless at any zoom, turned as the whole is, lightened. */

#include "hemo-tile-render.h"

#include "hemo-tile-loader.h"

#include <string.h>

/* Red across, green down, blue in bands. */
static HemoPixels *
make (int width, int height)
{
  HemoPixels *pixels = hemo_pixels_new (width, height, NULL);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint8 *p = hemo_pixels_row (pixels, y) + (gsize)x * 3;

        p[0] = (guint8)(x * 255 / MAX (1, width - 1));
        p[1] = (guint8)(y * 255 / MAX (1, height - 1));
        p[2] = (guint8)((x / 3 + y / 5) % 2 * 255);
      }
  return pixels;
}

/* 0xAARRGGBB, as cairo has it. */
static guint32 *
download (GdkTexture *texture)
{
  const int width = gdk_texture_get_width (texture), height = gdk_texture_get_height (texture);
  guint32 *words = g_new (guint32, (gsize)width * (gsize)height);

  gdk_texture_download (texture, (guchar *)words, (gsize)width * 4);
  return words;
}

static HemoTileLook
make_look (int orientation, int width, int height)
{
  HemoTileLook look = { .orientation = orientation, .width = width, .height = height };

  hemo_tile_look_shade (&look, 0, 0);
  return look;
}

static guint32 *
render_all (const HemoTileLook *look, const HemoPixels *pixels)
{
  const HemoPart all = { 0, 0, pixels->width, pixels->height };
  g_autoptr (GdkTexture) texture
      = hemo_tile_render (look, pixels, all, pixels->width, pixels->height,
                          (HemoPart){ 0, 0, look->width, look->height });

  return download (texture);
}

static void
test_exact (void)
{
  g_autoptr (HemoPixels) pixels = make (70, 50);
  const HemoTileLook look = make_look (1, 70, 50);
  g_autofree guint32 *words = render_all (&look, pixels);

  for (int i = 0; i < 70 * 50; i++)
    {
      const guint8 *p = pixels->data + 3 * i;

      g_assert_cmphex (words[i], ==, 0xff000000u | (guint32)p[0] << 16 | (guint32)p[1] << 8 | p[2]);
    }
}

/* Every orientation is what hemo_pixels_orient() makes of the whole. */
static void
test_orientations (void)
{
  for (int o = 1; o <= 8; o++)
    {
      g_autoptr (HemoPixels) pixels = make (37, 23);
      const HemoTileLook look = make_look (o, o >= 5 ? 23 : 37, o >= 5 ? 37 : 23);
      g_autofree guint32 *words = render_all (&look, pixels);
      g_autoptr (HemoPixels) turned = hemo_pixels_orient (make (37, 23), o, NULL);

      for (int i = 0; i < 37 * 23; i++)
        g_assert_cmphex (words[i] & 0xffffff, ==,
                         (guint32)turned->data[3 * i] << 16 | (guint32)turned->data[3 * i + 1] << 8
                             | turned->data[3 * i + 2]);
    }
}

/* Tiles rendered each from no more than they need are together the whole rendered at once. */
static void
check_seams (int orientation, int width, int height)
{
  g_autoptr (HemoPixels) pixels = make (311, 207);
  const HemoTileLook look = make_look (orientation, width, height);
  g_autofree guint32 *whole = render_all (&look, pixels);

  for (int row = 0; row <= (height - 1) / HEMO_TILE_SIDE; row++)
    for (int column = 0; column <= (width - 1) / HEMO_TILE_SIDE; column++)
      {
        const HemoPart part = hemo_tile_part (&look, (HemoTilePlace){ column, row });
        const HemoPart needs = hemo_tile_look_needs (&look, part, 311, 207);
        g_autoptr (HemoPixels) cut = hemo_pixels_new (needs.width, needs.height, NULL);
        g_autoptr (GdkTexture) tile = NULL;
        g_autofree guint32 *words = NULL;

        for (int y = 0; y < needs.height; y++)
          memcpy (hemo_pixels_row (cut, y),
                  hemo_pixels_row (pixels, needs.y + y) + (gsize)needs.x * 3,
                  (gsize)needs.width * 3);
        tile = hemo_tile_render (&look, cut, needs, 311, 207, part);
        words = download (tile);
        for (int y = 0; y < part.height; y++)
          for (int x = 0; x < part.width; x++)
            g_assert_cmphex (words[y * part.width + x], ==,
                             whole[(part.y + y) * width + part.x + x]);
      }
}

static void
test_seams (void)
{
  check_seams (1, 311, 207);
  check_seams (1, 700, 466);
  check_seams (6, 466, 700);
  check_seams (3, 200, 133);
  check_seams (8, 41, 62);
  check_seams (1, 5, 3);
  check_seams (1, 1, 1);
}

/* An even grey stays that grey at every zoom: the weights add up. */
static void
test_even (void)
{
  g_autoptr (HemoPixels) pixels = hemo_pixels_new (64, 64, NULL);

  memset (pixels->data, 137, 64 * 64 * 3);
  for (int side = 1; side < 300; side += 7)
    {
      const HemoTileLook look = make_look (1, side, side);
      g_autofree guint32 *words = render_all (&look, pixels);

      for (int i = 0; i < side * side; i++)
        g_assert_cmphex (words[i], ==, 0xff898989);
    }
}

static void
test_shades (void)
{
  HemoTileLook look = { 0 };

  hemo_tile_look_shade (&look, 0, 0);
  for (int i = 0; i < 256; i++)
    g_assert_cmpint (look.shades[i], ==, i);
  hemo_tile_look_shade (&look, 0.2, 0);
  g_assert_cmpint (look.shades[100], >, 100);
  g_assert_cmpint (look.shades[255], ==, 255);
  hemo_tile_look_shade (&look, 0, 0.5);
  g_assert_cmpint (look.shades[64], <, 64);
  g_assert_cmpint (look.shades[192], >, 192);
  for (double b = -1; b <= 1; b += 0.25)
    for (double c = -1; c <= 1; c += 0.25)
      {
        hemo_tile_look_shade (&look, b, c);
        for (int i = 1; i < 256; i++)
          g_assert_cmpint (look.shades[i], >=, look.shades[i - 1]);
      }
}

static void
test_shrink (void)
{
  g_assert_cmpint (hemo_tile_shrink (4), ==, 1);
  g_assert_cmpint (hemo_tile_shrink (1), ==, 1);
  g_assert_cmpint (hemo_tile_shrink (0.6), ==, 1);
  g_assert_cmpint (hemo_tile_shrink (0.5), ==, 2);
  g_assert_cmpint (hemo_tile_shrink (0.3), ==, 2);
  g_assert_cmpint (hemo_tile_shrink (0.25), ==, 4);
  g_assert_cmpint (hemo_tile_shrink (0.125), ==, 8);
  g_assert_cmpint (hemo_tile_shrink (0.01), ==, 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tile-render/exact", test_exact);
  g_test_add_func ("/tile-render/orientations", test_orientations);
  g_test_add_func ("/tile-render/seams", test_seams);
  g_test_add_func ("/tile-render/even", test_even);
  g_test_add_func ("/tile-render/shades", test_shades);
  g_test_add_func ("/tile-render/shrink", test_shrink);
  return g_test_run ();
}

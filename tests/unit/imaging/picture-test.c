/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures whole, cut, huge and hostile. */

#include "hemo-picture.h"

#include <string.h>

/* Coloured squares with a mark in one corner, so that a turn is seen. */
static HemoPixels *
draw (int width, int height)
{
  HemoPixels *pixels = hemo_pixels_new (width, height, NULL);

  g_assert_nonnull (pixels);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint8 *p = hemo_pixels_row (pixels, y) + 3 * x;
        const gboolean corner = x < width / 4 && y < height / 4;
        p[0] = corner ? 250 : (guint8)(60 + 100 * x / width);
        p[1] = corner ? 10 : (guint8)(60 + 100 * y / height);
        p[2] = (guint8)(x / 16 + y / 16) % 2 * 80 + 90;
      }
  return pixels;
}

static GBytes *
make_jpeg (int width, int height)
{
  g_autoptr (HemoPixels) pixels = draw (width, height);
  GBytes *bytes = hemo_pixels_to_jpeg (pixels, 92, NULL);

  g_assert_nonnull (bytes);
  return bytes;
}

/* A JPEG with EXIF: orientation @orientation, and a latitude reference. */
static GBytes *
add_exif (GBytes *jpeg, guint8 orientation)
{
  const guint8 exif[]
      = { 0xff, 0xe1, 0,   78,  'E',  'x',  'i', 'f', 0,   0,   'M', 'M', 0,   42,          0, 0,
          0,    8,    0,   2,   0x01, 0x12, 0,   3,   0,   0,   0,   1,   0,   orientation, 0, 0,
          0x88, 0x25, 0,   4,   0,    0,    0,   1,   0,   0,   0,   38,  0,   0,           0, 0,
          0,    1,    0,   1,   0,    2,    0,   0,   0,   2,   'N', 0,   0,   0,           0, 0,
          0,    0,    'S', 'E', 'C',  'R',  'E', 'T', 'P', 'L', 'A', 'C', 'E', 0,           0, 0 };
  GByteArray *to = g_byte_array_new ();
  const guint8 *data = g_bytes_get_data (jpeg, NULL);

  g_assert_cmpuint (sizeof exif, ==, 80);
  g_byte_array_append (to, data, 2);
  g_byte_array_append (to, exif, sizeof exif);
  g_byte_array_append (to, data + 2, (guint)g_bytes_get_size (jpeg) - 2);
  g_byte_array_append (to, (const guint8 *)"TRAILING", 8);
  return g_byte_array_free_to_bytes (to);
}

static gboolean
contains (GBytes *bytes, const char *text)
{
  return memmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text))
         != NULL;
}

static void
test_probe (void)
{
  g_autoptr (GBytes) jpeg = make_jpeg (320, 200);
  g_autoptr (GBytes) tagged = add_exif (jpeg, 6);
  HemoPictureInfo info;

  g_assert_true (hemo_picture_probe (jpeg, &info, NULL));
  g_assert_cmpstr (info.media_type, ==, "image/jpeg");
  g_assert_cmpint (info.width, ==, 320);
  g_assert_cmpint (info.height, ==, 200);
  g_assert_cmpint (info.channels, ==, 3);
  g_assert_cmpint (info.orientation, ==, 1);
  g_assert_false (info.has_metadata || info.has_exif || info.progressive);
  g_assert_true (hemo_picture_probe (tagged, &info, NULL));
  g_assert_cmpint (info.orientation, ==, 6);
  g_assert_true (info.has_exif && info.has_gps && info.has_metadata);
}

static void
test_truncated (void)
{
  g_autoptr (GBytes) jpeg = make_jpeg (320, 200);
  g_autoptr (HemoPixels) pixels = draw (320, 200);
  g_autoptr (GBytes) png = hemo_pixels_to_png (pixels, NULL);
  GBytes *wholes[] = { jpeg, png };

  for (gsize w = 0; w < G_N_ELEMENTS (wholes); w++)
    for (gsize size = 0; size < g_bytes_get_size (wholes[w]); size += size < 64 ? 1 : 512)
      {
        g_autoptr (GBytes) part = g_bytes_new_from_bytes (wholes[w], 0, size);
        g_autoptr (GError) error = NULL;
        HemoPictureInfo info = { .width = -7 };

        g_assert_false (hemo_picture_probe (part, &info, &error));
        g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED);
        g_assert_cmpint (info.width, ==, -7);
      }
}

/* Cut in the middle, with an end mark that makes it look whole. */
static void
test_cut_with_end (void)
{
  g_autoptr (GBytes) jpeg = make_jpeg (320, 200);
  const gsize half = g_bytes_get_size (jpeg) / 2;
  GByteArray *to = g_byte_array_new ();
  g_autoptr (GBytes) cut = NULL;
  g_autoptr (GError) error = NULL;

  g_byte_array_append (to, g_bytes_get_data (jpeg, NULL), (guint)half);
  g_byte_array_append (to, (const guint8 *)"\0\xff\xd9", 3);
  cut = g_byte_array_free_to_bytes (to);
  g_assert_true (hemo_picture_probe (cut, NULL, NULL));
  g_assert_null (hemo_picture_thumbnail (cut, 64, 75, &error));
  g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED);
}

/* The header's frame changed to @marker, @height by @width. */
static GBytes *
forge (guint8 marker, guint height, guint width)
{
  g_autoptr (GBytes) jpeg = make_jpeg (320, 200);
  gsize size;
  guint8 *data = g_memdup2 (g_bytes_get_data (jpeg, &size), g_bytes_get_size (jpeg));
  guint8 *frame = memmem (data, size, "\xff\xc0\0\x11", 4);

  g_assert_nonnull (frame);
  frame[1] = marker;
  frame[5] = (guint8)(height >> 8);
  frame[6] = (guint8)height;
  frame[7] = (guint8)(width >> 8);
  frame[8] = (guint8)width;
  return g_bytes_new_take (data, size);
}

static void
test_huge (void)
{
  const guint sizes[][2] = { { 65500, 65500 }, { 16385, 8 }, { 8, 16385 }, { 10001, 10000 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) bytes = forge (0xc0, sizes[i][0], sizes[i][1]);
      g_autoptr (GError) error = NULL;
      g_assert_null (hemo_picture_decode (bytes, 0, TRUE, &error));
      g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_TOO_LARGE);
    }
}

static void
test_progressive_bomb (void)
{
  g_autoptr (GBytes) bytes = forge (0xc2, 9000, 9000);
  g_autoptr (GBytes) modest = forge (0xc0, 9000, 9000);
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_picture_probe (modest, NULL, NULL));
  g_assert_false (hemo_picture_probe (bytes, NULL, &error));
  g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_TOO_LARGE);
}

static void
test_strip (void)
{
  for (guint8 orientation = 1; orientation <= 8; orientation++)
    {
      /* Whole blocks, and not: the second has to be encoded again. */
      g_autoptr (GBytes) jpeg = orientation % 2 ? make_jpeg (320, 192) : make_jpeg (317, 191);
      g_autoptr (GBytes) tagged = add_exif (jpeg, orientation);
      g_autoptr (GBytes) plain = hemo_picture_strip (tagged, NULL);
      g_autoptr (HemoPixels) expected = hemo_picture_decode (tagged, 0, TRUE, NULL);
      g_autoptr (HemoPixels) found = NULL;
      HemoPictureInfo info;
      gint64 off = 0;

      g_assert_nonnull (plain);
      g_assert_false (contains (plain, "SECRETPLACE") || contains (plain, "TRAILING"));
      g_assert_false (contains (plain, "Exif"));
      g_assert_true (hemo_picture_probe (plain, &info, NULL));
      g_assert_false (info.has_metadata);
      g_assert_cmpint (info.orientation, ==, 1);
      found = hemo_picture_decode (plain, 0, TRUE, NULL);
      g_assert_cmpint (found->width, ==, expected->width);
      g_assert_cmpint (found->height, ==, expected->height);
      for (gsize i = 0; i < (gsize)found->width * found->height * 3; i++)
        off += ABS (found->data[i] - expected->data[i]);
      g_assert_cmpint (off / (found->width * found->height * 3), <=, 2);
    }
}

static void
test_thumbnail (void)
{
  g_autoptr (GBytes) jpeg = make_jpeg (1000, 600);
  g_autoptr (GBytes) tagged = add_exif (jpeg, 6);
  g_autoptr (GBytes) small = hemo_picture_thumbnail (tagged, 100, 80, NULL);
  g_autoptr (HemoPixels) pixels = hemo_picture_decode (small, 0, TRUE, NULL);
  const guint8 *corner;

  g_assert_nonnull (pixels);
  g_assert_cmpint (pixels->width, ==, 60);
  g_assert_cmpint (pixels->height, ==, 100);
  /* Turned to the right, the mark of the upper left corner is at the upper right. */
  corner = hemo_pixels_row (pixels, 5) + 3 * 55;
  g_assert_cmpint (corner[0], >, 200);
  g_assert_cmpint (corner[1], <, 60);
}

static void
test_not_a_picture (void)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("GIF89a and so on", 16);
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_picture_probe (text, NULL, &error));
  g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_UNSUPPORTED);
}

static void
test_png_whole (void)
{
  g_autoptr (HemoPixels) pixels = draw (77, 55);
  g_autoptr (GBytes) png = hemo_pixels_to_png (pixels, NULL);
  g_autoptr (GBytes) plain = hemo_picture_strip (png, NULL);
  g_autoptr (HemoPixels) back = hemo_picture_decode (plain, 0, TRUE, NULL);

  g_assert_nonnull (back);
  g_assert_cmpmem (back->data, 77 * 55 * 3, pixels->data, 77 * 55 * 3);
}

static void
test_hash (void)
{
  g_autoptr (HemoPixels) pixels = draw (640, 480);
  g_autoptr (HemoPixels) smaller = hemo_pixels_shrink (pixels, 311, 233, NULL);
  const guint64 hash = hemo_picture_difference_hash (pixels);

  g_assert_cmpint (hemo_picture_hash_distance (hash, hemo_picture_difference_hash (smaller)), <=,
                   HEMO_PICTURE_SAME_DISTANCE);
  g_assert_cmpint (hemo_picture_hash_distance (0, G_MAXUINT64), ==, 64);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture/probe", test_probe);
  g_test_add_func ("/picture/truncated", test_truncated);
  g_test_add_func ("/picture/cut-with-end", test_cut_with_end);
  g_test_add_func ("/picture/huge", test_huge);
  g_test_add_func ("/picture/progressive-bomb", test_progressive_bomb);
  g_test_add_func ("/picture/strip", test_strip);
  g_test_add_func ("/picture/thumbnail", test_thumbnail);
  g_test_add_func ("/picture/not-a-picture", test_not_a_picture);
  g_test_add_func ("/picture/png", test_png_whole);
  g_test_add_func ("/picture/hash", test_hash);
  return g_test_run ();
}

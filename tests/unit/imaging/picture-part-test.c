/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parts of a picture: equal to the same part of the whole, cancelled, refused. */

#include "hemo-picture-part.h"

#include "hemo-smear-art.h"

#include <string.h>

static GBytes *
draw (int width, int height)
{
  HemoSmear smear;
  GArray *cells;
  cairo_surface_t *surface;
  GBytes *bytes;

  hemo_smear_init (&smear, 7);
  smear.width = width;
  smear.height = height;
  surface = hemo_smear_draw (&smear, &cells);
  bytes = hemo_smear_to_jpeg (surface, 92);
  cairo_surface_destroy (surface);
  g_array_unref (cells);
  return bytes;
}

static HemoPixels *
decode_all (GBytes *bytes, const HemoPictureInfo *info, int shrink)
{
  g_autoptr (GError) error = NULL;
  HemoPart part = { 0 };
  HemoPixels *pixels;

  hemo_picture_shrunk_size (info, shrink, &part.width, &part.height);
  pixels = hemo_picture_decode_part (bytes, info, shrink, &part, NULL, &error);
  g_assert_no_error (error);
  return pixels;
}

/* Largest difference of a channel between @part and the same place of @whole. */
static int
compare (const HemoPixels *whole, const HemoPart *where, const HemoPixels *part)
{
  int worst = 0;

  for (int y = 0; y < part->height; y++)
    {
      const guint8 *a = hemo_pixels_row (whole, where->y + y) + (gsize)where->x * 3;
      const guint8 *b = hemo_pixels_row (part, y);

      for (int x = 0; x < part->width * 3; x++)
        worst = MAX (worst, ABS (a[x] - b[x]));
    }
  return worst;
}

static void
test_equal (void)
{
  g_autoptr (GBytes) bytes = draw (1283, 967);
  HemoPictureInfo info;

  g_assert_true (hemo_picture_probe (bytes, &info, NULL));
  g_assert_true (hemo_picture_has_parts (&info));
  for (int shrink = 1; shrink <= 8; shrink *= 2)
    {
      g_autoptr (HemoPixels) whole = decode_all (bytes, &info, shrink);
      const int w = whole->width, h = whole->height;
      const HemoPart parts[] = {
        { 0, 0, 1, 1 },          { w - 1, h - 1, 1, 1 },
        { 3, 5, 40, 30 },        { w - 41, h - 37, 41, 37 },
        { w / 3, h / 2, 33, 1 }, { w / 2 + 1, 0, 17, h },
        { 0, 17, w, 16 },        { 15, 15, 17, 17 },
      };

      g_assert_cmpint (w, ==, (1283 + shrink - 1) / shrink);
      for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (HemoPixels) part
              = hemo_picture_decode_part (bytes, &info, shrink, &parts[i], NULL, &error);

          g_assert_no_error (error);
          g_assert_cmpint (part->width, ==, parts[i].width);
          g_assert_cmpint (part->height, ==, parts[i].height);
          g_test_message ("1/%d, part %u", shrink, i);
          g_assert_cmpint (compare (whole, &parts[i], part), <=, 1);
        }
    }
}

/* What has no parts is cut out of the whole. */
static void
test_png (void)
{
  g_autoptr (GBytes) jpeg = draw (301, 203);
  g_autoptr (HemoPixels) pixels = hemo_picture_decode (jpeg, 0, FALSE, NULL);
  g_autoptr (GBytes) png = hemo_pixels_to_png (pixels, NULL);
  HemoPictureInfo info;

  g_assert_true (hemo_picture_probe (png, &info, NULL));
  g_assert_false (hemo_picture_has_parts (&info));
  for (int shrink = 1; shrink <= 8; shrink *= 2)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoPixels) whole = decode_all (png, &info, shrink);
      const HemoPart where = { whole->width - 20, whole->height - 10, 20, 10 };
      g_autoptr (HemoPixels) part
          = hemo_picture_decode_part (png, &info, shrink, &where, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (compare (whole, &where, part), ==, 0);
    }
}

static void
test_refused (void)
{
  g_autoptr (GBytes) bytes = draw (320, 240);
  const HemoPart parts[] = {
    { -1, 0, 5, 5 },       { 0, -1, 5, 5 },       { 0, 0, 0, 5 },        { 0, 0, 5, 0 },
    { 316, 0, 5, 5 },      { 0, 236, 5, 5 },      { G_MAXINT, 0, 5, 5 }, { 0, 0, G_MAXINT, 5 },
    { 1, 0, G_MAXINT, 5 }, { 0, 5, 5, G_MAXINT },
  };
  HemoPictureInfo info;

  g_assert_true (hemo_picture_probe (bytes, &info, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (hemo_picture_decode_part (bytes, &info, 1, &parts[i], NULL, &error));
      g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID);
    }
  for (int shrink = -1; shrink < 20; shrink++)
    if (shrink != 1 && shrink != 2 && shrink != 4 && shrink != 8)
      g_assert_null (
          hemo_picture_decode_part (bytes, &info, shrink, &(HemoPart){ 0, 0, 1, 1 }, NULL, NULL));
}

static void
test_cancelled (void)
{
  g_autoptr (GBytes) bytes = draw (320, 240);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  HemoPictureInfo info;

  g_assert_true (hemo_picture_probe (bytes, &info, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_null (hemo_picture_decode_part (bytes, &info, 1, &(HemoPart){ 0, 0, 320, 240 },
                                           cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Garbled where the part is: refused. */
static void
test_damaged (void)
{
  g_autoptr (GBytes) good = draw (640, 480);
  gsize size;
  const guint8 *data = g_bytes_get_data (good, &size);
  g_autofree guint8 *copy = g_memdup2 (data, size);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  HemoPictureInfo info;

  memset (copy + size / 2, 0xb5, 400);
  memcpy (copy + size / 2 + 100, "\xff\xd3", 2);
  bytes = g_bytes_new (copy, size);
  g_assert_true (hemo_picture_probe (bytes, &info, NULL));
  g_assert_null (
      hemo_picture_decode_part (bytes, &info, 1, &(HemoPart){ 0, 0, 640, 480 }, NULL, &error));
  g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture-part/equal", test_equal);
  g_test_add_func ("/picture-part/png", test_png);
  g_test_add_func ("/picture-part/refused", test_refused);
  g_test_add_func ("/picture-part/cancelled", test_cancelled);
  g_test_add_func ("/picture-part/damaged", test_damaged);
  return g_test_run ();
}

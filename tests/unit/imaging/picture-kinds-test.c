/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every kind of JPEG and PNG that is taken, against the colours that were put in. */

#include "hemo-picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

#define WIDTH 48
#define HEIGHT 32

/* Left half one colour, right half another: chroma survives subsampling. */
static const guint8 colours[2][3] = { { 200, 60, 40 }, { 30, 90, 220 } };

static GBytes *
write_jpeg (J_COLOR_SPACE space, gboolean progressive)
{
  struct jpeg_compress_struct codec;
  struct jpeg_error_mgr manager;
  unsigned char *data = NULL;
  unsigned long size = 0;
  guint8 row[WIDTH * 4];
  JSAMPROW rows[1] = { row };
  const int n = space == JCS_GRAYSCALE ? 1 : space == JCS_CMYK || space == JCS_YCCK ? 4 : 3;

  codec.err = jpeg_std_error (&manager);
  jpeg_create_compress (&codec);
  jpeg_mem_dest (&codec, &data, &size);
  codec.image_width = WIDTH;
  codec.image_height = HEIGHT;
  codec.input_components = n;
  codec.in_color_space = n == 1 ? JCS_GRAYSCALE : n == 4 ? JCS_CMYK : JCS_RGB;
  jpeg_set_defaults (&codec);
  jpeg_set_colorspace (&codec, space);
  jpeg_set_quality (&codec, 95, TRUE);
  if (progressive)
    jpeg_simple_progression (&codec);
  jpeg_start_compress (&codec, TRUE);
  /* Adobe's inks are inverted: light in each of three, and no black. */
  for (int x = 0; x < WIDTH; x++)
    for (int c = 0; c < n; c++)
      row[x * n + c] = c < 3 ? colours[x >= WIDTH / 2][c] : 255;
  while (codec.next_scanline < HEIGHT)
    jpeg_write_scanlines (&codec, rows, 1);
  jpeg_finish_compress (&codec);
  jpeg_destroy_compress (&codec);
  return g_bytes_new_with_free_func (data, size, free, data);
}

static void
check_colours (GBytes *bytes, int channels, gboolean grey)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoPixels) pixels = hemo_picture_decode (bytes, 0, TRUE, &error);
  g_autoptr (GBytes) plain = NULL;
  HemoPictureInfo info;

  g_assert_no_error (error);
  g_assert_true (hemo_picture_probe (bytes, &info, NULL));
  g_assert_cmpint (info.channels, ==, channels);
  g_assert_cmpint (pixels->width, ==, WIDTH);
  g_assert_cmpint (pixels->height, ==, HEIGHT);
  for (int side = 0; side < 2; side++)
    for (int c = 0; c < 3; c++)
      {
        const guint8 *p = hemo_pixels_row (pixels, 16) + 3 * (WIDTH / 4 + side * WIDTH / 2);
        g_assert_cmpint (ABS (p[c] - colours[side][grey ? 0 : c]), <=, 8);
      }
  plain = hemo_picture_strip (bytes, &error);
  g_assert_no_error (error);
  g_assert_true (hemo_picture_probe (plain, &info, NULL));
  g_assert_cmpint (info.channels, ==, channels);
  g_assert_false (info.has_metadata);
}

static void
test_jpeg_spaces (void)
{
  static const struct
  {
    J_COLOR_SPACE space;
    int channels;
  } spaces[] = {
    { JCS_GRAYSCALE, 1 }, { JCS_YCbCr, 3 }, { JCS_RGB, 3 }, { JCS_CMYK, 4 }, { JCS_YCCK, 4 }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (spaces); i++)
    for (int progressive = 0; progressive < 2; progressive++)
      {
        g_autoptr (GBytes) bytes = write_jpeg (spaces[i].space, progressive);
        HemoPictureInfo info;
        g_test_message ("space %d progressive %d", spaces[i].space, progressive);
        check_colours (bytes, spaces[i].channels, spaces[i].space == JCS_GRAYSCALE);
        g_assert_true (hemo_picture_probe (bytes, &info, NULL));
        g_assert_cmpint (info.progressive, ==, progressive);
      }
}

static void
append (png_structp codec, png_bytep data, size_t size)
{
  g_byte_array_append (png_get_io_ptr (codec), data, (guint)size);
}

static void
flush (png_structp codec)
{
}

/* The pixel at @x in the kind @colour with 8 bits; @bits 16 repeats each byte. */
static void
put_pixel (guint8 *row, int x, int colour, int bits, guint8 alpha)
{
  const guint8 *rgb = colours[x >= WIDTH / 2];
  guint8 values[4] = { rgb[0], rgb[1], rgb[2], alpha };
  int n = 3 + (colour == PNG_COLOR_TYPE_RGBA);

  if (colour == PNG_COLOR_TYPE_PALETTE)
    values[0] = x >= WIDTH / 2, n = 1;
  else if (!(colour & PNG_COLOR_MASK_COLOR))
    values[1] = alpha, n = 1 + (colour == PNG_COLOR_TYPE_GRAY_ALPHA);
  for (int c = 0; c < n; c++)
    for (int byte = 0; byte < bits / 8; byte++)
      row[(x * n + c) * bits / 8 + byte] = values[c];
}

static GBytes *
write_png (int colour, int bits, int interlace, guint8 alpha)
{
  png_structp codec = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop header = png_create_info_struct (codec);
  GByteArray *to = g_byte_array_new ();
  guint8 row[WIDTH * 8], *rows[HEIGHT];
  png_color palette[2];

  for (int i = 0; i < 2; i++)
    palette[i] = (png_color){ colours[i][0], colours[i][1], colours[i][2] };
  for (int x = 0; x < WIDTH; x++)
    put_pixel (row, x, colour, bits, alpha);
  for (int y = 0; y < HEIGHT; y++)
    rows[y] = row;
  png_set_write_fn (codec, to, append, flush);
  png_set_IHDR (codec, header, WIDTH, HEIGHT, bits, colour, interlace, 0, 0);
  if (colour == PNG_COLOR_TYPE_PALETTE)
    png_set_PLTE (codec, header, palette, 2);
  png_write_info (codec, header);
  png_write_image (codec, rows);
  png_write_end (codec, header);
  png_destroy_write_struct (&codec, &header);
  return g_byte_array_free_to_bytes (to);
}

static void
test_png_kinds (void)
{
  static const struct
  {
    int colour;
    int bits;
    int channels;
  } kinds[] = {
    { PNG_COLOR_TYPE_GRAY, 8, 1 },       { PNG_COLOR_TYPE_GRAY, 16, 1 },
    { PNG_COLOR_TYPE_GRAY_ALPHA, 8, 2 }, { PNG_COLOR_TYPE_RGB, 8, 3 },
    { PNG_COLOR_TYPE_RGB, 16, 3 },       { PNG_COLOR_TYPE_RGBA, 8, 4 },
    { PNG_COLOR_TYPE_RGBA, 16, 4 },      { PNG_COLOR_TYPE_PALETTE, 8, 3 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (int interlace = 0; interlace < 2; interlace++)
      {
        g_autoptr (GBytes) bytes = write_png (kinds[i].colour, kinds[i].bits, interlace, 255);
        g_test_message ("colour %d bits %d interlace %d", kinds[i].colour, kinds[i].bits,
                        interlace);
        check_colours (bytes, kinds[i].channels, !(kinds[i].colour & PNG_COLOR_MASK_COLOR));
      }
}

/* What cannot be seen is white, not whatever colour lies beneath. */
static void
test_png_transparent (void)
{
  for (int bits = 8; bits <= 16; bits += 8)
    for (int grey = 0; grey < 2; grey++)
      {
        g_autoptr (GBytes) bytes = write_png (
            grey ? PNG_COLOR_TYPE_GRAY_ALPHA : PNG_COLOR_TYPE_RGBA, bits, bits == 16, 0);
        g_autoptr (HemoPixels) pixels = hemo_picture_decode (bytes, 0, TRUE, NULL);
        for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
          g_assert_cmpint (pixels->data[i], ==, 255);
      }
}

/* Each of the eight: where the upper left quarter's colour is shown. */
static void
test_orientations (void)
{
  static const int corners[9] = { 0, 0, 1, 3, 2, 0, 1, 3, 2 };

  for (int orientation = 1; orientation <= 8; orientation++)
    {
      HemoPixels *pixels = hemo_pixels_new (6, 4, NULL);
      g_autoptr (HemoPixels) turned = NULL;
      for (int y = 0; y < 2; y++)
        memset (hemo_pixels_row (pixels, y), 200, 9);
      turned = hemo_pixels_orient (pixels, orientation, NULL);
      g_assert_cmpint (turned->width, ==, orientation < 5 ? 6 : 4);
      for (int corner = 0; corner < 4; corner++)
        {
          const int x = corner % 2 ? turned->width - 1 : 0, y = corner / 2 ? turned->height - 1 : 0;
          g_assert_cmpint (hemo_pixels_row (turned, y)[3 * x], ==,
                           corner == corners[orientation] ? 200 : 0);
        }
    }
}

/* Runs exiftool with @arguments on @path, and returns what it printed. */
static char *
run_exiftool (const char *const *arguments, const char *path)
{
  g_autoptr (GStrvBuilder) line = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  char *printed = NULL;

  g_strv_builder_add (line, "exiftool");
  g_strv_builder_addv (line, (const char **)arguments);
  g_strv_builder_add (line, path);
  argv = g_strv_builder_end (line);
  g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &printed, NULL, NULL, &error);
  g_assert_no_error (error);
  return printed;
}

/* Another program puts places and names in, and finds none after. */
static void
check_exiftool (GBytes *picture, const char *name)
{
  static const char *const put[] = { "-q",
                                     "-overwrite_original",
                                     "-Orientation#=3",
                                     "-GPSLatitude=1.25",
                                     "-GPSLatitudeRef=S",
                                     "-GPSLongitude=36.8",
                                     "-XMP:Creator=SecretName",
                                     "-Comment=SecretPlace",
                                     "-IPTC:City=SecretCity",
                                     NULL };
  static const char *const list[]
      = { "-a",       "-G1",       "-s",       "-XMP:all",         "-EXIF:all",
          "-GPS:all", "-IPTC:all", "-Comment", "-ICC_Profile:all", NULL };
  g_autofree char *folder = g_dir_make_tmp ("hemo-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *none = NULL, *before = NULL, *after = NULL;
  g_autoptr (GBytes) tagged = NULL, plain = NULL;
  HemoPictureInfo info;
  char *data;
  gsize size;

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (picture, NULL),
                                      (gssize)g_bytes_get_size (picture), NULL));
  none = run_exiftool (put, path);
  before = run_exiftool (list, path);
  g_assert_nonnull (strstr (before, "GPSLatitude"));
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  tagged = g_bytes_new_take (data, size);
  g_assert_true (hemo_picture_probe (tagged, &info, NULL));
  g_assert_true (info.has_gps && info.has_exif && info.has_metadata);
  g_assert_cmpint (info.orientation, ==, 3);
  plain = hemo_picture_strip (tagged, NULL);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (plain, NULL),
                                      (gssize)g_bytes_get_size (plain), NULL));
  after = run_exiftool (list, path);
  g_assert_cmpstr (after, ==, "");
  g_assert_null (memmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), "Secret", 6));
  remove (path);
  remove (folder);
}

static void
test_exiftool (void)
{
  g_autofree char *tool = g_find_program_in_path ("exiftool");
  g_autoptr (GBytes) jpeg = write_jpeg (JCS_YCbCr, FALSE);
  g_autoptr (GBytes) png = write_png (PNG_COLOR_TYPE_RGB, 8, 0, 255);

  if (tool == NULL)
    {
      g_test_skip ("exiftool is not installed");
      return;
    }
  check_exiftool (jpeg, "a.jpg");
  check_exiftool (png, "a.png");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture-kinds/jpeg-spaces", test_jpeg_spaces);
  g_test_add_func ("/picture-kinds/png", test_png_kinds);
  g_test_add_func ("/picture-kinds/png-transparent", test_png_transparent);
  g_test_add_func ("/picture-kinds/orientations", test_orientations);
  g_test_add_func ("/picture-kinds/exiftool", test_exiftool);
  return g_test_run ();
}

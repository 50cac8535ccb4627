/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that are made to use up memory and time: a process of its own opens each, and what it
 * used is measured. */

#include "hemo-picture.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <jpeglib.h>
#include <png.h>

/* Of the whole process, GLib and the picture's own bytes included. */
#define MEGABYTES_ALLOWED 320
#define SECONDS_ALLOWED 20

static GBytes *
make_jpeg (int width, int height, gboolean progressive)
{
  struct jpeg_compress_struct codec;
  struct jpeg_error_mgr manager;
  unsigned char *data = NULL;
  unsigned long size = 0;
  g_autofree guint8 *row = g_malloc0 ((gsize)width * 3);
  JSAMPROW rows[1] = { row };

  codec.err = jpeg_std_error (&manager);
  jpeg_create_compress (&codec);
  jpeg_mem_dest (&codec, &data, &size);
  codec.image_width = (JDIMENSION)width;
  codec.image_height = (JDIMENSION)height;
  codec.input_components = 3;
  codec.in_color_space = JCS_RGB;
  jpeg_set_defaults (&codec);
  if (progressive)
    jpeg_simple_progression (&codec);
  jpeg_start_compress (&codec, TRUE);
  while (codec.next_scanline < codec.image_height)
    jpeg_write_scanlines (&codec, rows, 1);
  jpeg_finish_compress (&codec);
  jpeg_destroy_compress (&codec);
  return g_bytes_new_with_free_func (data, size, free, data);
}

static gsize
find (GBytes *bytes, const char *what, gsize from)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  const guint8 *at = memmem (data + from, size - from, what, strlen (what));

  g_assert_nonnull (at);
  return (gsize)(at - data);
}

/* Its last scan @times over. */
static GBytes *
repeat_scan (GBytes *jpeg, int times)
{
  gsize size, scan = 0;
  const guint8 *data = g_bytes_get_data (jpeg, &size);
  GByteArray *to = g_byte_array_new ();

  for (gsize i = 0; i + 1 < size; i++)
    if (data[i] == 0xff && data[i + 1] == 0xda)
      scan = i;
  g_byte_array_append (to, data, (guint)scan);
  for (int i = 0; i < times; i++)
    g_byte_array_append (to, data + scan, (guint)(size - 2 - scan));
  g_byte_array_append (to, (const guint8 *)"\xff\xd9", 2);
  return g_byte_array_free_to_bytes (to);
}

static GBytes *
claim_size (GBytes *jpeg, char frame, guint width, guint height)
{
  const char mark[3] = { (char)0xff, frame, 0 };
  gsize size, at = find (jpeg, mark, 0);
  guint8 *data = g_memdup2 (g_bytes_get_data (jpeg, &size), g_bytes_get_size (jpeg));

  data[at + 5] = (guint8)(height >> 8);
  data[at + 6] = (guint8)height;
  data[at + 7] = (guint8)(width >> 8);
  data[at + 8] = (guint8)width;
  return g_bytes_new_take (data, size);
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

/* Black, packed a thousandfold, with @text_size of compressed text before it. */
static GBytes *
make_png (int width, int height, gsize text_size)
{
  png_structp codec = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop header = png_create_info_struct (codec);
  GByteArray *to = g_byte_array_new ();
  g_autofree char *text = g_strnfill (text_size, 'a');
  g_autofree guint8 *row = g_malloc0 ((gsize)width * 3);
  png_text note = { .compression = PNG_TEXT_COMPRESSION_zTXt,
                    .key = (char[]){ "Comment" },
                    .text = text,
                    .text_length = text_size };

  png_set_write_fn (codec, to, append, flush);
  png_set_IHDR (codec, header, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_RGB, 0, 0,
                0);
  /* What costs time is to be the reading. */
  png_set_compression_level (codec, 1);
  png_set_text_compression_level (codec, 1);
  png_set_filter (codec, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
  if (text_size > 0)
    png_set_text (codec, header, &note, 1);
  png_write_info (codec, header);
  for (int y = 0; y < height; y++)
    png_write_row (codec, row);
  png_write_end (codec, header);
  png_destroy_write_struct (&codec, &header);
  return g_byte_array_free_to_bytes (to);
}

/* In a process of its own: opens what HEMO_TEST_PICTURE names in every way there is. */
static void
open_alone (void)
{
  const char *path = g_getenv ("HEMO_TEST_PICTURE"), *code = g_getenv ("HEMO_TEST_CODE");
  const gint64 begin = g_get_monotonic_time ();
  g_autoptr (GBytes) bytes = NULL, small = NULL, plain = NULL;
  g_autoptr (GError) error = NULL;
  struct rusage used;
  char *data;
  gsize size;

  if (path == NULL)
    return;
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  bytes = g_bytes_new_take (data, size);
  small = hemo_picture_thumbnail (bytes, 320, 75, &error);
  if (atoi (code) < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, HEMO_IMAGING_ERROR, atoi (code));
  plain = hemo_picture_strip (bytes, NULL);
  getrusage (RUSAGE_SELF, &used);
  g_printerr ("# %ld MB, %.1f s\n", used.ru_maxrss / 1024,
              (double)(g_get_monotonic_time () - begin) / G_USEC_PER_SEC);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint (used.ru_maxrss / 1024, <, MEGABYTES_ALLOWED);
#endif
  g_assert_cmpint ((g_get_monotonic_time () - begin) / G_USEC_PER_SEC, <, SECONDS_ALLOWED);
}

/* @code: of the error, -1 when the picture is taken. */
static void
expect (GBytes *picture, int code)
{
  g_autofree char *path = NULL;
  g_autofree char *number = g_strdup_printf ("%d", code);
  const int file = g_file_open_tmp ("hemo-XXXXXX", &path, NULL);

  g_assert_cmpint (file, >=, 0);
  g_close (file, NULL);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (picture, NULL),
                                      (gssize)g_bytes_get_size (picture), NULL));
  g_setenv ("HEMO_TEST_PICTURE", path, TRUE);
  g_setenv ("HEMO_TEST_CODE", number, TRUE);
  g_test_trap_subprocess ("/picture-hostile/subprocess/open", 120 * G_USEC_PER_SEC,
                          G_TEST_SUBPROCESS_INHERIT_STDERR);
  remove (path);
  g_test_trap_assert_passed ();
}

static void
test_header (void)
{
  g_autoptr (GBytes) jpeg = make_jpeg (64, 64, FALSE), gradual = make_jpeg (64, 64, TRUE);
  g_autoptr (GBytes) huge = claim_size (jpeg, (char)0xc0, 65500, 65500);
  g_autoptr (GBytes) huge_gradual = claim_size (gradual, (char)0xc2, 65500, 65500);
  /* Within the limits, with the pixels missing. */
  g_autoptr (GBytes) large = claim_size (jpeg, (char)0xc0, 10000, 10000);
  g_autoptr (GBytes) none = claim_size (jpeg, (char)0xc0, 0, 64);

  expect (huge, HEMO_IMAGING_ERROR_TOO_LARGE);
  expect (huge_gradual, HEMO_IMAGING_ERROR_TOO_LARGE);
  expect (large, HEMO_IMAGING_ERROR_DAMAGED);
  expect (none, HEMO_IMAGING_ERROR_DAMAGED);
}

static void
test_scans (void)
{
  g_autoptr (GBytes) jpeg = make_jpeg (512, 512, TRUE);
  g_autoptr (GBytes) thousands = repeat_scan (jpeg, 5000);

  expect (jpeg, -1);
  expect (thousands, HEMO_IMAGING_ERROR_TOO_LARGE);
}

/* As many scans as are taken, of as many pixels as are: slow, but with an end. */
static void
test_scans_at_limit (void)
{
  g_autoptr (GBytes) jpeg = make_jpeg (9000, 9000, TRUE);
  g_autoptr (GBytes) beyond = claim_size (jpeg, (char)0xc2, 9500, 9500);

  expect (jpeg, -1);
  expect (beyond, HEMO_IMAGING_ERROR_TOO_LARGE);
}

static void
test_png_bomb (void)
{
  g_autoptr (GBytes) packed = make_png (16384, 6000, 0);
  g_autoptr (GBytes) text = make_png (64, 64, 200 * 1000 * 1000);

  g_assert_cmpuint (g_bytes_get_size (packed), <, 8 * 1000 * 1000);
  expect (packed, -1);
  expect (text, -1);
}

static void
test_png_header (void)
{
  g_autoptr (GBytes) png = make_png (64, 64, 0);
  gsize size;
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (png, &size), g_bytes_get_size (png));
  g_autoptr (GBytes) huge = NULL, interlaced = NULL;

  memset (data + 16, 0x7f, 8);
  huge = g_bytes_new (data, size);
  expect (huge, HEMO_IMAGING_ERROR_TOO_LARGE);
  memcpy (data + 16, "\0\0\x27\x10\0\0\x27\x10", 8);
  data[28] = 1;
  interlaced = g_bytes_new (data, size);
  expect (interlaced, HEMO_IMAGING_ERROR_TOO_LARGE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture-hostile/subprocess/open", open_alone);
  g_test_add_func ("/picture-hostile/header", test_header);
  g_test_add_func ("/picture-hostile/scans", test_scans);
  g_test_add_func ("/picture-hostile/scans-at-limit", test_scans_at_limit);
  g_test_add_func ("/picture-hostile/png-bomb", test_png_bomb);
  g_test_add_func ("/picture-hostile/png-header", test_png_header);
  return g_test_run ();
}

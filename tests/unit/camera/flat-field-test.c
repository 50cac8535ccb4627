/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Uneven light, evened out; and fields that are no blank. */

#include "hemo-flat-field.h"

#include "camera-tools.h"
#include "hemo-picture.h"

#include <math.h>
#include <string.h>

static HemoPixels *
decode (GBytes *bytes)
{
  HemoPixels *pixels = hemo_picture_decode (bytes, 0, FALSE, NULL);

  g_assert_nonnull (pixels);
  return pixels;
}

static HemoPixels *
make_blank (double shading)
{
  g_autoptr (GBytes) bytes = draw_blank (shading);

  return decode (bytes);
}

/* Darkest and brightest green. */
static int
find_spread (const HemoPixels *pixels)
{
  int least = 255, most = 0;

  for (int i = 0; i < pixels->width * pixels->height; i++)
    {
      least = MIN (least, pixels->data[3 * i + 1]);
      most = MAX (most, pixels->data[3 * i + 1]);
    }
  return most - least;
}

static void
test_even (void)
{
  g_autoptr (HemoPixels) blank = make_blank (0.4);
  g_autoptr (HemoFlatField) flat = hemo_flat_field_new (blank, NULL);

  g_assert_nonnull (flat);
  g_test_message ("unevenness %.3f, spread %d", hemo_flat_field_get_unevenness (flat),
                  find_spread (blank));
  g_assert_cmpfloat_with_epsilon (hemo_flat_field_get_unevenness (flat), 0.38, 0.03);
  g_assert_cmpint (find_spread (blank), >, 80);
  hemo_flat_field_apply (flat, blank->data, blank->width, blank->height, (gsize)blank->width * 3, 3,
                         FALSE);
  g_test_message ("after: spread %d", find_spread (blank));
  g_assert_cmpint (find_spread (blank), <=, 8);
}

/* The same in any size, with four bytes a pixel and blue first. */
static void
test_layouts (void)
{
  g_autoptr (HemoPixels) blank = make_blank (0.4);
  g_autoptr (HemoFlatField) flat = hemo_flat_field_new (blank, NULL);
  g_autoptr (HemoPixels) small = hemo_pixels_shrink (blank, 101, 77, NULL);
  const gsize stride = 101 * 4 + 12;
  g_autofree guint8 *other = g_malloc0 (stride * 77);

  for (int y = 0; y < 77; y++)
    for (int x = 0; x < 101; x++)
      {
        const guint8 *from = hemo_pixels_row (small, y) + (gsize)x * 3;
        guint8 *to = other + y * stride + x * 4;
        to[0] = from[2];
        to[1] = from[1];
        to[2] = from[0];
        to[3] = 77;
      }
  hemo_flat_field_apply (flat, small->data, 101, 77, 101 * 3, 3, FALSE);
  hemo_flat_field_apply (flat, other, 101, 77, stride, 4, TRUE);
  for (int y = 0; y < 77; y++)
    for (int x = 0; x < 101; x++)
      {
        const guint8 *from = hemo_pixels_row (small, y) + (gsize)x * 3;
        const guint8 *to = other + y * stride + x * 4;
        g_assert_cmpint (to[0], ==, from[2]);
        g_assert_cmpint (to[1], ==, from[1]);
        g_assert_cmpint (to[2], ==, from[0]);
        g_assert_cmpint (to[3], ==, 77);
      }
  g_assert_cmpint (find_spread (small), <=, 8);
}

/* Cells keep their contrast, and white stays white. */
static void
test_no_change (void)
{
  g_autoptr (HemoPixels) blank = make_blank (0);
  g_autoptr (HemoFlatField) flat = hemo_flat_field_new (blank, NULL);
  g_autoptr (HemoPixels) all = hemo_pixels_new (256, 256, NULL);
  g_autoptr (HemoPixels) before = hemo_pixels_new (256, 256, NULL);

  for (int i = 0; i < 256 * 256 * 3; i++)
    all->data[i] = before->data[i] = (guint8)(i % 256);
  hemo_flat_field_apply (flat, all->data, 256, 256, 256 * 3, 3, FALSE);
  for (int i = 0; i < 256 * 256 * 3; i++)
    g_assert_cmpint (abs (all->data[i] - before->data[i]), <=, 1);
}

static void
refuse (HemoPixels *pixels, const char *word)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_flat_field_new (pixels, &error));
  g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_no_blank (void)
{
  g_autoptr (GBytes) field = draw_field (1, FALSE);
  g_autoptr (HemoPixels) cells = decode (field);
  g_autoptr (HemoPixels) dark = hemo_pixels_new (640, 480, NULL);
  g_autoptr (HemoPixels) white = hemo_pixels_new (640, 480, NULL);
  g_autoptr (HemoPixels) corner = make_blank (0.9);
  g_autoptr (HemoPixels) tiny = hemo_pixels_new (20, 20, NULL);

  memset (white->data, 255, 640 * 480 * 3);
  refuse (cells, "cells");
  refuse (dark, "too dark");
  refuse (white, "burnt out");
  refuse (corner, "condenser");
  refuse (tiny, "too small");
}

/* Dust and a single stray cell do not matter. */
static void
test_dust (void)
{
  g_autoptr (HemoPixels) blank = make_blank (0.2);
  g_autoptr (HemoPixels) clean = make_blank (0.2);
  g_autoptr (HemoFlatField) flat = NULL;

  for (int i = 0; i < 12; i++)
    for (int y = 0; y < 6; y++)
      memset (hemo_pixels_row (blank, 37 * i + 20 + y) + 3 * (51 * i + 20), 40, 18);
  flat = hemo_flat_field_new (blank, NULL);
  g_assert_nonnull (flat);
  hemo_flat_field_apply (flat, clean->data, 640, 480, 640 * 3, 3, FALSE);
  g_assert_cmpint (find_spread (clean), <=, 8);
}

static void
test_bytes (void)
{
  g_autoptr (HemoPixels) blank = make_blank (0.4);
  g_autoptr (HemoPixels) other = make_blank (0.4);
  g_autoptr (HemoFlatField) flat = hemo_flat_field_new (blank, NULL);
  g_autoptr (GBytes) bytes = hemo_flat_field_to_bytes (flat);
  g_autoptr (HemoFlatField) again = hemo_flat_field_new_from_bytes (bytes, NULL);

  g_assert_nonnull (again);
  g_assert_cmpfloat_with_epsilon (hemo_flat_field_get_unevenness (flat),
                                  hemo_flat_field_get_unevenness (again), 0.001);
  hemo_flat_field_apply (flat, blank->data, 640, 480, 640 * 3, 3, FALSE);
  hemo_flat_field_apply (again, other->data, 640, 480, 640 * 3, 3, FALSE);
  g_assert_cmpmem (blank->data, 640 * 480 * 3, other->data, 640 * 480 * 3);
}

static void
test_damaged_bytes (void)
{
  g_autoptr (HemoPixels) blank = make_blank (0.4);
  g_autoptr (HemoFlatField) flat = hemo_flat_field_new (blank, NULL);
  g_autoptr (GBytes) bytes = hemo_flat_field_to_bytes (flat);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize i = 0; i <= size; i += 97)
    {
      g_autoptr (GBytes) cut = g_bytes_new (data, MIN (i, size - 1));
      g_autoptr (GError) error = NULL;
      g_assert_null (hemo_flat_field_new_from_bytes (cut, &error));
      g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED);
    }
  for (gsize at = 0; at < size; at += 333)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);
      g_autoptr (GBytes) wrong = NULL;
      copy[at < 4 ? at : at | 1] = 0xff;
      wrong = g_bytes_new (copy, size);
      g_assert_null (hemo_flat_field_new_from_bytes (wrong, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flat-field/even", test_even);
  g_test_add_func ("/flat-field/layouts", test_layouts);
  g_test_add_func ("/flat-field/no-change", test_no_change);
  g_test_add_func ("/flat-field/no-blank", test_no_blank);
  g_test_add_func ("/flat-field/dust", test_dust);
  g_test_add_func ("/flat-field/bytes", test_bytes);
  g_test_add_func ("/flat-field/damaged-bytes", test_damaged_bytes);
  return g_test_run ();
}

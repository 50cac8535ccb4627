/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fields for the tests of pictures. */

#include "smear-tools.h"

#include "hemo-picture.h"

#include <math.h>
#include <string.h>

HemoPixels *
smear_to_pixels (const HemoSmear *smear)
{
  g_autoptr (GArray) cells = NULL;
  cairo_surface_t *surface = hemo_smear_draw (smear, &cells);
  const guint8 *data = cairo_image_surface_get_data (surface);
  const int stride = cairo_image_surface_get_stride (surface);
  HemoPixels *pixels = hemo_pixels_new (smear->width, smear->height, NULL);

  g_assert_nonnull (pixels);
  for (int y = 0; y < pixels->height; y++)
    for (int x = 0; x < pixels->width; x++)
      {
        guint32 value;
        guint8 *p = hemo_pixels_row (pixels, y) + 3 * x;
        memcpy (&value, data + (gsize)y * stride + 4 * (gsize)x, 4);
        p[0] = (guint8)(value >> 16);
        p[1] = (guint8)(value >> 8);
        p[2] = (guint8)value;
      }
  cairo_surface_destroy (surface);
  return pixels;
}

void
change_light (HemoPixels *pixels, const double gain[3], const double offset[3])
{
  const gsize n = (gsize)pixels->width * pixels->height * 3;

  for (gsize i = 0; i < n; i++)
    pixels->data[i]
        = (guint8)CLAMP (lround (gain[i % 3] * pixels->data[i] + offset[i % 3]), 0, 255);
}

/* @n values @stride apart. */
static void
box (guint8 *line, int n, gsize stride, int radius, guint8 *scratch)
{
  for (int i = 0; i < n; i++)
    scratch[i] = line[i * stride];
  for (int i = 0; i < n; i++)
    {
      int sum = 0;
      for (int k = -radius; k <= radius; k++)
        sum += scratch[CLAMP (i + k, 0, n - 1)];
      line[i * stride] = (guint8)((sum + radius) / (2 * radius + 1));
    }
}

void
blur_pixels (HemoPixels *pixels, double sigma)
{
  g_autofree guint8 *scratch = g_malloc ((gsize)MAX (pixels->width, pixels->height));
  /* Three boxes of 2 r + 1 have a variance of r (r + 1). */
  const int radius = (int)lround (sqrt (sigma * sigma + 0.25) - 0.5);
  const gsize stride = 3 * (gsize)pixels->width;

  for (int pass = 0; pass < 3 && radius > 0; pass++)
    for (int channel = 0; channel < 3; channel++)
      {
        for (int y = 0; y < pixels->height; y++)
          box (pixels->data + y * stride + channel, pixels->width, 3, radius, scratch);
        for (int x = 0; x < pixels->width; x++)
          box (pixels->data + 3 * x + channel, pixels->height, stride, radius, scratch);
      }
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
list_real (const char *set, guint step)
{
  const char *shared = g_getenv ("HEMOGRAM_SHARED_DATA");
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *some = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;

  folder = g_build_filename (shared != NULL ? shared : "/nonexistent", set, "images", NULL);
  dir = g_dir_open (folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    g_ptr_array_add (all, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (all, compare_paths);
  for (guint i = 0; i < all->len; i += step)
    g_ptr_array_add (some, g_strdup (all->pdata[i]));
  return some;
}

HemoPixels *
open_real (const char *path, int max_side)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  HemoPixels *pixels;
  char *data;
  gsize size;

  if (!g_file_get_contents (path, &data, &size, &error))
    g_error ("%s", error->message);
  bytes = g_bytes_new_take (data, size);
  pixels = hemo_picture_decode (bytes, max_side, TRUE, &error);
  g_assert_no_error (error);
  return pixels;
}

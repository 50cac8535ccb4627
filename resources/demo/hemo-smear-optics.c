/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a cheap microscope camera does to a field. */

#include "hemo-smear-art-private.h"

#include <math.h>

/* One pass of a box of 2 * @radius + 1 over a line of @count pixels that lie @step bytes apart. */
static void
blur_line (guint8 *line, int count, gsize step, int radius, guint8 *scratch)
{
  for (int channel = 0; channel < 3; channel++)
    {
      int sum = 0;

      for (int i = -radius; i <= radius; i++)
        sum += line[(gsize)CLAMP (i, 0, count - 1) * step + (gsize)channel];
      for (int i = 0; i < count; i++)
        {
          scratch[i] = (guint8)(sum / (2 * radius + 1));
          sum += line[(gsize)MIN (i + radius + 1, count - 1) * step + (gsize)channel];
          sum -= line[(gsize)MAX (i - radius, 0) * step + (gsize)channel];
        }
      for (int i = 0; i < count; i++)
        line[(gsize)i * step + (gsize)channel] = scratch[i];
    }
}

/* Three boxes make nearly a Gaussian. */
static void
blur (guint8 *data, int width, int height, gsize stride, double amount)
{
  g_autofree guint8 *scratch = g_malloc ((gsize)MAX (width, height));
  int radius = (int)lround (amount);

  for (int pass = 0; pass < 3 && radius > 0; pass++)
    {
      for (int y = 0; y < height; y++)
        blur_line (data + (gsize)y * stride, width, 4, radius, scratch);
      for (int x = 0; x < width; x++)
        blur_line (data + (gsize)x * 4, height, stride, radius, scratch);
    }
}

/* Nearly normal, with variance 1: the sum of four even ones. */
static double
normal (GRand *rand)
{
  double sum = 0;

  for (int i = 0; i < 4; i++)
    sum += g_rand_double (rand);
  return (sum - 2) * sqrt (3);
}

void
hemo_smear_apply_optics (cairo_surface_t *surface, const HemoSmear *smear, GRand *rand)
{
  guint8 *data;
  gsize stride;

  cairo_surface_flush (surface);
  data = cairo_image_surface_get_data (surface);
  stride = (gsize)cairo_image_surface_get_stride (surface);
  blur (data, smear->width, smear->height, stride, smear->blur);
  for (int y = 0; y < smear->height; y++)
    for (int x = 0; x < smear->width; x++)
      {
        guint8 *pixel = data + (gsize)y * stride + (gsize)x * 4;
        double dx = 2.0 * x / smear->width - 1, dy = 2.0 * y / smear->height - 1;
        double light = 1 - smear->shading * (dx * dx + dy * dy) / 2;
        double noise = smear->noise > 0 ? smear->noise * normal (rand) : 0;

        for (int channel = 0; channel < 3; channel++)
          pixel[channel] = (guint8)CLAMP (pixel[channel] * light + noise, 0, 255);
      }
  cairo_surface_mark_dirty (surface);
}

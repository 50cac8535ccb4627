/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What looking for cells costs on each kind of processor: milliseconds of one core and memory above
 * the picture, on drawn fields of 640 by 480 and of 5 megapixels whose scale is known.
 *
 * detector.py tells how well it does on photographs. */

#include "bench.h"

#include "hemo-detect-private.h"
#include "hemo-picture.h"
#include "hemo-smear-art.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TURNS 5

static const char *const processors[] = { "best", "plain C", "SSE2", "AVX2" };

static double
processor_now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* MiB of @field, "VmRSS:" or "VmHWM:". */
static double
read_memory (const char *field)
{
  g_autofree char *status = NULL;
  const char *at;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  at = strstr (status, field);
  return at != NULL ? strtod (at + strlen (field), NULL) / 1024 : 0;
}

static HemoPixels *
draw (int width, int height, double red_cell)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) cells = NULL;
  HemoSmear smear;
  HemoPixels *pixels;

  hemo_smear_init (&smear, 7);
  smear.width = width;
  smear.height = height;
  smear.red_cell = red_cell;
  cairo_surface_t *surface = hemo_smear_draw (&smear, &cells);
  g_autoptr (GBytes) bytes = hemo_smear_to_jpeg (surface, 90);
  cairo_surface_destroy (surface);
  pixels = hemo_picture_decode (bytes, 0, TRUE, &error);
  bench_check (pixels != NULL, error);
  return pixels;
}

/* MiB above what is there already, the highest moment of one run. */
static double
measure_memory (HemoDetector *detector, HemoPixels *pixels, double scale)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoDetection) detection = NULL;
  double before;

  /* What drawing gave back would be used again unseen. */
  malloc_trim (0);
  /* The highest moment begins anew: man 5 proc, clear_refs. */
  if (!g_file_set_contents_full ("/proc/self/clear_refs", "5", 1, G_FILE_SET_CONTENTS_NONE, 0644,
                                 NULL))
    return -1;
  before = read_memory ("VmRSS:");
  detection = hemo_detector_run (detector, pixels, scale, &error);
  bench_check (detection != NULL, error);
  return read_memory ("VmHWM:") - before;
}

static void
measure (HemoDetector *detector, const char *what, int width, int height, double red_cell)
{
  g_autoptr (HemoPixels) pixels = draw (width, height, red_cell);
  const double scale = 7.5 / red_cell;
  double memory = measure_memory (detector, pixels, scale);

  for (int kind = HEMO_SIMD_PLAIN; kind <= HEMO_SIMD_AVX2; kind++)
    {
      g_autoptr (BenchTimes) times = bench_times_new ();
      guint found = 0;

      if (hemo_simd_choose ((HemoSimd)kind) != (HemoSimd)kind)
        {
          printf ("  %-14s %-8s not on this processor\n", what, processors[kind]);
          continue;
        }
      hemo_detector_set_simd (detector, (HemoSimd)kind);
      for (int i = 0; i < TURNS; i++)
        {
          g_autoptr (GError) error = NULL;
          const double start = processor_now ();
          g_autoptr (HemoDetection) detection = hemo_detector_run (detector, pixels, scale, &error);

          bench_check (detection != NULL, error);
          bench_times_add (times, processor_now () - start);
          found = detection->cells->len;
        }
      printf (
          "  %-14s %-8s %6.0f ms of the processor in the middle of %d, %6.0f at most; %u cells\n",
          what, processors[kind], bench_times_at (times, 0.5), TURNS, bench_times_at (times, 1),
          found);
    }
  if (memory >= 0)
    printf ("  %-14s %.0f MiB at most above the picture\n", what, memory);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoDetector) detector = hemo_detector_new (NULL, &error);

  bench_check (detector != NULL, error);
  measure (detector, "640x480, x100", 640, 480, 104);
  measure (detector, "5 MP, x100", 2592, 1944, 104);
  measure (detector, "5 MP, x40", 2592, 1944, 45);
  return 0;
}

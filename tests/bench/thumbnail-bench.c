/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Thumbnails of 200 pictures against djpeg at the same scale of the same files.
 *
 * djpeg is a program for each picture and writes plain pixels; we average them to the very size and
 * write a JPEG. What a program's start costs is measured beside it, and the ratio given without it
 * as well. */

#include "bench.h"

#include "hemo-picture.h"

#include <stdio.h>
#include <stdlib.h>

#define PICTURES 20
#define SIDE 512
#define QUALITY 80

/* The smallest of libjpeg's fast scales that is not below SIDE: 2560 * 2 / 8 = 640. */
#define SCALE "2/8"

static double
run_program (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  int status = 0;
  double start = bench_now ();
  gboolean done
      = g_spawn_sync (NULL, (char **)arguments, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, NULL, NULL, &status, &error);
  double end = bench_now ();
  bench_check (done, error);
  return end - start;
}

static double
make_thumbnail (const char *path)
{
  g_autoptr (GError) error = NULL;
  double start = bench_now ();
  char *data;
  gsize size;
  bench_check (g_file_get_contents (path, &data, &size, &error), error);
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, size);
  g_autoptr (GBytes) small = hemo_picture_thumbnail (bytes, SIDE, QUALITY, &error);
  bench_check (small != NULL, error);
  return bench_now () - start;
}

/* The same pictures again and again: a decoder remembers none. */
static GPtrArray *
write_files (const char *root, int n)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) pictures = bench_draw_pictures (PICTURES);
  for (int i = 0; i < n; i++)
    {
      g_autoptr (GError) error = NULL;
      GBytes *bytes = g_ptr_array_index (pictures, i % PICTURES);
      char *path = g_strdup_printf ("%s/%d.jpg", root, i);
      g_ptr_array_add (paths, path);
      bench_check (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                        (gssize)g_bytes_get_size (bytes), &error),
                   error);
    }
  return paths;
}

int
main (int argc, char **argv)
{
  int n = argc > 1 ? MAX (2, atoi (argv[1])) : 200;
  const char *const nothing[] = { "djpeg", "-version", "/dev/null", NULL };
  g_autofree char *root = bench_make_folder ();
  g_autoptr (GPtrArray) paths = write_files (root, n);
  g_autoptr (BenchTimes) ours = bench_times_new ();
  g_autoptr (BenchTimes) theirs = bench_times_new ();
  g_autoptr (BenchTimes) start = bench_times_new ();

  for (int i = 0; i < n; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      const char *const djpeg[] = { "djpeg", "-scale", SCALE, "-outfile", "/dev/null", path, NULL };
      bench_times_add (ours, make_thumbnail (path));
      bench_times_add (theirs, run_program (djpeg));
      bench_times_add (start, run_program (nothing));
    }
  bench_remove_tree (root);
  printf ("%d files of %d drawn pictures of 2560 by 1960\n", n, PICTURES);
  bench_print_ratio ("a thumbnail as JPEG, 512 pixels", ours, "djpeg -scale " SCALE, theirs, 1.1);
  double empty = bench_times_at (start, 0.5);
  printf ("  djpeg's start alone: %.2f ms; ratio without it %.2f\n", empty,
          bench_times_at (ours, 0.5) / (bench_times_at (theirs, 0.5) - empty));
  return 0;
}

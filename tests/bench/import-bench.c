/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bringing in a picture of 5 megapixels until it outlives a power cut, against no more than what a
 * file system asks for that: write, fsync, rename, fsync of the folder, and one fsynced line in a
 * log. */

#include "bench.h"

#include "hemo-durable.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What one import adds to SQLite's log, about: the row with its preview, and its audit and queue
 * rows. */
#define LOG_BYTES 4096

static void
write_plainly (const char *folder, int log, int number, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  static const char line[LOG_BYTES] = "picture";
  g_autofree char *path = g_strdup_printf ("%s/%d.jpg", folder, number);
  bench_check (hemo_durable_write (path, NULL, bytes, &error), error);
  bench_check (write (log, line, sizeof line) == sizeof line && fsync (log) == 0, NULL);
}

int
main (int argc, char **argv)
{
  int n = argc > 1 ? atoi (argv[1]) : 40;
  g_autofree char *root = bench_make_folder ();
  g_autofree char *plain = g_build_filename (root, "plain", NULL);
  g_autofree char *log_path = g_build_filename (root, "log", NULL);
  g_autoptr (GPtrArray) pictures = bench_draw_pictures (n);
  g_autoptr (BenchTimes) ours = bench_times_new ();
  g_autoptr (BenchTimes) theirs = bench_times_new ();
  gsize total = 0;

  bench_check (hemo_durable_make_folder (plain, NULL), NULL);
  int log = open (log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  BenchClinic *clinic = bench_clinic_new (root);
  for (int i = 0; i < n; i++)
    {
      GBytes *bytes = g_ptr_array_index (pictures, i);
      double start = bench_now ();
      write_plainly (plain, log, i, bytes);
      double between = bench_now ();
      g_autofree char *uuid = bench_clinic_add_image (clinic, bytes);
      double end = bench_now ();
      /* The first of each fills caches. */
      if (i > 0)
        {
          bench_times_add (theirs, between - start);
          bench_times_add (ours, end - between);
        }
      total += g_bytes_get_size (bytes);
    }
  bench_clinic_free (clinic);
  close (log);
  bench_remove_tree (root);
  printf ("pictures of 2560 by 1960, %.2f MB each\n", (double)total / n / 1e6);
  bench_print_ratio ("import of a 5 megapixel picture, durable", ours,
                     "write, fsync, rename, folder fsync, log append with fsync", theirs, 1.25);
  return 0;
}

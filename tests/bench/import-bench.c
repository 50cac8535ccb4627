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

typedef struct
{
  char *folder;
  int log;
  BenchClinic *clinic;
  BenchTimes *plain;
  BenchTimes *kept;
  BenchTimes *imported;
  BenchTimes *measured;
} Import;

static double
time_plain (Import *self, int number, GBytes *bytes)
{
  double start = bench_now ();
  write_plainly (self->folder, self->log, number, bytes);
  return bench_now () - start;
}

static double
time_kept (Import *self, GBytes *bytes)
{
  double start = bench_now ();
  g_autofree char *uuid = bench_clinic_add_image (self->clinic, bytes);
  return bench_now () - start;
}

static void
run (Import *self, GPtrArray *pictures)
{
  for (guint i = 0; i + 1 < pictures->len; i += 2)
    {
      double plain = time_plain (self, (int)i, g_ptr_array_index (pictures, i));
      double kept = time_kept (self, g_ptr_array_index (pictures, i));
      double start = bench_now (), durable;
      bench_clinic_import_image (self->clinic, g_ptr_array_index (pictures, i + 1), &durable);
      double end = bench_now ();
      /* The first of each fills caches. */
      if (i == 0)
        continue;
      bench_times_add (self->plain, plain);
      bench_times_add (self->kept, kept);
      bench_times_add (self->imported, durable - start);
      bench_times_add (self->measured, end - durable);
    }
}

int
main (int argc, char **argv)
{
  int n = argc > 1 ? MAX (2, atoi (argv[1])) : 31;
  g_autofree char *root = bench_make_folder ();
  g_autofree char *plain = g_build_filename (root, "plain", NULL);
  g_autofree char *log_path = g_build_filename (root, "log", NULL);
  g_autoptr (GPtrArray) pictures = bench_draw_pictures (2 * n);
  g_autoptr (BenchTimes) written = bench_times_new ();
  g_autoptr (BenchTimes) imported = bench_times_new ();
  g_autoptr (BenchTimes) measured = bench_times_new ();
  g_autoptr (BenchTimes) kept = bench_times_new ();

  bench_check (hemo_durable_make_folder (plain, NULL), NULL);
  int log = open (log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  Import import = { plain, log, bench_clinic_new (root), written, kept, imported, measured };
  run (&import, pictures);
  bench_clinic_free (import.clinic);
  close (log);
  bench_remove_tree (root);
  const char *than = "write, fsync, rename, folder fsync, log append with fsync";
  bench_print_ratio ("a 5 megapixel picture, measured when it was shown, kept until durable", kept,
                     than, written, 1.25);
  bench_print_ratio ("the same from a file, nothing known of it, until durable", imported, than,
                     written, 1.25);
  printf ("  after that, decoded, measured and its preview made: median %.2f ms, p95 %.2f ms\n",
          bench_times_at (measured, 0.5), bench_times_at (measured, 0.95));
  return 0;
}

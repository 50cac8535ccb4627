/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Times and ratios, and where the benchmarks work. */

#include "bench.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

double
bench_now (void)
{
  return (double)g_get_monotonic_time () / 1000;
}

BenchTimes *
bench_times_new (void)
{
  BenchTimes *self = g_new0 (BenchTimes, 1);
  self->values = g_array_new (FALSE, FALSE, sizeof (double));
  return self;
}

void
bench_times_free (BenchTimes *self)
{
  g_array_unref (self->values);
  g_free (self);
}

void
bench_times_add (BenchTimes *self, double milliseconds)
{
  g_array_append_val (self->values, milliseconds);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double
bench_times_at (BenchTimes *self, double share)
{
  GArray *values = self->values;
  g_return_val_if_fail (values->len > 0, 0);
  g_array_sort (values, compare);
  guint rank = (guint)(share * values->len + 0.999999);
  return g_array_index (values, double, CLAMP (rank, 1, values->len) - 1);
}

void
bench_print_ratio (
    const char *what, BenchTimes *ours, const char *than, BenchTimes *theirs, double aim)
{
  double a = bench_times_at (ours, 0.5), b = bench_times_at (theirs, 0.5);
  printf ("%s\n  ours   median %9.2f ms, p95 %9.2f ms, n %u\n", what, a,
          bench_times_at (ours, 0.95), ours->values->len);
  printf ("  theirs median %9.2f ms, p95 %9.2f ms, n %u: %s\n", b, bench_times_at (theirs, 0.95),
          theirs->values->len, than);
  printf ("  ratio  %.2f", a / b);
  if (aim > 0)
    printf (" (aim: below %.3g)", aim);
  printf ("\n");
  fflush (stdout);
}

void
bench_fail (const GError *error)
{
  fprintf (stderr, "%s\n", error != NULL ? error->message : "failed");
  exit (1);
}

char *
bench_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("hemogram-bench-XXXXXX", &error);
  bench_check (folder != NULL, error);
  return folder;
}

void
bench_remove_tree (const char *folder)
{
  const char *name;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (folder, name, NULL);
      if (g_unlink (below) != 0)
        bench_remove_tree (below);
    }
  g_rmdir (folder);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A day's backlog of signed cases exported (opened, checked, freed of metadata, written, synced,
 * read back and compared) against cp and sync of the very same files. */

#include "bench.h"

#include "hemo-clinic-export.h"
#include "hemo-files.h"
#include "hemo-finding-table.h"

#include <stdio.h>
#include <stdlib.h>

#define PICTURES 2

/* Another patient with a signed value. */
static gboolean
case_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoTests tests = HEMO_TEST_CBC;
  gpointer specimen = NULL;
  if (!bench_tube_job (txn, &tests, &specimen, error))
    return FALSE;
  *result = specimen;
  static const char *const analytes[] = { "wbc", "hb", "plt" };
  static const double values[] = { 7, 130, 250 };
  for (gsize i = 0; i < G_N_ELEMENTS (analytes); i++)
    {
      g_autoptr (HemoResult) value = hemo_result_new (specimen, analytes[i], values[i], "Analyser");
      if (!hemo_result_save (txn, value, error))
        return FALSE;
    }
  return TRUE;
}

static void
add_case (BenchClinic *self, GPtrArray *pictures, guint first)
{
  g_autoptr (GError) error = NULL;
  gpointer specimen = NULL;
  bench_check (hemo_store_write (hemo_clinic_get_store (self->clinic), self->session, case_job,
                                 NULL, &specimen, &error),
               error);
  g_free (self->specimen);
  self->specimen = specimen;
  for (guint i = 0; i < PICTURES; i++)
    {
      g_autofree char *uuid
          = bench_clinic_add_image (self, g_ptr_array_index (pictures, first + i));
      bench_check (
          hemo_clinic_set_image_in_report (self->clinic, self->session, uuid, TRUE, &error), error);
    }
  g_autoptr (HemoReport) report
      = hemo_clinic_sign_report (self->clinic, self->session, self->specimen, HEMO_REPORT_FINAL,
                                 NULL, (HemoTime){ 0 }, &error);
  bench_check (report != NULL, error);
}

static double
export_day (BenchClinic *self, const char *target)
{
  g_autoptr (GError) error = NULL;
  HemoExportOptions options = {
    .day = hemo_date_of (hemo_time_now ()),
    .formats = HEMO_EXPORT_PDF | HEMO_EXPORT_CSV | HEMO_EXPORT_FHIR | HEMO_EXPORT_IMAGES,
    .target = target,
  };
  double start = bench_now ();
  bench_check (
      hemo_clinic_export (self->clinic, self->session, &options, NULL, NULL, NULL, NULL, &error),
      error);
  return bench_now () - start;
}

static double
copy_and_sync (const char *from, const char *to)
{
  g_autofree char *command = g_strdup_printf ("cp -r '%s' '%s' && sync -f '%s'", from, to, to);
  double start = bench_now ();
  bench_check (system (command) == 0, NULL);
  return bench_now () - start;
}

int
main (int argc, char **argv)
{
  guint cases = argc > 1 ? (guint)atoi (argv[1]) : 15,
        rounds = argc > 2 ? (guint)atoi (argv[2]) : 7;
  g_autofree char *root = bench_make_folder ();
  g_autoptr (GPtrArray) pictures = bench_draw_pictures ((int)(cases * PICTURES));
  g_autoptr (BenchTimes) ours = bench_times_new ();
  g_autoptr (BenchTimes) theirs = bench_times_new ();

  BenchClinic *clinic = bench_clinic_new (root);
  for (guint i = 0; i < cases; i++)
    add_case (clinic, pictures, i * PICTURES);
  for (guint i = 0; i < rounds; i++)
    {
      g_autofree char *target = g_strdup_printf ("%s/stick-%u", root, i);
      g_autofree char *copy = g_strdup_printf ("%s/copy-%u", root, i);
      bench_times_add (ours, export_day (clinic, target));
      bench_times_add (theirs, copy_and_sync (target, copy));
    }
  bench_clinic_free (clinic);
  bench_remove_tree (root);
  printf ("%u signed cases with %d pictures of 2560 by 1960 each\n", cases, PICTURES);
  bench_print_ratio ("export of a day", ours, "cp -r, sync of the file system", theirs, 0);
  return 0;
}

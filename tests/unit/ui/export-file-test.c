/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is said of a file on its way. */

#include "hemo-export-file.h"

static void
count_cb (HemoExportFile *file, guint *count)
{
  ++*count;
}

static void
check (HemoExportFile *file,
       HemoExportStage stage,
       guint64 done,
       HemoExportResult result,
       const char *words)
{
  g_autofree char *said = NULL;

  hemo_export_file_update (file, &result, stage, done);
  said = hemo_export_file_describe (file);
  g_assert_true (g_str_has_prefix (said, words));
}

static void
test_words (void)
{
  g_autoptr (HemoExportFile) file = hemo_export_file_new ("26-1/report-1.pdf");
  const HemoExportResult whole = { .bytes = 1000, .written = TRUE, .verified = TRUE };
  const HemoExportResult there = { .bytes = 1000, .kept = TRUE, .verified = TRUE };
  const HemoExportResult gone = { .removed = TRUE, .verified = TRUE };
  const HemoExportResult none = { .bytes = 1000, .written = TRUE };
  guint changes = 0;

  g_signal_connect (file, "changed", G_CALLBACK (count_cb), &changes);
  g_assert_cmpstr (hemo_export_file_get_name (file), ==, "26-1/report-1.pdf");
  check (file, HEMO_EXPORT_WAITING, 0, (HemoExportResult){ 0 }, "waits");
  g_assert_cmpuint (changes, ==, 0);
  check (file, HEMO_EXPORT_MAKING, 0, (HemoExportResult){ 0 }, "being made");
  g_assert_cmpfloat (hemo_export_file_get_fraction (file), ==, 0);
  check (file, HEMO_EXPORT_WRITING, 250, none, "writing, 25 % of");
  check (file, HEMO_EXPORT_READING, 999, none, "reading back, 99 % of");
  check (file, HEMO_EXPORT_READING, 5000, none, "reading back, 100 % of");
  check (file, HEMO_EXPORT_ENDED, 0, whole, "written and read back, ");
  g_assert_true (hemo_export_file_has_arrived (file));
  check (file, HEMO_EXPORT_ENDED, 0, there, "was there already, read back, ");
  check (file, HEMO_EXPORT_ENDED, 0, gone, "out of date, removed");
  /* Written is not arrived. */
  check (file, HEMO_EXPORT_ENDED, 0, none, "did not arrive");
  g_assert_false (hemo_export_file_has_arrived (file));
  g_assert_cmpuint (changes, ==, 8);
  hemo_export_file_update (file, &none, HEMO_EXPORT_ENDED, 0);
  g_assert_cmpuint (changes, ==, 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/export-file/words", test_words);
  return g_test_run ();
}

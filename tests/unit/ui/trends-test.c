/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which results make a curve together. */

#include "hemo-trends.h"

#include <math.h>

static void
add (GPtrArray *results,
     HemoSection section,
     const char *label,
     const char *analyte,
     const char *local_code,
     double value)
{
  HemoLine *line = hemo_line_new (section, label);

  line->analyte = g_strdup (analyte);
  line->local_code = g_strdup (local_code);
  line->value = value;
  line->at.utc_us = 1;
  g_ptr_array_add (results, line);
}

/* 40 with nucleated red cells were 12.1: only that is a point. */
static void
test_corrected (void)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_line_free);

  add (results, HEMO_SECTION_CBC, "White cells", "wbc", NULL, 40);
  add (results, HEMO_SECTION_CBC, "White cells (corrected for nRBC)", "wbc", "wbc-corrected", 12.1);
  add (results, HEMO_SECTION_CBC, "White cells", "wbc", NULL, 9);
  g_assert_false (hemo_trends_take (results, 0));
  g_assert_true (hemo_trends_take (results, 1));
  g_assert_true (hemo_trends_take (results, 2));
  g_assert_cmpstr (hemo_trends_name (results->pdata[1]), ==, hemo_trends_name (results->pdata[2]));
}

static void
test_estimate (void)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_line_free);

  add (results, HEMO_SECTION_CBC, "Platelets", "plt", NULL, 250);
  add (results, HEMO_SECTION_PLATELETS, "Platelets (estimate)", "plt", NULL, 180);
  g_assert_true (hemo_trends_take (results, 0));
  g_assert_true (hemo_trends_take (results, 1));
  g_assert_cmpstr (hemo_trends_name (results->pdata[0]), !=, hemo_trends_name (results->pdata[1]));
}

static void
test_words (void)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_line_free);

  add (results, HEMO_SECTION_MALARIA, "Malaria parasites", NULL, NULL, 3);
  add (results, HEMO_SECTION_CBC, "Haemoglobin", "hb", NULL, NAN);
  add (results, HEMO_SECTION_MORPHOLOGY_RBC, "Target cells", "target-cells", NULL, 2);
  for (guint i = 0; i < results->len; i++)
    g_assert_false (hemo_trends_take (results, i));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trends/corrected", test_corrected);
  g_test_add_func ("/trends/estimate", test_estimate);
  g_test_add_func ("/trends/words", test_words);
  return g_test_run ();
}

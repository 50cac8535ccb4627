/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts, percentages, intervals, and the films of malaria and platelets. */

#include "hemo-differential.h"
#include "hemo-morphology.h"

#include <math.h>
#include <string.h>

static void
check_interval (int part, int total, double low, double high, double epsilon)
{
  HemoDifferential differential = { 0 };
  double from = 0, to = 0;

  differential.tally[HEMO_CELL_SEGMENTED] = part;
  differential.denominator = total;
  hemo_differential_interval (&differential, HEMO_CELL_SEGMENTED, &from, &to);
  g_assert_cmpfloat_with_epsilon (from, low, epsilon);
  g_assert_cmpfloat_with_epsilon (to, high, epsilon);
}

static void
test_wilson (void)
{
  /* Newcombe, Stat Med 17 (1998) 857-872, table I, method 3. */
  check_interval (81, 263, 25.53, 36.62, 0.01);
  check_interval (15, 148, 6.24, 16.05, 0.01);
  check_interval (0, 20, 0, 16.11, 0.01);
  check_interval (1, 29, 0.61, 17.18, 0.01);
  check_interval (0, 100, 0, 3.70, 0.005);
  check_interval (100, 100, 96.30, 100, 0.005);
  check_interval (29, 100, 21.0, 38.5, 0.05);
}

static void
test_wilson_properties (void)
{
  for (int total = 1; total <= 400; total += 7)
    for (int part = 0; part <= total; part++)
      {
        HemoDifferential d = { 0 };
        double low, high, mirror_low, mirror_high;

        d.denominator = total;
        d.tally[HEMO_CELL_SEGMENTED] = part;
        d.tally[HEMO_CELL_LYMPHOCYTE] = total - part;
        hemo_differential_interval (&d, HEMO_CELL_SEGMENTED, &low, &high);
        hemo_differential_interval (&d, HEMO_CELL_LYMPHOCYTE, &mirror_low, &mirror_high);
        g_assert_cmpfloat (low, >=, 0);
        g_assert_cmpfloat (high, <=, 100);
        g_assert_cmpfloat (low, <=, 100.0 * part / total);
        g_assert_cmpfloat (high, >=, 100.0 * part / total);
        g_assert_cmpfloat_with_epsilon (low, 100 - mirror_high, 1e-9);
        g_assert_cmpfloat_with_epsilon (high, 100 - mirror_low, 1e-9);
      }
}

static void
test_garwood (void)
{
  /* Exact limits of a Poisson mean, as tabled since Garwood 1936. */
  static const struct
  {
    int count;
    double low;
    double high;
  } table[] = {
    { 0, 0, 3.6889 },         { 1, 0.0253, 5.5716 },     { 2, 0.2422, 7.2247 },
    { 5, 1.6235, 11.6683 },   { 10, 4.7954, 18.3904 },   { 20, 12.2165, 30.8884 },
    { 50, 37.1110, 65.9188 }, { 100, 81.3640, 121.627 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      HemoDifferential d = { 0 };
      double low, high;

      d.denominator = 100;
      d.tally[HEMO_CELL_NRBC] = table[i].count;
      hemo_differential_interval (&d, HEMO_CELL_NRBC, &low, &high);
      g_assert_cmpfloat_with_epsilon (low, table[i].low, 0.0006);
      g_assert_cmpfloat_with_epsilon (high, table[i].high, 0.0006);
    }
}

static void
add_cells (HemoCount *count, HemoCellClass cell_class, int n)
{
  for (int i = 0; i < n; i++)
    {
      HemoCountedCell *cell = g_new0 (HemoCountedCell, 1);

      cell->sequence = count->cells->len + 1;
      cell->cell_class = cell_class;
      g_ptr_array_add (count->cells, cell);
    }
}

static void
test_sum (void)
{
  g_autoptr (HemoCount) count = hemo_count_new ("s", "r", 100);
  g_autoptr (HemoCount) copy = NULL;
  HemoDifferential d = { 0 };

  add_cells (count, HEMO_CELL_SEGMENTED, 60);
  add_cells (count, HEMO_CELL_LYMPHOCYTE, 40);
  add_cells (count, HEMO_CELL_NRBC, 12);
  add_cells (count, HEMO_CELL_SMUDGE, 3);
  add_cells (count, HEMO_CELL_BLAST, 1);
  add_cells (count, (HemoCellClass)77, 1);
  ((HemoCountedCell *)count->cells->pdata[115])->taken_back = TRUE;
  copy = hemo_count_copy (count);
  hemo_differential_add (&d, copy);
  g_assert_cmpint (d.denominator, ==, 100);
  g_assert_cmpint (d.tally[HEMO_CELL_BLAST], ==, 0);
  g_assert_cmpfloat (hemo_differential_percent (&d, HEMO_CELL_SEGMENTED), ==, 60);
  g_assert_cmpfloat (hemo_differential_percent (&d, HEMO_CELL_NRBC), ==, 12);
  g_assert_cmpfloat_with_epsilon (hemo_differential_absolute (&d, HEMO_CELL_LYMPHOCYTE, 7.5), 3.0,
                                  1e-9);
  hemo_differential_add (&d, count);
  g_assert_cmpint (d.denominator, ==, 200);
  g_assert_cmpfloat (hemo_differential_percent (&d, HEMO_CELL_NRBC), ==, 12);
}

/* What came by which way, of all fields or of one; the name and time of the last one. */
static void
test_ways (void)
{
  HemoCount *count = hemo_count_new ("s", "r", 100), *other = hemo_count_new ("s", "q", 100);
  g_autoptr (GPtrArray) counts = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_count_free);
  HemoCountedWay way = { .cells = -7 };

  g_ptr_array_add (counts, count);
  g_ptr_array_add (counts, other);
  other->reader_name = g_strdup ("Asha");
  add_cells (count, HEMO_CELL_SEGMENTED, 3);
  add_cells (other, HEMO_CELL_SEGMENTED, 4);
  g_assert_false (hemo_counts_tell_way (counts, TRUE, NULL, &way));
  g_assert_cmpint (way.cells, ==, -7);
  for (guint i = 0; i < 3; i++)
    {
      HemoCountedCell *cell = other->cells->pdata[i];

      cell->found = TRUE;
      cell->at.utc_us = 10 * i;
      cell->image = g_strdup (i < 2 ? "a" : "b");
    }
  g_assert_true (hemo_counts_tell_way (counts, TRUE, NULL, &way));
  g_assert_cmpint (way.cells, ==, 3);
  g_assert_cmpint (way.at.utc_us, ==, 20);
  g_assert_cmpstr (way.name, ==, "Asha");
  g_assert_true (hemo_counts_tell_way (counts, TRUE, "a", &way));
  g_assert_cmpint (way.cells, ==, 2);
  g_assert_cmpint (way.at.utc_us, ==, 10);
  g_assert_false (hemo_counts_tell_way (counts, FALSE, "a", &way));
  g_assert_true (hemo_counts_tell_way (counts, FALSE, NULL, &way));
  g_assert_cmpint (way.cells, ==, 4);
  ((HemoCountedCell *)other->cells->pdata[2])->taken_back = TRUE;
  g_assert_false (hemo_counts_tell_way (counts, TRUE, "b", &way));
}

/* What stands of one field, by key and by marks, and in whose counts. */
static void
test_field (void)
{
  HemoCount *count = hemo_count_new ("s", "r", 100), *other = hemo_count_new ("s", "q", 100);
  g_autoptr (GPtrArray) counts = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_count_free);
  HemoFieldTally tally = { .by_key = -7 };

  g_ptr_array_add (counts, count);
  g_ptr_array_add (counts, other);
  other->closed = TRUE;
  add_cells (count, HEMO_CELL_NRBC, 3);
  add_cells (other, HEMO_CELL_SEGMENTED, 3);
  g_assert_false (hemo_counts_tell_field (counts, "a", "r", &tally));
  g_assert_cmpint (tally.by_key, ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      HemoCountedCell *mine = count->cells->pdata[i], *theirs = other->cells->pdata[i];

      mine->image = g_strdup (i < 2 ? "a" : "b");
      theirs->image = g_strdup ("a");
      theirs->found = TRUE;
      theirs->taken_back = i == 0;
    }
  g_assert_true (hemo_counts_tell_field (counts, "a", "r", &tally));
  g_assert_cmpint (tally.by_key, ==, 2);
  g_assert_cmpint (tally.found, ==, 2);
  g_assert_cmpint (tally.closed, ==, 2);
  g_assert_cmpint (tally.others, ==, 2);
  g_assert_true (hemo_counts_tell_field (counts, "b", NULL, &tally));
  g_assert_cmpint (tally.by_key, ==, 1);
  g_assert_cmpint (tally.others, ==, 1);
  g_assert_false (hemo_counts_tell_field (counts, NULL, "r", &tally));
}

static void
test_empty (void)
{
  HemoDifferential d = { 0 };
  double low = 1, high = 1;

  g_assert_true (isnan (hemo_differential_percent (&d, HEMO_CELL_SEGMENTED)));
  hemo_differential_interval (&d, HEMO_CELL_SEGMENTED, &low, &high);
  g_assert_true (isnan (low) && isnan (high));
  g_assert_true (isnan (hemo_differential_absolute (&d, HEMO_CELL_SEGMENTED, 7)));
  g_assert_cmpfloat (hemo_differential_corrected_wbc (&d, 7, TRUE), ==, 7);
  g_assert_false (hemo_differential_wants_more (&d, HEMO_CELL_SEGMENTED, 1, 2));
}

static void
test_corrected (void)
{
  HemoDifferential d = { 0 };

  d.denominator = 100;
  d.tally[HEMO_CELL_NRBC] = 5;
  g_assert_cmpfloat (hemo_differential_corrected_wbc (&d, 10, TRUE), ==, 10);
  d.tally[HEMO_CELL_NRBC] = 25;
  g_assert_cmpfloat_with_epsilon (hemo_differential_corrected_wbc (&d, 10, TRUE), 8, 1e-9);
  g_assert_cmpfloat (hemo_differential_corrected_wbc (&d, 10, FALSE), ==, 10);
}

static void
test_wants_more (void)
{
  HemoDifferential d = { 0 };

  d.denominator = 100;
  /* 8 % of at most 6: the interval 4.1 to 15.0 reaches back; 40 % does not. */
  d.tally[HEMO_CELL_EOSINOPHIL] = 8;
  g_assert_true (hemo_differential_wants_more (&d, HEMO_CELL_EOSINOPHIL, 1, 6));
  d.tally[HEMO_CELL_EOSINOPHIL] = 40;
  g_assert_false (hemo_differential_wants_more (&d, HEMO_CELL_EOSINOPHIL, 1, 6));
  d.tally[HEMO_CELL_EOSINOPHIL] = 3;
  g_assert_false (hemo_differential_wants_more (&d, HEMO_CELL_EOSINOPHIL, 1, 6));
  d.tally[HEMO_CELL_EOSINOPHIL] = 0;
  g_assert_true (hemo_differential_wants_more (&d, HEMO_CELL_EOSINOPHIL, 1, 6));
  g_assert_false (hemo_differential_wants_more (&d, HEMO_CELL_EOSINOPHIL, NAN, NAN));
}

static void
test_classes (void)
{
  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    {
      const HemoCellClassInfo *info = hemo_cell_class_info ((HemoCellClass)i);
      HemoCellClass again = HEMO_CELL_CLASSES;

      g_assert_true (hemo_cell_class_from_code (info->code, &again, NULL));
      g_assert_cmpint (again, ==, i);
      g_assert_cmpint (info->in_denominator, ==, i != HEMO_CELL_NRBC && i != HEMO_CELL_SMUDGE);
      g_assert_cmpint (info->in_denominator, ==, info->absolute_label != NULL);
    }
  g_assert_cmpstr (hemo_cell_class_info (HEMO_CELL_NRBC)->percent_loinc, ==, "18309-5");
  g_assert_null (hemo_cell_class_info (HEMO_CELL_CLASSES));
  g_assert_false (hemo_cell_class_from_code ("nope", NULL, NULL));
  g_assert_false (hemo_cell_class_from_code (NULL, NULL, NULL));
}

static void
test_findings (void)
{
  g_autoptr (HemoMorphology) m = hemo_morphology_new ("s", "r");
  g_autoptr (HemoMorphology) copy = NULL;
  g_autoptr (GError) error = NULL;
  int group = 0;

  for (const HemoFindingInfo *info = hemo_finding_infos (); info->code != NULL; info++)
    {
      g_assert_true (hemo_finding_info (info->code) == info);
      g_assert_cmpint (info->group, >=, group);
      group = (int)info->group;
      g_assert_nonnull (info->loinc);
    }
  g_assert_true (hemo_morphology_grade (m, "schistocytes", 2, NULL));
  g_assert_true (hemo_morphology_grade (m, "auer-rods", 3, NULL));
  g_assert_false (hemo_morphology_grade (m, "auer-rods", 1, &error));
  g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_false (hemo_morphology_grade (m, "nope", 1, NULL));
  g_assert_false (hemo_morphology_grade (m, "schistocytes", 4, NULL));
  g_assert_false (hemo_morphology_grade (m, "schistocytes", -1, NULL));
  copy = hemo_morphology_copy (m);
  g_assert_true (hemo_morphology_grade (m, "schistocytes", 0, NULL));
  g_assert_cmpint (hemo_morphology_get_grade (m, "schistocytes"), ==, 0);
  g_assert_cmpint (hemo_morphology_get_grade (copy, "schistocytes"), ==, 2);
  g_assert_true (m->examined[HEMO_MORPHOLOGY_RBC] && m->examined[HEMO_MORPHOLOGY_WBC]);
  g_assert_false (m->examined[HEMO_MORPHOLOGY_PLT]);
  hemo_morphology_all_normal (m);
  g_assert_true (m->examined[HEMO_MORPHOLOGY_PLT]);
  g_assert_cmpint (hemo_morphology_get_grade (m, "auer-rods"), ==, 0);
  g_assert_cmpstr (hemo_morphology_overall_loinc (HEMO_MORPHOLOGY_PLT), ==, "11125-2");
  g_assert_cmpstr (hemo_morphology_panel_loinc (HEMO_MORPHOLOGY_RBC), ==, "58408-6");
  g_assert_null (hemo_morphology_panel_loinc (HEMO_MORPHOLOGY_GROUPS));
}

static void
test_platelets (void)
{
  g_autoptr (HemoPlatelets) p = hemo_platelets_new ("s", "r");

  p->total = 121;
  g_assert_cmpfloat_with_epsilon (hemo_platelets_estimate (p), 242, 1e-9);
  p->factor = 15000;
  p->fields = 20;
  g_assert_cmpfloat_with_epsilon (hemo_platelets_estimate (p), 90.75, 1e-9);
  p->fields = 0;
  g_assert_true (isnan (hemo_platelets_estimate (p)));
}

static void
test_malaria (void)
{
  g_autoptr (HemoMalaria) m = hemo_malaria_new ("s", "r", TRUE);
  gboolean assumed = FALSE;

  g_assert_cmpint (hemo_malaria_target (m), ==, 200);
  g_assert_true (isnan (hemo_malaria_density (m, 7, NULL)));
  m->wbc = 200;
  m->parasites = 99;
  g_assert_cmpint (hemo_malaria_target (m), ==, 500);
  g_assert_false (hemo_malaria_is_complete (m));
  m->parasites = 100;
  g_assert_true (hemo_malaria_is_complete (m));
  g_assert_cmpfloat_with_epsilon (hemo_malaria_density (m, NAN, &assumed), 4000, 1e-9);
  g_assert_true (assumed);
  g_assert_cmpfloat_with_epsilon (hemo_malaria_density (m, 5.5, &assumed), 2750, 1e-9);
  g_assert_false (assumed);
  g_assert_true (isnan (hemo_malaria_infected_per_thousand (m)));
  m->thick = FALSE;
  m->rbc = 5000;
  g_assert_true (hemo_malaria_is_complete (m));
  g_assert_cmpfloat_with_epsilon (hemo_malaria_infected_per_thousand (m), 20, 1e-9);
  g_assert_true (isnan (hemo_malaria_density (m, 7, NULL)));
}

static void
test_sets (void)
{
  HemoPlasmodium species = 0;
  HemoStage stages = 0;
  g_autofree char *codes
      = hemo_plasmodium_to_codes (HEMO_PLASMODIUM_FALCIPARUM | HEMO_PLASMODIUM_VIVAX);
  g_autofree char *all = hemo_stage_to_codes ((HemoStage)15);

  g_assert_cmpstr (codes, ==, "falciparum,vivax");
  g_assert_cmpstr (all, ==, "ring,trophozoite,schizont,gametocyte");
  g_assert_true (hemo_plasmodium_from_codes ("vivax,falciparum", &species, NULL));
  g_assert_cmpuint (species, ==, HEMO_PLASMODIUM_FALCIPARUM | HEMO_PLASMODIUM_VIVAX);
  g_assert_true (hemo_stage_from_codes ("", &stages, NULL));
  g_assert_cmpuint (stages, ==, 0);
  g_assert_false (hemo_stage_from_codes ("rings", &stages, NULL));
  g_assert_false (hemo_stage_from_codes (NULL, &stages, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/differential/wilson", test_wilson);
  g_test_add_func ("/model/differential/wilson-properties", test_wilson_properties);
  g_test_add_func ("/model/differential/garwood", test_garwood);
  g_test_add_func ("/model/differential/sum", test_sum);
  g_test_add_func ("/model/differential/ways", test_ways);
  g_test_add_func ("/model/differential/field", test_field);
  g_test_add_func ("/model/differential/empty", test_empty);
  g_test_add_func ("/model/differential/corrected", test_corrected);
  g_test_add_func ("/model/differential/wants-more", test_wants_more);
  g_test_add_func ("/model/differential/classes", test_classes);
  g_test_add_func ("/model/morphology/findings", test_findings);
  g_test_add_func ("/model/morphology/platelets", test_platelets);
  g_test_add_func ("/model/morphology/malaria", test_malaria);
  g_test_add_func ("/model/morphology/sets", test_sets);
  return g_test_run ();
}

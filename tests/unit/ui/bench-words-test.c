/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys of classes, findings by their letters, the low-power check and densities as sentences. */

#include "hemo-finding-search.h"
#include "hemo-malaria-words.h"
#include "hemo-smear-words.h"
#include "hemo-tally-keys.h"

static void
test_usual_keys (void)
{
  static const HemoCellClass row[]
      = { HEMO_CELL_SEGMENTED,  HEMO_CELL_LYMPHOCYTE, HEMO_CELL_MONOCYTE,
          HEMO_CELL_EOSINOPHIL, HEMO_CELL_BASOPHIL,   HEMO_CELL_BAND,
          HEMO_CELL_IMMATURE,   HEMO_CELL_BLAST,      HEMO_CELL_OTHER };
  HemoTallyKeys keys;
  HemoCellClass found;

  hemo_tally_keys_init (&keys, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (row); i++)
    {
      g_assert_true (hemo_tally_keys_find (&keys, HEMO_KEYCODE_Q + i, &found));
      g_assert_cmpint (found, ==, row[i]);
      g_assert_false (hemo_tally_keys_is_rare (found));
    }
  g_assert_true (hemo_tally_keys_find (&keys, HEMO_KEYCODE_N, &found));
  g_assert_cmpint (found, ==, HEMO_CELL_NRBC);
  /* The digits of a scanner, and no key at all. */
  for (guint code = 0; code < 20; code++)
    g_assert_false (hemo_tally_keys_find (&keys, code, &found));
  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    for (int j = 0; j < i; j++)
      g_assert_cmpuint (keys.codes[i], !=, keys.codes[j]);
}

static void
test_own_keys (void)
{
  g_autoptr (GVariant) custom = g_variant_ref_sink (
      g_variant_new_parsed ("{'blast': @u 24, 'nonsense': 25, 'baso': 9999, 'smudge': 60}"));
  g_autoptr (GVariant) wrong = g_variant_ref_sink (g_variant_new_string ("x"));
  g_autoptr (GVariant) back = NULL;
  HemoTallyKeys keys;
  HemoTallyKeys again;

  hemo_tally_keys_init (&keys, custom);
  g_assert_cmpuint (keys.codes[HEMO_CELL_BLAST], ==, HEMO_KEYCODE_Q);
  g_assert_cmpuint (keys.codes[HEMO_CELL_SEGMENTED], ==, 31);
  g_assert_cmpuint (keys.codes[HEMO_CELL_BASOPHIL], ==, 28);
  g_assert_cmpuint (keys.codes[HEMO_CELL_SMUDGE], ==, 60);
  back = g_variant_ref_sink (hemo_tally_keys_to_variant (&keys));
  hemo_tally_keys_init (&again, back);
  g_assert_cmpmem (&keys, sizeof keys, &again, sizeof again);
  hemo_tally_keys_init (&again, wrong);
  g_assert_cmpuint (again.codes[HEMO_CELL_SEGMENTED], ==, HEMO_KEYCODE_Q);
}

static const char *
first_found (const char *letters, guint *n)
{
  g_autoptr (GPtrArray) found = hemo_finding_search (letters);

  if (n != NULL)
    *n = found->len;
  return found->len > 0 ? ((const HemoFindingInfo *)found->pdata[0])->code : NULL;
}

static void
test_findings (void)
{
  guint n;

  g_assert_cmpstr (first_found ("an", NULL), ==, "anisocytosis");
  g_assert_cmpstr (first_found ("SC", &n), ==, "schistocytes");
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (first_found ("do", NULL), ==, "dohle-bodies");
  g_assert_cmpstr (first_found ("Dö", NULL), ==, "dohle-bodies");
  g_assert_cmpstr (first_found ("jolly", NULL), ==, "howell-jolly");
  g_assert_null (first_found ("", &n));
  g_assert_cmpuint (n, ==, 0);
  g_assert_null (first_found ("zzz", NULL));
  g_assert_null (first_found ("\xff", NULL));
}

static void
check_replace (const char *comment, HemoSmearCheck check, const char *expected)
{
  g_autofree char *text = hemo_smear_check_replace (comment, check);

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (hemo_smear_check_find (text), ==, check);
}

static void
test_check (void)
{
  const char *good = hemo_smear_check_text (HEMO_SMEAR_ACCEPTABLE);
  const char *pale = hemo_smear_check_text (HEMO_SMEAR_POOR_STAIN);
  g_autofree char *both = g_strdup_printf ("%s Thick edges.", good);
  g_autofree char *other = g_strdup_printf ("%s Thick edges.", pale);

  check_replace (NULL, HEMO_SMEAR_ACCEPTABLE, good);
  check_replace ("Thick edges.", HEMO_SMEAR_ACCEPTABLE, both);
  check_replace (both, HEMO_SMEAR_POOR_STAIN, other);
  check_replace (both, HEMO_SMEAR_ACCEPTABLE, both);
  check_replace (other, HEMO_SMEAR_UNCHECKED, "Thick edges.");
  check_replace (good, HEMO_SMEAR_UNCHECKED, NULL);
  check_replace (NULL, HEMO_SMEAR_UNCHECKED, NULL);
}

static void
check_density (
    const HemoCase *data, gboolean thick, int cells, const char *expected, const char *with)
{
  g_autoptr (HemoMalaria) film = hemo_malaria_new ("s", "r", thick);
  g_autofree char *note = NULL;
  g_autofree char *text = NULL;

  film->parasites = 1;
  *(thick ? &film->wbc : &film->rbc) = cells;
  text = hemo_malaria_words_density (data, film, &note);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpstr (note, ==, with);
}

static void
add_wbc (HemoCase *data, double value, const char *local_code)
{
  HemoLine *line = hemo_line_new (HEMO_SECTION_CBC, "White cells");

  line->analyte = g_strdup ("wbc");
  line->local_code = g_strdup (local_code);
  line->value = value;
  g_ptr_array_add (data->report->lines, line);
}

/* What was seen never reads as 0, and corrected white cells are not called measured. */
static void
test_density (void)
{
  g_autoptr (HemoCase) data = hemo_case_new ();

  data->report = hemo_report_new ("s");
  check_density (data, TRUE, 200, "40 parasites per µL",
                 "with an assumed WBC of 8.0 ×10⁹/L, as none was entered");
  add_wbc (data, 0.2, NULL);
  check_density (data, TRUE, 500, "0.4 parasites per µL", "with the measured WBC of 0.2 ×10⁹/L");
  add_wbc (data, 0.1, "wbc-corrected");
  check_density (data, TRUE, 200, "0.5 parasites per µL",
                 "with the WBC of 0.1 ×10⁹/L, corrected for nRBC");
  check_density (data, FALSE, 5000, "0.2 infected per 1000 red cells", NULL);
  check_density (data, FALSE, 50000, "0.02 infected per 1000 red cells", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bench/usual-keys", test_usual_keys);
  g_test_add_func ("/bench/own-keys", test_own_keys);
  g_test_add_func ("/bench/findings", test_findings);
  g_test_add_func ("/bench/smear-check", test_check);
  g_test_add_func ("/bench/density", test_density);
  return g_test_run ();
}

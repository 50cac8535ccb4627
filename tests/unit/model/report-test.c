/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a case becomes on paper, and the fixed form that is signed. */

#include "report-case.h"

#include <math.h>
#include <string.h>

static void
add_cells (HemoCount *count, HemoCellClass cell_class, int n)
{
  for (int i = 0; i < n; i++)
    {
      HemoCountedCell *cell = g_new0 (HemoCountedCell, 1);

      cell->sequence = count->cells->len + 1;
      cell->cell_class = cell_class;
      cell->at = now;
      g_ptr_array_add (count->cells, cell);
    }
}

static void
add_result (HemoCase *data, const char *analyte, double value, gboolean uncorrected)
{
  HemoResult *result = hemo_result_new (SPECIMEN, analyte, value, "Analyser");

  result->uncorrected = uncorrected;
  result->measured_at = now;
  g_ptr_array_add (data->results, result);
}

/* 100 cells with nRBC, blasts, an uncorrected WBC, a smear and malaria. */
static HemoCase *
new_rich_case (void)
{
  HemoCase *data = new_case ((HemoTests)31);
  HemoCount *count = hemo_count_new (SPECIMEN, "r", 100);
  HemoMorphology *smear = hemo_morphology_new (SPECIMEN, "r");
  HemoMalaria *film = hemo_malaria_new (SPECIMEN, "r", TRUE);

  add_result (data, "wbc", 10, TRUE);
  add_result (data, "hb", 68, FALSE);
  add_result (data, "plt", 250, FALSE);
  add_cells (count, HEMO_CELL_SEGMENTED, 50);
  add_cells (count, HEMO_CELL_BAND, 5);
  add_cells (count, HEMO_CELL_LYMPHOCYTE, 40);
  add_cells (count, HEMO_CELL_MONOCYTE, 3);
  add_cells (count, HEMO_CELL_BLAST, 2);
  add_cells (count, HEMO_CELL_NRBC, 25);
  g_ptr_array_add (data->counts, count);
  hemo_morphology_all_normal (smear);
  g_assert_true (hemo_morphology_grade (smear, "schistocytes", 2, NULL));
  g_assert_true (hemo_morphology_grade (smear, "auer-rods", 3, NULL));
  smear->comment = g_strdup ("Look again tomorrow");
  smear->at = now;
  g_ptr_array_add (data->morphologies, smear);
  data->platelets = hemo_platelets_new (SPECIMEN, "r");
  data->platelets->total = 100;
  data->platelets->at = now;
  film->parasites = 150;
  film->wbc = 200;
  film->fields = 20;
  film->species = HEMO_PLASMODIUM_FALCIPARUM;
  film->stages = HEMO_STAGE_RING | HEMO_STAGE_GAMETOCYTE;
  film->at = now;
  g_ptr_array_add (data->malarias, film);
  return data;
}

static void
test_rich_counts (void)
{
  g_autoptr (HemoCase) data = new_rich_case ();
  g_autoptr (HemoReport) r = fill_report (data);
  const HemoSection d = HEMO_SECTION_DIFFERENTIAL;

  check_line (r, HEMO_SECTION_CBC, "6690-2", "10.0", HEMO_FLAG_NONE, "Analyser; nRBC included");
  check_line (r, HEMO_SECTION_CBC, "wbc-corrected", "8.0", HEMO_FLAG_NONE, "corrected for nRBC");
  check_line (r, HEMO_SECTION_CBC, "718-7", "68", HEMO_FLAG_CRITICAL_LOW, "Analyser");
  g_assert_cmpfloat (find (r, HEMO_SECTION_CBC, "718-7")->reference_low, ==, 130);
  check_line (r, d, "769-0", "50", HEMO_FLAG_NONE, NULL);
  check_line (r, d, "764-1", "5", HEMO_FLAG_NONE, NULL);
  check_line (r, d, "714-6", "0", HEMO_FLAG_NONE, NULL);
  check_line (r, d, "709-6", "2", HEMO_FLAG_CRITICAL_ABNORMAL, NULL);
  check_line (r, d, "18309-5", "25", HEMO_FLAG_NONE, NULL);
  check_line (r, d, "753-4", "4.40", HEMO_FLAG_NONE, "from corrected WBC");
  check_line (r, d, "768-2", "4.00", HEMO_FLAG_NONE, "from corrected WBC");
  check_line (r, d, "732-8", "3.20", HEMO_FLAG_NONE, "from corrected WBC");
  check_line (r, d, "blast-absolute", "0.16", HEMO_FLAG_NONE, "from corrected WBC");
  g_assert_cmpfloat_with_epsilon (find (r, d, "714-6")->interval_high, 3.70, 0.01);
  g_assert_cmpstr (find (r, d, "18309-5")->ucum, ==, "/100{WBCs}");
  g_assert_null (find (r, d, "749-2"));
}

static void
test_rich_smear (void)
{
  g_autoptr (HemoCase) data = new_rich_case ();
  g_autoptr (HemoReport) r = fill_report (data);

  check_line (r, HEMO_SECTION_MORPHOLOGY_RBC, "800-3", "2+", HEMO_FLAG_ABNORMAL, NULL);
  check_line (r, HEMO_SECTION_MORPHOLOGY_WBC, "11281-3", "seen", HEMO_FLAG_ABNORMAL, NULL);
  check_line (r, HEMO_SECTION_MORPHOLOGY_PLT, "11125-2", "normal", HEMO_FLAG_NONE, NULL);
  check_line (r, HEMO_SECTION_MORPHOLOGY_PLT, "58445-8", "Look again tomorrow", HEMO_FLAG_NONE,
              NULL);
  g_assert_null (find (r, HEMO_SECTION_MORPHOLOGY_RBC, "6742-1"));
  check_line (r, HEMO_SECTION_PLATELETS, "49497-1", "200", HEMO_FLAG_NONE, NULL);
  check_line (r, HEMO_SECTION_PLATELETS, "9317-9", "adequate", HEMO_FLAG_NONE, NULL);
  check_line (r, HEMO_SECTION_MALARIA, "51587-4", "positive", HEMO_FLAG_CRITICAL_ABNORMAL, NULL);
  check_line (r, HEMO_SECTION_MALARIA, "32206-5", "Plasmodium falciparum", HEMO_FLAG_ABNORMAL,
              NULL);
  check_line (r, HEMO_SECTION_MALARIA, "41451-6", "rings, gametocytes", HEMO_FLAG_ABNORMAL, NULL);
  check_line (r, HEMO_SECTION_MALARIA, "malaria-density", "6000", HEMO_FLAG_NONE,
              "from corrected WBC");
}

static void
test_stable_ids (void)
{
  g_autoptr (HemoCase) data = new_rich_case ();
  g_autoptr (HemoReport) a = fill_report (data);
  g_autoptr (HemoReport) b = fill_report (data);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *json_a = NULL;
  g_autofree char *json_b = NULL;

  for (guint i = 0; i < a->lines->len; i++)
    g_assert_true (g_hash_table_add (seen, ((HemoLine *)a->lines->pdata[i])->uuid));
  g_free (b->uuid);
  b->uuid = g_strdup (a->uuid);
  json_a = hemo_report_to_json (a);
  json_b = hemo_report_to_json (b);
  g_assert_cmpstr (json_a, ==, json_b);
  hemo_report_fill (b, data, NULL);
  g_assert_cmpuint (b->lines->len, >, 0);
}

static void
add_film (HemoCase *data, gboolean thick, int parasites, int wbc, int fields)
{
  HemoMalaria *film = hemo_malaria_new (SPECIMEN, "r", thick);

  film->parasites = parasites;
  film->wbc = wbc;
  film->fields = fields;
  g_ptr_array_add (data->malarias, film);
}

static void
test_malaria (void)
{
  g_autoptr (HemoCase) data = new_case (HEMO_TEST_MALARIA);
  g_autoptr (HemoReport) none = fill_report (data);
  g_autoptr (HemoReport) few = NULL;
  g_autoptr (HemoReport) clear = NULL;
  g_autoptr (HemoReport) positive = NULL;
  const HemoSection m = HEMO_SECTION_MALARIA;

  g_assert_cmpuint (none->lines->len, ==, 0);
  add_film (data, TRUE, 0, 200, 99);
  few = fill_report (data);
  check_line (few, m, "51587-4", "none seen in 99 fields", HEMO_FLAG_NONE, NULL);
  add_film (data, FALSE, 0, 0, 100);
  g_clear_pointer (&few, hemo_report_free);
  few = fill_report (data);
  check_line (few, m, "51587-4", "none seen in 99 fields", HEMO_FLAG_NONE, NULL);
  ((HemoMalaria *)data->malarias->pdata[0])->fields = HEMO_MALARIA_CLEAR_FIELDS;
  clear = fill_report (data);
  check_line (clear, m, "51587-4", "negative", HEMO_FLAG_NONE, NULL);
  g_assert_cmpuint (clear->lines->len, ==, 1);
  ((HemoMalaria *)data->malarias->pdata[0])->parasites = 50;
  data->clinic->endemic_malaria = TRUE;
  positive = fill_report (data);
  check_line (positive, m, "51587-4", "positive", HEMO_FLAG_ABNORMAL, NULL);
  check_line (positive, m, "malaria-density", "2000", HEMO_FLAG_NONE,
              "assumed WBC 8.0; counting not finished");
}

static void
test_previous (void)
{
  g_autoptr (HemoCase) data = new_case (HEMO_TEST_CBC);
  HemoLine *old = hemo_line_new (HEMO_SECTION_CBC, "Haemoglobin");
  g_autoptr (HemoReport) report = NULL;
  const HemoLine *line;

  add_result (data, "hb", 88, FALSE);
  old->loinc = g_strdup ("718-7");
  old->ucum = g_strdup ("g/L");
  old->value = 120;
  old->at = (HemoTime){ NOW - G_TIME_SPAN_DAY, 180, FALSE };
  g_ptr_array_add (data->previous, old);
  report = fill_report (data);
  line = find (report, HEMO_SECTION_CBC, "718-7");
  g_assert_cmpfloat (line->previous, ==, 120);
  g_assert_true (line->delta);
  /* The same specimen's own earlier report is no earlier blood. */
  g_free (old->uuid);
  old->uuid = g_strdup (line->uuid);
  g_clear_pointer (&report, hemo_report_free);
  report = fill_report (data);
  g_assert_true (isnan (find (report, HEMO_SECTION_CBC, "718-7")->previous));
}

/* Blasts that an analyser told are to be told on, as those that were counted here. */
static void
test_typed_blasts (void)
{
  g_autoptr (HemoCase) data = new_case (HEMO_TEST_CBC);
  g_autoptr (HemoReport) report = NULL;

  add_result (data, "blast%", 2, FALSE);
  report = fill_report (data);
  g_assert_cmpint (find (report, HEMO_SECTION_CBC, "26446-5")->flag, ==,
                   HEMO_FLAG_CRITICAL_ABNORMAL);
}

static void
add_old_wbc (HemoCase *data, const char *loinc, const char *local_code, double value)
{
  HemoLine *old = hemo_line_new (HEMO_SECTION_CBC, "White cells");

  old->loinc = g_strdup (loinc);
  old->local_code = g_strdup (local_code);
  old->ucum = g_strdup ("10*9/L");
  old->value = value;
  old->decimals = 1;
  old->at = (HemoTime){ NOW - G_TIME_SPAN_DAY, 180, FALSE };
  g_ptr_array_add (data->previous, old);
}

/* 40 with nucleated red cells were 12.1 white cells: 12 the day after is no fall. */
static void
test_previous_corrected (void)
{
  g_autoptr (HemoCase) data = new_case (HEMO_TEST_CBC);
  g_autoptr (HemoReport) report = NULL;
  const HemoLine *line;

  add_result (data, "wbc", 12, FALSE);
  add_old_wbc (data, "6690-2", NULL, 40);
  add_old_wbc (data, NULL, "wbc-corrected", 12.1);
  report = fill_report (data);
  line = find (report, HEMO_SECTION_CBC, "6690-2");
  g_assert_cmpfloat (line->previous, ==, 12.1);
  g_assert_false (line->delta);
}

/* And the other way round: what is compared is the corrected value, not the one that was typed. */
static void
test_corrected_previous (void)
{
  g_autoptr (HemoCase) data = new_rich_case ();
  g_autoptr (HemoReport) report = NULL;
  const HemoLine *line;

  add_old_wbc (data, "6690-2", NULL, 3);
  report = fill_report (data);
  line = find (report, HEMO_SECTION_CBC, "wbc-corrected");
  g_assert_cmpfloat (line->previous, ==, 3);
  g_assert_true (line->delta);
  line = find (report, HEMO_SECTION_CBC, "6690-2");
  g_assert_true (isnan (line->previous));
  g_assert_cmpint (line->previous_at.utc_us, ==, 0);
  g_assert_false (line->delta);
}

static void
test_clumps (void)
{
  g_autoptr (HemoCase) data = new_case (HEMO_TEST_PLATELETS);
  g_autoptr (HemoReport) report = NULL;

  data->platelets = hemo_platelets_new (SPECIMEN, "r");
  data->platelets->total = 40;
  data->platelets->clumps = TRUE;
  report = fill_report (data);
  check_line (report, HEMO_SECTION_PLATELETS, "49497-1", "80", HEMO_FLAG_LOW,
              "clumps seen: the estimate is too low");
  check_line (report, HEMO_SECTION_PLATELETS, "9317-9", "cannot be judged because of clumps",
              HEMO_FLAG_ABNORMAL, NULL);
  check_line (report, HEMO_SECTION_MORPHOLOGY_PLT, "7796-6", "seen", HEMO_FLAG_ABNORMAL, NULL);
}

/* Seen by who judged the platelets, not by who counted them: the analyser's value is as doubtful.
 */
static void
test_clumps_of_morphology (void)
{
  g_autoptr (HemoCase) data = new_case (HEMO_TEST_PLATELETS);
  HemoMorphology *reading = hemo_morphology_new (SPECIMEN, "r");
  g_autoptr (HemoReport) report = NULL;

  g_assert_true (hemo_morphology_grade (reading, "platelet-clumps", 3, NULL));
  g_ptr_array_add (data->morphologies, reading);
  data->platelets = hemo_platelets_new (SPECIMEN, "r");
  data->platelets->total = 40;
  add_result (data, "plt", 61, FALSE);
  report = fill_report (data);
  check_line (report, HEMO_SECTION_PLATELETS, "49497-1", "80", HEMO_FLAG_LOW,
              "clumps seen: the estimate is too low");
  check_line (report, HEMO_SECTION_CBC, "777-3", "61", HEMO_FLAG_LOW,
              "Analyser; clumps seen: the count may be too low");
}

static void
test_missing (void)
{
  g_autoptr (HemoCase) data = new_case ((HemoTests)31);
  g_autoptr (HemoCase) rich = new_rich_case ();
  g_autoptr (HemoReport) report = fill_report (data);
  g_autoptr (HemoReport) full = fill_report (rich);
  g_auto (GStrv) missing = hemo_report_missing (report, data);
  g_auto (GStrv) nothing = hemo_report_missing (full, rich);
  g_auto (GStrv) cells = NULL;

  g_assert_cmpuint (g_strv_length (missing), ==, 9);
  g_assert_cmpuint (g_strv_length (nothing), ==, 0);
  ((HemoCount *)rich->counts->pdata[0])->target = 200;
  cells = hemo_report_missing (full, rich);
  g_assert_cmpstr (cells[0], ==, "The differential has 100 of 200 cells");
}

static void
test_calls (void)
{
  g_autoptr (HemoCase) data = new_rich_case ();
  g_autoptr (HemoReport) report = fill_report (data);
  HemoCriticalCall *call = hemo_critical_call_new (SPECIMEN);

  g_assert_true (hemo_report_needs_call (report));
  call->analytes = g_strdup ("Haemoglobin, Blasts, Malaria parasites");
  call->at = now;
  g_ptr_array_add (report->calls, call);
  g_assert_true (hemo_report_needs_call (report));
  call->read_back = TRUE;
  g_assert_false (hemo_report_needs_call (report));
  /* Told before the value was measured is not told. */
  call->at.utc_us = NOW - 1;
  g_assert_true (hemo_report_needs_call (report));
  call->at = now;
  g_free (call->analytes);
  call->analytes = g_strdup ("Haemoglobin, Blasts");
  g_assert_true (hemo_report_needs_call (report));
}

static void
test_wants_more (void)
{
  g_autoptr (HemoCase) data = new_case (HEMO_TEST_DIFFERENTIAL);
  g_autoptr (GPtrArray) ranges = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_range_free);
  g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);
  HemoCount *count = hemo_count_new (SPECIMEN, "r", 100);
  HemoRange *range = hemo_range_new ("eos%");
  HemoCellClass cell_class = HEMO_CELL_OTHER;

  add_cells (count, HEMO_CELL_SEGMENTED, 92);
  add_cells (count, HEMO_CELL_EOSINOPHIL, 8);
  g_ptr_array_add (data->counts, count);
  g_ptr_array_add (ranges, range);
  hemo_report_fill (report, data, ranges);
  g_assert_false (hemo_report_wants_more_cells (report, data, &cell_class));
  range->high = 6;
  hemo_report_fill (report, data, ranges);
  g_assert_true (hemo_report_wants_more_cells (report, data, &cell_class));
  g_assert_cmpint (cell_class, ==, HEMO_CELL_EOSINOPHIL);
  /* Limits of the absolute count alone: 6.44 of 7 is high, but 5.9 may be the truth. */
  range->high = NAN;
  g_set_str (&range->analyte, "neut");
  add_result (data, "wbc", 7, FALSE);
  range->high = 6.2;
  hemo_report_fill (report, data, ranges);
  g_assert_true (hemo_report_wants_more_cells (report, data, &cell_class));
  g_assert_cmpint (cell_class, ==, HEMO_CELL_SEGMENTED);
  range->high = 5.5;
  hemo_report_fill (report, data, ranges);
  g_assert_false (hemo_report_wants_more_cells (report, data, &cell_class));
}

static void
test_status (void)
{
  for (int from = HEMO_REPORT_DRAFT; from <= HEMO_REPORT_CANCELLED; from++)
    {
      HemoReportStatus again = HEMO_REPORT_DRAFT;

      g_assert_true (hemo_report_status_from_code (
          hemo_report_status_to_code ((HemoReportStatus)from), &again, NULL));
      g_assert_cmpint (again, ==, from);
      if (from != HEMO_REPORT_DRAFT)
        g_assert_false (hemo_report_status_may_follow ((HemoReportStatus)from, HEMO_REPORT_DRAFT));
      g_assert_false (
          hemo_report_status_may_follow (HEMO_REPORT_ENTERED_IN_ERROR, (HemoReportStatus)from));
    }
  g_assert_true (hemo_report_status_may_follow (HEMO_REPORT_DRAFT, HEMO_REPORT_FINAL));
  g_assert_false (hemo_report_status_may_follow (HEMO_REPORT_DRAFT, HEMO_REPORT_AMENDED));
  g_assert_false (hemo_report_status_may_follow (HEMO_REPORT_PRELIMINARY, HEMO_REPORT_AMENDED));
  g_assert_false (hemo_report_status_may_follow (HEMO_REPORT_FINAL, HEMO_REPORT_PRELIMINARY));
  g_assert_false (hemo_report_status_may_follow (HEMO_REPORT_FINAL, HEMO_REPORT_FINAL));
  g_assert_true (hemo_report_status_may_follow (HEMO_REPORT_AMENDED, HEMO_REPORT_CORRECTED));
}

static void
test_json (void)
{
  g_autoptr (HemoCase) data = new_rich_case ();
  g_autoptr (HemoReport) report = fill_report (data);
  g_autoptr (HemoReport) copy = NULL;
  g_autoptr (HemoReport) again = NULL;
  g_autofree char *json = NULL;
  g_autofree char *second = NULL;
  g_autoptr (GError) error = NULL;
  HemoCriticalCall *call = hemo_critical_call_new (SPECIMEN);

  call->told = g_strdup ("Dr \"É\"\n\t\x01 / \\ 😀");
  call->at = now;
  g_ptr_array_add (report->calls, call);
  g_ptr_array_add (report->images, g_strdup (SPECIMEN));
  report->signed_at = now;
  report->comment = g_strdup ("");
  copy = hemo_report_copy (report);
  json = hemo_report_to_json (copy);
  again = hemo_report_from_json (json, strlen (json), &error);
  g_assert_no_error (error);
  second = hemo_report_to_json (again);
  g_assert_cmpstr (second, ==, json);
  g_assert_cmpint (again->signed_at.utc_us, ==, NOW);
  g_assert_cmpstr (((HemoCriticalCall *)again->calls->pdata[0])->told, ==, call->told);
  g_assert_cmpstr (again->comment, ==, "");
  g_assert_null (again->reason);
  g_assert_true (g_str_has_prefix (json, "{\"calls\":[{\"at\":{\"by_hand\":false,\"offset\":180,"
                                         "\"us\":1795259106123456},"));
  g_assert_nonnull (strstr (json, "Dr \\\"É\\\"\\n\\t\\u0001 / \\\\ 😀"));
}

/* Numbers of RFC 8785, appendix B. */
static void
test_json_numbers (void)
{
  static const struct
  {
    double value;
    const char *text;
  } numbers[] = {
    { 0, "0" },
    { -0.0, "0" },
    { 5e-324, "5e-324" },
    { 1.7976931348623157e308, "1.7976931348623157e+308" },
    { 9007199254740992, "9007199254740992" },
    { 295147905179352830000.0, "295147905179352830000" },
    { 9.999999999999997e22, "9.999999999999997e+22" },
    { 1e23, "1e+23" },
    { 1e21, "1e+21" },
    { 999999999999999900000.0, "999999999999999900000" },
    { 0.000001, "0.000001" },
    { 333333333.3333332, "333333333.3333332" },
    { -0.0000033333333333333333, "-0.0000033333333333333333" },
    { 1e-7, "1e-7" },
    { 7.2, "7.2" },
    { -48, "-48" },
    { 0.1, "0.1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);
      g_autoptr (HemoReport) again = NULL;
      g_autofree char *json = NULL;
      g_autofree char *expected = g_strdup_printf ("\"value\":%s}", numbers[i].text);
      HemoLine *line = hemo_line_new (HEMO_SECTION_CBC, "x");

      line->value = numbers[i].value;
      g_ptr_array_add (report->lines, line);
      json = hemo_report_to_json (report);
      g_assert_nonnull (strstr (json, expected));
      /* json-c reads whole numbers into 64 bits; what no blood reaches is refused, not changed. */
      if (fabs (numbers[i].value) > 9e18 && fabs (numbers[i].value) < 1e21)
        {
          g_assert_null (hemo_report_from_json (json, strlen (json), NULL));
          continue;
        }
      again = hemo_report_from_json (json, strlen (json), NULL);
      g_assert_nonnull (again);
      g_assert_true (((HemoLine *)again->lines->pdata[0])->value == numbers[i].value);
    }
}

static void
test_json_refused (void)
{
  g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);
  g_autofree char *json = hemo_report_to_json (report);
  g_autofree char *spaced = g_strconcat (json, " ", NULL);
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *huge = g_strnfill (4 * 1024 * 1024 + 1, ' ');
  g_autoptr (GString) extra = g_string_new (json);
  g_autoptr (GString) twice = g_string_new (json);
  const char *bad[] = { "",
                        "null",
                        "[]",
                        "{}",
                        "{",
                        "{\"version\":\"1\"}",
                        "{\"lines\":[1]}",
                        "{\"status\":\"nope\"}",
                        "{\"uuid\":\"a\\u0000b\"}",
                        "\xff",
                        "{\"version\":1e400}",
                        "{\"version\":99999999999}",
                        "{\"lines\":{}}",
                        "{\"images\":[1]}" };

  g_string_replace (extra, "\"version\"", "\"varsion\"", 0);
  g_string_replace (twice, "\"version\":0", "\"version\":1,\"version\":0", 0);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (hemo_report_from_json (bad[i], strlen (bad[i]), &error));
      g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
    }
  g_assert_null (hemo_report_from_json (spaced, strlen (spaced), NULL));
  g_assert_null (hemo_report_from_json (deep, strlen (deep), NULL));
  g_assert_null (hemo_report_from_json (huge, strlen (huge), NULL));
  g_assert_null (hemo_report_from_json (extra->str, extra->len, NULL));
  g_assert_null (hemo_report_from_json (twice->str, twice->len, NULL));
  for (gsize n = 0; n < strlen (json); n++)
    g_assert_null (hemo_report_from_json (json, n, NULL));
}

static void
test_sections (void)
{
  for (int i = 0; i < HEMO_SECTIONS; i++)
    {
      HemoSection again = HEMO_SECTIONS;

      g_assert_true (hemo_section_from_code (hemo_section_to_code ((HemoSection)i), &again, NULL));
      g_assert_cmpint (again, ==, i);
      g_assert_nonnull (hemo_section_label ((HemoSection)i));
    }
  for (int i = 0; i <= HEMO_STATE_REJECTED; i++)
    {
      HemoState again = HEMO_STATE_WAITING;

      g_assert_true (hemo_state_from_code (hemo_state_to_code ((HemoState)i), &again, NULL));
      g_assert_cmpint (again, ==, i);
    }
  g_assert_null (hemo_section_to_code (HEMO_SECTIONS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/report/rich-counts", test_rich_counts);
  g_test_add_func ("/model/report/rich-smear", test_rich_smear);
  g_test_add_func ("/model/report/stable-ids", test_stable_ids);
  g_test_add_func ("/model/report/malaria", test_malaria);
  g_test_add_func ("/model/report/previous", test_previous);
  g_test_add_func ("/model/report/previous-corrected", test_previous_corrected);
  g_test_add_func ("/model/report/corrected-previous", test_corrected_previous);
  g_test_add_func ("/model/report/typed-blasts", test_typed_blasts);
  g_test_add_func ("/model/report/clumps", test_clumps);
  g_test_add_func ("/model/report/clumps-of-morphology", test_clumps_of_morphology);
  g_test_add_func ("/model/report/missing", test_missing);
  g_test_add_func ("/model/report/calls", test_calls);
  g_test_add_func ("/model/report/wants-more", test_wants_more);
  g_test_add_func ("/model/report/status", test_status);
  g_test_add_func ("/model/report/json", test_json);
  g_test_add_func ("/model/report/json-numbers", test_json_numbers);
  g_test_add_func ("/model/report/json-refused", test_json_refused);
  g_test_add_func ("/model/report/sections", test_sections);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Several readings of malaria films, and calls that told a value as it was. */

#include "hemo-malaria-readings.h"

#include <math.h>
#include <string.h>

#define SPECIMEN "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"
#define NOW G_GINT64_CONSTANT (1795259106123456)

#define PF HEMO_PLASMODIUM_FALCIPARUM
#define PV HEMO_PLASMODIUM_VIVAX
#define PU HEMO_PLASMODIUM_UNDETERMINED

/* @cells: white cells of a thick, red cells of a thin film. */
typedef struct
{
  const char *reader;
  gboolean thick;
  int parasites, cells, fields;
  int species;
} Reading;

static HemoCase *
new_case (const Reading *readings, gsize n)
{
  HemoCase *data = hemo_case_new ();

  data->clinic = hemo_clinic_info_new ("Clinic");
  data->patient = hemo_patient_new ();
  data->order = hemo_order_new (data->patient->uuid);
  data->order->tests = HEMO_TEST_MALARIA;
  data->specimen = hemo_specimen_new ();
  for (gsize i = 0; i < n && readings[i].reader != NULL; i++)
    {
      HemoMalaria *film = hemo_malaria_new (SPECIMEN, readings[i].reader, readings[i].thick);

      film->parasites = readings[i].parasites;
      *(film->thick ? &film->wbc : &film->rbc) = readings[i].cells;
      film->fields = readings[i].fields;
      film->species = (HemoPlasmodium)readings[i].species;
      film->at.utc_us = NOW + (gint64)i;
      film->reader_name = g_strconcat ("Reader ", readings[i].reader, NULL);
      g_ptr_array_add (data->malarias, film);
    }
  return data;
}

static const HemoLine *
find (const HemoReport *report, const char *code)
{
  for (guint i = 0; i < report->lines->len; i++)
    {
      const HemoLine *line = report->lines->pdata[i];

      if (g_strcmp0 (line->loinc, code) == 0 || g_strcmp0 (line->local_code, code) == 0)
        return line;
    }
  return NULL;
}

static void
check_text (const HemoReport *report, const char *code, const char *expected)
{
  const HemoLine *line = find (report, code);
  g_autofree char *text = line != NULL ? hemo_line_value_text (line) : NULL;

  g_assert_cmpstr (text, ==, expected);
}

static HemoReport *
fill (const HemoCase *data)
{
  HemoReport *report = hemo_report_new (SPECIMEN);

  hemo_report_fill (report, data, NULL);
  return report;
}

static void
test_verdicts (void)
{
  static const struct
  {
    Reading readings[4];
    HemoMalariaAgreement disagreement;
    HemoReadingsVerdict verdict;
    const char *presence, *density;
  } cases[] = {
    /* One after the other: the later one does not win. */
    { { { "a", TRUE, 150, 200, 0, PF }, { "b", TRUE, 0, 500, 100, 0 } },
      HEMO_MALARIA_DIFFER_PRESENCE,
      HEMO_READINGS_DISAGREE,
      "readings disagree",
      NULL },
    { { { "a", TRUE, 0, 500, 100, 0 }, { "b", TRUE, 150, 200, 0, PF } },
      HEMO_MALARIA_DIFFER_PRESENCE,
      HEMO_READINGS_DISAGREE,
      "readings disagree",
      NULL },
    /* One reader of two films as well, and three readings of one reader are no vote. */
    { { { "a", TRUE, 0, 500, 100, 0 },
        { "a", TRUE, 150, 200, 0, PF },
        { "a", TRUE, 0, 0, 200, 0 } },
      HEMO_MALARIA_DIFFER_PRESENCE,
      HEMO_READINGS_DISAGREE,
      "readings disagree",
      NULL },
    { { { "a", TRUE, 150, 200, 0, PF }, { "b", TRUE, 150, 200, 0, PV } },
      HEMO_MALARIA_DIFFER_SPECIES,
      HEMO_READINGS_DISAGREE,
      "readings disagree",
      NULL },
    { { { "a", TRUE, 150, 200, 0, PF }, { "b", TRUE, 150, 200, 0, PU } },
      HEMO_MALARIA_AGREE,
      HEMO_READINGS_AGREE,
      "positive",
      "6000" },
    /* 100 and 128 are 24.6 % of their mean apart, 100 and 129 25.3 %. */
    { { { "a", TRUE, 100, 200, 0, PF }, { "b", TRUE, 128, 200, 0, PF } },
      HEMO_MALARIA_AGREE,
      HEMO_READINGS_AGREE,
      "positive",
      "4560" },
    { { { "a", TRUE, 100, 200, 0, PF }, { "b", TRUE, 129, 200, 0, PF } },
      HEMO_MALARIA_DIFFER_DENSITY,
      HEMO_READINGS_DISAGREE,
      "readings disagree",
      NULL },
    /* What is still being counted says nothing of the density yet, nor that there are none. */
    { { { "a", TRUE, 50, 200, 0, PF }, { "b", TRUE, 150, 200, 0, PF } },
      HEMO_MALARIA_AGREE,
      HEMO_READINGS_AGREE,
      "positive",
      "6000" },
    { { { "a", TRUE, 0, 200, 60, 0 }, { "b", TRUE, 150, 200, 0, PF } },
      HEMO_MALARIA_AGREE,
      HEMO_READINGS_AGREE,
      "positive",
      "6000" },
    /* A third reader decides; of three that are close by pairs the two closest. */
    { { { "a", TRUE, 0, 500, 100, 0 },
        { "b", TRUE, 150, 200, 0, PF },
        { "c", TRUE, 160, 200, 0, PF } },
      HEMO_MALARIA_DIFFER_PRESENCE,
      HEMO_READINGS_OUTVOTED,
      "positive",
      "6200" },
    { { { "a", TRUE, 0, 500, 100, 0 },
        { "b", TRUE, 150, 200, 0, PF },
        { "c", TRUE, 0, 0, 100, 0 } },
      HEMO_MALARIA_DIFFER_PRESENCE,
      HEMO_READINGS_OUTVOTED,
      "negative",
      NULL },
    { { { "a", TRUE, 100, 200, 0, PF },
        { "b", TRUE, 125, 200, 0, PF },
        { "c", TRUE, 150, 200, 0, PF } },
      HEMO_MALARIA_DIFFER_DENSITY,
      HEMO_READINGS_OUTVOTED,
      "positive",
      "5500" },
    { { { "a", TRUE, 100, 200, 0, PF },
        { "b", TRUE, 300, 200, 0, PF },
        { "c", TRUE, 0, 500, 100, 0 } },
      HEMO_MALARIA_DIFFER_PRESENCE,
      HEMO_READINGS_DISAGREE,
      "readings disagree",
      NULL },
    /* The thin film sees less and names more. */
    { { { "a", TRUE, 150, 200, 0, PF }, { "b", FALSE, 0, 5000, 0, 0 } },
      HEMO_MALARIA_AGREE,
      HEMO_READINGS_AGREE,
      "positive",
      "6000" },
    { { { "a", TRUE, 0, 500, 100, 0 }, { "b", FALSE, 3, 5000, 0, PF } },
      HEMO_MALARIA_DIFFER_PRESENCE,
      HEMO_READINGS_DISAGREE,
      "readings disagree",
      NULL },
    { { { "a", TRUE, 150, 200, 0, PF }, { "a", FALSE, 9, 5000, 0, PF | PV } },
      HEMO_MALARIA_AGREE,
      HEMO_READINGS_AGREE,
      "positive",
      "6000" },
    { { { "a", TRUE, 150, 200, 0, PF }, { "a", FALSE, 9, 5000, 0, PV } },
      HEMO_MALARIA_DIFFER_SPECIES,
      HEMO_READINGS_DISAGREE,
      "readings disagree",
      NULL },
    /* A reader goes on with what was not finished; what was seen is not forgotten by that. */
    { { { "a", TRUE, 40, 200, 0, PF }, { "a", TRUE, 160, 500, 0, PF } },
      HEMO_MALARIA_AGREE,
      HEMO_READINGS_AGREE,
      "positive",
      "2560" },
    { { { "a", TRUE, 4, 100, 0, PF }, { "a", TRUE, 0, 500, 100, 0 } },
      HEMO_MALARIA_DIFFER_PRESENCE,
      HEMO_READINGS_DISAGREE,
      "readings disagree",
      NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HemoCase) data = new_case (cases[i].readings, G_N_ELEMENTS (cases[i].readings));
      g_autoptr (HemoMalariaReadings) readings = hemo_malaria_readings_new (data);
      g_autoptr (HemoReport) report = fill (data);
      g_auto (GStrv) problems = hemo_report_disagreements (report, data);
      g_auto (GStrv) missing = hemo_report_missing (report, data);
      gboolean open = cases[i].verdict == HEMO_READINGS_DISAGREE;

      g_test_message ("case %zu", i);
      g_assert_cmpint (readings->disagreement, ==, cases[i].disagreement);
      g_assert_cmpint (readings->verdict, ==, cases[i].verdict);
      check_text (report, "51587-4", cases[i].presence);
      check_text (report, "malaria-density", cases[i].density);
      g_assert_cmpuint (g_strv_length (problems), ==, open ? 1 : 0);
      if (open)
        g_assert_cmpstr (missing[0], ==, problems[0]);
    }
}

/* The report says what each reader found, and no verdict that neither did. */
static void
test_both_are_said (void)
{
  static const Reading readings[]
      = { { "a", TRUE, 150, 200, 0, PF }, { "b", TRUE, 0, 500, 100, 0 } };
  g_autoptr (HemoCase) data = new_case (readings, 2);
  g_autoptr (HemoReport) report = fill (data);
  int said = 0;

  g_assert_null (find (report, "32206-5"));
  g_assert_cmpint (find (report, "51587-4")->flag, ==, HEMO_FLAG_CRITICAL_ABNORMAL);
  for (guint i = 0; i < report->lines->len; i++)
    {
      const HemoLine *line = report->lines->pdata[i];

      if (g_strcmp0 (line->local_code, "malaria-reading") != 0)
        continue;
      g_assert_cmpstr (line->text, ==,
                       said == 0 ? "positive, Plasmodium falciparum, 6000 parasites per µL"
                                 : "negative");
      g_assert_cmpstr (line->note, ==, said == 0 ? "Reader a" : "Reader b");
      said++;
    }
  g_assert_cmpint (said, ==, 2);
}

/* One in five thousand is no 'one in a thousand'. */
static void
test_few_are_said (void)
{
  static const Reading readings[]
      = { { "a", FALSE, 1, 5000, 0, PF }, { "b", FALSE, 0, 5000, 100, 0 } };
  g_autoptr (HemoCase) data = new_case (readings, 2);
  g_autoptr (HemoReport) report = fill (data);

  check_text (report, "malaria-reading",
              "positive, Plasmodium falciparum, 0.2 infected of 1000 red cells");
}

static void
decide (HemoCase *data, guint index)
{
  g_autoptr (HemoMalariaReadings) readings = hemo_malaria_readings_new (data);

  hemo_malaria_decision_free (data->decision);
  data->decision
      = hemo_malaria_decision_new (SPECIMEN, ((HemoMalaria *)data->malarias->pdata[index])->uuid,
                                   "artefact, looked at together");
  data->decision->by_name = g_strdup ("Dr Kiprono");
  data->decision->readings = hemo_malaria_readings_key (readings);
}

static void
test_decision (void)
{
  static const Reading list[] = { { "a", TRUE, 150, 200, 0, PF },
                                  { "b", TRUE, 0, 500, 100, 0 },
                                  { "a", FALSE, 40, 5000, 0, PF } };
  g_autoptr (HemoCase) data = new_case (list, 3);
  g_autoptr (HemoReport) report = NULL;
  g_auto (GStrv) problems = NULL;

  decide (data, 1);
  report = fill (data);
  check_text (report, "51587-4", "negative");
  check_text (report, "48427-9", NULL);
  check_text (report, "malaria-decision", "artefact, looked at together");
  g_assert_cmpstr (find (report, "malaria-decision")->note, ==, "Dr Kiprono");
  g_assert_cmpstr (find (report, "malaria-reading")->note, ==, "Reader a; set aside");
  problems = hemo_report_disagreements (report, data);
  g_assert_cmpuint (g_strv_length (problems), ==, 0);
  decide (data, 0);
  hemo_report_fill (report, data, NULL);
  check_text (report, "51587-4", "positive");
  check_text (report, "48427-9", "8.0");
  /* It was about these readings: what one of them says now was not decided. */
  ((HemoMalaria *)data->malarias->pdata[1])->fields = 200;
  hemo_report_fill (report, data, NULL);
  check_text (report, "51587-4", "readings disagree");
  check_text (report, "malaria-decision", NULL);
}

static void
test_many_readings (void)
{
  Reading many[40];
  g_autoptr (HemoCase) data = NULL;
  g_autoptr (HemoReport) report = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (many); i++)
    many[i] = (Reading){ i % 2 ? "a" : "b", TRUE, i % 3 ? 150 : 0, 500, 100, 0 };
  data = new_case (many, G_N_ELEMENTS (many));
  report = fill (data);
  check_text (report, "51587-4", "readings disagree");
}

static HemoCriticalCall *
add_call (HemoReport *report, const char *analytes)
{
  HemoCriticalCall *call = hemo_critical_call_new (SPECIMEN);

  call->analytes = g_strdup (analytes);
  call->read_back = TRUE;
  call->at.utc_us = NOW + 1000;
  call->told_lines = hemo_report_told_lines (report, analytes);
  g_ptr_array_add (report->calls, call);
  return call;
}

static HemoCase *
new_critical_case (void)
{
  HemoCase *data = new_case (NULL, 0);
  HemoResult *hb = hemo_result_new (SPECIMEN, "hb", 65, "Analyser");

  hb->measured_at.utc_us = NOW - 60 * G_TIME_SPAN_MINUTE;
  hb->entered_at.utc_us = NOW;
  g_ptr_array_add (data->results, hb);
  return data;
}

static GPtrArray *
load_ranges (void)
{
  g_autofree char *csv = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (HEMO_TEST_RANGES, &csv, &length, NULL));
  return hemo_ranges_parse (csv, length, NULL);
}

static gboolean
needs_call (HemoReport *report, const HemoCase *data, GPtrArray *ranges)
{
  hemo_report_fill (report, data, ranges);
  return hemo_report_needs_call (report);
}

/* Typed again after the call with the old time of measuring, whether lower or the same. */
static void
test_told_value (void)
{
  static const char *const names[] = { "Haemoglobin", "hb", "718-7", "White cells, hb" };
  g_autoptr (GPtrArray) ranges = load_ranges ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (HemoCase) data = new_critical_case ();
      g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);
      HemoResult *hb = data->results->pdata[0];

      g_assert_true (needs_call (report, data, ranges));
      add_call (report, names[i]);
      g_assert_false (needs_call (report, data, ranges));
      hb->value = 45;
      g_assert_true (needs_call (report, data, ranges));
      hb->value = 65;
      g_assert_false (needs_call (report, data, ranges));
      hb->version++;
      g_assert_true (needs_call (report, data, ranges));
      add_call (report, "hb");
      g_assert_false (needs_call (report, data, ranges));
    }
}

/* Words that stand for another line tell nothing. */
static void
test_told_other (void)
{
  static const char *const names[] = { "Hemoglobin", "haemoglobin", "", "Red cells", "hb,wbc" };
  g_autoptr (GPtrArray) ranges = load_ranges ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (HemoCase) data = new_critical_case ();
      g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);

      hemo_report_fill (report, data, ranges);
      add_call (report, names[i]);
      g_assert_true (needs_call (report, data, ranges));
    }
}

static void
count_cells (HemoCount *count, HemoCellClass cell_class, int n)
{
  for (int i = 0; i < n; i++)
    {
      HemoCountedCell *cell = g_new0 (HemoCountedCell, 1);

      cell->sequence = count->cells->len + 1;
      cell->cell_class = cell_class;
      cell->at.utc_us = NOW;
      g_ptr_array_add (count->cells, cell);
    }
}

/* Blasts that were counted after the call; closing the count changes none. */
static void
test_told_count (void)
{
  g_autoptr (HemoCase) data = new_case (NULL, 0);
  g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);
  HemoCount *count = hemo_count_new (SPECIMEN, "a", 100);

  g_ptr_array_add (data->counts, count);
  count_cells (count, HEMO_CELL_SEGMENTED, 96);
  count_cells (count, HEMO_CELL_BLAST, 4);
  g_assert_true (needs_call (report, data, NULL));
  add_call (report, "Blasts");
  count->closed = TRUE;
  count->version++;
  g_assert_false (needs_call (report, data, NULL));
  count_cells (count, HEMO_CELL_SEGMENTED, 96);
  count_cells (count, HEMO_CELL_BLAST, 4);
  /* Still 4 %, of twice as many cells. */
  g_assert_true (needs_call (report, data, NULL));
}

/* Parasites are told once, not with each that is counted; another reader's finding is news. */
static void
test_told_parasites (void)
{
  static const Reading list[] = { { "a", TRUE, 3, 20, 0, PF } };
  g_autoptr (HemoCase) data = new_case (list, 1);
  g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);
  HemoMalaria *film = data->malarias->pdata[0];
  HemoMalaria *other = hemo_malaria_new (SPECIMEN, "b", TRUE);

  g_assert_true (needs_call (report, data, NULL));
  add_call (report, "Malaria parasites");
  film->parasites = 150;
  film->wbc = 200;
  g_assert_false (needs_call (report, data, NULL));
  other->fields = 100;
  g_ptr_array_add (data->malarias, other);
  g_assert_true (needs_call (report, data, NULL));
}

/* Of a store from before it was noted what a call told: by name, and nothing that is newer. */
static void
test_told_before (void)
{
  g_autoptr (HemoCase) data = new_case (NULL, 0);
  g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);
  HemoCount *count = hemo_count_new (SPECIMEN, "a", 100);
  HemoCriticalCall *call;

  g_ptr_array_add (data->counts, count);
  count_cells (count, HEMO_CELL_BLAST, 100);
  hemo_report_fill (report, data, NULL);
  call = add_call (report, "Blasts");
  g_clear_pointer (&call->told_lines, g_free);
  g_assert_false (needs_call (report, data, NULL));
  ((HemoCountedCell *)count->cells->pdata[99])->at.utc_us = call->at.utc_us + 1;
  g_assert_true (needs_call (report, data, NULL));
}

/* What is new in a stored report is only there where it is used: older ones read as they were. */
static void
test_stored (void)
{
  g_autoptr (GPtrArray) ranges = load_ranges ();
  g_autoptr (HemoCase) data = new_critical_case ();
  g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);
  g_autoptr (HemoReport) back = NULL;
  g_autofree char *plain = hemo_report_to_json (report);
  g_autofree char *json = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (strstr (plain, "missing"));
  hemo_report_fill (report, data, ranges);
  add_call (report, "hb");
  g_ptr_array_add (report->missing, g_strdup ("The differential has 40 of 100 cells"));
  json = hemo_report_to_json (report);
  back = hemo_report_from_json (json, strlen (json), &error);
  g_assert_no_error (error);
  again = hemo_report_to_json (back);
  g_assert_cmpstr (json, ==, again);
  g_assert_cmpuint (back->missing->len, ==, 1);
  g_assert_false (hemo_report_needs_call (back));
}

/* A percentage that was typed from an analyser has not been counted by hand. */
static void
test_typed_codes (void)
{
  static const struct
  {
    const char *analyte, *loinc;
  } typed[] = {
    { "neut%", "770-8" }, { "lym%", "736-9" }, { "mono%", "5905-5" }, { "eos%", "713-8" },
    { "baso%", "706-2" }, { "neut", "751-8" }, { "lym", "731-0" },    { "mono", "742-7" },
    { "eos", "711-2" },   { "baso", "704-7" },
  };
  g_autoptr (HemoCase) data = new_case (NULL, 0);
  g_autoptr (HemoReport) report = NULL;
  HemoCount *count = hemo_count_new (SPECIMEN, "a", 100);

  for (gsize i = 0; i < G_N_ELEMENTS (typed); i++)
    g_ptr_array_add (data->results, hemo_result_new (SPECIMEN, typed[i].analyte, 10, "Analyser"));
  g_ptr_array_add (data->results, hemo_result_new (SPECIMEN, "wbc", 10, "Analyser"));
  g_ptr_array_add (data->counts, count);
  count_cells (count, HEMO_CELL_SEGMENTED, 60);
  count_cells (count, HEMO_CELL_LYMPHOCYTE, 40);
  report = fill (data);
  for (gsize i = 0; i < G_N_ELEMENTS (typed); i++)
    g_assert_cmpint (find (report, typed[i].loinc)->section, ==, HEMO_SECTION_CBC);
  for (HemoCellClass i = 0; i < HEMO_CELL_CLASSES; i++)
    {
      const char *loinc = hemo_cell_class_info (i)->percent_loinc;

      for (const HemoAnalyteInfo *info = hemo_analyte_infos (); info->code != NULL; info++)
        g_assert_cmpstr (info->loinc, !=, loinc != NULL ? loinc : "");
    }
  g_assert_cmpint (find (report, "753-4")->section, ==, HEMO_SECTION_DIFFERENTIAL);
  g_assert_cmpint (find (report, "737-7")->section, ==, HEMO_SECTION_DIFFERENTIAL);
}

/* The value before is what the paper before said, with its own decimals. */
static void
test_previous_as_printed (void)
{
  static const struct
  {
    double value;
    int decimals;
    double shown;
  } cases[] = { { 0.75, 2, 0.75 }, { 33.3333, 0, 33 }, { 33.3333, 1, 33.3 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HemoCase) data = new_case (NULL, 0);
      g_autoptr (HemoReport) report = NULL;
      HemoLine *old = hemo_line_new (HEMO_SECTION_CBC, "White cells");

      old->loinc = g_strdup ("6690-2");
      old->ucum = g_strdup ("10*9/L");
      old->value = cases[i].value;
      old->decimals = cases[i].decimals;
      g_ptr_array_add (data->previous, old);
      g_ptr_array_add (data->results, hemo_result_new (SPECIMEN, "wbc", 8, "Analyser"));
      report = fill (data);
      g_assert_cmpfloat (find (report, "6690-2")->previous, ==, cases[i].shown);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readings/verdicts", test_verdicts);
  g_test_add_func ("/readings/both-are-said", test_both_are_said);
  g_test_add_func ("/readings/few", test_few_are_said);
  g_test_add_func ("/readings/decision", test_decision);
  g_test_add_func ("/readings/many", test_many_readings);
  g_test_add_func ("/told/value", test_told_value);
  g_test_add_func ("/told/other", test_told_other);
  g_test_add_func ("/told/count", test_told_count);
  g_test_add_func ("/told/parasites", test_told_parasites);
  g_test_add_func ("/told/before", test_told_before);
  g_test_add_func ("/told/stored", test_stored);
  g_test_add_func ("/codes/typed", test_typed_codes);
  g_test_add_func ("/previous/as-printed", test_previous_as_printed);
  return g_test_run ();
}

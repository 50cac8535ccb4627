/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables of the rules that a signed report stands on: films, counts, calls, states, what is stored.
 */

#include "hemo-case.h"

#include <math.h>
#include <string.h>

#define NOW G_GINT64_CONSTANT (1795259106123456)
#define SPECIMEN "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"

static const HemoTime now = { NOW, 180, FALSE };

static HemoCase *
new_case (HemoTests tests)
{
  HemoCase *data = hemo_case_new ();

  data->clinic = hemo_clinic_info_new ("Clinic");
  data->patient = hemo_patient_new ();
  data->order = hemo_order_new (data->patient->uuid);
  data->order->tests = tests;
  data->specimen = hemo_specimen_new ();
  data->specimen->collected_at = now;
  return data;
}

static HemoResult *
add_result (HemoCase *data, const char *analyte, double value, gboolean uncorrected)
{
  HemoResult *result = hemo_result_new (SPECIMEN, analyte, value, "Analyser");

  result->uncorrected = uncorrected;
  result->measured_at = now;
  g_ptr_array_add (data->results, result);
  return result;
}

static HemoCount *
add_count (HemoCase *data, const char *reader, int target)
{
  HemoCount *count = hemo_count_new (SPECIMEN, reader, target);

  g_ptr_array_add (data->counts, count);
  return count;
}

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

static HemoReport *
fill (const HemoCase *data)
{
  HemoReport *report = hemo_report_new (SPECIMEN);

  hemo_report_fill (report, data, NULL);
  return report;
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

static void
test_targets (void)
{
  static const struct
  {
    gboolean thick;
    int parasites, wbc, rbc;
    int target;
    gboolean complete;
  } films[] = {
    { TRUE, 0, 0, 0, 200, FALSE },       { TRUE, 0, 199, 0, 200, FALSE },
    { TRUE, 0, 200, 0, 500, FALSE },     { TRUE, 99, 199, 0, 200, FALSE },
    { TRUE, 99, 200, 0, 500, FALSE },    { TRUE, 100, 200, 0, 200, TRUE },
    { TRUE, 100, 199, 0, 200, FALSE },   { TRUE, 99, 499, 0, 500, FALSE },
    { TRUE, 99, 500, 0, 500, TRUE },     { TRUE, 100, 499, 0, 200, TRUE },
    { FALSE, 0, 0, 4999, 5000, FALSE },  { FALSE, 0, 0, 5000, 5000, TRUE },
    { FALSE, 5, 9000, 10, 5000, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (films); i++)
    {
      g_autoptr (HemoMalaria) film = hemo_malaria_new (SPECIMEN, "r", films[i].thick);

      film->parasites = films[i].parasites;
      film->wbc = films[i].wbc;
      film->rbc = films[i].rbc;
      g_assert_cmpint (hemo_malaria_target (film), ==, films[i].target);
      g_assert_cmpint (hemo_malaria_is_complete (film), ==, films[i].complete);
    }
}

#define COMPLETE "assumed WBC 8.0"
#define CUT "assumed WBC 8.0; counting not finished"

/* Density of a thick film, with what the paper says of the white cells it was reckoned from. */
static void
test_density (void)
{
  static const struct
  {
    int parasites, wbc;
    double measured;
    const char *text;
    const char *note;
  } films[] = {
    { 1, 500, NAN, "16", COMPLETE },
    { 99, 499, NAN, "1587", CUT },
    { 100, 200, NAN, "4000", COMPLETE },
    { 150, 200, 5.5, "4125", "measured WBC" },
    { 100, 200, 0, "4000", COMPLETE },
    { 1, 500, 0.2, "0.4", "measured WBC" },
    { 1, 500, 0.1, "0.2", "measured WBC" },
    { 1, 500, 0.3, "1", "measured WBC" },
    { 5, 0, NAN, NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (films); i++)
    {
      g_autoptr (HemoCase) data = new_case (HEMO_TEST_MALARIA);
      g_autoptr (HemoReport) report = NULL;
      HemoMalaria *film = hemo_malaria_new (SPECIMEN, "r", TRUE);

      film->parasites = films[i].parasites;
      film->wbc = films[i].wbc;
      g_ptr_array_add (data->malarias, film);
      if (!isnan (films[i].measured))
        add_result (data, "wbc", films[i].measured, FALSE);
      report = fill (data);
      check_text (report, "51587-4", "positive");
      check_text (report, "malaria-density", films[i].text);
      if (films[i].text != NULL)
        g_assert_cmpstr (find (report, "malaria-density")->note, ==, films[i].note);
    }
}

/* Whatever was seen, however little, the paper never says 0 of it nor 'negative'. */
static void
test_thin_film (void)
{
  static const struct
  {
    int parasites, rbc;
    const char *text;
  } films[] = { { 1, 5000, "0.2" },       { 1, 25000, "0.04" },     { 50, 5000, "10.0" },
                { 5000, 5000, "1000.0" }, { 6000, 5000, "1200.0" }, { 3, 0, NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (films); i++)
    {
      g_autoptr (HemoCase) data = new_case (HEMO_TEST_MALARIA);
      g_autoptr (HemoReport) report = NULL;
      HemoMalaria *film = hemo_malaria_new (SPECIMEN, "r", FALSE);

      film->parasites = films[i].parasites;
      film->rbc = films[i].rbc;
      film->fields = 500;
      g_ptr_array_add (data->malarias, film);
      report = fill (data);
      check_text (report, "51587-4", "positive");
      check_text (report, "48427-9", films[i].text);
      check_text (report, "malaria-density", NULL);
    }
}

static void
test_negative (void)
{
  static const struct
  {
    gboolean thick;
    int fields, wbc, rbc, species, stages;
    const char *text;
    HemoFlag flag;
  } films[] = {
    { TRUE, 1, 0, 0, 0, 0, "none seen in 1 fields", HEMO_FLAG_NONE },
    { TRUE, 99, 500, 0, 0, 0, "none seen in 99 fields", HEMO_FLAG_NONE },
    { TRUE, 100, 0, 0, 0, 0, "negative", HEMO_FLAG_NONE },
    { TRUE, 0, 500, 0, 0, 0, "none seen beside 500 white cells", HEMO_FLAG_NONE },
    { FALSE, 1000, 0, 0, 0, 0, "none seen in 1000 fields", HEMO_FLAG_NONE },
    { FALSE, 0, 0, 5000, 0, 0, "none seen in 5000 red cells", HEMO_FLAG_NONE },
    { TRUE, 500, 500, 0, HEMO_PLASMODIUM_VIVAX, 0, "positive", HEMO_FLAG_CRITICAL_ABNORMAL },
    { TRUE, 500, 500, 0, 0, HEMO_STAGE_GAMETOCYTE, "positive", HEMO_FLAG_CRITICAL_ABNORMAL },
    { TRUE, 0, 0, 0, 0, 0, NULL, HEMO_FLAG_NONE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (films); i++)
    {
      g_autoptr (HemoCase) data = new_case (HEMO_TEST_MALARIA);
      g_autoptr (HemoReport) report = NULL;
      g_auto (GStrv) missing = NULL;
      HemoMalaria *film = hemo_malaria_new (SPECIMEN, "r", films[i].thick);
      gboolean done = films[i].text != NULL && strncmp (films[i].text, "none", 4) != 0;

      film->fields = films[i].fields;
      film->wbc = films[i].wbc;
      film->rbc = films[i].rbc;
      film->species = (HemoPlasmodium)films[i].species;
      film->stages = (HemoStage)films[i].stages;
      g_ptr_array_add (data->malarias, film);
      report = fill (data);
      check_text (report, "51587-4", films[i].text);
      if (films[i].text != NULL)
        g_assert_cmpint (find (report, "51587-4")->flag, ==, films[i].flag);
      missing = hemo_report_missing (report, data);
      g_assert_cmpuint (g_strv_length (missing), ==, done ? 0 : 1);
      data->clinic->endemic_malaria = TRUE;
      hemo_report_fill (report, data, NULL);
      g_assert_false (hemo_report_needs_call (report));
    }
}

/* Corrected above 5 nRBC per 100, only where they are included; absolutes follow. */
static void
test_nrbc (void)
{
  static const struct
  {
    int nrbc;
    gboolean uncorrected;
    const char *corrected, *neut, *note;
  } cases[] = {
    { 0, TRUE, NULL, "6.00", NULL },
    { 5, TRUE, NULL, "6.00", NULL },
    { 6, TRUE, "9.4", "5.66", "from corrected WBC" },
    { 100, TRUE, "5.0", "3.00", "from corrected WBC" },
    { 6, FALSE, NULL, "6.00", NULL },
    { 100, FALSE, NULL, "6.00", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HemoCase) data = new_case (HEMO_TEST_DIFFERENTIAL);
      g_autoptr (HemoReport) report = NULL;
      HemoCount *count = add_count (data, "r", 100);

      add_cells (count, HEMO_CELL_SEGMENTED, 60);
      add_cells (count, HEMO_CELL_LYMPHOCYTE, 40);
      add_cells (count, HEMO_CELL_NRBC, cases[i].nrbc);
      add_result (data, "wbc", 10, cases[i].uncorrected);
      report = fill (data);
      check_text (report, "6690-2", "10.0");
      check_text (report, "wbc-corrected", cases[i].corrected);
      check_text (report, "753-4", cases[i].neut);
      check_text (report, "769-0", "60");
      g_assert_cmpstr (find (report, "753-4")->note, ==, cases[i].note);
    }
}

/* Two readers are one count of the sum; what was taken back is in neither. */
static void
test_two_readers (void)
{
  g_autoptr (HemoCase) data = new_case (HEMO_TEST_DIFFERENTIAL);
  g_autoptr (HemoReport) report = NULL;
  g_auto (GStrv) missing = NULL;
  HemoCount *a = add_count (data, "a", 200);
  HemoCount *b = add_count (data, "b", 200);

  add_cells (a, HEMO_CELL_SEGMENTED, 150);
  add_cells (a, HEMO_CELL_LYMPHOCYTE, 50);
  add_cells (b, HEMO_CELL_SEGMENTED, 99);
  add_cells (b, HEMO_CELL_LYMPHOCYTE, 100);
  add_cells (b, HEMO_CELL_BLAST, 2);
  ((HemoCountedCell *)b->cells->pdata[0])->taken_back = TRUE;
  ((HemoCountedCell *)b->cells->pdata[b->cells->len - 1])->at.utc_us += 7;
  report = fill (data);
  check_text (report, "769-0", "62.0");
  check_text (report, "737-7", "37.5");
  check_text (report, "709-6", "0.5");
  g_assert_cmpint (find (report, "709-6")->flag, ==, HEMO_FLAG_CRITICAL_ABNORMAL);
  g_assert_cmpint (find (report, "769-0")->at.utc_us, ==, NOW + 7);
  missing = hemo_report_missing (report, data);
  g_assert_cmpuint (g_strv_length (missing), ==, 0);
  ((HemoCountedCell *)b->cells->pdata[1])->taken_back = TRUE;
  g_strfreev (missing);
  missing = hemo_report_missing (report, data);
  g_assert_cmpstr (missing[0], ==, "The differential has 199 of 200 cells");
}

static void
test_platelets (void)
{
  static const struct
  {
    int total, fields, factor;
    const char *text;
  } cases[] = { { 100, 10, 20000, "200" }, { 100, 10, 15000, "150" }, { 1, 10, 20000, "2" },
                { 0, 10, 20000, "0" },     { 101, 20, 15000, "76" },  { 100, 0, 20000, NULL },
                { -1, 10, 20000, NULL },   { 100, 10, 0, NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HemoCase) data = new_case (HEMO_TEST_PLATELETS);
      g_autoptr (HemoReport) report = NULL;
      g_auto (GStrv) missing = NULL;

      data->platelets = hemo_platelets_new (SPECIMEN, "r");
      data->platelets->total = cases[i].total;
      data->platelets->fields = cases[i].fields;
      data->platelets->factor = cases[i].factor;
      report = fill (data);
      check_text (report, "49497-1", cases[i].text);
      missing = hemo_report_missing (report, data);
      g_assert_cmpuint (g_strv_length (missing), ==, cases[i].text == NULL ? 1 : 0);
    }
}

static void
test_status_table (void)
{
  /* Rows: from; columns: draft, preliminary, final, amended, corrected, in error, cancelled. */
  static const char *const allowed[]
      = { "1110001", "0110011", "0001110", "0001110", "0001110", "0000000", "0000010" };

  for (int from = 0; from <= HEMO_REPORT_CANCELLED; from++)
    for (int to = 0; to <= HEMO_REPORT_CANCELLED; to++)
      g_assert_cmpint (hemo_report_status_may_follow ((HemoReportStatus)from, (HemoReportStatus)to),
                       ==, allowed[from][to] == '1');
  g_assert_false (hemo_report_status_may_follow ((HemoReportStatus)99, HEMO_REPORT_FINAL));
  g_assert_false (hemo_report_status_may_follow (HEMO_REPORT_DRAFT, (HemoReportStatus)99));
}

/* Each test that was asked for, alone, is missed by itself and by nothing else. */
static void
test_missing_each (void)
{
  static const struct
  {
    HemoTests test;
    guint count;
    const char *first;
  } tests[] = {
    { 0, 0, NULL },
    { HEMO_TEST_DIFFERENTIAL, 1, "The differential has not been counted" },
    { HEMO_TEST_MORPHOLOGY, 3, "The red cells have not been judged" },
    { HEMO_TEST_PLATELETS, 1, "The platelets have not been estimated" },
    { HEMO_TEST_MALARIA, 1, "Nobody has looked for malaria parasites" },
    { HEMO_TEST_CBC, 3, "White cells: no value has been entered" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autoptr (HemoCase) data = new_case (tests[i].test);
      g_autoptr (HemoReport) report = fill (data);
      g_auto (GStrv) missing = hemo_report_missing (report, data);

      g_assert_cmpuint (g_strv_length (missing), ==, tests[i].count);
      g_assert_cmpstr (missing[0], ==, tests[i].first);
      g_assert_false (hemo_report_needs_call (report));
    }
}

/* A label with ', ' could never be told: a call lists labels joined by it. */
static void
test_labels_can_be_told (void)
{
  for (const HemoAnalyteInfo *info = hemo_analyte_infos (); info->code != NULL; info++)
    g_assert_null (strstr (info->label, ", "));
  for (const HemoFindingInfo *info = hemo_finding_infos (); info->code != NULL; info++)
    g_assert_null (strstr (info->label, ", "));
  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    g_assert_null (strstr (hemo_cell_class_info ((HemoCellClass)i)->label, ", "));
}

/* Every critical flag asks for a call, no other does; only one that was read back counts. */
static void
test_calls_by_flag (void)
{
  for (int flag = HEMO_FLAG_NONE; flag <= HEMO_FLAG_CRITICAL_ABNORMAL; flag++)
    {
      g_autoptr (HemoReport) report = hemo_report_new (SPECIMEN);
      HemoLine *line = hemo_line_new (HEMO_SECTION_CBC, "Haemoglobin");
      HemoCriticalCall *call = hemo_critical_call_new (SPECIMEN);
      gboolean critical = strlen (hemo_flag_to_code ((HemoFlag)flag)) == 2;

      line->flag = (HemoFlag)flag;
      line->at = now;
      g_ptr_array_add (report->lines, line);
      g_assert_cmpint (hemo_report_needs_call (report), ==, critical);
      call->at = now;
      g_ptr_array_add (report->calls, call);
      call->read_back = TRUE;
      g_assert_cmpint (hemo_report_needs_call (report), ==, critical);
      call->analytes = g_strdup ("Platelets, Haemoglobin ");
      g_assert_cmpint (hemo_report_needs_call (report), ==, critical);
      g_free (call->analytes);
      call->analytes = g_strdup ("Platelets, Haemoglobin");
      g_assert_false (hemo_report_needs_call (report));
      call->read_back = FALSE;
      g_assert_cmpint (hemo_report_needs_call (report), ==, critical);
    }
}

static HemoReport *
full_report (void)
{
  HemoReport *report = hemo_report_new (SPECIMEN);
  HemoLine *line = hemo_line_new (HEMO_SECTION_MALARIA, "Label \xE2\x80\xAE\xC3\xA9");
  HemoCriticalCall *call = hemo_critical_call_new (SPECIMEN);

  line->analyte = g_strdup ("hb");
  line->loinc = g_strdup ("718-7");
  line->local_code = g_strdup ("local");
  line->value = 0.1 + 0.2;
  line->decimals = 2;
  line->ucum = g_strdup ("g/L");
  line->text = g_strdup ("<b>&\"\\/");
  line->interval_low = 1e-7;
  line->interval_high = 1e21;
  line->reference_low = -0.5;
  line->reference_high = 123456789012345680.0;
  line->flag = HEMO_FLAG_CRITICAL_HIGH;
  line->previous = 5e-324;
  line->previous_at = (HemoTime){ -1, -720, TRUE };
  line->delta = TRUE;
  line->note = g_strdup ("");
  line->at = (HemoTime){ NOW, 840, FALSE };
  g_ptr_array_add (report->lines, line);
  call->analytes = g_strdup ("a, b");
  call->told = g_strdup ("Dr X\nward");
  call->read_back = TRUE;
  call->by = g_strdup (SPECIMEN);
  call->at = now;
  call->version = 9007199254740991;
  g_ptr_array_add (report->calls, call);
  g_ptr_array_add (report->images, g_strdup (SPECIMEN));
  report->version = 3;
  report->status = HEMO_REPORT_CORRECTED;
  report->comment = g_strdup ("comment");
  report->signed_by = g_strdup ("by");
  report->signer_name = g_strdup ("name");
  report->signer_role = g_strdup ("role");
  report->signed_at = (HemoTime){ NOW, 330, TRUE };
  report->replaces_sha256 = g_strdup ("aa");
  report->reason = g_strdup ("reason");
  report->pdf_sha256 = g_strdup ("bb");
  report->program_version = g_strdup ("1.2");
  return report;
}

static void
check_line_equal (const HemoLine *a, const HemoLine *b)
{
  g_assert_cmpstr (a->uuid, ==, b->uuid);
  g_assert_cmpint (a->section, ==, b->section);
  g_assert_cmpstr (a->analyte, ==, b->analyte);
  g_assert_cmpstr (a->label, ==, b->label);
  g_assert_cmpstr (a->loinc, ==, b->loinc);
  g_assert_cmpstr (a->local_code, ==, b->local_code);
  g_assert_cmpint (a->decimals, ==, b->decimals);
  g_assert_cmpstr (a->ucum, ==, b->ucum);
  g_assert_cmpstr (a->text, ==, b->text);
  g_assert_cmpfloat (a->value, ==, b->value);
  g_assert_cmpfloat (a->interval_low, ==, b->interval_low);
  g_assert_cmpfloat (a->interval_high, ==, b->interval_high);
  g_assert_cmpfloat (a->reference_low, ==, b->reference_low);
  g_assert_cmpfloat (a->reference_high, ==, b->reference_high);
  g_assert_cmpfloat (a->previous, ==, b->previous);
  g_assert_cmpint (a->flag, ==, b->flag);
  g_assert_cmpint (a->previous_at.utc_us, ==, b->previous_at.utc_us);
  g_assert_cmpint (a->previous_at.offset_minutes, ==, b->previous_at.offset_minutes);
  g_assert_cmpint (a->previous_at.by_hand, ==, b->previous_at.by_hand);
  g_assert_cmpint (a->delta, ==, b->delta);
  g_assert_cmpstr (a->note, ==, b->note);
  g_assert_cmpint (a->at.utc_us, ==, b->at.utc_us);
}

static void
check_report_equal (const HemoReport *a, const HemoReport *b)
{
  const HemoCriticalCall *ca = a->calls->pdata[0], *cb = b->calls->pdata[0];

  g_assert_cmpstr (a->uuid, ==, b->uuid);
  g_assert_cmpstr (a->specimen, ==, b->specimen);
  g_assert_cmpint (a->version, ==, b->version);
  g_assert_cmpint (a->status, ==, b->status);
  g_assert_cmpstr (a->language, ==, b->language);
  g_assert_cmpstr (a->comment, ==, b->comment);
  g_assert_cmpstr (a->signed_by, ==, b->signed_by);
  g_assert_cmpstr (a->signer_name, ==, b->signer_name);
  g_assert_cmpstr (a->signer_role, ==, b->signer_role);
  g_assert_cmpint (a->signed_at.utc_us, ==, b->signed_at.utc_us);
  g_assert_cmpint (a->signed_at.offset_minutes, ==, b->signed_at.offset_minutes);
  g_assert_cmpint (a->signed_at.by_hand, ==, b->signed_at.by_hand);
  g_assert_cmpstr (a->replaces_sha256, ==, b->replaces_sha256);
  g_assert_cmpstr (a->reason, ==, b->reason);
  g_assert_cmpstr (a->pdf_sha256, ==, b->pdf_sha256);
  g_assert_cmpstr (a->program_version, ==, b->program_version);
  g_assert_cmpstr (a->images->pdata[0], ==, b->images->pdata[0]);
  g_assert_cmpstr (ca->uuid, ==, cb->uuid);
  g_assert_cmpstr (ca->specimen, ==, cb->specimen);
  g_assert_cmpstr (ca->analytes, ==, cb->analytes);
  g_assert_cmpstr (ca->told, ==, cb->told);
  g_assert_cmpstr (ca->by, ==, cb->by);
  g_assert_cmpint (ca->read_back, ==, cb->read_back);
  g_assert_cmpint (ca->at.utc_us, ==, cb->at.utc_us);
  g_assert_cmpint (ca->version, ==, cb->version);
  check_line_equal (a->lines->pdata[0], b->lines->pdata[0]);
}

/* Every field returns from what is signed, and a copy outlives what it was made from. */
static void
test_json_fields (void)
{
  g_autoptr (HemoReport) report = full_report ();
  g_autofree char *json = hemo_report_to_json (report);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoReport) again = hemo_report_from_json (json, strlen (json), &error);
  g_autoptr (HemoReport) copy = hemo_report_copy (report);

  g_assert_no_error (error);
  check_report_equal (report, again);
  g_clear_pointer (&report, hemo_report_free);
  check_report_equal (copy, again);
}

/* No single byte of what was signed can be changed to something that reads as the same report. */
static void
test_json_bytes (void)
{
  g_autoptr (HemoReport) report = full_report ();
  g_autofree char *json = hemo_report_to_json (report);
  gsize length = strlen (json);

  for (gsize i = 0; i < length; i++)
    {
      static const char others[] = " 0\"x,";

      for (const char *other = others; *other != '\0'; other++)
        {
          g_autoptr (HemoReport) changed = NULL;
          g_autofree char *again = NULL;
          char kept = json[i];

          if (kept == *other)
            continue;
          json[i] = *other;
          changed = hemo_report_from_json (json, length, NULL);
          again = changed != NULL ? hemo_report_to_json (changed) : NULL;
          if (again != NULL)
            g_assert_cmpstr (again, ==, json);
          json[i] = kept;
        }
    }
}

static void
test_copies (void)
{
  HemoCount *count = hemo_count_new (SPECIMEN, "reader", 200);
  HemoMorphology *smear = hemo_morphology_new (SPECIMEN, "reader");
  HemoResult *result = hemo_result_new (SPECIMEN, "hb", 70, "HemoCue");
  HemoClinicInfo *clinic = hemo_clinic_info_new ("Clinic");
  g_autoptr (HemoCount) count_copy = NULL;
  g_autoptr (HemoMorphology) smear_copy = NULL;
  g_autoptr (HemoResult) result_copy = NULL;
  g_autoptr (HemoClinicInfo) clinic_copy = NULL;

  add_cells (count, HEMO_CELL_BLAST, 1);
  ((HemoCountedCell *)count->cells->pdata[0])->image = g_strdup ("image");
  g_assert_true (hemo_morphology_grade (smear, "schistocytes", 2, NULL));
  smear->comment = g_strdup ("comment");
  result->entered_by = g_strdup ("user");
  clinic->logo = g_bytes_new ("logo", 4);
  count_copy = hemo_count_copy (count);
  smear_copy = hemo_morphology_copy (smear);
  result_copy = hemo_result_copy (result);
  clinic_copy = hemo_clinic_info_copy (clinic);
  ((HemoCountedCell *)count->cells->pdata[0])->taken_back = TRUE;
  hemo_morphology_all_normal (smear);
  hemo_count_free (count);
  hemo_morphology_free (smear);
  hemo_result_free (result);
  hemo_clinic_info_free (clinic);
  g_assert_cmpstr (((HemoCountedCell *)count_copy->cells->pdata[0])->image, ==, "image");
  g_assert_false (((HemoCountedCell *)count_copy->cells->pdata[0])->taken_back);
  g_assert_cmpint (hemo_morphology_get_grade (smear_copy, "schistocytes"), ==, 2);
  g_assert_cmpstr (smear_copy->comment, ==, "comment");
  g_assert_cmpstr (result_copy->entered_by, ==, "user");
  g_assert_cmpstr (result_copy->source, ==, "HemoCue");
  g_assert_cmpuint (g_bytes_get_size (clinic_copy->logo), ==, 4);
  g_assert_cmpstr (clinic_copy->name, ==, "Clinic");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/rules/targets", test_targets);
  g_test_add_func ("/model/rules/density", test_density);
  g_test_add_func ("/model/rules/thin-film", test_thin_film);
  g_test_add_func ("/model/rules/negative", test_negative);
  g_test_add_func ("/model/rules/nrbc", test_nrbc);
  g_test_add_func ("/model/rules/two-readers", test_two_readers);
  g_test_add_func ("/model/rules/platelets", test_platelets);
  g_test_add_func ("/model/rules/status-table", test_status_table);
  g_test_add_func ("/model/rules/missing-each", test_missing_each);
  g_test_add_func ("/model/rules/labels-can-be-told", test_labels_can_be_told);
  g_test_add_func ("/model/rules/calls-by-flag", test_calls_by_flag);
  g_test_add_func ("/model/rules/json-fields", test_json_fields);
  g_test_add_func ("/model/rules/json-bytes", test_json_bytes);
  g_test_add_func ("/model/rules/copies", test_copies);
  return g_test_run ();
}

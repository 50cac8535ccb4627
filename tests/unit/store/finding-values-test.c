/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Morphology, platelets, malaria films, typed values and calls: what is each one's own. */

#include "finding-fixture.h"

static HemoCase *
load (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_PATHOLOGIST);
  HemoCase *data = hemo_case_load (txn, bench->tube, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return data;
}

/* Every finding there is, in every grade it may have, comes back as it was put. */
static void
test_every_finding (Bench *bench, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoMorphology) morphology = hemo_morphology_new (bench->slide, NULL);
  g_autoptr (HemoCase) loaded = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  guint findings = 0;

  for (const HemoFindingInfo *info = hemo_finding_infos (); info->code != NULL; info++, findings++)
    g_assert_true (hemo_morphology_grade (morphology, info->code,
                                          info->graded ? 1 + (int)(findings % 3) : 3, &error));
  morphology->comment = g_strdup ("خلايا صغيرة\nछोटी कोशिकाएँ 'quoted' \"twice\"");
  g_assert_true (hemo_morphology_save (txn, morphology, &error));
  g_assert_no_error (error);
  records_commit (txn);
  loaded = load (bench);
  g_assert_cmpuint (loaded->morphologies->len, ==, 1);
  const HemoMorphology *found = g_ptr_array_index (loaded->morphologies, 0);
  g_assert_cmpuint (g_hash_table_size (found->findings), ==, findings);
  for (const HemoFindingInfo *info = hemo_finding_infos (); info->code != NULL; info++)
    g_assert_cmpint (hemo_morphology_get_grade (found, info->code), ==,
                     hemo_morphology_get_grade (morphology, info->code));
  g_assert_cmpstr (found->comment, ==, morphology->comment);
  g_assert_cmpint (found->at.utc_us, ==, morphology->at.utc_us);
}

/* What a caller put into the table of findings past hemo_morphology_grade() could not be read
 * again: it is not written. */
static void
test_bad_findings (Bench *bench, gconstpointer data)
{
  static const struct
  {
    const char *code;
    int grade;
  } bad[] = { { "no-such-finding", 1 },
              { "anisocytosis", 4 },
              { "anisocytosis", -1 },
              { "auer-rods", 2 },
              { "", 1 } };
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (HemoMorphology) morphology = hemo_morphology_new (bench->slide, NULL);

      g_hash_table_insert (morphology->findings, g_strdup (bad[i].code),
                           GINT_TO_POINTER (bad[i].grade));
      g_assert_false (hemo_morphology_save (txn, morphology, &error));
      records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
    }
  records_commit (txn);
  g_assert_cmpint (records_ask (bench->records, "SELECT count(*) FROM morphology"), ==, 0);
}

static void
test_comments (Bench *bench, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (2000, 'x');
  g_autofree char *longer = g_strnfill (2001, 'x');
  const char *const bad[] = { longer, "bell\a", "\xff\xfe", "zero\x7f" };
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoMorphology) morphology = bench_make_morphology (bench->slide);
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_set_str (&morphology->comment, bad[i]);
      g_assert_false (hemo_morphology_save (txn, morphology, &error));
      records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
    }
  g_set_str (&morphology->comment, longest);
  g_assert_true (hemo_morphology_save (txn, morphology, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

/* A row that somebody damaged is said, never read as 'normal'. */
static void
test_damaged_rows (Bench *bench, gconstpointer data)
{
  static const char *const damages[] = {
    "UPDATE morphology SET findings = 'not json'",
    "UPDATE morphology SET findings = '[]'",
    "UPDATE morphology SET findings = '{\"anisocytosis\":9}'",
    "UPDATE morphology SET findings = '{\"no-such\":1}'",
    "UPDATE malaria_film SET species = 'no-such'",
    "UPDATE malaria_film SET stages = 'ring,,'",
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoMorphology) morphology = bench_make_morphology (bench->slide);
  g_autoptr (HemoMalaria) malaria = bench_make_malaria (bench->slide);
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_morphology_save (txn, morphology, &error));
  g_assert_true (hemo_malaria_save (txn, malaria, &error));
  records_commit (txn);
  records_run (bench->records,
               "DROP TRIGGER morphology_history; DROP TRIGGER malaria_film_history");
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      records_run (bench->records, "SAVEPOINT before");
      records_run (bench->records, damages[i]);
      records_run (bench->records, "RELEASE before");
      txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
      g_assert_null (hemo_case_load (txn, bench->tube, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
      hemo_txn_end (txn);
      records_run (bench->records, "UPDATE morphology SET findings = '{}';"
                                   "UPDATE malaria_film SET species = '', stages = ''");
    }
}

static void
test_platelets (Bench *bench, gconstpointer data)
{
  static const struct
  {
    int total, fields, factor;
    gboolean good;
  } cases[] = { { 0, 1, 1000, TRUE },         { 1000000, 1000, 100000, TRUE },
                { -1, 10, 20000, FALSE },     { 1000001, 10, 20000, FALSE },
                { 10, 0, 20000, FALSE },      { 10, 1001, 20000, FALSE },
                { 10, 10, 999, FALSE },       { 10, 10, 100001, FALSE },
                { G_MAXINT, 10, 1000, FALSE } };
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoPlatelets) platelets = bench_make_platelets (bench->slide);
  g_autoptr (HemoCase) loaded = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  platelets->clumps = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      platelets->total = cases[i].total;
      platelets->fields = cases[i].fields;
      platelets->factor = cases[i].factor;
      g_assert_true (hemo_platelets_save (txn, platelets, &error) == cases[i].good);
      if (!cases[i].good)
        records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
    }
  records_commit (txn);
  loaded = load (bench);
  g_assert_cmpint (loaded->platelets->total, ==, 1000000);
  g_assert_cmpint (loaded->platelets->fields, ==, 1000);
  g_assert_cmpint (loaded->platelets->factor, ==, 100000);
  g_assert_true (loaded->platelets->clumps);
  g_assert_cmpint (loaded->platelets->version, ==, 2);
}

static void
test_malaria (Bench *bench, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoMalaria) thick = bench_make_malaria (bench->slide);
  g_autoptr (HemoMalaria) thin = hemo_malaria_new (bench->slide, NULL, FALSE);
  g_autoptr (HemoCase) loaded = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  int *const numbers[] = { &thick->parasites, &thick->wbc, &thick->rbc, &thick->fields };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    for (int wrong = 0; wrong < 2; wrong++)
      {
        int kept = *numbers[i];

        *numbers[i] = wrong == 0 ? -1 : 1000001;
        g_assert_false (hemo_malaria_save (txn, thick, &error));
        records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
        *numbers[i] = kept;
      }
  thick->closed = TRUE;
  g_assert_true (hemo_malaria_save (txn, thick, &error));
  thin->rbc = 5000;
  thin->parasites = 1000000;
  thin->species = HEMO_PLASMODIUM_VIVAX | HEMO_PLASMODIUM_UNDETERMINED;
  thin->stages = HEMO_STAGE_SCHIZONT;
  g_assert_true (hemo_malaria_save (txn, thin, &error));
  g_assert_no_error (error);
  records_commit (txn);
  loaded = load (bench);
  g_assert_cmpuint (loaded->malarias->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const HemoMalaria *found = g_ptr_array_index (loaded->malarias, i);
      const HemoMalaria *put = found->thick ? thick : thin;

      g_assert_cmpstr (found->uuid, ==, put->uuid);
      g_assert_cmpint (found->parasites, ==, put->parasites);
      g_assert_cmpint (found->wbc, ==, put->wbc);
      g_assert_cmpint (found->rbc, ==, put->rbc);
      g_assert_cmpint (found->fields, ==, put->fields);
      g_assert_cmpint (found->species, ==, put->species);
      g_assert_cmpint (found->stages, ==, put->stages);
      g_assert_cmpint (found->closed, ==, put->closed);
    }
}

/* A thick film stays a thick one: its numbers would mean something else. */
static void
test_thick_stays (Bench *bench, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoMalaria) film = bench_make_malaria (bench->slide);
  g_autoptr (HemoCase) loaded = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_malaria_save (txn, film, &error));
  film->thick = FALSE;
  g_assert_true (hemo_malaria_save (txn, film, &error));
  records_commit (txn);
  loaded = load (bench);
  g_assert_cmpuint (loaded->malarias->len, ==, 1);
  g_assert_true (((HemoMalaria *)g_ptr_array_index (loaded->malarias, 0))->thick);
}

/* Two who read one smear are both kept, each reader's newest. */
static void
test_two_readers (Bench *bench, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCase) loaded = NULL;

  for (int round = 0; round < 2; round++)
    for (int role = HEMO_ROLE_TECHNICIAN; role <= HEMO_ROLE_PATHOLOGIST; role++)
      {
        HemoTxn *txn = records_begin (bench->records, (HemoRole)role);
        g_autoptr (HemoMorphology) morphology = hemo_morphology_new (bench->slide, NULL);

        g_assert_true (
            hemo_morphology_grade (morphology, "anisocytosis", 1 + round + role, &error));
        g_assert_true (hemo_morphology_save (txn, morphology, &error));
        g_assert_no_error (error);
        records_commit (txn);
      }
  loaded = load (bench);
  g_assert_cmpuint (loaded->morphologies->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const HemoMorphology *found = g_ptr_array_index (loaded->morphologies, i);
      int role = g_str_equal (found->reader, RECORDS_TECHNICIAN) ? 0 : 1;

      g_assert_cmpint (hemo_morphology_get_grade (found, "anisocytosis"), ==, 2 + role);
    }
}

static void
test_results (Bench *bench, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCase) loaded = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  guint analytes = 0;

  for (const HemoAnalyteInfo *info = hemo_analyte_infos (); info->code != NULL; info++)
    {
      g_autoptr (HemoResult) lowest
          = hemo_result_new (bench->tube, info->code, info->minimum, "Analyser");
      g_autoptr (HemoResult) above
          = hemo_result_new (bench->tube, info->code, info->maximum * 1.01 + 1, "Analyser");

      if (info->loinc != NULL && hemo_result_validate (lowest, NULL))
        {
          g_assert_true (hemo_result_save (txn, lowest, &error));
          g_assert_no_error (error);
          analytes++;
        }
      g_assert_false (hemo_result_save (txn, above, &error));
      records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
    }
  records_commit (txn);
  g_assert_cmpuint (analytes, >, 8);
  loaded = load (bench);
  g_assert_cmpuint (loaded->results->len, ==, analytes);
}

static void
test_result_in_error (Bench *bench, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoResult) result = bench_make_result (bench->tube);
  g_autoptr (HemoCase) before = NULL;
  g_autoptr (HemoCase) after = NULL;
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_result_save (txn, result, &error));
  g_set_str (&result->analyte, "wbc");
  result->value = 7;
  g_assert_false (hemo_result_save (txn, result, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_set_str (&result->analyte, "hb");
  result->value = 119;
  records_commit (txn);
  before = load (bench);
  g_assert_cmpuint (before->results->len, ==, 1);
  txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  result->entered_in_error = TRUE;
  g_assert_true (hemo_result_save (txn, result, &error));
  records_commit (txn);
  after = load (bench);
  g_assert_cmpuint (after->results->len, ==, 0);
  g_assert_cmpint (
      records_ask (bench->records, "SELECT count(*) FROM change WHERE what = 'result.error'"), ==,
      1);
  g_assert_cmpint (records_ask (bench->records, "SELECT count(*) FROM result"), ==, 1);
}

/* A time typed wrong must not stand before every later value for good. */
static void
test_result_time (Bench *bench, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoResult) result = bench_make_result (bench->tube);
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  HemoTime now = hemo_txn_get_time (txn);

  result->measured_at = now;
  result->measured_at.utc_us += 6 * G_TIME_SPAN_MINUTE;
  g_assert_false (hemo_result_save (txn, result, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  result->measured_at.utc_us = now.utc_us + 4 * G_TIME_SPAN_MINUTE;
  g_assert_true (hemo_result_save (txn, result, &error));
  g_assert_no_error (error);
  result->measured_at = (HemoTime){ .utc_us = now.utc_us - 30 * G_TIME_SPAN_DAY, .by_hand = TRUE };
  g_assert_true (hemo_result_save (txn, result, &error));
  records_commit (txn);
  g_assert_cmpint (
      records_ask (bench->records, "SELECT count(*) FROM result WHERE measured_by_hand"), ==, 1);
}

static void
test_calls (Bench *bench, gconstpointer data)
{
  g_autofree char *longer = g_strnfill (201, 'n');
  const char *const bad[] = { NULL, "", "  \n", longer, "tab\there" };
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCase) loaded = NULL;
  HemoCriticalCall *call = bench_make_call (bench->tube);
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_free (call->told);
      call->told = g_strdup (bad[i]);
      g_assert_false (hemo_critical_call_save (txn, call, &error));
      records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
    }
  g_set_str (&call->told, "Dr Achieng");
  g_set_str (&call->analytes, " ");
  g_assert_false (hemo_critical_call_save (txn, call, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_set_str (&call->analytes, "Haemoglobin, Platelets");
  call->read_back = FALSE;
  g_assert_true (hemo_critical_call_save (txn, call, &error));
  g_assert_no_error (error);
  records_commit (txn);
  loaded = load (bench);
  g_assert_cmpuint (loaded->calls->len, ==, 1);
  const HemoCriticalCall *found = g_ptr_array_index (loaded->calls, 0);
  g_assert_cmpstr (found->told, ==, "Dr Achieng");
  g_assert_cmpstr (found->analytes, ==, "Haemoglobin, Platelets");
  g_assert_cmpstr (found->by, ==, RECORDS_TECHNICIAN);
  g_assert_cmpstr (found->by_name, ==, "Test technician");
  g_assert_false (found->read_back);
  hemo_critical_call_free (call);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/finding-values/" name, Bench, NULL, bench_set_up, function, bench_tear_down)
  ADD ("every-finding", test_every_finding);
  ADD ("bad-findings", test_bad_findings);
  ADD ("comments", test_comments);
  ADD ("damaged-rows", test_damaged_rows);
  ADD ("platelets-limits", test_platelets);
  ADD ("malaria-limits", test_malaria);
  ADD ("thick-stays", test_thick_stays);
  ADD ("two-readers", test_two_readers);
  ADD ("results", test_results);
  ADD ("result-in-error", test_result_in_error);
  ADD ("result-time", test_result_time);
  ADD ("calls", test_calls);
  return g_test_run ();
}

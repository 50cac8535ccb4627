/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where cases stand, the whole case, and a policy that no function goes round. */

#include "records-fixture.h"

#include "hemo-malaria-readings.h"

static HemoState
state_of (HemoTxn *txn, const char *tube)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = hemo_worklist (txn, 0, (HemoDate){ 0 }, 100, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < items->len; i++)
    {
      const HemoWorkItem *item = g_ptr_array_index (items, i);

      if (g_str_equal (item->specimen, tube))
        return item->state;
    }
  g_error ("the case is not in the worklist");
}

static void
test_states (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_DIFFERENTIAL);
  HemoCriticalCall *told = hemo_critical_call_new (tube->uuid);
  g_autoptr (HemoCase) data = NULL;
  g_autofree char *count = NULL;

  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_WAITING);
  count = records_add_count (txn, tube->uuid, HEMO_CELL_SEGMENTED, 60, FALSE);
  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_COUNTING);
  for (int i = 0; i < 40; i++)
    hemo_count_add_cell (txn, count, HEMO_CELL_LYMPHOCYTE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_TO_SIGN);
  records_add_result (txn, tube->uuid, "hb", 50);
  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_CRITICAL);
  told->analytes = g_strdup (hemo_analyte_info ("hb")->label);
  told->told = g_strdup ("Nurse Njeri");
  told->read_back = TRUE;
  g_assert_true (hemo_critical_call_save (txn, told, &error));
  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_TO_SIGN);
  records_sign (txn, tube->uuid, HEMO_REPORT_PRELIMINARY);
  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_PRELIMINARY);
  records_sign (txn, tube->uuid, HEMO_REPORT_FINAL);
  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_SIGNED);
  data = hemo_case_load (txn, tube->accession, &error);
  g_assert_no_error (error);
  g_assert_cmpint (data->reports->len, ==, 2);
  g_assert_cmpint (data->report->status, ==, HEMO_REPORT_FINAL);
  g_assert_cmpint (data->counts->len, ==, 1);
  g_assert_cmpint (data->calls->len, ==, 1);
  /* Who called is on the paper by name. */
  g_assert_nonnull (((HemoCriticalCall *)g_ptr_array_index (data->calls, 0))->by_name);
  hemo_critical_call_free (told);
  records_add_result (txn, tube->uuid, "wbc", 7);
  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_TO_SIGN);
  records_commit (txn);
}

static void
test_previous (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) first = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);
  g_autoptr (HemoSpecimen) second = NULL;
  g_autoptr (HemoCase) data = NULL;

  records_add_result (txn, first->uuid, "hb", 120);
  records_sign (txn, first->uuid, HEMO_REPORT_FINAL);
  second = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);
  data = hemo_case_load (txn, second->uuid, &error);
  g_assert_no_error (error);
  g_assert_cmpint (data->previous->len, ==, 1);
  g_assert_cmpfloat (((HemoLine *)g_ptr_array_index (data->previous, 0))->value, ==, 120);
  records_commit (txn);
}

/* What was read before is not lost by what is read after it. */
static void
test_readings (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_MORPHOLOGY);
  g_autoptr (HemoMorphology) red = hemo_morphology_new (tube->uuid, NULL);
  g_autoptr (HemoMorphology) white = hemo_morphology_new (tube->uuid, NULL);
  g_autoptr (HemoMalaria) film = hemo_malaria_new (tube->uuid, NULL, TRUE);
  g_autoptr (HemoMalaria) begun = hemo_malaria_new (tube->uuid, NULL, TRUE);
  g_autoptr (HemoCase) data = NULL;
  gboolean target_cells = FALSE;

  hemo_morphology_grade (red, "target-cells", 2, NULL);
  hemo_morphology_grade (white, "toxic-granules", 1, NULL);
  film->parasites = 150;
  film->wbc = 200;
  g_assert_true (hemo_morphology_save (txn, red, &error));
  g_assert_true (hemo_morphology_save (txn, white, &error));
  g_assert_true (hemo_malaria_save (txn, film, &error));
  g_assert_true (hemo_malaria_save (txn, begun, &error));
  data = hemo_case_load (txn, tube->uuid, &error);
  g_assert_no_error (error);
  g_assert_cmpint (data->morphologies->len, ==, 2);
  g_assert_cmpint (data->malarias->len, ==, 1);
  g_assert_cmpint (((HemoMalaria *)g_ptr_array_index (data->malarias, 0))->parasites, ==, 150);
  /* A draft is shown as it would be signed. */
  for (guint i = 0; i < data->report->lines->len; i++)
    target_cells |= g_strcmp0 (((HemoLine *)data->report->lines->pdata[i])->loinc, "10381-2") == 0;
  g_assert_true (target_cells);
  records_commit (txn);
}

static HemoMalaria *
read_film (HemoTxn *txn, const char *tube, int parasites)
{
  HemoMalaria *film = hemo_malaria_new (tube, NULL, TRUE);
  g_autoptr (GError) error = NULL;

  film->parasites = parasites;
  film->wbc = 500;
  film->fields = 100;
  film->closed = TRUE;
  hemo_malaria_save (txn, film, &error);
  g_assert_no_error (error);
  return film;
}

static HemoReadingsVerdict
verdict_of (HemoTxn *txn, const char *tube)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCase) data = hemo_case_load (txn, tube, &error);
  g_autoptr (HemoMalariaReadings) readings = NULL;

  g_assert_no_error (error);
  readings = hemo_malaria_readings_new (data);
  return readings->verdict;
}

/* Two readers who disagree keep the case open until a person says which reading stands. */
static void
test_disagreement (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_MALARIA);
  g_autoptr (HemoMalaria) clear = read_film (txn, tube->uuid, 0);
  g_autoptr (HemoMalaria) found = NULL;
  g_autoptr (HemoMalaria) third = NULL;
  g_autoptr (HemoCase) data = NULL;

  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_TO_SIGN);
  g_assert_false (hemo_malaria_decide (txn, clear->uuid, "nothing to decide", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (txn);
  txn = records_begin (records, HEMO_ROLE_PATHOLOGIST);
  found = read_film (txn, tube->uuid, 3);
  g_assert_cmpint (verdict_of (txn, tube->uuid), ==, HEMO_READINGS_DISAGREE);
  g_assert_cmpint (state_of (txn, tube->uuid), !=, HEMO_STATE_TO_SIGN);
  g_assert_false (hemo_malaria_decide (txn, tube->uuid, "no film", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_assert_false (hemo_malaria_decide (txn, clear->uuid, "  ", &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_true (hemo_malaria_decide (txn, clear->uuid, "stain deposit", &error));
  g_assert_no_error (error);
  g_assert_cmpint (verdict_of (txn, tube->uuid), ==, HEMO_READINGS_DECIDED);
  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_TO_SIGN);
  data = hemo_case_load (txn, tube->uuid, &error);
  g_assert_cmpstr (data->decision->reason, ==, "stain deposit");
  g_assert_nonnull (data->decision->by_name);
  g_assert_nonnull (((HemoMalaria *)data->malarias->pdata[1])->reader_name);
  records_commit (txn);
  /* A third reader with another answer asks again, and makes two against one. */
  txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);
  third = read_film (txn, tube->uuid, 3);
  g_assert_cmpint (verdict_of (txn, tube->uuid), ==, HEMO_READINGS_OUTVOTED);
  records_commit (txn);
  g_assert_cmpint (
      records_ask (records, "SELECT count(*) FROM audit WHERE what = 'malaria.decide'"), ==, 1);
}

/* A reading that was made by mistake is out, and stays in the record with its reason. */
static void
test_discarded_reading (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_MALARIA);
  g_autoptr (HemoMalaria) wrong = read_film (txn, tube->uuid, 300);
  g_autoptr (HemoMalaria) right = read_film (txn, tube->uuid, 0);
  g_autoptr (HemoCase) data = NULL;

  g_assert_cmpint (verdict_of (txn, tube->uuid), ==, HEMO_READINGS_DISAGREE);
  g_assert_false (hemo_malaria_discard (txn, wrong->uuid, "", &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_false (hemo_malaria_discard (txn, tube->uuid, "none", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  records_commit (txn);
  txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);
  g_assert_false (hemo_malaria_discard (txn, wrong->uuid, "not mine", &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  hemo_txn_end (txn);
  txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_malaria_discard (txn, wrong->uuid, "typed for another slide", &error));
  g_assert_no_error (error);
  g_assert_false (hemo_malaria_discard (txn, wrong->uuid, "twice", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  data = hemo_case_load (txn, tube->uuid, &error);
  g_assert_cmpint (data->malarias->len, ==, 1);
  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_TO_SIGN);
  records_commit (txn);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM malaria_film WHERE parasites = 300 "
                                         "AND entered_in_error AND note LIKE 'typed%'"),
                   ==, 1);
}

/* A value that was typed after the call has not been told, whatever it is called. */
static void
test_call_is_of_a_value (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);
  g_autoptr (HemoResult) result = hemo_result_new (tube->uuid, "hb", 65, "HemoCue");
  HemoCriticalCall *told = hemo_critical_call_new (tube->uuid);

  g_assert_true (hemo_result_save (txn, result, &error));
  told->analytes = g_strdup ("Haemoglobin");
  told->told = g_strdup ("Nurse Njeri");
  g_assert_true (hemo_critical_call_save (txn, told, &error));
  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_CRITICAL);
  /* Read back a moment later: of the value that was told. */
  told->read_back = TRUE;
  g_assert_true (hemo_critical_call_save (txn, told, &error));
  g_assert_cmpint (state_of (txn, tube->uuid), !=, HEMO_STATE_CRITICAL);
  result->value = 45;
  g_assert_true (hemo_result_save (txn, result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_CRITICAL);
  g_assert_true (hemo_critical_call_save (txn, told, &error));
  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_CRITICAL);
  hemo_critical_call_free (told);
  records_commit (txn);
}

/* A slide that is refused takes with it what was read on it. */
static void
test_rejected_slide (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_DIFFERENTIAL);
  g_autoptr (HemoSpecimen) bad = records_add_slide (txn, tube->uuid);
  g_autoptr (HemoSpecimen) good = records_add_slide (txn, tube->uuid);
  g_autoptr (HemoCase) data = NULL;
  g_autoptr (GPtrArray) items = NULL;

  g_free (records_add_count (txn, bad->uuid, HEMO_CELL_BLAST, 40, TRUE));
  g_free (records_add_count (txn, good->uuid, HEMO_CELL_SEGMENTED, 100, TRUE));
  g_assert_true (hemo_specimen_reject (txn, bad->uuid, HEMO_REJECTION_POOR_SMEAR, NULL, &error));
  data = hemo_case_load (txn, tube->uuid, &error);
  g_assert_no_error (error);
  g_assert_cmpint (data->counts->len, ==, 1);
  g_assert_false (hemo_report_needs_call (data->report));
  g_assert_cmpint (state_of (txn, tube->uuid), ==, HEMO_STATE_TO_SIGN);
  items = hemo_worklist (txn, 0, (HemoDate){ 0 }, 100, &error);
  g_assert_cmpint (((HemoWorkItem *)g_ptr_array_index (items, 0))->counted, ==, 100);
  records_commit (txn);
}

static void
test_order (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  char *tubes[4];

  for (int i = 0; i < 4; i++)
    {
      g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);

      tubes[i] = g_strdup (tube->uuid);
      if (i == 2)
        {
          g_autoptr (HemoOrder) order = hemo_order_load (txn, tube->order, &error);

          order->urgency = HEMO_URGENCY_STAT;
          g_assert_true (hemo_order_save (txn, order, &error));
        }
    }
  items = hemo_worklist (txn, 1u << HEMO_STATE_WAITING, (HemoDate){ 0 }, 3, &error);
  g_assert_no_error (error);
  g_assert_cmpint (items->len, ==, 3);
  g_assert_cmpstr (((HemoWorkItem *)g_ptr_array_index (items, 0))->specimen, ==, tubes[2]);
  g_assert_cmpstr (((HemoWorkItem *)g_ptr_array_index (items, 1))->specimen, ==, tubes[0]);
  g_assert_cmpstr (((HemoWorkItem *)g_ptr_array_index (items, 2))->specimen, ==, tubes[1]);
  records_commit (txn);
  for (int i = 0; i < 4; i++)
    g_free (tubes[i]);
}

#define NONE "99999999-9999-4999-8999-999999999999"

static gboolean
is_there (GPtrArray *list)
{
  g_autoptr (GPtrArray) owned = list;

  return owned != NULL;
}

static gboolean
call (HemoTxn *txn, int function, GError **error)
{
  g_autoptr (HemoPatient) patient = hemo_patient_new ();
  g_autoptr (HemoOrder) order = hemo_order_new (NONE);
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_new ();
  g_autoptr (HemoCount) count = hemo_count_new (NONE, NULL, 100);
  g_autoptr (HemoMorphology) morphology = hemo_morphology_new (NONE, NULL);
  g_autoptr (HemoPlatelets) platelets = hemo_platelets_new (NONE, NULL);
  g_autoptr (HemoMalaria) malaria = hemo_malaria_new (NONE, NULL, TRUE);
  g_autoptr (HemoResult) result = hemo_result_new (NONE, "hb", 120, "x");
  g_autoptr (HemoReport) report = hemo_report_new (NONE);
  g_autoptr (HemoClinicInfo) info = hemo_clinic_info_new ("Clinic");
  g_autoptr (GPtrArray) ranges = g_ptr_array_new ();
  HemoCriticalCall *told = hemo_critical_call_new (NONE);
  int counts[HEMO_STATE_REJECTED + 1];
  gint64 wrong;
  gboolean done = FALSE;

  switch (function)
    {
    case 0:
      done = hemo_patient_save (txn, patient, error);
      break;
    case 1:
      done = hemo_patient_load (txn, NONE, error) != NULL;
      break;
    case 2:
      done = is_there (hemo_patient_find_duplicates (txn, patient, 1, error));
      break;
    case 3:
      done = hemo_patient_merge (txn, NONE, "x", NULL, error);
      break;
    case 4:
      done = hemo_patient_unmerge (txn, NONE, error);
      break;
    case 5:
      done = is_there (hemo_search (txn, "x", 1, error));
      break;
    case 6:
      done = hemo_order_save (txn, order, error);
      break;
    case 7:
      done = hemo_order_load (txn, NONE, error) != NULL;
      break;
    case 8:
      done = hemo_specimen_accept (txn, specimen, error);
      break;
    case 9:
      done = hemo_specimen_save (txn, specimen, error);
      break;
    case 10:
      done = hemo_specimen_reject (txn, NONE, HEMO_REJECTION_OTHER, NULL, error);
      break;
    case 11:
      done = hemo_specimen_find (txn, NONE, error) != NULL;
      break;
    case 12:
      done = is_there (hemo_worklist (txn, 0, (HemoDate){ 0 }, 1, error));
      break;
    case 13:
      done = is_there (hemo_worklist_of_patient (txn, NONE, 1, error));
      break;
    case 14:
      done = hemo_worklist_tally (txn, counts, error);
      break;
    case 15:
      done = hemo_count_start (txn, count, error);
      break;
    case 16:
      done = hemo_count_load_open (txn, NONE, NONE, error) != NULL;
      break;
    case 17:
      done = hemo_count_add_cell (txn, NONE, HEMO_CELL_BAND, NULL, NULL, error);
      break;
    case 18:
      done = hemo_count_undo (txn, NONE, NULL, error);
      break;
    case 19:
      done = hemo_count_set_target (txn, NONE, 100, error);
      break;
    case 20:
      done = hemo_count_close (txn, NONE, error);
      break;
    case 21:
      done = hemo_morphology_save (txn, morphology, error);
      break;
    case 22:
      done = hemo_platelets_save (txn, platelets, error);
      break;
    case 23:
      done = hemo_malaria_save (txn, malaria, error);
      break;
    case 24:
      done = hemo_result_save (txn, result, error);
      break;
    case 25:
      done = hemo_critical_call_save (txn, told, error);
      break;
    case 26:
      done = is_there (hemo_ranges_load (txn, error));
      break;
    case 27:
      done = hemo_ranges_replace (txn, ranges, error);
      break;
    case 28:
      done = hemo_case_load (txn, NONE, error) != NULL;
      break;
    case 29:
      done = hemo_report_save_draft (txn, report, error);
      break;
    case 30:
      {
        g_autoptr (HemoClinicInfo) loaded = hemo_clinic_info_load (txn, error);
        done = loaded != NULL;
      }
      break;
    case 31:
      done = hemo_clinic_info_save (txn, info, error);
      break;
    case 32:
      done = hemo_search_check (txn, &wrong, error);
      break;
    case 33:
      {
        g_autoptr (GArray) rows = hemo_worklist_rows (txn, 0, (HemoDate){ 0 }, FALSE, error);
        done = rows != NULL;
      }
      break;
    case 34:
      done = is_there (hemo_worklist_load (txn, NULL, 0, error));
      break;
    case 35:
      {
        g_autoptr (GArray) rows = hemo_patient_rows (txn, error);
        done = rows != NULL;
      }
      break;
    case 36:
      done = is_there (hemo_patient_load_rows (txn, NULL, 0, error));
      break;
    case 37:
      done = hemo_draft_save (txn, "patient", "{}", error);
      break;
    case 38:
      done = hemo_draft_load (txn, "nothing", error) != NULL;
      break;
    case 39:
      done = hemo_count_reopen (txn, NONE, "why", error);
      break;
    case 40:
      done = hemo_count_discard (txn, NONE, "why", error);
      break;
    case 41:
      done = hemo_malaria_discard (txn, NONE, "why", error);
      break;
    case 42:
      done = hemo_malaria_decide (txn, NONE, "why", error);
      break;
    case 43:
      done = is_there (hemo_phrases_load (txn, error));
      break;
    case 44:
      done = hemo_phrase_add (txn, "text", NULL, error);
      break;
    case 45:
      done = hemo_phrase_remove (txn, NONE, error);
      break;
    default:
      done = hemo_search_rebuild (txn, error);
      break;
    }
  hemo_critical_call_free (told);
  return done;
}

/* What the policy says is what each function does; locked, nothing works. */
static void
test_policy (void)
{
  static const HemoAction actions[] = {
    HEMO_ACTION_PATIENT_EDIT,  HEMO_ACTION_PATIENT_VIEW,  HEMO_ACTION_PATIENT_VIEW,
    HEMO_ACTION_PATIENT_MERGE, HEMO_ACTION_PATIENT_MERGE, HEMO_ACTION_PATIENT_VIEW,
    HEMO_ACTION_SPECIMEN_EDIT, HEMO_ACTION_CASE_VIEW,     HEMO_ACTION_SPECIMEN_EDIT,
    HEMO_ACTION_SPECIMEN_EDIT, HEMO_ACTION_SPECIMEN_EDIT, HEMO_ACTION_CASE_VIEW,
    HEMO_ACTION_CASE_VIEW,     HEMO_ACTION_CASE_VIEW,     HEMO_ACTION_CASE_VIEW,
    HEMO_ACTION_COUNT,         HEMO_ACTION_CASE_VIEW,     HEMO_ACTION_COUNT,
    HEMO_ACTION_COUNT,         HEMO_ACTION_COUNT,         HEMO_ACTION_COUNT,
    HEMO_ACTION_COUNT,         HEMO_ACTION_COUNT,         HEMO_ACTION_COUNT,
    HEMO_ACTION_RESULT_EDIT,   HEMO_ACTION_CRITICAL_CALL, HEMO_ACTION_CASE_VIEW,
    HEMO_ACTION_RANGE_EDIT,    HEMO_ACTION_CASE_VIEW,     HEMO_ACTION_REPORT_PRELIMINARY,
    HEMO_ACTION_CASE_VIEW,     HEMO_ACTION_SETTINGS_EDIT, HEMO_ACTION_VERIFY,
    HEMO_ACTION_CASE_VIEW,     HEMO_ACTION_CASE_VIEW,     HEMO_ACTION_PATIENT_VIEW,
    HEMO_ACTION_PATIENT_VIEW,  HEMO_ACTION_CASE_VIEW,     HEMO_ACTION_CASE_VIEW,
    HEMO_ACTION_COUNT,         HEMO_ACTION_COUNT,         HEMO_ACTION_COUNT,
    HEMO_ACTION_REPORT_SIGN,   HEMO_ACTION_CASE_VIEW,     HEMO_ACTION_RANGE_EDIT,
    HEMO_ACTION_RANGE_EDIT,    HEMO_ACTION_VERIFY,
  };
  g_autoptr (Records) records = records_open ();

  for (int role = 0; role < HEMO_ROLES; role++)
    for (int locked = 0; locked < 2; locked++)
      for (int i = 0; i < (int)G_N_ELEMENTS (actions); i++)
        {
          g_autoptr (GError) error = NULL;
          HemoTxn *txn = records_begin (records, (HemoRole)role);
          gboolean denied;

          if (locked)
            hemo_session_lock (records->sessions[role]);
          call (txn, i, &error);
          denied = g_error_matches (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
          if (denied != (locked || !hemo_policy_allows ((HemoRole)role, actions[i])))
            g_error ("function %d does not do what the policy says of role %d", i, role);
          hemo_session_unlock (records->sessions[role]);
          hemo_txn_end (txn);
        }
}

/* Shipped ones and the site's own; what is removed comes back only when it is added. */
static void
test_phrases (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);
  g_autoptr (GPtrArray) first = hemo_phrases_load (txn, &error);
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GPtrArray) third = NULL;
  const HemoPhrase *shipped = g_ptr_array_index (first, 0);
  g_autofree char *uuid = NULL;
  guint n = first->len;

  g_assert_cmpuint (n, >, 3);
  g_assert_true (shipped->shipped);
  g_assert_true (hemo_phrase_add (txn, "  Angalia tena kesho.\t", &uuid, &error));
  g_assert_no_error (error);
  g_assert_false (hemo_phrase_add (txn, "Angalia tena kesho.", NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_false (hemo_phrase_add (txn, " ", NULL, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_false (hemo_phrase_add (txn, "\xff\xfe", NULL, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_true (hemo_phrase_remove (txn, shipped->uuid, &error));
  g_assert_false (hemo_phrase_remove (txn, shipped->uuid, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  second = hemo_phrases_load (txn, &error);
  g_assert_cmpuint (second->len, ==, n);
  g_assert_cmpstr (((HemoPhrase *)second->pdata[n - 1])->text, ==, "Angalia tena kesho.");
  g_assert_cmpstr (((HemoPhrase *)second->pdata[0])->text, !=, shipped->text);
  g_assert_true (hemo_phrase_remove (txn, uuid, &error));
  g_assert_true (hemo_phrase_add (txn, shipped->text, NULL, &error));
  third = hemo_phrases_load (txn, &error);
  g_assert_cmpuint (third->len, ==, n);
  g_assert_cmpstr (((HemoPhrase *)third->pdata[0])->uuid, ==, shipped->uuid);
  g_assert_true (((HemoPhrase *)third->pdata[0])->shipped);
  records_commit (txn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worklist/disagreement", test_disagreement);
  g_test_add_func ("/worklist/discarded-reading", test_discarded_reading);
  g_test_add_func ("/worklist/call-of-a-value", test_call_is_of_a_value);
  g_test_add_func ("/worklist/states", test_states);
  g_test_add_func ("/worklist/previous", test_previous);
  g_test_add_func ("/worklist/readings", test_readings);
  g_test_add_func ("/worklist/rejected-slide", test_rejected_slide);
  g_test_add_func ("/worklist/order", test_order);
  g_test_add_func ("/worklist/policy", test_policy);
  g_test_add_func ("/worklist/phrases", test_phrases);
  return g_test_run ();
}

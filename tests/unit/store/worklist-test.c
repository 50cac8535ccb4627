/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where cases stand, the whole case, and a policy that no function goes round. */

#include "records-fixture.h"

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
    HEMO_ACTION_VERIFY,
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worklist/states", test_states);
  g_test_add_func ("/worklist/previous", test_previous);
  g_test_add_func ("/worklist/readings", test_readings);
  g_test_add_func ("/worklist/rejected-slide", test_rejected_slide);
  g_test_add_func ("/worklist/order", test_order);
  g_test_add_func ("/worklist/policy", test_policy);
  return g_test_run ();
}

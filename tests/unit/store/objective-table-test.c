/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Objectives: who may name them, who may calibrate, and what scale a picture gets. */

#include "records-fixture.h"

#define NAME "x100 oil"

static HemoCalibration
line_of (double pixels, double micrometres)
{
  g_autoptr (GError) error = NULL;
  HemoCalibration line = { 0 };

  g_assert_true (hemo_calibration_measure (pixels, micrometres, 1, 2592, 1944, &line, &error));
  g_assert_no_error (error);
  return line;
}

static void
test_shipped (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (GPtrArray) all = hemo_objectives_load (txn, &error);
  const HemoObjective *last;
  double scale = 1;

  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 3);
  last = g_ptr_array_index (all, 2);
  g_assert_cmpstr (last->name, ==, NAME);
  g_assert_true (last->oil);
  g_assert_true (hemo_objective_scale (txn, NAME, 2592, 1944, &scale, &error));
  g_assert_cmpfloat (scale, ==, 0);
  g_assert_true (hemo_objective_scale (txn, NULL, 2592, 1944, &scale, &error));
  g_assert_true (hemo_objective_scale (txn, "no such", 2592, 1944, &scale, &error));
  g_assert_cmpfloat (scale, ==, 0);
  hemo_txn_end (txn);
}

static void
test_calibrate (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoCalibration line = line_of (2000, 100);
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoObjective) stored = NULL;
  double scale = 0;

  g_assert_true (hemo_objective_calibrate (txn, NAME, &line, &error));
  g_assert_no_error (error);
  records_commit (txn);
  txn = records_begin (records, HEMO_ROLE_PATHOLOGIST);
  stored = hemo_objective_load (txn, NAME, &error);
  g_assert_cmpstr (stored->calibrated_by, ==, RECORDS_TECHNICIAN);
  g_assert_cmpint (stored->version, ==, 2);
  g_assert_cmpint (stored->calibrated_at.utc_us, >, 0);
  g_assert_true (hemo_objective_scale (txn, NAME, 2592, 1944, &scale, &error));
  g_assert_cmpfloat_with_epsilon (scale, 0.05, 1e-9);
  /* Half the pixels of the same field are twice as large. */
  g_assert_true (hemo_objective_scale (txn, NAME, 1296, 972, &scale, &error));
  g_assert_cmpfloat_with_epsilon (scale, 0.1, 1e-9);
  /* A cut-out says nothing. */
  g_assert_true (hemo_objective_scale (txn, NAME, 1000, 1944, &scale, &error));
  g_assert_cmpfloat (scale, ==, 0);
  hemo_txn_end (txn);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM record_history "
                                         "WHERE kind = 'objective' AND object = '" NAME "'"),
                   ==, 1);
}

static void
test_refused (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoCalibration line = line_of (2000, 100);
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoObjective) other = hemo_objective_new ("x60 oil", 60, TRUE);

  g_assert_false (hemo_objective_calibrate (txn, "no such", &line, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  line.micrometres_per_pixel = 1000;
  g_assert_false (hemo_objective_calibrate (txn, NAME, &line, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (hemo_objective_save (txn, other, &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  hemo_txn_end (txn);
}

static void
test_save (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);
  g_autoptr (HemoObjective) other = hemo_objective_new ("x60 oil", 60, TRUE);
  g_autoptr (HemoObjective) nameless = hemo_objective_new ("", 60, TRUE);
  g_autoptr (HemoObjective) huge = hemo_objective_new ("x201", 201, FALSE);
  g_autoptr (HemoObjective) again = hemo_objective_copy (other);
  g_autoptr (GPtrArray) all = NULL;

  g_assert_true (hemo_objective_save (txn, other, &error));
  g_assert_cmpint (other->version, ==, 1);
  g_assert_false (hemo_objective_save (txn, again, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_false (hemo_objective_save (txn, nameless, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (hemo_objective_save (txn, huge, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  other->retired = TRUE;
  g_assert_true (hemo_objective_save (txn, other, &error));
  all = hemo_objectives_load (txn, &error);
  g_assert_cmpuint (all->len, ==, 3);
  records_commit (txn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/objective/shipped", test_shipped);
  g_test_add_func ("/objective/calibrate", test_calibrate);
  g_test_add_func ("/objective/refused", test_refused);
  g_test_add_func ("/objective/save", test_save);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was accepted is corrected: nothing that was found is lost by it, and every change is told.
 */

#include "records-fixture.h"

#include "hemo-report-status.h"

/* A tube of a differential and a blood count, with two slides; one has a time of its own. */
typedef struct
{
  Records *records;
  HemoTxn *txn;
  HemoOrder *order;
  HemoSpecimen *tube;
  HemoSpecimen *slide;
  HemoSpecimen *later;
} Accepted;

static const HemoTime taken = { .utc_us = 1790000000000000, .offset_minutes = 180 };
static const HemoTime corrected = { .utc_us = 1790000600000000, .offset_minutes = 180 };

static void
accept (Accepted *self, HemoSpecimen *specimen)
{
  g_autoptr (GError) error = NULL;

  hemo_specimen_accept (self->txn, specimen, &error);
  g_assert_no_error (error);
}

static HemoSpecimen *
add_slide (Accepted *self, HemoTime collected)
{
  HemoSpecimen *slide = hemo_specimen_new ();

  slide->parent = g_strdup (self->tube->uuid);
  slide->type = HEMO_SPECIMEN_THIN_FILM;
  slide->collected_at = collected;
  accept (self, slide);
  return slide;
}

static void
set_up (Accepted *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = NULL;

  self->records = records_open ();
  self->txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  patient = records_add_patient (self->txn, "Amina", "Otieno", 1990);
  self->order
      = records_add_order (self->txn, patient->uuid, HEMO_TEST_DIFFERENTIAL | HEMO_TEST_CBC);
  self->tube = hemo_specimen_new ();
  self->tube->order = g_strdup (self->order->uuid);
  self->tube->collected_at = taken;
  accept (self, self->tube);
  self->slide = add_slide (self, taken);
  self->later = add_slide (self, (HemoTime){ .utc_us = 1790000300000000, .offset_minutes = 180 });
}

static void
tear_down (Accepted *self, gconstpointer data)
{
  hemo_order_free (self->order);
  hemo_specimen_free (self->tube);
  hemo_specimen_free (self->slide);
  hemo_specimen_free (self->later);
  records_close (self->records);
}

static void
edit (Accepted *self)
{
  g_autoptr (GError) error = NULL;

  hemo_order_edit (self->txn, self->order, self->tube, &error);
  g_assert_no_error (error);
}

static void
assert_refused (Accepted *self, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_order_edit (self->txn, self->order, self->tube, &error));
  g_assert_error (error, domain, code);
}

static gint64
find_collected (Accepted *self, const HemoSpecimen *specimen)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSpecimen) found = hemo_specimen_find (self->txn, specimen->uuid, &error);

  g_assert_no_error (error);
  return found->collected_at.utc_us;
}

static void
test_corrected (Accepted *self, gconstpointer data)
{
  self->order->tests |= HEMO_TEST_MALARIA;
  self->order->urgency = HEMO_URGENCY_STAT;
  g_set_str (&self->order->clinical_note, "fever");
  g_set_str (&self->order->requester, "Dr Achieng");
  self->tube->type = HEMO_SPECIMEN_CAPILLARY;
  self->tube->collected_at = corrected;
  edit (self);
  g_assert_cmpint (self->order->version, ==, 2);
  g_assert_cmpint (self->tube->version, ==, 2);
  g_assert_cmpint (find_collected (self, self->tube), ==, corrected.utc_us);
  /* It is of the same blood; the other was made of blood of which somebody said otherwise. */
  g_assert_cmpint (find_collected (self, self->slide), ==, corrected.utc_us);
  g_assert_cmpint (find_collected (self, self->later), ==, 1790000300000000);
  records_commit (self->txn);
  g_assert_cmpint (records_ask (self->records,
                                "SELECT count(*) FROM case_state WHERE urgency = 2 AND state = 0"),
                   ==, 1);
  g_assert_cmpint (records_ask (self->records,
                                "SELECT count(*) FROM lab_order WHERE tests LIKE '%malaria%' "
                                "AND clinical_note = 'fever' AND requester = 'Dr Achieng'"),
                   ==, 1);
  /* The order, the tube and the one slide, and each is sent. */
  g_assert_cmpint (records_ask (self->records,
                                "SELECT count(*) FROM change JOIN queue ON queue.change = "
                                "change.seq WHERE queue.lane = 0 AND change.what IN "
                                "('order.edit', 'specimen.edit')"),
                   ==, 3);
  g_assert_cmpint (
      records_ask (self->records, "SELECT count(*) FROM audit WHERE what = 'order.edit'"), ==, 1);
  g_assert_cmpint (
      records_ask (self->records, "SELECT count(*) FROM audit WHERE what = 'specimen.edit'"), ==,
      2);
}

static void
test_unchanged (Accepted *self, gconstpointer data)
{
  edit (self);
  g_assert_cmpint (self->order->version, ==, 1);
  g_assert_cmpint (self->tube->version, ==, 1);
  records_commit (self->txn);
  g_assert_cmpint (records_ask (self->records,
                                "SELECT count(*) FROM audit WHERE what IN ('order.edit', "
                                "'specimen.edit')"),
                   ==, 0);
}

/* What was found on a test that is no longer asked for is in the record and on the report. */
static void
test_results_stay (Accepted *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCase) now = NULL;

  records_add_result (self->txn, self->tube->uuid, "hb", 120);
  self->order->tests = HEMO_TEST_DIFFERENTIAL;
  edit (self);
  now = hemo_case_load (self->txn, self->tube->uuid, &error);
  g_assert_no_error (error);
  g_assert_cmpint (now->order->tests, ==, HEMO_TEST_DIFFERENTIAL);
  g_assert_cmpuint (now->results->len, ==, 1);
  g_assert_cmpint (hemo_case_tests_begun (now), ==, HEMO_TEST_CBC);
  g_assert_cmpint (hemo_report_tests (now->report), ==, HEMO_TEST_CBC);
  g_assert_cmpint (hemo_case_tests_signed (now), ==, 0);
  records_commit (self->txn);
}

/* Also of another tube of the same order. */
static void
test_signed_stays (Accepted *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) other = hemo_specimen_new ();

  other->order = g_strdup (self->order->uuid);
  accept (self, other);
  records_add_result (self->txn, other->uuid, "hb", 120);
  records_sign (self->txn, other->uuid, HEMO_REPORT_PRELIMINARY);
  self->order->tests = HEMO_TEST_DIFFERENTIAL;
  assert_refused (self, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  /* Of the differential nothing is signed. */
  self->order->tests = HEMO_TEST_CBC | HEMO_TEST_PLATELETS;
  edit (self);
  g_assert_cmpint (self->order->version, ==, 2);
  records_commit (self->txn);
}

static void
test_not_any_more (Accepted *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  records_add_result (self->txn, self->tube->uuid, "hb", 120);
  records_sign (self->txn, self->tube->uuid, HEMO_REPORT_FINAL);
  records_sign (self->txn, self->tube->uuid, HEMO_REPORT_ENTERED_IN_ERROR);
  self->order->urgency = HEMO_URGENCY_STAT;
  assert_refused (self, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (self->txn);
}

static void
test_rejected (Accepted *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  hemo_specimen_reject (self->txn, self->tube->uuid, HEMO_REJECTION_CLOTTED, NULL, &error);
  g_assert_no_error (error);
  self->tube->version = 2;
  self->order->urgency = HEMO_URGENCY_STAT;
  assert_refused (self, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (self->txn);
}

/* Another wrote the order meanwhile: nothing of this is written, though only the tube differs. */
static void
test_conflict (Accepted *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoOrder) theirs = hemo_order_copy (self->order);

  g_set_str (&theirs->clinical_note, "malaria?");
  hemo_order_save (self->txn, theirs, &error);
  g_assert_no_error (error);
  self->tube->collected_at = corrected;
  assert_refused (self, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_cmpint (find_collected (self, self->tube), ==, taken.utc_us);
  records_commit (self->txn);
}

/* Before it was received, or it is another tube. */
static void
test_collected_later (Accepted *self, gconstpointer data)
{
  self->tube->collected_at = hemo_time_now ();
  self->tube->collected_at.utc_us = self->tube->received_at.utc_us + G_USEC_PER_SEC;
  assert_refused (self, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_cmpint (find_collected (self, self->tube), ==, taken.utc_us);
  self->tube->collected_at.utc_us = self->tube->received_at.utc_us;
  edit (self);
  records_commit (self->txn);
}

static void
test_not_allowed (Accepted *self, gconstpointer data)
{
  records_commit (self->txn);
  self->txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);
  self->order->urgency = HEMO_URGENCY_STAT;
  assert_refused (self, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  hemo_txn_end (self->txn);
}

static void
test_other_order (Accepted *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) other = records_add_tube (self->txn, self->tube->patient, HEMO_TEST_CBC);
  g_autoptr (HemoSpecimen) tube = g_steal_pointer (&self->tube);

  self->tube = g_steal_pointer (&other);
  assert_refused (self, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (self->txn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Accepted, NULL, set_up, function, tear_down)
  ADD ("/order-edit/corrected", test_corrected);
  ADD ("/order-edit/unchanged", test_unchanged);
  ADD ("/order-edit/results-stay", test_results_stay);
  ADD ("/order-edit/signed-stays", test_signed_stays);
  ADD ("/order-edit/not-any-more", test_not_any_more);
  ADD ("/order-edit/rejected", test_rejected);
  ADD ("/order-edit/conflict", test_conflict);
  ADD ("/order-edit/collected-later", test_collected_later);
  ADD ("/order-edit/not-allowed", test_not_allowed);
  ADD ("/order-edit/other-order", test_other_order);
  return g_test_run ();
}

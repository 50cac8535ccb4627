/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders whose specimen has not come: who sees them, and what becomes of them. */

#include "hemo-expected-table.h"
#include "hemo-specimen-table.h"

#include "records-fixture.h"

typedef struct
{
  Records *records;
  HemoPatient *patient;
} Expected;

static void
set_up (Expected *self, gconstpointer data)
{
  HemoTxn *txn;

  self->records = records_open ();
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  self->patient = records_add_patient (txn, "Amina", "Odhiambo", 1992);
  records_commit (txn);
}

static void
tear_down (Expected *self, gconstpointer data)
{
  hemo_patient_free (self->patient);
  records_close (self->records);
}

/* (transfer full) */
static HemoOrder *
add_order (Expected *self, const char *patient, HemoUrgency urgency)
{
  HemoOrder *order = hemo_order_new (patient);
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  order->tests = HEMO_TEST_CBC;
  order->urgency = urgency;
  g_assert_true (hemo_order_save (txn, order, &error));
  g_assert_no_error (error);
  records_commit (txn);
  return order;
}

/* Of @patient, or, NULL, all. */
static GPtrArray *
list (Expected *self, const char *patient)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) rows = NULL;
  GPtrArray *items;
  int count = -1;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  rows = hemo_expected_rows (txn, &error);
  g_assert_no_error (error);
  g_assert_true (hemo_expected_count (txn, &count, &error));
  g_assert_cmpint (count, ==, (int)rows->len);
  items = patient != NULL ? hemo_expected_of_patient (txn, patient, &error)
                          : hemo_expected_load (txn, (gint64 *)rows->data, rows->len, &error);
  g_assert_no_error (error);
  records_commit (txn);
  return items;
}

/* %HEMO_STORE_ERROR_STATE or nothing. */
static gboolean
try_accept (Expected *self, const HemoOrder *order, const char *patient)
{
  g_autoptr (HemoSpecimen) tube = hemo_specimen_new ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  gboolean done = hemo_expected_accept (txn, order->uuid, patient, tube, &error);

  if (done)
    hemo_txn_commit (txn, &error);
  else
    {
      g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
      g_clear_error (&error);
    }
  g_assert_no_error (error);
  hemo_txn_end (txn);
  return done;
}

static const char *
uuid_of (const GPtrArray *items, guint i)
{
  return ((const HemoExpected *)items->pdata[i])->order->uuid;
}

static void
test_listed (Expected *self, gconstpointer data)
{
  g_autoptr (HemoOrder) routine = add_order (self, self->patient->uuid, HEMO_URGENCY_ROUTINE);
  g_autoptr (HemoOrder) stat = add_order (self, self->patient->uuid, HEMO_URGENCY_STAT);
  g_autoptr (GPtrArray) both = list (self, NULL);
  g_autoptr (GPtrArray) one = NULL;

  g_assert_cmpuint (both->len, ==, 2);
  g_assert_cmpstr (uuid_of (both, 0), ==, stat->uuid);
  g_assert_cmpstr (((HemoExpected *)both->pdata[0])->name, ==, "Amina Odhiambo");
  g_assert_true (try_accept (self, stat, self->patient->uuid));
  one = list (self, NULL);
  g_assert_cmpuint (one->len, ==, 1);
  g_assert_cmpstr (uuid_of (one, 0), ==, routine->uuid);
  /* One tube more would be another case under the same order; not where the first was of no use. */
  g_assert_false (try_accept (self, stat, self->patient->uuid));
  records_run (self->records, "UPDATE specimen SET rejection = 'clotted'");
  g_assert_true (try_accept (self, stat, self->patient->uuid));
}

static void
reject (Expected *self, const HemoSpecimen *tube)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_specimen_reject (txn, tube->uuid, HEMO_REJECTION_CLOTTED, NULL, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

/* Another tube is asked for, also where slides of the first were made. */
static void
test_rejected (Expected *self, gconstpointer data)
{
  g_autoptr (HemoOrder) order = add_order (self, self->patient->uuid, HEMO_URGENCY_ROUTINE);
  g_autoptr (HemoSpecimen) tube = hemo_specimen_new (), slide = hemo_specimen_new ();
  g_autoptr (GPtrArray) again = NULL, none = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_expected_accept (txn, order->uuid, self->patient->uuid, tube, &error));
  g_assert_no_error (error);
  slide->parent = g_strdup (tube->uuid);
  g_assert_true (hemo_specimen_accept (txn, slide, &error));
  records_commit (txn);
  records_run (self->records,
               "UPDATE change SET what = 'sync.apply' WHERE kind = 'ServiceRequest'");
  reject (self, tube);
  again = list (self, self->patient->uuid);
  g_assert_cmpuint (again->len, ==, 1);
  g_assert_cmpstr (uuid_of (again, 0), ==, order->uuid);
  g_assert_true (try_accept (self, order, self->patient->uuid));
  none = list (self, NULL);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_revoked (Expected *self, gconstpointer data)
{
  g_autoptr (HemoOrder) order = add_order (self, self->patient->uuid, HEMO_URGENCY_ROUTINE);
  g_autoptr (GPtrArray) none = NULL;

  records_run (self->records, "UPDATE lab_order SET revoked = 1");
  none = list (self, NULL);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_false (try_accept (self, order, self->patient->uuid));
}

/* Of the person, under whichever record; of nobody else. */
static void
test_patient (Expected *self, gconstpointer data)
{
  g_autoptr (HemoOrder) order = add_order (self, self->patient->uuid, HEMO_URGENCY_ROUTINE);
  g_autoptr (HemoPatient) other = NULL;
  g_autoptr (GPtrArray) none = NULL, joined = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  other = records_add_patient (txn, "Amina", "Achieng", 1992);
  records_commit (txn);
  none = list (self, other->uuid);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_false (try_accept (self, order, other->uuid));
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_patient_merge (txn, self->patient->uuid, other->uuid, NULL, &error));
  records_commit (txn);
  joined = list (self, other->uuid);
  g_assert_cmpuint (joined->len, ==, 1);
  g_assert_true (try_accept (self, order, other->uuid));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Expected, NULL, set_up, function, tear_down)
  ADD ("/expected-table/listed", test_listed);
  ADD ("/expected-table/rejected", test_rejected);
  ADD ("/expected-table/revoked", test_revoked);
  ADD ("/expected-table/patient", test_patient);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Refused orders on the clinic's other laptop, for other tests, and in other versions. */

#include "hemo-expected-table.h"

#include "refusal-fixture.h"

/* Another laptop of the clinic waits no more either, and says who refused. */
static void
test_other_laptop (Laptops *self, gconstpointer data)
{
  g_autoptr (GPtrArray) refused = NULL;
  const HemoRefused *item;

  refusal_bring_order (self, TASK);
  laptops_settle (self);
  refusal_assert_expected (&self->b, "1");
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, "Giemsa");
  laptops_settle (self);
  refusal_assert_expected (&self->b, "0");
  refused = refusals_of (&self->b);
  g_assert_cmpuint (refused->len, ==, 1);
  item = refused->pdata[0];
  g_assert_cmpint (item->refusal->reason, ==, HEMO_REFUSAL_NO_REAGENT);
  g_assert_cmpstr (item->refusal->words, ==, "Giemsa");
  g_assert_cmpstr (item->refusal->refused_by_name, ==, hemo_session_get_name (self->a.user));
  g_assert_true (item->told && !item->revocable);
  g_assert_cmpint (laptop_queued (&self->b), ==, 0);
}

/* Both refuse it: the one that is second has nothing to write, and it is told. */
static void
test_both_refuse (Laptops *self, gconstpointer data)
{
  g_autoptr (json_object) task = NULL;
  g_autoptr (GPtrArray) refused = NULL;

  refusal_bring_order (self, TASK);
  laptops_settle (self);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_write (&self->b, refusal_make_job, &(Refuse){ .reason = HEMO_REFUSAL_NOT_DONE });
  laptop_push (&self->a);
  laptop_push (&self->b);
  laptops_settle (self);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (refusal_version_of (task), ==, "2");
  refused = refusals_of (&self->b);
  g_assert_true (((HemoRefused *)refused->pdata[0])->told);
}

/* Also where the Task is for the clinic under another id, which stays its owner. */
static void
test_other_laptop_other_owner (Laptops *self, gconstpointer data)
{
  g_autoptr (json_object) task = NULL;
  g_autoptr (GPtrArray) refused = NULL;

  refusal_bring_order_with (self, ",\"performer\":[{\"reference\":\"Organization/17\"}]", NULL);
  refusal_write_task (self, "7001", "requested", ",\"owner\":{\"reference\":\"Organization/17\"}");
  laptops_settle (self);
  refusal_assert_expected (&self->b, "1");
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptops_settle (self);
  task = fake_fhir_read (self->fake, "Task", "7001");
  g_assert_nonnull (
      strstr (refusal_text_of (task), "\"owner\":{\"reference\":\"Organization/17\"}"));
  refusal_assert_expected (&self->b, "0");
  refused = refusals_of (&self->b);
  g_assert_cmpuint (refused->len, ==, 1);
}

/* A new version of it, for nothing that is done here, or for what is. */
static void
write_order_for (Laptops *self, const char *patient, const char *loinc)
{
  g_autofree char *ours = laptops_order_of (ORDER, patient);
  g_auto (GStrv) parts = g_strsplit (ours, "58410-2", 2);
  g_autofree char *text = g_strjoinv (loinc, parts);

  fake_fhir_write (self->fake, text);
}

/* An order for nothing that is done here, in both laptops, with its Task. (transfer full) */
static HemoPatient *
bring_other_tests (Laptops *self)
{
  HemoPatient *patient = laptop_add_patient (&self->a, "Amina", "Otieno");

  laptop_push (&self->a);
  write_order_for (self, patient->uuid, "36643-5");
  refusal_write_task (self, TASK, "requested", "");
  laptops_settle (self);
  return patient;
}

static void
assert_waiting (Laptop *laptop, guint count)
{
  g_autoptr (GPtrArray) waiting = laptop_waiting (laptop);

  g_assert_cmpuint (waiting->len, ==, count);
}

/* It waits for a decision on no laptop any more. */
static void
test_other_laptop_other_tests (Laptops *self, gconstpointer data)
{
  g_autoptr (GPtrArray) refused = NULL;
  g_autoptr (HemoPatient) patient = bring_other_tests (self);

  assert_waiting (&self->b, 1);
  refusal_make (self, HEMO_REFUSAL_NOT_DONE, NULL);
  laptops_settle (self);
  assert_waiting (&self->b, 0);
  refused = refusals_of (&self->b);
  g_assert_cmpuint (refused->len, ==, 1);
  /* Who asks again is heard there as well. */
  refusal_write_task (self, TASK, "requested", "");
  laptops_settle (self);
  assert_waiting (&self->a, 1);
  assert_waiting (&self->b, 1);
}

/* One for nothing that is done here waits for a decision: this is one. */
static void
test_other_tests (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = bring_other_tests (self);
  g_autoptr (GPtrArray) waiting = NULL, decided = NULL, refused = NULL, again = NULL;
  g_autoptr (json_object) task = NULL;

  waiting = laptop_waiting (&self->a);
  g_assert_cmpuint (waiting->len, ==, 1);
  refusal_make (self, HEMO_REFUSAL_NOT_DONE, NULL);
  decided = laptop_waiting (&self->a);
  g_assert_cmpuint (decided->len, ==, 0);
  refused = refusals_of (&self->a);
  g_assert_cmpuint (refused->len, ==, 1);
  g_assert_nonnull (strstr (((HemoRefused *)refused->pdata[0])->order->clinical_note, "+ 36643-5"));
  laptop_write (&self->a, refusal_take_back_job, NULL);
  again = laptop_waiting (&self->a);
  g_assert_cmpuint (again->len, ==, 1);
  refusal_make (self, HEMO_REFUSAL_NOT_DONE, NULL);
  laptop_push (&self->a);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (refusal_string_of (task, "status"), ==, "rejected");
}

static gboolean
damage_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (
      hemo_txn_get_db (txn),
      "DROP TRIGGER incoming_is_kept; DELETE FROM incoming WHERE id = '" ORDER "'", error);
}

/* It is listed as it could be read last, and if nothing of it can be, it takes no others with it.
 */
static void
test_unreadable (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = bring_other_tests (self);
  g_autoptr (GPtrArray) newer = NULL, damaged = NULL;
  const HemoRefused *item;

  refusal_make (self, HEMO_REFUSAL_NOT_DONE, NULL);
  laptop_push (&self->a);
  fake_fhir_write (self->fake, "{\"resourceType\":\"ServiceRequest\",\"id\":\"" ORDER
                               "\",\"status\":\"active\",\"intent\":\"order\","
                               "\"subject\":{\"reference\":\"Group/7\"}}");
  laptop_pull (&self->a);
  newer = refusals_of (&self->a);
  item = newer->pdata[0];
  g_assert_nonnull (strstr (item->order->clinical_note, "+ 36643-5"));
  laptop_write (&self->a, damage_job, NULL);
  damaged = refusals_of (&self->a);
  g_assert_cmpuint (damaged->len, ==, 1);
  item = damaged->pdata[0];
  g_assert_cmpstr (item->order->uuid, ==, ORDER);
  g_assert_null (item->order->clinical_note);
  g_assert_cmpstr (item->name, ==, "Amina Otieno");
}

/* A newer version of it waits for a decision: the one that was refused does not wait beside it. */
static void
test_other_version (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = bring_other_tests (self);

  refusal_make (self, HEMO_REFUSAL_NOT_DONE, NULL);
  write_order_for (self, patient->uuid, "36643-6");
  laptop_pull (&self->a);
  assert_waiting (&self->a, 1);
  laptop_write (&self->a, refusal_take_back_job, NULL);
  assert_waiting (&self->a, 1);
  refusal_assert_count (&self->a, 0);
}

/* A newer version of it is for what is done here: it waits for its specimen, and is not refused. */
static void
test_becomes_record (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = bring_other_tests (self);

  refusal_make (self, HEMO_REFUSAL_NOT_DONE, NULL);
  write_order_for (self, patient->uuid, "58410-2");
  laptop_pull (&self->a);
  refusal_assert_expected (&self->a, "1");
  refusal_assert_count (&self->a, 0);
  g_assert_cmpint (laptop_queued (&self->a), ==, 0);
}

static gboolean
take_order_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoIncoming *incoming = data;

  return hemo_sync_take_order (txn, incoming->sequence, HEMO_TEST_DIFFERENTIAL, NULL, error);
}

/* The same where a person takes a newer version in. */
static void
test_taken_in (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = bring_other_tests (self);
  g_autoptr (GPtrArray) waiting = NULL;

  refusal_make (self, HEMO_REFUSAL_NOT_DONE, NULL);
  write_order_for (self, patient->uuid, "36643-6");
  laptop_pull (&self->a);
  waiting = laptop_waiting (&self->a);
  laptop_write (&self->a, take_order_job, waiting->pdata[0]);
  refusal_assert_expected (&self->a, "1");
  refusal_assert_count (&self->a, 0);
}

static gboolean
accept_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoOrder) order = hemo_order_load (txn, ORDER, error);
  g_autoptr (HemoSpecimen) tube = hemo_specimen_new ();

  return order != NULL && hemo_expected_accept (txn, ORDER, order->patient, tube, error);
}

/* What was refused takes no specimen, and what has one is not refused. */
static void
test_rules (Laptops *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Refuse none = { .reason = HEMO_REFUSAL_OTHER, .words = "  " };
  Refuse why = { .reason = HEMO_REFUSAL_NOT_DONE };

  refusal_bring_order (self, NULL);
  g_assert_false (laptop_try (&self->a, refusal_make_job, &none, &error));
  g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_clear_error (&error);
  refusal_make (self, HEMO_REFUSAL_NOT_DONE, NULL);
  g_assert_false (laptop_try (&self->a, accept_job, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_clear_error (&error);
  g_assert_false (laptop_try (&self->a, refusal_make_job, &why, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_clear_error (&error);
  laptop_write (&self->a, refusal_take_back_job, NULL);
  laptop_write (&self->a, accept_job, NULL);
  g_assert_false (laptop_try (&self->a, refusal_make_job, &why, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/fhir-refusal-order/" path, Laptops, NULL, laptops_set_up, function,                \
              laptops_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("other-laptop", test_other_laptop);
  ADD ("both-refuse", test_both_refuse);
  ADD ("other-laptop-other-owner", test_other_laptop_other_owner);
  ADD ("other-laptop-other-tests", test_other_laptop_other_tests);
  ADD ("other-tests", test_other_tests);
  ADD ("unreadable", test_unreadable);
  ADD ("other-version", test_other_version);
  ADD ("becomes-record", test_becomes_record);
  ADD ("taken-in", test_taken_in);
  ADD ("rules", test_rules);
  return g_test_run ();
}

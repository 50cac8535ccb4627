/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders of other programs, from the server to a case. */

#include "hemo-expected-table.h"
#include "hemo-sync-dispute.h"

#include "laptops.h"

static gboolean
expected_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GArray) rows = hemo_expected_rows (txn, error);

  if (rows == NULL)
    return FALSE;
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  *result = hemo_expected_load (txn, (const gint64 *)rows->data, rows->len, error);
  return *result != NULL;
}

static GPtrArray *
expected_by (Laptop *laptop)
{
  g_autoptr (GError) error = NULL;
  gpointer orders = NULL;

  hemo_store_read (laptop->store, laptop->user, expected_job, NULL, &orders, &error);
  g_assert_no_error (error);
  return orders;
}

static gboolean
accept_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoSpecimen *tube = data;
  g_autofree char *order = g_strdup (tube->order);

  return hemo_expected_accept (txn, order, tube->patient, tube, error);
}

/* An order of another program waits for its specimen, and what is found is based on it. */
static void
test_order_comes (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autofree char *text = laptops_order_of ("22222222-2222-4222-8222-222222222222", patient->uuid);
  g_autoptr (HemoSpecimen) own = laptop_add_case (&self->a, patient->uuid);
  g_autoptr (HemoSpecimen) tube = hemo_specimen_new ();
  g_autoptr (GPtrArray) before = expected_by (&self->a);
  g_autoptr (GPtrArray) expected = NULL, after = NULL;
  g_autoptr (json_object) sent = NULL;
  const HemoOrder *order;

  g_assert_cmpuint (before->len, ==, 0);
  laptop_push (&self->a);
  fake_fhir_write (self->fake, text);
  laptop_pull (&self->a);
  expected = expected_by (&self->a);
  g_assert_cmpuint (expected->len, ==, 1);
  order = ((HemoExpected *)expected->pdata[0])->order;
  g_assert_cmpstr (((HemoExpected *)expected->pdata[0])->name, ==, "Amina Otieno");
  g_assert_cmpstr (order->uuid, ==, "22222222-2222-4222-8222-222222222222");
  g_assert_cmpstr (order->patient, ==, patient->uuid);
  g_assert_cmpuint (order->tests, !=, 0);
  g_set_str (&tube->order, order->uuid);
  g_set_str (&tube->patient, order->patient);
  laptop_write (&self->a, accept_job, tube);
  after = expected_by (&self->a);
  g_assert_cmpuint (after->len, ==, 0);
  laptop_push (&self->a);
  sent = fake_fhir_read (self->fake, "Specimen", tube->uuid);
  g_assert_nonnull (strstr (json_object_to_json_string_ext (
                                sent, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
                            "ServiceRequest/22222222-2222-4222-8222-222222222222"));
}

static gboolean
slide_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_specimen_accept (txn, data, error);
}

static gboolean
reject_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_specimen_reject (txn, data, HEMO_REJECTION_CLOTTED, NULL, error);
}

/* Another specimen is expected for an order of elsewhere whose only one is found to be of no use,
 * whoever finds that. Who took an order in asks for one at once, and what was rejected before it
 * came here is history. */
static void
test_order_rejected (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (HemoSpecimen) late = laptop_add_case (&self->a, patient->uuid);
  g_autoptr (HemoSpecimen) early = laptop_add_case (&self->a, patient->uuid);
  g_autoptr (GPtrArray) here = NULL, none = NULL, again = NULL;

  laptop_write (&self->a, reject_job, early->uuid);
  here = expected_by (&self->a);
  g_assert_cmpuint (here->len, ==, 0);
  laptop_push (&self->a);
  laptop_pull (&self->b);
  none = expected_by (&self->b);
  g_assert_cmpuint (none->len, ==, 0);
  laptop_write (&self->a, reject_job, late->uuid);
  laptop_push (&self->a);
  laptop_pull (&self->b);
  again = expected_by (&self->b);
  g_assert_cmpuint (again->len, ==, 1);
  g_assert_cmpstr (((HemoExpected *)again->pdata[0])->order->uuid, ==, late->order);
}

/* Two laptops wait for the specimen of another program's order. It comes to one and is of no use
 * before the other hears of it: both wait for another, until that came. @data: words of the order.
 */
static void
test_order_rejected_unheard (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autofree char *bare = laptops_order_of ("22222222-2222-4222-8222-222222222222", patient->uuid);
  g_auto (GStrv) parts = g_strsplit (bare, "\"status\":\"active\"", 2);
  g_autofree char *text = g_strjoinv (data != NULL ? data : "\"status\":\"active\"", parts);
  g_autoptr (HemoSpecimen) tube = hemo_specimen_new ();
  g_autoptr (HemoSpecimen) slide = hemo_specimen_new ();
  g_autoptr (HemoSpecimen) second = hemo_specimen_new ();
  g_autoptr (GPtrArray) before = NULL, here = NULL, there = NULL, after = NULL;

  laptop_push (&self->a);
  fake_fhir_write (self->fake, text);
  laptops_settle (self);
  before = expected_by (&self->b);
  g_assert_cmpuint (before->len, ==, 1);
  g_set_str (&tube->order, "22222222-2222-4222-8222-222222222222");
  g_set_str (&tube->patient, patient->uuid);
  laptop_write (&self->a, accept_job, tube);
  g_set_str (&slide->parent, tube->uuid);
  laptop_write (&self->a, slide_job, slide);
  laptop_write (&self->a, reject_job, tube->uuid);
  laptops_settle (self);
  here = expected_by (&self->a);
  there = expected_by (&self->b);
  g_assert_cmpuint (here->len, ==, 1);
  g_assert_cmpuint (there->len, ==, 1);
  g_set_str (&second->order, tube->order);
  g_set_str (&second->patient, patient->uuid);
  laptop_write (&self->a, accept_job, second);
  laptops_settle (self);
  after = expected_by (&self->b);
  g_assert_cmpuint (after->len, ==, 0);
}

typedef struct
{
  gint64 sequence;
  HemoTests tests;
} Taken;

static gboolean
take_order_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Taken *taken = data;

  return hemo_sync_take_order (txn, taken->sequence, taken->tests, NULL, error);
}

static char *
order_text (Laptops *self)
{
  g_autoptr (json_object) order
      = fake_fhir_read (self->fake, "ServiceRequest", "22222222-2222-4222-8222-222222222222");

  return g_strdup (json_object_to_json_string_ext (order, JSON_C_TO_STRING_PLAIN));
}

/* An order for nothing that is done here waits with its patient, until a person says what is done
 * for it: who ordered is told, and what was asked for stays asked for. */
static void
test_order_of_other_tests (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autofree char *ours = laptops_order_of ("22222222-2222-4222-8222-222222222222", patient->uuid);
  g_auto (GStrv) parts = g_strsplit (ours, "58410-2", 2);
  g_autofree char *text = g_strjoinv ("36643-5", parts);
  g_autoptr (GPtrArray) waiting = NULL, here = NULL, there = NULL, after = NULL;
  g_autofree char *sent = NULL;
  g_autoptr (GError) error = NULL;
  Taken taken = { 0 };

  laptop_push (&self->a);
  fake_fhir_write (self->fake, text);
  laptop_pull (&self->a);
  waiting = laptop_waiting (&self->a);
  g_assert_cmpuint (waiting->len, ==, 1);
  taken.sequence = ((HemoIncoming *)waiting->pdata[0])->sequence;
  g_assert_false (laptop_try (&self->a, take_order_job, &taken, &error));
  g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  taken.tests = HEMO_TEST_DIFFERENTIAL;
  laptop_write (&self->a, take_order_job, &taken);
  laptops_settle (self);
  sent = order_text (self);
  g_assert_nonnull (strstr (sent, "36643-5"));
  g_assert_nonnull (strstr (sent, "24318-8"));
  here = expected_by (&self->a);
  there = expected_by (&self->b);
  g_assert_cmpuint (here->len, ==, 1);
  g_assert_cmpuint (there->len, ==, 1);
  g_assert_cmpuint (((HemoExpected *)there->pdata[0])->order->tests, ==, HEMO_TEST_DIFFERENTIAL);
  g_assert_nonnull (strstr (((HemoExpected *)here->pdata[0])->order->clinical_note, "+ 36643-5"));
  /* Their next version of it is no other question. */
  fake_fhir_write (self->fake, text);
  laptops_settle (self);
  after = laptop_waiting (&self->a);
  g_assert_cmpuint (after->len, ==, 0);
}

#define OTHER "22222222-2222-4222-8222-222222222222"

/* One for nothing that is done here, with @words instead of its status. (transfer full) */
static char *
other_order (const HemoPatient *patient, const char *words)
{
  g_autofree char *text = laptops_order_of (OTHER, patient->uuid);
  g_auto (GStrv) coded = g_strsplit (text, "58410-2", 2);
  g_autofree char *other = g_strjoinv ("36643-5", coded);
  g_auto (GStrv) parts = g_strsplit (other, "\"status\":\"active\"", 2);

  return g_strjoinv (words, parts);
}

/* It comes, and somebody here says what is done for it. */
static void
take_other_order (Laptops *self, const HemoPatient *patient, const char *words)
{
  g_autofree char *text = other_order (patient, words);
  g_autoptr (GPtrArray) waiting = NULL;
  Taken taken = { .tests = HEMO_TEST_DIFFERENTIAL };

  laptop_push (&self->a);
  fake_fhir_write (self->fake, text);
  laptop_pull (&self->a);
  waiting = laptop_waiting (&self->a);
  g_assert_cmpuint (waiting->len, ==, 1);
  taken.sequence = ((HemoIncoming *)waiting->pdata[0])->sequence;
  laptop_write (&self->a, take_order_job, &taken);
}

static gboolean
urgent_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoOrder) order = hemo_order_load (txn, OTHER, error);

  if (order == NULL)
    return FALSE;
  order->urgency = HEMO_URGENCY_URGENT;
  return hemo_order_save (txn, order, error);
}

static gboolean
dispute_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const gint64 *sequence = data;
  guint fields = 0;

  if (!hemo_sync_differing (txn, *sequence, &fields, error))
    return FALSE;
  g_assert_cmpuint (fields & (HEMO_FIELD_URGENCY | HEMO_FIELD_TESTS), ==, HEMO_FIELD_URGENCY);
  *result = hemo_sync_dispute_load (txn, *sequence, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_sync_dispute_free);
  return *result != NULL;
}

static gboolean
take_theirs_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const gint64 *sequence = data;

  return hemo_sync_take_theirs (txn, *sequence, NULL, error);
}

static gboolean
take_fields_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const gint64 *sequence = data;

  return hemo_sync_take_fields (txn, *sequence, HEMO_FIELD_URGENCY, NULL, error);
}

/* Both sides changed such an order: theirs can be taken as any other, and says nothing of the tests
 * that are done for it here. */
static void
test_other_tests_dispute (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autofree char *text = other_order (patient, "\"status\":\"active\",\"priority\":\"stat\"");
  g_autoptr (GPtrArray) waiting = NULL, after = NULL, expected = NULL;
  g_autoptr (HemoSyncDispute) dispute = NULL;
  g_autoptr (GError) error = NULL;
  const HemoOrder *order;
  gint64 sequence;

  take_other_order (self, patient, "\"status\":\"active\"");
  laptops_settle (self);
  laptop_write (&self->a, urgent_job, NULL);
  fake_fhir_write (self->fake, text);
  laptop_pull (&self->a);
  waiting = laptop_waiting (&self->a);
  g_assert_cmpuint (waiting->len, ==, 1);
  sequence = ((HemoIncoming *)waiting->pdata[0])->sequence;
  hemo_store_write (self->a.store, self->a.user, dispute_job, &sequence, (gpointer *)&dispute,
                    &error);
  g_assert_no_error (error);
  g_assert_null (dispute->refusal);
  g_assert_nonnull (dispute->their_order);
  g_assert_cmpuint (dispute->differing & HEMO_FIELD_TESTS, ==, 0);
  laptop_write (&self->a, data != NULL ? take_fields_job : take_theirs_job, &sequence);
  after = laptop_waiting (&self->a);
  g_assert_cmpuint (after->len, ==, 0);
  expected = expected_by (&self->a);
  g_assert_cmpuint (expected->len, ==, 1);
  order = ((HemoExpected *)expected->pdata[0])->order;
  g_assert_cmpint (order->urgency, ==, HEMO_URGENCY_STAT);
  g_assert_cmpuint (order->tests, ==, HEMO_TEST_DIFFERENTIAL);
}

/* Of one that was carried out elsewhere, or taken back (@data), no specimen comes. */
static void
test_other_tests_over (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autofree char *words = g_strdup_printf ("\"status\":\"%s\"", (const char *)data);
  g_autofree char *sent = NULL;
  g_autoptr (GPtrArray) here = NULL, there = NULL;

  take_other_order (self, patient, words);
  here = expected_by (&self->a);
  g_assert_cmpuint (here->len, ==, 0);
  laptops_settle (self);
  there = expected_by (&self->b);
  g_assert_cmpuint (there->len, ==, 0);
  sent = order_text (self);
  g_assert_nonnull (strstr (sent, words));
}

/* One that was revoked, or carried out elsewhere, is waited for no longer; what is urgent comes
 * first. */
static void
test_order_revoked (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  static const char *const ids[]
      = { "22222222-2222-4222-8222-222222222221", "22222222-2222-4222-8222-222222222222",
          "22222222-2222-4222-8222-222222222223", "22222222-2222-4222-8222-222222222224" };
  static const char *const words[]
      = { "\"status\":\"active\"", "\"status\":\"active\",\"priority\":\"stat\"",
          "\"status\":\"revoked\"", "\"status\":\"completed\"" };
  g_autoptr (GPtrArray) expected = NULL;

  laptop_push (&self->a);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *text = laptops_order_of (ids[i], patient->uuid);
      g_auto (GStrv) parts = g_strsplit (text, words[0], 2);
      g_autofree char *changed = g_strjoinv (words[i], parts);

      fake_fhir_write (self->fake, changed);
    }
  laptop_pull (&self->a);
  expected = expected_by (&self->a);
  g_assert_cmpuint (expected->len, ==, 2);
  g_assert_cmpstr (((HemoExpected *)expected->pdata[0])->order->uuid, ==, ids[1]);
  g_assert_cmpstr (((HemoExpected *)expected->pdata[1])->order->uuid, ==, ids[0]);
}

/* A note that quotes the mark of this program is none. */
static const char quoting[]
    = "\"status\":\"active\",\"note\":[{\"text\":\"https://hemogram.org/fhir/"
      "StructureDefinition/record-version\"}]";

#define ADD_WITH(path, function, data)                                                             \
  g_test_add ("/fhir-pull-order/" path, Laptops, data, laptops_set_up, function, laptops_tear_down)
#define ADD(path, function) ADD_WITH (path, function, NULL)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("comes", test_order_comes);
  ADD ("rejected", test_order_rejected);
  ADD ("rejected-unheard", test_order_rejected_unheard);
  ADD_WITH ("rejected-unheard-quoted", test_order_rejected_unheard, quoting);
  ADD ("of-other-tests", test_order_of_other_tests);
  ADD ("other-tests-dispute", test_other_tests_dispute);
  ADD_WITH ("other-tests-fields", test_other_tests_dispute, "fields");
  ADD_WITH ("other-tests-completed", test_other_tests_over, "completed");
  ADD_WITH ("other-tests-revoked", test_other_tests_over, "revoked");
  ADD ("revoked", test_order_revoked);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders that the laboratory cannot carry out: what who ordered is told on the server. */

#include "hemo-expected-table.h"
#include "hemo-refusal-table.h"

#include "laptops.h"

#define ORDER "22222222-2222-4222-8222-222222222222"
#define TASK "33333333-3333-4333-8333-333333333333"

typedef struct
{
  HemoRefusalReason reason;
  const char *words;
  gboolean hold;
} Refuse;

static gboolean
refuse_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Refuse *refuse = data;

  return hemo_order_refuse (txn, ORDER, refuse->reason, refuse->words, error)
         && (!refuse->hold || hemo_refusal_hold (txn, ORDER, error));
}

static gboolean
take_back_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_refusal_take_back (txn, ORDER, error);
}

static gboolean
refused_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GArray) rows = hemo_refused_rows (txn, error);

  if (rows == NULL)
    return FALSE;
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  *result = hemo_refused_load (txn, (const gint64 *)rows->data, rows->len, error);
  return *result != NULL;
}

static GPtrArray *
refused_by (Laptop *laptop)
{
  g_autoptr (GError) error = NULL;
  gpointer refused = NULL;

  hemo_store_read (laptop->store, laptop->user, refused_job, NULL, &refused, &error);
  g_assert_no_error (error);
  return refused;
}

static void
assert_expected (Laptop *laptop, const char *count)
{
  g_autofree char *expected = laptop_ask (laptop, "SELECT count(*) FROM expected_order");

  g_assert_cmpstr (expected, ==, count);
}

static void
write_task (Laptops *self, const char *id, const char *status, const char *more)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Task\",\"id\":\"%s\",\"status\":\"%s\",\"intent\":\"order\","
      "\"identifier\":[{\"value\":\"T-7\"}],"
      "\"focus\":{\"reference\":\"ServiceRequest/" ORDER "\"}%s}",
      id, status, more);

  fake_fhir_write (self->fake, text);
}

/* An order for a patient of the clinic, with @more behind, and its Task, come to the first laptop.
 * @task: id or NULL */
static void
bring_order_with (Laptops *self, const char *more, const char *task)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autofree char *order = laptops_order_of (ORDER, patient->uuid);
  g_autofree char *whole = NULL;

  laptop_push (&self->a);
  order[strlen (order) - 1] = '\0';
  whole = g_strconcat (order, more, "}", NULL);
  fake_fhir_write (self->fake, whole);
  if (task != NULL)
    write_task (self, task, "requested", "");
  laptop_pull (&self->a);
}

static void
bring_order (Laptops *self, const char *task)
{
  bring_order_with (self, "", task);
}

static void
refuse (Laptops *self, HemoRefusalReason reason, const char *words)
{
  laptop_write (&self->a, refuse_job, &(Refuse){ .reason = reason, .words = words });
}

static const char *
text_of (json_object *json)
{
  return json_object_to_json_string_ext (json,
                                         JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

static const char *
string_of (json_object *json, const char *key)
{
  return json_object_get_string (json_object_object_get (json, key));
}

static void
assert_task (Laptops *self, const char *id, const char *status)
{
  g_autoptr (json_object) task = fake_fhir_read (self->fake, "Task", id);

  g_assert_cmpstr (string_of (task, "status"), ==, status);
}

/* Somebody writes a note on it, as it stands. */
static void
fake_note (Laptops *self, const char *id, const char *text)
{
  g_autoptr (json_object) task = fake_fhir_read (self->fake, "Task", id);
  json_object *note = json_object_new_object ();
  json_object *notes = json_object_new_array ();

  json_object_object_add (note, "text", json_object_new_string (text));
  json_object_array_add (notes, note);
  json_object_object_add (task, "note", notes);
  fake_fhir_write (self->fake, text_of (task));
}

static const char *
version_of (json_object *json)
{
  return string_of (json_object_object_get (json, "meta"), "versionId");
}

/* Of Provenances whose target is @name. */
static guint
count_provenances (Laptops *self, const char *name)
{
  GHashTableIter iter;
  gpointer key, value;
  guint count = 0;

  g_hash_table_iter_init (&iter, self->fake->resources);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (g_str_has_prefix (key, "Provenance/") && strstr (text_of (value), name) != NULL)
      count++;
  return count;
}

/* The Task of who ordered is rejected with the reason, in a new version of it; what else it says
 * stays, and so does the order. */
static void
test_task (Laptops *self, gconstpointer data)
{
  g_autoptr (json_object) task = NULL, order = NULL;
  g_autoptr (GPtrArray) refused = NULL;
  const HemoRefused *item;

  bring_order (self, TASK);
  assert_expected (&self->a, "1");
  refuse (self, HEMO_REFUSAL_NO_REAGENT, "  Giemsa, until Friday ");
  assert_expected (&self->a, "0");
  refused = refused_by (&self->a);
  g_assert_cmpuint (refused->len, ==, 1);
  item = refused->pdata[0];
  g_assert_cmpstr (item->name, ==, "Amina Otieno");
  g_assert_cmpstr (item->order->uuid, ==, ORDER);
  g_assert_cmpstr (item->refusal->words, ==, "Giemsa, until Friday");
  g_assert_nonnull (item->refusal->refused_by_name);
  g_assert_true (item->revocable && !item->told);
  laptop_push (&self->a);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (string_of (task, "status"), ==, "rejected");
  g_assert_cmpstr (version_of (task), ==, "2");
  g_assert_nonnull (strstr (text_of (task), "\"text\":\"No reagent: Giemsa, until Friday\""));
  g_assert_nonnull (strstr (text_of (task), "\"code\":\"no-reagent\""));
  g_assert_nonnull (strstr (text_of (task), "T-7"));
  g_assert_nonnull (strstr (text_of (task), "\"owner\":{\"reference\":\"Organization/"));
  order = fake_fhir_read (self->fake, "ServiceRequest", ORDER);
  g_assert_cmpstr (string_of (order, "status"), ==, "active");
  g_assert_cmpstr (version_of (order), ==, "1");
  g_assert_cmpuint (count_provenances (self, "Task/" TASK), ==, 1);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Task"), ==, 1);
}

/* Where there is none, the clinic's own says it beside the order. */
static void
test_no_task (Laptops *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (json_object) task = NULL;

  bring_order (self, NULL);
  refuse (self, HEMO_REFUSAL_OTHER, "The road is closed.");
  laptop_push (&self->a);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Task"), ==, 1);
  id = laptop_ask (&self->a, "SELECT task FROM refusal_task");
  task = fake_fhir_read (self->fake, "Task", id);
  g_assert_cmpstr (string_of (task, "status"), ==, "rejected");
  g_assert_cmpstr (string_of (task, "intent"), ==, "filler-order");
  g_assert_nonnull (
      strstr (text_of (task), "\"focus\":{\"reference\":\"ServiceRequest/" ORDER "\"}"));
  g_assert_nonnull (strstr (text_of (task), "\"text\":\"The road is closed.\""));
  g_assert_nonnull (strstr (text_of (task), "fulfill"));
  /* It comes back with the next pull, and is nothing new. */
  laptops_settle (self);
  g_assert_cmpint (laptop_queued (&self->a), ==, 0);
}

/* Until it leaves it is taken back, and nobody hears of it. */
static void
test_taken_back (Laptops *self, gconstpointer data)
{
  g_autoptr (json_object) task = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) refused = NULL, sent = NULL;
  g_autofree char *audited = NULL;

  bring_order (self, TASK);
  laptop_write (&self->a, refuse_job,
                &(Refuse){ .reason = HEMO_REFUSAL_NOT_IN_TIME, .hold = TRUE });
  laptop_push (&self->a);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (version_of (task), ==, "1");
  laptop_write (&self->a, take_back_job, NULL);
  assert_expected (&self->a, "1");
  g_assert_cmpint (laptop_queued (&self->a), ==, 0);
  refused = refused_by (&self->a);
  g_assert_cmpuint (refused->len, ==, 0);
  refuse (self, HEMO_REFUSAL_NOT_DONE, NULL);
  laptop_push (&self->a);
  sent = refused_by (&self->a);
  g_assert_true (!((HemoRefused *)sent->pdata[0])->revocable
                 && ((HemoRefused *)sent->pdata[0])->told);
  g_assert_false (laptop_try (&self->a, take_back_job, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  audited = laptop_ask (&self->a, "SELECT group_concat(what) FROM audit WHERE what IN "
                                  "('order.refuse', 'order.take-back') AND object = '" ORDER "'");
  g_assert_cmpstr (audited, ==, "order.refuse,order.take-back,order.refuse");
}

/* Who was told and sets the Task back asks again: the order waits again, and can be refused again.
 */
static void
test_asked_again (Laptops *self, gconstpointer data)
{
  g_autoptr (json_object) task = NULL;

  bring_order (self, TASK);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  write_task (self, TASK, "requested", ",\"note\":[{\"text\":\"Giemsa was sent\"}]");
  laptop_pull (&self->a);
  assert_expected (&self->a, "1");
  refuse (self, HEMO_REFUSAL_NOT_IN_TIME, NULL);
  assert_expected (&self->a, "0");
  laptop_push (&self->a);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (string_of (task, "status"), ==, "rejected");
  g_assert_nonnull (strstr (text_of (task), "Sample not received in time"));
  g_assert_nonnull (strstr (text_of (task), "Giemsa was sent"));
}

/* One Task of two asks again, and the other lies on the shelf: that one is not sent any more. */
static void
test_two_tasks (Laptops *self, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (GPtrArray) refused = NULL;
  const HemoRefused *item;

  bring_order (self, TASK);
  write_task (self, "7002", "requested", "");
  laptop_pull (&self->a);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  self->fake->refused = "Task/7002";
  laptop_push (&self->a);
  before = laptop_ask (&self->a, "SELECT group_concat(object) FROM queue WHERE state = 'stuck'");
  g_assert_cmpstr (before, ==, "7002");
  refused = refused_by (&self->a);
  item = refused->pdata[0];
  g_assert_true (item->shelved && !item->told && !item->revocable && !item->closed);
  write_task (self, TASK, "requested", "");
  laptop_pull (&self->a);
  assert_expected (&self->a, "1");
  after = laptop_ask (&self->a, "SELECT count(*) FROM queue WHERE state <> 'received'");
  g_assert_cmpstr (after, ==, "0");
}

/* What was told in an earlier round is over: the new refusal is taken back as long as nothing of it
 * has left. */
static void
test_earlier_round (Laptops *self, gconstpointer data)
{
  bring_order (self, TASK);
  write_task (self, "7002", "requested", "");
  laptop_pull (&self->a);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  write_task (self, "7002", "cancelled", "");
  write_task (self, TASK, "requested", "");
  laptop_pull (&self->a);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_write (&self->a, take_back_job, NULL);
  assert_expected (&self->a, "1");
}

static gboolean
server_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_server_save (txn, HEMO_SERVER_FHIR, "{}", TRUE, error);
}

/* The address is another one from now on; the same records stand there. */
static void
move_server (Laptop *laptop)
{
  laptop_write (laptop, server_job, NULL);
  laptop->push.options.server = laptop->pull.identity = "another-server";
}

/* What was told of a refusal that is over goes to no other server, and lies on no shelf. */
static void
test_moved_withdrawn (Laptops *self, gconstpointer data)
{
  g_autofree char *left = NULL;

  bring_order (self, TASK);
  write_task (self, "7002", "requested", "");
  laptop_pull (&self->a);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  write_task (self, TASK, "requested", "");
  laptop_pull (&self->a);
  assert_expected (&self->a, "1");
  move_server (&self->a);
  laptop_push (&self->a);
  left = laptop_ask (&self->a, "SELECT group_concat(object || reason) FROM queue WHERE lane = 0 "
                               "AND state <> 'received'");
  g_assert_cmpstr (left, ==, NULL);
}

/* What was told there was told: it is not taken back here, and who ordered can ask again. */
static void
test_moved_told (Laptops *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  bring_order (self, TASK);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  move_server (&self->a);
  g_assert_false (laptop_try (&self->a, take_back_job, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  write_task (self, TASK, "requested", ",\"lastModified\":\"2099-01-01T00:00:00Z\"");
  laptop_sync (&self->a);
  assert_expected (&self->a, "1");
  assert_task (self, TASK, "requested");
}

/* A Task that comes after the order was refused is answered too. */
static void
test_late_task (Laptops *self, gconstpointer data)
{
  g_autoptr (json_object) task = NULL;

  bring_order (self, NULL);
  refuse (self, HEMO_REFUSAL_NOT_DONE, NULL);
  laptop_push (&self->a);
  /* Of a server that gives out numbers. */
  write_task (self, "7001", "received", ",\"authoredOn\":\"2020-01-01T00:00:00Z\"");
  laptops_settle (self);
  task = fake_fhir_read (self->fake, "Task", "7001");
  g_assert_cmpstr (string_of (task, "status"), ==, "rejected");
  g_assert_nonnull (strstr (text_of (task), "\"text\":\"Test not done here\""));
  assert_expected (&self->a, "0");
}

/* Who heard that and asks by another Task asks again: the order is offered again, and the Task is
 * not rejected unseen; on no laptop, in whatever order they come. */
static void
test_new_task (Laptops *self, gconstpointer data)
{
  g_autoptr (GPtrArray) refused = NULL;

  bring_order (self, TASK);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  write_task (self, "7001", "requested", ",\"authoredOn\":\"2099-01-01T00:00:00Z\"");
  laptops_settle (self);
  assert_task (self, "7001", "requested");
  assert_expected (&self->a, "1");
  assert_expected (&self->b, "1");
  refused = refused_by (&self->a);
  g_assert_cmpuint (refused->len, ==, 0);
  /* What somebody writes on the old one says nothing new. */
  fake_note (self, TASK, "Ask again in May.");
  laptops_settle (self);
  assert_expected (&self->a, "1");
  assert_expected (&self->b, "1");
  refuse (self, HEMO_REFUSAL_NOT_IN_TIME, NULL);
  laptops_settle (self);
  assert_task (self, "7001", "rejected");
  assert_expected (&self->a, "0");
  assert_expected (&self->b, "0");
}

/* One that says no time is as new as the server says. */
static void
test_new_task_untimed (Laptops *self, gconstpointer data)
{
  bring_order (self, TASK);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  write_task (self, "7001", "requested", ",\"authoredOn\":\"2020-01-01\"");
  laptops_settle (self);
  assert_task (self, "7001", "requested");
  assert_expected (&self->a, "1");
}

/* What another laboratory was asked is not for this one to answer. */
static void
test_other_laboratory (Laptops *self, gconstpointer data)
{
  g_autoptr (json_object) task = NULL;

  bring_order (self, NULL);
  write_task (self, TASK, "requested", ",\"owner\":{\"reference\":\"Organization/county\"}");
  laptop_pull (&self->a);
  refuse (self, HEMO_REFUSAL_NOT_DONE, NULL);
  laptop_push (&self->a);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (string_of (task, "status"), ==, "requested");
  g_assert_cmpuint (fake_fhir_count (self->fake, "Task"), ==, 2);
}

/* Of several whom the order names each answers for itself; the one whom it names alone is this one,
 * under whatever id. */
static void
test_performers (Laptops *self, gconstpointer data)
{
  g_autofree char *clinic = laptop_ask (&self->a, "SELECT value FROM meta WHERE key = 'clinic'");
  g_autofree char *both
      = g_strdup_printf (",\"performer\":[{\"reference\":\"Organization/county\"},"
                         "{\"reference\":\"Organization/%s\"}]",
                         clinic);

  bring_order_with (self, both, NULL);
  write_task (self, "7001", "requested", ",\"owner\":{\"reference\":\"Organization/county\"}");
  laptop_pull (&self->a);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  assert_task (self, "7001", "requested");
  laptops_tear_down (self, NULL);
  laptops_set_up (self, NULL);
  bring_order_with (self, ",\"performer\":[{\"reference\":\"Organization/17\"}]", NULL);
  write_task (self, "7001", "requested", ",\"owner\":{\"reference\":\"Organization/17\"}");
  laptop_pull (&self->a);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  assert_task (self, "7001", "rejected");
}

/* Without an owner and a focus. */
static void
write_errand (Laptops *self, const char *id, const char *code)
{
  g_autofree char *text
      = g_strdup_printf ("{\"resourceType\":\"Task\",\"id\":\"%s\",\"status\":\"requested\","
                         "\"intent\":\"order\",\"code\":{\"coding\":[{\"system\":"
                         "\"http://hl7.org/fhir/CodeSystem/task-code\",\"code\":\"%s\"}]},"
                         "\"basedOn\":[{\"reference\":\"ServiceRequest/" ORDER "\"}]}",
                         id, code);

  fake_fhir_write (self->fake, text);
}

/* A Task that an order is only the reason of asks for something else, as to fetch the patient. */
static void
test_other_errand (Laptops *self, gconstpointer data)
{
  bring_order (self, NULL);
  write_errand (self, "7001", "approve");
  write_errand (self, "7002", "fulfill");
  laptop_pull (&self->a);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  assert_task (self, "7001", "requested");
  assert_task (self, "7002", "rejected");
}

/* The clinic under an id that another program gave it, and a laptop of it. */
static void
test_other_names (Laptops *self, gconstpointer data)
{
  g_autofree char *name
      = laptop_ask (&self->a, "SELECT value FROM setting WHERE key = 'clinic.name'");
  g_autofree char *here
      = laptop_ask (&self->a, "SELECT value FROM meta WHERE key = 'installation'");
  g_autofree char *device = g_strdup_printf (",\"owner\":{\"reference\":\"Device/%s\"}", here);
  g_autofree char *site = g_strdup_printf (
      "{\"resourceType\":\"Organization\",\"id\":\"17\",\"name\":\"%s Laboratory\"}", name);

  fake_fhir_write (self->fake, site);
  fake_fhir_write (self->fake,
                   "{\"resourceType\":\"Organization\",\"id\":\"18\",\"name\":\"County\"}");
  bring_order (self, NULL);
  write_task (self, "7001", "requested", ",\"owner\":{\"reference\":\"Organization/17\"}");
  write_task (self, "7002", "requested", device);
  write_task (self, "7003", "requested", ",\"owner\":{\"reference\":\"Organization/18\"}");
  laptop_pull (&self->a);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  /* One that comes later is compared with the same. */
  write_task (self, "7004", "requested",
              ",\"authoredOn\":\"2020-01-01T00:00:00Z\",\"owner\":{"
              "\"reference\":\"Organization/17\"}");
  laptop_pull (&self->a);
  laptop_push (&self->a);
  assert_task (self, "7001", "rejected");
  assert_task (self, "7002", "rejected");
  assert_task (self, "7003", "requested");
  assert_task (self, "7004", "rejected");
}

/* Who ordered cancels it while the refusal is on its way: that stands, and is not written over. */
static void
test_cancelled (Laptops *self, gconstpointer data)
{
  g_autoptr (GPtrArray) refused = NULL;
  const HemoRefused *item;
  g_autoptr (json_object) task = NULL;

  bring_order (self, TASK);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  write_task (self, TASK, "cancelled", "");
  laptop_push (&self->a);
  laptops_settle (self);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (string_of (task, "status"), ==, "cancelled");
  g_assert_cmpstr (version_of (task), ==, "2");
  g_assert_cmpint (laptop_queued (&self->a), ==, 0);
  assert_expected (&self->a, "0");
  /* Nobody may read that it was written. */
  refused = refused_by (&self->a);
  item = refused->pdata[0];
  g_assert_true (item->closed && !item->told && !item->shelved);
  laptop_write (&self->a, take_back_job, NULL);
  assert_expected (&self->a, "1");
}

/* Another laptop of the clinic waits no more either, and says who refused. */
static void
test_other_laptop (Laptops *self, gconstpointer data)
{
  g_autoptr (GPtrArray) refused = NULL;
  const HemoRefused *item;

  bring_order (self, TASK);
  laptops_settle (self);
  assert_expected (&self->b, "1");
  refuse (self, HEMO_REFUSAL_NO_REAGENT, "Giemsa");
  laptops_settle (self);
  assert_expected (&self->b, "0");
  refused = refused_by (&self->b);
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

  bring_order (self, TASK);
  laptops_settle (self);
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_write (&self->b, refuse_job, &(Refuse){ .reason = HEMO_REFUSAL_NOT_DONE });
  laptop_push (&self->a);
  laptop_push (&self->b);
  laptops_settle (self);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (version_of (task), ==, "2");
  refused = refused_by (&self->b);
  g_assert_true (((HemoRefused *)refused->pdata[0])->told);
}

/* Also where the Task is for the clinic under another id, which stays its owner. */
static void
test_other_laptop_other_owner (Laptops *self, gconstpointer data)
{
  g_autoptr (json_object) task = NULL;
  g_autoptr (GPtrArray) refused = NULL;

  bring_order_with (self, ",\"performer\":[{\"reference\":\"Organization/17\"}]", NULL);
  write_task (self, "7001", "requested", ",\"owner\":{\"reference\":\"Organization/17\"}");
  laptops_settle (self);
  assert_expected (&self->b, "1");
  refuse (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptops_settle (self);
  task = fake_fhir_read (self->fake, "Task", "7001");
  g_assert_nonnull (strstr (text_of (task), "\"owner\":{\"reference\":\"Organization/17\"}"));
  assert_expected (&self->b, "0");
  refused = refused_by (&self->b);
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
  write_task (self, TASK, "requested", "");
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
  refuse (self, HEMO_REFUSAL_NOT_DONE, NULL);
  laptops_settle (self);
  assert_waiting (&self->b, 0);
  refused = refused_by (&self->b);
  g_assert_cmpuint (refused->len, ==, 1);
  /* Who asks again is heard there as well. */
  write_task (self, TASK, "requested", "");
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
  refuse (self, HEMO_REFUSAL_NOT_DONE, NULL);
  decided = laptop_waiting (&self->a);
  g_assert_cmpuint (decided->len, ==, 0);
  refused = refused_by (&self->a);
  g_assert_cmpuint (refused->len, ==, 1);
  g_assert_nonnull (strstr (((HemoRefused *)refused->pdata[0])->order->clinical_note, "+ 36643-5"));
  laptop_write (&self->a, take_back_job, NULL);
  again = laptop_waiting (&self->a);
  g_assert_cmpuint (again->len, ==, 1);
  refuse (self, HEMO_REFUSAL_NOT_DONE, NULL);
  laptop_push (&self->a);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (string_of (task, "status"), ==, "rejected");
}

static void
assert_refused (Laptop *laptop, guint count)
{
  g_autoptr (GPtrArray) refused = refused_by (laptop);

  g_assert_cmpuint (refused->len, ==, count);
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

  refuse (self, HEMO_REFUSAL_NOT_DONE, NULL);
  laptop_push (&self->a);
  fake_fhir_write (self->fake, "{\"resourceType\":\"ServiceRequest\",\"id\":\"" ORDER
                               "\",\"status\":\"active\",\"intent\":\"order\","
                               "\"subject\":{\"reference\":\"Group/7\"}}");
  laptop_pull (&self->a);
  newer = refused_by (&self->a);
  item = newer->pdata[0];
  g_assert_nonnull (strstr (item->order->clinical_note, "+ 36643-5"));
  laptop_write (&self->a, damage_job, NULL);
  damaged = refused_by (&self->a);
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

  refuse (self, HEMO_REFUSAL_NOT_DONE, NULL);
  write_order_for (self, patient->uuid, "36643-6");
  laptop_pull (&self->a);
  assert_waiting (&self->a, 1);
  laptop_write (&self->a, take_back_job, NULL);
  assert_waiting (&self->a, 1);
  assert_refused (&self->a, 0);
}

/* A newer version of it is for what is done here: it waits for its specimen, and is not refused. */
static void
test_becomes_record (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = bring_other_tests (self);

  refuse (self, HEMO_REFUSAL_NOT_DONE, NULL);
  write_order_for (self, patient->uuid, "58410-2");
  laptop_pull (&self->a);
  assert_expected (&self->a, "1");
  assert_refused (&self->a, 0);
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

  refuse (self, HEMO_REFUSAL_NOT_DONE, NULL);
  write_order_for (self, patient->uuid, "36643-6");
  laptop_pull (&self->a);
  waiting = laptop_waiting (&self->a);
  laptop_write (&self->a, take_order_job, waiting->pdata[0]);
  assert_expected (&self->a, "1");
  assert_refused (&self->a, 0);
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

  bring_order (self, NULL);
  g_assert_false (laptop_try (&self->a, refuse_job, &none, &error));
  g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_clear_error (&error);
  refuse (self, HEMO_REFUSAL_NOT_DONE, NULL);
  g_assert_false (laptop_try (&self->a, accept_job, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_clear_error (&error);
  g_assert_false (laptop_try (&self->a, refuse_job, &why, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_clear_error (&error);
  laptop_write (&self->a, take_back_job, NULL);
  laptop_write (&self->a, accept_job, NULL);
  g_assert_false (laptop_try (&self->a, refuse_job, &why, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/fhir-refusal/" path, Laptops, NULL, laptops_set_up, function, laptops_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("task", test_task);
  ADD ("no-task", test_no_task);
  ADD ("taken-back", test_taken_back);
  ADD ("asked-again", test_asked_again);
  ADD ("two-tasks", test_two_tasks);
  ADD ("earlier-round", test_earlier_round);
  ADD ("moved-withdrawn", test_moved_withdrawn);
  ADD ("moved-told", test_moved_told);
  ADD ("late-task", test_late_task);
  ADD ("new-task", test_new_task);
  ADD ("new-task-untimed", test_new_task_untimed);
  ADD ("other-laboratory", test_other_laboratory);
  ADD ("performers", test_performers);
  ADD ("other-errand", test_other_errand);
  ADD ("other-names", test_other_names);
  ADD ("cancelled", test_cancelled);
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

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders that the laboratory cannot carry out: what who ordered is told on the server. */

#include "refusal-fixture.h"

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
  fake_fhir_write (self->fake, refusal_text_of (task));
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
    if (g_str_has_prefix (key, "Provenance/") && strstr (refusal_text_of (value), name) != NULL)
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

  refusal_bring_order (self, TASK);
  refusal_assert_expected (&self->a, "1");
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, "  Giemsa, until Friday ");
  refusal_assert_expected (&self->a, "0");
  refused = refusals_of (&self->a);
  g_assert_cmpuint (refused->len, ==, 1);
  item = refused->pdata[0];
  g_assert_cmpstr (item->name, ==, "Amina Otieno");
  g_assert_cmpstr (item->order->uuid, ==, ORDER);
  g_assert_cmpstr (item->refusal->words, ==, "Giemsa, until Friday");
  g_assert_nonnull (item->refusal->refused_by_name);
  g_assert_true (item->revocable && !item->told);
  laptop_push (&self->a);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (refusal_string_of (task, "status"), ==, "rejected");
  g_assert_cmpstr (refusal_version_of (task), ==, "2");
  g_assert_nonnull (
      strstr (refusal_text_of (task), "\"text\":\"No reagent: Giemsa, until Friday\""));
  g_assert_nonnull (strstr (refusal_text_of (task), "\"code\":\"no-reagent\""));
  g_assert_nonnull (strstr (refusal_text_of (task), "T-7"));
  g_assert_nonnull (strstr (refusal_text_of (task), "\"owner\":{\"reference\":\"Organization/"));
  order = fake_fhir_read (self->fake, "ServiceRequest", ORDER);
  g_assert_cmpstr (refusal_string_of (order, "status"), ==, "active");
  g_assert_cmpstr (refusal_version_of (order), ==, "1");
  g_assert_cmpuint (count_provenances (self, "Task/" TASK), ==, 1);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Task"), ==, 1);
}

/* Where there is none, the clinic's own says it beside the order. */
static void
test_no_task (Laptops *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (json_object) task = NULL;

  refusal_bring_order (self, NULL);
  refusal_make (self, HEMO_REFUSAL_OTHER, "The road is closed.");
  laptop_push (&self->a);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Task"), ==, 1);
  id = laptop_ask (&self->a, "SELECT task FROM refusal_task");
  task = fake_fhir_read (self->fake, "Task", id);
  g_assert_cmpstr (refusal_string_of (task, "status"), ==, "rejected");
  g_assert_cmpstr (refusal_string_of (task, "intent"), ==, "filler-order");
  g_assert_nonnull (
      strstr (refusal_text_of (task), "\"focus\":{\"reference\":\"ServiceRequest/" ORDER "\"}"));
  g_assert_nonnull (strstr (refusal_text_of (task), "\"text\":\"The road is closed.\""));
  g_assert_nonnull (strstr (refusal_text_of (task), "fulfill"));
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

  refusal_bring_order (self, TASK);
  laptop_write (&self->a, refusal_make_job,
                &(Refuse){ .reason = HEMO_REFUSAL_NOT_IN_TIME, .hold = TRUE });
  laptop_push (&self->a);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (refusal_version_of (task), ==, "1");
  laptop_write (&self->a, refusal_take_back_job, NULL);
  refusal_assert_expected (&self->a, "1");
  g_assert_cmpint (laptop_queued (&self->a), ==, 0);
  refused = refusals_of (&self->a);
  g_assert_cmpuint (refused->len, ==, 0);
  refusal_make (self, HEMO_REFUSAL_NOT_DONE, NULL);
  laptop_push (&self->a);
  sent = refusals_of (&self->a);
  g_assert_true (!((HemoRefused *)sent->pdata[0])->revocable
                 && ((HemoRefused *)sent->pdata[0])->told);
  g_assert_false (laptop_try (&self->a, refusal_take_back_job, NULL, &error));
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

  refusal_bring_order (self, TASK);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  refusal_write_task (self, TASK, "requested", ",\"note\":[{\"text\":\"Giemsa was sent\"}]");
  laptop_pull (&self->a);
  refusal_assert_expected (&self->a, "1");
  refusal_make (self, HEMO_REFUSAL_NOT_IN_TIME, NULL);
  refusal_assert_expected (&self->a, "0");
  laptop_push (&self->a);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (refusal_string_of (task, "status"), ==, "rejected");
  g_assert_nonnull (strstr (refusal_text_of (task), "Sample not received in time"));
  g_assert_nonnull (strstr (refusal_text_of (task), "Giemsa was sent"));
}

/* One Task of two asks again, and the other lies on the shelf: that one is not sent any more. */
static void
test_two_tasks (Laptops *self, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (GPtrArray) refused = NULL;
  const HemoRefused *item;

  refusal_bring_order (self, TASK);
  refusal_write_task (self, "7002", "requested", "");
  laptop_pull (&self->a);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  self->fake->refused = "Task/7002";
  laptop_push (&self->a);
  before = laptop_ask (&self->a, "SELECT group_concat(object) FROM queue WHERE state = 'stuck'");
  g_assert_cmpstr (before, ==, "7002");
  refused = refusals_of (&self->a);
  item = refused->pdata[0];
  g_assert_true (item->shelved && !item->told && !item->revocable && !item->closed);
  refusal_write_task (self, TASK, "requested", "");
  laptop_pull (&self->a);
  refusal_assert_expected (&self->a, "1");
  after = laptop_ask (&self->a, "SELECT count(*) FROM queue WHERE state <> 'received'");
  g_assert_cmpstr (after, ==, "0");
}

/* What was told in an earlier round is over: the new refusal is taken back as long as nothing of it
 * has left. */
static void
test_earlier_round (Laptops *self, gconstpointer data)
{
  refusal_bring_order (self, TASK);
  refusal_write_task (self, "7002", "requested", "");
  laptop_pull (&self->a);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  refusal_write_task (self, "7002", "cancelled", "");
  refusal_write_task (self, TASK, "requested", "");
  laptop_pull (&self->a);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_write (&self->a, refusal_take_back_job, NULL);
  refusal_assert_expected (&self->a, "1");
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

  refusal_bring_order (self, TASK);
  refusal_write_task (self, "7002", "requested", "");
  laptop_pull (&self->a);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  refusal_write_task (self, TASK, "requested", "");
  laptop_pull (&self->a);
  refusal_assert_expected (&self->a, "1");
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

  refusal_bring_order (self, TASK);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  move_server (&self->a);
  g_assert_false (laptop_try (&self->a, refusal_take_back_job, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  refusal_write_task (self, TASK, "requested", ",\"lastModified\":\"2099-01-01T00:00:00Z\"");
  laptop_sync (&self->a);
  refusal_assert_expected (&self->a, "1");
  refusal_assert_task (self, TASK, "requested");
}

/* A Task that comes after the order was refused is answered too. */
static void
test_late_task (Laptops *self, gconstpointer data)
{
  g_autoptr (json_object) task = NULL;

  refusal_bring_order (self, NULL);
  refusal_make (self, HEMO_REFUSAL_NOT_DONE, NULL);
  laptop_push (&self->a);
  /* Of a server that gives out numbers. */
  refusal_write_task (self, "7001", "received", ",\"authoredOn\":\"2020-01-01T00:00:00Z\"");
  laptops_settle (self);
  task = fake_fhir_read (self->fake, "Task", "7001");
  g_assert_cmpstr (refusal_string_of (task, "status"), ==, "rejected");
  g_assert_nonnull (strstr (refusal_text_of (task), "\"text\":\"Test not done here\""));
  refusal_assert_expected (&self->a, "0");
}

/* Who heard that and asks by another Task asks again: the order is offered again, and the Task is
 * not rejected unseen; on no laptop, in whatever order they come. */
static void
test_new_task (Laptops *self, gconstpointer data)
{
  g_autoptr (GPtrArray) refused = NULL;

  refusal_bring_order (self, TASK);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  refusal_write_task (self, "7001", "requested", ",\"authoredOn\":\"2099-01-01T00:00:00Z\"");
  laptops_settle (self);
  refusal_assert_task (self, "7001", "requested");
  refusal_assert_expected (&self->a, "1");
  refusal_assert_expected (&self->b, "1");
  refused = refusals_of (&self->a);
  g_assert_cmpuint (refused->len, ==, 0);
  /* What somebody writes on the old one says nothing new. */
  fake_note (self, TASK, "Ask again in May.");
  laptops_settle (self);
  refusal_assert_expected (&self->a, "1");
  refusal_assert_expected (&self->b, "1");
  refusal_make (self, HEMO_REFUSAL_NOT_IN_TIME, NULL);
  laptops_settle (self);
  refusal_assert_task (self, "7001", "rejected");
  refusal_assert_expected (&self->a, "0");
  refusal_assert_expected (&self->b, "0");
}

/* One that says no time is as new as the server says. */
static void
test_new_task_untimed (Laptops *self, gconstpointer data)
{
  refusal_bring_order (self, TASK);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  refusal_write_task (self, "7001", "requested", ",\"authoredOn\":\"2020-01-01\"");
  laptops_settle (self);
  refusal_assert_task (self, "7001", "requested");
  refusal_assert_expected (&self->a, "1");
}

/* What another laboratory was asked is not for this one to answer. */
static void
test_other_laboratory (Laptops *self, gconstpointer data)
{
  g_autoptr (json_object) task = NULL;

  refusal_bring_order (self, NULL);
  refusal_write_task (self, TASK, "requested",
                      ",\"owner\":{\"reference\":\"Organization/county\"}");
  laptop_pull (&self->a);
  refusal_make (self, HEMO_REFUSAL_NOT_DONE, NULL);
  laptop_push (&self->a);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (refusal_string_of (task, "status"), ==, "requested");
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

  refusal_bring_order_with (self, both, NULL);
  refusal_write_task (self, "7001", "requested",
                      ",\"owner\":{\"reference\":\"Organization/county\"}");
  laptop_pull (&self->a);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  refusal_assert_task (self, "7001", "requested");
  laptops_tear_down (self, NULL);
  laptops_set_up (self, NULL);
  refusal_bring_order_with (self, ",\"performer\":[{\"reference\":\"Organization/17\"}]", NULL);
  refusal_write_task (self, "7001", "requested",
                      ",\"extension\":{},\"owner\":{\"reference\":\"Organization/17\"}");
  laptop_pull (&self->a);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  refusal_assert_task (self, "7001", "rejected");
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
  refusal_bring_order (self, NULL);
  write_errand (self, "7001", "approve");
  write_errand (self, "7002", "fulfill");
  laptop_pull (&self->a);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  laptop_push (&self->a);
  refusal_assert_task (self, "7001", "requested");
  refusal_assert_task (self, "7002", "rejected");
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
  g_autofree char *ward = g_strdup_printf (
      "{\"resourceType\":\"Organization\",\"id\":\"19\",\"name\":\"%s East Ward\"}", name);

  fake_fhir_write (self->fake, site);
  fake_fhir_write (self->fake, ward);
  fake_fhir_write (self->fake,
                   "{\"resourceType\":\"Organization\",\"id\":\"18\",\"name\":\"County\"}");
  refusal_bring_order (self, NULL);
  refusal_write_task (self, "7001", "requested", ",\"owner\":{\"reference\":\"Organization/17\"}");
  refusal_write_task (self, "7002", "requested", device);
  refusal_write_task (self, "7003", "requested", ",\"owner\":{\"reference\":\"Organization/18\"}");
  refusal_write_task (self, "7005", "requested", ",\"owner\":{\"reference\":\"Organization/19\"}");
  laptop_pull (&self->a);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  /* One that comes later is compared with the same. */
  refusal_write_task (self, "7004", "requested",
                      ",\"authoredOn\":\"2020-01-01T00:00:00Z\",\"owner\":{"
                      "\"reference\":\"Organization/17\"}");
  laptop_pull (&self->a);
  laptop_push (&self->a);
  refusal_assert_task (self, "7001", "rejected");
  refusal_assert_task (self, "7002", "rejected");
  refusal_assert_task (self, "7003", "requested");
  refusal_assert_task (self, "7004", "rejected");
  refusal_assert_task (self, "7005", "requested");
}

/* Who ordered cancels it while the refusal is on its way: that stands, and is not written over. */
static void
test_cancelled (Laptops *self, gconstpointer data)
{
  g_autoptr (GPtrArray) refused = NULL;
  const HemoRefused *item;
  g_autoptr (json_object) task = NULL;

  refusal_bring_order (self, TASK);
  refusal_make (self, HEMO_REFUSAL_NO_REAGENT, NULL);
  refusal_write_task (self, TASK, "cancelled", "");
  laptop_push (&self->a);
  laptops_settle (self);
  task = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_cmpstr (refusal_string_of (task, "status"), ==, "cancelled");
  g_assert_cmpstr (refusal_version_of (task), ==, "2");
  g_assert_cmpint (laptop_queued (&self->a), ==, 0);
  refusal_assert_expected (&self->a, "0");
  /* Nobody may read that it was written. */
  refused = refusals_of (&self->a);
  item = refused->pdata[0];
  g_assert_true (item->closed && !item->told && !item->shelved);
  laptop_write (&self->a, refusal_take_back_job, NULL);
  refusal_assert_expected (&self->a, "1");
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
  return g_test_run ();
}

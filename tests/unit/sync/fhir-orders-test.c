/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server that others use as well is asked for results of our orders: what that spares, and that
 * nothing is lost by it. */

#include "hemo-fhir-admin.h"
#include "laptops.h"

#define HER "11111111-1111-4111-8111-111111111111"
#define ORDER "22222222-2222-4222-8222-222222222222"
#define RESULT "33333333-3333-4333-8333-333333333333"
#define ELSEWHERE "44444444-4444-4444-8444-444444444444"
#define LATER "66666666-6666-4666-8666-666666666666"
#define LATEST "77777777-7777-4777-8777-777777777777"
#define HIDDEN "88888888-8888-4888-8888-888888888888"

/* More than the questions for our orders are worth. */
#define STRANGERS 30
#define CASES 40
#define ADDRESS_MAX 2048
#define BY_ORDERS "based-on="

static void
write_based (Laptops *self, const char *id, const char *order)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Observation\",\"id\":\"%s\",\"status\":\"final\",\"subject\":"
      "{\"reference\":\"Patient/" HER "\"},\"basedOn\":[{\"reference\":\"ServiceRequest/%s\"}],"
      "\"code\":{\"text\":\"Haemoglobin\"},\"valueString\":\"12.1 g/dL, as the other laboratory "
      "has it\"}",
      id, order);

  fake_fhir_write (self->fake, text);
}

static void
write_strangers (Laptops *self)
{
  for (guint i = 0; i < STRANGERS; i++)
    {
      g_autofree char *id = g_strdup_printf ("55555555-5555-4555-8555-%012u", i);

      write_based (self, id, ELSEWHERE);
    }
}

static void
write_order (Laptops *self, const char *performer)
{
  g_autofree char *text = laptops_order_of (ORDER, HER);
  g_autofree char *whole = NULL;

  fake_fhir_write (self->fake, "{\"resourceType\":\"Patient\",\"id\":\"" HER "\",\"active\":true,"
                               "\"name\":[{\"family\":\"Njeri\"}]}");
  text[strlen (text) - 1] = '\0';
  whole = g_strdup_printf ("%s,\"performer\":[{\"reference\":\"Organization/%s\"}]}", text,
                           performer);
  fake_fhir_write (self->fake, whole);
}

static gboolean
has (Laptop *laptop, const char *id)
{
  g_autofree char *count = laptop_ask (laptop, "SELECT count(*) FROM incoming WHERE id = '%s'", id);

  return strcmp (count, "0") != 0;
}

/* A case that both laptops know, on a server of which A knows that it is others' as well, and where
 * it asked by its orders once. (transfer full) */
static HemoSpecimen *
share_case (Laptops *self)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  HemoSpecimen *tube = laptop_add_case (&self->a, patient->uuid);

  laptops_settle (self);
  self->a.pull.shared = TRUE;
  laptop_pull (&self->a);
  g_assert_cmpuint (self->fake->by_orders, ==, 2);
  return tube;
}

static gsize
weigh_pull (Laptops *self, Laptop *laptop)
{
  gsize before = self->fake->bytes;

  laptop_pull (laptop);
  return self->fake->bytes - before;
}

/* Both find it, and what A does not carry are the strangers'. */
static void
test_spares (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) tube = share_case (self);
  gsize ours, all;

  write_strangers (self);
  write_based (self, RESULT, tube->order);
  ours = weigh_pull (self, &self->a);
  all = weigh_pull (self, &self->b);
  g_test_message ("%zu bytes by orders, %zu without", ours, all);
  g_assert_true (has (&self->a, RESULT));
  g_assert_true (has (&self->b, RESULT));
  g_assert_cmpuint (ours, <, all / 2);
  /* A turn later nothing is new. */
  write_strangers (self);
  g_assert_cmpuint (laptop_pull (&self->a).taken, ==, 0);
}

/* Where hardly anything came, to ask for each order would be more. */
static void
test_few (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) tube = share_case (self);

  write_based (self, RESULT, tube->order);
  laptop_pull (&self->a);
  g_assert_true (has (&self->a, RESULT));
  g_assert_cmpuint (self->fake->by_orders, ==, 2);
}

/* In addresses that every server takes. */
static void
test_many (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) tube = share_case (self);

  for (guint i = 0; i < CASES; i++)
    {
      g_autoptr (HemoSpecimen) one = laptop_add_case (&self->a, tube->patient);
    }
  laptop_pull (&self->a);
  g_assert_cmpuint (self->fake->by_orders, ==, 2 + 2 * 2);
  g_assert_cmpuint (self->fake->longest, >, ADDRESS_MAX * 3 / 4);
  g_assert_cmpuint (self->fake->longest, <, ADDRESS_MAX);
}

/* The result came when the order was still another laboratory's, and was passed over. */
static void
test_late_order (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) tube = share_case (self);
  g_autofree char *clinic = laptop_ask (&self->a, "SELECT value FROM meta WHERE key = 'clinic'");

  self->fake->back_us = G_TIME_SPAN_HOUR;
  fake_fhir_write (self->fake, "{\"resourceType\":\"Organization\",\"id\":\"" ELSEWHERE
                               "\",\"name\":\"District Hospital\"}");
  write_order (self, ELSEWHERE);
  write_based (self, RESULT, ORDER);
  laptop_pull (&self->a);
  g_assert_false (has (&self->a, RESULT));
  self->fake->back_us = 0;
  write_order (self, clinic);
  laptop_pull (&self->a);
  g_assert_true (has (&self->a, ORDER));
  g_assert_true (has (&self->a, RESULT));
}

static gboolean
revoke_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn), "UPDATE lab_order SET revoked = 1", error);
}

typedef struct
{
  const char *type;
  gint64 days;
} Cursor;

static gboolean
set_cursor_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Cursor *cursor = data;
  g_autofree char *name = g_strdup_printf ("pull." LAPTOPS_SERVER ".%s", cursor->type);
  g_autofree char *text
      = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () - cursor->days * G_TIME_SPAN_DAY);

  return hemo_sync_note_save (txn, name, text, error);
}

static void
set_cursor (Laptop *laptop, const char *type, gint64 days)
{
  Cursor cursor = { type, days };
  g_autoptr (GError) error = NULL;

  hemo_store_write (laptop->store, laptop->sync, set_cursor_job, &cursor, NULL, &error);
  g_assert_no_error (error);
}

/* That laptop B wrote it. @id: of the Provenance */
static void
write_provenance (Laptops *self, const char *id, const char *type, const char *target)
{
  g_autofree char *b = laptop_ask (&self->b, "SELECT value FROM meta WHERE key = 'installation'");
  const HemoFhirProvenance provenance = { .uuid = (char *)id,
                                          .target_type = (char *)type,
                                          .target = (char *)target,
                                          .installation = b,
                                          .recorded = { .utc_us = g_get_real_time () } };
  g_autoptr (GError) error = NULL;
  g_autoptr (json_object) json = hemo_fhir_provenance_to_json (&provenance, &error);

  g_assert_no_error (error);
  fake_fhir_write (self->fake, json_object_to_json_string (json));
}

/* Days since all of the type was seen. */
static gint64
cursor_age (Laptop *laptop, const char *type)
{
  g_autofree char *text = laptop_ask (
      laptop, "SELECT value FROM meta WHERE key = 'sync.pull." LAPTOPS_SERVER ".%s'", type);

  return (g_get_real_time () - g_ascii_strtoll (text, NULL, 10)) / G_TIME_SPAN_DAY;
}

/* Another laptop of the clinic goes on with a case whose order is asked for no more. @order: that
 * its RESULT names, NULL for that one */
static void
write_on (Laptops *self, const char *order)
{
  g_autoptr (HemoSpecimen) tube = share_case (self);
  g_autoptr (HemoSpecimen) other = NULL;

  laptop_write (&self->a, revoke_job, NULL);
  other = laptop_add_case (&self->a, tube->patient);
  laptop_pull (&self->a);
  laptop_set_village (&self->b, tube->patient, "Siaya");
  laptop_push (&self->b);
  write_based (self, RESULT, order != NULL ? order : tube->order);
  self->fake->back_us = G_TIME_SPAN_HOUR;
  write_provenance (self, LATER, "Observation", RESULT);
  if (order != NULL)
    write_provenance (self, LATEST, "ServiceRequest", order);
  self->fake->back_us = 0;
  set_cursor (&self->a, "Provenance", 1);
  write_strangers (self);
}

/* At first the link breaks before that comes. */
static void
test_written (Laptops *self, gconstpointer data)
{
  g_autoptr (GError) broken = NULL;

  write_on (self, NULL);
  self->fake->unread = "Observation";
  self->fake->unread_status = 503;
  g_assert_false (hemo_fhir_pull_run (&self->a.pull, NULL, NULL, &broken));
  g_assert_false (has (&self->a, RESULT));
  self->fake->unread = NULL;
  laptop_pull (&self->a);
  g_assert_true (has (&self->a, RESULT));
}

static void
pull_refused (Laptop *laptop)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_fhir_pull_run (&laptop->pull, NULL, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED);
}

/* At first the server lets nobody see the type: the Provenances are not read again for that, and it
 * comes all the same. */
static void
test_written_refused (Laptops *self, gconstpointer data)
{
  write_on (self, NULL);
  self->fake->unread = "Observation";
  pull_refused (&self->a);
  pull_refused (&self->a);
  g_assert_cmpint (cursor_age (&self->a, "Provenance"), ==, 0);
  self->fake->unread = NULL;
  laptop_pull (&self->a);
  g_assert_true (has (&self->a, RESULT));
}

/* The same where only what it refers to may not be read. */
static void
test_written_left (Laptops *self, gconstpointer data)
{
  write_on (self, HIDDEN);
  self->fake->unread = "ServiceRequest/" HIDDEN;
  pull_refused (&self->a);
  pull_refused (&self->a);
  g_assert_false (has (&self->a, RESULT));
  g_assert_cmpint (cursor_age (&self->a, "Provenance"), ==, 0);
  self->fake->unread = NULL;
  laptop_pull (&self->a);
  g_assert_true (has (&self->a, RESULT));
}

/* What a server that looks by orders does not answer of a question, and what becomes of the next:
 * @again: it is asked by orders */
static const struct
{
  const char *failed;
  guint status;
  gboolean again;
} unanswered[] = {
  { "_summary=count", 400, TRUE }, { "_summary=count", 405, TRUE }, { "_summary=count", 500, TRUE },
  { BY_ORDERS, 413, FALSE },       { BY_ORDERS, 405, FALSE },       { BY_ORDERS, 403, TRUE },
  { BY_ORDERS, 500, TRUE },        { "_id=", 400, TRUE },           { "_id=", 403, TRUE },
};

/* It is asked for all of the type, and nothing fails. */
static void
test_unanswered (Laptops *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (unanswered); i++)
    {
      guint asked;

      write_on (self, NULL);
      self->fake->failed = unanswered[i].failed;
      self->fake->failed_status = unanswered[i].status;
      laptop_pull (&self->a);
      g_assert_true (has (&self->a, RESULT));
      self->fake->failed = NULL;
      asked = self->fake->by_orders;
      write_strangers (self);
      laptop_pull (&self->a);
      g_assert_cmpint (self->fake->by_orders > asked, ==, unanswered[i].again);
      laptops_tear_down (self, NULL);
      laptops_set_up (self, NULL);
    }
}

/* One that is busy is not asked for more. */
static void
test_busy (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) tube = share_case (self);
  g_autoptr (GError) error = NULL;
  guint requests;

  write_strangers (self);
  self->fake->failed = BY_ORDERS;
  self->fake->failed_status = 503;
  requests = self->fake->pages;
  g_assert_false (hemo_fhir_pull_run (&self->a.pull, NULL, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_BUSY);
  /* The types before, and the count. */
  g_assert_cmpuint (self->fake->pages - requests, ==, 6);
}

/* What the server cannot look by is asked for as before, and not tried each time. */
static void
test_falls_back (Laptops *self, gconstpointer data)
{
  static const FakeFhirOrders ways[]
      = { FAKE_FHIR_ORDERS_LEFT_OUT, FAKE_FHIR_ORDERS_PRETENDED, FAKE_FHIR_ORDERS_REFUSED };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
      g_autoptr (HemoSpecimen) tube = laptop_add_case (&self->a, patient->uuid);
      guint asked;

      laptops_settle (self);
      self->fake->orders = ways[i];
      self->a.pull.shared = TRUE;
      write_strangers (self);
      write_based (self, RESULT, tube->order);
      laptop_pull (&self->a);
      g_assert_true (has (&self->a, RESULT));
      asked = self->fake->by_orders;
      g_assert_cmpuint (asked, >, 0);
      write_strangers (self);
      write_based (self, LATER, tube->order);
      laptop_pull (&self->a);
      g_assert_true (has (&self->a, LATER));
      g_assert_cmpuint (self->fake->by_orders, ==, asked);
      laptops_tear_down (self, NULL);
      laptops_set_up (self, NULL);
    }
}

/* A result that names our specimen and no order comes by night, and the night's look stands for a
 * question for all as long as it takes nothing for old that was never seen. */
static void
test_by_night (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) tube = share_case (self);
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Observation\",\"id\":\"" RESULT "\",\"status\":\"final\",\"specimen\":"
      "{\"reference\":\"Specimen/%s\"},\"valueString\":\"seen\"}",
      tube->uuid);
  guint asked;

  set_cursor (&self->a, "Observation", 3);
  write_strangers (self);
  fake_fhir_write (self->fake, text);
  laptop_pull (&self->a);
  g_assert_false (has (&self->a, RESULT));
  g_assert_cmpint (cursor_age (&self->a, "Observation"), ==, 3);
  laptop_sweep (&self->a);
  g_assert_true (has (&self->a, RESULT));
  g_assert_cmpint (cursor_age (&self->a, "Observation"), ==, 0);
  set_cursor (&self->a, "Observation", 7);
  laptop_sweep (&self->a);
  g_assert_cmpint (cursor_age (&self->a, "Observation"), ==, 7);
  asked = self->fake->by_orders;
  write_strangers (self);
  laptop_pull (&self->a);
  g_assert_cmpuint (self->fake->by_orders - asked, ==, 0);
  g_assert_cmpint (cursor_age (&self->a, "Observation"), ==, 0);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/fhir-orders/" path, Laptops, NULL, laptops_set_up, function, laptops_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("spares", test_spares);
  ADD ("few", test_few);
  ADD ("many", test_many);
  ADD ("late-order", test_late_order);
  ADD ("written", test_written);
  ADD ("written-refused", test_written_refused);
  ADD ("written-left", test_written_left);
  ADD ("unanswered", test_unanswered);
  ADD ("busy", test_busy);
  ADD ("falls-back", test_falls_back);
  ADD ("by-night", test_by_night);
  return g_test_run ();
}

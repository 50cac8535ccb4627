/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server that others use as well: what the clinic wrote on any of its laptops comes, and so do
 * orders for it and results for its own; strangers stay where they are. */

#include "laptops.h"

#define HER "11111111-1111-4111-8111-111111111111"
#define ORDER "22222222-2222-4222-8222-222222222222"
#define RESULT "33333333-3333-4333-8333-333333333333"
#define ELSEWHERE "44444444-4444-4444-8444-444444444444"

/* What of others is in the store of @laptop. */
static void
check_stored (Laptop *laptop, gint64 patients, gint64 orders, gint64 specimens)
{
  g_assert_cmpint (store_count (laptop->store, "SELECT count(*) FROM patient"), ==, patients);
  g_assert_cmpint (store_count (laptop->store, "SELECT count(*) FROM lab_order"), ==, orders);
  g_assert_cmpint (store_count (laptop->store, "SELECT count(*) FROM specimen"), ==, specimens);
}

static void
check_nothing (Laptop *laptop)
{
  check_stored (laptop, 0, 0, 0);
  g_assert_cmpint (store_count (laptop->store, "SELECT count(*) FROM incoming"), ==, 0);
}

static void
write_patient (Laptops *self)
{
  fake_fhir_write (self->fake, "{\"resourceType\":\"Patient\",\"id\":\"" HER "\",\"active\":true,"
                               "\"name\":[{\"family\":\"Njeri\"}]}");
}

/* Her order, with @more behind. */
static void
write_order (Laptops *self, const char *more)
{
  g_autofree char *text = laptops_order_of (ORDER, HER);
  g_autofree char *whole = NULL;

  text[strlen (text) - 1] = '\0';
  whole = g_strconcat (text, more, "}", NULL);
  fake_fhir_write (self->fake, whole);
}

/* The organisation that others know by an id of their own, as @more says it. */
static void
write_organization (Laptops *self, const char *more)
{
  g_autofree char *text
      = g_strdup_printf ("{\"resourceType\":\"Organization\",\"id\":\"" ELSEWHERE "\"%s}", more);

  fake_fhir_write (self->fake, text);
}

static char *
clinic_of (Laptop *laptop)
{
  return laptop_ask (laptop, "SELECT value FROM meta WHERE key = 'clinic'");
}

/* Another clinic with this program, whose case is on the same server. */
static void
test_another_clinic (Laptops *self, gconstpointer data)
{
  ClinicFixture base = { 0 };
  Laptop other = { 0 };
  g_autoptr (HemoPatient) ours = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (HemoPatient) theirs = NULL;
  g_autoptr (HemoSpecimen) tube = NULL;
  HemoFhirPulled pulled;
  guint before;

  clinic_set_up (&base, NULL);
  other.clinic = base.clinic;
  other.user = base.session;
  laptop_connect (&other, self->fake);
  theirs = laptop_add_patient (&other, "Grace", "Chebet");
  tube = laptop_add_case (&other, theirs->uuid);
  g_assert_cmpuint (laptop_push (&other), ==, 3);
  pulled = laptop_pull (&self->b);
  g_assert_cmpuint (pulled.taken, ==, 0);
  g_assert_cmpuint (pulled.strange, ==, 3);
  check_nothing (&self->b);
  /* Nor at night, and without a question for each. */
  before = self->fake->requests;
  g_assert_cmpuint (laptop_sweep (&self->b).strange, ==, 3);
  g_assert_cmpuint (self->fake->requests - before, <=, 13 + 6 + 1);
  check_nothing (&self->b);
  /* What is ours comes all the same, to either. */
  laptop_push (&self->a);
  g_assert_cmpuint (laptop_pull (&self->b).taken, ==, 1);
  laptop_pull (&other);
  check_stored (&self->b, 1, 0, 0);
  check_stored (&other, 1, 1, 1);
  g_object_unref (other.server);
  hemo_session_unref (other.sync);
  clinic_tear_down (&base, NULL);
}

/* She has nothing to do with this laboratory before somebody orders of it. */
static void
test_patient_alone (Laptops *self, gconstpointer data)
{
  write_patient (self);
  g_assert_cmpuint (laptop_pull (&self->a).strange, ==, 1);
  g_assert_cmpuint (laptop_sweep (&self->a).strange, ==, 1);
  check_nothing (&self->a);
  write_order (self, "");
  laptop_pull (&self->a);
  check_stored (&self->a, 1, 1, 0);
  /* And at night, on a laptop that missed the order. */
  self->fake->lag = self->fake->changes->len;
  laptop_pull (&self->b);
  self->fake->lag = 0;
  laptop_sweep (&self->b);
  check_stored (&self->b, 1, 1, 0);
}

/* Somebody else changed her since: she is still whom the other laptop registered. */
static void
test_changed_since (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"Patient\",\"id\":\"%s\","
                                           "\"active\":true,\"name\":[{\"family\":\"Njeri\"}]}",
                                           patient->uuid);

  laptop_push (&self->a);
  fake_fhir_write (self->fake, text);
  laptop_pull (&self->b);
  check_stored (&self->b, 1, 0, 0);
}

/* For another laboratory, by its organisation; for this one by name, by its Task, or by a person
 * whom nobody here knows. */
static void
test_addressed (Laptops *self, gconstpointer data)
{
  g_autofree char *clinic = clinic_of (&self->a);
  g_autofree char *ours
      = g_strdup_printf (",\"performer\":[{\"reference\":\"Organization/" ELSEWHERE "\"},"
                         "{\"reference\":\"Organization/%s\"}]",
                         clinic);
  g_autofree char *task = g_strdup_printf (
      "{\"resourceType\":\"Task\",\"id\":\"" RESULT "\",\"status\":\"requested\",\"intent\":"
      "\"order\",\"focus\":{\"reference\":\"ServiceRequest/" ORDER "\"},\"owner\":{\"reference\":"
      "\"Organization/%s\"}}",
      clinic);

  write_patient (self);
  write_organization (self, ",\"name\":\"District Hospital\",\"alias\":[\"DH\"]");
  write_order (self, ",\"performer\":[{\"reference\":\"Organization/" ELSEWHERE "\"}]");
  laptop_pull (&self->a);
  laptop_sweep (&self->a);
  check_nothing (&self->a);
  fake_fhir_write (self->fake, task);
  laptop_pull (&self->a);
  check_stored (&self->a, 1, 1, 0);
  fake_fhir_lose (self->fake, "Task", RESULT);
  write_order (self, ",\"performer\":[{\"reference\":\"Practitioner/" ELSEWHERE "\"}]");
  write_order (self, ours);
  laptop_pull (&self->b);
  check_stored (&self->b, 1, 1, 0);
}

/* Another program knows the clinic by an id of its own: by what it is called, and where nobody says
 * what that is, the order comes. */
static void
test_other_id (Laptops *self, gconstpointer data)
{
  g_autofree char *name
      = laptop_ask (&self->a, "SELECT value FROM setting WHERE key = 'clinic.name'");
  g_autofree char *called = g_strdup_printf (",\"name\":\"%s Laboratory\"", name);
  g_autofree char *alias = g_strdup_printf (",\"name\":\"Site 7\",\"alias\":[\"%s\"]", name);
  const char *const known[] = { called, alias, "" };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      write_organization (self, ",\"name\":\"District Hospital\"");
      write_patient (self);
      write_order (self, ",\"performer\":[{\"reference\":\"Organization/" ELSEWHERE "\"}]");
      laptop_pull (&self->a);
      check_nothing (&self->a);
      write_organization (self, known[i]);
      laptop_sweep (&self->a);
      check_stored (&self->a, 1, 1, 0);
      laptops_tear_down (self, NULL);
      laptops_set_up (self, NULL);
    }
  write_patient (self);
  write_order (self, ",\"performer\":[{\"reference\":\"Organization/17\"}]");
  laptop_pull (&self->a);
  check_stored (&self->a, 1, 1, 0);
}

/* An order for nothing that this laboratory does, of somebody whom nobody here knows, is another's;
 * of a patient of ours it waits. */
static void
test_other_tests (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  const char *const whose[] = { HER, patient->uuid };

  laptop_push (&self->a);
  write_patient (self);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *order = laptops_order_of (ORDER, whose[i]);
      g_auto (GStrv) parts = g_strsplit (order, "58410-2", 2);
      g_autofree char *xray = g_strjoinv ("36643-5", parts);

      fake_fhir_write (self->fake, xray);
      g_assert_cmpuint (laptop_pull (&self->a).waiting, ==, i);
    }
}

/* A result for our order comes, whoever wrote it; one for a stranger's order brings nobody in. */
static void
test_results (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (HemoSpecimen) tube = laptop_add_case (&self->a, patient->uuid);
  g_autofree char *ours = g_strdup_printf (
      "{\"resourceType\":\"DiagnosticReport\",\"id\":\"" RESULT "\",\"status\":\"final\","
      "\"basedOn\":[{\"reference\":\"ServiceRequest/%s\"}],\"conclusion\":\"seen\"}",
      tube->order);
  HemoFhirPulled pulled;

  laptop_push (&self->a);
  write_patient (self);
  write_organization (self, ",\"name\":\"District Hospital\",\"alias\":[\"DH\"]");
  write_order (self, ",\"performer\":[{\"reference\":\"Organization/" ELSEWHERE "\"}]");
  fake_fhir_write (self->fake, ours);
  fake_fhir_write (self->fake,
                   "{\"resourceType\":\"Observation\",\"id\":\"" ELSEWHERE "\",\"status\":"
                   "\"final\",\"subject\":{\"reference\":\"Patient/" HER "\"},\"basedOn\":[{"
                   "\"reference\":\"ServiceRequest/" ORDER "\"}],\"valueString\":\"no\"}");
  pulled = laptop_pull (&self->b);
  g_assert_cmpuint (pulled.strange, ==, 3);
  check_stored (&self->b, 1, 1, 1);
  g_assert_cmpint (
      store_count (self->b.store, "SELECT count(*) FROM incoming WHERE state = 'kept'"), ==, 1);
}

/* Where the server does not say who wrote what, this program's mark on its records does. */
static void
test_untold (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (HemoSpecimen) tube = laptop_add_case (&self->a, patient->uuid);
  g_autoptr (HemoPatient) alone = laptop_add_patient (&self->a, "Grace", "Chebet");
  g_autoptr (GError) error = NULL;

  laptop_push (&self->a);
  write_patient (self);
  self->fake->unread = "Provenance";
  g_assert_false (hemo_fhir_pull_run (&self->b.pull, NULL, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED);
  check_stored (&self->b, 2, 1, 1);
}

/* The server never comes to an end of who wrote what: what was not said is not held against a
 * result, and what was is. */
static void
test_undecided (Laptops *self, gconstpointer data)
{
  write_patient (self);
  write_order (self, ",\"performer\":[{\"reference\":\"Organization/" ELSEWHERE "\"}]");
  write_organization (self, ",\"name\":\"District Hospital\"");
  fake_fhir_write (self->fake,
                   "{\"resourceType\":\"Observation\",\"id\":\"" RESULT "\",\"status\":"
                   "\"final\",\"subject\":{\"reference\":\"Patient/" HER "\"},\"basedOn\":[{"
                   "\"reference\":\"ServiceRequest/" ORDER "\"}],\"valueString\":\"no\"}");
  laptop_pull (&self->a);
  check_nothing (&self->a);
  self->fake->looped = "/Provenance?target=";
  laptop_pull (&self->b);
  g_assert_cmpint (
      store_count (self->b.store, "SELECT count(*) FROM incoming WHERE id = '" RESULT "'"), ==, 1);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/fhir-scope/" path, Laptops, NULL, laptops_set_up, function, laptops_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("another-clinic", test_another_clinic);
  ADD ("patient-alone", test_patient_alone);
  ADD ("changed-since", test_changed_since);
  ADD ("addressed", test_addressed);
  ADD ("other-id", test_other_id);
  ADD ("other-tests", test_other_tests);
  ADD ("results", test_results);
  ADD ("undecided", test_undecided);
  ADD ("untold", test_untold);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Records that the server does not let this laptop read: they stop nothing else, and come when they
 * may be read. */

#include "laptops.h"

#define NOBODY "0b9f3a52-7f4e-4a9e-8c58-0d6c7b1d2e3f"

/* A patient whom the server does not let us read stops nothing else, and what belongs to her comes
 * when she may be read. */
static void
test_unread (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autofree char *known = laptops_order_of ("22222222-2222-4222-8222-222222222222", patient->uuid);
  g_autofree char *unknown = laptops_order_of (NOBODY, "11111111-1111-4111-8111-111111111111");
  g_autoptr (GError) error = NULL;
  HemoFhirPulled pulled = { 0 };

  laptop_push (&self->a);
  fake_fhir_write (self->fake, unknown);
  fake_fhir_write (self->fake, known);
  self->fake->page_max = 1;
  self->fake->unread = "Patient/11111111-";
  g_assert_false (hemo_fhir_pull_run (&self->b.pull, &pulled, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED);
  g_assert_cmpuint (pulled.waiting, ==, 0);
  g_assert_cmpint (store_count (self->b.store, "SELECT count(*) FROM lab_order"), ==, 1);
  self->fake->unread = NULL;
  g_assert_cmpuint (laptop_pull (&self->b).waiting, ==, 1);
}

static void
pull_unread (Laptops *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_fhir_pull_run (&self->b.pull, NULL, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED);
}

/* So many patients may not be read that a run does not ask for all of them: what comes behind has
 * its turn in a later one, and so does each of those when it may be read. */
static void
test_unread_many (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (HemoSpecimen) tube = laptop_add_case (&self->a, patient->uuid);
  g_autoptr (GPtrArray) waiting = NULL;
  guint asked;

  for (guint i = 0; i < 90; i++)
    {
      g_autofree char *id = g_strdup_printf ("00000000-0000-4000-8000-%012u", i);
      g_autofree char *whose = g_strdup_printf ("11111111-1111-4111-8111-%012u", i);
      g_autofree char *text = laptops_order_of (id, whose);

      fake_fhir_write (self->fake, text);
    }
  laptop_push (&self->a);
  /* She is read only because her order refers to her. */
  self->fake->unasked = "Patient";
  self->fake->unread = "Patient/11111111-";
  asked = self->fake->requests;
  pull_unread (self);
  g_assert_cmpuint (self->fake->requests - asked, <, 80);
  g_assert_cmpint (store_count (self->b.store, "SELECT count(*) FROM specimen"), ==, 0);
  pull_unread (self);
  pull_unread (self);
  g_assert_cmpint (store_count (self->b.store, "SELECT count(*) FROM specimen"), ==, 1);
  self->fake->unasked = self->fake->unread = NULL;
  laptop_pull (&self->b);
  waiting = laptop_waiting (&self->b);
  g_assert_cmpuint (waiting->len, ==, 90);
}

/* They become readable when only the last of them are left to ask for: all come in that run. */
static void
test_unread_no_more (Laptops *self, gconstpointer data)
{
  for (guint i = 0; i < 90; i++)
    {
      g_autofree char *id = g_strdup_printf ("00000000-0000-4000-8000-%012u", i);
      g_autofree char *whose = g_strdup_printf ("11111111-1111-4111-8111-%012u", i);
      g_autofree char *text = laptops_order_of (id, whose);
      g_autofree char *her
          = g_strdup_printf ("{\"resourceType\":\"Patient\",\"id\":\"%s\",\"active\":true,"
                             "\"name\":[{\"family\":\"Number %u\"}]}",
                             whose, i);

      fake_fhir_write (self->fake, her);
      fake_fhir_write (self->fake, text);
    }
  self->fake->unasked = "Patient";
  self->fake->unread = "Patient/11111111-";
  pull_unread (self);
  pull_unread (self);
  self->fake->unasked = self->fake->unread = NULL;
  laptop_pull (&self->b);
  g_assert_cmpint (store_count (self->b.store, "SELECT count(*) FROM lab_order"), ==, 90);
}

/* An answer whose tube may be read and whose patient may not: it is left as well, is asked for no
 * more often, and no person has to decide anything. */
static void
test_unread_far (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (HemoSpecimen) tube = laptop_add_case (&self->a, patient->uuid);
  g_autofree char *unread = g_strdup_printf ("Patient/%s", patient->uuid);
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Observation\",\"id\":\"11111111-1111-4111-8111-111111111111\","
      "\"status\":\"final\",\"specimen\":{\"reference\":\"Specimen/%s\"}}",
      tube->uuid);
  g_autoptr (json_object) answer = NULL;
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (GError) error = NULL;
  guint before;

  laptop_push (&self->a);
  fake_fhir_write (self->fake, text);
  answer = fake_fhir_read (self->fake, "Observation", "11111111-1111-4111-8111-111111111111");
  self->fake->unread = unread;
  before = self->fake->requests;
  g_assert_true (hemo_fhir_pull_take (&self->b.pull, answer, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (self->fake->requests - before, <=, 5);
  waiting = laptop_waiting (&self->b);
  g_assert_cmpuint (waiting->len, ==, 0);
  self->fake->unread = NULL;
  laptop_pull (&self->b);
  g_assert_cmpint (store_count (self->b.store, "SELECT count(*) FROM specimen"), ==, 1);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/fhir-pull-unread/" path, Laptops, NULL, laptops_set_up, function, laptops_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("unread", test_unread);
  ADD ("unread-far", test_unread_far);
  ADD ("unread-many", test_unread_many);
  ADD ("unread-no-more", test_unread_no_more);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a pull does not show: a server put back to an old backup, records deleted there, searches
 * that lag; and patients merged on two laptops. */

#include "laptops.h"

#define LOW "00000000-0000-4000-8000-000000000001"
#define MIDDLE "11111111-1111-4111-8111-111111111111"
#define HIGH "22222222-2222-4222-8222-222222222222"

static HemoPatient *
share_patient (Laptops *self)
{
  HemoPatient *patient = laptop_add_patient (&self->a, "Amina", "Otieno");

  laptops_settle (self);
  return patient;
}

static void
check_server (Laptops *self, const char *uuid, const char *word)
{
  g_autoptr (json_object) json = fake_fhir_read (self->fake, "Patient", uuid);

  g_assert_nonnull (json);
  g_assert_nonnull (strstr (json_object_to_json_string (json), word));
}

static void
test_nothing_new (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share_patient (self);
  g_autoptr (HemoSpecimen) tube = laptop_add_case (&self->a, patient->uuid);
  HemoFhirPulled swept;

  laptops_settle (self);
  swept = laptop_sweep (&self->a);
  g_assert_cmpuint (swept.seen, >, 3);
  g_assert_cmpuint (swept.taken + swept.lost + swept.deleted, ==, 0);
  swept = laptop_sweep (&self->b);
  g_assert_cmpuint (swept.taken + swept.lost + swept.deleted, ==, 0);
  g_assert_cmpint (laptop_queued (&self->a) + laptop_queued (&self->b), ==, 0);
}

/* The server forgot the newest: they are there again afterwards, once. */
static void
test_restored_server (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share_patient (self);
  g_autoptr (HemoSpecimen) tube = NULL;
  guint before = self->fake->changes->len;
  HemoFhirPulled swept;

  tube = laptop_add_case (&self->a, patient->uuid);
  laptops_settle (self);
  fake_fhir_restore (self->fake, before);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Specimen"), ==, 0);
  swept = laptop_sweep (&self->a);
  g_assert_cmpuint (swept.lost, >, 1);
  laptop_push (&self->a);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Specimen"), ==, 1);
  g_assert_cmpuint (fake_fhir_count (self->fake, "ServiceRequest"), ==, 1);
  g_assert_cmpint (laptop_queued (&self->a), ==, 0);
  laptops_settle (self);
  swept = laptop_sweep (&self->a);
  g_assert_cmpuint (swept.lost, ==, 0);
}

/* It has an older version of what was edited since: the edit is not taken back, it goes again. */
static void
test_older_version (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share_patient (self);
  g_autoptr (HemoPatient) after = NULL;
  guint before = self->fake->changes->len;

  laptop_set_village (&self->a, patient->uuid, "Siaya");
  laptop_push (&self->a);
  check_server (self, patient->uuid, "Siaya");
  fake_fhir_restore (self->fake, before);
  laptop_sweep (&self->a);
  after = laptop_load_patient (&self->a, patient->uuid);
  g_assert_cmpstr (after->village, ==, "Siaya");
  laptop_push (&self->a);
  check_server (self, patient->uuid, "Siaya");
}

/* What another laptop wrote is sent by whoever has it, when that one is gone for good. */
static void
test_other_laptop_sends (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share_patient (self);

  fake_fhir_restore (self->fake, 0);
  g_assert_cmpuint (laptop_sweep (&self->b).lost, >, 0);
  laptop_push (&self->b);
  check_server (self, patient->uuid, "Otieno");
}

/* The search does not show it yet: it is asked for before it counts as lost. */
static void
test_search_lags (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  HemoFhirPulled swept;

  laptop_push (&self->a);
  self->fake->lag = self->fake->changes->len;
  swept = laptop_sweep (&self->a);
  g_assert_cmpuint (swept.lost, ==, 0);
  g_assert_cmpint (laptop_queued (&self->a), ==, 0);
}

static void
note_refused (const char *type, const char *id, gpointer data)
{
  g_string_append_printf (data, "%s/%s ", type, id != NULL ? id : "");
}

/* One record may not be read, and the search does not show it: it is told of, counts as nothing,
 * and the others of its type are compared all the same. */
static void
test_one_refused (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) one = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (HemoPatient) other = laptop_add_patient (&self->a, "Grace", "Wanjiru");
  HemoPatient *first = strcmp (one->uuid, other->uuid) < 0 ? one : other;
  HemoPatient *second = first == one ? other : one;
  g_autofree char *unread = g_strdup_printf ("Patient/%s", first->uuid);
  g_autofree char *told = g_strconcat (unread, " ", NULL);
  g_autoptr (GString) refused = g_string_new (NULL);
  HemoFhirPull pull = self->a.pull;
  g_autoptr (GError) error = NULL;
  HemoFhirPulled swept = { 0 };

  laptop_push (&self->a);
  self->fake->unread = self->fake->hidden = unread;
  fake_fhir_lose (self->fake, "Patient", second->uuid);
  pull.refused = note_refused;
  pull.data = refused;
  g_assert_false (hemo_fhir_pull_sweep (&pull, &swept, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED);
  g_assert_cmpuint (swept.lost, ==, 1);
  g_assert_cmpint (laptop_queued (&self->a), ==, 1);
  g_assert_cmpstr (refused->str, ==, told);
}

/* A straggler that no query showed. */
static void
test_straggler (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  gint64 number;

  laptop_push (&self->a);
  self->fake->lag = self->fake->changes->len;
  g_assert_cmpuint (laptop_pull (&self->b).taken, ==, 0);
  self->fake->lag = 0;
  g_assert_cmpuint (laptop_sweep (&self->b).taken, ==, 1);
  number = store_count (self->b.store, "SELECT count(*) FROM patient");
  g_assert_cmpint (number, ==, 1);
}

static gboolean
keep_ours_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_sync_keep_ours (txn, *(gint64 *)data, NULL, error);
}

static gboolean
take_theirs_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_sync_take_theirs (txn, *(gint64 *)data, NULL, error);
}

/* Deleted there: said once, kept here, and sent again only when a person says so. */
static void
test_deleted (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share_patient (self);
  g_autoptr (HemoPatient) here = NULL;
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (GError) error = NULL;
  gint64 sequence;

  fake_fhir_delete (self->fake, "Patient", patient->uuid);
  g_assert_cmpuint (laptop_sweep (&self->a).deleted, ==, 1);
  g_assert_cmpuint (laptop_sweep (&self->a).lost, ==, 0);
  here = laptop_load_patient (&self->a, patient->uuid);
  g_assert_true (here->active);
  waiting = laptop_waiting (&self->a);
  g_assert_cmpuint (waiting->len, ==, 1);
  laptop_set_village (&self->a, patient->uuid, "Siaya");
  g_assert_cmpuint (laptop_push (&self->a), ==, 0);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Patient"), ==, 0);
  sequence = ((HemoIncoming *)waiting->pdata[0])->sequence;
  g_assert_false (laptop_try (&self->a, take_theirs_job, &sequence, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  laptop_write (&self->a, keep_ours_job, &sequence);
  laptop_push (&self->a);
  check_server (self, patient->uuid, "Siaya");
}

/* Merges */

static void
write_patient (Laptops *self, const char *uuid, const char *family)
{
  g_autofree char *json
      = g_strdup_printf ("{\"resourceType\":\"Patient\",\"id\":\"%s\",\"active\":true,\"name\":[{"
                         "\"family\":\"%s\"}],\"identifier\":[{\"system\":\"urn:oid:1.2\","
                         "\"value\":\"%c\"}]}",
                         uuid, family, uuid[0]);
  g_autofree char *order = g_strdup_printf ("3333333%c-3333-4333-8333-333333333333", uuid[0]);
  g_autofree char *ordered = laptops_order_of (order, uuid);

  fake_fhir_write (self->fake, json);
  fake_fhir_write (self->fake, ordered);
}

static void
share_three (Laptops *self)
{
  write_patient (self, LOW, "Low");
  write_patient (self, MIDDLE, "Middle");
  write_patient (self, HIGH, "High");
  laptops_settle (self);
}

typedef struct
{
  const char *a;
  const char *b;
} Pair;

static gboolean
merge_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Pair *pair = data;

  return hemo_patient_merge (txn, pair->a, pair->b, NULL, error);
}

static gboolean
unmerge_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_patient_unmerge (txn, data, error);
}

static gboolean
survivor_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_patient_dup_survivor (txn, data, error);
  return *result != NULL;
}

static void
check_survivor (Laptop *laptop, const char *uuid, const char *expected)
{
  g_autoptr (GError) error = NULL;
  gpointer survivor = NULL;

  hemo_store_read (laptop->store, laptop->user, survivor_job, (gpointer)uuid, &survivor, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (survivor, ==, expected);
  g_free (survivor);
}

static void
test_merge_travels (Laptops *self, gconstpointer data)
{
  Pair pair = { LOW, HIGH };
  g_autoptr (HemoPatient) survivor = NULL;
  g_autoptr (HemoPatient) merged = NULL;

  share_three (self);
  laptop_write (&self->a, merge_job, &pair);
  laptops_settle (self);
  check_survivor (&self->b, HIGH, LOW);
  check_server (self, HIGH, "replaced-by");
  survivor = laptop_load_patient (&self->b, LOW);
  g_assert_cmpuint (survivor->identifiers->len, ==, 2);
  merged = laptop_load_patient (&self->b, HIGH);
  g_assert_false (merged->active);
  /* And taken back. */
  laptop_write (&self->b, unmerge_job, (gpointer)HIGH);
  laptops_settle (self);
  check_survivor (&self->a, HIGH, HIGH);
  check_survivor (&self->b, HIGH, HIGH);
}

/* Each laptop merges the middle one into another, offline: all three are one, the same on both. */
static void
test_merges_meet (Laptops *self, gconstpointer data)
{
  Pair one = { LOW, HIGH };
  Pair other = { MIDDLE, HIGH };

  share_three (self);
  laptop_write (&self->a, merge_job, &one);
  laptop_write (&self->b, merge_job, &other);
  laptops_settle (self);
  check_survivor (&self->a, HIGH, LOW);
  check_survivor (&self->b, HIGH, LOW);
  check_survivor (&self->a, MIDDLE, LOW);
  check_survivor (&self->b, MIDDLE, LOW);
}

/* Another program says the contrary of what is here: a circle there is none here. */
static void
test_circle (Laptops *self, gconstpointer data)
{
  Pair pair = { LOW, HIGH };

  share_three (self);
  laptop_write (&self->a, merge_job, &pair);
  fake_fhir_write (self->fake, "{\"resourceType\":\"Patient\",\"id\":\"" LOW "\",\"active\":false,"
                               "\"name\":[{\"family\":\"Low\"}],\"identifier\":[{\"system\":"
                               "\"urn:oid:1.2\",\"value\":\"0\"}],\"link\":[{\"type\":"
                               "\"replaced-by\",\"other\":{\"reference\":\"Patient/" HIGH "\"}}]}");
  laptops_settle (self);
  check_survivor (&self->a, HIGH, LOW);
  check_survivor (&self->b, HIGH, LOW);
  check_survivor (&self->a, LOW, LOW);
  check_survivor (&self->b, LOW, LOW);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/fhir-sweep/" path, Laptops, NULL, laptops_set_up, function, laptops_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("nothing-new", test_nothing_new);
  ADD ("restored-server", test_restored_server);
  ADD ("older-version", test_older_version);
  ADD ("other-laptop-sends", test_other_laptop_sends);
  ADD ("search-lags", test_search_lags);
  ADD ("one-refused", test_one_refused);
  ADD ("straggler", test_straggler);
  ADD ("deleted", test_deleted);
  ADD ("merge-travels", test_merge_travels);
  ADD ("merges-meet", test_merges_meet);
  ADD ("circle", test_circle);
  return g_test_run ();
}

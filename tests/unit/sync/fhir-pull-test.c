/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two laptops of one clinic and one server: what either writes comes to the other, and nothing that
 * both wrote is lost. */

#include "laptops.h"

#define NOBODY "0b9f3a52-7f4e-4a9e-8c58-0d6c7b1d2e3f"

static void
check_history (Laptop *laptop, const char *uuid, gint64 versions)
{
  g_autofree char *stored = laptop_ask (
      laptop, "SELECT count(*) FROM record_history WHERE kind = 'patient' AND object = '%s'", uuid);
  g_autofree char *version
      = laptop_ask (laptop, "SELECT version FROM patient WHERE uuid = '%s'", uuid);

  /* Each version but the newest is in it. */
  g_assert_cmpint (g_ascii_strtoll (stored, NULL, 10) + 1, ==, g_ascii_strtoll (version, NULL, 10));
  g_assert_cmpint (g_ascii_strtoll (version, NULL, 10), ==, versions);
}

static void
test_new_case (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (HemoSpecimen) tube = laptop_add_case (&self->a, patient->uuid);
  g_autoptr (HemoPatient) there = NULL;
  g_autofree char *accession = NULL;
  HemoFhirPulled pulled;

  g_assert_cmpuint (laptop_push (&self->a), ==, 3);
  pulled = laptop_pull (&self->b);
  g_assert_cmpuint (pulled.taken, ==, 3);
  g_assert_cmpuint (pulled.waiting, ==, 0);
  there = laptop_load_patient (&self->b, patient->uuid);
  g_assert_cmpstr (there->family, ==, "Otieno");
  accession = laptop_ask (&self->b, "SELECT accession FROM specimen WHERE uuid = '%s'", tube->uuid);
  g_assert_cmpstr (accession, ==, tube->accession);
  g_assert_cmpint (store_count (self->b.store, "SELECT count(*) FROM case_state"), ==, 1);
  /* Nothing of it goes back, and nothing comes twice. */
  g_assert_cmpint (laptop_queued (&self->b), ==, 0);
  g_assert_cmpuint (laptop_push (&self->b), ==, 0);
  g_assert_cmpuint (laptop_pull (&self->b).taken, ==, 0);
  g_assert_cmpuint (laptop_pull (&self->a).taken, ==, 0);
  g_assert_cmpint (
      store_count (self->b.store, "SELECT count(*) FROM audit WHERE what = 'sync.apply'"), ==, 3);
}

/* A patient that both know, and that nobody has touched since. */
static HemoPatient *
share_patient (Laptops *self)
{
  HemoPatient *patient = laptop_add_patient (&self->a, "Amina", "Otieno");

  laptops_settle (self);
  return patient;
}

static void
check_patient (Laptop *laptop, const char *uuid, const char *phone, const char *village)
{
  g_autoptr (HemoPatient) patient = laptop_load_patient (laptop, uuid);

  g_assert_cmpstr (patient->phone, ==, phone);
  g_assert_cmpstr (patient->village, ==, village);
}

static void
test_different_fields (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share_patient (self);
  g_autoptr (json_object) server = NULL;
  g_autoptr (HemoPatient) there = NULL;

  laptop_set_phone (&self->a, patient->uuid, "0711");
  laptop_set_village (&self->b, patient->uuid, "Siaya");
  laptops_settle (self);
  check_patient (&self->a, patient->uuid, "0711", "Siaya");
  check_patient (&self->b, patient->uuid, "0711", "Siaya");
  server = fake_fhir_read (self->fake, "Patient", patient->uuid);
  g_assert_nonnull (strstr (json_object_to_json_string (server), "0711"));
  g_assert_nonnull (strstr (json_object_to_json_string (server), "Siaya"));
  check_history (&self->a, patient->uuid, 3);
  check_history (&self->b, patient->uuid, 3);
  g_assert_cmpint (laptop_queued (&self->a) + laptop_queued (&self->b), ==, 0);
}

/* The push finds out first that somebody was faster: 412, merged, and sent again. */
static void
test_push_meets_conflict (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share_patient (self);

  laptop_set_phone (&self->a, patient->uuid, "0711");
  laptop_set_village (&self->b, patient->uuid, "Siaya");
  g_assert_cmpuint (laptop_push (&self->a), ==, 1);
  laptop_push (&self->b);
  g_assert_cmpint (laptop_queued (&self->b), ==, 0);
  check_patient (&self->b, patient->uuid, "0711", "Siaya");
  laptop_pull (&self->a);
  check_patient (&self->a, patient->uuid, "0711", "Siaya");
}

static gboolean
take_theirs_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_sync_take_theirs (txn, *(gint64 *)data, NULL, error);
}

static gboolean
keep_ours_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_sync_keep_ours (txn, *(gint64 *)data, NULL, error);
}

static void
check_server (Laptops *self, const char *uuid, const char *says, const char *says_not)
{
  g_autoptr (json_object) json = fake_fhir_read (self->fake, "Patient", uuid);

  g_assert_nonnull (strstr (json_object_to_json_string (json), says));
  g_assert_null (strstr (json_object_to_json_string (json), says_not));
}

/* Both wrote the telephone; A was first, so B has to look. (transfer full) */
static HemoPatient *
dispute (Laptops *self, gint64 *sequence)
{
  HemoPatient *patient = share_patient (self);
  g_autoptr (GPtrArray) waiting = NULL;
  const HemoIncoming *incoming;

  laptop_set_phone (&self->a, patient->uuid, "0711");
  laptop_set_phone (&self->b, patient->uuid, "0722");
  laptop_set_village (&self->a, patient->uuid, "Siaya");
  laptop_push (&self->a);
  laptop_pull (&self->b);
  waiting = laptop_waiting (&self->b);
  g_assert_cmpuint (waiting->len, ==, 1);
  incoming = g_ptr_array_index (waiting, 0);
  g_assert_cmpstr (incoming->reason, ==, "Both sides changed: phone.");
  g_assert_cmpstr (incoming->author, ==, "Amina Test");
  /* What nobody disputes is merged all the same; nothing goes over theirs. */
  check_patient (&self->b, patient->uuid, "0722", "Siaya");
  g_assert_cmpuint (laptop_push (&self->b), ==, 0);
  check_server (self, patient->uuid, "0711", "0722");
  *sequence = incoming->sequence;
  return patient;
}

static void
test_same_field_take_theirs (Laptops *self, gconstpointer data)
{
  gint64 sequence = 0;
  g_autoptr (HemoPatient) patient = dispute (self, &sequence);
  g_autoptr (GPtrArray) waiting = NULL;

  laptop_write (&self->b, take_theirs_job, &sequence);
  laptops_settle (self);
  check_patient (&self->a, patient->uuid, "0711", "Siaya");
  check_patient (&self->b, patient->uuid, "0711", "Siaya");
  waiting = laptop_waiting (&self->b);
  g_assert_cmpuint (waiting->len, ==, 0);
  g_assert_cmpint (laptop_queued (&self->b), ==, 0);
}

static void
test_same_field_keep_ours (Laptops *self, gconstpointer data)
{
  gint64 sequence = 0;
  g_autoptr (HemoPatient) patient = dispute (self, &sequence);
  g_autoptr (GError) error = NULL;

  laptop_write (&self->b, keep_ours_job, &sequence);
  g_assert_false (laptop_try (&self->b, keep_ours_job, &sequence, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  laptops_settle (self);
  check_patient (&self->a, patient->uuid, "0722", "Siaya");
  check_patient (&self->b, patient->uuid, "0722", "Siaya");
}

typedef struct
{
  gint64 sequence;
  guint fields;
} Fields;

static gboolean
take_fields_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Fields *fields = data;
  guint differing = 0;

  return hemo_sync_differing (txn, fields->sequence, &differing, error)
         && hemo_sync_take_fields (txn, fields->sequence, differing & fields->fields, NULL, error);
}

static void
test_take_fields (Laptops *self, gconstpointer data)
{
  Fields fields = { .fields = HEMO_FIELD_PHONE };
  g_autoptr (HemoPatient) patient = dispute (self, &fields.sequence);

  laptop_write (&self->b, take_fields_job, &fields);
  laptops_settle (self);
  check_patient (&self->b, patient->uuid, "0711", "Siaya");
  check_patient (&self->a, patient->uuid, "0711", "Siaya");
}

/* The results of a case do not wait for a dispute about a telephone. */
static void
test_dispute_holds_no_case (Laptops *self, gconstpointer data)
{
  gint64 sequence = 0;
  g_autoptr (HemoPatient) patient = dispute (self, &sequence);
  g_autoptr (HemoSpecimen) tube = laptop_add_case (&self->b, patient->uuid);

  g_assert_cmpuint (laptop_push (&self->b), ==, 2);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Specimen"), ==, 1);
  check_server (self, patient->uuid, "0711", "0722");
}

/* A third version while the second waits: the newest is what waits, and the fields that only they
 * changed since still come. */
static void
test_newer_version_while_waiting (Laptops *self, gconstpointer data)
{
  gint64 sequence = 0;
  g_autoptr (HemoPatient) patient = dispute (self, &sequence);
  g_autoptr (GPtrArray) waiting = NULL;

  laptop_set_village (&self->a, patient->uuid, "Bondo");
  laptop_push (&self->a);
  laptop_pull (&self->b);
  check_patient (&self->b, patient->uuid, "0722", "Bondo");
  waiting = laptop_waiting (&self->b);
  g_assert_cmpuint (waiting->len, ==, 1);
  g_assert_cmpint (((HemoIncoming *)waiting->pdata[0])->sequence, >, sequence);
  /* They take what is here after all: nothing waits any more. */
  laptop_set_phone (&self->a, patient->uuid, "0722");
  laptop_push (&self->a);
  laptop_pull (&self->b);
  g_clear_pointer (&waiting, g_ptr_array_unref);
  waiting = laptop_waiting (&self->b);
  g_assert_cmpuint (waiting->len, ==, 0);
}

/* Somebody else's program wrote elements that this one does not know: they survive our edit. */
static void
test_unknown_elements_stay (Laptops *self, gconstpointer data)
{
  g_autofree char *json = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"" NOBODY "\",\"name\":[{\"use\":\"official\","
      "\"family\":\"Njeri\",\"given\":[\"Wanjiru\"],\"prefix\":[\"Dr\"]},{\"use\":\"maiden\","
      "\"family\":\"Mwangi\"}],\"telecom\":[{\"system\":\"email\",\"value\":\"w@example.org\"},"
      "{\"system\":\"phone\",\"value\":\"0700\",\"rank\":1}],\"maritalStatus\":{\"text\":\"M\"},"
      "\"identifier\":[{\"system\":\"urn:oid:1.2.3\",\"value\":\"77\",\"period\":{\"start\":"
      "\"2020\"}}],\"address\":[{\"city\":\"Kisumu\",\"postalCode\":\"40100\"}]}");
  g_autofree char *lab_order = laptops_order_of ("22222222-2222-4222-8222-222222222222", NOBODY);
  g_autoptr (json_object) after = NULL;
  const char *text;

  fake_fhir_write (self->fake, json);
  fake_fhir_write (self->fake, lab_order);
  laptop_pull (&self->a);
  check_patient (&self->a, NOBODY, "0700", "Kisumu");
  laptop_set_phone (&self->a, NOBODY, "0711");
  laptop_set_village (&self->a, NOBODY, "Siaya");
  laptop_push (&self->a);
  after = fake_fhir_read (self->fake, "Patient", NOBODY);
  text = json_object_to_json_string_ext (after, JSON_C_TO_STRING_PLAIN);
  g_assert_nonnull (strstr (text, "\"value\":\"0711\",\"rank\":1"));
  g_assert_nonnull (strstr (text, "w@example.org"));
  g_assert_nonnull (strstr (text, "maritalStatus"));
  g_assert_nonnull (strstr (text, "Mwangi"));
  g_assert_nonnull (strstr (text, "\"prefix\":[\"Dr\"]"));
  g_assert_nonnull (strstr (text, "\"start\":\"2020\""));
  g_assert_nonnull (strstr (text, "40100"));
  g_assert_nonnull (strstr (text, "Siaya"));
  g_assert_null (strstr (text, "Kisumu"));
}

/* A tube before its order before its patient, and the page of the patient not there yet. */
static void
test_out_of_order (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (HemoSpecimen) tube = laptop_add_case (&self->a, patient->uuid);
  g_autoptr (json_object) specimen = NULL;
  g_autoptr (GError) error = NULL;
  HemoFhirPulled pulled;

  laptop_push (&self->a);
  specimen = fake_fhir_read (self->fake, "Specimen", tube->uuid);
  hemo_fhir_pull_take (&self->b.pull, specimen, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (store_count (self->b.store, "SELECT count(*) FROM specimen"), ==, 1);
  g_assert_cmpint (store_count (self->b.store, "SELECT count(*) FROM patient"), ==, 1);
  pulled = laptop_pull (&self->b);
  g_assert_cmpuint (pulled.taken, ==, 0);
}

/* What it refers to is not on the server: a person is told, and the rest goes on. */
static void
test_dangling (Laptops *self, gconstpointer data)
{
  g_autofree char *dangling = laptops_order_of (NOBODY, "11111111-1111-4111-8111-111111111111");
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (GPtrArray) waiting = NULL;

  fake_fhir_write (self->fake, dangling);
  laptop_push (&self->a);
  g_assert_cmpuint (laptop_pull (&self->b).waiting, ==, 1);
  waiting = laptop_waiting (&self->b);
  g_assert_cmpuint (waiting->len, ==, 1);
  g_assert_cmpstr (((HemoIncoming *)waiting->pdata[0])->reason, ==,
                   "Its patient is not on the server.");
  g_assert_cmpint (store_count (self->b.store, "SELECT count(*) FROM patient"), ==, 1);
}

/* The server has her twice, under the same name and number: both are here, each with its own id,
 * and neither takes the place of the other before a person says so. */
static void
test_twice_there (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (json_object) theirs = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;

  laptop_push (&self->a);
  theirs = fake_fhir_read (self->fake, "Patient", patient->uuid);
  text = hemo_fhir_to_text (theirs, FALSE);
  parts = g_strsplit (text, patient->uuid, -1);
  g_free (text);
  text = g_strjoinv (NOBODY, parts);
  fake_fhir_write (self->fake, text);
  laptop_pull (&self->a);
  laptop_pull (&self->b);
  laptops_settle (self);
  g_assert_cmpint (store_count (self->a.store, "SELECT count(*) FROM patient WHERE active = 1"), ==,
                   2);
  g_assert_cmpint (store_count (self->b.store, "SELECT count(*) FROM patient WHERE active = 1"), ==,
                   2);
  g_assert_cmpint (store_count (self->b.store, "SELECT count(*) FROM patient_merge"), ==, 0);
  g_assert_cmpuint (fake_fhir_count (self->fake, "Patient"), ==, 2);
}

static gboolean
go_on_never (gpointer data, GError **error)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_BUSY, "The hours are over.");
  return FALSE;
}

static void
test_go_on (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (GError) error = NULL;

  laptop_push (&self->a);
  self->b.pull.go_on = go_on_never;
  g_assert_false (hemo_fhir_pull_run (&self->b.pull, NULL, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (hemo_fhir_pull_sweep (&self->b.pull, NULL, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_BUSY);
  self->b.pull.go_on = NULL;
  g_assert_cmpuint (laptop_pull (&self->b).taken, ==, 1);
}

/* Pages, a cursor that moves only at the end, and what is asked for again is not taken again. */
static void
test_pages_and_cursor (Laptops *self, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *cursor = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now;

  self->fake->page_max = 3;
  for (int i = 0; i < 10; i++)
    {
      g_autofree char *name = g_strdup_printf ("Patient %d", i);
      g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, name, NULL);
    }
  laptop_push (&self->a);
  self->fake->endless = TRUE;
  g_assert_false (hemo_fhir_pull_run (&self->b.pull, NULL, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL);
  before = laptop_ask (&self->b, "SELECT count(*) FROM meta WHERE key LIKE 'sync.pull.%%Patient'");
  g_assert_cmpstr (before, ==, "0");
  self->fake->endless = FALSE;
  g_assert_cmpuint (laptop_pull (&self->b).seen, ==, 10);
  g_assert_cmpint (store_count (self->b.store, "SELECT count(*) FROM patient"), ==, 10);
  cursor = laptop_ask (&self->b, "SELECT value FROM meta WHERE key LIKE 'sync.pull.%%Patient'");
  now = g_get_real_time ();
  g_assert_cmpint (g_ascii_strtoll (cursor, NULL, 10), <=, now - HEMO_FHIR_PULL_TIMEOUT_US);
  g_assert_cmpint (g_ascii_strtoll (cursor, NULL, 10), >, now - 2 * HEMO_FHIR_PULL_TIMEOUT_US);
  g_assert_cmpuint (laptop_pull (&self->b).taken, ==, 0);
}

static void
test_offline (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (GError) error = NULL;

  laptop_push (&self->a);
  self->fake->portal = TRUE;
  g_assert_false (hemo_fhir_pull_run (&self->b.pull, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (hemo_fhir_pull_sweep (&self->b.pull, NULL, NULL, &error));
  g_assert_nonnull (error);
  self->fake->portal = FALSE;
  g_assert_cmpuint (laptop_pull (&self->b).taken, ==, 1);
}

/* The server stored it and the answer was lost: our own version is no conflict. */
static void
test_own_write (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (GError) error = NULL;

  self->fake->lose_answers = 1;
  g_assert_false (hemo_fhir_push_run (&self->a.push, NULL, NULL, &error));
  g_assert_cmpuint (laptop_pull (&self->a).taken, ==, 0);
  g_assert_cmpuint (laptop_push (&self->a), ==, 1);
  waiting = laptop_waiting (&self->a);
  g_assert_cmpuint (waiting->len, ==, 0);
  g_assert_cmpuint (self->fake->transactions, ==, 1);
}

/* Two tubes with one number: neither is renumbered, a person is told. */
static void
test_same_accession (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share_patient (self);
  g_autoptr (HemoSpecimen) ours = laptop_add_case (&self->b, patient->uuid);
  g_autoptr (HemoSpecimen) theirs = laptop_add_case (&self->a, patient->uuid);
  g_autoptr (json_object) specimen = NULL;
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (GError) error = NULL;
  json_object *number;
  gint64 sequence;

  laptop_push (&self->a);
  specimen = fake_fhir_read (self->fake, "Specimen", theirs->uuid);
  json_object_object_get_ex (specimen, "accessionIdentifier", &number);
  json_object_object_add (number, "value", json_object_new_string (ours->accession));
  fake_fhir_write (self->fake, json_object_to_json_string (specimen));
  laptop_pull (&self->b);
  waiting = laptop_waiting (&self->b);
  g_assert_cmpuint (waiting->len, ==, 1);
  g_assert_cmpstr (((HemoIncoming *)waiting->pdata[0])->reason, ==,
                   "Another specimen has this accession number here.");
  g_assert_cmpint (store_count (self->b.store, "SELECT count(*) FROM specimen"), ==, 1);
  sequence = ((HemoIncoming *)waiting->pdata[0])->sequence;
  g_assert_false (laptop_try (&self->b, take_theirs_job, &sequence, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  laptop_write (&self->b, keep_ours_job, &sequence);
}

static gboolean
has_result_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  gboolean has = FALSE;

  if (!hemo_incoming_has_result (txn, data, &has, error))
    return FALSE;
  list = hemo_incoming_of_case (txn, data, error);
  if (list == NULL)
    return FALSE;
  *result = g_strdup_printf ("%d %u", has, list->len);
  return TRUE;
}

static char *
results_of (Laptop *laptop, const char *tube)
{
  g_autoptr (GError) error = NULL;
  gpointer text = NULL;

  hemo_store_read (laptop->store, laptop->user, has_result_job, (gpointer)tube, &text, &error);
  g_assert_no_error (error);
  return text;
}

/* A result that another program wrote for our order is kept, and found with its case. */
static void
test_result_comes (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share_patient (self);
  g_autoptr (HemoSpecimen) tube = laptop_add_case (&self->a, patient->uuid);
  g_autofree char *report = NULL;
  g_autofree char *foreign = NULL;
  g_autofree char *none = results_of (&self->a, tube->uuid);
  g_autofree char *some = NULL;
  g_autofree char *there = NULL;

  g_assert_cmpstr (none, ==, "0 0");
  laptop_push (&self->a);
  report = g_strdup_printf ("{\"resourceType\":\"DiagnosticReport\",\"id\":\"" NOBODY "\","
                            "\"status\":\"final\",\"basedOn\":[{\"reference\":"
                            "\"ServiceRequest/%s\"}],\"conclusion\":\"seen\"}",
                            tube->order);
  foreign = g_strdup ("{\"resourceType\":\"Observation\",\"id\":"
                      "\"22222222-2222-4222-8222-222222222222\",\"status\":\"final\"}");
  fake_fhir_write (self->fake, report);
  fake_fhir_write (self->fake, foreign);
  g_assert_cmpuint (laptop_pull (&self->a).taken, ==, 1);
  some = results_of (&self->a, tube->uuid);
  g_assert_cmpstr (some, ==, "1 1");
  /* On the laptop that learns of the case with it as well; a newer version takes its place. */
  fake_fhir_write (self->fake, report);
  laptop_pull (&self->b);
  there = results_of (&self->b, tube->uuid);
  g_assert_cmpstr (there, ==, "1 1");
  g_assert_cmpint (store_count (self->a.store, "SELECT count(*) FROM incoming "
                                               "WHERE type = 'Observation'"),
                   ==, 0);
}

/* Only the sync takes in what came, and only so. */
static gboolean
apply_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoSyncIncoming incoming = { .server = LAPTOPS_SERVER, .resource = data };
  g_auto (HemoSyncResult) out = { 0 };

  return hemo_sync_apply (txn, &incoming, &out, error);
}

static void
test_nobody_else_applies (Laptops *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share_patient (self);
  g_autoptr (json_object) json = fake_fhir_read (self->fake, "Patient", patient->uuid);
  g_autoptr (GError) error = NULL;

  g_assert_false (laptop_try (&self->a, apply_job, json, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/fhir-pull/" path, Laptops, NULL, laptops_set_up, function, laptops_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("new-case", test_new_case);
  ADD ("different-fields", test_different_fields);
  ADD ("push-meets-conflict", test_push_meets_conflict);
  ADD ("same-field-take-theirs", test_same_field_take_theirs);
  ADD ("same-field-keep-ours", test_same_field_keep_ours);
  ADD ("take-fields", test_take_fields);
  ADD ("dispute-holds-no-case", test_dispute_holds_no_case);
  ADD ("newer-version-while-waiting", test_newer_version_while_waiting);
  ADD ("unknown-elements-stay", test_unknown_elements_stay);
  ADD ("out-of-order", test_out_of_order);
  ADD ("dangling", test_dangling);
  ADD ("twice-there", test_twice_there);
  ADD ("go-on", test_go_on);
  ADD ("pages-and-cursor", test_pages_and_cursor);
  ADD ("offline", test_offline);
  ADD ("own-write", test_own_write);
  ADD ("same-accession", test_same_accession);
  ADD ("result-comes", test_result_comes);
  ADD ("nobody-else-applies", test_nobody_else_applies);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Patients that others wrote: taken, merged field by field, or kept for a person. */

#include "sync-fixture.h"

#define LOW "00000000-0000-4000-8000-000000000001"
#define HIGH "22222222-2222-4222-8222-222222222222"

/* One that both sides have, and agree on as version 1. (transfer full) */
static HemoPatient *
share (Syncing *self)
{
  HemoPatient *patient = syncing_add_patient (self, "Amina", "Otieno");

  g_assert_cmpint (syncing_take (self, syncing_stamp (hemo_fhir_patient_to_json (patient), "1")),
                   ==, HEMO_SYNC_SAME);
  syncing_sent (self);
  return patient;
}

/* As the server has it after somebody set both in their copy of @base. */
static HemoSyncOutcome
take_copy (Syncing *self,
           const HemoPatient *base,
           const char *version,
           const char *phone,
           const char *village)
{
  g_autoptr (HemoPatient) theirs = hemo_patient_copy (base);

  g_set_str (&theirs->phone, phone);
  g_set_str (&theirs->village, village);
  return syncing_take (self, syncing_stamp (hemo_fhir_patient_to_json (theirs), version));
}

static void
set_phone (Syncing *self, const char *uuid, const char *phone)
{
  g_autoptr (HemoPatient) patient = syncing_load_patient (self, uuid);

  g_set_str (&patient->phone, phone);
  syncing_save_patient (self, patient);
}

static void
check (Syncing *self, const char *uuid, const char *phone, const char *village)
{
  g_autoptr (HemoPatient) patient = syncing_load_patient (self, uuid);

  g_assert_cmpstr (patient->phone, ==, phone);
  g_assert_cmpstr (patient->village, ==, village);
}

#define THEIRS                                                                                     \
  "{\"resourceType\":\"Patient\",\"id\":\"" SYNCING_ID "\",\"meta\":{\"versionId\":\"7\"},"        \
  "\"active\":true,\"identifier\":[{\"system\":\"urn:oid:1.2.3\",\"value\":\"77\"}],\"name\":[{"   \
  "\"family\":\"न्जेरी\",\"given\":[\"وانجيرو\"]}],\"telecom\":[{\"system\":\"phone\",\"value\":"    \
  "\"0700\"}],\"gender\":\"female\",\"birthDate\":\"1988-03\",\"address\":[{\"city\":"             \
  "\"Kisumu\"}],\"maritalStatus\":{\"text\":\"M\"}}"

static void
test_created (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = NULL;
  g_autofree char *author = NULL;
  g_autofree char *base = NULL;
  g_autofree char *actor = NULL;

  g_assert_cmpint (syncing_take_text (self, THEIRS), ==, HEMO_SYNC_APPLIED);
  patient = syncing_load_patient (self, SYNCING_ID);
  g_assert_cmpstr (patient->family, ==, "न्जेरी");
  g_assert_cmpstr (patient->given, ==, "وانجيرو");
  g_assert_cmpint (patient->sex, ==, HEMO_SEX_FEMALE);
  g_assert_cmpint (patient->birth.date.month, ==, 3);
  g_assert_cmpint (patient->birth.date.day, ==, 0);
  g_assert_cmpuint (patient->identifiers->len, ==, 1);
  check (self, SYNCING_ID, "0700", "Kisumu");
  /* What is not understood here is remembered all the same, and nothing of it is sent. */
  base = syncing_ask (self, "SELECT base FROM remote_resource WHERE id = '" SYNCING_ID "'");
  g_assert_nonnull (strstr (base, "maritalStatus"));
  g_assert_null (strstr (base, "versionId"));
  g_assert_cmpint (syncing_queued (self, SYNCING_ID), ==, 0);
  author = syncing_ask (self, "SELECT author FROM incoming WHERE state = 'applied'");
  g_assert_cmpstr (author, ==, "Dora Test");
  actor = syncing_ask (self, "SELECT actor FROM audit WHERE what = 'sync.apply' LIMIT 1");
  g_assert_cmpstr (actor, ==, SYNCING_STATION);
  /* Found by name at once, and taken once. */
  g_assert_cmpint (syncing_take_text (self, THEIRS), ==, HEMO_SYNC_KNOWN);
  g_assert_cmpint (syncing_count (self, "SELECT count(*) FROM incoming"), ==, 1);
}

/* Nobody touched it here: theirs comes, and nothing goes back. */
static void
test_theirs_alone (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share (self);

  g_assert_cmpint (take_copy (self, patient, "2", "0711", "Siaya"), ==, HEMO_SYNC_MERGED);
  check (self, patient->uuid, "0711", "Siaya");
  g_assert_cmpint (syncing_queued (self, patient->uuid), ==, 0);
  g_assert_cmpint (syncing_count (self, "SELECT count(*) FROM record_history WHERE object = '%s'",
                                  patient->uuid),
                   ==, 1);
  /* And what they took back goes here as well. */
  g_assert_cmpint (take_copy (self, patient, "3", NULL, "Siaya"), ==, HEMO_SYNC_MERGED);
  check (self, patient->uuid, NULL, "Siaya");
}

/* Each side another field: both stand, and ours is sent. */
static void
test_each_a_field (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share (self);

  set_phone (self, patient->uuid, "0722");
  syncing_sent (self);
  g_assert_cmpint (take_copy (self, patient, "2", NULL, "Siaya"), ==, HEMO_SYNC_MERGED);
  check (self, patient->uuid, "0722", "Siaya");
  g_assert_cmpint (syncing_queued (self, patient->uuid), ==, 1);
}

/* The server has what it had, under another number: only ours has to be sent. */
static void
test_ours_alone (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share (self);
  gint64 version;

  set_phone (self, patient->uuid, "0722");
  syncing_sent (self);
  version = syncing_count (self, "SELECT version FROM patient");
  g_assert_cmpint (take_copy (self, patient, "2", NULL, NULL), ==, HEMO_SYNC_SAME);
  check (self, patient->uuid, "0722", NULL);
  g_assert_cmpint (syncing_queued (self, patient->uuid), ==, 1);
  g_assert_cmpint (syncing_count (self, "SELECT version FROM patient"), ==, version);
  g_assert_cmpint (syncing_count (self, "SELECT count(*) FROM incoming"), ==, 0);
}

/* Both the telephone: a person decides. What nobody disputes comes, now and with later versions;
 * and nothing waits any more once they say what is here. */
static void
test_dispute (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share (self);
  gint64 first;

  set_phone (self, patient->uuid, "0722");
  g_assert_cmpint (take_copy (self, patient, "2", "0711", "Siaya"), ==, HEMO_SYNC_WAITING);
  check (self, patient->uuid, "0722", "Siaya");
  first = syncing_waiting (self, patient->uuid, "Both sides changed: phone.");
  g_assert_cmpint (take_copy (self, patient, "3", "0711", "Bondo"), ==, HEMO_SYNC_WAITING);
  check (self, patient->uuid, "0722", "Bondo");
  g_assert_cmpint (syncing_waiting (self, patient->uuid, "Both sides changed: phone."), >, first);
  g_assert_cmpint (take_copy (self, patient, "4", "0722", "Bondo"), ==, HEMO_SYNC_SAME);
  g_assert_cmpint (syncing_waiting (self, patient->uuid, NULL), ==, 0);
  /* None of what came is lost. */
  g_assert_cmpint (syncing_count (self, "SELECT count(*) FROM incoming WHERE state = 'kept'"), ==,
                   2);
}

/* They never agreed on anything: what one side alone states is taken, identifiers are united. */
static void
test_no_base (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = syncing_add_patient (self, "Amina", "Otieno");
  g_autoptr (HemoPatient) theirs = hemo_patient_copy (patient);
  g_autoptr (HemoPatient) after = NULL;

  g_ptr_array_add (patient->identifiers, hemo_identifier_new ("urn:oid:1.2.3", "1"));
  g_set_str (&patient->phone, "0722");
  syncing_save_patient (self, patient);
  g_set_str (&theirs->village, "Siaya");
  g_ptr_array_add (theirs->identifiers, hemo_identifier_new ("urn:oid:1.2.3", "2"));
  g_assert_cmpint (syncing_take (self, syncing_stamp (hemo_fhir_patient_to_json (theirs), "9")), ==,
                   HEMO_SYNC_MERGED);
  check (self, patient->uuid, "0722", "Siaya");
  after = syncing_load_patient (self, patient->uuid);
  g_assert_cmpuint (after->identifiers->len, ==, 2);
  g_set_str (&theirs->phone, "0711");
  g_assert_cmpint (syncing_take (self, syncing_stamp (hemo_fhir_patient_to_json (theirs), "10")),
                   ==, HEMO_SYNC_WAITING);
  g_assert_cmpint (syncing_waiting (self, patient->uuid, "Both sides changed: phone."), >, 0);
}

/* What cannot be read or stored waits with a reason that tells no value, and holds nothing up. */
static void
test_refused (Syncing *self, gconstpointer data)
{
  static const struct
  {
    const char *elements;
    const char *names;
  } bad[] = {
    { "\"birthDate\":\"Secret\"", "birthDate" },
    { "\"birthDate\":\"2999-01-01\"", "" },
    { "\"gender\":\"Secret\"", "gender" },
    { "\"modifierExtension\":[{\"url\":\"urn:x\"}]", "modifierExtension" },
    { "\"implicitRules\":\"urn:Secret\"", "implicitRules" },
    { "\"name\":[{\"family\":\"Sec\\u0007ret\"}]", "" },
    { "\"name\":17", "name" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("{\"resourceType\":\"Patient\",\"id\":\"" SYNCING_ID "\","
                             "\"meta\":{\"versionId\":\"%u\"},%s}",
                             i + 1, bad[i].elements);
      g_autofree char *reason = NULL;

      g_test_message ("%s", bad[i].elements);
      g_assert_cmpint (syncing_take_text (self, text), ==, HEMO_SYNC_WAITING);
      reason = syncing_ask (self, "SELECT reason FROM incoming WHERE state = 'waiting'");
      g_assert_nonnull (strstr (reason, bad[i].names));
      g_assert_null (strstr (reason, "ecret"));
      g_assert_cmpint (syncing_waiting (self, SYNCING_ID, reason), >, 0);
    }
  g_assert_cmpint (syncing_count (self, "SELECT count(*) FROM patient"), ==, 0);
  g_assert_cmpint (syncing_take_text (self, THEIRS), ==, HEMO_SYNC_KNOWN);
}

/* A bad version of what is here changes nothing of it. */
static void
test_refused_update (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = share (self);
  g_autoptr (HemoPatient) theirs = hemo_patient_copy (patient);
  g_autofree char *reason = NULL;
  g_autofree char *name = g_strnfill (3000, 'x');

  g_set_str (&theirs->family, name);
  g_set_str (&theirs->village, "Siaya");
  g_assert_cmpint (syncing_take (self, syncing_stamp (hemo_fhir_patient_to_json (theirs), "2")), ==,
                   HEMO_SYNC_WAITING);
  check (self, patient->uuid, NULL, NULL);
  reason = syncing_ask (self, "SELECT reason FROM incoming");
  g_assert_null (strstr (reason, "xxx"));
}

/* Merged into another record */

static HemoSyncOutcome
take_linked (Syncing *self, const char *uuid, const char *other, const char *version)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"meta\":{\"versionId\":\"%s\"},\"active\":"
      "false,\"name\":[{\"family\":\"Otieno\"}],\"identifier\":[{\"system\":\"urn:oid:1.2\","
      "\"value\":\"%s\"}],\"link\":[{\"type\":\"replaced-by\",\"other\":{\"reference\":"
      "\"Patient/%s\"}}]}",
      uuid, version, uuid, other);

  return syncing_take_text (self, text);
}

static HemoSyncOutcome
take_plain (Syncing *self, const char *uuid, const char *version)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"meta\":{\"versionId\":\"%s\"},\"active\":true,"
      "\"name\":[{\"family\":\"Otieno\"}],\"identifier\":[{\"system\":\"urn:oid:1.2\",\"value\":"
      "\"%s\"}]}",
      uuid, version, uuid);

  return syncing_take_text (self, text);
}

static void
check_survivor (Syncing *self, const char *uuid, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *survivor = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  survivor = hemo_patient_dup_survivor (txn, uuid, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (survivor, ==, expected);
  records_commit (txn);
}

static void
test_link_lacks (Syncing *self, gconstpointer data)
{
  g_assert_cmpint (take_linked (self, HIGH, LOW, "1"), ==, HEMO_SYNC_LACKS);
  g_assert_cmpstr (self->result.lacks_type, ==, "Patient");
  g_assert_cmpstr (self->result.lacks_id, ==, LOW);
  g_assert_cmpint (syncing_count (self, "SELECT count(*) FROM patient"), ==, 0);
  g_assert_cmpint (syncing_count (self, "SELECT count(*) FROM incoming"), ==, 0);
  self->last = TRUE;
  g_assert_cmpint (take_linked (self, HIGH, LOW, "1"), ==, HEMO_SYNC_WAITING);
  g_assert_cmpint (
      syncing_waiting (self, HIGH, "It was merged into a record that is not on the server."), >, 0);
}

/* A record that comes merged, and one that is taken apart by a later version. */
static void
test_link_comes_and_goes (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoPatient) survivor = NULL;
  g_autoptr (HemoPatient) again = NULL;

  take_plain (self, LOW, "1");
  g_assert_cmpint (take_linked (self, HIGH, LOW, "1"), ==, HEMO_SYNC_APPLIED);
  check_survivor (self, HIGH, LOW);
  survivor = syncing_load_patient (self, LOW);
  g_assert_cmpuint (survivor->identifiers->len, ==, 2);
  g_assert_cmpint (take_plain (self, HIGH, "2"), ==, HEMO_SYNC_MERGED);
  check_survivor (self, HIGH, HIGH);
  again = syncing_load_patient (self, HIGH);
  g_assert_true (again->active);
  g_assert_cmpint (take_linked (self, HIGH, LOW, "3"), ==, HEMO_SYNC_MERGED);
  check_survivor (self, HIGH, LOW);
}

/* They say the contrary of what was done here: no circle comes to be, and the same one stands. */
static void
test_link_circle (Syncing *self, gconstpointer data)
{
  take_plain (self, LOW, "1");
  take_plain (self, HIGH, "1");
  g_assert_cmpint (take_linked (self, HIGH, LOW, "2"), ==, HEMO_SYNC_MERGED);
  take_linked (self, LOW, HIGH, "2");
  check_survivor (self, HIGH, LOW);
  check_survivor (self, LOW, LOW);
  /* What the server has of the one that stands is put right. */
  g_assert_cmpint (syncing_queued (self, LOW), ==, 1);
}

/* Merged here, and their version does not know of it yet: it stays merged, and they are told. */
static void
test_link_ours_alone (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  take_plain (self, LOW, "1");
  take_plain (self, HIGH, "1");
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_patient_merge (txn, LOW, HIGH, NULL, &error));
  records_commit (txn);
  syncing_sent (self);
  g_assert_cmpint (take_plain (self, HIGH, "2"), ==, HEMO_SYNC_SAME);
  check_survivor (self, HIGH, LOW);
  g_assert_cmpint (syncing_queued (self, HIGH), ==, 1);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/sync-patient/" path, Syncing, NULL, syncing_set_up, function, syncing_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("created", test_created);
  ADD ("theirs-alone", test_theirs_alone);
  ADD ("each-a-field", test_each_a_field);
  ADD ("ours-alone", test_ours_alone);
  ADD ("dispute", test_dispute);
  ADD ("no-base", test_no_base);
  ADD ("refused", test_refused);
  ADD ("refused-update", test_refused_update);
  ADD ("link-lacks", test_link_lacks);
  ADD ("link-comes-and-goes", test_link_comes_and_goes);
  ADD ("link-circle", test_link_circle);
  ADD ("link-ours-alone", test_link_ours_alone);
  return g_test_run ();
}

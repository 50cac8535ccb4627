/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which versions are looked at, what becomes of results of others, and who may take any of it in.
 */

#include "sync-fixture.h"

#define ANSWER "44444444-4444-4444-8444-444444444444"

static HemoSyncOutcome
take_patient (SyncingCase *self, const char *version)
{
  return syncing_take (&self->base,
                       syncing_stamp (hemo_fhir_patient_to_json (self->patient), version));
}

/* @reference: 'Type/UUID' of what the result is about */
static HemoSyncOutcome
take_result (SyncingCase *self, const char *type, const char *version, const char *reference)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"%s\",\"id\":\"" ANSWER "\",\"meta\":{\"versionId\":\"%s\"},"
      "\"result\":[{\"deep\":{\"reference\":\"Observation/" SYNCING_ID "\"}},"
      "{\"deep\":[{\"reference\":\"%s\"}]}]}",
      type, version, reference);

  return syncing_take_text (&self->base, text);
}

/* The newest version that was noted with the case is this one; NULL: there is none. */
static void
check_noted (SyncingCase *self, const char *version)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;
  const HemoIncoming *newest;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  list = hemo_incoming_of_case (txn, self->tube->uuid, &error);
  g_assert_no_error (error);
  newest = list->len > 0 ? list->pdata[list->len - 1] : NULL;
  g_assert_cmpstr (newest != NULL ? newest->version_id : NULL, ==, version);
  records_commit (txn);
}

/* Versions */

static void
test_not_ours (SyncingCase *self, gconstpointer data)
{
  static const char *const texts[] = {
    "{\"resourceType\":\"Patient\",\"id\":\"17\",\"meta\":{\"versionId\":\"1\"}}",
    "{\"resourceType\":\"Patient\",\"meta\":{\"versionId\":\"1\"}}",
    "{\"resourceType\":\"Patient\",\"id\":\"" SYNCING_ID "\"}",
    "{\"resourceType\":\"Patient\",\"id\":\"" SYNCING_ID "\",\"meta\":{\"versionId\":1}}",
    "{\"resourceType\":\"Patient\",\"id\":\"" SYNCING_ID "\",\"meta\":[]}",
    "{\"resourceType\":\"Organization\",\"id\":\"" SYNCING_ID "\",\"meta\":{\"versionId\":\"1\"}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpint (syncing_take_text (&self->base, texts[i]), ==, HEMO_SYNC_FOREIGN);
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM incoming"), ==, 0);
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM patient"), ==, 1);
  /* Of the last the version is known, so that it is not asked for again. */
  g_assert_cmpint (syncing_take_text (&self->base, texts[5]), ==, HEMO_SYNC_KNOWN);
}

/* A server that was put back to an older state. */
static void
test_older (SyncingCase *self, gconstpointer data)
{
  g_assert_cmpint (take_patient (self, "10"), ==, HEMO_SYNC_SAME);
  g_assert_cmpint (take_patient (self, "9"), ==, HEMO_SYNC_OLDER);
  g_assert_cmpint (syncing_queued (&self->base, self->patient->uuid), ==, 0);
  g_assert_cmpint (take_patient (self, "10"), ==, HEMO_SYNC_KNOWN);
  self->base.certain = TRUE;
  g_assert_cmpint (take_patient (self, "9"), ==, HEMO_SYNC_KEPT);
  g_assert_cmpint (syncing_queued (&self->base, self->patient->uuid), ==, 1);
  g_assert_cmpint (
      syncing_count (&self->base, "SELECT count(*) FROM audit WHERE what = 'sync.older'"), ==, 1);
  /* It goes on from there; and versions that are no numbers have no order. */
  g_assert_cmpint (take_patient (self, "10"), ==, HEMO_SYNC_SAME);
  g_assert_cmpint (take_patient (self, "W/a"), ==, HEMO_SYNC_SAME);
  g_assert_cmpint (take_patient (self, "3"), ==, HEMO_SYNC_SAME);
}

/* @second: of the minute in which the server says that it was written */
static HemoSyncOutcome
take_report (SyncingCase *self, const char *version, int second, const char *conclusion)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"DiagnosticReport\",\"id\":\"" ANSWER "\",\"meta\":{\"versionId\":\"%s\","
      "\"lastUpdated\":\"2026-11-23T10:00:%02dZ\"},\"conclusion\":\"%s\",\"specimen\":["
      "{\"reference\":\"Specimen/%s\"}]}",
      version, second, conclusion, self->tube->uuid);

  return syncing_take_text (&self->base, text);
}

static void
check_newest (SyncingCase *self, const char *conclusion)
{
  g_autofree char *newest
      = syncing_ask (&self->base, "SELECT json_extract (resource, '$.conclusion') FROM incoming "
                                  "WHERE id = '" ANSWER "' ORDER BY seq DESC LIMIT 1");

  g_assert_cmpstr (newest, ==, conclusion);
}

/* It gives its numbers anew: what somebody else writes then is no version that was seen, whatever
 * its number is. */
static void
test_numbers_again (SyncingCase *self, gconstpointer data)
{
  g_assert_cmpint (take_report (self, "1", 1, "First"), ==, HEMO_SYNC_KEPT);
  g_assert_cmpint (take_report (self, "2", 2, "Second"), ==, HEMO_SYNC_KEPT);
  g_assert_cmpint (take_report (self, "2", 2, "Second"), ==, HEMO_SYNC_KNOWN);
  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpint (take_report (self, "2", 30 + i, i == 0 ? "Third" : "Fourth"), ==,
                       HEMO_SYNC_KEPT);
      check_newest (self, i == 0 ? "Third" : "Fourth");
      check_noted (self, "2");
    }
  g_assert_cmpint (take_report (self, "2", 30, "Third"), ==, HEMO_SYNC_KNOWN);
  g_assert_cmpint (take_report (self, "2", 2, "Second"), ==, HEMO_SYNC_KNOWN);
  /* The same in other words, as another search gives it out; and the same sent there again. */
  g_assert_cmpint (take_report (self, "2", 31, "In other words"), ==, HEMO_SYNC_KNOWN);
  g_assert_cmpint (take_report (self, "2", 40, "Fourth"), ==, HEMO_SYNC_KNOWN);
  /* Another number that begins as that. */
  g_assert_cmpint (take_report (self, "20", 50, "Fifth"), ==, HEMO_SYNC_KEPT);
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM incoming"), ==, 5);
}

static HemoSyncOutcome
take_village (SyncingCase *self, const char *version, const char *updated, const char *village)
{
  g_autoptr (HemoPatient) theirs = hemo_patient_copy (self->patient);
  json_object *json, *meta = NULL;

  g_set_str (&theirs->village, village);
  json = syncing_stamp (hemo_fhir_patient_to_json (theirs), version);
  g_assert_true (json_object_object_get_ex (json, "meta", &meta));
  json_object_object_add (meta, "lastUpdated", json_object_new_string (updated));
  return syncing_take (&self->base, json);
}

static void
check_village (SyncingCase *self, const char *village)
{
  g_autoptr (HemoPatient) here = syncing_load_patient (&self->base, self->patient->uuid);

  g_assert_cmpstr (here->village, ==, village);
}

/* Also of the very version that was known last; what this laptop wrote since is not compared. */
static void
test_number_of_the_last (SyncingCase *self, gconstpointer data)
{
  take_patient (self, "1");
  g_assert_cmpint (take_village (self, "2", "2026-11-23T10:00:00Z", "Kisumu"), ==,
                   HEMO_SYNC_MERGED);
  g_assert_cmpint (take_village (self, "2", "2026-11-23T10:00:00Z", "Kisumu"), ==, HEMO_SYNC_KNOWN);
  g_assert_cmpint (take_village (self, "2", "2026-11-23T11:00:00Z", "Nakuru"), ==,
                   HEMO_SYNC_MERGED);
  check_village (self, "Nakuru");
  records_run (self->base.records, "UPDATE remote_resource SET seen_us = seen_us + 1");
  g_assert_cmpint (take_village (self, "2", "2026-11-23T12:00:00Z", "Busia"), ==, HEMO_SYNC_KNOWN);
  check_village (self, "Nakuru");
}

/* Results */

static void
test_result_of_a_case (SyncingCase *self, gconstpointer data)
{
  g_autofree char *order = g_strconcat ("ServiceRequest/", self->tube->order, NULL);
  g_autofree char *absolute
      = g_strconcat ("https://example.org/fhir/Specimen/", self->tube->uuid, "/_history/2", NULL);
  g_autoptr (HemoSpecimen) slide = NULL;
  g_autofree char *of_slide = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  slide = records_add_slide (txn, self->tube->uuid);
  records_commit (txn);
  of_slide = g_strconcat ("Specimen/", slide->uuid, NULL);
  g_assert_cmpint (take_result (self, "DiagnosticReport", "1", order), ==, HEMO_SYNC_KEPT);
  check_noted (self, "1");
  g_assert_cmpint (take_result (self, "DiagnosticReport", "2", absolute), ==, HEMO_SYNC_KEPT);
  check_noted (self, "2");
  g_assert_cmpint (take_result (self, "Observation", "3", of_slide), ==, HEMO_SYNC_KEPT);
  check_noted (self, "3");
}

static void
test_result_lacks (SyncingCase *self, gconstpointer data)
{
  g_assert_cmpint (take_result (self, "Media", "1", "Specimen/" SYNCING_OTHER_ID), ==,
                   HEMO_SYNC_LACKS);
  g_assert_cmpstr (self->base.result.lacks_type, ==, "Specimen");
  g_assert_cmpstr (self->base.result.lacks_id, ==, SYNCING_OTHER_ID);
  g_assert_cmpint (take_result (self, "Media", "1", "ServiceRequest/" SYNCING_OTHER_ID), ==,
                   HEMO_SYNC_LACKS);
  g_assert_cmpstr (self->base.result.lacks_type, ==, "ServiceRequest");
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM incoming"), ==, 0);
  self->base.last = TRUE;
  g_assert_cmpint (take_result (self, "Media", "1", "ServiceRequest/" SYNCING_OTHER_ID), ==,
                   HEMO_SYNC_KEPT);
  check_noted (self, NULL);
}

/* About nothing of the clinic: not kept, and ids that are no UUIDs are nothing of the clinic. */
static void
test_result_foreign (SyncingCase *self, gconstpointer data)
{
  g_assert_cmpint (take_result (self, "Observation", "1", "Patient/" SYNCING_ID), ==,
                   HEMO_SYNC_FOREIGN);
  g_assert_cmpint (take_result (self, "Observation", "2", "Specimen/17"), ==, HEMO_SYNC_FOREIGN);
  g_assert_cmpint (take_result (self, "Observation", "3", "Specimen"), ==, HEMO_SYNC_FOREIGN);
  g_assert_cmpint (take_result (self, "Communication", "4", ""), ==, HEMO_SYNC_FOREIGN);
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM incoming"), ==, 0);
}

/* Thousands of references are no reason to ask the store as often: the first are looked at. */
static void
test_result_of_many (SyncingCase *self, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("{\"resourceType\":\"Observation\",\"id\":\"" ANSWER
                                           "\",\"meta\":{\"versionId\":\"1\"},\"many\":[");

  for (int i = 0; i < 5000; i++)
    g_string_append (text, "{\"reference\":\"Specimen/" SYNCING_ID "\"},");
  g_string_append_printf (text, "{\"reference\":\"Specimen/%s\"}]}", self->tube->uuid);
  g_assert_cmpint (syncing_take_text (&self->base, text->str), ==, HEMO_SYNC_LACKS);
  g_assert_cmpstr (self->base.result.lacks_id, ==, SYNCING_ID);
}

static gboolean
save_known (HemoTxn *txn, const char *type, const char *id, GError **error)
{
  const HemoRemoteResource known
      = { .type = (char *)type, .id = (char *)id, .version_id = (char *)"1" };

  return hemo_remote_resource_save (txn, SYNCING_SERVER, &known, error);
}

/* What this laptop reported was changed there: nothing here moves, a person looks at it. */
static void
test_our_result_changed (SyncingCase *self, gconstpointer data)
{
  g_autofree char *about = g_strconcat ("Specimen/", self->tube->uuid, NULL);
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (save_known (txn, "DiagnosticReport", ANSWER, &error));
  records_commit (txn);
  g_assert_cmpint (take_result (self, "DiagnosticReport", "1", about), ==, HEMO_SYNC_KNOWN);
  g_assert_cmpint (take_result (self, "DiagnosticReport", "2", about), ==, HEMO_SYNC_WAITING);
  syncing_waiting (&self->base, ANSWER, "Somebody else changed what this laptop reported.");
  check_noted (self, "2");
  g_assert_cmpint (take_result (self, "DiagnosticReport", "3", about), ==, HEMO_SYNC_WAITING);
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM incoming"), ==, 2);
}

/* A field that was discarded on another laptop: it and the cells counted on it stay, until a person
 * here discards it. */
static void
test_our_field_discarded (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoCount) count = hemo_count_new (self->tube->uuid, NULL, 100);
  g_autoptr (GError) error = NULL;
  g_autofree char *image = NULL, *text = NULL;
  gint64 waiting;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  image = records_add_image (txn, self->tube->uuid, 1);
  g_assert_true (hemo_count_start (txn, count, &error));
  g_assert_true (hemo_count_add_cell (txn, count->uuid, HEMO_CELL_BLAST, image, NULL, &error));
  g_assert_true (save_known (txn, "Media", image, &error));
  g_assert_no_error (error);
  records_commit (txn);
  text = g_strdup_printf ("{\"resourceType\":\"Media\",\"id\":\"%s\",\"meta\":"
                          "{\"versionId\":\"2\"},\"status\":\"entered-in-error\","
                          "\"specimen\":{\"reference\":\"Specimen/%s\"}}",
                          image, self->tube->uuid);
  g_assert_cmpint (syncing_take_text (&self->base, text), ==, HEMO_SYNC_WAITING);
  waiting
      = syncing_waiting (&self->base, image, "Somebody else changed what this laptop reported.");
  txn = records_begin (self->base.records, HEMO_ROLE_PATHOLOGIST);
  hemo_sync_take_theirs (txn, waiting, NULL, &error);
  g_assert_no_error (error);
  records_commit (txn);
  g_assert_cmpint (syncing_count (&self->base, "SELECT sum(entered_in_error) FROM image"), ==, 0);
  g_assert_cmpint (
      syncing_count (&self->base, "SELECT count(*) FROM counted_cell WHERE NOT taken_back"), ==, 1);
}

/* Deleted there */

static void
tell_deleted (SyncingCase *self, const char *version)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = hemo_txn_begin (self->base.records->db, self->base.session,
                                 self->base.records->audit_keys, &error);

  g_assert_true (hemo_sync_apply_deleted (txn, SYNCING_SERVER, "Patient", self->patient->uuid,
                                          version, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

static void
test_deleted (SyncingCase *self, gconstpointer data)
{
  const char *reason = "Somebody deleted this on the server. Nothing is deleted here.";
  g_autoptr (HemoPatient) here = NULL;
  gint64 first;

  take_patient (self, "4");
  tell_deleted (self, "4");
  first = syncing_waiting (&self->base, self->patient->uuid, reason);
  g_assert_cmpint (first, >, 0);
  tell_deleted (self, "4");
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM incoming"), ==, 1);
  here = syncing_load_patient (&self->base, self->patient->uuid);
  g_assert_true (here->active);
  /* Nothing of it is sent meanwhile. */
  g_set_str (&here->village, "Siaya");
  syncing_save_patient (&self->base, here);
  g_assert_cmpint (syncing_queued (&self->base, here->uuid), ==, 1);
  /* Written anew and deleted anew; also when nobody knows which version it was. */
  tell_deleted (self, "6");
  g_assert_cmpint (syncing_waiting (&self->base, self->patient->uuid, reason), >, first);
  tell_deleted (self, NULL);
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM incoming"), ==, 3);
  syncing_waiting (&self->base, self->patient->uuid, reason);
}

/* A rule refused it after all was rolled back: it waits, and the next version takes its place. */
static void
test_refused (SyncingCase *self, gconstpointer data)
{
  g_autoptr (json_object) json = syncing_stamp (hemo_fhir_patient_to_json (self->patient), "2");
  const HemoSyncIncoming incoming = { .server = SYNCING_SERVER, .resource = json };
  g_auto (HemoSyncResult) out = { 0 };
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = hemo_txn_begin (self->base.records->db, self->base.session,
                                 self->base.records->audit_keys, &error);

  g_assert_true (hemo_sync_apply_refused (txn, &incoming, &out, &error));
  g_assert_no_error (error);
  records_commit (txn);
  g_assert_cmpint (out.outcome, ==, HEMO_SYNC_WAITING);
  syncing_waiting (&self->base, self->patient->uuid, "A rule here refused it.");
  g_assert_cmpint (take_patient (self, "2"), ==, HEMO_SYNC_KNOWN);
  g_assert_cmpint (take_patient (self, "3"), ==, HEMO_SYNC_SAME);
  syncing_waiting (&self->base, self->patient->uuid, NULL);
}

/* Who may */

static void
test_people_may_not (SyncingCase *self, gconstpointer data)
{
  g_autoptr (json_object) json = syncing_stamp (hemo_fhir_patient_to_json (self->patient), "2");
  const HemoSyncIncoming incoming = { .server = SYNCING_SERVER, .resource = json };

  for (int role = 0; role < HEMO_ROLES; role++)
    {
      g_auto (HemoSyncResult) out = { 0 };
      g_autoptr (GError) error = NULL;
      HemoTxn *txn = records_begin (self->base.records, (HemoRole)role);

      g_assert_false (hemo_sync_apply (txn, &incoming, &out, &error));
      records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
      g_assert_false (hemo_sync_apply_refused (txn, &incoming, &out, &error));
      records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
      g_assert_false (hemo_sync_apply_deleted (txn, SYNCING_SERVER, "Patient", self->patient->uuid,
                                               "1", &error));
      records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
      hemo_txn_end (txn);
    }
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM incoming"), ==, 0);
}

/* And the sync may nothing that is a person's. */
static void
test_sync_may_not (SyncingCase *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = hemo_txn_begin (self->base.records->db, self->base.session,
                                 self->base.records->audit_keys, &error);

  g_assert_true (hemo_session_is_sync (self->base.session));
  hemo_session_lock (self->base.session);
  g_assert_false (hemo_patient_save (txn, self->patient, &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_false (hemo_specimen_save (txn, self->tube, &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_false (hemo_specimen_reject (txn, self->tube->uuid, HEMO_REJECTION_OTHER, NULL, &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_false (hemo_server_save (txn, HEMO_SERVER_FHIR, "{}", TRUE, &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  hemo_txn_end (txn);
  g_assert_cmpint (take_patient (self, "2"), ==, HEMO_SYNC_SAME);
}

/* What is sent keeps what others wrote and this program does not know. */
static void
test_outgoing (SyncingCase *self, gconstpointer data)
{
  g_autoptr (json_object) ours = hemo_fhir_patient_to_json (self->patient);
  g_autoptr (json_object) without = hemo_sync_outgoing (NULL, ours);
  g_autoptr (json_object) unread = hemo_sync_outgoing ("{\"resourceType\":", ours);
  g_autoptr (json_object) with = NULL;
  g_autofree char *base = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"maritalStatus\":{\"text\":\"M\"},"
      "\"name\":[{\"family\":\"Njeri\"}]}",
      self->patient->uuid);

  with = hemo_sync_outgoing (base, ours);
  g_assert_nonnull (strstr (json_object_to_json_string (with), "maritalStatus"));
  g_assert_nonnull (strstr (json_object_to_json_string (with), "Otieno"));
  g_assert_null (strstr (json_object_to_json_string (with), "Njeri"));
  g_assert_cmpint (json_object_equal (without, ours), ==, 1);
  g_assert_cmpint (json_object_equal (unread, ours), ==, 1);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/sync-apply/" path, SyncingCase, NULL, syncing_case_set_up, function,               \
              syncing_case_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("not-ours", test_not_ours);
  ADD ("older", test_older);
  ADD ("numbers-again", test_numbers_again);
  ADD ("number-of-the-last", test_number_of_the_last);
  ADD ("result-of-a-case", test_result_of_a_case);
  ADD ("result-lacks", test_result_lacks);
  ADD ("result-foreign", test_result_foreign);
  ADD ("result-of-many", test_result_of_many);
  ADD ("our-result-changed", test_our_result_changed);
  ADD ("our-field-discarded", test_our_field_discarded);
  ADD ("deleted", test_deleted);
  ADD ("refused", test_refused);
  ADD ("people-may-not", test_people_may_not);
  ADD ("sync-may-not", test_sync_may_not);
  ADD ("outgoing", test_outgoing);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A person decides between two versions: once, by the rules that hold for typing, and what was
 * decided is what is sent. */

#include "sync-fixture.h"

#include "hemo-case-load.h"
#include "hemo-fhir-media.h"
#include "hemo-mark-table.h"
#include "hemo-specimen-table.h"
#include "hemo-sync-dispute.h"

typedef gboolean (*Decision) (HemoTxn *txn, gint64 sequence, GError **error);

/* Of whatever is here. */
static gboolean
take_theirs (HemoTxn *txn, gint64 sequence, GError **error)
{
  return hemo_sync_take_theirs (txn, sequence, NULL, error);
}

static gboolean
keep_ours (HemoTxn *txn, gint64 sequence, GError **error)
{
  return hemo_sync_keep_ours (txn, sequence, NULL, error);
}

static gboolean
try_decision (
    SyncingCase *self, HemoRole role, Decision decision, gint64 sequence, int code, GQuark domain)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, role);
  gboolean done = decision (txn, sequence, &error);

  if (domain != 0)
    g_assert_error (error, domain, code);
  else
    g_assert_no_error (error);
  if (done)
    hemo_txn_commit (txn, &error);
  hemo_txn_end (txn);
  return done;
}

static void
decide (SyncingCase *self, HemoRole role, Decision decision, gint64 sequence)
{
  g_assert_true (try_decision (self, role, decision, sequence, 0, 0));
}

static void
decide_not (
    SyncingCase *self, HemoRole role, Decision decision, gint64 sequence, HemoStoreError code)
{
  g_assert_false (try_decision (self, role, decision, sequence, (int)code, HEMO_STORE_ERROR));
}

static void
deny (SyncingCase *self, HemoRole role, Decision decision, gint64 sequence)
{
  g_assert_false (
      try_decision (self, role, decision, sequence, HEMO_VAULT_ERROR_DENIED, HEMO_VAULT_ERROR));
}

/* Both wrote the telephone, and they the village too. */
static gint64
dispute (SyncingCase *self)
{
  g_autoptr (HemoPatient) theirs = hemo_patient_copy (self->patient);
  g_autoptr (HemoPatient) ours = syncing_load_patient (&self->base, self->patient->uuid);

  g_set_str (&ours->phone, "0722");
  g_set_str (&ours->village, "Bondo");
  syncing_save_patient (&self->base, ours);
  syncing_sent (&self->base);
  g_set_str (&theirs->phone, "0711");
  g_set_str (&theirs->village, "Siaya");
  g_assert_cmpint (
      syncing_take (&self->base, syncing_stamp (hemo_fhir_patient_to_json (theirs), "2")), ==,
      HEMO_SYNC_WAITING);
  return syncing_waiting (&self->base, theirs->uuid, "Both sides changed: phone, village.");
}

static void
check (SyncingCase *self, const char *phone, const char *village, gint64 queued)
{
  g_autoptr (HemoPatient) here = syncing_load_patient (&self->base, self->patient->uuid);

  g_assert_cmpstr (here->phone, ==, phone);
  g_assert_cmpstr (here->village, ==, village);
  g_assert_cmpint (syncing_queued (&self->base, here->uuid), ==, queued);
  g_assert_cmpint (syncing_waiting (&self->base, here->uuid, NULL), ==, 0);
}

/* Patients */

static void
test_keep_ours (SyncingCase *self, gconstpointer data)
{
  gint64 sequence = dispute (self);
  g_autofree char *who = NULL;

  deny (self, HEMO_ROLE_PATHOLOGIST, keep_ours, sequence);
  decide (self, HEMO_ROLE_TECHNICIAN, keep_ours, sequence);
  check (self, "0722", "Bondo", 1);
  who = syncing_ask (&self->base, "SELECT settled_by FROM incoming WHERE state = 'ours'");
  g_assert_cmpstr (who, ==, RECORDS_TECHNICIAN);
  decide_not (self, HEMO_ROLE_TECHNICIAN, keep_ours, sequence, HEMO_STORE_ERROR_CONFLICT);
  decide_not (self, HEMO_ROLE_TECHNICIAN, take_theirs, sequence, HEMO_STORE_ERROR_CONFLICT);
}

static void
test_take_theirs (SyncingCase *self, gconstpointer data)
{
  gint64 sequence = dispute (self);
  g_autofree char *sha256 = NULL;

  deny (self, HEMO_ROLE_PATHOLOGIST, take_theirs, sequence);
  decide (self, HEMO_ROLE_ADMINISTRATOR, take_theirs, sequence);
  check (self, "0711", "Siaya", 1);
  /* What is sent would be what is there: known by its hash, so that it is not written again. */
  sha256 = syncing_ask (&self->base, "SELECT sha256 FROM remote_resource WHERE id = '%s'",
                        self->patient->uuid);
  g_assert_nonnull (sha256);
}

static gboolean
take_phone (HemoTxn *txn, gint64 sequence, GError **error)
{
  guint fields = 0;

  if (!hemo_sync_differing (txn, sequence, &fields, error))
    return FALSE;
  g_assert_cmpuint (fields, ==, HEMO_FIELD_PHONE | HEMO_FIELD_VILLAGE);
  return hemo_sync_take_fields (txn, sequence, HEMO_FIELD_PHONE | HEMO_FIELD_PATIENT, NULL, error);
}

static void
test_take_fields (SyncingCase *self, gconstpointer data)
{
  gint64 sequence = dispute (self);
  g_autofree char *sha256 = NULL;

  deny (self, HEMO_ROLE_PATHOLOGIST, take_phone, sequence);
  decide (self, HEMO_ROLE_TECHNICIAN, take_phone, sequence);
  check (self, "0711", "Bondo", 1);
  sha256 = syncing_ask (&self->base, "SELECT sha256 FROM remote_resource WHERE id = '%s'",
                        self->patient->uuid);
  g_assert_null (sha256);
  g_assert_cmpint (
      syncing_count (&self->base, "SELECT count(*) FROM incoming WHERE state = 'merged'"), ==, 1);
}

static gboolean
differing (HemoTxn *txn, gint64 sequence, GError **error)
{
  guint fields = 7;
  gboolean done = hemo_sync_differing (txn, sequence, &fields, error);

  g_assert_cmpuint (fields, ==, done ? 0 : 7);
  return done;
}

static void
test_unknown_number (SyncingCase *self, gconstpointer data)
{
  static const gint64 numbers[] = { 0, -1, 17, G_MAXINT64 };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      decide_not (self, HEMO_ROLE_TECHNICIAN, keep_ours, numbers[i], HEMO_STORE_ERROR_NOT_FOUND);
      decide_not (self, HEMO_ROLE_TECHNICIAN, take_theirs, numbers[i], HEMO_STORE_ERROR_NOT_FOUND);
      decide_not (self, HEMO_ROLE_TECHNICIAN, differing, numbers[i], HEMO_STORE_ERROR_NOT_FOUND);
    }
}

/* The record has changed on the shelf meanwhile: what lay there because of it goes on. */
static void
test_shelf_goes_on (SyncingCase *self, gconstpointer data)
{
  gint64 sequence = dispute (self);

  records_run (self->base.records, "UPDATE queue SET state = 'stuck', reason = 'refused'");
  decide (self, HEMO_ROLE_TECHNICIAN, keep_ours, sequence);
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM queue WHERE state = 'stuck'"),
                   ==, 0);
}

/* Merged there into another record that is here: taking theirs merges it here. */
static void
test_take_link (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoPatient) other = syncing_add_patient (&self->base, "Amina", "Otieno");
  g_autoptr (HemoPatient) here = NULL;
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"meta\":{\"versionId\":\"2\"},\"active\":"
      "false,\"name\":[{\"family\":\"Otieno\",\"given\":[\"Amina\"]}],\"birthDate\":\"1990\","
      "\"link\":[{\"type\":\"replaced-by\",\"other\":{\"reference\":\"Patient/%s\"}}]}",
      self->patient->uuid, other->uuid);
  g_autoptr (json_object) json = hemo_fhir_parse (text, strlen (text), NULL);
  const HemoSyncIncoming incoming = { .server = SYNCING_SERVER, .resource = json };
  g_auto (HemoSyncResult) out = { 0 };
  HemoTxn *txn = hemo_txn_begin (self->base.records->db, self->base.session,
                                 self->base.records->audit_keys, NULL);

  g_assert_true (hemo_sync_apply_refused (txn, &incoming, &out, NULL));
  records_commit (txn);
  decide (self, HEMO_ROLE_TECHNICIAN, take_theirs,
          syncing_waiting (&self->base, self->patient->uuid, "A rule here refused it."));
  g_assert_cmpint (
      syncing_count (&self->base, "SELECT count(*) FROM patient WHERE merged_into IS NOT NULL"), ==,
      1);
}

/* Deleted there */

static gint64
wait_deleted (SyncingCase *self)
{
  HemoTxn *txn = hemo_txn_begin (self->base.records->db, self->base.session,
                                 self->base.records->audit_keys, NULL);

  g_assert_true (
      hemo_sync_apply_deleted (txn, SYNCING_SERVER, "Patient", self->patient->uuid, "1", NULL));
  records_commit (txn);
  return syncing_waiting (&self->base, self->patient->uuid,
                          "Somebody deleted this on the server. Nothing is deleted here.");
}

static void
test_deleted (SyncingCase *self, gconstpointer data)
{
  gint64 sequence = wait_deleted (self);

  decide_not (self, HEMO_ROLE_TECHNICIAN, take_theirs, sequence, HEMO_STORE_ERROR_STATE);
  decide_not (self, HEMO_ROLE_TECHNICIAN, take_phone, sequence + 1, HEMO_STORE_ERROR_NOT_FOUND);
  decide (self, HEMO_ROLE_TECHNICIAN, differing, sequence);
  g_assert_cmpint (syncing_queued (&self->base, self->patient->uuid), ==, 0);
  decide (self, HEMO_ROLE_TECHNICIAN, keep_ours, sequence);
  /* It is sent whole, as to a server that never had it. */
  check (self, NULL, NULL, 1);
  g_assert_cmpint (syncing_count (&self->base,
                                  "SELECT count(*) FROM remote_resource WHERE id = '%s'",
                                  self->patient->uuid),
                   ==, 0);
}

/* Orders and specimens */

static gboolean
take_patient_of_order (HemoTxn *txn, gint64 sequence, GError **error)
{
  return hemo_sync_take_fields (txn, sequence, HEMO_FIELD_PATIENT, NULL, error);
}

/* Asked for somebody else there: whatever is taken, the order stays with its patient. */
static void
test_order_stays (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoPatient) other = syncing_add_patient (&self->base, "Wanjiru", "Njeri");
  g_autoptr (HemoOrder) theirs = syncing_load_order (&self->base, self->tube->order);
  g_autoptr (HemoOrder) here = NULL;
  gint64 sequence;

  g_set_str (&theirs->patient, other->uuid);
  for (int i = 1; i < 3; i++)
    {
      syncing_take (&self->base,
                    syncing_stamp (hemo_fhir_order_to_json (theirs), i == 1 ? "1" : "2"));
      sequence = syncing_waiting (&self->base, theirs->uuid, "Both sides changed: patient.");
      deny (self, HEMO_ROLE_PATHOLOGIST, keep_ours, sequence);
      decide_not (self, HEMO_ROLE_TECHNICIAN, take_theirs, sequence, HEMO_STORE_ERROR_STATE);
      decide (self, HEMO_ROLE_TECHNICIAN, i == 1 ? keep_ours : take_patient_of_order, sequence);
      here = syncing_load_order (&self->base, theirs->uuid);
      g_assert_cmpstr (here->patient, ==, self->patient->uuid);
      g_clear_pointer (&here, hemo_order_free);
    }
  g_assert_cmpint (syncing_queued (&self->base, theirs->uuid), >, 0);
}

static gint64
dispute_specimen (SyncingCase *self, HemoSpecimen *theirs, const char *version)
{
  g_assert_cmpint (
      syncing_take (&self->base, syncing_stamp (hemo_fhir_specimen_to_json (theirs), version)), ==,
      HEMO_SYNC_WAITING);
  return syncing_count (&self->base, "SELECT max(seq) FROM incoming WHERE state = 'waiting'");
}

static void
test_specimen (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (HemoSpecimen) here = NULL;
  gint64 sequence;

  theirs->stain = HEMO_STAIN_LEISHMAN;
  theirs->rejection = HEMO_REJECTION_HAEMOLYSED;
  sequence = dispute_specimen (self, theirs, "1");
  decide_not (self, HEMO_ROLE_TECHNICIAN, take_patient_of_order, sequence, HEMO_STORE_ERROR_STATE);
  deny (self, HEMO_ROLE_PATHOLOGIST, take_theirs, sequence);
  decide (self, HEMO_ROLE_TECHNICIAN, take_theirs, sequence);
  here = syncing_load_specimen (&self->base, theirs->uuid);
  g_assert_cmpint (here->stain, ==, HEMO_STAIN_LEISHMAN);
  g_assert_cmpint (here->rejection, ==, HEMO_REJECTION_HAEMOLYSED);
}

static void
test_specimen_identity (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoPatient) other = syncing_add_patient (&self->base, "Wanjiru", "Njeri");
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (HemoSpecimen) here = NULL;
  gint64 sequence;

  g_set_str (&theirs->patient, other->uuid);
  sequence = dispute_specimen (self, theirs, "1");
  decide_not (self, HEMO_ROLE_TECHNICIAN, take_theirs, sequence, HEMO_STORE_ERROR_STATE);
  g_set_str (&theirs->patient, self->patient->uuid);
  g_set_str (&theirs->accession, "B2-25-000017-5");
  sequence = dispute_specimen (self, theirs, "2");
  decide_not (self, HEMO_ROLE_TECHNICIAN, take_theirs, sequence, HEMO_STORE_ERROR_STATE);
  here = syncing_load_specimen (&self->base, theirs->uuid);
  g_assert_cmpstr (here->accession, ==, self->tube->accession);
  g_assert_cmpstr (here->patient, ==, self->patient->uuid);
}

/* What never came in, because of what it refers to, cannot be taken either. */
static void
test_not_here (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoOrder) order = hemo_order_new (SYNCING_ID);
  gint64 sequence;

  order->tests = HEMO_TEST_CBC;
  self->base.last = TRUE;
  syncing_take (&self->base, syncing_stamp (hemo_fhir_order_to_json (order), "1"));
  sequence = syncing_waiting (&self->base, order->uuid, "Its patient is not on the server.");
  decide_not (self, HEMO_ROLE_TECHNICIAN, take_theirs, sequence, HEMO_STORE_ERROR_STATE);
  g_assert_cmpint (syncing_waiting (&self->base, order->uuid, "Its patient is not on the server."),
                   ==, sequence);
  decide (self, HEMO_ROLE_TECHNICIAN, keep_ours, sequence);
  g_assert_cmpint (syncing_queued (&self->base, order->uuid), ==, 0);
}

/* Reports */

/* Theirs stands there and ours here: what is signed is never merged, and theirs not overwritten. */
static void
test_report (SyncingCase *self, gconstpointer data)
{
  HemoRemoteResource known = { .type = (char *)"DiagnosticReport",
                               .id = (char *)SYNCING_ID,
                               .version_id = (char *)"1",
                               .sha256 = (char *)"ours" };
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"DiagnosticReport\",\"id\":\"" SYNCING_ID "\",\"meta\":{\"versionId\":"
      "\"2\"},\"specimen\":[{\"reference\":\"Specimen/%s\"}]}",
      self->tube->uuid);
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  g_autofree char *version = NULL;
  g_autofree char *sha256 = NULL;
  gint64 sequence;

  g_assert_true (hemo_remote_resource_save (txn, SYNCING_SERVER, &known, NULL));
  records_commit (txn);
  g_assert_cmpint (syncing_take_text (&self->base, text), ==, HEMO_SYNC_WAITING);
  sequence = syncing_waiting (&self->base, SYNCING_ID,
                              "Somebody else changed what this laptop reported.");
  decide (self, HEMO_ROLE_TECHNICIAN, differing, sequence);
  decide (self, HEMO_ROLE_PATHOLOGIST, take_theirs, sequence);
  version = syncing_ask (&self->base,
                         "SELECT version_id FROM remote_resource WHERE id = '" SYNCING_ID "'");
  g_assert_cmpstr (version, ==, "2");
  sha256
      = syncing_ask (&self->base, "SELECT sha256 FROM remote_resource WHERE id = '" SYNCING_ID "'");
  g_assert_cmpstr (sha256, ==, "ours");
  g_assert_cmpint (syncing_queued (&self->base, SYNCING_ID), ==, 0);
}

/* A record of @type that was sent, and that somebody else changed since. */
static gint64
dispute_result (SyncingCase *self, const char *type)
{
  HemoRemoteResource known = { .type = (char *)type,
                               .id = (char *)SYNCING_ID,
                               .version_id = (char *)"1",
                               .sha256 = (char *)"ours" };
  g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"%s\",\"id\":\"" SYNCING_ID
                                           "\",\"meta\":{\"versionId\":\"2\"},"
                                           "\"specimen\":{\"reference\":\"Specimen/%s\"}}",
                                           type, self->tube->uuid);
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_remote_resource_save (txn, SYNCING_SERVER, &known, NULL));
  records_commit (txn);
  g_assert_cmpint (syncing_take_text (&self->base, text), ==, HEMO_SYNC_WAITING);
  return syncing_waiting (&self->base, SYNCING_ID,
                          "Somebody else changed what this laptop reported.");
}

/* The picture stays, with the marks that others drew on it. */
static void
test_take_marks (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoCase) loaded = NULL;
  HemoImage *theirs;
  g_autoptr (GPtrArray) here = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *image = NULL;
  HemoRemoteResource ours = { .type = (char *)"Media", .version_id = (char *)"1" };
  gint64 sequence, version = 0;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  ours.id = image = records_add_image (txn, self->tube->uuid, 1);
  g_assert_true (hemo_remote_resource_save (txn, SYNCING_SERVER, &ours, &error));
  loaded = hemo_case_load (txn, self->tube->uuid, &error);
  g_assert_no_error (error);
  records_commit (txn);
  theirs = g_ptr_array_index (loaded->images, 0);
  theirs->captured_at = self->tube->received_at;
  theirs->marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
  g_ptr_array_add (theirs->marks, hemo_mark_new (HEMO_MARK_CIRCLE, 20, 20, 30, 30));
  g_assert_cmpint (syncing_take (&self->base, syncing_stamp (hemo_fhir_media_to_json (
                                                                 theirs, self->patient->uuid, NULL),
                                                             "2")),
                   ==, HEMO_SYNC_WAITING);
  sequence
      = syncing_waiting (&self->base, image, "Somebody else changed what this laptop reported.");
  decide (self, HEMO_ROLE_PATHOLOGIST, take_theirs, sequence);
  txn = records_begin (self->base.records, HEMO_ROLE_PATHOLOGIST);
  here = hemo_marks_load (txn, image, &version, &error);
  records_commit (txn);
  g_assert_cmpuint (here->len, ==, 1);
  g_assert_cmpint (((HemoMark *)here->pdata[0])->kind, ==, HEMO_MARK_CIRCLE);
  g_assert_cmpint (syncing_queued (&self->base, image), ==, 0);
}

/* What has no change of its own goes with its case: kept is sent. */
static void
test_keep_result (SyncingCase *self, gconstpointer data)
{
  gint64 sequence = dispute_result (self, "Observation");

  g_assert_cmpint (syncing_queued (&self->base, self->tube->uuid), ==, 0);
  decide (self, HEMO_ROLE_PATHOLOGIST, keep_ours, sequence);
  g_assert_cmpint (syncing_queued (&self->base, self->tube->uuid), ==, 1);
}

/* Theirs is not said to stand where a newer one of ours is about to go over it. */
static void
test_newer_report (SyncingCase *self, gconstpointer data)
{
  gint64 sequence = dispute_result (self, "DiagnosticReport");
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_PATHOLOGIST);

  g_assert_true (hemo_txn_log_change (txn, "report.sign", "DiagnosticReport", SYNCING_ID, 2,
                                      HEMO_LANE_RESULTS, NULL));
  records_commit (txn);
  decide_not (self, HEMO_ROLE_PATHOLOGIST, take_theirs, sequence, HEMO_STORE_ERROR_STATE);
  decide (self, HEMO_ROLE_PATHOLOGIST, keep_ours, sequence);
  g_assert_cmpint (syncing_queued (&self->base, SYNCING_ID), ==, 1);
}

/* Of what was seen, and nothing else */

static HemoSyncDispute *
look (SyncingCase *self, gint64 sequence)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  HemoSyncDispute *seen = hemo_sync_dispute_load (txn, sequence, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return seen;
}

/* Both ways: FALSE where the record is another by now, which is never written then. */
static gboolean
decide_seen (SyncingCase *self, const HemoSyncDispute *seen, gboolean ours)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  gint64 sequence = seen->incoming->sequence;
  gboolean done = ours ? hemo_sync_keep_ours (txn, sequence, seen->seen, &error)
                       : hemo_sync_take_theirs (txn, sequence, seen->seen, &error);

  if (!done)
    g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  else
    hemo_txn_commit (txn, NULL);
  hemo_txn_end (txn);
  return done;
}

static void
test_seen_specimen (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (HemoSpecimen) ours = syncing_load_specimen (&self->base, self->tube->uuid);
  g_autoptr (HemoSpecimen) here = NULL;
  g_autoptr (HemoSyncDispute) before = NULL;
  g_autoptr (HemoSyncDispute) after = NULL;
  HemoTxn *txn;

  theirs->stain = HEMO_STAIN_LEISHMAN;
  before = look (self, dispute_specimen (self, theirs, "1"));
  ours->stain = HEMO_STAIN_WRIGHT;
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_specimen_save (txn, ours, NULL));
  records_commit (txn);
  g_assert_false (decide_seen (self, before, FALSE));
  g_assert_false (decide_seen (self, before, TRUE));
  here = syncing_load_specimen (&self->base, theirs->uuid);
  g_assert_cmpint (here->stain, ==, HEMO_STAIN_WRIGHT);
  after = look (self, before->incoming->sequence);
  g_assert_cmpstr (after->seen, !=, before->seen);
  g_assert_true (decide_seen (self, after, FALSE));
  hemo_specimen_free (here);
  here = syncing_load_specimen (&self->base, theirs->uuid);
  g_assert_cmpint (here->stain, ==, HEMO_STAIN_LEISHMAN);
}

static void
test_seen_patient (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoSyncDispute) before = look (self, dispute (self));
  g_autoptr (HemoSyncDispute) after = NULL;
  g_autoptr (HemoPatient) ours = syncing_load_patient (&self->base, self->patient->uuid);

  g_set_str (&ours->given, "Amina Rose");
  syncing_save_patient (&self->base, ours);
  g_assert_false (decide_seen (self, before, TRUE));
  g_assert_false (decide_seen (self, before, FALSE));
  after = look (self, before->incoming->sequence);
  g_assert_true (decide_seen (self, after, TRUE));
}

/* Nothing of it is here, and that is what was seen. */
static void
test_seen_nothing (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoSyncDispute) seen = look (self, dispute_result (self, "Observation"));

  g_assert_false (seen->here);
  g_assert_nonnull (seen->seen);
  g_assert_true (decide_seen (self, seen, TRUE));
}

#define ADD(path, function)                                                                        \
  g_test_add ("/sync-settle/" path, SyncingCase, NULL, syncing_case_set_up_known, function,        \
              syncing_case_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("keep-ours", test_keep_ours);
  ADD ("take-theirs", test_take_theirs);
  ADD ("take-fields", test_take_fields);
  ADD ("unknown-number", test_unknown_number);
  ADD ("shelf-goes-on", test_shelf_goes_on);
  ADD ("take-link", test_take_link);
  ADD ("deleted", test_deleted);
  ADD ("order-stays", test_order_stays);
  ADD ("specimen", test_specimen);
  ADD ("specimen-identity", test_specimen_identity);
  ADD ("not-here", test_not_here);
  ADD ("report", test_report);
  ADD ("keep-result", test_keep_result);
  ADD ("newer-report", test_newer_report);
  ADD ("take-marks", test_take_marks);
  ADD ("seen-specimen", test_seen_specimen);
  ADD ("seen-patient", test_seen_patient);
  ADD ("seen-nothing", test_seen_nothing);
  return g_test_run ();
}

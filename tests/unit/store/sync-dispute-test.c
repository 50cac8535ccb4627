/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person is shown of two versions, decides of both and of what is typed besides, and takes
 * back. */

#include "sync-fixture.h"

#include "hemo-fhir-lines.h"
#include "hemo-patient-table.h"
#include "hemo-queue.h"
#include "hemo-specimen-table.h"
#include "hemo-sync-dispute.h"
#include "hemo-sync-undo.h"

/* Both wrote the telephone, and they the village too. */
static gint64
dispute (SyncingCase *self)
{
  g_autoptr (HemoPatient) theirs = hemo_patient_copy (self->patient);
  g_autoptr (HemoPatient) ours = syncing_load_patient (&self->base, self->patient->uuid);

  g_set_str (&ours->phone, "0722");
  syncing_save_patient (&self->base, ours);
  syncing_sent (&self->base);
  g_set_str (&theirs->phone, "0711");
  syncing_take (&self->base, syncing_stamp (hemo_fhir_patient_to_json (theirs), "2"));
  return syncing_waiting (&self->base, theirs->uuid, "Both sides changed: phone.");
}

static HemoSyncDispute *
load (SyncingCase *self, gint64 sequence)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  HemoSyncDispute *dispute_of = hemo_sync_dispute_load (txn, sequence, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return dispute_of;
}

static void
test_shows (SyncingCase *self, gconstpointer data)
{
  gint64 sequence = dispute (self);
  g_autoptr (HemoSyncDispute) shown = load (self, sequence);

  g_assert_cmpstr (shown->name, ==, "Amina Otieno");
  g_assert_true (shown->here);
  g_assert_false (shown->deleted);
  g_assert_cmpuint (shown->differing, ==, HEMO_FIELD_PHONE);
  g_assert_cmpstr (shown->our_patient->phone, ==, "0722");
  g_assert_cmpstr (shown->their_patient->phone, ==, "0711");
  g_assert_cmpstr (shown->incoming->author, ==, "Dora Test");
  g_assert_nonnull (shown->our_author);
  g_assert_cmpint (shown->our_time.utc_us, >, 0);
  g_assert_cmpint (shown->their_time.utc_us, >, 0);
  g_assert_cmpint (hemo_sync_dispute_action (shown), ==, HEMO_ACTION_PATIENT_EDIT);
  g_assert_cmpuint (shown->lines->len, >, 0);
}

/* The server's own time of a version. */
static void
test_time (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoSyncDispute) shown = NULL;
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"meta\":{\"versionId\":\"2\",\"lastUpdated\":"
      "\"2026-11-21T10:00:00.000+03:00\"},\"name\":[{\"text\":\"\\u0007\"}]}",
      self->patient->uuid);

  syncing_take_text (&self->base, text);
  shown = load (self, syncing_count (&self->base, "SELECT max(seq) FROM incoming"));
  g_assert_cmpint (shown->their_time.utc_us, ==, G_GINT64_CONSTANT (1795244400000000));
}

static void
test_specimen (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (HemoSyncDispute) shown = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;
  gboolean differs = FALSE;

  theirs->stain = HEMO_STAIN_LEISHMAN;
  syncing_take (&self->base, syncing_stamp (hemo_fhir_specimen_to_json (theirs), "1"));
  shown = load (self, syncing_waiting (&self->base, theirs->uuid,
                                       "The specimen was changed here and there."));
  g_assert_true (shown->here);
  g_assert_cmpstr (shown->accession, ==, self->tube->accession);
  g_assert_cmpstr (shown->name, ==, "Amina Otieno");
  for (guint i = 0; i < shown->lines->len; i++)
    {
      const HemoFhirLine *line = g_ptr_array_index (shown->lines, i);

      differs = differs || g_strcmp0 (line->ours, line->theirs) != 0;
    }
  g_assert_true (differs);
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  all = hemo_sync_disputes (txn, 9, &error);
  g_assert_no_error (error);
  records_commit (txn);
  g_assert_cmpuint (all->len, ==, 1);
  g_assert_cmpstr (((HemoSyncDispute *)all->pdata[0])->accession, ==, self->tube->accession);
}

/* Merged there: with whom is said by name. And while it is looked at, a newer version comes. */
static void
test_link (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoPatient) other = syncing_add_patient (&self->base, "Wanjiru", "Njeri");
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"meta\":{\"versionId\":\"2\"},\"name\":[{"
      "\"text\":\"\\u0007\"}],\"link\":[{\"other\":{\"reference\":\"Patient/%s\"}},{\"other\":{"
      "\"reference\":\"Patient/" SYNCING_ID "\"}}]}",
      self->patient->uuid, other->uuid);
  g_autofree char *newer = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"meta\":{\"versionId\":\"3\"},\"name\":[{"
      "\"text\":\"\\u0007\"}]}",
      self->patient->uuid);
  g_autofree char *said = NULL;
  g_autoptr (HemoSyncDispute) shown = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  syncing_take_text (&self->base, text);
  shown = load (self, syncing_count (&self->base, "SELECT max(seq) FROM incoming"));
  for (guint i = 0; i < shown->lines->len; i++)
    {
      const HemoFhirLine *line = g_ptr_array_index (shown->lines, i);
      g_autofree char *before = g_steal_pointer (&said);

      said = g_strconcat (before != NULL ? before : "",
                          g_str_equal (line->name, "link.other") ? line->theirs : "", "; ", NULL);
    }
  g_assert_nonnull (strstr (said, "Wanjiru Njeri, "));
  g_assert_nonnull (strstr (said, "Patient/" SYNCING_ID));
  syncing_take_text (&self->base, newer);
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  g_assert_false (hemo_sync_keep_ours (txn, shown->incoming->sequence, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "newer version"));
  hemo_txn_end (txn);
}

/* Of what is not here, and of what was deleted there, only one side says anything. */
static void
test_one_side (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoOrder) order = hemo_order_new (SYNCING_ID);
  g_autoptr (HemoSyncDispute) foreign = NULL;
  g_autoptr (HemoSyncDispute) deleted = NULL;
  HemoTxn *txn;

  order->tests = HEMO_TEST_CBC;
  self->base.last = TRUE;
  syncing_take (&self->base, syncing_stamp (hemo_fhir_order_to_json (order), "1"));
  foreign = load (self,
                  syncing_waiting (&self->base, order->uuid, "Its patient is not on the server."));
  g_assert_false (foreign->here);
  g_assert_null (foreign->name);
  g_assert_null (foreign->our_author);
  g_assert_cmpuint (foreign->lines->len, >, 0);
  txn = hemo_txn_begin (self->base.records->db, self->base.session, self->base.records->audit_keys,
                        NULL);
  g_assert_true (
      hemo_sync_apply_deleted (txn, SYNCING_SERVER, "Patient", self->patient->uuid, "1", NULL));
  records_commit (txn);
  deleted = load (self, syncing_count (&self->base, "SELECT max(seq) FROM incoming"));
  g_assert_true (deleted->deleted);
  g_assert_true (deleted->here);
  g_assert_null (deleted->their_patient);
  g_assert_cmpuint (deleted->differing, ==, 0);
}

/* A third value */

static void
decide_patient (SyncingCase *self, gint64 sequence, const char *phone, HemoSyncUndo **undo)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoPatient) decided = syncing_load_patient (&self->base, self->patient->uuid);
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  g_set_str (&decided->phone, phone);
  *undo = hemo_sync_undo_new (txn, sequence, &error);
  g_assert_true (hemo_sync_decide_patient (txn, sequence, decided, &error));
  g_assert_true (hemo_sync_undo_seal (*undo, txn, &error));
  g_assert_no_error (error);
  g_assert_false (hemo_sync_decide_patient (txn, sequence, decided, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  records_commit (txn);
}

static void
check_phone (SyncingCase *self, const char *phone)
{
  g_autoptr (HemoPatient) here = syncing_load_patient (&self->base, self->patient->uuid);

  g_assert_cmpstr (here->phone, ==, phone);
}

static void
undo_as (SyncingCase *self, HemoSyncUndo *undo, HemoRole role, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, role);
  gboolean done = hemo_sync_undo_run (undo, txn, &error);

  g_assert_cmpint (done, ==, domain == 0);
  if (domain != 0)
    g_assert_error (error, domain, code);
  else
    g_assert_no_error (error);
  if (done)
    records_commit (txn);
  else
    hemo_txn_end (txn);
}

static void
test_third (SyncingCase *self, gconstpointer data)
{
  gint64 sequence = dispute (self);
  g_autoptr (HemoSyncUndo) undo = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoOrder) order = hemo_order_new (self->patient->uuid);

  g_assert_false (hemo_sync_decide_order (txn, sequence, order, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  /* As it was before somebody wrote the telephone. */
  g_assert_false (hemo_sync_decide_patient (txn, sequence, self->patient, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  hemo_txn_end (txn);
  decide_patient (self, sequence, "0733", &undo);
  check_phone (self, "0733");
  g_assert_cmpint (syncing_queued (&self->base, self->patient->uuid), ==, 1);
  g_assert_cmpint (
      syncing_count (&self->base, "SELECT count(*) FROM incoming WHERE state = 'merged'"), ==, 1);
}

static void
test_undo (SyncingCase *self, gconstpointer data)
{
  gint64 sequence = dispute (self);
  g_autoptr (HemoSyncUndo) undo = NULL;
  g_autoptr (HemoSyncUndo) again = NULL;

  decide_patient (self, sequence, "0733", &undo);
  undo_as (self, undo, HEMO_ROLE_PATHOLOGIST, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  undo_as (self, undo, HEMO_ROLE_TECHNICIAN, 0, 0);
  check_phone (self, "0722");
  g_assert_cmpint (syncing_waiting (&self->base, self->patient->uuid, "Both sides changed: phone."),
                   ==, sequence);
  undo_as (self, undo, HEMO_ROLE_TECHNICIAN, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  /* Decided anew, as if nothing had been. */
  decide_patient (self, sequence, "0744", &again);
  check_phone (self, "0744");
  g_assert_cmpint (
      syncing_count (&self->base, "SELECT count(*) FROM audit WHERE what = 'sync.reopen'"), ==, 1);
}

/* For a while nothing of it is sent, and then it is. */
static void
test_hold (SyncingCase *self, gconstpointer data)
{
  gint64 sequence = dispute (self);
  g_autoptr (HemoSyncUndo) undo = NULL;
  g_autoptr (GPtrArray) held = NULL;
  g_autoptr (GPtrArray) freed = NULL;
  g_autoptr (GPtrArray) ahead = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  decide_patient (self, sequence, "0733", &undo);
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_incoming_hold (txn, sequence, &error));
  held = hemo_queue_waiting (txn, HEMO_LANE_RESULTS, 9, &error);
  g_assert_cmpuint (held->len, ==, 0);
  records_commit (txn);
  records_run (self->base.records, "UPDATE incoming SET settled_us = settled_us - 9000000");
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  freed = hemo_queue_waiting (txn, HEMO_LANE_RESULTS, 9, &error);
  g_assert_cmpuint (freed->len, ==, 1);
  records_commit (txn);
  /* Decided while the clock was a year ahead. */
  records_run (self->base.records, "UPDATE incoming SET settled_us = settled_us + 31536000000000");
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  ahead = hemo_queue_waiting (txn, HEMO_LANE_RESULTS, 9, &error);
  g_assert_cmpuint (ahead->len, ==, 1);
  g_assert_no_error (error);
  records_commit (txn);
}

/* What was sent meanwhile stands. */
static void
test_undo_late (SyncingCase *self, gconstpointer data)
{
  gint64 sequence = dispute (self);
  g_autoptr (HemoSyncUndo) undo = NULL;

  decide_patient (self, sequence, "0733", &undo);
  records_run (self->base.records, "UPDATE remote_resource SET version_id = '3'");
  undo_as (self, undo, HEMO_ROLE_TECHNICIAN, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  check_phone (self, "0733");
}

typedef gboolean (*Decision) (HemoTxn *txn, gint64 sequence, GError **error);

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
decide (SyncingCase *self, gint64 sequence, Decision decision, HemoSyncUndo **undo)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  gboolean sealed;

  *undo = hemo_sync_undo_new (txn, sequence, &error);
  g_assert_true (decision (txn, sequence, &error));
  sealed = hemo_sync_undo_seal (*undo, txn, &error);
  g_assert_no_error (error);
  records_commit (txn);
  return sealed;
}

/* An order and a specimen go back as a patient does; a rejection is for good. */
static void
test_undo_records (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (HemoSpecimen) here = NULL;
  g_autoptr (HemoSyncUndo) undo = NULL;
  g_autoptr (HemoSyncUndo) rejected = NULL;
  HemoRemoteResource known = { .type = (char *)"Specimen",
                               .id = self->tube->uuid,
                               .version_id = (char *)"1",
                               .sha256 = (char *)"ours" };
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  gint64 sequence;

  g_assert_true (hemo_remote_resource_save (txn, SYNCING_SERVER, &known, NULL));
  records_commit (txn);
  theirs->stain = HEMO_STAIN_LEISHMAN;
  syncing_take (&self->base, syncing_stamp (hemo_fhir_specimen_to_json (theirs), "2"));
  sequence
      = syncing_waiting (&self->base, theirs->uuid, "The specimen was changed here and there.");
  g_assert_true (decide (self, sequence, take_theirs, &undo));
  undo_as (self, undo, HEMO_ROLE_TECHNICIAN, 0, 0);
  here = syncing_load_specimen (&self->base, theirs->uuid);
  g_assert_cmpint (here->stain, ==, self->tube->stain);
  theirs->rejection = HEMO_REJECTION_HAEMOLYSED;
  syncing_take (&self->base, syncing_stamp (hemo_fhir_specimen_to_json (theirs), "3"));
  sequence
      = syncing_waiting (&self->base, theirs->uuid, "The specimen was changed here and there.");
  g_assert_false (decide (self, sequence, take_theirs, &rejected));
}

static void
test_order (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoOrder) theirs = syncing_load_order (&self->base, self->tube->order);
  g_autoptr (HemoOrder) decided = NULL;
  g_autoptr (HemoOrder) here = NULL;
  g_autoptr (HemoSyncDispute) shown = NULL;
  g_autoptr (HemoSyncUndo) undo = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;
  gint64 sequence;

  syncing_take (&self->base, syncing_stamp (hemo_fhir_order_to_json (theirs), "1"));
  g_set_str (&theirs->patient, SYNCING_ID);
  g_set_str (&theirs->requester, "Dr. Wanjiru");
  syncing_take (&self->base, syncing_stamp (hemo_fhir_order_to_json (theirs), "2"));
  sequence = syncing_waiting (&self->base, theirs->uuid, "Both sides changed: patient.");
  shown = load (self, sequence);
  g_assert_cmpuint (shown->differing, ==, HEMO_FIELD_PATIENT);
  g_assert_cmpstr (shown->name, ==, "Amina Otieno");
  g_assert_cmpint (hemo_sync_dispute_action (shown), ==, HEMO_ACTION_SPECIMEN_EDIT);
  decided = syncing_load_order (&self->base, self->tube->order);
  g_set_str (&decided->patient, SYNCING_ID);
  g_set_str (&decided->requester, "Dr. Third");
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  undo = hemo_sync_undo_new (txn, sequence, &error);
  g_assert_true (hemo_sync_decide_order (txn, sequence, decided, &error));
  g_assert_true (hemo_sync_undo_seal (undo, txn, &error));
  records_commit (txn);
  here = syncing_load_order (&self->base, theirs->uuid);
  g_assert_cmpstr (here->requester, ==, "Dr. Third");
  g_assert_cmpstr (here->patient, ==, self->patient->uuid);
  undo_as (self, undo, HEMO_ROLE_TECHNICIAN, 0, 0);
  hemo_order_free (here);
  here = syncing_load_order (&self->base, theirs->uuid);
  g_assert_cmpstr (here->requester, ==, "Dr. Wanjiru");
}

/* Ours goes over what was deleted; a server that lost it has nothing to go back to. */
static void
test_undo_lost (SyncingCase *self, gconstpointer data)
{
  HemoTxn *txn = hemo_txn_begin (self->base.records->db, self->base.session,
                                 self->base.records->audit_keys, NULL);
  g_autoptr (HemoSyncUndo) undo = NULL;

  g_assert_true (
      hemo_sync_apply_deleted (txn, SYNCING_SERVER, "Patient", self->patient->uuid, "1", NULL));
  records_commit (txn);
  g_assert_false (decide (self, syncing_count (&self->base, "SELECT max(seq) FROM incoming"),
                          keep_ours, &undo));
}

static void
test_unknown (SyncingCase *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  g_assert_null (hemo_sync_undo_new (txn, 4711, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_assert_null (hemo_sync_dispute_load (txn, 4711, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  hemo_txn_end (txn);
}

/* What cannot be taken */

/* Says why, and is refused for that reason. Whether a rejection is offered. */
static gboolean
check_refused (SyncingCase *self, gint64 sequence, const char *why)
{
  g_autoptr (HemoSyncDispute) shown = load (self, sequence);
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  gboolean done = take_theirs (txn, sequence, &error);

  g_assert_cmpint (done, ==, why == NULL);
  if (why == NULL)
    g_assert_null (shown->refusal);
  else
    {
      g_assert_nonnull (strstr (shown->refusal, why));
      g_assert_cmpstr (shown->refusal, ==, error->message);
    }
  hemo_txn_end (txn);
  return shown->rejectable;
}

static gint64
wait_specimen (SyncingCase *self, HemoSpecimen *theirs, const char *version)
{
  syncing_take (&self->base, syncing_stamp (hemo_fhir_specimen_to_json (theirs), version));
  return syncing_count (&self->base, "SELECT max(seq) FROM incoming WHERE state = 'waiting'");
}

static void
test_refused_specimen (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (HemoPatient) other = syncing_add_patient (&self->base, "Wanjiru", "Njeri");
  HemoTxn *txn;

  theirs->stain = HEMO_STAIN_LEISHMAN;
  g_assert_false (check_refused (self, wait_specimen (self, theirs, "1"), NULL));
  g_set_str (&theirs->accession, "B2-25-000017-5");
  g_assert_true (
      check_refused (self, wait_specimen (self, theirs, "2"), "reject this one and accept"));
  g_set_str (&theirs->accession, self->tube->accession);
  g_set_str (&theirs->patient, other->uuid);
  g_assert_true (
      check_refused (self, wait_specimen (self, theirs, "3"), "reject this one and accept"));
  g_set_str (&theirs->patient, self->tube->patient);
  theirs->rejection = HEMO_REJECTION_HAEMOLYSED;
  check_refused (self, wait_specimen (self, theirs, "4"), NULL);
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (
      hemo_specimen_reject (txn, self->tube->uuid, HEMO_REJECTION_HAEMOLYSED, NULL, NULL));
  records_commit (txn);
  g_assert_false (check_refused (self, wait_specimen (self, theirs, "5"), NULL));
  theirs->rejection = HEMO_REJECTION_NONE;
  check_refused (self, wait_specimen (self, theirs, "6"), "stays so");
  g_set_str (&theirs->accession, "B2-25-000017-5");
  g_assert_false (check_refused (self, wait_specimen (self, theirs, "7"), "so keep ours"));
}

static void
test_refused_order (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoPatient) other = syncing_add_patient (&self->base, "Wanjiru", "Njeri");
  g_autoptr (HemoOrder) theirs = syncing_load_order (&self->base, self->tube->order);

  g_set_str (&theirs->patient, other->uuid);
  syncing_take (&self->base, syncing_stamp (hemo_fhir_order_to_json (theirs), "1"));
  check_refused (self, syncing_waiting (&self->base, theirs->uuid, "Both sides changed: patient."),
                 "stays with its patient");
}

/* Merged here since: nothing of it is written any more, and ours can be kept all the same. */
static void
test_refused_merged (SyncingCase *self, gconstpointer data)
{
  gint64 sequence = dispute (self);
  g_autoptr (HemoPatient) other = NULL;
  g_autofree char *survivor = NULL;
  HemoTxn *txn;

  check_refused (self, sequence, NULL);
  /* The record whose UUID sorts first survives, and that is to be the other. */
  do
    {
      g_clear_pointer (&other, hemo_patient_free);
      other = syncing_add_patient (&self->base, "Amina", "Otieno");
    }
  while (strcmp (other->uuid, self->patient->uuid) > 0);
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_patient_merge (txn, self->patient->uuid, other->uuid, &survivor, NULL));
  records_commit (txn);
  g_assert_cmpstr (survivor, ==, other->uuid);
  check_refused (self, sequence, "merged into another");
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (keep_ours (txn, sequence, NULL));
  records_commit (txn);
}

static void
test_refused_deleted (SyncingCase *self, gconstpointer data)
{
  HemoTxn *txn = hemo_txn_begin (self->base.records->db, self->base.session,
                                 self->base.records->audit_keys, NULL);

  g_assert_true (
      hemo_sync_apply_deleted (txn, SYNCING_SERVER, "Patient", self->patient->uuid, "1", NULL));
  records_commit (txn);
  check_refused (self, syncing_count (&self->base, "SELECT max(seq) FROM incoming"),
                 "Nothing is deleted here");
}

/* While one version is looked at a newer one comes: it is asked of that. */
static void
test_follow (SyncingCase *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (GError) error = NULL;
  gint64 first, second, shown;
  HemoTxn *txn;

  theirs->stain = HEMO_STAIN_LEISHMAN;
  first = shown = wait_specimen (self, theirs, "1");
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_sync_dispute_follow (txn, &shown, &error));
  g_assert_cmpint (shown, ==, first);
  records_commit (txn);
  theirs->stain = HEMO_STAIN_WRIGHT;
  second = wait_specimen (self, theirs, "2");
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_sync_dispute_follow (txn, &shown, &error));
  g_assert_cmpint (shown, ==, second);
  g_assert_cmpint (shown, !=, first);
  shown = 4711;
  g_assert_false (hemo_sync_dispute_follow (txn, &shown, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_assert_cmpint (shown, ==, 4711);
  hemo_txn_end (txn);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/sync-dispute/" path, SyncingCase, NULL, syncing_case_set_up_known, function,       \
              syncing_case_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("shows", test_shows);
  ADD ("time", test_time);
  ADD ("specimen", test_specimen);
  ADD ("link", test_link);
  ADD ("one-side", test_one_side);
  ADD ("third", test_third);
  ADD ("undo", test_undo);
  ADD ("hold", test_hold);
  ADD ("undo-late", test_undo_late);
  ADD ("undo-records", test_undo_records);
  ADD ("undo-lost", test_undo_lost);
  ADD ("order", test_order);
  ADD ("unknown", test_unknown);
  ADD ("refused-specimen", test_refused_specimen);
  ADD ("refused-order", test_refused_order);
  ADD ("refused-merged", test_refused_merged);
  ADD ("refused-deleted", test_refused_deleted);
  ADD ("follow", test_follow);
  return g_test_run ();
}

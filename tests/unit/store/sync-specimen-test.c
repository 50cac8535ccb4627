/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders and specimens that others wrote: whose blood it is never changes, whoever says so. */

#include "sync-fixture.h"

#include "hemo-remote-memory.h"

typedef struct
{
  Syncing base;
  HemoPatient *patient;
  HemoSpecimen *tube;
  HemoOrder *order;
} Bench;

/* A case that the server has as it is here, as version 1. */
static void
set_up (Bench *self, gconstpointer data)
{
  syncing_set_up (&self->base, NULL);
  self->patient = syncing_add_patient (&self->base, "Amina", "Otieno");
  self->tube = syncing_add_case (&self->base, self->patient->uuid);
  self->order = syncing_load_order (&self->base, self->tube->order);
  g_assert_cmpint (
      syncing_take (&self->base, syncing_stamp (hemo_fhir_order_to_json (self->order), "1")), ==,
      HEMO_SYNC_SAME);
  g_assert_cmpint (
      syncing_take (&self->base, syncing_stamp (hemo_fhir_specimen_to_json (self->tube), "1")), ==,
      HEMO_SYNC_SAME);
  syncing_sent (&self->base);
}

static void
tear_down (Bench *self, gconstpointer data)
{
  hemo_order_free (self->order);
  hemo_specimen_free (self->tube);
  hemo_patient_free (self->patient);
  syncing_tear_down (&self->base, NULL);
}

static HemoSyncOutcome
take_order (Bench *self, const HemoOrder *order, const char *version)
{
  return syncing_take (&self->base, syncing_stamp (hemo_fhir_order_to_json (order), version));
}

static HemoSyncOutcome
take_specimen (Bench *self, const HemoSpecimen *specimen, const char *version)
{
  return syncing_take (&self->base, syncing_stamp (hemo_fhir_specimen_to_json (specimen), version));
}

static void
save_order (Bench *self, HemoOrder *order)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  hemo_order_save (txn, order, &error);
  g_assert_no_error (error);
  records_commit (txn);
}

static void
check_lacks (Bench *self, const char *type, const char *id)
{
  g_assert_cmpstr (self->base.result.lacks_type, ==, type);
  g_assert_cmpstr (self->base.result.lacks_id, ==, id);
}

/* Orders */

static void
test_order_created (Bench *self, gconstpointer data)
{
  g_autoptr (HemoOrder) order = hemo_order_new (self->patient->uuid);
  g_autoptr (HemoOrder) here = NULL;

  order->tests = HEMO_TEST_MALARIA;
  order->urgency = HEMO_URGENCY_STAT;
  order->pregnancy = HEMO_PREGNANCY_TRIMESTER_2;
  g_set_str (&order->clinical_note, "জ্বর ৩ দিন");
  g_assert_cmpint (take_order (self, order, "1"), ==, HEMO_SYNC_APPLIED);
  here = syncing_load_order (&self->base, order->uuid);
  g_assert_cmpint (here->tests, ==, HEMO_TEST_MALARIA);
  g_assert_cmpint (here->urgency, ==, HEMO_URGENCY_STAT);
  g_assert_cmpint (here->pregnancy, ==, HEMO_PREGNANCY_TRIMESTER_2);
  g_assert_cmpstr (here->clinical_note, ==, "জ্বর ৩ দিন");
  g_assert_cmpint (here->version, ==, 1);
  g_assert_cmpint (syncing_queued (&self->base, order->uuid), ==, 0);
  g_assert_cmpint (take_order (self, order, "1"), ==, HEMO_SYNC_KNOWN);
}

static void
test_order_lacks (Bench *self, gconstpointer data)
{
  g_autoptr (HemoOrder) order = hemo_order_new (SYNCING_ID);

  order->tests = HEMO_TEST_CBC;
  g_assert_cmpint (take_order (self, order, "1"), ==, HEMO_SYNC_LACKS);
  check_lacks (self, "Patient", SYNCING_ID);
  self->base.last = TRUE;
  g_assert_cmpint (take_order (self, order, "1"), ==, HEMO_SYNC_WAITING);
  g_assert_cmpint (syncing_waiting (&self->base, order->uuid, "Its patient is not on the server."),
                   >, 0);
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM lab_order"), ==, 1);
}

static void
test_order_merged (Bench *self, gconstpointer data)
{
  g_autoptr (HemoOrder) theirs = hemo_order_copy (self->order);
  g_autoptr (HemoOrder) here = NULL;

  self->order->urgency = HEMO_URGENCY_STAT;
  self->order->tests |= HEMO_TEST_MALARIA;
  save_order (self, self->order);
  syncing_sent (&self->base);
  g_set_str (&theirs->clinical_note, "Fever");
  theirs->tests |= HEMO_TEST_CBC;
  g_assert_cmpint (take_order (self, theirs, "2"), ==, HEMO_SYNC_MERGED);
  here = syncing_load_order (&self->base, theirs->uuid);
  g_assert_cmpstr (here->clinical_note, ==, "Fever");
  g_assert_cmpint (here->urgency, ==, HEMO_URGENCY_STAT);
  g_assert_cmpint (here->tests, ==, HEMO_TEST_DIFFERENTIAL | HEMO_TEST_MALARIA | HEMO_TEST_CBC);
  g_assert_cmpint (syncing_queued (&self->base, theirs->uuid), ==, 1);
}

/* Each side leaves one test, and not the same: nothing would be left to do. */
static void
test_order_without_tests (Bench *self, gconstpointer data)
{
  g_autoptr (HemoOrder) theirs = hemo_order_copy (self->order);
  g_autoptr (HemoOrder) here = NULL;

  theirs->tests = HEMO_TEST_DIFFERENTIAL | HEMO_TEST_CBC;
  g_assert_cmpint (take_order (self, theirs, "2"), ==, HEMO_SYNC_MERGED);
  here = syncing_load_order (&self->base, theirs->uuid);
  here->tests = HEMO_TEST_CBC;
  save_order (self, here);
  theirs->tests = HEMO_TEST_DIFFERENTIAL;
  g_assert_cmpint (take_order (self, theirs, "3"), ==, HEMO_SYNC_WAITING);
  g_assert_cmpint (syncing_waiting (&self->base, theirs->uuid, "Both sides changed: tests."), >, 0);
  hemo_order_free (here);
  here = syncing_load_order (&self->base, theirs->uuid);
  g_assert_cmpint (here->tests, ==, HEMO_TEST_CBC);
}

/* They ask it for somebody else: not here, and what else they changed comes. */
static void
test_order_of_another (Bench *self, gconstpointer data)
{
  g_autoptr (HemoPatient) other = syncing_add_patient (&self->base, "Wanjiru", "Njeri");
  g_autoptr (HemoOrder) theirs = hemo_order_copy (self->order);
  g_autoptr (HemoOrder) here = NULL;

  g_set_str (&theirs->patient, other->uuid);
  g_set_str (&theirs->requester, "Dr Achieng");
  g_assert_cmpint (take_order (self, theirs, "2"), ==, HEMO_SYNC_WAITING);
  g_assert_cmpint (syncing_waiting (&self->base, theirs->uuid, "Both sides changed: patient."), >,
                   0);
  here = syncing_load_order (&self->base, theirs->uuid);
  g_assert_cmpstr (here->patient, ==, self->patient->uuid);
  g_assert_cmpstr (here->requester, ==, "Dr Achieng");
}

static void
test_order_refused (Bench *self, gconstpointer data)
{
  g_autoptr (HemoOrder) theirs = hemo_order_copy (self->order);
  g_autofree char *note = g_strnfill (100000, 'n');
  g_autofree char *reason = NULL;

  g_set_str (&theirs->clinical_note, note);
  g_assert_cmpint (take_order (self, theirs, "2"), ==, HEMO_SYNC_WAITING);
  reason = syncing_ask (&self->base, "SELECT reason FROM incoming");
  g_assert_null (strstr (reason, "nnn"));
  g_assert_cmpint (syncing_waiting (&self->base, theirs->uuid, reason), >, 0);
  g_free (theirs->uuid);
  theirs->uuid = g_strdup (SYNCING_ID);
  g_assert_cmpint (take_order (self, theirs, "1"), ==, HEMO_SYNC_WAITING);
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM lab_order"), ==, 1);
  g_assert_cmpint (
      syncing_take_text (&self->base,
                         "{\"resourceType\":\"ServiceRequest\",\"id\":\"" SYNCING_OTHER_ID
                         "\",\"meta\":{\"versionId\":\"1\"},\"status\":\"active\",\"intent\":"
                         "\"order\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\","
                         "\"code\":\"1-8\"}]}}"),
      ==, HEMO_SYNC_WAITING);
}

/* Specimens */

/* Of the same order, as another laptop accepted it. (transfer full) */
static HemoSpecimen *
foreign_tube (Bench *self, const char *accession)
{
  HemoSpecimen *tube = hemo_specimen_new ();

  g_set_str (&tube->patient, self->patient->uuid);
  g_set_str (&tube->order, self->order->uuid);
  g_set_str (&tube->accession, accession);
  tube->received_at = (HemoTime){ .utc_us = 1735689600000000, .offset_minutes = 180 };
  return tube;
}

static void
test_specimen_created (Bench *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) tube = foreign_tube (self, "B2-25-000017-5");
  g_autoptr (HemoSpecimen) slide = foreign_tube (self, "B2-25-000017-5/3");
  g_autoptr (HemoSpecimen) here = NULL;
  g_autoptr (HemoSpecimen) next = NULL;
  HemoTxn *txn;

  slide->parent = g_strdup (tube->uuid);
  slide->type = HEMO_SPECIMEN_THIN_FILM;
  g_assert_cmpint (take_specimen (self, slide, "1"), ==, HEMO_SYNC_LACKS);
  check_lacks (self, "Specimen", tube->uuid);
  g_assert_cmpint (take_specimen (self, tube, "1"), ==, HEMO_SYNC_APPLIED);
  g_assert_cmpint (take_specimen (self, slide, "1"), ==, HEMO_SYNC_APPLIED);
  here = syncing_load_specimen (&self->base, "b2 25 000017 5");
  g_assert_cmpstr (here->uuid, ==, tube->uuid);
  g_assert_cmpstr (here->accession, ==, "B2-25-000017-5");
  g_assert_cmpint (syncing_queued (&self->base, tube->uuid), ==, 0);
  /* It is a case of the worklist, and its next slide has the next number. */
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM case_state"), ==, 2);
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  next = records_add_slide (txn, tube->uuid);
  records_commit (txn);
  g_assert_cmpstr (next->accession, ==, "B2-25-000017-5/4");
}

static void
test_specimen_lacks (Bench *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) tube = foreign_tube (self, "B2-25-000017-5");

  g_set_str (&tube->patient, SYNCING_ID);
  g_set_str (&tube->order, SYNCING_OTHER_ID);
  g_assert_cmpint (take_specimen (self, tube, "1"), ==, HEMO_SYNC_LACKS);
  check_lacks (self, "Patient", SYNCING_ID);
  g_set_str (&tube->patient, self->patient->uuid);
  g_assert_cmpint (take_specimen (self, tube, "1"), ==, HEMO_SYNC_LACKS);
  check_lacks (self, "ServiceRequest", SYNCING_OTHER_ID);
  self->base.last = TRUE;
  g_assert_cmpint (take_specimen (self, tube, "1"), ==, HEMO_SYNC_WAITING);
  g_assert_cmpint (
      syncing_waiting (&self->base, tube->uuid, "Its patient or order is not on the server."), >,
      0);
  g_clear_pointer (&tube->accession, g_free);
  g_assert_cmpint (take_specimen (self, tube, "2"), ==, HEMO_SYNC_WAITING);
  g_assert_cmpint (syncing_waiting (&self->base, tube->uuid,
                                    "A specimen of another program, without an order or a number."),
                   >, 0);
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM specimen"), ==, 1);
}

/* The number of a tube that is here, in another spelling: neither is renumbered. */
static void
test_specimen_number_taken (Bench *self, gconstpointer data)
{
  g_autofree char *spelling = g_ascii_strdown (self->tube->accession, -1);
  g_autoptr (HemoSpecimen) tube = foreign_tube (self, spelling);

  g_assert_cmpint (take_specimen (self, tube, "1"), ==, HEMO_SYNC_WAITING);
  g_assert_cmpint (
      syncing_waiting (&self->base, tube->uuid, "Another specimen has this accession number here."),
      >, 0);
  g_assert_cmpint (syncing_count (&self->base, "SELECT count(*) FROM specimen"), ==, 1);
}

/* Blood of one patient under the order of another, or a slide of another one's tube. */
static void
test_specimen_of_another (Bench *self, gconstpointer data)
{
  g_autoptr (HemoPatient) other = syncing_add_patient (&self->base, "Wanjiru", "Njeri");
  g_autoptr (HemoSpecimen) other_tube = syncing_add_case (&self->base, other->uuid);
  g_autoptr (HemoSpecimen) tube = foreign_tube (self, "B2-25-000017-5");
  g_autoptr (HemoSpecimen) slide = foreign_tube (self, "B2-25-000018-3/1");
  g_autoptr (HemoSpecimen) own = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  own = records_add_slide (txn, self->tube->uuid);
  records_commit (txn);
  g_set_str (&tube->patient, other->uuid);
  g_assert_cmpint (take_specimen (self, tube, "1"), ==, HEMO_SYNC_WAITING);
  syncing_waiting (&self->base, tube->uuid, "Its order is for another patient.");
  g_set_str (&slide->parent, other_tube->uuid);
  g_assert_cmpint (take_specimen (self, slide, "1"), ==, HEMO_SYNC_WAITING);
  syncing_waiting (&self->base, slide->uuid, "Its tube is a slide, or of another order.");
  g_set_str (&slide->parent, own->uuid);
  g_assert_cmpint (take_specimen (self, slide, "2"), ==, HEMO_SYNC_WAITING);
  syncing_waiting (&self->base, slide->uuid, "Its tube is a slide, or of another order.");
  g_set_str (&slide->parent, self->tube->uuid);
  g_assert_cmpint (take_specimen (self, slide, "3"), ==, HEMO_SYNC_APPLIED);
  syncing_waiting (&self->base, slide->uuid, NULL);
}

static void
test_specimen_changed_there (Bench *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (HemoSpecimen) here = NULL;

  /* Another number of the version alone says nothing. */
  theirs->version = 9;
  g_assert_cmpint (take_specimen (self, theirs, "2"), ==, HEMO_SYNC_SAME);
  theirs->type = HEMO_SPECIMEN_CAPILLARY;
  theirs->collected_at = (HemoTime){ .utc_us = 1735689600000000, .offset_minutes = 60 };
  g_assert_cmpint (take_specimen (self, theirs, "3"), ==, HEMO_SYNC_APPLIED);
  here = syncing_load_specimen (&self->base, theirs->uuid);
  g_assert_cmpint (here->type, ==, HEMO_SPECIMEN_CAPILLARY);
  g_assert_cmpint (here->collected_at.utc_us, ==, 1735689600000000);
  g_assert_cmpint (here->version, ==, 2);
  g_assert_cmpint (syncing_queued (&self->base, here->uuid), ==, 0);
}

static void
test_specimen_changed_twice (Bench *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (HemoSpecimen) here = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  self->tube->stain = HEMO_STAIN_FIELD;
  hemo_specimen_save (txn, self->tube, &error);
  g_assert_no_error (error);
  records_commit (txn);
  theirs->stain = HEMO_STAIN_GIEMSA;
  g_assert_cmpint (take_specimen (self, theirs, "2"), ==, HEMO_SYNC_WAITING);
  syncing_waiting (&self->base, theirs->uuid, "The specimen was changed here and there.");
  g_set_str (&theirs->accession, "B2-25-000017-5");
  g_assert_cmpint (take_specimen (self, theirs, "3"), ==, HEMO_SYNC_WAITING);
  syncing_waiting (&self->base, theirs->uuid, "Its number, patient or order is another one there.");
  here = syncing_load_specimen (&self->base, theirs->uuid);
  g_assert_cmpint (here->stain, ==, HEMO_STAIN_FIELD);
  /* They follow: nothing waits. */
  g_assert_cmpint (take_specimen (self, here, "4"), ==, HEMO_SYNC_SAME);
  syncing_waiting (&self->base, theirs->uuid, NULL);
}

static void
test_specimen_rejected_there (Bench *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (HemoSpecimen) here = NULL;
  g_autofree char *note = g_strnfill (100000, 'n');

  theirs->rejection = HEMO_REJECTION_CLOTTED;
  g_set_str (&theirs->rejection_note, note);
  g_assert_cmpint (take_specimen (self, theirs, "2"), ==, HEMO_SYNC_WAITING);
  g_set_str (&theirs->rejection_note, "All of it");
  g_assert_cmpint (take_specimen (self, theirs, "3"), ==, HEMO_SYNC_APPLIED);
  here = syncing_load_specimen (&self->base, theirs->uuid);
  g_assert_cmpint (here->rejection, ==, HEMO_REJECTION_CLOTTED);
  g_assert_cmpstr (here->rejection_note, ==, "All of it");
}

/* What is signed here is not rejected from there. */
static void
test_specimen_signed_here (Bench *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (HemoSpecimen) here = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  records_sign (txn, self->tube->uuid, HEMO_REPORT_FINAL);
  records_commit (txn);
  theirs->rejection = HEMO_REJECTION_UNLABELLED;
  g_assert_cmpint (take_specimen (self, theirs, "2"), ==, HEMO_SYNC_WAITING);
  syncing_waiting (&self->base, theirs->uuid,
                   "It was rejected there, and its report is signed here.");
  here = syncing_load_specimen (&self->base, theirs->uuid);
  g_assert_cmpint (here->rejection, ==, HEMO_REJECTION_NONE);
  theirs->rejection = HEMO_REJECTION_NONE;
  theirs->stain = HEMO_STAIN_GIEMSA;
  g_assert_cmpint (take_specimen (self, theirs, "3"), ==, HEMO_SYNC_APPLIED);
}

static void
merge (Bench *self, const HemoPatient *into)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_patient_merge (txn, self->patient->uuid, into->uuid, NULL, &error));
  g_assert_no_error (error);
  records_commit (txn);
  syncing_sent (&self->base);
}

/* After a merge laptops name one patient by either record: it stays the same blood. */
static void
test_patient_merged (Bench *self, gconstpointer data)
{
  g_autoptr (HemoPatient) other = syncing_add_patient (&self->base, "Amina", "Achieng");
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (HemoSpecimen) tube = foreign_tube (self, "B2-25-000017-5");
  g_autoptr (HemoOrder) order = hemo_order_copy (self->order);
  g_autoptr (HemoSpecimen) here = NULL, next = NULL;
  g_autoptr (HemoOrder) asked = NULL;

  merge (self, other);
  g_set_str (&theirs->patient, other->uuid);
  g_assert_cmpint (take_specimen (self, theirs, "2"), ==, HEMO_SYNC_SAME);
  theirs->stain = HEMO_STAIN_GIEMSA;
  g_assert_cmpint (take_specimen (self, theirs, "3"), ==, HEMO_SYNC_APPLIED);
  here = syncing_load_specimen (&self->base, theirs->uuid);
  g_assert_cmpint (here->stain, ==, HEMO_STAIN_GIEMSA);
  g_assert_cmpstr (here->patient, ==, self->patient->uuid);
  g_set_str (&order->patient, other->uuid);
  g_set_str (&order->requester, "Dr Achieng");
  g_assert_cmpint (take_order (self, order, "2"), ==, HEMO_SYNC_MERGED);
  asked = syncing_load_order (&self->base, order->uuid);
  g_assert_cmpstr (asked->requester, ==, "Dr Achieng");
  g_assert_cmpstr (asked->patient, ==, self->patient->uuid);
  g_set_str (&tube->patient, other->uuid);
  g_assert_cmpint (take_specimen (self, tube, "1"), ==, HEMO_SYNC_APPLIED);
  next = syncing_load_specimen (&self->base, tube->uuid);
  g_assert_cmpstr (next->patient, ==, self->patient->uuid);
}

/* What was sent names the record that stands, and the tube the one that it was taken under. */
static void
test_sent_merged (Bench *self, gconstpointer data)
{
  g_autoptr (HemoPatient) other = syncing_add_patient (&self->base, "Amina", "Achieng");
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (json_object) sent = NULL;
  g_autofree char *text = NULL, *sha256 = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  merge (self, other);
  g_set_str (&theirs->patient, other->uuid);
  sent = hemo_fhir_specimen_to_json (theirs);
  text = hemo_fhir_to_text (sent, FALSE);
  bytes = g_bytes_new_static (text, strlen (text));
  sha256 = hemo_sha256 (bytes);
  const HemoRemoteResource known = {
    .type = (char *)"Specimen", .id = theirs->uuid, .version_id = (char *)"1", .sha256 = sha256
  };
  txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_remote_resource_save (txn, SYNCING_SERVER, &known, &error));
  records_commit (txn);
  theirs->stain = HEMO_STAIN_GIEMSA;
  g_assert_cmpint (take_specimen (self, theirs, "2"), ==, HEMO_SYNC_APPLIED);
}

/* What was sent, never stored, and written by others long after is theirs. */
static void
test_sent_in_vain (Bench *self, gconstpointer data)
{
  g_autoptr (HemoSpecimen) theirs = hemo_specimen_copy (self->tube);
  g_autoptr (HemoSpecimen) here = NULL;
  g_autoptr (json_object) sent = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.records, HEMO_ROLE_TECHNICIAN);

  theirs->stain = HEMO_STAIN_GIEMSA;
  sent = hemo_fhir_specimen_to_json (theirs);
  g_assert_true (hemo_remote_memory_note (txn, SYNCING_SERVER, sent, &error));
  records_commit (txn);
  theirs->stain = HEMO_STAIN_FIELD;
  g_assert_cmpint (take_specimen (self, theirs, "2"), ==, HEMO_SYNC_APPLIED);
  theirs->stain = HEMO_STAIN_GIEMSA;
  g_assert_cmpint (take_specimen (self, theirs, "3"), ==, HEMO_SYNC_APPLIED);
  here = syncing_load_specimen (&self->base, theirs->uuid);
  g_assert_cmpint (here->stain, ==, HEMO_STAIN_GIEMSA);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/sync-specimen/" path, Bench, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("order-created", test_order_created);
  ADD ("order-lacks", test_order_lacks);
  ADD ("order-merged", test_order_merged);
  ADD ("order-without-tests", test_order_without_tests);
  ADD ("order-of-another", test_order_of_another);
  ADD ("order-refused", test_order_refused);
  ADD ("specimen-created", test_specimen_created);
  ADD ("specimen-lacks", test_specimen_lacks);
  ADD ("specimen-number-taken", test_specimen_number_taken);
  ADD ("specimen-of-another", test_specimen_of_another);
  ADD ("specimen-changed-there", test_specimen_changed_there);
  ADD ("specimen-changed-twice", test_specimen_changed_twice);
  ADD ("patient-merged", test_patient_merged);
  ADD ("sent-in-vain", test_sent_in_vain);
  ADD ("sent-merged", test_sent_merged);
  ADD ("specimen-rejected-there", test_specimen_rejected_there);
  ADD ("specimen-signed-here", test_specimen_signed_here);
  return g_test_run ();
}

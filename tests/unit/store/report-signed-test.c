/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of a case after its report was signed. */

#include "files-fixture.h"

#include "hemo-reading-table.h"
#include "hemo-report-status.h"
#include "hemo-sync-apply.h"
#include "hemo-worklist.h"

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_case_load (txn, data, error);
  return *result != NULL;
}

static HemoCase *
load (Files *self)
{
  g_autoptr (GError) error = NULL;
  gpointer loaded = NULL;
  hemo_store_read (files_store (self), self->base.session, load_job, self->specimen, &loaded,
                   &error);
  g_assert_no_error (error);
  return loaded;
}

static void
write_well (Files *self, HemoStoreJob job, gpointer data)
{
  g_autoptr (GError) error = NULL;
  hemo_store_write (files_store (self), self->base.session, job, data, NULL, &error);
  g_assert_no_error (error);
}

static int
get_state (Files *self)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT state FROM case_state WHERE specimen = (SELECT id FROM specimen WHERE uuid = '%s')",
      self->specimen);
  return (int)store_count (files_store (self), sql);
}

static gboolean
order_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_order_save (txn, data, error);
}

static gboolean
draft_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_report_save_draft (txn, data, error);
}

static gboolean
discard_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_report_discard_draft (txn, data, error);
}

static void
assert_not_discarded (Files *self)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (hemo_store_write (files_store (self), self->base.session, discard_job,
                                    self->specimen, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_cmpint (
      store_count (files_store (self), "SELECT count(*) FROM case_state WHERE touched"), ==, 1);
}

static gboolean
edit_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoCase *mended = data;
  return hemo_order_edit (txn, mended->order, mended->specimen, error);
}

/* The paper stays, and what was asked for since waits for a signature. */
static void
test_edit_order (Files *self, gconstpointer data)
{
  g_autoptr (HemoReport) report = files_sign (self, HEMO_REPORT_FINAL);
  g_autoptr (HemoCase) mended = load (self);
  g_assert_cmpint (get_state (self), ==, HEMO_STATE_SIGNED);
  mended->order->tests |= HEMO_TEST_MALARIA;
  write_well (self, edit_job, mended);
  g_assert_cmpint (get_state (self), !=, HEMO_STATE_SIGNED);
  g_autoptr (HemoCase) now = load (self);
  g_assert_cmpint (now->report->status, ==, HEMO_REPORT_DRAFT);
  g_assert_cmpuint (now->reports->len, ==, 1);
  g_assert_cmpstr (((HemoReport *)now->reports->pdata[0])->pdf_sha256, ==, report->pdf_sha256);
}

static gboolean
reject_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_specimen_reject (txn, data, HEMO_REJECTION_CLOTTED, NULL, error);
}

/* Nobody is shown a paper that will never be: what went out is what has to be withdrawn. */
static void
test_rejected (Files *self, gconstpointer data)
{
  const HemoTime now = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoReport) report = files_sign (self, HEMO_REPORT_PRELIMINARY);
  files_add_result (self, self->specimen, "wbc", 7);
  write_well (self, reject_job, self->specimen);
  g_autoptr (HemoCase) rejected = load (self);
  g_assert_cmpint (rejected->report->status, ==, HEMO_REPORT_PRELIMINARY);
  g_assert_cmpstr (rejected->report->pdf_sha256, ==, report->pdf_sha256);
  g_assert_true (hemo_case_needs_cancel (rejected));
  g_assert_cmpint (get_state (self), ==, HEMO_STATE_REJECTED);
  g_autoptr (HemoReport) cancelled = hemo_clinic_cancel_report (
      self->base.clinic, self->base.session, self->specimen, now, &error);
  g_assert_no_error (error);
  g_autoptr (HemoCase) after = load (self);
  g_assert_cmpint (after->report->status, ==, HEMO_REPORT_CANCELLED);
}

/* What was asked for after the signature stays to be done. */
static void
test_discard_new_test (Files *self, gconstpointer data)
{
  g_autoptr (HemoReport) report = files_sign (self, HEMO_REPORT_FINAL);
  g_autoptr (HemoCase) now = load (self);
  now->order->tests |= HEMO_TEST_DIFFERENTIAL;
  write_well (self, order_job, now->order);
  g_assert_cmpint (get_state (self), !=, HEMO_STATE_SIGNED);
  assert_not_discarded (self);
  g_assert_cmpint (get_state (self), !=, HEMO_STATE_SIGNED);
}

/* No result is another, and the paper says another requester than the record. */
static void
test_discard_edited_order (Files *self, gconstpointer data)
{
  g_autoptr (HemoReport) report = files_sign (self, HEMO_REPORT_FINAL);
  g_autoptr (HemoCase) mended = load (self);
  g_set_str (&mended->order->requester, "Dr Achieng");
  write_well (self, edit_job, mended);
  assert_not_discarded (self);
}

/* A picture that is on the paper and was discarded since is on no paper once it is signed anew. */
static void
test_discard_lost_picture (Files *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 5);
  g_autoptr (HemoCase) before = load (self);
  g_ptr_array_add (before->report->images, g_strdup (image->uuid));
  write_well (self, draft_job, before->report);
  g_autoptr (HemoReport) report = files_sign (self, HEMO_REPORT_FINAL);
  g_assert_cmpuint (report->images->len, ==, 1);
  files_run_sql (self, "UPDATE image SET entered_in_error = 1; UPDATE case_state SET touched = 1");
  assert_not_discarded (self);
}

/* Both ways of taking a report back make its results nobody's. */
static void
test_void (Files *self, gconstpointer data)
{
  g_autoptr (HemoReport) report = files_sign (self, HEMO_REPORT_PRELIMINARY);
  g_autoptr (HemoCase) now = load (self);
  HemoReport *newest = now->reports->pdata[now->reports->len - 1];
  for (int status = HEMO_REPORT_PRELIMINARY; status <= HEMO_REPORT_CANCELLED; status++)
    {
      gboolean gone = status == HEMO_REPORT_ENTERED_IN_ERROR || status == HEMO_REPORT_CANCELLED;
      newest->status = (HemoReportStatus)status;
      g_assert_cmpint (hemo_report_is_withdrawn (newest), ==, gone);
      g_assert_cmpint (hemo_case_results_are_void (now), ==, gone);
    }
  g_ptr_array_set_size (now->reports, 0);
  g_assert_false (hemo_case_results_are_void (now));
}

/* A word in the comment tells nobody of a critical value that went out. */
static void
test_untold (Files *self, gconstpointer data)
{
  g_autofree char *grave = files_add_specimen (self, "Akinyi", 45);
  g_autofree char *old = g_steal_pointer (&self->specimen);
  self->specimen = g_steal_pointer (&grave);
  write_well (self, files_attempt_job, self->specimen);
  g_assert_cmpint (files_count_untold (self), ==, 0);
  g_autoptr (HemoReport) report = files_sign (self, HEMO_REPORT_FINAL);
  g_assert_cmpint (files_count_untold (self), ==, 1);
  g_autoptr (HemoReport) draft = hemo_report_copy (report);
  draft->status = HEMO_REPORT_DRAFT;
  g_set_str (&draft->comment, "Seen again.");
  write_well (self, draft_job, draft);
  g_assert_cmpint (get_state (self), ==, HEMO_STATE_CRITICAL);
  g_assert_cmpint (files_count_untold (self), ==, 1);
}

/* No signature comes after a withdrawal, so that what is changed then waits for none. */
static void
test_withdrawn (Files *self, gconstpointer data)
{
  const HemoTime now = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoReport) report = files_sign (self, HEMO_REPORT_FINAL);
  g_autoptr (HemoReport) withdrawn = hemo_clinic_withdraw_report (
      self->base.clinic, self->base.session, self->specimen, "another patient's tube", now, &error);
  g_assert_no_error (error);
  g_autoptr (HemoCase) loaded = load (self);
  loaded->order->urgency = HEMO_URGENCY_STAT;
  write_well (self, order_job, loaded->order);
  g_assert_cmpint (get_state (self), ==, HEMO_STATE_SIGNED);
  g_assert_cmpint (
      store_count (files_store (self), "SELECT count(*) FROM case_state WHERE touched"), ==, 0);
}

static gboolean
ask_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoReading) reading = hemo_reading_new (data);
  reading->question = g_strdup ("Do you agree?");
  return hemo_reading_ask (txn, reading, error);
}

static gboolean
items_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GArray) rows = hemo_reading_rows (txn, HEMO_READING_ALL, error);
  *result = hemo_reading_load_rows (txn, (const gint64 *)rows->data, rows->len, error);
  return *result != NULL;
}

static gboolean
accept_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_reading_accept (txn, data, error);
}

static gboolean
answer_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_reading_answer (txn, data, error);
}

static HemoReadingItem *
find_item (Files *self, GPtrArray **items)
{
  g_autoptr (GError) error = NULL;
  gpointer loaded = NULL;
  hemo_store_read (files_store (self), self->base.session, items_job, NULL, &loaded, &error);
  g_assert_no_error (error);
  *items = loaded;
  g_assert_cmpuint ((*items)->len, ==, 1);
  return (*items)->pdata[0];
}

static void
assert_not_done (Files *self, HemoSession *session, HemoStoreJob job, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (hemo_store_write (files_store (self), session, job, data, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_nonnull (strstr (error->message, "withdrawn"));
}

/* What nobody may use is read by nobody: the question stays, the list says why, and it can be
 * declined. */
static void
test_reading_withdrawn (Files *self, gconstpointer data)
{
  const HemoTime now = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) before = NULL, after = NULL;
  g_autoptr (HemoReport) report = files_sign (self, HEMO_REPORT_FINAL);
  g_autoptr (HemoReport) withdrawn = NULL;
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);
  g_autoptr (HemoSession) chan = NULL;
  HemoReadingItem *item;
  hemo_clinic_add_user (self->base.clinic, self->base.session, "chan", "Chan",
                        HEMO_ROLE_PATHOLOGIST, passphrase, &error);
  g_assert_no_error (error);
  chan = sign_in (self->base.clinic, "chan", OTHER_PASSPHRASE);
  write_well (self, ask_job, self->specimen);
  g_assert_false (find_item (self, &before)->withdrawn);
  withdrawn = hemo_clinic_withdraw_report (self->base.clinic, self->base.session, self->specimen,
                                           "another patient's tube", now, &error);
  g_assert_no_error (error);
  item = find_item (self, &after);
  g_assert_true (item->withdrawn);
  item->reading->conclusion = HEMO_CONCLUSION_AGREES;
  g_set_str (&item->reading->answer, "Yes.");
  assert_not_done (self, chan, accept_job, item->reading);
  assert_not_done (self, chan, answer_job, item->reading);
  assert_not_done (self, self->base.session, ask_job, self->specimen);
}

/**
 * Others: what another laptop reported of a case
 * @status: of its report
 */
typedef struct
{
  const char *tube;
  const char *version;
  const char *status;
} Others;

static gboolean
others_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Others *others = data;
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"DiagnosticReport\",\"id\":\"33333333-3333-4333-8333-333333333333\","
      "\"meta\":{\"versionId\":\"%s\"},\"status\":\"%s\",\"specimen\":[{\"reference\":"
      "\"Specimen/%s\"}]}",
      others->version, others->status, others->tube);
  g_autoptr (json_object) json = hemo_fhir_parse (text, strlen (text), error);
  const HemoSyncIncoming incoming = { .server = "the-server", .resource = json };
  g_auto (HemoSyncResult) out = { 0 };

  return json != NULL && hemo_sync_apply (txn, &incoming, &out, error)
         && out.outcome == HEMO_SYNC_KEPT;
}

static void
report_elsewhere (Files *self, const char *version, const char *status)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSession) sync = hemo_clinic_new_sync_session (self->base.clinic, &error);
  Others others = { self->specimen, version, status };

  g_assert_no_error (error);
  g_assert_true (hemo_store_write (files_store (self), sync, others_job, &others, NULL, &error));
  g_assert_no_error (error);
}

/* One of another laptop stands after ours was withdrawn, and can be read. */
static void
test_reading_elsewhere (Files *self, gconstpointer data)
{
  const HemoTime now = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoReport) report = files_sign (self, HEMO_REPORT_FINAL);
  g_autoptr (HemoReport) withdrawn = NULL;
  g_autoptr (GPtrArray) standing = NULL, gone = NULL;

  write_well (self, ask_job, self->specimen);
  withdrawn = hemo_clinic_withdraw_report (self->base.clinic, self->base.session, self->specimen,
                                           "reported twice", now, &error);
  g_assert_no_error (error);
  report_elsewhere (self, "1", "final");
  g_assert_false (find_item (self, &standing)->withdrawn);
  report_elsewhere (self, "2", "entered-in-error");
  g_assert_true (find_item (self, &gone)->withdrawn);
}

static gboolean
patient_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_patient_save (txn, data, error);
}

/* The paper says the limits of somebody else. */
static void
test_correct_sex (Files *self, gconstpointer data)
{
  const HemoTime now = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoReport) report = files_sign (self, HEMO_REPORT_FINAL);
  g_autoptr (HemoReport) amended = NULL;
  g_autoptr (HemoCase) first = load (self);
  g_autoptr (HemoCase) mended = NULL;
  HemoPatient *patient = first->patient;

  g_set_str (&patient->phone, "0700 000 001");
  patient->birth.date.year--;
  write_well (self, patient_job, patient);
  g_assert_cmpint (get_state (self), ==, HEMO_STATE_SIGNED);
  patient->sex = HEMO_SEX_MALE;
  write_well (self, patient_job, patient);
  g_assert_cmpint (get_state (self), ==, HEMO_STATE_TO_SIGN);
  mended = load (self);
  g_assert_cmpint (mended->report->status, ==, HEMO_REPORT_DRAFT);
  g_assert_cmpuint (mended->reports->len, ==, 1);
  amended = hemo_clinic_sign_report (self->base.clinic, self->base.session, self->specimen,
                                     HEMO_REPORT_CORRECTED, "a man's limits", now, &error);
  g_assert_no_error (error);
  g_assert_cmpint (get_state (self), ==, HEMO_STATE_SIGNED);
}

/**
 * Twin: two records that are taken for one person
 */
typedef struct
{
  char *a;
  char *b;
} Twin;

static gboolean
twin_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoPatient) patient = hemo_patient_new ();
  Twin *twin = data;

  g_set_str (&patient->given, "Akinyi");
  g_set_str (&patient->family, "Wanjiru");
  patient->sex = HEMO_SEX_MALE;
  patient->birth.date.year = 1990;
  twin->b = g_strdup (patient->uuid);
  return hemo_patient_save (txn, patient, error);
}

static gboolean
merge_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Twin *twin = data;
  return hemo_patient_merge (txn, twin->a, twin->b, NULL, error);
}

/* Which of the two records stays decides what the limits are. */
static void
test_correct_by_merge (Files *self, gconstpointer data)
{
  g_autoptr (HemoReport) report = files_sign (self, HEMO_REPORT_FINAL);
  g_autoptr (HemoCase) first = load (self);
  g_autoptr (HemoCase) merged = NULL;
  Twin twin = { .a = first->patient->uuid };

  write_well (self, twin_job, &twin);
  write_well (self, merge_job, &twin);
  merged = load (self);
  g_assert_cmpint (get_state (self), ==,
                   merged->patient->sex == HEMO_SEX_MALE ? HEMO_STATE_TO_SIGN : HEMO_STATE_SIGNED);
  g_free (twin.b);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
#define ADD(path, function) g_test_add (path, Files, NULL, files_set_up, function, files_tear_down)
  ADD ("/report-signed/discard-new-test", test_discard_new_test);
  ADD ("/report-signed/discard-edited-order", test_discard_edited_order);
  ADD ("/report-signed/discard-lost-picture", test_discard_lost_picture);
  ADD ("/report-signed/void", test_void);
  ADD ("/report-signed/untold", test_untold);
  ADD ("/report-signed/withdrawn", test_withdrawn);
  ADD ("/report-signed/reading-withdrawn", test_reading_withdrawn);
  ADD ("/report-signed/reading-elsewhere", test_reading_elsewhere);
  ADD ("/report-signed/edit-order", test_edit_order);
  ADD ("/report-signed/correct-sex", test_correct_sex);
  ADD ("/report-signed/correct-by-merge", test_correct_by_merge);
  ADD ("/report-signed/rejected", test_rejected);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signed reports: who may, when, what is bound, and that a reprint is the bytes that were stored.
 */

#include "files-fixture.h"

#include "hemo-clock.h"
#include "hemo-worklist.h"

#include <string.h>

static const HemoTime by_clock = { 0 };

static HemoReport *
sign (Files *self, HemoReportStatus status, const char *reason, GError **error)
{
  return hemo_clinic_sign_report (self->base.clinic, self->base.session, self->specimen, status,
                                  reason, by_clock, error);
}

static HemoReport *
sign_well (Files *self, HemoReportStatus status, const char *reason)
{
  g_autoptr (GError) error = NULL;
  HemoReport *report = sign (self, status, reason, &error);
  g_assert_no_error (error);
  return report;
}

static void
assert_refused (Files *self, HemoReportStatus status, const char *reason, int code)
{
  g_autoptr (GError) error = NULL;
  gint64 before = store_count (files_store (self), "SELECT count(*) FROM report_version");
  guint files = files_count (self, "reports");
  g_assert_null (sign (self, status, reason, &error));
  g_assert_error (error, HEMO_STORE_ERROR, code);
  g_assert_cmpint (store_count (files_store (self), "SELECT count(*) FROM report_version"), ==,
                   before);
  g_assert_cmpuint (files_count (self, "reports"), ==, files);
}

static void
test_final (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoStore *store = files_store (self);
  g_autoptr (HemoReport) report = sign_well (self, HEMO_REPORT_FINAL, NULL);
  g_assert_cmpint (report->version, ==, 1);
  g_assert_cmpstr (report->signer_name, ==, "Amina Test");
  g_assert_cmpstr (report->signer_role, ==, "administrator");
  g_assert_false (report->signed_at.by_hand);
  g_autoptr (GBytes) pdf
      = hemo_clinic_open_report (self->base.clinic, self->base.session, self->accession, 0, &error);
  g_assert_no_error (error);
  g_autofree char *sha256 = hemo_sha256 (pdf);
  g_assert_cmpstr (sha256, ==, report->pdf_sha256);
  g_assert_cmpmem (g_bytes_get_data (pdf, NULL), 5, "%PDF-", 5);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM queue WHERE lane = 0 AND kind = "
                                       "'DiagnosticReport'"),
                   ==, 1);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit_head"), >=, 1);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit WHERE what = 'report.content'"),
                   ==, 1);
}

static void
test_versions (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoClinic *clinic = self->base.clinic;
  assert_refused (self, HEMO_REPORT_AMENDED, "a reason", HEMO_STORE_ERROR_STATE);
  g_autoptr (HemoReport) first = sign_well (self, HEMO_REPORT_PRELIMINARY, NULL);
  g_autoptr (HemoReport) second = sign_well (self, HEMO_REPORT_FINAL, NULL);
  assert_refused (self, HEMO_REPORT_FINAL, NULL, HEMO_STORE_ERROR_STATE);
  assert_refused (self, HEMO_REPORT_PRELIMINARY, NULL, HEMO_STORE_ERROR_STATE);
  assert_refused (self, HEMO_REPORT_DRAFT, NULL, HEMO_STORE_ERROR_STATE);
  assert_refused (self, HEMO_REPORT_CORRECTED, NULL, HEMO_STORE_ERROR_STATE);
  assert_refused (self, HEMO_REPORT_CORRECTED, " \t ", HEMO_STORE_ERROR_STATE);
  assert_refused (self, HEMO_REPORT_CORRECTED, "\xff\xfe", HEMO_STORE_ERROR_STATE);
  files_add_result (self, self->specimen, "plt", 210);
  g_autoptr (HemoReport) third = sign_well (self, HEMO_REPORT_CORRECTED, "platelets added");
  g_assert_cmpstr (third->uuid, ==, first->uuid);
  g_assert_cmpstr (third->replaces_sha256, ==, second->pdf_sha256);
  g_assert_cmpint (third->version, ==, 3);
  /* Every version stays what it was. */
  for (int version = 1; version <= 3; version++)
    {
      const HemoReport *report = version == 1 ? first : version == 2 ? second : third;
      g_autoptr (GBytes) pdf
          = hemo_clinic_open_report (clinic, self->base.session, self->specimen, version, &error);
      g_assert_no_error (error);
      g_autofree char *sha256 = hemo_sha256 (pdf);
      g_assert_cmpstr (sha256, ==, report->pdf_sha256);
    }
  g_assert_null (hemo_clinic_open_report (clinic, self->base.session, self->specimen, 4, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_case_load (txn, data, error);
  return *result != NULL;
}

static void
test_nothing_examined (Files *self, gconstpointer data)
{
  g_autofree char *empty = files_add_specimen (self, "Akinyi", 0);
  g_autofree char *old = g_steal_pointer (&self->specimen);
  self->specimen = g_steal_pointer (&empty);
  assert_refused (self, HEMO_REPORT_FINAL, NULL, HEMO_STORE_ERROR_STATE);
}

static gboolean
call_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoCriticalCall *call = hemo_critical_call_new (data);
  call->analytes = g_strdup ("Haemoglobin");
  call->told = g_strdup ("the nurse on duty");
  call->read_back = TRUE;
  call->at = hemo_txn_get_time (txn);
  gboolean done = hemo_critical_call_save (txn, call, error);
  hemo_critical_call_free (call);
  return done;
}

static void
test_critical_value (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *grave = files_add_specimen (self, "Akinyi", 45);
  g_autofree char *old = g_steal_pointer (&self->specimen);
  self->specimen = g_steal_pointer (&grave);
  assert_refused (self, HEMO_REPORT_FINAL, NULL, HEMO_STORE_ERROR_STATE);
  hemo_store_write (files_store (self), self->base.session, call_job, self->specimen, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (HemoReport) report = sign_well (self, HEMO_REPORT_FINAL, NULL);
  g_assert_cmpuint (report->calls->len, ==, 1);
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

static int
get_state (Files *self)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT state + 10 * touched FROM case_state WHERE specimen = (SELECT id FROM specimen "
      "WHERE uuid = '%s')",
      self->specimen);
  return (int)store_count (files_store (self), sql);
}

static void
write_call (Files *self, HemoStoreJob job)
{
  g_autoptr (GError) error = NULL;
  hemo_store_write (files_store (self), self->base.session, job, self->specimen, NULL, &error);
  g_assert_no_error (error);
}

/* Nobody answers: who was tried stands on the report, which goes out; the case stays among those to
 * be called until somebody is told, which does not make what was signed anything else. */
static void
test_not_reached (Files *self, gconstpointer data)
{
  g_autofree char *grave = files_add_specimen (self, "Akinyi", 45);
  g_autofree char *old = g_steal_pointer (&self->specimen);
  self->specimen = g_steal_pointer (&grave);
  assert_refused (self, HEMO_REPORT_PRELIMINARY, NULL, HEMO_STORE_ERROR_STATE);
  write_call (self, files_attempt_job);
  /* A value that came after the attempt was not tried. */
  files_add_result (self, self->specimen, "hb", 41);
  assert_refused (self, HEMO_REPORT_PRELIMINARY, NULL, HEMO_STORE_ERROR_STATE);
  write_call (self, files_attempt_job);
  g_assert_cmpint (files_count_untold (self), ==, 0);
  g_autoptr (HemoReport) report = sign_well (self, HEMO_REPORT_FINAL, NULL);
  g_assert_cmpuint (report->calls->len, ==, 2);
  g_assert_true (((HemoCriticalCall *)report->calls->pdata[1])->not_reached);
  g_assert_true (hemo_report_needs_call (report));
  g_assert_cmpint (files_count_untold (self), ==, 1);
  g_assert_cmpint (get_state (self), ==, HEMO_STATE_CRITICAL);
  write_call (self, call_job);
  g_assert_cmpint (files_count_untold (self), ==, 0);
  g_assert_cmpint (get_state (self), ==, HEMO_STATE_SIGNED);
  g_autoptr (HemoCase) after = load (self);
  g_assert_cmpint (after->report->status, ==, HEMO_REPORT_FINAL);
  g_assert_false (hemo_report_needs_call (after->report));
}

static HemoReport *
sign_as (Files *self, const HemoSigningRequest *request, GError **error)
{
  return hemo_clinic_sign_report_as (self->base.clinic, self->base.session, self->specimen, request,
                                     error);
}

/* A case of which only the haemoglobin is there. */
static void
take_incomplete (Files *self)
{
  g_free (self->specimen);
  self->specimen = files_add_specimen (self, "Akinyi", 0);
  files_add_result (self, self->specimen, "hb", 120);
}

/* What is missing is named, and signed over only by who was told. */
static void
test_missing (Files *self, gconstpointer data)
{
  static const char *const one[] = { "White cells: no value has been entered", NULL };
  static const char *const both[]
      = { "White cells: no value has been entered", "Platelets: no value has been entered", NULL };
  HemoSigningRequest request = { .status = HEMO_REPORT_FINAL };
  g_autoptr (GError) error = NULL;
  take_incomplete (self);
  g_assert_null (sign_as (self, &request, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_nonnull (strstr (error->message, both[0]));
  g_assert_nonnull (strstr (error->message, both[1]));
  g_clear_error (&error);
  request.accepted = one;
  g_assert_null (sign_as (self, &request, &error));
  g_assert_null (strstr (error->message, both[0]));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_autoptr (HemoReport) preliminary = sign_well (self, HEMO_REPORT_PRELIMINARY, NULL);
  g_assert_cmpuint (preliminary->missing->len, ==, 2);
  request.accepted = both;
  g_autoptr (HemoReport) report = sign_as (self, &request, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report->missing->len, ==, 2);
  g_assert_cmpstr (report->missing->pdata[0], ==, both[0]);
  /* An amendment without it asks again; with it, nothing is said to be missing any more. */
  assert_refused (self, HEMO_REPORT_AMENDED, "a reason", HEMO_STORE_ERROR_STATE);
  files_add_result (self, self->specimen, "wbc", 6.1);
  files_add_result (self, self->specimen, "plt", 214);
  g_autoptr (HemoReport) amended = sign_well (self, HEMO_REPORT_AMENDED, "the rest was counted");
  g_assert_cmpuint (amended->missing->len, ==, 0);
}

static gboolean
reject_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_specimen_reject (txn, data, HEMO_REJECTION_CLOTTED, "seen too late", error);
}

static HemoReport *
cancel (Files *self, GError **error)
{
  return hemo_clinic_cancel_report (self->base.clinic, self->base.session, self->specimen, by_clock,
                                    error);
}

/* A preliminary report of a specimen that was rejected since is withdrawn; what was signed stays.
 */
static void
test_cancel (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (cancel (self, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_autoptr (HemoReport) first = sign_well (self, HEMO_REPORT_PRELIMINARY, NULL);
  g_assert_null (cancel (self, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  hemo_store_write (files_store (self), self->base.session, reject_job, self->specimen, NULL,
                    &error);
  g_assert_no_error (error);
  g_autoptr (HemoCase) before = load (self);
  g_assert_true (hemo_case_needs_cancel (before));
  assert_refused (self, HEMO_REPORT_FINAL, NULL, HEMO_STORE_ERROR_STATE);
  assert_refused (self, HEMO_REPORT_CANCELLED, NULL, HEMO_STORE_ERROR_STATE);
  g_autoptr (HemoReport) report = cancel (self, &error);
  g_assert_no_error (error);
  g_assert_cmpint (report->status, ==, HEMO_REPORT_CANCELLED);
  g_assert_cmpint (report->version, ==, 2);
  g_assert_cmpstr (report->uuid, ==, first->uuid);
  g_assert_cmpstr (report->replaces_sha256, ==, first->pdf_sha256);
  g_autoptr (HemoCase) after = load (self);
  g_assert_false (hemo_case_needs_cancel (after));
  g_assert_cmpint (after->report->status, ==, HEMO_REPORT_CANCELLED);
  g_assert_null (cancel (self, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_cmpint (store_count (files_store (self), "SELECT count(*) FROM case_state WHERE state = "
                                                    "6 AND NOT touched"),
                   ==, 1);
  g_assert_cmpint (
      store_count (files_store (self), "SELECT count(*) FROM audit WHERE what = 'report.cancel'"),
      ==, 1);
  for (int version = 1; version <= 2; version++)
    {
      g_autoptr (GBytes) pdf = hemo_clinic_open_report (self->base.clinic, self->base.session,
                                                        self->specimen, version, &error);
      g_assert_no_error (error);
      g_autofree char *sha256 = hemo_sha256 (pdf);
      g_assert_cmpstr (sha256, ==, version == 1 ? first->pdf_sha256 : report->pdf_sha256);
    }
}

static HemoReport *
withdraw (Files *self, const char *reason, GError **error)
{
  return hemo_clinic_withdraw_report (self->base.clinic, self->base.session, self->specimen, reason,
                                      by_clock, error);
}

static gboolean
item_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_worklist (txn, 1u << HEMO_STATE_SIGNED, (HemoDate){ 0 }, 10, error);
  return *result != NULL;
}

static gboolean
is_listed_as_withdrawn (Files *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = NULL;
  gpointer loaded = NULL;
  hemo_store_read (files_store (self), self->base.session, item_job, NULL, &loaded, &error);
  g_assert_no_error (error);
  items = loaded;
  g_assert_cmpuint (items->len, ==, 1);
  return ((HemoWorkItem *)items->pdata[0])->withdrawn;
}

/* What nobody may use any more is signed once more as that, with the reason, and for good; what is
 * found afterwards does not bring it back. */
static void
test_withdraw (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (withdraw (self, "wrong patient", &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_autoptr (HemoReport) first = sign_well (self, HEMO_REPORT_FINAL, NULL);
  g_assert_false (is_listed_as_withdrawn (self));
  g_assert_null (withdraw (self, " ", &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  assert_refused (self, HEMO_REPORT_ENTERED_IN_ERROR, "wrong patient", HEMO_STORE_ERROR_STATE);
  g_autoptr (HemoReport) report = withdraw (self, "wrong patient", &error);
  g_assert_no_error (error);
  g_assert_cmpint (report->status, ==, HEMO_REPORT_ENTERED_IN_ERROR);
  g_assert_cmpint (report->version, ==, 2);
  g_assert_cmpstr (report->uuid, ==, first->uuid);
  g_assert_cmpstr (report->reason, ==, "wrong patient");
  g_assert_cmpstr (report->replaces_sha256, ==, first->pdf_sha256);
  g_assert_cmpuint (report->lines->len, ==, first->lines->len);
  g_assert_true (is_listed_as_withdrawn (self));
  g_assert_cmpint (
      store_count (files_store (self), "SELECT count(*) FROM audit WHERE what = 'report.withdraw'"),
      ==, 1);
  files_add_result (self, self->specimen, "plt", 210);
  g_autoptr (HemoCase) after = load (self);
  g_assert_true (hemo_case_is_withdrawn (after));
  g_assert_false (hemo_case_may_withdraw (after));
  g_assert_cmpint (after->report->status, ==, HEMO_REPORT_ENTERED_IN_ERROR);
  g_assert_true (is_listed_as_withdrawn (self));
  assert_refused (self, HEMO_REPORT_CORRECTED, "mended", HEMO_STORE_ERROR_STATE);
  assert_refused (self, HEMO_REPORT_FINAL, NULL, HEMO_STORE_ERROR_STATE);
  g_assert_null (withdraw (self, "again", &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
}

static gboolean
draft_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_report_save_draft (txn, data, error);
}

static HemoReportStatus
save_draft (Files *self, HemoReport *draft)
{
  g_autoptr (GError) error = NULL;
  draft->status = HEMO_REPORT_DRAFT;
  hemo_store_write (files_store (self), self->base.session, draft_job, draft, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (HemoCase) after = load (self);
  return after->report->status;
}

static gboolean
discard_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_report_discard_draft (txn, data, error);
}

static gboolean
discard (Files *self, GError **error)
{
  return hemo_store_write (files_store (self), self->base.session, discard_job, self->specimen,
                           NULL, error);
}

/* An amendment that was begun goes, and the report stands as it was signed; not so when the results
 * are others by now. */
static void
test_discard_draft (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (discard (self, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_autoptr (HemoReport) report = sign_well (self, HEMO_REPORT_FINAL, NULL);
  g_assert_false (discard (self, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_autoptr (HemoReport) draft = hemo_report_copy (report);
  g_set_str (&draft->comment, "begun");
  g_assert_cmpint (save_draft (self, draft), ==, HEMO_REPORT_DRAFT);
  g_assert_cmpint (get_state (self), !=, HEMO_STATE_SIGNED);
  g_assert_true (discard (self, &error));
  g_assert_no_error (error);
  g_assert_cmpint (get_state (self), ==, HEMO_STATE_SIGNED);
  g_autoptr (HemoCase) after = load (self);
  g_assert_cmpint (after->report->status, ==, HEMO_REPORT_FINAL);
  g_assert_cmpstr (after->report->comment, ==, report->comment);
  g_assert_cmpstr (after->report->pdf_sha256, ==, report->pdf_sha256);
  g_assert_cmpint (save_draft (self, draft), ==, HEMO_REPORT_DRAFT);
  files_add_result (self, self->specimen, "plt", 20);
  g_assert_false (discard (self, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_autoptr (HemoCase) changed = load (self);
  g_assert_cmpstr (changed->report->comment, ==, "begun");
}

/* What says the same as what was signed makes no draft of it; what says something else does, and
 * then also what says the same again. */
static void
test_same_draft (Files *self, gconstpointer data)
{
  g_autoptr (HemoReport) report = sign_well (self, HEMO_REPORT_FINAL, NULL);
  g_autoptr (HemoReport) draft = hemo_report_copy (report);
  g_assert_cmpint (save_draft (self, draft), ==, HEMO_REPORT_FINAL);
  g_assert_cmpint (
      store_count (files_store (self), "SELECT count(*) FROM case_state WHERE touched"), ==, 0);
  g_set_str (&draft->language, "sw_KE");
  g_assert_cmpint (save_draft (self, draft), ==, HEMO_REPORT_DRAFT);
  g_set_str (&draft->language, report->language);
  g_assert_cmpint (save_draft (self, draft), ==, HEMO_REPORT_DRAFT);
}

static void
test_draft_comment (Files *self, gconstpointer data)
{
  g_autoptr (HemoReport) report = sign_well (self, HEMO_REPORT_FINAL, NULL);
  g_autoptr (HemoReport) draft = hemo_report_copy (report);
  g_set_str (&draft->comment, "Repeat in a week.");
  g_assert_cmpint (save_draft (self, draft), ==, HEMO_REPORT_DRAFT);
}

static void
test_draft_image (Files *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 5);
  g_autoptr (HemoReport) report = sign_well (self, HEMO_REPORT_FINAL, NULL);
  g_autoptr (HemoReport) draft = hemo_report_copy (report);
  g_ptr_array_add (draft->images, g_strdup (image->uuid));
  g_assert_cmpint (save_draft (self, draft), ==, HEMO_REPORT_DRAFT);
}

/* A language that cannot be printed is refused before anything is signed. */
static void
test_language (Files *self, gconstpointer data)
{
  HemoSigningRequest request = { .status = HEMO_REPORT_FINAL, .language = "xx" };
  g_autoptr (GError) error = NULL;
  g_assert_null (sign_as (self, &request, &error));
  files_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  request.language = "en_US";
  g_autoptr (HemoReport) report = sign_as (self, &request, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (report->language, ==, "en_US");
  /* The amendment is for who read the report. */
  files_add_result (self, self->specimen, "mcv", 81);
  g_autoptr (HemoReport) amended = sign_well (self, HEMO_REPORT_AMENDED, "MCV was missing");
  g_assert_cmpstr (amended->language, ==, "en_US");
}

static void
test_with_pictures (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) shown = files_add_image (self, self->specimen, 1);
  g_autoptr (HemoImage) other = files_add_image (self, self->specimen, 2);
  g_assert_true (hemo_clinic_set_image_in_report (self->base.clinic, self->base.session,
                                                  shown->uuid, TRUE, &error));
  g_autoptr (HemoReport) report = sign_well (self, HEMO_REPORT_FINAL, NULL);
  g_assert_cmpuint (report->images->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (report->images, 0), ==, shown->uuid);
}

/* A picture that cannot be proved is not printed, and nothing is signed without it unsaid. */
static void
test_with_damaged_picture (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) shown = files_add_image (self, self->specimen, 1);
  g_autofree char *path = files_image_path (self, shown->uuid);
  g_assert_true (hemo_clinic_set_image_in_report (self->base.clinic, self->base.session,
                                                  shown->uuid, TRUE, &error));
  files_flip (path, -30);
  assert_refused (self, HEMO_REPORT_FINAL, NULL, HEMO_STORE_ERROR_CORRUPT);
}

static void
assert_unreadable (Files *self, int code)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (
      hemo_clinic_open_report (self->base.clinic, self->base.session, self->specimen, 0, &error));
  g_assert_error (error, HEMO_STORE_ERROR, code);
}

static void
test_tampered_file (Files *self, gconstpointer data)
{
  g_autoptr (HemoReport) report = sign_well (self, HEMO_REPORT_FINAL, NULL);
  g_autofree char *path = g_strdup_printf ("%s/reports/%s-1.cms", self->base.folder, report->uuid);
  files_flip (path, 3000);
  assert_unreadable (self, HEMO_STORE_ERROR_CORRUPT);
  g_assert_cmpint (
      store_count (files_store (self), "SELECT count(*) FROM audit WHERE what = 'report.damaged'"),
      ==, 1);
  g_assert_no_errno (g_unlink (path));
  assert_unreadable (self, HEMO_STORE_ERROR_NOT_FOUND);
}

static gboolean
sql_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn), data, error);
}

/* Who gets round the triggers still has no signature for other content. */
static void
test_tampered_row (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoReport) report = sign_well (self, HEMO_REPORT_FINAL, NULL);
  hemo_store_write (files_store (self), self->base.session, sql_job,
                    (gpointer) "UPDATE report_version SET content = replace(content, '118', '138')",
                    NULL, &error);
  g_assert_nonnull (error);
  g_clear_error (&error);
  hemo_store_write (files_store (self), self->base.session, sql_job,
                    (gpointer) "DROP TRIGGER report_version_is_final; UPDATE report_version SET "
                               "content = replace(content, '118', '138')",
                    NULL, &error);
  g_assert_no_error (error);
  assert_unreadable (self, HEMO_STORE_ERROR_CORRUPT);
}

static void
test_locked_session (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  hemo_session_lock (self->base.session);
  g_assert_null (sign (self, HEMO_REPORT_FINAL, NULL, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  hemo_session_unlock (self->base.session);
  g_assert_cmpuint (files_count (self, "reports"), ==, 0);
}

static void
test_clock (void)
{
  gint64 built = hemo_clock_build_time ();
  g_assert_true (hemo_clock_is_plausible (built, 0));
  g_assert_true (hemo_clock_is_plausible (built + 14 * 365 * G_TIME_SPAN_DAY, 0));
  g_assert_false (hemo_clock_is_plausible (0, 0));
  g_assert_false (hemo_clock_is_plausible (built - 1, 0));
  g_assert_false (hemo_clock_is_plausible (built + 16 * 365 * G_TIME_SPAN_DAY, 0));
  g_assert_true (hemo_clock_is_plausible (built, built + G_TIME_SPAN_DAY));
  g_assert_false (hemo_clock_is_plausible (built, built + G_TIME_SPAN_DAY + 1));
}

typedef struct
{
  HemoTime now;
  HemoTime by_hand;
  HemoTime out;
} Clock;

static gboolean
clock_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Clock *clock = data;
  return hemo_clock_signing_time (txn, clock->now, clock->by_hand, &clock->out, error);
}

static void
test_time_by_hand (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoStore *store = files_store (self);
  HemoTime now = hemo_time_now ();
  HemoTime dead = { .utc_us = 1000 };
  Clock clock = { .now = now };
  g_assert_true (hemo_store_read (store, NULL, clock_job, &clock, NULL, &error));
  g_assert_cmpint (clock.out.utc_us, ==, now.utc_us);
  g_assert_false (clock.out.by_hand);
  /* A clock that can be right is not overruled: no report is dated back. */
  clock.by_hand = now;
  g_assert_false (hemo_store_read (store, NULL, clock_job, &clock, NULL, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  clock = (Clock){ .now = dead };
  g_assert_false (hemo_store_read (store, NULL, clock_job, &clock, NULL, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  clock = (Clock){ .now = dead, .by_hand = dead };
  g_assert_false (hemo_store_read (store, NULL, clock_job, &clock, NULL, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  clock = (Clock){ .now = dead, .by_hand = now };
  g_assert_true (hemo_store_read (store, NULL, clock_job, &clock, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (clock.out.by_hand);
  g_assert_cmpint (clock.out.utc_us, ==, now.utc_us);
}

/* Cells of a field that is none any more are in no report, not even in a preliminary one. */
static void
test_lost_cells (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 1);
  g_autofree char *count = files_count_cell (self, image);
  files_run_sql (self, "UPDATE image SET entered_in_error = 1");
  assert_refused (self, HEMO_REPORT_PRELIMINARY, NULL, HEMO_STORE_ERROR_STATE);
  g_assert_null (sign (self, HEMO_REPORT_PRELIMINARY, NULL, &error));
  g_assert_nonnull (strstr (error->message, "1 cell was counted on a field that is discarded"));
  files_run_sql (self, "UPDATE cell_count SET entered_in_error = 1");
  hemo_report_free (sign_well (self, HEMO_REPORT_PRELIMINARY, NULL));
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
#define ADD(path, function) g_test_add (path, Files, NULL, files_set_up, function, files_tear_down)
  g_test_add_func ("/report-sign/clock", test_clock);
  ADD ("/report-sign/final", test_final);
  ADD ("/report-sign/versions", test_versions);
  ADD ("/report-sign/same-draft", test_same_draft);
  ADD ("/report-sign/draft-comment", test_draft_comment);
  ADD ("/report-sign/draft-image", test_draft_image);
  ADD ("/report-sign/nothing-examined", test_nothing_examined);
  ADD ("/report-sign/critical-value", test_critical_value);
  ADD ("/report-sign/not-reached", test_not_reached);
  ADD ("/report-sign/missing", test_missing);
  ADD ("/report-sign/lost-cells", test_lost_cells);
  ADD ("/report-sign/cancel", test_cancel);
  ADD ("/report-sign/withdraw", test_withdraw);
  ADD ("/report-sign/discard-draft", test_discard_draft);
  ADD ("/report-sign/language", test_language);
  ADD ("/report-sign/with-pictures", test_with_pictures);
  ADD ("/report-sign/with-damaged-picture", test_with_damaged_picture);
  ADD ("/report-sign/tampered-file", test_tampered_file);
  ADD ("/report-sign/tampered-row", test_tampered_row);
  ADD ("/report-sign/locked-session", test_locked_session);
  ADD ("/report-sign/time-by-hand", test_time_by_hand);
  return g_test_run ();
}

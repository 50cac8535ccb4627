/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reports: how one is signed. */

#include "hemo-files.h"

#include "hemo-audit.h"
#include "hemo-catalog.h"
#include "hemo-clock.h"
#include "hemo-count-field-private.h"
#include "hemo-picture.h"
#include "hemo-records-private.h"
#include "hemo-records.h"
#include "hemo-report-pdf.h"
#include "hemo-sealed-private.h"

#include <glib/gi18n.h>

/* Longest side of a printed picture: 300 dots an inch over half the width of a page, and a PDF that
 * a poor link still carries. */
#define PRINTED_SIZE 1200
#define PRINTED_QUALITY 85
#define REASON_LIMIT 500

/**
 * Signing:
 * @json: canonical content, with the hash of the PDF
 *
 * One report on its way from draft to signature.
 */
typedef struct
{
  HemoClinic *clinic;
  HemoStore *store;
  const char *specimen;
  HemoSigningRequest request;

  HemoTime at;
  HemoCase *data;
  HemoReport *report;
  GPtrArray *recipients;
  char *json;
  char *sealed_sha256;
  gint64 pdf_bytes;
  gint64 sealed_bytes;
  GBytes *signature;
} Signing;

static void
signing_clear (Signing *self)
{
  g_clear_pointer (&self->data, hemo_case_free);
  g_clear_pointer (&self->report, hemo_report_free);
  g_clear_pointer (&self->recipients, g_ptr_array_unref);
  g_clear_pointer (&self->json, g_free);
  g_clear_pointer (&self->sealed_sha256, g_free);
  g_clear_pointer (&self->signature, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Signing, signing_clear)

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE, message);
  return FALSE;
}

static gboolean
replaces_a_final (HemoReportStatus status)
{
  return status == HEMO_REPORT_AMENDED || status == HEMO_REPORT_CORRECTED;
}

/* Cancelled or in error: what was reported is no longer to be used. */
static gboolean
is_withdrawal (HemoReportStatus status)
{
  return status == HEMO_REPORT_CANCELLED || status == HEMO_REPORT_ENTERED_IN_ERROR;
}

static gboolean
needs_reason (HemoReportStatus status)
{
  return replaces_a_final (status) || status == HEMO_REPORT_ENTERED_IN_ERROR;
}

static gboolean
require_action (HemoTxn *txn, const Signing *self, GError **error)
{
  HemoAction action = needs_reason (self->request.status)         ? HEMO_ACTION_REPORT_AMEND
                      : self->request.status == HEMO_REPORT_FINAL ? HEMO_ACTION_REPORT_SIGN
                                                                  : HEMO_ACTION_REPORT_PRELIMINARY;
  return hemo_txn_require (txn, action, "report", self->specimen, error);
}

/* A report in a language that is not there would come out in English, unasked. */
static gboolean
check_language (const char *language, GError **error)
{
  g_auto (GStrv) known = NULL;
  g_autofree char *list = NULL;
  if (language == NULL || hemo_catalog_is_there (language))
    return TRUE;
  known = hemo_catalog_list ();
  list = g_strjoinv (", ", known);
  g_set_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID,
               "Reports cannot be printed in this language. There are: %s.", list);
  return FALSE;
}

static gboolean
check_request (const Signing *self, GError **error)
{
  if (!check_language (self->request.language, error))
    return FALSE;
  if (self->request.status == HEMO_REPORT_CANCELLED)
    return TRUE;
  if (self->request.status != HEMO_REPORT_PRELIMINARY && self->request.status != HEMO_REPORT_FINAL
      && !needs_reason (self->request.status))
    return refuse (error, "A report is signed as preliminary, final, amended or corrected.");
  if (!needs_reason (self->request.status))
    return TRUE;
  g_autofree char *text
      = g_strstrip (g_strdup (self->request.reason != NULL ? self->request.reason : ""));
  if (text[0] == '\0')
    return refuse (error,
                   N_ ("To amend, correct or withdraw a report, its reason has to be given."));
  if (!g_utf8_validate (text, -1, NULL) || g_utf8_strlen (text, -1) > REASON_LIMIT)
    return refuse (error, N_ ("The reason is too long, or is no readable text."));
  return TRUE;
}

static const HemoReport *
last_signed (const HemoCase *data)
{
  return data->reports->len == 0 ? NULL : g_ptr_array_index (data->reports, data->reports->len - 1);
}

static gboolean
check_case (const Signing *self, const HemoCase *data, GError **error)
{
  const HemoReport *last = last_signed (data);
  if (self->request.status == HEMO_REPORT_CANCELLED)
    return hemo_case_needs_cancel (data)
           || refuse (error, N_ ("Only the preliminary report of a specimen that was rejected is "
                                 "cancelled."));
  if (self->request.status == HEMO_REPORT_ENTERED_IN_ERROR)
    return hemo_case_may_withdraw (data)
           || refuse (error, N_ ("There is no signed report here that could be withdrawn."));
  if (hemo_case_is_withdrawn (data))
    return refuse (error, N_ ("This report was withdrawn, and gets no other version. Accept a new "
                              "specimen to report on."));
  if (data->specimen->rejection != HEMO_REJECTION_NONE)
    return refuse (error, N_ ("This specimen was rejected: there is nothing to report on it."));
  if (!hemo_report_status_may_follow (last != NULL ? last->status : HEMO_REPORT_DRAFT,
                                      self->request.status))
    return refuse (error, last != NULL && last->status != HEMO_REPORT_PRELIMINARY
                              ? N_ ("This report is final. It can be amended or corrected.")
                              : N_ ("A report has to be final before it is amended or corrected."));
  return TRUE;
}

gboolean
hemo_case_needs_cancel (const HemoCase *data)
{
  const HemoReport *last = last_signed (data);
  return data->specimen->rejection != HEMO_REJECTION_NONE && last != NULL
         && last->status == HEMO_REPORT_PRELIMINARY;
}

gboolean
hemo_case_may_withdraw (const HemoCase *data)
{
  const HemoReport *last = last_signed (data);
  return last != NULL && !is_withdrawal (last->status) && !hemo_case_needs_cancel (data);
}

/* What another has signed only a pathologist takes back. */
static gboolean
require_signer (HemoTxn *txn, const Signing *self, const HemoCase *data, GError **error)
{
  const char *signer = last_signed (data)->signed_by;
  if (self->request.status != HEMO_REPORT_ENTERED_IN_ERROR
      || g_strcmp0 (hemo_session_get_user (hemo_txn_get_session (txn)), signer) == 0)
    return TRUE;
  return hemo_txn_require (txn, HEMO_ACTION_REPORT_AMEND_OTHER, "report", self->specimen, error);
}

static const HemoImage *
find_image (const HemoCase *data, const char *uuid)
{
  for (guint i = 0; i < data->images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (data->images, i);
      if (g_str_equal (image->uuid, uuid))
        return image;
    }
  return NULL;
}

/* The images that the draft names, else those that are marked; none that was discarded since. */
static void
choose_images (HemoReport *report, const HemoCase *data)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < report->images->len; i++)
    {
      const char *uuid = g_ptr_array_index (report->images, i);
      const HemoImage *image = find_image (data, uuid);
      if (image != NULL && !image->entered_in_error)
        g_ptr_array_add (chosen, g_strdup (uuid));
    }
  for (guint i = 0; report->images->len == 0 && i < data->images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (data->images, i);
      if (image->in_report && !image->entered_in_error)
        g_ptr_array_add (chosen, g_strdup (image->uuid));
    }
  g_ptr_array_unref (report->images);
  report->images = g_steal_pointer (&chosen);
}

static void
copy_calls (HemoReport *report, const HemoCase *data)
{
  g_ptr_array_set_size (report->calls, 0);
  for (guint i = 0; i < data->calls->len; i++)
    g_ptr_array_add (report->calls, hemo_critical_call_copy (g_ptr_array_index (data->calls, i)));
}

static void
set_text (char **field, const char *text)
{
  g_free (*field);
  *field = g_strdup (text);
}

/* What a signature adds. */
static void
put_name_to (HemoReport *report, const Signing *self, HemoSession *session, const HemoCase *data)
{
  const HemoReport *last = last_signed (data);
  report->version = last != NULL ? last->version + 1 : 1;
  report->status = self->request.status;
  report->signed_at = self->at;
  set_text (&report->signed_by, hemo_session_get_user (session));
  set_text (&report->signer_name, hemo_session_get_name (session));
  set_text (&report->signer_role, hemo_role_to_code (hemo_session_get_role (session)));
  set_text (&report->replaces_sha256, last != NULL ? last->pdf_sha256 : NULL);
  set_text (&report->reason, needs_reason (self->request.status) ? self->request.reason : NULL);
  set_text (&report->pdf_sha256, NULL);
  set_text (&report->program_version, HEMO_VERSION);
  if (last != NULL)
    set_text (&report->uuid, last->uuid);
}

/* Two answers to one question are no result; a preliminary report may say both. */
static gboolean
check_agreement (const Signing *self,
                 const HemoReport *report,
                 const HemoCase *data,
                 GError **error)
{
  g_auto (GStrv) problems = hemo_report_disagreements_source (report, data);
  g_autofree char *text = NULL;
  if (self->request.status == HEMO_REPORT_PRELIMINARY || problems[0] == NULL)
    return TRUE;
  /* Translators: what the malaria readings disagree about */
  text = g_strdup_printf (
      N_ ("%s. Let a third reader look, or decide which reading stands, and then "
          "sign."),
      problems[0]);
  return refuse (error, text);
}

static gboolean
is_accepted (const Signing *self, const char *missing)
{
  return self->request.accepted != NULL && g_strv_contains (self->request.accepted, missing);
}

/* Nobody signs over a gap without having seen it; the paper says what is not there. */
static gboolean
check_missing (const Signing *self, HemoReport *report, const HemoCase *data, GError **error)
{
  g_auto (GStrv) missing = hemo_report_missing (report, data);
  g_auto (GStrv) source = hemo_report_missing_source (report, data);
  g_autoptr (GString) gaps = g_string_new (NULL);
  g_ptr_array_set_size (report->missing, 0);
  for (guint i = 0; source[i] != NULL; i++)
    {
      g_ptr_array_add (report->missing, g_strdup (source[i]));
      if (self->request.status != HEMO_REPORT_PRELIMINARY && !is_accepted (self, missing[i]))
        g_string_append_printf (gaps, "%s%s", gaps->len > 0 ? "; " : "", source[i]);
    }
  if (gaps->len == 0)
    return TRUE;
  g_autofree char *refusal
      = g_strdup_printf (N_ ("What was asked for is not all there: %s. Sign it as preliminary, or "
                             "accept that this is missing."),
                         gaps->str);
  return refuse (error, refusal);
}

/* What was reported, withdrawn. */
static HemoReport *
compose_withdrawn (HemoTxn *txn, const Signing *self, const HemoCase *data)
{
  HemoReport *report = hemo_report_copy (last_signed (data));
  g_ptr_array_set_size (report->images, 0);
  copy_calls (report, data);
  put_name_to (report, self, hemo_txn_get_session (txn), data);
  return report;
}

/* The report that would be signed now; NULL when a rule forbids it. (transfer full) */
static HemoReport *
compose (HemoTxn *txn, const Signing *self, const HemoCase *data, GError **error)
{
  g_autoptr (GPtrArray) ranges = hemo_ranges_load (txn, error);
  if (ranges == NULL || !check_case (self, data, error))
    return NULL;
  if (is_withdrawal (self->request.status))
    return require_signer (txn, self, data, error) ? compose_withdrawn (txn, self, data) : NULL;
  if (!hemo_count_check_fields (txn, data->specimen->uuid, error))
    return NULL;
  g_autoptr (HemoReport) report = data->report != NULL ? hemo_report_copy (data->report)
                                                       : hemo_report_new (data->specimen->uuid);
  if (self->request.language != NULL || report->language == NULL)
    set_text (&report->language,
              self->request.language != NULL ? self->request.language : data->clinic->language);
  copy_calls (report, data);
  choose_images (report, data);
  hemo_report_fill (report, data, ranges);
  if (report->lines->len == 0)
    return refuse (error, N_ ("Nothing was examined yet: there is nothing to sign.")), NULL;
  if (hemo_report_needs_attempt (report))
    return refuse (error,
                   N_ ("A critical value has not been told. Call, have it read back, and note "
                       "it, or note that nobody was reached; then sign.")),
           NULL;
  if (!check_agreement (self, report, data, error) || !check_missing (self, report, data, error))
    return NULL;
  put_name_to (report, self, hemo_txn_get_session (txn), data);
  return g_steal_pointer (&report);
}

static gboolean
prepare_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Signing *self = data;
  if (!require_action (txn, self, error) || !check_request (self, error)
      || !hemo_clock_signing_time (txn, hemo_txn_get_time (txn), self->request.by_hand, &self->at,
                                   error))
    return FALSE;
  self->data = hemo_case_load (txn, self->specimen, error);
  if (self->data == NULL)
    return FALSE;
  self->report = compose (txn, self, self->data, error);
  if (self->report == NULL)
    return FALSE;
  self->recipients = hemo_clinic_dup_recipients (txn, error);
  return self->recipients != NULL;
}

/* @image as it is printed: small, upright, without metadata. */
static HemoReportPicture *
print_image (HemoClinic *clinic, HemoSession *session, const HemoImage *image, GError **error)
{
  HemoPictureInfo info;
  g_autoptr (GBytes) bytes = hemo_clinic_open_image (clinic, session, image->uuid, error);
  if (bytes == NULL)
    return NULL;
  g_autoptr (GBytes) small = hemo_picture_thumbnail (bytes, PRINTED_SIZE, PRINTED_QUALITY, error);
  if (small == NULL || !hemo_picture_probe (small, &info, error))
    return NULL;
  double scale = (double)MAX (image->width, image->height) / MAX (info.width, info.height);
  return hemo_report_picture_new (image->uuid, small, NULL, image->micrometres_per_pixel * scale);
}

static GPtrArray *
print_images (const Signing *self, HemoSession *session, GError **error)
{
  g_autoptr (GPtrArray) pictures
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_report_picture_free);
  for (guint i = 0; i < self->report->images->len; i++)
    {
      const HemoImage *image = find_image (self->data, g_ptr_array_index (self->report->images, i));
      HemoReportPicture *picture = print_image (self->clinic, session, image, error);
      if (picture == NULL)
        return NULL;
      g_ptr_array_add (pictures, picture);
    }
  return g_steal_pointer (&pictures);
}

/* Twice: the libraries that draw leave out, without a word, what they got no memory for. The same
 * content gives the same bytes, so two that differ tell of it; of a bad bit too. */
static GBytes *
render (Signing *self, HemoSession *session, GError **error)
{
  g_autoptr (GPtrArray) pictures = print_images (self, session, error);
  if (pictures == NULL)
    return NULL;
  g_autoptr (GBytes) pdf = hemo_report_render_pdf (self->report, self->data, pictures, error);
  g_autoptr (GBytes) again
      = pdf == NULL ? NULL : hemo_report_render_pdf (self->report, self->data, pictures, error);
  if (again == NULL)
    return NULL;
  if (g_bytes_get_size (pdf) > HEMO_REPORT_LIMIT)
    return refuse (error, N_ ("The report is too large: choose fewer pictures.")), NULL;
  if (g_bytes_equal (pdf, again))
    return g_steal_pointer (&pdf);
  g_set_error_literal (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_IO,
      N_ ("The report did not come out the same twice: there is not enough memory, or "
          "it is faulty. Close other programs and sign again."));
  return NULL;
}

/* Binds @pdf to the content and signs both. */
static gboolean
sign (Signing *self, HemoSession *session, GBytes *pdf, GError **error)
{
  self->report->pdf_sha256 = hemo_sha256 (pdf);
  self->pdf_bytes = (gint64)g_bytes_get_size (pdf);
  self->json = hemo_report_to_json (self->report);
  g_autoptr (GBytes) statement = hemo_sealed_report_statement (self->json);
  self->signature = hemo_cms_sign (statement, hemo_session_get_signing_key (session), error);
  return self->signature != NULL;
}

static gboolean
seal_and_write (Signing *self, const char *name, GBytes *pdf, GError **error)
{
  g_autoptr (GBytes) sealed = hemo_cms_seal (pdf, self->recipients, error);
  if (sealed == NULL)
    return FALSE;
  self->sealed_sha256 = hemo_sha256 (sealed);
  self->sealed_bytes = (gint64)g_bytes_get_size (sealed);
  return hemo_sealed_write (hemo_clinic_get_directory (self->clinic), name, sealed, error);
}

/* Whether what was rendered is still what the store says: nothing may change between the two. */
static gboolean
check_unchanged (HemoTxn *txn, const Signing *self, GError **error)
{
  const HemoCase *before = self->data;
  g_autoptr (HemoCase) now = hemo_case_load (txn, self->specimen, error);
  g_autoptr (HemoReport) report = now == NULL ? NULL : compose (txn, self, now, error);
  if (report == NULL)
    return FALSE;
  /* A case without a draft gets a new UUID each time that it is loaded. */
  set_text (&report->uuid, self->report->uuid);
  set_text (&report->pdf_sha256, self->report->pdf_sha256);
  g_autofree char *json = hemo_report_to_json (report);
  if (g_str_equal (json, self->json) && now->patient->version == before->patient->version
      && now->specimen->version == before->specimen->version
      && now->order->version == before->order->version)
    return TRUE;
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
                       N_ ("The case was changed while it was being signed. Look at it again, then "
                           "sign."));
  return FALSE;
}

/* @record_version: (out): of the report's record, after this change */
static gboolean
touch_report (HemoTxn *txn, const HemoReport *report, gint64 *record_version, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "INSERT INTO report (uuid, specimen, version) VALUES (?1, ?2, 1) "
                         "ON CONFLICT (uuid) DO UPDATE SET version = version + 1 RETURNING version",
                         error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, report->uuid);
  hemo_statement_bind_text (statement, 2, report->specimen);
  if (!hemo_statement_step (statement, error))
    return FALSE;
  *record_version = hemo_statement_get_int (statement, 0);
  return hemo_statement_run (statement, error);
}

static void
bind_signature (HemoStatement *statement, const Signing *self, HemoKeyPair *key)
{
  const HemoReport *report = self->report;
  g_autofree char *certificate = hemo_certificate_fingerprint (key->certificate);
  hemo_statement_bind_int (statement, 9, self->sealed_bytes);
  hemo_statement_bind_bytes (statement, 10, self->signature);
  hemo_statement_bind_text (statement, 11, certificate);
  hemo_statement_bind_text (statement, 12, report->signed_by);
  hemo_statement_bind_int (statement, 13, report->signed_at.utc_us);
  hemo_statement_bind_int (statement, 14, report->signed_at.offset_minutes);
  hemo_statement_bind_int (statement, 15, report->signed_at.by_hand);
  hemo_statement_bind_text (statement, 16, report->replaces_sha256);
  hemo_statement_bind_text (statement, 17, report->reason);
}

static gboolean
insert_version (HemoTxn *txn, const Signing *self, const char *content_sha256, GError **error)
{
  const HemoReport *report = self->report;
  HemoKeyPair *key = hemo_session_get_signing_key (hemo_txn_get_session (txn));
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "INSERT INTO report_version (report, version, status, content, content_sha256, pdf_sha256, "
      "pdf_bytes, sealed_sha256, sealed_bytes, signature, certificate, signed_by, signed_us, "
      "signed_offset, signed_by_hand, replaces_sha256, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
      "?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
      error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, report->uuid);
  hemo_statement_bind_int (statement, 2, report->version);
  hemo_statement_bind_text (statement, 3, hemo_report_status_to_code (report->status));
  hemo_statement_bind_text (statement, 4, self->json);
  hemo_statement_bind_text (statement, 5, content_sha256);
  hemo_statement_bind_text (statement, 6, report->pdf_sha256);
  hemo_statement_bind_int (statement, 7, self->pdf_bytes);
  hemo_statement_bind_text (statement, 8, self->sealed_sha256);
  bind_signature (statement, self, key);
  return hemo_statement_run (statement, error);
}

static const char *
name_change (HemoReportStatus status)
{
  if (status == HEMO_REPORT_CANCELLED)
    return "report.cancel";
  return status == HEMO_REPORT_ENTERED_IN_ERROR ? "report.withdraw" : "report.sign";
}

static gboolean
insert_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Signing *self = data;
  const HemoReport *report = self->report;
  gint64 record_version;
  g_autoptr (GBytes) json = g_bytes_new_static (self->json, strlen (self->json));
  g_autofree char *content_sha256 = hemo_sha256 (json);
  g_autofree char *detail = g_strdup_printf (
      "%d %s content-sha256 %s pdf-sha256 %s", report->version,
      hemo_report_status_to_code (report->status), content_sha256, report->pdf_sha256);
  return require_action (txn, self, error) && check_unchanged (txn, self, error)
         && touch_report (txn, report, &record_version, error)
         && insert_version (txn, self, content_sha256, error)
         && hemo_case_state_refresh_call (txn, report->specimen, error)
         && hemo_txn_log_change (txn, name_change (report->status), "DiagnosticReport",
                                 report->uuid, record_version, HEMO_LANE_RESULTS, error)
         && hemo_txn_audit (txn, "report.content", "DiagnosticReport", report->uuid, detail, error)
         && hemo_audit_sign_head (txn, error);
}

/* One signature at a time: two of one case would write the same file. */
static GMutex signing_lock;

HemoReport *
hemo_clinic_sign_report_as (HemoClinic *self,
                            HemoSession *session,
                            const char *specimen,
                            const HemoSigningRequest *request,
                            GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&signing_lock);
  HemoStore *store = hemo_sealed_require_store (self, TRUE, error);
  g_auto (Signing) signing
      = { .clinic = self, .store = store, .specimen = specimen, .request = *request };
  if (store == NULL || !hemo_store_read (store, session, prepare_job, &signing, NULL, error))
    return NULL;
  g_autoptr (GBytes) pdf = render (&signing, session, error);
  if (pdf == NULL || !sign (&signing, session, pdf, error))
    return NULL;
  g_autofree char *name = hemo_sealed_report_name (signing.report->uuid, signing.report->version);
  if (!seal_and_write (&signing, name, pdf, error))
    return NULL;
  if (hemo_store_write (store, session, insert_job, &signing, NULL, &local))
    return g_steal_pointer (&signing.report);
  hemo_sealed_undo (hemo_clinic_get_directory (self), name, local);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

HemoReport *
hemo_clinic_sign_report (HemoClinic *self,
                         HemoSession *session,
                         const char *specimen,
                         HemoReportStatus status,
                         const char *reason,
                         HemoTime by_hand,
                         GError **error)
{
  HemoSigningRequest request = { .status = status, .reason = reason, .by_hand = by_hand };
  if (is_withdrawal (status))
    return refuse (error, "A report is withdrawn, not signed as withdrawn."), NULL;
  return hemo_clinic_sign_report_as (self, session, specimen, &request, error);
}

HemoReport *
hemo_clinic_cancel_report (
    HemoClinic *self, HemoSession *session, const char *specimen, HemoTime by_hand, GError **error)
{
  HemoSigningRequest request = { .status = HEMO_REPORT_CANCELLED, .by_hand = by_hand };
  return hemo_clinic_sign_report_as (self, session, specimen, &request, error);
}

HemoReport *
hemo_clinic_withdraw_report (HemoClinic *self,
                             HemoSession *session,
                             const char *specimen,
                             const char *reason,
                             HemoTime by_hand,
                             GError **error)
{
  HemoSigningRequest request
      = { .status = HEMO_REPORT_ENTERED_IN_ERROR, .reason = reason, .by_hand = by_hand };
  return hemo_clinic_sign_report_as (self, session, specimen, &request, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signed reports: their rows, their proof, and the PDF as it was stored. */

#include "hemo-sealed-private.h"

#include "hemo-files.h"
#include "hemo-records.h"

#include <glib/gi18n.h>

void
hemo_sealed_report_free (HemoSealedReport *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->content);
  g_free (self->content_sha256);
  g_free (self->pdf_sha256);
  g_free (self->sealed_sha256);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_free (self);
}

/* The certificate is looked up by who signed as well: another user's would prove nothing. */
#define SELECT_REPORTS                                                                             \
  "SELECT report_version.report, report_version.version, content, content_sha256, pdf_sha256, "    \
  "sealed_sha256, signature, user_certificate.certificate FROM report_version "                    \
  "JOIN report ON report.uuid = report_version.report "                                            \
  "LEFT JOIN user_certificate ON user_certificate.fingerprint = report_version.certificate "       \
  "AND user_certificate.user = report_version.signed_by "

static HemoSealedReport *
read_report (HemoStatement *statement)
{
  HemoSealedReport *self = g_new0 (HemoSealedReport, 1);
  self->uuid = hemo_statement_dup_text (statement, 0);
  self->version = (int)hemo_statement_get_int (statement, 1);
  self->content = hemo_statement_dup_text (statement, 2);
  self->content_sha256 = hemo_statement_dup_text (statement, 3);
  self->pdf_sha256 = hemo_statement_dup_text (statement, 4);
  self->sealed_sha256 = hemo_statement_dup_text (statement, 5);
  self->signature = hemo_statement_dup_bytes (statement, 6);
  self->certificate = hemo_statement_dup_bytes (statement, 7);
  return self;
}

/* UUID of the tube whose case @text is of. */
static char *
find_tube (HemoTxn *txn, const char *text, GError **error)
{
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_find (txn, text, error);
  if (specimen == NULL)
    return NULL;
  return g_strdup (specimen->parent != NULL ? specimen->parent : specimen->uuid);
}

HemoSealedReport *
hemo_sealed_report_load (HemoTxn *txn, const char *specimen, int version, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *tube = find_tube (txn, specimen, error);
  g_autoptr (HemoStatement) statement
      = tube == NULL
            ? NULL
            : hemo_db_prepare (hemo_txn_get_db (txn),
                               SELECT_REPORTS "WHERE report.specimen = ?1 AND ?2 IN (0, "
                                              "report_version.version) "
                                              "ORDER BY report_version.version DESC LIMIT 1",
                               error);
  if (statement == NULL)
    return NULL;
  hemo_statement_bind_text (statement, 1, tube);
  hemo_statement_bind_int (statement, 2, version);
  if (hemo_statement_step (statement, &local))
    return read_report (statement);
  if (local == NULL)
    local = g_error_new_literal (HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                                 N_ ("No such version of this report was signed."));
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

GPtrArray *
hemo_sealed_reports_load (HemoTxn *txn, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_sealed_report_free);
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      SELECT_REPORTS "ORDER BY report_version.report, report_version.version", error);
  if (statement == NULL)
    return NULL;
  while (hemo_statement_step (statement, &local))
    g_ptr_array_add (list, read_report (statement));
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT, message);
  return FALSE;
}

/* The hash of the PDF that the signed content itself names. */
static gboolean
check_pdf_hash (const HemoSealedReport *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (HemoReport) report
      = hemo_report_from_json (self->content, strlen (self->content), &local);
  if (g_error_matches (local, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_NO_MEMORY))
    return g_propagate_error (error, g_steal_pointer (&local)), FALSE;
  if (report != NULL && g_strcmp0 (report->pdf_sha256, self->pdf_sha256) == 0
      && report->version == self->version && g_strcmp0 (report->uuid, self->uuid) == 0)
    return TRUE;
  return fail (error,
               N_ ("The signed content of this report is of another report: it is not shown."));
}

gboolean
hemo_sealed_report_check (const HemoSealedReport *self, GError **error)
{
  g_autoptr (GBytes) content = g_bytes_new (self->content, strlen (self->content));
  g_autofree char *sha256 = hemo_sha256 (content);
  g_autoptr (GBytes) statement = hemo_sealed_report_statement (self->content);
  if (g_strcmp0 (sha256, self->content_sha256) != 0)
    return fail (error, N_ ("The content of this report is not what was signed: it is not shown."));
  if (self->certificate == NULL)
    return fail (error, N_ ("Who signed this report is not known here: it is not shown."));
  g_autoptr (GError) local = NULL;
  if (hemo_cms_verify (statement, self->signature, self->certificate, &local))
    return check_pdf_hash (self, error);
  /* Not known is not wrong. */
  if (g_error_matches (local, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED))
    return g_propagate_error (error, g_steal_pointer (&local)), FALSE;
  return fail (error, N_ ("The signature is not of this report: it is not shown."));
}

GBytes *
hemo_sealed_report_open (const char *directory,
                         const HemoSealedReport *self,
                         const HemoSealedKeys *keys,
                         GError **error)
{
  if (!hemo_sealed_report_check (self, error))
    return NULL;
  if (self->pdf_sha256 == NULL || self->sealed_sha256 == NULL)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                           N_ ("This version of the report has no PDF here."));
      return NULL;
    }
  g_autofree char *name = hemo_sealed_report_name (self->uuid, self->version);
  return hemo_sealed_open (directory, name, self->sealed_sha256, self->pdf_sha256, keys->image_key,
                           HEMO_REPORT_LIMIT, error);
}

/* What the job of hemo_clinic_open_report() is asked for and gives. */
typedef struct
{
  HemoStore *store;
  const char *specimen;
  int version;
  HemoSealedReport *report;
  HemoSealedKeys *keys;
} Reprint;

static void
reprint_clear (Reprint *self)
{
  g_clear_pointer (&self->report, hemo_sealed_report_free);
  g_clear_pointer (&self->keys, hemo_sealed_keys_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reprint, reprint_clear)

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Reprint *self = data;
  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "report", self->specimen, error))
    return FALSE;
  self->report = hemo_sealed_report_load (txn, self->specimen, self->version, error);
  if (self->report == NULL)
    return FALSE;
  self->keys = hemo_sealed_keys_load (txn, self->store, error);
  g_autofree char *detail = g_strdup_printf ("version %d", self->report->version);
  return self->keys != NULL
         && hemo_txn_audit (txn, "report.view", "DiagnosticReport", self->report->uuid, detail,
                            error);
}

static gboolean
damaged_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Reprint *self = data;
  g_autofree char *detail = g_strdup_printf ("version %d", self->report->version);
  return hemo_txn_audit (txn, "report.damaged", "DiagnosticReport", self->report->uuid, detail,
                         error);
}

GBytes *
hemo_clinic_open_report (
    HemoClinic *self, HemoSession *session, const char *specimen, int version, GError **error)
{
  g_autoptr (GError) local = NULL;
  HemoStore *store = hemo_sealed_require_store (self, FALSE, error);
  g_auto (Reprint) reprint = { .store = store, .specimen = specimen, .version = version };
  if (store == NULL || !hemo_store_read (store, session, load_job, &reprint, NULL, error))
    return NULL;
  GBytes *pdf = hemo_sealed_report_open (hemo_clinic_get_directory (self), reprint.report,
                                         reprint.keys, &local);
  if (pdf != NULL)
    return pdf;
  if (hemo_sealed_is_damage (local))
    hemo_store_write (store, session, damaged_job, &reprint, NULL, NULL);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

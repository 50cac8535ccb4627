/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Verify: every page, every audit row, every sealed file, both ways. */

#include "hemo-audit.h"
#include "hemo-count-field-private.h"
#include "hemo-durable.h"
#include "hemo-files.h"
#include "hemo-image-table-private.h"
#include "hemo-maintenance-private.h"
#include "hemo-mark.h"
#include "hemo-prune-private.h"
#include "hemo-records-private.h"
#include "hemo-sealed-private.h"
#include "hemo-search.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  HemoClinic *clinic;
  HemoStore *store;
  HemoSession *session;
  const char *directory;
  GCancellable *cancellable;
  HemoMeter meter;
  GPtrArray *findings;

  HemoSealedKeys *keys;
  GPtrArray *images;
  GPtrArray *reports;
  const HemoSealedImage *image;
  gboolean damaged;
  /* Patients that the index lacks, or has and should not. */
  gint64 unfound;
} Verify;

static void
verify_clear (Verify *self)
{
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_pointer (&self->keys, hemo_sealed_keys_free);
  g_clear_pointer (&self->images, g_ptr_array_unref);
  g_clear_pointer (&self->reports, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Verify, verify_clear)

void
hemo_verify_finding_free (HemoVerifyFinding *self)
{
  if (self == NULL)
    return;
  g_free (self->code);
  g_free (self->object);
  g_free (self->text);
  g_free (self);
}

static void
find (Verify *self, const char *code, const char *object, const char *text)
{
  HemoVerifyFinding *finding = g_new0 (HemoVerifyFinding, 1);
  finding->code = g_strdup (code);
  finding->object = g_strdup (object);
  finding->text = g_strdup (text);
  g_ptr_array_add (self->findings, finding);
}

static gboolean
is_corrupt (const GError *error)
{
  return g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
}

static void
check_key_file (Verify *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  g_autoptr (GBytes) bytes = hemo_durable_read (path, 1024 * 1024, NULL);
  g_autoptr (HemoKeyFile) keys = bytes == NULL ? NULL : hemo_key_file_parse (bytes, NULL);
  if (keys == NULL)
    find (self, "key-file", name,
          N_ ("A copy of the key file is damaged or missing. It is mended from the other one when "
              "the "
              "clinic is opened again."));
}

/* A line of SQLite's and SQLCipher's checks names pages and indices, never what stands in them. */
static gboolean
check_pages (Verify *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GRWLockReaderLocker) locker = hemo_maintenance_keep_key (self->store);
  g_autoptr (HemoDb) db = hemo_maintenance_open_database (self->store, &local);
  g_auto (GStrv) lines = db == NULL ? NULL : hemo_db_check (db, &local);
  if (lines == NULL && is_corrupt (local))
    return find (self, "page", NULL, local->message), TRUE;
  if (lines == NULL)
    return g_propagate_error (error, g_steal_pointer (&local)), FALSE;
  for (guint i = 0; lines[i] != NULL; i++)
    find (self, strstr (lines[i], "_search") != NULL ? "index" : "page", NULL, lines[i]);
  return TRUE;
}

static gboolean
require_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_txn_require (txn, HEMO_ACTION_VERIFY, NULL, NULL, error);
}

static gboolean
audit_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Verify *self = data;
  gint64 broken = 0;
  g_autofree char *reason = NULL;
  if (!hemo_audit_verify (txn, NULL, &broken, &reason, error))
    return FALSE;
  g_autofree char *row = g_strdup_printf ("%" G_GINT64_FORMAT, broken);
  if (broken != 0)
    find (self, "audit", row, reason);
  return TRUE;
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Verify *self = data;
  self->keys = hemo_sealed_keys_load (txn, self->store, error);
  self->images = self->keys == NULL ? NULL : hemo_sealed_images_load (txn, error);
  self->reports = self->images == NULL ? NULL : hemo_sealed_reports_load (txn, error);
  return self->reports != NULL;
}

/* A job that only looks: what it cannot look at for damage is a finding, not a failure. */
static gboolean
look (Verify *self, HemoStoreJob job, const char *code, GError **error)
{
  g_autoptr (GError) local = NULL;
  if (hemo_store_read (self->store, self->session, job, self, NULL, &local))
    return TRUE;
  if (is_corrupt (local))
    return find (self, code, NULL, local->message), TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
search_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_search_check (txn, &((Verify *)data)->unfound, error);
}

static gboolean
rebuild_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_search_rebuild (txn, error);
}

static gboolean
has_found (const Verify *self, const char *code)
{
  for (guint i = 0; i < self->findings->len; i++)
    if (g_str_equal (((HemoVerifyFinding *)g_ptr_array_index (self->findings, i))->code, code))
      return TRUE;
  return FALSE;
}

/* Who is not found by name is registered a second time. The index is made of the records alone:
 * what is wrong with it is mended at once, unless the store itself is damaged. */
static gboolean
check_search (Verify *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;

  if (!look (self, search_job, "index", error))
    return FALSE;
  if ((self->unfound == 0 && !has_found (self, "index")) || has_found (self, "page"))
    return TRUE;
  if (hemo_store_write (self->store, self->session, rebuild_job, NULL, NULL, &local))
    text = g_strdup_printf (
        N_ ("The index of names was wrong (patients: %u). It was made anew from the records."),
        (guint)self->unfound);
  else
    text = g_strdup_printf (N_ ("The index of names is wrong and could not be made anew: %s"),
                            local->message);
  find (self, "index", NULL, text);
  return TRUE;
}

/* A cell that stands in a differential, and what it was counted on does not. */
static gboolean
counts_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GHashTable) lost = hemo_count_find_lost (txn, NULL, error);
  GHashTableIter iter;
  gpointer count, cells;

  if (lost == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, lost);
  while (g_hash_table_iter_next (&iter, &count, &cells))
    {
      g_autofree char *advice = hemo_lost_cells_advise (cells);
      g_autofree char *found
          = g_strdup_printf (N_ ("This count has cells that were counted on a discarded field, or "
                                 "on marks that are no white cells: %d."),
                             ((const HemoLostCells *)cells)->n);
      g_autofree char *text = g_strdup_printf ("%s %s %s", found, advice,
                                               N_ ("Amend a report that was signed with them."));
      find (data, "count", count, text);
    }
  return TRUE;
}

/* Its picture is shown without them. */
static gboolean
marks_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT image, marks FROM image_mark ORDER BY image", error);
  gboolean row = statement != NULL;

  while (row)
    {
      g_autoptr (GPtrArray) marks = NULL;
      const char *json;

      if (!hemo_statement_next (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      json = hemo_statement_get_text (statement, 1);
      marks = hemo_marks_from_json (json, json != NULL ? strlen (json) : 0, NULL);
      if (marks == NULL)
        find (
            data, "marks", hemo_statement_get_text (statement, 0),
            N_ ("The marks of this picture cannot be read. The picture is whole; what was sent of "
                "its marks stays on the server."));
    }
  return FALSE;
}

static gboolean
flag_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Verify *self = data;
  return hemo_sealed_image_set_damaged (txn, self->image->uuid, self->damaged, error);
}

static void
flag (Verify *self, const HemoSealedImage *image, gboolean damaged)
{
  if (image->damaged == damaged)
    return;
  self->image = image;
  self->damaged = damaged;
  hemo_store_write (self->store, self->session, flag_job, self, NULL, NULL);
}

static gboolean
is_missing (const GError *error)
{
  return g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
}

static gboolean
check_image (Verify *self, const HemoSealedImage *image, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = hemo_sealed_image_open (self->directory, image, self->keys, &local);
  hemo_meter_add (&self->meter, image->bytes);
  hemo_pruned_explain (self->store, image->uuid, &local);
  /* Absent on purpose. */
  if (g_error_matches (local, HEMO_STORE_ERROR, HEMO_STORE_ERROR_ELSEWHERE))
    return TRUE;
  if (bytes == NULL && !hemo_sealed_is_damage (local))
    return g_propagate_error (error, g_steal_pointer (&local)), FALSE;
  if (bytes == NULL)
    find (self, is_missing (local) ? "image-missing" : "image-damaged", image->uuid,
          local->message);
  flag (self, image, bytes == NULL);
  return TRUE;
}

static gboolean
check_report (Verify *self, const HemoSealedReport *report, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = NULL;
  if (report->pdf_sha256 == NULL)
    {
      if (hemo_sealed_report_check (report, &local))
        return TRUE;
    }
  else
    {
      bytes = hemo_sealed_report_open (self->directory, report, self->keys, &local);
      if (bytes != NULL)
        return TRUE;
    }
  if (!hemo_sealed_is_damage (local))
    return g_propagate_error (error, g_steal_pointer (&local)), FALSE;
  find (self, is_missing (local) ? "report-missing" : "report-damaged", report->uuid,
        local->message);
  return TRUE;
}

static gboolean
check_sealed (Verify *self, GError **error)
{
  for (guint i = 0; self->images != NULL && i < self->images->len; i++)
    self->meter.total += ((HemoSealedImage *)g_ptr_array_index (self->images, i))->bytes;
  for (guint i = 0; self->reports != NULL && i < self->reports->len; i++)
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
        || !check_report (self, g_ptr_array_index (self->reports, i), error))
      return FALSE;
  for (guint i = 0; self->reports != NULL && i < self->images->len; i++)
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
        || !check_image (self, g_ptr_array_index (self->images, i), error))
      return FALSE;
  return TRUE;
}

/* The files first and the rows after: what is being captured meanwhile is no finding. */
static gboolean
check_unknown (Verify *self, const char *folder, const char *code, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) names = hemo_sealed_list_files (self->directory, folder);
  g_autoptr (GHashTable) known = hemo_sealed_known_names (self->store, &local);
  if (known == NULL && is_corrupt (local))
    return TRUE;
  if (known == NULL)
    return g_propagate_error (error, g_steal_pointer (&local)), FALSE;
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      if (!g_hash_table_contains (known, name) && !hemo_sealed_is_claimed (name))
        find (self, code, name, N_ ("No row of the store knows this sealed file."));
    }
  return TRUE;
}

static void
check_orphans (Verify *self)
{
  g_autoptr (GPtrArray) names = hemo_sealed_list_files (self->directory, HEMO_FOLDER_ORPHANS);
  for (guint i = 0; i < names->len; i++)
    find (self, "orphan", g_ptr_array_index (names, i),
          N_ ("A sealed file without a row was put aside; a power cut may have left it. It is kept "
              "for "
              "30 days."));
}

static gboolean
finish_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Verify *self = data;
  g_autofree char *detail = g_strdup_printf ("%u findings", self->findings->len);
  return hemo_txn_audit (txn, "verify", NULL, NULL, detail, error);
}

static gboolean
run (Verify *self, GError **error)
{
  if (!hemo_store_read (self->store, self->session, require_job, self, NULL, error))
    return FALSE;
  check_key_file (self, "keys-1.json");
  check_key_file (self, "keys-2.json");
  if (!check_pages (self, error) || !look (self, audit_job, "audit", error)
      || !check_search (self, error) || !look (self, counts_job, "count", error)
      || !look (self, marks_job, "marks", error) || !look (self, load_job, "page", error)
      || !check_sealed (self, error)
      || !check_unknown (self, HEMO_FOLDER_IMAGES, "image-unknown", error)
      || !check_unknown (self, HEMO_FOLDER_REPORTS, "report-unknown", error))
    return FALSE;
  check_orphans (self);
  /* A store so damaged that it cannot take the row still gets its findings told. */
  hemo_store_write (self->store, self->session, finish_job, self, NULL, NULL);
  return TRUE;
}

gboolean
hemo_clinic_verify (HemoClinic *self,
                    HemoSession *session,
                    GPtrArray **findings,
                    HemoProgress progress,
                    gpointer data,
                    GCancellable *cancellable,
                    GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, FALSE, error);
  g_auto (Verify) verify = { .clinic = self,
                             .store = store,
                             .session = session,
                             .directory = hemo_clinic_get_directory (self),
                             .cancellable = cancellable };
  if (store == NULL)
    return FALSE;
  verify.meter = (HemoMeter){ .progress = progress, .data = data };
  verify.findings = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_verify_finding_free);
  if (!run (&verify, error))
    return FALSE;
  *findings = g_steal_pointer (&verify.findings);
  return TRUE;
}

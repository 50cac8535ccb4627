/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backup: a copy of the store at one moment, and every sealed file that it names, in another place.
 *
 * The copy of the store comes first, so that the sealed files are those of that moment; the
 * manifest comes last and replaces the one before in one step. A cut at any moment leaves the
 * backup before it whole.
 *
 * A change of the store's key waits while the store is copied. After that it may go on: the key
 * files come later than the copy and keep every version of the key. */

#include "hemo-audit.h"
#include "hemo-backup-manifest.h"
#include "hemo-backup-sealed.h"
#include "hemo-db-private.h"
#include "hemo-disk.h"
#include "hemo-durable.h"
#include "hemo-image-table-private.h"
#include "hemo-maintenance-private.h"
#include "hemo-plural.h"
#include "hemo-prune-private.h"
#include "hemo-sealed-private.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* Besides what is copied: manifest, key files, a folder's own blocks. */
#define SPACE_RESERVE ((guint64)16 * 1024 * 1024)

/**
 * Backup:
 * @before: (nullable): what the medium held until now
 * @named_before: the files of that, and originals which it says to have lost
 * @elsewhere: originals that are neither here nor on the medium, nor were there
 * @lost: those that the medium had, and has no more as they were
 */
typedef struct
{
  HemoClinic *clinic;
  HemoStore *store;
  HemoSession *session;
  const char *directory;
  const char *target;
  /* As the system calls it, without links. */
  char *place;
  GCancellable *cancellable;
  HemoMeter meter;
  /* A folder that cannot be written is copied all the same, just then. */
  gboolean read_only;
  /* It lies on the clinic's own disk, and is lost together with it. */
  gboolean beside;

  HemoBackupManifest *manifest;
  HemoBackupManifest *before;
  GHashTable *named_before;
  GPtrArray *files;
  gint64 sequence;
  gint64 last_change;
  guint newly_damaged;
  guint elsewhere;
  guint lost;
  char *uuid;
} Backup;

static void
backup_clear (Backup *self)
{
  g_clear_pointer (&self->manifest, hemo_backup_manifest_free);
  g_clear_pointer (&self->named_before, g_hash_table_unref);
  g_clear_pointer (&self->before, hemo_backup_manifest_free);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->uuid, g_free);
  g_clear_pointer (&self->place, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Backup, backup_clear)

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE, message);
  return FALSE;
}

static gboolean
start_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Backup *self = data;
  if (!hemo_txn_require (txn, HEMO_ACTION_BACKUP, NULL, NULL, error))
    return FALSE;
  if (!self->read_only
      && (!hemo_txn_audit (txn, "backup.start", NULL, NULL, NULL, error)
          || !hemo_audit_sign_head (txn, error)))
    return FALSE;
  self->manifest->head = hemo_audit_export_head (txn, error);
  if (self->manifest->head == NULL)
    return FALSE;
  self->manifest->made_at = hemo_time_to_iso (hemo_txn_get_time (txn));
  self->manifest->installation = hemo_txn_dup_meta (txn, "installation", error);
  return self->manifest->installation != NULL;
}

/* A backup inside of what it is a backup of would go with it. */
static gboolean
check_place (const Backup *self, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (self->target);
  g_autofree char *inside = realpath (self->directory, NULL);
  g_autofree char *existing = realpath (self->target, NULL);
  g_autofree char *target
      = existing != NULL ? g_steal_pointer (&existing) : realpath (parent, NULL);
  g_autofree char *prefix = g_strconcat (inside != NULL ? inside : "", "/", NULL);
  if (inside == NULL || target == NULL)
    return refuse (error, N_ ("The folder for the backup cannot be found."));
  if (g_str_equal (inside, target) || g_str_has_prefix (target, prefix))
    return refuse (error, N_ ("A backup has to be outside of the clinic's own folder."));
  return TRUE;
}

/* What the list says to be missing although it was elsewhere is said until it is there again. */
static void
note_before (Backup *self, const HemoBackupManifest *before)
{
  g_autoptr (GHashTable) elsewhere = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < before->files->len; i++)
    g_hash_table_add (self->named_before,
                      ((HemoBackupFile *)g_ptr_array_index (before->files, i))->name);
  for (guint i = 0; i < before->elsewhere->len; i++)
    g_hash_table_add (elsewhere,
                      ((HemoBackupElsewhere *)g_ptr_array_index (before->elsewhere, i))->name);
  for (guint i = 0; i < before->missing->len; i++)
    if (g_hash_table_contains (elsewhere, g_ptr_array_index (before->missing, i)))
      g_hash_table_add (self->named_before, g_ptr_array_index (before->missing, i));
}

static gboolean
check_owner (Backup *self, GError **error)
{
  HemoBackupManifest *there = hemo_backup_manifest_load (self->target, HEMO_BACKUP_MANIFEST, NULL);
  self->before = there;
  self->named_before = g_hash_table_new (g_str_hash, g_str_equal);
  if (there != NULL)
    note_before (self, there);
  if (there == NULL
      || (g_str_equal (there->clinic, self->manifest->clinic)
          && g_str_equal (there->store, self->manifest->store)))
    return TRUE;
  return refuse (error,
                 N_ ("This folder holds the backup of another clinic or laptop. Choose another "
                     "folder."));
}

/* Whether @name is of the medium itself: a link may lead back to what is to be saved. */
static gboolean
lies_there (const Backup *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->place, name, NULL);
  g_autofree char *real = realpath (path, NULL);
  return g_strcmp0 (real, path) == 0;
}

static gboolean
check_folder (const Backup *self, const char *name, GError **error)
{
  return lies_there (self, name)
         || refuse (error,
                    N_ ("On the medium is a link where a folder of the backup has to be, and "
                        "what lies behind it is no copy. Remove it, or take another medium."));
}

/* After a restore from an older backup, or with the clinic on two laptops, the medium may be the
 * only place that has what was saved since: a second backup would take the last of it away. */
static gboolean
check_ahead (const Backup *self, GError **error)
{
  gboolean knows = TRUE;
  if (self->before != NULL && self->before->head != NULL
      && !hemo_maintenance_knows_head (self->store, self->session, self->before->head, &knows,
                                       error))
    return FALSE;
  if (knows)
    return TRUE;
  return refuse (error,
                 N_ ("The backup in this folder has what is not on this laptop: it was made after "
                     "the one that was restored here, or on another laptop with this clinic. "
                     "Nothing was written over it. Keep it, and take another stick or folder."));
}

static gboolean
make_target (Backup *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  static const char *const folders[] = { NULL, HEMO_FOLDER_IMAGES, HEMO_FOLDER_REPORTS };
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (self->target, folders[i], NULL);
      if (!hemo_durable_make_folder (path, &local))
        return hemo_sealed_fail (error, g_steal_pointer (&local), N_ ("The backup was not made."));
      if (folders[i] == NULL)
        self->place = realpath (self->target, NULL);
      else if (!check_folder (self, folders[i], error))
        return FALSE;
    }
  return TRUE;
}

/* The numbers of the copied moment. */
static gboolean
read_numbers (Backup *self, HemoDb *copy, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (copy,
                         "SELECT (SELECT coalesce(max(seq), 0) FROM audit), "
                         "(SELECT coalesce(max(seq), 0) FROM change)",
                         error);
  if (statement == NULL || !hemo_statement_step (statement, error))
    return FALSE;
  self->sequence = hemo_statement_get_int (statement, 0);
  self->last_change = hemo_statement_get_int (statement, 1);
  return TRUE;
}

static gboolean
copy_progress (gint64 done, gint64 total, gpointer data)
{
  Backup *self = data;
  return !g_cancellable_is_cancelled (self->cancellable);
}

/* Every page of the copy by its MAC: a copy of a store that is damaged is no backup. */
static gboolean
prove_copy (HemoDb *copy, GError **error)
{
  g_auto (GStrv) wrong = hemo_db_check (copy, error);
  if (wrong == NULL)
    return FALSE;
  if (wrong[0] == NULL)
    return TRUE;
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
                       N_ ("The copy of the store is damaged; the backup before it was kept. Run a "
                           "verification here, and try another medium."));
  return FALSE;
}

/* The store of one moment as '@target/hemogram.db.copy', proved. */
static gboolean
copy_database (Backup *self, const char *path, GError **error)
{
  g_autoptr (GRWLockReaderLocker) locker = hemo_maintenance_keep_key (self->store);
  g_autoptr (HemoDb) source = hemo_maintenance_open_database (self->store, error);
  if (source == NULL || !hemo_maintenance_hold_moment (source, error)
      || !hemo_db_copy (source, path, copy_progress, self, error))
    return FALSE;
  g_autoptr (HemoDb) copy = hemo_db_open (path, source->raw_key, HEMO_DB_READER, error);
  if (copy == NULL || !prove_copy (copy, error) || !read_numbers (self, copy, error))
    return FALSE;
  self->files = hemo_backup_sealed_list (copy, error);
  return self->files != NULL;
}

/* Whether @file lies in the backup whole; read from the medium, not from memory. */
static gboolean
is_there (const Backup *self, const HemoBackupSealed *file)
{
  GStatBuf info;
  g_autofree char *path = g_build_filename (self->target, file->name, NULL);
  if (g_stat (path, &info) != 0 || (guint64)info.st_size != file->bytes
      || !lies_there (self, file->name))
    return FALSE;
  g_autofree char *found
      = hemo_durable_hash (path, TRUE, NULL, NULL, NULL, self->cancellable, NULL);
  return g_strcmp0 (found, file->sha256) == 0;
}

static gboolean
check_space (Backup *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  guint64 needed = SPACE_RESERVE, there = 0;
  for (guint i = 0; i < self->files->len; i++)
    {
      GStatBuf info;
      const HemoBackupSealed *file = g_ptr_array_index (self->files, i);
      g_autofree char *path = g_build_filename (self->target, file->name, NULL);
      self->meter.total += (gint64)file->bytes;
      if (file->pruned == NULL
          && (g_stat (path, &info) != 0 || (guint64)info.st_size != file->bytes))
        needed += file->bytes;
    }
  if (!hemo_durable_free_space (self->target, &there, &local))
    return hemo_sealed_fail (error, g_steal_pointer (&local), N_ ("The backup was not made."));
  if (there >= needed)
    return TRUE;
  g_autofree char *text = g_format_size (needed - there);
  g_set_error (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_FULL,
      N_ ("The medium lacks %s for this backup. The backup before it was kept. Make room or "
          "take a larger one."),
      text);
  return FALSE;
}

static gboolean
damaged_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoBackupSealed *file = data;
  if (file->is_image)
    return hemo_sealed_image_set_damaged (txn, file->uuid, TRUE, error);
  return hemo_txn_audit (txn, "report.damaged", "DiagnosticReport", file->uuid, NULL, error);
}

/* What is damaged here is not copied over what may be whole there, and does not keep the rest from
 * being backed up. */
static void
leave_out (Backup *self, HemoBackupSealed *file)
{
  g_ptr_array_add (self->manifest->missing, g_strdup (file->name));
  if (file->known_damaged)
    return;
  self->newly_damaged++;
  hemo_store_write (self->store, self->session, damaged_job, file, NULL, NULL);
}

static gboolean
source_is_whole (const Backup *self, const HemoBackupSealed *file)
{
  guint64 size = 0;
  g_autofree char *path = g_build_filename (self->directory, file->name, NULL);
  g_autofree char *found
      = hemo_durable_hash (path, FALSE, &size, NULL, NULL, self->cancellable, NULL);
  return g_strcmp0 (found, file->sha256) == 0 && size == file->bytes;
}

static gboolean
pruned_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoBackupSealed *file = data;
  return hemo_pruned_load (txn, file->uuid, &file->pruned, error);
}

/* Also since the store was copied. */
static gboolean
is_pruned (const Backup *self, HemoBackupSealed *file)
{
  if (file->is_image && file->pruned == NULL)
    hemo_store_read (self->store, NULL, pruned_job, file, NULL, NULL);
  return file->pruned != NULL;
}

/* One that the medium had, or has as something else, is damaged there and not here. */
static void
leave_elsewhere (Backup *self, const HemoBackupSealed *file)
{
  g_autofree char *path = g_build_filename (self->target, file->name, NULL);
  if (!g_hash_table_contains (self->named_before, file->name)
      && !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      self->elsewhere++;
      return;
    }
  g_ptr_array_add (self->manifest->missing, g_strdup (file->name));
  self->lost++;
}

static void
note_elsewhere (Backup *self, const HemoBackupSealed *file)
{
  if (file->pruned != NULL)
    g_ptr_array_add (self->manifest->elsewhere,
                     hemo_backup_elsewhere_new (file->name, file->pruned));
}

static gboolean
copy_one (Backup *self, HemoBackupSealed *file, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *sha256 = NULL;
  g_autofree char *from = g_build_filename (self->directory, file->name, NULL);
  g_autofree char *to = g_build_filename (self->target, file->name, NULL);
  g_autofree char *folder = g_path_get_dirname (to);
  g_autofree char *folder_name = g_path_get_dirname (file->name);
  gboolean whole = source_is_whole (self, file);
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (!whole && is_pruned (self, file))
    return leave_elsewhere (self, file), TRUE;
  if (!whole)
    return leave_out (self, file), TRUE;
  if (!hemo_durable_make_folder (folder, &local) || !check_folder (self, folder_name, &local)
      || !hemo_durable_copy (from, to, &sha256, NULL, NULL, NULL, self->cancellable, &local))
    {
      if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return g_propagate_error (error, g_steal_pointer (&local)), FALSE;
      return hemo_sealed_fail (error, g_steal_pointer (&local),
                               N_ ("The backup was cut off; it goes on from here when it is made "
                                   "again."));
    }
  g_ptr_array_add (self->manifest->files, hemo_backup_file_new (file->name, file->bytes, sha256));
  return TRUE;
}

static gboolean
copy_files (Backup *self, GError **error)
{
  for (guint i = 0; i < self->files->len; i++)
    {
      HemoBackupSealed *file = g_ptr_array_index (self->files, i);
      if (is_there (self, file))
        g_ptr_array_add (self->manifest->files,
                         hemo_backup_file_new (file->name, file->bytes, file->sha256));
      else if (!copy_one (self, file, error))
        return FALSE;
      note_elsewhere (self, file);
      hemo_meter_add (&self->meter, (gint64)file->bytes);
    }
  return TRUE;
}

/* A file that is on the medium at @path, as the manifest's entry @name. */
static gboolean
enter (Backup *self, const char *path, const char *name, GError **error)
{
  guint64 size = 0;
  g_autofree char *sha256
      = hemo_durable_hash (path, TRUE, &size, NULL, NULL, self->cancellable, error);
  if (sha256 == NULL)
    return FALSE;
  g_ptr_array_add (self->manifest->files, hemo_backup_file_new (name, size, sha256));
  return TRUE;
}

static gboolean
copy_keys (Backup *self, GError **error)
{
  static const char *const names[] = { "keys-1.json", "keys-2.json" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *from = g_build_filename (self->directory, names[i], NULL);
      g_autofree char *to = g_build_filename (self->target, names[i], NULL);
      if (!hemo_durable_copy (from, to, NULL, NULL, NULL, NULL, self->cancellable, error)
          || !enter (self, to, names[i], error))
        return FALSE;
    }
  return TRUE;
}

/* The manifest as whoever reads it will have to: a backup whose list nobody can read is none.
 * (transfer full) */
static GBytes *
make_list (const Backup *self, GError **error)
{
  g_autoptr (GError) unread = NULL;
  g_autoptr (GBytes) json = hemo_backup_manifest_to_json (self->manifest);
  g_autoptr (HemoBackupManifest) read = hemo_backup_manifest_parse (json, &unread);
  if (read != NULL)
    return g_steal_pointer (&json);
  g_set_error (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
      N_ ("The backup was not finished, and the one before it was kept: its list could not be "
          "read again. %s"),
      unread->message);
  return NULL;
}

/* Gives the copy its name and puts the manifest in its place, which is what makes it the backup. A
 * manifest that could not be read does not take the place of the one before it. */
static gboolean
publish (Backup *self, const char *copy, GError **error)
{
  g_autofree char *name = g_strdup_printf ("hemogram-%" G_GINT64_FORMAT ".db", self->sequence);
  g_autofree char *path = g_build_filename (self->target, name, NULL);
  g_autofree char *manifest = g_build_filename (self->target, HEMO_BACKUP_MANIFEST, NULL);
  g_autofree char *before = g_build_filename (self->target, HEMO_BACKUP_MANIFEST_BEFORE, NULL);
  self->manifest->database = g_strdup (name);
  if (!enter (self, copy, name, error))
    return FALSE;
  g_autoptr (GBytes) json = make_list (self, error);
  if (json == NULL || !hemo_durable_rename (copy, path, error)
      || (self->before != NULL
          && !hemo_durable_copy (manifest, before, NULL, NULL, NULL, NULL, NULL, error)))
    return FALSE;
  return hemo_durable_write (manifest, NULL, json, error);
}

/* Copies of the store that neither manifest names; none, where one of them cannot be read. */
static void
remove_older (const Backup *self)
{
  const char *name;
  g_autoptr (GError) unread = NULL;
  g_autoptr (HemoBackupManifest) before
      = hemo_backup_manifest_load (self->target, HEMO_BACKUP_MANIFEST_BEFORE, &unread);
  if (before == NULL && !g_error_matches (unread, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return;
  g_autoptr (GDir) dir = g_dir_open (self->target, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (!g_str_has_suffix (name, ".db") || !hemo_backup_name_is_valid (name)
          || g_str_equal (name, self->manifest->database)
          || (before != NULL && g_str_equal (name, before->database)))
        continue;
      g_autofree char *path = g_build_filename (self->target, name, NULL);
      g_unlink (path);
    }
}

/* The record by which the screen says 'backed up': of everything up to this change. */
static gboolean
finish_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Backup *self = data;
  gint64 now = hemo_txn_get_time (txn).utc_us;
  g_autofree char *detail = g_strdup_printf (
      "row %" G_GINT64_FORMAT ", change %" G_GINT64_FORMAT ", %u files, %u missing, %u elsewhere%s",
      self->sequence, self->last_change, self->manifest->files->len, self->manifest->missing->len,
      self->elsewhere, self->beside ? ", on the clinic's own disk" : "");
  return (self->beside
          || (hemo_maintenance_set (txn, HEMO_SETTING_BACKUP_AT, now, error)
              && hemo_maintenance_set (txn, HEMO_SETTING_BACKUP_CHANGE, self->last_change, error)))
         && hemo_txn_audit (txn, "backup", NULL, NULL, detail, error);
}

static gboolean
copy_all (Backup *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *copy = g_build_filename (self->target, "hemogram.db.copy", NULL);
  if (!copy_database (self, copy, error) || !check_space (self, error) || !copy_files (self, error))
    return FALSE;
  if (copy_keys (self, &local)
      && hemo_backup_manifest_prove_some (self->manifest, self->target, self->cancellable, &local)
      && publish (self, copy, &local))
    return TRUE;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_propagate_error (error, g_steal_pointer (&local)), FALSE;
  return hemo_sealed_fail (error, g_steal_pointer (&local), N_ ("The backup was not finished."));
}

/* Room for the store's copy, before anything is written. */
static gboolean
check_space_for_database (const Backup *self, GError **error)
{
  GStatBuf info;
  guint64 there = 0;
  g_autoptr (GError) local = NULL;
  g_autofree char *path = g_build_filename (self->directory, HEMO_MAINTENANCE_DATABASE, NULL);
  guint64 needed = SPACE_RESERVE + (g_stat (path, &info) == 0 ? (guint64)info.st_size : (guint64)0);
  if (!hemo_durable_free_space (self->target, &there, &local))
    return hemo_sealed_fail (error, g_steal_pointer (&local), N_ ("The backup was not made."));
  if (there >= needed)
    return TRUE;
  g_set_error_literal (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_FULL,
      N_ ("The medium has no room for the store alone. The backup before it was kept."));
  return FALSE;
}

static gboolean
tell_damage (const Backup *self, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  if (self->newly_damaged > 0)
    g_string_append_printf (
        text,
        HEMO_PLURAL ("The backup was made, but %u sealed file is damaged or missing here and could "
                     "not go into it. Run a verification to see which.",
                     "The backup was made, but %u sealed files are damaged or missing here and "
                     "could not go into it. Run a verification to see which.",
                     self->newly_damaged),
        self->newly_damaged);
  if (text->len > 0 && self->lost > 0)
    g_string_append_c (text, ' ');
  if (self->lost > 0)
    g_string_append_printf (
        text,
        HEMO_PLURAL ("The backup was made, but %u original that was taken off this laptop is no "
                     "longer whole on this medium: bring it back with 'hemogram-cli sync fetch' "
                     "and back up again.",
                     "The backup was made, but %u originals that were taken off this laptop are "
                     "no longer whole on this medium: bring them back with 'hemogram-cli sync "
                     "fetch' and back up again.",
                     self->lost),
        self->lost);
  if (self->newly_damaged == 0 && self->lost == 0)
    return TRUE;
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT, text->str);
  return FALSE;
}

static gboolean
run (Backup *self, GError **error)
{
  gboolean started
      = self->read_only
            ? hemo_store_read (self->store, self->session, start_job, self, NULL, error)
            : hemo_store_write (self->store, self->session, start_job, self, NULL, error);
  if (!started || !check_place (self, error) || !check_owner (self, error)
      || !check_ahead (self, error) || !make_target (self, error)
      || !check_space_for_database (self, error) || !copy_all (self, error))
    return FALSE;
  remove_older (self);
  if (!self->read_only
      && !hemo_store_write (self->store, self->session, finish_job, self, NULL, error))
    return FALSE;
  return tell_damage (self, error);
}

/* Two at once would write the same files. */
static GMutex backup_lock;

gboolean
hemo_clinic_backup_anywhere (HemoClinic *self,
                             HemoSession *session,
                             const char *target,
                             gboolean *beside,
                             HemoProgress progress,
                             gpointer data,
                             GCancellable *cancellable,
                             GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, FALSE, error);
  HemoKeyFile *keys = hemo_clinic_get_key_file (self);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&backup_lock);
  g_auto (Backup) backup = { .clinic = self,
                             .store = store,
                             .session = session,
                             .directory = hemo_clinic_get_directory (self),
                             .target = target,
                             .cancellable = cancellable };
  if (store == NULL)
    return FALSE;
  backup.read_only = hemo_store_is_read_only (store);
  backup.meter = (HemoMeter){ .progress = progress, .data = data };
  backup.manifest = hemo_backup_manifest_new ();
  backup.manifest->clinic = g_strdup (hemo_key_file_get_clinic_uuid (keys));
  backup.manifest->store = g_strdup (hemo_key_file_get_store_uuid (keys));
  g_autofree char *parent = g_path_get_dirname (target);
  gboolean there = g_file_test (target, G_FILE_TEST_EXISTS);
  if (beside != NULL)
    *beside = backup.beside = hemo_disk_is_shared (backup.directory, there ? target : parent);
  return run (&backup, error);
}

gboolean
hemo_clinic_backup (HemoClinic *self,
                    HemoSession *session,
                    const char *target,
                    HemoProgress progress,
                    gpointer data,
                    GCancellable *cancellable,
                    GError **error)
{
  return hemo_clinic_backup_anywhere (self, session, target, NULL, progress, data, cancellable,
                                      error);
}

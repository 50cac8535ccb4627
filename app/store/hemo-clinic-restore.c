/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Restore: a clinic made again from its backup and a passphrase or the recovery code, on a bare
 * machine, as a new installation.
 *
 * All of it is made in a folder beside and renamed at the end. */

/* For nftw(). */
#define _GNU_SOURCE

#include "hemo-audit.h"
#include "hemo-backup-manifest.h"
#include "hemo-clinic-private.h"
#include "hemo-durable.h"
#include "hemo-maintenance-private.h"
#include "hemo-plural.h"
#include "hemo-prune-private.h"
#include "hemo-sealed-private.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define PART_SUFFIX ".restoring"
/* What a clinic needs besides, where originals that had been taken off could stay away. */
#define SPACE_RESERVE ((guint64)2 * 1024 * 1024 * 1024)

typedef struct
{
  const char *backup;
  const char *directory;
  const char *login;
  HemoSecret *secret;
  GCancellable *cancellable;
  HemoMeter meter;

  char *part;
  HemoBackupManifest *manifest;
  guint left_out;
  char *damage;
} Restore;

static void
restore_clear (Restore *self)
{
  g_clear_pointer (&self->part, g_free);
  g_clear_pointer (&self->damage, g_free);
  g_clear_pointer (&self->manifest, hemo_backup_manifest_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Restore, restore_clear)

void
hemo_restored_free (HemoRestored *self)
{
  if (self == NULL)
    return;
  g_free (self->made_at);
  g_free (self->damage);
  g_free (self);
}

static gboolean
fail (GError **error, HemoStoreError code, const char *message)
{
  g_set_error_literal (error, HEMO_STORE_ERROR, (int)code, message);
  return FALSE;
}

static int
remove_cb (const char *path, const struct stat *info, int type, struct FTW *walk)
{
  return remove (path);
}

/* Only ever called on the folder with our suffix. */
static void
remove_part (const char *part)
{
  nftw (part, remove_cb, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static gboolean
check_directory (const char *directory, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  if (g_file_test (directory, G_FILE_TEST_EXISTS) && (dir == NULL || g_dir_read_name (dir) != NULL))
    return fail (
        error, HEMO_STORE_ERROR_CONFLICT,
        N_ ("There is something in this folder already. A restored clinic needs a new one."));
  return TRUE;
}

static void
advance (guint64 bytes, gpointer data)
{
  hemo_meter_add (data, (gint64)bytes);
}

/* A whole file of the manifest? Cancelling is told by @error. */
static gboolean
is_whole (Restore *self, const HemoBackupFile *file, GError **error)
{
  guint64 size = 0;
  g_autoptr (GError) local = NULL;
  g_autofree char *path = g_build_filename (self->backup, file->name, NULL);
  g_autofree char *found
      = hemo_durable_hash (path, TRUE, &size, advance, &self->meter, self->cancellable, &local);
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local));
  return g_strcmp0 (found, file->sha256) == 0 && size == file->bytes;
}

static gboolean
is_key_file (const HemoBackupFile *file)
{
  return g_str_has_prefix (file->name, "keys-");
}

/* Names of what had been taken off the laptop. (transfer container) */
static GHashTable *
elsewhere_names (const Restore *self)
{
  GHashTable *names = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < self->manifest->elsewhere->len; i++)
    g_hash_table_add (
        names, ((HemoBackupElsewhere *)g_ptr_array_index (self->manifest->elsewhere, i))->name);
  return names;
}

/* Leaves out of the list, and counts, what had been taken off the laptop, where @leaves says so; in
 * the restored clinic that is elsewhere, as it was. */
static void
leave_elsewhere (Restore *self,
                 gboolean (*leaves) (const HemoBackupFile *, gpointer),
                 gpointer data)
{
  g_autoptr (GHashTable) names = elsewhere_names (self);
  for (guint i = self->manifest->files->len; i-- > 0;)
    {
      const HemoBackupFile *file = g_ptr_array_index (self->manifest->files, i);
      if (!g_hash_table_contains (names, file->name) || !leaves (file, data))
        continue;
      g_ptr_array_remove_index (self->manifest->files, i);
      self->left_out++;
    }
}

static gboolean
is_in (const HemoBackupFile *file, gpointer set)
{
  return g_hash_table_contains (set, file->name);
}

static gboolean
is_any (const HemoBackupFile *file, gpointer data)
{
  return TRUE;
}

/* One copy of the key file is enough; the other one is mended when the clinic is opened. */
static gboolean
check_files (Restore *self, GError **error)
{
  guint keys = 0, damaged = 0;
  g_autoptr (GHashTable) broken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->meter.done = self->meter.total = 0;
  for (guint i = 0; i < self->manifest->files->len; i++)
    {
      const HemoBackupFile *file = g_ptr_array_index (self->manifest->files, i);
      self->meter.total += 2 * (gint64)file->bytes;
    }
  for (guint i = 0; i < self->manifest->files->len; i++)
    {
      g_autoptr (GError) local = NULL;
      const HemoBackupFile *file = g_ptr_array_index (self->manifest->files, i);
      gboolean whole = is_whole (self, file, &local);
      if (local != NULL)
        return g_propagate_error (error, g_steal_pointer (&local)), FALSE;
      if (is_key_file (file))
        keys += whole;
      else if (!whole)
        g_hash_table_add (broken, g_strdup (file->name));
    }
  leave_elsewhere (self, is_in, broken);
  for (guint i = 0; i < self->manifest->files->len; i++)
    damaged += is_in (g_ptr_array_index (self->manifest->files, i), broken);
  if (damaged == 0 && keys > 0)
    return TRUE;
  g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
               keys > 0
                   ? HEMO_PLURAL ("This backup is not whole: %u file is damaged or missing. "
                                  "Nothing was restored.",
                                  "This backup is not whole: %u files are damaged or missing. "
                                  "Nothing was restored.",
                                  damaged)
                   : HEMO_PLURAL ("This backup is not whole: %u file is damaged or missing, the "
                                  "keys among them. Nothing was restored.",
                                  "This backup is not whole: %u files are damaged or missing, the "
                                  "keys among them. Nothing was restored.",
                                  damaged),
               damaged);
  return FALSE;
}

static gboolean
load_and_check (Restore *self, const char *name, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_clear_pointer (&self->manifest, hemo_backup_manifest_free);
  self->left_out = 0;
  self->manifest = hemo_backup_manifest_load (self->backup, name, &local);
  if (self->manifest != NULL)
    return check_files (self, error);
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return fail (error, HEMO_STORE_ERROR_NOT_FOUND,
                 N_ ("There is no finished backup in this folder."));
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_INVALID_DATA)
      || g_error_matches (local, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    return fail (error, HEMO_STORE_ERROR_CORRUPT, local->message);
  return hemo_sealed_fail (error, g_steal_pointer (&local), N_ ("The backup cannot be read."));
}

static guint64
needed_space (const Restore *self)
{
  guint64 needed = 0;
  for (guint i = 0; i < self->manifest->files->len; i++)
    needed += ((HemoBackupFile *)g_ptr_array_index (self->manifest->files, i))->bytes;
  return needed;
}

/* What had been taken off to make room comes back only where there is room for all. */
static gboolean
check_space (Restore *self, GError **error)
{
  guint64 there = 0;
  g_autoptr (GError) local = NULL;
  g_autofree char *parent = g_path_get_dirname (self->directory);
  if (!hemo_durable_free_space (parent, &there, &local))
    return hemo_sealed_fail (error, g_steal_pointer (&local), N_ ("Nothing was restored."));
  if (there < SPACE_RESERVE || there - SPACE_RESERVE < needed_space (self))
    leave_elsewhere (self, is_any, NULL);
  if (there >= needed_space (self))
    return TRUE;
  return fail (
      error, HEMO_STORE_ERROR_FULL,
      N_ ("This computer has no room for the clinic in the backup. Nothing was restored."));
}

static gboolean
make_folders (const Restore *self, GError **error)
{
  static const char *const folders[]
      = { NULL, HEMO_FOLDER_IMAGES, HEMO_FOLDER_REPORTS, HEMO_FOLDER_TEMPORARY };
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (self->part, folders[i], NULL);
      if (!hemo_durable_make_folder (path, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
copy_file (Restore *self, const HemoBackupFile *file, GError **error)
{
  g_autofree char *sha256 = NULL;
  /* The other copy was whole; this one is mended from it when the clinic is opened. */
  if (is_key_file (file) && !is_whole (self, file, NULL))
    return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
  gboolean is_database = g_str_equal (file->name, self->manifest->database);
  g_autofree char *from = g_build_filename (self->backup, file->name, NULL);
  g_autofree char *to
      = g_build_filename (self->part, is_database ? HEMO_MAINTENANCE_DATABASE : file->name, NULL);
  g_autofree char *folder = g_path_get_dirname (to);
  if (!hemo_durable_make_folder (folder, error)
      || !hemo_durable_copy (from, to, &sha256, NULL, advance, &self->meter, self->cancellable,
                             error))
    return FALSE;
  if (g_str_equal (sha256, file->sha256))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       N_ ("The backup's medium reads differently each time."));
  return FALSE;
}

static gboolean
copy_files (Restore *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean done = make_folders (self, &local);
  for (guint i = 0; done && i < self->manifest->files->len; i++)
    done = copy_file (self, g_ptr_array_index (self->manifest->files, i), &local);
  if (done)
    return TRUE;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_propagate_error (error, g_steal_pointer (&local)), FALSE;
  return hemo_sealed_fail (error, g_steal_pointer (&local), N_ ("Nothing was restored."));
}

static gboolean
settle_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_pruned_settle_all (txn, data, error);
}

/* What had been taken off and was copied is here again: its hash is known, and reading all of it
 * once more when the clinic is opened can take hours. What cannot be noted here is then. */
static void
settle_pruned (Restore *self, HemoKeyRing *ring)
{
  g_autoptr (GHashTable) names = elsewhere_names (self);
  g_autoptr (GHashTable) came = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < self->manifest->files->len; i++)
    {
      const HemoBackupFile *file = g_ptr_array_index (self->manifest->files, i);
      if (g_hash_table_contains (names, file->name))
        g_hash_table_insert (came, file->name, file->sha256);
    }
  g_autoptr (HemoStore) store
      = g_hash_table_size (came) > 0 ? hemo_store_open (self->part, ring, NULL) : NULL;
  if (store == NULL)
    return;
  hemo_store_write (store, NULL, settle_job, came, NULL, NULL);
  hemo_store_close (store);
}

/* So that nobody waits for gigabytes to be told that the passphrase was wrong. */
static gboolean
try_secret (const Restore *self, HemoKeyRing **ring, GError **error)
{
  g_autoptr (HemoKeyPair) key = NULL;
  g_autoptr (HemoKeyFile) keys = hemo_key_file_load (self->backup, FALSE, error);
  if (keys == NULL)
    return FALSE;
  if (self->login == NULL)
    return hemo_key_file_open_with_recovery (keys, self->secret, ring, &key, error);
  return hemo_key_file_open (keys, self->login, self->secret, ring, &key, error);
}

typedef struct
{
  HemoStore *store;
  const char *head;
  const char *why;
} Renewal;

static gboolean
check_log (HemoTxn *txn, const Renewal *self, GError **error)
{
  gint64 broken = 0;
  g_autofree char *reason = NULL;
  if (self->head != NULL && !hemo_audit_check_head (txn, self->head, error))
    return FALSE;
  if (!hemo_audit_verify (txn, NULL, &broken, &reason, error))
    return FALSE;
  if (broken == 0)
    return TRUE;
  g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
               N_ ("The audit log in this backup is broken at row %u. Nothing was restored."),
               (guint)broken);
  return FALSE;
}

/* A restored clinic is another installation: with the old one's station code both would give the
 * same accession numbers. Who came with the recovery code has no session and needs no role. */
static gboolean
renew_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Renewal *self = data;
  if (hemo_txn_get_session (txn) != NULL
      && !hemo_txn_require (txn, HEMO_ACTION_RESTORE, NULL, NULL, error))
    return FALSE;
  return check_log (txn, self, error)
         && hemo_clinic_become_new (txn, self->store, "restore", self->why, error);
}

static gboolean
renew_with_passphrase (Restore *self, Renewal *renewal, GError **error)
{
  g_autoptr (HemoClinic) clinic = hemo_clinic_open (self->part, error);
  if (clinic == NULL)
    return FALSE;
  g_autoptr (HemoSession) session = hemo_clinic_sign_in (clinic, self->login, self->secret, error);
  gboolean done = session != NULL;
  if (done)
    {
      renewal->store = hemo_clinic_get_store (clinic);
      done = hemo_store_write (renewal->store, session, renew_job, renewal, NULL, error)
             && hemo_clinic_sign_out (clinic, session, error);
    }
  hemo_clinic_close (clinic);
  return done;
}

static gboolean
renew_with_code (Restore *self, Renewal *renewal, HemoKeyRing *ring, GError **error)
{
  g_autoptr (HemoStore) store = hemo_store_open (self->part, ring, error);
  if (store == NULL)
    return FALSE;
  renewal->store = store;
  gboolean done = hemo_store_write (store, NULL, renew_job, renewal, NULL, error);
  hemo_store_close (store);
  return done;
}

static gboolean
build (Restore *self, GError **error)
{
  g_autoptr (HemoKeyRing) ring = NULL;
  if (!try_secret (self, &ring, error) || !check_space (self, error) || !copy_files (self, error))
    return FALSE;
  settle_pruned (self, ring);
  g_autofree char *why
      = g_strdup_printf ("backup of %s%s", self->manifest->made_at,
                         self->damage != NULL ? " because the newest one is damaged" : "");
  Renewal renewal = { .head = self->manifest->head, .why = why };
  return self->login != NULL ? renew_with_passphrase (self, &renewal, error)
                             : renew_with_code (self, &renewal, ring, error);
}

static gboolean
is_corrupt (const GError *error)
{
  return g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
}

/* The backup whose list is @name. @damaged: (out): when it fails, whether that is the backup's
 * fault, so that another one may do */
static gboolean
build_from (Restore *self, const char *name, gboolean *damaged, GError **error)
{
  g_autoptr (GError) local = NULL;
  if (!load_and_check (self, name, &local))
    *damaged = hemo_sealed_is_damage (local);
  else if (build (self, &local))
    return TRUE;
  else
    *damaged = is_corrupt (local);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The newest backup, or the one before it when the newest is damaged, which is remembered. */
static gboolean
build_any (Restore *self, GError **error)
{
  gboolean damaged = FALSE;
  g_autoptr (GError) newest = NULL;
  g_autoptr (GError) before = NULL;
  if (build_from (self, HEMO_BACKUP_MANIFEST, &damaged, &newest))
    return TRUE;
  if (!damaged)
    return g_propagate_error (error, g_steal_pointer (&newest)), FALSE;
  gboolean is_gone = g_error_matches (newest, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  self->damage = g_strdup (is_gone ? N_ ("The list of its files is missing.") : newest->message);
  remove_part (self->part);
  if (build_from (self, HEMO_BACKUP_MANIFEST_BEFORE, &damaged, &before))
    return TRUE;
  g_propagate_error (error, damaged ? g_steal_pointer (&newest) : g_steal_pointer (&before));
  return FALSE;
}

/* An empty folder gives way to the one that was made. */
static gboolean
put_in_place (const Restore *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  if (g_rmdir (self->directory) != 0 && errno != ENOENT)
    return fail (error, HEMO_STORE_ERROR_CONFLICT, N_ ("The folder for the clinic is in use."));
  if (hemo_durable_rename (self->part, self->directory, &local))
    return TRUE;
  return hemo_sealed_fail (error, g_steal_pointer (&local), N_ ("The clinic was not restored."));
}

static HemoRestored *
tell (Restore *self)
{
  HemoRestored *restored = g_new0 (HemoRestored, 1);
  restored->made_at = g_strdup (self->manifest->made_at);
  restored->damage = g_steal_pointer (&self->damage);
  restored->missing = self->manifest->missing->len;
  restored->left_out = self->left_out;
  return restored;
}

HemoClinic *
hemo_clinic_restore (const char *backup,
                     const char *directory,
                     const char *login,
                     HemoSecret *secret,
                     HemoRestored **restored,
                     HemoProgress progress,
                     gpointer data,
                     GCancellable *cancellable,
                     GError **error)
{
  g_auto (Restore) restore = { .backup = backup,
                               .directory = directory,
                               .login = login,
                               .secret = secret,
                               .cancellable = cancellable };
  restore.meter = (HemoMeter){ .progress = progress, .data = data };
  g_autofree char *bare = g_canonicalize_filename (directory, NULL);
  restore.directory = bare;
  restore.part = g_strconcat (bare, PART_SUFFIX, NULL);
  if (!check_directory (bare, error))
    return NULL;
  remove_part (restore.part);
  if (!build_any (&restore, error) || !put_in_place (&restore, error))
    {
      remove_part (restore.part);
      return NULL;
    }
  HemoClinic *clinic = hemo_clinic_open (bare, error);
  if (clinic != NULL && restored != NULL)
    *restored = tell (&restore);
  return clinic;
}

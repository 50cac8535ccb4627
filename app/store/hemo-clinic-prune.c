/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Originals leave this laptop and come back.
 *
 * Of each: the file here is whole, the copy on the medium is whole, the object store says just now
 * that it has the same; then, in one transaction, the store judges it once more and notes that it
 * is elsewhere; then the file goes. */

#include "hemo-backup-manifest.h"
#include "hemo-durable.h"
#include "hemo-files.h"
#include "hemo-image-table-private.h"
#include "hemo-maintenance-private.h"
#include "hemo-prune-private.h"
#include "hemo-remote-table.h"
#include "hemo-sealed-private.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* What a seal adds to a picture, at most. */
#define SEAL_ROOM ((gsize)256 * 1024)

/**
 * Prune: a run
 * @device: that the clinic lies on
 * @medium: that the backup lies on
 * @copies: names to HemoBackupFile, of the manifest
 * @server_now: as the object store said last, 0 before
 * @item: that is looked at
 */
typedef struct
{
  HemoClinic *clinic;
  HemoStore *store;
  HemoSession *session;
  const char *directory;
  const HemoPruneOptions *options;
  HemoPruneTally *tally;
  GCancellable *cancellable;
  HemoMeter meter;
  dev_t device;
  dev_t medium;
  HemoBackupManifest *manifest;
  GHashTable *copies;
  gint64 server_now;
  HemoPruneItem *item;
} Prune;

static void
prune_clear (Prune *self)
{
  g_clear_pointer (&self->copies, g_hash_table_unref);
  g_clear_pointer (&self->manifest, hemo_backup_manifest_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Prune, prune_clear)

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE, message);
  return FALSE;
}

static HemoDiskAnswer
compare (const Prune *self, const char *here)
{
  HemoDiskCompare function
      = self->options->compare != NULL ? self->options->compare : hemo_disk_compare;

  return function (here, self->options->backup);
}

/* Another disk: what takes this one away takes a folder on it as well. */
static gboolean
check_medium (Prune *self, GError **error)
{
  GStatBuf here, there;

  if (g_stat (self->directory, &here) != 0 || g_stat (self->options->backup, &there) != 0)
    return refuse (error, N_ ("The folder of the backup cannot be found."));
  self->device = here.st_dev;
  self->medium = there.st_dev;
  switch (here.st_dev == there.st_dev ? HEMO_DISK_SAME : compare (self, self->directory))
    {
    case HEMO_DISK_OTHER:
      return TRUE;
    case HEMO_DISK_SAME:
      return refuse (error,
                     N_ ("This backup lies on the same disk as the clinic. Only one on another "
                         "medium counts as a second copy."));
    case HEMO_DISK_UNKNOWN:
    default:
      return refuse (error,
                     N_ ("Nothing tells that this backup lies on another disk than the clinic. "
                         "Only one on another medium counts as a second copy."));
    }
}

/* The folder of originals may lie elsewhere than the clinic: even on the medium. */
static gboolean
is_apart (const Prune *self, const char *path)
{
  GStatBuf info;

  if (g_stat (path, &info) != 0 || info.st_dev == self->medium)
    return FALSE;
  return info.st_dev == self->device || compare (self, path) == HEMO_DISK_OTHER;
}

/* Whether @file lies there whole, and is no link to what lies elsewhere; read from the medium, not
 * from memory. */
static gboolean
copy_is_whole (const Prune *self, const HemoBackupFile *file)
{
  guint64 size = 0;
  GStatBuf info;
  g_autofree char *path = g_build_filename (self->options->backup, file->name, NULL);
  g_autofree char *found
      = g_stat (path, &info) == 0 && info.st_dev == self->medium
            ? hemo_durable_hash (path, TRUE, &size, NULL, NULL, self->cancellable, NULL)
            : NULL;

  return found != NULL && size == file->bytes && g_strcmp0 (found, file->sha256) == 0;
}

/* A copy of an original is one only with the store and the keys that open it. */
static gboolean
check_rest (const Prune *self, GError **error)
{
  gboolean keys = FALSE;

  for (guint i = 0; i < self->manifest->files->len; i++)
    {
      const HemoBackupFile *file = g_ptr_array_index (self->manifest->files, i);

      if (strchr (file->name, '/') != NULL)
        continue;
      keys = keys || g_str_has_prefix (file->name, "keys-");
      if (!copy_is_whole (self, file))
        return g_cancellable_set_error_if_cancelled (self->cancellable, error)
                   ? FALSE
                   : refuse (error, N_ ("This backup is damaged: make a new one first."));
    }
  return keys || refuse (error, N_ ("This backup has no keys: make a new one first."));
}

static gboolean
open_backup (Prune *self, GError **error)
{
  HemoKeyFile *keys = hemo_clinic_get_key_file (self->clinic);
  g_autoptr (GError) failure = NULL;

  if (!check_medium (self, error))
    return FALSE;
  self->manifest
      = hemo_backup_manifest_load (self->options->backup, HEMO_BACKUP_MANIFEST, &failure);
  if (self->manifest == NULL)
    return hemo_sealed_fail (error, g_steal_pointer (&failure),
                             N_ ("There is no backup to count on."));
  if (!g_str_equal (self->manifest->clinic, hemo_key_file_get_clinic_uuid (keys))
      || !g_str_equal (self->manifest->store, hemo_key_file_get_store_uuid (keys)))
    return refuse (error, N_ ("This folder holds the backup of another clinic or laptop."));
  self->copies = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < self->manifest->files->len; i++)
    {
      HemoBackupFile *file = g_ptr_array_index (self->manifest->files, i);

      g_hash_table_insert (self->copies, file->name, file);
    }
  return check_rest (self, error);
}

static gboolean
judge_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_prune_judge (txn, NULL, 0, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

static gboolean
file_is_whole (const Prune *self, const char *path)
{
  guint64 size = 0;
  g_autofree char *found
      = hemo_durable_hash (path, FALSE, &size, NULL, NULL, self->cancellable, NULL);

  return (gint64)size == self->item->bytes && g_strcmp0 (found, self->item->sealed_sha256) == 0;
}

static gboolean
is_in_backup (const Prune *self, const char *name)
{
  const HemoBackupFile *file = g_hash_table_lookup (self->copies, name);

  return file != NULL && (gint64)file->bytes == self->item->bytes
         && g_str_equal (file->sha256, self->item->sealed_sha256) && copy_is_whole (self, file);
}

/* What was received and is not there is sent again. */
static gboolean
lost_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoPruneItem *item = data;

  return hemo_remote_object_lost (txn, item->server, item->image, HEMO_LANE_ORIGINALS, error);
}

static gboolean
is_at_server (Prune *self, const char *path, gboolean *there, GError **error)
{
  const HemoPruneItem *item = self->item;
  const HemoPruneQuestion question = { .server = item->server,
                                       .image = item->image,
                                       .key = item->key,
                                       .path = path,
                                       .sealed_sha256 = item->sealed_sha256,
                                       .bytes = item->bytes,
                                       .signature = item->signature };
  HemoPruneAnswer answer = { 0 };

  if (!self->options->ask (&question, &answer, self->options->ask_data, self->cancellable, error))
    return FALSE;
  self->server_now = answer.now_us;
  *there = answer.there;
  return *there || hemo_store_write (self->store, self->session, lost_job, self->item, NULL, error);
}

/* All that takes its time, before the store is asked for the last word. */
static gboolean
prove (Prune *self, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  gboolean there = FALSE;

  if (!file_is_whole (self, path))
    self->item->reason = HEMO_PRUNE_DAMAGED;
  else if (!is_apart (self, path) || !is_in_backup (self, name))
    self->item->reason = HEMO_PRUNE_BACKUP;
  else if (!is_at_server (self, path, &there, error))
    return FALSE;
  else if (!there)
    self->item->reason = HEMO_PRUNE_SERVER;
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

/* The case may have been opened, disputed or asked for since it was looked at; and only with the
 * server's time is the retention time known to be over. */
static gboolean
note_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Prune *self = data;
  HemoPruneItem *item = self->item;
  g_autoptr (GPtrArray) now = hemo_prune_judge (txn, item->image, self->server_now, error);
  const HemoPruneItem *again;

  if (now == NULL)
    return FALSE;
  if (self->server_now <= 0)
    {
      item->reason = HEMO_PRUNE_CLOCK;
      return TRUE;
    }
  again = now->len == 1 ? g_ptr_array_index (now, 0) : NULL;
  if (again == NULL || again->reason != HEMO_PRUNE_MAY)
    {
      item->reason = again != NULL ? again->reason : HEMO_PRUNE_DAMAGED;
      return TRUE;
    }
  if (g_strcmp0 (again->server, item->server) != 0)
    {
      item->reason = HEMO_PRUNE_SERVER;
      return TRUE;
    }
  return hemo_pruned_add (txn, item, self->manifest->made_at, error);
}

static gboolean
stays_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_pruned_remove (txn, data, "image.unpruned", error);
}

/* Where the disk does not let it go the row is taken back; were that cut off too, the next start
 * would do it. */
static gboolean
remove_file (const Prune *self, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) failure = NULL;

  if (g_unlink (path) == 0)
    {
      if (hemo_durable_sync_folder (folder, &failure))
        return TRUE;
      return hemo_sealed_fail (error, g_steal_pointer (&failure),
                               N_ ("An original was not removed."));
    }
  hemo_store_write (self->store, self->session, stays_job, self->item->image, NULL, NULL);
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_IO,
                       N_ ("An original could not be removed from this disk. Check the disk."));
  return FALSE;
}

static gboolean
prune_claimed (Prune *self, const char *name, GError **error)
{
  if (!prove (self, name, error))
    return FALSE;
  if (self->item->reason != HEMO_PRUNE_MAY)
    return TRUE;
  if (!hemo_store_write (self->store, self->session, note_job, self, NULL, error))
    return FALSE;
  return self->item->reason != HEMO_PRUNE_MAY || remove_file (self, name, error);
}

static gboolean
prune_one (Prune *self, GError **error)
{
  g_autofree char *name = hemo_sealed_image_name (self->item->image);
  gboolean done;

  if (!hemo_sealed_claim (name, error))
    return FALSE;
  done = prune_claimed (self, name, error);
  hemo_sealed_release (name);
  return done;
}

static void
count (Prune *self, const HemoPruneItem *item)
{
  self->tally->images[item->reason]++;
  self->tally->bytes[item->reason] += item->bytes;
}

/* Those that were not come to are not counted. */
static gboolean
prune_all (Prune *self, const GPtrArray *items, GError **error)
{
  for (guint i = 0; i < items->len; i++)
    {
      self->item = g_ptr_array_index (items, i);
      if (self->item->reason != HEMO_PRUNE_MAY)
        continue;
      if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
          || !prune_one (self, error))
        return FALSE;
      count (self, self->item);
      hemo_meter_add (&self->meter, self->item->bytes);
    }
  return TRUE;
}

static gboolean
run (Prune *self, GError **error)
{
  gboolean looks = self->options->backup == NULL;
  g_autoptr (GPtrArray) items = NULL;

  if (!hemo_store_read (self->store, self->session, judge_job, NULL, (gpointer *)&items, error)
      || (!looks && !open_backup (self, error)))
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    {
      const HemoPruneItem *item = g_ptr_array_index (items, i);

      if (item->reason == HEMO_PRUNE_MAY && !looks)
        self->meter.total += item->bytes;
      else
        count (self, item);
    }
  return looks || prune_all (self, items, error);
}

gboolean
hemo_clinic_prune (HemoClinic *self,
                   HemoSession *session,
                   const HemoPruneOptions *options,
                   HemoPruneTally *tally,
                   GCancellable *cancellable,
                   GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, options->backup != NULL, error);
  g_auto (Prune) prune = { .clinic = self,
                           .store = store,
                           .session = session,
                           .directory = hemo_clinic_get_directory (self),
                           .options = options,
                           .tally = tally,
                           .cancellable = cancellable };

  *tally = (HemoPruneTally){ 0 };
  if (store == NULL)
    return FALSE;
  prune.meter = (HemoMeter){ .progress = options->progress, .data = options->progress_data };
  return run (&prune, error);
}

/* What comes back. */
typedef struct
{
  HemoStore *store;
  const char *image;
  gboolean pruned;
  HemoSealedImage *row;
  HemoSealedKeys *keys;
} Back;

static void
back_clear (Back *self)
{
  g_clear_pointer (&self->row, hemo_sealed_image_free);
  g_clear_pointer (&self->keys, hemo_sealed_keys_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Back, back_clear)

/* What the store knows of it, and whether it says that it is elsewhere. */
static gboolean
load_back_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Back *self = data;

  if (!hemo_txn_require (txn, HEMO_ACTION_IMAGE_VIEW, "image", self->image, error)
      || !hemo_image_is_pruned (txn, self->image, &self->pruned, error))
    return FALSE;
  self->row = hemo_sealed_image_load (txn, self->image, error);
  self->keys = self->row != NULL ? hemo_sealed_keys_load (txn, self->store, error) : NULL;
  return self->keys != NULL;
}

/* Whether the file here is the one that was sealed. */
static gboolean
is_here (const Back *self)
{
  g_autofree char *name = hemo_sealed_image_name (self->image);
  g_autofree char *path = g_build_filename (hemo_store_get_directory (self->store), name, NULL);
  g_autofree char *found = hemo_durable_hash (path, FALSE, NULL, NULL, NULL, NULL, NULL);

  return g_strcmp0 (found, self->row->sealed_sha256) == 0;
}

static gboolean
lacks_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Back *self = data;
  g_autoptr (GError) failure = NULL;

  if (!hemo_image_is_pruned (txn, self->image, &self->pruned, error))
    return FALSE;
  self->row = hemo_sealed_image_load (txn, self->image, &failure);
  if (self->row != NULL || g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
hemo_clinic_lacks_original (
    HemoClinic *self, HemoSession *session, const char *image, gboolean *lacks, GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, FALSE, error);
  g_auto (Back) back = { .store = store, .image = image };

  if (store == NULL || !hemo_store_read (store, session, lacks_job, &back, NULL, error))
    return FALSE;
  *lacks = back.row != NULL && (back.pruned || !is_here (&back));
  return TRUE;
}

static gboolean
back_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Back *self = data;

  if (self->pruned)
    return hemo_pruned_remove (txn, self->image, "image.back", error)
           && hemo_sealed_image_set_damaged (txn, self->image, FALSE, error);
  return hemo_sealed_image_set_damaged (txn, self->image, FALSE, error)
         && hemo_txn_audit (txn, "image.back", "image", self->image, NULL, error);
}

/* The file first: a cut between the two leaves both, which the next start puts right. What was
 * written as it has to be stays, whatever else keeps it from being opened. */
static GBytes *
write_back (Back *self, HemoSession *session, GBytes *sealed, GError **error)
{
  const char *directory = hemo_store_get_directory (self->store);
  g_autofree char *name = hemo_sealed_image_name (self->image);
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GBytes) bytes = NULL;
  gboolean written;

  if (!hemo_sealed_claim (name, error))
    return NULL;
  written = hemo_sealed_write (directory, name, sealed, error);
  hemo_sealed_release (name);
  if (written)
    bytes = hemo_sealed_image_open (directory, self->row, self->keys, error);
  if (written && bytes == NULL && !is_here (self))
    g_unlink (path);
  if (bytes == NULL || !hemo_store_write (self->store, session, back_job, self, NULL, error))
    return NULL;
  return g_steal_pointer (&bytes);
}

GBytes *
hemo_clinic_bring_back (
    HemoClinic *self, HemoSession *session, const char *image, GBytes *sealed, GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, TRUE, error);
  g_auto (Back) back = { .store = store, .image = image };
  g_autofree char *sha256 = hemo_sha256 (sealed);

  if (store == NULL || !hemo_store_write (store, session, load_back_job, &back, NULL, error))
    return NULL;
  if (!back.pruned && is_here (&back))
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                           N_ ("This picture's original was not taken off this laptop."));
      return NULL;
    }
  if (g_strcmp0 (sha256, back.row->sealed_sha256) == 0)
    return write_back (&back, session, sealed, error);
  g_set_error_literal (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
      N_ ("This is not the file that was taken off this laptop: it was not kept."));
  return NULL;
}

GBytes *
hemo_clinic_bring_back_from (
    HemoClinic *self, HemoSession *session, const char *image, const char *backup, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (GError) failure = NULL;

  if (!hemo_uuid_is_valid (image))
    {
      refuse (error, "This is no picture's UUID.");
      return NULL;
    }
  name = hemo_sealed_image_name (image);
  path = g_build_filename (backup, name, NULL);
  sealed = hemo_durable_read (path, HEMO_IMAGE_LIMIT + SEAL_ROOM, &failure);
  if (sealed != NULL)
    return hemo_clinic_bring_back (self, session, image, sealed, error);
  hemo_sealed_fail (error, g_steal_pointer (&failure),
                    N_ ("The backup does not give this picture."));
  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening the store: which version of the key holds, whether it is as new as it has been, and what
 * became of a commit that failed. */

#include "hemo-store.h"

#include "hemo-head.h"
#include "hemo-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

HemoKeyRing *
hemo_ring_copy (HemoKeyRing *ring)
{
  HemoKeyRing *copy = g_new0 (HemoKeyRing, 1);

  copy->keys = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_secret_unref);
  for (guint i = 0; i < ring->keys->len; i++)
    g_ptr_array_add (copy->keys, hemo_secret_ref (g_ptr_array_index (ring->keys, i)));
  return copy;
}

HemoSecret *
hemo_store_derive (HemoStore *self, HemoSecret *store_key, const char *label, GError **error)
{
  g_autoptr (GBytes) salt = g_bytes_new (self->uuid, strlen (self->uuid));

  return hemo_secret_derive (store_key, salt, label, 32, error);
}

static GPtrArray *
derive_audit_keys (HemoStore *self, guint version, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_secret_unref);

  for (guint i = 0; i < version; i++)
    {
      HemoSecret *key = hemo_store_derive (self, g_ptr_array_index (self->ring->keys, i),
                                           "hemogram audit 1", error);

      if (key == NULL)
        return NULL;
      g_ptr_array_add (keys, key);
    }
  return g_steal_pointer (&keys);
}

static gboolean
set_version (HemoStore *self, guint version, GError **error)
{
  GPtrArray *keys = derive_audit_keys (self, version, error);
  GPtrArray *old;

  if (keys == NULL)
    return FALSE;
  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->audit_keys);
  self->audit_keys = keys;
  self->version = version;
  g_mutex_unlock (&self->lock);
  g_ptr_array_unref (old);
  return TRUE;
}

static HemoDb *
open_with (HemoStore *self, guint version, HemoDbMode mode, GError **error)
{
  g_autoptr (HemoSecret) raw = hemo_store_derive (
      self, g_ptr_array_index (self->ring->keys, version - 1), "hemogram sqlcipher 1", error);

  return raw != NULL ? hemo_db_open (self->path, raw, mode, error) : NULL;
}

gboolean
hemo_store_find_key (HemoStore *self, HemoWorker *worker, GError **error)
{
  g_autoptr (GError) first = NULL;

  for (guint version = self->ring->keys->len; version > 0; version--)
    {
      g_autoptr (GError) local_error = NULL;

      worker->db = open_with (self, version, worker->mode, &local_error);
      if (worker->db != NULL)
        return set_version (self, version, error);
      if (!g_error_matches (local_error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_WRONG_KEY))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (first == NULL)
        first = g_steal_pointer (&local_error);
    }
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

gboolean
hemo_worker_ensure_open (HemoWorker *worker, GError **error)
{
  if (worker->db == NULL)
    worker->db = open_with (worker->store, worker->store->version, worker->mode, error);
  if (worker->db == NULL)
    return FALSE;
  /* Bringing the log into the file writes all of it anew and syncs the file: what is in it then is
   * on the disk, and what is not in it is gone for good. A failed sync is never asked again. */
  if (worker->doubtful)
    {
      if (!hemo_db_checkpoint (worker->db, error))
        {
          hemo_worker_close_db (worker);
          return FALSE;
        }
      worker->doubtful = FALSE;
    }
  return TRUE;
}

/* The newest audit row; TRUE with sequence 0 when there is none. */
static gboolean
load_newest (HemoDb *db, gint64 *sequence, GBytes **mac, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (db, "SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1", error);

  if (statement == NULL)
    return FALSE;
  *sequence = 0;
  if (hemo_statement_step (statement, &local_error))
    {
      *sequence = hemo_statement_get_int (statement, 0);
      *mac = hemo_statement_dup_bytes (statement, 1);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
holds_row (HemoDb *db, gint64 sequence, GBytes *mac, gboolean *holds, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) stored = NULL;
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (db, "SELECT mac FROM audit WHERE seq = ?1", error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, sequence);
  if (hemo_statement_step (statement, &local_error))
    stored = hemo_statement_dup_bytes (statement, 0);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *holds = stored != NULL && mac != NULL && g_bytes_equal (stored, mac);
  return TRUE;
}

gboolean
hemo_store_settle (HemoStore *self, gint64 sequence, GBytes *mac, GError **error)
{
  gboolean holds = FALSE;

  hemo_worker_close_db (&self->writer);
  if (!hemo_worker_ensure_open (&self->writer, error))
    return FALSE;
  return sequence > 0 && holds_row (self->writer.db, sequence, mac, &holds, error) && holds;
}

gboolean
hemo_store_update_head (HemoStore *self, GError **error)
{
  gint64 sequence;
  g_autoptr (GBytes) mac = NULL;

  if (self->head_held)
    return TRUE;
  if (!load_newest (self->writer.db, &sequence, &mac, error))
    return FALSE;
  if (sequence == 0 || sequence == self->head_sequence)
    return TRUE;
  if (self->head_fd < 0)
    self->head_fd = hemo_head_open (self->directory, error);
  if (self->head_fd < 0 || !hemo_head_write (self->head_fd, sequence, mac, self->audit_keys, error))
    return FALSE;
  self->head_sequence = sequence;
  return TRUE;
}

gboolean
hemo_store_check_head (HemoStore *self, HemoWorker *worker, gboolean accept, GError **error)
{
  g_autoptr (GBytes) newest = NULL;
  g_autoptr (GBytes) remembered = NULL;
  gboolean holds = FALSE;

  if (!load_newest (worker->db, &self->found, &newest, error))
    return FALSE;
  /* Written by a version of the key that the store does not hold yet or any more: as good. */
  g_autoptr (GPtrArray) keys = derive_audit_keys (self, self->ring->keys->len, error);
  if (keys == NULL)
    return FALSE;
  if (!hemo_head_read (self->directory, keys, &self->remembered, &remembered))
    return TRUE;
  if (!holds_row (worker->db, self->remembered, remembered, &holds, error))
    return FALSE;
  if (holds || accept)
    return TRUE;
  g_set_error (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_ROLLED_BACK,
      N_ ("This store is older than it has been: its log ends at row %u where row %u had "
          "been reached. If it was put back on purpose, an administrator can accept it; else "
          "look for the newer one or a backup."),
      (guint)self->found, (guint)self->remembered);
  return FALSE;
}

typedef struct
{
  HemoStoreOpenFlags flags;
} OpenData;

static gboolean
check_schema_of_reader (HemoDb *db, GError **error)
{
  int version = hemo_db_get_schema_version (db);

  if (version == hemo_db_newest_schema_version ())
    return TRUE;
  g_set_error (
      error, HEMO_STORE_ERROR,
      version > hemo_db_newest_schema_version () ? HEMO_STORE_ERROR_NEWER
                                                 : HEMO_STORE_ERROR_READ_ONLY,
      N_ ("This store is of form %d, and this program works with form %d. A folder that cannot "
          "be written cannot be brought up to date."),
      version, hemo_db_newest_schema_version ());
  return FALSE;
}

static gboolean
open_writer (HemoWorker *worker, gpointer data, GError **error)
{
  const OpenData *open_data = data;
  gboolean accept = (open_data->flags & HEMO_STORE_OPEN_ACCEPT_OLDER) != 0;

  HemoStore *self = worker->store;
  int version;

  if (!hemo_store_find_key (self, worker, error))
    return FALSE;
  version = hemo_db_get_schema_version (worker->db);
  /* Nothing is changed in a store that is refused; a fresh one has no log yet, and what a newer
   * program wrote is not read. */
  if (version > 0 && version <= hemo_db_newest_schema_version ()
      && !hemo_store_check_head (self, worker, accept, error))
    return FALSE;
  self->head_held = accept;
  if (!hemo_db_migrate (worker->db, error) || !hemo_store_update_head (self, error))
    return FALSE;
  /* After a cut while the key was changed the log holds the pages under the new key and the file
   * those under the old one, which a check of the file's pages takes for damage. On a full disk it
   * waits. */
  (void)hemo_db_checkpoint (worker->db, NULL);
  return TRUE;
}

static gboolean
release_head (HemoWorker *worker, gpointer data, GError **error)
{
  worker->store->head_held = FALSE;
  return hemo_worker_ensure_open (worker, error) && hemo_store_update_head (worker->store, error);
}

gboolean
hemo_store_release_head (HemoStore *self, GError **error)
{
  return hemo_worker_control (&self->writer, release_head, NULL, error);
}

static gboolean
open_reader (HemoWorker *worker, gpointer data, GError **error)
{
  const OpenData *open_data = data;
  gboolean accept = (open_data->flags & HEMO_STORE_OPEN_ACCEPT_OLDER) != 0;
  HemoStore *self = worker->store;

  if (!self->read_only)
    return hemo_worker_ensure_open (worker, error);
  return hemo_store_find_key (self, worker, error) && check_schema_of_reader (worker->db, error)
         && hemo_store_check_head (self, worker, accept, error);
}

/* Where a key file is, a store must be: an empty one is a lost one. */
static gboolean
check_file (HemoStore *self, HemoStoreOpenFlags flags, GError **error)
{
  gboolean fresh = (flags & HEMO_STORE_OPEN_CREATE) != 0;
  GStatBuf info;
  gboolean there = g_lstat (self->path, &info) == 0;

  if (fresh && there)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
                           N_ ("There is a store in this folder already."));
      return FALSE;
    }
  if (!fresh && (!there || !S_ISREG (info.st_mode) || info.st_size == 0))
    {
      g_set_error_literal (
          error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
          N_ ("The clinic's store is missing or empty though its keys are there. Nothing "
              "was changed; restore from a backup."));
      return FALSE;
    }
  return TRUE;
}

static gboolean
load_uuid (HemoStore *self, GError **error)
{
  g_autoptr (HemoKeyFile) key_file = hemo_key_file_load (self->directory, FALSE, error);

  if (key_file == NULL)
    return FALSE;
  self->uuid = g_strdup (hemo_key_file_get_store_uuid (key_file));
  return TRUE;
}

HemoStore *
hemo_store_open_full (const char *directory,
                      HemoKeyRing *ring,
                      HemoStoreOpenFlags flags,
                      GError **error)
{
  g_autoptr (HemoStore) self = g_object_new (HEMO_TYPE_STORE, NULL);
  OpenData data = { .flags = flags };

  self->directory = g_strdup (directory);
  self->path = g_build_filename (directory, HEMO_STORE_NAME, NULL);
  self->ring = hemo_ring_copy (ring);
  self->read_only = !hemo_folder_is_writable (directory);
  if (!load_uuid (self, error) || !check_file (self, flags, error))
    return NULL;
  hemo_store_start (self);
  if ((!self->read_only && !hemo_worker_control (&self->writer, open_writer, &data, error))
      || !hemo_worker_control (&self->reader, open_reader, &data, error))
    {
      hemo_store_close (self);
      return NULL;
    }
  return g_steal_pointer (&self);
}

HemoStore *
hemo_store_open (const char *directory, HemoKeyRing *ring, GError **error)
{
  return hemo_store_open_full (directory, ring, HEMO_STORE_OPEN_NORMAL, error);
}

void
hemo_store_get_opened_at (HemoStore *self, gint64 *remembered, gint64 *found)
{
  *remembered = self->remembered;
  *found = self->found;
}

HemoSecret *
hemo_store_dup_wrap_key (HemoStore *self, guint version, GError **error)
{
  g_autoptr (HemoSecret) key = NULL;

  g_mutex_lock (&self->lock);
  if (version == 0)
    version = self->version;
  if (version >= 1 && version <= self->ring->keys->len)
    key = hemo_secret_ref (g_ptr_array_index (self->ring->keys, version - 1));
  g_mutex_unlock (&self->lock);
  if (key != NULL)
    return hemo_store_derive (self, key, "hemogram wrap 1", error);
  g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
               N_ ("Version %u of the store's key is not in the key file. Restore from a backup."),
               version);
  return NULL;
}

guint
hemo_store_get_key_version (HemoStore *self)
{
  guint version;

  g_mutex_lock (&self->lock);
  version = self->version;
  g_mutex_unlock (&self->lock);
  return version;
}

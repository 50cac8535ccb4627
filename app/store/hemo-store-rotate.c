/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rotating the store key: every page is encrypted anew, and either the old or the new key holds. */

#include "hemo-durable.h"
#include "hemo-store-private.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* Beyond the log, which holds every page once, and its way into the file. */
#define SPARE_BYTES ((guint64)16 * 1024 * 1024)

/* Its holders are counted with GLib's inlined atomics: what GLib's own functions do,
 * ThreadSanitizer does not see. */
typedef struct
{
  int holders;
  GMutex mutex;
  GCond cond;
  gboolean parked;
  gboolean go_on;
} Parking;

/* For the writer and for who is parked. */
static Parking *
parking_new (void)
{
  Parking *parking = g_new0 (Parking, 1);

  parking->holders = 2;
  g_mutex_init (&parking->mutex);
  g_cond_init (&parking->cond);
  return parking;
}

static void
parking_unref (Parking *parking)
{
  if (!g_atomic_int_dec_and_test (&parking->holders))
    return;
  g_mutex_clear (&parking->mutex);
  g_cond_clear (&parking->cond);
  g_free (parking);
}

/* On a reading thread: no second connection is open while the pages change their key. */
static gboolean
park (HemoWorker *worker, gpointer data, GError **error)
{
  Parking *parking = data;

  hemo_worker_close_db (worker);
  g_mutex_lock (&parking->mutex);
  parking->parked = TRUE;
  g_cond_broadcast (&parking->cond);
  while (!parking->go_on)
    g_cond_wait (&parking->cond, &parking->mutex);
  g_mutex_unlock (&parking->mutex);
  parking_unref (parking);
  return TRUE;
}

static Parking *
park_worker (HemoWorker *worker, GError **error)
{
  Parking *parking = parking_new ();

  if (!hemo_worker_post (worker, park, parking, error))
    {
      parking_unref (parking);
      parking_unref (parking);
      return NULL;
    }
  g_mutex_lock (&parking->mutex);
  while (!parking->parked)
    g_cond_wait (&parking->cond, &parking->mutex);
  g_mutex_unlock (&parking->mutex);
  return parking;
}

static void
let_go (Parking *parking)
{
  g_mutex_lock (&parking->mutex);
  parking->go_on = TRUE;
  g_cond_broadcast (&parking->cond);
  g_mutex_unlock (&parking->mutex);
  parking_unref (parking);
}

static gboolean
check_space (HemoStore *self, GError **error)
{
  guint64 available, needed;
  GStatBuf info;

  if (!hemo_durable_free_space (self->directory, &available, error))
    return FALSE;
  needed = g_stat (self->path, &info) == 0 ? 2 * (guint64)info.st_size + SPARE_BYTES : SPARE_BYTES;
  if (available >= needed)
    return TRUE;
  g_set_error (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_FULL,
      N_ ("Changing the store's key needs %u MB of free space, and there are %u MB. The key "
          "was not changed."),
      (guint)(needed / 1000000 + 1), (guint)(available / 1000000));
  return FALSE;
}

static gboolean
rekey (HemoWorker *worker, HemoSecret *store_key, GError **error)
{
  g_autoptr (HemoSecret) raw
      = hemo_store_derive (worker->store, store_key, "hemogram sqlcipher 1", error);

  return raw != NULL && hemo_db_checkpoint (worker->db, error)
         && hemo_db_rekey (worker->db, raw, error) && hemo_db_checkpoint (worker->db, error);
}

static void
take_ring (HemoStore *self, HemoKeyRing *ring)
{
  HemoKeyRing *old;

  g_mutex_lock (&self->lock);
  old = self->ring;
  self->ring = hemo_ring_copy (ring);
  g_mutex_unlock (&self->lock);
  hemo_key_ring_free (old);
}

/* The readers stand still. Whatever rekeying answers: the key that opens the file is the one that
 * holds. */
static gboolean
rekey_and_prove (HemoWorker *worker, HemoKeyRing *ring, GError **error)
{
  HemoStore *self = worker->store;
  g_autoptr (GError) local_error = NULL;
  gboolean rekeyed = rekey (worker, hemo_key_ring_newest (ring), &local_error);

  hemo_worker_close_db (worker);
  worker->doubtful = !rekeyed;
  if (!hemo_store_find_key (self, worker, error) || !hemo_worker_ensure_open (worker, error))
    return FALSE;
  self->head_sequence = 0;
  if (self->version == ring->keys->len)
    return hemo_store_update_head (self, error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_IO,
                         N_ ("The store's key was not changed: the old one still holds."));
  return FALSE;
}

/* On the writer's thread. */
static gboolean
rotate (HemoWorker *worker, gpointer data, GError **error)
{
  HemoKeyRing *ring = data;
  HemoStore *self = worker->store;
  Parking *reader;
  Parking *aside;
  gboolean rotated;

  if (!hemo_worker_ensure_open (worker, error) || !check_space (self, error))
    return FALSE;
  reader = park_worker (&self->reader, error);
  if (reader == NULL)
    return FALSE;
  aside = park_worker (&self->aside, error);
  rotated = aside != NULL;
  if (rotated)
    {
      take_ring (self, ring);
      rotated = rekey_and_prove (worker, ring, error);
      let_go (aside);
    }
  let_go (reader);
  return rotated;
}

gboolean
hemo_store_rotate_key (HemoStore *self, HemoKeyRing *ring, GError **error)
{
  if (self->read_only)
    {
      g_set_error_literal (
          error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_READ_ONLY,
          N_ ("The clinic's folder cannot be written: its key cannot be changed."));
      return FALSE;
    }
  g_autoptr (GRWLockWriterLocker) locker = g_rw_lock_writer_locker_new (&self->key_lock);
  return hemo_worker_control (&self->writer, rotate, ring, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A clinic's folder: the lock, the key file, and the store when somebody has signed in. */

#include "hemo-clinic.h"

#include "hemo-clinic-private.h"
#include "hemo-sealed-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

G_DEFINE_FINAL_TYPE (HemoClinic, hemo_clinic, G_TYPE_OBJECT)

static gboolean
fail_errno (const char *what, int code, GError **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s.", what, g_strerror (code));
  return FALSE;
}

int
hemo_clinic_lock (const char *directory, gboolean read_only, GError **error)
{
  g_autofree char *path = g_build_filename (directory, HEMO_CLINIC_LOCK_NAME, NULL);
  int flags = read_only ? O_RDONLY : O_RDWR | O_CREAT;
  int fd = open (path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      /* Where nobody can write, nobody needs to be kept out. */
      if (!read_only)
        fail_errno (N_ ("The clinic's folder cannot be locked"), errno, error);
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  if (errno == EWOULDBLOCK)
    g_set_error_literal (
        error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_BUSY,
        N_ ("Hemogram has this clinic open already. Go on in that window, or close it."));
  else
    fail_errno (N_ ("The clinic's folder cannot be locked"), errno, error);
  close (fd);
  return -1;
}

/* What was being written when the program ended. */
static void
sweep (const char *directory)
{
  g_autofree char *folder = g_build_filename (directory, "tmp", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_unlink (path);
    }
}

HemoClinic *
hemo_clinic_open_locked (const char *directory, int lock_fd, GError **error)
{
  g_autoptr (HemoClinic) self = g_object_new (HEMO_TYPE_CLINIC, NULL);

  self->directory = g_strdup (directory);
  self->lock_fd = lock_fd;
  self->read_only = !hemo_folder_is_writable (directory);
  self->key_file = hemo_key_file_load (directory, !self->read_only, error);
  if (self->key_file == NULL)
    return NULL;
  if (!self->read_only)
    sweep (directory);
  return g_steal_pointer (&self);
}

HemoClinic *
hemo_clinic_open (const char *directory, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *path = g_canonicalize_filename (directory, NULL);
  int lock_fd;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           N_ ("There is no clinic in this folder."));
      return NULL;
    }
  lock_fd = hemo_clinic_lock (path, !hemo_folder_is_writable (path), &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return hemo_clinic_open_locked (path, lock_fd, error);
}

void
hemo_clinic_close (HemoClinic *self)
{
  g_rec_mutex_lock (&self->mutex);
  if (self->store != NULL)
    hemo_store_close (self->store);
  g_clear_object (&self->store);
  g_clear_pointer (&self->ring, hemo_key_ring_free);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  self->lock_fd = -1;
  g_rec_mutex_unlock (&self->mutex);
}

HemoKeyFile *
hemo_clinic_get_key_file (HemoClinic *self)
{
  return self->key_file;
}

const char *
hemo_clinic_get_directory (HemoClinic *self)
{
  return self->directory;
}

HemoStore *
hemo_clinic_get_store (HemoClinic *self)
{
  return self->store;
}

gboolean
hemo_clinic_save_keys (HemoClinic *self, GError **error)
{
  HemoKeyFile *saved;

  if (hemo_key_file_save (self->key_file, self->directory, error))
    return TRUE;
  saved = hemo_key_file_load (self->directory, FALSE, NULL);
  if (saved != NULL)
    {
      hemo_key_file_free (self->key_file);
      self->key_file = saved;
    }
  return FALSE;
}

gboolean
hemo_clinic_open_store (HemoClinic *self,
                        HemoKeyRing *ring,
                        HemoStoreOpenFlags flags,
                        GError **error)
{
  if (self->lock_fd < 0 && !self->read_only)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, N_ ("The clinic is closed."));
      return FALSE;
    }
  if (self->store != NULL)
    return TRUE;
  self->store = hemo_store_open_full (self->directory, ring, flags, error);
  if (self->store == NULL)
    return FALSE;
  self->ring = hemo_ring_copy (ring);
  /* What cannot be looked after now, on a full or failing disk, must not keep anybody out: it is
   * looked after next time. */
  hemo_sealed_sort_out (self->store, NULL, NULL);
  return TRUE;
}

gboolean
hemo_clinic_check_session (HemoClinic *self, HemoSession *session, GError **error)
{
  if (self->store != NULL && !hemo_session_is_locked (session))
    return TRUE;
  g_set_error_literal (
      error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED,
      self->store == NULL
          ? N_ ("Nobody has signed in yet.")
          : N_ ("The session is locked. Unlock it with the PIN or the passphrase."));
  return FALSE;
}

static gboolean
require_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_txn_require (txn, *(HemoAction *)data, NULL, NULL, error);
}

gboolean
hemo_clinic_require (HemoClinic *self, HemoSession *session, HemoAction action, GError **error)
{
  if (self->store == NULL)
    return hemo_clinic_check_session (self, session, error);
  return hemo_store_write (self->store, session, require_job, &action, NULL, error);
}

static void
hemo_clinic_finalize (GObject *object)
{
  HemoClinic *self = HEMO_CLINIC (object);

  hemo_clinic_close (self);
  g_clear_pointer (&self->key_file, hemo_key_file_free);
  g_free (self->directory);
  g_rec_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (hemo_clinic_parent_class)->finalize (object);
}

static void
hemo_clinic_class_init (HemoClinicClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_clinic_finalize;
}

static void
hemo_clinic_init (HemoClinic *self)
{
  g_rec_mutex_init (&self->mutex);
  self->lock_fd = -1;
}

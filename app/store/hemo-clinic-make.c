/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Making the folder of a new installation: all of it beside, then renamed. */

#include "hemo-clinic-info.h"
#include "hemo-clinic-private.h"

#include "hemo-durable.h"
#include "hemo-remote-table.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

HemoSeedCertificate *
hemo_seed_certificate_new (const char *name, GBytes *certificate)
{
  HemoSeedCertificate *self = g_new0 (HemoSeedCertificate, 1);

  self->name = g_strdup (name);
  self->certificate = g_bytes_ref (certificate);
  return self;
}

void
hemo_seed_certificate_free (HemoSeedCertificate *self)
{
  g_free (self->name);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_free (self);
}

void
hemo_clinic_seed_clear (HemoClinicSeed *self)
{
  g_clear_pointer (&self->info, hemo_clinic_info_free);
  g_clear_pointer (&self->clinic, g_free);
  g_clear_pointer (&self->station, g_free);
  g_clear_pointer (&self->enrolment, g_free);
  g_clear_pointer (&self->recovery_json, g_free);
  g_clear_pointer (&self->rescue, g_free);
  if (self->pictures != NULL)
    explicit_bzero (self->pictures, strlen (self->pictures));
  g_clear_pointer (&self->pictures, g_free);
  g_clear_pointer (&self->image_key, hemo_key_pair_free);
  g_clear_pointer (&self->reading_key, hemo_key_pair_free);
  g_clear_pointer (&self->certificates, g_ptr_array_unref);
}

char *
hemo_clinic_new_station (HemoTxn *txn, GError **error)
{
  for (int i = 0; i < 1000; i++)
    {
      g_autoptr (HemoSecret) random = hemo_secret_new_random (2, error);
      g_autoptr (GError) local_error = NULL;
      g_autoptr (HemoStatement) statement = NULL;
      char code[3] = { 0 };

      if (random == NULL)
        return NULL;
      for (int k = 0; k < 2; k++)
        code[k] = HEMO_STATION_ALPHABET[hemo_secret_get_data (random)[k] & 31];
      statement
          = hemo_db_prepare (hemo_txn_get_db (txn), "SELECT 1 FROM station WHERE code = ?1", error);
      if (statement == NULL)
        return NULL;
      hemo_statement_bind_text (statement, 1, code);
      if (hemo_statement_step (statement, &local_error))
        continue;
      if (local_error == NULL)
        return g_strdup (code);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                       N_ ("Every station code of this clinic has been given out."));
  return NULL;
}

gboolean
hemo_clinic_give_station (
    HemoTxn *txn, const char *code, const char *installation, const char *enrolment, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "INSERT INTO station (code, installation, enrolment, given_at_us) VALUES (?1, ?2, ?3, ?4)",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, code);
  hemo_statement_bind_text (statement, 2, installation);
  hemo_statement_bind_text (statement, 3, enrolment);
  hemo_statement_bind_int (statement, 4, hemo_txn_get_time (txn).utc_us);
  return hemo_statement_run (statement, error);
}

/**
 * Making:
 * @staging: the folder that becomes the clinic's
 */
typedef struct
{
  HemoClinicSeed *seed;
  char *staging;
  HemoKeyFile *key_file;
  HemoStore *store;
  HemoUserRow *user;
  HemoSession *session;
  HemoSecret *recovery_code;
} Making;

static void
making_clear (Making *self)
{
  if (self->store != NULL)
    hemo_store_close (self->store);
  g_clear_object (&self->store);
  g_clear_pointer (&self->key_file, hemo_key_file_free);
  g_clear_pointer (&self->user, hemo_user_row_free);
  g_clear_pointer (&self->session, hemo_session_unref);
  g_clear_pointer (&self->recovery_code, hemo_secret_unref);
  g_clear_pointer (&self->staging, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Making, making_clear)

static gboolean
put_meta (HemoTxn *txn, Making *self, GError **error)
{
  HemoClinicSeed *seed = self->seed;
  HemoClinicInfo *info = seed->info;

  if (info->station == NULL)
    info->station
        = seed->station != NULL ? g_strdup (seed->station) : hemo_clinic_new_station (txn, error);
  return info->station != NULL && hemo_txn_set_meta (txn, "clinic", info->uuid, error)
         && hemo_txn_set_meta (txn, "store", hemo_key_file_get_store_uuid (self->key_file), error)
         && hemo_txn_set_meta (txn, "installation", info->installation, error)
         && hemo_txn_set_meta (txn, "station", info->station, error)
         && (seed->rescue == NULL || hemo_clinic_put_rescue_key (txn, seed->rescue, error))
         && (seed->enrolment == NULL
             || hemo_txn_set_meta (txn, "enrolment", seed->enrolment, error))
         && hemo_clinic_give_station (txn, info->station, info->installation, seed->enrolment,
                                      error);
}

static gboolean
put_keys (HemoTxn *txn, Making *self, GError **error)
{
  HemoClinicSeed *seed = self->seed;
  g_autoptr (HemoKeyPair) installation = hemo_key_pair_new (seed->info->installation, TRUE, error);
  GBytes *recovery = hemo_key_file_get_recovery_certificate (self->key_file);

  if (installation == NULL
      || !hemo_clinic_put_key (txn, self->store, "installation", installation, error)
      || !hemo_clinic_put_key (txn, self->store, "image", seed->image_key, error)
      || !hemo_clinic_put_reading_group (txn, seed->reading_key->certificate, error)
      || !hemo_clinic_give_reading_key (txn, seed->reading_key, self->user->uuid,
                                        self->user->sign_in_certificate, error)
      || !hemo_clinic_give_reading_key (txn, seed->reading_key, HEMO_HOLDER_RECOVERY, recovery,
                                        error))
    return FALSE;
  for (guint i = 0; seed->certificates != NULL && i < seed->certificates->len; i++)
    {
      HemoSeedCertificate *certificate = g_ptr_array_index (seed->certificates, i);

      if (!hemo_clinic_put_certificate (txn, certificate->name, certificate->certificate,
                                        self->user->uuid, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
fill_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Making *self = data;

  return put_meta (txn, self, error) && hemo_user_insert (txn, self->user, error)
         && put_keys (txn, self, error) && hemo_clinic_info_save (txn, self->seed->info, error)
         && (self->seed->pictures == NULL
             || hemo_server_save (txn, HEMO_SERVER_S3, self->seed->pictures, TRUE, error))
         && hemo_txn_audit (txn, self->seed->enrolment != NULL ? "clinic.enrol" : "clinic.create",
                            "installation", self->seed->info->installation,
                            self->seed->info->station, error)
         && hemo_audit_sign_head (txn, error);
}

static gboolean
make_missing_keys (HemoClinicSeed *seed, GError **error)
{
  if (seed->image_key == NULL)
    seed->image_key = hemo_key_pair_new (seed->clinic, FALSE, error);
  if (seed->image_key != NULL && seed->reading_key == NULL)
    seed->reading_key = hemo_key_pair_new (seed->clinic, FALSE, error);
  return seed->image_key != NULL && seed->reading_key != NULL;
}

/* A recovery code of its own, and what of it this laptop remembers. */
static gboolean
make_recovery (Making *self, HemoKeyRing *ring, GError **error)
{
  g_autoptr (HemoKeyRing) opened = NULL;
  g_autoptr (HemoKeyPair) key = NULL;

  self->recovery_code = hemo_code_new_recovery (error);
  if (self->recovery_code == NULL
      || !hemo_key_file_set_recovery (self->key_file, self->recovery_code, ring, error)
      || !hemo_key_file_open_with_recovery (self->key_file, self->recovery_code, &opened, &key,
                                            error))
    return FALSE;
  self->seed->rescue = hemo_clinic_rescue_key (key, error);
  return self->seed->rescue != NULL;
}

/* Under the administrator's passphrase and the recovery code; gives the session that fills the
 * store. */
static gboolean
make_key_file (Making *self, HemoSecret *passphrase, GError **error)
{
  HemoClinicSeed *seed = self->seed;
  g_autofree char *store_uuid = hemo_uuid_new ();
  g_autoptr (HemoKeyRing) ring = hemo_key_ring_new (error);
  g_autoptr (HemoKeyPair) signing_key = NULL;
  HemoKeyRing *opened;
  HemoKeyPair *sign_in_key;
  HemoKeyUser user = { .uuid = self->user->uuid,
                       .login = self->user->login,
                       .name = self->user->name,
                       .role = (char *)hemo_role_to_code (self->user->role) };

  if (ring == NULL)
    return FALSE;
  self->key_file = hemo_key_file_new (seed->clinic, seed->info->name, store_uuid);
  if (!hemo_key_file_set_user (self->key_file, &user, passphrase, ring, error))
    return FALSE;
  if (!(seed->recovery_json != NULL
            ? hemo_key_file_import_recovery (self->key_file, seed->recovery_json, ring, error)
            : make_recovery (self, ring, error)))
    return FALSE;
  if (!hemo_key_file_open (self->key_file, self->user->login, passphrase, &opened, &sign_in_key,
                           error))
    return FALSE;
  self->user->sign_in_certificate = g_bytes_ref (sign_in_key->certificate);
  if (!hemo_user_row_make_signing_key (self->user, &signing_key, error))
    {
      hemo_key_ring_free (opened);
      hemo_key_pair_free (sign_in_key);
      return FALSE;
    }
  self->session
      = hemo_session_new (self->user->uuid, self->user->login, self->user->name, self->user->role,
                          opened, sign_in_key, g_steal_pointer (&signing_key));
  return TRUE;
}

static gboolean
fill_staging (Making *self, GError **error)
{
  static const char *const folders[] = { "images", "reports", "tmp" };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (self->staging, folders[i], NULL);

      if (!hemo_durable_make_folder (path, error))
        return FALSE;
    }
  if (!hemo_key_file_save (self->key_file, self->staging, error))
    return FALSE;
  self->store = hemo_store_open_full (self->staging, hemo_session_get_ring (self->session),
                                      HEMO_STORE_OPEN_CREATE, error);
  if (self->store == NULL
      || !hemo_store_write (self->store, self->session, fill_job, self, NULL, error))
    return FALSE;
  /* Brings the log into the file, so that what is renamed is whole by itself. */
  hemo_store_close (self->store);
  return hemo_durable_sync_folder (self->staging, error);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_unlink (child) != 0)
        remove_tree (child);
    }
  g_rmdir (path);
}

/* What a set-up that was cut left beside; not that of one which is at work. */
static void
sweep_staging (const char *parent, const char *stem)
{
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (parent, name, NULL);
      int fd;

      if (!g_str_has_prefix (name, stem))
        continue;
      fd = hemo_clinic_lock (path, FALSE, NULL);
      if (fd < 0)
        continue;
      remove_tree (path);
      close (fd);
    }
}

static gboolean
check_target (const char *directory, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);

  if ((dir == NULL && !g_file_test (directory, G_FILE_TEST_EXISTS))
      || (dir != NULL && g_dir_read_name (dir) == NULL))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                       N_ ("The folder for the clinic is there already and is not empty. Open the "
                           "clinic that is in it, "
                           "or choose another."));
  return FALSE;
}

static int
make_staging (const char *directory, char **staging, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (directory);
  g_autofree char *base = g_path_get_basename (directory);
  g_autofree char *stem = g_strdup_printf (".%s.new-", base);
  g_autofree char *name = g_strconcat (stem, "XXXXXX", NULL);
  g_autofree char *path = g_build_filename (parent, name, NULL);
  int fd;

  sweep_staging (parent, stem);
  if (g_mkdtemp_full (path, 0700) == NULL)
    {
      int code = errno;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   N_ ("A folder for the clinic cannot be made: %s."), g_strerror (code));
      return -1;
    }
  fd = hemo_clinic_lock (path, FALSE, error);
  if (fd < 0)
    remove_tree (path);
  else
    *staging = g_steal_pointer (&path);
  return fd;
}

static gboolean
begin_making (Making *self,
              HemoClinicSeed *seed,
              const char *login,
              const char *name,
              HemoSecret *passphrase,
              GError **error)
{
  g_autofree char *folded = hemo_login_fold (login, error);

  if (folded == NULL || !hemo_passphrase_check (passphrase, login, seed->info->name, error)
      || !make_missing_keys (seed, error))
    return FALSE;
  self->seed = seed;
  self->user = g_new0 (HemoUserRow, 1);
  self->user->uuid = hemo_uuid_new ();
  self->user->login = g_strdup (login);
  self->user->name = g_strdup (name);
  self->user->role = HEMO_ROLE_ADMINISTRATOR;
  return make_key_file (self, passphrase, error);
}

HemoClinic *
hemo_clinic_make (const char *directory,
                  HemoClinicSeed *seed,
                  const char *login,
                  const char *name,
                  HemoSecret *passphrase,
                  HemoSecret **recovery_code,
                  GError **error)
{
  g_auto (Making) making = { 0 };
  g_autofree char *target = g_canonicalize_filename (directory, NULL);
  int fd;

  if (!check_target (target, error)
      || !begin_making (&making, seed, login, name, passphrase, error))
    return NULL;
  fd = make_staging (target, &making.staging, error);
  if (fd < 0)
    return NULL;
  if (!fill_staging (&making, error) || !hemo_durable_rename (making.staging, target, error))
    {
      remove_tree (making.staging);
      close (fd);
      return NULL;
    }
  if (recovery_code != NULL)
    *recovery_code = g_steal_pointer (&making.recovery_code);
  return hemo_clinic_open_locked (target, fd, error);
}

HemoClinic *
hemo_clinic_create (const char *directory,
                    HemoClinicInfo *info,
                    const char *login,
                    const char *name,
                    HemoSecret *passphrase,
                    HemoSecret **recovery_code,
                    GError **error)
{
  g_auto (HemoClinicSeed) seed = { 0 };
  HemoClinic *clinic;

  seed.info = hemo_clinic_info_copy (info);
  if (seed.info->uuid == NULL)
    seed.info->uuid = hemo_uuid_new ();
  if (seed.info->installation == NULL)
    seed.info->installation = hemo_uuid_new ();
  seed.clinic = g_strdup (seed.info->uuid);
  clinic = hemo_clinic_make (directory, &seed, login, name, passphrase, recovery_code, error);
  if (clinic == NULL)
    return NULL;
  g_set_str (&info->uuid, seed.info->uuid);
  g_set_str (&info->installation, seed.info->installation);
  g_set_str (&info->station, seed.info->station);
  return clinic;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The recovery code, and a store that was put back from an older copy. */

#include "hemo-clinic-private.h"

#include <glib/gi18n.h>

/* Wrong codes are slowed like wrong passphrases, under a name that no login can have. */
#define RECOVERY_TRIES " recovery"

/**
 * Recovery:
 * @recovery_key: opens what is sealed to the recovery certificate
 * @tries: failures before
 */
typedef struct
{
  HemoUserRow *row;
  HemoKeyPair *recovery_key;
  char *rescue;
  GStrv tries;
} Recovery;

static void
recovery_clear (Recovery *self)
{
  g_clear_pointer (&self->row, hemo_user_row_free);
  g_clear_pointer (&self->recovery_key, hemo_key_pair_free);
  g_clear_pointer (&self->rescue, g_free);
  g_clear_pointer (&self->tries, g_strfreev);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Recovery, recovery_clear)

static gboolean
load_row_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_user_find (txn, data, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_user_row_free);
  return *result != NULL;
}

static gboolean
recover_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Recovery *self = data;
  HemoUserRow *row = self->row;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoKeyPair) reading_key = NULL;

  if (hemo_role_reads (row->role))
    reading_key = hemo_clinic_open_reading_key (txn, HEMO_HOLDER_RECOVERY, self->recovery_key,
                                                &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return hemo_user_set_keys (txn, row, error)
         && hemo_clinic_put_rescue_key (txn, self->rescue, error)
         && (reading_key == NULL
             || hemo_clinic_give_reading_key (txn, reading_key, row->uuid, row->sign_in_certificate,
                                              error))
         && hemo_clinic_audit_tries (txn, row->uuid, self->tries, error)
         && hemo_txn_audit (txn, "user.recover", "user", row->uuid, NULL, error);
}

/* The key file first: were it last, a cut would leave keys that no passphrase opens. What is
 * missing in the store after a cut, the next sign-in or recovery makes. */
static gboolean
set_new_passphrase (HemoClinic *self, Recovery *recovery, HemoSecret *passphrase, GError **error)
{
  HemoUserRow *row = recovery->row;

  return hemo_clinic_set_key_user (self, row, passphrase, error)
         && hemo_user_row_make_signing_key (row, NULL, error) && hemo_clinic_save_keys (self, error)
         && hemo_store_write (self->store, NULL, recover_job, recovery, NULL, error);
}

static gboolean
open_with_code (
    HemoClinic *self, HemoSecret *typed, HemoKeyPair **recovery_key, GStrv *tries, GError **error)
{
  g_autoptr (HemoSecret) code = hemo_code_normalize (typed, error);
  g_autoptr (HemoKeyRing) ring = NULL;

  if (code == NULL || !hemo_clinic_count_try (self, RECOVERY_TRIES, error)
      || !hemo_key_file_open_with_recovery (self->key_file, code, &ring, recovery_key, error))
    return FALSE;
  *tries = hemo_clinic_take_tries (self, RECOVERY_TRIES, error);
  return *tries != NULL && hemo_clinic_open_store (self, ring, HEMO_STORE_OPEN_NORMAL, error);
}

gboolean
hemo_clinic_recover (
    HemoClinic *self, HemoSecret *code, const char *login, HemoSecret *passphrase, GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);
  g_auto (Recovery) recovery = { 0 };
  gpointer row = NULL;

  if (!hemo_passphrase_check (passphrase, login, hemo_key_file_get_clinic_name (self->key_file),
                              error)
      || !open_with_code (self, code, &recovery.recovery_key, &recovery.tries, error)
      || !hemo_store_read (self->store, NULL, load_row_job, (gpointer)login, &row, error))
    return FALSE;
  recovery.row = row;
  recovery.rescue = hemo_clinic_rescue_key (recovery.recovery_key, error);
  if (recovery.rescue == NULL)
    return FALSE;
  if (recovery.row->enabled)
    return set_new_passphrase (self, &recovery, passphrase, error);
  g_set_error_literal (
      error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED,
      N_ ("This user was disabled; the recovery code sets passphrases of others only."));
  return FALSE;
}

typedef struct
{
  GBytes *certificate;
  char *rescue;
} NewCode;

static gboolean
new_code_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoSession *session = hemo_txn_get_session (txn);
  const NewCode *code = data;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoKeyPair) reading_key = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_KEY_MANAGE, NULL, NULL, error))
    return FALSE;
  reading_key = hemo_clinic_open_reading_key (txn, hemo_session_get_user (session),
                                              hemo_session_get_sign_in_key (session), &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return (reading_key == NULL
          || hemo_clinic_give_reading_key (txn, reading_key, HEMO_HOLDER_RECOVERY,
                                           code->certificate, error))
         && hemo_clinic_put_rescue_key (txn, code->rescue, error)
         && hemo_txn_audit (txn, "key.recovery", NULL, NULL, NULL, error);
}

HemoSecret *
hemo_clinic_new_recovery_code (HemoClinic *self, HemoSession *session, GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);
  g_autoptr (HemoSecret) code = NULL;
  g_autoptr (HemoKeyRing) ring = NULL;
  g_autoptr (HemoKeyPair) key = NULL;
  g_autofree char *rescue = NULL;
  NewCode job;

  if (!hemo_clinic_require (self, session, HEMO_ACTION_KEY_MANAGE, error))
    return NULL;
  code = hemo_code_new_recovery (error);
  if (code == NULL || !hemo_key_file_set_recovery (self->key_file, code, self->ring, error)
      || !hemo_key_file_open_with_recovery (self->key_file, code, &ring, &key, error))
    return NULL;
  rescue = hemo_clinic_rescue_key (key, error);
  job = (NewCode){ hemo_key_file_get_recovery_certificate (self->key_file), rescue };
  if (rescue == NULL || !hemo_clinic_save_keys (self, error)
      || !hemo_store_write (self->store, session, new_code_job, &job, NULL, error))
    return NULL;
  return g_steal_pointer (&code);
}

gboolean
hemo_clinic_become_new (
    HemoTxn *txn, HemoStore *store, const char *what, const char *why, GError **error)
{
  g_autofree char *installation = hemo_uuid_new ();
  g_autofree char *before = hemo_txn_dup_meta (txn, "installation", error);
  g_autofree char *station = before != NULL ? hemo_clinic_new_station (txn, error) : NULL;
  g_autoptr (HemoKeyPair) key
      = station != NULL ? hemo_key_pair_new (installation, TRUE, error) : NULL;
  g_autofree char *detail = g_strdup_printf ("station %s, was %s, %s", station, before, why);

  return key != NULL && hemo_clinic_give_station (txn, station, installation, NULL, error)
         && hemo_txn_set_meta (txn, "installation", installation, error)
         && hemo_txn_set_meta (txn, "station", station, error)
         && hemo_clinic_put_key (txn, store, "installation", key, error)
         && hemo_txn_audit (txn, what, "installation", installation, detail, error);
}

static gboolean
accept_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoStore *store = data;
  g_autofree char *why = NULL;
  gint64 remembered, found;

  if (!hemo_txn_require (txn, HEMO_ACTION_RESTORE, NULL, NULL, error))
    return FALSE;
  hemo_store_get_opened_at (store, &remembered, &found);
  why = g_strdup_printf ("row %" G_GINT64_FORMAT " instead of %" G_GINT64_FORMAT, found,
                         remembered);
  return hemo_clinic_become_new (txn, store, "store.accept-older", why, error)
         && hemo_audit_sign_head (txn, error);
}

static void
close_store (HemoClinic *self)
{
  if (self->store != NULL)
    hemo_store_close (self->store);
  g_clear_object (&self->store);
  g_clear_pointer (&self->ring, hemo_key_ring_free);
}

HemoSession *
hemo_clinic_accept_older (HemoClinic *self,
                          const char *login,
                          HemoSecret *passphrase,
                          GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);
  g_autoptr (HemoSession) session = NULL;
  gboolean was_open = self->store != NULL;

  if (was_open)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                           N_ ("The store is open: there is no older one to accept."));
      return NULL;
    }
  session = hemo_clinic_sign_in_full (self, login, passphrase, HEMO_STORE_OPEN_ACCEPT_OLDER, error);
  if (session != NULL
      && hemo_store_write (self->store, session, accept_job, self->store, NULL, error)
      && hemo_clinic_audit_sign_in (self, session, error)
      && hemo_store_release_head (self->store, error))
    return g_steal_pointer (&session);
  /* Whoever may not accept it leaves it as locked as it was. */
  close_store (self);
  return NULL;
}

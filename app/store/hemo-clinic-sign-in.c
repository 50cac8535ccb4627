/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signing in and out, proofs that the person is there, passphrases and PINs. */

#include "hemo-clinic-private.h"
#include "hemo-clock.h"
#include "hemo-plural.h"

#include <glib/gi18n.h>

static HemoAttempts *
load_attempts (HemoClinic *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->directory, HEMO_CLINIC_ATTEMPTS_NAME, NULL);

  return hemo_attempts_load (path, error);
}

gboolean
hemo_clinic_count_try (HemoClinic *self, const char *login, GError **error)
{
  g_autoptr (HemoAttempts) attempts = NULL;
  guint delay;

  /* Where nothing can be written, nothing can be counted; Argon2id alone slows the tries. */
  if (self->read_only)
    return TRUE;
  attempts = load_attempts (self, error);
  if (attempts == NULL)
    return FALSE;
  delay = hemo_attempts_delay (attempts, login);
  if (delay == 0)
    return hemo_attempts_add (attempts, login, error);
  g_set_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_TOO_SOON,
               HEMO_PLURAL ("After wrong tries the next one has to wait: %u second more.",
                            "After wrong tries the next one has to wait: %u seconds more.", delay),
               delay);
  return FALSE;
}

/* Whether it was told that the passphrase is wrong. Of want of memory nobody knows. */
static gboolean
says_wrong (const GError *failure)
{
  return failure->domain == HEMO_VAULT_ERROR && failure->code != HEMO_VAULT_ERROR_FAILED;
}

/* On a full disk or with too little memory a right passphrase must not make its owner wait. It is
 * tried only: where nothing can be written it stays counted. */
static void
forgive (HemoClinic *self, const char *login, const GError *failure)
{
  g_autofree char *folded = hemo_login_fold (login, NULL);
  g_autoptr (HemoAttempts) attempts = NULL;

  if (folded == NULL || self->read_only || says_wrong (failure))
    return;
  attempts = load_attempts (self, NULL);
  if (attempts != NULL)
    hemo_attempts_withdraw (attempts, folded, NULL);
}

GStrv
hemo_clinic_take_tries (HemoClinic *self, const char *login, GError **error)
{
  g_autoptr (HemoAttempts) attempts = NULL;
  GStrv tries;
  guint count;

  if (self->read_only)
    return g_new0 (char *, 1);
  attempts = load_attempts (self, error);
  tries = attempts != NULL ? hemo_attempts_take (attempts, login, error) : NULL;
  count = tries != NULL ? g_strv_length (tries) : 0;
  /* The last is the one that succeeded: it was counted before it was made. */
  if (count > 0)
    g_clear_pointer (&tries[count - 1], g_free);
  return tries;
}

gboolean
hemo_clinic_audit_tries (HemoTxn *txn, const char *user, GStrv tries, GError **error)
{
  for (guint i = 0; tries != NULL && tries[i] != NULL; i++)
    if (!hemo_txn_audit (txn, "sign-in.failed", "user", user, tries[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
load_user_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_user_load (txn, data, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_user_row_free);
  return *result != NULL;
}

static gboolean
renew_keys_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoUserRow *row = data;

  return hemo_user_set_keys (txn, row, error)
         && hemo_txn_audit (txn, "user.keys", "user", row->uuid, NULL, error);
}

/* The sign-in key was replaced (a recovery that was cut): what was sealed to the old one is lost,
 * and a new signing key is made. Old signatures verify by the certificates that are kept. */
static HemoKeyPair *
renew_signing_key (HemoClinic *self, HemoUserRow *row, HemoKeyPair *sign_in_key, GError **error)
{
  g_autoptr (HemoKeyPair) key = NULL;

  g_clear_pointer (&row->sign_in_certificate, g_bytes_unref);
  row->sign_in_certificate = g_bytes_ref (sign_in_key->certificate);
  if (!hemo_user_row_make_signing_key (row, &key, error)
      || !hemo_store_write (self->store, NULL, renew_keys_job, row, NULL, error))
    return NULL;
  return g_steal_pointer (&key);
}

static HemoKeyPair *
open_signing_key (HemoClinic *self, HemoUserRow *row, HemoKeyPair *sign_in_key, GError **error)
{
  HemoSecret *private_key;

  if (!g_bytes_equal (row->sign_in_certificate, sign_in_key->certificate) && !self->read_only)
    return renew_signing_key (self, row, sign_in_key, error);
  private_key = hemo_cms_open_secret (row->signing_key, sign_in_key, error);
  if (private_key == NULL)
    return NULL;
  return hemo_key_pair_new_take (private_key, g_bytes_ref (row->signing_certificate));
}

static HemoKeyPair *
key_pair_copy (HemoKeyPair *pair)
{
  return hemo_key_pair_new_take (hemo_secret_ref (pair->private_key),
                                 g_bytes_ref (pair->certificate));
}

HemoSession *
hemo_clinic_session_new (HemoClinic *self,
                         const HemoKeyUser *user,
                         HemoKeyRing *ring,
                         HemoKeyPair *sign_in_key,
                         GError **error)
{
  g_autoptr (HemoUserRow) row = NULL;
  HemoKeyPair *signing_key;
  gpointer loaded = NULL;

  if (!hemo_store_read (self->store, NULL, load_user_job, user->uuid, &loaded, error))
    return NULL;
  row = loaded;
  if (!row->enabled)
    {
      g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED,
                           N_ ("This user was disabled. An administrator can change that."));
      return NULL;
    }
  signing_key = open_signing_key (self, row, sign_in_key, error);
  if (signing_key == NULL)
    return NULL;
  return hemo_session_new (row->uuid, row->login, row->name, row->role, hemo_ring_copy (ring),
                           key_pair_copy (sign_in_key), signing_key);
}

static gboolean
audit_sign_in_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const char *user = hemo_session_get_user (hemo_txn_get_session (txn));
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_clinic_audit_tries (txn, user, data, error)
      || !hemo_txn_audit (txn, "sign-in", "user", user, NULL, error))
    return FALSE;
  statement = hemo_db_prepare (hemo_txn_get_db (txn),
                               "UPDATE user SET pin_failures = 0 WHERE uuid = ?1", error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, user);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_clinic_audit_sign_in (HemoClinic *self, HemoSession *session, GError **error)
{
  g_auto (GStrv) tries = NULL;
  g_autofree char *folded = NULL;

  if (self->read_only)
    return TRUE;
  folded = hemo_login_fold (hemo_session_get_login (session), error);
  if (folded == NULL)
    return FALSE;
  tries = hemo_clinic_take_tries (self, folded, error);
  return tries != NULL
         && hemo_store_write (self->store, session, audit_sign_in_job, tries, NULL, error);
}

static gboolean
newest_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_clock_newest_record (txn, data, error);
}

/* By which the clock is judged, to the day, while the store is closed: not written for each
 * command of a script. Nothing fails for want of it. */
static void
keep_clock_mark (HemoClinic *self)
{
  gint64 newest = 0;

  if (!self->read_only && self->store != NULL
      && hemo_store_read (self->store, NULL, newest_job, &newest, NULL, NULL)
      && ABS (newest - hemo_clock_read_mark (self->directory)) >= G_TIME_SPAN_HOUR)
    hemo_clock_keep_mark (self->directory, newest, NULL);
}

static const HemoKeyUser *
find_user (HemoClinic *self, const char *login, GError **error)
{
  const HemoKeyUser *user = hemo_key_file_find_user (self->key_file, login);

  if (user == NULL)
    g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET,
                         N_ ("Login and passphrase do not belong together."));
  return user;
}

HemoSession *
hemo_clinic_sign_in_full (HemoClinic *self,
                          const char *login,
                          HemoSecret *passphrase,
                          HemoStoreOpenFlags flags,
                          GError **error)
{
  const HemoKeyUser *user;
  g_autoptr (HemoKeyRing) ring = NULL;
  g_autoptr (HemoKeyPair) sign_in_key = NULL;
  g_autofree char *folded = hemo_login_fold (login, error);

  /* Wrong tries of a login that is not there are slowed as well, or they would tell which are. */
  if (folded == NULL || !hemo_clinic_count_try (self, folded, error))
    return NULL;
  user = find_user (self, login, error);
  if (user == NULL
      || !hemo_key_file_open (self->key_file, user->login, passphrase, &ring, &sign_in_key, error)
      || !hemo_clinic_open_store (self, ring, flags, error))
    return NULL;
  return hemo_clinic_session_new (self, user, ring, sign_in_key, error);
}

HemoSession *
hemo_clinic_sign_in (HemoClinic *self, const char *login, HemoSecret *passphrase, GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoSession) session
      = hemo_clinic_sign_in_full (self, login, passphrase, HEMO_STORE_OPEN_NORMAL, &failure);

  if (session == NULL || !hemo_clinic_audit_sign_in (self, session, &failure))
    {
      forgive (self, login, failure);
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  /* On a full disk it fails, and who could make room has to get in; the next sign-in tries again.
   */
  hemo_clinic_finish_disabling (self, session, NULL);
  keep_clock_mark (self);
  return g_steal_pointer (&session);
}

static gboolean
sign_out_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const char *user = hemo_session_get_user (hemo_txn_get_session (txn));

  return hemo_txn_audit (txn, "sign-out", "user", user, NULL, error)
         && hemo_audit_sign_head (txn, error);
}

gboolean
hemo_clinic_sign_out (HemoClinic *self, HemoSession *session, GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);
  gboolean done = self->store == NULL || self->read_only
                  || hemo_store_write (self->store, session, sign_out_job, NULL, NULL, error);

  keep_clock_mark (self);
  hemo_session_lock (session);
  return done;
}

static gboolean
installation_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_txn_dup_meta (txn, "installation", error);
  hemo_txn_set_result_free (txn, g_free);
  return *result != NULL;
}

HemoSession *
hemo_clinic_new_sync_session (HemoClinic *self, GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);
  g_autofree char *installation = NULL;

  if (self->store == NULL)
    {
      g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED,
                           N_ ("The store is locked until somebody signs in."));
      return NULL;
    }
  if (!hemo_store_read (self->store, NULL, installation_job, NULL, (gpointer *)&installation,
                        error))
    return NULL;
  return hemo_session_new_for_sync (installation);
}

gboolean
hemo_clinic_check_passphrase (HemoClinic *self,
                              HemoSession *session,
                              HemoSecret *passphrase,
                              GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);
  g_autoptr (HemoKeyRing) ring = NULL;
  g_autoptr (HemoKeyPair) sign_in_key = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree char *folded = hemo_login_fold (hemo_session_get_login (session), error);

  if (folded == NULL || !hemo_clinic_check_session (self, session, error)
      || !hemo_clinic_count_try (self, folded, error))
    return FALSE;
  if (!hemo_key_file_open (self->key_file, hemo_session_get_login (session), passphrase, &ring,
                           &sign_in_key, &failure))
    {
      forgive (self, folded, failure);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return hemo_clinic_audit_sign_in (self, session, error);
}

static gboolean
audit_own_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const char *user = hemo_session_get_user (hemo_txn_get_session (txn));

  return hemo_txn_audit (txn, data, "user", user, NULL, error);
}

gboolean
hemo_clinic_change_passphrase (
    HemoClinic *self, HemoSession *session, HemoSecret *old, HemoSecret *passphrase, GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);

  if (!hemo_passphrase_check (passphrase, hemo_session_get_login (session),
                              hemo_key_file_get_clinic_name (self->key_file), error)
      || !hemo_clinic_check_passphrase (self, session, old, error))
    return FALSE;
  if (!hemo_key_file_change_passphrase (self->key_file, hemo_session_get_user (session),
                                        hemo_session_get_sign_in_key (session), passphrase, error)
      || !hemo_clinic_save_keys (self, error))
    return FALSE;
  return hemo_store_write (self->store, session, audit_own_job, "user.passphrase", NULL, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PINs: they unlock a running session and confirm a signature, and open nothing. */

#include "hemo-clinic-private.h"

#include <glib/gi18n.h>

/* After so many wrong ones only the passphrase helps. */
#define PIN_TRIES 5
#define PIN_LABEL "hemogram pin 1"

typedef struct
{
  HemoKdf kdf;
  GBytes *hash;
} PinData;

static void
pin_data_free (PinData *self)
{
  g_clear_pointer (&self->hash, g_bytes_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PinData, pin_data_free)

static GBytes *
hash_pin (const HemoKdf *kdf, HemoSecret *pin, GError **error)
{
  g_autoptr (HemoSecret) derived = hemo_kdf_derive (kdf, pin, error);
  g_autoptr (GBytes) message = g_bytes_new_static (PIN_LABEL, strlen (PIN_LABEL));

  return derived != NULL ? hemo_secret_mac (derived, message, error) : NULL;
}

static gboolean
set_pin_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  PinData *pin = data;
  const char *user = hemo_session_get_user (hemo_txn_get_session (txn));
  g_autoptr (GBytes) salt = g_bytes_new (pin->kdf.salt, sizeof pin->kdf.salt);
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "UPDATE user SET pin_memory = ?2, pin_passes = ?3, pin_lanes = ?4, "
                         "pin_salt = ?5, pin_hash = ?6, "
                         "pin_failures = 0 WHERE uuid = ?1 AND enabled",
                         error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, user);
  hemo_statement_bind_int (statement, 2, pin->kdf.memory_kib);
  hemo_statement_bind_int (statement, 3, pin->kdf.passes);
  hemo_statement_bind_int (statement, 4, pin->kdf.lanes);
  hemo_statement_bind_bytes (statement, 5, salt);
  hemo_statement_bind_bytes (statement, 6, pin->hash);
  return hemo_statement_run (statement, error)
         && hemo_txn_audit (txn, "pin.set", "user", user, NULL, error);
}

gboolean
hemo_clinic_set_pin (HemoClinic *self, HemoSession *session, HemoSecret *pin, GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);
  g_autoptr (PinData) data = g_new0 (PinData, 1);

  if (!hemo_pin_check (pin, error) || !hemo_clinic_check_session (self, session, error)
      || !hemo_kdf_init_pin (&data->kdf, error))
    return FALSE;
  data->hash = hash_pin (&data->kdf, pin, error);
  return data->hash != NULL
         && hemo_store_write (self->store, session, set_pin_job, data, NULL, error);
}

static PinData *
read_pin (HemoStatement *statement)
{
  PinData *pin = g_new0 (PinData, 1);
  g_autoptr (GBytes) salt = hemo_statement_dup_bytes (statement, 3);

  pin->kdf.memory_kib = (guint32)hemo_statement_get_int (statement, 0);
  pin->kdf.passes = (guint32)hemo_statement_get_int (statement, 1);
  pin->kdf.lanes = (guint32)hemo_statement_get_int (statement, 2);
  if (salt != NULL && g_bytes_get_size (salt) == sizeof pin->kdf.salt)
    memcpy (pin->kdf.salt, g_bytes_get_data (salt, NULL), sizeof pin->kdf.salt);
  pin->hash = hemo_statement_dup_bytes (statement, 4);
  return pin;
}

static gboolean
count_failure (HemoTxn *txn, const char *user, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "UPDATE user SET pin_failures = pin_failures + 1 WHERE uuid = ?1", error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, user);
  return hemo_statement_run (statement, error);
}

static gboolean
fail_pin (GError **error, gboolean spent)
{
  if (spent)
    g_set_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_TOO_SOON,
                 N_ ("After %d wrong PINs only the passphrase unlocks."), PIN_TRIES);
  else
    g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                         N_ ("This user has no PIN. Use the passphrase."));
  return FALSE;
}

/* Counts the try as failed before it is made, so that a kill wins nothing. */
static gboolean
begin_try_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const char *user = hemo_session_get_user (hemo_txn_get_session (txn));
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PinData) pin = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT pin_memory, pin_passes, pin_lanes, pin_salt, pin_hash, pin_failures "
      "FROM user WHERE uuid = ?1 AND enabled AND pin_hash IS NOT NULL",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, user);
  if (!hemo_statement_step (statement, &local_error))
    {
      if (local_error == NULL)
        return fail_pin (error, FALSE);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (hemo_statement_get_int (statement, 5) >= PIN_TRIES)
    return fail_pin (error, TRUE);
  pin = read_pin (statement);
  g_clear_pointer (&statement, hemo_statement_release);
  if (!count_failure (txn, user, error))
    return FALSE;
  *result = g_steal_pointer (&pin);
  hemo_txn_set_result_free (txn, (GDestroyNotify)pin_data_free);
  return TRUE;
}

static gboolean
end_try_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const char *what = data;
  const char *user = hemo_session_get_user (hemo_txn_get_session (txn));
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_txn_audit (txn, what, "user", user, NULL, error))
    return FALSE;
  if (g_str_equal (what, "pin.failed"))
    return TRUE;
  statement = hemo_db_prepare (hemo_txn_get_db (txn),
                               "UPDATE user SET pin_failures = 0 WHERE uuid = ?1", error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, user);
  return hemo_statement_run (statement, error);
}

static gboolean
same_hash (GBytes *a, GBytes *b)
{
  const guint8 *x = g_bytes_get_data (a, NULL), *y = g_bytes_get_data (b, NULL);
  guint8 difference = 0;

  if (g_bytes_get_size (a) != g_bytes_get_size (b))
    return FALSE;
  for (gsize i = 0; i < g_bytes_get_size (a); i++)
    difference |= x[i] ^ y[i];
  return difference == 0;
}

static gboolean
try_pin (HemoClinic *self, HemoSession *session, HemoSecret *pin, const char *what, GError **error)
{
  g_autoptr (PinData) stored = NULL;
  g_autoptr (GBytes) hash = NULL;
  gpointer loaded = NULL;
  gboolean right;

  if (self->store == NULL)
    return hemo_clinic_check_session (self, session, error);
  if (!hemo_store_write (self->store, session, begin_try_job, NULL, &loaded, error))
    return FALSE;
  stored = loaded;
  hash = hash_pin (&stored->kdf, pin, error);
  if (hash == NULL)
    return FALSE;
  right = same_hash (hash, stored->hash);
  if (!hemo_store_write (self->store, session, end_try_job, (gpointer)(right ? what : "pin.failed"),
                         NULL, error))
    return FALSE;
  if (!right)
    g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET,
                         N_ ("The PIN is not right."));
  return right;
}

gboolean
hemo_clinic_unlock_pin (HemoClinic *self, HemoSession *session, HemoSecret *pin, GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);

  if (!try_pin (self, session, pin, "pin.unlock", error))
    return FALSE;
  hemo_session_unlock (session);
  return TRUE;
}

gboolean
hemo_clinic_check_pin (HemoClinic *self, HemoSession *session, HemoSecret *pin, GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);

  return hemo_clinic_check_session (self, session, error)
         && try_pin (self, session, pin, "pin.check", error);
}

gboolean
hemo_pin_get_state (HemoTxn *txn, HemoPinState *state, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT pin_hash IS NOT NULL, pin_failures FROM user WHERE uuid = ?1",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, hemo_session_get_user (hemo_txn_get_session (txn)));
  if (!hemo_statement_step (statement, &local))
    {
      if (local == NULL)
        local = g_error_new_literal (HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                                     N_ ("This user is not known any more."));
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (hemo_statement_get_int (statement, 0) == 0)
    *state = HEMO_PIN_NONE;
  else
    *state = hemo_statement_get_int (statement, 1) >= PIN_TRIES ? HEMO_PIN_SPENT : HEMO_PIN_SET;
  return TRUE;
}

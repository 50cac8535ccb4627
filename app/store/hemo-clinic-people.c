/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Users added, changed and disabled; the store key rotated. */

#include "hemo-clinic-private.h"

#include <glib/gi18n.h>

/**
 * Change: a change to one user
 */
typedef struct
{
  HemoUserRow *row;
  HemoRole role;
} Change;

static void
change_clear (Change *self)
{
  g_clear_pointer (&self->row, hemo_user_row_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Change, change_clear)

/* Who gives the reading key to others has to hold it. */
static gboolean
give_reading_key (HemoTxn *txn, HemoUserRow *row, HemoRole role, GError **error)
{
  HemoSession *session = hemo_txn_get_session (txn);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoKeyPair) key = NULL;

  if (!hemo_role_reads (role))
    return hemo_clinic_drop_reading_key (txn, row->uuid, error);
  key = hemo_clinic_open_reading_key (txn, hemo_session_get_user (session),
                                      hemo_session_get_sign_in_key (session), &local_error);
  if (key != NULL)
    return hemo_clinic_give_reading_key (txn, key, row->uuid, row->sign_in_certificate, error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error_literal (
        error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
        N_ ("You do not hold the readers' key, so you cannot give it to others. An "
            "administrator who holds it, or the recovery code, can."));
  return FALSE;
}

static gboolean
add_user_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoUserRow *row = data;

  return hemo_txn_require (txn, HEMO_ACTION_USER_MANAGE, "user", row->uuid, error)
         && hemo_user_insert (txn, row, error)
         && (!hemo_role_reads (row->role) || give_reading_key (txn, row, row->role, error))
         && hemo_txn_audit (txn, "user.add", "user", row->uuid, hemo_role_to_code (row->role),
                            error);
}

static gboolean
find_user_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_user_find (txn, data, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_user_row_free);
  return *result != NULL;
}

static HemoUserRow *
find_user (HemoClinic *self, HemoSession *session, const char *login, GError **error)
{
  gpointer row = NULL;

  return hemo_store_read (self->store, session, find_user_job, (gpointer)login, &row, error) ? row
                                                                                             : NULL;
}

/* Asked before the long work; the job that changes asks again. */
static gboolean
check_login_free (HemoClinic *self, HemoSession *session, const char *login, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoUserRow) row = find_user (self, session, login, &local_error);
  const HemoKeyUser *left;

  if (row != NULL)
    {
      g_set_error_literal (
          error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
          N_ ("Somebody has this login already, perhaps disabled. Choose another."));
      return FALSE;
    }
  if (!g_error_matches (local_error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  /* In the key file alone: an addition that was cut. */
  left = hemo_key_file_find_user (self->key_file, login);
  return left == NULL || hemo_key_file_remove_user (self->key_file, left->uuid, self->ring, error);
}

gboolean
hemo_clinic_set_key_user (HemoClinic *self,
                          HemoUserRow *row,
                          HemoSecret *passphrase,
                          GError **error)
{
  HemoKeyUser user = { .uuid = row->uuid,
                       .login = row->login,
                       .name = row->name,
                       .role = (char *)hemo_role_to_code (row->role) };
  const HemoKeyUser *stored;

  if (!hemo_key_file_set_user (self->key_file, &user, passphrase, self->ring, error))
    return FALSE;
  stored = hemo_key_file_find_user (self->key_file, row->login);
  g_clear_pointer (&row->sign_in_certificate, g_bytes_unref);
  row->sign_in_certificate = g_bytes_ref (stored->certificate);
  return TRUE;
}

gboolean
hemo_clinic_add_user (HemoClinic *self,
                      HemoSession *session,
                      const char *login,
                      const char *name,
                      HemoRole role,
                      HemoSecret *passphrase,
                      GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);
  g_autofree char *folded = hemo_login_fold (login, error);
  g_autoptr (HemoUserRow) row = g_new0 (HemoUserRow, 1);

  if (folded == NULL || !hemo_clinic_require (self, session, HEMO_ACTION_USER_MANAGE, error)
      || !hemo_passphrase_check (passphrase, login, hemo_key_file_get_clinic_name (self->key_file),
                                 error)
      || !check_login_free (self, session, login, error))
    return FALSE;
  row->uuid = hemo_uuid_new ();
  row->login = g_strdup (login);
  row->name = g_strdup (name);
  row->role = role;
  if (!hemo_clinic_set_key_user (self, row, passphrase, error)
      || !hemo_user_row_make_signing_key (row, NULL, error) || !hemo_clinic_save_keys (self, error))
    return FALSE;
  if (hemo_store_write (self->store, session, add_user_job, row, NULL, error))
    return TRUE;
  if (hemo_key_file_remove_user (self->key_file, row->uuid, self->ring, NULL))
    hemo_clinic_save_keys (self, NULL);
  return FALSE;
}

static gboolean
disable_user_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoUserRow *row = data;

  return hemo_txn_require (txn, HEMO_ACTION_USER_MANAGE, "user", row->uuid, error)
         && hemo_user_check_not_last (txn, row->uuid, error)
         && hemo_user_set_enabled (txn, row->uuid, FALSE, error)
         && hemo_clinic_drop_reading_key (txn, row->uuid, error)
         && hemo_txn_audit (txn, "user.disable", "user", row->uuid, NULL, error);
}

static gboolean rotate (HemoClinic *self, HemoSession *session, GError **error);

gboolean
hemo_clinic_disable_user (HemoClinic *self, HemoSession *session, const char *login, GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);
  g_autoptr (HemoUserRow) row = NULL;

  if (!hemo_clinic_require (self, session, HEMO_ACTION_USER_MANAGE, error))
    return FALSE;
  row = find_user (self, session, login, error);
  if (row == NULL || !hemo_store_write (self->store, session, disable_user_job, row, NULL, error))
    return FALSE;
  /* From here on the user is out: sign-in is refused by the store. The rest takes the key away; if
   * it is cut, an administrator's next sign-in does it. The file is written with the new key at
   * once, so that nobody has left it while the old key still counts. */
  if (hemo_key_file_find_user (self->key_file, login) != NULL
      && !hemo_key_file_remove_user (self->key_file, row->uuid, self->ring, error))
    return FALSE;
  return rotate (self, session, error);
}

static gboolean
list_disabled_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GStrvBuilder) uuids = g_strv_builder_new ();
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn), "SELECT uuid FROM user WHERE enabled = 0", error);

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_step (statement, &local_error))
    g_strv_builder_add (uuids, hemo_statement_get_text (statement, 0));
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *result = g_strv_builder_end (uuids);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_strfreev);
  return TRUE;
}

static gboolean
is_in_key_file (HemoClinic *self, const char *uuid)
{
  GPtrArray *users = hemo_key_file_get_users (self->key_file);

  for (guint i = 0; i < users->len; i++)
    if (g_str_equal (((HemoKeyUser *)g_ptr_array_index (users, i))->uuid, uuid))
      return TRUE;
  return FALSE;
}

gboolean
hemo_clinic_finish_disabling (HemoClinic *self, HemoSession *session, GError **error)
{
  g_auto (GStrv) uuids = NULL;
  gpointer listed = NULL;
  gboolean left = FALSE;

  if (self->read_only || hemo_session_get_role (session) != HEMO_ROLE_ADMINISTRATOR)
    return TRUE;
  if (!hemo_store_read (self->store, NULL, list_disabled_job, NULL, &listed, error))
    return FALSE;
  uuids = listed;
  for (guint i = 0; uuids[i] != NULL; i++)
    {
      if (!is_in_key_file (self, uuids[i]))
        continue;
      left = TRUE;
      if (!hemo_key_file_remove_user (self->key_file, uuids[i], self->ring, error))
        return FALSE;
    }
  return !left || rotate (self, session, error);
}

static gboolean
set_role_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Change *change = data;
  HemoUserRow *row = change->row;

  if (!hemo_txn_require (txn, HEMO_ACTION_USER_MANAGE, "user", row->uuid, error)
      || (change->role != HEMO_ROLE_ADMINISTRATOR
          && !hemo_user_check_not_last (txn, row->uuid, error)))
    return FALSE;
  return hemo_user_set_role (txn, row->uuid, change->role, error)
         && give_reading_key (txn, row, change->role, error)
         && hemo_txn_audit (txn, "user.role", "user", row->uuid, hemo_role_to_code (change->role),
                            error);
}

gboolean
hemo_clinic_set_role (
    HemoClinic *self, HemoSession *session, const char *login, HemoRole role, GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);
  g_auto (Change) change = { .role = role };

  if (!hemo_clinic_require (self, session, HEMO_ACTION_USER_MANAGE, error))
    return FALSE;
  change.row = find_user (self, session, login, error);
  if (change.row == NULL
      || !hemo_store_write (self->store, session, set_role_job, &change, NULL, error))
    return FALSE;
  /* Only what the sign-in screen shows: the store's row decides. */
  hemo_key_file_rename_user (self->key_file, change.row->uuid, change.row->name,
                             hemo_role_to_code (role));
  return hemo_clinic_save_keys (self, error);
}

static gboolean
rewrap_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoStore *store = data;
  g_autofree char *detail = g_strdup_printf ("version %u", hemo_store_get_key_version (store));

  return hemo_clinic_rewrap_keys (txn, store, error)
         && hemo_txn_audit (txn, "key.rotate", "store", NULL, detail, error);
}

static gboolean
rotate (HemoClinic *self, HemoSession *session, GError **error)
{
  g_autoptr (HemoKeyRing) ring = hemo_ring_copy (self->ring);

  /* Both keys are in the file before the first page changes: whichever holds after a cut is there.
   */
  if (!hemo_key_ring_rotate (ring, error) || !hemo_key_file_set_ring (self->key_file, ring, error)
      || !hemo_clinic_save_keys (self, error))
    return FALSE;
  hemo_key_ring_free (self->ring);
  self->ring = g_steal_pointer (&ring);
  return hemo_store_rotate_key (self->store, self->ring, error)
         && hemo_store_write (self->store, session, rewrap_job, self->store, NULL, error);
}

gboolean
hemo_clinic_rotate_key (HemoClinic *self, HemoSession *session, GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);

  return hemo_clinic_require (self, session, HEMO_ACTION_KEY_MANAGE, error)
         && rotate (self, session, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows of the table of users. */

#include "hemo-user-table.h"

#include "hemo-memory.h"

#include <glib/gi18n.h>
#include <string.h>

/* The key file takes 128 bytes. */
#define LOGIN_LIMIT 64
#define LOGIN_BYTES 128

void
hemo_user_row_free (HemoUserRow *self)
{
  g_free (self->uuid);
  g_free (self->login);
  g_free (self->name);
  g_clear_pointer (&self->sign_in_certificate, g_bytes_unref);
  g_clear_pointer (&self->signing_certificate, g_bytes_unref);
  g_clear_pointer (&self->signing_key, g_bytes_unref);
  g_free (self);
}

static gboolean
is_plain (const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (!g_unichar_isgraph (c) || g_unichar_isspace (c))
        return FALSE;
    }
  return TRUE;
}

char *
hemo_login_fold (const char *login, GError **error)
{
  g_autofree char *normal = NULL;

  if (login != NULL && strlen (login) <= LOGIN_BYTES && g_utf8_validate (login, -1, NULL))
    normal = hemo_utf8_normalize (login, G_NORMALIZE_NFKC);
  if (normal != NULL)
    g_strstrip (normal);
  if (normal != NULL && *normal != '\0' && g_utf8_strlen (normal, -1) <= LOGIN_LIMIT
      && is_plain (normal))
    return g_utf8_casefold (normal, -1);
  g_set_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID,
               N_ ("A login has 1 to %d letters, digits or signs, without spaces."), LOGIN_LIMIT);
  return NULL;
}

#define COLUMNS                                                                                    \
  "uuid, login, name, role, enabled, sign_in_certificate, signing_certificate, signing_key"

static HemoUserRow *
read_row (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoUserRow) row = g_new0 (HemoUserRow, 1);

  if (!hemo_role_from_code (hemo_statement_get_text (statement, 3), &row->role, error))
    return NULL;
  row->uuid = hemo_statement_dup_text (statement, 0);
  row->login = hemo_statement_dup_text (statement, 1);
  row->name = hemo_statement_dup_text (statement, 2);
  row->enabled = hemo_statement_get_int (statement, 4) != 0;
  row->sign_in_certificate = hemo_statement_dup_bytes (statement, 5);
  row->signing_certificate = hemo_statement_dup_bytes (statement, 6);
  row->signing_key = hemo_statement_dup_bytes (statement, 7);
  return g_steal_pointer (&row);
}

static HemoUserRow *
load_by (HemoTxn *txn, const char *sql, const char *value, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (hemo_txn_get_db (txn), sql, error);

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_text (statement, 1, value);
  if (hemo_statement_step (statement, &local_error))
    return read_row (statement, error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                         N_ ("There is no such user in this clinic."));
  return NULL;
}

HemoUserRow *
hemo_user_load (HemoTxn *txn, const char *uuid, GError **error)
{
  return load_by (txn, "SELECT " COLUMNS " FROM user WHERE uuid = ?1", uuid, error);
}

HemoUserRow *
hemo_user_find (HemoTxn *txn, const char *login, GError **error)
{
  g_autofree char *folded = hemo_login_fold (login, error);

  if (folded == NULL)
    return NULL;
  return load_by (txn, "SELECT " COLUMNS " FROM user WHERE login_folded = ?1", folded, error);
}

static gboolean
keep_certificate (HemoTxn *txn, const HemoUserRow *row, GError **error)
{
  g_autofree char *fingerprint = hemo_certificate_fingerprint (row->signing_certificate);
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "INSERT INTO user_certificate (fingerprint, user, certificate, since_us) "
                         "VALUES (?1, ?2, ?3, ?4)",
                         error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, fingerprint);
  hemo_statement_bind_text (statement, 2, row->uuid);
  hemo_statement_bind_bytes (statement, 3, row->signing_certificate);
  hemo_statement_bind_int (statement, 4, hemo_txn_get_time (txn).utc_us);
  return hemo_statement_run (statement, error);
}

static gboolean
check_free (HemoTxn *txn, const char *login, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoUserRow) row = hemo_user_find (txn, login, &local_error);

  if (g_error_matches (local_error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    return TRUE;
  if (row != NULL)
    g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
                         N_ ("Somebody has this login already, perhaps disabled. Choose another."));
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
hemo_user_insert (HemoTxn *txn, const HemoUserRow *row, GError **error)
{
  g_autofree char *folded = hemo_login_fold (row->login, error);
  g_autoptr (HemoStatement) statement = NULL;

  if (folded == NULL || !check_free (txn, row->login, error))
    return FALSE;
  statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "INSERT INTO user (uuid, login, login_folded, name, role, sign_in_certificate, "
      "signing_certificate, signing_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, row->uuid);
  hemo_statement_bind_text (statement, 2, row->login);
  hemo_statement_bind_text (statement, 3, folded);
  hemo_statement_bind_text (statement, 4, row->name);
  hemo_statement_bind_text (statement, 5, hemo_role_to_code (row->role));
  hemo_statement_bind_bytes (statement, 6, row->sign_in_certificate);
  hemo_statement_bind_bytes (statement, 7, row->signing_certificate);
  hemo_statement_bind_bytes (statement, 8, row->signing_key);
  return hemo_statement_run (statement, error) && keep_certificate (txn, row, error);
}

gboolean
hemo_user_set_keys (HemoTxn *txn, const HemoUserRow *row, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "UPDATE user SET sign_in_certificate = ?2, signing_certificate = ?3, "
                         "signing_key = ?4, version = version + 1 WHERE uuid = ?1",
                         error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, row->uuid);
  hemo_statement_bind_bytes (statement, 2, row->sign_in_certificate);
  hemo_statement_bind_bytes (statement, 3, row->signing_certificate);
  hemo_statement_bind_bytes (statement, 4, row->signing_key);
  return hemo_statement_run (statement, error) && keep_certificate (txn, row, error);
}

gboolean
hemo_user_set_enabled (HemoTxn *txn, const char *uuid, gboolean enabled, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "UPDATE user SET enabled = ?2, pin_hash = NULL, version = version + 1 WHERE uuid = ?1",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, uuid);
  hemo_statement_bind_int (statement, 2, enabled ? 1 : 0);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_user_set_role (HemoTxn *txn, const char *uuid, HemoRole role, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "UPDATE user SET role = ?2, version = version + 1 WHERE uuid = ?1", error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, uuid);
  hemo_statement_bind_text (statement, 2, hemo_role_to_code (role));
  return hemo_statement_run (statement, error);
}

gboolean
hemo_user_check_not_last (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT 1 FROM user WHERE enabled AND role = 'administrator' AND uuid <> ?1 LIMIT 1", error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, uuid);
  if (hemo_statement_step (statement, &local_error))
    return TRUE;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                         N_ ("This is the last administrator. Make another one first."));
  return FALSE;
}

GBytes *
hemo_secret_as_bytes (HemoSecret *secret)
{
  return g_bytes_new_with_free_func (hemo_secret_get_data (secret), hemo_secret_get_size (secret),
                                     (GDestroyNotify)hemo_secret_unref, hemo_secret_ref (secret));
}

gboolean
hemo_user_row_make_signing_key (HemoUserRow *row, HemoKeyPair **key, GError **error)
{
  g_autoptr (HemoKeyPair) pair = hemo_key_pair_new (row->uuid, TRUE, error);
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_autoptr (GBytes) content = NULL;
  GBytes *sealed;

  if (pair == NULL)
    return FALSE;
  g_ptr_array_add (recipients, row->sign_in_certificate);
  content = hemo_secret_as_bytes (pair->private_key);
  sealed = hemo_cms_seal (content, recipients, error);
  if (sealed == NULL)
    return FALSE;
  g_clear_pointer (&row->signing_key, g_bytes_unref);
  g_clear_pointer (&row->signing_certificate, g_bytes_unref);
  row->signing_key = sealed;
  row->signing_certificate = g_bytes_ref (pair->certificate);
  if (key != NULL)
    *key = g_steal_pointer (&pair);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys and certificates that lie in the store: the clinic's, the reading group's, organisations'.
 */

#include "hemo-clinic-private.h"

#include <glib/gi18n.h>

static char *
wrap_label (const char *purpose)
{
  return g_strconcat ("hemogram clinic key ", purpose, NULL);
}

static gboolean
retire_key (HemoTxn *txn, const char *purpose, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "UPDATE clinic_key SET is_current = 0 WHERE purpose = ?1", error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, purpose);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_clinic_put_key (
    HemoTxn *txn, HemoStore *store, const char *purpose, HemoKeyPair *key, GError **error)
{
  g_autofree char *label = wrap_label (purpose);
  g_autofree char *fingerprint = hemo_certificate_fingerprint (key->certificate);
  guint version = hemo_store_get_key_version (store);
  g_autoptr (HemoSecret) wrap_key = hemo_store_dup_wrap_key (store, version, error);
  g_autoptr (GBytes) wrapped = NULL;
  g_autoptr (HemoStatement) statement = NULL;

  if (wrap_key == NULL || !retire_key (txn, purpose, error))
    return FALSE;
  wrapped = hemo_secret_wrap (wrap_key, key->private_key, label, error);
  if (wrapped == NULL)
    return FALSE;
  statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "INSERT INTO clinic_key (fingerprint, purpose, certificate, wrapped, "
                         "key_version, is_current) VALUES (?1, ?2, ?3, ?4, ?5, 1)",
                         error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, fingerprint);
  hemo_statement_bind_text (statement, 2, purpose);
  hemo_statement_bind_bytes (statement, 3, key->certificate);
  hemo_statement_bind_bytes (statement, 4, wrapped);
  hemo_statement_bind_int (statement, 5, version);
  return hemo_statement_run (statement, error);
}

static HemoKeyPair *
unwrap_row (HemoStatement *statement, HemoStore *store, GError **error)
{
  g_autofree char *label = wrap_label (hemo_statement_get_text (statement, 0));
  g_autoptr (GBytes) certificate = hemo_statement_dup_bytes (statement, 1);
  g_autoptr (GBytes) wrapped = hemo_statement_dup_bytes (statement, 2);
  guint version = (guint)hemo_statement_get_int (statement, 3);
  g_autoptr (HemoSecret) wrap_key = hemo_store_dup_wrap_key (store, version, error);
  HemoSecret *private_key;

  if (wrap_key == NULL)
    return NULL;
  private_key = hemo_secret_unwrap (wrap_key, wrapped, label, error);
  if (private_key == NULL)
    return NULL;
  return hemo_key_pair_new_take (private_key, g_steal_pointer (&certificate));
}

static HemoKeyPair *
dup_key (HemoTxn *txn, HemoStore *store, const char *purpose, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT purpose, certificate, wrapped, key_version FROM clinic_key "
                         "WHERE purpose = ?1 AND is_current",
                         error);

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_text (statement, 1, purpose);
  if (hemo_statement_step (statement, &local_error))
    return unwrap_row (statement, store, error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
                 N_ ("The store has no %s key. Restore from a backup."), purpose);
  return NULL;
}

HemoKeyPair *
hemo_clinic_dup_image_key (HemoTxn *txn, HemoStore *store, GError **error)
{
  return dup_key (txn, store, "image", error);
}

HemoKeyPair *
hemo_clinic_dup_installation_key (HemoTxn *txn, HemoStore *store, GError **error)
{
  return dup_key (txn, store, "installation", error);
}

typedef struct
{
  char *fingerprint;
  GBytes *wrapped;
} Rewrapped;

static void
rewrapped_free (Rewrapped *self)
{
  g_free (self->fingerprint);
  g_clear_pointer (&self->wrapped, g_bytes_unref);
  g_free (self);
}

static gboolean
save_rewrapped (HemoTxn *txn, GPtrArray *all, guint version, GError **error)
{
  for (guint i = 0; i < all->len; i++)
    {
      Rewrapped *key = g_ptr_array_index (all, i);
      g_autoptr (HemoStatement) statement = hemo_db_prepare (
          hemo_txn_get_db (txn),
          "UPDATE clinic_key SET wrapped = ?2, key_version = ?3 WHERE fingerprint = ?1", error);

      if (statement == NULL)
        return FALSE;
      hemo_statement_bind_text (statement, 1, key->fingerprint);
      hemo_statement_bind_bytes (statement, 2, key->wrapped);
      hemo_statement_bind_int (statement, 3, version);
      if (!hemo_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

static Rewrapped *
rewrap_row (HemoStatement *statement, HemoStore *store, HemoSecret *wrap_key, GError **error)
{
  const char *purpose = hemo_statement_get_text (statement, 0);
  g_autofree char *label = wrap_label (purpose);
  g_autoptr (HemoKeyPair) pair = unwrap_row (statement, store, error);
  g_autoptr (GBytes) wrapped = NULL;
  Rewrapped *key;

  if (pair == NULL)
    return NULL;
  wrapped = hemo_secret_wrap (wrap_key, pair->private_key, label, error);
  if (wrapped == NULL)
    return NULL;
  key = g_new0 (Rewrapped, 1);
  key->fingerprint = hemo_statement_dup_text (statement, 4);
  key->wrapped = g_steal_pointer (&wrapped);
  return key;
}

gboolean
hemo_clinic_rewrap_keys (HemoTxn *txn, HemoStore *store, GError **error)
{
  guint version = hemo_store_get_key_version (store);
  g_autoptr (HemoSecret) wrap_key = hemo_store_dup_wrap_key (store, version, error);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify)rewrapped_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement = NULL;

  if (wrap_key == NULL)
    return FALSE;
  statement = hemo_db_prepare (hemo_txn_get_db (txn),
                               "SELECT purpose, certificate, wrapped, key_version, fingerprint "
                               "FROM clinic_key WHERE key_version < ?1",
                               error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, version);
  while (hemo_statement_step (statement, &local_error))
    {
      Rewrapped *key = rewrap_row (statement, store, wrap_key, error);

      if (key == NULL)
        return FALSE;
      g_ptr_array_add (all, key);
    }
  if (local_error == NULL)
    return save_rewrapped (txn, all, version, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
hemo_clinic_put_certificate (
    HemoTxn *txn, const char *name, GBytes *certificate, const char *by, GError **error)
{
  g_autoptr (GBytes) der = hemo_certificate_check (certificate, error);
  g_autofree char *fingerprint = NULL;
  g_autoptr (HemoStatement) statement = NULL;

  if (der == NULL)
    return FALSE;
  fingerprint = hemo_certificate_fingerprint (der);
  statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "INSERT INTO certificate (fingerprint, name, certificate, added_at_us, added_by) "
      "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (fingerprint) DO UPDATE SET name = ?2, enabled = 1",
      error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, fingerprint);
  hemo_statement_bind_text (statement, 2, name);
  hemo_statement_bind_bytes (statement, 3, der);
  hemo_statement_bind_int (statement, 4, hemo_txn_get_time (txn).utc_us);
  hemo_statement_bind_text (statement, 5, by);
  return hemo_statement_run (statement, error)
         && hemo_txn_audit (txn, "certificate.add", "certificate", NULL, fingerprint, error);
}

typedef struct
{
  const char *name;
  GBytes *certificate;
} AddCertificate;

static gboolean
add_certificate_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const AddCertificate *add = data;

  return hemo_txn_require (txn, HEMO_ACTION_KEY_MANAGE, "certificate", NULL, error)
         && hemo_clinic_put_certificate (txn, add->name, add->certificate,
                                         hemo_session_get_user (hemo_txn_get_session (txn)), error);
}

gboolean
hemo_clinic_add_certificate (
    HemoClinic *self, HemoSession *session, const char *name, GBytes *certificate, GError **error)
{
  AddCertificate add = { .name = name, .certificate = certificate };

  if (name == NULL || *name == '\0' || !g_utf8_validate (name, -1, NULL) || strlen (name) > 200)
    {
      g_set_error_literal (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID,
                           N_ ("An organisation has a name of 1 to 200 bytes."));
      return FALSE;
    }
  return hemo_clinic_check_session (self, session, error)
         && hemo_store_write (self->store, session, add_certificate_job, &add, NULL, error);
}

GPtrArray *
hemo_clinic_dup_recipients (HemoTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT certificate, 0, fingerprint FROM clinic_key WHERE purpose = 'image' AND is_current "
      "UNION ALL SELECT certificate, 1, fingerprint FROM reading_group WHERE is_current "
      "UNION ALL SELECT certificate, 2, fingerprint FROM certificate WHERE enabled ORDER BY 2, 3",
      error);

  if (statement == NULL)
    return NULL;
  while (hemo_statement_step (statement, &local_error))
    g_ptr_array_add (all, hemo_statement_dup_bytes (statement, 0));
  if (local_error == NULL)
    return g_steal_pointer (&all);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

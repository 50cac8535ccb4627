/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The reading group's key, sealed to each who reads. */

#include "hemo-clinic-private.h"

gboolean
hemo_role_reads (HemoRole role)
{
  return role == HEMO_ROLE_PATHOLOGIST || role == HEMO_ROLE_ADMINISTRATOR;
}

gboolean
hemo_clinic_put_reading_group (HemoTxn *txn, GBytes *certificate, GError **error)
{
  g_autofree char *fingerprint = hemo_certificate_fingerprint (certificate);
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_db_execute (hemo_txn_get_db (txn), "UPDATE reading_group SET is_current = 0", error))
    return FALSE;
  statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "INSERT INTO reading_group (fingerprint, certificate, is_current) VALUES (?1, ?2, 1)", error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, fingerprint);
  hemo_statement_bind_bytes (statement, 2, certificate);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_clinic_give_reading_key (
    HemoTxn *txn, HemoKeyPair *reading_key, const char *holder, GBytes *certificate, GError **error)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_autoptr (GBytes) content = hemo_secret_as_bytes (reading_key->private_key);
  g_autofree char *fingerprint = hemo_certificate_fingerprint (reading_key->certificate);
  g_autofree char *sealed_to = hemo_certificate_fingerprint (certificate);
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (HemoStatement) statement = NULL;

  g_ptr_array_add (recipients, certificate);
  sealed = hemo_cms_seal (content, recipients, error);
  if (sealed == NULL)
    return FALSE;
  statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "INSERT OR REPLACE INTO reading_key (fingerprint, holder, sealed_to, sealed) "
      "VALUES (?1, ?2, ?3, ?4)",
      error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, fingerprint);
  hemo_statement_bind_text (statement, 2, holder);
  hemo_statement_bind_text (statement, 3, sealed_to);
  hemo_statement_bind_bytes (statement, 4, sealed);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_clinic_drop_reading_key (HemoTxn *txn, const char *holder, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn), "DELETE FROM reading_key WHERE holder = ?1", error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, holder);
  return hemo_statement_run (statement, error);
}

HemoKeyPair *
hemo_clinic_open_reading_key (HemoTxn *txn, const char *holder, HemoKeyPair *key, GError **error)
{
  g_autoptr (GBytes) certificate = NULL;
  g_autoptr (GBytes) sealed = NULL;
  HemoSecret *private_key;
  g_autofree char *own = hemo_certificate_fingerprint (key->certificate);
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT g.certificate, k.sealed FROM reading_key k JOIN reading_group g "
                         "ON g.fingerprint = k.fingerprint AND g.is_current "
                         "WHERE k.holder = ?1 AND k.sealed_to = ?2",
                         error);

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_text (statement, 1, holder);
  hemo_statement_bind_text (statement, 2, own);
  if (!hemo_statement_step (statement, error))
    return NULL;
  certificate = hemo_statement_dup_bytes (statement, 0);
  sealed = hemo_statement_dup_bytes (statement, 1);
  private_key = hemo_cms_open_secret (sealed, key, error);
  if (private_key == NULL)
    return NULL;
  return hemo_key_pair_new_take (private_key, g_steal_pointer (&certificate));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signed heads of the audit log, inside the store and as they leave it. */

#include "hemo-txn-private.h"

#include "hemo-json.h"

#include <glib/gi18n.h>
#include <json-c/json.h>

/* An exported head is a few kilobytes. */
#define HEAD_LIMIT (64 * 1024)

static char *
to_hex (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  GString *text = g_string_sized_new (2 * size);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", data[i]);
  return g_string_free_and_steal (text);
}

/* The bytes that are signed: which log, which row, which MAC. */
static GBytes *
head_content (const char *store, gint64 sequence, GBytes *mac)
{
  g_autofree char *hex = to_hex (mac);
  char *text = g_strdup_printf (
      "hemogram audit head 1\nstore %s\nrow %" G_GINT64_FORMAT "\nmac %s\n", store, sequence, hex);

  return g_bytes_new_take (text, strlen (text));
}

static char *
dup_store (HemoTxn *txn, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  char *store = hemo_txn_dup_meta (txn, "store", &local_error);

  if (store != NULL)
    return store;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
                         "The store does not say which one it is.");
  return NULL;
}

gboolean
hemo_audit_sign_head (HemoTxn *txn, GError **error)
{
  HemoSession *session = hemo_txn_get_session (txn);
  HemoKeyPair *key = session != NULL ? hemo_session_get_signing_key (session) : NULL;
  g_autofree char *store = dup_store (txn, error);
  g_autofree char *fingerprint = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) signature = NULL;
  g_autoptr (HemoStatement) statement = NULL;

  if (store == NULL)
    return FALSE;
  if (key == NULL || hemo_txn_get_sequence (txn) == 0)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                           "There is nobody, or nothing, to sign the audit log.");
      return FALSE;
    }
  content = head_content (store, hemo_txn_get_sequence (txn), hemo_txn_get_mac (txn));
  signature = hemo_cms_sign (content, key, error);
  if (signature == NULL)
    return FALSE;
  fingerprint = hemo_certificate_fingerprint (key->certificate);
  statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "INSERT OR REPLACE INTO audit_head (seq, mac, signer, certificate, signature, at_us) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, hemo_txn_get_sequence (txn));
  hemo_statement_bind_bytes (statement, 2, hemo_txn_get_mac (txn));
  hemo_statement_bind_text (statement, 3, hemo_session_get_user (session));
  hemo_statement_bind_text (statement, 4, fingerprint);
  hemo_statement_bind_bytes (statement, 5, signature);
  hemo_statement_bind_int (statement, 6, hemo_txn_get_time (txn).utc_us);
  return hemo_statement_run (statement, error);
}

typedef struct
{
  gint64 sequence;
  GBytes *mac;
  GBytes *signature;
  GBytes *certificate;
} Head;

static void
head_clear (Head *head)
{
  g_clear_pointer (&head->mac, g_bytes_unref);
  g_clear_pointer (&head->signature, g_bytes_unref);
  g_clear_pointer (&head->certificate, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Head, head_clear)

/* MAC of row @sequence; NULL without @error when there is none. */
static GBytes *
load_mac (HemoTxn *txn, gint64 sequence, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn), "SELECT mac FROM audit WHERE seq = ?1", error);

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, sequence);
  return hemo_statement_step (statement, error) ? hemo_statement_dup_bytes (statement, 0) : NULL;
}

/* What is wrong with @head, NULL when nothing is, or with @error when it could not be told. */
static char *
judge_head (HemoTxn *txn, const char *store, const Head *head, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) mac = load_mac (txn, head->sequence, &local_error);
  g_autoptr (GBytes) content = NULL;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (mac == NULL)
    return g_strdup (N_ ("a signed head names it, and it is not there"));
  if (head->mac == NULL || !g_bytes_equal (mac, head->mac))
    return g_strdup (N_ ("it is not the row that was signed"));
  content = head_content (store, head->sequence, head->mac);
  if (head->certificate != NULL && head->signature != NULL
      && hemo_cms_verify (content, head->signature, head->certificate, &local_error))
    return NULL;
  /* Not known is not wrong. */
  if (!g_error_matches (local_error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED))
    return g_strdup (N_ ("the signature over it is not right"));
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

gboolean
hemo_audit_check_heads (HemoTxn *txn, gint64 *bad, char **reason, GError **error)
{
  g_autofree char *store = dup_store (txn, error);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement = NULL;

  if (store == NULL)
    return FALSE;
  statement = hemo_db_prepare (hemo_txn_get_db (txn),
                               "SELECT h.seq, h.mac, h.signature, c.certificate FROM audit_head h "
                               "LEFT JOIN user_certificate c ON c.fingerprint = h.certificate "
                               "AND c.user = h.signer ORDER BY h.seq",
                               error);
  if (statement == NULL)
    return FALSE;
  while (hemo_statement_step (statement, &local_error))
    {
      g_auto (Head) head = { .sequence = hemo_statement_get_int (statement, 0),
                             .mac = hemo_statement_dup_bytes (statement, 1),
                             .signature = hemo_statement_dup_bytes (statement, 2),
                             .certificate = hemo_statement_dup_bytes (statement, 3) };
      char *wrong = judge_head (txn, store, &head, &local_error);

      if (wrong != NULL)
        {
          *bad = head.sequence;
          *reason = wrong;
          return TRUE;
        }
      if (local_error != NULL)
        break;
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
add_text (json_object *object, const char *key, const char *text)
{
  hemo_json_add (object, key, json_object_new_string (text));
}

static void
add_bytes (json_object *object, const char *key, GBytes *bytes)
{
  g_autofree char *text
      = g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  add_text (object, key, text);
}

char *
hemo_audit_export_head (HemoTxn *txn, GError **error)
{
  g_autofree char *store = dup_store (txn, error);
  g_autofree char *installation = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement = NULL;
  g_autoptr (GBytes) mac = NULL;
  g_autoptr (GBytes) signature = NULL;
  g_autoptr (GBytes) certificate = NULL;
  json_object *head;
  char *text;

  if (store == NULL)
    return NULL;
  installation = hemo_txn_dup_meta (txn, "installation", &local_error);
  if (local_error == NULL)
    statement = hemo_db_prepare (
        hemo_txn_get_db (txn),
        "SELECT h.seq, h.mac, h.signature, h.signer, c.certificate FROM audit_head h "
        "JOIN user_certificate c ON c.fingerprint = h.certificate ORDER BY h.seq DESC LIMIT 1",
        &local_error);
  if (statement == NULL || !hemo_statement_step (statement, &local_error))
    {
      if (local_error != NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
      else
        g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                             N_ ("The audit log has not been signed yet."));
      return NULL;
    }
  mac = hemo_statement_dup_bytes (statement, 1);
  signature = hemo_statement_dup_bytes (statement, 2);
  certificate = hemo_statement_dup_bytes (statement, 4);
  head = json_object_new_object ();
  add_text (head, "format", "hemogram-audit-head-1");
  add_text (head, "store", store);
  add_text (head, "installation", installation != NULL ? installation : "");
  hemo_json_add (head, "row", json_object_new_int64 (hemo_statement_get_int (statement, 0)));
  add_bytes (head, "mac", mac);
  add_text (head, "signer", hemo_statement_get_text (statement, 3));
  add_bytes (head, "signature", signature);
  add_bytes (head, "certificate", certificate);
  text = hemo_json_to_text (head, JSON_C_TO_STRING_PLAIN);
  json_object_put (head);
  return text;
}

static const char *
get_text (json_object *object, const char *key)
{
  json_object *member;

  if (!json_object_object_get_ex (object, key, &member)
      || !json_object_is_type (member, json_type_string))
    return NULL;
  return json_object_get_string (member);
}

static GBytes *
get_bytes (json_object *object, const char *key)
{
  const char *text = get_text (object, key);
  gsize size = 0;
  guchar *data;

  if (text == NULL)
    return NULL;
  data = g_base64_decode (text, &size);
  return g_bytes_new_take (data, size);
}

static json_object *
parse_head (const char *text)
{
  gsize length = strnlen (text, HEAD_LIMIT + 1);
  json_object *object;

  if (length > HEAD_LIMIT)
    return NULL;
  object = hemo_json_read (text, length, 4, JSON_TOKENER_VALIDATE_UTF8);
  if (object != NULL && g_strcmp0 (get_text (object, "format"), "hemogram-audit-head-1") != 0)
    g_clear_pointer (&object, json_object_put);
  return object;
}

gboolean
hemo_audit_check_head (HemoTxn *txn, const char *head_json, GError **error)
{
  g_autofree char *store = dup_store (txn, error);
  g_autofree char *wrong = NULL;
  g_autoptr (GError) local_error = NULL;
  g_auto (Head) head = { 0 };
  json_object *object, *row;
  gboolean ours;

  if (store == NULL)
    return FALSE;
  object = parse_head (head_json);
  if (object == NULL || !json_object_object_get_ex (object, "row", &row))
    {
      g_clear_pointer (&object, json_object_put);
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
                           N_ ("This is not the head of an audit log."));
      return FALSE;
    }
  ours = g_strcmp0 (get_text (object, "store"), store) == 0;
  head.sequence = json_object_get_int64 (row);
  head.mac = get_bytes (object, "mac");
  head.signature = get_bytes (object, "signature");
  head.certificate = get_bytes (object, "certificate");
  json_object_put (object);
  if (!ours)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                           N_ ("The head is that of another store's audit log."));
      return FALSE;
    }
  wrong = judge_head (txn, store, &head, &local_error);
  if (wrong == NULL && local_error == NULL)
    return TRUE;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
                 N_ ("The audit log is not the one that was signed: row %u: %s."),
                 (guint)head.sequence, wrong);
  return FALSE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The audit log: the chain of MACs and how it is read. */

#include "hemo-audit.h"

#include "hemo-txn-private.h"

#include <glib/gi18n.h>

/* A long log is gone through in steps. */
#define LOOK_MAX 5000

void
hemo_audit_row_free (HemoAuditRow *self)
{
  g_free (self->actor);
  g_free (self->what);
  g_free (self->object_type);
  g_free (self->object);
  g_free (self->detail);
  g_free (self->mac);
  g_free (self);
}

static void
put_int (GByteArray *out, gint64 value)
{
  gint64 big = GINT64_TO_BE (value);

  g_byte_array_append (out, (const guint8 *)&big, sizeof big);
}

/* With its length before it, and nothing told from empty: no two rows have the same bytes. */
static void
put_data (GByteArray *out, const void *data, gsize size)
{
  put_int (out, data != NULL ? (gint64)size : -1);
  if (data != NULL)
    g_byte_array_append (out, data, (guint)size);
}

static void
put_text (GByteArray *out, const char *text)
{
  put_data (out, text, text != NULL ? strlen (text) : 0);
}

GBytes *
hemo_audit_row_mac (const HemoAuditRow *row,
                    guint key_version,
                    GBytes *previous,
                    HemoSecret *audit_key,
                    GError **error)
{
  GByteArray *out = g_byte_array_sized_new (256);
  g_autoptr (GBytes) message = NULL;

  put_text (out, "hemogram audit row 1");
  put_int (out, row->sequence);
  put_int (out, row->at.utc_us);
  put_int (out, row->at.offset_minutes);
  put_int (out, row->at.by_hand ? 1 : 0);
  put_text (out, row->actor);
  put_text (out, row->what);
  put_text (out, row->object_type);
  put_text (out, row->object);
  put_text (out, row->detail);
  put_int (out, key_version);
  put_data (out, previous != NULL ? g_bytes_get_data (previous, NULL) : NULL,
            previous != NULL ? g_bytes_get_size (previous) : 0);
  message = g_byte_array_free_to_bytes (out);
  return hemo_secret_mac (audit_key, message, error);
}

#define ROW_COLUMNS "seq, at_us, offset_minutes, by_hand, actor, what, object_type, object, detail"

static HemoAuditRow *
read_row (HemoStatement *statement)
{
  HemoAuditRow *row = g_new0 (HemoAuditRow, 1);

  row->sequence = hemo_statement_get_int (statement, 0);
  row->at.utc_us = hemo_statement_get_int (statement, 1);
  row->at.offset_minutes = (gint16)hemo_statement_get_int (statement, 2);
  row->at.by_hand = hemo_statement_get_int (statement, 3) != 0;
  row->actor = hemo_statement_dup_text (statement, 4);
  row->what = hemo_statement_dup_text (statement, 5);
  row->object_type = hemo_statement_dup_text (statement, 6);
  row->object = hemo_statement_dup_text (statement, 7);
  row->detail = hemo_statement_dup_text (statement, 8);
  return row;
}

GPtrArray *
hemo_audit_list (HemoTxn *txn, gint64 before, int limit, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_audit_row_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_AUDIT_VIEW, "audit", NULL, error)
      || !hemo_txn_audit (txn, hemo_action_to_code (HEMO_ACTION_AUDIT_VIEW), "audit", NULL, NULL,
                          error))
    return NULL;
  statement = hemo_db_prepare (hemo_txn_get_db (txn),
                               "SELECT " ROW_COLUMNS
                               " FROM audit WHERE ?1 <= 0 OR seq < ?1 ORDER BY seq DESC LIMIT ?2",
                               error);
  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, before);
  hemo_statement_bind_int (statement, 2, MAX (limit, 0));
  while (hemo_statement_step (statement, &local_error))
    g_ptr_array_add (rows, read_row (statement));
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return g_steal_pointer (&rows);
}

/* Of the rows after @after that are looked at in one go. */
static gboolean
find_last (HemoTxn *txn, gint64 after, gint64 *last, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT coalesce(max(seq), ?1) FROM audit WHERE seq > ?1 AND seq <= ?2", error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, after);
  hemo_statement_bind_int (statement, 2, after + LOOK_MAX);
  if (!hemo_statement_step (statement, error))
    return FALSE;
  *last = hemo_statement_get_int (statement, 0);
  return TRUE;
}

GPtrArray *
hemo_audit_since (
    HemoTxn *txn, const char *kinds, gint64 after, int limit, gint64 *last, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_audit_row_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement = NULL;
  gint64 end = after;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "audit", NULL, error)
      || !find_last (txn, after, &end, error))
    return NULL;
  statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT " ROW_COLUMNS ", hex(mac) FROM audit WHERE seq > ?1 AND seq <= ?2 "
                         "AND instr(?3, ' ' || what || ' ') > 0 ORDER BY seq LIMIT ?4",
                         error);
  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, after);
  hemo_statement_bind_int (statement, 2, end);
  hemo_statement_bind_text (statement, 3, kinds);
  hemo_statement_bind_int (statement, 4, limit);
  while (hemo_statement_step (statement, &local_error))
    {
      HemoAuditRow *row = read_row (statement);

      row->mac = g_ascii_strdown (hemo_statement_get_text (statement, 9), -1);
      g_ptr_array_add (rows, row);
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  *last = rows->len == (guint)limit ? ((HemoAuditRow *)rows->pdata[rows->len - 1])->sequence : end;
  return g_steal_pointer (&rows);
}

typedef struct
{
  GPtrArray *audit_keys;
  gint64 sequence;
  GBytes *mac;
  gint64 broken;
  char *reason;
} Chain;

static gboolean
break_chain (Chain *chain, gint64 sequence, char *reason)
{
  chain->broken = sequence;
  chain->reason = reason;
  return FALSE;
}

/* FALSE: @chain says what is broken, or @error why it could not be told. */
static gboolean
check_row (Chain *chain, HemoStatement *statement, GError **error)
{
  HemoAuditRow *row = read_row (statement);
  gint64 sequence = row->sequence;
  gint64 version = hemo_statement_get_int (statement, 9);
  g_autoptr (GBytes) stored = hemo_statement_dup_bytes (statement, 10);
  g_autoptr (GBytes) mac = NULL;

  if (version >= 1 && version <= chain->audit_keys->len)
    mac = hemo_audit_row_mac (row, (guint)version, chain->mac,
                              g_ptr_array_index (chain->audit_keys, version - 1), error);
  hemo_audit_row_free (row);
  if (sequence != chain->sequence + 1)
    {
      g_clear_error (error);
      return break_chain (
          chain, chain->sequence + 1,
          g_strdup_printf ("row %" G_GINT64_FORMAT " is missing", chain->sequence + 1));
    }
  if (version < 1 || version > chain->audit_keys->len)
    return break_chain (chain, sequence,
                        g_strdup (N_ ("it names a version of the key that there is not")));
  if (mac == NULL)
    return FALSE;
  if (!g_bytes_equal (mac, stored))
    return break_chain (chain, sequence,
                        g_strdup (N_ ("its MAC does not fit: it or a row before it was changed")));
  chain->sequence = sequence;
  g_clear_pointer (&chain->mac, g_bytes_unref);
  chain->mac = g_steal_pointer (&stored);
  return TRUE;
}

static gboolean
walk_chain (HemoTxn *txn, Chain *chain, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT " ROW_COLUMNS ", key_version, mac FROM audit ORDER BY seq", error);

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_step (statement, &local_error))
    if (!check_row (chain, statement, error))
      return FALSE;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
hemo_audit_verify (
    HemoTxn *txn, GPtrArray *audit_keys, gint64 *first_broken, char **reason, GError **error)
{
  Chain chain = { .audit_keys = audit_keys != NULL ? audit_keys : hemo_txn_get_audit_keys (txn) };
  g_autoptr (GError) local_error = NULL;
  gint64 bad_head = 0;
  char *head_reason = NULL;
  gboolean looked;

  /* Nobody is signed in yet when a clinic is restored by its recovery code. */
  if (hemo_txn_get_session (txn) != NULL
      && !hemo_txn_require (txn, HEMO_ACTION_VERIFY, "audit", NULL, error))
    return FALSE;
  looked = walk_chain (txn, &chain, &local_error) || chain.broken != 0;
  g_clear_pointer (&chain.mac, g_bytes_unref);
  if (looked)
    looked = hemo_audit_check_heads (txn, &bad_head, &head_reason, &local_error);
  if (!looked)
    {
      g_free (chain.reason);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  /* The first of both: a signed head may name a row before the one where the chain breaks. */
  if (bad_head != 0 && (chain.broken == 0 || bad_head < chain.broken))
    {
      g_free (chain.reason);
      chain.broken = bad_head;
      chain.reason = g_steal_pointer (&head_reason);
    }
  g_free (head_reason);
  *first_broken = chain.broken;
  *reason = chain.reason;
  return TRUE;
}

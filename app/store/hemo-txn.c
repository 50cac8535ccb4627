/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A transaction of one signed-in user: policy, audit and change log in one place. */

#include "hemo-txn.h"

#include "hemo-txn-private.h"

#include <glib/gi18n.h>

/* A clock that is set back by less is a clock being put right, not one that was wrong. */
#define SMALL_STEP_US (5 * G_TIME_SPAN_MINUTE)

struct _HemoTxn
{
  HemoDb *db;
  HemoSession *session;
  GPtrArray *audit_keys;
  HemoTime time;
  gboolean open;
  gboolean refused;
  gboolean audited;
  gint64 sequence;
  GBytes *mac;
  GPtrArray *pending;
  gint64 last_change;
  GDestroyNotify result_free;
};

static gboolean
load_last_row (HemoTxn *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      self->db, "SELECT seq, mac, at_us FROM audit ORDER BY seq DESC LIMIT 1", error);

  if (statement == NULL)
    return FALSE;
  if (hemo_statement_step (statement, &local_error))
    {
      gint64 last_us = hemo_statement_get_int (statement, 2);

      self->sequence = hemo_statement_get_int (statement, 0);
      self->mac = hemo_statement_dup_bytes (statement, 1);
      if (self->time.utc_us < last_us && last_us - self->time.utc_us <= SMALL_STEP_US)
        self->time.utc_us = last_us;
      return TRUE;
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

HemoTxn *
hemo_txn_begin (HemoDb *db, HemoSession *session, GPtrArray *audit_keys, GError **error)
{
  gboolean writes = hemo_db_get_mode (db) == HEMO_DB_WRITER;
  g_autoptr (HemoTxn) self = NULL;

  /* What was noted of earlier work says nothing of this. */
  hemo_vault_take_no_memory ();
  if (!hemo_db_execute (db, writes ? "BEGIN IMMEDIATE" : "BEGIN", error))
    return NULL;
  self = g_new0 (HemoTxn, 1);
  self->open = TRUE;
  self->db = db;
  self->session = session != NULL ? hemo_session_ref (session) : NULL;
  self->audit_keys = g_ptr_array_ref (audit_keys);
  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_audit_row_free);
  self->time = hemo_time_now ();
  if (!load_last_row (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
hemo_txn_commit (HemoTxn *self, GError **error)
{
  if (!self->open || self->refused)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                           N_ ("A part of this was refused: nothing of it was kept."));
      return FALSE;
    }
  if (!hemo_db_execute (self->db, "COMMIT", error))
    return FALSE;
  self->open = FALSE;
  return TRUE;
}

static void
roll_back (HemoTxn *self)
{
  if (!self->open)
    return;
  self->open = FALSE;
  /* Fails only where SQLite has rolled back already. */
  hemo_db_execute (self->db, "ROLLBACK", NULL);
}

/* A refusal outlives the rollback of what was refused. It cannot be made louder than by its failure
 * to be written, and what was asked for is not done in either case. */
static void
write_refusals (HemoTxn *self)
{
  g_autoptr (GPtrArray) rows = hemo_txn_take_pending (self);
  g_autoptr (HemoTxn) txn = NULL;

  if (rows == NULL || !self->refused || !hemo_txn_is_writer (self))
    return;
  txn = hemo_txn_begin (self->db, self->session, self->audit_keys, NULL);
  if (txn != NULL && hemo_txn_append_rows (txn, rows, NULL))
    hemo_txn_commit (txn, NULL);
}

void
hemo_txn_end (HemoTxn *self)
{
  roll_back (self);
  write_refusals (self);
  g_clear_pointer (&self->pending, g_ptr_array_unref);
  g_clear_pointer (&self->session, hemo_session_unref);
  g_clear_pointer (&self->mac, g_bytes_unref);
  g_ptr_array_unref (self->audit_keys);
  g_free (self);
}

HemoDb *
hemo_txn_get_db (HemoTxn *self)
{
  return self->db;
}

void
hemo_txn_set_result_free (HemoTxn *self, GDestroyNotify result_free)
{
  self->result_free = result_free;
}

GDestroyNotify
hemo_txn_get_result_free (HemoTxn *self)
{
  return self->result_free;
}

HemoSession *
hemo_txn_get_session (HemoTxn *self)
{
  return self->session;
}

HemoTime
hemo_txn_get_time (HemoTxn *self)
{
  return self->time;
}

GPtrArray *
hemo_txn_get_audit_keys (HemoTxn *self)
{
  return self->audit_keys;
}

gboolean
hemo_txn_is_writer (HemoTxn *self)
{
  return hemo_db_get_mode (self->db) == HEMO_DB_WRITER;
}

gint64
hemo_txn_get_sequence (HemoTxn *self)
{
  return self->sequence;
}

GBytes *
hemo_txn_get_mac (HemoTxn *self)
{
  return self->mac;
}

gboolean
hemo_txn_has_audited (HemoTxn *self)
{
  return self->audited;
}

GPtrArray *
hemo_txn_take_pending (HemoTxn *self)
{
  if (self->pending == NULL || self->pending->len == 0)
    return NULL;
  return g_steal_pointer (&self->pending);
}

static HemoAuditRow *
row_new (HemoTxn *self,
         const char *what,
         const char *object_type,
         const char *object,
         const char *detail)
{
  HemoAuditRow *row = g_new0 (HemoAuditRow, 1);

  row->at = self->time;
  row->actor = self->session != NULL ? g_strdup (hemo_session_get_user (self->session)) : NULL;
  row->what = g_strdup (what);
  row->object_type = g_strdup (object_type);
  row->object = g_strdup (object);
  row->detail = g_strdup (detail);
  return row;
}

static void
postpone (HemoTxn *self, HemoAuditRow *row)
{
  if (self->pending == NULL)
    self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_audit_row_free);
  g_ptr_array_add (self->pending, row);
}

static gboolean
insert_row (HemoTxn *self, const HemoAuditRow *row, guint key_version, GBytes *mac, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      self->db,
      "INSERT INTO audit (seq, at_us, offset_minutes, by_hand, actor, what, object_type, object, "
      "detail, key_version, mac) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, row->sequence);
  hemo_statement_bind_int (statement, 2, row->at.utc_us);
  hemo_statement_bind_int (statement, 3, row->at.offset_minutes);
  hemo_statement_bind_int (statement, 4, row->at.by_hand ? 1 : 0);
  hemo_statement_bind_text (statement, 5, row->actor);
  hemo_statement_bind_text (statement, 6, row->what);
  hemo_statement_bind_text (statement, 7, row->object_type);
  hemo_statement_bind_text (statement, 8, row->object);
  hemo_statement_bind_text (statement, 9, row->detail);
  hemo_statement_bind_int (statement, 10, key_version);
  hemo_statement_bind_bytes (statement, 11, mac);
  return hemo_statement_run (statement, error);
}

static gboolean
append_row (HemoTxn *self, HemoAuditRow *row, GError **error)
{
  guint version = self->audit_keys->len;
  g_autoptr (GBytes) mac = NULL;

  if (version == 0)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                           N_ ("Without the key of the audit log nothing can be changed."));
      return FALSE;
    }
  row->sequence = self->sequence + 1;
  mac = hemo_audit_row_mac (row, version, self->mac,
                            g_ptr_array_index (self->audit_keys, version - 1), error);
  if (mac == NULL || !insert_row (self, row, version, mac, error))
    return FALSE;
  self->sequence = row->sequence;
  g_clear_pointer (&self->mac, g_bytes_unref);
  self->mac = g_steal_pointer (&mac);
  self->audited = TRUE;
  return TRUE;
}

gboolean
hemo_txn_append_rows (HemoTxn *self, GPtrArray *rows, GError **error)
{
  for (guint i = 0; i < rows->len; i++)
    {
      HemoAuditRow *row = g_ptr_array_index (rows, i);

      row->at = self->time;
      if (!append_row (self, row, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
hemo_txn_audit (HemoTxn *self,
                const char *what,
                const char *object_type,
                const char *object,
                const char *detail,
                GError **error)
{
  HemoAuditRow *row;
  gboolean done = TRUE;

  /* The sync reads in order to send, and that something was received is audited. */
  if (self->session != NULL && hemo_session_is_sync (self->session)
      && g_str_has_suffix (what, ".view"))
    return TRUE;
  row = row_new (self, what, object_type, object, detail);
  if (!hemo_txn_is_writer (self))
    {
      postpone (self, row);
      return TRUE;
    }
  done = append_row (self, row, error);
  hemo_audit_row_free (row);
  return done;
}

/* What the user may do is as it stands now, not as it was at sign-in. */
static gboolean
load_role (HemoTxn *self, HemoRole *role, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (self->db, "SELECT role FROM user WHERE uuid = ?1 AND enabled", error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, hemo_session_get_user (self->session));
  if (hemo_statement_step (statement, &local_error))
    return hemo_role_from_code (hemo_statement_get_text (statement, 0), role, error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error_literal (
        error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED,
        N_ ("This user may no longer work here. An administrator can change that."));
  return FALSE;
}

static gboolean
may (HemoTxn *self, HemoAction action, GError **error)
{
  HemoRole role;

  if (self->session == NULL)
    {
      g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED,
                           N_ ("Nobody is signed in. Sign in first."));
      return FALSE;
    }
  if (hemo_session_is_sync (self->session))
    {
      if (hemo_policy_allows_sync (action))
        return TRUE;
      g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED,
                           N_ ("Only a person who is signed in may do this."));
      return FALSE;
    }
  if (hemo_session_is_locked (self->session))
    {
      g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED,
                           N_ ("The session is locked. Unlock it with the PIN or the passphrase."));
      return FALSE;
    }
  return load_role (self, &role, error) && hemo_policy_check (role, action, error);
}

gboolean
hemo_txn_require (
    HemoTxn *self, HemoAction action, const char *object_type, const char *object, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (may (self, action, &local_error))
    return TRUE;
  if (g_error_matches (local_error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED))
    {
      self->refused = TRUE;
      postpone (self, row_new (self, "refused", object_type, object, hemo_action_to_code (action)));
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

char *
hemo_txn_dup_meta (HemoTxn *self, const char *key, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (self->db, "SELECT value FROM meta WHERE key = ?1", error);

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_text (statement, 1, key);
  if (!hemo_statement_step (statement, error))
    return NULL;
  return hemo_statement_dup_text (statement, 0);
}

gboolean
hemo_txn_set_meta (HemoTxn *self, const char *key, const char *value, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      self->db,
      "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, key);
  hemo_statement_bind_text (statement, 2, value);
  return hemo_statement_run (statement, error);
}

static gboolean
insert_change (HemoTxn *self,
               const char *what,
               const char *kind,
               const char *object,
               gint64 version,
               GError **error)
{
  g_autofree char *uuid = hemo_uuid_new ();
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      self->db,
      "INSERT INTO change (uuid, what, kind, object, version, at_us, offset_minutes, actor) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, uuid);
  hemo_statement_bind_text (statement, 2, what);
  hemo_statement_bind_text (statement, 3, kind);
  hemo_statement_bind_text (statement, 4, object);
  hemo_statement_bind_int (statement, 5, version);
  hemo_statement_bind_int (statement, 6, self->time.utc_us);
  hemo_statement_bind_int (statement, 7, self->time.offset_minutes);
  hemo_statement_bind_text (statement, 8,
                            self->session != NULL ? hemo_session_get_user (self->session) : NULL);
  if (!hemo_statement_run (statement, error))
    return FALSE;
  self->last_change = hemo_db_get_last_rowid (self->db);
  return TRUE;
}

gboolean
hemo_txn_queue (HemoTxn *self, const char *kind, const char *object, HemoLane lane, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;

  if (lane == HEMO_LANE_NONE)
    return TRUE;
  if (self->last_change == 0)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                           "Only what was logged as a change can wait in a queue.");
      return FALSE;
    }
  statement = hemo_db_prepare (
      self->db, "INSERT INTO queue (change, kind, object, lane) VALUES (?1, ?2, ?3, ?4)", error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, self->last_change);
  hemo_statement_bind_text (statement, 2, kind);
  hemo_statement_bind_text (statement, 3, object);
  hemo_statement_bind_int (statement, 4, lane);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_txn_log_change (HemoTxn *self,
                     const char *what,
                     const char *kind,
                     const char *object,
                     gint64 version,
                     HemoLane lane,
                     GError **error)
{
  g_autofree char *detail = g_strdup_printf ("version %" G_GINT64_FORMAT, version);

  return insert_change (self, what, kind, object, version, error)
         && hemo_txn_queue (self, kind, object, lane, error)
         && hemo_txn_audit (self, what, kind, object, detail, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What backup, restore and verify share. */

#include "hemo-maintenance-private.h"

#include "hemo-audit.h"
#include "hemo-store-private.h"

void
hemo_meter_add (HemoMeter *self, gint64 bytes)
{
  self->done = MIN (self->done + bytes, self->total);
  if (self->progress != NULL)
    self->progress (self->done, self->total, self->data);
}

typedef struct
{
  char *path;
  HemoSecret *raw_key;
} Opening;

static gboolean
key_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Opening *self = data;
  HemoDb *db = hemo_txn_get_db (txn);
  self->path = g_strdup (db->path);
  self->raw_key = hemo_secret_ref (db->raw_key);
  return TRUE;
}

GRWLockReaderLocker *
hemo_maintenance_keep_key (HemoStore *store)
{
  return g_rw_lock_reader_locker_new (&store->key_lock);
}

HemoDb *
hemo_maintenance_open_database (HemoStore *store, GError **error)
{
  Opening opening = { 0 };
  if (!hemo_store_read (store, NULL, key_job, &opening, NULL, error))
    return NULL;
  g_autofree char *path = opening.path;
  g_autoptr (HemoSecret) raw_key = opening.raw_key;
  return hemo_db_open (path, raw_key, HEMO_DB_READER, error);
}

gboolean
hemo_maintenance_hold_moment (HemoDb *db, GError **error)
{
  /* A transaction begins with its first read. */
  if (!hemo_db_execute (db, "BEGIN", error))
    return FALSE;
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (db, "SELECT count(*) FROM sqlite_schema", error);
  return statement != NULL && hemo_statement_step (statement, error);
}

static gboolean
head_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_audit_check_head (txn, data, error);
}

gboolean
hemo_maintenance_knows_head (
    HemoStore *store, HemoSession *session, const char *head, gboolean *knows, GError **error)
{
  g_autoptr (GError) local = NULL;
  *knows = hemo_store_read (store, session, head_job, (gpointer)head, NULL, &local);
  if (*knows || g_error_matches (local, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
hemo_maintenance_set (HemoTxn *txn, const char *key, gint64 value, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "INSERT INTO setting (key, value) VALUES (?1, ?2) "
                         "ON CONFLICT (key) DO UPDATE SET value = ?2",
                         error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, key);
  hemo_statement_bind_int (statement, 2, value);
  return hemo_statement_run (statement, error);
}

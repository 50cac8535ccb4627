/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Prepared statements and the connection's cache of them. */

#include "hemo-db-private.h"
#include "hemo-memory.h"

#include <math.h>

/* Statements of the program are few; past that somebody builds SQL from values. */
#define CACHE_LIMIT 512

struct _HemoStatement
{
  HemoDb *db;
  sqlite3_stmt *handle;
  gboolean cached;
  gboolean lent;
  int rc;
};

static void
statement_free (HemoStatement *self)
{
  sqlite3_finalize (self->handle);
  g_free (self);
}

void
hemo_db_forget_statements (HemoDb *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->statements);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      HemoStatement *statement = value;

      g_hash_table_iter_remove (&iter);
      /* One that is lent is finalised by who has it. */
      if (statement->lent)
        statement->cached = FALSE;
      else
        statement_free (statement);
    }
}

static gboolean
fail_prepare (HemoDb *db, int rc, GError **error)
{
  /* The text of a statement is the program's own, so SQLite's words about it give nothing away. */
  if (rc != SQLITE_ERROR)
    return hemo_db_fail (db, rc, error);
  g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
               "The store refuses a statement of the program: %s.", sqlite3_errmsg (db->handle));
  return FALSE;
}

HemoStatement *
hemo_db_prepare (HemoDb *self, const char *sql, GError **error)
{
  HemoStatement *statement;
  sqlite3_stmt *handle = NULL;
  int rc;

  hemo_db_check_owner (self);
  statement = g_hash_table_lookup (self->statements, sql);
  if (statement != NULL && !statement->lent)
    {
      statement->lent = TRUE;
      return statement;
    }
  rc = sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
  if (rc != SQLITE_OK)
    {
      fail_prepare (self, rc, error);
      return NULL;
    }
  if (handle == NULL)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                           "The program gave an empty statement.");
      return NULL;
    }
  /* A second one at the same time (a recursion) lives outside the cache. */
  HemoStatement *fresh = g_new0 (HemoStatement, 1);
  fresh->db = self;
  fresh->handle = handle;
  fresh->lent = TRUE;
  fresh->cached = statement == NULL && g_hash_table_size (self->statements) < CACHE_LIMIT;
  if (fresh->cached)
    g_hash_table_insert (self->statements, (gpointer)sqlite3_sql (handle), fresh);
  return fresh;
}

void
hemo_statement_release (HemoStatement *self)
{
  hemo_db_check_owner (self->db);
  self->lent = FALSE;
  if (!self->cached)
    {
      statement_free (self);
      return;
    }
  sqlite3_reset (self->handle);
  sqlite3_clear_bindings (self->handle);
  self->rc = SQLITE_OK;
}

/* The first failure to bind is told by the step: a statement never runs with half its values. */
static void
note (HemoStatement *self, int rc)
{
  if (self->rc == SQLITE_OK)
    self->rc = rc;
}

void
hemo_statement_bind_text (HemoStatement *self, int index, const char *text)
{
  hemo_db_check_owner (self->db);
  note (self, text == NULL ? sqlite3_bind_null (self->handle, index)
                           : sqlite3_bind_text (self->handle, index, text, -1, SQLITE_TRANSIENT));
}

void
hemo_statement_bind_int (HemoStatement *self, int index, gint64 value)
{
  hemo_db_check_owner (self->db);
  note (self, sqlite3_bind_int64 (self->handle, index, value));
}

void
hemo_statement_bind_double (HemoStatement *self, int index, double value)
{
  hemo_db_check_owner (self->db);
  note (self, isnan (value) ? sqlite3_bind_null (self->handle, index)
                            : sqlite3_bind_double (self->handle, index, value));
}

void
hemo_statement_bind_bytes (HemoStatement *self, int index, GBytes *bytes)
{
  gsize size;
  const void *data;

  hemo_db_check_owner (self->db);
  if (bytes == NULL)
    {
      note (self, sqlite3_bind_null (self->handle, index));
      return;
    }
  data = g_bytes_get_data (bytes, &size);
  /* Without data SQLite would bind NULL. */
  note (self, size == 0 ? sqlite3_bind_zeroblob (self->handle, index, 0)
                        : sqlite3_bind_blob64 (self->handle, index, data, size, SQLITE_TRANSIENT));
}

gboolean
hemo_statement_step (HemoStatement *self, GError **error)
{
  int rc;

  hemo_db_check_owner (self->db);
  if (self->rc != SQLITE_OK)
    return hemo_db_fail (self->db, self->rc, error);
  rc = sqlite3_step (self->handle);
  if (rc == SQLITE_ROW)
    return TRUE;
  /* SQLite begins anew by itself when it is stepped after the end, which nobody means. */
  self->rc = rc == SQLITE_DONE ? SQLITE_MISUSE : rc;
  if (rc != SQLITE_DONE)
    hemo_db_fail (self->db, rc, error);
  return FALSE;
}

gboolean
hemo_statement_run (HemoStatement *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (hemo_statement_step (self, &local_error))
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                           "A statement that should only change something gave a row.");
      return FALSE;
    }
  sqlite3_reset (self->handle);
  self->rc = SQLITE_OK;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

const char *
hemo_statement_get_text (HemoStatement *self, int column)
{
  /* SQLite also gives NULL for a value that it got no memory to hand out. */
  gboolean no_value = hemo_statement_is_null (self, column);
  const char *text = (const char *)sqlite3_column_text (self->handle, column);

  hemo_require_memory (no_value || text != NULL);
  return text;
}

char *
hemo_statement_dup_text (HemoStatement *self, int column)
{
  return g_strdup (hemo_statement_get_text (self, column));
}

gint64
hemo_statement_get_int (HemoStatement *self, int column)
{
  hemo_db_check_owner (self->db);
  return sqlite3_column_int64 (self->handle, column);
}

gboolean
hemo_statement_is_null (HemoStatement *self, int column)
{
  hemo_db_check_owner (self->db);
  return sqlite3_column_type (self->handle, column) == SQLITE_NULL;
}

double
hemo_statement_get_double (HemoStatement *self, int column)
{
  return hemo_statement_is_null (self, column) ? NAN : sqlite3_column_double (self->handle, column);
}

GBytes *
hemo_statement_dup_bytes (HemoStatement *self, int column)
{
  const void *data;

  if (hemo_statement_is_null (self, column))
    return NULL;
  data = sqlite3_column_blob (self->handle, column);
  return g_bytes_new (data, (gsize)sqlite3_column_bytes (self->handle, column));
}

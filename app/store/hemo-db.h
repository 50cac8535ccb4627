/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One SQLCipher connection, owned by the thread that opened it, and prepared statements. */

#pragma once

#include "hemo-secret.h"

G_BEGIN_DECLS

#define HEMO_STORE_ERROR (hemo_store_error_quark ())

/**
 * HemoStoreError:
 * @HEMO_STORE_ERROR_WRONG_KEY: the key does not open the database; never taken for an empty store
 * @HEMO_STORE_ERROR_CORRUPT: pages or rows are not what was written; restore from a backup
 * @HEMO_STORE_ERROR_BUSY: another program has the store open
 * @HEMO_STORE_ERROR_FULL: no space left; nothing of the change was kept
 * @HEMO_STORE_ERROR_READ_ONLY: the folder cannot be written
 * @HEMO_STORE_ERROR_NEWER: a newer version of the program wrote it; nothing was changed
 * @HEMO_STORE_ERROR_NOT_FOUND: no such record
 * @HEMO_STORE_ERROR_CONFLICT: it was changed since it was read, or is there already
 * @HEMO_STORE_ERROR_STATE: a rule forbids it now (signed, merged, rejected …)
 * @HEMO_STORE_ERROR_ROLLED_BACK: the store is older than it has been; an administrator has to
 * accept that
 * @HEMO_STORE_ERROR_IO: reading or writing failed
 * @HEMO_STORE_ERROR_NOT_NOTED: it was done, all of it, and the audit log could not say so
 * @HEMO_STORE_ERROR_ELSEWHERE: an original that was taken off this laptop; to be fetched first
 */
typedef enum
{
  HEMO_STORE_ERROR_WRONG_KEY,
  HEMO_STORE_ERROR_CORRUPT,
  HEMO_STORE_ERROR_BUSY,
  HEMO_STORE_ERROR_FULL,
  HEMO_STORE_ERROR_READ_ONLY,
  HEMO_STORE_ERROR_NEWER,
  HEMO_STORE_ERROR_NOT_FOUND,
  HEMO_STORE_ERROR_CONFLICT,
  HEMO_STORE_ERROR_STATE,
  HEMO_STORE_ERROR_ROLLED_BACK,
  HEMO_STORE_ERROR_IO,
  HEMO_STORE_ERROR_NOT_NOTED,
  HEMO_STORE_ERROR_ELSEWHERE,
} HemoStoreError;

GQuark hemo_store_error_quark (void);

typedef struct _HemoDb HemoDb;

typedef enum
{
  HEMO_DB_WRITER,
  HEMO_DB_READER,
} HemoDbMode;

/**
 * hemo_db_open:
 * @raw_key: 32 bytes, the SQLCipher key as it is derived for this purpose
 *
 * WAL, synchronous=FULL, foreign keys on, temp_store=MEMORY, cell_size_check.
 * A writer makes the file if it is missing. Proves the key by reading before it returns.
 */
HemoDb *hemo_db_open (const char *path, HemoSecret *raw_key, HemoDbMode mode, GError **error);
/* Closes; a writer checkpoints first. */
void hemo_db_close (HemoDb *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoDb, hemo_db_close)

HemoDbMode hemo_db_get_mode (HemoDb *self);
/* (transfer none) */
const char *hemo_db_get_path (HemoDb *self);

/* @done and @total: pages. FALSE stops the copy. */
typedef gboolean (*HemoDbProgress) (gint64 done, gint64 total, gpointer data);

/**
 * hemo_db_copy:
 * @path: replaced if it is there; written as '@path.part' first
 * @progress: (nullable): called between pieces; when it returns FALSE: %G_IO_ERROR_CANCELLED
 *
 * A copy of one moment, under the same key, by SQLite's backup API; on the disk when it returns
 * TRUE.
 */
gboolean hemo_db_copy (
    HemoDb *self, const char *path, HemoDbProgress progress, gpointer data, GError **error);

/* Brings the log into the file and empties it. BUSY when a reader keeps it from that. */
gboolean hemo_db_checkpoint (HemoDb *self, GError **error);

/* Every page by its MAC, then SQLite's own checks. (transfer full): what is wrong, a line each;
 * empty when all is well; NULL with @error when it could not look. */
GStrv hemo_db_check (HemoDb *self, GError **error);

/* Statements without results and parameters: pragmas and migrations only. */
gboolean hemo_db_execute (HemoDb *self, const char *sql, GError **error);

/**
 * HemoStatement:
 *
 * A prepared statement from the connection's cache; reset and handed back when it goes out of
 * scope.
 */
typedef struct _HemoStatement HemoStatement;

HemoStatement *hemo_db_prepare (HemoDb *self, const char *sql, GError **error);
void hemo_statement_release (HemoStatement *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoStatement, hemo_statement_release)

/* Parameters are numbered from 1; NULL binds SQL's NULL. Text and blobs are copied. */
void hemo_statement_bind_text (HemoStatement *self, int index, const char *text);
void hemo_statement_bind_int (HemoStatement *self, int index, gint64 value);
/* NAN binds NULL. */
void hemo_statement_bind_double (HemoStatement *self, int index, double value);
void hemo_statement_bind_bytes (HemoStatement *self, int index, GBytes *bytes);

/* TRUE: a row is there. FALSE without @error: no more rows. */
gboolean hemo_statement_step (HemoStatement *self, GError **error);
/* Runs a statement that gives no rows. */
gboolean hemo_statement_run (HemoStatement *self, GError **error);

/* Columns are numbered from 0. Want of memory ends the program, as everywhere in GLib: NULL is no
 * value. */
const char *hemo_statement_get_text (HemoStatement *self,
                                     int column); /* (transfer none), until the next step */
char *hemo_statement_dup_text (HemoStatement *self, int column);
gint64 hemo_statement_get_int (HemoStatement *self, int column);
double hemo_statement_get_double (HemoStatement *self, int column); /* NAN for NULL */
GBytes *
hemo_statement_dup_bytes (HemoStatement *self, int column); /* NULL for NULL (transfer full) */
gboolean hemo_statement_is_null (HemoStatement *self, int column);

/* Rows changed by the last statement, and the last rowid. */
gint64 hemo_db_get_changes (HemoDb *self);
gint64 hemo_db_get_last_rowid (HemoDb *self);

/**
 * hemo_db_migrate:
 *
 * Brings the schema to the newest of resources/migrations/NNNN-name.sql, each file one transaction
 * with its user_version. Keeps a copy of the file beside it before (FILE.before-N), until the next
 * migration. A schema newer than the program's is %HEMO_STORE_ERROR_NEWER and nothing is written.
 */
gboolean hemo_db_migrate (HemoDb *self, GError **error);
int hemo_db_get_schema_version (HemoDb *self);
/* The newest schema version this program knows. */
int hemo_db_newest_schema_version (void);
/* Only up to @version: for tests of migrations. */
gboolean hemo_db_migrate_to (HemoDb *self, int version, GError **error);

G_END_DECLS

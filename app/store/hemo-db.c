/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One SQLCipher connection: opening with a raw key, errors in words, rekeying. */

#include "hemo-db.h"

#include "hemo-db-private.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

G_DEFINE_QUARK (hemo_store_error, hemo_store_error)

/* "x'" + 64 digits + "'" */
#define KEY_TEXT_SIZE 67
/* Pages that are kept decrypted, in KiB: a search goes through many; what is written is near what
 * was written last. */
#define WRITER_CACHE "PRAGMA cache_size = -4096;"
#define READER_CACHE "PRAGMA cache_size = -16384;"

void
hemo_db_check_owner (HemoDb *self)
{
  if (G_UNLIKELY (self->owner != g_thread_self ()))
    g_error ("a connection to the store was used from a thread that does not own it");
}

typedef struct
{
  int rc;
  HemoStoreError code;
  const char *text;
} Failure;

/* SQLCipher tells of a wrong key or of damage also when OpenSSL was refused memory, and empties
 * OpenSSL's list of errors. */
static const Failure failures[] = {
  { SQLITE_NOTADB, HEMO_STORE_ERROR_WRONG_KEY,
    N_ ("The key does not open the store, its first page is damaged, or there was not enough "
        "memory to "
        "read it. Nothing was changed; close other programs and try again, and if the key is right "
        "and "
        "it stays so, restore from a backup") },
  { SQLITE_CORRUPT, HEMO_STORE_ERROR_CORRUPT,
    N_ ("The store is damaged, what was read is not what was written, or there was not enough "
        "memory "
        "to read it. Close other programs and try again; if it stays so, restore from a backup") },
  { SQLITE_BUSY, HEMO_STORE_ERROR_BUSY,
    N_ ("The store is in use by another program. Close it and try again") },
  { SQLITE_LOCKED, HEMO_STORE_ERROR_BUSY,
    N_ ("The store is in use by another part of the program. Try again") },
  { SQLITE_FULL, HEMO_STORE_ERROR_FULL,
    N_ ("The disk is full. Nothing of the change was kept; make room and try again") },
  { SQLITE_READONLY, HEMO_STORE_ERROR_READ_ONLY,
    N_ ("The store cannot be written: its folder or disk is read-only") },
  { SQLITE_CANTOPEN, HEMO_STORE_ERROR_IO, N_ ("A file of the store cannot be opened") },
  { SQLITE_IOERR, HEMO_STORE_ERROR_IO, N_ ("Reading or writing the store failed. Check the disk") },
  { SQLITE_NOMEM, HEMO_STORE_ERROR_IO,
    N_ ("There is not enough memory. Nothing of the change was kept; close other programs and try "
        "again") },
  { SQLITE_CONSTRAINT, HEMO_STORE_ERROR_CONFLICT, N_ ("A rule of the store refuses the change") },
  { SQLITE_TOOBIG, HEMO_STORE_ERROR_STATE, N_ ("A value is too large for the store") },
  { SQLITE_MISUSE, HEMO_STORE_ERROR_STATE, "The store was asked in a wrong way" },
  { SQLITE_INTERRUPT, HEMO_STORE_ERROR_STATE, N_ ("The work was stopped") },
};

static const Failure *
find_failure (int rc)
{
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    if (failures[i].rc == (rc & 0xff))
      return &failures[i];
  return NULL;
}

gboolean
hemo_db_fail (HemoDb *self, int rc, GError **error)
{
  /* SQLCipher, refused memory by OpenSSL, tells of a bad page or a wrong key. */
  const Failure *failure = find_failure (hemo_vault_take_no_memory () ? SQLITE_NOMEM : rc);

  /* SQLCipher gives up on a page with a bare SQLITE_ERROR in some places; where SQLite itself
   * refuses (a MATCH it cannot read), it has words of its own. */
  if (failure == NULL
      && g_strcmp0 (sqlite3_errmsg (self->handle), sqlite3_errstr (SQLITE_ERROR)) == 0)
    failure = find_failure (SQLITE_CORRUPT);
  if (failure == NULL)
    failure = find_failure (SQLITE_MISUSE);
  /* SQLite's own message may quote values: only its number goes on. */
  g_set_error (error, HEMO_STORE_ERROR, failure->code, "%s (%d).", failure->text, rc);
  return FALSE;
}

gboolean
hemo_db_execute (HemoDb *self, const char *sql, GError **error)
{
  int rc;

  hemo_db_check_owner (self);
  rc = sqlite3_exec (self->handle, sql, NULL, NULL, NULL);
  if (rc == SQLITE_ERROR && sqlite3_error_offset (self->handle) >= 0)
    {
      g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                   "The store refuses a statement of the program: %s.",
                   sqlite3_errmsg (self->handle));
      return FALSE;
    }
  return rc == SQLITE_OK || hemo_db_fail (self, rc, error);
}

/* The raw key as SQLCipher takes it without a derivation, in secure memory. */
static HemoSecret *
key_text_new (HemoSecret *raw_key)
{
  static const char digits[] = "0123456789abcdef";
  HemoSecret *text = hemo_secret_new (KEY_TEXT_SIZE);
  guint8 *out = hemo_secret_get_data (text);
  const guint8 *in = hemo_secret_get_data (raw_key);

  out[0] = 'x';
  out[1] = '\'';
  for (gsize i = 0; i < 32; i++)
    {
      out[2 + 2 * i] = (guint8)digits[in[i] >> 4];
      out[3 + 2 * i] = (guint8)digits[in[i] & 15];
    }
  out[KEY_TEXT_SIZE - 1] = '\'';
  return text;
}

gboolean
hemo_db_set_key (HemoDb *self, GError **error)
{
  g_autoptr (HemoSecret) text = key_text_new (self->raw_key);
  int rc = sqlite3_key_v2 (self->handle, "main", hemo_secret_get_data (text), KEY_TEXT_SIZE);

  return rc == SQLITE_OK || hemo_db_fail (self, rc, error);
}

/* Linked to a plain SQLite, PRAGMA key would do nothing and the store would lie open. */
static gboolean
check_cipher (HemoDb *self, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (self, "PRAGMA cipher_version", error);

  if (statement == NULL)
    return FALSE;
  if (hemo_statement_step (statement, error))
    return TRUE;
  g_clear_error (error);
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                       "This build cannot encrypt: it is linked to SQLite without SQLCipher.");
  return FALSE;
}

static gboolean
prove_key (HemoDb *self, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (self, "SELECT count(*) FROM sqlite_schema", error);

  return statement != NULL && hemo_statement_step (statement, error);
}

/* The prepared 'PRAGMA journal_mode' answers what holds, which need not be what was asked. */
static gboolean
require_wal (HemoDb *self, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (self, "PRAGMA journal_mode = WAL", error);

  if (statement == NULL || !hemo_statement_step (statement, error))
    return FALSE;
  if (g_strcmp0 (hemo_statement_get_text (statement, 0), "wal") == 0)
    return TRUE;
  g_set_error_literal (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_IO,
      N_ ("The store's folder does not allow a write-ahead log. Use a local disk."));
  return FALSE;
}

static gboolean
configure (HemoDb *self, gboolean alone, GError **error)
{
  sqlite3_busy_timeout (self->handle, 5000);
  sqlite3_extended_result_codes (self->handle, 1);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  /* SQLCipher's cipher_memory_security stays off, as it comes: it locks and unlocks every
   * allocation of SQLite by itself, which makes a search a hundred times slower. The key itself is
   * in our own locked memory, and SQLCipher wipes its own copy either way. */
  if (!hemo_db_execute (self, "PRAGMA cipher_log_level = NONE;", error)
      || !check_cipher (self, error) || !hemo_db_set_key (self, error)
      || !hemo_db_execute (self, "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;", error)
      || (alone && !hemo_db_execute (self, "PRAGMA locking_mode = EXCLUSIVE", error))
      || !prove_key (self, error))
    return FALSE;
  if (self->mode == HEMO_DB_WRITER && !require_wal (self, error))
    return FALSE;
  return hemo_db_execute (self,
                          "PRAGMA foreign_keys = ON;"
                          "PRAGMA synchronous = FULL;"
                          "PRAGMA cell_size_check = ON;"
                          "PRAGMA journal_size_limit = 4194304;",
                          error)
         && hemo_db_execute (self,
                             self->mode == HEMO_DB_WRITER ? WRITER_CACHE
                                                          : READER_CACHE "PRAGMA query_only = ON",
                             error);
}

/* How SQLite is to take a folder where neither locks nor shared memory can be made. With a log left
 * by a crash: it is read into this process's own memory, without locks. Without one, nothing but
 * the file itself is looked at. */
static int
open_alone (HemoDb *self, int flags)
{
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  g_autofree char *uri = NULL;
  g_autofree char *immutable = NULL;
  GStatBuf info;

  if (g_stat (log, &info) == 0 && info.st_size > 0)
    return sqlite3_open_v2 (self->path, &self->handle, flags, "unix-none");
  uri = g_filename_to_uri (self->path, NULL, NULL);
  if (uri == NULL)
    return SQLITE_CANTOPEN;
  immutable = g_strconcat (uri, "?immutable=1", NULL);
  return sqlite3_open_v2 (immutable, &self->handle, flags | SQLITE_OPEN_URI, NULL);
}

/* SQLite refuses each symbolic link on the way with NOFOLLOW, and whole home folders are reached by
 * one. Only the file itself must be none. (transfer full) */
static char *
resolve_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  char *real = realpath (folder, NULL);
  char *resolved = real != NULL ? g_build_filename (real, name, NULL) : g_strdup (path);

  free (real);
  return resolved;
}

/* @alone: nobody can write there, so nobody has to be kept out */
static HemoDb *
open_once (const char *path, HemoSecret *raw_key, HemoDbMode mode, gboolean alone, GError **error)
{
  int flags = SQLITE_OPEN_NOFOLLOW
              | (mode == HEMO_DB_WRITER ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                        : SQLITE_OPEN_READONLY);
  HemoDb *self = g_new0 (HemoDb, 1);
  int rc;

  self->path = resolve_folder (path);
  self->mode = mode;
  self->owner = g_thread_self ();
  self->raw_key = hemo_secret_ref (raw_key);
  self->statements = g_hash_table_new (g_str_hash, g_str_equal);
  hemo_vault_take_no_memory ();
  rc = alone ? open_alone (self, flags) : sqlite3_open_v2 (self->path, &self->handle, flags, NULL);
  if (rc != SQLITE_OK)
    {
      hemo_db_fail (self, rc, error);
      g_clear_pointer (&self, hemo_db_close);
    }
  else if (!configure (self, alone, error))
    g_clear_pointer (&self, hemo_db_close);
  return self;
}

gboolean
hemo_folder_is_writable (const char *folder)
{
  return faccessat (AT_FDCWD, folder, W_OK, AT_EACCESS) == 0;
}

HemoDb *
hemo_db_open (const char *path, HemoSecret *raw_key, HemoDbMode mode, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *folder = g_path_get_dirname (path);
  HemoDb *self;

  if (hemo_secret_get_size (raw_key) != 32)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_WRONG_KEY,
                           "The store's key has a wrong length.");
      return NULL;
    }
  self = open_once (path, raw_key, mode, FALSE, &local_error);
  if (self == NULL && mode == HEMO_DB_READER && !hemo_folder_is_writable (folder)
      && !g_error_matches (local_error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_WRONG_KEY))
    {
      g_clear_error (&local_error);
      self = open_once (path, raw_key, mode, TRUE, &local_error);
    }
  if (self == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return self;
}

void
hemo_db_close (HemoDb *self)
{
  hemo_db_check_owner (self);
  hemo_db_forget_statements (self);
  g_hash_table_unref (self->statements);
  /* The last connection to go brings the log into the file. */
  sqlite3_close_v2 (self->handle);
  hemo_secret_unref (self->raw_key);
  g_free (self->path);
  g_free (self);
}

HemoDbMode
hemo_db_get_mode (HemoDb *self)
{
  return self->mode;
}

const char *
hemo_db_get_path (HemoDb *self)
{
  return self->path;
}

gint64
hemo_db_get_changes (HemoDb *self)
{
  hemo_db_check_owner (self);
  return sqlite3_changes64 (self->handle);
}

gint64
hemo_db_get_last_rowid (HemoDb *self)
{
  hemo_db_check_owner (self);
  return sqlite3_last_insert_rowid (self->handle);
}

gboolean
hemo_db_checkpoint (HemoDb *self, GError **error)
{
  int rc;

  hemo_db_check_owner (self);
  rc = sqlite3_wal_checkpoint_v2 (self->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  return rc == SQLITE_OK || hemo_db_fail (self, rc, error);
}

gboolean
hemo_db_rekey (HemoDb *self, HemoSecret *raw_key, GError **error)
{
  g_autoptr (HemoSecret) text = key_text_new (raw_key);
  int rc;

  hemo_db_check_owner (self);
  hemo_db_forget_statements (self);
  rc = sqlite3_rekey_v2 (self->handle, "main", hemo_secret_get_data (text), KEY_TEXT_SIZE);
  if (rc != SQLITE_OK)
    return hemo_db_fail (self, rc, error);
  hemo_secret_unref (self->raw_key);
  self->raw_key = hemo_secret_ref (raw_key);
  return TRUE;
}

static gboolean
collect_lines (
    HemoDb *self, const char *pragma, const char *good, GStrvBuilder *out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (self, pragma, error);
  g_autoptr (GError) local_error = NULL;

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_step (statement, &local_error))
    {
      const char *text = hemo_statement_get_text (statement, 0);

      if (g_strcmp0 (text, good) != 0)
        g_strv_builder_add (out, text);
    }
  if (local_error == NULL)
    return TRUE;
  /* A page so bad that the check itself stops is a finding too. */
  if (g_error_matches (local_error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT))
    {
      g_strv_builder_add (out, local_error->message);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

GStrv
hemo_db_check (HemoDb *self, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  hemo_db_check_owner (self);
  if (!collect_lines (self, "PRAGMA cipher_integrity_check", NULL, builder, error)
      || !collect_lines (self, "PRAGMA integrity_check", "ok", builder, error)
      || !collect_lines (self, "PRAGMA foreign_key_check", NULL, builder, error))
    return NULL;
  return g_strv_builder_end (builder);
}

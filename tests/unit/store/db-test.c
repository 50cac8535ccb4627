/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The connection: keys, damage, statements, migrations, copies. */

#include "db-fixture.h"

#include <fcntl.h>
#include <math.h>
#include <sqlcipher/sqlite3.h>
#include <unistd.h>

static HemoDb *
open_writer (DbFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  HemoDb *db = hemo_db_open (fixture->path, fixture->key, HEMO_DB_WRITER, &error);

  g_assert_no_error (error);
  return db;
}

static void
run (HemoDb *db, const char *sql)
{
  g_autoptr (GError) error = NULL;

  hemo_db_execute (db, sql, &error);
  g_assert_no_error (error);
}

static gint64
ask (HemoDb *db, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (db, sql, &error);

  g_assert_no_error (error);
  g_assert_true (hemo_statement_step (statement, &error));
  return hemo_statement_get_int (statement, 0);
}

static void
make_rows (HemoDb *db, int rows)
{
  g_autofree char *sql = g_strdup_printf (
      "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL "
      "SELECT i + 1 FROM n WHERE i < %d) INSERT INTO t SELECT i, 'GRACE-MARKER-' || i || "
      "hex(zeroblob(200)) FROM n",
      rows);

  run (db, sql);
}

static void
test_settings (DbFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoDb) db = open_writer (fixture);
  g_autoptr (HemoStatement) mode = hemo_db_prepare (db, "PRAGMA journal_mode", NULL);

  g_assert_true (hemo_statement_step (mode, NULL));
  g_assert_cmpstr (hemo_statement_get_text (mode, 0), ==, "wal");
  g_assert_cmpint (ask (db, "PRAGMA synchronous"), ==, 2);
  g_assert_cmpint (ask (db, "PRAGMA foreign_keys"), ==, 1);
  g_assert_cmpint (ask (db, "PRAGMA temp_store"), ==, 2);
  g_assert_cmpint (ask (db, "PRAGMA cell_size_check"), ==, 1);
  g_assert_cmpint (ask (db, "PRAGMA cipher_memory_security"), ==, 0);
  g_assert_cmpint (ask (db, "PRAGMA trusted_schema"), ==, 0);
}

/* Home folders are symbolic links on some systems; a file that is one was put there by somebody. */
static void
test_links (DbFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_autofree char *name = g_path_get_basename (fixture->path);
  g_autofree char *link = g_strconcat (folder, "-link", NULL);
  g_autofree char *through = g_build_filename (link, name, NULL);
  g_autofree char *file_link = g_strconcat (fixture->path, "-link", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoDb) db = open_writer (fixture);

  make_rows (db, 3);
  g_clear_pointer (&db, hemo_db_close);
  g_assert_no_errno (symlink (folder, link));
  g_assert_no_errno (symlink (fixture->path, file_link));
  db = hemo_db_open (through, fixture->key, HEMO_DB_WRITER, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ask (db, "SELECT count(*) FROM t"), ==, 3);
  g_clear_pointer (&db, hemo_db_close);
  g_assert_null (hemo_db_open (file_link, fixture->key, HEMO_DB_WRITER, &error));
  g_assert_nonnull (error);
  unlink (link);
  unlink (file_link);
}

static void
test_wrong_key (DbFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoSecret) other = db_key_of (8);
  g_autoptr (HemoSecret) key_too_short = hemo_secret_new (16);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;
  gsize size_before, size_after;
  HemoDb *db = open_writer (fixture);

  make_rows (db, 10);
  hemo_db_close (db);
  g_assert_true (g_file_get_contents (fixture->path, &before, &size_before, NULL));
  for (HemoDbMode mode = HEMO_DB_WRITER; mode <= HEMO_DB_READER; mode++)
    {
      g_assert_null (hemo_db_open (fixture->path, other, mode, &error));
      g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_WRONG_KEY);
      g_clear_error (&error);
      g_assert_null (hemo_db_open (fixture->path, key_too_short, mode, &error));
      g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_WRONG_KEY);
      g_clear_error (&error);
    }
  g_assert_true (g_file_get_contents (fixture->path, &after, &size_after, NULL));
  g_assert_cmpmem (before, size_before, after, size_after);
  db = open_writer (fixture);
  g_assert_cmpint (ask (db, "SELECT count(*) FROM t"), ==, 10);
  hemo_db_close (db);
}

static void
assert_hidden (const char *path)
{
  g_autofree char *bytes = NULL;
  gsize size;

  if (!g_file_get_contents (path, &bytes, &size, NULL))
    return;
  g_assert_null (memmem (bytes, size, "GRACE-MARKER", 12));
  g_assert_null (memmem (bytes, size, "SQLite format", 13));
}

static void
test_nothing_in_plain (DbFixture *fixture, gconstpointer data)
{
  g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);
  g_autofree char *shm = g_strconcat (fixture->path, "-shm", NULL);
  g_autoptr (HemoDb) db = open_writer (fixture);

  make_rows (db, 2000);
  g_assert_cmpint (ask (db, "SELECT count(*) FROM (SELECT b FROM t ORDER BY b DESC)"), ==, 2000);
  assert_hidden (wal);
  assert_hidden (shm);
  g_assert_true (hemo_db_checkpoint (db, NULL));
  assert_hidden (fixture->path);
}

static void
flip (const char *path, off_t offset)
{
  int fd = open (path, O_RDWR);
  guint8 byte;

  g_assert_cmpint (pread (fd, &byte, 1, offset), ==, 1);
  byte ^= 1;
  g_assert_cmpint (pwrite (fd, &byte, 1, offset), ==, 1);
  close (fd);
}

static void
test_bit_flip (DbFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoStatement) statement = NULL;
  g_auto (GStrv) findings = NULL;
  HemoDb *db = open_writer (fixture);

  make_rows (db, 2000);
  findings = hemo_db_check (db, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_strv_length (findings), ==, 0);
  hemo_db_close (db);
  flip (fixture->path, 20 * 4096 + 100);
  db = open_writer (fixture);
  statement = hemo_db_prepare (db, "SELECT sum(length(b)) FROM t", &error);
  g_assert_no_error (error);
  g_assert_false (hemo_statement_step (statement, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "estore from a backup"));
  g_clear_pointer (&statement, hemo_statement_release);
  g_clear_error (&error);
  hemo_db_close (db);
  db = open_writer (fixture);
  g_clear_pointer (&findings, g_strfreev);
  findings = hemo_db_check (db, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_strv_length (findings), >, 0);
  hemo_db_close (db);
}

static void
test_statements (DbFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoDb) db = open_writer (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) blob = g_bytes_new ("a\0b", 3);
  HemoStatement *insert, *again, *select;

  run (db, "CREATE TABLE v (a INTEGER PRIMARY KEY, t TEXT, d REAL, b BLOB) STRICT");
  insert = hemo_db_prepare (db, "INSERT INTO v VALUES (?1, ?2, ?3, ?4)", &error);
  hemo_statement_bind_int (insert, 1, G_MAXINT64);
  hemo_statement_bind_text (insert, 2, "अमीना 'x' \xd9\x8e");
  hemo_statement_bind_double (insert, 3, 1.5);
  hemo_statement_bind_bytes (insert, 4, blob);
  g_assert_true (hemo_statement_run (insert, &error));
  g_assert_cmpint (hemo_db_get_last_rowid (db), ==, G_MAXINT64);
  g_assert_cmpint (hemo_db_get_changes (db), ==, 1);
  hemo_statement_bind_int (insert, 1, 1);
  hemo_statement_bind_text (insert, 2, NULL);
  hemo_statement_bind_double (insert, 3, NAN);
  hemo_statement_bind_bytes (insert, 4, empty);
  g_assert_true (hemo_statement_run (insert, &error));
  hemo_statement_bind_int (insert, 1, 1);
  g_assert_false (hemo_statement_run (insert, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_null (strstr (error->message, "x"));
  g_clear_error (&error);
  hemo_statement_release (insert);

  /* Values do not stay behind, and a second of the same text is another one. */
  insert = hemo_db_prepare (db, "INSERT INTO v VALUES (?1, ?2, ?3, ?4)", &error);
  again = hemo_db_prepare (db, "INSERT INTO v VALUES (?1, ?2, ?3, ?4)", &error);
  g_assert_true (insert != again);
  g_assert_true (hemo_statement_run (again, &error));
  hemo_statement_release (again);
  hemo_statement_release (insert);

  select = hemo_db_prepare (db, "SELECT t, d, b FROM v ORDER BY a DESC LIMIT 2", &error);
  g_assert_true (hemo_statement_step (select, &error));
  g_assert_cmpstr (hemo_statement_get_text (select, 0), ==, "अमीना 'x' \xd9\x8e");
  g_assert_cmpfloat (hemo_statement_get_double (select, 1), ==, 1.5);
  g_autoptr (GBytes) got = hemo_statement_dup_bytes (select, 2);
  g_assert_true (g_bytes_equal (got, blob));
  g_assert_true (hemo_statement_step (select, &error));
  g_assert_true (hemo_statement_is_null (select, 0));
  g_assert_true (isnan (hemo_statement_get_double (select, 1)));
  g_assert_null (hemo_statement_dup_bytes (select, 1));
  hemo_statement_release (select);

  g_assert_null (hemo_db_prepare (db, "SELECT nothing FROM nowhere", &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_clear_error (&error);
  g_assert_null (hemo_db_prepare (db, "  ", &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_clear_error (&error);
  select = hemo_db_prepare (db, "SELECT ?1", &error);
  hemo_statement_bind_int (select, 9, 1);
  g_assert_false (hemo_statement_step (select, &error));
  g_assert_nonnull (error);
  hemo_statement_release (select);
}

static void
test_reader_changes_nothing (DbFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoDb) db = open_writer (fixture);
  g_autoptr (GError) error = NULL;

  make_rows (db, 3);
  g_autoptr (HemoDb) reader = hemo_db_open (fixture->path, fixture->key, HEMO_DB_READER, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ask (reader, "SELECT count(*) FROM t"), ==, 3);
  g_assert_false (hemo_db_execute (reader, "DELETE FROM t", &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_false (hemo_db_execute (reader, "PRAGMA query_only = OFF; DELETE FROM t", &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_READ_ONLY);
}

static void
test_migrations (DbFixture *fixture, gconstpointer data)
{
  int newest = hemo_db_newest_schema_version ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (newest, >=, 1);
  for (int from = 1; from <= newest; from++)
    {
      g_autofree char *copy = g_strdup_printf ("%s.before-%d", fixture->path, newest);
      HemoDb *db = open_writer (fixture);

      g_assert_cmpint (hemo_db_get_schema_version (db), ==, 0);
      g_assert_true (hemo_db_migrate_to (db, from, &error));
      g_assert_no_error (error);
      g_assert_cmpint (hemo_db_get_schema_version (db), ==, from);
      run (db, "INSERT INTO setting VALUES ('kept', 5)");
      g_assert_true (hemo_db_migrate (db, &error));
      g_assert_no_error (error);
      g_assert_cmpint (hemo_db_get_schema_version (db), ==, newest);
      g_assert_cmpint (ask (db, "SELECT value FROM setting WHERE key = 'kept'"), ==, 5);
      g_assert_true (g_file_test (copy, G_FILE_TEST_EXISTS) == (from < newest));
      hemo_db_close (db);
      if (from < newest)
        {
          db = hemo_db_open (copy, fixture->key, HEMO_DB_WRITER, &error);
          g_assert_no_error (error);
          g_assert_cmpint (hemo_db_get_schema_version (db), ==, from);
          g_assert_cmpint (ask (db, "SELECT value FROM setting WHERE key = 'kept'"), ==, 5);
          hemo_db_close (db);
        }
      g_unlink (copy);
      g_unlink (fixture->path);
    }
}

static void
test_newer_is_refused (DbFixture *fixture, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL;
  gsize size_before, size_after;
  g_autoptr (GError) error = NULL;
  HemoDb *db = open_writer (fixture);

  run (db, "PRAGMA user_version = 999");
  hemo_db_close (db);
  g_assert_true (g_file_get_contents (fixture->path, &before, &size_before, NULL));
  db = open_writer (fixture);
  g_assert_false (hemo_db_migrate (db, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NEWER);
  hemo_db_close (db);
  g_assert_true (g_file_get_contents (fixture->path, &after, &size_after, NULL));
  g_assert_cmpmem (before, size_before, after, size_after);
}

static gboolean
count_call (gint64 done, gint64 total, gpointer data)
{
  int *calls = data;

  g_assert_cmpint (done, <=, total);
  return --*calls != 0;
}

static void
test_copy (DbFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_strconcat (fixture->path, ".copy", NULL);
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  g_autoptr (HemoSecret) other = db_key_of (8);
  g_autoptr (GError) error = NULL;
  HemoDb *db = open_writer (fixture);
  HemoDb *copy;
  int stop_at_once = 1, never = -1;

  make_rows (db, 5000);
  g_assert_false (hemo_db_copy (db, path, count_call, &stop_at_once, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_set_contents (part, "left by a cut", -1, NULL));
  g_assert_true (hemo_db_copy (db, path, count_call, &never, &error));
  g_assert_no_error (error);
  g_assert_cmpint (never, <, -2);
  hemo_db_close (db);
  assert_hidden (path);
  g_assert_null (hemo_db_open (path, other, HEMO_DB_READER, NULL));
  copy = hemo_db_open (path, fixture->key, HEMO_DB_WRITER, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ask (copy, "SELECT count(*) FROM t"), ==, 5000);
  hemo_db_close (copy);
}

static gpointer
touch (gpointer db)
{
  hemo_db_get_changes (db);
  return NULL;
}

static void
test_other_thread (DbFixture *fixture, gconstpointer data)
{
  if (g_test_subprocess ())
    {
      g_autoptr (HemoDb) db = open_writer (fixture);
      g_thread_join (g_thread_new ("other", touch, db));
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*thread that does not own it*");
}

/* A value for which there is no memory is never 'no value'. */
static void
test_no_memory (DbFixture *fixture, gconstpointer data)
{
  if (g_test_subprocess ())
    {
      g_autoptr (HemoDb) db = open_writer (fixture);
      g_autoptr (HemoStatement) statement = hemo_db_prepare (db, "SELECT zeroblob (1000000)", NULL);

      g_assert_true (hemo_statement_step (statement, NULL));
      sqlite3_hard_heap_limit64 (1);
      hemo_statement_get_text (statement, 0);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*There is not enough memory*");
}

#define ADD(path, function)                                                                        \
  g_test_add ("/db/" path, DbFixture, NULL, db_set_up, function, db_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("settings", test_settings);
  ADD ("links", test_links);
  ADD ("wrong-key", test_wrong_key);
  ADD ("nothing-in-plain", test_nothing_in_plain);
  ADD ("bit-flip", test_bit_flip);
  ADD ("statements", test_statements);
  ADD ("reader-changes-nothing", test_reader_changes_nothing);
  ADD ("migrations", test_migrations);
  ADD ("newer-is-refused", test_newer_is_refused);
  ADD ("copy", test_copy);
  ADD ("other-thread", test_other_thread);
  ADD ("no-memory", test_no_memory);
  return g_test_run ();
}

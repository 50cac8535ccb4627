/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bringing an older schema to this program's, and copies of the database. */

#include "hemo-db-private.h"

#include "hemo-durable.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* Pages between two calls of a copy's progress. */
#define COPY_PAGES 256

int
hemo_db_newest_schema_version (void)
{
  return hemo_n_migrations;
}

int
hemo_db_get_schema_version (HemoDb *self)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (self, "PRAGMA user_version", NULL);

  if (statement == NULL || !hemo_statement_step (statement, NULL))
    return -1;
  return (int)hemo_statement_get_int (statement, 0);
}

static HemoDb *
open_copy (HemoDb *self, const char *path, GError **error)
{
  /* What an interrupted copy left must not be mixed into this one. */
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);

  g_unlink (path);
  g_unlink (journal);
  HemoDb *copy = g_new0 (HemoDb, 1);
  copy->path = g_strdup (path);
  copy->owner = g_thread_self ();
  copy->raw_key = hemo_secret_ref (self->raw_key);
  copy->statements = g_hash_table_new (g_str_hash, g_str_equal);
  int rc = sqlite3_open_v2 (path, &copy->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
  if (rc != SQLITE_OK || !hemo_db_set_key (copy, NULL))
    {
      hemo_db_fail (copy, rc == SQLITE_OK ? SQLITE_CANTOPEN : rc, error);
      g_clear_pointer (&copy, hemo_db_close);
    }
  return copy;
}

static gboolean
run_copy (HemoDb *self, HemoDb *copy, HemoDbProgress progress, gpointer data, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (copy->handle, "main", self->handle, "main");
  gboolean cancelled = FALSE;
  int rc = SQLITE_OK;

  if (backup == NULL)
    return hemo_db_fail (copy, sqlite3_errcode (copy->handle), error);
  while (rc == SQLITE_OK && !cancelled)
    {
      rc = sqlite3_backup_step (backup, COPY_PAGES);
      if (progress != NULL)
        {
          int total = sqlite3_backup_pagecount (backup);
          cancelled = !progress (total - sqlite3_backup_remaining (backup), total, data);
        }
    }
  sqlite3_backup_finish (backup);
  if (rc == SQLITE_DONE)
    return TRUE;
  if (!cancelled)
    return hemo_db_fail (copy, rc, error);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, N_ ("The copy was stopped."));
  return FALSE;
}

gboolean
hemo_db_copy (
    HemoDb *self, const char *path, HemoDbProgress progress, gpointer data, GError **error)
{
  g_autofree char *part = g_strconcat (path, HEMO_DURABLE_PART, NULL);
  HemoDb *copy;
  gboolean copied;

  hemo_db_check_owner (self);
  copy = open_copy (self, part, error);
  if (copy == NULL)
    return FALSE;
  copied = run_copy (self, copy, progress, data, error);
  hemo_db_close (copy);
  /* SQLite synced the file when it committed; the name is what is left. */
  if (copied && hemo_durable_rename (part, path, error))
    return TRUE;
  g_unlink (part);
  return FALSE;
}

static gboolean
is_copy_before (const char *name, const char *stem)
{
  const char *rest = g_str_has_prefix (name, stem) ? name + strlen (stem) : "";

  return g_ascii_isdigit (*rest) && strspn (rest, "0123456789") == strlen (rest);
}

/* Only the copy of the last migration is kept. */
static void
remove_older_copies (HemoDb *self, const char *kept)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *base = g_path_get_basename (self->path);
  g_autofree char *stem = g_strconcat (base, ".before-", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (is_copy_before (name, stem) && strcmp (path, kept) != 0)
        g_unlink (path);
    }
}

static gboolean
apply (HemoDb *self, const HemoMigration *migration, GError **error)
{
  g_autofree char *version = g_strdup_printf ("PRAGMA user_version = %d", migration->version);

  if (hemo_db_execute (self, "BEGIN IMMEDIATE", error)
      && hemo_db_execute (self, migration->sql, error) && hemo_db_execute (self, version, error)
      && hemo_db_execute (self, "COMMIT", error))
    return TRUE;
  g_prefix_error (error, "%s: ", migration->name);
  hemo_db_execute (self, "ROLLBACK", NULL);
  return FALSE;
}

static gboolean
check_not_newer (int current, GError **error)
{
  if (current < 0)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
                           N_ ("The store's version cannot be read. Restore from a backup."));
      return FALSE;
    }
  if (current <= hemo_n_migrations)
    return TRUE;
  g_set_error (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NEWER,
      N_ ("A newer version of Hemogram wrote this store (form %d, this one knows %d). Nothing "
          "was changed; install the newer version."),
      current, hemo_n_migrations);
  return FALSE;
}

gboolean
hemo_db_migrate_to (HemoDb *self, int version, GError **error)
{
  int current = hemo_db_get_schema_version (self);
  g_autofree char *copy = NULL;

  if (!check_not_newer (current, error))
    return FALSE;
  if (version > hemo_n_migrations)
    version = hemo_n_migrations;
  if (current >= version)
    return TRUE;
  /* An empty database has nothing to be kept. */
  if (current > 0)
    {
      copy = g_strdup_printf ("%s.before-%d", self->path, version);
      if (!hemo_db_copy (self, copy, NULL, NULL, error))
        return FALSE;
    }
  hemo_db_forget_statements (self);
  for (int i = current; i < version; i++)
    if (!apply (self, &hemo_migrations[i], error))
      return FALSE;
  if (copy != NULL)
    remove_older_copies (self, copy);
  return TRUE;
}

gboolean
hemo_db_migrate (HemoDb *self, GError **error)
{
  return hemo_db_migrate_to (self, hemo_n_migrations, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* store-tool COMMAND CLINIC [ARGUMENT]: what somebody who holds the administrator's passphrase
 * could do to the database behind the program's back. Makes what no shipped program makes: an older
 * schema, a newer one, a changed row. */

#include "hemo-db.h"
#include "hemo-key-file.h"

#include <glib/gstdio.h>
#include <string.h>

static HemoKeyRing *
open_ring (HemoKeyFile *key_file, GError **error)
{
  HemoKeyRing *ring = NULL;
  g_autoptr (HemoKeyPair) pair = NULL;
  g_autofree char *typed = g_strdup ("correct horse battery staple");
  g_autoptr (HemoSecret) passphrase = hemo_secret_new_take (typed, strlen (typed));

  hemo_key_file_open (key_file, "admin", passphrase, &ring, &pair, error);
  return ring;
}

/* @name in the folder of the clinic, under the newest key. */
static HemoDb *
open_database (const char *clinic, const char *name, GError **error)
{
  g_autoptr (HemoKeyFile) key_file = hemo_key_file_load (clinic, FALSE, error);
  g_autoptr (HemoKeyRing) ring = key_file != NULL ? open_ring (key_file, error) : NULL;
  g_autofree char *path = g_build_filename (clinic, name, NULL);
  g_autoptr (HemoSecret) raw = NULL;

  if (ring == NULL)
    return NULL;
  const char *uuid = hemo_key_file_get_store_uuid (key_file);
  g_autoptr (GBytes) salt = g_bytes_new (uuid, strlen (uuid));
  raw = hemo_secret_derive (hemo_key_ring_newest (ring), salt, "hemogram sqlcipher 1", 32, error);
  return raw != NULL ? hemo_db_open (path, raw, HEMO_DB_WRITER, error) : NULL;
}

static gboolean
execute (const char *clinic, const char *sql, GError **error)
{
  g_autoptr (HemoDb) db = open_database (clinic, "hemogram.db", error);

  return db != NULL && hemo_db_execute (db, sql, error);
}

/* Prints the first column of each row. */
static gboolean
query (const char *clinic, const char *sql, GError **error)
{
  g_autoptr (HemoDb) db = open_database (clinic, "hemogram.db", error);
  g_autoptr (HemoStatement) statement = db != NULL ? hemo_db_prepare (db, sql, error) : NULL;
  g_autoptr (GError) failure = NULL;

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_step (statement, &failure))
    {
      g_autofree char *text = hemo_statement_dup_text (statement, 0);

      g_print ("%s\n", text != NULL ? text : "");
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* The schema's version of a database in the folder, by its file's name. */
static gboolean
version (const char *clinic, const char *name, GError **error)
{
  g_autoptr (HemoDb) db = open_database (clinic, name, error);

  if (db == NULL)
    return FALSE;
  g_auto (GStrv) wrong = hemo_db_check (db, error);
  if (wrong == NULL)
    return FALSE;
  g_print ("%d %s\n", hemo_db_get_schema_version (db), wrong[0] != NULL ? wrong[0] : "whole");
  return TRUE;
}

/* Of the store and of its copy @kept, a line each: what is wrong where it cannot be read. One
 * process for both: thousands of cuts ask. */
static gboolean
versions (const char *clinic, const char *kept)
{
  const char *const names[] = { "hemogram.db", kept };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = g_build_filename (clinic, names[i], NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        g_print ("missing\n");
      else if (!version (clinic, names[i], &error))
        g_print ("%s\n", error->message);
    }
  return TRUE;
}

/* (element-type utf8 utf8): the first column of the rows of @sql, each with the second. */
static GHashTable *
list_pairs (HemoDb *db, const char *sql, GError **error)
{
  g_autoptr (GHashTable) pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (db, sql, error);

  while (statement != NULL && hemo_statement_step (statement, &local))
    g_hash_table_insert (pairs, hemo_statement_dup_text (statement, 0),
                         hemo_statement_dup_text (statement, 1));
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return statement != NULL && (error == NULL || *error == NULL) ? g_steal_pointer (&pairs) : NULL;
}

#define SCHEMA "SELECT name, type FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"

/* What is not in @kept goes; virtual tables first, as their own tables go with them. */
static gboolean
drop_others (HemoDb *db, GHashTable *there, GHashTable *kept, GError **error)
{
  static const char *const kinds[] = { "trigger", "view", "index", "table" };
  GHashTableIter iter;
  gpointer name, kind;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_hash_table_iter_init (&iter, there);
      while (g_hash_table_iter_next (&iter, &name, &kind))
        {
          g_autofree char *sql
              = g_strdup_printf ("DROP %s IF EXISTS \"%s\"", kinds[i], (char *)name);

          if (strcmp (kind, kinds[i]) != 0 || g_hash_table_contains (kept, name)
              || strstr (name, "_search_") != NULL)
            continue;
          if (!hemo_db_execute (db, sql, error))
            return FALSE;
        }
    }
  return TRUE;
}

#define COLUMNS                                                                                    \
  "SELECT 'ALTER TABLE ' || t.name || ' DROP COLUMN ' || c.name, t.name FROM sqlite_schema AS t "  \
  "JOIN pragma_table_info (t.name) AS c WHERE t.type = 'table' AND t.sql NOT LIKE '% VIRTUAL %'"
#define BESIDES                                                                                    \
  "SELECT sql, name FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"

/* Runs each statement that is a key of @those and none of @but. */
static gboolean
execute_others (HemoDb *db, GHashTable *those, GHashTable *but, GError **error)
{
  GHashTableIter iter;
  gpointer sql;

  g_hash_table_iter_init (&iter, those);
  while (g_hash_table_iter_next (&iter, &sql, NULL))
    if (!g_hash_table_contains (but, sql) && !hemo_db_execute (db, sql, error))
      return FALSE;
  return TRUE;
}

/* Columns that tables of @old got later go, and the indexes and triggers that went come back. */
static gboolean
undo_altered (HemoDb *db, HemoDb *old, GError **error)
{
  g_autoptr (GHashTable) columns = list_pairs (db, COLUMNS, error);
  g_autoptr (GHashTable) columns_before = columns != NULL ? list_pairs (old, COLUMNS, error) : NULL;
  g_autoptr (GHashTable) before = columns_before != NULL ? list_pairs (old, BESIDES, error) : NULL;
  g_autoptr (GHashTable) besides = before != NULL ? list_pairs (db, BESIDES, error) : NULL;

  return besides != NULL && execute_others (db, columns, columns_before, error)
         && execute_others (db, before, besides, error);
}

/* Takes a store without records back to the schema of version @text. */
static gboolean
older (const char *clinic, const char *text, GError **error)
{
  g_autofree char *sample = g_build_filename (clinic, "sample.db", NULL);
  g_autofree char *sql
      = g_strdup_printf ("PRAGMA foreign_keys = ON; PRAGMA user_version = %d; COMMIT", atoi (text));
  g_autoptr (HemoDb) db = open_database (clinic, "hemogram.db", error);
  g_autoptr (HemoDb) old = db != NULL ? open_database (clinic, "sample.db", error) : NULL;
  g_autoptr (GHashTable) kept = NULL;

  if (old == NULL || !hemo_db_migrate_to (old, atoi (text), error))
    return FALSE;
  kept = list_pairs (old, SCHEMA, error);
  g_autoptr (GHashTable) there = kept != NULL ? list_pairs (db, SCHEMA, error) : NULL;
  gboolean done = there != NULL
                  && hemo_db_execute (db, "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE", error)
                  && drop_others (db, there, kept, error) && undo_altered (db, old, error)
                  && hemo_db_execute (db, sql, error);
  g_clear_pointer (&old, hemo_db_close);
  g_unlink (sample);
  return done;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;

  if (argc != 4 || !hemo_vault_init (&error))
    return 2;
  if (g_str_equal (argv[1], "execute"))
    done = execute (argv[2], argv[3], &error);
  else if (g_str_equal (argv[1], "query"))
    done = query (argv[2], argv[3], &error);
  else if (g_str_equal (argv[1], "versions"))
    done = versions (argv[2], argv[3]);
  else if (g_str_equal (argv[1], "older"))
    done = older (argv[2], argv[3], &error);
  if (error != NULL)
    g_printerr ("%s\n", error->message);
  return done ? 0 : 1;
}

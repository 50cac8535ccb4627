/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A database whose file somebody or the disk changed: what is read from it is what was written, or
 * an error. The input says where it is cut and which bytes differ. */

#include "hemo-db.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 60
#define FILL                                                                                       \
  "CREATE TABLE t (v BLOB); WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 "           \
  "FROM n WHERE i < 60) INSERT INTO t SELECT zeroblob (i) FROM n"

static char *path;
static HemoSecret *key;
static char *sound;
static gsize size_of_sound;

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
remove_files (void)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *index = g_strconcat (path, "-shm", NULL);

  g_unlink (path);
  g_unlink (log);
  g_unlink (index);
}

static void
remove_folder (void)
{
  g_autofree char *folder = g_path_get_dirname (path);

  remove_files ();
  g_rmdir (folder);
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_autofree char *folder = g_dir_make_tmp ("hemogram-fuzz-XXXXXX", NULL);
  HemoDb *db;

  path = g_build_filename (folder, "hemogram.db", NULL);
  atexit (remove_folder);
  key = hemo_secret_new (32);
  memset (hemo_secret_get_data (key), 7, 32);
  db = hemo_db_open (path, key, HEMO_DB_WRITER, NULL);
  if (db == NULL || !hemo_db_execute (db, FILL, NULL))
    abort ();
  hemo_db_close (db);
  if (!g_file_get_contents (path, &sound, &size_of_sound, NULL))
    abort ();
  return 0;
}

/* 16 bits say how much is left of the file, each three bytes after that which byte differs and how.
 */
static gsize
damage (char *bytes, const guint8 *data, gsize size)
{
  for (gsize i = 2; i + 2 < size; i += 3)
    bytes[(data[i] << 8 | data[i + 1]) % size_of_sound] ^= (char)data[i + 2];
  return size < 2 ? size_of_sound : (gsize)(data[0] << 8 | data[1]) * size_of_sound / 65535;
}

static void
check_rows (HemoDb *db)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (db, "SELECT length (v) FROM t", NULL);
  g_autoptr (GError) error = NULL;
  int row = 0;

  while (statement != NULL && hemo_statement_step (statement, &error))
    if (hemo_statement_get_int (statement, 0) != ++row)
      abort ();
  if (statement != NULL && error == NULL && row != ROWS)
    abort ();
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *bytes = g_memdup2 (sound, size_of_sound);
  g_autoptr (GError) error = NULL;
  HemoDb *db;
  gsize left = damage (bytes, data, size);

  if (!g_file_set_contents_full (path, bytes, (gssize)left, G_FILE_SET_CONTENTS_NONE, 0600, NULL))
    abort ();
  db = hemo_db_open (path, key, HEMO_DB_READER, &error);
  if ((db == NULL) != (error != NULL))
    abort ();
  if (db != NULL)
    {
      check_rows (db);
      hemo_db_close (db);
    }
  remove_files ();
  return 0;
}

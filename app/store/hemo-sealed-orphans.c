/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sealed files that no row knows: what a cut between file and row leaves. */

#include "hemo-sealed-private.h"

#include "hemo-clock.h"
#include "hemo-durable.h"
#include "hemo-prune-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

/* How long they are kept aside. */
#define KEEP_DAYS 30

/* Names of all sealed files that rows know, as a set. */
static gboolean
known_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GError) local = NULL;
  GHashTable *names = data;
  HemoDb *db = hemo_txn_get_db (txn);
  g_autoptr (HemoStatement) images = hemo_db_prepare (db, "SELECT uuid FROM image", error);
  g_autoptr (HemoStatement) reports
      = images == NULL ? NULL
                       : hemo_db_prepare (db, "SELECT report, version FROM report_version", error);
  if (reports == NULL)
    return FALSE;
  while (hemo_statement_step (images, &local))
    g_hash_table_add (names, hemo_sealed_image_name (hemo_statement_get_text (images, 0)));
  while (local == NULL && hemo_statement_step (reports, &local))
    g_hash_table_add (names, hemo_sealed_report_name (hemo_statement_get_text (reports, 0),
                                                      (int)hemo_statement_get_int (reports, 1)));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

GHashTable *
hemo_sealed_known_names (HemoStore *store, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!hemo_store_read (store, NULL, known_job, names, NULL, error))
    return NULL;
  return g_steal_pointer (&names);
}

static void
list_folder (const char *directory, const char *folder, GPtrArray *names)
{
  const char *name;
  g_autofree char *path = g_build_filename (directory, folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (folder, name, NULL);
      g_autofree char *full = g_build_filename (directory, below, NULL);
      if (g_file_test (full, G_FILE_TEST_IS_DIR))
        list_folder (directory, below, names);
      else
        g_ptr_array_add (names, g_steal_pointer (&below));
    }
}

GPtrArray *
hemo_sealed_list_files (const char *directory, const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  list_folder (directory, folder, names);
  return names;
}

/* Dated by when it was put aside, not by when it was written. */
static gboolean
put_aside (const char *directory, const char *name, GError **error)
{
  g_autofree char *base = g_path_get_basename (name);
  g_autofree char *from = g_build_filename (directory, name, NULL);
  g_autofree char *to = g_build_filename (directory, HEMO_FOLDER_ORPHANS, base, NULL);
  if (!hemo_durable_rename (from, to, error))
    return FALSE;
  utimensat (AT_FDCWD, to, NULL, 0);
  return TRUE;
}

static gboolean
pruned_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_pruned_names (txn, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_hash_table_unref);
  return *result != NULL;
}

/* A sealed file that is here although it was pruned. */
typedef struct
{
  const char *image;
  const char *sealed_sha256;
} Still;

static gboolean
settle_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Still *still = data;
  return hemo_pruned_settle (txn, still->image, still->sealed_sha256, error);
}

/* Pruning or bringing back was cut off, or a backup brought the file: it counts when it is whole.
 */
static gboolean
settle_pruned (HemoStore *store, const char *name, const char *image, GError **error)
{
  g_autofree char *path = g_build_filename (hemo_store_get_directory (store), name, NULL);
  g_autofree char *found = hemo_durable_hash (path, FALSE, NULL, NULL, NULL, NULL, NULL);
  Still still = { .image = image, .sealed_sha256 = found };
  if (found == NULL)
    return TRUE;
  return hemo_store_write (store, NULL, settle_job, &still, NULL, error);
}

static gboolean
put_unknown_aside (
    const char *directory, const char *name, GHashTable *known, int *moved, GError **error)
{
  g_autofree char *orphans = g_build_filename (directory, HEMO_FOLDER_ORPHANS, NULL);
  if (g_hash_table_contains (known, name))
    return TRUE;
  if (!hemo_durable_make_folder (orphans, error) || !put_aside (directory, name, error))
    return FALSE;
  (*moved)++;
  return TRUE;
}

/* @known: names that rows know; @pruned: those that are elsewhere, to the UUIDs of their images */
static gboolean
put_right (HemoStore *store, GHashTable *known, GHashTable *pruned, int *moved, GError **error)
{
  const char *directory = hemo_store_get_directory (store);
  g_autoptr (GPtrArray) names = hemo_sealed_list_files (directory, HEMO_FOLDER_IMAGES);
  g_autoptr (GPtrArray) reports = hemo_sealed_list_files (directory, HEMO_FOLDER_REPORTS);
  g_ptr_array_extend_and_steal (names, g_steal_pointer (&reports));
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      const char *image = g_hash_table_lookup (pruned, name);
      if (image != NULL ? !settle_pruned (store, name, image, error)
                        : !put_unknown_aside (directory, name, known, moved, error))
        return FALSE;
    }
  return TRUE;
}

/* Only by a clock that can be right, and not what seems to be years old: that is a clock that
 * jumped. */
static gboolean
is_over (const char *path, gint64 now)
{
  struct stat info;
  if (!hemo_clock_is_plausible (now, 0) || stat (path, &info) != 0)
    return FALSE;
  gint64 age = now - (gint64)info.st_mtim.tv_sec * G_TIME_SPAN_SECOND;
  return age > KEEP_DAYS * G_TIME_SPAN_DAY && age < 365 * G_TIME_SPAN_DAY;
}

static int
remove_old (const char *directory)
{
  int removed = 0;
  gint64 now = g_get_real_time ();
  g_autoptr (GPtrArray) names = hemo_sealed_list_files (directory, HEMO_FOLDER_ORPHANS);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (directory, g_ptr_array_index (names, i), NULL);
      if (is_over (path, now) && g_unlink (path) == 0)
        removed++;
    }
  return removed;
}

/* What was put aside and what was removed, for the audit log: nothing goes unsaid. */
typedef struct
{
  int moved;
  int removed;
} Tally;

static gboolean
audit_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Tally *tally = data;
  g_autofree char *detail
      = g_strdup_printf ("%d put aside, %d removed", tally->moved, tally->removed);
  return hemo_txn_audit (txn, "files.orphans", NULL, NULL, detail, error);
}

/* All of them at once, so that keeping a picture never waits for a folder; one sync for them all,
 * also when they are there, for who made them may have been cut off before it. */
static gboolean
make_folders (const char *directory, GError **error)
{
  g_autofree char *images = g_build_filename (directory, HEMO_FOLDER_IMAGES, NULL);
  g_autofree char *reports = g_build_filename (directory, HEMO_FOLDER_REPORTS, NULL);
  g_autofree char *temporary = g_build_filename (directory, HEMO_FOLDER_TEMPORARY, NULL);
  if (!hemo_durable_make_folder (images, error) || !hemo_durable_make_folder (reports, error)
      || !hemo_durable_make_folder (temporary, error))
    return FALSE;
  for (int i = 0; i < 256; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%02x", images, i);
      if (g_mkdir (path, 0700) != 0 && errno != EEXIST)
        return hemo_durable_make_folder (path, error);
    }
  return hemo_durable_sync_folder (images, error) && hemo_durable_sync_folder (directory, error);
}

gboolean
hemo_sealed_sort_out (HemoStore *store, int *moved, GError **error)
{
  Tally tally = { 0 };
  g_autoptr (GError) local = NULL;
  g_autoptr (GHashTable) pruned = NULL;
  const char *directory = hemo_store_get_directory (store);
  if (hemo_store_is_read_only (store))
    return TRUE;
  g_autoptr (GHashTable) known = hemo_sealed_known_names (store, error);
  if (known == NULL)
    return FALSE;
  if (!hemo_store_read (store, NULL, pruned_job, NULL, (gpointer *)&pruned, error))
    return FALSE;
  if (!make_folders (directory, &local) || !put_right (store, known, pruned, &tally.moved, &local))
    return hemo_sealed_fail (error, g_steal_pointer (&local),
                             N_ ("The folders of sealed files could not be looked after."));
  tally.removed = remove_old (directory);
  if (moved != NULL)
    *moved = tally.moved;
  return (tally.moved == 0 && tally.removed == 0)
         || hemo_store_write (store, NULL, audit_job, &tally, NULL, error);
}

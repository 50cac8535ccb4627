/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening the store until a first row is read, against the same content in plain SQLite, and in
 * SQLCipher with the key derivation that it comes with. */

#include "bench.h"

#include "hemo-patient-table.h"
#include "hemo-store-private.h"

#include <sqlcipher/sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENTS 2000
#define PASSPHRASE "seven goats cross the river"
#define COUNT "SELECT count(*) FROM patient"

static gboolean
fill_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  for (int i = 0; i < PATIENTS; i++)
    {
      g_autoptr (HemoPatient) patient = hemo_patient_new ();
      patient->family = g_strdup_printf ("Family%d", i);
      patient->given = g_strdup ("Bench");
      patient->birth.date.year = (gint16)(1940 + i % 80);
      if (!hemo_patient_save (txn, patient, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
count_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (hemo_txn_get_db (txn), COUNT, error);
  return statement != NULL && hemo_statement_step (statement, error);
}

static void
run_sql (sqlite3 *db, const char *sql)
{
  char *message = NULL;
  if (sqlite3_exec (db, sql, NULL, NULL, &message) == SQLITE_OK)
    return;
  fprintf (stderr, "%s\n", message);
  exit (1);
}

/* Two files with the same content: one plain, one under a passphrase. On the reader's thread. */
static gboolean
copy_control (HemoWorker *worker, gpointer data, GError **error)
{
  const char *root = data;
  sqlite3 *db = worker->db->handle;
  g_autofree char *sql = g_strdup_printf (
      "PRAGMA query_only = OFF;"
      "ATTACH '%s/plain.db' AS plain KEY ''; SELECT sqlcipher_export('plain'); DETACH plain;"
      "ATTACH '%s/passphrase.db' AS passphrase KEY '" PASSPHRASE "';"
      "SELECT sqlcipher_export('passphrase'); DETACH passphrase",
      root, root);
  run_sql (db, sql);
  return TRUE;
}

static double
open_ours (const char *folder, HemoKeyRing *ring)
{
  g_autoptr (GError) error = NULL;
  double start = bench_now ();
  g_autoptr (HemoStore) store = hemo_store_open (folder, ring, &error);
  bench_check (store != NULL, error);
  bench_check (hemo_store_read (store, NULL, count_job, NULL, NULL, &error), error);
  double end = bench_now ();
  hemo_store_close (store);
  return end - start;
}

static double
open_other (const char *path, const char *passphrase)
{
  sqlite3 *db = NULL;
  double start = bench_now ();
  bench_check (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK, NULL);
  if (passphrase != NULL)
    bench_check (sqlite3_key (db, passphrase, (int)strlen (passphrase)) == SQLITE_OK, NULL);
  run_sql (db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; " COUNT);
  double end = bench_now ();
  sqlite3_close (db);
  return end - start;
}

int
main (int argc, char **argv)
{
  int n = argc > 1 ? MAX (2, atoi (argv[1])) : 30;
  g_autoptr (GError) error = NULL;
  g_autofree char *root = bench_make_folder ();
  g_autofree char *plain = g_build_filename (root, "plain.db", NULL);
  g_autofree char *derived = g_build_filename (root, "passphrase.db", NULL);
  g_autoptr (BenchTimes) ours = bench_times_new ();
  g_autoptr (BenchTimes) plainly = bench_times_new ();
  g_autoptr (BenchTimes) by_default = bench_times_new ();

  BenchClinic *clinic = bench_clinic_new (root);
  HemoStore *store = hemo_clinic_get_store (clinic->clinic);
  HemoKeyRing *ring = hemo_ring_copy (hemo_session_get_ring (clinic->session));
  g_autofree char *folder = g_strdup (clinic->folder);
  bench_check (hemo_store_write (store, clinic->session, fill_job, NULL, NULL, &error), error);
  bench_check (hemo_worker_control (&store->writer, copy_control, root, &error), error);
  bench_clinic_free (clinic);
  for (int i = 0; i < n; i++)
    {
      bench_times_add (ours, open_ours (folder, ring));
      bench_times_add (plainly, open_other (plain, NULL));
      bench_times_add (by_default, open_other (derived, PASSPHRASE));
    }
  hemo_key_ring_free (ring);
  bench_remove_tree (root);
  printf ("%d patients\n", PATIENTS);
  bench_print_ratio ("opening the store to the first row", ours, "plain SQLite", plainly, 0);
  bench_print_ratio ("opening the store to the first row", ours,
                     "SQLCipher with its own key derivation", by_default, 0);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Search, duplicates and the worklist among a million invented patients of three scripts, beside
 * plain SQLite.
 *
 *   bench-search [--fill] [PATIENTS [FOLDER]]
 *
 * With --fill it makes the store and measures nothing.
 *
 * Times are in milliseconds. HEMOGRAM_BENCH_PATIENTS makes it smaller when no number is given.
 *
 * Makes the encrypted store in FOLDER (a temporary one) by the same words and blocks as the program
 * does, but many in one transaction; a store that is there already is used again. Beside it a
 * plain, unencrypted SQLite file with FTS5 as it comes holds the same words: the ratio is against
 * that. */

#include "hemo-records.h"

#include "hemo-records-private.h"

#include <glib/gstdio.h>
#include <sqlcipher/sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HITS 20
#define ROUNDS 15
#define BATCH 50000
#define USER "11111111-1111-4111-8111-111111111111"

typedef struct
{
  const char *script;
  const char *given[12];
  const char *family[12];
  const char *syllables[12];
} People;

/* Each name about as frequent as one over its place. */
static const People peoples[] = {
  { "Latin",
    { "Mary", "John", "Grace", "Peter", "Amina", "Joseph", "Fatuma", "Mohamed", "Esther", "David",
      "Chinwe", "Samuel" },
    { "Otieno", "Mwangi", "Kamau", "Okafor", "Njoroge", "Achieng", "Abdi", "Banda", "Mensah",
      "Diallo", "Moyo", "Kariuki" },
    { "ma", "ki", "ru", "ba", "no", "te", "sha", "la", "mwe", "ndo", "gi", "ye" } },
  { "Devanagari",
    { "सुनीता", "राम", "अनीता", "संजय", "गीता", "राजेश", "सीता", "मोहन", "कमला", "विजय", "पूजा",
      "अजय" },
    { "देवी", "कुमार", "सिंह", "शर्मा", "यादव", "थापा", "गुप्ता", "पटेल", "वर्मा", "राय", "चौधरी",
      "मिश्रा" },
    { "मा", "की", "रु", "ब", "नो", "ते", "श", "ला", "वे", "द", "गी", "ये" } },
  { "Arabic",
    { "محمد", "فاطمة", "أحمد", "عائشة", "علي", "خديجة", "عمر", "مريم", "يوسف", "زينب", "إبراهيم",
      "حسن" },
    { "الحسن", "عبد الله", "القاضي", "الأمين", "عثمان", "إدريس", "البشير", "آدم", "موسى", "صالح",
      "الطيب", "النور" },
    { "ما", "كي", "رو", "با", "نو", "تي", "شا", "لا", "وي", "دا", "جي", "ي" } },
};

/* Of this thread: what it costs, however busy the machine is with other things. */
static double
cpu_now (void)
{
  struct timespec at;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &at);
  return (double)at.tv_sec * 1000 + (double)at.tv_nsec / 1e6;
}

/* A small generator of its own, so that every machine has the same people. */
static guint64 state = 88172645463325252ULL;

static guint
draw (guint below)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (guint)((state >> 11) % below);
}

static const char *
common (const char *const *names)
{
  guint roll = draw (3104);

  for (guint i = 0; i < 11; i++)
    {
      guint weight = 1000 / (i + 1);

      if (roll < weight)
        return names[i];
      roll -= weight;
    }
  return names[11];
}

/* Two in three have a common name, the rest one of some thousands of others. */
static char *
make_name (const char *const *names, const char *const *syllables)
{
  GString *name;
  guint length;

  if (draw (3) > 0)
    return g_strdup (common (names));
  name = g_string_new (NULL);
  length = 2 + draw (3);
  for (guint i = 0; i < length; i++)
    g_string_append (name, syllables[draw (12)]);
  return g_string_free (name, FALSE);
}

static HemoPatient *
make_person (guint number)
{
  const People *people = &peoples[number % G_N_ELEMENTS (peoples)];
  HemoPatient *patient = hemo_patient_new ();

  patient->given = make_name (people->given, people->syllables);
  patient->family = make_name (people->family, people->syllables);
  patient->sex = draw (2) ? HEMO_SEX_FEMALE : HEMO_SEX_MALE;
  patient->birth.date.year = (gint16)(1940 + draw (86));
  patient->phone = g_strdup_printf ("+2547%08u", draw (100000000));
  g_ptr_array_add (patient->identifiers,
                   hemo_identifier_new ("clinic", g_strdup_printf ("C-%07u", number)));
  return patient;
}

static void
must (gboolean done, GError *error)
{
  if (done)
    return;
  g_printerr ("%s\n", error != NULL ? error->message : "failed");
  exit (1);
}

static HemoStatement *
prepare (HemoDb *db, const char *sql)
{
  GError *error = NULL;
  HemoStatement *statement = hemo_db_prepare (db, sql, &error);

  must (statement != NULL, error);
  return statement;
}

static void
run (HemoStatement *statement)
{
  GError *error = NULL;

  must (hemo_statement_run (statement, &error), error);
}

static void
insert_person (HemoDb *db, const HemoPatient *patient)
{
  g_autoptr (HemoStatement) statement
      = prepare (db, "INSERT INTO patient (uuid, family, given, sex, birth_year, phone, version) "
                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)");

  hemo_statement_bind_text (statement, 1, patient->uuid);
  hemo_statement_bind_text (statement, 2, patient->family);
  hemo_statement_bind_text (statement, 3, patient->given);
  hemo_statement_bind_text (statement, 4, hemo_sex_to_code (patient->sex));
  hemo_statement_bind_int (statement, 5, patient->birth.date.year);
  hemo_statement_bind_text (statement, 6, patient->phone);
  run (statement);
}

static void
insert_identifiers (HemoDb *db, gint64 id, const HemoPatient *patient)
{
  const HemoIdentifier *identifier = g_ptr_array_index (patient->identifiers, 0);
  g_autoptr (HemoStatement) statement = prepare (
      db,
      "INSERT INTO patient_identifier (patient, position, issuer, value) VALUES (?1, 1, ?2, ?3)");

  hemo_statement_bind_int (statement, 1, id);
  hemo_statement_bind_text (statement, 2, identifier->issuer);
  hemo_statement_bind_text (statement, 3, identifier->value);
  run (statement);
}

static void
insert_index (HemoDb *db, gint64 id, const HemoPatient *patient)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GPtrArray) blocks = hemo_patient_blocks (patient);
  g_autoptr (HemoStatement) search
      = prepare (db, "INSERT INTO patient_search (rowid, words) VALUES (?1, ?2)");
  g_autoptr (HemoStatement) block
      = prepare (db, "INSERT OR IGNORE INTO patient_block (block, patient) VALUES (?1, ?2)");

  hemo_search_add_patient (words, patient);
  hemo_statement_bind_int (search, 1, id);
  hemo_statement_bind_text (search, 2, words->str);
  run (search);
  for (guint i = 0; i < blocks->len; i++)
    {
      hemo_statement_bind_text (block, 1, g_ptr_array_index (blocks, i));
      hemo_statement_bind_int (block, 2, id);
      run (block);
    }
}

static void
execute (HemoDb *db, const char *sql)
{
  GError *error = NULL;

  must (hemo_db_execute (db, sql, &error), error);
}

static gint64
count_people (HemoDb *db)
{
  g_autoptr (HemoStatement) statement = prepare (db, "SELECT count(*) FROM patient");

  must (hemo_statement_step (statement, NULL), NULL);
  return hemo_statement_get_int (statement, 0);
}

static void
fill (HemoDb *db, guint total)
{
  guint have = (guint)count_people (db);

  if (have >= total)
    return;
  if (have > 0)
    {
      g_printerr ("The folder holds a store of another size; choose another folder.\n");
      exit (1);
    }
  execute (db, "INSERT OR IGNORE INTO user (uuid, login, login_folded, name, role, "
               "sign_in_certificate, signing_certificate, signing_key) VALUES ('" USER
               "', 'bench', 'bench', 'Bench', 'technician', x'00', x'00', x'00')");
  /* Only while it is filled: one that breaks off is refused above. */
  execute (db, "PRAGMA synchronous = OFF; PRAGMA cache_size = -262144");
  for (guint i = 0; i < total; i++)
    {
      g_autoptr (HemoPatient) patient = make_person (i);

      if (i % BATCH == 0)
        execute (db, "BEGIN IMMEDIATE");
      insert_person (db, patient);
      insert_identifiers (db, i + 1, patient);
      insert_index (db, i + 1, patient);
      if (i % BATCH == BATCH - 1 || i == total - 1)
        execute (db, "COMMIT");
    }
}

static void
must_plain (sqlite3 *plain, int rc)
{
  if (rc == SQLITE_OK || rc == SQLITE_DONE)
    return;
  g_printerr ("plain SQLite: %s\n", sqlite3_errmsg (plain));
  exit (1);
}

static void
execute_plain (sqlite3 *plain, const char *sql)
{
  must_plain (plain, sqlite3_exec (plain, sql, NULL, NULL, NULL));
}

static void
run_plain (sqlite3 *plain, sqlite3_stmt *insert)
{
  must_plain (plain, sqlite3_step (insert));
  must_plain (plain, sqlite3_reset (insert));
}

static void
fill_plain (sqlite3 *plain, HemoDb *db)
{
  g_autoptr (HemoStatement) people
      = prepare (db, "SELECT id, uuid, family, given, sex, birth_year FROM patient ORDER BY id");
  sqlite3_stmt *row = NULL;
  sqlite3_stmt *words = NULL;

  must_plain (plain, sqlite3_prepare_v2 (plain, "INSERT INTO patient VALUES (?1,?2,?3,?4,?5,?6)",
                                         -1, &row, NULL));
  must_plain (plain, sqlite3_prepare_v2 (plain, "INSERT INTO names (rowid, words) VALUES (?1, ?2)",
                                         -1, &words, NULL));
  while (hemo_statement_step (people, NULL))
    {
      g_autofree char *name = g_strdup_printf ("%s %s", hemo_statement_get_text (people, 2),
                                               hemo_statement_get_text (people, 3));
      g_autofree char *folded = hemo_fold (name);

      sqlite3_bind_int64 (row, 1, hemo_statement_get_int (people, 0));
      for (int i = 1; i < 6; i++)
        sqlite3_bind_text (row, i + 1, hemo_statement_get_text (people, i), -1, SQLITE_TRANSIENT);
      run_plain (plain, row);
      sqlite3_bind_int64 (words, 1, hemo_statement_get_int (people, 0));
      sqlite3_bind_text (words, 2, folded, -1, SQLITE_TRANSIENT);
      run_plain (plain, words);
    }
  sqlite3_finalize (row);
  sqlite3_finalize (words);
}

/* A tube for each of the first patients: all signed, but one in 250 in the states before. */
static void
fill_worklist (HemoDb *db)
{
  execute (
      db, "BEGIN IMMEDIATE;"
          "INSERT INTO lab_order (id, uuid, patient, urgency, tests, pregnancy, ordered_us, "
          "ordered_offset, ordered_by_hand, version) SELECT id, 'o' || id, uuid, 'routine', "
          "'diff', 'unknown', id, 180, 0, 1 FROM patient WHERE id <= 100000;"
          "INSERT INTO specimen (id, uuid, lab_order, patient, accession, number, type, stain, "
          "collected_us, collected_offset, collected_by_hand, received_us, received_offset, "
          "received_by_hand, version) SELECT id, 's' || id, 'o' || id, uuid, 'A' || id, 'N' || id, "
          "'edta', 'none', id, 180, 0, id, 180, 0, 1 FROM patient WHERE id <= 100000;"
          "INSERT INTO case_state (specimen, state, urgency, received_day) SELECT id, "
          "iif(id % 250 = 0, id / 250 % 5, 5), iif(id % 40 = 0, 2, 0), "
          "date('2024-01-01', (id / 150) || ' days') FROM specimen;"
          "COMMIT");
}

static gint64
count_tubes (HemoDb *db)
{
  g_autoptr (HemoStatement) statement = prepare (db, "SELECT count(*) FROM specimen");

  must (hemo_statement_step (statement, NULL), NULL);
  return hemo_statement_get_int (statement, 0);
}

static sqlite3 *
open_plain (const char *path, HemoDb *db)
{
  sqlite3 *plain = NULL;
  gboolean fresh = !g_file_test (path, G_FILE_TEST_EXISTS);

  must (sqlite3_open (path, &plain) == SQLITE_OK, NULL);
  if (!fresh)
    return plain;
  /* FTS5 takes no column of its table's own name. */
  execute_plain (plain, "PRAGMA synchronous = OFF; BEGIN; CREATE TABLE patient (id INTEGER PRIMARY "
                        "KEY, uuid, family, given, sex, birth_year); CREATE VIRTUAL TABLE names "
                        "USING fts5 (words);");
  fill_plain (plain, db);
  execute_plain (plain, "COMMIT");
  return plain;
}

static double
search_plain (sqlite3 *plain, const char *text)
{
  g_autofree char *folded = hemo_fold (text);
  g_auto (GStrv) words = g_strsplit (folded, " ", -1);
  g_autoptr (GString) query = g_string_new (NULL);
  gint64 start = g_get_monotonic_time ();
  sqlite3_stmt *statement = NULL;
  int hits = 0;
  int rc;

  for (guint i = 0; words[i] != NULL; i++)
    g_string_append_printf (query, "%s\"%s\"*", i > 0 ? " AND " : "", words[i]);
  must_plain (plain, sqlite3_prepare_v2 (
                         plain,
                         "SELECT patient.* FROM names JOIN patient ON patient.id = names.rowid "
                         "WHERE names MATCH ?1 ORDER BY names.rowid DESC LIMIT 20",
                         -1, &statement, NULL));
  sqlite3_bind_text (statement, 1, query->str, -1, SQLITE_TRANSIENT);
  while ((rc = sqlite3_step (statement)) == SQLITE_ROW)
    hits++;
  must_plain (plain, rc);
  if (hits == 0)
    g_printerr ("plain SQLite found nothing for one of the texts\n");
  sqlite3_finalize (statement);
  return (double)(g_get_monotonic_time () - start) / 1000;
}

static double
search_store (HemoTxn *txn, const char *text, double *cpu)
{
  double cpu_start = cpu_now ();
  gint64 start = g_get_monotonic_time ();
  GError *error = NULL;
  GPtrArray *hits = hemo_search (txn, text, HITS, &error);
  double took = (double)(g_get_monotonic_time () - start) / 1000;

  *cpu = cpu_now () - cpu_start;
  must (hits != NULL, error);
  if (hits->len == 0)
    g_printerr ("nothing found for one of the texts\n");
  g_ptr_array_unref (hits);
  return took;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a;
  double y = *(const double *)b;

  return x < y ? -1 : x > y;
}

static double
percentile (GArray *times, double share)
{
  g_array_sort (times, compare_times);
  return g_array_index (times, double, (guint)((double)(times->len - 1) * share));
}

static void
measure (HemoTxn *txn, sqlite3 *plain, const char *what, GPtrArray *texts)
{
  g_autoptr (GArray) ours = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) cpus = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) theirs = g_array_new (FALSE, FALSE, sizeof (double));

  for (int round = 0; round < ROUNDS; round++)
    for (guint i = 0; i < texts->len; i++)
      {
        const char *text = g_ptr_array_index (texts, i);
        double cpu;
        double took = search_store (txn, text, &cpu);

        g_array_append_val (ours, took);
        g_array_append_val (cpus, cpu);
        if (round > 2)
          continue;
        took = search_plain (plain, text);
        g_array_append_val (theirs, took);
      }
  g_print (
      "%-22s p50 %6.2f  p95 %6.2f (of the processor %6.2f) | plain FTS5 p50 %6.2f  p95 %6.2f | "
      "p95 ratio %.3f\n",
      what, percentile (ours, 0.5), percentile (ours, 0.95), percentile (cpus, 0.95),
      percentile (theirs, 0.5), percentile (theirs, 0.95),
      percentile (ours, 0.95) / percentile (theirs, 0.95));
}

static void
add_prefixes (GPtrArray *texts, const char *const *names, glong letters)
{
  for (int i = 0; i < 12; i++)
    if (g_utf8_strlen (names[i], -1) >= letters)
      g_ptr_array_add (texts, g_utf8_substring (names[i], 0, letters));
}

static void
measure_people (HemoTxn *txn, sqlite3 *plain, const People *people)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);

  for (glong letters = 1; letters <= 5; letters++)
    {
      g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
      g_autofree char *what = g_strdup_printf ("%s, %ld letters", people->script, letters);

      add_prefixes (texts, people->given, letters);
      add_prefixes (texts, people->family, letters);
      if (texts->len > 0)
        measure (txn, plain, what, texts);
    }
  for (int i = 0; i < 12; i++)
    for (glong letters = 1; letters <= 3; letters++)
      {
        g_autofree char *given = g_utf8_substring (people->given[i], 0, letters);
        g_autofree char *family = g_utf8_substring (people->family[11 - i], 0, letters);

        g_ptr_array_add (pairs, g_strdup_printf ("%s %s", given, family));
      }
  g_autofree char *what = g_strdup_printf ("%s, two words", people->script);
  measure (txn, plain, what, pairs);
}

static void
measure_duplicates (HemoTxn *txn)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) cpus = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (HemoPatient) patient = hemo_patient_new ();
      const People *people = &peoples[i % G_N_ELEMENTS (peoples)];
      g_autoptr (GPtrArray) found = NULL;
      gint64 start;
      double took, cpu;
      GError *error = NULL;

      patient->given = g_strdup (common (people->given));
      patient->family = g_strdup (common (people->family));
      patient->birth.date.year = (gint16)(1940 + draw (86));
      start = g_get_monotonic_time ();
      cpu = cpu_now ();
      found = hemo_patient_find_duplicates (txn, patient, 10, &error);
      must (found != NULL, error);
      took = (double)(g_get_monotonic_time () - start) / 1000;
      cpu = cpu_now () - cpu;
      g_array_append_val (times, took);
      g_array_append_val (cpus, cpu);
    }
  g_print ("%-22s p50 %6.2f  p95 %6.2f (of the processor %6.2f)\n", "likely duplicates",
           percentile (times, 0.5), percentile (times, 0.95), percentile (cpus, 0.95));
}

/* The screens: what is open, one day's, everything, the numbers over the columns. */
static void
measure_worklist (HemoTxn *txn)
{
  static const char *const names[]
      = { "worklist, open", "worklist, a day", "worklist, all", "worklist, tally" };
  static const guint open_states = (1u << HEMO_STATE_SIGNED) - 1;
  static const HemoDate days[] = { { 0 }, { .year = 2025, .month = 3, .day = 1 }, { 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
      g_autoptr (GArray) cpus = g_array_new (FALSE, FALSE, sizeof (double));

      for (int round = 0; round < 100; round++)
        {
          g_autoptr (GPtrArray) items = NULL;
          int counts[HEMO_STATE_REJECTED + 1];
          gint64 start = g_get_monotonic_time ();
          double cpu = cpu_now ();
          double took;
          GError *error = NULL;

          if (i < 3)
            items = hemo_worklist (txn, i == 0 ? open_states : 0, days[i], 100, &error);
          must (i < 3 ? items != NULL : hemo_worklist_tally (txn, counts, &error), error);
          took = (double)(g_get_monotonic_time () - start) / 1000;
          cpu = cpu_now () - cpu;
          g_array_append_val (times, took);
          g_array_append_val (cpus, cpu);
          if (items != NULL && items->len == 0)
            g_printerr ("the worklist is empty\n");
        }
      g_print ("%-22s p50 %6.2f  p95 %6.2f (of the processor %6.2f)\n", names[i],
               percentile (times, 0.5), percentile (times, 0.95), percentile (cpus, 0.95));
    }
}

int
main (int argc, char **argv)
{
  gboolean only_fill = argc > 1 && strcmp (argv[1], "--fill") == 0;
  argc -= only_fill;
  argv += only_fill;
  const char *number = argc > 1 ? argv[1] : g_getenv ("HEMOGRAM_BENCH_PATIENTS");
  guint total = number != NULL ? (guint)g_ascii_strtoull (number, NULL, 10) : 1000000;
  g_autofree char *folder = argc > 2
                                ? g_strdup (argv[2])
                                : g_strdup_printf ("%s/hemogram-bench-%u", g_get_tmp_dir (), total);
  g_autofree char *path = g_build_filename (folder, "hemogram.db", NULL);
  g_autofree char *plain_path = g_build_filename (folder, "plain.db", NULL);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_secret_unref);
  g_autoptr (HemoSession) session
      = hemo_session_new (USER, "bench", "Bench", HEMO_ROLE_TECHNICIAN, NULL, NULL, NULL);
  HemoSecret *key = NULL;
  HemoDb *db;
  sqlite3 *plain;
  HemoTxn *txn;
  GError *error = NULL;
  gint64 start = g_get_monotonic_time ();

  must (hemo_vault_init (&error), error);
  g_mkdir_with_parents (folder, 0700);
  /* Invented people: the key need not be secret, but the same when the store is used again. */
  key = hemo_secret_new (32);
  memset (hemo_secret_get_data (key), 7, 32);
  g_ptr_array_add (keys, hemo_secret_ref (key));
  db = hemo_db_open (path, key, HEMO_DB_WRITER, &error);
  must (db != NULL, error);
  must (hemo_db_migrate (db, &error), error);
  fill (db, total);
  if (count_tubes (db) == 0)
    fill_worklist (db);
  plain = open_plain (plain_path, db);
  g_print ("%u patients, ready after %.0f s\n", total,
           (double)(g_get_monotonic_time () - start) / 1e6);
  hemo_db_close (db);
  if (only_fill)
    {
      sqlite3_close (plain);
      hemo_secret_unref (key);
      return 0;
    }
  db = hemo_db_open (path, key, HEMO_DB_READER, &error);
  must (db != NULL, error);
  txn = hemo_txn_begin (db, session, keys, &error);
  must (txn != NULL, error);
  for (gsize i = 0; i < G_N_ELEMENTS (peoples); i++)
    measure_people (txn, plain, &peoples[i]);
  measure_duplicates (txn);
  measure_worklist (txn);
  hemo_txn_end (txn);
  hemo_db_close (db);
  sqlite3_close (plain);
  hemo_secret_unref (key);
  return 0;
}

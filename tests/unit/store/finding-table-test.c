/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Morphology, platelets, malaria films, typed values and calls: what every one of them keeps to. */

#include "finding-fixture.h"

/**
 * Kind: what the functions of one kind of record have in common
 * @lane: whether its changes leave by themselves
 * @owned: whether only its reader changes it
 */
typedef struct
{
  const char *name;
  const char *table;
  const char *type;
  const char *what;
  gpointer (*make) (const char *specimen);
  gboolean (*save) (HemoTxn *txn, gpointer record, GError **error);
  void (*free) (gpointer record);
  char **(*uuid) (gpointer record);
  char **(*specimen) (gpointer record);
  gint64 *(*version) (gpointer record);
  gboolean leaves;
  gboolean owned;
} Kind;

#define ACCESS(prefix, Type)                                                                       \
  static gboolean prefix##_save (HemoTxn *txn, gpointer record, GError **error)                    \
  {                                                                                                \
    return hemo_##prefix##_save (txn, record, error);                                              \
  }                                                                                                \
  static void prefix##_free (gpointer record) { hemo_##prefix##_free (record); }                   \
  static char **prefix##_uuid (gpointer record) { return &((Type *)record)->uuid; }                \
  static char **prefix##_specimen (gpointer record) { return &((Type *)record)->specimen; }        \
  static gint64 *prefix##_version (gpointer record) { return &((Type *)record)->version; }

ACCESS (morphology, HemoMorphology)
ACCESS (platelets, HemoPlatelets)
ACCESS (malaria, HemoMalaria)
ACCESS (result, HemoResult)
ACCESS (critical_call, HemoCriticalCall)

#define FUNCTIONS(prefix)                                                                          \
  prefix##_save, prefix##_free, prefix##_uuid, prefix##_specimen, prefix##_version

static const Kind kinds[] = {
  { "morphology", "morphology", "Observation", "morphology.save", bench_make_morphology,
    FUNCTIONS (morphology), FALSE, TRUE },
  { "platelets", "platelet_count", "Observation", "platelets.save", bench_make_platelets,
    FUNCTIONS (platelets), FALSE, TRUE },
  { "malaria", "malaria_film", "Observation", "malaria.save", bench_make_malaria,
    FUNCTIONS (malaria), FALSE, TRUE },
  { "result", "result", "Observation", "result.save", bench_make_result, FUNCTIONS (result), FALSE,
    FALSE },
  { "call", "critical_call", "Communication", "critical.call", bench_make_call,
    FUNCTIONS (critical_call), TRUE, FALSE },
};

static gint64
count_rows (Records *records, const char *format, ...)
{
  g_autofree char *sql = NULL;
  va_list arguments;

  va_start (arguments, format);
  sql = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return records_ask (records, sql);
}

static void
assert_logged (Bench *bench, const Kind *kind, const char *uuid, int version)
{
  g_assert_cmpint (count_rows (bench->records,
                               "SELECT count(*) FROM change WHERE what = '%s' AND kind = '%s' AND "
                               "object = '%s' AND version = %d AND actor = '%s'",
                               kind->what, kind->type, uuid, version, RECORDS_TECHNICIAN),
                   ==, 1);
  g_assert_cmpint (count_rows (bench->records,
                               "SELECT count(*) FROM audit WHERE what = '%s' AND object = '%s' "
                               "AND detail = 'version %d'",
                               kind->what, uuid, version),
                   ==, 1);
  g_assert_cmpint (count_rows (bench->records,
                               "SELECT count(*) FROM queue WHERE object = '%s' AND change IN "
                               "(SELECT seq FROM change WHERE version = %d)",
                               uuid, version),
                   ==, kind->leaves ? 1 : 0);
}

/* Inserted, changed, and what it said before kept; each change a row of the logs, no more. */
static void
test_saved (Bench *bench, gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (GError) error = NULL;
  gpointer record = kind->make (bench->slide);
  g_autofree char *uuid = g_strdup (*kind->uuid (record));
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (kind->save (txn, record, &error));
  g_assert_no_error (error);
  g_assert_cmpint (*kind->version (record), ==, 1);
  records_commit (txn);
  assert_logged (bench, kind, uuid, 1);
  records_reopen (bench->records);
  txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (kind->save (txn, record, &error));
  g_assert_no_error (error);
  g_assert_cmpint (*kind->version (record), ==, 2);
  records_commit (txn);
  assert_logged (bench, kind, uuid, 2);
  g_assert_cmpint (count_rows (bench->records, "SELECT count(*) FROM %s", kind->table), ==, 1);
  g_assert_cmpint (count_rows (bench->records,
                               "SELECT count(*) FROM record_history WHERE object = '%s' AND "
                               "version = 1",
                               uuid),
                   ==, 1);
  kind->free (record);
}

/* Nothing of what was refused or rolled back is in any table. */
static void
test_rolled_back (Bench *bench, gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (GError) error = NULL;
  gpointer record = kind->make (bench->slide);
  gint64 changes = records_ask (bench->records, "SELECT count(*) FROM change");
  gint64 audits = records_ask (bench->records, "SELECT count(*) FROM audit");
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (kind->save (txn, record, &error));
  hemo_txn_end (txn);
  g_assert_cmpint (count_rows (bench->records, "SELECT count(*) FROM %s", kind->table), ==, 0);
  g_assert_cmpint (records_ask (bench->records, "SELECT count(*) FROM change"), ==, changes);
  g_assert_cmpint (records_ask (bench->records, "SELECT count(*) FROM audit"), ==, audits);
  kind->free (record);
}

/* Two people at once: the second is told, and the first one's words stand. */
static void
test_versions (Bench *bench, gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (GError) error = NULL;
  gpointer record = kind->make (bench->slide);
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (kind->save (txn, record, &error));
  *kind->version (record) = 0;
  g_assert_false (kind->save (txn, record, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  *kind->version (record) = 2;
  g_assert_false (kind->save (txn, record, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_cmpint (*kind->version (record), ==, 2);
  g_free (*kind->uuid (record));
  *kind->uuid (record) = hemo_uuid_new ();
  g_assert_false (kind->save (txn, record, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_free (*kind->uuid (record));
  *kind->uuid (record) = g_strdup ("' OR 1 = 1");
  *kind->version (record) = 0;
  g_assert_false (kind->save (txn, record, &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  records_commit (txn);
  kind->free (record);
}

/* A record stays with its specimen; none is made on one that is not there or was rejected. */
static void
test_places (Bench *bench, gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (GError) error = NULL;
  gpointer record = kind->make (bench->slide);
  gpointer late = kind->make (bench->other);
  gpointer lost = kind->make ("99999999-9999-4999-8999-999999999999");
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (kind->save (txn, record, &error));
  g_set_str (kind->specimen (record), bench->other);
  g_assert_false (kind->save (txn, record, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (kind->save (txn, lost, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  hemo_specimen_reject (txn, bench->other, HEMO_REJECTION_HAEMOLYSED, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (kind->save (txn, late, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (txn);
  g_assert_cmpint (count_rows (bench->records, "SELECT count(*) FROM %s", kind->table), ==, 1);
  kind->free (record);
  kind->free (late);
  kind->free (lost);
}

/* Nobody writes in another's name, and what somebody read only that reader changes. */
static void
test_names (Bench *bench, gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (GError) error = NULL;
  gpointer record = kind->make (bench->slide);
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (kind->save (txn, record, &error));
  records_commit (txn);
  txn = records_begin (bench->records, HEMO_ROLE_PATHOLOGIST);
  if (kind->owned)
    {
      g_assert_false (kind->save (txn, record, &error));
      records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
      g_assert_cmpint (*kind->version (record), ==, 1);
    }
  else
    {
      const char *column = kind->leaves ? "called_by" : "entered_by";

      g_assert_true (kind->save (txn, record, &error));
      g_assert_no_error (error);
      g_assert_cmpint (count_rows (bench->records, "SELECT count(*) FROM %s WHERE %s = '%s'",
                                   kind->table, column, RECORDS_PATHOLOGIST),
                       ==, 1);
    }
  records_commit (txn);
  kind->free (record);
}

/* A reader whom the caller changed in the record to the one who is signed in: the row decides. */
static void
test_stolen (Bench *bench, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoMorphology) morphology = bench_make_morphology (bench->slide);
  g_autoptr (HemoMorphology) forged = bench_make_morphology (bench->slide);
  HemoTxn *txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);

  g_set_str (&forged->reader, RECORDS_PATHOLOGIST);
  g_assert_false (hemo_morphology_save (txn, forged, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_true (hemo_morphology_save (txn, morphology, &error));
  g_assert_cmpstr (morphology->reader, ==, RECORDS_TECHNICIAN);
  records_commit (txn);
  txn = records_begin (bench->records, HEMO_ROLE_PATHOLOGIST);
  g_set_str (&morphology->reader, RECORDS_PATHOLOGIST);
  g_assert_false (hemo_morphology_save (txn, morphology, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (txn);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*function) (Bench *bench, gconstpointer data);
  } common[] = { { "saved", test_saved },
                 { "rolled-back", test_rolled_back },
                 { "versions", test_versions },
                 { "places", test_places },
                 { "names", test_names } };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (guint j = 0; j < G_N_ELEMENTS (common); j++)
      {
        g_autofree char *path
            = g_strdup_printf ("/finding-table/%s/%s", kinds[i].name, common[j].name);

        g_test_add (path, Bench, &kinds[i], bench_set_up, common[j].function, bench_tear_down);
      }
  g_test_add ("/finding-table/stolen", Bench, NULL, bench_set_up, test_stolen, bench_tear_down);
  return g_test_run ();
}

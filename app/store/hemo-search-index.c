/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The search index: kept with each change, checked and made anew. */

#include "hemo-search.h"

#include "hemo-patient-table.h"
#include "hemo-records-private.h"

static gboolean
add_accessions (HemoTxn *txn, GString *words, const char *patient, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT accession FROM specimen WHERE patient = ?1 AND parent IS NULL", patient, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_next (statement, &row, error))
    {
      if (!row)
        return TRUE;
      hemo_search_add_accession (words, hemo_statement_get_text (statement, 0));
    }
  return FALSE;
}

static gboolean
remove_words (HemoTxn *txn, gint64 id, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "DELETE FROM patient_search WHERE rowid = ?1", error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, id);
  return hemo_statement_run (statement, error);
}

static gboolean
write_words (HemoTxn *txn, gint64 id, const char *words, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "INSERT OR REPLACE INTO patient_search (rowid, words) VALUES (?1, ?2)",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, id);
  hemo_statement_bind_text (statement, 2, words);
  return hemo_statement_run (statement, error);
}

/* A merged record has no words of its own: they are the survivor's, which so is found by them once.
 */
static gboolean
add_family (HemoTxn *txn, GString *words, const HemoPatient *survivor, GError **error)
{
  g_autoptr (GPtrArray) family = hemo_patient_family (txn, survivor->uuid, error);

  for (guint i = 0; family != NULL && i < family->len; i++)
    {
      g_autoptr (HemoPatient) member = NULL;
      gint64 id = 0;

      member = hemo_patient_fetch (txn, g_ptr_array_index (family, i), &id, error);
      if (member == NULL || !add_accessions (txn, words, member->uuid, error)
          || (i > 0 && !remove_words (txn, id, error)))
        return FALSE;
      hemo_search_add_patient (words, member);
    }
  return family != NULL;
}

gboolean
hemo_search_index (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autofree char *standing = hemo_patient_dup_survivor (txn, uuid, error);
  g_autoptr (HemoPatient) survivor = NULL;
  g_autoptr (GString) words = g_string_new (NULL);
  gint64 id = 0;

  if (standing == NULL)
    return FALSE;
  survivor = hemo_patient_fetch (txn, standing, &id, error);
  if (survivor == NULL)
    return FALSE;
  /* Entered in error: not to be found any more. */
  if (!survivor->active)
    return remove_words (txn, id, error);
  return add_family (txn, words, survivor, error) && write_words (txn, id, words->str, error);
}

static gboolean
count_wrong (HemoTxn *txn, gint64 *wrong, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT (SELECT count(*) FROM patient WHERE active AND NOT EXISTS "
                         "(SELECT 1 FROM patient_search_docsize WHERE id = patient.id)) + "
                         "(SELECT count(*) FROM patient_search_docsize AS d WHERE NOT EXISTS "
                         "(SELECT 1 FROM patient WHERE patient.id = d.id AND active))",
                         error);

  if (statement == NULL || !hemo_statement_step (statement, error))
    return FALSE;
  *wrong = hemo_statement_get_int (statement, 0);
  return TRUE;
}

gboolean
hemo_search_check (HemoTxn *txn, gint64 *wrong, GError **error)
{
  return hemo_txn_require (txn, HEMO_ACTION_VERIFY, NULL, NULL, error)
         && count_wrong (txn, wrong, error);
}

static gboolean
index_all (HemoTxn *txn, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT uuid FROM patient WHERE merged_into IS NULL ORDER BY id", error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_next (statement, &row, error))
    {
      if (!row)
        return TRUE;
      if (!hemo_search_index (txn, hemo_statement_get_text (statement, 0), error))
        return FALSE;
    }
  return FALSE;
}

gboolean
hemo_search_rebuild (HemoTxn *txn, GError **error)
{
  g_autoptr (HemoStatement) clear = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_VERIFY, NULL, NULL, error))
    return FALSE;
  clear = hemo_db_prepare (hemo_txn_get_db (txn),
                           "INSERT INTO patient_search (patient_search) VALUES ('delete-all')",
                           error);
  return clear != NULL && hemo_statement_run (clear, error) && index_all (txn, error)
         && hemo_txn_audit (txn, "search.rebuild", NULL, NULL, NULL, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Patients: saved with their identifiers, words and blocks, and loaded. */

#include "hemo-patient-table.h"

#include "hemo-queue.h"
#include "hemo-records-private.h"

#include <glib/gi18n.h>

/* Merges of merges: more than anybody makes, less than would take long. */
#define CHAIN_LIMIT 64

static HemoPatient *
patient_from_row (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoPatient) self = hemo_patient_new ();

  if (!hemo_sex_from_code (hemo_statement_get_text (statement, 4), &self->sex, error))
    return NULL;
  g_free (self->uuid);
  self->uuid = hemo_statement_dup_text (statement, 1);
  self->family = hemo_statement_dup_text (statement, 2);
  self->given = hemo_statement_dup_text (statement, 3);
  self->birth = hemo_statement_get_birth (statement, 5);
  self->phone = hemo_statement_dup_text (statement, 9);
  self->village = hemo_statement_dup_text (statement, 10);
  self->active = hemo_statement_get_int (statement, 11) != 0;
  self->merged_into = hemo_statement_dup_text (statement, 12);
  self->version = hemo_statement_get_int (statement, 13);
  return g_steal_pointer (&self);
}

static gboolean
fetch_identifiers (HemoTxn *txn, gint64 id, HemoPatient *patient, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT issuer, value FROM patient_identifier WHERE patient = ?1 ORDER BY position", error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, id);
  while (hemo_statement_next (statement, &row, error))
    {
      if (!row)
        return TRUE;
      g_ptr_array_add (patient->identifiers,
                       hemo_identifier_new (hemo_statement_get_text (statement, 0),
                                            hemo_statement_get_text (statement, 1)));
    }
  return FALSE;
}

static HemoPatient *
fetch (HemoTxn *txn, HemoStatement *statement, gint64 *id, GError **error)
{
  g_autoptr (HemoPatient) patient = NULL;
  gboolean row = FALSE;
  gint64 found;

  if (!hemo_statement_next (statement, &row, error))
    return NULL;
  if (!row)
    {
      hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such patient."));
      return NULL;
    }
  found = hemo_statement_get_int (statement, 0);
  patient = patient_from_row (statement, error);
  if (patient == NULL || !fetch_identifiers (txn, found, patient, error))
    return NULL;
  if (id != NULL)
    *id = found;
  return g_steal_pointer (&patient);
}

#define COLUMNS                                                                                    \
  "id, uuid, family, given, sex, birth_year, birth_month, birth_day, birth_estimated, phone, "     \
  "village, active, merged_into, version"

HemoPatient *
hemo_patient_fetch (HemoTxn *txn, const char *uuid, gint64 *id, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT " COLUMNS " FROM patient WHERE uuid = ?1", uuid, error);

  return statement != NULL ? fetch (txn, statement, id, error) : NULL;
}

HemoPatient *
hemo_patient_fetch_row (HemoTxn *txn, gint64 id, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT " COLUMNS " FROM patient WHERE id = ?1", error);

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, id);
  return fetch (txn, statement, NULL, error);
}

static gboolean
write_identifiers (HemoTxn *txn, gint64 id, const HemoPatient *patient, GError **error)
{
  HemoDb *db = hemo_txn_get_db (txn);
  g_autoptr (HemoStatement) clear
      = hemo_db_prepare (db, "DELETE FROM patient_identifier WHERE patient = ?1", error);
  g_autoptr (HemoStatement) insert = NULL;

  if (clear == NULL)
    return FALSE;
  hemo_statement_bind_int (clear, 1, id);
  if (!hemo_statement_run (clear, error))
    return FALSE;
  insert = hemo_db_prepare (
      db,
      "INSERT INTO patient_identifier (patient, position, issuer, value) VALUES (?1, ?2, ?3, ?4)",
      error);
  if (insert == NULL)
    return FALSE;
  for (guint i = 0; i < patient->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (patient->identifiers, i);

      hemo_statement_bind_int (insert, 1, id);
      hemo_statement_bind_int (insert, 2, i + 1);
      hemo_statement_bind_text (insert, 3, identifier->issuer);
      hemo_statement_bind_text (insert, 4, identifier->value);
      if (!hemo_statement_run (insert, error))
        return FALSE;
    }
  return TRUE;
}

static void
bind_patient (HemoStatement *statement, const HemoPatient *patient)
{
  hemo_statement_bind_text (statement, 1, patient->uuid);
  hemo_statement_bind_text (statement, 2, patient->family);
  hemo_statement_bind_text (statement, 3, patient->given);
  hemo_statement_bind_text (statement, 4, hemo_sex_to_code (patient->sex));
  hemo_statement_bind_birth (statement, 5, &patient->birth);
  hemo_statement_bind_text (statement, 9, patient->phone);
  hemo_statement_bind_text (statement, 10, patient->village);
  hemo_statement_bind_int (statement, 11, patient->active ? 1 : 0);
  hemo_statement_bind_text (statement, 12, patient->merged_into);
  hemo_statement_bind_int (statement, 13, patient->version + 1);
}

static gboolean
insert_row (HemoTxn *txn, const HemoPatient *patient, gint64 *id, GError **error)
{
  HemoDb *db = hemo_txn_get_db (txn);
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      db,
      "INSERT INTO patient (uuid, family, given, sex, birth_year, birth_month, birth_day, "
      "birth_estimated, phone, village, active, merged_into, version) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
      error);

  if (statement == NULL)
    return FALSE;
  bind_patient (statement, patient);
  if (!hemo_statement_run (statement, error))
    return FALSE;
  *id = hemo_db_get_last_rowid (db);
  return TRUE;
}

static gboolean
update_row (HemoTxn *txn, const HemoPatient *patient, gint64 *id, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "UPDATE patient SET family = ?2, given = ?3, sex = ?4, birth_year = ?5, birth_month = ?6, "
      "birth_day = ?7, birth_estimated = ?8, phone = ?9, village = ?10, active = ?11, "
      "merged_into = ?12, version = ?13 WHERE uuid = ?1 RETURNING id",
      error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  bind_patient (statement, patient);
  if (!hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    return hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such patient."));
  *id = hemo_statement_get_int (statement, 0);
  return TRUE;
}

/* The row is written before the identifiers, so that the history still finds the old ones. */
static gboolean
write_patient (HemoTxn *txn, HemoPatient *patient, const char *what, HemoLane lane, GError **error)
{
  gint64 id = 0;
  gint64 version = patient->version + 1;

  if (!(patient->version == 0 ? insert_row (txn, patient, &id, error)
                              : update_row (txn, patient, &id, error))
      || !write_identifiers (txn, id, patient, error)
      || !hemo_patient_write_blocks (txn, id, patient, error)
      || !hemo_search_index (txn, patient->uuid, error)
      || !hemo_txn_log_change (txn, what, "Patient", patient->uuid, version, lane, error))
    return FALSE;
  patient->version = version;
  return TRUE;
}

gboolean
hemo_patient_update (HemoTxn *txn, HemoPatient *patient, const char *what, GError **error)
{
  return write_patient (txn, patient, what, HEMO_LANE_RESULTS, error);
}

gboolean
hemo_patient_put (
    HemoTxn *txn, HemoPatient *patient, const char *what, HemoLane lane, GError **error)
{
  gboolean is_new = patient->version == 0;
  g_autofree char *standing = is_new ? NULL : hemo_patient_dup_survivor (txn, patient->uuid, error);
  g_autoptr (HemoPatient) before
      = standing != NULL ? hemo_patient_fetch (txn, standing, NULL, error) : NULL;

  return (is_new || before != NULL) && write_patient (txn, patient, what, lane, error)
         && (is_new
             || (hemo_patient_refresh_cases (txn, patient->uuid, error)
                 && hemo_patient_reopen_cases (txn, patient->uuid, before, error)));
}

static gboolean
check_not_merged (HemoTxn *txn, const HemoPatient *patient, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT 1 FROM patient WHERE uuid = ?1 AND merged_into IS NOT NULL", patient->uuid,
      error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row && patient->merged_into == NULL)
    return TRUE;
  return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                           N_ ("This record was merged into another. Change that one, or take the "
                               "merge back first."));
}

gboolean
hemo_patient_check (HemoTxn *txn, const HemoPatient *patient, GError **error)
{
  HemoDate today = hemo_record_today (txn);

  /* Where the clock is wrong nothing can be said of ages, but a date still has to exist. */
  if (today.year == 0)
    today = (HemoDate){ .year = MAX (patient->birth.date.year, 1850), .month = 12, .day = 31 };
  return hemo_patient_validate (patient, today, error);
}

gboolean
hemo_patient_save (HemoTxn *txn, HemoPatient *patient, GError **error)
{
  gboolean is_new = patient->version == 0;

  if (!hemo_txn_require (txn, HEMO_ACTION_PATIENT_EDIT, "Patient", patient->uuid, error)
      || !hemo_patient_check (txn, patient, error)
      || !hemo_record_check_version (txn, "patient", patient->uuid, patient->version, error)
      || !check_not_merged (txn, patient, error))
    return FALSE;
  return hemo_patient_put (txn, patient, is_new ? "patient.create" : "patient.edit",
                           HEMO_LANE_RESULTS, error)
         && (is_new || hemo_queue_mended (txn, patient->uuid, error));
}

HemoPatient *
hemo_patient_load (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (HemoPatient) patient = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_PATIENT_VIEW, "Patient", uuid, error))
    return NULL;
  patient = hemo_patient_fetch (txn, uuid, NULL, error);
  if (patient == NULL
      || !hemo_txn_audit (txn, "patient.view", "Patient", patient->uuid, NULL, error))
    return NULL;
  return g_steal_pointer (&patient);
}

static gboolean
dup_merged_into (HemoTxn *txn, const char *uuid, char **out, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT merged_into FROM patient WHERE uuid = ?1", uuid, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    return hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such patient."));
  *out = hemo_statement_dup_text (statement, 0);
  return TRUE;
}

char *
hemo_patient_dup_survivor (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autofree char *current = g_strdup (uuid);

  for (int i = 0; i < CHAIN_LIMIT; i++)
    {
      char *next = NULL;

      if (!dup_merged_into (txn, current, &next, error))
        return NULL;
      if (next == NULL)
        return g_steal_pointer (&current);
      g_free (current);
      current = next;
    }
  hemo_record_fail (error, HEMO_STORE_ERROR_CORRUPT, "Merged patients point at each other.");
  return NULL;
}

GPtrArray *
hemo_patient_family (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (GPtrArray) family = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "WITH RECURSIVE family (uuid, depth) AS (VALUES (?1, 0) UNION "
                            "SELECT patient.uuid, depth + 1 FROM family JOIN patient ON "
                            "patient.merged_into = family.uuid "
                            "WHERE depth < 64) SELECT uuid FROM family ORDER BY depth",
                            uuid, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return NULL;
  while (hemo_statement_next (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&family);
      g_ptr_array_add (family, hemo_statement_dup_text (statement, 0));
    }
  return NULL;
}

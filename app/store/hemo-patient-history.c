/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signed results, earlier versions and merged records of a patient. */

#include "hemo-patient-history.h"

#include "hemo-clinic-info.h"
#include "hemo-json.h"
#include "hemo-records-private.h"

#include <glib/gi18n.h>
#include <json-c/json.h>
#include <string.h>

void
hemo_patient_version_free (HemoPatientVersion *self)
{
  if (self == NULL)
    return;
  hemo_patient_free (self->patient);
  g_free (self->by);
  g_free (self);
}

static const char results_sql[]
    = "WITH RECURSIVE family (uuid, depth) AS (VALUES (?1, 0) UNION "
      "SELECT patient.uuid, depth + 1 FROM family JOIN patient ON patient.merged_into = "
      "family.uuid WHERE depth < 64) "
      "SELECT content FROM specimen JOIN report ON report.specimen = specimen.uuid "
      "JOIN report_version ON report_version.report = report.uuid "
      "WHERE specimen.patient IN (SELECT uuid FROM family) "
      "AND report_version.version = (SELECT max (v.version) FROM report_version AS v "
      "WHERE v.report = report.uuid) ORDER BY specimen.id DESC LIMIT ?2";

static gboolean
take_lines (HemoStatement *statement, GPtrArray *lines, GError **error)
{
  const char *content = hemo_statement_get_text (statement, 0);
  g_autoptr (HemoReport) report = hemo_report_from_json (content, strlen (content), error);

  if (report == NULL)
    return FALSE;
  if (report->status == HEMO_REPORT_ENTERED_IN_ERROR || report->status == HEMO_REPORT_CANCELLED)
    return TRUE;
  for (guint i = 0; i < report->lines->len; i++)
    g_ptr_array_add (lines, hemo_line_copy (g_ptr_array_index (report->lines, i)));
  return TRUE;
}

GPtrArray *
hemo_patient_results (HemoTxn *txn, const char *patient, int limit, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_line_free);
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "Patient", patient, error))
    return NULL;
  statement = hemo_record_select (txn, results_sql, patient, error);
  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 2, MAX (limit, 0));
  while (hemo_statement_next (statement, &row, error))
    {
      if (!row)
        return hemo_txn_audit (txn, "patient.results", "Patient", patient, NULL, error)
                   ? g_steal_pointer (&lines)
                   : NULL;
      if (!take_lines (statement, lines, error))
        return NULL;
    }
  return NULL;
}

static char *
dup_string (json_object *object, const char *key)
{
  json_object *value = NULL;

  if (!json_object_object_get_ex (object, key, &value)
      || !json_object_is_type (value, json_type_string))
    return NULL;
  return g_strdup (json_object_get_string (value));
}

static int
get_int (json_object *object, const char *key)
{
  json_object *value = NULL;

  return json_object_object_get_ex (object, key, &value) ? json_object_get_int (value) : 0;
}

static void
read_identifiers (json_object *object, HemoPatient *patient)
{
  json_object *list = NULL;

  if (!json_object_object_get_ex (object, "identifiers", &list)
      || !json_object_is_type (list, json_type_array))
    return;
  for (size_t i = 0; i < json_object_array_length (list); i++)
    {
      json_object *pair = json_object_array_get_idx (list, i);

      if (json_object_is_type (pair, json_type_array) && json_object_array_length (pair) == 2)
        g_ptr_array_add (
            patient->identifiers,
            hemo_identifier_new (json_object_get_string (json_object_array_get_idx (pair, 0)),
                                 json_object_get_string (json_object_array_get_idx (pair, 1))));
    }
}

/* What the trigger patient_history wrote. */
static HemoPatient *
patient_from_history (const char *uuid, const char *content, GError **error)
{
  g_autoptr (HemoPatient) patient = hemo_patient_new ();
  json_object *object = hemo_json_read_stored (content);
  g_autofree char *sex = NULL;

  if (object == NULL || !json_object_is_type (object, json_type_object))
    {
      json_object_put (object);
      hemo_record_fail (error, HEMO_STORE_ERROR_CORRUPT,
                        N_ ("A version of the record is damaged."));
      return NULL;
    }
  g_set_str (&patient->uuid, uuid);
  patient->family = dup_string (object, "family");
  patient->given = dup_string (object, "given");
  patient->phone = dup_string (object, "phone");
  patient->village = dup_string (object, "village");
  patient->merged_into = dup_string (object, "merged_into");
  patient->active = get_int (object, "active") != 0;
  patient->birth.date
      = (HemoDate){ (gint16)get_int (object, "birth_year"), (guint8)get_int (object, "birth_month"),
                    (guint8)get_int (object, "birth_day") };
  patient->birth.estimated = get_int (object, "birth_estimated") != 0;
  sex = dup_string (object, "sex");
  read_identifiers (object, patient);
  json_object_put (object);
  if (sex != NULL && hemo_sex_from_code (sex, &patient->sex, NULL))
    return g_steal_pointer (&patient);
  hemo_record_fail (error, HEMO_STORE_ERROR_CORRUPT, N_ ("A version of the record is damaged."));
  return NULL;
}

/* When the version came to be, and by whom. */
static gboolean
describe (HemoTxn *txn, HemoPatientVersion *version, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "SELECT at_us, offset_minutes, actor FROM change WHERE object = ?1 "
                            "AND kind = 'Patient' AND version = ?2 ORDER BY seq LIMIT 1",
                            version->patient->uuid, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, version->patient->version);
  if (!hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  version->at.utc_us = hemo_statement_get_int (statement, 0);
  version->at.offset_minutes = (gint16)hemo_statement_get_int (statement, 1);
  if (!hemo_statement_is_null (statement, 2))
    version->by = hemo_user_name (txn, hemo_statement_get_text (statement, 2));
  return TRUE;
}

static gboolean
add_version (HemoTxn *txn, HemoPatient *patient, GPtrArray *versions, GError **error)
{
  HemoPatientVersion *version = g_new0 (HemoPatientVersion, 1);

  version->patient = patient;
  g_ptr_array_add (versions, version);
  return describe (txn, version, error);
}

static gboolean
add_history (HemoTxn *txn, const char *uuid, GPtrArray *versions, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "SELECT version, content FROM record_history WHERE kind = 'patient' "
                            "AND object = ?1 ORDER BY version DESC",
                            uuid, error);
  gboolean row = FALSE;

  while (statement != NULL && hemo_statement_next (statement, &row, error))
    {
      HemoPatient *patient;

      if (!row)
        return TRUE;
      patient = patient_from_history (uuid, hemo_statement_get_text (statement, 1), error);
      if (patient == NULL)
        return FALSE;
      patient->version = hemo_statement_get_int (statement, 0);
      if (!add_version (txn, patient, versions, error))
        return FALSE;
    }
  return FALSE;
}

GPtrArray *
hemo_patient_versions (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (GPtrArray) versions
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_patient_version_free);
  HemoPatient *patient;

  if (!hemo_txn_require (txn, HEMO_ACTION_PATIENT_VIEW, "Patient", uuid, error))
    return NULL;
  patient = hemo_patient_fetch (txn, uuid, NULL, error);
  if (patient == NULL || !add_version (txn, patient, versions, error)
      || !add_history (txn, uuid, versions, error)
      || !hemo_txn_audit (txn, "patient.history", "Patient", uuid, NULL, error))
    return NULL;
  return g_steal_pointer (&versions);
}

GPtrArray *
hemo_patient_merged (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (GPtrArray) merged = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_patient_free);
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (!hemo_txn_require (txn, HEMO_ACTION_PATIENT_VIEW, "Patient", uuid, error))
    return NULL;
  statement = hemo_record_select (
      txn, "SELECT uuid FROM patient WHERE merged_into = ?1 ORDER BY id", uuid, error);
  while (statement != NULL && hemo_statement_next (statement, &row, error))
    {
      HemoPatient *patient;

      if (!row)
        return g_steal_pointer (&merged);
      patient = hemo_patient_fetch (txn, hemo_statement_get_text (statement, 0), NULL, error);
      if (patient == NULL)
        return NULL;
      g_ptr_array_add (merged, patient);
    }
  return NULL;
}

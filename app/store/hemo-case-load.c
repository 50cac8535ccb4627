/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A whole case: who, what was asked, what came, and all that was found. */

#include "hemo-case-load.h"

#include "hemo-patient-table.h"
#include "hemo-records-private.h"

static gboolean
fetch_slides (HemoTxn *txn, HemoCase *data, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT " HEMO_SPECIMEN_COLUMNS " FROM specimen WHERE parent = ?1 ORDER BY id",
      data->specimen->uuid, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_next (statement, &row, error))
    {
      HemoSpecimen *slide;

      if (!row)
        return TRUE;
      slide = hemo_specimen_from_row (statement, error);
      if (slide == NULL)
        return FALSE;
      g_ptr_array_add (data->slides, slide);
    }
  return FALSE;
}

static gboolean
fetch_specimen (HemoTxn *txn, HemoCase *data, const char *uuid_or_accession, GError **error)
{
  g_autoptr (HemoSpecimen) found = hemo_specimen_fetch (txn, uuid_or_accession, error);

  if (found == NULL)
    return FALSE;
  data->specimen = found->parent == NULL ? g_steal_pointer (&found)
                                         : hemo_specimen_fetch (txn, found->parent, error);
  return data->specimen != NULL && fetch_slides (txn, data, error);
}

/* Who the patient is known as now: a name that was put right after a merge stands on the survivor.
 */
static gboolean
fetch_people (HemoTxn *txn, HemoCase *data, GError **error)
{
  g_autofree char *survivor = hemo_patient_dup_survivor (txn, data->specimen->patient, error);

  if (survivor == NULL)
    return FALSE;
  data->patient = hemo_patient_fetch (txn, survivor, NULL, error);
  if (data->patient == NULL)
    return FALSE;
  data->order = hemo_order_fetch (txn, data->specimen->order, error);
  data->clinic = data->order != NULL ? hemo_clinic_info_fetch (txn, error) : NULL;
  return data->clinic != NULL;
}

HemoCase *
hemo_case_fetch (HemoTxn *txn, const char *uuid_or_accession, GError **error)
{
  g_autoptr (HemoCase) data = hemo_case_new ();

  if (!fetch_specimen (txn, data, uuid_or_accession, error) || !fetch_people (txn, data, error)
      || !hemo_case_fetch_bench (txn, data, error) || !hemo_case_fetch_reports (txn, data, error))
    return NULL;
  return g_steal_pointer (&data);
}

/* What is shown of a draft is what would be signed. */
static gboolean
fill_draft (HemoTxn *txn, HemoCase *data, GError **error)
{
  g_autoptr (GPtrArray) ranges = NULL;

  if (data->report->status != HEMO_REPORT_DRAFT)
    return TRUE;
  ranges = hemo_ranges_fetch (txn, error);
  if (ranges != NULL)
    hemo_report_fill (data->report, data, ranges);
  return ranges != NULL;
}

static HemoCase *
load (HemoTxn *txn, const char *uuid_or_accession, GError **error)
{
  g_autoptr (HemoCase) data = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "Specimen", NULL, error))
    return NULL;
  data = hemo_case_fetch (txn, uuid_or_accession, error);
  if (data == NULL || !hemo_case_fetch_previous (txn, data, error)
      || !hemo_case_fetch_readings (txn, data, error) || !fill_draft (txn, data, error))
    return NULL;
  return g_steal_pointer (&data);
}

HemoCase *
hemo_case_load (HemoTxn *txn, const char *uuid_or_accession, GError **error)
{
  g_autoptr (HemoCase) data = load (txn, uuid_or_accession, error);

  if (data == NULL
      || !hemo_txn_audit (txn, "case.view", "Specimen", data->specimen->uuid, NULL, error))
    return NULL;
  return g_steal_pointer (&data);
}

HemoCase *
hemo_case_reload (HemoTxn *txn, const char *uuid, GError **error)
{
  return load (txn, uuid, error);
}

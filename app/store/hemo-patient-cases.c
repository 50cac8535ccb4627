/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What follows for a patient's cases when the patient's record says something else. */

#include "hemo-records-private.h"

#include "hemo-report-status.h"

/* Of the cases of @patient, those for which @condition, SQL over case_state, is true. */
static GPtrArray *
list_tubes (HemoTxn *txn, const char *patient, const char *condition, GError **error)
{
  g_autoptr (GPtrArray) tubes = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *sql
      = g_strdup_printf ("SELECT specimen.uuid FROM specimen JOIN case_state "
                         "ON case_state.specimen = specimen.id WHERE patient = ?1 AND %s",
                         condition);
  g_autoptr (HemoStatement) statement = hemo_record_select (txn, sql, patient, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return NULL;
  while (hemo_statement_next (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&tubes);
      g_ptr_array_add (tubes, hemo_statement_dup_text (statement, 0));
    }
  return NULL;
}

typedef gboolean (*Look) (HemoTxn *txn, const char *tube, gconstpointer data, GError **error);

static gboolean
look_at_cases (HemoTxn *txn,
               const char *uuid,
               const char *condition,
               Look look,
               gconstpointer data,
               GError **error)
{
  g_autoptr (GPtrArray) family = hemo_patient_family (txn, uuid, error);

  for (guint i = 0; family != NULL && i < family->len; i++)
    {
      g_autoptr (GPtrArray) tubes
          = list_tubes (txn, g_ptr_array_index (family, i), condition, error);

      if (tubes == NULL)
        return FALSE;
      for (guint n = 0; n < tubes->len; n++)
        if (!look (txn, g_ptr_array_index (tubes, n), data, error))
          return FALSE;
    }
  return family != NULL;
}

static gboolean
refresh (HemoTxn *txn, const char *tube, gconstpointer data, GError **error)
{
  return hemo_case_state_refresh (txn, tube, error);
}

gboolean
hemo_patient_refresh_cases (HemoTxn *txn, const char *uuid, GError **error)
{
  /* What is signed with a value that nobody was told stays signed. */
  return look_at_cases (txn, uuid, "state < 5 AND (state <> 3 OR touched)", refresh, NULL, error);
}

/* The lines of @data as they would be signed for @patient. (transfer full) */
static HemoReport *
fill_for (HemoCase *data, const HemoPatient *patient, GPtrArray *ranges)
{
  HemoReport *report = hemo_report_copy (data->report);
  HemoPatient *known = g_steal_pointer (&data->patient);

  data->patient = hemo_patient_copy (patient);
  hemo_report_fill (report, data, ranges);
  hemo_patient_free (data->patient);
  data->patient = known;
  return report;
}

static gboolean
reopen (HemoTxn *txn, const char *tube, gconstpointer patient, GError **error)
{
  g_autoptr (HemoCase) data = hemo_case_fetch (txn, tube, error);
  g_autoptr (GPtrArray) ranges = data != NULL ? hemo_ranges_fetch (txn, error) : NULL;
  g_autoptr (HemoReport) then = NULL;
  g_autoptr (HemoReport) now = NULL;

  if (ranges == NULL)
    return FALSE;
  if (data->reports->len == 0 || hemo_case_results_are_void (data))
    return TRUE;
  then = fill_for (data, patient, ranges);
  now = fill_for (data, data->patient, ranges);
  return hemo_report_is_judged_alike (then, now) || hemo_case_state_refresh (txn, tube, error);
}

gboolean
hemo_patient_reopen_cases (HemoTxn *txn,
                           const char *uuid,
                           const HemoPatient *before,
                           GError **error)
{
  return look_at_cases (txn, uuid, "state IN (3, 5) AND NOT touched", reopen, before, error);
}

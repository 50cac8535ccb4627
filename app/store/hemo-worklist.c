/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The worklist: for each state one walk along an index, merged. */

#include "hemo-worklist.h"

#include "hemo-patient-table.h"
#include "hemo-records-private.h"

#define ALL_STATES ((1u << (HEMO_STATE_REJECTED + 1)) - 1)

void
hemo_work_item_free (HemoWorkItem *self)
{
  if (self == NULL)
    return;
  g_free (self->specimen);
  g_free (self->accession);
  g_free (self->patient);
  g_free (self->name);
  g_free (self);
}

/* With what it is ordered by. */
typedef struct
{
  HemoWorkItem *item;
  gint64 id;
} Entry;

static void
entry_clear (gpointer data)
{
  hemo_work_item_free (((Entry *)data)->item);
}

#define ITEM_COLUMNS                                                                               \
  "specimen.id, specimen.uuid, specimen.accession, patient.uuid, patient.family, patient.given, "  \
  "patient.sex, birth_year, birth_month, birth_day, birth_estimated, lab_order.tests, "            \
  "case_state.urgency, case_state.state, counted, target, images, received_us, received_offset, "  \
  "received_by_hand"
#define ITEM_TABLES                                                                                \
  "JOIN specimen ON specimen.id = case_state.specimen "                                            \
  "JOIN lab_order ON lab_order.uuid = specimen.lab_order "                                         \
  "JOIN patient ON patient.uuid = specimen.patient "

static char *
read_name (HemoStatement *statement)
{
  g_autoptr (HemoPatient) patient = hemo_patient_new ();

  patient->family = hemo_statement_dup_text (statement, 4);
  patient->given = hemo_statement_dup_text (statement, 5);
  return hemo_patient_display_name (patient);
}

static gboolean
item_from_row (HemoStatement *statement, GArray *out, GError **error)
{
  HemoSex sex;
  HemoTests tests;
  Entry entry;

  if (!hemo_sex_from_code (hemo_statement_get_text (statement, 6), &sex, error)
      || !hemo_tests_from_codes (hemo_statement_get_text (statement, 11), &tests, error))
    return FALSE;
  entry.id = hemo_statement_get_int (statement, 0);
  entry.item = g_new0 (HemoWorkItem, 1);
  entry.item->specimen = hemo_statement_dup_text (statement, 1);
  entry.item->accession = hemo_statement_dup_text (statement, 2);
  entry.item->patient = hemo_statement_dup_text (statement, 3);
  entry.item->name = read_name (statement);
  entry.item->sex = sex;
  entry.item->birth = hemo_statement_get_birth (statement, 7);
  entry.item->tests = tests;
  entry.item->urgency = (HemoUrgency)hemo_statement_get_int (statement, 12);
  entry.item->state = (HemoState)hemo_statement_get_int (statement, 13);
  entry.item->counted = (int)hemo_statement_get_int (statement, 14);
  entry.item->target = (int)hemo_statement_get_int (statement, 15);
  entry.item->images = (int)hemo_statement_get_int (statement, 16);
  entry.item->waiting_since = hemo_statement_get_time (statement, 17);
  g_array_append_val (out, entry);
  return TRUE;
}

static gboolean
collect (HemoStatement *statement, GArray *out, GError **error)
{
  gboolean row = FALSE;

  while (hemo_statement_next (statement, &row, error))
    {
      if (!row)
        return TRUE;
      if (!item_from_row (statement, out, error))
        return FALSE;
    }
  return FALSE;
}

static gboolean
collect_state (
    HemoTxn *txn, HemoState state, const char *day, int limit, GArray *out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      day != NULL ? "SELECT " ITEM_COLUMNS " FROM case_state " ITEM_TABLES
                    "WHERE received_day = ?1 AND state = ?2 "
                    "ORDER BY case_state.urgency DESC, case_state.specimen LIMIT ?3"
                  : "SELECT " ITEM_COLUMNS " FROM case_state " ITEM_TABLES
                    "WHERE ?1 IS NULL AND state = ?2 "
                    "ORDER BY case_state.urgency DESC, case_state.specimen LIMIT ?3",
      day, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, state);
  hemo_statement_bind_int (statement, 3, limit);
  return collect (statement, out, error);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *first = a;
  const Entry *second = b;

  if (first->item->urgency != second->item->urgency)
    return first->item->urgency > second->item->urgency ? -1 : 1;
  return first->id < second->id ? -1 : first->id > second->id;
}

static GPtrArray *
take_items (GArray *entries, int limit)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_work_item_free);

  for (guint i = 0; i < entries->len && i < (guint)limit; i++)
    g_ptr_array_add (items, g_steal_pointer (&g_array_index (entries, Entry, i).item));
  return items;
}

static GArray *
entries_new (void)
{
  GArray *entries = g_array_new (FALSE, TRUE, sizeof (Entry));

  g_array_set_clear_func (entries, entry_clear);
  return entries;
}

GPtrArray *
hemo_worklist (HemoTxn *txn, guint states, HemoDate day, int limit, GError **error)
{
  g_autoptr (GArray) entries = entries_new ();
  g_autofree char *date = hemo_date_to_iso (day);

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, NULL, NULL, error))
    return NULL;
  limit = MAX (limit, 0);
  if (states == 0)
    states = ALL_STATES;
  for (int state = 0; state <= HEMO_STATE_REJECTED; state++)
    if ((states & (1u << state)) != 0
        && !collect_state (txn, (HemoState)state, date, limit, entries, error))
      return NULL;
  g_array_sort (entries, compare_entries);
  return take_items (entries, limit);
}

GPtrArray *
hemo_worklist_of_patient (HemoTxn *txn, const char *patient, int limit, GError **error)
{
  g_autoptr (GArray) entries = entries_new ();
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "Patient", patient, error))
    return NULL;
  statement = hemo_record_select (
      txn,
      "WITH RECURSIVE family (uuid, depth) AS (VALUES (?1, 0) UNION "
      "SELECT patient.uuid, depth + 1 FROM family JOIN patient ON patient.merged_into = "
      "family.uuid "
      "WHERE depth < 64) SELECT " ITEM_COLUMNS
      " FROM specimen JOIN case_state ON case_state.specimen = specimen.id "
      "JOIN lab_order ON lab_order.uuid = specimen.lab_order "
      "JOIN patient ON patient.uuid = specimen.patient "
      "WHERE specimen.patient IN (SELECT uuid FROM family) ORDER BY specimen.id DESC LIMIT ?2",
      patient, error);
  if (statement == NULL)
    return NULL;
  limit = MAX (limit, 0);
  hemo_statement_bind_int (statement, 2, limit);
  if (!collect (statement, entries, error)
      || !hemo_txn_audit (txn, "patient.cases", "Patient", patient, NULL, error))
    return NULL;
  return take_items (entries, limit);
}

gboolean
hemo_worklist_tally (HemoTxn *txn, int *counts, GError **error)
{
  int found[HEMO_STATE_REJECTED + 1] = { 0 };
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, NULL, NULL, error))
    return FALSE;
  statement = hemo_db_prepare (hemo_txn_get_db (txn),
                               "SELECT state, count(*) FROM case_state GROUP BY state", error);
  if (statement == NULL)
    return FALSE;
  while (hemo_statement_next (statement, &row, error))
    {
      if (!row)
        {
          for (guint i = 0; i < G_N_ELEMENTS (found); i++)
            counts[i] = found[i];
          return TRUE;
        }
      found[hemo_statement_get_int (statement, 0)] = (int)hemo_statement_get_int (statement, 1);
    }
  return FALSE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The worklist: for each state one walk along an index, merged. */

#include "hemo-worklist.h"

#include "hemo-maintenance-private.h"
#include "hemo-patient-table.h"
#include "hemo-records-private.h"

#define ALL_STATES ((1u << (HEMO_STATE_REJECTED + 1)) - 1)

/* An older backup is no longer called one. */
#define BACKUP_VALID_US (7 * G_TIME_SPAN_DAY)

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

#define IS_WITHDRAWN                                                                               \
  "(SELECT v.status = 'entered-in-error' FROM report "                                             \
  "JOIN report_version AS v ON v.report = report.uuid WHERE report.specimen = specimen.uuid "      \
  "ORDER BY v.version DESC LIMIT 1)"
#define ITEM_COLUMNS                                                                               \
  "specimen.id, specimen.uuid, specimen.accession, patient.uuid, patient.family, patient.given, "  \
  "patient.sex, birth_year, birth_month, birth_day, birth_estimated, lab_order.tests, "            \
  "case_state.urgency, case_state.state, counted, target, images, received_us, received_offset, "  \
  "received_by_hand, " HEMO_READING_MARK_OF ", " IS_WITHDRAWN
#define ITEM_TABLES                                                                                \
  "JOIN specimen ON specimen.id = case_state.specimen "                                            \
  "JOIN lab_order ON lab_order.uuid = specimen.lab_order " HEMO_JOIN_STANDING_PATIENT

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
  entry.item->row = entry.id;
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
  entry.item->reading = (HemoReadingMark)hemo_statement_get_int (statement, 20);
  entry.item->withdrawn = hemo_statement_get_int (statement, 21) != 0;
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

/* Of the last proven backup; both 0 when there is none that counts. */
typedef struct
{
  gint64 at_us;
  gint64 change;
} LastBackup;

static gboolean
get_setting (HemoTxn *txn, const char *key, gint64 *out, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT value FROM setting WHERE key = ?1", key, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  *out = row ? hemo_statement_get_int (statement, 0) : 0;
  return TRUE;
}

static gboolean
get_last_backup (HemoTxn *txn, LastBackup *out, GError **error)
{
  LastBackup last = { 0 };
  gint64 now = hemo_txn_get_time (txn).utc_us;

  if (!get_setting (txn, HEMO_SETTING_BACKUP_AT, &last.at_us, error)
      || !get_setting (txn, HEMO_SETTING_BACKUP_CHANGE, &last.change, error))
    return FALSE;
  /* One that lies in the future tells of a wrong clock, and proves nothing. */
  if (last.at_us > now || now - last.at_us >= BACKUP_VALID_US)
    last = (LastBackup){ 0 };
  *out = last;
  return TRUE;
}

/* All that belongs to the case of the tube ?1: few, each found along an index. */
#define RECORDS_OF_CASE                                                                            \
  "WITH part (uuid) AS (SELECT uuid FROM specimen WHERE uuid = ?1 OR parent = ?1), "               \
  "record (uuid) AS (SELECT uuid FROM part "                                                       \
  "UNION ALL SELECT lab_order FROM specimen WHERE uuid = ?1 "                                      \
  "UNION ALL SELECT patient FROM specimen WHERE uuid = ?1 "                                        \
  "UNION ALL SELECT uuid FROM image WHERE specimen IN part "                                       \
  "UNION ALL SELECT uuid FROM cell_count WHERE specimen IN part "                                  \
  "UNION ALL SELECT uuid FROM morphology WHERE specimen IN part "                                  \
  "UNION ALL SELECT uuid FROM platelet_count WHERE specimen IN part "                              \
  "UNION ALL SELECT uuid FROM malaria_film WHERE specimen IN part "                                \
  "UNION ALL SELECT uuid FROM malaria_decision WHERE specimen IN part "                            \
  "UNION ALL SELECT uuid FROM result WHERE specimen IN part "                                      \
  "UNION ALL SELECT uuid FROM critical_call WHERE specimen IN part "                               \
  "UNION ALL SELECT uuid FROM reading WHERE specimen IN part "                                     \
  "UNION ALL SELECT uuid FROM report WHERE specimen IN part) "
/* Cells are logged with their count, when it is closed: of an open one it cannot be said. */
#define HAS_OPEN_COUNT "EXISTS (SELECT 1 FROM cell_count WHERE specimen IN part AND NOT closed)"

/* Whether nothing of the case is newer than @last. */
static gboolean
judge_backup (HemoTxn *txn, HemoWorkItem *item, const LastBackup *last, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (last->at_us == 0)
    return TRUE;
  statement = hemo_record_select (
      txn,
      RECORDS_OF_CASE
      "SELECT max((SELECT max(seq) FROM change WHERE object = record.uuid)), " HAS_OPEN_COUNT
      " FROM record",
      item->specimen, error);
  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (row && hemo_statement_get_int (statement, 0) <= last->change
      && hemo_statement_get_int (statement, 1) == 0)
    item->safety = HEMO_SAFETY_BACKED_UP;
  return TRUE;
}

/* Whether the tube itself was received, nothing of its case waits or lies on the shelf, and nothing
 * was found that is not signed. */
static gboolean
judge_received (HemoTxn *txn, HemoWorkItem *item, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      RECORDS_OF_CASE
      "SELECT EXISTS (SELECT 1 FROM queue WHERE object = ?1 AND lane = 0 "
      "AND state = 'received') AND NOT EXISTS (SELECT 1 FROM record JOIN queue "
      "ON queue.object = record.uuid WHERE queue.lane = 0 AND queue.state <> 'received') "
      "AND NOT EXISTS (SELECT 1 FROM case_state JOIN specimen ON specimen.id = case_state.specimen "
      "WHERE specimen.uuid = ?1 AND " HEMO_CASE_IS_AHEAD ")",
      item->specimen, error);

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (row && hemo_statement_get_int (statement, 0) != 0)
    item->safety = HEMO_SAFETY_RECEIVED;
  return TRUE;
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
      "JOIN lab_order ON lab_order.uuid = specimen.lab_order " HEMO_JOIN_STANDING_PATIENT
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
hemo_worklist_count_untold (HemoTxn *txn, int *count, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, NULL, NULL, error))
    return FALSE;
  /* Also of a case that was changed since: the paper that went out is the same. */
  statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT count(*) FROM case_state WHERE state = 3 AND (NOT touched OR EXISTS ("
      "SELECT 1 FROM specimen JOIN report ON report.specimen = specimen.uuid "
      "JOIN report_version ON report_version.report = report.uuid "
      "WHERE specimen.id = case_state.specimen))",
      error);
  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  *count = (int)hemo_statement_get_int (statement, 0);
  return TRUE;
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

/* What the numbers of rows are sorted by. */
typedef struct
{
  gint64 row;
  gint64 urgency;
} Place;

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *first = a;
  const Place *second = b;

  if (first->urgency != second->urgency)
    return first->urgency > second->urgency ? -1 : 1;
  return first->row < second->row ? -1 : first->row > second->row;
}

#define PLACES "SELECT specimen, urgency FROM case_state WHERE "

/* One state along its index, or all that @states asks for (state -1) along the rows. */
static HemoStatement *
select_places (HemoTxn *txn, const char *day, guint states, int state, GError **error)
{
  HemoStatement *statement;

  if (state < 0)
    statement
        = hemo_record_select (txn,
                              PLACES "(?1 IS NULL OR received_day = ?1) AND ((?2 >> state) & 1) "
                                     "ORDER BY specimen DESC",
                              day, error);
  else
    statement = hemo_record_select (txn,
                                    day != NULL ? PLACES "received_day = ?1 AND state = ?2"
                                                : PLACES "?1 IS NULL AND state = ?2",
                                    day, error);
  if (statement != NULL)
    hemo_statement_bind_int (statement, 2, state < 0 ? (gint64)states : state);
  return statement;
}

static gboolean
collect_places (
    HemoTxn *txn, const char *day, guint states, int state, GArray *places, GError **error)
{
  g_autoptr (HemoStatement) statement = select_places (txn, day, states, state, error);
  gboolean row = FALSE;

  while (statement != NULL && hemo_statement_next (statement, &row, error))
    {
      Place place;

      if (!row)
        return TRUE;
      place.row = hemo_statement_get_int (statement, 0);
      place.urgency = hemo_statement_get_int (statement, 1);
      g_array_append_val (places, place);
    }
  return FALSE;
}

GArray *
hemo_worklist_rows (HemoTxn *txn, guint states, HemoDate day, gboolean newest_first, GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_autofree char *date = hemo_date_to_iso (day);
  GArray *rows;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, NULL, NULL, error))
    return NULL;
  if (states == 0)
    states = ALL_STATES;
  if (newest_first && !collect_places (txn, date, states, -1, places, error))
    return NULL;
  for (int state = 0; !newest_first && state <= HEMO_STATE_REJECTED; state++)
    if ((states & (1u << state)) != 0 && !collect_places (txn, date, states, state, places, error))
      return NULL;
  if (!newest_first)
    g_array_sort (places, compare_places);
  rows = g_array_sized_new (FALSE, FALSE, sizeof (gint64), places->len);
  for (guint i = 0; i < places->len; i++)
    g_array_append_val (rows, g_array_index (places, Place, i).row);
  return rows;
}

static gboolean
collect_row (HemoTxn *txn, gint64 number, GArray *entries, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT " ITEM_COLUMNS " FROM case_state " ITEM_TABLES "WHERE case_state.specimen = ?1",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, number);
  return collect (statement, entries, error);
}

GPtrArray *
hemo_worklist_load (HemoTxn *txn, const gint64 *rows, guint n_rows, GError **error)
{
  g_autoptr (GArray) entries = entries_new ();
  LastBackup last = { 0 };

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, NULL, NULL, error)
      || !get_last_backup (txn, &last, error))
    return NULL;
  for (guint i = 0; i < n_rows; i++)
    if (!collect_row (txn, rows[i], entries, error))
      return NULL;
  for (guint i = 0; i < entries->len; i++)
    if (!judge_backup (txn, g_array_index (entries, Entry, i).item, &last, error)
        || !judge_received (txn, g_array_index (entries, Entry, i).item, error))
      return NULL;
  return take_items (entries, (int)MIN (entries->len, (guint)G_MAXINT));
}

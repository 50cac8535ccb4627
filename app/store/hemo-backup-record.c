/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts what is safe, and never more than that. */

#include "hemo-backup-record.h"

#include "hemo-maintenance-private.h"
#include "hemo-queue.h"
#include "hemo-records-private.h"

#define CASES_OF(objects)                                                                          \
  "WITH late AS MATERIALIZED (" objects ") SELECT count(*) FROM (" HEMO_TUBES_OF ")"

/* As hemo_worklist_load() judges each: the tube was received, nothing of its case waits or lies on
 * the shelf, and nothing was found that is not signed. */
#define RECEIVED                                                                                   \
  "WITH late AS MATERIALIZED (SELECT object FROM queue WHERE state <> 'received' AND lane = 0), "  \
  "tubes AS MATERIALIZED (" HEMO_TUBES_OF ") "                                                     \
  "SELECT count(*) FROM case_state JOIN specimen ON specimen.id = case_state.specimen "            \
  "WHERE EXISTS (SELECT 1 FROM queue WHERE object = specimen.uuid AND lane = 0 "                   \
  "AND state = 'received') AND specimen.uuid NOT IN (SELECT tube FROM tubes) "                     \
  "AND NOT " HEMO_CASE_IS_AHEAD

/* As the worklist marks each: answered, whatever the answer was, and not signed anew since. */
#define READ                                                                                       \
  "SELECT count(*) FROM specimen "                                                                 \
  "WHERE uuid IN (SELECT specimen FROM reading WHERE state = 'completed') "                        \
  "AND " HEMO_READING_MARK_OF " IN (2, 3, 4)"

/* @bound: what ?1 stands for; negative where there is none */
static gboolean
count (HemoTxn *txn, const char *sql, gint64 bound, gint64 *out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (hemo_txn_get_db (txn), sql, error);

  if (statement == NULL)
    return FALSE;
  if (bound >= 0)
    hemo_statement_bind_int (statement, 1, bound);
  if (!hemo_statement_step (statement, error))
    return FALSE;
  *out = hemo_statement_get_int (statement, 0);
  return TRUE;
}

/* 0 when it was never set. */
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

gboolean
hemo_backup_record_load (HemoTxn *txn, HemoBackupRecord *out, GError **error)
{
  HemoBackupRecord record = { 0 };

  if (!get_setting (txn, HEMO_SETTING_BACKUP_AT, &record.at_us, error)
      || !get_setting (txn, HEMO_SETTING_BACKUP_CHANGE, &record.last_change, error)
      || !count (txn, "SELECT count(*) FROM change WHERE seq > ?1", record.last_change,
                 &record.changes_since, error))
    return FALSE;
  *out = record;
  return TRUE;
}

gboolean
hemo_backup_record_is_fresh (const HemoBackupRecord *self, gint64 now_us)
{
  return self->at_us > 0 && self->at_us <= now_us
         && now_us - self->at_us < HEMO_BACKUP_DAYS * G_TIME_SPAN_DAY;
}

static gboolean
count_backed_up (HemoTxn *txn, HemoSafetyTally *safety, GError **error)
{
  gint64 late = 0;

  if (!hemo_backup_record_is_fresh (&safety->backup, hemo_txn_get_time (txn).utc_us))
    return TRUE;
  if (!count (txn, CASES_OF ("SELECT object FROM change WHERE seq > ?1"),
              safety->backup.last_change, &late, error))
    return FALSE;
  safety->backed_up = safety->saved - late;
  return TRUE;
}

gboolean
hemo_safety_tally (HemoTxn *txn, HemoSafetyTally *out, GError **error)
{
  HemoSafetyTally safety = { 0 };

  if (!hemo_backup_record_load (txn, &safety.backup, error)
      || !count (txn, "SELECT count(*) FROM case_state", -1, &safety.saved, error)
      || !count_backed_up (txn, &safety, error)
      || !count (txn, RECEIVED, -1, &safety.received, error)
      || !count (txn, READ, -1, &safety.read, error)
      || !count (txn, "SELECT count(*) FROM queue WHERE state = 'stuck'", -1, &safety.stuck, error))
    return FALSE;
  for (int lane = 0; lane < HEMO_LANE_NONE; lane++)
    {
      safety.waiting[lane] = hemo_queue_count (txn, (HemoLane)lane, error);
      if (safety.waiting[lane] < 0)
        return FALSE;
    }
  *out = safety;
  return TRUE;
}

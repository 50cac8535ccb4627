/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Differential counts: each cell a row that stays, also when it was taken back. */

#include "hemo-count-table.h"

#include "hemo-records-private.h"

#include <glib/gi18n.h>

static HemoCountedCell *
cell_from_row (HemoStatement *statement, GError **error)
{
  HemoCellClass cell_class;
  HemoCountedCell *cell;

  if (!hemo_cell_class_from_code (hemo_statement_get_text (statement, 1), &cell_class, error))
    return NULL;
  cell = g_new0 (HemoCountedCell, 1);
  cell->sequence = hemo_statement_get_int (statement, 0);
  cell->cell_class = cell_class;
  cell->image = hemo_statement_dup_text (statement, 2);
  cell->by = hemo_statement_dup_text (statement, 3);
  cell->at = hemo_statement_get_time (statement, 4);
  cell->taken_back = hemo_statement_get_int (statement, 7) != 0;
  cell->number = (int)hemo_statement_get_int (statement, 8);
  cell->found = cell->number > 0;
  return cell;
}

static gboolean
fetch_cells (HemoTxn *txn, gint64 id, HemoCount *count, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT sequence, class, image, counted_by, at_us, at_offset, at_by_hand, taken_back, "
      "coalesce ((SELECT f.number FROM counted_found_cell AS f WHERE f.cell_count = c.cell_count "
      "AND f.sequence = c.sequence), 0) FROM counted_cell AS c WHERE cell_count = ?1 "
      "ORDER BY sequence",
      error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, id);
  while (hemo_statement_next (statement, &row, error))
    {
      HemoCountedCell *cell;

      if (!row)
        return TRUE;
      cell = cell_from_row (statement, error);
      if (cell == NULL)
        return FALSE;
      g_ptr_array_add (count->cells, cell);
    }
  return FALSE;
}

/* @id: (out) (optional) */
static HemoCount *
fetch_count (HemoTxn *txn, const char *uuid, gboolean cells, gint64 *id, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT id, specimen, reader, target, closed, started_us, started_offset, started_by_hand, "
      "version, (SELECT user.name FROM user WHERE user.uuid = reader), "
      "EXISTS (SELECT 1 FROM count_both_ways AS b WHERE b.cell_count = cell_count.id) FROM "
      "cell_count "
      "WHERE uuid = ?1",
      uuid, error);
  g_autoptr (HemoCount) count = NULL;
  gboolean row = FALSE;
  gint64 found;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return NULL;
  if (!row)
    {
      hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such count."));
      return NULL;
    }
  found = hemo_statement_get_int (statement, 0);
  count = hemo_count_new (hemo_statement_get_text (statement, 1),
                          hemo_statement_get_text (statement, 2),
                          (int)hemo_statement_get_int (statement, 3));
  g_free (count->uuid);
  count->uuid = g_strdup (uuid);
  count->closed = hemo_statement_get_int (statement, 4) != 0;
  count->started_at = hemo_statement_get_time (statement, 5);
  count->version = hemo_statement_get_int (statement, 8);
  count->reader_name = hemo_statement_dup_text (statement, 9);
  count->both_ways = hemo_statement_get_int (statement, 10) != 0;
  if (cells && !fetch_cells (txn, found, count, error))
    return NULL;
  if (id != NULL)
    *id = found;
  return g_steal_pointer (&count);
}

HemoCount *
hemo_count_fetch (HemoTxn *txn, const char *uuid, GError **error)
{
  return fetch_count (txn, uuid, TRUE, NULL, error);
}

/* @uuid: (out): NULL when there is none */
static gboolean
find_open (HemoTxn *txn, const char *specimen, const char *reader, char **uuid, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT uuid FROM cell_count WHERE specimen = ?1 AND reader = ?2 AND NOT closed",
      specimen, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, reader);
  if (!hemo_statement_next (statement, &row, error))
    return FALSE;
  *uuid = row ? hemo_statement_dup_text (statement, 0) : NULL;
  return TRUE;
}

static gboolean
check_target (int target, GError **error)
{
  return target == 100 || target == 200 || target == 400
         || hemo_record_refuse (error, N_ ("A count's target is 100, 200 or 400 cells."));
}

static gboolean
insert_count (HemoTxn *txn, const HemoCount *count, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO cell_count (uuid, specimen, reader, target, started_us, started_offset, "
      "started_by_hand, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)",
      count->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, count->specimen);
  hemo_statement_bind_text (statement, 3, count->reader);
  hemo_statement_bind_int (statement, 4, count->target);
  hemo_statement_bind_time (statement, 5, count->started_at);
  return hemo_statement_run (statement, error);
}

static gboolean
check_none_open (HemoTxn *txn, const HemoCount *count, GError **error)
{
  g_autofree char *open = NULL;

  if (!find_open (txn, count->specimen, count->reader, &open, error))
    return FALSE;
  return open == NULL
         || hemo_record_fail (
             error, HEMO_STORE_ERROR_CONFLICT,
             N_ ("This reader has an open count of the specimen. Go on with it, or "
                 "close it first."));
}

gboolean
hemo_count_start (HemoTxn *txn, HemoCount *count, GError **error)
{
  g_autofree char *tube = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_COUNT, "Specimen", count->specimen, error)
      || !hemo_record_check_version (txn, "cell_count", count->uuid, 0, error)
      || !check_target (count->target, error) || !hemo_record_claim (txn, &count->reader, error))
    return FALSE;
  tube = hemo_specimen_dup_usable_tube (txn, count->specimen, error);
  if (tube == NULL || !check_none_open (txn, count, error))
    return FALSE;
  if (count->started_at.utc_us == 0)
    count->started_at = hemo_txn_get_time (txn);
  if (!insert_count (txn, count, error) || !hemo_case_state_refresh (txn, tube, error)
      || !hemo_txn_log_change (txn, "count.start", "Observation", count->uuid, 1, HEMO_LANE_NONE,
                               error))
    return FALSE;
  count->version = 1;
  return TRUE;
}

HemoCount *
hemo_count_load_open (HemoTxn *txn, const char *specimen, const char *reader, GError **error)
{
  g_autofree char *uuid = NULL;
  g_autoptr (HemoCount) count = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "Specimen", specimen, error)
      || !find_open (txn, specimen, reader, &uuid, error) || uuid == NULL)
    return NULL;
  count = fetch_count (txn, uuid, TRUE, NULL, error);
  if (count == NULL || !hemo_txn_audit (txn, "count.view", "Observation", uuid, NULL, error))
    return NULL;
  return g_steal_pointer (&count);
}

static gboolean
check_not_in_error (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT 1 FROM cell_count WHERE uuid = ?1 AND entered_in_error", uuid, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  return !row
         || hemo_record_fail (
             error, HEMO_STORE_ERROR_STATE,
             N_ ("The count was taken out as entered in error. Start another one."));
}

/* The count that its reader may go on with now. @id: (out): row; @tube: (out) (transfer full): UUID
 */
static HemoCount *
open_for_change (HemoTxn *txn, const char *uuid, gint64 *id, char **tube, GError **error)
{
  g_autoptr (HemoCount) count = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_COUNT, "Observation", uuid, error))
    return NULL;
  count = fetch_count (txn, uuid, FALSE, id, error);
  if (count == NULL || !hemo_record_claim (txn, &count->reader, error))
    return NULL;
  if (!check_not_in_error (txn, uuid, error))
    return NULL;
  if (count->closed)
    {
      hemo_record_fail (
          error, HEMO_STORE_ERROR_STATE,
          N_ ("The count is closed. Open it again or start another one to count more."));
      return NULL;
    }
  *tube = hemo_specimen_dup_usable_tube (txn, count->specimen, error);
  return *tube != NULL ? g_steal_pointer (&count) : NULL;
}

/* Writes target and closed with the next version, and logs it. */
static gboolean
bump (HemoTxn *txn, const HemoCount *count, const char *what, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "UPDATE cell_count SET target = ?2, closed = ?3, version = ?4 WHERE uuid = ?1",
      count->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, count->target);
  hemo_statement_bind_int (statement, 3, count->closed ? 1 : 0);
  hemo_statement_bind_int (statement, 4, count->version + 1);
  return hemo_statement_run (statement, error)
         && hemo_txn_log_change (txn, what, "Observation", count->uuid, count->version + 1,
                                 HEMO_LANE_NONE, error);
}

/* The frame has to be one of the same tube or its slides, and neither be discarded nor of a slide
 * that was rejected. */
static gboolean
check_image (HemoTxn *txn, const char *image, const char *tube, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (image == NULL)
    return TRUE;
  statement = hemo_record_select (
      txn,
      "SELECT image.entered_in_error, specimen.rejection <> 'none' FROM image JOIN specimen ON "
      "specimen.uuid = image.specimen "
      "WHERE image.uuid = ?1 AND (specimen.uuid = ?2 OR specimen.parent = ?2)",
      image, error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, tube);
  if (!hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    return hemo_record_fail (
        error, HEMO_STORE_ERROR_NOT_FOUND,
        N_ ("The image that the cell was seen in is not one of this specimen."));
  if (hemo_statement_get_int (statement, 0) != 0)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("This picture was discarded: nothing is counted on it."));
  return hemo_statement_get_int (statement, 1) == 0
         || hemo_record_fail (
             error, HEMO_STORE_ERROR_STATE,
             N_ ("This picture is of a rejected slide: nothing is counted on it."));
}

static gboolean
next_sequence (HemoTxn *txn, gint64 id, gint64 *out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT coalesce (max (sequence), 0) + 1 FROM counted_cell WHERE cell_count = ?1", error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, id);
  if (!hemo_statement_step (statement, error))
    return FALSE;
  *out = hemo_statement_get_int (statement, 0);
  return TRUE;
}

static gboolean
insert_cell (HemoTxn *txn,
             gint64 id,
             gint64 sequence,
             HemoCellClass cell_class,
             const char *image,
             GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "INSERT INTO counted_cell (cell_count, sequence, class, image, counted_by, at_us, at_offset, "
      "at_by_hand) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, id);
  hemo_statement_bind_int (statement, 2, sequence);
  hemo_statement_bind_text (statement, 3, hemo_cell_class_info (cell_class)->code);
  hemo_statement_bind_text (statement, 4, image);
  hemo_statement_bind_text (statement, 5, hemo_record_actor (txn));
  hemo_statement_bind_time (statement, 6, hemo_txn_get_time (txn));
  return hemo_statement_run (statement, error);
}

gboolean
hemo_count_add_by_way (HemoTxn *txn,
                       const char *uuid,
                       HemoCellClass cell_class,
                       const char *image,
                       gboolean found,
                       gint64 *sequence,
                       GError **error)
{
  g_autofree char *tube = NULL;
  g_autoptr (HemoCount) count = NULL;
  gint64 id = 0;
  gint64 next = 0;

  count = open_for_change (txn, uuid, &id, &tube, error);
  if (count == NULL)
    return FALSE;
  if ((int)cell_class < 0 || cell_class >= HEMO_CELL_CLASSES)
    return hemo_record_refuse (error, "There is no such class of cells.");
  if (!check_image (txn, image, tube, error)
      || !hemo_count_check_way (txn, count, tube, image, found, error)
      || !next_sequence (txn, id, &next, error)
      || !insert_cell (txn, id, next, cell_class, image, error)
      || !bump (txn, count, "count.cell", error)
      || !hemo_case_state_refresh_count (txn, tube, count, error))
    return FALSE;
  if (sequence != NULL)
    *sequence = next;
  return TRUE;
}

gboolean
hemo_count_add_cell (HemoTxn *txn,
                     const char *uuid,
                     HemoCellClass cell_class,
                     const char *image,
                     gint64 *sequence,
                     GError **error)
{
  return hemo_count_add_by_way (txn, uuid, cell_class, image, FALSE, sequence, error);
}

/* @row: (out): whether a cell stood */
static gboolean
take_back (HemoTxn *txn, gint64 id, HemoCellClass *cell_class, gboolean *row, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "UPDATE counted_cell SET taken_back = 1, taken_back_by = ?2, taken_back_us = ?3 "
      "WHERE cell_count = ?1 AND sequence = (SELECT max (sequence) FROM counted_cell "
      "WHERE cell_count = ?1 AND NOT taken_back) RETURNING class",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, id);
  hemo_statement_bind_text (statement, 2, hemo_record_actor (txn));
  hemo_statement_bind_int (statement, 3, hemo_txn_get_time (txn).utc_us);
  if (!hemo_statement_next (statement, row, error))
    return FALSE;
  return !*row
         || hemo_cell_class_from_code (hemo_statement_get_text (statement, 0), cell_class, error);
}

gboolean
hemo_count_undo (HemoTxn *txn, const char *uuid, HemoCellClass *cell_class, GError **error)
{
  g_autofree char *tube = NULL;
  g_autoptr (HemoCount) count = NULL;
  HemoCellClass taken = HEMO_CELL_OTHER;
  gboolean row = FALSE;
  gint64 id = 0;

  count = open_for_change (txn, uuid, &id, &tube, error);
  if (count == NULL || !take_back (txn, id, &taken, &row, error))
    return FALSE;
  if (!row)
    return hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND,
                             N_ ("There is no counted cell to take back."));
  if (!bump (txn, count, "count.undo", error)
      || !hemo_case_state_refresh_count (txn, tube, count, error))
    return FALSE;
  if (cell_class != NULL)
    *cell_class = taken;
  return TRUE;
}

gboolean
hemo_count_set_target (HemoTxn *txn, const char *uuid, int target, GError **error)
{
  g_autofree char *tube = NULL;
  g_autoptr (HemoCount) count = NULL;
  gint64 id = 0;

  count = open_for_change (txn, uuid, &id, &tube, error);
  if (count == NULL || !check_target (target, error))
    return FALSE;
  count->target = target;
  return bump (txn, count, "count.target", error) && hemo_case_state_refresh (txn, tube, error);
}

static gboolean
insert_both_ways (HemoTxn *txn, gint64 id, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "INSERT INTO count_both_ways VALUES (?1, ?2, ?3, ?4, ?5)", error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, id);
  hemo_statement_bind_text (statement, 2, hemo_record_actor (txn));
  hemo_statement_bind_time (statement, 3, hemo_txn_get_time (txn));
  return hemo_statement_run (statement, error);
}

gboolean
hemo_count_set_both_ways (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autofree char *tube = NULL;
  g_autoptr (HemoCount) count = NULL;
  gint64 id = 0;

  count = open_for_change (txn, uuid, &id, &tube, error);
  if (count == NULL)
    return FALSE;
  return count->both_ways
         || (insert_both_ways (txn, id, error) && bump (txn, count, "count.both-ways", error));
}

gboolean
hemo_count_close (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autofree char *tube = NULL;
  g_autoptr (HemoCount) count = NULL;
  gint64 id = 0;

  count = open_for_change (txn, uuid, &id, &tube, error);
  if (count == NULL)
    return FALSE;
  count->closed = TRUE;
  return bump (txn, count, "count.close", error) && hemo_case_state_refresh (txn, tube, error);
}

/* A count that was closed or taken out is changed by a correction only. @tube: (out) (transfer
 * full)
 */
static HemoCount *
open_for_correction (
    HemoTxn *txn, const char *uuid, const char *reason, char **tube, GError **error)
{
  g_autoptr (HemoCount) count = NULL;
  g_autofree char *found = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_COUNT, "Observation", uuid, error))
    return NULL;
  count = fetch_count (txn, uuid, FALSE, NULL, error);
  if (count == NULL || !hemo_record_check_reason (reason, error)
      || !check_not_in_error (txn, uuid, error))
    return NULL;
  found = hemo_specimen_dup_usable_tube (txn, count->specimen, error);
  if (found == NULL || !hemo_record_check_correction (txn, found, count->reader, uuid, error))
    return NULL;
  *tube = g_steal_pointer (&found);
  return g_steal_pointer (&count);
}

static gboolean
write_correction (
    HemoTxn *txn, const HemoCount *count, gboolean in_error, const char *reason, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "UPDATE cell_count SET closed = ?2, entered_in_error = ?3, note = ?4, version = ?5 "
      "WHERE uuid = ?1",
      count->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, count->closed ? 1 : 0);
  hemo_statement_bind_int (statement, 3, in_error ? 1 : 0);
  hemo_statement_bind_text (statement, 4, reason);
  hemo_statement_bind_int (statement, 5, count->version + 1);
  return hemo_statement_run (statement, error)
         && hemo_txn_log_change (txn, in_error ? "count.error" : "count.reopen", "Observation",
                                 count->uuid, count->version + 1, HEMO_LANE_NONE, error);
}

gboolean
hemo_count_reopen (HemoTxn *txn, const char *uuid, const char *reason, GError **error)
{
  g_autofree char *tube = NULL;
  g_autoptr (HemoCount) count = open_for_correction (txn, uuid, reason, &tube, error);

  /* Only its reader can go on with it, so only its reader opens it. */
  if (count == NULL || !hemo_record_claim (txn, &count->reader, error))
    return FALSE;
  if (!count->closed)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE, N_ ("The count is open."));
  count->closed = FALSE;
  return check_none_open (txn, count, error) && write_correction (txn, count, FALSE, reason, error)
         && hemo_case_state_refresh (txn, tube, error);
}

gboolean
hemo_count_discard (HemoTxn *txn, const char *uuid, const char *reason, GError **error)
{
  g_autofree char *tube = NULL;
  g_autoptr (HemoCount) count = open_for_correction (txn, uuid, reason, &tube, error);

  if (count == NULL)
    return FALSE;
  count->closed = TRUE;
  return write_correction (txn, count, TRUE, reason, error)
         && hemo_case_state_refresh (txn, tube, error);
}

gboolean
hemo_count_sum (HemoTxn *txn, const char *tube, int *counted, int *target, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT coalesce (sum (c.target), 0), coalesce (sum ((SELECT count(*) FROM counted_cell AS x "
      "WHERE x.cell_count = c.id AND NOT x.taken_back AND x.class NOT IN ('nrbc', 'smudge'))), 0) "
      "FROM cell_count AS c WHERE c.specimen IN "
      "(SELECT uuid FROM specimen WHERE uuid = ?1 OR (parent = ?1 AND rejection = 'none')) "
      "AND NOT c.entered_in_error",
      tube, error);

  if (statement == NULL || !hemo_statement_step (statement, error))
    return FALSE;
  *target = (int)hemo_statement_get_int (statement, 0);
  *counted = (int)hemo_statement_get_int (statement, 1);
  return TRUE;
}

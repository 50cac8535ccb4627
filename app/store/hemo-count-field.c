/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counted cells follow the field that they were seen on. */

#include "hemo-count-field-private.h"

#include "hemo-count-table.h"
#include "hemo-records-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/**
 * Cell:
 * @count: row of its count
 * @number: of its mark; 0: it was counted by key
 * @step: the last of its steps, or ""
 */
typedef struct
{
  gint64 count;
  char *uuid;
  char *specimen;
  char *reader;
  char *name;
  gboolean closed;
  gint64 sequence;
  HemoCellClass cell_class;
  gboolean taken_back;
  int number;
  char *step;
} Cell;

static void
cell_free (gpointer data)
{
  Cell *self = data;

  g_free (self->uuid);
  g_free (self->specimen);
  g_free (self->reader);
  g_free (self->name);
  g_free (self->step);
  g_free (self);
}

static Cell *
cell_from_row (HemoStatement *statement, GError **error)
{
  HemoCellClass cell_class;
  Cell *self;

  if (!hemo_cell_class_from_code (hemo_statement_get_text (statement, 6), &cell_class, error))
    return NULL;
  self = g_new0 (Cell, 1);
  self->count = hemo_statement_get_int (statement, 0);
  self->uuid = hemo_statement_dup_text (statement, 1);
  self->specimen = hemo_statement_dup_text (statement, 2);
  self->reader = hemo_statement_dup_text (statement, 3);
  self->closed = hemo_statement_get_int (statement, 4) != 0;
  self->sequence = hemo_statement_get_int (statement, 5);
  self->cell_class = cell_class;
  self->taken_back = hemo_statement_get_int (statement, 7) != 0;
  self->number = (int)hemo_statement_get_int (statement, 8);
  self->name = hemo_statement_dup_text (statement, 9);
  self->step = hemo_statement_dup_text (statement, 10);
  return self;
}

/* In the order in which they were counted. (element-type Cell) (transfer full) */
static GPtrArray *
load_cells (HemoTxn *txn, const char *image, GError **error)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (cell_free);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT k.id, k.uuid, k.specimen, k.reader, k.closed, c.sequence, c.class, c.taken_back, "
      "coalesce (f.number, 0), coalesce ((SELECT user.name FROM user WHERE user.uuid = k.reader), "
      "'?'), coalesce ((SELECT s.step FROM counted_cell_step AS s WHERE s.cell_count = "
      "c.cell_count AND s.sequence = c.sequence ORDER BY s.id DESC LIMIT 1), '') "
      "FROM cell_count AS k JOIN counted_cell AS c ON c.cell_count = k.id "
      "LEFT JOIN counted_found_cell AS f ON f.cell_count = c.cell_count "
      "AND f.sequence = c.sequence WHERE NOT k.entered_in_error AND c.image = ?1 AND k.specimen IN "
      "(SELECT s.uuid FROM image JOIN specimen AS a ON a.uuid = image.specimen "
      "JOIN specimen AS s ON s.uuid = coalesce (a.parent, a.uuid) "
      "OR s.parent = coalesce (a.parent, a.uuid) WHERE image.uuid = ?1) ORDER BY k.id, c.sequence",
      image, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return NULL;
  while (hemo_statement_next (statement, &row, error))
    {
      Cell *cell;

      if (!row)
        return g_steal_pointer (&cells);
      cell = cell_from_row (statement, error);
      if (cell == NULL)
        return NULL;
      g_ptr_array_add (cells, cell);
    }
  return NULL;
}

static void
tell (HemoTxn *txn, GPtrArray *cells, HemoFieldTally *out)
{
  *out = (HemoFieldTally){ 0 };
  for (guint i = 0; i < cells->len; i++)
    {
      const Cell *cell = g_ptr_array_index (cells, i);

      if (cell->taken_back)
        continue;
      out->by_key += cell->number == 0 ? 1 : 0;
      out->found += cell->number > 0 ? 1 : 0;
      out->closed += cell->closed ? 1 : 0;
      out->others += g_strcmp0 (cell->reader, hemo_record_actor (txn)) != 0 ? 1 : 0;
    }
}

gboolean
hemo_count_tell_field (HemoTxn *txn, const char *image, HemoFieldTally *out, GError **error)
{
  g_autoptr (GPtrArray) cells = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "image", image, error))
    return FALSE;
  cells = load_cells (txn, image, error);
  if (cells == NULL)
    return FALSE;
  tell (txn, cells, out);
  return TRUE;
}

static gboolean
write_step (HemoTxn *txn, const Cell *cell, const char *step, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO counted_cell_step (step, cell_count, sequence, done_by, at_us, at_offset, "
      "at_by_hand) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      step, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, cell->count);
  hemo_statement_bind_int (statement, 3, cell->sequence);
  hemo_statement_bind_text (statement, 4, hemo_record_actor (txn));
  hemo_statement_bind_time (statement, 5, hemo_txn_get_time (txn));
  return hemo_statement_run (statement, error);
}

static gboolean
write_taken_back (HemoTxn *txn, const Cell *cell, gboolean taken_back, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "UPDATE counted_cell SET taken_back = ?3, taken_back_by = iif (?3, ?4, NULL), "
      "taken_back_us = iif (?3, ?5, NULL) WHERE cell_count = ?1 AND sequence = ?2",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, cell->count);
  hemo_statement_bind_int (statement, 2, cell->sequence);
  hemo_statement_bind_int (statement, 3, taken_back ? 1 : 0);
  hemo_statement_bind_text (statement, 4, hemo_record_actor (txn));
  hemo_statement_bind_int (statement, 5, hemo_txn_get_time (txn).utc_us);
  return hemo_statement_run (statement, error);
}

static gboolean
is_own (HemoTxn *txn, const Cell *cell)
{
  return g_strcmp0 (cell->reader, hemo_record_actor (txn)) == 0;
}

/* As hemo_count_undo() would ask, but for the specimen: what is wrong leaves a rejected one too. */
static gboolean
check_may_leave (HemoTxn *txn, const Cell *cell, GError **error)
{
  if (!hemo_txn_require (txn, HEMO_ACTION_COUNT, "Observation", cell->uuid, error))
    return FALSE;
  if (!is_own (txn, cell))
    {
      g_set_error (
          error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
          N_ ("Cells of this field are in the count of '%s', who alone can take them out of it. "
              "Nothing was changed."),
          cell->name);
      return FALSE;
    }
  return !cell->closed
         || hemo_record_fail (
             error, HEMO_STORE_ERROR_STATE,
             N_ ("Cells of this field are in a count that is closed. Open that count "
                 "again first. Nothing was changed."));
}

static gboolean
leave (HemoTxn *txn, const Cell *cell, const char *step, GError **error)
{
  return check_may_leave (txn, cell, error) && write_taken_back (txn, cell, TRUE, error)
         && write_step (txn, cell, step, error);
}

/* The next version of the count; logs @what. */
static gboolean
bump (HemoTxn *txn, const char *count, const char *what, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "UPDATE cell_count SET version = version + 1 WHERE uuid = ?1 RETURNING version", count,
      error);
  gboolean row = FALSE;
  gint64 version;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  version = hemo_statement_get_int (statement, 0);
  /* To its end, or the change is not made. */
  return hemo_statement_next (statement, &row, error)
         && hemo_txn_log_change (txn, what, "Observation", count, version, HEMO_LANE_NONE, error);
}

/* @changed: (element-type utf8 Cell): by the UUIDs of their counts */
static gboolean
log_changed (HemoTxn *txn, GHashTable *changed, const char *what, GError **error)
{
  g_autoptr (GHashTable) tubes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer uuid, cell, tube;

  g_hash_table_iter_init (&iter, changed);
  while (g_hash_table_iter_next (&iter, &uuid, &cell))
    {
      g_autoptr (HemoSpecimen) specimen
          = hemo_specimen_fetch (txn, ((const Cell *)cell)->specimen, error);

      if (specimen == NULL || !bump (txn, uuid, what, error))
        return FALSE;
      g_hash_table_add (tubes,
                        g_strdup (specimen->parent != NULL ? specimen->parent : specimen->uuid));
    }
  g_hash_table_iter_init (&iter, tubes);
  while (g_hash_table_iter_next (&iter, &tube, NULL))
    if (!hemo_case_state_refresh (txn, tube, error))
      return FALSE;
  return TRUE;
}

/* Numbers are not given twice, but whoever writes a field might: marks that lie apart are two. */
static gboolean
is_same_mark (const HemoFoundCell *a, const HemoFoundCell *b)
{
  return a != NULL && b != NULL && fabs (a->x - b->x) < MAX (a->width, b->width)
         && fabs (a->y - b->y) < MAX (a->height, b->height);
}

static gboolean
is_white (const HemoFieldCells *field, const HemoFoundCell *mark)
{
  return mark->kind == HEMO_CELL_WHITE && hemo_field_cells_stands (field, mark);
}

/* What a counted cell was counted as need not be what was suggested: a class that stays is none
 * that was changed. */
static gboolean
is_still (const Cell *cell,
          const HemoFoundCell *before,
          const HemoFieldCells *field,
          const HemoFoundCell *after)
{
  return is_same_mark (before, after) && is_white (field, after)
         && (after->cell_class == before->cell_class || after->cell_class == (int)cell->cell_class);
}

/* Whether another cell of @cells stands for the mark of @cell, or one that was counted by key. */
static gboolean
is_replaced (GPtrArray *cells, const Cell *cell)
{
  for (guint i = 0; i < cells->len; i++)
    {
      const Cell *other = g_ptr_array_index (cells, i);

      if (!other->taken_back && (other->number == 0 || other->number == cell->number))
        return TRUE;
    }
  return FALSE;
}

/* @may: (out): whether it may come back as if it were counted now */
static gboolean
ask_return (HemoTxn *txn,
            GPtrArray *cells,
            const Cell *cell,
            const char *image,
            gboolean *may,
            GError **error)
{
  g_autoptr (HemoCount) count = NULL;
  g_autoptr (GError) failure = NULL;

  *may = FALSE;
  if (cell->closed || !is_own (txn, cell) || is_replaced (cells, cell))
    return TRUE;
  count = hemo_count_fetch (txn, cell->uuid, error);
  if (count == NULL)
    return FALSE;
  *may = hemo_count_check_way (txn, count, cell->specimen, image, TRUE, &failure);
  if (*may || g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* A cell that is out with its mark: back, out for good, or as it is. @step: (out): NULL for that */
static gboolean
choose_return (HemoTxn *txn,
               GPtrArray *cells,
               const Cell *cell,
               const HemoFieldCells *before,
               const HemoFieldCells *after,
               const char **step,
               GError **error)
{
  const HemoFoundCell *old = before != NULL ? hemo_field_cells_find (before, cell->number) : NULL;
  const HemoFoundCell *mark = hemo_field_cells_find (after, cell->number);
  gboolean may = FALSE;

  *step = NULL;
  if (is_same_mark (old, mark) && !is_white (after, mark))
    return TRUE;
  if (is_same_mark (old, mark) && mark->cell_class == (int)cell->cell_class
      && !ask_return (txn, cells, cell, after->image, &may, error))
    return FALSE;
  *step = may ? "mark-back" : "mark-lost";
  return TRUE;
}

static gboolean
follow_mark (HemoTxn *txn,
             GPtrArray *cells,
             Cell *cell,
             const HemoFieldCells *before,
             const HemoFieldCells *after,
             gboolean *changed,
             GError **error)
{
  const HemoFoundCell *old = before != NULL ? hemo_field_cells_find (before, cell->number) : NULL;
  const HemoFoundCell *mark = hemo_field_cells_find (after, cell->number);
  const char *step = NULL;

  if (!cell->taken_back)
    {
      if (is_still (cell, old, after, mark))
        return TRUE;
      *changed = cell->taken_back = TRUE;
      return leave (txn, cell,
                    is_same_mark (old, mark) && !is_white (after, mark) ? "mark" : "mark-lost",
                    error);
    }
  if (strcmp (cell->step, "mark") != 0)
    return TRUE;
  if (!choose_return (txn, cells, cell, before, after, &step, error))
    return FALSE;
  if (step == NULL)
    return TRUE;
  if (strcmp (step, "mark-back") == 0)
    {
      *changed = TRUE;
      cell->taken_back = FALSE;
      if (!write_taken_back (txn, cell, FALSE, error))
        return FALSE;
    }
  return write_step (txn, cell, step, error);
}

gboolean
hemo_count_follow_marks (HemoTxn *txn,
                         const HemoFieldCells *before,
                         const HemoFieldCells *after,
                         GError **error)
{
  g_autoptr (GPtrArray) cells = load_cells (txn, after->image, error);
  g_autoptr (GHashTable) all = g_hash_table_new (g_str_hash, g_str_equal);

  if (cells == NULL)
    return FALSE;
  for (guint i = 0; i < cells->len; i++)
    {
      Cell *cell = g_ptr_array_index (cells, i);
      gboolean changed = FALSE;

      if (cell->number == 0)
        continue;
      if (!follow_mark (txn, cells, cell, before, after, &changed, error))
        return FALSE;
      if (changed)
        g_hash_table_insert (all, cell->uuid, cell);
    }
  return log_changed (txn, all, "count.mark", error);
}

static gboolean
check_told (const HemoFieldTally *found, const HemoFieldTally *told, GError **error)
{
  const gboolean none = told->by_key + told->found == 0;

  if (found->by_key == told->by_key && found->found == told->found)
    return TRUE;
  g_set_error (error, HEMO_STORE_ERROR, none ? HEMO_STORE_ERROR_STATE : HEMO_STORE_ERROR_CONFLICT,
               none ? N_ ("Cells of this field are in the differential: %d counted by key, %d by "
                          "its marks. Say first what becomes of them. Nothing was changed.")
                    : N_ ("Other cells of this field are in the differential than was told: %d "
                          "counted by key, %d by its marks. Nothing was changed."),
               found->by_key, found->found);
  return FALSE;
}

/* Whether who is signed in may say of what another reader saw that it was no picture. */
static gboolean
keep (HemoTxn *txn, const Cell *cell, GError **error)
{
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_fetch (txn, cell->specimen, error);

  return specimen != NULL
         && hemo_txn_require (txn, HEMO_ACTION_COUNT, "Observation", cell->uuid, error)
         && hemo_record_check_correction (
             txn, specimen->parent != NULL ? specimen->parent : specimen->uuid, cell->reader,
             cell->uuid, error)
         && write_step (txn, cell, "kept", error);
}

gboolean
hemo_count_follow_discard (HemoTxn *txn,
                           const char *image,
                           const HemoFieldTally *told,
                           gboolean keep_by_key,
                           GError **error)
{
  g_autoptr (GPtrArray) cells = load_cells (txn, image, error);
  g_autoptr (GHashTable) changed = g_hash_table_new (g_str_hash, g_str_equal);
  HemoFieldTally found;

  if (cells == NULL)
    return FALSE;
  tell (txn, cells, &found);
  if (!check_told (&found, told, error))
    return FALSE;
  for (guint i = 0; i < cells->len; i++)
    {
      Cell *cell = g_ptr_array_index (cells, i);

      if (cell->taken_back)
        continue;
      if (!(keep_by_key && cell->number == 0 ? keep (txn, cell, error)
                                             : leave (txn, cell, "field", error)))
        return FALSE;
      g_hash_table_insert (changed, cell->uuid, cell);
    }
  return log_changed (txn, changed, "count.field", error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cells found on fields, and those that went into a count. */

#include "hemo-field-cells-table.h"

#include "hemo-count-field-private.h"
#include "hemo-count-table.h"
#include "hemo-image-table-private.h"
#include "hemo-records-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define COLUMNS                                                                                    \
  "field_cells.image, content, accepted_by, "                                                      \
  "(SELECT user.name FROM user WHERE user.uuid = accepted_by), "                                   \
  "accepted_us, accepted_offset, accepted_by_hand, field_cells.version "

static HemoFieldCells *
from_row (HemoStatement *statement, GError **error)
{
  const char *json = hemo_statement_get_text (statement, 1);
  HemoFieldCells *self = hemo_field_cells_from_json (hemo_statement_get_text (statement, 0), json,
                                                     strlen (json), error);

  if (self == NULL)
    return NULL;
  self->accepted_by = hemo_statement_dup_text (statement, 2);
  self->accepted_name = hemo_statement_dup_text (statement, 3);
  self->accepted_at = hemo_statement_get_time (statement, 4);
  self->version = hemo_statement_get_int (statement, 7);
  return self;
}

gboolean
hemo_field_cells_fetch (HemoTxn *txn, const char *image, HemoFieldCells **out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT " COLUMNS "FROM field_cells WHERE image = ?1", image, error);
  HemoFieldCells *self = NULL;
  gboolean row;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (row && (self = from_row (statement, error)) == NULL)
    return FALSE;
  *out = self;
  return TRUE;
}

gboolean
hemo_field_cells_load (HemoTxn *txn, const char *image, HemoFieldCells **out, GError **error)
{
  gboolean discarded;
  int width, height;

  return hemo_txn_require (txn, HEMO_ACTION_IMAGE_VIEW, "image", image, error)
         && hemo_image_fetch_size (txn, image, &width, &height, &discarded, error)
         && hemo_field_cells_fetch (txn, image, out, error);
}

#define OF_CASE                                                                                    \
  "SELECT " COLUMNS "FROM field_cells JOIN image ON image.uuid = field_cells.image "               \
  "JOIN specimen ON specimen.uuid = image.specimen "                                               \
  "WHERE NOT image.entered_in_error AND (specimen.uuid = ?1 OR specimen.parent = ?1) "
#define BY_FIELD "ORDER BY specimen.id, image.field, image.id"

/* @damaged: whether a list that cannot be read is left out */
static gboolean
fetch_case (HemoTxn *txn,
            const char *sql,
            const char *tube,
            gboolean damaged,
            GPtrArray *out,
            GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (txn, sql, tube, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_next (statement, &row, error))
    {
      g_autoptr (GError) local = NULL;
      HemoFieldCells *self;

      if (!row)
        return TRUE;
      self = from_row (statement, &local);
      if (self != NULL)
        g_ptr_array_add (out, self);
      else if (!damaged || local->domain != HEMO_MODEL_ERROR)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  return FALSE;
}

GPtrArray *
hemo_field_cells_load_case (HemoTxn *txn, const char *tube, GError **error)
{
  g_autoptr (GPtrArray) all
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_field_cells_free);

  if (!hemo_txn_require (txn, HEMO_ACTION_IMAGE_VIEW, "Specimen", tube, error)
      || !fetch_case (txn, OF_CASE BY_FIELD, tube, FALSE, all, error))
    return NULL;
  return g_steal_pointer (&all);
}

/* What was accepted on a slide before it was rejected is no result. */
gboolean
hemo_field_cells_fetch_accepted (HemoTxn *txn, const char *tube, GPtrArray *out, GError **error)
{
  return fetch_case (txn,
                     OF_CASE "AND accepted_by IS NOT NULL "
                             "AND (specimen.uuid = ?1 OR specimen.rejection = 'none') " BY_FIELD,
                     tube, TRUE, out, error);
}

static gboolean
is_same (const HemoFoundCell *a, const HemoFoundCell *b)
{
  return a->kind == b->kind && a->cell_class == b->cell_class && a->change == b->change
         && ABS (a->x - b->x) < 0.01 && ABS (a->y - b->y) < 0.01 && ABS (a->width - b->width) < 0.01
         && ABS (a->height - b->height) < 0.01;
}

static void
claim_cell (HemoTxn *txn, HemoFoundCell *cell, const HemoFoundCell *old)
{
  if (old != NULL && is_same (cell, old))
    {
      g_set_str (&cell->by, old->by);
      cell->at = old->at;
      return;
    }
  g_clear_pointer (&cell->by, g_free);
  cell->at = (HemoTime){ 0 };
  if (cell->change == HEMO_FOUND_AS_IS && old == NULL)
    return;
  cell->by = g_strdup (hemo_record_actor (txn));
  cell->at = hemo_txn_get_time (txn);
}

/* By number, because a field may have thousands. */
static void
claim_cells (HemoTxn *txn, HemoFieldCells *self, const HemoFieldCells *before)
{
  g_autoptr (GHashTable) old = g_hash_table_new (NULL, NULL);

  for (guint i = 0; before != NULL && i < before->cells->len; i++)
    {
      HemoFoundCell *cell = before->cells->pdata[i];

      g_hash_table_insert (old, GINT_TO_POINTER (cell->number), cell);
    }
  for (guint i = 0; i < self->cells->len; i++)
    {
      HemoFoundCell *cell = self->cells->pdata[i];

      claim_cell (txn, cell, g_hash_table_lookup (old, GINT_TO_POINTER (cell->number)));
    }
}

static gboolean
write_cells (HemoTxn *txn, const HemoFieldCells *self, gint64 version, GError **error)
{
  g_autofree char *json = hemo_field_cells_to_json (self);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO field_cells (image, content, accepted_by, accepted_us, accepted_offset, "
      "accepted_by_hand, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
      "ON CONFLICT (image) DO UPDATE SET content = ?2, accepted_by = ?3, accepted_us = ?4, "
      "accepted_offset = ?5, accepted_by_hand = ?6, version = ?7",
      self->image, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, json);
  hemo_statement_bind_text (statement, 3, self->accepted_by);
  hemo_statement_bind_time (statement, 4, self->accepted_at);
  hemo_statement_bind_int (statement, 7, version);
  return hemo_statement_run (statement, error);
}

static gboolean
check_save (HemoTxn *txn, const HemoFieldCells *self, HemoFieldCells **before, GError **error)
{
  g_autoptr (HemoFieldCells) stored = NULL;
  gboolean discarded;
  int width, height;

  if (!hemo_image_fetch_size (txn, self->image, &width, &height, &discarded, error)
      || !hemo_field_cells_validate (self, error))
    return FALSE;
  if (discarded)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("This picture was discarded: nothing is counted on it."));
  if (self->width != width || self->height != height)
    return hemo_record_refuse (error, N_ ("The cells are those of a picture of another size."));
  if (!hemo_field_cells_fetch (txn, self->image, &stored, error))
    return FALSE;
  if (self->version != (stored != NULL ? stored->version : 0))
    return hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT,
                             N_ ("Somebody else changed the cells of this field meanwhile. Open it "
                                 "again."));
  *before = g_steal_pointer (&stored);
  return TRUE;
}

gboolean
hemo_field_cells_save (HemoTxn *txn, HemoFieldCells *self, gboolean accept, GError **error)
{
  g_autoptr (HemoFieldCells) before = NULL;
  g_autoptr (HemoFieldCells) next = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_COUNT, "image", self->image, error)
      || !check_save (txn, self, &before, error))
    return FALSE;
  next = hemo_field_cells_copy (self);
  claim_cells (txn, next, before);
  g_set_str (&next->accepted_by, accept ? hemo_record_actor (txn) : NULL);
  g_set_str (&next->accepted_name,
             accept ? hemo_session_get_name (hemo_txn_get_session (txn)) : NULL);
  next->accepted_at = accept ? hemo_txn_get_time (txn) : (HemoTime){ 0 };
  next->version = self->version + 1;
  /* The mapping to FHIR carries no cells by themselves. */
  if (!hemo_count_follow_marks (txn, before, next, error)
      || !write_cells (txn, next, next->version, error)
      || !hemo_txn_log_change (txn, accept ? "field.accept" : "field.cells", "Media", next->image,
                               next->version, HEMO_LANE_NONE, error))
    return FALSE;
  /* The report has what was accepted, and that alone. */
  if ((accept || (before != NULL && before->accepted_by != NULL))
      && !hemo_case_state_refresh_image (txn, next->image, error))
    return FALSE;
  {
    HemoFieldCells given = *self;

    *self = *next;
    *next = given;
  }
  return TRUE;
}

/* The cell as a person confirmed it, or NULL with the reason. */
static const HemoFoundCell *
find_confirmed (const HemoFieldCells *field, int number, GError **error)
{
  const HemoFoundCell *cell = field != NULL ? hemo_field_cells_find (field, number) : NULL;

  if (field == NULL || field->accepted_by == NULL)
    hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                      N_ ("Nobody has accepted this field. Look at it and accept it first."));
  else if (cell == NULL || cell->kind != HEMO_CELL_WHITE || !hemo_field_cells_stands (field, cell))
    hemo_record_fail (error, HEMO_STORE_ERROR_STATE, N_ ("This is no white cell of the field."));
  else
    return cell;
  return NULL;
}

static gboolean
find_specimen (HemoTxn *txn, const char *count, char **specimen, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT specimen FROM cell_count WHERE uuid = ?1", count, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    return hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such count."));
  *specimen = hemo_statement_dup_text (statement, 0);
  return TRUE;
}

/* In no count of the case: the report is made from all of them. */
static gboolean
check_not_counted (HemoTxn *txn, const char *count, const char *image, int number, GError **error)
{
  g_autofree char *specimen = NULL;
  g_autoptr (GHashTable) found = NULL;
  g_autofree char *key = g_strdup_printf ("%s/%d", image, number);

  if (!find_specimen (txn, count, &specimen, error)
      || (found = hemo_count_load_found (txn, specimen, count, error)) == NULL)
    return FALSE;
  return !g_hash_table_contains (found, key)
         || hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                              N_ ("This cell is in the differential already."));
}

static gboolean
insert_found (HemoTxn *txn,
              const char *count,
              gint64 sequence,
              const HemoFoundCell *cell,
              const HemoFieldCells *field,
              GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO counted_found_cell (cell_count, sequence, number, detector, program) "
      "SELECT id, ?2, ?3, ?4, ?5 FROM cell_count WHERE uuid = ?1",
      count, error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, sequence);
  hemo_statement_bind_int (statement, 3, cell->number);
  /* Where a person saw what the program had not, the program found nothing. */
  hemo_statement_bind_text (statement, 4, hemo_field_cells_get_detector (field, cell));
  hemo_statement_bind_text (statement, 5, hemo_field_cells_get_program (field, cell));
  return hemo_statement_run (statement, error);
}

gboolean
hemo_count_add_found_cell (HemoTxn *txn,
                           const char *count,
                           const char *image,
                           int number,
                           HemoCellClass cell_class,
                           gint64 *sequence,
                           GError **error)
{
  g_autoptr (HemoFieldCells) field = NULL;
  const HemoFoundCell *cell;
  gint64 next = 0;

  if (!hemo_txn_require (txn, HEMO_ACTION_COUNT, "Observation", count, error)
      || !hemo_field_cells_fetch (txn, image, &field, error)
      || (cell = find_confirmed (field, number, error)) == NULL
      || !check_not_counted (txn, count, image, number, error)
      || !hemo_count_add_by_way (txn, count, cell_class, image, TRUE, &next, error)
      || !insert_found (txn, count, next, cell, field, error))
    return FALSE;
  if (sequence != NULL)
    *sequence = next;
  return TRUE;
}

GHashTable *
hemo_count_load_found (HemoTxn *txn, const char *tube, const char *count, GError **error)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "Specimen", tube, error))
    return NULL;
  statement = hemo_record_select (
      txn,
      "SELECT c.image, f.number, iif (k.uuid = ?2, f.sequence, 0) FROM cell_count AS k "
      "JOIN counted_cell AS c ON c.cell_count = k.id JOIN counted_found_cell AS f "
      "ON f.cell_count = c.cell_count AND f.sequence = c.sequence "
      "WHERE NOT k.entered_in_error AND NOT c.taken_back "
      "AND k.specimen" HEMO_RECORD_WHOLE_FAMILY,
      tube, error);
  if (statement == NULL)
    return NULL;
  hemo_statement_bind_text (statement, 2, count);
  while (hemo_statement_next (statement, &row, error))
    {
      const gint64 sequence = row ? hemo_statement_get_int (statement, 2) : 0;

      if (!row)
        return g_steal_pointer (&found);
      g_hash_table_insert (found,
                           g_strdup_printf ("%s/%d", hemo_statement_get_text (statement, 0),
                                            (int)hemo_statement_get_int (statement, 1)),
                           g_memdup2 (&sequence, sizeof sequence));
    }
  return NULL;
}

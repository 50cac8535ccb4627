/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was done at the bench on a tube and its slides: fields, counts, findings, values, calls. */

#include "hemo-case-load.h"
#include "hemo-count-field-private.h"
#include "hemo-finding-private.h"

#include <string.h>

#define FAMILY " IN (SELECT uuid FROM specimen WHERE uuid = ?1 OR parent = ?1) "
/* What was read on a slide before it was rejected is no result. Its pictures and calls stay. */
#define READABLE                                                                                   \
  " IN (SELECT uuid FROM specimen WHERE uuid = ?1 OR (parent = ?1 AND rejection = 'none')) "

/* Makes a record of a row; NULL with @error. */
typedef gpointer (*FromRow) (HemoStatement *statement, GError **error);

static gboolean
fetch_all (HemoTxn *txn,
           const char *sql,
           const char *tube,
           FromRow from_row,
           GPtrArray *out,
           GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (txn, sql, tube, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_next (statement, &row, error))
    {
      gpointer record;

      if (!row)
        return TRUE;
      record = from_row (statement, error);
      if (record == NULL)
        return FALSE;
      g_ptr_array_add (out, record);
    }
  return FALSE;
}

static void
read_capture (HemoImage *self, HemoStatement *statement)
{
  self->objective = hemo_statement_dup_text (statement, 11);
  self->micrometres_per_pixel = hemo_statement_get_double (statement, 12);
  self->focus = hemo_statement_get_double (statement, 13);
  self->warnings = hemo_statement_dup_text (statement, 14);
  self->kept_anyway = hemo_statement_get_int (statement, 15) != 0;
  self->captured_by = hemo_statement_dup_text (statement, 16);
  self->captured_on = hemo_statement_dup_text (statement, 17);
  self->captured_at = hemo_statement_get_time (statement, 18);
  self->in_report = hemo_statement_get_int (statement, 21) != 0;
  self->note = hemo_statement_dup_text (statement, 22);
  self->version = hemo_statement_get_int (statement, 23);
}

static gpointer
image_from_row (HemoStatement *statement, GError **error)
{
  HemoImage *self = hemo_image_new (hemo_statement_get_text (statement, 1));

  g_free (self->uuid);
  self->uuid = hemo_statement_dup_text (statement, 0);
  self->field = (int)hemo_statement_get_int (statement, 2);
  g_free (self->media_type);
  self->media_type = hemo_statement_dup_text (statement, 3);
  self->width = (int)hemo_statement_get_int (statement, 4);
  self->height = (int)hemo_statement_get_int (statement, 5);
  self->orientation = (int)hemo_statement_get_int (statement, 6);
  self->bytes = hemo_statement_get_int (statement, 7);
  self->sha256 = hemo_statement_dup_text (statement, 8);
  self->sealed_sha256 = hemo_statement_dup_text (statement, 9);
  self->sealed_bytes = hemo_statement_get_int (statement, 10);
  read_capture (self, statement);
  return self;
}

#define IMAGE_COLUMNS                                                                              \
  "image.uuid, specimen, field, media_type, width, height, orientation, bytes, sha256, "           \
  "sealed_sha256, sealed_bytes, objective, micrometres_per_pixel, focus, warnings, kept_anyway, "  \
  "captured_by, captured_on, captured_us, captured_offset, captured_by_hand, in_report, note, "    \
  "version "

static gboolean
fetch_images (HemoTxn *txn, HemoCase *data, GError **error)
{
  return fetch_all (txn,
                    "SELECT " IMAGE_COLUMNS
                    "FROM image WHERE NOT entered_in_error AND specimen" FAMILY
                    "ORDER BY (SELECT id FROM specimen AS s WHERE s.uuid = image.specimen), field",
                    data->specimen->uuid, image_from_row, data->images, error);
}

static HemoImage *
find_image (const HemoCase *data, const char *uuid)
{
  for (guint i = 0; i < data->images->len; i++)
    {
      HemoImage *image = g_ptr_array_index (data->images, i);

      if (g_strcmp0 (image->uuid, uuid) == 0)
        return image;
    }
  return NULL;
}

/* A list of marks that is damaged must not make the case unusable: its picture has none. */
static gboolean
fetch_marks (HemoTxn *txn, const HemoCase *data, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "SELECT image, marks FROM image_mark WHERE image IN "
                            "(SELECT uuid FROM image WHERE specimen" FAMILY ")",
                            data->specimen->uuid, error);
  gboolean row = statement != NULL;

  if (statement == NULL)
    return FALSE;
  while (row)
    {
      const char *json;
      HemoImage *image;

      if (!hemo_statement_next (statement, &row, error))
        return FALSE;
      image = row ? find_image (data, hemo_statement_get_text (statement, 0)) : NULL;
      if (image == NULL)
        continue;
      json = hemo_statement_get_text (statement, 1);
      image->marks = hemo_marks_from_json (json, strlen (json), NULL);
      image->marks_damaged = image->marks == NULL;
    }
  return TRUE;
}

GPtrArray *
hemo_case_load_discarded (HemoTxn *txn, const char *tube, GError **error)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_image_free);

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "Specimen", tube, error)
      || !fetch_all (txn,
                     "SELECT " IMAGE_COLUMNS "FROM image WHERE entered_in_error AND specimen" FAMILY
                     "ORDER BY image.id",
                     tube, image_from_row, images, error))
    return NULL;
  for (guint i = 0; i < images->len; i++)
    ((HemoImage *)g_ptr_array_index (images, i))->entered_in_error = TRUE;
  return g_steal_pointer (&images);
}

static gboolean
fetch_counts (HemoTxn *txn, HemoCase *data, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT uuid FROM cell_count WHERE NOT entered_in_error AND specimen" READABLE "ORDER BY id",
      data->specimen->uuid, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_next (statement, &row, error))
    {
      HemoCount *count;

      if (!row)
        return TRUE;
      count = hemo_count_fetch (txn, hemo_statement_get_text (statement, 0), error);
      if (count == NULL)
        return FALSE;
      g_ptr_array_add (data->counts, count);
    }
  return FALSE;
}

/* What found the cells that stand in the counts, and who confirmed them one by one. */
static gboolean
fetch_found (HemoTxn *txn, HemoCase *data, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT DISTINCT f.program, f.detector, "
      "coalesce ((SELECT user.name FROM user WHERE user.uuid = c.counted_by), '?') "
      "FROM cell_count JOIN counted_cell AS c ON c.cell_count = cell_count.id "
      "JOIN counted_found_cell AS f ON f.cell_count = c.cell_count AND f.sequence = c.sequence "
      "WHERE NOT cell_count.entered_in_error AND NOT c.taken_back AND f.detector IS NOT NULL "
      "AND cell_count.specimen" READABLE "ORDER BY 1, 2, 3",
      data->specimen->uuid, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_next (statement, &row, error))
    {
      if (!row)
        return TRUE;
      g_ptr_array_add (data->found, hemo_found_by_new (hemo_statement_get_text (statement, 0),
                                                       hemo_statement_get_text (statement, 1),
                                                       hemo_statement_get_text (statement, 2)));
    }
  return FALSE;
}

static gpointer
morphology_from_row (HemoStatement *statement, GError **error)
{
  return hemo_morphology_from_row (statement, error);
}

static gpointer
malaria_from_row (HemoStatement *statement, GError **error)
{
  return hemo_malaria_from_row (statement, error);
}

static gpointer
platelets_from_row (HemoStatement *statement, GError **error)
{
  return hemo_platelets_from_row (statement);
}

static gpointer
result_from_row (HemoStatement *statement, GError **error)
{
  return hemo_result_from_row (statement);
}

static gpointer
call_from_row (HemoStatement *statement, GError **error)
{
  return hemo_critical_call_from_row (statement);
}

/* A reader's newest of each group: one on the white cells alone does not hide the red cells'. */
#define NEWEST "SELECT max (id) FROM morphology WHERE specimen" READABLE "AND "
static const char readings_sql[]
    = "SELECT " HEMO_MORPHOLOGY_COLUMNS " FROM morphology WHERE id IN (" NEWEST
      "examined_rbc GROUP BY reader UNION " NEWEST "examined_wbc GROUP BY reader UNION " NEWEST
      "examined_plt GROUP BY reader UNION " NEWEST
      "comment IS NOT NULL GROUP BY reader) ORDER BY id";

/* The newest of morphology; of malaria films all on which anything was looked at, because a later
 * reading does not undo an earlier one. */
static gboolean
fetch_findings (HemoTxn *txn, HemoCase *data, GError **error)
{
  const char *tube = data->specimen->uuid;

  return fetch_all (txn, readings_sql, tube, morphology_from_row, data->morphologies, error)
         && fetch_all (txn,
                       "SELECT " HEMO_MALARIA_COLUMNS " FROM malaria_film WHERE specimen" READABLE
                       "AND NOT entered_in_error AND (parasites > 0 OR wbc > 0 OR rbc > 0 "
                       "OR fields > 0 OR species <> '' OR stages <> '') ORDER BY id",
                       tube, malaria_from_row, data->malarias, error)
         && hemo_malaria_decision_fetch (txn, tube, &data->decision, error);
}

static gboolean
fetch_platelets (HemoTxn *txn, HemoCase *data, GError **error)
{
  g_autoptr (GPtrArray) newest
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_platelets_free);

  if (!fetch_all (txn,
                  "SELECT " HEMO_PLATELETS_COLUMNS " FROM platelet_count WHERE specimen" READABLE
                  "ORDER BY id DESC LIMIT 1",
                  data->specimen->uuid, platelets_from_row, newest, error))
    return FALSE;
  if (newest->len > 0)
    data->platelets = g_ptr_array_steal_index (newest, 0);
  return TRUE;
}

static gboolean
fetch_values (HemoTxn *txn, HemoCase *data, GError **error)
{
  const char *tube = data->specimen->uuid;

  return fetch_all (txn,
                    "SELECT " HEMO_RESULT_COLUMNS
                    " FROM result WHERE NOT entered_in_error AND specimen" READABLE "ORDER BY id",
                    tube, result_from_row, data->results, error)
         && fetch_all (txn,
                       "SELECT " HEMO_CALL_COLUMNS " FROM critical_call WHERE specimen" FAMILY
                       "ORDER BY id",
                       tube, call_from_row, data->calls, error);
}

gboolean
hemo_case_fetch_bench (HemoTxn *txn, HemoCase *data, GError **error)
{
  return fetch_images (txn, data, error) && fetch_marks (txn, data, error)
         && fetch_counts (txn, data, error) && fetch_found (txn, data, error)
         && hemo_field_cells_fetch_accepted (txn, data->specimen->uuid, data->fields, error)
         && fetch_findings (txn, data, error) && fetch_platelets (txn, data, error)
         && fetch_values (txn, data, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marks and notes on pictures. */

#include "hemo-mark-table.h"

#include "hemo-image-table-private.h"
#include "hemo-records-private.h"

#include <glib/gi18n.h>
#include <string.h>

static GPtrArray *
fetch_marks (HemoTxn *txn, const char *image, gint64 *version, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT marks, version FROM image_mark WHERE image = ?1", image, error);
  const char *json;
  GPtrArray *marks;
  gboolean row;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return NULL;
  if (!row)
    {
      *version = 0;
      return g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
    }
  json = hemo_statement_get_text (statement, 0);
  marks = hemo_marks_from_json (json, strlen (json), error);
  if (marks != NULL)
    *version = hemo_statement_get_int (statement, 1);
  return marks;
}

GPtrArray *
hemo_marks_load (HemoTxn *txn, const char *image, gint64 *version, GError **error)
{
  gboolean discarded = FALSE;
  int width = 0, height = 0;

  if (!hemo_txn_require (txn, HEMO_ACTION_IMAGE_VIEW, "image", image, error)
      || !hemo_image_fetch_size (txn, image, &width, &height, &discarded, error))
    return NULL;
  return fetch_marks (txn, image, version, error);
}

static const HemoMark *
find_mark (GPtrArray *marks, const char *uuid)
{
  for (guint i = 0; i < marks->len; i++)
    {
      const HemoMark *mark = g_ptr_array_index (marks, i);

      if (g_strcmp0 (mark->uuid, uuid) == 0)
        return mark;
    }
  return NULL;
}

/* As they are stored: each with who made it and when. */
static GPtrArray *
claim_marks (
    HemoTxn *txn, GPtrArray *marks, GPtrArray *before, int width, int height, GError **error)
{
  g_autoptr (GPtrArray) claimed = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);

  if (marks->len > HEMO_MARKS_MAX)
    {
      hemo_record_refuse (error, N_ ("A picture has at most 200 marks."));
      return NULL;
    }
  for (guint i = 0; i < marks->len; i++)
    {
      HemoMark *mark = hemo_mark_copy (g_ptr_array_index (marks, i));
      const HemoMark *old = find_mark (before, mark->uuid);
      const gboolean twice = find_mark (claimed, mark->uuid) != NULL;

      g_ptr_array_add (claimed, mark);
      if (!hemo_mark_validate (mark, width, height, error))
        return NULL;
      if (twice)
        {
          hemo_record_refuse (error, "Two marks of a picture have the same UUID.");
          return NULL;
        }
      g_set_str (&mark->by, old != NULL ? old->by : hemo_record_actor (txn));
      mark->at = old != NULL ? old->at : hemo_txn_get_time (txn);
    }
  return g_steal_pointer (&claimed);
}

static gboolean
write_marks (HemoTxn *txn, const char *image, GPtrArray *marks, gint64 version, GError **error)
{
  g_autofree char *json = hemo_marks_to_json (marks);
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "INSERT INTO image_mark (image, marks, version) VALUES (?1, ?2, ?3) "
                            "ON CONFLICT (image) DO UPDATE SET marks = ?2, version = ?3",
                            image, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, json);
  hemo_statement_bind_int (statement, 3, version);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_marks_save (HemoTxn *txn, const char *image, GPtrArray *marks, gint64 *version, GError **error)
{
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) claimed = NULL;
  gboolean discarded = FALSE;
  gint64 stored = 0;
  int width = 0, height = 0;

  if (!hemo_txn_require (txn, HEMO_ACTION_IMAGE_ADD, "image", image, error)
      || !hemo_image_fetch_size (txn, image, &width, &height, &discarded, error))
    return FALSE;
  if (discarded)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("This picture was discarded: nothing is marked on it."));
  before = fetch_marks (txn, image, &stored, error);
  if (before == NULL)
    return FALSE;
  if (stored != *version)
    return hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT,
                             N_ ("Somebody else marked this picture meanwhile. Open it again."));
  claimed = claim_marks (txn, marks, before, width, height, error);
  if (claimed == NULL || !write_marks (txn, image, claimed, stored + 1, error))
    return FALSE;
  if (!hemo_txn_log_change (txn, HEMO_CHANGE_MARK, "Media", image, stored + 1, HEMO_LANE_RESULTS,
                            error))
    return FALSE;
  *version = stored + 1;
  return TRUE;
}

static GPtrArray *
choose_drawable (GPtrArray *marks, int width, int height)
{
  GPtrArray *chosen = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);

  for (guint i = 0; marks != NULL && i < marks->len && chosen->len < HEMO_MARKS_MAX; i++)
    {
      const HemoMark *mark = g_ptr_array_index (marks, i);

      if (hemo_mark_validate (mark, width, height, NULL) && find_mark (chosen, mark->uuid) == NULL)
        g_ptr_array_add (chosen, hemo_mark_copy (mark));
    }
  return chosen;
}

gboolean
hemo_marks_take (HemoTxn *txn, const char *image, GPtrArray *marks, GError **error)
{
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) chosen = NULL;
  gboolean discarded = FALSE;
  gint64 stored = 0;
  int width = 0, height = 0;

  if (!hemo_image_fetch_size (txn, image, &width, &height, &discarded, error))
    return FALSE;
  if (discarded)
    return TRUE;
  before = fetch_marks (txn, image, &stored, error);
  if (before == NULL)
    return FALSE;
  chosen = choose_drawable (marks, width, height);
  if (hemo_marks_equal (before, chosen))
    return TRUE;
  return write_marks (txn, image, chosen, stored + 1, error)
         && hemo_txn_log_change (txn, HEMO_CHANGE_MARK, "Media", image, stored + 1, HEMO_LANE_NONE,
                                 error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counted cells that stand though what they were counted on does not. */

#include "hemo-count-field-private.h"

#include "hemo-plural.h"
#include "hemo-records-private.h"

#include <glib/gi18n.h>

/* What of a field can be no part of a count. */
#define DISCARDED "image.entered_in_error"
#define REJECTED "part.rejection <> 'none'"
#define KEPT                                                                                       \
  "EXISTS (SELECT 1 FROM counted_cell_step AS s WHERE s.cell_count = c.cell_count "                \
  "AND s.sequence = c.sequence AND s.step = 'kept') "
/* All that could be: cells of fields that are none, and all that were marks; those of a field one
 * after the other. */
#define SUSPECTS(wrong, which, counts)                                                             \
  "SELECT k.uuid, c.image, coalesce (f.number, 0), " wrong ", " KEPT "FROM cell_count AS k "       \
  "JOIN counted_cell AS c ON c.cell_count = k.id JOIN image ON image.uuid = c.image "              \
  "JOIN specimen AS part ON part.uuid = image.specimen "                                           \
  "LEFT JOIN counted_found_cell AS f ON f.cell_count = c.cell_count "                              \
  "AND f.sequence = c.sequence WHERE NOT k.entered_in_error AND NOT c.taken_back "                 \
  "AND (f.number IS NOT NULL OR " which ") AND " counts " ORDER BY c.image"
#define OF_CASE                                                                                    \
  "k.specimen IN (SELECT uuid FROM specimen WHERE uuid = ?1 "                                      \
  "OR (parent = ?1 AND rejection = 'none'))"

/* Of no rejected specimen, whose counts no report is made from. */
#define OF_ALL                                                                                     \
  "?1 IS NULL AND NOT EXISTS (SELECT 1 FROM specimen AS s LEFT JOIN specimen AS t "                \
  "ON t.uuid = s.parent WHERE s.uuid = k.specimen AND (s.rejection <> 'none' "                     \
  "OR coalesce (t.rejection, 'none') <> 'none'))"

static const char of_all[] = SUSPECTS (DISCARDED, "(" DISCARDED " AND NOT " KEPT ")", OF_ALL);
/* What was read on a slide before it was rejected is no result; the rejection can be taken back. */
static const char of_case[] = SUSPECTS (
    "(" DISCARDED " OR " REJECTED ")", REJECTED " OR (" DISCARDED " AND NOT " KEPT ")", OF_CASE);

static gboolean
stands (const HemoFieldCells *field, int number)
{
  const HemoFoundCell *mark = field != NULL ? hemo_field_cells_find (field, number) : NULL;

  return mark != NULL && mark->kind == HEMO_CELL_WHITE && hemo_field_cells_stands (field, mark);
}

static void
lost_free (gpointer data)
{
  g_free (((HemoLostCells *)data)->image);
  g_free (data);
}

/* @image: or NULL */
static void
add_lost (GHashTable *lost, const char *count, const char *image)
{
  HemoLostCells *cells = g_hash_table_lookup (lost, count);

  if (cells == NULL)
    {
      cells = g_new0 (HemoLostCells, 1);
      g_hash_table_insert (lost, g_strdup (count), cells);
    }
  cells->n++;
  if (cells->image == NULL)
    cells->image = g_strdup (image);
}

/* What cannot be read holds no mark that stands. */
static gboolean
fetch (HemoTxn *txn, const char *image, HemoFieldCells **field, GError **error)
{
  g_autoptr (GError) failure = NULL;

  g_clear_pointer (field, hemo_field_cells_free);
  if (hemo_field_cells_fetch (txn, image, field, &failure) || failure->domain == HEMO_MODEL_ERROR)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* @field: (inout): the cells of the field of the row before, which may be another one */
static gboolean
look_at (HemoTxn *txn, HemoStatement *row, GHashTable *lost, HemoFieldCells **field, GError **error)
{
  const char *image = hemo_statement_get_text (row, 1);
  const int number = (int)hemo_statement_get_int (row, 2);

  if (hemo_statement_get_int (row, 3) != 0)
    {
      /* What was said to stay is no more to be said of. */
      add_lost (lost, hemo_statement_get_text (row, 0),
                hemo_statement_get_int (row, 4) == 0 ? image : NULL);
      return TRUE;
    }
  if ((*field == NULL || g_strcmp0 ((*field)->image, image) != 0)
      && !fetch (txn, image, field, error))
    return FALSE;
  if (!stands (*field, number))
    add_lost (lost, hemo_statement_get_text (row, 0), NULL);
  return TRUE;
}

GHashTable *
hemo_count_find_lost (HemoTxn *txn, const char *tube, GError **error)
{
  g_autoptr (GHashTable) lost = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, lost_free);
  g_autoptr (HemoFieldCells) field = NULL;
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, tube != NULL ? of_case : of_all, tube, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return NULL;
  while (hemo_statement_next (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&lost);
      if (!look_at (txn, statement, lost, &field, error))
        return NULL;
    }
  return NULL;
}

char *
hemo_lost_cells_advise (const HemoLostCells *self)
{
  return self->image == NULL
             ? g_strdup (N_ ("Take them back, or discard the count and count again."))
             : g_strdup_printf (
                   N_ ("Take them back, say what becomes of them with \"hemogram-cli image "
                       "discard %s\", or discard the count and count again."),
                   self->image);
}

gboolean
hemo_count_check_fields (HemoTxn *txn, const char *tube, GError **error)
{
  g_autoptr (GHashTable) lost = hemo_count_find_lost (txn, tube, error);
  g_autofree char *advice = NULL;
  const HemoLostCells *cells;
  GHashTableIter iter;
  gpointer value;
  int all = 0;

  if (lost == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, lost);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      cells = value;
      all += cells->n;
      if (advice == NULL || cells->image != NULL)
        {
          g_free (advice);
          advice = hemo_lost_cells_advise (cells);
        }
    }
  if (all == 0)
    return TRUE;
  g_set_error (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
      HEMO_PLURAL ("Of the differential %d cell was counted on a field that is discarded "
                   "or of a rejected slide, or on a mark that is no white cell any more. "
                   "%s",
                   "Of the differential %d cells were counted on fields that are discarded "
                   "or of a rejected slide, or on marks that are no white cells any more. "
                   "%s",
                   all),
      all, advice);
  return FALSE;
}

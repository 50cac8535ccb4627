/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A white cell comes into a differential once: by key, or as a mark on an accepted field. */

#include "hemo-plural.h"
#include "hemo-records-private.h"

#include <glib/gi18n.h>

typedef struct
{
  int here;
  int all;
  char *name;
} Other;

/* Cells that came by the other way: of @image, of all; @other: name of a reader who counted them.
 */
static gboolean
ask_other (
    HemoTxn *txn, const char *tube, const char *image, gboolean found, Other *other, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT count(*) FILTER (WHERE c.image = ?2), count(*), coalesce (max ((SELECT user.name "
      "FROM "
      "user WHERE user.uuid = k.reader)) FILTER (WHERE c.image = ?2), '?') FROM cell_count AS k "
      "JOIN counted_cell AS c ON c.cell_count = k.id LEFT JOIN counted_found_cell AS f "
      "ON f.cell_count = c.cell_count AND f.sequence = c.sequence WHERE NOT k.entered_in_error "
      "AND NOT c.taken_back AND (f.number IS NULL) = ?3 AND k.specimen" HEMO_RECORD_WHOLE_FAMILY,
      tube, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, image);
  hemo_statement_bind_int (statement, 3, found ? 1 : 0);
  if (!hemo_statement_step (statement, error))
    return FALSE;
  other->here = (int)hemo_statement_get_int (statement, 0);
  other->all = (int)hemo_statement_get_int (statement, 1);
  other->name = hemo_statement_dup_text (statement, 2);
  return TRUE;
}

gboolean
hemo_count_check_way (HemoTxn *txn,
                      const HemoCount *count,
                      const char *tube,
                      const char *image,
                      gboolean found,
                      GError **error)
{
  g_autofree char *name = NULL;
  Other other = { 0 };

  if (!ask_other (txn, tube, image, found, &other, error))
    return FALSE;
  name = other.name;
  if (other.here > 0)
    {
      g_set_error (
          error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
          found ? HEMO_PLURAL ("Of this field %d cell is in the differential already, counted by "
                               "key ('%s'). Take it back first, or leave its marks out.",
                               "Of this field %d cells are in the differential already, counted by "
                               "key ('%s'). Take them back first, or leave its marks out.",
                               other.here)
                : HEMO_PLURAL ("Of this field %d cell is in the differential already, taken over "
                               "from its marks ('%s'). Take it back first, or count cells "
                               "elsewhere.",
                               "Of this field %d cells are in the differential already, taken over "
                               "from its marks ('%s'). Take them back first, or count cells "
                               "elsewhere.",
                               other.here),
          other.here, name);
      return FALSE;
    }
  return other.all == 0 || count->both_ways
         || hemo_record_fail (
             error, HEMO_STORE_ERROR_STATE,
             found ? N_ ("Cells of this differential were counted by key already. They "
                         "may be the same ones: say first that these are others.")
                   : N_ ("Marks on fields are in this differential already. They may "
                         "be the same cells: say first that these are others."));
}

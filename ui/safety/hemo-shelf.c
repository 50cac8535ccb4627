/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gathers what belongs together. */

#include "hemo-shelf.h"

#include "hemo-failure.h"
#include "hemo-incoming-table.h"
#include "hemo-list-words.h"
#include "hemo-settle-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* More are not listed; all of them are tried again by one button. */
#define SHELF_MAX 300

static void
item_free (gpointer data)
{
  HemoShelfItem *self = data;

  g_free (self->accession);
  g_free (self->patient);
  g_free (self->reason);
  g_ptr_array_unref (self->kinds);
  g_array_unref (self->sequences);
  g_free (self);
}

void
hemo_shelf_free (HemoShelf *self)
{
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_free (self);
}

static const char *
kind_of (const HemoQueueItem *item)
{
  if (item->lane == HEMO_LANE_PREVIEWS)
    return N_ ("Small picture");
  return item->lane == HEMO_LANE_ORIGINALS ? N_ ("Original image") : item->kind;
}

static HemoShelfItem *
find_item (HemoShelf *self, const char *accession, const char *reason)
{
  HemoShelfItem *item;

  for (guint i = 0; i < self->items->len; i++)
    {
      item = g_ptr_array_index (self->items, i);
      if (accession != NULL && g_strcmp0 (item->accession, accession) == 0
          && g_strcmp0 (item->reason, reason) == 0)
        return item;
    }
  item = g_new0 (HemoShelfItem, 1);
  item->accession = g_strdup (accession);
  item->reason = g_strdup (reason);
  item->kinds = g_ptr_array_new_with_free_func (g_free);
  item->sequences = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_ptr_array_add (self->items, item);
  return item;
}

static gboolean
add (HemoShelf *self, HemoTxn *txn, const HemoQueueItem *queued, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *accession
      = hemo_queue_find_accession (txn, queued->kind, queued->object, &failure);
  const char *kind = kind_of (queued);
  HemoShelfItem *item;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  item = find_item (self, accession, queued->reason);
  if (accession == NULL && strcmp (kind, "Patient") == 0)
    g_set_str (&item->patient, queued->object);
  if (!g_ptr_array_find_with_equal_func (item->kinds, kind, g_str_equal, NULL))
    g_ptr_array_add (item->kinds, g_strdup (kind));
  g_array_append_val (item->sequences, queued->sequence);
  return TRUE;
}

gboolean
hemo_shelf_load (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GPtrArray) queued = hemo_queue_shelf (txn, SHELF_MAX, error);
  g_autoptr (HemoShelf) self = g_new0 (HemoShelf, 1);

  self->items = g_ptr_array_new_with_free_func (item_free);
  for (guint i = 0; queued != NULL && i < queued->len; i++)
    if (!add (self, txn, g_ptr_array_index (queued, i), error))
      return FALSE;
  if (queued == NULL)
    return FALSE;
  self->disputes = hemo_incoming_count_waiting (txn, error);
  if (self->disputes < 0)
    return FALSE;
  *result = g_steal_pointer (&self);
  return TRUE;
}

gboolean
hemo_shelf_retry (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const GArray *sequences = data;

  if (sequences->len == 0)
    return hemo_queue_retry (txn, 0, NULL, error);
  for (guint i = 0; i < sequences->len; i++)
    {
      g_autoptr (GError) failure = NULL;

      /* One that is off the shelf already is where it should be. */
      if (hemo_queue_retry (txn, g_array_index (sequences, gint64, i), NULL, &failure)
          || g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT))
        continue;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return TRUE;
}

static char *
join_kinds (const HemoShelfItem *item)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < item->kinds->len; i++)
    {
      const char *kind = g_ptr_array_index (item->kinds, i);

      if (i > 0)
        g_string_append (text, hemo_list_separator ());
      g_string_append (text, hemo_settle_kind (_ (kind)));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
hemo_shelf_item_title (const HemoShelfItem *item)
{
  return item->accession != NULL ? g_strdup (item->accession) : join_kinds (item);
}

char *
hemo_shelf_item_text (const HemoShelfItem *item)
{
  g_autofree char *kinds = join_kinds (item);
  g_autofree char *reason = hemo_failure_say (item->reason != NULL ? item->reason : "");

  if (item->accession == NULL)
    return g_steal_pointer (&reason);
  return g_strdup_printf ("%s\n%s", kinds, reason);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Corrects what was accepted: the order and its tube, by one who has both in front of them. */

#include "hemo-specimen-table.h"

#include "hemo-incoming-table.h"
#include "hemo-records-private.h"
#include "hemo-report-status.h"

#include <glib/gi18n.h>

static gboolean
is_same_time (HemoTime a, HemoTime b)
{
  return a.utc_us == b.utc_us && a.offset_minutes == b.offset_minutes && a.by_hand == b.by_hand;
}

static gboolean
is_same_order (const HemoOrder *a, const HemoOrder *b)
{
  return a->tests == b->tests && a->urgency == b->urgency && a->pregnancy == b->pregnancy
         && g_strcmp0 (a->requester, b->requester) == 0
         && g_strcmp0 (a->clinical_note, b->clinical_note) == 0;
}

static gboolean
is_same_tube (const HemoSpecimen *a, const HemoSpecimen *b)
{
  return a->type == b->type && a->stain == b->stain
         && is_same_time (a->collected_at, b->collected_at);
}

/* UUIDs of @sql's rows for @text. (transfer full) (element-type utf8) */
static GPtrArray *
list_uuids (HemoTxn *txn, const char *sql, const char *text, GError **error)
{
  g_autoptr (GPtrArray) uuids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HemoStatement) statement = hemo_record_select (txn, sql, text, error);
  gboolean row = TRUE;

  if (statement == NULL)
    return NULL;
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return NULL;
      if (row)
        g_ptr_array_add (uuids, hemo_statement_dup_text (statement, 0));
    }
  return g_steal_pointer (&uuids);
}

/* What one of the order's cases says about it. Of what another laptop reported not every test is
 * known here: then all stay. */
static gboolean
check_case (HemoTxn *txn, const char *tube, const HemoOrder *order, GError **error)
{
  g_autoptr (HemoCase) data = hemo_case_fetch (txn, tube, error);
  gboolean reported = FALSE;

  if (data == NULL || !hemo_incoming_has_result (txn, tube, &reported, error))
    return FALSE;
  return (!reported && (hemo_case_tests_signed (data) & data->order->tests & ~order->tests) == 0)
         || hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                              N_ ("A result of a test that was taken out of the order is signed: "
                                  "the test stays asked for."));
}

/* Of all tubes that were sent with it. */
static gboolean
check_signed (HemoTxn *txn, const HemoOrder *stored, const HemoOrder *order, GError **error)
{
  g_autoptr (GPtrArray) tubes = NULL;

  if ((stored->tests & ~order->tests) == 0)
    return TRUE;
  tubes = list_uuids (txn, "SELECT uuid FROM specimen WHERE lab_order = ?1 AND parent IS NULL",
                      order->uuid, error);
  for (guint i = 0; tubes != NULL && i < tubes->len; i++)
    if (!check_case (txn, tubes->pdata[i], order, error))
      return FALSE;
  return tubes != NULL;
}

/* A slide is of the blood that its tube is of. One that was given another time keeps it. */
static gboolean
move_slides (HemoTxn *txn, const HemoSpecimen *tube, HemoTime before, GError **error)
{
  g_autoptr (GPtrArray) slides
      = list_uuids (txn, "SELECT uuid FROM specimen WHERE parent = ?1", tube->uuid, error);

  for (guint i = 0; slides != NULL && i < slides->len; i++)
    {
      g_autoptr (HemoSpecimen) slide = hemo_specimen_fetch (txn, slides->pdata[i], error);

      if (slide == NULL)
        return FALSE;
      if (!is_same_time (slide->collected_at, before))
        continue;
      slide->collected_at = tube->collected_at;
      if (!hemo_specimen_save (txn, slide, error))
        return FALSE;
    }
  return slides != NULL;
}

static gboolean
save_order (HemoTxn *txn, const HemoCase *stored, HemoOrder *order, GError **error)
{
  if (is_same_order (stored->order, order))
    return TRUE;
  return check_signed (txn, stored->order, order, error) && hemo_order_save (txn, order, error);
}

static gboolean
save_tube (HemoTxn *txn, const HemoCase *stored, HemoSpecimen *tube, GError **error)
{
  HemoTime before = stored->specimen->collected_at;

  if (is_same_tube (stored->specimen, tube))
    return TRUE;
  /* Other programs may not have said when it was received. */
  if (!is_same_time (before, tube->collected_at) && stored->specimen->received_at.utc_us != 0
      && tube->collected_at.utc_us > stored->specimen->received_at.utc_us)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("A specimen is not collected after it was received."));
  return hemo_specimen_save (txn, tube, error)
         && (is_same_time (before, tube->collected_at) || move_slides (txn, tube, before, error));
}

gboolean
hemo_order_edit (HemoTxn *txn, HemoOrder *order, HemoSpecimen *tube, GError **error)
{
  g_autoptr (HemoCase) stored = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SPECIMEN_EDIT, "ServiceRequest", order->uuid, error))
    return FALSE;
  stored = hemo_case_fetch (txn, tube->uuid, error);
  if (stored == NULL)
    return FALSE;
  if (g_strcmp0 (stored->specimen->uuid, tube->uuid) != 0
      || g_strcmp0 (stored->order->uuid, order->uuid) != 0)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE, "The order is that of another tube.");
  if (!hemo_case_may_edit_order (stored))
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("The specimen was rejected, or its report taken back: what was "
                                 "asked of it is not changed any more."));
  return save_order (txn, stored, order, error) && save_tube (txn, stored, tube, error);
}

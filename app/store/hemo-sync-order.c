/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders for tests that are not done here: a person says what is done instead. */

#include "hemo-sync-apply-private.h"

#include "hemo-expected-table.h"
#include "hemo-fhir-specimen.h"
#include "hemo-refusal-private.h"

#include <string.h>

/* NULL where it is none that can be taken in. (transfer full) */
static HemoOrder *
read_order (HemoTxn *txn, const HemoIncoming *incoming)
{
  g_autoptr (json_object) json = NULL;
  g_autoptr (HemoOrder) order = NULL;
  g_autoptr (HemoOrder) here = NULL;
  g_autoptr (HemoPatient) patient = NULL;

  if (strcmp (incoming->type, "ServiceRequest") != 0 || hemo_sync_is_deleted (incoming))
    return NULL;
  json = hemo_sync_parse (incoming->resource);
  if (json == NULL || !hemo_fhir_order_is_of_other_tests (json))
    return NULL;
  order = hemo_fhir_order_from_json_any (json, NULL);
  here = order != NULL ? hemo_order_fetch (txn, order->uuid, NULL) : NULL;
  patient = order != NULL ? hemo_patient_fetch (txn, order->patient, NULL, NULL) : NULL;
  return here == NULL && patient != NULL ? g_steal_pointer (&order) : NULL;
}

gboolean
hemo_sync_is_of_other_tests (HemoTxn *txn, const HemoIncoming *incoming)
{
  g_autoptr (HemoOrder) order = read_order (txn, incoming);

  return order != NULL;
}

/* Who orders nothing that is done here says nothing of the tests that a person here said are done
 * for it. */
static gboolean
keep_tests (HemoTxn *txn, const HemoOrder *local, HemoOrder *theirs, GError **error)
{
  g_autoptr (GPtrArray) versions = hemo_incoming_of (txn, local->uuid, error);
  g_autoptr (json_object) first = NULL;

  if (versions == NULL)
    return FALSE;
  if (theirs->tests != 0 || versions->len == 0)
    return TRUE;
  first = hemo_sync_parse (((const HemoIncoming *)versions->pdata[0])->resource);
  if (first != NULL && hemo_fhir_order_is_of_other_tests (first))
    theirs->tests = local->tests;
  return TRUE;
}

HemoOrder *
hemo_sync_read_order (HemoTxn *txn, json_object *json, const HemoOrder *local, GError **error)
{
  g_autoptr (HemoOrder) theirs = hemo_fhir_order_from_json_any (json, error);

  if (theirs == NULL || !hemo_sync_know_patient (txn, &theirs->patient, local->patient, error)
      || !keep_tests (txn, local, theirs, error))
    return NULL;
  return g_steal_pointer (&theirs);
}

gboolean
hemo_sync_settle_expected (HemoTxn *txn, json_object *order, GError **error)
{
  json_object *status = NULL;

  return !json_object_object_get_ex (order, "status", &status)
         || !json_object_is_type (status, json_type_string)
         || strcmp (json_object_get_string (status), "completed") != 0
         || hemo_expected_drop (txn, hemo_fhir_get_id (order), error);
}

/* The order is theirs but for its tests, so these are sent. */
static gboolean
put (HemoTxn *txn, const HemoIncoming *incoming, HemoOrder *order, GError **error)
{
  g_autoptr (json_object) theirs = hemo_sync_parse (incoming->resource);

  order->version = 0;
  return hemo_order_check (order, error)
         && hemo_order_put (txn, order, "sync.apply", HEMO_LANE_NONE, error)
         && hemo_refusal_end (txn, order->uuid, error)
         && hemo_sync_settle_expected (txn, theirs, error)
         && hemo_sync_remember (txn, incoming->server, theirs, theirs, NULL, error)
         && hemo_remote_resource_queue (txn, "ServiceRequest", order->uuid, error);
}

gboolean
hemo_sync_take_order (
    HemoTxn *txn, gint64 sequence, HemoTests tests, const char *seen, GError **error)
{
  g_autoptr (HemoIncoming) incoming = hemo_sync_load_waiting (txn, sequence, error);
  g_autoptr (HemoOrder) order = NULL;

  if (incoming == NULL
      || !hemo_txn_require (txn, HEMO_ACTION_SPECIMEN_EDIT, incoming->type, incoming->id, error)
      || !hemo_sync_check_seen (txn, incoming, seen, error))
    return FALSE;
  order = read_order (txn, incoming);
  if (order == NULL)
    return hemo_sync_fail_changed (error);
  order->tests = tests;
  return put (txn, incoming, order, error)
         && hemo_sync_settle (txn, incoming, HEMO_INCOMING_APPLIED, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Malaria readings that were made by mistake, and decisions between readings that disagree. */

#include "hemo-finding-private.h"
#include "hemo-malaria-readings.h"

#include <glib/gi18n.h>

static HemoMalaria *
fetch_film (HemoTxn *txn, const char *uuid, gboolean *discarded, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT " HEMO_MALARIA_COLUMNS ", entered_in_error FROM malaria_film WHERE uuid = ?1",
      uuid, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return NULL;
  if (!row)
    {
      hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND,
                        N_ ("There is no such malaria reading."));
      return NULL;
    }
  *discarded = hemo_statement_get_int (statement, 16) != 0;
  return hemo_malaria_from_row (statement, error);
}

static gboolean
mark_discarded (HemoTxn *txn, const HemoMalaria *film, const char *reason, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "UPDATE malaria_film SET entered_in_error = 1, closed = 1, note = ?2, "
                            "version = version + 1 WHERE uuid = ?1",
                            film->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, reason);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_malaria_discard (HemoTxn *txn, const char *uuid, const char *reason, GError **error)
{
  gboolean discarded = FALSE;
  g_autoptr (HemoMalaria) film = NULL;
  g_autofree char *tube = NULL;
  HemoRecordPlace place;

  if (!hemo_txn_require (txn, HEMO_ACTION_COUNT, "Observation", uuid, error))
    return FALSE;
  film = fetch_film (txn, uuid, &discarded, error);
  if (film == NULL || !hemo_record_check_reason (reason, error))
    return FALSE;
  if (discarded)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("This reading has been taken out already."));
  place = (HemoRecordPlace){ HEMO_ACTION_COUNT, "Observation",  "malaria_film",
                             film->uuid,        film->specimen, film->version };
  tube = hemo_record_place_check (txn, &place, NULL, error);
  return tube != NULL && hemo_record_check_correction (txn, tube, film->reader, uuid, error)
         && mark_discarded (txn, film, reason, error)
         && hemo_record_place_log (txn, &place, tube, "malaria.error", HEMO_LANE_NONE, error);
}

gboolean
hemo_malaria_decision_fetch (HemoTxn *txn,
                             const char *tube,
                             HemoMalariaDecision **out,
                             GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT uuid, film, readings, reason, decided_by, at_us, at_offset, at_by_hand, version, "
      "(SELECT user.name FROM user WHERE user.uuid = decided_by) FROM malaria_decision "
      "WHERE specimen = ?1 ORDER BY id DESC LIMIT 1",
      tube, error);
  HemoMalariaDecision *self;
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  self = hemo_malaria_decision_new (tube, hemo_statement_get_text (statement, 1),
                                    hemo_statement_get_text (statement, 3));
  g_free (self->uuid);
  self->uuid = hemo_statement_dup_text (statement, 0);
  self->readings = hemo_statement_dup_text (statement, 2);
  self->by = hemo_statement_dup_text (statement, 4);
  self->at = hemo_statement_get_time (statement, 5);
  self->version = hemo_statement_get_int (statement, 8);
  self->by_name = hemo_statement_dup_text (statement, 9);
  *out = self;
  return TRUE;
}

static gboolean
insert_decision (HemoTxn *txn, const HemoMalariaDecision *self, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO malaria_decision (uuid, specimen, film, readings, reason, decided_by, at_us, "
      "at_offset, at_by_hand, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)",
      self->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, self->specimen);
  hemo_statement_bind_text (statement, 3, self->film);
  hemo_statement_bind_text (statement, 4, self->readings);
  hemo_statement_bind_text (statement, 5, self->reason);
  hemo_statement_bind_text (statement, 6, hemo_record_actor (txn));
  hemo_statement_bind_time (statement, 7, hemo_txn_get_time (txn));
  return hemo_statement_run (statement, error);
}

/* What is decided about: readings that disagree, one of which is @film. (transfer full): their key
 */
static char *
check_readings (HemoTxn *txn, const char *tube, const char *film, GError **error)
{
  g_autoptr (HemoCase) data = hemo_case_fetch (txn, tube, error);
  g_autoptr (HemoMalariaReadings) readings = NULL;

  if (data == NULL)
    return NULL;
  readings = hemo_malaria_readings_new (data);
  if (readings->disagreement == HEMO_MALARIA_AGREE)
    {
      hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                        N_ ("The malaria readings agree: there is nothing to decide."));
      return NULL;
    }
  for (guint i = 0; i < readings->all->len; i++)
    if (g_strcmp0 (((HemoMalaria *)readings->all->pdata[i])->uuid, film) == 0)
      return hemo_malaria_readings_key (readings);
  hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND,
                    N_ ("This reading is none of those that are compared."));
  return NULL;
}

gboolean
hemo_malaria_decide (HemoTxn *txn, const char *film, const char *reason, GError **error)
{
  gboolean discarded = FALSE;
  g_autoptr (HemoMalaria) chosen = NULL;
  g_autoptr (HemoMalariaDecision) decision = NULL;
  g_autofree char *tube = NULL;
  HemoRecordPlace place;

  if (!hemo_txn_require (txn, HEMO_ACTION_REPORT_SIGN, "Observation", film, error))
    return FALSE;
  chosen = fetch_film (txn, film, &discarded, error);
  if (chosen == NULL || !hemo_record_check_reason (reason, error))
    return FALSE;
  tube = hemo_specimen_dup_usable_tube (txn, chosen->specimen, error);
  if (tube == NULL)
    return FALSE;
  decision = hemo_malaria_decision_new (tube, film, reason);
  decision->readings = check_readings (txn, tube, film, error);
  place = (HemoRecordPlace){ HEMO_ACTION_REPORT_SIGN, "Observation", "malaria_decision",
                             decision->uuid,          tube,          0 };
  return decision->readings != NULL && insert_decision (txn, decision, error)
         && hemo_record_place_log (txn, &place, tube, "malaria.decide", HEMO_LANE_NONE, error);
}

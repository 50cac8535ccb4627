/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was found at the microscope besides the count: morphology, platelets, malaria films. */

#include "hemo-finding-table.h"

#include "hemo-finding-private.h"
#include "hemo-json.h"

#include <glib/gi18n.h>
#include <json-c/json.h>

#define COMMENT_MAX 2000
/* More than anybody counts on one film. */
#define TALLY_MAX 1000000

/* Who read a record that is stored; NULL without @error when it is not. */
static char *
dup_stored (HemoTxn *txn, const char *table, const char *column, const char *uuid, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s WHERE uuid = ?1", column, table);
  g_autoptr (HemoStatement) statement = hemo_record_select (txn, sql, uuid, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error) || !row)
    return NULL;
  return hemo_statement_dup_text (statement, 0);
}

static gboolean
check_same_specimen (HemoTxn *txn, const HemoRecordPlace *place, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *stored = dup_stored (txn, place->table, "specimen", place->uuid, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return stored == NULL || g_strcmp0 (stored, place->specimen) == 0
         || hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                              "A finding stays with the specimen it was made on.");
}

/* A stored finding is its first reader's, whatever the caller says. */
static gboolean
check_reader (HemoTxn *txn, const HemoRecordPlace *place, char **reader, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *stored = NULL;

  if (place->version > 0)
    stored = dup_stored (txn, place->table, "reader", place->uuid, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return (stored == NULL || hemo_record_claim (txn, &stored, error))
         && hemo_record_claim (txn, reader, error);
}

char *
hemo_record_place_check (HemoTxn *txn, const HemoRecordPlace *place, char **reader, GError **error)
{
  if (!hemo_txn_require (txn, place->action, place->kind, place->uuid, error)
      || !hemo_record_check_version (txn, place->table, place->uuid, place->version, error)
      || !check_same_specimen (txn, place, error)
      || (reader != NULL && !check_reader (txn, place, reader, error)))
    return NULL;
  return hemo_specimen_dup_usable_tube (txn, place->specimen, error);
}

gboolean
hemo_record_place_log (HemoTxn *txn,
                       const HemoRecordPlace *place,
                       const char *tube,
                       const char *what,
                       HemoLane lane,
                       GError **error)
{
  return hemo_case_state_refresh (txn, tube, error)
         && hemo_txn_log_change (txn, what, place->kind, place->uuid, place->version + 1, lane,
                                 error);
}

static int
compare_codes (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (a, b);
}

/* JSON in the order of the codes; NULL with @error when one of them is not known. (transfer full)
 */
static char *
findings_to_json (const HemoMorphology *morphology, GError **error)
{
  g_autoptr (GList) codes = g_hash_table_get_keys (morphology->findings);
  json_object *object = json_object_new_object ();
  char *text = NULL;

  codes = g_list_sort (codes, compare_codes);
  for (GList *l = codes; l != NULL; l = l->next)
    {
      const HemoFindingInfo *info = hemo_finding_info (l->data);
      int grade = hemo_morphology_get_grade (morphology, l->data);

      /* The rule of hemo_morphology_grade(): what it refuses could not be read again. */
      if (info == NULL || grade < 0 || grade > 3 || (!info->graded && grade % 3 != 0))
        {
          json_object_put (object);
          hemo_record_refuse (error, "A finding or its grade is none that is known.");
          return NULL;
        }
      if (grade > 0)
        hemo_json_add (object, l->data, json_object_new_int (grade));
    }
  text = hemo_json_to_text (object, JSON_C_TO_STRING_PLAIN);
  json_object_put (object);
  return text;
}

static gboolean
write_morphology (HemoTxn *txn, const HemoMorphology *self, const char *findings, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO morphology (uuid, specimen, reader, examined_rbc, examined_wbc, examined_plt, "
      "findings, comment, at_us, at_offset, at_by_hand, version) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
      "ON CONFLICT (uuid) DO UPDATE SET examined_rbc = ?4, examined_wbc = ?5, examined_plt = ?6, "
      "findings = ?7, comment = ?8, at_us = ?9, at_offset = ?10, at_by_hand = ?11, version = ?12",
      self->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, self->specimen);
  hemo_statement_bind_text (statement, 3, self->reader);
  hemo_statement_bind_int (statement, 4, self->examined[HEMO_MORPHOLOGY_RBC] ? 1 : 0);
  hemo_statement_bind_int (statement, 5, self->examined[HEMO_MORPHOLOGY_WBC] ? 1 : 0);
  hemo_statement_bind_int (statement, 6, self->examined[HEMO_MORPHOLOGY_PLT] ? 1 : 0);
  hemo_statement_bind_text (statement, 7, findings);
  hemo_statement_bind_text (statement, 8, self->comment);
  hemo_statement_bind_time (statement, 9, self->at);
  hemo_statement_bind_int (statement, 12, self->version + 1);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_morphology_save (HemoTxn *txn, HemoMorphology *morphology, GError **error)
{
  HemoRecordPlace place = { HEMO_ACTION_COUNT, "Observation",        "morphology",
                            morphology->uuid,  morphology->specimen, morphology->version };
  g_autofree char *tube = hemo_record_place_check (txn, &place, &morphology->reader, error);
  g_autofree char *findings = NULL;

  if (tube == NULL
      || !hemo_record_check_text (morphology->comment, COMMENT_MAX, N_ ("comment"), error))
    return FALSE;
  findings = findings_to_json (morphology, error);
  if (findings == NULL)
    return FALSE;
  if (morphology->at.utc_us == 0)
    morphology->at = hemo_txn_get_time (txn);
  if (!write_morphology (txn, morphology, findings, error)
      || !hemo_record_place_log (txn, &place, tube, "morphology.save", HEMO_LANE_NONE, error))
    return FALSE;
  morphology->version++;
  return TRUE;
}

HemoMorphology *
hemo_morphology_from_row (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoMorphology) self = hemo_morphology_new (hemo_statement_get_text (statement, 1),
                                                         hemo_statement_get_text (statement, 2));
  json_object *findings = hemo_json_read_stored (hemo_statement_get_text (statement, 6));

  if (!json_object_is_type (findings, json_type_object))
    {
      json_object_put (findings);
      hemo_record_fail (error, HEMO_STORE_ERROR_CORRUPT, N_ ("A stored morphology is damaged."));
      return NULL;
    }
  json_object_object_foreach (findings, code, grade)
  {
    if (hemo_morphology_grade (self, code, json_object_get_int (grade), error))
      continue;
    json_object_put (findings);
    return NULL;
  }
  json_object_put (findings);
  g_free (self->uuid);
  self->uuid = hemo_statement_dup_text (statement, 0);
  for (int group = 0; group < HEMO_MORPHOLOGY_GROUPS; group++)
    self->examined[group] = hemo_statement_get_int (statement, 3 + group) != 0;
  self->comment = hemo_statement_dup_text (statement, 7);
  self->at = hemo_statement_get_time (statement, 8);
  self->version = hemo_statement_get_int (statement, 11);
  return g_steal_pointer (&self);
}

static gboolean
write_platelets (HemoTxn *txn, const HemoPlatelets *self, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO platelet_count (uuid, specimen, reader, total, fields, factor, clumps, at_us, "
      "at_offset, at_by_hand, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
      "ON CONFLICT (uuid) DO UPDATE SET total = ?4, fields = ?5, factor = ?6, clumps = ?7, "
      "at_us = ?8, at_offset = ?9, at_by_hand = ?10, version = ?11",
      self->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, self->specimen);
  hemo_statement_bind_text (statement, 3, self->reader);
  hemo_statement_bind_int (statement, 4, self->total);
  hemo_statement_bind_int (statement, 5, self->fields);
  hemo_statement_bind_int (statement, 6, self->factor);
  hemo_statement_bind_int (statement, 7, self->clumps ? 1 : 0);
  hemo_statement_bind_time (statement, 8, self->at);
  hemo_statement_bind_int (statement, 11, self->version + 1);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_platelets_save (HemoTxn *txn, HemoPlatelets *platelets, GError **error)
{
  HemoRecordPlace place = { HEMO_ACTION_COUNT, "Observation",       "platelet_count",
                            platelets->uuid,   platelets->specimen, platelets->version };
  g_autofree char *tube = hemo_record_place_check (txn, &place, &platelets->reader, error);

  if (tube == NULL)
    return FALSE;
  if (platelets->total < 0 || platelets->total > TALLY_MAX || platelets->fields < 1
      || platelets->fields > 1000 || platelets->factor < 1000 || platelets->factor > 100000)
    return hemo_record_refuse (
        error, N_ ("A platelet estimate needs a total, 1 to 1000 fields and a factor of "
                   "1,000 to 100,000."));
  if (platelets->at.utc_us == 0)
    platelets->at = hemo_txn_get_time (txn);
  if (!write_platelets (txn, platelets, error)
      || !hemo_record_place_log (txn, &place, tube, "platelets.save", HEMO_LANE_NONE, error))
    return FALSE;
  platelets->version++;
  return TRUE;
}

HemoPlatelets *
hemo_platelets_from_row (HemoStatement *statement)
{
  HemoPlatelets *self = hemo_platelets_new (hemo_statement_get_text (statement, 1),
                                            hemo_statement_get_text (statement, 2));

  g_free (self->uuid);
  self->uuid = hemo_statement_dup_text (statement, 0);
  self->total = (int)hemo_statement_get_int (statement, 3);
  self->fields = (int)hemo_statement_get_int (statement, 4);
  self->factor = (int)hemo_statement_get_int (statement, 5);
  self->clumps = hemo_statement_get_int (statement, 6) != 0;
  self->at = hemo_statement_get_time (statement, 7);
  self->version = hemo_statement_get_int (statement, 10);
  return self;
}

static gboolean
is_tally (int value)
{
  return value >= 0 && value <= TALLY_MAX;
}

static gboolean
write_malaria (HemoTxn *txn, const HemoMalaria *self, GError **error)
{
  g_autofree char *species = hemo_plasmodium_to_codes (self->species);
  g_autofree char *stages = hemo_stage_to_codes (self->stages);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO malaria_film (uuid, specimen, reader, thick, parasites, wbc, rbc, fields, "
      "species, stages, closed, at_us, at_offset, at_by_hand, version) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
      "ON CONFLICT (uuid) DO UPDATE SET parasites = ?5, wbc = ?6, rbc = ?7, fields = ?8, "
      "species = ?9, stages = ?10, closed = ?11, at_us = ?12, at_offset = ?13, at_by_hand = ?14, "
      "version = ?15",
      self->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, self->specimen);
  hemo_statement_bind_text (statement, 3, self->reader);
  hemo_statement_bind_int (statement, 4, self->thick ? 1 : 0);
  hemo_statement_bind_int (statement, 5, self->parasites);
  hemo_statement_bind_int (statement, 6, self->wbc);
  hemo_statement_bind_int (statement, 7, self->rbc);
  hemo_statement_bind_int (statement, 8, self->fields);
  hemo_statement_bind_text (statement, 9, species);
  hemo_statement_bind_text (statement, 10, stages);
  hemo_statement_bind_int (statement, 11, self->closed ? 1 : 0);
  hemo_statement_bind_time (statement, 12, self->at);
  hemo_statement_bind_int (statement, 15, self->version + 1);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_malaria_save (HemoTxn *txn, HemoMalaria *malaria, GError **error)
{
  HemoRecordPlace place = { HEMO_ACTION_COUNT, "Observation",     "malaria_film",
                            malaria->uuid,     malaria->specimen, malaria->version };
  g_autofree char *tube = hemo_record_place_check (txn, &place, &malaria->reader, error);

  if (tube == NULL)
    return FALSE;
  if (!is_tally (malaria->parasites) || !is_tally (malaria->wbc) || !is_tally (malaria->rbc)
      || !is_tally (malaria->fields))
    return hemo_record_refuse (error, N_ ("A malaria count has numbers from 0 to 1,000,000."));
  if (malaria->at.utc_us == 0)
    malaria->at = hemo_txn_get_time (txn);
  if (!write_malaria (txn, malaria, error)
      || !hemo_record_place_log (txn, &place, tube, "malaria.save", HEMO_LANE_NONE, error))
    return FALSE;
  malaria->version++;
  return TRUE;
}

HemoMalaria *
hemo_malaria_from_row (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoMalaria) self = hemo_malaria_new (hemo_statement_get_text (statement, 1),
                                                   hemo_statement_get_text (statement, 2),
                                                   hemo_statement_get_int (statement, 3) != 0);

  if (!hemo_plasmodium_from_codes (hemo_statement_get_text (statement, 8), &self->species, error)
      || !hemo_stage_from_codes (hemo_statement_get_text (statement, 9), &self->stages, error))
    return NULL;
  g_free (self->uuid);
  self->uuid = hemo_statement_dup_text (statement, 0);
  self->parasites = (int)hemo_statement_get_int (statement, 4);
  self->wbc = (int)hemo_statement_get_int (statement, 5);
  self->rbc = (int)hemo_statement_get_int (statement, 6);
  self->fields = (int)hemo_statement_get_int (statement, 7);
  self->closed = hemo_statement_get_int (statement, 10) != 0;
  self->at = hemo_statement_get_time (statement, 11);
  self->version = hemo_statement_get_int (statement, 14);
  self->reader_name = hemo_statement_dup_text (statement, 15);
  return g_steal_pointer (&self);
}

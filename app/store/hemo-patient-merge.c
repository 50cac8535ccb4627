/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Merging two records of one person without loss, and taking it back.
 *
 * Nothing moves: specimens, orders and results keep the record they were made under, which from
 * then on points to the survivor. Records that are merged can be merged no more, so the pointers
 * form trees and never a circle. */

#include "hemo-patient-table.h"

#include "hemo-json.h"
#include "hemo-records-private.h"

#include <glib/gi18n.h>
#include <json-c/json.h>

/* That hemo_patient_validate() accepts. */
#define IDENTIFIERS_MAX 16u

static gboolean
has_identifier (const HemoPatient *patient, const HemoIdentifier *wanted)
{
  for (guint i = 0; i < patient->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (patient->identifiers, i);

      if (g_str_equal (identifier->issuer, wanted->issuer)
          && g_str_equal (identifier->value, wanted->value))
        return TRUE;
    }
  return FALSE;
}

/* Gives @survivor what it lacks; what it got, as JSON. (transfer full) */
static char *
give_identifiers (HemoPatient *survivor, const HemoPatient *merged)
{
  json_object *gained = json_object_new_array ();
  char *text;

  for (guint i = 0; i < merged->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (merged->identifiers, i);
      json_object *pair;

      if (has_identifier (survivor, identifier))
        continue;
      g_ptr_array_add (survivor->identifiers,
                       hemo_identifier_new (identifier->issuer, identifier->value));
      pair = json_object_new_array ();
      hemo_json_append (pair, json_object_new_string (identifier->issuer));
      hemo_json_append (pair, json_object_new_string (identifier->value));
      hemo_json_append (gained, pair);
    }
  text = hemo_json_to_text (gained, JSON_C_TO_STRING_PLAIN);
  json_object_put (gained);
  return text;
}

static gboolean
is_gained (json_object *gained, const HemoIdentifier *identifier)
{
  for (size_t i = 0; i < json_object_array_length (gained); i++)
    {
      json_object *pair = json_object_array_get_idx (gained, i);

      if (g_strcmp0 (json_object_get_string (json_object_array_get_idx (pair, 0)),
                     identifier->issuer)
              == 0
          && g_strcmp0 (json_object_get_string (json_object_array_get_idx (pair, 1)),
                        identifier->value)
                 == 0)
        return TRUE;
    }
  return FALSE;
}

/* Takes what a merge gave from @survivor again; whether it had any of it. */
static gboolean
take_identifiers (HemoPatient *survivor, const char *text)
{
  json_object *gained = hemo_json_read_stored (text);
  guint before = survivor->identifiers->len;

  if (!json_object_is_type (gained, json_type_array))
    {
      json_object_put (gained);
      return FALSE;
    }
  for (guint i = survivor->identifiers->len; i > 0; i--)
    if (is_gained (gained, g_ptr_array_index (survivor->identifiers, i - 1)))
      g_ptr_array_remove_index (survivor->identifiers, i - 1);
  json_object_put (gained);
  return survivor->identifiers->len != before;
}

static gboolean
insert_merge (HemoTxn *txn,
              const HemoPatient *merged,
              const HemoPatient *survivor,
              const char *gained,
              GError **error)
{
  HemoTime now = hemo_txn_get_time (txn);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO patient_merge (merged, survivor, gained, merged_by, merged_at_us, "
      "merged_at_offset) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      merged->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, survivor->uuid);
  hemo_statement_bind_text (statement, 3, gained);
  hemo_statement_bind_text (statement, 4, hemo_record_actor (txn));
  hemo_statement_bind_int (statement, 5, now.utc_us);
  hemo_statement_bind_int (statement, 6, now.offset_minutes);
  return hemo_statement_run (statement, error);
}

static gboolean
check_mergeable (const HemoPatient *patient, GError **error)
{
  if (patient->merged_into != NULL)
    return hemo_record_fail (
        error, HEMO_STORE_ERROR_STATE,
        N_ ("One of the records was merged already. Merge the record that took "
            "its place."));
  if (!patient->active)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("One of the records was entered in error."));
  return TRUE;
}

static gboolean
merge (HemoTxn *txn, HemoPatient *survivor, HemoPatient *merged, const char *what, GError **error)
{
  guint before = survivor->identifiers->len;
  g_autofree char *gained = give_identifiers (survivor, merged);

  merged->merged_into = g_strdup (survivor->uuid);
  merged->active = FALSE;
  if (survivor->identifiers->len > MAX (before, IDENTIFIERS_MAX))
    return hemo_record_fail (
        error, HEMO_STORE_ERROR_STATE,
        N_ ("Both records together have too many identifiers. Remove those that "
            "are no longer valid first."));
  if (!insert_merge (txn, merged, survivor, gained, error)
      || !hemo_patient_update (txn, merged, what, error))
    return FALSE;
  /* Also when it gained nothing but the other's words. */
  if (survivor->identifiers->len == before)
    return hemo_search_index (txn, survivor->uuid, error);
  return hemo_patient_update (txn, survivor, what, error);
}

static gboolean
fetch_mergeable (HemoTxn *txn,
                 const char *a,
                 const char *b,
                 HemoPatient **first,
                 HemoPatient **second,
                 GError **error)
{
  if (g_strcmp0 (a, b) == 0)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("A record cannot be merged with itself."));
  *first = hemo_patient_fetch (txn, a, NULL, error);
  *second = *first != NULL ? hemo_patient_fetch (txn, b, NULL, error) : NULL;
  return *second != NULL && check_mergeable (*first, error) && check_mergeable (*second, error);
}

gboolean
hemo_patient_check_join (HemoTxn *txn, const char *a, const char *b, GError **error)
{
  g_autoptr (HemoPatient) first = NULL;
  g_autoptr (HemoPatient) second = NULL;

  return fetch_mergeable (txn, a, b, &first, &second, error);
}

gboolean
hemo_patient_join (
    HemoTxn *txn, const char *a, const char *b, const char *what, char **survivor, GError **error)
{
  g_autoptr (HemoPatient) first = NULL;
  g_autoptr (HemoPatient) second = NULL;
  const HemoPatient *winner;
  g_autoptr (HemoPatient) before = NULL;

  if (!fetch_mergeable (txn, a, b, &first, &second, error))
    return FALSE;
  winner = hemo_patient_survivor (first, second);
  before = hemo_patient_copy (winner == first ? second : first);
  if (!merge (txn, winner == first ? first : second, winner == first ? second : first, what, error)
      || !hemo_patient_refresh_cases (txn, winner->uuid, error)
      || !hemo_patient_reopen_cases (txn, before->uuid, before, error))
    return FALSE;
  if (survivor != NULL)
    *survivor = g_strdup (winner->uuid);
  return TRUE;
}

gboolean
hemo_patient_merge (HemoTxn *txn, const char *a, const char *b, char **survivor, GError **error)
{
  return hemo_txn_require (txn, HEMO_ACTION_PATIENT_MERGE, "Patient", a, error)
         && hemo_patient_join (txn, a, b, "patient.merge", survivor, error);
}

/* What the open merge of @merged gave, and closes it. (transfer full) */
static char *
close_merge (HemoTxn *txn, const char *merged, GError **error)
{
  HemoTime now = hemo_txn_get_time (txn);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "UPDATE patient_merge SET undone_by = ?2, undone_at_us = ?3, undone_at_offset = ?4 "
      "WHERE merged = ?1 AND undone_at_us IS NULL RETURNING gained",
      merged, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_text (statement, 2, hemo_record_actor (txn));
  hemo_statement_bind_int (statement, 3, now.utc_us);
  hemo_statement_bind_int (statement, 4, now.offset_minutes);
  if (!hemo_statement_next (statement, &row, error))
    return NULL;
  if (!row)
    {
      hemo_record_fail (error, HEMO_STORE_ERROR_STATE, N_ ("This record was not merged."));
      return NULL;
    }
  return hemo_statement_dup_text (statement, 0);
}

static gboolean
unmerge (HemoTxn *txn, HemoPatient *merged, HemoPatient *survivor, const char *what, GError **error)
{
  g_autofree char *gained = close_merge (txn, merged->uuid, error);

  if (gained == NULL)
    return FALSE;
  g_clear_pointer (&merged->merged_into, g_free);
  merged->active = TRUE;
  if (!hemo_patient_update (txn, merged, what, error))
    return FALSE;
  if (!take_identifiers (survivor, gained))
    return hemo_search_index (txn, survivor->uuid, error);
  return hemo_patient_update (txn, survivor, what, error);
}

gboolean
hemo_patient_part (HemoTxn *txn, const char *merged, const char *what, GError **error)
{
  g_autoptr (HemoPatient) patient = NULL;
  g_autoptr (HemoPatient) survivor = NULL;

  patient = hemo_patient_fetch (txn, merged, NULL, error);
  if (patient == NULL)
    return FALSE;
  if (patient->merged_into == NULL)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE, N_ ("This record was not merged."));
  survivor = hemo_patient_fetch (txn, patient->merged_into, NULL, error);
  if (survivor == NULL)
    return FALSE;
  if (survivor->merged_into != NULL)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("The record that it was merged into was merged itself. Take that "
                                 "merge back first."));
  return unmerge (txn, patient, survivor, what, error)
         && hemo_patient_refresh_cases (txn, patient->uuid, error)
         && hemo_patient_refresh_cases (txn, survivor->uuid, error)
         && hemo_patient_reopen_cases (txn, patient->uuid, survivor, error);
}

gboolean
hemo_patient_unmerge (HemoTxn *txn, const char *merged, GError **error)
{
  return hemo_txn_require (txn, HEMO_ACTION_PATIENT_MERGE, "Patient", merged, error)
         && hemo_patient_part (txn, merged, "patient.unmerge", error);
}

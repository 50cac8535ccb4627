/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Specimens: accepted with a number, changed, rejected, found. */

#include "hemo-specimen-table.h"

#include "hemo-expected-table.h"
#include "hemo-records-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define ACCESSION_MAX 64
#define NOTE_MAX 500
#define SLIDES_MAX 99

HemoSpecimen *
hemo_specimen_from_row (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoSpecimen) self = hemo_specimen_new ();

  if (!hemo_specimen_type_from_code (hemo_statement_get_text (statement, 5), &self->type, error)
      || !hemo_stain_from_code (hemo_statement_get_text (statement, 6), &self->stain, error)
      || !hemo_rejection_from_code (hemo_statement_get_text (statement, 13), &self->rejection,
                                    error))
    return NULL;
  g_free (self->uuid);
  self->uuid = hemo_statement_dup_text (statement, 0);
  self->order = hemo_statement_dup_text (statement, 1);
  self->patient = hemo_statement_dup_text (statement, 2);
  self->parent = hemo_statement_dup_text (statement, 3);
  self->accession = hemo_statement_dup_text (statement, 4);
  self->collected_at = hemo_statement_get_time (statement, 7);
  self->received_at = hemo_statement_get_time (statement, 10);
  self->rejection_note = hemo_statement_dup_text (statement, 14);
  self->version = hemo_statement_get_int (statement, 15);
  return g_steal_pointer (&self);
}

HemoSpecimen *
hemo_specimen_fetch (HemoTxn *txn, const char *uuid_or_accession, GError **error)
{
  g_autofree char *number = NULL;
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (uuid_or_accession == NULL || !g_utf8_validate (uuid_or_accession, -1, NULL))
    uuid_or_accession = "";
  number = hemo_accession_normalize (uuid_or_accession);
  statement = hemo_record_select (
      txn, "SELECT " HEMO_SPECIMEN_COLUMNS " FROM specimen WHERE uuid = ?1 OR number = ?2",
      uuid_or_accession, error);
  if (statement == NULL)
    return NULL;
  hemo_statement_bind_text (statement, 2, number);
  if (!hemo_statement_next (statement, &row, error))
    return NULL;
  if (row)
    return hemo_specimen_from_row (statement, error);
  hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND,
                    N_ ("There is no specimen with this number."));
  return NULL;
}

HemoSpecimen *
hemo_specimen_find (HemoTxn *txn, const char *uuid_or_accession, GError **error)
{
  g_autoptr (HemoSpecimen) specimen = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "Specimen", NULL, error))
    return NULL;
  specimen = hemo_specimen_fetch (txn, uuid_or_accession, error);
  if (specimen == NULL
      || !hemo_txn_audit (txn, "specimen.view", "Specimen", specimen->uuid, NULL, error))
    return NULL;
  return g_steal_pointer (&specimen);
}

static gboolean
refuse_rejected (const HemoSpecimen *specimen, GError **error)
{
  if (specimen->rejection == HEMO_REJECTION_NONE)
    return TRUE;
  return hemo_record_fail (
      error, HEMO_STORE_ERROR_STATE,
      N_ ("The specimen was rejected: nothing is examined on it. Ask for another "
          "one."));
}

char *
hemo_specimen_dup_usable_tube (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_fetch (txn, uuid, error);
  g_autoptr (HemoSpecimen) tube = NULL;

  if (specimen == NULL || !refuse_rejected (specimen, error))
    return NULL;
  if (specimen->parent == NULL)
    return g_strdup (specimen->uuid);
  tube = hemo_specimen_fetch (txn, specimen->parent, error);
  if (tube == NULL || !refuse_rejected (tube, error))
    return NULL;
  return g_strdup (tube->uuid);
}

gboolean
hemo_specimen_check (const HemoSpecimen *specimen, GError **error)
{
  if (hemo_specimen_type_to_code (specimen->type) == NULL
      || hemo_stain_to_code (specimen->stain) == NULL)
    return hemo_record_refuse (error, "The specimen's type or stain is none that is known.");
  return hemo_record_check_text (specimen->accession, ACCESSION_MAX, N_ ("accession number"), error)
         && hemo_record_check_text (specimen->rejection_note, NOTE_MAX, N_ ("note"), error);
}

/* A number from elsewhere: typed wrong it is found by its check digit. */
static gboolean
check_given_number (HemoTxn *txn, const char *accession, GError **error)
{
  g_autofree char *number = hemo_accession_normalize (accession);
  gboolean taken = FALSE;

  if (strchr (accession, '/') != NULL || !hemo_accession_is_plausible (accession))
    return hemo_record_refuse (
        error, N_ ("The check digit of this accession number is wrong. Compare it with "
                   "the label."));
  if (!hemo_accession_is_taken (txn, number, &taken, error))
    return FALSE;
  return !taken
         || hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT,
                              N_ ("Another specimen has this accession number already."));
}

static gboolean
prepare_tube (HemoTxn *txn, HemoSpecimen *specimen, HemoUrgency *urgency, GError **error)
{
  g_autoptr (HemoOrder) order = hemo_order_fetch (txn, specimen->order, error);

  if (order == NULL)
    return FALSE;
  if (order->revoked)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("The order was revoked: its specimen is not accepted."));
  if (specimen->accession != NULL && !check_given_number (txn, specimen->accession, error))
    return FALSE;
  if (specimen->accession == NULL)
    specimen->accession = hemo_accession_next (txn, hemo_date_of (specimen->received_at), error);
  g_free (specimen->patient);
  specimen->patient = g_strdup (order->patient);
  *urgency = order->urgency;
  return specimen->accession != NULL;
}

/* How many slides the tube has had, this one included. */
static gboolean
count_slide (HemoTxn *txn, const char *tube, gint64 *out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "UPDATE specimen SET slides = slides + 1 WHERE uuid = ?1 RETURNING slides", tube, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  *out = hemo_statement_get_int (statement, 0);
  return *out <= SLIDES_MAX
         || hemo_record_fail (error, HEMO_STORE_ERROR_STATE, N_ ("This tube has too many slides."));
}

static gboolean
prepare_slide (HemoTxn *txn, HemoSpecimen *specimen, GError **error)
{
  g_autoptr (HemoSpecimen) tube = hemo_specimen_fetch (txn, specimen->parent, error);
  gint64 number = 0;

  if (tube == NULL || !refuse_rejected (tube, error))
    return FALSE;
  if (tube->parent != NULL)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("A slide is made from a tube, not from another slide."));
  if (specimen->accession != NULL)
    return hemo_record_refuse (error, "A slide's number comes from its tube.");
  if (!count_slide (txn, tube->uuid, &number, error))
    return FALSE;
  specimen->accession = g_strdup_printf ("%s/%" G_GINT64_FORMAT, tube->accession, number);
  g_free (specimen->parent);
  specimen->parent = g_strdup (tube->uuid);
  g_free (specimen->patient);
  specimen->patient = g_strdup (tube->patient);
  g_free (specimen->order);
  specimen->order = g_strdup (tube->order);
  return TRUE;
}

static gboolean
insert_specimen (HemoTxn *txn, const HemoSpecimen *specimen, GError **error)
{
  g_autofree char *number = hemo_accession_normalize (specimen->accession);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO specimen (uuid, lab_order, patient, parent, accession, number, type, stain, "
      "collected_us, collected_offset, collected_by_hand, received_us, received_offset, "
      "received_by_hand, rejection, rejection_note, version) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 1)",
      specimen->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, specimen->order);
  hemo_statement_bind_text (statement, 3, specimen->patient);
  hemo_statement_bind_text (statement, 4, specimen->parent);
  hemo_statement_bind_text (statement, 5, specimen->accession);
  hemo_statement_bind_text (statement, 6, number);
  hemo_statement_bind_text (statement, 7, hemo_specimen_type_to_code (specimen->type));
  hemo_statement_bind_text (statement, 8, hemo_stain_to_code (specimen->stain));
  hemo_statement_bind_time (statement, 9, specimen->collected_at);
  hemo_statement_bind_time (statement, 12, specimen->received_at);
  hemo_statement_bind_text (statement, 15, hemo_rejection_to_code (specimen->rejection));
  hemo_statement_bind_text (statement, 16, specimen->rejection_note);
  return hemo_statement_run (statement, error);
}

static gboolean
accept (HemoTxn *txn, HemoSpecimen *specimen, GError **error)
{
  HemoUrgency urgency = HEMO_URGENCY_ROUTINE;
  gboolean is_tube = specimen->parent == NULL;

  if (!(is_tube ? prepare_tube (txn, specimen, &urgency, error)
                : prepare_slide (txn, specimen, error))
      || !insert_specimen (txn, specimen, error)
      || (is_tube
          && (!hemo_case_state_insert (txn, specimen, urgency, error)
              || !hemo_search_index (txn, specimen->patient, error))))
    return FALSE;
  return hemo_txn_log_change (txn, "specimen.accept", "Specimen", specimen->uuid, 1,
                              HEMO_LANE_RESULTS, error);
}

/* Outputs stay untouched when it fails: all is filled into a copy first. */
static void
take_over (HemoSpecimen *self, HemoSpecimen *filled)
{
  HemoSpecimen old = *self;

  *self = *filled;
  *filled = old;
}

gboolean
hemo_specimen_accept (HemoTxn *txn, HemoSpecimen *specimen, GError **error)
{
  g_autoptr (HemoSpecimen) filled = hemo_specimen_copy (specimen);

  if (!hemo_txn_require (txn, HEMO_ACTION_SPECIMEN_EDIT, "Specimen", specimen->uuid, error)
      || !hemo_specimen_check (specimen, error))
    return FALSE;
  if (specimen->version != 0)
    return hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT,
                             N_ ("The specimen was accepted already."));
  if (!hemo_record_check_version (txn, "specimen", specimen->uuid, 0, error))
    return FALSE;
  if (filled->received_at.utc_us == 0)
    filled->received_at = hemo_txn_get_time (txn);
  filled->rejection = HEMO_REJECTION_NONE;
  g_clear_pointer (&filled->rejection_note, g_free);
  if (!accept (txn, filled, error))
    return FALSE;
  filled->version = 1;
  take_over (specimen, filled);
  return TRUE;
}

/* UUID of the case that a specimen belongs to. */
static const char *
tube_of (const HemoSpecimen *specimen)
{
  return specimen->parent != NULL ? specimen->parent : specimen->uuid;
}

static gboolean
update_specimen (HemoTxn *txn, const HemoSpecimen *specimen, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "UPDATE specimen SET type = ?2, stain = ?3, collected_us = ?4, collected_offset = ?5, "
      "collected_by_hand = ?6, received_us = ?7, received_offset = ?8, received_by_hand = ?9, "
      "rejection = ?10, rejection_note = ?11, version = ?12 WHERE uuid = ?1",
      specimen->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, hemo_specimen_type_to_code (specimen->type));
  hemo_statement_bind_text (statement, 3, hemo_stain_to_code (specimen->stain));
  hemo_statement_bind_time (statement, 4, specimen->collected_at);
  hemo_statement_bind_time (statement, 7, specimen->received_at);
  hemo_statement_bind_text (statement, 10, hemo_rejection_to_code (specimen->rejection));
  hemo_statement_bind_text (statement, 11, specimen->rejection_note);
  hemo_statement_bind_int (statement, 12, specimen->version + 1);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_specimen_save (HemoTxn *txn, HemoSpecimen *specimen, GError **error)
{
  g_autoptr (HemoSpecimen) stored = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SPECIMEN_EDIT, "Specimen", specimen->uuid, error)
      || !hemo_specimen_check (specimen, error))
    return FALSE;
  if (specimen->version == 0)
    return hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND,
                             N_ ("The specimen has not been accepted yet."));
  if (!hemo_record_check_version (txn, "specimen", specimen->uuid, specimen->version, error))
    return FALSE;
  stored = hemo_specimen_fetch (txn, specimen->uuid, error);
  if (stored == NULL)
    return FALSE;
  stored->type = specimen->type;
  stored->stain = specimen->stain;
  stored->collected_at = specimen->collected_at;
  if (specimen->received_at.utc_us != 0)
    stored->received_at = specimen->received_at;
  if (!update_specimen (txn, stored, error)
      || !hemo_case_state_refresh (txn, tube_of (stored), error)
      || !hemo_txn_log_change (txn, "specimen.edit", "Specimen", stored->uuid, stored->version + 1,
                               HEMO_LANE_RESULTS, error))
    return FALSE;
  specimen->version = stored->version + 1;
  return TRUE;
}

gboolean
hemo_specimen_check_rejectable (HemoTxn *txn, const HemoSpecimen *specimen, GError **error)
{
  HemoState state = HEMO_STATE_WAITING;
  gboolean final = FALSE;

  if (specimen->rejection != HEMO_REJECTION_NONE)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("The specimen was rejected already."));
  if (!hemo_case_state_get (txn, tube_of (specimen), &state, error)
      || (specimen->parent == NULL
          && !hemo_record_has_final_report (txn, specimen->uuid, &final, error)))
    return FALSE;
  return (state != HEMO_STATE_SIGNED && !final)
         || hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                              N_ ("The report is signed: it can be corrected, but the specimen not "
                                  "be rejected any more."));
}

gboolean
hemo_specimen_reject (
    HemoTxn *txn, const char *uuid, HemoRejection reason, const char *note, GError **error)
{
  g_autoptr (HemoSpecimen) specimen = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SPECIMEN_EDIT, "Specimen", uuid, error)
      || !hemo_record_check_text (note, NOTE_MAX, N_ ("note"), error))
    return FALSE;
  if (reason == HEMO_REJECTION_NONE || hemo_rejection_to_code (reason) == NULL)
    return hemo_record_refuse (error, N_ ("A rejection needs a reason."));
  specimen = hemo_specimen_fetch (txn, uuid, error);
  if (specimen == NULL || !hemo_specimen_check_rejectable (txn, specimen, error))
    return FALSE;
  specimen->rejection = reason;
  g_free (specimen->rejection_note);
  specimen->rejection_note = g_strdup (note);
  return update_specimen (txn, specimen, error) && hemo_expected_again (txn, specimen->order, error)
         && hemo_case_state_refresh (txn, tube_of (specimen), error)
         && hemo_txn_log_change (txn, "specimen.reject", "Specimen", specimen->uuid,
                                 specimen->version + 1, HEMO_LANE_RESULTS, error);
}

/* Numbers of slides that another laptop gave are not given again. */
static gboolean
raise_slides (HemoTxn *txn, const HemoSpecimen *slide, GError **error)
{
  const char *number = strrchr (slide->accession, '/');
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "UPDATE specimen SET slides = max (slides, ?2) WHERE uuid = ?1", slide->parent, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (
      statement, 2, number != NULL ? MIN (g_ascii_strtoull (number + 1, NULL, 10), SLIDES_MAX) : 0);
  return hemo_statement_run (statement, error);
}

static gboolean
insert_as_it_came (HemoTxn *txn, const HemoSpecimen *specimen, GError **error)
{
  g_autoptr (HemoOrder) order = hemo_order_fetch (txn, specimen->order, error);
  gboolean waited = FALSE;

  if (order == NULL || !hemo_expected_is (txn, specimen->order, &waited, error)
      || !insert_specimen (txn, specimen, error)
      || (waited && !hemo_expected_stay (txn, specimen->order, error)))
    return FALSE;
  if (specimen->parent != NULL)
    return raise_slides (txn, specimen, error);
  return hemo_case_state_insert (txn, specimen, order->urgency, error)
         && hemo_search_index (txn, specimen->patient, error)
         && (specimen->rejection == HEMO_REJECTION_NONE
             || hemo_case_state_refresh (txn, specimen->uuid, error));
}

/* A rejection that is known already says nothing new of what is waited for. */
static gboolean
update_as_it_came (HemoTxn *txn, const HemoSpecimen *specimen, GError **error)
{
  g_autoptr (HemoSpecimen) before = hemo_specimen_fetch (txn, specimen->uuid, error);
  gboolean news;

  if (before == NULL)
    return FALSE;
  news = before->rejection == HEMO_REJECTION_NONE && specimen->rejection != HEMO_REJECTION_NONE;
  return update_specimen (txn, specimen, error)
         && hemo_case_state_refresh (txn, tube_of (specimen), error)
         && (!news || hemo_expected_again (txn, specimen->order, error));
}

gboolean
hemo_specimen_put (
    HemoTxn *txn, HemoSpecimen *specimen, const char *what, HemoLane lane, GError **error)
{
  if (!(specimen->version == 0 ? insert_as_it_came (txn, specimen, error)
                               : update_as_it_came (txn, specimen, error))
      || !hemo_expected_came (txn, specimen->order, error)
      || !hemo_txn_log_change (txn, what, "Specimen", specimen->uuid, specimen->version + 1, lane,
                               error))
    return FALSE;
  specimen->version++;
  return TRUE;
}

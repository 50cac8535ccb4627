/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Helpers that all tables of the clinic's work use. */

#include "hemo-records-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* A clock that says less or more is wrong; see hemo_record_today(). */
#define REASON_MAX 500
#define YEAR_FIRST 2025
#define YEAR_LAST 2075

gboolean
hemo_record_fail (GError **error, HemoStoreError code, const char *text)
{
  g_set_error_literal (error, HEMO_STORE_ERROR, (int)code, text);
  return FALSE;
}

gboolean
hemo_record_refuse (GError **error, const char *text)
{
  g_set_error_literal (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID, text);
  return FALSE;
}

gboolean
hemo_statement_next (HemoStatement *self, gboolean *row, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean there = hemo_statement_step (self, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *row = there;
  return TRUE;
}

HemoStatement *
hemo_record_select (HemoTxn *txn, const char *sql, const char *text, GError **error)
{
  HemoStatement *statement = hemo_db_prepare (hemo_txn_get_db (txn), sql, error);

  if (statement != NULL)
    hemo_statement_bind_text (statement, 1, text);
  return statement;
}

void
hemo_statement_bind_time (HemoStatement *self, int index, HemoTime time)
{
  hemo_statement_bind_int (self, index, time.utc_us);
  hemo_statement_bind_int (self, index + 1, time.offset_minutes);
  hemo_statement_bind_int (self, index + 2, time.by_hand ? 1 : 0);
}

HemoTime
hemo_statement_get_time (HemoStatement *self, int column)
{
  return (HemoTime){
    .utc_us = hemo_statement_get_int (self, column),
    .offset_minutes = (gint16)hemo_statement_get_int (self, column + 1),
    .by_hand = hemo_statement_get_int (self, column + 2) != 0,
  };
}

void
hemo_statement_bind_birth (HemoStatement *self, int index, const HemoBirth *birth)
{
  hemo_statement_bind_int (self, index, birth->date.year);
  hemo_statement_bind_int (self, index + 1, birth->date.month);
  hemo_statement_bind_int (self, index + 2, birth->date.day);
  hemo_statement_bind_int (self, index + 3, birth->estimated ? 1 : 0);
}

HemoBirth
hemo_statement_get_birth (HemoStatement *self, int column)
{
  return (HemoBirth){
    .date = {
      .year = (gint16) hemo_statement_get_int (self, column),
      .month = (guint8) hemo_statement_get_int (self, column + 1),
      .day = (guint8) hemo_statement_get_int (self, column + 2),
    },
    .estimated = hemo_statement_get_int (self, column + 3) != 0,
  };
}

gboolean
hemo_record_check_version (
    HemoTxn *txn, const char *table, const char *uuid, gint64 expected, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT version FROM %s WHERE uuid = ?1", table);
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (uuid == NULL || !hemo_uuid_is_valid (uuid))
    return hemo_record_refuse (error, "The record has no valid UUID.");
  statement = hemo_record_select (txn, sql, uuid, error);
  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row && expected != 0)
    return hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND,
                             N_ ("The record that was to be changed is not here."));
  if (row && expected == 0)
    return hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT,
                             "A record with this UUID is here already.");
  if (row && hemo_statement_get_int (statement, 0) != expected)
    return hemo_record_fail (
        error, HEMO_STORE_ERROR_CONFLICT,
        N_ ("The record was changed since it was read. Nothing was written; read "
            "it again and repeat the change."));
  return TRUE;
}

static gboolean
has_control (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)) && *p != '\n')
      return TRUE;
  return FALSE;
}

gboolean
hemo_record_check_text (const char *text, glong limit, const char *what, GError **error)
{
  if (text == NULL)
    return TRUE;
  if (g_utf8_validate (text, -1, NULL) && g_utf8_strlen (text, -1) <= limit && !has_control (text))
    return TRUE;
  /* Translators: a field of a form: 'comment' */
  g_set_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID,
               N_ ("The %s has to be text of at most %ld characters without control characters."),
               what, limit);
  return FALSE;
}

const char *
hemo_record_actor (HemoTxn *txn)
{
  HemoSession *session = hemo_txn_get_session (txn);

  return session != NULL ? hemo_session_get_user (session) : NULL;
}

gboolean
hemo_record_claim (HemoTxn *txn, char **reader, GError **error)
{
  const char *actor = hemo_record_actor (txn);

  if (*reader == NULL)
    *reader = g_strdup (actor);
  if (g_strcmp0 (*reader, actor) == 0)
    return TRUE;
  return hemo_record_fail (
      error, HEMO_STORE_ERROR_STATE,
      N_ ("This is another reader's work: only its reader may change it. Begin "
          "your own."));
}

gboolean
hemo_record_has_final_report (HemoTxn *txn, const char *tube, gboolean *out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT 1 FROM report_version JOIN report ON report.uuid = report_version.report "
      "WHERE report.specimen = ?1 AND report_version.status <> 'preliminary'",
      tube, error);

  return statement != NULL && hemo_statement_next (statement, out, error);
}

gboolean
hemo_record_check_reason (const char *reason, GError **error)
{
  g_autofree char *text = g_strstrip (g_strdup (reason != NULL ? reason : ""));

  if (*text == '\0')
    return hemo_record_refuse (error, N_ ("Say why: the reason has to be given."));
  return hemo_record_check_text (text, REASON_MAX, N_ ("reason"), error);
}

gboolean
hemo_record_check_correction (
    HemoTxn *txn, const char *tube, const char *reader, const char *object, GError **error)
{
  gboolean own = g_strcmp0 (reader, hemo_record_actor (txn)) == 0;
  gboolean final = FALSE;

  if (!own && !hemo_txn_require (txn, HEMO_ACTION_REPORT_AMEND_OTHER, "Observation", object, error))
    return FALSE;
  if (!hemo_record_has_final_report (txn, tube, &final, error))
    return FALSE;
  return !final || hemo_txn_require (txn, HEMO_ACTION_REPORT_AMEND, "Observation", object, error);
}

HemoDate
hemo_record_today (HemoTxn *txn)
{
  HemoDate today = hemo_date_of (hemo_txn_get_time (txn));

  if (today.year < YEAR_FIRST || today.year > YEAR_LAST)
    return (HemoDate){ 0 };
  return today;
}

char *
hemo_record_derive_uuid (const char *uuid, const char *purpose)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 hash[32];
  gsize size = sizeof hash;

  g_checksum_update (checksum, (const guchar *)uuid, -1);
  g_checksum_update (checksum, (const guchar *)purpose, -1);
  g_checksum_get_digest (checksum, hash, &size);
  /* Version 8 of RFC 9562: bits of the program's own choice. */
  hash[6] = (guint8)((hash[6] & 0x0f) | 0x80);
  hash[8] = (guint8)((hash[8] & 0x3f) | 0x80);
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7],
                          hash[8], hash[9], hash[10], hash[11], hash[12], hash[13], hash[14],
                          hash[15]);
}

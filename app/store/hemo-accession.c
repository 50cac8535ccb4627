/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Accession numbers: a counter for each station and period, in the transaction that uses it. */

#include "hemo-records-private.h"

#include <glib/gi18n.h>

/* Numbers given by hand may lie ahead of the counter; more than this in a row do not. */
#define SKIP_LIMIT 10000

gboolean
hemo_accession_is_taken (HemoTxn *txn, const char *number, gboolean *taken, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT 1 FROM specimen WHERE number = ?1", number, error);

  return statement != NULL && hemo_statement_next (statement, taken, error);
}

static gboolean
count_up (HemoTxn *txn, const char *station, const char *period, guint64 *out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO accession_counter (station, period, last) VALUES (?1, ?2, 1) "
      "ON CONFLICT (station, period) DO UPDATE SET last = last + 1 RETURNING last",
      station, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, period);
  if (!hemo_statement_next (statement, &row, error))
    return FALSE;
  *out = (guint64)hemo_statement_get_int (statement, 0);
  return TRUE;
}

char *
hemo_accession_next (HemoTxn *txn, HemoDate day, GError **error)
{
  g_autoptr (HemoClinicInfo) clinic = hemo_clinic_info_fetch (txn, error);
  g_autofree char *period = NULL;

  if (clinic == NULL)
    return NULL;
  period = hemo_accession_period (clinic->accession_pattern, day);
  for (int i = 0; i < SKIP_LIMIT; i++)
    {
      g_autofree char *accession = NULL;
      g_autofree char *number = NULL;
      guint64 counter = 0;
      gboolean taken = TRUE;

      if (!count_up (txn, clinic->station, period, &counter, error))
        return NULL;
      accession
          = hemo_accession_format (clinic->accession_pattern, clinic->station, day, counter, error);
      if (accession == NULL)
        return NULL;
      number = hemo_accession_normalize (accession);
      if (!hemo_accession_is_taken (txn, number, &taken, error))
        return NULL;
      if (!taken)
        return g_steal_pointer (&accession);
    }
  hemo_record_fail (
      error, HEMO_STORE_ERROR_STATE,
      N_ ("No free accession number was found. Choose another pattern in the settings."));
  return NULL;
}

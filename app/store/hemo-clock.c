/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether the clock of this computer can be right. */

#include "hemo-clock.h"

#include "hemo-build-time.h"
#include "hemo-durable.h"
#include "hemo-remote-table.h"

#include <glib/gi18n.h>
#include <string.h>

#define MARK_NAME "clock"
#define MARK_MOST 32

gint64
hemo_clock_build_time (void)
{
  return (gint64)HEMO_BUILD_TIME * G_TIME_SPAN_SECOND;
}

static gint64
latest (void)
{
  return hemo_clock_build_time () + HEMO_CLOCK_YEARS * 365 * G_TIME_SPAN_DAY;
}

gboolean
hemo_clock_is_plausible (gint64 now, gint64 newest)
{
  return now >= hemo_clock_build_time () && now <= latest () && now >= newest - G_TIME_SPAN_DAY;
}

static gboolean
load_proven (HemoTxn *txn, gint64 *proven, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *note = hemo_sync_note_load (txn, HEMO_CLOCK_NOTE_PROVEN, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  *proven = note != NULL ? g_ascii_strtoll (note, NULL, 10) : 0;
  if (*proven > latest ())
    *proven = 0;
  return TRUE;
}

gboolean
hemo_clock_newest_record (HemoTxn *txn, gint64 *newest, GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64 proven;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT max(at_us) FROM audit WHERE at_us <= ?1", error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, latest ());
  gboolean found = hemo_statement_step (statement, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!load_proven (txn, &proven, error))
    return FALSE;
  *newest = MAX (found ? hemo_statement_get_int (statement, 0) : 0, proven);
  return TRUE;
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE, message);
  return FALSE;
}

gboolean
hemo_clock_signing_time (
    HemoTxn *txn, HemoTime now, HemoTime by_hand, HemoTime *out, GError **error)
{
  gint64 newest;
  if (!hemo_clock_newest_record (txn, &newest, error))
    return FALSE;
  gboolean plausible = hemo_clock_is_plausible (now.utc_us, newest);
  if (by_hand.utc_us == 0 && !plausible)
    return refuse (error,
                   N_ ("The clock of this computer cannot be right. Set it, or enter date and "
                       "time by hand; the report will say so."));
  if (by_hand.utc_us != 0 && plausible)
    return refuse (error,
                   N_ ("The clock of this computer can be right: date and time are not entered "
                       "by hand then."));
  /* Not against the newest record: it may be the one that a wrong clock dated. */
  if (by_hand.utc_us != 0 && !hemo_clock_is_plausible (by_hand.utc_us, 0))
    return refuse (error,
                   N_ ("The date and time that were entered cannot be right: they are before "
                       "this program was made, or years ahead."));
  *out = plausible ? now : by_hand;
  out->by_hand = !plausible;
  return TRUE;
}

gint64
hemo_clock_read_mark (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, MARK_NAME, NULL);
  g_autoptr (GBytes) bytes = hemo_durable_read (path, MARK_MOST, NULL);
  g_autofree char *text = NULL;
  gint64 newest = 0;

  if (bytes == NULL)
    return 0;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!g_ascii_string_to_signed (g_strchomp (text), 10, 0, G_MAXINT64, &newest, NULL)
      || newest > latest ())
    return 0;
  return newest;
}

gboolean
hemo_clock_keep_mark (const char *directory, gint64 newest, GError **error)
{
  g_autofree char *path = g_build_filename (directory, MARK_NAME, NULL);
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT "\n", newest);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return hemo_durable_write (path, NULL, bytes, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Another account signs in to a server: what that had proven is to be shown to this one first. */

#include "hemo-remote-table.h"

#include "hemo-records-private.h"

#include <string.h>

/* The version of the settings that the doubt is about; 0 for none. */
#define DOUBTED "sync.doubted"

/* The proof of a record is its version in the server's answer, which says nothing of what another
 * account is shown: until that is asked it counts as sent. */
static gboolean
doubt_records (HemoTxn *txn, const HemoServerRow *server, GError **error)
{
  g_autofree char *version = g_strdup_printf ("%" G_GINT64_FORMAT, server->version);

  return hemo_db_execute (hemo_txn_get_db (txn),
                          "UPDATE queue SET state = 'sent' WHERE lane = 0 AND state = 'received'",
                          error)
         && hemo_txn_set_meta (txn, DOUBTED, version, error);
}

static gboolean
doubt_bucket (HemoTxn *txn, const char *server, GError **error)
{
  g_autofree char *looked_at = g_strconcat ("sync.roster-looked.", server, NULL);

  return hemo_txn_set_meta (txn, looked_at, "0", error);
}

gboolean
hemo_server_doubt (HemoTxn *txn, const char *kind, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoServerRow) server = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SETTINGS_EDIT, "server", NULL, error))
    return FALSE;
  server = hemo_server_load (txn, kind, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (server == NULL)
    return TRUE;
  return (strcmp (kind, HEMO_SERVER_FHIR) == 0 ? doubt_records (txn, server, error)
                                               : doubt_bucket (txn, server->identity, error))
         && hemo_txn_audit (txn, "sync.doubt", "Endpoint", server->identity, NULL, error);
}

gboolean
hemo_server_end_doubt (HemoTxn *txn, const char *kind, GError **error)
{
  return strcmp (kind, HEMO_SERVER_FHIR) != 0 || hemo_txn_set_meta (txn, DOUBTED, "0", error);
}

/* @since: (out): the version of the settings that the doubt is about, 0 without one */
static gboolean
load_doubt (HemoTxn *txn, gint64 *since, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = hemo_txn_dup_meta (txn, DOUBTED, &failure);

  *since = text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
hemo_server_is_doubted (HemoTxn *txn, gboolean *doubted, GError **error)
{
  gint64 since = 0;

  if (!load_doubt (txn, &since, error))
    return FALSE;
  *doubted = since != 0;
  return TRUE;
}

/* @names: with a space before and behind each */
static gboolean
receive_shown (HemoTxn *txn, const char *names, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "UPDATE queue SET state = 'received' WHERE lane = 0 AND state = 'sent' "
      "AND instr (?1, ' ' || kind || ' ') = 0 AND instr (?1, ' ' || kind || '/' || object || ' ') "
      "= 0",
      names, error);

  return statement != NULL && hemo_statement_run (statement, error);
}

gboolean
hemo_server_is_proven (HemoTxn *txn,
                       const HemoServerRow *server,
                       const char *const *refused,
                       GError **error)
{
  static const char *const none[] = { NULL };
  g_autofree char *list = g_strjoinv (" ", (char **)(refused != NULL ? refused : none));
  g_autofree char *names = g_strdup_printf (" %s ", list);
  gint64 since = 0;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "Endpoint", server->identity, error)
      || !load_doubt (txn, &since, error))
    return FALSE;
  /* Yet another account signs in since: what this one was shown says nothing of it. */
  if (since > server->version)
    return TRUE;
  if (!receive_shown (txn, names, error))
    return FALSE;
  if (since == 0 && hemo_db_get_changes (hemo_txn_get_db (txn)) == 0)
    return TRUE;
  return hemo_txn_set_meta (txn, DOUBTED, "0", error)
         && hemo_txn_audit (txn, "sync.proven", "Endpoint", server->identity, NULL, error);
}

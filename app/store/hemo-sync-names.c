/* SPDX-License-Identifier: GPL-3.0-or-later */

/* By which names others call this clinic on a server. */

#include "hemo-sync-scope.h"

#include "hemo-remote-table.h"

#include <string.h>

/* Whoever gives out more is not believed. */
#define NAMES_MAX 200

static char *
note_name (const char *server)
{
  return g_strconcat ("names.", server, NULL);
}

/* (transfer full): empty where nothing was found */
static GStrv
load_found (HemoTxn *txn, const char *server, GError **error)
{
  g_autofree char *note = note_name (server);
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = hemo_sync_note_load (txn, note, &failure);

  if (failure == NULL)
    return text != NULL && *text != '\0' ? g_strsplit (text, " ", -1) : g_new0 (char *, 1);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

GStrv
hemo_sync_names_load (HemoTxn *txn, const char *server, GError **error)
{
  g_autofree char *clinic = hemo_txn_dup_meta (txn, "clinic", error);
  g_autofree char *installation
      = clinic != NULL ? hemo_txn_dup_meta (txn, "installation", error) : NULL;
  g_auto (GStrv) found = installation != NULL ? load_found (txn, server, error) : NULL;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  if (found == NULL)
    return NULL;
  g_strv_builder_take (names, g_strconcat ("Organization/", clinic, NULL));
  g_strv_builder_take (names, g_strconcat ("Device/", installation, NULL));
  g_strv_builder_addv (names, (const char **)found);
  return g_strv_builder_end (names);
}

gboolean
hemo_sync_names_add (HemoTxn *txn, const char *server, const char *name, GError **error)
{
  g_autofree char *note = note_name (server);
  g_auto (GStrv) found = load_found (txn, server, error);
  g_autofree char *before = NULL;
  g_autofree char *text = NULL;

  if (found == NULL)
    return FALSE;
  if (g_strv_contains ((const char *const *)found, name) || g_strv_length (found) >= NAMES_MAX)
    return TRUE;
  before = g_strjoinv (" ", found);
  text = *before != '\0' ? g_strconcat (before, " ", name, NULL) : g_strdup (name);
  return hemo_sync_note_save (txn, note, text, error);
}

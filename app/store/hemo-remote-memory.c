/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hashes of what was sent, with what is known of the server, under a name of their own. */

#include "hemo-remote-memory.h"

#include "hemo-fhir-overlay.h"
#include "hemo-remote-table.h"

#include <string.h>

/* Versions of one record that may be on their way at once. */
#define HASHES_MOST 32

static char *
name_of (const char *identity)
{
  /* Letters on sticks had it first. */
  return g_strconcat ("courier-sent:", identity, NULL);
}

/* @hashes: (out) (transfer full): oldest first */
static gboolean
load (HemoTxn *txn, const char *identity, json_object *resource, GStrv *hashes, GError **error)
{
  g_autofree char *server = name_of (identity);
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoRemoteResource) row = hemo_remote_resource_load (
      txn, server, hemo_fhir_get_type (resource), hemo_fhir_get_id (resource), &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *hashes = g_strsplit (row != NULL && row->base != NULL ? row->base : "", "\n", -1);
  return TRUE;
}

static gboolean
save (HemoTxn *txn,
      const char *identity,
      json_object *resource,
      const char *const *hashes,
      GError **error)
{
  g_autofree char *server = name_of (identity);
  g_autofree char *text = g_strjoinv ("\n", (GStrv)hashes);
  const HemoRemoteResource row = { .type = (char *)hemo_fhir_get_type (resource),
                                   .id = (char *)hemo_fhir_get_id (resource),
                                   .base = text };

  return hemo_remote_resource_save (txn, server, &row, error);
}

gboolean
hemo_remote_memory_note (HemoTxn *txn, const char *identity, json_object *resource, GError **error)
{
  g_auto (GStrv) hashes = NULL;
  g_autofree char *hash = hemo_fhir_content_hash (resource);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  guint count;

  if (!load (txn, identity, resource, &hashes, error))
    return FALSE;
  if (g_strv_contains ((const char *const *)hashes, hash))
    return TRUE;
  count = g_strv_length (hashes);
  g_strv_builder_addv (builder, (const char **)hashes + (count >= HASHES_MOST ? 1 : 0));
  g_strv_builder_add (builder, hash);
  all = g_strv_builder_end (builder);
  return save (txn, identity, resource, (const char *const *)all, error);
}

gboolean
hemo_remote_memory_has (
    HemoTxn *txn, const char *identity, json_object *resource, gboolean *has, GError **error)
{
  g_auto (GStrv) hashes = NULL;
  g_autofree char *hash = hemo_fhir_content_hash (resource);

  if (!load (txn, identity, resource, &hashes, error))
    return FALSE;
  *has = g_strv_contains ((const char *const *)hashes, hash);
  return TRUE;
}

gboolean
hemo_remote_memory_forget (HemoTxn *txn,
                           const char *identity,
                           json_object *resource,
                           GError **error)
{
  g_auto (GStrv) hashes = NULL;
  g_autofree char *hash = hemo_fhir_content_hash (resource);

  if (!load (txn, identity, resource, &hashes, error))
    return FALSE;
  for (guint i = 0; hashes[i] != NULL; i++)
    if (strcmp (hashes[i], hash) == 0)
      return save (txn, identity, resource, (const char *const *)hashes + i + 1, error);
  return TRUE;
}

gboolean
hemo_remote_memory_clear (HemoTxn *txn, const char *identity, json_object *resource, GError **error)
{
  const char *const none[] = { NULL };
  g_auto (GStrv) hashes = NULL;

  if (!load (txn, identity, resource, &hashes, error))
    return FALSE;
  return hashes[0] == NULL || save (txn, identity, resource, none, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hashes of what is in letters, with what is known of the place, under a name of their own. */

#include "hemo-courier-memory.h"

#include "hemo-cms.h"
#include "hemo-fhir-overlay.h"
#include "hemo-remote-table.h"

#include <stdlib.h>
#include <string.h>

/* Versions of one record that may be on their way at once. */
#define HASHES_MOST 32

static int
compare_keys (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void append_value (GString *out, json_object *value);

static void
append_object (GString *out, json_object *object)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();

  json_object_object_foreach (object, key, value)
  {
    if (value != NULL)
      g_ptr_array_add (keys, key);
  }
  if (keys->len > 0)
    qsort (keys->pdata, keys->len, sizeof (gpointer), compare_keys);
  g_string_append_c (out, '{');
  for (guint i = 0; i < keys->len; i++)
    {
      g_string_append (out, keys->pdata[i]);
      g_string_append_c (out, '\0');
      append_value (out, json_object_object_get (object, keys->pdata[i]));
    }
  g_string_append_c (out, '}');
}

static void
append_value (GString *out, json_object *value)
{
  if (json_object_is_type (value, json_type_object))
    append_object (out, value);
  else if (json_object_is_type (value, json_type_array))
    {
      g_string_append_c (out, '[');
      for (size_t i = 0; i < json_object_array_length (value); i++)
        append_value (out, json_object_array_get_idx (value, i));
      g_string_append_c (out, ']');
    }
  else
    {
      g_string_append (out, json_object_to_json_string_ext (value, JSON_C_TO_STRING_PLAIN));
      g_string_append_c (out, '\0');
    }
}

char *
hemo_courier_content_hash (json_object *resource)
{
  g_autoptr (json_object) plain = hemo_fhir_strip_meta (resource);
  GString *text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;

  append_value (text, plain);
  bytes = g_string_free_to_bytes (text);
  return hemo_sha256 (bytes);
}

static char *
name_of (const char *identity)
{
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
hemo_courier_memory_note (HemoTxn *txn, const char *identity, json_object *resource, GError **error)
{
  g_auto (GStrv) hashes = NULL;
  g_autofree char *hash = hemo_courier_content_hash (resource);
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
hemo_courier_memory_has (
    HemoTxn *txn, const char *identity, json_object *resource, gboolean *has, GError **error)
{
  g_auto (GStrv) hashes = NULL;
  g_autofree char *hash = hemo_courier_content_hash (resource);

  if (!load (txn, identity, resource, &hashes, error))
    return FALSE;
  *has = g_strv_contains ((const char *const *)hashes, hash);
  return TRUE;
}

gboolean
hemo_courier_memory_forget (HemoTxn *txn,
                            const char *identity,
                            json_object *resource,
                            GError **error)
{
  g_auto (GStrv) hashes = NULL;
  g_autofree char *hash = hemo_courier_content_hash (resource);

  if (!load (txn, identity, resource, &hashes, error))
    return FALSE;
  for (guint i = 0; hashes[i] != NULL; i++)
    if (strcmp (hashes[i], hash) == 0)
      return save (txn, identity, resource, (const char *const *)hashes + i + 1, error);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of the pieces of an object, from a bucket that others may write to. */

#include "hemo-object-manifest.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) json = g_bytes_new_static (data, size);
  g_autoptr (HemoObjectManifest) manifest = hemo_object_manifest_parse (json, NULL);

  if (manifest == NULL)
    return 0;
  /* What was accepted makes up its size, names nothing elsewhere, and reads back the same. */
  g_autofree char *key = hemo_object_piece_key ("k", manifest->upload, 0);
  g_autoptr (GBytes) again = hemo_object_manifest_to_json (manifest);
  g_autoptr (HemoObjectManifest) same = hemo_object_manifest_parse (again, NULL);
  if (hemo_object_manifest_sum (manifest) != manifest->size || strstr (key, "..") != NULL
      || same == NULL || same->pieces->len != manifest->pieces->len)
    abort ();
  return 0;
}

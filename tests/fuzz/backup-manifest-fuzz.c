/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of files of a backup, from a stick that anybody may have had. */

#include "hemo-backup-manifest.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) json = g_bytes_new_static (data, size);
  g_autoptr (HemoBackupManifest) manifest = hemo_backup_manifest_parse (json, NULL);
  if (manifest == NULL)
    return 0;
  /* What was accepted stays inside its folder and reads back the same. */
  for (guint i = 0; i < manifest->files->len; i++)
    {
      const HemoBackupFile *file = g_ptr_array_index (manifest->files, i);
      if (g_strrstr (file->name, "..") != NULL || g_path_is_absolute (file->name))
        abort ();
    }
  g_autoptr (GBytes) again = hemo_backup_manifest_to_json (manifest);
  g_autoptr (HemoBackupManifest) same = hemo_backup_manifest_parse (again, NULL);
  if (same == NULL || same->files->len != manifest->files->len)
    abort ();
  return 0;
}

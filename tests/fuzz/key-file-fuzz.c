/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The key file: as the bytes come, and once more with a checksum that fits, so that what is behind
 * it is reached. */

#include "hemo-key-file.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static GBytes *
with_sum (const guint8 *data, size_t size)
{
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, size);
  GString *text = g_string_new_len ((const char *)data, (gssize)size);

  g_string_append_printf (text, ",\"sha256\":\"%s\"}\n", sum);
  return g_string_free_to_bytes (text);
}

static void
use (HemoKeyFile *file)
{
  g_autofree char *recovery = hemo_key_file_export_recovery (file);
  GPtrArray *users = hemo_key_file_get_users (file);

  for (guint i = 0; i < users->len; i++)
    {
      const HemoKeyUser *user = users->pdata[i];

      if (hemo_key_file_find_user (file, user->login) != user)
        g_abort ();
      hemo_key_file_rename_user (file, user->uuid, user->login, "pathologist");
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) raw = g_bytes_new (data, size);
  g_autoptr (GBytes) summed = with_sum (data, size);
  g_autoptr (HemoKeyFile) first = hemo_key_file_parse (raw, NULL);
  g_autoptr (HemoKeyFile) second = hemo_key_file_parse (summed, NULL);
  g_autoptr (HemoKeyFile) clinic
      = hemo_key_file_new ("11111111-2222-4333-8444-555555555555", "", "");
  g_autofree char *text = g_strndup ((const char *)data, size);

  if (first != NULL)
    use (first);
  if (second != NULL)
    use (second);
  /* No key: it gets as far as the JSON, and is then refused for the empty ring. */
  HemoKeyRing empty = { g_ptr_array_new () };
  hemo_key_file_import_recovery (clinic, text, &empty, NULL);
  g_ptr_array_unref (empty.keys);
  return 0;
}

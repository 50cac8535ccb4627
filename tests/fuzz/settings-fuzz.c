/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings of a server: what is read is written and read again as the same. */

#include "hemo-sync-settings.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const kinds[] = { "fhir", "s3", "courier" };
  g_autofree char *json = g_strndup ((const char *)data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoServerSettings) settings = hemo_server_settings_parse (json, &error);
  g_autoptr (HemoServerSettings) again = NULL;
  g_autofree char *written = NULL;
  g_autofree char *same = NULL;

  if ((settings == NULL) != (error != NULL))
    abort ();
  if (settings == NULL)
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    hemo_server_settings_check (settings, kinds[i], NULL);
  written = hemo_server_settings_to_json (settings);
  again = hemo_server_settings_parse (written, NULL);
  if (again == NULL)
    abort ();
  same = hemo_server_settings_to_json (again);
  if (strcmp (written, same) != 0)
    abort ();
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds the schema where it was installed, else beside the program as it was built. */

#include "hemo-settings.h"

static GSettingsSchema *
find_schema (void)
{
  GSettingsSchemaSource *usual = g_settings_schema_source_get_default ();
  GSettingsSchema *schema = NULL;
  g_autoptr (GSettingsSchemaSource) built = NULL;

  if (usual != NULL)
    schema = g_settings_schema_source_lookup (usual, HEMO_APPLICATION_ID, TRUE);
  if (schema != NULL)
    return schema;
  built = g_settings_schema_source_new_from_directory (HEMO_SCHEMA_DIR, usual, FALSE, NULL);
  if (built != NULL)
    schema = g_settings_schema_source_lookup (built, HEMO_APPLICATION_ID, TRUE);
  if (schema == NULL)
    g_error ("The settings of Hemogram are not installed; install the program anew.");
  return schema;
}

GSettings *
hemo_settings_new (void)
{
  g_autoptr (GSettingsSchema) schema = find_schema ();

  return g_settings_new_full (schema, NULL, NULL);
}

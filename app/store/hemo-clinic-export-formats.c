/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an export is made of, in words for commands, settings and the audit log. */

#include "hemo-clinic-export.h"

static const struct
{
  HemoExportFormats format;
  const char *code;
} formats[] = {
  { HEMO_EXPORT_PDF, "pdf" },
  { HEMO_EXPORT_CSV, "csv" },
  { HEMO_EXPORT_FHIR, "fhir" },
  { HEMO_EXPORT_IMAGES, "images" },
};

char *
hemo_export_formats_to_codes (HemoExportFormats set)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if ((set & formats[i].format) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "," : "", formats[i].code);
  return g_string_free (text, FALSE);
}

gboolean
hemo_export_formats_from_codes (const char *codes, HemoExportFormats *out, GError **error)
{
  guint set = 0;
  g_auto (GStrv) parts = g_strsplit (codes, ",", 16);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint found = 0;
      for (guint j = 0; j < G_N_ELEMENTS (formats); j++)
        if (g_str_equal (g_strstrip (parts[i]), formats[j].code))
          found = formats[j].format;
      if (found == 0)
        {
          g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                               "What can be exported is pdf, csv, fhir and images.");
          return FALSE;
        }
      set |= found;
    }
  *out = (HemoExportFormats)set;
  return TRUE;
}

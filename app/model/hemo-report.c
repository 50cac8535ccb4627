/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is signed and printed, and which states may follow each other. */

#include "hemo-case.h"

#include "hemo-codes-private.h"

#include <string.h>

static const char *const status_codes[] = { "draft",     "preliminary",      "final",     "amended",
                                            "corrected", "entered-in-error", "cancelled", NULL };

const char *
hemo_report_status_to_code (HemoReportStatus status)
{
  return hemo_code_at (status_codes, (int)status);
}

gboolean
hemo_report_status_from_code (const char *code, HemoReportStatus *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (status_codes, "report status", code, &index, error))
    return FALSE;
  *out = (HemoReportStatus)index;
  return TRUE;
}

gboolean
hemo_report_status_may_follow (HemoReportStatus from, HemoReportStatus to)
{
  switch (from)
    {
    case HEMO_REPORT_DRAFT:
      return to == HEMO_REPORT_DRAFT || to == HEMO_REPORT_PRELIMINARY || to == HEMO_REPORT_FINAL
             || to == HEMO_REPORT_CANCELLED;
    case HEMO_REPORT_PRELIMINARY:
      return to == HEMO_REPORT_PRELIMINARY || to == HEMO_REPORT_FINAL
             || to == HEMO_REPORT_ENTERED_IN_ERROR || to == HEMO_REPORT_CANCELLED;
    case HEMO_REPORT_FINAL:
    case HEMO_REPORT_AMENDED:
    case HEMO_REPORT_CORRECTED:
      return to == HEMO_REPORT_AMENDED || to == HEMO_REPORT_CORRECTED
             || to == HEMO_REPORT_ENTERED_IN_ERROR;
    case HEMO_REPORT_CANCELLED:
      return to == HEMO_REPORT_ENTERED_IN_ERROR;
    case HEMO_REPORT_ENTERED_IN_ERROR:
    default:
      return FALSE;
    }
}

/* Without what parts or ends it. */
static char *
clean_part (const char *text)
{
  return g_strdelimit (g_strstrip (g_strdup (text != NULL ? text : "")), ";\n\r\t", ' ');
}

char *
hemo_found_by_new (const char *program, const char *detector, const char *name)
{
  const char *hash = detector != NULL ? strstr (detector, "sha256 ") : NULL;
  g_autofree char *version = clean_part (program);
  g_autofree char *weights = clean_part (hash != NULL ? hash + strlen ("sha256 ") : detector);
  g_autofree char *person = clean_part (name);

  if (hash != NULL)
    weights[strspn (weights, "0123456789abcdef")] = '\0';
  return g_strdup_printf ("%s;%s;%s", version, weights, person);
}

GStrv
hemo_found_by_split (const char *found_by)
{
  g_auto (GStrv) parts = g_strsplit (found_by != NULL ? found_by : "", ";", -1);

  return g_strv_length (parts) == 3 ? g_steal_pointer (&parts) : NULL;
}

gboolean
hemo_found_by_is_trained (const char *weights)
{
  return *weights != '\0' && weights[strspn (weights, "0123456789abcdef")] == '\0';
}

HemoReport *
hemo_report_new (const char *specimen)
{
  HemoReport *self = g_new0 (HemoReport, 1);

  self->uuid = hemo_uuid_new ();
  self->specimen = g_strdup (specimen);
  self->language = g_strdup ("en");
  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_line_free);
  self->images = g_ptr_array_new_with_free_func (g_free);
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_critical_call_free);
  self->missing = g_ptr_array_new_with_free_func (g_free);
  self->found = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static gpointer
copy_line_cb (gconstpointer line, gpointer unused)
{
  return hemo_line_copy (line);
}

static gpointer
copy_call_cb (gconstpointer call, gpointer unused)
{
  return hemo_critical_call_copy (call);
}

static gpointer
copy_text_cb (gconstpointer text, gpointer unused)
{
  return g_strdup (text);
}

HemoReport *
hemo_report_copy (const HemoReport *self)
{
  HemoReport *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->specimen = g_strdup (self->specimen);
  copy->language = g_strdup (self->language);
  copy->comment = g_strdup (self->comment);
  copy->signed_by = g_strdup (self->signed_by);
  copy->signer_name = g_strdup (self->signer_name);
  copy->signer_role = g_strdup (self->signer_role);
  copy->replaces_sha256 = g_strdup (self->replaces_sha256);
  copy->reason = g_strdup (self->reason);
  copy->pdf_sha256 = g_strdup (self->pdf_sha256);
  copy->program_version = g_strdup (self->program_version);
  copy->lines = g_ptr_array_copy (self->lines, copy_line_cb, NULL);
  copy->images = g_ptr_array_copy (self->images, copy_text_cb, NULL);
  copy->calls = g_ptr_array_copy (self->calls, copy_call_cb, NULL);
  copy->missing = g_ptr_array_copy (self->missing, copy_text_cb, NULL);
  copy->found = g_ptr_array_copy (self->found, copy_text_cb, NULL);
  return copy;
}

void
hemo_report_free (HemoReport *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->specimen);
  g_free (self->language);
  g_free (self->comment);
  g_free (self->signed_by);
  g_free (self->signer_name);
  g_free (self->signer_role);
  g_free (self->replaces_sha256);
  g_free (self->reason);
  g_free (self->pdf_sha256);
  g_free (self->program_version);
  g_ptr_array_unref (self->lines);
  g_ptr_array_unref (self->images);
  g_ptr_array_unref (self->calls);
  g_ptr_array_unref (self->missing);
  g_ptr_array_unref (self->found);
  g_free (self);
}

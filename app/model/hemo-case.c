/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All that is known about one specimen. */

#include "hemo-case.h"

#include "hemo-codes-private.h"

#define PLATELET_FACTOR 20000

static const char *const state_codes[]
    = { "waiting", "counting", "to-sign", "critical", "preliminary", "signed", "rejected", NULL };

const char *
hemo_state_to_code (HemoState state)
{
  return hemo_code_at (state_codes, (int)state);
}

gboolean
hemo_state_from_code (const char *code, HemoState *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (state_codes, "state", code, &index, error))
    return FALSE;
  *out = (HemoState)index;
  return TRUE;
}

HemoCriticalCall *
hemo_critical_call_new (const char *specimen)
{
  HemoCriticalCall *self = g_new0 (HemoCriticalCall, 1);

  self->uuid = hemo_uuid_new ();
  self->specimen = g_strdup (specimen);
  return self;
}

HemoCriticalCall *
hemo_critical_call_copy (const HemoCriticalCall *self)
{
  HemoCriticalCall *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->specimen = g_strdup (self->specimen);
  copy->analytes = g_strdup (self->analytes);
  copy->told = g_strdup (self->told);
  copy->by = g_strdup (self->by);
  copy->by_name = g_strdup (self->by_name);
  copy->told_lines = g_strdup (self->told_lines);
  return copy;
}

void
hemo_critical_call_free (HemoCriticalCall *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->specimen);
  g_free (self->analytes);
  g_free (self->told);
  g_free (self->by);
  g_free (self->by_name);
  g_free (self->told_lines);
  g_free (self);
}

HemoClinicInfo *
hemo_clinic_info_new (const char *name)
{
  HemoClinicInfo *self = g_new0 (HemoClinicInfo, 1);

  self->uuid = hemo_uuid_new ();
  self->name = g_strdup (name);
  self->accession_pattern = g_strdup (HEMO_ACCESSION_PATTERN_DEFAULT);
  self->language = g_strdup ("en");
  self->platelet_factor = PLATELET_FACTOR;
  self->day_first = TRUE;
  return self;
}

HemoClinicInfo *
hemo_clinic_info_copy (const HemoClinicInfo *self)
{
  HemoClinicInfo *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->name = g_strdup (self->name);
  copy->address = g_strdup (self->address);
  copy->phone = g_strdup (self->phone);
  copy->station = g_strdup (self->station);
  copy->installation = g_strdup (self->installation);
  copy->accession_pattern = g_strdup (self->accession_pattern);
  copy->language = g_strdup (self->language);
  copy->logo = self->logo != NULL ? g_bytes_ref (self->logo) : NULL;
  return copy;
}

void
hemo_clinic_info_free (HemoClinicInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->name);
  g_free (self->address);
  g_free (self->phone);
  g_free (self->station);
  g_free (self->installation);
  g_free (self->accession_pattern);
  g_free (self->language);
  g_clear_pointer (&self->logo, g_bytes_unref);
  g_free (self);
}

gboolean
hemo_case_is_withdrawn (const HemoCase *data)
{
  const HemoReport *last
      = data->reports->len > 0 ? g_ptr_array_index (data->reports, data->reports->len - 1) : NULL;

  return last != NULL && last->status == HEMO_REPORT_ENTERED_IN_ERROR;
}

HemoCase *
hemo_case_new (void)
{
  HemoCase *self = g_new0 (HemoCase, 1);

  self->slides = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_specimen_free);
  self->images = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_image_free);
  self->counts = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_count_free);
  self->found = g_ptr_array_new_with_free_func (g_free);
  self->fields = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_field_cells_free);
  self->morphologies = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_morphology_free);
  self->malarias = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_malaria_free);
  self->results = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_result_free);
  self->previous = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_line_free);
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_critical_call_free);
  self->readings = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_reading_free);
  self->reports = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_report_free);
  return self;
}

void
hemo_case_free (HemoCase *self)
{
  if (self == NULL)
    return;
  hemo_clinic_info_free (self->clinic);
  hemo_patient_free (self->patient);
  hemo_order_free (self->order);
  hemo_specimen_free (self->specimen);
  g_ptr_array_unref (self->slides);
  g_ptr_array_unref (self->images);
  g_ptr_array_unref (self->counts);
  g_ptr_array_unref (self->found);
  g_ptr_array_unref (self->fields);
  g_ptr_array_unref (self->morphologies);
  hemo_platelets_free (self->platelets);
  g_ptr_array_unref (self->malarias);
  hemo_malaria_decision_free (self->decision);
  g_ptr_array_unref (self->results);
  g_ptr_array_unref (self->previous);
  g_ptr_array_unref (self->calls);
  g_ptr_array_unref (self->readings);
  g_ptr_array_unref (self->reports);
  hemo_report_free (self->report);
  g_free (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Computes the lines of a report from the case. */

#include "hemo-report-fill-private.h"

#include "hemo-codes-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define WBC_LOINC "6690-2"
#define WBC_CORRECTED "wbc-corrected"

HemoLine *
hemo_fill_add (
    HemoFill *self, HemoSection section, const char *code, const char *label, const char *loinc)
{
  HemoLine *line = hemo_line_new (section, label);
  g_autofree char *name = g_strdup_printf ("%s/%s", hemo_section_to_code (section), code);
  const char *specimen = self->report->specimen != NULL ? self->report->specimen : "";

  g_free (line->uuid);
  line->uuid = hemo_uuid_from_name (specimen, name);
  line->loinc = g_strdup (loinc);
  line->local_code = loinc == NULL ? g_strdup (code) : NULL;
  g_ptr_array_add (self->report->lines, line);
  return line;
}

void
hemo_fill_note (HemoLine *line, const char *phrase)
{
  char *note
      = line->note == NULL ? g_strdup (phrase) : g_strdup_printf ("%s; %s", line->note, phrase);

  g_free (line->note);
  line->note = note;
}

static gboolean
is_corrected_wbc (const HemoLine *line)
{
  return line->section == HEMO_SECTION_CBC && g_strcmp0 (line->local_code, WBC_CORRECTED) == 0;
}

/* What the white cells of a specimen came to, corrected or not. */
static gboolean
is_wbc (const HemoLine *line)
{
  return is_corrected_wbc (line)
         || (line->section == HEMO_SECTION_CBC && g_strcmp0 (line->loinc, WBC_LOINC) == 0);
}

static gboolean
is_same_observation (const HemoLine *a, const HemoLine *b)
{
  if (g_strcmp0 (a->ucum, b->ucum) != 0)
    return FALSE;
  if (is_wbc (a) && is_wbc (b))
    return TRUE;
  return a->section == b->section && g_strcmp0 (a->loinc, b->loinc) == 0
         && g_strcmp0 (a->local_code, b->local_code) == 0;
}

/* Of one specimen's two numbers of white cells the one that counts nucleated red cells is no value
 * to compare with. */
static gboolean
is_newer (const HemoLine *line, const HemoLine *than)
{
  return line->at.utc_us > than->at.utc_us
         || (line->at.utc_us == than->at.utc_us && is_corrected_wbc (line)
             && !is_corrected_wbc (than));
}

/* The patient's last value of the same observation from another specimen. */
static const HemoLine *
find_previous (const HemoFill *self, const HemoLine *line)
{
  const HemoLine *newest = NULL;

  for (guint i = 0; i < self->data->previous->len; i++)
    {
      const HemoLine *other = self->data->previous->pdata[i];

      if (!isfinite (other->value) || g_strcmp0 (other->uuid, line->uuid) == 0
          || !is_same_observation (other, line))
        continue;
      if (line->at.utc_us != 0 && other->at.utc_us > line->at.utc_us)
        continue;
      if (newest == NULL || is_newer (other, newest))
        newest = other;
    }
  return newest;
}

/* What the earlier paper said: 0.75 is not to be read as 0.8 now, nor 33.333 where it said 33. */
static double
round_as_printed (const HemoLine *line)
{
  g_autofree char *text = hemo_line_value_text (line);

  return g_ascii_strtod (text, NULL);
}

void
hemo_fill_value (HemoFill *self,
                 HemoLine *line,
                 double value,
                 int decimals,
                 const char *ucum,
                 const char *analyte)
{
  const HemoRange *range = hemo_ranges_find_for_age (
      self->ranges, analyte, self->sex, self->pregnancy, self->age_known ? &self->age : NULL);
  const HemoLine *previous;

  line->value = value;
  line->decimals = decimals;
  line->ucum = g_strdup (ucum);
  line->analyte = g_strdup (analyte);
  line->flag = hemo_analyte_flag (analyte, range, value, decimals);
  if (range != NULL)
    {
      line->reference_low = range->low;
      line->reference_high = range->high;
    }
  previous = find_previous (self, line);
  if (previous == NULL)
    return;
  line->previous = round_as_printed (previous);
  line->previous_at = previous->at;
  line->delta = hemo_range_delta (range, value, line->at, previous->value, previous->at, NULL);
}

static HemoTime
time_of (const HemoResult *result)
{
  return result->measured_at.utc_us != 0 ? result->measured_at : result->entered_at;
}

const HemoResult *
hemo_fill_find_result (const HemoCase *data, const char *analyte)
{
  const HemoResult *newest = NULL;

  for (guint i = 0; i < data->results->len; i++)
    {
      const HemoResult *result = data->results->pdata[i];

      if (result->entered_in_error || strcmp (result->analyte, analyte) != 0)
        continue;
      if (newest == NULL || time_of (result).utc_us > time_of (newest).utc_us
          || (time_of (result).utc_us == time_of (newest).utc_us
              && result->entered_at.utc_us >= newest->entered_at.utc_us))
        newest = result;
    }
  return newest;
}

static void
add_result (HemoFill *self, const HemoAnalyteInfo *info, const HemoResult *result)
{
  HemoLine *line = hemo_fill_add (self, HEMO_SECTION_CBC, info->code, info->label, info->loinc);

  line->at = time_of (result);
  hemo_fill_value (self, line, result->value, hemo_result_decimals (result), info->ucum,
                   info->code);
  hemo_fill_note (line, result->source);
  if (strcmp (info->code, "plt") == 0 && hemo_fill_has_clumps (self->data))
    hemo_fill_note (line, HEMO_NOTE_CLUMPED_COUNT);
  if (!result->uncorrected)
    return;
  hemo_fill_note (line, HEMO_NOTE_UNCORRECTED);
  if (!self->wbc_corrected)
    return;
  /* The corrected value is judged and compared; this one counts cells that are none. */
  line->flag = HEMO_FLAG_NONE;
  line->previous = NAN;
  line->previous_at = (HemoTime){ 0 };
  line->delta = FALSE;
}

static void
add_corrected_wbc (HemoFill *self, const HemoResult *result)
{
  const HemoAnalyteInfo *info = hemo_analyte_info ("wbc");
  HemoLine *line = hemo_fill_add (self, HEMO_SECTION_CBC, WBC_CORRECTED,
                                  N_ ("White cells (corrected for nRBC)"), NULL);

  line->at = time_of (result);
  hemo_fill_value (self, line, self->wbc, info->decimals, info->ucum, info->code);
  hemo_fill_note (line, HEMO_NOTE_CORRECTED);
}

void
hemo_fill_cbc (HemoFill *self)
{
  for (const HemoAnalyteInfo *info = hemo_analyte_infos (); info->code != NULL; info++)
    {
      const HemoResult *result = hemo_fill_find_result (self->data, info->code);

      if (result == NULL)
        continue;
      add_result (self, info, result);
      if (self->wbc_corrected && strcmp (info->code, "wbc") == 0)
        add_corrected_wbc (self, result);
    }
}

static void
choose_wbc (HemoFill *self)
{
  const HemoResult *wbc = hemo_fill_find_result (self->data, "wbc");

  self->wbc = NAN;
  if (wbc == NULL)
    return;
  self->wbc = hemo_differential_corrected_wbc (&self->differential, wbc->value, wbc->uncorrected);
  self->wbc_corrected = self->wbc != wbc->value;
}

/* The age when the blood was taken, so that a later printing judges it alike. */
static void
describe_patient (HemoFill *self)
{
  const HemoPatient *patient = self->data->patient;
  const HemoSpecimen *specimen = self->data->specimen;
  HemoTime taken = specimen != NULL ? hemo_specimen_taken_at (specimen) : (HemoTime){ 0 };

  self->pregnancy
      = self->data->order != NULL ? self->data->order->pregnancy : HEMO_PREGNANCY_UNKNOWN;
  self->report->taken_at = taken;
  if (patient == NULL)
    return;
  self->sex = patient->sex;
  self->age_known = hemo_birth_age (
      &patient->birth, hemo_date_of (taken.utc_us != 0 ? taken : hemo_time_now ()), &self->age);
}

/* Of the denominator, so that the two make up the number that the percentages are of. */
static void
count_ways (HemoReport *self, const HemoCase *data)
{
  self->cells_found = self->cells_by_key = 0;
  for (guint i = 0; i < data->counts->len; i++)
    {
      const HemoCount *count = data->counts->pdata[i];

      for (guint k = 0; k < count->cells->len; k++)
        {
          const HemoCountedCell *cell = count->cells->pdata[k];
          const HemoCellClassInfo *info = hemo_cell_class_info (cell->cell_class);

          if (cell->taken_back || info == NULL || !info->in_denominator)
            continue;
          self->cells_found += cell->found ? 1 : 0;
          self->cells_by_key += cell->found ? 0 : 1;
        }
    }
  if (self->cells_found == 0)
    self->cells_by_key = 0;
}

void
hemo_report_fill (HemoReport *self, const HemoCase *data, GPtrArray *ranges)
{
  HemoFill fill = { .report = self, .data = data, .ranges = ranges };

  describe_patient (&fill);
  for (guint i = 0; i < data->counts->len; i++)
    hemo_differential_add (&fill.differential, data->counts->pdata[i]);
  choose_wbc (&fill);
  g_ptr_array_set_size (self->lines, 0);
  g_ptr_array_set_size (self->found, 0);
  for (guint i = 0; i < data->found->len; i++)
    g_ptr_array_add (self->found, g_strdup (data->found->pdata[i]));
  count_ways (self, data);
  hemo_fill_cbc (&fill);
  hemo_fill_differential (&fill);
  hemo_fill_morphology (&fill);
  hemo_fill_platelets (&fill);
  hemo_fill_malaria (&fill);
  hemo_fill_fields (&fill);
  hemo_fill_bases (&fill);
}

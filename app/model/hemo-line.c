/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One observed value of a report, and the sections that they stand in. */

#include "hemo-case.h"

#include "hemo-codes-private.h"

#include <glib/gi18n.h>
#include <math.h>

static const char *const section_codes[] = { "cbc",
                                             "differential",
                                             "morphology-rbc",
                                             "morphology-wbc",
                                             "morphology-plt",
                                             "platelets",
                                             "malaria",
                                             "cells",
                                             NULL };

static const char *const section_labels[] = {
  N_ ("Blood count"),           N_ ("White cell differential"),     N_ ("Red cell morphology"),
  N_ ("White cell morphology"), N_ ("Platelet morphology"),         N_ ("Platelet estimate"),
  N_ ("Malaria parasites"),     N_ ("Measured on captured fields"), NULL
};

const char *
hemo_section_to_code (HemoSection section)
{
  return hemo_code_at (section_codes, (int)section);
}

gboolean
hemo_section_from_code (const char *code, HemoSection *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (section_codes, "section", code, &index, error))
    return FALSE;
  *out = (HemoSection)index;
  return TRUE;
}

const char *
hemo_section_label (HemoSection section)
{
  return hemo_code_at (section_labels, (int)section);
}

HemoLine *
hemo_line_new (HemoSection section, const char *label)
{
  HemoLine *self = g_new0 (HemoLine, 1);

  self->uuid = hemo_uuid_new ();
  self->section = section;
  self->label = g_strdup (label);
  self->value = NAN;
  self->interval_low = self->interval_high = NAN;
  self->reference_low = self->reference_high = NAN;
  self->previous = NAN;
  return self;
}

HemoLine *
hemo_line_copy (const HemoLine *self)
{
  HemoLine *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->analyte = g_strdup (self->analyte);
  copy->label = g_strdup (self->label);
  copy->loinc = g_strdup (self->loinc);
  copy->local_code = g_strdup (self->local_code);
  copy->ucum = g_strdup (self->ucum);
  copy->text = g_strdup (self->text);
  copy->note = g_strdup (self->note);
  copy->basis = g_strdup (self->basis);
  return copy;
}

void
hemo_line_free (HemoLine *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->analyte);
  g_free (self->label);
  g_free (self->loinc);
  g_free (self->local_code);
  g_free (self->ucum);
  g_free (self->text);
  g_free (self->note);
  g_free (self->basis);
  g_free (self);
}

char *
hemo_line_value_text (const HemoLine *self)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE + 320];
  char format[8];

  if (!isfinite (self->value))
    return g_strdup (self->text != NULL ? self->text : "");
  g_snprintf (format, sizeof format, "%%.%df", CLAMP (self->decimals, 0, 9));
  g_ascii_formatd (number, sizeof number, format, self->value);
  /* A small negative number must not print as '-0'. */
  return g_strdup (number[0] == '-' && g_ascii_strtod (number, NULL) == 0 ? number + 1 : number);
}

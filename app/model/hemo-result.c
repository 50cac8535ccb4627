/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Values typed from an analyser. */

#include "hemo-result.h"

HemoResult *
hemo_result_new (const char *specimen, const char *analyte, double value, const char *source)
{
  HemoResult *self = g_new0 (HemoResult, 1);

  self->uuid = hemo_uuid_new ();
  self->specimen = g_strdup (specimen);
  self->analyte = g_strdup (analyte);
  self->value = value;
  self->source = g_strdup (source != NULL ? source : "");
  return self;
}

HemoResult *
hemo_result_copy (const HemoResult *self)
{
  HemoResult *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->specimen = g_strdup (self->specimen);
  copy->analyte = g_strdup (self->analyte);
  copy->source = g_strdup (self->source);
  copy->entered_by = g_strdup (self->entered_by);
  return copy;
}

void
hemo_result_free (HemoResult *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->specimen);
  g_free (self->analyte);
  g_free (self->source);
  g_free (self->entered_by);
  g_free (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Platelets counted over fields, and the estimate from them. */

#include "hemo-morphology.h"

#include <math.h>

/* A wedge film in which red cells just touch: clinical habit, 20,000 for one platelet a field. */
#define FACTOR_WEDGE 20000
#define FIELDS 10

HemoPlatelets *
hemo_platelets_new (const char *specimen, const char *reader)
{
  HemoPlatelets *self = g_new0 (HemoPlatelets, 1);

  self->uuid = hemo_uuid_new ();
  self->specimen = g_strdup (specimen);
  self->reader = g_strdup (reader);
  self->fields = FIELDS;
  self->factor = FACTOR_WEDGE;
  return self;
}

HemoPlatelets *
hemo_platelets_copy (const HemoPlatelets *self)
{
  HemoPlatelets *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->specimen = g_strdup (self->specimen);
  copy->reader = g_strdup (self->reader);
  return copy;
}

void
hemo_platelets_free (HemoPlatelets *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->specimen);
  g_free (self->reader);
  g_free (self);
}

double
hemo_platelets_estimate (const HemoPlatelets *self)
{
  if (self->fields <= 0 || self->total < 0 || self->factor <= 0)
    return NAN;
  return (double)self->total / self->fields * self->factor / 1000;
}

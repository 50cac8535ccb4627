/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Malaria films: targets, density, species and stages. */

#include "hemo-codes-private.h"
#include "hemo-morphology.h"

#include <math.h>

#define ASSUMED_WBC 8.0
#define WBC_FIRST 200
#define WBC_EXTENDED 500
#define PARASITES_ENOUGH 100
#define RBC_TARGET 5000

static const char *const plasmodium_codes[]
    = { "falciparum", "vivax", "ovale", "malariae", "knowlesi", "undetermined", NULL };
static const char *const stage_codes[] = { "ring", "trophozoite", "schizont", "gametocyte", NULL };

char *
hemo_plasmodium_to_codes (HemoPlasmodium species)
{
  return hemo_codes_join (plasmodium_codes, species);
}

gboolean
hemo_plasmodium_from_codes (const char *codes, HemoPlasmodium *out, GError **error)
{
  guint bits = 0;

  if (!hemo_codes_split (plasmodium_codes, "species", codes, &bits, error))
    return FALSE;
  *out = (HemoPlasmodium)bits;
  return TRUE;
}

char *
hemo_stage_to_codes (HemoStage stages)
{
  return hemo_codes_join (stage_codes, stages);
}

gboolean
hemo_stage_from_codes (const char *codes, HemoStage *out, GError **error)
{
  guint bits = 0;

  if (!hemo_codes_split (stage_codes, "stage", codes, &bits, error))
    return FALSE;
  *out = (HemoStage)bits;
  return TRUE;
}

HemoMalaria *
hemo_malaria_new (const char *specimen, const char *reader, gboolean thick)
{
  HemoMalaria *self = g_new0 (HemoMalaria, 1);

  self->uuid = hemo_uuid_new ();
  self->specimen = g_strdup (specimen);
  self->reader = g_strdup (reader);
  self->thick = thick;
  return self;
}

HemoMalaria *
hemo_malaria_copy (const HemoMalaria *self)
{
  HemoMalaria *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->specimen = g_strdup (self->specimen);
  copy->reader = g_strdup (self->reader);
  return copy;
}

void
hemo_malaria_free (HemoMalaria *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->specimen);
  g_free (self->reader);
  g_free (self);
}

int
hemo_malaria_target (const HemoMalaria *self)
{
  if (!self->thick)
    return RBC_TARGET;
  if (self->wbc >= WBC_FIRST && self->parasites < PARASITES_ENOUGH)
    return WBC_EXTENDED;
  return WBC_FIRST;
}

gboolean
hemo_malaria_is_complete (const HemoMalaria *self)
{
  return (self->thick ? self->wbc : self->rbc) >= hemo_malaria_target (self);
}

double
hemo_malaria_density (const HemoMalaria *self, double wbc, gboolean *assumed)
{
  /* With no white cells there is no density to be had from them: 0 would say 'no parasites'. */
  gboolean assume = !isfinite (wbc) || wbc <= 0;

  if (!self->thick || self->wbc <= 0 || self->parasites < 0)
    return NAN;
  if (assumed != NULL)
    *assumed = assume;
  return self->parasites * (assume ? ASSUMED_WBC : wbc) * 1000 / self->wbc;
}

double
hemo_malaria_infected_per_thousand (const HemoMalaria *self)
{
  if (self->thick || self->rbc <= 0 || self->parasites < 0)
    return NAN;
  return self->parasites * 1000.0 / self->rbc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Malaria films: targets, density, species and stages. */

#include "hemo-codes-private.h"
#include "hemo-morphology.h"

#include <glib/gi18n.h>
#include <math.h>

#define ASSUMED_WBC 8.0
#define WBC_FIRST 200
#define WBC_EXTENDED 500
#define PARASITES_ENOUGH 100
#define RBC_TARGET 5000

static const char *const plasmodium_codes[]
    = { "falciparum", "vivax", "ovale", "malariae", "knowlesi", "undetermined", NULL };
static const char *const stage_codes[] = { "ring", "trophozoite", "schizont", "gametocyte", NULL };

static const char *const species_names[] = { N_ ("Plasmodium falciparum"),
                                             N_ ("Plasmodium vivax"),
                                             N_ ("Plasmodium ovale"),
                                             N_ ("Plasmodium malariae"),
                                             N_ ("Plasmodium knowlesi"),
                                             N_ ("Plasmodium (undetermined)"),
                                             NULL };

static const char *const stage_names[]
    = { N_ ("rings"), N_ ("trophozoites"), N_ ("schizonts"), N_ ("gametocytes"), NULL };

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
hemo_plasmodium_to_text (HemoPlasmodium species)
{
  return hemo_codes_join_with (species_names, species, ", ");
}

char *
hemo_stage_to_text (HemoStage stages)
{
  return hemo_codes_join_with (stage_names, stages, ", ");
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
  copy->reader_name = g_strdup (self->reader_name);
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
  g_free (self->reader_name);
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

gboolean
hemo_malaria_is_positive (const HemoMalaria *self)
{
  return self->parasites > 0 || self->species != 0 || self->stages != 0;
}

gboolean
hemo_malaria_is_examined (const HemoMalaria *self)
{
  return hemo_malaria_is_positive (self) || self->fields > 0 || self->wbc > 0 || self->rbc > 0;
}

gboolean
hemo_malaria_is_finished (const HemoMalaria *self)
{
  return self->closed || hemo_malaria_is_complete (self)
         || (self->thick && !hemo_malaria_is_positive (self)
             && self->fields >= HEMO_MALARIA_CLEAR_FIELDS);
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

HemoMalariaDecision *
hemo_malaria_decision_new (const char *specimen, const char *film, const char *reason)
{
  HemoMalariaDecision *self = g_new0 (HemoMalariaDecision, 1);

  self->uuid = hemo_uuid_new ();
  self->specimen = g_strdup (specimen);
  self->film = g_strdup (film);
  self->reason = g_strdup (reason);
  return self;
}

void
hemo_malaria_decision_free (HemoMalariaDecision *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->specimen);
  g_free (self->film);
  g_free (self->readings);
  g_free (self->reason);
  g_free (self->by);
  g_free (self->by_name);
  g_free (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Species and stages, and the keys that switch them. */

#pragma once

#include "hemo-morphology.h"

G_BEGIN_DECLS

#define HEMO_MALARIA_SPECIES_CHOICES 6
#define HEMO_MALARIA_STAGE_CHOICES 4

/**
 * HemoMalariaChoice:
 * @bit: of HemoPlasmodium or HemoStage
 * @keycode: by where the key lies
 * @label: source text, of the context 'species' or 'stage'
 */
typedef struct
{
  guint bit;
  guint keycode;
  const char *label;
} HemoMalariaChoice;

extern const HemoMalariaChoice hemo_malaria_species_choices[HEMO_MALARIA_SPECIES_CHOICES];
extern const HemoMalariaChoice hemo_malaria_stage_choices[HEMO_MALARIA_STAGE_CHOICES];

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is seen on malaria films, by key. */

#include "hemo-malaria-choices.h"

#include <glib/gi18n.h>

const HemoMalariaChoice hemo_malaria_species_choices[HEMO_MALARIA_SPECIES_CHOICES] = {
  { HEMO_PLASMODIUM_FALCIPARUM, 41, "P. falciparum" },
  { HEMO_PLASMODIUM_VIVAX, 55, "P. vivax" },
  { HEMO_PLASMODIUM_OVALE, 32, "P. ovale" },
  { HEMO_PLASMODIUM_MALARIAE, 58, "P. malariae" },
  { HEMO_PLASMODIUM_KNOWLESI, 45, "P. knowlesi" },
  { HEMO_PLASMODIUM_UNDETERMINED, 30, NC_ ("species", "Undetermined") },
};

const HemoMalariaChoice hemo_malaria_stage_choices[HEMO_MALARIA_STAGE_CHOICES] = {
  { HEMO_STAGE_RING, 27, NC_ ("stage", "Rings") },
  { HEMO_STAGE_TROPHOZOITE, 28, NC_ ("stage", "Trophozoites") },
  { HEMO_STAGE_SCHIZONT, 39, NC_ ("stage", "Schizonts") },
  { HEMO_STAGE_GAMETOCYTE, 42, NC_ ("stage", "Gametocytes") },
};

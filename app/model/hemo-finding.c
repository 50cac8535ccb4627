/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The findings of a smear with their LOINC codes and what their grades mean. */

#include "hemo-morphology.h"

#include <glib/gi18n.h>
#include <string.h>

/* Percent of cells, after Palmer et al., Int J Lab Hematol 37 (2015) 287-303; a site may use
 * others. */
#define HELP_SIZE N_ ("1: up to 10 %, 2: 11 to 20 %, 3: above 20 %")
#define HELP_SHAPE N_ ("1: below 5 %, 2: 5 to 20 %, 3: above 20 %")
#define HELP_SCHISTOCYTES N_ ("1: below 1 %, 2: 1 to 2 %, 3: above 2 %")
#define HELP_HOWELL_JOLLY N_ ("1: below 2 %, 2: 2 to 3 %, 3: above 3 %")
#define HELP_TOXIC N_ ("1: below 4 %, 2: 4 to 8 %, 3: above 8 %")
#define HELP_DOHLE N_ ("1: below 2 %, 2: 2 to 4 %, 3: above 4 %")

static const HemoFindingInfo infos[] = {
  { "anisocytosis", N_ ("Anisocytosis"), "702-1", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SIZE },
  { "poikilocytosis", N_ ("Poikilocytosis"), "779-9", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SIZE },
  { "macrocytes", N_ ("Macrocytes"), "738-5", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SIZE },
  { "oval-macrocytes", N_ ("Oval macrocytes"), "10376-2", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "microcytes", N_ ("Microcytes"), "741-9", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SIZE },
  { "hypochromia", N_ ("Hypochromia"), "728-6", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SIZE },
  { "polychromasia", N_ ("Polychromasia"), "10378-8", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "dual-population", N_ ("Dual population"), "10379-6", HEMO_MORPHOLOGY_RBC, FALSE, NULL },
  { "acanthocytes", N_ ("Acanthocytes"), "7789-1", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "burr-cells", N_ ("Burr cells"), "7790-9", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "teardrop-cells", N_ ("Teardrop cells"), "7791-7", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "elliptocytes", N_ ("Elliptocytes"), "11274-8", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "ovalocytes", N_ ("Ovalocytes"), "774-0", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "pencil-cells", N_ ("Pencil cells"), "10377-0", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "bite-cells", N_ ("Bite cells"), "10371-3", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "blister-cells", N_ ("Blister cells"), "10372-1", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "helmet-cells", N_ ("Helmet cells"), "10374-7", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SCHISTOCYTES },
  { "irregular-cells", N_ ("Irregularly contracted cells"), "10375-4", HEMO_MORPHOLOGY_RBC, TRUE,
    HELP_SHAPE },
  { "schistocytes", N_ ("Schistocytes"), "800-3", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SCHISTOCYTES },
  { "sickle-cells", N_ ("Sickle cells"), "801-1", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "spherocytes", N_ ("Spherocytes"), "802-9", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "stomatocytes", N_ ("Stomatocytes"), "10380-4", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "target-cells", N_ ("Target cells"), "10381-2", HEMO_MORPHOLOGY_RBC, TRUE, HELP_SHAPE },
  { "rouleaux", N_ ("Rouleaux"), "7797-4", HEMO_MORPHOLOGY_RBC, FALSE, NULL },
  { "basophilic-stippling", N_ ("Basophilic stippling"), "703-9", HEMO_MORPHOLOGY_RBC, TRUE,
    HELP_SHAPE },
  { "howell-jolly", N_ ("Howell-Jolly bodies"), "7793-3", HEMO_MORPHOLOGY_RBC, TRUE,
    HELP_HOWELL_JOLLY },
  { "pappenheimer", N_ ("Pappenheimer bodies"), "7795-8", HEMO_MORPHOLOGY_RBC, TRUE, NULL },
  { "cabot-rings", N_ ("Cabot rings"), "11280-5", HEMO_MORPHOLOGY_RBC, FALSE, NULL },
  { "heinz-bodies", N_ ("Heinz bodies"), "716-1", HEMO_MORPHOLOGY_RBC, TRUE, NULL },
  { "toxic-granules", N_ ("Toxic granules"), "803-7", HEMO_MORPHOLOGY_WBC, TRUE, HELP_TOXIC },
  { "dohle-bodies", N_ ("Döhle bodies"), "7792-5", HEMO_MORPHOLOGY_WBC, TRUE, HELP_DOHLE },
  { "vacuoles", N_ ("Vacuoles in neutrophils"), "18319-4", HEMO_MORPHOLOGY_WBC, TRUE, HELP_TOXIC },
  { "hypersegmented", N_ ("Hypersegmented neutrophils"), "765-8", HEMO_MORPHOLOGY_WBC, TRUE, NULL },
  { "agranular", N_ ("Agranular neutrophils"), "33215-5", HEMO_MORPHOLOGY_WBC, TRUE, NULL },
  { "pelger-huet", N_ ("Pelger-Huët cells"), "18311-1", HEMO_MORPHOLOGY_WBC, TRUE, NULL },
  { "auer-rods", N_ ("Auer rods"), "11281-3", HEMO_MORPHOLOGY_WBC, FALSE, NULL },
  { "platelet-clumps", N_ ("Platelet clumps"), "7796-6", HEMO_MORPHOLOGY_PLT, FALSE, NULL },
  { "giant-platelets", N_ ("Giant platelets"), "5908-9", HEMO_MORPHOLOGY_PLT, TRUE, HELP_SIZE },
  { "platelet-satellitism", N_ ("Platelet satellitism"), "18312-9", HEMO_MORPHOLOGY_PLT, FALSE,
    NULL },
  { NULL },
};

static const char *const overall_loincs[HEMO_MORPHOLOGY_GROUPS]
    = { "6742-1", "11156-7", "11125-2" };
static const char *const panel_loincs[HEMO_MORPHOLOGY_GROUPS] = { "58408-6", "58407-8", "58406-0" };

const HemoFindingInfo *
hemo_finding_infos (void)
{
  return infos;
}

const HemoFindingInfo *
hemo_finding_info (const char *code)
{
  for (const HemoFindingInfo *info = infos; code != NULL && info->code != NULL; info++)
    if (strcmp (info->code, code) == 0)
      return info;
  return NULL;
}

const char *
hemo_morphology_overall_loinc (HemoMorphologyGroup group)
{
  return group < HEMO_MORPHOLOGY_GROUPS ? overall_loincs[group] : NULL;
}

const char *
hemo_morphology_panel_loinc (HemoMorphologyGroup group)
{
  return group < HEMO_MORPHOLOGY_GROUPS ? panel_loincs[group] : NULL;
}

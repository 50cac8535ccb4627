/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Graded findings on red cells, white cells and platelets, the platelet estimate, malaria films. */

#pragma once

#include "hemo-time.h"

G_BEGIN_DECLS

typedef enum
{
  HEMO_MORPHOLOGY_RBC,
  HEMO_MORPHOLOGY_WBC,
  HEMO_MORPHOLOGY_PLT,
  HEMO_MORPHOLOGY_GROUPS,
} HemoMorphologyGroup;

/**
 * HemoFindingInfo:
 * @code: stable name ('anisocytosis')
 * @label: English, translatable
 * @loinc: from clinical.md
 * @graded: FALSE for what is only present (3) or absent (0), such as Auer rods
 * @grade_help: what 1, 2 and 3 mean (Palmer et al., Int J Lab Hematol 2015, site-editable), or NULL
 */
typedef struct
{
  const char *code;
  const char *label;
  const char *loinc;
  HemoMorphologyGroup group;
  gboolean graded;
  const char *grade_help;
} HemoFindingInfo;

/* All findings, ordered by group; ends with a NULL code. */
const HemoFindingInfo *hemo_finding_infos (void);
const HemoFindingInfo *hemo_finding_info (const char *code);

/* LOINC of the group's overall statement and of its panel. */
const char *hemo_morphology_overall_loinc (HemoMorphologyGroup group);
const char *hemo_morphology_panel_loinc (HemoMorphologyGroup group);

/**
 * HemoMorphology:
 * @examined: which groups were looked at; a group examined without findings is 'normal'
 * @findings: (element-type utf8 guint8): grades 1 to 3 by finding code; 0 is not stored
 * @comment: or NULL
 */
typedef struct
{
  char *uuid;
  char *specimen;
  char *reader;
  gboolean examined[HEMO_MORPHOLOGY_GROUPS];
  GHashTable *findings;
  char *comment;
  HemoTime at;
  gint64 version;
} HemoMorphology;

HemoMorphology *hemo_morphology_new (const char *specimen, const char *reader);
HemoMorphology *hemo_morphology_copy (const HemoMorphology *self);
void hemo_morphology_free (HemoMorphology *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoMorphology, hemo_morphology_free)

/* Examined all, found nothing: one key. Clears the findings. */
void hemo_morphology_all_normal (HemoMorphology *self);

/* Sets (0 clears) a grade and marks its group examined. */
gboolean hemo_morphology_grade (HemoMorphology *self, const char *code, int grade, GError **error);

/* 0 when not found. */
int hemo_morphology_get_grade (const HemoMorphology *self, const char *code);

/**
 * HemoPlatelets:
 * @total: platelets seen over all @fields
 * @fields: oil-immersion fields, usually 10
 * @factor: platelets per microlitre for one platelet a field: 20,000 on a wedge film, 15,000 on a
 *   monolayer
 * @clumps: whether clumps were seen, which make the estimate too low
 */
typedef struct
{
  char *uuid;
  char *specimen;
  char *reader;
  int total;
  int fields;
  int factor;
  gboolean clumps;
  HemoTime at;
  gint64 version;
} HemoPlatelets;

HemoPlatelets *hemo_platelets_new (const char *specimen, const char *reader);
HemoPlatelets *hemo_platelets_copy (const HemoPlatelets *self);
void hemo_platelets_free (HemoPlatelets *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoPlatelets, hemo_platelets_free)

/* Estimate in 10*9/L: total / fields x factor / 1000. */
double hemo_platelets_estimate (const HemoPlatelets *self);

typedef enum
{
  HEMO_PLASMODIUM_FALCIPARUM = 1 << 0,
  HEMO_PLASMODIUM_VIVAX = 1 << 1,
  HEMO_PLASMODIUM_OVALE = 1 << 2,
  HEMO_PLASMODIUM_MALARIAE = 1 << 3,
  HEMO_PLASMODIUM_KNOWLESI = 1 << 4,
  HEMO_PLASMODIUM_UNDETERMINED = 1 << 5,
} HemoPlasmodium;

/* 'falciparum,vivax' … (transfer full) */
char *hemo_plasmodium_to_codes (HemoPlasmodium species);
gboolean hemo_plasmodium_from_codes (const char *codes, HemoPlasmodium *out, GError **error);

typedef enum
{
  HEMO_STAGE_RING = 1 << 0,
  HEMO_STAGE_TROPHOZOITE = 1 << 1,
  HEMO_STAGE_SCHIZONT = 1 << 2,
  HEMO_STAGE_GAMETOCYTE = 1 << 3,
} HemoStage;

char *hemo_stage_to_codes (HemoStage stages);
gboolean hemo_stage_from_codes (const char *codes, HemoStage *out, GError **error);

/**
 * HemoMalaria:
 * @thick: thick film (parasites against white cells) or thin film (against red cells)
 * @parasites: asexual parasites counted
 * @wbc: white cells counted beside them (thick film)
 * @rbc: red cells counted (thin film)
 * @fields: fields looked at
 * @closed: whether counting ended
 * @reader_name: or NULL where it is not known
 */
typedef struct
{
  char *uuid;
  char *specimen;
  char *reader;
  char *reader_name;
  gboolean thick;
  int parasites;
  int wbc;
  int rbc;
  int fields;
  HemoPlasmodium species;
  HemoStage stages;
  gboolean closed;
  HemoTime at;
  gint64 version;
} HemoMalaria;

HemoMalaria *hemo_malaria_new (const char *specimen, const char *reader, gboolean thick);
HemoMalaria *hemo_malaria_copy (const HemoMalaria *self);
void hemo_malaria_free (HemoMalaria *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoMalaria, hemo_malaria_free)

/* White cells to count: 200, or 500 once 200 were seen with fewer than 100 parasites; red cells:
 * 5,000. Source: WHO Basic malaria microscopy, 2010, as clinical.md states it. */
int hemo_malaria_target (const HemoMalaria *self);
gboolean hemo_malaria_is_complete (const HemoMalaria *self);

/* Whether parasites were seen; whether anything was looked at; whether the reading says all that it
 * is going to say: closed, complete, or enough clear fields of a thick film. */
gboolean hemo_malaria_is_positive (const HemoMalaria *self);
gboolean hemo_malaria_is_examined (const HemoMalaria *self);
gboolean hemo_malaria_is_finished (const HemoMalaria *self);

/* 'Plasmodium falciparum, Plasmodium vivax', English source text; '' for none. (transfer full) */
char *hemo_plasmodium_to_text (HemoPlasmodium species);
char *hemo_stage_to_text (HemoStage stages);

/**
 * HemoMalariaDecision:
 * @specimen: UUID of the tube
 * @film: UUID of the reading that stands
 * @readings: the readings that it was about, as hemo_malaria_readings_key() names them; with any
 *   other it does not hold any more
 * @reason: in words
 * @by: UUID of who decided
 * @by_name: or NULL where it is not known
 *
 * Which of several readings that disagree stands.
 */
typedef struct
{
  char *uuid;
  char *specimen;
  char *film;
  char *readings;
  char *reason;
  char *by;
  char *by_name;
  HemoTime at;
  gint64 version;
} HemoMalariaDecision;

HemoMalariaDecision *
hemo_malaria_decision_new (const char *specimen, const char *film, const char *reason);
void hemo_malaria_decision_free (HemoMalariaDecision *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoMalariaDecision, hemo_malaria_decision_free)

/* Fields to be clear before 'negative' may be said, thick film. */
#define HEMO_MALARIA_CLEAR_FIELDS 100

/**
 * hemo_malaria_density:
 * @wbc: measured white cells, 10*9/L; if NAN or 0, 8.0 are assumed, as WHO does, and @assumed is
 *   set
 *
 * Parasites per microlitre. Thick film only; NAN for a thin one or when nothing was counted.
 */
double hemo_malaria_density (const HemoMalaria *self, double wbc, gboolean *assumed);

/* Infected red cells per 1,000 (LOINC 48427-9), thin film only, else NAN. */
double hemo_malaria_infected_per_thousand (const HemoMalaria *self);

G_END_DECLS

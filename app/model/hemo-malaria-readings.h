/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Several readings of a specimen's malaria films: whether they agree, and which of them stand.
 *
 * Slides are read twice: two readings agree when both find parasites or both find none, name the
 * same species, and give densities at most HEMO_MALARIA_DENSITY_TOLERANCE apart. Else a third
 * reader decides: what two readers of the same kind of film say stands against one. Nothing is
 * decided by who came last. */

#pragma once

#include "hemo-case.h"

G_BEGIN_DECLS

/* Densities that are further apart, as a share of their mean, disagree. The number is not confirmed
 * in a source of WHO's. Others let the bound follow the error of counting: by a simulation of that
 * (Malaria Journal 2020, doi 10.1186/s12936-020-03352-z, table 3) every eighth to every third pair
 * of readings on 200 white cells needs a third. */
#define HEMO_MALARIA_DENSITY_TOLERANCE 0.25

typedef enum
{
  HEMO_MALARIA_AGREE,
  HEMO_MALARIA_DIFFER_PRESENCE,
  HEMO_MALARIA_DIFFER_SPECIES,
  HEMO_MALARIA_DIFFER_DENSITY,
} HemoMalariaAgreement;

/**
 * hemo_malaria_compare:
 *
 * How two readings stand to each other. One that is still being counted says nothing yet, unless it
 * found parasites. A thin film sees less: one without parasites does not contradict a thick one
 * that has some, and the thin film may name fewer or more species of those that the thick one does.
 */
HemoMalariaAgreement hemo_malaria_compare (const HemoMalaria *a, const HemoMalaria *b);

typedef enum
{
  HEMO_READINGS_AGREE,
  HEMO_READINGS_DISAGREE,
  HEMO_READINGS_OUTVOTED,
  HEMO_READINGS_DECIDED,
} HemoReadingsVerdict;

/**
 * HemoMalariaReadings:
 * @all: (element-type HemoMalaria): that say something, oldest first; borrowed from the case
 * @standing: (element-type HemoMalaria): those that the report is made from; all of them as long as
 *   they disagree
 * @disagreement: the gravest difference among @all
 * @verdict: OUTVOTED: two readers against one; DECIDED: a person settled it
 */
typedef struct
{
  GPtrArray *all;
  GPtrArray *standing;
  HemoMalariaAgreement disagreement;
  HemoReadingsVerdict verdict;
} HemoMalariaReadings;

/* (transfer full); @data must outlive it */
HemoMalariaReadings *hemo_malaria_readings_new (const HemoCase *data);
void hemo_malaria_readings_free (HemoMalariaReadings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoMalariaReadings, hemo_malaria_readings_free)

gboolean hemo_malaria_readings_stands (const HemoMalariaReadings *self, const HemoMalaria *film);

/* Stands for exactly these readings with what they say now; for HemoMalariaDecision. (transfer
 * full) */
char *hemo_malaria_readings_key (const HemoMalariaReadings *self);

G_END_DECLS

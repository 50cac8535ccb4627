/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files that fill a report share: the case at hand and how a line is added. */

#pragma once

#include "hemo-case.h"

G_BEGIN_DECLS

/**
 * HemoFill:
 * @wbc: white cells in 10*9/L, corrected where that is due; NAN if not measured
 * @wbc_corrected: whether @wbc was corrected for nRBC
 *
 * One filling of a report.
 */
typedef struct
{
  HemoReport *report;
  const HemoCase *data;
  GPtrArray *ranges;
  HemoSex sex;
  HemoPregnancy pregnancy;
  HemoAge age;
  gboolean age_known;
  HemoDifferential differential;
  double wbc;
  gboolean wbc_corrected;
} HemoFill;

/* Notes are phrases of a fixed list joined by '; ', so that each can be translated where it is
 * printed; only the source of a typed value is free text. */
#define HEMO_NOTE_CORRECTED N_ ("corrected for nRBC")
#define HEMO_NOTE_UNCORRECTED N_ ("nRBC included")
#define HEMO_NOTE_ASSUMED_WBC N_ ("assumed WBC 8.0")
#define HEMO_NOTE_MEASURED_WBC N_ ("measured WBC")
#define HEMO_NOTE_CORRECTED_WBC N_ ("from corrected WBC")
#define HEMO_NOTE_CLUMPS N_ ("clumps seen: the estimate is too low")
#define HEMO_NOTE_CLUMPED_COUNT N_ ("clumps seen: the count may be too low")
#define HEMO_NOTE_FEW_CELLS N_ ("fewer than 100 cells counted")
#define HEMO_NOTE_UNFINISHED N_ ("counting not finished")
#define HEMO_NOTE_DECIDED N_ ("decided between readings that disagreed")
#define HEMO_NOTE_OUTVOTED N_ ("two readers against one")
#define HEMO_NOTE_SET_ASIDE N_ ("set aside")

/* A new line at the end of the report, its UUID made from specimen, section and code. @code becomes
 * the local code when @loinc is NULL. (transfer none) */
HemoLine *hemo_fill_add (
    HemoFill *self, HemoSection section, const char *code, const char *label, const char *loinc);

/* Adds a phrase to the line's note. */
void hemo_fill_note (HemoLine *line, const char *phrase);

/* Sets the value, range, flag and delta of a line whose time is set. @analyte: or NULL */
void hemo_fill_value (HemoFill *self,
                      HemoLine *line,
                      double value,
                      int decimals,
                      const char *ucum,
                      const char *analyte);

/* The newest typed value of @analyte that is not in error, or NULL. (transfer none) */
const HemoResult *hemo_fill_find_result (const HemoCase *data, const char *analyte);

/* Whether platelets clumped, by who counted them or by the last reading of their morphology. */
gboolean hemo_fill_has_clumps (const HemoCase *data);

/* Sets the basis of every critical line. */
void hemo_fill_bases (HemoFill *self);

void hemo_fill_cbc (HemoFill *self);
void hemo_fill_differential (HemoFill *self);
void hemo_fill_morphology (HemoFill *self);
void hemo_fill_platelets (HemoFill *self);
void hemo_fill_malaria (HemoFill *self);
/* Adds to what found cells as well. */
void hemo_fill_fields (HemoFill *self);

G_END_DECLS

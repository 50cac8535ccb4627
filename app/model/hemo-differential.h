/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The white-cell differential: classes, counts, percentages with their intervals, absolutes. */

#pragma once

#include "hemo-time.h"

G_BEGIN_DECLS

/* The classes a cell can be tallied as. HEMO_CELL_NRBC and HEMO_CELL_SMUDGE stand outside the
 * denominator. */
typedef enum
{
  HEMO_CELL_SEGMENTED,
  HEMO_CELL_BAND,
  HEMO_CELL_LYMPHOCYTE,
  HEMO_CELL_MONOCYTE,
  HEMO_CELL_EOSINOPHIL,
  HEMO_CELL_BASOPHIL,
  HEMO_CELL_METAMYELOCYTE,
  HEMO_CELL_MYELOCYTE,
  HEMO_CELL_PROMYELOCYTE,
  HEMO_CELL_IMMATURE,
  HEMO_CELL_BLAST,
  HEMO_CELL_VARIANT_LYMPHOCYTE,
  HEMO_CELL_ABNORMAL_LYMPHOCYTE,
  HEMO_CELL_PROLYMPHOCYTE,
  HEMO_CELL_PLASMA,
  HEMO_CELL_OTHER,
  HEMO_CELL_NRBC,
  HEMO_CELL_SMUDGE,
  HEMO_CELL_CLASSES,
} HemoCellClass;

/**
 * HemoCellClassInfo:
 * @code: stable name in files and on the command line ('seg', 'lym' …)
 * @label: English, translatable, for people
 * @percent_loinc: LOINC of the percentage (of nRBC: per 100 WBC), or NULL
 * @absolute_loinc: LOINC of the absolute count, or NULL
 * @analyte: code of the absolute count for ranges and flags (see hemo-result.h), or NULL
 * @percent_analyte: the same for the percentage, or NULL
 * @absolute_label: of the absolute count, translatable, or NULL
 */
typedef struct
{
  const char *code;
  const char *label;
  const char *percent_loinc;
  const char *absolute_loinc;
  const char *analyte;
  const char *percent_analyte;
  gboolean in_denominator;
  const char *absolute_label;
} HemoCellClassInfo;

const HemoCellClassInfo *hemo_cell_class_info (HemoCellClass cell_class);
gboolean hemo_cell_class_from_code (const char *code, HemoCellClass *out, GError **error);

/**
 * HemoCountedCell:
 * @sequence: place in its count, from 1, never used twice
 * @image: UUID of the frame it was seen in, or NULL
 * @found: whether it is one of the marks on a field that was accepted; else it was counted by key
 * @number: of that mark on @image; 0 of one that was counted by key
 * @by: UUID of who counted
 * @taken_back: whether undo removed it; it stays in the record
 */
typedef struct
{
  gint64 sequence;
  HemoCellClass cell_class;
  char *image;
  gboolean found;
  int number;
  char *by;
  HemoTime at;
  gboolean taken_back;
} HemoCountedCell;

void hemo_counted_cell_free (HemoCountedCell *self);

/**
 * HemoCount:
 * @reader: UUID of who counts; two readers of one specimen have a count each
 * @reader_name: or NULL where it is not known
 * @target: cells in the denominator at which it is complete: 100, 200 or 400
 * @closed: whether counting ended
 * @both_ways: whether its reader said that the cells counted by key and those of the fields' marks
 *   are other ones
 * @cells: (element-type HemoCountedCell): in the order of @sequence
 */
typedef struct
{
  char *uuid;
  char *specimen;
  char *reader;
  char *reader_name;
  int target;
  gboolean closed;
  gboolean both_ways;
  HemoTime started_at;
  GPtrArray *cells;
  gint64 version;
} HemoCount;

HemoCount *hemo_count_new (const char *specimen, const char *reader, int target);
HemoCount *hemo_count_copy (const HemoCount *self);
void hemo_count_free (HemoCount *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoCount, hemo_count_free)

/**
 * HemoCountedWay:
 * @cells: that stand, of every class
 * @name: of the reader of the last one, NULL where it is not known (borrowed from the count)
 * @at: when the last one was counted
 *
 * How much of a differential was counted by key, or taken over from marks.
 */
typedef struct
{
  int cells;
  const char *name;
  HemoTime at;
} HemoCountedWay;

/* Of the cells in @counts (element-type HemoCount) those that were @found, or those that were not.
 * @image: UUID of the field they were seen in, or NULL: all. FALSE when there is none. */
gboolean
hemo_counts_tell_way (GPtrArray *counts, gboolean found, const char *image, HemoCountedWay *out);

/**
 * HemoFieldTally:
 * @by_key: cells that stand and were counted by key while the field was seen
 * @found: that stand and were taken over from its marks
 * @closed: of both, those in counts that are closed
 * @others: of both, those in counts of other readers
 *
 * What of the differential was counted on one field.
 */
typedef struct
{
  int by_key;
  int found;
  int closed;
  int others;
} HemoFieldTally;

/* @counts: (element-type HemoCount); @image: UUID of the field; @reader: UUID of who asks, or NULL.
 * FALSE, and all 0, when nothing was. */
gboolean hemo_counts_tell_field (GPtrArray *counts,
                                 const char *image,
                                 const char *reader,
                                 HemoFieldTally *out);

/**
 * HemoDifferential:
 * @tally: cells of each class
 * @denominator: cells inside the denominator
 *
 * The sum of one or more counts of a specimen.
 */
typedef struct
{
  int tally[HEMO_CELL_CLASSES];
  int denominator;
} HemoDifferential;

/* Adds every cell of @count that was not taken back. */
void hemo_differential_add (HemoDifferential *self, const HemoCount *count);

/* Percent of the denominator; nRBC and smudge cells per 100 white cells. NAN when nothing was
 * counted. */
double hemo_differential_percent (const HemoDifferential *self, HemoCellClass cell_class);

/**
 * hemo_differential_interval:
 *
 * 95 % interval of a percentage by Wilson's score method without continuity correction, in percent.
 * Source: E. B. Wilson, JASA 22 (1927) 209-212. nRBC and smudge cells, which are no part of the
 * denominator, get the exact interval of a Poisson count over it (Garwood 1936).
 */
void hemo_differential_interval (const HemoDifferential *self,
                                 HemoCellClass cell_class,
                                 double *low,
                                 double *high);

/**
 * hemo_differential_corrected_wbc:
 * @wbc: white cells, 10*9/L, as entered
 * @uncorrected: whether the analyser counted nRBC as white cells
 *
 * wbc x 100 / (100 + nRBC) above 5 nRBC per 100 WBC and where @uncorrected; else @wbc.
 */
double
hemo_differential_corrected_wbc (const HemoDifferential *self, double wbc, gboolean uncorrected);

/* Absolute count in 10*9/L of a class from the (corrected) @wbc. */
double
hemo_differential_absolute (const HemoDifferential *self, HemoCellClass cell_class, double wbc);

/**
 * hemo_differential_wants_more:
 * @low: reference limits of the percentage, NAN where there is none
 * @high: the same
 *
 * Whether counting 100 more could change the verdict: the percentage is outside the range and its
 * interval reaches back inside.
 */
gboolean hemo_differential_wants_more (const HemoDifferential *self,
                                       HemoCellClass cell_class,
                                       double low,
                                       double high);

G_END_DECLS

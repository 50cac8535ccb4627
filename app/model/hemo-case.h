/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All that is known about one specimen, and the report made from it. */

#pragma once

#include "hemo-differential.h"
#include "hemo-field-cells.h"
#include "hemo-image.h"
#include "hemo-morphology.h"
#include "hemo-patient.h"
#include "hemo-reading.h"
#include "hemo-result.h"
#include "hemo-specimen.h"

G_BEGIN_DECLS

/* DiagnosticReport.status of FHIR R4, less what a laboratory never uses; a draft stays local. */
typedef enum
{
  HEMO_REPORT_DRAFT,
  HEMO_REPORT_PRELIMINARY,
  HEMO_REPORT_FINAL,
  HEMO_REPORT_AMENDED,
  HEMO_REPORT_CORRECTED,
  HEMO_REPORT_ENTERED_IN_ERROR,
  HEMO_REPORT_CANCELLED,
} HemoReportStatus;

const char *hemo_report_status_to_code (HemoReportStatus status);
gboolean hemo_report_status_from_code (const char *code, HemoReportStatus *out, GError **error);

/* Whether a report may go from @from to @to: nothing signed goes back, amended and corrected only
 * follow final (or each other). */
gboolean hemo_report_status_may_follow (HemoReportStatus from, HemoReportStatus to);

typedef enum
{
  HEMO_SECTION_CBC,
  HEMO_SECTION_DIFFERENTIAL,
  HEMO_SECTION_MORPHOLOGY_RBC,
  HEMO_SECTION_MORPHOLOGY_WBC,
  HEMO_SECTION_MORPHOLOGY_PLT,
  HEMO_SECTION_PLATELETS,
  HEMO_SECTION_MALARIA,
  HEMO_SECTION_CELLS,
  HEMO_SECTIONS,
} HemoSection;

/* 'cbc', 'differential', 'morphology-rbc' … and an English, translatable heading. */
const char *hemo_section_to_code (HemoSection section);
gboolean hemo_section_from_code (const char *code, HemoSection *out, GError **error);
const char *hemo_section_label (HemoSection section);

/**
 * HemoLine:
 * @uuid: id of its Observation, the same each time the report is made from the same counts
 * @analyte: HemoAnalyteInfo or finding code, or NULL
 * @label: English source text of what was observed; translated when it is printed
 * @loinc: or NULL, then @local_code is set
 * @local_code: code of our own system where LOINC has none ('malaria-density')
 * @value: NAN when the result is @text alone
 * @decimals: to print of @value
 * @text: '2+', 'seen', 'negative', 'Plasmodium falciparum', or NULL
 * @interval_low: 95 % interval of a counted value, NAN where there is none
 * @reference_low: NAN where there is none
 * @previous: the last value before, for the delta check, NAN where there is none
 * @note: 'assumed WBC 8.0', 'corrected for nRBC', source of a typed value …, or NULL
 * @basis: of a critical line: stands for the value and the records that it was made from, another
 *   one as soon as any of them changes; else NULL
 *
 * One observed value.
 */
typedef struct
{
  char *uuid;
  HemoSection section;
  char *analyte;
  char *label;
  char *loinc;
  char *local_code;
  double value;
  int decimals;
  char *ucum;
  char *text;
  double interval_low;
  double interval_high;
  double reference_low;
  double reference_high;
  HemoFlag flag;
  double previous;
  HemoTime previous_at;
  gboolean delta;
  char *note;
  char *basis;
  HemoTime at;
} HemoLine;

HemoLine *hemo_line_new (HemoSection section, const char *label);
HemoLine *hemo_line_copy (const HemoLine *self);
void hemo_line_free (HemoLine *self);

/* The result for people, without its unit: '48', '7.2', '2+', 'negative'. (transfer full) */
char *hemo_line_value_text (const HemoLine *self);

/**
 * HemoCriticalCall:
 * @analytes: labels of the lines that were told, joined by ', '
 * @told: who was told, in words; of an attempt that reached nobody, who was tried
 * @read_back: whether they read it back
 * @not_reached: nobody was told: they could not be reached
 * @by: UUID of who called
 * @by_name: name of who called, or NULL where it is not known
 * @told_lines: hemo_report_told_lines() when it was saved; NULL of a call from before it was noted
 */
typedef struct
{
  char *uuid;
  char *specimen;
  char *analytes;
  char *told;
  gboolean read_back;
  gboolean not_reached;
  char *by;
  char *by_name;
  char *told_lines;
  HemoTime at;
  gint64 version;
} HemoCriticalCall;

HemoCriticalCall *hemo_critical_call_new (const char *specimen);
HemoCriticalCall *hemo_critical_call_copy (const HemoCriticalCall *self);
void hemo_critical_call_free (HemoCriticalCall *self);

/**
 * HemoClinicInfo:
 * @logo: PNG, or NULL; at most 1 MiB
 * @language: of reports, as a locale ('fr')
 * @endemic_malaria: parasites seen are not by themselves critical
 *
 * The letterhead and what else a report takes from the clinic.
 */
typedef struct
{
  char *uuid;
  char *name;
  char *address;
  char *phone;
  char *station;
  char *installation;
  char *accession_pattern;
  char *language;
  GBytes *logo;
  int platelet_factor;
  gboolean endemic_malaria;
  gboolean day_first;
} HemoClinicInfo;

HemoClinicInfo *hemo_clinic_info_new (const char *name);
HemoClinicInfo *hemo_clinic_info_copy (const HemoClinicInfo *self);
void hemo_clinic_info_free (HemoClinicInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoClinicInfo, hemo_clinic_info_free)

/**
 * HemoReport:
 * @uuid: stays through all versions
 * @version: 0 for a draft, then 1, 2 … for each signed one
 * @language: locale that it is printed in
 * @lines: (element-type HemoLine)
 * @comment: or NULL
 * @images: (element-type utf8): UUIDs of the images that are printed, in order
 * @calls: (element-type HemoCriticalCall)
 * @signed_by: UUID, NULL for a draft
 * @signer_name: as it was when signed
 * @signer_role: 'technician', 'pathologist', 'administrator'
 * @replaces_sha256: hash of the PDF that this one replaces, or NULL
 * @reason: why it was amended, corrected or withdrawn, or NULL
 * @missing: (element-type utf8): what was asked for and was not there when it was signed, in
 * English
 * @found: (element-type utf8): of counted cells that a program had found, by what and who confirmed
 * them: hemo_found_by_new()
 * @cells_found: of the differential's denominator, how many were marks on accepted fields
 * @cells_by_key: and how many were counted by key; 0 where no mark was counted, as in reports from
 *   before it was noted
 * @taken_at: when the blood was taken, or received where that is not known, as it was when the
 *   lines were computed; unset in reports from before it was noted
 * @pdf_sha256: of the PDF that was stored at signing, or NULL
 * @program_version: of the program that made it
 *
 * What is signed and printed; with the case's patient, order and specimen, as they were, it decides
 * every byte of the PDF.
 */
typedef struct
{
  char *uuid;
  char *specimen;
  int version;
  HemoReportStatus status;
  char *language;
  GPtrArray *lines;
  char *comment;
  GPtrArray *images;
  GPtrArray *calls;
  char *signed_by;
  char *signer_name;
  char *signer_role;
  HemoTime signed_at;
  char *replaces_sha256;
  char *reason;
  GPtrArray *missing;
  GPtrArray *found;
  int cells_found;
  int cells_by_key;
  HemoTime taken_at;
  char *pdf_sha256;
  char *program_version;
} HemoReport;

/**
 * hemo_found_by_new:
 * @program: version of the program
 * @detector: as hemo_detector_get_name() says it
 * @name: of who confirmed the cells
 *
 * 'version;weights;name': what a report says about counted cells that a program had found. The
 * weights are told by the beginning of their hash, another method by its name. (transfer full)
 */
char *hemo_found_by_new (const char *program, const char *detector, const char *name);
/* Its three parts, or NULL when it is none. (transfer full) */
GStrv hemo_found_by_split (const char *found_by);
/* Whether @weights, the second part, are those of a trained detector, and not another method. */
gboolean hemo_found_by_is_trained (const char *weights);

HemoReport *hemo_report_new (const char *specimen);
HemoReport *hemo_report_copy (const HemoReport *self);
void hemo_report_free (HemoReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoReport, hemo_report_free)

/**
 * HemoCase:
 * @specimen: the tube (or a slide that came alone)
 * @slides: (element-type HemoSpecimen): its children
 * @images: (element-type HemoImage): of all of them, by specimen and field
 * @counts: (element-type HemoCount)
 * @morphologies: (element-type HemoMorphology): the newest of each reader
 * @platelets: or NULL
 * @malarias: (element-type HemoMalaria): every reading of a thick or thin film, oldest first, but
 *   those entered in error
 * @decision: which of readings that disagree stands, or NULL
 * @results: (element-type HemoResult): typed values, none in error
 * @found: (element-type utf8): of the cells in @counts that a program had found:
 * hemo_found_by_new()
 * @fields: (element-type HemoFieldCells): what was found on fields, of the accepted ones, by field
 * @previous: (element-type HemoLine): the patient's last signed values, newest first
 * @calls: (element-type HemoCriticalCall)
 * @readings: (element-type HemoReading): what a pathologist was asked and answered, oldest first
 * @reports: (element-type HemoReport): signed ones, oldest first
 * @report: the draft, or the last signed one when nothing changed since, with the calls of now
 */
typedef struct
{
  HemoClinicInfo *clinic;
  HemoPatient *patient;
  HemoOrder *order;
  HemoSpecimen *specimen;
  GPtrArray *slides;
  GPtrArray *images;
  GPtrArray *counts;
  GPtrArray *found;
  GPtrArray *fields;
  GPtrArray *morphologies;
  HemoPlatelets *platelets;
  GPtrArray *malarias;
  HemoMalariaDecision *decision;
  GPtrArray *results;
  GPtrArray *previous;
  GPtrArray *calls;
  GPtrArray *readings;
  GPtrArray *reports;
  HemoReport *report;
} HemoCase;

/* Whether its report was withdrawn: signed last as entered in error. It gets no other. */
gboolean hemo_case_is_withdrawn (const HemoCase *data);

HemoCase *hemo_case_new (void);
void hemo_case_free (HemoCase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoCase, hemo_case_free)

/**
 * hemo_report_fill:
 * @self: a draft; comment, images and calls are kept
 * @ranges: (element-type HemoRange): the site's
 *
 * Computes every line from the case: typed values, the differential over all its counts with
 * absolutes from the (corrected) WBC, morphology, platelet estimate, malaria, what accepted fields
 * come to; with ranges, flags, critical values and delta against @previous. Only what was examined
 * makes a line.
 */
void hemo_report_fill (HemoReport *self, const HemoCase *data, GPtrArray *ranges);

/* What was asked for and is not there yet, in words for people; empty when nothing is missing. What
 * hemo_report_disagreements() says comes first. (transfer full) */
GStrv hemo_report_missing (const HemoReport *self, const HemoCase *data);

/* The same in English, as it is signed and printed in another language. (transfer full) */
GStrv hemo_report_missing_source (const HemoReport *self, const HemoCase *data);

/* Where each of them is to be made, in the same order. (transfer full) (element-type HemoSection)
 */
GArray *hemo_report_missing_sections (const HemoReport *self, const HemoCase *data);

/* Readings that contradict each other and about which nobody has decided; a report with one is
 * signed as preliminary only. In words for people. (transfer full) */
GStrv hemo_report_disagreements (const HemoReport *self, const HemoCase *data);
GStrv hemo_report_disagreements_source (const HemoReport *self, const HemoCase *data);

/* Whether a critical line has not been told, as it is now, in a call that was read back: one that
 * was counted, typed or changed after the call needs another. Never of one that was withdrawn. */
gboolean hemo_report_needs_call (const HemoReport *self);

/* Whether there is one of these that nobody has tried to tell as it is now: a report is signed with
 * a value that nobody could be reached about, and goes on needing the call. */
gboolean hemo_report_needs_attempt (const HemoReport *self);

/* Whether @line is critical and has not been told. */
gboolean hemo_report_line_needs_call (const HemoReport *self, const HemoLine *line);

/**
 * hemo_report_told_lines:
 * @analytes: labels, analyte codes, local codes or LOINC codes of lines, joined by ', '
 *
 * The critical lines of the report that @analytes names, each as 'section/code=basis', joined by
 * ';': what a call told. (transfer full)
 */
char *hemo_report_told_lines (const HemoReport *self, const char *analytes);

/* Whether 'count 100 more' could change a verdict; @cell_class gets the first such class. */
gboolean hemo_report_wants_more_cells (const HemoReport *self,
                                       const HemoCase *data,
                                       HemoCellClass *cell_class);

/* What is stored with a signature: JSON of one fixed form (RFC 8785 order and numbers), and back.
 * (transfer full) */
char *hemo_report_to_json (const HemoReport *self);
HemoReport *hemo_report_from_json (const char *json, gsize length, GError **error);

/* Where a case stands in the worklist. */
typedef enum
{
  HEMO_STATE_WAITING,
  HEMO_STATE_COUNTING,
  HEMO_STATE_TO_SIGN,
  HEMO_STATE_CRITICAL,
  HEMO_STATE_PRELIMINARY,
  HEMO_STATE_SIGNED,
  HEMO_STATE_REJECTED,
} HemoState;

const char *hemo_state_to_code (HemoState state);
gboolean hemo_state_from_code (const char *code, HemoState *out, GError **error);

G_END_DECLS

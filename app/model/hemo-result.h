/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Values typed from an analyser, reference ranges, flags, critical values and the delta check. */

#pragma once

#include "hemo-patient.h"
#include "hemo-specimen.h"

G_BEGIN_DECLS

/**
 * HemoAnalyteInfo:
 * @code: stable name: 'wbc', 'rbc', 'hb', 'hct', 'mcv', 'mch', 'mchc', 'rdw', 'plt', 'mpv',
 * 'retic', 'esr', and those computed from a count or typed: 'neut', 'lym', 'mono', 'eos', 'baso'
 * (10*9/L) and 'neut%', 'seg%', 'band%', 'lym%', 'mono%', 'eos%', 'baso%', 'blast%', 'nrbc%'
 * @label: English, translatable
 * @loinc: for a value typed from an analyser (the codes of a manual count are in HemoCellClassInfo)
 * @ucum: unit
 * @decimals: to print
 * @minimum: below this a typed value is refused as impossible
 * @maximum: above this as well
 */
typedef struct
{
  const char *code;
  const char *label;
  const char *loinc;
  const char *ucum;
  int decimals;
  double minimum;
  double maximum;
} HemoAnalyteInfo;

/* All analytes; ends with a NULL code. */
const HemoAnalyteInfo *hemo_analyte_infos (void);
const HemoAnalyteInfo *hemo_analyte_info (const char *code);

/* A UCUM unit as people write it: '×10⁹/L' for '10*9/L'; empty for '1' and NULL, others as they
 * are. (transfer none) */
const char *hemo_ucum_to_text (const char *ucum);

/**
 * HemoResult:
 * @analyte: code of HemoAnalyteInfo
 * @value: in the analyte's unit
 * @uncorrected: only of 'wbc': nRBC are included in it
 * @source: where it was read ('Sysmex XN-330', 'HemoCue'), never NULL
 * @measured_at: when it was measured
 * @entered_by: UUID of the user
 */
typedef struct
{
  char *uuid;
  char *specimen;
  char *analyte;
  double value;
  gboolean uncorrected;
  char *source;
  HemoTime measured_at;
  char *entered_by;
  HemoTime entered_at;
  gboolean entered_in_error;
  gint64 version;
} HemoResult;

HemoResult *
hemo_result_new (const char *specimen, const char *analyte, double value, const char *source);
HemoResult *hemo_result_copy (const HemoResult *self);
void hemo_result_free (HemoResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoResult, hemo_result_free)

/* Decimals that it is printed with: as many as were typed, up to one more than usual. 0.75 must not
 * become 0.8. */
int hemo_result_decimals (const HemoResult *self);

/* Refuses an unknown analyte, a value outside what is possible, an empty source. */
gboolean hemo_result_validate (const HemoResult *self, GError **error);

/* '7.2', '12,3' …: digits of one script (ASCII, Arabic-Indic, Devanagari …) with at most one '.',
 * ',' or Arabic mark and spaces around; nothing else. What could be thousands ('1,234') is refused.
 */
gboolean hemo_value_parse (const char *text, double *out, GError **error);

/* Decimals to print @number with where its value has @decimals: more, up to 3, where it has more.
 * The limit 5.5 of a value in whole percent must not become 6. */
int hemo_decimals_of (double number, int decimals);

/**
 * hemo_value_parse_unit:
 * @analyte: code of HemoAnalyteInfo
 * @text: as hemo_value_parse(), and after a space its unit if that is not the analyte's: 'g/dL',
 *   'mmol/L' for haemoglobin, '/uL' for cells, 'L/L' for haematocrit
 *
 * The value in the analyte's unit. Does not judge whether it is possible: hemo_result_validate().
 */
gboolean hemo_value_parse_unit (const char *analyte, const char *text, double *out, GError **error);

/**
 * HemoRange:
 * @sex: HEMO_SEX_UNKNOWN for every sex
 * @pregnancy: HEMO_PREGNANCY_UNKNOWN: whatever it is; trimesters only match a known pregnancy
 * @age_from_days: first age in days that it is for
 * @age_to_days: first age that it is no longer for; G_MAXINT for no end
 * @age_from_unit: 'y' or 'm': @age_from_days stands for that many completed years or months, as
 *   hemo_range_age_days() makes it, and the span begins on the birthday itself; 'd': for days; 0:
 *   for years or months where it is the number that they make, else for days
 * @age_to_unit: the same of its end
 * @low: reference limits in the analyte's unit, NAN where there is none
 * @high: the same
 * @critical_low: at or below is critical, NAN where there is none
 * @critical_high: at or above is critical ('above' when @critical_high_exclusive)
 * @delta: change within 72 hours that is flagged, in percent of the earlier value, NAN: none
 * @source: where the limits come from; never NULL
 */
typedef struct
{
  char *uuid;
  char *analyte;
  HemoSex sex;
  HemoPregnancy pregnancy;
  int age_from_days;
  int age_to_days;
  double low;
  double high;
  double critical_low;
  double critical_high;
  gboolean critical_high_exclusive;
  gboolean critical_low_exclusive;
  double delta_percent;
  char age_from_unit;
  char age_to_unit;
  char *source;
  gint64 version;
} HemoRange;

HemoRange *hemo_range_new (const char *analyte);
HemoRange *hemo_range_copy (const HemoRange *self);
void hemo_range_free (HemoRange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoRange, hemo_range_free)

/* The days that stand for @number of @unit ('y', 'm' or 'd') in a HemoRange, and back: @unit 0 is
 * found out. */
int hemo_range_age_days (int number, char unit);
int hemo_range_age_number (int days, char *unit);

/* Refuses limits that contradict each other, an unknown analyte, an empty age span. */
gboolean hemo_range_validate (const HemoRange *self, GError **error);

/**
 * hemo_ranges_parse:
 * @csv:
 * analyte,sex,pregnancy,age_from,age_to,low,high,critical_low,critical_high,delta_percent,source
 *   with a heading; ages as '6m', '5y', '0d'; a critical limit may be written '<0.5' or '>30' when
 *   the limit itself is not critical; empty cells for none
 * @length: bytes, at most 1 MiB
 *
 * Reads a set of ranges: the one that is shipped (resources/ranges/) and those that a site edits in
 * a spreadsheet. The error names the line. (transfer full) (element-type HemoRange)
 */
GPtrArray *hemo_ranges_parse (const char *csv, gsize length, GError **error);

/* What hemo_ranges_parse() reads. (transfer full) */
char *hemo_ranges_to_csv (GPtrArray *ranges);

/**
 * hemo_ranges_find:
 * @ranges: (element-type HemoRange)
 * @age_days: negative if unknown: then only ranges for every age match
 *
 * By a number of days, where no birth is at hand; else hemo_ranges_find_for_age().
 * The most specific one that fits: pregnancy before sex before the narrowest age. NULL if none
 * does. (transfer none)
 */
const HemoRange *hemo_ranges_find (
    GPtrArray *ranges, const char *analyte, HemoSex sex, HemoPregnancy pregnancy, int age_days);

/* The same by the calendar: who is five today is judged as five. @age: NULL if unknown. (transfer
 * none) */
const HemoRange *hemo_ranges_find_for_age (GPtrArray *ranges,
                                           const char *analyte,
                                           HemoSex sex,
                                           HemoPregnancy pregnancy,
                                           const HemoAge *age);

typedef enum
{
  HEMO_FLAG_NONE,
  HEMO_FLAG_LOW,
  HEMO_FLAG_HIGH,
  HEMO_FLAG_CRITICAL_LOW,
  HEMO_FLAG_CRITICAL_HIGH,
  HEMO_FLAG_ABNORMAL,
  HEMO_FLAG_CRITICAL_ABNORMAL,
} HemoFlag;

/* Codes of v3-ObservationInterpretation: '', 'L', 'H', 'LL', 'HH', 'A', 'AA'. */
const char *hemo_flag_to_code (HemoFlag flag);
gboolean hemo_flag_from_code (const char *code, HemoFlag *out, GError **error);
gboolean hemo_flag_is_critical (HemoFlag flag);

/* How @value stands to @range, which may be NULL; compared as printed, with @decimals. */
HemoFlag hemo_range_flag (const HemoRange *range, double value, int decimals);

/* The same of a value of @analyte: any blasts are critical, whatever the range says. */
HemoFlag
hemo_analyte_flag (const char *analyte, const HemoRange *range, double value, int decimals);

/* The last result before is compared if it is at most this old. */
#define HEMO_DELTA_WINDOW_US (72 * G_TIME_SPAN_HOUR)

/**
 * hemo_range_delta:
 *
 * Whether @value differs from @previous by more than the range's limit within the window; @percent,
 * if not NULL, gets the change.
 */
gboolean hemo_range_delta (const HemoRange *range,
                           double value,
                           HemoTime at,
                           double previous,
                           HemoTime previous_at,
                           double *percent);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Instants with the offset of the place, dates of birth known in part, and ages. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HEMO_MODEL_ERROR (hemo_model_error_quark ())

/**
 * HemoModelError:
 * @HEMO_MODEL_ERROR_INVALID: a value breaks a rule; the message says which and what is accepted
 * @HEMO_MODEL_ERROR_NO_MEMORY: memory ran out: nothing is known of the value
 *
 * What the rules of the model can refuse.
 */
typedef enum
{
  HEMO_MODEL_ERROR_INVALID,
  HEMO_MODEL_ERROR_NO_MEMORY,
} HemoModelError;

GQuark hemo_model_error_quark (void);

/**
 * HemoTime:
 * @utc_us: microseconds since 1970-01-01T00:00:00Z; 0 means not known
 * @offset_minutes: local time less UTC where and when it was taken
 * @by_hand: whether a person entered it because the clock could not be right
 */
typedef struct
{
  gint64 utc_us;
  gint16 offset_minutes;
  gboolean by_hand;
} HemoTime;

/* Now, with the offset of the local time zone. */
HemoTime hemo_time_now (void);

/* ISO 8601 with milliseconds and offset, as FHIR's instant; NULL if not known. (transfer full) */
char *hemo_time_to_iso (HemoTime self);

/* Reads what hemo_time_to_iso() writes, and any RFC 3339 instant. @out is untouched on failure. */
gboolean hemo_time_from_iso (const char *text, HemoTime *out, GError **error);

/* Date and time for people, in the time's own offset: '2026-11-21 14:05'. (transfer full) */
char *hemo_time_to_text (HemoTime self);

/**
 * HemoDate:
 *
 * A civil date of which month and day may be unknown (0). Year 0: nothing is known.
 */
typedef struct
{
  gint16 year;
  guint8 month;
  guint8 day;
} HemoDate;

/* The date of @time at the place where it was taken. */
HemoDate hemo_date_of (HemoTime time);

/* 'YYYY', 'YYYY-MM' or 'YYYY-MM-DD' as FHIR's date, NULL if nothing is known. (transfer full) */
char *hemo_date_to_iso (HemoDate self);
gboolean hemo_date_from_iso (const char *text, HemoDate *out, GError **error);

/**
 * hemo_date_parse:
 * @text: a whole day as a person types it: day, month and year in the order of @day_first, or the
 *   year first; parted by '/', '.', '-' or spaces, in the digits of any script
 * @day_first: whether 03/04/2026 is the third of April
 *
 * Refuses a year that has not four digits, and a month that there is not instead of taking it for
 * the day. @out is untouched on failure; the message says what to type.
 */
gboolean hemo_date_parse (const char *text, gboolean day_first, HemoDate *out, GError **error);

/* A whole day as hemo_date_parse() reads it: '21/11/2026'; NULL if it is not one. (transfer full)
 */
char *hemo_date_to_typed (HemoDate self, gboolean day_first);

/* Whether @format, a date of strftime(3) as nl_langinfo(D_FMT) gives it, has the day before the
 * month. */
gboolean hemo_date_format_day_first (const char *format);

/* Whether @self is a day that exists (or a part of a date that can) from 1850 on. */
gboolean hemo_date_is_valid (HemoDate self);

/**
 * HemoBirth:
 * @date: as precise as it is known
 * @estimated: whether it was computed from an age that somebody told
 */
typedef struct
{
  HemoDate date;
  gboolean estimated;
} HemoBirth;

/**
 * hemo_birth_parse:
 * @text: '34y', '8m', '12d', '2w', '1y6m', a year, or a date: ISO, or with day, month and year
 *   in the order of @day_first
 * @today: the day on which the age was told
 * @day_first: whether 03/04/2020 is the third of April
 *
 * An age gives an estimated birth that is as precise as the age: a year from years, a month from
 * months, a day from days and weeks. Refuses what lies after @today or more than 130 years before.
 */
gboolean hemo_birth_parse (
    const char *text, HemoDate today, gboolean day_first, HemoBirth *out, GError **error);

/**
 * hemo_birth_age_days:
 *
 * Age on @day in days, for the choice of a reference range; a part that is not known is taken as
 * the middle of what it can be. Returns -1 if the year of birth is unknown.
 */
int hemo_birth_age_days (const HemoBirth *self, HemoDate day);

/**
 * HemoAge:
 * @years: completed, as @months are; both by the calendar: on the birthday, and of a birth on a day
 *   that the month does not have (29 February, the 31st) on the first of the next
 * @months: all of them, 12 for each year
 * @days: all of them
 */
typedef struct
{
  int years;
  int months;
  int days;
} HemoAge;

/* Age on @day, for the choice of a reference range; a part of the birth that is not known is taken
 * as the middle of what it can be. FALSE if the year of birth is unknown. */
gboolean hemo_birth_age (const HemoBirth *self, HemoDate day, HemoAge *out);

/* Age for people: '34y', '8m', '12d', with '~' before it if estimated; '?' if unknown. (transfer
 * full) */
char *hemo_birth_age_text (const HemoBirth *self, HemoDate day);

/* A random (version 4) UUID in lower case. (transfer full) */
char *hemo_uuid_new (void);

/* Whether @text is a UUID in lower case with hyphens. */
gboolean hemo_uuid_is_valid (const char *text);

G_END_DECLS

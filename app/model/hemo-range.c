/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reference ranges: which one fits, and how a value stands to it. */

#include "hemo-result.h"

#include "hemo-codes-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

static const char *const flag_codes[] = { "", "L", "H", "LL", "HH", "A", "AA", NULL };

HemoRange *
hemo_range_new (const char *analyte)
{
  HemoRange *self = g_new0 (HemoRange, 1);

  self->uuid = hemo_uuid_new ();
  self->analyte = g_strdup (analyte);
  self->age_to_days = G_MAXINT;
  self->low = self->high = NAN;
  self->critical_low = self->critical_high = NAN;
  self->delta_percent = NAN;
  self->source = g_strdup ("");
  return self;
}

HemoRange *
hemo_range_copy (const HemoRange *self)
{
  HemoRange *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->analyte = g_strdup (self->analyte);
  copy->source = g_strdup (self->source);
  return copy;
}

void
hemo_range_free (HemoRange *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->analyte);
  g_free (self->source);
  g_free (self);
}

const char *
hemo_flag_to_code (HemoFlag flag)
{
  return hemo_code_at (flag_codes, (int)flag);
}

gboolean
hemo_flag_from_code (const char *code, HemoFlag *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (flag_codes, "flag", code, &index, error))
    return FALSE;
  *out = (HemoFlag)index;
  return TRUE;
}

gboolean
hemo_flag_is_critical (HemoFlag flag)
{
  return flag == HEMO_FLAG_CRITICAL_LOW || flag == HEMO_FLAG_CRITICAL_HIGH
         || flag == HEMO_FLAG_CRITICAL_ABNORMAL;
}

static gboolean
is_ordered (double low, double high)
{
  return !isfinite (low) || !isfinite (high) || low < high;
}

/* A limit is a finite number of at least 0, or NAN for none. */
static gboolean
check_limits (const HemoRange *self, GError **error)
{
  const double limits[] = { self->low, self->high, self->critical_low, self->critical_high };

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    if (isinf (limits[i]) || limits[i] < 0)
      return hemo_refuse (error, N_ ("A limit must be a number that is not below 0"));
  if (isinf (self->delta_percent) || self->delta_percent <= 0)
    return hemo_refuse (error, N_ ("The change that is flagged must be above 0 percent"));
  if (!is_ordered (self->low, self->high))
    return hemo_refuse (error, N_ ("The lower limit must be below the upper one"));
  if (!is_ordered (self->critical_low, self->critical_high))
    return hemo_refuse (error, N_ ("The lower critical limit must be below the upper one"));
  if (self->critical_low > self->low || self->critical_high < self->high
      || !is_ordered (self->critical_low, self->high)
      || !is_ordered (self->low, self->critical_high))
    return hemo_refuse (error, N_ ("A critical limit must not lie inside the reference limits"));
  return TRUE;
}

gboolean
hemo_range_validate (const HemoRange *self, GError **error)
{
  if (hemo_analyte_info (self->analyte) == NULL)
    return hemo_refuse (error, N_ ("There is no such analyte"));
  if (hemo_sex_to_code (self->sex) == NULL || hemo_pregnancy_to_code (self->pregnancy) == NULL)
    return hemo_refuse (error, N_ ("The sex or the pregnancy is not one that is known"));
  if (self->sex == HEMO_SEX_MALE && self->pregnancy >= HEMO_PREGNANCY_TRIMESTER_1)
    return hemo_refuse (error, N_ ("A range for males cannot be for a pregnancy"));
  if (self->age_from_days < 0 || self->age_to_days <= self->age_from_days)
    return hemo_refuse (error, N_ ("The age must begin before it ends"));
  if (self->source == NULL || *self->source == '\0' || !g_utf8_validate (self->source, -1, NULL))
    return hemo_refuse (error, N_ ("Say where the limits come from"));
  return check_limits (self, error);
}

/* How special a range is: pregnancy before sex; the age span decides between equals. */
static int
rank_range (const HemoRange *range)
{
  return (range->pregnancy != HEMO_PREGNANCY_UNKNOWN ? 2 : 0)
         + (range->sex != HEMO_SEX_UNKNOWN ? 1 : 0);
}

#define DAYS_PER_YEAR 365.25

int
hemo_range_age_days (int number, char unit)
{
  if (unit == 'y')
    return (int)MIN (floor (number * DAYS_PER_YEAR), G_MAXINT);
  return unit == 'm' ? (int)MIN (floor (number * DAYS_PER_YEAR / 12), G_MAXINT) : number;
}

int
hemo_range_age_number (int days, char *unit)
{
  int years;
  int months;

  if (days <= 0 || days == G_MAXINT || *unit == 'd')
    {
      *unit = 'd';
      return days;
    }
  years = (int)ceil (days / DAYS_PER_YEAR);
  months = (int)ceil (days / DAYS_PER_YEAR * 12);
  if (hemo_range_age_days (years, 'y') == days && (*unit == 0 || *unit == 'y'))
    *unit = 'y';
  else if (hemo_range_age_days (months, 'm') == days && (*unit == 0 || *unit == 'm'))
    *unit = 'm';
  else
    *unit = 'd';
  return *unit == 'y' ? years : *unit == 'm' ? months : days;
}

static gboolean
is_reached (int days, char unit, const HemoAge *age)
{
  int number;

  if (days <= 0 || days == G_MAXINT)
    return days <= 0;
  number = hemo_range_age_number (days, &unit);
  return (unit == 'y' ? age->years : unit == 'm' ? age->months : age->days) >= number;
}

/* What is asked of the ranges; @age by the calendar, or else @days. */
typedef struct
{
  const char *analyte;
  HemoSex sex;
  HemoPregnancy pregnancy;
  const HemoAge *age;
  int days;
} Question;

static gboolean
range_fits (const HemoRange *range, const Question *question)
{
  if (range->analyte == NULL || strcmp (range->analyte, question->analyte) != 0)
    return FALSE;
  if (range->sex != HEMO_SEX_UNKNOWN && range->sex != question->sex)
    return FALSE;
  if (range->pregnancy != HEMO_PREGNANCY_UNKNOWN && range->pregnancy != question->pregnancy)
    return FALSE;
  if (question->age != NULL)
    return is_reached (range->age_from_days, range->age_from_unit, question->age)
           && !is_reached (range->age_to_days, range->age_to_unit, question->age);
  if (question->days < 0)
    return range->age_from_days == 0 && range->age_to_days == G_MAXINT;
  return question->days >= range->age_from_days && question->days < range->age_to_days;
}

static const HemoRange *
find_best (GPtrArray *ranges, Question *question)
{
  const HemoRange *best = NULL;

  if (ranges == NULL || question->analyte == NULL)
    return NULL;
  /* A pregnancy ticked on a man's order is a slip, and must not choose his limits. */
  if (question->sex == HEMO_SEX_MALE)
    question->pregnancy = HEMO_PREGNANCY_UNKNOWN;
  for (guint i = 0; i < ranges->len; i++)
    {
      const HemoRange *range = ranges->pdata[i];

      if (!range_fits (range, question))
        continue;
      if (best == NULL || rank_range (range) > rank_range (best)
          || (rank_range (range) == rank_range (best)
              && range->age_to_days - range->age_from_days
                     < best->age_to_days - best->age_from_days))
        best = range;
    }
  return best;
}

const HemoRange *
hemo_ranges_find (
    GPtrArray *ranges, const char *analyte, HemoSex sex, HemoPregnancy pregnancy, int age_days)
{
  Question question = { analyte, sex, pregnancy, NULL, age_days };

  return find_best (ranges, &question);
}

const HemoRange *
hemo_ranges_find_for_age (GPtrArray *ranges,
                          const char *analyte,
                          HemoSex sex,
                          HemoPregnancy pregnancy,
                          const HemoAge *age)
{
  Question question = { analyte, sex, pregnancy, age, -1 };

  return find_best (ranges, &question);
}

/* What is read on the paper, and nothing finer, decides. */
static double
as_printed (double value, int decimals)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE + 320];
  char format[8];

  g_snprintf (format, sizeof format, "%%.%df", CLAMP (decimals, 0, 9));
  return g_ascii_strtod (g_ascii_formatd (number, sizeof number, format, value), NULL);
}

HemoFlag
hemo_range_flag (const HemoRange *range, double value, int decimals)
{
  double seen;

  if (range == NULL || !isfinite (value))
    return HEMO_FLAG_NONE;
  seen = as_printed (value, decimals);
  /* Every comparison with NAN is false: a limit that is not there flags nothing. */
  if (range->critical_low_exclusive ? seen < range->critical_low : seen <= range->critical_low)
    return HEMO_FLAG_CRITICAL_LOW;
  if (range->critical_high_exclusive ? seen > range->critical_high : seen >= range->critical_high)
    return HEMO_FLAG_CRITICAL_HIGH;
  if (seen < range->low)
    return HEMO_FLAG_LOW;
  if (seen > range->high)
    return HEMO_FLAG_HIGH;
  return HEMO_FLAG_NONE;
}

HemoFlag
hemo_analyte_flag (const char *analyte, const HemoRange *range, double value, int decimals)
{
  HemoFlag flag = hemo_range_flag (range, value, decimals);

  if (g_strcmp0 (analyte, "blast%") == 0 && value > 0 && !hemo_flag_is_critical (flag))
    return HEMO_FLAG_CRITICAL_ABNORMAL;
  return flag;
}

gboolean
hemo_range_delta (const HemoRange *range,
                  double value,
                  HemoTime at,
                  double previous,
                  HemoTime previous_at,
                  double *percent)
{
  gint64 elapsed = at.utc_us - previous_at.utc_us;
  double change;

  if (range == NULL || !isfinite (range->delta_percent) || !isfinite (value) || !isfinite (previous)
      || at.utc_us == 0 || previous_at.utc_us == 0)
    return FALSE;
  if (elapsed < 0 || elapsed > HEMO_DELTA_WINDOW_US)
    return FALSE;
  if (previous == 0)
    change = value == 0 ? 0 : copysign (INFINITY, value);
  else
    change = (value - previous) / fabs (previous) * 100;
  if (percent != NULL)
    *percent = change;
  /* 3.0 to 3.6 is 20 %, though binary fractions make it a trifle more. */
  return fabs (change) > range->delta_percent * (1 + 1e-9);
}

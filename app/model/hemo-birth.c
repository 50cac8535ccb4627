/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Births known in part, and the ages that follow from them. */

#include "hemo-birth-private.h"

#include "hemo-codes-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Compares the parts that both dates know. */
static int
compare_known (HemoDate a, HemoDate b)
{
  if (a.year != b.year || a.month == 0 || b.month == 0)
    return a.year - b.year;
  if (a.month != b.month || a.day == 0 || b.day == 0)
    return a.month - b.month;
  return a.day - b.day;
}

static gboolean
is_complete (HemoDate date)
{
  return hemo_date_is_valid (date) && date.day != 0;
}

gboolean
hemo_birth_check (const HemoBirth *self, HemoDate today, GError **error)
{
  HemoDate oldest = today;

  if (!is_complete (today))
    return hemo_refuse (error, N_ ("Today's date is not known; set the clock first"));
  if (!hemo_date_is_valid (self->date))
    return hemo_refuse (error, N_ ("There is no such date from 1850 on"));
  if (compare_known (self->date, today) > 0)
    return hemo_refuse (error, N_ ("The date of birth lies in the future"));
  /* The year that stands for an age may begin up to a year before the birth itself. */
  oldest.year = (gint16)(today.year - HEMO_AGE_MAX_YEARS - (self->estimated ? 1 : 0));
  if (compare_known (self->date, oldest) < 0)
    return hemo_refuse (error, N_ ("The date of birth lies more than %d years back"),
                        HEMO_AGE_MAX_YEARS);
  return TRUE;
}

static void
to_gdate (HemoDate date, GDate *out)
{
  g_date_clear (out, 1);
  g_date_set_dmy (out, (GDateDay)date.day, (GDateMonth)date.month, (GDateYear)date.year);
}

static HemoDate
from_gdate (const GDate *date)
{
  return (HemoDate){ (gint16)g_date_get_year (date), (guint8)g_date_get_month (date),
                     (guint8)g_date_get_day (date) };
}

/* An age as it is told: at most one number of each unit. */
typedef struct
{
  int years;
  int months;
  int days;
  char finest;
} Age;

/* Reads '1y6m': every number has a unit, each unit finer than the one before. */
static gboolean
read_age (const char *text, Age *age)
{
  static const char units[] = "ymwd";
  const char *next = units;

  *age = (Age){ 0 };
  while (*text != '\0')
    {
      int digits = 0;
      int number = 0;
      const char *unit;

      for (; g_ascii_isdigit (*text) && digits < 6; text++, digits++)
        number = number * 10 + (*text - '0');
      while (*text == ' ')
        text++;
      unit = *text != '\0' && digits > 0 ? strchr (next, *text) : NULL;
      if (unit == NULL)
        return FALSE;
      age->years += *unit == 'y' ? number : 0;
      age->months += *unit == 'm' ? number : 0;
      age->days += *unit == 'd' ? number : *unit == 'w' ? number * 7 : 0;
      age->finest = *unit;
      next = unit + 1;
      for (text++; *text == ' '; text++)
        ;
    }
  return age->finest != 0;
}

/*
 * Who says '5y' is between five and six: born five and a half years ago, give or take. The year (or
 * month) of that moment is taken, so that the age computed from its middle is again the one told,
 * whatever the season: with today's year less five, a child told as 5 in January would be judged
 * by the ranges of those who are 4.
 */
static gboolean
birth_from_age (const Age *age, HemoDate today, HemoBirth *out, GError **error)
{
  GDate day;

  if (age->years * 12 + age->months + age->days / 30 > HEMO_AGE_MAX_YEARS * 12)
    return hemo_refuse (error, N_ ("The age is more than %d years"), HEMO_AGE_MAX_YEARS);
  to_gdate (today, &day);
  g_date_subtract_months (&day, (guint)(age->years * 12 + age->months));
  g_date_subtract_days (&day, (guint)age->days);
  if (age->finest == 'y')
    g_date_subtract_months (&day, 6);
  else if (age->finest == 'm')
    g_date_subtract_days (&day, 14);
  *out = (HemoBirth){ from_gdate (&day), TRUE };
  if (age->finest == 'y')
    out->date.month = 0;
  if (age->finest == 'y' || age->finest == 'm')
    out->date.day = 0;
  return TRUE;
}

/* Numbers with something between them: who typed them meant a date. */
static gboolean
is_date (const char *text)
{
  const char *digits = "0123456789";
  gsize first = strspn (text, digits);

  return first > 0 && text[first] != '\0' && strpbrk (text + first, digits) != NULL
         && strpbrk (text, "abcdefghijklmnopqrstuvwxyz") == NULL;
}

gboolean
hemo_birth_parse (
    const char *text, HemoDate today, gboolean day_first, HemoBirth *out, GError **error)
{
  g_autofree char *ascii = hemo_ascii_digits (text);
  g_autofree char *lower = NULL;
  HemoBirth birth = { 0 };
  Age age;

  if (ascii == NULL || strlen (ascii) > 64)
    return hemo_refuse (error, N_ ("A birth must be an age like 34y or 8m, a year, or a date"));
  if (!is_complete (today))
    return hemo_refuse (error, N_ ("Today's date is not known; set the clock first"));
  lower = g_ascii_strdown (g_strstrip (ascii), -1);
  if (read_age (lower, &age))
    {
      if (!birth_from_age (&age, today, &birth, error))
        return FALSE;
    }
  else if (hemo_date_from_iso (lower, &birth.date, NULL))
    ;
  else if (is_date (lower))
    {
      if (!hemo_date_parse (lower, day_first, &birth.date, error))
        return FALSE;
    }
  else
    return hemo_refuse (
        error,
        N_ ("A birth must be an age like 34y, 8m, 2w, 12d or 1y6m, a year of four digits, or a "
            "date like 2020-04-03 or %s"),
        day_first ? "03/04/2020 (day first)" : "04/03/2020 (month first)");
  if (!hemo_birth_check (&birth, today, error))
    return FALSE;
  *out = birth;
  return TRUE;
}

/* The first of the days that @self can be, or the last. */
static void
end_of (const HemoBirth *self, gboolean last, GDate *out)
{
  HemoDate date = self->date;

  if (date.month == 0)
    date.month = last ? 12 : 1;
  if (date.day == 0)
    date.day = last ? g_date_get_days_in_month ((GDateMonth)date.month, (GDateYear)date.year) : 1;
  to_gdate (date, out);
}

/* The middle of the days that @self can be, none of which is after @day. Of a whole year it is the
 * first of July and of a whole month the fifteenth, however long they are: birth_from_age() counts
 * on it. */
static gboolean
middle_of (const HemoBirth *self, HemoDate day, GDate *out)
{
  HemoDate middle = self->date;
  GDate from, to, limit;

  if (!hemo_date_is_valid (self->date) || !is_complete (day))
    return FALSE;
  end_of (self, FALSE, &from);
  end_of (self, TRUE, &to);
  to_gdate (day, &limit);
  if (g_date_compare (&from, &limit) > 0)
    return FALSE;
  if (g_date_compare (&to, &limit) > 0)
    {
      *out = from;
      g_date_add_days (out, (guint)g_date_days_between (&from, &limit) / 2);
      return TRUE;
    }
  middle.day = middle.day != 0 ? middle.day : middle.month != 0 ? 15 : 1;
  middle.month = middle.month != 0 ? middle.month : 7;
  to_gdate (middle, out);
  return TRUE;
}

int
hemo_birth_age_days (const HemoBirth *self, HemoDate day)
{
  GDate born, now;

  if (!middle_of (self, day, &born))
    return -1;
  to_gdate (day, &now);
  return g_date_days_between (&born, &now);
}

gboolean
hemo_birth_age (const HemoBirth *self, HemoDate day, HemoAge *out)
{
  GDate date, now;
  HemoDate born;
  int months;

  if (!middle_of (self, day, &date))
    return FALSE;
  to_gdate (day, &now);
  born = from_gdate (&date);
  months = (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day ? 1 : 0);
  *out = (HemoAge){ months / 12, months, g_date_days_between (&date, &now) };
  return TRUE;
}

char *
hemo_birth_age_text (const HemoBirth *self, HemoDate day)
{
  const char *about = self->estimated || self->date.month == 0 ? "~" : "";
  HemoAge age;

  if (!hemo_birth_age (self, day, &age))
    return g_strdup ("?");
  if (age.years >= 2)
    return g_strdup_printf ("%s%dy", about, age.years);
  if (age.months >= 1)
    return g_strdup_printf ("%s%dm", about, age.months);
  return g_strdup_printf ("%s%dd", about, age.days);
}

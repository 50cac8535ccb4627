/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Civil dates of which month and day may be unknown. */

#include "hemo-codes-private.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

char *
hemo_date_to_iso (HemoDate self)
{
  if (self.year <= 0)
    return NULL;
  if (self.month == 0)
    return g_strdup_printf ("%04d", self.year);
  if (self.day == 0)
    return g_strdup_printf ("%04d-%02d", self.year, self.month);
  return g_strdup_printf ("%04d-%02d-%02d", self.year, self.month, self.day);
}

gboolean
hemo_date_from_iso (const char *text, HemoDate *out, GError **error)
{
  static const char shape[] = "0000-00-00";
  gsize length = text == NULL ? 0 : strlen (text);
  int year = 0, month = 0, day = 0;
  HemoDate date;

  if (length != 4 && length != 7 && length != 10)
    return hemo_refuse (error, N_ ("A date must be like 2026, 2026-11 or 2026-11-21"));
  for (gsize i = 0; i < length; i++)
    if (shape[i] == '0' ? !g_ascii_isdigit (text[i]) : text[i] != '-')
      return hemo_refuse (error, N_ ("A date must be like 2026, 2026-11 or 2026-11-21"));
  sscanf (text, "%4d-%2d-%2d", &year, &month, &day);
  date = (HemoDate){ (gint16)year, (guint8)month, (guint8)day };
  /* A '00' that was written is no unknown part. */
  if (!hemo_date_is_valid (date) || (length > 4 && month == 0) || (length > 7 && day == 0))
    return hemo_refuse (error, N_ ("There is no such date from 1850 on"));
  *out = date;
  return TRUE;
}

#define PARTS 3

/* The numbers of a day, with as many digits as were typed. */
typedef struct
{
  int number[PARTS];
  int digits[PARTS];
} Typed;

/* Marks that turn the writing, which a copied Arabic date has between its parts. */
static gboolean
is_mark (gunichar c)
{
  return c == 0x200e || c == 0x200f || c == 0x061c || (c >= 0x2066 && c <= 0x2069);
}

/* What parts two numbers, spaces aside: 0 when @c does not. */
static gunichar
separator_of (gunichar c)
{
  return c == 0x060d ? '/' : c == '/' || c == '.' || c == '-' || g_unichar_isspace (c) ? c : 0;
}

/* Three numbers with one kind of separator; nothing else. */
static gboolean
read_typed (const char *text, Typed *typed)
{
  int part = -1;
  gunichar kind = 0, between = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      int digit = g_unichar_digit_value (c);

      if (is_mark (c))
        continue;
      if (digit < 0)
        {
          c = separator_of (c);
          if (c == 0 || part < 0
              || (between != 0 && !g_unichar_isspace (between) && !g_unichar_isspace (c)))
            return FALSE;
          between = between == 0 || g_unichar_isspace (between) ? c : between;
          continue;
        }
      if (part < 0 || between != 0)
        {
          if (++part == PARTS || (part > 1 && between != kind))
            return FALSE;
          kind = between;
          between = 0;
        }
      if (++typed->digits[part] > 4)
        return FALSE;
      typed->number[part] = typed->number[part] * 10 + digit;
    }
  return part == PARTS - 1 && between == 0;
}

static gboolean
refuse_month (int month, gboolean day_first, GError **error)
{
  if (day_first)
    return hemo_refuse (error, N_ ("There is no month %d. The day comes first, then the month."),
                        month);
  return hemo_refuse (error, N_ ("There is no month %d. The month comes first, then the day."),
                      month);
}

gboolean
hemo_date_parse (const char *text, gboolean day_first, HemoDate *out, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text != NULL ? text : ""));
  Typed typed = { 0 };
  int year, month, day;
  HemoDate date;

  if (!g_utf8_validate (stripped, -1, NULL) || !read_typed (stripped, &typed))
    return hemo_refuse (error, day_first ? N_ ("Type day, month and year: 21/11/2026.")
                                         : N_ ("Type month, day and year: 11/21/2026."));
  const gboolean year_first = typed.digits[0] > 2;
  year = year_first ? 0 : 2;
  month = year_first ? 1 : day_first ? 1 : 0;
  day = year_first ? 2 : day_first ? 0 : 1;
  if (typed.digits[year] != 4 || typed.digits[month] > 2 || typed.digits[day] > 2)
    return hemo_refuse (error, N_ ("Type the year with four digits."));
  if (typed.number[month] > 12)
    return refuse_month (typed.number[month], day_first, error);
  date = (HemoDate){ (gint16)typed.number[year], (guint8)typed.number[month],
                     (guint8)typed.number[day] };
  if (!hemo_date_is_valid (date) || date.month == 0 || date.day == 0)
    return hemo_refuse (error, N_ ("There is no such date from 1850 on"));
  *out = date;
  return TRUE;
}

char *
hemo_date_to_typed (HemoDate self, gboolean day_first)
{
  if (!hemo_date_is_valid (self) || self.day == 0)
    return NULL;
  return g_strdup_printf ("%02d/%02d/%04d", day_first ? self.day : self.month,
                          day_first ? self.month : self.day, self.year);
}

gboolean
hemo_date_format_day_first (const char *format)
{
  const char *month = strpbrk (format, "mbBh"), *day = strpbrk (format, "de");

  /* %D is %m/%d/%y. */
  if (strstr (format, "%D") != NULL)
    return FALSE;
  return month == NULL || day == NULL || day < month;
}

gboolean
hemo_date_is_valid (HemoDate self)
{
  if (self.year < 1850 || self.year > 9999 || self.month > 12)
    return FALSE;
  if (self.month == 0 || self.day == 0)
    return self.day == 0;
  return self.day <= g_date_get_days_in_month ((GDateMonth)self.month, (GDateYear)self.year);
}

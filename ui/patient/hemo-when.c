/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Moments of the last days. */

#include "hemo-when.h"

#include <glib/gi18n.h>
#include <string.h>

/* Older blood is not read. */
#define DAYS_MAX 30
#define NUMBERS_MAX 5
#define NO_TIME N_ ("This is no time. Type it as 9:40, or with the date before it.")

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID, message);
  return FALSE;
}

/* Numbers of @text in their order; -1 when something else than numbers and signs is in it. @clock:
 * (out): index of the hour, the number before the colon, or -1. @date: (out): length of what stands
 * before the hour. */
static int
read_numbers (const char *text, int *numbers, int *clock, gsize *date)
{
  const char *last = text;
  int count = 0;
  gboolean inside = FALSE;

  *clock = -1;
  *date = strlen (text);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      int digit = g_unichar_digit_value (c);

      if (digit >= 0 && !inside)
        {
          if (count == NUMBERS_MAX)
            return -1;
          numbers[count++] = 0;
          last = p;
        }
      inside = digit >= 0;
      if (inside && numbers[count - 1] > 9999)
        return -1;
      if (inside)
        numbers[count - 1] = numbers[count - 1] * 10 + digit;
      else if (c == ':' && count > 0)
        {
          *date = *clock < 0 ? (gsize)(last - text) : *date;
          *clock = *clock < 0 ? count - 1 : *clock;
        }
      else if (!g_unichar_isspace (c) && c != '.' && c != '/' && c != '-' && c != 0x060c)
        return -1;
    }
  return count;
}

/* @numbers: those of @text, before the hour */
static gboolean
read_date (const char *text,
           const int *numbers,
           int count,
           gboolean day_first,
           GDateTime *now,
           HemoDate *out,
           GError **error)
{
  int year, month, day;

  if (count == 3)
    return hemo_date_parse (text, day_first, out, error);
  g_date_time_get_ymd (now, &year, &month, &day);
  *out = (HemoDate){ (gint16)year, (guint8)month, (guint8)day };
  if (count == 0)
    return TRUE;
  if (count == 1 || numbers[0] > 31 || numbers[1] > 31)
    return refuse (error, NO_TIME);
  out->month = (guint8)numbers[day_first ? 1 : 0];
  out->day = (guint8)numbers[day_first ? 0 : 1];
  return TRUE;
}

/* What stands before the hour; a comma or a dot after it is no part of the date. */
static char *
dup_date (const char *text, gsize length)
{
  char *date = g_strndup (text, length);

  for (;;)
    {
      g_strchomp (date);
      if (g_str_has_suffix (date, "."))
        date[strlen (date) - 1] = '\0';
      else if (g_str_has_suffix (date, "\330\214"))
        date[strlen (date) - 2] = '\0';
      else
        return date;
    }
}

static GDateTime *
make_moment (const char *text, gboolean day_first, GDateTime *now, GError **error)
{
  GTimeZone *zone = g_date_time_get_timezone (now);
  g_autoptr (GDateTime) moment = NULL;
  g_autofree char *date = NULL;
  int numbers[NUMBERS_MAX] = { 0 };
  HemoDate day;
  gsize length;
  int clock;
  int count = read_numbers (text, numbers, &clock, &length);
  int dates = clock < 0 ? count : clock;

  date = dup_date (text, length);
  if (count <= 0 || (clock >= 0 && count != clock + 2))
    return refuse (error, NO_TIME), NULL;
  if (!read_date (date, numbers, dates, day_first, now, &day, error))
    return NULL;
  moment = g_date_time_new (zone, day.year, day.month, day.day, clock < 0 ? 0 : numbers[clock],
                            clock < 0 ? 0 : numbers[clock + 1], 0);
  if (moment == NULL)
    return refuse (error, NO_TIME), NULL;
  if (g_date_time_compare (moment, now) <= 0)
    return g_steal_pointer (&moment);
  /* A time alone was yesterday's; a day without year last year's, in January. */
  if (dates == 0)
    return g_date_time_add_days (moment, -1);
  return dates == 2 ? g_date_time_add_years (moment, -1) : g_steal_pointer (&moment);
}

gboolean
hemo_when_parse (const char *text, HemoTime now, gboolean day_first, HemoTime *out, GError **error)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (now.offset_minutes * 60);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (now.utc_us);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  g_autoptr (GDateTime) moment = make_moment (text, day_first, local, error);
  gint64 us;

  if (moment == NULL)
    return FALSE;
  us = g_date_time_to_unix_usec (moment);
  if (us > now.utc_us)
    return refuse (error, N_ ("This time has not come yet."));
  if (now.utc_us - us > DAYS_MAX * G_TIME_SPAN_DAY)
    return refuse (error, N_ ("This is more than 30 days ago."));
  *out = (HemoTime){ us, now.offset_minutes, now.by_hand };
  return TRUE;
}

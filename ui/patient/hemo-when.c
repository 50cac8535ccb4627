/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Moments of the last days. */

#include "hemo-when.h"

#include <glib/gi18n.h>

/* Older blood is not read. */
#define DAYS_MAX 30
#define NUMBERS_MAX 5

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID, message);
  return FALSE;
}

/* Numbers of @text in their order; -1 when something else than numbers and signs is in it. @clock:
 * (out): index of the hour, the number before the colon, or -1. */
static int
read_numbers (const char *text, int *numbers, int *clock)
{
  int count = 0;
  gboolean inside = FALSE;

  *clock = -1;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      int digit = g_unichar_digit_value (c);

      if (digit >= 0 && !inside)
        {
          if (count == NUMBERS_MAX)
            return -1;
          numbers[count++] = 0;
        }
      inside = digit >= 0;
      if (inside && numbers[count - 1] > 9999)
        return -1;
      if (inside)
        numbers[count - 1] = numbers[count - 1] * 10 + digit;
      else if (c == ':' && count > 0)
        *clock = *clock < 0 ? count - 1 : *clock;
      else if (!g_unichar_isspace (c) && c != '.' && c != '/' && c != '-' && c != 0x060c)
        return -1;
    }
  return count;
}

/* @numbers: those before the hour */
static gboolean
read_date (const int *numbers, int count, gboolean day_first, GDateTime *now, int *ymd)
{
  gboolean iso = count == 3 && numbers[0] > 31;

  if (count == 0)
    {
      g_date_time_get_ymd (now, &ymd[0], &ymd[1], &ymd[2]);
      return TRUE;
    }
  if (count < 2 || count > 3)
    return FALSE;
  ymd[0] = iso ? numbers[0] : count == 3 ? numbers[2] : g_date_time_get_year (now);
  ymd[1] = iso ? numbers[1] : numbers[day_first ? 1 : 0];
  ymd[2] = iso ? numbers[2] : numbers[day_first ? 0 : 1];
  if (ymd[0] < 100)
    ymd[0] += 2000;
  return TRUE;
}

static GDateTime *
make_moment (const int *numbers, int count, int clock, gboolean day_first, GDateTime *now)
{
  GTimeZone *zone = g_date_time_get_timezone (now);
  g_autoptr (GDateTime) moment = NULL;
  int ymd[3];
  int dates = clock < 0 ? count : clock;

  if (clock >= 0 && count != clock + 2)
    return NULL;
  if (clock < 0 && count == 0)
    return NULL;
  if (!read_date (numbers, dates, day_first, now, ymd))
    return NULL;
  moment = g_date_time_new (zone, ymd[0], ymd[1], ymd[2], clock < 0 ? 0 : numbers[clock],
                            clock < 0 ? 0 : numbers[clock + 1], 0);
  if (moment == NULL || g_date_time_compare (moment, now) <= 0)
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
  g_autoptr (GDateTime) moment = NULL;
  int numbers[NUMBERS_MAX];
  int clock;
  int count = read_numbers (text, numbers, &clock);
  gint64 us;

  moment = count >= 0 ? make_moment (numbers, count, clock, day_first, local) : NULL;
  if (moment == NULL)
    return refuse (error, N_ ("This is no time. Type it as 9:40, or with the date before it."));
  us = g_date_time_to_unix_usec (moment);
  if (us > now.utc_us)
    return refuse (error, N_ ("This time has not come yet."));
  if (now.utc_us - us > DAYS_MAX * G_TIME_SPAN_DAY)
    return refuse (error, N_ ("This is more than 30 days ago."));
  *out = (HemoTime){ us, now.offset_minutes, now.by_hand };
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads what people type for a moment. */

#include "hemo-clock-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* Digits of any script; what stands between two groups of them parts hours from minutes. */
static gboolean
read_clock (const char *text, int *hour, int *minute)
{
  int digits[4];
  int n = 0;
  int before = -1;

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      int digit = g_unichar_digit_value (c);

      if (digit >= 0 && n < 4)
        digits[n++] = digit;
      else if ((c == ':' || c == '.' || c == 'h') && n > 0 && before < 0)
        before = n;
      else if (digit >= 0 || !g_unichar_isspace (c))
        return FALSE;
    }
  if (before < 0)
    before = n - 2;
  if (n - before != 2 || before < 1 || before > 2)
    return FALSE;
  *hour = before == 2 ? 10 * digits[0] + digits[1] : digits[0];
  *minute = 10 * digits[n - 2] + digits[n - 1];
  return *hour < 24 && *minute < 60;
}

static HemoTime
time_of (GDateTime *moment)
{
  return (HemoTime){ .utc_us = g_date_time_to_unix_usec (moment),
                     .offset_minutes
                     = (gint16)(g_date_time_get_utc_offset (moment) / G_TIME_SPAN_MINUTE) };
}

gboolean
hemo_clock_text_parse_past (const char *text, HemoTime now, HemoTime *out)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (now.offset_minutes * 60);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (now.utc_us);
  g_autoptr (GDateTime) here = utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
  g_autoptr (GDateTime) moment = NULL;
  int hour, minute;

  if (here == NULL || !read_clock (text, &hour, &minute))
    return FALSE;
  moment = g_date_time_new (zone, g_date_time_get_year (here), g_date_time_get_month (here),
                            g_date_time_get_day_of_month (here), hour, minute, 0);
  if (moment != NULL && g_date_time_compare (moment, here) > 0)
    {
      g_autoptr (GDateTime) later = g_steal_pointer (&moment);

      moment = g_date_time_add_days (later, -1);
    }
  if (moment == NULL)
    return FALSE;
  *out = time_of (moment);
  return TRUE;
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID, message);
  return FALSE;
}

static gboolean
read_moment (HemoDate day, const char *time, HemoTime *out, GError **error)
{
  g_autoptr (GDateTime) moment = NULL;
  int hour, minute;

  if (!read_clock (time, &hour, &minute))
    return refuse (error, N_ ("Type the time as hours:minutes, like 14:05."));
  moment = g_date_time_new_local (day.year, day.month, day.day, hour, minute, 0);
  if (moment == NULL)
    return refuse (error, N_ ("Type the time as hours:minutes, like 14:05."));
  *out = time_of (moment);
  return TRUE;
}

gboolean
hemo_clock_text_parse (
    const char *date, const char *time, gboolean day_first, HemoTime *out, GError **error)
{
  HemoDate day;

  if (!hemo_date_parse (date, day_first, &day, error) || !read_moment (day, time, out, error))
    return FALSE;
  out->by_hand = TRUE;
  return TRUE;
}

gboolean
hemo_clock_text_parse_moment (
    const char *text, HemoTime now, gboolean day_first, HemoTime *out, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  char *time = strrchr (stripped, ' ');
  HemoDate day = hemo_date_of (now);
  HemoTime moment;

  if (time != NULL)
    {
      *time++ = '\0';
      if (!hemo_date_parse (stripped, day_first, &day, error))
        return FALSE;
    }
  if (!read_moment (day, time != NULL ? time : stripped, &moment, error))
    return FALSE;
  if (moment.utc_us > now.utc_us + G_TIME_SPAN_MINUTE)
    return refuse (error, N_ ("This time has not come yet."));
  *out = moment;
  return TRUE;
}

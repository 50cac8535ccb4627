/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Instants with the offset of the place where they were taken. */

#include "hemo-codes-private.h"

#include <stdio.h>
#include <string.h>

G_DEFINE_QUARK (hemo_model_error, hemo_model_error)

HemoTime
hemo_time_now (void)
{
  HemoTime now = { .utc_us = g_get_real_time () };
  g_autoptr (GDateTime) local = g_date_time_new_from_unix_local_usec (now.utc_us);

  if (local != NULL)
    now.offset_minutes = (gint16)(g_date_time_get_utc_offset (local) / G_TIME_SPAN_MINUTE);
  return now;
}

/* The instant as the clock on the wall showed it; NULL if unknown or not within the years 1 to
 * 9999. */
static GDateTime *
to_wall_clock (HemoTime self)
{
  gint64 offset = self.offset_minutes * G_TIME_SPAN_MINUTE;

  if (self.utc_us == 0 || ABS (self.utc_us) > G_MAXINT64 - ABS (offset))
    return NULL;
  return g_date_time_new_from_unix_utc_usec (self.utc_us + offset);
}

char *
hemo_time_to_iso (HemoTime self)
{
  g_autoptr (GDateTime) wall = to_wall_clock (self);
  g_autofree char *seconds = NULL;
  int offset = ABS (self.offset_minutes);

  if (wall == NULL)
    return NULL;
  seconds
      = g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d.%03d", g_date_time_get_year (wall),
                         g_date_time_get_month (wall), g_date_time_get_day_of_month (wall),
                         g_date_time_get_hour (wall), g_date_time_get_minute (wall),
                         g_date_time_get_second (wall), g_date_time_get_microsecond (wall) / 1000);
  if (offset == 0)
    return g_strconcat (seconds, "Z", NULL);
  return g_strdup_printf ("%s%c%02d:%02d", seconds, self.offset_minutes < 0 ? '-' : '+',
                          offset / 60, offset % 60);
}

/* Whether @text has a digit wherever @shape has '0', and elsewhere what @shape has. */
static gboolean
has_shape (const char *text, const char *shape)
{
  for (; *shape != '\0'; text++, shape++)
    if (*shape == '0' ? !g_ascii_isdigit (*text) : *text != *shape)
      return FALSE;
  return TRUE;
}

/* Microseconds of '.123', at most six digits count; @end gets what follows. */
static int
read_fraction (const char *text, const char **end)
{
  int us = 0;
  int unit = 100000;

  if (*text == '.' && g_ascii_isdigit (text[1]))
    for (text++; g_ascii_isdigit (*text); text++, unit /= 10)
      us += (*text - '0') * unit;
  *end = text;
  return us;
}

/* 'Z' or '+03:00' up to the end of @text. */
static gboolean
read_offset (const char *text, int *minutes)
{
  int hours = 0;
  int rest = 0;

  if (strcmp (text, "Z") == 0 || strcmp (text, "z") == 0)
    {
      *minutes = 0;
      return TRUE;
    }
  if ((*text != '+' && *text != '-') || !has_shape (text + 1, "00:00") || text[6] != '\0')
    return FALSE;
  sscanf (text + 1, "%2d:%2d", &hours, &rest);
  if (hours > 23 || rest > 59)
    return FALSE;
  *minutes = (*text == '-' ? -1 : 1) * (hours * 60 + rest);
  return TRUE;
}

gboolean
hemo_time_from_iso (const char *text, HemoTime *out, GError **error)
{
  static const char shape[] = "0000-00-00T00:00:00";
  g_autofree char *upper = NULL;
  g_autoptr (GDateTime) minute = NULL;
  int year = 0, month = 0, day = 0, hour = 0, min = 0, second = 0, us = 0, offset = 0;
  const char *rest;
  gint64 utc_us;

  if (text == NULL || strlen (text) > 64)
    return hemo_refuse (error, "A time must be like 2026-11-21T14:05:06.123+03:00");
  upper = g_ascii_strup (text, -1);
  if (has_shape (upper, shape))
    {
      sscanf (upper, "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month, &day, &hour, &min, &second);
      us = read_fraction (upper + strlen (shape), &rest);
      /* A leap second is read as the first moment of the next minute. */
      if (second <= 60 && read_offset (rest, &offset))
        minute = g_date_time_new_utc (year, month, day, hour, min, 0);
    }
  if (minute == NULL)
    return hemo_refuse (error, "A time must be like 2026-11-21T14:05:06.123+03:00");
  utc_us = (g_date_time_to_unix (minute) + second - offset * 60) * G_USEC_PER_SEC + us;
  if (utc_us == 0)
    return hemo_refuse (error, "The first moment of 1970 means a clock that was never set");
  *out = (HemoTime){ .utc_us = utc_us, .offset_minutes = (gint16)offset };
  return TRUE;
}

char *
hemo_time_to_text (HemoTime self)
{
  g_autoptr (GDateTime) wall = to_wall_clock (self);

  if (wall == NULL)
    return g_strdup ("?");
  return g_strdup_printf ("%04d-%02d-%02d %02d:%02d", g_date_time_get_year (wall),
                          g_date_time_get_month (wall), g_date_time_get_day_of_month (wall),
                          g_date_time_get_hour (wall), g_date_time_get_minute (wall));
}

HemoDate
hemo_date_of (HemoTime time)
{
  g_autoptr (GDateTime) wall = to_wall_clock (time);

  if (wall == NULL)
    return (HemoDate){ 0 };
  return (HemoDate){ (gint16)g_date_time_get_year (wall), (guint8)g_date_time_get_month (wall),
                     (guint8)g_date_time_get_day_of_month (wall) };
}

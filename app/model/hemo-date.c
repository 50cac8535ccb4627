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

gboolean
hemo_date_is_valid (HemoDate self)
{
  if (self.year < 1850 || self.year > 9999 || self.month > 12)
    return FALSE;
  if (self.month == 0 || self.day == 0)
    return self.day == 0;
  return self.day <= g_date_get_days_in_month ((GDateMonth)self.month, (GDateYear)self.year);
}

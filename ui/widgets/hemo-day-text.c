/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Months and days of the week by the catalogue. */

#include "hemo-day-text.h"

#include <glib/gi18n.h>
#include <string.h>

static const char *
name_month (int month)
{
  static const char *const names[] = {
    NC_ ("month", "January"), NC_ ("month", "February"), NC_ ("month", "March"),
    NC_ ("month", "April"),   NC_ ("month", "May"),      NC_ ("month", "June"),
    NC_ ("month", "July"),    NC_ ("month", "August"),   NC_ ("month", "September"),
    NC_ ("month", "October"), NC_ ("month", "November"), NC_ ("month", "December"),
  };

  return g_dpgettext2 (NULL, "month", names[month - 1]);
}

static const char *
name_short_month (int month)
{
  static const char *const names[] = {
    NC_ ("short month", "Jan"), NC_ ("short month", "Feb"), NC_ ("short month", "Mar"),
    NC_ ("short month", "Apr"), NC_ ("short month", "May"), NC_ ("short month", "Jun"),
    NC_ ("short month", "Jul"), NC_ ("short month", "Aug"), NC_ ("short month", "Sep"),
    NC_ ("short month", "Oct"), NC_ ("short month", "Nov"), NC_ ("short month", "Dec"),
  };

  return g_dpgettext2 (NULL, "short month", names[month - 1]);
}

static const char *
name_weekday (int day)
{
  static const char *const names[] = {
    NC_ ("weekday", "Monday"),   NC_ ("weekday", "Tuesday"), NC_ ("weekday", "Wednesday"),
    NC_ ("weekday", "Thursday"), NC_ ("weekday", "Friday"),  NC_ ("weekday", "Saturday"),
    NC_ ("weekday", "Sunday"),
  };

  return g_dpgettext2 (NULL, "weekday", names[day - 1]);
}

/* What stands for the letter of a format; NULL for all that needs no words. */
static const char *
find_word (GDateTime *time, char letter)
{
  switch (letter)
    {
    case 'A':
      return name_weekday (g_date_time_get_day_of_week (time));
    case 'B':
      return name_month (g_date_time_get_month (time));
    case 'b':
      return name_short_month (g_date_time_get_month (time));
    default:
      return NULL;
    }
}

/* As the literal text of a format. */
static void
append_word (GString *format, const char *word)
{
  for (; *word != '\0'; word++)
    {
      if (*word == '%')
        g_string_append_c (format, '%');
      g_string_append_c (format, *word);
    }
}

char *
hemo_day_text (GDateTime *time, const char *format)
{
  g_autoptr (GString) words = g_string_new (NULL);

  if (time == NULL)
    return g_strdup ("");
  for (const char *at = format; *at != '\0'; at++)
    {
      /* '%OB' is the month that stands alone. */
      const char *letter = at + (g_str_has_prefix (at, "%O") ? 2 : 1);
      const char *word = *at == '%' ? find_word (time, *letter) : NULL;

      if (word != NULL)
        {
          append_word (words, word);
          at = letter;
          continue;
        }
      g_string_append_c (words, *at);
      if (*at == '%' && at[1] != '\0')
        g_string_append_c (words, *++at);
    }
  return g_date_time_format (time, words->str);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers as people type them, and the rule for a typed value. */

#include "hemo-result.h"

#include "hemo-codes-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define SOURCE_MAX 200
#define DIGITS_MAX 12
#define MARK_ARABIC 0x066B

/* Splits a number into ASCII: digits of one script, at most one mark. */
static gboolean
read_number (const char *text, char *digits, int *places, gboolean *marked)
{
  gunichar zero = 0;
  int n = 0;

  *places = 0;
  *marked = FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (n >= DIGITS_MAX)
        return FALSE;
      if (g_unichar_isdigit (c))
        {
          gunichar script = c - (gunichar)g_unichar_digit_value (c);

          if (zero != 0 && script != zero)
            return FALSE;
          zero = script;
          digits[n++] = (char)('0' + g_unichar_digit_value (c));
          *places += *marked ? 1 : 0;
        }
      else if ((c == '.' || c == ',' || c == MARK_ARABIC) && !*marked && n > 0)
        {
          *marked = TRUE;
          digits[n++] = '.';
        }
      else
        return FALSE;
    }
  digits[n] = '\0';
  return n > 0 && (!*marked || *places > 0);
}

gboolean
hemo_value_parse (const char *text, double *out, GError **error)
{
  char digits[DIGITS_MAX + 2];
  g_autofree char *trimmed = NULL;
  gboolean marked;
  int places;

  if (text == NULL || strlen (text) > 128 || !g_utf8_validate (text, -1, NULL))
    return hemo_refuse (error, N_ ("A value must be a number like 7.2 or 7,2"));
  trimmed = g_strstrip (g_strdup (text));
  if (!read_number (trimmed, digits, &places, &marked))
    return hemo_refuse (error,
                        N_ ("A value must be digits with at most one mark, like 7.2 or 7,2"));
  if (places == 3 && digits[0] != '0')
    return hemo_refuse (error,
                        N_ ("Three digits after the mark could be thousands; write the number "
                            "without a mark or with fewer decimals"));
  *out = g_ascii_strtod (digits, NULL);
  return TRUE;
}

/* How many of @analyte's unit one of @unit is; 0 if it cannot be converted. */
static double
find_factor (const HemoAnalyteInfo *info, const char *unit)
{
  /* Haemoglobin per mmol/L: its monomer of 16.114 g/mmol (ICSH). */
  static const struct
  {
    const char *ucum;
    const char *unit;
    double factor;
  } factors[] = {
    { "g/L", "g/dl", 10 },      { "g/L", "g%", 10 },         { "g/L", "mmol/l", 16.114 },
    { "10*9/L", "/ul", 0.001 }, { "10*9/L", "/mm3", 0.001 }, { "10*9/L", "10^9/l", 1 },
    { "10*9/L", "10*3/ul", 1 }, { "10*12/L", "10^12/l", 1 }, { "10*12/L", "10*6/ul", 1 },
    { "%", "l/l", 100 },
  };
  g_autofree char *lower = g_ascii_strdown (unit, -1);
  g_autofree char *own = g_ascii_strdown (info->ucum, -1);

  if (*lower == '\0' || strcmp (lower, own) == 0)
    return 1;
  for (gsize i = 0; i < G_N_ELEMENTS (factors); i++)
    if (strcmp (factors[i].ucum, info->ucum) == 0 && strcmp (factors[i].unit, lower) == 0)
      /* L/L is only how a haematocrit is written. */
      return factors[i].factor == 100 && strcmp (info->code, "hct") != 0 ? 0 : factors[i].factor;
  return 0;
}

gboolean
hemo_value_parse_unit (const char *analyte, const char *text, double *out, GError **error)
{
  const HemoAnalyteInfo *info = hemo_analyte_info (analyte);
  g_autofree char *trimmed = NULL;
  g_auto (GStrv) words = NULL;
  double value, factor;

  if (info == NULL)
    return hemo_refuse (error, N_ ("There is no such analyte"));
  if (text == NULL || strlen (text) > 128)
    return hemo_refuse (error,
                        N_ ("A value must be a number like 7.2 or 7,2, and its unit if it is "
                            "another than %s"),
                        info->ucum);
  trimmed = g_strstrip (g_strdup (text));
  words = g_strsplit (trimmed, " ", 2);
  if (words[0] == NULL || !hemo_value_parse (words[0], &value, error))
    return words[0] != NULL ? FALSE : hemo_refuse (error, N_ ("There is no value"));
  factor = find_factor (info, words[1] != NULL ? g_strstrip (words[1]) : "");
  if (factor == 0)
    return hemo_refuse (error, N_ ("%s: this unit is not known; give it in %s"), info->label,
                        info->ucum);
  *out = value * factor;
  return TRUE;
}

static gboolean
check_possible (const HemoAnalyteInfo *info, double value, GError **error)
{
  if (isfinite (value) && value >= info->minimum && value <= info->maximum)
    return TRUE;
  if (strcmp (info->ucum, "g/L") == 0 && value * 10 >= info->minimum && value * 10 <= info->maximum)
    return hemo_refuse (error, N_ ("%s is given in g/L: what is 12.5 in g/dL is 125"), info->label);
  /* Translators: the value, the range that it can have, and its unit */
  return hemo_refuse (error, N_ ("%s must be from %g to %g %s"), info->label, info->minimum,
                      info->maximum, info->ucum);
}

int
hemo_decimals_of (double number, int decimals)
{
  for (; decimals < 3 && isfinite (number); decimals++)
    {
      double scaled = number * pow (10, decimals);

      if (fabs (scaled - round (scaled)) < 1e-6)
        break;
    }
  return decimals;
}

int
hemo_result_decimals (const HemoResult *self)
{
  const HemoAnalyteInfo *info = hemo_analyte_info (self->analyte);
  int usual = info != NULL ? info->decimals : 0;
  double scaled = self->value * pow (10, usual);

  return fabs (scaled - round (scaled)) > 1e-6 * fmax (1, fabs (scaled)) ? usual + 1 : usual;
}

gboolean
hemo_result_validate (const HemoResult *self, GError **error)
{
  const HemoAnalyteInfo *info = hemo_analyte_info (self->analyte);
  g_autofree char *source = g_strstrip (g_strdup (self->source != NULL ? self->source : ""));

  if (info == NULL)
    return hemo_refuse (error, N_ ("There is no such analyte"));
  if (!check_possible (info, self->value, error))
    return FALSE;
  if (*source == '\0')
    return hemo_refuse (error, N_ ("Say where the value was read: the analyser or the method"));
  if (!g_utf8_validate (source, -1, NULL) || g_utf8_strlen (source, -1) > SOURCE_MAX)
    return hemo_refuse (error, N_ ("The source is longer than %d characters or not readable text"),
                        SOURCE_MAX);
  if (self->uncorrected && strcmp (self->analyte, "wbc") != 0)
    return hemo_refuse (error, N_ ("Only white cells can be uncorrected for nucleated red cells"));
  return TRUE;
}

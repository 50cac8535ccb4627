/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Specimen numbers: the clinic's pattern, the counter's period and the check character. */

#include "hemo-specimen.h"

#include "hemo-codes-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define PATTERN_MAX 64
#define COUNTER_DIGITS_MAX 8
#define NUMBER_MAX 96

/* 0-9 and A-Z without I, L, O and U: 32 characters, each an element of the field of 32. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

typedef enum
{
  FIELD_LITERAL,
  FIELD_YEAR,
  FIELD_MONTH,
  FIELD_DAY,
  FIELD_STATION,
  FIELD_COUNTER,
  FIELD_CHECK,
} Field;

typedef struct
{
  Field field;
  int width;
  char literal;
} Token;

static gboolean
read_field (const char *name, gsize length, Token *token)
{
  static const struct
  {
    const char *name;
    Field field;
    int width;
  } fields[] = {
    { "YY", FIELD_YEAR, 2 }, { "YYYY", FIELD_YEAR, 4 },       { "MM", FIELD_MONTH, 2 },
    { "DD", FIELD_DAY, 2 },  { "station", FIELD_STATION, 2 }, { "check", FIELD_CHECK, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (strlen (fields[i].name) == length && strncmp (fields[i].name, name, length) == 0)
      {
        *token = (Token){ fields[i].field, fields[i].width, 0 };
        return TRUE;
      }
  if (length < 1 || length > COUNTER_DIGITS_MAX || strspn (name, "n") < length)
    return FALSE;
  *token = (Token){ FIELD_COUNTER, (int)length, 0 };
  return TRUE;
}

/* Takes one token from the front of @pattern; FALSE if there is none that is known. */
static gboolean
next_token (const char **pattern, Token *token)
{
  const char *p = *pattern;
  const char *end;

  if (*p != '{')
    {
      *token = (Token){ FIELD_LITERAL, 1, *p };
      *pattern = p + 1;
      return g_ascii_isalnum (*p) || *p == '-';
    }
  end = strchr (p, '}');
  if (end == NULL || !read_field (p + 1, (gsize)(end - p - 1), token))
    return FALSE;
  *pattern = end + 1;
  return TRUE;
}

/* Which fields @pattern has, by bits. */
static gboolean
collect_fields (const char *pattern, guint *seen, GError **error)
{
  Token token = { 0 };

  *seen = 0;
  for (const char *p = pattern; *p != '\0';)
    {
      if (!next_token (&p, &token))
        return hemo_refuse (error,
                            N_ ("A number pattern is made of letters, digits, '-' and {YY}, "
                                "{YYYY}, {MM}, {DD}, {station}, {n} to {nnnnnnnn}, {check}"));
      if (token.field == FIELD_LITERAL)
        continue;
      if (*seen & (1u << token.field))
        return hemo_refuse (error, N_ ("The pattern has the same part twice"));
      *seen |= 1u << token.field;
    }
  if (pattern[0] != '\0' && token.field != FIELD_CHECK)
    return hemo_refuse (error, N_ ("The pattern must end with {check}"));
  return TRUE;
}

gboolean
hemo_accession_pattern_check (const char *pattern, GError **error)
{
  const guint needed = 1u << FIELD_STATION | 1u << FIELD_COUNTER | 1u << FIELD_CHECK;
  guint seen;

  if (pattern == NULL || strlen (pattern) > PATTERN_MAX)
    return hemo_refuse (error, N_ ("A number pattern has at most %d characters"), PATTERN_MAX);
  if (!collect_fields (pattern, &seen, error))
    return FALSE;
  if ((seen & needed) != needed)
    return hemo_refuse (error,
                        N_ ("The pattern needs {station}, a counter like {nnnnn} and {check}"));
  /* The counter restarts with the smallest part of the date: without the larger ones the same
   * numbers would come again. */
  if ((seen & (1u << FIELD_DAY) && !(seen & (1u << FIELD_MONTH)))
      || (seen & (1u << FIELD_MONTH) && !(seen & (1u << FIELD_YEAR))))
    return hemo_refuse (error,
                        N_ ("A pattern with {DD} needs {MM}, and one with {MM} needs a year"));
  return TRUE;
}

/* A product in GF(2^5) with x^5 + x^2 + 1. */
static int
multiply (int a, int b)
{
  int product = 0;

  for (; b > 0; b >>= 1)
    {
      if (b & 1)
        product ^= a;
      a <<= 1;
      if (a & 32)
        a ^= 37;
    }
  return product;
}

/* The check character over the letters and digits of @text, which is normalized. Each is weighted
 * by a power of the primitive element 2, the check by the zeroth: one wrong character changes the
 * sum, and so does a swap of two unequal ones fewer than 31 places apart. Beginning and end at 1
 * instead of 0 find a zero that was added or lost at the ends as well. */
static char
check_character (const char *text)
{
  int sum = 1;

  for (const char *p = text; *p != '\0'; p++)
    {
      const char *place = strchr (alphabet, *p);

      if (place != NULL)
        sum = multiply (sum ^ (int)(place - alphabet), 2);
    }
  return alphabet[sum ^ 1];
}

static gboolean
check_format_input (
    const char *pattern, const char *station, HemoDate day, guint seen, GError **error)
{
  if (station == NULL || strlen (station) != 2 || strspn (station, alphabet) != 2)
    return hemo_refuse (error,
                        N_ ("A station is two characters of 0-9 and A-Z without I, L, O and U"));
  if (seen & (1u << FIELD_YEAR) && (!hemo_date_is_valid (day) || day.day == 0))
    return hemo_refuse (error,
                        N_ ("The day for a specimen number is not known; set the clock first"));
  return TRUE;
}

static void
append_token (
    GString *number, const Token *token, const char *station, HemoDate day, guint64 counter)
{
  switch (token->field)
    {
    case FIELD_LITERAL:
      g_string_append_c (number, g_ascii_toupper (token->literal));
      break;
    case FIELD_YEAR:
      g_string_append_printf (number, token->width == 2 ? "%02d" : "%04d",
                              token->width == 2 ? day.year % 100 : day.year);
      break;
    case FIELD_MONTH:
      g_string_append_printf (number, "%02d", day.month);
      break;
    case FIELD_DAY:
      g_string_append_printf (number, "%02d", day.day);
      break;
    case FIELD_STATION:
      g_string_append (number, station);
      break;
    case FIELD_COUNTER:
      g_string_append_printf (number, "%0*" G_GUINT64_FORMAT, token->width, counter);
      break;
    case FIELD_CHECK:
    default:
      {
        g_autofree char *plain = hemo_accession_normalize (number->str);

        g_string_append_c (number, check_character (plain));
        break;
      }
    }
}

char *
hemo_accession_format (
    const char *pattern, const char *station, HemoDate day, guint64 counter, GError **error)
{
  g_autoptr (GString) number = g_string_new (NULL);
  guint seen = 0;

  if (!hemo_accession_pattern_check (pattern, error) || !collect_fields (pattern, &seen, error)
      || !check_format_input (pattern, station, day, seen, error))
    return NULL;
  for (const char *p = pattern; *p != '\0';)
    {
      Token token = { 0 };
      guint64 limit = 1;

      next_token (&p, &token);
      for (int i = 0; i < token.width; i++)
        limit *= 10;
      if (token.field == FIELD_COUNTER && counter >= limit)
        {
          hemo_refuse (error,
                       N_ ("The specimen numbers of this period are used up; give the pattern "
                           "a longer counter"));
          return NULL;
        }
      append_token (number, &token, station, day, counter);
    }
  return g_string_free (g_steal_pointer (&number), FALSE);
}

char *
hemo_accession_period (const char *pattern, HemoDate day)
{
  guint seen = 0;

  if (pattern == NULL || !collect_fields (pattern, &seen, NULL))
    return g_strdup ("");
  if (seen & (1u << FIELD_DAY))
    return g_strdup_printf ("%04d-%02d-%02d", day.year, day.month, day.day);
  if (seen & (1u << FIELD_MONTH))
    return g_strdup_printf ("%04d-%02d", day.year, day.month);
  if (seen & (1u << FIELD_YEAR))
    return g_strdup_printf ("%04d", day.year);
  return g_strdup ("");
}

char *
hemo_accession_normalize (const char *number)
{
  g_autofree char *ascii = hemo_ascii_digits (number);
  GString *plain = g_string_new (NULL);

  for (const char *p = ascii; p != NULL && *p != '\0'; p++)
    {
      char c = g_ascii_toupper (*p);

      if (c == ' ' || c == '-')
        continue;
      g_string_append_c (plain, c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c == 'U' ? 'V' : c);
    }
  return g_string_free (plain, FALSE);
}

/* Cuts a slide's '/1' to '/999' off. */
static gboolean
cut_slide (char *number)
{
  char *slash = strchr (number, '/');
  gsize digits;

  if (slash == NULL)
    return TRUE;
  digits = strspn (slash + 1, "0123456789");
  if (digits < 1 || digits > 3 || slash[1] == '0' || slash[1 + digits] != '\0')
    return FALSE;
  *slash = '\0';
  return TRUE;
}

gboolean
hemo_accession_is_plausible (const char *number)
{
  g_autofree char *plain = NULL;
  gsize length;
  char check;

  if (number == NULL || strlen (number) > NUMBER_MAX)
    return FALSE;
  plain = hemo_accession_normalize (number);
  if (!cut_slide (plain))
    return FALSE;
  length = strlen (plain);
  /* Station, one digit of the counter and the check are the least there can be. */
  if (length < 4 || strspn (plain, alphabet) != length)
    return FALSE;
  check = plain[length - 1];
  plain[length - 1] = '\0';
  return check_character (plain) == check;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The libraries mark their sentences and fill them in in English: what they say is stored, logged
 * and told to scripts, and is read in another language than that in which it came to be. Here a
 * sentence is found again by the texts of the catalogue, with the values that stand in it. */

#include "hemo-failure.h"

#include "hemo-catalog.h"

#include <glib/gi18n.h>
#include <libintl.h>
#include <string.h>

/* A text with fewer letters of its own fits what it was not made for, as '%s: %s' does. */
#define LETTERS_MIN 4
/* Places at which one message is taken apart: more has only one that wants to keep the reader busy.
 */
#define TRIES 24

#define SPEC "%(?:\\d+\\$)?[-+ #0']*\\d*(?:\\.\\d+)?(?:hh|h|ll|l|z)?([diouxXeEfgGcs%])"
/* What stands in for '%s' has no end of a sentence, but where nothing is behind it; a bracket
 * behind one belongs to it. */
#define WORDS "((?:(?![.!?] [^(]).)+?)"
#define NUMBER "([-+]?[\\d.,]+)"

typedef struct
{
  const char *one;
  /* NULL where there is no plural. */
  const char *many;
  GRegex *form;
  guint letters;
} Pattern;

/* The texts of the person's language. */
typedef struct
{
  /* NULL where there is none; the patterns point into it. */
  HemoCatalog *catalog;
  GPtrArray *patterns;
} Texts;

static GRegex *spec_form;

/* @text as an expression that takes its values out. */
static char *
make_expression (const char *text, guint *letters)
{
  GString *out = g_string_new ("^");
  g_autoptr (GMatchInfo) match = NULL;
  int from = 0, start, end;

  for (g_regex_match (spec_form, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *kind = g_match_info_fetch (match, 1);
      g_autofree char *words = NULL;

      g_match_info_fetch_pos (match, 0, &start, &end);
      words = g_regex_escape_string (text + from, start - from);
      g_string_append (out, words);
      g_string_append (out, *kind == '%'                   ? "%"
                            : strchr ("sc", *kind) == NULL ? NUMBER
                            : text[end] == '\0'            ? "(.+)"
                                                           : WORDS);
      *letters -= *kind != '%' && g_ascii_isalpha (text[end - 1]) ? 1 : 0;
      from = end;
    }
  g_autofree char *words = g_regex_escape_string (text + from, -1);
  g_string_append_printf (out, "%s$", words);
  return g_string_free (out, FALSE);
}

static void
add_pattern (GPtrArray *patterns, const char *text, const char *one, const char *many)
{
  Pattern *pattern = g_new0 (Pattern, 1);
  g_autofree char *expression = NULL;

  pattern->one = one;
  pattern->many = many;
  for (const char *c = text; *c != '\0'; c++)
    pattern->letters += g_ascii_isalpha (*c) ? 1 : 0;
  expression = make_expression (text, &pattern->letters);
  if (pattern->letters >= LETTERS_MIN)
    pattern->form = g_regex_new (expression, G_REGEX_DOTALL, 0, NULL);
  if (pattern->form != NULL)
    g_ptr_array_add (patterns, pattern);
  else
    g_free (pattern);
}

static void
take_text (const char *one, const char *many, gpointer patterns)
{
  if (strchr (one, '%') != NULL)
    add_pattern (patterns, one, one, many);
  if (many != NULL && strchr (many, '%') != NULL)
    add_pattern (patterns, many, one, many);
}

/* What has the most words of its own is tried first. */
static int
compare_letters (gconstpointer a, gconstpointer b)
{
  const Pattern *first = *(const Pattern *const *)a, *second = *(const Pattern *const *)b;

  return first->letters != second->letters ? (first->letters < second->letters ? 1 : -1)
                                           : strcmp (first->one, second->one);
}

/* The language of a program stays; so do these, to its end. */
static gpointer
load_texts (gpointer data)
{
  Texts *self = g_new0 (Texts, 1);
  const char *const *languages = g_get_language_names ();
  guint i = 0;

  spec_form = g_regex_new (SPEC, 0, 0, NULL);
  while (languages[i] != NULL && !hemo_catalog_is_there (languages[i]))
    i++;
  self->patterns = g_ptr_array_new ();
  if (languages[i] != NULL)
    {
      self->catalog = hemo_catalog_new (languages[i]);
      hemo_catalog_foreach (self->catalog, take_text, self->patterns);
    }
  g_ptr_array_sort (self->patterns, compare_letters);
  return self;
}

static const GPtrArray *
get_patterns (void)
{
  static GOnce once = G_ONCE_INIT;
  const Texts *texts = g_once (&once, load_texts, NULL);

  return texts->patterns;
}

/* A value: what stands in quotes are a person's own words, the rest may be a sentence or a word of
 * the program. (transfer full) */
static char *
say_value (const GMatchInfo *match, int number, const char *message)
{
  g_autofree char *value = g_match_info_fetch (match, number);
  int start = 0, end = 0;

  /* A catalogue that fills in more than there is. */
  if (value == NULL)
    return g_strdup ("");
  g_match_info_fetch_pos (match, number, &start, &end);
  if (start > 0 && message[start - 1] == '\'' && message[end] == '\'')
    return g_steal_pointer (&value);
  return hemo_failure_say (value);
}

/* @text with the values of @match in its places, which may have another order: '%2$s'. */
static char *
fill_in (const char *text, const GMatchInfo *match, const char *message)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GMatchInfo) place = NULL;
  int from = 0, start, end, next = 1;

  for (g_regex_match (spec_form, text, 0, &place); g_match_info_matches (place);
       g_match_info_next (place, NULL))
    {
      g_autofree char *value = NULL;
      int number = 0;

      g_match_info_fetch_pos (place, 0, &start, &end);
      g_string_append_len (out, text + from, start - from);
      if (text[end - 1] != '%')
        {
          const char *dollar = memchr (text + start, '$', (gsize)(end - start));

          number = dollar != NULL ? (int)g_ascii_strtoll (text + start + 1, NULL, 10) : next++;
        }
      value = number > 0 ? say_value (match, number, message) : g_strdup ("%");
      g_string_append (out, value);
      from = end;
    }
  g_string_append (out, text + from);
  return g_string_free (out, FALSE);
}

static const char *
translate_pattern (const Pattern *self, const GMatchInfo *match)
{
  gulong count = 1;
  gboolean found = FALSE;

  if (self->many == NULL)
    return gettext (self->one);
  /* The first number is the one that is counted. */
  for (int i = 1; !found && i < g_match_info_get_match_count (match); i++)
    {
      g_autofree char *value = g_match_info_fetch (match, i);

      found = g_ascii_isdigit (*value);
      count = found ? (gulong)g_ascii_strtoull (value, NULL, 10) : count;
    }
  return dngettext (GETTEXT_PACKAGE, self->one, self->many, count);
}

/* NULL where no text fits. (transfer full) */
static char *
translate_filled (const char *message)
{
  const GPtrArray *patterns = get_patterns ();

  for (guint i = 0; i < patterns->len; i++)
    {
      const Pattern *pattern = patterns->pdata[i];
      g_autoptr (GMatchInfo) match = NULL;

      if (g_regex_match (pattern->form, message, 0, &match))
        return fill_in (translate_pattern (pattern, match), match, message);
    }
  return NULL;
}

/* NULL where it has no translation. (transfer full) */
static char *
translate (const char *message)
{
  const char *text = *message != '\0' ? gettext (message) : message;

  return text != message ? g_strdup (text) : translate_filled (message);
}

/* Where a sentence or a part of one ends that may have a translation of its own. */
static gboolean
is_end (const char *message, const char *at)
{
  return (at[0] == ':' && at[1] == ' ')
         || (at[0] == ' ' && at > message && (at[1] == '(' || strchr (".!?", at[-1]) != NULL));
}

static char *say (const char *message, guint *tries);

/* The part before @at, translated, and what is behind it; NULL where that part has no translation.
 * (transfer full) */
static char *
say_parts (const char *message, const char *at, guint *tries)
{
  g_autofree char *head = g_strndup (message, (gsize)(at - message));
  g_autofree char *said = translate (head);
  g_autofree char *rest = NULL;

  if (said == NULL)
    return NULL;
  /* What a server said stays as it is. */
  if (at[0] == ' ' && at[1] == '(')
    return g_strconcat (said, at, NULL);
  rest = say (at[0] == ':' ? at + 2 : at + 1, tries);
  if (at[0] == ':')
    /* Translators: what failed, and why */
    return g_strdup_printf (C_ ("failure", "%s: %s"), said, rest);
  return g_strconcat (said, " ", rest, NULL);
}

static char *
say (const char *message, guint *tries)
{
  char *text = g_utf8_validate (message, -1, NULL) ? translate (message) : NULL;
  const char *end = NULL;
  g_autofree char *rest = NULL;

  for (const char *at = message; text == NULL && *at != '\0'; at++)
    if (is_end (message, at))
      {
        if (*tries == 0)
          break;
        (*tries)--;
        text = say_parts (message, at, tries);
        if (end == NULL && at[0] == ' ' && at[1] != '(')
          end = at;
      }
  if (text != NULL || end == NULL)
    return text != NULL ? text : g_strdup (message);
  /* What the system said stays; there may be advice behind it. */
  rest = say (end + 1, tries);
  return g_strdup_printf ("%.*s %s", (int)(end - message), message, rest);
}

char *
hemo_failure_say (const char *message)
{
  guint tries = TRIES;

  return say (message, &tries);
}

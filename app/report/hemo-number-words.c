/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hemo-number-words.h"

#include <string.h>

/* 'The differential has 40 of 100 cells' has two, '3 infected of 1000 red cells' one. */
#define NUMBERS_MAX 2

/* Of '12' two, of '0.2' three: how long the number is that @text begins with, 0 where it begins
 * with none. */
static gsize
measure_number (const char *text)
{
  gsize digits = strspn (text, "0123456789");

  if (digits > 0 && text[digits] == '.' && g_ascii_isdigit (text[digits + 1]))
    digits += 1 + strspn (text + digits + 1, "0123456789");
  return digits;
}

/* @text with '%d' for its first @most numbers, which @numbers gets. */
static char *
take_numbers (const char *text, guint most, GPtrArray *numbers)
{
  GString *pattern = g_string_new (NULL);

  while (*text != '\0')
    {
      gsize digits = measure_number (text);

      if (digits > 0 && numbers->len < most)
        {
          g_ptr_array_add (numbers, g_strndup (text, digits));
          g_string_append (pattern, "%d");
        }
      else
        g_string_append_len (pattern, text, (gssize)MAX (digits, 1));
      text += MAX (digits, 1);
    }
  return g_string_free (pattern, FALSE);
}

/* A language may put them in another order: '%2$d'. */
static char *
fill (const char *words, const GPtrArray *numbers)
{
  GString *filled = g_string_new (words);

  for (guint i = 0; i < numbers->len; i++)
    {
      g_autofree char *placed = g_strdup_printf ("%%%u$d", i + 1);

      if (g_string_replace (filled, placed, numbers->pdata[i], 1) == 0)
        g_string_replace (filled, "%d", numbers->pdata[i], 1);
    }
  return g_string_free (filled, FALSE);
}

char *
hemo_number_words_translate (const char *text, HemoTranslate translate, gpointer data)
{
  const char *whole = translate (text, data);

  if (whole != text)
    return g_strdup (whole);
  for (guint most = NUMBERS_MAX; most > 0; most--)
    {
      g_autoptr (GPtrArray) numbers = g_ptr_array_new_with_free_func (g_free);
      g_autofree char *pattern = take_numbers (text, most, numbers);
      const char *words = translate (pattern, data);

      if (words != pattern)
        return fill (words, numbers);
    }
  return g_strdup (text);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text as it is searched and compared, whatever script and spelling it was typed in. */

#include "hemo-memory.h"
#include "hemo-patient.h"

#include <string.h>

#define ARABIC_ALEF 0x0627
#define ARABIC_HEH 0x0647
#define ARABIC_YEH 0x064A
#define ARABIC_KAF 0x0643

static gboolean
within (gunichar c, gunichar first, gunichar last)
{
  return c >= first && c <= last;
}

/* Accents of Latin, Greek and Cyrillic, Arabic vowel signs and tatweel, and what has no width:
 * joiners, direction marks, soft hyphens. */
static gboolean
is_dropped (gunichar c)
{
  if (within (c, 0x0300, 0x036F) || within (c, 0x1AB0, 0x1AFF) || within (c, 0x1DC0, 0x1DFF)
      || within (c, 0x20D0, 0x20FF) || within (c, 0xFE20, 0xFE2F) || within (c, 0x0483, 0x0489))
    return TRUE;
  if (c == 0x0640 || c == 0x0674 || within (c, 0x0610, 0x061A) || within (c, 0x064B, 0x065F)
      || c == 0x0670)
    return TRUE;
  if (within (c, 0x06D6, 0x06ED) || within (c, 0x08CA, 0x08FF))
    return g_unichar_ismark (c) || c == 0x06E5 || c == 0x06E6;
  return g_unichar_type (c) == G_UNICODE_FORMAT && c != 0x06DD;
}

/* Apostrophes and hyphens as they are found inside names. */
static gboolean
is_joiner (gunichar c)
{
  return c == '\'' || c == '`' || c == '-' || within (c, 0x02B9, 0x02BF)
         || within (c, 0x2018, 0x201B) || within (c, 0x2010, 0x2015) || c == 0x2032 || c == 0x2212
         || c == 0x05F3 || c == 0xA78C;
}

static gunichar
unify_arabic (gunichar c)
{
  switch (c)
    {
    case 0x0671:
    case 0x0672:
    case 0x0673:
    case 0x0675:
      return ARABIC_ALEF;
    case 0x0649:
    case 0x06CC:
    case 0x06CD:
    case 0x06CE:
    case 0x06D0:
    case 0x06D1:
    case 0x06D2:
    case 0x06D3:
      return ARABIC_YEH;
    case 0x0629:
    case 0x06C0:
    case 0x06C1:
    case 0x06C2:
    case 0x06C3:
    case 0x06D5:
      return ARABIC_HEH;
    case 0x06A9:
      return ARABIC_KAF;
    default:
      return c;
    }
}

/* Letters that carry their stroke or hook in themselves, so that NFKD leaves them whole: đ, ø, ı,
 * and those of West African alphabets, which most keyboards lack. */
static const char *
spell_latin (gunichar c)
{
  static const struct
  {
    gunichar letter;
    const char *text;
  } letters[] = {
    { 0x00E6, "ae" }, { 0x00F0, "d" }, { 0x00F8, "o" }, { 0x00FE, "th" }, { 0x0111, "d" },
    { 0x0127, "h" },  { 0x0131, "i" }, { 0x0142, "l" }, { 0x014B, "n" },  { 0x0153, "oe" },
    { 0x0167, "t" },  { 0x0180, "b" }, { 0x0192, "f" }, { 0x0199, "k" },  { 0x01B4, "y" },
    { 0x01DD, "e" },  { 0x0247, "e" }, { 0x0253, "b" }, { 0x0254, "o" },  { 0x0256, "d" },
    { 0x0257, "d" },  { 0x0259, "e" }, { 0x025B, "e" }, { 0x0260, "g" },  { 0x0263, "g" },
    { 0x0268, "i" },  { 0x0269, "i" }, { 0x0272, "n" }, { 0x0275, "o" },  { 0x0289, "u" },
    { 0x028A, "u" },  { 0x028B, "v" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    if (letters[i].letter == c)
      return letters[i].text;
  return NULL;
}

static gboolean
is_word (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c);
}

static void
append_word_char (GString *out, gunichar c)
{
  const char *latin = c < 0x80 || c > 0x2AF ? NULL : spell_latin (c);

  if (c < 0x80)
    g_string_append_c (out, (char)c);
  else if (latin != NULL)
    g_string_append (out, latin);
  else if (g_unichar_isdigit (c))
    g_string_append_c (out, (char)('0' + g_unichar_digit_value (c)));
  else
    g_string_append_unichar (out, within (c, 0x0600, 0x06FF) ? unify_arabic (c) : c);
}

/* @text is decomposed and case folded. */
static char *
fold_characters (const char *text)
{
  GString *out = g_string_sized_new (strlen (text) + 1);
  gboolean joined = FALSE;
  gboolean gap = FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_dropped (c))
        continue;
      if (is_joiner (c))
        {
          /* Only one that stands between two letters belongs to the word. */
          gap = gap || joined || out->len == 0;
          joined = TRUE;
          continue;
        }
      if (!is_word (c))
        {
          gap = TRUE;
          joined = FALSE;
          continue;
        }
      if (gap && out->len > 0)
        g_string_append_c (out, ' ');
      gap = joined = FALSE;
      append_word_char (out, c);
    }
  return g_string_free (out, FALSE);
}

/* NFKD, case folding, and NFKD again: folding may compose (Greek) and NFKD may give capitals. An
 * acute accent that stands alone is an apostrophe, which NFKD would turn into a space. */
char *
hemo_fold (const char *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : g_strdup ("");
  g_autoptr (GString) plain = g_string_new_take (g_steal_pointer (&valid));
  g_autofree char *decomposed = NULL;
  g_autofree char *lower = NULL;
  g_autofree char *again = NULL;

  g_string_replace (plain, "\u00B4", "'", 0);
  decomposed = hemo_utf8_normalize (plain->str, G_NORMALIZE_ALL);
  lower = g_utf8_casefold (decomposed, -1);
  again = hemo_utf8_normalize (lower, G_NORMALIZE_ALL);
  return fold_characters (again);
}

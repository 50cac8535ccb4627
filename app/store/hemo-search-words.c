/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The words that a record is found by.
 *
 * All is folded by hemo_fold() first; the index only takes it apart at the spaces. Numbers are put
 * in whole and in pieces, so that '00418' and '418' find '26A1-00418-7', and '0712' a telephone
 * that was written down as '+254 712 …'. */

#include "hemo-records-private.h"

#include <string.h>

/* Digits of a subscriber's number with its area, which what comes before only prefixes. */
#define PHONE_TAIL 9

static void
add_word (GString *words, const char *word, gsize length)
{
  if (length == 0)
    return;
  g_string_append_c (words, ' ');
  g_string_append_len (words, word, (gssize)length);
}

static void
add_folded (GString *words, const char *text)
{
  g_autofree char *folded = NULL;

  if (text == NULL)
    return;
  folded = hemo_fold (text);
  add_word (words, folded, strlen (folded));
}

/* Everything between punctuation as words of their own. */
static void
add_pieces (GString *words, const char *text)
{
  g_autofree char *cut = g_strdup (text);

  for (char *p = cut; *p != '\0'; p++)
    if (g_ascii_ispunct (*p))
      *p = ' ';
  add_folded (words, cut);
}

/* All of it as one word. */
static char *
squeeze (const char *text)
{
  g_autofree char *folded = hemo_fold (text);
  GString *out = g_string_new (NULL);

  for (const char *p = folded; *p != '\0'; p++)
    if (*p != ' ')
      g_string_append_c (out, *p);
  return g_string_free (out, FALSE);
}

static void
add_identifier (GString *words, const char *value)
{
  g_autofree char *whole = squeeze (value);

  add_word (words, whole, strlen (whole));
  add_pieces (words, value);
}

static void
add_phone (GString *words, const char *phone)
{
  g_autofree char *whole = squeeze (phone);
  gsize length = strlen (whole);

  add_identifier (words, phone);
  if (length <= PHONE_TAIL || !g_str_is_ascii (whole))
    return;
  add_word (words, whole + length - PHONE_TAIL, PHONE_TAIL);
  g_string_append_printf (words, " 0%s", whole + length - PHONE_TAIL);
}

void
hemo_search_add_patient (GString *words, const HemoPatient *patient)
{
  add_folded (words, patient->family);
  add_folded (words, patient->given);
  for (guint i = 0; i < patient->identifiers->len; i++)
    add_identifier (words, ((HemoIdentifier *)g_ptr_array_index (patient->identifiers, i))->value);
  if (patient->phone != NULL)
    add_phone (words, patient->phone);
}

void
hemo_search_add_accession (GString *words, const char *accession)
{
  g_autofree char *number = hemo_accession_normalize (accession);
  g_auto (GStrv) pieces = g_strsplit (accession, "-", -1);

  add_folded (words, number);
  add_pieces (words, accession);
  for (guint i = 0; pieces[i] != NULL; i++)
    if (strspn (pieces[i], "0123456789") == strlen (pieces[i]) && pieces[i][0] == '0')
      add_folded (words, pieces[i] + strspn (pieces[i], "0"));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How likely two records are the same person. */

#include "hemo-patient.h"

#include <math.h>
#include <string.h>

/* Longer text is no name; the comparison takes time by the square of the length. */
#define SIMILARITY_MAX 1024

/* Winkler 1990: up to four equal first letters bring what differs nearer by a tenth each. */
#define PREFIX_MAX 4
#define PREFIX_SCALE 0.1

#define NAME_AGREES 0.85
#define YEARS_EXACT 2
#define YEARS_ESTIMATED 5

void
hemo_likeness_free (HemoLikeness *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->agrees);
  g_strfreev (self->differs);
  g_free (self);
}

/* Marks the characters of @a that have a partner in @b no further than @window away. */
static int
match_characters (
    const gunichar *a, int na, const gunichar *b, int nb, gboolean *in_a, gboolean *in_b)
{
  int window = MAX (MAX (na, nb) / 2 - 1, 0);
  int matches = 0;

  for (int i = 0; i < na; i++)
    for (int j = MAX (0, i - window); j < MIN (nb, i + window + 1); j++)
      if (!in_b[j] && a[i] == b[j])
        {
          in_a[i] = in_b[j] = TRUE;
          matches++;
          break;
        }
  return matches;
}

static int
count_transposed (
    const gunichar *a, int na, const gunichar *b, const gboolean *in_a, const gboolean *in_b)
{
  int transposed = 0;

  for (int i = 0, j = 0; i < na; i++)
    {
      if (!in_a[i])
        continue;
      while (!in_b[j])
        j++;
      transposed += a[i] != b[j++] ? 1 : 0;
    }
  return transposed;
}

static double
jaro (const gunichar *a, int na, const gunichar *b, int nb)
{
  g_autofree gboolean *in_a = g_new0 (gboolean, na + 1);
  g_autofree gboolean *in_b = g_new0 (gboolean, nb + 1);
  int matches = match_characters (a, na, b, nb, in_a, in_b);
  double m = matches;

  if (matches == 0)
    return 0;
  return (m / na + m / nb + (m - count_transposed (a, na, b, in_a, in_b) / 2.0) / m) / 3;
}

double
hemo_similarity (const char *a, const char *b)
{
  glong na = 0, nb = 0;
  g_autofree gunichar *ua = g_utf8_to_ucs4_fast (a, -1, &na);
  g_autofree gunichar *ub = g_utf8_to_ucs4_fast (b, -1, &nb);
  double similarity;
  int prefix = 0;

  if (strcmp (a, b) == 0)
    return 1;
  na = MIN (na, SIMILARITY_MAX);
  nb = MIN (nb, SIMILARITY_MAX);
  if (na == 0 || nb == 0)
    return 0;
  similarity = jaro (ua, (int)na, ub, (int)nb);
  while (prefix < PREFIX_MAX && prefix < na && prefix < nb && ua[prefix] == ub[prefix])
    prefix++;
  return similarity + prefix * PREFIX_SCALE * (1 - similarity);
}

/* Both parts must be alike: brothers share a family name and are two people. */
static double
compare_pair (const char *a1, const char *b1, const char *a2, const char *b2)
{
  double first = hemo_similarity (a1, b1);
  double second = hemo_similarity (a2, b2);

  return ((first + second) / 2 + MIN (first, second)) / 2;
}

static double
compare_names (const HemoPatient *a, const HemoPatient *b)
{
  g_autofree char *af = hemo_fold (a->family);
  g_autofree char *ag = hemo_fold (a->given);
  g_autofree char *bf = hemo_fold (b->family);
  g_autofree char *bg = hemo_fold (b->given);
  g_autofree char *whole_a = g_strstrip (g_strdup_printf ("%s %s", ag, af));
  g_autofree char *whole_b = g_strstrip (g_strdup_printf ("%s %s", bg, bf));

  /* With one name only there are no parts to compare. */
  if (*af == '\0' || *ag == '\0' || *bf == '\0' || *bg == '\0')
    return hemo_similarity (whole_a, whole_b);
  return MAX (compare_pair (af, bf, ag, bg), compare_pair (af, bg, ag, bf));
}

typedef enum
{
  NOT_STATED,
  AGREES,
  DIFFERS,
} Verdict;

/* The same number under the same issuer; differs when an issuer gave both a number, and not one. */
static Verdict
compare_identifiers (const HemoPatient *a, const HemoPatient *b)
{
  Verdict verdict = NOT_STATED;

  for (guint i = 0; i < a->identifiers->len; i++)
    for (guint j = 0; j < b->identifiers->len; j++)
      {
        const HemoIdentifier *ia = a->identifiers->pdata[i];
        const HemoIdentifier *ib = b->identifiers->pdata[j];
        g_autofree char *issuer_a = hemo_fold (ia->issuer);
        g_autofree char *issuer_b = hemo_fold (ib->issuer);
        g_autofree char *value_a = hemo_fold (ia->value);
        g_autofree char *value_b = hemo_fold (ib->value);

        if (strcmp (issuer_a, issuer_b) != 0)
          continue;
        if (*value_a != '\0' && strcmp (value_a, value_b) == 0)
          return AGREES;
        verdict = DIFFERS;
      }
  return verdict;
}

static Verdict
compare_births (const HemoPatient *a, const HemoPatient *b)
{
  int years = a->birth.date.year - b->birth.date.year;
  int tolerance = a->birth.estimated || b->birth.estimated ? YEARS_ESTIMATED : YEARS_EXACT;

  if (a->birth.date.year == 0 || b->birth.date.year == 0)
    return NOT_STATED;
  return ABS (years) <= tolerance ? AGREES : DIFFERS;
}

static Verdict
compare_texts (const char *a, const char *b, double enough)
{
  g_autofree char *fa = hemo_fold (a);
  g_autofree char *fb = hemo_fold (b);

  if (*fa == '\0' || *fb == '\0')
    return NOT_STATED;
  return hemo_similarity (fa, fb) >= enough ? AGREES : DIFFERS;
}

/* The last eight digits, so that a country's prefix does not matter. */
static Verdict
compare_phones (const char *a, const char *b)
{
  const char *texts[] = { a, b };
  g_autofree char *digits[2] = { NULL, NULL };
  Verdict verdict = NOT_STATED;

  for (int i = 0; i < 2; i++)
    {
      g_autofree char *folded = hemo_fold (texts[i]);
      GString *only = g_string_new (NULL);

      for (const char *p = folded; *p != '\0'; p++)
        if (g_ascii_isdigit (*p))
          g_string_append_c (only, *p);
      if (only->len > 8)
        g_string_erase (only, 0, (gssize)only->len - 8);
      digits[i] = g_string_free (only, FALSE);
    }
  if (*digits[0] != '\0' && *digits[1] != '\0')
    verdict = strcmp (digits[0], digits[1]) == 0 ? AGREES : DIFFERS;
  g_free (g_steal_pointer (&digits[1]));
  return verdict;
}

static void
note_verdict (GStrvBuilder *agrees, GStrvBuilder *differs, const char *code, Verdict verdict)
{
  if (verdict == AGREES)
    g_strv_builder_add (agrees, code);
  else if (verdict == DIFFERS)
    g_strv_builder_add (differs, code);
}

/* The factors were set so that one misspelt name of the same year and sex passes
 * HEMO_LIKENESS_LIKELY, and another year or another given name does not. */
static double
weigh (double name, Verdict birth, Verdict sex, Verdict phone, Verdict village)
{
  double score = name;

  score *= birth == AGREES ? 1 : birth == NOT_STATED ? 0.95 : 0.6;
  score *= sex == AGREES ? 1 : sex == NOT_STATED ? 0.97 : 0.75;
  score += phone == AGREES ? (1 - score) * 0.3 : 0;
  score += village == AGREES ? (1 - score) * 0.1 : 0;
  return MIN (score, 0.99);
}

HemoLikeness *
hemo_patient_compare (const HemoPatient *a, const HemoPatient *b)
{
  g_autoptr (GStrvBuilder) agrees = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) differs = g_strv_builder_new ();
  HemoLikeness *self = g_new0 (HemoLikeness, 1);
  Verdict identifier = compare_identifiers (a, b);
  Verdict birth = compare_births (a, b);
  Verdict sex = a->sex == HEMO_SEX_UNKNOWN || b->sex == HEMO_SEX_UNKNOWN ? NOT_STATED
                : a->sex == b->sex                                       ? AGREES
                                                                         : DIFFERS;
  Verdict phone = compare_phones (a->phone, b->phone);
  Verdict village = compare_texts (a->village, b->village, NAME_AGREES);
  double name = compare_names (a, b);

  note_verdict (agrees, differs, "identifier", identifier);
  note_verdict (agrees, differs, "name", name >= NAME_AGREES ? AGREES : DIFFERS);
  note_verdict (agrees, differs, "birth", birth);
  note_verdict (agrees, differs, "sex", sex);
  note_verdict (agrees, differs, "phone", phone);
  note_verdict (agrees, differs, "village", village);
  self->score = identifier == AGREES ? 1 : weigh (name, birth, sex, phone, village);
  self->agrees = g_strv_builder_end (agrees);
  self->differs = g_strv_builder_end (differs);
  return self;
}

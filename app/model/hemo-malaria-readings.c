/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Several readings of a specimen's malaria films: whether they agree, and which of them stand. */

#include "hemo-malaria-readings.h"

#include "hemo-codes-private.h"

#include <math.h>

/* Sets of readings are bits of a word; more than anybody reads on one specimen. */
#define READINGS_MAX 16

typedef guint32 Set;

static gboolean
says_something (const HemoMalaria *film)
{
  return hemo_malaria_is_positive (film) || hemo_malaria_is_finished (film);
}

/* Parasites for one white or red cell; NAN where that is not counted to its end. */
static double
get_density (const HemoMalaria *film)
{
  int cells = film->thick ? film->wbc : film->rbc;

  if (film->parasites <= 0 || cells <= 0 || !hemo_malaria_is_complete (film))
    return NAN;
  return (double)film->parasites / cells;
}

/* |a - b| as a share of their mean; NAN where one is not known. */
static double
get_spread (const HemoMalaria *a, const HemoMalaria *b)
{
  double one = get_density (a);
  double other = get_density (b);

  return fabs (one - other) / ((one + other) / 2);
}

static gboolean
species_differ (const HemoMalaria *a, const HemoMalaria *b)
{
  guint one = a->species & ~(guint)HEMO_PLASMODIUM_UNDETERMINED;
  guint other = b->species & ~(guint)HEMO_PLASMODIUM_UNDETERMINED;

  if (one == 0 || other == 0 || one == other)
    return FALSE;
  /* The thin film is what names species: it may say more, or be surer, than the thick one. */
  return a->thick == b->thick || ((one & other) != one && (one & other) != other);
}

static gboolean
presence_differs (const HemoMalaria *a, const HemoMalaria *b)
{
  gboolean one = hemo_malaria_is_positive (a);
  gboolean other = hemo_malaria_is_positive (b);

  if (one == other)
    return FALSE;
  /* Parasites that a thick film shows are often not to be found on the thin one. */
  return a->thick == b->thick || (one ? !a->thick : !b->thick);
}

HemoMalariaAgreement
hemo_malaria_compare (const HemoMalaria *a, const HemoMalaria *b)
{
  if (!says_something (a) || !says_something (b))
    return HEMO_MALARIA_AGREE;
  if (presence_differs (a, b))
    return HEMO_MALARIA_DIFFER_PRESENCE;
  if (species_differ (a, b))
    return HEMO_MALARIA_DIFFER_SPECIES;
  /* 100 and 125 are 22 % of their mean apart; rounding decides nothing. */
  if (a->thick == b->thick && get_spread (a, b) > HEMO_MALARIA_DENSITY_TOLERANCE + 1e-9)
    return HEMO_MALARIA_DIFFER_DENSITY;
  return HEMO_MALARIA_AGREE;
}

/* Whether @film was only the beginning of what the same reader says in @later. */
static gboolean
is_continued (const HemoMalaria *film, const HemoMalaria *later)
{
  return film->thick == later->thick && !hemo_malaria_is_finished (film)
         && g_strcmp0 (film->reader, later->reader) == 0
         && g_strcmp0 (film->specimen, later->specimen) == 0
         && (hemo_malaria_is_positive (later) || !hemo_malaria_is_positive (film));
}

static GPtrArray *
list_readings (const HemoCase *data)
{
  GPtrArray *all = g_ptr_array_new ();

  for (guint i = 0; i < data->malarias->len; i++)
    {
      const HemoMalaria *film = data->malarias->pdata[i];
      gboolean continued = !hemo_malaria_is_examined (film);

      for (guint j = i + 1; !continued && j < data->malarias->len; j++)
        continued = hemo_malaria_is_examined (data->malarias->pdata[j])
                    && is_continued (film, data->malarias->pdata[j]);
      if (!continued)
        g_ptr_array_add (all, (gpointer)film);
    }
  return all;
}

static HemoMalariaAgreement
find_gravest (const GPtrArray *films)
{
  HemoMalariaAgreement gravest = HEMO_MALARIA_AGREE;

  for (guint i = 0; i < films->len; i++)
    for (guint j = i + 1; j < films->len; j++)
      {
        HemoMalariaAgreement found = hemo_malaria_compare (films->pdata[i], films->pdata[j]);

        if (found != HEMO_MALARIA_AGREE && (gravest == HEMO_MALARIA_AGREE || found < gravest))
          gravest = found;
      }
  return gravest;
}

static void
keep_set (HemoMalariaReadings *self, Set set)
{
  for (guint i = 0; i < self->all->len; i++)
    if (set & (1u << i))
      g_ptr_array_add (self->standing, self->all->pdata[i]);
}

/* How many different people made the readings of @set. */
static int
count_readers (const GPtrArray *all, Set set)
{
  int readers = 0;

  for (guint i = 0; i < all->len; i++)
    {
      gboolean known = FALSE;

      for (guint j = 0; j < i; j++)
        known = known
                || ((set & (1u << j))
                    && g_strcmp0 (((HemoMalaria *)all->pdata[i])->reader,
                                  ((HemoMalaria *)all->pdata[j])->reader)
                           == 0);
      readers += (set & (1u << i)) && !known ? 1 : 0;
    }
  return readers;
}

/* The widest spread of densities within @set; negative when two of it disagree. */
static double
measure_set (const GPtrArray *all, Set set)
{
  double widest = 0;

  for (guint i = 0; i < all->len; i++)
    for (guint j = i + 1; j < all->len; j++)
      {
        double spread;

        if (!(set & (1u << i)) || !(set & (1u << j)))
          continue;
        if (hemo_malaria_compare (all->pdata[i], all->pdata[j]) != HEMO_MALARIA_AGREE)
          return -1;
        spread = get_spread (all->pdata[i], all->pdata[j]);
        widest = isfinite (spread) ? fmax (widest, spread) : widest;
      }
  return widest;
}

/* Of the readings of @kind those that at least two readers, and more than all others, agree on; of
 * several such sets the largest, then the one whose densities lie closest. 0 when there is none. */
static Set
find_majority (const GPtrArray *all, Set kind)
{
  Set best = 0;
  double best_spread = 0;

  if (measure_set (all, kind) >= 0)
    return kind;
  for (Set set = (kind - 1) & kind; set != 0; set = (set - 1) & kind)
    {
      double spread = measure_set (all, set);
      int readers = count_readers (all, set);

      if (spread < 0 || readers < 2 || readers <= count_readers (all, kind & ~set))
        continue;
      if (best == 0 || readers > count_readers (all, best)
          || (readers == count_readers (all, best) && spread < best_spread))
        {
          best = set;
          best_spread = spread;
        }
    }
  return best;
}

static gboolean
try_vote (HemoMalariaReadings *self)
{
  Set thick = 0, thin = 0, standing;

  if (self->all->len > READINGS_MAX)
    return FALSE;
  for (guint i = 0; i < self->all->len; i++)
    *(((HemoMalaria *)self->all->pdata[i])->thick ? &thick : &thin) |= 1u << i;
  standing = (thick != 0 ? find_majority (self->all, thick) : 0)
             | (thin != 0 ? find_majority (self->all, thin) : 0);
  if ((thick != 0 && (standing & thick) == 0) || (thin != 0 && (standing & thin) == 0)
      || measure_set (self->all, standing) < 0)
    return FALSE;
  keep_set (self, standing);
  return TRUE;
}

/* The chosen reading, and those that agree with it and with each other. */
static gboolean
try_decision (HemoMalariaReadings *self, const HemoMalariaDecision *decision)
{
  g_autofree char *key = hemo_malaria_readings_key (self);
  const HemoMalaria *chosen = NULL;

  if (decision == NULL || g_strcmp0 (decision->readings, key) != 0)
    return FALSE;
  for (guint i = 0; i < self->all->len; i++)
    if (g_strcmp0 (((HemoMalaria *)self->all->pdata[i])->uuid, decision->film) == 0)
      chosen = self->all->pdata[i];
  if (chosen == NULL)
    return FALSE;
  g_ptr_array_add (self->standing, (gpointer)chosen);
  for (guint i = 0; i < self->all->len; i++)
    {
      gboolean agrees = self->all->pdata[i] != chosen;

      for (guint j = 0; agrees && j < self->standing->len; j++)
        agrees = hemo_malaria_compare (self->all->pdata[i], self->standing->pdata[j])
                 == HEMO_MALARIA_AGREE;
      if (agrees)
        g_ptr_array_add (self->standing, self->all->pdata[i]);
    }
  return TRUE;
}

HemoMalariaReadings *
hemo_malaria_readings_new (const HemoCase *data)
{
  HemoMalariaReadings *self = g_new0 (HemoMalariaReadings, 1);

  self->all = list_readings (data);
  self->standing = g_ptr_array_new ();
  self->disagreement = find_gravest (self->all);
  if (self->disagreement != HEMO_MALARIA_AGREE)
    {
      if (try_decision (self, data->decision))
        self->verdict = HEMO_READINGS_DECIDED;
      else if (try_vote (self))
        self->verdict = HEMO_READINGS_OUTVOTED;
      else
        self->verdict = HEMO_READINGS_DISAGREE;
    }
  if (self->verdict == HEMO_READINGS_AGREE || self->verdict == HEMO_READINGS_DISAGREE)
    g_ptr_array_extend (self->standing, self->all, NULL, NULL);
  return self;
}

void
hemo_malaria_readings_free (HemoMalariaReadings *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->all);
  g_ptr_array_unref (self->standing);
  g_free (self);
}

gboolean
hemo_malaria_readings_stands (const HemoMalariaReadings *self, const HemoMalaria *film)
{
  return g_ptr_array_find (self->standing, film, NULL);
}

/* In the order of the UUIDs, so that no order of loading matters. */
static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *)a, *(char *const *)b);
}

char *
hemo_malaria_readings_key (const HemoMalariaReadings *self)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;

  for (guint i = 0; i < self->all->len; i++)
    {
      const HemoMalaria *film = self->all->pdata[i];

      g_ptr_array_add (texts, g_strdup_printf ("%s %d %d %d %d %d %d", film->uuid, film->parasites,
                                               film->wbc, film->rbc, film->fields,
                                               (int)film->species, (int)film->stages));
    }
  g_ptr_array_sort (texts, compare_texts);
  g_ptr_array_add (texts, NULL);
  joined = g_strjoinv ("\n", (char **)texts->pdata);
  return hemo_uuid_from_name ("malaria readings", joined);
}

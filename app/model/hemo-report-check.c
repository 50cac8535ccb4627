/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a report still lacks before it is signed. */

#include "hemo-case.h"

#include "hemo-malaria-readings.h"
#include "hemo-report-fill-private.h"

#include <glib/gi18n.h>
#include <math.h>

static HemoDifferential
sum_counts (const HemoCase *data)
{
  HemoDifferential sum = { 0 };

  for (guint i = 0; i < data->counts->len; i++)
    hemo_differential_add (&sum, data->counts->pdata[i]);
  return sum;
}

/* The words are put together in English or in the language of the program. */
typedef struct
{
  GStrvBuilder *texts;
  gboolean translate;
  /* What is being said belongs to @section; kept in @sections, if not NULL, as often as it is
   * said. */
  HemoSection section;
  GArray *sections;
} Words;

static const char *
tr (const Words *self, const char *text)
{
  return self->translate ? _ (text) : text;
}

static void
say (const Words *self, const char *text)
{
  g_strv_builder_add (self->texts, tr (self, text));
  if (self->sections != NULL)
    g_array_append_val (self->sections, self->section);
}

static void
say_progress (const Words *self, const char *text, int done, int target)
{
  g_autoptr (GString) filled = g_string_new (tr (self, text));
  g_autofree char *first = g_strdup_printf ("%d", done);
  g_autofree char *second = g_strdup_printf ("%d", target);

  g_string_replace (filled, "%1$d", first, 1);
  g_string_replace (filled, "%2$d", second, 1);
  g_string_replace (filled, "%d", first, 1);
  g_string_replace (filled, "%d", second, 1);
  g_strv_builder_add (self->texts, filled->str);
  if (self->sections != NULL)
    g_array_append_val (self->sections, self->section);
}

/* Each count has to reach its own target. */
static void
list_missing_cells (const HemoCase *data, const Words *missing)
{
  if (data->counts->len == 0)
    say (missing, N_ ("The differential has not been counted"));
  for (guint i = 0; i < data->counts->len; i++)
    {
      const HemoCount *count = data->counts->pdata[i];
      HemoDifferential counted = { 0 };

      hemo_differential_add (&counted, count);
      if (counted.denominator < count->target)
        say_progress (missing, N_ ("The differential has %d of %d cells"), counted.denominator,
                      count->target);
    }
}

static void
list_missing_morphology (const HemoCase *data, const Words *missing)
{
  Words words = *missing;
  static const char *const texts[HEMO_MORPHOLOGY_GROUPS]
      = { N_ ("The red cells have not been judged"), N_ ("The white cells have not been judged"),
          N_ ("The platelets have not been judged") };

  for (int group = 0; group < HEMO_MORPHOLOGY_GROUPS; group++)
    {
      gboolean examined = FALSE;

      for (guint i = 0; i < data->morphologies->len; i++)
        examined = examined || ((HemoMorphology *)data->morphologies->pdata[i])->examined[group];
      if (!examined)
        {
          words.section = (HemoSection)(HEMO_SECTION_MORPHOLOGY_RBC + group);
          say (&words, texts[group]);
        }
    }
}

/* A reading that others outvoted, or that was decided against, need not be ended. */
static void
list_unfinished_films (const HemoMalariaReadings *readings, const Words *missing)
{
  for (guint i = 0; i < readings->standing->len; i++)
    {
      const HemoMalaria *film = readings->standing->pdata[i];

      if (film->parasites > 0 && !hemo_malaria_is_complete (film))
        say_progress (missing,
                      film->thick ? N_ ("The thick film has %d of %d white cells")
                                  : N_ ("The thin film has %d of %d red cells"),
                      film->thick ? film->wbc : film->rbc, hemo_malaria_target (film));
    }
}

static void
list_missing_malaria (const HemoReport *self,
                      const HemoMalariaReadings *readings,
                      const Words *missing)
{
  gboolean stated = FALSE;

  list_unfinished_films (readings, missing);
  for (guint i = 0; i < self->lines->len; i++)
    {
      const HemoLine *line = self->lines->pdata[i];

      if (line->section != HEMO_SECTION_MALARIA || g_strcmp0 (line->loinc, "51587-4") != 0)
        continue;
      stated = TRUE;
      if (line->flag == HEMO_FLAG_NONE && g_strcmp0 (line->text, "negative") != 0)
        say_progress (missing,
                      N_ ("Fewer than %d fields of a thick film are clear of parasites: this is "
                          "not yet negative"),
                      HEMO_MALARIA_CLEAR_FIELDS, 0);
    }
  if (!stated)
    say (missing, N_ ("Nobody has looked for malaria parasites"));
}

static void
list_missing_values (const HemoCase *data, const Words *missing)
{
  static const struct
  {
    const char *analyte;
    const char *text;
  } values[] = {
    { "wbc", N_ ("White cells: no value has been entered") },
    { "hb", N_ ("Haemoglobin: no value has been entered") },
    { "plt", N_ ("Platelets: no value has been entered") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    if (hemo_fill_find_result (data, values[i].analyte) == NULL)
      say (missing, values[i].text);
}

static void
list_disagreements (const HemoMalariaReadings *readings, const Words *words)
{
  static const char *const texts[] = {
    [HEMO_MALARIA_AGREE] = NULL,
    [HEMO_MALARIA_DIFFER_PRESENCE]
    = N_ ("The malaria readings disagree: one finds parasites, another none"),
    [HEMO_MALARIA_DIFFER_SPECIES] = N_ ("The malaria readings disagree about the species"),
    [HEMO_MALARIA_DIFFER_DENSITY]
    = N_ ("The malaria readings disagree about the density by more than a quarter"),
  };

  if (readings->verdict == HEMO_READINGS_DISAGREE)
    say (words, texts[readings->disagreement]);
}

static void
list_missing (const HemoReport *self, const HemoCase *data, Words *missing)
{
  g_autoptr (HemoMalariaReadings) readings = hemo_malaria_readings_new (data);
  HemoTests tests = data->order != NULL ? data->order->tests : 0;

  missing->section = HEMO_SECTION_MALARIA;
  list_disagreements (readings, missing);
  missing->section = HEMO_SECTION_DIFFERENTIAL;
  if (tests & HEMO_TEST_DIFFERENTIAL)
    list_missing_cells (data, missing);
  if (tests & HEMO_TEST_MORPHOLOGY)
    list_missing_morphology (data, missing);
  missing->section = HEMO_SECTION_PLATELETS;
  if (tests & HEMO_TEST_PLATELETS
      && (data->platelets == NULL || !isfinite (hemo_platelets_estimate (data->platelets))))
    say (missing, N_ ("The platelets have not been estimated"));
  missing->section = HEMO_SECTION_MALARIA;
  if (tests & HEMO_TEST_MALARIA)
    list_missing_malaria (self, readings, missing);
  missing->section = HEMO_SECTION_CBC;
  if (tests & HEMO_TEST_CBC)
    list_missing_values (data, missing);
}

GStrv
hemo_report_missing (const HemoReport *self, const HemoCase *data)
{
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  Words words = { .texts = texts, .translate = TRUE };

  list_missing (self, data, &words);
  return g_strv_builder_end (texts);
}

GStrv
hemo_report_missing_source (const HemoReport *self, const HemoCase *data)
{
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  Words words = { .texts = texts, .translate = FALSE };

  list_missing (self, data, &words);
  return g_strv_builder_end (texts);
}

GArray *
hemo_report_missing_sections (const HemoReport *self, const HemoCase *data)
{
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  GArray *sections = g_array_new (FALSE, FALSE, sizeof (HemoSection));
  Words words = { .texts = texts, .sections = sections };

  list_missing (self, data, &words);
  return sections;
}

static GStrv
find_disagreements (const HemoCase *data, gboolean translate)
{
  g_autoptr (HemoMalariaReadings) readings = hemo_malaria_readings_new (data);
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  Words words = { .texts = texts, .translate = translate };

  list_disagreements (readings, &words);
  return g_strv_builder_end (texts);
}

GStrv
hemo_report_disagreements (const HemoReport *self, const HemoCase *data)
{
  return find_disagreements (data, TRUE);
}

GStrv
hemo_report_disagreements_source (const HemoReport *self, const HemoCase *data)
{
  return find_disagreements (data, FALSE);
}

/* What the differential states of @analyte. */
static const HemoLine *
find_line (const HemoReport *self, const char *analyte)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const HemoLine *line = self->lines->pdata[i];

      if (line->section == HEMO_SECTION_DIFFERENTIAL && g_strcmp0 (line->analyte, analyte) == 0)
        return line;
    }
  return NULL;
}

/* Whether a flagged absolute count could, by its interval, lie inside its limits. */
static gboolean
is_doubtful (const HemoReport *self, const char *analyte)
{
  const HemoLine *line = analyte != NULL ? find_line (self, analyte) : NULL;

  if (line == NULL)
    return FALSE;
  return line->value < line->reference_low
             ? line->interval_high >= line->reference_low
             : line->value > line->reference_high && line->interval_low <= line->reference_high;
}

gboolean
hemo_report_wants_more_cells (const HemoReport *self,
                              const HemoCase *data,
                              HemoCellClass *cell_class)
{
  HemoDifferential sum = sum_counts (data);

  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    {
      const HemoCellClassInfo *info = hemo_cell_class_info ((HemoCellClass)i);
      const char *percent = info->percent_analyte;
      /* The limits of neutrophils are those of segmented and band together. */
      const char *absolute = i == HEMO_CELL_SEGMENTED ? "neut" : info->analyte;
      const HemoLine *line = percent != NULL ? find_line (self, percent) : NULL;

      if ((line == NULL
           || !hemo_differential_wants_more (&sum, (HemoCellClass)i, line->reference_low,
                                             line->reference_high))
          && !is_doubtful (self, absolute))
        continue;
      if (cell_class != NULL)
        *cell_class = (HemoCellClass)i;
      return TRUE;
    }
  return FALSE;
}

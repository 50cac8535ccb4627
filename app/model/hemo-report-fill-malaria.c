/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lines of malaria: presence, species, stages, density. */

#include "hemo-report-fill-private.h"

#include "hemo-codes-private.h"
#include "hemo-interval-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define PRESENCE_LOINC "51587-4"
#define SPECIES_LOINC "32206-5"
#define STAGE_LOINC "41451-6"
#define INFECTED_LOINC "48427-9"

static const char *const species_names[] = { N_ ("Plasmodium falciparum"),
                                             N_ ("Plasmodium vivax"),
                                             N_ ("Plasmodium ovale"),
                                             N_ ("Plasmodium malariae"),
                                             N_ ("Plasmodium knowlesi"),
                                             N_ ("Plasmodium (undetermined)"),
                                             NULL };

static const char *const stage_names[]
    = { N_ ("rings"), N_ ("trophozoites"), N_ ("schizonts"), N_ ("gametocytes"), NULL };

static gboolean
is_positive (const HemoMalaria *film)
{
  return film->parasites > 0 || film->species != 0 || film->stages != 0;
}

static gboolean
was_examined (const HemoMalaria *film)
{
  return is_positive (film) || film->fields > 0 || film->wbc > 0 || film->rbc > 0;
}

/* What all films say together. */
typedef struct
{
  gboolean examined;
  gboolean positive;
  HemoPlasmodium species;
  HemoStage stages;
  int thick_fields;
  int fields;
  int wbc;
  int rbc;
  const HemoMalaria *thick;
  const HemoMalaria *thin;
  HemoTime at;
} Films;

static void
look_at_film (Films *films, const HemoMalaria *film)
{
  const HemoMalaria **newest = film->thick ? &films->thick : &films->thin;

  if (!was_examined (film))
    return;
  films->examined = TRUE;
  films->positive = films->positive || is_positive (film);
  films->species |= film->species;
  films->stages |= film->stages;
  films->fields = MAX (films->fields, film->fields);
  films->wbc = MAX (films->wbc, film->wbc);
  films->rbc = MAX (films->rbc, film->rbc);
  if (film->thick)
    films->thick_fields = MAX (films->thick_fields, film->fields);
  if (film->at.utc_us > films->at.utc_us)
    films->at = film->at;
  if (*newest == NULL || film->at.utc_us >= (*newest)->at.utc_us)
    *newest = film;
}

/* Nothing seen is 'negative' only after enough of a thick film; else it says how much was seen. */
static char *
describe_absence (const Films *films)
{
  if (films->thick_fields >= HEMO_MALARIA_CLEAR_FIELDS)
    return g_strdup (N_ ("negative"));
  if (films->fields > 0)
    return g_strdup_printf ("none seen in %d fields",
                            films->thick_fields > 0 ? films->thick_fields : films->fields);
  if (films->wbc > 0)
    return g_strdup_printf ("none seen beside %d white cells", films->wbc);
  return g_strdup_printf ("none seen in %d red cells", films->rbc);
}

static void
add_presence (HemoFill *self, const Films *films)
{
  const HemoClinicInfo *clinic = self->data->clinic;
  gboolean endemic = clinic != NULL && clinic->endemic_malaria;
  HemoLine *line = hemo_fill_add (self, HEMO_SECTION_MALARIA, "presence", N_ ("Malaria parasites"),
                                  PRESENCE_LOINC);

  line->at = films->at;
  line->text = films->positive ? g_strdup (N_ ("positive")) : describe_absence (films);
  if (films->positive)
    line->flag = endemic ? HEMO_FLAG_ABNORMAL : HEMO_FLAG_CRITICAL_ABNORMAL;
}

static void
add_names (HemoFill *self,
           const Films *films,
           const char *code,
           const char *label,
           const char *loinc,
           const char *const *names,
           guint bits)
{
  g_autofree char *text = hemo_codes_join_with (names, bits, ", ");
  HemoLine *line;

  if (bits == 0)
    return;
  line = hemo_fill_add (self, HEMO_SECTION_MALARIA, code, label, loinc);
  line->at = films->at;
  line->text = g_steal_pointer (&text);
  line->flag = HEMO_FLAG_ABNORMAL;
}

/* Enough decimals for what was seen not to print as 0. */
static int
decimals_of_some (double value, int decimals)
{
  while (decimals < 4 && value * pow (10, decimals) <= 0.5)
    decimals++;
  return decimals;
}

static void
add_density (HemoFill *self, const HemoMalaria *film)
{
  gboolean assumed = FALSE;
  double density = film != NULL ? hemo_malaria_density (film, self->wbc, &assumed) : NAN;
  HemoLine *line;

  /* Nothing on this film, though another had them: a density of 0 would contradict that. */
  if (!isfinite (density) || film->parasites == 0)
    return;
  line = hemo_fill_add (self, HEMO_SECTION_MALARIA, "malaria-density",
                        N_ ("Malaria parasite density"), NULL);
  line->at = film->at;
  hemo_fill_value (self, line, density, decimals_of_some (density, 0), "/uL", NULL);
  hemo_fill_note (line, assumed               ? HEMO_NOTE_ASSUMED_WBC
                        : self->wbc_corrected ? HEMO_NOTE_CORRECTED_WBC
                                              : HEMO_NOTE_MEASURED_WBC);
  if (!hemo_malaria_is_complete (film))
    hemo_fill_note (line, HEMO_NOTE_UNFINISHED);
}

static void
add_infected (HemoFill *self, const HemoMalaria *film)
{
  double infected = film != NULL ? hemo_malaria_infected_per_thousand (film) : NAN;
  HemoLine *line;

  if (!isfinite (infected) || film->parasites == 0)
    return;
  line = hemo_fill_add (self, HEMO_SECTION_MALARIA, "infected-cells",
                        N_ ("Infected red cells per 1000"), INFECTED_LOINC);
  line->at = film->at;
  hemo_fill_value (self, line, infected, decimals_of_some (infected, 1), "/1000{RBCs}", NULL);
  if (film->parasites <= film->rbc)
    {
      hemo_interval_wilson (film->parasites, film->rbc, &line->interval_low, &line->interval_high);
      line->interval_low *= 1000;
      line->interval_high *= 1000;
    }
  if (!hemo_malaria_is_complete (film))
    hemo_fill_note (line, HEMO_NOTE_UNFINISHED);
}

void
hemo_fill_malaria (HemoFill *self)
{
  Films films = { 0 };

  for (guint i = 0; i < self->data->malarias->len; i++)
    look_at_film (&films, self->data->malarias->pdata[i]);
  if (!films.examined)
    return;
  add_presence (self, &films);
  if (!films.positive)
    return;
  add_names (self, &films, "species", N_ ("Malaria species"), SPECIES_LOINC, species_names,
             films.species);
  add_names (self, &films, "stage", N_ ("Malaria stages"), STAGE_LOINC, stage_names, films.stages);
  add_density (self, films.thick);
  add_infected (self, films.thin);
}

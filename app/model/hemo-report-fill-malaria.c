/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lines of malaria: presence, species, stages, density. */

#include "hemo-report-fill-private.h"

#include "hemo-interval-private.h"
#include "hemo-malaria-readings.h"

#include <glib/gi18n.h>
#include <math.h>

#define PRESENCE_LOINC "51587-4"
#define SPECIES_LOINC "32206-5"
#define STAGE_LOINC "41451-6"
#define INFECTED_LOINC "48427-9"

/* What the readings that stand say together. */
typedef struct
{
  const HemoMalariaReadings *readings;
  gboolean examined;
  gboolean positive;
  HemoPlasmodium species;
  HemoStage stages;
  int thick_fields;
  int fields;
  int wbc;
  int rbc;
  HemoTime at;
} Films;

static void
look_at_film (Films *films, const HemoMalaria *film)
{
  films->examined = TRUE;
  films->positive = films->positive || hemo_malaria_is_positive (film);
  films->species |= film->species;
  films->stages |= film->stages;
  films->fields = MAX (films->fields, film->fields);
  films->wbc = MAX (films->wbc, film->wbc);
  films->rbc = MAX (films->rbc, film->rbc);
  if (film->thick)
    films->thick_fields = MAX (films->thick_fields, film->fields);
  if (film->at.utc_us > films->at.utc_us)
    films->at = film->at;
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
  if (films->readings->verdict == HEMO_READINGS_DISAGREE)
    line->text = g_strdup (N_ ("readings disagree"));
  else
    line->text = films->positive ? g_strdup (N_ ("positive")) : describe_absence (films);
  if (films->positive)
    line->flag = endemic ? HEMO_FLAG_ABNORMAL : HEMO_FLAG_CRITICAL_ABNORMAL;
  else if (films->readings->verdict == HEMO_READINGS_DISAGREE)
    line->flag = HEMO_FLAG_ABNORMAL;
  if (films->readings->verdict == HEMO_READINGS_DECIDED)
    hemo_fill_note (line, HEMO_NOTE_DECIDED);
  if (films->readings->verdict == HEMO_READINGS_OUTVOTED)
    hemo_fill_note (line, HEMO_NOTE_OUTVOTED);
}

/* @text: of what was seen; '' adds nothing */
static void
add_names (HemoFill *self,
           const Films *films,
           const char *code,
           const char *label,
           const char *loinc,
           const char *text)
{
  HemoLine *line;

  if (*text == '\0')
    return;
  line = hemo_fill_add (self, HEMO_SECTION_MALARIA, code, label, loinc);
  line->at = films->at;
  line->text = g_strdup (text);
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

/* The films that a number is taken from: those counted to the end where there are any, else the
 * newest. Nothing on one film, though another had parasites: its 0 would contradict that. */
static GPtrArray *
choose_counted (const Films *films, gboolean thick)
{
  GPtrArray *chosen = g_ptr_array_new ();
  const HemoMalaria *newest = NULL;

  for (guint i = 0; i < films->readings->standing->len; i++)
    {
      const HemoMalaria *film = films->readings->standing->pdata[i];

      if (film->thick != thick || film->parasites <= 0 || (thick ? film->wbc : film->rbc) <= 0)
        continue;
      if (newest == NULL || film->at.utc_us >= newest->at.utc_us)
        newest = film;
      if (hemo_malaria_is_complete (film))
        g_ptr_array_add (chosen, (gpointer)film);
    }
  if (chosen->len == 0 && newest != NULL)
    g_ptr_array_add (chosen, (gpointer)newest);
  return chosen;
}

static void
note_counting (HemoLine *line, const GPtrArray *counted)
{
  if (counted->len > 1)
    {
      g_autofree char *note = g_strdup_printf ("mean of %u readings", counted->len);

      hemo_fill_note (line, note);
    }
  if (!hemo_malaria_is_complete (counted->pdata[0]))
    hemo_fill_note (line, HEMO_NOTE_UNFINISHED);
}

static void
add_density (HemoFill *self, const Films *films)
{
  g_autoptr (GPtrArray) counted = choose_counted (films, TRUE);
  gboolean assumed = FALSE;
  double density = 0;
  HemoLine *line;

  if (counted->len == 0)
    return;
  line = hemo_fill_add (self, HEMO_SECTION_MALARIA, "malaria-density",
                        N_ ("Malaria parasite density"), NULL);
  for (guint i = 0; i < counted->len; i++)
    {
      const HemoMalaria *film = counted->pdata[i];

      density += hemo_malaria_density (film, self->wbc, &assumed) / counted->len;
      if (film->at.utc_us > line->at.utc_us)
        line->at = film->at;
    }
  hemo_fill_value (self, line, density, decimals_of_some (density, 0), "/uL", NULL);
  hemo_fill_note (line, assumed               ? HEMO_NOTE_ASSUMED_WBC
                        : self->wbc_corrected ? HEMO_NOTE_CORRECTED_WBC
                                              : HEMO_NOTE_MEASURED_WBC);
  note_counting (line, counted);
}

static void
add_infected (HemoFill *self, const Films *films)
{
  g_autoptr (GPtrArray) counted = choose_counted (films, FALSE);
  double infected;
  int parasites = 0;
  int rbc = 0;
  HemoLine *line;

  if (counted->len == 0)
    return;
  line = hemo_fill_add (self, HEMO_SECTION_MALARIA, "infected-cells",
                        N_ ("Infected red cells per 1000"), INFECTED_LOINC);
  for (guint i = 0; i < counted->len; i++)
    {
      const HemoMalaria *film = counted->pdata[i];

      parasites += film->parasites;
      rbc += film->rbc;
      if (film->at.utc_us > line->at.utc_us)
        line->at = film->at;
    }
  infected = parasites * 1000.0 / rbc;
  hemo_fill_value (self, line, infected, decimals_of_some (infected, 1), "/1000{RBCs}", NULL);
  if (parasites <= rbc)
    {
      hemo_interval_wilson (parasites, rbc, &line->interval_low, &line->interval_high);
      line->interval_low *= 1000;
      line->interval_high *= 1000;
    }
  note_counting (line, counted);
}

static void
append_part (GString *text, char *part)
{
  if (*part != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", part);
  g_free (part);
}

/* '0.2 infected of 1000 red cells': no more than was seen, whichever the locale. (transfer full) */
static char *
say_some (double value, const char *what)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE + 320];
  char format[8];

  g_snprintf (format, sizeof format, "%%.%df", decimals_of_some (value, 0));
  return g_strconcat (g_ascii_formatd (number, sizeof number, format, value), " ", what, NULL);
}

/* 'positive, Plasmodium vivax, 6000 parasites per µL': parts that are translated one by one. */
static char *
describe_reading (const HemoFill *self, const HemoMalaria *film)
{
  GString *text = g_string_new (NULL);
  Films alone = { 0 };
  double density = hemo_malaria_density (film, self->wbc, NULL);
  double infected = hemo_malaria_infected_per_thousand (film);

  look_at_film (&alone, film);
  if (!alone.positive)
    {
      append_part (text, describe_absence (&alone));
      return g_string_free (text, FALSE);
    }
  append_part (text, g_strdup ("positive"));
  append_part (text, hemo_plasmodium_to_text (film->species));
  append_part (text, hemo_stage_to_text (film->stages));
  if (film->parasites > 0 && isfinite (density))
    append_part (text, say_some (density, "parasites per µL"));
  if (film->parasites > 0 && isfinite (infected))
    append_part (text, say_some (infected, "infected of 1000 red cells"));
  return g_string_free (text, FALSE);
}

/* Each reading with who made it, wherever they did not agree: nothing is left out unsaid. */
static void
add_readings (HemoFill *self, const HemoMalariaReadings *readings)
{
  for (guint i = 0; i < readings->all->len; i++)
    {
      const HemoMalaria *film = readings->all->pdata[i];
      g_autofree char *code = g_strconcat ("reading/", film->uuid, NULL);
      HemoLine *line = hemo_fill_add (
          self, HEMO_SECTION_MALARIA, code,
          film->thick ? N_ ("Reading of a thick film") : N_ ("Reading of a thin film"), NULL);

      g_set_str (&line->local_code, "malaria-reading");
      line->at = film->at;
      line->text = describe_reading (self, film);
      if (film->reader_name != NULL)
        hemo_fill_note (line, film->reader_name);
      if (!hemo_malaria_is_finished (film))
        hemo_fill_note (line, HEMO_NOTE_UNFINISHED);
      if (!hemo_malaria_readings_stands (readings, film))
        hemo_fill_note (line, HEMO_NOTE_SET_ASIDE);
    }
}

/* Who decided between readings that disagree, and why. */
static void
add_decision (HemoFill *self, const HemoMalariaDecision *decision)
{
  HemoLine *line = hemo_fill_add (self, HEMO_SECTION_MALARIA, "malaria-decision",
                                  N_ ("Why a reading stands"), NULL);

  line->at = decision->at;
  line->text = g_strdup (decision->reason);
  if (decision->by_name != NULL)
    hemo_fill_note (line, decision->by_name);
}

static void
add_findings (HemoFill *self, const Films *films)
{
  g_autofree char *species = hemo_plasmodium_to_text (films->species);
  g_autofree char *stages = hemo_stage_to_text (films->stages);

  add_names (self, films, "species", N_ ("Malaria species"), SPECIES_LOINC, species);
  add_names (self, films, "stage", N_ ("Malaria stages"), STAGE_LOINC, stages);
  add_density (self, films);
  add_infected (self, films);
}

void
hemo_fill_malaria (HemoFill *self)
{
  g_autoptr (HemoMalariaReadings) readings = hemo_malaria_readings_new (self->data);
  Films films = { .readings = readings };

  for (guint i = 0; i < readings->standing->len; i++)
    look_at_film (&films, readings->standing->pdata[i]);
  if (!films.examined)
    return;
  add_presence (self, &films);
  if (films.positive && readings->verdict != HEMO_READINGS_DISAGREE)
    add_findings (self, &films);
  if (readings->verdict == HEMO_READINGS_AGREE)
    return;
  add_readings (self, readings);
  if (readings->verdict == HEMO_READINGS_DECIDED)
    add_decision (self, self->data->decision);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Density with the white cells that it was made with, and what other readers saw. */

#include "hemo-malaria-words.h"

#include <glib/gi18n.h>
#include <math.h>

/* The white cells that the report counts with; NAN when there are none. @corrected: (out): whether
 * they are not those that were measured */
static double
find_wbc (const HemoCase *data, gboolean *corrected)
{
  double wbc = NAN;

  *corrected = FALSE;

  for (guint i = 0; i < data->report->lines->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (data->report->lines, i);

      /* The corrected one comes after the one that was typed. */
      if (line->section != HEMO_SECTION_CBC || g_strcmp0 (line->analyte, "wbc") != 0)
        continue;
      wbc = line->value;
      *corrected = line->local_code != NULL;
    }
  return wbc;
}

/* With enough decimals for what was seen not to read as 0. (transfer full) */
static char *
say_number (double value, int decimals)
{
  while (decimals < 4 && value > 0 && value * pow (10, decimals) <= 0.5)
    decimals++;
  return g_strdup_printf ("%.*f", decimals, value);
}

/* @wbc: NAN where 8.0 was assumed. (transfer full) */
static char *
say_wbc (double wbc, gboolean corrected)
{
  if (isnan (wbc))
    return g_strdup (_ ("with an assumed WBC of 8.0 ×10⁹/L, as none was entered"));
  return g_strdup_printf (corrected ? _ ("with the WBC of %.1f ×10⁹/L, corrected for nRBC")
                                    : _ ("with the measured WBC of %.1f ×10⁹/L"),
                          wbc);
}

char *
hemo_malaria_words_density (const HemoCase *data, const HemoMalaria *film, char **note)
{
  gboolean assumed = FALSE, corrected = FALSE;
  double wbc = find_wbc (data, &corrected);
  double density = hemo_malaria_density (film, wbc, &assumed);
  double infected = hemo_malaria_infected_per_thousand (film);
  g_autofree char *number = NULL;

  *note = NULL;
  if (film->thick && isfinite (density))
    {
      *note = say_wbc (assumed ? NAN : wbc, corrected);
      number = say_number (density, 0);
      /* Translators: a density, '6000' or '0.4' */
      return g_strdup_printf (_ ("%s parasites per µL"), number);
    }
  if (film->thick || !isfinite (infected))
    return NULL;
  number = say_number (infected, 1);
  /* Translators: a share, '3.2' or '0.04' */
  return g_strdup_printf (_ ("%s infected per 1000 red cells"), number);
}

char *
hemo_malaria_words_film (const HemoCase *data, const HemoMalaria *film)
{
  g_autofree char *note = NULL;
  g_autofree char *density = hemo_malaria_words_density (data, film, &note);
  g_autofree char *species = hemo_plasmodium_to_text (film->species);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text,
                          film->thick ? _ ("Thick film: parasites %d, white cells %d, fields %d")
                                      : _ ("Thin film: infected %d, red cells %d, fields %d"),
                          film->parasites, film->thick ? film->wbc : film->rbc, film->fields);
  if (density != NULL)
    g_string_append_printf (text, "\n%s", density);
  if (*species != '\0')
    g_string_append_printf (text, "\n%s", species);
  return g_string_free_and_steal (g_steal_pointer (&text));
}

char *
hemo_malaria_words_verdict (const HemoCase *data, const HemoMalariaReadings *readings)
{
  g_auto (GStrv) disagreements = hemo_report_disagreements (data->report, data);
  const HemoMalariaDecision *decision = data->decision;

  switch (readings->verdict)
    {
    case HEMO_READINGS_DISAGREE:
      return g_strjoinv ("\n", disagreements);
    case HEMO_READINGS_OUTVOTED:
      return g_strdup (_ ("Readings disagree: two readers stand against one."));
    case HEMO_READINGS_DECIDED:
      /* Translators: who decided, and the reason in that person's words */
      return g_strdup_printf (_ ("Readings disagree. Decided by %s: %s"),
                              decision->by_name != NULL ? decision->by_name : _ ("another reader"),
                              decision->reason);
    default:
      return NULL;
    }
}

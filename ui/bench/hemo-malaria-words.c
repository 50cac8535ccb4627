/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Density with the white cells that it was made with, and what other readers saw. */

#include "hemo-malaria-words.h"

#include <glib/gi18n.h>
#include <math.h>

/* The white cells that the report counts with; NAN when there are none. */
static double
find_wbc (const HemoCase *data)
{
  double wbc = NAN;

  for (guint i = 0; i < data->report->lines->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (data->report->lines, i);

      /* The corrected one comes after the one that was typed. */
      if (line->section == HEMO_SECTION_CBC && g_strcmp0 (line->analyte, "wbc") == 0)
        wbc = line->value;
    }
  return wbc;
}

char *
hemo_malaria_words_density (const HemoCase *data, const HemoMalaria *film, char **note)
{
  gboolean assumed = FALSE;
  double wbc = find_wbc (data);
  double density = hemo_malaria_density (film, wbc, &assumed);
  double infected = hemo_malaria_infected_per_thousand (film);

  *note = NULL;
  if (film->thick && isfinite (density))
    {
      *note = assumed ? g_strdup (_ ("with an assumed WBC of 8.0 ×10⁹/L, as none was entered"))
                      : g_strdup_printf (_ ("with the measured WBC of %.1f ×10⁹/L"), wbc);
      return g_strdup_printf (_ ("%.0f parasites per µL"), density);
    }
  if (!film->thick && isfinite (infected))
    return g_strdup_printf (_ ("%.1f infected per 1000 red cells"), infected);
  return NULL;
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

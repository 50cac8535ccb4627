/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lines of what a person accepted on captured fields: size of the red cells, and their number
 * for each white cell and platelet. */

#include "hemo-report-fill-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Translators: a note to a result: of how many fields that a person accepted */
#define NOTE_FIELDS N_ ("accepted fields: %d")
/* Translators: a note to a result: how many cells were measured for it */
#define NOTE_MEASURED N_ ("measured cells: %d")

static HemoLine *
add (HemoFill *self,
     const char *code,
     const char *label,
     double value,
     int decimals,
     const char *ucum,
     HemoTime at)
{
  HemoLine *line = hemo_fill_add (self, HEMO_SECTION_CELLS, code, label, NULL);

  line->at = at;
  hemo_fill_value (self, line, value, decimals, ucum, NULL);
  return line;
}

static void
note_number (HemoLine *line, const char *format, int n)
{
  g_auto (GStrv) parts = g_strsplit (format, "%d", 2);
  g_autofree char *text = g_strdup_printf ("%s%d%s", parts[0], n, parts[1]);

  hemo_fill_note (line, text);
}

/* As many as there were fields: nothing to hold against an earlier specimen's. */
static void
add_counted (HemoFill *self, const HemoCellStats *stats, HemoTime at)
{
  HemoLine *line = hemo_fill_add (self, HEMO_SECTION_CELLS, "red-cells-counted",
                                  N_ ("Red cells counted"), NULL);

  line->at = at;
  line->value = stats->counts[HEMO_CELL_RED];
  line->ucum = g_strdup ("1");
  note_number (line, NOTE_FIELDS, stats->fields);
}

/* A ratio to what was not seen has a lower limit only: that is no result. */
static void
add_ratio (HemoFill *self,
           const HemoCellStats *stats,
           HemoCellKind kind,
           const char *code,
           const char *label,
           HemoTime at)
{
  double ratio, low, high;
  HemoLine *line;

  if (!hemo_cell_stats_ratio (stats, kind, &ratio, &low, &high) || !isfinite (ratio))
    return;
  line = add (self, code, label, ratio, 0, "1", at);
  line->interval_low = low;
  line->interval_high = high;
}

static void
add_size (HemoFill *self, const HemoCellStats *stats, HemoTime at)
{
  HemoLine *line;

  if (stats->measured < 2)
    return;
  line = add (self, "red-cell-diameter", N_ ("Mean diameter of red cells"), stats->mean, 1, "um",
              at);
  note_number (line, NOTE_MEASURED, stats->measured);
  add (self, "red-cell-diameter-sd", N_ ("Standard deviation of the diameter"), stats->spread, 2,
       "um", at);
  add (self, "red-cell-area", N_ ("Mean area of a red cell"), stats->area, 0, "um2", at);
}

static void
add_source (HemoReport *report, const char *program, const char *detector, const char *name)
{
  g_autofree char *found = hemo_found_by_new (program, detector, name != NULL ? name : "?");

  for (guint i = 0; i < report->found->len; i++)
    if (strcmp (report->found->pdata[i], found) == 0)
      return;
  g_ptr_array_add (report->found, g_steal_pointer (&found));
}

/* Of the cells that count; what a person kept when they were looked for again was found by what
 * looked before. Where a person drew all of a field, no program found anything. */
static void
add_found_by (HemoReport *report, const HemoFieldCells *field)
{
  const char *last_detector = NULL, *last_program = NULL;
  gboolean counts = FALSE;

  for (guint i = 0; i < field->cells->len; i++)
    {
      const HemoFoundCell *cell = field->cells->pdata[i];
      const char *detector = hemo_field_cells_get_detector (field, cell);
      const char *program = hemo_field_cells_get_program (field, cell);

      if (cell->at_far_edge || !hemo_field_cells_stands (field, cell))
        continue;
      counts = TRUE;
      if (detector == NULL
          || (g_strcmp0 (detector, last_detector) == 0 && g_strcmp0 (program, last_program) == 0))
        continue;
      add_source (report, program, detector, field->accepted_name);
      last_detector = detector;
      last_program = program;
    }
  /* That there is nothing is what it found. */
  if (!counts && field->detector != NULL)
    add_source (report, field->program, field->detector, field->accepted_name);
}

void
hemo_fill_fields (HemoFill *self)
{
  GPtrArray *fields = self->data->fields;
  HemoTime last = { 0 };
  HemoCellStats stats;

  hemo_cell_stats_init (&stats);
  for (guint i = 0; i < fields->len; i++)
    {
      const HemoFieldCells *field = fields->pdata[i];

      hemo_cell_stats_add (&stats, field);
      if (field->accepted_at.utc_us > last.utc_us)
        last = field->accepted_at;
    }
  if (stats.counts[HEMO_CELL_RED] == 0)
    return;
  for (guint i = 0; i < fields->len; i++)
    add_found_by (self->report, fields->pdata[i]);
  add_counted (self, &stats, last);
  add_size (self, &stats, last);
  add_ratio (self, &stats, HEMO_CELL_WHITE, "red-per-white", N_ ("Red cells for each white cell"),
             last);
  add_ratio (self, &stats, HEMO_CELL_PLATELET, "red-per-platelet",
             N_ ("Red cells for each platelet"), last);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The differential as bars over their reference ranges, with the 95 % interval as a whisker. */

#include "hemo-report-sheet-private.h"

#include <math.h>

#define ROW 12.5
#define LABELS 132.0
#define VALUES 42.0
#define AXIS 26.0

static const HemoText label_style = { .size = 8, .ink = HEMO_INK_BLACK, .one_line = TRUE };
static const HemoText tick_style
    = { .size = 7, .ink = HEMO_INK_GREY, .side = HEMO_SIDE_CENTRE, .number = TRUE };

typedef struct
{
  double x;
  double width;
  double top;
  double maximum;
} Axis;

static gboolean
is_charted (const HemoLine *line)
{
  return line->section == HEMO_SECTION_DIFFERENTIAL && g_strcmp0 (line->ucum, "%") == 0
         && isfinite (line->value);
}

static GPtrArray *
find_lines (const HemoSheet *self)
{
  GPtrArray *lines = g_ptr_array_new ();

  for (guint i = 0; i < self->report->lines->len; i++)
    if (is_charted (self->report->lines->pdata[i]))
      g_ptr_array_add (lines, self->report->lines->pdata[i]);
  return lines;
}

static double
finite_or_zero (double value)
{
  return isfinite (value) ? value : 0;
}

/* The next ten above all that is drawn, so that small classes can be seen; at most 100 %. */
static double
find_maximum (GPtrArray *lines)
{
  double maximum = 20;

  for (guint i = 0; i < lines->len; i++)
    {
      const HemoLine *line = lines->pdata[i];

      maximum = MAX (maximum, line->value);
      maximum = MAX (maximum, finite_or_zero (line->interval_high));
      maximum = MAX (maximum, finite_or_zero (line->reference_high));
    }
  return MIN (100, ceil (maximum / 10) * 10);
}

static double
position (const Axis *axis, double value)
{
  return axis->x + CLAMP (value, 0, axis->maximum) / axis->maximum * axis->width;
}

static void
draw_span (HemoSheet *self,
           const Axis *axis,
           HemoInk ink,
           double low,
           double high,
           double y,
           double height)
{
  double from = position (axis, low);
  double to = position (axis, high);

  if (to > from)
    hemo_paper_box (self->paper, ink, from, y, to - from, height);
}

static void
draw_grid (HemoSheet *self, const Axis *axis, double height)
{
  double step = axis->maximum > 50 ? 20 : 10;

  for (double tick = 0; tick <= axis->maximum + 0.1; tick += step)
    {
      g_autofree char *text = g_strdup_printf ("%.0f %%", tick);
      double x = position (axis, tick);

      hemo_paper_box (self->paper, HEMO_INK_LINE, x - 0.25, axis->top, 0.5, height + 2);
      hemo_paper_text (self->paper, &tick_style, text, x - 20, axis->top + height + 2, 40);
    }
}

/* Capped at both ends, so that it is told from the grid. */
static void
draw_whisker (HemoSheet *self, const Axis *axis, const HemoLine *line, double y)
{
  double low = position (axis, line->interval_low);
  double high = position (axis, line->interval_high);
  double middle = y + ROW / 2;

  if (!isfinite (line->interval_low) || !isfinite (line->interval_high))
    return;
  hemo_paper_box (self->paper, HEMO_INK_BLACK, low, middle - 0.4, high - low, 0.8);
  hemo_paper_box (self->paper, HEMO_INK_BLACK, low - 0.4, middle - 2.2, 0.8, 4.4);
  hemo_paper_box (self->paper, HEMO_INK_BLACK, high - 0.4, middle - 2.2, 0.8, 4.4);
}

static void
draw_bar (HemoSheet *self, const Axis *axis, const HemoLine *line, double y)
{
  HemoText value = { .size = 8, .side = HEMO_SIDE_RIGHT, .number = TRUE, .one_line = TRUE };
  g_autofree char *number = hemo_line_value_text (line);
  const char *flag = hemo_flag_to_code (line->flag);
  g_autofree char *text = g_strdup_printf ("%s %%%s%s", number, *flag != '\0' ? " " : "", flag);

  value.bold = *flag != '\0';
  hemo_paper_text (self->paper, &label_style, hemo_sheet_tr (self, line->label), HEMO_SHEET_MARGIN,
                   y + 0.6, LABELS - 6);
  draw_span (self, axis, HEMO_INK_BAR, 0, line->value, y + 3.6, ROW - 7.2);
  draw_whisker (self, axis, line, y);
  hemo_paper_text (self->paper, &value, text, axis->x + axis->width + 8, y + 0.6, VALUES - 2);
}

static void
draw_range (HemoSheet *self, const Axis *axis, const HemoLine *line, double y)
{
  if (isfinite (line->reference_low) || isfinite (line->reference_high))
    draw_span (self, axis, HEMO_INK_BAND, finite_or_zero (line->reference_low),
               isfinite (line->reference_high) ? line->reference_high : axis->maximum, y + 1,
               ROW - 2);
}

static void
draw_legend (HemoSheet *self, double y)
{
  HemoText style = { .size = 7, .ink = HEMO_INK_GREY };

  hemo_paper_text (self->paper, &style,
                   /* xgettext:no-c-format */
                   hemo_sheet_tr (self, N_ ("Bar: counted. Pale band: reference range. "
                                            "Line with ends: 95 % interval.")),
                   HEMO_SHEET_MARGIN + LABELS, y, self->inner - LABELS);
}

void
hemo_sheet_draw_chart (HemoSheet *self)
{
  g_autoptr (GPtrArray) lines = find_lines (self);
  double height = lines->len * ROW;
  Axis axis = { .x = HEMO_SHEET_MARGIN + LABELS,
                .width = self->inner - LABELS - VALUES - 12,
                .maximum = find_maximum (lines) };

  if (lines->len == 0)
    return;
  hemo_sheet_need (self, height + AXIS + 10);
  self->y += 8;
  axis.top = self->y;
  for (guint i = 0; i < lines->len; i++)
    draw_range (self, &axis, lines->pdata[i], axis.top + i * ROW);
  draw_grid (self, &axis, height);
  for (guint i = 0; i < lines->len; i++)
    draw_bar (self, &axis, lines->pdata[i], axis.top + i * ROW);
  draw_legend (self, axis.top + height + 13);
  self->y += height + AXIS;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The results, a table for each section. */

#include "hemo-report-sheet-private.h"

#include "hemo-list-words.h"

#include <math.h>
#include <string.h>

#define PADDING 2.6
#define GAP 6.0
#define LONGEST_ROW 200.0

typedef enum
{
  COLUMN_TEST,
  COLUMN_RESULT,
  COLUMN_UNIT,
  COLUMN_INTERVAL,
  COLUMN_REFERENCE,
  COLUMN_FLAG,
  COLUMN_PREVIOUS,
  COLUMNS,
} Column;

/* Shares of the width between the margins; they add up to 1. */
static const struct
{
  const char *heading;
  double share;
  HemoSide side;
} columns[COLUMNS] = {
  [COLUMN_TEST] = { N_ ("Test"), 0.265, HEMO_SIDE_START },
  [COLUMN_RESULT] = { N_ ("Result"), 0.10, HEMO_SIDE_RIGHT },
  [COLUMN_UNIT] = { N_ ("Unit"), 0.10, HEMO_SIDE_START },
  [COLUMN_INTERVAL] = { /* xgettext:no-c-format */ N_ ("95 % interval"), 0.125, HEMO_SIDE_RIGHT },
  [COLUMN_REFERENCE] = { N_ ("Reference"), 0.125, HEMO_SIDE_RIGHT },
  [COLUMN_FLAG] = { N_ ("Flag"), 0.145, HEMO_SIDE_START },
  [COLUMN_PREVIOUS] = { N_ ("Previous"), 0.14, HEMO_SIDE_START },
};

static const char *const flags[] = {
  [HEMO_FLAG_NONE] = NULL,
  [HEMO_FLAG_LOW] = N_ ("Low"),
  [HEMO_FLAG_HIGH] = N_ ("High"),
  [HEMO_FLAG_CRITICAL_LOW] = N_ ("Critical low"),
  [HEMO_FLAG_CRITICAL_HIGH] = N_ ("Critical high"),
  [HEMO_FLAG_ABNORMAL] = N_ ("Abnormal"),
  [HEMO_FLAG_CRITICAL_ABNORMAL] = N_ ("Critical"),
};

static const HemoText cell_style = { .size = 8.5, .ink = HEMO_INK_BLACK };
static const HemoText small_style = { .size = 7, .ink = HEMO_INK_GREY };

static double
column_x (const HemoSheet *self, Column column)
{
  double x = HEMO_SHEET_MARGIN;

  for (Column i = 0; i < column; i++)
    x += columns[i].share * self->inner;
  return x;
}

static double
column_width (const HemoSheet *self, Column column)
{
  /* Digits that end at the column's edge stand close to the flag otherwise. */
  double gap = column == COLUMN_REFERENCE ? 2 * GAP : GAP;

  return columns[column].share * self->inner - gap;
}

char *
hemo_sheet_limit (double limit, int decimals)
{
  char format[8];
  char text[64];

  g_snprintf (format, sizeof format, "%%.%df", CLAMP (hemo_decimals_of (limit, decimals), 0, 9));
  return g_strdup (g_ascii_formatd (text, sizeof text, format, limit));
}

static char *
format_interval (const HemoLine *line)
{
  int decimals = MAX (line->decimals, 1);
  char format[8];
  char low[64], high[64];

  if (!isfinite (line->interval_low) || !isfinite (line->interval_high))
    return NULL;
  g_snprintf (format, sizeof format, "%%.%df", MIN (decimals, 9));
  g_ascii_formatd (low, sizeof low, format, line->interval_low);
  g_ascii_formatd (high, sizeof high, format, line->interval_high);
  return g_strdup_printf ("%s – %s", low, high);
}

static char *
format_reference (const HemoLine *line)
{
  g_autofree char *low = isfinite (line->reference_low)
                             ? hemo_sheet_limit (line->reference_low, line->decimals)
                             : NULL;
  g_autofree char *high = isfinite (line->reference_high)
                              ? hemo_sheet_limit (line->reference_high, line->decimals)
                              : NULL;

  if (low != NULL && high != NULL)
    return g_strdup_printf ("%s – %s", low, high);
  if (low != NULL)
    return g_strdup_printf ("≥ %s", low);
  return high != NULL ? g_strdup_printf ("≤ %s", high) : NULL;
}

static char *
format_previous (const HemoLine *line)
{
  g_autofree char *value = NULL;

  if (!isfinite (line->previous))
    return NULL;
  value = hemo_sheet_limit (line->previous, line->decimals);
  if (line->previous_at.utc_us == 0)
    return g_steal_pointer (&value);
  g_autofree char *day = hemo_date_to_iso (hemo_date_of (line->previous_at));
  return g_strdup_printf ("%s  (%s)", value, day);
}

/* Of the earlier value, as it is stored; a change from nothing has no percentage. */
static char *
format_delta (const HemoSheet *self, const HemoLine *line)
{
  const char *word = hemo_sheet_tr (self, N_ ("changed"));

  if (!line->delta)
    return NULL;
  if (!isfinite (line->previous) || line->previous == 0 || !isfinite (line->value))
    return g_strdup_printf ("Δ %s", word);
  return g_strdup_printf ("Δ %+.0f %% %s",
                          100 * (line->value - line->previous) / fabs (line->previous), word);
}

static gboolean
belongs (const HemoLine *line, HemoSection section)
{
  return line->section == section && !hemo_sheet_is_comment (line);
}

static gboolean
is_column_used (const HemoLine *line, Column column)
{
  switch (column)
    {
    case COLUMN_UNIT:
      return isfinite (line->value) && line->ucum != NULL;
    case COLUMN_INTERVAL:
      return isfinite (line->interval_low);
    case COLUMN_REFERENCE:
      return isfinite (line->reference_low) || isfinite (line->reference_high);
    case COLUMN_FLAG:
      return line->flag != HEMO_FLAG_NONE;
    case COLUMN_PREVIOUS:
      return isfinite (line->previous);
    default:
      return TRUE;
    }
}

/* A column that stays empty in a section needs no heading. */
static gboolean
has_heading (const HemoSheet *self, HemoSection section, Column column)
{
  for (guint i = 0; i < self->report->lines->len; i++)
    {
      const HemoLine *line = self->report->lines->pdata[i];

      if (belongs (line, section) && is_column_used (line, column))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_all_words (const HemoSheet *self, HemoSection section)
{
  for (guint i = 0; i < self->report->lines->len; i++)
    {
      const HemoLine *line = self->report->lines->pdata[i];

      if (belongs (line, section) && isfinite (line->value))
        return FALSE;
    }
  return TRUE;
}

static void
draw_column_heads (HemoSheet *self, HemoSection section)
{
  gboolean words = is_all_words (self, section);
  double height = 0;

  for (Column column = 0; column < COLUMNS; column++)
    {
      HemoText style = { .size = 7.5, .ink = HEMO_INK_GREY, .side = columns[column].side };
      double drawn;

      if (!has_heading (self, section, column))
        continue;
      if (words)
        style.side = HEMO_SIDE_START;
      drawn = hemo_paper_text (self->paper, &style, hemo_sheet_tr (self, columns[column].heading),
                               column_x (self, column), self->y, column_width (self, column));
      height = MAX (height, drawn);
    }
  self->y += height + 2;
  hemo_paper_box (self->paper, HEMO_INK_LINE, HEMO_SHEET_MARGIN, self->y, self->inner, 0.75);
}

/* What a row says, so that it is measured and drawn alike. */
typedef struct
{
  const char *label;
  char *note;
  char *value;
  const char *unit;
  char *interval;
  char *reference;
  char *flag;
  char *previous;
  char *delta;
  gboolean words;
  gboolean critical;
  double height;
} Row;

static void
clear_row (Row *row)
{
  g_free (row->note);
  g_free (row->value);
  g_free (row->interval);
  g_free (row->reference);
  g_free (row->flag);
  g_free (row->previous);
  g_free (row->delta);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, clear_row)

static char *
format_flag (const HemoSheet *self, HemoFlag flag)
{
  if (flag == HEMO_FLAG_NONE)
    return NULL;
  return g_strdup_printf ("%s  %s", hemo_flag_to_code (flag), hemo_sheet_tr (self, flags[flag]));
}

/* Values in words ('Plasmodium falciparum') take the columns that they leave empty. */
static double
value_width (const HemoSheet *self, const Row *row)
{
  if (!row->words)
    return column_width (self, COLUMN_RESULT);
  return column_x (self, COLUMN_REFERENCE) - column_x (self, COLUMN_RESULT) - GAP;
}

/* '2+' would become '+2' in Arabic. */
static gboolean
has_letters (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_isalpha (g_utf8_get_char (text)))
      return TRUE;
  return FALSE;
}

static HemoText
value_style (const Row *row)
{
  HemoText style = cell_style;

  style.bold = row->flag != NULL;
  style.number = !row->words || !has_letters (row->value);
  style.side = row->words ? HEMO_SIDE_START : HEMO_SIDE_RIGHT;
  return style;
}

static double
measure_row (HemoSheet *self, const Row *row)
{
  HemoText value = value_style (row);
  HemoText bold = cell_style;
  double label
      = hemo_paper_measure (self->paper, &cell_style, row->label, column_width (self, COLUMN_TEST));
  double height;

  bold.bold = TRUE;
  if (row->note != NULL)
    label += hemo_paper_measure (self->paper, &small_style, row->note,
                                 column_width (self, COLUMN_TEST));
  height = hemo_paper_measure (self->paper, &value, row->value, value_width (self, row));
  if (row->flag != NULL)
    height = MAX (height, hemo_paper_measure (self->paper, &bold, row->flag,
                                              column_width (self, COLUMN_FLAG) - 6));
  if (row->previous != NULL)
    height = MAX (height, row->delta != NULL ? 22 : 11);
  return MAX (label, height) + 2 * PADDING;
}

/* Results that hold a number; for the translators, as the model makes them. */
static const char *const texts_with_numbers[] G_GNUC_UNUSED = {
  N_ ("none seen in %d fields"),    N_ ("none seen beside %d white cells"),
  N_ ("none seen in %d red cells"), N_ ("mean of %d readings"),
  N_ ("%d parasites per µL"),       N_ ("%d infected of 1000 red cells"),
};

/* What the model puts together is translated part by part. */
static char *
translate_parts (const HemoSheet *self, const char *text, const char *separator)
{
  const char *whole = hemo_catalog_get (self->catalog, text);
  g_auto (GStrv) parts = NULL;

  if (whole != text)
    return g_strdup (whole);
  parts = g_strsplit (text, separator, -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *part = parts[i];

      whole = hemo_catalog_get (self->catalog, part);
      parts[i] = whole != part ? g_strdup (whole) : hemo_sheet_tr_numbers (self, part);
    }
  return g_strjoinv (
      g_str_equal (separator, ", ") ? hemo_list_separator_of (self->catalog) : separator, parts);
}

static void
fill_row (HemoSheet *self, const HemoLine *line, Row *row)
{
  row->words = !isfinite (line->value);
  row->label = line->label != NULL ? hemo_sheet_tr (self, line->label) : "";
  row->note = line->note != NULL ? translate_parts (self, line->note, "; ") : NULL;
  row->value = hemo_line_value_text (line);
  if (row->words && line->text != NULL)
    {
      g_free (row->value);
      row->value = translate_parts (self, line->text, ", ");
    }
  row->unit = hemo_ucum_to_text (line->ucum);
  row->interval = format_interval (line);
  row->reference = format_reference (line);
  row->flag = format_flag (self, line->flag);
  row->critical = hemo_flag_is_critical (line->flag);
  row->previous = format_previous (line);
  row->delta = format_delta (self, line);
  row->height = measure_row (self, row);
}

static void
draw_cell (HemoSheet *self, const Row *row, Column column, const char *text)
{
  HemoText style = cell_style;

  if (text == NULL)
    return;
  style.side = columns[column].side;
  style.number = TRUE;
  style.bold = column == COLUMN_RESULT && row->flag != NULL;
  hemo_paper_text (self->paper, &style, text, column_x (self, column), self->y + PADDING,
                   column_width (self, column));
}

/* Letter and word; a critical one in white on black, which a copier keeps. */
static void
draw_flag (HemoSheet *self, const Row *row)
{
  HemoText style = cell_style;
  double x = column_x (self, COLUMN_FLAG);
  double width = column_width (self, COLUMN_FLAG);

  if (row->flag == NULL)
    return;
  style.bold = TRUE;
  if (row->critical)
    {
      double text_width = hemo_paper_text_width (self->paper, &style, row->flag);
      double height = hemo_paper_measure (self->paper, &style, row->flag, width - 6);

      hemo_paper_box (self->paper, HEMO_INK_BLACK, x - 3, self->y + PADDING - 0.5,
                      MIN (text_width, width - 6) + 6, height + 1);
      style.ink = HEMO_INK_WHITE;
    }
  hemo_paper_text (self->paper, &style, row->flag, x, self->y + PADDING, width - 6);
}

static void
draw_previous (HemoSheet *self, const Row *row)
{
  HemoText style = { .size = 7.5, .ink = HEMO_INK_GREY, .number = TRUE, .one_line = TRUE };
  double x = column_x (self, COLUMN_PREVIOUS);
  double width = column_width (self, COLUMN_PREVIOUS) + GAP;
  double y = self->y + PADDING + 0.7;

  if (row->previous != NULL)
    y += hemo_paper_text (self->paper, &style, row->previous, x, y, width);
  if (row->delta == NULL)
    return;
  style.bold = TRUE;
  style.ink = HEMO_INK_BLACK;
  hemo_paper_text (self->paper, &style, row->delta, x, y, width);
}

static void
draw_row (HemoSheet *self, const Row *row)
{
  double x = column_x (self, COLUMN_TEST);
  double width = column_width (self, COLUMN_TEST);
  double y = self->y + PADDING;
  HemoText style = value_style (row);

  y += hemo_paper_text (self->paper, &cell_style, row->label, x, y, width);
  if (row->note != NULL)
    hemo_paper_text (self->paper, &small_style, row->note, x, y, width);
  hemo_paper_text (self->paper, &style, row->value, column_x (self, COLUMN_RESULT),
                   self->y + PADDING, value_width (self, row));
  if (!row->words)
    {
      draw_cell (self, row, COLUMN_UNIT, row->unit);
      draw_cell (self, row, COLUMN_INTERVAL, row->interval);
    }
  draw_cell (self, row, COLUMN_REFERENCE, row->reference);
  draw_flag (self, row);
  draw_previous (self, row);
  self->y += row->height;
  hemo_paper_box (self->paper, HEMO_INK_BAND, HEMO_SHEET_MARGIN, self->y - 0.5, self->inner, 0.5);
}

/* Words that would not fit on a page go below their row, where they may go over to the next. */
static char *
take_long_words (HemoSheet *self, Row *row)
{
  char *words;

  if (!row->words || row->height < LONGEST_ROW)
    return NULL;
  words = g_steal_pointer (&row->value);
  row->value = g_strdup ("");
  row->height = measure_row (self, row);
  return words;
}

static void
draw_line (HemoSheet *self, const HemoLine *line)
{
  g_auto (Row) row = { 0 };
  g_autofree char *words = NULL;

  fill_row (self, line, &row);
  words = take_long_words (self, &row);
  if (hemo_sheet_need (self, row.height))
    {
      HemoText style = { .size = 8, .ink = HEMO_INK_GREY };
      g_autofree char *text
          = g_strdup_printf ("%s (%s)", hemo_sheet_tr (self, hemo_section_label (line->section)),
                             hemo_sheet_tr (self, N_ ("continued")));

      hemo_sheet_paragraph (self, &style, text);
      self->y += 2;
      draw_column_heads (self, line->section);
    }
  draw_row (self, &row);
  if (words != NULL)
    hemo_sheet_paragraph (self, &cell_style, words);
}

static void
draw_section (HemoSheet *self, HemoSection section)
{
  GPtrArray *lines = self->report->lines;
  gboolean begun = FALSE;

  for (guint i = 0; i < lines->len; i++)
    {
      const HemoLine *line = lines->pdata[i];

      if (!belongs (line, section))
        continue;
      if (!begun)
        {
          hemo_sheet_heading (self, hemo_sheet_tr (self, hemo_section_label (section)), 44);
          draw_column_heads (self, section);
        }
      begun = TRUE;
      draw_line (self, line);
    }
  if (begun && section == HEMO_SECTION_DIFFERENTIAL)
    hemo_sheet_draw_chart (self);
}

static gboolean
any_interval (const HemoSheet *self)
{
  for (guint i = 0; i < self->report->lines->len; i++)
    if (isfinite (((const HemoLine *)self->report->lines->pdata[i])->interval_low))
      return TRUE;
  return FALSE;
}

void
hemo_sheet_draw_sections (HemoSheet *self)
{
  if (self->report->lines->len == 0)
    return;
  for (HemoSection section = 0; section < HEMO_SECTIONS; section++)
    draw_section (self, section);
  self->y += 4;
  hemo_sheet_paragraph (
      self, &small_style,
      hemo_sheet_tr (self,
                     N_ ("L low, H high, LL and HH critical, A abnormal, AA critical abnormal, "
                         "Δ changed more than expected since the result before.")));
  if (any_interval (self))
    hemo_sheet_paragraph (
        self, &small_style,
        hemo_sheet_tr (self,
                       /* xgettext:no-c-format */ N_ (
                           "The 95 % interval says how far a count of so few cells may be from the "
                           "truth (Wilson; Poisson for what is counted per 100 white cells).")));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The order of a report's parts, and the flow from page to page. */

#include "hemo-report-pdf.h"

#include "hemo-number-words.h"
#include "hemo-report-sheet-private.h"

#include <string.h>

#define FOOT 46.0
#define TOP 38.0
#define COUNTING_SCALE 0.01
#define SCALE_MIN 0.1
#define SCALE_MAX 6.0

HemoReportPicture *
hemo_report_picture_new (const char *image,
                         GBytes *bytes,
                         const char *caption,
                         double micrometres_per_pixel)
{
  HemoReportPicture *self = g_new0 (HemoReportPicture, 1);

  self->image = g_strdup (image);
  self->bytes = g_bytes_ref (bytes);
  self->caption = g_strdup (caption);
  self->micrometres_per_pixel = micrometres_per_pixel;
  return self;
}

void
hemo_report_picture_free (HemoReportPicture *self)
{
  if (self == NULL)
    return;
  g_free (self->image);
  g_bytes_unref (self->bytes);
  g_free (self->caption);
  g_free (self);
}

const char *
hemo_sheet_tr (const HemoSheet *self, const char *text)
{
  return hemo_catalog_get (self->catalog, text);
}

char *
hemo_sheet_isolate (const HemoSheet *self, const char *text)
{
  /* FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE of Unicode. */
  return hemo_paper_is_rtl (self->paper) ? g_strconcat ("\u2068", text, "\u2069", NULL)
                                         : g_strdup (text);
}

char *
hemo_sheet_time (const HemoSheet *self, HemoTime time)
{
  g_autofree char *text = time.utc_us != 0 ? hemo_time_to_text (time) : NULL;
  g_autofree char *isolated = text != NULL ? hemo_sheet_isolate (self, text) : NULL;

  if (isolated == NULL)
    return g_strdup (hemo_sheet_tr (self, N_ ("not known")));
  if (!time.by_hand)
    return g_steal_pointer (&isolated);
  return g_strdup_printf ("%s (%s)", isolated, hemo_sheet_tr (self, N_ ("entered by hand")));
}

static void
begin_page (HemoSheet *self)
{
  self->page++;
  self->y = TOP;
  if (self->report->status == HEMO_REPORT_DRAFT)
    hemo_paper_watermark (self->paper, hemo_sheet_tr (self, N_ ("DRAFT — not signed")));
  else if (self->report->status == HEMO_REPORT_ENTERED_IN_ERROR)
    hemo_paper_watermark (self->paper, hemo_sheet_tr (self, N_ ("WITHDRAWN")));
  if (self->page > 1)
    hemo_sheet_draw_running_head (self);
}

gboolean
hemo_sheet_need (HemoSheet *self, double height)
{
  if (self->y + height <= self->bottom)
    return FALSE;
  hemo_sheet_draw_foot (self);
  hemo_paper_next_page (self->paper);
  begin_page (self);
  return TRUE;
}

void
hemo_sheet_heading (HemoSheet *self, const char *text, double height)
{
  HemoText style = { .size = 10.5, .bold = TRUE, .ink = HEMO_INK_ACCENT };
  double own = hemo_paper_measure (self->paper, &style, text, self->inner);

  if (!hemo_sheet_need (self, own + 16 + height))
    self->y += 12;
  self->y += hemo_paper_text (self->paper, &style, text, HEMO_SHEET_MARGIN, self->y, self->inner);
  hemo_paper_box (self->paper, HEMO_INK_ACCENT, HEMO_SHEET_MARGIN, self->y + 1, self->inner, 0.9);
  self->y += 4;
}

void
hemo_sheet_paragraph (HemoSheet *self, const HemoText *style, const char *text)
{
  g_autoptr (GPtrArray) lines = hemo_paper_break_lines (self->paper, style, text, self->inner);

  for (guint i = 0; i < lines->len; i++)
    {
      const char *line = lines->pdata[i];

      hemo_sheet_need (self, style->size * 1.6);
      self->y
          += hemo_paper_text (self->paper, style, line, HEMO_SHEET_MARGIN, self->y, self->inner);
    }
}

static const char *
translate (const char *text, gpointer data)
{
  return hemo_catalog_get (data, text);
}

char *
hemo_sheet_tr_numbers (const HemoSheet *self, const char *text)
{
  return hemo_number_words_translate (text, translate, (gpointer)self->catalog);
}

static void
draw_report (HemoSheet *self)
{
  gboolean withdrawn = self->report->status == HEMO_REPORT_CANCELLED
                       || self->report->status == HEMO_REPORT_ENTERED_IN_ERROR;

  begin_page (self);
  hemo_sheet_draw_letterhead (self);
  hemo_sheet_draw_notices (self);
  hemo_sheet_draw_patient (self);
  /* A withdrawn report has no results that anybody could act on. */
  if (!withdrawn)
    {
      hemo_sheet_draw_sections (self);
      hemo_sheet_draw_found (self);
      hemo_sheet_draw_remarks (self);
    }
  hemo_sheet_draw_calls (self);
  if (!withdrawn)
    hemo_sheet_draw_pictures (self);
  hemo_sheet_draw_signature (self);
  hemo_sheet_draw_foot (self);
}

static HemoPaper *
make_paper (const HemoSheet *self)
{
  HemoPaper *paper = hemo_paper_new (self->width, self->height, self->report->language);
  g_autofree char *title = g_strdup_printf ("Report %s", self->data->specimen->accession);
  HemoTime created = self->report->signed_at;

  if (created.utc_us == 0)
    created = self->data->specimen->received_at;
  hemo_paper_describe (paper, title, created);
  return paper;
}

/* Drawn twice: on @first to count the pages, then on @second. */
static void
draw_twice (HemoSheet *self, HemoPaper *first, HemoPaper *second)
{
  HemoSheet counting = *self;

  counting.paper = first;
  draw_report (&counting);
  self->paper = second;
  self->pages = counting.page;
  self->unknown = hemo_paper_get_unknown (first);
  draw_report (self);
}

static void
choose_size (HemoSheet *self)
{
  gboolean letter = hemo_language_is_letter (self->report->language);

  self->width = letter ? 612 : 595.276;
  self->height = letter ? 792 : 841.89;
  self->inner = self->width - 2 * HEMO_SHEET_MARGIN;
  self->bottom = self->height - FOOT - 8;
}

static void
clear_sheet (HemoSheet *self)
{
  g_clear_pointer (&self->catalog, hemo_catalog_free);
  g_clear_pointer (&self->surfaces, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoSheet, clear_sheet)

static gboolean
begin_sheet (HemoSheet *self, gboolean pixels, GError **error)
{
  const HemoCase *data = self->data;

  if (data->clinic == NULL || data->patient == NULL || data->specimen == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "A report cannot be printed without its clinic, patient and specimen.");
      return FALSE;
    }
  self->surfaces = hemo_sheet_load_pictures (self->pictures, pixels, error);
  if (self->surfaces == NULL)
    return FALSE;
  self->catalog = hemo_catalog_new (self->report->language);
  choose_size (self);
  return TRUE;
}

GBytes *
hemo_report_render_pdf (const HemoReport *report,
                        const HemoCase *data,
                        GPtrArray *pictures,
                        GError **error)
{
  g_autoptr (HemoPaper) first = NULL;
  g_autoptr (HemoPaper) second = NULL;
  g_auto (HemoSheet) sheet = { .report = report, .data = data, .pictures = pictures };

  if (!begin_sheet (&sheet, FALSE, error))
    return NULL;
  first = make_paper (&sheet);
  second = make_paper (&sheet);
  draw_twice (&sheet, first, second);
  return hemo_paper_finish (second, error);
}

GPtrArray *
hemo_report_render_pages (const HemoReport *report,
                          const HemoCase *data,
                          GPtrArray *pictures,
                          double scale,
                          GError **error)
{
  g_autoptr (HemoPaper) first = NULL;
  g_autoptr (HemoPaper) second = NULL;
  g_auto (HemoSheet) sheet = { .report = report, .data = data, .pictures = pictures };

  if (!begin_sheet (&sheet, TRUE, error))
    return NULL;
  /* To count pages takes no pixels. */
  first = hemo_paper_new_screen (sheet.width, sheet.height, report->language, COUNTING_SCALE);
  second = hemo_paper_new_screen (sheet.width, sheet.height, report->language,
                                  CLAMP (scale, SCALE_MIN, SCALE_MAX));
  draw_twice (&sheet, first, second);
  return hemo_paper_finish_pages (second, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sheet that a report is set on; only for the files hemo-report-*.c. */

#pragma once

#include "hemo-catalog.h"
#include "hemo-paper.h"
#include "hemo-report-pdf.h"

G_BEGIN_DECLS

#define HEMO_SHEET_MARGIN 42.0

/* Marks English source text for the translators; hemo_sheet_tr() prints it. */
#define N_(text) (text)

/**
 * HemoSheet:
 * @pictures: (element-type HemoReportPicture): or NULL
 * @surfaces: (element-type cairo_surface_t): decoded @pictures, in the same order
 * @inner: width between the margins
 * @bottom: where the text of a page ends
 * @y: where the next thing goes
 * @pages: number of pages, 0 as long as they are being counted
 * @unknown: characters that no font could draw, found when counting
 */
typedef struct
{
  HemoPaper *paper;
  HemoCatalog *catalog;
  const HemoReport *report;
  const HemoCase *data;
  GPtrArray *pictures;
  GPtrArray *surfaces;
  double width;
  double height;
  double inner;
  double bottom;
  double y;
  int page;
  int pages;
  int unknown;
} HemoSheet;

/* A new page unless @height is left on this one; whether it was needed. */
gboolean hemo_sheet_need (HemoSheet *self, double height);
const char *hemo_sheet_tr (const HemoSheet *self, const char *text) G_GNUC_FORMAT (2);
/* A sentence with numbers in it, which the catalogue has with '%d' in their place. (transfer full)
 */
char *hemo_sheet_tr_numbers (const HemoSheet *self, const char *text);
/* A limit of a range: with @decimals, and more (up to 3) where it has more. (transfer full) */
char *hemo_sheet_limit (double limit, int decimals);
/* A value inside a sentence keeps its own direction in a sentence of the other. (transfer full) */
char *hemo_sheet_isolate (const HemoSheet *self, const char *text);
/* Date and time in words, 'entered by hand' where it was. (transfer full) */
char *hemo_sheet_time (const HemoSheet *self, HemoTime time);
/* Heading of a section, on the same page as @height of what follows. */
void hemo_sheet_heading (HemoSheet *self, const char *text, double height);
/* Wrapped, over pages where needed. */
void hemo_sheet_paragraph (HemoSheet *self, const HemoText *style, const char *text);

/* The parts of a report, each where it stands on the page. */
void hemo_sheet_draw_letterhead (HemoSheet *self);
void hemo_sheet_draw_running_head (HemoSheet *self);
void hemo_sheet_draw_foot (HemoSheet *self);
void hemo_sheet_draw_notices (HemoSheet *self);
void hemo_sheet_draw_patient (HemoSheet *self);
void hemo_sheet_draw_sections (HemoSheet *self);
void hemo_sheet_draw_chart (HemoSheet *self);
void hemo_sheet_draw_remarks (HemoSheet *self);
/* By what the counted cells were found, if by a program. */
void hemo_sheet_draw_found (HemoSheet *self);
void hemo_sheet_draw_calls (HemoSheet *self);
void hemo_sheet_draw_pictures (HemoSheet *self);
void hemo_sheet_draw_signature (HemoSheet *self);

/* Comments on the smear (LOINC 58445-8) are sentences, not rows of a table. */
gboolean hemo_sheet_is_comment (const HemoLine *line);

/* The large word of the status, in English. */
const char *hemo_sheet_status_word (HemoReportStatus status);

/* @pixels: decoded, for the screen; a PDF takes the bytes of a JPEG as they are. (element-type
 * cairo_surface_t) (transfer full) */
GPtrArray *hemo_sheet_load_pictures (GPtrArray *pictures, gboolean pixels, GError **error);
/* NULL when it is not a PNG of a sensible size. (transfer full) */
cairo_surface_t *hemo_sheet_load_png (GBytes *png);

G_END_DECLS

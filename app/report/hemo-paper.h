/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pages that come out the same for the same content: text by pango in embedded fonts,
 * lines and boxes by cairo.
 *
 * Lengths are points, 1/72 inch; y grows downwards. In a language written from right to left x is
 * counted from the right edge, so that the whole page is mirrored by itself. */

#pragma once

#include "hemo-time.h"

#include <gio/gio.h>
#include <pango/pangocairo.h>

G_BEGIN_DECLS

typedef enum
{
  HEMO_INK_BLACK,
  HEMO_INK_GREY,
  HEMO_INK_ACCENT,
  HEMO_INK_LINE,
  HEMO_INK_BAND,
  HEMO_INK_BAR,
  HEMO_INK_WATERMARK,
  HEMO_INK_WHITE,
} HemoInk;

/* Start and end follow the direction of the language; digits stand right in every language. */
typedef enum
{
  HEMO_SIDE_START,
  HEMO_SIDE_CENTRE,
  HEMO_SIDE_END,
  HEMO_SIDE_RIGHT,
} HemoSide;

/**
 * HemoText:
 * @size: in points
 * @one_line: shortened with an ellipsis instead of wrapped
 * @number: digits and signs, laid out from left to right even in Arabic, where '3 – 9' would turn
 *   into '9 – 3'
 */
typedef struct
{
  double size;
  gboolean bold;
  HemoInk ink;
  HemoSide side;
  gboolean one_line;
  gboolean number;
} HemoText;

typedef struct _HemoPaper HemoPaper;

/* @language: a locale; it decides direction and shapes. (transfer full) */
HemoPaper *hemo_paper_new (double width, double height, const char *language);
/* The same pages as pictures of @scale pixels a point: every line breaks where it does in print.
 * (transfer full) */
HemoPaper *hemo_paper_new_screen (double width, double height, const char *language, double scale);
void hemo_paper_free (HemoPaper *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoPaper, hemo_paper_free)

/* @created: date in the file; 1970 if not known, never today's. @title: no patient's name, for it
 * is seen without opening the file. */
void hemo_paper_describe (HemoPaper *self, const char *title, HemoTime created);

gboolean hemo_paper_is_rtl (const HemoPaper *self);
/* In device points, not mirrored. (transfer none) */
cairo_t *hemo_paper_get_cairo (HemoPaper *self);
/* Left edge on the device of a box at @x of @width. */
double hemo_paper_left (const HemoPaper *self, double x, double width);
void hemo_paper_next_page (HemoPaper *self);
/* Characters so far for which no font has a shape. */
int hemo_paper_get_unknown (const HemoPaper *self);

/* Draws in a box with its upper edge at @y; returns its height. */
double hemo_paper_text (
    HemoPaper *self, const HemoText *style, const char *text, double x, double y, double width);
/* Height that it would take. */
double hemo_paper_measure (HemoPaper *self, const HemoText *style, const char *text, double width);
/* Width of the text on one line. */
double hemo_paper_text_width (HemoPaper *self, const HemoText *style, const char *text);
/* Broken into lines of @width, for text that may go over a page. (transfer full) (element-type
 * utf8) */
GPtrArray *
hemo_paper_break_lines (HemoPaper *self, const HemoText *style, const char *text, double width);

void hemo_paper_box (HemoPaper *self, HemoInk ink, double x, double y, double width, double height);
void
hemo_paper_frame (HemoPaper *self, HemoInk ink, double x, double y, double width, double height);
/* In large letters across the page, behind what is drawn after. */
void hemo_paper_watermark (HemoPaper *self, const char *text);

/* Ends the document. (transfer full) */
GBytes *hemo_paper_finish (HemoPaper *self, GError **error);
/* Of a paper for the screen. (transfer full) (element-type cairo_surface_t) */
GPtrArray *hemo_paper_finish_pages (HemoPaper *self, GError **error);
/* The words of such a page in the order in which they were drawn, a line for each row. (transfer
 * none) */
const char *hemo_paper_page_words (cairo_surface_t *page);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pages by cairo and pango, as PDF or for the screen, without anything of the time, place or
 * process they are made in. */

#include "hemo-paper.h"

#include "hemo-catalog.h"

#include <cairo-pdf.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Latin first, so that digits look the same in all languages; the rest by script. */
#define FAMILIES "Noto Sans, Noto Sans Arabic, Noto Sans Devanagari, Noto Sans Math, sans-serif"
/* Of Noto Sans, in sizes. */
#define LATIN_ASCENT 1.07

struct _HemoPaper
{
  double width;
  double height;
  gboolean rtl;
  /* Pixels a point; 0: a PDF. */
  double scale;
  /* (element-type cairo_surface_t): those that are finished, for the screen */
  GPtrArray *pages;
  GByteArray *bytes;
  cairo_surface_t *surface;
  cairo_t *cr;
  PangoContext *words;
  PangoContext *numbers;
  int unknown;
  /* Of the page for the screen that is being drawn, for who hears it. */
  GString *heard;
  double heard_y;
};

static const double inks[][3] = {
  [HEMO_INK_BLACK] = { 0.08, 0.09, 0.10 },  [HEMO_INK_GREY] = { 0.36, 0.40, 0.43 },
  [HEMO_INK_ACCENT] = { 0.07, 0.29, 0.37 }, [HEMO_INK_LINE] = { 0.78, 0.82, 0.84 },
  [HEMO_INK_BAND] = { 0.86, 0.90, 0.91 },   [HEMO_INK_WATERMARK] = { 0.91, 0.91, 0.91 },
  [HEMO_INK_BAR] = { 0.42, 0.63, 0.70 },    [HEMO_INK_WHITE] = { 1, 1, 1 },
};

static cairo_status_t
write_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static PangoContext *
make_context (PangoFontMap *map, const char *language, PangoDirection direction)
{
  PangoContext *context = pango_font_map_create_context (map);
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options (context, options);
  pango_cairo_context_set_resolution (context, 72);
  pango_context_set_round_glyph_positions (context, FALSE);
  pango_context_set_base_dir (context, direction);
  /* Never the process's own language. */
  pango_context_set_language (context, pango_language_from_string (language));
  cairo_font_options_destroy (options);
  return context;
}

static HemoPaper *
make_paper (double width, double height, const char *language)
{
  HemoPaper *self = g_new0 (HemoPaper, 1);
  /* A map of its own: the default one belongs to a thread. */
  g_autoptr (PangoFontMap) map = pango_cairo_font_map_new ();
  const char *known = language != NULL && *language != '\0' ? language : "en";

  self->width = width;
  self->height = height;
  self->rtl = hemo_language_is_rtl (known);
  self->words = make_context (map, known, self->rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
  self->numbers = make_context (map, known, PANGO_DIRECTION_LTR);
  return self;
}

HemoPaper *
hemo_paper_new (double width, double height, const char *language)
{
  HemoPaper *self = make_paper (width, height, language);

  self->bytes = g_byte_array_new ();
  self->surface = cairo_pdf_surface_create_for_stream (write_cb, self->bytes, width, height);
  cairo_pdf_surface_restrict_to_version (self->surface, CAIRO_PDF_VERSION_1_7);
  self->cr = cairo_create (self->surface);
  return self;
}

static void
begin_picture (HemoPaper *self)
{
  self->surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24,
                                              MAX ((int)ceil (self->width * self->scale), 1),
                                              MAX ((int)ceil (self->height * self->scale), 1));
  self->cr = cairo_create (self->surface);
  cairo_set_source_rgb (self->cr, 1, 1, 1);
  cairo_paint (self->cr);
  cairo_scale (self->cr, self->scale, self->scale);
}

static void
destroy_surface (gpointer surface)
{
  cairo_surface_destroy (surface);
}

HemoPaper *
hemo_paper_new_screen (double width, double height, const char *language, double scale)
{
  HemoPaper *self = make_paper (width, height, language);

  self->scale = scale;
  self->heard = g_string_new (NULL);
  self->pages = g_ptr_array_new_with_free_func (destroy_surface);
  begin_picture (self);
  return self;
}

void
hemo_paper_free (HemoPaper *self)
{
  if (self == NULL)
    return;
  cairo_destroy (self->cr);
  cairo_surface_destroy (self->surface);
  if (self->heard != NULL)
    g_string_free (self->heard, TRUE);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  g_clear_pointer (&self->pages, g_ptr_array_unref);
  g_object_unref (self->words);
  g_object_unref (self->numbers);
  g_free (self);
}

void
hemo_paper_describe (HemoPaper *self, const char *title, HemoTime created)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (created.offset_minutes * 60);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (created.utc_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
  g_autofree char *date = local != NULL ? g_date_time_format (local, "%Y-%m-%dT%H:%M:%S%:z") : NULL;

  if (self->scale > 0)
    return;
  /* Without a date cairo writes that of today. */
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                  date != NULL ? date : "1970-01-01T00:00:00+00:00");
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_CREATOR,
                                  "Hemogram " HEMO_VERSION);
}

gboolean
hemo_paper_is_rtl (const HemoPaper *self)
{
  return self->rtl;
}

cairo_t *
hemo_paper_get_cairo (HemoPaper *self)
{
  return self->cr;
}

double
hemo_paper_left (const HemoPaper *self, double x, double width)
{
  return self->rtl ? self->width - x - width : x;
}

/* What stands beside each other is one line. */
static void
hear (HemoPaper *self, const char *text, double y)
{
  if (self->scale == 0 || *text == '\0')
    return;
  if (self->heard->len > 0)
    g_string_append (self->heard, y == self->heard_y ? "  " : "\n");
  g_string_append (self->heard, text);
  self->heard_y = y;
}

static const cairo_user_data_key_t words_key;

/* What was drawn goes with its page. */
static void
keep_words (HemoPaper *self)
{
  cairo_surface_set_user_data (self->surface, &words_key,
                               g_string_free (g_steal_pointer (&self->heard), FALSE), g_free);
  self->heard = g_string_new (NULL);
}

const char *
hemo_paper_page_words (cairo_surface_t *page)
{
  const char *words = cairo_surface_get_user_data (page, &words_key);

  return words != NULL ? words : "";
}

void
hemo_paper_next_page (HemoPaper *self)
{
  if (self->scale <= 0)
    {
      cairo_show_page (self->cr);
      return;
    }
  keep_words (self);
  g_ptr_array_add (self->pages, g_steal_pointer (&self->surface));
  cairo_destroy (self->cr);
  begin_picture (self);
}

int
hemo_paper_get_unknown (const HemoPaper *self)
{
  return self->unknown;
}

static void
set_ink (HemoPaper *self, HemoInk ink)
{
  cairo_set_source_rgb (self->cr, inks[ink][0], inks[ink][1], inks[ink][2]);
}

/* What cannot be drawn, or would let a name break out of its line, becomes a space. */
static char *
make_printable (const char *text, gboolean one_line)
{
  char *copy = g_utf8_make_valid (text, -1);

  for (char *c = copy; *c != '\0'; c++)
    if (((guchar)*c < 0x20 && (*c != '\n' || one_line)) || *c == 0x7f)
      *c = ' ';
  return copy;
}

static PangoAlignment
alignment_of (const HemoPaper *self, const HemoText *style, PangoLayout *layout)
{
  gboolean right = style->side == HEMO_SIDE_RIGHT || (style->side == HEMO_SIDE_END) != self->rtl;
  gboolean is_rtl = pango_layout_get_line_readonly (layout, 0)->resolved_dir == PANGO_DIRECTION_RTL;

  if (style->side == HEMO_SIDE_CENTRE)
    return PANGO_ALIGN_CENTER;
  /* Pango exchanges left and right for a paragraph whose direction is not the context's. */
  if (!style->number && is_rtl != self->rtl)
    right = !right;
  return right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
}

static PangoLayout *
make_layout (HemoPaper *self, const HemoText *style, const char *text, double width)
{
  PangoLayout *layout = pango_layout_new (style->number ? self->numbers : self->words);
  PangoFontDescription *font = pango_font_description_new ();
  g_autofree char *printable = make_printable (text, style->one_line);

  pango_font_description_set_family_static (font, FAMILIES);
  pango_font_description_set_size (font, (int)lround (style->size * PANGO_SCALE));
  pango_font_description_set_weight (font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_auto_dir (layout, !style->number);
  pango_layout_set_text (layout, printable, -1);
  pango_layout_set_alignment (layout, alignment_of (self, style, layout));
  if (width >= 0)
    pango_layout_set_width (layout, (int)(width * PANGO_SCALE));
  if (style->one_line)
    {
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_height (layout, -1);
    }
  else
    pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  return layout;
}

/* Arabic and Devanagari have more room above the letters; without it, a row of several scripts
 * stands on one line. */
static double
room_above (const HemoText *style, PangoLayout *layout)
{
  double baseline = (double)pango_layout_get_baseline (layout) / PANGO_SCALE;

  return MAX (baseline - style->size * LATIN_ASCENT, 0);
}

static double
height_of (const HemoText *style, PangoLayout *layout)
{
  int height;

  pango_layout_get_size (layout, NULL, &height);
  return (double)height / PANGO_SCALE - room_above (style, layout);
}

double
hemo_paper_text (
    HemoPaper *self, const HemoText *style, const char *text, double x, double y, double width)
{
  g_autoptr (PangoLayout) layout = make_layout (self, style, text, width);

  self->unknown += pango_layout_get_unknown_glyphs_count (layout);
  hear (self, text, y);
  set_ink (self, style->ink);
  cairo_move_to (self->cr, hemo_paper_left (self, x, width), y - room_above (style, layout));
  pango_cairo_show_layout (self->cr, layout);
  return height_of (style, layout);
}

double
hemo_paper_measure (HemoPaper *self, const HemoText *style, const char *text, double width)
{
  g_autoptr (PangoLayout) layout = make_layout (self, style, text, width);

  return height_of (style, layout);
}

double
hemo_paper_text_width (HemoPaper *self, const HemoText *style, const char *text)
{
  g_autoptr (PangoLayout) layout = make_layout (self, style, text, -1);
  int width;

  pango_layout_get_size (layout, &width, NULL);
  return ceil ((double)width / PANGO_SCALE);
}

/* A line on its own must keep the direction of its paragraph: RIGHT-TO-LEFT MARK, LEFT-TO-RIGHT
 * MARK. */
static const char *
direction_mark (const HemoPaper *self, const PangoLayoutLine *line)
{
  if (line->resolved_dir == PANGO_DIRECTION_RTL)
    return "\u200f";
  return self->rtl ? "\u200e" : "";
}

GPtrArray *
hemo_paper_break_lines (HemoPaper *self, const HemoText *style, const char *text, double width)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (PangoLayout) layout = make_layout (self, style, text, width);
  const char *printable = pango_layout_get_text (layout);

  for (int i = 0; i < pango_layout_get_line_count (layout); i++)
    {
      PangoLayoutLine *line = pango_layout_get_line_readonly (layout, i);
      g_autofree char *part
          = g_strchomp (g_strndup (printable + line->start_index, (gsize)line->length));

      g_ptr_array_add (lines, g_strconcat (direction_mark (self, line), part, NULL));
    }
  return lines;
}

void
hemo_paper_box (HemoPaper *self, HemoInk ink, double x, double y, double width, double height)
{
  set_ink (self, ink);
  cairo_rectangle (self->cr, hemo_paper_left (self, x, width), y, width, height);
  cairo_fill (self->cr);
}

void
hemo_paper_frame (HemoPaper *self, HemoInk ink, double x, double y, double width, double height)
{
  set_ink (self, ink);
  cairo_set_line_width (self->cr, 0.75);
  cairo_rectangle (self->cr, hemo_paper_left (self, x, width), y, width, height);
  cairo_stroke (self->cr);
}

void
hemo_paper_watermark (HemoPaper *self, const char *text)
{
  HemoText style = { .size = 100, .bold = TRUE, .ink = HEMO_INK_WATERMARK };
  double diagonal = hypot (self->width, self->height) * 0.72;
  double width = hemo_paper_text_width (self, &style, text);
  g_autoptr (PangoLayout) layout = NULL;
  int text_width, text_height;

  style.size = MIN (100, style.size * diagonal / width);
  layout = make_layout (self, &style, text, -1);
  pango_layout_get_size (layout, &text_width, &text_height);
  cairo_save (self->cr);
  set_ink (self, style.ink);
  cairo_translate (self->cr, self->width / 2, self->height / 2);
  cairo_rotate (self->cr, (self->rtl ? 1 : -1) * atan2 (self->height, self->width));
  cairo_move_to (self->cr, -0.5 * text_width / PANGO_SCALE, -0.5 * text_height / PANGO_SCALE);
  pango_cairo_show_layout (self->cr, layout);
  cairo_restore (self->cr);
}

GBytes *
hemo_paper_finish (HemoPaper *self, GError **error)
{
  cairo_status_t status = cairo_status (self->cr);

  cairo_show_page (self->cr);
  cairo_surface_finish (self->surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (self->surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, N_ ("The PDF could not be drawn: %s."),
                   cairo_status_to_string (status));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&self->bytes));
}

GPtrArray *
hemo_paper_finish_pages (HemoPaper *self, GError **error)
{
  cairo_status_t status = cairo_status (self->cr);

  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, N_ ("The page could not be drawn: %s."),
                   cairo_status_to_string (status));
      return NULL;
    }
  cairo_surface_flush (self->surface);
  keep_words (self);
  g_ptr_array_add (self->pages, cairo_surface_reference (self->surface));
  return g_steal_pointer (&self->pages);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bar codes by zint and qrencode, drawn with cairo. */

#include "hemo-labels.h"

#include "hemo-paper.h"

#include <glib/gi18n.h>
#include <math.h>
#include <qrencode.h>
#include <string.h>
#include <zint.h>

#define MM (72.0 / 25.4)
#define DOT (72.0 / 600.0)
#define ACCESSION_LIMIT 40
/* Code 128 asks for ten modules of white on either side. */
#define QUIET_MODULES 10

typedef struct
{
  const char *code;
  double width, height;
  int columns, rows;
  double label_width, label_height;
  double margin;
} Format;

static const Format formats[HEMO_LABEL_SIZES] = {
  [HEMO_LABEL_50X25] = { "50x25", 50 * MM, 25 * MM, 1, 1, 50 * MM, 25 * MM, 1.5 * MM },
  [HEMO_LABEL_40X20] = { "40x20", 40 * MM, 20 * MM, 1, 1, 40 * MM, 20 * MM, 1.2 * MM },
  [HEMO_LABEL_SHEET_3X8] = { "a4-3x8", 210 * MM, 297 * MM, 3, 8, 70 * MM, 37 * MM, 4 * MM },
};

typedef struct zint_symbol ZintSymbol;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZintSymbol, ZBarcode_Delete)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QRcode, QRcode_free)

G_DEFINE_QUARK (hemo_labels_error, hemo_labels_error)

const char *
hemo_label_size_to_code (HemoLabelSize size)
{
  return formats[size].code;
}

gboolean
hemo_label_size_from_code (const char *code, HemoLabelSize *out, GError **error)
{
  for (int i = 0; i < HEMO_LABEL_SIZES; i++)
    if (strcmp (code, formats[i].code) == 0)
      {
        *out = (HemoLabelSize)i;
        return TRUE;
      }
  g_set_error_literal (error, HEMO_LABELS_ERROR, HEMO_LABELS_ERROR_INVALID,
                       "There is no such size of labels. Known are 50x25, 40x20 and a4-3x8.");
  return FALSE;
}

HemoLabel *
hemo_label_new (
    const char *accession, const char *name, const char *detail, const char *date, const char *kind)
{
  HemoLabel *self = g_new0 (HemoLabel, 1);

  self->accession = g_strdup (accession);
  self->name = g_strdup (name);
  self->detail = g_strdup (detail);
  self->date = g_strdup (date);
  self->kind = g_strdup (kind);
  return self;
}

void
hemo_label_free (HemoLabel *self)
{
  if (self == NULL)
    return;
  g_free (self->accession);
  g_free (self->name);
  g_free (self->detail);
  g_free (self->date);
  g_free (self->kind);
  g_free (self);
}

static gboolean
check_accession (const char *accession, GError **error)
{
  gboolean good = accession != NULL && *accession != '\0' && strlen (accession) <= ACCESSION_LIMIT;

  for (const char *c = accession; good && *c != '\0'; c++)
    good = *c > ' ' && *c < 0x7f;
  if (!good)
    g_set_error_literal (
        error, HEMO_LABELS_ERROR, HEMO_LABELS_ERROR_INVALID,
        N_ ("The accession number cannot be printed as a bar code: 1 to 40 letters, "
            "digits and signs of ASCII are what it can take."));
  return good;
}

static gboolean
set_failed (GError **error)
{
  g_set_error_literal (error, HEMO_LABELS_ERROR, HEMO_LABELS_ERROR_FAILED,
                       N_ ("The bar code of the label could not be made."));
  return FALSE;
}

static gboolean
is_bar (const ZintSymbol *symbol, int module)
{
  return (symbol->encoded_data[0][module / 8] >> (module % 8) & 1) != 0;
}

/* In a box; the quiet zones lie inside it. Bars are as wide as whole dots allow. */
static gboolean
draw_bars (
    cairo_t *cr, const char *text, double x, double y, double width, double height, GError **error)
{
  g_autoptr (ZintSymbol) symbol = ZBarcode_Create ();
  double module, left;

  symbol->symbology = BARCODE_CODE128;
  symbol->show_hrt = 0;
  if (ZBarcode_Encode (symbol, (const unsigned char *)text, (int)strlen (text)) >= ZINT_ERROR)
    return set_failed (error);
  module = width / (symbol->width + 2 * QUIET_MODULES);
  if (module >= DOT)
    module = floor (module / DOT) * DOT;
  left = x + (width - module * symbol->width) / 2;
  for (int i = 0, start; i < symbol->width; i++)
    {
      if (!is_bar (symbol, i))
        continue;
      for (start = i; i + 1 < symbol->width && is_bar (symbol, i + 1);)
        i++;
      cairo_rectangle (cr, left + start * module, y, (i + 1 - start) * module, height);
    }
  cairo_fill (cr);
  return TRUE;
}

static gboolean
draw_qr (cairo_t *cr, const char *text, double x, double y, double size, GError **error)
{
  g_autoptr (QRcode) code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  double module;

  if (code == NULL)
    return set_failed (error);
  module = size / code->width;
  for (int row = 0; row < code->width; row++)
    for (int column = 0; column < code->width; column++)
      if ((code->data[row * code->width + column] & 1) != 0)
        cairo_rectangle (cr, x + column * module, y + row * module, module, module);
  cairo_fill (cr);
  return TRUE;
}

static double
draw_text (HemoPaper *paper, HemoText style, const char *text, double x, double y, double width)
{
  style.ink = HEMO_INK_BLACK;
  style.one_line = TRUE;
  if (text == NULL || *text == '\0')
    return y;
  return y + hemo_paper_text (paper, &style, text, x, y, width);
}

/* Made smaller rather than cut off: it is what a person types when no scanner is there. */
static double
draw_accession (
    HemoPaper *paper, const char *accession, double size, double x, double y, double width)
{
  HemoText style = { .size = size, .bold = TRUE, .number = TRUE };
  double needed = hemo_paper_text_width (paper, &style, accession);

  if (needed > width)
    style.size *= width / (needed + 2);
  return draw_text (paper, style, accession, x, y, width);
}

static char *
join_details (const HemoLabel *label)
{
  const char *parts[] = { label->detail, label->date, label->kind };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i] != NULL && *parts[i] != '\0')
      g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", parts[i]);
  return g_string_free (text, FALSE);
}

/* Name and details beside the QR code, the bars below over the whole width. */
static gboolean
draw_label (HemoPaper *paper,
            const HemoLabel *label,
            const Format *format,
            double x,
            double y,
            GError **error)
{
  cairo_t *cr = hemo_paper_get_cairo (paper);
  double margin = format->margin;
  double width = format->label_width - 2 * margin;
  double height = format->label_height - 2 * margin;
  double qr = height * 0.48;
  double point = format->label_height / 25 / MM;
  double text_width = width - qr - 2 * MM;
  HemoText name = { .size = 7.5 * point, .bold = TRUE };
  HemoText small = { .size = 6 * point };
  g_autofree char *details = join_details (label);
  double line = y + margin;

  if (!check_accession (label->accession, error))
    return FALSE;
  cairo_set_source_rgb (cr, 0, 0, 0);
  if (!draw_qr (cr, label->accession, x + margin + width - qr, y + margin, qr, error)
      || !draw_bars (cr, label->accession, x + margin, y + margin + height * 0.6, width,
                     height * 0.4, error))
    return FALSE;
  line = draw_accession (paper, label->accession, 8.5 * point, x + margin, line, text_width);
  line = draw_text (paper, name, label->name, x + margin, line, text_width);
  draw_text (paper, small, details, x + margin, line, text_width);
  return TRUE;
}

static gboolean
draw_all (HemoPaper *paper, GPtrArray *labels, const Format *format, int first, GError **error)
{
  int places = format->columns * format->rows;
  double top = (format->height - format->rows * format->label_height) / 2;

  for (guint i = 0; i < labels->len; i++)
    {
      int place = (int)((guint)first + i) % places;

      if (i > 0 && place == 0)
        hemo_paper_next_page (paper);
      if (!draw_label (paper, labels->pdata[i], format,
                       place % format->columns * format->label_width,
                       top + place / format->columns * format->label_height, error))
        return FALSE;
    }
  return TRUE;
}

GBytes *
hemo_labels_render_pdf (GPtrArray *labels, HemoLabelSize size, int first, GError **error)
{
  const Format *format = &formats[size];
  g_autoptr (HemoPaper) paper = NULL;

  if (labels->len == 0 || first < 0 || first >= format->columns * format->rows)
    {
      g_set_error_literal (error, HEMO_LABELS_ERROR, HEMO_LABELS_ERROR_INVALID,
                           "There is no label to print, or the sheet has no such place.");
      return NULL;
    }
  paper = hemo_paper_new (format->width, format->height, "en");
  hemo_paper_describe (paper, "Labels", (HemoTime){ 0 });
  if (!draw_all (paper, labels, format, first, error))
    return NULL;
  return hemo_paper_finish (paper, error);
}

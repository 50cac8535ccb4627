/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Labels for tubes and slides, as PDF: the accession number as Code 128 and QR, and who it is. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HEMO_LABELS_ERROR (hemo_labels_error_quark ())

/**
 * HemoLabelsError:
 * @HEMO_LABELS_ERROR_INVALID: an accession number that cannot be printed as a bar code, or a first
 *   place that the sheet does not have
 * @HEMO_LABELS_ERROR_FAILED: drawing failed
 */
typedef enum
{
  HEMO_LABELS_ERROR_INVALID,
  HEMO_LABELS_ERROR_FAILED,
} HemoLabelsError;

GQuark hemo_labels_error_quark (void);

/**
 * HemoLabelSize:
 * @HEMO_LABEL_50X25: one 50 x 25 mm label a page, for a label printer
 * @HEMO_LABEL_40X20: the same, 40 x 20 mm
 * @HEMO_LABEL_SHEET_3X8: A4 with 3 x 8 labels of 70 x 37 mm
 */
typedef enum
{
  HEMO_LABEL_50X25,
  HEMO_LABEL_40X20,
  HEMO_LABEL_SHEET_3X8,
  HEMO_LABEL_SIZES,
} HemoLabelSize;

/* '50x25', '40x20', 'a4-3x8' */
const char *hemo_label_size_to_code (HemoLabelSize size);
gboolean hemo_label_size_from_code (const char *code, HemoLabelSize *out, GError **error);

/**
 * HemoLabel:
 * @accession: 1 to 40 characters of printable ASCII; what the codes carry
 * @name: of the patient, or NULL; shortened where it is too long
 * @detail: birth or age, sex ('34y F'), or NULL
 * @date: of collection, or NULL
 * @kind: 'EDTA', 'thick film' …, or NULL
 */
typedef struct
{
  char *accession;
  char *name;
  char *detail;
  char *date;
  char *kind;
} HemoLabel;

HemoLabel *hemo_label_new (const char *accession,
                           const char *name,
                           const char *detail,
                           const char *date,
                           const char *kind);
void hemo_label_free (HemoLabel *self);

/**
 * hemo_labels_render_pdf:
 * @labels: (element-type HemoLabel): at least one
 * @first: places of the first sheet that are used up already; 0 for single labels
 *
 * The same labels give the same bytes. Bars are whole dots of a 600 dpi printer wide. (transfer
 * full)
 */
GBytes *hemo_labels_render_pdf (GPtrArray *labels, HemoLabelSize size, int first, GError **error);

G_END_DECLS

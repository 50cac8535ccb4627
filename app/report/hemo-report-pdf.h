/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The report as people read it: a PDF of one or more pages.
 *
 * A4, or Letter where the language's territory prints on that; fonts embedded (Noto Sans, with its
 * Arabic and Devanagari sisters); mirrored for a language written from right to left. The same
 * report, case, pictures, translations and fonts give the same bytes, whatever the time, the time
 * zone and the locale of the process. */

#pragma once

#include "hemo-case.h"

#include <cairo.h>

G_BEGIN_DECLS

/**
 * HemoReportPicture:
 * @image: UUID; its field and objective are looked up in the case for the caption
 * @bytes: JPEG or PNG of at most 16 million pixels; metadata is stripped and the orientation
 * applied
 * @caption: further words for the caption, or NULL
 * @micrometres_per_pixel: of @bytes, which may have fewer pixels than were captured; 0: no scale
 * bar
 *
 * One picture to be printed.
 */
typedef struct
{
  char *image;
  GBytes *bytes;
  char *caption;
  double micrometres_per_pixel;
} HemoReportPicture;

HemoReportPicture *hemo_report_picture_new (const char *image,
                                            GBytes *bytes,
                                            const char *caption,
                                            double micrometres_per_pixel);
void hemo_report_picture_free (HemoReportPicture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoReportPicture, hemo_report_picture_free)

/**
 * hemo_report_render_pdf:
 * @report: draft or signed; its language is that of the page
 * @data: clinic, patient and specimen are set
 * @pictures: (nullable) (element-type HemoReportPicture): in the order in which they are printed
 *
 * Blocks for some tenths of a second; may be called on any thread. Of the words, the report's own
 * are translated (see hemo-catalog.h), what people typed is not. A logo that is no PNG of at most
 * 16 million pixels is left out. Fails with G_IO_ERROR_INVALID_DATA when a picture is damaged.
 * (transfer full)
 */
GBytes *hemo_report_render_pdf (const HemoReport *report,
                                const HemoCase *data,
                                GPtrArray *pictures,
                                GError **error);

/**
 * hemo_report_render_pages:
 * @scale: pixels a point of 1/72 inch, 0.1 to 6
 *
 * The pages of hemo_report_render_pdf() as pictures for the screen, opaque, each of the same size:
 * every line stands where it does in print. Blocks as well. (transfer full) (element-type
 * cairo_surface_t)
 */
GPtrArray *hemo_report_render_pages (const HemoReport *report,
                                     const HemoCase *data,
                                     GPtrArray *pictures,
                                     double scale,
                                     GError **error);

G_END_DECLS

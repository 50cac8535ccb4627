/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A stored paper for the screen: the very bytes that were signed, drawn by Poppler. */

#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/**
 * hemo_report_stored_draw:
 * @pdf: as hemo_clinic_open_report() proved it to be the signed one
 * @scale: pixels a point of 1/72 inch; taken into 0.1 to 6
 *
 * Its pages. The PDF is read by hemogram-draw-paper, a process without a key; no byte of it gets to
 * a disk. Blocks: not on main. (transfer full) (element-type GdkTexture)
 */
GPtrArray *
hemo_report_stored_draw (GBytes *pdf, double scale, GCancellable *cancellable, GError **error);

/* What hemogram-draw-paper gave. G_IO_ERROR_INVALID_DATA when it is cut or has no page. (transfer
 * full) (element-type GdkTexture) */
GPtrArray *hemo_report_stored_read_pages (GBytes *pages, GError **error);

/* The words of a page, for who cannot see it; NULL when there are none. (transfer none) */
const char *hemo_report_page_get_words (GdkTexture *page);
void hemo_report_page_set_words (GdkTexture *page, const char *words);

G_END_DECLS

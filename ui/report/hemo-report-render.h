/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pages of a report for the screen, made off main: a draft is drawn from the record, what is
 * signed from the paper that was stored. */

#pragma once

#include "hemo-desk.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

/**
 * HemoReportPages:
 * @pages: (element-type GdkTexture)
 * @version: that was drawn; 0: the draft
 * @pdf: the stored paper; NULL: of a draft
 */
typedef struct
{
  GPtrArray *pages;
  int version;
  GBytes *pdf;
} HemoReportPages;

void hemo_report_pages_free (HemoReportPages *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoReportPages, hemo_report_pages_free)

/**
 * hemo_report_render_async:
 * @specimen: UUID
 * @version: a signed one; 0: the draft, or the newest signed where nothing changed since
 * @edits: (nullable): comment, language and images that are not saved yet
 * @known: (nullable): of the same specimen: its stored paper is not opened, proved and audited anew
 * @scale: pixels a point
 *
 * A signed version is the stored paper, whose signature and hash are proved first: what the record
 * says today is not asked. It fails where the paper is not here or is not what was signed.
 * Ends in hemo_desk_finish() with HemoReportPages.
 */
void hemo_report_render_async (HemoDesk *desk,
                               const char *specimen,
                               int version,
                               const HemoReport *edits,
                               const HemoReportPages *known,
                               double scale,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

G_END_DECLS

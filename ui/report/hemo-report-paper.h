/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A report as it will lie on paper, or as it was stored when it was signed: its pages below each
 * other, as wide as there is room. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_REPORT_PAPER (hemo_report_paper_get_type ())
G_DECLARE_FINAL_TYPE (HemoReportPaper, hemo_report_paper, HEMO, REPORT_PAPER, AdwBin)

/* Before all else. (transfer none) */
void hemo_report_paper_set_desk (HemoReportPaper *self, HemoDesk *desk);

/**
 * hemo_report_paper_show:
 * @version: a signed one; 0: the draft, or the newest signed where nothing changed since
 * @edits: (nullable): what is not saved yet
 *
 * Drawn off main, a moment later: what is asked for meanwhile replaces it.
 */
void hemo_report_paper_show (HemoReportPaper *self,
                             const char *specimen,
                             int version,
                             const HemoReport *edits);

/* 1: as wide as there is room. */
void hemo_report_paper_zoom (HemoReportPaper *self, double factor);
void hemo_report_paper_fit (HemoReportPaper *self);
/* By @pages of what is seen. */
void hemo_report_paper_scroll (HemoReportPaper *self, double pages);

G_END_DECLS

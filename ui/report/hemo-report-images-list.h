/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which images are printed, and in which order. */

#pragma once

#include "hemo-report-edits.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_REPORT_IMAGES_LIST (hemo_report_images_list_get_type ())
G_DECLARE_FINAL_TYPE (
    HemoReportImagesList, hemo_report_images_list, HEMO, REPORT_IMAGES_LIST, AdwBin)

/* Once. */
void
hemo_report_images_list_bind (HemoReportImagesList *self, HemoDesk *desk, HemoReportEdits *edits);
/* Those that are printed first, in their order; @data: the case as it is now */
void hemo_report_images_list_show (HemoReportImagesList *self, const HemoCase *data);

G_END_DECLS

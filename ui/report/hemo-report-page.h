/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Page 'report' of the bench: the paper, what it lacks, the signature, and where it goes then. */

#pragma once

#include "hemo-bench-page.h"

G_BEGIN_DECLS

#define HEMO_TYPE_REPORT_PAGE (hemo_report_page_get_type ())
G_DECLARE_FINAL_TYPE (HemoReportPage, hemo_report_page, HEMO, REPORT_PAGE, HemoBenchPage)

G_END_DECLS

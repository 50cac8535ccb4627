/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pages of the bench, in their order. */

#include "hemo-bench.h"

#include "hemo-count-page.h"
#include "hemo-fields-page.h"
#include "hemo-malaria-page.h"
#include "hemo-morphology-page.h"
#include "hemo-report-page.h"

#include <glib/gi18n.h>

const HemoBenchPageInfo hemo_bench_pages[] = {
  { "fields", N_ ("Fields"), "camera-photo-symbolic", GDK_KEY_F2, hemo_fields_page_get_type },
  { "count", N_ ("Count"), "view-grid-symbolic", GDK_KEY_F3, hemo_count_page_get_type },
  { "morphology", N_ ("Morphology"), "view-list-bullet-symbolic", GDK_KEY_F4,
    hemo_morphology_page_get_type },
  { "malaria", N_ ("Malaria"), "view-grid-symbolic", GDK_KEY_F6, hemo_malaria_page_get_type },
  { "report", N_ ("Report"), "x-office-document-symbolic", GDK_KEY_F7, hemo_report_page_get_type },
  { NULL },
};

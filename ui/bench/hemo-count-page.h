/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bench's page for the differential: each key a cell, each cell durable. */

#pragma once

#include "hemo-bench-page.h"

G_BEGIN_DECLS

#define HEMO_TYPE_COUNT_PAGE (hemo_count_page_get_type ())
G_DECLARE_FINAL_TYPE (HemoCountPage, hemo_count_page, HEMO, COUNT_PAGE, HemoBenchPage)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bench's page for malaria films: two keys, parasite and white cell. */

#pragma once

#include "hemo-bench-page.h"

G_BEGIN_DECLS

#define HEMO_TYPE_MALARIA_PAGE (hemo_malaria_page_get_type ())
G_DECLARE_FINAL_TYPE (HemoMalariaPage, hemo_malaria_page, HEMO, MALARIA_PAGE, HemoBenchPage)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bench's page for morphology and the platelet estimate. */

#pragma once

#include "hemo-bench-page.h"

G_BEGIN_DECLS

#define HEMO_TYPE_MORPHOLOGY_PAGE (hemo_morphology_page_get_type ())
G_DECLARE_FINAL_TYPE (
    HemoMorphologyPage, hemo_morphology_page, HEMO, MORPHOLOGY_PAGE, HemoBenchPage)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bench's page for fields: the live picture, the film of what was captured, the viewer. */

#pragma once

#include "hemo-bench-page.h"

G_BEGIN_DECLS

#define HEMO_TYPE_FIELDS_PAGE (hemo_fields_page_get_type ())
G_DECLARE_FINAL_TYPE (HemoFieldsPage, hemo_fields_page, HEMO, FIELDS_PAGE, HemoBenchPage)

G_END_DECLS

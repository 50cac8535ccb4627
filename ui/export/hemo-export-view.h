/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Place 'export': signed cases go to a stick or a folder, are read back, and the stick is let go.
 */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_EXPORT_VIEW (hemo_export_view_get_type ())
G_DECLARE_FINAL_TYPE (HemoExportView, hemo_export_view, HEMO, EXPORT_VIEW, HemoPlace)

/* For the case that lies on the bench. @specimen: UUID or accession number (transfer floating) */
HemoExportView *hemo_export_view_new_for_case (HemoDesk *desk, const char *specimen);

G_END_DECLS

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

/* After somebody signed in or unlocked: how the export ended that they began, if they have not seen
 * it. @view: the window's navigation */
void hemo_export_view_tell (GtkWidget *view, HemoDesk *desk);

G_END_DECLS

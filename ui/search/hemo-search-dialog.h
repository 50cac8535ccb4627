/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Search as one types, over any place: patients, and cases by their number. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_SEARCH_DIALOG (hemo_search_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HemoSearchDialog, hemo_search_dialog, HEMO, SEARCH_DIALOG, AdwDialog)

/* @text: what was typed already, behind which one types on. Opens what is chosen by the actions of
 * the window it is presented on. */
HemoSearchDialog *hemo_search_dialog_new (HemoDesk *desk, const char *text);
/* The same after a scan: where @text is the whole identifier of one patient, and no other begins
 * so, the patient opens by itself. */
HemoSearchDialog *hemo_search_dialog_new_scanned (HemoDesk *desk, const char *text);
/* A scan behind what stands in the entry: a slow computer may take its first key for a typed one.
 */
void hemo_search_dialog_scan_on (HemoSearchDialog *self, const char *text);

/* One types on before the dialog has come up. */
void hemo_search_dialog_append (HemoSearchDialog *self, const char *text);

G_END_DECLS

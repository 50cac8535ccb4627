/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sentences that are often written, a key away from the comment of a report. */

#pragma once

#include "hemo-report-edits.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Puts a button above @comment, into the head of its AdwPreferencesGroup: choosing a phrase writes
 * it where the cursor is, in the report's language; the comment can be kept as a phrase of the
 * site. Off while @comment cannot be edited. */
void hemo_phrase_picker_attach (GtkTextView *comment, HemoDesk *desk, HemoReportEdits *edits);

G_END_DECLS

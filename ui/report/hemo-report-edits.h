/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is typed into a report: shown at once, saved a moment later, kept over a crash. */

#pragma once

#include "hemo-desk.h"

G_BEGIN_DECLS

#define HEMO_TYPE_REPORT_EDITS (hemo_report_edits_get_type ())
G_DECLARE_FINAL_TYPE (HemoReportEdits, hemo_report_edits, HEMO, REPORT_EDITS, GObject)

/* Signals: 'edited' after each change; 'saved'; 'failed' (GError): what was typed is kept here, and
 * saved with the next change. */
HemoReportEdits *hemo_report_edits_new (HemoDesk *desk);

/* The case was read again; what is not saved yet stays. */
void hemo_report_edits_take (HemoReportEdits *self, const HemoCase *data);
/* With all that was typed; NULL before the first case. (transfer none) */
const HemoReport *hemo_report_edits_get (HemoReportEdits *self);
/* Whether something is not in the store yet. */
gboolean hemo_report_edits_is_dirty (HemoReportEdits *self);

void hemo_report_edits_set_comment (HemoReportEdits *self, const char *comment);
void hemo_report_edits_set_language (HemoReportEdits *self, const char *language);
void hemo_report_edits_set_image (HemoReportEdits *self, const char *image, gboolean printed);
/* By @places towards the end. */
void hemo_report_edits_move_image (HemoReportEdits *self, const char *image, int places);

/* Forgets what is not in the store yet; the next case that is taken says what stands. */
void hemo_report_edits_drop (HemoReportEdits *self);

/* Now; 'saved' or 'failed' follows, also when there is nothing to save. */
void hemo_report_edits_flush (HemoReportEdits *self);

G_END_DECLS

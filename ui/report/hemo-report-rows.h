/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows of the report page: what is missing, what is out of range, what was signed. */

#pragma once

#include "hemo-case.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Page of the bench on which results of @section are made. */
const char *hemo_report_page_of_section (HemoSection section);

/* Each is a row of a GtkListBox. (transfer floating) */
GtkWidget *hemo_report_missing_row (HemoSection section, const char *text);
GtkWidget *hemo_report_line_row (const HemoLine *line);
GtkWidget *hemo_report_call_row (const HemoCriticalCall *call);
GtkWidget *hemo_report_version_row (const HemoReport *report);
/* A plain sentence with an icon. */
GtkWidget *hemo_report_note_row (const char *icon, const char *text, const char *style);

/* 'Low', 'Critically high' … NULL for none. (transfer none) */
const char *hemo_report_flag_words (HemoFlag flag);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window's ways to patients and cases: search, scanner, registration, the next that waits. */

#pragma once

#include "hemo-window.h"

G_BEGIN_DECLS

/* In the window's class: win.search, win.open-patient, win.new-patient, win.edit-patient,
 * win.new-specimen, win.next-case and their keys. */
void hemo_window_people_install (GtkWidgetClass *klass);

/* In a window that has its desk: from now on scans are recognised, and typing searches. */
void hemo_window_people_attach (HemoWindow *window);

/* Whatever stands over the window, without asking. */
void hemo_window_close_dialogs (HemoWindow *window);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The main window. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_WINDOW (hemo_window_get_type ())
G_DECLARE_FINAL_TYPE (HemoWindow, hemo_window, HEMO, WINDOW, AdwApplicationWindow)

HemoWindow *hemo_window_new (AdwApplication *application);

/* Shows whose clinic is in @directory, which is looked at on a thread of its own. */
void hemo_window_show_clinic (HemoWindow *self, const char *directory);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When a new window is seen first: with its door, not with a page before it that says to wait. */

#pragma once

#include "hemo-window.h"

G_BEGIN_DECLS

/* A new window; shown in a moment at the latest, as a clinic may take its time to open. */
void hemo_window_show_later (HemoWindow *self);
/* What is seen first is in it: shown in the next turn. Nothing where it was shown before. */
void hemo_window_show_ready (HemoWindow *self);

G_END_DECLS

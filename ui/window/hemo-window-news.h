/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Results that come back are told on the desktop, without a word of whose they are; in the window,
 * what ended or failed where nobody looks. */

#pragma once

#include "hemo-window.h"

G_BEGIN_DECLS

/* Once, of a new window. */
void hemo_window_news_attach (HemoWindow *self);
/* The window was closed and the program goes on; or is shown again. */
void hemo_window_news_tell_hidden (HemoWindow *self);
void hemo_window_news_tell_shown (HemoWindow *self);

/* @specimen: UUID of a case to be shown as soon as somebody is signed in and no dialog is open; the
 * last that was wanted. */
void hemo_window_news_want (HemoWindow *self, const char *specimen);

G_END_DECLS

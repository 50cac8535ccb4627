/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks whoever goes while something of theirs is not done. */

#pragma once

#include "hemo-window.h"

G_BEGIN_DECLS

/* Both present an AdwAlertDialog over everything. @response: of its signal 'response' with the
 * window as last argument; who stays is "wait". */

/* Closing cuts off @busy, as hemo_desk_get_busy() says it; who closes all the same is "close". */
void hemo_window_ask_close (HemoWindow *self, const char *busy, GCallback response);
/* FALSE: nothing of who is signed in would be left behind, and nobody was asked. Who signs out all
 * the same is "sign-out". */
gboolean hemo_window_ask_sign_out (HemoWindow *self, GCallback response);

G_END_DECLS

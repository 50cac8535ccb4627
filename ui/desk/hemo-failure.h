/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the libraries say of a failure, in the language of the window. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @message: in English, as of an error; what a server said may stand behind it in brackets and
 * stays as it is, as does a sentence that has no translation. (transfer full) */
char *hemo_failure_say (const char *message);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the libraries say of a failure, in the language of the window. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @message: in English, as of an error, and of one sentence or several. Values that stand in a
 * marked sentence stay, and are translated where they are marked sentences themselves, but not in
 * single quotes. What a server said may stand behind it in brackets and stays as it is, as does a
 * sentence that has no translation. A text that is translated already stays too. (transfer full) */
char *hemo_failure_say (const char *message);

G_END_DECLS

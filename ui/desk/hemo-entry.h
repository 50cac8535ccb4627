/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is typed into entries and is nobody else's business. */

#pragma once

#include "hemo-secret.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Takes what was typed (at most 1024 bytes, as NFKC) into secure memory and empties the entry; NULL
 * when nothing was typed. (transfer full) */
HemoSecret *hemo_entry_take_secret (GtkEditable *entry);

G_END_DECLS

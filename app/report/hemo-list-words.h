/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lists within a sentence, as people who read it part their items. */

#pragma once

#include "hemo-catalog.h"

G_BEGIN_DECLS

/* What stands between two items, in the language of the program. (transfer none) */
const char *hemo_list_separator (void);
/* In the language of @catalog; English where it has no such text. (transfer none) */
const char *hemo_list_separator_of (const HemoCatalog *catalog);
/* @items: (array zero-terminated=1): in words already. (transfer full) */
char *hemo_list_say (char **items);
/* @text: a list as a library makes it, its items apart by a comma and a space. (transfer full) */
char *hemo_list_say_text (const char *text);

G_END_DECLS

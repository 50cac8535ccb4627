/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What somebody else wrote about a case, in words: all that a person can read of it. */

#pragma once

#include "hemo-incoming-table.h"

G_BEGIN_DECLS

/* A line for each fact, who wrote it in the last. @title: (out) (transfer full): what it is about.
 * (transfer full) */
char *hemo_others_say (const HemoIncoming *incoming, char **title);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings by the first letters of any word of their name, in the window's language. */

#pragma once

#include "hemo-morphology.h"

G_BEGIN_DECLS

/* (transfer container): all that begin with @letters (nothing typed: none), those whose first word
 * does before the others. (element-type HemoFindingInfo) */
GPtrArray *hemo_finding_search (const char *letters);

/* 'Red Cells', as a heading. (transfer none) */
const char *hemo_finding_group_name (int group);

G_END_DECLS

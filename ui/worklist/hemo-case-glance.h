/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One case at a glance: who, its pictures, results so far, flags, and what comes next. */

#pragma once

#include "hemo-desk.h"
#include "hemo-worklist.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_CASE_GLANCE (hemo_case_glance_get_type ())
G_DECLARE_FINAL_TYPE (HemoCaseGlance, hemo_case_glance, HEMO, CASE_GLANCE, AdwBin)

void hemo_case_glance_set_desk (HemoCaseGlance *self, HemoDesk *desk);

/* Opens the order of the case that is shown, where it can still be changed. */
void hemo_case_glance_edit_order (HemoCaseGlance *self);

/* Shows @item at once, and the rest when it was read: a moment later, so that who walks along the
 * list reads (and is audited to have read) only where they stop. NULL: nothing. */
void hemo_case_glance_show (HemoCaseGlance *self, const HemoWorkItem *item);

G_END_DECLS

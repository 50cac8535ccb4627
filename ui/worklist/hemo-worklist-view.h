/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is to be done: the cases, those that wait first. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_WORKLIST_VIEW (hemo_worklist_view_get_type ())
G_DECLARE_FINAL_TYPE (HemoWorklistView, hemo_worklist_view, HEMO, WORKLIST_VIEW, HemoPlace)

G_END_DECLS

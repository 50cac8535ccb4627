/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All versions of others that wait for a person. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_SETTLE_VIEW (hemo_settle_view_get_type ())
G_DECLARE_FINAL_TYPE (HemoSettleView, hemo_settle_view, HEMO, SETTLE_VIEW, HemoPlace)

HemoSettleView *hemo_settle_view_new (HemoDesk *desk);

G_END_DECLS

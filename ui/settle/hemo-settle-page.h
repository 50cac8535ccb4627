/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One version of others that waits: both versions side by side, and what stands. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_SETTLE_PAGE (hemo_settle_page_get_type ())
G_DECLARE_FINAL_TYPE (HemoSettlePage, hemo_settle_page, HEMO, SETTLE_PAGE, HemoPlace)

/* @sequence: of the version */
HemoSettlePage *hemo_settle_page_new (HemoDesk *desk, gint64 sequence);

G_END_DECLS

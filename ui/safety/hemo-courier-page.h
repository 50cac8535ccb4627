/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The courier: what waits goes onto a stick, and what a stick brings back is taken in. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_COURIER_PAGE (hemo_courier_page_get_type ())
G_DECLARE_FINAL_TYPE (HemoCourierPage, hemo_courier_page, HEMO, COURIER_PAGE, HemoPlace)

HemoCourierPage *hemo_courier_page_new (HemoDesk *desk);

G_END_DECLS

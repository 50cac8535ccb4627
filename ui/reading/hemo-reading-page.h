/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One case to be read: its fields, what is asked, what the report says, and the answer. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_READING_PAGE (hemo_reading_page_get_type ())
G_DECLARE_FINAL_TYPE (HemoReadingPage, hemo_reading_page, HEMO, READING_PAGE, HemoPlace)

/* @reading: UUID */
HemoReadingPage *hemo_reading_page_new (HemoDesk *desk, const char *reading);

G_END_DECLS

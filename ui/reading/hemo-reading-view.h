/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The place of the pathologist: cases that wait to be read, and those that were. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_READING_VIEW (hemo_reading_view_get_type ())
G_DECLARE_FINAL_TYPE (HemoReadingView, hemo_reading_view, HEMO, READING_VIEW, HemoPlace)

G_END_DECLS

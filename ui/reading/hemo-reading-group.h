/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a pathologist was asked about a case and answered, beside its report; and where one asks. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_READING_GROUP (hemo_reading_group_get_type ())
G_DECLARE_FINAL_TYPE (HemoReadingGroup, hemo_reading_group, HEMO, READING_GROUP, AdwBin)

/* @data: borrowed, as it is now; seen once there is a signed report or a question. Ctrl+T asks. */
void hemo_reading_group_show (HemoReadingGroup *self, HemoDesk *desk, const HemoCase *data);

G_END_DECLS

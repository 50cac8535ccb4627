/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How many wait in a place, beside its name in the side bar. */

#pragma once

#include "hemo-desk.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @place: 'worklist' (cases that wait or are being counted) or 'reading' (questions without an
 * answer); NULL for another one, where nothing is counted. Follows what is written; nothing is
 * shown while none waits. (transfer floating) (nullable) */
GtkWidget *hemo_place_count_new (HemoDesk *desk, const char *place);

G_END_DECLS

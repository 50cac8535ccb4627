/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Place 'safety': how many cases are safe and where, backup, verification. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_SAFETY_VIEW (hemo_safety_view_get_type ())
G_DECLARE_FINAL_TYPE (HemoSafetyView, hemo_safety_view, HEMO, SAFETY_VIEW, HemoPlace)

/* The state in a word, for the side bar: 'backed up', 'not backed up' … (transfer floating) */
GtkWidget *hemo_safety_dot_new (HemoDesk *desk);

G_END_DECLS

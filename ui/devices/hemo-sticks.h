/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sticks that are plugged in, as they come and go. */

#pragma once

#include "hemo-stick.h"

G_BEGIN_DECLS

#define HEMO_TYPE_STICKS (hemo_sticks_get_type ())
/* A GListModel of HemoStick. */
G_DECLARE_FINAL_TYPE (HemoSticks, hemo_sticks, HEMO, STICKS, GObject)

/* Those that the desktop mounts, and those that are plugged in and not mounted. Where
 * HEMOGRAM_STICKS names a folder, its subfolders stand for sticks instead: for a computer whose
 * sticks are mounted by hand, and for tests. */
HemoSticks *hemo_sticks_new (void);

G_END_DECLS

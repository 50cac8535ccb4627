/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The door: who one is, and the passphrase; or the PIN of who locked the screen. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_DOOR (hemo_door_get_type ())
G_DECLARE_FINAL_TYPE (HemoDoor, hemo_door, HEMO, DOOR, AdwBin)

HemoDoor *hemo_door_new (HemoDesk *desk);

G_END_DECLS

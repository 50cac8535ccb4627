/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where to write: the sticks that are plugged in as cards, or a folder. */

#pragma once

#include "hemo-stick.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_STICK_PICKER (hemo_stick_picker_get_type ())
/* Signal 'notify::chosen' when another is chosen, came or went. */
G_DECLARE_FINAL_TYPE (HemoStickPicker, hemo_stick_picker, HEMO, STICK_PICKER, AdwBin)

/* NULL when a folder or nothing is chosen. (transfer none) */
HemoStick *hemo_stick_picker_get_stick (HemoStickPicker *self);
/* Of the stick or of the folder; NULL when nothing is chosen or it cannot be written. */
const char *hemo_stick_picker_get_path (HemoStickPicker *self);
/* What the place is called. */
const char *hemo_stick_picker_get_name (HemoStickPicker *self);

G_END_DECLS

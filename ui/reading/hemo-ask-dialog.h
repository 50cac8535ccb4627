/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks a pathologist to read a case. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_ASK_DIALOG (hemo_ask_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HemoAskDialog, hemo_ask_dialog, HEMO, ASK_DIALOG, AdwDialog)

/* Signal 'asked' (UUID of the reading): it is written. */
HemoAskDialog *hemo_ask_dialog_new (HemoDesk *desk, const HemoCase *data);

G_END_DECLS
